/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Casts that are written: to a type, and to what it says beside its name.
 */
#include "query/bind/binder.h"

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

/* varchar(n) of a cast: what is too long is cut without a word; character(n) is filled up. */
static enum sqlstate bind_cut(
	struct binder *b, int32_t length, uint32_t at, const struct bound **x, struct error *e)
{
	struct type type = (*x)->type;
	const struct bound *args[2] = { *x,
		bound_constant(b, value_int(length), type_make(TYPE_INT64), at) };
	struct str name = type.kind == TYPE_BPCHAR ? STR("rpad") : STR("left");

	TRY(binder_function(b, name, args, 2, at, x, e));
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

enum sqlstate bind_cast(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	struct type_modifier modifier;
	const struct bound *operand;
	struct type to;

	TRY(binder_type(b, x->typed.type, &to, e));
	TRY(bind_type_modifier(x->typed.type, &modifier, e));
	TRY(bind_expr(b, x->typed.operand, &operand, e));
	if (bound_is_untyped(operand) && to.kind == TYPE_ANY)
		binder_infer_any(b, &operand);
	else if (bound_is_untyped(operand))
		TRY(binder_infer(b, &operand, to, e));
	*out = bound_cast(b, operand, to);
	if (to.kind == TYPE_DECIMAL && modifier.precision > 0) {
		TRY(bind_digits(b, modifier, x->at, out, e));
		set_modifier(b, out, ((uint32_t)modifier.precision << 16 | modifier.scale) + 4);
	} else if (modifier.seconds > 0 && to.kind != TYPE_LIST) {
		TRY(bind_seconds(b, modifier.seconds - 1, x->at, out, e));
		set_modifier(b, out, modifier.seconds - 1u);
	} else if (type_is_string(to) && x->typed.type->argument_count > 0) {
		int32_t length = x->typed.type->arguments[0];

		TRY(bind_cut(b, length, x->at, out, e));
		if (to.kind != TYPE_STRING)
			set_modifier(b, out, (uint32_t)length + 4);
	}
	return OK;
}
