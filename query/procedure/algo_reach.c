/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Reachability: breadth-first search, weakly and strongly connected components. A component is
 * named by the least id of its nodes.
 */
#include "query/procedure/csr.h"
#include "query/procedure/procedures.h"

/* ---- breadth-first search ------------------------------------------------------------------- */

struct bfs {
	const struct csr_side *side;
	uint32_t *queue;    /* nodes in the order in which they were found */
	int64_t *distances; /* of queue[i] */
	uint8_t *is_found;
	uint32_t count;
};

static enum sqlstate bfs_run(
	struct procedure_call *call, struct bfs *b, uint32_t source, int64_t depth, struct error *e)
{
	b->queue[b->count++] = source;
	b->is_found[source] = 1;
	for (uint32_t i = 0; i < b->count && b->distances[i] < depth; i++) {
		uint32_t v = b->queue[i];

		TRY(procedure_poll(call, csr_degree(b->side, v) + 1, e));
		for (uint64_t p = b->side->offsets[v]; p < b->side->offsets[v + 1]; p++) {
			uint32_t w = b->side->targets[p];

			if (b->is_found[w])
				continue;
			b->is_found[w] = 1;
			b->distances[b->count] = b->distances[i] + 1;
			b->queue[b->count++] = w;
		}
	}
	return OK;
}

enum sqlstate algo_bfs(struct procedure_call *call, struct error *e)
{
	struct csr_wish wish = { 0 };
	struct bfs b = { 0 };
	enum direction direction;
	struct csr *g;
	uint64_t *ids;
	uint32_t source;
	int64_t depth;

	TRY(procedure_direction(call, DIRECTION_OUT, &direction, e));
	TRY(procedure_integer(procedure_option(call, "depth"), "depth", 0, INT64_MAX, &depth, e));
	TRY(csr_load(call, &wish, &g, e));
	TRY(csr_need(call, g, direction, &b.side, e));
	source = csr_find(g, call->args[0]);
	if (source == CSR_NONE)
		return OK;
	b.queue = procedure_array(call, g->node_count, sizeof *b.queue, e);
	b.is_found = procedure_array(call, g->node_count, sizeof *b.is_found, e);
	b.distances = procedure_array(call, g->node_count, sizeof *b.distances, e);
	ids = procedure_array(call, g->node_count, sizeof *ids, e);
	if (b.queue == NULL || b.is_found == NULL || b.distances == NULL || ids == NULL)
		return e->code;
	TRY(bfs_run(call, &b, source, depth, e));
	for (uint32_t i = 0; i < b.count; i++)
		ids[i] = g->ids[b.queue[i]];
	procedure_answer_ids(call, 0, ids);
	procedure_answer_integers(call, 1, b.distances);
	call->row_count = b.count;
	return OK;
}

/* ---- components ----------------------------------------------------------------------------- */

/* Answers every node with the id of the node that names its component. */
static enum sqlstate answer_components(
	struct procedure_call *call, const struct csr *g, const uint32_t *names, struct error *e)
{
	int64_t *components = procedure_array(call, g->node_count, sizeof *components, e);

	if (components == NULL)
		return e->code;
	for (uint32_t v = 0; v < g->node_count; v++)
		components[v] = (int64_t)g->ids[names[v]];
	procedure_answer_ids(call, 0, g->ids);
	procedure_answer_integers(call, 1, components);
	call->row_count = g->node_count;
	return OK;
}

/* Halves the way to the root as it goes. */
static uint32_t root_of(uint32_t *parents, uint32_t v)
{
	while (parents[v] != v) {
		parents[v] = parents[parents[v]];
		v = parents[v];
	}
	return v;
}

/* Roots are the least nodes of their trees, so the root names the component. */
enum sqlstate algo_wcc(struct procedure_call *call, struct error *e)
{
	struct csr_wish wish = { 0 };
	const struct csr_side *side;
	uint32_t *parents;
	struct csr *g;

	TRY(csr_load(call, &wish, &g, e));
	TRY(csr_need(call, g, DIRECTION_OUT, &side, e));
	parents = procedure_array(call, g->node_count, sizeof *parents, e);
	if (parents == NULL)
		return e->code;
	for (uint32_t v = 0; v < g->node_count; v++)
		parents[v] = v;
	for (uint32_t v = 0; v < g->node_count; v++) {
		TRY(procedure_poll(call, csr_degree(side, v) + 1, e));
		for (uint64_t p = side->offsets[v]; p < side->offsets[v + 1]; p++) {
			uint32_t a = root_of(parents, v), b = root_of(parents, side->targets[p]);

			parents[MAX_OF(a, b)] = MIN_OF(a, b);
		}
	}
	for (uint32_t v = 0; v < g->node_count; v++)
		parents[v] = root_of(parents, v);
	return answer_components(call, g, parents, e);
}

/* Tarjan's algorithm with a stack of its own: `order` numbers nodes as they are met, `low` is the
   least number that a node's tree can reach within its component. */
struct scc {
	const struct csr_side *side;
	uint32_t *order, *low; /* order 0: not met */
	uint32_t *names;       /* CSR_NONE while on the stack of open nodes */
	uint32_t *open, *path; /* open: nodes without a component; path: the way from the root */
	uint64_t *next;	       /* which edge of a node on the path comes next */
	uint32_t open_count, path_count, met;
};

static void scc_enter(struct scc *s, uint32_t v)
{
	s->order[v] = s->low[v] = ++s->met;
	s->names[v] = CSR_NONE;
	s->next[v] = s->side->offsets[v];
	s->open[s->open_count++] = v;
	s->path[s->path_count++] = v;
}

/* All edges of v are done: its component is what is open above it, if it reaches nothing below. */
static void scc_leave(struct scc *s, uint32_t v)
{
	uint32_t from = s->open_count, least = v;

	s->path_count--;
	if (s->path_count > 0) {
		uint32_t parent = s->path[s->path_count - 1];

		s->low[parent] = MIN_OF(s->low[parent], s->low[v]);
	}
	if (s->low[v] != s->order[v])
		return;
	do {
		from--;
		least = MIN_OF(least, s->open[from]);
	} while (s->open[from] != v);
	for (uint32_t i = from; i < s->open_count; i++)
		s->names[s->open[i]] = least;
	s->open_count = from;
}

static void scc_step(struct scc *s)
{
	uint32_t v = s->path[s->path_count - 1], w;

	if (s->next[v] == s->side->offsets[v + 1]) {
		scc_leave(s, v);
		return;
	}
	w = s->side->targets[s->next[v]++];
	if (s->order[w] == 0)
		scc_enter(s, w);
	else if (s->names[w] == CSR_NONE)
		s->low[v] = MIN_OF(s->low[v], s->order[w]);
}

static enum sqlstate scc_new(
	struct procedure_call *call, const struct csr *g, struct scc *s, struct error *e)
{
	uint32_t *numbers = procedure_array(call, (uint64_t)g->node_count * 5, sizeof *numbers, e);

	s->next = procedure_array(call, g->node_count, sizeof *s->next, e);
	if (numbers == NULL || s->next == NULL)
		return e->code;
	s->order = numbers;
	s->low = s->order + g->node_count;
	s->names = s->low + g->node_count;
	s->open = s->names + g->node_count;
	s->path = s->open + g->node_count;
	return OK;
}

enum sqlstate algo_scc(struct procedure_call *call, struct error *e)
{
	struct csr_wish wish = { 0 };
	struct scc s = { 0 };
	struct csr *g;

	TRY(csr_load(call, &wish, &g, e));
	TRY(csr_need(call, g, DIRECTION_OUT, &s.side, e));
	TRY(scc_new(call, g, &s, e));
	for (uint32_t v = 0; v < g->node_count; v++) {
		if (s.order[v] == 0)
			scc_enter(&s, v);
		while (s.path_count > 0) {
			TRY(procedure_poll(call, 1, e));
			scc_step(&s);
		}
	}
	return answer_components(call, g, s.names, e);
}
