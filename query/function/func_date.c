/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * PostgreSQL's functions of dates and times that the graph language has no word for: extract and
 * date_part, age, AT TIME ZONE, make_date and its kin, date_bin, justify_days and its kin.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/datetime.h"
#include "base/interval.h"
#include "query/eval/cast.h"
#include "query/eval/moment.h"
#include "query/function/functions.h"

static struct value moment_value(enum value_type type, int64_t i)
{
	return (struct value){ .type = (uint8_t)type, .integer = i };
}

static struct value interval_value(struct eval *ev, const struct interval *i)
{
	struct value_duration *d = arena_alloc_raw(ev->arena, sizeof *d);

	*d = (struct value_duration){ i->months, i->days, i->microseconds };
	return (struct value){ .type = VALUE_DURATION, .duration = d };
}

/* As a timestamp of the session's clock; times of day on 1970-01-01. */
static int64_t local_of(struct eval *ev, struct value v)
{
	switch (v.type) {
	case VALUE_DATE:
		return v.integer * USECS_PER_DAY;
	case VALUE_TIMESTAMPTZ:
		return timestamp_to_local(v.integer, eval_zone(ev));
	case VALUE_TIME:
	case VALUE_TIMETZ:
		return UNIX_EPOCH_USECS + v.integer;
	default:
		return v.integer;
	}
}

/* ---- extract --------------------------------------------------------------------------------- */

/* A field in units of 10^-digits. */
struct field {
	int64_t units;
	uint32_t digits;
	bool is_found;
};

static struct field whole(int64_t units)
{
	return (struct field){ units, 0, true };
}

static struct field field_of_clock(struct str name, int64_t time_us)
{
	int64_t minute_us = time_us % USECS_PER_MINUTE;

	if (str_equal_nocase(name, STR("hour")))
		return whole(time_us / USECS_PER_HOUR);
	if (str_equal_nocase(name, STR("minute")))
		return whole(time_us / USECS_PER_MINUTE % 60);
	if (str_equal_nocase(name, STR("second")))
		return (struct field){ minute_us, 6, true };
	if (str_equal_nocase(name, STR("millisecond")) ||
		str_equal_nocase(name, STR("milliseconds")))
		return (struct field){ minute_us, 3, true };
	if (str_equal_nocase(name, STR("microsecond")) ||
		str_equal_nocase(name, STR("microseconds")))
		return whole(minute_us);
	return (struct field){ 0 };
}

static struct field field_of_date(struct str name, int64_t days)
{
	struct civil c;
	int64_t year;

	date_split(days, &c);
	year = c.year > 0 ? c.year : c.year - 1;
	if (str_equal_nocase(name, STR("year")))
		return whole(year);
	if (str_equal_nocase(name, STR("month")))
		return whole(c.month);
	if (str_equal_nocase(name, STR("day")))
		return whole(c.day);
	if (str_equal_nocase(name, STR("quarter")))
		return whole((c.month - 1) / 3 + 1);
	if (str_equal_nocase(name, STR("decade")))
		return whole(c.year >= 0 ? c.year / 10 : -((9 - c.year) / 10));
	if (str_equal_nocase(name, STR("century")))
		return whole(c.year > 0 ? (c.year + 99) / 100 : -((100 - c.year) / 100));
	if (str_equal_nocase(name, STR("millennium")))
		return whole(c.year > 0 ? (c.year + 999) / 1000 : -((1000 - c.year) / 1000));
	if (str_equal_nocase(name, STR("dow")))
		return whole(moment_weekday(days) % 7);
	if (str_equal_nocase(name, STR("isodow")))
		return whole(moment_weekday(days));
	if (str_equal_nocase(name, STR("doy")))
		return whole(days - date_of(c.year, 1, 1) + 1);
	if (str_equal_nocase(name, STR("week")))
		return whole(moment_week(days));
	if (str_equal_nocase(name, STR("isoyear")))
		return whole(moment_week_year(days));
	if (str_equal_nocase(name, STR("julian")))
		return whole(days + 2451545);
	return (struct field){ 0 };
}

static struct field field_of_interval(struct str name, const struct value_duration *d)
{
	if (str_equal_nocase(name, STR("year")))
		return whole(d->months / 12);
	if (str_equal_nocase(name, STR("month")))
		return whole(d->months % 12);
	if (str_equal_nocase(name, STR("day")))
		return whole(d->days);
	if (str_equal_nocase(name, STR("quarter")))
		return whole(d->months % 12 / 3 + 1);
	if (str_equal_nocase(name, STR("decade")))
		return whole(d->months / 120);
	if (str_equal_nocase(name, STR("century")))
		return whole(d->months / 1200);
	if (str_equal_nocase(name, STR("millennium")))
		return whole(d->months / 12000);
	if (str_equal_nocase(name, STR("epoch")))
		return (struct field){
			((d->months / 12 * INT64_C(36525) + d->months % 12 * INT64_C(3000)) / 100 +
				d->days) *
					USECS_PER_DAY +
				(d->months / 12 * INT64_C(36525) % 100) * USECS_PER_DAY / 100 +
				d->microseconds,
			6, true
		};
	return field_of_clock(name, d->microseconds);
}

/* Fields under the other names that they have. */
static struct str field_name(struct str name)
{
	static const char *const others[][2] = { { "years", "year" }, { "yr", "year" },
		{ "yrs", "year" }, { "y", "year" }, { "months", "month" }, { "mon", "month" },
		{ "mons", "month" }, { "days", "day" }, { "d", "day" }, { "hours", "hour" },
		{ "hr", "hour" }, { "hrs", "hour" }, { "h", "hour" }, { "minutes", "minute" },
		{ "min", "minute" }, { "mins", "minute" }, { "m", "minute" },
		{ "seconds", "second" }, { "sec", "second" }, { "secs", "second" },
		{ "s", "second" }, { "msec", "milliseconds" }, { "ms", "milliseconds" },
		{ "usec", "microseconds" }, { "us", "microseconds" }, { "weeks", "week" },
		{ "w", "week" }, { "qtr", "quarter" }, { "decades", "decade" }, { "dec", "decade" },
		{ "centuries", "century" }, { "cent", "century" }, { "c", "century" },
		{ "millennia", "millennium" }, { "mil", "millennium" },
		{ "timezone_h", "timezone_hour" }, { "timezone_m", "timezone_minute" } };

	for (size_t i = 0; i < ARRAY_COUNT(others); i++) {
		if (str_equal_nocase(name, str_of(others[i][0])))
			return str_of(others[i][1]);
	}
	return name;
}

static struct field field_of_zone(struct str name, int64_t east_s)
{
	if (str_equal_nocase(name, STR("timezone")))
		return whole(east_s);
	if (str_equal_nocase(name, STR("timezone_hour")))
		return whole(east_s / 3600);
	if (str_equal_nocase(name, STR("timezone_minute")))
		return whole(east_s / 60 % 60);
	return (struct field){ 0 };
}

static struct field field_of(struct eval *ev, struct str name, struct value v)
{
	int64_t local = local_of(ev, v), days;
	struct field f;

	name = field_name(name);

	if (v.type == VALUE_DURATION)
		return field_of_interval(name, v.duration);
	if (v.type == VALUE_DATE && str_equal_nocase(name, STR("epoch")))
		return whole((local - UNIX_EPOCH_USECS) / USECS_PER_SECOND);
	if (str_equal_nocase(name, STR("epoch")))
		return (struct field){ (v.type == VALUE_TIMESTAMPTZ ? v.integer : local) -
					       UNIX_EPOCH_USECS,
			6, true };
	if (v.type == VALUE_TIMESTAMPTZ || v.type == VALUE_TIMETZ) {
		f = field_of_zone(name, v.type == VALUE_TIMETZ
						? -(int64_t)(int32_t)v.count
						: (local - v.integer) / USECS_PER_SECOND);
		if (f.is_found)
			return f;
	}
	if (v.type != VALUE_DATE) {
		f = field_of_clock(name, timestamp_to_time(local));
		if (f.is_found)
			return f;
	}
	if (v.type == VALUE_TIME || v.type == VALUE_TIMETZ)
		return (struct field){ 0 };
	days = timestamp_to_date(local);
	return field_of_date(name, days);
}

static const char *kind_text(struct value v)
{
	switch (v.type) {
	case VALUE_DATE:
		return "date";
	case VALUE_TIME:
		return "time without time zone";
	case VALUE_TIMETZ:
		return "time with time zone";
	case VALUE_TIMESTAMP:
		return "timestamp without time zone";
	case VALUE_TIMESTAMPTZ:
		return "timestamp with time zone";
	default:
		return "interval";
	}
}

/* Some type has it. */
static bool is_known_field(struct str name)
{
	struct str plain = field_name(name);

	return field_of_clock(plain, 0).is_found || field_of_date(plain, 0).is_found ||
	       field_of_zone(plain, 0).is_found || str_equal_nocase(plain, STR("epoch"));
}

static enum sqlstate find_field(
	struct eval *ev, const struct value *args, struct field *f, struct error *e)
{
	struct str name = value_str(args[0]);

	*f = field_of(ev, name, args[1]);
	if (f->is_found)
		return OK;
	if (is_known_field(name))
		return FAIL(e, E_NOT_SUPPORTED, "unit \"%.*s\" not supported for type %s",
			STR_ARGS(name), kind_text(args[1]));
	return FAIL(e, E_INVALID_VALUE, "unit \"%.*s\" not recognized for type %s", STR_ARGS(name),
		kind_text(args[1]));
}

static bool is_infinite(struct value v)
{
	return (v.type == VALUE_DATE && !date_is_finite((int32_t)v.integer)) ||
	       ((v.type == VALUE_TIMESTAMP || v.type == VALUE_TIMESTAMPTZ) &&
		       !timestamp_is_finite(v.integer));
}

FUNCTION_ROW(date_extract)
{
	const struct decimal *d;
	struct field f;
	char text[40];
	int length;
	int64_t scale;

	*out = value_null();
	if (is_infinite(args[1]))
		return OK;
	TRY(find_field(ev, args, &f, e));
	scale = f.digits == 6 ? 1000000 : f.digits == 3 ? 1000 : 1;
	length = snprintf(text, sizeof text, "%s%lld", f.units < 0 ? "-" : "",
		(long long)llabs(f.units / scale));
	if (f.digits > 0)
		length += snprintf(text + length, sizeof text - (size_t)length, ".%0*lld",
			(int)f.digits, (long long)llabs(f.units % scale));
	TRY(decimal_parse(ev->arena, (struct str){ text, (uint32_t)length }, &d, e));
	*out = value_decimal(d);
	return OK;
}

FUNCTION_ROW(date_part)
{
	struct field f;

	*out = value_null();
	if (is_infinite(args[1]))
		return OK;
	TRY(find_field(ev, args, &f, e));
	*out = value_float((double)f.units / pow(10, f.digits));
	return OK;
}

/* ---- zones, ages, making --------------------------------------------------------------------- */

/* A zone's name, or how far it is east of UTC. */
static enum sqlstate zone_of(struct value v, struct zone *zone, struct error *e)
{
	if (v.type != VALUE_DURATION)
		return zone_parse(value_str(v), zone, e);
	if (v.duration->months != 0 || v.duration->days != 0)
		return FAIL(
			e, E_INVALID_VALUE, "interval time zone must not include months or days");
	*zone = zone_utc;
	zone->offset_s = (int32_t)(v.duration->microseconds / USECS_PER_SECOND);
	return OK;
}

static enum sqlstate timetz_at_zone(struct eval *ev, struct value v, const struct zone *zone,
	struct value *out, struct error *e)
{
	int32_t east = zone_offset_at_instant(zone, eval_now(ev));
	int64_t utc = v.integer + (int32_t)v.count * USECS_PER_SECOND;
	int64_t local = (utc + east * USECS_PER_SECOND) % USECS_PER_DAY;

	(void)e;
	*out = v;
	out->integer = local < 0 ? local + USECS_PER_DAY : local;
	out->count = (uint32_t)-east;
	return OK;
}

/* timezone(zone, x) is x AT TIME ZONE zone. */
FUNCTION_ROW(date_at_zone)
{
	struct zone zone;
	int64_t t;

	TRY(zone_of(args[0], &zone, e));
	if (args[1].type == VALUE_TIMETZ)
		return timetz_at_zone(ev, args[1], &zone, out, e);
	if (args[1].type == VALUE_TIMESTAMPTZ) {
		*out = moment_value(VALUE_TIMESTAMP, timestamp_to_local(args[1].integer, &zone));
		return OK;
	}
	TRY(timestamp_to_instant(args[1].integer, &zone, &t, e));
	*out = moment_value(VALUE_TIMESTAMPTZ, t);
	return OK;
}

/* From the earlier to the later in years, months and days as they are counted on a calendar. */
static void calendar_age(int64_t later, int64_t earlier, struct interval *out)
{
	struct civil a, b;
	int64_t months, time_us, days;
	bool is_negative = later < earlier;

	timestamp_split(is_negative ? earlier : later, &a);
	timestamp_split(is_negative ? later : earlier, &b);
	months = (a.year - b.year) * 12 + a.month - b.month;
	days = a.day - b.day;
	time_us = timestamp_to_time(is_negative ? earlier : later) -
		  timestamp_to_time(is_negative ? later : earlier);
	if (time_us < 0) {
		time_us += USECS_PER_DAY;
		days--;
	}
	if (days < 0) {
		days += month_days(b.year, b.month);
		months--;
	}
	*out = (struct interval){ time_us, (int32_t)days, (int32_t)months };
	if (is_negative)
		*out = (struct interval){ -time_us, -(int32_t)days, -(int32_t)months };
}

FUNCTION_ROW(date_age)
{
	struct interval i;
	int64_t today = timestamp_to_local(eval_now(ev), eval_zone(ev));

	today -= timestamp_to_time(today);
	if (count > 1)
		calendar_age(local_of(ev, args[0]), local_of(ev, args[1]), &i);
	else
		calendar_age(today, local_of(ev, args[0]), &i);
	*out = interval_value(ev, &i);
	return OK;
}

FUNCTION_ROW(date_make)
{
	int64_t year = args[0].integer, month = args[1].integer, day = args[2].integer;

	if (year == 0 || month < 1 || month > 12 || day < 1 || llabs(year) > 200000 ||
		day > month_days(year, (int32_t)month))
		return FAIL(e, E_DATETIME_OVERFLOW,
			"date field value out of range: %lld-%02lld-%02lld", (long long)year,
			(long long)month, (long long)day);
	*out = moment_value(VALUE_DATE, date_of(year < 0 ? year + 1 : year, month, day));
	return OK;
}

FUNCTION_ROW(date_make_timestamp)
{
	struct value date;
	double seconds = value_to_double(args[5]);
	int64_t hour = args[3].integer, minute = args[4].integer;

	TRY(date_make(ev, args, 3, &date, e));
	if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || !(seconds >= 0 && seconds <= 60))
		return FAIL(e, E_DATETIME_OVERFLOW, "time field value out of range: %lld:%02lld:%g",
			(long long)hour, (long long)minute, seconds);
	*out = moment_value(VALUE_TIMESTAMP, date.integer * USECS_PER_DAY + hour * USECS_PER_HOUR +
						     minute * USECS_PER_MINUTE +
						     (int64_t)rint(seconds * 1e6));
	return OK;
}

FUNCTION_ROW(date_is_finite_value)
{
	*out = value_bool(!is_infinite(args[0]));
	return OK;
}

/* ---- spans ----------------------------------------------------------------------------------- */

static void carry(int64_t *from, int64_t size, int64_t *to)
{
	*to += *from / size;
	*from %= size;
}

/* All parts of one sign. */
static void same_sign(int64_t *large, int64_t *small, int64_t size)
{
	if (*large > 0 && *small < 0) {
		*small += size;
		--*large;
	} else if (*large < 0 && *small > 0) {
		*small -= size;
		++*large;
	}
}

static struct value span_of(struct eval *ev, int64_t months, int64_t days, int64_t us)
{
	struct interval i = { us, (int32_t)days, (int32_t)months };

	return interval_value(ev, &i);
}

FUNCTION_ROW(date_justify_hours)
{
	const struct value_duration *d = args[0].duration;
	int64_t us = d->microseconds, days = d->days;

	(void)count, (void)e;
	carry(&us, USECS_PER_DAY, &days);
	same_sign(&days, &us, USECS_PER_DAY);
	*out = span_of(ev, d->months, days, us);
	return OK;
}

FUNCTION_ROW(date_justify_days)
{
	const struct value_duration *d = args[0].duration;
	int64_t days = d->days, months = d->months;

	(void)count, (void)e;
	carry(&days, 30, &months);
	same_sign(&months, &days, 30);
	*out = span_of(ev, months, days, d->microseconds);
	return OK;
}

FUNCTION_ROW(date_justify)
{
	const struct value_duration *d = args[0].duration;
	int64_t us = d->microseconds, days = d->days, months = d->months;

	(void)count, (void)e;
	carry(&us, USECS_PER_DAY, &days);
	carry(&days, 30, &months);
	if ((months > 0 && (days < 0 || (days == 0 && us < 0))) ||
		(months < 0 && (days > 0 || (days == 0 && us > 0)))) {
		days += months > 0 ? 30 : -30;
		months += months > 0 ? -1 : 1;
	}
	same_sign(&days, &us, USECS_PER_DAY);
	*out = span_of(ev, months, days, us);
	return OK;
}

/* The start of the stride that a moment is in, counted from another. */
FUNCTION_ROW(date_bin)
{
	const struct value_duration *d = args[0].duration;
	int64_t stride = d->days * USECS_PER_DAY + d->microseconds, from = args[2].integer, behind;

	(void)ev, (void)count;
	*out = args[1];
	if (is_infinite(args[1]))
		return OK;
	if (is_infinite(args[2]))
		return FAIL(e, E_DATETIME_OVERFLOW, "origin out of range");
	if (d->months != 0)
		return FAIL(e, E_NOT_SUPPORTED,
			"timestamps cannot be binned into intervals containing months or years");
	if (stride <= 0)
		return FAIL(e, E_DATETIME_OVERFLOW, "stride must be greater than zero");
	behind = (args[1].integer - from) % stride;
	out->integer -= behind < 0 ? behind + stride : behind;
	return OK;
}

/* make_interval(years, months, weeks, days, hours, minutes, seconds), all of them optional. */
FUNCTION_ROW(date_make_interval)
{
	int64_t n[6] = { 0 };
	double seconds = count > 6 ? value_to_double(args[6]) : 0;
	int64_t months, days;

	for (uint32_t i = 0; i < count && i < 6; i++)
		n[i] = args[i].integer;
	months = n[0] * 12 + n[1];
	days = n[2] * 7 + n[3];
	if (months != (int32_t)months || days != (int32_t)days || !(fabs(seconds) < 9e12))
		return FAIL(e, E_DATETIME_OVERFLOW, "interval out of range");
	*out = span_of(ev, months, days,
		n[4] * USECS_PER_HOUR + n[5] * USECS_PER_MINUTE + (int64_t)rint(seconds * 1e6));
	return OK;
}

FUNCTION_ROW(date_make_time)
{
	int64_t hour = args[0].integer, minute = args[1].integer;
	double seconds = value_to_double(args[2]);

	(void)ev, (void)count;
	if (hour < 0 || hour > 24 || minute < 0 || minute > 59 ||
		!(seconds >= 0 && seconds <= 60) || (hour == 24 && (minute > 0 || seconds > 0)))
		return FAIL(e, E_DATETIME_OVERFLOW,
			"time field value out of range: %lld:%02lld:%02g", (long long)hour,
			(long long)minute, seconds);
	*out = moment_value(VALUE_TIME,
		hour * USECS_PER_HOUR + minute * USECS_PER_MINUTE + (int64_t)rint(seconds * 1e6));
	return OK;
}

FUNCTION_ROW(date_make_timestamptz)
{
	struct zone zone = *eval_zone(ev);
	struct value local;
	int64_t instant;

	TRY(date_make_timestamp(ev, args, 6, &local, e));
	if (count > 6)
		TRY(zone_parse(value_str(args[6]), &zone, e));
	TRY(timestamp_to_instant(local.integer, &zone, &instant, e));
	*out = moment_value(VALUE_TIMESTAMPTZ, instant);
	return OK;
}

/* (start, end) OVERLAPS (start, end); an end may be a span. Two that only touch do not overlap. */
static enum sqlstate period(
	struct eval *ev, const struct value *args, int64_t out[2], struct error *e)
{
	struct interval i;

	out[0] = local_of(ev, args[0]);
	if (args[1].type == VALUE_DURATION) {
		i = (struct interval){ args[1].duration->microseconds, args[1].duration->days,
			args[1].duration->months };
		TRY(timestamp_add_interval(out[0], &i, &out[1], e));
		if (args[0].type == VALUE_TIME) /* goes round the clock */
			out[1] = (out[1] % USECS_PER_DAY + USECS_PER_DAY) % USECS_PER_DAY;
	} else {
		out[1] = local_of(ev, args[1]);
	}
	if (out[1] < out[0]) {
		int64_t first = out[1];

		out[1] = out[0];
		out[0] = first;
	}
	return OK;
}

FUNCTION_ROW(date_overlaps)
{
	int64_t a[2], b[2];

	(void)count;
	TRY(period(ev, args, a, e));
	TRY(period(ev, args + 2, b, e));
	*out = value_bool(a[0] == b[0] || (a[0] < b[0] ? b[0] < a[1] : a[0] < b[1]));
	return OK;
}

/* ---- date_trunc ------------------------------------------------------------------------------ */

/* Years a unit has, months, or microseconds; 0 where it is none. */
static const struct unit {
	const char *name;
	int64_t months, us;
} units[] = { { "millennium", 12000, 0 }, { "century", 1200, 0 }, { "decade", 120, 0 },
	{ "year", 12, 0 }, { "quarter", 3, 0 }, { "month", 1, 0 }, { "day", 0, USECS_PER_DAY },
	{ "hour", 0, USECS_PER_HOUR }, { "minute", 0, USECS_PER_MINUTE },
	{ "second", 0, USECS_PER_SECOND }, { "milliseconds", 0, 1000 }, { "microseconds", 0, 1 } };

/* Units as PostgreSQL writes them: plurals and short names are allowed. */
static const struct unit *unit_of(struct str name)
{
	static const char *const others[][2] = { { "millennia", "millennium" },
		{ "centuries", "century" }, { "millisecond", "milliseconds" },
		{ "microsecond", "microseconds" } };
	struct str plain = name;

	for (size_t i = 0; i < ARRAY_COUNT(others); i++) {
		if (str_equal_nocase(name, str_of(others[i][0])))
			plain = str_of(others[i][1]);
	}
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < ARRAY_COUNT(units); i++) {
			if (str_equal_nocase(plain, str_of(units[i].name)))
				return &units[i];
		}
		if (plain.length > 0)
			plain.length--;
	}
	return NULL;
}

static COLD enum sqlstate no_unit(const struct value *args, struct error *e)
{
	return FAIL(e, E_INVALID_VALUE, "unit \"%.*s\" not recognized for type %s",
		STR_ARGS(value_str(args[0])), kind_text(args[1]));
}

static struct value truncated_span(
	struct eval *ev, const struct unit *unit, const struct value_duration *d)
{
	if (unit->months > 0)
		return span_of(ev, d->months / unit->months * unit->months, 0, 0);
	if (unit->us == USECS_PER_DAY)
		return span_of(ev, d->months, d->days, 0);
	return span_of(ev, d->months, d->days, d->microseconds / unit->us * unit->us);
}

/* Centuries and millennia begin with a year 1, decades with a year 0. */
static int64_t truncated_date(int64_t days, int64_t months)
{
	struct civil c;
	int64_t years = months / 12, first;

	date_split(days, &c);
	if (months < 12)
		return date_of(c.year, (c.month - 1) / months * months + 1, 1);
	first = years >= 100 ? 1 : 0;
	if (years == 1)
		return date_of(c.year, 1, 1);
	return date_of(c.year - ((c.year - first) % years + years) % years, 1, 1);
}

static enum sqlstate truncate_local(
	const struct value *args, int64_t local, int64_t *out, struct error *e)
{
	const struct unit *unit = unit_of(value_str(args[0]));
	int64_t days = timestamp_to_date(local), us;

	if (str_equal_nocase(value_str(args[0]), STR("week"))) {
		*out = (days - moment_weekday(days) + 1) * USECS_PER_DAY;
		return OK;
	}
	if (unit == NULL)
		return no_unit(args, e);
	us = timestamp_to_time(local);
	*out = unit->months > 0 ? truncated_date(days, unit->months) * USECS_PER_DAY
				: days * USECS_PER_DAY + us / unit->us * unit->us;
	return OK;
}

/* date_trunc(unit, x [, zone]) */
FUNCTION_ROW(date_truncate)
{
	struct zone zone;
	int64_t local;

	*out = args[1];
	if (args[1].type == VALUE_DURATION) {
		const struct unit *unit = unit_of(value_str(args[0]));

		if (unit == NULL)
			return no_unit(args, e);
		*out = truncated_span(ev, unit, args[1].duration);
		return OK;
	}
	if (is_infinite(args[1]))
		return OK;
	if (args[1].type == VALUE_TIMESTAMP)
		return truncate_local(args, args[1].integer, &out->integer, e);
	zone = *eval_zone(ev);
	if (count > 2)
		TRY(zone_parse(value_str(args[2]), &zone, e));
	local = args[1].type == VALUE_DATE ? args[1].integer * USECS_PER_DAY
					   : timestamp_to_local(args[1].integer, &zone);
	out->type = VALUE_TIMESTAMPTZ;
	TRY(truncate_local(args, local, &local, e));
	return timestamp_to_instant(local, &zone, &out->integer, e);
}

/* ---- now ------------------------------------------------------------------------------------- */

/* To so many digits of a second, at most 6. */
static int64_t to_digits(int64_t us, const struct value *args, uint32_t count)
{
	static const int64_t steps[] = { 1000000, 100000, 10000, 1000, 100, 10, 1 };
	int64_t digits = count == 0 ? 6 : MAX_OF(MIN_OF(args[0].integer, 6), 0),
		step = steps[digits];

	return (us + (us >= 0 ? step / 2 : -(step / 2))) / step * step;
}

FUNCTION_ROW(date_now)
{
	(void)e;
	*out = moment_value(VALUE_TIMESTAMPTZ, to_digits(eval_now(ev), args, count));
	return OK;
}

FUNCTION_ROW(date_now_local)
{
	TRY(date_now(ev, args, count, out, e));
	*out = moment_value(VALUE_TIMESTAMP, timestamp_to_local(out->integer, eval_zone(ev)));
	return OK;
}

FUNCTION_ROW(date_now_local_time)
{
	TRY(date_now_local(ev, args, count, out, e));
	*out = moment_value(VALUE_TIME, timestamp_to_time(out->integer));
	return OK;
}

FUNCTION_ROW(date_now_time)
{
	TRY(date_now_local_time(ev, args, count, out, e));
	out->type = VALUE_TIMETZ;
	out->count = (uint32_t)-zone_offset_at_instant(eval_zone(ev), eval_now(ev));
	return OK;
}

/* As the function of that name in Unix: 'Sat Nov 28 20:23:06.123456 2026 UTC'. */
FUNCTION_ROW(date_time_of_day)
{
	struct value pair[2] = { moment_value(VALUE_TIMESTAMPTZ, timestamp_now()),
		value_string(STR("Dy Mon DD HH24:MI:SS.US YYYY TZ")) };

	(void)args, (void)count;
	return date_to_char(ev, pair, 2, out, e);
}
