/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Two clocks: one that never goes back, for durations and deadlines, and the wall's.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline uint64_t clock_monotonic_us(void)
{
	return clock_monotonic_ns() / 1000u;
}

/* The same as of the last tick of the system, some milliseconds ago at most: a fraction of the cost, and
   good for sums of many durations. May be behind clock_monotonic_us(). */
static inline uint64_t clock_coarse_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

/* May sleep for less, if a signal comes. */
static inline void clock_sleep_ns(uint64_t ns)
{
	struct timespec pause = { (time_t)(ns / 1000000000u), (long)(ns % 1000000000u) };

	nanosleep(&pause, NULL);
}

/* Microseconds since 1970-01-01 00:00:00 UTC. */
static inline int64_t clock_wall_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

#endif
