/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Paths of min … max hops from the node of each row: every one that the mode allows. The search
 * goes deep by frontiers: a level holds up to BATCH_ROWS partial paths of one length, each a node,
 * the edge that led there, and its parent in the level below.
 *
 *     level 0   a few input rows' sources
 *     level 1   what one call for hops of level 0 gave
 *     level 2   what one call for hops of level 1 gave …       <- top: given out, then expanded
 *
 * When a level has no more hops it is dropped and the one below goes on where it stopped. So memory
 * is the depth times a batch, whatever the number of paths, and the search stops anywhere between
 * two batches.
 *
 * With only_reachable and min <= 1 another operator does the work (op_reach.c); with a larger min
 * the paths are enumerated here and each target is given out once per source.
 *
 * Invariants
 *  V1. Levels 0 … top are consistent: parents do not change while levels above exist.
 *  V2. A path that came back to its first node under SIMPLE is closed: given out, not extended.
 */
#include <string.h>

#include "query/exec/op.h"
#include "query/exec/reach.h"
#include "query/exec/walk.h"

struct level {
	uint32_t count, capacity;
	uint32_t *parent; /* in the level below */
	uint32_t *row;	  /* of the input batch */
	uint64_t *node, *edge;
	bool *is_closed;
	uint32_t given; /* entries given out so far */
	bool is_expanding;
	struct walk walk;
};

struct var_expand {
	struct op op;
	struct batch *in;
	struct level **levels;
	uint32_t level_capacity;
	uint32_t top;
	bool is_running;
	struct map_u64 seen; /* only_reachable: targets given out, by row */
};

static void var_close(struct op *op)
{
	struct var_expand *s = (struct var_expand *)op;

	for (uint32_t d = 0; d < s->level_capacity; d++) {
		if (s->levels[d] != NULL)
			walk_close(&s->levels[d]->walk);
	}
	map_u64_free(&s->seen);
}

static void var_rewind(struct op *op)
{
	struct var_expand *s = (struct var_expand *)op;

	s->is_running = false;
	map_u64_clear(&s->seen);
}

/* ---- levels ---- */

static struct level *level_at(struct var_expand *s, uint32_t depth)
{
	struct arena *a = s->op.x->arena;

	if (depth >= s->level_capacity) {
		uint32_t wider = s->level_capacity == 0 ? 8 : s->level_capacity * 2;
		struct level **levels = ARENA_ARRAY(a, struct level *, wider);

		if (s->level_capacity > 0)
			memcpy(levels, s->levels, sizeof *levels * s->level_capacity);
		s->levels = levels;
		s->level_capacity = wider;
	}
	if (s->levels[depth] == NULL) {
		s->levels[depth] = ARENA_NEW(a, struct level);
		walk_init(&s->levels[depth]->walk, &s->op, false);
	}
	return s->levels[depth];
}

/* An empty level with room for `count` entries. */
static struct level *level_clear(struct var_expand *s, uint32_t depth, uint32_t count)
{
	struct level *l = level_at(s, depth);
	struct arena *a = s->op.x->arena;

	if (l->capacity < count) {
		l->capacity = MAX_OF(count, MIN_OF(l->capacity * 4, (uint32_t)BATCH_ROWS));
		l->parent = arena_alloc_raw(a, sizeof *l->parent * l->capacity);
		l->row = arena_alloc_raw(a, sizeof *l->row * l->capacity);
		l->node = arena_alloc_raw(a, sizeof *l->node * l->capacity);
		l->edge = arena_alloc_raw(a, sizeof *l->edge * l->capacity);
		l->is_closed = arena_alloc_raw(a, sizeof *l->is_closed * l->capacity);
	}
	l->count = l->given = 0;
	l->is_expanding = false;
	return l;
}

/* ---- modes ---- */

static bool has_edge(const struct var_expand *s, uint32_t depth, uint32_t entry, uint64_t edge)
{
	for (; depth > 0; depth--) {
		if (s->levels[depth]->edge[entry] == edge)
			return true;
		entry = s->levels[depth]->parent[entry];
	}
	return false;
}

/* Whether the path ending in `entry` has the node; *is_first tells that only its first node is it.
   */
static bool has_node(
	const struct var_expand *s, uint32_t depth, uint32_t entry, uint64_t node, bool *is_first)
{
	*is_first = false;
	for (; depth > 0; depth--) {
		if (s->levels[depth]->node[entry] == node)
			return true;
		entry = s->levels[depth]->parent[entry];
	}
	*is_first = s->levels[0]->node[entry] == node;
	return *is_first;
}

/* Whether the mode lets the path ending in `entry` go on over a hop. */
static bool may_extend(const struct var_expand *s, uint32_t depth, uint32_t entry, uint64_t node,
	uint64_t edge, bool *closes)
{
	bool is_first;

	*closes = false;
	switch (s->op.node->var_expand.mode) {
	case MODE_TRAIL:
		return !has_edge(s, depth, entry, edge);
	case MODE_ACYCLIC:
		return !has_node(s, depth, entry, node, &is_first);
	case MODE_SIMPLE:
		if (s->levels[depth]->is_closed[entry])
			return false;
		if (!has_node(s, depth, entry, node, &is_first))
			return true;
		*closes = is_first && !has_edge(s, depth, entry, edge);
		return *closes;
	default:
		return true;
	}
}

/* ---- going deeper ---- */

/* The next hops of the top level become a new top; without any the top is dropped. */
static enum sqlstate advance(struct var_expand *s, struct error *e)
{
	uint32_t depth = s->top;
	struct level *l = s->levels[depth], *deeper;
	struct walk *w = &l->walk;
	bool is_done, closes;

	if (!l->is_expanding)
		TRY(walk_start(w, l->node, l->count, e));
	l->is_expanding = true;
	TRY(walk_next(w, s->in, l->row, 0, &is_done, e));
	if (is_done) {
		s->is_running = s->top > 0;
		s->top -= s->top > 0;
		return OK;
	}
	if (depth >= s->op.x->path_max)
		return walk_too_long(&s->op, e);
	deeper = level_clear(s, depth + 1, w->count);
	for (uint32_t i = 0; i < w->count; i++) {
		uint32_t parent = w->source_index[i], at = deeper->count;

		if (!may_extend(s, depth, parent, w->neighbour[i], w->edge[i], &closes))
			continue;
		deeper->parent[at] = parent;
		deeper->row[at] = l->row[parent];
		deeper->node[at] = w->neighbour[i];
		deeper->edge[at] = w->edge[i];
		deeper->is_closed[at] = closes;
		deeper->count++;
	}
	if (deeper->count > 0)
		s->top++;
	return arena_is_spent(s->op.x->arena) ? op_out_of_memory(e) : OK;
}

static enum sqlstate start_rows(struct var_expand *s)
{
	const struct column *source = &s->in->columns[s->op.node->var_expand.source_slot];
	struct level *l = level_clear(s, 0, s->in->count);

	for (uint32_t row = 0; row < s->in->count; row++) {
		uint32_t at = l->count;

		if (column_is_null(source, row))
			continue;
		l->row[at] = row;
		l->node[at] = (uint64_t)source->i64[row * source->stride];
		l->is_closed[at] = false;
		l->count++;
	}
	s->top = 0;
	s->is_running = l->count > 0;
	map_u64_clear(&s->seen);
	return OK;
}

/* ---- giving out ---- */

static bool is_wanted(struct var_expand *s, const struct level *l, uint32_t entry)
{
	enum { ROW_SHIFT = 48 };
	const struct plan_node *n = s->op.node;
	uint32_t row = l->row[entry];

	if (n->var_expand.target_is_bound) {
		const struct column *c = &s->in->columns[n->var_expand.target_slot];

		if (column_is_null(c, row) || (uint64_t)c->i64[row * c->stride] != l->node[entry])
			return false;
	}
	return !n->var_expand.only_reachable ||
	       !map_u64_put(&s->seen, (uint64_t)row << ROW_SHIFT | l->node[entry], 1);
}

static struct value entry_edges(struct var_expand *s, uint32_t entry)
{
	uint64_t *edges = arena_alloc_raw(s->op.arena, sizeof *edges * (s->top + 1));

	for (uint32_t d = s->top; d > 0; d--) {
		edges[d - 1] = s->levels[d]->edge[entry];
		entry = s->levels[d]->parent[entry];
	}
	return walk_edge_list(s->op.arena, edges, s->top, s->op.node->var_expand.is_reversed);
}

/* Gives out what is left of the top level. */
static void give_level(struct var_expand *s)
{
	const struct plan_node *n = s->op.node;
	struct level *l = s->levels[s->top];
	struct op *op = &s->op;
	uint32_t *rows = arena_alloc_raw(op->arena, sizeof *rows * l->count);
	uint64_t *targets = arena_alloc_raw(op->arena, sizeof *targets * l->count);
	struct value *lists = NULL;
	uint32_t count = 0;

	if (n->var_expand.edges_slot != SLOT_NONE)
		lists = arena_alloc_raw(op->arena, sizeof *lists * l->count);
	for (; l->given < l->count; l->given++) {
		if (!is_wanted(s, l, l->given))
			continue;
		rows[count] = l->row[l->given];
		targets[count] = l->node[l->given];
		if (lists != NULL)
			lists[count] = entry_edges(s, l->given);
		count++;
	}
	op->batch.count = count;
	if (count == 0)
		return;
	op_carry(op, s->in, rows, count);
	if (!n->var_expand.target_is_bound)
		op_set_ids(&op->batch, n->var_expand.target_slot, VALUE_NODE, targets);
	if (lists != NULL)
		op->batch.columns[n->var_expand.edges_slot] =
			(struct column){ .form = COLUMN_VALUE, .stride = 1, .values = lists };
}

static enum step var_next(struct op *op, struct batch **out, struct error *e)
{
	struct var_expand *s = (struct var_expand *)op;
	uint32_t min = op->node->var_expand.min, max = op->node->var_expand.max;

	op_begin(op);
	*out = &op->batch;
	for (;;) {
		struct level *l;

		if (!s->is_running) {
			enum step step = op_next(op->input, &s->in, e);

			if (step != STEP_ROW)
				return step;
			TRY_STEP(start_rows(s));
			continue;
		}
		l = s->levels[s->top];
		if (l->given < l->count && s->top >= min) {
			give_level(s);
			if (op->batch.count > 0)
				return STEP_ROW;
		} else if (s->top < max) {
			TRY_STEP(advance(s, e));
		} else {
			s->is_running = s->top > 0;
			s->top -= s->top > 0;
		}
	}
}

static enum step nothing_next(struct op *op, struct batch **out, struct error *e)
{
	return STEP_DONE;
}

struct op *op_var_expand_new(struct exec *x, const struct plan_node *node)
{
	struct var_expand *s;
	uint32_t produced[2], count = 0;
	bool is_nothing = node->var_expand.is_nothing && node->var_expand.min > 0;

	if (node->var_expand.is_nothing || node->var_expand.has_unknown)
		op_note_nothing(x, ELEMENT_EDGE);
	if (node->var_expand.only_reachable && !is_nothing && reach_can_do(node))
		return op_reach_new(x, node);
	if (!node->var_expand.target_is_bound)
		produced[count++] = node->var_expand.target_slot;
	produced[count++] = node->var_expand.edges_slot;
	s = op_make(x, node, sizeof *s);
	s->op.next = is_nothing ? nothing_next : var_next;
	s->op.rewind = var_rewind;
	s->op.close = var_close;
	op_carry_init(&s->op, produced, count);
	return &s->op;
}
