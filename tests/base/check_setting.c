/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Settings: values as text both ways, the layers, and what a transaction's end undoes.
 */
#include "base/setting.h"

#include <check.h>
#include <stdio.h>

#include "tests/base/suites.h"

static struct settings *server, *session;
static struct error error;

static void setup(void)
{
	server = settings_new(NULL);
	session = settings_new(server);
}

static void teardown(void)
{
	settings_release(session);
	settings_release(server);
}

static enum sqlstate set(const char *name, const char *text, enum setting_source source)
{
	return settings_set_name(session, str_of(name), str_of(text), source, &error);
}

static const char *show(const char *name)
{
	static char copy[256];
	char scratch[SETTING_SHOW_SIZE];
	struct str text;

	if (settings_show_name(session, str_of(name), scratch, &text, &error) != OK)
		return NULL;
	snprintf(copy, sizeof copy, "%.*s", STR_ARGS(text));
	return copy;
}

static const struct {
	const char *name, *text, *shown;
} good[] = {
	{ "work_mem", "128MB", "128MB" },
	{ "work_mem", "65536", "64MB" },
	{ "work_mem", " 1.5 MB ", "1536kB" },
	{ "WORK_MEM", "1GB", "1GB" },
	{ "statement_timeout", "30s", "30s" },
	{ "statement_timeout", "1500", "1500ms" },
	{ "statement_timeout", "0", "0" },
	{ "statement_timeout", "2min", "2min" },
	{ "lock_timeout", "1d", "1d" },
	{ "log_min_duration_statement", "-1", "-1" },
	{ "standard_conforming_strings", "of", "off" },
	{ "standard_conforming_strings", "T", "on" },
	{ "jit", "1", "on" },
	{ "client_encoding", "'utf-8'", "UTF8" },
	{ "client_encoding", "UNICODE", "UTF8" },
	{ "datestyle", "iso", "ISO, MDY" },
	{ "DateStyle", "DMY, ISO", "ISO, DMY" },
	{ "DateStyle", "german", "German, DMY" },
	{ "DateStyle", "ymd,German", "German, YMD" },
	{ "DateStyle", " SQL , European", "SQL, DMY" },
	{ "DateStyle", "postgresql", "Postgres, MDY" },
	{ "DateStyle", "default", "ISO, MDY" },
	{ "default_transaction_isolation", "Repeatable Read", "repeatable read" },
	{ "TimeZone", "utc", "UTC" },
	{ "random_page_cost", "1.1", "1.1" },
	{ "application_name", "", "" },
	{ "graph.report_counters", "on", "on" },
	{ "my.own", "anything", "anything" },
};

START_TEST(good_values_are_shown_as_postgresql_shows_them)
{
	ck_assert_int_eq(set(good[_i].name, good[_i].text, SETTING_FROM_SESSION), OK);
	ck_assert_str_eq(show(good[_i].name), good[_i].shown);
}
END_TEST

static const struct {
	const char *name, *text;
	enum sqlstate code;
} bad[] = {
	{ "work_mem", "abc", E_INVALID_VALUE },
	{ "work_mem", "", E_INVALID_VALUE },
	{ "work_mem", "12 parsecs", E_INVALID_VALUE },
	{ "work_mem", "12s", E_INVALID_VALUE },
	{ "work_mem", "1", E_INVALID_VALUE },
	{ "work_mem", "1e300TB", E_INVALID_VALUE },
	{ "work_mem", "nan", E_INVALID_VALUE },
	{ "statement_timeout", "-1", E_INVALID_VALUE },
	{ "jit", "o", E_INVALID_VALUE },
	{ "jit", "2", E_INVALID_VALUE },
	{ "client_encoding", "LATIN1", E_INVALID_VALUE },
	{ "DateStyle", "German, ISO", E_INVALID_VALUE },
	{ "DateStyle", "DMY, US", E_INVALID_VALUE },
	{ "DateStyle", "Postgre", E_INVALID_VALUE },
	{ "DateStyle", "Martian", E_INVALID_VALUE },
	{ "TimeZone", "Europe/Nowhere", E_INVALID_VALUE },
	{ "TimeZone", "nowhere", E_INVALID_VALUE },
	{ "bytea_output", "base64", E_INVALID_VALUE },
	{ "server_version", "9", E_CANT_CHANGE_NOW },
	{ "server_encoding", "UTF8", E_CANT_CHANGE_NOW },
	{ "port", "1234", E_CANT_CHANGE_NOW },
	{ "log_connections", "on", E_CANT_CHANGE_NOW },
	{ "no_such_name", "1", E_NO_OBJECT },
	{ "dot.", "1", E_INVALID_VALUE },
};

START_TEST(bad_values_are_refused_and_change_nothing)
{
	uint64_t before = session->generation;

	ck_assert_int_eq(set(bad[_i].name, bad[_i].text, SETTING_FROM_SESSION), bad[_i].code);
	ck_assert_uint_eq(session->generation, before);
}
END_TEST

START_TEST(units_become_bytes_and_microseconds)
{
	ck_assert_int_eq(set("work_mem", "2MB", SETTING_FROM_SESSION), OK);
	ck_assert_int_eq(set("statement_timeout", "3s", SETTING_FROM_SESSION), OK);
	ck_assert_uint_eq(setting_bytes(session, SETTING_work_mem), 2u << 20);
	ck_assert_uint_eq(setting_us(session, SETTING_statement_timeout), 3000000u);
}
END_TEST

START_TEST(rollback_undoes_set_and_commit_keeps_it)
{
	settings_begin(session);
	ck_assert_int_eq(set("application_name", "a", SETTING_FROM_SESSION), OK);
	ck_assert_int_eq(set("my.own", "a", SETTING_FROM_SESSION), OK);
	settings_rollback(session);
	ck_assert_str_eq(show("application_name"), "");
	ck_assert_ptr_null(show("my.own"));
	settings_begin(session);
	ck_assert_int_eq(set("application_name", "b", SETTING_FROM_SESSION), OK);
	settings_commit(session);
	ck_assert_str_eq(show("application_name"), "b");
}
END_TEST

START_TEST(set_local_ends_with_its_transaction)
{
	settings_begin(session);
	ck_assert_int_eq(set("application_name", "a", SETTING_FROM_LOCAL), OK);
	ck_assert_int_eq(set("application_name", "b", SETTING_FROM_SESSION), OK);
	ck_assert_int_eq(set("application_name", "c", SETTING_FROM_LOCAL), OK);
	ck_assert_int_eq(set("work_mem", "1GB", SETTING_FROM_LOCAL), OK);
	ck_assert_int_eq(set("my.own", "1", SETTING_FROM_LOCAL), OK);
	ck_assert_str_eq(show("application_name"), "c");
	settings_commit(session);
	ck_assert_str_eq(show("application_name"), "b");
	ck_assert_str_eq(show("work_mem"), "64MB");
	ck_assert_ptr_null(show("my.own"));
}
END_TEST

START_TEST(a_savepoint_undoes_only_what_came_after_it)
{
	size_t mark;

	settings_begin(session);
	ck_assert_int_eq(set("application_name", "a", SETTING_FROM_SESSION), OK);
	mark = settings_mark(session);
	ck_assert_int_eq(set("application_name", "b", SETTING_FROM_SESSION), OK);
	settings_rollback_to(session, mark);
	ck_assert_str_eq(show("application_name"), "a");
	settings_commit(session);
	ck_assert_str_eq(show("application_name"), "a");
}
END_TEST

START_TEST(reset_returns_to_the_startup_packet_then_to_the_server)
{
	ck_assert_int_eq(set("application_name", "psql", SETTING_FROM_CLIENT), OK);
	ck_assert_int_eq(set("application_name", "other", SETTING_FROM_SESSION), OK);
	ck_assert_int_eq(set("work_mem", "1GB", SETTING_FROM_SESSION), OK);
	ck_assert_int_eq(set("my.own", "x", SETTING_FROM_SESSION), OK);
	settings_reset_all(session);
	ck_assert_str_eq(show("application_name"), "psql");
	ck_assert_str_eq(show("work_mem"), "64MB");
	ck_assert_str_eq(show("my.own"), "");
}
END_TEST

START_TEST(a_reload_reaches_what_the_session_did_not_set)
{
	struct settings *next = settings_new(NULL);

	ck_assert_int_eq(set("work_mem", "1GB", SETTING_FROM_SESSION), OK);
	ck_assert_int_eq(set("TimeZone", "UTC", SETTING_FROM_SESSION), OK);
	ck_assert_int_eq(
		setting_reset(session, SETTING_timezone, SETTING_FROM_SESSION, &error), OK);
	ck_assert_int_eq(
		setting_set(next, SETTING_work_mem, STR("2GB"), SETTING_FROM_FILE, &error), OK);
	ck_assert_int_eq(
		setting_set(next, SETTING_lock_timeout, STR("7s"), SETTING_FROM_FILE, &error), OK);
	ck_assert_int_eq(
		setting_set(next, SETTING_timezone, STR("GMT"), SETTING_FROM_FILE, &error), OK);
	settings_rebase(session, next);
	settings_release(next);
	ck_assert_str_eq(show("work_mem"), "1GB");
	ck_assert_str_eq(show("lock_timeout"), "7s");
	ck_assert_str_eq(show("TimeZone"), "GMT");
}
END_TEST

START_TEST(what_superusers_alone_may_set_is_refused_to_others)
{
	struct settings *s = settings_new(NULL);
	struct str off = STR("off"), zero = STR("0");
	enum setting_id id = SETTING_log_min_duration_statement;
	struct error e;

	ck_assert_int_eq(setting_set(s, id, zero, SETTING_FROM_SESSION, &e), OK);
	ck_assert_int_eq(
		setting_set(s, SETTING_is_superuser, off, SETTING_FROM_SERVER, &e), OK);
	ck_assert_int_eq(setting_set(s, id, zero, SETTING_FROM_SESSION, &e), E_PRIVILEGE);
	ck_assert_int_eq(setting_set(s, id, zero, SETTING_FROM_CLIENT, &e), E_PRIVILEGE);
	ck_assert_int_eq(setting_set(s, id, zero, SETTING_FROM_FILE, &e), OK);
	settings_release(s);
}
END_TEST

START_TEST(every_row_has_a_default_that_its_own_reader_accepts)
{
	char scratch[SETTING_SHOW_SIZE];
	struct str text = setting_show(server, (enum setting_id)_i, scratch);

	ck_assert_int_eq(setting_find(str_of(setting_rows[_i].name)), _i);
	ck_assert_int_eq(
		setting_set(server, (enum setting_id)_i, text, SETTING_FROM_SERVER, &error), OK);
}
END_TEST

Suite *setting_suite(void)
{
	Suite *s = suite_create("setting");
	TCase *t = tcase_create("setting");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(
		t, good_values_are_shown_as_postgresql_shows_them, 0, (int)ARRAY_COUNT(good));
	tcase_add_loop_test(t, bad_values_are_refused_and_change_nothing, 0, (int)ARRAY_COUNT(bad));
	tcase_add_test(t, units_become_bytes_and_microseconds);
	tcase_add_test(t, rollback_undoes_set_and_commit_keeps_it);
	tcase_add_test(t, set_local_ends_with_its_transaction);
	tcase_add_test(t, a_savepoint_undoes_only_what_came_after_it);
	tcase_add_test(t, reset_returns_to_the_startup_packet_then_to_the_server);
	tcase_add_test(t, a_reload_reaches_what_the_session_did_not_set);
	tcase_add_test(t, what_superusers_alone_may_set_is_refused_to_others);
	tcase_add_loop_test(
		t, every_row_has_a_default_that_its_own_reader_accepts, 0, SETTING_COUNT);
	suite_add_tcase(s, t);
	return s;
}
