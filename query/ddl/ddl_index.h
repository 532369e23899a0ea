/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Indexes with what SQL says of them beyond their columns (query/table/table_index.h): made, dropped, and
 * taken away to be made again behind a change of what they are made of.
 */
#ifndef QUERY_DDL_DDL_INDEX_H
#define QUERY_DDL_DDL_INDEX_H

#include "query/ddl/ddl.h"
#include "query/table/table_index.h"

/* All that an index is made of. */
struct ddl_index {
	struct index_definition definition; /* the keys are those of `said`, empty for expressions */
	struct table_index said;
	bool is_primary;
};

/* What the statement wants, beyond `to`, which has name, label, keys that are columns. Without a name it
   gets one. */
enum sqlstate ddl_create_index(struct ddl *d, const struct ast_index *from,
	const struct index_definition *to) MUST_USE;
/* Whether more is said of it than its columns. */
bool ddl_index_says_more(const struct ast_index *from);
/* An index of the catalog. */
void ddl_index_read(struct ddl *d, const struct index_info *info, struct ddl_index *out);
/* One like that as a statement, for a table that is like this one. */
enum sqlstate ddl_index_statement(
	struct ddl *d, const struct ddl_index *x, struct ast_index *out) MUST_USE;
/* True if the column is one of its keys, or stands in an expression of it. */
bool ddl_index_mentions(const struct ddl_index *x, struct str column);
/* The column goes by another name. */
void ddl_index_rename(struct ddl *d, struct ddl_index *x, struct str from, struct str to);
/* Makes it, its primary key too. */
enum sqlstate ddl_index_make(struct ddl *d, struct ddl_index *x) MUST_USE;
/* Drops one that no constraint stands on, with all that is said of it. */
enum sqlstate ddl_index_drop(struct ddl *d, const struct index_info *info) MUST_USE;
/* Nothing is said any more of the indexes of a label that is going. */
enum sqlstate ddl_indexes_forget(struct ddl *d, enum element element, uint32_t label) MUST_USE;

/* Indexes that are gone until they are made again. */
struct ddl_kept_indexes {
	struct ddl_index *all;
	uint32_t count;
};
/* Drops the table's indexes with expressions or predicates in which the column stands; `out` (NULL: they
   are not to come again) has them. */
enum sqlstate ddl_indexes_drop(struct ddl *d, const struct table *t, struct str column,
	struct ddl_kept_indexes *out) MUST_USE;
enum sqlstate ddl_indexes_make(struct ddl *d, struct ddl_kept_indexes *kept) MUST_USE;

#endif
