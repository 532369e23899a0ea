/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The model test: random operations of several interleaved transactions, every answer of the engine
 * held against the naive graph of model.c at the transaction's snapshot. The seed and the number of steps
 * come from QUIVER_MODEL_SEED and QUIVER_MODEL_OPS.
 *
 * One thread plays all transactions in turn, so a lock that another one holds is never given: explicit
 * transactions wait a millisecond and undo the statement.
 */
#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rand.h"
#include "storage/page/pager.h"
#include "storage/storage.h"
#include "storage/storage_care.h"
#include "storage/store/store.h"
#include "storage/txn/engine.h"
#include "tests/storage/model.h"
#include "tests/storage/suites.h"

enum { TXNS = 5, ROOM = 20008, OPS_DEFAULT = 40000, NODES_MOST = 120, GOT_MAX = 65536 };

struct player {
	struct txn *txn;
	struct txn_options options;
	struct model_txn model;
	uint64_t mark;
	size_t model_mark;
	bool has_mark;
};

struct game {
	struct store *store;
	struct storage *storage;
	struct model model;
	struct player players[TXNS];
	struct rand rand;
	uint64_t seed, step;
	uint32_t labels[MODEL_LABELS], edge_labels[MODEL_EDGE_LABELS], keys[MODEL_KEYS];
	uint32_t unique_index, range_index;
	uint64_t nodes_made, edges_made;
	uint64_t commits, conflicts, restarts, timeouts, refused;
	struct arena *arena;
	char rooms[2][ROOM];
	struct error e;
};

static struct game *game;

#define GAME_FAIL(g, ...)                                                                          \
	do {                                                                                       \
		fprintf(stderr, "model seed=%" PRIu64 " step=%" PRIu64 ": ", (g)->seed, (g)->step);  \
		fprintf(stderr, __VA_ARGS__);                                                      \
		fprintf(stderr, "\n");                                                             \
		ck_abort_msg("the engine and the model differ");                                   \
	} while (0)
#define MUST(g, call)                                                                              \
	do {                                                                                       \
		if ((call) != OK)                                                                  \
			GAME_FAIL(g, "%s: %s", #call, (g)->e.message);                             \
	} while (0)
#define SAME(g, what, a, b)                                                                        \
	do {                                                                                       \
		uint64_t left_ = (uint64_t)(a), right_ = (uint64_t)(b);                            \
		if (left_ != right_)                                                               \
			GAME_FAIL(g, "%s: engine %" PRIu64 ", model %" PRIu64, what, left_, right_); \
	} while (0)

static uint32_t below(struct game *g, uint32_t n)
{
	return (uint32_t)rand_below(&g->rand, n);
}

/* Mostly one that was committed once; now and then any number. */
static uint64_t some_element(struct game *g, enum element element)
{
	size_t count = g->model.elements[element].count;

	return g->model.elements[element].at[rand_below(&g->rand, count)].id;
}

static uint64_t some_node(struct game *g)
{
	if (g->model.elements[ELEMENT_NODE].count > 0 && below(g, 8) != 0)
		return some_element(g, ELEMENT_NODE);
	return g->nodes_made == 0 ? 0 : rand_below(&g->rand, g->nodes_made + 1);
}

static uint64_t some_edge(struct game *g)
{
	if (g->model.elements[ELEMENT_EDGE].count > 0 && below(g, 8) != 0)
		return some_element(g, ELEMENT_EDGE);
	return g->edges_made == 0 ? 0 : rand_below(&g->rand, g->edges_made + 1);
}

/* ---- the store ---- */

static void game_schema(struct game *g)
{
	struct txn_options options = { .is_autocommit = true };
	struct index_definition unique = { .element = ELEMENT_NODE, .label = STR("L0"), .key_count = 1,
		.keys = { STR("k0") }, .is_unique = true, .is_constraint = true };
	struct index_definition range = { .element = ELEMENT_NODE, .label = STR("L1"), .key_count = 1,
		.keys = { STR("k1") } };
	struct txn *t;
	char name[8];

	MUST(g, txn_begin(g->storage, &options, &t, &g->e));
	for (int i = 0; i < MODEL_LABELS; i++) {
		snprintf(name, sizeof name, "L%d", i);
		MUST(g, txn_intern(t, NAME_NODE_LABEL, str_of(name), &g->labels[i], &g->e));
	}
	for (int i = 0; i < MODEL_EDGE_LABELS; i++) {
		snprintf(name, sizeof name, "E%d", i);
		MUST(g, txn_intern(t, NAME_EDGE_LABEL, str_of(name), &g->edge_labels[i], &g->e));
	}
	for (int i = 0; i < MODEL_KEYS; i++) {
		snprintf(name, sizeof name, "k%d", i);
		MUST(g, txn_intern(t, NAME_KEY, str_of(name), &g->keys[i], &g->e));
	}
	MUST(g, schema_index_create(t, &unique, &g->unique_index, &g->e));
	MUST(g, schema_index_create(t, &range, &g->range_index, &g->e));
	MUST(g, txn_commit(t, &g->e));
}

static struct storage_options game_options(struct game *g)
{
	return (struct storage_options){ .store = g->store, .create = true,
		.buffer_bytes = UINT64_C(4) << 20, .history_bytes_max = UINT64_C(1) << 30 };
}

static void game_open(struct game *g)
{
	struct storage_options options = game_options(g);

	MUST(g, storage_open_quietly(&options, &g->storage, &g->e));
	storage_thread_attach(g->storage);
}

/* ---- reading ---- */

static struct value wanted_value(uint32_t key, uint32_t code, char *room)
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
	MUST(g, storage_properties(p->txn, element, ids, 8, g->keys, MODEL_KEYS, columns, g->arena,
			&g->e));
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

/* A set of ids to be compared. */
struct id_set {
	uint64_t ids[GOT_MAX];
	uint32_t count;
	int32_t label; /* wanted, -1: any */
	uint32_t key, low, high;
	uint64_t node;
	enum direction direction;
	bool is_node;
};

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
	if (set->label >= 0 && (set->is_node ? !(state->labels >> set->label & 1) :
					       state->labels != (uint32_t)set->label))
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
	model_each(&g->model, &p->model, is_node ? ELEMENT_NODE : ELEMENT_EDGE, collect_label, &want);
	sets_compare(g, is_node ? "scan of nodes" : "scan of edges", &got, &want);
}

static double number_of(uint32_t code)
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
	struct index_range range = { .has_low = true, .has_high = true, .low_is_inclusive = true,
		.high_is_inclusive = true, .is_descending = below(g, 2) };
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

static void collect_hops(void *context, uint64_t id, uint64_t source, uint64_t target,
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
	uint64_t sources[3], neighbours[64], edges[64];
	uint32_t indexes[64], labels[64];
	struct hops hops = { .capacity = 1 + below(g, 63), .source_index = indexes,
		.neighbour = neighbours, .edge = edges, .label = labels };
	enum direction direction = (enum direction)(1 + below(g, 3));
	int32_t label = (int32_t)below(g, MODEL_EDGE_LABELS + 1) - 1;
	struct cursor *c;

	for (int i = 0; i < 3; i++) {
		sources[i] = below(g, 3) == 0 ? below(g, 3) : some_node(g);
		got[i].count = 0;
	}
	arena_reset(g->arena);
	MUST(g, storage_expand(p->txn, sources, 3, direction, label < 0 ? NULL : &g->edge_labels[label],
			label < 0 ? 0 : 1, g->arena, &c, &g->e));
	do {
		MUST(g, storage_expand_next(c, &hops, &g->e));
		for (uint32_t i = 0; i < hops.count; i++) {
			ck_assert(got[indexes[i]].count < GOT_MAX);
			got[indexes[i]].ids[got[indexes[i]].count++] = edges[i];
		}
	} while (hops.count > 0);
	storage_cursor_close(c);
	for (int i = 0; i < 3; i++) {
		uint64_t degree;

		want.count = 0;
		want.node = sources[i];
		want.direction = direction;
		want.label = label;
		model_each(&g->model, &p->model, ELEMENT_EDGE, collect_hops, &want);
		sets_compare(g, "expand", &got[i], &want);
		MUST(g, storage_degree(p->txn, sources[i], direction,
				label < 0 ? NAME_NONE : g->edge_labels[label], &degree, &g->e));
		SAME(g, "degree", degree, want.count);
	}
}

static void play_read(struct game *g, struct player *p)
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

/* ---- writing ---- */

static uint32_t some_code(struct game *g, uint32_t key)
{
	if (below(g, 4) == 0)
		return 0;
	return 1 + below(g, key < 2 ? 60 : 200);
}

/* Does another node have this key of the unique index, in what this transaction sees or in what is
   committed? */
static bool key_is_taken(struct game *g, struct player *p, uint64_t id, uint32_t code)
{
	for (size_t i = 0; i < g->model.elements[0].count; i++) {
		struct model_element *e = &g->model.elements[0].at[i];
		struct model_state now = VEC_LAST(&e->states);

		if (e->id == id || model_own(&p->model, ELEMENT_NODE, e->id) != NULL)
			continue;
		if (now.exists && (now.labels & 1) && now.values[0] != 0 &&
			number_of(now.values[0]) == number_of(code))
			return true;
	}
	for (size_t i = 0; i < p->model.changes.count; i++) {
		struct model_change *c = &p->model.changes.at[i];

		if (c->element == ELEMENT_NODE && c->id != id &&
			model_own(&p->model, ELEMENT_NODE, c->id) == c && c->state.exists &&
			(c->state.labels & 1) && c->state.values[0] != 0 &&
			number_of(c->state.values[0]) == number_of(code))
			return true;
	}
	return false;
}

static enum sqlstate write_node_add(struct game *g, struct player *p, struct model_change *c)
{
	struct property list[MODEL_KEYS];
	char rooms[MODEL_KEYS][ROOM];
	uint32_t labels[MODEL_LABELS];
	uint32_t label_count = 0;
	uint32_t count = 0;
	enum sqlstate rc;

	c->element = ELEMENT_NODE;
	c->is_new = true;
	c->state.exists = true;
	for (uint32_t l = 0; l < MODEL_LABELS; l++) {
		if (below(g, 3) == 0) {
			c->state.labels |= 1u << l;
			labels[label_count++] = g->labels[l];
		}
	}
	for (uint32_t k = 0; k < MODEL_KEYS; k++) {
		c->state.values[k] = some_code(g, k);
		list[count].key = g->keys[k];
		list[count++].value = wanted_value(k, c->state.values[k], rooms[k]);
	}
	rc = storage_node_add(p->txn, labels, label_count, list, count, &c->id, &g->e);
	if (rc == OK && c->id >= g->nodes_made)
		g->nodes_made = c->id + 1;
	return rc;
}

static enum sqlstate write_edge_add(struct game *g, struct player *p, struct model_change *c)
{
	char room[ROOM];
	struct property one = { g->keys[2], value_null() };
	enum sqlstate rc;
	bool has_ends;

	c->element = ELEMENT_EDGE;
	c->is_new = true;
	c->state.exists = true;
	c->state.labels = below(g, MODEL_EDGE_LABELS);
	c->state.values[2] = some_code(g, 2);
	c->source = below(g, 2) == 0 ? below(g, 3) : some_node(g); /* a few hubs */
	c->target = below(g, 3) == 0 ? below(g, 3) : some_node(g);
	has_ends = model_see(&g->model, &p->model, ELEMENT_NODE, c->source).exists &&
		   model_see(&g->model, &p->model, ELEMENT_NODE, c->target).exists;
	one.value = wanted_value(2, c->state.values[2], room);
	rc = storage_edge_add(p->txn, c->source, c->target, g->edge_labels[c->state.labels], &one, 1,
		&c->id, &g->e);
	if (rc == OK && !has_ends)
		GAME_FAIL(g, "an edge without ends");
	if (rc == E_FOREIGN_KEY && has_ends)
		GAME_FAIL(g, "an edge refused: %s", g->e.message);
	if (rc == OK && c->id >= g->edges_made)
		g->edges_made = c->id + 1;
	return rc;
}

static bool change_start(struct game *g, struct player *p, struct model_change *c)
{
	struct model_change *own = model_own(&p->model, c->element, c->id);
	struct model_element *e = model_find(&g->model, c->element, c->id);

	c->state = model_see(&g->model, &p->model, c->element, c->id);
	if (own != NULL) {
		c->source = own->source;
		c->target = own->target;
		c->is_new = own->is_new;
	} else if (e != NULL) {
		c->source = e->source;
		c->target = e->target;
	}
	return c->state.exists;
}

static enum sqlstate write_property(struct game *g, struct player *p, struct model_change *c)
{
	char room[ROOM];
	uint32_t key = below(g, MODEL_KEYS);
	uint32_t code = some_code(g, key);
	enum sqlstate rc;
	bool exists;

	c->element = (enum element)(below(g, 3) == 0);
	c->id = c->element == ELEMENT_NODE ? some_node(g) : some_edge(g);
	exists = change_start(g, p, c);
	c->state.values[key] = code;
	rc = storage_property_set(p->txn, c->element, c->id, g->keys[key],
		wanted_value(key, code, room), &g->e);
	if (rc == E_NO_OBJECT && exists)
		GAME_FAIL(g, "an element is said to be gone");
	if (rc == OK && !exists)
		GAME_FAIL(g, "a property of what is gone was set");
	return rc;
}

static enum sqlstate write_labels(struct game *g, struct player *p, struct model_change *c)
{
	uint32_t add = below(g, MODEL_LABELS);
	uint32_t remove = below(g, MODEL_LABELS);
	bool has_remove = below(g, 2) && add != remove;
	enum sqlstate rc;
	bool exists;

	c->element = ELEMENT_NODE;
	c->id = some_node(g);
	exists = change_start(g, p, c);
	c->state.labels |= 1u << add;
	if (has_remove)
		c->state.labels &= ~(1u << remove);
	rc = storage_labels_change(p->txn, c->id, &g->labels[add], 1, &g->labels[remove],
		has_remove ? 1 : 0, &g->e);
	if (rc == OK && !exists)
		GAME_FAIL(g, "labels of what is gone were changed");
	return rc;
}

static enum sqlstate write_edge_delete(struct game *g, struct player *p, struct model_change *c)
{
	enum sqlstate rc;
	bool was_deleted;
	bool exists;

	c->element = ELEMENT_EDGE;
	c->id = some_edge(g);
	exists = change_start(g, p, c);
	c->state.exists = false;
	rc = storage_edge_delete(p->txn, c->id, &was_deleted, &g->e);
	if (rc == OK)
		SAME(g, "edge was deleted", was_deleted, exists);
	if (rc == OK && !exists)
		c->element = (enum element)2; /* nothing to note */
	return rc;
}

static enum sqlstate write_node_delete(struct game *g, struct player *p, struct model_change *c)
{
	static struct id_set edges;
	bool is_detaching = below(g, 2);
	enum sqlstate rc;
	uint64_t count;
	bool was_deleted, exists;

	c->element = ELEMENT_NODE;
	c->id = 3 + some_node(g); /* the hubs stay */
	exists = change_start(g, p, c);
	c->state.exists = false;
	edges.count = 0;
	edges.node = c->id;
	edges.direction = DIRECTION_ANY;
	edges.label = -1;
	model_each(&g->model, &p->model, ELEMENT_EDGE, collect_hops, &edges);
	rc = storage_node_delete(p->txn, c->id, is_detaching, &count, &was_deleted, &g->e);
	if (rc == OK)
		rc = storage_statement_check(p->txn, &g->e);
	if (rc == E_FOREIGN_KEY && (is_detaching || edges.count == 0))
		GAME_FAIL(g, "a node is said to have edges");
	if (rc != OK)
		return rc;
	SAME(g, "node was deleted", was_deleted, exists);
	if (!exists) {
		c->element = (enum element)2;
		return OK;
	}
	if (!is_detaching)
		SAME(g, "edges of a node deleted alone", edges.count, 0);
	else
		SAME(g, "edges deleted", count, edges.count);
	for (uint32_t i = 0; i < edges.count; i++) {
		struct model_change edge = { .element = ELEMENT_EDGE, .id = edges.ids[i] };

		change_start(g, p, &edge);
		edge.state.exists = false;
		model_change_put(&p->model, &edge);
	}
	return OK;
}

static enum sqlstate write_once(struct game *g, struct player *p, struct model_change *c)
{
	memset(c, 0, sizeof *c);
	switch (below(g, 12)) {
	case 0:
	case 1:
		return write_node_add(g, p, c);
	case 2:
	case 3:
	case 4:
	case 5:
		return write_edge_add(g, p, c);
	case 6:
	case 7:
	case 8:
		return write_property(g, p, c);
	case 9:
		return write_labels(g, p, c);
	case 10:
		return write_edge_delete(g, p, c);
	default:
		if (below(g, 3) == 0)
			return write_node_delete(g, p, c);
		return write_edge_add(g, p, c);
	}
}

static void unique_compare(struct game *g, struct player *p, const struct model_change *c,
	enum sqlstate rc)
{
	bool is_taken = c->element == ELEMENT_NODE && c->state.exists && (c->state.labels & 1) &&
			c->state.values[0] != 0 && key_is_taken(g, p, c->id, c->state.values[0]);

	if (c->is_new && rc == E_UNIQUE)
		is_taken = key_is_taken(g, p, UINT64_MAX, c->state.values[0]);
	if (rc == E_UNIQUE && !is_taken)
		GAME_FAIL(g, "a key is said to be taken: %s", g->e.message);
	if (rc == OK && is_taken) {
		struct model_state before = model_see(&g->model, &p->model, c->element, c->id);

		/* it had the key before: then the other is newer, and the commit will fail */
		if (!before.exists || before.values[0] != c->state.values[0] || !(before.labels & 1))
			GAME_FAIL(g, "a taken key was given");
	}
}

/* Setting what is already so is not a change. */
static bool is_no_change(struct game *g, struct player *p, const struct model_change *c)
{
	struct model_state before = model_see(&g->model, &p->model, c->element, c->id);

	if (c->is_new || !before.exists || !c->state.exists || before.labels != c->state.labels)
		return false;
	for (uint32_t k = 0; k < MODEL_KEYS; k++) {
		struct value was = wanted_value(k, before.values[k], g->rooms[0]);
		struct value is = wanted_value(k, c->state.values[k], g->rooms[1]);

		if (was.type != is.type || !value_same(was, is))
			return false;
	}
	return true;
}

static void play_write(struct game *g, struct player *p)
{
	uint64_t mark = txn_savepoint(p->txn);
	size_t model_mark = p->model.changes.count;
	struct model_change c;
	enum sqlstate rc = write_once(g, p, &c);

	if (rc == OK || rc == E_UNIQUE)
		unique_compare(g, p, &c, rc);
	if (rc == OK) {
		if (c.element <= ELEMENT_EDGE && !is_no_change(g, p, &c))
			model_change_put(&p->model, &c);
		return;
	}
	if (rc == E_SERIALIZATION && c.element <= ELEMENT_EDGE) {
		if (model_newest(&g->model, c.element, c.id) <= p->model.snapshot &&
			c.element == ELEMENT_EDGE)
			GAME_FAIL(g, "a conflict without reason");
		g->restarts += txn_must_restart(p->txn);
	}
	if (rc == E_LOCK_TIMEOUT)
		g->timeouts++;
	else if (rc != E_SERIALIZATION && rc != E_UNIQUE && rc != E_FOREIGN_KEY && rc != E_NO_OBJECT)
		GAME_FAIL(g, "unexpected error: %s", g->e.message);
	g->refused++;
	txn_rollback_to(p->txn, mark);
	p->model.changes.count = model_mark;
}

/* ---- beginning and ending ---- */

static void play_begin(struct game *g, struct player *p)
{
	memset(&p->options, 0, sizeof p->options);
	p->options.is_autocommit = below(g, 2);
	p->options.isolation = (enum isolation)below(g, 3);
	p->options.durability = (enum durability)below(g, 2);
	p->options.lock_timeout_ms = 1;
	MUST(g, txn_begin(g->storage, &p->options, &p->txn, &g->e));
	p->model.snapshot = txn_snapshot(p->txn);
	VEC_CLEAR(&p->model.changes);
	p->has_mark = false;
}

static bool conflict_has_reason(struct game *g, struct player *p)
{
	/* coarse by design; or of a snapshot that has moved on since the change was made */
	if (p->options.isolation == ISOLATION_SERIALIZABLE ||
		(p->options.isolation == ISOLATION_READ_COMMITTED && !p->options.is_autocommit))
		return true;
	for (size_t i = 0; i < p->model.changes.count; i++) {
		struct model_change *c = &p->model.changes.at[i];

		if (model_newest(&g->model, c->element, c->id) > p->model.snapshot)
			return true;
		if (c->element == ELEMENT_EDGE && c->is_new &&
			(model_newest(&g->model, ELEMENT_NODE, c->source) > p->model.snapshot ||
				model_newest(&g->model, ELEMENT_NODE, c->target) >
					p->model.snapshot))
			return true;
		if (c->element != ELEMENT_NODE || c->state.exists)
			continue;
		for (size_t k = 0; k < g->model.elements[1].count; k++) {
			struct model_element *e = &g->model.elements[1].at[k];

			if (VEC_LAST(&e->states).ts > p->model.snapshot &&
				(e->source == c->id || e->target == c->id))
				return true;
		}
	}
	return false;
}

static uint64_t newest_ts(struct game *g)
{
	return atomic_load(&g->storage->visible_ts);
}

static void play_commit(struct game *g, struct player *p)
{
	enum sqlstate rc = txn_commit(p->txn, &g->e);

	p->txn = NULL;
	if (rc != OK) {
		g->conflicts++;
		if (rc == E_SERIALIZATION && !conflict_has_reason(g, p))
			GAME_FAIL(g, "a commit failed without reason: %s %s", g->e.message,
				g->e.detail);
		if (rc != E_SERIALIZATION && rc != E_UNIQUE && rc != E_LOCK_TIMEOUT)
			GAME_FAIL(g, "a commit failed: %s", g->e.message);
		return;
	}
	for (size_t i = 0; i < p->model.changes.count; i++) {
		struct model_change *c = &p->model.changes.at[i];

		if (model_newest(&g->model, c->element, c->id) > p->model.snapshot &&
			(p->options.isolation != ISOLATION_READ_COMMITTED ||
				p->options.is_autocommit))
			GAME_FAIL(g, "a lost update of %s %" PRIu64 " exists=%d new=%d newest=%" PRIu64
				     " snapshot=%" PRIu64 " own=%d autocommit=%d isolation=%d",
				c->element == ELEMENT_NODE ? "node" : "edge", c->id,
				c->state.exists, c->is_new,
				model_newest(&g->model, c->element, c->id), p->model.snapshot,
				model_own(&p->model, c->element, c->id) == c,
				p->options.is_autocommit, (int)p->options.isolation);
	}
	g->commits++;
	if (p->model.changes.count > 0)
		model_commit(&g->model, &p->model, newest_ts(g));
}

static void play_savepoint(struct player *p, bool rolls_back)
{
	if (!rolls_back) {
		p->mark = txn_savepoint(p->txn);
		p->model_mark = p->model.changes.count;
		p->has_mark = true;
	} else if (p->has_mark) {
		txn_rollback_to(p->txn, p->mark);
		p->model.changes.count = p->model_mark;
	}
}

static void play_step(struct game *g, struct player *p)
{
	uint32_t dice = below(g, 100);

	if (p->txn == NULL) {
		play_begin(g, p);
		return;
	}
	if (p->options.isolation == ISOLATION_READ_COMMITTED && !p->options.is_autocommit) {
		txn_statement_begin(p->txn);
		p->model.snapshot = txn_snapshot(p->txn);
	}
	if (dice < 40) {
		play_read(g, p);
	} else if (dice < 85) {
		play_write(g, p);
	} else if (dice < 89) {
		play_savepoint(p, below(g, 2));
	} else if (dice < 92) {
		txn_abort(p->txn);
		p->txn = NULL;
	} else {
		play_commit(g, p);
	}
}

static void everybody_aborts(struct game *g)
{
	for (int i = 0; i < TXNS; i++) {
		if (g->players[i].txn != NULL)
			txn_abort(g->players[i].txn);
		g->players[i].txn = NULL;
	}
}

/* ---- care ---- */

static void print_finding(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "finding: %s\n", line);
}

static void game_check(struct game *g)
{
	uint64_t findings;

	MUST(g, storage_checkpoint(g->storage, &g->e));
	MUST(g, storage_check_online(g->storage, 3, print_finding, NULL, &findings, &g->e));
	SAME(g, "findings", findings, 0);
}

/* The pages of a recovered engine are those of the one that died, byte for byte. */
static void game_restart(struct game *g)
{
	uint64_t limit = pager_page_limit(g->storage->pager);
	uint32_t *crcs = calloc(limit + 1, sizeof crcs[0]);
	bool exists;

	for (uint64_t pid = 1; pid < limit; pid++)
		MUST(g, pager_checksum(g->storage->pager, pid, &exists, &crcs[pid], &g->e));
	storage_thread_detach(g->storage);
	storage_close_quietly(g->storage);
	store_sim_restart(g->store, STORE_CRASH_KEEP);
	game_open(g);
	SAME(g, "number of pages", pager_page_limit(g->storage->pager), limit);
	for (uint64_t pid = 1; pid < limit; pid++) {
		uint32_t crc = 0;

		MUST(g, pager_checksum(g->storage->pager, pid, &exists, &crc, &g->e));
		if (exists)
			SAME(g, "checksum of a recovered page", crc, crcs[pid]);
	}
	free(crcs);
}

static void read_everything(struct game *g)
{
	struct player p = { .options = { .is_autocommit = true } };

	MUST(g, txn_begin(g->storage, &p.options, &p.txn, &g->e));
	p.model.snapshot = UINT64_MAX;
	for (int i = 0; i < 60; i++)
		play_read(g, &p);
	txn_abort(p.txn);
}

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

static void game_play(uint64_t seed, uint64_t steps)
{
	struct game *g = calloc(1, sizeof *g);
	struct error e;

	game = g;
	g->seed = seed;
	g->rand.state = seed;
	g->arena = arena_new(0);
	g->store = store_sim_new(seed, UINT64_C(1) << 20);
	game_open(g);
	game_schema(g);
	for (g->step = 0; g->step < steps; g->step++) {
		play_step(g, &g->players[below(g, TXNS)]);
		if (g->step % 5000 == 4999) {
			everybody_aborts(g);
			game_check(g);
			read_everything(g);
		}
		if (g->step % 7000 == 6999) {
			everybody_aborts(g);
			game_restart(g);
			read_everything(g);
		}
	}
	everybody_aborts(g);
	game_check(g);
	fprintf(stderr,
		"model seed=%" PRIu64 " commits=%" PRIu64 " conflicts=%" PRIu64 " refused=%" PRIu64
		" restarts=%" PRIu64 " timeouts=%" PRIu64 " nodes=%zu edges=%zu\n",
		seed, g->commits, g->conflicts, g->refused, g->restarts, g->timeouts,
		g->model.elements[0].count, g->model.elements[1].count);
	storage_thread_detach(g->storage);
	ck_assert_int_eq(storage_close(g->storage, &e), OK);
	store_sim_free(g->store);
	for (int i = 0; i < TXNS; i++)
		VEC_FREE(&g->players[i].model.changes);
	model_free(&g->model);
	arena_free(g->arena);
	free(g);
}

START_TEST(every_answer_is_that_of_a_naive_graph)
{
	game_play(from_environment("QUIVER_MODEL_SEED", 1) + (uint64_t)_i,
		from_environment("QUIVER_MODEL_OPS", OPS_DEFAULT));
}
END_TEST

Suite *model_suite(void)
{
	Suite *suite = suite_create("model");
	TCase *tests = tcase_create("model");

	tcase_set_timeout(tests, 3600);
	tcase_add_loop_test(tests, every_answer_is_that_of_a_naive_graph, 0, 2);
	suite_add_tcase(suite, tests);
	return suite;
}
