/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Ghosts: entries that were removed from a label container, an index or an adjacency list while
 * some snapshot may still see them. An ordered set of byte strings; a ghost is a candidate alone:
 * whether its element has the label, the value or the edge at a snapshot, its history says. See
 * ghost.c.
 */
#ifndef STORAGE_GHOST_H
#define STORAGE_GHOST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "storage/storage.h"

enum { GHOST_LEVELS = 16 };

struct ghost {
	uint64_t ts;	  /* newest removal */
	uint64_t item_ts; /* of the owner's newest note of it: see history.c */
	uint32_t key_size;
	uint8_t level_count;
	struct ghost *next[]; /* level_count links, then the key */
};

struct ghost_set {
	struct ghost *head[GHOST_LEVELS];
	uint64_t count;
	uint64_t bytes;
	uint64_t random;
};

/* Keys, made so that a scan's order is the order of the ghosts of its range. */
enum {
	GHOST_ADJACENCY_SIZE = 1 + 8 + 1 + 4 + 8 + 8,
	GHOST_LABEL_SIZE = 1 + 1 + 4 + 8,
	GHOST_INDEX_PREFIX_SIZE = 1 + 4,
	GHOST_KEY_SIZE_MAX = 1200,
};

struct ghost_adjacency {
	uint64_t node;
	enum direction direction;
	uint32_t label;
	uint64_t neighbour;
	uint64_t edge;
};

/* Each writes the key to `to` and returns its size. */
uint32_t ghost_key_adjacency(uint8_t to[GHOST_ADJACENCY_SIZE], const struct ghost_adjacency *a);
uint32_t ghost_key_label(
	uint8_t to[GHOST_LABEL_SIZE], enum element element, uint32_t label, uint64_t id);
/* The key's form and the id behind it: what the index's tree holds. */
uint32_t ghost_key_index(
	uint8_t to[GHOST_KEY_SIZE_MAX], uint32_t index, struct str key, uint64_t id);
void ghost_adjacency_read(const struct ghost *g, struct ghost_adjacency *a);
/* The last eight bytes of a label's or an index's ghost. */
uint64_t ghost_id(const struct ghost *g);

static inline const uint8_t *ghost_bytes(const struct ghost *g)
{
	return (const uint8_t *)(g->next + g->level_count);
}

static inline struct str ghost_key(const struct ghost *g)
{
	return (struct str){ (const char *)ghost_bytes(g), g->key_size };
}

static inline const struct ghost *ghost_next(const struct ghost *g)
{
	return g->next[0];
}

/* The ghost of this key, made if there is none, with ts raised to `ts`. Engine lock exclusive. */
struct ghost *ghost_add(struct ghost_set *s, struct str key, uint64_t ts);
void ghost_remove(struct ghost_set *s, struct ghost *g);
/* The first ghost whose key is not below `key`, NULL if there is none. Shared. */
const struct ghost *ghost_seek(const struct ghost_set *s, struct str key);
/* True if the ghost's key begins with `prefix`. */
bool ghost_has_prefix(const struct ghost *g, struct str prefix);
void ghost_clear(struct ghost_set *s);

#endif
