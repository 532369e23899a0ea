/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What memory and disk are bounded by: a pool much smaller than the graph, versions kept for old
 * snapshots, a transaction's private changes, and a graph that is always changed but never grows.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rand.h"
#include "tests/storage/storage_fixture.h"
#include "tests/storage/suites.h"

enum {
	POOL_BYTES = 32 * 16384,
	NODES = 24000,
	TEXT = 300,
	A_COMMIT = 200,
	WRITERS = 2,
	READERS = 2,
	ROUNDS = 120,
	LARGE = 3000,
};

static char text[TEXT];

static void open_small(uint64_t history_bytes, uint64_t txn_bytes)
{
	struct storage_options options = { .create = true,
		.buffer_bytes = POOL_BYTES,
		.node_cache_bytes = 256 * 1024,
		.edge_cache_bytes = 256 * 1024,
		.history_bytes_max = history_bytes,
		.txn_bytes_max = txn_bytes,
		.run_tokens = 2 };
	struct txn *t;

	memset(&fixture, 0, sizeof fixture);
	memset(text, 'x', sizeof text);
	fixture.store = store_sim_new(1, UINT64_C(1) << 20);
	options.store = fixture.store;
	NEEDS(storage_open(&options, &fixture.storage, &fixture.e));
	storage_thread_attach(fixture.storage);
	t = fixture_autocommit();
	NEEDS(txn_intern(t, NAME_NODE_LABEL, STR("Person"), &fixture.person, &fixture.e));
	NEEDS(txn_intern(t, NAME_EDGE_LABEL, STR("KNOWS"), &fixture.knows, &fixture.e));
	NEEDS(txn_intern(t, NAME_KEY, STR("name"), &fixture.name, &fixture.e));
	NEEDS(txn_intern(t, NAME_KEY, STR("age"), &fixture.age, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
}

static enum sqlstate add_person(struct txn *t, int64_t age, uint64_t *id, struct error *e)
{
	struct property p[] = {
		{ fixture.name, value_string((struct str){ text, TEXT }) },
		{ fixture.age, value_int(age) },
	};

	return storage_node_add(t, &fixture.person, 1, p, 2, id, e);
}

/* People with ages of their own, each of whom knows another and number 0. */
static void fill(uint64_t first)
{
	struct rand r = { 7 };
	struct txn *t = NULL;

	for (uint64_t i = 0; i < NODES; i++) {
		uint64_t id, edge;

		if (t == NULL)
			t = fixture_autocommit();
		NEEDS(add_person(t, (int64_t)i, &id, &fixture.e));
		ck_assert_uint_eq(id, first + i);
		if (i > 0) {
			uint64_t other = first + rand_below(&r, i);

			NEEDS(storage_edge_add(t, id, other, fixture.knows, NULL, 0, &edge,
				&fixture.e));
			NEEDS(storage_edge_add(t, id, first, fixture.knows, NULL, 0, &edge,
				&fixture.e));
		}
		if (i % A_COMMIT == A_COMMIT - 1) {
			NEEDS(txn_commit(t, &fixture.e));
			t = NULL;
		}
	}
	if (t != NULL)
		NEEDS(txn_commit(t, &fixture.e));
}

static uint32_t create_index(void)
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
	return id;
}

static void drop_index(void)
{
	struct txn *t = fixture_autocommit();

	NEEDS(schema_index_drop(t, STR("Person_age_idx"), &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
}

/* ---- a pool much smaller than the graph ---- */

struct worker {
	pthread_t thread;
	struct rand rand;
	uint32_t number;
	uint32_t lost;
	_Atomic int *is_over;
};

/* May lose against others. */
static enum sqlstate change_one(struct worker *w, struct txn *t, int round, struct error *e)
{
	uint64_t node = 1 + rand_below(&w->rand, NODES - 1);
	uint64_t other = 1 + rand_below(&w->rand, NODES - 1);
	int64_t age = NODES + round * 1000000 + (int64_t)w->number * 100000 +
		      (int64_t)rand_below(&w->rand, 100000);
	bool was_deleted;
	uint64_t id, count;

	switch (rand_below(&w->rand, 5)) {
	case 0:
		return fixture_set_age(t, node, age, e);
	case 1:
		return add_person(t, age, &id, e);
	case 2:
		return storage_edge_add(t, node, other, fixture.knows, NULL, 0, &id, e);
	case 3:
		return storage_edge_delete(t, rand_below(&w->rand, 2 * NODES - 2), &was_deleted, e);
	default:
		return storage_node_delete(t, node, true, &count, &was_deleted, e);
	}
}

static void *write_some(void *context)
{
	struct worker *w = context;

	storage_thread_attach(fixture.storage);
	for (int round = 0; round < ROUNDS; round++) {
		struct txn *t = fixture_autocommit();
		uint64_t changes = round % 40 == 39 ? LARGE : 1 + rand_below(&w->rand, 20);
		struct error e;

		for (uint64_t i = 0; i < changes; i++)
			w->lost += change_one(w, t, round, &e) != OK;
		w->lost += txn_commit(t, &e) != OK;
	}
	storage_thread_detach(fixture.storage);
	return NULL;
}

static void *read_some(void *context)
{
	struct worker *w = context;

	storage_thread_attach(fixture.storage);
	while (!atomic_load(w->is_over)) {
		struct txn *t = fixture_autocommit();
		uint64_t degree;
		struct error e;

		(void)fixture_age(t, rand_below(&w->rand, NODES));
		ck_assert_int_eq(storage_degree(t, rand_below(&w->rand, NODES), DIRECTION_IN,
					 fixture.knows, &degree, &e),
			OK);
		txn_abort(t);
	}
	storage_thread_detach(fixture.storage);
	return NULL;
}

static void start(struct worker *w, uint32_t number, void *(*run)(void *), _Atomic int *is_over)
{
	*w = (struct worker){ .rand = { 100 + number }, .number = number, .is_over = is_over };
	ck_assert_int_eq(pthread_create(&w->thread, NULL, run, w), 0);
}

START_TEST(no_commit_reads_a_page_under_the_exclusive_lock)
{
	struct worker workers[WRITERS + READERS];
	struct storage_statistics numbers;
	_Atomic int is_over = 0;

	open_small(0, 0);
	fill(0);
	create_index();
	for (uint32_t i = 0; i < WRITERS + READERS; i++)
		start(&workers[i], i, i < WRITERS ? write_some : read_some, &is_over);
	for (uint32_t i = 0; i < WRITERS; i++)
		pthread_join(workers[i].thread, NULL);
	drop_index();
	atomic_store(&is_over, 1);
	for (uint32_t i = WRITERS; i < WRITERS + READERS; i++)
		pthread_join(workers[i].thread, NULL);
	storage_statistics(fixture.storage, &numbers);
	ck_assert_uint_gt(numbers.pages_total, 10 * POOL_BYTES / 16384);
	ck_assert_uint_gt(numbers.page_misses, 1000);
	/* none, but for the rare one that touching overlooks: see storage/txn/touch.c */
	ck_assert_uint_le(numbers.page_reads_in_place, numbers.page_misses / 2000);
	fixture_check();
	fixture_close();
}
END_TEST

/* Ages of some scattered people and their edges, read again and again while all of the pool is used
   for others: those come without their pages, and always as they were last written. */
START_TEST(hot_nodes_are_read_without_their_pages)
{
	enum { HOT = 40, LAPS = 30 };
	struct storage_statistics before, after;
	struct arena *a = arena_new(0);
	struct rand r = { 3 };
	uint64_t degrees[HOT];

	open_small(0, 0);
	fill(0);
	for (int i = 0; i < HOT; i++)
		degrees[i] = 0;
	storage_statistics(fixture.storage, &before);
	for (int64_t lap = 0; lap < LAPS; lap++) {
		struct txn *t = fixture_autocommit();

		for (uint64_t i = 1; i < HOT; i++)
			if (lap % 3 == 1)
				NEEDS(fixture_set_age(
					t, i * 500, lap * 1000 + (int64_t)i, &fixture.e));
		NEEDS(txn_commit(t, &fixture.e));
		t = fixture_autocommit();
		for (uint64_t i = 1; i < HOT; i++) {
			int64_t wanted = lap == 0 ? (int64_t)i * 500
					 : ((lap - 1) / 3 * 3 + 1) * 1000 + (int64_t)i;
			uint32_t source_index[64];
			uint64_t node = i * 500, neighbour[64], edge;
			struct hops hops = { .capacity = 64,
				.source_index = source_index,
				.neighbour = neighbour };
			struct cursor *cursor;

			ck_assert_int_eq(fixture_age(t, node), wanted);
			NEEDS(storage_expand(t, &node, 1,
				&(struct edge_filter){ .direction = DIRECTION_OUT }, a, &cursor,
				&fixture.e));
			NEEDS(storage_expand_next(cursor, &hops, &fixture.e));
			ck_assert_uint_eq(hops.count, 2 + degrees[i]);
			storage_cursor_close(cursor);
			if (lap % 7 == 6) {
				NEEDS(storage_edge_add(t, node, i, fixture.knows, NULL, 0, &edge,
					&fixture.e));
				degrees[i]++;
			}
		}
		NEEDS(txn_commit(t, &fixture.e));
		t = fixture_autocommit();
		for (int i = 0; i < 300; i++)
			(void)fixture_age(t, rand_below(&r, NODES));
		txn_abort(t);
		arena_reset(a);
	}
	storage_statistics(fixture.storage, &after);
	ck_assert_uint_gt(after.cache_hits - before.cache_hits, (uint64_t)HOT * LAPS / 2);
	arena_free(a);
	fixture_close();
}
END_TEST

/* ---- versions, private changes, space ---- */

static enum sqlstate change_all(uint32_t nodes, int64_t age)
{
	struct txn *t = fixture_autocommit();

	for (uint64_t i = 0; i < nodes; i++)
		NEEDS(fixture_set_age(t, i, age, &fixture.e));
	return txn_commit(t, &fixture.e);
}

START_TEST(the_oldest_snapshot_gives_way_when_versions_take_too_much_memory)
{
	enum { SOME = 200, LIMIT = 1 << 20 };
	struct storage_statistics numbers;
	struct txn *oldest, *newer;
	uint32_t labelset;
	uint64_t id;

	open_small(LIMIT, 0);
	oldest = fixture_autocommit();
	for (int i = 0; i < SOME; i++)
		NEEDS(add_person(oldest, i, &id, &fixture.e));
	NEEDS(txn_commit(oldest, &fixture.e));
	oldest = fixture_begin(ISOLATION_REPEATABLE_READ);
	for (int i = 0; i < 60; i++) {
		NEEDS(change_all(SOME, i));
		storage_statistics(fixture.storage, &numbers);
		/* one commit may exceed it, and its successor makes good for that */
		ck_assert_uint_lt(numbers.history_bytes, 2 * LIMIT);
	}
	newer = fixture_begin(ISOLATION_REPEATABLE_READ);
	ck_assert_int_eq(fixture_age(newer, 0), 59);
	ck_assert_int_eq(
		storage_nodes_get(oldest, &id, 1, &labelset, &fixture.e), E_SNAPSHOT_TOO_OLD);
	txn_abort(oldest);
	txn_abort(newer);
	fixture_close();
}
END_TEST

START_TEST(a_transaction_of_too_many_changes_is_refused_and_can_be_undone)
{
	enum sqlstate rc = OK;
	uint64_t mark, id;
	struct txn *t;

	open_small(0, 1 << 20);
	t = fixture_begin(ISOLATION_READ_COMMITTED);
	NEEDS(add_person(t, 1, &id, &fixture.e));
	mark = txn_savepoint(t);
	for (int i = 0; i < 100000 && rc == OK; i++)
		rc = add_person(t, i, &id, &fixture.e);
	ck_assert_int_eq(rc, E_OUT_OF_MEMORY);
	txn_rollback_to(t, mark);
	NEEDS(txn_commit(t, &fixture.e));
	ck_assert_uint_eq(storage_node_count(fixture.storage, fixture.person), 1);
	fixture_close();
}
END_TEST

/* Adds people who know each other, and takes those of some rounds before away. */
static void turn_over(uint64_t *ids, uint32_t count, int round, int kept)
{
	struct txn *t = fixture_autocommit();
	uint64_t *mine = ids + (uint64_t)(round % kept) * count;
	uint64_t edge, edges;
	bool was_deleted;

	for (uint32_t i = 0; round >= kept && i < count; i++)
		NEEDS(storage_node_delete(t, mine[i], true, &edges, &was_deleted, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
	t = fixture_autocommit();
	for (uint32_t i = 0; i < count; i++) {
		NEEDS(add_person(t, round * 1000 + (int64_t)i, &mine[i], &fixture.e));
		if (i > 0)
			NEEDS(storage_edge_add(t, mine[i], mine[i / 3], fixture.knows, NULL, 0,
				&edge, &fixture.e));
	}
	NEEDS(txn_commit(t, &fixture.e));
}

/* QUIVER_STEADY_LAPS replaces the graph that often, and prints what it takes after each time. */
START_TEST(a_unique_index_made_in_a_block_counts_as_its_changes)
{
	struct index_definition d = { .element = ELEMENT_NODE,
		.label = STR("Person"),
		.key_count = 1,
		.keys = { STR("age") },
		.is_unique = true };
	struct txn *t;
	uint64_t mark;
	uint32_t id;

	open_small(0, 1 << 20);
	for (int i = 0; i < 20000; i++)
		(void)fixture_person(i);
	t = fixture_begin(ISOLATION_READ_COMMITTED);
	mark = txn_savepoint(t);
	ck_assert_int_eq(schema_index_create(t, &d, &id, &fixture.e), E_OUT_OF_MEMORY);
	txn_rollback_to(t, mark);
	NEEDS(txn_commit(t, &fixture.e));
	t = fixture_autocommit(); /* which keeps nothing of it in memory */
	NEEDS(schema_index_create(t, &d, &id, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
	fixture_close();
}
END_TEST

START_TEST(a_graph_that_is_always_replaced_keeps_its_size)
{
	enum { KEPT = 8, COUNT = 250, LAPS = 12 };
	static uint64_t ids[KEPT * COUNT];
	const char *wanted = getenv("QUIVER_STEADY_LAPS");
	int laps = wanted == NULL ? LAPS : (int)strtol(wanted, NULL, 10);
	struct storage_statistics numbers;
	uint64_t settled = 0;

	ck_assert_int_gt(laps, 4);
	open_small(0, 0);
	create_index();
	for (int round = 0; round < KEPT * laps; round++) {
		turn_over(ids, COUNT, round, KEPT);
		storage_statistics(fixture.storage, &numbers);
		if (wanted != NULL && round % KEPT == KEPT - 1)
			printf("steady lap=%d nodes=%d pages=%llu dirty=%llu\n",
				round / KEPT + 1, KEPT * COUNT,
				(unsigned long long)numbers.pages_total,
				(unsigned long long)numbers.pages_dirty);
		if (round == 4 * KEPT)
			settled = numbers.pages_total;
	}
	ck_assert_uint_le(numbers.pages_total, settled + settled / 20 + 2);
	fixture_check();
	fixture_close();
}
END_TEST

START_TEST(a_long_recovery_says_how_far_it_is)
{
	enum { COMMITS = 6000 };
	struct storage_options options = { .buffer_bytes = UINT64_C(4) << 20,
		.recovery_report_ms = 1 };
	struct storage_statistics numbers;
	struct store *store;

	memset(&fixture, 0, sizeof fixture);
	memset(text, 'x', sizeof text);
	store = fixture.store = options.store = store_sim_new(1, UINT64_C(1) << 20);
	options.create = true;
	NEEDS(storage_open_quietly(&options, &fixture.storage, &fixture.e));
	storage_thread_attach(fixture.storage);
	for (int i = 0; i < COMMITS; i++) {
		struct txn_options durable = { .is_autocommit = true };
		struct txn *t;
		uint64_t id;

		NEEDS(txn_begin(fixture.storage, &durable, &t, &fixture.e));
		if (i == 0)
			NEEDS(txn_intern(t, NAME_NODE_LABEL, STR("Person"), &fixture.person,
				&fixture.e));
		NEEDS(storage_node_add(t, &fixture.person, 1, NULL, 0, &id, &fixture.e));
		NEEDS(txn_commit(t, &fixture.e));
	}
	storage_thread_detach(fixture.storage);
	storage_close_quietly(fixture.storage); /* as if the process had died */
	NEEDS(storage_open(&options, &fixture.storage, &fixture.e));
	storage_thread_attach(fixture.storage);
	storage_statistics(fixture.storage, &numbers);
	ck_assert_uint_ge(numbers.recovered_records, COMMITS);
	ck_assert_uint_gt(numbers.recovery_reports, 0);
	ck_assert_uint_eq(storage_node_count(fixture.storage, fixture.person), COMMITS);
	fixture_close();
	ck_assert_ptr_eq(store, options.store);
}
END_TEST

Suite *bounds_suite(void)
{
	Suite *suite = suite_create("bounds");
	TCase *tests = tcase_create("bounds");

	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, no_commit_reads_a_page_under_the_exclusive_lock);
	tcase_add_test(tests, the_oldest_snapshot_gives_way_when_versions_take_too_much_memory);
	tcase_add_test(tests, a_transaction_of_too_many_changes_is_refused_and_can_be_undone);
	tcase_add_test(tests, a_unique_index_made_in_a_block_counts_as_its_changes);
	tcase_add_test(tests, a_graph_that_is_always_replaced_keeps_its_size);
	tcase_add_test(tests, hot_nodes_are_read_without_their_pages);
	tcase_add_test(tests, a_long_recovery_says_how_far_it_is);
	suite_add_tcase(suite, tests);
	return suite;
}
