/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Floating point as SQL clauses have it: what is out of range or too small to be told from zero is an
 * error, where the graph language follows IEEE 754. Infinities and NaN that come in go out.
 */
#include <math.h>

#include "query/function/functions.h"

static enum sqlstate out_of_domain(struct error *e)
{
	return FAIL(e, E_OUT_OF_RANGE, "input is out of range");
}

/* A result of finite operands, of which zero comes only where `may_vanish`. */
static enum sqlstate check_result(double y, bool may_vanish, struct error *e)
{
	if (isinf(y))
		return FAIL(e, E_OUT_OF_RANGE, "value out of range: overflow");
	if (y == 0 && !may_vanish)
		return FAIL(e, E_OUT_OF_RANGE, "value out of range: underflow");
	return OK;
}

/* ---- functions ------------------------------------------------------------------------------- */

FUNCTION_ROW(number_float_exp)
{
	double x = args[0].real;

	*out = value_float(exp(x));
	return isfinite(x) ? check_result(out->real, false, e) : OK;
}

FUNCTION_ROW(number_float_power)
{
	double x = value_to_double(args[0]), n = value_to_double(args[1]);

	*out = value_float(pow(x, n));
	if (isnan(x) || isnan(n))
		return OK;
	if (x == 0 && n < 0)
		return FAIL(e, E_POWER_ARGUMENT, "zero raised to a negative power is undefined");
	if (x < 0 && floor(n) != n)
		return FAIL(e, E_POWER_ARGUMENT,
			"a negative number raised to a non-integer power yields a complex result");
	return isinf(x) || isinf(n) ? OK : check_result(out->real, x == 0, e);
}

#define OF_DOMAIN(name, is_inside, expression)                                                     \
	FUNCTION_ROW(name)                                                                         \
	{                                                                                          \
		double x = args[0].real;                                                           \
                                                                                                   \
		*out = value_float(expression);                                                    \
		return isnan(x) || (is_inside) ? OK : out_of_domain(e);                            \
	}

OF_DOMAIN(number_float_sin, isfinite(x), sin(x))
OF_DOMAIN(number_float_cos, isfinite(x), cos(x))
OF_DOMAIN(number_float_tan, isfinite(x), tan(x))
OF_DOMAIN(number_float_cot, isfinite(x), 1 / tan(x))
OF_DOMAIN(number_float_asin, x >= -1 && x <= 1, asin(x))
OF_DOMAIN(number_float_acos, x >= -1 && x <= 1, acos(x))

#define SCALED(name, factor)                                                                       \
	FUNCTION_ROW(name)                                                                         \
	{                                                                                          \
		double x = args[0].real;                                                           \
                                                                                                   \
		*out = value_float(x * (factor));                                                  \
		return isfinite(x) ? check_result(out->real, x == 0, e) : OK;                      \
	}

SCALED(number_float_degrees, 180 / M_PI)
SCALED(number_float_radians, M_PI / 180)

/* ---- operators ------------------------------------------------------------------------------- */

static bool both_finite(double a, double b)
{
	return isfinite(a) && isfinite(b);
}

FUNCTION_ROW(number_float_add)
{
	double a = value_to_double(args[0]), b = value_to_double(args[1]);

	*out = value_float(a + b);
	return both_finite(a, b) ? check_result(out->real, true, e) : OK;
}

FUNCTION_ROW(number_float_subtract)
{
	double a = value_to_double(args[0]), b = value_to_double(args[1]);

	*out = value_float(a - b);
	return both_finite(a, b) ? check_result(out->real, true, e) : OK;
}

FUNCTION_ROW(number_float_multiply)
{
	double a = value_to_double(args[0]), b = value_to_double(args[1]);

	*out = value_float(a * b);
	return both_finite(a, b) ? check_result(out->real, a == 0 || b == 0, e) : OK;
}

FUNCTION_ROW(number_float_divide)
{
	double a = value_to_double(args[0]), b = value_to_double(args[1]);

	if (b == 0 && !isnan(a))
		return FAIL(e, E_DIVISION_BY_ZERO, "division by zero");
	*out = value_float(a / b);
	return both_finite(a, b) ? check_result(out->real, a == 0, e) : OK;
}
