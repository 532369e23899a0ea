/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Dates and times: their storage forms, their text, and the way between them. The forms and the
 * text (of each DateStyle) are PostgreSQL's, so that what is stored can go out on the wire unchanged.
 *
 *     date         int32   days since 2000-01-01; the extremes mean infinity
 *     time         int64   microseconds since midnight, 0 to 86400000000 (24:00:00 is allowed)
 *     timetz       struct  such a time, and seconds west of UTC
 *     timestamp    int64   microseconds since 2000-01-01 00:00:00; the extremes mean infinity
 *     timestamptz  int64   the same, in UTC
 *     interval     struct  interval.h
 */
#ifndef BASE_DATETIME_H
#define BASE_DATETIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/calendar.h"
#include "base/check.h"
#include "base/date_style.h"
#include "base/error.h"
#include "base/str.h"
#include "base/zone.h"

#define DATE_INFINITY INT32_MAX
#define DATE_MINUS_INFINITY INT32_MIN
#define DATE_MIN (-2451545) /* 4714-11-24 BC */
#define DATE_MAX 2145031948 /* 5874897-12-31 */
#define TIMESTAMP_INFINITY INT64_MAX
#define TIMESTAMP_MINUS_INFINITY INT64_MIN
#define TIMESTAMP_MIN INT64_C(-211813488000000000) /* 4714-11-24 BC */
#define TIMESTAMP_END INT64_C(9223371331200000000) /* 294277-01-01, exclusive */

struct timetz {
	int64_t time_us;
	int32_t zone_west_s; /* seconds WEST of UTC, as PostgreSQL stores it */
};

static inline bool date_is_finite(int32_t date)
{
	return date != DATE_INFINITY && date != DATE_MINUS_INFINITY;
}

static inline bool timestamp_is_finite(int64_t timestamp)
{
	return timestamp != TIMESTAMP_INFINITY && timestamp != TIMESTAMP_MINUS_INFINITY;
}

/*
 * Text to value. Accepted: 'YYYY-MM-DD', 'YYYYMMDD', three numbers between hyphens, slashes or points
 * in the order that is given, a day, a year and the name of a month, also with the time between them
 * ('Wed Dec 17 07:37:16 1997 PST'); a time 'HH:MM[:SS[.ffffff]]' or 'HHMMSS' after
 * a blank or 'T', with AM or PM, an offset, an abbreviation of one (UTC, GMT, Z, CET, ..) or the name
 * of a zone (Europe/Berlin, also in brackets, behind an offset too, which then counts), then BC;
 * 'infinity', '-infinity', 'epoch'. Errors: E_DATETIME_FORMAT, E_DATETIME_OVERFLOW,
 * E_ZONE_DISPLACEMENT, E_INVALID_VALUE for an unknown zone. An offset or zone in a date, time or
 * timestamp is ignored, as PostgreSQL ignores it.
 */
enum sqlstate date_parse(
	struct str text, enum date_order order, int32_t *date, struct error *e) MUST_USE;
enum sqlstate time_parse(
	struct str text, enum date_order order, int64_t *time_us, struct error *e) MUST_USE;
enum sqlstate timetz_parse(struct str text, enum date_order order, const struct zone *zone,
	struct timetz *value, struct error *e) MUST_USE;
enum sqlstate timestamp_parse(
	struct str text, enum date_order order, int64_t *timestamp, struct error *e) MUST_USE;
enum sqlstate timestamptz_parse(struct str text, enum date_order order, const struct zone *zone,
	int64_t *timestamp, struct error *e) MUST_USE;

/* Value to text, at the end of a buffer. */
void date_put(struct buf *b, int32_t date, struct date_style style);
void time_put(struct buf *b, int64_t time_us);
void timetz_put(struct buf *b, const struct timetz *value);
void timestamp_put(struct buf *b, int64_t timestamp, struct date_style style);
void timestamptz_put(
	struct buf *b, int64_t timestamp, const struct zone *zone, struct date_style style);

void timestamp_split(int64_t timestamp, struct civil *civil);

/* Conversions; E_DATETIME_OVERFLOW when the result has no place. Infinity stays infinity. */
enum sqlstate date_to_timestamp(int32_t date, int64_t *timestamp, struct error *e) MUST_USE;
int32_t timestamp_to_date(int64_t timestamp);
int64_t timestamp_to_time(int64_t timestamp); /* finite only */
/* Local time to instant and back. */
enum sqlstate timestamp_to_instant(
	int64_t timestamp, const struct zone *zone, int64_t *instant, struct error *e) MUST_USE;
int64_t timestamp_to_local(int64_t instant, const struct zone *zone);
enum sqlstate date_add_days(int32_t date, int64_t days, int32_t *sum, struct error *e) MUST_USE;

/* The present, as a timestamptz. */
int64_t timestamp_now(void);

/* For interval.c and the formatters: ":SS" with the fraction, if any, without trailing zeroes. */
void datetime_put_seconds(struct buf *b, int64_t second, int64_t microsecond);

#endif
