/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The aggregates. Each is a state of a few words and two functions; the loops run over a batch's
 * rows so that a call is made per batch, not per row. On no rows count is 0, collect_list is [],
 * all others are NULL.
 *
 * Invariants
 *  A1. All zeroes is the state of a group without rows.
 *  A2. Values that are kept (min, max, collect_list) are copied into the context's arena.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/interval.h"
#include "query/eval/decimal_value.h"
#include "query/function/aggregate.h"
#include "query/function/functions.h"

#define AGGREGATE_ADD(name)                                                                        \
	static enum sqlstate name(const struct aggregate_context *c, void *const *states,          \
		const struct column *args, const uint32_t *rows, uint32_t count, struct error *e)
#define AGGREGATE_FINISH(name)                                                                     \
	static enum sqlstate name(const struct aggregate_context *c, void *state,                  \
		struct value *out, struct error *e)

/* ---- count ---- */

AGGREGATE_ADD(count_add)
{
	for (uint32_t i = 0; i < count; i++) {
		if (args == NULL || !column_is_null(&args[0], rows[i]))
			++*(int64_t *)states[i];
	}
	return OK;
}

AGGREGATE_FINISH(count_finish)
{
	*out = value_int(*(int64_t *)state);
	return OK;
}

/* Weights are INT64 and never NULL. */
AGGREGATE_ADD(weights_add)
{
	for (uint32_t i = 0; i < count; i++)
		*(int64_t *)states[i] += args[0].i64[rows[i] * args[0].stride];
	return OK;
}

const struct aggregate_methods aggregate_count_weights = { sizeof(int64_t), weights_add,
	count_finish, false };

const struct aggregate_methods aggregate_count = { sizeof(int64_t), count_add, count_finish,
	false };

/* ---- sum and avg ---- */

/* The sum of integers is exact while it fits 128 bits, that of decimals always; floats add with a compensation (Neumaier),
   so that order matters little. */
struct sum {
	__int128 whole;
	double real, lost;
	int64_t count;
	struct interval duration;
	struct decimal_sum decimal;
	bool has_real, has_duration;
	bool has_infinite; /* one of the floats */
};

static void sum_real(struct sum *s, double f)
{
	double total = s->real + f;

	if (fabs(s->real) >= fabs(f))
		s->lost += (s->real - total) + f;
	else
		s->lost += (f - total) + s->real;
	s->real = total;
	s->has_real = true;
	s->has_infinite |= isinf(f);
}

static enum sqlstate sum_total(struct arena *a, const struct sum *s, double *out, struct error *e)
{
	const struct decimal *decimal;

	*out = s->real + (isfinite(s->lost) ? s->lost : 0);
	*out += (double)s->whole;
	if (!s->decimal.is_used)
		return OK;
	TRY(eval_decimal_sum_total(a, &s->decimal, &decimal, e));
	*out += decimal_to_double(decimal);
	return OK;
}

/* Of decimals and integers; the integers' sum is within 64 bits or this is an error. */
static enum sqlstate sum_decimal(
	struct arena *a, const struct sum *s, const struct decimal **out, struct error *e)
{
	if (s->whole < INT64_MIN || s->whole > INT64_MAX)
		return FAIL(e, E_OUT_OF_RANGE, "bigint out of range");
	TRY(eval_decimal_sum_total(a, &s->decimal, out, e));
	return decimal_add(a, *out, decimal_of_int64(a, (int64_t)s->whole), out, e);
}

static enum sqlstate sum_value(struct arena *a, struct sum *s, struct value v, struct error *e)
{
	struct interval i;

	switch (v.type) {
	case VALUE_NULL:
		return OK;
	case VALUE_INT:
		s->whole += v.integer;
		break;
	case VALUE_FLOAT:
		sum_real(s, v.real);
		break;
	case VALUE_DECIMAL:
		TRY(eval_decimal_sum_add(a, &s->decimal, v.decimal, e));
		break;
	case VALUE_DURATION:
		i = (struct interval){ v.duration->microseconds, v.duration->days,
			v.duration->months };
		TRY(interval_add(&s->duration, &i, &s->duration, e));
		s->has_duration = true;
		break;
	default:
		return FAIL(e, E_TYPE, "cannot add up a value of type %s", value_type_name(v.type));
	}
	s->count++;
	return OK;
}

AGGREGATE_ADD(sum_add)
{
	const struct column *arg = &args[0];

	if (arg->form == COLUMN_I64 && arg->nulls == NULL) {
		for (uint32_t i = 0; i < count; i++) {
			struct sum *s = states[i];

			s->whole += arg->i64[rows[i] * arg->stride];
			s->count++;
		}
		return OK;
	}
	for (uint32_t i = 0; i < count; i++)
		TRY(sum_value(c->arena, states[i], column_value(arg, rows[i]), e));
	return OK;
}

static enum sqlstate duration_result(struct arena *a, const struct interval *i, struct value *out)
{
	struct value_duration *d = arena_alloc_raw(a, sizeof *d);

	*d = (struct value_duration){ i->months, i->days, i->microseconds };
	*out = (struct value){ .type = VALUE_DURATION, .duration = d };
	return OK;
}

AGGREGATE_FINISH(sum_finish)
{
	struct sum *s = state;

	*out = value_null();
	if (s->count == 0)
		return OK;
	if (s->has_duration)
		return duration_result(c->ev->arena, &s->duration, out);
	if (s->has_real) {
		*out = value_float(0);
		return sum_total(c->ev->arena, s, &out->real, e);
	}
	if (s->decimal.is_used) {
		*out = (struct value){ .type = VALUE_DECIMAL };
		return sum_decimal(c->ev->arena, s, &out->decimal, e);
	}
	if (s->whole < INT64_MIN || s->whole > INT64_MAX)
		return FAIL(e, E_OUT_OF_RANGE, "bigint out of range");
	*out = value_int((int64_t)s->whole);
	return OK;
}

AGGREGATE_FINISH(avg_finish)
{
	struct sum *s = state;
	struct interval mean;

	*out = value_null();
	if (s->count == 0)
		return OK;
	if (s->has_duration) {
		TRY(interval_multiply(&s->duration, 1.0 / (double)s->count, &mean, e));
		return duration_result(c->ev->arena, &mean, out);
	}
	if (s->decimal.is_used && !s->has_real) {
		const struct decimal *sum;

		TRY(sum_decimal(c->ev->arena, s, &sum, e));
		return eval_decimal_combine(c->ev->arena, decimal_divide, value_decimal(sum),
			value_int(s->count), out, e);
	}
	*out = value_float(0);
	TRY(sum_total(c->ev->arena, s, &out->real, e));
	out->real /= (double)s->count;
	return OK;
}

/* PostgreSQL refuses a sum of finite floats that is beyond their range. */
static enum sqlstate check_range(const struct sum *s, struct error *e)
{
	if (s->has_real && isinf(s->real) && !s->has_infinite)
		return FAIL(e, E_OUT_OF_RANGE, "value out of range: overflow");
	return OK;
}

AGGREGATE_FINISH(sum_checked_finish)
{
	TRY(check_range(state, e));
	return sum_finish(c, state, out, e);
}

AGGREGATE_FINISH(avg_checked_finish)
{
	TRY(check_range(state, e));
	return avg_finish(c, state, out, e);
}

const struct aggregate_methods aggregate_sum_checked = { sizeof(struct sum), sum_add,
	sum_checked_finish, false };
const struct aggregate_methods aggregate_avg_checked = { sizeof(struct sum), sum_add,
	avg_checked_finish, false };
const struct aggregate_methods aggregate_sum = { sizeof(struct sum), sum_add, sum_finish, false };
const struct aggregate_methods aggregate_avg = { sizeof(struct sum), sum_add, avg_finish, false };

/* ---- min and max ---- */

static enum sqlstate best_add(const struct aggregate_context *c, void *const *states,
	const struct column *arg, const uint32_t *rows, uint32_t count, int sign)
{
	for (uint32_t i = 0; i < count; i++) {
		struct value v = column_value(arg, rows[i]);
		struct value *best = states[i];

		if (v.type == VALUE_NULL)
			continue;
		if (best->type == VALUE_NULL || value_order(v, *best) * sign > 0)
			*best = value_copy(c->arena, v);
	}
	return OK;
}

AGGREGATE_ADD(min_add)
{
	return best_add(c, states, args, rows, count, -1);
}

AGGREGATE_ADD(max_add)
{
	return best_add(c, states, args, rows, count, 1);
}

AGGREGATE_FINISH(best_finish)
{
	*out = *(struct value *)state;
	return OK;
}

const struct aggregate_methods aggregate_min = { sizeof(struct value), min_add, best_finish,
	false };
const struct aggregate_methods aggregate_max = { sizeof(struct value), max_add, best_finish,
	false };

/* ---- collect_list ---- */

struct collected {
	struct gathered all;
	struct value parameter; /* of percentiles */
};

static enum sqlstate collect_one(
	const struct aggregate_context *c, struct collected *list, struct value v, struct error *e)
{
	return v.type == VALUE_NULL ? OK : aggregate_gather(c, &list->all, v, e);
}

AGGREGATE_ADD(collect_add)
{
	for (uint32_t i = 0; i < count; i++)
		TRY(collect_one(c, states[i], column_value(&args[0], rows[i]), e));
	return OK;
}

AGGREGATE_FINISH(collect_finish)
{
	struct collected *list = state;

	*out = eval_list(list->all.items, list->all.count);
	return OK;
}

const struct aggregate_methods aggregate_collect = { sizeof(struct collected), collect_add,
	collect_finish, false };

/* ---- percentiles ---- */

AGGREGATE_ADD(percentile_add)
{
	for (uint32_t i = 0; i < count; i++) {
		struct value v = column_value(&args[0], rows[i]);
		struct value p = column_value(&args[1], rows[i]);
		struct collected *list = states[i];
		double fraction;

		if (p.type == VALUE_NULL)
			continue;
		fraction = value_to_double(p);
		if (!(fraction >= 0 && fraction <= 1))
			return FAIL(e, E_OUT_OF_RANGE, "percentile value %g is not between 0 and 1",
				fraction);
		list->parameter = value_float(fraction);
		TRY(collect_one(c, list, v, e));
	}
	return OK;
}

static int by_order(const void *a, const void *b)
{
	return value_order(*(const struct value *)a, *(const struct value *)b);
}

AGGREGATE_FINISH(percentile_disc_finish)
{
	struct collected *list = state;
	double place;

	*out = value_null();
	if (list->all.count == 0)
		return OK;
	qsort(list->all.items, list->all.count, sizeof *list->all.items, by_order);
	place = ceil(list->parameter.real * list->all.count);
	*out = list->all.items[place < 1 ? 0 : (uint32_t)place - 1];
	return OK;
}

AGGREGATE_FINISH(percentile_cont_finish)
{
	struct collected *list = state;
	double place, low, high;
	uint32_t at;

	*out = value_null();
	if (list->all.count == 0)
		return OK;
	qsort(list->all.items, list->all.count, sizeof *list->all.items, by_order);
	place = list->parameter.real * (list->all.count - 1);
	at = (uint32_t)place;
	low = value_to_double(list->all.items[at]);
	high = value_to_double(list->all.items[at + 1 < list->all.count ? at + 1 : at]);
	*out = value_float(low + (high - low) * (place - at));
	return OK;
}

const struct aggregate_methods aggregate_percentile_disc = { sizeof(struct collected),
	percentile_add, percentile_disc_finish, false };
const struct aggregate_methods aggregate_percentile_cont = { sizeof(struct collected),
	percentile_add, percentile_cont_finish, false };

/* ---- truth ---- */

struct truth {
	bool has_true, has_false;
};

AGGREGATE_ADD(truth_add)
{
	for (uint32_t i = 0; i < count; i++) {
		struct value v = column_value(&args[0], rows[i]);
		struct truth *t = states[i];

		if (v.type != VALUE_BOOL)
			continue;
		t->has_true |= v.boolean;
		t->has_false |= !v.boolean;
	}
	return OK;
}

AGGREGATE_FINISH(bool_and_finish)
{
	struct truth *t = state;

	*out = t->has_true || t->has_false ? value_bool(!t->has_false) : value_null();
	return OK;
}

AGGREGATE_FINISH(bool_or_finish)
{
	struct truth *t = state;

	*out = t->has_true || t->has_false ? value_bool(t->has_true) : value_null();
	return OK;
}

const struct aggregate_methods aggregate_bool_and = { sizeof(struct truth), truth_add,
	bool_and_finish, false };
const struct aggregate_methods aggregate_bool_or = { sizeof(struct truth), truth_add,
	bool_or_finish, false };
