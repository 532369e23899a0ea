/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Constructors of dates and times, truncation, and the distance of two of them. Each works on a
 * struct moment (moment.h) and makes a value of its own type in the end.
 *
 * An instant (ZONED DATETIME) does not keep the offset it was written with, so its parts are those
 * of the session's time zone; a ZONED TIME keeps its offset.
 */
#include "base/datetime.h"
#include "base/interval.h"
#include "query/eval/cast.h"
#include "query/eval/eval_internal.h"
#include "query/eval/moment.h"
#include "query/function/functions.h"

/* ---- constructors ---- */

static enum type_kind kind_of(enum value_type type)
{
	switch (type) {
	case VALUE_DATE:
		return TYPE_DATE;
	case VALUE_TIME:
		return TYPE_TIME;
	case VALUE_TIMETZ:
		return TYPE_TIMETZ;
	case VALUE_TIMESTAMP:
		return TYPE_TIMESTAMP;
	default:
		return TYPE_TIMESTAMPTZ;
	}
}

static bool is_of_day(enum value_type type)
{
	return type == VALUE_TIME || type == VALUE_TIMETZ;
}

static enum sqlstate of_text(struct eval *ev, struct value text, enum value_type type,
	struct value *out, struct error *e)
{
	char buffer[MOMENT_TEXT_MAX];
	struct str iso = moment_iso_text(value_str(text), is_of_day(type), buffer);
	struct value v = { .type = VALUE_STRING, .count = iso.length, .bytes = iso.at };
	struct type wanted = { .kind = (uint8_t)kind_of(type) };
	struct timetz t;

	/* Without an offset the session's zone is meant, as in every other conversion. */
	if (type != VALUE_TIMETZ)
		return eval_cast(ev, v, wanted, false, out, e);
	TRY(timetz_parse(iso, DATE_ORDER_MDY, eval_zone(ev), &t, e));
	*out = (struct value){ .type = VALUE_TIMETZ, .integer = t.time_us };
	out->count = (uint32_t)t.zone_west_s;
	return OK;
}

/* The argument as a value of the type; without one the moment `now`; a map by its parts. */
static enum sqlstate construct(struct eval *ev, struct value from, enum value_type type,
	struct value *out, struct error *e)
{
	struct moment m = { 0 };

	if (from.type == VALUE_STRING)
		return of_text(ev, from, type, out, e);
	if (from.type == VALUE_MAP) {
		TRY(moment_set(ev, from, &m, e));
		if (!m.has_date && !is_of_day(type))
			return FAIL(e, E_INVALID_VALUE, "a date needs a year");
		return moment_to_value(ev, &m, type, out, e);
	}
	/* An instant's offset is the session's at that instant; a time has to keep it. */
	if (from.type == VALUE_TIMESTAMPTZ && type == VALUE_TIMETZ) {
		TRY(moment_of_value(ev, from, &m, e));
		return moment_to_value(ev, &m, type, out, e);
	}
	return eval_cast(ev, from, (struct type){ .kind = (uint8_t)kind_of(type) }, false, out, e);
}

static struct value instant(int64_t timestamp)
{
	return (struct value){ .type = VALUE_TIMESTAMPTZ, .integer = timestamp };
}

#define CONSTRUCTOR(name, type)                                                                    \
	FUNCTION_ROW(temporal_##name)                                                              \
	{                                                                                          \
		return construct(ev, count == 0 ? instant(eval_now(ev)) : args[0], type, out, e);  \
	}                                                                                          \
	FUNCTION_ROW(temporal_##name##_realtime)                                                   \
	{                                                                                          \
		(void)args;                                                                        \
		(void)count;                                                                       \
		return construct(ev, instant(timestamp_now()), type, out, e);                      \
	}                                                                                          \
	FUNCTION_ROW(temporal_##name##_truncate)                                                   \
	{                                                                                          \
		return truncated(ev, args, count, type, out, e);                                   \
	}

/* unit [, moment [, map of parts to set afterwards]] */
static enum sqlstate truncated(struct eval *ev, const struct value *args, uint32_t count,
	enum value_type type, struct value *out, struct error *e)
{
	struct moment m;

	TRY(moment_of_value(ev, count > 1 ? args[1] : instant(eval_now(ev)), &m, e));
	if (!m.has_date && !is_of_day(type))
		return FAIL(e, E_TYPE, "a time of day has no date");
	TRY(moment_truncate(&m, value_str(args[0]), e));
	if (count > 2)
		TRY(moment_set(ev, args[2], &m, e));
	return moment_to_value(ev, &m, type, out, e);
}

CONSTRUCTOR(date, VALUE_DATE)
CONSTRUCTOR(time, VALUE_TIMETZ)
CONSTRUCTOR(local_time, VALUE_TIME)
CONSTRUCTOR(local_datetime, VALUE_TIMESTAMP)
CONSTRUCTOR(zoned_datetime, VALUE_TIMESTAMPTZ)

/* SQL's: the result is of the argument's type. */
FUNCTION_ROW(temporal_truncate)
{
	*out = args[1];
	if (args[1].type == VALUE_DATE ? !date_is_finite((int32_t)args[1].integer)
				       : !timestamp_is_finite(args[1].integer))
		return OK;
	return truncated(ev, args, count, (enum value_type)args[1].type, out, e);
}

/* Seconds and nanoseconds since 1970, or milliseconds. */
FUNCTION_ROW(temporal_from_epoch)
{
	int64_t us;

	(void)ev;
	if (__builtin_mul_overflow(args[0].integer, USECS_PER_SECOND, &us) ||
		__builtin_add_overflow(us, count > 1 ? args[1].integer / 1000 : 0, &us) ||
		__builtin_add_overflow(us, UNIX_EPOCH_USECS, &us) || us < TIMESTAMP_MIN ||
		us >= TIMESTAMP_END)
		return FAIL(e, E_DATETIME_OVERFLOW, "timestamp out of range");
	*out = instant(us);
	return OK;
}

FUNCTION_ROW(temporal_from_epoch_millis)
{
	int64_t us;

	(void)ev;
	(void)count;
	if (__builtin_mul_overflow(args[0].integer, INT64_C(1000), &us) ||
		__builtin_add_overflow(us, UNIX_EPOCH_USECS, &us) || us < TIMESTAMP_MIN ||
		us >= TIMESTAMP_END)
		return FAIL(e, E_DATETIME_OVERFLOW, "timestamp out of range");
	*out = instant(us);
	return OK;
}

/* ---- distance ---- */

/* Both as local timestamps that may be subtracted. With only a time on one side the dates do not
   count; with an offset on both sides the clocks are brought to the same one. */
static enum sqlstate align(struct eval *ev, const struct value *args, int64_t *from, int64_t *to,
	bool *has_dates, struct error *e)
{
	struct moment a, b;

	TRY(moment_of_value(ev, args[0], &a, e));
	TRY(moment_of_value(ev, args[1], &b, e));
	*has_dates = a.has_date && b.has_date;
	*from = a.time_us + (*has_dates ? a.days * USECS_PER_DAY : 0);
	*to = b.time_us + (*has_dates ? b.days * USECS_PER_DAY : 0);
	if (a.has_offset && b.has_offset) {
		*from -= a.offset_s * USECS_PER_SECOND;
		*to -= b.offset_s * USECS_PER_SECOND;
	}
	return OK;
}

/* Whole months from one local timestamp towards another, and where they lead to. */
static enum sqlstate whole_months(
	int64_t from, int64_t to, int32_t *months, int64_t *reached, struct error *e)
{
	struct civil a, b;
	struct interval step = { 0 };

	date_split(timestamp_to_date(from), &a);
	date_split(timestamp_to_date(to), &b);
	*months = (b.year - a.year) * 12 + b.month - a.month;
	for (;;) {
		step.months = *months;
		TRY(timestamp_add_interval(from, &step, reached, e));
		if (*months > 0 && *reached > to)
			--*months;
		else if (*months < 0 && *reached < to)
			++*months;
		else
			return OK;
	}
}

static enum sqlstate give_duration(
	struct eval *ev, int32_t months, int64_t days, int64_t us, struct value *out)
{
	struct value_duration *d = arena_alloc_raw(ev->arena, sizeof *d);

	*d = (struct value_duration){ months, (int32_t)days, us };
	*out = (struct value){ .type = VALUE_DURATION, .duration = d };
	return OK;
}

/* Months, then days, then the clock. */
FUNCTION_ROW(temporal_between)
{
	int64_t from, to, reached;
	int32_t months;
	bool has_dates;

	(void)count;
	TRY(align(ev, args, &from, &to, &has_dates, e));
	if (!has_dates)
		return give_duration(ev, 0, 0, to - from, out);
	TRY(whole_months(from, to, &months, &reached, e));
	return give_duration(
		ev, months, (to - reached) / USECS_PER_DAY, (to - reached) % USECS_PER_DAY, out);
}

FUNCTION_ROW(temporal_in_months)
{
	int64_t from, to, reached;
	int32_t months = 0;
	bool has_dates;

	(void)count;
	TRY(align(ev, args, &from, &to, &has_dates, e));
	if (has_dates)
		TRY(whole_months(from, to, &months, &reached, e));
	return give_duration(ev, months, 0, 0, out);
}

FUNCTION_ROW(temporal_in_days)
{
	int64_t from, to;
	bool has_dates;

	(void)count;
	TRY(align(ev, args, &from, &to, &has_dates, e));
	return give_duration(ev, 0, has_dates ? (to - from) / USECS_PER_DAY : 0, 0, out);
}

FUNCTION_ROW(temporal_in_seconds)
{
	int64_t from, to;
	bool has_dates;

	(void)count;
	TRY(align(ev, args, &from, &to, &has_dates, e));
	return give_duration(ev, 0, 0, to - from, out);
}
