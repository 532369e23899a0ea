/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The text form of scalar types.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>

#include "base/check.h"
#include "base/number.h"
#include "pgwire/pgtype_forms.h"

static const char hex_digits[] = "0123456789abcdef";

/* --- out ---------------------------------------------------------------------------------- */

static void put_bytes(struct buf *b, struct str bytes, bool is_escape)
{
	if (!is_escape) {
		uint8_t *at = buf_reserve(b, 2 + (size_t)bytes.length * 2);

		*at++ = '\\';
		*at++ = 'x';
		for (uint32_t i = 0; i < bytes.length; i++) {
			*at++ = (uint8_t)hex_digits[(uint8_t)bytes.at[i] >> 4];
			*at++ = (uint8_t)hex_digits[(uint8_t)bytes.at[i] & 15];
		}
		b->length += 2 + (size_t)bytes.length * 2;
		return;
	}
	for (uint32_t i = 0; i < bytes.length; i++) {
		uint8_t c = (uint8_t)bytes.at[i];

		if (c == '\\')
			buf_put_text(b, "\\\\");
		else if (c < 0x20 || c > 0x7E)
			buf_printf(b, "\\%03o", c);
		else
			buf_put_byte(b, c);
	}
}

static void put_uuid(struct buf *b, const uint8_t uuid[16])
{
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			buf_put_byte(b, '-');
		buf_put_byte(b, (uint8_t)hex_digits[uuid[i] >> 4]);
		buf_put_byte(b, (uint8_t)hex_digits[uuid[i] & 15]);
	}
}

static void put_real(struct buf *b, const struct pgtype *type, double x, bool is_short)
{
	if (is_short || !isfinite(x)) {
		if (type->oid == PGTYPE_FLOAT4)
			number_put_float(b, (float)x);
		else
			number_put_double(b, x);
		return;
	}
	buf_printf(b, type->oid == PGTYPE_FLOAT4 ? "%.6g" : "%.15g", x);
}

static void put_integer(
	struct buf *b, const struct pgtype *type, int64_t x, const struct pgtype_style *style)
{
	switch (type->oid) {
	case PGTYPE_DATE:
		date_put(b, (int32_t)x, style->date_style);
		break;
	case PGTYPE_TIME:
		time_put(b, x);
		break;
	case PGTYPE_TIMESTAMP:
		timestamp_put(b, x, style->date_style);
		break;
	case PGTYPE_TIMESTAMPTZ:
		timestamptz_put(b, x, &style->zone, style->date_style);
		break;
	default:
		number_put_int64(b, x);
		break;
	}
}

void pgtype_text_put(struct buf *b, const struct pgtype *type, const struct pgtype_datum *d,
	const struct pgtype_style *style)
{
	switch ((enum pgtype_form)type->form) {
	case PGTYPE_FORM_BOOLEAN:
		buf_put_byte(b, d->boolean ? 't' : 'f');
		return;
	case PGTYPE_FORM_INTEGER:
		put_integer(b, type, d->integer, style);
		return;
	case PGTYPE_FORM_REAL:
		put_real(b, type, d->real, style->is_float_short);
		return;
	case PGTYPE_FORM_DECIMAL:
		decimal_put(b, d->decimal);
		return;
	case PGTYPE_FORM_TEXT:
		buf_put_str(b, d->text);
		return;
	case PGTYPE_FORM_BYTES:
		put_bytes(b, d->text, style->is_bytea_escape);
		return;
	case PGTYPE_FORM_INTERVAL:
		interval_put_style(b, &d->interval, style->interval_style);
		return;
	case PGTYPE_FORM_TIMETZ:
		timetz_put(b, &d->timetz);
		return;
	case PGTYPE_FORM_UUID:
		put_uuid(b, d->uuid);
		return;
	case PGTYPE_FORM_VOID:
		return;
	case PGTYPE_FORM_ARRAY:
		break;
	}
	unreachable();
}

/* --- in ----------------------------------------------------------------------------------- */

static struct str trim(struct str s)
{
	while (s.length > 0 && isspace((unsigned char)s.at[0])) {
		s.at++;
		s.length--;
	}
	while (s.length > 0 && isspace((unsigned char)s.at[s.length - 1]))
		s.length--;
	return s;
}

/* Any unique beginning of true, false, yes, no, on, off, and 1 and 0. */
static enum sqlstate get_boolean(
	const struct pgtype *type, struct str input, bool *out, struct error *e)
{
	static const struct {
		const char *word;
		uint32_t least;
		bool value;
	} words[] = { { "true", 1, true }, { "false", 1, false }, { "yes", 1, true },
		{ "no", 1, false }, { "on", 2, true }, { "off", 2, false }, { "1", 1, true },
		{ "0", 1, false } };
	struct str text = trim(input);

	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		if (text.length >= words[i].least && text.length <= strlen(words[i].word) &&
			strncasecmp(text.at, words[i].word, text.length) == 0) {
			*out = words[i].value;
			return OK;
		}
	}
	return pgtype_fail_text(type, input, e);
}

static enum sqlstate get_whole(
	const struct pgtype *type, struct str input, int64_t *out, struct error *e)
{
	int64_t least = INT64_MIN, most = INT64_MAX;

	if (type->oid == PGTYPE_INT2) {
		least = INT16_MIN;
		most = INT16_MAX;
	} else if (type->oid == PGTYPE_INT4) {
		least = INT32_MIN;
		most = INT32_MAX;
	} else if (pgtype_is_number_of_object(type)) {
		least = INT32_MIN;
		most = UINT32_MAX;
	}
	TRY(number_parse_int64(input, type->name, out, e));
	if (*out < least || *out > most)
		return FAIL(e, E_OUT_OF_RANGE, "value \"%.*s\" is out of range for type %s",
			(int)MIN_OF(input.length, 100u), input.at, type->name);
	return OK;
}

static enum sqlstate get_integer(const struct pgtype *type, struct str input,
	const struct pgtype_style *style, int64_t *out, struct error *e)
{
	int32_t date;

	switch (type->oid) {
	case PGTYPE_DATE:
		TRY(date_parse(input, style->date_style.order, &date, e));
		*out = date;
		return OK;
	case PGTYPE_TIME:
		return time_parse(input, style->date_style.order, out, e);
	case PGTYPE_TIMESTAMP:
		return timestamp_parse(input, style->date_style.order, out, e);
	case PGTYPE_TIMESTAMPTZ:
		return timestamptz_parse(input, style->date_style.order, &style->zone, out, e);
	default:
		return get_whole(type, input, out, e);
	}
}

static int hex_value(char c)
{
	const char *at = c == '\0' ? NULL : strchr(hex_digits, tolower((unsigned char)c));

	return at == NULL ? -1 : (int)(at - hex_digits);
}

static enum sqlstate get_hex_bytes(struct str digits, uint8_t *to, uint32_t *size, struct error *e)
{
	uint32_t used = 0;

	for (uint32_t i = 0; i < digits.length; i++) {
		int high = hex_value(digits.at[i]), low;

		if (isspace((unsigned char)digits.at[i]))
			continue;
		if (high < 0)
			return FAIL(e, E_INVALID_VALUE, "invalid hexadecimal digit: \"%c\"",
				isprint((unsigned char)digits.at[i]) ? digits.at[i] : '?');
		if (++i == digits.length)
			return FAIL(e, E_INVALID_VALUE,
				"invalid hexadecimal data: odd number of digits");
		low = hex_value(digits.at[i]);
		if (low < 0)
			return FAIL(e, E_INVALID_VALUE, "invalid hexadecimal digit: \"%c\"",
				isprint((unsigned char)digits.at[i]) ? digits.at[i] : '?');
		to[used++] = (uint8_t)(high << 4 | low);
	}
	*size = used;
	return OK;
}

/* Three octal digits up to 377. */
static bool is_octal(const char *at)
{
	return at[0] >= '0' && at[0] <= '3' && at[1] >= '0' && at[1] <= '7' && at[2] >= '0' &&
	       at[2] <= '7';
}

/* '\x4869', or bytes with \\ and \ooo escapes. */
static enum sqlstate get_bytes(const struct pgtype *type, struct str input, struct arena *a,
	struct str *out, struct error *e)
{
	uint8_t *to = arena_alloc_raw(a, (size_t)input.length + 1);
	uint32_t used = 0;

	out->at = (const char *)to;
	if (input.length >= 2 && input.at[0] == '\\' && input.at[1] == 'x')
		return get_hex_bytes(
			(struct str){ input.at + 2, input.length - 2 }, to, &out->length, e);
	for (uint32_t i = 0; i < input.length; i++) {
		uint32_t left = input.length - i;

		if (input.at[i] != '\\') {
			to[used++] = (uint8_t)input.at[i];
		} else if (left >= 2 && input.at[i + 1] == '\\') {
			to[used++] = '\\';
			i++;
		} else if (left >= 4 && is_octal(input.at + i + 1)) {
			to[used++] =
				(uint8_t)((input.at[i + 1] - '0') << 6 |
					  (input.at[i + 2] - '0') << 3 | (input.at[i + 3] - '0'));
			i += 3;
		} else {
			return FAIL(e, E_TEXT_REPRESENTATION, "invalid input syntax for type %s",
				type->name);
		}
	}
	out->length = used;
	return OK;
}

/* 32 digits, a hyphen allowed after every fourth, the whole perhaps in braces. */
static enum sqlstate get_uuid(
	const struct pgtype *type, struct str input, uint8_t uuid[16], struct error *e)
{
	struct str rest = input;
	uint32_t i = 0;

	if (rest.length >= 2 && rest.at[0] == '{' && rest.at[rest.length - 1] == '}') {
		rest.at++;
		rest.length -= 2;
	}
	for (int n = 0; n < 16; n++) {
		int high, low;

		if (n > 0 && n % 2 == 0 && i < rest.length && rest.at[i] == '-')
			i++;
		if (i + 2 > rest.length)
			return pgtype_fail_text(type, input, e);
		high = hex_value(rest.at[i]);
		low = hex_value(rest.at[i + 1]);
		if (high < 0 || low < 0)
			return pgtype_fail_text(type, input, e);
		uuid[n] = (uint8_t)(high << 4 | low);
		i += 2;
	}
	return i == rest.length ? OK : pgtype_fail_text(type, input, e);
}

enum sqlstate pgtype_text_get(const struct pgtype *type, struct str input,
	const struct pgtype_style *style, struct arena *a, struct pgtype_datum *d, struct error *e)
{
	switch ((enum pgtype_form)type->form) {
	case PGTYPE_FORM_BOOLEAN:
		return get_boolean(type, input, &d->boolean, e);
	case PGTYPE_FORM_INTEGER:
		return get_integer(type, input, style, &d->integer, e);
	case PGTYPE_FORM_REAL:
		TRY(number_parse_double(input, type->name, &d->real, e));
		if (type->oid == PGTYPE_FLOAT4 && isfinite(d->real) && !isfinite((float)d->real))
			return FAIL(e, E_OUT_OF_RANGE, "\"%.*s\" is out of range for type real",
				(int)MIN_OF(input.length, 100u), input.at);
		return OK;
	case PGTYPE_FORM_DECIMAL:
		return decimal_parse(a, input, &d->decimal, e);
	case PGTYPE_FORM_TEXT:
		d->text = input;
		return OK;
	case PGTYPE_FORM_BYTES:
		return get_bytes(type, input, a, &d->text, e);
	case PGTYPE_FORM_INTERVAL:
		return interval_parse_style(
			input, style->interval_style, INTERVAL_ALL, &d->interval, e);
	case PGTYPE_FORM_TIMETZ:
		return timetz_parse(input, style->date_style.order, &style->zone, &d->timetz, e);
	case PGTYPE_FORM_UUID:
		return get_uuid(type, trim(input), d->uuid, e);
	case PGTYPE_FORM_VOID:
		return OK;
	case PGTYPE_FORM_ARRAY:
		break;
	}
	unreachable();
}
