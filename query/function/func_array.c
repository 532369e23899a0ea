/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * PostgreSQL's functions of arrays: subscripts count from 1, comparison is IS NOT DISTINCT FROM
 * where a search is for NULL.
 */
#include <string.h>

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

FUNCTION_ROW(array_item)
{
	int64_t place = args[1].integer;

	(void)ev, (void)count, (void)e;
	*out = value_null();
	if (args[0].type == VALUE_LIST && args[1].type == VALUE_INT && place >= 1 &&
		place <= args[0].count)
		*out = args[0].items[place - 1];
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

FUNCTION_ROW(array_add_last)
{
	(void)count;
	return join(ev, list_or_nothing(args[0]), eval_list(&args[1], 1), out, e);
}

FUNCTION_ROW(array_add_first)
{
	(void)count;
	return join(ev, eval_list(&args[0], 1), list_or_nothing(args[1]), out, e);
}

FUNCTION_ROW(array_join)
{
	(void)count;
	if (args[0].type == VALUE_NULL && args[1].type == VALUE_NULL) {
		*out = value_null();
		return OK;
	}
	return join(ev, list_or_nothing(args[0]), list_or_nothing(args[1]), out, e);
}

FUNCTION_ROW(array_find)
{
	int64_t first = count > 2 && args[2].type == VALUE_INT ? args[2].integer : 1;

	(void)ev, (void)e;
	*out = value_null();
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

	(void)count, (void)e;
	*out = value_null();
	if (args[0].type != VALUE_LIST)
		return OK;
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

	(void)count, (void)e;
	*out = args[0];
	if (args[0].type != VALUE_LIST)
		return OK;
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)args[0].count + 1));
	for (uint32_t i = 0; i < args[0].count; i++) {
		if (!same(args[0].items[i], args[1]))
			items[kept++] = args[0].items[i];
	}
	*out = eval_list(items, kept);
	return OK;
}

FUNCTION_ROW(array_exchange)
{
	struct value *items;

	(void)count, (void)e;
	*out = args[0];
	if (args[0].type != VALUE_LIST)
		return OK;
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)args[0].count + 1));
	for (uint32_t i = 0; i < args[0].count; i++)
		items[i] = same(args[0].items[i], args[1]) ? args[2] : args[0].items[i];
	*out = eval_list(items, args[0].count);
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
	rc = put_items(ev, &b, args[0], value_str(args[1]), has_null ? &args[2] : NULL, e);
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

	(void)count;
	if (args[0].type != VALUE_LIST) {
		TRY(eval_json_contains(ev, args[0], args[1], &is_inside, e));
		*out = value_bool(is_inside);
		return OK;
	}
	for (uint32_t i = 0; i < args[1].count; i++)
		is_inside &= has_item(args[0], args[1].items[i]);
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

	(void)ev, (void)count, (void)e;
	for (uint32_t i = 0; i < args[1].count; i++)
		is_found |= has_item(args[0], args[1].items[i]);
	*out = value_bool(is_found);
	return OK;
}
