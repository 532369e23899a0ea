/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The server's counters: see counters.h.
 */
#include "src/counters.h"

#include "base/datetime.h"

void counters_init(struct counters *c)
{
	for (uint32_t i = 0; i < STRIPES; i++) {
		for (int which = 0; which < COUNTER_COUNT; which++)
			atomic_init(&c->stripes[i].at[which], 0);
	}
	atomic_init(&c->commits_before, 0);
	atomic_init(&c->rollbacks_before, 0);
	atomic_init(&c->damaged_at, 0);
	atomic_init(&c->since, timestamp_now());
}

uint64_t counter_get(const struct counters *c, enum counter which)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < STRIPES; i++)
		sum += atomic_load_explicit(&c->stripes[i].at[which], memory_order_relaxed);
	return sum;
}

void counters_reset(struct counters *c, const struct query_engine *engine)
{
	struct query_statistics now;

	query_statistics(engine, &now);
	for (uint32_t i = 0; i < STRIPES; i++) {
		for (int which = 0; which < COUNTER_COUNT; which++)
			atomic_store(&c->stripes[i].at[which], 0);
	}
	atomic_store(&c->commits_before, now.commits);
	atomic_store(&c->rollbacks_before, now.rollbacks);
	atomic_store(&c->damaged_at, 0);
	atomic_store(&c->since, timestamp_now());
}
