/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Fuzz target: the property codec, of pages and of log records. The input is taken as an encoded map of
 * properties. Whatever it is, it is called a map or not; one that is can be decoded, and what comes out
 * encodes to a map with the same properties, of which each can be had alone, changed and removed.
 * Other bytes are refused by the decoder or decoded, and never read beyond their end.
 */
#include <string.h>

#include "base/check.h"
#include "storage/graph/property_map.h"

enum { INPUT_MOST = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_same(struct value a, struct value b)
{
	struct buf x = { 0 }, y = { 0 };
	bool same;

	value_encode(&x, a);
	value_encode(&y, b);
	same = str_equal(buf_str(&x), buf_str(&y));
	buf_free(&x);
	buf_free(&y);
	return same;
}

static void check_one(const struct buf *map, const struct property *p, uint32_t count, uint32_t i,
	struct arena *a)
{
	struct buf without = { 0 };
	struct value v;
	struct error e;

	if (property_map_get(map->data, map->length, p[i].key, a, &v, &e) != OK)
		unreachable();
	assert(is_same(v, p[i].value));
	property_map_set(&without, map->data, map->length, p[i].key, value_null());
	assert(property_map_is_valid(without.data, without.length));
	assert(property_map_count(without.data) == count - 1);
	property_map_set(&without, map->data, map->length, p[i].key, value_bool(true));
	buf_free(&without);
}

static void go_round(const struct property *p, uint32_t count, struct arena *a)
{
	struct buf map = { 0 };
	struct property *again;
	struct error e;
	uint32_t n;

	property_map_encode(&map, p, count);
	assert(property_map_is_valid(map.data, map.length));
	if (property_map_decode(map.data, map.length, a, &again, &n, &e) != OK)
		unreachable();
	assert(n == count);
	for (uint32_t i = 0; i < n; i++) {
		assert(again[i].key == p[i].key);
		assert(is_same(again[i].value, p[i].value));
		if (i < 8)
			check_one(&map, p, count, i, a);
	}
	buf_free(&map);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a;
	struct property *p;
	struct error e;
	uint32_t count;
	bool is_map;

	if (size > INPUT_MOST)
		return 0;
	is_map = property_map_is_valid(data, size);
	a = arena_new(0);
	if (is_map) {
		if (property_map_decode(data, size, a, &p, &count, &e) != OK)
			unreachable();
		assert(count == property_map_count(data));
		go_round(p, count, a);
	} else if (property_map_decode(data, size, a, &p, &count, &e) != OK) {
		assert(e.code == E_DATA_CORRUPTED);
	}
	arena_free(a);
	return 0;
}
