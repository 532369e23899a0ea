/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Mutexes with lock classes: see lock.h. The rank checker keeps, per thread, the stack of classes
 * held; it is compiled only into developer builds.
 */
#include "base/lock.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/lock_held.h"

enum lock_rank {
	LOCK_RANK_none,
#define LOCK_CLASS(n, after) LOCK_RANK_##n,
#include "base/locks.def"
#undef LOCK_CLASS
};

struct lock_class lock_class_none = { "none", LOCK_RANK_none };
#define LOCK_CLASS(n, after) struct lock_class lock_class_##n = { #n, LOCK_RANK_##n };
#include "base/locks.def"
#undef LOCK_CLASS

void mutex_init(struct mutex *m)
{
	int rc = pthread_mutex_init(&m->native, NULL);

	assert(rc == 0);
}

void mutex_destroy(struct mutex *m)
{
	int rc = pthread_mutex_destroy(&m->native);

	assert(rc == 0);
}

void condition_init(struct condition *c)
{
	pthread_condattr_t attributes;
	int rc = pthread_condattr_init(&attributes);

	assert(rc == 0);
	rc = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	assert(rc == 0);
	rc = pthread_cond_init(&c->native, &attributes);
	assert(rc == 0);
	pthread_condattr_destroy(&attributes);
}

void condition_destroy(struct condition *c)
{
	int rc = pthread_cond_destroy(&c->native);

	assert(rc == 0);
}

void condition_signal(struct condition *c)
{
	pthread_cond_signal(&c->native);
}

void condition_broadcast(struct condition *c)
{
	pthread_cond_broadcast(&c->native);
}

bool condition_wait(struct condition *cond, struct mutex *m, uint64_t deadline_us)
{
	struct timespec until;
	int rc;

	if (deadline_us == 0) {
		rc = pthread_cond_wait(&cond->native, &m->native);
		assert(rc == 0);
		return true;
	}
	until.tv_sec = (time_t)(deadline_us / 1000000);
	until.tv_nsec = (long)(deadline_us % 1000000) * 1000;
	rc = pthread_cond_timedwait(&cond->native, &m->native, &until);
	assert(rc == 0 || rc == ETIMEDOUT);
	return rc == 0;
}

void mutex_enter(struct mutex *m, const struct lock_class *c)
{
	int rc;

	lock_note_acquired(c);
	rc = pthread_mutex_lock(&m->native);
	assert(rc == 0);
}

bool mutex_try_enter(struct mutex *m, const struct lock_class *c)
{
	int rc = pthread_mutex_trylock(&m->native);

	if (rc == EBUSY)
		return false;
	assert(rc == 0);
	lock_note_acquired(c);
	return true;
}

void mutex_leave(struct mutex *m, const struct lock_class *c)
{
	int rc;

	lock_note_released(c);
	rc = pthread_mutex_unlock(&m->native);
	assert(rc == 0);
}

#ifdef ENABLE_SLOW_ASSERT

void lock_note_acquired(const struct lock_class *c)
{
	for (int i = 0; i < lock_held.count; i++) {
		if (lock_held.at[i]->rank >= c->rank)
			PANIC("lock order: \"%s\" taken while \"%s\" is held", c->name,
				lock_held.at[i]->name);
	}
	assert(lock_held.count < LOCK_HELD_MAX);
	lock_held.at[lock_held.count++] = c;
}

void lock_note_released(const struct lock_class *c)
{
	for (int i = lock_held.count - 1; i >= 0; i--) {
		if (lock_held.at[i] == c) {
			memmove(lock_held.at + i, lock_held.at + i + 1,
				(size_t)(lock_held.count - i - 1) * sizeof lock_held.at[0]);
			lock_held.count--;
			return;
		}
	}
	PANIC("lock \"%s\" released but not held", c->name);
}

static bool is_held(const struct lock_class *c)
{
	for (int i = 0; i < lock_held.count; i++)
		if (lock_held.at[i] == c)
			return true;
	return false;
}

void lock_assert_held(const struct lock_class *c)
{
	assert(is_held(c));
}

void lock_assert_not_held(const struct lock_class *c)
{
	assert(!is_held(c));
}

void lock_assert_none_from(const struct lock_class *c)
{
	for (int i = 0; i < lock_held.count; i++)
		assert(lock_held.at[i]->rank < c->rank);
}

#else

void lock_note_acquired(const struct lock_class *c)
{
	(void)c;
}

void lock_note_released(const struct lock_class *c)
{
	(void)c;
}

void lock_assert_held(const struct lock_class *c)
{
	(void)c;
}

void lock_assert_not_held(const struct lock_class *c)
{
	(void)c;
}

void lock_assert_none_from(const struct lock_class *c)
{
	(void)c;
}

#endif
