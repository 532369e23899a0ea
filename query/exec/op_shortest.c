/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * ANY SHORTEST, ALL SHORTEST, SHORTEST k [GROUPS], ANY k: chooses the search for each input row,
 * and gives out what it found. Of the paths between two nodes those with the least edge-id
 * sequences are chosen, read in the pattern's direction, so that answers are repeatable.
 *
 *     both ends known, k = 1, min <= 1, different nodes    from both ends       shortest_between
 *     source known,    k = 1, min <= 1                     one breadth-first    shortest_from
 *     everything else (also paths from a node to itself)   level by level       shortest_levels
 */
#include "query/exec/op.h"
#include "query/exec/shortest.h"

struct shortest {
	struct op op;
	struct batch *in;
	uint32_t row;
	bool is_searched; /* search has the paths of `row` */
	uint32_t given;
	struct arena *heap;
	struct walk forward, backward;
	struct shortest_search search;
};

static void shortest_close(struct op *op)
{
	struct shortest *s = (struct shortest *)op;

	walk_close(&s->forward);
	walk_close(&s->backward);
	arena_free(s->heap);
	s->heap = NULL;
}

static void shortest_rewind(struct op *op)
{
	struct shortest *s = (struct shortest *)op;

	s->in = NULL;
	s->is_searched = false;
}

enum sqlstate shortest_keep(struct shortest_search *s, uint64_t target, const uint64_t *edges,
	uint32_t count, struct error *e)
{
	uint64_t *copy = NULL;

	if (s->path_count == s->path_capacity) {
		uint32_t old = s->path_capacity, wider = old == 0 ? 16 : old * 2;

		s->paths = arena_grow(
			s->kept, s->paths, sizeof *s->paths * old, sizeof *s->paths * wider);
		s->path_capacity = wider;
	}
	if (s->op->node->var_expand.edges_slot != SLOT_NONE) {
		copy = arena_alloc_raw(s->kept, sizeof *copy * ((size_t)count + 1));
		if (count > 0)
			memcpy(copy, edges, sizeof *copy * count);
	}
	s->paths[s->path_count++] = (struct shortest_path){ target, count, copy };
	return op_heap_check(s->kept, e);
}

/* ---- choosing the search ---- */

/* The target's turn when it is the source itself: only the empty path, or cycles. */
static enum sqlstate search_self(struct shortest_search *s, struct error *e)
{
	struct shortest_search self = *s;
	enum sqlstate rc;

	if (s->min == 0)
		return shortest_keep(s, s->source, NULL, 0, e);
	if (s->mode == MODE_ACYCLIC)
		return OK;
	self.has_target = true;
	self.target = s->source;
	/* Along directed edges a shortest closed walk is a cycle, so every mode finds the same
	   ones, and as walks they are found without trying every path. */
	if (s->op->node->var_expand.direction != DIRECTION_ANY)
		self.mode = MODE_WALK;
	self.heap = self.kept = op_heap_new(s->op); /* given back before the search for the other targets */
	rc = shortest_levels(&self, e);
	for (uint32_t i = 0; rc == OK && i < self.path_count; i++) {
		const struct shortest_path *p = &self.paths[i];

		rc = shortest_keep(s, p->target, p->edges, p->edge_count, e);
	}
	arena_free(self.heap);
	return rc;
}

static enum sqlstate search_simple(struct shortest_search *s, struct error *e)
{
	if (s->has_target && s->target != s->source)
		return shortest_between(s, e);
	TRY(search_self(s, e));
	return s->has_target ? OK : shortest_from(s, e);
}

/* Under a restrictive mode an unreachable target would be looked for among all paths. */
static enum sqlstate search_general(struct shortest_search *s, struct error *e)
{
	if (s->has_target && s->target != s->source && s->mode != MODE_WALK) {
		struct shortest_search probe = *s;

		probe.is_every = false;
		TRY(shortest_between(&probe, e));
		if (probe.path_count == 0)
			return OK;
	}
	return shortest_levels(s, e);
}

static enum sqlstate search_row(struct shortest *s, struct error *e)
{
	const struct plan_node *n = s->op.node;
	const struct column *source = &s->in->columns[n->var_expand.source_slot];
	const struct column *target = &s->in->columns[n->var_expand.target_slot];
	enum ast_selector selector = n->var_expand.selector;
	struct shortest_search *q = &s->search;
	uint32_t at = s->row * source->stride;

	*q = (struct shortest_search){ .op = &s->op,
		.heap = s->heap,
		.kept = s->heap,
		.forward = &s->forward,
		.backward = &s->backward,
		.in = s->in,
		.row = s->row,
		.min = n->var_expand.min,
		.max = n->var_expand.max,
		.mode = n->var_expand.mode,
		.has_target = n->var_expand.target_is_bound,
		.prefers_last = n->var_expand.is_reversed };
	if (column_is_null(source, s->row))
		return OK;
	q->source = (uint64_t)source->i64[at];
	if (q->has_target) {
		if (column_is_null(target, s->row))
			return OK;
		q->target = (uint64_t)target->i64[s->row * target->stride];
	}
	if (q->has_target && n->var_expand.is_reversed) {
		uint64_t swap = q->source;

		q->source = q->target;
		q->target = swap;
	}
	if (q->mode == MODE_DEFAULT)
		q->mode = MODE_WALK;
	q->is_every = selector == SELECT_ALL_SHORTEST || selector == SELECT_SHORTEST_GROUPS;
	q->k = selector == SELECT_ANY_SHORTEST || selector == SELECT_ALL_SHORTEST
		       ? 1
		       : MAX_OF(n->var_expand.count, 1u);
	if (n->var_expand.is_nothing)
		q->max = 0;
	if (q->max < q->min)
		return OK;
	return q->k == 1 && q->min <= 1 ? search_simple(q, e) : search_general(q, e);
}

/* ---- giving out ---- */

static void give_paths(struct shortest *s, uint32_t most)
{
	const struct plan_node *n = s->op.node;
	uint32_t count = MIN_OF(s->search.path_count - s->given, most);
	uint64_t *targets = arena_alloc_raw(s->op.arena, sizeof *targets * (count + 1));
	struct value *lists = arena_alloc_raw(s->op.arena, sizeof *lists * (count + 1));
	bool is_backwards = n->var_expand.is_reversed && !n->var_expand.target_is_bound;

	for (uint32_t i = 0; i < count; i++) {
		const struct shortest_path *p = &s->search.paths[s->given + i];

		targets[i] = p->target;
		if (n->var_expand.edges_slot != SLOT_NONE)
			lists[i] =
				walk_edge_list(s->op.arena, p->edges, p->edge_count, is_backwards);
	}
	s->given += count;
	op_carry_row(&s->op, s->in, s->row);
	if (!n->var_expand.target_is_bound)
		op_set_ids(&s->op.batch, n->var_expand.target_slot, VALUE_NODE, targets);
	if (n->var_expand.edges_slot != SLOT_NONE)
		s->op.batch.columns[n->var_expand.edges_slot] =
			(struct column){ .form = COLUMN_VALUE, .stride = 1, .values = lists };
	s->op.batch.count = count;
}

/* Searches from the next row. */
static enum step next_row(struct shortest *s, struct error *e)
{
	s->row += s->in != NULL;
	if (s->in == NULL || s->row >= s->in->count) {
		enum step step = op_next(s->op.input, &s->in, e);

		if (step != STEP_ROW) {
			s->is_searched = false;
			return step;
		}
		s->row = 0;
	}
	if (s->heap == NULL)
		s->heap = op_heap_new(&s->op);
	else
		arena_reset(s->heap);
	s->given = 0;
	s->is_searched = true;
	return op_step(search_row(s, e), STEP_ROW);
}

static enum step shortest_next(struct op *op, struct batch **out, struct error *e)
{
	struct shortest *s = (struct shortest *)op;
	uint32_t want = op_want(op);

	op_begin(op);
	*out = &op->batch;
	for (;;) {
		if (s->is_searched && s->given < s->search.path_count) {
			give_paths(s, want);
			return STEP_ROW;
		}
		if (s->is_searched && s->search.reader != NULL) {
			s->given = 0;
			TRY_STEP(shortest_read(&s->search, want, e));
		} else {
			enum step step = next_row(s, e);

			if (step != STEP_ROW)
				return step;
		}
	}
}

struct op *op_shortest_new(struct exec *x, const struct plan_node *node)
{
	struct shortest *s = op_make(x, node, sizeof *s);
	bool starts_at_target = node->var_expand.is_reversed && node->var_expand.target_is_bound;
	uint32_t produced[2], count = 0;

	if (node->var_expand.is_nothing || node->var_expand.has_unknown)
		op_note_nothing(x, ELEMENT_EDGE);
	s->op.next = shortest_next;
	s->op.rewind = shortest_rewind;
	s->op.close = shortest_close;
	walk_init(&s->forward, &s->op, starts_at_target);
	walk_init(&s->backward, &s->op, !starts_at_target);
	if (!node->var_expand.target_is_bound)
		produced[count++] = node->var_expand.target_slot;
	produced[count++] = node->var_expand.edges_slot;
	op_carry_init(&s->op, produced, count);
	return &s->op;
}
