/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * PLAN_SEARCH: paths that an automaton describes (query/tree/search.h), from the node of each row.
 * One machine for every quantifier, group, mode and selector: threads go from state to state, a
 * level for each length.
 *
 *     without a selector   deep: a level holds what one call for hops gave; when it has no more it
 *                          is dropped and the one below goes on. Memory is depth times a batch.
 *     with a selector      broad, one row at a time: a level holds all threads of its length; see
 *                          search_select.c. Where all paths are asked for they are read off the
 *                          levels batch by batch (search_read.c).
 *
 * Invariants
 *  S1. accepted[] are threads that have run a step to the end; they refer to levels that exist.
 */
#include <string.h>

#include "query/exec/op.h"
#include "query/exec/search_run.h"
#include "query/exec/walk.h"

/* ---- life ------------------------------------------------------------------------------------ */

void search_forget(struct search_run *s)
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
	s->reading = (struct search_reading){ 0 };
}

static void search_close(struct op *op)
{
	struct search_run *s = (struct search_run *)op;

	search_forget(s);
	search_horizon_free(s);
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
	s->reading.next = s->reading.top = 0;
}

static struct search_level *level_at(struct search_run *s, uint32_t depth)
{
	struct search_threads *t = &s->threads;

	if (depth >= t->level_capacity) {
		uint32_t old = t->level_capacity, wider = old == 0 ? 8 : old * 2;

		t->levels = arena_grow(
			s->heap, t->levels, sizeof *t->levels * old, sizeof *t->levels * wider);
		s->reaches = arena_grow(
			s->heap, s->reaches, sizeof *s->reaches * old, sizeof *s->reaches * wider);
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

void search_level_clear(struct search_run *s, uint32_t depth)
{
	struct search_level *level = level_at(s, depth);

	level->count = level->arrival_count = 0;
	s->reaches[depth].step = s->reaches[depth].thread = 0;
	s->reaches[depth].is_walking = false;
}

void search_move(const struct search_run *s, struct search_level *level, uint32_t to, uint32_t from)
{
	uint32_t groups = s->program->group_count;

	if (to == from)
		return;
	level->threads[to] = level->threads[from];
	search_copy(&level->counters[to * groups], &level->counters[from * groups],
		sizeof *level->counters * groups);
}

struct arena *search_arena(struct search_run *s, struct arena **a)
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
	search_copy(&p->counters[to * groups], &p->counters[from * groups],
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
	struct arena *a = search_arena(s, &s->scratch);
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
	struct arena *a = search_arena(s, &s->place_arena);

	p->at = arena_alloc_raw(a, sizeof *p->at * room);
	p->index = arena_alloc_raw(a, sizeof *p->index * room);
	p->counters = arena_alloc_raw(a, sizeof *p->counters * room * s->program->group_count);
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
		search_copy(&p->counters[p->count * groups], &level->counters[i * groups],
			sizeof *p->counters * groups);
		p->count++;
	}
}

static enum sqlstate accept(struct search_run *s, uint32_t depth, uint32_t step,
	const struct places *p, struct error *e)
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

/* ---- steps over rows ---- */

static void push_rows(struct search_run *s, const struct search_hop *hop, struct search_walk *w,
	const struct batch *from, uint32_t first)
{
	const struct column *rows = &from->columns[hop->row_slot];
	const struct column *edges = &from->columns[hop->edge_slot];
	const struct column *targets = &from->columns[hop->target_slot];

	for (uint32_t i = 0; i < from->count; i++) {
		if (w->row_count == w->row_capacity) {
			uint32_t old = w->row_capacity, wider = old == 0 ? 64 : old * 2;

			w->rows = arena_grow(s->heap, w->rows, sizeof *w->rows * old,
				sizeof *w->rows * wider);
			w->row_capacity = wider;
		}
		w->rows[w->row_count++] = (struct search_row){
			.source = hop->is_per_row ? first : (uint32_t)rows->i64[i * rows->stride],
			.edge = (uint64_t)edges->i64[i * edges->stride] | SEARCH_ROW,
			.node = (uint64_t)targets->i64[i * targets->stride]
		};
	}
}

static enum sqlstate run_hop(struct search_run *s, uint32_t number, struct search_walk *w,
	uint32_t first, uint32_t count, struct error *e)
{
	const struct search_hop *hop = &s->program->hops[number];
	struct op *sub = s->op.branches[s->program->check_count + number];
	struct batch *rows;
	enum step step;

	op_subplan_start(sub, hop->row_slot, &s->hop_input, first, count);
	while ((step = op_next(sub, &rows, e)) == STEP_ROW) {
		push_rows(s, hop, w, rows, first);
		TRY(op_heap_check(s->heap, e));
	}
	return step == STEP_FAILED ? e->code : OK;
}

/* All rows that lead on from the walk's sources. They are kept, since the subplan may run for another
   level before they are given out. */
static enum sqlstate find_rows(struct search_run *s, uint32_t number, struct search_walk *w,
	uint32_t count, struct error *e)
{
	const struct search_hop *hop = &s->program->hops[number];

	w->row_count = w->row_given = 0;
	op_set_ids(&s->hop_input, hop->source_slot, VALUE_NODE, w->sources);
	s->hop_input.count = count;
	for (uint32_t i = 0; hop->is_per_row && i < count; i++)
		TRY(run_hop(s, number, w, i, 1, e));
	return hop->is_per_row ? OK : run_hop(s, number, w, 0, count, e);
}

/* The next steps of the walk, along edges or over rows. */
static enum sqlstate next_hops(
	struct search_run *s, struct search_walk *w, struct hops *hops, struct error *e)
{
	if (w->cursor != NULL)
		return storage_expand_next(w->cursor, hops, e);
	for (hops->count = 0; hops->count < hops->capacity && w->row_given < w->row_count;
		hops->count++) {
		const struct search_row *row = &w->rows[w->row_given++];

		s->hop_source[hops->count] = row->source;
		s->hop_edge[hops->count] = row->edge;
		s->hop_node[hops->count] = row->node;
	}
	return OK;
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
		w->counters = arena_alloc_raw(s->heap, sizeof *w->counters * BATCH_ROWS * groups);
	}
	for (uint32_t i = 0; i < p->count; i++) {
		w->from[i] = p->index[i];
		w->sources[i] = s->threads.levels[depth]->threads[p->index[i]].node;
	}
	search_copy(w->counters, p->counters, sizeof *w->counters * p->count * groups);
	s->reaches[depth].is_walking = true;
	if (state->hop != SEARCH_NONE)
		return find_rows(s, state->hop, w, p->count, e);
	if (w->cursor != NULL)
		return storage_expand_again(w->cursor, w->sources, p->count, e);
	return storage_expand(s->op.x->options.txn, w->sources, p->count,
		&(struct edge_filter){ state->direction, state->label_count, state->labels },
		s->heap, &w->cursor, e);
}

enum sqlstate search_arrive(
	struct search_run *s, uint32_t depth, uint32_t first, uint32_t state, struct error *e)
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
	search_copy(
		p.counters, &level->counters[first * groups], sizeof *p.counters * count * groups);
	TRY(run_ops(s, st->ops, st->op_count, &p, e));
	for (uint32_t i = 0; i < p.count; i++) {
		level->threads[first + i] = level->threads[p.index[i]];
		search_copy(&level->counters[(first + i) * groups], &p.counters[i * groups],
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
	TRY(next_hops(s, w, &hops, e));
	if (hops.count == 0) {
		reach->is_walking = false;
		return OK;
	}
	if (depth >= s->op.x->path_max)
		return walk_too_long(&s->op, e);
	for (uint32_t i = 0; i < hops.count; i++) {
		uint32_t from = w->from[s->hop_source[i]];
		struct search_place place = {
			.depth = depth, .thread = from, .ops = step->ops, .done = step->op_count
		};
		struct search_thread *made;

		if (s->is_relaxed ? !search_may_hop_anyhow(&s->threads, &place, s->hop_node[i])
				  : !search_may_hop(&s->threads, &place, reach->step,
					    s->hop_edge[i], s->hop_node[i]))
			continue;
		made = search_push(
			&s->threads, next, &w->counters[s->hop_source[i] * groups], s->heap);
		made->node = s->hop_node[i];
		made->edge = s->hop_edge[i];
		made->parent = from;
		made->row = s->threads.levels[depth]->threads[from].row;
		made->step = reach->step;
	}
	TRY(search_arrive(s, depth + 1, first, step->to, e));
	return op_heap_check(s->heap, e);
}

enum sqlstate search_advance(struct search_run *s, uint32_t depth, bool *is_done, struct error *e)
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

/* ---- giving out ------------------------------------------------------------------------------ */

/* Paths to be given out: ends of threads. */
struct giving {
	const struct search_threads *threads;
	const struct accepted *paths;
	uint32_t count;
};

static void give_view(
	struct search_run *s, const struct search_view *view, const struct giving *g)
{
	struct column made;

	if (view->slot == SLOT_NONE)
		return;
	made = column_make(s->op.arena, op_slot_type(&s->op, view->slot), g->count);
	for (uint32_t i = 0; i < g->count; i++) {
		const struct accepted *x = &g->paths[i];
		const struct search_step *step = &s->program->steps[x->step];
		struct search_place place = { .depth = x->depth,
			.thread = x->thread,
			.ops = step->ops,
			.done = step->op_count };

		column_put(&made, s->op.arena, g->count, i,
			search_look(g->threads, &place, view, NULL, s->op.arena));
	}
	s->op.batch.columns[view->slot] = made;
}

static void give_edges(struct search_run *s, const struct giving *g)
{
	struct value *lists = arena_alloc_raw(s->op.arena, sizeof *lists * g->count);

	for (uint32_t i = 0; i < g->count; i++)
		lists[i] = search_edges(
			g->threads, g->paths[i].depth, g->paths[i].thread, s->op.arena);
	s->op.batch.columns[s->op.node->search.edges_slot] =
		(struct column){ .form = COLUMN_VALUE, .stride = 1, .values = lists };
}

/* The paths as rows. */
static void give_paths(struct search_run *s, const struct giving *g)
{
	const struct plan_node *n = s->op.node;
	uint32_t *rows = arena_alloc_raw(s->op.arena, sizeof *rows * g->count);
	uint64_t *targets = arena_alloc_raw(s->op.arena, sizeof *targets * g->count);

	for (uint32_t i = 0; i < g->count; i++) {
		rows[i] = g->paths[i].row;
		targets[i] = g->paths[i].target;
	}
	s->op.batch.count = g->count;
	op_carry(&s->op, s->in, rows, g->count);
	if (!n->search.target_is_bound)
		op_set_ids(&s->op.batch, n->search.target_slot, VALUE_NODE, targets);
	for (uint32_t i = 0; i < s->program->out_count; i++)
		give_view(s, &s->program->views[s->program->outs[i]], g);
	if (n->search.edges_slot != SLOT_NONE)
		give_edges(s, g);
}

/* Gives out the next paths of what has been accepted; *is_given is false when there are no more. */
static enum sqlstate give_accepted(struct search_run *s, bool *is_given, struct error *e)
{
	struct giving g = { .threads = &s->threads, .paths = s->accepted + s->given };
	struct search_threads read;

	if (s->is_broad && s->is_every) {
		uint32_t most = s->accepted_count == 0 ? 0 : op_want(&s->op);
		struct accepted *paths = arena_alloc_raw(s->op.arena, sizeof *paths * (most + 1));

		TRY(search_read(s, &read, paths, most, &g.count, e));
		g.threads = &read;
		g.paths = paths;
	} else {
		g.count = MIN_OF(s->accepted_count - s->given, (uint32_t)BATCH_ROWS);
		s->given += g.count;
	}
	*is_given = g.count > 0;
	if (*is_given)
		give_paths(s, &g);
	return OK;
}

/* ---- deep ------------------------------------------------------------------------------------ */

static enum sqlstate start_deep(struct search_run *s, struct error *e)
{
	const struct column *source = &s->in->columns[s->op.node->search.source_slot];

	if (s->heap == NULL)
		s->heap = op_heap_new(&s->op);
	search_level_clear(s, 0);
	for (uint32_t row = 0; row < s->in->count; row++) {
		struct search_thread *t;

		if (column_is_null(source, row))
			continue;
		t = search_push(&s->threads, s->threads.levels[0], NULL, s->heap);
		t->node = (uint64_t)source->i64[row * source->stride];
		t->row = row;
	}
	TRY(search_arrive(s, 0, 0, 0, e));
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
		search_level_clear(s, depth + 1);
	TRY(search_advance(s, depth, &is_done, e));
	if (is_done) {
		s->is_running = s->top > 0;
		s->top -= s->top > 0;
	} else if (was_walking && s->threads.levels[depth + 1]->count > 0) {
		s->top++;
	}
	return OK;
}

static enum step deep_advance(struct search_run *s, struct error *e)
{
	s->given = s->accepted_count = 0;
	if (!s->is_running) {
		enum step step = op_next(s->op.input, &s->in, e);

		return step == STEP_ROW ? op_step(start_deep(s, e), STEP_ROW) : step;
	}
	return op_step(go_deep(s, e), STEP_ROW);
}

static enum step broad_advance(struct search_run *s, struct error *e)
{
	if (s->in == NULL || ++s->row >= s->in->count) {
		enum step step = op_next(s->op.input, &s->in, e);

		if (step != STEP_ROW)
			return step;
		s->row = 0;
	}
	return op_step(search_row(s, e), STEP_ROW);
}

static enum step search_next(struct op *op, struct batch **out, struct error *e)
{
	struct search_run *s = (struct search_run *)op;

	op_begin(op);
	*out = &op->batch;
	for (;;) {
		enum step step;
		bool is_given;

		TRY_STEP(give_accepted(s, &is_given, e));
		if (is_given)
			return STEP_ROW;
		step = s->is_broad ? broad_advance(s, e) : deep_advance(s, e);
		if (step != STEP_ROW)
			return step;
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
	s->op.next = search_next;
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
	s->hop_input.columns = ARENA_ARRAY(x->arena, struct column, x->plan->slot_count + 1);
	s->carry = (uint32_t *)node->input->live;
	s->carry_count = node->input->live_count;
	s->hop_source = arena_alloc_raw(x->arena, sizeof *s->hop_source * BATCH_ROWS);
	s->hop_node = arena_alloc_raw(x->arena, sizeof *s->hop_node * BATCH_ROWS);
	s->hop_edge = arena_alloc_raw(x->arena, sizeof *s->hop_edge * BATCH_ROWS);
	return &s->op;
}
