/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Mutexes with lock classes: see lock.h. The rank checker keeps, per thread, the stack of classes
 * held; it is compiled only into developer builds.
 */
#include "base/lock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/check.h"

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

enum { HELD_MAX = 16 };

static _Thread_local const struct lock_class *held[HELD_MAX];
static _Thread_local int held_count;

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
	for (int i = 0; i < held_count; i++) {
		if (held[i]->rank >= c->rank)
			PANIC("lock order: \"%s\" taken while \"%s\" is held", c->name,
				held[i]->name);
	}
	assert(held_count < HELD_MAX);
	held[held_count++] = c;
}

void lock_note_released(const struct lock_class *c)
{
	for (int i = held_count - 1; i >= 0; i--) {
		if (held[i] == c) {
			memmove(held + i, held + i + 1,
				(size_t)(held_count - i - 1) * sizeof held[0]);
			held_count--;
			return;
		}
	}
	PANIC("lock \"%s\" released but not held", c->name);
}

static bool is_held(const struct lock_class *c)
{
	for (int i = 0; i < held_count; i++)
		if (held[i] == c)
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
	for (int i = 0; i < held_count; i++)
		assert(held[i]->rank < c->rank);
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

void lock_describe_held(char *text, size_t size)
{
	size_t used = 0;

	snprintf(text, size, "none");
	for (int i = 0; i < held_count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i == 0 ? "" : ", ",
			held[i]->name);
}
