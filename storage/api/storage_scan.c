/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Scans of all elements and of those with a label.
 *
 * A step covers a range of ids in one shared section: the ids that the pages have in the range, and
 * the ghosts of the range, whose elements the snapshot may still see there. Every candidate is then
 * looked at as the snapshot has it. What this transaction had changed when the cursor was opened is
 * left out of the ranges and comes at the end, from the overlay.
 */
#include "storage/api/storage_scan.h"

#include <string.h>

struct cursor *cursor_new(struct txn *t, enum cursor_kind kind, struct arena *a)
{
	struct cursor *c = ARENA_NEW(a, struct cursor);

	c->kind = kind;
	c->txn = t;
	c->tallies = &t->storage->tallies;
	c->arena = a;
	return c;
}

void storage_cursor_close(struct cursor *c)
{
	if (c == NULL)
		return;
	if (c->kind == CURSOR_INDEX)
		cursor_close_index(c);
	else if (c->kind == CURSOR_EXPAND)
		cursor_close_expand(c);
	else
		tally_add_two(c->tallies, tallied_label(c->scan.element), c->scan.label,
			TALLY_SCANS, 1, c->found);
}

void pending_push(struct pending *p, struct arena *a, uint64_t id, uint32_t label)
{
	if (p->count == p->capacity) {
		uint32_t larger = p->capacity == 0 ? 64 : p->capacity * 2;

		p->ids = arena_grow(
			a, p->ids, p->count * sizeof p->ids[0], larger * sizeof p->ids[0]);
		p->labels = arena_grow(
			a, p->labels, p->count * sizeof p->labels[0], larger * sizeof p->labels[0]);
		p->capacity = larger;
	}
	p->ids[p->count] = id;
	p->labels[p->count++] = label;
}

uint32_t pending_take(struct pending *p, uint64_t *ids, uint32_t *labels, uint32_t max)
{
	uint32_t count = MIN_OF(max, p->count - p->taken);

	if (count > 0) {
		memcpy(ids, p->ids + p->taken, count * sizeof ids[0]);
		if (labels != NULL)
			memcpy(labels, p->labels + p->taken, count * sizeof labels[0]);
	}
	p->taken += count;
	if (p->taken == p->count)
		p->taken = p->count = 0;
	return count;
}

static struct cursor *scan_open(
	struct txn *t, enum element element, uint32_t label, struct arena *a)
{
	struct cursor *c = cursor_new(t, CURSOR_SCAN, a);

	c->scan.element = element;
	c->scan.label = label;
	c->scan.overlay_end = (uint32_t)t->overlay.order[element].count;
	if (!read_is_noted(t))
		return c;
	if (label == NAME_NONE)
		read_note_all(t, element);
	else
		read_note_label(t, element, label);
	return c;
}

enum sqlstate storage_scan_nodes(
	struct txn *t, uint32_t label, struct arena *a, struct cursor **out, struct error *e)
{
	(void)e;
	*out = scan_open(t, ELEMENT_NODE, label, a);
	return OK;
}

enum sqlstate storage_scan_edges(
	struct txn *t, uint32_t label, struct arena *a, struct cursor **out, struct error *e)
{
	(void)e;
	*out = scan_open(t, ELEMENT_EDGE, label, a);
	return OK;
}

static bool state_matches(const struct catalog *c, const struct scan_state *s, uint32_t label)
{
	if (!element_exists(s->element, label))
		return false;
	if (s->label == NAME_NONE)
		return true;
	return s->element == ELEMENT_EDGE ? label == s->label
					  : catalog_labelset_has(c, label, s->label);
}

/* True if the overlay had the element when the cursor was opened. */
static bool is_own(const struct txn *t, const struct scan_state *s, uint64_t id)
{
	const struct overlay_record *own = overlay_find(&t->overlay, s->element, id);

	return own != NULL && own->order < s->overlay_end;
}

/* The ids that the pages have from s->from on, at most max. Moves `from` behind what it covered. */
static bool base_ids(struct txn *t, struct scan_state *s, struct page_view *v, uint64_t *ids,
	uint32_t max, uint32_t *count)
{
	struct graph *g = &t->storage->graph;
	bool is_whole;

	if (s->label == NAME_NONE) {
		struct record_scan scan = { s->element, s->from, UINT64_MAX, false };

		is_whole = record_scan_next(v, g, &scan, ids, NULL, max, count);
		s->from = is_whole && *count == 0 ? UINT64_MAX : scan.from;
	} else {
		struct label_scan scan = { s->element, s->label, s->from, UINT64_MAX, false };

		is_whole = label_index_scan(v, g, &scan, ids, max, count);
		s->from = is_whole && *count == 0 ? UINT64_MAX : scan.from;
	}
	if (*count > 0 && s->from != UINT64_MAX)
		s->from = ids[*count - 1] + 1;
	return is_whole;
}

/* Looks at the candidates of a step; those that match become pending. False on a miss. A step that a
   writer waits for ends early, and `from` is where. */
static bool candidates_check(
	struct txn *t, struct cursor *c, struct page_view *v, const uint64_t *ids, uint32_t count)
{
	struct scan_state *s = &c->scan;
	struct element_state state;

	for (uint32_t i = 0; i < count; i++) {
		if (i > 0 && i % READS_BEFORE_POLL == 0 &&
			engine_lock_is_wanted(&t->storage->lock)) {
			s->from = ids[i];
			break;
		}
		if (t->overlay.records[s->element].count > 0 && is_own(t, s, ids[i]))
			continue;
		if (!read_snapshot(t, v, s->element, ids[i], &state))
			return false;
		if (state_matches(t->catalog, s, state.label))
			pending_push(&s->pending, c->arena, ids[i], state.label);
	}
	return true;
}

/* The ghosts of ids in [from, below): those that the pages no longer show here. */
static bool ghosts_check(
	struct txn *t, struct cursor *c, struct page_view *v, uint64_t from, uint64_t below)
{
	struct scan_state *s = &c->scan;
	uint8_t key[GHOST_LABEL_SIZE];
	struct str key_str = { (const char *)key,
		ghost_key_label(key, s->element, s->label, from) };
	struct str prefix = { (const char *)key, GHOST_LABEL_SIZE - 8 };
	const struct ghost *g = ghost_seek(&t->storage->history.ghosts, key_str);

	for (; g != NULL && ghost_has_prefix(g, prefix); g = ghost_next(g)) {
		struct element_state now, then;
		uint64_t id = ghost_id(g);

		if (id >= below && below != UINT64_MAX)
			break;
		if (g->ts <= t->snapshot || is_own(t, s, id))
			continue;
		if (!read_page(t->storage, v, s->element, id, &now) ||
			!read_snapshot(t, v, s->element, id, &then))
			return false;
		if (!state_matches(t->storage->apply.catalog, s, now.label) &&
			state_matches(t->catalog, s, then.label))
			pending_push(&s->pending, c->arena, id, then.label);
	}
	return true;
}

/* One range. False on a miss: nothing of the range is pending then, and it is covered again. */
static bool scan_step(struct cursor *c, struct page_view *v, uint32_t max)
{
	struct scan_state *s = &c->scan;
	struct txn *t = c->txn;
	uint64_t ids[BATCH_MAX];
	uint64_t from = s->from;
	uint32_t count;
	bool is_whole;

	/* a partly missing range is taken as far as it goes; with nothing found it is a plain miss
	   */
	is_whole = base_ids(t, s, v, ids, MIN_OF(max, (uint32_t)BATCH_MAX), &count);
	if (!is_whole && count == 0) {
		s->from = from;
		return false;
	}
	if (!candidates_check(t, c, v, ids, count) ||
		!ghosts_check(t, c, v, from, s->from)) {
		s->pending.count = s->pending.taken = 0;
		s->from = from;
		return false;
	}
	s->is_base_done = s->from == UINT64_MAX;
	page_view_init(v);
	return true;
}

static void scan_own(struct cursor *c, uint32_t max)
{
	struct scan_state *s = &c->scan;
	struct overlay *o = &c->txn->overlay;

	for (; s->overlay_at < s->overlay_end && s->pending.count < max; s->overlay_at++) {
		const struct overlay_record *now;

		if (s->overlay_at >= o->order[s->element].count)
			break;
		now = o->order[s->element].at[s->overlay_at];
		if (state_matches(c->txn->catalog, s, now->label))
			pending_push(&s->pending, c->arena, now->id, now->label);
	}
}

static enum sqlstate cursor_next_scan(struct cursor *c, uint64_t *ids, uint32_t *labelsets,
	uint32_t max, uint32_t *count, struct error *e)
{
	struct scan_state *s = &c->scan;
	struct txn *t = c->txn;
	struct engine_slot *slot = storage_thread_of(t->storage)->slot;
	struct page_view view;

	page_view_init(&view);
	while (s->pending.count == 0 && !s->is_base_done) {
		bool is_whole;

		TRY(section_enter(t, slot, e));
		is_whole = scan_step(c, &view, max);
		section_leave(t, slot);
		if (!is_whole)
			TRY(pager_page_in(t->storage->pager, &view, e));
	}
	if (s->pending.count == 0)
		scan_own(c, max);
	*count = pending_take(&s->pending, ids, labelsets, max);
	c->found += *count;
	return OK;
}

/* The cursor is not closed, and so not counted: it holds nothing but its arena. */
enum sqlstate storage_has_element(struct txn *t, enum element element, uint32_t label,
	struct arena *scratch, bool *found, struct error *e)
{
	struct arena_mark mark = arena_save(scratch);
	struct cursor *c = scan_open(t, element, label, scratch);
	uint32_t count = 0;
	enum sqlstate rc;
	uint64_t id;

	rc = cursor_next_scan(c, &id, NULL, 1, &count, e);
	arena_rewind(scratch, mark);
	*found = count > 0;
	return rc;
}

enum sqlstate storage_cursor_next(struct cursor *c, uint64_t *ids, uint32_t *labelsets,
	uint32_t max, uint32_t *count, struct error *e)
{
	assert(max > 0);
	assert(c->kind != CURSOR_EXPAND);
	if (c->kind == CURSOR_SCAN)
		return cursor_next_scan(c, ids, labelsets, max, count, e);
	return cursor_next_index(c, ids, labelsets, max, count, e);
}
