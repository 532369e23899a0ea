/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Decimals: making, texts, order. Arithmetic is in decimal_math.c, the groups of four digits in
 * decimal_groups.c.
 *
 * Invariants
 *  D1. limbs has no zero at its end; zero has no limbs and no sign.
 *  D2. A finite decimal has at most DECIMAL_SCALE_MAX digits behind the point and
 *      DECIMAL_WHOLE_DIGITS_MAX before it: decimal_make() is the only maker that could break this.
 *  D3. Order and hash look at the value, not at the scale it is written with.
 */
#include "base/decimal.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/decimal_number.h"
#include "base/hash.h"

static_assert(sizeof(mp_limb_t) == sizeof(uint64_t), "a limb is 64 bits");

enum { EXPONENT_MAX = 1000000 };

COLD enum sqlstate decimal_overflow(struct error *e)
{
	return FAIL(e, E_OUT_OF_RANGE, "value overflows numeric format");
}

/* ---- making ---- */

static struct decimal *decimal_new(struct arena *a, uint32_t limb_count)
{
	struct decimal *d =
		arena_alloc_raw(a, sizeof *d + sizeof(uint64_t) * ((size_t)limb_count + 1));

	*d = (struct decimal){ .limb_count = limb_count };
	return d;
}

mpz_srcptr decimal_view(mpz_t view, const struct decimal *d)
{
	mp_size_t size = (mp_size_t)d->limb_count;

	assert(d->kind == DECIMAL_FINITE);
	return mpz_roinit_n(view, (const mp_limb_t *)d->limbs, d->is_negative ? -size : size);
}

void decimal_power(mpz_t power, uint64_t digits)
{
	mpz_ui_pow_ui(power, 10, digits);
}

uint64_t decimal_digit_count(mpz_srcptr whole)
{
	uint64_t count = mpz_sizeinbase(whole, 10);
	mpz_t power;

	if (mpz_sgn(whole) == 0)
		return 0;
	/* It may say one more than there are. */
	mpz_init(power);
	decimal_power(power, count - 1);
	if (mpz_cmpabs(whole, power) < 0)
		count--;
	mpz_clear(power);
	return count;
}

const struct decimal *decimal_special(struct arena *a, enum decimal_kind kind, bool is_negative)
{
	struct decimal *d = decimal_new(a, 0);

	assert(kind != DECIMAL_FINITE);
	d->kind = (uint8_t)kind;
	d->is_negative = is_negative && kind != DECIMAL_NAN;
	return d;
}

void decimal_cut(mpz_t whole, uint64_t digits, bool is_rounded)
{
	mpz_t power, rest;

	if (digits == 0)
		return;
	mpz_init(power);
	mpz_init(rest);
	decimal_power(power, digits);
	mpz_tdiv_qr(whole, rest, whole, power);
	mpz_mul_2exp(rest, rest, 1);
	if (is_rounded && mpz_cmpabs(rest, power) >= 0) {
		if (mpz_sgn(rest) < 0)
			mpz_sub_ui(whole, whole, 1);
		else
			mpz_add_ui(whole, whole, 1);
	}
	mpz_clear(rest);
	mpz_clear(power);
}

enum sqlstate decimal_make(struct arena *a, mpz_srcptr whole, int64_t scale,
	const struct decimal **out, struct error *e)
{
	uint32_t limbs = (uint32_t)mpz_size(whole);
	struct decimal *d;

	assert(scale >= 0);
	if (scale > DECIMAL_SCALE_MAX)
		return decimal_overflow(e);
	if (mpz_sizeinbase(whole, 10) > (uint64_t)DECIMAL_WHOLE_DIGITS_MAX &&
		decimal_digit_count(whole) > (uint64_t)DECIMAL_WHOLE_DIGITS_MAX + (uint64_t)scale)
		return decimal_overflow(e);
	d = decimal_new(a, limbs);
	d->is_negative = mpz_sgn(whole) < 0;
	d->scale = (uint16_t)scale;
	memcpy(d->limbs, mpz_limbs_read(whole), sizeof(uint64_t) * limbs);
	*out = d;
	return OK;
}

const struct decimal *decimal_of_int64(struct arena *a, int64_t i)
{
	struct decimal *d = decimal_new(a, i != 0);

	d->is_negative = i < 0;
	if (i != 0)
		d->limbs[0] = i < 0 ? -(uint64_t)i : (uint64_t)i;
	return d;
}

const struct decimal *decimal_of_double(struct arena *a, double d)
{
	const struct decimal *out;
	struct error ignored;
	char text[32];
	int length;

	if (isnan(d))
		return decimal_special(a, DECIMAL_NAN, false);
	if (isinf(d))
		return decimal_special(a, DECIMAL_INFINITE, d < 0);
	length = snprintf(text, sizeof text, "%.*g", DBL_DIG, d);
	if (decimal_parse(a, (struct str){ text, (uint32_t)length }, &out, &ignored) != OK)
		unreachable(); /* a double's exponent is far inside the limits */
	return out;
}

const struct decimal *decimal_copy(struct arena *a, const struct decimal *d)
{
	struct decimal *copy = decimal_new(a, d->limb_count);

	memcpy(copy, d, sizeof *d + sizeof(uint64_t) * d->limb_count);
	return copy;
}

const struct decimal *decimal_of_bytes(struct arena *a, enum decimal_kind kind, bool is_negative,
	uint16_t scale, const uint8_t *bytes, uint32_t count)
{
	struct decimal *d = decimal_new(a, (count + 7) / 8);

	assert(count == 0 || bytes[count - 1] != 0);
	d->kind = (uint8_t)kind;
	d->is_negative = is_negative;
	d->scale = scale;
	if (count > 0) {
		d->limbs[d->limb_count - 1] = 0;
		memcpy(d->limbs, bytes, count);
	}
	return d;
}

/* ---- reading text ---- */

/* A number's text taken apart. `digits` holds those of both sides of the point. */
struct parts {
	bool is_negative;
	char *digits;
	uint32_t digit_count;
	int64_t scale;
};

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool read_exponent(const char **at, const char *end, int64_t *exponent)
{
	const char *p = *at;
	bool is_negative = false;
	const char *first;

	*exponent = 0;
	if (p == end || (*p | 0x20) != 'e')
		return true;
	p++;
	if (p < end && (*p == '+' || *p == '-'))
		is_negative = *p++ == '-';
	for (first = p; p < end && is_digit(*p); p++) {
		if (*exponent <= EXPONENT_MAX)
			*exponent = *exponent * 10 + (*p - '0');
	}
	if (is_negative)
		*exponent = -*exponent;
	*at = p;
	return p > first;
}

/* False if the text is no number. */
static bool read_parts(struct arena *a, struct str text, struct parts *out)
{
	const char *p = text.at, *end = text.at + text.length;
	bool has_point = false;
	int64_t exponent;

	*out = (struct parts){ .digits = arena_alloc_raw(a, (size_t)text.length + 1) };
	if (p < end && (*p == '+' || *p == '-'))
		out->is_negative = *p++ == '-';
	for (; p < end; p++) {
		if (*p == '.' && !has_point) {
			has_point = true;
		} else if (is_digit(*p)) {
			out->digits[out->digit_count++] = *p;
			out->scale += has_point;
		} else {
			break;
		}
	}
	out->digits[out->digit_count] = '\0';
	if (out->digit_count == 0 || !read_exponent(&p, end, &exponent) || p != end)
		return false;
	out->scale -= exponent;
	return true;
}

static const struct decimal *read_special(struct arena *a, struct str text)
{
	static const struct {
		const char *word;
		enum decimal_kind kind;
		bool is_negative;
	} words[] = { { "nan", DECIMAL_NAN, false }, { "infinity", DECIMAL_INFINITE, false },
		{ "inf", DECIMAL_INFINITE, false }, { "+infinity", DECIMAL_INFINITE, false },
		{ "+inf", DECIMAL_INFINITE, false }, { "-infinity", DECIMAL_INFINITE, true },
		{ "-inf", DECIMAL_INFINITE, true } };

	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		if (str_equal_nocase(text, str_of(words[i].word)))
			return decimal_special(a, words[i].kind, words[i].is_negative);
	}
	return NULL;
}

static enum sqlstate make_of_parts(
	struct arena *a, const struct parts *parts, const struct decimal **out, struct error *e)
{
	enum sqlstate rc;
	mpz_t whole, power;

	if (parts->scale < -(int64_t)DECIMAL_WHOLE_DIGITS_MAX || parts->scale > DECIMAL_SCALE_MAX)
		return decimal_overflow(e);
	mpz_init(whole);
	mpz_init(power);
	if (mpz_set_str(whole, parts->digits, 10) != 0)
		unreachable();
	if (parts->scale < 0) {
		decimal_power(power, (uint64_t)-parts->scale);
		mpz_mul(whole, whole, power);
	}
	if (parts->is_negative)
		mpz_neg(whole, whole);
	rc = decimal_make(a, whole, MAX_OF(parts->scale, 0), out, e);
	mpz_clear(power);
	mpz_clear(whole);
	return rc;
}

enum sqlstate decimal_parse(
	struct arena *a, struct str text, const struct decimal **out, struct error *e)
{
	struct str s = text;
	struct parts parts;

	while (s.length > 0 && is_blank(s.at[0])) {
		s.at++;
		s.length--;
	}
	while (s.length > 0 && is_blank(s.at[s.length - 1]))
		s.length--;
	*out = read_special(a, s);
	if (*out != NULL)
		return OK;
	if (!read_parts(a, s, &parts))
		return FAIL(e, E_TEXT_REPRESENTATION,
			"invalid input syntax for type numeric: \"%.*s\"",
			(int)MIN_OF(text.length, 100u), text.at);
	return make_of_parts(a, &parts, out, e);
}

/* ---- giving out ---- */

static void put_finite(struct buf *to, const struct decimal *d)
{
	uint32_t scale = d->scale, length, whole;
	char *digits;
	mpz_t view;

	digits = mpz_get_str(NULL, 10, decimal_view(view, d));
	length = (uint32_t)strlen(digits) - d->is_negative;
	if (d->is_negative)
		buf_put_byte(to, '-');
	whole = length > scale ? length - scale : 0;
	if (whole > 0)
		buf_put(to, digits + d->is_negative, whole);
	else
		buf_put_byte(to, '0');
	if (scale > 0) {
		buf_put_byte(to, '.');
		for (uint32_t i = length; i < scale; i++)
			buf_put_byte(to, '0');
		buf_put(to, digits + d->is_negative + whole, length - whole);
	}
	free(digits);
}

void decimal_put(struct buf *to, const struct decimal *d)
{
	if (d->kind == DECIMAL_FINITE)
		put_finite(to, d);
	else if (d->kind == DECIMAL_NAN)
		buf_put_text(to, "NaN");
	else
		buf_put_text(to, d->is_negative ? "-Infinity" : "Infinity");
}

double decimal_to_double(const struct decimal *d)
{
	struct buf text = { 0 };
	double result;

	if (d->kind == DECIMAL_NAN)
		return NAN;
	if (d->kind == DECIMAL_INFINITE)
		return d->is_negative ? -INFINITY : INFINITY;
	if (d->limb_count <= 1 && d->scale == 0) {
		result = d->limb_count == 0 ? 0 : (double)d->limbs[0];
		return d->is_negative ? -result : result;
	}
	put_finite(&text, d);
	buf_put_byte(&text, 0);
	result = strtod((const char *)text.data, NULL); /* rounds correctly */
	buf_free(&text);
	return result;
}

bool decimal_is_zero(const struct decimal *d)
{
	return d->kind == DECIMAL_FINITE && d->limb_count == 0;
}

static bool fits_int64(mpz_srcptr whole, int64_t *out)
{
	static_assert(sizeof(long) == sizeof(int64_t), "GMP's long is 64 bits");
	if (!mpz_fits_slong_p(whole))
		return false;
	*out = mpz_get_si(whole);
	return true;
}

enum to_whole { TO_NEAREST, TO_FLOOR, TO_EXACT };

static bool to_int64(const struct decimal *d, enum to_whole how, int64_t *out)
{
	mpz_t view, whole, power;
	bool fits = true;

	if (d->kind != DECIMAL_FINITE)
		return false;
	decimal_view(view, d);
	if (d->scale == 0)
		return fits_int64(view, out);
	mpz_init(power);
	decimal_power(power, d->scale);
	mpz_init_set(whole, view);
	if (how == TO_NEAREST)
		decimal_cut(whole, d->scale, true);
	else if (how == TO_FLOOR)
		mpz_fdiv_q(whole, view, power);
	else if (mpz_divisible_p(view, power))
		mpz_divexact(whole, view, power);
	else
		fits = false;
	fits = fits && fits_int64(whole, out);
	mpz_clear(whole);
	mpz_clear(power);
	return fits;
}

bool decimal_to_int64(const struct decimal *d, int64_t *out)
{
	return to_int64(d, TO_NEAREST, out);
}

bool decimal_is_int64(const struct decimal *d, int64_t *out)
{
	return to_int64(d, TO_EXACT, out);
}

bool decimal_floor_int64(const struct decimal *d, int64_t *out)
{
	return to_int64(d, TO_FLOOR, out);
}

/* ---- order ---- */

#define ORDER_OF(a, b) ((a) < (b) ? -1 : (a) > (b))

/* -Infinity, finite, Infinity, NaN. */
static int kind_rank(const struct decimal *d)
{
	if (d->kind == DECIMAL_FINITE)
		return 1;
	if (d->kind == DECIMAL_NAN)
		return 3;
	return d->is_negative ? 0 : 2;
}

int decimal_order(const struct decimal *a, const struct decimal *b)
{
	const struct decimal *coarse = a->scale < b->scale ? a : b;
	mpz_t view_a, view_b, scaled;
	int order;

	if (kind_rank(a) != kind_rank(b) || a->kind != DECIMAL_FINITE)
		return ORDER_OF(kind_rank(a), kind_rank(b));
	decimal_view(view_a, a);
	decimal_view(view_b, b);
	if (a->scale == b->scale || mpz_sgn(view_a) != mpz_sgn(view_b)) {
		order = mpz_cmp(view_a, view_b);
		return ORDER_OF(order, 0);
	}
	mpz_init(scaled);
	decimal_power(scaled, (uint64_t)abs(a->scale - b->scale));
	mpz_mul(scaled, scaled, coarse == a ? view_a : view_b);
	order = coarse == a ? mpz_cmp(scaled, view_b) : mpz_cmp(view_a, scaled);
	mpz_clear(scaled);
	return ORDER_OF(order, 0);
}

int decimal_order_double(const struct decimal *a, double d)
{
	enum { MANTISSA_BITS = 53 };
	mpz_t view, left, right;
	int exponent, order;
	double mantissa;

	assert(!isnan(d));
	if (a->kind != DECIMAL_FINITE || isinf(d)) {
		double mine = a->kind == DECIMAL_FINITE ? 0 : decimal_to_double(a);

		return isnan(mine) ? 1 : ORDER_OF(mine, isinf(d) ? d : 0);
	}
	/* a's whole number against d * 10^scale, both times a power of 2 that makes d whole. */
	mantissa = frexp(d, &exponent);
	mpz_init_set_d(right, ldexp(mantissa, MANTISSA_BITS));
	exponent -= MANTISSA_BITS;
	mpz_init(left);
	decimal_power(left, a->scale);
	mpz_mul(right, right, left);
	mpz_set(left, decimal_view(view, a));
	if (exponent >= 0)
		mpz_mul_2exp(right, right, (mp_bitcnt_t)exponent);
	else
		mpz_mul_2exp(left, left, (mp_bitcnt_t)-exponent);
	order = mpz_cmp(left, right);
	mpz_clear(left);
	mpz_clear(right);
	return ORDER_OF(order, 0);
}

/* The magnitude's digits without zeros at the end, to be freed; the value is 0.digits * 10^*power.
 */
static char *significant_digits(const struct decimal *d, uint32_t *count, int32_t *power)
{
	char *digits;
	mpz_t view;

	assert(d->limb_count > 0);
	decimal_view(view, d);
	view->_mp_size = abs(view->_mp_size);
	digits = mpz_get_str(NULL, 10, view);
	*count = (uint32_t)strlen(digits);
	*power = (int32_t)*count - d->scale;
	while (digits[*count - 1] == '0')
		--*count;
	return digits;
}

uint64_t decimal_hash(const struct decimal *d)
{
	uint64_t hash;
	uint32_t count;
	int32_t power;
	char *digits;

	if (d->kind != DECIMAL_FINITE || d->limb_count == 0)
		return hash_u64((uint64_t)d->kind * 2 + d->is_negative);
	digits = significant_digits(d, &count, &power);
	hash = hash_combine(hash_bytes(digits, count), (uint32_t)power);
	free(digits);
	return hash_combine(hash, d->is_negative);
}

/* Four bytes of the power of ten, then two digits a byte, plus one, and a zero; all inverted of a
   negative value. */
void decimal_put_sortable(struct buf *to, const struct decimal *d)
{
	uint8_t flip = d->is_negative ? 0xFF : 0;
	uint32_t count, biased;
	int32_t power;
	char *digits = significant_digits(d, &count, &power);

	biased = (uint32_t)power ^ UINT32_C(0x80000000);
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_put_byte(to, (uint8_t)(biased >> shift) ^ flip);
	for (uint32_t i = 0; i < count; i += 2) {
		int pair = (digits[i] - '0') * 10 + (i + 1 < count ? digits[i + 1] - '0' : 0);

		buf_put_byte(to, (uint8_t)(pair + 1) ^ flip);
	}
	buf_put_byte(to, flip);
	free(digits);
}
