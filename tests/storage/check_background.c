/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The background thread: it does what it is for, and sleeps when there is nothing to do.
 */
#include <time.h>

#include "base/clock.h"
#include "storage/txn/engine.h"
#include "tests/storage/storage_fixture.h"
#include "tests/storage/suites.h"

enum { PATIENCE_MS = 20000 };

static void pause_ms(int ms)
{
	struct timespec time = { 0, ms * 1000000L };

	nanosleep(&time, NULL);
}

#define AWAIT(condition)                                                                           \
	do {                                                                                       \
		int waited = 0;                                                                    \
		while (!(condition) && waited++ < PATIENCE_MS)                                     \
			pause_ms(1);                                                               \
		ck_assert(condition);                                                              \
	} while (0)

static bool is_asleep(void)
{
	return atomic_load(&fixture.storage->background.is_asleep);
}

START_TEST(it_falls_asleep_when_nobody_commits)
{
	AWAIT(is_asleep());
	(void)fixture_person(1);
	AWAIT(is_asleep());
}
END_TEST

START_TEST(a_commit_that_is_not_durable_is_flushed_though_it_slept)
{
	struct txn_options options = { .isolation = ISOLATION_READ_COMMITTED,
		.durability = DURABILITY_OFF };
	struct property p = { fixture.age, value_int(1) };
	struct txn *t;
	uint64_t id;

	AWAIT(is_asleep());
	NEEDS(txn_begin(fixture.storage, &options, &t, &fixture.e));
	NEEDS(storage_node_add(t, &fixture.person, 1, &p, 1, &id, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
	AWAIT(!commit_has_unflushed(fixture.storage));
	AWAIT(is_asleep());
}
END_TEST

START_TEST(old_versions_go_when_their_reader_ends_though_it_slept)
{
	uint64_t node = fixture_person(1);
	struct txn *reader = fixture_begin(ISOLATION_REPEATABLE_READ);
	struct txn *t = fixture_autocommit();

	ck_assert_int_eq(fixture_age(reader, node), 1);
	NEEDS(fixture_set_age(t, node, 2, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
	AWAIT(is_asleep());
	ck_assert_uint_gt(fixture.storage->history.entry_count, 0);
	ck_assert_int_eq(fixture_age(reader, node), 1);
	txn_abort(reader);
	AWAIT(is_asleep() && !atomic_load(&fixture.storage->background.has_history));
	ck_assert_uint_eq(fixture.storage->history.entry_count, 0);
}
END_TEST

Suite *background_suite(void)
{
	Suite *s = suite_create("background");
	TCase *c = tcase_create("background");

	tcase_set_timeout(c, 60);
	tcase_add_checked_fixture(c, fixture_open, fixture_close);
	tcase_add_test(c, it_falls_asleep_when_nobody_commits);
	tcase_add_test(c, a_commit_that_is_not_durable_is_flushed_though_it_slept);
	tcase_add_test(c, old_versions_go_when_their_reader_ends_though_it_slept);
	suite_add_tcase(s, c);
	return s;
}
