/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Reading one element whole, and noting what a serializable transaction has read. Notes are by
 * label: a change to an element counts as a change to each of its labels (and, if it has none, to
 * "no label"), so whoever read an element with a label conflicts with whoever changed it.
 */
#include "storage/txn/read.h"

void read_note_label(struct txn *t, enum element element, uint32_t label)
{
	struct read_set *r = &t->reads;

	for (size_t i = r->labels[element].count; i > 0; i--) {
		if (r->labels[element].at[i - 1] == label)
			return;
	}
	VEC_PUSH(&r->labels[element], label);
}

void read_note_all(struct txn *t, enum element element)
{
	t->reads.has_all[element] = true;
}

void read_note_state(struct txn *t, enum element element, uint32_t label)
{
	const uint32_t *labels;
	uint32_t count;

	if (!element_exists(element, label)) {
		read_note_all(t, element);
		return;
	}
	if (element == ELEMENT_EDGE) {
		read_note_label(t, element, label);
		return;
	}
	if (label == LABELSET_EMPTY || label > t->catalog->labelset_count) {
		read_note_all(t, element);
		return;
	}
	count = catalog_labelset_labels(t->catalog, label, &labels);
	for (uint32_t i = 0; i < count; i++)
		read_note_label(t, element, labels[i]);
}

void read_fill_cache(struct txn *t, uint64_t id)
{
	struct storage *s = t->storage;
	struct element_state state;
	struct page_view probe;

	if (cache_find(&s->node_cache, id) != NULL)
		return;
	page_view_init(&probe);
	buf_reset(&t->old_map);
	/* what the pages say, whatever this transaction sees */
	if (!read_page(s, &probe, ELEMENT_NODE, id, &state) ||
		!element_exists(ELEMENT_NODE, state.label) ||
		!property_read(&probe, &s->graph, state.property_ref, &t->old_map))
		return;
	cache_put_node(&s->node_cache, id, state.label, t->old_map.data,
		(uint32_t)t->old_map.length);
}

enum sqlstate read_whole(struct txn *t, enum element element, uint64_t id,
	struct element_state *out, struct buf *map, struct error *e)
{
	struct engine_slot *slot = storage_thread_of(t->storage)->slot;
	struct page_view view;

	page_view_init(&view);
	for (;;) {
		bool is_whole;

		buf_reset(map);
		TRY(section_enter(t, slot, e));
		is_whole = read_element(t, &view, element, id, out) &&
			   (!element_exists(element, out->label) || read_map(t, &view, out, map));
		section_leave(t, slot);
		if (is_whole)
			break;
		TRY(pager_page_in(t->storage->pager, &view, e));
	}
	out->in_page = false;
	out->map = map->data;
	out->map_size = (uint32_t)map->length;
	if (read_is_noted(t))
		read_note_state(t, element, out->label);
	return OK;
}
