/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * PostgreSQL's functions of bytea: parts, searches, single bytes and bits, digests, and the way
 * between bytes and text. Positions count from 1, bytes and bits by number from 0.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "query/function/functions.h"

static struct value bytes_of(const void *at, size_t count)
{
	return (struct value){ .type = VALUE_BYTES, .count = (uint32_t)count, .bytes = at };
}

static struct value bytes_taken(struct eval *ev, struct buf *b)
{
	struct value v = eval_take_buf(ev, b);

	return bytes_of(v.bytes, v.count);
}

static struct str raw(struct value v)
{
	return (struct str){ v.bytes, v.count };
}

/* ---- parts ---- */

FUNCTION_ROW(string_bytes_part)
{
	int64_t from = args[1].integer, length = count > 2 ? args[2].integer : INT32_MAX;
	int64_t end = from + length;

	(void)ev;
	if (length < 0)
		return FAIL(e, E_SUBSTRING, "negative substring length not allowed");
	from = MAX_OF(from, 1) - 1;
	end = MIN_OF(MAX_OF(end, 1) - 1, (int64_t)args[0].count);
	*out = from < end ? bytes_of(args[0].bytes + from, (size_t)(end - from)) : bytes_of("", 0);
	return OK;
}

FUNCTION_ROW(string_bytes_position)
{
	struct str s = raw(args[0]), part = raw(args[1]);

	(void)ev, (void)count, (void)e;
	*out = value_int(0);
	for (uint32_t i = 0; i + part.length <= s.length; i++) {
		if (part.length > 0 && memcmp(s.at + i, part.at, part.length) != 0)
			continue;
		*out = value_int(i + 1);
		return OK;
	}
	return OK;
}

FUNCTION_ROW(string_bytes_overlay)
{
	struct str s = raw(args[0]), by = raw(args[1]);
	int64_t from = args[2].integer, length = count > 3 ? args[3].integer : by.length;
	int64_t rest = MIN_OF(MAX_OF(from - 1 + length, 0), (int64_t)s.length);
	struct buf b = { 0 };

	if (from <= 0)
		return FAIL(e, E_SUBSTRING, "negative substring length not allowed");
	buf_put(&b, s.at, (size_t)MIN_OF(from - 1, (int64_t)s.length));
	buf_put_str(&b, by);
	buf_put(&b, s.at + rest, s.length - (size_t)rest);
	*out = bytes_taken(ev, &b);
	return OK;
}

static bool is_among(char c, struct str set)
{
	return set.length > 0 && memchr(set.at, c, set.length) != NULL;
}

static struct value trimmed(const struct value *args, bool at_start, bool at_end)
{
	struct str s = raw(args[0]), set = raw(args[1]);
	uint32_t from = 0, to = s.length;

	while (at_start && from < to && is_among(s.at[from], set))
		from++;
	while (at_end && to > from && is_among(s.at[to - 1], set))
		to--;
	return bytes_of(s.at + from, to - from);
}

FUNCTION_ROW(string_bytes_trim)
{
	(void)ev, (void)count, (void)e;
	*out = trimmed(args, true, true);
	return OK;
}

FUNCTION_ROW(string_bytes_ltrim)
{
	(void)ev, (void)count, (void)e;
	*out = trimmed(args, true, false);
	return OK;
}

FUNCTION_ROW(string_bytes_rtrim)
{
	(void)ev, (void)count, (void)e;
	*out = trimmed(args, false, true);
	return OK;
}

/* ---- single bytes and bits ---- */

static enum sqlstate check_index(int64_t i, uint64_t count, struct error *e)
{
	if (i >= 0 && (uint64_t)i < count)
		return OK;
	return FAIL(e, E_SUBSCRIPT, "index %lld out of valid range, 0..%lld", (long long)i,
		(long long)count - 1);
}

FUNCTION_ROW(bits_byte)
{
	(void)ev, (void)count;
	TRY(check_index(args[1].integer, args[0].count, e));
	*out = value_int((uint8_t)args[0].bytes[args[1].integer]);
	return OK;
}

FUNCTION_ROW(bits_bit)
{
	int64_t n = args[1].integer;

	(void)ev, (void)count;
	TRY(check_index(n, (uint64_t)args[0].count * 8, e));
	*out = value_int((uint8_t)args[0].bytes[n / 8] >> (n % 8) & 1);
	return OK;
}

static char *copy_of(struct eval *ev, struct value v)
{
	char *to = arena_alloc_raw(ev->arena, (size_t)v.count + 1);

	if (v.count > 0)
		memcpy(to, v.bytes, v.count);
	return to;
}

FUNCTION_ROW(bits_set_byte)
{
	char *to = copy_of(ev, args[0]);

	(void)count;
	TRY(check_index(args[1].integer, args[0].count, e));
	to[args[1].integer] = (char)args[2].integer;
	*out = bytes_of(to, args[0].count);
	return OK;
}

FUNCTION_ROW(bits_set_bit)
{
	char *to = copy_of(ev, args[0]);
	int64_t n = args[1].integer;
	uint8_t mask = (uint8_t)(1u << (n % 8));

	(void)count;
	TRY(check_index(n, (uint64_t)args[0].count * 8, e));
	if (args[2].integer != 0 && args[2].integer != 1)
		return FAIL(e, E_INVALID_VALUE, "new bit must be 0 or 1");
	to[n / 8] = (char)(args[2].integer == 1 ? to[n / 8] | mask : to[n / 8] & ~mask);
	*out = bytes_of(to, args[0].count);
	return OK;
}

FUNCTION_ROW(bits_count)
{
	int64_t bits = 0;

	(void)ev, (void)count, (void)e;
	for (uint32_t i = 0; i < args[0].count; i++)
		bits += __builtin_popcount((uint8_t)args[0].bytes[i]);
	*out = value_int(bits);
	return OK;
}

FUNCTION_ROW(string_bit_length)
{
	(void)ev, (void)count, (void)e;
	*out = value_int((int64_t)args[0].count * 8);
	return OK;
}

/* ---- text ---- */

enum encoding { ENCODING_SAME, ENCODING_LATIN1 };

static enum sqlstate read_encoding(
	struct str name, const char *what, enum encoding *out, struct error *e)
{
	static const struct {
		const char *name;
		enum encoding encoding;
	} names[] = { { "UTF8", ENCODING_SAME }, { "UTF-8", ENCODING_SAME },
		{ "UNICODE", ENCODING_SAME }, { "SQL_ASCII", ENCODING_SAME },
		{ "LATIN1", ENCODING_LATIN1 }, { "LATIN-1", ENCODING_LATIN1 },
		{ "ISO_8859_1", ENCODING_LATIN1 }, { "ISO-8859-1", ENCODING_LATIN1 },
		{ "ISO88591", ENCODING_LATIN1 } };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		*out = names[i].encoding;
		if (str_equal_nocase(name, str_of(names[i].name)))
			return OK;
	}
	return FAIL(e, E_INVALID_VALUE, "invalid %s encoding name \"%.*s\"", what, STR_ARGS(name));
}

/* Text that no valid UTF-8 is refused as the wire refuses it. */
static enum sqlstate check_text(struct str s, struct error *e)
{
	uint32_t good = utf8_valid_length(s);

	if (good == s.length && memchr(s.at, '\0', s.length) == NULL)
		return OK;
	good = MIN_OF(good, s.length - 1);
	return FAIL(e, E_NOT_IN_REPERTOIRE, "invalid byte sequence for encoding \"UTF8\": 0x%02x",
		(uint8_t)s.at[good]);
}

static struct str of_latin1(struct eval *ev, struct str s)
{
	char *text = arena_alloc_raw(ev->arena, 2 * (size_t)s.length + 1);
	uint32_t length = 0;

	for (uint32_t i = 0; i < s.length; i++)
		length += utf8_encode((uint8_t)s.at[i], text + length);
	return (struct str){ text, length };
}

static enum sqlstate to_latin1(struct eval *ev, struct str s, struct str *out, struct error *e)
{
	char *bytes = arena_alloc_raw(ev->arena, (size_t)s.length + 1);
	uint32_t count = 0, size;

	for (uint32_t at = 0; at < s.length; at += size) {
		uint32_t code =
			utf8_decode((struct str){ s.at + at, s.length - at }, &size);
		char shown[32] = "";

		if (code <= 0xff) {
			bytes[count++] = (char)code;
			continue;
		}
		for (uint32_t i = 0; i < size; i++)
			snprintf(shown + 5 * i, sizeof shown - 5 * i, "0x%02x%s",
				(uint8_t)s.at[at + i], i + 1 < size ? " " : "");
		return FAIL(e, E_UNTRANSLATABLE,
			"character with byte sequence %s in encoding \"UTF8\" has no equivalent "
			"in encoding \"LATIN1\"",
			shown);
	}
	*out = (struct str){ bytes, count };
	return OK;
}

/* Bytes in an encoding as text, and back. */
static enum sqlstate decode(struct eval *ev, struct value bytes, struct value encoding,
	struct str *out, struct error *e)
{
	enum encoding from;

	TRY(read_encoding(value_str(encoding), "source", &from, e));
	*out = raw(bytes);
	if (from == ENCODING_LATIN1 && memchr(out->at, '\0', out->length) == NULL)
		*out = of_latin1(ev, *out);
	else if (out->length > 0)
		return check_text(*out, e);
	return OK;
}

static enum sqlstate encode(struct eval *ev, struct str text, struct value encoding,
	struct value *out, struct error *e)
{
	enum encoding to;

	TRY(read_encoding(value_str(encoding), "destination", &to, e));
	if (to == ENCODING_LATIN1)
		TRY(to_latin1(ev, text, &text, e));
	*out = bytes_of(text.at, text.length);
	return OK;
}

FUNCTION_ROW(string_of_bytes)
{
	struct str text;

	(void)count;
	TRY(decode(ev, args[0], args[1], &text, e));
	*out = value_string(text);
	return OK;
}

FUNCTION_ROW(string_to_bytes)
{
	(void)count;
	return encode(ev, value_str(args[0]), args[1], out, e);
}

/* From one encoding to another. */
FUNCTION_ROW(string_convert)
{
	struct str text;

	(void)count;
	TRY(decode(ev, args[0], args[1], &text, e));
	return encode(ev, text, args[2], out, e);
}

/* length(bytea), length(bytea, encoding). */
FUNCTION_ROW(string_length)
{
	struct str text;

	*out = value_int(args[0].count);
	if (args[0].type != VALUE_BYTES)
		return list_size(ev, args, 1, out, e);
	if (count < 2)
		return OK;
	TRY(decode(ev, args[0], args[1], &text, e));
	*out = value_int(utf8_count(text));
	return OK;
}

/* ---- digests ---- */

static enum sqlstate digest(
	struct eval *ev, struct value v, const EVP_MD *kind, struct value *out, struct error *e)
{
	uint8_t *to = arena_alloc_raw(ev->arena, EVP_MAX_MD_SIZE);
	unsigned size = 0;

	if (EVP_Digest(v.count == 0 ? "" : v.bytes, v.count, to, &size, kind, NULL) != 1)
		return FAIL(e, E_INTERNAL, "could not compute a digest");
	*out = bytes_of(to, size);
	return OK;
}

FUNCTION_ROW(string_md5)
{
	char *to = arena_alloc_raw(ev->arena, 33);
	struct value sum;

	(void)count;
	TRY(digest(ev, args[0], EVP_md5(), &sum, e));
	for (uint32_t i = 0; i < 16; i++)
		snprintf(to + 2 * i, 3, "%02x", (uint8_t)sum.bytes[i]);
	*out = value_string((struct str){ to, 32 });
	return OK;
}

#define DIGEST(name, kind)                                                                         \
	FUNCTION_ROW(name)                                                                         \
	{                                                                                          \
		(void)count;                                                                       \
		return digest(ev, args[0], kind(), out, e);                                        \
	}

DIGEST(string_sha224, EVP_sha224)
DIGEST(string_sha256, EVP_sha256)
DIGEST(string_sha384, EVP_sha384)
DIGEST(string_sha512, EVP_sha512)
