/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The calendar: days and microseconds to years, months, days and the clock, and back. It is the
 * proleptic Gregorian one; the year before 1 is 1 BC, held as year 0. Days count from 2000-01-01.
 */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#define USECS_PER_SECOND INT64_C(1000000)
#define USECS_PER_MINUTE INT64_C(60000000)
#define USECS_PER_HOUR INT64_C(3600000000)
#define USECS_PER_DAY INT64_C(86400000000)
#define UNIX_EPOCH_DAYS (-10957)		     /* 1970-01-01 as a date */
#define UNIX_EPOCH_USECS (INT64_C(-946684800000000)) /* and as a timestamp */

/* A point in time taken apart. */
struct civil {
	int32_t year; /* 0 is 1 BC */
	int32_t month, day;
	int32_t hour, minute, second, microsecond;
};

/* date_of accepts months and days beyond their range and carries them; the result is exact for any
   year that fits a date. */
int64_t date_of(int64_t year, int64_t month, int64_t day);
void date_split(int64_t date, struct civil *civil);    /* sets year, month, day; the rest 0 */
void time_split(int64_t time_us, struct civil *civil); /* sets hour to microsecond only */
bool year_is_leap(int64_t year);
int32_t month_days(int64_t year, int32_t month); /* month 1 to 12 */
/* a / b towards minus infinity: whole days of microseconds, eras of years; b is positive. */
int64_t date_floor_div(int64_t a, int64_t b);

#endif
