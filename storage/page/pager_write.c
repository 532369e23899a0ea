/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What becomes of a page's images: capturing the one that a checkpoint wants before the page goes
 * on, and noting where a written copy lies. The rules P1 … P5 and G1 … G4 are in pager_state.h;
 * every function here runs with the page's shard locked.
 */
#include "storage/page/pager_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

/* G1: copies the image that the checkpoint wants. */
static void capture(struct pager *pager, struct frame *f, uint64_t pid) HOLDS(pager)
{
	struct pager_shard *shard = pager_shard_of(pager, pid);
	struct page *image = malloc(PAGE_BYTES);

	if (image == NULL)
		PANIC("out of memory");
	memcpy(image, pager_frame_page(pager, (uint64_t)(f - pager->frames)), PAGE_BYTES);
	if (shard->captured_count == shard->captured_capacity) {
		shard->captured_capacity = MAX_OF(2 * shard->captured_capacity, 16);
		shard->captured = realloc(
			shard->captured, shard->captured_capacity * sizeof shard->captured[0]);
		if (shard->captured == NULL)
			PANIC("out of memory");
	}
	shard->captured[shard->captured_count++] = (struct captured){ pid, image };
	assert(!pager->map.current[pid].is_captured);
	pager->map.current[pid].is_captured = 1;
	atomic_fetch_add_explicit(&pager->checkpoint.outstanding, 1, memory_order_relaxed);
}

/* G3: true if the copy in flight is the image that the checkpoint wants and was not yet claimed. */
static bool flight_is_wanted(const struct pager *pager, const struct frame *f)
{
	return f->write == FRAME_WRITE_CLEAN && !f->is_superseded && pager_checkpoint_runs(pager) &&
	       f->write_generation != pager_generation(pager);
}

static void turn_flight(struct pager *pager, struct frame *f, uint64_t pid) HOLDS(pager)
{
	f->write = FRAME_WRITE_CHECKPOINT;
	assert(!pager->map.current[pid].is_captured);
	pager->map.current[pid].is_captured = 1;
	atomic_fetch_add_explicit(&pager->checkpoint.outstanding, 1, memory_order_relaxed);
}

static void list_dirty(struct pager *pager, uint64_t pid)
{
	struct pager_shard *shard = pager_shard_of(pager, pid);

	lock_dirty(&shard->dirty_mutex);
	if (shard->dirty_count == shard->dirty_capacity) {
		shard->dirty_capacity = MAX_OF(2 * shard->dirty_capacity, 64);
		shard->dirty =
			realloc(shard->dirty, shard->dirty_capacity * sizeof shard->dirty[0]);
		if (shard->dirty == NULL)
			PANIC("out of memory");
	}
	shard->dirty[shard->dirty_count++] = pid;
	unlock_dirty(&shard->dirty_mutex);
}

void pager_mark_dirty(struct pager *pager, struct frame *f, uint64_t pid)
{
	uint32_t generation = pager_generation(pager);

	if (f->is_dirty) {
		if (f->dirty_generation == generation)
			return;
		if (pager_is_pending(pager, f)) {
			capture(pager, f, pid);
			list_dirty(pager, pid);
		}
		/* Not pending, yet of an older generation: a checkpoint was called off, and the
		   page is still in the list. */
		f->dirty_generation = generation;
		return;
	}
	if (flight_is_wanted(pager, f))
		turn_flight(pager, f, pid);
	else if (f->write == FRAME_WRITE_CLEAN)
		f->is_superseded = true;
	f->is_dirty = true;
	f->dirty_generation = generation;
	atomic_fetch_add_explicit(&pager->pages_dirty, 1, memory_order_relaxed);
	list_dirty(pager, pid);
}

void pager_settle(struct pager *pager, uint64_t pid)
{
	struct map_entry *current = &pager->map.current[pid];
	struct map_entry *saved = &pager->map.saved[pid];

	if (!pager_checkpoint_runs(pager) || current->is_captured)
		return;
	if (current->generation == pager_generation(pager) || current->block == saved->block)
		return;
	if (saved->block != 0)
		block_space_free_later(&pager->space, saved->block);
	page_map_set_saved(&pager->map, pid, current->block, current->crc);
}

/* Gives up the place of the newest image, unless a checkpoint refers to it. */
static void drop_current(struct pager *pager, uint64_t pid) HOLDS(pager)
{
	const struct map_entry *current = &pager->map.current[pid];

	if (current->block != 0 && current->block != pager->map.saved[pid].block)
		block_space_free(&pager->space, current->block);
}

static void set_current(struct pager *pager, uint64_t pid, uint64_t block, uint32_t crc,
	uint32_t generation) HOLDS(pager)
{
	struct map_entry *current = &pager->map.current[pid];

	drop_current(pager, pid);
	current->block = block;
	current->crc = crc;
	current->generation = generation;
}

void pager_forget_image(struct pager *pager, struct frame *f, uint64_t pid)
{
	if (f != NULL) {
		if (pager_is_pending(pager, f))
			capture(pager, f, pid);
		else if (!f->is_dirty && flight_is_wanted(pager, f))
			turn_flight(pager, f, pid);
		if (f->is_dirty)
			atomic_fetch_sub_explicit(&pager->pages_dirty, 1, memory_order_relaxed);
		f->is_dirty = false;
		f->is_superseded = true;
	}
	pager_settle(pager, pid);
	set_current(pager, pid, 0, 0, pager_generation(pager));
}

void pager_checkpointed(struct pager *pager, uint64_t pid, uint64_t block, uint32_t crc)
{
	struct map_entry *current = &pager->map.current[pid];
	struct map_entry *saved = &pager->map.saved[pid];
	uint64_t before = saved->block;

	assert(current->is_captured);
	current->is_captured = 0;
	if (current->generation != pager_generation(pager))
		set_current(pager, pid, block, crc, pager_generation(pager) - 1);
	if (before != 0)
		block_space_free_later(&pager->space, before);
	page_map_set_saved(&pager->map, pid, block, crc);
	/* Pairs with the load in checkpoint_run(), which then reads `saved`. */
	atomic_fetch_sub_explicit(&pager->checkpoint.outstanding, 1, memory_order_release);
}

void pager_copy_for_write(struct pager *pager, struct frame *f, uint64_t pid, uint64_t frame,
	enum frame_write kind, struct page *copy)
{
	assert(f->is_dirty);
	assert(f->write == FRAME_WRITE_NONE);
	memcpy(copy, pager_frame_page(pager, frame), PAGE_BYTES);
	f->is_dirty = false;
	f->is_superseded = false;
	f->write = (uint8_t)kind;
	f->write_generation = f->dirty_generation;
	atomic_fetch_sub_explicit(&pager->pages_dirty, 1, memory_order_relaxed);
	if (kind == FRAME_WRITE_CHECKPOINT) {
		assert(!pager->map.current[pid].is_captured);
		pager->map.current[pid].is_captured = 1;
		atomic_fetch_add_explicit(&pager->checkpoint.outstanding, 1, memory_order_relaxed);
	}
}

enum sqlstate pager_secure_blocks(struct pager *pager, uint64_t more, struct error *e)
{
	uint64_t limit = pager->map.page_limit + more;
	/* one for the checkpoint that may be running, one for the next */
	uint64_t map = 2 * page_map_blocks_bound(limit, limit);
	uint64_t captured =
		atomic_load_explicit(&pager->checkpoint.outstanding, memory_order_relaxed);

	more = MIN_OF(more, pager->pool_frames / 2);
	more += atomic_load_explicit(&pager->pages_dirty, memory_order_relaxed);
	return block_space_secure(&pager->space, more + captured + map, e);
}

void pager_write_done(
	struct pager *pager, uint64_t frame, uint64_t pid, uint64_t block, uint32_t crc)
{
	struct frame *f = &pager->frames[frame];
	enum frame_write kind = (enum frame_write)f->write;

	assert(kind != FRAME_WRITE_NONE);
	f->write = FRAME_WRITE_NONE;
	if (kind == FRAME_WRITE_CHECKPOINT) {
		pager_checkpointed(pager, pid, block, crc);
	} else if (f->is_superseded || f->is_zombie) {
		block_space_free(&pager->space, block);
	} else {
		if (f->write_generation == pager_generation(pager))
			pager_settle(pager, pid);
		set_current(pager, pid, block, crc, f->write_generation);
	}
	f->is_superseded = false;
	if (f->is_zombie) {
		f->is_zombie = false;
		pager_frame_release(pager, frame);
	}
}
