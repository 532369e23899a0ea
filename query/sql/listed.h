/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * All tables there are, the user's and the catalogs' own, in one form: what the views of
 * information_schema and pg_tables and its kin walk over.
 */
#ifndef QUERY_SQL_LISTED_H
#define QUERY_SQL_LISTED_H

#include <stdbool.h>
#include <stdint.h>

#include "query/sql/label_table.h"
#include "query/sql/relation.h"
#include "query/tree/plan.h"

struct listed {
	struct str schema;
	struct str name;
	struct str full_name; /* of a view, as the catalog has it */
	uint32_t oid;
	char kind;			 /* as pg_class has it */
	const struct relation *relation; /* of a catalog relation; or NULL */
	uint32_t view;			 /* or the catalog object of a view; NAME_NONE */
	struct label_table table;	 /* else */
};

struct listed_column {
	struct str name;
	uint32_t type; /* oid in pg_type */
	int16_t number;
	bool is_not_null;
	int32_t modifier;
	struct str default_text; /* empty: none */
	struct str generated_text;
	char identity;		 /* as pg_attribute has it; 0: none */
	uint32_t sequence;	 /* the catalog object behind it */
};

/* The next one by one: scan->at counts them. *found is false at the end. */
enum sqlstate listed_next(
	struct relation_scan *scan, struct listed *out, bool *found, struct error *e) MUST_USE;
/* Its columns, in the scan's arena. */
uint32_t listed_columns(
	struct relation_scan *scan, const struct listed *l, struct listed_column **out);
/* The type's number by its name in pg_type; 0 if there is none. */
uint32_t listed_type(struct str name);

/* The session's user and database. */
struct value listed_user(const struct relation_scan *scan);
struct value listed_database(const struct relation_scan *scan);

/* What a view does for each table. */
typedef enum sqlstate listed_visit(
	struct relation_scan *scan, const struct listed *l, struct error *e);
/* A whole fill: visits all tables, in slices. */
enum sqlstate listed_each(struct relation_scan *scan, listed_visit *visit, struct error *e);

/* The columns of the view with this catalog object; none if its query does not plan any more. */
uint32_t listed_view_columns(
	struct eval *ev, struct arena *a, uint32_t object, struct label_column **out);
/* What may be written through the view of this full name. */
void listed_view_writing(
	struct eval *ev, struct arena *a, struct str name, struct view_writing *out);
/* The same as the bits of pg_relation_is_updatable(). */
enum {
	LISTED_UPDATABLE = 4,
	LISTED_INSERTABLE = 8,
	LISTED_DELETABLE = 16,
	LISTED_WRITABLE = 28,
};
int listed_view_writable(struct eval *ev, struct arena *a, struct str name);

#endif
