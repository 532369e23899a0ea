/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Views: the snapshot of a statement, kept for a cursor that outlives it. The view takes over the
 * transaction's slot, which stays where it is, and the transaction goes on with a new one that
 * starts at the same timestamp; so there is no moment in which the collector could look and find
 * nobody who needs what the view sees.
 */
#include <stdlib.h>

#include "storage/txn/engine.h"

struct txn_view {
	struct snapshot_slot *slot;
	uint64_t snapshot;
	const struct catalog *catalog;
};

/* As `from` is. */
static void slot_set(struct snapshot_slot *slot, const struct snapshot_slot *from, uint64_t ts)
{
	atomic_store_explicit(&slot->catalog,
		atomic_load_explicit(&from->catalog, memory_order_relaxed), memory_order_relaxed);
	atomic_store_explicit(&slot->since,
		atomic_load_explicit(&from->since, memory_order_relaxed), memory_order_relaxed);
	atomic_store_explicit(&slot->ts, ts, memory_order_seq_cst);
}

enum sqlstate txn_view_hold(struct txn *t, struct txn_view **out, struct error *e)
{
	struct snapshot_slot *slot = snapshot_slot_take(&t->storage->snapshots);
	struct txn_view *view;

	assert(t->is_open);
	if (slot == NULL)
		return FAIL(e, E_TOO_MANY_CONNECTIONS, "too many snapshots are in use");
	view = malloc(sizeof *view);
	if (view == NULL)
		PANIC("out of memory for a view");
	*view = (struct txn_view){ t->slot, t->snapshot, t->catalog };
	slot_set(slot, t->slot, t->snapshot);
	t->slot = slot;
	t->view_count++;
	*out = view;
	return OK;
}

void txn_view_swap(struct txn *t, struct txn_view *view)
{
	struct txn_view seen = { t->slot, t->snapshot, t->catalog };

	assert(t->is_open);
	assert(t->view_count > 0);
	t->slot = view->slot;
	t->snapshot = view->snapshot;
	t->catalog = view->catalog;
	*view = seen;
}

void txn_view_release(struct txn *t, struct txn_view *view)
{
	assert(t->view_count > 0);
	atomic_store_explicit(&view->slot->is_too_old, 0, memory_order_relaxed);
	/* pairs with the loads in snapshot_horizon() */
	atomic_store_explicit(&view->slot->ts, 0, memory_order_release);
	snapshot_slot_give(&t->storage->snapshots, view->slot);
	t->view_count--;
	free(view);
}
