/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Reading by id: batches of heads and of properties, one element whole, a degree, a key of an
 * index. Each call is one or more shared sections; a batch polls for a waiting writer every 64
 * records, and a row that was filled stays filled when the call has to leave the lock.
 */
#include "storage/storage.h"

#include "storage/graph/adjacency.h"
#include "storage/graph/property_index.h"
#include "storage/txn/read.h"

/* ---- misses ---- */

/* What a read of `count` elements does about pages it missed: first it looks into the cache, where
   it may need none of them, and then it waits for them. */
static enum sqlstate read_missed(struct txn *t, struct page_view *view, uint32_t count,
	bool *is_cached, struct error *e)
{
	bool was_cached = *is_cached;

	*is_cached = cache_is_on(&t->storage->node_cache) && count <= CACHE_BATCH_MOST;
	if (*is_cached && !was_cached && !view->corrupt) {
		page_view_init(view);
		return OK;
	}
	return pager_page_in(t->storage->pager, view, e);
}

static bool read_node(struct txn *t, struct page_view *v, uint64_t id, bool is_cached,
	struct element_state *out)
{
	return LIKELY(!is_cached) ? read_element(t, v, ELEMENT_NODE, id, out)
				  : read_element_cached(t, v, ELEMENT_NODE, id, out);
}

/* ---- heads ---- */

enum sqlstate storage_nodes_get(
	struct txn *t, const uint64_t *ids, uint32_t count, uint32_t *labelsets, struct error *e)
{
	struct engine_slot *slot = storage_thread_of(t->storage)->slot;
	struct element_state state;
	struct page_view view;
	bool is_cached = false;
	uint32_t i = 0;

	page_view_init(&view);
	while (i < count) {
		TRY(section_enter(t, slot, e));
		if (count - i > 1 && !is_cached)
			record_prefetch(&view, &t->storage->graph, ELEMENT_NODE, ids + i,
				MIN_OF(count - i, (uint32_t)READS_BEFORE_POLL));
		for (; i < count && read_node(t, &view, ids[i], is_cached, &state); i++) {
			labelsets[i] = state.label;
			if (read_is_noted(t))
				read_note_state(t, ELEMENT_NODE, state.label);
			TRY(section_poll(t, slot, i, e));
		}
		section_leave(t, slot);
		if (i < count)
			TRY(read_missed(t, &view, count, &is_cached, e));
	}
	return OK;
}

enum sqlstate storage_edges_get(struct txn *t, const uint64_t *ids, uint32_t count,
	struct edge_head *heads, struct error *e)
{
	struct engine_slot *slot = storage_thread_of(t->storage)->slot;
	struct element_state state;
	struct page_view view;
	uint32_t i = 0;

	page_view_init(&view);
	while (i < count) {
		TRY(section_enter(t, slot, e));
		for (; i < count && read_element(t, &view, ELEMENT_EDGE, ids[i], &state); i++) {
			heads[i] = (struct edge_head){ state.source, state.target, state.label };
			if (read_is_noted(t))
				read_note_state(t, ELEMENT_EDGE, state.label);
			TRY(section_poll(t, slot, i, e));
		}
		section_leave(t, slot);
		if (i < count)
			TRY(pager_page_in(t->storage->pager, &view, e));
	}
	return OK;
}

/* ---- properties ---- */

/* A row whose map is not in a page. */
struct memory_row {
	uint32_t row;
	uint32_t size;
	const uint8_t *map;
};

struct column_read {
	struct txn *txn;
	enum element element;
	const uint64_t *ids;
	uint32_t count;
	const uint32_t *keys;
	uint32_t key_count;
	struct value *const *columns;
	struct value **shifted; /* the columns from the first row not yet done */
	struct arena *arena;
	uint64_t refs[BATCH_MAX];
	struct memory_row memory[BATCH_MAX];
	uint32_t memory_count;
	bool is_cached; /* a page was missed: the node cache is asked, and filled */
};

/* Finds where the properties of rows `from` and on are; returns how many rows it found. */
static uint32_t rows_resolve(struct column_read *c, uint32_t from, struct page_view *v)
{
	struct element_state state;
	uint32_t i;

	c->memory_count = 0;
	for (i = from; i < c->count; i++) {
		if (!(c->is_cached ? read_element_cached(
					     c->txn, v, c->element, c->ids[i], &state)
				   : read_element(c->txn, v, c->element, c->ids[i], &state)))
			break;
		if (read_is_noted(c->txn))
			read_note_state(c->txn, c->element, state.label);
		c->refs[i] = 0;
		if (!element_exists(c->element, state.label))
			continue;
		if (state.in_page)
			c->refs[i] = state.property_ref;
		else
			c->memory[c->memory_count++] =
				(struct memory_row){ i, state.map_size, state.map };
	}
	return i - from;
}

static enum sqlstate memory_rows_fill(struct column_read *c, uint32_t below, struct error *e)
{
	for (uint32_t m = 0; m < c->memory_count && c->memory[m].row < below; m++) {
		const struct memory_row *row = &c->memory[m];

		for (uint32_t k = 0; row->size > 0 && k < c->key_count; k++)
			TRY(property_map_get(row->map, row->size, c->keys[k], c->arena,
				&c->columns[k][row->row], e));
	}
	return OK;
}

/* One attempt inside a shared section, from row *done on; moves it. */
static enum sqlstate columns_attempt(
	struct column_read *c, uint32_t *done, struct page_view *v, struct error *e)
{
	struct property_batch batch = { .refs = c->refs + *done,
		.keys = c->keys,
		.key_count = c->key_count,
		.columns = c->shifted,
		.arena = c->arena,
		.error = e };

	batch.count = rows_resolve(c, *done, v);
	for (uint32_t k = 0; k < c->key_count; k++)
		c->shifted[k] = c->columns[k] + *done;
	if (!property_columns(v, &c->txn->storage->graph, &batch) && batch.failed != OK)
		return batch.failed;
	for (uint32_t i = *done; c->is_cached && i < *done + batch.done; i++)
		read_fill_cache(c->txn, c->ids[i]);
	*done += batch.done;
	return memory_rows_fill(c, *done, e);
}

enum sqlstate storage_properties(struct txn *t, enum element element, const uint64_t *ids,
	uint32_t count, const uint32_t *keys, uint32_t key_count, struct value *const *columns,
	struct arena *a, struct error *e)
{
	struct engine_slot *slot = storage_thread_of(t->storage)->slot;
	struct column_read c;
	struct page_view view;
	uint32_t done = 0;
	enum sqlstate rc;

	assert(count <= BATCH_MAX);
	c.txn = t;
	c.element = element;
	c.ids = ids;
	c.count = count;
	c.keys = keys;
	c.key_count = key_count;
	c.columns = columns;
	c.arena = a;
	c.is_cached = false;
	arena_reset(t->scratch);
	c.shifted = ARENA_ARRAY(t->scratch, struct value *, key_count + 1);
	page_view_init(&view);
	while (done < count) {
		TRY(section_enter(t, slot, e));
		rc = columns_attempt(&c, &done, &view, e);
		section_leave(t, slot);
		TRY(rc);
		if (done < count && element == ELEMENT_NODE)
			TRY(read_missed(t, &view, count, &c.is_cached, e));
		else if (done < count)
			TRY(pager_page_in(t->storage->pager, &view, e));
	}
	return OK;
}

enum sqlstate storage_all_properties(struct txn *t, enum element element, uint64_t id,
	struct arena *a, struct property **out, uint32_t *count, struct error *e)
{
	struct element_state state;
	uint32_t kept = 0;

	*count = 0;
	*out = NULL;
	TRY(read_whole(t, element, id, &state, &t->key, e));
	if (!element_exists(element, state.label) || state.map_size == 0)
		return OK;
	TRY(property_map_decode(state.map, state.map_size, a, out, count, e));
	for (uint32_t i = 0, all = *count; i < all; i++) {
		if (!catalog_key_is_hidden(t->catalog, (*out)[i].key))
			(*out)[kept++] = (*out)[i];
	}
	*count = kept;
	return OK;
}

/* ---- degrees ---- */

/* Counts by walking the list: where history or private changes may have a word in it. */
static enum sqlstate degree_walk(struct txn *t, uint64_t node, const struct edge_filter *filter,
	uint64_t *degree, struct error *e)
{
	struct arena *a = arena_new(0);
	uint32_t sources[BATCH_MAX];
	uint64_t neighbours[BATCH_MAX];
	struct hops hops = {
		.capacity = BATCH_MAX, .source_index = sources, .neighbour = neighbours
	};
	struct cursor *cursor;
	enum sqlstate rc;

	*degree = 0;
	TRY_GOTO(out, storage_expand(t, &node, 1, filter, a, &cursor, e));
	do {
		TRY_GOTO(out, storage_expand_next(cursor, &hops, e));
		*degree += hops.count;
	} while (hops.count > 0);
	storage_cursor_close(cursor);
out:
	arena_free(a);
	return rc;
}

/* Reads the counts that the lists keep of themselves; false: a page is not there. */
static bool degree_read(struct page_view *view, const struct graph *graph, uint64_t node,
	const struct edge_filter *filter, uint64_t *degree)
{
	uint64_t part;

	if (filter->label_count == 0)
		return adjacency_degree(view, graph, node, filter->direction, NAME_NONE, degree);
	*degree = 0;
	for (uint32_t i = 0; i < filter->label_count; i++) {
		if (!adjacency_degree(
			    view, graph, node, filter->direction, filter->labels[i], &part))
			return false;
		*degree += part;
	}
	return true;
}

/* Whether no list may be asked for the number of its entries. */
static bool degrees_must_walk(const struct txn *t, const struct edge_filter *filter)
{
	return filter->direction == DIRECTION_ANY || !overlay_is_empty(&t->overlay) ||
	       read_is_noted(t);
}

/* What storage_degrees() has come to. */
struct degrees {
	const uint64_t *nodes;
	uint32_t count, done;
	uint64_t *degrees;
	bool is_prefetched; /* once: with a small pool, what it brings in may be gone again */
};

/* Goes on as far as the lists know. True: the next one is to be walked; false: all are done, or a page
   is not there. */
static bool degrees_attempt(struct txn *t, struct page_view *view, const struct edge_filter *filter,
	struct degrees *d)
{
	const struct storage *s = t->storage;
	bool is_whole = d->is_prefetched || adjacency_prefetch(view, &s->graph, d->nodes, d->count,
						    filter->direction);

	d->is_prefetched = true;
	if (!is_whole)
		return false;
	for (; d->done < d->count; d->done++) {
		uint64_t node = d->nodes[d->done];

		if (history_list_may_differ(&s->history, node, t->snapshot))
			return true;
		if (!degree_read(view, &s->graph, node, filter, &d->degrees[d->done]))
			return false;
	}
	return false;
}

enum sqlstate storage_degrees(struct txn *t, const uint64_t *nodes, uint32_t count,
	const struct edge_filter *filter, uint64_t *degrees, struct error *e)
{
	struct engine_slot *slot = storage_thread_of(t->storage)->slot;
	struct degrees d = { .nodes = nodes,
		.count = count,
		.degrees = degrees,
		.is_prefetched = count == 1 };
	const bool must_walk = degrees_must_walk(t, filter);
	struct page_view view;

	page_view_init(&view);
	while (d.done < count) {
		bool is_walked = must_walk;

		if (!must_walk) {
			TRY(section_enter(t, slot, e));
			is_walked = degrees_attempt(t, &view, filter, &d);
			section_leave(t, slot);
		}
		if (is_walked) {
			TRY(degree_walk(t, nodes[d.done], filter, &degrees[d.done], e));
			d.done++;
		} else if (d.done < count) {
			TRY(pager_page_in(t->storage->pager, &view, e));
		}
	}
	return OK;
}

enum sqlstate storage_degree(struct txn *t, uint64_t node, enum direction direction, uint32_t label,
	uint64_t *degree, struct error *e)
{
	const struct edge_filter filter = { direction, label == NAME_NONE ? 0 : 1, &label };

	return storage_degrees(t, &node, 1, &filter, degree, e);
}
