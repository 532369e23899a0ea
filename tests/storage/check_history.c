/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The version store and its ghosts: the right state for each snapshot, and forgetting in order.
 */
#include <stdlib.h>
#include <string.h>

#include "storage/txn/history.h"
#include "tests/storage/suites.h"

enum { MANY = 20000 };

static struct history *history;

static void setup(void)
{
	history = malloc(sizeof *history);
	ck_assert_ptr_nonnull(history);
	history_init(history);
}

static void teardown(void)
{
	history_destroy(history);
	free(history);
}

static void push(uint64_t id, uint64_t ts, uint32_t label)
{
	struct history_image image = {
		.label = label, .map = (const uint8_t *)"map", .map_size = 3
	};

	history_push(history, ELEMENT_NODE, id, ts, &image);
}

START_TEST(each_snapshot_gets_the_state_before_the_next_change)
{
	push(1, 4, 40);
	push(1, 7, 70);
	push(1, 9, 90);
	ck_assert_uint_eq(history_at(history, ELEMENT_NODE, 1, 3)->label, 40);
	ck_assert_uint_eq(history_at(history, ELEMENT_NODE, 1, 4)->label, 70);
	ck_assert_uint_eq(history_at(history, ELEMENT_NODE, 1, 8)->label, 90);
	ck_assert_ptr_null(history_at(history, ELEMENT_NODE, 1, 9));
	ck_assert_ptr_null(history_at(history, ELEMENT_EDGE, 1, 3));
	ck_assert_uint_eq(history_newest(history, ELEMENT_NODE, 1), 9);
	ck_assert_uint_eq(history_newest(history, ELEMENT_NODE, 2), 0);
}
END_TEST

START_TEST(only_the_first_state_of_a_commit_is_needed)
{
	ck_assert(history_needs(history, ELEMENT_NODE, 1, 5));
	push(1, 5, 50);
	ck_assert(!history_needs(history, ELEMENT_NODE, 1, 5));
	ck_assert(history_needs(history, ELEMENT_NODE, 2, 5)); /* shares its filter's slot */
	ck_assert(history_needs(history, ELEMENT_NODE, 1, 6));
}
END_TEST

START_TEST(the_filter_never_keeps_a_reader_from_looking)
{
	push(1, 5, 50);
	ck_assert(history_may_differ(history, ELEMENT_NODE, 1, 4));
	ck_assert(!history_may_differ(history, ELEMENT_NODE, 1, 5));
	ck_assert(!history_may_differ(history, ELEMENT_NODE, 1000000, 4));
}
END_TEST

START_TEST(collecting_forgets_up_to_the_horizon_alone)
{
	push(1, 4, 40);
	push(2, 5, 50);
	push(1, 7, 70);
	history_collect(history, 5, 100);
	ck_assert_uint_eq(history->entry_count, 1);
	ck_assert_uint_eq(history_at(history, ELEMENT_NODE, 1, 5)->label, 70);
	ck_assert_uint_eq(history_newest(history, ELEMENT_NODE, 2), 0);
	history_collect(history, 7, 100);
	ck_assert_uint_eq(history->entry_count, 0);
	ck_assert_ptr_null(history_at(history, ELEMENT_NODE, 1, 5));
}
END_TEST

START_TEST(many_entries_come_and_go_in_slices)
{
	for (uint64_t i = 0; i < MANY; i++)
		push(i * 37, i + 1, (uint32_t)i);
	for (uint64_t i = 0; i < MANY; i += 97)
		ck_assert_uint_eq(history_at(history, ELEMENT_NODE, i * 37, i)->label, i);
	while (history_collect(history, MANY / 2, 64))
		;
	ck_assert_uint_eq(history->entry_count, MANY / 2);
	for (uint64_t i = 0; i < MANY; i++)
		ck_assert_uint_eq(history_newest(history, ELEMENT_NODE, i * 37),
			i + 1 <= MANY / 2 ? 0 : i + 1);
	while (history_collect(history, MANY, 64))
		;
	ck_assert_uint_eq(history->entry_count, 0);
}
END_TEST

static struct str label_key(uint8_t *room, uint32_t label, uint64_t id)
{
	uint32_t size = ghost_key_label(room, ELEMENT_NODE, label, id);

	return (struct str){ (const char *)room, size };
}

START_TEST(ghosts_come_in_order_of_their_keys)
{
	uint8_t room[GHOST_LABEL_SIZE];
	uint64_t at = 0;

	for (uint64_t i = 0; i < 1000; i++)
		history_ghost(history, label_key(room, 3, i * 7919 % 1000), i + 1);
	for (const struct ghost *g = ghost_seek(&history->ghosts, label_key(room, 3, 0)); g != NULL;
		g = ghost_next(g))
		ck_assert_uint_eq(ghost_id(g), at++);
	ck_assert_uint_eq(at, 1000);
	ck_assert_ptr_null(ghost_seek(&history->ghosts, label_key(room, 4, 0)));
}
END_TEST

START_TEST(a_ghost_that_left_again_stays_until_its_last_commit_is_old)
{
	uint8_t room[GHOST_LABEL_SIZE];

	history_ghost(history, label_key(room, 3, 1), 4);
	history_ghost(history, label_key(room, 3, 1), 6);
	history_ghost(history, label_key(room, 3, 1), 6); /* twice in one commit */
	history_collect(history, 5, 100);
	ck_assert_uint_eq(history->ghosts.count, 1);
	history_collect(history, 6, 100);
	ck_assert_uint_eq(history->ghosts.count, 0);
	ck_assert_uint_eq(history->entry_count, 0);
}
END_TEST

Suite *history_suite(void)
{
	Suite *suite = suite_create("history");
	TCase *tests = tcase_create("history");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, each_snapshot_gets_the_state_before_the_next_change);
	tcase_add_test(tests, only_the_first_state_of_a_commit_is_needed);
	tcase_add_test(tests, the_filter_never_keeps_a_reader_from_looking);
	tcase_add_test(tests, collecting_forgets_up_to_the_horizon_alone);
	tcase_add_test(tests, many_entries_come_and_go_in_slices);
	tcase_add_test(tests, ghosts_come_in_order_of_their_keys);
	tcase_add_test(tests, a_ghost_that_left_again_stays_until_its_last_commit_is_old);
	suite_add_tcase(suite, tests);
	return suite;
}
