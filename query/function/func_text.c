/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * PostgreSQL's functions of strings that the graph language has no word for. Positions count
 * characters from 1.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "query/eval/cast.h"
#include "query/eval/match.h"
#include "query/eval/typed_text.h"
#include "query/function/functions.h"

enum { TEXT_BYTES_MAX = 1 << 28 };

static COLD enum sqlstate too_long(struct error *e)
{
	return FAIL(e, E_PROGRAM_LIMIT, "requested length too large");
}

/* Where character `place` (from 0) begins; the end if there are fewer. */
static uint32_t byte_of(struct str s, int64_t place)
{
	uint32_t at = 0, size;

	while (place-- > 0 && at < s.length) {
		(void)utf8_decode((struct str){ s.at + at, s.length - at }, &size);
		at += size;
	}
	return at;
}

static void put_shown(
	struct eval *ev, struct buf *to, struct value v, enum sqlstate *rc, struct error *e)
{
	if (*rc == OK)
		*rc = eval_put_shown(ev, to, v, e);
}

FUNCTION_ROW(text_concat)
{
	struct buf b = { 0 };
	enum sqlstate rc = OK;

	for (uint32_t i = 0; i < count; i++)
		put_shown(ev, &b, args[i], &rc, e);
	*out = eval_take_buf(ev, &b);
	return rc;
}

FUNCTION_ROW(text_concat_ws)
{
	struct buf b = { 0 };
	enum sqlstate rc = OK;
	bool is_first = true;

	*out = value_null();
	if (args[0].type == VALUE_NULL)
		return OK;
	for (uint32_t i = 1; i < count; i++) {
		if (args[i].type == VALUE_NULL)
			continue;
		if (!is_first)
			buf_put_str(&b, value_str(args[0]));
		is_first = false;
		put_shown(ev, &b, args[i], &rc, e);
	}
	*out = eval_take_buf(ev, &b);
	return rc;
}

FUNCTION_ROW(text_initcap)
{
	struct str s = value_str(args[0]);
	char *to = arena_alloc_raw(ev->arena, (size_t)s.length + 1);
	bool is_inside = false;

	for (uint32_t i = 0; i < s.length; i++) {
		unsigned char c = (unsigned char)s.at[i];

		to[i] = (char)(c >= 128 ? c : is_inside ? tolower(c) : toupper(c));
		is_inside = c >= 128 || isalnum(c) != 0;
	}
	*out = value_string((struct str){ to, s.length });
	return OK;
}

/* `fill` again and again until it has `missing` characters. */
static void put_fill(struct buf *to, struct str fill, int64_t missing)
{
	uint32_t at = 0, size;

	while (missing-- > 0 && fill.length > 0) {
		(void)utf8_decode((struct str){ fill.at + at, fill.length - at }, &size);
		buf_put(to, fill.at + at, size);
		at = at + size == fill.length ? 0 : at + size;
	}
}

static enum sqlstate pad(struct eval *ev, const struct value *args, uint32_t count, bool is_left,
	struct value *out, struct error *e)
{
	struct str s = value_str(args[0]), fill = count > 2 ? value_str(args[2]) : STR(" ");
	int64_t length = MAX_OF(args[1].integer, 0), has = utf8_count(s);
	struct buf b = { 0 };

	if (length > TEXT_BYTES_MAX)
		return too_long(e);
	if (is_left)
		put_fill(&b, fill, length - has);
	buf_put(&b, s.at, byte_of(s, length));
	if (!is_left)
		put_fill(&b, fill, length - has);
	*out = eval_take_buf(ev, &b);
	return OK;
}

FUNCTION_ROW(text_lpad)
{
	return pad(ev, args, count, true, out, e);
}

FUNCTION_ROW(text_rpad)
{
	return pad(ev, args, count, false, out, e);
}

static uint32_t parts_of(struct str s, struct str cut)
{
	uint32_t parts = 1;

	for (uint32_t i = 0; i + cut.length <= s.length;) {
		bool is_cut = memcmp(s.at + i, cut.at, cut.length) == 0;

		parts += is_cut;
		i += is_cut ? cut.length : 1;
	}
	return parts;
}

FUNCTION_ROW(text_split_part)
{
	struct str s = value_str(args[0]), cut = value_str(args[1]);
	int64_t wanted = args[2].integer, part = 1;
	uint32_t from = 0, i = 0;

	if (wanted == 0)
		return FAIL(e, E_INVALID_VALUE, "field position must not be zero");
	if (cut.length == 0) {
		*out = wanted == 1 || wanted == -1 ? args[0] : value_string(STR(""));
		return OK;
	}
	if (wanted < 0)
		wanted += (int64_t)parts_of(s, cut) + 1;
	while (i + cut.length <= s.length && part <= wanted) {
		if (memcmp(s.at + i, cut.at, cut.length) != 0) {
			i++;
			continue;
		}
		if (part++ == wanted) {
			*out = eval_string(ev, s.at + from, i - from);
			return OK;
		}
		from = i += cut.length;
	}
	*out = part == wanted ? eval_string(ev, s.at + from, s.length - from)
			      : value_string(STR(""));
	return OK;
}

FUNCTION_ROW(text_ascii)
{
	struct str s = value_str(args[0]);
	uint32_t size;

	*out = value_int(s.length == 0 ? 0 : utf8_decode(s, &size));
	return OK;
}

FUNCTION_ROW(text_chr)
{
	char *to = arena_alloc_raw(ev->arena, 8);
	int64_t c = args[0].integer;

	if (c <= 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
		return FAIL(e, E_PROGRAM_LIMIT, "requested character not valid for encoding: %lld",
			(long long)c);
	*out = value_string((struct str){ to, utf8_encode((uint32_t)c, to) });
	return OK;
}

static struct value hex_of(struct eval *ev, const uint8_t *bytes, size_t count)
{
	static const char digits[] = "0123456789abcdef";
	char *to = arena_alloc_raw(ev->arena, 2 * count + 1);

	for (size_t i = 0; i < count; i++) {
		to[2 * i] = digits[bytes[i] >> 4];
		to[2 * i + 1] = digits[bytes[i] & 15];
	}
	return value_string((struct str){ to, (uint32_t)(2 * count) });
}

FUNCTION_ROW(text_to_hex)
{
	uint64_t n = (uint64_t)args[0].integer;
	char text[24];
	int length;

	if (args[0].integer < 0 && args[0].integer >= INT32_MIN)
		n &= UINT32_MAX;
	length = snprintf(text, sizeof text, "%llx", (unsigned long long)n);
	*out = eval_string(ev, text, (size_t)length);
	return OK;
}

static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static struct value base64_of(struct eval *ev, const uint8_t *bytes, uint32_t count)
{
	char *to = arena_alloc_raw(ev->arena, 4 * ((size_t)count / 3 + 1) + 1);
	uint32_t used = 0;

	for (uint32_t i = 0; i < count; i += 3) {
		uint32_t has = MIN_OF(count - i, 3u);
		uint32_t bits = (uint32_t)bytes[i] << 16 |
				(has > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
				(has > 2 ? bytes[i + 2] : 0);

		for (uint32_t d = 0; d < 4; d++)
			to[used++] = d <= has ? base64_digits[bits >> (18 - 6 * d) & 63] : '=';
	}
	return value_string((struct str){ to, used });
}

/* Bytes of ASCII as they are, but the backslash twice and others, and zero, in octal digits. */
static struct value escape_of(struct eval *ev, const uint8_t *bytes, uint32_t count)
{
	struct buf b = { 0 };

	for (uint32_t i = 0; i < count; i++) {
		if (bytes[i] == '\\')
			buf_put_text(&b, "\\\\");
		else if (bytes[i] == 0 || bytes[i] >= 0x80)
			buf_printf(&b, "\\%03o", bytes[i]);
		else
			buf_put_byte(&b, bytes[i]);
	}
	return eval_take_buf(ev, &b);
}

FUNCTION_ROW(text_encode)
{
	struct str form = value_str(args[1]);
	const uint8_t *bytes = (const uint8_t *)args[0].bytes;

	if (str_equal_nocase(form, STR("hex")))
		*out = hex_of(ev, bytes, args[0].count);
	else if (str_equal_nocase(form, STR("base64")))
		*out = base64_of(ev, bytes, args[0].count);
	else if (str_equal_nocase(form, STR("escape")))
		*out = escape_of(ev, bytes, args[0].count);
	else
		return FAIL(e, E_INVALID_VALUE, "unrecognized encoding: \"%.*s\"", STR_ARGS(form));
	return OK;
}

/* A character's value; of "=", which fills up a last group of four, 0. */
static enum sqlstate base64_value(
	struct str s, uint32_t at, uint32_t place, uint32_t *filled, uint32_t *out, struct error *e)
{
	const char *digit = strchr(base64_digits, s.at[at]);
	uint32_t size;

	*out = 0;
	if (s.at[at] == '=') {
		if (*filled == 0 && place < 2)
			return FAIL(e, E_INVALID_VALUE,
				"unexpected \"=\" while decoding base64 sequence");
		++*filled;
		return OK;
	}
	if (digit == NULL || *digit == '\0') {
		(void)utf8_decode((struct str){ s.at + at, s.length - at }, &size);
		return FAIL(e, E_INVALID_VALUE,
			"invalid symbol \"%.*s\" found while decoding base64 sequence", (int)size,
			s.at + at);
	}
	*out = (uint32_t)(digit - base64_digits);
	return OK;
}

static enum sqlstate base64_read(struct eval *ev, struct str s, struct value *out, struct error *e)
{
	char *to = arena_alloc_raw(ev->arena, (size_t)s.length + 1);
	uint32_t bits = 0, place = 0, used = 0, filled = 0;

	for (uint32_t i = 0; i < s.length; i++) {
		uint32_t digit;

		if (strchr(" \t\n\r", s.at[i]) != NULL)
			continue;
		TRY(base64_value(s, i, place % 4, &filled, &digit, e));
		bits = bits << 6 | digit;
		if (++place % 4 != 1 && filled == 0)
			to[used++] = (char)(bits >> (6 - 2 * ((place - 1) % 4)) & 255);
	}
	if (place % 4 != 0) {
		FAIL(e, E_INVALID_VALUE, "invalid base64 end sequence");
		error_hint(e,
			"Input data is missing padding, is truncated, or is otherwise corrupted.");
		return e->code;
	}
	*out = (struct value){ .type = VALUE_BYTES, .count = used, .bytes = to };
	return OK;
}

FUNCTION_ROW(text_decode)
{
	struct str s = value_str(args[0]), form = value_str(args[1]);
	struct value hex;

	if (str_equal_nocase(form, STR("base64")))
		return base64_read(ev, s, out, e);
	if (str_equal_nocase(form, STR("escape")))
		return eval_bytes_of_escapes(ev, s, out, e);
	if (!str_equal_nocase(form, STR("hex")))
		return FAIL(e, E_INVALID_VALUE, "unrecognized encoding: \"%.*s\"", STR_ARGS(form));
	hex = value_string(arena_printf(ev->arena, "\\x%.*s", STR_ARGS(s)));
	return eval_cast(ev, hex, (struct type){ .kind = TYPE_BYTES }, false, out, e);
}

FUNCTION_ROW(text_translate)
{
	struct str s = value_str(args[0]), from = value_str(args[1]), to = value_str(args[2]);
	struct buf b = { 0 };
	uint32_t size, from_size;

	for (uint32_t i = 0; i < s.length; i += size) {
		uint32_t c = utf8_decode((struct str){ s.at + i, s.length - i }, &size);
		int64_t place = 0;
		uint32_t at = 0, start;

		while (at < from.length) {
			if (utf8_decode((struct str){ from.at + at, from.length - at },
				    &from_size) == c)
				break;
			at += from_size;
			place++;
		}
		if (at >= from.length) {
			buf_put(&b, s.at + i, size);
			continue;
		}
		start = byte_of(to, place);
		buf_put(&b, to.at + start, byte_of(to, place + 1) - start);
	}
	*out = eval_take_buf(ev, &b);
	return OK;
}

/* ---- parts ----------------------------------------------------------------------------------- */

/* Characters [first, first + length), counted from 1, as far as they are there. */
static struct str part_of(struct str s, int64_t first, int64_t length)
{
	int64_t end = length > INT32_MAX ? INT64_MAX / 2 : first + length;
	uint32_t from = byte_of(s, MAX_OF(first, 1) - 1);
	uint32_t to = byte_of(s, MAX_OF(end, 1) - 1);

	return (struct str){ s.at + from, to > from ? to - from : 0 };
}

FUNCTION_ROW(text_substring)
{
	int64_t length = count > 2 ? args[2].integer : INT64_MAX;

	if (args[0].type == VALUE_BYTES)
		return string_bytes_part(ev, args, count, out, e);
	if (args[1].type == VALUE_STRING)
		return count > 2 ? text_similar_part(ev, args, count, out, e)
				 : regex_substring(ev, args, count, out, e);
	if (length < 0)
		return FAIL(e, E_SUBSTRING, "negative substring length not allowed");
	*out = value_string(part_of(value_str(args[0]), args[1].integer, length));
	return OK;
}

FUNCTION_ROW(text_overlay)
{
	struct str s = value_str(args[0]), by = value_str(args[1]);
	int64_t from = args[2].integer;
	int64_t length = count > 3 ? args[3].integer : utf8_count(by);
	struct buf b = { 0 };

	if (args[0].type == VALUE_BYTES)
		return string_bytes_overlay(ev, args, count, out, e);
	if (from <= 0)
		return FAIL(e, E_SUBSTRING, "negative substring length not allowed");
	buf_put_str(&b, part_of(s, 1, from - 1));
	buf_put_str(&b, by);
	buf_put_str(&b, part_of(s, from + length, INT64_MAX));
	*out = eval_take_buf(ev, &b);
	return OK;
}

#define TEXT_OR_BYTES(name, of_text, of_bytes)                                                     \
	FUNCTION_ROW(name)                                                                         \
	{                                                                                          \
		if (args[0].type == VALUE_BYTES)                                                   \
			return of_bytes(ev, args, count, out, e);                                  \
		return of_text(ev, args, count, out, e);                                           \
	}

TEXT_OR_BYTES(text_position, string_position, string_bytes_position)
TEXT_OR_BYTES(text_trim, string_trim, string_bytes_trim)
TEXT_OR_BYTES(text_ltrim, string_ltrim, string_bytes_ltrim)
TEXT_OR_BYTES(text_rtrim, string_rtrim, string_bytes_rtrim)

/* ---- Unicode --------------------------------------------------------------------------------- */

/* The digits of an escape at the start, and what it is long; 0: it is none. */
static uint32_t escape_length(struct str s, uint32_t *first, uint32_t *digits)
{
	char kind = s.length > 1 ? s.at[1] : '\0';

	*first = kind == '+' || kind == 'u' || kind == 'U' ? 2 : 1;
	*digits = kind == '+' ? 6 : kind == 'U' ? 8 : 4;
	if (s.length < *first + *digits)
		return 0;
	for (uint32_t i = *first; i < *first + *digits; i++) {
		if (!isxdigit((unsigned char)s.at[i]))
			return 0;
	}
	return *first + *digits;
}

static uint32_t hex_number(const char *at, uint32_t digits)
{
	uint32_t number = 0;

	for (uint32_t i = 0; i < digits; i++) {
		bool is_digit = isdigit((unsigned char)at[i]);

		number = number << 4 |
			 (uint32_t)(is_digit ? at[i] - '0' : (at[i] | 0x20) - 'a' + 10);
	}
	return number;
}

static COLD enum sqlstate not_unicode(struct error *e)
{
	FAIL(e, E_SYNTAX, "invalid Unicode escape");
	error_hint(e, "Unicode escapes must be \\XXXX, \\+XXXXXX, \\uXXXX, or \\UXXXXXXXX.");
	return e->code;
}

/* Reads an escape; *high waits for the second half of a surrogate pair. */
static enum sqlstate put_escape(
	struct buf *to, struct str s, uint32_t *high, uint32_t *length, struct error *e)
{
	uint32_t first, digits, c;
	char bytes[4];

	*length = escape_length(s, &first, &digits);
	if (*length == 0)
		return not_unicode(e);
	c = hex_number(s.at + first, digits);
	if (c == 0 || c > 0x10FFFF)
		return FAIL(e, E_INVALID_VALUE, "invalid Unicode code point: %04X", c);
	if ((*high != 0) != (c >= 0xDC00 && c <= 0xDFFF))
		return FAIL(e, E_SYNTAX, "invalid Unicode surrogate pair");
	if (*high != 0)
		c = 0x10000 + ((*high - 0xD800) << 10) + (c - 0xDC00);
	*high = c >= 0xD800 && c <= 0xDBFF ? c : 0;
	if (*high == 0)
		buf_put(to, bytes, utf8_encode(c, bytes));
	return OK;
}

FUNCTION_ROW(text_unistr)
{
	struct str s = value_str(args[0]);
	struct buf b = { 0 };
	uint32_t high = 0, length;
	enum sqlstate rc = OK;

	(void)count;
	for (uint32_t i = 0; i < s.length && rc == OK; i += length) {
		struct str rest = { s.at + i, s.length - i };
		bool is_doubled = rest.length > 1 && rest.at[0] == '\\' && rest.at[1] == '\\';

		length = is_doubled ? 2 : 1;
		if (s.at[i] == '\\' && !is_doubled)
			rc = put_escape(&b, rest, &high, &length, e);
		else if (high != 0)
			rc = FAIL(e, E_SYNTAX, "invalid Unicode surrogate pair");
		else
			buf_put_byte(&b, (uint8_t)s.at[i]);
	}
	if (rc == OK && high != 0)
		rc = FAIL(e, E_SYNTAX, "invalid Unicode surrogate pair");
	*out = eval_take_buf(ev, &b);
	return rc;
}
