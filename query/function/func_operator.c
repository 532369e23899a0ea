/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The operators by row; kernel.c has the same for columns of machine numbers, and must agree with
 * this. The values that come here fit the operator's pattern in functions.def.
 */
#include <math.h>
#include <string.h>

#include "base/datetime.h"
#include "base/interval.h"
#include "query/eval/decimal_value.h"
#include "query/eval/match.h"
#include "query/function/func_json.h"
#include "query/function/functions.h"

/* ---- comparison ---- */

FUNCTION_ROW(operator_equal)
{
	int equal = value_equal(args[0], args[1]);

	*out = equal < 0 ? value_null() : value_bool(equal);
	return OK;
}

FUNCTION_ROW(operator_not_equal)
{
	int equal = value_equal(args[0], args[1]);

	*out = equal < 0 ? value_null() : value_bool(!equal);
	return OK;
}

FUNCTION_ROW(operator_distinct)
{
	*out = value_bool(!value_same(args[0], args[1]));
	return OK;
}

enum { UNORDERED = 2 };

#define ORDER_OPERATOR(name, test)                                                                 \
	FUNCTION_ROW(name)                                                                         \
	{                                                                                          \
		bool comparable;                                                                   \
		int order;                                                                         \
                                                                                                   \
		value_compare(args[0], args[1], &comparable, &order);                              \
		*out = value_null();                                                               \
		if (comparable)                                                                    \
			*out = value_bool(order != UNORDERED && order test 0);                     \
		return OK;                                                                         \
	}

ORDER_OPERATOR(operator_less, <)
ORDER_OPERATOR(operator_less_equal, <=)
ORDER_OPERATOR(operator_greater, >)
ORDER_OPERATOR(operator_greater_equal, >=)

FUNCTION_ROW(operator_not)
{
	*out = value_bool(!args[0].boolean);
	return OK;
}

FUNCTION_ROW(operator_xor)
{
	*out = value_bool(args[0].boolean != args[1].boolean);
	return OK;
}

/* ---- strings ---- */

FUNCTION_ROW(operator_starts_with)
{
	bool fits = args[1].count <= args[0].count;

	*out = value_bool(fits && memcmp(args[0].bytes, args[1].bytes, args[1].count) == 0);
	return OK;
}

FUNCTION_ROW(operator_ends_with)
{
	uint32_t skip = args[0].count - args[1].count;
	bool fits = args[1].count <= args[0].count;

	*out = value_bool(fits && memcmp(args[0].bytes + skip, args[1].bytes, args[1].count) == 0);
	return OK;
}

FUNCTION_ROW(operator_contains)
{
	*out = value_bool(args[1].count == 0 ||
			  (args[0].count > 0 && memmem(args[0].bytes, args[0].count, args[1].bytes,
							args[1].count) != NULL));
	return OK;
}

FUNCTION_ROW(operator_like)
{
	bool matches;

	TRY(match_like(value_str(args[0]), value_str(args[1]), false, &matches, e));
	*out = value_bool(matches);
	return OK;
}

FUNCTION_ROW(operator_ilike)
{
	bool matches;

	TRY(match_like(value_str(args[0]), value_str(args[1]), true, &matches, e));
	*out = value_bool(matches);
	return OK;
}

static enum sqlstate regex(struct eval *ev, const struct value *args, enum match_regex_form form,
	struct value *out, struct error *e)
{
	bool matches;

	TRY(match_regex(ev, value_str(args[0]), value_str(args[1]), form, &matches, e));
	*out = value_bool(matches);
	return OK;
}

FUNCTION_ROW(operator_regex)
{
	return regex(ev, args, MATCH_WHOLE, out, e);
}

FUNCTION_ROW(operator_regex_search)
{
	return regex(ev, args, MATCH_SEARCH, out, e);
}

FUNCTION_ROW(operator_regex_isearch)
{
	return regex(ev, args, MATCH_SEARCH_NOCASE, out, e);
}

/* ---- joining ---- */

static enum sqlstate join_bytes(
	struct eval *ev, struct value a, struct value b, struct value *out, struct error *e)
{
	enum { JOINED_BYTES_MAX = 1 << 30 };
	char *joined;

	if ((uint64_t)a.count + b.count > JOINED_BYTES_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "a joined text would be longer than 1 GB");
	joined = arena_alloc_raw(ev->arena, (size_t)a.count + b.count + 1);
	if (a.count > 0)
		memcpy(joined, a.bytes, a.count);
	if (b.count > 0)
		memcpy(joined + a.count, b.bytes, b.count);
	*out = (struct value){ .type = a.type, .count = a.count + b.count, .bytes = joined };
	return OK;
}

/* a + b where at least one is a list: the items of lists, and what is none as one item. */
static enum sqlstate join_lists(
	struct eval *ev, struct value a, struct value b, struct value *out, struct error *e)
{
	uint32_t left = a.type == VALUE_LIST ? a.count : 1;
	uint32_t right = b.type == VALUE_LIST ? b.count : 1;
	struct value *items;

	TRY(eval_check_list(ev, (uint64_t)left + right, e));
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)left + right + 1));
	if (left > 0)
		memcpy(items, a.type == VALUE_LIST ? a.items : &a, sizeof *items * left);
	if (right > 0)
		memcpy(items + left, b.type == VALUE_LIST ? b.items : &b, sizeof *items * right);
	*out = eval_list(items, left + right);
	return OK;
}

static enum sqlstate join_paths(
	struct eval *ev, struct value a, struct value b, struct value *out, struct error *e)
{
	uint32_t left = a.path->edge_count, right = b.path->edge_count;
	struct value_path *path = arena_alloc_raw(ev->arena, sizeof *path);
	uint64_t *ids = arena_alloc_raw(ev->arena, sizeof *ids * (2 * ((size_t)left + right) + 1));
	uint64_t *edges = ids + left + right + 1;

	if (a.path->nodes[left] != b.path->nodes[0])
		return FAIL(e, E_INVALID_VALUE,
			"paths can be joined only where one ends and the other begins");
	memcpy(ids, a.path->nodes, sizeof *ids * ((size_t)left + 1));
	memcpy(ids + left, b.path->nodes, sizeof *ids * ((size_t)right + 1));
	if (left > 0)
		memcpy(edges, a.path->edges, sizeof *edges * left);
	if (right > 0)
		memcpy(edges + left, b.path->edges, sizeof *edges * right);
	*path = (struct value_path){ left + right, ids, edges };
	*out = (struct value){ .type = VALUE_PATH, .path = path };
	return OK;
}

FUNCTION_ROW(operator_concat)
{
	if (args[0].type == VALUE_LIST || args[1].type == VALUE_LIST)
		return join_lists(ev, args[0], args[1], out, e);
	if (args[0].type == VALUE_STRING && args[0].spare[0] == VALUE_SPARE_JSON &&
		args[1].type == VALUE_STRING && args[1].spare[0] == VALUE_SPARE_JSON)
		return json_join(ev, args, count, out, e);
	if (args[0].type == VALUE_PATH)
		return join_paths(ev, args[0], args[1], out, e);
	return join_bytes(ev, args[0], args[1], out, e);
}

/* ---- numbers ---- */

static COLD enum sqlstate overflow(struct error *e)
{
	return FAIL(e, E_OUT_OF_RANGE, "bigint out of range");
}

/* Both numbers as floats; they are both FLOAT, or a mixture that came in by a list. */
static double real_of(struct value v)
{
	return v.type == VALUE_FLOAT ? v.real : value_to_double(v);
}

/* ---- time ---- */

static struct interval interval_of(struct value v)
{
	return (struct interval){ v.duration->microseconds, v.duration->days, v.duration->months };
}

static struct value duration_value(struct eval *ev, const struct interval *i)
{
	struct value_duration *d = arena_alloc_raw(ev->arena, sizeof *d);

	*d = (struct value_duration){ i->months, i->days, i->microseconds };
	return (struct value){ .type = VALUE_DURATION, .duration = d };
}

/* Of the duration's clock only whole days count: a date has no time to carry the rest. */
static enum sqlstate date_plus(
	struct value date, const struct interval *i, struct value *out, struct error *e)
{
	struct interval whole = *i;
	int64_t timestamp;

	whole.microseconds -= whole.microseconds % USECS_PER_DAY;
	TRY(date_to_timestamp((int32_t)date.integer, &timestamp, e));
	TRY(timestamp_add_interval(timestamp, &whole, &timestamp, e));
	*out = (struct value){ .type = VALUE_DATE, .integer = timestamp_to_date(timestamp) };
	return OK;
}

static enum sqlstate instant_plus(
	struct eval *ev, struct value v, struct value duration, struct value *out, struct error *e)
{
	struct interval i = interval_of(duration), sum;
	const struct zone *zone = eval_zone(ev);

	*out = v;
	switch (v.type) {
	case VALUE_DATE:
		return date_plus(v, &i, out, e);
	case VALUE_TIME:
	case VALUE_TIMETZ:
		out->integer = time_add_interval(v.integer, &i);
		return OK;
	case VALUE_TIMESTAMP:
		return timestamp_add_interval(v.integer, &i, &out->integer, e);
	case VALUE_TIMESTAMPTZ:
		TRY(timestamp_add_interval(
			timestamp_to_local(v.integer, zone), &i, &out->integer, e));
		return timestamp_to_instant(out->integer, zone, &out->integer, e);
	default: {
		struct interval own = interval_of(v);

		TRY(interval_add(&own, &i, &sum, e));
		*out = duration_value(ev, &sum);
		return OK;
	}
	}
}

static enum sqlstate date_plus_days(
	struct value date, int64_t days, struct value *out, struct error *e)
{
	int32_t sum;

	TRY(date_add_days((int32_t)date.integer, days, &sum, e));
	*out = (struct value){ .type = VALUE_DATE, .integer = sum };
	return OK;
}

static enum sqlstate negated(struct eval *ev, struct value d, struct value *out, struct error *e)
{
	struct interval i = interval_of(d), negative;

	TRY(interval_negate(&i, &negative, e));
	*out = duration_value(ev, &negative);
	return OK;
}

static enum sqlstate difference(
	struct eval *ev, struct value a, struct value b, struct value *out, struct error *e)
{
	struct interval i = { 0 };

	if (a.type == VALUE_TIME)
		i.microseconds = a.integer - b.integer;
	else
		TRY(timestamp_difference(a.integer, b.integer, &i, e));
	*out = duration_value(ev, &i);
	return OK;
}

/* ---- arithmetic ---- */

FUNCTION_ROW(operator_add)
{
	struct value a = args[0], b = args[1];

	if (a.type == VALUE_LIST || b.type == VALUE_LIST)
		return join_lists(ev, a, b, out, e);
	if (a.type == VALUE_INT && b.type == VALUE_INT) {
		*out = a;
		return __builtin_add_overflow(a.integer, b.integer, &out->integer) ? overflow(e)
										   : OK;
	}
	if (eval_is_decimal_pair(a, b))
		return eval_decimal_combine(ev->arena, decimal_add, a, b, out, e);
	if (value_is_number(a) && value_is_number(b)) {
		*out = value_float(real_of(a) + real_of(b));
		return OK;
	}
	if (a.type == VALUE_STRING)
		return join_bytes(ev, a, b, out, e);
	if (b.type == VALUE_DURATION)
		return instant_plus(ev, a, b, out, e);
	if (a.type == VALUE_DURATION)
		return instant_plus(ev, b, a, out, e);
	return a.type == VALUE_DATE ? date_plus_days(a, b.integer, out, e)
				    : date_plus_days(b, a.integer, out, e);
}

FUNCTION_ROW(operator_subtract)
{
	struct value a = args[0], b = args[1], negative;

	if (a.type == VALUE_STRING)
		return json_without(ev, args, count, out, e);
	if (a.type == VALUE_INT && b.type == VALUE_INT) {
		*out = a;
		return __builtin_sub_overflow(a.integer, b.integer, &out->integer) ? overflow(e)
										   : OK;
	}
	if (eval_is_decimal_pair(a, b))
		return eval_decimal_combine(ev->arena, decimal_subtract, a, b, out, e);
	if (value_is_number(a) && value_is_number(b)) {
		*out = value_float(real_of(a) - real_of(b));
		return OK;
	}
	if (b.type == VALUE_DURATION) {
		TRY(negated(ev, b, &negative, e));
		return instant_plus(ev, a, negative, out, e);
	}
	if (a.type == VALUE_DATE && b.type == VALUE_DATE) {
		*out = value_int(a.integer - b.integer);
		return OK;
	}
	if (a.type == VALUE_DATE)
		return b.integer == INT64_MIN ? overflow(e) : date_plus_days(a, -b.integer, out, e);
	return difference(ev, a, b, out, e);
}

static enum sqlstate duration_times(
	struct eval *ev, struct value d, double factor, struct value *out, struct error *e)
{
	struct interval i = interval_of(d), product;

	TRY(interval_multiply(&i, factor, &product, e));
	*out = duration_value(ev, &product);
	return OK;
}

FUNCTION_ROW(operator_multiply)
{
	struct value a = args[0], b = args[1];

	if (a.type == VALUE_DURATION)
		return duration_times(ev, a, real_of(b), out, e);
	if (b.type == VALUE_DURATION)
		return duration_times(ev, b, real_of(a), out, e);
	if (a.type == VALUE_INT && b.type == VALUE_INT) {
		*out = a;
		return __builtin_mul_overflow(a.integer, b.integer, &out->integer) ? overflow(e)
										   : OK;
	}
	if (eval_is_decimal_pair(a, b))
		return eval_decimal_combine(ev->arena, decimal_multiply, a, b, out, e);
	*out = value_float(real_of(a) * real_of(b));
	return OK;
}

static COLD enum sqlstate zero_divisor(struct error *e)
{
	return FAIL(e, E_DIVISION_BY_ZERO, "division by zero");
}

FUNCTION_ROW(operator_divide)
{
	struct value a = args[0], b = args[1];

	if (a.type == VALUE_DURATION)
		return real_of(b) == 0 ? zero_divisor(e)
				       : duration_times(ev, a, 1 / real_of(b), out, e);
	if (a.type == VALUE_INT && b.type == VALUE_INT) {
		if (b.integer == 0)
			return zero_divisor(e);
		if (b.integer == -1 && a.integer == INT64_MIN)
			return overflow(e);
		*out = value_int(a.integer / b.integer);
		return OK;
	}
	if (eval_is_decimal_pair(a, b))
		return eval_decimal_combine(ev->arena, decimal_divide, a, b, out, e);
	*out = value_float(real_of(a) / real_of(b));
	return OK;
}

FUNCTION_ROW(operator_modulo)
{
	struct value a = args[0], b = args[1];

	if (a.type == VALUE_INT && b.type == VALUE_INT) {
		if (b.integer == 0)
			return zero_divisor(e);
		*out = value_int(b.integer == -1 ? 0 : a.integer % b.integer);
		return OK;
	}
	if (eval_is_decimal_pair(a, b))
		return eval_decimal_combine(ev->arena, decimal_modulo, a, b, out, e);
	*out = value_float(fmod(real_of(a), real_of(b)));
	return OK;
}

FUNCTION_ROW(operator_power)
{
	*out = value_float(pow(real_of(args[0]), real_of(args[1])));
	return OK;
}

FUNCTION_ROW(operator_negate)
{
	if (args[0].type == VALUE_DURATION)
		return negated(ev, args[0], out, e);
	if (args[0].type == VALUE_DECIMAL) {
		*out = value_decimal(decimal_negate(ev->arena, args[0].decimal));
		return OK;
	}
	if (args[0].type == VALUE_FLOAT) {
		*out = value_float(-args[0].real);
		return OK;
	}
	if (args[0].integer == INT64_MIN)
		return overflow(e);
	*out = value_int(-args[0].integer);
	return OK;
}

FUNCTION_ROW(operator_identity)
{
	*out = args[0];
	return OK;
}
