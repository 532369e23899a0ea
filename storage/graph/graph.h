/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The newest committed state of the graph, in pages: what the structures of this folder share. No
 * versions, no transactions and no locks live here.
 *
 * Rules of every function in this folder
 * - Mutators take `struct graph *` alone, need the engine lock exclusively, cannot fail (a broken
 *   page met while writing is a panic) and never miss: a page that is not in memory is read in on
 *   the spot. What they leave in the pages depends on the pages and on their arguments alone, so
 *   that the same sequence of calls gives the same bytes.
 * - Readers take `struct page_view *` first, need the engine lock shared (or exclusive: then the
 *   view may be NULL and no page is ever missing), and return false when a page was missing or
 *   broken: the view says which. The caller leaves the lock, pages in and calls
 *   again. Batch readers go on past a miss to note as many missing pages as they can.
 * - Touchers (x_touch…) take what the mutators take and get, through the view, every page that
 *   these may read or change, so that under the exclusive lock nothing is read in. They too go on
 *   past a miss and say false.
 * - Pointers into pages live until the lock is left.
 */
#ifndef STORAGE_GRAPH_GRAPH_H
#define STORAGE_GRAPH_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "storage/page/pager.h"
#include "storage/storage.h"

/*
 * Where something hangs off a head: kind:4 | slot:16 | pid:44, 0 is nothing. The numbers are on
 * disk.
 */
enum graph_ref_kind {
	GRAPH_REF_NONE = 0,
	GRAPH_REF_ONE = 1,    /* adjacency: a single edge, whose id stands in the pid's place */
	GRAPH_REF_SEG = 2,    /* adjacency: a segment in a slot of an ADJS page */
	GRAPH_REF_TREE = 3,   /* adjacency: an ADJR page */
	GRAPH_REF_PROP = 4,   /* a property record in a slot of a PROP page */
	GRAPH_REF_OVFL = 5,   /* a chain of OVFL pages */
	GRAPH_REF_LABELS = 6, /* a label container in a slot of an LBL page */
};

#define GRAPH_REF_PID_MASK ((UINT64_C(1) << 44) - 1)

static inline uint64_t graph_ref(enum graph_ref_kind kind, uint32_t slot, uint64_t pid)
{
	return (uint64_t)kind << 60 | (uint64_t)slot << 44 | pid;
}

static inline enum graph_ref_kind graph_ref_kind(uint64_t ref)
{
	return (enum graph_ref_kind)(ref >> 60);
}

static inline uint32_t graph_ref_slot(uint64_t ref)
{
	return (uint32_t)(ref >> 44) & 0xFFFFu;
}

/* Also the edge id of GRAPH_REF_ONE: ids of edges have 44 bits. */
static inline uint64_t graph_ref_pid(uint64_t ref)
{
	return ref & GRAPH_REF_PID_MASK;
}

/* Heads of one kind of element, by id; see record.h. The arrays mirror the DIR pages. */
struct record_table {
	enum element element;
	uint64_t *pages; /* [id / 511]: page of heads, 0: none yet */
	uint64_t count;	 /* entries in use */
	uint64_t capacity;
	uint64_t end;	     /* one past the highest id ever put: exact */
	uint64_t *directory; /* the DIR pages, in order */
	uint64_t directory_count, directory_capacity;
};

struct graph {
	struct pager *pager;
	uint64_t ts;		 /* of the commit being applied: set before calling mutators */
	uint64_t space_root;	 /* see space.h */
	uint64_t label_roots[2]; /* label_index.h, by enum element */
	struct record_table nodes;
	struct record_table edges;
	struct buf scratch; /* of mutators, to build records in */
};

/* Makes the first pages of an empty graph and opens it; the roots go into the pager's:
   NODE_DIRECTORY, EDGE_DIRECTORY, NODE_NEXT, EDGE_NEXT, LABEL_INDEX, EDGE_LABEL_INDEX and
   FREE_SPACE are this folder's. Exclusive. */
void graph_create(struct graph *g, struct pager *p, uint64_t ts);
/* Finds an existing graph through the pager's roots and reads its directories into memory
   (blocking; no lock may be held). Errors: E_DATA_CORRUPTED, E_IO. */
enum sqlstate graph_open(struct graph *g, struct pager *p, struct error *e) MUST_USE;
/* Frees the memory; pages are the pager's. */
void graph_close(struct graph *g);

/* A page for reading: pager_get(), or pager_require() where there is no view. NULL on a miss. */
static inline const struct page *graph_page(
	struct page_view *v, const struct graph *g, uint64_t pid, enum page_type type)
{
	if (v == NULL)
		return pager_require(g->pager, pid, type);
	return pager_get(g->pager, pid, type, v);
}

/* What stands in the page is not what it must be: marks the view, panics where there is none. */
void graph_page_broken(struct page_view *v, uint64_t pid);

/* One finding of an integrity check. Checks need the exclusive lock or a closed store. */
typedef void graph_report(void *context, const char *line);

struct graph_check {
	struct graph *graph;
	graph_report *report;
	void (*visit)(void *context, uint64_t pid); /* each page the structure owns; may be NULL */
	void *context;
	uint64_t findings;
};

/* Formats a finding, reports and counts it. */
void graph_finding(struct graph_check *c, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
