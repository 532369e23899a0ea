/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Communities by modularity, after Blondel and others (Louvain). Level by level: every node moves,
 * in the order of numbers, to the neighbouring community that gains most, until no node moves; then
 * each community becomes a node of the next level. Edges are taken without direction.
 *
 *	gain of joining c = weight to c - resolution * degree * total(c) / whole
 *
 * where degrees, totals and the whole count every edge at both ends. Of equal gains the community
 * that the node is in wins, then the one with the smallest number: answers are always the same.
 */
#include "query/procedure/csr.h"
#include "query/procedure/procedures.h"

enum { ROUNDS_MAX = 100 };

/* A graph of one level. A loop weighs twice in its node's degree. */
struct level {
	uint32_t count;
	uint64_t *offsets;
	uint32_t *targets;
	double *weights;
	double *loops; /* weight of a node's loops */
	double *degrees;
};

struct louvain {
	struct procedure_call *call;
	double resolution, whole;
	struct level level;
	uint32_t *communities; /* of the level's nodes */
	double *totals;	       /* degrees by community */
	double *links;	       /* weight from the node at hand, by community; negative: none */
	uint32_t *near;	       /* communities with a link */
	uint32_t near_count;
	uint32_t *members; /* of the first level's nodes: their node on this one */
	uint32_t *names;   /* scratch: new numbers of communities */
};

static enum sqlstate level_new(struct procedure_call *call, uint32_t count, uint64_t edge_count,
	struct level *out, struct error *e)
{
	*out = (struct level){ .count = count };
	out->offsets = procedure_array(call, (uint64_t)count + 1, sizeof *out->offsets, e);
	out->targets = procedure_array(call, edge_count, sizeof *out->targets, e);
	out->weights = procedure_array(call, edge_count, sizeof *out->weights, e);
	out->loops = procedure_array(call, count, sizeof *out->loops, e);
	out->degrees = procedure_array(call, count, sizeof *out->degrees, e);
	if (out->offsets == NULL || out->targets == NULL || out->weights == NULL ||
		out->loops == NULL || out->degrees == NULL)
		return e->code;
	return OK;
}

static enum sqlstate level_first(
	struct louvain *l, const struct csr *g, const struct csr_side *side, struct error *e)
{
	struct level *level = &l->level;
	uint64_t at = 0;

	TRY(level_new(l->call, g->node_count, side->offsets[g->node_count], level, e));
	for (uint32_t v = 0; v < g->node_count; v++) {
		TRY(procedure_poll(l->call, csr_degree(side, v) + 1, e));
		for (uint64_t p = side->offsets[v]; p < side->offsets[v + 1]; p++) {
			double weight = csr_weight(side, p);

			if (side->targets[p] == v) {
				level->loops[v] += weight;
				level->degrees[v] += 2 * weight;
				continue;
			}
			level->targets[at] = side->targets[p];
			level->weights[at++] = weight;
			level->degrees[v] += weight;
		}
		level->offsets[v + 1] = at;
		l->whole += level->degrees[v];
	}
	return OK;
}

/* Collects the weights of v's edges by the community they lead to. */
static void collect_links(struct louvain *l, uint32_t v)
{
	const struct level *level = &l->level;

	l->near_count = 0;
	for (uint64_t p = level->offsets[v]; p < level->offsets[v + 1]; p++) {
		uint32_t c = l->communities[level->targets[p]];

		if (l->links[c] < 0) {
			l->links[c] = 0;
			l->near[l->near_count++] = c;
		}
		l->links[c] += level->weights[p];
	}
}

/* The community where v gains most; v has been taken out of its own. */
static uint32_t best_community(const struct louvain *l, uint32_t v)
{
	double part = l->resolution * l->level.degrees[v] / l->whole;
	uint32_t own = l->communities[v], best = own;
	double most = (l->links[own] < 0 ? 0 : l->links[own]) - part * l->totals[own];

	for (uint32_t i = 0; i < l->near_count; i++) {
		uint32_t c = l->near[i];
		double gain = l->links[c] - part * l->totals[c];
		double margin = 1e-12 * l->whole;

		if (c == own)
			continue;
		if (gain > most + margin || (best != own && gain >= most - margin && c < best)) {
			most = MAX_OF(gain, most);
			best = c;
		}
	}
	return best;
}

static enum sqlstate move_nodes(struct louvain *l, bool *moved, struct error *e)
{
	const struct level *level = &l->level;

	*moved = false;
	for (uint32_t v = 0; v < level->count; v++) {
		uint32_t own = l->communities[v], best;

		TRY(procedure_poll(
			l->call, 2 * (level->offsets[v + 1] - level->offsets[v]) + 1, e));
		collect_links(l, v);
		l->totals[own] -= level->degrees[v];
		best = best_community(l, v);
		l->totals[best] += level->degrees[v];
		l->communities[v] = best;
		*moved |= best != own;
		for (uint32_t i = 0; i < l->near_count; i++)
			l->links[l->near[i]] = -1;
	}
	return OK;
}

/* Numbers the communities in the order of their first nodes; returns how many there are. */
static uint32_t renumber(struct louvain *l, uint32_t nodes)
{
	uint32_t count = 0;

	for (uint32_t v = 0; v < l->level.count; v++)
		l->names[v] = CSR_NONE;
	for (uint32_t v = 0; v < l->level.count; v++) {
		uint32_t *name = &l->names[l->communities[v]];

		if (*name == CSR_NONE)
			*name = count++;
		l->communities[v] = *name;
	}
	for (uint32_t v = 0; v < nodes; v++)
		l->members[v] = l->communities[l->members[v]];
	return count;
}

/* Adds node v's edges to row c of the next level, whose place of a target is in near[target]. */
static uint64_t merge_node(
	const struct louvain *l, uint32_t v, uint32_t c, uint64_t at, struct level *next)
{
	const struct level *level = &l->level;

	next->loops[c] += level->loops[v];
	next->degrees[c] += level->degrees[v];
	for (uint64_t p = level->offsets[v]; p < level->offsets[v + 1]; p++) {
		uint32_t d = l->communities[level->targets[p]];

		if (d == c) { /* met from both ends */
			next->loops[c] += level->weights[p] / 2;
			continue;
		}
		if (l->links[d] < 0) {
			l->links[d] = 0;
			next->targets[at++] = d;
		}
		l->links[d] += level->weights[p];
	}
	return at;
}

/* Communities become nodes. order lists the nodes by community, starts where each begins. */
static enum sqlstate merge_communities(struct louvain *l, uint32_t count, struct error *e)
{
	const struct level *level = &l->level;
	uint64_t edges = level->offsets[level->count], at = 0;
	uint32_t *starts = procedure_array(l->call, (uint64_t)count + 2, sizeof *starts, e);
	uint32_t *order = procedure_array(l->call, level->count, sizeof *order, e);
	struct level next;

	if (starts == NULL || order == NULL)
		return e->code;
	TRY(level_new(l->call, count, edges, &next, e));
	for (uint32_t v = 0; v < level->count; v++)
		starts[l->communities[v] + 2]++;
	for (uint32_t c = 0; c < count; c++)
		starts[c + 2] += starts[c + 1];
	for (uint32_t v = 0; v < level->count; v++)
		order[starts[l->communities[v] + 1]++] = v;
	for (uint32_t c = 0; c < count; c++) {
		uint64_t first = at;

		for (uint32_t i = starts[c]; i < starts[c + 1]; i++) {
			TRY(procedure_poll(l->call,
				level->offsets[order[i] + 1] - level->offsets[order[i]] + 1, e));
			at = merge_node(l, order[i], c, at, &next);
		}
		for (uint64_t p = first; p < at; p++) {
			next.weights[p] = l->links[next.targets[p]];
			l->links[next.targets[p]] = -1;
		}
		next.offsets[c + 1] = at;
	}
	l->level = next;
	return OK;
}

/* One level; *count is how many nodes the next one has. */
static enum sqlstate run_level(struct louvain *l, uint32_t nodes, uint32_t *count, struct error *e)
{
	bool moved = true;

	for (uint32_t v = 0; v < l->level.count; v++) {
		l->communities[v] = v;
		l->totals[v] = l->level.degrees[v];
		l->links[v] = -1;
	}
	for (uint32_t round = 0; moved && round < ROUNDS_MAX; round++)
		TRY(move_nodes(l, &moved, e));
	*count = renumber(l, nodes);
	return OK;
}

static enum sqlstate louvain_run(struct louvain *l, uint32_t nodes, struct error *e)
{
	uint32_t count;

	while (l->whole > 0) {
		TRY(run_level(l, nodes, &count, e));
		if (count == l->level.count)
			return OK;
		TRY(merge_communities(l, count, e));
	}
	return OK;
}

static enum sqlstate louvain_new(struct louvain *l, uint32_t nodes, struct error *e)
{
	struct procedure_call *call = l->call;

	l->communities = procedure_array(call, nodes, sizeof *l->communities, e);
	l->totals = procedure_array(call, nodes, sizeof *l->totals, e);
	l->links = procedure_array(call, nodes, sizeof *l->links, e);
	l->near = procedure_array(call, nodes, sizeof *l->near, e);
	l->members = procedure_array(call, nodes, sizeof *l->members, e);
	l->names = procedure_array(call, nodes, sizeof *l->names, e);
	if (l->communities == NULL || l->totals == NULL || l->links == NULL || l->near == NULL ||
		l->members == NULL || l->names == NULL)
		return e->code;
	for (uint32_t v = 0; v < nodes; v++)
		l->members[v] = v;
	return OK;
}

/* A community is named by the least id in it. */
enum sqlstate algo_louvain(struct procedure_call *call, struct error *e)
{
	struct csr_wish wish = { .wants_weight = true };
	struct louvain l = { .call = call };
	const struct csr_side *side;
	int64_t *answer;
	struct csr *g;

	TRY(procedure_real(
		procedure_option(call, "resolution"), "resolution", 0, 1, &l.resolution, e));
	TRY(csr_load(call, &wish, &g, e));
	TRY(csr_need(call, g, DIRECTION_ANY, &side, e));
	TRY(level_first(&l, g, side, e));
	TRY(louvain_new(&l, g->node_count, e));
	TRY(louvain_run(&l, g->node_count, e));
	answer = procedure_array(call, g->node_count, sizeof *answer, e);
	if (answer == NULL)
		return e->code;
	for (uint32_t v = 0; v < g->node_count; v++)
		l.names[v] = CSR_NONE;
	for (uint32_t v = 0; v < g->node_count; v++) {
		uint32_t *name = &l.names[l.members[v]];

		*name = MIN_OF(*name, v);
		answer[v] = (int64_t)g->ids[*name];
	}
	procedure_answer_ids(call, 0, g->ids);
	procedure_answer_integers(call, 1, answer);
	call->row_count = g->node_count;
	return OK;
}
