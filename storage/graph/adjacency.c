/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Adjacency lists: which of its three forms a list has, and the change from one to the next.
 *
 *                     insert                 insert beyond 240
 *     NONE --> ONE ------------> SEG ---------------------------> TREE
 *          <--     <------------     <---------------------------
 *         list_put   remove to 1        remove below 120 (tree_remove)
 *
 * The form stands in the node's head as a ref. ONE has no bytes of its own: the edge's head says
 * the rest, which is why that must exist while its entries do.
 *
 * Reading a segment is the hot path of every traversal: two dependent loads (head, segment), then a
 * copy of columns. adjacency_prefetch() lets a batch of nodes wait for their loads together.
 */
#include "storage/graph/adjacency.h"

#include <string.h>

#include "storage/graph/adjacency_seg.h"
#include "storage/graph/adjacency_tree.h"
#include "storage/graph/record.h"
#include "storage/graph/space.h"

enum { CACHE_LINE = 64, SEGMENT_FIRST = 128 /* bytes of a short one, roughly */ };

static uint64_t list_ref(const struct node_head *h, enum direction d)
{
	return d == DIRECTION_OUT ? h->out_ref : h->in_ref;
}

/* What stands in an edge's head, as an entry of the list in direction d. */
static struct adjacency_entry entry_of(const struct edge_record *r, uint64_t edge, enum direction d)
{
	return (struct adjacency_entry){ r->label,
		d == DIRECTION_OUT ? r->target : record_edge_source(r), edge };
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Gives a list of two or more to a segment: in its old place if it fits there, or a new one. */
static uint64_t seg_write(
	struct graph *g, uint64_t ref, uint64_t node, enum direction d, const struct seg_list *l)
{
	struct seg_shape shape = seg_shape_of(l);
	struct space_place place = space_place_of(ref);
	uint32_t room;
	void *to = NULL;

	if (graph_ref_kind(ref) == GRAPH_REF_SEG)
		to = space_resize(g, SPACE_SEGMENTS, place, shape.size);
	if (to == NULL) {
		if (graph_ref_kind(ref) == GRAPH_REF_SEG)
			space_remove(g, SPACE_SEGMENTS, place);
		to = space_add(g, SPACE_SEGMENTS, shape.size, &place);
		ref = graph_ref(GRAPH_REF_SEG, place.slot, place.pid);
	}
	(void)space_modify(g, SPACE_SEGMENTS, place, &room);
	seg_pack(l, &shape, node, d, to, room);
	return ref;
}

/* Stores a short list, whatever it was before; returns its ref. */
static uint64_t list_put(
	struct graph *g, uint64_t ref, uint64_t node, enum direction d, const struct seg_list *l)
{
	if (l->count >= 2 && l->count <= ADJACENCY_SEG_MAX)
		return seg_write(g, ref, node, d, l);
	if (graph_ref_kind(ref) == GRAPH_REF_SEG)
		space_remove(g, SPACE_SEGMENTS, space_place_of(ref));
	if (l->count > ADJACENCY_SEG_MAX)
		return graph_ref(GRAPH_REF_TREE, 0, adjacency_tree_create(g, node, d, l));
	return l->count == 0 ? 0 : graph_ref(GRAPH_REF_ONE, 0, l->entries[0].edge);
}

/* Unpacks a list that is not a tree. */
static void list_get(struct graph *g, uint64_t ref, enum direction d, struct seg_list *l)
{
	uint64_t edge = graph_ref_pid(ref);
	uint32_t room;

	l->count = 0;
	if (graph_ref_kind(ref) == GRAPH_REF_SEG) {
		const struct seg *s =
			space_read(NULL, g, SPACE_SEGMENTS, space_place_of(ref), &room);

		assert(seg_is_sane(s, room));
		seg_unpack(s, l);
	} else if (graph_ref_kind(ref) == GRAPH_REF_ONE) {
		const struct edge_record *r = record_edge(NULL, g, edge);

		assert(record_edge_exists(r));
		l->entries[l->count++] = entry_of(r, edge, d);
	}
}

static void ref_set(struct graph *g, uint64_t node, enum direction d, uint64_t before, uint64_t ref)
{
	if (ref != before)
		record_node_set_list_ref(g, node, d, ref);
}

void adjacency_insert(
	struct graph *g, uint64_t node, enum direction d, const struct adjacency_entry *entry)
{
	const struct node_head *h = record_node(NULL, g, node);
	uint64_t ref = list_ref(h, d);
	struct seg_list list;
	uint32_t room, at;
	bool is_there;

	assert(record_node_exists(h));
	assert(entry->label != NAME_NONE);
	if (graph_ref_kind(ref) == GRAPH_REF_TREE) {
		if (!adjacency_tree_insert(g, graph_ref_pid(ref), entry))
			unreachable();
		return;
	}
	if (graph_ref_kind(ref) == GRAPH_REF_SEG) {
		struct seg *s = space_modify(g, SPACE_SEGMENTS, space_place_of(ref), &room);
		struct seg_spot spot = seg_find(s, entry);

		assert(seg_is_sane(s, room));
		assert(!spot.is_there);
		if (seg_has_room(s, entry, &spot)) {
			seg_insert(s, entry, &spot);
			return;
		}
	}
	list_get(g, ref, d, &list);
	at = seg_list_find(&list, entry, &is_there);
	assert(!is_there);
	seg_list_insert(&list, at, entry);
	ref_set(g, node, d, ref, list_put(g, ref, node, d, &list));
}

/* A tree that has become small: back to a segment. */
static uint64_t tree_demote(struct graph *g, uint64_t ref, uint64_t node, enum direction d)
{
	uint64_t neighbour[ADJACENCY_TREE_MIN], edge[ADJACENCY_TREE_MIN];
	uint32_t label[ADJACENCY_TREE_MIN], i;
	struct adjacency_columns columns = { neighbour, edge, label, ADJACENCY_TREE_MIN, 0 };
	struct adjacency_reader reader = { .node = node, .direction = d };
	struct seg_list list;

	if (!adjacency_tree_read(NULL, g, graph_ref_pid(ref), &reader, &columns))
		unreachable();
	assert(reader.is_done);
	for (i = 0; i < columns.count; i++)
		list.entries[i] = (struct adjacency_entry){ label[i], neighbour[i], edge[i] };
	list.count = columns.count;
	adjacency_tree_destroy(g, graph_ref_pid(ref));
	return list_put(g, 0, node, d, &list);
}

static bool tree_remove(struct graph *g, uint64_t ref, uint64_t node, enum direction d,
	const struct adjacency_entry *entry)
{
	uint64_t degree = 0;

	if (!adjacency_tree_remove(g, graph_ref_pid(ref), entry))
		return false;
	if (!adjacency_tree_degree(NULL, g, graph_ref_pid(ref), NAME_NONE, &degree))
		unreachable();
	if (degree < ADJACENCY_TREE_MIN)
		record_node_set_list_ref(g, node, d, tree_demote(g, ref, node, d));
	return true;
}

static bool seg_remove_entry(struct graph *g, uint64_t ref, uint64_t node, enum direction d,
	const struct adjacency_entry *entry)
{
	uint32_t room;
	struct seg *s = space_modify(g, SPACE_SEGMENTS, space_place_of(ref), &room);
	struct seg_spot spot = seg_find(s, entry);
	struct seg_list list;

	assert(seg_is_sane(s, room));
	if (!spot.is_there)
		return false;
	seg_remove(s, &spot);
	if (s->count > 1 && (s->capacity <= 8 || s->count * 3 > s->capacity))
		return true;
	seg_unpack(s, &list);
	ref_set(g, node, d, ref, list_put(g, ref, node, d, &list));
	return true;
}

bool adjacency_remove(
	struct graph *g, uint64_t node, enum direction d, const struct adjacency_entry *entry)
{
	uint64_t ref = list_ref(record_node(NULL, g, node), d);

	switch (graph_ref_kind(ref)) {
	case GRAPH_REF_ONE:
		if (graph_ref_pid(ref) != entry->edge)
			return false;
		record_node_set_list_ref(g, node, d, 0);
		return true;
	case GRAPH_REF_SEG:
		return seg_remove_entry(g, ref, node, d, entry);
	case GRAPH_REF_TREE:
		return tree_remove(g, ref, node, d, entry);
	default:
		assert(ref == 0);
		return false;
	}
}

/* ---- reading --------------------------------------------------------------------------------- */

/* A segment that was checked; NULL on a miss. */
static const struct seg *seg_read(struct page_view *v, const struct graph *g, uint64_t ref)
{
	uint32_t room;
	const struct seg *s = space_read(v, g, SPACE_SEGMENTS, space_place_of(ref), &room);

	if (LIKELY(s != NULL) && UNLIKELY(!seg_is_sane(s, room))) {
		graph_page_broken(v, graph_ref_pid(ref));
		return NULL;
	}
	return s;
}

bool adjacency_degree(struct page_view *v, const struct graph *g, uint64_t node, enum direction d,
	uint32_t label, uint64_t *degree)
{
	const struct node_head *h = record_node(v, g, node);
	const struct seg_run *run;
	const struct edge_record *r;
	const struct seg *s;
	uint64_t ref;

	*degree = 0;
	if (h == NULL)
		return false;
	ref = list_ref(h, d);
	switch (graph_ref_kind(ref)) {
	case GRAPH_REF_ONE:
		r = label == NAME_NONE ? NULL : record_edge(v, g, graph_ref_pid(ref));
		if (label != NAME_NONE && r == NULL)
			return false;
		*degree = label == NAME_NONE || r->label == label;
		return true;
	case GRAPH_REF_SEG:
		s = seg_read(v, g, ref);
		if (s == NULL)
			return false;
		run = label == NAME_NONE ? NULL : seg_run_find(s, label);
		*degree = label == NAME_NONE ? s->count : run == NULL ? 0 : run->count;
		return true;
	case GRAPH_REF_TREE:
		return adjacency_tree_degree(v, g, graph_ref_pid(ref), label, degree);
	default:
		return true;
	}
}

uint64_t adjacency_degree_now(struct graph *g, uint64_t node, enum direction d)
{
	uint64_t degree = 0;

	if (!adjacency_degree(NULL, g, node, d, NAME_NONE, &degree))
		unreachable();
	return degree;
}

static bool one_read(struct page_view *v, const struct graph *g, uint64_t edge,
	struct adjacency_reader *r, struct adjacency_columns *c)
{
	const struct edge_record *record = record_edge(v, g, edge);
	struct adjacency_entry entry;

	if (record == NULL)
		return false;
	entry = entry_of(record, edge, r->direction);
	r->is_done = true;
	if (!record_edge_exists(record)) {
		graph_page_broken(v, record_page(&g->edges, edge));
		return false;
	}
	if (!adjacency_reader_wants(r, entry.label) || adjacency_entry_order(&entry, &r->at) < 0)
		return true;
	if (c->count == c->capacity) {
		r->is_done = false;
		return true;
	}
	c->neighbour[c->count] = entry.neighbour;
	if (c->edge != NULL)
		c->edge[c->count] = entry.edge;
	if (c->label != NULL)
		c->label[c->count] = entry.label;
	c->count++;
	return true;
}

static void column_copy(
	uint64_t *to, const uint8_t *column, bool is_wide, uint32_t from, uint32_t count)
{
	uint32_t i;

	if (is_wide) {
		memcpy(to, column + 8 * (size_t)from, 8 * (size_t)count);
	} else {
		const uint32_t *narrow = (const uint32_t *)(const void *)column + from;

		for (i = 0; i < count; i++)
			to[i] = narrow[i];
	}
}

/* Appends [from, from + count) of a segment, entries of one label. */
static void entries_copy(struct adjacency_columns *c, const struct seg *s, uint32_t label,
	uint32_t from, uint32_t count)
{
	bool is_wide = seg_is_wide(s);
	uint32_t i;

	column_copy(c->neighbour + c->count, seg_neighbours(s), is_wide, from, count);
	if (c->edge != NULL)
		column_copy(c->edge + c->count, seg_edges(s), is_wide, from, count);
	if (c->label != NULL) {
		for (i = 0; i < count; i++)
			c->label[c->count + i] = label;
	}
	c->count += count;
}

static bool seg_is_whole(const struct seg *s, const struct seg_run *run)
{
	return (uint32_t)run->start + run->count <= s->count;
}

static bool seg_copy(struct page_view *v, const struct graph *g, uint64_t ref,
	struct adjacency_reader *r, struct adjacency_columns *c)
{
	const struct seg *s = seg_read(v, g, ref);
	uint32_t i;

	if (UNLIKELY(s == NULL))
		return false;
	for (i = 0; i < s->label_count; i++) {
		const struct seg_run *run = &s->runs[i];
		uint32_t from = run->start, end = from + run->count, count;

		if (UNLIKELY(!seg_is_whole(s, run))) {
			graph_page_broken(v, graph_ref_pid(ref));
			return false;
		}
		if (!adjacency_reader_wants(r, run->label))
			continue;
		if (run->label == r->at.label)
			from = seg_lower_bound(s, run, r->at.neighbour, r->at.edge);
		count = MIN_OF(end - from, c->capacity - c->count);
		entries_copy(c, s, run->label, from, count);
		if (from + count < end) {
			bool is_wide = seg_is_wide(s);

			from += count;
			adjacency_seek(r, run->label, seg_id(seg_neighbours(s), is_wide, from),
				seg_id(seg_edges(s), is_wide, from));
			return true;
		}
	}
	r->is_done = true;
	return true;
}

bool adjacency_read(struct page_view *v, const struct graph *g, struct adjacency_reader *r,
	struct adjacency_columns *columns)
{
	const struct node_head *h = record_node(v, g, r->node);
	uint64_t ref;

	if (UNLIKELY(h == NULL))
		return false;
	ref = list_ref(h, r->direction);
	switch (graph_ref_kind(ref)) {
	case GRAPH_REF_SEG:
		return seg_copy(v, g, ref, r, columns);
	case GRAPH_REF_ONE:
		return one_read(v, g, graph_ref_pid(ref), r, columns);
	case GRAPH_REF_TREE:
		return adjacency_tree_read(v, g, graph_ref_pid(ref), r, columns);
	default:
		r->is_done = true;
		return true;
	}
}

bool adjacency_find(struct page_view *v, const struct graph *g, const struct adjacency_pair *pair,
	uint64_t *edges, uint32_t max, uint32_t *count)
{
	enum { STEP = 16 };
	uint64_t neighbour[STEP], edge[STEP];
	struct adjacency_reader r = { .node = pair->node,
		.direction = pair->direction,
		.label_count = 1,
		.labels = &pair->label };
	uint32_t i;

	*count = 0;
	adjacency_seek(&r, pair->label, pair->neighbour, pair->from_edge);
	while (*count < max && !r.is_done) {
		struct adjacency_columns c = { neighbour, edge, NULL,
			MIN_OF((uint32_t)STEP, max - *count), 0 };

		if (!adjacency_read(v, g, &r, &c))
			return false;
		for (i = 0; i < c.count; i++) {
			if (neighbour[i] != pair->neighbour)
				return true;
			edges[(*count)++] = edge[i];
		}
	}
	return true;
}

/* The page that a list starts in, PAGE_NONE if it has none of its own. */
static uint64_t list_page(const struct graph *g, uint64_t ref, enum page_type *type)
{
	switch (graph_ref_kind(ref)) {
	case GRAPH_REF_ONE:
		*type = PAGE_EDGE_HEADS;
		return record_page(&g->edges, graph_ref_pid(ref));
	case GRAPH_REF_SEG:
		*type = PAGE_ADJACENCY_SEGMENTS;
		return graph_ref_pid(ref);
	case GRAPH_REF_TREE:
		*type = PAGE_ADJACENCY_ROOT;
		return graph_ref_pid(ref);
	default:
		return PAGE_NONE;
	}
}

/* Where in its page a list's bytes are, as far as that is known without reading them. */
static const uint8_t *list_address(const struct page *p, uint64_t ref)
{
	switch (graph_ref_kind(ref)) {
	case GRAPH_REF_ONE:
		return p->body + graph_ref_pid(ref) % RECORD_PER_PAGE * sizeof(struct edge_record);
	case GRAPH_REF_SEG:
		return space_slot_address(p, graph_ref_slot(ref));
	default:
		return p->body;
	}
}

bool adjacency_prefetch(struct page_view *v, const struct graph *g, const uint64_t *nodes,
	uint32_t count, enum direction d)
{
	enum { BATCH = 64 };
	const struct page *pages[BATCH];
	uint64_t refs[BATCH];
	bool is_whole = true;
	uint32_t from, i;

	for (from = 0; from < count; from += BATCH) {
		uint32_t n = MIN_OF((uint32_t)BATCH, count - from);

		record_prefetch(v, g, ELEMENT_NODE, nodes + from, n);
		for (i = 0; i < n; i++) {
			const struct node_head *h = record_node(v, g, nodes[from + i]);
			enum page_type type = PAGE_TYPE_NONE;
			uint64_t pid;

			refs[i] = h == NULL ? 0 : list_ref(h, d);
			pid = list_page(g, refs[i], &type);
			pages[i] = pid == PAGE_NONE ? NULL : graph_page(v, g, pid, type);
			is_whole &= h != NULL && (pid == PAGE_NONE || pages[i] != NULL);
			if (pages[i] != NULL)
				__builtin_prefetch(list_address(pages[i], refs[i]));
		}
		for (i = 0; i < n; i++) {
			const uint8_t *at;

			if (pages[i] == NULL || graph_ref_kind(refs[i]) != GRAPH_REF_SEG)
				continue;
			at = space_record_address(pages[i], graph_ref_slot(refs[i]));
			__builtin_prefetch(at);
			__builtin_prefetch(at + CACHE_LINE);
		}
	}
	return is_whole;
}

/* ---- touching -------------------------------------------------------------------------------- */

bool adjacency_touch(struct page_view *v, const struct graph *g, uint64_t node, enum direction d,
	const struct adjacency_entry *entry, struct adjacency_touched *touched)
{
	const struct node_head *h = record_node(v, g, node);
	uint32_t size;
	uint64_t ref;

	touched->room = SEGMENT_FIRST;
	if (h == NULL)
		return false;
	ref = list_ref(h, d);
	switch (graph_ref_kind(ref)) {
	case GRAPH_REF_ONE:
		return record_touch(v, g, ELEMENT_EDGE, graph_ref_pid(ref));
	case GRAPH_REF_SEG:
		if (space_read(v, g, SPACE_SEGMENTS, space_place_of(ref), &size) == NULL)
			return false;
		touched->room = 2 * size;
		return space_touch(v, g, SPACE_SEGMENTS, space_place_of(ref));
	case GRAPH_REF_TREE:
		return adjacency_tree_touch(v, g, graph_ref_pid(ref), entry, touched->is_removal);
	default:
		return true;
	}
}

/* ---- checking -------------------------------------------------------------------------------- */

static void seg_check(struct graph_check *c, uint64_t ref, uint64_t node, enum direction d)
{
	unsigned long long n = node;
	struct page_view v;
	struct seg_list l;
	const struct seg *s;
	uint32_t r, i, next = 0;

	page_view_init(&v);
	if (!pager_exists(c->graph->pager, graph_ref_pid(ref))) {
		graph_finding(c, "node %llu: segment in a page that is free", n);
		return;
	}
	(void)pager_require(c->graph->pager, graph_ref_pid(ref), PAGE_ADJACENCY_SEGMENTS);
	s = seg_read(&v, c->graph, ref);
	if (s == NULL || s->count > ADJACENCY_SEG_MAX) {
		graph_finding(c, "node %llu: no segment where one should be", n);
		return;
	}
	if (s->owner >> 8 != node || (s->owner & 0xF) != (uint64_t)d)
		graph_finding(c, "node %llu: segment belongs to another list", n);
	for (r = 0; r < s->label_count; r++) {
		if (s->runs[r].start != next || s->runs[r].count == 0) {
			graph_finding(c, "node %llu: runs of a segment are broken", n);
			return;
		}
		next += s->runs[r].count;
	}
	if (next != s->count || s->count < 2) {
		graph_finding(c, "node %llu: segment miscounts", n);
		return;
	}
	seg_unpack(s, &l);
	for (i = 1; i < l.count; i++) {
		if (adjacency_entry_order(&l.entries[i - 1], &l.entries[i]) >= 0)
			graph_finding(c, "node %llu: segment is out of order", n);
	}
}

static void entry_check(
	struct graph_check *c, uint64_t node, enum direction d, const struct adjacency_entry *entry)
{
	struct edge_record r;
	struct adjacency_entry told;
	uint64_t from;

	if (!record_edge_get(c->graph, entry->edge, &r)) {
		graph_finding(c, "node %llu: its list has edge %llu, which does not exist",
			(unsigned long long)node, (unsigned long long)entry->edge);
		return;
	}
	told = entry_of(&r, entry->edge, d);
	from = d == DIRECTION_OUT ? record_edge_source(&r) : r.target;
	if (adjacency_entry_order(&told, entry) != 0 || from != node)
		graph_finding(c, "node %llu: its list and edge %llu disagree",
			(unsigned long long)node, (unsigned long long)entry->edge);
}

/* Every entry against its edge, through the reader. */
static void entries_check(struct graph_check *c, uint64_t node, enum direction d)
{
	enum { STEP = 128 };
	uint64_t neighbour[STEP], edge[STEP], total = 0;
	uint32_t label[STEP], i;
	struct adjacency_reader r = { .node = node, .direction = d };

	while (!r.is_done) {
		struct adjacency_columns columns = { neighbour, edge, label, STEP, 0 };

		if (!adjacency_read(NULL, c->graph, &r, &columns))
			unreachable();
		for (i = 0; i < columns.count; i++) {
			struct adjacency_entry entry = { label[i], neighbour[i], edge[i] };

			entry_check(c, node, d, &entry);
		}
		total += columns.count;
	}
	if (total != adjacency_degree_now(c->graph, node, d))
		graph_finding(c, "node %llu: degree is wrong", (unsigned long long)node);
}

static void list_check(struct graph_check *c, uint64_t node, enum direction d)
{
	uint64_t ref = list_ref(record_node(NULL, c->graph, node), d);
	uint64_t findings = c->findings;

	if (graph_ref_kind(ref) == GRAPH_REF_SEG)
		seg_check(c, ref, node, d);
	else if (graph_ref_kind(ref) == GRAPH_REF_TREE)
		(void)adjacency_tree_check(c, graph_ref_pid(ref), node, d);
	else if (ref != 0 && !record_edge_exists(record_edge(NULL, c->graph, graph_ref_pid(ref))))
		graph_finding(
			c, "node %llu: its only edge does not exist", (unsigned long long)node);
	if (c->findings == findings)
		entries_check(c, node, d);
}

void adjacency_check(struct graph_check *c, uint64_t node)
{
	list_check(c, node, DIRECTION_OUT);
	list_check(c, node, DIRECTION_IN);
}
