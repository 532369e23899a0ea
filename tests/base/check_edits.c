/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What base/edits.c promises.
 */
#include <check.h>

#include "base/edits.h"
#include "tests/base/suites.h"

START_TEST(the_fewest_changes_are_counted)
{
	ck_assert_uint_eq(str_edits(STR("kitten"), STR("sitting"), false), 3);
	ck_assert_uint_eq(str_edits(STR(""), STR("abc"), false), 3);
	ck_assert_uint_eq(str_edits(STR("abc"), STR(""), false), 3);
	ck_assert_uint_eq(str_edits(STR("same"), STR("same"), false), 0);
	ck_assert_uint_eq(str_edits(STR("ab"), STR("ba"), false), 2);
}
END_TEST

START_TEST(case_counts_unless_it_is_ignored)
{
	ck_assert_uint_eq(str_edits(STR("Name"), STR("name"), false), 1);
	ck_assert_uint_eq(str_edits(STR("Name"), STR("nAMe"), true), 0);
}
END_TEST

START_TEST(names_too_long_are_far_from_all)
{
	char text[STR_EDITS_BYTES_MAX + 1] = { 0 };
	struct str longest = { text, STR_EDITS_BYTES_MAX };
	struct str longer = { text, STR_EDITS_BYTES_MAX + 1 };

	ck_assert_uint_eq(str_edits(longest, longest, false), 0);
	ck_assert_uint_eq(str_edits(longer, STR("a"), false), UINT32_MAX);
	ck_assert_uint_eq(str_edits(STR("a"), longer, true), UINT32_MAX);
}
END_TEST

Suite *edits_suite(void)
{
	Suite *s = suite_create("edits");
	TCase *c = tcase_create("edits");

	tcase_add_test(c, the_fewest_changes_are_counted);
	tcase_add_test(c, case_counts_unless_it_is_ignored);
	tcase_add_test(c, names_too_long_are_far_from_all);
	suite_add_tcase(s, c);
	return s;
}
