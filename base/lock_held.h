/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The lock classes that a thread holds: kept by the rank checker (lock.c), told by a panic (check.c).
 * Nothing here asserts, so that both can stand on it. Empty but in developer builds.
 */
#ifndef BASE_LOCK_HELD_H
#define BASE_LOCK_HELD_H

#include <stddef.h>

#include "base/lock.h"

enum { LOCK_HELD_MAX = 16 };

struct lock_held {
	const struct lock_class *at[LOCK_HELD_MAX]; /* outermost first */
	int count;
};

/* Of the calling thread. */
extern _Thread_local struct lock_held lock_held;

/* Writes the names of the classes this thread holds, outermost first, for a panic message. */
void lock_describe_held(char *text, size_t size);

#endif
