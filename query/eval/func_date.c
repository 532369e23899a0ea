/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * PostgreSQL's functions of dates and times that the graph language has no word for: extract and
 * date_part, age, AT TIME ZONE, make_date and its kin, to_char, to_date, to_timestamp.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/datetime.h"
#include "base/interval.h"
#include "query/eval/cast.h"
#include "query/eval/functions.h"
#include "query/eval/moment.h"

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
		return whole(c.year / 10);
	if (str_equal_nocase(name, STR("century")))
		return whole((c.year + 99) / 100);
	if (str_equal_nocase(name, STR("millennium")))
		return whole((c.year + 999) / 1000);
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

static struct field field_of(struct eval *ev, struct str name, struct value v)
{
	int64_t local = local_of(ev, v), days;
	struct field f;

	if (v.type == VALUE_DURATION)
		return field_of_interval(name, v.duration);
	if (str_equal_nocase(name, STR("epoch")))
		return (struct field){ (v.type == VALUE_TIMESTAMPTZ ? v.integer : local) -
					       UNIX_EPOCH_USECS,
			6, true };
	if (v.type == VALUE_TIMESTAMPTZ && str_equal_nocase(name, STR("timezone")))
		return whole((local - v.integer) / USECS_PER_SECOND);
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

static enum sqlstate find_field(
	struct eval *ev, const struct value *args, struct field *f, struct error *e)
{
	struct str name = value_str(args[0]);

	*f = field_of(ev, name, args[1]);
	if (f->is_found)
		return OK;
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

/* timezone(zone, x) is x AT TIME ZONE zone. */
FUNCTION_ROW(date_at_zone)
{
	struct zone zone;
	int64_t t;

	TRY(zone_parse(value_str(args[0]), &zone, e));
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

static enum sqlstate of_epoch(double seconds, struct value *out, struct error *e)
{
	if (!(fabs(seconds) < 1e13))
		return FAIL(e, E_DATETIME_OVERFLOW, "timestamp out of range: \"%g\"", seconds);
	*out = moment_value(VALUE_TIMESTAMPTZ, UNIX_EPOCH_USECS + (int64_t)rint(seconds * 1e6));
	return OK;
}

FUNCTION_ROW(date_is_finite_value)
{
	*out = value_bool(!is_infinite(args[0]));
	return OK;
}

/* ---- to_char and back ------------------------------------------------------------------------ */

static const char *const months[] = { "January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December" };
static const char *const weekdays[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
	"Saturday", "Sunday" };

enum pattern_kind {
	P_YEAR4,
	P_YEAR2,
	P_MONTH2,
	P_MONTH_NAME,
	P_MONTH_SHORT,
	P_DAY2,
	P_DAY_NAME,
	P_DAY_SHORT,
	P_DAY_OF_YEAR,
	P_DAY_OF_WEEK,
	P_ISO_DAY,
	P_HOUR24,
	P_HOUR12,
	P_MINUTE,
	P_SECOND,
	P_MILLI,
	P_MICRO,
	P_HALF,
	P_QUARTER,
	P_WEEK,
	P_ISO_YEAR,
	P_ZONE,
	P_OFFSET,
	P_SSSS,
};

/* Longest first among those that begin alike. */
static const struct date_pattern {
	const char *text;
	enum pattern_kind kind;
} patterns[] = {
	{ "YYYY", P_YEAR4 },
	{ "YY", P_YEAR2 },
	{ "IYYY", P_ISO_YEAR },
	{ "IW", P_WEEK },
	{ "MONTH", P_MONTH_NAME },
	{ "MON", P_MONTH_SHORT },
	{ "MM", P_MONTH2 },
	{ "MI", P_MINUTE },
	{ "MS", P_MILLI },
	{ "US", P_MICRO },
	{ "DAY", P_DAY_NAME },
	{ "DDD", P_DAY_OF_YEAR },
	{ "DD", P_DAY2 },
	{ "DY", P_DAY_SHORT },
	{ "ID", P_ISO_DAY },
	{ "D", P_DAY_OF_WEEK },
	{ "HH24", P_HOUR24 },
	{ "HH12", P_HOUR12 },
	{ "HH", P_HOUR12 },
	{ "SSSS", P_SSSS },
	{ "SS", P_SECOND },
	{ "AM", P_HALF },
	{ "PM", P_HALF },
	{ "Q", P_QUARTER },
	{ "WW", P_WEEK },
	{ "TZ", P_ZONE },
	{ "OF", P_OFFSET },
};

static const struct date_pattern *pattern_at(struct str f, uint32_t at)
{
	for (size_t i = 0; i < ARRAY_COUNT(patterns); i++) {
		uint32_t length = (uint32_t)strlen(patterns[i].text);

		if (f.length - at >= length &&
			strncasecmp(f.at + at, patterns[i].text, length) == 0)
			return &patterns[i];
	}
	return NULL;
}

/* In the case of the pattern: MONTH, Month, month. Padded to nine places unless FM is before it. */
static void put_name(
	struct buf *to, const char *name, uint32_t length, const char *pattern, bool is_padded)
{
	bool is_upper = isupper((unsigned char)pattern[1]) != 0;
	bool is_capital = isupper((unsigned char)pattern[0]) != 0;

	for (uint32_t i = 0; i < length; i++) {
		bool up = is_upper || (is_capital && i == 0);

		buf_put_byte(to, (uint8_t)(up ? toupper(name[i]) : tolower(name[i])));
	}
	for (uint32_t i = length; is_padded && i < 9; i++)
		buf_put_byte(to, ' ');
}

struct shown {
	struct civil civil;
	int64_t local, days, offset_s;
};

/* The patterns that are words; false for the others. */
static bool put_word(struct buf *to, const struct date_pattern *p, const char *written,
	bool is_filled, const struct shown *s)
{
	const char *month = months[s->civil.month - 1];
	const char *day = weekdays[moment_weekday(s->days) - 1];
	bool is_upper = isupper((unsigned char)written[0]) != 0;

	switch (p->kind) {
	case P_MONTH_NAME:
		put_name(to, month, (uint32_t)strlen(month), written, is_filled);
		return true;
	case P_MONTH_SHORT:
		put_name(to, month, 3, written, false);
		return true;
	case P_DAY_NAME:
		put_name(to, day, (uint32_t)strlen(day), written, is_filled);
		return true;
	case P_DAY_SHORT:
		put_name(to, day, 3, written, false);
		return true;
	case P_HALF:
		if (is_upper)
			buf_put_text(to, s->civil.hour < 12 ? "AM" : "PM");
		else
			buf_put_text(to, s->civil.hour < 12 ? "am" : "pm");
		return true;
	default:
		return false;
	}
}

/* A number and the digits it is filled up to. */
struct digits {
	int64_t number;
	int width;
};

static struct digits digits_of(const struct date_pattern *p, const struct shown *s)
{
	const struct civil *c = &s->civil;

	switch (p->kind) {
	case P_YEAR4:
		return (struct digits){ c->year, 4 };
	case P_YEAR2:
		return (struct digits){ c->year % 100, 2 };
	case P_ISO_YEAR:
		return (struct digits){ moment_week_year(s->days), 4 };
	case P_MONTH2:
		return (struct digits){ c->month, 2 };
	case P_DAY2:
		return (struct digits){ c->day, 2 };
	case P_DAY_OF_YEAR:
		return (struct digits){ s->days - date_of(c->year, 1, 1) + 1, 3 };
	case P_DAY_OF_WEEK:
		return (struct digits){ moment_weekday(s->days) % 7 + 1, 1 };
	case P_ISO_DAY:
		return (struct digits){ moment_weekday(s->days), 1 };
	case P_HOUR24:
		return (struct digits){ c->hour, 2 };
	case P_HOUR12:
		return (struct digits){ c->hour % 12 == 0 ? 12 : c->hour % 12, 2 };
	case P_MINUTE:
		return (struct digits){ c->minute, 2 };
	case P_SECOND:
		return (struct digits){ c->second, 2 };
	case P_MILLI:
		return (struct digits){ c->microsecond / 1000, 3 };
	case P_MICRO:
		return (struct digits){ c->microsecond, 6 };
	case P_SSSS:
		return (struct digits){ timestamp_to_time(s->local) / USECS_PER_SECOND, 1 };
	case P_QUARTER:
		return (struct digits){ (c->month - 1) / 3 + 1, 1 };
	default:
		return (struct digits){ moment_week(s->days), 2 };
	}
}

static void put_pattern(struct buf *to, const struct date_pattern *p, const char *written,
	bool is_filled, const struct shown *s)
{
	struct digits d;

	if (put_word(to, p, written, is_filled, s))
		return;
	if (p->kind == P_ZONE || p->kind == P_OFFSET) {
		buf_printf(to, "%+03lld", (long long)(s->offset_s / 3600));
		return;
	}
	d = digits_of(p, s);
	buf_printf(to, "%0*lld", is_filled ? d.width : 0, (long long)d.number);
}

FUNCTION_ROW(date_to_char)
{
	struct str f = value_str(args[1]);
	struct shown s = { .local = local_of(ev, args[0]) };
	struct buf b = { 0 };
	bool is_filled = true;

	if (value_is_number(args[0]))
		return number_to_char(ev, args, count, out, e);
	*out = value_null();
	if (is_infinite(args[0]))
		return OK;
	timestamp_split(s.local, &s.civil);
	s.days = timestamp_to_date(s.local);
	if (args[0].type == VALUE_TIMESTAMPTZ)
		s.offset_s = (s.local - args[0].integer) / USECS_PER_SECOND;
	for (uint32_t i = 0; i < f.length;) {
		const struct date_pattern *p = pattern_at(f, i);

		if (f.length - i > 2 && strncasecmp(f.at + i, "FM", 2) == 0) {
			is_filled = false;
			i += 2;
		} else if (f.at[i] == '"') {
			for (i++; i < f.length && f.at[i] != '"'; i++)
				buf_put_byte(&b, (uint8_t)f.at[i]);
			i++;
		} else if (p != NULL) {
			put_pattern(&b, p, f.at + i, is_filled, &s);
			i += (uint32_t)strlen(p->text);
			is_filled = true;
		} else {
			buf_put_byte(&b, (uint8_t)f.at[i++]);
		}
	}
	*out = eval_take_buf(ev, &b);
	return OK;
}

struct reader {
	struct str s;
	uint32_t at;
	int64_t year, month, day, hour, minute, second, micro, day_of_year;
	bool is_pm, is_half;
};

static bool read_number(struct reader *r, uint32_t most, int64_t *out)
{
	uint32_t used = 0;

	*out = 0;
	while (r->at < r->s.length && r->s.at[r->at] == ' ')
		r->at++;
	while (r->at < r->s.length && used < most && isdigit((unsigned char)r->s.at[r->at])) {
		*out = *out * 10 + (r->s.at[r->at++] - '0');
		used++;
	}
	return used > 0;
}

static bool read_name(
	struct reader *r, const char *const *names, size_t count, bool is_short, int64_t *out)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t length = is_short ? 3 : (uint32_t)strlen(names[i]);

		if (r->s.length - r->at < length ||
			strncasecmp(r->s.at + r->at, names[i], length) != 0)
			continue;
		r->at += length;
		*out = (int64_t)i + 1;
		return true;
	}
	return false;
}

static bool read_pattern(struct reader *r, enum pattern_kind kind)
{
	int64_t unused;
	uint32_t start = r->at;

	switch (kind) {
	case P_YEAR4:
		return read_number(r, 4, &r->year);
	case P_YEAR2:
		if (!read_number(r, 2, &r->year))
			return false;
		r->year += r->year < 70 ? 2000 : 1900;
		return true;
	case P_MONTH2:
		return read_number(r, 2, &r->month);
	case P_MONTH_NAME:
		return read_name(r, months, ARRAY_COUNT(months), false, &r->month);
	case P_MONTH_SHORT:
		return read_name(r, months, ARRAY_COUNT(months), true, &r->month);
	case P_DAY2:
		return read_number(r, 2, &r->day);
	case P_DAY_NAME:
		return read_name(r, weekdays, ARRAY_COUNT(weekdays), false, &unused);
	case P_DAY_SHORT:
		return read_name(r, weekdays, ARRAY_COUNT(weekdays), true, &unused);
	case P_DAY_OF_YEAR:
		return read_number(r, 3, &r->day_of_year);
	case P_HOUR24:
	case P_HOUR12:
		return read_number(r, 2, &r->hour);
	case P_MINUTE:
		return read_number(r, 2, &r->minute);
	case P_SECOND:
		return read_number(r, 2, &r->second);
	case P_MILLI:
	case P_MICRO:
		if (!read_number(r, kind == P_MILLI ? 3 : 6, &r->micro))
			return false;
		for (uint32_t i = r->at - start; i < 6; i++)
			r->micro *= 10;
		return true;
	case P_HALF:
		if (r->s.length - r->at < 2)
			return false;
		r->is_half = true;
		r->is_pm = (r->s.at[r->at] | 0x20) == 'p';
		r->at += 2;
		return true;
	default:
		return false;
	}
}

static enum sqlstate read_moment(struct str s, struct str f, int64_t *out, struct error *e)
{
	struct reader r = { .s = s, .year = 1, .month = 1, .day = 1 };

	for (uint32_t i = 0; i < f.length;) {
		const struct date_pattern *p = pattern_at(f, i);

		if (f.length - i > 2 && strncasecmp(f.at + i, "FM", 2) == 0) {
			i += 2;
			continue;
		}
		if (p == NULL) {
			i++;
			if (r.at < s.length && !isalnum((unsigned char)s.at[r.at]))
				r.at++;
			continue;
		}
		if (r.at >= s.length)
			break;
		if (!read_pattern(&r, p->kind))
			return FAIL(e, E_DATETIME_FORMAT, "invalid value \"%.*s\" for \"%s\"",
				(int)MIN_OF(s.length - r.at, 20u), s.at + r.at, p->text);
		i += (uint32_t)strlen(p->text);
	}
	if (r.is_half)
		r.hour = r.hour % 12 + (r.is_pm ? 12 : 0);
	if (r.month < 1 || r.month > 12 || r.day < 1 ||
		r.day > month_days(r.year, (int32_t)r.month) || r.hour > 24 || r.minute > 59 ||
		r.second > 60)
		return FAIL(e, E_DATETIME_OVERFLOW, "date/time field value out of range: \"%.*s\"",
			(int)MIN_OF(s.length, 100u), s.at);
	*out = date_of(r.year, r.month, r.day) * USECS_PER_DAY + r.hour * USECS_PER_HOUR +
	       r.minute * USECS_PER_MINUTE + r.second * USECS_PER_SECOND + r.micro;
	if (r.day_of_year > 0)
		*out += (r.day_of_year - 1) * USECS_PER_DAY;
	return OK;
}

FUNCTION_ROW(date_of_text)
{
	int64_t local;

	TRY(read_moment(value_str(args[0]), value_str(args[1]), &local, e));
	*out = moment_value(VALUE_DATE, timestamp_to_date(local));
	return OK;
}

FUNCTION_ROW(date_timestamp_of)
{
	int64_t local, instant;

	if (count == 1)
		return of_epoch(value_to_double(args[0]), out, e);
	TRY(read_moment(value_str(args[0]), value_str(args[1]), &local, e));
	TRY(timestamp_to_instant(local, eval_zone(ev), &instant, e));
	*out = moment_value(VALUE_TIMESTAMPTZ, instant);
	return OK;
}
