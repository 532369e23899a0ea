/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What plan_dml.c and plan_assign.c share.
 */
#ifndef QUERY_PLAN_PLAN_DML_H
#define QUERY_PLAN_PLAN_DML_H

#include "query/plan/plan_table.h"

/* plan_assign.c: *value becomes what is stored in the column: cast as PostgreSQL's assignment does,
   cut to length, rounded. */
enum sqlstate plan_assign(struct planner *p, const struct table *t,
	const struct table_column *column, const struct bound **value, uint32_t at,
	struct error *e) MUST_USE;
/* The value of a column that is not given: its default, its sequence's next number; NULL: none. */
enum sqlstate plan_default(struct planner *p, const struct table *t,
	const struct table_column *column, uint32_t at, const struct bound **out,
	struct error *e) MUST_USE;
/* True for the word DEFAULT as an expression. */
bool plan_is_default(const struct ast_expr *x);

/* Graph clauses that make an element of a label that is a table: defaults of the keys not given. */
enum sqlstate plan_create_defaults(
	struct planner *p, struct plan_create *create, uint32_t at, struct error *e) MUST_USE;
/* What a graph clause writes under a key of a label that is a table, as the table wants it. */
enum sqlstate plan_write_column(struct planner *p, enum element element,
	const struct bound_label *label, struct str key, const struct bound **value, uint32_t at,
	struct error *e) MUST_USE;

#endif
