/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Indexes that are built while others read and write.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/rand.h"
#include "storage/txn/engine.h"
#include "tests/storage/storage_fixture.h"
#include "tests/storage/suites.h"

/* A busy machine may let no writer run during one short build: there are more, to TRIES. */
enum { PEOPLE = 4000, WRITERS = 2, BUILDS = 6, TRIES = 300 };

static uint64_t people[PEOPLE];
static _Atomic int is_over;
static _Atomic uint64_t commits;

static void fill_people(void)
{
	struct txn *t = fixture_autocommit();

	for (int i = 0; i < PEOPLE; i++) {
		struct property p = { fixture.age, value_int(i) };

		NEEDS(storage_node_add(t, &fixture.person, 1, &p, 1, &people[i], &fixture.e));
	}
	NEEDS(txn_commit(t, &fixture.e));
}

static enum sqlstate create(bool is_unique, uint32_t *id, struct error *e)
{
	struct index_definition d = { .name = STR("by_age"),
		.element = ELEMENT_NODE,
		.label = STR("Person"),
		.key_count = 1,
		.keys = { STR("age") },
		.is_unique = is_unique };
	struct txn *t = fixture_autocommit();
	enum sqlstate rc = schema_index_create(t, &d, id, e);

	if (rc == OK)
		return txn_commit(t, e);
	txn_abort(t);
	return rc;
}

static struct index_definition key_definition(void)
{
	return (struct index_definition){ .name = STR("by_age"),
		.element = ELEMENT_NODE,
		.label = STR("Person"),
		.key_count = 1,
		.keys = { STR("age") },
		.is_unique = true,
		.is_constraint = true,
		.is_key = true };
}

static enum sqlstate create_key(struct error *e)
{
	struct index_definition d = key_definition();
	struct txn *t = fixture_autocommit();
	uint32_t id;
	enum sqlstate rc = schema_index_create(t, &d, &id, e);

	if (rc == OK)
		return txn_commit(t, e);
	txn_abort(t);
	return rc;
}

static void drop_key(void)
{
	enum sqlstate rc;

	/* it makes a property nullable again, and conflicts with who changes the label meanwhile */
	do {
		struct txn *t = fixture_autocommit();

		NEEDS(schema_constraint_drop(t, STR("by_age"), &fixture.e));
		rc = txn_commit(t, &fixture.e);
	} while (rc == E_SERIALIZATION);
	ck_assert_int_eq(rc, OK);
}

static void drop(void)
{
	struct txn *t = fixture_autocommit();

	NEEDS(schema_index_drop(t, STR("by_age"), &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
}

/* Ages that nobody else has, so that a unique index can be built. */
static void *change(void *context)
{
	uint64_t number = (uint64_t)(uintptr_t)context;
	struct rand r = { number };
	int64_t next = (int64_t)number * 1000000;

	storage_thread_attach(fixture.storage);
	while (!atomic_load(&is_over)) {
		struct property p = { fixture.age, value_int(next++) };
		uint64_t person = people[rand_below(&r, PEOPLE)];
		struct txn *t = fixture_autocommit();
		bool was_deleted;
		uint64_t id, edges;
		enum sqlstate rc;
		struct error e;

		if (rand_below(&r, 8) == 0)
			rc = storage_node_delete(t, person, true, &edges, &was_deleted, &e);
		else if (rand_below(&r, 4) == 0)
			rc = storage_node_add(t, &fixture.person, 1, &p, 1, &id, &e);
		else
			rc = fixture_set_age(t, person, next++, &e);
		if (rc != OK)
			txn_abort(t);
		else if (txn_commit(t, &e) == OK)
			atomic_fetch_add(&commits, 1);
	}
	storage_thread_detach(fixture.storage);
	return NULL;
}

START_TEST(an_index_is_built_while_others_write)
{
	pthread_t writers[WRITERS];
	uint64_t before, during = 0;

	fixture_open();
	fill_people();
	atomic_store(&is_over, 0);
	for (uintptr_t i = 0; i < WRITERS; i++)
		ck_assert_int_eq(pthread_create(&writers[i], NULL, change, (void *)(i + 1)), 0);
	for (int i = 0; i < BUILDS || (during == 0 && i < TRIES); i++) {
		uint32_t id;

		before = atomic_load(&commits);
		NEEDS(create(i % 2 == 1, &id, &fixture.e));
		during += atomic_load(&commits) - before;
		fixture_check();
		drop();
	}
	atomic_store(&is_over, 1);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(writers[i], NULL);
	ck_assert_uint_gt(during, 0);
	fixture_check();
	fixture_reopen();
	fixture_check();
	fixture_close();
}
END_TEST

START_TEST(a_key_is_built_while_others_write)
{
	pthread_t writers[WRITERS];
	uint64_t before, during = 0;

	fixture_open();
	fill_people();
	atomic_store(&is_over, 0);
	for (uintptr_t i = 0; i < WRITERS; i++)
		ck_assert_int_eq(pthread_create(&writers[i], NULL, change, (void *)(i + 1)), 0);
	for (int i = 0; i < BUILDS || (during == 0 && i < TRIES); i++) {
		before = atomic_load(&commits);
		NEEDS(create_key(&fixture.e));
		during += atomic_load(&commits) - before;
		fixture_check();
		drop_key();
	}
	atomic_store(&is_over, 1);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(writers[i], NULL);
	ck_assert_uint_gt(during, 0);
	fixture_check();
	fixture_close();
}
END_TEST

START_TEST(a_key_that_an_element_lacks_is_refused)
{
	struct index_definition d = key_definition();
	struct txn *t, *other;
	uint64_t node;
	struct error e;
	uint32_t id;

	fixture_open();
	fill_people();
	t = fixture_autocommit();
	NEEDS(schema_index_create(t, &d, &id, &fixture.e));
	/* between the build and its commit */
	other = fixture_autocommit();
	NEEDS(storage_node_add(other, &fixture.person, 1, NULL, 0, &node, &fixture.e));
	NEEDS(txn_commit(other, &fixture.e));
	ck_assert_int_eq(txn_commit(t, &e), E_SERIALIZATION);
	ck_assert_int_eq(create_key(&e), E_NOT_NULL);
	ck_assert_uint_eq(catalog_index_count(fixture.storage->apply.catalog), 0);
	NEEDS(fixture_set_age(other = fixture_autocommit(), node, -1, &fixture.e));
	NEEDS(txn_commit(other, &fixture.e));
	NEEDS(create_key(&fixture.e));
	other = fixture_autocommit();
	ck_assert_int_eq(
		storage_node_add(other, &fixture.person, 1, NULL, 0, &node, &e), E_NOT_NULL);
	txn_abort(other);
	fixture_check();
	fixture_close();
}
END_TEST

START_TEST(what_else_the_statement_declares_is_held_against_changes_of_the_label)
{
	struct index_definition d = key_definition();
	struct txn *t, *other;
	uint64_t node;
	struct error e;
	uint32_t id;

	fixture_open();
	fill_people();
	d.is_key = false;
	t = fixture_autocommit();
	NEEDS(schema_index_create(t, &d, &id, &fixture.e));
	NEEDS(schema_constraint_create(t, CONSTRAINT_NOT_NULL, STR("aged"), ELEMENT_NODE,
		STR("Person"), &(struct property_definition){ .key = STR("age") },
		&fixture.e));
	other = fixture_autocommit();
	NEEDS(storage_node_add(other, &fixture.person, 1, NULL, 0, &node, &fixture.e));
	NEEDS(txn_commit(other, &fixture.e));
	ck_assert_int_eq(txn_commit(t, &e), E_SERIALIZATION);
	fixture_check();
	fixture_close();
}
END_TEST

START_TEST(a_key_is_not_looked_for_in_an_index_that_was_dropped_since)
{
	struct property p = { 0, value_int(7) };
	struct txn *t;
	uint64_t node;
	uint32_t id;

	fixture_open();
	fill_people();
	p.key = fixture.age;
	NEEDS(create(true, &id, &fixture.e));
	t = fixture_autocommit();
	drop();
	NEEDS(storage_node_add(t, &fixture.person, 1, &p, 1, &node, &fixture.e));
	NEEDS(txn_commit(t, &fixture.e));
	fixture_check();
	fixture_close();
}
END_TEST

START_TEST(a_unique_index_over_doubles_leaves_nothing_behind)
{
	uint32_t id;
	struct error e;

	fixture_open();
	fill_people();
	fixture_person(7);
	ck_assert_int_eq(create(true, &id, &e), E_UNIQUE);
	ck_assert_int_eq(create(false, &id, &e), OK);
	fixture_check();
	fixture_close();
}
END_TEST

START_TEST(keys_are_compared_with_what_an_unfinished_index_has)
{
	struct index_definition d = { .name = STR("by_age"),
		.element = ELEMENT_NODE,
		.label = STR("Person"),
		.key_count = 1,
		.keys = { STR("age") },
		.is_unique = true };
	struct property p = { fixture.age, value_int(7) };
	struct txn *t, *other;
	struct error e;
	uint64_t node;
	uint32_t id;

	fixture_open();
	fill_people();
	p.key = fixture.age;
	t = fixture_autocommit();
	NEEDS(schema_index_create(t, &d, &id, &fixture.e));
	other = fixture_autocommit();
	ck_assert_int_eq(
		storage_node_add(other, &fixture.person, 1, &p, 1, &node, &e), E_UNIQUE);
	txn_abort(other);
	txn_abort(t); /* the index goes, and with it the constraint */
	other = fixture_autocommit();
	NEEDS(storage_node_add(other, &fixture.person, 1, &p, 1, &node, &fixture.e));
	NEEDS(txn_commit(other, &fixture.e));
	ck_assert_uint_eq(catalog_index_count(fixture.storage->apply.catalog), 0);
	fixture_check();
	fixture_close();
}
END_TEST

START_TEST(an_index_that_a_crash_left_unfinished_is_dropped_at_the_next_start)
{
	struct op op = { .kind = OP_INDEX_CREATE,
		.id = 1,
		.element = ELEMENT_NODE,
		.flags = OP_INDEX_UNFINISHED,
		.name = STR("left"),
		.number_count = 1 };
	struct buf ops = { 0 };
	uint32_t count = 1;

	fixture_open();
	fill_people();
	op.label = fixture.person;
	op.numbers[0] = fixture.age;
	logop_put(&ops, &op);
	NEEDS(commit_run_ops(fixture.storage, &ops, 1, &fixture.e));
	buf_free(&ops);
	fixture_check();
	fixture_reopen();
	for (int i = 0; i < 500 && count > 0; i++) {
		struct txn *t = fixture_autocommit();

		count = catalog_index_count(txn_catalog(t));
		txn_abort(t);
		usleep(10000);
	}
	ck_assert_uint_eq(count, 0);
	fixture_check();
	fixture_close();
}
END_TEST

static _Atomic uint64_t reads;
static uint64_t reads_at_first, reads_at_last, yields;
static void (*real_yield)(void *context);

static void *read_often(void *context)
{
	struct error e;
	uint32_t labelset;

	(void)context;
	storage_thread_attach(fixture.storage);
	while (!atomic_load(&is_over)) {
		struct txn *t = fixture_autocommit();

		NEEDS(storage_nodes_get(t, &people[0], 1, &labelset, &e));
		NEEDS(txn_commit(t, &e));
		atomic_fetch_add(&reads, 1);
	}
	storage_thread_detach(fixture.storage);
	return NULL;
}

/* Between two batches of a commit that fills an index, with the engine lock held exclusively. */
static void count_and_yield(void *context)
{
	reads_at_last = atomic_load(&reads);
	if (yields++ == 0)
		reads_at_first = reads_at_last;
	real_yield(context);
}

START_TEST(readers_go_on_while_a_commit_fills_an_index)
{
	struct index_definition d = key_definition();
	pthread_t readers[WRITERS];
	uint64_t during = 0;

	fixture_open();
	fill_people();
	d.is_constraint = d.is_key = false;
	real_yield = fixture.storage->apply.yield;
	fixture.storage->apply.yield = count_and_yield;
	atomic_store(&is_over, 0);
	for (int i = 0; i < WRITERS; i++)
		ck_assert_int_eq(pthread_create(&readers[i], NULL, read_often, NULL), 0);
	/* each reader may have been about to count a read from before */
	for (int i = 0; i < TRIES && during <= WRITERS; i++) {
		struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
		uint32_t id;

		NEEDS(schema_index_create(t, &d, &id, &fixture.e));
		yields = 0;
		NEEDS(txn_commit(t, &fixture.e));
		ck_assert_uint_gt(yields, 10);
		during = reads_at_last - reads_at_first;
		drop();
	}
	atomic_store(&is_over, 1);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(readers[i], NULL);
	ck_assert_uint_gt(during, WRITERS);
	fixture_check();
	fixture_close();
}
END_TEST

Suite *index_build_suite(void)
{
	Suite *suite = suite_create("index_build");
	TCase *tests = tcase_create("index_build");

	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, an_index_is_built_while_others_write);
	tcase_add_test(tests, a_key_is_built_while_others_write);
	tcase_add_test(tests, a_key_that_an_element_lacks_is_refused);
	tcase_add_test(tests,
		what_else_the_statement_declares_is_held_against_changes_of_the_label);
	tcase_add_test(tests, readers_go_on_while_a_commit_fills_an_index);
	tcase_add_test(tests, a_key_is_not_looked_for_in_an_index_that_was_dropped_since);
	tcase_add_test(tests, a_unique_index_over_doubles_leaves_nothing_behind);
	tcase_add_test(tests, keys_are_compared_with_what_an_unfinished_index_has);
	tcase_add_test(
		tests, an_index_that_a_crash_left_unfinished_is_dropped_at_the_next_start);
	suite_add_tcase(suite, tests);
	return suite;
}
