/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Which nodes have a label, which edges have a label: for each label and each run of 65536 ids one
 * container, a sorted array of 16-bit numbers up to 2048 of them and a bitmap of 8 KiB beyond. A
 * B+tree finds the container of (label, id >> 16). Node labels and edge labels are two indexes.
 */
#ifndef STORAGE_GRAPH_LABEL_INDEX_H
#define STORAGE_GRAPH_LABEL_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/graph/graph.h"

/* Adds an id; false if it is there already. */
bool label_index_add(struct graph *g, enum element element, uint32_t label, uint64_t id);
/* Removes it; false if it was not there. */
bool label_index_remove(struct graph *g, enum element element, uint32_t label, uint64_t id);

/* What adding or removing the id may touch, but the room for a container: *room bytes if it may need
   that, 0 otherwise. */
bool label_index_touch(struct page_view *v, const struct graph *g, enum element element,
	uint32_t label, uint64_t id, uint32_t *room) MUST_USE;

bool label_index_has(struct page_view *v, const struct graph *g, enum element element,
	uint32_t label, uint64_t id, bool *has) MUST_USE;
/* How many ids have the label: one step per 65536 ids. */
bool label_index_count(struct page_view *v, const struct graph *g, enum element element,
	uint32_t label, uint64_t *count) MUST_USE;

/* A scan in order of id over [from, end): `from` is the position, moved past what was given. */
struct label_scan {
	enum element element;
	uint32_t label;
	uint64_t from;
	uint64_t end; /* exclusive; UINT64_MAX: no bound */
	bool is_done;
};
/* Fills ids, at most max. False on a miss, with *count what was found before it: use these, page in
   and call again. *count = 0 with true is the end. */
bool label_index_scan(struct page_view *v, const struct graph *g, struct label_scan *s,
	uint64_t *ids, uint32_t max, uint32_t *count) MUST_USE;

/* Containers: order, counts, kind by size; the tree. Ids against heads are the caller's to
   compare. */
void label_index_check(struct graph_check *c, enum element element);

#endif
