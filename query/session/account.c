/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the layer above may count: transactions, statements by what they are, what they changed.
 */
#include "query/parse/fingerprint.h"
#include "query/session/plan_cache.h"
#include "query/session/session.h"

void query_statistics(const struct query_engine *q, struct query_statistics *out)
{
	out->commits = out->rollbacks = 0;
	for (uint32_t i = 0; i < STRIPES; i++) {
		const struct transaction_counts *n = &q->ended[i];

		out->commits += atomic_load_explicit(&n->commits, memory_order_relaxed);
		out->rollbacks += atomic_load_explicit(&n->rollbacks, memory_order_relaxed);
	}
	plan_cache_counts(q->plans, &out->plans);
}

struct query_counts query_portal_counts(const struct query_portal *p)
{
	struct query_counts counts = p->counts;

	counts.copied = p->copy_count;
	if (p->copy != NULL)
		counts.inserted += p->copy_count;
	return counts;
}

uint64_t query_portal_fingerprint(const struct query_portal *p)
{
	return p->prepared->fingerprint;
}

void query_normalise(
	const struct query_session *s, struct str text, uint32_t most, struct buf *to)
{
	fingerprint_normalise(text,
		!setting_bool(s->settings, SETTING_standard_conforming_strings), most, to);
}
