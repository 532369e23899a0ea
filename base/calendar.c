/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The calendar. It is counted in eras of 400 years (146097 days) with years that begin on the first
 * of March, so that the leap day is a year's last.
 */
#include "base/calendar.h"

#include "base/check.h"

enum { DAYS_PER_ERA = 146097, YEARS_PER_ERA = 400, MARCH_2000_DAYS = 60 };

int64_t date_floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

bool year_is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int32_t month_days(int64_t year, int32_t month)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	assert(month >= 1);
	assert(month <= 12);
	return days[month - 1] + (month == 2 && year_is_leap(year));
}

int64_t date_of(int64_t year, int64_t month, int64_t day)
{
	int64_t months = month - 3; /* since March */
	int64_t march_year = year + date_floor_div(months, 12);
	int64_t month_of_year = months - date_floor_div(months, 12) * 12;
	int64_t era = date_floor_div(march_year, YEARS_PER_ERA);
	int64_t year_of_era = march_year - era * YEARS_PER_ERA;
	int64_t day_of_year = (153 * month_of_year + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	/* Era 5 begins on 2000-03-01. */
	return (era - 5) * DAYS_PER_ERA + day_of_era + MARCH_2000_DAYS;
}

void date_split(int64_t date, struct civil *civil)
{
	int64_t days = date - MARCH_2000_DAYS;
	int64_t era = date_floor_div(days, DAYS_PER_ERA);
	int64_t day_of_era = days - era * DAYS_PER_ERA;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
				      day_of_era / (DAYS_PER_ERA - 1)) /
			      365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month_of_year = (5 * day_of_year + 2) / 153;

	*civil = (struct civil){ 0 };
	civil->day = (int32_t)(day_of_year - (153 * month_of_year + 2) / 5 + 1);
	civil->month = (int32_t)(month_of_year < 10 ? month_of_year + 3 : month_of_year - 9);
	civil->year = (int32_t)(year_of_era + (era + 5) * YEARS_PER_ERA + (civil->month <= 2));
}

void time_split(int64_t time_us, struct civil *civil)
{
	civil->hour = (int32_t)(time_us / USECS_PER_HOUR);
	civil->minute = (int32_t)(time_us / USECS_PER_MINUTE % 60);
	civil->second = (int32_t)(time_us / USECS_PER_SECOND % 60);
	civil->microsecond = (int32_t)(time_us % USECS_PER_SECOND);
}
