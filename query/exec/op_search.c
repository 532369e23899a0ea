/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * PLAN_SEARCH: paths that an automaton describes (query/plan/search.h), from the node of each row.
 * One machine for every quantifier, group, mode and selector: threads go from state to state, a
 * level for each length.
 *
 *     without a selector   deep: a level holds what one call for hops gave; when it has no more it
 *                          is dropped and the one below goes on. Memory is depth times a batch.
 *     with a selector      broad, one row at a time: a level holds all threads of its length, in
 *                          the order of their edge ids. Threads in the same state at the same node
 *                          that agree on all that conditions still to come read have the same
 *                          future: of these only the first k (or the k least lengths) live on. So
 *                          a search ends though paths could go on for ever.
 *
 * Inside a restrictive mode the future depends on the whole past, and nothing is pruned; there a
 * search without modes tells first which targets there are, and the real one ends when each of them
 * has its paths.
 *
 * Invariants
 *  S1. accepted[] are threads that have run a step to the end; they refer to levels that exist.
 *  S2. In a broad search a thread's sequence orders its level by edge ids in the pattern's
 *      direction; identity tells apart what differs in edges or in what is bound.
 */
#include <stdlib.h>
#include <string.h>

#include "query/exec/op.h"
#include "query/exec/search_thread.h"
#include "query/exec/walk.h"

/* The hops of one state out of one level. */
struct search_walk {
	struct cursor *cursor;
	uint64_t *sources;
	uint32_t *from; /* threads */
	uint32_t *counters;
};

/* How far a level has been expanded. */
struct search_reach {
	uint32_t step, thread; /* the next to look at */
	bool is_walking;
	struct search_walk *walks; /* by state */
};

struct accepted {
	uint32_t depth, thread, step, row;
	uint64_t target;
	uint32_t sequence, identity;
};

/* What a selector has given one target. */
struct tally {
	uint32_t paths, lengths, last_length;
};

struct search_run {
	struct op op;
	const struct search *program;
	struct batch *in;
	uint32_t row; /* broad: the one being searched */
	struct search_threads threads;
	struct search_reach *reaches; /* by level */
	uint32_t reach_capacity;
	uint32_t top;
	bool is_running, is_broad;
	struct arena *heap; /* of a broad search of one row */
	struct arena *scratch;	   /* of one condition, or of ordering one level */
	struct arena *place_arena; /* of the batch of places in hand */
	struct accepted *accepted;
	uint32_t accepted_count, accepted_capacity, given;
	uint32_t k;
	bool is_every;		/* k counts lengths */
	bool is_relaxed;	/* this is the search that ignores modes */
	struct map_u64 tallies; /* by target: index into tally_list, plus 1 */
	struct tally *tally_list;
	uint32_t tally_count, tally_capacity, wanted;
	struct map_str seen; /* futures: what lives on of each */
	struct batch filter;
	uint32_t *carry; /* input slots that conditions may read */
	uint32_t carry_count;
	/* one call's hops */
	uint32_t *hop_source;
	uint64_t *hop_node, *hop_edge;
};

/* ---- life ------------------------------------------------------------------------------------ */

static void search_forget(struct search_run *s)
{
	for (uint32_t d = 0; d < s->reach_capacity; d++) {
		for (uint32_t i = 0; i < s->program->state_count; i++) {
			struct search_walk *w = &s->reaches[d].walks[i];

			if (s->reaches[d].walks != NULL && w->cursor != NULL)
				storage_cursor_close(w->cursor);
			if (s->reaches[d].walks == NULL)
				break;
			w->cursor = NULL;
		}
	}
	s->reach_capacity = s->threads.level_capacity = 0;
	s->reaches = NULL;
	s->threads.levels = NULL;
	map_u64_clear(&s->tallies);
	map_str_clear(&s->seen);
	s->tally_list = NULL;
	s->accepted = NULL;
	s->tally_count = s->tally_capacity = s->accepted_count = s->accepted_capacity = 0;
	s->given = 0;
}

static void search_close(struct op *op)
{
	struct search_run *s = (struct search_run *)op;

	search_forget(s);
	map_u64_free(&s->tallies);
	map_str_free(&s->seen);
	arena_free(s->heap);
	arena_free(s->scratch);
	arena_free(s->place_arena);
	s->heap = s->scratch = s->place_arena = NULL;
}

static void search_rewind(struct op *op)
{
	struct search_run *s = (struct search_run *)op;

	s->is_running = false;
	s->in = NULL;
	s->given = s->accepted_count = 0;
}

static struct search_level *level_at(struct search_run *s, uint32_t depth)
{
	struct search_threads *t = &s->threads;

	if (depth >= t->level_capacity) {
		uint32_t old = t->level_capacity, wider = old == 0 ? 8 : old * 2;

		t->levels = arena_grow(
			s->heap, t->levels, sizeof *t->levels * old, sizeof *t->levels * wider);
		s->reaches = arena_grow(s->heap, s->reaches, sizeof *s->reaches * old,
			sizeof *s->reaches * wider);
		memset(&t->levels[old], 0, sizeof *t->levels * (wider - old));
		memset(&s->reaches[old], 0, sizeof *s->reaches * (wider - old));
		t->level_capacity = s->reach_capacity = wider;
	}
	if (t->levels[depth] == NULL) {
		t->levels[depth] = ARENA_NEW(s->heap, struct search_level);
		s->reaches[depth].walks =
			ARENA_ARRAY(s->heap, struct search_walk, s->program->state_count);
	}
	return t->levels[depth];
}

static void level_clear(struct search_run *s, uint32_t depth)
{
	struct search_level *level = level_at(s, depth);

	level->count = 0;
	s->reaches[depth].step = s->reaches[depth].thread = 0;
	s->reaches[depth].is_walking = false;
}

static struct arena *fresh_arena(struct search_run *s, struct arena **a)
{
	if (*a == NULL)
		*a = arena_new(s->op.x->work_bytes);
	else
		arena_reset(*a);
	return *a;
}

/* ---- conditions ------------------------------------------------------------------------------ */

/* A batch of places that operations are being run at. */
struct places {
	struct search_place *at;
	uint32_t *index; /* of those still there: which of the caller's they are */
	uint32_t *counters;
	uint32_t count;
};

static uint32_t row_of(const struct search_run *s, const struct search_place *place)
{
	return s->threads.levels[place->depth]->threads[place->thread].row;
}

static void fill_filter(struct search_run *s, const struct search_check *check,
	const struct places *p, struct arena *a)
{
	uint32_t *rows = arena_alloc_raw(a, sizeof *rows * p->count);

	for (uint32_t i = 0; i < p->count; i++)
		rows[i] = row_of(s, &p->at[i]);
	for (uint32_t i = 0; i < s->carry_count; i++)
		column_gather(a, &s->in->columns[s->carry[i]], rows, p->count,
			&s->filter.columns[s->carry[i]]);
	for (uint32_t i = 0; i < check->view_count; i++) {
		const struct search_view *view = &s->program->views[check->views[i]];
		struct column made;

		if (op_is_live(s->op.node->input, view->slot))
			continue;
		made = column_make(a, op_slot_type(&s->op, view->slot), p->count);
		for (uint32_t row = 0; row < p->count; row++)
			column_put(&made, a, p->count, row,
				search_look(&s->threads, &p->at[row], view, NULL, a));
		s->filter.columns[view->slot] = made;
	}
	s->filter.count = p->count;
}

static void keep(struct places *p, uint32_t to, uint32_t from, uint32_t groups)
{
	if (to == from)
		return;
	p->at[to] = p->at[from];
	p->index[to] = p->index[from];
	memcpy(&p->counters[to * groups], &p->counters[from * groups],
		sizeof *p->counters * groups);
}

/* Runs the subplan over rows [first, first + count) of the filter; marks those that come out. */
static enum sqlstate run_check(struct search_run *s, uint32_t number, uint32_t first,
	uint32_t count, bool *passes, struct error *e)
{
	const struct search_check *check = &s->program->checks[number];
	struct op *sub = s->op.branches[number];
	struct batch *rows;
	enum step step;

	op_subplan_start(sub, check->row_slot, &s->filter, first, count);
	while ((step = op_next(sub, &rows, e)) == STEP_ROW) {
		const struct column *c = &rows->columns[check->row_slot];

		for (uint32_t i = 0; i < rows->count; i++)
			passes[check->is_per_row ? first : (uint32_t)c->i64[i * c->stride]] = true;
	}
	return step == STEP_FAILED ? e->code : OK;
}

static enum sqlstate check_places(
	struct search_run *s, uint32_t number, struct places *p, struct error *e)
{
	const struct search_check *check = &s->program->checks[number];
	struct arena *a = fresh_arena(s, &s->scratch);
	bool *passes = ARENA_ARRAY(a, bool, p->count);
	uint32_t kept = 0;

	fill_filter(s, check, p, a);
	for (uint32_t i = 0; check->is_per_row && i < p->count; i++)
		TRY(run_check(s, number, i, 1, passes, e));
	if (!check->is_per_row)
		TRY(run_check(s, number, 0, p->count, passes, e));
	for (uint32_t i = 0; i < p->count; i++) {
		if (passes[i])
			keep(p, kept++, i, s->program->group_count);
	}
	p->count = kept;
	return arena_is_spent(a) ? op_out_of_memory(e) : OK;
}

/* ---- operations ------------------------------------------------------------------------------ */

static bool count_iteration(
	const struct search_run *s, const struct search_op *op, uint32_t *counters)
{
	const struct search_group *group = &s->program->groups[op->number];
	uint32_t *count = &counters[op->number];

	if (!group->is_counted)
		return true;
	if (op->kind == SEARCH_EXIT) {
		bool is_enough = *count >= group->min;

		*count = 0;
		return is_enough;
	}
	if (group->max != AST_UNBOUNDED && *count >= group->max)
		return false;
	/* Above the lower bound all counts are one, where there is no upper. */
	if (group->max != AST_UNBOUNDED || *count < group->min)
		++*count;
	return true;
}

/* Whether the node at the place may be the variable's. */
static bool may_bind(struct search_run *s, uint32_t variable, const struct search_place *place)
{
	const struct search_variable *v = &s->program->variables[variable];
	struct search_view view = { .variable = variable, .group = v->group };
	const struct search_thread *thread =
		&s->threads.levels[place->depth]->threads[place->thread];
	struct value bound;

	if (v->known_slot != SLOT_NONE) {
		const struct column *c = &s->in->columns[v->known_slot];

		if (column_is_null(c, thread->row) ||
			(uint64_t)c->i64[thread->row * c->stride] != thread->node)
			return false;
	}
	if (!v->is_repeated)
		return true;
	bound = search_look(&s->threads, place, &view, NULL, s->heap);
	return bound.type == VALUE_NULL || bound.id == thread->node;
}

static bool run_op(struct search_run *s, const struct search_op *op,
	const struct search_place *place, uint32_t *counters)
{
	if (op->kind == SEARCH_ENTER || op->kind == SEARCH_EXIT)
		return count_iteration(s, op, counters);
	if (op->kind == SEARCH_BIND)
		return may_bind(s, op->number, place);
	return true;
}

static enum sqlstate run_ops(struct search_run *s, const struct search_op *ops, uint32_t count,
	struct places *p, struct error *e)
{
	uint32_t groups = s->program->group_count;

	for (uint32_t k = 0; k < count && p->count > 0; k++) {
		uint32_t kept = 0;

		for (uint32_t i = 0; i < p->count; i++)
			p->at[i].done = k;
		if (ops[k].kind == SEARCH_CHECK) {
			TRY(check_places(s, ops[k].number, p, e));
			continue;
		}
		for (uint32_t i = 0; i < p->count; i++) {
			if (run_op(s, &ops[k], &p->at[i], &p->counters[i * groups]))
				keep(p, kept++, i, groups);
		}
		p->count = kept;
	}
	return OK;
}

/* ---- one level ------------------------------------------------------------------------------- */

static void places_init(struct search_run *s, struct places *p, uint32_t room)
{
	struct arena *a = fresh_arena(s, &s->place_arena);

	p->at = arena_alloc_raw(a, sizeof *p->at * room);
	p->index = arena_alloc_raw(a, sizeof *p->index * room);
	p->counters =
		arena_alloc_raw(a, sizeof *p->counters * room * s->program->group_count);
	p->count = 0;
}

/* The next threads of the level that are in the step's state, up to a batch. */
static void gather_places(
	struct search_run *s, uint32_t depth, const struct search_step *step, struct places *p)
{
	const struct search_level *level = s->threads.levels[depth];
	struct search_reach *reach = &s->reaches[depth];
	uint32_t groups = s->program->group_count;

	p->count = 0;
	for (; reach->thread < level->count && p->count < BATCH_ROWS; reach->thread++) {
		uint32_t i = reach->thread;

		if (search_state_of(&s->threads, &level->threads[i]) != step->from)
			continue;
		p->at[p->count] = (struct search_place){
			.depth = depth, .thread = i, .ops = step->ops, .done = 0
		};
		p->index[p->count] = i;
		memcpy(&p->counters[p->count * groups], &level->counters[i * groups],
			sizeof *p->counters * groups);
		p->count++;
	}
}

static enum sqlstate accept(
	struct search_run *s, uint32_t depth, uint32_t step, const struct places *p, struct error *e)
{
	for (uint32_t i = 0; i < p->count; i++) {
		const struct search_thread *t = &s->threads.levels[depth]->threads[p->index[i]];

		if (s->accepted_count == s->accepted_capacity) {
			uint32_t old = s->accepted_capacity, wider = old == 0 ? 64 : old * 2;

			s->accepted = arena_grow(s->heap, s->accepted, sizeof *s->accepted * old,
				sizeof *s->accepted * wider);
			s->accepted_capacity = wider;
		}
		s->accepted[s->accepted_count++] = (struct accepted){ .depth = depth,
			.thread = p->index[i],
			.step = step,
			.row = t->row,
			.target = t->node,
			.sequence = t->sequence,
			.identity = t->identity };
	}
	return op_heap_check(s->heap, e);
}

static enum sqlstate start_walk(struct search_run *s, uint32_t depth, uint32_t number,
	const struct places *p, struct error *e)
{
	const struct search_state *state = &s->program->states[number];
	struct search_walk *w = &s->reaches[depth].walks[number];
	uint32_t groups = s->program->group_count;

	if (w->sources == NULL) {
		w->sources = arena_alloc_raw(s->heap, sizeof *w->sources * BATCH_ROWS);
		w->from = arena_alloc_raw(s->heap, sizeof *w->from * BATCH_ROWS);
		w->counters =
			arena_alloc_raw(s->heap, sizeof *w->counters * BATCH_ROWS * groups);
	}
	for (uint32_t i = 0; i < p->count; i++) {
		w->from[i] = p->index[i];
		w->sources[i] = s->threads.levels[depth]->threads[p->index[i]].node;
	}
	memcpy(w->counters, p->counters, sizeof *w->counters * p->count * groups);
	s->reaches[depth].is_walking = true;
	if (w->cursor != NULL)
		return storage_expand_again(w->cursor, w->sources, p->count, e);
	return storage_expand(s->op.x->options.txn, w->sources, p->count, state->direction,
		state->labels, state->label_count, s->heap, &w->cursor, e);
}

/* New threads from `first` on run the operations of their arrival; those that fail are dropped. */
static enum sqlstate arrive(struct search_run *s, uint32_t depth, uint32_t first, uint32_t state,
	struct error *e)
{
	struct search_level *level = s->threads.levels[depth];
	const struct search_state *st = &s->program->states[state];
	uint32_t groups = s->program->group_count, count = level->count - first;
	struct places p;

	places_init(s, &p, count + 1);
	for (uint32_t i = 0; i < count; i++) {
		p.at[i] = (struct search_place){
			.depth = depth, .thread = first + i, .is_arriving = true
		};
		p.index[i] = first + i;
	}
	p.count = count;
	memcpy(p.counters, &level->counters[first * groups], sizeof *p.counters * count * groups);
	TRY(run_ops(s, st->ops, st->op_count, &p, e));
	for (uint32_t i = 0; i < p.count; i++) {
		level->threads[first + i] = level->threads[p.index[i]];
		memcpy(&level->counters[(first + i) * groups], &p.counters[i * groups],
			sizeof *p.counters * groups);
	}
	level->count = first + p.count;
	return OK;
}

/* One call for hops; what the modes allow is appended to the next level. */
static enum sqlstate take_hops(struct search_run *s, uint32_t depth, struct error *e)
{
	struct search_level *next = level_at(s, depth + 1); /* may move the reaches */
	struct search_reach *reach = &s->reaches[depth];
	const struct search_step *step = &s->program->steps[reach->step];
	struct search_walk *w = &reach->walks[step->to];
	uint32_t first = next->count, groups = s->program->group_count;
	struct hops hops = { .capacity = BATCH_ROWS,
		.source_index = s->hop_source,
		.neighbour = s->hop_node,
		.edge = s->hop_edge };

	TRY(eval_poll(&s->op.x->eval, e));
	TRY(storage_expand_next(w->cursor, &hops, e));
	if (hops.count == 0) {
		reach->is_walking = false;
		return OK;
	}
	if (depth >= s->op.x->path_max)
		return walk_too_long(&s->op, e);
	for (uint32_t i = 0; i < hops.count; i++) {
		uint32_t from = w->from[s->hop_source[i]];
		struct search_place place = { .depth = depth,
			.thread = from,
			.ops = step->ops,
			.done = step->op_count };
		struct search_thread *made;

		if (!s->is_relaxed && !search_may_hop(&s->threads, &place, reach->step,
					      s->hop_edge[i], s->hop_node[i]))
			continue;
		made = search_push(&s->threads, next, &w->counters[s->hop_source[i] * groups],
			s->heap);
		made->node = s->hop_node[i];
		made->edge = s->hop_edge[i];
		made->parent = from;
		made->row = s->threads.levels[depth]->threads[from].row;
		made->step = reach->step;
	}
	TRY(arrive(s, depth + 1, first, step->to, e));
	return op_heap_check(s->heap, e);
}

/*
 * Goes on with a level: takes one call's hops into the next level, or accepts one batch of paths.
 * *is_done when there is nothing more.
 */
static enum sqlstate advance(struct search_run *s, uint32_t depth, bool *is_done, struct error *e)
{
	struct search_reach *reach = &s->reaches[depth];
	const struct search_step *step;
	struct places p;

	*is_done = false;
	if (reach->is_walking)
		return take_hops(s, depth, e);
	if (reach->step == s->program->step_count) {
		*is_done = true;
		return OK;
	}
	if (reach->thread >= s->threads.levels[depth]->count) {
		reach->thread = 0;
		reach->step++;
		return OK;
	}
	places_init(s, &p, BATCH_ROWS);
	step = &s->program->steps[reach->step];
	gather_places(s, depth, step, &p);
	TRY(run_ops(s, step->ops, step->op_count, &p, e));
	if (p.count > 0 && step->to == SEARCH_END)
		TRY(accept(s, depth, reach->step, &p, e));
	else if (p.count > 0 && !s->program->states[step->to].is_nothing)
		TRY(start_walk(s, depth, step->to, &p, e));
	return OK;
}

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
		rank += i > 0 && (list[i].major != list[i - 1].major ||
					 list[i].minor != list[i - 1].minor);
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

/* Bytes that are the same for threads with the same future. */
static void describe_future(struct search_run *s, uint32_t depth, uint32_t thread, struct buf *to)
{
	const struct search_level *level = s->threads.levels[depth];
	const struct search_thread *t = &level->threads[thread];
	uint32_t number = search_state_of(&s->threads, t), groups = s->program->group_count;
	const struct search_state *state = &s->program->states[number];
	struct search_place place = {
		.depth = depth, .thread = thread, .is_arriving = true, .done = state->op_count
	};

	buf_reset(to);
	buf_put(to, &number, sizeof number);
	buf_put(to, &t->node, sizeof t->node);
	buf_put(to, &level->counters[thread * groups], sizeof *level->counters * groups);
	/* Inside a mode everything matters. */
	if (!s->is_relaxed && state->still_inside != 0) {
		buf_put(to, &depth, sizeof depth);
		buf_put(to, &t->identity, sizeof t->identity);
		return;
	}
	for (uint32_t i = 0; i < state->view_count; i++) {
		bool is_open;
		struct value v = search_look(&s->threads, &place,
			&s->program->views[state->views[i]], &is_open, s->scratch);

		if (is_open)
			put_value(to, v);
	}
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
	uint32_t depth, identity; /* the last thread that was looked at */
};

static bool lives_on(struct search_run *s, uint32_t depth, uint32_t thread, struct buf *key)
{
	const struct search_thread *t = &s->threads.levels[depth]->threads[thread];
	struct future *f;

	describe_future(s, depth, thread, key);
	f = map_str_get(&s->seen, (struct str){ (const char *)key->data, (uint32_t)key->length });
	if (f == NULL) {
		f = ARENA_NEW(s->heap, struct future);
		map_str_put(&s->seen,
			arena_str(s->heap, (struct str){ (const char *)key->data, (uint32_t)key->length }), f);
	} else if (f->depth == depth && f->identity == t->identity) {
		return false;
	}
	f->depth = depth;
	f->identity = t->identity;
	return tally_add(s, &f->tally, depth);
}

/* Orders a complete level and drops what need not be looked at any more. */
static enum sqlstate prune_level(struct search_run *s, uint32_t depth, struct error *e)
{
	struct search_level *level = s->threads.levels[depth];
	uint32_t groups = s->program->group_count, kept = 0;
	struct arena *a = fresh_arena(s, &s->scratch);
	struct ranked *list = arena_alloc_raw(a, sizeof *list * ((size_t)level->count + 1));
	struct search_thread *threads =
		arena_alloc_raw(a, sizeof *threads * ((size_t)level->count + 1));
	uint32_t *counters =
		arena_alloc_raw(a, sizeof *counters * groups * ((size_t)level->count + 1));
	struct buf key = { 0 };

	rank_level(s, depth, list, true);
	rank_level(s, depth, list, false);
	memcpy(threads, level->threads, sizeof *threads * level->count);
	memcpy(counters, level->counters, sizeof *counters * groups * level->count);
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
		memcpy(&level->counters[kept * groups], &counters[from * groups],
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

/* Of the paths accepted since `first`, all of one length, keeps what the selector takes. */
static void select_paths(struct search_run *s, uint32_t first, uint32_t depth)
{
	uint32_t kept = first;

	if (s->accepted_count == first)
		return;
	qsort(s->accepted + first, s->accepted_count - first, sizeof *s->accepted, by_choice);
	for (uint32_t i = first; i < s->accepted_count; i++) {
		const struct accepted *x = &s->accepted[i], *before = x - 1;

		if (i > first && before->target == x->target && before->identity == x->identity &&
			s->program->steps[before->step].signature ==
				s->program->steps[x->step].signature)
			continue;
		if (tally_add(s, tally_of(s, x->target), depth))
			s->accepted[kept++] = *x;
	}
	s->accepted_count = kept;
}

/* Whether every target there is has all its paths: nothing longer is taken. */
static bool is_satisfied(const struct search_run *s)
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
	if (s->heap == NULL)
		s->heap = op_heap_new(&s->op);
	else
		arena_reset(s->heap);
	level_clear(s, 0);
	start = search_push(&s->threads, s->threads.levels[0], NULL, s->heap);
	start->node = source;
	start->row = s->row;
	TRY(arrive(s, 0, 0, 0, e));
	for (; s->threads.levels[depth]->count > 0; depth++) {
		uint32_t first = s->accepted_count;
		bool is_done = false;

		level_clear(s, depth + 1);
		s->reaches[depth].step = s->reaches[depth].thread = 0;
		while (!is_done)
			TRY(advance(s, depth, &is_done, e));
		select_paths(s, first, depth);
		if (is_satisfied(s))
			return OK;
		TRY(prune_level(s, depth + 1, e));
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

static enum sqlstate search_row(struct search_run *s, struct error *e)
{
	const struct plan_node *n = s->op.node;
	const struct column *source = &s->in->columns[n->search.source_slot];
	uint64_t id;

	s->accepted_count = s->given = 0;
	if (column_is_null(source, s->row))
		return OK;
	id = (uint64_t)source->i64[s->row * source->stride];
	s->wanted = n->search.target_is_bound ? 1 : 0;
	if (has_mode(s) && n->search.selector != SELECT_EVERY) {
		uint32_t k = s->k;
		bool is_every = s->is_every;
		enum sqlstate rc;

		s->k = 1;
		s->is_relaxed = true;
		s->is_every = false;
		rc = search_broadly(s, id, e);
		s->k = k;
		s->is_relaxed = false;
		s->is_every = is_every;
		if (rc != OK)
			return rc;
		s->wanted = s->tally_count;
		s->accepted_count = 0;
		if (s->wanted == 0)
			return OK;
	}
	return search_broadly(s, id, e);
}

/* ---- giving out ------------------------------------------------------------------------------ */

static void give_view(
	struct search_run *s, const struct search_view *view, const struct accepted *x, uint32_t count)
{
	struct column made;

	if (view->slot == SLOT_NONE)
		return;
	made = column_make(s->op.arena, op_slot_type(&s->op, view->slot), count);
	for (uint32_t i = 0; i < count; i++) {
		const struct search_step *step = &s->program->steps[x[i].step];
		struct search_place place = { .depth = x[i].depth,
			.thread = x[i].thread,
			.ops = step->ops,
			.done = step->op_count };

		column_put(&made, s->op.arena, count, i,
			search_look(&s->threads, &place, view, NULL, s->op.arena));
	}
	s->op.batch.columns[view->slot] = made;
}

/* The next accepted paths as rows. */
static void give_accepted(struct search_run *s)
{
	const struct plan_node *n = s->op.node;
	uint32_t count = MIN_OF(s->accepted_count - s->given, (uint32_t)BATCH_ROWS);
	const struct accepted *x = s->accepted + s->given;
	uint32_t *rows = arena_alloc_raw(s->op.arena, sizeof *rows * count);
	uint64_t *targets = arena_alloc_raw(s->op.arena, sizeof *targets * count);
	struct value *lists;

	for (uint32_t i = 0; i < count; i++) {
		rows[i] = x[i].row;
		targets[i] = x[i].target;
	}
	s->op.batch.count = count;
	s->given += count;
	op_carry(&s->op, s->in, rows, count);
	if (!n->search.target_is_bound)
		op_set_ids(&s->op.batch, n->search.target_slot, VALUE_NODE, targets);
	for (uint32_t i = 0; i < s->program->out_count; i++)
		give_view(s, &s->program->views[s->program->outs[i]], x, count);
	if (n->search.edges_slot == SLOT_NONE)
		return;
	lists = arena_alloc_raw(s->op.arena, sizeof *lists * count);
	for (uint32_t i = 0; i < count; i++)
		lists[i] = search_edges(&s->threads, x[i].depth, x[i].thread, s->op.arena);
	s->op.batch.columns[n->search.edges_slot] =
		(struct column){ .form = COLUMN_VALUE, .stride = 1, .values = lists };
}

/* ---- deep ------------------------------------------------------------------------------------ */

static enum sqlstate start_deep(struct search_run *s, struct error *e)
{
	const struct column *source = &s->in->columns[s->op.node->search.source_slot];

	if (s->heap == NULL)
		s->heap = op_heap_new(&s->op);
	level_clear(s, 0);
	for (uint32_t row = 0; row < s->in->count; row++) {
		struct search_thread *t;

		if (column_is_null(source, row))
			continue;
		t = search_push(&s->threads, s->threads.levels[0], NULL, s->heap);
		t->node = (uint64_t)source->i64[row * source->stride];
		t->row = row;
	}
	TRY(arrive(s, 0, 0, 0, e));
	s->top = 0;
	s->is_running = s->threads.levels[0]->count > 0;
	return OK;
}

/* One step deeper, or back. */
static enum sqlstate go_deep(struct search_run *s, struct error *e)
{
	uint32_t depth = s->top;
	bool was_walking = s->reaches[depth].is_walking, is_done;

	if (was_walking)
		level_clear(s, depth + 1);
	TRY(advance(s, depth, &is_done, e));
	if (is_done) {
		s->is_running = s->top > 0;
		s->top -= s->top > 0;
	} else if (was_walking && s->threads.levels[depth + 1]->count > 0) {
		s->top++;
	}
	return OK;
}

static enum step deep_next(struct op *op, struct batch **out, struct error *e)
{
	struct search_run *s = (struct search_run *)op;

	op_begin(op);
	*out = &op->batch;
	for (;;) {
		if (s->given < s->accepted_count) {
			give_accepted(s);
			return STEP_ROW;
		}
		s->given = s->accepted_count = 0;
		if (s->is_running) {
			TRY_STEP(go_deep(s, e));
			continue;
		}
		enum step step = op_next(op->input, &s->in, e);

		if (step != STEP_ROW)
			return step;
		TRY_STEP(start_deep(s, e));
	}
}

static enum step broad_next(struct op *op, struct batch **out, struct error *e)
{
	struct search_run *s = (struct search_run *)op;

	op_begin(op);
	*out = &op->batch;
	for (;;) {
		if (s->given < s->accepted_count) {
			give_accepted(s);
			return STEP_ROW;
		}
		if (s->in == NULL || ++s->row >= s->in->count) {
			enum step step = op_next(op->input, &s->in, e);

			if (step != STEP_ROW)
				return step;
			s->row = 0;
		}
		TRY_STEP(search_row(s, e));
	}
}

/* ---- making ---------------------------------------------------------------------------------- */

struct op *op_search_new(struct exec *x, const struct plan_node *node)
{
	struct search_run *s = op_make(x, node, sizeof *s);
	const struct search *program = node->search.program;
	enum ast_selector selector = node->search.selector;
	uint32_t *produced = arena_alloc_raw(x->arena, sizeof *produced * (program->out_count + 2));
	uint32_t count = 0;

	if (program->has_unknown)
		op_note_nothing(x, ELEMENT_EDGE);
	s->program = s->threads.program = program;
	s->threads.is_reversed = node->search.is_reversed;
	s->is_broad = selector != SELECT_EVERY || program->is_distinct;
	s->is_every = selector == SELECT_EVERY || selector == SELECT_ALL_SHORTEST ||
		      selector == SELECT_SHORTEST_GROUPS;
	s->k = selector == SELECT_EVERY ? UINT32_MAX : MAX_OF(node->search.count, 1u);
	if (selector == SELECT_ANY_SHORTEST || selector == SELECT_ALL_SHORTEST)
		s->k = 1;
	s->op.next = s->is_broad ? broad_next : deep_next;
	s->op.rewind = search_rewind;
	s->op.close = search_close;
	if (!node->search.target_is_bound)
		produced[count++] = node->search.target_slot;
	if (node->search.edges_slot != SLOT_NONE)
		produced[count++] = node->search.edges_slot;
	for (uint32_t i = 0; i < program->out_count; i++)
		produced[count++] = program->views[program->outs[i]].slot;
	op_carry_init(&s->op, produced, count);
	s->filter.columns = ARENA_ARRAY(x->arena, struct column, x->plan->slot_count + 1);
	s->carry = (uint32_t *)node->input->live;
	s->carry_count = node->input->live_count;
	s->hop_source = arena_alloc_raw(x->arena, sizeof *s->hop_source * BATCH_ROWS);
	s->hop_node = arena_alloc_raw(x->arena, sizeof *s->hop_node * BATCH_ROWS);
	s->hop_edge = arena_alloc_raw(x->arena, sizeof *s->hop_edge * BATCH_ROWS);
	return &s->op;
}
