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

	ck_assert_int_eq(timestamp_parse(text, &value, &e), OK);
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
	timestamp_put(out, sum);
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

	TRY(time_parse(a, &time_us, e));
	time_put(out, time_add_interval(time_us, &i));
	return OK;
}

static enum sqlstate days_to_date(struct str a, struct str b, struct buf *out, struct error *e)
{
	int64_t days;

	TRY(number_parse_int64(a, "bigint", &days, e));
	date_put(out, (int32_t)days);
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

Suite *interval_suite(void)
{
	Suite *suite = suite_create("interval");
	TCase *tests = tcase_create("interval");

	tcase_add_test(tests, arithmetic_is_postgresqls);
	tcase_add_test(tests, negation_refuses_what_has_no_opposite);
	tcase_add_test(tests, a_difference_that_does_not_fit_is_refused);
	tcase_add_test(tests, long_intervals_print_whole);
	suite_add_tcase(suite, tests);
	return suite;
}
