/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Vector kernels: comparison, arithmetic and NOT over columns of machine numbers. Each answers
 * false when the forms are not its own; the evaluator then loops over the row function of the same
 * operator.
 *
 * Invariants
 *  K1. A kernel computes every cell, NULL or not, and zeroes the NULL ones afterwards (B2): NULL
 *      cells hold zero, so nothing can fail there except division, which looks.
 *  K2. Strides are 0 or 1; the three shapes worth a loop of their own get one, so that the compiler
 *      makes vector code of it.
 */
#include <math.h>
#include <string.h>

#include "query/eval/column.h"
#include "query/function/functions.h"

/* The NULLs of a two-sided operator; NULL when there are none. */
static uint8_t *nulls_of(struct eval *ev, const struct column *args, uint32_t count, uint32_t rows)
{
	uint8_t *nulls = NULL;

	for (uint32_t k = 0; k < count; k++) {
		const struct column *c = &args[k];

		if (c->nulls == NULL)
			continue;
		if (nulls == NULL)
			nulls = arena_alloc(ev->arena, rows);
		for (uint32_t i = 0; i < rows; i++)
			nulls[i] |= c->nulls[i * c->stride];
	}
	return nulls;
}

static void out_make(struct eval *ev, const struct column *args, uint32_t count, uint32_t rows,
	struct column *out)
{
	out->stride = 1;
	out->nulls = nulls_of(ev, args, count, rows);
	out->i64 = arena_alloc_raw(ev->arena, sizeof(int64_t) * rows);
}

static void zero_nulls(struct column *out, uint32_t rows)
{
	if (out->nulls == NULL)
		return;
	for (uint32_t i = 0; i < rows; i++) {
		if (out->nulls[i])
			out->i64[i] = 0;
	}
}

/* Runs `body` with a and b naming the operands' cells, shape by shape. */
#define FOR_SHAPES(left, right, rows, body)                                                        \
	do {                                                                                       \
		if (args[0].stride == 1 && args[1].stride == 1) {                                  \
			for (uint32_t i = 0; i < (rows); i++)                                      \
				body((left)[i], (right)[i]);                                       \
		} else if (args[0].stride == 1) {                                                  \
			for (uint32_t i = 0; i < (rows); i++)                                      \
				body((left)[i], (right)[0]);                                       \
		} else {                                                                           \
			for (uint32_t i = 0; i < (rows); i++)                                      \
				body((left)[0], (right)[i * args[1].stride]);                      \
		}                                                                                  \
	} while (0)

static bool is_i64(const struct column *c)
{
	return c->form == COLUMN_I64;
}

static bool is_int(const struct column *c)
{
	return c->form == COLUMN_I64 && c->value_type == VALUE_INT;
}

static bool is_f64(const struct column *c)
{
	return c->form == COLUMN_F64;
}

/* ---- comparison ---- */

#define COMPARE_KERNEL(name, operator, is_order)                                                   \
	FUNCTION_VECTOR(name)                                                                      \
	{                                                                                          \
		bool both_i64 = is_i64(&args[0]) && is_i64(&args[1]) &&                            \
				args[0].value_type == args[1].value_type;                          \
		bool both_f64 = is_f64(&args[0]) && is_f64(&args[1]);                              \
                                                                                                   \
		if (!both_i64 && !both_f64)                                                        \
			return false;                                                              \
		if ((is_order) && both_i64 && args[0].value_type >= VALUE_MAP)                     \
			return false;                                                              \
		out_make(ev, args, 2, rows, out);                                                  \
		if (both_i64)                                                                      \
			FOR_SHAPES(args[0].i64, args[1].i64, rows, operator);                      \
		else                                                                               \
			FOR_SHAPES(args[0].f64, args[1].f64, rows, operator);                      \
		zero_nulls(out, rows);                                                             \
		*rc = OK;                                                                          \
		return true;                                                                       \
	}

#define EQUAL(a, b) out->i64[i] = (a) == (b)
/* NaN is unequal to everything, but x <> NaN is NOT (x = NaN): TRUE. C's != says the same. */
#define NOT_EQUAL(a, b) out->i64[i] = (a) != (b)
#define LESS(a, b) out->i64[i] = (a) < (b)
#define LESS_EQUAL(a, b) out->i64[i] = (a) <= (b)
#define GREATER(a, b) out->i64[i] = (a) > (b)
#define GREATER_EQUAL(a, b) out->i64[i] = (a) >= (b)

COMPARE_KERNEL(kernel_equal, EQUAL, false)
COMPARE_KERNEL(kernel_not_equal, NOT_EQUAL, false)
COMPARE_KERNEL(kernel_less, LESS, true)
COMPARE_KERNEL(kernel_less_equal, LESS_EQUAL, true)
COMPARE_KERNEL(kernel_greater, GREATER, true)
COMPARE_KERNEL(kernel_greater_equal, GREATER_EQUAL, true)

/* ---- arithmetic ---- */

#define ADD_INT(a, b) overflows |= __builtin_add_overflow((a), (b), &out->i64[i])
#define SUBTRACT_INT(a, b) overflows |= __builtin_sub_overflow((a), (b), &out->i64[i])
#define MULTIPLY_INT(a, b) overflows |= __builtin_mul_overflow((a), (b), &out->i64[i])
#define ADD_FLOAT(a, b) out->f64[i] = (a) + (b)
#define SUBTRACT_FLOAT(a, b) out->f64[i] = (a) - (b)
#define MULTIPLY_FLOAT(a, b) out->f64[i] = (a) * (b)
#define DIVIDE_FLOAT(a, b) out->f64[i] = (a) / (b)

/* A NULL cell holds zero, so it never overflows (K1). */
#define ARITHMETIC_KERNEL(name, on_int, on_float)                                                  \
	FUNCTION_VECTOR(name)                                                                      \
	{                                                                                          \
		bool overflows = false;                                                            \
                                                                                                   \
		if (is_int(&args[0]) && is_int(&args[1])) {                                        \
			out_make(ev, args, 2, rows, out);                                          \
			FOR_SHAPES(args[0].i64, args[1].i64, rows, on_int);                        \
		} else if (is_f64(&args[0]) && is_f64(&args[1])) {                                 \
			out_make(ev, args, 2, rows, out);                                          \
			FOR_SHAPES(args[0].f64, args[1].f64, rows, on_float);                      \
		} else {                                                                           \
			return false;                                                              \
		}                                                                                  \
		zero_nulls(out, rows);                                                             \
		*rc = OK;                                                                          \
		if (overflows)                                                                     \
			*rc = FAIL(e, E_OUT_OF_RANGE, "bigint out of range");                      \
		return true;                                                                       \
	}

ARITHMETIC_KERNEL(kernel_add, ADD_INT, ADD_FLOAT)
ARITHMETIC_KERNEL(kernel_subtract, SUBTRACT_INT, SUBTRACT_FLOAT)
ARITHMETIC_KERNEL(kernel_multiply, MULTIPLY_INT, MULTIPLY_FLOAT)

/* As ARITHMETIC_KERNEL of floats, but where finite operands give a result out of range, nothing is
   handled: the loop by row finds which error it is. */
#define CHECKED_KERNEL(name, on_float, vanishes)                                                   \
	FUNCTION_VECTOR(name)                                                                      \
	{                                                                                          \
		bool is_wrong = false;                                                             \
                                                                                                   \
		if (!is_f64(&args[0]) || !is_f64(&args[1]))                                        \
			return false;                                                              \
		out_make(ev, args, 2, rows, out);                                                  \
		FOR_SHAPES(args[0].f64, args[1].f64, rows, on_float);                              \
		zero_nulls(out, rows);                                                             \
		for (uint32_t i = 0; i < rows; i++)                                                \
			is_wrong |= !isfinite(out->f64[i]) || ((vanishes) && out->f64[i] == 0);    \
		*rc = OK;                                                                          \
		return !is_wrong;                                                                  \
	}

CHECKED_KERNEL(kernel_add_checked, ADD_FLOAT, false)
CHECKED_KERNEL(kernel_subtract_checked, SUBTRACT_FLOAT, false)
CHECKED_KERNEL(kernel_multiply_checked, MULTIPLY_FLOAT, true)

static enum sqlstate divide_ints(
	const struct column *args, uint32_t rows, struct column *out, struct error *e)
{
	for (uint32_t i = 0; i < rows; i++) {
		int64_t a = args[0].i64[i * args[0].stride];
		int64_t b = args[1].i64[i * args[1].stride];

		out->i64[i] = 0;
		if (out->nulls != NULL && out->nulls[i])
			continue;
		if (b == 0)
			return FAIL(e, E_DIVISION_BY_ZERO, "division by zero");
		if (b == -1 && a == INT64_MIN)
			return FAIL(e, E_OUT_OF_RANGE, "bigint out of range");
		out->i64[i] = a / b;
	}
	return OK;
}

FUNCTION_VECTOR(kernel_divide)
{
	if (is_int(&args[0]) && is_int(&args[1])) {
		out_make(ev, args, 2, rows, out);
		*rc = divide_ints(args, rows, out, e);
		return true;
	}
	if (!is_f64(&args[0]) || !is_f64(&args[1]))
		return false;
	out_make(ev, args, 2, rows, out);
	FOR_SHAPES(args[0].f64, args[1].f64, rows, DIVIDE_FLOAT);
	zero_nulls(out, rows);
	*rc = OK;
	return true;
}

FUNCTION_VECTOR(kernel_not)
{
	if (!is_i64(&args[0]))
		return false;
	out_make(ev, args, 1, rows, out);
	for (uint32_t i = 0; i < rows; i++)
		out->i64[i] = !args[0].i64[i * args[0].stride];
	zero_nulls(out, rows);
	*rc = OK;
	return true;
}
