/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The registry: admission, cancel requests, deadlines, stopping.
 */
#include "src/registry.h"

#include <check.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/src/suites.h"

static struct registry *registry;
static struct registry_entry entry;
static struct error error;
static int wake_fd, fds[2];

static void setup(void)
{
	wake_fd = eventfd(0, EFD_NONBLOCK);
	registry = registry_new(wake_fd);
	registry_publish(registry, settings_new(NULL), NULL);
	entry = (struct registry_entry){ 0 };
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	registry_add(registry, &entry, fds[0]);
	registry_set_key_length(registry, &entry, 32);
	entry.activity = ACTIVITY_BUSY;
}

static void teardown(void)
{
	registry_remove(registry, &entry);
	registry_free(registry);
	close(wake_fd);
	close(fds[0]);
	close(fds[1]);
}

START_TEST(a_cancel_needs_the_right_key_and_a_busy_client)
{
	uint8_t key[32];

	memcpy(key, entry.key, sizeof key);
	key[31] ^= 1;
	registry_cancel(registry, entry.process_id, key, 32);
	registry_cancel(registry, entry.process_id, entry.key, 31);
	registry_cancel(registry, entry.process_id + 1, entry.key, 32);
	ck_assert_int_eq(entry.cancel, QUERY_CANCEL_NONE);
	entry.activity = ACTIVITY_IDLE;
	registry_cancel(registry, entry.process_id, entry.key, 32);
	ck_assert_int_eq(entry.cancel, QUERY_CANCEL_NONE);
	entry.activity = ACTIVITY_BUSY;
	registry_cancel(registry, entry.process_id, entry.key, 32);
	ck_assert_int_eq(entry.cancel, QUERY_CANCEL_USER);
}
END_TEST

START_TEST(clients_beyond_the_limit_are_refused_until_one_leaves)
{
	struct registry_entry second = { 0 };

	registry_add(registry, &second, fds[1]);
	ck_assert_int_eq(registry_admit(registry, &entry, 1, &error), OK);
	ck_assert_int_eq(registry_admit(registry, &second, 1, &error), E_TOO_MANY_CONNECTIONS);
	ck_assert_str_eq(error.message, "sorry, too many clients already");
	registry_remove(registry, &entry);
	ck_assert_int_eq(registry_admit(registry, &second, 1, &error), OK);
	registry_remove(registry, &second);
	entry = (struct registry_entry){ 0 };
	registry_add(registry, &entry, fds[0]);
}
END_TEST

START_TEST(a_deadline_wakes_the_server_and_strikes_once)
{
	uint64_t count;

	registry_set_deadline(registry, &entry, DEADLINE_STATEMENT, 1000);
	ck_assert_int_eq(read(wake_fd, &count, sizeof count), sizeof count);
	ck_assert_uint_eq(registry_expire(registry, 999), 1000);
	ck_assert_int_eq(entry.cancel, QUERY_CANCEL_NONE);
	ck_assert_uint_eq(registry_expire(registry, 1000), 0);
	ck_assert_int_eq(entry.cancel, QUERY_CANCEL_TIMEOUT);
	entry.cancel = QUERY_CANCEL_NONE;
	ck_assert_uint_eq(registry_expire(registry, 2000), 0);
	ck_assert_int_eq(entry.cancel, QUERY_CANCEL_NONE);
}
END_TEST

START_TEST(a_deadline_taken_away_does_not_strike)
{
	registry_set_deadline(registry, &entry, DEADLINE_IDLE, 1000);
	registry_set_deadline(registry, &entry, DEADLINE_NONE, 0);
	ck_assert_uint_eq(registry_expire(registry, 5000), 0);
	ck_assert_int_eq(entry.ending, ENDING_NONE);
}
END_TEST

START_TEST(an_idle_timeout_ends_the_client_and_wakes_it)
{
	char byte;

	registry_set_deadline(registry, &entry, DEADLINE_IDLE, 1000);
	(void)registry_expire(registry, 1000);
	ck_assert_int_eq(entry.ending, ENDING_IDLE);
	ck_assert_int_eq(recv(fds[0], &byte, 1, MSG_DONTWAIT), 0);
}
END_TEST

START_TEST(a_statement_again_keeps_its_text_and_gets_a_new_time)
{
	static char longer[REGISTRY_QUERY_SIZE + 100];
	struct str text = STR("MATCH (n) RETURN n"), cut;
	int64_t before;

	memset(longer, 'x', sizeof longer);
	cut = (struct str){ longer, sizeof longer };
	registry_describe_query(&entry, text, true);
	ck_assert(registry_is_described(&entry, text));
	ck_assert(!registry_is_described(&entry, STR("MATCH (n) RETURN")));
	ck_assert(!registry_is_described(&entry, STR("MATCH (n) RETURN m")));
	entry.query_at = entry.transaction_at = before = 7;
	registry_describe_again(&entry, false);
	ck_assert_int_gt(entry.query_at, before);
	ck_assert_int_eq(entry.transaction_at, before);
	registry_describe_again(&entry, true);
	ck_assert_int_gt(entry.transaction_at, before);
	ck_assert_str_eq(entry.about.query, "MATCH (n) RETURN n");
	/* What was cut is never the whole. */
	registry_describe_query(&entry, cut, true);
	ck_assert(!registry_is_described(&entry, cut));
}
END_TEST

START_TEST(finishing_spares_the_busy_and_fast_spares_none)
{
	registry_stop(registry, STOPPING_SMART);
	ck_assert_int_eq(entry.ending, ENDING_NONE);
	ck_assert_int_eq(registry_admit(registry, &entry, 10, &error), E_CANNOT_CONNECT_NOW);
	registry_stop(registry, STOPPING_FAST);
	ck_assert_int_eq(entry.ending, ENDING_SHUTDOWN);
	ck_assert_int_eq(entry.cancel, QUERY_CANCEL_SHUTDOWN);
}
END_TEST

Suite *registry_suite(void)
{
	Suite *s = suite_create("registry");
	TCase *t = tcase_create("registry");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_cancel_needs_the_right_key_and_a_busy_client);
	tcase_add_test(t, clients_beyond_the_limit_are_refused_until_one_leaves);
	tcase_add_test(t, a_deadline_wakes_the_server_and_strikes_once);
	tcase_add_test(t, a_deadline_taken_away_does_not_strike);
	tcase_add_test(t, an_idle_timeout_ends_the_client_and_wakes_it);
	tcase_add_test(t, a_statement_again_keeps_its_text_and_gets_a_new_time);
	tcase_add_test(t, finishing_spares_the_busy_and_fast_spares_none);
	suite_add_tcase(s, t);
	return s;
}
