/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Expressions over one row of a table, kept as text in the catalog: what a generated column computes,
 * the keys and predicates of indexes. The table's columns are slots, each of the column's number.
 */
#ifndef QUERY_BIND_ROW_EXPR_H
#define QUERY_BIND_ROW_EXPR_H

#include "query/bind/binder.h"
#include "query/table/table.h"
#include "query/table/table_index.h"

/* What the expression is for: decides what errors say, and whether it may read generated columns. */
enum row_expr_use { ROW_EXPR_GENERATED, ROW_EXPR_INDEX_KEY, ROW_EXPR_INDEX_PREDICATE };

/* A binder for it. */
enum sqlstate row_expr_binder(struct arena *a, const struct bind_options *options,
	const struct table *t, enum row_expr_use use, const struct ast_expr *x, struct binder **out,
	struct error *e) MUST_USE;
/* Whether its value depends on the row alone. */
bool row_expr_is_immutable(const struct bound *x);

/* The key of an index, or its predicate, which is a condition: E_TYPE else. E_OBJECT_DEFINITION unless it
   is immutable. */
enum sqlstate row_expr_index(struct arena *a, const struct bind_options *options,
	const struct table *t, enum row_expr_use use, const struct ast_expr *x,
	const struct bound **out, struct error *e) MUST_USE;
/* The same from its text in the catalog. */
enum sqlstate row_expr_index_text(struct arena *a, const struct bind_options *options,
	const struct table *t, enum row_expr_use use, struct str text, const struct bound **out,
	struct error *e) MUST_USE;

/* What an IS NOT NULL is about; NULL: it is none. */
const struct bound *row_expr_not_null(const struct bound *x);

/* Whether two expressions compute the same. What they are made of is the same but for the slots of the
   first, which are columns: `is_column` tells whether an expression of the second is that column. */
typedef bool row_expr_is_column(void *context, uint32_t column, const struct bound *x);
bool row_expr_same(
	const struct bound *x, const struct bound *y, row_expr_is_column *is_column, void *context);

/* The expression over these values in place of its columns. */
const struct bound *row_expr_fill(
	struct arena *a, const struct bound *x, const struct bound *const *row);

/* row_text.c: the expression as PostgreSQL prints it; as it is written where it has something that is not
   printed here. */
struct index_text row_expr_text(struct arena *a, const struct table *t, const struct bound *x,
	struct str written);

#endif
