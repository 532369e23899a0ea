/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Dates, times and durations: the present, durations from maps;
 * the parts they have in query/eval/moment_part.c. Constructors, truncation and distances are in func_moment.c. The calendar is base/datetime.h's;
 * the time zone is the session's.
 *
 * Invariants
 *  T1. The present is the same for every row of a statement (clock_timestamp() excepted).
 */
#include <string.h>

#include "base/datetime.h"
#include "base/interval.h"
#include "query/eval/cast.h"
#include "query/eval/eval_internal.h"
#include "query/eval/moment.h"
#include "query/function/functions.h"

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
		if (!value_is_number(v))
			return FAIL(e, E_TYPE, "a part of a date or time must be a number");
		fields[field] = value_to_double(v);
	}
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

FUNCTION_ROW(temporal_duration)
{
	if (args[0].type == VALUE_MAP)
		return duration_of_map(ev, args[0], out, e);
	return eval_cast(ev, args[0], (struct type){ .kind = TYPE_DURATION }, false, out, e);
}

FUNCTION_ROW(temporal_cut_duration)
{
	(void)e;
	*out = value_cut_duration(ev->arena, args[0], (uint8_t)args[1].integer);
	return OK;
}

FUNCTION_ROW(temporal_round_seconds)
{
	(void)e;
	*out = value_round_seconds(ev->arena, args[0], (uint32_t)args[1].integer);
	return OK;
}
