/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Window functions: f(..) OVER (PARTITION BY .. ORDER BY .. frame). Each is bound to a slot of its
 * own; the planner (plan_window.c) puts what computes it on the stream before the projection.
 */
#include "query/bind/binder.h"

/* result: b BIGINT, f FLOAT64, i INT32, 0 the type of the first argument. */
static const struct window_row {
	const char *name;
	enum plan_window_kind kind;
	uint32_t least, most; /* arguments */
	char result;
} window_rows[] = {
	{ "row_number", WINDOW_ROW_NUMBER, 0, 0, 'b' },
	{ "rank", WINDOW_RANK, 0, 0, 'b' },
	{ "dense_rank", WINDOW_DENSE_RANK, 0, 0, 'b' },
	{ "percent_rank", WINDOW_PERCENT_RANK, 0, 0, 'f' },
	{ "cume_dist", WINDOW_CUME_DIST, 0, 0, 'f' },
	{ "ntile", WINDOW_NTILE, 1, 1, 'i' },
	{ "lag", WINDOW_LAG, 1, 3, '0' },
	{ "lead", WINDOW_LEAD, 1, 3, '0' },
	{ "first_value", WINDOW_FIRST_VALUE, 1, 1, '0' },
	{ "last_value", WINDOW_LAST_VALUE, 1, 1, '0' },
	{ "nth_value", WINDOW_NTH_VALUE, 2, 2, '0' },
};

static const struct window_row *window_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_COUNT(window_rows); i++) {
		if (str_equal_nocase(name, str_of(window_rows[i].name)))
			return &window_rows[i];
	}
	return NULL;
}

static enum sqlstate window_allowed(struct binder *b, const struct ast_expr *x, struct error *e)
{
	const struct ast_window *w = x->function->over;
	bool has_offsets = w->start_offset != NULL || w->end_offset != NULL;

	if (b->windowing == NULL)
		return FAIL_AT(e, x->at, E_WINDOWING, "window functions are not allowed in %s",
			b->place == NULL ? "this clause" : b->place);
	if (b->aggregation != NULL && b->aggregation->inside > 0)
		return FAIL_AT(e, x->at, E_GROUPING,
			"aggregate function calls cannot contain window function calls");
	if (x->function->is_distinct || x->function->order_by_count > 0)
		return FAIL_AT(e, x->at, E_NOT_SUPPORTED,
			"DISTINCT and ORDER BY inside a window function are not supported");
	if (w->unit == FRAME_GROUPS || (w->unit == FRAME_RANGE && has_offsets))
		return FAIL_AT(e, w->at, E_NOT_SUPPORTED,
			"window frames of GROUPS, and of RANGE with offsets, are not supported");
	if (w->start == FRAME_UNBOUNDED_FOLLOWING)
		return FAIL_AT(e, w->at, E_WINDOWING, "frame start cannot be UNBOUNDED FOLLOWING");
	if (w->end == FRAME_UNBOUNDED_PRECEDING)
		return FAIL_AT(e, w->at, E_WINDOWING, "frame end cannot be UNBOUNDED PRECEDING");
	return OK;
}

/* A value that goes into a slot: what has no type yet is text. */
static enum sqlstate bind_part(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	TRY(bind_expr(b, x, out, e));
	if (bound_is_untyped(*out))
		TRY(binder_infer(b, out, type_make(TYPE_STRING), e));
	if ((*out)->type.kind == TYPE_UNKNOWN)
		*out = bound_cast(b, *out, type_make(TYPE_STRING));
	return OK;
}

static enum sqlstate bind_offset(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	if (x == NULL)
		return OK;
	TRY(bind_expr(b, x, out, e));
	return binder_coerce(b, out, type_make(TYPE_INT64), "frame offset", e);
}

static enum sqlstate bind_over(
	struct binder *b, const struct ast_window *w, struct bound_window *to, struct error *e)
{
	to->partition = ARENA_ARRAY(b->arena, const struct bound *, w->partition_count);
	to->order = ARENA_ARRAY(b->arena, const struct bound *, w->order_by_count);
	for (uint32_t i = 0; i < w->partition_count; i++)
		TRY(bind_part(b, w->partition[i], &to->partition[i], e));
	for (uint32_t i = 0; i < w->order_by_count; i++)
		TRY(bind_part(b, w->order_by[i].expr, &to->order[i], e));
	TRY(bind_offset(b, w->start_offset, &to->start_offset, e));
	TRY(bind_offset(b, w->end_offset, &to->end_offset, e));
	to->plan.unit = w->unit;
	to->plan.start = w->start;
	to->plan.end = w->end;
	return OK;
}

/* lag(x, 1, default): the default takes the type of x, the number is one. */
static enum sqlstate bind_own_args(struct binder *b, const struct ast_expr *x,
	const struct window_row *row, struct bound_window *to, struct type *result, struct error *e)
{
	uint32_t count = x->function->arg_count;

	if (count < row->least || count > row->most || x->function->is_star ||
		x->function->filter != NULL) {
		FAIL(e, E_NO_FUNCTION, "function %s does not exist with these arguments",
			row->name);
		return binder_blame(e, x->at);
	}
	for (uint32_t i = 0; i < count; i++)
		TRY(bind_part(b, x->function->args[i], &to->args[i], e));
	if (count > 1)
		TRY(binder_coerce(b, &to->args[1], type_make(TYPE_INT64), "argument", e));
	if (row->kind == WINDOW_NTILE)
		TRY(binder_coerce(b, &to->args[0], type_make(TYPE_INT64), "argument", e));
	if (count > 2)
		to->args[2] = bound_cast(b, to->args[2], to->args[0]->type);
	*result = row->result == 'f'   ? type_make(TYPE_FLOAT64)
		  : row->result == 'i' ? type_make(TYPE_INT32)
		  : row->result == '0' ? to->args[0]->type
				       : type_make(TYPE_INT64);
	to->plan.kind = row->kind;
	to->plan.arg_count = count;
	return OK;
}

static enum sqlstate bind_aggregate_over(struct binder *b, const struct ast_expr *x,
	struct bound_window *to, struct type *result, struct error *e)
{
	const struct ast_function *call = x->function;
	struct function_match match = { 0 };
	struct type types[2] = { 0 };

	if (call->arg_count > 2)
		return FAIL_AT(
			e, x->at, E_NO_FUNCTION, "too many arguments of an aggregate function");
	for (uint32_t i = 0; i < call->arg_count; i++) {
		TRY(bind_part(b, call->args[i], &to->args[i], e));
		types[i] = to->args[i]->type;
	}
	if (b->is_sql)
		bind_sum_exactly(b, call->name.name, to->args, types);
	if (function_resolve(
		    bind_function_name(b, &call->name), types, call->arg_count, &match, e) != OK)
		return binder_blame(e, x->at);
	for (uint32_t i = 0; i < call->arg_count; i++) {
		if (match.coerce[i].kind != TYPE_NULL)
			to->args[i] = bound_cast(b, to->args[i], match.coerce[i]);
	}
	if (call->filter != NULL)
		TRY(bind_condition(b, call->filter, "FILTER", &to->filter, e));
	to->plan.kind = WINDOW_AGGREGATE;
	to->plan.function = match.function;
	to->plan.arg_count = call->arg_count;
	*result = match.result;
	return OK;
}

static void windowing_put(struct binder *b, const struct bound_window *w)
{
	struct windowing *all = b->windowing;

	if (all->count == all->capacity) {
		uint32_t wider = all->capacity == 0 ? 4 : 2 * all->capacity;

		all->windows = arena_grow(b->arena, all->windows, all->count * sizeof *all->windows,
			wider * sizeof *all->windows);
		all->capacity = wider;
	}
	all->windows[all->count++] = *w;
}

enum sqlstate bind_window(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct window_row *row = window_find(x->function->name.name);
	struct windowing *windowing = b->windowing;
	struct bound_window w = { .expr = x };
	struct type result;

	TRY(window_allowed(b, x, e));
	for (uint32_t i = 0; i < windowing->count; i++) {
		if (binder_same_source(b, windowing->windows[i].expr, x)) {
			*out = binder_slot_ref(b, windowing->windows[i].plan.slot, x->at);
			return OK;
		}
	}
	if (row == NULL && !function_is_aggregate(x->function->name.name))
		return FAIL_AT(e, x->at, E_TYPE,
			"OVER specified, but %.*s is not a window function nor an aggregate "
			"function",
			STR_ARGS(x->function->name.name));
	/* One window function inside of another is refused as in any other place. */
	b->windowing = NULL;
	b->place = "window function";
	TRY(bind_over(b, x->function->over, &w, e));
	if (row != NULL)
		TRY(bind_own_args(b, x, row, &w, &result, e));
	else
		TRY(bind_aggregate_over(b, x, &w, &result, e));
	b->windowing = windowing;
	w.plan.slot = binder_slot_new(b, result, binder_source(b, x));
	windowing_put(b, &w);
	*out = binder_slot_ref(b, w.plan.slot, x->at);
	return OK;
}
