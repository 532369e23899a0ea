/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Adjacency lists against a plain array of edges: a small graph with hubs, so that lists pass
 * through all of their forms in both directions.
 */
#include <stdlib.h>
#include <string.h>

#include "base/rand.h"
#include "storage/graph/adjacency.h"
#include "storage/graph/adjacency_seg.h"
#include "storage/graph/record.h"
#include "storage/graph/space.h"
#include "tests/storage/graph_fixture.h"
#include "tests/storage/suites.h"

enum { NODES = 60, EDGES_MAX = 60000, LABELS = 5 };

struct edge {
	uint64_t source, target;
	uint32_t label; /* 0: gone */
};

static struct graph_fixture fixture;
static struct edge *edges;
static uint32_t edge_count;
static uint64_t far; /* added to node ids: beyond 32 bits in the test of wide segments */

static void setup_pool(uint32_t pages)
{
	uint64_t i;

	graph_fixture_open(&fixture, pages);
	edges = calloc(EDGES_MAX, sizeof(*edges));
	edge_count = 0;
	for (i = 0; i < NODES; i++)
		record_node_add(&fixture.graph, far + i, 1);
}

static void setup(void)
{
	far = 0;
	setup_pool(FIXTURE_POOL_LARGE);
}

static void teardown(void)
{
	free(edges);
	graph_fixture_close(&fixture);
}

static void edge_add(uint64_t source, uint64_t target, uint32_t label)
{
	struct graph *g = &fixture.graph;
	uint64_t id = edge_count++;
	struct adjacency_entry out = { label, target, id }, in = { label, source, id };

	EXPECT_OP(<, edge_count, EDGES_MAX);
	edges[id] = (struct edge){ source, target, label };
	record_edge_add(g, id, source, target, label);
	adjacency_insert(g, source, DIRECTION_OUT, &out);
	adjacency_insert(g, target, DIRECTION_IN, &in);
}

static void edge_delete(uint64_t id)
{
	struct graph *g = &fixture.graph;
	struct edge *e = &edges[id];
	struct adjacency_entry out = { e->label, e->target, id }, in = { e->label, e->source, id };

	EXPECT(adjacency_remove(g, e->source, DIRECTION_OUT, &out));
	EXPECT(adjacency_remove(g, e->target, DIRECTION_IN, &in));
	EXPECT(!adjacency_remove(g, e->source, DIRECTION_OUT, &out));
	record_edge_delete(g, id);
	e->label = 0;
}

/* Half of the ends are node 0, a quarter node 1 and so on. */
static uint64_t random_node(struct rand *r)
{
	uint64_t n = (uint64_t)__builtin_ctzll(rand_next(r) | UINT64_C(1) << 40);

	return far + (rand_below(r, 3) == 0 ? rand_below(r, NODES) : n);
}

static int entry_order(const void *a, const void *b)
{
	return adjacency_entry_order(a, b);
}

/* What the list should be. */
static uint32_t expected_list(uint64_t node, enum direction d, const uint32_t *labels,
	uint32_t label_count, struct adjacency_entry *to)
{
	uint32_t n = 0, k;
	uint64_t i;

	for (i = 0; i < edge_count; i++) {
		const struct edge *e = &edges[i];
		bool wanted = label_count == 0;

		for (k = 0; k < label_count; k++)
			wanted |= labels[k] == e->label;
		if (e->label == 0 || !wanted ||
			(d == DIRECTION_OUT ? e->source : e->target) != node)
			continue;
		to[n++] = (struct adjacency_entry){ e->label,
			d == DIRECTION_OUT ? e->target : e->source, i };
	}
	qsort(to, n, sizeof(*to), entry_order);
	return n;
}

static void expect_list(struct rand *r, uint64_t node, enum direction d)
{
	static struct adjacency_entry expected[EDGES_MAX];
	uint64_t neighbour[1000], edge[1000], degree = 0;
	uint32_t label[1000], labels[3], label_count = (uint32_t)rand_below(r, 3), n, at = 0, i;
	struct adjacency_reader reader = {
		.node = node, .direction = d, .labels = labels, .label_count = label_count
	};
	struct page_view v;

	labels[0] = 1 + (uint32_t)rand_below(r, 3);
	labels[1] = labels[0] + 1 + (uint32_t)rand_below(r, 2);
	n = expected_list(node, d, labels, label_count, expected);
	while (!reader.is_done) {
		struct adjacency_columns c = { neighbour, rand_below(r, 4) == 0 ? NULL : edge,
			rand_below(r, 4) == 0 ? NULL : label, 1 + (uint32_t)rand_below(r, 1000),
			0 };
		bool whole;

		page_view_init(&v);
		whole = adjacency_read(&v, &fixture.graph, &reader, &c);
		for (i = 0; i < c.count; i++, at++) {
			EXPECT_OP(<, at, n);
			EXPECT_EQ(c.neighbour[i], expected[at].neighbour);
			if (c.edge != NULL)
				EXPECT_EQ(c.edge[i], expected[at].edge);
			if (c.label != NULL)
				EXPECT_EQ(c.label[i], expected[at].label);
		}
		if (!whole)
			graph_fixture_page_in(&fixture, &v);
	}
	EXPECT_EQ(at, n);
	FIXTURE_READ(&fixture, v,
		adjacency_degree(&v, &fixture.graph, node, d,
			label_count == 1 ? labels[0] : NAME_NONE, &degree));
	if (label_count < 2)
		EXPECT_EQ(degree, n);
}

static void expect_pair(uint64_t source, uint64_t target, uint32_t label)
{
	struct adjacency_pair pair = { source, DIRECTION_OUT, label, target, 0 };
	uint64_t found[50], i, from = 0;
	uint32_t count, n = 0;
	struct page_view v;

	FIXTURE_READ(&fixture, v, adjacency_find(&v, &fixture.graph, &pair, found, 50, &count));
	for (i = 0; i < edge_count; i++) {
		if (edges[i].label != label || edges[i].source != source ||
			edges[i].target != target)
			continue;
		if (n < 50)
			EXPECT_EQ(found[n], i);
		from = i;
		n++;
	}
	EXPECT_EQ(count, MIN_OF(n, 50u));
	pair.from_edge = from + 1;
	FIXTURE_READ(&fixture, v, adjacency_find(&v, &fixture.graph, &pair, found, 50, &count));
	EXPECT_EQ(count, 0);
}

static void expect_sound(void)
{
	struct graph_check check = graph_fixture_check(&fixture);
	uint64_t i;

	for (i = 0; i < NODES; i++)
		adjacency_check(&check, far + i);
	record_check(&check, ELEMENT_NODE);
	record_check(&check, ELEMENT_EDGE);
	space_check(&check);
}

static void change(struct rand *r, bool grows)
{
	if (edge_count > 0 && rand_below(r, 100) < (grows ? 20 : 70)) {
		uint64_t id = rand_below(r, edge_count);

		if (edges[id].label != 0)
			edge_delete(id);
	} else if (edge_count < EDGES_MAX - 1) {
		edge_add(random_node(r), random_node(r),
			1 + (uint32_t)rand_below(r, rand_below(r, 2) == 0 ? 2 : LABELS));
	}
}

static void run(uint64_t seed, int steps)
{
	struct rand r = { seed }, reads = { seed + 100 }; /* misses draw more of the latter */
	int i;

	for (i = 0; i < steps; i++) {
		change(&r, (i / (steps / 4)) % 2 == 0);
		graph_fixture_rest(&fixture);
		if (i % 50 == 0)
			expect_list(&reads, random_node(&reads),
				rand_below(&reads, 2) == 0 ? DIRECTION_OUT : DIRECTION_IN);
		if (i % 200 == 0)
			expect_pair(random_node(&reads), random_node(&reads), 1);
		if (i % 4000 == 0)
			expect_sound();
	}
	expect_sound();
	for (i = 0; i < NODES; i++) {
		expect_list(&reads, far + (uint64_t)i, DIRECTION_OUT);
		expect_list(&reads, far + (uint64_t)i, DIRECTION_IN);
	}
}

START_TEST(lists_match_an_array_of_edges)
{
	run(1, 30000);
}
END_TEST

START_TEST(ids_beyond_32_bits_widen_segments)
{
	teardown();
	far = UINT32_MAX - 5;
	setup_pool(FIXTURE_POOL_LARGE);
	run(2, 6000);
}
END_TEST

START_TEST(reads_survive_misses_and_bytes_are_the_same)
{
	uint32_t first;

	run(3, 8000);
	first = graph_fixture_digest(&fixture);
	teardown();
	setup_pool(FIXTURE_POOL_SMALL);
	run(3, 8000);
	EXPECT_OP(>, fixture.misses, 10);
	EXPECT_EQ(graph_fixture_digest(&fixture), first);
}
END_TEST

static enum graph_ref_kind kind_of(uint64_t node)
{
	return graph_ref_kind(record_node(NULL, &fixture.graph, node)->out_ref);
}

START_TEST(form_follows_length)
{
	uint64_t i;

	EXPECT_EQ(kind_of(0), GRAPH_REF_NONE);
	edge_add(0, 1, 1);
	EXPECT_EQ(kind_of(0), GRAPH_REF_ONE);
	edge_add(0, 2, 1);
	EXPECT_EQ(kind_of(0), GRAPH_REF_SEG);
	for (i = 2; i < 240; i++)
		edge_add(0, i % NODES, 1 + (uint32_t)i % 3);
	EXPECT_EQ(kind_of(0), GRAPH_REF_SEG);
	edge_add(0, 3, 2);
	EXPECT_EQ(kind_of(0), GRAPH_REF_TREE);
	expect_sound();
	for (i = 0; i < 121; i++)
		edge_delete(i);
	EXPECT_EQ(kind_of(0), GRAPH_REF_TREE);
	edge_delete(121);
	EXPECT_EQ(kind_of(0), GRAPH_REF_SEG);
	expect_sound();
	for (i = 122; i < 240; i++)
		edge_delete(i);
	EXPECT_EQ(kind_of(0), GRAPH_REF_ONE);
	edge_delete(240);
	EXPECT_EQ(kind_of(0), GRAPH_REF_NONE);
}
END_TEST

START_TEST(self_loop_stands_in_both_lists)
{
	struct rand r = { 6 };

	edge_add(5, 5, 2);
	expect_list(&r, 5, DIRECTION_OUT);
	expect_list(&r, 5, DIRECTION_IN);
	edge_add(5, 5, 2);
	expect_sound();
	edge_delete(0);
	edge_delete(1);
	expect_sound();
}
END_TEST

START_TEST(hub_grows_to_three_levels_and_gives_its_pages_back)
{
	enum { HUB_EDGES = 800000 };
	struct graph *g = &fixture.graph;
	struct pager_statistics before, after;
	uint64_t i, degree;
	struct page_view v;

	pager_statistics(fixture.pager, &before);
	for (i = 0; i < HUB_EDGES; i++) {
		uint64_t scattered = i * UINT64_C(2654435761) % HUB_EDGES;
		struct adjacency_entry entry = { 1, scattered, scattered };

		/* no edge heads: the list is looked at alone */
		if (i < 2)
			record_edge_add(g, scattered, 0, scattered, 1);
		adjacency_insert(g, 0, DIRECTION_OUT, &entry);
	}
	FIXTURE_READ(&fixture, v, adjacency_degree(&v, g, 0, DIRECTION_OUT, 1, &degree));
	EXPECT_EQ(degree, HUB_EDGES);
	for (i = 0; i + 200 < HUB_EDGES; i++) {
		struct adjacency_entry entry = { 1, i, i };

		EXPECT(adjacency_remove(g, 0, DIRECTION_OUT, &entry));
	}
	pager_statistics(fixture.pager, &after);
	EXPECT_OP(<=, after.pages_total, before.pages_total + 1 + 2 + 4);
}
END_TEST

START_TEST(many_labels_make_a_long_directory)
{
	struct rand r = { 8 };
	uint32_t i;

	for (i = 0; i < 3000; i++)
		edge_add(0, i % NODES, 1 + (i * 7919) % 1500);
	expect_sound();
	expect_list(&r, 0, DIRECTION_OUT);
	expect_list(&r, 0, DIRECTION_OUT);
	for (i = 0; i < 2990; i++)
		edge_delete(i);
	expect_sound();
	expect_list(&r, 0, DIRECTION_OUT);
}
END_TEST

START_TEST(prefetch_notes_what_is_missing)
{
	uint64_t nodes[NODES], i;
	struct page_view v;

	run(9, 4000);
	graph_fixture_reopen(&fixture);
	for (i = 0; i < NODES; i++)
		nodes[i] = i;
	page_view_init(&v);
	EXPECT(!adjacency_prefetch(&v, &fixture.graph, nodes, NODES, DIRECTION_OUT));
	FIXTURE_READ(
		&fixture, v, adjacency_prefetch(&v, &fixture.graph, nodes, NODES, DIRECTION_OUT));
	expect_sound();
}
END_TEST

START_TEST(check_finds_damaged_lists)
{
	struct graph_check check = graph_fixture_check_damage(&fixture);
	struct space_place place;
	struct seg *s;
	uint64_t i, ref;
	uint32_t *neighbours;

	for (i = 0; i < 10; i++)
		edge_add(1, i, 1);
	for (i = 0; i < 300; i++)
		edge_add(2, i % NODES, 1);
	adjacency_check(&check, 1);
	adjacency_check(&check, 2);
	EXPECT_EQ(check.findings, 0);
	place = space_place_of(record_node(NULL, &fixture.graph, 1)->out_ref);
	s = space_modify(&fixture.graph, SPACE_SEGMENTS, place, NULL);
	neighbours = (uint32_t *)(void *)(s->runs + s->label_capacity);
	neighbours[9] = 33; /* still in order, but not what the edge says */
	adjacency_check(&check, 1);
	EXPECT_EQ(check.findings, 1);
	neighbours[4] = 40;
	adjacency_check(&check, 1);
	EXPECT_EQ(check.findings, 2);
	ref = record_node(NULL, &fixture.graph, 2)->out_ref;
	graph_fixture_body(&fixture, graph_ref_pid(ref), PAGE_ADJACENCY_ROOT)[16]++;
	adjacency_check(&check, 2);
	EXPECT_EQ(check.findings, 3);
}
END_TEST

Suite *adjacency_suite(void)
{
	Suite *s = suite_create("adjacency");
	TCase *t = tcase_create("adjacency");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, lists_match_an_array_of_edges);
	tcase_add_test(t, ids_beyond_32_bits_widen_segments);
	tcase_add_test(t, reads_survive_misses_and_bytes_are_the_same);
	tcase_add_test(t, form_follows_length);
	tcase_add_test(t, self_loop_stands_in_both_lists);
	tcase_add_test(t, hub_grows_to_three_levels_and_gives_its_pages_back);
	tcase_add_test(t, many_labels_make_a_long_directory);
	tcase_add_test(t, prefetch_notes_what_is_missing);
	tcase_add_test(t, check_finds_damaged_lists);
	suite_add_tcase(s, t);
	return s;
}
