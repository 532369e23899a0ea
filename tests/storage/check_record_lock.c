/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Statements of their own beside open transactions: neither overtakes the other on the way to a key,
 * and one that always loses gets its turn. Who shares a lock, and who waits for whom.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/rand.h"
#include "tests/storage/storage_fixture.h"
#include "tests/storage/suites.h"

enum { KEYS = 1500, HAMMERS = 3, SLOW_NODES = 40, SLOW_ROUNDS = 10 };

static void unique_age(void)
{
	struct index_definition d = { .element = ELEMENT_NODE,
		.label = STR("Person"),
		.key_count = 1,
		.keys = { STR("age") },
		.is_unique = true };
	struct txn *t = fixture_autocommit();
	uint32_t id;

	NEEDS(schema_index_create(t, &d, &id, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
}

static void pause_briefly(void)
{
	usleep(1000);
}

/* ---- two ways to one key ---- */

static pthread_barrier_t starting_line;

static void *add_each_alone(void *context)
{
	uint64_t *won = context;

	storage_thread_attach(fixture.storage);
	for (int64_t key = 0; key < KEYS; key++) {
		struct property p = { fixture.age, value_int(key) };
		struct txn *t = fixture_autocommit();
		struct error e;
		uint64_t id;

		pthread_barrier_wait(&starting_line);
		if (storage_node_add(t, &fixture.person, 1, &p, 1, &id, &e) != OK)
			txn_abort(t);
		else if (txn_commit(t, &e) == OK)
			++*won;
	}
	storage_thread_detach(fixture.storage);
	return NULL;
}

START_TEST(a_key_that_a_block_could_write_is_not_taken_from_it_at_commit)
{
	pthread_t other;
	uint64_t others = 0, own = 0, late = 0;

	fixture_open();
	unique_age();
	pthread_barrier_init(&starting_line, NULL, 2);
	ck_assert_int_eq(pthread_create(&other, NULL, add_each_alone, &others), 0);
	for (int64_t key = 0; key < KEYS; key++) {
		struct property p = { fixture.age, value_int(key) };
		struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
		struct error e;
		uint64_t id;

		pthread_barrier_wait(&starting_line);
		if (storage_node_add(t, &fixture.person, 1, &p, 1, &id, &e) != OK) {
			txn_abort(t);
			continue;
		}
		if (txn_commit(t, &e) == OK)
			own++;
		else
			late++;
	}
	pthread_join(other, NULL);
	pthread_barrier_destroy(&starting_line);
	ck_assert_uint_eq(late, 0);
	ck_assert_uint_eq(own + others, KEYS);
	fixture_check();
	fixture_close();
}
END_TEST

/* ---- a slow statement among quick ones ---- */

static uint64_t slow_nodes[SLOW_NODES];
static _Atomic int is_over;
static _Atomic uint64_t quick_commits, commits_to_first;

static void *change_quickly(void *context)
{
	struct rand r = { (uint64_t)(uintptr_t)context };

	storage_thread_attach(fixture.storage);
	while (!atomic_load(&is_over)) {
		struct txn *t = fixture_autocommit();
		uint64_t which = rand_below(&r, SLOW_NODES);
		/* never the age that is there already: that would change nothing */
		int64_t age = 3 + (int64_t)(rand_next(&r) >> 2);
		struct error e;

		if (fixture_set_age(t, slow_nodes[which], age, &e) != OK) {
			txn_abort(t);
		} else if (txn_commit(t, &e) == OK) {
			atomic_fetch_add(&quick_commits, 1);
			atomic_fetch_add(&commits_to_first, which == 0);
		}
	}
	storage_thread_detach(fixture.storage);
	return NULL;
}

/* Waits, with what it has read and changed in hand, until others have had every chance to commit. */
static void dawdle(void)
{
	uint64_t before = atomic_load(&quick_commits);

	for (int i = 0; i < 40 && atomic_load(&quick_commits) < before + 20; i++)
		pause_briefly();
}

/* The same until one of them has changed the first node since. Each may be late by one to count what
   it committed before. */
static void dawdle_until_beaten(void)
{
	uint64_t before = atomic_load(&commits_to_first);

	while (atomic_load(&commits_to_first) <= before + HAMMERS)
		pause_briefly();
}

static enum sqlstate change_slowly(struct txn *t, void (*wait)(void), struct error *e)
{
	for (int i = 0; i < SLOW_NODES; i++) {
		enum sqlstate rc = fixture_set_age(t, slow_nodes[i], 2, e);

		if (rc != OK)
			return rc;
		if (i == SLOW_NODES / 2)
			wait();
	}
	return OK;
}

static enum sqlstate change_alone(void)
{
	struct txn *t = fixture_autocommit();
	struct error e;
	enum sqlstate rc = change_slowly(t, dawdle_until_beaten, &e);

	if (rc == OK)
		return txn_commit(t, &e);
	txn_abort(t);
	return rc;
}

static void change_with_ticket(void)
{
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
	uint64_t mark = txn_savepoint(t);
	enum sqlstate rc;

	NEEDS(txn_take_ticket(t, &fixture.e));
	for (int attempt = 0; attempt < 2 * SLOW_NODES; attempt++) {
		rc = change_slowly(t, dawdle, &fixture.e);
		if (rc == OK)
			break;
		ck_assert(txn_must_restart(t));
		txn_statement_restart(t, mark);
	}
	NEEDS(txn_commit(t, &fixture.e));
}

START_TEST(a_statement_that_always_loses_wins_with_the_write_ticket)
{
	pthread_t hammers[HAMMERS];

	fixture_open();
	for (int i = 0; i < SLOW_NODES; i++)
		slow_nodes[i] = fixture_person(i);
	atomic_store(&is_over, 0);
	for (uintptr_t i = 0; i < HAMMERS; i++)
		ck_assert_int_eq(
			pthread_create(&hammers[i], NULL, change_quickly, (void *)(i + 1)), 0);
	for (int i = 0; i < SLOW_ROUNDS; i++) {
		ck_assert_int_eq(change_alone(), E_SERIALIZATION); /* so the ticket is needed */
		change_with_ticket();
	}
	atomic_store(&is_over, 1);
	for (int i = 0; i < HAMMERS; i++)
		pthread_join(hammers[i], NULL);
	ck_assert_uint_gt(atomic_load(&quick_commits), 0);
	fixture_close();
}
END_TEST

/* An open transaction holds what the ticket's owner wants, and can commit nevertheless. */
static void *hold_and_commit(void *context)
{
	struct txn *t;

	(void)context;
	storage_thread_attach(fixture.storage);
	t = fixture_begin(ISOLATION_READ_COMMITTED);
	NEEDS(fixture_set_age(t, slow_nodes[0], 7, &fixture.e));
	pthread_barrier_wait(&starting_line);
	pthread_barrier_wait(&starting_line); /* the other has the ticket */
	for (int i = 0; i < 10; i++)
		pause_briefly();
	NEEDS(txn_commit(t, &fixture.e));
	storage_thread_detach(fixture.storage);
	return NULL;
}

START_TEST(the_tickets_owner_waits_for_a_lock_without_a_deadlock)
{
	pthread_t other;
	struct txn *t;
	struct error e;
	uint64_t mark;

	fixture_open();
	slow_nodes[0] = fixture_person(1);
	pthread_barrier_init(&starting_line, NULL, 2);
	ck_assert_int_eq(pthread_create(&other, NULL, hold_and_commit, NULL), 0);
	pthread_barrier_wait(&starting_line);
	t = fixture_begin(ISOLATION_READ_COMMITTED);
	mark = txn_savepoint(t);
	ck_assert_int_eq(txn_take_ticket(t, &e), OK);
	pthread_barrier_wait(&starting_line);
	ck_assert_int_eq(fixture_set_age(t, slow_nodes[0], 8, &e), E_SERIALIZATION);
	ck_assert(txn_must_restart(t));
	txn_statement_restart(t, mark);
	ck_assert_int_eq(fixture_age(t, slow_nodes[0]), 7);
	ck_assert_int_eq(fixture_set_age(t, slow_nodes[0], 8, &e), OK);
	ck_assert_int_eq(txn_commit(t, &e), OK);
	pthread_join(other, NULL);
	pthread_barrier_destroy(&starting_line);
	fixture_close();
}
END_TEST

/* ---- shared locks ---- */

/* The lock that the first transaction has, and what the second then gets without waiting. */
static enum sqlstate second_gets(enum lock_strength first, enum lock_strength second, uint64_t id)
{
	struct txn *a = fixture_begin(ISOLATION_READ_COMMITTED);
	struct txn *b = fixture_begin(ISOLATION_READ_COMMITTED);
	struct error e;
	enum sqlstate rc;

	NEEDS(storage_lock(a, ELEMENT_NODE, id, first, false, &fixture.e));
	rc = storage_lock(b, ELEMENT_NODE, id, second, true, &e);
	txn_abort(b);
	txn_abort(a);
	return rc;
}

START_TEST(locks_forbid_each_other_by_strength)
{
	static const bool waits[4][4] = { { 0, 0, 0, 1 }, { 0, 0, 1, 1 }, { 0, 1, 1, 1 },
		{ 1, 1, 1, 1 } };
	uint64_t id;

	fixture_open();
	id = fixture_person(1);
	for (int first = 0; first < 4; first++) {
		for (int second = 0; second < 4; second++)
			ck_assert_int_eq(second_gets((enum lock_strength)first,
						 (enum lock_strength)second, id),
				waits[first][second] ? E_LOCK_TIMEOUT : OK);
	}
	fixture_close();
}
END_TEST

/* What another transaction gets of the label without waiting. */
static enum sqlstate other_gets(enum lock_strength strength)
{
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
	struct error e;
	enum sqlstate rc = storage_label_lock(
		t, ELEMENT_NODE, fixture.person, strength, true, &e);

	txn_abort(t);
	return rc;
}

START_TEST(a_locked_label_is_changed_by_its_owner_alone)
{
	struct txn *t;
	struct error e;
	uint64_t id, mark;

	fixture_open();
	id = fixture_person(1);
	t = fixture_begin(ISOLATION_READ_COMMITTED);
	ck_assert_int_eq(other_gets(STRENGTH_UPDATE), OK);
	mark = txn_savepoint(t);
	NEEDS(fixture_set_age(t, id, 2, &e));
	ck_assert_int_eq(other_gets(STRENGTH_UPDATE), E_LOCK_TIMEOUT);
	ck_assert_int_eq(other_gets(STRENGTH_KEY_SHARE), OK);
	txn_rollback_to(t, mark);
	ck_assert_int_eq(other_gets(STRENGTH_UPDATE), OK);
	NEEDS(fixture_set_age(t, id, 3, &e));
	ck_assert_int_eq(other_gets(STRENGTH_UPDATE), E_LOCK_TIMEOUT);
	NEEDS(storage_label_lock(t, ELEMENT_NODE, fixture.person, STRENGTH_UPDATE, true, &e));
	ck_assert_int_eq(other_gets(STRENGTH_KEY_SHARE), E_LOCK_TIMEOUT);
	NEEDS(fixture_set_age(t, id, 4, &e));
	NEEDS(txn_commit(t, &e));
	ck_assert_int_eq(other_gets(STRENGTH_UPDATE), OK);
	fixture_close();
}
END_TEST

START_TEST(a_label_is_kept_as_it_is_by_several)
{
	struct txn *t;
	struct error e;
	uint64_t id;

	fixture_open();
	id = fixture_person(1);
	t = fixture_begin(ISOLATION_READ_COMMITTED);
	NEEDS(storage_label_lock(t, ELEMENT_NODE, fixture.person, STRENGTH_SHARE, true, &e));
	ck_assert_int_eq(other_gets(STRENGTH_SHARE), OK);
	ck_assert_int_eq(other_gets(STRENGTH_KEY_SHARE), E_LOCK_TIMEOUT);
	ck_assert_int_eq(other_gets(STRENGTH_UPDATE), E_LOCK_TIMEOUT);
	/* who keeps it and changes it has both locks */
	NEEDS(fixture_set_age(t, id, 2, &e));
	ck_assert_int_eq(other_gets(STRENGTH_SHARE), E_LOCK_TIMEOUT);
	ck_assert_int_eq(other_gets(STRENGTH_KEY_SHARE), E_LOCK_TIMEOUT);
	NEEDS(txn_commit(t, &e));
	ck_assert_int_eq(other_gets(STRENGTH_UPDATE), OK);
	fixture_close();
}
END_TEST

START_TEST(a_savepoint_takes_back_what_made_a_lock_stronger)
{
	struct txn *a, *b;
	struct error e;
	uint64_t id, mark;

	fixture_open();
	id = fixture_person(1);
	a = fixture_begin(ISOLATION_READ_COMMITTED);
	b = fixture_begin(ISOLATION_READ_COMMITTED);
	NEEDS(storage_lock(a, ELEMENT_NODE, id, STRENGTH_SHARE, false, &e));
	mark = txn_savepoint(a);
	NEEDS(fixture_set_age(a, id, 2, &e));
	ck_assert_int_eq(
		storage_lock(b, ELEMENT_NODE, id, STRENGTH_SHARE, true, &e), E_LOCK_TIMEOUT);
	txn_rollback_to(a, mark);
	NEEDS(storage_lock(b, ELEMENT_NODE, id, STRENGTH_SHARE, true, &e));
	/* what a has of it is still there */
	ck_assert_int_eq(
		storage_lock(b, ELEMENT_NODE, id, STRENGTH_UPDATE, true, &e), E_LOCK_TIMEOUT);
	txn_abort(a);
	NEEDS(storage_lock(b, ELEMENT_NODE, id, STRENGTH_UPDATE, true, &e));
	txn_abort(b);
	fixture_close();
}
END_TEST

enum { LOCKED_NODES = 3, LOCKERS = 4, LOCK_ROUNDS = 400 };

static struct {
	uint64_t ids[LOCKED_NODES];
	_Atomic int sharing[LOCKED_NODES], alone[LOCKED_NODES];
	_Atomic uint64_t deadlocks, rounds;
} locked;

/* Takes it as it comes; who waits in a circle gives way. */
static enum sqlstate lock_any(struct txn *t, struct rand *r, int *held, struct error *e)
{
	int which = (int)rand_below(r, LOCKED_NODES);
	bool is_shared = rand_below(r, 2) == 0;
	enum sqlstate rc = storage_lock(t, ELEMENT_NODE, locked.ids[which],
		is_shared ? STRENGTH_SHARE : STRENGTH_UPDATE, false, e);

	if (rc != OK)
		return rc;
	if (is_shared && held[which] == 0) {
		held[which] = 1;
		atomic_fetch_add(&locked.sharing[which], 1);
	} else if (!is_shared && held[which] != 2) {
		atomic_fetch_sub(&locked.sharing[which], held[which]);
		held[which] = 2;
		if (atomic_fetch_add(&locked.alone[which], 1) != 0 ||
			atomic_load(&locked.sharing[which]) != 0)
			ck_abort_msg("two have a lock that one should have alone");
	}
	if (held[which] == 1 && atomic_load(&locked.alone[which]) != 0)
		ck_abort_msg("a lock is shared that somebody has alone");
	return OK;
}

static void *lock_at_random(void *context)
{
	struct rand r = { (uint64_t)(uintptr_t)context };

	storage_thread_attach(fixture.storage);
	for (int round = 0; round < LOCK_ROUNDS; round++) {
		struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
		int held[LOCKED_NODES] = { 0 };
		enum sqlstate rc = OK;
		struct error e;

		for (int i = 0; i < 4 && rc == OK; i++) {
			rc = lock_any(t, &r, held, &e);
			if (rand_below(&r, 4) == 0)
				pause_briefly(); /* so that they meet */
		}
		for (int i = 0; i < LOCKED_NODES; i++) {
			atomic_fetch_sub(&locked.sharing[i], held[i] == 1);
			atomic_fetch_sub(&locked.alone[i], held[i] == 2);
		}
		if (rc != OK && rc != E_DEADLOCK)
			ck_abort_msg("%s", e.message);
		atomic_fetch_add(&locked.deadlocks, rc == E_DEADLOCK);
		atomic_fetch_add(&locked.rounds, 1);
		txn_abort(t);
	}
	storage_thread_detach(fixture.storage);
	return NULL;
}

START_TEST(nobody_waits_for_ever_among_shared_locks)
{
	pthread_t lockers[LOCKERS];

	fixture_open();
	memset(&locked, 0, sizeof locked);
	for (int i = 0; i < LOCKED_NODES; i++)
		locked.ids[i] = fixture_person(i);
	for (uintptr_t i = 0; i < LOCKERS; i++)
		ck_assert_int_eq(
			pthread_create(&lockers[i], NULL, lock_at_random, (void *)(i + 1)), 0);
	for (int i = 0; i < LOCKERS; i++)
		pthread_join(lockers[i], NULL);
	ck_assert_uint_eq(atomic_load(&locked.rounds), LOCKERS * LOCK_ROUNDS);
	ck_assert_uint_gt(atomic_load(&locked.deadlocks), 0);
	fixture_close();
}
END_TEST

Suite *record_lock_suite(void)
{
	Suite *suite = suite_create("record_lock");
	TCase *tests = tcase_create("record_lock");

	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, a_key_that_a_block_could_write_is_not_taken_from_it_at_commit);
	tcase_add_test(tests, a_statement_that_always_loses_wins_with_the_write_ticket);
	tcase_add_test(tests, the_tickets_owner_waits_for_a_lock_without_a_deadlock);
	tcase_add_test(tests, locks_forbid_each_other_by_strength);
	tcase_add_test(tests, a_locked_label_is_changed_by_its_owner_alone);
	tcase_add_test(tests, a_label_is_kept_as_it_is_by_several);
	tcase_add_test(tests, a_savepoint_takes_back_what_made_a_lock_stronger);
	tcase_add_test(tests, nobody_waits_for_ever_among_shared_locks);
	suite_add_tcase(suite, tests);
	return suite;
}
