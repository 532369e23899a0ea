/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Plans as text, for EXPLAIN and for the golden files of the tests.
 */
#ifndef QUERY_PLAN_PLAN_DUMP_H
#define QUERY_PLAN_PLAN_DUMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "query/tree/plan.h"

/* What really happened at a node, for EXPLAIN ANALYZE. */
struct plan_actual {
	uint64_t rows, loops;
	uint64_t first_ns, total_ns;
};

struct plan_dump_options {
	const struct catalog *catalog; /* names of labels, keys and indexes; NULL: numbers */
	bool hide_costs;
	bool hide_times; /* of the actual figures */
	/* Fills *out and returns true if there are actual figures of this node. NULL: none. */
	bool (*actual)(void *context, const struct plan_node *node, struct plan_actual *out);
	void *context;
};

/* Appends the lines of EXPLAIN, each ended by a newline. */
void plan_dump(struct buf *to, const struct plan *plan, const struct plan_dump_options *options);
/* The same as a JSON object, by PostgreSQL's keys: the members "Plan", "Access" and "Graphs" of what
   EXPLAIN (FORMAT JSON) answers, each line indented by four blanks. */
void plan_dump_json(
	struct buf *to, const struct plan *plan, const struct plan_dump_options *options);
/* An expression as text, much as it would be written in a query. */
void plan_dump_expr(struct buf *to, const struct plan *plan,
	const struct plan_dump_options *options, const struct bound *x);

#endif
