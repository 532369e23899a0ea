/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Planning: from a parsed query to a typed plan.
 */
#ifndef QUERY_PLAN_PLAN_QUERY_H
#define QUERY_PLAN_PLAN_QUERY_H

#include "query/bind/bind.h"
#include "query/tree/plan.h"

/* Plans a STMT_QUERY. Everything is made in `a`, which lives as long as the plan. Errors carry the
   byte offset of what is wrong. */
enum sqlstate plan_query(struct arena *a, const struct ast_stmt *statement,
	const struct bind_options *options, struct plan **out, struct error *e) MUST_USE;

/* Finds out what may be written through the view of this name by planning its query; everything is made
   in `a`. */
void plan_view_writing(struct arena *a, struct str view, const struct bind_options *options,
	struct view_writing *out);

#endif
