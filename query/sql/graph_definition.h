/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What CREATE PROPERTY GRAPH made, as the catalog keeps it: a text in which nothing is left to be
 * found out. Keys, the columns of ends and all properties stand there, whatever was left out in the
 * statement, so that who reads a definition (planner, catalogs, dump) has to look nothing up.
 */
#ifndef QUERY_SQL_GRAPH_DEFINITION_H
#define QUERY_SQL_GRAPH_DEFINITION_H

#include "base/buf.h"
#include "query/parse/ast_table.h"
#include "query/sql/graph_parts.h"
#include "query/table/table.h"

/* A property has one type in all labels of the graph. */
struct graph_property {
	struct str name;
	struct str type; /* as PostgreSQL prints it: "character varying(30)" */
};

struct graph_definition {
	uint32_t object; /* NAME_NONE: not saved yet */
	struct str name, comment;
	struct ast_property_graph *graph;
	uint32_t property_count;
	struct graph_property *properties;
	struct str numbers; /* of its parts, as they are kept; see definition_graph_parts */
};

/* The name as written. False if there is none, E_DATA_CORRUPTED and the like if it cannot be read.
   What is found lives in the arena. */
enum sqlstate definition_graph_find(const struct catalog *c, struct arena *a, struct str name,
	struct graph_definition *out, bool *is_there, struct error *e) MUST_USE;
enum sqlstate definition_graph_read(const struct catalog *c, struct arena *a,
	const struct catalog_object *o, struct graph_definition *out, struct error *e) MUST_USE;
/* The arena is for the work alone. */
enum sqlstate definition_graph_save(struct txn *txn, struct arena *a, struct graph_definition *d,
	struct error *e) MUST_USE;
/* The numbers of what was read; its names live as long as the definition. */
void definition_graph_parts(
	struct arena *a, const struct graph_definition *d, struct graph_parts *out);

/* Writes out what the element tables from the `first` on leave to be found: E_NO_TABLE, E_NO_COLUMN,
   E_NO_OBJECT and others, with the place in the statement. */
enum sqlstate definition_graph_complete(const struct catalog *c, struct arena *a,
	struct ast_property_graph *g, uint32_t first, struct error *e) MUST_USE;
/* The same for the labels of one table. */
enum sqlstate definition_graph_labels(const struct table *t, struct arena *a,
	struct ast_graph_table *x, struct error *e) MUST_USE;

/* NULL if no element table goes by that alias. */
struct ast_graph_table *definition_graph_table(
	const struct ast_property_graph *g, struct str alias);
struct ast_graph_label *definition_graph_label(const struct ast_graph_table *x, struct str name);
const struct ast_item *definition_graph_item(const struct ast_graph_label *l, struct str name);

/* An item's expression: a column, or what was written, in parentheses if that is an operation. */
void definition_graph_put_expr(struct buf *to, const struct ast_item *item);
/* "CREATE PROPERTY GRAPH public.g" and the rest, as pg_get_propgraphdef() answers. */
void definition_graph_put(struct buf *to, const struct graph_definition *d);

#endif
