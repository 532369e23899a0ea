/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Labels as relations in plans: what SELECT's FROM and the statements that change rows share.
 */
#ifndef QUERY_PLAN_PLAN_TABLE_H
#define QUERY_PLAN_PLAN_TABLE_H

#include "query/bind/table_bind.h"
#include "query/plan/planner.h"

/* A label's rows on the stream. */
struct table_scan {
	const struct table *table;
	struct plan_node *node;
	uint32_t slot;			   /* of the element */
	uint32_t source_slot, target_slot; /* of an edge's ends */
	struct answer answer;		   /* its columns, in order, each in a slot */
};

/* PostgreSQL's columns that every table has and `*` does not list: ctid, xmin, xmax, cmin, cmax,
   tableoid. */
enum { SYSTEM_COLUMNS_MAX = 6 };
struct system_columns {
	struct scope_column columns[SYSTEM_COLUMNS_MAX];
	uint32_t count;
};
/* Those of the row in a slot, on the stream; ctid and xmin only where the statement's text has the
   words, since they cost something. */
void plan_table_system(
	struct planner *p, const struct table *t, uint32_t slot, struct system_columns *out);

/* The full name of the temporary relation that a name in SQL means; empty: it means one that is not. Notes
   that the plan has it. E_NOT_SUPPORTED: another session's. */
enum sqlstate plan_temporary_name(struct planner *p, struct str qualifier, struct str name,
	uint32_t at, struct str *out, struct error *e) MUST_USE;
/* E_NO_TABLE if there is no label of that name (or schema). */
enum sqlstate plan_table_find(struct planner *p, struct str qualifier, struct str name, uint32_t at,
	const struct table **out, struct error *e) MUST_USE;
/* Every row of the table for every row of the stream. */
void plan_table_scan(struct planner *p, const struct table *t, uint32_t at, struct table_scan *out);
/* What Describe tells of a column of the table. */
struct query_origin plan_table_origin(const struct table *t, uint32_t column);
/* Remembers a row of FROM by its alias. */
void plan_table_note_row(struct planner *p, struct str alias, uint32_t slot);
/* FOR UPDATE and its kin: locks the rows that came into FROM since `first_row`. */
enum sqlstate plan_table_lock(struct planner *p, const struct ast_projection *select,
	uint32_t first_row, struct error *e) MUST_USE;
/* Called before conditions are put on the stream as filters: a scan of a label right below that an
   index can do better becomes a look-up. */
void plan_table_access(struct planner *p, const struct bound *const *predicates, uint32_t count);

/* plan_table_graph.c: *is_one tells whether CREATE PROPERTY GRAPH made a graph of this name; then
   *pattern becomes one over the labels that are its element tables. */
enum sqlstate plan_property_graph(struct planner *p, const struct ast_qname *name,
	const struct ast_pattern **pattern, bool *is_one, struct error *e) MUST_USE;

/* plan_view.c: the rows of a view onto the stream, if there is one of that name. E_TOO_COMPLEX: views
   in views beyond max_view_depth. */
enum sqlstate plan_view(struct planner *p, const struct ast_qname *name, struct answer *out,
	bool *is_view, struct error *e) MUST_USE;

/* plan_dml.c */
enum sqlstate plan_dml(struct planner *p, const struct ast_clause *c, struct answer *out,
	struct error *e) MUST_USE;
/* plan_from.c: the items of FROM onto the stream, their names into the scope, and the rows that
   satisfy `where` (NULL: all), which is bound among those names. */
enum sqlstate plan_from(struct planner *p, const struct ast_clause *c, const struct ast_expr *where,
	struct error *e) MUST_USE;
/* They become columns of the table that goes by the alias in the scope. */
void plan_from_system(
	struct scope *scope, struct str alias, const struct system_columns *columns);
/* What plan_from() put into a scope, but for all columns behind the first `count` and the table
   called `without`. */
struct scope *plan_from_left(
	struct planner *p, const struct scope *all, uint32_t count, struct str without);
/* The columns of a relation as names: bare, and behind the alias. */
enum sqlstate plan_from_names(struct planner *p, struct str alias, const struct answer *answer,
	struct scope *scope, struct error *e) MUST_USE;

#endif
