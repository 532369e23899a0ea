/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The server's counters: see counters.h.
 */
#include "src/counters.h"

#include "base/datetime.h"

void counters_init(struct counters *c)
{
#define X(name, text) atomic_init(&c->name, 0);
	COUNTERS(X)
#undef X
	atomic_init(&c->commits_before, 0);
	atomic_init(&c->rollbacks_before, 0);
	atomic_init(&c->damaged_at, 0);
	atomic_init(&c->since, timestamp_now());
}

void counters_reset(struct counters *c, const struct query_engine *engine)
{
	struct query_statistics now;

	query_statistics(engine, &now);
#define X(name, text) atomic_store(&c->name, 0);
	COUNTERS(X)
#undef X
	atomic_store(&c->commits_before, now.commits);
	atomic_store(&c->rollbacks_before, now.rollbacks);
	atomic_store(&c->damaged_at, 0);
	atomic_store(&c->since, timestamp_now());
}
