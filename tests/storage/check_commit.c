/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Transactions beside each other: what each level of isolation promises, record locks, and threads
 * that read, write and checkpoint at the same time.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/rand.h"
#include "tests/storage/storage_fixture.h"
#include "tests/storage/suites.h"

enum { THREADS = 4, ROUNDS = 60, ACCOUNTS = 12, TOTAL = 1200 };

/* ---- one thread ---- */

START_TEST(commit_makes_writes_visible_to_later_snapshots_only)
{
	uint64_t node = fixture_person(1);
	struct txn *before = fixture_begin(ISOLATION_REPEATABLE_READ);
	struct txn *writer = fixture_begin(ISOLATION_REPEATABLE_READ);
	struct txn *after;

	NEEDS(fixture_set_age(writer, node, 2, &fixture.e));
	ck_assert_int_eq(fixture_age(writer, node), 2);
	ck_assert_int_eq(fixture_age(before, node), 1);
	NEEDS(txn_commit(writer, &fixture.e));
	after = fixture_begin(ISOLATION_REPEATABLE_READ);
	ck_assert_int_eq(fixture_age(before, node), 1);
	ck_assert_int_eq(fixture_age(after, node), 2);
	txn_abort(before);
	txn_abort(after);
}
END_TEST

START_TEST(a_view_keeps_what_its_statement_saw)
{
	uint64_t node = fixture_person(1);
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
	struct txn_view *view;
	struct txn *writer;

	NEEDS(txn_view_hold(t, &view, &fixture.e));
	for (int64_t age = 2; age < 50; age++) {
		writer = fixture_autocommit();
		NEEDS(fixture_set_age(writer, node, age, &fixture.e));
		NEEDS(txn_commit(writer, &fixture.e));
		txn_statement_begin(t);
		ck_assert_int_eq(fixture_age(t, node), age);
		txn_view_swap(t, view);
		ck_assert_int_eq(fixture_age(t, node), 1);
		txn_view_swap(t, view);
	}
	NEEDS(fixture_set_age(t, node, 50, &fixture.e));
	txn_view_release(t, view);
	NEEDS(txn_commit(t, &fixture.e));
}
END_TEST

START_TEST(abort_leaves_nothing)
{
	uint64_t node = fixture_person(1);
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
	uint64_t id;

	NEEDS(fixture_set_age(t, node, 2, &fixture.e));
	NEEDS(storage_node_add(t, &fixture.person, 1, NULL, 0, &id, &fixture.e));
	txn_abort(t);
	ck_assert_uint_eq(storage_node_count(fixture.storage, fixture.person), 1);
	t = fixture_autocommit();
	ck_assert_int_eq(fixture_age(t, node), 1);
	txn_abort(t);
}
END_TEST

START_TEST(rollback_to_a_savepoint_undoes_what_came_after_it)
{
	uint64_t node = fixture_person(1);
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
	uint64_t mark, edge;
	uint64_t degree;

	NEEDS(fixture_set_age(t, node, 2, &fixture.e));
	mark = txn_savepoint(t);
	NEEDS(fixture_set_age(t, node, 3, &fixture.e));
	NEEDS(storage_edge_add(t, node, node, fixture.knows, NULL, 0, &edge, &fixture.e));
	NEEDS(storage_degree(t, node, DIRECTION_ANY, NAME_NONE, &degree, &fixture.e));
	ck_assert_uint_eq(degree, 1);
	txn_rollback_to(t, mark);
	ck_assert_int_eq(fixture_age(t, node), 2);
	NEEDS(storage_degree(t, node, DIRECTION_ANY, NAME_NONE, &degree, &fixture.e));
	ck_assert_uint_eq(degree, 0);
	NEEDS(txn_commit(t, &fixture.e));
	fixture_reopen();
	t = fixture_autocommit();
	ck_assert_int_eq(fixture_age(t, node), 2);
	txn_abort(t);
	fixture_check();
}
END_TEST

START_TEST(first_committer_wins_above_read_committed)
{
	uint64_t node = fixture_person(1);
	struct txn *first = fixture_autocommit();
	struct txn *second = fixture_autocommit();

	NEEDS(fixture_set_age(first, node, 2, &fixture.e));
	NEEDS(fixture_set_age(second, node, 3, &fixture.e));
	NEEDS(txn_commit(first, &fixture.e));
	ck_assert_int_eq(txn_commit(second, &fixture.e), E_SERIALIZATION);
}
END_TEST

START_TEST(read_committed_asks_for_a_restart_when_the_record_changed)
{
	uint64_t node = fixture_person(1);
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
	struct txn *other;
	uint64_t mark;

	txn_statement_begin(t);
	mark = txn_savepoint(t);
	other = fixture_autocommit();
	NEEDS(fixture_set_age(other, node, 2, &fixture.e));
	NEEDS(txn_commit(other, &fixture.e));
	ck_assert_int_eq(fixture_set_age(t, node, 9, &fixture.e), E_SERIALIZATION);
	ck_assert(txn_must_restart(t));
	txn_statement_restart(t, mark);
	ck_assert_int_eq(fixture_age(t, node), 2);
	NEEDS(fixture_set_age(t, node, 9, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
}
END_TEST

START_TEST(an_edge_to_a_node_deleted_meanwhile_is_refused)
{
	uint64_t a = fixture_person(1);
	uint64_t b = fixture_person(2);
	struct txn *adds = fixture_autocommit();
	struct txn *deletes = fixture_autocommit();
	struct txn *late = fixture_autocommit();
	uint64_t edge;
	bool was_deleted;

	NEEDS(storage_edge_add(adds, a, b, fixture.knows, NULL, 0, &edge, &fixture.e));
	NEEDS(storage_edge_add(late, b, a, fixture.knows, NULL, 0, &edge, &fixture.e));
	NEEDS(storage_node_delete(deletes, b, false, NULL, &was_deleted, &fixture.e));
	NEEDS(txn_commit(adds, &fixture.e));
	ck_assert_int_eq(txn_commit(deletes, &fixture.e), E_SERIALIZATION);
	deletes = fixture_autocommit();
	NEEDS(storage_node_delete(deletes, b, true, NULL, &was_deleted, &fixture.e));
	NEEDS(txn_commit(deletes, &fixture.e));
	ck_assert_int_eq(txn_commit(late, &fixture.e), E_SERIALIZATION);
	fixture_check();
}
END_TEST

/* Each takes itself off duty if the other is on; one must stay. */
static enum sqlstate go_off_duty(struct txn *t, uint64_t self, uint64_t other)
{
	if (fixture_age(t, other) == 1)
		return fixture_set_age(t, self, 0, &fixture.e);
	return OK;
}

START_TEST(serializable_prevents_write_skew)
{
	uint64_t a = fixture_person(1);
	uint64_t b = fixture_person(1);
	struct txn *first = fixture_begin(ISOLATION_SERIALIZABLE);
	struct txn *second = fixture_begin(ISOLATION_SERIALIZABLE);

	NEEDS(go_off_duty(first, a, b));
	NEEDS(go_off_duty(second, b, a));
	NEEDS(txn_commit(first, &fixture.e));
	ck_assert_int_eq(txn_commit(second, &fixture.e), E_SERIALIZATION);
}
END_TEST

START_TEST(repeatable_read_is_snapshot_isolation_and_allows_write_skew)
{
	uint64_t a = fixture_person(1);
	uint64_t b = fixture_person(1);
	struct txn *first = fixture_begin(ISOLATION_REPEATABLE_READ);
	struct txn *second = fixture_begin(ISOLATION_REPEATABLE_READ);

	NEEDS(go_off_duty(first, a, b));
	NEEDS(go_off_duty(second, b, a));
	NEEDS(txn_commit(first, &fixture.e));
	NEEDS(txn_commit(second, &fixture.e));
}
END_TEST

START_TEST(a_lock_that_another_transaction_holds_times_out)
{
	struct txn_options options = { .lock_timeout_ms = 5 };
	uint64_t node = fixture_person(1);
	struct txn *holder = fixture_begin(ISOLATION_READ_COMMITTED);
	struct txn *waiter;

	NEEDS(fixture_set_age(holder, node, 2, &fixture.e));
	NEEDS(txn_begin(fixture.storage, &options, &waiter, &fixture.e));
	ck_assert_int_eq(fixture_set_age(waiter, node, 3, &fixture.e), E_LOCK_TIMEOUT);
	txn_abort(waiter);
	txn_abort(holder);
}
END_TEST

/* What a transaction that does not wait long is told when it changes the node. */
static enum sqlstate try_lock(uint64_t node)
{
	struct txn_options options = { .lock_timeout_ms = 5 };
	struct txn *t;
	enum sqlstate rc;

	NEEDS(txn_begin(fixture.storage, &options, &t, &fixture.e));
	rc = fixture_set_age(t, node, 77, &fixture.e);
	txn_abort(t);
	return rc;
}

START_TEST(rollback_to_a_savepoint_lets_go_of_later_locks_only)
{
	uint64_t first = fixture_person(1);
	uint64_t second = fixture_person(2);
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
	uint64_t mark;

	NEEDS(fixture_set_age(t, first, 3, &fixture.e));
	mark = txn_savepoint(t);
	NEEDS(fixture_set_age(t, first, 4, &fixture.e));
	NEEDS(fixture_set_age(t, second, 5, &fixture.e));
	ck_assert_int_eq(try_lock(second), E_LOCK_TIMEOUT);
	txn_rollback_to(t, mark);
	ck_assert_int_eq(try_lock(second), OK);
	ck_assert_int_eq(try_lock(first), E_LOCK_TIMEOUT);
	NEEDS(fixture_set_age(t, second, 6, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
	ck_assert_int_eq(try_lock(first), OK);
}
END_TEST

START_TEST(a_restarted_statement_keeps_its_locks)
{
	uint64_t node = fixture_person(1);
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
	uint64_t mark = txn_savepoint(t);

	NEEDS(fixture_set_age(t, node, 2, &fixture.e));
	txn_statement_restart(t, mark);
	ck_assert_int_eq(try_lock(node), E_LOCK_TIMEOUT);
	ck_assert_int_eq(fixture_age(t, node), 1);
	txn_abort(t);
	ck_assert_int_eq(try_lock(node), OK);
}
END_TEST

START_TEST(a_cancelled_transaction_fails_its_next_read)
{
	_Atomic int cancel = 0;
	struct txn_options options = { .cancel = &cancel };
	uint64_t node = fixture_person(1);
	uint32_t labelset;
	struct txn *t;

	NEEDS(txn_begin(fixture.storage, &options, &t, &fixture.e));
	NEEDS(storage_nodes_get(t, &node, 1, &labelset, &fixture.e));
	atomic_store(&cancel, 1);
	ck_assert_int_eq(storage_nodes_get(t, &node, 1, &labelset, &fixture.e), E_CANCELLED);
	txn_abort(t);
}
END_TEST

START_TEST(a_name_that_finds_no_room_on_the_disk_says_so)
{
	struct txn *t = fixture_autocommit();
	struct property p = { fixture.name, value_float(1) };
	uint32_t labels[2] = { fixture.person, 0 };
	enum sqlstate rc = OK;
	uint64_t id;

	NEEDS(txn_intern(t, NAME_NODE_LABEL, STR("Second"), &labels[1], &fixture.e));
	store_sim_fault(fixture.store, STORE_FAULT_FULL, store_sim_calls(fixture.store) + 1);
	for (int i = 0; i < 100000 && rc == OK; i++) {
		char name[16];
		uint32_t number;

		snprintf(name, sizeof name, "n%d", i);
		rc = txn_intern(t, NAME_KEY, str_of(name), &number, &fixture.e);
	}
	ck_assert_int_eq(rc, E_DISK_FULL);
	ck_assert_int_eq(
		storage_node_add(t, labels, 2, NULL, 0, &id, &fixture.e), E_DISK_FULL);
	ck_assert_int_eq(
		storage_node_add(t, labels, 1, &p, 1, &id, &fixture.e), E_DISK_FULL);
	txn_abort(t);
	store_sim_fault(fixture.store, STORE_FAULT_NONE, 0);
}
END_TEST

static uint32_t make_unique(void)
{
	struct index_definition d = { .name = STR("by_age"),
		.element = ELEMENT_NODE,
		.label = STR("Person"),
		.key_count = 1,
		.keys = { STR("age") },
		.is_unique = true };
	struct txn *t = fixture_autocommit();
	uint32_t id;

	NEEDS(schema_index_create(t, &d, &id, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
	return id;
}

static enum sqlstate add_age(struct txn *t, int64_t age)
{
	struct property p = { fixture.age, value_int(age) };
	uint64_t id;

	return storage_node_add(t, &fixture.person, 1, &p, 1, &id, &fixture.e);
}

START_TEST(a_unique_key_belongs_to_the_open_transaction_that_wrote_it)
{
	struct txn_options options = { .lock_timeout_ms = 5 };
	struct txn *first, *second;

	make_unique();
	first = fixture_begin(ISOLATION_READ_COMMITTED);
	NEEDS(add_age(first, 1));
	NEEDS(txn_begin(fixture.storage, &options, &second, &fixture.e));
	ck_assert_int_eq(add_age(second, 1), E_LOCK_TIMEOUT);
	NEEDS(add_age(second, 2));
	txn_abort(second);
	options.is_autocommit = true; /* queues when it commits */
	NEEDS(txn_begin(fixture.storage, &options, &second, &fixture.e));
	NEEDS(add_age(second, 1));
	ck_assert_int_eq(txn_commit(second, &fixture.e), E_LOCK_TIMEOUT);
	NEEDS(txn_commit(first, &fixture.e));
	second = fixture_begin(ISOLATION_READ_COMMITTED);
	ck_assert_int_eq(add_age(second, 1), E_UNIQUE);
	txn_abort(second);
	fixture_check();
}
END_TEST

START_TEST(a_key_committed_since_the_snapshot_asks_for_a_restart)
{
	struct txn *t, *other;
	uint64_t mark;

	make_unique();
	t = fixture_begin(ISOLATION_READ_COMMITTED);
	txn_statement_begin(t);
	mark = txn_savepoint(t);
	other = fixture_autocommit();
	NEEDS(add_age(other, 1));
	NEEDS(txn_commit(other, &fixture.e));
	ck_assert_int_eq(add_age(t, 1), E_SERIALIZATION);
	ck_assert(txn_must_restart(t));
	txn_statement_restart(t, mark);
	ck_assert_int_eq(add_age(t, 1), E_UNIQUE);
	txn_abort(t);
	t = fixture_begin(ISOLATION_REPEATABLE_READ);
	other = fixture_autocommit();
	NEEDS(add_age(other, 2));
	NEEDS(txn_commit(other, &fixture.e));
	ck_assert_int_eq(add_age(t, 2), E_SERIALIZATION); /* a new snapshot would find it */
	ck_assert(!txn_must_restart(t));
	txn_abort(t);
}
END_TEST

START_TEST(a_transaction_may_hold_many_keys)
{
	struct txn *t, *other;

	make_unique();
	t = fixture_begin(ISOLATION_READ_COMMITTED);
	for (int i = 0; i < 10000; i++)
		NEEDS(add_age(t, i));
	NEEDS(txn_commit(t, &fixture.e));
	other = fixture_begin(ISOLATION_READ_COMMITTED);
	NEEDS(add_age(other, 10000));
	NEEDS(txn_commit(other, &fixture.e));
	fixture_check();
}
END_TEST

START_TEST(commits_that_do_not_wait_share_their_flushes)
{
	struct storage_statistics before, after;
	uint64_t calls;

	storage_statistics(fixture.storage, &before);
	calls = store_sim_calls(fixture.store);
	for (int i = 0; i < 10000; i++)
		fixture_person(i);
	calls = store_sim_calls(fixture.store) - calls;
	storage_statistics(fixture.storage, &after);
	ck_assert_uint_eq(after.commits - before.commits, 10000);
	ck_assert_uint_lt(calls, 2000);
	fixture_reopen();
	ck_assert_uint_eq(storage_node_count(fixture.storage, fixture.person), 10000);
	fixture_check();
}
END_TEST

START_TEST(a_commit_that_does_not_wait_is_on_disk_soon_after)
{
	struct storage_statistics before, now;

	usleep(50000); /* what opening left */
	storage_statistics(fixture.storage, &before);
	fixture_person(1);
	for (int i = 0; i < 1000; i++) {
		usleep(5000);
		storage_statistics(fixture.storage, &now);
		if (now.log_flushes > before.log_flushes)
			return;
	}
	ck_abort_msg("five seconds later it is not");
}
END_TEST

/* ---- many threads ---- */

static uint64_t accounts[ACCOUNTS];
static _Atomic int is_over;

static void run_threads(void *(*work)(void *), int count)
{
	pthread_t threads[THREADS];

	ck_assert_int_le(count, THREADS);
	for (int i = 0; i < count; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, work, (void *)(intptr_t)i), 0);
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
}

/* One statement of a read-committed transaction, again and again until it goes through. */
static void increment(struct txn *t, uint64_t node)
{
	struct error e;

	for (;;) {
		uint64_t mark = txn_savepoint(t);
		enum sqlstate rc;

		txn_statement_begin(t);
		rc = fixture_set_age(t, node, fixture_age(t, node) + 1, &e);
		if (rc == OK)
			return;
		ck_assert_int_eq(rc, E_SERIALIZATION);
		ck_assert(txn_must_restart(t));
		txn_statement_restart(t, mark);
	}
}

static void *increment_often(void *context)
{
	struct error e;

	(void)context;
	storage_thread_attach(fixture.storage);
	for (int i = 0; i < ROUNDS; i++) {
		struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);

		storage_run_begin(fixture.storage);
		increment(t, accounts[0]);
		storage_run_end(fixture.storage);
		if (txn_commit(t, &e) != OK)
			ck_abort_msg("an increment failed: %s", e.message);
	}
	storage_thread_detach(fixture.storage);
	return NULL;
}

START_TEST(counters_of_many_clients_lose_no_update)
{
	struct txn *t;

	accounts[0] = fixture_person(0);
	run_threads(increment_often, THREADS);
	t = fixture_autocommit();
	ck_assert_int_eq(fixture_age(t, accounts[0]), THREADS * ROUNDS);
	txn_abort(t);
}
END_TEST

/* Each finds or makes the persons 0 … ROUNDS - 1, in blocks; nobody may fail. */
static void *merge_often(void *context)
{
	uint32_t index = *(uint32_t *)context;

	storage_thread_attach(fixture.storage);
	for (int i = 0; i < ROUNDS; i++) {
		struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
		struct property p = { fixture.age, value_int(i) };
		uint64_t mark = txn_savepoint(t);
		enum sqlstate rc = OK;
		uint64_t found, id;
		struct error e;

		txn_statement_begin(t);
		for (;;) {
			ck_assert_int_eq(
				storage_index_lookup(t, index, &p.value, 1, &found, &e), OK);
			if (found != UINT64_MAX)
				break;
			rc = storage_node_add(t, &fixture.person, 1, &p, 1, &id, &e);
			if (rc == OK)
				break;
			ck_assert_int_eq(rc, E_SERIALIZATION);
			ck_assert(txn_must_restart(t));
			txn_statement_restart(t, mark);
		}
		if (txn_commit(t, &e) != OK)
			ck_abort_msg("a merge failed: %s", e.message);
	}
	storage_thread_detach(fixture.storage);
	return NULL;
}

START_TEST(merges_of_many_clients_make_each_key_once)
{
	pthread_t threads[THREADS];
	uint32_t index = make_unique();

	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, merge_often, &index), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	ck_assert_uint_eq(storage_node_count(fixture.storage, fixture.person), ROUNDS);
	fixture_check();
}
END_TEST

static void *lock_both(void *context)
{
	bool is_second = (intptr_t)context != 0;
	struct error e;

	storage_thread_attach(fixture.storage);
	for (int i = 0; i < ROUNDS; i++) {
		struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
		enum sqlstate rc = OK;

		for (int k = 0; k < 2 && rc == OK; k++) {
			txn_statement_begin(t);
			rc = fixture_set_age(t, accounts[k ^ is_second], i, &e);
			if (rc == E_SERIALIZATION)
				k--, rc = OK;
		}
		if (rc == OK) {
			ck_assert_int_eq(txn_commit(t, &e), OK);
		} else {
			ck_assert_int_eq(rc, E_DEADLOCK);
			txn_abort(t);
		}
	}
	storage_thread_detach(fixture.storage);
	return NULL;
}

START_TEST(a_deadlock_is_found_and_broken)
{
	accounts[0] = fixture_person(0);
	accounts[1] = fixture_person(0);
	run_threads(lock_both, 2);
}
END_TEST

static int64_t sum_of_all(struct txn *t)
{
	struct arena *a = arena_new(0);
	struct value values[ACCOUNTS];
	struct value *column = values;
	int64_t sum = 0;
	struct error e;

	ck_assert_int_eq(storage_properties(t, ELEMENT_NODE, accounts, ACCOUNTS, &fixture.age, 1,
				 &column, a, &e),
		OK);
	for (int i = 0; i < ACCOUNTS; i++)
		sum += values[i].integer;
	arena_free(a);
	return sum;
}

/* Edges come and go in pairs, so every snapshot has an even number. */
static void look_at_edges(struct txn *t)
{
	struct arena *a = arena_new(0);
	uint32_t sources[64];
	uint64_t neighbours[64];
	struct hops hops = { .capacity = 64, .source_index = sources, .neighbour = neighbours };
	const struct edge_filter out = { .direction = DIRECTION_OUT };
	uint64_t count = 0;
	struct cursor *c;
	struct error e;

	ck_assert_int_eq(storage_expand(t, accounts, ACCOUNTS, &out, a, &c, &e), OK);
	do {
		ck_assert_int_eq(storage_expand_next(c, &hops, &e), OK);
		count += hops.count;
	} while (hops.count > 0);
	storage_cursor_close(c);
	arena_free(a);
	ck_assert_uint_eq(count % 2, 0);
}

static void *look_on(void *context)
{
	(void)context;
	storage_thread_attach(fixture.storage);
	while (!atomic_load(&is_over)) {
		struct txn *t = fixture_begin(ISOLATION_REPEATABLE_READ);

		ck_assert_int_eq(sum_of_all(t), TOTAL);
		look_at_edges(t);
		ck_assert_int_eq(sum_of_all(t), TOTAL);
		txn_abort(t);
	}
	storage_thread_detach(fixture.storage);
	return NULL;
}

static enum sqlstate move_money(struct txn *t, struct rand *r, struct error *e)
{
	uint64_t from = accounts[rand_below(r, ACCOUNTS)];
	uint64_t to = accounts[rand_below(r, ACCOUNTS)];
	int64_t amount = (int64_t)rand_below(r, 10);
	bool was_deleted[2];
	uint64_t edge;

	if (from == to)
		return OK;
	TRY(fixture_set_age(t, from, fixture_age(t, from) - amount, e));
	TRY(fixture_set_age(t, to, fixture_age(t, to) + amount, e));
	TRY(storage_edge_add(t, from, to, fixture.knows, NULL, 0, &edge, e));
	TRY(storage_edge_add(t, to, from, fixture.knows, NULL, 0, &edge, e));
	if (edge < 20)
		return OK;
	TRY(storage_edge_delete(t, edge - 18, &was_deleted[0], e));
	TRY(storage_edge_delete(t, edge - 19, &was_deleted[1], e));
	return was_deleted[0] == was_deleted[1] ? OK : E_SERIALIZATION; /* in pairs or not at all */
}

static void *move_often(void *context)
{
	struct rand r = { (uint64_t)(intptr_t)context + 7 };
	struct error e;

	storage_thread_attach(fixture.storage);
	for (int i = 0; i < ROUNDS * 4; i++) {
		struct txn *t = fixture_autocommit();

		if (move_money(t, &r, &e) == OK)
			(void)!txn_commit(t, &e);
		else
			txn_abort(t);
	}
	storage_thread_detach(fixture.storage);
	return NULL;
}

static void *stress(void *context)
{
	if ((intptr_t)context < 2)
		return look_on(context);
	move_often(context);
	if ((intptr_t)context == 2) {
		struct error e;

		storage_thread_attach(fixture.storage);
		ck_assert_int_eq(storage_checkpoint(fixture.storage, &e), OK);
		storage_thread_detach(fixture.storage);
		atomic_store(&is_over, 1);
	}
	return NULL;
}

START_TEST(every_snapshot_is_consistent_while_others_write)
{
	atomic_store(&is_over, 0);
	for (int i = 0; i < ACCOUNTS; i++)
		accounts[i] = fixture_person(TOTAL / ACCOUNTS);
	run_threads(stress, THREADS);
	fixture_check();
	fixture_reopen();
	fixture_check();
}
END_TEST

Suite *commit_suite(void)
{
	Suite *suite = suite_create("commit");
	TCase *tests = tcase_create("commit");

	tcase_add_checked_fixture(tests, fixture_open, fixture_close);
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, commit_makes_writes_visible_to_later_snapshots_only);
	tcase_add_test(tests, a_view_keeps_what_its_statement_saw);
	tcase_add_test(tests, abort_leaves_nothing);
	tcase_add_test(tests, rollback_to_a_savepoint_undoes_what_came_after_it);
	tcase_add_test(tests, first_committer_wins_above_read_committed);
	tcase_add_test(tests, read_committed_asks_for_a_restart_when_the_record_changed);
	tcase_add_test(tests, an_edge_to_a_node_deleted_meanwhile_is_refused);
	tcase_add_test(tests, serializable_prevents_write_skew);
	tcase_add_test(tests, repeatable_read_is_snapshot_isolation_and_allows_write_skew);
	tcase_add_test(tests, a_lock_that_another_transaction_holds_times_out);
	tcase_add_test(tests, rollback_to_a_savepoint_lets_go_of_later_locks_only);
	tcase_add_test(tests, a_restarted_statement_keeps_its_locks);
	tcase_add_test(tests, a_cancelled_transaction_fails_its_next_read);
	tcase_add_test(tests, a_name_that_finds_no_room_on_the_disk_says_so);
	tcase_add_test(tests, a_unique_key_belongs_to_the_open_transaction_that_wrote_it);
	tcase_add_test(tests, a_key_committed_since_the_snapshot_asks_for_a_restart);
	tcase_add_test(tests, a_transaction_may_hold_many_keys);
	tcase_add_test(tests, commits_that_do_not_wait_share_their_flushes);
	tcase_add_test(tests, a_commit_that_does_not_wait_is_on_disk_soon_after);
	tcase_add_test(tests, counters_of_many_clients_lose_no_update);
	tcase_add_test(tests, merges_of_many_clients_make_each_key_once);
	tcase_add_test(tests, a_deadlock_is_found_and_broken);
	tcase_add_test(tests, every_snapshot_is_consistent_while_others_write);
	suite_add_tcase(suite, tests);
	return suite;
}
