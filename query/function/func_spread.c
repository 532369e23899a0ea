/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Variance and standard deviation. Of floats by the sum of squares of what is added (Youngs and Cramer),
 * as PostgreSQL has it; of integers and decimals exactly, by the sums of the values and of their
 * squares: N * sum(x^2) - sum(x)^2 over N^2, or over N * (N - 1).
 */
#include <math.h>

#include "query/eval/decimal_value.h"
#include "query/function/aggregate.h"
#include "query/function/functions.h"

struct spread {
	int64_t count, exact_count; /* floats, others */
	double sum, squares;
	struct decimal_sum exact, exact_squares;
	bool is_nan; /* of the others one was, or infinite */
};

static void add_real(struct spread *s, double x)
{
	double n = (double)++s->count, apart;

	s->sum += x;
	if (s->count == 1) {
		s->squares = isfinite(x) ? 0 : NAN;
		return;
	}
	apart = x * n - s->sum;
	s->squares += apart * apart / (n * (n - 1));
}

static enum sqlstate add_exact(
	const struct aggregate_context *c, struct spread *s, struct value v, struct error *e)
{
	const struct decimal *x = eval_decimal(c->ev->arena, v), *square;

	s->exact_count++;
	s->is_nan |= x->kind != DECIMAL_FINITE;
	if (s->is_nan)
		return OK;
	TRY(decimal_multiply(c->ev->arena, x, x, &square, e));
	TRY(eval_decimal_sum_add(c->arena, &s->exact, x, e));
	return eval_decimal_sum_add(c->arena, &s->exact_squares, square, e);
}

static enum sqlstate spread_add(const struct aggregate_context *c, void *const *states,
	const struct column *args, const uint32_t *rows, uint32_t count, struct error *e)
{
	for (uint32_t i = 0; i < count; i++) {
		struct value v = column_value(&args[0], rows[i]);

		if (v.type == VALUE_FLOAT)
			add_real(states[i], v.real);
		else if (v.type != VALUE_NULL)
			TRY(add_exact(c, states[i], v, e));
	}
	return OK;
}

static enum sqlstate exact_result(struct arena *a, const struct spread *s, bool is_sample,
	bool is_root, struct value *out, struct error *e)
{
	const struct decimal *n = decimal_of_int64(a, s->exact_count), *sum, *squares, *divisor;

	*out = (struct value){ .type = VALUE_DECIMAL };
	if (s->is_nan)
		return decimal_parse(a, STR("NaN"), &out->decimal, e);
	TRY(eval_decimal_sum_total(a, &s->exact, &sum, e));
	TRY(eval_decimal_sum_total(a, &s->exact_squares, &squares, e));
	TRY(decimal_multiply(a, sum, sum, &sum, e));
	TRY(decimal_multiply(a, n, squares, &squares, e));
	TRY(decimal_subtract(a, squares, sum, &squares, e));
	if (decimal_is_zero(squares)) {
		out->decimal = decimal_of_int64(a, 0);
		return OK;
	}
	TRY(decimal_multiply(
		a, n, decimal_of_int64(a, s->exact_count - is_sample), &divisor, e));
	TRY(decimal_divide(a, squares, divisor, &out->decimal, e));
	return is_root ? decimal_sqrt(a, out->decimal, &out->decimal, e) : OK;
}

static enum sqlstate spread_result(const struct aggregate_context *c, const struct spread *s,
	bool is_sample, bool is_root, struct value *out, struct error *e)
{
	int64_t divisor = s->count + s->exact_count - is_sample;
	double variance;

	*out = value_null();
	if (divisor <= 0)
		return OK;
	if (s->count == 0)
		return exact_result(c->ev->arena, s, is_sample, is_root, out, e);
	variance = s->squares / (double)divisor;
	*out = value_float(is_root ? sqrt(variance) : variance);
	return OK;
}

#define SPREAD(name, is_sample, is_root)                                                           \
	static enum sqlstate name##_finish(const struct aggregate_context *c, void *state,         \
		struct value *out, struct error *e)                                                \
	{                                                                                          \
		return spread_result(c, state, is_sample, is_root, out, e);                        \
	}                                                                                          \
	const struct aggregate_methods aggregate_##name = { sizeof(struct spread), spread_add,     \
		name##_finish, false };

SPREAD(stddev_samp, true, true)
SPREAD(stddev_pop, false, true)
SPREAD(var_samp, true, false)
SPREAD(var_pop, false, false)
