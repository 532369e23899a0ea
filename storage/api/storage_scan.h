/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Cursors: what the files storage_scan.c, storage_index_scan.c and storage_expand.c share.
 */
#ifndef STORAGE_API_STORAGE_SCAN_H
#define STORAGE_API_STORAGE_SCAN_H

#include "storage/graph/adjacency.h"
#include "storage/graph/label_index.h"
#include "storage/graph/property_index.h"
#include "storage/txn/read.h"

enum cursor_kind { CURSOR_SCAN, CURSOR_INDEX, CURSOR_EXPAND };

/* Ids found but not yet given out. */
struct pending {
	uint64_t *ids;
	uint32_t *labels;
	uint32_t count, taken, capacity;
};

struct scan_state {
	enum element element;
	uint32_t label; /* NAME_NONE: all */
	uint64_t from;	/* ids below it are done */
	bool is_base_done;
	uint32_t overlay_at, overlay_end;
	struct pending pending;
};

/* One candidate of an index scan. */
struct index_hit {
	struct str key; /* the form of the values, without the id */
	uint64_t id;
	const struct overlay_record *own; /* from the overlay */
	bool is_ghost;
};

struct index_state {
	uint32_t id;
	struct property_index_cursor tree;
	struct property_index_bounds bounds;
	bool is_base_done, is_empty;
	struct property_index_cursor *saved; /* where a step began */
	char last_bytes[PROPERTY_INDEX_VALUE_MAX];
	struct str last; /* key and id of the last tree entry; .at NULL: none yet */
	uint64_t last_id;
	struct arena *batch; /* keys of one batch */
	VEC(struct index_hit) hits;
	VEC(struct index_hit) own; /* matching changes, sorted; found at opening */
	struct arena *own_arena;
	size_t own_at;
	uint32_t own_end; /* elements changed before the cursor was opened */
	struct pending pending;
};

struct expand_state {
	uint64_t *sources;
	uint32_t count, capacity;
	enum direction direction;
	const uint32_t *labels;
	uint32_t label_count;
	uint32_t at;	    /* the source being expanded */
	enum direction now; /* OUT or IN */
	enum { EXPAND_START, EXPAND_LIST, EXPAND_OWN } step;
	struct adjacency_reader reader;
	bool is_cached;	  /* a page was missed: the edge cache is asked, and filled */
	uint32_t own_hop; /* next private hop, plus one */
	uint64_t *edges;  /* columns the caller did not ask for */
	uint32_t *edge_labels;
	uint32_t scratch_capacity;
	VEC(struct adjacency_entry) spill; /* old edges that did not fit */
};

struct cursor {
	enum cursor_kind kind;
	struct txn *txn;
	struct arena *arena;
	struct tallies *tallies; /* outlive the transaction, as the cursor may */
	uint64_t looked_up, found; /* sources of an expansion; elements given out */
	union {
		struct scan_state scan;
		struct index_state index;
		struct expand_state expand;
	};
};

struct cursor *cursor_new(struct txn *t, enum cursor_kind kind, struct arena *a);
void pending_push(struct pending *p, struct arena *a, uint64_t id, uint32_t label);
/* Gives out what is pending. */
uint32_t pending_take(struct pending *p, uint64_t *ids, uint32_t *labels, uint32_t max);

/* storage_index_scan.c */
enum sqlstate cursor_next_index(struct cursor *c, uint64_t *ids, uint32_t *labelsets, uint32_t max,
	uint32_t *count, struct error *e) MUST_USE;
void cursor_close_index(struct cursor *c);
/* storage_expand.c */
void cursor_close_expand(struct cursor *c);

#endif
