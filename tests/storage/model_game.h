/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The model test's state, shared by check_model.c (who plays what) and model_read.c (every kind of
 * read, compared).
 */
#ifndef TESTS_STORAGE_MODEL_GAME_H
#define TESTS_STORAGE_MODEL_GAME_H

#include <check.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/rand.h"
#include "storage/storage.h"
#include "tests/storage/model.h"

enum { TXNS = 5, ROOM = 20008, OPS_DEFAULT = 25000, NODES_MOST = 120, GOT_MAX = 65536 };

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

#define GAME_FAIL(g, ...)                                                                          \
	do {                                                                                       \
		fprintf(stderr, "model seed=%" PRIu64 " step=%" PRIu64 ": ", (g)->seed,            \
			(g)->step);                                                                \
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
			GAME_FAIL(                                                                 \
				g, "%s: engine %" PRIu64 ", model %" PRIu64, what, left_, right_); \
	} while (0)

static inline uint32_t below(struct game *g, uint32_t n)
{
	return (uint32_t)rand_below(&g->rand, n);
}

/* Mostly one that was committed once; now and then any number. */
static inline uint64_t some_element(struct game *g, enum element element)
{
	size_t count = g->model.elements[element].count;

	return g->model.elements[element].at[rand_below(&g->rand, count)].id;
}

static inline uint64_t some_node(struct game *g)
{
	if (g->model.elements[ELEMENT_NODE].count > 0 && below(g, 8) != 0)
		return some_element(g, ELEMENT_NODE);
	return g->nodes_made == 0 ? 0 : rand_below(&g->rand, g->nodes_made + 1);
}

static inline uint64_t some_edge(struct game *g)
{
	if (g->model.elements[ELEMENT_EDGE].count > 0 && below(g, 8) != 0)
		return some_element(g, ELEMENT_EDGE);
	return g->edges_made == 0 ? 0 : rand_below(&g->rand, g->edges_made + 1);
}

struct value wanted_value(uint32_t key, uint32_t code, char *room);
/* The number that a code of the indexed keys stands for. */
double number_of(uint32_t code);

/* A set of ids to be compared, and what belongs into it. */
struct id_set {
	uint64_t ids[GOT_MAX];
	uint32_t count;
	int32_t label; /* wanted, -1: any */
	uint32_t key, low, high;
	uint64_t node;
	enum direction direction;
	bool is_node;
};
/* For model_each(): the edges at set->node. */
void collect_hops(void *context, uint64_t id, uint64_t source, uint64_t target,
	const struct model_state *state);

/* One read of some kind, compared. */
void play_read(struct game *g, struct player *p);

#endif
