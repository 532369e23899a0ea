/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Which graph a name, a label or a set of labels belongs to: storage.h says how graphs are kept.
 *
 * Invariants
 *  G1. A graph is there exactly if its membership is declared.
 *  G2. A membership is made before any other label of its graph, so it is the first of every set that
 *      holds it: sets are sorted by number.
 *  G3. The labels of a node, and an edge's with those of its ends, are of one graph (storage_draft.c).
 */
#include "storage/graph/catalog.h"

#include <string.h>

bool catalog_has_graphs(const struct catalog *c)
{
	return c->has_graphs;
}

uint32_t catalog_graph_find(const struct catalog *c, struct str graph)
{
	char name[OP_NAME_MAX + 1];
	const struct label_info *info;
	uint32_t label;

	if (graph.length == 0 || graph.length >= OP_NAME_MAX || !c->has_graphs)
		return NAME_NONE;
	memcpy(name, graph.at, graph.length);
	name[graph.length] = (char)GRAPH_SEPARATOR;
	label = catalog_find(c, NAME_NODE_LABEL, (struct str){ name, graph.length + 1 });
	info = label == NAME_NONE ? NULL : catalog_label(c, ELEMENT_NODE, label);
	return info != NULL && info->is_declared ? label : NAME_NONE;
}

struct str catalog_graph_name(const struct catalog *c, uint32_t graph)
{
	return graph == GRAPH_MAIN ? STR("main")
				   : graph_of_name(catalog_full_name(c, NAME_NODE_LABEL, graph));
}

uint32_t catalog_graph_of(const struct catalog *c, enum element element, uint32_t label)
{
	enum name_kind kind = element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;
	struct str name;
	uint32_t length, graph;

	if (!c->has_graphs)
		return GRAPH_MAIN;
	name = catalog_full_name(c, kind, label);
	length = graph_of_name(name).length;
	if (length == 0)
		return GRAPH_MAIN;
	graph = catalog_find(c, NAME_NODE_LABEL, (struct str){ name.at, length + 1 });
	return graph == NAME_NONE ? (uint32_t)GRAPH_NONE : graph;
}

bool catalog_is_membership(const struct catalog *c, uint32_t label)
{
	struct str name;

	if (!c->has_graphs)
		return false;
	name = catalog_full_name(c, NAME_NODE_LABEL, label);
	return name.length > 0 && (uint8_t)name.at[name.length - 1] == GRAPH_SEPARATOR;
}

uint32_t catalog_labelset_graph(const struct catalog *c, uint32_t labelset)
{
	const uint32_t *labels;

	if (!c->has_graphs || catalog_labelset_labels(c, labelset, &labels) == 0)
		return GRAPH_MAIN;
	return catalog_is_membership(c, labels[0]) ? labels[0] : GRAPH_MAIN;
}

uint32_t catalog_labelset_shown(const struct catalog *c, uint32_t labelset, const uint32_t **labels)
{
	uint32_t count = catalog_labelset_labels(c, labelset, labels);

	if (count == 0 || !catalog_is_membership(c, (*labels)[0]))
		return count;
	++*labels;
	return count - 1;
}
