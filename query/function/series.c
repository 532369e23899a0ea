/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Moments go from one to the next, so that months of different lengths add up as PostgreSQL has them;
 * a numeric is computed from the first, so that none needs to be kept.
 */
#include "query/function/series.h"

#include <string.h>

#include "query/eval/decimal_value.h"
#include "query/function/functions.h"

bool list_series_is_made_by(const struct function_body *f)
{
	return f != NULL && (f->row == list_range || f->row == list_series);
}

static int sign_of(struct value step)
{
	static const struct value_duration nothing = { 0 };

	if (step.type == VALUE_DURATION)
		return value_order(
			step, (struct value){ .type = VALUE_DURATION, .duration = &nothing });
	return value_order(step, value_int(0));
}

enum sqlstate list_series_begin(
	struct series *s, const struct value *args, uint32_t count, struct error *e)
{
	int sign;

	*s = (struct series){ .first = args[0],
		.current = args[0],
		.stop = args[1],
		.step = count > 2 ? args[2] : value_int(1) };
	if (s->first.type == VALUE_NULL || s->stop.type == VALUE_NULL ||
		s->step.type == VALUE_NULL) {
		s->is_done = true;
		return OK;
	}
	sign = sign_of(s->step);
	if (sign == 0)
		return FAIL(e, E_INVALID_VALUE, "step size cannot equal zero");
	s->is_falling = sign < 0;
	return OK;
}

/* The value behind the current one; an integer too large ends the series. */
static enum sqlstate advance(struct eval *ev, struct series *s, struct error *e)
{
	struct value pair[2] = { s->current, s->step };

	if (s->current.type == VALUE_INT && s->step.type == VALUE_INT) {
		s->is_done = __builtin_add_overflow(
			s->current.integer, s->step.integer, &s->current.integer);
		return OK;
	}
	return operator_add(ev, pair, 2, &s->current, e);
}

static enum sqlstate numeric_at(
	struct eval *ev, const struct series *s, uint64_t place, struct value *out, struct error *e)
{
	struct value pair[2] = { value_int((int64_t)place), s->step };

	TRY(operator_multiply(ev, pair, 2, &pair[1], e));
	pair[0] = s->first;
	return operator_add(ev, pair, 2, out, e);
}

enum sqlstate list_series_next(
	struct eval *ev, struct series *s, struct value *out, bool *found, struct error *e)
{
	int order;

	*found = false;
	if (s->is_done)
		return OK;
	*out = s->current;
	if (s->first.type == VALUE_DECIMAL || s->step.type == VALUE_DECIMAL)
		TRY(numeric_at(ev, s, s->given, out, e));
	order = value_order(*out, s->stop);
	if (s->is_falling ? order < 0 : order > 0) {
		s->is_done = true;
		return OK;
	}
	*found = true;
	s->given++;
	if (s->first.type == VALUE_DECIMAL || s->step.type == VALUE_DECIMAL)
		return OK;
	return advance(ev, s, e);
}

FUNCTION_ROW(list_series)
{
	struct value *items = NULL;
	uint32_t used = 0, capacity = 0;
	struct series s;
	bool found;

	TRY(list_series_begin(&s, args, count, e));
	for (;;) {
		struct value item;

		TRY(list_series_next(ev, &s, &item, &found, e));
		if (!found)
			break;
		if (used == capacity) {
			capacity = capacity == 0 ? 16 : 2 * capacity;
			TRY(eval_check_list(ev, capacity, e));
			items = arena_grow(
				ev->arena, items, sizeof *items * used, sizeof *items * capacity);
		}
		items[used++] = item;
	}
	*out = eval_list(items, used);
	return OK;
}
