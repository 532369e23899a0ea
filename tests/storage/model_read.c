/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The reads of the model test: each asks the engine and the naive graph the same and compares.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/storage/model_game.h"

struct value wanted_value(uint32_t key, uint32_t code, char *room)
{
	struct value v;

	model_value(key, code, &v, room, ROOM);
	return v;
}

static void read_nodes(struct game *g, struct player *p)
{
	uint64_t ids[8];
	uint32_t sets[8];

	for (int i = 0; i < 8; i++)
		ids[i] = some_node(g);
	MUST(g, storage_nodes_get(p->txn, ids, 8, sets, &g->e));
	for (int i = 0; i < 8; i++) {
		struct model_state s = model_see(&g->model, &p->model, ELEMENT_NODE, ids[i]);

		SAME(g, "node exists", sets[i] != LABELSET_ABSENT, s.exists);
		for (uint32_t l = 0; s.exists && l < MODEL_LABELS; l++)
			SAME(g, "label of node",
				catalog_labelset_has(txn_catalog(p->txn), sets[i], g->labels[l]),
				s.labels >> l & 1);
	}
}

static void read_edges(struct game *g, struct player *p)
{
	uint64_t ids[8];
	struct edge_head heads[8];

	for (int i = 0; i < 8; i++)
		ids[i] = some_edge(g);
	MUST(g, storage_edges_get(p->txn, ids, 8, heads, &g->e));
	for (int i = 0; i < 8; i++) {
		struct model_state s = model_see(&g->model, &p->model, ELEMENT_EDGE, ids[i]);
		struct model_change *own = model_own(&p->model, ELEMENT_EDGE, ids[i]);
		struct model_element *e = model_find(&g->model, ELEMENT_EDGE, ids[i]);

		SAME(g, "edge exists", heads[i].label != NAME_NONE, s.exists);
		if (!s.exists)
			continue;
		SAME(g, "edge label", heads[i].label, g->edge_labels[s.labels]);
		SAME(g, "edge source", heads[i].source, own != NULL ? own->source : e->source);
		SAME(g, "edge target", heads[i].target, own != NULL ? own->target : e->target);
	}
}

static void read_properties(struct game *g, struct player *p, enum element element)
{
	struct value values[MODEL_KEYS][8];
	struct value *columns[MODEL_KEYS];
	char room[ROOM];
	uint64_t ids[8];

	for (int i = 0; i < 8; i++)
		ids[i] = element == ELEMENT_NODE ? some_node(g) : some_edge(g);
	for (int k = 0; k < MODEL_KEYS; k++)
		columns[k] = values[k];
	arena_reset(g->arena);
	MUST(g, storage_properties(
			p->txn, element, ids, 8, g->keys, MODEL_KEYS, columns, g->arena, &g->e));
	for (uint32_t i = 0; i < 8; i++) {
		struct model_state s = model_see(&g->model, &p->model, element, ids[i]);

		for (uint32_t k = 0; k < MODEL_KEYS; k++) {
			struct value v = wanted_value(k, s.exists ? s.values[k] : 0, room);

			if (!value_same(v, values[k][i]) || v.type != values[k][i].type)
				GAME_FAIL(g, "property %u of %s %" PRIu64, k,
					element == ELEMENT_NODE ? "node" : "edge", ids[i]);
		}
	}
}

static void read_all_properties(struct game *g, struct player *p, enum element element)
{
	uint64_t id = element == ELEMENT_NODE ? some_node(g) : some_edge(g);
	struct model_state s = model_see(&g->model, &p->model, element, id);
	struct property *list;
	uint32_t count;
	uint32_t at = 0;
	char room[ROOM];

	arena_reset(g->arena);
	MUST(g, storage_all_properties(p->txn, element, id, g->arena, &list, &count, &g->e));
	for (uint32_t k = 0; s.exists && k < MODEL_KEYS; k++) {
		if (s.values[k] == 0)
			continue;
		if (at >= count || list[at].key != g->keys[k] ||
			!value_same(list[at].value, wanted_value(k, s.values[k], room)))
			GAME_FAIL(g, "list of properties of %" PRIu64, id);
		at++;
	}
	SAME(g, "number of properties", count, at);
}

static int compare_ids(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a;
	uint64_t right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

static void sets_compare(struct game *g, const char *what, struct id_set *got, struct id_set *want)
{
	qsort(got->ids, got->count, sizeof got->ids[0], compare_ids);
	qsort(want->ids, want->count, sizeof want->ids[0], compare_ids);
	for (uint32_t i = 0; i < got->count && i < want->count; i++)
		SAME(g, what, got->ids[i], want->ids[i]);
	SAME(g, what, got->count, want->count);
}

static void collect_label(void *context, uint64_t id, uint64_t source, uint64_t target,
	const struct model_state *state)
{
	struct id_set *set = context;

	(void)source;
	(void)target;
	if (set->label >= 0 && (set->is_node ? !(state->labels >> set->label & 1)
					     : state->labels != (uint32_t)set->label))
		return;
	ck_assert(set->count < GOT_MAX);
	set->ids[set->count++] = id;
}

static void drain(struct game *g, struct cursor *c, struct id_set *got)
{
	uint32_t max = 1 + below(g, 40);
	uint32_t count;

	do {
		ck_assert(got->count + max <= GOT_MAX);
		MUST(g, storage_cursor_next(c, got->ids + got->count, NULL, max, &count, &g->e));
		got->count += count;
	} while (count > 0);
	storage_cursor_close(c);
}

static void read_scan(struct game *g, struct player *p, bool is_node)
{
	static struct id_set got, want;
	uint32_t label = NAME_NONE;
	struct cursor *c;

	got.count = want.count = 0;
	want.is_node = is_node;
	want.label = (int32_t)below(g, (is_node ? MODEL_LABELS : MODEL_EDGE_LABELS) + 1) - 1;
	if (want.label >= 0)
		label = is_node ? g->labels[want.label] : g->edge_labels[want.label];
	arena_reset(g->arena);
	if (is_node)
		MUST(g, storage_scan_nodes(p->txn, label, g->arena, &c, &g->e));
	else
		MUST(g, storage_scan_edges(p->txn, label, g->arena, &c, &g->e));
	drain(g, c, &got);
	model_each(
		&g->model, &p->model, is_node ? ELEMENT_NODE : ELEMENT_EDGE, collect_label, &want);
	sets_compare(g, is_node ? "scan of nodes" : "scan of edges", &got, &want);
}

double number_of(uint32_t code)
{
	return code % 7 == 0 ? (double)code : (double)code - 20;
}

static void collect_range(void *context, uint64_t id, uint64_t source, uint64_t target,
	const struct model_state *state)
{
	struct id_set *set = context;
	double v = number_of(state->values[set->key]);

	(void)source;
	(void)target;
	if (!(state->labels >> set->label & 1) || state->values[set->key] == 0)
		return;
	if (v < number_of(set->low) || v > number_of(set->high))
		return;
	ck_assert(set->count < GOT_MAX);
	set->ids[set->count++] = id;
}

static void read_index(struct game *g, struct player *p)
{
	static struct id_set got, want;
	struct index_range range = { .has_low = true,
		.has_high = true,
		.low_is_inclusive = true,
		.high_is_inclusive = true,
		.is_descending = below(g, 2) };
	bool is_unique = below(g, 2);
	char room[64];
	struct cursor *c;

	got.count = want.count = 0;
	want.label = is_unique ? 0 : 1;
	want.key = is_unique ? 0 : 1;
	want.low = 1 + below(g, 60);
	want.high = 1 + below(g, 60);
	range.low = wanted_value(0, want.low, room);
	range.high = wanted_value(0, want.high, room);
	arena_reset(g->arena);
	MUST(g, storage_scan_index(p->txn, is_unique ? g->unique_index : g->range_index, &range,
			g->arena, &c, &g->e));
	drain(g, c, &got);
	for (uint32_t i = 1; i < got.count; i++) {
		uint32_t key = want.key;
		double a = number_of(
			model_see(&g->model, &p->model, ELEMENT_NODE, got.ids[i - 1]).values[key]);
		double b = number_of(
			model_see(&g->model, &p->model, ELEMENT_NODE, got.ids[i]).values[key]);

		if (range.is_descending ? a < b : a > b)
			GAME_FAIL(g, "order of an index scan");
	}
	model_each(&g->model, &p->model, ELEMENT_NODE, collect_range, &want);
	sets_compare(g, "scan of an index", &got, &want);
}

static void read_lookup(struct game *g, struct player *p)
{
	static struct id_set want;
	struct value keys[4];
	uint64_t ids[4];
	uint32_t codes[4];
	char room[64];

	for (int i = 0; i < 4; i++) {
		codes[i] = 1 + below(g, 60);
		keys[i] = wanted_value(0, codes[i], room);
	}
	MUST(g, storage_index_lookup(p->txn, g->unique_index, keys, 4, ids, &g->e));
	for (int i = 0; i < 4; i++) {
		want.count = 0;
		want.label = 0;
		want.key = 0;
		want.low = want.high = codes[i];
		model_each(&g->model, &p->model, ELEMENT_NODE, collect_range, &want);
		/* two only if a snapshot's element and a newer one of our own share the key */
		if (want.count == 0)
			SAME(g, "lookup of a key", ids[i], UINT64_MAX);
		else if (want.count == 1)
			SAME(g, "lookup of a key", ids[i], want.ids[0]);
	}
}

void collect_hops(void *context, uint64_t id, uint64_t source, uint64_t target,
	const struct model_state *state)
{
	struct id_set *set = context;
	bool is_out = (set->direction & DIRECTION_OUT) != 0 && source == set->node;
	bool is_in = (set->direction & DIRECTION_IN) != 0 && target == set->node;

	if ((!is_out && !is_in) || (set->label >= 0 && state->labels != (uint32_t)set->label))
		return;
	ck_assert(set->count < GOT_MAX);
	set->ids[set->count++] = id;
}

static void read_expand(struct game *g, struct player *p)
{
	static struct id_set got[3], want;
	uint64_t sources[3], degrees[3], neighbours[64], edges[64];
	uint32_t indexes[64], labels[64];
	struct hops hops = { .capacity = 1 + below(g, 63),
		.source_index = indexes,
		.neighbour = neighbours,
		.edge = edges,
		.label = labels };
	enum direction direction = (enum direction)(1 + below(g, 3));
	int32_t label = (int32_t)below(g, MODEL_EDGE_LABELS + 1) - 1;
	struct edge_filter filter = { direction, label < 0 ? 0 : 1, NULL };
	struct cursor *c;

	for (int i = 0; i < 3; i++) {
		sources[i] = below(g, 3) == 0 ? below(g, 3) : some_node(g);
		got[i].count = 0;
	}
	arena_reset(g->arena);
	if (label >= 0)
		filter.labels = &g->edge_labels[label];
	MUST(g, storage_expand(p->txn, sources, 3, &filter, g->arena, &c, &g->e));
	do {
		MUST(g, storage_expand_next(c, &hops, &g->e));
		for (uint32_t i = 0; i < hops.count; i++) {
			ck_assert(got[indexes[i]].count < GOT_MAX);
			got[indexes[i]].ids[got[indexes[i]].count++] = edges[i];
		}
	} while (hops.count > 0);
	storage_cursor_close(c);
	MUST(g, storage_degrees(p->txn, sources, 3, &filter, degrees, &g->e));
	for (int i = 0; i < 3; i++) {
		want.count = 0;
		want.node = sources[i];
		want.direction = direction;
		want.label = label;
		model_each(&g->model, &p->model, ELEMENT_EDGE, collect_hops, &want);
		sets_compare(g, "expand", &got[i], &want);
		SAME(g, "degree", degrees[i], want.count);
	}
}

void play_read(struct game *g, struct player *p)
{
	switch (below(g, 10)) {
	case 0:
		read_nodes(g, p);
		break;
	case 1:
		read_edges(g, p);
		break;
	case 2:
		read_properties(g, p, ELEMENT_NODE);
		break;
	case 3:
		read_properties(g, p, ELEMENT_EDGE);
		break;
	case 4:
		read_all_properties(g, p, (enum element)below(g, 2));
		break;
	case 5:
		read_scan(g, p, true);
		break;
	case 6:
		read_scan(g, p, false);
		break;
	case 7:
		read_index(g, p);
		break;
	case 8:
		read_lookup(g, p);
		break;
	default:
		read_expand(g, p);
	}
}
