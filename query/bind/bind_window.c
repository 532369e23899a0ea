/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Window functions: f(..) OVER (PARTITION BY .. ORDER BY .. frame). Each is bound to a slot of its
 * own; the planner (plan_window.c) puts what computes it on the stream before the projection.
 */
#include "query/bind/binder.h"

#include "query/function/function_body.h"

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

bool bind_is_window_name(struct str name)
{
	return window_find(name) != NULL;
}

static enum sqlstate window_allowed(struct binder *b, const struct ast_expr *x, struct error *e)
{
	if (b->windowing == NULL)
		return FAIL_AT(e, x->at, E_WINDOWING, "window functions are not allowed in %s",
			b->place == NULL ? "this clause" : b->place);
	if (b->aggregation != NULL && b->aggregation->inside > 0)
		return FAIL_AT(e, x->at, E_GROUPING,
			"aggregate function calls cannot contain window function calls");
	if (x->function->is_distinct)
		return FAIL_AT(e, x->at, E_NOT_SUPPORTED,
			"DISTINCT is not implemented for window functions");
	if (x->function->order_by_count > 0)
		return FAIL_AT(e, x->at, E_NOT_SUPPORTED,
			"aggregate ORDER BY is not implemented for window functions");
	return OK;
}

/* ---- named windows --------------------------------------------------------------------------- */

static const struct ast_window *window_named(
	const struct binder *b, struct str name, const struct ast_window *before)
{
	for (uint32_t i = 0; b->select != NULL && i < b->select->window_count; i++) {
		const struct ast_named_window *w = &b->select->windows[i];

		if (w->window == before)
			return NULL;
		if (str_equal_nocase(w->name.text, name))
			return w->window;
	}
	return NULL;
}

static enum sqlstate window_may_add(const struct ast_window *w, const struct ast_window *base,
	struct str name, struct error *e)
{
	if (w->partition_count > 0)
		return FAIL_AT(e, w->at, E_WINDOWING,
			"cannot override PARTITION BY clause of window \"%.*s\"", STR_ARGS(name));
	if (w->order_by_count > 0 && base->order_by_count > 0)
		return FAIL_AT(e, w->at, E_WINDOWING,
			"cannot override ORDER BY clause of window \"%.*s\"", STR_ARGS(name));
	if (base->unit != FRAME_DEFAULT)
		return FAIL_AT(e, w->at, E_WINDOWING,
			"cannot copy window \"%.*s\" because it has a frame clause",
			STR_ARGS(name));
	return OK;
}

/* OVER w is that window; OVER (w ..) adds to it. A window of the WINDOW clause may add to one before
   it: `before` is that window, NULL for one behind OVER. */
static enum sqlstate window_resolve(struct binder *b, const struct ast_window *w,
	const struct ast_window *before, const struct ast_window **out, struct error *e)
{
	const struct ast_window *base;
	struct ast_window *joined;

	*out = w;
	if (w->base.text.length == 0)
		return OK;
	base = window_named(b, w->base.text, before);
	if (base == NULL)
		return FAIL_AT(e, w->base.at, E_NO_OBJECT, "window \"%.*s\" does not exist",
			STR_ARGS(w->base.text));
	TRY(window_resolve(b, base, base, &base, e));
	if (w->is_reference) {
		*out = base;
		return OK;
	}
	TRY(window_may_add(w, base, w->base.text, e));
	joined = ARENA_NEW(b->arena, struct ast_window);
	*joined = *w;
	joined->base = (struct ast_name){ 0 };
	joined->partition = base->partition;
	joined->partition_count = base->partition_count;
	if (base->order_by_count > 0) {
		joined->order_by = base->order_by;
		joined->order_by_count = base->order_by_count;
	}
	*out = joined;
	return OK;
}

static enum sqlstate frame_check(const struct ast_window *w, struct error *e)
{
	if (w->unit == FRAME_GROUPS && w->order_by_count == 0)
		return FAIL_AT(e, w->at, E_WINDOWING, "GROUPS mode requires an ORDER BY clause");
	if (w->start == FRAME_UNBOUNDED_FOLLOWING)
		return FAIL_AT(e, w->at, E_WINDOWING, "frame start cannot be UNBOUNDED FOLLOWING");
	if (w->end == FRAME_UNBOUNDED_PRECEDING)
		return FAIL_AT(e, w->at, E_WINDOWING, "frame end cannot be UNBOUNDED PRECEDING");
	if (w->start == FRAME_CURRENT && w->end == FRAME_PRECEDING)
		return FAIL_AT(e, w->at, E_WINDOWING,
			"frame starting from current row cannot have preceding rows");
	if (w->start == FRAME_FOLLOWING && w->end < FRAME_FOLLOWING)
		return FAIL_AT(e, w->at, E_WINDOWING,
			"frame starting from following row cannot have %s",
			w->end == FRAME_CURRENT ? "current row" : "preceding rows");
	if (w->unit == FRAME_RANGE && (w->start_offset != NULL || w->end_offset != NULL) &&
		w->order_by_count != 1)
		return FAIL_AT(e, w->at, E_WINDOWING,
			"RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY "
			"column");
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

/* The type that offsets from a column of this type have; NULL: there is none. */
static struct type range_type(struct type order)
{
	switch (type_base(order).kind) {
	case TYPE_INT16:
	case TYPE_INT32:
	case TYPE_INT64:
		return type_make(TYPE_INT64);
	case TYPE_DECIMAL:
	case TYPE_FLOAT64:
		return type_base(order);
	case TYPE_FLOAT32:
		return type_make(TYPE_FLOAT64);
	case TYPE_DATE:
	case TYPE_TIME:
	case TYPE_TIMETZ:
	case TYPE_TIMESTAMP:
	case TYPE_TIMESTAMPTZ:
	case TYPE_DURATION:
		return type_make(TYPE_DURATION);
	default:
		return type_make(TYPE_NULL);
	}
}

/* One end of RANGE: the offset, and the value at which the frame ends. */
static enum sqlstate bind_range_end(struct binder *b, const struct ast_expr *x, bool is_less,
	const struct bound *order, const struct bound **offset, const struct bound **bound,
	struct error *e)
{
	struct type type = range_type(order->type);
	char name[TYPE_NAME_SIZE];

	if (x == NULL)
		return OK;
	if (type.kind == TYPE_NULL)
		return FAIL_AT(e, x->at, E_NOT_SUPPORTED,
			"RANGE with offset PRECEDING/FOLLOWING is not supported for column type %s",
			type_name(order->type, name));
	TRY(bind_expr(b, x, offset, e));
	if (bound_is_untyped(*offset))
		TRY(binder_infer(b, offset, type, e));
	if (!function_converts((*offset)->type, type) && !bound_is_unknown(*offset)) {
		FAIL_AT(e, x->at, E_NOT_SUPPORTED,
			"RANGE with offset PRECEDING/FOLLOWING is not supported for column type %s "
			"and offset type %s",
			type_name(order->type, name), function_type_name((*offset)->type).text);
		error_hint(e, "Cast the offset value to an appropriate type.");
		return e->code;
	}
	*offset = bound_cast(b, *offset, type);
	return bind_sql_arithmetic(
		b, is_less ? OP_SUBTRACT : OP_ADD, order, *offset, x->at, bound, e);
}

/* What comes before in the order is less, or more where that is descending. */
static enum sqlstate bind_range(
	struct binder *b, const struct ast_window *w, struct bound_window *to, struct error *e)
{
	bool is_descending = w->order_by[0].is_descending;

	to->plan.is_descending = is_descending;
	/* A date less an interval is a timestamp. */
	if (to->order[0]->type.kind == TYPE_DATE)
		to->order[0] = bound_cast(b, to->order[0], type_make(TYPE_TIMESTAMP));
	TRY(bind_range_end(b, w->start_offset, (w->start == FRAME_PRECEDING) != is_descending,
		to->order[0], &to->start_offset, &to->start_bound, e));
	return bind_range_end(b, w->end_offset, (w->end == FRAME_PRECEDING) != is_descending,
		to->order[0], &to->end_offset, &to->end_bound, e);
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
	if (w->unit == FRAME_RANGE && (w->start_offset != NULL || w->end_offset != NULL)) {
		TRY(bind_range(b, w, to, e));
	} else {
		TRY(bind_offset(b, w->start_offset, &to->start_offset, e));
		TRY(bind_offset(b, w->end_offset, &to->end_offset, e));
	}
	to->plan.unit = w->unit;
	to->plan.start = w->start;
	to->plan.end = w->end;
	to->plan.exclusion = w->exclusion;
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
	to->plan.body = function_body(match.function);
	to->plan.arg_count = call->arg_count;
	*result = b->is_sql && call->arg_count == 1 && bind_keeps_type(call->name.name, types[0])
			  ? types[0]
			  : match.result;
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
	TRY(window_resolve(b, x->function->over, NULL, &w.over, e));
	TRY(frame_check(w.over, e));
	/* One window function inside of another is refused as in any other place. */
	b->windowing = NULL;
	b->place = "window function";
	TRY(bind_over(b, w.over, &w, e));
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
