/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Functions of lists and maps, and the few that take anything (coalesce, nullif). Lists are shared,
 * never copied: tail() and slices point into the list they were made from.
 */
#include <string.h>

#include "base/utf8.h"
#include "query/eval/cast.h"
#include "query/eval/eval_internal.h"
#include "query/function/functions.h"

FUNCTION_ROW(list_size)
{
	if (args[0].type == VALUE_STRING)
		*out = value_int(utf8_count(value_str(args[0])));
	else if (args[0].type == VALUE_PATH)
		*out = value_int(args[0].path->edge_count);
	else
		*out = value_int(args[0].count);
	return OK;
}

FUNCTION_ROW(list_is_empty)
{
	*out = value_bool(args[0].count == 0);
	return OK;
}

FUNCTION_ROW(list_head)
{
	*out = args[0].count == 0 ? value_null() : args[0].items[0];
	return OK;
}

FUNCTION_ROW(list_last)
{
	*out = args[0].count == 0 ? value_null() : args[0].items[args[0].count - 1];
	return OK;
}

FUNCTION_ROW(list_tail)
{
	*out = args[0].count == 0 ? args[0] : eval_list(args[0].items + 1, args[0].count - 1);
	return OK;
}

FUNCTION_ROW(list_range)
{
	int64_t first = args[0].integer, last = args[1].integer;
	int64_t step = count > 2 ? args[2].integer : 1;
	__int128 span = (__int128)last - first;
	uint64_t items_count = 0;
	struct value *items;

	if (step == 0)
		return FAIL(e, E_INVALID_VALUE, "step size cannot equal zero");
	if ((span >= 0) == (step > 0) || span == 0)
		items_count = (uint64_t)(span / step) + 1;
	TRY(eval_check_list(ev, items_count, e));
	items = arena_alloc_raw(ev->arena, sizeof *items * (items_count + 1));
	for (uint64_t i = 0; i < items_count; i++)
		items[i] = value_int(first + (int64_t)i * step);
	*out = eval_list(items, (uint32_t)items_count);
	return OK;
}

static struct value reverse_string(struct eval *ev, struct str s)
{
	char *to = arena_alloc_raw(ev->arena, (size_t)s.length + 1);
	uint32_t size;

	for (uint32_t i = 0; i < s.length; i += size) {
		size = utf8_size((uint8_t)s.at[i]);
		memcpy(to + s.length - i - size, s.at + i, size);
	}
	return value_string((struct str){ to, s.length });
}

FUNCTION_ROW(list_reverse)
{
	struct value *items;

	if (args[0].type == VALUE_STRING) {
		*out = reverse_string(ev, value_str(args[0]));
		return OK;
	}
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)args[0].count + 1));
	for (uint32_t i = 0; i < args[0].count; i++)
		items[i] = args[0].items[args[0].count - 1 - i];
	*out = eval_list(items, args[0].count);
	return OK;
}

FUNCTION_ROW(list_coalesce)
{
	*out = value_null();
	for (uint32_t i = 0; i < count && out->type == VALUE_NULL; i++)
		*out = args[i];
	return OK;
}

FUNCTION_ROW(list_nullif)
{
	*out = value_equal(args[0], args[1]) > 0 ? value_null() : args[0];
	return OK;
}

FUNCTION_ROW(list_subscript)
{
	int64_t at = args[1].integer;

	*out = value_null();
	if (args[0].type == VALUE_NULL || args[1].type == VALUE_NULL)
		return OK;
	if (args[0].type == VALUE_STRING)
		return json_part(ev, args, count, out, e);
	if (args[0].type != VALUE_LIST)
		return eval_property(ev, args[0], value_str(args[1]), NAME_NONE, out, e);
	if (at < 0)
		at += args[0].count;
	if (at >= 0 && at < args[0].count)
		*out = args[0].items[at];
	return OK;
}

/* A bound of a slice: from the end if negative, cut to the list. */
static int64_t slice_bound(struct value v, uint32_t count, int64_t otherwise)
{
	int64_t at = v.type == VALUE_NULL ? otherwise : v.integer;

	if (at < 0)
		at += count;
	return at < 0 ? 0 : at > count ? count : at;
}

FUNCTION_ROW(list_slice)
{
	int64_t first, last;

	*out = value_null();
	if (args[0].type == VALUE_NULL)
		return OK;
	first = slice_bound(args[1], args[0].count, 0);
	last = slice_bound(args[2], args[0].count, args[0].count);
	*out = first >= last ? eval_list(NULL, 0)
			     : eval_list(args[0].items + first, (uint32_t)(last - first));
	return OK;
}

/* ---- maps ---- */

FUNCTION_ROW(map_merge)
{
	struct value left = args[0], right = args[1];
	struct value_entry *entries;
	uint32_t i = 0, j = 0, used = 0;

	if (left.type != VALUE_MAP)
		TRY(element_properties(ev, &args[0], 1, &left, e));
	entries = arena_alloc_raw(
		ev->arena, sizeof *entries * ((size_t)left.count + right.count + 1));
	while (i < left.count || j < right.count) {
		int order = i == left.count ? 1
			    : j == right.count
				    ? -1
				    : str_compare(left.entries[i].key, right.entries[j].key);

		entries[used++] = order < 0 ? left.entries[i] : right.entries[j];
		i += order <= 0;
		j += order >= 0;
	}
	*out = (struct value){ .type = VALUE_MAP, .count = used, .entries = entries };
	return OK;
}

FUNCTION_ROW(map_build)
{
	struct str keys[FUNCTION_ARGS_MAX];
	struct value values[FUNCTION_ARGS_MAX];

	if (count % 2 != 0)
		return FAIL(e, E_INVALID_VALUE, "argument list must have even number of elements");
	for (uint32_t i = 0; i < count; i += 2) {
		if (args[i].type == VALUE_NULL)
			return FAIL(
				e, E_NULL_NOT_ALLOWED, "argument %u: key must not be null", i + 1);
		keys[i / 2] = value_str(args[i]);
		values[i / 2] = args[i + 1];
	}
	return eval_make_map(ev, keys, values, count / 2, out, e);
}
