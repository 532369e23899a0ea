/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Dates, times and durations: the present, conversions, components (.year and its kin),
 * construction from maps, truncation. The calendar is base/datetime.h's; the time zone is the
 * session's.
 *
 * Invariants
 *  T1. The present is the same for every row of a statement (clock_timestamp() excepted).
 */
#include <string.h>

#include "base/datetime.h"
#include "base/interval.h"
#include "query/eval/cast.h"
#include "query/eval/eval_internal.h"
#include "query/eval/functions.h"

static struct value temporal(enum value_type type, int64_t i)
{
	return (struct value){ .type = (uint8_t)type, .integer = i };
}

static int64_t local_now(struct eval *ev)
{
	return timestamp_to_local(eval_now(ev), eval_zone(ev));
}

/* ---- the present ---- */

FUNCTION_ROW(temporal_current_date)
{
	*out = temporal(VALUE_DATE, timestamp_to_date(local_now(ev)));
	return OK;
}

FUNCTION_ROW(temporal_current_time)
{
	*out = temporal(VALUE_TIMETZ, timestamp_to_time(local_now(ev)));
	out->count = (uint32_t)-zone_offset_at_instant(eval_zone(ev), eval_now(ev));
	return OK;
}

FUNCTION_ROW(temporal_now)
{
	*out = temporal(VALUE_TIMESTAMPTZ, eval_now(ev));
	return OK;
}

FUNCTION_ROW(temporal_clock)
{
	*out = temporal(VALUE_TIMESTAMPTZ, timestamp_now());
	return OK;
}

FUNCTION_ROW(temporal_local_time)
{
	*out = temporal(VALUE_TIME, timestamp_to_time(local_now(ev)));
	return OK;
}

FUNCTION_ROW(temporal_local_timestamp)
{
	*out = temporal(VALUE_TIMESTAMP, local_now(ev));
	return OK;
}

FUNCTION_ROW(temporal_milliseconds)
{
	*out = value_int((eval_now(ev) - UNIX_EPOCH_USECS) / 1000);
	return OK;
}

/* ---- maps ---- */

enum { FIELD_COUNT = 10 };

/* years, months, weeks, days, hours, minutes, seconds, milli, micro, nano: singular or plural. */
static const char *const field_names[FIELD_COUNT] = { "year", "month", "week", "day", "hour",
	"minute", "second", "millisecond", "microsecond", "nanosecond" };

static int field_of(struct str key)
{
	if (key.length > 0 && (key.at[key.length - 1] | 0x20) == 's')
		key.length--;
	for (int i = 0; i < FIELD_COUNT; i++) {
		if (str_equal_nocase(key, str_of(field_names[i])))
			return i;
	}
	return -1;
}

static enum sqlstate read_fields(struct value map, double fields[FIELD_COUNT], struct error *e)
{
	for (uint32_t i = 0; i < map.count; i++) {
		struct value v = map.entries[i].value;
		int field = field_of(map.entries[i].key);

		if (field < 0)
			return FAIL(e, E_INVALID_VALUE, "\"%.*s\" is no part of a date or time",
				(int)MIN_OF(map.entries[i].key.length, 100u),
				map.entries[i].key.at);
		if (v.type != VALUE_INT && v.type != VALUE_FLOAT)
			return FAIL(e, E_TYPE, "a part of a date or time must be a number");
		fields[field] = v.type == VALUE_INT ? (double)v.integer : v.real;
	}
	return OK;
}

static enum sqlstate timestamp_of_map(struct value map, int64_t *out, struct error *e)
{
	double f[FIELD_COUNT] = { 1970, 1, 0, 1 };
	int64_t days;

	TRY(read_fields(map, f, e));
	if (f[0] < -4713 || f[0] > 294276 || f[1] < 1 || f[1] > 12 || f[3] < 1 ||
		f[3] > month_days((int64_t)f[0], (int32_t)f[1]) || f[4] < 0 || f[4] > 23 ||
		f[5] < 0 || f[5] > 59 || f[6] < 0 || f[6] >= 60)
		return FAIL(e, E_DATETIME_OVERFLOW, "date/time field value out of range");
	days = date_of((int64_t)f[0], (int64_t)f[1], (int64_t)f[3]);
	*out = days * USECS_PER_DAY + (int64_t)f[4] * USECS_PER_HOUR +
	       (int64_t)f[5] * USECS_PER_MINUTE +
	       (int64_t)(f[6] * (double)USECS_PER_SECOND + f[7] * 1e3 + f[8] + f[9] / 1e3);
	return OK;
}

static enum sqlstate duration_of_map(
	struct eval *ev, struct value map, struct value *out, struct error *e)
{
	static const struct interval units[FIELD_COUNT] = {
		{ .months = 12 },
		{ .months = 1 },
		{ .days = 7 },
		{ .days = 1 },
		{ .microseconds = USECS_PER_HOUR },
		{ .microseconds = USECS_PER_MINUTE },
		{ .microseconds = USECS_PER_SECOND },
		{ .microseconds = 1000 },
		{ .microseconds = 1 },
		{ .microseconds = 0 },
	};
	double f[FIELD_COUNT] = { 0 };
	struct interval sum = { 0 }, part;
	struct value_duration *d;

	TRY(read_fields(map, f, e));
	for (int i = 0; i < FIELD_COUNT; i++) {
		if (f[i] == 0)
			continue;
		TRY(interval_multiply(&units[i], f[i], &part, e));
		TRY(interval_add(&sum, &part, &sum, e));
	}
	d = arena_alloc_raw(ev->arena, sizeof *d);
	*d = (struct value_duration){ sum.months, sum.days, sum.microseconds };
	*out = (struct value){ .type = VALUE_DURATION, .duration = d };
	return OK;
}

/* ---- conversions ---- */

/* The argument as a value of the kind; without one the present; a map by its fields. */
static enum sqlstate convert(struct eval *ev, const struct value *args, uint32_t count,
	enum type_kind kind, struct value *out, struct error *e)
{
	struct value from = count == 0 ? temporal(VALUE_TIMESTAMPTZ, eval_now(ev)) : args[0];

	if (from.type == VALUE_MAP) {
		int64_t timestamp = 0;

		TRY(timestamp_of_map(from, &timestamp, e));
		from = temporal(VALUE_TIMESTAMP, timestamp);
	}
	return eval_cast(ev, from, (struct type){ .kind = (uint8_t)kind }, false, out, e);
}

FUNCTION_ROW(temporal_date)
{
	return convert(ev, args, count, TYPE_DATE, out, e);
}

FUNCTION_ROW(temporal_time)
{
	return convert(ev, args, count, TYPE_TIME, out, e);
}

FUNCTION_ROW(temporal_local_datetime)
{
	return convert(ev, args, count, TYPE_TIMESTAMP, out, e);
}

FUNCTION_ROW(temporal_zoned_datetime)
{
	return convert(ev, args, count, TYPE_TIMESTAMPTZ, out, e);
}

FUNCTION_ROW(temporal_duration)
{
	if (args[0].type == VALUE_MAP)
		return duration_of_map(ev, args[0], out, e);
	return eval_cast(ev, args[0], (struct type){ .kind = TYPE_DURATION }, false, out, e);
}

FUNCTION_ROW(temporal_between)
{
	struct value_duration *d = arena_alloc(ev->arena, sizeof *d);
	struct interval i = { 0 };

	if (args[0].type == VALUE_DATE)
		i.days = (int32_t)(args[1].integer - args[0].integer);
	else if (args[0].type == VALUE_TIME)
		i.microseconds = args[1].integer - args[0].integer;
	else
		TRY(timestamp_difference(args[1].integer, args[0].integer, &i, e));
	*d = (struct value_duration){ i.months, i.days, i.microseconds };
	*out = (struct value){ .type = VALUE_DURATION, .duration = d };
	return OK;
}

/* ---- truncation ---- */

static enum sqlstate truncate_local(struct str unit, int64_t *t, struct error *e)
{
	static const struct {
		const char *name;
		int64_t us;
	} clocks[] = { { "day", USECS_PER_DAY }, { "hour", USECS_PER_HOUR },
		{ "minute", USECS_PER_MINUTE }, { "second", USECS_PER_SECOND },
		{ "millisecond", 1000 }, { "microsecond", 1 } };
	int64_t days = timestamp_to_date(*t), rest;
	struct civil c;

	date_split(days, &c);
	for (size_t i = 0; i < ARRAY_COUNT(clocks); i++) {
		if (!str_equal_nocase(unit, str_of(clocks[i].name)))
			continue;
		rest = *t % clocks[i].us;
		*t -= rest < 0 ? rest + clocks[i].us : rest;
		return OK;
	}
	if (str_equal_nocase(unit, STR("year")))
		days = date_of(c.year, 1, 1);
	else if (str_equal_nocase(unit, STR("quarter")))
		days = date_of(c.year, (c.month - 1) / 3 * 3 + 1, 1);
	else if (str_equal_nocase(unit, STR("month")))
		days = date_of(c.year, c.month, 1);
	else if (str_equal_nocase(unit, STR("week")))
		days -= ((days + 5) % 7 + 7) % 7; /* 2000-01-01 was a Saturday */
	else
		return FAIL(e, E_INVALID_VALUE, "unit \"%.*s\" not recognized",
			(int)MIN_OF(unit.length, 60u), unit.at);
	*t = days * USECS_PER_DAY;
	return OK;
}

FUNCTION_ROW(temporal_truncate)
{
	struct value local = args[1];

	*out = args[1];
	if (args[1].type != VALUE_DATE && !timestamp_is_finite(args[1].integer))
		return OK;
	TRY(eval_cast(ev, args[1], (struct type){ .kind = TYPE_TIMESTAMP }, false, &local, e));
	if (!timestamp_is_finite(local.integer))
		return OK;
	TRY(truncate_local(value_str(args[0]), &local.integer, e));
	if (args[1].type == VALUE_DATE)
		*out = temporal(VALUE_DATE, timestamp_to_date(local.integer));
	else if (args[1].type == VALUE_TIMESTAMP)
		*out = local;
	else
		return timestamp_to_instant(local.integer, eval_zone(ev), &out->integer, e);
	return OK;
}

/* ---- components ---- */

enum component {
	COMPONENT_YEAR,
	COMPONENT_QUARTER,
	COMPONENT_MONTH,
	COMPONENT_WEEK,
	COMPONENT_DAY,
	COMPONENT_DAY_OF_WEEK,
	COMPONENT_DAY_OF_YEAR,
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
		{ "dayofweek", "weekday" }, { "dayofyear", "ordinalday" }, { "hour", "hours" },
		{ "minute", "minutes" }, { "second", "seconds" }, { "millisecond", "milliseconds" },
		{ "microsecond", "microseconds" }, { "epochseconds", "epoch" },
		{ "epochmillis", "epochmilliseconds" } };

	static_assert(ARRAY_COUNT(names) == COMPONENT_COUNT, "one name pair a component");
	for (int i = 0; i < COMPONENT_COUNT; i++) {
		if (str_equal_nocase(key, str_of(names[i][0])) ||
			str_equal_nocase(key, str_of(names[i][1])))
			return i;
	}
	return -1;
}

/* ISO 8601: the week belongs to the year that has its Thursday. */
static int64_t week_of(int64_t days)
{
	int64_t weekday = ((days + 5) % 7 + 7) % 7; /* Monday 0 */
	int64_t thursday = days - weekday + 3;
	struct civil at;

	date_split(thursday, &at);
	return (thursday - date_of(at.year, 1, 1)) / 7 + 1;
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
		return week_of(days);
	case COMPONENT_DAY:
		return c.day;
	case COMPONENT_DAY_OF_WEEK:
		return ((days + 5) % 7 + 7) % 7 + 1;
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
	return which <= COMPONENT_DAY_OF_YEAR;
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

enum sqlstate temporal_component(struct eval *ev, struct value v, struct str key, bool *found,
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
