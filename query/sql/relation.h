/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Catalog relations: pg_catalog and information_schema, computed from the engine's catalog and what
 * the session knows, whenever a statement reads them. Each is a row of catalogs.def,
 * catalog_views.def, information_schema.def or property_graph.def, with PostgreSQL's columns, types and numbers.
 *
 * A relation's rows come from its fill function. It adds them one by one:
 *
 *     struct value *row = relation_add(scan);        all NULL
 *     row[pg_namespace_oid] = value_int(11);         the enum of columns comes from the .def files
 *
 * Cells are of the column's type: whole numbers and oids are INT, names and "char" STRING, arrays
 * and vectors LIST. What they point to lives in scan->arena, or as long as the statement.
 *
 * Two things keep this quick with many thousand labels. A scan may be asked for the rows of one key
 * alone (relation_wants): a fill that can find those without a walk does, others need not look, for
 * the condition itself is tested again above. And a fill that has much to tell does it in slices:
 * it leaves scan->at other than zero and is called again when the rows so far are used up.
 *
 * Errors: what the fill function meets; E_OUT_OF_MEMORY when one slice passes work_mem.
 */
#ifndef QUERY_SQL_RELATION_H
#define QUERY_SQL_RELATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "query/query.h"
#include "storage/storage.h"
#include "storage/value.h"

struct eval;
struct relation_scan;
struct settings;

struct relation_column {
	const char *name;
	const char *type; /* PostgreSQL's name of it in pg_type */
	bool is_not_null;
};

enum relation_kind { RELATION_TABLE = 'r', RELATION_VIEW = 'v', RELATION_FUNCTION = 'f' };

struct relation {
	const char *schema;
	const char *name;
	uint32_t oid;
	enum relation_kind kind;
	uint32_t column_count;
	const struct relation_column *columns;
	enum sqlstate (*fill)(struct relation_scan *scan, struct error *e); /* NULL: no rows */
	const char *arguments; /* of a FUNCTION: a letter each; see table_functions.def */
};

/* relation_<name>_<column>: the numbers of a relation's columns, from 0. */
#define RELATION(schema, name, oid, kind, fill) enum name##_column {
#define TABLE_FUNCTION(tag, name, arguments, fill) enum tag##_column {
#define COLUMN(relation, name, type) relation##_##name,
#define NOT_NULL(relation, name, type) relation##_##name,
#define END(relation)                                                                              \
	relation##_column_count                                                                    \
	}                                                                                          \
	;
#include "query/sql/catalog_views.def"
#include "query/sql/catalogs.def"
#include "query/sql/information_schema.def"
#include "query/sql/property_graph.def"
#include "query/sql/table_functions.def"
#undef RELATION
#undef TABLE_FUNCTION
#undef COLUMN
#undef NOT_NULL
#undef END

/* ---- the table ------------------------------------------------------------------------------- */

uint32_t relation_count(void);
const struct relation *relation_at(uint32_t position);
/* NULL if there is none. */
const struct relation *relation_by_oid(uint32_t oid);
/* The number of the type of its rows, and of that of their arrays; 0: PostgreSQL 15 has no such relation. */
uint32_t relation_row_type(const struct relation *r, uint32_t *array);
/* The relation whose rows are of that type, or whose arrays of rows; NULL if there is none. */
const struct relation *relation_by_row_type(uint32_t oid, bool *is_array);
/* By exact name in one schema; NULL if there is none. */
const struct relation *relation_find(struct str schema, struct str name);
/* By a name as it was written: with a schema (a.b.c: a database before it), or looked for along
   search_path, pg_catalog first unless the path names it. Names are tried as written, then in lower
   case. NULL if there is none. `settings` may be NULL: the default path. */
const struct relation *relation_resolve(
	const struct settings *settings, struct str qualifier, struct str name);

/* search_path as it is set, and its names one by one, without the quotes around them (one within a name is
   two); false at the end. */
struct str relation_path(const struct settings *settings);
bool relation_path_next(struct str *path, struct str *name);

/* The function in FROM of this name, any case; NULL if there is none. Its oid is 0. */
const struct relation *relation_find_function(struct str name);

/* ---- scanning -------------------------------------------------------------------------------- */

#define RELATION_NO_KEY UINT32_MAX

struct relation_scan {
	const struct relation *relation;
	struct eval *ev;               /* the transaction, the session and its settings */
	const struct catalog *catalog; /* as the transaction sees it */
	struct arena *arena;           /* for what cells point to; emptied before each slice */
	uint32_t key_column;           /* only rows whose column is `key` are asked for … */
	struct value key;              /* … never NULL */
	const struct value *args;      /* of a function in FROM */
	uint64_t at;                   /* the fill's own: 0 at first; not 0 on return: more to come */
	uint32_t row_count, row_capacity;
	struct value *cells;           /* row by row */
};

/* Starts a scan over; the owner has set relation, ev, arena, key_column and key. */
void relation_begin(struct relation_scan *scan);
/* The next slice of rows into scan->cells; *is_last tells that none will follow. A slice may be
   empty. */
enum sqlstate relation_next(struct relation_scan *scan, bool *is_last, struct error *e) MUST_USE;

/* ---- for fill functions ---------------------------------------------------------------------- */

/* The rows after which a fill in slices should stop for a while. */
enum { RELATION_SLICE_ROWS = 512 };

/* One more row, all NULL; valid until the next. */
struct value *relation_add(struct relation_scan *scan);
/* False if a key is asked for in this column and it is another. */
bool relation_wants(const struct relation_scan *scan, uint32_t column, int64_t value);
/* The whole number that is asked for in this column; false if there is none. */
bool relation_key(const struct relation_scan *scan, uint32_t column, int64_t *value);

struct value relation_text(const char *text);           /* shares it */
struct value relation_char(struct relation_scan *scan, char c); /* a "char" */
/* A LIST of whole numbers, of texts. */
struct value relation_numbers(struct relation_scan *scan, const int64_t *numbers, uint32_t count);
struct value relation_attnums(
	struct relation_scan *scan, const int16_t *numbers, uint32_t count);
struct value relation_texts(struct relation_scan *scan, const struct str *texts, uint32_t count);

#endif
