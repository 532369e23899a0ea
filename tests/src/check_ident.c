/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * pg_ident.conf: who may be whom, and which lines are refused.
 */
#include "src/ident.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/src/suites.h"

static struct error error;

static const struct {
	const char *lines, *map, *system_name, *user;
	bool fits;
} cases[] = {
	{ "", "m", "a", "a", false },
	{ "m a b", "m", "a", "b", true },
	{ "m a b", "m", "a", "a", false },
	{ "m a b", "n", "a", "b", false },
	{ "m a b\nm a c", "m", "a", "c", true },
	{ "m \"a b\" c # d", "m", "a b", "c", true },
	{ "m \\\n a b", "m", "a", "b", true },
	{ "m /^(.*)@x\\.org$ \\1", "m", "me@x.org", "me", true },
	{ "m /^(.*)@x\\.org$ \\1", "m", "me@xyorg", "me", false },
	{ "m /^(.*)@x\\.org$ \\1", "m", "me@x.org", "you", false },
	{ "m /^(.*)@x\\.org$ db_\\1_r", "m", "me@x.org", "db_me_r", true },
	{ "m /@x\\.org$ guest", "m", "me@x.org", "guest", true },
	{ "m /@x\\.org$ guest", "m", "me@y.org", "guest", false },
};

START_TEST(a_map_says_who_may_be_whom)
{
	struct ident *m;
	bool fits;

	ck_assert_int_eq(ident_parse(str_of(cases[_i].lines), "f", &m, &error), OK);
	ck_assert_int_eq(ident_fits(m, str_of(cases[_i].map), str_of(cases[_i].system_name),
				 str_of(cases[_i].user), &fits, &error),
		OK);
	ck_assert_int_eq(fits, cases[_i].fits);
	ident_free(m);
}
END_TEST

static const struct {
	const char *line, *message;
} bad[] = {
	{ "m", "missing entry at end of line" },
	{ "m a", "missing entry at end of line" },
	{ "m a,b c", "multiple values in ident field" },
	{ "m /( c", "invalid regular expression \"(\": missing closing parenthesis" },
};

START_TEST(a_bad_line_is_refused_with_file_and_number)
{
	char text[256], message[512];
	struct ident *m;

	snprintf(text, sizeof text, "# maps\nm a b\n%s\nm", bad[_i].line);
	snprintf(message, sizeof message, "%s in file \"the file\" line 3", bad[_i].message);
	ck_assert_int_eq(ident_parse(str_of(text), "the file", &m, &error), E_CONFIG_FILE);
	ck_assert_str_eq(error.message, message);
}
END_TEST

START_TEST(a_group_that_is_not_there_is_an_error)
{
	struct ident *m;
	bool fits;

	ck_assert_int_eq(ident_parse(STR("m /^a \\1"), "f", &m, &error), OK);
	ck_assert_int_eq(
		ident_fits(m, STR("m"), STR("a"), STR("a"), &fits, &error), E_CONFIG_FILE);
	ck_assert_str_eq(error.message,
		"regular expression \"^a\" has no subexpressions as requested by backreference in "
		"\"\\1\"");
	ident_free(m);
}
END_TEST

START_TEST(an_expression_that_takes_too_long_is_an_error)
{
	struct ident *m;
	bool fits;

	ck_assert_int_eq(ident_parse(STR("m /^(a+)+$ x"), "f", &m, &error), OK);
	ck_assert_int_eq(ident_fits(m, STR("m"), STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"),
				 STR("x"), &fits, &error),
		E_CONFIG_FILE);
	ident_free(m);
}
END_TEST

static void print_line(void *context, const struct ident_shown *l)
{
	if (l->fault != NULL)
		fprintf(context, "%u error %s\n", l->line, l->fault);
	else
		fprintf(context, "%u %s %s %s\n", l->line, l->map, l->system_name, l->user);
}

START_TEST(lines_are_shown_with_what_is_wrong)
{
	char *shown;
	size_t size;
	FILE *to = open_memstream(&shown, &size);
	struct ident *m = ident_read(STR("m /a b\n\nm a"), "f");

	ident_visit(m, print_line, to);
	ident_free(m);
	fclose(to);
	ck_assert_str_eq(shown, "1 m /a b\n3 error missing entry at end of line\n");
	free(shown);
}
END_TEST

Suite *ident_suite(void)
{
	Suite *s = suite_create("ident");
	TCase *t = tcase_create("ident");

	tcase_add_loop_test(t, a_map_says_who_may_be_whom, 0, (int)ARRAY_COUNT(cases));
	tcase_add_loop_test(
		t, a_bad_line_is_refused_with_file_and_number, 0, (int)ARRAY_COUNT(bad));
	tcase_add_test(t, a_group_that_is_not_there_is_an_error);
	tcase_add_test(t, an_expression_that_takes_too_long_is_an_error);
	tcase_add_test(t, lines_are_shown_with_what_is_wrong);
	suite_add_tcase(s, t);
	return s;
}
