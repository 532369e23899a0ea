/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The columns of a view, found by planning its query.
 */
#ifndef QUERY_PLAN_VIEW_TABLE_H
#define QUERY_PLAN_VIEW_TABLE_H

#include "query/sql/label_table.h"
#include "query/tree/plan.h"

struct eval;

/* The columns of the view with this catalog object, in the evaluator's arena; none if its query does
   not plan any more. */
uint32_t view_table_columns(
	struct eval *ev, struct arena *a, uint32_t object, struct label_column **out);
/* What may be written through the view of this name; everything is made in the arena. */
void view_table_writing(
	struct eval *ev, struct arena *a, struct str name, struct view_writing *out);

#endif
