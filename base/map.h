/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Hash maps on the heap: from u64 to u64, and from string to pointer. Open addressing with linear
 * probing, at most three quarters full; removal closes the gap, so there are no tombstones. All
 * zeroes is an empty, valid map. A map has no lock: whoever owns it guards it.
 *
 * Iteration visits every entry once, in no particular order; the map must not be changed meanwhile.
 *
 *     size_t cursor = 0;
 *     while (map_u64_next(&m, &cursor, &key, &value)) …
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/str.h"

struct map_u64_slot {
	uint64_t key;
	uint64_t value;
};

struct map_u64 {
	struct map_u64_slot *slots; /* key 0 marks a free slot */
	size_t capacity;	    /* a power of two, or 0 */
	size_t count;		    /* entries, the one with key 0 included */
	bool has_zero;		    /* the entry with key 0 lives outside the slots */
	uint64_t zero_value;
};

struct map_str_slot {
	struct str key; /* .at is NULL in a free slot */
	uint64_t hash;
	void *value;
};

/* Keys are not copied: they must live as long as their entry. */
struct map_str {
	struct map_str_slot *slots;
	size_t capacity;
	size_t count;
};

void map_u64_free(struct map_u64 *m);
/* Forgets every entry, keeps the memory. */
void map_u64_clear(struct map_u64 *m);
/* Sets the value of a key, whether or not it was there; true if it was. */
bool map_u64_put(struct map_u64 *m, uint64_t key, uint64_t value);
/* Where the value of a key is, NULL if it is not there; valid until the map next changes. */
uint64_t *map_u64_find(const struct map_u64 *m, uint64_t key);
/* The value's place; a new key gets `initial` first. */
uint64_t *map_u64_find_or_put(struct map_u64 *m, uint64_t key, uint64_t initial);
/* True if the key was there. */
bool map_u64_remove(struct map_u64 *m, uint64_t key);
bool map_u64_next(const struct map_u64 *m, size_t *cursor, uint64_t *key, uint64_t *value);

void map_str_free(struct map_str *m);
void map_str_clear(struct map_str *m);
/* Sets the value of a key and returns the value it had, NULL if it is new; value is not NULL. */
void *map_str_put(struct map_str *m, struct str key, void *value);
/* The value of a key, NULL if it is not there. */
void *map_str_get(const struct map_str *m, struct str key);
/* Removes a key and returns the value it had, NULL if it was not there. */
void *map_str_remove(struct map_str *m, struct str key);
bool map_str_next(const struct map_str *m, size_t *cursor, struct str *key, void **value);

#endif
