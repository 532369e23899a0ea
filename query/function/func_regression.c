/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Aggregates of pairs (y, x), in which a pair with a NULL does not count: covariance, correlation,
 * linear regression. Means and squares are kept by the method of Youngs and Cramer, as PostgreSQL has
 * them, so that the last digits are the same. And aggregates of bits.
 */
#include <math.h>

#include "query/function/aggregate.h"
#include "query/function/functions.h"

struct pairs {
	double n, sx, sxx, sy, syy, sxy;
};

static void take_pair(struct pairs *p, double y, double x)
{
	double n = p->n + 1, sx = p->sx + x, sy = p->sy + y;

	if (p->n > 0) {
		double dx = x * n - sx, dy = y * n - sy, scale = 1.0 / (n * p->n);

		p->sxx += dx * dx * scale;
		p->syy += dy * dy * scale;
		p->sxy += dx * dy * scale;
	}
	p->n = n;
	p->sx = sx;
	p->sy = sy;
}

static enum sqlstate pairs_add(const struct aggregate_context *c, void *const *states,
	const struct column *args, const uint32_t *rows, uint32_t count, struct error *e)
{
	(void)c, (void)e;
	for (uint32_t i = 0; i < count; i++) {
		struct value y = column_value(&args[0], rows[i]);
		struct value x = column_value(&args[1], rows[i]);

		if (y.type != VALUE_NULL && x.type != VALUE_NULL)
			take_pair(states[i], value_to_double(y), value_to_double(x));
	}
	return OK;
}

#define PAIRS(name, is_null, result)                                                               \
	static enum sqlstate name##_finish(const struct aggregate_context *c, void *state,         \
		struct value *out, struct error *e)                                                \
	{                                                                                          \
		const struct pairs *p = state;                                                     \
                                                                                                   \
		(void)c, (void)e;                                                                  \
		*out = (is_null) ? value_null() : (result);                                        \
		return OK;                                                                         \
	}                                                                                          \
	const struct aggregate_methods aggregate_##name = { sizeof(struct pairs), pairs_add,       \
		name##_finish, false };

PAIRS(covar_pop, p->n < 1, value_float(p->sxy / p->n))
PAIRS(covar_samp, p->n < 2, value_float(p->sxy / (p->n - 1)))
PAIRS(corr, p->n < 1 || p->sxx == 0 || p->syy == 0, value_float(p->sxy / sqrt(p->sxx * p->syy)))
PAIRS(regr_slope, p->n < 1 || p->sxx == 0, value_float(p->sxy / p->sxx))
PAIRS(regr_intercept, p->n < 1 || p->sxx == 0,
	value_float((p->sy - p->sx * p->sxy / p->sxx) / p->n))
PAIRS(regr_r2, p->n < 1 || p->sxx == 0,
	value_float(p->syy == 0 ? 1.0 : (p->sxy * p->sxy) / (p->sxx * p->syy)))
PAIRS(regr_count, false, value_int((int64_t)p->n))
PAIRS(regr_avgx, p->n < 1, value_float(p->sx / p->n))
PAIRS(regr_avgy, p->n < 1, value_float(p->sy / p->n))
PAIRS(regr_sxx, p->n < 1, value_float(p->sxx))
PAIRS(regr_syy, p->n < 1, value_float(p->syy))
PAIRS(regr_sxy, p->n < 1, value_float(p->sxy))

/* ---- bits ------------------------------------------------------------------------------------ */

struct bits {
	int64_t bits;
	bool is_there;
};

enum bit_op { BIT_AND, BIT_OR, BIT_XOR };

static void take_bits(struct bits *b, int64_t bits, enum bit_op op)
{
	if (!b->is_there)
		b->bits = bits;
	else if (op == BIT_AND)
		b->bits &= bits;
	else if (op == BIT_OR)
		b->bits |= bits;
	else
		b->bits ^= bits;
	b->is_there = true;
}

static enum sqlstate bits_finish(
	const struct aggregate_context *c, void *state, struct value *out, struct error *e)
{
	const struct bits *b = state;

	(void)c, (void)e;
	*out = b->is_there ? value_int(b->bits) : value_null();
	return OK;
}

#define BITS(name, op)                                                                             \
	static enum sqlstate name##_add(const struct aggregate_context *c, void *const *states,    \
		const struct column *args, const uint32_t *rows, uint32_t count, struct error *e)  \
	{                                                                                          \
		(void)c, (void)e;                                                                  \
		for (uint32_t i = 0; i < count; i++) {                                             \
			struct value v = column_value(&args[0], rows[i]);                          \
                                                                                                   \
			if (v.type == VALUE_INT)                                                   \
				take_bits(states[i], v.integer, op);                               \
		}                                                                                  \
		return OK;                                                                         \
	}                                                                                          \
	const struct aggregate_methods aggregate_##name = { sizeof(struct bits), name##_add,       \
		bits_finish, false };

BITS(bit_and, BIT_AND)
BITS(bit_or, BIT_OR)
BITS(bit_xor, BIT_XOR)
