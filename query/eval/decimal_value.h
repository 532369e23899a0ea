/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Decimals among the numbers of other types: operands, and sums of many.
 */
#ifndef QUERY_EVAL_DECIMAL_VALUE_H
#define QUERY_EVAL_DECIMAL_VALUE_H

#include "base/decimal.h"
#include "storage/value.h"

typedef enum sqlstate decimal_binary(struct arena *arena, const struct decimal *a,
	const struct decimal *b, const struct decimal **out, struct error *e);

/* A number of any type as a decimal (floats at 15 significant digits). */
const struct decimal *eval_decimal(struct arena *a, struct value v);
/* True if arithmetic of the two is that of decimals: one is DECIMAL and neither is FLOAT. */
bool eval_is_decimal_pair(struct value a, struct value b);
/* Both as decimals, through the function. */
enum sqlstate eval_decimal_combine(struct arena *arena, decimal_binary *function, struct value a,
	struct value b, struct value *out, struct error *e) MUST_USE;

/* The sum of many decimals: a machine number while that suffices, so that no memory is taken for
   each. All zeroes is the empty sum. */
struct decimal_sum {
	__int128 small; /* times 10^-scale */
	uint16_t scale;
	bool is_used;
	const struct decimal *big; /* what was too big; NULL: nothing */
};

enum sqlstate eval_decimal_sum_add(
	struct arena *a, struct decimal_sum *s, const struct decimal *d, struct error *e) MUST_USE;
enum sqlstate eval_decimal_sum_total(struct arena *a, const struct decimal_sum *s,
	const struct decimal **out, struct error *e) MUST_USE;

#endif
