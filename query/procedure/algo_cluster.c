/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Triangles, the local clustering coefficient, and communities by label propagation.
 *
 * Triangles are found once each: every edge points from the end with fewer neighbours to the other
 * (by number where both have as many), which leaves no node with more than a square root of the
 * edges, and the two outer nodes of a triangle are looked up among the marked ones of the first.
 *
 * Label propagation is CDLP of LDBC Graphalytics: all nodes take, at once, the label that most of
 * their neighbours have, the smallest of equals. Every edge counts, also parallel ones and, taken
 * in any direction, the two of a pair that point both ways.
 */
#include "query/procedure/csr.h"
#include "query/procedure/procedures.h"

#include <stdlib.h>

/* ---- triangles ------------------------------------------------------------------------------ */

static bool points_up(const struct csr_side *side, uint32_t v, uint32_t w)
{
	uint64_t dv = csr_degree(side, v), dw = csr_degree(side, w);

	return dv != dw ? dv < dw : v < w;
}

/* The upward half of a simple side without direction. */
static enum sqlstate half_of(struct procedure_call *call, const struct csr *g,
	const struct csr_side *side, struct csr_side *out, struct error *e)
{
	uint64_t *offsets = procedure_array(call, (uint64_t)g->node_count + 1, sizeof *offsets, e);
	uint32_t *targets =
		procedure_array(call, side->offsets[g->node_count] / 2, sizeof *targets, e);
	uint64_t at = 0;

	if (offsets == NULL || targets == NULL)
		return e->code;
	for (uint32_t v = 0; v < g->node_count; v++) {
		TRY(procedure_poll(call, csr_degree(side, v) + 1, e));
		for (uint64_t p = side->offsets[v]; p < side->offsets[v + 1]; p++) {
			if (points_up(side, v, side->targets[p]))
				targets[at++] = side->targets[p];
		}
		offsets[v + 1] = at;
	}
	*out = (struct csr_side){ .offsets = offsets, .targets = targets };
	return OK;
}

/* Triangles whose lowest node is v. */
static enum sqlstate count_at(struct procedure_call *call, const struct csr_side *half, uint32_t v,
	uint32_t *marks, int64_t *counts, struct error *e)
{
	for (uint64_t p = half->offsets[v]; p < half->offsets[v + 1]; p++)
		marks[half->targets[p]] = v + 1;
	for (uint64_t p = half->offsets[v]; p < half->offsets[v + 1]; p++) {
		uint32_t u = half->targets[p];

		TRY(procedure_poll(call, csr_degree(half, u) + 1, e));
		for (uint64_t q = half->offsets[u]; q < half->offsets[u + 1]; q++) {
			uint32_t w = half->targets[q];

			if (marks[w] != v + 1)
				continue;
			counts[v]++;
			counts[u]++;
			counts[w]++;
		}
	}
	return OK;
}

static enum sqlstate count_triangles(struct procedure_call *call, const struct csr *g,
	const struct csr_side *side, int64_t **out, struct error *e)
{
	uint32_t *marks = procedure_array(call, g->node_count, sizeof *marks, e);
	int64_t *counts = procedure_array(call, g->node_count, sizeof *counts, e);
	struct csr_side half = { 0 };

	if (marks == NULL || counts == NULL)
		return e->code;
	TRY(half_of(call, g, side, &half, e));
	for (uint32_t v = 0; v < g->node_count; v++) {
		TRY(procedure_poll(call, csr_degree(&half, v) + 1, e));
		TRY(count_at(call, &half, v, marks, counts, e));
	}
	*out = counts;
	return OK;
}

enum sqlstate algo_triangles(struct procedure_call *call, struct error *e)
{
	struct csr_wish wish = { 0 };
	struct csr_side side = { 0 };
	int64_t *counts = NULL;
	struct csr *g;

	TRY(csr_load(call, &wish, &g, e));
	TRY(csr_simple(call, g, DIRECTION_ANY, &side, e));
	TRY(count_triangles(call, g, &side, &counts, e));
	procedure_answer_ids(call, 0, g->ids);
	procedure_answer_integers(call, 1, counts);
	call->row_count = g->node_count;
	return OK;
}

/* ---- clustering ----------------------------------------------------------------------------- */

/* Edges from one neighbour of a node to another, each direction for itself. */
static enum sqlstate count_directed(struct procedure_call *call, struct csr *g,
	const struct csr_side *around, int64_t *counts, struct error *e)
{
	uint32_t *marks = procedure_array(call, g->node_count, sizeof *marks, e);
	struct csr_side out = { 0 };

	if (marks == NULL)
		return e->code;
	TRY(csr_simple(call, g, DIRECTION_OUT, &out, e));
	for (uint32_t v = 0; v < g->node_count; v++) {
		for (uint64_t p = around->offsets[v]; p < around->offsets[v + 1]; p++)
			marks[around->targets[p]] = v + 1;
		for (uint64_t p = around->offsets[v]; p < around->offsets[v + 1]; p++) {
			uint32_t u = around->targets[p];

			TRY(procedure_poll(call, csr_degree(&out, u) + 1, e));
			for (uint64_t q = out.offsets[u]; q < out.offsets[u + 1]; q++)
				counts[v] += marks[out.targets[q]] == v + 1;
		}
	}
	return OK;
}

enum sqlstate algo_clustering(struct procedure_call *call, struct error *e)
{
	struct csr_wish wish = { 0 };
	enum direction direction;
	struct csr_side around = { 0 };
	double *coefficients;
	int64_t *counts = NULL;
	struct csr *g;

	TRY(procedure_direction(call, DIRECTION_ANY, &direction, e));
	TRY(csr_load(call, &wish, &g, e));
	TRY(csr_simple(call, g, DIRECTION_ANY, &around, e));
	coefficients = procedure_array(call, g->node_count, sizeof *coefficients, e);
	counts = procedure_array(call, g->node_count, sizeof *counts, e);
	if (coefficients == NULL || counts == NULL)
		return e->code;
	if (direction == DIRECTION_ANY)
		TRY(count_triangles(call, g, &around, &counts, e));
	else
		TRY(count_directed(call, g, &around, counts, e));
	for (uint32_t v = 0; v < g->node_count; v++) {
		double degree = (double)csr_degree(&around, v);
		double edges = (double)counts[v] * (direction == DIRECTION_ANY ? 2 : 1);

		if (degree > 1)
			coefficients[v] = edges / (degree * (degree - 1));
	}
	procedure_answer_ids(call, 0, g->ids);
	procedure_answer_reals(call, 1, coefficients);
	call->row_count = g->node_count;
	return OK;
}

/* ---- label propagation ---------------------------------------------------------------------- */

struct propagation {
	struct csr *graph;
	const struct csr_side *side;
	int64_t iterations;
	int64_t *names; /* distinct first labels, ascending: a label is a place in it */
	uint32_t *labels, *next;
	uint32_t *counts; /* by label, zero between nodes */
	int64_t *answer;
};

static int by_integer(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* answer[v] = the first label of each node: its id, or the property that the option `seed`
   names. */
static enum sqlstate first_labels(
	struct procedure_call *call, struct propagation *p, struct error *e)
{
	enum { AT_ONCE = 1024 };
	struct value values[AT_ONCE], *column = values;
	struct txn *t = call->ev->txn;
	const struct csr *g = p->graph;
	struct str seed;
	uint32_t key;

	TRY(procedure_text(procedure_option(call, "seed"), "seed", &seed, e));
	for (uint32_t v = 0; v < g->node_count; v++)
		p->answer[v] = (int64_t)g->ids[v];
	if (seed.at == NULL)
		return OK;
	key = catalog_find(txn_catalog(t), NAME_KEY, seed);
	for (uint32_t v = 0; v < g->node_count; v += AT_ONCE) {
		uint32_t count = MIN_OF(g->node_count - v, (uint32_t)AT_ONCE);
		struct arena_mark mark = arena_save(call->arena);

		memset(values, 0, sizeof values);
		if (key != NAME_NONE)
			TRY(storage_properties(t, ELEMENT_NODE, g->ids + v, count, &key, 1, &column,
				call->arena, e));
		arena_rewind(call->arena, mark);
		for (uint32_t i = 0; i < count; i++)
			TRY(procedure_integer(values[i], "seed", INT64_MIN, (int64_t)g->ids[v + i],
				&p->answer[v + i], e));
		TRY(procedure_poll(call, count, e));
	}
	return OK;
}

/* Numbers the labels by their order. */
static enum sqlstate number_labels(
	struct procedure_call *call, struct propagation *p, struct error *e)
{
	uint32_t nodes = p->graph->node_count, count = 0;

	TRY(first_labels(call, p, e));
	if (nodes == 0)
		return OK;
	memcpy(p->names, p->answer, nodes * sizeof *p->names);
	qsort(p->names, nodes, sizeof *p->names, by_integer);
	for (uint32_t i = 0; i < nodes; i++) {
		if (count == 0 || p->names[count - 1] != p->names[i])
			p->names[count++] = p->names[i];
	}
	for (uint32_t v = 0; v < nodes; v++)
		p->labels[v] = (uint32_t)((int64_t *)bsearch(&p->answer[v], p->names, count,
						  sizeof *p->names, by_integer) -
					  p->names);
	return OK;
}

static uint32_t most_frequent(const struct propagation *p, uint32_t v)
{
	const struct csr_side *side = p->side;
	uint32_t best = p->labels[v], most = 0;

	for (uint64_t i = side->offsets[v]; i < side->offsets[v + 1]; i++) {
		uint32_t label = p->labels[side->targets[i]], count = ++p->counts[label];

		if (count > most || (count == most && label < best)) {
			most = count;
			best = label;
		}
	}
	for (uint64_t i = side->offsets[v]; i < side->offsets[v + 1]; i++)
		p->counts[p->labels[side->targets[i]]] = 0;
	return best;
}

static enum sqlstate propagate(
	struct procedure_call *call, struct propagation *p, bool *changed, struct error *e)
{
	uint32_t *swap = p->labels;

	*changed = false;
	for (uint32_t v = 0; v < p->graph->node_count; v++) {
		TRY(procedure_poll(call, 2 * csr_degree(p->side, v) + 1, e));
		p->next[v] = most_frequent(p, v);
		*changed |= p->next[v] != p->labels[v];
	}
	p->labels = p->next;
	p->next = swap;
	return OK;
}

static enum sqlstate propagation_new(
	struct procedure_call *call, struct propagation *p, struct error *e)
{
	uint32_t nodes = p->graph->node_count;

	p->names = procedure_array(call, nodes, sizeof *p->names, e);
	p->labels = procedure_array(call, nodes, sizeof *p->labels, e);
	p->next = procedure_array(call, nodes, sizeof *p->next, e);
	p->counts = procedure_array(call, nodes, sizeof *p->counts, e);
	p->answer = procedure_array(call, nodes, sizeof *p->answer, e);
	if (p->names == NULL || p->labels == NULL || p->next == NULL || p->counts == NULL ||
		p->answer == NULL)
		return e->code;
	return number_labels(call, p, e);
}

enum sqlstate algo_labelpropagation(struct procedure_call *call, struct error *e)
{
	struct value iterations = call->args[0];
	struct csr_wish wish = { 0 };
	struct propagation p = { 0 };
	enum direction direction;
	bool changed = true;

	if (iterations.type == VALUE_NULL)
		iterations = procedure_option(call, "iterations");
	TRY(procedure_integer(iterations, "iterations", 0, 10, &p.iterations, e));
	TRY(procedure_direction(call, DIRECTION_ANY, &direction, e));
	TRY(csr_load(call, &wish, &p.graph, e));
	TRY(csr_need(call, p.graph, direction, &p.side, e));
	TRY(propagation_new(call, &p, e));
	for (int64_t i = 0; i < p.iterations && changed; i++)
		TRY(propagate(call, &p, &changed, e));
	for (uint32_t v = 0; v < p.graph->node_count; v++)
		p.answer[v] = p.names[p.labels[v]];
	procedure_answer_ids(call, 0, p.graph->ids);
	procedure_answer_integers(call, 1, p.answer);
	call->row_count = p.graph->node_count;
	return OK;
}
