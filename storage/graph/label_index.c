/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Label containers. The tree's key is label and id >> 16, each 4 bytes big-endian; its value the
 * ref of a slot in an LBL page:
 *
 *     0 u32 count    4 u32 capacity, 0: a bitmap
 *     8 u16 low[capacity] sorted, `count` of them in use — or u64 bitmap[1024]
 *
 * Invariants
 * L1 No container is empty. An array has at most 2048 numbers; a bitmap at least BITMAP_MIN.
 * L2 What is not in use of an array is zero.
 */
#include "storage/graph/label_index.h"

#include <string.h>

#include "storage/graph/space.h"
#include "storage/page/btree.h"

enum {
	HEADER_BYTES = 8,
	ARRAY_FIRST = 4,
	ARRAY_MAX = 2048,
	BITMAP_MIN = 1024,
	BITMAP_WORDS = 1024,
	KEY_BYTES = 8,
	CONTAINER_IDS = 65536,
	SOON = 64, /* so many changes from another size of a container */
};

struct container {
	uint32_t count;
	uint32_t capacity;
	union {
		uint16_t low[ARRAY_MAX];
		uint64_t words[BITMAP_WORDS];
	};
};

struct key {
	uint8_t bytes[KEY_BYTES];
};

static struct key key_of(uint32_t label, uint64_t id)
{
	uint32_t high = (uint32_t)(id >> 16);
	struct key key;
	int i;

	assert(id >> 48 == 0);
	for (i = 0; i < 4; i++) {
		key.bytes[i] = (uint8_t)(label >> (24 - 8 * i));
		key.bytes[4 + i] = (uint8_t)(high >> (24 - 8 * i));
	}
	return key;
}

static struct str key_str(const struct key *key)
{
	return (struct str){ (const char *)key->bytes, KEY_BYTES };
}

static uint32_t key_part(struct str key, uint32_t at)
{
	const uint8_t *b = (const uint8_t *)key.at + at;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static struct btree tree_of(const struct graph *g, enum element element)
{
	return (struct btree){ g->pager, g->label_roots[element], g->ts };
}

static uint32_t size_for(uint32_t capacity)
{
	return HEADER_BYTES + (capacity == 0 ? 8 * (uint32_t)BITMAP_WORDS : 2 * capacity);
}

static uint32_t lower_bound(const struct container *c, uint32_t low)
{
	uint32_t from = 0, to = c->count;

	while (from < to) {
		uint32_t middle = (from + to) / 2;

		if (c->low[middle] < low)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static bool bit_has(const struct container *c, uint32_t low)
{
	return (c->words[low / 64] >> (low % 64) & 1) != 0;
}

static bool container_has(const struct container *c, uint32_t low)
{
	uint32_t at;

	if (c->capacity == 0)
		return bit_has(c, low);
	at = lower_bound(c, low);
	return at < c->count && c->low[at] == low;
}

/* ---- changing -------------------------------------------------------------------------------- */

/* A container for a given capacity, in the old one's place if it fits there; its contents are kept
   as far as they reach. */
static struct container *container_resize(
	struct graph *g, struct space_place *place, uint32_t capacity)
{
	struct container *c = space_resize(g, SPACE_LABELS, *place, size_for(capacity)), *old;
	struct space_place before = *place;
	uint32_t size;

	if (c != NULL)
		return c;
	c = space_add(g, SPACE_LABELS, size_for(capacity), place);
	old = space_modify(g, SPACE_LABELS, before, &size);
	memcpy(c, old, MIN_OF(size, size_for(capacity)));
	space_remove(g, SPACE_LABELS, before);
	return c;
}

static struct container *to_bitmap(struct graph *g, struct space_place *place)
{
	uint16_t low[ARRAY_MAX];
	struct container *c = space_modify(g, SPACE_LABELS, *place, NULL);
	uint32_t count = c->count, i;

	memcpy(low, c->low, sizeof(low[0]) * count);
	c = container_resize(g, place, 0);
	memset(c->words, 0, sizeof(c->words));
	c->capacity = 0;
	for (i = 0; i < count; i++)
		c->words[low[i] / 64] |= UINT64_C(1) << (low[i] % 64);
	return c;
}

static void to_array(struct graph *g, struct space_place *place)
{
	uint16_t low[ARRAY_MAX] = { 0 };
	struct container *c = space_modify(g, SPACE_LABELS, *place, NULL);
	uint32_t n = 0, i;

	for (i = 0; i < BITMAP_WORDS; i++) {
		uint64_t word = c->words[i];

		for (; word != 0; word &= word - 1)
			low[n++] = (uint16_t)(i * 64 + (uint32_t)__builtin_ctzll(word));
	}
	assert(n == c->count);
	c = container_resize(g, place, ARRAY_MAX);
	c->capacity = ARRAY_MAX;
	memcpy(c->low, low, sizeof(low));
}

static void array_insert(struct container *c, uint32_t low)
{
	uint32_t at = lower_bound(c, low);

	memmove(c->low + at + 1, c->low + at, sizeof(c->low[0]) * (c->count - at));
	c->low[at] = (uint16_t)low;
	c->count++;
}

static uint64_t container_new(struct graph *g, uint32_t low)
{
	struct space_place place;
	struct container *c = space_add(g, SPACE_LABELS, size_for(ARRAY_FIRST), &place);

	c->capacity = ARRAY_FIRST;
	array_insert(c, low);
	return graph_ref(GRAPH_REF_LABELS, place.slot, place.pid);
}

bool label_index_add(struct graph *g, enum element element, uint32_t label, uint64_t id)
{
	struct btree tree = tree_of(g, element);
	struct key key = key_of(label, id);
	uint32_t low = (uint32_t)(id % CONTAINER_IDS);
	struct space_place place;
	struct container *c;
	uint64_t ref, moved;

	assert(label != NAME_NONE);
	if (!btree_get(&tree, key_str(&key), &ref)) {
		(void)btree_put(&tree, key_str(&key), container_new(g, low));
		return true;
	}
	place = space_place_of(ref);
	c = space_modify(g, SPACE_LABELS, place, NULL);
	if (container_has(c, low))
		return false;
	if (c->capacity != 0 && c->count == c->capacity && c->count == ARRAY_MAX) {
		c = to_bitmap(g, &place);
	} else if (c->capacity != 0 && c->count == c->capacity) {
		c = container_resize(g, &place, c->capacity * 2);
		c->capacity *= 2;
	}
	if (c->capacity == 0) {
		c->words[low / 64] |= UINT64_C(1) << (low % 64);
		c->count++;
	} else {
		array_insert(c, low);
	}
	moved = graph_ref(GRAPH_REF_LABELS, place.slot, place.pid);
	if (moved != ref)
		(void)btree_put(&tree, key_str(&key), moved);
	return true;
}

static void container_take(struct container *c, uint32_t low)
{
	uint32_t at;

	if (c->capacity == 0) {
		c->words[low / 64] &= ~(UINT64_C(1) << (low % 64));
	} else {
		at = lower_bound(c, low);
		memmove(c->low + at, c->low + at + 1, sizeof(c->low[0]) * (c->count - at - 1));
		c->low[c->count - 1] = 0;
	}
	c->count--;
}

bool label_index_remove(struct graph *g, enum element element, uint32_t label, uint64_t id)
{
	struct btree tree = tree_of(g, element);
	struct key key = key_of(label, id);
	uint32_t low = (uint32_t)(id % CONTAINER_IDS);
	struct space_place place;
	struct container *c;
	uint64_t ref, moved;

	if (!btree_get(&tree, key_str(&key), &ref))
		return false;
	place = space_place_of(ref);
	c = space_modify(g, SPACE_LABELS, place, NULL);
	if (!container_has(c, low))
		return false;
	container_take(c, low);
	if (c->count == 0) {
		space_remove(g, SPACE_LABELS, place);
		(void)btree_delete(&tree, key_str(&key), NULL);
		return true;
	}
	if (c->capacity == 0 && c->count < BITMAP_MIN) {
		to_array(g, &place);
	} else if (c->capacity > 2 * ARRAY_FIRST && c->count * 4 <= c->capacity) {
		c->capacity /= 2;
		(void)container_resize(g, &place, c->capacity);
	}
	moved = graph_ref(GRAPH_REF_LABELS, place.slot, place.pid);
	if (moved != ref)
		(void)btree_put(&tree, key_str(&key), moved);
	return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

static const struct container *container_read(
	struct page_view *v, const struct graph *g, uint64_t ref)
{
	uint32_t size;
	const struct container *c = space_read(v, g, SPACE_LABELS, space_place_of(ref), &size);

	if (c == NULL)
		return NULL;
	if (size < HEADER_BYTES || c->capacity > ARRAY_MAX || size < size_for(c->capacity) ||
		c->count > (c->capacity == 0 ? (uint32_t)CONTAINER_IDS : c->capacity)) {
		graph_page_broken(v, graph_ref_pid(ref));
		return NULL;
	}
	return c;
}

bool label_index_touch(struct page_view *v, const struct graph *g, enum element element,
	uint32_t label, uint64_t id, uint32_t *room)
{
	struct btree tree = tree_of(g, element);
	struct key key = key_of(label, id);
	const struct container *c;
	uint64_t ref;
	bool has;

	*room = size_for(ARRAY_FIRST);
	if (!btree_touch(v, &tree, key_str(&key)) ||
		!btree_find(v, &tree, key_str(&key), &has, &ref))
		return false;
	if (!has)
		return true;
	c = container_read(v, g, ref);
	if (c == NULL || !space_touch(v, g, SPACE_LABELS, space_place_of(ref)))
		return false;
	if (c->capacity == 0)
		*room = c->count < BITMAP_MIN + SOON ? size_for(ARRAY_MAX) : 0;
	else if (c->count + SOON >= c->capacity || c->count <= c->capacity / 4 + SOON)
		*room = size_for(c->capacity * 2 > ARRAY_MAX ? 0 : c->capacity * 2);
	else
		*room = 0;
	return true;
}

bool label_index_has(struct page_view *v, const struct graph *g, enum element element,
	uint32_t label, uint64_t id, bool *has)
{
	struct btree tree = tree_of(g, element);
	struct key key = key_of(label, id);
	const struct container *c;
	uint64_t ref;

	if (!btree_find(v, &tree, key_str(&key), has, &ref))
		return false;
	if (!*has)
		return true;
	c = container_read(v, g, ref);
	if (c == NULL)
		return false;
	*has = container_has(c, (uint32_t)(id % CONTAINER_IDS));
	return true;
}

bool label_index_count(struct page_view *v, const struct graph *g, enum element element,
	uint32_t label, uint64_t *count)
{
	struct btree tree = tree_of(g, element);
	struct key start = key_of(label, 0);
	struct btree_cursor cursor;
	enum btree_step step;
	struct str key;
	uint64_t ref;

	*count = 0;
	btree_seek(&cursor, key_str(&start), true, false);
	while ((step = btree_next(v, &tree, &cursor, &key, &ref)) == BTREE_ROW) {
		const struct container *c;

		if (key_part(key, 0) != label)
			return true;
		c = container_read(v, g, ref);
		if (c == NULL)
			return false;
		*count += c->count;
	}
	return step == BTREE_END;
}

/* Appends a container's ids from s->from on, and moves that. False when it stopped for want of
   room. */
static bool container_fill(const struct container *c, struct label_scan *s, uint64_t base,
	uint64_t *ids, uint32_t max, uint32_t *count)
{
	uint64_t end = MIN_OF(s->end, base + CONTAINER_IDS);
	uint32_t low = s->from > base ? (uint32_t)(s->from - base) : 0, i;
	uint64_t word;

	if (c->capacity != 0) {
		for (i = lower_bound(c, low); i < c->count && base + c->low[i] < end; i++) {
			if (*count == max)
				return false;
			ids[(*count)++] = base + c->low[i];
			s->from = base + c->low[i] + 1;
		}
		s->from = end;
		return true;
	}
	i = low / 64;
	word = c->words[i] & UINT64_MAX << (low % 64);
	for (;;) {
		for (; word != 0; word &= word - 1) {
			uint64_t id = base + (uint64_t)i * 64 + (uint32_t)__builtin_ctzll(word);

			if (id >= end)
				break;
			if (*count == max)
				return false;
			ids[(*count)++] = id;
			s->from = id + 1;
		}
		if (word != 0 || ++i == BITMAP_WORDS)
			break;
		word = c->words[i];
	}
	s->from = end;
	return true;
}

bool label_index_scan(struct page_view *v, const struct graph *g, struct label_scan *s,
	uint64_t *ids, uint32_t max, uint32_t *count)
{
	struct btree tree = tree_of(g, s->element);
	struct btree_cursor cursor;
	struct key start;

	*count = 0;
	if (s->is_done || s->from >= s->end || s->from >> 48 != 0) {
		s->is_done = true;
		return true;
	}
	start = key_of(s->label, s->from);
	btree_seek(&cursor, key_str(&start), true, false);
	while (s->from < s->end) {
		const struct container *c;
		struct str key;
		uint64_t ref, base;
		enum btree_step step = btree_next(v, &tree, &cursor, &key, &ref);

		if (step == BTREE_MISS)
			return false;
		if (step == BTREE_END || key_part(key, 0) != s->label)
			break;
		base = (uint64_t)key_part(key, 4) << 16;
		if (base >= s->end)
			break;
		c = container_read(v, g, ref);
		if (c == NULL)
			return false;
		if (!container_fill(c, s, base, ids, max, count))
			return true;
	}
	s->is_done = true;
	return true;
}

/* ---- checking -------------------------------------------------------------------------------- */

static void container_check(
	struct graph_check *check, const struct container *c, uint32_t label, uint64_t base)
{
	uint32_t n = 0, i;
	bool ok = c->count != 0;

	if (c->capacity == 0) {
		for (i = 0; i < BITMAP_WORDS; i++)
			n += (uint32_t)__builtin_popcountll(c->words[i]);
		ok = ok && n == c->count && n >= BITMAP_MIN;
	} else {
		for (i = 1; i < c->count; i++)
			ok = ok && c->low[i - 1] < c->low[i];
	}
	if (!ok)
		graph_finding(check, "label %u: container of ids from %llu is broken", label,
			(unsigned long long)base);
}

void label_index_check(struct graph_check *check, enum element element)
{
	struct btree tree = tree_of(check->graph, element);
	struct btree_cursor cursor;
	struct str key;
	uint64_t ref, findings;

	findings = btree_check(&tree, check->report, check->visit, check->context);
	check->findings += findings;
	if (findings != 0)
		return;
	btree_seek(&cursor, (struct str){ NULL, 0 }, true, false);
	while (btree_next(NULL, &tree, &cursor, &key, &ref) == BTREE_ROW) {
		const struct container *c;
		struct page_view v;

		page_view_init(&v);
		if (graph_ref_kind(ref) != GRAPH_REF_LABELS || key.length != KEY_BYTES ||
			!pager_exists(check->graph->pager, graph_ref_pid(ref))) {
			graph_finding(check, "label index: bad reference to a container");
			continue;
		}
		(void)pager_require(check->graph->pager, graph_ref_pid(ref), PAGE_LABEL);
		c = container_read(&v, check->graph, ref);
		if (c == NULL)
			graph_finding(check, "label %u: no container where one should be",
				key_part(key, 0));
		else
			container_check(
				check, c, key_part(key, 0), (uint64_t)key_part(key, 4) << 16);
	}
}
