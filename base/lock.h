/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Mutexes, each of a lock class from locks.def. Two checks guard the order: clang's thread-safety
 * analysis, with one capability per class (it finds a missing lock, an unguarded access, a wrong
 * order and a lock leaked by an early return), and in developer builds a per-thread list of the
 * classes held, which asserts rank and owner (it also sees two locks of one class).
 *
 *     struct shard { struct mutex mutex; int count GUARDED_BY_CLASS(pager); };
 *     lock_pager(&shard->mutex); … unlock_pager(&shard->mutex);
 */
#ifndef BASE_LOCK_H
#define BASE_LOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#define THREAD_SAFETY(x) __attribute__((x))
#else
#define THREAD_SAFETY(x)
#endif
#define GUARDED_BY_CLASS(c) THREAD_SAFETY(guarded_by(lock_class_##c))
#define HOLDS(c) THREAD_SAFETY(requires_capability(lock_class_##c))
#define HOLDS_SHARED(c) THREAD_SAFETY(requires_shared_capability(lock_class_##c))
#define MUST_NOT_HOLD(c) THREAD_SAFETY(locks_excluded(lock_class_##c))
#define ACQUIRES(c) THREAD_SAFETY(acquire_capability(lock_class_##c))
#define ACQUIRES_SHARED(c) THREAD_SAFETY(acquire_shared_capability(lock_class_##c))
#define RELEASES(c) THREAD_SAFETY(release_capability(lock_class_##c))
#define RELEASES_SHARED(c) THREAD_SAFETY(release_shared_capability(lock_class_##c))
/* For the few functions whose locking the analysis cannot follow; say why beside it. */
#define UNCHECKED_LOCKING THREAD_SAFETY(no_thread_safety_analysis)

struct THREAD_SAFETY(capability("lock class")) lock_class {
	const char *name;
	int rank; /* its row in locks.def */
};

struct mutex {
	pthread_mutex_t native;
};
#define MUTEX_INITIALIZER { PTHREAD_MUTEX_INITIALIZER }

struct condition {
	pthread_cond_t native; /* on the monotonic clock */
};

void mutex_init(struct mutex *m);
void mutex_destroy(struct mutex *m);
void condition_init(struct condition *c);
void condition_destroy(struct condition *c);
void condition_signal(struct condition *c);
void condition_broadcast(struct condition *c);
/* Waits with `m` (held, of class `c`) released; deadline_us on clock_monotonic_us(), 0: none.
   False when the deadline passed. */
bool condition_wait(struct condition *cond, struct mutex *m, uint64_t deadline_us);

/* What lock_<class>() and unlock_<class>() do; also tell the rank checker of locks that are not
   mutexes (the engine lock) by lock_note_acquired / lock_note_released. */
void mutex_enter(struct mutex *m, const struct lock_class *c);
void mutex_leave(struct mutex *m, const struct lock_class *c);
bool mutex_try_enter(struct mutex *m, const struct lock_class *c);
void lock_note_acquired(const struct lock_class *c);
void lock_note_released(const struct lock_class *c);

/* Developer builds: asserts that this thread holds (does not hold) a lock of the class. */
void lock_assert_held(const struct lock_class *c);
void lock_assert_not_held(const struct lock_class *c);
/* Developer builds: asserts that no lock at or below `c` is held, before I/O or a long wait. */
void lock_assert_none_from(const struct lock_class *c);

extern struct lock_class lock_class_none;
#define LOCK_CLASS(n, after)                                                                       \
	extern struct lock_class lock_class_##n THREAD_SAFETY(                                     \
		acquired_after(lock_class_##after));                                               \
	static inline void lock_##n(struct mutex *m) ACQUIRES(n) UNCHECKED_LOCKING                 \
	{                                                                                          \
		mutex_enter(m, &lock_class_##n);                                                   \
	}                                                                                          \
	static inline bool try_lock_##n(struct mutex *m)                                           \
		THREAD_SAFETY(try_acquire_capability(true, lock_class_##n)) UNCHECKED_LOCKING      \
	{                                                                                          \
		return mutex_try_enter(m, &lock_class_##n);                                        \
	}                                                                                          \
	static inline void unlock_##n(struct mutex *m) RELEASES(n) UNCHECKED_LOCKING               \
	{                                                                                          \
		mutex_leave(m, &lock_class_##n);                                                   \
	}
#include "base/locks.def"
#undef LOCK_CLASS

#endif
