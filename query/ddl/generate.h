/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Generated columns, and the keys of indexes that are expressions: storage asks for their values whenever it writes an element, whoever writes it
 * (struct storage_generator). Expressions are bound once for each version of the catalog.
 */
#ifndef QUERY_DDL_GENERATE_H
#define QUERY_DDL_GENERATE_H

#include "query/bind/bind.h"
#include "query/table/table.h"

struct generate;

/* For the transactions of one session, whose settings are used. */
struct generate *generate_new(struct storage *storage, const struct settings *settings);
void generate_free(struct generate *g);
/* What the session's transactions are begun with; as old as `g`. */
const struct storage_generator *generate_storage(const struct generate *g);

/* A generated column's expression over the other columns: slot i is the table's i-th column. *out is of
   the column's type. E_NO_COLUMN, E_TYPE, … */
enum sqlstate generate_bind(struct arena *a, const struct bind_options *options,
	const struct table *t, const struct table_column *column, const struct ast_expr *x,
	const struct bound **out, struct error *e) MUST_USE;

#endif
