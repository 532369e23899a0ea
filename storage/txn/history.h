/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The version store: what nodes and edges were before recent commits changed them, for snapshots
 * older than those commits. In memory only; empty after a restart. See history.c.
 *
 * Locks: history_push_*, history_ghost and history_collect need the engine lock exclusively, the
 * lookups need it shared. Pointers to entries live until the lock is left.
 */
#ifndef STORAGE_HISTORY_H
#define STORAGE_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/storage.h"
#include "storage/txn/ghost.h"

enum { HISTORY_SHARDS = 256, HISTORY_FILTER_SLOTS = 1 << 14, HISTORY_FILTER_IDS_SHIFT = 6 };

/* One previous state of one element, valid for snapshots before ts. */
struct history_entry {
	uint64_t ts;  /* the commit that ended this state */
	uint64_t key; /* id, element in the top bit */
	struct history_entry *older;
	struct history_entry *newer;
	uint32_t label; /* node: labelset or LABELSET_ABSENT; edge: label or NAME_NONE */
	uint32_t map_size;
	uint64_t source, target; /* of an edge */
	uint8_t map[];		 /* the encoded property map */
};

struct history_shard {
	struct history_entry **slots; /* newest entry of a key; open addressing */
	uint32_t capacity;
	uint32_t count;
};

struct history_chunk;

struct history {
	struct history_shard shards[HISTORY_SHARDS];
	struct ghost_set ghosts;
	struct history_chunk *oldest, *newest, *spare;
	uint64_t entry_count;
	uint64_t bytes;
	uint64_t collected_ts; /* states ended by commits up to this one are gone */
	/* Upper bounds of the newest ts by id: element heads and records, and adjacency lists. */
	uint64_t record_filter[2][HISTORY_FILTER_SLOTS];
	uint64_t list_filter[HISTORY_FILTER_SLOTS];
};

void history_init(struct history *h);
void history_destroy(struct history *h);

/* The state that a commit `ts` is about to end. Only the first push for a key and ts counts: true
   if this was it (so the caller need not build the map beforehand: see history_needs). */
struct history_image {
	uint32_t label;
	uint64_t source, target;
	const uint8_t *map;
	uint32_t map_size;
};
bool history_needs(const struct history *h, enum element element, uint64_t id, uint64_t ts);
void history_push(struct history *h, enum element element, uint64_t id, uint64_t ts,
	const struct history_image *image);
/* Something left a structure by commit `ts`; the key as ghost.h makes it. */
void history_ghost(struct history *h, struct str key, uint64_t ts);

static inline uint32_t history_filter_slot(uint64_t id)
{
	return (uint32_t)(id >> HISTORY_FILTER_IDS_SHIFT) & (HISTORY_FILTER_SLOTS - 1);
}

/* An adjacency list of this node changes by commit `ts`. */
static inline void history_touch_list(struct history *h, uint64_t node, uint64_t ts)
{
	h->list_filter[history_filter_slot(node)] = ts;
}

/* False: the element's pages are as the snapshot sees them. True: ask history_at(). */
static inline bool history_may_differ(
	const struct history *h, enum element element, uint64_t id, uint64_t snapshot)
{
	return h->record_filter[element][history_filter_slot(id)] > snapshot;
}

static inline bool history_list_may_differ(
	const struct history *h, uint64_t node, uint64_t snapshot)
{
	return h->list_filter[history_filter_slot(node)] > snapshot;
}

/* The element's state at the snapshot, NULL if it is what the pages say. */
const struct history_entry *history_at(
	const struct history *h, enum element element, uint64_t id, uint64_t snapshot);
/* The newest commit that changed the element, as far as it is remembered; 0: none. */
uint64_t history_newest(const struct history *h, enum element element, uint64_t id);

/* Forgets states ended by commits <= horizon, at most `max` of them; true if there is more to do.
   */
bool history_collect(struct history *h, uint64_t horizon, uint32_t max);

#endif
