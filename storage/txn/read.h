/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The one place where private changes, history and pages become one: what a transaction sees of an
 * element. Every read path comes through here.
 */
#ifndef STORAGE_READ_H
#define STORAGE_READ_H

#include "storage/graph/property.h"
#include "storage/graph/record.h"
#include "storage/txn/engine.h"

/* An element as a transaction sees it. If `in_page`, its properties are those of property_ref;
   otherwise of the map. Pointers live as long as the engine lock is held. */
struct element_state {
	uint32_t label; /* labelset or edge label; LABELSET_ABSENT, NAME_NONE: not there */
	bool in_page;
	uint64_t source, target; /* of an edge */
	uint64_t property_ref;
	const uint8_t *map;
	uint32_t map_size;
};

static inline bool element_exists(enum element element, uint32_t label)
{
	return element == ELEMENT_NODE ? label != LABELSET_ABSENT : label != NAME_NONE;
}

/* What the newest committed pages say. False on a miss. */
static inline bool read_page(struct storage *s, struct page_view *v, enum element element,
	uint64_t id, struct element_state *out)
{
	out->in_page = true;
	out->map = NULL;
	out->map_size = 0;
	if (element == ELEMENT_NODE) {
		const struct node_head *head = record_node(v, &s->graph, id);

		if (UNLIKELY(head == NULL))
			return false;
		out->label = record_node_exists(head) ? head->labelset : LABELSET_ABSENT;
		out->property_ref = head->property_ref;
	} else {
		const struct edge_record *record = record_edge(v, &s->graph, id);

		if (UNLIKELY(record == NULL))
			return false;
		out->label = record_edge_exists(record) ? record->label : NAME_NONE;
		out->source = record_edge_source(record);
		out->target = record->target;
		out->property_ref = record->property_ref;
	}
	return true;
}

/* What the transaction's snapshot saw, its own changes left out. False on a miss. */
static inline bool read_snapshot(struct txn *t, struct page_view *v, enum element element,
	uint64_t id, struct element_state *out)
{
	struct storage *s = t->storage;
	const struct history_entry *old;

	if (UNLIKELY(history_may_differ(&s->history, element, id, t->snapshot))) {
		old = history_at(&s->history, element, id, t->snapshot);
		if (old != NULL) {
			out->in_page = false;
			out->label = old->label;
			out->source = old->source;
			out->target = old->target;
			out->property_ref = 0;
			out->map = old->map;
			out->map_size = old->map_size;
			return true;
		}
	}
	return read_page(s, v, element, id, out);
}

static inline void read_overlay(const struct overlay_record *r, struct element_state *out)
{
	out->in_page = false;
	out->label = r->label;
	out->source = r->source;
	out->target = r->target;
	out->property_ref = 0;
	out->map = r->map;
	out->map_size = r->map_size;
}

/* What the transaction sees. False on a miss. */
static inline bool read_element(struct txn *t, struct page_view *v, enum element element,
	uint64_t id, struct element_state *out)
{
	const struct overlay_record *own = overlay_find(&t->overlay, element, id);

	if (own == NULL)
		return read_snapshot(t, v, element, id, out);
	read_overlay(own, out);
	return true;
}

/* The same for an attempt after one that missed a page: asks the node cache before the pages. */
static inline bool read_element_cached(struct txn *t, struct page_view *v, enum element element,
	uint64_t id, struct element_state *out)
{
	struct storage *s = t->storage;
	const struct cache_entry *entry;

	if (element == ELEMENT_NODE && cache_is_on(&s->node_cache) &&
		overlay_find(&t->overlay, element, id) == NULL &&
		!history_may_differ(&s->history, element, id, t->snapshot)) {
		entry = cache_find(&s->node_cache, id);
		if (entry != NULL) {
			out->in_page = false;
			out->label = entry->label;
			out->property_ref = 0;
			out->map = (const uint8_t *)entry->data;
			out->map_size = entry->count;
			return true;
		}
	}
	return read_element(t, v, element, id, out);
}

/* read.c: a node that was just read out of its pages, in this section, goes into the node cache. */
void read_fill_cache(struct txn *t, uint64_t id);

/* Appends the element's whole map to `to`. False on a miss, and then nothing was appended. */
static inline bool read_map(
	struct txn *t, struct page_view *v, const struct element_state *state, struct buf *to)
{
	if (state->in_page)
		return property_read(v, &t->storage->graph, state->property_ref, to);
	buf_put(to, state->map, state->map_size);
	return true;
}

/* read.c: notes what a serializable transaction reads. */
void read_note_label(struct txn *t, enum element element, uint32_t label);
void read_note_all(struct txn *t, enum element element);
void read_note_state(struct txn *t, enum element element, uint32_t label);

static inline bool read_is_noted(const struct txn *t)
{
	return UNLIKELY(t->options.isolation == ISOLATION_SERIALIZABLE);
}

/* The whole state of one element with a copy of its map in `map` (emptied first): what a write
   starts from. Takes the engine lock itself. */
enum sqlstate read_whole(struct txn *t, enum element element, uint64_t id,
	struct element_state *out, struct buf *map, struct error *e) MUST_USE;

#endif
