/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The guard: CHECK and FOREIGN KEY of tables, for every statement that writes, of SQL or of the graph
 * language. When a statement is done, what it changed is looked at: CHECKs of rows that are new or
 * changed, what they refer to, and who refers to rows that went or have another key (which is
 * refused, or changed as ON DELETE and ON UPDATE say).
 *
 * Compiled once for each version of the catalog; a catalog without such constraints costs one test.
 */
#ifndef QUERY_DDL_GUARD_H
#define QUERY_DDL_GUARD_H

#include "query/bind/bind.h"
#include "query/eval/eval.h"
#include "query/table/table.h"

struct guard;

struct guard *guard_new(void);
void guard_free(struct guard *g);

/* Everything changed since `mark` (txn_savepoint) satisfies the constraints that are looked at then.
   E_CHECK, E_FOREIGN_KEY with detail and names. */
enum guard_time {
	GUARD_STATEMENT, /* those that are not deferred */
	GUARD_COMMIT,	 /* those that are */
	GUARD_SET,	 /* those that guard_set() named last */
};
enum sqlstate guard_statement(struct guard *g, const struct bind_options *options, uint64_t mark,
	enum guard_time time, struct error *e) MUST_USE;

/* SET CONSTRAINTS, for the rest of the transaction: these (none: all that can be) are deferred from now on,
   or not. E_NO_OBJECT, E_WRONG_OBJECT: one of them is not there, or cannot be deferred. */
enum sqlstate guard_set(struct guard *g, const struct bind_options *options,
	const struct str *names, uint32_t count, bool is_deferred, struct error *e) MUST_USE;
/* How often that was said; all but so many of them are unsaid. */
size_t guard_mark(const struct guard *g);
void guard_rollback_to(struct guard *g, size_t mark);

/* ---- for schema statements ------------------------------------------------------------------- */

/* A CHECK's expression is a condition on the table's columns. */
enum sqlstate guard_check_expr(struct arena *a, const struct bind_options *options,
	const struct table *t, const struct ast_expr *x, struct error *e) MUST_USE;
/* All rows satisfy it; all rows refer to something. */
enum sqlstate guard_check_rows(struct arena *a, const struct bind_options *options,
	const struct table *t, const struct table_check *check, struct error *e) MUST_USE;
enum sqlstate guard_check_references(struct arena *a, const struct bind_options *options,
	const struct table *t, const struct table_foreign *foreign, struct error *e) MUST_USE;

#endif
