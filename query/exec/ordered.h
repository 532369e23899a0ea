/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Aggregates whose rows are to be taken in an order of their own: array_agg(x ORDER BY y).
 */
#ifndef QUERY_EXEC_ORDERED_H
#define QUERY_EXEC_ORDERED_H

#include "query/exec/op.h"
#include "query/function/aggregate.h"

/* Rows of a batch for the groups with these states. */
struct ordered_rows {
	void *const *states;
	const struct column *args;
	uint32_t arg_count;
	const uint32_t *rows;
	uint32_t count;
};

/* The size of a group's state; all zero is that of no rows. */
size_t aggregate_ordered_state_size(void);
/* Keeps arguments and sort keys of rows. */
enum sqlstate aggregate_ordered_add(struct op *op, const struct plan_aggregate *a,
	const struct aggregate_context *c, const struct ordered_rows *r, const struct batch *in,
	struct error *e) MUST_USE;
/* Sorts them, feeds the aggregate, asks it. */
enum sqlstate aggregate_ordered_finish(const struct plan_aggregate *a,
	const struct aggregate_context *c, void *state, struct value *out,
	struct error *e) MUST_USE;

#endif
