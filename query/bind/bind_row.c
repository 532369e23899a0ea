/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Row values of SQL: (a, b) and ROW(a, b), which the parser makes calls of "row". Two of them are
 * compared field by field, each pair with its own types:
 *
 *	(a, b) = (c, d)     a = c AND b = d
 *	(a, b) < (c, d)     a < c OR (a = c AND b < d)
 *	(a, b) IN (SELECT x, y ..)     a list of rows, of which one is equal
 *
 * Anywhere else a row is a RECORD, whose fields have no static types any more.
 */
#include "query/bind/binder.h"

bool ast_is_row(const struct ast_expr *x)
{
	return x->kind == EXPR_FUNCTION && x->function->name.qualifier.length == 0 &&
	       str_equal_nocase(x->function->name.name, STR("row"));
}

/* What is known of a field's type at run time is that of its value: names of tables and the like, and
   reals with the digits they have, are put in words before. */
void binder_row_field(struct binder *b, const struct bound **field)
{
	bool is_real = (*field)->type.kind == TYPE_FLOAT32;

	if (type_is_reg((*field)->type) || bound_is_unknown(*field) || is_real)
		*field = bound_cast(b, *field, type_make(TYPE_STRING));
	if (is_real)
		*field = bound_cast(b, *field, type_make(TYPE_DECIMAL));
}

enum sqlstate bind_row(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	uint32_t count = x->function->arg_count;
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, count + 1);
	struct str *keys = ARENA_ARRAY(b->arena, struct str, count + 1);
	struct bound *row = bound_new(b, BOUND_LIST, type_make(TYPE_RECORD), x->at);

	if (!b->is_sql)
		return FAIL_AT(e, x->at, E_NOT_SUPPORTED, "a row value is not supported here");
	for (uint32_t i = 0; i < count; i++) {
		TRY(bind_expr(b, x->function->args[i], &args[i], e));
		if (bound_is_untyped(args[i]))
			TRY(binder_infer(b, &args[i], type_make(TYPE_STRING), e));
		binder_row_field(b, &args[i]);
		keys[i] = arena_printf(b->arena, "f%u", i + 1);
		row->is_volatile |= args[i]->is_volatile;
	}
	row->args = args;
	row->keys = keys;
	row->arg_count = count;
	*out = row;
	return OK;
}

/* ---- comparison ------------------------------------------------------------------------------ */

static enum sqlstate bind_pair(struct binder *b, enum ast_op op, const struct ast_expr *left,
	const struct ast_expr *right, uint32_t at, const struct bound **out, struct error *e)
{
	const struct bound *x, *y;

	if (ast_is_row(left) && ast_is_row(right))
		return bind_rows(b, op, left, right, at, out, e);
	TRY(bind_expr(b, left, &x, e));
	TRY(bind_expr(b, right, &y, e));
	return bind_comparison(b, op, x, y, at, out, e);
}

/* a < c OR (a = c AND the rest): from the last field to the first. */
static enum sqlstate bind_order(struct binder *b, enum ast_op op, const struct ast_function *x,
	const struct ast_function *y, uint32_t at, const struct bound **out, struct error *e)
{
	enum ast_op strict = op == OP_LE ? OP_LT : op == OP_GE ? OP_GT : op;
	uint32_t last = x->arg_count - 1;

	TRY(bind_pair(b, op, x->args[last], y->args[last], at, out, e));
	while (last-- > 0) {
		const struct bound *equal[2] = { NULL, *out }, *either[2];

		TRY(bind_pair(b, OP_EQ, x->args[last], y->args[last], at, &equal[0], e));
		TRY(bind_pair(b, strict, x->args[last], y->args[last], at, &either[0], e));
		either[1] = bound_combine(b, BOUND_AND, equal, 2);
		*out = bound_combine(b, BOUND_OR, either, 2);
	}
	return OK;
}

enum sqlstate bind_rows(struct binder *b, enum ast_op op, const struct ast_expr *left,
	const struct ast_expr *right, uint32_t at, const struct bound **out, struct error *e)
{
	const struct ast_function *x = left->function;
	const struct ast_function *y = right->function;
	const struct bound **parts = ARENA_ARRAY(b->arena, const struct bound *, x->arg_count + 1);
	bool is_any = op == OP_NE || op == OP_DISTINCT_FROM;

	if (x->arg_count != y->arg_count)
		return FAIL_AT(e, at, E_SYNTAX, "unequal number of entries in row expressions");
	if (x->arg_count == 0)
		return FAIL_AT(e, at, E_NOT_SUPPORTED, "cannot compare rows of zero length");
	if (!is_any && op != OP_EQ)
		return bind_order(b, op, x, y, at, out, e);
	for (uint32_t i = 0; i < x->arg_count; i++)
		TRY(bind_pair(b, op, x->args[i], y->args[i], at, &parts[i], e));
	*out = bound_combine(b, is_any ? BOUND_OR : BOUND_AND, parts, x->arg_count);
	return OK;
}

/* ---- IN -------------------------------------------------------------------------------------- */

/* The rows of a query, as a list of RECORDs. */
static enum sqlstate bind_row_query(struct binder *b, const struct ast_expr *left,
	const struct ast_expr *query, uint32_t at, const struct bound **out, struct error *e)
{
	struct ast_expr *rows = ARENA_NEW(b->arena, struct ast_expr);
	const struct bound *row;
	const struct bound *list;

	*rows = *query;
	rows->subquery.kind = SUBQUERY_ROWS;
	rows->subquery.column_count = left->function->arg_count;
	TRY(bind_expr(b, left, &row, e));
	TRY(bind_expr(b, rows, &list, e));
	return binder_operator(b, OP_IN, row, list, at, out, e);
}

enum sqlstate bind_row_in(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct ast_expr *right = x->binary.right;
	const struct bound **parts;
	uint32_t count = right->kind == EXPR_LIST ? right->list.count : 1;

	if (right->kind == EXPR_SUBQUERY)
		return bind_row_query(b, x->binary.left, right, x->at, out, e);
	parts = ARENA_ARRAY(b->arena, const struct bound *, count + 1);
	for (uint32_t i = 0; i < count; i++) {
		const struct ast_expr *item =
			right->kind == EXPR_LIST ? right->list.items[i] : right;

		TRY(bind_pair(b, OP_EQ, x->binary.left, item, x->at, &parts[i], e));
	}
	*out = bound_combine(b, BOUND_OR, parts, count);
	return OK;
}

/* ROW(..) IS NULL: all fields are; IS NOT NULL: none is. */
enum sqlstate bind_row_is_null(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct ast_function *row = x->is.operand->function;
	const struct bound **parts =
		ARENA_ARRAY(b->arena, const struct bound *, row->arg_count + 1);

	for (uint32_t i = 0; i < row->arg_count; i++) {
		const struct bound *field;

		TRY(bind_expr(b, row->args[i], &field, e));
		parts[i] = bound_is_null(b, field, x->is.is_negated);
	}
	if (row->arg_count == 0)
		*out = bound_constant(b, value_bool(true), type_make(TYPE_BOOL), x->at);
	else
		*out = bound_combine(b, BOUND_AND, parts, row->arg_count);
	return OK;
}
