/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Property records: all the properties of one node or edge, as an encoded map. Small ones share
 * PROP pages; those over 4000 bytes go to a chain of OVFL pages of their own.
 */
#ifndef STORAGE_GRAPH_PROPERTY_H
#define STORAGE_GRAPH_PROPERTY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "storage/graph/graph.h"
#include "storage/graph/property_map.h"

enum { PROPERTY_RECORD_INLINE = 4000 }; /* bytes of a map; a larger one goes to a chain */

/* Replaces what `ref` (0: nothing yet) held by an encoded map and returns the new ref: 0 for a map
   without properties. The caller stores the ref in the element's head. */
uint64_t property_replace(struct graph *g, uint64_t ref, enum element element, uint64_t owner,
	const uint8_t *map, uint32_t size) MUST_USE;
/* Sets or removes (VALUE_NULL) one property; returns the new ref. */
uint64_t property_set(struct graph *g, uint64_t ref, enum element element, uint64_t owner,
	uint32_t key, struct value value) MUST_USE;
void property_delete(struct graph *g, uint64_t ref);
/* Appends the whole encoded map of `ref` (nothing for 0): for mutators, never misses. */
void property_load(struct graph *g, uint64_t ref, struct buf *to);

/* The same for readers; false on a miss, and then nothing was appended. */
bool property_read(
	struct page_view *v, const struct graph *g, uint64_t ref, struct buf *to) MUST_USE;

/* What replacing or deleting the record may touch, but the room for the new one. */
bool property_touch(struct page_view *v, const struct graph *g, uint64_t ref) MUST_USE;

/* One batch of column reads: columns[k][i] = property keys[k] of the record refs[i], VALUE_NULL
   where there is none or refs[i] is 0. */
struct property_batch {
	const uint64_t *refs;
	uint32_t count;
	const uint32_t *keys; /* in any order */
	uint32_t key_count;
	struct value *const *columns;
	struct arena *arena; /* text and lists are copied here */
	uint32_t done;	     /* rows filled so far; set to 0 before the first call */
	struct error *error; /* filled when a record is broken; then `failed` is set */
	enum sqlstate failed;
};
/* False on a miss: page in and call again, it goes on at row `done`; or when `failed` is set. */
bool property_columns(
	struct page_view *v, const struct graph *g, struct property_batch *b) MUST_USE;

/* Checks one element's record: well formed, owned by it. Visits chain pages (PROP pages belong to
   space_check). */
void property_check(struct graph_check *c, uint64_t ref, enum element element, uint64_t owner);

#endif
