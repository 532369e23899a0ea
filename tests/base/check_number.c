/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What base/number.c promises: the text that PostgreSQL prints, and reads.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/rand.h"
#include "tests/base/suites.h"
#include "tests/base/vectors.h"

static enum sqlstate read_and_print(struct vectors *v, struct buf *b, struct error *e)
{
	struct str type = v->column[0], text = v->column[1];
	int64_t integer;
	double number;
	float single;

	buf_reset(b);
	if (str_equal(type, STR("bigint"))) {
		TRY(number_parse_int64(text, "bigint", &integer, e));
		number_put_int64(b, integer);
	} else if (str_equal(type, STR("float8"))) {
		TRY(number_parse_double(text, "double precision", &number, e));
		number_put_double(b, number);
	} else {
		ck_assert(str_equal(type, STR("float4")));
		ck_assert_int_eq(number_read_float(text, &single), NUMBER_OK);
		number_put_float(b, single);
	}
	return OK;
}

START_TEST(text_is_read_and_printed_as_postgresql_does)
{
	struct vectors v;
	struct buf b = { 0 };
	struct error e;

	vectors_open(&v, "number.tsv");
	while (vectors_next(&v))
		vectors_compare(&v, 2, read_and_print(&v, &b, &e), &b, &e);
	buf_free(&b);
	vectors_close(&v);
}
END_TEST

START_TEST(printed_doubles_read_back_as_the_same_bits)
{
	struct rand r = { 9 };

	for (int i = 0; i < 20000; i++) {
		uint64_t bits = rand_next(&r);
		char text[NUMBER_TEXT_MAX];
		double value, back;
		uint32_t length;

		memcpy(&value, &bits, sizeof value);
		if (!isfinite(value))
			continue;
		length = number_format_double(value, text);
		if (number_read_double((struct str){ text, length }, &back) != NUMBER_OK ||
			memcmp(&value, &back, sizeof value) != 0)
			ck_abort_msg("%a became %s", value, text);
	}
}
END_TEST

/* A decimal of at most 15 digits is the shortest text of the double it reads as. */
START_TEST(short_decimals_print_as_they_were_written)
{
	struct rand r = { 12 };

	for (int i = 0; i < 20000; i++) {
		long long whole = (long long)(rand_next(&r) >> (30 + rand_below(&r, 30)));
		long long fraction =
			(long long)rand_below(&r, 100000) * 10 + 1 + (long long)rand_below(&r, 9);
		char written[40], printed[NUMBER_TEXT_MAX];
		double value;

		snprintf(written, sizeof written, "%s%lld.%06lld", i % 2 ? "-" : "",
			whole % 100000000, fraction);
		ck_assert_int_eq(number_read_double(str_of(written), &value), NUMBER_OK);
		number_format_double(value, printed);
		if (strcmp(written, printed) != 0)
			ck_abort_msg("%s became %s", written, printed);
	}
}
END_TEST

/* PostgreSQL takes hexadecimal here because its C library does; we do not. */
START_TEST(forms_that_only_strtod_knows_are_refused)
{
	double value;

	ck_assert_int_eq(number_read_double(STR("0x10"), &value), NUMBER_MALFORMED);
	ck_assert_int_eq(number_read_double(STR("nan(1)"), &value), NUMBER_MALFORMED);
	ck_assert_int_eq(number_read_double(STR("1,5"), &value), NUMBER_MALFORMED);
}
END_TEST

Suite *number_suite(void)
{
	Suite *suite = suite_create("number");
	TCase *tests = tcase_create("number");

	tcase_add_test(tests, text_is_read_and_printed_as_postgresql_does);
	tcase_add_test(tests, printed_doubles_read_back_as_the_same_bits);
	tcase_add_test(tests, short_decimals_print_as_they_were_written);
	tcase_add_test(tests, forms_that_only_strtod_knows_are_refused);
	suite_add_tcase(suite, tests);
	return suite;
}
