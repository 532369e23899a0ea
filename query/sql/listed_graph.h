/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * All property graphs there are, in one form: each graph of the database, whose labels are its element
 * tables with one label of the same name each, and what CREATE PROPERTY GRAPH made. It is what
 * PostgreSQL 19's catalogs of property graphs walk over.
 *
 * All are relations of the schema public, where GRAPH_TABLE finds them. The number of a graph of the
 * database is that of its schema, but for main. Labels of a graph of the database are numbered as labels,
 * parts of other property graphs as graph_parts.h says.
 */
#ifndef QUERY_SQL_LISTED_GRAPH_H
#define QUERY_SQL_LISTED_GRAPH_H

#include "query/role/role.h"
#include "query/sql/label_table.h"
#include "query/sql/relation.h"

struct listed_graph {
	uint32_t oid;
	struct str name;
	uint32_t graph;			     /* of the database … */
	const struct catalog_object *object; /* … or NULL, and what CREATE PROPERTY GRAPH made */
};

/* The graphs one by one: *at is 0 at first. False at the end. */
bool listed_graph_next(const struct catalog *c, uint64_t *at, struct listed_graph *out);
/* The graph with this number; false if there is none. */
bool listed_graph_by_oid(const struct catalog *c, uint32_t oid, struct listed_graph *out);
/* What the graph's privileges are kept under. */
struct acl_target listed_graph_target(const struct listed_graph *g);

struct listed_property {
	uint32_t oid;	   /* in pg_propgraph_label_property … */
	uint32_t property; /* … and in pg_propgraph_property */
	struct str name;
	struct str expr;
	uint32_t type; /* oid in pg_type */
	int32_t modifier;
};

struct listed_label {
	uint32_t oid;	/* in pg_propgraph_element_label … */
	uint32_t label; /* … and in pg_propgraph_label */
	struct str name;
	bool is_first; /* no element table before it has the label */
	uint32_t property_count;
	struct listed_property *properties;
};

/* Where an edge begins or ends. */
struct listed_end {
	uint32_t element; /* 0: nodes of no one table */
	struct str alias;
	uint32_t key_count, column_count;
	struct str *keys, *columns; /* of the edge's table, of the vertex's */
	int16_t *key_numbers, *column_numbers;
};

struct listed_element {
	struct listed_graph graph;
	uint32_t oid;
	struct str alias;
	bool is_edge;
	struct label_table table;
	uint32_t key_count;
	struct str *keys;
	int16_t *key_numbers;
	struct listed_end ends[2]; /* of an edge: enum graph_end */
	uint32_t label_count;
	struct listed_label *labels;
};

typedef void listed_graph_visit(
	struct relation_scan *s, const struct listed_element *x, void *context);
/* Calls back for element tables until the slice is full; the next call goes on behind them. */
enum sqlstate listed_graph_elements(struct relation_scan *s, listed_graph_visit *visit,
	void *context, struct error *e) MUST_USE;

typedef void listed_graph_visit_property(
	struct relation_scan *s, const struct listed_graph *g, const struct listed_property *p);
/* All properties of all graphs in one slice, each once: as the first label that has it tells of it. */
enum sqlstate listed_graph_properties(
	struct relation_scan *s, listed_graph_visit_property *visit, struct error *e) MUST_USE;

#endif
