/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The pager's everyday work: finding a page, reading a missing one, changing, making and freeing
 * one. The states of a page, the rules (P1 …) and the generations of checkpoints (G1 …) are in
 * pager_state.h.
 *
 * A hit is one load of the translation word, one test of its touched bit and two compares in the
 * page's header. There is no pin: a frame is reused only after a grace period in which every
 * section of the engine lock that could have seen the word has ended.
 *
 * It refuses to do I/O under the engine lock, with one exception that is counted: a writer that
 * meets a page which nobody prefaulted reads it in place.
 */
#include "storage/page/pager.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/check.h"
#include "storage/log/wal.h"
#include "storage/page/pager_state.h"
#include "storage/page/reserve.h"
#include "storage/store/store.h"

/* ---- opening ------------------------------------------------------------------------------ */

static enum sqlstate create_database(struct pager *pager, struct error *e)
{
	struct superblock *s = &pager->superblock;

	memset(s, 0, sizeof *s);
	if (getrandom(s->uuid, sizeof s->uuid, 0) != (ssize_t)sizeof s->uuid)
		return FAIL(e, E_IO, "could not get random bytes: errno %d", errno);
	s->sequence = 1;
	s->lsn = WAL_FIRST_LSN;
	s->epoch = 1;
	s->block_count = pager->store->ops->block_count(pager->store);
	s->page_limit = 1;
	return superblock_save(pager->store, s, e);
}

/* Nothing but the room for superblocks, and no log: there cannot be any data. A creation that was
   cut short leaves this, perhaps with a torn superblock. */
static enum sqlstate holds_nothing(struct pager *pager, bool *answer, struct error *e)
{
	uint64_t first, end;

	TRY(pager->store->ops->log_range(pager->store, &first, &end, e));
	*answer = first == end &&
		  pager->store->ops->block_count(pager->store) == STORE_SUPERBLOCK_COPIES;
	return OK;
}

static enum sqlstate load_superblock(
	struct pager *pager, bool create, bool *was_created, struct error *e)
{
	bool found, is_empty, is_bare;

	*was_created = false;
	TRY(superblock_load(pager->store, &pager->superblock, &found, &is_empty, e));
	if (found)
		return OK;
	TRY(holds_nothing(pager, &is_bare, e));
	if (!is_bare) {
		FAIL(e, E_DATA_CORRUPTED, "no valid superblock found");
		error_detail(e, "None of the %d copies is whole.", STORE_SUPERBLOCK_COPIES);
		return e->code;
	}
	if (!create)
		return FAIL(e, E_NO_FILE, "no database found");
	*was_created = true;
	return create_database(pager, e);
}

static void make_frames(struct pager *pager, const struct pager_options *options)
{
	uint64_t reserve = options->reserve_bytes / PAGE_BYTES;

	pager->pool_frames = MAX_OF(options->pool_bytes / PAGE_BYTES, PAGER_FRAMES_LEAST);
	if (options->reserve_bytes == 0)
		reserve = MAX_OF(pager->pool_frames, ((uint64_t)8 << 30) / PAGE_BYTES);
	pager->frames_most = pager->pool_frames + reserve;
	assert(pager->frames_most <= UINT32_MAX);
	pager->pool = reserve_map(pager->frames_most * PAGE_BYTES);
	reserve_advise_huge(pager->pool, pager->pool_frames * PAGE_BYTES);
	pager->frames = reserve_map(pager->frames_most * sizeof(struct frame));
	lock_frame(&pager->frame_mutex);
	pager->free_frames = reserve_map(pager->frames_most * sizeof(uint32_t));
	unlock_frame(&pager->frame_mutex);
	pager->translations = reserve_map(PAGE_LIMIT_MOST * sizeof(struct translation));
}

static struct pager *make_pager(const struct pager_options *options)
{
	struct pager *pager = aligned_alloc(128, (sizeof *pager + 127) / 128 * 128);

	if (pager == NULL)
		PANIC("out of memory");
	memset(pager, 0, sizeof *pager);
	pager->store = options->store;
	pager->engine = options->engine;
	atomic_store(&pager->generation, 1);
	atomic_store(&pager->pin_turn, 1);
	mutex_init(&pager->frame_mutex);
	mutex_init(&pager->evict_mutex);
	for (int i = 0; i < PAGER_SHARDS; i++) {
		mutex_init(&pager->shards[i].mutex);
		mutex_init(&pager->shards[i].dirty_mutex);
		condition_init(&pager->shards[i].read_done);
	}
	make_frames(pager, options);
	page_map_init(&pager->map);
	block_space_init(&pager->space, options->store);
	return pager;
}

enum sqlstate pager_open(const struct pager_options *options, struct pager **out, struct error *e)
{
	struct pager *pager = make_pager(options);
	bool was_created = false;
	enum sqlstate rc;

	TRY_GOTO(fail, load_superblock(pager, options->create, &was_created, e));
	TRY_GOTO(fail, page_map_load(&pager->map, &pager->superblock, &pager->space, e));
	atomic_store(&pager->pages_total, pager->map.page_limit - 1 - pager->map.free.count);
	memcpy(pager->roots, pager->superblock.roots, sizeof pager->roots);
	memcpy(pager->origin.uuid, pager->superblock.uuid, sizeof pager->origin.uuid);
	pager->origin.checkpoint_sequence = pager->superblock.sequence;
	pager->origin.lsn = pager->superblock.lsn;
	pager->origin.ts = pager->superblock.ts;
	pager->origin.epoch = pager->superblock.epoch;
	pager->origin.log_crc = pager->superblock.log_crc;
	pager->origin.was_created = was_created;
	atomic_store(&pager->checkpoint.lsn_done, pager->superblock.lsn);
	*out = pager;
	return OK;
fail:
	pager_close(pager);
	*out = NULL;
	return rc;
}

static void close_shard(struct pager_shard *shard)
{
	lock_pager(&shard->mutex);
	for (uint32_t i = 0; i < shard->captured_count; i++)
		free(shard->captured[i].image);
	free(shard->captured);
	unlock_pager(&shard->mutex);
	lock_dirty(&shard->dirty_mutex);
	free(shard->dirty);
	unlock_dirty(&shard->dirty_mutex);
	mutex_destroy(&shard->mutex);
	mutex_destroy(&shard->dirty_mutex);
	condition_destroy(&shard->read_done);
}

void pager_close(struct pager *pager)
{
	for (int i = 0; i < PAGER_SHARDS; i++)
		close_shard(&pager->shards[i]);
	page_map_destroy(&pager->map);
	block_space_destroy(&pager->space);
	reserve_unmap(pager->pool, pager->frames_most * PAGE_BYTES);
	reserve_unmap(pager->frames, pager->frames_most * sizeof(struct frame));
	lock_frame(&pager->frame_mutex);
	reserve_unmap(pager->free_frames, pager->frames_most * sizeof(uint32_t));
	unlock_frame(&pager->frame_mutex);
	reserve_unmap(pager->translations, PAGE_LIMIT_MOST * sizeof(struct translation));
	lock_evict(&pager->evict_mutex);
	free(pager->evict_buffer);
	unlock_evict(&pager->evict_mutex);
	mutex_destroy(&pager->frame_mutex);
	mutex_destroy(&pager->evict_mutex);
	free(pager->freed);
	free(pager->checkpoint.pids);
	free(pager);
}

void pager_origin(const struct pager *pager, struct pager_origin *out)
{
	*out = pager->origin;
}

void pager_set_engine(struct pager *pager, const struct pager_engine *engine)
{
	pager->engine = *engine;
}

/* ---- finding ------------------------------------------------------------------------------ */

static void note_miss(struct page_view *view, uint64_t pid, enum page_type expected)
{
	if (view->missing_count == PAGE_VIEW_MISSES)
		return;
	for (uint32_t i = 0; i < view->missing_count; i++)
		if (view->missing[i] == pid)
			return;
	if (view->missing_count == 0)
		view->missing_pid = pid;
	view->missing[view->missing_count] = pid;
	view->missing_type[view->missing_count++] = (uint8_t)expected;
}

static COLD void note_corrupt(
	struct page_view *view, uint64_t pid, enum page_type expected, uint8_t found)
{
	view->corrupt = true;
	view->corrupt_pid = pid;
	view->expected_type = (uint8_t)expected;
	view->found_type = found;
}

/* The frame of a resident page, or false. Marks the page as used. */
static inline bool find_frame(struct translation *t, uint64_t *frame)
{
	uint64_t word = atomic_load_explicit(&t->word, memory_order_acquire);

	while (translation_state(word) >= TRANSLATION_RESIDENT) {
		uint64_t wanted = (word & ~(uint64_t)TRANSLATION_STATE_MASK) |
				  TRANSLATION_RESIDENT | TRANSLATION_TOUCHED;

		*frame = translation_frame(word);
		if (LIKELY(word == wanted))
			return true;
		/* First use since the hand passed, or a rescue from eviction (P1). */
		if (atomic_compare_exchange_weak_explicit(
			    &t->word, &word, wanted, memory_order_acquire, memory_order_acquire))
			return true;
	}
	return false;
}

static inline void pin(struct pager *pager, struct frame *f)
{
	atomic_store_explicit(&f->pin,
		atomic_load_explicit(&pager->pin_turn, memory_order_relaxed),
		memory_order_relaxed);
}

void pager_unpin(struct pager *pager)
{
	uint32_t turn = atomic_load_explicit(&pager->pin_turn, memory_order_relaxed) + 1;

	atomic_store_explicit(&pager->pin_turn, MAX_OF(turn, 1u), memory_order_relaxed);
}

bool pager_may_miss(const struct pager *pager)
{
	/* Pairs with the end of pager_evict(): what that took away counts as not resident. */
	return atomic_load_explicit(&pager->evictions_now, memory_order_acquire) != 0 ||
	       atomic_load_explicit(&pager->pages_resident, memory_order_relaxed) <
		       atomic_load_explicit(&pager->pages_total, memory_order_relaxed);
}

_Thread_local struct pager_counts pager_thread_counts;

const struct page *pager_get(
	struct pager *pager, uint64_t pid, enum page_type expected, struct page_view *view)
{
	struct translation *t;
	const struct page *p;
	uint64_t frame;

	if (UNLIKELY(pid >= pager->map.page_limit || pid == PAGE_NONE)) {
		note_corrupt(view, pid, expected, PAGE_TYPE_NONE);
		return NULL;
	}
	t = &pager->translations[pid];
	if (UNLIKELY(!find_frame(t, &frame))) {
		if (number_set_has(&pager->map.free, pid))
			note_corrupt(view, pid, expected, PAGE_TYPE_NONE);
		else
			note_miss(view, pid, expected);
		return NULL;
	}
	p = pager_frame_page(pager, frame);
	if (UNLIKELY(p->type != (uint8_t)expected || p->pid != pid)) {
		note_corrupt(view, pid, expected, p->type);
		return NULL;
	}
	pager_thread_counts.hits++;
	if (UNLIKELY(view->pins))
		pin(pager, &pager->frames[frame]);
	if (t->max_ts > view->newest_ts)
		view->newest_ts = t->max_ts;
	return p;
}

void pager_prefetch(
	struct pager *pager, uint64_t pid, enum page_type expected, struct page_view *view)
{
	uint64_t frame;

	if (pid >= pager->map.page_limit || pid == PAGE_NONE)
		return;
	if (find_frame(&pager->translations[pid], &frame))
		__builtin_prefetch(pager_frame_page(pager, frame));
	else if (!number_set_has(&pager->map.free, pid))
		note_miss(view, pid, expected);
}

/* ---- reading ------------------------------------------------------------------------------ */

/* One page claimed for reading, or one that another thread reads already. */
struct claim {
	uint64_t pid;
	uint64_t word;
	uint64_t block;
	uint32_t crc;
	bool is_mine;
	bool pins;
};

static bool image_is_right(const struct page *p, uint64_t pid, uint32_t crc)
{
	return p->crc == crc && page_checksum(p) == crc && p->pid == pid && p->type > PAGE_MAP &&
	       p->type < PAGE_TYPE_COUNT;
}

/* Claims an absent page for reading into `frame`. False: there is nothing to read. */
static bool claim_page(struct pager *pager, uint64_t pid, uint64_t frame, struct claim *c)
{
	struct pager_shard *shard = pager_shard_of(pager, pid);
	struct translation *t = &pager->translations[pid];
	enum translation_state state;
	bool is_wanted = false;

	lock_pager(&shard->mutex);
	state = translation_state(atomic_load_explicit(&t->word, memory_order_relaxed));
	*c = (struct claim){ .pid = pid };
	if (state == TRANSLATION_READING) {
		is_wanted = true;
	} else if (state == TRANSLATION_ABSENT && pager->map.current[pid].block != 0) {
		is_wanted = true;
		c->is_mine = true;
		c->word = translation_word(TRANSLATION_READING, frame);
		c->block = pager->map.current[pid].block;
		c->crc = pager->map.current[pid].crc;
		atomic_store_explicit(&t->word, c->word, memory_order_relaxed);
	}
	unlock_pager(&shard->mutex);
	return is_wanted;
}

static void publish_locked(struct pager *pager, uint64_t pid, uint64_t frame) HOLDS(pager)
{
	struct frame *f = &pager->frames[frame];

	assert(f->write == FRAME_WRITE_NONE);
	f->is_dirty = false;
	f->is_superseded = false;
	f->is_zombie = false;
	atomic_store_explicit(&f->pin, 0, memory_order_relaxed);
	atomic_store_explicit(&f->pid, pid, memory_order_relaxed);
	/* Pairs with the load in find_frame(). */
	atomic_store_explicit(&pager->translations[pid].word,
		translation_word(TRANSLATION_RESIDENT, frame), memory_order_release);
	atomic_fetch_add_explicit(&pager->pages_resident, 1, memory_order_relaxed);
}

/* Ends a claim. If the page was freed meanwhile, its block may have been written anew: then what
   was read means nothing. False: the image is wrong, and it matters. */
static bool settle_claim(struct pager *pager, const struct claim *c, bool was_read)
{
	struct pager_shard *shard = pager_shard_of(pager, c->pid);
	struct translation *t = &pager->translations[c->pid];
	uint64_t frame = translation_frame(c->word);
	bool is_right = was_read && image_is_right(pager_frame_page(pager, frame), c->pid, c->crc);
	bool was_published = false;
	bool is_current;

	lock_pager(&shard->mutex);
	is_current = atomic_load_explicit(&t->word, memory_order_relaxed) == c->word;
	if (is_current && is_right) {
		publish_locked(pager, c->pid, frame);
		if (c->pins)
			pin(pager, &pager->frames[frame]);
		was_published = true;
	} else if (is_current) {
		atomic_store_explicit(&t->word, TRANSLATION_ABSENT, memory_order_relaxed);
	}
	condition_broadcast(&shard->read_done);
	unlock_pager(&shard->mutex);
	if (!was_published)
		pager_frame_release(pager, frame);
	return is_right || !is_current;
}

static void wait_for_reader(struct pager *pager, uint64_t pid)
{
	struct pager_shard *shard = pager_shard_of(pager, pid);
	struct translation *t = &pager->translations[pid];

	lock_pager(&shard->mutex);
	while (translation_state(atomic_load_explicit(&t->word, memory_order_relaxed)) ==
		TRANSLATION_READING)
		condition_wait(&shard->read_done, &shard->mutex, 0);
	unlock_pager(&shard->mutex);
}

/* A frame to read into, by eviction if need be. While a checkpoint holds on to every page there is
   nothing to evict; then the reserve is for us too. */
static enum sqlstate win_frame(struct pager *pager, uint64_t *frame, struct error *e)
{
	/* Few at a time from a small pool: else the hand would go round again and again. */
	uint64_t wanted = MIN_OF(MAX_OF(pager->pool_frames / 16, 1), 32);

	for (int attempt = 0; attempt < 4; attempt++) {
		uint64_t won;

		if (pager_frame_take(pager, false, frame))
			return OK;
		TRY(pager_evict(pager, wanted, &won, e));
	}
	if (pager_frame_take(pager, true, frame))
		return OK;
	FAIL(e, E_OUT_OF_MEMORY, "no buffer for a page is available");
	error_hint(e, "Increase the setting \"shared_buffers\".");
	return e->code;
}

static COLD enum sqlstate damaged(const struct claim *c, struct error *e)
{
	FAIL(e, E_DATA_CORRUPTED, "page %" PRIu64 " in block %" PRIu64 " is damaged", c->pid,
		c->block);
	error_detail(e, "What was read is not what was written there.");
	return e->code;
}

static enum sqlstate read_claims(
	struct pager *pager, struct claim *claims, uint32_t count, struct error *e)
{
	struct store_transfer transfers[PAGE_VIEW_MISSES];
	enum sqlstate rc = OK;
	uint32_t n = 0;

	for (uint32_t i = 0; i < count; i++)
		if (claims[i].is_mine)
			transfers[n++] = (struct store_transfer){ claims[i].block, 1,
				pager_frame_page(pager, translation_frame(claims[i].word)) };
	store_assert_unlocked();
	if (n > 0)
		rc = pager->store->ops->block_read(pager->store, transfers, n, e);
	for (uint32_t i = 0; i < count; i++)
		if (claims[i].is_mine && !settle_claim(pager, &claims[i], rc == OK) && rc == OK)
			rc = damaged(&claims[i], e);
	for (uint32_t i = 0; i < count; i++)
		if (!claims[i].is_mine)
			wait_for_reader(pager, claims[i].pid);
	atomic_fetch_add_explicit(&pager->misses, n, memory_order_relaxed);
	pager_thread_counts.misses += n;
	return rc;
}

static COLD enum sqlstate unexpected(const struct page_view *view, struct error *e)
{
	if (view->found_type == PAGE_TYPE_NONE)
		return FAIL(
			e, E_DATA_CORRUPTED, "page %" PRIu64 " does not exist", view->corrupt_pid);
	return FAIL(e, E_DATA_CORRUPTED, "page %" PRIu64 " has type %u where type %u is expected",
		view->corrupt_pid, view->found_type, view->expected_type);
}

/* Frames come before claims: winning one may wait for the exclusive engine lock's holder, who may
   wait for a claimed page. *count: how many were won. */
static enum sqlstate win_frames(
	struct pager *pager, uint64_t *frames, uint32_t wanted, uint32_t *count, struct error *e)
{
	for (*count = 0; *count < wanted; ++*count)
		TRY(win_frame(pager, &frames[*count], e));
	return OK;
}

enum sqlstate pager_page_in(struct pager *pager, struct page_view *view, struct error *e)
{
	struct claim claims[PAGE_VIEW_MISSES];
	uint64_t frames[PAGE_VIEW_MISSES];
	uint32_t frame_count;
	uint32_t count = 0;
	uint32_t used = 0;
	bool pins = view->pins;
	enum sqlstate rc;

	if (view->corrupt) {
		rc = unexpected(view, e);
		page_view_init(view);
		return rc;
	}
	rc = win_frames(pager, frames, view->missing_count, &frame_count, e);
	for (uint32_t i = 0; i < view->missing_count && rc == OK; i++) {
		if (!claim_page(pager, view->missing[i], frames[used], &claims[count]))
			continue;
		claims[count].pins = pins;
		used += claims[count++].is_mine;
	}
	while (frame_count > used)
		pager_frame_release(pager, frames[--frame_count]);
	page_view_init(view);
	view->pins = pins;
	return rc == OK ? read_claims(pager, claims, count, e) : rc;
}

/* ---- writing ------------------------------------------------------------------------------ */

/* Under the exclusive engine lock and the shard's mutex; a page nobody prefaulted. */
static COLD void read_in_place(struct pager *pager, uint64_t pid) HOLDS(pager)
{
	const struct map_entry *entry = &pager->map.current[pid];
	struct store_transfer transfer = { entry->block, 1, NULL };
	struct error e;
	uint64_t frame;

	if (entry->block == 0)
		PANIC("page %" PRIu64 " does not exist", pid);
	if (!pager_frame_take(pager, true, &frame))
		PANIC("the reserve of page buffers is exhausted");
	transfer.buffer = pager_frame_page(pager, frame);
	if (pager->store->ops->block_read(pager->store, &transfer, 1, &e) != OK)
		PANIC("could not read page %" PRIu64 ": %s", pid, e.message);
	if (!image_is_right(transfer.buffer, pid, entry->crc))
		PANIC("page %" PRIu64 " in block %" PRIu64 " is damaged", pid,
			(uint64_t)entry->block);
	publish_locked(pager, pid, frame);
	atomic_fetch_add_explicit(&pager->reads_in_place, 1, memory_order_relaxed);
}

/* The frame of the page, which is RESIDENT afterwards. */
static uint64_t make_resident(struct pager *pager, uint64_t pid) HOLDS(pager)
{
	struct pager_shard *shard = pager_shard_of(pager, pid);
	struct translation *t = &pager->translations[pid];

	for (;;) {
		uint64_t frame;

		if (find_frame(t, &frame))
			return frame;
		if (translation_state(atomic_load_explicit(&t->word, memory_order_relaxed)) ==
			TRANSLATION_READING)
			condition_wait(&shard->read_done, &shard->mutex, 0);
		else
			read_in_place(pager, pid);
	}
}

static struct page *expect(
	struct pager *pager, uint64_t frame, uint64_t pid, enum page_type expected)
{
	struct page *p = pager_frame_page(pager, frame);

	if (UNLIKELY(p->type != (uint8_t)expected || p->pid != pid))
		PANIC("page %" PRIu64 " has type %u and number %" PRIu64
		      " where type %d is expected",
			pid, p->type, p->pid, (int)expected);
	return p;
}

static void check_number(const struct pager *pager, uint64_t pid)
{
	if (UNLIKELY(pid == PAGE_NONE || pid >= pager->map.page_limit))
		PANIC("page %" PRIu64 " does not exist", pid);
}

struct page *pager_modify(struct pager *pager, uint64_t pid, enum page_type expected, uint64_t ts)
{
	struct translation *t = &pager->translations[pid];
	struct pager_shard *shard = pager_shard_of(pager, pid);
	struct page *p;
	uint64_t frame;

	check_number(pager, pid);
	if (LIKELY(find_frame(t, &frame)) && pager->frames[frame].is_dirty &&
		pager->frames[frame].dirty_generation == pager_generation(pager)) {
		p = expect(pager, frame, pid, expected);
	} else {
		lock_pager(&shard->mutex);
		frame = make_resident(pager, pid);
		p = expect(pager, frame, pid, expected);
		pager_mark_dirty(pager, &pager->frames[frame], pid);
		unlock_pager(&shard->mutex);
	}
	if (ts > t->max_ts)
		t->max_ts = ts;
	p->last_ts = ts;
	return p;
}

const struct page *pager_require(struct pager *pager, uint64_t pid, enum page_type expected)
{
	struct pager_shard *shard = pager_shard_of(pager, pid);
	uint64_t frame;

	check_number(pager, pid);
	if (UNLIKELY(!find_frame(&pager->translations[pid], &frame))) {
		lock_pager(&shard->mutex);
		frame = make_resident(pager, pid);
		unlock_pager(&shard->mutex);
	}
	return expect(pager, frame, pid, expected);
}

static uint64_t next_number(struct pager *pager)
{
	uint64_t pid = number_set_lowest(&pager->map.free);

	if (pid != UINT64_MAX) {
		number_set_remove(&pager->map.free, pid);
		return pid;
	}
	if (pager->map.page_limit >= PAGE_LIMIT_MOST)
		PANIC("the database has reached its greatest size");
	return pager->map.page_limit++;
}

uint64_t pager_allocate(struct pager *pager, enum page_type type, uint64_t ts, struct page **out)
{
	uint64_t pid = next_number(pager);
	struct pager_shard *shard = pager_shard_of(pager, pid);
	struct page *p;
	uint64_t frame;

	assert(type > PAGE_MAP);
	assert(type < PAGE_TYPE_COUNT);
	if (!pager_frame_take(pager, true, &frame))
		PANIC("the reserve of page buffers is exhausted");
	p = pager_frame_page(pager, frame);
	memset(p, 0, PAGE_BYTES);
	p->type = (uint8_t)type;
	p->pid = pid;
	p->last_ts = ts;
	lock_pager(&shard->mutex);
	publish_locked(pager, pid, frame);
	pin(pager, &pager->frames[frame]); /* the operation that made it will come back to it */
	pager_mark_dirty(pager, &pager->frames[frame], pid);
	unlock_pager(&shard->mutex);
	pager->translations[pid].max_ts = ts;
	atomic_fetch_add_explicit(&pager->pages_total, 1, memory_order_relaxed);
	if (out != NULL)
		*out = p;
	return pid;
}

static void note_freed(struct pager *pager, uint64_t pid)
{
	if (pager->freed_count == pager->freed_capacity) {
		pager->freed_capacity = MAX_OF(2 * pager->freed_capacity, 64);
		pager->freed =
			realloc(pager->freed, pager->freed_capacity * sizeof pager->freed[0]);
		if (pager->freed == NULL)
			PANIC("out of memory");
	}
	pager->freed[pager->freed_count++] = pid;
}

void pager_free(struct pager *pager, uint64_t pid)
{
	struct pager_shard *shard = pager_shard_of(pager, pid);
	struct translation *t = &pager->translations[pid];
	struct frame *f = NULL;
	uint64_t frame = 0;

	check_number(pager, pid);
	assert(!number_set_has(&pager->map.free, pid));
	lock_pager(&shard->mutex);
	if (find_frame(t, &frame))
		f = &pager->frames[frame];
	pager_forget_image(pager, f, pid);
	/* A reader that is paging it in finds its claim gone. */
	atomic_store_explicit(&t->word, TRANSLATION_ABSENT, memory_order_relaxed);
	condition_broadcast(&shard->read_done);
	if (f != NULL) {
		atomic_fetch_sub_explicit(&pager->pages_resident, 1, memory_order_relaxed);
		atomic_store_explicit(&f->pid, PAGE_NONE, memory_order_relaxed);
		f->is_zombie = f->write != FRAME_WRITE_NONE;
		if (!f->is_zombie)
			pager_frame_release(pager, frame);
	}
	unlock_pager(&shard->mutex);
	atomic_fetch_sub_explicit(&pager->pages_total, 1, memory_order_relaxed);
	number_set_add(&pager->map.free, pid);
	note_freed(pager, pid);
}

uint64_t pager_root_get(const struct pager *pager, enum pager_root root)
{
	assert(root < PAGER_ROOT_COUNT);
	return pager->roots[root];
}

void pager_root_set(struct pager *pager, enum pager_root root, uint64_t value)
{
	assert(root < PAGER_ROOT_COUNT);
	pager->roots[root] = value;
}

/* ---- care --------------------------------------------------------------------------------- */

enum sqlstate pager_make_room(struct pager *pager, struct error *e)
{
	uint64_t spare = MIN_OF(MAX_OF(pager->pool_frames * 3 / 100, 4), 1024);
	uint64_t target = pager->pool_frames - spare;

	pager_unpin(pager);
	for (;;) {
		uint64_t used = atomic_load_explicit(&pager->frames_used, memory_order_relaxed);
		uint64_t won;

		if (used <= target)
			return OK;
		TRY(pager_evict(pager, used - target, &won, e));
		if (won == 0)
			return OK; /* a checkpoint holds them; there will be another call */
	}
}

uint64_t pager_page_limit(const struct pager *pager)
{
	return pager->map.page_limit;
}

uint64_t pager_next_number(const struct pager *pager)
{
	uint64_t pid = number_set_lowest(&pager->map.free);

	return pid != UINT64_MAX ? pid : pager->map.page_limit;
}

bool pager_exists(const struct pager *pager, uint64_t pid)
{
	return pid != PAGE_NONE && pid < pager->map.page_limit &&
	       !number_set_has(&pager->map.free, pid);
}

void pager_statistics(struct pager *pager, struct pager_statistics *out)
{
	out->pages_total = atomic_load_explicit(&pager->pages_total, memory_order_relaxed);
	out->pages_resident = atomic_load_explicit(&pager->pages_resident, memory_order_relaxed);
	out->pages_dirty = atomic_load_explicit(&pager->pages_dirty, memory_order_relaxed);
	out->misses = atomic_load_explicit(&pager->misses, memory_order_relaxed);
	out->reads_in_place = atomic_load_explicit(&pager->reads_in_place, memory_order_relaxed);
	out->evictions = atomic_load_explicit(&pager->evictions, memory_order_relaxed);
	out->evictions_dirty = atomic_load_explicit(&pager->evictions_dirty, memory_order_relaxed);
	block_space_counts(&pager->space, &out->blocks_total, &out->blocks_free);
}
