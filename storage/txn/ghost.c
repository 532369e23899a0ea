/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The set of ghosts is a skip list: changed under the exclusive engine lock, read under the shared
 * one, so it needs no care of its own. One list holds the ghosts of all structures, told apart by
 * the first byte of the key:
 *
 *     'A' node:8 direction:1 label:4 neighbour:8 edge:8    an edge left an adjacency list
 *     'I' index:4 form of the values … id:8                an element left an index
 *     'L' element:1 label:4 id:8                           an element lost a label
 *
 * Numbers are big-endian, so that memcmp orders them as their structures are ordered.
 */
#include "storage/txn/ghost.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

static void put_u32(uint8_t *to, uint32_t value)
{
	value = __builtin_bswap32(value);
	memcpy(to, &value, sizeof value);
}

static void put_u64(uint8_t *to, uint64_t value)
{
	value = __builtin_bswap64(value);
	memcpy(to, &value, sizeof value);
}

static uint32_t get_u32(const uint8_t *from)
{
	uint32_t value;

	memcpy(&value, from, sizeof value);
	return __builtin_bswap32(value);
}

static uint64_t get_u64(const uint8_t *from)
{
	uint64_t value;

	memcpy(&value, from, sizeof value);
	return __builtin_bswap64(value);
}

uint32_t ghost_key_adjacency(uint8_t to[GHOST_ADJACENCY_SIZE], const struct ghost_adjacency *a)
{
	to[0] = 'A';
	put_u64(to + 1, a->node);
	to[9] = (uint8_t)a->direction;
	put_u32(to + 10, a->label);
	put_u64(to + 14, a->neighbour);
	put_u64(to + 22, a->edge);
	return GHOST_ADJACENCY_SIZE;
}

void ghost_adjacency_read(const struct ghost *g, struct ghost_adjacency *a)
{
	const uint8_t *from = ghost_bytes(g);

	assert(g->key_size == GHOST_ADJACENCY_SIZE);
	a->node = get_u64(from + 1);
	a->direction = (enum direction)from[9];
	a->label = get_u32(from + 10);
	a->neighbour = get_u64(from + 14);
	a->edge = get_u64(from + 22);
}

uint32_t ghost_key_label(
	uint8_t to[GHOST_LABEL_SIZE], enum element element, uint32_t label, uint64_t id)
{
	to[0] = 'L';
	to[1] = (uint8_t)element;
	put_u32(to + 2, label);
	put_u64(to + 6, id);
	return GHOST_LABEL_SIZE;
}

uint32_t ghost_key_index(
	uint8_t to[GHOST_KEY_SIZE_MAX], uint32_t index, struct str key, uint64_t id)
{
	assert(key.length <= GHOST_KEY_SIZE_MAX - GHOST_INDEX_PREFIX_SIZE - 8);
	to[0] = 'I';
	put_u32(to + 1, index);
	if (key.length > 0)
		memcpy(to + GHOST_INDEX_PREFIX_SIZE, key.at, key.length);
	put_u64(to + GHOST_INDEX_PREFIX_SIZE + key.length, id);
	return GHOST_INDEX_PREFIX_SIZE + key.length + 8;
}

uint64_t ghost_id(const struct ghost *g)
{
	assert(g->key_size >= 8);
	return get_u64(ghost_bytes(g) + g->key_size - 8);
}

static uint8_t random_level(struct ghost_set *s)
{
	uint64_t x = s->random += 0x9E3779B97F4A7C15u;
	uint8_t level = 1;

	x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
	x ^= x >> 27;
	while (level < GHOST_LEVELS && (x & 3) == 0) {
		level++;
		x >>= 2;
	}
	return level;
}

/* Fills links[] with where, on each level, the first ghost not below `key` hangs. */
static void find_links(struct ghost_set *s, struct str key, struct ghost **links[GHOST_LEVELS])
{
	struct ghost **at = s->head;

	for (int level = GHOST_LEVELS - 1; level >= 0; level--) {
		while (at[level] != NULL && str_compare(ghost_key(at[level]), key) < 0)
			at = at[level]->next;
		links[level] = &at[level];
	}
}

static size_t ghost_size(const struct ghost *g)
{
	return sizeof *g + (size_t)g->level_count * sizeof g->next[0] + g->key_size;
}

struct ghost *ghost_add(struct ghost_set *s, struct str key, uint64_t ts)
{
	struct ghost **links[GHOST_LEVELS];
	struct ghost *g;
	uint8_t levels;

	find_links(s, key, links);
	g = *links[0];
	if (g != NULL && str_equal(ghost_key(g), key)) {
		assert(g->ts <= ts);
		g->ts = ts;
		return g;
	}
	levels = random_level(s);
	g = malloc(sizeof *g + levels * sizeof g->next[0] + key.length);
	if (g == NULL)
		PANIC("out of memory: a ghost of %u bytes", key.length);
	g->ts = ts;
	g->item_ts = 0;
	g->key_size = key.length;
	g->level_count = levels;
	memcpy(g->next + levels, key.at, key.length);
	for (int level = 0; level < levels; level++) {
		g->next[level] = *links[level];
		*links[level] = g;
	}
	s->count++;
	s->bytes += ghost_size(g);
	return g;
}

void ghost_remove(struct ghost_set *s, struct ghost *g)
{
	struct ghost **links[GHOST_LEVELS];

	find_links(s, ghost_key(g), links);
	assert(*links[0] == g);
	for (int level = 0; level < g->level_count; level++)
		*links[level] = g->next[level];
	s->count--;
	s->bytes -= ghost_size(g);
	free(g);
}

const struct ghost *ghost_seek(const struct ghost_set *s, struct str key)
{
	struct ghost *const *at = s->head;

	if (s->count == 0)
		return NULL;
	for (int level = GHOST_LEVELS - 1; level >= 0; level--) {
		while (at[level] != NULL && str_compare(ghost_key(at[level]), key) < 0)
			at = at[level]->next;
	}
	return at[0];
}

bool ghost_has_prefix(const struct ghost *g, struct str prefix)
{
	return g->key_size >= prefix.length &&
	       memcmp(ghost_bytes(g), prefix.at, prefix.length) == 0;
}

void ghost_clear(struct ghost_set *s)
{
	struct ghost *g = s->head[0];

	while (g != NULL) {
		struct ghost *next = g->next[0];

		free(g);
		g = next;
	}
	memset(s, 0, sizeof *s);
}
