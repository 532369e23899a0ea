/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * quiver.conf: what is read, what is refused, and the file that is written.
 */
#include "src/config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "tests/src/suites.h"

static struct settings *settings;
static struct error error;

static void setup(void)
{
	settings = settings_new(NULL);
}

static void teardown(void)
{
	settings_release(settings);
}

START_TEST(lines_are_read_as_postgresql_reads_them)
{
	ck_assert_int_eq(config_parse(settings,
				 STR("# a comment\n"
				     "\n"
				     "port = 6000\n"
				     "  work_mem=128MB   # more\n"
				     "listen_addresses 'a, b'\n"
				     "application_name = 'it''s \\'so\\''\n"
				     "my.own = x"),
				 "f", &error),
		OK);
	ck_assert_int_eq(setting_int(settings, SETTING_port), 6000);
	ck_assert_uint_eq(setting_bytes(settings, SETTING_work_mem), 128u << 20);
	ck_assert_str_eq(setting_text(settings, SETTING_listen_addresses), "a, b");
	ck_assert_str_eq(setting_text(settings, SETTING_application_name), "it's 'so'");
}
END_TEST

static const char *const bad[] = { "port", "port =", "port = 1 2", "port = 'x", "= 5",
	"nothing = 1", "port = 99999999", "work_mem = 5 lightyears", "server_encoding = UTF8",
	"; port = 5" };

START_TEST(a_bad_line_is_refused_with_its_number)
{
	char text[128];
	int length = snprintf(text, sizeof text, "work_mem = 1MB\n%s\n", bad[_i]);

	ck_assert_int_eq(
		config_parse(settings, (struct str){ text, (uint32_t)length }, "q.conf", &error),
		E_CONFIG_FILE);
	ck_assert_ptr_nonnull(strstr(error.message, "in file \"q.conf\" line 2"));
}
END_TEST

START_TEST(the_written_file_names_every_setting_and_changes_none)
{
	char directory[] = "/tmp/check_config.XXXXXX";
	struct config config = { .directory = directory };
	struct settings *loaded;
	char path[128];

	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert_int_eq(config_write_default(directory, &error), OK);
	ck_assert_int_eq(config_write_default(directory, &error), OK);
	ck_assert_int_eq(config_load(&config, NULL, &loaded, &error), OK);
	for (int id = 0; id < SETTING_COUNT; id++)
		ck_assert(loaded->sources[id] == SETTING_FROM_DEFAULT ||
			  (setting_rows[id].flags & SETTING_FLAG_PRIVATE) != 0);
	settings_release(loaded);
	snprintf(path, sizeof path, "%s/%s", directory, CONFIG_FILE_NAME);
	unlink(path);
	rmdir(directory);
}
END_TEST

START_TEST(the_command_line_wins_and_a_reload_keeps_what_needs_a_restart)
{
	struct config_argument arguments[] = { { STR("port"), STR("6001") },
		{ STR("lock_timeout"), STR("1s") } };
	struct config config = { "/nonexistent", 2, arguments };
	struct settings *running, *next;

	ck_assert_int_eq(config_load(&config, NULL, &running, &error), OK);
	ck_assert_int_eq(setting_int(running, SETTING_port), 6001);
	arguments[0].value = STR("6002");
	arguments[1].value = STR("2s");
	ck_assert_int_eq(config_load(&config, running, &next, &error), OK);
	ck_assert_int_eq(setting_int(next, SETTING_port), 6001);
	ck_assert_int_eq(setting_int(next, SETTING_lock_timeout), 2000);
	settings_release(running);
	settings_release(next);
}
END_TEST

Suite *config_suite(void)
{
	Suite *s = suite_create("config");
	TCase *t = tcase_create("config");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, lines_are_read_as_postgresql_reads_them);
	tcase_add_loop_test(t, a_bad_line_is_refused_with_its_number, 0, (int)ARRAY_COUNT(bad));
	tcase_add_test(t, the_written_file_names_every_setting_and_changes_none);
	tcase_add_test(t, the_command_line_wins_and_a_reload_keeps_what_needs_a_restart);
	suite_add_tcase(s, t);
	return s;
}
