/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Definitions as text, as PostgreSQL's pg_get_*def functions write them: CREATE INDEX, the clause of
 * a constraint, an expression, a function's heading.
 */
#ifndef QUERY_SQL_DEFINITION_H
#define QUERY_SQL_DEFINITION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "query/sql/label_table.h"
#include "query/sql/proc.h"
#include "query/table/table_index.h"
#include "storage/value.h"

struct eval;

/* A value as a constant of SQL: 3, 'x'::text. */
void definition_put_value(struct buf *to, struct value v);
/* A text in single quotes. */
void definition_put_quoted(struct buf *to, struct str text);

/* The whole of an index; with a column (from 1) that column alone. Nothing for a column it has not.
   The table's name stands with its schema unless is_pretty and the schema is on the path. */
void definition_put_index(struct eval *ev, struct buf *to, const struct index_info *index,
	uint32_t column, bool is_pretty);
/* Its keys with their order, in parentheses, and the predicate. */
enum definition_text { DEFINITION_SOURCE, DEFINITION_FULL, DEFINITION_PRETTY };
void definition_put_index_keys(struct buf *to, const struct catalog *c,
	const struct table_index *x, enum definition_text as);
/* The name of the function that an expression is a call of; empty: it is none. */
struct str definition_called(struct str text);
/* "PRIMARY KEY (id)"; a check stands in one pair of parentheses if is_pretty, else in two. */
void definition_put_constraint(struct eval *ev, struct buf *to, const struct label_table *table,
	const struct label_constraint *constraint, bool is_pretty);

/* A graph of the database as CREATE PROPERTY GRAPH of all its labels. */
enum sqlstate definition_put_graph(
	struct eval *ev, struct buf *to, uint32_t graph, struct error *e) MUST_USE;

/* Types of arguments as pg_get_function_arguments() lists them, and of the result. */
void definition_put_arguments(struct eval *ev, struct buf *to, const struct proc *p);
void definition_put_result(struct eval *ev, struct buf *to, const struct proc *p);

#endif
