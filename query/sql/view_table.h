/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The columns of a view, found by planning its query.
 */
#ifndef QUERY_SQL_VIEW_TABLE_H
#define QUERY_SQL_VIEW_TABLE_H

#include "query/bind/bind.h"
#include "query/sql/label_table.h"
#include "query/table/table.h"

struct eval;

/* The columns of the view with this catalog object, in the evaluator's arena; none if its query does
   not plan any more. */
uint32_t view_table_columns(
	struct eval *ev, struct arena *a, uint32_t object, struct label_column **out);
/* What may be written through it; everything is made in the arena. */
void view_table_writing(
	struct eval *ev, struct arena *a, struct str name, struct view_writing *out);
/* The bits of pg_relation_is_updatable: 4 UPDATE, 8 INSERT, 16 DELETE. */
enum { VIEW_UPDATABLE = 4, VIEW_INSERTABLE = 8, VIEW_DELETABLE = 16, TABLE_WRITABLE = 28 };
int view_table_writable(struct eval *ev, struct arena *a, struct str name);

#endif
