/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What ordered-set aggregates make of the values that were collected in order, and where a value that
 * is not among them would stand. Definitions: SQL:2016 10.9, PostgreSQL 15 section 9.21.
 */
#include <math.h>

#include "base/interval.h"
#include "query/function/functions.h"

/* ---- percentiles ---- */

static enum sqlstate check_fraction(double p, struct error *e)
{
	if (!(p >= 0 && p <= 1))
		return FAIL(e, E_OUT_OF_RANGE, "percentile value %g is not between 0 and 1", p);
	return OK;
}

static enum sqlstate interval_between(struct eval *ev, struct value a, struct value b, double part,
	struct value *out, struct error *e)
{
	struct interval low = { a.duration->microseconds, a.duration->days, a.duration->months };
	struct interval high = { b.duration->microseconds, b.duration->days, b.duration->months };
	struct value_duration *between = arena_alloc(ev->arena, sizeof *between);
	struct interval span;

	TRY(interval_multiply(&low, -1, &span, e));
	TRY(interval_add(&high, &span, &span, e));
	TRY(interval_multiply(&span, part, &span, e));
	TRY(interval_add(&low, &span, &span, e));
	*between = (struct value_duration){ span.months, span.days, span.microseconds };
	*out = (struct value){ .type = VALUE_DURATION, .duration = between };
	return OK;
}

static enum sqlstate cont_at(
	struct eval *ev, struct value list, struct value p, struct value *out, struct error *e)
{
	double at;
	uint32_t low, high;

	*out = value_null();
	if (p.type == VALUE_NULL)
		return OK;
	TRY(check_fraction(p.real, e));
	if (list.count == 0)
		return OK;
	at = p.real * (list.count - 1);
	low = (uint32_t)floor(at);
	high = (uint32_t)ceil(at);
	*out = list.items[low];
	if (low == high)
		return OK;
	if (out->type == VALUE_DURATION)
		return interval_between(ev, list.items[low], list.items[high], at - low, out, e);
	*out = value_float(
		list.items[low].real + (at - low) * (list.items[high].real - list.items[low].real));
	return OK;
}

static enum sqlstate disc_at(
	struct eval *ev, struct value list, struct value p, struct value *out, struct error *e)
{
	double at;

	(void)ev;
	*out = value_null();
	if (p.type == VALUE_NULL)
		return OK;
	TRY(check_fraction(p.real, e));
	if (list.count == 0)
		return OK;
	at = ceil(p.real * list.count);
	*out = list.items[at < 1 ? 0 : (uint32_t)at - 1];
	return OK;
}

typedef enum sqlstate percentile_at(
	struct eval *ev, struct value list, struct value p, struct value *out, struct error *e);

/* Of one fraction, or of each in a list. */
static enum sqlstate percentile(struct eval *ev, const struct value *args, percentile_at *at,
	struct value *out, struct error *e)
{
	struct value *items;

	if (args[1].type != VALUE_LIST)
		return at(ev, args[0], args[1], out, e);
	*out = value_null();
	if (args[0].count == 0)
		return OK;
	items = ARENA_ARRAY(ev->arena, struct value, args[1].count + 1);
	for (uint32_t i = 0; i < args[1].count; i++)
		TRY(at(ev, args[0], args[1].items[i], &items[i], e));
	*out = (struct value){ .type = VALUE_LIST, .count = args[1].count, .items = items };
	return OK;
}

FUNCTION_ROW(list_percentile_cont)
{
	(void)count;
	return percentile(ev, args, cont_at, out, e);
}

FUNCTION_ROW(list_percentile_disc)
{
	(void)count;
	return percentile(ev, args, disc_at, out, e);
}

/* The first of the values that come most often. */
FUNCTION_ROW(list_mode)
{
	uint32_t best = 0, run = 0;

	(void)ev, (void)count, (void)e;
	*out = value_null();
	for (uint32_t i = 0; i < args[0].count; i++) {
		bool is_same = i > 0 && value_order(args[0].items[i], args[0].items[i - 1]) == 0;

		run = is_same ? run + 1 : 1;
		if (run > best) {
			best = run;
			*out = args[0].items[i];
		}
	}
	return OK;
}

/* ---- a row that is not there ---- */

struct standing {
	uint32_t before, same, kinds_before, rows; /* kinds: values that differ */
};

/* -1: x comes before y. */
static int order_of(struct value x, struct value y, bool is_descending, bool is_nulls_first)
{
	int order;

	if (x.type == VALUE_NULL || y.type == VALUE_NULL) {
		if (x.type == y.type)
			return 0;
		return (x.type == VALUE_NULL) == is_nulls_first ? -1 : 1;
	}
	order = value_order(x, y);
	return is_descending ? -order : order;
}

/* args: the values in order, the one looked for, descending, NULLs first */
static struct standing standing_of(const struct value *args)
{
	struct standing s = { 0 };
	bool is_descending = args[2].boolean, is_nulls_first = args[3].boolean;

	for (uint32_t i = 0; args[0].type == VALUE_LIST && i < args[0].count; i++) {
		const struct value *items = args[0].items;
		int order = order_of(items[i], args[1], is_descending, is_nulls_first);

		s.rows++;
		s.same += order == 0;
		s.before += order < 0;
		if (order < 0 && (i == 0 || order_of(items[i], items[i - 1], is_descending,
						    is_nulls_first) != 0))
			s.kinds_before++;
	}
	return s;
}

FUNCTION_ROW(list_rank)
{
	(void)ev, (void)count, (void)e;
	*out = value_int(standing_of(args).before + 1);
	return OK;
}

FUNCTION_ROW(list_dense_rank)
{
	(void)ev, (void)count, (void)e;
	*out = value_int(standing_of(args).kinds_before + 1);
	return OK;
}

FUNCTION_ROW(list_percent_rank)
{
	struct standing s = standing_of(args);

	(void)ev, (void)count, (void)e;
	*out = value_float(s.rows == 0 ? 0 : (double)s.before / s.rows);
	return OK;
}

FUNCTION_ROW(list_cume_dist)
{
	struct standing s = standing_of(args);

	(void)ev, (void)count, (void)e;
	*out = value_float((double)(s.before + s.same + 1) / (s.rows + 1.0));
	return OK;
}
