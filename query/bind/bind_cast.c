/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Casts that are written: x::t, CAST(x AS t), t 'x'. In SQL clauses there are those that PostgreSQL has
 * (42846 for the others): text becomes anything and anything text, all else goes by families of types.
 */
#include "query/bind/binder.h"

#include "base/interval.h"

/* ---- which there are ------------------------------------------------------------------------- */

static bool is_moment(enum type_family f)
{
	return f == TYPE_FAMILY_DATETIME || f == TYPE_FAMILY_INSTANT;
}

/* oid and its kin: integers in PostgreSQL alone cast to them. */
static bool is_oid(struct type t)
{
	return type_base(t).kind != t.kind && type_is_number(t);
}

static bool is_fraction(struct type t)
{
	return t.kind == TYPE_DECIMAL || t.kind == TYPE_FLOAT64 || t.kind == TYPE_FLOAT32;
}

static bool number_casts(struct type from, struct type to)
{
	if (type_family(to) == TYPE_FAMILY_BOOL)
		return from.kind == TYPE_INT32;
	return type_is_number(to) && !(is_oid(to) && is_fraction(from)) &&
	       !(is_oid(from) && is_fraction(to));
}

static bool time_casts(struct type from, enum type_family f, enum type_family t)
{
	switch (f) {
	case TYPE_FAMILY_DATETIME:
		return is_moment(t) || (t == TYPE_FAMILY_TIME && from.kind != TYPE_DATE);
	case TYPE_FAMILY_INSTANT:
		return is_moment(t) || t == TYPE_FAMILY_TIME || t == TYPE_FAMILY_TIMETZ;
	case TYPE_FAMILY_TIME:
		return t == TYPE_FAMILY_TIMETZ || t == TYPE_FAMILY_DURATION;
	case TYPE_FAMILY_TIMETZ:
		return t == TYPE_FAMILY_TIME;
	default:
		return f == TYPE_FAMILY_DURATION && t == TYPE_FAMILY_TIME;
	}
}

/* Those of graphs, and values whose type is known only at run time, tell then. */
static bool is_of_graphs(enum type_family f)
{
	return f == TYPE_FAMILY_UNKNOWN || f == TYPE_FAMILY_MAP || f == TYPE_FAMILY_NODE ||
	       f == TYPE_FAMILY_EDGE || f == TYPE_FAMILY_PATH;
}

static bool type_casts(struct type from, struct type to)
{
	enum type_family f = type_family(from), t = type_family(to);

	if (is_of_graphs(f) || is_of_graphs(t) || f == TYPE_FAMILY_STRING ||
		t == TYPE_FAMILY_STRING)
		return true;
	if (f == TYPE_FAMILY_LIST && t == TYPE_FAMILY_LIST)
		return type_casts(type_item(from), type_item(to));
	if (f == TYPE_FAMILY_NUMBER)
		return number_casts(from, to);
	if (f == TYPE_FAMILY_BOOL && t == TYPE_FAMILY_NUMBER)
		return to.kind == TYPE_INT32;
	if (f == TYPE_FAMILY_JSONB)
		return t == TYPE_FAMILY_JSONB || t == TYPE_FAMILY_JSON || t == TYPE_FAMILY_BOOL ||
		       (t == TYPE_FAMILY_NUMBER && !is_oid(to));
	if (f == TYPE_FAMILY_JSON)
		return t == TYPE_FAMILY_JSON || t == TYPE_FAMILY_JSONB;
	return f == t || time_casts(from, f, t);
}

/* Where the cast itself is written: CAST, or the colons behind the operand. */
static uint32_t cast_place(const struct binder *b, const struct ast_expr *x)
{
	uint32_t at = x->typed.operand->at + x->typed.operand->length;

	if (x->typed.form != CAST_COLONS || x->typed.operand->at < b->text_at)
		return x->at;
	while (at - b->text_at < b->text.length && b->text.at[at - b->text_at] != ':')
		at++;
	return at - b->text_at < b->text.length ? at : x->at;
}

static enum sqlstate check_cast(struct binder *b, const struct ast_expr *x, struct type from,
	struct type to, struct error *e)
{
	char f[TYPE_NAME_SIZE], t[TYPE_NAME_SIZE];

	if (!b->is_sql || type_casts(from, to))
		return OK;
	return FAIL_AT(e, cast_place(b, x), E_CANNOT_CAST, "cannot cast type %s to %s",
		type_name(from, f), type_name(to, t));
}

/* ---- lengths and digits ---------------------------------------------------------------------- */

/* DECIMAL(precision, scale): the value is rounded to its digits, or is too big. */
static enum sqlstate bind_digits(struct binder *b, struct type_modifier m, uint32_t at,
	const struct bound **x, struct error *e)
{
	const struct bound *args[3] = { *x,
		bound_constant(b, value_int(m.precision), type_make(TYPE_INT64), at),
		bound_constant(b, value_int(m.scale), type_make(TYPE_INT64), at) };

	return binder_function(b, STR(PLAN_FUNCTION_DECIMAL_FIT), args, 3, at, x, e);
}

/* TIME(n), TIMESTAMP(n), DURATION(n): seconds are rounded to n digits behind the point. */
static enum sqlstate bind_seconds(
	struct binder *b, int64_t digits, uint32_t at, const struct bound **x, struct error *e)
{
	const struct bound *args[2] = { *x,
		bound_constant(b, value_int(digits), type_make(TYPE_INT64), at) };

	return binder_function(b, STR(PLAN_FUNCTION_ROUND_SECONDS), args, 2, at, x, e);
}

/* INTERVAL DAY TO SECOND(3) */
static enum sqlstate bind_span(struct binder *b, struct type_modifier m, uint32_t at,
	const struct bound **x, struct error *e)
{
	const struct bound *args[2] = { *x,
		bound_constant(b, value_int(m.range), type_make(TYPE_INT64), at) };

	if (m.range != INTERVAL_ALL)
		TRY(binder_function(b, STR(PLAN_FUNCTION_CUT_DURATION), args, 2, at, x, e));
	return m.seconds > 0 ? bind_seconds(b, m.seconds - 1, at, x, e) : OK;
}

enum sqlstate bind_interval_text(
	struct binder *b, uint8_t range, const struct bound **x, struct error *e)
{
	struct value made = { .type = VALUE_DURATION };
	struct value_duration *duration;
	struct interval i;

	if (range == INTERVAL_ALL || !bound_is_constant(*x) || (*x)->value.type != VALUE_STRING)
		return OK;
	if (interval_parse_range(value_str((*x)->value), range, &i, e) != OK)
		return binder_blame(e, (*x)->at);
	duration = ARENA_NEW(b->arena, struct value_duration);
	*duration = (struct value_duration){ i.months, i.days, i.microseconds };
	made.duration = duration;
	*x = bound_constant(b, made, type_make(TYPE_DURATION), (*x)->at);
	return OK;
}

/* varchar(n) of a cast: what is too long is cut without a word; character(n) is filled up. Where a
   value is taken in, as into a column, what is too long is an error. */
static enum sqlstate bind_length(struct binder *b, int32_t length, bool is_taken_in, uint32_t at,
	const struct bound **x, struct error *e)
{
	struct type type = (*x)->type;
	const struct bound *args[2] = { *x,
		bound_constant(b, value_int(length), type_make(TYPE_INT64), at) };
	bool is_char = type.kind == TYPE_BPCHAR;
	const char *name = is_taken_in ? (is_char ? "fit_char" : "fit_varchar")
				       : (is_char ? "rpad" : "left");

	TRY(binder_function(b, str_of(name), args, 2, at, x, e));
	*x = bound_cast(b, *x, type);
	return OK;
}

/* Says what modifier the type of a cast was written with. */
static void set_modifier(struct binder *b, const struct bound **x, uint32_t modifier)
{
	struct bound *copy = ARENA_NEW(b->arena, struct bound);

	*copy = **x;
	copy->modifier = modifier + 1;
	*x = copy;
}

static enum sqlstate bind_modified(struct binder *b, const struct ast_type *type, bool is_taken_in,
	uint32_t at, const struct bound **x, struct error *e)
{
	struct type to = (*x)->type;
	struct type_modifier modifier;

	TRY(bind_type_modifier(type, &modifier, e));
	if (to.kind == TYPE_DECIMAL && modifier.precision > 0) {
		TRY(bind_digits(b, modifier, at, x, e));
		set_modifier(b, x, type_modifier_digits(modifier) + 4);
	} else if (to.kind == TYPE_DURATION && type_modifier_is_set(modifier)) {
		TRY(bind_span(b, modifier, at, x, e));
		set_modifier(b, x,
			(uint32_t)interval_modifier(modifier.range, modifier.seconds));
	} else if (modifier.seconds > 0 && to.kind != TYPE_LIST) {
		TRY(bind_seconds(b, modifier.seconds - 1, at, x, e));
		set_modifier(b, x, modifier.seconds - 1u);
	} else if (type_is_string(to) && type->argument_count > 0) {
		int32_t length = type->arguments[0];

		TRY(bind_length(b, length, is_taken_in, at, x, e));
		if (to.kind != TYPE_STRING)
			set_modifier(b, x, (uint32_t)length + 4);
	}
	return OK;
}

enum sqlstate bind_taken_in(struct binder *b, const struct ast_type *type, const struct bound **x,
	struct error *e)
{
	struct type to;

	TRY(binder_type(b, type, &to, e));
	*x = bound_cast(b, *x, to);
	return bind_modified(b, type, true, (*x)->at, x, e);
}

enum sqlstate bind_cast(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct bound *operand;
	struct type to;

	TRY(binder_type(b, x->typed.type, &to, e));
	TRY(bind_expr(b, x->typed.operand, &operand, e));
	if (bound_is_untyped(operand) && to.kind == TYPE_ANY)
		binder_infer_any(b, &operand);
	else if (bound_is_untyped(operand))
		TRY(binder_infer(b, &operand, to, e));
	if (to.kind == TYPE_DURATION)
		TRY(bind_interval_text(b, x->typed.type->range, &operand, e));
	TRY(check_cast(b, x, operand->type, to, e));
	*out = bound_cast(b, operand, to);
	return bind_modified(b, x->typed.type, false, x->at, out, e);
}
