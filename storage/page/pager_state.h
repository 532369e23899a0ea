/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The inside of the pager, shared by pager.c (finding, reading, changing), pager_write.c (what
 * becomes of an image once it is written), evict.c (making room) and checkpoint.c.
 *
 * The life of a page in its translation word:
 *
 *     ABSENT --page_in: claim--> READING --page_in: publish--> RESIDENT --evict: mark--> EVICTING
 *       ^  ^--page_in: read failed--'                            ^  |  ^--pager_get: rescue--'  |
 *       |                            pager_allocate, in place ---'  |                           |
 *       '-------------------- pager_free ---------------------------'                           |
 *       '------------------------------ evict: after the grace period --------------------------'
 *
 * Who may change what:
 * P1 The word changes state under the shard's mutex; a reader may only set the touched bit, and
 *    turn EVICTING back to RESIDENT, without it.
 * P2 A page's bytes change only under the exclusive engine lock, or before the page is published.
 * P3 Frame fields dirty and dirty_generation change under the shard's mutex, and only by a holder
 *    of the engine lock: exclusive to set, shared to clear. So the exclusive holder may read
 *    them without the mutex.
 * P4 Only a clean frame that is not being written is EVICTING.
 * P5 A frame has at most one write in flight, always from a copy, never from the frame.
 *
 * Generations. checkpoint_begin() ends generation G and starts G + 1. With the checkpoint of G
 * running:
 * G1 A dirty page whose dirty_generation is not the current one is pending: the frame holds the
 *    image that the checkpoint wants. Before it is changed or freed, its image is captured (copied,
 *    is_captured set).
 * G2 A page that was clean at the beginning is wanted as `current` says. Before `current` is
 *    replaced by something of generation G + 1, it is settled: saved = current.
 * G3 A copy in flight when the checkpoint began, of a page not changed since the copy, is the
 *    image wanted; if the page is then changed or freed, the write is turned into one of the
 *    checkpoint's.
 * G4 Every page with current != saved at the beginning is in the dirty lists taken, so that when
 *    the checkpoint has been through them, `saved` is complete and nobody changes it.
 */
#ifndef STORAGE_PAGE_PAGER_STATE_H
#define STORAGE_PAGE_PAGER_STATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "storage/page/block_space.h"
#include "storage/page/checkpoint.h"
#include "storage/page/page_map.h"
#include "storage/page/pager.h"

enum {
	PAGER_SHARDS = 64,
	PAGER_FRAMES_LEAST = 32,
	PAGER_COPY_PAGES = 32,	 /* copied in one shared section */
	PAGER_BATCH_PAGES = 64,	 /* written in one go: 1 MiB */
};

enum translation_state {
	TRANSLATION_ABSENT = 0,
	TRANSLATION_READING = 1,
	TRANSLATION_RESIDENT = 2,
	TRANSLATION_EVICTING = 3,
};

/* word: state:2 | touched:1 | age:2 | zero:3 | frame:56 */
enum {
	TRANSLATION_STATE_MASK = 3,
	TRANSLATION_TOUCHED = 4,
	TRANSLATION_AGE_SHIFT = 3,
	TRANSLATION_AGE_MOST = 3,
	TRANSLATION_AGE_MASK = 3 << 3,
	TRANSLATION_FRAME_SHIFT = 8,
};

struct translation {
	_Atomic uint64_t word;
	uint64_t max_ts; /* engine lock */
};

enum frame_write { FRAME_WRITE_NONE, FRAME_WRITE_CLEAN, FRAME_WRITE_CHECKPOINT };

struct frame {
	_Atomic uint64_t pid;	   /* PAGE_NONE: free, or a zombie */
	uint32_t dirty_generation; /* P3 */
	uint32_t write_generation; /* of the copy in flight */
	_Atomic uint32_t pin;	   /* pinned if it is the pager's pin_turn */
	uint8_t write;		   /* enum frame_write, P5; shard mutex */
	bool is_dirty;		   /* P3 */
	bool is_superseded;	   /* changed since the copy in flight was made */
	bool is_zombie;		   /* its page was freed; whoever ends the write frees the frame */
};

/* An image that the checkpoint wants, copied because the page went on. */
struct captured {
	uint64_t pid;
	struct page *image;
};

struct pager_shard {
	_Alignas(128) struct mutex mutex; /* class pager */
	struct condition read_done;
	struct captured *captured GUARDED_BY_CLASS(pager);
	uint32_t captured_count GUARDED_BY_CLASS(pager);
	uint32_t captured_capacity GUARDED_BY_CLASS(pager);
	struct mutex dirty_mutex;		 /* class dirty */
	uint64_t *dirty GUARDED_BY_CLASS(dirty); /* pages that became dirty, in order */
	uint32_t dirty_count GUARDED_BY_CLASS(dirty);
	uint32_t dirty_capacity GUARDED_BY_CLASS(dirty);
};

struct pager {
	struct store *store;
	struct pager_engine engine;
	struct translation *translations;
	uint8_t *pool; /* the frames' bytes */
	struct frame *frames;
	uint64_t pool_frames; /* the size that eviction keeps to */
	uint64_t frames_most; /* with the reserve */
	struct page_map map;
	struct block_space space;
	_Atomic uint32_t generation; /* changes under the exclusive engine lock */
	_Atomic bool checkpoint_is_running;
	uint64_t roots[PAGER_ROOT_ROOM];
	uint64_t *freed; /* engine lock exclusive: pages freed since the last checkpoint */
	uint64_t freed_count, freed_capacity;

	struct mutex frame_mutex; /* class frame */
	uint32_t *free_frames GUARDED_BY_CLASS(frame);
	uint64_t free_count GUARDED_BY_CLASS(frame);
	uint64_t frames_fresh GUARDED_BY_CLASS(frame); /* never used from here on */
	_Atomic uint64_t frames_used;

	_Atomic uint32_t pin_turn;	/* what the commit leader pins its pages with */
	_Atomic uint32_t evictions_now; /* evictions in progress */
	struct mutex evict_mutex;	/* class evict */
	uint64_t evict_hand GUARDED_BY_CLASS(evict);
	struct page *evict_buffer GUARDED_BY_CLASS(evict); /* 64 pages */

	struct superblock superblock; /* of the last checkpoint; the checkpoint's */
	struct pager_origin origin;
	struct {
		struct checkpoint_point point;
		uint64_t roots[PAGER_ROOT_ROOM];
		uint64_t page_limit;
		uint64_t dirty; /* pages, at the beginning */
		bool is_paced;	/* leaves others half of the disk's time */
		uint64_t *pids; /* taken from the dirty lists */
		uint64_t count, capacity;
		_Atomic uint64_t outstanding; /* images captured and not yet written */
		_Atomic uint64_t count_done, lsn_done;
	} checkpoint;

	_Atomic uint64_t pages_total, pages_resident, pages_dirty, misses, reads_in_place,
		evictions, evictions_dirty;
	struct pager_shard shards[PAGER_SHARDS];
};

static inline struct pager_shard *pager_shard_of(struct pager *pager, uint64_t pid)
{
	return &pager->shards[pid % PAGER_SHARDS];
}

static inline struct page *pager_frame_page(const struct pager *pager, uint64_t frame)
{
	return (struct page *)(pager->pool + frame * PAGE_BYTES);
}

static inline enum translation_state translation_state(uint64_t word)
{
	return (enum translation_state)(word & TRANSLATION_STATE_MASK);
}

static inline uint64_t translation_frame(uint64_t word)
{
	return word >> TRANSLATION_FRAME_SHIFT;
}

static inline uint64_t translation_word(enum translation_state state, uint64_t frame)
{
	return frame << TRANSLATION_FRAME_SHIFT | (uint64_t)state;
}

static inline void pager_enter(struct pager *pager)
{
	if (pager->engine.enter != NULL)
		pager->engine.enter(pager->engine.context);
}

static inline void pager_leave(struct pager *pager)
{
	if (pager->engine.leave != NULL)
		pager->engine.leave(pager->engine.context);
}

static inline uint32_t pager_generation(const struct pager *pager)
{
	return atomic_load_explicit(&pager->generation, memory_order_relaxed);
}

static inline bool pager_checkpoint_runs(const struct pager *pager)
{
	return atomic_load_explicit(&pager->checkpoint_is_running, memory_order_relaxed);
}

/* The leader pins in a shared section what it found resident there. An eviction that has marked the
   page before looks again after its grace period, which that section's end comes before. */
static inline bool pager_is_pinned(const struct pager *pager, const struct frame *f)
{
	return atomic_load_explicit(&f->pin, memory_order_relaxed) ==
	       atomic_load_explicit(&pager->pin_turn, memory_order_relaxed);
}

/* G1 */
static inline bool pager_is_pending(const struct pager *pager, const struct frame *f)
{
	return f->is_dirty && pager_checkpoint_runs(pager) &&
	       f->dirty_generation != pager_generation(pager);
}

/* ---- frame.c ------------------------------------------------------------------------------ */

/* A free frame; false if there is none within the pool (or, use_reserve, at all). */
bool pager_frame_take(struct pager *pager, bool use_reserve, uint64_t *frame);
void pager_frame_release(struct pager *pager, uint64_t frame);

/* ---- pager_write.c: all with the shard of `pid` locked -------------------------------------- */

/* The page is about to be changed under the exclusive engine lock: captures or turns what G1, G3
   ask, marks the frame dirty and lists the page. */
void pager_mark_dirty(struct pager *pager, struct frame *f, uint64_t pid) HOLDS(pager);
/* The page is about to cease: the same for its image, then its place on disk is given up. */
void pager_forget_image(struct pager *pager, struct frame *f, uint64_t pid) HOLDS(pager);
/* G2: saved = current unless the checkpoint has the page's image elsewhere. */
void pager_settle(struct pager *pager, uint64_t pid) HOLDS(pager);
/* The image that the checkpoint wanted is in `block`. */
void pager_checkpointed(struct pager *pager, uint64_t pid, uint64_t block, uint32_t crc)
	HOLDS(pager);
/* Begins a write from a copy (P5): the caller copies the page before it unlocks. Engine lock
   shared. */
void pager_copy_for_write(struct pager *pager, struct frame *f, uint64_t pid, uint64_t frame,
	enum frame_write kind, struct page *copy) HOLDS(pager);
/* The copy is in `block`. */
void pager_write_done(struct pager *pager, uint64_t frame, uint64_t pid, uint64_t block,
	uint32_t crc) HOLDS(pager);

/* ---- evict.c ------------------------------------------------------------------------------ */

/* Tries to free `wanted` frames; *won says how many. */
enum sqlstate pager_evict(
	struct pager *pager, uint64_t wanted, uint64_t *won, struct error *e) MUST_USE;

#endif
