/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Prefault. In shared sections the leader walks the pages that its group will need, leaves to read
 * in those that are missing, and walks again until none is. What it has seen is pinned, so that
 * eviction leaves it alone until the group is applied; nobody else changes pages meanwhile, so what
 * was found stays true.
 *
 * A group of few operations is prefaulted whole. A large transaction would need more memory than
 * there is: it is validated and applied in slices, each prefaulted in between, with the engine lock
 * left (commit.c).
 */
#include "storage/txn/prefault.h"

#include "storage/graph/adjacency.h"
#include "storage/graph/record.h"
#include "storage/txn/engine.h"
#include "storage/txn/touch.h"

/* One walk over something, in shared sections; false if pages were missing. */
typedef bool prefault_walk(struct touch *t, struct storage *s, const void *context);

static enum sqlstate walk_until_whole(
	struct storage *s, prefault_walk *walk, const void *context, struct error *e)
{
	struct engine_slot *slot = storage_thread_of(s)->slot;
	struct page_view view;
	struct touch t;
	enum sqlstate rc = OK;
	bool is_whole;

	page_view_init(&view);
	view.pins = true;
	touch_init(&t, &s->apply, &view);
	t.before = s->commits.room;
	do {
		touch_begin(&t);
		engine_lock_enter_shared(&s->lock, slot);
		is_whole = walk(&t, s, context);
		engine_lock_leave_shared(&s->lock, slot);
		if (!is_whole)
			rc = pager_page_in(s->pager, &view, e);
	} while (!is_whole && rc == OK);
	s->commits.room = t.sum;
	touch_destroy(&t);
	return rc;
}

/* Between two operations of a walk: readers are not in the way, but an eviction may wait. */
static void walk_poll(struct storage *s) UNCHECKED_LOCKING
{
	struct engine_slot *slot = storage_thread_of(s)->slot;

	if (!engine_lock_is_wanted(&s->lock))
		return;
	engine_lock_leave_shared(&s->lock, slot);
	engine_lock_enter_shared(&s->lock, slot);
}

static bool is_full(const struct touch *t)
{
	return t->view->missing_count == PAGE_VIEW_MISSES || t->view->corrupt;
}

/* ---- operations ---- */

struct body {
	const uint8_t *data;
	size_t size, at;
};

static bool walk_ops(struct touch *t, struct storage *s, const void *context)
{
	const struct body *body = context;
	size_t at = body->at;
	bool is_whole = true;
	struct op op;

	for (uint32_t i = 0; i < PREFAULT_OPS && at < body->size && !is_full(t); i++) {
		bool is_op = logop_next(body->data, body->size, &at, &op);

		assert(is_op);
		is_whole &= touch_op(t, &op);
		walk_poll(s);
	}
	return touch_room(t) && is_whole;
}

enum sqlstate prefault_ops(
	struct storage *s, const uint8_t *data, size_t size, size_t at, struct error *e)
{
	struct body body = { data, size, at };

	return walk_until_whole(s, walk_ops, &body, e);
}

/* ---- validation ---- */

struct elements {
	struct txn *txn;
	enum element element;
	size_t from;
};

static bool walk_element(struct touch *t, struct txn *txn, const struct overlay_record *r)
{
	const struct graph *g = &txn->storage->graph;
	struct adjacency_entry nothing = { 0 };
	struct adjacency_touched touched = { .is_removal = false };
	bool is_whole = true;

	if (overlay_record_exists(r)) {
		is_whole &= touch_keys(t, (enum element)r->element, r->label, r->id,
			(struct buf){ (uint8_t *)r->map, r->map_size, 0 });
		if (r->element == ELEMENT_EDGE && r->is_new) {
			is_whole &= record_node(t->view, g, r->source) != NULL;
			is_whole &= record_node(t->view, g, r->target) != NULL;
		}
	} else if (r->element == ELEMENT_NODE && !r->is_new) {
		/* its degrees */
		is_whole &= adjacency_touch(
			t->view, g, r->id, DIRECTION_OUT, &nothing, &touched);
		is_whole &= adjacency_touch(t->view, g, r->id, DIRECTION_IN, &nothing, &touched);
	}
	return is_whole;
}

static bool walk_elements(struct touch *t, struct storage *s, const void *context)
{
	const struct elements *e = context;
	const struct overlay *o = &e->txn->overlay;
	size_t end = MIN_OF(e->from + PREFAULT_OPS, o->order[e->element].count);
	bool is_whole = true;

	for (size_t i = e->from; i < end && !is_full(t); i++) {
		is_whole &= walk_element(t, e->txn, o->order[e->element].at[i]);
		walk_poll(s);
	}
	return is_whole;
}

enum sqlstate prefault_elements(struct txn *t, int element, size_t from, struct error *e)
{
	struct elements elements = { t, (enum element)element, from };

	return walk_until_whole(t->storage, walk_elements, &elements, e);
}

/* ---- the catalog ---- */

static bool walk_catalog(struct touch *t, struct storage *s, const void *context)
{
	struct btree tree = { s->pager, s->apply.tree, s->last_ts };

	(void)context;
	return btree_touch_all(t->view, &tree, true);
}

enum sqlstate prefault_catalog(struct storage *s, struct error *e)
{
	return walk_until_whole(s, walk_catalog, NULL, e);
}
