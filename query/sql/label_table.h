/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Labels as tables: what SQL sees of the graph's schema. A node label is a table whose columns are
 * its declared properties in the order of their declaration, or those that were written under it if it
 * declares none; an edge label has `_from` and `_to` before them. Its indexes and constraints are the table's.
 *
 * Everything has a number (oid) that is made from the number the storage gave it, which is never
 * used again, so the same thing keeps the same oid for as long as it exists.
 */
#ifndef QUERY_SQL_LABEL_TABLE_H
#define QUERY_SQL_LABEL_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "query/query.h"
#include "query/table/label_oid.h"
#include "storage/storage.h"

/* Of what belongs to one property of a label: its default, its type constraint. */
uint32_t label_property_oid(enum element element, uint32_t label, uint32_t key);

/* The schema that a graph is: public, or one numbered as a table of its membership would be. */
uint32_t label_schema_oid(uint32_t graph);

/* What that schema is called. */
struct str label_schema_name(const struct catalog *c, enum element element, uint32_t label);

struct label_table {
	enum element element;
	uint32_t label;
	struct str name;
	uint32_t oid;
	uint32_t schema; /* public, or its graph's */
	const struct label_info *info; /* NULL: nothing is declared or observed */
};

/* The tables one by one, node labels first: *at is 0 at first. A label counts once it is declared or
   the transaction sees an element that has it. *found is false at the end. */
enum sqlstate label_table_next(struct txn *t, struct arena *scratch, uint64_t *at,
	struct label_table *out, bool *found, struct error *e) MUST_USE;
/* The table with this number, whether it counts or not. */
bool label_table_by_oid(const struct catalog *c, uint32_t oid, struct label_table *out);
/* The table of this exact name: a node label before an edge label. */
bool label_table_find(const struct catalog *c, struct str name, struct label_table *out);

struct label_column {
	struct str name;
	struct type type;
	uint32_t type_oid;
	uint32_t key; /* NAME_NONE: _from or _to */
	int16_t number; /* attnum, from 1 */
	bool is_not_null;
	int32_t modifier; /* atttypmod, -1: none */
	struct str default_text; /* SQL; empty: none */
	struct str generated_text; /* of a generated column; empty: it is none */
	char identity; /* 'a'lways, by 'd'efault, 0: no identity column */
	uint32_t sequence; /* the catalog object that it owns; NAME_NONE: none */
	struct str comment;
};

/* Its columns, in the arena. */
uint32_t label_table_columns(const struct catalog *c, const struct label_table *table,
	struct arena *a, struct label_column **out);
/* What pg_constraint tells of a table, besides NOT NULL; nothing of a key whose columns the table lacks. */
struct label_constraint {
	uint32_t oid;
	struct str name;
	char kind; /* p primary key, u unique, f foreign key, c check */
	const struct index_info *index; /* of p and u */
	uint32_t count;
	int16_t columns[8]; /* attnums */
	uint32_t target; /* f: the oid of the table it refers to */
	uint32_t target_index;
	int16_t targets[8];
	char on_update, on_delete; /* as pg_constraint has them */
	bool is_deferrable, is_deferred;
	struct str check; /* c: the condition */
};
uint32_t label_table_constraints(const struct catalog *c, const struct label_table *table,
	struct arena *a, struct label_constraint **out);

/* What COMMENT ON says of the table; empty: nothing. */
struct str label_table_comment(
	const struct catalog *c, const struct label_table *table, struct arena *a);

/* The type of a declared property, also of one that is not a column; jsonb if none is declared. */
uint32_t label_key_type(const struct catalog *c, const struct label_table *table, struct arena *a,
	uint32_t key);
/* The attnum of a key among these; 0 if it is not a column. */
int16_t label_column_number(const struct label_column *columns, uint32_t count, uint32_t key);

#endif
