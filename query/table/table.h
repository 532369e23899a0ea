/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Tables: labels as SQL sees them. A node label is a table with its declared properties as columns,
 * an edge label one with _from and _to before them (the ids of its ends). What a label's
 * declaration cannot say (DEFAULT, CHECK, FOREIGN KEY, varchar(30), identity) stands in an object
 * of the catalog beside it; a label declared by CREATE NODE has none and is a table all the same.
 *
 * Everything read here is made in the caller's arena and lives as long.
 */
#ifndef QUERY_TABLE_TABLE_H
#define QUERY_TABLE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "query/query.h"
#include "storage/storage.h"

/* Kinds of catalog objects (storage.h); on disk. */
enum table_object {
	OBJECT_TABLE = 1, /* name: of the label */
	OBJECT_SEQUENCE = 2,
	OBJECT_VIEW = 3,
	OBJECT_PROPERTY_GRAPH = 4,
	OBJECT_COMMENT = 5, /* comment.h */
	OBJECT_GRAPH_TYPE = 6, /* body: { element types } */
	OBJECT_INDEX = 7,	     /* table_index.h */
};

/* A type as a column is declared with it. */
struct table_type {
	struct str text; /* as PostgreSQL prints it: "character varying(30)" */
	struct type type;
	int32_t typmod;	 /* PostgreSQL's atttypmod, -1: none */
	bool is_numeric; /* the modifier is precision and scale */
	bool is_seconds; /* the modifier is the digits of seconds behind the point */
	char serial;	 /* 's'mallserial, 'i' serial, 'b'igserial; 0: it is none */
};
/* Any spelling of PostgreSQL's or of the language's; E_NO_OBJECT. */
enum sqlstate table_type_read(
	struct arena *a, struct str text, struct table_type *out, struct error *e) MUST_USE;

struct table_column {
	struct str name;
	uint32_t key; /* of the property; NAME_NONE: _from, _to */
	struct table_type type;
	bool is_not_null;
	bool is_end;		 /* _from or _to of an edge label */
	struct str default_text; /* SQL; empty: none */
	struct str generated_text; /* of GENERATED ALWAYS AS (..) STORED; empty: it is none */
	char identity;		 /* 'a'lways, by 'd'efault, 0: no identity column */
	uint32_t sequence; /* object that the column owns (serial, identity); NAME_NONE: none */
	struct str comment;
};

/* The type that a column of a query has, with PostgreSQL's modifier; false: no column of a table has it. */
bool table_type_of(struct arena *a, struct type type, int32_t typmod, struct table_type *out);

/* What storage is to hold all values of the type to. */
struct type_modifier table_type_modifier(const struct table_type *type);
/* Makes a value of the column's type fit its modifier: E_STRING_TRUNCATION. */
enum sqlstate table_fit(struct arena *a, const struct table_column *column, struct value *v,
	struct error *e) MUST_USE;
/* The same for text: `length` characters, with blanks behind if it pads. */
enum sqlstate table_fit_text(
	struct arena *a, struct str *text, int64_t length, bool pads, struct error *e) MUST_USE;

struct table_check {
	struct str name, text;
};

struct table_foreign {
	struct str name;
	uint32_t count;
	struct str columns[8];
	struct str table; /* what it refers to */
	struct str targets[8];
	char on_update, on_delete; /* as ast_key has them */
	bool is_deferrable, is_deferred;
};

struct table {
	struct str name;
	enum element element;
	uint32_t label;
	uint32_t object;	       /* NAME_NONE: a label without details */
	const struct label_info *info; /* as old as the catalog; NULL: used but without facts */
	uint32_t column_count;
	struct table_column *columns;
	uint32_t check_count;
	struct table_check *checks;
	uint32_t foreign_count;
	struct table_foreign *foreigns;
	struct str comment;
};

/* The declared label with exactly this name, of nodes before edges; NULL if there is none. */
struct table *table_find(const struct catalog *c, struct arena *a, struct str name);
/* The same for a label known by number. */
struct table *table_of_label(
	const struct catalog *c, struct arena *a, enum element element, uint32_t label);
/* A label that declares no property gets those as columns that were written under it, with the types
   that were: what queries and catalogs see. Not what schema statements go by. */
void table_add_observed(struct table *t, const struct catalog *c, struct arena *a);
/* The name as written, then folded to lower case. */
struct table *table_look_up(const struct catalog *c, struct arena *a, struct str name);
/* NULL if there is no such column. */
struct table_column *table_column(const struct table *t, struct str name);
/* The same, then folded to lower case. */
struct table_column *table_column_folded(const struct table *t, struct arena *a, struct str name);
/* True if a table, sequence, view or property graph has the name. */
bool table_name_is_taken(const struct catalog *c, struct str name);
/* There is no table of this name for a schema statement: the hint says so if queries see one. */
void table_hint_undeclared(
	struct txn *txn, struct arena *scratch, struct str name, struct error *e);
/* An action of a foreign key (as ast_key has it) in words; NO ACTION for the one by default. */
const char *table_action_text(char action);
/* Puts what the label's own declaration does not hold into the catalog (again). */
enum sqlstate table_save(struct txn *txn, struct table *t, struct error *e) MUST_USE;

/* ---- sequences ------------------------------------------------------------------------------- */

struct sequence_definition {
	uint32_t object; /* NAME_NONE: not saved yet */
	struct str name;
	uint32_t numbers; /* storage_sequence_new() */
	struct sequence_rule rule;
	struct str type;		      /* smallint, integer, bigint */
	struct str owner_table, owner_column; /* empty: it belongs to nobody */
	char owner_kind;		      /* 'a' serial, 'i' identity: pg_depend's; 0 */
	struct str comment;
};
/* False if there is none of that name (or number). */
bool sequence_definition_find(
	const struct catalog *c, struct arena *a, struct str name, struct sequence_definition *out);
bool sequence_definition_get(
	const struct catalog *c, struct arena *a, uint32_t object, struct sequence_definition *out);
enum sqlstate sequence_definition_save(
	struct txn *txn, struct sequence_definition *d, struct error *e) MUST_USE;

/* ---- views ----------------------------------------------------------------------------------- */

struct view_definition {
	uint32_t object;
	struct str name;
	struct str text;       /* the query, SQL */
	uint32_t column_count; /* names given to its columns; 0: their own */
	struct str *columns;
	struct str comment;
	char check;	 /* CHECK OPTION: 'l'ocal, 'c'ascaded, 0: none */
	bool is_invoker; /* security_invoker: the rights of who asks count for what it reads */
	bool is_barrier; /* security_barrier: shown, and of no effect */
};
bool view_definition_find(
	const struct catalog *c, struct arena *a, struct str name, struct view_definition *out);
/* The name as written, then folded to lower case. */
bool view_definition_look_up(
	const struct catalog *c, struct arena *a, struct str name, struct view_definition *out);
enum sqlstate view_definition_save(
	struct txn *txn, struct view_definition *d, struct error *e) MUST_USE;

#endif
