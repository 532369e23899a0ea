/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What plan_dml.c and plan_assign.c share.
 */
#ifndef QUERY_PLAN_PLAN_DML_H
#define QUERY_PLAN_PLAN_DML_H

#include "query/plan/plan_view.h"

/* INSERT INTO, UPDATE, DELETE FROM or MERGE INTO while it is planned. */
struct dml {
	struct planner *p;
	const struct ast_dml *ast;
	const struct table *table;
	const struct written_view *view; /* that it goes through; NULL: the table itself */
	uint32_t owner; /* the view whose owner writes the table; NAME_NONE: who runs this */
	struct error *e;
	/* INSERT: values by column of the table, NULL where none is given */
	const struct bound **values;
	struct table_scan scan; /* the row that is there: of UPDATE, DELETE, a conflict */
	uint32_t slot;		/* of the element that RETURNING reads */
	uint32_t source_slot, target_slot;
};

static inline const struct ast_name *dml_alias(const struct ast_dml *ast)
{
	return ast->alias.text.length > 0 ? &ast->alias : &ast->table;
}

static inline uint32_t dml_column_place(const struct dml *d, const struct table_column *column)
{
	return (uint32_t)(column - d->table->columns);
}

/* One slot as a list. */
static inline const uint32_t *dml_slot_list(struct planner *p, uint32_t slot)
{
	uint32_t *list = ARENA_ARRAY(p->arena, uint32_t, 1);

	list[0] = slot;
	return list;
}

/* plan_dml.c: d->values from VALUES, a query and defaults. */
enum sqlstate plan_dml_values(struct dml *d) MUST_USE;
/* The element that INSERT makes of d->values, to be in d->slot. */
enum sqlstate plan_dml_create(struct dml *d, struct plan_create *create) MUST_USE;
/* plan_dml_set.c: a column by the name that the statement knows it by. */
enum sqlstate plan_dml_column(struct dml *d, const struct ast_name *name,
	const struct table_column **out) MUST_USE;
/* What SET assigns to the element in d->slot. */
enum sqlstate plan_dml_items(struct dml *d, struct plan_set **out, uint32_t *count) MUST_USE;
/* Subqueries of what DO UPDATE computes are run before the row that is there is looked up. */
enum sqlstate plan_dml_attach(struct dml *d, const struct bound *value) MUST_USE;
/* The detail of an error about a generated column. */
enum sqlstate plan_dml_generated(struct dml *d, const struct table_column *column);
/* plan_conflict.c: INSERT .. ON CONFLICT of the proposed row. */
enum sqlstate plan_dml_conflict(struct dml *d, const struct plan_create *create) MUST_USE;
/* plan_merge_into.c */
enum sqlstate plan_merge_into(struct dml *d) MUST_USE;

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
