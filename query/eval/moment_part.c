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
	COMPONENT_EPOCH_SECONDS,
	COMPONENT_EPOCH_MILLIS,
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
		{ "epochseconds", "epoch" }, { "epochmillis", "epochmilliseconds" } };

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
	default:
		return us % 1000000;
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
	default:
		return d->microseconds;
	}
}

static bool is_of_date(enum component which)
{
	return which <= COMPONENT_DAY_OF_QUARTER;
}

static bool is_of_clock(enum component which)
{
	return which >= COMPONENT_HOUR && which <= COMPONENT_MICROSECOND;
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

enum sqlstate eval_moment_part(struct eval *ev, struct value v, struct str key, bool *found,
	struct value *out, struct error *e)
{
	int which = component_of(key);
	int64_t local = v.integer;

	*found = false;
	*out = value_null();
	if (which < 0)
		return OK;
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
		*found = true;
		if (timestamp_is_finite(v.integer))
			*out = value_int(timestamp_component(local, v.integer, which));
		return OK;
	case VALUE_DURATION:
		*found = which <= COMPONENT_DAY || is_of_clock(which);
		if (*found)
			*out = value_int(duration_component(v.duration, which));
		return OK;
	default:
		return OK;
	}
}
