/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Running statements of one's own inside a transaction: what CASCADE does to other tables, what ALTER
 * TABLE does to rows. Errors in the text are bugs of the caller.
 */
#ifndef QUERY_DDL_RUN_H
#define QUERY_DDL_RUN_H

#include "base/buf.h"
#include "query/bind/bind.h"
#include "query/exec/exec.h"

/* A quoted name, and a SQL string. */
void run_put_name(struct buf *to, struct str name);
void run_put_string(struct buf *to, struct str text);

/* Called with each row. */
typedef enum sqlstate run_row(
	void *context, const struct value *cells, uint32_t count, struct error *e);
/* Runs one statement with its parameters to its end; `row` may be NULL. */
struct run {
	struct arena *arena;
	const struct bind_options *options;
	struct str text;
	struct str graph; /* whose labels the text has; empty: main */
	const struct ast_stmt *statement; /* instead of a text */
	const struct eval_session *session; /* may be NULL */
	const struct value *values; /* of $1, $2, .. */
	const struct type *types;
	uint32_t value_count;
	run_row *row;
	void *context;
	struct exec_counters *counters; /* of what was done; may be NULL */
};
enum sqlstate run_statement(const struct run *r, struct error *e) MUST_USE;

#endif
