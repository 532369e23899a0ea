/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Property indexes: a thin skin over btree.c. A tree's key is the joined key forms of the values
 * and the id, 8 bytes big-endian; its value is the id again.
 *
 * Bounds are prefixes. Since no key form is a prefix of another, the keys that start with the forms
 * of some leading values are exactly those with these values, and they stand together.
 */
#include "storage/graph/property_index.h"

#include <endian.h>
#include <string.h>

enum { ID_BYTES = 8 };

static struct btree tree_of(const struct graph *g, uint64_t root)
{
	return (struct btree){ g->pager, root, g->ts };
}

bool property_index_key(struct buf *key, const struct value *values, uint32_t count)
{
	uint32_t i;

	buf_reset(key);
	for (i = 0; i < count; i++) {
		if (value_is_null(values[i]))
			return false;
		value_encode_key(key, values[i]);
	}
	return true;
}

uint64_t property_index_create(struct graph *g)
{
	return btree_create(g->pager, g->ts);
}

void property_index_destroy(struct graph *g, uint64_t root)
{
	struct btree tree = tree_of(g, root);

	btree_destroy(&tree);
}

/* The tree's key, in `to`. */
static struct str entry_key(uint8_t to[BTREE_KEY_SIZE_MAX], struct str key, uint64_t id)
{
	uint64_t big_endian = htobe64(id);

	static_assert(sizeof big_endian == ID_BYTES, "the id as it stands in a key");
	assert(key.length <= PROPERTY_INDEX_VALUE_MAX);
	memcpy(to, key.at, key.length);
	memcpy(to + key.length, &big_endian, sizeof big_endian);
	return (struct str){ (const char *)to, key.length + ID_BYTES };
}

bool property_index_add(struct graph *g, uint64_t root, struct str key, uint64_t id)
{
	struct btree tree = tree_of(g, root);
	uint8_t bytes[BTREE_KEY_SIZE_MAX];

	return btree_add(&tree, entry_key(bytes, key, id), id);
}

bool property_index_remove(struct graph *g, uint64_t root, struct str key, uint64_t id)
{
	struct btree tree = tree_of(g, root);
	uint8_t bytes[BTREE_KEY_SIZE_MAX];

	return btree_delete(&tree, entry_key(bytes, key, id), NULL);
}

static bool has_prefix(struct str key, const void *prefix, uint32_t size)
{
	return key.length >= size && (size == 0 || memcmp(key.at, prefix, size) == 0);
}

bool property_index_find(struct page_view *v, const struct graph *g, uint64_t root, struct str key,
	uint64_t from, uint64_t *id)
{
	struct btree tree = tree_of(g, root);
	uint8_t bytes[BTREE_KEY_SIZE_MAX];
	struct btree_cursor cursor;
	enum btree_step step;
	struct str found;
	uint64_t value;

	*id = UINT64_MAX;
	btree_seek(&cursor, entry_key(bytes, key, from), true, false);
	step = btree_next(v, &tree, &cursor, &found, &value);
	if (step == BTREE_MISS)
		return false;
	if (step == BTREE_ROW && found.length == key.length + ID_BYTES &&
		has_prefix(found, key.at, key.length))
		*id = value;
	return true;
}

bool property_index_touch(
	struct page_view *v, const struct graph *g, uint64_t root, struct str key, uint64_t id)
{
	struct btree tree = tree_of(g, root);
	uint8_t bytes[BTREE_KEY_SIZE_MAX];
	uint64_t first;
	bool is_whole = btree_touch(v, &tree, entry_key(bytes, key, id));

	return property_index_find(v, g, root, key, 0, &first) && is_whole;
}

bool property_index_touch_all(struct page_view *v, const struct graph *g, uint64_t root)
{
	struct btree tree = tree_of(g, root);

	return btree_touch_all(v, &tree, false);
}

uint64_t property_index_first_now(struct graph *g, uint64_t root, struct str key)
{
	uint64_t id = UINT64_MAX;

	if (!property_index_find(NULL, g, root, key, 0, &id))
		unreachable();
	return id;
}

/* The start of a scan that must come behind every key with a prefix (ascending, exclusive; or
   descending, inclusive): the prefix with the largest tail there can be. */
static struct str behind_prefix(uint8_t to[BTREE_KEY_SIZE_MAX], struct str prefix)
{
	memset(to, 0xFF, BTREE_KEY_SIZE_MAX);
	if (prefix.length != 0)
		memcpy(to, prefix.at, prefix.length);
	return (struct str){ (const char *)to, BTREE_KEY_SIZE_MAX };
}

void property_index_seek(
	struct property_index_cursor *c, uint64_t root, const struct property_index_bounds *b)
{
	struct str near = b->is_descending ? b->high : b->low;
	struct str far = b->is_descending ? b->low : b->high;
	bool near_is_inclusive = b->is_descending ? b->high_is_inclusive : b->low_is_inclusive;
	uint8_t bytes[BTREE_KEY_SIZE_MAX];

	assert(near.length <= PROPERTY_INDEX_VALUE_MAX);
	assert(far.length <= PROPERTY_INDEX_VALUE_MAX);
	c->root = root;
	c->is_descending = b->is_descending;
	c->is_done = false;
	c->far_is_inclusive = b->is_descending ? b->low_is_inclusive : b->high_is_inclusive;
	c->far_size = far.at == NULL ? 0 : far.length;
	if (c->far_size != 0)
		memcpy(c->far, far.at, c->far_size);
	/* Ascending and inclusive, or descending and exclusive: the keys with the prefix lie
	   ahead. */
	if (near.at != NULL && near_is_inclusive == b->is_descending)
		near = behind_prefix(bytes, near);
	btree_seek(&c->tree, near, true, b->is_descending);
}

/* True if a key lies beyond the far bound. */
static bool is_beyond(const struct property_index_cursor *c, struct str key)
{
	struct str far = { (const char *)c->far, c->far_size };
	int order;

	if (c->far_size == 0)
		return false;
	if (has_prefix(key, c->far, c->far_size))
		return !c->far_is_inclusive;
	order = str_compare(key, far);
	return c->is_descending ? order < 0 : order > 0;
}

enum btree_step property_index_next(struct page_view *v, const struct graph *g,
	struct property_index_cursor *c, struct str *key, uint64_t *id)
{
	struct btree tree = tree_of(g, c->root);
	enum btree_step step;

	if (c->is_done)
		return BTREE_END;
	step = btree_next(v, &tree, &c->tree, key, id);
	if (step == BTREE_MISS)
		return step;
	if (step == BTREE_END || is_beyond(c, *key)) {
		c->is_done = true;
		return BTREE_END;
	}
	assert(key->length >= ID_BYTES);
	key->length -= ID_BYTES;
	return BTREE_ROW;
}

bool property_index_scan(struct page_view *v, const struct graph *g,
	struct property_index_cursor *c, uint64_t *ids, uint32_t max, uint32_t *count)
{
	*count = 0;
	while (*count < max) {
		struct str key;
		enum btree_step step = property_index_next(v, g, c, &key, &ids[*count]);

		if (step == BTREE_MISS)
			return false;
		if (step == BTREE_END)
			break;
		(*count)++;
	}
	return true;
}
