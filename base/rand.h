/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A small seeded generator for tests, sampling and rand(): splitmix64 (Steele, Lea, Flood 2014).
 * Secrets never come from here.
 */
#ifndef BASE_RAND_H
#define BASE_RAND_H

#include <stdint.h>

struct rand {
	uint64_t state;
};

static inline uint64_t rand_next(struct rand *r)
{
	uint64_t x = r->state += 0x9E3779B97F4A7C15u;

	x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
	x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
	return x ^ (x >> 31);
}

/* Uniform in [0, below); below > 0. */
static inline uint64_t rand_below(struct rand *r, uint64_t below)
{
	return (uint64_t)(((unsigned __int128)rand_next(r) * below) >> 64);
}

/* Uniform in [0, 1). */
static inline double rand_unit(struct rand *r)
{
	return (double)(rand_next(r) >> 11) * 0x1.0p-53;
}

#endif
