/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Moments: see moment.h. A date has four ways to be written in parts, and the most specific part
 * that a map names decides which one is meant:
 *
 *     year week dayOfWeek  ·  year ordinalDay  ·  year quarter dayOfQuarter  ·  year month day
 *
 * Invariants
 *  D1. time_us is within the day; days may be of any year until a value is made of them.
 */
#include "query/eval/moment.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/datetime.h"
#include "base/interval.h"
#include "base/number.h"
#include "base/zone.h"
#include "query/eval/cast.h"

enum part {
	PART_YEAR,
	PART_QUARTER,
	PART_MONTH,
	PART_WEEK,
	PART_DAY,
	PART_DAY_OF_WEEK,
	PART_DAY_OF_QUARTER,
	PART_ORDINAL_DAY,
	PART_HOUR,
	PART_MINUTE,
	PART_SECOND,
	PART_MILLISECOND,
	PART_MICROSECOND,
	PART_NANOSECOND,
	PART_EPOCH_SECONDS,
	PART_EPOCH_MILLIS,
	PART_COUNT,
};

/* A number's least and most value; those of days and weeks are looked at again for the year. */
static const struct {
	const char *name;
	int64_t least, most;
} parts[PART_COUNT] = {
	{ "year", -4713, 294276 },
	{ "quarter", 1, 4 },
	{ "month", 1, 12 },
	{ "week", 1, 53 },
	{ "day", 1, 31 },
	{ "dayOfWeek", 1, 7 },
	{ "dayOfQuarter", 1, 92 },
	{ "ordinalDay", 1, 366 },
	{ "hour", 0, 23 },
	{ "minute", 0, 59 },
	{ "second", 0, 59 },
	{ "millisecond", 0, 999 },
	{ "microsecond", 0, 999999 },
	{ "nanosecond", 0, 999999999 },
	{ "epochSeconds", INT64_MIN / USECS_PER_SECOND, INT64_MAX / USECS_PER_SECOND },
	{ "epochMillis", INT64_MIN / 1000, INT64_MAX / 1000 },
};

/* What a map says. */
struct parts {
	int64_t value[PART_COUNT];
	bool has[PART_COUNT];
	struct value date, time, zone; /* NULL where it says nothing */
};

/* ---- the calendar by weeks ---- */

int64_t moment_weekday(int64_t days)
{
	return ((days + 5) % 7 + 7) % 7 + 1; /* 2000-01-01 was a Saturday */
}

/* The week belongs to the year that has its Thursday. */
int64_t moment_week_year(int64_t days)
{
	struct civil at;

	date_split(days - moment_weekday(days) + 4, &at);
	return at.year;
}

/* The Monday of week 1: the week of January the fourth. */
static int64_t week_one(int64_t year)
{
	int64_t fourth = date_of(year, 1, 4);

	return fourth - moment_weekday(fourth) + 1;
}

int64_t moment_week(int64_t days)
{
	return (days - week_one(moment_week_year(days))) / 7 + 1;
}

/* ---- values ---- */

static COLD enum sqlstate out_of_range(struct error *e)
{
	return FAIL(e, E_DATETIME_OVERFLOW, "date/time field value out of range");
}

enum sqlstate moment_of_value(struct eval *ev, struct value v, struct moment *m, struct error *e)
{
	int64_t local = v.integer;

	*m = (struct moment){ 0 };
	switch (v.type) {
	case VALUE_DATE:
		m->has_date = true;
		m->days = v.integer;
		return date_is_finite((int32_t)v.integer) ? OK : out_of_range(e);
	case VALUE_TIMETZ:
		m->has_offset = true;
		m->offset_s = -(int32_t)v.count;
		FALLTHROUGH;
	case VALUE_TIME:
		m->has_time = true;
		m->time_us = v.integer;
		return OK;
	case VALUE_TIMESTAMPTZ:
		m->has_offset = true;
		m->offset_s = zone_offset_at_instant(eval_zone(ev), v.integer);
		local = timestamp_to_local(v.integer, eval_zone(ev));
		FALLTHROUGH;
	case VALUE_TIMESTAMP:
		if (!timestamp_is_finite(local))
			return out_of_range(e);
		m->has_date = m->has_time = true;
		m->days = timestamp_to_date(local);
		m->time_us = timestamp_to_time(local);
		return OK;
	default:
		return FAIL(e, E_TYPE, "a value of type %s is no date or time",
			value_type_name(v.type));
	}
}

static enum sqlstate local_of(const struct moment *m, int64_t *local, struct error *e)
{
	if (__builtin_mul_overflow(m->days, USECS_PER_DAY, local) ||
		__builtin_add_overflow(*local, m->time_us, local) || *local < TIMESTAMP_MIN ||
		*local >= TIMESTAMP_END)
		return FAIL(e, E_DATETIME_OVERFLOW, "timestamp out of range");
	return OK;
}

enum sqlstate moment_to_value(struct eval *ev, const struct moment *m, enum value_type type,
	struct value *out, struct error *e)
{
	const struct zone *zone = eval_zone(ev);
	int64_t local;

	*out = (struct value){ .type = (uint8_t)type };
	switch (type) {
	case VALUE_DATE:
		if (m->days < DATE_MIN || m->days > DATE_MAX)
			return FAIL(e, E_DATETIME_OVERFLOW, "date out of range");
		out->integer = m->days;
		return OK;
	case VALUE_TIME:
		out->integer = m->time_us;
		return OK;
	case VALUE_TIMETZ:
		out->integer = m->time_us;
		out->count =
			(uint32_t)(m->has_offset ? -m->offset_s
						 : -zone_offset_at_instant(zone, eval_now(ev)));
		return OK;
	default:
		TRY(local_of(m, &local, e));
		out->integer = local;
		if (type == VALUE_TIMESTAMP)
			return OK;
		if (!m->has_offset)
			return timestamp_to_instant(local, zone, &out->integer, e);
		out->integer = local - m->offset_s * USECS_PER_SECOND;
		return OK;
	}
}

/* ---- maps ---- */

static enum sqlstate read_part(struct str key, struct value v, struct parts *p, struct error *e)
{
	for (int i = 0; i < PART_COUNT; i++) {
		if (!str_equal_nocase(key, str_of(parts[i].name)))
			continue;
		if (v.type != VALUE_INT)
			return FAIL(e, E_TYPE, "%s must be an integer", parts[i].name);
		if (v.integer < parts[i].least || v.integer > parts[i].most)
			return FAIL(e, E_DATETIME_OVERFLOW, "%s out of range", parts[i].name);
		p->value[i] = v.integer;
		p->has[i] = true;
		return OK;
	}
	return FAIL(e, E_INVALID_VALUE, "\"%.*s\" is no part of a date or time",
		(int)MIN_OF(key.length, 100u), key.at);
}

static enum sqlstate read_parts(struct value map, struct parts *p, struct error *e)
{
	memset(p, 0, sizeof *p);
	for (uint32_t i = 0; i < map.count; i++) {
		struct str key = map.entries[i].key;
		struct value v = map.entries[i].value;

		if (str_equal_nocase(key, STR("date")))
			p->date = v;
		else if (str_equal_nocase(key, STR("time")))
			p->time = v;
		else if (str_equal_nocase(key, STR("datetime")))
			p->date = p->time = v;
		else if (str_equal_nocase(key, STR("timezone")))
			p->zone = v;
		else if (v.type != VALUE_NULL)
			TRY(read_part(key, v, p, e));
	}
	return OK;
}

static int64_t part_or(const struct parts *p, enum part which, int64_t otherwise)
{
	return p->has[which] ? p->value[which] : otherwise;
}

static enum sqlstate set_week(const struct parts *p, struct moment *m, struct error *e)
{
	bool is_new = !m->has_date;
	int64_t year = part_or(p, PART_YEAR, is_new ? 0 : moment_week_year(m->days));
	int64_t week = part_or(p, PART_WEEK, is_new ? 1 : moment_week(m->days));
	int64_t weekday = part_or(p, PART_DAY_OF_WEEK, is_new ? 1 : moment_weekday(m->days));

	m->days = week_one(year) + (week - 1) * 7 + weekday - 1;
	return moment_week_year(m->days) == year ? OK : out_of_range(e);
}

static enum sqlstate set_quarter(
	const struct parts *p, const struct civil *was, struct moment *m, struct error *e)
{
	int64_t year = part_or(p, PART_YEAR, was->year);
	int64_t quarter = part_or(p, PART_QUARTER, (was->month - 1) / 3 + 1);
	int64_t first = date_of(year, quarter * 3 - 2, 1);
	int64_t month;

	if (p->has[PART_DAY_OF_QUARTER]) {
		m->days = first + p->value[PART_DAY_OF_QUARTER] - 1;
		return m->days < date_of(year, quarter * 3 + 1, 1) ? OK : out_of_range(e);
	}
	/* The same month of the quarter, and its day. */
	month = quarter * 3 - 2 + (was->month - 1) % 3;
	m->days = date_of(year, month, part_or(p, PART_DAY, was->day));
	return part_or(p, PART_DAY, was->day) <= month_days(year, (int32_t)month) ? OK
										  : out_of_range(e);
}

static enum sqlstate set_date(const struct parts *p, struct moment *m, struct error *e)
{
	struct civil was = { .year = 0, .month = 1, .day = 1 };
	int64_t year, month, day;

	if (!m->has_date && !p->has[PART_YEAR])
		return FAIL(e, E_INVALID_VALUE, "a date needs a year");
	if (m->has_date)
		date_split(m->days, &was);
	year = part_or(p, PART_YEAR, was.year);
	if (p->has[PART_WEEK] || p->has[PART_DAY_OF_WEEK])
		return set_week(p, m, e);
	if (p->has[PART_ORDINAL_DAY]) {
		m->days = date_of(year, 1, 1) + p->value[PART_ORDINAL_DAY] - 1;
		return m->days < date_of(year + 1, 1, 1) ? OK : out_of_range(e);
	}
	if (p->has[PART_QUARTER] || p->has[PART_DAY_OF_QUARTER])
		return set_quarter(p, &was, m, e);
	month = part_or(p, PART_MONTH, was.month);
	day = part_or(p, PART_DAY, was.day);
	m->days = date_of(year, month, day);
	return day <= month_days(year, (int32_t)month) ? OK : out_of_range(e);
}

static void set_clock(const struct parts *p, struct moment *m)
{
	struct civil was;
	int64_t fraction;

	time_split(m->time_us, &was);
	fraction = was.microsecond;
	if (p->has[PART_MILLISECOND])
		fraction = p->value[PART_MILLISECOND] * 1000;
	if (p->has[PART_MICROSECOND])
		fraction = p->value[PART_MICROSECOND] +
			   (p->has[PART_MILLISECOND] ? fraction : fraction / 1000 * 1000);
	if (p->has[PART_MICROSECOND] && p->value[PART_MICROSECOND] >= 1000)
		fraction = p->value[PART_MICROSECOND];
	if (p->has[PART_NANOSECOND])
		fraction += p->value[PART_NANOSECOND] / 1000;
	m->time_us = part_or(p, PART_HOUR, was.hour) * USECS_PER_HOUR +
		     part_or(p, PART_MINUTE, was.minute) * USECS_PER_MINUTE +
		     part_or(p, PART_SECOND, was.second) * USECS_PER_SECOND +
		     MIN_OF(fraction, USECS_PER_SECOND - 1);
}

/* '+01:00' or a name; of a name, the offset at that local time. */
static enum sqlstate offset_of(
	struct value text, const struct moment *m, int32_t *offset, struct error *e)
{
	char clock[ZONE_NAME_MAX];
	struct timetz t;
	struct zone zone;
	int64_t local;

	if (text.type != VALUE_STRING)
		return FAIL(e, E_TYPE, "timezone must be a string");
	if (text.count > 0 && text.count < ZONE_NAME_MAX - 8 &&
		strchr("+-Zz", text.bytes[0]) != NULL) {
		snprintf(clock, sizeof clock, "00:00%.*s", (int)text.count, text.bytes);
		TRY(timetz_parse(str_of(clock), DATE_ORDER_MDY, &zone_utc, &t, e));
		*offset = -t.zone_west_s;
		return OK;
	}
	TRY(zone_parse(value_str(text), &zone, e));
	TRY(local_of(m, &local, e));
	*offset = zone_offset_at_local(&zone, local);
	return OK;
}

static void shift_clock(struct moment *m, int64_t seconds)
{
	int64_t time = m->time_us + seconds * USECS_PER_SECOND;

	while (time < 0 || time >= USECS_PER_DAY) {
		m->days += time < 0 ? -1 : 1;
		time += time < 0 ? USECS_PER_DAY : -USECS_PER_DAY;
	}
	m->time_us = time;
}

/* The values that a map brings, and the epoch's count. */
static enum sqlstate set_bases(
	struct eval *ev, const struct parts *p, struct moment *m, struct error *e)
{
	struct moment base;
	int64_t us;

	if (p->date.type != VALUE_NULL) {
		TRY(moment_of_value(ev, p->date, &base, e));
		if (!base.has_date)
			return FAIL(e, E_TYPE, "date must be a date");
		m->days = base.days;
		m->has_date = true;
	}
	if (p->time.type != VALUE_NULL) {
		TRY(moment_of_value(ev, p->time, &base, e));
		m->time_us = base.time_us;
		m->offset_s = base.offset_s;
		m->has_offset = base.has_offset;
		m->has_time = true;
	}
	if (!p->has[PART_EPOCH_SECONDS] && !p->has[PART_EPOCH_MILLIS])
		return OK;
	if (__builtin_add_overflow(p->value[PART_EPOCH_SECONDS] * USECS_PER_SECOND,
		    p->value[PART_EPOCH_MILLIS] * 1000, &us) ||
		__builtin_add_overflow(us, UNIX_EPOCH_USECS, &us) || us < TIMESTAMP_MIN ||
		us >= TIMESTAMP_END)
		return out_of_range(e);
	*m = (struct moment){ timestamp_to_date(us), timestamp_to_time(us), 0, true, true, true };
	return OK;
}

enum sqlstate moment_set(struct eval *ev, struct value map, struct moment *m, struct error *e)
{
	struct parts p;
	bool is_dated = m->has_date;
	bool is_moved;
	int32_t offset = 0;

	TRY(read_parts(map, &p, e));
	TRY(set_bases(ev, &p, m, e));
	for (int i = PART_YEAR; i <= PART_ORDINAL_DAY; i++)
		is_dated |= p.has[i];
	if (is_dated || m->has_date) {
		TRY(set_date(&p, m, e));
		m->has_date = true;
	}
	if (p.zone.type != VALUE_NULL) {
		TRY(offset_of(p.zone, m, &offset, e));
		is_moved =
			m->has_offset && (p.time.type != VALUE_NULL || p.has[PART_EPOCH_SECONDS] ||
						 p.has[PART_EPOCH_MILLIS]);
		if (is_moved)
			shift_clock(m, offset - m->offset_s);
		m->offset_s = offset;
		m->has_offset = true;
	}
	set_clock(&p, m);
	return OK;
}

/* ---- truncation ---- */

static bool truncate_clock(struct moment *m, struct str unit)
{
	static const struct {
		const char *name;
		int64_t us;
	} clocks[] = { { "day", USECS_PER_DAY }, { "hour", USECS_PER_HOUR },
		{ "minute", USECS_PER_MINUTE }, { "second", USECS_PER_SECOND },
		{ "millisecond", 1000 }, { "microsecond", 1 } };

	for (size_t i = 0; i < ARRAY_COUNT(clocks); i++) {
		if (str_equal_nocase(unit, str_of(clocks[i].name))) {
			m->time_us -= m->time_us % clocks[i].us;
			return true;
		}
	}
	return false;
}

/* The largest multiple of `step` that is not above. */
static int64_t floor_to(int64_t value, int64_t step)
{
	int64_t rest = value % step;

	return value - (rest < 0 ? rest + step : rest);
}

enum sqlstate moment_truncate(struct moment *m, struct str unit, struct error *e)
{
	static const struct {
		const char *name;
		int64_t years;
	} spans[] = { { "millennium", 1000 }, { "century", 100 }, { "decade", 10 }, { "year", 1 } };
	struct civil c;

	if (truncate_clock(m, unit))
		return OK;
	date_split(m->days, &c);
	m->time_us = 0;
	for (size_t i = 0; i < ARRAY_COUNT(spans); i++) {
		if (str_equal_nocase(unit, str_of(spans[i].name))) {
			m->days = date_of(floor_to(c.year, spans[i].years), 1, 1);
			return OK;
		}
	}
	if (str_equal_nocase(unit, STR("weekYear")))
		m->days = week_one(moment_week_year(m->days));
	else if (str_equal_nocase(unit, STR("quarter")))
		m->days = date_of(c.year, (c.month - 1) / 3 * 3 + 1, 1);
	else if (str_equal_nocase(unit, STR("month")))
		m->days = date_of(c.year, c.month, 1);
	else if (str_equal_nocase(unit, STR("week")))
		m->days -= moment_weekday(m->days) - 1;
	else
		return FAIL(e, E_INVALID_VALUE, "unit \"%.*s\" not recognized",
			(int)MIN_OF(unit.length, 60u), unit.at);
	return OK;
}

/* ---- text ---- */

struct iso_reader {
	const char *at, *end;
};

static size_t digits_at(const struct iso_reader *r, size_t from)
{
	size_t n = 0;

	while (r->at + from + n < r->end && r->at[from + n] >= '0' && r->at[from + n] <= '9')
		n++;
	return n;
}

static int64_t take_number(struct iso_reader *r, size_t digits)
{
	int64_t value = 0;

	for (; digits > 0; digits--)
		value = value * 10 + (*r->at++ - '0');
	return value;
}

static bool is_next(const struct iso_reader *r, size_t from, char c)
{
	return r->at + from < r->end && r->at[from] == c;
}

static bool is_date_end(const struct iso_reader *r)
{
	return r->at == r->end || *r->at == 'T';
}

/* 'W30', 'W302' or 'W30-2' behind the year. */
static bool take_week(struct iso_reader *r, int64_t year, int64_t *days)
{
	int64_t week, weekday = 1;
	size_t n = digits_at(r, 1);

	if (n != 2 && n != 3)
		return false;
	r->at++;
	week = take_number(r, 2);
	if (n == 2 && is_next(r, 0, '-') && digits_at(r, 1) == 1) {
		r->at++;
		n = 3;
	}
	if (n == 3)
		weekday = take_number(r, 1);
	*days = week_one(year) + (week - 1) * 7 + weekday - 1;
	return weekday >= 1 && weekday <= 7 && moment_week_year(*days) == year;
}

static bool take_month_day(struct iso_reader *r, int64_t year, bool has_day, int64_t *days)
{
	int64_t month = take_number(r, 2), day = 1;

	if (has_day) {
		r->at += is_next(r, 0, '-');
		day = take_number(r, 2);
	}
	*days = date_of(year, month, day);
	return month >= 1 && month <= 12 && day >= 1 && day <= month_days(year, (int32_t)month);
}

/* A date in any form with four digits of year. */
static bool take_iso_date(struct iso_reader *r, int64_t *days)
{
	size_t n = digits_at(r, 0);
	int64_t year, ordinal;
	bool is_ordinal, has_dash;

	if (n < 4 || n > 8 || n == 5)
		return false;
	year = take_number(r, 4);
	if (n == 8 || n == 6)
		return take_month_day(r, year, n == 8, days);
	*days = date_of(year, 1, 1);
	has_dash = n == 4 && is_next(r, 0, '-');
	if (n == 4 && is_next(r, has_dash, 'W')) {
		r->at += has_dash;
		return take_week(r, year, days);
	}
	is_ordinal = n == 7 || (has_dash && digits_at(r, 1) == 3);
	if (!has_dash && !is_ordinal)
		return true;
	r->at += has_dash;
	if (is_ordinal) {
		ordinal = take_number(r, 3);
		*days += ordinal - 1;
		return ordinal >= 1 && *days < date_of(year + 1, 1, 1);
	}
	if (digits_at(r, 0) != 2)
		return false;
	return take_month_day(r, year, is_next(r, 2, '-') && digits_at(r, 3) == 2, days);
}

/* Writes 'HH', 'HHMM' and 'HHMMSS' with colons; what follows stays. */
static void put_iso_time(struct iso_reader *r, char *to, size_t size)
{
	size_t n = digits_at(r, 0);
	int rest;

	if (n == 2 && is_next(r, 2, ':'))
		n = 0;
	if (n != 2 && n != 4 && n != 6)
		n = 0;
	rest = (int)(r->end - r->at - (ptrdiff_t)n);
	if (n == 0)
		snprintf(to, size, "%.*s", rest, r->at);
	else
		snprintf(to, size, "%.2s:%.2s%s%.*s%.*s", r->at, n > 2 ? r->at + 2 : "00",
			n > 4 ? ":" : "", n > 4 ? 2 : 0, r->at + (n > 4 ? 4 : 0), rest, r->at + n);
}

struct str moment_iso_text(struct str text, bool is_time, char buffer[MOMENT_TEXT_MAX])
{
	struct iso_reader r = { text.at, text.at + text.length };
	struct civil c;
	int64_t days;
	int length = 0;

	if (text.length == 0 || text.length > MOMENT_TEXT_MAX / 2)
		return text;
	if (!is_time) {
		if (!take_iso_date(&r, &days) || !is_date_end(&r))
			return text;
		date_split(days, &c);
		length =
			snprintf(buffer, MOMENT_TEXT_MAX, "%04d-%02d-%02d", c.year, c.month, c.day);
		if (r.at == r.end)
			return str_of(buffer);
		r.at++;
		buffer[length++] = 'T';
	}
	put_iso_time(&r, buffer + length, (size_t)(MOMENT_TEXT_MAX - length));
	return str_of(buffer);
}

static void put_amount(struct buf *to, int64_t amount, char unit)
{
	if (amount == 0)
		return;
	number_put_int64(to, amount);
	buf_put_byte(to, (uint8_t)unit);
}

static void put_iso_duration(struct buf *to, const struct value_duration *d)
{
	int64_t us = d->microseconds, rest = us % USECS_PER_MINUTE;
	char seconds[16];
	int length;

	buf_put_byte(to, 'P');
	put_amount(to, d->months / 12, 'Y');
	put_amount(to, d->months % 12, 'M');
	put_amount(to, d->days, 'D');
	if (us == 0 && (d->months != 0 || d->days != 0))
		return;
	buf_put_byte(to, 'T');
	put_amount(to, us / USECS_PER_HOUR, 'H');
	put_amount(to, us / USECS_PER_MINUTE % 60, 'M');
	if (rest == 0 && us != 0)
		return;
	snprintf(seconds, sizeof seconds, "%s%d", rest < 0 ? "-" : "",
		(int)(imaxabs(rest) / USECS_PER_SECOND));
	buf_put_text(to, seconds);
	if (rest % USECS_PER_SECOND != 0) {
		length = snprintf(
			seconds, sizeof seconds, ".%06d", (int)(imaxabs(rest) % USECS_PER_SECOND));
		while (seconds[length - 1] == '0')
			length--;
		buf_put(to, seconds, (size_t)length);
	}
	buf_put_byte(to, 'S');
}

void moment_put(struct buf *to, struct value v, const struct zone *zone)
{
	struct timetz timetz;
	struct interval interval;

	switch (v.type) {
	case VALUE_DATE:
		date_put(to, (int32_t)v.integer, date_style_iso);
		break;
	case VALUE_TIME:
		time_put(to, v.integer);
		break;
	case VALUE_TIMETZ:
		timetz = (struct timetz){ v.integer, (int32_t)v.count };
		timetz_put(to, &timetz);
		break;
	case VALUE_TIMESTAMP:
		timestamp_put(to, v.integer, date_style_iso);
		break;
	case VALUE_TIMESTAMPTZ:
		timestamptz_put(to, v.integer, zone, date_style_iso);
		break;
	default:
		assert(v.type == VALUE_DURATION);
		interval = (struct interval){ v.duration->microseconds, v.duration->days,
			v.duration->months };
		interval_put(to, &interval);
	}
}

bool moment_put_iso(struct eval *ev, struct buf *to, struct value v)
{
	size_t from = to->length;

	switch (v.type) {
	case VALUE_DURATION:
		put_iso_duration(to, v.duration);
		return true;
	case VALUE_DATE:
	case VALUE_TIME:
	case VALUE_TIMETZ:
	case VALUE_TIMESTAMP:
	case VALUE_TIMESTAMPTZ:
		moment_put(to, v, eval_zone(ev));
		break;
	default:
		return false;
	}
	if (v.type == VALUE_DATE || v.type == VALUE_TIME)
		return true;
	for (size_t i = from; i < to->length; i++) {
		if (to->data[i] == ' ') {
			to->data[i] = 'T';
			break;
		}
	}
	if (v.type != VALUE_TIMESTAMP && to->length > from + 3 &&
		memcmp(to->data + to->length - 3, "+00", 3) == 0) {
		to->length -= 3;
		buf_put_byte(to, 'Z');
	}
	return true;
}
