/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Counters that all threads add to and that are seldom read stand in stripes, one a thread as far as
 * there are enough: each adds where no other core writes at that moment, and who reads adds up.
 */
#ifndef BASE_STRIPE_H
#define BASE_STRIPE_H

#include <stdint.h>

#include "base/check.h"

enum { STRIPES = 16, STRIPE_ALIGN = 128 };

/* The calling thread's stripe, and one; 0: it has none yet. */
extern _Thread_local uint32_t stripe_mine;
uint32_t stripe_take(void);

/* Less than STRIPES. */
static inline uint32_t stripe_of_thread(void)
{
	return LIKELY(stripe_mine != 0) ? stripe_mine - 1 : stripe_take();
}

#endif
