/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Snapshot slots. The race that matters: a transaction reads the published timestamp S, and before
 * it has written S to its slot the collector looks, sees nobody, and drops what S needs. Hence
 *
 *     beginner                             collector
 *     S = visible; slot.ts = S             H = visible
 *     full fence                           full fence
 *     visible changed? again               look at all slots
 *
 * If the collector missed the slot, the beginner's second look comes after the collector's H, so it
 * sees H or newer and, having S < H, starts again (txn.c does it).
 */
#include "storage/txn/snapshot.h"

#include <string.h>
#include <sys/mman.h>

#include "base/check.h"

void snapshot_table_init(struct snapshot_table *t)
{
	size_t size = (size_t)SNAPSHOT_SLOTS_MAX * sizeof t->slots[0];

	static_assert(sizeof(struct snapshot_slot) == 128, "a slot fills its cache lines");
	memset(t, 0, sizeof *t);
	mutex_init(&t->mutex);
	t->slots = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (t->slots == MAP_FAILED)
		PANIC("out of memory: %zu bytes for snapshot slots", size);
}

void snapshot_table_destroy(struct snapshot_table *t)
{
	munmap(t->slots, (size_t)SNAPSHOT_SLOTS_MAX * sizeof t->slots[0]);
	mutex_destroy(&t->mutex);
}

struct snapshot_slot *snapshot_slot_take(struct snapshot_table *t)
{
	struct snapshot_slot *slot = NULL;
	uint32_t count;

	lock_statistics(&t->mutex);
	count = atomic_load_explicit(&t->count, memory_order_relaxed);
	for (uint32_t i = 0; i < SNAPSHOT_SLOTS_MAX && slot == NULL; i++) {
		if (t->slots[i].is_used)
			continue;
		slot = &t->slots[i];
		slot->is_used = 1;
		if (i >= count)
			atomic_store_explicit(&t->count, i + 1, memory_order_seq_cst);
	}
	unlock_statistics(&t->mutex);
	return slot;
}

void snapshot_slot_give(struct snapshot_table *t, struct snapshot_slot *slot)
{
	assert(atomic_load_explicit(&slot->ts, memory_order_relaxed) == 0);
	lock_statistics(&t->mutex);
	assert(slot->is_used);
	slot->is_used = 0;
	unlock_statistics(&t->mutex);
}

uint64_t snapshot_horizon(
	const struct snapshot_table *t, uint64_t newest, struct snapshot_slot **oldest)
{
	uint64_t horizon = newest;
	uint32_t count;

	atomic_thread_fence(memory_order_seq_cst);
	count = atomic_load_explicit(&t->count, memory_order_seq_cst);
	if (oldest != NULL)
		*oldest = NULL;
	for (uint32_t i = 0; i < count; i++) {
		struct snapshot_slot *slot = &t->slots[i];
		uint64_t ts = atomic_load_explicit(&slot->ts, memory_order_seq_cst);

		if (ts == 0 || ts >= horizon)
			continue;
		if (atomic_load_explicit(&slot->is_too_old, memory_order_relaxed))
			continue;
		horizon = ts;
		if (oldest != NULL)
			*oldest = slot;
	}
	return horizon;
}

bool snapshot_none_before(
	const struct snapshot_table *t, uint64_t ts, const struct snapshot_slot *except)
{
	uint32_t count;

	atomic_thread_fence(memory_order_seq_cst);
	count = atomic_load_explicit(&t->count, memory_order_seq_cst);
	for (uint32_t i = 0; i < count; i++) {
		const struct snapshot_slot *slot = &t->slots[i];

		if (slot != except && atomic_load_explicit(&slot->ts, memory_order_seq_cst) != 0 &&
			atomic_load_explicit(&slot->since, memory_order_seq_cst) < ts)
			return false;
	}
	return true;
}

uint64_t snapshot_catalog_horizon(const struct snapshot_table *t, uint64_t newest)
{
	uint64_t horizon = newest;
	uint32_t count;

	atomic_thread_fence(memory_order_seq_cst);
	count = atomic_load_explicit(&t->count, memory_order_seq_cst);
	for (uint32_t i = 0; i < count; i++) {
		struct snapshot_slot *slot = &t->slots[i];
		uint64_t version;

		if (atomic_load_explicit(&slot->ts, memory_order_seq_cst) == 0)
			continue;
		version = atomic_load_explicit(&slot->catalog, memory_order_seq_cst);
		if (version < horizon)
			horizon = version;
	}
	return horizon;
}
