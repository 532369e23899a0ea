/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * See path_search.h. The queue is a binary heap of nodes with their places, so that a node that
 * comes nearer moves up instead of being entered twice.
 *
 * Invariants
 *  S1. heap[positions[v] - 1] == v for every v with positions[v] > 0.
 *  S2. Between searches distances are INFINITY and positions 0, but for the nodes in `touched`.
 */
#include "query/procedure/path_search.h"

#include <math.h>

enum sqlstate path_search_new(struct procedure_call *call, const struct csr *g,
	const struct csr_side *side, struct path_search *out, struct error *e)
{
	uint32_t n = g->node_count;

	*out = (struct path_search){ .side = side };
	out->distances = procedure_array(call, n, sizeof *out->distances, e);
	out->keys = procedure_array(call, n, sizeof *out->keys, e);
	out->places = procedure_array(call, n, sizeof *out->places, e);
	out->parents = procedure_array(call, n, sizeof *out->parents, e);
	out->touched = procedure_array(call, n, sizeof *out->touched, e);
	out->heap = procedure_array(call, n, sizeof *out->heap, e);
	out->positions = procedure_array(call, n, sizeof *out->positions, e);
	if (out->distances == NULL || out->keys == NULL || out->places == NULL ||
		out->parents == NULL || out->touched == NULL || out->heap == NULL ||
		out->positions == NULL)
		return e->code;
	for (uint32_t v = 0; v < n; v++)
		out->distances[v] = INFINITY;
	return OK;
}

/* ---- the heap -------------------------------------------------------------------------------- */

static bool is_before(const struct path_search *s, uint32_t v, uint32_t w)
{
	return s->keys[v] != s->keys[w] ? s->keys[v] < s->keys[w] : v < w;
}

static void heap_place(struct path_search *s, uint32_t at, uint32_t v)
{
	s->heap[at] = v;
	s->positions[v] = at + 1;
}

static void heap_up(struct path_search *s, uint32_t at)
{
	uint32_t v = s->heap[at];

	while (at > 0 && is_before(s, v, s->heap[(at - 1) / 2])) {
		heap_place(s, at, s->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	heap_place(s, at, v);
}

static void heap_down(struct path_search *s, uint32_t at)
{
	uint32_t v = s->heap[at];

	for (;;) {
		uint32_t child = 2 * at + 1;

		if (child >= s->heap_count)
			break;
		if (child + 1 < s->heap_count && is_before(s, s->heap[child + 1], s->heap[child]))
			child++;
		if (!is_before(s, s->heap[child], v))
			break;
		heap_place(s, at, s->heap[child]);
		at = child;
	}
	heap_place(s, at, v);
}

static uint32_t heap_pop(struct path_search *s)
{
	uint32_t first = s->heap[0], last = s->heap[--s->heap_count];

	s->positions[first] = 0;
	if (s->heap_count > 0) {
		heap_place(s, 0, last);
		heap_down(s, 0);
	}
	return first;
}

/* ---- searching ------------------------------------------------------------------------------- */

static void reset(struct path_search *s)
{
	for (uint32_t i = 0; i < s->touched_count; i++) {
		s->distances[s->touched[i]] = INFINITY;
		s->positions[s->touched[i]] = 0;
	}
	s->touched_count = s->heap_count = 0;
}

/* A way to v of this length was found. */
static void reach(struct path_search *s, uint32_t v, double distance)
{
	if (isinf(s->distances[v]))
		s->touched[s->touched_count++] = v;
	s->distances[v] = distance;
	s->keys[v] = distance + (s->heuristic == NULL ? 0 : s->heuristic[v]);
	if (s->positions[v] == 0)
		heap_place(s, s->heap_count++, v);
	heap_up(s, s->positions[v] - 1);
}

static bool is_banned(const struct path_search *s, uint32_t target, uint64_t place)
{
	if (s->is_banned != NULL && s->is_banned[target])
		return true;
	for (uint32_t i = 0; i < s->banned_count; i++) {
		if (s->banned_places[i] == place)
			return true;
	}
	return false;
}

static void relax(struct path_search *s, uint32_t v)
{
	const struct csr_side *side = s->side;

	for (uint64_t p = side->offsets[v]; p < side->offsets[v + 1]; p++) {
		uint32_t w = side->targets[p];
		double distance = s->distances[v] + csr_weight(side, p);

		if (!(distance < s->distances[w]) || is_banned(s, w, p))
			continue;
		s->parents[w] = v;
		s->places[w] = p;
		reach(s, w, distance);
	}
}

enum sqlstate path_search_run(struct procedure_call *call, struct path_search *s, uint32_t source,
	uint32_t target, struct error *e)
{
	reset(s);
	s->parents[source] = CSR_NONE;
	reach(s, source, 0);
	while (s->heap_count > 0) {
		uint32_t v = heap_pop(s);

		if (v == target)
			return OK;
		TRY(procedure_poll(call, 4 * csr_degree(s->side, v) + 8, e));
		relax(s, v);
	}
	return OK;
}
