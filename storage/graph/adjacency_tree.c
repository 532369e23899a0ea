/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Adjacency of hubs. A list of n edges costs about n / 700 pages when they came in any order, n /
 * 1020 when they came in ascending order; ten million are three levels.
 *
 *     directory (ADJR), a chain of pages sorted by label       inner (ADJI) and leaf (ADJL)
 *     32 u64 node << 8 | direction                              32 u64 node << 8 | direction
 *     40 u64 next, 0: none                                      40 u32 label  44 u32 count
 *     48 u64 total, in the first page                           48 zero
 *     56 u32 count                                              64 u64 neighbour[680 | 1020]
 *     64 count x { u32 label, u32 height, u64 root, u64 count } then u64 edge[680 | 1020]
 *                                                               inner: then u64 child[680]
 *
 * Invariants
 * T1 Under a label of height 0 the root is a leaf; otherwise inner pages of that many levels stand
 *    above the leaves. No leaf is empty, and no label has none.
 * T2 Key i of an inner page is not above any entry under child i and above every entry under child
 *    i - 1; key 0 means nothing.
 * T3 `count` of a label is the number of its entries, `total` the sum over labels.
 * T4 What is not in use is zero.
 */
#include "storage/graph/adjacency_tree.h"

#include <string.h>

enum {
	LABELS_PER_PAGE = 680,
	INNER_MAX = 680,
	LEAF_MAX = 1020,
	LEAF_FEW = LEAF_MAX / 4,	    /* fewer entries ask to be merged … */
	LEAF_MERGED_MAX = LEAF_MAX * 3 / 4, /* … into no more than this */
	HEIGHT_MAX = 8,
	FEW_CHILDREN = 4,
};

struct tree_label {
	uint32_t label;
	uint32_t height;
	uint64_t root;
	uint64_t count;
};

struct tree_root {
	uint64_t owner;
	uint64_t next;
	uint64_t total;
	uint32_t count;
	uint32_t zero;
	struct tree_label labels[LABELS_PER_PAGE];
};

struct tree_inner {
	uint64_t owner;
	uint32_t label;
	uint32_t count;
	uint64_t zero[2];
	uint64_t neighbour[INNER_MAX];
	uint64_t edge[INNER_MAX];
	uint64_t child[INNER_MAX];
};

struct tree_leaf {
	uint64_t owner;
	uint32_t label;
	uint32_t count;
	uint64_t zero[2];
	uint64_t neighbour[LEAF_MAX];
	uint64_t edge[LEAF_MAX];
};
static_assert(sizeof(struct tree_root) == PAGE_BODY_BYTES, "adjacency directory");
static_assert(sizeof(struct tree_inner) == PAGE_BODY_BYTES, "adjacency inner page");
static_assert(sizeof(struct tree_leaf) == PAGE_BODY_BYTES, "adjacency leaf");

/* A place in a tree: the inner pages from the root down, then the leaf. */
struct tree_path {
	struct {
		uint64_t pid;
		uint32_t index;
	} step[HEIGHT_MAX];
	uint32_t height;
	uint64_t leaf;
};

/* ---- pages ----------------------------------------------------------------------------------- */

static const struct tree_root *root_read(struct page_view *v, const struct graph *g, uint64_t pid)
{
	const struct page *p = graph_page(v, g, pid, PAGE_ADJACENCY_ROOT);
	const struct tree_root *root = p == NULL ? NULL : (const void *)p->body;

	if (root != NULL && root->count > LABELS_PER_PAGE) {
		graph_page_broken(v, pid);
		return NULL;
	}
	return root;
}

static const struct tree_inner *inner_read(struct page_view *v, const struct graph *g, uint64_t pid)
{
	const struct page *p = graph_page(v, g, pid, PAGE_ADJACENCY_INNER);
	const struct tree_inner *inner = p == NULL ? NULL : (const void *)p->body;

	if (inner != NULL && (inner->count > INNER_MAX || inner->count == 0)) {
		graph_page_broken(v, pid);
		return NULL;
	}
	return inner;
}

static const struct tree_leaf *leaf_read(struct page_view *v, const struct graph *g, uint64_t pid)
{
	const struct page *p = graph_page(v, g, pid, PAGE_ADJACENCY_LEAF);
	const struct tree_leaf *leaf = p == NULL ? NULL : (const void *)p->body;

	if (leaf != NULL && leaf->count > LEAF_MAX) {
		graph_page_broken(v, pid);
		return NULL;
	}
	return leaf;
}

static struct tree_root *root_modify(struct graph *g, uint64_t pid)
{
	return (void *)pager_modify(g->pager, pid, PAGE_ADJACENCY_ROOT, g->ts)->body;
}

static struct tree_inner *inner_modify(struct graph *g, uint64_t pid)
{
	return (void *)pager_modify(g->pager, pid, PAGE_ADJACENCY_INNER, g->ts)->body;
}

static struct tree_leaf *leaf_modify(struct graph *g, uint64_t pid)
{
	return (void *)pager_modify(g->pager, pid, PAGE_ADJACENCY_LEAF, g->ts)->body;
}

static struct tree_leaf *leaf_new(struct graph *g, uint64_t owner, uint32_t label, uint64_t *pid)
{
	struct tree_leaf *leaf;
	struct page *p;

	*pid = pager_allocate(g->pager, PAGE_ADJACENCY_LEAF, g->ts, &p);
	leaf = (void *)p->body;
	leaf->owner = owner;
	leaf->label = label;
	return leaf;
}

static struct tree_inner *inner_new(struct graph *g, uint64_t owner, uint32_t label, uint64_t *pid)
{
	struct tree_inner *inner;
	struct page *p;

	*pid = pager_allocate(g->pager, PAGE_ADJACENCY_INNER, g->ts, &p);
	inner = (void *)p->body;
	inner->owner = owner;
	inner->label = label;
	return inner;
}

/* The first of `count` places whose entry is not below (n, e). */
static uint32_t lower_bound(
	const uint64_t *neighbour, const uint64_t *edge, uint32_t count, uint64_t n, uint64_t e)
{
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (neighbour[middle] < n || (neighbour[middle] == n && edge[middle] < e))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The child under which (n, e) belongs. */
static uint32_t child_of(const struct tree_inner *p, uint64_t n, uint64_t e)
{
	uint32_t i = 1 + lower_bound(p->neighbour + 1, p->edge + 1, p->count - 1, n, e);

	return i < p->count && p->neighbour[i] == n && p->edge[i] == e ? i : i - 1;
}

static void column_open(uint64_t *column, uint32_t at, uint32_t count, uint64_t value)
{
	memmove(column + at + 1, column + at, sizeof(*column) * (count - at));
	column[at] = value;
}

static void column_close(uint64_t *column, uint32_t at, uint32_t count)
{
	memmove(column + at, column + at + 1, sizeof(*column) * (count - at - 1));
	column[count - 1] = 0;
}

/* Moves [from, count) of a column to another's place `to_at`. */
static void column_move(uint64_t *from_column, uint32_t from, uint32_t count, uint64_t *to)
{
	memcpy(to, from_column + from, sizeof(*to) * (count - from));
	memset(from_column + from, 0, sizeof(*to) * (count - from));
}

/* ---- the directory --------------------------------------------------------------------------- */

/* Where a label stands in the directory or would stand. */
struct dir_spot {
	uint64_t pid;
	uint32_t index;
	bool is_there;
};

static bool dir_find(struct page_view *v, const struct graph *g, uint64_t root, uint32_t label,
	struct dir_spot *spot)
{
	const struct tree_root *p = root_read(v, g, root);

	spot->pid = root;
	while (p != NULL && p->next != PAGE_NONE &&
		(p->count == 0 || p->labels[p->count - 1].label < label)) {
		spot->pid = p->next;
		p = root_read(v, g, p->next);
	}
	if (p == NULL)
		return false;
	for (spot->index = 0; spot->index < p->count; spot->index++) {
		if (p->labels[spot->index].label >= label)
			break;
	}
	spot->is_there = spot->index < p->count && p->labels[spot->index].label == label;
	return true;
}

static struct dir_spot dir_spot_of(struct graph *g, uint64_t root, uint32_t label)
{
	struct dir_spot spot;

	if (!dir_find(NULL, g, root, label, &spot))
		unreachable();
	return spot;
}

/* The label's entry, made with an empty leaf if it is new. */
static struct tree_label *dir_entry(struct graph *g, uint64_t root, uint32_t label)
{
	struct dir_spot spot = dir_spot_of(g, root, label);
	struct tree_root *p = root_modify(g, spot.pid);
	struct tree_label *entry;

	if (spot.is_there)
		return &p->labels[spot.index];
	if (p->count == LABELS_PER_PAGE) {
		uint32_t keep = LABELS_PER_PAGE / 2;
		struct page *page;
		uint64_t pid = pager_allocate(g->pager, PAGE_ADJACENCY_ROOT, g->ts, &page);
		struct tree_root *next = (void *)page->body;

		next->owner = p->owner;
		next->next = p->next;
		next->count = p->count - keep;
		memcpy(next->labels, p->labels + keep, sizeof(*entry) * next->count);
		memset(p->labels + keep, 0, sizeof(*entry) * next->count);
		p->next = pid;
		p->count = keep;
		if (spot.index > keep) {
			spot.index -= keep;
			p = next;
		}
	}
	entry = &p->labels[spot.index];
	memmove(entry + 1, entry, sizeof(*entry) * (p->count - spot.index));
	p->count++;
	*entry = (struct tree_label){ .label = label };
	(void)leaf_new(g, p->owner, label, &entry->root);
	return entry;
}

/* Takes a label out of the directory; its pages are gone already. */
static void dir_remove(struct graph *g, uint64_t root, uint32_t label)
{
	struct dir_spot spot = dir_spot_of(g, root, label);
	struct tree_root *p = root_modify(g, spot.pid), *before;

	assert(spot.is_there);
	memmove(&p->labels[spot.index], &p->labels[spot.index + 1],
		sizeof(p->labels[0]) * (p->count - spot.index - 1));
	p->count--;
	p->labels[p->count] = (struct tree_label){ 0 };
	if (p->count > 0 || spot.pid == root)
		return;
	before = root_modify(g, root);
	while (before->next != spot.pid)
		before = root_modify(g, before->next);
	before->next = p->next;
	pager_free(g->pager, spot.pid);
}

bool adjacency_tree_degree(
	struct page_view *v, const struct graph *g, uint64_t root, uint32_t label, uint64_t *degree)
{
	struct dir_spot spot;
	const struct tree_root *p = root_read(v, g, root);

	if (p == NULL)
		return false;
	*degree = p->total;
	if (label == NAME_NONE)
		return true;
	*degree = 0;
	if (!dir_find(v, g, root, label, &spot))
		return false;
	if (spot.is_there)
		*degree = root_read(v, g, spot.pid)->labels[spot.index].count;
	return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Where the entries of a leaf end and the next leaf's begin. */
struct tree_bound {
	bool is_set;
	uint64_t neighbour, edge;
};

static const struct tree_leaf *leaf_find(struct page_view *v, const struct graph *g,
	const struct tree_label *l, const struct adjacency_entry *at, struct tree_bound *bound)
{
	uint64_t pid = l->root;
	uint32_t level;

	bound->is_set = false;
	for (level = l->height; level > 0; level--) {
		const struct tree_inner *p = inner_read(v, g, pid);
		uint32_t i;

		if (p == NULL)
			return NULL;
		i = child_of(p, at->neighbour, at->edge);
		if (i + 1 < p->count)
			*bound = (struct tree_bound){ true, p->neighbour[i + 1], p->edge[i + 1] };
		pid = p->child[i];
	}
	return leaf_read(v, g, pid);
}

static void leaf_copy(
	struct adjacency_columns *c, const struct tree_leaf *leaf, uint32_t from, uint32_t count)
{
	uint32_t i;

	memcpy(c->neighbour + c->count, leaf->neighbour + from, 8 * (size_t)count);
	if (c->edge != NULL)
		memcpy(c->edge + c->count, leaf->edge + from, 8 * (size_t)count);
	if (c->label != NULL) {
		for (i = 0; i < count; i++)
			c->label[c->count + i] = leaf->label;
	}
	c->count += count;
}

/* Reads one label's entries from r->at on, which is in that label. False on a miss; otherwise
   either the columns are full or r->at is behind the label. */
static bool label_read(struct page_view *v, const struct graph *g, const struct tree_label *l,
	struct adjacency_reader *r, struct adjacency_columns *c)
{
	while (!r->is_done && r->at.label == l->label) {
		struct tree_bound bound = { 0 };
		const struct tree_leaf *leaf = leaf_find(v, g, l, &r->at, &bound);
		uint32_t from, count;

		if (leaf == NULL)
			return false;
		from = lower_bound(
			leaf->neighbour, leaf->edge, leaf->count, r->at.neighbour, r->at.edge);
		count = MIN_OF(leaf->count - from, c->capacity - c->count);
		leaf_copy(c, leaf, from, count);
		if (from + count < leaf->count) {
			adjacency_seek(r, l->label, leaf->neighbour[from + count],
				leaf->edge[from + count]);
			return true;
		}
		if (bound.is_set)
			adjacency_seek(r, l->label, bound.neighbour, bound.edge);
		else
			adjacency_reader_pass(r, l->label);
	}
	return true;
}

bool adjacency_tree_read(struct page_view *v, const struct graph *g, uint64_t root,
	struct adjacency_reader *r, struct adjacency_columns *columns)
{
	const struct tree_root *p = root_read(v, g, root);
	uint32_t i;

	while (p != NULL) {
		for (i = 0; i < p->count; i++) {
			const struct tree_label *l = &p->labels[i];

			if (r->is_done || !adjacency_reader_wants(r, l->label))
				continue;
			if (columns->count == columns->capacity)
				return true;
			if (l->label != r->at.label)
				adjacency_seek(r, l->label, 0, 0);
			if (!label_read(v, g, l, r, columns))
				return false;
			if (!r->is_done && r->at.label == l->label)
				return true;
		}
		if (p->next == PAGE_NONE) {
			r->is_done = true;
			return true;
		}
		p = root_read(v, g, p->next);
	}
	return false;
}

/* ---- inserting ------------------------------------------------------------------------------- */

static const struct tree_leaf *path_find(struct graph *g, const struct tree_label *l,
	const struct adjacency_entry *entry, struct tree_path *path)
{
	uint64_t pid = l->root;
	uint32_t i;

	assert(l->height <= HEIGHT_MAX);
	path->height = l->height;
	for (i = 0; i < l->height; i++) {
		const struct tree_inner *p = inner_read(NULL, g, pid);

		path->step[i].pid = pid;
		path->step[i].index = child_of(p, entry->neighbour, entry->edge);
		pid = p->child[path->step[i].index];
	}
	path->leaf = pid;
	return leaf_read(NULL, g, pid);
}

static void leaf_insert(struct tree_leaf *leaf, uint32_t at, const struct adjacency_entry *entry)
{
	column_open(leaf->neighbour, at, leaf->count, entry->neighbour);
	column_open(leaf->edge, at, leaf->count, entry->edge);
	leaf->count++;
}

/* Children to be hung up: page and the first entry under it. */
struct tree_lead {
	uint64_t neighbour, edge, child;
};

static void inner_insert(struct tree_inner *p, uint32_t at, const struct tree_lead *lead)
{
	column_open(p->neighbour, at, p->count, lead->neighbour);
	column_open(p->edge, at, p->count, lead->edge);
	column_open(p->child, at, p->count, lead->child);
	p->count++;
}

/* Splits a full inner page for a child at `at`; *lead becomes the new right page's. Appending
   leaves the left one full. */
static void inner_split(struct graph *g, struct tree_inner *p, uint32_t at, struct tree_lead *lead)
{
	uint32_t keep = at == p->count ? p->count : p->count / 2;
	uint64_t pid;
	struct tree_inner *right = inner_new(g, p->owner, p->label, &pid);

	right->count = p->count - keep;
	column_move(p->neighbour, keep, p->count, right->neighbour);
	column_move(p->edge, keep, p->count, right->edge);
	column_move(p->child, keep, p->count, right->child);
	p->count = keep;
	if (at >= keep && keep != 0)
		inner_insert(right, at - keep, lead);
	else
		inner_insert(p, at, lead);
	*lead = (struct tree_lead){ right->neighbour[0], right->edge[0], pid };
}

/* A new root above the old one and its new right neighbour. */
static void root_grow(
	struct graph *g, uint64_t owner, struct tree_label *l, const struct tree_lead *lead)
{
	struct tree_lead first = { 0, 0, l->root };
	uint64_t pid;
	struct tree_inner *top = inner_new(g, owner, l->label, &pid);

	inner_insert(top, 0, &first);
	inner_insert(top, 1, lead);
	l->root = pid;
	l->height++;
	assert(l->height <= HEIGHT_MAX);
}

static void parents_insert(struct graph *g, uint64_t owner, struct tree_label *l,
	struct tree_path *path, struct tree_lead lead)
{
	uint32_t i;

	for (i = path->height; i > 0; i--) {
		struct tree_inner *p = inner_modify(g, path->step[i - 1].pid);
		uint32_t at = path->step[i - 1].index + 1;

		if (p->count < INNER_MAX) {
			inner_insert(p, at, &lead);
			return;
		}
		inner_split(g, p, at, &lead);
	}
	root_grow(g, owner, l, &lead);
}

bool adjacency_tree_insert(struct graph *g, uint64_t root, const struct adjacency_entry *entry)
{
	struct tree_label *l = dir_entry(g, root, entry->label);
	struct tree_root *top = root_modify(g, root);
	struct tree_path path;
	const struct tree_leaf *found = path_find(g, l, entry, &path);
	uint32_t at = lower_bound(
		found->neighbour, found->edge, found->count, entry->neighbour, entry->edge);
	struct tree_leaf *leaf, *right;
	struct tree_lead lead;
	uint32_t keep;

	if (at < found->count && found->neighbour[at] == entry->neighbour &&
		found->edge[at] == entry->edge)
		return false;
	l->count++;
	top->total++;
	leaf = leaf_modify(g, path.leaf);
	if (leaf->count < LEAF_MAX) {
		leaf_insert(leaf, at, entry);
		return true;
	}
	keep = at == leaf->count ? leaf->count : leaf->count / 2;
	right = leaf_new(g, leaf->owner, leaf->label, &lead.child);
	right->count = leaf->count - keep;
	column_move(leaf->neighbour, keep, leaf->count, right->neighbour);
	column_move(leaf->edge, keep, leaf->count, right->edge);
	leaf->count = keep;
	if (at >= keep)
		leaf_insert(right, at - keep, entry);
	else
		leaf_insert(leaf, at, entry);
	lead.neighbour = right->neighbour[0];
	lead.edge = right->edge[0];
	parents_insert(g, leaf->owner, l, &path, lead);
	return true;
}

uint64_t adjacency_tree_create(
	struct graph *g, uint64_t node, enum direction d, const struct seg_list *l)
{
	struct page *p;
	uint64_t pid = pager_allocate(g->pager, PAGE_ADJACENCY_ROOT, g->ts, &p);
	struct tree_root *root = (void *)p->body;
	uint32_t i;

	root->owner = node << 8 | (uint64_t)d;
	for (i = 0; i < l->count; i++) {
		if (!adjacency_tree_insert(g, pid, &l->entries[i]))
			unreachable();
	}
	return pid;
}

/* ---- removing -------------------------------------------------------------------------------- */

static void inner_remove(struct tree_inner *p, uint32_t at)
{
	column_close(p->neighbour, at, p->count);
	column_close(p->edge, at, p->count);
	column_close(p->child, at, p->count);
	p->count--;
	p->neighbour[0] = 0; /* means nothing, and must not depend on history */
	p->edge[0] = 0;
}

/* Recursion is bounded by the height. */
static void subtree_free(struct graph *g, uint64_t pid, uint32_t height)
{
	if (height > 0) {
		const struct tree_inner *p = inner_read(NULL, g, pid);
		uint32_t i;

		for (i = 0; i < p->count; i++)
			subtree_free(g, p->child[i], height - 1);
	}
	pager_free(g->pager, pid);
}

void adjacency_tree_destroy(struct graph *g, uint64_t root)
{
	while (root != PAGE_NONE) {
		const struct tree_root *p = root_read(NULL, g, root);
		uint64_t next = p->next;
		uint32_t i;

		for (i = 0; i < p->count; i++)
			subtree_free(g, p->labels[i].root, p->labels[i].height);
		pager_free(g->pager, root);
		root = next;
	}
}

/* Takes child `index` of the lowest inner page out, and inner pages that this empties; then lowers
   the root while it has but one child. */
static void child_remove(
	struct graph *g, struct tree_label *l, struct tree_path *path, uint32_t index)
{
	uint32_t depth = path->height;

	for (;;) {
		struct tree_inner *p = inner_modify(g, path->step[depth - 1].pid);

		inner_remove(p, index);
		if (p->count > 0)
			break;
		assert(depth > 1); /* the label has entries left */
		pager_free(g->pager, path->step[depth - 1].pid);
		depth--;
		index = path->step[depth - 1].index;
	}
	while (l->height > 0) {
		const struct tree_inner *top = inner_read(NULL, g, l->root);
		uint64_t old = l->root;

		if (top->count > 1)
			return;
		l->root = top->child[0];
		l->height--;
		pager_free(g->pager, old);
	}
}

/* Appends the right leaf's entries to the left one's if they are few; true if so. */
static bool leaves_merge(struct graph *g, uint64_t left_pid, uint64_t right_pid)
{
	const struct tree_leaf *right = leaf_read(NULL, g, right_pid);
	struct tree_leaf *left;

	if (leaf_read(NULL, g, left_pid)->count + right->count > LEAF_MERGED_MAX)
		return false;
	left = leaf_modify(g, left_pid);
	memcpy(left->neighbour + left->count, right->neighbour, 8 * (size_t)right->count);
	memcpy(left->edge + left->count, right->edge, 8 * (size_t)right->count);
	left->count += right->count;
	pager_free(g->pager, right_pid);
	return true;
}

/* A leaf has become small: it goes, or takes in its neighbour, or its neighbour takes it in. */
static void leaf_shrunk(
	struct graph *g, struct tree_label *l, struct tree_path *path, uint32_t count)
{
	const struct tree_inner *parent;
	uint32_t index;

	if (path->height == 0)
		return;
	parent = inner_read(NULL, g, path->step[path->height - 1].pid);
	index = path->step[path->height - 1].index;
	if (count == 0) {
		pager_free(g->pager, path->leaf);
		child_remove(g, l, path, index);
	} else if (index + 1 < parent->count &&
		   leaves_merge(g, path->leaf, parent->child[index + 1])) {
		child_remove(g, l, path, index + 1);
	} else if (index > 0 && leaves_merge(g, parent->child[index - 1], path->leaf)) {
		child_remove(g, l, path, index);
	}
}

bool adjacency_tree_remove(struct graph *g, uint64_t root, const struct adjacency_entry *entry)
{
	struct dir_spot spot = dir_spot_of(g, root, entry->label);
	const struct tree_leaf *found;
	struct tree_label *l;
	struct tree_leaf *leaf;
	struct tree_path path;
	uint32_t at;

	if (!spot.is_there)
		return false;
	l = &root_modify(g, spot.pid)->labels[spot.index];
	found = path_find(g, l, entry, &path);
	at = lower_bound(
		found->neighbour, found->edge, found->count, entry->neighbour, entry->edge);
	if (at == found->count || found->neighbour[at] != entry->neighbour ||
		found->edge[at] != entry->edge)
		return false;
	leaf = leaf_modify(g, path.leaf);
	column_close(leaf->neighbour, at, leaf->count);
	column_close(leaf->edge, at, leaf->count);
	leaf->count--;
	l->count--;
	root_modify(g, root)->total--;
	if (l->count == 0) {
		subtree_free(g, l->root, l->height);
		dir_remove(g, root, entry->label);
	} else if (leaf->count < LEAF_FEW) {
		leaf_shrunk(g, l, &path, leaf->count);
	}
	return true;
}

/* ---- touching -------------------------------------------------------------------------------- */

/* Inner page p, whose child `index` is on the way: its other children as far as merging leaves and
   taking out inner pages looks at them. */
static bool siblings_touch(struct page_view *v, const struct graph *g, const struct tree_inner *p,
	uint32_t index, bool are_leaves)
{
	uint32_t from = p->count <= FEW_CHILDREN || index == 0 ? 0 : index - 1;
	uint32_t end = p->count <= FEW_CHILDREN ? p->count : MIN_OF(index + 2, p->count);
	bool is_whole = true;

	for (uint32_t i = from; i < end; i++)
		is_whole &= are_leaves ? leaf_read(v, g, p->child[i]) != NULL
				       : inner_read(v, g, p->child[i]) != NULL;
	return is_whole;
}

static bool path_touch(struct page_view *v, const struct graph *g, const struct tree_label *l,
	const struct adjacency_entry *entry, bool is_removal)
{
	const struct tree_inner *parent = NULL;
	const struct tree_leaf *leaf;
	uint64_t pid = l->root;
	bool is_whole = true;
	uint32_t index = 0;

	for (uint32_t level = l->height; level > 0; level--) {
		parent = inner_read(v, g, pid);
		if (parent == NULL)
			return false;
		index = child_of(parent, entry->neighbour, entry->edge);
		pid = parent->child[index];
		if (is_removal && level > 1)
			is_whole &= siblings_touch(v, g, parent, index, false);
	}
	leaf = leaf_read(v, g, pid);
	if (leaf == NULL || !is_removal || parent == NULL || leaf->count >= 2 * LEAF_FEW)
		return leaf != NULL && is_whole;
	return siblings_touch(v, g, parent, index, true) && is_whole;
}

/* All of a tree that may soon be a segment, or be taken apart. */
static bool small_touch(struct page_view *v, const struct graph *g, uint64_t root, uint64_t node)
{
	enum { STEP = 256 };
	uint64_t neighbour[STEP];
	struct adjacency_reader r = { .node = node };

	while (!r.is_done) {
		struct adjacency_columns c = { neighbour, NULL, NULL, STEP, 0 };

		if (!adjacency_tree_read(v, g, root, &r, &c))
			return false;
	}
	return true;
}

bool adjacency_tree_touch(struct page_view *v, const struct graph *g, uint64_t root,
	const struct adjacency_entry *entry, bool is_removal)
{
	const struct tree_root *p = root_read(v, g, root);
	struct dir_spot spot;

	if (p == NULL || !dir_find(v, g, root, entry->label, &spot))
		return false;
	if (is_removal && p->total < 8 * ADJACENCY_TREE_MIN &&
		!small_touch(v, g, root, p->owner >> 8))
		return false;
	if (!spot.is_there)
		return true;
	p = root_read(v, g, spot.pid);
	return p != NULL && path_touch(v, g, &p->labels[spot.index], entry, is_removal);
}

/* ---- checking -------------------------------------------------------------------------------- */

struct tree_check {
	struct graph_check *check;
	uint64_t owner;
	uint32_t label;
	uint64_t entries;
	bool has_last;
	struct adjacency_entry last; /* the greatest so far */
	bool may_equal;		     /* it was a separator: the next may equal it */
};

static void finding(struct tree_check *t, const char *what)
{
	graph_finding(t->check, "node %llu: adjacency tree, label %u: %s",
		(unsigned long long)(t->owner >> 8), t->label, what);
}

static void order_check(struct tree_check *t, uint64_t neighbour, uint64_t edge, bool is_separator)
{
	struct adjacency_entry e = { t->label, neighbour, edge };
	int order = adjacency_entry_order(&t->last, &e);

	if (t->has_last && (order > 0 || (order == 0 && !t->may_equal)))
		finding(t, "out of order");
	t->last = e;
	t->has_last = true;
	t->may_equal = is_separator;
}

static const void *page_check(struct tree_check *t, uint64_t pid, enum page_type type)
{
	struct pager *pager = t->check->graph->pager;

	if (!pager_exists(pager, pid)) {
		finding(t, "a page is free");
		return NULL;
	}
	if (t->check->visit != NULL)
		t->check->visit(t->check->context, pid);
	return pager_require(pager, pid, type)->body;
}

/* Recursion is bounded by the height. */
static void subtree_check(struct tree_check *t, uint64_t pid, uint32_t height)
{
	const struct tree_inner *inner;
	const struct tree_leaf *leaf;
	uint32_t i;

	if (height == 0) {
		leaf = page_check(t, pid, PAGE_ADJACENCY_LEAF);
		if (leaf == NULL)
			return;
		if (leaf->owner != t->owner || leaf->label != t->label || leaf->count == 0 ||
			leaf->count > LEAF_MAX) {
			finding(t, "a leaf's header is wrong");
			return;
		}
		for (i = 0; i < leaf->count; i++)
			order_check(t, leaf->neighbour[i], leaf->edge[i], false);
		t->entries += leaf->count;
		return;
	}
	inner = page_check(t, pid, PAGE_ADJACENCY_INNER);
	if (inner == NULL)
		return;
	if (inner->owner != t->owner || inner->label != t->label || inner->count == 0 ||
		inner->count > INNER_MAX) {
		finding(t, "an inner page's header is wrong");
		return;
	}
	for (i = 0; i < inner->count; i++) {
		if (i > 0)
			order_check(t, inner->neighbour[i], inner->edge[i], true);
		subtree_check(t, inner->child[i], height - 1);
	}
}

bool adjacency_tree_check(struct graph_check *c, uint64_t root, uint64_t node, enum direction d)
{
	struct tree_check t = { .check = c, .owner = node << 8 | (uint64_t)d };
	uint64_t findings = c->findings, total = 0, claimed = 0, pid = root;
	uint32_t i;

	while (pid != PAGE_NONE && c->findings == findings) {
		const struct tree_root *p = page_check(&t, pid, PAGE_ADJACENCY_ROOT);

		if (p == NULL)
			return false;
		if (pid == root)
			claimed = p->total;
		if (p->owner != t.owner || p->count > LABELS_PER_PAGE) {
			finding(&t, "directory belongs to another list");
			return false;
		}
		for (i = 0; i < p->count; i++) {
			const struct tree_label *l = &p->labels[i];

			if (l->label <= t.label || l->height > HEIGHT_MAX) {
				finding(&t, "directory is out of order");
				return false;
			}
			t.label = l->label;
			t.entries = 0;
			t.has_last = false;
			subtree_check(&t, l->root, l->height);
			if (t.entries != l->count)
				finding(&t, "count is wrong");
			total += l->count;
		}
		pid = p->next;
	}
	if (c->findings == findings && total != claimed)
		finding(&t, "total is wrong");
	return c->findings == findings;
}
