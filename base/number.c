/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Numbers and their text: see number.h.
 *
 * Shortest output. A decimal of 15 digits always survives the way through a normal double, so if
 * any decimal of at most 15 digits reads back as the value, then printing 15 digits gives it, with
 * zeroes behind. So: try 15 digits, then 16, then 17; subnormal values hold fewer digits and try
 * from one up. Two cases want care, both so that the text is also PostgreSQL's: a decimal exactly
 * half way between two doubles is not taken though it would read back (N1), and at a power of two
 * the gap below is half the gap above, so that the nearest decimal may fall outside while its upper
 * neighbour is inside (N2).
 */
#include "base/number.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { TEXT_READ_MAX = 512 }; /* longer texts are no sensible number */

static_assert(DBL_DIG == 15 && FLT_DIG == 6, "IEEE 754");

/* A decimal: 0.d1d2d3… is written as digits and the exponent of the first one. */
struct decimal {
	char digits[24];
	int count;
	int exponent;
};

/* Which of the two widths is printed: its digits, and how to read and step it. */
struct width {
	int digits_sure; /* decimals of so many digits always survive */
	int digits_max;	 /* so many tell all values apart */
	double (*read)(const char *text);
	double smallest_normal;
	int bits; /* of a value's fraction, the leading one counted */
};

static double double_read(const char *text)
{
	return strtod(text, NULL);
}

static double float_read(const char *text)
{
	return (double)strtof(text, NULL);
}

static const struct width double_width = { DBL_DIG, 17, double_read, DBL_MIN, DBL_MANT_DIG };
static const struct width float_width = { FLT_DIG, 9, float_read, FLT_MIN, FLT_MANT_DIG };

/* The value, which is positive and finite, rounded to so many digits. */
static struct decimal decimal_rounded(double value, int count)
{
	struct decimal d = { .count = count };
	char text[40];

	snprintf(text, sizeof text, "%.*e", count - 1, value);
	d.digits[0] = text[0];
	memcpy(d.digits + 1, text + 2, (size_t)(count - 1));
	d.exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
	return d;
}

/*
 * Whether the decimal lies exactly half way between two values (N1): digits * 10^e, that is
 * digits * 5^e * 2^e, is then an odd number of one bit more than a value has, times a power of two.
 * Beyond 5^24 neither multiplying nor dividing can end in so few bits.
 */
static bool decimal_is_half_way(const struct decimal *d, const struct width *w)
{
	unsigned __int128 odd = 0;
	int e = d->exponent + 1;

	for (int i = 0; i < d->count; i++, e--)
		odd = odd * 10 + (unsigned)(d->digits[i] - '0');
	for (; e < 0 && odd % 10 == 0; e++)
		odd /= 10;
	if (abs(e) > 24)
		return false;
	for (; e > 0; e--)
		odd *= 5;
	for (; e < 0 && odd % 5 == 0; e++)
		odd /= 5;
	if (e < 0)
		return false;
	while (odd % 2 == 0)
		odd /= 2;
	return odd >> w->bits == 1;
}

static void decimal_text(const struct decimal *d, char *text, size_t size)
{
	snprintf(text, size, "%c.%.*se%d", d->digits[0], d->count - 1, d->digits + 1, d->exponent);
}

static bool decimal_reads_back(const struct decimal *d, double value, const struct width *w)
{
	char text[40];

	decimal_text(d, text, sizeof text);
	return w->read(text) == value && !decimal_is_half_way(d, w);
}

/* The next decimal of as many digits. */
static void decimal_step_up(struct decimal *d)
{
	int i = d->count - 1;

	for (; i >= 0 && d->digits[i] == '9'; i--)
		d->digits[i] = '0';
	if (i >= 0) {
		d->digits[i]++;
		return;
	}
	d->digits[0] = '1';
	d->exponent++;
}

static struct decimal decimal_shortest(double value, const struct width *w)
{
	int first = value < w->smallest_normal ? 1 : w->digits_sure;
	int unused_exponent;
	bool is_power_of_two = frexp(value, &unused_exponent) == 0.5;
	struct decimal d = { .count = 0 };

	for (int count = first; count <= w->digits_max; count++) {
		d = decimal_rounded(value, count);
		if (decimal_reads_back(&d, value, w))
			break;
		if (is_power_of_two && count < w->digits_max) { /* N2 */
			decimal_step_up(&d);
			if (decimal_reads_back(&d, value, w))
				break;
		}
	}
	while (d.count > 1 && d.digits[d.count - 1] == '0')
		d.count--;
	return d;
}

/* 'd.ddde+xx', or plain digits for exponents from -5 (exclusive) to digits_sure (exclusive). */
static uint32_t decimal_format(const struct decimal *d, int digits_sure, char *to)
{
	char *at = to;

	if (d->exponent < -4 || d->exponent >= digits_sure) {
		*at++ = d->digits[0];
		if (d->count > 1)
			*at++ = '.';
		memcpy(at, d->digits + 1, (size_t)(d->count - 1));
		at += d->count - 1;
		at += snprintf(at, 8, "e%c%02d", d->exponent < 0 ? '-' : '+', abs(d->exponent));
		return (uint32_t)(at - to);
	}
	if (d->exponent < 0) {
		*at++ = '0';
		*at++ = '.';
		for (int i = -1; i > d->exponent; i--)
			*at++ = '0';
	}
	for (int i = 0; i < d->count || i <= d->exponent; i++) {
		if (i > 0 && i == d->exponent + 1)
			*at++ = '.';
		*at++ = i < d->count ? d->digits[i] : '0';
	}
	*at = '\0';
	return (uint32_t)(at - to);
}

static uint32_t format_word(const char *word, char *to)
{
	size_t length = strlen(word);

	memcpy(to, word, length + 1);
	return (uint32_t)length;
}

static uint32_t format_with_width(double value, const struct width *w, char *to)
{
	struct decimal d;
	uint32_t sign = 0;

	if (isnan(value))
		return format_word("NaN", to);
	if (signbit(value))
		to[sign++] = '-';
	if (isinf(value))
		return sign + format_word("Infinity", to + sign);
	if (value == 0)
		return sign + format_word("0", to + sign);
	d = decimal_shortest(fabs(value), w);
	return sign + decimal_format(&d, w->digits_sure, to + sign);
}

uint32_t number_format_int64(int64_t value, char *to)
{
	char backwards[NUMBER_TEXT_MAX];
	uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	uint32_t count = 0, length = 0;

	do {
		backwards[count++] = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (value < 0)
		to[length++] = '-';
	while (count > 0)
		to[length++] = backwards[--count];
	to[length] = '\0';
	return length;
}

/* Digits of `scaled` with a point before the last `places` of them. */
static uint32_t format_scaled(int64_t scaled, uint32_t places, char *to)
{
	char digits[NUMBER_TEXT_MAX];
	uint32_t count = number_format_int64(scaled < 0 ? -scaled : scaled, digits);
	char *at = to;

	if (scaled < 0)
		*at++ = '-';
	if (count <= places) {
		*at++ = '0';
		*at++ = '.';
		for (uint32_t i = count; i < places; i++)
			*at++ = '0';
		memcpy(at, digits, count + 1);
		return (uint32_t)(at - to) + count;
	}
	memcpy(at, digits, count - places);
	at += count - places;
	*at++ = '.';
	memcpy(at, digits + count - places, places + 1);
	return (uint32_t)(at - to) + places;
}

/* A number with few decimal places, the usual kind: an integer of at most 15 digits divided by a
   power of ten. Both are exact, so their quotient is what the text would read back as, and the
   fewest places for which it is the value are the shortest text. 0 if it is not of this kind. */
static uint32_t format_few_places(double value, char *to)
{
	static const double powers[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6 };

	if (!(fabs(value) >= 1e-4))
		return 0;
	for (uint32_t places = 0; places < ARRAY_COUNT(powers); places++) {
		double scaled = rint(value * powers[places]);

		if (!(fabs(scaled) < 1e15))
			return 0;
		if (scaled / powers[places] != value)
			continue;
		return places == 0 ? number_format_int64((int64_t)scaled, to)
				   : format_scaled((int64_t)scaled, places, to);
	}
	return 0;
}

uint32_t number_format_double(double value, char *to)
{
	uint32_t length = format_few_places(value, to);

	return length > 0 ? length : format_with_width(value, &double_width, to);
}

uint32_t number_format_float(float value, char *to)
{
	return format_with_width((double)value, &float_width, to);
}

void number_put_int64(struct buf *b, int64_t value)
{
	b->length += number_format_int64(value, (char *)buf_reserve(b, NUMBER_TEXT_MAX));
}

void number_put_double(struct buf *b, double value)
{
	b->length += number_format_double(value, (char *)buf_reserve(b, NUMBER_TEXT_MAX));
}

void number_put_float(struct buf *b, float value)
{
	b->length += number_format_float(value, (char *)buf_reserve(b, NUMBER_TEXT_MAX));
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct str trimmed(struct str s)
{
	while (s.length > 0 && is_blank(s.at[0])) {
		s.at++;
		s.length--;
	}
	while (s.length > 0 && is_blank(s.at[s.length - 1]))
		s.length--;
	return s;
}

enum number_result number_read_int64(struct str text, int64_t *value)
{
	struct str s = trimmed(text);
	bool is_negative = s.length > 0 && s.at[0] == '-';
	uint64_t limit = is_negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
	uint64_t sum = 0;
	bool is_too_big = false;
	uint32_t i = s.length > 0 && (s.at[0] == '-' || s.at[0] == '+');

	if (i == s.length)
		return NUMBER_MALFORMED;
	for (; i < s.length; i++) {
		uint64_t digit = (uint64_t)(uint8_t)s.at[i] - '0';

		if (digit > 9)
			return NUMBER_MALFORMED;
		/* Eighteen digits always have room. */
		is_too_big = is_too_big || (i >= 18 && sum > (limit - digit) / 10);
		sum = sum * 10 + digit;
	}
	if (is_too_big)
		return NUMBER_TOO_BIG;
	*value = (int64_t)(is_negative ? 0 - sum : sum);
	return NUMBER_OK;
}

/* Whether the text is digits with at most one point and a decimal exponent: what strtod would also
   take (hexadecimal, "nan(…)", its locale's point) is kept away from it. */
static bool is_decimal_form(struct str s)
{
	uint32_t i = 0, digits = 0;

	if (i < s.length && (s.at[i] == '-' || s.at[i] == '+'))
		i++;
	for (; i < s.length && s.at[i] >= '0' && s.at[i] <= '9'; i++)
		digits++;
	if (i < s.length && s.at[i] == '.')
		i++;
	for (; i < s.length && s.at[i] >= '0' && s.at[i] <= '9'; i++)
		digits++;
	if (digits == 0)
		return false;
	if (i == s.length)
		return true;
	if (s.at[i] != 'e' && s.at[i] != 'E')
		return false;
	i++;
	if (i < s.length && (s.at[i] == '-' || s.at[i] == '+'))
		i++;
	digits = 0;
	for (; i < s.length && s.at[i] >= '0' && s.at[i] <= '9'; i++)
		digits++;
	return digits > 0 && i == s.length;
}

static bool read_special(struct str s, double *value)
{
	bool is_negative = s.length > 0 && s.at[0] == '-';
	struct str word = s;

	if (str_equal_nocase(s, STR("NaN"))) {
		*value = (double)NAN;
		return true;
	}
	if (s.length > 0 && (s.at[0] == '-' || s.at[0] == '+')) {
		word.at++;
		word.length--;
	}
	if (!str_equal_nocase(word, STR("infinity")) && !str_equal_nocase(word, STR("inf")))
		return false;
	*value = is_negative ? -HUGE_VAL : HUGE_VAL;
	return true;
}

/* Whether any digit before the exponent is not zero. */
static bool has_nonzero_digit(struct str s)
{
	for (uint32_t i = 0; i < s.length && s.at[i] != 'e' && s.at[i] != 'E'; i++)
		if (s.at[i] >= '1' && s.at[i] <= '9')
			return true;
	return false;
}

static enum number_result read_with_width(struct str text, const struct width *w, double *value)
{
	struct str s = trimmed(text);
	char copy[TEXT_READ_MAX];

	if (read_special(s, value))
		return NUMBER_OK;
	if (s.length >= sizeof copy || !is_decimal_form(s))
		return NUMBER_MALFORMED;
	memcpy(copy, s.at, s.length);
	copy[s.length] = '\0';
	*value = w->read(copy);
	if (isinf(*value) || (*value == 0 && has_nonzero_digit(s)))
		return NUMBER_TOO_BIG;
	return NUMBER_OK;
}

enum number_result number_read_double(struct str text, double *value)
{
	return read_with_width(text, &double_width, value);
}

enum number_result number_read_float(struct str text, float *value)
{
	double wide = 0;
	enum number_result result = read_with_width(text, &float_width, &wide);

	*value = (float)wide;
	return result;
}

static enum sqlstate fail_number(
	enum number_result result, struct str text, const char *type, struct error *e)
{
	if (result == NUMBER_MALFORMED)
		return FAIL(e, E_TEXT_REPRESENTATION, "invalid input syntax for type %s: \"%.*s\"",
			type, STR_ARGS(text));
	return FAIL(e, E_OUT_OF_RANGE, "value \"%.*s\" is out of range for type %s", STR_ARGS(text),
		type);
}

enum sqlstate number_parse_int64(struct str text, const char *type, int64_t *value, struct error *e)
{
	enum number_result result = number_read_int64(text, value);

	return result == NUMBER_OK ? OK : fail_number(result, text, type, e);
}

enum sqlstate number_parse_double(struct str text, const char *type, double *value, struct error *e)
{
	enum number_result result = number_read_double(text, value);

	if (result == NUMBER_TOO_BIG)
		return FAIL(e, E_OUT_OF_RANGE, "\"%.*s\" is out of range for type %s",
			STR_ARGS(text), type);
	return result == NUMBER_OK ? OK : fail_number(result, text, type, e);
}
