/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * PostgreSQL's operators on bits, and small functions of numbers and of anything.
 */
#include <string.h>
#include <sys/random.h>

#include "query/eval/decimal_value.h"
#include "query/function/functions.h"

#define BITS(name, value)                                                                          \
	FUNCTION_ROW(name)                                                                         \
	{                                                                                          \
		int64_t a = args[0].integer, b = args[1].integer;                                  \
                                                                                                   \
		*out = value_int(value);                                                           \
		return OK;                                                                         \
	}

BITS(bits_and, a &b)
BITS(bits_or, a | b)
BITS(bits_xor, a ^ b)
BITS(bits_left, (int64_t)((uint64_t)a << (b & 63)))
BITS(bits_right, a >> (b & 63))

FUNCTION_ROW(bits_not)
{
	*out = value_int(~args[0].integer);
	return OK;
}

static struct value best(const struct value *args, uint32_t count, int sign)
{
	struct value v = value_null();

	for (uint32_t i = 0; i < count; i++) {
		if (args[i].type == VALUE_NULL)
			continue;
		if (v.type == VALUE_NULL || value_order(args[i], v) * sign > 0)
			v = args[i];
	}
	return v;
}

FUNCTION_ROW(number_greatest)
{
	*out = best(args, count, 1);
	return OK;
}

FUNCTION_ROW(number_least)
{
	*out = best(args, count, -1);
	return OK;
}

static uint64_t magnitude(int64_t n)
{
	return n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	while (b != 0) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* By Euclid's way, also of fractions. */
static enum sqlstate decimal_divisor(struct eval *ev, const struct decimal *a,
	const struct decimal *b, const struct decimal **out, struct error *e)
{
	if (a->kind != DECIMAL_FINITE || b->kind != DECIMAL_FINITE)
		return decimal_parse(ev->arena, STR("NaN"), out, e);
	while (!decimal_is_zero(b)) {
		const struct decimal *rest;

		TRY(eval_poll(ev, e));
		TRY(decimal_modulo(ev->arena, a, b, &rest, e));
		a = b;
		b = rest;
	}
	*out = a->is_negative ? decimal_negate(ev->arena, a) : a;
	return OK;
}

/* The last is zero where a factor is. */
static enum sqlstate decimal_multiple(struct eval *ev, const struct decimal *a,
	const struct decimal *b, const struct decimal **out, struct error *e)
{
	const struct decimal *divisor, *quotient;

	TRY(decimal_divisor(ev, a, b, &divisor, e));
	if (decimal_is_zero(divisor) || divisor->kind != DECIMAL_FINITE)
		return *out = divisor, OK;
	TRY(decimal_divide(ev->arena, a, divisor, &quotient, e));
	TRY(decimal_truncate(ev->arena, quotient, 0, &quotient, e));
	TRY(decimal_multiply(ev->arena, quotient, b, out, e));
	*out = (*out)->is_negative ? decimal_negate(ev->arena, *out) : *out;
	return OK;
}

static enum sqlstate integer_divisor(const struct value *args, struct value *out, struct error *e)
{
	uint64_t d = common_divisor(magnitude(args[0].integer), magnitude(args[1].integer));

	if (d > INT64_MAX)
		return FAIL(e, E_OUT_OF_RANGE, "bigint out of range");
	*out = value_int((int64_t)d);
	return OK;
}

static enum sqlstate integer_multiple(const struct value *args, struct value *out, struct error *e)
{
	uint64_t a = magnitude(args[0].integer), b = magnitude(args[1].integer), product;

	*out = value_int(0);
	if (a == 0 || b == 0)
		return OK;
	if (__builtin_mul_overflow(a / common_divisor(a, b), b, &product) || product > INT64_MAX)
		return FAIL(e, E_OUT_OF_RANGE, "bigint out of range");
	*out = value_int((int64_t)product);
	return OK;
}

FUNCTION_ROW(number_gcd)
{
	(void)count;
	if (args[0].type != VALUE_DECIMAL)
		return integer_divisor(args, out, e);
	*out = (struct value){ .type = VALUE_DECIMAL };
	return decimal_divisor(ev, args[0].decimal, args[1].decimal, &out->decimal, e);
}

FUNCTION_ROW(number_lcm)
{
	(void)count;
	if (args[0].type != VALUE_DECIMAL)
		return integer_multiple(args, out, e);
	*out = (struct value){ .type = VALUE_DECIMAL };
	return decimal_multiple(ev, args[0].decimal, args[1].decimal, &out->decimal, e);
}

FUNCTION_ROW(number_div)
{
	const struct decimal *q;

	TRY(decimal_divide(ev->arena, args[0].decimal, args[1].decimal, &q, e));
	*out = (struct value){ .type = VALUE_DECIMAL };
	return decimal_truncate(ev->arena, q, 0, &out->decimal, e);
}

FUNCTION_ROW(bits_uuid)
{
	uint8_t *bytes = arena_alloc_raw(ev->arena, 16);

	if (getrandom(bytes, 16, 0) != 16)
		return FAIL(e, E_INTERNAL, "no random bytes");
	bytes[6] = (uint8_t)((bytes[6] & 15) | 0x40);
	bytes[8] = (uint8_t)((bytes[8] & 63) | 0x80);
	*out = (struct value){ .type = VALUE_UUID, .uuid = bytes };
	return OK;
}

static int64_t nulls_of(const struct value *args, uint32_t count)
{
	int64_t nulls = 0;

	for (uint32_t i = 0; i < count; i++)
		nulls += args[i].type == VALUE_NULL;
	return nulls;
}

FUNCTION_ROW(array_nulls)
{
	*out = value_int(nulls_of(args, count));
	return OK;
}

FUNCTION_ROW(array_nonnulls)
{
	*out = value_int((int64_t)count - nulls_of(args, count));
	return OK;
}
