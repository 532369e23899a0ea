/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Decimals for the operators, functions and aggregates that take numbers of several types. A value
 * of type DECIMAL may also stand as an INT, which it equals: columns that hold both kinds do
 * (column.c), so operands are taken through eval_decimal().
 */
#include "query/eval/decimal_value.h"

#include "base/check.h"

const struct decimal *eval_decimal(struct arena *a, struct value v)
{
	if (v.type == VALUE_DECIMAL)
		return v.decimal;
	if (v.type == VALUE_INT)
		return decimal_of_int64(a, v.integer);
	assert(v.type == VALUE_FLOAT);
	return decimal_of_double(a, v.real);
}

bool eval_is_decimal_pair(struct value a, struct value b)
{
	return (a.type == VALUE_DECIMAL && (b.type == VALUE_DECIMAL || b.type == VALUE_INT)) ||
	       (b.type == VALUE_DECIMAL && a.type == VALUE_INT);
}

enum sqlstate eval_decimal_combine(struct arena *arena, decimal_binary *function, struct value a,
	struct value b, struct value *out, struct error *e)
{
	const struct decimal *result;

	TRY(function(arena, eval_decimal(arena, a), eval_decimal(arena, b), &result, e));
	*out = value_decimal(result);
	return OK;
}

/* ---- sums ---- */

static const struct decimal *small_part(struct arena *a, const struct decimal_sum *s)
{
	uint64_t magnitude[2];
	bool is_negative = s->small < 0;
	unsigned __int128 whole =
		is_negative ? -(unsigned __int128)s->small : (unsigned __int128)s->small;
	uint32_t size = sizeof magnitude;

	magnitude[0] = (uint64_t)whole;
	magnitude[1] = (uint64_t)(whole >> 64);
	while (size > 0 && ((const uint8_t *)magnitude)[size - 1] == 0)
		size--;
	return decimal_of_bytes(
		a, DECIMAL_FINITE, is_negative, s->scale, (const uint8_t *)magnitude, size);
}

/* What is kept as a machine number goes to the rest. */
static enum sqlstate flush(struct arena *a, struct decimal_sum *s, struct error *e)
{
	const struct decimal *small = small_part(a, s);

	s->small = 0;
	if (s->big == NULL) {
		s->big = small;
		return OK;
	}
	return decimal_add(a, s->big, small, &s->big, e);
}

/* Brings the machine number to a finer scale; false if it then would not fit. */
static bool rescale(struct decimal_sum *s, uint16_t scale)
{
	while (s->scale < scale) {
		if (s->small != 0 && __builtin_mul_overflow(s->small, (__int128)10, &s->small))
			return false;
		s->scale++;
	}
	return true;
}

/* Adds to the machine number, which is as it was if that does not fit. */
static bool add_small(struct decimal_sum *s, const struct decimal *d)
{
	struct decimal_sum sum = *s;
	__int128 more = d->limb_count == 0 ? 0 : (__int128)d->limbs[0];

	if (d->kind != DECIMAL_FINITE || d->limb_count > 1 || !rescale(&sum, d->scale))
		return false;
	for (uint16_t scale = d->scale; scale < sum.scale; scale++) {
		if (__builtin_mul_overflow(more, (__int128)10, &more))
			return false;
	}
	if (__builtin_add_overflow(sum.small, d->is_negative ? -more : more, &sum.small))
		return false;
	*s = sum;
	return true;
}

enum sqlstate eval_decimal_sum_add(
	struct arena *a, struct decimal_sum *s, const struct decimal *d, struct error *e)
{
	s->is_used = true;
	if (add_small(s, d))
		return OK;
	TRY(flush(a, s, e));
	if (s->big == NULL) {
		s->big = decimal_copy(a, d);
		return OK;
	}
	return decimal_add(a, s->big, d, &s->big, e);
}

enum sqlstate eval_decimal_sum_total(
	struct arena *a, const struct decimal_sum *s, const struct decimal **out, struct error *e)
{
	*out = small_part(a, s);
	return s->big == NULL ? OK : decimal_add(a, *out, s->big, out, e);
}
