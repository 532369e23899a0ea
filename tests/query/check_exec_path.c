/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Variable expansion, reachability and shortest paths against an enumerator that tries everything,
 * on small random graphs with parallel edges and loops.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/query/plan_fixture.h"
#include "tests/query/suites.h"

enum {
	NODES = 6,
	EDGES = 9,
	LENGTH_MAX = 5,
	PATHS_MAX = 200000,
	SLOT_A = 0,
	SLOT_B = 1,
	SLOT_EDGES = 2,
	SLOT_HOP = 3,
	SLOT_ROW = 4,
};

struct graph {
	uint64_t nodes[NODES];
	uint64_t ids[EDGES];
	int from[EDGES], to[EDGES];
};

struct path {
	int target, length;
	int edges[LENGTH_MAX];
};

static struct path *all;
static int all_count;

static void make_graph(struct graph *g, struct rand *r)
{
	uint32_t label = graph_name(NAME_NODE_LABEL, "N"), type = graph_name(NAME_EDGE_LABEL, "E");

	for (int i = 0; i < NODES; i++)
		g->nodes[i] = graph_node(label, NAME_NONE, value_null());
	for (int i = 0; i < EDGES; i++) {
		g->from[i] = (int)rand_below(r, NODES);
		g->to[i] = (int)rand_below(r, NODES);
		g->ids[i] = graph_edge(g->nodes[g->from[i]], g->nodes[g->to[i]], type);
	}
}

/* ---- trying everything ---- */

struct question {
	const struct graph *g;
	enum direction direction;
	enum ast_path_mode mode;
	int min, max, source;
	int bad_edge; /* the hop filter refuses it; -1: none */
};

static bool mode_allows(const struct question *q, const struct path *p, const int *nodes, int edge,
	int next, bool *closes)
{
	*closes = false;
	if (q->mode == MODE_TRAIL) {
		for (int i = 0; i < p->length; i++) {
			if (p->edges[i] == edge)
				return false;
		}
		return true;
	}
	if (q->mode != MODE_ACYCLIC && q->mode != MODE_SIMPLE)
		return true;
	for (int i = 1; i <= p->length; i++) {
		if (nodes[i] == next)
			return false;
	}
	if (nodes[0] != next)
		return true;
	if (q->mode == MODE_ACYCLIC)
		return false;
	for (int i = 0; i < p->length; i++) {
		if (p->edges[i] == edge)
			return false;
	}
	*closes = true;
	return true;
}

static void explore(const struct question *q, struct path *p, int *nodes, bool is_closed)
{
	const struct graph *g = q->g;

	if (p->length >= q->min) {
		ck_assert_int_lt(all_count, PATHS_MAX);
		p->target = nodes[p->length];
		all[all_count++] = *p;
	}
	if (p->length == q->max || is_closed)
		return;
	for (int e = 0; e < EDGES; e++) {
		for (int way = 0; way < 2; way++) {
			int near = way == 0 ? g->from[e] : g->to[e];
			int far = way == 0 ? g->to[e] : g->from[e];
			bool closes;

			if (!(q->direction & (way == 0 ? DIRECTION_OUT : DIRECTION_IN)))
				continue;
			if (way == 1 && near == far && q->direction == DIRECTION_ANY)
				continue;
			if (near != nodes[p->length] || e == q->bad_edge)
				continue;
			if (!mode_allows(q, p, nodes, e, far, &closes))
				continue;
			p->edges[p->length++] = e;
			nodes[p->length] = far;
			explore(q, p, nodes, closes);
			p->length--;
		}
	}
}

static void try_everything(const struct question *q)
{
	struct path p = { 0 };
	int nodes[LENGTH_MAX + 1] = { q->source };

	all_count = 0;
	explore(q, &p, nodes, false);
}

/* ---- comparing ---- */

static int by_path(const void *a, const void *b)
{
	const struct path *x = a, *y = b;

	if (x->target != y->target)
		return x->target - y->target;
	if (x->length != y->length)
		return x->length - y->length;
	return memcmp(x->edges, y->edges, sizeof x->edges[0] * (size_t)x->length);
}

static int index_of(const uint64_t *ids, int count, uint64_t id)
{
	for (int i = 0; i < count; i++) {
		if (ids[i] == id)
			return i;
	}
	ck_abort_msg("an id that is not of the graph");
	return -1;
}

static struct path path_of(const struct graph *g, const struct value *row)
{
	struct path p = { .target = index_of(g->nodes, NODES, row[0].id) };

	p.length = (int)row[1].count;
	ck_assert_int_le(p.length, LENGTH_MAX);
	for (int i = 0; i < p.length; i++)
		p.edges[i] = index_of(g->ids, EDGES, row[1].items[i].id);
	return p;
}

static void compare(const struct graph *g, struct result r, struct path *expected, int count)
{
	struct path *got = calloc(r.count + 1, sizeof *got);

	ck_assert_int_eq((int)r.count, count);
	for (uint32_t i = 0; i < r.count; i++)
		got[i] = path_of(g, &r.values[i * 2]);
	qsort(got, r.count, sizeof *got, by_path);
	qsort(expected, (size_t)count, sizeof *expected, by_path);
	for (int i = 0; i < count; i++)
		ck_assert_int_eq(by_path(&got[i], &expected[i]), 0);
	free(got);
}

/* ---- plans ---- */

static struct plan_node *seek(uint32_t slot, uint64_t id, struct plan_node *input)
{
	struct plan_node *n = plan_node_new(PLAN_ID_SEEK, input, SLOT_A, slot, UINT32_MAX);

	n->id_seek.slot = slot;
	n->id_seek.element = ELEMENT_NODE;
	n->id_seek.id = bound_int((int64_t)id);
	return n;
}

static struct plan_node *search(const struct question *q, enum plan_kind kind, int target)
{
	struct plan_node *leaf = plan_node_new(PLAN_ONE_ROW, NULL, UINT32_MAX);
	struct plan_node *input = seek(SLOT_A, q->g->nodes[q->source], leaf), *n;

	if (target >= 0)
		input = seek(SLOT_B, q->g->nodes[target], input);
	n = plan_node_new(kind, input, SLOT_A, SLOT_B, SLOT_EDGES, UINT32_MAX);
	n->var_expand.source_slot = SLOT_A;
	n->var_expand.target_slot = SLOT_B;
	n->var_expand.edges_slot = SLOT_EDGES;
	n->var_expand.direction = q->direction;
	n->var_expand.target_is_bound = target >= 0;
	n->var_expand.min = (uint32_t)q->min;
	n->var_expand.max = (uint32_t)q->max;
	n->var_expand.mode = q->mode;
	n->var_expand.hop_edge_slot = SLOT_HOP;
	n->var_expand.hop_source_slot = SLOT_NONE;
	n->var_expand.hop_target_slot = SLOT_NONE;
	if (q->bad_edge >= 0) {
		struct value bad = { .type = VALUE_EDGE, .id = q->g->ids[q->bad_edge] };

		n->var_expand.hop_filter = bound_operator(
			OP_NE, bound_slot(SLOT_HOP), bound_value(bad, TYPE(TYPE_EDGE)));
	}
	return n;
}

static struct question random_question(const struct graph *g, struct rand *r)
{
	static const enum ast_path_mode modes[] = { MODE_WALK, MODE_TRAIL, MODE_ACYCLIC,
		MODE_SIMPLE };
	struct question q = { .g = g,
		.direction = (enum direction)(1 + rand_below(r, 3)),
		.mode = modes[rand_below(r, 4)],
		.source = (int)rand_below(r, NODES) };

	q.min = (int)rand_below(r, 3);
	q.max = q.min + (int)rand_below(r, (uint64_t)(LENGTH_MAX - q.min + 1));
	q.bad_edge = rand_below(r, 2) == 0 ? -1 : (int)rand_below(r, EDGES);
	return q;
}

static const uint32_t target_and_edges[] = { SLOT_B, SLOT_EDGES };

START_TEST(var_expand_finds_what_trying_everything_finds)
{
	struct rand r = { .state = (uint64_t)_i };
	struct graph g;

	make_graph(&g, &r);
	for (int round = 0; round < 40; round++) {
		struct question q = random_question(&g, &r);
		int target = rand_below(&r, 3) == 0 ? (int)rand_below(&r, NODES) : -1;
		int kept = 0;

		try_everything(&q);
		for (int i = 0; i < all_count; i++) {
			if (target < 0 || all[i].target == target)
				all[kept++] = all[i];
		}
		compare(&g,
			plan_run(search(&q, PLAN_VAR_EXPAND, target), 2, target_and_edges, false,
				NULL),
			all, kept);
	}
}
END_TEST

START_TEST(reachability_gives_each_target_once)
{
	struct rand r = { .state = 1000 + (uint64_t)_i };
	static const uint32_t target_slot[] = { SLOT_B };
	struct graph g;

	make_graph(&g, &r);
	for (int round = 0; round < 40; round++) {
		struct question q = random_question(&g, &r);
		bool expected[NODES] = { false }, got[NODES] = { false };
		struct plan_node *n = search(&q, PLAN_VAR_EXPAND, -1);
		struct result result;

		n->var_expand.edges_slot = SLOT_NONE;
		n->var_expand.only_reachable = true;
		try_everything(&q);
		for (int i = 0; i < all_count; i++)
			expected[all[i].target] = true;
		result = plan_run(n, 1, target_slot, false, NULL);
		for (uint32_t i = 0; i < result.count; i++) {
			int at = index_of(g.nodes, NODES, result.values[i].id);

			ck_assert(!got[at]);
			got[at] = true;
		}
		for (int i = 0; i < NODES; i++)
			ck_assert_int_eq(got[i], expected[i]);
	}
}
END_TEST

/* Keeps what a selector chooses from sorted paths (by target, length, edges). */
static int choose(struct path *paths, int count, bool is_every, int k)
{
	int kept = 0, taken = 0, lengths = 0;

	for (int i = 0; i < count; i++) {
		bool is_new_target = i == 0 || paths[i].target != paths[i - 1].target;

		if (is_new_target)
			taken = lengths = 0;
		if (is_new_target || paths[i].length != paths[i - 1].length)
			lengths++;
		if (is_every ? lengths <= k : taken < k)
			paths[kept++] = paths[i];
		taken++;
	}
	return kept;
}

/* Edge ids ascend with their index, so sequences compare alike. */
START_TEST(shortest_paths_are_those_with_least_length_and_edge_ids)
{
	struct rand r = { .state = 2000 + (uint64_t)_i };
	struct graph g;

	make_graph(&g, &r);
	for (int round = 0; round < 60; round++) {
		struct question q = random_question(&g, &r);
		int target = rand_below(&r, 2) == 0 ? (int)rand_below(&r, NODES) : -1;
		bool is_every = rand_below(&r, 2) == 0;
		int k = 1 + (int)(rand_below(&r, 2) * rand_below(&r, 3)), kept = 0;
		struct plan_node *n = search(&q, PLAN_SHORTEST, target);

		n->var_expand.selector = is_every ? SELECT_SHORTEST_GROUPS : SELECT_SHORTEST;
		n->var_expand.count = (uint32_t)k;
		try_everything(&q);
		for (int i = 0; i < all_count; i++) {
			if (target < 0 || all[i].target == target)
				all[kept++] = all[i];
		}
		qsort(all, (size_t)kept, sizeof *all, by_path);
		kept = choose(all, kept, is_every, k);
		compare(&g, plan_run(n, 2, target_and_edges, false, NULL), all, kept);
	}
}
END_TEST

START_TEST(reversed_search_lists_edges_from_the_patterns_start)
{
	struct rand r = { .state = 3000 + (uint64_t)_i };
	struct graph g;

	make_graph(&g, &r);
	for (int round = 0; round < 40; round++) {
		struct question q = random_question(&g, &r), turned;
		int target = (int)rand_below(&r, NODES), kept = 0;
		enum plan_kind kind = rand_below(&r, 2) == 0 ? PLAN_VAR_EXPAND : PLAN_SHORTEST;
		struct plan_node *n;
		struct result result;

		/* The pattern runs from `target` to q.source; it is searched the other way. */
		turned = q;
		turned.source = target;
		if (q.direction != DIRECTION_ANY)
			turned.direction =
				q.direction == DIRECTION_OUT ? DIRECTION_IN : DIRECTION_OUT;
		n = search(&q, kind, target);
		n->var_expand.is_reversed = true;
		n->var_expand.selector = SELECT_ANY_SHORTEST;
		try_everything(&turned);
		for (int i = 0; i < all_count; i++) {
			if (all[i].target == q.source)
				all[kept++] = all[i];
		}
		qsort(all, (size_t)kept, sizeof *all, by_path);
		if (kind == PLAN_SHORTEST)
			kept = choose(all, kept, false, 1);
		result = plan_run(n, 2, target_and_edges, false, NULL);
		for (uint32_t i = 0; i < result.count; i++)
			result.values[i * 2].id = g.nodes[q.source];
		compare(&g, result, all, kept);
	}
}
END_TEST

START_TEST(search_stops_when_cancelled)
{
	struct rand r = { .state = 7 };
	struct graph g;
	struct question q;
	struct error e;

	make_graph(&g, &r);
	q = (struct question){
		.g = &g, .direction = DIRECTION_ANY, .mode = MODE_TRAIL, .max = 5, .bad_edge = -1
	};
	atomic_store(&fixture.cancel, QUERY_CANCEL_TIMEOUT);
	ck_assert_int_eq(
		plan_run(search(&q, PLAN_VAR_EXPAND, -1), 2, target_and_edges, false, &e).code,
		E_CANCELLED);
	ck_assert_str_eq(e.message, "canceling statement due to statement timeout");
}
END_TEST

static void setup(void)
{
	plan_fixture_setup();
	all = calloc(PATHS_MAX, sizeof *all);
	fixture.slots[SLOT_A] = fixture.slots[SLOT_B] = TYPE(TYPE_NODE);
	fixture.slots[SLOT_EDGES] = LIST_OF(TYPE_EDGE);
	fixture.slots[SLOT_HOP] = TYPE(TYPE_EDGE);
	fixture.slots[SLOT_ROW] = TYPE(TYPE_INT64);
}

static void teardown(void)
{
	free(all);
	plan_fixture_teardown();
}

Suite *exec_path_suite(void)
{
	Suite *s = suite_create("exec_path");
	TCase *c = tcase_create("random graphs");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, var_expand_finds_what_trying_everything_finds, 0, 4);
	tcase_add_loop_test(c, reachability_gives_each_target_once, 0, 4);
	tcase_add_loop_test(c, shortest_paths_are_those_with_least_length_and_edge_ids, 0, 4);
	tcase_add_loop_test(c, reversed_search_lists_edges_from_the_patterns_start, 0, 4);
	tcase_add_test(c, search_stops_when_cancelled);
	suite_add_tcase(s, c);
	return s;
}
