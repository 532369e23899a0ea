/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Property indexes: one B+tree each. A key is the order-preserving form of the property values,
 * joined, and behind them the element's id (8 bytes, big-endian); so equal values stand together in
 * order of id. The tree's root is kept by the catalog and passed in. An element with a NULL among
 * the indexed properties is not in the index. Uniqueness is checked by the caller with the lookups
 * here.
 */
#ifndef STORAGE_GRAPH_PROPERTY_INDEX_H
#define STORAGE_GRAPH_PROPERTY_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "storage/graph/graph.h"
#include "storage/page/btree.h"
#include "storage/value.h"

enum {
	PROPERTY_INDEX_KEYS_MAX = 8,
	PROPERTY_INDEX_VALUE_MAX = BTREE_KEY_SIZE_MAX - 8, /* bytes of the joined forms */
};

/* Puts the joined forms of the values into `key` (which is emptied first). False if one of them is
   NULL: not indexed. Whether key->length <= PROPERTY_INDEX_VALUE_MAX the caller checks, and
   raises. */
bool property_index_key(struct buf *key, const struct value *values, uint32_t count);

uint64_t property_index_create(struct graph *g);
void property_index_destroy(struct graph *g, uint64_t root);

/* Adds or removes the entry (key, id); false if it was there already, or was not there. */
bool property_index_add(struct graph *g, uint64_t root, struct str key, uint64_t id);
bool property_index_remove(struct graph *g, uint64_t root, struct str key, uint64_t id);
/* For mutators: the first id with exactly this key, UINT64_MAX if there is none. */
uint64_t property_index_first_now(struct graph *g, uint64_t root, struct str key);

/* What adding or removing the entry, or looking for the key, may touch. */
bool property_index_touch(struct page_view *v, const struct graph *g, uint64_t root,
	struct str key, uint64_t id) MUST_USE;
/* What destroying the index touches. */
bool property_index_touch_all(
	struct page_view *v, const struct graph *g, uint64_t root) MUST_USE;

/* The first id >= from with exactly this key; *id = UINT64_MAX if there is none. */
bool property_index_find(struct page_view *v, const struct graph *g, uint64_t root, struct str key,
	uint64_t from, uint64_t *id) MUST_USE;

/*
 * A range of the index, given by forms of leading values: `low` and `high` are prefixes of keys.
 * All keys that start with low (high) are equal to it. Empty with .at NULL: no bound. The cursor
 * holds its position by value and may be used across locks.
 */
struct property_index_cursor {
	uint64_t root;
	struct btree_cursor tree;
	bool is_descending;
	bool is_done;
	bool far_is_inclusive;
	uint32_t far_size; /* bytes of the bound where the scan ends, 0: none */
	uint8_t far[PROPERTY_INDEX_VALUE_MAX];
};

/* For `age > 5` and nothing above, let `high` be the one byte value_key_tag() of the type: the
   range then ends with the type's family. */
struct property_index_bounds {
	struct str low, high;
	bool low_is_inclusive, high_is_inclusive;
	bool is_descending;
};
void property_index_seek(
	struct property_index_cursor *c, uint64_t root, const struct property_index_bounds *bounds);
/* The next entry: *key (in the cursor, lives until it moves) is the joined forms without the id. */
enum btree_step property_index_next(struct page_view *v, const struct graph *g,
	struct property_index_cursor *c, struct str *key, uint64_t *id) MUST_USE;
/* Fills ids, at most max; false on a miss, with *count what was found before it. *count = 0 with
   true is the end. */
bool property_index_scan(struct page_view *v, const struct graph *g,
	struct property_index_cursor *c, uint64_t *ids, uint32_t max, uint32_t *count) MUST_USE;

#endif
