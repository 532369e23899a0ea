/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Heads of nodes and edges against an array, and the free space of record pages.
 */
#include <stdlib.h>
#include <string.h>

#include "base/rand.h"
#include "storage/graph/record.h"
#include "storage/graph/space.h"
#include "tests/storage/graph_fixture.h"
#include "tests/storage/suites.h"

enum { IDS = 6000 };

static struct graph_fixture fixture;
static uint32_t labelsets[IDS]; /* LABELSET_ABSENT where there is none */

static void setup_pool(uint32_t pages)
{
	uint32_t i;

	graph_fixture_open(&fixture, pages);
	for (i = 0; i < IDS; i++)
		labelsets[i] = LABELSET_ABSENT;
}

static void setup(void)
{
	setup_pool(FIXTURE_POOL_LARGE);
}

static void teardown(void)
{
	graph_fixture_close(&fixture);
}

static void change(struct rand *r)
{
	uint64_t id = rand_below(r, IDS);
	uint32_t set = (uint32_t)rand_below(r, 5);
	struct node_head head;

	EXPECT_EQ(record_node_get(&fixture.graph, id, &head), labelsets[id] != LABELSET_ABSENT);
	if (labelsets[id] == LABELSET_ABSENT) {
		record_node_add(&fixture.graph, id, set);
	} else if (set == 0) {
		record_node_delete(&fixture.graph, id);
		set = LABELSET_ABSENT;
	} else {
		record_node_set_labelset(&fixture.graph, id, set);
	}
	labelsets[id] = set;
}

static void expect_same(void)
{
	struct record_scan scan = { .element = ELEMENT_NODE, .from = 17, .end = IDS - 100 };
	struct graph_check check = graph_fixture_check(&fixture);
	uint64_t ids[100], next = 17;
	uint32_t sets[100], n, i;
	struct page_view v;

	record_check(&check, ELEMENT_NODE);
	for (;;) {
		bool whole;

		page_view_init(&v);
		whole = record_scan_next(
			&v, &fixture.graph, &scan, ids, sets, 1 + (uint32_t)(next % 100), &n);
		for (i = 0; i < n; i++, next++) {
			while (labelsets[next] == LABELSET_ABSENT)
				next++;
			EXPECT_EQ(ids[i], next);
			EXPECT_EQ(sets[i], labelsets[next]);
		}
		if (!whole)
			graph_fixture_page_in(&fixture, &v);
		else if (n == 0)
			break;
	}
	for (; next < IDS - 100; next++)
		EXPECT_EQ(labelsets[next], LABELSET_ABSENT);
}

static void run(int steps)
{
	struct rand r = { 11 };
	uint64_t ids[64];
	uint32_t sets[64];
	struct page_view v;
	int i, j;

	for (i = 0; i < steps; i++) {
		change(&r);
		graph_fixture_rest(&fixture);
		if (i % 100 != 0)
			continue;
		for (j = 0; j < 64; j++)
			ids[j] = rand_below(&r, IDS + 1000);
		FIXTURE_READ(&fixture, v, record_nodes_read(&v, &fixture.graph, ids, 8, sets));
		for (j = 0; j < 8; j++)
			EXPECT_EQ(sets[j], ids[j] < IDS ? labelsets[ids[j]] : LABELSET_ABSENT);
	}
	expect_same();
}

START_TEST(heads_match_an_array)
{
	run(20000);
}
END_TEST

START_TEST(heads_are_found_again_after_reopening)
{
	uint64_t end;

	run(5000);
	end = record_end(&fixture.graph.nodes);
	EXPECT_OP(>, end, IDS / 2);
	graph_fixture_reopen(&fixture);
	EXPECT_EQ(record_end(&fixture.graph.nodes), end);
	expect_same();
	run(0);
}
END_TEST

START_TEST(the_same_calls_give_the_same_bytes)
{
	uint32_t first;

	run(3000);
	first = graph_fixture_digest(&fixture);
	teardown();
	setup_pool(FIXTURE_POOL_SMALL);
	run(3000);
	EXPECT_EQ(graph_fixture_digest(&fixture), first);
}
END_TEST

START_TEST(edge_heads_keep_their_ends)
{
	struct edge_head heads[3];
	uint64_t ids[3] = { 5, 6, 1000000 };
	struct page_view v;

	record_edge_add(&fixture.graph, 5, 77, RECORD_ID_MAX, 3);
	record_edge_add(&fixture.graph, 1000000, 1, 1, 4);
	FIXTURE_READ(&fixture, v, record_edges_read(&v, &fixture.graph, ids, 3, heads));
	EXPECT_EQ(heads[0].source, 77);
	EXPECT_EQ(heads[0].target, RECORD_ID_MAX);
	EXPECT_EQ(heads[0].label, 3);
	EXPECT_EQ(heads[1].label, NAME_NONE);
	EXPECT_EQ(heads[2].label, 4);
	record_edge_delete(&fixture.graph, 5);
	FIXTURE_READ(&fixture, v, record_edges_read(&v, &fixture.graph, ids, 3, heads));
	EXPECT_EQ(heads[0].label, NAME_NONE);
	EXPECT_EQ(record_end(&fixture.graph.edges), 1000001);
}
END_TEST

START_TEST(directory_spans_pages)
{
	uint64_t far = (uint64_t)RECORD_PER_PAGE * 2043 * 2 + 7;
	struct node_head head;

	record_node_add(&fixture.graph, far, 9);
	record_node_add(&fixture.graph, 3, 8);
	graph_fixture_reopen(&fixture);
	EXPECT(record_node_get(&fixture.graph, far, &head));
	EXPECT_EQ(head.labelset, 9);
	EXPECT(!record_node_get(&fixture.graph, far - 1, &head));
	EXPECT(!record_node_get(&fixture.graph, far * 5, &head));
	labelsets[3] = 8;
	expect_same();
}
END_TEST

/* ---- space.c: random records against copies -------------------------------------------------- */

enum { RECORDS = 600 };

struct record {
	struct space_place place;
	uint32_t size; /* 0: none */
	uint8_t fill;
};

static uint32_t random_size(struct rand *r)
{
	return 1 + (uint32_t)rand_below(r, rand_below(r, 10) == 0 ? 8200 : 300);
}

static void expect_filled(const struct record *record)
{
	uint32_t size = 0, i;
	const uint8_t *at =
		space_read(NULL, &fixture.graph, SPACE_PROPERTIES, record->place, &size);

	EXPECT_OP(>=, size, record->size);
	for (i = 0; i < record->size; i++)
		EXPECT_EQ(at[i], record->fill);
}

static void record_change(struct record *record, struct rand *r)
{
	uint32_t size = random_size(r), kept;
	uint8_t *at;

	if (record->size == 0) {
		at = space_add(&fixture.graph, SPACE_PROPERTIES, size, &record->place);
		record->fill = (uint8_t)(1 + rand_below(r, 255));
	} else if (rand_below(r, 3) == 0) {
		space_remove(&fixture.graph, SPACE_PROPERTIES, record->place);
		record->size = 0;
		return;
	} else {
		at = space_resize(&fixture.graph, SPACE_PROPERTIES, record->place, size);
		if (at == NULL)
			return;
		kept = MIN_OF(size, record->size);
		for (; kept > 0; kept--)
			EXPECT_EQ(at[kept - 1], record->fill);
	}
	EXPECT_EQ((uintptr_t)at % 8, 0);
	memset(at, record->fill, size);
	record->size = size;
}

START_TEST(records_keep_their_place_and_bytes)
{
	struct record *records = calloc(RECORDS, sizeof(*records));
	struct graph_check check = graph_fixture_check(&fixture);
	struct pager_statistics before, after;
	struct rand r = { 21 };
	int i, round;

	pager_statistics(fixture.pager, &before);
	for (round = 0; round < 20; round++) {
		for (i = 0; i < 1000; i++)
			record_change(&records[rand_below(&r, RECORDS)], &r);
		for (i = 0; i < RECORDS; i++) {
			if (records[i].size != 0)
				expect_filled(&records[i]);
		}
		space_check(&check);
	}
	for (i = 0; i < RECORDS; i++) {
		if (records[i].size != 0)
			space_remove(&fixture.graph, SPACE_PROPERTIES, records[i].place);
	}
	space_check(&check);
	pager_statistics(fixture.pager, &after);
	/* the open page and one of the map may stay */
	EXPECT_OP(<=, after.pages_total, before.pages_total + 2);
	free(records);
}
END_TEST

START_TEST(check_finds_damaged_heads_and_space)
{
	struct graph_check check = graph_fixture_check_damage(&fixture);
	struct space_place place;
	uint8_t *body;

	record_node_add(&fixture.graph, 3, 1);
	memset(space_add(&fixture.graph, SPACE_PROPERTIES, 100, &place), 1, 100);
	record_check(&check, ELEMENT_NODE);
	space_check(&check);
	EXPECT_EQ(check.findings, 0);
	body = graph_fixture_body(&fixture, record_page(&fixture.graph.nodes, 3), PAGE_NODE_HEADS);
	body[4 * sizeof(struct node_head) + 1] = 1; /* node 4 does not exist */
	record_check(&check, ELEMENT_NODE);
	EXPECT_EQ(check.findings, 1);
	body[3 * sizeof(struct node_head) + 23] = 0xF0; /* no kind of reference */
	record_check(&check, ELEMENT_NODE);
	EXPECT_EQ(check.findings, 3);
	body = graph_fixture_body(&fixture, place.pid, PAGE_PROPERTIES);
	body[PAGE_BODY_BYTES - 2] += 8; /* the slot's size */
	space_check(&check);
	EXPECT_OP(>, check.findings, 3);
}
END_TEST

Suite *record_suite(void)
{
	Suite *s = suite_create("record");
	TCase *t = tcase_create("record");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, heads_match_an_array);
	tcase_add_test(t, heads_are_found_again_after_reopening);
	tcase_add_test(t, the_same_calls_give_the_same_bytes);
	tcase_add_test(t, edge_heads_keep_their_ends);
	tcase_add_test(t, directory_spans_pages);
	tcase_add_test(t, records_keep_their_place_and_bytes);
	tcase_add_test(t, check_finds_damaged_heads_and_space);
	suite_add_tcase(s, t);
	return s;
}
