/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The hash maps: see map.h. Each entry stands at its home slot or, when that is taken, at the next
 * free one after it, with no free slot between (M1). Removal keeps M1 by moving later entries of
 * the same run back into the gap.
 */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { MAP_FIRST_CAPACITY = 16 };

static void *slots_new(size_t capacity, size_t slot_size)
{
	void *slots = calloc(capacity, slot_size);

	if (slots == NULL)
		PANIC("out of memory: %zu bytes for a map", capacity * slot_size);
	return slots;
}

static bool is_too_full(size_t count, size_t capacity)
{
	return (count + 1) * 4 > capacity * 3;
}

/* Whether an entry whose home is `home` may stand at `gap` rather than at the later slot `at`. */
static bool may_move_back(size_t home, size_t gap, size_t at, size_t mask)
{
	return ((at - home) & mask) >= ((at - gap) & mask);
}

void map_u64_free(struct map_u64 *m)
{
	free(m->slots);
	*m = (struct map_u64){ 0 };
}

void map_u64_clear(struct map_u64 *m)
{
	if (m->capacity > 0)
		memset(m->slots, 0, m->capacity * sizeof *m->slots);
	m->count = 0;
	m->has_zero = false;
}

/* The slot of the key, or the free slot where it would go. */
static struct map_u64_slot *u64_probe(const struct map_u64 *m, uint64_t key)
{
	size_t mask = m->capacity - 1;
	size_t at = hash_u64(key) & mask;

	while (m->slots[at].key != key && m->slots[at].key != 0)
		at = (at + 1) & mask;
	return &m->slots[at];
}

static void u64_grow(struct map_u64 *m)
{
	struct map_u64_slot *old = m->slots;
	size_t old_capacity = m->capacity;

	m->capacity = old_capacity == 0 ? MAP_FIRST_CAPACITY : old_capacity * 2;
	m->slots = slots_new(m->capacity, sizeof *m->slots);
	for (size_t i = 0; i < old_capacity; i++)
		if (old[i].key != 0)
			*u64_probe(m, old[i].key) = old[i];
	free(old);
}

uint64_t *map_u64_find(const struct map_u64 *m, uint64_t key)
{
	struct map_u64_slot *slot;

	if (key == 0)
		return m->has_zero ? (uint64_t *)&m->zero_value : NULL;
	if (m->capacity == 0)
		return NULL;
	slot = u64_probe(m, key);
	return slot->key == 0 ? NULL : &slot->value;
}

uint64_t *map_u64_find_or_put(struct map_u64 *m, uint64_t key, uint64_t initial)
{
	uint64_t *found = map_u64_find(m, key);
	struct map_u64_slot *slot;

	if (found != NULL)
		return found;
	m->count++;
	if (key == 0) {
		m->has_zero = true;
		m->zero_value = initial;
		return &m->zero_value;
	}
	if (is_too_full(m->count, m->capacity))
		u64_grow(m);
	slot = u64_probe(m, key);
	slot->key = key;
	slot->value = initial;
	return &slot->value;
}

bool map_u64_put(struct map_u64 *m, uint64_t key, uint64_t value)
{
	size_t before = m->count;

	*map_u64_find_or_put(m, key, value) = value;
	return m->count == before;
}

bool map_u64_remove(struct map_u64 *m, uint64_t key)
{
	size_t mask = m->capacity - 1;
	size_t gap;

	if (map_u64_find(m, key) == NULL)
		return false;
	m->count--;
	if (key == 0) {
		m->has_zero = false;
		return true;
	}
	gap = (size_t)(u64_probe(m, key) - m->slots);
	for (size_t at = (gap + 1) & mask; m->slots[at].key != 0; at = (at + 1) & mask) {
		if (may_move_back(hash_u64(m->slots[at].key) & mask, gap, at, mask)) {
			m->slots[gap] = m->slots[at];
			gap = at;
		}
	}
	m->slots[gap].key = 0;
	return true;
}

bool map_u64_next(const struct map_u64 *m, size_t *cursor, uint64_t *key, uint64_t *value)
{
	for (; *cursor < m->capacity; (*cursor)++) {
		if (m->slots[*cursor].key != 0) {
			*key = m->slots[*cursor].key;
			*value = m->slots[(*cursor)++].value;
			return true;
		}
	}
	if (*cursor > m->capacity || !m->has_zero)
		return false;
	(*cursor)++;
	*key = 0;
	*value = m->zero_value;
	return true;
}

void map_str_free(struct map_str *m)
{
	free(m->slots);
	*m = (struct map_str){ 0 };
}

void map_str_clear(struct map_str *m)
{
	if (m->capacity > 0)
		memset(m->slots, 0, m->capacity * sizeof *m->slots);
	m->count = 0;
}

static struct map_str_slot *str_probe(const struct map_str *m, struct str key, uint64_t hash)
{
	size_t mask = m->capacity - 1;
	size_t at = hash & mask;

	while (m->slots[at].key.at != NULL &&
		(m->slots[at].hash != hash || !str_equal(m->slots[at].key, key)))
		at = (at + 1) & mask;
	return &m->slots[at];
}

static void str_grow(struct map_str *m)
{
	struct map_str_slot *old = m->slots;
	size_t old_capacity = m->capacity;

	m->capacity = old_capacity == 0 ? MAP_FIRST_CAPACITY : old_capacity * 2;
	m->slots = slots_new(m->capacity, sizeof *m->slots);
	for (size_t i = 0; i < old_capacity; i++)
		if (old[i].key.at != NULL)
			*str_probe(m, old[i].key, old[i].hash) = old[i];
	free(old);
}

void *map_str_put(struct map_str *m, struct str key, void *value)
{
	uint64_t hash = hash_bytes(key.at, key.length);
	struct map_str_slot *slot;
	void *before;

	assert(key.at != NULL);
	assert(value != NULL);
	if (is_too_full(m->count, m->capacity))
		str_grow(m);
	slot = str_probe(m, key, hash);
	before = slot->value;
	if (slot->key.at == NULL) {
		*slot = (struct map_str_slot){ key, hash, value };
		m->count++;
		return NULL;
	}
	slot->value = value;
	return before;
}

void *map_str_get(const struct map_str *m, struct str key)
{
	if (m->capacity == 0)
		return NULL;
	return str_probe(m, key, hash_bytes(key.at, key.length))->value;
}

void *map_str_remove(struct map_str *m, struct str key)
{
	size_t mask = m->capacity - 1;
	size_t gap;
	void *value = map_str_get(m, key);

	if (value == NULL)
		return NULL;
	gap = (size_t)(str_probe(m, key, hash_bytes(key.at, key.length)) - m->slots);
	for (size_t at = (gap + 1) & mask; m->slots[at].key.at != NULL; at = (at + 1) & mask) {
		if (may_move_back(m->slots[at].hash & mask, gap, at, mask)) {
			m->slots[gap] = m->slots[at];
			gap = at;
		}
	}
	m->slots[gap] = (struct map_str_slot){ 0 };
	m->count--;
	return value;
}

bool map_str_next(const struct map_str *m, size_t *cursor, struct str *key, void **value)
{
	for (; *cursor < m->capacity; (*cursor)++) {
		if (m->slots[*cursor].key.at != NULL) {
			*key = m->slots[*cursor].key;
			*value = m->slots[(*cursor)++].value;
			return true;
		}
	}
	return false;
}
