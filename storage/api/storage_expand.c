/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Expanding: the edges of many nodes, source by source, resumable inside a hub.
 *
 *     for each source:  for OUT, then IN (as wanted):
 *         LIST  what the pages have, a range of the list at a time, less what the snapshot does not
 *         see
 *               and what this transaction deleted; with each range its ghosts
 *         OWN   what this transaction added
 *
 * A range is read in one shared section together with its ghosts, so an edge that leaves the list
 * while the cursor rests is met in exactly one of the two places. DIRECTION_ANY leaves self-loops
 * out of the second list. Sources are never read: an edge that is seen has ends that are seen.
 */
#include "storage/api/storage_scan.h"

#include <stdlib.h>
#include <string.h>

enum sqlstate storage_expand_again(
	struct cursor *c, const uint64_t *sources, uint32_t count, struct error *e)
{
	struct expand_state *x = &c->expand;

	(void)e;
	assert(c->kind == CURSOR_EXPAND);
	if (count > x->capacity) {
		x->sources = arena_alloc_raw(c->arena, count * sizeof x->sources[0]);
		x->capacity = count;
	}
	if (count > 0)
		memcpy(x->sources, sources, count * sizeof sources[0]);
	x->count = count;
	c->looked_up += count;
	x->at = 0;
	x->now = x->direction == DIRECTION_IN ? DIRECTION_IN : DIRECTION_OUT;
	x->step = EXPAND_START;
	x->is_cached = false;
	VEC_CLEAR(&x->spill);
	return OK;
}

static int compare_labels(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a;
	uint32_t right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

enum sqlstate storage_expand(struct txn *t, const uint64_t *sources, uint32_t count,
	const struct edge_filter *filter, struct arena *a, struct cursor **out, struct error *e)
{
	struct cursor *c = cursor_new(t, CURSOR_EXPAND, a);
	struct expand_state *x = &c->expand;
	const uint32_t *labels = filter->labels;
	uint32_t label_count = filter->label_count;
	uint32_t *sorted = ARENA_ARRAY(a, uint32_t, label_count + 1);

	if (label_count > 0) {
		memcpy(sorted, labels, label_count * sizeof labels[0]);
		qsort(sorted, label_count, sizeof sorted[0], compare_labels);
	}
	x->direction = filter->direction;
	x->labels = sorted;
	x->label_count = label_count;
	if (read_is_noted(t)) {
		for (uint32_t i = 0; i < label_count; i++)
			read_note_label(t, ELEMENT_EDGE, labels[i]);
		if (label_count == 0)
			read_note_all(t, ELEMENT_EDGE);
	}
	*out = c;
	return storage_expand_again(c, sources, count, e);
}

/* Of several labels at once it is not known which edge had which. */
void cursor_close_expand(struct cursor *c)
{
	struct expand_state *x = &c->expand;

	tally_add_two(c->tallies, STORAGE_TALLIED_EDGES,
		x->label_count == 1 ? x->labels[0] : (uint32_t)NAME_NONE, TALLY_LOOKUPS,
		c->looked_up, c->found);
	VEC_FREE(&c->expand.spill);
}

static bool label_is_wanted(const struct expand_state *x, uint32_t label)
{
	uint32_t low = 0;
	uint32_t high = x->label_count;

	if (high == 0)
		return true;
	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (x->labels[middle] < label)
			low = middle + 1;
		else
			high = middle;
	}
	return low < x->label_count && x->labels[low] == label;
}

/* The columns of one call: the caller's, or our own where the caller has none. */
struct out {
	struct hops *hops;
	uint64_t *edge;
	uint32_t *label;
};

static void out_put(struct expand_state *x, struct out *out, const struct adjacency_entry *entry)
{
	uint32_t at = out->hops->count++;

	assert(at < out->hops->capacity);
	out->hops->source_index[at] = x->at;
	out->hops->neighbour[at] = entry->neighbour;
	out->edge[at] = entry->edge;
	out->label[at] = entry->label;
}

/* Drops from rows [from, to) what does not belong; keeps the order. */
static void rows_filter(
	struct cursor *c, struct out *out, uint32_t from, uint32_t to, bool may_differ)
{
	struct expand_state *x = &c->expand;
	struct txn *t = c->txn;
	const struct history *h = &t->storage->history;
	bool has_deleted = t->overlay.deleted[ELEMENT_EDGE] > 0;
	bool skips_loops = x->direction == DIRECTION_ANY && x->now == DIRECTION_IN;
	uint64_t source = x->sources[x->at];
	uint32_t kept = from;

	for (uint32_t i = from; i < to; i++) {
		uint64_t edge = out->edge[i];

		if (skips_loops && out->hops->neighbour[i] == source)
			continue;
		if (may_differ && history_may_differ(h, ELEMENT_EDGE, edge, t->snapshot)) {
			const struct history_entry *old =
				history_at(h, ELEMENT_EDGE, edge, t->snapshot);

			if (old != NULL && old->label == NAME_NONE)
				continue;
		}
		if (has_deleted) {
			const struct overlay_record *own =
				overlay_find(&t->overlay, ELEMENT_EDGE, edge);

			if (own != NULL && !overlay_record_exists(own))
				continue;
		}
		out->hops->source_index[kept] = x->at;
		out->hops->neighbour[kept] = out->hops->neighbour[i];
		out->edge[kept] = edge;
		out->label[kept++] = out->label[i];
	}
	out->hops->count = kept;
}

static bool entry_is_below(const struct adjacency_entry *a, const struct adjacency_entry *b)
{
	if (a->label != b->label)
		return a->label < b->label;
	if (a->neighbour != b->neighbour)
		return a->neighbour < b->neighbour;
	return a->edge < b->edge;
}

/* An edge that left the list: if the snapshot still sees it, it comes now, or later if there is no
   room. */
static void ghost_put(struct cursor *c, struct out *out, const struct adjacency_entry *entry)
{
	struct expand_state *x = &c->expand;
	struct txn *t = c->txn;
	const struct overlay_record *own = overlay_find(&t->overlay, ELEMENT_EDGE, entry->edge);
	const struct history_entry *old =
		history_at(&t->storage->history, ELEMENT_EDGE, entry->edge, t->snapshot);

	if (old == NULL || old->label == NAME_NONE || !label_is_wanted(x, entry->label))
		return;
	if (own != NULL && !overlay_record_exists(own))
		return;
	if (x->direction == DIRECTION_ANY && x->now == DIRECTION_IN &&
		entry->neighbour == x->sources[x->at])
		return;
	if (out->hops->count < out->hops->capacity)
		out_put(x, out, entry);
	else
		VEC_PUSH(&x->spill, *entry);
}

/* The ghosts of the present list from `from` on and below where the reader now stands. */
static void ghosts_expand(struct cursor *c, struct out *out, const struct adjacency_entry *from)
{
	struct expand_state *x = &c->expand;
	struct ghost_adjacency ghost = { x->sources[x->at], x->now, from->label, from->neighbour,
		from->edge };
	uint8_t key[GHOST_ADJACENCY_SIZE];
	struct str prefix = { (const char *)key, 1 + 8 + 1 };
	const struct ghost *g;

	ghost_key_adjacency(key, &ghost);
	g = ghost_seek(
		&c->txn->storage->history.ghosts, (struct str){ (const char *)key, sizeof key });
	for (; g != NULL && ghost_has_prefix(g, prefix); g = ghost_next(g)) {
		struct adjacency_entry entry;

		ghost_adjacency_read(g, &ghost);
		entry = (struct adjacency_entry){ ghost.label, ghost.neighbour, ghost.edge };
		if (!x->reader.is_done && !entry_is_below(&entry, &x->reader.at))
			break;
		if (g->ts > c->txn->snapshot)
			ghost_put(c, out, &entry);
	}
}

/* A whole list out of its pages into the edge cache, if it is not too long. */
static void list_cache(struct cursor *c)
{
	struct storage *s = c->txn->storage;
	uint64_t node = c->expand.reader.node;
	enum direction direction = c->expand.reader.direction;
	struct adjacency_reader reader = { .node = node, .direction = direction };
	uint64_t neighbour[CACHE_EDGES_MOST], edge[CACHE_EDGES_MOST];
	uint32_t label[CACHE_EDGES_MOST];
	struct adjacency_columns columns = { neighbour, edge, label, CACHE_EDGES_MOST, 0 };
	struct page_view probe;

	page_view_init(&probe);
	if (cache_find(&s->edge_cache, cache_list_key(node, direction)) == NULL &&
		adjacency_read(&probe, &s->graph, &reader, &columns) && reader.is_done)
		cache_put_list(&s->edge_cache, node, direction, &columns);
}

/* Entries of the present list, as the newest pages have them: after a miss out of the edge cache. */
static bool pages_read(struct cursor *c, struct page_view *v, struct adjacency_columns *columns)
{
	struct expand_state *x = &c->expand;
	struct storage *s = c->txn->storage;
	const struct cache_entry *entry;
	bool is_start = x->reader.at.label == 0;

	if (LIKELY(!x->is_cached))
		return adjacency_read(v, &s->graph, &x->reader, columns);
	entry = cache_find(
		&s->edge_cache, cache_list_key(x->reader.node, x->reader.direction));
	if (entry != NULL) {
		cache_read_list(entry, &x->reader, columns);
		return true;
	}
	if (!adjacency_read(v, &s->graph, &x->reader, columns))
		return false;
	if (is_start && x->reader.is_done)
		list_cache(c);
	return true;
}

/* One range of a list of which everything is seen: only the columns that are asked for are read. */
static bool list_read_all(struct cursor *c, struct page_view *v, struct hops *hops)
{
	struct expand_state *x = &c->expand;
	uint32_t at = hops->count;
	struct adjacency_columns columns = { hops->neighbour + at,
		hops->edge == NULL ? NULL : hops->edge + at,
		hops->label == NULL ? NULL : hops->label + at, hops->capacity - at, 0 };
	bool is_whole = pages_read(c, v, &columns);

	for (uint32_t i = 0; i < columns.count; i++)
		hops->source_index[at + i] = x->at;
	hops->count += columns.count;
	return is_whole;
}

/* One range of the present list. False on a miss, after what was read before it. */
static bool list_read(struct cursor *c, struct page_view *v, struct out *out)
{
	struct expand_state *x = &c->expand;
	struct storage *s = c->txn->storage;
	struct hops *hops = out->hops;
	struct adjacency_entry from = x->reader.at;
	struct adjacency_columns columns = { hops->neighbour + hops->count, out->edge + hops->count,
		out->label + hops->count, hops->capacity - hops->count, 0 };
	bool may_differ = history_list_may_differ(&s->history, x->sources[x->at], c->txn->snapshot);
	bool is_whole;

	if (LIKELY(!may_differ && c->txn->overlay.deleted[ELEMENT_EDGE] == 0 &&
		    x->direction != DIRECTION_ANY))
		return list_read_all(c, v, hops);
	is_whole = pages_read(c, v, &columns);
	rows_filter(c, out, hops->count, hops->count + columns.count, may_differ);
	if (may_differ && s->history.ghosts.count > 0)
		ghosts_expand(c, out, &from);
	return is_whole;
}

static void own_read(struct cursor *c, struct out *out)
{
	struct expand_state *x = &c->expand;
	struct overlay *o = &c->txn->overlay;
	const struct overlay_hop *hop = overlay_hop_at(o, x->own_hop);

	while (hop != NULL && out->hops->count < out->hops->capacity) {
		const struct overlay_record *own = overlay_find(o, ELEMENT_EDGE, hop->edge);
		struct adjacency_entry entry = { hop->label, hop->neighbour, hop->edge };
		bool is_second_loop = x->direction == DIRECTION_ANY && x->now == DIRECTION_IN &&
				      hop->neighbour == x->sources[x->at];

		if (own != NULL && overlay_record_exists(own) && !is_second_loop &&
			label_is_wanted(x, hop->label))
			out_put(x, out, &entry);
		x->own_hop = hop->next;
		hop = overlay_hop_at(o, x->own_hop);
	}
}

static void list_start(struct cursor *c)
{
	struct expand_state *x = &c->expand;

	memset(&x->reader, 0, sizeof x->reader);
	x->reader.node = x->sources[x->at];
	x->reader.direction = x->now;
	x->reader.labels = x->labels;
	x->reader.label_count = x->label_count;
	x->step = EXPAND_LIST;
}

/* The list is done, and what this transaction added to it: on to the next one. */
static void list_end(struct expand_state *x)
{
	x->step = EXPAND_START;
	if (x->direction == DIRECTION_ANY && x->now == DIRECTION_OUT) {
		x->now = DIRECTION_IN;
		return;
	}
	x->now = x->direction == DIRECTION_IN ? DIRECTION_IN : DIRECTION_OUT;
	x->at++;
}

static void own_start(struct cursor *c)
{
	struct expand_state *x = &c->expand;
	struct overlay *o = &c->txn->overlay;
	const struct overlay_hop *hop = NULL;

	if (o->order[ELEMENT_EDGE].count > 0)
		hop = overlay_hops(o, x->sources[x->at], x->now);
	x->own_hop = hop == NULL ? 0 : (uint32_t)(hop - o->hops.at) + 1;
	x->step = EXPAND_OWN;
}

/* Goes on until the columns are full or the sources are done. False on a miss. In a shared section.
   */
static bool expand_attempt(struct cursor *c, struct page_view *v, struct out *out)
{
	struct expand_state *x = &c->expand;
	struct hops *hops = out->hops;

	while (x->at < x->count && hops->count < hops->capacity && x->spill.count == 0) {
		if (x->step == EXPAND_START)
			list_start(c);
		if (x->step == EXPAND_LIST) {
			if (!list_read(c, v, out))
				return false;
			if (!x->reader.is_done)
				return true;
			own_start(c);
			continue;
		}
		own_read(c, out);
		if (x->own_hop == 0)
			list_end(x);
		if (engine_lock_is_wanted(&c->txn->storage->lock))
			return true;
	}
	return true;
}

static void columns_prepare(struct cursor *c, struct hops *hops, struct out *out)
{
	struct expand_state *x = &c->expand;

	if ((hops->edge == NULL || hops->label == NULL) && x->scratch_capacity < hops->capacity) {
		x->edges = arena_alloc_raw(c->arena, hops->capacity * sizeof x->edges[0]);
		x->edge_labels =
			arena_alloc_raw(c->arena, hops->capacity * sizeof x->edge_labels[0]);
		x->scratch_capacity = hops->capacity;
	}
	out->hops = hops;
	out->edge = hops->edge != NULL ? hops->edge : x->edges;
	out->label = hops->label != NULL ? hops->label : x->edge_labels;
}

/* Edges that did not fit last time: all of the source and direction the cursor stands at. */
static void spill_drain(struct cursor *c, struct out *out)
{
	struct expand_state *x = &c->expand;

	while (x->spill.count > 0 && out->hops->count < out->hops->capacity)
		out_put(x, out, &VEC_POP(&x->spill));
}

enum sqlstate storage_expand_next(struct cursor *c, struct hops *hops, struct error *e)
{
	struct expand_state *x = &c->expand;
	struct txn *t = c->txn;
	struct engine_slot *slot = storage_thread_of(t->storage)->slot;
	bool is_prefetched = x->at > 0 || x->step != EXPAND_START || x->count == 1;
	struct page_view view;
	struct out out;

	assert(c->kind == CURSOR_EXPAND);
	assert(hops->capacity > 0);
	columns_prepare(c, hops, &out);
	hops->count = 0;
	spill_drain(c, &out);
	page_view_init(&view);
	while (x->at < x->count && hops->count < hops->capacity) {
		bool is_whole;

		TRY(section_enter(t, slot, e));
		/* once: with a small pool, what it brings in may be gone again */
		is_whole = is_prefetched || adjacency_prefetch(&view, &t->storage->graph,
						    x->sources, x->count, x->now);
		is_prefetched = true;
		if (is_whole)
			is_whole = expand_attempt(c, &view, &out);
		section_leave(t, slot);
		if (is_whole)
			continue;
		if (!x->is_cached && x->count <= CACHE_BATCH_MOST &&
			cache_is_on(&t->storage->edge_cache) && !view.corrupt) {
			x->is_cached = true; /* perhaps it needs no page */
			page_view_init(&view);
			continue;
		}
		TRY(pager_page_in(t->storage->pager, &view, e));
	}
	c->found += hops->count;
	return OK;
}
