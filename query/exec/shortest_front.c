/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Shortest paths by breadth-first search: from both ends when both are known, from the source alone
 * otherwise. Each front keeps, for every node it has seen, its distance and all the hops over which
 * a shortest path arrives; so the fronts together hold every shortest path, however many there are, and
 * paths are read off them as they are asked for, in the order of their edge ids.
 *
 *     source --- forward front ---> meeting nodes <--- backward front --- target
 *
 * Only whole levels are expanded, always of the smaller front. The fronts are disjoint until the
 * level in which they meet; then the sum of their depths is the distance, and every shortest path
 * passes through a node of that level.
 *
 * Invariants
 *  F1. Nodes of a front are numbered in order of distance.
 *  F2. arrivals[n] lists the hops (from a node one nearer to the front's start) that reach node n.
 */
#include <stdlib.h>
#include <string.h>

#include "query/exec/id_set.h"
#include "query/exec/shortest.h"

struct hop {
	uint64_t edge;
	uint32_t node;	    /* the number of the node at its other end */
	uint32_t following; /* in the list, + 1; 0: the last */
};

struct front {
	struct shortest_search *s;
	struct walk *walk;
	struct id_map index; /* id to number */
	uint64_t *ids;
	uint32_t *distance;
	uint32_t *arrivals; /* first hop + 1 */
	uint32_t count, capacity;
	struct hop *hops;
	uint32_t hop_count, hop_capacity;
	uint32_t level_start; /* the last level is [level_start, count) */
	bool is_single;	      /* only each node's best arrival is kept */
	uint32_t *rank;	      /* is_single: the place of a node's best path among its level's */
	uint32_t depth;
};

/* ---- building fronts ---- */

static enum sqlstate add_node(struct front *f, uint64_t id, uint32_t distance, struct error *e)
{
	struct arena *heap = f->s->heap;

	if (f->count == f->capacity) {
		uint32_t old = f->capacity, wider = old == 0 ? 64 : old * 2;

		f->ids = arena_grow(heap, f->ids, sizeof *f->ids * old, sizeof *f->ids * wider);
		f->distance = arena_grow(
			heap, f->distance, sizeof *f->distance * old, sizeof *f->distance * wider);
		f->arrivals = arena_grow(
			heap, f->arrivals, sizeof *f->arrivals * old, sizeof *f->arrivals * wider);
		f->capacity = wider;
		TRY(op_heap_check(heap, e));
	}
	id_map_put(&f->index, id, f->count);
	f->ids[f->count] = id;
	f->distance[f->count] = distance;
	f->arrivals[f->count++] = 0;
	return OK;
}

static void add_hop(struct front *f, uint32_t *list, uint32_t node, uint64_t edge)
{
	if (f->hop_count == f->hop_capacity) {
		uint32_t old = f->hop_capacity, wider = old == 0 ? 64 : old * 2;

		f->hops = arena_grow(
			f->s->heap, f->hops, sizeof *f->hops * old, sizeof *f->hops * wider);
		f->hop_capacity = wider;
	}
	f->hops[f->hop_count++] = (struct hop){ edge, node, *list };
	*list = f->hop_count;
}

static enum sqlstate front_init(struct front *f, struct shortest_search *s, struct walk *walk,
	uint64_t start, struct error *e)
{
	memset(f, 0, sizeof *f);
	f->s = s;
	f->walk = walk;
	f->index.arena = s->heap;
	return add_node(f, start, 0, e);
}

/*
 * Of several shortest paths the one with the least edge sequence. Read from the far end that is a
 * matter of the last edge alone, since no two hops have the same; read from the source the nodes of
 * each level are ranked by their best sequences, and the parent's rank comes before the edge.
 */
static void keep_better(const struct front *f, struct hop *best, uint32_t node, uint64_t edge)
{
	bool is_less = edge < best->edge;

	if (f->rank != NULL && f->rank[node] != f->rank[best->node])
		is_less = f->rank[node] < f->rank[best->node];
	if (is_less) {
		best->node = node;
		best->edge = edge;
	}
}

static enum sqlstate take_hops(struct front *f, uint32_t first, struct error *e)
{
	const struct walk *w = f->walk;

	for (uint32_t i = 0; i < w->count; i++) {
		uint32_t at = id_map_get(&f->index, w->neighbour[i]);

		if (at == ID_MAP_NONE) {
			at = f->count;
			TRY(add_node(f, w->neighbour[i], f->depth + 1, e));
		} else if (f->distance[at] != f->depth + 1) {
			continue;
		} else if (f->is_single) {
			keep_better(f, &f->hops[f->arrivals[at] - 1], first + w->source_index[i],
				w->edge[i]);
			continue;
		}
		add_hop(f, &f->arrivals[at], first + w->source_index[i], w->edge[i]);
	}
	return OK;
}

/* Expands the last level into the next one. */
static enum sqlstate front_expand(struct front *f, struct error *e)
{
	uint32_t start = f->level_start, end = f->count;
	bool is_done;

	for (uint32_t at = start; at < end; at += BATCH_ROWS) {
		uint32_t count = MIN_OF(end - at, (uint32_t)BATCH_ROWS);
		uint64_t sources[BATCH_ROWS];

		/* The ids move while the front grows. */
		memcpy(sources, f->ids + at, sizeof *sources * count);
		TRY(walk_start(f->walk, sources, count, e));
		do {
			TRY(walk_next(f->walk, f->s->in, NULL, f->s->row, &is_done, e));
			TRY(take_hops(f, at, e));
		} while (!is_done);
		TRY(op_heap_check(f->s->heap, e));
	}
	f->level_start = end;
	f->depth++;
	return OK;
}

/* ---- reading paths off ---- */

struct choice {
	uint64_t edge;
	uint32_t node;
	bool is_back; /* node is one of the backward front */
};

struct frame {
	struct choice *choices;
	uint32_t count, at, capacity;
};

/* A path being read: from a node of the forward front over `onward` lists to the meeting level,
   then over the backward front's arrivals; or over one front's arrivals alone, from each of its nodes. */
struct shortest_reader {
	struct shortest_search *s;
	const struct front *forward; /* NULL: arrivals of `backward` alone */
	const struct front *backward;
	const uint32_t *onward; /* per forward node: hops towards the target, + 1 */
	const struct hop *onward_hops;
	uint32_t length;
	uint64_t *edges;
	uint64_t target; /* of the paths kept */
	struct frame *frames;
	uint32_t depth; /* the frame in hand, + 1; 0: all paths are read */
	uint32_t node;	/* alone: the one whose paths are read */
};

static int by_edge(const void *a, const void *b)
{
	const struct choice *left = a, *right = b;

	return left->edge < right->edge ? -1 : left->edge > right->edge;
}

/* The hops that go on from a node, by edge id, become the frame in hand. */
static void read_deeper(struct shortest_reader *r, uint32_t node, bool is_back)
{
	struct frame *f = &r->frames[r->depth++];
	const struct hop *hops;
	uint32_t list, n = 0;

	if (!is_back && r->forward->distance[node] == r->forward->depth) {
		node = id_map_get(&r->backward->index, r->forward->ids[node]);
		assert(node != ID_MAP_NONE);
		is_back = true;
	}
	hops = is_back ? r->backward->hops : r->onward_hops;
	list = is_back ? r->backward->arrivals[node] : r->onward[node];
	for (uint32_t at = list; at != 0; at = hops[at - 1].following)
		n++;
	if (n > f->capacity) {
		f->choices = arena_alloc_raw(r->s->heap, sizeof *f->choices * n * 2);
		f->capacity = n * 2;
	}
	f->count = n;
	f->at = 0;
	for (uint32_t at = list; at != 0; at = hops[at - 1].following)
		f->choices[--n] = (struct choice){ hops[at - 1].edge, hops[at - 1].node, is_back };
	qsort(f->choices, f->count, sizeof *f->choices, by_edge);
}

static void reader_init(struct shortest_reader *r, uint32_t length_max)
{
	size_t room = (size_t)length_max + 1;

	r->frames = ARENA_ARRAY(r->s->heap, struct frame, room);
	r->edges = arena_alloc_raw(r->s->heap, sizeof *r->edges * room);
}

/* The next path, in the order of edge ids, into r->edges; false: there are no more. */
static bool next_path(struct shortest_reader *r)
{
	while (r->depth > 0) {
		struct frame *f = &r->frames[r->depth - 1];
		struct choice *c;

		if (f->at == f->count) {
			r->depth--;
			continue;
		}
		c = &f->choices[f->at++];
		r->edges[r->depth - 1] = c->edge;
		if (r->depth == r->length)
			return true;
		read_deeper(r, c->node, c->is_back);
	}
	return false;
}

/* Alone: the paths to the next node are to be read, from its far end. */
static bool next_node(struct shortest_reader *r)
{
	if (r->forward != NULL || ++r->node >= r->backward->count)
		return false;
	r->length = r->backward->distance[r->node];
	r->target = r->backward->ids[r->node];
	read_deeper(r, r->node, true);
	return true;
}

static enum sqlstate keep_path(struct shortest_reader *r, struct error *e)
{
	uint64_t *edges;

	TRY(shortest_keep(r->s, r->target, r->edges, r->length, e));
	edges = (uint64_t *)r->s->paths[r->s->path_count - 1].edges;
	for (uint32_t k = 0; r->forward == NULL && edges != NULL && k < r->length / 2; k++) {
		uint64_t swap = edges[k];

		edges[k] = edges[r->length - 1 - k];
		edges[r->length - 1 - k] = swap;
	}
	return OK;
}

enum sqlstate shortest_read(struct shortest_search *s, uint32_t most, struct error *e)
{
	struct shortest_reader *r = s->reader;

	s->kept = s->op->arena;
	s->paths = NULL;
	s->path_count = s->path_capacity = 0;
	while (s->path_count < most) {
		if (next_path(r)) {
			TRY(keep_path(r, e));
		} else if (!next_node(r)) {
			s->reader = NULL;
			break;
		}
	}
	return op_heap_check(s->heap, e);
}

/* ---- between two nodes ---- */

/* True if a node of `f`'s last level is in the other front. */
static bool fronts_meet(const struct front *f, const struct front *other)
{
	for (uint32_t n = f->level_start; n < f->count; n++) {
		if (id_map_get(&other->index, f->ids[n]) != ID_MAP_NONE)
			return true;
	}
	return false;
}

/* Turns the forward front's arrivals around, for the nodes from which the target can be reached. */
static void find_onward(
	struct front *forward, const struct front *backward, struct shortest_reader *r)
{
	struct arena *heap = forward->s->heap;
	uint32_t *onward = arena_alloc(heap, sizeof *onward * (forward->count + 1));
	bool *leads = arena_alloc(heap, forward->count + 1);

	for (uint32_t n = forward->count; n-- > 0;) {
		if (forward->distance[n] == forward->depth)
			leads[n] = id_map_get(&backward->index, forward->ids[n]) != ID_MAP_NONE;
		if (!leads[n])
			continue;
		for (uint32_t at = forward->arrivals[n]; at != 0;) {
			struct hop hop = forward->hops[at - 1];

			leads[hop.node] = true;
			add_hop(forward, &onward[hop.node], n, hop.edge);
			at = hop.following;
		}
	}
	r->onward = onward;
	r->onward_hops = forward->hops;
}

/* Expands until the fronts meet. */
static enum sqlstate meet(struct shortest_search *s, struct front *forward, struct front *backward,
	bool *is_met, struct error *e)
{
	TRY(front_init(forward, s, s->forward, s->source, e));
	TRY(front_init(backward, s, s->backward, s->target, e));
	for (*is_met = false; !*is_met;) {
		uint32_t left = forward->count - forward->level_start;
		uint32_t right = backward->count - backward->level_start;
		struct front *smaller = left <= right ? forward : backward;

		if (left == 0 || right == 0 || forward->depth + backward->depth >= s->max)
			return OK;
		if (forward->depth + backward->depth >= s->op->x->path_max)
			return walk_too_long(s->op, e);
		TRY(front_expand(smaller, e));
		*is_met = fronts_meet(smaller, smaller == forward ? backward : forward);
	}
	return OK;
}

enum sqlstate shortest_between(struct shortest_search *s, struct error *e)
{
	struct front *forward = ARENA_NEW(s->heap, struct front);
	struct front *backward = ARENA_NEW(s->heap, struct front);
	struct shortest_reader *r = ARENA_NEW(s->heap, struct shortest_reader);
	bool is_met;

	assert(s->source != s->target);
	TRY(meet(s, forward, backward, &is_met, e));
	if (!is_met)
		return OK;
	*r = (struct shortest_reader){
		.s = s, .forward = forward, .backward = backward, .target = s->target
	};
	find_onward(forward, backward, r);
	r->length = forward->depth + backward->depth;
	reader_init(r, r->length);
	read_deeper(r, 0, false);
	if (s->is_every)
		s->reader = r;
	else if (next_path(r))
		TRY(keep_path(r, e));
	return op_heap_check(s->heap, e);
}

/* ---- from one node to all ---- */

struct ranked {
	uint32_t parent_rank, node;
	uint64_t edge;
};

static int by_rank(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;

	if (left->parent_rank != right->parent_rank)
		return left->parent_rank < right->parent_rank ? -1 : 1;
	return left->edge < right->edge ? -1 : left->edge > right->edge;
}

/* Ranks the last level by its nodes' best paths. */
static void rank_level(struct front *f, struct arena *scratch, uint32_t *capacity)
{
	uint32_t count = f->count - f->level_start;
	struct ranked *level;

	arena_reset(scratch);
	level = arena_alloc_raw(scratch, sizeof *level * (count + 1));
	if (*capacity < f->count) {
		f->rank = arena_grow(f->s->heap, f->rank, sizeof *f->rank * f->level_start,
			sizeof *f->rank * f->capacity);
		*capacity = f->capacity;
	}
	for (uint32_t i = 0; i < count; i++) {
		const struct hop *best = &f->hops[f->arrivals[f->level_start + i] - 1];

		level[i] = (struct ranked){ f->rank[best->node], f->level_start + i, best->edge };
	}
	qsort(level, count, sizeof *level, by_rank);
	for (uint32_t i = 0; i < count; i++)
		f->rank[level[i].node] = i;
}

static enum sqlstate keep_best(struct front *f, struct error *e)
{
	struct shortest_search *s = f->s;
	uint64_t *edges = arena_alloc_raw(s->heap, sizeof *edges * (f->depth + 1));

	for (uint32_t n = 1; n < f->count; n++) {
		uint32_t at = n;

		if (n % BATCH_ROWS == 0)
			TRY(eval_poll(&s->op->x->eval, e));
		for (uint32_t d = f->distance[n]; d > 0; d--) {
			const struct hop *best = &f->hops[f->arrivals[at] - 1];

			edges[d - 1] = best->edge;
			at = best->node;
		}
		TRY(shortest_keep(s, f->ids[n], edges, f->distance[n], e));
	}
	return OK;
}

static enum sqlstate expand_all(struct front *f, struct arena *scratch, struct error *e)
{
	struct shortest_search *s = f->s;
	uint32_t capacity = 1;

	f->is_single = !s->is_every;
	if (f->is_single && !s->prefers_last)
		f->rank = ARENA_NEW(s->heap, uint32_t);
	while (f->level_start < f->count && f->depth < s->max) {
		if (f->depth >= s->op->x->path_max)
			return walk_too_long(s->op, e);
		TRY(front_expand(f, e));
		if (f->rank != NULL)
			rank_level(f, scratch, &capacity);
	}
	return OK;
}

enum sqlstate shortest_from(struct shortest_search *s, struct error *e)
{
	struct front *f = ARENA_NEW(s->heap, struct front);
	struct shortest_reader *r = ARENA_NEW(s->heap, struct shortest_reader);
	struct arena *scratch = arena_new(0);
	enum sqlstate rc;

	TRY_GOTO(out, front_init(f, s, s->forward, s->source, e));
	TRY_GOTO(out, expand_all(f, scratch, e));
	if (!s->is_every) {
		rc = keep_best(f, e);
		goto out;
	}
	*r = (struct shortest_reader){ .s = s, .backward = f };
	reader_init(r, f->depth);
	s->reader = r;
out:
	arena_free(scratch);
	return rc;
}
