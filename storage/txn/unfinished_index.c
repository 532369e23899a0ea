/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Indexes that are being built: see unfinished_index.h.
 */
#include "storage/txn/unfinished_index.h"

#include "storage/txn/engine.h"
#include "storage/txn/read.h"

static uint32_t build_drop(const struct catalog *newest, void *context, struct buf *ops)
{
	const struct catalog_index *index = catalog_index_find(newest, *(uint32_t *)context);
	struct op op = { .kind = OP_INDEX_DROP, .id = *(uint32_t *)context };

	if (index == NULL || index->info.is_ready)
		return 0;
	op.element = (uint8_t)index->info.element;
	op.label = index->info.label;
	logop_put(ops, &op);
	return 1;
}

void index_build_give_up(struct txn *t)
{
	uint32_t id = t->unfinished_index;
	struct error ignored;

	t->unfinished_index = 0;
	if (id != 0 && commit_run_system(t->storage, build_drop, &id, &ignored) != OK)
		atomic_store_explicit(
			&t->storage->unfinished_below, id + 1, memory_order_relaxed);
}

bool index_build_drop_unfinished(struct storage *s)
{
	uint32_t below = atomic_load_explicit(&s->unfinished_below, memory_order_relaxed);
	struct error ignored;

	for (uint32_t id = 1; id < below; id++) {
		const struct catalog *c =
			atomic_load_explicit(&s->published, memory_order_acquire);
		const struct catalog_index *index = catalog_index_find(c, id);

		if (index != NULL && !index->info.is_ready &&
			commit_run_system(s, build_drop, &id, &ignored) != OK)
			return false;
	}
	return true;
}

bool index_build_is_whole(const struct txn *t)
{
	const struct apply *a = &t->storage->apply;
	const struct catalog_index *index = catalog_index_find(a->catalog, t->unfinished_index);

	return index != NULL && a->built_index == t->unfinished_index &&
	       a->built_entries == (index->info.element == ELEMENT_NODE
						? apply_node_count(a, index->info.label)
						: apply_edge_count(a, index->info.label));
}
