/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A table's columns as names in a scope: each is an expression over the element of the row.
 */
#ifndef QUERY_BIND_TABLE_BIND_H
#define QUERY_BIND_TABLE_BIND_H

#include "query/bind/binder.h"
#include "query/table/table.h"

/* What a row's columns are read from. */
struct table_slots {
	const struct bound *element;
	const struct bound *source, *target; /* an edge's ends; NULL: _from and _to are not there */
};

/* One column's value. NULL: it is an end that is not there. */
const struct bound *table_column_value(struct binder *b, const struct table *t,
	const struct table_column *column, const struct table_slots *slots, uint32_t at);
/* All columns, as VARIABLE_EXPR, hidden from RETURN *. Names that are there already stay. */
void table_columns_into(struct binder *b, const struct table *t, const struct table_slots *slots,
	struct scope *scope);

#endif
