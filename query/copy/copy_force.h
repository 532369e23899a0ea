/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * FORCE_QUOTE, FORCE_NOT_NULL and FORCE_NULL: the columns that they name, among those that are copied.
 */
#ifndef QUERY_COPY_COPY_FORCE_H
#define QUERY_COPY_COPY_FORCE_H

#include "query/copy/copy_format.h"
#include "query/table/table.h"

/* The columns of a COPY, and what they are of. */
struct copy_columns {
	uint32_t count;
	const struct str *names;
	struct str relation;	   /* empty: of a query */
	const struct table *table; /* what columns the relation has; NULL: any */
};

/* out[i]: whether the option names column i. E_NO_COLUMN, E_DUPLICATE_COLUMN; E_INVALID_REFERENCE for one that
   is not copied. */
enum sqlstate copy_force_find(const struct copy_columns *columns, const char *option,
	const struct copy_names *names, bool *out, struct error *e) MUST_USE;

#endif
