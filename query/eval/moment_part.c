/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The parts of dates, times and durations: .year and its kin. The calendar is base/datetime.h's, the
 * time zone the session's.
 */
#include <string.h>

#include "base/datetime.h"
#include "base/interval.h"
#include "query/eval/eval_internal.h"
#include "query/eval/moment.h"

enum component {
	COMPONENT_YEAR,
	COMPONENT_QUARTER,
	COMPONENT_MONTH,
	COMPONENT_WEEK,
	COMPONENT_DAY,
	COMPONENT_DAY_OF_WEEK,
	COMPONENT_DAY_OF_YEAR,
	COMPONENT_WEEK_YEAR,
	COMPONENT_DAY_OF_QUARTER,
	COMPONENT_HOUR,
	COMPONENT_MINUTE,
	COMPONENT_SECOND,
	COMPONENT_MILLISECOND,
	COMPONENT_MICROSECOND,
	COMPONENT_NANOSECOND,
	COMPONENT_EPOCH_SECONDS,
	COMPONENT_EPOCH_MILLIS,
	/* of zoned ones */
	COMPONENT_TIMEZONE,
	COMPONENT_OFFSET,
	COMPONENT_OFFSET_MINUTES,
	COMPONENT_OFFSET_SECONDS,
	/* of durations: what is left over by the next larger unit */
	COMPONENT_QUARTERS_OF_YEAR,
	COMPONENT_MONTHS_OF_QUARTER,
	COMPONENT_MONTHS_OF_YEAR,
	COMPONENT_DAYS_OF_WEEK,
	COMPONENT_MINUTES_OF_HOUR,
	COMPONENT_SECONDS_OF_MINUTE,
	COMPONENT_MILLISECONDS_OF_SECOND,
	COMPONENT_MICROSECONDS_OF_SECOND,
	COMPONENT_NANOSECONDS_OF_SECOND,
	COMPONENT_COUNT,
};

static int component_of(struct str key)
{
	static const char *const names[][2] = { { "year", "years" }, { "quarter", "quarters" },
		{ "month", "months" }, { "week", "weeks" }, { "day", "days" },
		{ "dayofweek", "weekday" }, { "dayofyear", "ordinalday" },
		{ "weekyear", "weekyears" }, { "dayofquarter", "daysofquarter" },
		{ "hour", "hours" }, { "minute", "minutes" }, { "second", "seconds" },
		{ "millisecond", "milliseconds" }, { "microsecond", "microseconds" },
		{ "nanosecond", "nanoseconds" }, { "epochseconds", "epoch" },
		{ "epochmillis", "epochmilliseconds" }, { "timezone", "timezone" },
		{ "offset", "offset" }, { "offsetminutes", "offsetminutes" },
		{ "offsetseconds", "offsetseconds" }, { "quartersofyear", "quartersofyear" },
		{ "monthsofquarter", "monthsofquarter" }, { "monthsofyear", "monthsofyear" },
		{ "daysofweek", "daysofweek" }, { "minutesofhour", "minutesofhour" },
		{ "secondsofminute", "secondsofminute" },
		{ "millisecondsofsecond", "millisecondsofsecond" },
		{ "microsecondsofsecond", "microsecondsofsecond" },
		{ "nanosecondsofsecond", "nanosecondsofsecond" } };

	static_assert(ARRAY_COUNT(names) == COMPONENT_COUNT, "one name pair a component");
	for (int i = 0; i < COMPONENT_COUNT; i++) {
		if (str_equal_nocase(key, str_of(names[i][0])) ||
			str_equal_nocase(key, str_of(names[i][1])))
			return i;
	}
	return -1;
}

static int64_t date_component(int64_t days, enum component which)
{
	struct civil c;

	date_split(days, &c);
	switch (which) {
	case COMPONENT_YEAR:
		return c.year;
	case COMPONENT_QUARTER:
		return (c.month - 1) / 3 + 1;
	case COMPONENT_MONTH:
		return c.month;
	case COMPONENT_WEEK:
		return moment_week(days);
	case COMPONENT_DAY:
		return c.day;
	case COMPONENT_DAY_OF_WEEK:
		return moment_weekday(days);
	case COMPONENT_WEEK_YEAR:
		return moment_week_year(days);
	case COMPONENT_DAY_OF_QUARTER:
		return days - date_of(c.year, (c.month - 1) / 3 * 3 + 1, 1) + 1;
	default:
		return days - date_of(c.year, 1, 1) + 1;
	}
}

static int64_t clock_component(int64_t us, enum component which)
{
	switch (which) {
	case COMPONENT_HOUR:
		return us / USECS_PER_HOUR;
	case COMPONENT_MINUTE:
		return us / USECS_PER_MINUTE % 60;
	case COMPONENT_SECOND:
		return us / USECS_PER_SECOND % 60;
	case COMPONENT_MILLISECOND:
		return us / 1000 % 1000;
	case COMPONENT_MICROSECOND:
		return us % USECS_PER_SECOND;
	default:
		return us % USECS_PER_SECOND * 1000;
	}
}

/* What the clock says of a duration beyond its whole hours, minutes or seconds. */
static int64_t duration_rest(int64_t us, enum component which)
{
	switch (which) {
	case COMPONENT_MINUTES_OF_HOUR:
		return us / USECS_PER_MINUTE % 60;
	case COMPONENT_SECONDS_OF_MINUTE:
		return us / USECS_PER_SECOND % 60;
	case COMPONENT_MILLISECONDS_OF_SECOND:
		return us % USECS_PER_SECOND / 1000;
	case COMPONENT_MICROSECONDS_OF_SECOND:
		return us % USECS_PER_SECOND;
	default:
		return us % USECS_PER_SECOND * 1000;
	}
}

static int64_t duration_component(const struct value_duration *d, enum component which)
{
	switch (which) {
	case COMPONENT_YEAR:
		return d->months / 12;
	case COMPONENT_QUARTER:
		return d->months / 3;
	case COMPONENT_MONTH:
		return d->months;
	case COMPONENT_WEEK:
		return d->days / 7;
	case COMPONENT_DAY:
		return d->days;
	case COMPONENT_HOUR:
		return d->microseconds / USECS_PER_HOUR;
	case COMPONENT_MINUTE:
		return d->microseconds / USECS_PER_MINUTE;
	case COMPONENT_SECOND:
		return d->microseconds / USECS_PER_SECOND;
	case COMPONENT_MILLISECOND:
		return d->microseconds / 1000;
	case COMPONENT_MICROSECOND:
		return d->microseconds;
	case COMPONENT_NANOSECOND:
		return d->microseconds * 1000;
	case COMPONENT_QUARTERS_OF_YEAR:
		return d->months / 3 % 4;
	case COMPONENT_MONTHS_OF_QUARTER:
		return d->months % 3;
	case COMPONENT_MONTHS_OF_YEAR:
		return d->months % 12;
	case COMPONENT_DAYS_OF_WEEK:
		return d->days % 7;
	default:
		return duration_rest(d->microseconds, which);
	}
}

static bool is_of_date(enum component which)
{
	return which <= COMPONENT_DAY_OF_QUARTER;
}

static bool is_of_clock(enum component which)
{
	return which >= COMPONENT_HOUR && which <= COMPONENT_NANOSECOND;
}

static bool is_of_zone(enum component which)
{
	return which >= COMPONENT_TIMEZONE && which <= COMPONENT_OFFSET_SECONDS;
}

static bool is_of_duration(enum component which)
{
	return which <= COMPONENT_DAY || is_of_clock(which) || which >= COMPONENT_QUARTERS_OF_YEAR;
}

bool moment_part_is_text(struct str key)
{
	int which = component_of(key);

	return which == COMPONENT_TIMEZONE || which == COMPONENT_OFFSET;
}

/* +01:00, with seconds where there are some; Z for none. */
static struct value offset_text(struct eval *ev, int32_t east_s)
{
	int32_t s = east_s < 0 ? -east_s : east_s;
	char sign = east_s < 0 ? '-' : '+';

	if (s == 0)
		return value_string(STR("Z"));
	if (s % 60 != 0)
		return value_string(arena_printf(ev->arena, "%c%02d:%02d:%02d", sign, s / 3600,
			s / 60 % 60, s % 60));
	return value_string(
		arena_printf(ev->arena, "%c%02d:%02d", sign, s / 3600, s / 60 % 60));
}

/* `name` is the zone's; empty: it has none but its offset. */
static struct value zone_component(
	struct eval *ev, int32_t east_s, struct str name, enum component which)
{
	switch (which) {
	case COMPONENT_OFFSET_MINUTES:
		return value_int(east_s / 60);
	case COMPONENT_OFFSET_SECONDS:
		return value_int(east_s);
	case COMPONENT_TIMEZONE:
		if (name.length > 0)
			return value_string(arena_str(ev->arena, name));
		FALLTHROUGH;
	default:
		return offset_text(ev, east_s);
	}
}

/* A date and time, both local; `instant` is what the epoch components count. */
static int64_t timestamp_component(int64_t local, int64_t instant, enum component which)
{
	int64_t days = timestamp_to_date(local);

	if (is_of_date(which))
		return date_component(days, which);
	if (is_of_clock(which))
		return clock_component(timestamp_to_time(local), which);
	if (which == COMPONENT_EPOCH_SECONDS)
		return (instant - UNIX_EPOCH_USECS) / USECS_PER_SECOND;
	return (instant - UNIX_EPOCH_USECS) / 1000;
}

static void zone_part(
	struct eval *ev, struct value v, enum component which, bool *found, struct value *out)
{
	const struct zone *zone = eval_zone(ev);

	*found = v.type == VALUE_TIMETZ || v.type == VALUE_TIMESTAMPTZ;
	if (v.type == VALUE_TIMETZ)
		*out = zone_component(ev, -(int32_t)v.count, STR(""), which);
	else if (*found && timestamp_is_finite(v.integer))
		*out = zone_component(ev, zone_offset_at_instant(zone, v.integer),
			str_of(zone->name), which);
}

static enum sqlstate duration_part(
	const struct value_duration *d, enum component which, struct value *out, struct error *e)
{
	if (which == COMPONENT_NANOSECOND &&
		(d->microseconds > INT64_MAX / 1000 || d->microseconds < INT64_MIN / 1000))
		return FAIL(e, E_OUT_OF_RANGE, "bigint out of range");
	*out = value_int(duration_component(d, which));
	return OK;
}

enum sqlstate eval_moment_part(struct eval *ev, struct value v, struct str key, bool *found,
	struct value *out, struct error *e)
{
	int which = component_of(key);
	int64_t local = v.integer;

	*found = false;
	*out = value_null();
	if (which < 0)
		return OK;
	if (is_of_zone(which)) {
		zone_part(ev, v, which, found, out);
		return OK;
	}
	switch (v.type) {
	case VALUE_DATE:
		*found = is_of_date(which);
		if (*found && date_is_finite((int32_t)v.integer))
			*out = value_int(date_component(v.integer, which));
		return OK;
	case VALUE_TIME:
	case VALUE_TIMETZ:
		*found = is_of_clock(which);
		if (*found)
			*out = value_int(clock_component(v.integer, which));
		return OK;
	case VALUE_TIMESTAMPTZ:
		local = timestamp_to_local(v.integer, eval_zone(ev));
		FALLTHROUGH;
	case VALUE_TIMESTAMP:
		*found = which <= COMPONENT_EPOCH_MILLIS;
		if (*found && timestamp_is_finite(v.integer))
			*out = value_int(timestamp_component(local, v.integer, which));
		return OK;
	case VALUE_DURATION:
		*found = is_of_duration(which);
		return *found ? duration_part(v.duration, which, out, e) : OK;
	default:
		return OK;
	}
}
