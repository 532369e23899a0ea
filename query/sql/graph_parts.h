/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The parts of a property graph that PostgreSQL's catalogs number: element tables, labels, properties,
 * and which element table has which of them. Each has a number for as long as it is there, kept beside
 * the definition; numbers of parts that are gone are not given again.
 *
 * A part is known by its names, so the list of parts is made from the definition, and only the numbers
 * are kept, in the order of the names.
 */
#ifndef QUERY_SQL_GRAPH_PARTS_H
#define QUERY_SQL_GRAPH_PARTS_H

#include "query/parse/ast_table.h"
#include "query/table/body.h"

enum graph_part_kind {
	GRAPH_PART_ELEMENT = 'e',	 /* an alias */
	GRAPH_PART_LABEL = 'l',		 /* a label */
	GRAPH_PART_PROPERTY = 'p',	 /* a property */
	GRAPH_PART_ELEMENT_LABEL = 'L',	 /* an alias, a label */
	GRAPH_PART_LABEL_PROPERTY = 'P', /* an alias, a label, a property */
};

/* What a part goes by; the names that its kind does not have are empty. */
struct graph_part_name {
	enum graph_part_kind kind;
	struct str alias, label, property;
};

struct graph_part {
	struct graph_part_name name;
	uint32_t number;
};

struct graph_parts {
	uint32_t next; /* the number of the next new part */
	uint32_t count;
	struct graph_part *parts; /* by name */
};

/* The parts of a graph with their numbers, or with new ones where the reader has none: a definition of
   before. NULL: there are no numbers yet. */
void definition_parts_read(struct arena *a, const struct ast_property_graph *g,
	struct body_reader *numbers, struct graph_parts *out);
/* The parts of the graph after a change: those that were there keep their numbers. */
void definition_parts_follow(struct arena *a, const struct ast_property_graph *g,
	const struct graph_parts *before, struct graph_parts *out);
void definition_parts_put(struct buf *to, const struct graph_parts *parts);

/* The number of a part that is there. */
uint32_t definition_part_number(const struct graph_parts *parts, struct graph_part_name name);

#endif
