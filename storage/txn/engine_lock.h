/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The engine lock: THE lock between reading and changing pages. Readers hold it shared for one
 * batch, the commit leader holds it exclusively for the in-memory apply. See engine_lock.c.
 */
#ifndef STORAGE_ENGINE_LOCK_H
#define STORAGE_ENGINE_LOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "base/lock.h"

#if defined(__SANITIZE_THREAD__)
#define ENGINE_LOCK_FENCED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ENGINE_LOCK_FENCED 1
#endif
#endif
#ifndef ENGINE_LOCK_FENCED
#define ENGINE_LOCK_FENCED 0
#endif

enum { ENGINE_SLOTS_MAX = 4096 };

/* One per attached thread, alone on its cache lines. */
struct engine_slot {
	_Atomic uint32_t is_inside; /* in a shared section; written by its thread alone; futex word */
	uint32_t is_used;	    /* guarded by the lock's slot mutex */
	uint8_t pad[120];
};

/* Of the lock's `writer`. */
enum {
	ENGINE_NO_WRITER,
	ENGINE_WRITER,	     /* a thread wants or holds the lock exclusively */
	ENGINE_WRITER_ASLEEP /* it sleeps until a slot is left */
};

struct engine_lock {
	_Atomic uint32_t writer; /* futex word */
	bool is_fenced;		 /* readers pay for the fence: no membarrier on this machine */
	uint8_t pad[120];
	_Atomic uint32_t waiters;    /* readers asleep on `writer` */
	_Atomic uint32_t slot_count; /* behind the last used slot: how far the writer looks */
	struct mutex exclusive;	     /* of class engine: one writer at a time */
	struct mutex slots_mutex;    /* of class statistics: slots handed out */
	struct engine_slot *slots;
};

void engine_lock_init(struct engine_lock *l);
void engine_lock_destroy(struct engine_lock *l);

/* A slot for the calling thread, until engine_lock_detach(). Panics beyond ENGINE_SLOTS_MAX. */
struct engine_slot *engine_lock_attach(struct engine_lock *l);
void engine_lock_detach(struct engine_lock *l, struct engine_slot *slot);

/* Sleeps until no writer holds or wants the lock. */
void engine_lock_wait(struct engine_lock *l);

/* Wakes the writer that sleeps until this slot is left. */
COLD void engine_lock_wake_writer(struct engine_slot *slot);

/* Exclusive: at most one thread, no reader inside. Drains within one batch of every reader. */
void engine_lock_enter_exclusive(struct engine_lock *l) ACQUIRES(engine);
void engine_lock_leave_exclusive(struct engine_lock *l) RELEASES(engine);
/* Leaves and enters again; the readers that sleep get inside in between, but for those that take longer
   than a millisecond to wake. */
void engine_lock_let_readers(struct engine_lock *l) HOLDS(engine);

static inline bool engine_lock_is_fenced(const struct engine_lock *l)
{
	return ENGINE_LOCK_FENCED || l->is_fenced;
}

static inline void engine_slot_clear(struct engine_lock *l, struct engine_slot *slot)
{
	if (engine_lock_is_fenced(l)) {
		atomic_exchange_explicit(&slot->is_inside, 0, memory_order_seq_cst);
	} else {
		/* pairs with the acquire loads of the drain in engine_lock_enter_exclusive() */
		atomic_store_explicit(&slot->is_inside, 0, memory_order_release);
		/* pairs with the membarrier before the writer sleeps */
		atomic_signal_fence(memory_order_seq_cst);
	}
	if (UNLIKELY(atomic_load_explicit(&l->writer, memory_order_relaxed) ==
		     ENGINE_WRITER_ASLEEP))
		engine_lock_wake_writer(slot);
}

/* Enters a shared section. Sections do not nest: a nested entry would wait for a writer that waits
   for the outer one. */
static inline void engine_lock_enter_shared(struct engine_lock *l, struct engine_slot *slot)
	ACQUIRES_SHARED(engine) UNCHECKED_LOCKING
{
#ifdef ENABLE_SLOW_ASSERT
	lock_note_acquired(&lock_class_engine);
#endif
	for (;;) {
		if (engine_lock_is_fenced(l)) {
			atomic_exchange_explicit(&slot->is_inside, 1, memory_order_seq_cst);
		} else {
			atomic_store_explicit(&slot->is_inside, 1, memory_order_relaxed);
			/* pairs with the membarrier in engine_lock_enter_exclusive() */
			atomic_signal_fence(memory_order_seq_cst);
		}
		if (LIKELY(atomic_load_explicit(&l->writer, memory_order_seq_cst) ==
			   ENGINE_NO_WRITER))
			return;
		engine_slot_clear(l, slot);
		engine_lock_wait(l);
	}
}

static inline void engine_lock_leave_shared(struct engine_lock *l, struct engine_slot *slot)
	RELEASES_SHARED(engine) UNCHECKED_LOCKING
{
	engine_slot_clear(l, slot);
#ifdef ENABLE_SLOW_ASSERT
	lock_note_released(&lock_class_engine);
#endif
}

/* True when a writer waits for this section's end: asked every 64 records. */
static inline bool engine_lock_is_wanted(const struct engine_lock *l)
{
	return atomic_load_explicit(&l->writer, memory_order_relaxed) != ENGINE_NO_WRITER;
}

#endif
