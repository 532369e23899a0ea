/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Centrality: PageRank and betweenness.
 *
 * PageRank is that of LDBC Graphalytics: all nodes begin with 1 / n; in each round a node gets
 *
 *	(1 - d) / n  +  d * (sum over its predecessors of score / out-degree  +  lost / n)
 *
 * where `lost` is the score of nodes without successors. Sums are added up in the order of nodes,
 * so that the same graph gives the same digits. Betweenness is Brandes' algorithm.
 */
#include <math.h>

#include "query/procedure/csr.h"
#include "query/procedure/procedures.h"

/* ---- PageRank ------------------------------------------------------------------------------- */

struct pagerank {
	int64_t iterations;
	double damping, tolerance;
	struct csr *graph;
	const struct csr_side *in;	       /* of the direction in which score flows */
	double *scores, *next, *shares, *sums; /* sums: of the weights a node gives out */
};

static enum sqlstate pagerank_options(
	struct procedure_call *call, struct pagerank *r, struct error *e)
{
	struct value iterations = call->args[0], damping = call->args[1];

	if (iterations.type == VALUE_NULL)
		iterations = procedure_option(call, "iterations");
	if (damping.type == VALUE_NULL)
		damping = procedure_option(call, "damping");
	TRY(procedure_integer(iterations, "iterations", 0, 20, &r->iterations, e));
	TRY(procedure_real(damping, "damping", 0, 0.85, &r->damping, e));
	if (r->damping > 1)
		return FAIL(e, E_INVALID_VALUE, "\"damping\" must be at most 1");
	return procedure_real(
		procedure_option(call, "tolerance"), "tolerance", 0, 0, &r->tolerance, e);
}

static enum sqlstate pagerank_new(struct procedure_call *call, struct pagerank *r, struct error *e)
{
	static const enum direction against[] = { [DIRECTION_OUT] = DIRECTION_IN,
		[DIRECTION_IN] = DIRECTION_OUT,
		[DIRECTION_ANY] = DIRECTION_ANY };
	struct csr_wish wish = { .wants_weight = true };
	const struct csr_side *out;
	enum direction direction;
	uint32_t n;

	TRY(procedure_direction(call, DIRECTION_OUT, &direction, e));
	TRY(csr_load(call, &wish, &r->graph, e));
	TRY(csr_need(call, r->graph, direction, &out, e));
	TRY(csr_need(call, r->graph, against[direction], &r->in, e));
	n = r->graph->node_count;
	r->scores = procedure_array(call, (uint64_t)n * 4, sizeof *r->scores, e);
	if (r->scores == NULL)
		return e->code;
	r->next = r->scores + n;
	r->shares = r->next + n;
	r->sums = r->shares + n;
	for (uint32_t v = 0; v < n; v++) {
		r->scores[v] = 1.0 / n;
		TRY(procedure_poll(call, csr_degree(out, v) + 1, e));
		for (uint64_t p = out->offsets[v]; p < out->offsets[v + 1]; p++)
			r->sums[v] += csr_weight(out, p);
	}
	return OK;
}

static enum sqlstate pagerank_round(
	struct procedure_call *call, struct pagerank *r, double *change, struct error *e)
{
	uint32_t n = r->graph->node_count;
	double lost = 0, base;

	for (uint32_t v = 0; v < n; v++) {
		r->shares[v] = r->sums[v] > 0 ? r->scores[v] / r->sums[v] : 0;
		if (!(r->sums[v] > 0))
			lost += r->scores[v];
	}
	base = (1 - r->damping + r->damping * lost) / n;
	*change = 0;
	for (uint32_t v = 0; v < n; v++) {
		double sum = 0;

		TRY(procedure_poll(call, csr_degree(r->in, v) + 1, e));
		for (uint64_t p = r->in->offsets[v]; p < r->in->offsets[v + 1]; p++)
			sum += r->shares[r->in->targets[p]] * csr_weight(r->in, p);
		r->next[v] = base + r->damping * sum;
		*change += fabs(r->next[v] - r->scores[v]);
	}
	return OK;
}

enum sqlstate algo_pagerank(struct procedure_call *call, struct error *e)
{
	struct pagerank r = { 0 };
	double change = INFINITY, *swap;

	TRY(pagerank_options(call, &r, e));
	TRY(pagerank_new(call, &r, e));
	for (int64_t i = 0; i < r.iterations && change > r.tolerance; i++) {
		TRY(pagerank_round(call, &r, &change, e));
		TRY(eval_poll(call->ev, e));
		swap = r.scores;
		r.scores = r.next;
		r.next = swap;
	}
	procedure_answer_ids(call, 0, r.graph->ids);
	procedure_answer_reals(call, 1, r.scores);
	call->row_count = r.graph->node_count;
	return OK;
}

/* ---- betweenness ---------------------------------------------------------------------------- */

struct betweenness {
	struct csr_side side;
	uint32_t *queue;
	int32_t *distances;   /* -1: not found */
	double *paths;	      /* number of shortest paths from the source */
	double *dependencies; /* of the source on the node */
	double *scores;
};

/* From one source: forward by distance, counting paths; back again, sharing out dependencies. */
static enum sqlstate betweenness_from(
	struct procedure_call *call, struct betweenness *b, uint32_t source, struct error *e)
{
	const struct csr_side *side = &b->side;
	uint32_t count = 1;

	b->queue[0] = source;
	b->distances[source] = 0;
	b->paths[source] = 1;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t v = b->queue[i];

		TRY(procedure_poll(call, csr_degree(side, v) + 1, e));
		for (uint64_t p = side->offsets[v]; p < side->offsets[v + 1]; p++) {
			uint32_t w = side->targets[p];

			if (b->distances[w] < 0) {
				b->distances[w] = b->distances[v] + 1;
				b->queue[count++] = w;
			}
			if (b->distances[w] == b->distances[v] + 1)
				b->paths[w] += b->paths[v];
		}
	}
	while (count-- > 0) {
		uint32_t v = b->queue[count];

		TRY(procedure_poll(call, csr_degree(side, v) + 1, e));
		for (uint64_t p = side->offsets[v]; p < side->offsets[v + 1]; p++) {
			uint32_t w = side->targets[p];

			if (b->distances[w] == b->distances[v] + 1)
				b->dependencies[v] +=
					b->paths[v] / b->paths[w] * (1 + b->dependencies[w]);
		}
		if (v != source)
			b->scores[v] += b->dependencies[v];
	}
	return OK;
}

static void betweenness_reset(struct betweenness *b, uint32_t nodes)
{
	for (uint32_t v = 0; v < nodes; v++) {
		b->distances[v] = -1;
		b->paths[v] = b->dependencies[v] = 0;
	}
}

enum sqlstate algo_betweenness(struct procedure_call *call, struct error *e)
{
	struct csr_wish wish = { 0 };
	struct betweenness b = { 0 };
	enum direction direction;
	struct csr *g;

	TRY(procedure_direction(call, DIRECTION_OUT, &direction, e));
	TRY(csr_load(call, &wish, &g, e));
	TRY(csr_simple(call, g, direction, &b.side, e));
	b.queue = procedure_array(call, g->node_count, sizeof *b.queue, e);
	b.distances = procedure_array(call, g->node_count, sizeof *b.distances, e);
	b.paths = procedure_array(call, g->node_count, sizeof *b.paths, e);
	b.dependencies = procedure_array(call, g->node_count, sizeof *b.dependencies, e);
	b.scores = procedure_array(call, g->node_count, sizeof *b.scores, e);
	if (b.queue == NULL || b.distances == NULL || b.paths == NULL || b.dependencies == NULL ||
		b.scores == NULL)
		return e->code;
	for (uint32_t v = 0; v < g->node_count; v++) {
		betweenness_reset(&b, g->node_count);
		TRY(procedure_poll(call, g->node_count / 4 + 1, e));
		TRY(betweenness_from(call, &b, v, e));
	}
	/* Taken without direction, every pair was met from both of its ends. */
	for (uint32_t v = 0; v < g->node_count && direction == DIRECTION_ANY; v++)
		b.scores[v] /= 2;
	procedure_answer_ids(call, 0, g->ids);
	procedure_answer_reals(call, 1, b.scores);
	call->row_count = g->node_count;
	return OK;
}
