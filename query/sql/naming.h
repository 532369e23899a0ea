/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Names of what oids number, and back, as PostgreSQL prints and reads them: quoted where they must
 * be, with their schema where search_path does not lead to them. Texts are made in the evaluator's
 * arena, or are the catalog's own.
 */
#ifndef QUERY_SQL_NAMING_H
#define QUERY_SQL_NAMING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "storage/storage.h"

struct eval;

/* A name as it must be written in SQL: in double quotes unless it is lower case and no keyword. */
void naming_put_ident(struct buf *to, struct str name);
/* A text as a literal of SQL. */
void naming_put_literal(struct buf *to, struct str text);
/* The category of a PostgreSQL keyword (U, C, T, R), 0 for other words. */
char naming_keyword(struct str word);

/* What a schema is called; false if there is none of that number. */
bool naming_schema(const struct eval *ev, uint32_t oid, struct str *name);
/* The number of a schema, 0 if there is none of that name. */
uint32_t naming_schema_oid(const struct eval *ev, struct str name);
/* True if an unqualified name is looked for in the schema. */
bool naming_is_on_path(const struct eval *ev, uint32_t schema);

struct naming_object {
	struct str name;
	uint32_t schema;
};
/* A table, index or catalog relation. */
bool naming_relation(struct eval *ev, uint32_t oid, struct naming_object *out);
bool naming_type(struct eval *ev, uint32_t oid, struct naming_object *out);
bool naming_function(struct eval *ev, uint32_t oid, struct naming_object *out);
/* "name", or "schema.name" where the path does not lead there. */
void naming_put(const struct eval *ev, struct buf *to, const struct naming_object *object);

/* PostgreSQL's format_type(): "character varying(30)"; `modifier` counts only if it is given. */
void naming_put_type(
	struct eval *ev, struct buf *to, uint32_t oid, int32_t modifier, bool is_given);

/* The number that a written name (schema.name, "Quoted") stands for; 0 if there is none. */
uint32_t naming_find_relation(struct eval *ev, struct str text);
/* Why there is no such relation: E_INVALID_NAME, E_SYNTAX, E_NOT_SUPPORTED (of another database),
   E_NO_GRAPH, E_NO_TABLE. */
COLD enum sqlstate naming_no_relation(struct eval *ev, struct str text, struct error *e);
uint32_t naming_find_type(struct eval *ev, struct str text);
uint32_t naming_find_function(struct eval *ev, struct str text);

#endif
