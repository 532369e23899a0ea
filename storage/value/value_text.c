/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Values as error messages show them: PostgreSQL's text forms, instants in UTC.
 */
#include <string.h>

#include "base/datetime.h"
#include "base/decimal.h"
#include "base/interval.h"
#include "base/number.h"
#include "base/zone.h"
#include "storage/value.h"

static void put_hex(struct buf *to, const uint8_t *bytes, uint32_t count)
{
	static const char digits[] = "0123456789abcdef";

	for (uint32_t i = 0; i < count; i++) {
		buf_put_byte(to, (uint8_t)digits[bytes[i] >> 4]);
		buf_put_byte(to, (uint8_t)digits[bytes[i] & 15]);
	}
}

static void put_list(struct buf *to, struct value v)
{
	for (uint32_t i = 0; i < v.count; i++) {
		buf_put_byte(to, i == 0 ? '{' : ',');
		value_put_text(to, v.items[i]);
	}
	buf_put_text(to, v.count == 0 ? "{}" : "}");
}

static void put_duration(struct buf *to, const struct value_duration *d)
{
	struct interval interval = {
		.months = d->months, .days = d->days, .microseconds = d->microseconds
	};

	interval_put(to, &interval);
}

void value_put_text(struct buf *to, struct value v)
{
	switch (v.type) {
	case VALUE_NULL:
		buf_put_text(to, "null");
		return;
	case VALUE_BOOL:
		buf_put_text(to, v.boolean ? "t" : "f");
		return;
	case VALUE_INT:
		number_put_int64(to, v.integer);
		return;
	case VALUE_FLOAT:
		number_put_double(to, v.real);
		return;
	case VALUE_DECIMAL:
		decimal_put(to, v.decimal);
		return;
	case VALUE_STRING:
		buf_put_str(to, value_str(v));
		return;
	case VALUE_BYTES:
		buf_put_text(to, "\\x");
		put_hex(to, (const uint8_t *)v.bytes, v.count);
		return;
	case VALUE_DATE:
		date_put(to, (int32_t)v.integer, date_style_iso);
		return;
	case VALUE_TIME:
		time_put(to, v.integer);
		return;
	case VALUE_TIMETZ:
		timetz_put(to, &(struct timetz){ v.integer, (int32_t)v.count });
		return;
	case VALUE_TIMESTAMP:
		timestamp_put(to, v.integer, date_style_iso);
		return;
	case VALUE_TIMESTAMPTZ:
		timestamptz_put(to, v.integer, &zone_utc, date_style_iso);
		return;
	case VALUE_DURATION:
		put_duration(to, v.duration);
		return;
	case VALUE_UUID:
		put_hex(to, v.uuid, 16);
		return;
	case VALUE_LIST:
		put_list(to, v);
		return;
	default:
		buf_put_text(to, value_type_name((enum value_type)v.type));
		return;
	}
}
