/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Arithmetic of decimals. What scale a result has, and what NaN and the infinities do, is taken from
 * PostgreSQL's numeric; tests/base/check_decimal.c holds results of its against these.
 *
 * Invariants
 *  M1. NaN with anything is NaN.
 *  M2. Every finite result goes through decimal_make(), which knows the limits.
 */
#include <stdlib.h>

#include "base/decimal_number.h"

enum {
	SIGNIFICANT_DIGITS_MIN = 16, /* of quotients and roots */
	RESULT_SCALE_MAX = 1000,     /* of quotients and roots */
	GROUP_DIGITS = 4,
};

/* Sets `to` to d's whole number at a scale that is not below d's. */
static void set_scaled(mpz_t to, const struct decimal *d, int64_t scale)
{
	mpz_t view;

	assert(scale >= d->scale);
	if (scale == d->scale) {
		mpz_set(to, decimal_view(view, d));
		return;
	}
	decimal_power(to, (uint64_t)(scale - d->scale));
	mpz_mul(to, to, decimal_view(view, d));
}

static bool both_finite(const struct decimal *a, const struct decimal *b)
{
	return a->kind == DECIMAL_FINITE && b->kind == DECIMAL_FINITE;
}

static bool is_nan(const struct decimal *d)
{
	return d->kind == DECIMAL_NAN;
}

/* ---- sums ---- */

static enum sqlstate sum(struct arena *arena, const struct decimal *a, const struct decimal *b,
	bool is_difference, const struct decimal **out, struct error *e)
{
	int64_t scale = MAX_OF(a->scale, b->scale);
	mpz_t left, right;
	enum sqlstate rc;

	if (!both_finite(a, b)) {
		bool b_negative = b->is_negative != is_difference;
		const struct decimal *infinite = a->kind == DECIMAL_INFINITE ? a : b;
		bool cancels = a->kind == b->kind && a->is_negative != b_negative;

		*out = is_nan(a) || is_nan(b) || cancels
			       ? decimal_special(arena, DECIMAL_NAN, false)
			       : decimal_special(arena, DECIMAL_INFINITE,
					 infinite == a ? a->is_negative : b_negative);
		return OK;
	}
	mpz_init(left);
	mpz_init(right);
	set_scaled(left, a, scale);
	set_scaled(right, b, scale);
	if (is_difference)
		mpz_sub(left, left, right);
	else
		mpz_add(left, left, right);
	rc = decimal_make(arena, left, scale, out, e);
	mpz_clear(right);
	mpz_clear(left);
	return rc;
}

DECIMAL_BINARY(decimal_add)
{
	return sum(arena, a, b, false, out, e);
}

DECIMAL_BINARY(decimal_subtract)
{
	return sum(arena, a, b, true, out, e);
}

/* ---- products ---- */

DECIMAL_BINARY(decimal_multiply)
{
	int64_t scale = (int64_t)a->scale + b->scale;
	mpz_t view_a, view_b, product;
	enum sqlstate rc;

	if (!both_finite(a, b)) {
		bool is_undefined =
			is_nan(a) || is_nan(b) || decimal_is_zero(a) || decimal_is_zero(b);

		*out = decimal_special(arena, is_undefined ? DECIMAL_NAN : DECIMAL_INFINITE,
			a->is_negative != b->is_negative);
		return OK;
	}
	mpz_init(product);
	mpz_mul(product, decimal_view(view_a, a), decimal_view(view_b, b));
	if (scale > DECIMAL_SCALE_MAX) {
		decimal_cut(product, (uint64_t)(scale - DECIMAL_SCALE_MAX), true);
		scale = DECIMAL_SCALE_MAX;
	}
	rc = decimal_make(arena, product, scale, out, e);
	mpz_clear(product);
	return rc;
}

static COLD enum sqlstate zero_divisor(struct error *e)
{
	return FAIL(e, E_DIVISION_BY_ZERO, "division by zero");
}

/* Division where one side is no number of its own. */
static enum sqlstate divide_special(struct arena *arena, const struct decimal *a,
	const struct decimal *b, const struct decimal **out, struct error *e)
{
	if (is_nan(a) || is_nan(b) || a->kind == b->kind)
		*out = decimal_special(arena, DECIMAL_NAN, false);
	else if (decimal_is_zero(b))
		return zero_divisor(e);
	else if (b->kind == DECIMAL_INFINITE)
		*out = decimal_of_int64(arena, 0);
	else
		*out = decimal_special(arena, DECIMAL_INFINITE, a->is_negative != b->is_negative);
	return OK;
}

/* The power of 10000 that the value's first group of four digits stands for, and that group. */
static void first_group(const struct decimal *d, int64_t *weight, uint64_t *group)
{
	mpz_t view, top, power;
	int64_t digits, skip;

	*weight = 0;
	*group = 0;
	if (d->limb_count == 0)
		return;
	decimal_view(view, d);
	digits = (int64_t)decimal_digit_count(view) - d->scale;
	*weight = digits > 0 ? (digits - 1) / GROUP_DIGITS
			     : -((GROUP_DIGITS - digits) / GROUP_DIGITS);
	skip = *weight * GROUP_DIGITS + d->scale;
	mpz_init(top);
	mpz_init(power);
	decimal_power(power, (uint64_t)llabs(skip));
	if (skip >= 0)
		mpz_tdiv_q(top, view, power);
	else
		mpz_mul(top, view, power);
	*group = mpz_get_ui(top);
	mpz_clear(power);
	mpz_clear(top);
}

static int64_t quotient_scale(const struct decimal *a, const struct decimal *b)
{
	uint64_t group_a, group_b;
	int64_t weight_a, weight_b, weight, scale;

	first_group(a, &weight_a, &group_a);
	first_group(b, &weight_b, &group_b);
	weight = weight_a - weight_b - (group_a <= group_b);
	scale = SIGNIFICANT_DIGITS_MIN - weight * GROUP_DIGITS;
	scale = MAX_OF(scale, (int64_t)MAX_OF(a->scale, b->scale));
	return MIN_OF(MAX_OF(scale, 0), RESULT_SCALE_MAX);
}

/* Quotient at a scale, rounded: one digit more than asked for decides only with what is left over,
   so twice the remainder is compared with the divisor. */
static void divide_rounded(mpz_t quotient, const mpz_t divisor)
{
	mpz_t rest;
	int sign = mpz_sgn(quotient) * mpz_sgn(divisor);

	mpz_init(rest);
	mpz_tdiv_qr(quotient, rest, quotient, divisor);
	mpz_mul_2exp(rest, rest, 1);
	if (mpz_cmpabs(rest, divisor) >= 0) {
		if (sign < 0)
			mpz_sub_ui(quotient, quotient, 1);
		else
			mpz_add_ui(quotient, quotient, 1);
	}
	mpz_clear(rest);
}

DECIMAL_BINARY(decimal_divide)
{
	mpz_t view, quotient, divisor;
	int64_t scale, shift;
	enum sqlstate rc;

	if (!both_finite(a, b))
		return divide_special(arena, a, b, out, e);
	if (decimal_is_zero(b))
		return zero_divisor(e);
	scale = quotient_scale(a, b);
	shift = scale + b->scale - a->scale;
	mpz_init(quotient);
	mpz_init(divisor);
	decimal_power(quotient, (uint64_t)MAX_OF(shift, 0));
	decimal_power(divisor, (uint64_t)MAX_OF(-shift, 0));
	mpz_mul(quotient, quotient, decimal_view(view, a));
	mpz_mul(divisor, divisor, decimal_view(view, b));
	divide_rounded(quotient, divisor);
	rc = decimal_make(arena, quotient, scale, out, e);
	mpz_clear(divisor);
	mpz_clear(quotient);
	return rc;
}

DECIMAL_BINARY(decimal_modulo)
{
	int64_t scale = MAX_OF(a->scale, b->scale);
	mpz_t left, right;
	enum sqlstate rc;

	if (!both_finite(a, b)) {
		if (!is_nan(a) && decimal_is_zero(b))
			return zero_divisor(e);
		*out = is_nan(b) || a->kind != DECIMAL_FINITE
			       ? decimal_special(arena, DECIMAL_NAN, false)
			       : a;
		return OK;
	}
	if (decimal_is_zero(b))
		return zero_divisor(e);
	mpz_init(left);
	mpz_init(right);
	set_scaled(left, a, scale);
	set_scaled(right, b, scale);
	mpz_tdiv_r(left, left, right);
	rc = decimal_make(arena, left, scale, out, e);
	mpz_clear(right);
	mpz_clear(left);
	return rc;
}

/* ---- one operand ---- */

const struct decimal *decimal_negate(struct arena *a, const struct decimal *d)
{
	struct decimal *negative;

	if (is_nan(d) || decimal_is_zero(d))
		return d;
	negative = (struct decimal *)decimal_copy(a, d);
	negative->is_negative = !d->is_negative;
	return negative;
}

static enum sqlstate cut_to(struct arena *a, const struct decimal *d, int64_t digits,
	bool is_rounded, const struct decimal **out, struct error *e)
{
	int64_t scale, cut;
	enum sqlstate rc;
	mpz_t whole, power;

	*out = d;
	if (d->kind != DECIMAL_FINITE)
		return OK;
	/* As PostgreSQL: never more digits than a value may have, nor fewer than none. */
	digits = MIN_OF(MAX_OF(digits, -(int64_t)DECIMAL_WHOLE_DIGITS_MAX), DECIMAL_SCALE_MAX);
	scale = MAX_OF(digits, 0);
	cut = d->scale - digits;
	mpz_init(whole);
	mpz_init(power);
	set_scaled(whole, d, MAX_OF((int64_t)d->scale, digits));
	if (cut > 0) {
		decimal_cut(whole, (uint64_t)cut, is_rounded);
		decimal_power(power, (uint64_t)MAX_OF(-digits, 0));
		mpz_mul(whole, whole, power);
	}
	rc = decimal_make(a, whole, scale, out, e);
	mpz_clear(power);
	mpz_clear(whole);
	return rc;
}

enum sqlstate decimal_round(struct arena *a, const struct decimal *d, int64_t digits,
	const struct decimal **out, struct error *e)
{
	return cut_to(a, d, digits, true, out, e);
}

enum sqlstate decimal_truncate(struct arena *a, const struct decimal *d, int64_t digits,
	const struct decimal **out, struct error *e)
{
	return cut_to(a, d, digits, false, out, e);
}

static enum sqlstate to_whole(struct arena *a, const struct decimal *d, bool is_up,
	const struct decimal **out, struct error *e)
{
	mpz_t view, whole, power;
	enum sqlstate rc;

	*out = d;
	if (d->kind != DECIMAL_FINITE || d->scale == 0)
		return OK;
	mpz_init(whole);
	mpz_init(power);
	decimal_power(power, d->scale);
	if (is_up)
		mpz_cdiv_q(whole, decimal_view(view, d), power);
	else
		mpz_fdiv_q(whole, decimal_view(view, d), power);
	rc = decimal_make(a, whole, 0, out, e);
	mpz_clear(power);
	mpz_clear(whole);
	return rc;
}

enum sqlstate decimal_floor(
	struct arena *a, const struct decimal *d, const struct decimal **out, struct error *e)
{
	return to_whole(a, d, false, out, e);
}

enum sqlstate decimal_ceil(
	struct arena *a, const struct decimal *d, const struct decimal **out, struct error *e)
{
	return to_whole(a, d, true, out, e);
}

static int64_t root_scale(const struct decimal *d)
{
	uint64_t group;
	int64_t weight, digits, scale;

	first_group(d, &weight, &group);
	/* Digits of the root before its point, as PostgreSQL counts them. */
	digits = weight >= 0 ? (weight + 1) * GROUP_DIGITS / 2 - 1
			     : -(1 - (weight + 1) * GROUP_DIGITS) / 2 - 1;
	scale = SIGNIFICANT_DIGITS_MIN - digits;
	return MIN_OF(MAX_OF(MAX_OF(scale, (int64_t)d->scale), 0), RESULT_SCALE_MAX);
}

enum sqlstate decimal_sqrt(
	struct arena *a, const struct decimal *d, const struct decimal **out, struct error *e)
{
	mpz_t view, root, power;
	int64_t scale;
	enum sqlstate rc;

	if (d->is_negative)
		return FAIL(e, E_POWER_ARGUMENT, "cannot take square root of a negative number");
	*out = d;
	if (d->kind != DECIMAL_FINITE)
		return OK;
	scale = root_scale(d);
	mpz_init(root);
	mpz_init(power);
	/* One digit more, and it is cut off rounding: the root itself never ends in an exact half
	   that the cut root does not show. */
	decimal_power(power, (uint64_t)(2 * (scale + 1) - d->scale));
	mpz_mul(root, decimal_view(view, d), power);
	mpz_sqrt(root, root);
	decimal_cut(root, 1, true);
	rc = decimal_make(a, root, scale, out, e);
	mpz_clear(power);
	mpz_clear(root);
	return rc;
}

enum sqlstate decimal_fit(struct arena *a, const struct decimal *d, uint32_t precision,
	int32_t scale, const struct decimal **out, struct error *e)
{
	bool overflows = d->kind == DECIMAL_INFINITE;
	/* of a number that is rounded before its point, all digits are there */
	int64_t digits_max = (int64_t)precision - MIN_OF(scale, 0);
	mpz_t view;

	TRY(decimal_round(a, d, scale, out, e));
	if (d->kind == DECIMAL_FINITE)
		overflows = (int64_t)decimal_digit_count(decimal_view(view, *out)) > digits_max;
	if (!overflows)
		return OK;
	FAIL(e, E_OUT_OF_RANGE, "numeric field overflow");
	if (d->kind == DECIMAL_INFINITE)
		error_detail(e,
			"A field with precision %u, scale %d cannot hold an infinite value.",
			precision, scale);
	else
		error_detail(e,
			"A field with precision %u, scale %d must round to an absolute value less "
			"than %s%d.",
			precision, scale, (int)precision != scale ? "10^" : "",
			(int)precision != scale ? (int)precision - scale : 1);
	return E_OUT_OF_RANGE;
}
