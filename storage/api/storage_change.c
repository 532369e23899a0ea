/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What a transaction has changed since a mark, for those who check statements as a whole: read off
 * the overlay's list for undoing.
 */
#include "storage/graph/property_map.h"
#include "storage/txn/engine.h"
#include "storage/txn/read.h"

/* The first change to an element since the mark holds what was before. */
static void note_change(struct txn *t, const struct overlay_undo *u, struct storage_change *change)
{
	const struct overlay_record *now = overlay_find(&t->overlay, (enum element)u->kind, u->id);

	*change = (struct storage_change){ .element = (enum element)u->kind,
		.id = u->id,
		.is_there = now == NULL || overlay_record_exists(now),
		.before = u->before };
	change->was_there =
		u->before != NULL ? overlay_record_exists(u->before) : now == NULL || !now->is_new;
}

void storage_changes(
	struct txn *t, uint64_t mark, struct arena *a, struct storage_change **out, uint32_t *count)
{
	const struct overlay *o = &t->overlay;
	size_t first = (uint32_t)mark;
	struct map_u64 seen[2] = { { 0 } };

	*count = 0;
	*out = NULL;
	if (first >= o->undo.count)
		return;
	*out = arena_alloc_raw(a, sizeof **out * (o->undo.count - first));
	for (size_t i = first; i < o->undo.count; i++) {
		const struct overlay_undo *u = &o->undo.at[i];

		if (u->kind == OVERLAY_UNDO_CATALOG || map_u64_put(&seen[u->kind], u->id, 1))
			continue;
		note_change(t, u, &(*out)[(*count)++]);
	}
	map_u64_free(&seen[0]);
	map_u64_free(&seen[1]);
}

/* What the snapshot had: pages may have to be fetched. */
static enum sqlstate snapshot_whole(struct txn *t, const struct storage_change *change,
	uint32_t *label, struct buf *map, struct error *e)
{
	struct engine_slot *slot = storage_thread_of(t->storage)->slot;
	struct element_state state;
	struct page_view view;
	bool is_whole;

	page_view_init(&view);
	for (;;) {
		TRY(section_enter(t, slot, e));
		buf_reset(map);
		is_whole = read_snapshot(t, &view, change->element, change->id, &state) &&
			   (!element_exists(change->element, state.label) ||
				   read_map(t, &view, &state, map));
		section_leave(t, slot);
		if (is_whole)
			break;
		TRY(pager_page_in(t->storage->pager, &view, e));
	}
	*label = state.label;
	return OK;
}

enum sqlstate storage_change_before(struct txn *t, const struct storage_change *change,
	struct arena *a, uint32_t *label, struct property **out, uint32_t *count, struct error *e)
{
	const struct overlay_record *before = change->before;
	struct buf map = { 0 };
	enum sqlstate rc;

	*out = NULL;
	*count = 0;
	if (before != NULL) {
		*label = before->label;
		buf_put(&map, before->map, before->map_size);
		rc = OK;
	} else {
		rc = snapshot_whole(t, change, label, &map, e);
	}
	if (rc == OK && map.length > 0)
		rc = property_map_decode(map.data, (uint32_t)map.length, a, out, count, e);
	buf_free(&map);
	return rc;
}
