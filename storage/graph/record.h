/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Node heads and edge heads: 32 bytes each, 511 to a page, found by id without a search. The page
 * number of id / 511 stands in a chain of DIR pages on disk and in a flat array in memory.
 *
 * An id that was never put, or was deleted, reads as a head of zeroes (is not `exists`). Ids are
 * given out by the caller and should be dense: a page of heads is made for the first id put in it.
 */
#ifndef STORAGE_GRAPH_RECORD_H
#define STORAGE_GRAPH_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/graph/graph.h"

enum { RECORD_PER_PAGE = 511 };
#define RECORD_ID_MAX ((UINT64_C(1) << 44) - 1)

enum record_flag { RECORD_EXISTS = 1 };

/* On disk, little-endian. */
struct node_head {
	uint32_t labelset;
	uint16_t flags; /* enum record_flag */
	uint16_t spare;
	uint64_t property_ref; /* see property.h */
	uint64_t out_ref;      /* see adjacency.h */
	uint64_t in_ref;
};

struct edge_record {
	uint64_t source_flags; /* source:48 | flags:16 */
	uint64_t target;
	uint32_t label;
	uint32_t spare;
	uint64_t property_ref;
};

static inline bool record_node_exists(const struct node_head *h)
{
	return (h->flags & RECORD_EXISTS) != 0;
}

static inline bool record_edge_exists(const struct edge_record *r)
{
	return (r->source_flags >> 48 & RECORD_EXISTS) != 0;
}

static inline uint64_t record_edge_source(const struct edge_record *r)
{
	return r->source_flags & ((UINT64_C(1) << 48) - 1);
}

/* The page of an id's head, 0 if there is none (then the head is absent). No page is touched: for
   the page's max_ts and for prefetching. Shared. */
static inline uint64_t record_page(const struct record_table *t, uint64_t id)
{
	uint64_t index = id / RECORD_PER_PAGE;

	return index < t->count ? t->pages[index] : 0;
}

/* The head in its page, NULL on a miss; zeroes for an absent one. */
const struct node_head *record_node(
	struct page_view *v, const struct graph *g, uint64_t id) MUST_USE;
const struct edge_record *record_edge(
	struct page_view *v, const struct graph *g, uint64_t id) MUST_USE;

/* The same for mutators: a copy, by a call that cannot miss; false if there is no such element. */
bool record_node_get(struct graph *g, uint64_t id, struct node_head *out);
bool record_edge_get(struct graph *g, uint64_t id, struct edge_record *out);

/* Batches. labelsets[i] = LABELSET_ABSENT, heads[i].label = NAME_NONE where there is none. */
bool record_nodes_read(struct page_view *v, const struct graph *g, const uint64_t *ids,
	uint32_t count, uint32_t *labelsets) MUST_USE;
bool record_edges_read(struct page_view *v, const struct graph *g, const uint64_t *ids,
	uint32_t count, struct edge_head *heads) MUST_USE;
/* refs[i] = the property ref of ids[i], 0 where there is no element. */
bool record_property_refs(struct page_view *v, const struct graph *g, enum element element,
	const uint64_t *ids, uint32_t count, uint64_t *refs) MUST_USE;

/* Adds the head of a new node or edge, which must not exist, with no properties and no edges. */
void record_node_add(struct graph *g, uint64_t id, uint32_t labelset);
void record_edge_add(
	struct graph *g, uint64_t id, uint64_t source, uint64_t target, uint32_t label);
/* Makes the element absent. It must exist; what hung off it must be gone: its property record and,
   for a node, its lists. */
void record_node_delete(struct graph *g, uint64_t id);
void record_edge_delete(struct graph *g, uint64_t id);
void record_node_set_labelset(struct graph *g, uint64_t id, uint32_t labelset);
void record_set_property_ref(struct graph *g, enum element element, uint64_t id, uint64_t ref);
/* One list of a node: DIRECTION_OUT or DIRECTION_IN. Used by adjacency.c. */
void record_node_set_list_ref(struct graph *g, uint64_t id, enum direction d, uint64_t ref);

/* One past the highest id ever put: the next free id after recovery. */
static inline uint64_t record_end(const struct record_table *t)
{
	return t->end;
}

/* A scan in order of id over [from, end): `from` is the position, moved past what was given. */
struct record_scan {
	enum element element;
	uint64_t from;
	uint64_t end; /* exclusive; UINT64_MAX: to the end of the table */
	bool is_done;
};

/* The next existing ids, at most max; labels[i] (may be NULL) is a node's labelset or an edge's
   label. Reads page by page. False on a miss, with *count what was found before it: use these, page
   in, and call again. *count = 0 with true is the end. */
bool record_scan_next(struct page_view *v, const struct graph *g, struct record_scan *s,
	uint64_t *ids, uint32_t *labels, uint32_t max, uint32_t *count) MUST_USE;

/* Pulls the head of each id towards the processor's cache. Only what is in memory. */
void record_prefetch(struct page_view *v, const struct graph *g, enum element element,
	const uint64_t *ids, uint32_t count);

/* The directories, every page of heads, flags and ids; refs of the right kind. */
/* What adding or changing the element's head may touch. */
bool record_touch(struct page_view *v, const struct graph *g, enum element element,
	uint64_t id) MUST_USE;

void record_check(struct graph_check *c, enum element element);

/* Used by graph.c. */
void record_create(struct record_table *t, struct pager *p, enum element element, uint64_t ts);
enum sqlstate record_open(
	struct record_table *t, struct pager *p, enum element element, struct error *e) MUST_USE;
void record_close(struct record_table *t);

#endif
