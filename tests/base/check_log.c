/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What base/log.c promises.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "tests/base/suites.h"

/* Runs the calls with stderr caught; returns what they wrote. */
static const char *written_by(void (*run)(void))
{
	static char text[8192];
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);
	size_t length;

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(dup2(fileno(file), STDERR_FILENO), 0);
	run();
	ck_assert_int_ge(dup2(saved, STDERR_FILENO), 0);
	close(saved);
	rewind(file);
	length = fread(text, 1, sizeof text - 1, file);
	text[length] = '\0';
	fclose(file);
	return text;
}

static void log_two_levels(void)
{
	log_set_level(LOG_INFO);
	log_line(LOG_INFO, "server", "listening port=%d", 5455);
	log_line(LOG_DEBUG, "server", "not shown");
}

static void log_line_breaks(void)
{
	log_line(LOG_ERROR, "session", "one\ntwo\rthree");
}

static void log_too_long(void)
{
	char text[5000];

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	log_line(LOG_ERROR, "session", "%s", text);
}

START_TEST(lines_above_the_level_are_dropped)
{
	const char *text = written_by(log_two_levels);

	ck_assert_ptr_nonnull(strstr(text, " UTC ["));
	ck_assert_ptr_nonnull(strstr(text, "] info server listening port=5455\n"));
	ck_assert_ptr_null(strstr(text, "not shown"));
}
END_TEST

START_TEST(one_event_is_one_line_whatever_it_contains)
{
	ck_assert_ptr_nonnull(strstr(written_by(log_line_breaks), "one two three\n"));
}
END_TEST

START_TEST(a_long_line_is_cut_and_still_ended)
{
	const char *text = written_by(log_too_long);

	ck_assert_uint_le(strlen(text), 2048);
	ck_assert_int_eq(text[strlen(text) - 1], '\n');
}
END_TEST

START_TEST(levels_have_names)
{
	enum log_level level = LOG_INFO;

	ck_assert(log_level_parse("debug", &level));
	ck_assert_int_eq(level, LOG_DEBUG);
	ck_assert(!log_level_parse("loud", &level));
}
END_TEST

static void log_pairs(void)
{
	LOG_EVENT(LOG_INFO, "client", "connected", log_number("id", 7),
		log_text("user", STR("ann")), log_text("application", STR("x level=error\n\"")),
		log_text("host", STR("")), log_real("ms", 1.5));
}

static void log_json(void)
{
	log_set_format(LOG_FORMAT_JSON);
	log_pairs();
	log_line(LOG_ERROR, "server", "a \"b\"\nc");
	log_set_format(LOG_FORMAT_TEXT);
}

START_TEST(a_value_cannot_make_further_pairs_or_lines)
{
	ck_assert_ptr_nonnull(strstr(written_by(log_pairs),
		"info client connected id=7 user=ann application=\"x level=error\\n\\\"\" "
		"host=\"\" ms=1.500\n"));
}
END_TEST

START_TEST(json_lines_are_objects)
{
	const char *text = written_by(log_json);

	ck_assert_int_eq(strncmp(text, "{\"time\":\"2", 10), 0);
	ck_assert_ptr_nonnull(strstr(text,
		",\"level\":\"info\",\"module\":\"client\",\"message\":\"connected\",\"id\":7,"
		"\"user\":\"ann\",\"application\":\"x level=error\\n\\\"\",\"host\":\"\","
		"\"ms\":1.500}\n"));
	ck_assert_ptr_nonnull(strstr(text,
		",\"level\":\"error\",\"module\":\"server\",\"message\":\"a \\\"b\\\"\\nc\"}\n"));
}
END_TEST

Suite *log_suite(void)
{
	Suite *suite = suite_create("log");
	TCase *tests = tcase_create("log");

	tcase_add_test(tests, lines_above_the_level_are_dropped);
	tcase_add_test(tests, one_event_is_one_line_whatever_it_contains);
	tcase_add_test(tests, a_long_line_is_cut_and_still_ended);
	tcase_add_test(tests, a_value_cannot_make_further_pairs_or_lines);
	tcase_add_test(tests, json_lines_are_objects);
	tcase_add_test(tests, levels_have_names);
	suite_add_tcase(suite, tests);
	return suite;
}
