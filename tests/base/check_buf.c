/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What base/buf.c promises.
 */
#include <check.h>

#include "base/buf.h"
#include "tests/base/suites.h"

START_TEST(everything_put_is_there_in_order)
{
	struct buf b = { 0 };

	buf_put_text(&b, "one ");
	buf_put_byte(&b, '2');
	buf_put_str(&b, STR(" three"));
	buf_printf(&b, " %d", 4);
	ck_assert(str_equal(buf_str(&b), STR("one 2 three 4")));
	buf_reset(&b);
	ck_assert_uint_eq(b.length, 0);
	buf_free(&b);
	ck_assert_ptr_null(b.data);
}
END_TEST

START_TEST(growth_keeps_the_bytes)
{
	struct buf b = { 0 };

	for (int i = 0; i < 100000; i++)
		buf_put_byte(&b, (uint8_t)i);
	ck_assert_uint_eq(b.length, 100000);
	for (int i = 0; i < 100000; i++)
		if (b.data[i] != (uint8_t)i)
			ck_abort_msg("byte %d", i);
	buf_free(&b);
}
END_TEST

START_TEST(reserve_does_not_change_the_length)
{
	struct buf b = { 0 };

	ck_assert_ptr_nonnull(buf_reserve(&b, 1000));
	ck_assert_uint_eq(b.length, 0);
	ck_assert_uint_ge(b.capacity, 1000);
	buf_free(&b);
}
END_TEST

Suite *buf_suite(void)
{
	Suite *suite = suite_create("buf");
	TCase *tests = tcase_create("buf");

	tcase_add_test(tests, everything_put_is_there_in_order);
	tcase_add_test(tests, growth_keeps_the_bytes);
	tcase_add_test(tests, reserve_does_not_change_the_length);
	suite_add_tcase(suite, tests);
	return suite;
}
