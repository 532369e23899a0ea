/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Frames of the pool: taking a free one, giving it back.
 */
#include "storage/page/pager_state.h"
#include "storage/page/reserve.h"

bool pager_frame_take(struct pager *pager, bool use_reserve, uint64_t *frame)
{
	uint64_t limit = use_reserve ? pager->frames_most : pager->pool_frames;
	bool won = false;

	lock_frame(&pager->frame_mutex);
	if (atomic_load_explicit(&pager->frames_used, memory_order_relaxed) < limit) {
		won = true;
		if (pager->free_count > 0)
			*frame = pager->free_frames[--pager->free_count];
		else
			*frame = pager->frames_fresh++;
		atomic_fetch_add_explicit(&pager->frames_used, 1, memory_order_relaxed);
	}
	unlock_frame(&pager->frame_mutex);
	return won;
}

void pager_frame_release(struct pager *pager, uint64_t frame)
{
	/* What was taken beyond the pool goes back to the system: that bounds the memory in use. */
	if (atomic_load_explicit(&pager->frames_used, memory_order_relaxed) > pager->pool_frames)
		reserve_forget(pager_frame_page(pager, frame), PAGE_BYTES);
	atomic_store_explicit(&pager->frames[frame].pid, PAGE_NONE, memory_order_relaxed);
	lock_frame(&pager->frame_mutex);
	pager->free_frames[pager->free_count++] = (uint32_t)frame;
	atomic_fetch_sub_explicit(&pager->frames_used, 1, memory_order_relaxed);
	unlock_frame(&pager->frame_mutex);
}
