/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Orders that PostgreSQL has and the graph language has not: of intervals, at 30 days a month and 24
 * hours a day, and of jsonb (kinds first, then sizes, then what is inside).
 */
#include "base/decimal.h"
#include "base/json.h"
#include "query/function/functions.h"

#define SIGN(a, b) ((a) < (b) ? -1 : (a) > (b))

FUNCTION_ROW(order_interval)
{
	const struct value_duration *a = args[0].duration, *b = args[1].duration;
	__int128 day = (__int128)24 * 3600 * 1000000;
	__int128 x = ((__int128)a->months * 30 + a->days) * day + a->microseconds;
	__int128 y = ((__int128)b->months * 30 + b->days) * day + b->microseconds;

	(void)ev;
	(void)count;
	(void)e;
	*out = value_int(SIGN(x, y));
	return OK;
}

/* ---- jsonb ----------------------------------------------------------------------------------- */

static int kind_rank(const struct json *j)
{
	static const int ranks[] = { [JSON_NULL] = 0,
		[JSON_STRING] = 1,
		[JSON_INTEGER] = 2,
		[JSON_DOUBLE] = 2,
		[JSON_BOOL] = 3,
		[JSON_ARRAY] = 4,
		[JSON_OBJECT] = 5 };

	return ranks[j->kind];
}

static enum sqlstate number_order(
	struct eval *ev, const struct json *a, const struct json *b, int *out, struct error *e)
{
	const struct decimal *x, *y;

	if (a->kind == JSON_INTEGER && b->kind == JSON_INTEGER) {
		*out = SIGN(a->integer, b->integer);
		return OK;
	}
	TRY(decimal_parse(ev->arena, a->text, &x, e));
	TRY(decimal_parse(ev->arena, b->text, &y, e));
	*out = decimal_order(x, y);
	return OK;
}

static enum sqlstate json_order(
	struct eval *ev, const struct json *a, const struct json *b, int *out, struct error *e);

/* Two arrays or objects of the same size: member by member, names before values. */
static enum sqlstate members_order(
	struct eval *ev, const struct json *a, const struct json *b, int *out, struct error *e)
{
	const struct json *y = b->first;

	for (const struct json *x = a->first; x != NULL && *out == 0; x = x->next) {
		if (a->kind == JSON_OBJECT)
			*out = SIGN(str_compare(x->name, y->name), 0);
		if (*out == 0)
			TRY(json_order(ev, x, y, out, e));
		y = y->next;
	}
	return OK;
}

/* Depth is limited by json_parse(). */
static enum sqlstate json_order(
	struct eval *ev, const struct json *a, const struct json *b, int *out, struct error *e)
{
	*out = SIGN(kind_rank(a), kind_rank(b));
	if (*out != 0)
		return OK;
	switch (a->kind) {
	case JSON_NULL:
		return OK;
	case JSON_BOOL:
		*out = SIGN(a->is_true, b->is_true);
		return OK;
	case JSON_INTEGER:
	case JSON_DOUBLE:
		return number_order(ev, a, b, out, e);
	case JSON_STRING:
		*out = SIGN(str_compare(a->text, b->text), 0);
		return OK;
	case JSON_ARRAY:
	case JSON_OBJECT:
		*out = SIGN(a->count, b->count);
		return members_order(ev, a, b, out, e);
	}
	unreachable();
}

/* At the top, PostgreSQL counts a scalar as an array of one, which stands before other arrays of one. */
FUNCTION_ROW(order_jsonb)
{
	const struct json *a, *b;
	bool is_array[2];
	int order = 0;

	(void)count;
	TRY(json_parse(ev->arena, value_str(args[0]), &a, e));
	TRY(json_parse(ev->arena, value_str(args[1]), &b, e));
	is_array[0] = a->kind == JSON_ARRAY;
	is_array[1] = b->kind == JSON_ARRAY;
	if (is_array[0] != is_array[1] && a->kind != JSON_OBJECT && b->kind != JSON_OBJECT)
		order = is_array[0] ? (a->count == 0 ? -1 : 1) : (b->count == 0 ? 1 : -1);
	else
		TRY(json_order(ev, a, b, &order, e));
	*out = value_int(order);
	return OK;
}
