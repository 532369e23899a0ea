/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The broad search of selectors, level by level from one node. Threads in the same state at the same
 * node that agree on all that conditions still to come read have the same future: of these only the
 * first k (or those of the k least lengths) live on. So a search ends though paths could go on for ever.
 *
 *     k paths     Each level is put into the order of its threads' edge ids, and each thread is one path.
 *     all paths   Of one length and future there is one thread, with all ways that lead to it. What is
 *                 found are ends; search_read.c reads the paths off, one batch after the other.
 *
 * Inside a restrictive mode the future also depends on which elements the part under the mode has,
 * but not on their order, nor on what was before. Sets can be many; so a search without modes tells first
 * which targets there are and how far to look (search_horizon.c), and the real one ends when each of them
 * has its paths.
 *
 * Invariants
 *  B1. Where threads are single paths, a thread's sequence orders its level by edge ids in the pattern's
 *      direction; identity tells apart what differs in edges or in what is bound.
 */
#include <stdlib.h>
#include <string.h>

#include "query/exec/search_run.h"

/* ---- broad: order and pruning ---------------------------------------------------------------- */

struct ranked {
	uint64_t major, minor;
	uint32_t identity, thread;
};

static int by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->major != y->major)
		return x->major < y->major ? -1 : 1;
	if (x->minor != y->minor)
		return x->minor < y->minor ? -1 : 1;
	if (x->identity != y->identity)
		return x->identity < y->identity ? -1 : 1;
	return x->thread < y->thread ? -1 : x->thread > y->thread;
}

static void rank_level(struct search_run *s, uint32_t depth, struct ranked *list, bool is_identity)
{
	struct search_level *level = s->threads.levels[depth];
	const struct search_level *below = s->threads.levels[depth - 1];
	uint32_t rank = 0;

	for (uint32_t i = 0; i < level->count; i++) {
		const struct search_thread *t = &level->threads[i];
		const struct search_thread *parent = &below->threads[t->parent];
		uint64_t old = is_identity ? (uint64_t)parent->identity << 32 |
						     s->program->steps[t->step].signature
					   : parent->sequence;
		bool last_first = s->threads.is_reversed;

		list[i] = (struct ranked){ last_first ? t->edge : old, last_first ? old : t->edge,
			is_identity ? 0 : t->identity, i };
	}
	qsort(list, level->count, sizeof *list, by_rank);
	for (uint32_t i = 0; i < level->count; i++) {
		rank += i > 0 &&
			(list[i].major != list[i - 1].major || list[i].minor != list[i - 1].minor);
		if (is_identity)
			level->threads[list[i].thread].identity = rank;
		else
			level->threads[list[i].thread].sequence = rank;
	}
}

static void put_value(struct buf *to, struct value v)
{
	buf_put(to, &v.type, sizeof v.type);
	if (v.type == VALUE_NODE || v.type == VALUE_EDGE)
		buf_put(to, &v.id, sizeof v.id);
	if (v.type == VALUE_PATH) {
		buf_put(to, &v.path->edge_count, sizeof v.path->edge_count);
		buf_put(to, v.path->nodes, sizeof *v.path->nodes * (v.path->edge_count + 1));
		buf_put(to, v.path->edges, sizeof *v.path->edges * v.path->edge_count);
	}
	if (v.type != VALUE_LIST)
		return;
	buf_put(to, &v.count, sizeof v.count);
	for (uint32_t i = 0; i < v.count; i++)
		put_value(to, v.items[i]);
}

void search_describe(struct search_run *s, uint32_t depth, uint32_t thread, struct buf *to)
{
	const struct search_level *level = s->threads.levels[depth];
	const struct search_thread *t = &level->threads[thread];
	uint32_t number = search_state_of(&s->threads, t), groups = s->program->group_count;
	const struct search_state *state = &s->program->states[number];
	struct search_place place = {
		.depth = depth, .thread = thread, .is_arriving = true, .done = state->op_count
	};

	buf_put(to, &number, sizeof number);
	buf_put(to, &t->node, sizeof t->node);
	buf_put(to, &level->counters[thread * groups], sizeof *level->counters * groups);
	for (uint32_t i = 0; i < state->view_count; i++) {
		bool is_open;
		struct value v = search_look(&s->threads, &place,
			&s->program->views[state->views[i]], &is_open, s->scratch);

		if (is_open)
			put_value(to, v);
	}
}

/* Bytes that are the same for threads with the same future. */
static void describe_future(struct search_run *s, uint32_t depth, uint32_t thread, struct buf *to)
{
	const struct search_thread *t = &s->threads.levels[depth]->threads[thread];
	const struct search_state *state =
		&s->program->states[search_state_of(&s->threads, t)];
	struct search_place place = { .depth = depth, .thread = thread };
	uint64_t inside = s->is_relaxed ? 0 : state->still_inside;

	buf_reset(to);
	search_describe(s, depth, thread, to);
	for (; inside != 0; inside &= inside - 1)
		search_put_past(&s->threads, &place, (uint32_t)__builtin_ctzll(inside),
			s->horizon.is_on ? &s->horizon.last : NULL, to, s->scratch);
}

/* Whether the selector has room for one more path of this length. */
static bool tally_add(const struct search_run *s, struct tally *t, uint32_t length)
{
	if (t->paths > 0 && s->is_every && t->lengths == s->k && t->last_length != length)
		return false;
	if (!s->is_every && t->paths == s->k)
		return false;
	t->lengths += t->paths == 0 || t->last_length != length;
	t->last_length = length;
	t->paths++;
	return true;
}

struct future {
	struct tally tally;
	uint32_t depth;	   /* of the last thread that was looked at */
	uint32_t identity; /* its own; where threads are shared, its place in the level */
};

static struct future *future_of(
	struct search_run *s, uint32_t depth, uint32_t thread, struct buf *key)
{
	struct arena_mark mark = arena_save(s->scratch);
	struct future *f;

	describe_future(s, depth, thread, key);
	arena_rewind(s->scratch, mark);
	f = map_str_get(&s->seen, buf_str(key));
	if (f == NULL) {
		f = ARENA_NEW(s->heap, struct future);
		map_str_put(&s->seen, arena_str(s->heap, buf_str(key)), f);
	}
	return f;
}

static bool lives_on(struct search_run *s, uint32_t depth, uint32_t thread, struct buf *key)
{
	const struct search_thread *t = &s->threads.levels[depth]->threads[thread];
	struct future *f = future_of(s, depth, thread, key);

	if (f->depth == depth && f->identity == t->identity)
		return false;
	f->depth = depth;
	f->identity = t->identity;
	return tally_add(s, &f->tally, depth);
}

/* Makes one thread of those of a complete level that have one future. */
static enum sqlstate share_level(struct search_run *s, uint32_t depth, struct error *e)
{
	struct search_level *level = s->threads.levels[depth];
	struct arena *a = search_arena(s, &s->scratch);
	struct buf key = { 0 };
	uint32_t kept = 0;

	for (uint32_t i = 0; i < level->count; i++) {
		struct future *f = future_of(s, depth, i, &key);

		if (f->tally.paths > 0 && f->depth == depth) {
			search_join(level, &level->threads[f->identity], &level->threads[i],
				s->heap);
		} else if (tally_add(s, &f->tally, depth)) {
			search_move(s, level, kept, i);
			f->depth = depth;
			f->identity = kept++;
		} else {
			s->is_cut = true;
		}
	}
	level->count = kept;
	buf_free(&key);
	if (arena_is_spent(a))
		return op_out_of_memory(e);
	return op_heap_check(s->heap, e);
}

/* Orders a complete level and drops what need not be looked at any more. */
static enum sqlstate order_level(struct search_run *s, uint32_t depth, struct error *e)
{
	struct search_level *level = s->threads.levels[depth];
	uint32_t groups = s->program->group_count, kept = 0;
	struct arena *a = search_arena(s, &s->scratch);
	struct ranked *list = arena_alloc_raw(a, sizeof *list * ((size_t)level->count + 1));
	struct search_thread *threads =
		arena_alloc_raw(a, sizeof *threads * ((size_t)level->count + 1));
	uint32_t *counters =
		arena_alloc_raw(a, sizeof *counters * groups * ((size_t)level->count + 1));
	struct buf key = { 0 };

	rank_level(s, depth, list, true);
	rank_level(s, depth, list, false);
	search_copy(threads, level->threads, sizeof *threads * level->count);
	search_copy(counters, level->counters, sizeof *counters * groups * level->count);
	for (uint32_t i = 0; i < level->count; i++) {
		uint32_t from = list[i].thread;

		if (!lives_on(s, depth, from, &key))
			list[i].thread = UINT32_MAX;
	}
	for (uint32_t i = 0; i < level->count; i++) {
		uint32_t from = list[i].thread;

		if (from == UINT32_MAX)
			continue;
		level->threads[kept] = threads[from];
		search_copy(&level->counters[kept * groups], &counters[from * groups],
			sizeof *counters * groups);
		kept++;
	}
	level->count = kept;
	buf_free(&key);
	if (arena_is_spent(a))
		return op_out_of_memory(e);
	return op_heap_check(s->heap, e);
}

/* ---- broad: what is selected ----------------------------------------------------------------- */

static int by_choice(const void *a, const void *b)
{
	const struct accepted *x = a, *y = b;

	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	if (x->sequence != y->sequence)
		return x->sequence < y->sequence ? -1 : 1;
	if (x->identity != y->identity)
		return x->identity < y->identity ? -1 : 1;
	return x->step < y->step ? -1 : x->step > y->step;
}

static struct tally *tally_of(struct search_run *s, uint64_t target)
{
	uint64_t *at = map_u64_find_or_put(&s->tallies, target, s->tally_count);

	if (*at == s->tally_count) {
		if (s->tally_count == s->tally_capacity) {
			uint32_t old = s->tally_capacity, wider = old == 0 ? 16 : old * 2;

			s->tally_list = arena_grow(s->heap, s->tally_list,
				sizeof *s->tally_list * old, sizeof *s->tally_list * wider);
			s->tally_capacity = wider;
		}
		s->tally_list[s->tally_count++] = (struct tally){ 0 };
	}
	return &s->tally_list[*at];
}

static bool is_same_path(
	const struct search_run *s, const struct accepted *a, const struct accepted *b)
{
	const struct search_step *steps = s->program->steps;

	return a->target == b->target && a->identity == b->identity &&
	       steps[a->step].signature == steps[b->step].signature;
}

/* Of the paths accepted since `first`, all of one length, keeps what the selector takes. */
static void select_paths(struct search_run *s, uint32_t first, uint32_t depth)
{
	uint32_t kept = first;

	if (s->accepted_count == first)
		return;
	qsort(s->accepted + first, s->accepted_count - first, sizeof *s->accepted, by_choice);
	for (uint32_t i = first; i < s->accepted_count; i++) {
		const struct accepted *x = &s->accepted[i];

		if (!s->is_every && i > first && is_same_path(s, x - 1, x))
			continue;
		if (s->horizon.is_on && depth > search_horizon_length(s, x->target))
			continue;
		if (tally_add(s, tally_of(s, x->target), depth))
			s->accepted[kept++] = *x;
		else
			s->is_cut = true;
	}
	s->accepted_count = kept;
}

bool search_is_satisfied(const struct search_run *s)
{
	uint32_t full = 0;

	if (s->wanted == 0 || s->tally_count < s->wanted)
		return false;
	for (uint32_t i = 0; i < s->tally_count; i++) {
		const struct tally *t = &s->tally_list[i];

		full += s->is_every ? t->lengths >= s->k : t->paths >= s->k;
	}
	return full >= s->wanted;
}

/* Searches from the row's source, level by level. */
static enum sqlstate search_broadly(struct search_run *s, uint64_t source, struct error *e)
{
	struct search_thread *start;
	uint32_t depth = 0;

	search_forget(s);
	s->is_cut = false;
	if (s->heap == NULL)
		s->heap = op_heap_new(&s->op);
	else
		arena_reset(s->heap);
	search_level_clear(s, 0);
	start = search_push(&s->threads, s->threads.levels[0], NULL, s->heap);
	start->node = source;
	start->row = s->row;
	TRY(search_arrive(s, 0, 0, 0, e));
	for (; s->threads.levels[depth]->count > 0; depth++) {
		uint32_t first = s->accepted_count;
		bool is_done = false;

		search_level_clear(s, depth + 1);
		s->reaches[depth].step = s->reaches[depth].thread = 0;
		while (!is_done)
			TRY(search_advance(s, depth, &is_done, e));
		select_paths(s, first, depth);
		if (search_is_satisfied(s)) {
			s->is_cut = true;
			return OK;
		}
		if (s->horizon.is_on)
			search_horizon_keep(s, depth + 1);
		TRY(s->is_every ? share_level(s, depth + 1, e) : order_level(s, depth + 1, e));
	}
	return OK;
}

static bool has_mode(const struct search_run *s)
{
	for (uint32_t i = 0; i < s->program->group_count; i++) {
		if (s->program->groups[i].mode > MODE_WALK)
			return true;
	}
	return false;
}

/* The search that ignores modes: which targets there are, and all ways of so many lengths to them. */
static enum sqlstate search_relaxed(
	struct search_run *s, uint64_t source, uint32_t lengths, struct error *e)
{
	uint32_t k = s->k;
	bool is_every = s->is_every;
	enum sqlstate rc;

	s->k = lengths;
	s->is_relaxed = s->is_every = true;
	rc = search_broadly(s, source, e);
	s->k = k;
	s->is_relaxed = false;
	s->is_every = is_every;
	return rc;
}

/* Among the paths that there would be without modes. That is all there is to look at if none was cut
   off; else *is_done says whether each target has all that it is to have. */
static enum sqlstate search_within(
	struct search_run *s, uint64_t source, uint32_t lengths, bool *is_done, struct error *e)
{
	enum sqlstate rc;
	bool is_all;

	s->wanted = s->op.node->search.target_is_bound ? 1 : 0;
	TRY(search_relaxed(s, source, lengths, e));
	is_all = !s->is_cut;
	s->wanted = s->tally_count;
	*is_done = s->wanted == 0;
	if (*is_done)
		return OK;
	rc = search_horizon_make(s, e);
	if (rc == OK)
		rc = search_broadly(s, source, e);
	*is_done = rc != OK || is_all || search_is_satisfied(s);
	search_horizon_free(s);
	return rc;
}

/* Under modes: first within a horizon, for several paths within wider ones, and at last without. */
static enum sqlstate search_under_modes(struct search_run *s, uint64_t source, struct error *e)
{
	enum { LENGTHS_MAX = 8 }; /* beyond so many a horizon is no help */
	uint32_t most = MIN_OF(s->k, (uint32_t)LENGTHS_MAX);
	bool is_done = false;

	for (uint32_t lengths = s->is_every ? most : 1; lengths <= most && !is_done; lengths *= 2)
		TRY(search_within(s, source, lengths, &is_done, e));
	return is_done ? OK : search_broadly(s, source, e);
}

enum sqlstate search_row(struct search_run *s, struct error *e)
{
	const struct plan_node *n = s->op.node;
	const struct column *source = &s->in->columns[n->search.source_slot];
	uint64_t id;

	s->accepted_count = s->given = 0;
	s->reading.next = s->reading.top = 0;
	if (column_is_null(source, s->row))
		return OK;
	id = (uint64_t)source->i64[s->row * source->stride];
	s->wanted = n->search.target_is_bound ? 1 : 0;
	if (has_mode(s) && n->search.selector != SELECT_EVERY)
		return search_under_modes(s, id, e);
	return search_broadly(s, id, e);
}
