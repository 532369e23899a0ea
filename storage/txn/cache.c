/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Caches of single nodes and lists. A page of 16 KiB that is brought in for one hot node takes the
 * room of a hundred such nodes; where the graph is much larger than the pool, these caches keep the
 * hot ones without their pages. While everything is in memory they are not even looked at: a read
 * asks here only after it missed a page.
 *
 * Each cache has 64 shards with a mutex each, which guards what is put in and what goes. Finding
 * takes none: an entry never changes, and its memory is given back only when the engine lock is
 * held exclusively, that is when every section has ended in which it may have been found.
 *
 *     put      in the shared section in which the pages were read: no commit lies between
 *     drop     by apply, under the exclusive engine lock, whenever the element or list changes
 *     push out by put, when the shard is full: the clock passes by what was found since its last turn
 *
 * Scans do not put anything in: only reads of a few elements do (CACHE_BATCH_MOST).
 *
 * Invariant
 * K1 What is in the table equals what the newest pages say.
 */
#include "storage/txn/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"

enum { WAYS = 4, ENTRY_BYTES = 256 /* about, to size the table by */ };

void cache_init(struct cache *c, uint64_t bytes)
{
	memset(c, 0, sizeof *c);
	for (int i = 0; i < CACHE_SHARDS; i++)
		mutex_init(&c->shards[i].mutex);
	if (bytes == 0)
		return;
	c->bytes_most = MAX_OF(bytes / CACHE_SHARDS, UINT64_C(4096));
	c->slots = WAYS;
	while (c->slots < c->bytes_most / ENTRY_BYTES)
		c->slots *= 2;
	c->table = calloc((size_t)CACHE_SHARDS * c->slots, sizeof c->table[0]);
	if (c->table == NULL)
		PANIC("out of memory for a cache");
}

void cache_free(struct cache_entry *entries)
{
	while (entries != NULL) {
		struct cache_entry *next = entries->next_retired;

		free(entries);
		entries = next;
	}
}

void cache_destroy(struct cache *c) UNCHECKED_LOCKING /* nobody else has it any more */
{
	for (uint64_t i = 0; c->table != NULL && i < (uint64_t)CACHE_SHARDS * c->slots; i++)
		free(atomic_load_explicit(&c->table[i], memory_order_relaxed));
	for (int i = 0; i < CACHE_SHARDS; i++) {
		cache_free(c->shards[i].retired);
		mutex_destroy(&c->shards[i].mutex);
	}
	free(c->table);
}

/* ---- finding ---- */

static struct cache_shard *shard_of(struct cache *c, uint64_t hash)
{
	return &c->shards[hash % CACHE_SHARDS];
}

/* The first of WAYS neighbouring slots in which the key may be. */
static _Atomic(struct cache_entry *) *ways_of(struct cache *c, uint64_t hash)
{
	uint64_t shard = hash % CACHE_SHARDS;
	uint64_t set = (hash / CACHE_SHARDS) % (c->slots / WAYS);

	return &c->table[shard * c->slots + set * WAYS];
}

const struct cache_entry *cache_find(struct cache *c, uint64_t key)
{
	_Atomic(struct cache_entry *) *ways;

	if (!cache_is_on(c))
		return NULL;
	ways = ways_of(c, hash_u64(key));
	for (int i = 0; i < WAYS; i++) {
		/* pairs with the release store in put() */
		struct cache_entry *entry = atomic_load_explicit(&ways[i], memory_order_acquire);

		if (entry == NULL || entry->key != key)
			continue;
		if (atomic_load_explicit(&entry->is_touched, memory_order_relaxed) == 0)
			atomic_store_explicit(&entry->is_touched, 1, memory_order_relaxed);
		atomic_fetch_add_explicit(&c->hits, 1, memory_order_relaxed);
		return entry;
	}
	return NULL;
}

/* ---- putting and dropping ---- */

static void retire(struct cache *c, struct cache_shard *shard,
	_Atomic(struct cache_entry *) *slot) HOLDS(cache)
{
	struct cache_entry *entry = atomic_load_explicit(slot, memory_order_relaxed);

	if (entry == NULL)
		return;
	atomic_store_explicit(slot, NULL, memory_order_relaxed);
	shard->bytes -= entry->bytes;
	shard->retired_bytes += entry->bytes;
	if (shard->retired == NULL)
		shard->retired_last = entry;
	entry->next_retired = shard->retired;
	shard->retired = entry;
	atomic_store_explicit(&c->has_retired, 1, memory_order_relaxed);
}

/* Makes room in the shard, by the clock. False: there is none until what was retired is gone. */
static bool make_room(struct cache *c, struct cache_shard *shard, uint64_t bytes) HOLDS(cache)
{
	_Atomic(struct cache_entry *) *table = c->table + (uint64_t)(shard - c->shards) * c->slots;

	for (uint32_t steps = 0; steps < 2 * c->slots; steps++) {
		_Atomic(struct cache_entry *) *slot = &table[shard->hand];
		struct cache_entry *entry;

		if (shard->bytes + bytes <= c->bytes_most)
			break;
		shard->hand = (shard->hand + 1) % c->slots;
		entry = atomic_load_explicit(slot, memory_order_relaxed);
		if (entry == NULL)
			continue;
		if (atomic_load_explicit(&entry->is_touched, memory_order_relaxed) != 0)
			atomic_store_explicit(&entry->is_touched, 0, memory_order_relaxed);
		else
			retire(c, shard, slot);
	}
	return shard->bytes + shard->retired_bytes + bytes <= 2 * c->bytes_most &&
	       shard->bytes + bytes <= c->bytes_most;
}

/* A free slot among the ways, or that of one not touched; NULL if the key is there already. */
static _Atomic(struct cache_entry *) *slot_for(
	struct cache *c, struct cache_shard *shard, uint64_t key, uint64_t hash) HOLDS(cache)
{
	_Atomic(struct cache_entry *) *ways = ways_of(c, hash);
	_Atomic(struct cache_entry *) *chosen = &ways[(hash >> 32) % WAYS];

	for (int i = 0; i < WAYS; i++) {
		struct cache_entry *entry = atomic_load_explicit(&ways[i], memory_order_relaxed);

		if (entry != NULL && entry->key == key)
			return NULL;
		if (entry == NULL)
			chosen = &ways[i];
	}
	retire(c, shard, chosen);
	return chosen;
}

/* Takes the entry over. */
static void put(struct cache *c, struct cache_entry *entry)
{
	uint64_t hash = hash_u64(entry->key);
	struct cache_shard *shard = shard_of(c, hash);
	_Atomic(struct cache_entry *) *slot = NULL;

	lock_cache(&shard->mutex);
	if (make_room(c, shard, entry->bytes))
		slot = slot_for(c, shard, entry->key, hash);
	if (slot != NULL) {
		shard->bytes += entry->bytes;
		/* pairs with the load in cache_find() */
		atomic_store_explicit(slot, entry, memory_order_release);
	}
	unlock_cache(&shard->mutex);
	if (slot != NULL)
		atomic_fetch_add_explicit(&c->fills, 1, memory_order_relaxed);
	else
		free(entry);
}

/* NULL: no memory. What is not kept is read again. */
static struct cache_entry *entry_new(uint64_t key, size_t data_bytes)
{
	size_t bytes = sizeof(struct cache_entry) + data_bytes;
	struct cache_entry *entry = malloc(bytes);

	if (entry == NULL)
		return NULL;
	memset(entry, 0, sizeof *entry);
	entry->key = key;
	entry->bytes = (uint32_t)bytes;
	return entry;
}

void cache_put_node(struct cache *c, uint64_t node, uint32_t labelset, const uint8_t *map,
	uint32_t map_size)
{
	struct cache_entry *entry;

	if (!cache_is_on(c) || map_size > c->bytes_most / 8)
		return;
	entry = entry_new(node, map_size);
	if (entry == NULL)
		return;
	entry->label = labelset;
	entry->count = map_size;
	if (map_size > 0)
		memcpy(entry->data, map, map_size);
	put(c, entry);
}

void cache_put_list(
	struct cache *c, uint64_t node, enum direction d, const struct adjacency_columns *list)
{
	uint32_t n = list->count;
	struct cache_entry *entry;

	if (!cache_is_on(c) || (uint64_t)n * 20 > c->bytes_most / 8)
		return;
	entry = entry_new(cache_list_key(node, d), (size_t)n * 20);
	if (entry == NULL)
		return;
	entry->count = n;
	if (n > 0) {
		memcpy(entry->data, list->neighbour, 8 * (size_t)n);
		memcpy(entry->data + n, list->edge, 8 * (size_t)n);
		memcpy(entry->data + 2 * (size_t)n, list->label, 4 * (size_t)n);
	}
	put(c, entry);
}

void cache_drop(struct cache *c, uint64_t key)
{
	_Atomic(struct cache_entry *) *ways;
	struct cache_shard *shard;
	uint64_t hash;

	if (!cache_is_on(c))
		return;
	hash = hash_u64(key);
	ways = ways_of(c, hash);
	shard = shard_of(c, hash);
	for (int i = 0; i < WAYS; i++) {
		struct cache_entry *entry = atomic_load_explicit(&ways[i], memory_order_relaxed);

		if (entry == NULL || entry->key != key)
			continue;
		lock_cache(&shard->mutex);
		retire(c, shard, &ways[i]);
		unlock_cache(&shard->mutex);
	}
}

struct cache_entry *cache_reclaim(struct cache *c)
{
	struct cache_entry *all = NULL;

	if (atomic_load_explicit(&c->has_retired, memory_order_relaxed) == 0)
		return NULL;
	atomic_store_explicit(&c->has_retired, 0, memory_order_relaxed);
	for (int i = 0; i < CACHE_SHARDS; i++) {
		struct cache_shard *shard = &c->shards[i];

		lock_cache(&shard->mutex);
		if (shard->retired != NULL) {
			shard->retired_last->next_retired = all;
			all = shard->retired;
			shard->retired = NULL;
			shard->retired_bytes = 0;
		}
		unlock_cache(&shard->mutex);
	}
	return all;
}

/* ---- reading a list ---- */

/* The first place whose entry is not below (label, neighbour, edge). */
static uint32_t lower_bound(const struct cache_entry *e, const struct adjacency_entry *at)
{
	const uint64_t *neighbour = e->data, *edge = e->data + e->count;
	const uint32_t *label = (const uint32_t *)(const void *)(e->data + 2 * (size_t)e->count);
	uint32_t low = 0, high = e->count;

	while (low < high) {
		uint32_t i = (low + high) / 2;
		bool is_below = label[i] != at->label	     ? label[i] < at->label
				: neighbour[i] != at->neighbour ? neighbour[i] < at->neighbour
								: edge[i] < at->edge;

		if (is_below)
			low = i + 1;
		else
			high = i;
	}
	return low;
}

void cache_read_list(const struct cache_entry *entry, struct adjacency_reader *r,
	struct adjacency_columns *c)
{
	const uint64_t *neighbour = entry->data, *edge = entry->data + entry->count;
	const uint32_t *label =
		(const uint32_t *)(const void *)(entry->data + 2 * (size_t)entry->count);

	for (uint32_t i = lower_bound(entry, &r->at); i < entry->count; i++) {
		if (!adjacency_reader_wants(r, label[i]))
			continue;
		if (c->count == c->capacity) {
			adjacency_seek(r, label[i], neighbour[i], edge[i]);
			return;
		}
		c->neighbour[c->count] = neighbour[i];
		if (c->edge != NULL)
			c->edge[c->count] = edge[i];
		if (c->label != NULL)
			c->label[c->count] = label[i];
		c->count++;
	}
	r->is_done = true;
}
