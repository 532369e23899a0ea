/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A transaction's private changes: finding them again, and undoing them to a mark.
 */
#include "storage/txn/overlay.h"
#include "tests/storage/suites.h"

static struct overlay overlay;

static void setup(void)
{
	overlay_init(&overlay);
}

static void teardown(void)
{
	overlay_destroy(&overlay);
}

static void put_node(uint64_t id, uint32_t label, bool is_new)
{
	struct overlay_record r = {
		.id = id, .label = label, .element = ELEMENT_NODE, .is_new = is_new
	};
	struct overlay_place place = overlay_begin(&overlay);

	logop_put_node_add(&overlay.log, id, label, NULL, 0);
	overlay.op_count++;
	overlay_put(&overlay, place, &r);
}

static void put_edge(uint64_t id, uint64_t source, uint64_t target, uint32_t label)
{
	struct overlay_record r = { .id = id,
		.source = source,
		.target = target,
		.label = label,
		.element = ELEMENT_EDGE,
		.is_new = true };
	struct op_edge edge = { id, source, target, 1 };
	struct overlay_place place = overlay_begin(&overlay);

	logop_put_edge_add(&overlay.log, &edge, NULL, 0);
	overlay.op_count++;
	overlay_put(&overlay, place, &r);
}

static uint32_t hop_count(uint64_t node, enum direction direction)
{
	const struct overlay_hop *hop = overlay_hops(&overlay, node, direction);
	uint32_t count = 0;

	for (; hop != NULL; hop = overlay_hop_at(&overlay, hop->next))
		count++;
	return count;
}

START_TEST(the_present_state_is_found_by_id)
{
	put_node(5, 1, true);
	put_node(0, 2, false);
	put_node(5, 3, true);
	ck_assert_uint_eq(overlay_find(&overlay, ELEMENT_NODE, 5)->label, 3);
	ck_assert_uint_eq(overlay_find(&overlay, ELEMENT_NODE, 0)->label, 2);
	ck_assert_ptr_null(overlay_find(&overlay, ELEMENT_EDGE, 5));
	ck_assert_uint_eq(overlay.order[ELEMENT_NODE].count, 2);
	ck_assert_uint_eq(overlay.order[ELEMENT_NODE].at[0]->label, 3);
}
END_TEST

START_TEST(rollback_restores_states_and_the_log)
{
	size_t length;
	uint64_t mark;

	put_node(5, 1, true);
	mark = overlay_mark(&overlay);
	length = overlay.log.length;
	put_node(5, LABELSET_ABSENT, true);
	put_node(6, 1, true);
	overlay_rollback(&overlay, mark);
	ck_assert_uint_eq(overlay.log.length, length);
	ck_assert_uint_eq(overlay.op_count, 1);
	ck_assert_uint_eq(overlay_find(&overlay, ELEMENT_NODE, 5)->label, 1);
	ck_assert_ptr_null(overlay_find(&overlay, ELEMENT_NODE, 6));
	ck_assert_uint_eq(overlay.order[ELEMENT_NODE].count, 1);
	ck_assert_uint_eq(overlay.order[ELEMENT_NODE].at[0]->label, 1);
}
END_TEST

START_TEST(added_edges_are_found_at_both_ends)
{
	uint64_t mark;

	put_edge(1, 10, 20, 1);
	put_edge(2, 10, 10, 1);
	ck_assert_uint_eq(hop_count(10, DIRECTION_OUT), 2);
	ck_assert_uint_eq(hop_count(10, DIRECTION_IN), 1);
	ck_assert_uint_eq(hop_count(20, DIRECTION_IN), 1);
	mark = overlay_mark(&overlay);
	put_edge(3, 20, 10, 1);
	ck_assert_uint_eq(hop_count(10, DIRECTION_IN), 2);
	overlay_rollback(&overlay, mark);
	ck_assert_uint_eq(hop_count(10, DIRECTION_IN), 1);
	put_edge(4, 20, 10, 1);
	ck_assert_uint_eq(hop_count(20, DIRECTION_OUT), 1);
}
END_TEST

START_TEST(deleted_elements_from_before_are_counted)
{
	uint64_t mark;

	put_node(1, LABELSET_ABSENT, true);
	ck_assert_uint_eq(overlay.deleted[ELEMENT_NODE], 0);
	mark = overlay_mark(&overlay);
	put_node(2, LABELSET_ABSENT, false);
	ck_assert_uint_eq(overlay.deleted[ELEMENT_NODE], 1);
	overlay_rollback(&overlay, mark);
	ck_assert_uint_eq(overlay.deleted[ELEMENT_NODE], 0);
}
END_TEST

START_TEST(reset_forgets_everything)
{
	put_edge(1, 10, 20, 1);
	ck_assert_uint_eq(hop_count(10, DIRECTION_OUT), 1);
	overlay_reset(&overlay);
	ck_assert(overlay_is_empty(&overlay));
	ck_assert_uint_eq(overlay.log.length, 0);
	ck_assert_uint_eq(hop_count(10, DIRECTION_OUT), 0);
	ck_assert_ptr_null(overlay_find(&overlay, ELEMENT_EDGE, 1));
}
END_TEST

START_TEST(a_copy_of_the_states_stays_as_it_was)
{
	struct overlay past;
	struct overlay now;

	put_node(5, 1, true);
	put_node(6, LABELSET_ABSENT, false);
	put_edge(1, 5, 20, 1);
	overlay_init(&past);
	overlay_copy_states(&past, &overlay);
	put_node(5, LABELSET_ABSENT, true);
	put_node(7, 1, true);
	put_edge(2, 5, 20, 1);
	ck_assert_uint_eq(overlay_find(&past, ELEMENT_NODE, 5)->label, 1);
	ck_assert_ptr_null(overlay_find(&past, ELEMENT_NODE, 7));
	ck_assert_uint_eq(past.deleted[ELEMENT_NODE], 1);
	ck_assert_uint_eq(past.order[ELEMENT_NODE].count, 2);
	ck_assert_uint_eq(hop_count(5, DIRECTION_OUT), 2);
	now = overlay;
	overlay = past;
	ck_assert_uint_eq(hop_count(5, DIRECTION_OUT), 1);
	past = overlay;
	overlay = now;
	overlay_destroy(&past);
	ck_assert_uint_eq(overlay_find(&overlay, ELEMENT_NODE, 5)->label, LABELSET_ABSENT);
}
END_TEST

Suite *overlay_suite(void)
{
	Suite *suite = suite_create("overlay");
	TCase *tests = tcase_create("overlay");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, the_present_state_is_found_by_id);
	tcase_add_test(tests, rollback_restores_states_and_the_log);
	tcase_add_test(tests, added_edges_are_found_at_both_ends);
	tcase_add_test(tests, deleted_elements_from_before_are_counted);
	tcase_add_test(tests, reset_forgets_everything);
	tcase_add_test(tests, a_copy_of_the_states_stays_as_it_was);
	suite_add_tcase(suite, tests);
	return suite;
}
