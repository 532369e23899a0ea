/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the planner must know of an index of expressions or a partial one, to see that a statement's
 * conditions are about the same.
 */
#ifndef QUERY_PLAN_PLAN_INDEX_H
#define QUERY_PLAN_PLAN_INDEX_H

#include "query/bind/row_expr.h"
#include "query/plan/planner.h"

struct plan_index {
	const struct index_info *info;
	const struct table *table; /* the slots of what follows are its columns */
	const struct bound *predicate;	   /* NULL: all rows are in it */
	const struct bound *exprs[8];	   /* by storage's keys; NULL: a property as it is */
};
/* False if it cannot be used: what it is made of is no more. */
bool plan_index_read(struct planner *p, const struct table *t,
	const struct index_info *info, struct plan_index *out);

/* Whether an index has all elements whose first `given` keys are known: one that lacks any other key is
   not in it. */
bool plan_index_has_all(const struct catalog *c, const struct index_info *index, uint32_t given);

/* Whether `wanted`, over columns, is true of every row for which all of these are. What follows by the
   words and by comparing constants is seen, and no more. */
struct plan_conditions {
	const struct bound *const *all;
	uint32_t count;
	row_expr_is_column *is_column; /* what the conditions read a column by */
	void *context;
};
bool plan_implies(const struct plan_conditions *given, const struct bound *wanted);

#endif
