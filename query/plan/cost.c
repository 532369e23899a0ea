/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Estimates: how many rows, how many hops, which part of rows a predicate keeps. They come from the
 * exact counts of elements by label that storage keeps and from what ANALYZE found (statistics.h);
 * where it has not been, predicates have fixed guesses. Only the order of estimates matters: they
 * choose where a match begins and how it goes on.
 */
#include "query/plan/planner.h"

#include "query/plan/statistics.h"

#define COST_DEFAULT_NODES 1000.0
#define COST_DEFAULT_EDGES 5000.0

/* What a predicate keeps, where nothing better is known. */
#define COST_EQUAL 0.05
#define COST_RANGE 0.33
#define COST_OTHER 0.5

double cost_nodes(const struct planner *p, uint32_t label)
{
	double count = COST_DEFAULT_NODES;

	if (p->b.options->storage != NULL)
		count = (double)storage_node_count(p->b.options->storage, label);
	return MAX_OF(count, 1.0);
}

double cost_edges(const struct planner *p, uint32_t label)
{
	double count = COST_DEFAULT_EDGES;

	if (p->b.options->storage != NULL)
		count = (double)storage_edge_count(p->b.options->storage, label);
	return MAX_OF(count, 1.0);
}

/* Edges with the label that have a node with `node_label` at the end where a hop begins. */
static double edges_at(const struct planner *p, uint32_t node_label, uint32_t label,
	enum direction direction)
{
	double edges = cost_edges(p, label);
	struct edge_statistics s;

	if (node_label == NAME_NONE || !statistics_edge(p->b.catalog, label, &s))
		return direction == DIRECTION_ANY ? 2 * edges : edges;
	return edges * ((direction & DIRECTION_OUT ? statistics_label_part(&s.source, node_label)
						   : 0) +
			       (direction & DIRECTION_IN
					       ? statistics_label_part(&s.target, node_label)
					       : 0));
}

double cost_equal_part(const struct planner *p, enum element element, uint32_t label, uint32_t key,
	double otherwise)
{
	struct property_statistics s;

	return statistics_property(p->b.catalog, element, label, key, &s)
		       ? statistics_equal_part(&s)
		       : otherwise;
}

double cost_range_part(const struct planner *p, const struct cost_property *x,
	const struct bound *value, bool is_upper, double otherwise)
{
	struct property_statistics s;
	double below;

	if (value == NULL || value->kind != BOUND_CONSTANT || !value_is_number(value->value) ||
		!statistics_property(p->b.catalog, x->element, x->label, x->key, &s))
		return otherwise;
	below = statistics_below_part(&s, value_to_double(value->value));
	if (below < 0)
		return otherwise;
	return is_upper ? below : MAX_OF(1 - s.null_part - below, 0.0);
}

double cost_fanout(const struct planner *p, uint32_t source_label, const uint32_t *labels,
	uint32_t label_count, enum direction direction)
{
	double edges = 0;

	if (label_count == 0)
		edges = cost_edges(p, NAME_NONE) * (direction == DIRECTION_ANY ? 2 : 1);
	for (uint32_t i = 0; i < label_count; i++)
		edges += edges_at(p, source_label, labels[i], direction);
	return edges / cost_nodes(p, source_label);
}

static bool bound_is_operator(const struct bound *x, const char *name)
{
	return x->kind == BOUND_CALL && x->function != NULL && strcmp(x->function->name, name) == 0;
}

double cost_selectivity(const struct bound *predicate)
{
	double kept = 1;

	switch (predicate->kind) {
	case BOUND_AND:
		for (uint32_t i = 0; i < predicate->arg_count; i++)
			kept *= cost_selectivity(predicate->args[i]);
		return kept;
	case BOUND_OR:
		for (uint32_t i = 0; i < predicate->arg_count; i++)
			kept *= 1 - cost_selectivity(predicate->args[i]);
		return 1 - kept;
	case BOUND_LABEL_TEST:
		return COST_OTHER;
	default:
		break;
	}
	if (bound_is_operator(predicate, "="))
		return COST_EQUAL;
	if (bound_is_operator(predicate, "<") || bound_is_operator(predicate, "<=") ||
		bound_is_operator(predicate, ">") || bound_is_operator(predicate, ">="))
		return COST_RANGE;
	return COST_OTHER;
}

double cost_label_part(const struct planner *p, const struct bound_label *label)
{
	double part = label == NULL || label->kind != LABEL_OR ? 1 : 0;

	if (label == NULL)
		return 1;
	switch (label->kind) {
	case LABEL_NAME:
		return label->label == NAME_NONE ? 0
						 : MIN_OF(1.0, cost_nodes(p, label->label) /
								       cost_nodes(p, NAME_NONE));
	case LABEL_AND:
		for (uint32_t i = 0; i < label->part_count; i++)
			part = MIN_OF(part, cost_label_part(p, label->parts[i]));
		return part;
	case LABEL_OR:
		for (uint32_t i = 0; i < label->part_count; i++)
			part += cost_label_part(p, label->parts[i]);
		return MIN_OF(part, 1.0);
	case LABEL_ANY:
	case LABEL_NOT:
	case LABEL_GRAPH:
		return COST_OTHER;
	}
	unreachable();
}
