/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Reachability: each node that a path of min … max hops leads to, once per source. One
 * breadth-first search per input row, a bitmap of nodes seen, frontiers expanded a batch at a time;
 * nodes are given out as they are found.
 *
 * For min <= 1 reaching a node by some path is the same as reaching it by a shortest one, whatever
 * the mode, since a shortest path repeats nothing. Only the source itself is special with min = 1:
 *
 *     WALK       it is reached by any closed walk
 *     ACYCLIC    never
 *     TRAIL, SIMPLE, along directed edges   by any closed walk (a shortest one is a cycle)
 *     TRAIL, SIMPLE, in any direction       by a cycle that does not go back over its first edge:
 *                one exists where two nodes of the search tree that were reached over different
 *                first edges ("branches") are joined by an edge
 *
 * Invariants
 *  R1. queue[0] is the source; queue is in order of distance; level_end ends the level in hand.
 *  R2. With branches, first_edge[i] is the edge out of the source that led to queue[i].
 */
#include "query/exec/reach.h"

#include <string.h>

#include "query/exec/id_set.h"
#include "query/exec/op.h"
#include "query/exec/walk.h"

enum source_rule { SOURCE_BY_WALK, SOURCE_NEVER, SOURCE_BY_BRANCHES };

struct reach {
	struct op op;
	struct batch *in;
	uint32_t row;
	bool is_searching; /* the row's search is under way or has nodes to give out */
	bool is_expanded;  /* nothing more will be found */
	enum source_rule rule;
	struct arena *heap; /* of one search */
	struct id_set seen;
	struct id_map index; /* SOURCE_BY_BRANCHES: node to place in the queue */
	uint64_t *queue, *first_edge;
	uint32_t *distance; /* SOURCE_BY_BRANCHES */
	uint32_t count, capacity;
	uint32_t given; /* of the queue */
	uint32_t head;	/* first of the queue that is not expanded */
	uint32_t level_end, depth;
	uint32_t cycle; /* length of the shortest cycle through the source, UINT32_MAX: none */
	bool source_given;
	struct walk walk;
	bool is_walking; /* hops of queue[head, head + walking) are to come */
	uint32_t walking;
};

bool reach_can_do(const struct plan_node *node)
{
	return node->var_expand.min <= 1 && node->var_expand.edges_slot == SLOT_NONE;
}

static void reach_close(struct op *op)
{
	struct reach *s = (struct reach *)op;

	walk_close(&s->walk);
	arena_free(s->heap);
	s->heap = NULL;
}

static void reach_rewind(struct op *op)
{
	struct reach *s = (struct reach *)op;

	s->in = NULL;
	s->is_searching = false;
}

/* ---- the queue ---- */

static enum sqlstate push(
	struct reach *s, uint64_t node, uint64_t first_edge, uint32_t distance, struct error *e)
{
	if (s->count == s->capacity) {
		uint32_t old = s->capacity, wider = old == 0 ? 256 : old * 2;

		s->queue = arena_grow(
			s->heap, s->queue, sizeof *s->queue * old, sizeof *s->queue * wider);
		if (s->rule == SOURCE_BY_BRANCHES) {
			s->first_edge = arena_grow(s->heap, s->first_edge,
				sizeof *s->first_edge * old, sizeof *s->first_edge * wider);
			s->distance = arena_grow(s->heap, s->distance, sizeof *s->distance * old,
				sizeof *s->distance * wider);
		}
		s->capacity = wider;
		TRY(op_heap_check(s->heap, e));
	}
	if (s->rule == SOURCE_BY_BRANCHES) {
		s->first_edge[s->count] = first_edge;
		s->distance[s->count] = distance;
		id_map_put(&s->index, node, s->count);
	}
	s->queue[s->count++] = node;
	return OK;
}

static enum sqlstate start_search(struct reach *s, uint64_t source, struct error *e)
{
	const struct plan_node *n = s->op.node;

	if (s->heap == NULL)
		s->heap = op_heap_new(&s->op);
	else
		arena_reset(s->heap);
	s->seen = (struct id_set){ .arena = s->heap };
	s->index = (struct id_map){ .arena = s->heap };
	s->queue = s->first_edge = NULL;
	s->distance = NULL;
	s->count = s->capacity = s->head = s->depth = 0;
	s->level_end = 1;
	s->cycle = UINT32_MAX;
	s->is_searching = true;
	s->is_walking = false;
	s->is_expanded = n->var_expand.max == 0 || n->var_expand.is_nothing;
	s->source_given = n->var_expand.min == 0;
	s->given = n->var_expand.min == 0 ? 0 : 1;
	/* Not seen yet, the source is found again by the search and so given out. */
	if (n->var_expand.min == 0 || s->rule != SOURCE_BY_WALK)
		id_set_add(&s->seen, source);
	return push(s, source, UINT64_MAX, 0, e);
}

/* ---- searching ---- */

/* R2: an edge between two branches closes a cycle through the source. */
static void note_cycle(struct reach *s, uint32_t from, uint64_t node, uint64_t edge)
{
	uint64_t branch = from == 0 ? edge : s->first_edge[from];
	uint32_t length = s->distance[from] + 1, to = id_map_get(&s->index, node);

	if (to == ID_MAP_NONE)
		return;
	if (to == 0) {
		if (from != 0 && edge == branch && s->distance[from] == 1)
			return;
	} else if (s->first_edge[to] == branch) {
		return;
	}
	length += s->distance[to];
	s->cycle = MIN_OF(s->cycle, length);
}

static enum sqlstate take_hops(struct reach *s, struct error *e)
{
	struct walk *w = &s->walk;

	for (uint32_t i = 0; i < w->count; i++) {
		uint32_t from = s->head + w->source_index[i];

		if (id_set_add(&s->seen, w->neighbour[i])) {
			uint64_t branch = UINT64_MAX;

			if (s->rule == SOURCE_BY_BRANCHES)
				branch = from == 0 ? w->edge[i] : s->first_edge[from];
			TRY(push(s, w->neighbour[i], branch, s->depth + 1, e));
		} else if (s->rule == SOURCE_BY_BRANCHES) {
			note_cycle(s, from, w->neighbour[i], w->edge[i]);
		}
	}
	return OK;
}

/* One call for hops. */
static enum sqlstate search_on(struct reach *s, struct error *e)
{
	bool is_done;

	if (!s->is_walking) {
		if (s->head == s->level_end) {
			s->depth++;
			s->level_end = s->count;
		}
		if (s->head == s->level_end || s->depth >= s->op.node->var_expand.max) {
			s->is_expanded = true;
			return OK;
		}
		s->walking = MIN_OF(s->level_end - s->head, (uint32_t)BATCH_ROWS);
		TRY(walk_start(&s->walk, s->queue + s->head, s->walking, e));
		s->is_walking = true;
	}
	/* The queue may have moved while it grew. */
	s->walk.sources = s->queue + s->head;
	TRY(walk_next(&s->walk, s->in, NULL, s->row, &is_done, e));
	TRY(take_hops(s, e));
	if (is_done) {
		s->is_walking = false;
		s->head += s->walking;
	}
	return OK;
}

/* ---- giving out ---- */

static bool target_is(const struct reach *s, uint64_t node)
{
	const struct column *c = &s->in->columns[s->op.node->var_expand.target_slot];

	return !column_is_null(c, s->row) && (uint64_t)c->i64[s->row * c->stride] == node;
}

/* The nodes found and not given out yet, at most a batch. */
static void give_found(struct reach *s)
{
	const struct plan_node *n = s->op.node;
	uint32_t want = MIN_OF(s->count - s->given + 1, (uint32_t)BATCH_ROWS), count = 0;
	uint64_t *targets = arena_alloc_raw(s->op.arena, sizeof *targets * (want + 1));
	bool is_bound = n->var_expand.target_is_bound;

	for (; s->given < s->count && count < want; s->given++) {
		if (!is_bound || target_is(s, s->queue[s->given]))
			targets[count++] = s->queue[s->given];
	}
	if (s->is_expanded && !s->source_given && s->cycle <= n->var_expand.max &&
		s->cycle != UINT32_MAX && count < want) {
		s->source_given = true;
		if (!is_bound || target_is(s, s->queue[0]))
			targets[count++] = s->queue[0];
	}
	s->op.batch.count = count;
	op_carry_row(&s->op, s->in, s->row);
	if (!is_bound)
		op_set_ids(&s->op.batch, n->var_expand.target_slot, VALUE_NODE, targets);
	/* A bound target is there at most once. */
	if (is_bound && count > 0)
		s->is_searching = false;
}

static bool has_more(const struct reach *s)
{
	return s->given < s->count || (!s->source_given && s->cycle != UINT32_MAX &&
					      s->cycle <= s->op.node->var_expand.max);
}

static enum sqlstate next_row(struct reach *s, struct error *e)
{
	const struct column *source = &s->in->columns[s->op.node->var_expand.source_slot];

	for (; s->row < s->in->count; s->row++) {
		if (!column_is_null(source, s->row)) {
			return start_search(s, (uint64_t)source->i64[s->row * source->stride], e);
		}
	}
	return OK;
}

static enum step reach_next(struct op *op, struct batch **out, struct error *e)
{
	struct reach *s = (struct reach *)op;

	op_begin(op);
	*out = &op->batch;
	for (;;) {
		if (!s->is_searching) {
			if (s->in == NULL || ++s->row >= s->in->count) {
				enum step step = op_next(op->input, &s->in, e);

				if (step != STEP_ROW)
					return step;
				s->row = 0;
			}
			TRY_STEP(next_row(s, e));
			continue;
		}
		if (!s->is_expanded && s->count - s->given < BATCH_ROWS) {
			TRY_STEP(search_on(s, e));
			continue;
		}
		if (!has_more(s)) {
			s->is_searching = false;
			continue;
		}
		give_found(s);
		if (op->batch.count > 0)
			return STEP_ROW;
	}
}

struct op *op_reach_new(struct exec *x, const struct plan_node *node)
{
	struct reach *s = op_make(x, node, sizeof *s);
	enum ast_path_mode mode = node->var_expand.mode;
	bool is_any = node->var_expand.direction == DIRECTION_ANY;

	s->rule =
		mode == MODE_ACYCLIC ? SOURCE_NEVER
		: is_any && (mode == MODE_TRAIL || mode == MODE_SIMPLE) && node->var_expand.min == 1
			? SOURCE_BY_BRANCHES
			: SOURCE_BY_WALK;
	s->op.next = reach_next;
	s->op.rewind = reach_rewind;
	s->op.close = reach_close;
	walk_init(&s->walk, &s->op, false);
	op_carry_init(
		&s->op, &node->var_expand.target_slot, node->var_expand.target_is_bound ? 0 : 1);
	return &s->op;
}
