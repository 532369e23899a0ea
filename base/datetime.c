/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Dates and times: conversions and the output; datetime_read.c is the input. See datetime.h.
 */
#include "base/datetime.h"

#include <stdlib.h>

#include "base/clock.h"

void timestamp_split(int64_t timestamp, struct civil *civil)
{
	assert(timestamp_is_finite(timestamp));
	date_split(date_floor_div(timestamp, USECS_PER_DAY), civil);
	time_split(timestamp_to_time(timestamp), civil);
}

enum sqlstate date_to_timestamp(int32_t date, int64_t *timestamp, struct error *e)
{
	if (!date_is_finite(date)) {
		*timestamp = date < 0 ? TIMESTAMP_MINUS_INFINITY : TIMESTAMP_INFINITY;
		return OK;
	}
	if (date >= TIMESTAMP_END / USECS_PER_DAY)
		return FAIL(e, E_DATETIME_OVERFLOW, "date out of range for timestamp");
	*timestamp = date * USECS_PER_DAY;
	return OK;
}

int32_t timestamp_to_date(int64_t timestamp)
{
	if (!timestamp_is_finite(timestamp))
		return timestamp < 0 ? DATE_MINUS_INFINITY : DATE_INFINITY;
	return (int32_t)date_floor_div(timestamp, USECS_PER_DAY);
}

int64_t timestamp_to_time(int64_t timestamp)
{
	return timestamp - date_floor_div(timestamp, USECS_PER_DAY) * USECS_PER_DAY;
}

enum sqlstate timestamp_to_instant(
	int64_t timestamp, const struct zone *zone, int64_t *instant, struct error *e)
{
	int64_t shift = zone_offset_at_local(zone, timestamp) * USECS_PER_SECOND;

	*instant = timestamp;
	if (!timestamp_is_finite(timestamp))
		return OK;
	if (__builtin_sub_overflow(timestamp, shift, instant) || *instant < TIMESTAMP_MIN ||
		*instant >= TIMESTAMP_END)
		return FAIL(e, E_DATETIME_OVERFLOW, "timestamp out of range");
	return OK;
}

int64_t timestamp_to_local(int64_t instant, const struct zone *zone)
{
	if (!timestamp_is_finite(instant))
		return instant;
	return instant + zone_offset_at_instant(zone, instant) * USECS_PER_SECOND;
}

enum sqlstate date_add_days(int32_t date, int64_t days, int32_t *sum, struct error *e)
{
	int64_t result;

	*sum = date;
	if (!date_is_finite(date))
		return OK;
	if (__builtin_add_overflow((int64_t)date, days, &result) || result < DATE_MIN ||
		result > DATE_MAX)
		return FAIL(e, E_DATETIME_OVERFLOW, "date out of range");
	*sum = (int32_t)result;
	return OK;
}

int64_t timestamp_now(void)
{
	return clock_wall_us() + UNIX_EPOCH_USECS;
}

static void put_infinity(struct buf *b, bool is_minus)
{
	buf_put_text(b, is_minus ? "-infinity" : "infinity");
}

/* A non-negative number with at least `width` digits. */
static void put_padded(struct buf *b, int64_t value, int width)
{
	char text[24];
	int at = (int)sizeof text;

	for (; value > 0 || width > 0; value /= 10, width--)
		text[--at] = (char)('0' + value % 10);
	buf_put(b, text + at, sizeof text - (size_t)at);
}

static void put_year(struct buf *b, const struct civil *civil)
{
	put_padded(b, civil->year > 0 ? civil->year : 1 - civil->year, 4);
}

/* Month and day in their order, and what is between them. */
static void put_month_and_day(
	struct buf *b, const struct civil *civil, bool is_day_first, char separator)
{
	put_padded(b, is_day_first ? civil->day : civil->month, 2);
	buf_put_byte(b, (uint8_t)separator);
	put_padded(b, is_day_first ? civil->month : civil->day, 2);
}

static void put_date(struct buf *b, const struct civil *civil, struct date_style style)
{
	static const char separators[] = { [DATE_FORMAT_ISO] = '-', [DATE_FORMAT_POSTGRES] = '-',
		[DATE_FORMAT_SQL] = '/', [DATE_FORMAT_GERMAN] = '.' };
	char separator = separators[style.format];
	bool is_day_first = style.format == DATE_FORMAT_GERMAN || style.order == DATE_ORDER_DMY;

	if (style.format == DATE_FORMAT_ISO) {
		put_year(b, civil);
		buf_put_byte(b, (uint8_t)separator);
		put_month_and_day(b, civil, false, separator);
		return;
	}
	put_month_and_day(b, civil, is_day_first, separator);
	buf_put_byte(b, (uint8_t)separator);
	put_year(b, civil);
}

static void put_era(struct buf *b, const struct civil *civil)
{
	if (civil->year <= 0)
		buf_put_text(b, " BC");
}

void datetime_put_seconds(struct buf *b, int64_t second, int64_t microsecond)
{
	buf_put_byte(b, ':');
	put_padded(b, second, 2);
	if (microsecond == 0)
		return;
	buf_put_byte(b, '.');
	put_padded(b, microsecond, 6);
	while (b->data[b->length - 1] == '0')
		b->length--;
}

static void put_time(struct buf *b, const struct civil *civil)
{
	put_padded(b, civil->hour, 2);
	buf_put_byte(b, ':');
	put_padded(b, civil->minute, 2);
	datetime_put_seconds(b, civil->second, civil->microsecond);
}

static void put_offset(struct buf *b, int32_t east_s)
{
	int32_t size = abs(east_s);

	buf_put_byte(b, east_s < 0 ? '-' : '+');
	put_padded(b, size / 3600, 2);
	if (size % 3600 == 0)
		return;
	buf_put_byte(b, ':');
	put_padded(b, size / 60 % 60, 2);
	if (size % 60 != 0)
		datetime_put_seconds(b, size % 60, 0);
}

void date_put(struct buf *b, int32_t date, struct date_style style)
{
	struct civil civil;

	if (!date_is_finite(date)) {
		put_infinity(b, date < 0);
		return;
	}
	date_split(date, &civil);
	put_date(b, &civil, style);
	put_era(b, &civil);
}

void time_put(struct buf *b, int64_t time_us)
{
	struct civil civil;

	time_split(time_us, &civil);
	put_time(b, &civil);
}

void timetz_put(struct buf *b, const struct timetz *value)
{
	time_put(b, value->time_us);
	put_offset(b, -value->zone_west_s);
}

/* 'Wed Dec 17 07:37:16 1997' */
static void put_named(
	struct buf *b, int64_t local, const struct civil *civil, struct date_style style)
{
	static const char days[7][4] = { "Sat", "Sun", "Mon", "Tue", "Wed", "Thu", "Fri" };
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };
	int32_t date = timestamp_to_date(local);

	buf_put_text(b, days[date - date_floor_div(date, 7) * 7]); /* day 0 was a Saturday */
	buf_put_byte(b, ' ');
	if (style.order == DATE_ORDER_DMY) {
		put_padded(b, civil->day, 2);
		buf_put_byte(b, ' ');
		buf_put_text(b, months[civil->month - 1]);
	} else {
		buf_put_text(b, months[civil->month - 1]);
		buf_put_byte(b, ' ');
		put_padded(b, civil->day, 2);
	}
	buf_put_byte(b, ' ');
	put_time(b, civil);
	buf_put_byte(b, ' ');
	put_year(b, civil);
}

static void put_day_and_time(
	struct buf *b, int64_t local, struct civil *civil, struct date_style style)
{
	timestamp_split(local, civil);
	if (style.format == DATE_FORMAT_POSTGRES) {
		put_named(b, local, civil, style);
		return;
	}
	put_date(b, civil, style);
	buf_put_byte(b, ' ');
	put_time(b, civil);
}

void timestamp_put(struct buf *b, int64_t timestamp, struct date_style style)
{
	struct civil civil;

	if (!timestamp_is_finite(timestamp)) {
		put_infinity(b, timestamp < 0);
		return;
	}
	put_day_and_time(b, timestamp, &civil, style);
	put_era(b, &civil);
}

void timestamptz_put(
	struct buf *b, int64_t timestamp, const struct zone *zone, struct date_style style)
{
	struct civil civil;

	if (!timestamp_is_finite(timestamp)) {
		put_infinity(b, timestamp < 0);
		return;
	}
	put_day_and_time(b, timestamp_to_local(timestamp, zone), &civil, style);
	if (style.format == DATE_FORMAT_ISO) {
		put_offset(b, zone_offset_at_instant(zone, timestamp));
	} else {
		buf_put_byte(b, ' ');
		buf_put_str(b, zone_short_name(zone, timestamp));
	}
	put_era(b, &civil);
}
