/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The node cache and the edge cache: whole property maps of nodes, whole adjacency lists, as the
 * newest pages have them, for those whose pages are not in memory. See cache.c.
 */
#ifndef STORAGE_CACHE_H
#define STORAGE_CACHE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "storage/graph/adjacency.h"

enum { CACHE_SHARDS = 64, CACHE_BATCH_MOST = 16, CACHE_EDGES_MOST = 1024 };

/* Immutable but for the two marks. Lives at least until the section of the engine lock ends in which
   it was found. */
struct cache_entry {
	uint64_t key;
	struct cache_entry *next_retired;
	uint32_t bytes; /* of the whole entry */
	uint32_t label; /* of a node: its labelset */
	uint32_t count; /* bytes of the map; edges of the list */
	_Atomic uint32_t is_touched;
	uint64_t data[]; /* the map; or neighbours, edges, labels */
};

struct cache_shard {
	_Alignas(128) struct mutex mutex; /* class cache */
	uint64_t bytes GUARDED_BY_CLASS(cache);
	uint64_t retired_bytes GUARDED_BY_CLASS(cache);
	struct cache_entry *retired GUARDED_BY_CLASS(cache);
	struct cache_entry *retired_last GUARDED_BY_CLASS(cache); /* if there are any */
	uint32_t hand GUARDED_BY_CLASS(cache);
};

struct cache {
	uint64_t bytes_most; /* of a shard; 0: the cache is off */
	uint32_t slots;	     /* of a shard */
	_Atomic(struct cache_entry *) *table; /* [shard * slots + place] */
	struct cache_shard shards[CACHE_SHARDS];
	_Atomic uint64_t hits, fills;
	_Atomic uint32_t has_retired;
};

/* `bytes` 0: off, nothing is ever found. */
void cache_init(struct cache *c, uint64_t bytes);
void cache_destroy(struct cache *c);

static inline bool cache_is_on(const struct cache *c)
{
	return c->bytes_most > 0;
}

static inline bool cache_has_retired(const struct cache *c)
{
	return atomic_load_explicit(&c->has_retired, memory_order_relaxed) != 0;
}

static inline uint64_t cache_list_key(uint64_t node, enum direction d)
{
	return node << 1 | (d == DIRECTION_IN);
}

/* The entry, NULL if there is none. Engine lock: shared. Takes no mutex. */
const struct cache_entry *cache_find(struct cache *c, uint64_t key);
/* Keeps a copy of what the pages say in this very section. Engine lock: shared. */
void cache_put_node(struct cache *c, uint64_t node, uint32_t labelset, const uint8_t *map,
	uint32_t map_size);
void cache_put_list(
	struct cache *c, uint64_t node, enum direction d, const struct adjacency_columns *list);
/* The pages say something else now. Engine lock: exclusive. */
void cache_drop(struct cache *c, uint64_t key);
/* What was dropped or pushed out goes: no section that could have found it is left. Returns the
   entries, for cache_free() outside the lock. Engine lock: exclusive. */
struct cache_entry *cache_reclaim(struct cache *c);
void cache_free(struct cache_entry *entries);

/* As adjacency_read(), out of an entry. */
void cache_read_list(const struct cache_entry *entry, struct adjacency_reader *r,
	struct adjacency_columns *columns);

#endif
