/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Expressions over a row of a table: see row_expr.h.
 */
#include "query/bind/row_expr.h"

#include <string.h>

#include "base/check.h"
#include "query/parse/parse.h"

/* ---- binding ---- */

/* What is generated cannot be made of what is generated. */
static void add_columns(struct binder *b, const struct table *t, bool has_generated)
{
	for (uint32_t i = 0; i < t->column_count; i++) {
		const struct table_column *column = &t->columns[i];
		uint32_t slot = binder_slot_new(b, column->type.type, column->name);
		struct variable *v;

		assert(slot == i);
		if (column->is_end || (column->generated_text.length > 0 && !has_generated))
			continue;
		v = scope_add(b->scope, column->name);
		v->kind = VARIABLE_EXPR;
		v->is_relational = true;
		v->type = column->type.type;
		v->expr = binder_slot_ref(b, slot, 0);
	}
}

static enum sqlstate no_subquery(void *planner, const struct ast_expr *x,
	const struct bound **out, struct error *e)
{
	(void)planner, (void)out;
	return FAIL_AT(e, x->at, E_NOT_SUPPORTED, "cannot use subquery in index expression");
}

static enum sqlstate no_subquery_in_predicate(void *planner, const struct ast_expr *x,
	const struct bound **out, struct error *e)
{
	(void)planner, (void)out;
	return FAIL_AT(e, x->at, E_NOT_SUPPORTED, "cannot use subquery in index predicate");
}

enum sqlstate row_expr_binder(struct arena *a, const struct bind_options *options,
	const struct table *t, enum row_expr_use use, const struct ast_expr *x, struct binder **out,
	struct error *e)
{
	static const char *const places[] = { "column generation expressions", "index expressions",
		"index predicates" };
	struct ast_stmt statement = { .at = x->at, .text = { .at = "", .length = 0 } };
	struct binder *b = ARENA_NEW(a, struct binder);

	TRY(binder_begin(b, a, &statement, options, e));
	b->scope = scope_new(a, NULL);
	b->is_sql = true;
	b->place = places[use];
	if (use != ROW_EXPR_GENERATED)
		b->subquery = use == ROW_EXPR_INDEX_KEY ? no_subquery : no_subquery_in_predicate;
	add_columns(b, t, use != ROW_EXPR_GENERATED);
	*out = b;
	return OK;
}

/* Functions of the moment and of the session give the same within one statement alone. */
static bool is_stable(const char *name)
{
	static const char *const names[] = { "current_timestamp", "current_date", "current_time",
		"localtime", "localtimestamp", "current_user", "session_user", "user",
		"current_schema", "current_setting", "current_catalog",
		"current_database", "age", "to_char", "to_timestamp", "to_date",
		"nextval", "currval", "lastval", "pg_typeof" };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

/* By the time zone of the session, or its style of dates. */
static bool is_stable_cast(const struct bound *x)
{
	enum type_family to = type_family(x->type), from = type_family(x->args[0]->type);
	bool is_moment = from == TYPE_FAMILY_DATETIME || from == TYPE_FAMILY_INSTANT;

	if (x->args[0]->kind == BOUND_CONSTANT || from == to)
		return false;
	return from == TYPE_FAMILY_INSTANT || to == TYPE_FAMILY_INSTANT ||
	       (is_moment && to == TYPE_FAMILY_STRING) ||
	       (from == TYPE_FAMILY_STRING && to == TYPE_FAMILY_DATETIME);
}

bool row_expr_is_immutable(const struct bound *x)
{
	if (x->is_volatile || (x->kind == BOUND_CAST && is_stable_cast(x)) ||
		(x->kind == BOUND_CALL && x->function != NULL && is_stable(x->function->name)))
		return false;
	for (uint32_t i = 0; i < x->arg_count; i++) {
		if (x->args[i] != NULL && !row_expr_is_immutable(x->args[i]))
			return false;
	}
	return true;
}

enum sqlstate row_expr_index(struct arena *a, const struct bind_options *options,
	const struct table *t, enum row_expr_use use, const struct ast_expr *x,
	const struct bound **out, struct error *e)
{
	struct binder *b;

	TRY(row_expr_binder(a, options, t, use, x, &b, e));
	if (use == ROW_EXPR_INDEX_PREDICATE) {
		enum sqlstate rc = bind_condition(b, x, "WHERE", out, e);

		if (rc == E_TYPE && e->byte_offset <= 0)
			e->byte_offset = (int)x->at;
		TRY(rc);
	} else {
		TRY(bind_expr(b, x, out, e));
		if (bound_is_untyped(*out))
			TRY(binder_infer(b, out, type_make(TYPE_STRING), e));
	}
	if (row_expr_is_immutable(*out))
		return OK;
	return FAIL(e, E_OBJECT_DEFINITION, "functions in index %s must be marked IMMUTABLE",
		use == ROW_EXPR_INDEX_PREDICATE ? "predicate" : "expression");
}

enum sqlstate row_expr_index_text(struct arena *a, const struct bind_options *options,
	const struct table *t, enum row_expr_use use, struct str text, const struct bound **out,
	struct error *e)
{
	struct ast_expr *x;

	TRY(parse_sql_text(a, text, &x, e));
	return row_expr_index(a, options, t, use, x, out, e);
}

/* ---- comparing ---- */

static bool is_truth(const struct bound *x, bool truth)
{
	return x->kind == BOUND_CONSTANT && x->value.type == VALUE_BOOL &&
	       x->value.boolean == truth;
}

/* As bound_is_null() makes it. */
const struct bound *row_expr_not_null(const struct bound *x)
{
	if (x->kind != BOUND_CASE || x->arg_count != 3 || x->args[0]->kind != BOUND_IS_TYPED ||
		x->args[0]->tested.kind != TYPE_NULL || !is_truth(x->args[1], false) ||
		!is_truth(x->args[2], true))
		return NULL;
	return x->args[0]->args[0];
}

static bool is_text(struct type type)
{
	return type.kind == TYPE_STRING || type.kind == TYPE_VARCHAR;
}

/* Without casts from one kind of text to another, which change nothing. */
static const struct bound *of_any_text(const struct bound *x)
{
	while (x->kind == BOUND_CAST && x->modifier == 0 && is_text(x->type) &&
		is_text(x->args[0]->type))
		x = x->args[0];
	return x;
}

static bool same_type(struct type x, struct type y)
{
	return type_equal(x, y) || (is_text(x) && is_text(y));
}

static bool same_head(const struct bound *x, const struct bound *y)
{
	return x->kind == y->kind && same_type(x->type, y->type) &&
	       x->arg_count == y->arg_count && x->function == y->function &&
	       x->is_lenient == y->is_lenient && x->is_sql == y->is_sql &&
	       x->is_variadic == y->is_variadic && x->modifier == y->modifier &&
	       type_equal(x->tested, y->tested);
}

bool row_expr_same(
	const struct bound *x, const struct bound *y, row_expr_is_column *is_column, void *context)
{
	x = of_any_text(x);
	y = of_any_text(y);
	if (x->kind == BOUND_SLOT)
		return is_column(context, x->index, y);
	if (!same_head(x, y))
		return false;
	switch (x->kind) {
	case BOUND_CONSTANT:
		return value_identical(x->value, y->value);
	case BOUND_CALL:
	case BOUND_AND:
	case BOUND_OR:
	case BOUND_CASE:
	case BOUND_COALESCE:
	case BOUND_CAST:
	case BOUND_LIST:
	case BOUND_IS_TYPED:
		break;
	default:
		return false;
	}
	for (uint32_t i = 0; i < x->arg_count; i++) {
		if (!row_expr_same(x->args[i], y->args[i], is_column, context))
			return false;
	}
	return true;
}

const struct bound *row_expr_fill(
	struct arena *a, const struct bound *x, const struct bound *const *row)
{
	const struct bound **args;
	struct bound *filled;

	if (x->kind == BOUND_SLOT)
		return row[x->index];
	filled = ARENA_NEW(a, struct bound);
	args = ARENA_ARRAY(a, const struct bound *, x->arg_count + 1);
	*filled = *x;
	filled->args = args;
	for (uint32_t i = 0; i < x->arg_count; i++) {
		args[i] = x->args[i] == NULL ? NULL : row_expr_fill(a, x->args[i], row);
		filled->is_volatile |= args[i] != NULL && args[i]->is_volatile;
	}
	return filled;
}
