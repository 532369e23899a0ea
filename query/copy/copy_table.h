/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * COPY into a label that is a table of SQL: its columns' types and modifiers, and the defaults of the
 * columns that the data does not have.
 */
#ifndef QUERY_COPY_COPY_TABLE_H
#define QUERY_COPY_COPY_TABLE_H

#include "query/bind/bind.h"
#include "query/table/table.h"

/* Names of columns that the data has. */
struct copy_given {
	uint32_t count;
	const struct str *names;
};

struct copy_default {
	const struct table_column *column;
	const struct bound *expr;
};

struct copy_defaults {
	uint32_t count;
	struct copy_default *items;
};

/* The defaults of the columns that are not among those given. */
enum sqlstate copy_table_defaults(struct arena *a, const struct bind_options *options,
	const struct table *t, const struct copy_given *given, struct copy_defaults *out,
	struct error *e) MUST_USE;

/* E_INVALID_REFERENCE: the table (NULL: none) generates the column. */
enum sqlstate copy_table_check(
	const struct table *t, struct str name, struct error *e) MUST_USE;

/* Whether the table takes its columns alone, as one of CREATE TABLE does. A label that a comment or a check has
   made a table of may be open: then other keys are properties too. */
bool copy_table_is_closed(struct txn *txn, const struct table *t);

#endif
