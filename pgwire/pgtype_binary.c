/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The binary form of scalar types, big-endian:
 *
 *     bool        1 byte                      int2 int4 int8   the integer
 *     float4/8    IEEE 754                    text varchar …   the bytes
 *     date        int32 days                  time timestamp…  int64 microseconds
 *     timetz      int64, int32 seconds west   interval         int64 µs, int32 days, int32 months
 *     uuid        16 bytes                    json             the text
 *     jsonb       version byte 1, the text
 *     numeric     int16 count, weight, sign, scale; that many int16 digits to the base 10000
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "pgwire/inbuf.h"
#include "pgwire/outbuf.h"
#include "pgwire/pgtype_forms.h"

#define JSONB_VERSION 1 /* of jsonpath, too */
#define NUMERIC_NEGATIVE 0x4000
#define NUMERIC_NAN 0xC000
#define NUMERIC_INFINITY 0xD000
#define NUMERIC_MINUS_INFINITY 0xF000

/* --- out ---------------------------------------------------------------------------------- */

static void put_real(struct buf *b, const struct pgtype *type, double x)
{
	union {
		float value;
		uint32_t bits;
	} single = { (float)x };
	union {
		double value;
		uint64_t bits;
	} whole = { x };

	if (type->oid == PGTYPE_FLOAT4)
		outbuf_u32(b, single.bits);
	else
		outbuf_u64(b, whole.bits);
}

static void put_numeric(struct buf *b, const struct decimal *d)
{
	struct buf room = { 0 };
	struct decimal_groups g;
	uint16_t sign;

	decimal_to_groups(&room, d, &g);
	if (g.kind == DECIMAL_NAN)
		sign = NUMERIC_NAN;
	else if (g.kind == DECIMAL_INFINITE)
		sign = g.is_negative ? NUMERIC_MINUS_INFINITY : NUMERIC_INFINITY;
	else
		sign = g.is_negative ? NUMERIC_NEGATIVE : 0;
	outbuf_u16(b, (uint16_t)g.count);
	outbuf_u16(b, (uint16_t)g.weight);
	outbuf_u16(b, sign);
	outbuf_u16(b, g.scale);
	for (uint32_t i = 0; i < g.count; i++)
		outbuf_u16(b, g.groups[i]);
	buf_free(&room);
}

/* "(block,item)" as four bytes and two. */
static void put_tid(struct buf *b, struct str text)
{
	uint32_t part[2] = { 0 }, which = 0;

	for (uint32_t i = 0; i < text.length; i++) {
		if (text.at[i] == ',')
			which = 1;
		else if (text.at[i] >= '0' && text.at[i] <= '9')
			part[which] = part[which] * 10 + (uint32_t)(text.at[i] - '0');
	}
	outbuf_u32(b, part[0]);
	outbuf_u16(b, (uint16_t)part[1]);
}

void pgtype_binary_put(struct buf *b, const struct pgtype *type, const struct pgtype_datum *d)
{
	switch ((enum pgtype_form)type->form) {
	case PGTYPE_FORM_BOOLEAN:
		buf_put_byte(b, d->boolean);
		return;
	case PGTYPE_FORM_INTEGER:
		if (type->size == 2)
			outbuf_u16(b, (uint16_t)d->integer);
		else if (type->size == 4)
			outbuf_u32(b, (uint32_t)d->integer);
		else
			outbuf_u64(b, (uint64_t)d->integer);
		return;
	case PGTYPE_FORM_REAL:
		put_real(b, type, d->real);
		return;
	case PGTYPE_FORM_DECIMAL:
		put_numeric(b, d->decimal);
		return;
	case PGTYPE_FORM_TEXT:
		if (type->oid == PGTYPE_TID) {
			put_tid(b, d->text);
			return;
		}
		if (type->oid == PGTYPE_JSONB || type->oid == PGTYPE_JSONPATH)
			buf_put_byte(b, JSONB_VERSION);
		buf_put_str(b, d->text);
		return;
	case PGTYPE_FORM_BYTES:
		buf_put_str(b, d->text);
		return;
	case PGTYPE_FORM_INTERVAL:
		outbuf_u64(b, (uint64_t)d->interval.microseconds);
		outbuf_u32(b, (uint32_t)d->interval.days);
		outbuf_u32(b, (uint32_t)d->interval.months);
		return;
	case PGTYPE_FORM_TIMETZ:
		outbuf_u64(b, (uint64_t)d->timetz.time_us);
		outbuf_u32(b, (uint32_t)d->timetz.zone_west_s);
		return;
	case PGTYPE_FORM_UUID:
		buf_put(b, d->uuid, sizeof d->uuid);
		return;
	case PGTYPE_FORM_VOID:
		return;
	case PGTYPE_FORM_ARRAY:
		break;
	}
	unreachable();
}

/* --- in ----------------------------------------------------------------------------------- */

static double get_real(const struct pgtype *type, struct inbuf *in)
{
	union {
		uint32_t bits;
		float value;
	} single;
	union {
		uint64_t bits;
		double value;
	} whole;

	if (type->oid == PGTYPE_FLOAT4) {
		single.bits = inbuf_u32(in);
		return (double)single.value;
	}
	whole.bits = inbuf_u64(in);
	return whole.value;
}

static enum sqlstate get_numeric(
	struct inbuf *in, struct arena *a, const struct decimal **out, struct error *e)
{
	struct decimal_groups groups = { .count = inbuf_u16(in) };
	uint16_t *digits, sign;

	groups.weight = (int16_t)inbuf_u16(in);
	sign = inbuf_u16(in);
	groups.scale = inbuf_u16(in);
	if (in->is_bad || inbuf_left(in) != (size_t)groups.count * 2) {
		in->is_bad = true;
		return OK;
	}
	digits = arena_alloc_raw(a, sizeof *digits * ((size_t)groups.count + 1));
	for (uint32_t i = 0; i < groups.count; i++)
		digits[i] = inbuf_u16(in);
	groups.groups = digits;
	groups.is_negative = sign == NUMERIC_NEGATIVE || sign == NUMERIC_MINUS_INFINITY;
	if (sign == NUMERIC_NAN)
		groups.kind = DECIMAL_NAN;
	else if (sign == NUMERIC_INFINITY || sign == NUMERIC_MINUS_INFINITY)
		groups.kind = DECIMAL_INFINITE;
	else if (sign != 0 && sign != NUMERIC_NEGATIVE)
		return FAIL(
			e, E_BINARY_REPRESENTATION, "invalid sign in external \"numeric\" value");
	return decimal_of_groups(a, &groups, out, e);
}

static bool is_time_of_day(int64_t us)
{
	return us >= 0 && us <= USECS_PER_DAY;
}

/* Whether a date or time that came as a bare integer is one that can be. */
static bool is_in_range(const struct pgtype *type, int64_t x)
{
	switch (type->oid) {
	case PGTYPE_DATE:
		return !date_is_finite((int32_t)x) || (x >= DATE_MIN && x <= DATE_MAX);
	case PGTYPE_TIME:
		return is_time_of_day(x);
	case PGTYPE_TIMESTAMP:
	case PGTYPE_TIMESTAMPTZ:
		return !timestamp_is_finite(x) || (x >= TIMESTAMP_MIN && x < TIMESTAMP_END);
	default:
		return true;
	}
}

static int64_t get_integer(const struct pgtype *type, struct inbuf *in)
{
	if (type->size == 2)
		return (int16_t)inbuf_u16(in);
	if (pgtype_is_number_of_object(type))
		return inbuf_u32(in);
	if (type->size == 4)
		return (int32_t)inbuf_u32(in);
	return (int64_t)inbuf_u64(in);
}

static void get_tid(struct inbuf *in, struct arena *a, struct pgtype_datum *d)
{
	uint32_t block = inbuf_u32(in), item = inbuf_u16(in);

	d->text = arena_printf(a, "(%u,%u)", block, item);
}

static enum sqlstate get_text(
	const struct pgtype *type, struct inbuf *in, struct pgtype_datum *d, struct error *e)
{
	if ((type->oid == PGTYPE_JSONB || type->oid == PGTYPE_JSONPATH) &&
		inbuf_u8(in) != JSONB_VERSION)
		return FAIL(e, E_BINARY_REPRESENTATION, "unsupported jsonb version number");
	d->text = (struct str){ (const char *)in->at, (uint32_t)inbuf_left(in) };
	in->at = in->end;
	return pgtype_check_text(d->text, e);
}

static enum sqlstate check_datum(
	const struct pgtype *type, const struct pgtype_datum *d, struct error *e)
{
	if (type->form == PGTYPE_FORM_INTEGER && !is_in_range(type, d->integer))
		return FAIL(e, E_DATETIME_OVERFLOW, "%s out of range", type->name);
	if (type->form == PGTYPE_FORM_TIMETZ && !is_time_of_day(d->timetz.time_us))
		return FAIL(e, E_DATETIME_OVERFLOW, "time out of range");
	if (type->form == PGTYPE_FORM_TIMETZ &&
		(d->timetz.zone_west_s <= -16 * 3600 || d->timetz.zone_west_s >= 16 * 3600))
		return FAIL(e, E_DATETIME_OVERFLOW, "time zone displacement out of range");
	return OK;
}

enum sqlstate pgtype_binary_get(const struct pgtype *type, struct str input, struct arena *a,
	struct pgtype_datum *d, struct error *e)
{
	struct inbuf in = inbuf_over(input.at, input.length);
	const uint8_t *uuid;

	switch ((enum pgtype_form)type->form) {
	case PGTYPE_FORM_BOOLEAN:
		d->boolean = inbuf_u8(&in) != 0;
		break;
	case PGTYPE_FORM_INTEGER:
		d->integer = get_integer(type, &in);
		break;
	case PGTYPE_FORM_REAL:
		d->real = get_real(type, &in);
		break;
	case PGTYPE_FORM_DECIMAL:
		TRY(get_numeric(&in, a, &d->decimal, e));
		break;
	case PGTYPE_FORM_TEXT:
		if (type->oid == PGTYPE_TID) {
			get_tid(&in, a, d);
			break;
		}
		TRY(get_text(type, &in, d, e));
		break;
	case PGTYPE_FORM_BYTES:
		d->text = input;
		in.at = in.end;
		break;
	case PGTYPE_FORM_INTERVAL:
		d->interval.microseconds = (int64_t)inbuf_u64(&in);
		d->interval.days = (int32_t)inbuf_u32(&in);
		d->interval.months = (int32_t)inbuf_u32(&in);
		break;
	case PGTYPE_FORM_TIMETZ:
		d->timetz.time_us = (int64_t)inbuf_u64(&in);
		d->timetz.zone_west_s = (int32_t)inbuf_u32(&in);
		break;
	case PGTYPE_FORM_UUID:
		uuid = inbuf_bytes(&in, sizeof d->uuid);
		if (uuid != NULL)
			memcpy(d->uuid, uuid, sizeof d->uuid);
		break;
	case PGTYPE_FORM_VOID:
		break;
	case PGTYPE_FORM_ARRAY:
		unreachable();
	}
	if (!inbuf_end(&in))
		return pgtype_fail_binary(type, e);
	return check_datum(type, d, e);
}
