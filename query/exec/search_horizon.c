/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * How far a search under path modes has to look. What a mode forbids depends on which elements a path
 * has, and of sets of elements there may be as many as paths: in a grid, each shortest way to the far
 * corner has edges that no other has. But an element of the past counts only while a path can still
 * come to it again.
 *
 * So a search without modes comes first and finds, for each target, all ways of the least lengths. What
 * leads to a target in it, at each length, is the horizon; the greatest length at which it has an
 * element is when that is forgotten. The search under modes then keeps within the horizon. If that gives
 * each target the paths it is to have, they are the answer, for no shorter ones are beyond it; and if
 * it does not, all is searched (search_select.c).
 *
 * In a grid every edge has one length at which shortest paths come to it: nothing is remembered, and the
 * search is as large as the grid.
 *
 * A place within the horizon may lead on to another target than it is there for, at a length of which
 * that target's other paths are beyond it: such an end does not count.
 */
#include <string.h>

#include "query/exec/search_run.h"

static struct str place_key(struct search_run *s, uint32_t depth, uint32_t thread, struct buf *to)
{
	struct arena_mark mark = arena_save(s->scratch);

	buf_reset(to);
	buf_put(to, &depth, sizeof depth);
	search_describe(s, depth, thread, to);
	arena_rewind(s->scratch, mark);
	return buf_str(to);
}

static void note_last(struct map_u64 *last, uint64_t id, uint32_t depth)
{
	uint64_t *at = map_u64_find_or_put(last, id, depth);

	*at = MAX_OF(*at, (uint64_t)depth);
}

/* A thread that leads to a target: so do those that it comes from. */
static void look_back(
	struct search_run *s, uint32_t depth, const struct search_thread *t, bool *below)
{
	const struct search_level *level = s->threads.levels[depth];
	struct search_last *last = &s->horizon.last;

	note_last(&last->nodes, t->node, depth);
	if (depth == 0)
		return;
	note_last(&last->edges, t->edge, depth);
	below[t->parent] = true;
	for (uint32_t i = t->others; i != 0; i = level->arrivals[i - 1].following) {
		note_last(&last->edges, level->arrivals[i - 1].edge, depth);
		below[level->arrivals[i - 1].parent] = true;
	}
}

static void look_back_from_level(
	struct search_run *s, uint32_t depth, const bool *leads, bool *below, struct buf *key)
{
	const struct search_level *level = s->threads.levels[depth];
	struct search_horizon *h = &s->horizon;

	for (uint32_t i = 0; i < level->count; i++) {
		if (!leads[i])
			continue;
		look_back(s, depth, &level->threads[i], below);
		map_str_put(&h->places, arena_str(h->arena, place_key(s, depth, i, key)), h);
	}
}

enum sqlstate search_horizon_make(struct search_run *s, struct error *e)
{
	struct search_horizon *h = &s->horizon;
	uint32_t at = s->accepted_count, deepest = s->accepted[at - 1].depth;
	struct buf key = { 0 };
	bool *leads, *below = NULL;

	h->arena = op_heap_new(&s->op);
	h->is_on = true;
	search_arena(s, &s->scratch);
	for (uint32_t i = 0; i < at; i++) /* by length */
		map_u64_put(&h->lengths, s->accepted[i].target, s->accepted[i].depth);
	leads = ARENA_ARRAY(s->heap, bool, s->threads.levels[deepest]->count + 1);
	for (uint32_t depth = deepest + 1; depth-- > 0; leads = below) {
		if (depth > 0)
			below = ARENA_ARRAY(s->heap, bool, s->threads.levels[depth - 1]->count + 1);
		for (; at > 0 && s->accepted[at - 1].depth == depth; at--)
			leads[s->accepted[at - 1].thread] = true;
		look_back_from_level(s, depth, leads, below, &key);
	}
	buf_free(&key);
	TRY(op_heap_check(s->heap, e));
	return op_heap_check(h->arena, e);
}

void search_horizon_free(struct search_run *s)
{
	struct search_horizon *h = &s->horizon;

	map_str_free(&h->places);
	map_u64_free(&h->last.nodes);
	map_u64_free(&h->last.edges);
	map_u64_free(&h->lengths);
	arena_free(h->arena);
	*h = (struct search_horizon){ 0 };
}

uint32_t search_horizon_length(const struct search_run *s, uint64_t target)
{
	const uint64_t *at = map_u64_find(&s->horizon.lengths, target);

	assert(at != NULL);
	return (uint32_t)*at;
}

void search_horizon_keep(struct search_run *s, uint32_t depth)
{
	struct search_level *level = s->threads.levels[depth];
	uint32_t kept = 0;
	struct buf key = { 0 };

	search_arena(s, &s->scratch);
	for (uint32_t i = 0; i < level->count; i++) {
		if (map_str_get(&s->horizon.places, place_key(s, depth, i, &key)) != NULL)
			search_move(s, level, kept++, i);
	}
	level->count = kept;
	buf_free(&key);
}
