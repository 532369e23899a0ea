/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What tokens mean: names and strings without their quotes and escapes, bytes, numbers, parameter
 * numbers. Nothing is copied when the slice between the quotes is already the value.
 *
 *	'..'      '' is a quote; with standard_conforming_strings off as E'..'
 *	E'..'     \b \f \n \r \t, \o \oo \ooo, \xh \xhh, \uXXXX, \UXXXXXXXX, else: the character
 *	U&'..'    \XXXX, \+XXXXXX, \\; behind UESCAPE 'c' stands another character than \
 *	$t$..$t$  as it stands
 */
#include "query/parse/lex.h"

#include "base/check.h"
#include "base/number.h"
#include "base/utf8.h"

/* The string being made from a token. */
struct decoder {
	struct str source;  /* between the quotes */
	uint32_t at;	    /* where in source */
	uint32_t source_at; /* offset of source in the whole text, for errors */
	char *out;
	uint32_t length;
	uint32_t high; /* first half of a surrogate pair that waits for its second; 0: none */
	char escape;   /* what an escape begins with */
	struct error *e;
};

static enum sqlstate fail(struct decoder *d, enum sqlstate code, const char *message)
{
	FAIL(d->e, code, "%s", message);
	d->e->byte_offset = (int)(d->source_at + d->at);
	return code;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads exactly `count` hexadecimal digits. */
static enum sqlstate read_hex(struct decoder *d, uint32_t count, uint32_t *out)
{
	uint32_t value = 0;

	for (uint32_t i = 0; i < count; i++) {
		int digit = d->at < d->source.length ? hex_digit(d->source.at[d->at]) : -1;

		if (digit < 0)
			return fail(d, E_SYNTAX, "invalid Unicode escape");
		value = value << 4 | (uint32_t)digit;
		d->at++;
	}
	*out = value;
	return OK;
}

static enum sqlstate put_code_point(struct decoder *d, uint32_t code)
{
	bool is_low = code >= 0xDC00 && code <= 0xDFFF;

	if (is_low != (d->high != 0))
		return fail(d, E_SYNTAX, "invalid Unicode surrogate pair");
	if (code >= 0xD800 && code <= 0xDBFF) {
		d->high = code;
		return OK;
	}
	if (is_low) {
		code = 0x10000 + ((d->high - 0xD800) << 10) + (code - 0xDC00);
		d->high = 0;
	}
	if (code == 0 || code > 0x10FFFF)
		return fail(d, E_SYNTAX, "invalid Unicode escape value");
	d->length += utf8_encode(code, d->out + d->length);
	return OK;
}

/* Up to `count` digits of a base that shifts by `bits`: the byte they stand for. */
static void put_byte_escape(struct decoder *d, uint32_t count, uint32_t bits)
{
	uint32_t value = 0;

	for (uint32_t i = 0; i < count && d->at < d->source.length; i++) {
		int digit = hex_digit(d->source.at[d->at]);

		if (digit < 0 || digit >= 1 << bits)
			break;
		value = value << bits | (uint32_t)digit;
		d->at++;
	}
	d->out[d->length++] = (char)(value & 0xff);
}

/* d->at stands behind a backslash of E'..'. */
static enum sqlstate put_c_escape(struct decoder *d)
{
	uint32_t code;
	char c;

	if (d->at >= d->source.length)
		return fail(d, E_SYNTAX, "unterminated quoted string");
	c = d->source.at[d->at];
	switch (c) {
	case 'u':
	case 'U':
		d->at++;
		TRY(read_hex(d, c == 'u' ? 4 : 8, &code));
		return put_code_point(d, code);
	case '0' ... '7':
		put_byte_escape(d, 3, 3);
		return OK;
	case 'x':
		d->at++;
		if (d->at < d->source.length && hex_digit(d->source.at[d->at]) >= 0)
			put_byte_escape(d, 2, 4);
		else
			d->out[d->length++] = 'x';
		return OK;
	case 'b':
		c = '\b';
		break;
	case 'f':
		c = '\f';
		break;
	case 'n':
		c = '\n';
		break;
	case 'r':
		c = '\r';
		break;
	case 't':
		c = '\t';
		break;
	default:
		break;
	}
	d->at++;
	d->out[d->length++] = c;
	return OK;
}

/* d->at stands behind the escape character of U&'..'. */
static enum sqlstate put_unicode_escape(struct decoder *d)
{
	char c = d->at < d->source.length ? d->source.at[d->at] : '\0';
	uint32_t count = 4;
	uint32_t code;

	if (c == d->escape) {
		d->at++;
		d->out[d->length++] = c;
		return OK;
	}
	if (c == '+') {
		d->at++;
		count = 6;
	}
	TRY(read_hex(d, count, &code));
	return put_code_point(d, code);
}

enum escapes { ESCAPES_NONE, ESCAPES_C, ESCAPES_UNICODE };

static enum sqlstate decode(struct decoder *d, char quote, enum escapes escapes)
{
	struct str made;

	while (d->at < d->source.length) {
		char c = d->source.at[d->at];

		if (c == d->escape && escapes != ESCAPES_NONE) {
			uint32_t high = d->high;

			d->at++;
			TRY(escapes == ESCAPES_C ? put_c_escape(d) : put_unicode_escape(d));
			if (high != 0 && d->high != 0)
				return fail(d, E_SYNTAX, "invalid Unicode surrogate pair");
			continue;
		}
		if (d->high != 0)
			return fail(d, E_SYNTAX, "invalid Unicode surrogate pair");
		d->out[d->length++] = c;
		d->at += c == quote ? 2 : 1;
	}
	if (d->high != 0)
		return fail(d, E_SYNTAX, "invalid Unicode surrogate pair");
	made = (struct str){ d->out, d->length };
	if (!utf8_is_valid(made) || (d->length > 0 && memchr(d->out, 0, d->length) != NULL))
		return fail(d, E_NOT_IN_REPERTOIRE, "invalid byte sequence for encoding \"UTF8\"");
	return OK;
}

/* U&'..', with UESCAPE 'c' where its token ends behind its text. */
static enum sqlstate decode_unicode(struct decoder *d, const char *token_end)
{
	bool has_escape = token_end > d->source.at + d->source.length + 1;

	if (has_escape)
		d->escape = token_end[-2];
	return decode(d, '\'', ESCAPES_UNICODE);
}

static enum sqlstate decode_bytes(struct decoder *d)
{
	if (d->source.length % 2 != 0)
		return fail(d, E_TEXT_REPRESENTATION, "odd number of digits in a bytes literal");
	while (d->at < d->source.length) {
		int high = hex_digit(d->source.at[d->at]);
		int low = hex_digit(d->source.at[d->at + 1]);

		if (high < 0 || low < 0)
			return fail(d, E_TEXT_REPRESENTATION,
				"invalid hexadecimal digit in a bytes literal");
		d->out[d->length++] = (char)(high << 4 | low);
		d->at += 2;
	}
	return OK;
}

/* Where the quoted text that begins at `from` ends. */
static uint32_t closing_quote(struct str s, uint32_t from)
{
	uint32_t at = from;

	while (s.at[at] != '\'' || (at + 1 < s.length && s.at[at + 1] == '\''))
		at += s.at[at] == '\'' ? 2 : 1;
	return at;
}

/* The slice between the quotes, prefix, tag and UESCAPE left out. */
static struct str inner(const struct lexer *l, const struct token *t)
{
	struct str s = { l->text + t->at, t->length };
	uint32_t opening = 0;
	uint32_t closing = 1;

	if (t->kind == TOKEN_STRING && (s.at[0] | 32) == 'u') {
		opening = 3;
		closing = s.length - closing_quote(s, opening);
	} else if (s.at[0] == '$') {
		opening = (uint32_t)((const char *)memchr(s.at + 1, '$', s.length - 1) - s.at) + 1;
		closing = opening;
	} else {
		while (s.at[opening] != '\'' && s.at[opening] != '"' && s.at[opening] != '`')
			opening++;
		opening++;
	}
	assert(s.length >= opening + closing);
	return (struct str){ s.at + opening, s.length - opening - closing };
}

enum sqlstate lex_text(const struct lexer *l, struct arena *a, const struct token *t,
	struct str *out, struct error *e)
{
	struct decoder d = { .e = e, .escape = '\\' };
	char first = l->text[t->at];
	enum sqlstate rc;

	if (t->kind != TOKEN_STRING && t->kind != TOKEN_QUOTED && t->kind != TOKEN_BYTES) {
		uint32_t skip = t->kind == TOKEN_NAMED_PARAMETER ? 1 : 0;

		*out = (struct str){ l->text + t->at + skip, t->length - skip };
		return OK;
	}
	d.source = inner(l, t);
	if (!t->is_escaped && t->kind != TOKEN_BYTES) {
		*out = d.source;
		return OK;
	}
	d.source_at = (uint32_t)(d.source.at - l->text);
	/* No escape is shorter than what it stands for, so the source's length is room enough. */
	d.out = arena_alloc_raw(a, (size_t)d.source.length + 1);
	if (t->kind == TOKEN_BYTES)
		rc = decode_bytes(&d);
	else if (t->kind == TOKEN_QUOTED)
		rc = decode(&d, first, ESCAPES_NONE);
	else if ((first | 32) == 'u')
		rc = decode_unicode(&d, l->text + t->at + t->length);
	else if ((first | 32) == 'e' || l->backslash_escapes)
		rc = decode(&d, '\'', ESCAPES_C);
	else
		rc = decode(&d, '\'', ESCAPES_NONE);
	d.out[d.length] = '\0';
	*out = (struct str){ d.out, d.length };
	return rc;
}

static enum sqlstate fail_at(const struct lexer *l, const struct token *t, enum sqlstate code,
	const char *format, struct error *e)
{
	struct str s = { l->text + t->at, MIN_OF(t->length, 64) };

	FAIL(e, code, "%s \"%.*s\"", format, STR_ARGS(s));
	e->byte_offset = (int)t->at;
	return code;
}

enum sqlstate lex_integer(
	const struct lexer *l, const struct token *t, uint64_t *out, struct error *e)
{
	struct str s = { l->text + t->at, t->length };
	uint64_t base = 10;
	uint64_t value = 0;
	uint32_t i = 0;

	if (s.length > 2 && s.at[0] == '0' && (s.at[1] | 32) >= 'a') {
		base = (s.at[1] | 32) == 'x' ? 16 : (s.at[1] | 32) == 'o' ? 8 : 2;
		i = 2;
	}
	for (; i < s.length; i++) {
		uint64_t digit;

		if (s.at[i] == '_')
			continue;
		digit = (uint64_t)hex_digit(s.at[i]);
		if (value > ((uint64_t)INT64_MAX + 1 - digit) / base)
			return fail_at(l, t, E_OUT_OF_RANGE, "integer out of range:", e);
		value = value * base + digit;
	}
	*out = value;
	return OK;
}

enum sqlstate lex_float(const struct lexer *l, const struct token *t, double *out, struct error *e)
{
	char digits[512];
	struct str s = { digits, 0 };

	for (uint32_t i = 0; i < t->length; i++) {
		char c = l->text[t->at + i];

		if (c == '_' || (c | 32) == 'f' || (c | 32) == 'd')
			continue;
		if (s.length >= sizeof digits)
			return fail_at(l, t, E_OUT_OF_RANGE, "too many digits in number", e);
		digits[s.length++] = c;
	}
	if (number_read_double(s, out) != NUMBER_OK)
		return fail_at(l, t, E_OUT_OF_RANGE, "number out of range:", e);
	return OK;
}

enum sqlstate lex_parameter(
	const struct lexer *l, const struct token *t, uint32_t *out, struct error *e)
{
	uint32_t value = 0;

	for (uint32_t i = 1; i < t->length && value <= 65535; i++) {
		if (l->text[t->at + i] != '_')
			value = value * 10 + (uint32_t)(l->text[t->at + i] - '0');
	}
	if (value == 0 || value > 65535)
		return fail_at(l, t, E_NO_PARAMETER, "there is no parameter", e);
	*out = value;
	return OK;
}
