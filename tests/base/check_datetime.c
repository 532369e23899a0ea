/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What base/datetime.c and base/datetime_read.c promise.
 */
#include <check.h>
#include <string.h>

#include "base/datetime.h"
#include "base/interval.h"
#include "tests/base/suites.h"
#include "tests/base/vectors.h"

static enum sqlstate print_date(struct str text, struct buf *b, struct error *e)
{
	int32_t date;

	TRY(date_parse(text, DATE_ORDER_MDY, &date, e));
	date_put(b, date, date_style_iso);
	return OK;
}

static enum sqlstate print_time(struct str text, struct buf *b, struct error *e)
{
	int64_t time_us;

	TRY(time_parse(text, DATE_ORDER_MDY, &time_us, e));
	time_put(b, time_us);
	return OK;
}

static enum sqlstate print_timetz(struct str text, struct buf *b, struct error *e)
{
	struct timetz value;

	TRY(timetz_parse(text, DATE_ORDER_MDY, &zone_utc, &value, e));
	timetz_put(b, &value);
	return OK;
}

static enum sqlstate print_timestamp(struct str text, struct buf *b, struct error *e)
{
	int64_t timestamp;

	TRY(timestamp_parse(text, DATE_ORDER_MDY, &timestamp, e));
	timestamp_put(b, timestamp, date_style_iso);
	return OK;
}

static enum sqlstate print_interval(struct str text, struct buf *b, struct error *e)
{
	struct interval value;

	TRY(interval_parse(text, &value, e));
	interval_put(b, &value);
	return OK;
}

/* The type is "timestamptz ZONE". */
static enum sqlstate print_timestamptz(
	struct str type, struct str text, struct buf *b, struct error *e)
{
	struct str zone_text = { type.at + 12, type.length - 12 };
	struct zone zone;
	int64_t timestamp;

	TRY(zone_parse(zone_text, &zone, e));
	TRY(timestamptz_parse(text, DATE_ORDER_MDY, &zone, &timestamp, e));
	timestamptz_put(b, timestamp, &zone, date_style_iso);
	return OK;
}

static enum sqlstate read_and_print(
	struct str type, struct str text, struct buf *b, struct error *e)
{
	buf_reset(b);
	if (str_equal(type, STR("date")))
		return print_date(text, b, e);
	if (str_equal(type, STR("time")))
		return print_time(text, b, e);
	if (str_equal(type, STR("timetz")))
		return print_timetz(text, b, e);
	if (str_equal(type, STR("timestamp")))
		return print_timestamp(text, b, e);
	if (str_equal(type, STR("interval")))
		return print_interval(text, b, e);
	return print_timestamptz(type, text, b, e);
}

START_TEST(text_is_read_and_printed_as_postgresql_does)
{
	struct vectors v;
	struct buf b = { 0 };
	struct error e;

	vectors_open(&v, "datetime.tsv");
	while (vectors_next(&v))
		vectors_compare(&v, 2, read_and_print(v.column[0], v.column[1], &b, &e), &b, &e);
	buf_free(&b);
	vectors_close(&v);
}
END_TEST

START_TEST(every_day_of_nine_centuries_splits_and_joins)
{
	struct civil before, civil;

	date_split(-200001, &before);
	for (int32_t date = -200000; date < 130000; date++) {
		bool is_next;

		date_split(date, &civil);
		is_next = civil.day == 1
				  ? before.day == month_days(before.year, before.month)
				  : civil.day == before.day + 1 && civil.month == before.month;
		if (!is_next || date_of(civil.year, civil.month, civil.day) != date)
			ck_abort_msg("day %d", date);
		before = civil;
	}
}
END_TEST

START_TEST(months_beyond_their_range_carry)
{
	ck_assert_int_eq(date_of(2023, 13, 1), date_of(2024, 1, 1));
	ck_assert_int_eq(date_of(2024, 0, 1), date_of(2023, 12, 1));
	ck_assert_int_eq(date_of(2024, -11, 31), date_of(2023, 1, 31));
	ck_assert_int_eq(date_of(2024, 2, 30), date_of(2024, 3, 1));
}
END_TEST

START_TEST(conversions_keep_infinity_and_refuse_what_does_not_fit)
{
	struct error e;
	int64_t timestamp;
	int32_t date;

	ck_assert_int_eq(date_to_timestamp(DATE_INFINITY, &timestamp, &e), OK);
	ck_assert_int_eq(timestamp, TIMESTAMP_INFINITY);
	ck_assert_int_eq(timestamp_to_date(TIMESTAMP_MINUS_INFINITY), DATE_MINUS_INFINITY);
	ck_assert_int_eq(date_to_timestamp(DATE_MAX, &timestamp, &e), E_DATETIME_OVERFLOW);
	ck_assert_int_eq(timestamp_to_date(-1), -1);
	ck_assert_int_eq(timestamp_to_time(-1), USECS_PER_DAY - 1);
	ck_assert_int_eq(date_add_days(DATE_MAX, 1, &date, &e), E_DATETIME_OVERFLOW);
	ck_assert_int_eq(date_add_days(DATE_INFINITY, 1, &date, &e), OK);
	ck_assert_int_eq(date, DATE_INFINITY);
}
END_TEST

START_TEST(local_time_becomes_an_instant_and_back)
{
	struct zone zone;
	struct error e;
	int64_t instant;

	ck_assert_int_eq(zone_parse(STR("<+02>-02"), &zone, &e), OK);
	ck_assert_int_eq(timestamp_to_instant(0, &zone, &instant, &e), OK);
	ck_assert_int_eq(instant, -2 * USECS_PER_HOUR);
	ck_assert_int_eq(timestamp_to_local(instant, &zone), 0);
	ck_assert_int_eq(
		timestamp_to_instant(TIMESTAMP_MIN, &zone, &instant, &e), E_DATETIME_OVERFLOW);
}
END_TEST

START_TEST(now_lies_in_this_century)
{
	struct civil civil;

	timestamp_split(timestamp_now(), &civil);
	ck_assert_int_ge(civil.year, 2024);
	ck_assert_int_lt(civil.year, 2100);
}
END_TEST

/* Every prefix of a valid text, and every byte replaced, is read or refused, never overrun. */
START_TEST(damaged_texts_are_refused_in_good_order)
{
	static const char *const texts[] = { "2024-02-29 12:34:56.789+05:30:15 BC", "-infinity",
		"P1Y2M3DT4H5M6.7S", "1 year -2 mons +3.5 days 04:05:06.789 ago", "040506.5 PM" };
	static const char *const types[] = { "date", "time", "timetz", "timestamp", "interval",
		"timestamptz UTC" };
	struct buf b = { 0 };
	struct error e;

	for (size_t t = 0; t < ARRAY_COUNT(texts) * ARRAY_COUNT(types); t++) {
		struct str type = str_of(types[t % ARRAY_COUNT(types)]);
		struct str text = str_of(texts[t / ARRAY_COUNT(types)]);

		for (uint32_t i = 0; i <= text.length; i++) {
			char copy[64];

			memcpy(copy, text.at, text.length);
			read_and_print(type, (struct str){ copy, i }, &b, &e);
			copy[i < text.length ? i : 0] = (char)('!' + i * 7 % 90);
			read_and_print(type, (struct str){ copy, text.length }, &b, &e);
		}
	}
	buf_free(&b);
}
END_TEST

Suite *datetime_suite(void)
{
	Suite *suite = suite_create("datetime");
	TCase *tests = tcase_create("datetime");

	tcase_add_test(tests, text_is_read_and_printed_as_postgresql_does);
	tcase_add_test(tests, every_day_of_nine_centuries_splits_and_joins);
	tcase_add_test(tests, months_beyond_their_range_carry);
	tcase_add_test(tests, conversions_keep_infinity_and_refuse_what_does_not_fit);
	tcase_add_test(tests, local_time_becomes_an_instant_and_back);
	tcase_add_test(tests, now_lies_in_this_century);
	tcase_add_test(tests, damaged_texts_are_refused_in_good_order);
	suite_add_tcase(suite, tests);
	return suite;
}
