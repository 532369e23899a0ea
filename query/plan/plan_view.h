/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Views while they are planned: what plan_view.c (reading) and plan_view_write.c (INSERT, UPDATE and
 * DELETE through a view) share.
 */
#ifndef QUERY_PLAN_PLAN_VIEW_H
#define QUERY_PLAN_PLAN_VIEW_H

#include "query/plan/plan_table.h"
#include "query/table/table.h"

/* What the planner knows of the statement around a view, put aside while the view's text is planned. */
struct view_planning {
	const struct cte *ctes;
	struct str text;
	uint32_t text_at;
	bool is_elsewhere;
	struct graph_in_force graph;
	uint32_t view;
	bool hides_temporary;
	struct scope *scope;
};

/* It is not of a session alone, so its text means no temporary relations, whoever asks. */
static inline bool plan_view_is_lasting(const struct view_definition *view)
{
	return graph_of_name(view->full_name).length == 0;
}

/* False if there is no view of that name. */
bool plan_view_find(
	struct planner *p, struct str qualifier, struct str name, struct view_definition *out);
/* The plan says that somebody needs a right to the view. */
void plan_view_use(struct planner *p, uint32_t object, enum plan_right right);
/* From here to plan_view_leave() the view's text is what is planned, with its owner's rights. */
struct view_planning plan_view_enter(struct planner *p, const struct view_definition *view);
void plan_view_leave(struct planner *p, const struct view_planning *kept);
/* The names that the view gives to the columns of its query. */
void plan_view_columns(
	struct planner *p, const struct view_definition *view, struct answer *answer);
/* E_TOO_COMPLEX if `depth` views around are as many as may be. */
enum sqlstate plan_view_depth(
	struct planner *p, uint32_t depth, uint32_t at, struct error *e) MUST_USE;

/* ---- writing: plan_view_write.c -------------------------------------------------------------- */

/* A column of a view that is written through. */
struct view_column {
	struct str name;
	uint32_t place; /* of the table's column that it is; UINT32_MAX: it is computed */
};

/* A view over one relation, and through that one over a table. */
struct written_view {
	struct view_definition view;
	struct ast_projection select; /* its list, without WHERE */
	const struct ast_expr *where; /* NULL: none */
	const struct ast_from *from;
	bool is_checked;	     /* new rows must satisfy its WHERE */
	struct written_view *below;  /* the view it reads; NULL: the table */
	uint32_t column_count;
	struct view_column *columns;
};

/* What becomes of the conditions of views on the way from the table's rows to the view's. */
enum view_conditions { VIEW_KEEP, VIEW_FILTER, VIEW_CHECK };

/* The view that a statement names and the table below it; *out is NULL if there is no view of that
   name. E_OBJECT_STATE, E_NOT_SUPPORTED: it is none that can be written through. */
enum sqlstate plan_written_view(struct planner *p, const struct ast_dml *ast,
	const struct written_view **out, const struct table **table, struct error *e) MUST_USE;
/* From the table's columns on the stream to the view's. */
enum sqlstate plan_written_rows(struct planner *p, const struct written_view *v,
	const struct answer *table, enum view_conditions conditions, struct answer *out,
	struct error *e) MUST_USE;
/* What may be written through the view of this name. */
void plan_written_columns(struct planner *p, struct str name, struct view_writing *out);
/* True if new rows are to be held against a condition. */
bool plan_written_is_checked(const struct written_view *v);
/* The view whose owner writes the table; NAME_NONE: who runs the statement does. */
uint32_t plan_written_owner(const struct written_view *v);
/* The table's column that a column of the view is. E_NO_COLUMN; E_NOT_SUPPORTED if it is none. */
enum sqlstate plan_written_column(const struct written_view *v, const struct table *t,
	const struct ast_name *name, enum ast_dml_kind kind, const struct table_column **out,
	struct error *e) MUST_USE;

#endif
