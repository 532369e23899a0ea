/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the server counts since it started, or since the counters were set to zero: for
 * pg_stat_database and for the metrics. Everybody adds, nobody waits.
 */
#ifndef SRC_COUNTERS_H
#define SRC_COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/stripe.h"
#include "query/query.h"

/* One counter a row: X(name, "what it counts"); of times in microseconds. */
#define COUNTERS(X)                                                                                \
	X(connections, "connections accepted")                                                     \
	X(refused, "connections refused: no right, wrong password, too many")                      \
	X(sessions, "sessions begun")                                                              \
	X(abandoned, "sessions whose client vanished")                                             \
	X(fatal, "sessions ended by an error")                                                     \
	X(killed, "sessions ended by an administrator or a timeout")                               \
	X(session_us, "time of sessions that have ended")                                          \
	X(active_us, "time in which sessions ran something")                                       \
	X(idle_in_transaction_us, "time in which sessions idled in transactions")                  \
	X(statements, "statements run")                                                            \
	X(statement_us, "time of statements")                                                      \
	X(errors, "errors told to clients")                                                        \
	X(conflicts, "errors 40001: serialization failures")                                       \
	X(deadlocks, "errors 40P01: deadlocks")                                                    \
	X(cancels, "errors 57014: statements canceled or timed out")                               \
	X(damages, "errors XX001: pages that are not what was written")                            \
	X(rows_sent, "rows sent to clients")                                                       \
	X(page_hits, "pages that statements found in memory")                                      \
	X(page_reads, "pages that statements read from the store")

enum counter {
#define X(name, text) COUNTER_##name,
	COUNTERS(X)
#undef X
	COUNTER_COUNT,
};

struct counters {
	struct counter_stripe {
		_Alignas(STRIPE_ALIGN) _Atomic uint64_t at[COUNTER_COUNT];
	} stripes[STRIPES];
	_Atomic uint64_t commits_before, rollbacks_before; /* at the last time from zero */
	_Atomic int64_t since; /* TIMESTAMPTZ: when they were zero */
	_Atomic int64_t damaged_at; /* TIMESTAMPTZ of the last of `damages`; 0: there is none */
};

/* Where the calling thread adds. */
static inline struct counter_stripe *counters_mine(struct counters *c)
{
	return &c->stripes[stripe_of_thread()];
}

static inline void counter_add(struct counter_stripe *mine, enum counter which, uint64_t more)
{
	if (more != 0)
		atomic_fetch_add_explicit(&mine->at[which], more, memory_order_relaxed);
}

uint64_t counter_get(const struct counters *c, enum counter which);
void counters_init(struct counters *c);
/* From zero on; the engine's, which only count up, from where they are. */
void counters_reset(struct counters *c, const struct query_engine *engine);

#endif
