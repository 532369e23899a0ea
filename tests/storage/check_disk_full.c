/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A full disk beneath an open storage: writes are refused, everything else goes on, and writes go
 * on as soon as there is room again.
 */
#include <string.h>

#include "tests/storage/storage_fixture.h"
#include "tests/storage/suites.h"

enum { PEOPLE = 16000, TEXT = 1200, A_COMMIT = 20, ROUNDS_MOST = 4000 };

static uint64_t people[PEOPLE];
static char text[TEXT];

/* More than the pool of 8 MiB. */
static void fill(void)
{
	struct property p = { fixture.name, value_string((struct str){ text, TEXT }) };
	struct txn *t = NULL;

	memset(text, 'x', sizeof text);
	for (int i = 0; i < PEOPLE; i++) {
		if (t == NULL)
			t = fixture_autocommit();
		NEEDS(storage_node_add(
			t, &fixture.person, 1, &p, 1, &people[i], &fixture.e));
		if (i % 100 == 99) {
			NEEDS(txn_commit(t, &fixture.e));
			t = NULL;
		}
	}
}

static enum sqlstate change_some(int round)
{
	struct txn *t = fixture_autocommit();

	for (int i = 0; i < A_COMMIT; i++)
		NEEDS(fixture_set_age(t, people[(round * A_COMMIT + i) * 37 % PEOPLE], round,
			&fixture.e));
	return txn_commit(t, &fixture.e);
}

static void read_all(void)
{
	struct txn *t = fixture_autocommit();
	struct arena *a = arena_new(0);

	for (int i = 0; i < PEOPLE; i++) {
		struct value v;
		struct value *column = &v;

		NEEDS(storage_properties(t, ELEMENT_NODE, &people[i], 1, &fixture.name, 1, &column,
			a, &fixture.e));
		ck_assert_uint_eq(v.count, TEXT);
		arena_reset(a);
	}
	arena_free(a);
	txn_abort(t);
}

START_TEST(a_full_disk_refuses_writes_only)
{
	enum sqlstate rc = OK;

	fixture_open_with_segments(UINT64_C(32) << 20);
	fill();
	NEEDS(storage_checkpoint(fixture.storage, &fixture.e));
	store_sim_fault(fixture.store, STORE_FAULT_FULL, 1);
	for (int i = 0; i < ROUNDS_MOST && rc == OK; i++)
		rc = change_some(i);
	ck_assert_int_eq(rc, E_DISK_FULL);
	read_all();
	NEEDS(storage_checkpoint(fixture.storage, &fixture.e));
	read_all();
	store_sim_fault(fixture.store, STORE_FAULT_NONE, 0);
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(change_some(i), OK);
	fixture_check();
	fixture_reopen();
	fixture_check();
	fixture_close();
}
END_TEST

START_TEST(a_storage_on_a_full_disk_closes_with_a_checkpoint)
{
	struct storage_options options = { .buffer_bytes = UINT64_C(8) << 20 };
	enum sqlstate rc = OK;

	fixture_open_with_segments(UINT64_C(32) << 20);
	fill();
	NEEDS(storage_checkpoint(fixture.storage, &fixture.e));
	store_sim_fault(fixture.store, STORE_FAULT_FULL, 1);
	for (int i = 0; i < ROUNDS_MOST && rc == OK; i++)
		rc = change_some(i);
	ck_assert_int_eq(rc, E_DISK_FULL);
	storage_thread_detach(fixture.storage);
	NEEDS(storage_close(fixture.storage, &fixture.e));
	options.store = fixture.store;
	NEEDS(storage_open(&options, &fixture.storage, &fixture.e));
	storage_thread_attach(fixture.storage);
	read_all();
	fixture_close();
}
END_TEST

Suite *disk_full_suite(void)
{
	Suite *suite = suite_create("disk_full");
	TCase *tests = tcase_create("disk_full");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_full_disk_refuses_writes_only);
	tcase_add_test(tests, a_storage_on_a_full_disk_closes_with_a_checkpoint);
	suite_add_tcase(suite, tests);
	return suite;
}
