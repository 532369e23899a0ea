/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Moments: the ways to write one date agree with each other for every day of many years, truncation
 * finds the last start of a unit, and parts put together again give the date they came from.
 */
#include <check.h>
#include <stdio.h>

#include "base/datetime.h"
#include "query/eval/moment.h"
#include "tests/query/suites.h"

enum { FIRST_YEAR = 1, LAST_YEAR = 9998, STEP_DAYS = 13 };

static struct error e;

static int64_t read_back(const char *text)
{
	char buffer[MOMENT_TEXT_MAX];
	int32_t date = 0;

	error_clear(&e);
	ck_assert_msg(date_parse(moment_iso_text(str_of(text), false, buffer), DATE_ORDER_MDY,
			      &date, &e) == OK,
		"%s", text);
	return date;
}

START_TEST(every_iso_form_of_a_date_means_that_date)
{
	for (int64_t days = date_of(FIRST_YEAR, 1, 8); days < date_of(LAST_YEAR, 1, 1);
		days += STEP_DAYS) {
		struct civil c;
		char text[64];
		int week_year = (int)moment_week_year(days), week = (int)moment_week(days);
		int weekday = (int)moment_weekday(days), ordinal;

		date_split(days, &c);
		ordinal = (int)(days - date_of(c.year, 1, 1)) + 1;
		snprintf(text, sizeof text, "%04d-W%02d-%d", week_year, week, weekday);
		ck_assert_int_eq(read_back(text), days);
		snprintf(text, sizeof text, "%04dW%02d%d", week_year, week, weekday);
		ck_assert_int_eq(read_back(text), days);
		snprintf(text, sizeof text, "%04dW%02d", week_year, week);
		ck_assert_int_eq(read_back(text), days - weekday + 1);
		snprintf(text, sizeof text, "%04d%03d", c.year, ordinal);
		ck_assert_int_eq(read_back(text), days);
		snprintf(text, sizeof text, "%04d-%03d", c.year, ordinal);
		ck_assert_int_eq(read_back(text), days);
		snprintf(text, sizeof text, "%04d%02d", c.year, c.month);
		ck_assert_int_eq(read_back(text), days - c.day + 1);
		snprintf(text, sizeof text, "%04d%02d%02d", c.year, c.month, c.day);
		ck_assert_int_eq(read_back(text), days);
	}
}
END_TEST

START_TEST(times_get_their_colons_and_other_texts_stay_as_they_are)
{
	static const struct {
		const char *text;
		bool is_time;
		const char *iso;
	} cases[] = {
		{ "21", true, "21:00" },
		{ "2140", true, "21:40" },
		{ "214032.142Z", true, "21:40:32.142Z" },
		{ "2140-02", true, "21:40-02" },
		{ "21:40:32+01:00", true, "21:40:32+01:00" },
		{ "9 o'clock", true, "9 o'clock" },
		{ "2015-W30T2140", false, "2015-07-20T21:40" },
		{ "2015T214032-0100", false, "2015-01-01T21:40:32-0100" },
		{ "2015-07-21 21:40", false, "2015-07-21 21:40" },
		{ "2015-W54", false, "2015-W54" },
		{ "2015-W30-8", false, "2015-W30-8" },
		{ "2015366", false, "2015366" },
		{ "2015-02-29", false, "2015-02-29" },
		{ "infinity", false, "infinity" },
		{ "", false, "" },
	};
	char buffer[MOMENT_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct str iso = moment_iso_text(str_of(cases[i].text), cases[i].is_time, buffer);

		ck_assert_msg(str_equal(iso, str_of(cases[i].iso)), "%s became %.*s", cases[i].text,
			STR_ARGS(iso));
	}
}
END_TEST

START_TEST(truncation_is_the_last_start_of_the_unit)
{
	static const char *const units[] = { "millennium", "century", "decade", "year", "weekYear",
		"quarter", "month", "week", "day", "hour", "minute", "second", "millisecond",
		"microsecond" };

	for (size_t u = 0; u < ARRAY_COUNT(units); u++) {
		struct moment last = { .days = INT32_MIN };

		for (int64_t days = -5000; days < 5000; days++) {
			struct moment m = { days, days * 7919 % USECS_PER_HOUR + USECS_PER_HOUR, 0,
				true, true, false };
			struct moment start = m, again;

			ck_assert_int_eq(moment_truncate(&start, str_of(units[u]), &e), OK);
			again = start;
			ck_assert_int_eq(moment_truncate(&again, str_of(units[u]), &e), OK);
			ck_assert_int_eq(again.days, start.days);
			ck_assert_int_eq(again.time_us, start.time_us);
			ck_assert_int_le(start.days, m.days);
			ck_assert_int_le(start.time_us, m.time_us);
			ck_assert_int_ge(start.days, last.days);
			last = start;
		}
	}
	ck_assert_int_eq(
		moment_truncate(&(struct moment){ 0 }, STR("fortnight"), &e), E_INVALID_VALUE);
}
END_TEST

static void check_parts(struct eval *ev, int64_t days, const struct value_entry *parts, uint32_t n)
{
	struct value map = { .type = VALUE_MAP, .count = n, .entries = parts };
	struct moment m = { 0 };

	ck_assert_int_eq(moment_set(ev, map, &m, &e), OK);
	ck_assert_int_eq(m.days, days);
	ck_assert(m.has_date);
}

START_TEST(a_date_put_together_from_its_parts_is_that_date)
{
	struct eval ev = { 0 };

	for (int64_t days = -5000; days < 5000; days++) {
		struct value date = { .type = VALUE_DATE, .integer = days };
		int64_t quarter;
		struct civil c;

		date_split(days, &c);
		quarter = (c.month - 1) / 3 + 1;
		check_parts(&ev, days,
			(struct value_entry[]){
				{ STR("dayOfWeek"), value_int(moment_weekday(days)) },
				{ STR("week"), value_int(moment_week(days)) },
				{ STR("year"), value_int(moment_week_year(days)) } },
			3);
		check_parts(&ev, days,
			(struct value_entry[]){
				{ STR("dayOfQuarter"),
					value_int(days - date_of(c.year, quarter * 3 - 2, 1) + 1) },
				{ STR("quarter"), value_int(quarter) },
				{ STR("year"), value_int(c.year) } },
			3);
		check_parts(&ev, days,
			(struct value_entry[]){
				{ STR("date"), date }, { STR("hour"), value_int(23) } },
			2);
	}
}
END_TEST

Suite *moment_suite(void)
{
	Suite *s = suite_create("moment");
	TCase *forms = tcase_create("forms");

	tcase_set_timeout(forms, 300); /* under the thread sanitizer */
	tcase_add_test(forms, every_iso_form_of_a_date_means_that_date);
	tcase_add_test(forms, times_get_their_colons_and_other_texts_stay_as_they_are);
	tcase_add_test(forms, truncation_is_the_last_start_of_the_unit);
	tcase_add_test(forms, a_date_put_together_from_its_parts_is_that_date);
	suite_add_tcase(s, forms);
	return s;
}
