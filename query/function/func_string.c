/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Functions of strings. Positions and lengths count characters (code points), never bytes. Case
 * changes are Unicode's simple ones where the C library's tables know them; ASCII always.
 */
#include <string.h>
#include <wctype.h>

#include "base/utf8.h"
#include "query/eval/cast.h"
#include "query/eval/json_text.h"
#include "query/eval/moment.h"
#include "query/function/functions.h"

enum { STRING_BYTES_MAX = 1 << 30 };

static bool is_ascii(struct str s)
{
	uint8_t bits = 0;

	for (uint32_t i = 0; i < s.length; i++)
		bits |= (uint8_t)s.at[i];
	return bits < 0x80;
}

/* ---- case ---- */

static struct value change_case(struct eval *ev, struct str s, bool is_upper)
{
	char *to = arena_alloc_raw(ev->arena, (size_t)s.length * 2 + 4);
	uint32_t used = 0, size;

	if (is_ascii(s)) {
		for (uint32_t i = 0; i < s.length; i++) {
			char c = s.at[i];
			bool changes = is_upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z';

			to[i] = changes ? (char)(c ^ 0x20) : c;
		}
		return value_string((struct str){ to, s.length });
	}
	for (uint32_t i = 0; i < s.length; i += size) {
		uint32_t c = utf8_decode((struct str){ s.at + i, s.length - i }, &size);
		wint_t changed = is_upper ? towupper((wint_t)c) : towlower((wint_t)c);

		used += utf8_encode((uint32_t)changed, to + used);
	}
	return value_string((struct str){ to, used });
}

FUNCTION_ROW(string_upper)
{
	*out = change_case(ev, value_str(args[0]), true);
	return OK;
}

FUNCTION_ROW(string_lower)
{
	*out = change_case(ev, value_str(args[0]), false);
	return OK;
}

FUNCTION_ROW(string_octets)
{
	*out = value_int(args[0].count);
	return OK;
}

/* ---- trimming ---- */

static bool has_character(struct str set, struct str c)
{
	return memmem(set.at, set.length, c.at, c.length) != NULL;
}

static struct value trim(const struct value *args, uint32_t count, bool at_start, bool at_end)
{
	struct str s = value_str(args[0]);
	struct str set = count > 1 ? value_str(args[1]) : STR(" \t\n\r\f\v");
	struct str c;

	while (at_start && s.length > 0) {
		c = (struct str){ s.at, utf8_size((uint8_t)s.at[0]) };
		if (!has_character(set, c))
			break;
		s = (struct str){ s.at + c.length, s.length - c.length };
	}
	while (at_end && s.length > 0) {
		uint32_t at = s.length - 1;

		while (at > 0 && ((uint8_t)s.at[at] & 0xC0) == 0x80)
			at--;
		c = (struct str){ s.at + at, s.length - at };
		if (!has_character(set, c))
			break;
		s.length = at;
	}
	return value_string(s);
}

FUNCTION_ROW(string_trim)
{
	*out = trim(args, count, true, true);
	return OK;
}

FUNCTION_ROW(string_ltrim)
{
	*out = trim(args, count, true, false);
	return OK;
}

FUNCTION_ROW(string_rtrim)
{
	*out = trim(args, count, false, true);
	return OK;
}

/* ---- parts ---- */

/* The characters [first, first + length), both already cut to what fits 32 bits. */
static struct value part(struct str s, uint64_t first, uint64_t length)
{
	uint32_t start = utf8_offset(s, (uint32_t)MIN_OF(first, UINT32_MAX));
	struct str rest = { s.at + start, s.length - start };

	rest.length = utf8_offset(rest, (uint32_t)MIN_OF(length, UINT32_MAX));
	return value_string(rest);
}

FUNCTION_ROW(string_left)
{
	struct str s = value_str(args[0]);
	int64_t n = args[1].integer;

	if (n < 0) {
		int64_t all = utf8_count(s);

		n = all + n < 0 ? 0 : all + n;
	}
	*out = part(s, 0, (uint64_t)n);
	return OK;
}

FUNCTION_ROW(string_right)
{
	struct str s = value_str(args[0]);
	int64_t all = utf8_count(s), n = args[1].integer, skip;

	skip = n >= 0 ? (n >= all ? 0 : all - n) : (n <= -all ? all : -n);
	*out = part(s, (uint64_t)skip, UINT32_MAX);
	return OK;
}

FUNCTION_ROW(string_substring)
{
	if (args[1].integer < 0 || (count > 2 && args[2].integer < 0))
		return FAIL(e, E_SUBSTRING, "negative substring position or length not allowed");
	*out = part(value_str(args[0]), (uint64_t)args[1].integer,
		count > 2 ? (uint64_t)args[2].integer : UINT32_MAX);
	return OK;
}

/* SQL: the characters whose positions, counted from 1, lie in [start, start + length). */
FUNCTION_ROW(string_substr)
{
	int64_t start = args[1].integer, end = INT64_MAX;

	if (count > 2 && args[2].integer < 0)
		return FAIL(e, E_SUBSTRING, "negative substring length not allowed");
	if (count > 2 && __builtin_add_overflow(start, args[2].integer, &end))
		end = INT64_MAX;
	if (start < 1)
		start = 1;
	*out = part(value_str(args[0]), (uint64_t)start - 1,
		end <= start ? 0 : (uint64_t)end - (uint64_t)start);
	return OK;
}

FUNCTION_ROW(string_position)
{
	struct str s = value_str(args[0]);
	const char *at =
		args[1].count == 0 ? s.at : memmem(s.at, s.length, args[1].bytes, args[1].count);

	*out = value_int(
		at == NULL && args[1].count > 0
			? 0
			: 1 + (int64_t)utf8_index(s, s.at == NULL ? 0 : (uint32_t)(at - s.at)));
	return OK;
}

/* ---- making ---- */

static enum sqlstate check_size(uint64_t bytes, struct error *e)
{
	if (bytes > STRING_BYTES_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "a string would be longer than 1 GB");
	return OK;
}

FUNCTION_ROW(string_replace)
{
	struct str s = value_str(args[0]), from = value_str(args[1]), to = value_str(args[2]);
	struct buf b = { 0 };
	const char *hit;

	*out = args[0];
	if (from.length == 0 || s.length == 0)
		return OK;
	while ((hit = memmem(s.at, s.length, from.at, from.length)) != NULL) {
		uint32_t before = (uint32_t)(hit - s.at);

		buf_put(&b, s.at, before);
		buf_put_str(&b, to);
		s = (struct str){ hit + from.length, s.length - before - from.length };
		if (b.length > STRING_BYTES_MAX) {
			buf_free(&b);
			return check_size(UINT64_MAX, e);
		}
	}
	buf_put_str(&b, s);
	*out = eval_take_buf(ev, &b);
	return OK;
}

/* The pieces of a string: characters where the separator is empty. */
static uint32_t split_into(struct str s, struct str by, struct value *items)
{
	uint32_t count = 0;

	while (by.length > 0) {
		const char *hit = s.length == 0 ? NULL : memmem(s.at, s.length, by.at, by.length);
		uint32_t length = hit == NULL ? s.length : (uint32_t)(hit - s.at);

		if (items != NULL)
			items[count] = value_string((struct str){ s.at, length });
		count++;
		if (hit == NULL)
			return count;
		s = (struct str){ hit + by.length, s.length - length - by.length };
	}
	while (s.length > 0) {
		uint32_t size = utf8_size((uint8_t)s.at[0]);

		if (items != NULL)
			items[count] = value_string((struct str){ s.at, size });
		count++;
		s = (struct str){ s.at + size, s.length - size };
	}
	return count;
}

FUNCTION_ROW(string_split)
{
	struct str s = value_str(args[0]), by = value_str(args[1]);
	uint32_t pieces = split_into(s, by, NULL);
	struct value *items;

	TRY(eval_check_list(ev, pieces, e));
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)pieces + 1));
	split_into(s, by, items);
	*out = eval_list(items, pieces);
	return OK;
}

FUNCTION_ROW(string_repeat)
{
	struct str s = value_str(args[0]);
	uint64_t times = args[1].integer < 0 ? 0 : (uint64_t)args[1].integer;
	char *to;

	if (s.length == 0 || times == 0) {
		*out = value_string(STR(""));
		return OK;
	}
	TRY(check_size(times > STRING_BYTES_MAX ? UINT64_MAX : times * s.length, e));
	to = arena_alloc_raw(ev->arena, times * s.length);
	for (uint64_t i = 0; i < times; i++)
		memcpy(to + i * s.length, s.at, s.length);
	*out = value_string((struct str){ to, (uint32_t)(times * s.length) });
	return OK;
}

FUNCTION_ROW(string_concat)
{
	struct buf b = { 0 };
	enum sqlstate rc = OK;

	for (uint32_t i = 0; i < count && rc == OK; i++)
		rc = eval_put_text(ev, &b, args[i], e);
	*out = eval_take_buf(ev, &b);
	return rc;
}

/* ---- conversion ---- */

FUNCTION_ROW(convert_to_string)
{
	struct buf b = { 0 };

	if (moment_put_iso(ev, &b, args[0])) {
		*out = eval_take_buf(ev, &b);
		return OK;
	}
	return eval_cast(ev, args[0], (struct type){ .kind = TYPE_STRING }, true, out, e);
}

/* toStringOrNull: what toString does not take is NULL. */
FUNCTION_ROW(convert_to_string_or_null)
{
	if (args[0].type == VALUE_LIST || args[0].type == VALUE_MAP ||
		args[0].type == VALUE_NODE || args[0].type == VALUE_EDGE ||
		args[0].type == VALUE_PATH) {
		*out = value_null();
		return OK;
	}
	return convert_to_string(ev, args, count, out, e);
}

FUNCTION_ROW(convert_to_integer)
{
	return eval_cast(ev, args[0], (struct type){ .kind = TYPE_INT64 }, true, out, e);
}

FUNCTION_ROW(convert_to_float)
{
	return eval_cast(ev, args[0], (struct type){ .kind = TYPE_FLOAT64 }, true, out, e);
}

FUNCTION_ROW(convert_to_boolean)
{
	return eval_cast(ev, args[0], (struct type){ .kind = TYPE_BOOL }, true, out, e);
}
