/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A moment taken apart: what the constructors of dates and times work on before the result gets a
 * type. It is local time; an offset is only carried along, and turns it into an instant at the end.
 */
#ifndef QUERY_EVAL_MOMENT_H
#define QUERY_EVAL_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "query/eval/eval.h"
#include "storage/value.h"

struct moment {
	int64_t days;	  /* as a date, any year */
	int64_t time_us;  /* of the day */
	int32_t offset_s; /* east of UTC, with has_offset */
	bool has_date, has_time, has_offset;
};

enum { MOMENT_TEXT_MAX = 96 };

/* A finite date, time or timestamp; an instant in the session's zone. E_TYPE for other values,
   E_DATETIME_OVERFLOW for infinity. */
enum sqlstate moment_of_value(
	struct eval *ev, struct value v, struct moment *m, struct error *e) MUST_USE;
/*
 * Sets the parts that a map names: year, quarter, month, week, day, dayOfWeek, dayOfQuarter,
 * ordinalDay, hour to nanosecond, timezone, epochSeconds, epochMillis, and date, time, datetime,
 * which are values to begin with. What is not named stays; where there is nothing to stay it is the
 * first possible. A new zone moves the clock of a time that the map brought with an offset, not
 * that of *m itself. E_INVALID_VALUE, E_TYPE, E_DATETIME_OVERFLOW.
 */
enum sqlstate moment_set(
	struct eval *ev, struct value map, struct moment *m, struct error *e) MUST_USE;
/* As a value of the type: VALUE_DATE, TIME, TIMETZ, TIMESTAMP or TIMESTAMPTZ. Without an offset
   the session's zone counts. */
enum sqlstate moment_to_value(struct eval *ev, const struct moment *m, enum value_type type,
	struct value *out, struct error *e) MUST_USE;
/* The start of the unit it lies in, of millennium, century, decade, year, weekYear, quarter, month,
   week, day, hour, minute, second, millisecond, microsecond. E_INVALID_VALUE for another. */
enum sqlstate moment_truncate(struct moment *m, struct str unit, struct error *e) MUST_USE;

/*
 * The forms of ISO 8601 that base/datetime.h does not take, written as it takes them: '2015',
 * '2015-07', '201507', '2015-W30-2', '2015W302', '2015202', '2015-202', with 'T21' or 'T2140'
 * behind; and '21', '2140' with is_time. Any other text comes back as it is. The result may be in
 * `buffer`.
 */
struct str moment_iso_text(struct str text, bool is_time, char buffer[MOMENT_TEXT_MAX]);

/* The part is written as text, as `timezone` and `offset` are; the others are numbers. */
bool moment_part_is_text(struct str key);

/* Appends a date, time, timestamp or duration in PostgreSQL's form; an instant in the zone. */
void moment_put(struct buf *to, struct value v, const struct zone *zone);
/* Appends a date, time or duration as ISO 8601 has it: 'T' before the clock, 'Z' for UTC, durations
   as 'P1Y2M3DT4H5M6.7S'. False, with nothing appended, for any other value. */
bool moment_put_iso(struct eval *ev, struct buf *to, struct value v);

/* ISO 8601: Monday is 1; the week, and the year it belongs to, of a date. */
int64_t moment_weekday(int64_t days);
int64_t moment_week(int64_t days);
int64_t moment_week_year(int64_t days);

#endif
