/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Checkpoints: see checkpoint.h for the steps and pager_state.h for the generations (G1 … G4).
 *
 * checkpoint_run() goes through the pages listed dirty at the beginning, in order of number. For
 * each there are four cases: it still waits unchanged in its frame: copied; it went on and its
 * image was captured: written from there; it is being written by eviction: looked at again later;
 * it was written by eviction before the beginning: settled. The copies go out in runs of up to 1
 * MiB, each of which is on disk before the next one is written; between two runs a checkpoint beside
 * others rests for as long as the last one took. So a commit's flush waits for one run at most, and
 * half of the disk's time is left to it.
 */
#include "storage/page/checkpoint.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "storage/page/pager_state.h"
#include "storage/store/store.h"

enum { REST_NS_MOST = 50000000 };

/* ---- begin -------------------------------------------------------------------------------- */

static void make_room(struct pager *pager, uint64_t needed)
{
	if (needed <= pager->checkpoint.capacity)
		return;
	pager->checkpoint.capacity = MAX_OF(needed, 2 * pager->checkpoint.capacity);
	pager->checkpoint.pids = realloc(
		pager->checkpoint.pids, pager->checkpoint.capacity * sizeof(uint64_t));
	if (pager->checkpoint.pids == NULL)
		PANIC("out of memory");
}

static void append_pids(struct pager *pager, const uint64_t *pids, uint64_t count)
{
	uint64_t needed = pager->checkpoint.count + count;

	make_room(pager, needed);
	if (count > 0)
		memcpy(pager->checkpoint.pids + pager->checkpoint.count, pids,
			count * sizeof pids[0]);
	pager->checkpoint.count = needed;
}

void checkpoint_prepare(struct pager *pager)
{
	uint64_t count = pager->checkpoint.count;

	for (int i = 0; i < PAGER_SHARDS; i++) {
		struct pager_shard *shard = &pager->shards[i];

		lock_dirty(&shard->dirty_mutex);
		count += shard->dirty_count;
		unlock_dirty(&shard->dirty_mutex);
	}
	make_room(pager, count + count / 4 + PAGER_BATCH_PAGES);
}

/* Appends to what a checkpoint that was called off left behind. */
static void take_dirty_lists(struct pager *pager)
{
	for (int i = 0; i < PAGER_SHARDS; i++) {
		struct pager_shard *shard = &pager->shards[i];

		lock_dirty(&shard->dirty_mutex);
		append_pids(pager, shard->dirty, shard->dirty_count);
		shard->dirty_count = 0;
		unlock_dirty(&shard->dirty_mutex);
	}
}

static void take_freed(struct pager *pager)
{
	for (uint64_t i = 0; i < pager->freed_count; i++) {
		uint64_t pid = pager->freed[i];
		struct pager_shard *shard = pager_shard_of(pager, pid);

		if (!number_set_has(&pager->map.free, pid))
			continue; /* given out again */
		lock_pager(&shard->mutex);
		if (pager->map.saved[pid].block != 0) {
			block_space_free_later(&pager->space, pager->map.saved[pid].block);
			page_map_set_saved(&pager->map, pid, 0, 0);
		}
		unlock_pager(&shard->mutex);
	}
	pager->freed_count = 0;
}

void checkpoint_begin(struct pager *pager, const struct checkpoint_point *point)
{
	assert(!pager_checkpoint_runs(pager));
	pager->checkpoint.point = *point;
	pager->checkpoint.is_paced = true;
	memcpy(pager->checkpoint.roots, pager->roots, sizeof pager->roots);
	pager->checkpoint.page_limit = pager->map.page_limit;
	pager->checkpoint.dirty =
		atomic_load_explicit(&pager->pages_dirty, memory_order_relaxed);
	take_dirty_lists(pager);
	take_freed(pager);
	atomic_store_explicit(
		&pager->generation, pager_generation(pager) + 1, memory_order_relaxed);
	atomic_store_explicit(&pager->checkpoint_is_running, true, memory_order_release);
}

/* ---- writing the pages -------------------------------------------------------------------- */

struct writing {
	struct pager *pager;
	struct page *pages;		    /* PAGER_BATCH_PAGES copies */
	uint64_t frames[PAGER_BATCH_PAGES]; /* UINT64_MAX: captured, no frame is waiting */
	uint32_t count;
	uint64_t took_ns; /* the last batch; 0: none yet */
	uint64_t *again; /* pages to look at again */
	uint64_t again_count;
};

static void note_written(struct writing *w, uint32_t i, uint64_t block)
{
	const struct page *p = w->pages + i;
	struct pager_shard *shard = pager_shard_of(w->pager, p->pid);

	lock_pager(&shard->mutex);
	if (w->frames[i] == UINT64_MAX)
		pager_checkpointed(w->pager, p->pid, block, p->crc);
	else
		pager_write_done(w->pager, w->frames[i], p->pid, block, p->crc);
	unlock_pager(&shard->mutex);
}

static void flush(struct writing *w)
{
	struct store *store = w->pager->store;
	struct error e;
	uint64_t start;

	if (w->count == 0)
		return;
	if (w->pager->checkpoint.is_paced && w->took_ns > 0)
		clock_sleep_ns(MIN_OF(w->took_ns, (uint64_t)REST_NS_MOST));
	start = clock_monotonic_ns();
	for (uint32_t i = 0; i < w->count; i++)
		w->pages[i].crc = page_checksum(w->pages + i);
	for (uint32_t done = 0; done < w->count;) {
		struct store_transfer transfer = { .buffer = w->pages + done };

		if (block_space_take(&w->pager->space, w->count - done, true, &transfer.block,
			    &transfer.count, &e) != OK ||
			store->ops->block_write(store, &transfer, 1, &e) != OK)
			PANIC("could not write a checkpoint: %s", e.message);
		for (uint32_t i = 0; i < transfer.count; i++)
			note_written(w, done + i, transfer.block + i);
		done += transfer.count;
	}
	w->count = 0;
	if (store->ops->block_push(store, &e) != OK)
		PANIC("could not write a checkpoint: %s", e.message);
	w->took_ns = clock_monotonic_ns() - start;
}

/* Moves captured images of one shard into the buffer; the buffer may fill up and be flushed. */
static void write_captured(struct writing *w, struct pager_shard *shard)
{
	for (;;) {
		struct captured c = { 0, NULL };

		lock_pager(&shard->mutex);
		if (shard->captured_count > 0)
			c = shard->captured[--shard->captured_count];
		unlock_pager(&shard->mutex);
		if (c.image == NULL)
			return;
		if (w->count == PAGER_BATCH_PAGES)
			flush(w); /* the pages visited filled it */
		memcpy(w->pages + w->count, c.image, PAGE_BYTES);
		free(c.image);
		w->frames[w->count++] = UINT64_MAX;
		if (w->count == PAGER_BATCH_PAGES)
			flush(w);
	}
}

static void write_all_captured(struct writing *w)
{
	for (int i = 0; i < PAGER_SHARDS; i++)
		write_captured(w, &w->pager->shards[i]);
}

/* In a shared section. */
static void visit(struct writing *w, uint64_t pid)
{
	struct pager *pager = w->pager;
	struct pager_shard *shard = pager_shard_of(pager, pid);
	uint64_t word;

	lock_pager(&shard->mutex);
	word = atomic_load_explicit(&pager->translations[pid].word, memory_order_relaxed);
	if (translation_state(word) >= TRANSLATION_RESIDENT) {
		uint64_t frame = translation_frame(word);
		struct frame *f = &pager->frames[frame];

		if (f->write == FRAME_WRITE_CLEAN) {
			w->again[w->again_count++] = pid;
			unlock_pager(&shard->mutex);
			return;
		}
		if (pager_is_pending(pager, f)) {
			w->frames[w->count] = frame;
			pager_copy_for_write(
				pager, f, pid, frame, FRAME_WRITE_CHECKPOINT, w->pages + w->count);
			w->count++;
		}
	}
	pager_settle(pager, pid);
	unlock_pager(&shard->mutex);
}

static void visit_all(struct writing *w, const uint64_t *pids, uint64_t count)
{
	uint64_t at = 0;

	while (at < count) {
		uint64_t end;

		if (w->count + PAGER_COPY_PAGES > PAGER_BATCH_PAGES)
			flush(w);
		end = MIN_OF(at + PAGER_COPY_PAGES, count);
		pager_enter(w->pager);
		for (; at < end; at++)
			visit(w, pids[at]);
		pager_leave(w->pager);
		if (at % PAGER_BATCH_PAGES == 0)
			write_all_captured(w);
	}
	flush(w);
}

static int compare_pids(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void sort_pids(struct pager *pager)
{
	uint64_t *pids = pager->checkpoint.pids;
	uint64_t n = 0;

	if (pager->checkpoint.count == 0)
		return;
	qsort(pids, pager->checkpoint.count, sizeof pids[0], compare_pids);
	for (uint64_t i = 0; i < pager->checkpoint.count; i++)
		if (n == 0 || pids[n - 1] != pids[i])
			pids[n++] = pids[i];
	pager->checkpoint.count = n;
}

static void pause_briefly(void)
{
	clock_sleep_ns(100000);
}

static void write_pages(struct pager *pager)
{
	struct writing w = { .pager = pager };
	uint64_t *pids = pager->checkpoint.pids;
	uint64_t count = pager->checkpoint.count;

	w.pages = aligned_alloc(STORE_ALIGN, (size_t)PAGER_BATCH_PAGES * PAGE_BYTES);
	w.again = malloc(MAX_OF(count, 1) * sizeof w.again[0]);
	if (w.pages == NULL || w.again == NULL)
		PANIC("out of memory");
	for (;;) {
		uint64_t *next = w.again;

		w.again_count = 0;
		visit_all(&w, pids, count);
		if (w.again_count == 0)
			break;
		pause_briefly();
		w.again = pids;
		pids = next;
		count = w.again_count;
	}
	if (pids != pager->checkpoint.pids) {
		w.again = pids;
	}
	write_all_captured(&w);
	flush(&w);
	/* What eviction is writing for us (G3). Pairs with pager_checkpointed(). */
	while (atomic_load_explicit(&pager->checkpoint.outstanding, memory_order_acquire) > 0)
		pause_briefly();
	free(w.pages);
	free(w.again);
}

/* ---- calling off -------------------------------------------------------------------------- */

static void drop_captured(struct pager *pager, struct pager_shard *shard)
{
	lock_pager(&shard->mutex);
	for (uint32_t i = 0; i < shard->captured_count; i++) {
		pager->map.current[shard->captured[i].pid].is_captured = 0;
		free(shard->captured[i].image);
	}
	atomic_fetch_sub_explicit(
		&pager->checkpoint.outstanding, shard->captured_count, memory_order_relaxed);
	shard->captured_count = 0;
	unlock_pager(&shard->mutex);
}

/* Nothing has been copied yet but what writers captured. Their pages are dirty in this generation;
   the pages that still wait stay in checkpoint.pids for the next attempt. */
static void call_off(struct pager *pager)
{
	pager_enter(pager);
	atomic_store_explicit(&pager->checkpoint_is_running, false, memory_order_release);
	for (int i = 0; i < PAGER_SHARDS; i++)
		drop_captured(pager, &pager->shards[i]);
	pager_leave(pager);
	while (atomic_load_explicit(&pager->checkpoint.outstanding, memory_order_acquire) > 0)
		pause_briefly();
}

/* ---- run ---------------------------------------------------------------------------------- */

static void sync_blocks(struct pager *pager)
{
	struct error e;

	if (pager->store->ops->block_sync(pager->store, &e) != OK)
		PANIC("could not sync a checkpoint: %s", e.message);
}

static void write_superblock(struct pager *pager, const struct superblock *s)
{
	struct error e;

	pager->superblock = *s;
	if (superblock_save(pager->store, &pager->superblock, &e) != OK)
		PANIC("could not write the superblock: %s", e.message);
}

enum sqlstate checkpoint_run(struct pager *pager, struct error *e)
{
	struct superblock s = pager->superblock;
	uint64_t bound;
	enum sqlstate rc;

	assert(pager_checkpoint_runs(pager));
	sort_pids(pager);
	/* Of the pages listed, those that eviction has written have their block. What was freed
	   counts as changed too: a leaf for each at most, which all the leaves bound. */
	bound = MIN_OF(pager->checkpoint.count, pager->checkpoint.dirty) +
		page_map_blocks_bound(pager->checkpoint.page_limit, pager->checkpoint.page_limit);
	rc = block_space_reserve(&pager->space, bound, e);
	if (rc != OK) {
		call_off(pager);
		return rc;
	}
	write_pages(pager);
	page_map_save(&pager->map, pager->checkpoint.page_limit, &s, &pager->space);
	block_space_unreserve(&pager->space);
	sync_blocks(pager);
	s.sequence++;
	s.lsn = pager->checkpoint.point.lsn;
	s.ts = pager->checkpoint.point.ts;
	s.epoch = pager->checkpoint.point.epoch;
	s.log_crc = pager->checkpoint.point.log_crc;
	s.block_count = pager->store->ops->block_count(pager->store);
	memcpy(s.roots, pager->checkpoint.roots, sizeof s.roots);
	write_superblock(pager, &s);
	return OK;
}

void checkpoint_end(struct pager *pager)
{
	assert(pager_checkpoint_runs(pager));
	assert(atomic_load(&pager->checkpoint.outstanding) == 0);
	pager->checkpoint.count = 0;
	atomic_store_explicit(
		&pager->checkpoint.lsn_done, pager->checkpoint.point.lsn, memory_order_relaxed);
	atomic_fetch_add_explicit(&pager->checkpoint.count_done, 1, memory_order_relaxed);
	atomic_store_explicit(&pager->checkpoint_is_running, false, memory_order_release);
	block_space_release(&pager->space);
}

bool checkpoint_is_running(const struct pager *pager)
{
	return atomic_load_explicit(&pager->checkpoint_is_running, memory_order_acquire);
}

uint64_t checkpoint_lsn(const struct pager *pager)
{
	return atomic_load_explicit(&pager->checkpoint.lsn_done, memory_order_relaxed);
}

uint64_t checkpoint_count(const struct pager *pager)
{
	return atomic_load_explicit(&pager->checkpoint.count_done, memory_order_relaxed);
}

enum sqlstate checkpoint_write(
	struct pager *pager, const struct checkpoint_point *point, struct error *e)
{
	checkpoint_begin(pager, point);
	pager->checkpoint.is_paced = false;
	TRY(checkpoint_run(pager, e));
	checkpoint_end(pager);
	return OK;
}
