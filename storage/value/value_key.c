/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The order-preserving form of values, for keys of indexes.
 *
 * The key form is a tag byte, ascending as value_order ranks types, and then
 *     numbers    the greatest double not above the value, sign folded, big-endian; beyond ±2^53
 *                also how far the greatest integer not above the value (one of 64 bits, else 0) is
 *                from it (2 bytes); then 00 if that is all, else 01 and the value's digits, as
 *                decimal_put_sortable() has them: INT, FLOAT and DECIMAL in one order
 *     STRING, BYTES  the bytes with 00 written as 00 FF, ended by 00 00
 *     LIST       the forms of its items, ended by 00, which is below every tag
 *     times      8 bytes, sign folded, big-endian; TIMETZ by its instant
 *     DURATION   the span at 30 days a month (16 bytes), then months and days (4 each)
 *
 * Invariants: V3 of value.c.
 */
#include <endian.h>
#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "storage/value.h"
#include "storage/value/value_rank.h"

/* A tag is a rank and this, so that 0 can end a list. */
enum { KEY_TAG_BASE = 0x10 };

static void put_big_endian(struct buf *to, uint64_t n, unsigned size)
{
	uint64_t bytes = htobe64(n << 8 * (8 - size));

	buf_put(to, &bytes, size);
}

static void put_signed(struct buf *to, int64_t n)
{
	put_big_endian(to, (uint64_t)n ^ (UINT64_C(1) << 63), 8);
}

static void put_double(struct buf *to, double d)
{
	uint64_t bits;

	if (d == 0)
		d = 0; /* one zero */
	memcpy(&bits, &d, sizeof(bits));
	put_big_endian(to, bits >> 63 ? ~bits : bits | UINT64_C(1) << 63, 8);
}

static double double_not_above(int64_t i)
{
	double d = (double)i;

	return value_int_float_order(i, d) < 0 ? nextafter(d, -INFINITY) : d;
}

/* The double, how far above it `whole` is, and nothing more: the form of INT and FLOAT. */
static void put_number(struct buf *to, double d, uint64_t above)
{
	put_double(to, d);
	assert(above < 0x800);
	if (fabs(d) >= 0x1p53)
		put_big_endian(to, above, 2);
	else
		assert(above == 0);
}

static void encode_decimal_key(struct buf *to, const struct decimal *v)
{
	double d = decimal_to_double(v);
	int order = decimal_order_double(v, d);
	uint64_t above = 0;
	int64_t whole;

	if (order < 0) {
		d = nextafter(d, -INFINITY);
		order = 1;
	}
	if (fabs(d) >= 0x1p53 && decimal_floor_int64(v, &whole)) {
		above = (uint64_t)whole - (uint64_t)(int64_t)d;
		order = decimal_is_int64(v, &whole) ? 0 : 1;
	}
	put_number(to, d, above);
	buf_put_byte(to, order != 0);
	if (order != 0)
		decimal_put_sortable(to, v);
}

static void encode_number_key(struct buf *to, struct value v)
{
	double d;

	if (v.type == VALUE_DECIMAL) {
		encode_decimal_key(to, v.decimal);
		return;
	}
	d = v.type == VALUE_INT ? double_not_above(v.integer) : v.real;
	put_number(to, d, v.type == VALUE_INT ? (uint64_t)v.integer - (uint64_t)(int64_t)d : 0);
	buf_put_byte(to, 0);
}

static void encode_bytes_key(struct buf *to, const char *bytes, uint32_t size)
{
	static const uint8_t end[2] = { 0, 0 };
	uint32_t from = 0;

	while (from < size) {
		const char *zero = memchr(bytes + from, 0, size - from);
		uint32_t run = zero == NULL ? size - from : (uint32_t)(zero - bytes) - from;

		buf_put(to, bytes + from, run);
		from += run;
		if (zero == NULL)
			break;
		buf_put_byte(to, 0);
		buf_put_byte(to, 0xFF);
		from++;
	}
	buf_put(to, end, sizeof(end));
}

static void encode_duration_key(struct buf *to, const struct value_duration *d)
{
	__int128 span = value_duration_span(d);

	put_signed(to, (int64_t)(span >> 64));
	put_big_endian(to, (uint64_t)span, 8);
	put_big_endian(to, (uint32_t)d->months ^ UINT32_C(0x80000000), 4);
	put_big_endian(to, (uint32_t)d->days ^ UINT32_C(0x80000000), 4);
}

uint8_t value_key_tag(enum value_type type)
{
	return (uint8_t)(KEY_TAG_BASE + value_type_rank(type));
}

void value_encode_key(struct buf *to, struct value v)
{
	enum type_rank rank = value_rank(v);
	uint32_t i;

	buf_put_byte(to, (uint8_t)(KEY_TAG_BASE + rank));
	switch (rank) {
	case RANK_NULL: /* only as an item of a list */
	case RANK_NAN:
		break;
	case RANK_BOOL:
		buf_put_byte(to, v.boolean);
		break;
	case RANK_NUMBER:
		encode_number_key(to, v);
		break;
	case RANK_STRING:
	case RANK_BYTES:
		encode_bytes_key(to, v.bytes, v.count);
		break;
	case RANK_UUID:
		buf_put(to, v.uuid, 16);
		break;
	case RANK_DURATION:
		encode_duration_key(to, v.duration);
		break;
	case RANK_TIMETZ:
		put_signed(to, value_timetz_instant(v));
		break;
	case RANK_LIST:
		for (i = 0; i < v.count; i++)
			value_encode_key(to, v.items[i]);
		buf_put_byte(to, 0);
		break;
	default:
		assert(value_type_is_storable(v.type));
		put_signed(to, v.integer);
		break;
	}
}
