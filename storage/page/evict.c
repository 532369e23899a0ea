/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Making room: a clock hand goes round the frames. Every pass makes a page that was used since the
 * last one a step older in credit (three at most) and takes a step from one that was not; a page
 * without credit goes. A scan that touches a page once gives it one step, so that what is used
 * again and again outlives it.
 *
 * A clean page is marked EVICTING; a reader that meets it takes it back. After one grace period for
 * a whole batch nobody can still have a pointer into what is left, and the frames are free. A dirty
 * page is copied in a shared section and written to a new block first: the last checkpoint does not
 * refer to that block, and after a crash the log makes the page again.
 *
 * Pages that a checkpoint has yet to copy (G1) are passed over. One thread evicts at a time.
 */
#include "storage/page/pager_state.h"

#include <stdlib.h>

#include "base/check.h"
#include "storage/store/store.h"

enum { BATCH = 64, PASSES = 5 };

struct victim {
	uint64_t pid;
	uint64_t frame;
	uint32_t crc;
};

struct batch {
	struct victim clean[BATCH];
	struct victim dirty[BATCH];
	uint32_t clean_count;
	uint32_t dirty_count;
};

/* RESIDENT and untouched to EVICTING; false if a reader came first. P4. */
static bool mark_evicting(struct pager *pager, uint64_t pid, uint64_t frame) HOLDS(pager)
{
	struct translation *t = &pager->translations[pid];
	uint64_t word = atomic_load_explicit(&t->word, memory_order_relaxed);

	if (translation_state(word) != TRANSLATION_RESIDENT || translation_frame(word) != frame)
		return false;
	if ((word & TRANSLATION_TOUCHED) || pager_is_pinned(pager, &pager->frames[frame]))
		return false;
	assert(!pager->frames[frame].is_dirty);
	assert(pager->frames[frame].write == FRAME_WRITE_NONE);
	/* Ordered before the grace period by the fences inside quiesce(). */
	return atomic_compare_exchange_strong(
		&t->word, &word, translation_word(TRANSLATION_EVICTING, frame));
}

/* One step of the clock for a page; true if it is out of credit. */
static bool age_page(struct translation *t, uint64_t frame)
{
	uint64_t word = atomic_load_explicit(&t->word, memory_order_relaxed);
	uint64_t next;
	uint64_t age;

	do {
		if (translation_state(word) != TRANSLATION_RESIDENT ||
			translation_frame(word) != frame)
			return false;
		age = (word & TRANSLATION_AGE_MASK) >> TRANSLATION_AGE_SHIFT;
		if (word & TRANSLATION_TOUCHED)
			age = MIN_OF(age + 1, TRANSLATION_AGE_MOST);
		else if (age == 0)
			return true;
		else
			age--;
		next = translation_word(TRANSLATION_RESIDENT, frame) | age << TRANSLATION_AGE_SHIFT;
	} while (!atomic_compare_exchange_weak_explicit(
		&t->word, &word, next, memory_order_relaxed, memory_order_relaxed));
	return false;
}

static void consider(struct pager *pager, uint64_t frame, struct batch *b)
{
	struct frame *f = &pager->frames[frame];
	uint64_t pid = atomic_load_explicit(&f->pid, memory_order_relaxed);
	struct pager_shard *shard;

	if (pid == PAGE_NONE)
		return;
	shard = pager_shard_of(pager, pid);
	lock_pager(&shard->mutex);
	if (atomic_load_explicit(&f->pid, memory_order_relaxed) == pid &&
		f->write == FRAME_WRITE_NONE && !pager_is_pinned(pager, f) &&
		age_page(&pager->translations[pid], frame)) {
		struct victim v = { .pid = pid, .frame = frame };

		if (f->is_dirty) {
			if (!pager_is_pending(pager, f) && b->dirty_count < BATCH)
				b->dirty[b->dirty_count++] = v;
		} else if (mark_evicting(pager, pid, frame)) {
			b->clean[b->clean_count++] = v;
		}
	}
	unlock_pager(&shard->mutex);
}

static void choose(struct pager *pager, uint64_t wanted, struct batch *b) HOLDS(evict)
{
	uint64_t frames, steps;

	lock_frame(&pager->frame_mutex);
	frames = pager->frames_fresh;
	unlock_frame(&pager->frame_mutex);
	wanted = MIN_OF(wanted, BATCH);
	for (steps = 0; steps < frames * PASSES; steps++) {
		if (b->clean_count + b->dirty_count >= wanted)
			return;
		if (++pager->evict_hand >= frames)
			pager->evict_hand = 0;
		consider(pager, pager->evict_hand, b);
	}
}

/* ---- dirty pages -------------------------------------------------------------------------- */

/* Blocks for `count` images, in runs; taken before anything is copied, so that a full disk changes
   nothing. */
static enum sqlstate take_blocks(
	struct pager *pager, uint64_t *blocks, uint32_t count, struct error *e)
{
	uint32_t n = 0;

	while (n < count) {
		uint64_t first;
		uint32_t got;
		enum sqlstate rc =
			block_space_take(&pager->space, count - n, false, &first, &got, e);

		if (rc != OK) {
			while (n > 0)
				block_space_free(&pager->space, blocks[--n]);
			return rc;
		}
		for (uint32_t i = 0; i < got; i++)
			blocks[n++] = first + i;
	}
	return OK;
}

/* Copies what is still dirty into the buffer; the victims left are those copied. */
static void copy_dirty(struct pager *pager, struct batch *b) HOLDS(evict)
{
	uint32_t n = 0;

	pager_enter(pager);
	for (uint32_t i = 0; i < b->dirty_count; i++) {
		struct victim v = b->dirty[i];
		struct frame *f = &pager->frames[v.frame];
		struct pager_shard *shard = pager_shard_of(pager, v.pid);

		lock_pager(&shard->mutex);
		if (atomic_load_explicit(&f->pid, memory_order_relaxed) == v.pid && f->is_dirty &&
			f->write == FRAME_WRITE_NONE && !pager_is_pending(pager, f)) {
			pager_copy_for_write(pager, f, v.pid, v.frame, FRAME_WRITE_CLEAN,
				pager->evict_buffer + n);
			b->dirty[n++] = v;
		}
		unlock_pager(&shard->mutex);
	}
	pager_leave(pager);
	b->dirty_count = n;
}

static void write_copies(struct pager *pager, const struct batch *b, const uint64_t *blocks)
	HOLDS(evict)
{
	struct store_transfer transfers[BATCH];
	uint32_t n = 0;
	struct error e;

	for (uint32_t i = 0; i < b->dirty_count; i++) {
		pager->evict_buffer[i].crc = page_checksum(pager->evict_buffer + i);
		if (n > 0 && transfers[n - 1].block + transfers[n - 1].count == blocks[i])
			transfers[n - 1].count++;
		else
			transfers[n++] =
				(struct store_transfer){ blocks[i], 1, pager->evict_buffer + i };
	}
	if (n > 0 && pager->store->ops->block_write(pager->store, transfers, n, &e) != OK)
		PANIC("could not write pages: %s", e.message);
}

static enum sqlstate clean_victims(struct pager *pager, struct batch *b, struct error *e)
	HOLDS(evict)
{
	uint64_t blocks[BATCH];
	uint32_t taken = b->dirty_count;

	if (pager->evict_buffer == NULL) {
		pager->evict_buffer = aligned_alloc(STORE_ALIGN, (size_t)BATCH * PAGE_BYTES);
		if (pager->evict_buffer == NULL)
			PANIC("out of memory");
	}
	TRY(take_blocks(pager, blocks, taken, e));
	copy_dirty(pager, b);
	write_copies(pager, b, blocks);
	while (taken > b->dirty_count)
		block_space_free(&pager->space, blocks[--taken]);
	for (uint32_t i = 0; i < b->dirty_count; i++) {
		const struct victim *v = &b->dirty[i];
		struct frame *f = &pager->frames[v->frame];
		struct pager_shard *shard = pager_shard_of(pager, v->pid);

		lock_pager(&shard->mutex);
		pager_write_done(pager, v->frame, v->pid, blocks[i], pager->evict_buffer[i].crc);
		if (atomic_load_explicit(&f->pid, memory_order_relaxed) == v->pid && !f->is_dirty &&
			b->clean_count < BATCH && mark_evicting(pager, v->pid, v->frame))
			b->clean[b->clean_count++] = *v;
		unlock_pager(&shard->mutex);
	}
	atomic_fetch_add_explicit(&pager->evictions_dirty, b->dirty_count, memory_order_relaxed);
	return OK;
}

/* ---- clean pages -------------------------------------------------------------------------- */

/* After the grace period: true if the frame is free now. */
static bool finish(struct pager *pager, const struct victim *v)
{
	struct pager_shard *shard = pager_shard_of(pager, v->pid);
	struct translation *t = &pager->translations[v->pid];
	uint64_t word = translation_word(TRANSLATION_EVICTING, v->frame);
	bool is_free;

	lock_pager(&shard->mutex);
	if (pager_is_pinned(pager, &pager->frames[v->frame]) &&
		atomic_compare_exchange_strong(&t->word, &word,
			translation_word(TRANSLATION_RESIDENT, v->frame))) {
		unlock_pager(&shard->mutex);
		return false;
	}
	word = translation_word(TRANSLATION_EVICTING, v->frame);
	/* A rescue makes it RESIDENT; pager_free() ABSENT, with another frame's life since then. */
	is_free = atomic_compare_exchange_strong(&t->word, &word, TRANSLATION_ABSENT);
	if (is_free) {
		atomic_fetch_sub_explicit(&pager->pages_resident, 1, memory_order_relaxed);
		pager_frame_release(pager, v->frame);
	}
	unlock_pager(&shard->mutex);
	return is_free;
}

enum sqlstate pager_evict(struct pager *pager, uint64_t wanted, uint64_t *won, struct error *e)
{
	struct batch b;
	enum sqlstate rc = OK;

	*won = 0;
	b.clean_count = 0;
	b.dirty_count = 0;
	lock_evict(&pager->evict_mutex);
	atomic_fetch_add_explicit(&pager->evictions_now, 1, memory_order_acq_rel);
	choose(pager, wanted, &b);
	if (b.dirty_count > 0)
		rc = clean_victims(pager, &b, e);
	if (b.clean_count > 0) {
		if (pager->engine.quiesce != NULL)
			pager->engine.quiesce(pager->engine.context);
		for (uint32_t i = 0; i < b.clean_count; i++)
			*won += finish(pager, &b.clean[i]);
	}
	atomic_fetch_add_explicit(&pager->evictions, *won, memory_order_relaxed);
	/* Pairs with the load in pager_may_miss(). */
	atomic_fetch_sub_explicit(&pager->evictions_now, 1, memory_order_release);
	unlock_evict(&pager->evict_mutex);
	return *won > 0 ? OK : rc;
}
