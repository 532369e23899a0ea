/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Apply: the only routine that changes the graph's pages. A commit, recovery and a replay in a test
 * all come through here. See apply.c.
 */
#ifndef STORAGE_TXN_APPLY_H
#define STORAGE_TXN_APPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vec.h"
#include "storage/graph/catalog.h"
#include "storage/graph/graph.h"
#include "storage/graph/op.h"

struct history;
struct cache;

enum { APPLY_LABEL_SLOTS = 1024, APPLY_DEPENDED_SLOTS = 4096 };

struct apply_counts {
	uint64_t *at;	     /* by labelset, or by edge label */
	uint8_t *is_touched; /* by the record in progress */
	uint32_t limit;
	uint64_t total;
};

/* Everything here is guarded by the engine lock: changed exclusively, read shared. */
struct apply {
	struct graph *graph;
	struct history *history;  /* NULL: nobody reads meanwhile (recovery) */
	struct cache *node_cache, *edge_cache; /* the same */
	struct catalog *catalog;  /* the newest version applied */
	struct sequence_table *sequences;
	struct catalog *edit;	  /* the one the record in progress makes; NULL: none */
	uint64_t tree;		  /* the catalog's root page */
	uint64_t ts;		  /* of the record in progress, or of the last */
	uint64_t catalog_version; /* of `catalog`, for those who want to know whether it changed */
	struct apply_counts counts[2];
	VEC(uint32_t) touched[2];
	VEC(uint64_t) doomed_roots; /* trees of indexes dropped by the record in progress */
	/* upper bounds of the last change to any element of a label, by label % APPLY_LABEL_SLOTS
	   */
	uint64_t label_changed[2][APPLY_LABEL_SLOTS];
	/* upper bounds of the last commit that relies on an element, by apply_depended_slot() */
	uint64_t depended[APPLY_DEPENDED_SLOTS];
	uint64_t element_changed[2]; /* the last change to any node, any edge */
	/* the index made last, and its entries: how a key knows that every element has one */
	uint32_t built_index;
	uint64_t built_entries;
	uint64_t schema_changed;     /* the last change to declarations, indexes or constraints */
	/* Called now and then inside a long operation; may leave and enter the engine lock. May be
	   NULL. */
	void (*yield)(void *context);
	/* Leaves the lock, reads in what the view misses, pins it and enters again; `is_done`: lets go
	   of what is pinned. NULL: what is missing is read in place. */
	void (*fetch)(void *context, struct page_view *view, bool is_done);
	void *yield_context;
	struct arena *arena; /* scratch of one operation */
	struct buf map, new_map, key, new_key;
};

/* `catalog` becomes the apply's own. */
void apply_init(struct apply *a, struct graph *g, struct catalog *catalog, uint64_t tree);
void apply_destroy(struct apply *a);

/* One record: begin, its operations in order, end. Operations must be valid: what they name exists,
   what they add does not. Between two operations the engine lock may be left. */
void apply_begin(struct apply *a, uint64_t ts);
void apply_op(struct apply *a, const struct op *op);
void apply_end(struct apply *a);

/* The catalog as the record in progress sees it. */
static inline const struct catalog *apply_catalog(const struct apply *a)
{
	return a->edit != NULL ? a->edit : a->catalog;
}

/* For catalog_load(). */
void apply_count_loaded(void *apply, enum element element, uint32_t number, uint64_t count);
/* Number of elements: nodes with the label (NAME_NONE: all), edges with it. */
uint64_t apply_node_count(const struct apply *a, uint32_t label);
uint64_t apply_edge_count(const struct apply *a, uint32_t label);

static inline uint32_t apply_depended_slot(enum element e, uint64_t id)
{
	return (uint32_t)((id * 2 + e) * UINT64_C(0x9E3779B97F4A7C15) >> 52) %
	       APPLY_DEPENDED_SLOTS;
}

/* When something with this label last changed, or later; NAME_NONE: nodes without label. */
static inline uint64_t apply_label_changed(const struct apply *a, enum element e, uint32_t label)
{
	return a->label_changed[e][label % APPLY_LABEL_SLOTS];
}

/* The index key of an encoded map: false if one of the values is NULL. Values go through the arena.
   */
bool apply_index_key(const struct catalog_index *index, const uint8_t *map, size_t map_size,
	struct arena *arena, struct buf *key);

#endif
