/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Room for small records of one kind in shared pages: property records, adjacency segments, label
 * containers. A record has a place (page and slot) until it is removed or moved by its owner, and
 * starts at a multiple of 8 bytes. Which page a new record gets depends on the pages alone.
 */
#ifndef STORAGE_GRAPH_SPACE_H
#define STORAGE_GRAPH_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/graph/graph.h"

/* The numbers are on disk. */
enum space_kind {
	SPACE_PROPERTIES = 1,
	SPACE_SEGMENTS = 2,
	SPACE_LABELS = 3,
};
enum {
	SPACE_RECORD_MAX = 16336, /* bytes: what one record alone in its page can have */
};

struct space_place {
	uint64_t pid;
	uint32_t slot;
};

static inline struct space_place space_place_of(uint64_t ref)
{
	return (struct space_place){ graph_ref_pid(ref), graph_ref_slot(ref) };
}

/* Makes the free-space root of an empty graph. */
uint64_t space_create(struct pager *p, uint64_t ts);

/* A new record of at least `size` bytes, zeroed; its place in *place. */
void *space_add(struct graph *g, enum space_kind kind, uint32_t size, struct space_place *place);
/* The record, to be changed; *size (may be NULL) is the room it has. */
void *space_modify(struct graph *g, enum space_kind kind, struct space_place place, uint32_t *size);
/* Gives a record room for `size` bytes without changing its place; what it held is kept, the rest
   is zeroed. NULL, and nothing changed, if its page is too full. Moves other records of the
   page. */
void *space_resize(struct graph *g, enum space_kind kind, struct space_place place, uint32_t size);
/* Frees it, and its page if that becomes empty. */
void space_remove(struct graph *g, enum space_kind kind, struct space_place place);

/* The record in its page, NULL on a miss; a place where there is none marks the view corrupt. v may
   be NULL under the exclusive lock. */
const void *space_read(struct page_view *v, const struct graph *g, enum space_kind kind,
	struct space_place place, uint32_t *size);

/* What adding records of a kind, `bytes` in all, of which the largest has `largest`, may touch. */
bool space_touch_add(struct page_view *v, const struct graph *g, enum space_kind kind,
	uint64_t bytes, uint32_t largest) MUST_USE;
/* What changing or removing the record may touch. */
bool space_touch(struct page_view *v, const struct graph *g, enum space_kind kind,
	struct space_place place) MUST_USE;

/* For prefetching: the bytes of a slot, and (reading those) of its record. Unchecked: not to be
   read. */
static inline const uint8_t *space_slot_address(const struct page *p, uint32_t slot)
{
	return (const uint8_t *)p + PAGE_BYTES - 4 * ((size_t)slot % (PAGE_BODY_BYTES / 4) + 1);
}

static inline const uint8_t *space_record_address(const struct page *p, uint32_t slot)
{
	const uint8_t *at = space_slot_address(p, slot);

	return (const uint8_t *)p + ((size_t)at[0] | (size_t)at[1] << 8) % PAGE_BYTES;
}

/* The map of free space and every page of records: slots inside the page, not overlapping, garbage
   and free-space class right. */
void space_check(struct graph_check *c);

#endif
