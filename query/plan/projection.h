/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A projection while it is planned, shared by plan_project.c (its columns and the order of work),
 * plan_grouping.c (GROUP BY, grouping sets, the AGGREGATE node) and plan_first.c (which of the sorted
 * rows go on: LIMIT, WITH TIES, DISTINCT ON).
 */
#ifndef QUERY_PLAN_PROJECTION_H
#define QUERY_PLAN_PROJECTION_H

#include "query/plan/planner.h"

struct projection {
	struct planner *p;
	const struct ast_projection *ast;
	enum ast_clause_kind kind;
	uint32_t count; /* columns */
	struct answer_column *columns;
	const struct ast_expr **exprs; /* as written; NULL for those of `*` */
	const struct bound **bounds;
	bool is_grouped;
	struct aggregation aggregation;
	const struct bound *having;
	struct windowing windowing;
	uint32_t order_count;
	const struct bound **order;
	uint32_t *order_slots; /* once the rows are sorted */
	const struct bound **distinct_on;
	const struct bound *offset, *limit;
	/* GROUPING SETS: a bit for each key that a set has; the slot that says which set a row is of */
	uint32_t set_count;
	uint64_t *sets;
	uint32_t set_slot;
	struct set_calls set_calls;
};

/* ---- plan_project.c ---- */

/* Expressions by the rules of ORDER BY: names and places of columns. */
enum sqlstate plan_projection_sort_exprs(struct projection *j, struct ast_expr *const *exprs,
	uint32_t count, const struct bound **out, struct error *e) MUST_USE;
/* A SORT by these slots; with a limit only the first rows are asked for. */
void plan_projection_push_sort(struct planner *p, const struct ast_sort *ast, const uint32_t *slots,
	uint32_t count, const struct bound *limit, const struct bound *offset);

/* ---- plan_grouping.c ---- */

bool plan_grouping_is_needed(const struct projection *j);
/* Binds the keys. */
enum sqlstate plan_grouping_keys(struct projection *j, struct error *e) MUST_USE;
/* Column i, of a `*`, must be a key. E_GROUPING. */
enum sqlstate plan_grouping_star(struct projection *j, uint32_t i, struct error *e) MUST_USE;
/* Where a constant of SQL's ORDER BY or GROUP BY stands for a column: which. UINT32_MAX: it does not.
   E_INVALID_REFERENCE, E_SYNTAX. */
enum sqlstate plan_grouping_place(const struct projection *j, const struct ast_expr *x,
	const char *clause, uint32_t *out, struct error *e) MUST_USE;
/* The AGGREGATE onto the stream. */
void plan_grouping_aggregate(struct projection *j);

/* ---- plan_first.c ---- */

/* Binds the expressions of DISTINCT ON. */
enum sqlstate plan_first_bind(struct projection *j, struct error *e) MUST_USE;
/* Sorts by ORDER BY and keeps the first row of each of DISTINCT ON. E_INVALID_REFERENCE. */
enum sqlstate plan_first_of_each(struct projection *j, struct error *e) MUST_USE;
/* OFFSET and LIMIT are of rows as they come and known before the first of them. */
bool plan_first_rows_are_plain(const struct projection *j);
/* OFFSET and LIMIT. */
void plan_first_rows(struct projection *j);

#endif
