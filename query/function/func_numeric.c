/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * PostgreSQL's functions of numeric: powers and logarithms with the digits that numeric shows, factorials,
 * scales, buckets. Powers to whole numbers are exact; what has no end is computed with 64 bits of
 * significand, so that 16 digits and two or three more are true.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query/eval/decimal_value.h"
#include "query/function/functions.h"

enum { DIGITS_LEAST = 16, FACTORIAL_MAX = 32177, EXACT_DIGITS_MAX = 2000 };

static const struct decimal *operand(struct eval *ev, struct value v)
{
	return eval_decimal(ev->arena, v);
}

/* DECIMAL(precision, scale) of a value. */
FUNCTION_ROW(number_fit)
{
	const struct decimal *result;

	TRY(decimal_fit(ev->arena, eval_decimal(ev->arena, args[0]), (uint32_t)args[1].integer,
		(int32_t)args[2].integer, &result, e));
	*out = value_decimal(result);
	return OK;
}

/* The nearest long double, of more digits than a double has. */
static long double real_of(struct eval *ev, const struct decimal *d)
{
	struct buf b = { 0 };
	struct value text;
	char *copy;

	decimal_put(&b, d);
	text = eval_take_buf(ev, &b);
	copy = arena_alloc_raw(ev->arena, (size_t)text.count + 1);
	memcpy(copy, text.bytes, text.count);
	copy[text.count] = '\0';
	return strtold(copy, NULL);
}

/* With so many digits behind the point that there are 16 in all, at least `least`. */
static enum sqlstate decimal_of_real(struct eval *ev, long double real, double magnitude,
	uint32_t least, struct value *out, struct error *e)
{
	int digits = MAX_OF(DIGITS_LEAST - (int)magnitude, (int)least);
	const struct decimal *d;
	char *text = arena_alloc_raw(ev->arena, 8192);
	int length;

	digits = MIN_OF(MAX_OF(digits, 0), 1000);
	if (!isfinite((double)real))
		return FAIL(e, E_OUT_OF_RANGE, "value overflows numeric format");
	length = snprintf(text, 8192, "%.*Lf", digits, real);
	TRY(decimal_parse(ev->arena, (struct str){ text, (uint32_t)MIN_OF(length, 8191) }, &d, e));
	*out = value_decimal(d);
	return OK;
}

/* ---- logarithms ------------------------------------------------------------------------------ */

static enum sqlstate check_positive(const struct decimal *d, struct error *e)
{
	if (decimal_is_zero(d))
		return FAIL(e, E_LOGARITHM_ARGUMENT, "cannot take logarithm of zero");
	if (d->is_negative)
		return FAIL(e, E_LOGARITHM_ARGUMENT, "cannot take logarithm of a negative number");
	return OK;
}

/* The power of ten that a number is about; of less than one towards zero. */
static double magnitude_of(long double real)
{
	return real == 0 ? 0 : (double)log10l(fabsl(real));
}

FUNCTION_ROW(number_decimal_ln)
{
	const struct decimal *d;
	long double real;

	if (args[0].type == VALUE_FLOAT)
		return number_ln(ev, args, count, out, e);
	d = operand(ev, args[0]);
	TRY(check_positive(d, e));
	real = logl(real_of(ev, d));
	return decimal_of_real(ev, real, magnitude_of(real), d->scale, out, e);
}

/* log(x) to the base 10, log(base, x). */
FUNCTION_ROW(number_decimal_log)
{
	const struct decimal *d, *base = NULL;
	long double real;

	if (args[0].type == VALUE_FLOAT)
		return number_log10(ev, args, count, out, e);
	d = operand(ev, args[count - 1]);
	TRY(check_positive(d, e));
	real = log10l(real_of(ev, d));
	if (count > 1) {
		base = operand(ev, args[0]);
		TRY(check_positive(base, e));
		if (decimal_order(base, decimal_of_int64(ev->arena, 1)) == 0)
			return FAIL(e, E_DIVISION_BY_ZERO, "division by zero");
		real = logl(real_of(ev, d)) / logl(real_of(ev, base));
	}
	return decimal_of_real(ev, real, magnitude_of(real),
		MAX_OF(d->scale, base == NULL ? 0u : base->scale), out, e);
}

FUNCTION_ROW(number_decimal_exp)
{
	const struct decimal *d;
	long double real;

	if (args[0].type == VALUE_FLOAT)
		return number_float_exp(ev, args, count, out, e);
	d = operand(ev, args[0]);
	real = real_of(ev, d);
	return decimal_of_real(ev, expl(real), (double)real * 0.434294481903252, d->scale, out, e);
}

/* ---- powers ---------------------------------------------------------------------------------- */

static enum sqlstate power_exact(struct eval *ev, const struct decimal *base, uint64_t n,
	const struct decimal **out, struct error *e)
{
	*out = decimal_of_int64(ev->arena, 1);
	for (; n > 0; n >>= 1) {
		if ((n & 1) != 0)
			TRY(decimal_multiply(ev->arena, *out, base, out, e));
		if (n > 1)
			TRY(decimal_multiply(ev->arena, base, base, &base, e));
	}
	return OK;
}

static enum sqlstate power_whole(struct eval *ev, const struct decimal *base, int64_t n,
	uint32_t least, struct value *out, struct error *e)
{
	uint64_t times = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
	double magnitude = magnitude_of(real_of(ev, base)) * (double)n;
	int digits = MIN_OF(MAX_OF(DIGITS_LEAST, (int)least), 1000);
	const struct decimal *d;

	if (magnitude > DECIMAL_WHOLE_DIGITS_MAX)
		return FAIL(e, E_OUT_OF_RANGE, "value overflows numeric format");
	TRY(power_exact(ev, base, times, &d, e));
	if (n < 0) {
		const struct decimal *one = decimal_of_int64(ev->arena, 1);

		/* More digits than are shown, so that the last one is rounded right. */
		TRY(decimal_round(ev->arena, one, digits, &one, e));
		TRY(decimal_divide(ev->arena, one, d, &d, e));
	}
	*out = (struct value){ .type = VALUE_DECIMAL };
	return decimal_round(ev->arena, d, digits, &out->decimal, e);
}

static enum sqlstate check_power(
	const struct decimal *base, const struct decimal *n, bool is_whole, struct error *e)
{
	if (decimal_is_zero(base) && n->is_negative)
		return FAIL(e, E_POWER_ARGUMENT, "zero raised to a negative power is undefined");
	if (base->is_negative && !is_whole)
		return FAIL(e, E_POWER_ARGUMENT,
			"a negative number raised to a non-integer power yields a complex result");
	return OK;
}

FUNCTION_ROW(number_decimal_power)
{
	const struct decimal *base, *n;
	int64_t whole = 0;
	bool is_whole;
	long double real;

	if (args[0].type == VALUE_FLOAT)
		return number_float_power(ev, args, count, out, e);
	base = operand(ev, args[0]);
	n = operand(ev, args[1]);
	is_whole = decimal_is_int64(n, &whole);
	TRY(check_power(base, n, is_whole, e));
	if (is_whole && llabs(whole) <= EXACT_DIGITS_MAX &&
		llabs(whole) * (base->scale + 1) <= EXACT_DIGITS_MAX)
		return power_whole(ev, base, whole, MAX_OF(base->scale, n->scale), out, e);
	real = powl(real_of(ev, base), real_of(ev, n));
	return decimal_of_real(ev, real, magnitude_of(real), MAX_OF(base->scale, n->scale), out, e);
}

static enum sqlstate product(
	struct eval *ev, int64_t from, int64_t to, const struct decimal **out, struct error *e)
{
	const struct decimal *left, *right;

	if (from >= to) {
		*out = decimal_of_int64(ev->arena, from);
		return OK;
	}
	TRY(product(ev, from, from + (to - from) / 2, &left, e));
	TRY(product(ev, from + (to - from) / 2 + 1, to, &right, e));
	return decimal_multiply(ev->arena, left, right, out, e);
}

FUNCTION_ROW(number_factorial)
{
	(void)count;
	if (args[0].integer < 0)
		return FAIL(e, E_OUT_OF_RANGE, "factorial of a negative number is undefined");
	if (args[0].integer > FACTORIAL_MAX)
		return FAIL(e, E_OUT_OF_RANGE, "value overflows numeric format");
	*out = (struct value){ .type = VALUE_DECIMAL };
	return product(ev, 1, MAX_OF(args[0].integer, 1), &out->decimal, e);
}

/* ---- scales ---------------------------------------------------------------------------------- */

FUNCTION_ROW(number_scale)
{
	const struct decimal *d = operand(ev, args[0]);

	(void)count, (void)e;
	*out = d->kind == DECIMAL_FINITE ? value_int(d->scale) : value_null();
	return OK;
}

/* With no zero at the end. */
static enum sqlstate trimmed(
	struct eval *ev, const struct decimal *d, const struct decimal **out, struct error *e)
{
	struct buf b = { 0 };
	uint32_t zeroes = 0;
	struct str text;

	*out = d;
	if (d->kind != DECIMAL_FINITE || d->scale == 0)
		return OK;
	decimal_put(&b, d);
	text = buf_str(&b);
	while (zeroes < d->scale && text.at[text.length - 1 - zeroes] == '0')
		zeroes++;
	buf_free(&b);
	return decimal_round(ev->arena, d, d->scale - zeroes, out, e);
}

FUNCTION_ROW(number_min_scale)
{
	const struct decimal *d;

	(void)count;
	TRY(trimmed(ev, operand(ev, args[0]), &d, e));
	*out = d->kind == DECIMAL_FINITE ? value_int(d->scale) : value_null();
	return OK;
}

FUNCTION_ROW(number_trim_scale)
{
	(void)count;
	*out = (struct value){ .type = VALUE_DECIMAL };
	return trimmed(ev, operand(ev, args[0]), &out->decimal, e);
}

/* ---- buckets --------------------------------------------------------------------------------- */

/* How many of the ascending bounds are not above. */
static enum sqlstate bucket_of_bounds(
	struct value v, struct value bounds, struct value *out, struct error *e)
{
	uint32_t from = 0, to = bounds.count;

	for (uint32_t i = 0; i < bounds.count; i++) {
		if (bounds.items[i].type == VALUE_NULL)
			return FAIL(
				e, E_NULL_NOT_ALLOWED, "thresholds array must not contain NULLs");
	}
	while (from < to) {
		uint32_t middle = from + (to - from) / 2;

		if (value_order(bounds.items[middle], v) <= 0)
			from = middle + 1;
		else
			to = middle;
	}
	*out = value_int(from);
	return OK;
}

/* width_bucket(x, low, high, count), width_bucket(x, bounds). */
FUNCTION_ROW(number_bucket)
{
	long double x, low, high;
	int64_t buckets, bucket;

	if (count == 2)
		return bucket_of_bounds(args[0], args[1], out, e);
	buckets = args[3].integer;
	if (buckets <= 0)
		return FAIL(e, E_WIDTH_BUCKET, "count must be greater than zero");
	x = real_of(ev, operand(ev, args[0]));
	low = real_of(ev, operand(ev, args[1]));
	high = real_of(ev, operand(ev, args[2]));
	if (isnan((double)x) || isnan((double)low) || isnan((double)high))
		return FAIL(
			e, E_WIDTH_BUCKET, "operand, lower bound, and upper bound cannot be NaN");
	if (low == high)
		return FAIL(e, E_WIDTH_BUCKET, "lower bound cannot equal upper bound");
	if (low < high)
		bucket = x < low ? 0
			 : x >= high
				 ? buckets + 1
				 : (int64_t)((x - low) / (high - low) * (long double)buckets) + 1;
	else
		bucket = x > low ? 0
			 : x <= high
				 ? buckets + 1
				 : (int64_t)((low - x) / (low - high) * (long double)buckets) + 1;
	*out = value_int(bucket);
	return OK;
}

/* ---- angles in degrees, and hyperbolic functions --------------------------------------------- */

/* Multiples of 30 and 45 degrees give what they give exactly. */
static double of_degrees(double (*f)(double), double x, double period)
{
	double rest = fmod(x, period), y = f(rest * (M_PI / 180)), near = rint(y * 2) / 2;

	return fabs(y - near) < 1e-15 ? near : y;
}

static double to_degrees(double radians)
{
	double x = radians * (180 / M_PI), near = rint(x);

	return fabs(x - near) < 1e-13 ? near : x;
}

static double cotangent(double x)
{
	return 1 / tan(x);
}

static enum sqlstate check_one(double x, struct error *e)
{
	return x < -1 || x > 1 ? FAIL(e, E_OUT_OF_RANGE, "input is out of range") : OK;
}

#define DEGREES(name, check, expression)                                                           \
	FUNCTION_ROW(name)                                                                         \
	{                                                                                          \
		double x = args[0].real;                                                           \
                                                                                                   \
		(void)ev, (void)count;                                                             \
		TRY(check);                                                                        \
		*out = value_float(expression);                                                    \
		return OK;                                                                         \
	}

DEGREES(number_sind, isinf(x) ? check_one(x, e) : OK, of_degrees(sin, x, 360))
DEGREES(number_cosd, isinf(x) ? check_one(x, e) : OK, of_degrees(cos, x, 360))
DEGREES(number_tand, isinf(x) ? check_one(x, e) : OK, of_degrees(tan, x, 180))
DEGREES(number_cotd, isinf(x) ? check_one(x, e) : OK, of_degrees(cotangent, x, 180))
DEGREES(number_asind, check_one(x, e), to_degrees(asin(x)))
DEGREES(number_acosd, check_one(x, e), to_degrees(acos(x)))
DEGREES(number_atand, OK, to_degrees(atan(x)))
DEGREES(number_atan2d, OK, to_degrees(atan2(x, args[1].real)))
DEGREES(number_asinh, OK, asinh(x))
DEGREES(number_acosh, x < 1 ? FAIL(e, E_OUT_OF_RANGE, "input is out of range") : OK, acosh(x))
DEGREES(number_atanh, check_one(x, e), atanh(x))
