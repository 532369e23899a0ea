/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Which graph is in force while a statement is planned, and what holds patterns in it. How graphs are
 * kept stands in storage.h.
 */
#include "query/plan/planner.h"
#include "query/table/relation_path.h"

enum sqlstate plan_graph_name(struct planner *p, const struct ast_qname *name, struct error *e)
{
	struct str graph = name->name;

	if (graph.length == 0 || str_equal_nocase(graph, STR("current_graph")))
		return OK;
	if (str_equal_nocase(graph, STR("home_graph")))
		graph = STR("main");
	p->b.has_use = true;
	if (!temporary_is_schema(graph) && binder_use_graph(&p->b, graph))
		return OK;
	FAIL(e, E_NO_GRAPH, "graph \"%.*s\" does not exist", STR_ARGS(graph));
	error_hint(e, "SHOW GRAPHS lists those there are.");
	return binder_blame(e, name->at);
}

struct graph_in_force plan_graph_keep(const struct planner *p)
{
	return (struct graph_in_force){ p->b.graph_name, p->b.graph };
}

void plan_graph_note(struct planner *p)
{
	if (p->graph_count > PLAN_GRAPHS_MOST)
		return;
	for (uint32_t i = 0; i < p->graph_count; i++) {
		if (p->graphs[i] == p->b.graph)
			return;
	}
	if (p->graph_count < PLAN_GRAPHS_MOST)
		p->graphs[p->graph_count] = p->b.graph;
	p->graph_count++;
}

void plan_graph_back(struct planner *p, struct graph_in_force graph)
{
	p->b.graph_name = graph.name;
	p->b.graph = graph.number;
}

/* True if an element must have a label of the graph in force to match. */
bool plan_label_is_of_graph(const struct bound_label *label)
{
	bool is_of_graph = label != NULL && label->kind == LABEL_NAME;

	if (label == NULL || (label->kind != LABEL_AND && label->kind != LABEL_OR))
		return is_of_graph;
	for (uint32_t i = 0; i < label->part_count; i++) {
		is_of_graph = plan_label_is_of_graph(label->parts[i]);
		if (is_of_graph == (label->kind == LABEL_AND))
			return is_of_graph;
	}
	return is_of_graph;
}

/* What every node of the graph in force is, and no other; NULL where there is only main. */
const struct bound_label *plan_graph_label(const struct binder *b, enum element element)
{
	struct bound_label *label;

	if (b->catalog == NULL || !catalog_has_graphs(b->catalog))
		return NULL;
	label = ARENA_NEW(b->arena, struct bound_label);
	label->kind = b->graph == GRAPH_MAIN || element == ELEMENT_EDGE ? LABEL_GRAPH : LABEL_NAME;
	label->label = b->graph;
	return label;
}

