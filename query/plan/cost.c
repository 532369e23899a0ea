/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Estimates: how many rows, how many hops, which part of rows a predicate keeps. They come from the
 * exact counts of elements by label that storage keeps; there are no histograms, so predicates have
 * fixed guesses. Only their order matters: they choose where a match begins and how it goes on.
 */
#include "query/plan/planner.h"

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

double cost_fanout(const struct planner *p, uint32_t source_label, const uint32_t *labels,
	uint32_t label_count, enum direction direction)
{
	double edges = label_count == 0 ? cost_edges(p, NAME_NONE) : 0;

	for (uint32_t i = 0; i < label_count; i++)
		edges += cost_edges(p, labels[i]);
	if (direction == DIRECTION_ANY)
		edges *= 2;
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
		return COST_OTHER;
	}
	unreachable();
}
