/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What base/interval.c promises of arithmetic; check_datetime.c tests its text.
 */
#include <check.h>

#include "base/datetime.h"
#include "base/interval.h"
#include "base/number.h"
#include "tests/base/suites.h"
#include "tests/base/vectors.h"

static struct interval interval_of(struct str text)
{
	struct interval value;
	struct error e;

	ck_assert_int_eq(interval_parse(text, &value, &e), OK);
	return value;
}

static int64_t timestamp_of(struct str text)
{
	struct error e;
	int64_t value;

	ck_assert_int_eq(timestamp_parse(text, DATE_ORDER_MDY, &value, &e), OK);
	return value;
}

static double number_of(struct str text)
{
	double value;

	ck_assert_int_eq(number_read_double(text, &value), NUMBER_OK);
	return value;
}

static enum sqlstate add_to_timestamp(struct str a, struct str b, struct buf *out, struct error *e)
{
	struct interval i = interval_of(b);
	int64_t sum;

	TRY(timestamp_add_interval(timestamp_of(a), &i, &sum, e));
	timestamp_put(out, sum, date_style_iso);
	return OK;
}

static enum sqlstate subtract(struct str a, struct str b, struct buf *out, struct error *e)
{
	struct interval i;

	TRY(timestamp_difference(timestamp_of(a), timestamp_of(b), &i, e));
	interval_put(out, &i);
	return OK;
}

static enum sqlstate multiply(struct str a, struct str b, struct buf *out, struct error *e)
{
	struct interval i = interval_of(a);

	TRY(interval_multiply(&i, number_of(b), &i, e));
	interval_put(out, &i);
	return OK;
}

static enum sqlstate add(struct str a, struct str b, struct buf *out, struct error *e)
{
	struct interval i = interval_of(a), k = interval_of(b);

	TRY(interval_add(&i, &k, &i, e));
	interval_put(out, &i);
	return OK;
}

static enum sqlstate compare(struct str a, struct str b, struct buf *out, struct error *e)
{
	struct interval i = interval_of(a), k = interval_of(b);

	number_put_int64(out, interval_compare(&i, &k));
	return OK;
}

static enum sqlstate add_to_time(struct str a, struct str b, struct buf *out, struct error *e)
{
	struct interval i = interval_of(b);
	int64_t time_us;

	TRY(time_parse(a, DATE_ORDER_MDY, &time_us, e));
	time_put(out, time_add_interval(time_us, &i));
	return OK;
}

static enum sqlstate days_to_date(struct str a, struct str b, struct buf *out, struct error *e)
{
	int64_t days;

	TRY(number_parse_int64(a, "bigint", &days, e));
	date_put(out, (int32_t)days, date_style_iso);
	return OK;
}

static const struct {
	const char *name;
	enum sqlstate (*run)(struct str a, struct str b, struct buf *out, struct error *e);
} operations[] = {
	{ "timestamp + interval", add_to_timestamp },
	{ "timestamp - timestamp", subtract },
	{ "interval * float8", multiply },
	{ "interval + interval", add },
	{ "interval <=> interval", compare },
	{ "time + interval", add_to_time },
	{ "days -> date", days_to_date },
};

START_TEST(arithmetic_is_postgresqls)
{
	struct vectors v;
	struct buf out = { 0 };
	struct error e;

	vectors_open(&v, "datetime_arithmetic.tsv");
	while (vectors_next(&v)) {
		size_t i = 0;

		while (!str_equal(v.column[0], str_of(operations[i].name)))
			ck_assert_uint_lt(++i, ARRAY_COUNT(operations));
		buf_reset(&out);
		vectors_compare(
			&v, 3, operations[i].run(v.column[1], v.column[2], &out, &e), &out, &e);
	}
	buf_free(&out);
	vectors_close(&v);
}
END_TEST

START_TEST(negation_refuses_what_has_no_opposite)
{
	struct interval i = { 5, -6, 7 }, least = { 0, INT32_MIN, 0 };
	struct error e;

	ck_assert_int_eq(interval_negate(&i, &i, &e), OK);
	ck_assert_int_eq(i.microseconds, -5);
	ck_assert_int_eq(i.days, 6);
	ck_assert_int_eq(i.months, -7);
	ck_assert_int_eq(interval_negate(&least, &i, &e), E_DATETIME_OVERFLOW);
}
END_TEST

/* PostgreSQL 15 wraps around here. */
START_TEST(a_difference_that_does_not_fit_is_refused)
{
	struct interval i;
	struct error e;

	ck_assert_int_eq(timestamp_difference(TIMESTAMP_END - 1, TIMESTAMP_MIN, &i, &e),
		E_DATETIME_OVERFLOW);
}
END_TEST

START_TEST(long_intervals_print_whole)
{
	struct interval least = { INT64_MIN, INT32_MIN, INT32_MIN };
	struct buf out = { 0 };

	interval_put(&out, &least);
	ck_assert(str_equal(buf_str(&out), STR("-178956970 years -8 mons -2147483648 days "
					       "-2562047788:00:54.775808")));
	buf_free(&out);
}
END_TEST

/* Each value in the four styles, as PostgreSQL 15 writes it, in their order. */
static const char *const styled[][4] = {
	{ "00:00:00", "@ 0", "0", "PT0S" },
	{ "1 year 2 mons 3 days 04:05:06.7", "@ 1 year 2 mons 3 days 4 hours 5 mins 6.7 secs",
		"+1-2 +3 +4:05:06.7", "P1Y2M3DT4H5M6.7S" },
	{ "-1 years -2 mons", "@ 1 year 2 mons ago", "-1-2", "P-1Y-2M" },
	{ "-10 mons", "@ 10 mons ago", "-0-10", "P-10M" },
	{ "1 day", "@ 1 day", "1 0:00:00", "P1D" },
	{ "-1 days -02:03:04", "@ 1 day 2 hours 3 mins 4 secs ago",
		"-1 2:03:04", "P-1DT-2H-3M-4S" },
	{ "1 day -02:03:04", "@ 1 day -2 hours -3 mins -4 secs",
		"+0-0 +1 -2:03:04", "P1DT-2H-3M-4S" },
	{ "03:04:05", "@ 3 hours 4 mins 5 secs", "3:04:05", "PT3H4M5S" },
	{ "-00:00:00.5", "@ 0.5 secs ago", "-0:00:00.5", "PT-0.5S" },
	{ "00:00:01", "@ 1 sec", "0:00:01", "PT1S" },
	{ "00:00:01.000001", "@ 1.000001 secs", "0:00:01.000001", "PT1.000001S" },
	{ "-1 mons +3 days", "@ 1 mon -3 days ago", "-0-1 +3 +0:00:00", "P-1M3D" },
	{ "2 mons 00:00:01", "@ 2 mons 1 sec", "+0-2 +0 +0:00:01", "P2MT1S" },
	{ "100:59:00", "@ 100 hours 59 mins", "100:59:00", "PT100H59M" },
	{ "-1 days +00:00:01", "@ 1 day -1 sec ago", "+0-0 -1 +0:00:01", "P-1DT1S" },
	{ "-2147483648 days", "@ 2147483648 days ago", "-2147483648 0:00:00", "P-2147483648D" },
	{ "178956970 years 7 mons", "@ 178956970 years 7 mons", "178956970-7", "P178956970Y7M" },
	{ "-00:00:01", "@ 1 sec ago", "-0:00:01", "PT-1S" },
	{ "1 year -00:00:01", "@ 1 year -1 sec", "+1-0 +0 -0:00:01", "P1YT-1S" },
	{ "-178956970 years -8 mons -2147483648 days -2562047788:00:54.775807",
		"@ 178956970 years 8 mons 2147483648 days 2562047788 hours 54.775807 secs ago",
		"-178956970-8 -2147483648 -2562047788:00:54.775807",
		"P-178956970Y-8M-2147483648DT-2562047788H-54.775807S" },
};

START_TEST(each_style_is_written_and_read)
{
	struct interval value = interval_of(str_of(styled[_i][0])), again;
	struct error e;

	for (int style = 0; style < 4; style++) {
		struct buf out = { 0 };

		interval_put_style(&out, &value, (enum interval_style)style);
		ck_assert(str_equal(buf_str(&out), str_of(styled[_i][style])));
		ck_assert_int_eq(
			interval_parse_style(buf_str(&out), (enum interval_style)style,
				INTERVAL_ALL, &again, &e),
			OK);
		ck_assert_int_eq(again.months, value.months);
		ck_assert_int_eq(again.days, value.days);
		ck_assert_int_eq(again.microseconds, value.microseconds);
		buf_free(&out);
	}
}
END_TEST

/* What the standard's style makes of texts with signs, as PostgreSQL 15. */
static const char *const standard[][2] = {
	{ "-1 2:03:04", "-1 2:03:04" },
	{ "-1-2 3 4:05:06", "-1-2 -3 -4:05:06" },
	{ "-1 day 2 hours", "-1 2:00:00" },
	{ "-1 day +2 hours", "+0-0 -1 +2:00:00" },
	{ "- 1 day 2 hours", "-1 2:00:00" },
	{ "-1 day 2 hours ago", "1 2:00:00" },
	{ "1 -2:00:00", "+0-0 +1 -2:00:00" },
	{ "-1-2 +3 4:00:00", "-1-2 +3 +4:00:00" },
};

START_TEST(the_standard_has_one_sign_for_all)
{
	struct buf out = { 0 };
	struct interval value;
	struct error e;

	ck_assert_int_eq(
		interval_parse_style(str_of(standard[_i][0]), INTERVAL_STYLE_SQL, INTERVAL_ALL,
			&value, &e),
		OK);
	interval_put_style(&out, &value, INTERVAL_STYLE_SQL);
	ck_assert(str_equal(buf_str(&out), str_of(standard[_i][1])));
	buf_free(&out);
}
END_TEST

/* The modifier is PostgreSQL's. */
static const struct {
	const char *words;
	uint8_t seconds;
	int32_t modifier;
	const char *text;
} ranges[] = {
	{ "", 0, -1, "" },
	{ "", 3, 2147418114, "(2)" },
	{ "hour", 0, 67174399, " hour" },
	{ "day to hour", 0, 67698687, " day to hour" },
	{ "second", 2, 268435457, " second(1)" },
	{ "year to month", 0, 458751, " year to month" },
	{ "day to second", 4, 470286339, " day to second(3)" },
};

START_TEST(a_range_of_fields_is_a_modifier_and_words)
{
	uint8_t range = interval_range_of(str_of(ranges[_i].words)), read, seconds;
	int32_t modifier = interval_modifier(range, ranges[_i].seconds);
	struct buf text = { 0 };

	ck_assert_int_eq(modifier, ranges[_i].modifier);
	interval_modifier_split(modifier, &read, &seconds);
	ck_assert_uint_eq(read, range);
	ck_assert_uint_eq(seconds, ranges[_i].seconds);
	interval_put_range(&text, range, seconds);
	ck_assert(str_equal(buf_str(&text), str_of(ranges[_i].text)));
	buf_free(&text);
}
END_TEST

START_TEST(other_words_are_no_range)
{
	ck_assert_uint_eq(interval_range_of(STR("days")), INTERVAL_ALL);
	ck_assert_uint_eq(interval_range_of(STR("day to")), INTERVAL_ALL);
	ck_assert_uint_eq(interval_range_of(STR("day to noon")), INTERVAL_ALL);
	ck_assert_uint_eq(interval_range_of(STR("to day")), INTERVAL_ALL);
}
END_TEST

Suite *interval_suite(void)
{
	Suite *suite = suite_create("interval");
	TCase *tests = tcase_create("interval");

	tcase_add_loop_test(tests, each_style_is_written_and_read, 0, (int)ARRAY_COUNT(styled));
	tcase_add_loop_test(
		tests, the_standard_has_one_sign_for_all, 0, (int)ARRAY_COUNT(standard));
	tcase_add_loop_test(
		tests, a_range_of_fields_is_a_modifier_and_words, 0, (int)ARRAY_COUNT(ranges));
	tcase_add_test(tests, other_words_are_no_range);
	tcase_add_test(tests, arithmetic_is_postgresqls);
	tcase_add_test(tests, negation_refuses_what_has_no_opposite);
	tcase_add_test(tests, a_difference_that_does_not_fit_is_refused);
	tcase_add_test(tests, long_intervals_print_whole);
	suite_add_tcase(suite, tests);
	return suite;
}
