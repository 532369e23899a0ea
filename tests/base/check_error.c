/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What base/error.c promises.
 */
#include <check.h>
#include <string.h>

#include "base/error.h"
#include "tests/base/suites.h"

static enum sqlstate fail_deep(struct error *e)
{
	return FAIL(e, E_DISK_FULL, "could not write %d bytes", 17);
}

static enum sqlstate pass_on(struct error *e)
{
	TRY(fail_deep(e));
	return OK;
}

static enum sqlstate clean_up(struct error *e, int *cleaned)
{
	enum sqlstate rc;

	TRY_GOTO(out, fail_deep(e));
	rc = OK;
out:
	(*cleaned)++;
	return rc;
}

START_TEST(fail_records_code_message_and_origin)
{
	struct error e;

	ck_assert_int_eq(pass_on(&e), E_DISK_FULL);
	ck_assert_int_eq(e.code, E_DISK_FULL);
	ck_assert_str_eq(e.message, "could not write 17 bytes");
	ck_assert_str_eq(sqlstate_code(e.code), "53100");
	ck_assert_ptr_nonnull(strstr(e.file, "check_error.c"));
	ck_assert_int_gt(e.line, 0);
	ck_assert_int_eq(e.byte_offset, -1);
}
END_TEST

START_TEST(try_goto_reaches_the_cleanup)
{
	struct error e;
	int cleaned = 0;

	ck_assert_int_eq(clean_up(&e, &cleaned), E_DISK_FULL);
	ck_assert_int_eq(cleaned, 1);
}
END_TEST

START_TEST(a_new_failure_forgets_the_old_fields)
{
	struct error e;

	FAIL(&e, E_SYNTAX, "first");
	error_detail(&e, "Detail %d.", 1);
	error_hint(&e, "Hint.");
	error_where(&e, "line %d", 1);
	error_where(&e, "line %d", 2);
	ck_assert_str_eq(e.detail, "Detail 1.");
	ck_assert_str_eq(e.hint, "Hint.");
	ck_assert_str_eq(e.where, "line 1\nline 2");
	FAIL(&e, E_TYPE, "second");
	ck_assert_str_eq(e.detail, "");
	ck_assert_str_eq(e.hint, "");
	ck_assert_str_eq(e.where, "");
}
END_TEST

START_TEST(long_texts_are_cut_not_overrun)
{
	struct error e;
	char text[2000];

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	FAIL(&e, E_SYNTAX, "%s", text);
	for (int i = 0; i < 5; i++)
		error_where(&e, "%s", text);
	ck_assert_uint_eq(strlen(e.message), sizeof e.message - 1);
	ck_assert_uint_eq(strlen(e.where), sizeof e.where - 1);
}
END_TEST

START_TEST(every_code_has_five_characters_and_stands_once)
{
	for (int i = 0; i < SQLSTATE_COUNT; i++) {
		ck_assert_uint_eq(strlen(sqlstate_code((enum sqlstate)i)), 5);
		for (int k = 0; k < i; k++)
			ck_assert_str_ne(
				sqlstate_code((enum sqlstate)i), sqlstate_code((enum sqlstate)k));
	}
}
END_TEST

Suite *error_suite(void)
{
	Suite *suite = suite_create("error");
	TCase *tests = tcase_create("error");

	tcase_add_test(tests, fail_records_code_message_and_origin);
	tcase_add_test(tests, try_goto_reaches_the_cleanup);
	tcase_add_test(tests, a_new_failure_forgets_the_old_fields);
	tcase_add_test(tests, long_texts_are_cut_not_overrun);
	tcase_add_test(tests, every_code_has_five_characters_and_stands_once);
	suite_add_tcase(suite, tests);
	return suite;
}
