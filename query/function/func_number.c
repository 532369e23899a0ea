/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Functions of numbers. Each takes what its pattern in functions.def says; an integer stays one
 * where that makes sense. Domain errors are worded as PostgreSQL's; overflow to infinity follows
 * IEEE.
 */
#include <math.h>

#include "base/clock.h"
#include "query/eval/decimal_value.h"
#include "query/function/functions.h"

FUNCTION_ROW(number_abs)
{
	if (args[0].type == VALUE_FLOAT) {
		*out = value_float(fabs(args[0].real));
		return OK;
	}
	if (args[0].type == VALUE_DECIMAL) {
		const struct decimal *d = args[0].decimal;

		*out = value_decimal(d->is_negative ? decimal_negate(ev->arena, d) : d);
		return OK;
	}
	if (args[0].integer == INT64_MIN)
		return FAIL(e, E_OUT_OF_RANGE, "bigint out of range");
	*out = value_int(args[0].integer < 0 ? -args[0].integer : args[0].integer);
	return OK;
}

/* Functions that leave integers as they are. */
#define ROUNDING(name, call)                                                                       \
	FUNCTION_ROW(name)                                                                         \
	{                                                                                          \
		*out = args[0];                                                                    \
		if (args[0].type == VALUE_FLOAT)                                                   \
			out->real = call(args[0].real);                                            \
		else if (args[0].type == VALUE_DECIMAL)                                            \
			return decimal_##call(ev->arena, args[0].decimal, &out->decimal, e);       \
		return OK;                                                                         \
	}

ROUNDING(number_ceil, ceil)
ROUNDING(number_floor, floor)

/* To so many digits behind the point, or before it; `cut` is round() or trunc(). */
static double real_cut(double f, int64_t digits, double (*cut)(double))
{
	double scale, result;

	if (digits > 15 || !isfinite(f))
		return f;
	if (digits < -308)
		return 0;
	scale = pow(10, (double)(digits < 0 ? -digits : digits));
	result = digits < 0 ? cut(f / scale) * scale : cut(f * scale) / scale;
	return isfinite(result) ? result : f;
}

static double round_up(double f)
{
	return f < 0 ? floor(f) : ceil(f);
}

static double round_half_down(double f)
{
	return f < 0 ? floor(f + 0.5) : ceil(f - 0.5);
}

/* How a mode of openCypher's round() makes a number whole. */
static enum sqlstate rounding_of(struct str mode, double (**cut)(double), struct error *e)
{
	static const struct {
		const char *name;
		double (*cut)(double);
	} modes[] = { { "UP", round_up }, { "DOWN", trunc }, { "CEILING", ceil },
		{ "FLOOR", floor }, { "HALF_UP", round }, { "HALF_DOWN", round_half_down },
		{ "HALF_EVEN", rint } };

	for (size_t i = 0; i < ARRAY_COUNT(modes); i++) {
		if (str_equal_nocase(mode, str_of(modes[i].name))) {
			*cut = modes[i].cut;
			return OK;
		}
	}
	FAIL(e, E_INVALID_VALUE, "rounding mode \"%.*s\" not recognized", STR_ARGS(mode));
	error_hint(e, "Use UP, DOWN, CEILING, FLOOR, HALF_UP, HALF_DOWN or HALF_EVEN.");
	return E_INVALID_VALUE;
}

FUNCTION_ROW(number_round)
{
	int64_t digits = count > 1 ? args[1].integer : 0;
	double (*cut)(double) = round;

	*out = args[0];
	if (args[0].type == VALUE_DECIMAL)
		return decimal_round(ev->arena, args[0].decimal, digits, &out->decimal, e);
	if (count > 2)
		TRY(rounding_of(value_str(args[2]), &cut, e));
	if (args[0].type == VALUE_FLOAT)
		out->real = real_cut(args[0].real, digits, cut);
	return OK;
}

FUNCTION_ROW(number_trunc)
{
	int64_t digits = count > 1 ? args[1].integer : 0;

	*out = args[0];
	if (args[0].type == VALUE_DECIMAL)
		return decimal_truncate(ev->arena, args[0].decimal, digits, &out->decimal, e);
	if (args[0].type == VALUE_FLOAT)
		out->real = real_cut(args[0].real, digits, trunc);
	return OK;
}

FUNCTION_ROW(number_sign)
{
	if (args[0].type == VALUE_FLOAT) {
		double f = args[0].real;

		*out = value_float(isnan(f) ? f : (f > 0) - (f < 0));
		return OK;
	}
	if (args[0].type == VALUE_DECIMAL) {
		const struct decimal *d = args[0].decimal;
		int64_t sign = decimal_is_zero(d) ? 0 : d->is_negative ? -1 : 1;

		*out = d->kind == DECIMAL_NAN ? args[0]
					      : value_decimal(decimal_of_int64(ev->arena, sign));
		return OK;
	}
	*out = value_int((args[0].integer > 0) - (args[0].integer < 0));
	return OK;
}

FUNCTION_ROW(number_sqrt)
{
	if (args[0].type == VALUE_DECIMAL) {
		*out = args[0];
		return decimal_sqrt(ev->arena, args[0].decimal, &out->decimal, e);
	}
	if (args[0].real < 0)
		return FAIL(e, E_POWER_ARGUMENT, "cannot take square root of a negative number");
	*out = value_float(sqrt(args[0].real));
	return OK;
}

static enum sqlstate check_logarithm(double f, struct error *e)
{
	if (f == 0)
		return FAIL(e, E_LOGARITHM_ARGUMENT, "cannot take logarithm of zero");
	if (f < 0)
		return FAIL(e, E_LOGARITHM_ARGUMENT, "cannot take logarithm of a negative number");
	return OK;
}

FUNCTION_ROW(number_ln)
{
	double base;

	TRY(check_logarithm(args[0].real, e));
	if (count == 1) {
		*out = value_float(log(args[0].real));
		return OK;
	}
	TRY(check_logarithm(args[1].real, e));
	base = log(args[0].real);
	if (base == 0)
		return FAIL(e, E_DIVISION_BY_ZERO, "division by zero");
	*out = value_float(log(args[1].real) / base);
	return OK;
}

FUNCTION_ROW(number_log10)
{
	TRY(check_logarithm(args[0].real, e));
	*out = value_float(log10(args[0].real));
	return OK;
}

#define REAL_FUNCTION(name, expression)                                                            \
	FUNCTION_ROW(name)                                                                         \
	{                                                                                          \
		double x = args[0].real;                                                           \
                                                                                                   \
		*out = value_float(expression);                                                    \
		return OK;                                                                         \
	}

REAL_FUNCTION(number_cbrt, cbrt(x))
REAL_FUNCTION(number_exp, exp(x))
REAL_FUNCTION(number_sin, sin(x))
REAL_FUNCTION(number_cos, cos(x))
REAL_FUNCTION(number_tan, tan(x))
REAL_FUNCTION(number_cot, 1 / tan(x))
REAL_FUNCTION(number_asin, asin(x))
REAL_FUNCTION(number_acos, acos(x))
REAL_FUNCTION(number_atan, atan(x))
REAL_FUNCTION(number_sinh, sinh(x))
REAL_FUNCTION(number_cosh, cosh(x))
REAL_FUNCTION(number_tanh, tanh(x))
REAL_FUNCTION(number_haversin, (1 - cos(x)) / 2)
REAL_FUNCTION(number_degrees, x *(180 / M_PI))
REAL_FUNCTION(number_radians, x *(M_PI / 180))

FUNCTION_ROW(number_atan2)
{
	*out = value_float(atan2(args[0].real, args[1].real));
	return OK;
}

FUNCTION_ROW(number_isnan)
{
	*out = value_bool(isnan(args[0].real));
	return OK;
}

FUNCTION_ROW(number_pi)
{
	*out = value_float(M_PI);
	return OK;
}

FUNCTION_ROW(number_e)
{
	*out = value_float(M_E);
	return OK;
}

/* A session that called setseed() goes on with those numbers. */
FUNCTION_ROW(number_rand)
{
	struct rand *seeded = ev->session == NULL ? NULL : ev->session->seeded;

	if (seeded != NULL && seeded->state != 0) {
		*out = value_float(rand_unit(seeded));
		return OK;
	}
	if (!ev->has_random) {
		ev->has_random = true;
		ev->random.state = clock_monotonic_ns() ^ (uint64_t)(uintptr_t)ev;
	}
	*out = value_float(rand_unit(&ev->random));
	return OK;
}

FUNCTION_ROW(number_setseed)
{
	double seed = args[0].real;

	(void)count;
	if (!(seed >= -1 && seed <= 1))
		return FAIL(e, E_INVALID_VALUE,
			"setseed parameter %g is out of allowed range [-1,1]", seed);
	seed *= (double)(INT64_C(1) << 62);
	if (ev->session != NULL && ev->session->seeded != NULL)
		ev->session->seeded->state = (uint64_t)(int64_t)seed | 1;
	*out = value_string(STR(""));
	return OK;
}
