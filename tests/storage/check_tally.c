/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What is counted of labels and indexes: exactly, by many threads at once, for numbers however large,
 * and that looking at the counts is not counted.
 */
#include <pthread.h>

#include "storage/txn/engine.h"
#include "tests/storage/storage_fixture.h"
#include "tests/storage/suites.h"
#include "storage/storage_tally.h"

static struct storage_tally tally_of(enum storage_tallied kind, uint32_t number)
{
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
	struct storage_tally n;

	storage_tally(t, kind, number, &n);
	txn_abort(t);
	return n;
}

static void scan(uint32_t label, bool is_node)
{
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
	struct arena *a = arena_new(0);
	struct cursor *cursor;
	uint32_t count = 1;
	uint64_t ids[8];

	NEEDS(is_node ? storage_scan_nodes(t, label, a, &cursor, &fixture.e)
		      : storage_scan_edges(t, label, a, &cursor, &fixture.e));
	while (count > 0)
		NEEDS(storage_cursor_next(cursor, ids, NULL, 8, &count, &fixture.e));
	storage_cursor_close(cursor);
	arena_free(a);
	txn_abort(t);
}

/* ---- the places of numbers ---- */

START_TEST(every_number_has_a_place_of_its_own)
{
	struct tally_place last = { 0, UINT32_MAX };

	for (uint32_t number = 0; number < 100000; number++) {
		struct tally_place place = tally_place_of(number);

		ck_assert_uint_lt(place.index, (uint32_t)TALLY_FIRST << place.chunk);
		if (place.chunk == last.chunk) {
			ck_assert_uint_eq(place.index, last.index + 1);
		} else {
			ck_assert_uint_eq(place.chunk, last.chunk + 1);
			ck_assert_uint_eq(place.index, 0);
		}
		last = place;
	}
	ck_assert_uint_lt(tally_place_of(UINT32_MAX - TALLY_FIRST).chunk, TALLY_CHUNKS);
}
END_TEST

enum { ADDERS = 40, ADDITIONS = 20000 };

static void *add_many(void *context)
{
	(void)context;
	for (uint32_t i = 0; i < ADDITIONS; i++)
		tally_add_two(&fixture.storage->tallies, STORAGE_TALLIED_INDEX, i % 500,
			TALLY_LOOKUPS, 1, 2);
	return NULL;
}

START_TEST(nothing_is_lost_when_more_threads_than_stripes_count)
{
	struct storage_tally total;
	pthread_t threads[ADDERS];

	for (int i = 0; i < ADDERS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, add_many, NULL), 0);
	for (int i = 0; i < ADDERS; i++)
		pthread_join(threads[i], NULL);
	storage_tally_total(fixture.storage, &total);
	ck_assert_uint_eq(total.lookups, (uint64_t)ADDERS * ADDITIONS);
	ck_assert_uint_eq(total.found, (uint64_t)ADDERS * ADDITIONS * 2);
	ck_assert_uint_eq(tally_of(STORAGE_TALLIED_INDEX, 499).lookups,
		(uint64_t)ADDERS * ADDITIONS / 500);
}
END_TEST

/* ---- what is counted ---- */

START_TEST(scans_are_counted_by_label_with_what_they_found)
{
	for (int i = 0; i < 20; i++)
		fixture_person(i);
	scan(fixture.person, true);
	scan(fixture.person, true);
	scan(NAME_NONE, true);
	ck_assert_uint_eq(tally_of(STORAGE_TALLIED_NODES, fixture.person).scans, 2);
	ck_assert_uint_eq(tally_of(STORAGE_TALLIED_NODES, fixture.person).scanned, 40);
	ck_assert_uint_eq(tally_of(STORAGE_TALLIED_NODES, NAME_NONE).scans, 1);
	ck_assert_uint_eq(tally_of(STORAGE_TALLIED_EDGES, fixture.person).scans, 0);
}
END_TEST

START_TEST(looking_whether_there_is_an_element_is_no_scan)
{
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
	struct arena *a = arena_new(0);
	bool found;

	NEEDS(storage_has_element(t, ELEMENT_NODE, fixture.person, a, &found, &fixture.e));
	ck_assert(!found);
	arena_free(a);
	txn_abort(t);
	ck_assert_uint_eq(tally_of(STORAGE_TALLIED_NODES, fixture.person).scans, 0);
}
END_TEST

START_TEST(an_element_counts_for_each_label_and_once_in_all)
{
	struct txn *t = fixture_begin(ISOLATION_READ_COMMITTED);
	struct storage_tally total;
	uint32_t labels[2] = { fixture.person, 0 };
	uint64_t node;
	bool was_deleted;

	NEEDS(txn_intern(t, NAME_NODE_LABEL, STR("Other"), &labels[1], &fixture.e));
	NEEDS(storage_node_add(t, labels, 2, NULL, 0, &node, &fixture.e));
	NEEDS(storage_tally_update(t, ELEMENT_NODE, node, &fixture.e));
	NEEDS(storage_node_delete(t, node, false, NULL, &was_deleted, &fixture.e));
	txn_abort(t);
	for (int i = 0; i < 2; i++) {
		struct storage_tally n = tally_of(STORAGE_TALLIED_NODES, labels[i]);

		ck_assert_uint_eq(n.inserted, 1);
		ck_assert_uint_eq(n.updated, 1);
		ck_assert_uint_eq(n.deleted, 1);
		ck_assert_uint_eq(n.elements, 0);
	}
	storage_tally_total(fixture.storage, &total);
	ck_assert_uint_eq(total.inserted, 1);
	ck_assert_uint_eq(total.updated, 1);
	ck_assert_uint_eq(total.deleted, 1);
}
END_TEST

START_TEST(an_analysis_says_when_and_what_has_changed_since)
{
	struct storage_tally n;
	struct txn *t;

	fixture_person(1);
	t = fixture_begin(ISOLATION_READ_COMMITTED);
	storage_tally_analyzed(t, ELEMENT_NODE, fixture.person);
	txn_abort(t);
	fixture_person(2);
	fixture_person(3);
	n = tally_of(STORAGE_TALLIED_NODES, fixture.person);
	ck_assert_uint_eq(n.analyses, 1);
	ck_assert_int_gt(n.analyzed_at, 0);
	ck_assert_uint_eq(n.inserted, 3);
	ck_assert_uint_eq(n.elements, 3);
	ck_assert_uint_eq(n.changes_since, 2);
}
END_TEST

START_TEST(one_can_be_forgotten_and_all_can)
{
	struct storage_tally total;
	struct txn *t;

	fixture_person(1);
	scan(fixture.person, true);
	scan(fixture.knows, false);
	t = fixture_begin(ISOLATION_READ_COMMITTED);
	storage_tally_forget(t, STORAGE_TALLIED_NODES, fixture.person);
	txn_abort(t);
	ck_assert_uint_eq(tally_of(STORAGE_TALLIED_NODES, fixture.person).scans, 0);
	ck_assert_uint_eq(tally_of(STORAGE_TALLIED_EDGES, fixture.knows).scans, 1);
	storage_tally_forget_all(fixture.storage);
	ck_assert_uint_eq(tally_of(STORAGE_TALLIED_EDGES, fixture.knows).scans, 0);
	storage_tally_total(fixture.storage, &total);
	ck_assert_uint_eq(total.inserted, 0);
}
END_TEST

Suite *tally_suite(void)
{
	Suite *suite = suite_create("tally");
	TCase *tcase = tcase_create("tally");

	tcase_add_checked_fixture(tcase, fixture_open, fixture_close);
	tcase_add_test(tcase, every_number_has_a_place_of_its_own);
	tcase_add_test(tcase, nothing_is_lost_when_more_threads_than_stripes_count);
	tcase_add_test(tcase, scans_are_counted_by_label_with_what_they_found);
	tcase_add_test(tcase, looking_whether_there_is_an_element_is_no_scan);
	tcase_add_test(tcase, an_element_counts_for_each_label_and_once_in_all);
	tcase_add_test(tcase, an_analysis_says_when_and_what_has_changed_since);
	tcase_add_test(tcase, one_can_be_forgotten_and_all_can);
	suite_add_tcase(suite, tcase);
	return suite;
}
