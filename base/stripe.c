/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Stripes are given out in turn: see stripe.h.
 */
#include "base/stripe.h"

#include <stdatomic.h>

_Thread_local uint32_t stripe_mine;

uint32_t stripe_take(void)
{
	static _Atomic uint32_t next;

	stripe_mine = 1 + atomic_fetch_add_explicit(&next, 1, memory_order_relaxed) % STRIPES;
	return stripe_mine - 1;
}
