/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Two ways to write a syntax tree down: an indented dump for tests, and query text again.
 */
#ifndef QUERY_PARSE_AST_DUMP_H
#define QUERY_PARSE_AST_DUMP_H

#include "base/buf.h"
#include "query/parse/ast.h"

/* The dump of a statement, one node a line, two blanks a level. It shows all that a tree means and
   nothing of how it was spelled: no positions, no source texts, no implied or written nodes told
   apart. Two statements mean the same to the binder exactly if their dumps are equal. */
void ast_dump_stmt(struct buf *out, const struct ast_stmt *s);
void ast_dump_expr(struct buf *out, const struct ast_expr *e);

/* Canonical query text: parsing it gives a tree with the same dump. For views of plans, for tests,
   for the log. Keywords are upper case, names are quoted where they must be. */
void ast_text_stmt(struct buf *out, const struct ast_stmt *s);
void ast_text_expr(struct buf *out, const struct ast_expr *e);

/* The spelling of an operator ("STARTS WITH", "<="), static. */
const char *ast_op_text(enum ast_op op);

#endif
