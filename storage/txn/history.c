/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The version store. Pages hold only the newest committed state; an element that a commit changes
 * leaves its whole previous state here first.
 *
 *     page: state after ts 9
 *     chain: {ts 9, state before 9} → {ts 7, state before 7} → {ts 4, state before 4}
 *     snapshot 8 sees the state before 9; snapshot 5 the state before 7; snapshot 9 the page.
 *
 * Invariants:
 * H1  A key's chain is sorted by ts, newest first, one entry per ts.
 * H2  Entries are kept in chunks in the order they were made, which is the order of ts; the oldest
 *     entry of all is the last of its chain. So the collector frees from the front alone.
 * H3  filter[slot] is never below the ts of any entry whose id falls into the slot. It is never
 *     lowered, so a slot may send a reader to look in vain, but never keep it from looking.
 *
 * Ghosts stand in the same chunks, as an entry that points into the set.
 */
#include "storage/txn/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"

enum { CHUNK_BYTES = 256 * 1024, SHARD_FIRST = 16, ITEM_ALIGN = 8 };

enum item_kind { ITEM_ENTRY, ITEM_GHOST };

/* In front of each thing in a chunk. */
struct item {
	uint32_t size; /* with this header */
	uint32_t kind;
};

struct ghost_item {
	uint64_t ts;
	struct ghost *ghost;
};

struct history_chunk {
	struct history_chunk *next;
	uint32_t size; /* of data */
	uint32_t used;
	uint32_t taken; /* collected up to here */
	uint32_t spare;
	uint8_t data[];
};

static uint64_t key_of(enum element element, uint64_t id)
{
	return id | (uint64_t)element << 63;
}

void history_init(struct history *h)
{
	memset(h, 0, sizeof *h);
}

void history_destroy(struct history *h)
{
	while (h->oldest != NULL) {
		struct history_chunk *next = h->oldest->next;

		free(h->oldest);
		h->oldest = next;
	}
	free(h->spare);
	ghost_clear(&h->ghosts);
	for (int i = 0; i < HISTORY_SHARDS; i++)
		free(h->shards[i].slots);
	memset(h, 0, sizeof *h);
}

/* ---- chunks ---- */

static struct history_chunk *chunk_new(struct history *h, uint32_t need)
{
	struct history_chunk *c = h->spare;
	uint32_t size = MAX_OF((uint32_t)CHUNK_BYTES, need);

	if (c != NULL && c->size >= need) {
		h->spare = NULL;
	} else {
		c = malloc(sizeof *c + size);
		if (c == NULL)
			PANIC("out of memory: %u bytes of history", size);
		c->size = size;
	}
	c->next = NULL;
	c->used = 0;
	c->taken = 0;
	if (h->newest != NULL)
		h->newest->next = c;
	else
		h->oldest = c;
	h->newest = c;
	h->bytes += c->size;
	return c;
}

static void *item_new(struct history *h, enum item_kind kind, size_t payload)
{
	size_t size = (sizeof(struct item) + payload + ITEM_ALIGN - 1) & ~(size_t)(ITEM_ALIGN - 1);
	struct history_chunk *c = h->newest;
	struct item *item;

	if (c == NULL || c->size - c->used < size)
		c = chunk_new(h, (uint32_t)size);
	item = (struct item *)(c->data + c->used);
	item->size = (uint32_t)size;
	item->kind = kind;
	c->used += (uint32_t)size;
	h->entry_count++;
	return item + 1;
}

static void chunk_drop_oldest(struct history *h)
{
	struct history_chunk *c = h->oldest;

	h->oldest = c->next;
	if (h->oldest == NULL)
		h->newest = NULL;
	h->bytes -= c->size;
	if (h->spare == NULL && c->size == CHUNK_BYTES)
		h->spare = c;
	else
		free(c);
}

/* ---- shards ---- */

static struct history_shard *shard_of(const struct history *h, uint64_t hash)
{
	return (struct history_shard *)&h->shards[hash >> 56];
}

static uint32_t slot_find(const struct history_shard *s, uint64_t key, uint64_t hash)
{
	uint32_t at = (uint32_t)hash & (s->capacity - 1);

	while (s->slots[at] != NULL && s->slots[at]->key != key)
		at = (at + 1) & (s->capacity - 1);
	return at;
}

static void shard_grow(struct history_shard *s)
{
	struct history_shard larger = { .capacity = s->capacity ? s->capacity * 2 : SHARD_FIRST,
		.count = s->count };

	larger.slots = calloc(larger.capacity, sizeof larger.slots[0]);
	if (larger.slots == NULL)
		PANIC("out of memory: %u slots of history", larger.capacity);
	for (uint32_t i = 0; i < s->capacity; i++) {
		struct history_entry *e = s->slots[i];

		if (e != NULL)
			larger.slots[slot_find(&larger, e->key, hash_u64(e->key))] = e;
	}
	free(s->slots);
	*s = larger;
}

/* Empties a slot and closes the gap. */
static void slot_clear(struct history_shard *s, uint32_t hole)
{
	uint32_t mask = s->capacity - 1;

	for (uint32_t at = (hole + 1) & mask; s->slots[at] != NULL; at = (at + 1) & mask) {
		uint32_t home = (uint32_t)hash_u64(s->slots[at]->key) & mask;

		if (((at - home) & mask) < ((at - hole) & mask))
			continue;
		s->slots[hole] = s->slots[at];
		hole = at;
	}
	s->slots[hole] = NULL;
	s->count--;
}

static struct history_entry *newest_entry(const struct history *h, uint64_t key)
{
	uint64_t hash = hash_u64(key);
	const struct history_shard *s = shard_of(h, hash);

	if (s->count == 0)
		return NULL;
	return s->slots[slot_find(s, key, hash)];
}

/* ---- the face ---- */

bool history_needs(const struct history *h, enum element element, uint64_t id, uint64_t ts)
{
	const struct history_entry *e;

	/* H3: nothing of this slot carries this ts yet */
	if (h->record_filter[element][history_filter_slot(id)] < ts)
		return true;
	e = newest_entry(h, key_of(element, id));
	return e == NULL || e->ts < ts;
}

void history_push(struct history *h, enum element element, uint64_t id, uint64_t ts,
	const struct history_image *image)
{
	uint64_t key = key_of(element, id);
	uint64_t hash = hash_u64(key);
	struct history_shard *s = shard_of(h, hash);
	struct history_entry *e = item_new(h, ITEM_ENTRY, sizeof *e + image->map_size);
	uint32_t at;

	if ((s->count + 1) * 4 > s->capacity * 3)
		shard_grow(s);
	at = slot_find(s, key, hash);
	e->ts = ts;
	e->key = key;
	e->older = s->slots[at];
	e->newer = NULL;
	e->label = image->label;
	e->map_size = image->map_size;
	e->source = image->source;
	e->target = image->target;
	if (image->map_size > 0)
		memcpy(e->map, image->map, image->map_size);
	if (e->older != NULL) {
		assert(e->older->ts < ts); /* H1 */
		e->older->newer = e;
	} else {
		s->count++;
	}
	s->slots[at] = e;
	h->record_filter[element][history_filter_slot(id)] = ts;
}

void history_ghost(struct history *h, struct str key, uint64_t ts)
{
	struct ghost_item *item;
	struct ghost *ghost;

	ghost = ghost_add(&h->ghosts, key, ts);
	if (ghost->item_ts == ts) /* left, came back and left again in one commit */
		return;
	ghost->item_ts = ts;
	item = item_new(h, ITEM_GHOST, sizeof *item);
	item->ts = ts;
	item->ghost = ghost;
}

const struct history_entry *history_at(
	const struct history *h, enum element element, uint64_t id, uint64_t snapshot)
{
	const struct history_entry *e = newest_entry(h, key_of(element, id));
	const struct history_entry *found = NULL;

	for (; e != NULL && e->ts > snapshot; e = e->older)
		found = e;
	return found;
}

uint64_t history_newest(const struct history *h, enum element element, uint64_t id)
{
	const struct history_entry *e = newest_entry(h, key_of(element, id));

	return e == NULL ? 0 : e->ts;
}

static void entry_collect(struct history *h, struct history_entry *e)
{
	uint64_t hash = hash_u64(e->key);
	struct history_shard *s = shard_of(h, hash);

	assert(e->older == NULL); /* H2 */
	if (e->newer != NULL)
		e->newer->older = NULL;
	else
		slot_clear(s, slot_find(s, e->key, hash));
}

/* True if the item was at or below the horizon and is gone. */
static bool item_collect(struct history *h, struct item *item, uint64_t horizon)
{
	if (item->kind == ITEM_ENTRY) {
		struct history_entry *e = (struct history_entry *)(item + 1);

		if (e->ts > horizon)
			return false;
		h->collected_ts = e->ts;
		entry_collect(h, e);
	} else {
		struct ghost_item *g = (struct ghost_item *)(item + 1);

		if (g->ts > horizon)
			return false;
		h->collected_ts = g->ts;
		/* a ghost that was raised since is left to its last item */
		if (g->ghost->ts == g->ts)
			ghost_remove(&h->ghosts, g->ghost);
	}
	return true;
}

bool history_collect(struct history *h, uint64_t horizon, uint32_t max)
{
	struct history_chunk *c = h->oldest;

	while (c != NULL) {
		if (c->taken == c->used) {
			if (c == h->newest) {
				c->taken = c->used = 0;
				return false;
			}
			chunk_drop_oldest(h);
			c = h->oldest;
			continue;
		}
		if (max-- == 0)
			return true;
		if (!item_collect(h, (struct item *)(c->data + c->taken), horizon))
			return false;
		c->taken += ((struct item *)(c->data + c->taken))->size;
		h->entry_count--;
	}
	return false;
}
