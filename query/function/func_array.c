/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * PostgreSQL's functions of arrays: subscripts count from 1, comparison is IS NOT DISTINCT FROM
 * where a search is for NULL.
 */
#include <string.h>

#include "base/array_text.h"
#include "base/utf8.h"
#include "query/eval/cast.h"
#include "query/function/func_json.h"
#include "query/function/functions.h"

static bool same(struct value a, struct value b)
{
	if (a.type == VALUE_NULL || b.type == VALUE_NULL)
		return a.type == b.type;
	return value_order(a, b) == 0;
}

static bool has_item(struct value list, struct value item)
{
	for (uint32_t i = 0; i < list.count; i++) {
		if (item.type != VALUE_NULL && same(list.items[i], item))
			return true;
	}
	return false;
}

/* An array, and no row. */
static bool is_array(struct value v)
{
	return v.type == VALUE_LIST && v.spare[0] != VALUE_SPARE_NAMED;
}

/* The items of a dimension: of nested lists the first stands for all. */
static bool dimension(struct value list, int64_t number, uint32_t *count)
{
	while (number > 1 && list.count > 0 && list.items[0].type == VALUE_LIST) {
		list = list.items[0];
		number--;
	}
	*count = list.count;
	return number == 1 && list.count > 0;
}

FUNCTION_ROW(array_size)
{
	uint32_t size;

	(void)ev, (void)count, (void)e;
	*out = dimension(args[0], args[1].integer, &size) ? value_int(size) : value_null();
	return OK;
}

FUNCTION_ROW(array_lowest)
{
	uint32_t size;

	(void)ev, (void)count, (void)e;
	*out = dimension(args[0], args[1].integer, &size) ? value_int(1) : value_null();
	return OK;
}

FUNCTION_ROW(array_dimensions)
{
	struct value list = args[0];
	int64_t number = 0;

	(void)ev, (void)count, (void)e;
	while (list.type == VALUE_LIST && list.count > 0) {
		number++;
		list = list.items[0];
	}
	*out = number == 0 ? value_null() : value_int(number);
	return OK;
}

/* Too few subscripts lead to no item, as those beside the array. */
FUNCTION_ROW(array_item)
{
	struct value v = args[0];

	(void)ev, (void)e;
	for (uint32_t i = 1; i < count && v.type == VALUE_LIST; i++) {
		int64_t place = args[i].integer;
		bool is_there = args[i].type == VALUE_INT && place >= 1 && place <= v.count;

		v = is_there ? v.items[place - 1] : value_null();
		if (i + 1 < count && !is_array(v))
			v = value_null();
	}
	*out = is_array(v) ? value_null() : v;
	return OK;
}

static bool same_shape(struct value a, struct value b)
{
	if (!is_array(a) || !is_array(b))
		return is_array(a) == is_array(b);
	if (a.count != b.count)
		return false;
	return a.count == 0 || same_shape(a.items[0], b.items[0]);
}

enum sqlstate array_check_gathered(struct value list, struct error *e)
{
	uint32_t arrays = 0;

	for (uint32_t i = 0; i < list.count; i++)
		arrays += is_array(list.items[i]);
	for (uint32_t i = 0; arrays > 0 && i < list.count; i++) {
		if (list.items[i].type == VALUE_NULL)
			return FAIL(e, E_NULL_NOT_ALLOWED, "cannot accumulate null arrays");
		if (list.items[i].count == 0)
			return FAIL(e, E_SUBSCRIPT, "cannot accumulate empty arrays");
		if (!same_shape(list.items[i], list.items[0]))
			return FAIL(e, E_SUBSCRIPT,
				"cannot accumulate arrays of different dimensionality");
	}
	return OK;
}

FUNCTION_ROW(array_gathered)
{
	(void)ev, (void)count;
	*out = args[0];
	return array_check_gathered(args[0], e);
}

FUNCTION_ROW(array_even)
{
	(void)ev, (void)count;
	for (uint32_t i = 1; i < args[0].count; i++) {
		if (!same_shape(args[0].items[i], args[0].items[0]))
			return FAIL(e, E_SUBSCRIPT,
				"multidimensional arrays must have array expressions with "
				"matching dimensions");
	}
	*out = args[0];
	return OK;
}

static uint32_t total_of(struct value list)
{
	uint32_t total = 0;

	for (uint32_t i = 0; i < list.count; i++)
		total += is_array(list.items[i]) ? total_of(list.items[i]) : 1;
	return total;
}

static void put_flat(struct value list, struct value *to, uint32_t *used)
{
	for (uint32_t i = 0; i < list.count; i++) {
		if (is_array(list.items[i]))
			put_flat(list.items[i], to, used);
		else
			to[(*used)++] = list.items[i];
	}
}

static struct value flat(struct eval *ev, struct value list)
{
	struct value *items;
	uint32_t used = 0;

	if (list.type != VALUE_LIST || list.count == 0 || !is_array(list.items[0]))
		return list;
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)total_of(list) + 1));
	put_flat(list, items, &used);
	return eval_list(items, used);
}

FUNCTION_ROW(array_flat)
{
	(void)count, (void)e;
	*out = flat(ev, args[0]);
	return OK;
}

FUNCTION_ROW(array_total)
{
	(void)ev, (void)count, (void)e;
	*out = value_int(total_of(args[0]));
	return OK;
}

/* [1:2][1:3] */
FUNCTION_ROW(array_bounds)
{
	struct value list = args[0];
	struct buf b = { 0 };

	(void)count, (void)e;
	*out = value_null();
	if (list.count == 0)
		return OK;
	for (; is_array(list); list = list.count > 0 ? list.items[0] : value_null())
		buf_printf(&b, "[1:%u]", list.count);
	*out = eval_take_buf(ev, &b);
	return OK;
}

enum { ARRAY_ITEMS_MAX = 134217727 }; /* PostgreSQL's, in its message */

static enum sqlstate filled(struct eval *ev, struct value item, const struct value *sizes,
	uint32_t count, struct value *out, struct error *e)
{
	struct value *items;

	*out = item;
	if (count == 0)
		return OK;
	if (sizes[0].type == VALUE_NULL)
		return FAIL(e, E_NULL_NOT_ALLOWED, "dimension values cannot be null");
	if (sizes[0].integer < 0)
		return FAIL(e, E_PROGRAM_LIMIT,
			"array size exceeds the maximum allowed (%d)", ARRAY_ITEMS_MAX);
	TRY(eval_check_list(ev, (uint64_t)sizes[0].integer, e));
	TRY(filled(ev, item, sizes + 1, count - 1, &item, e));
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)sizes[0].integer + 1));
	for (int64_t i = 0; i < sizes[0].integer; i++)
		items[i] = item;
	*out = eval_list(items, (uint32_t)sizes[0].integer);
	return OK;
}

/* array_fill(item, sizes, first subscripts), which are all 1. */
FUNCTION_ROW(array_filled)
{
	uint64_t total = 1;

	if (args[1].type == VALUE_NULL || (count > 2 && args[2].type == VALUE_NULL))
		return FAIL(e, E_NULL_NOT_ALLOWED,
			"dimension array or low bound array cannot be null");
	for (uint32_t i = 0; count > 2 && i < args[2].count; i++) {
		if (args[2].items[i].type != VALUE_INT || args[2].items[i].integer != 1)
			return FAIL(e, E_NOT_SUPPORTED,
				"arrays whose subscripts do not begin at 1 are not supported");
	}
	if (args[1].count > ARRAY_DIMENSIONS_MAX)
		return FAIL(e, E_PROGRAM_LIMIT,
			"number of array dimensions (%u) exceeds the maximum allowed (%d)",
			args[1].count, ARRAY_DIMENSIONS_MAX);
	for (uint32_t i = 0; i < args[1].count; i++) {
		if (args[1].items[i].type == VALUE_INT && args[1].items[i].integer >= 0)
			total *= MIN_OF((uint64_t)args[1].items[i].integer, UINT64_C(1) << 31);
		TRY(eval_check_list(ev, total, e));
	}
	if (args[1].count == 0 || total == 0) {
		*out = eval_list(NULL, 0);
		return OK;
	}
	return filled(ev, args[0], args[1].items, args[1].count, out, e);
}

FUNCTION_ROW(array_shortened)
{
	int64_t less = args[1].integer;

	(void)ev, (void)count;
	if (less < 0 || less > args[0].count)
		return FAIL(e, E_SUBSCRIPT, "number of elements to trim must be between 0 and %u",
			args[0].count);
	*out = eval_list(args[0].items, args[0].count - (uint32_t)less);
	return OK;
}

FUNCTION_ROW(array_part)
{
	int64_t first = args[1].type == VALUE_NULL ? 1 : args[1].integer;
	int64_t last = args[2].type == VALUE_NULL ? args[0].count : args[2].integer;

	(void)ev, (void)count, (void)e;
	*out = value_null();
	if (args[0].type != VALUE_LIST)
		return OK;
	first = MAX_OF(first, 1);
	last = MIN_OF(last, (int64_t)args[0].count);
	*out = first > last ? eval_list(NULL, 0)
			    : eval_list(args[0].items + first - 1, (uint32_t)(last - first + 1));
	return OK;
}

/* From one to another of each dimension, of the later ones all; nothing if a dimension has nothing, or there
   are not so many. */
static bool slice(struct eval *ev, struct value list, const struct value *ends, uint32_t count,
	struct value *out)
{
	int64_t first = MAX_OF(ends[0].integer, 1);
	int64_t last = MIN_OF(ends[1].integer, (int64_t)list.count);
	struct value *items;

	if (first > last || (count > 2 && !is_array(list.items[0])))
		return false;
	*out = eval_list(list.items + first - 1, (uint32_t)(last - first + 1));
	if (count == 2)
		return true;
	items = arena_alloc_raw(ev->arena, sizeof *items * out->count);
	for (uint32_t i = 0; i < out->count; i++) {
		if (!slice(ev, out->items[i], ends + 2, count - 2, &items[i]))
			return false;
	}
	out->items = items;
	return true;
}

FUNCTION_ROW(array_sliced)
{
	(void)e;
	if (!slice(ev, args[0], args + 1, count - 1, out))
		*out = eval_list(NULL, 0);
	return OK;
}

FUNCTION_ROW(array_places)
{
	bool is_backwards = count > 2 && args[2].boolean;
	struct value *items;
	uint32_t size;

	(void)e;
	if (!dimension(args[0], args[1].integer, &size))
		size = 0;
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)size + 1));
	for (uint32_t i = 0; i < size; i++)
		items[i] = value_int(is_backwards ? size - i : i + 1);
	*out = eval_list(items, size);
	return OK;
}

static enum sqlstate join(
	struct eval *ev, struct value a, struct value b, struct value *out, struct error *e)
{
	struct value *items;

	TRY(eval_check_list(ev, (uint64_t)a.count + b.count, e));
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)a.count + b.count + 1));
	if (a.count > 0)
		memcpy(items, a.items, a.count * sizeof *items);
	if (b.count > 0)
		memcpy(items + a.count, b.items, b.count * sizeof *items);
	*out = eval_list(items, a.count + b.count);
	return OK;
}

static struct value list_or_nothing(struct value v)
{
	return v.type == VALUE_LIST ? v : eval_list(NULL, 0);
}

static uint32_t depth_of(struct value v)
{
	uint32_t depth = 0;

	for (; is_array(v) && v.count > 0; v = v.items[0])
		depth++;
	return depth;
}

/* An item goes into an array of one dimension, beside others that are no arrays. */
static enum sqlstate check_flat(struct value list, struct value item, struct error *e)
{
	if (depth_of(list) > 1 && !is_array(item))
		return FAIL(e, E_DATA, "argument must be empty or one-dimensional array");
	return OK;
}

FUNCTION_ROW(array_add_last)
{
	(void)count;
	TRY(check_flat(args[0], args[1], e));
	return join(ev, list_or_nothing(args[0]), eval_list(&args[1], 1), out, e);
}

FUNCTION_ROW(array_add_first)
{
	(void)count;
	TRY(check_flat(args[1], args[0], e));
	return join(ev, eval_list(&args[0], 1), list_or_nothing(args[1]), out, e);
}

static enum sqlstate cannot_join(uint32_t left, uint32_t right, struct error *e)
{
	FAIL(e, E_SUBSCRIPT, "cannot concatenate incompatible arrays");
	if (left > right + 1 || right > left + 1)
		error_detail(e,
			"Arrays of %u and %u dimensions are not compatible for concatenation.",
			left, right);
	else
		error_detail(e, "Arrays with differing %sdimensions are not compatible for "
				"concatenation.",
			left == right ? "element " : "");
	return e->code;
}

/* An array beside one of a dimension more is one more item of it. */
FUNCTION_ROW(array_join)
{
	struct value a = list_or_nothing(args[0]), b = list_or_nothing(args[1]);
	uint32_t left = depth_of(a), right = depth_of(b);
	bool fits;

	(void)count;
	*out = value_null();
	if (args[0].type == VALUE_NULL && args[1].type == VALUE_NULL)
		return OK;
	if (left > 0 && right == left + 1)
		a = eval_list(&args[0], 1);
	else if (right > 0 && left == right + 1)
		b = eval_list(&args[1], 1);
	else if (left > 0 && right > 0 && left != right)
		a.count = 0;
	fits = a.count == 0 || b.count == 0 || same_shape(a.items[0], b.items[0]);
	if (left > 0 && right > 0 && (a.count == 0 || !fits))
		return cannot_join(left, right, e);
	return join(ev, a, b, out, e);
}

FUNCTION_ROW(array_find)
{
	int64_t first = count > 2 && args[2].type == VALUE_INT ? args[2].integer : 1;

	(void)ev, (void)e;
	*out = value_null();
	if (depth_of(args[0]) > 1)
		return FAIL(e, E_NOT_SUPPORTED,
			"searching for elements in multidimensional arrays is not supported");
	for (int64_t i = MAX_OF(first, 1); args[0].type == VALUE_LIST && i <= args[0].count; i++) {
		if (same(args[0].items[i - 1], args[1])) {
			*out = value_int(i);
			return OK;
		}
	}
	return OK;
}

FUNCTION_ROW(array_find_all)
{
	struct value *items;
	uint32_t found = 0;

	(void)count;
	*out = value_null();
	if (args[0].type != VALUE_LIST)
		return OK;
	if (depth_of(args[0]) > 1)
		return FAIL(e, E_NOT_SUPPORTED,
			"searching for elements in multidimensional arrays is not supported");
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)args[0].count + 1));
	for (uint32_t i = 0; i < args[0].count; i++) {
		if (same(args[0].items[i], args[1]))
			items[found++] = value_int(i + 1);
	}
	*out = eval_list(items, found);
	return OK;
}

FUNCTION_ROW(array_without)
{
	struct value *items;
	uint32_t kept = 0;

	(void)count;
	*out = args[0];
	if (args[0].type != VALUE_LIST)
		return OK;
	if (depth_of(args[0]) > 1)
		return FAIL(e, E_NOT_SUPPORTED,
			"removing elements from multidimensional arrays is not supported");
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)args[0].count + 1));
	for (uint32_t i = 0; i < args[0].count; i++) {
		if (!same(args[0].items[i], args[1]))
			items[kept++] = args[0].items[i];
	}
	*out = eval_list(items, kept);
	return OK;
}

/* In all dimensions. */
static struct value exchanged(
	struct eval *ev, struct value list, struct value old, struct value new)
{
	struct value *items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)list.count + 1));

	for (uint32_t i = 0; i < list.count; i++) {
		struct value item = list.items[i];

		items[i] = is_array(item) && !is_array(old) ? exchanged(ev, item, old, new)
			   : same(item, old)		    ? new
							    : item;
	}
	return eval_list(items, list.count);
}

FUNCTION_ROW(array_exchange)
{
	(void)count, (void)e;
	*out = args[0].type == VALUE_LIST ? exchanged(ev, args[0], args[1], args[2]) : args[0];
	return OK;
}

static enum sqlstate put_items(struct eval *ev, struct buf *to, struct value list,
	struct str between, const struct value *for_null, struct error *e)
{
	bool is_first = true;

	for (uint32_t i = 0; i < list.count; i++) {
		struct value v = list.items[i];

		if (v.type == VALUE_NULL && for_null == NULL)
			continue;
		if (!is_first)
			buf_put_str(to, between);
		is_first = false;
		if (v.type == VALUE_BOOL)
			buf_put_byte(to, v.boolean ? 't' : 'f');
		else
			TRY(eval_put_text(ev, to, v.type == VALUE_NULL ? *for_null : v, e));
	}
	return OK;
}

FUNCTION_ROW(array_text)
{
	bool has_null = count > 2 && args[2].type == VALUE_STRING;
	struct buf b = { 0 };
	enum sqlstate rc;

	*out = value_null();
	if (args[0].type != VALUE_LIST || args[1].type != VALUE_STRING)
		return OK;
	rc = put_items(ev, &b, flat(ev, args[0]), value_str(args[1]),
		has_null ? &args[2] : NULL, e);
	*out = eval_take_buf(ev, &b);
	return rc;
}

static void split_put(struct eval *ev, struct value *items, uint32_t *count, struct str part,
	const struct value *null)
{
	bool is_null =
		null != NULL && null->type == VALUE_STRING && str_equal(part, value_str(*null));

	items[(*count)++] = is_null ? value_null() : eval_string(ev, part.at, part.length);
}

FUNCTION_ROW(array_of_text)
{
	struct str s = value_str(args[0]), cut = value_str(args[1]);
	const struct value *null = count > 2 ? &args[2] : NULL;
	struct value *items;
	uint32_t used = 0, from = 0, size;

	(void)e;
	*out = value_null();
	if (args[0].type != VALUE_STRING)
		return OK;
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)s.length + 2));
	if (args[1].type == VALUE_NULL) {
		for (uint32_t i = 0; i < s.length; i += size) {
			(void)utf8_decode((struct str){ s.at + i, s.length - i }, &size);
			split_put(ev, items, &used, (struct str){ s.at + i, size }, null);
		}
	} else if (s.length > 0) {
		for (uint32_t i = 0; cut.length > 0 && i + cut.length <= s.length;) {
			if (memcmp(s.at + i, cut.at, cut.length) != 0) {
				i++;
				continue;
			}
			split_put(ev, items, &used, (struct str){ s.at + from, i - from }, null);
			i += cut.length;
			from = i;
		}
		split_put(ev, items, &used, (struct str){ s.at + from, s.length - from }, null);
	}
	*out = eval_list(items, used);
	return OK;
}

FUNCTION_ROW(array_contains)
{
	bool is_inside = true;
	struct value a, b;

	(void)count;
	if (args[0].type != VALUE_LIST) {
		TRY(eval_json_contains(ev, args[0], args[1], &is_inside, e));
		*out = value_bool(is_inside);
		return OK;
	}
	a = flat(ev, args[0]);
	b = flat(ev, args[1]);
	for (uint32_t i = 0; i < b.count && is_inside; i++) {
		TRY(eval_poll(ev, e));
		is_inside = has_item(a, b.items[i]);
	}
	*out = value_bool(is_inside);
	return OK;
}

FUNCTION_ROW(array_contained)
{
	struct value turned[2] = { args[1], args[0] };

	return array_contains(ev, turned, count, out, e);
}

FUNCTION_ROW(array_overlaps)
{
	bool is_found = false;
	struct value a, b;

	(void)count;
	a = flat(ev, args[0]);
	b = flat(ev, args[1]);
	for (uint32_t i = 0; i < b.count && !is_found; i++) {
		TRY(eval_poll(ev, e));
		is_found = has_item(a, b.items[i]);
	}
	*out = value_bool(is_found);
	return OK;
}
