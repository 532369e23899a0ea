/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What is counted of tables and indexes, by the names that the columns of pg_stat_all_tables and
 * pg_stat_all_indexes have.
 */
#ifndef QUERY_SQL_TALLIED_H
#define QUERY_SQL_TALLIED_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/storage_tally.h"

struct tallied {
	bool is_index;
	bool has_indexes;	    /* of a table: it can be looked up in */
	struct storage_tally own;   /* of an edge label its lookups are those of edges at a node */
	struct storage_tally index; /* of all its indexes */
};

void tallied_label_read(
	struct txn *t, enum element element, uint32_t label, struct tallied *out);
void tallied_index_read(struct txn *t, uint32_t index, struct tallied *out);
/* The same by the oid of a table or an index; false if there is none. */
bool tallied_by_oid(struct txn *t, uint32_t oid, struct tallied *out);
/* Counts from zero, of a table's indexes too; false as before. */
bool tallied_forget(struct txn *t, uint32_t oid);

/* VALUE_NULL: it is not counted, or never was anything. */
struct value tallied_column(const struct tallied *t, const char *column);

#endif
