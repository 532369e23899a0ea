/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Subscripts of SQL's arrays: a[1][2], an item, and a[1:2][3], items from one to another. Arrays of several
 * dimensions are lists of lists, but one subscript alone leads to no list of them.
 */
#include "base/array_text.h"
#include "query/bind/binder.h"

/* a[1][2] of SQL: one call with all the subscripts, if what they begin at is an array. */
enum sqlstate bind_array_item(struct binder *b, const struct ast_expr *x, bool *is_array,
	const struct bound **out, struct error *e)
{
	const struct bound *args[ARRAY_DIMENSIONS_MAX + 1];
	const struct ast_expr *base = x;
	uint32_t depth = 0;

	while (base->kind == EXPR_INDEX && ++depth)
		base = base->index.base;
	*is_array = false;
	if (!b->is_sql || depth > ARRAY_DIMENSIONS_MAX)
		return OK;
	TRY(bind_expr(b, base, &args[0], e));
	*is_array = args[0]->type.kind == TYPE_LIST;
	for (uint32_t i = depth; *is_array && i > 0; i--, x = x->index.base) {
		TRY(bind_expr(b, x->index.first, &args[i], e));
		TRY(binder_coerce(b, &args[i], type_make(TYPE_INT64), "array subscript", e));
	}
	if (!*is_array)
		return OK;
	return binder_function(b, STR("array_item"), args, depth + 1, base->at, out, e);
}

static bool is_slice(const struct ast_expr *x)
{
	return x->kind == EXPR_FUNCTION && x->function->arg_count == 3 &&
	       str_equal(x->function->name.name, STR("array_slice"));
}

static const struct ast_expr *subscripted(const struct ast_expr *x)
{
	return is_slice(x) ? x->function->args[0] : x->index.base;
}

/* One of the subscripts: from one to another, or as far as the number that stands alone. */
static enum sqlstate bind_slice_end(struct binder *b, const struct ast_expr *x, int end,
	const struct bound **out, struct error *e)
{
	if (is_slice(x))
		TRY(bind_expr(b, x->function->args[1 + end], out, e));
	else if (end == 1)
		TRY(bind_expr(b, x->index.first, out, e));
	else
		*out = bound_constant(b, value_int(1), type_make(TYPE_INT64), x->at);
	return binder_coerce(b, out, type_make(TYPE_INT64), "array subscript", e);
}

enum sqlstate bind_array_slices(struct binder *b, const struct ast_expr *x, bool *is_array,
	const struct bound **out, struct error *e)
{
	const struct bound *args[2 * ARRAY_DIMENSIONS_MAX + 1];
	const struct ast_expr *base = x;
	bool has_slice = false;
	uint32_t depth = 0;

	for (; base->kind == EXPR_INDEX || is_slice(base); base = subscripted(base), depth++)
		has_slice |= is_slice(base);
	*is_array = false;
	if (!b->is_sql || !has_slice || depth > ARRAY_DIMENSIONS_MAX)
		return OK;
	TRY(bind_expr(b, base, &args[0], e));
	if (bound_is_untyped(args[0]))
		TRY(binder_infer(b, &args[0], type_list_of(type_make(TYPE_STRING)), e));
	*is_array = args[0]->type.kind == TYPE_LIST;
	for (uint32_t i = depth; *is_array && i > 0; i--, x = subscripted(x)) {
		TRY(bind_slice_end(b, x, 0, &args[2 * i - 1], e));
		TRY(bind_slice_end(b, x, 1, &args[2 * i], e));
	}
	if (!*is_array)
		return OK;
	return binder_function(b, STR("array_slices"), args, 2 * depth + 1, base->at, out, e);
}

bool bind_array_is_slice(const struct ast_expr *place)
{
	for (; place->kind == EXPR_INDEX || is_slice(place); place = subscripted(place)) {
		if (is_slice(place))
			return true;
	}
	return false;
}

enum sqlstate bind_array_assign(struct binder *b, const struct ast_expr *place,
	const struct bound *array, const struct bound *value, const struct bound **out,
	struct error *e)
{
	const struct bound *args[2 * ARRAY_DIMENSIONS_MAX + 3] = { array, value };
	bool slices = bind_array_is_slice(place);
	const struct ast_expr *x = place;
	uint32_t depth = 0;

	for (; x->kind == EXPR_INDEX || is_slice(x); x = subscripted(x))
		depth++;
	if (depth > ARRAY_DIMENSIONS_MAX)
		return FAIL_AT(e, place->at, E_PROGRAM_LIMIT,
			"number of array dimensions (%u) exceeds the maximum allowed (%d)", depth,
			ARRAY_DIMENSIONS_MAX);
	args[2] = bound_constant(b, value_bool(slices), type_make(TYPE_BOOL), place->at);
	x = place;
	for (uint32_t i = depth; i > 0; i--, x = subscripted(x)) {
		TRY(bind_slice_end(b, x, 1, &args[2 * i + 2], e));
		args[2 * i + 1] = args[2 * i + 2];
		if (slices)
			TRY(bind_slice_end(b, x, 0, &args[2 * i + 1], e));
	}
	return binder_function(b, STR("array_assign"), args, 2 * depth + 3, place->at, out, e);
}
