/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * B+trees of slotted pages. They know keys as bytes and nothing of what these mean.
 *
 * The root is always an inner page and keeps its number: an empty tree is a root over one empty
 * leaf. Inner pages of level 1 stand over leaves. Both kinds of page look alike:
 *
 *     0 page header: flags = level (0: leaf), count = slots, low = end of the slots, high = start
 *     of
 *       the cells, garbage = bytes of dead cells
 *    32 u64 tree      the root's page number: a page is never taken for one of another tree
 *    40 u64 total     keys in the whole tree; in the root only
 *    48 u16 slot[count]  offsets of cells, in order of key; grows upward
 *       … free …
 *       cells, growing downward: u16 key_size, u64 value, key
 *
 * Invariants
 * B1 Keys ascend strictly within a page; slots and cells do not overlap.
 * B2 In an inner page the key of slot i is not above any key under child i, and above every key
 *    under child i - 1. The key of slot 0 is empty. Separators are cut to the shortest that does
 *    this.
 * B3 No leaf is empty but a tree's only one; no inner page but the root has no children, and the
 *    root has one only if that is a leaf.
 * B4 `total` in the root is the number of keys.
 */
#include "storage/page/btree.h"

#include <stdio.h>
#include <string.h>

#include "storage/page/key_order.h"
#include "storage/page/pager.h"

enum {
	TREE_AT = PAGE_HEADER_BYTES,
	TOTAL_AT = TREE_AT + 8,
	SLOTS_AT = TOTAL_AT + 8,
	CELL_HEADER = 10,
	FEW_CHILDREN = 4,
	DEPTH_MAX = 16, /* sixteen children a page at the least: more than there are page numbers */
};

struct path_step {
	uint64_t pid;
	uint32_t index;
};

/* From the root (step[0]) to the lowest inner page; below step[depth - 1] stands the leaf. */
struct path {
	struct path_step step[DEPTH_MAX];
	uint32_t depth;
	uint64_t leaf;
};

/* ---- one page -------------------------------------------------------------------------------- */

static uint8_t *bytes_of(struct page *p)
{
	return (uint8_t *)p;
}

static uint16_t *slots_of(struct page *p)
{
	return (uint16_t *)(void *)(bytes_of(p) + SLOTS_AT);
}

static uint32_t slot_at(const struct page *p, uint32_t i)
{
	uint16_t offset;

	memcpy(&offset, (const uint8_t *)p + SLOTS_AT + 2 * i, 2);
	return offset;
}

static struct str key_at(const struct page *p, uint32_t i)
{
	const uint8_t *cell = (const uint8_t *)p + slot_at(p, i);
	uint16_t size;

	memcpy(&size, cell, 2);
	return (struct str){ (const char *)cell + CELL_HEADER, size };
}

static uint64_t value_at(const struct page *p, uint32_t i)
{
	uint64_t value;

	memcpy(&value, (const uint8_t *)p + slot_at(p, i) + 2, 8);
	return value;
}

static void value_set(struct page *p, uint32_t i, uint64_t value)
{
	memcpy(bytes_of(p) + slot_at(p, i) + 2, &value, 8);
}

static uint64_t tree_of(const struct page *p)
{
	uint64_t tree;

	memcpy(&tree, (const uint8_t *)p + TREE_AT, 8);
	return tree;
}

static uint64_t total_of(const struct page *root)
{
	uint64_t total;

	memcpy(&total, (const uint8_t *)root + TOTAL_AT, 8);
	return total;
}

static void total_set(struct page *root, uint64_t total)
{
	memcpy(bytes_of(root) + TOTAL_AT, &total, 8);
}

static uint32_t level_of(const struct page *p)
{
	return p->flags;
}

static void page_start(struct page *p, uint64_t tree, uint32_t level)
{
	memset(bytes_of(p) + PAGE_HEADER_BYTES, 0, PAGE_BODY_BYTES);
	memcpy(bytes_of(p) + TREE_AT, &tree, 8);
	p->flags = (uint16_t)level;
	p->count = 0;
	p->low = SLOTS_AT;
	p->high = PAGE_BYTES;
	p->garbage = 0;
}

/* The first slot whose key is not below `key`; *is_exact if it equals it. */
static uint32_t lower_bound(const struct page *p, struct str key, bool *is_exact)
{
	uint32_t low = 0, high = p->count;

	*is_exact = false;
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		int order = key_order(key_at(p, middle), key);

		if (order < 0) {
			low = middle + 1;
		} else {
			high = middle;
			if (order == 0)
				*is_exact = true;
		}
	}
	return low;
}

/* The child of an inner page under which `key` belongs. */
static uint32_t child_index(const struct page *p, struct str key)
{
	bool is_exact;
	uint32_t i = lower_bound(p, key, &is_exact);

	assert(p->count > 0);
	return is_exact || i == 0 ? i : i - 1;
}

static uint32_t cell_size(struct str key)
{
	return CELL_HEADER + key.length;
}

static bool has_room(const struct page *p, struct str key)
{
	return (uint32_t)(p->high - p->low) + p->garbage >= cell_size(key) + 2;
}

/* Moves the live cells together at the page's end. */
static void compact(struct page *p)
{
	uint8_t copy[PAGE_BYTES];
	uint32_t high = PAGE_BYTES, i;

	memcpy(copy, p, PAGE_BYTES);
	for (i = 0; i < p->count; i++) {
		uint32_t from = slot_at(p, i), size = cell_size(key_at((struct page *)copy, i));

		high -= size;
		memcpy(bytes_of(p) + high, copy + from, size);
		slots_of(p)[i] = (uint16_t)high;
	}
	p->high = (uint16_t)high;
	p->garbage = 0;
	memset(bytes_of(p) + p->low, 0, high - p->low);
}

static void cell_insert(struct page *p, uint32_t at, struct str key, uint64_t value)
{
	uint16_t size = (uint16_t)key.length;
	uint16_t *slots = slots_of(p);
	uint8_t *cell;

	assert(at <= p->count);
	if ((uint32_t)(p->high - p->low) < cell_size(key) + 2)
		compact(p);
	assert((uint32_t)(p->high - p->low) >= cell_size(key) + 2);
	p->high = (uint16_t)(p->high - cell_size(key));
	cell = bytes_of(p) + p->high;
	memcpy(cell, &size, 2);
	memcpy(cell + 2, &value, 8);
	if (size != 0)
		memcpy(cell + CELL_HEADER, key.at, size);
	memmove(slots + at + 1, slots + at, 2 * (size_t)(p->count - at));
	slots[at] = p->high;
	p->count++;
	p->low = (uint16_t)(p->low + 2);
}

/* Dead bytes are zeroed, so that a page depends on what was done to it, not on what it held. */
static void cell_remove(struct page *p, uint32_t at)
{
	uint16_t *slots = slots_of(p);
	uint32_t size = cell_size(key_at(p, at));

	memset(bytes_of(p) + slots[at], 0, size);
	p->garbage = (uint16_t)(p->garbage + size);
	memmove(slots + at, slots + at + 1, 2 * (size_t)(p->count - at - 1));
	p->count--;
	slots[p->count] = 0;
	p->low = (uint16_t)(p->low - 2);
}

/* Moves the cells [from, count) to the empty page `to`. */
static void cells_move(struct page *p, uint32_t from, struct page *to)
{
	uint32_t i;

	for (i = from; i < p->count; i++)
		cell_insert(to, to->count, key_at(p, i), value_at(p, i));
	while (p->count > from)
		cell_remove(p, p->count - 1u);
}

/* Gives slot 0 of an inner page the empty key. */
static void first_key_clear(struct page *p)
{
	uint64_t child = value_at(p, 0);

	cell_remove(p, 0);
	cell_insert(p, 0, (struct str){ "", 0 }, child);
}

/* ---- finding --------------------------------------------------------------------------------- */

static const struct page *page_read(
	const struct btree *t, struct page_view *v, uint64_t pid, enum page_type type)
{
	if (v == NULL)
		return pager_require(t->pager, pid, type);
	return pager_get(t->pager, pid, type, v);
}

static enum page_type child_type(const struct page *inner)
{
	return level_of(inner) == 1 ? PAGE_BTREE_LEAF : PAGE_BTREE_INNER;
}

enum way { WAY_KEY, WAY_FIRST, WAY_LAST };

/* Goes down from path->step[depth - 1], whose index is chosen, to a leaf. NULL on a miss. */
static const struct page *descend(
	struct page_view *v, const struct btree *t, struct path *path, enum way way, struct str key)
{
	struct path_step *step = &path->step[path->depth - 1];
	const struct page *p = page_read(t, v, step->pid, PAGE_BTREE_INNER);

	while (p != NULL) {
		uint64_t child = value_at(p, step->index);
		enum page_type type = child_type(p);

		p = page_read(t, v, child, type);
		if (p == NULL || type == PAGE_BTREE_LEAF) {
			path->leaf = child;
			return p;
		}
		assert(path->depth < DEPTH_MAX);
		step = &path->step[path->depth++];
		step->pid = child;
		step->index = way == WAY_FIRST	? 0
			      : way == WAY_LAST ? p->count - 1u
						: child_index(p, key);
	}
	return NULL;
}

static const struct page *find_leaf(
	struct page_view *v, const struct btree *t, struct path *path, enum way way, struct str key)
{
	const struct page *p = page_read(t, v, t->root, PAGE_BTREE_INNER);

	if (p == NULL)
		return NULL;
	path->depth = 1;
	path->step[0].pid = t->root;
	path->step[0].index = way == WAY_FIRST	? 0
			      : way == WAY_LAST ? p->count - 1u
						: child_index(p, key);
	return descend(v, t, path, way, key);
}

/* The leaf beside path->leaf; *is_end if there is none. NULL on a miss or at the end. */
static const struct page *neighbour_leaf(
	struct page_view *v, const struct btree *t, struct path *path, bool is_left, bool *is_end)
{
	*is_end = false;
	while (path->depth > 0) {
		struct path_step *step = &path->step[path->depth - 1];
		const struct page *p = page_read(t, v, step->pid, PAGE_BTREE_INNER);

		if (p == NULL)
			return NULL;
		if (is_left ? step->index > 0 : step->index + 1 < p->count) {
			step->index = is_left ? step->index - 1 : step->index + 1;
			return descend(v, t, path, is_left ? WAY_LAST : WAY_FIRST,
				(struct str){ NULL, 0 });
		}
		path->depth--;
	}
	*is_end = true;
	return NULL;
}

bool btree_find(
	struct page_view *v, const struct btree *t, struct str key, bool *found, uint64_t *value)
{
	struct path path;
	const struct page *leaf = find_leaf(v, t, &path, WAY_KEY, key);
	uint32_t i;

	if (leaf == NULL)
		return false;
	i = lower_bound(leaf, key, found);
	if (*found)
		*value = value_at(leaf, i);
	return true;
}

bool btree_get(const struct btree *t, struct str key, uint64_t *value)
{
	bool found = false;

	if (!btree_find(NULL, t, key, &found, value))
		unreachable();
	return found;
}

bool btree_count(struct page_view *v, const struct btree *t, uint64_t *count)
{
	const struct page *root = page_read(t, v, t->root, PAGE_BTREE_INNER);

	if (root == NULL)
		return false;
	*count = total_of(root);
	return true;
}

/* ---- cursors --------------------------------------------------------------------------------- */

void btree_seek(struct btree_cursor *c, struct str key, bool is_inclusive, bool is_descending)
{
	assert(key.length <= BTREE_KEY_SIZE_MAX);
	c->leaf = PAGE_NONE;
	c->slot = 0;
	c->is_descending = is_descending;
	c->is_inclusive = is_inclusive;
	c->is_unbounded = key.at == NULL;
	c->key_size = key.length;
	if (key.length != 0)
		memcpy(c->key, key.at, key.length);
}

static struct str cursor_key(const struct btree_cursor *c)
{
	return (struct str){ (const char *)c->key, c->key_size };
}

/* The leaf of the last key, if it still stands there at the same slot and has a next one: saves the
   way from the root. Looks with a view of its own, since the page may have become something
   else. */
static const struct page *remembered_leaf(
	struct page_view *v, const struct btree *t, struct btree_cursor *c)
{
	struct page_view probe;
	const struct page *p;

	if (c->leaf == PAGE_NONE || c->is_inclusive || !pager_exists(t->pager, c->leaf))
		return NULL;
	page_view_init(&probe);
	p = pager_get(t->pager, c->leaf, PAGE_BTREE_LEAF, &probe);
	if (p == NULL || tree_of(p) != t->root || c->slot >= p->count)
		return NULL;
	if (!str_equal(key_at(p, c->slot), cursor_key(c)))
		return NULL;
	if (c->is_descending ? c->slot == 0 : c->slot + 1u >= p->count)
		return NULL;
	c->slot = c->is_descending ? c->slot - 1 : c->slot + 1;
	if (v != NULL && probe.newest_ts > v->newest_ts)
		v->newest_ts = probe.newest_ts;
	return p;
}

/* Finds the next key from the root: sets c->leaf and c->slot. */
static enum btree_step cursor_find(struct page_view *v, const struct btree *t,
	struct btree_cursor *c, const struct page **leaf)
{
	struct path path;
	struct str key = cursor_key(c);
	enum way way = !c->is_unbounded ? WAY_KEY : c->is_descending ? WAY_LAST : WAY_FIRST;
	const struct page *p = find_leaf(v, t, &path, way, key);
	bool is_exact = false, is_end;
	int64_t i;

	if (p == NULL)
		return BTREE_MISS;
	if (way == WAY_KEY)
		i = (int64_t)lower_bound(p, key, &is_exact);
	else
		i = c->is_descending ? p->count : 0;
	if (c->is_descending && !(is_exact && c->is_inclusive))
		i--;
	else if (!c->is_descending && is_exact && !c->is_inclusive)
		i++;
	while (i < 0 || i >= p->count) {
		p = neighbour_leaf(v, t, &path, c->is_descending, &is_end);
		if (p == NULL)
			return is_end ? BTREE_END : BTREE_MISS;
		i = c->is_descending ? (int64_t)p->count - 1 : 0;
	}
	c->leaf = path.leaf;
	c->slot = (uint32_t)i;
	*leaf = p;
	return BTREE_ROW;
}

enum btree_step btree_next(struct page_view *v, const struct btree *t, struct btree_cursor *c,
	struct str *key, uint64_t *value)
{
	const struct page *leaf = remembered_leaf(v, t, c);
	struct str found;

	if (leaf == NULL) {
		enum btree_step step = cursor_find(v, t, c, &leaf);

		if (step != BTREE_ROW)
			return step;
	}
	found = key_at(leaf, c->slot);
	if (found.length != 0)
		memcpy(c->key, found.at, found.length);
	c->key_size = found.length;
	c->is_unbounded = false;
	c->is_inclusive = false;
	*key = cursor_key(c);
	*value = value_at(leaf, c->slot);
	return BTREE_ROW;
}

/* ---- adding ---------------------------------------------------------------------------------- */

uint64_t btree_create(struct pager *p, uint64_t ts)
{
	struct page *root, *leaf;
	uint64_t root_pid = pager_allocate(p, PAGE_BTREE_INNER, ts, &root);
	uint64_t leaf_pid = pager_allocate(p, PAGE_BTREE_LEAF, ts, &leaf);

	page_start(root, root_pid, 1);
	page_start(leaf, root_pid, 0);
	cell_insert(root, 0, (struct str){ "", 0 }, leaf_pid);
	return root_pid;
}

/* How many cells stay when a page is split for a cell at slot `at`: all of them when it comes last,
   so that ascending keys fill their pages, and otherwise half of the bytes. */
static uint32_t split_point(const struct page *p, uint32_t at)
{
	uint32_t half = (PAGE_BYTES - p->high - p->garbage) / 2, so_far = 0, i;

	if (at == p->count)
		return p->count;
	for (i = 0; i < p->count - 1u && so_far < half; i++)
		so_far += cell_size(key_at(p, i));
	return i == 0 ? 1 : i;
}

/* The shortest key above `left` and not above `right`. */
static struct str separator(struct str left, struct str right)
{
	uint32_t i = 0;

	while (i < left.length && left.at[i] == right.at[i])
		i++;
	assert(i < right.length);
	return (struct str){ right.at, i + 1 };
}

static struct page *page_new(const struct btree *t, uint32_t level, uint64_t *pid)
{
	struct page *p;

	*pid = pager_allocate(t->pager, level == 0 ? PAGE_BTREE_LEAF : PAGE_BTREE_INNER, t->ts, &p);
	page_start(p, t->root, level);
	return p;
}

/* The root is full: everything in it moves to a new page below it. The path gets one step
   longer. */
static struct page *push_down(const struct btree *t, struct page *root, struct path *path)
{
	uint64_t pid, total = total_of(root);
	uint32_t level = level_of(root);
	struct page *below = page_new(t, level, &pid);

	cells_move(root, 0, below);
	page_start(root, t->root, level + 1);
	total_set(root, total);
	cell_insert(root, 0, (struct str){ "", 0 }, pid);
	assert(path->depth < DEPTH_MAX);
	memmove(&path->step[1], &path->step[0], sizeof(path->step[0]) * path->depth);
	path->depth++;
	path->step[0] = (struct path_step){ t->root, 0 };
	path->step[1].pid = pid;
	return below;
}

/* Splits inner page p for a cell at `at`: the new right page's number, and in sep[] the key that
   leads there. */
static uint64_t inner_split(const struct btree *t, struct page *p, uint32_t at, struct str key,
	uint64_t child, struct str *lead, uint8_t *sep)
{
	uint64_t pid;
	struct page *right = page_new(t, level_of(p), &pid);
	uint32_t keep = split_point(p, at);

	cells_move(p, keep, right);
	if (at >= keep)
		cell_insert(right, at - keep, key, child);
	else
		cell_insert(p, at, key, child);
	*lead = key_at(right, 0);
	memcpy(sep, lead->at, lead->length);
	lead->at = (const char *)sep;
	first_key_clear(right);
	return pid;
}

/* Adds a child behind the one the path leads to, at the path's lowest step; splits upward as
   needed. */
static void parent_insert(const struct btree *t, struct path *path, struct str key, uint64_t child)
{
	uint8_t seps[2][BTREE_KEY_SIZE_MAX];
	unsigned turn = 0;

	for (;;) {
		struct path_step *step = &path->step[path->depth - 1];
		struct page *p = pager_modify(t->pager, step->pid, PAGE_BTREE_INNER, t->ts);
		struct str lead;

		if (has_room(p, key)) {
			cell_insert(p, step->index + 1, key, child);
			return;
		}
		if (path->depth == 1) {
			p = push_down(t, p, path);
			step = &path->step[1];
		}
		child = inner_split(t, p, step->index + 1, key, child, &lead, seps[turn]);
		key = lead;
		turn ^= 1;
		path->depth--;
	}
}

static void leaf_insert(
	const struct btree *t, struct path *path, uint32_t at, struct str key, uint64_t value)
{
	struct page *p = pager_modify(t->pager, path->leaf, PAGE_BTREE_LEAF, t->ts);
	uint8_t sep_bytes[BTREE_KEY_SIZE_MAX];
	struct page *right;
	struct str sep;
	uint64_t pid;
	uint32_t keep;

	if (has_room(p, key)) {
		cell_insert(p, at, key, value);
		return;
	}
	right = page_new(t, 0, &pid);
	keep = split_point(p, at);
	cells_move(p, keep, right);
	if (at > keep || keep == at)
		cell_insert(right, at - keep, key, value);
	else
		cell_insert(p, at, key, value);
	sep = separator(key_at(p, p->count - 1u), key_at(right, 0));
	memcpy(sep_bytes, sep.at, sep.length);
	sep.at = (const char *)sep_bytes;
	parent_insert(t, path, sep, pid);
}

static void total_add(const struct btree *t, int64_t by)
{
	struct page *root = pager_modify(t->pager, t->root, PAGE_BTREE_INNER, t->ts);

	total_set(root, total_of(root) + (uint64_t)by);
}

static bool insert(const struct btree *t, struct str key, uint64_t value, bool may_replace)
{
	struct path path;
	const struct page *leaf;
	bool is_exact;
	uint32_t at;

	assert(key.length <= BTREE_KEY_SIZE_MAX);
	leaf = find_leaf(NULL, t, &path, WAY_KEY, key);
	assert(leaf != NULL);
	at = lower_bound(leaf, key, &is_exact);
	if (is_exact) {
		if (may_replace && value_at(leaf, at) != value)
			value_set(pager_modify(t->pager, path.leaf, PAGE_BTREE_LEAF, t->ts), at,
				value);
		return false;
	}
	leaf_insert(t, &path, at, key, value);
	total_add(t, 1);
	return true;
}

bool btree_add(const struct btree *t, struct str key, uint64_t value)
{
	return insert(t, key, value, false);
}

bool btree_put(const struct btree *t, struct str key, uint64_t value)
{
	return insert(t, key, value, true);
}

/* ---- removing -------------------------------------------------------------------------------- */

/* While the root has but one child and that is an inner page, it takes its place. */
static void pull_up(const struct btree *t)
{
	struct page *root = pager_modify(t->pager, t->root, PAGE_BTREE_INNER, t->ts);

	while (root->count == 1 && level_of(root) > 1) {
		uint64_t pid = value_at(root, 0), total = total_of(root);
		struct page *child = pager_modify(t->pager, pid, PAGE_BTREE_INNER, t->ts);

		page_start(root, t->root, level_of(child));
		total_set(root, total);
		cells_move(child, 0, root);
		pager_free(t->pager, pid);
	}
}

/* The leaf at the path's end is empty: it goes, and every inner page that this empties. The tree's
   only leaf stays. */
static void leaf_drop(const struct btree *t, struct path *path)
{
	uint64_t pid = path->leaf;

	if (path->depth == 1 && pager_require(t->pager, t->root, PAGE_BTREE_INNER)->count == 1)
		return;
	while (path->depth > 0) {
		struct path_step *step = &path->step[path->depth - 1];
		struct page *p = pager_modify(t->pager, step->pid, PAGE_BTREE_INNER, t->ts);

		pager_free(t->pager, pid);
		cell_remove(p, step->index);
		if (p->count > 0) {
			if (step->index == 0)
				first_key_clear(p);
			break;
		}
		pid = step->pid;
		path->depth--;
	}
	assert(path->depth > 0); /* B3: a root that is not over leaves has two children */
	pull_up(t);
}

bool btree_delete(const struct btree *t, struct str key, uint64_t *value)
{
	struct path path;
	const struct page *leaf = find_leaf(NULL, t, &path, WAY_KEY, key);
	struct page *p;
	bool is_exact;
	uint32_t at;

	assert(leaf != NULL);
	at = lower_bound(leaf, key, &is_exact);
	if (!is_exact)
		return false;
	if (value != NULL)
		*value = value_at(leaf, at);
	p = pager_modify(t->pager, path.leaf, PAGE_BTREE_LEAF, t->ts);
	cell_remove(p, at);
	total_add(t, -1);
	if (p->count == 0)
		leaf_drop(t, &path);
	return true;
}

/* Recursion is bounded by the tree's height. */
static void subtree_free(const struct btree *t, uint64_t pid)
{
	const struct page *p = pager_require(t->pager, pid, PAGE_BTREE_INNER);
	uint32_t i;

	for (i = 0; i < p->count; i++) {
		if (level_of(p) == 1)
			pager_free(t->pager, value_at(p, i)); /* without reading it */
		else
			subtree_free(t, value_at(p, i));
	}
	pager_free(t->pager, pid);
}

void btree_destroy(const struct btree *t)
{
	subtree_free(t, t->root);
}

/* ---- touching -------------------------------------------------------------------------------- */

/* Recursion is bounded by the tree's height. */
static bool subtree_touch(
	struct page_view *v, const struct btree *t, uint64_t pid, bool with_leaves)
{
	const struct page *p = page_read(t, v, pid, PAGE_BTREE_INNER);
	bool is_whole = p != NULL;

	for (uint32_t i = 0; p != NULL && i < p->count; i++) {
		if (level_of(p) > 1)
			is_whole &= subtree_touch(v, t, value_at(p, i), with_leaves);
		else if (with_leaves)
			is_whole &= page_read(t, v, value_at(p, i), PAGE_BTREE_LEAF) != NULL;
	}
	return is_whole;
}

bool btree_touch_all(struct page_view *v, const struct btree *t, bool with_leaves)
{
	return subtree_touch(v, t, t->root, with_leaves);
}

bool btree_touch(struct page_view *v, const struct btree *t, struct str key)
{
	struct path path;
	bool is_whole = true;

	if (find_leaf(v, t, &path, WAY_KEY, key) == NULL)
		return false;
	/* an only child takes its parent's place when its siblings go */
	for (uint32_t i = 0; i < path.depth; i++) {
		const struct page *p = page_read(t, v, path.step[i].pid, PAGE_BTREE_INNER);

		if (p == NULL)
			return false;
		for (uint32_t k = 0; p->count <= FEW_CHILDREN && k < p->count; k++)
			is_whole &= page_read(t, v, value_at(p, k), child_type(p)) != NULL;
	}
	return is_whole;
}

/* ---- checking -------------------------------------------------------------------------------- */

struct check {
	const struct btree *tree;
	btree_report *report;
	void (*visit)(void *context, uint64_t pid);
	void *context;
	uint64_t findings, keys;
	bool has_last;	/* last[] is the greatest key or separator so far … */
	bool may_equal; /* … and as a separator the next key may equal it */
	uint32_t last_size;
	uint8_t last[BTREE_KEY_SIZE_MAX];
};

static void finding(struct check *c, uint64_t pid, const char *what)
{
	char line[160];

	snprintf(line, sizeof(line), "index tree %llu page %llu: %s",
		(unsigned long long)c->tree->root, (unsigned long long)pid, what);
	c->report(c->context, line);
	c->findings++;
}

/* B1 without following keys: that it is safe to. */
static bool page_is_sane(struct check *c, const struct page *p, uint64_t pid)
{
	uint32_t used = 0, i;

	if (p->low != SLOTS_AT + 2u * p->count || p->high < p->low) {
		finding(c, pid, "slots are out of bounds");
		return false;
	}
	for (i = 0; i < p->count; i++) {
		uint32_t at = slot_at(p, i), size;

		if (at < p->high || at + CELL_HEADER > PAGE_BYTES) {
			finding(c, pid, "a slot points outside the cells");
			return false;
		}
		size = key_at(p, i).length;
		if (size > BTREE_KEY_SIZE_MAX || at + CELL_HEADER + size > PAGE_BYTES) {
			finding(c, pid, "a key reaches over the page's end");
			return false;
		}
		used += CELL_HEADER + size;
	}
	if (used + p->garbage != (uint32_t)PAGE_BYTES - p->high)
		finding(c, pid, "cells and garbage do not add up");
	if (tree_of(p) != c->tree->root)
		finding(c, pid, "page belongs to another tree");
	return true;
}

/* That `key` comes behind everything so far; remembers it. */
static void order_check(struct check *c, uint64_t pid, struct str key, bool is_separator)
{
	int order = str_compare((struct str){ (const char *)c->last, c->last_size }, key);

	if (c->has_last && (order > 0 || (order == 0 && !c->may_equal)))
		finding(c, pid, "keys are out of order");
	if (key.length != 0)
		memcpy(c->last, key.at, key.length);
	c->last_size = key.length;
	c->has_last = true;
	c->may_equal = is_separator;
}

/* Recursion is bounded by the level, which must fall. */
static void subtree_check(struct check *c, uint64_t pid, uint32_t level)
{
	enum page_type type = level == 0 ? PAGE_BTREE_LEAF : PAGE_BTREE_INNER;
	const struct page *p = pager_require(c->tree->pager, pid, type);
	bool is_root = pid == c->tree->root;
	uint32_t i;

	if (c->visit != NULL)
		c->visit(c->context, pid);
	if (level_of(p) != level) {
		finding(c, pid, "level is wrong");
		return;
	}
	if (!page_is_sane(c, p, pid))
		return;
	if (p->count == 0 && level > 0)
		finding(c, pid, "no children");
	if (is_root && p->count == 1 && level > 1)
		finding(c, pid, "too few children");
	for (i = 0; i < p->count; i++) {
		uint64_t keys = c->keys;

		if (level == 0 || i > 0)
			order_check(c, pid, key_at(p, i), level > 0);
		else if (key_at(p, i).length != 0)
			finding(c, pid, "first separator is not empty");
		if (level == 0)
			c->keys++;
		else
			subtree_check(c, value_at(p, i), level - 1);
		if (c->keys == keys && !(is_root && p->count == 1))
			finding(c, pid, "a child is empty");
	}
}

uint64_t btree_check(const struct btree *t, btree_report *report,
	void (*visit)(void *context, uint64_t pid), void *context)
{
	struct check c = { .tree = t, .report = report, .visit = visit, .context = context };
	const struct page *root = pager_require(t->pager, t->root, PAGE_BTREE_INNER);

	if (level_of(root) == 0 || level_of(root) > DEPTH_MAX)
		finding(&c, t->root, "level is wrong");
	else
		subtree_check(&c, t->root, level_of(root));
	if (c.findings == 0 && c.keys != total_of(root))
		finding(&c, t->root, "count is wrong");
	return c.findings;
}
