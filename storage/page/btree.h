/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * B+trees of slotted pages: byte-string keys in memcmp order, 64-bit values. What the indexes, the
 * catalog's dictionary and the label containers are found through.
 *
 * A tree is named by the page number of its root, which never changes while the tree lives: a root
 * that splits pushes its contents down into new children. Pages are split as they overflow (at the
 * end when keys arrive in ascending order, so that a load fills its pages) and freed when they
 * become empty; pages in between are not merged.
 *
 * Locks: functions without a page_view need the engine lock exclusively. Those with one only read
 * and need it shared; or exclusive, and then the view may be NULL and no page is ever missing. They
 * return false (or BTREE_MISS) when a page was missing or broken: the view says which. The caller
 * leaves the lock, pages in, and calls again with the same arguments.
 */
#ifndef STORAGE_PAGE_BTREE_H
#define STORAGE_PAGE_BTREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "base/str.h"

struct pager;
struct page_view;

/* A tree and in whose name it is changed; made on the spot, owns nothing. */
struct btree {
	struct pager *pager;
	uint64_t root;
	uint64_t ts; /* of the commit being applied; readers do not need it */
};

enum { BTREE_KEY_SIZE_MAX = 1024 }; /* bytes; longer keys are the caller's bug */

/* A new, empty tree; returns its root page. */
uint64_t btree_create(struct pager *p, uint64_t ts);
/* Frees every page of the tree. */
void btree_destroy(const struct btree *t);

/* Adds a key. False, and nothing changed, if it is there already. */
bool btree_add(const struct btree *t, struct str key, uint64_t value);
/* Sets a key's value, whether or not it is there; true if the key is new. */
bool btree_put(const struct btree *t, struct str key, uint64_t value);
/* Removes a key; false if it was not there. *value, unless NULL, gets the value it had. */
bool btree_delete(const struct btree *t, struct str key, uint64_t *value);
/* A lookup for mutators, which never misses; false if the key is not there. */
bool btree_get(const struct btree *t, struct str key, uint64_t *value);

/* False on a miss. Otherwise *found says whether the key is there, and *value is its value. */
bool btree_find(struct page_view *v, const struct btree *t, struct str key, bool *found,
	uint64_t *value) MUST_USE;
/* Number of keys, kept in the root: O(1). False on a miss. */
bool btree_count(struct page_view *v, const struct btree *t, uint64_t *count) MUST_USE;

/*
 * A cursor holds its position by value: the last key it gave. It survives page splits, evictions
 * and changes of the tree between two calls, and goes on behind that key. It owns no memory and may
 * be copied. About a kilobyte: keep it in the arena or on the stack.
 */
struct btree_cursor {
	uint64_t leaf; /* where the last key was seen; checked before it is believed, 0: nowhere */
	uint32_t slot;
	uint32_t key_size;
	bool is_descending;
	bool is_inclusive; /* a key equal to `key` comes next */
	bool is_unbounded; /* nothing was given yet and there is no start key */
	uint8_t key[BTREE_KEY_SIZE_MAX];
};

enum btree_step { BTREE_ROW, BTREE_END, BTREE_MISS };

/* Puts the cursor before the first key >= `key` (> if not inclusive), or when descending before the
   last key <= `key` (<). Touches no page. An empty key with .at NULL: from the very start (end). */
void btree_seek(struct btree_cursor *c, struct str key, bool is_inclusive, bool is_descending);
/* The next key and value. The key stands in c->key and lives until the cursor moves on. After
   BTREE_END further calls look again, and BTREE_MISS changes nothing. */
enum btree_step btree_next(struct page_view *v, const struct btree *t, struct btree_cursor *c,
	struct str *key, uint64_t *value) MUST_USE;

/* Gets every page that adding or removing `key` may read or change; false if some are missing. */
bool btree_touch(struct page_view *v, const struct btree *t, struct str key) MUST_USE;
/* The same of every inner page, and leaf if wanted: what destroying the tree reads are the inner
   pages. */
bool btree_touch_all(struct page_view *v, const struct btree *t, bool with_leaves) MUST_USE;

/* One finding of an integrity check: a line of text. */
typedef void btree_report(void *context, const char *line);
/* Walks the whole tree: page types, order of keys within and between pages, separators, slots that
   stay inside their page and do not overlap, the count. Calls visit(context, pid) for each page if
   visit is not NULL. Needs the engine lock exclusively or a closed store. Returns the number of
   findings. */
uint64_t btree_check(const struct btree *t, btree_report *report,
	void (*visit)(void *context, uint64_t pid), void *context);

#endif
