/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The encoded property map. Readers trust nothing: bounds are checked at every step, since a map
 * may come from a log or a page that somebody else's bug has written.
 */
#include "storage/graph/property_map.h"

#include <string.h>

enum {
	MAP_HEADER = 4,
	ENTRY_BYTES = 8,
	KEY_MASK = 0xFFFFFF,
	LINEAR_MAX = 12, /* entries that are walked rather than halved */
};

struct entry {
	uint32_t key_type; /* key:24 | type:8 */
	uint32_t end;
};

/* A map whose header and directory were found to fit. */
struct view {
	const uint8_t *entries;
	const uint8_t *values;
	uint32_t count;
	uint32_t values_size;
};

static struct entry entry_at(const struct view *m, uint32_t i)
{
	struct entry e;

	memcpy(&e, m->entries + (size_t)i * ENTRY_BYTES, sizeof(e));
	return e;
}

static bool view_open(struct view *m, const uint8_t *map, size_t size)
{
	uint16_t count;

	*m = (struct view){ 0 };
	if (size == 0)
		return true;
	if (size < MAP_HEADER || size > PROPERTY_MAP_SIZE_MAX)
		return false;
	memcpy(&count, map, 2);
	if ((size_t)count * ENTRY_BYTES > size - MAP_HEADER)
		return false;
	m->count = count;
	m->entries = map + MAP_HEADER;
	m->values = m->entries + (size_t)count * ENTRY_BYTES;
	m->values_size = (uint32_t)(size - MAP_HEADER - (size_t)count * ENTRY_BYTES);
	return true;
}

/* The first entry whose key is not below `key`. */
static uint32_t lower_bound(const struct view *m, uint32_t key)
{
	uint32_t low = 0, high = m->count;

	if (high <= LINEAR_MAX) {
		while (low < high && (entry_at(m, low).key_type & KEY_MASK) < key)
			low++;
		return low;
	}
	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if ((entry_at(m, middle).key_type & KEY_MASK) < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint32_t start_of(const struct view *m, uint32_t i)
{
	return i == 0 ? 0 : entry_at(m, i - 1).end;
}

static COLD enum sqlstate broken(struct error *e)
{
	return FAIL(e, E_DATA_CORRUPTED, "stored property record is broken");
}

static enum sqlstate decode_at(
	const struct view *m, uint32_t i, struct arena *a, struct value *out, struct error *e)
{
	struct entry entry = entry_at(m, i);
	uint32_t start = start_of(m, i);
	const uint8_t *at = m->values + start, *end = m->values + entry.end;

	if (UNLIKELY(entry.end > m->values_size || start > entry.end))
		return broken(e);
	TRY(value_decode_body(&at, end, entry.key_type >> 24, a, out, e));
	if (UNLIKELY(at != end))
		return broken(e);
	return OK;
}

uint32_t property_map_count(const uint8_t *map)
{
	uint16_t count;

	memcpy(&count, map, 2);
	return count;
}

enum sqlstate property_map_get(const uint8_t *map, size_t size, uint32_t key, struct arena *a,
	struct value *out, struct error *e)
{
	struct view m;
	uint32_t i;

	if (UNLIKELY(!view_open(&m, map, size)))
		return broken(e);
	i = lower_bound(&m, key);
	if (i == m.count || (entry_at(&m, i).key_type & KEY_MASK) != key) {
		*out = value_null();
		return OK;
	}
	return decode_at(&m, i, a, out, e);
}

enum sqlstate property_map_decode(const uint8_t *map, size_t size, struct arena *a,
	struct property **out, uint32_t *count, struct error *e)
{
	struct view m;
	uint32_t i;

	*count = 0;
	if (!view_open(&m, map, size))
		return broken(e);
	*out = ARENA_ARRAY(a, struct property, m.count == 0 ? 1 : m.count);
	for (i = 0; i < m.count; i++) {
		(*out)[i].key = entry_at(&m, i).key_type & KEY_MASK;
		TRY(decode_at(&m, i, a, &(*out)[i].value, e));
	}
	*count = m.count;
	return OK;
}

bool property_map_is_valid(const uint8_t *map, size_t size)
{
	struct arena *a;
	struct property *properties;
	struct error e;
	struct view m;
	uint32_t count, i;
	bool ok;

	if (size == 0 || !view_open(&m, map, size) || m.count > PROPERTY_COUNT_MAX)
		return false;
	a = arena_new(0);
	ok = property_map_decode(map, size, a, &properties, &count, &e) == OK;
	for (i = 0; ok && i < count; i++) {
		ok = value_type_is_storable(properties[i].value.type) && properties[i].key != 0 &&
		     (i == 0 || properties[i - 1].key < properties[i].key);
	}
	arena_free(a);
	return ok && start_of(&m, m.count) == m.values_size;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Room for the header and directory of `count` entries; where they start in the buffer. */
static size_t map_start(struct buf *to, uint32_t count)
{
	uint16_t header[2] = { (uint16_t)count, 0 };
	size_t at;

	assert(count <= PROPERTY_COUNT_MAX);
	buf_put(to, header, sizeof(header));
	at = to->length;
	buf_reserve(to, (size_t)count * ENTRY_BYTES);
	to->length += (size_t)count * ENTRY_BYTES;
	return at;
}

/* Entry i of a map whose directory is at `at` ends where the buffer ends now. */
static void entry_finish(struct buf *to, size_t at, uint32_t count, uint32_t i, uint32_t key_type)
{
	struct entry e = { key_type, (uint32_t)(to->length - at - (size_t)count * ENTRY_BYTES) };

	memcpy(to->data + at + (size_t)i * ENTRY_BYTES, &e, sizeof(e));
}

static void entry_put(
	struct buf *to, size_t at, uint32_t count, uint32_t i, const struct property *p)
{
	assert(value_type_is_storable(p->value.type));
	assert(p->key <= PROPERTY_KEY_MAX);
	value_encode_body(to, p->value);
	entry_finish(to, at, count, i, p->key | (uint32_t)p->value.type << 24);
}

void property_map_encode(struct buf *to, const struct property *properties, uint32_t count)
{
	size_t at = map_start(to, count);
	uint32_t i;

	for (i = 0; i < count; i++) {
		assert(i == 0 || properties[i - 1].key < properties[i].key);
		entry_put(to, at, count, i, &properties[i]);
	}
}

void property_map_set(
	struct buf *to, const uint8_t *map, size_t size, uint32_t key, struct value value)
{
	struct property set = { key, value };
	uint32_t place, i, n = 0, count;
	struct view m;
	bool is_there;
	size_t at;

	if (!view_open(&m, map, size))
		PANIC("property record is broken");
	place = lower_bound(&m, key);
	is_there = place < m.count && (entry_at(&m, place).key_type & KEY_MASK) == key;
	count = m.count - is_there + !value_is_null(value);
	at = map_start(to, count);
	for (i = 0; i <= m.count; i++) {
		if (i == place && !value_is_null(value))
			entry_put(to, at, count, n++, &set);
		if (i == m.count || (i == place && is_there))
			continue;
		buf_put(to, m.values + start_of(&m, i), entry_at(&m, i).end - start_of(&m, i));
		entry_finish(to, at, count, n++, entry_at(&m, i).key_type);
	}
	assert(n == count);
}
