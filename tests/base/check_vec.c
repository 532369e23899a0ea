/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What base/vec.h promises.
 */
#include <check.h>
#include <stdint.h>

#include "base/vec.h"
#include "tests/base/suites.h"

struct point {
	int x, y;
};

START_TEST(pushed_items_stay_in_order_over_growth)
{
	VEC(struct point) points = { 0 };

	for (int i = 0; i < 1000; i++)
		VEC_PUSH(&points, (struct point){ i, -i });
	ck_assert_uint_eq(points.count, 1000);
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(points.at[i].x, -points.at[i].y);
	ck_assert_int_eq(VEC_LAST(&points).x, 999);
	ck_assert_int_eq(VEC_POP(&points).x, 999);
	VEC_REMOVE_SWAP(&points, 0);
	ck_assert_int_eq(points.at[0].x, 998);
	ck_assert_uint_eq(points.count, 998);
	VEC_CLEAR(&points);
	ck_assert_uint_eq(points.count, 0);
	VEC_FREE(&points);
	ck_assert_ptr_null(points.at);
}
END_TEST

START_TEST(reserve_makes_room_without_counting)
{
	VEC(uint64_t) numbers = { 0 };

	VEC_RESERVE(&numbers, 100);
	ck_assert_uint_eq(numbers.count, 0);
	ck_assert_uint_ge(numbers.capacity, 100);
	VEC_FREE(&numbers);
}
END_TEST

Suite *vec_suite(void)
{
	Suite *suite = suite_create("vec");
	TCase *tests = tcase_create("vec");

	tcase_add_test(tests, pushed_items_stay_in_order_over_growth);
	tcase_add_test(tests, reserve_makes_room_without_counting);
	suite_add_tcase(suite, tests);
	return suite;
}
