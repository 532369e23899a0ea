/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Sets of element ids and maps from ids to small numbers, for searches. Ids are dense, so a set is
 * a bitmap in pages that are made when first needed; a map is a hash table. Both live in an arena.
 */
#ifndef QUERY_EXEC_ID_SET_H
#define QUERY_EXEC_ID_SET_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"

enum { ID_SET_PAGE_BITS = 15, ID_SET_PAGE_WORDS = 1 << (ID_SET_PAGE_BITS - 6) };

/* All zeroes but the arena is the empty set. */
struct id_set {
	struct arena *arena;
	uint64_t **pages; /* NULL: none of its ids is in the set */
	uint64_t page_count;
};

/* Makes room for an id's page. */
void id_set_grow(struct id_set *s, uint64_t page);

static inline bool id_set_has(const struct id_set *s, uint64_t id)
{
	uint64_t page = id >> ID_SET_PAGE_BITS, bit = id & ((1u << ID_SET_PAGE_BITS) - 1);

	return page < s->page_count && s->pages[page] != NULL &&
	       (s->pages[page][bit >> 6] >> (bit & 63) & 1) != 0;
}

/* True if the id was not there. */
static inline bool id_set_add(struct id_set *s, uint64_t id)
{
	uint64_t page = id >> ID_SET_PAGE_BITS, bit = id & ((1u << ID_SET_PAGE_BITS) - 1);
	uint64_t *word, mask = UINT64_C(1) << (bit & 63);

	if (page >= s->page_count || s->pages[page] == NULL)
		id_set_grow(s, page);
	word = &s->pages[page][bit >> 6];
	if ((*word & mask) != 0)
		return false;
	*word |= mask;
	return true;
}

/* All zeroes but the arena is the empty map. Values are below UINT32_MAX. */
struct id_map {
	struct arena *arena;
	struct id_map_slot {
		uint64_t id;
		uint32_t value; /* + 1; 0: free */
	} * slots;
	uint32_t count, mask;
};

#define ID_MAP_NONE UINT32_MAX

/* The value of an id, ID_MAP_NONE if it has none. */
uint32_t id_map_get(const struct id_map *m, uint64_t id);
/* Sets it, whether or not it had one. */
void id_map_put(struct id_map *m, uint64_t id, uint32_t value);

#endif
