/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Intervals (durations): months, days and microseconds, kept apart because a month has no fixed
 * number of days, nor a day of hours. Storage form and text (IntervalStyle postgres; interval_style.c has
 * the others) are PostgreSQL's.
 */
#ifndef BASE_INTERVAL_H
#define BASE_INTERVAL_H

#include <stdint.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/error.h"
#include "base/str.h"

/* In the order of PostgreSQL's wire format. */
struct interval {
	int64_t microseconds;
	int32_t days;
	int32_t months;
};

/*
 * Accepted: quantities with units ('1 year -2 mons 3.5 hours'), a time ('04:05:06.7', with days
 * before it: '3 04:05'), 'years-months', any of these with '@' before and 'ago' behind, a bare
 * number of seconds, and ISO 8601 ('P1Y2M3DT4H5M6.7S', 'P0001-02-03T04:05:06').
 * Errors: E_DATETIME_FORMAT, E_INTERVAL_OVERFLOW.
 */
enum sqlstate interval_parse(struct str text, struct interval *value, struct error *e) MUST_USE;

/* The fields that an interval keeps, INTERVAL DAY TO MINUTE, as one number: the first and the last of them;
   INTERVAL_ALL, as many as it has. */
enum interval_field {
	INTERVAL_YEAR,
	INTERVAL_MONTH,
	INTERVAL_DAY,
	INTERVAL_HOUR,
	INTERVAL_MINUTE,
	INTERVAL_SECOND,
	INTERVAL_FIELDS, /* how many there are */
};
enum { INTERVAL_ALL = 0 };
uint8_t interval_range(enum interval_field first, enum interval_field last);
enum interval_field interval_first(uint8_t range);
enum interval_field interval_last(uint8_t range);
/* "day", in lower case. */
const char *interval_field_name(enum interval_field field);
/* The range that words in lower case name, "day to minute"; INTERVAL_ALL: they name none. */
uint8_t interval_range_of(struct str words);
/* " day to second(3)", what stands behind the name of the type. `seconds`: one more than the digits of
   seconds behind the point, 0: not said. */
void interval_put_range(struct buf *b, uint8_t range, uint8_t seconds);
/* What is smaller than the last of the fields goes, as in PostgreSQL. */
void interval_cut(struct interval *value, uint8_t range);
/* Range and seconds as PostgreSQL's type modifier, -1 for neither; and back. */
int32_t interval_modifier(uint8_t range, uint8_t seconds);
void interval_modifier_split(int32_t modifier, uint8_t *range, uint8_t *seconds);

/* As interval_parse(); what a number without a unit at the end counts, and whether 1:02 are minutes and
   seconds, is said by the range. Nothing is cut. */
enum sqlstate interval_parse_range(
	struct str text, uint8_t range, struct interval *value, struct error *e) MUST_USE;
/* '1 year 2 mons -3 days +04:05:06.789' */
void interval_put(struct buf *b, const struct interval *value);

/* The options of IntervalStyle, in their order. */
enum interval_style {
	INTERVAL_STYLE_POSTGRES,
	INTERVAL_STYLE_VERBOSE,
	INTERVAL_STYLE_SQL,
	INTERVAL_STYLE_ISO,
};
/* The same in another style, and reading what it writes. Only the standard's is read in a way of its own:
   a sign before all, if there is no other, is that of all parts. */
void interval_put_style(struct buf *b, const struct interval *value, enum interval_style style);
enum sqlstate interval_parse_style(struct str text, enum interval_style style, uint8_t range,
	struct interval *value, struct error *e) MUST_USE;

/* Order and equality as PostgreSQL's: a month counts 30 days, a day 24 hours. */
int interval_compare(const struct interval *a, const struct interval *b);

/* All fail with E_DATETIME_OVERFLOW when a field does not fit. */
enum sqlstate interval_add(const struct interval *a, const struct interval *b, struct interval *sum,
	struct error *e) MUST_USE;
enum sqlstate interval_negate(
	const struct interval *value, struct interval *negative, struct error *e) MUST_USE;
/* Fractions of months go to days, fractions of days to microseconds. */
enum sqlstate interval_multiply(const struct interval *value, double factor,
	struct interval *product, struct error *e) MUST_USE;

/* Months first (the day is cut to the month's last), then days, then microseconds. Infinity
   stays infinity. */
enum sqlstate timestamp_add_interval(
	int64_t timestamp, const struct interval *value, int64_t *sum, struct error *e) MUST_USE;
/* A time of day wraps around midnight; only the microseconds count. */
int64_t time_add_interval(int64_t time_us, const struct interval *value);
/* later - earlier, in days and microseconds; both finite, else E_DATETIME_OVERFLOW. */
enum sqlstate timestamp_difference(
	int64_t later, int64_t earlier, struct interval *difference, struct error *e) MUST_USE;

#endif
