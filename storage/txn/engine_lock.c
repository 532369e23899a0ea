/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The engine lock. What it is for: any number of readers that pay about two nanoseconds and write
 * to nothing that another thread writes to, beside one writer at a time that pays for everything.
 *
 *     reader                               writer
 *     slot.is_inside = 1                   writer = 1
 *     (compiler fence)                     membarrier: every running thread passes a full fence
 *     writer == 0? inside                  wait until every slot.is_inside == 0
 *     else slot.is_inside = 0, wait        inside
 *
 * Invariants:
 * L1  A slot is written by the thread that owns it, by no other.
 * L2  After the membarrier every reader either has its slot seen as 1 or sees writer == 1.
 * L3  Whoever is inside does no I/O, no client output, no unbounded allocation and no long wait; a
 *     shared section is one batch, an exclusive one about 50 microseconds.
 *
 * A writer that has waited for a while says so in `writer` and sleeps on the slot; the reader looks at
 * `writer` once more when it has left, after the same kind of fence, and wakes it.
 *
 * Where membarrier is refused, and under ThreadSanitizer (which does not understand it), the reader
 * sets its slot by an exchange, which is a full fence of its own.
 */
#include "storage/txn/engine_lock.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"

enum {
	SPINS_BEFORE_SLEEP = 200, /* a reader's patience: most exclusive sections are shorter */
	SPINS_OF_WRITER = 500, /* a writer's: a reader inside may have lost its processor to it */
	LET_READERS_NS = 1000000,
};

static void relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ __volatile__("yield");
#endif
}

static bool membarrier_is_available(void)
{
	if (ENGINE_LOCK_FENCED)
		return false;
	return syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
}

void engine_lock_init(struct engine_lock *l)
{
	size_t size = (size_t)ENGINE_SLOTS_MAX * sizeof l->slots[0];

	static_assert(sizeof(struct engine_slot) == 128, "a slot fills its cache lines");
	memset(l, 0, sizeof *l);
	l->is_fenced = !membarrier_is_available();
	mutex_init(&l->exclusive);
	mutex_init(&l->slots_mutex);
	l->slots = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (l->slots == MAP_FAILED)
		PANIC("out of memory: %zu bytes for thread slots", size);
}

void engine_lock_destroy(struct engine_lock *l)
{
	munmap(l->slots, (size_t)ENGINE_SLOTS_MAX * sizeof l->slots[0]);
	mutex_destroy(&l->exclusive);
	mutex_destroy(&l->slots_mutex);
}

struct engine_slot *engine_lock_attach(struct engine_lock *l)
{
	struct engine_slot *slot = NULL;
	uint32_t count;

	lock_statistics(&l->slots_mutex);
	count = atomic_load_explicit(&l->slot_count, memory_order_relaxed);
	for (uint32_t i = 0; i < ENGINE_SLOTS_MAX && slot == NULL; i++) {
		if (l->slots[i].is_used)
			continue;
		slot = &l->slots[i];
		slot->is_used = 1;
		if (i >= count)
			atomic_store_explicit(&l->slot_count, i + 1, memory_order_seq_cst);
	}
	unlock_statistics(&l->slots_mutex);
	if (slot == NULL)
		PANIC("more than %d threads attached to the storage", ENGINE_SLOTS_MAX);
	return slot;
}

void engine_lock_detach(struct engine_lock *l, struct engine_slot *slot)
{
	uint32_t count;

	assert(atomic_load_explicit(&slot->is_inside, memory_order_relaxed) == 0);
	lock_statistics(&l->slots_mutex);
	assert(slot->is_used);
	slot->is_used = 0;
	/* After a storm of threads the writer need not look at all their slots for ever. */
	count = atomic_load_explicit(&l->slot_count, memory_order_relaxed);
	while (count > 0 && !l->slots[count - 1].is_used)
		count--;
	atomic_store_explicit(&l->slot_count, count, memory_order_seq_cst);
	unlock_statistics(&l->slots_mutex);
}

void engine_lock_wait(struct engine_lock *l)
{
	uint32_t writer;

	for (int i = 0; i < SPINS_BEFORE_SLEEP; i++) {
		if (atomic_load_explicit(&l->writer, memory_order_acquire) == ENGINE_NO_WRITER)
			return;
		relax();
	}
	atomic_fetch_add_explicit(&l->waiters, 1, memory_order_seq_cst);
	while ((writer = atomic_load_explicit(&l->writer, memory_order_seq_cst)) !=
		ENGINE_NO_WRITER)
		syscall(SYS_futex, &l->writer, FUTEX_WAIT_PRIVATE, writer, NULL, NULL, 0);
	atomic_fetch_sub_explicit(&l->waiters, 1, memory_order_relaxed);
}

void engine_lock_wake_writer(struct engine_slot *slot)
{
	syscall(SYS_futex, &slot->is_inside, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* Every thread that runs passes a full fence; where that is not to be had, readers do by themselves. */
static void fence_readers(struct engine_lock *l)
{
	long rc;

	if (l->is_fenced)
		return;
	rc = syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
	assert(rc == 0);
}

/* Sleeping, and not yielding the processor again and again: a reader that lost its processor inside
   gets it back at once when the writer sleeps, and the writer is woken at the section's end. */
static void sleep_until_left(struct engine_lock *l, struct engine_slot *slot)
{
	if (atomic_load_explicit(&l->writer, memory_order_relaxed) != ENGINE_WRITER_ASLEEP) {
		atomic_store_explicit(&l->writer, ENGINE_WRITER_ASLEEP, memory_order_seq_cst);
		fence_readers(l);
	}
	syscall(SYS_futex, &slot->is_inside, FUTEX_WAIT_PRIVATE, 1, NULL, NULL, 0);
}

static void drain(struct engine_lock *l)
{
	uint32_t count = atomic_load_explicit(&l->slot_count, memory_order_seq_cst);
	uint32_t spins = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct engine_slot *slot = &l->slots[i];

		/* pairs with the release store in engine_slot_clear() */
		while (atomic_load_explicit(&slot->is_inside, memory_order_acquire) != 0) {
			if (++spins < SPINS_OF_WRITER)
				relax();
			else
				sleep_until_left(l, slot);
		}
	}
}

void engine_lock_enter_exclusive(struct engine_lock *l) UNCHECKED_LOCKING
{
	mutex_enter(&l->exclusive, &lock_class_engine);
	atomic_store_explicit(&l->writer, ENGINE_WRITER, memory_order_seq_cst);
	fence_readers(l);
	drain(l);
}

void engine_lock_leave_exclusive(struct engine_lock *l) UNCHECKED_LOCKING
{
	atomic_store_explicit(&l->writer, ENGINE_NO_WRITER, memory_order_seq_cst);
	if (atomic_load_explicit(&l->waiters, memory_order_seq_cst) != 0)
		syscall(SYS_futex, &l->writer, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
	mutex_leave(&l->exclusive, &lock_class_engine);
}

/* What is held is let go and taken back. A reader that is woken takes longer to run than a writer to come back: it would find the lock taken
   again, every time. */
void engine_lock_let_readers(struct engine_lock *l) UNCHECKED_LOCKING
{
	uint64_t end = clock_monotonic_ns() + LET_READERS_NS;

	engine_lock_leave_exclusive(l);
	while (atomic_load_explicit(&l->waiters, memory_order_relaxed) != 0 &&
		clock_monotonic_ns() < end)
		(void)sched_yield();
	engine_lock_enter_exclusive(l);
}
