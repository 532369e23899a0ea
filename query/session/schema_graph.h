/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the statements about graphs and graph types share.
 */
#ifndef QUERY_SESSION_SCHEMA_GRAPH_H
#define QUERY_SESSION_SCHEMA_GRAPH_H

#include "query/parse/ast.h"
#include "query/session/session.h"

/* What the elements of a graph may be, wherever that was found. */
struct schema_graph_type {
	bool is_closed;
	bool is_kept; /* the elements are not the statement's: errors about them have no place in it */
	bool is_like; /* a label is open or closed as it is in the graph `like` */
	uint32_t like;
	const struct ast_label_definition *elements;
	uint32_t element_count;
};

/* The number of a graph, GRAPH_MAIN for main. E_NO_GRAPH at the name. */
enum sqlstate schema_graph_need(struct query_portal *p, const struct ast_name *name, uint32_t *out,
	struct error *e) MUST_USE;
/* E_NO_OBJECT if there is no type of that name, E_NO_GRAPH if there is no graph. */
enum sqlstate schema_graph_type_of(struct query_portal *p, const struct ast_graph *from,
	struct schema_graph_type *out, struct error *e) MUST_USE;
/* E_NO_OBJECT at the name. */
COLD enum sqlstate schema_no_graph_type(const struct ast_name *name, struct error *e);
/* Declares the labels of the type in a graph that is empty, and closes it if the type does. */
enum sqlstate schema_graph_declare(struct query_portal *p, struct str graph,
	const struct schema_graph_type *type, struct error *e) MUST_USE;
/* schema_graph_copy.c: what is in the graph `source` is in `target` too, whose type it must fit. */
enum sqlstate schema_graph_copy(struct query_portal *p, uint32_t source,
	const struct ast_name *target, struct error *e) MUST_USE;

#endif
