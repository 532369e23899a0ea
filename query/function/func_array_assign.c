/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What SET a[2] = x and SET a[1:2] = x make of an array of SQL: a copy with other items. An array of one
 * dimension grows to the item, with NULLs between; those of several keep their shape. Subscripts begin at 1.
 */
#include <string.h>

#include "base/array_text.h"
#include "query/function/functions.h"

/* From one item to another of a dimension, as subscripts. */
struct range {
	int64_t first, last;
};

struct assignment {
	struct eval *ev;
	bool is_slice;
	uint32_t depth;
	struct range ranges[ARRAY_DIMENSIONS_MAX];
	const struct value *items; /* what is assigned, one after the other */
	uint32_t item_count, used;
};

static uint32_t depth_of(struct value list)
{
	return list.count > 0 && list.items[0].type == VALUE_LIST ? 1 + depth_of(list.items[0]) : 1;
}

static uint32_t count_items(struct value list)
{
	uint32_t total = 0;

	for (uint32_t i = 0; i < list.count; i++)
		total += list.items[i].type == VALUE_LIST ? count_items(list.items[i]) : 1;
	return total;
}

static void flatten(struct value list, struct value *to, uint32_t *used)
{
	for (uint32_t i = 0; i < list.count; i++) {
		if (list.items[i].type == VALUE_LIST)
			flatten(list.items[i], to, used);
		else
			to[(*used)++] = list.items[i];
	}
}

static COLD enum sqlstate no_lower_bound(struct error *e)
{
	return FAIL(e, E_NOT_SUPPORTED,
		"arrays whose subscripts do not begin at 1 are not supported");
}

/* One dimension: it may grow. */
static enum sqlstate put_flat(
	struct assignment *a, struct value list, struct value *out, struct error *e)
{
	int64_t first = a->ranges[0].first, last = a->ranges[0].last;
	uint32_t count = (uint32_t)MAX_OF((int64_t)list.count, last);
	struct value *items;

	if (first < 1 || (list.count == 0 && first > 1))
		return no_lower_bound(e);
	TRY(eval_check_list(a->ev, (uint64_t)MAX_OF((int64_t)list.count, last), e));
	items = ARENA_ARRAY(a->ev->arena, struct value, (size_t)count + 1);
	if (list.count > 0)
		memcpy(items, list.items, list.count * sizeof *items);
	for (int64_t i = first; i <= last; i++)
		items[i - 1] = a->items[a->used++];
	*out = eval_list(items, count);
	return OK;
}

/* Several dimensions, from the one numbered `at` on. */
static enum sqlstate put_deep(struct assignment *a, struct value list, uint32_t at,
	struct value *out, struct error *e)
{
	const struct range *r = &a->ranges[at];
	struct value *items = ARENA_ARRAY(a->ev->arena, struct value, (size_t)list.count + 1);

	if (r->first < 1 || r->last > list.count)
		return FAIL(e, E_SUBSCRIPT, "array subscript out of range");
	memcpy(items, list.items, list.count * sizeof *items);
	for (int64_t i = r->first; i <= r->last; i++) {
		if (at + 1 == a->depth)
			items[i - 1] = a->items[a->used++];
		else
			TRY(put_deep(a, list.items[i - 1], at + 1, &items[i - 1], e));
	}
	*out = eval_list(items, list.count);
	return OK;
}

/* An array of nothing gets the shape that is written, which must begin at 1. */
static enum sqlstate make_shape(
	struct assignment *a, uint32_t at, struct value *out, struct error *e)
{
	int64_t count = a->ranges[at].last;
	struct value *items;

	if (a->ranges[at].first != 1)
		return no_lower_bound(e);
	TRY(eval_check_list(a->ev, (uint64_t)count, e));
	items = ARENA_ARRAY(a->ev->arena, struct value, (size_t)count + 1);
	for (int64_t i = 0; at + 1 < a->depth && i < count; i++)
		TRY(make_shape(a, at + 1, &items[i], e));
	*out = eval_list(items, (uint32_t)count);
	return OK;
}

/* The subscripts, those that are missing as far as the array goes. */
static enum sqlstate read_ranges(
	struct assignment *a, const struct value *ends, struct value list, struct error *e)
{
	for (uint32_t i = 0; i < a->depth; i++) {
		struct range *r = &a->ranges[i];

		if (ends[2 * i].type == VALUE_NULL || ends[2 * i + 1].type == VALUE_NULL)
			return FAIL(e, E_NULL_NOT_ALLOWED,
				"array subscript in assignment must not be null");
		*r = (struct range){ ends[2 * i].integer, ends[2 * i + 1].integer };
		if (a->is_slice && r->last == INT32_MAX && list.count == 0) {
			FAIL(e, E_SUBSCRIPT, "array slice subscript must provide both boundaries");
			error_detail(e, "When assigning to a slice of an empty array value, slice "
					"boundaries must be fully specified.");
			return E_SUBSCRIPT;
		}
		if (a->is_slice && r->last == INT32_MAX)
			r->last = list.count;
		if (r->first > r->last)
			return FAIL(e, E_SUBSCRIPT, "upper bound cannot be less than lower bound");
		if (list.count > 0 && list.items[0].type == VALUE_LIST)
			list = list.items[0];
	}
	return OK;
}

static enum sqlstate take_items(struct assignment *a, const struct value *value, struct error *e)
{
	uint64_t wanted = 1;
	struct value *flat;
	uint32_t used = 0;

	a->items = value;
	a->item_count = 1;
	if (!a->is_slice)
		return OK;
	a->item_count = count_items(*value);
	for (uint32_t i = 0; i < a->depth && wanted <= a->item_count; i++)
		wanted *= (uint64_t)(a->ranges[i].last - a->ranges[i].first) + 1;
	if (wanted > a->item_count)
		return FAIL(e, E_SUBSCRIPT, "source array too small");
	flat = ARENA_ARRAY(a->ev->arena, struct value, (size_t)a->item_count + 1);
	flatten(*value, flat, &used);
	a->items = flat;
	return OK;
}

/* The array, what is assigned, whether to a slice, and two ends for each subscript. */
FUNCTION_ROW(array_assign)
{
	struct assignment a = {
		.ev = ev, .is_slice = args[2].boolean, .depth = (count - 3) / 2
	};
	struct value list = args[0].type == VALUE_LIST ? args[0] : eval_list(NULL, 0);

	*out = args[0];
	if (a.is_slice && args[1].type == VALUE_NULL)
		return OK;
	if (list.count > 0 && depth_of(list) != a.depth)
		return FAIL(e, E_SUBSCRIPT, "wrong number of array subscripts");
	TRY(read_ranges(&a, args + 3, list, e));
	TRY(take_items(&a, &args[1], e));
	if (a.depth == 1)
		return put_flat(&a, list, out, e);
	if (list.count == 0)
		TRY(make_shape(&a, 0, &list, e));
	return put_deep(&a, list, 0, out, e);
}
