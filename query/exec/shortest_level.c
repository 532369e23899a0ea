/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Shortest paths in general: the k shortest, all of the k least lengths, with any least number of
 * hops and any mode, and cycles. Paths are made level by level in the order of their edge-id
 * sequences, each as a node with a link to the path that it extends. A target takes paths until its
 * quota is full.
 *
 * Under WALK a path is dropped where it cannot be a beginning of any path that is asked for: when k
 * paths (or paths of k lengths) that are at least `min` long have reached its node before, the same
 * ends could be put behind those. Under the other modes an end may not fit behind every beginning,
 * so nothing can be dropped, and the search is as large as the number of paths; memory bounds it.
 *
 * Invariants
 *  L1. Steps of one level stand together, in the order of their paths' edge-id sequences.
 */
#include <stdlib.h>
#include <string.h>

#include "query/exec/id_set.h"
#include "query/exec/shortest.h"

struct step_made {
	uint64_t node, edge;
	uint32_t parent;
	bool is_closed; /* SIMPLE: it came back to its first node */
};

/* What a node has been reached by. */
struct quota {
	uint32_t paths, lengths, last_length;
};

struct levels {
	struct shortest_search *s;
	struct step_made *steps;
	uint32_t count, capacity;
	uint32_t start; /* the last level is [start, count) */
	uint32_t depth;
	struct id_map index; /* node to its quota */
	struct quota *quotas;
	uint32_t quota_count, quota_capacity;
	struct id_map short_of_min; /* nodes reached in this level, below min: node to paths */
	struct arena *scratch;	    /* of one chunk */
	uint64_t *edges;
	uint32_t edge_capacity;
};

struct found {
	uint64_t node, edge;
	uint32_t parent;
};

static int by_parent_and_edge(const void *a, const void *b)
{
	const struct found *left = a, *right = b;

	if (left->parent != right->parent)
		return left->parent < right->parent ? -1 : 1;
	return left->edge < right->edge ? -1 : left->edge > right->edge;
}

/* ---- quotas ---- */

static struct quota *quota_of(struct levels *l, uint64_t node)
{
	uint32_t at = id_map_get(&l->index, node);

	if (at != ID_MAP_NONE)
		return &l->quotas[at];
	if (l->quota_count == l->quota_capacity) {
		uint32_t old = l->quota_capacity, wider = old == 0 ? 64 : old * 2;

		l->quotas = arena_grow(
			l->s->heap, l->quotas, sizeof *l->quotas * old, sizeof *l->quotas * wider);
		l->quota_capacity = wider;
	}
	id_map_put(&l->index, node, l->quota_count);
	l->quotas[l->quota_count] = (struct quota){ 0 };
	return &l->quotas[l->quota_count++];
}

/* Counts a path of this length; false if the quota was full. */
static bool quota_take(const struct shortest_search *s, struct quota *q, uint32_t length)
{
	bool is_new_length = q->lengths == 0 || q->last_length != length;

	if (s->is_every ? is_new_length && q->lengths >= s->k : q->paths >= s->k)
		return false;
	q->paths++;
	q->lengths += is_new_length;
	q->last_length = length;
	return true;
}

/* Below min: under WALK k beginnings of one length to one node are enough. */
static bool may_begin(struct levels *l, uint64_t node)
{
	uint32_t paths;

	if (l->s->mode != MODE_WALK || l->s->is_every)
		return true;
	paths = id_map_get(&l->short_of_min, node);
	if (paths == ID_MAP_NONE)
		paths = 0;
	if (paths >= l->s->k)
		return false;
	id_map_put(&l->short_of_min, node, paths + 1);
	return true;
}

/* ---- steps ---- */

static bool repeats_edge(const struct levels *l, uint32_t step, uint64_t edge)
{
	for (uint32_t d = l->depth; d > 0; d--) {
		if (l->steps[step].edge == edge)
			return true;
		step = l->steps[step].parent;
	}
	return false;
}

static bool repeats_node(const struct levels *l, uint32_t step, uint64_t node)
{
	for (uint32_t d = l->depth; d > 0; d--) {
		if (l->steps[step].node == node)
			return true;
		step = l->steps[step].parent;
	}
	return false;
}

/* Whether the mode lets a path go on over a hop. */
static bool may_extend(const struct levels *l, const struct found *f, bool *closes)
{
	bool is_first = f->node == l->s->source;

	*closes = false;
	switch (l->s->mode) {
	case MODE_TRAIL:
		return !repeats_edge(l, f->parent, f->edge);
	case MODE_ACYCLIC:
		return !is_first && !repeats_node(l, f->parent, f->node);
	case MODE_SIMPLE:
		if (l->steps[f->parent].is_closed)
			return false;
		*closes = is_first;
		return is_first ? !repeats_edge(l, f->parent, f->edge)
				: !repeats_node(l, f->parent, f->node);
	default:
		return true;
	}
}

static enum sqlstate add_step(
	struct levels *l, const struct found *f, bool is_closed, struct error *e)
{
	if (l->count == l->capacity) {
		uint32_t old = l->capacity, wider = old == 0 ? 64 : old * 2;

		l->steps = arena_grow(
			l->s->heap, l->steps, sizeof *l->steps * old, sizeof *l->steps * wider);
		l->capacity = wider;
		TRY(op_heap_check(l->s->heap, e));
	}
	l->steps[l->count++] = (struct step_made){ f->node, f->edge, f->parent, is_closed };
	return OK;
}

/* Keeps the path that ends in the last step, `length` long. */
static enum sqlstate keep_path(struct levels *l, uint32_t length, struct error *e)
{
	uint32_t step = l->count - 1;

	if (l->edge_capacity < length) {
		l->edge_capacity = length * 2;
		l->edges = arena_alloc_raw(l->s->heap, sizeof *l->edges * l->edge_capacity);
	}
	for (uint32_t d = length; d > 0; d--) {
		l->edges[d - 1] = l->steps[step].edge;
		step = l->steps[step].parent;
	}
	return shortest_keep(l->s, l->steps[l->count - 1].node, l->edges, length, e);
}

/* One path more, `length` long, that ends with this hop. */
static enum sqlstate take_found(
	struct levels *l, const struct found *f, bool closes, uint32_t length, struct error *e)
{
	const struct shortest_search *s = l->s;
	bool is_accepted = false;

	if (length < s->min) {
		if (!may_begin(l, f->node))
			return OK;
	} else {
		is_accepted = quota_take(s, quota_of(l, f->node), length);
		if (!is_accepted && s->mode == MODE_WALK)
			return OK;
	}
	TRY(add_step(l, f, closes, e));
	if (is_accepted && (!s->has_target || f->node == s->target))
		return keep_path(l, length, e);
	return OK;
}

/* ---- levels ---- */

/* The hops of steps [first, first + count), in the order of L1. */
static enum sqlstate find_hops(struct levels *l, uint32_t first, uint32_t count, struct found **out,
	uint32_t *found_count, struct error *e)
{
	struct walk *w = l->s->forward;
	uint64_t *sources = arena_alloc_raw(l->scratch, sizeof *sources * count);
	struct found *found = NULL;
	uint32_t used = 0, capacity = 0;
	bool is_done;

	for (uint32_t i = 0; i < count; i++)
		sources[i] = l->steps[first + i].node;
	TRY(walk_start(w, sources, count, e));
	do {
		TRY(walk_next(w, l->s->in, NULL, l->s->row, &is_done, e));
		if (used + w->count > capacity) {
			uint32_t wider = MAX_OF(capacity * 2, used + w->count);

			found = arena_grow(
				l->scratch, found, sizeof *found * used, sizeof *found * wider);
			capacity = wider;
		}
		for (uint32_t i = 0; i < w->count; i++) {
			found[used++] = (struct found){ w->neighbour[i], w->edge[i],
				first + w->source_index[i] };
		}
		TRY(op_heap_check(l->scratch, e));
	} while (!is_done);
	if (used > 1)
		qsort(found, used, sizeof *found, by_parent_and_edge);
	*out = found;
	*found_count = used;
	return OK;
}

static enum sqlstate next_level(struct levels *l, struct error *e)
{
	uint32_t start = l->start, end = l->count, count;
	struct found *found;
	bool closes;

	l->short_of_min = (struct id_map){ .arena = l->s->heap };
	for (uint32_t at = start; at < end; at += BATCH_ROWS) {
		arena_reset(l->scratch);
		TRY(find_hops(l, at, MIN_OF(end - at, (uint32_t)BATCH_ROWS), &found, &count, e));
		for (uint32_t i = 0; i < count; i++) {
			if (may_extend(l, &found[i], &closes))
				TRY(take_found(l, &found[i], closes, l->depth + 1, e));
		}
	}
	l->start = end;
	l->depth++;
	return OK;
}

static bool is_satisfied(struct levels *l)
{
	const struct shortest_search *s = l->s;
	struct quota *q;

	if (!s->has_target)
		return false;
	q = quota_of(l, s->target);
	return s->is_every ? q->lengths >= s->k : q->paths >= s->k;
}

static enum sqlstate run(struct levels *l, struct error *e)
{
	struct found source = { .node = l->s->source };

	TRY(take_found(l, &source, false, 0, e));
	while (l->start < l->count && l->depth < l->s->max && !is_satisfied(l)) {
		if (l->depth >= l->s->op->x->path_max)
			return walk_too_long(l->s->op, e);
		TRY(next_level(l, e));
	}
	return OK;
}

enum sqlstate shortest_levels(struct shortest_search *s, struct error *e)
{
	struct levels l = { .s = s };
	enum sqlstate rc;

	l.index.arena = s->heap;
	l.short_of_min.arena = s->heap;
	l.scratch = op_heap_new(s->op);
	rc = run(&l, e);
	arena_free(l.scratch);
	return rc;
}
