/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Adjacency: for each node and direction, the list of its edges ordered by (edge label, neighbour,
 * edge id). A list is one of
 *   ONE   a single edge: the node's head holds its id, the edge's head has the rest
 *   SEG   2 … 240 edges: a segment in a slot of an ADJS page shared by many nodes
 *   TREE  more: a directory of labels, and under each a B+tree whose leaves are columns
 * An edge whose ends are one node stands in both of its lists.
 */
#ifndef STORAGE_GRAPH_ADJACENCY_H
#define STORAGE_GRAPH_ADJACENCY_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/graph/graph.h"

enum {
	ADJACENCY_SEG_MAX = 240,  /* edges; one more makes a tree */
	ADJACENCY_TREE_MIN = 120, /* fewer make a segment again */
};

struct adjacency_entry {
	uint32_t label;
	uint64_t neighbour;
	uint64_t edge;
};

/* Adds an edge to the list of `node` in direction DIRECTION_OUT or DIRECTION_IN; it must not be
   there. The node's head and the edge's head must exist. Each edge is added twice: to its source's
   OUT list and to its target's IN list. */
void adjacency_insert(
	struct graph *g, uint64_t node, enum direction d, const struct adjacency_entry *entry);
/* Removes it; false if it was not there. The edge's head must still exist. */
bool adjacency_remove(
	struct graph *g, uint64_t node, enum direction d, const struct adjacency_entry *entry);
/* What either of them may touch, but the room for a segment. False on a miss. */
struct adjacency_touched {
	bool is_removal;
	uint32_t room; /* out: bytes that a segment may need elsewhere, 0: none */
};
bool adjacency_touch(struct page_view *v, const struct graph *g, uint64_t node, enum direction d,
	const struct adjacency_entry *entry, struct adjacency_touched *touched) MUST_USE;

/* For mutators: number of edges in the list, all labels. */
uint64_t adjacency_degree_now(struct graph *g, uint64_t node, enum direction d);

/* Number of edges by direction (OUT or IN) and label (NAME_NONE: all); 0 for an absent node. O(1)
   for ONE and SEG, O(labels at this node) for TREE. */
bool adjacency_degree(struct page_view *v, const struct graph *g, uint64_t node, enum direction d,
	uint32_t label, uint64_t *degree) MUST_USE;

/* Columns to be filled; any but neighbour may be NULL. */
struct adjacency_columns {
	uint64_t *neighbour;
	uint64_t *edge;
	uint32_t *label;
	uint32_t capacity;
	uint32_t count; /* filled so far; the reader appends */
};

/*
 * Reads one list, or the part of it with some labels, from a resumable position. The position is
 * held by value: the next entry is the first that is not below (label, neighbour, edge). All zeroes
 * after `node`, `direction` and the labels: from the start. `labels` must be sorted; label_count 0:
 * all.
 */
struct adjacency_reader {
	uint64_t node;
	enum direction direction;
	uint32_t label_count;
	const uint32_t *labels;
	struct adjacency_entry at;
	bool is_done; /* the list is exhausted */
};

/* Appends entries until the columns are full or the list is exhausted (is_done). False on a miss;
   what was appended before it counts, and the position stands behind it. */
bool adjacency_read(struct page_view *v, const struct graph *g, struct adjacency_reader *r,
	struct adjacency_columns *columns) MUST_USE;

/* Whether the reader wants edges of a label at all; labels come in ascending order. */
bool adjacency_reader_wants(const struct adjacency_reader *r, uint32_t label);
/* The reader's place when all labels up to `label` are done. */
void adjacency_reader_pass(struct adjacency_reader *r, uint32_t label);

/* Puts a reader before the edges of one label to one neighbour; adjacency_read() goes on from there
   to the list's end. */
static inline void adjacency_seek(
	struct adjacency_reader *r, uint32_t label, uint64_t neighbour, uint64_t edge)
{
	r->at = (struct adjacency_entry){ label, neighbour, edge };
	r->is_done = false;
}

/* The edges of `node` with this label (not NAME_NONE) and neighbour, from edge id from_edge on:
   fills edges[], *count <= max; fewer than max: there are no more. */
struct adjacency_pair {
	uint64_t node;
	enum direction direction;
	uint32_t label;
	uint64_t neighbour;
	uint64_t from_edge;
};
bool adjacency_find(struct page_view *v, const struct graph *g, const struct adjacency_pair *pair,
	uint64_t *edges, uint32_t max, uint32_t *count) MUST_USE;

/* Pulls heads, then segments, of a batch of nodes towards the processor's cache, and notes the
   pages that are missing in the view (then false, for the caller to page them in at once). Heads
   first for all, so that the loads overlap. */
bool adjacency_prefetch(struct page_view *v, const struct graph *g, const uint64_t *nodes,
	uint32_t count, enum direction d) MUST_USE;

/* Checks the lists of one node: order, counts, slack, that every edge exists with these ends and
   label. Visits tree pages. */
void adjacency_check(struct graph_check *c, uint64_t node);

#endif
