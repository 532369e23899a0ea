/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Reading all paths off a broad search. Its threads are futures, with all ways that lead to each: a net
 * in which every way back from an end comes to the start. Paths are as many as ways through it, so they
 * are read when they are asked for, and what is kept is the one in hand.
 *
 * The same path, with the same bound, may go through several threads (an automaton may take it in
 * several ways), and is to be read once. So what is in hand at each length is not a thread but all
 * threads by which the rest of the path can be reached:
 *
 *	frame 4	ends of one target and length	those with one signature are in hand
 *	frame 3	ways to the threads of those	those over one edge with one signature
 *	frame 2	ways to the parents of those	...
 *
 * No choice is in vain, so the next path is as far away as a path is long.
 */
#include <stdlib.h>

#include "query/exec/search_run.h"

enum { THREADS_MAX = 65536 }; /* of the paths of one batch */

static int by_way(const void *a, const void *b)
{
	const struct search_way *x = a, *y = b;

	if (x->edge != y->edge)
		return x->edge < y->edge ? -1 : 1;
	if (x->signature != y->signature)
		return x->signature < y->signature ? -1 : 1;
	if (x->parent != y->parent)
		return x->parent < y->parent ? -1 : 1;
	return x->owner < y->owner ? -1 : x->owner > y->owner;
}

static struct search_frame *frame_begin(struct search_run *s, uint32_t level)
{
	struct search_reading *r = &s->reading;

	if (level >= r->frame_capacity) {
		uint32_t wider = MAX_OF(level + 1, r->frame_capacity * 2);
		struct search_frame *frames = ARENA_ARRAY(s->heap, struct search_frame, wider);

		search_copy(frames, r->frames, sizeof *frames * r->frame_capacity);
		r->frames = frames;
		r->frame_capacity = wider;
	}
	r->frames[level].count = r->frames[level].first = r->frames[level].end = 0;
	return &r->frames[level];
}

static void frame_add(struct search_run *s, struct search_frame *f, struct search_way way)
{
	if (f->count == f->capacity) {
		uint32_t wider = f->capacity == 0 ? 4 : f->capacity * 2;

		f->ways = arena_grow(
			s->heap, f->ways, sizeof *f->ways * f->count, sizeof *f->ways * wider);
		f->capacity = wider;
	}
	way.signature = s->program->steps[way.step].signature;
	f->ways[f->count++] = way;
}

/* The next ways that are alike; false: there are none. */
static bool frame_next(struct search_frame *f)
{
	f->first = f->end;
	while (f->end < f->count && f->ways[f->end].edge == f->ways[f->first].edge &&
		f->ways[f->end].signature == f->ways[f->first].signature)
		f->end++;
	return f->first < f->count;
}

/* The ends of the next target and length. */
static void begin_ends(struct search_run *s)
{
	struct search_reading *r = &s->reading;
	const struct accepted *first = &s->accepted[r->next];
	struct search_frame *f;

	r->top = r->level = first->depth + 1;
	r->row = first->row;
	r->target = first->target;
	f = frame_begin(s, r->top);
	for (; r->next < s->accepted_count; r->next++) {
		const struct accepted *x = &s->accepted[r->next];

		if (x->depth != first->depth || x->target != first->target)
			break;
		frame_add(s, f, (struct search_way){ .parent = x->thread, .step = x->step });
	}
	qsort(f->ways, f->count, sizeof *f->ways, by_way);
}

/* The ways to the threads that the ways in hand come from. */
static void go_down(struct search_run *s)
{
	struct search_reading *r = &s->reading;
	uint32_t depth = --r->level;
	const struct search_level *level = s->threads.levels[depth];
	struct search_frame *f = frame_begin(s, depth), *above = &r->frames[depth + 1];

	for (uint32_t i = above->first; i < above->end; i++) {
		uint32_t owner = above->ways[i].parent;
		const struct search_thread *t = &level->threads[owner];

		if (i > above->first && above->ways[i - 1].parent == owner)
			continue;
		frame_add(s, f, (struct search_way){ t->edge, 0, t->parent, t->step, owner });
		for (uint32_t k = t->others; k != 0; k = level->arrivals[k - 1].following) {
			const struct search_arrival *x = &level->arrivals[k - 1];

			frame_add(s, f,
				(struct search_way){ x->edge, 0, x->parent, x->step, owner });
		}
	}
	qsort(f->ways, f->count, sizeof *f->ways, by_way);
}

/* Goes on to the next path: in each frame the ways it may have taken are in hand. */
static bool next_path(struct search_run *s)
{
	struct search_reading *r = &s->reading;

	for (;;) {
		if (r->top == 0 && r->next == s->accepted_count)
			return false;
		if (r->top == 0)
			begin_ends(s);
		if (!frame_next(&r->frames[r->level])) {
			if (r->level++ == r->top)
				r->top = 0;
		} else if (r->level == 1) {
			return true;
		} else {
			go_down(s);
		}
	}
}

static const struct search_way *way_from(const struct search_frame *f, uint32_t parent)
{
	uint32_t i = f->first;

	while (f->ways[i].parent != parent)
		i++;
	assert(i < f->end);
	return &f->ways[i];
}

static struct search_level *level_of(
	const struct search_run *s, struct search_threads *to, uint32_t depth)
{
	struct arena *a = s->op.arena;

	if (depth >= to->level_capacity) {
		uint32_t wider = MAX_OF(depth + 1, to->level_capacity * 2);
		struct search_level **levels = ARENA_ARRAY(a, struct search_level *, wider);

		search_copy(levels, to->levels, sizeof *levels * to->level_capacity);
		to->levels = levels;
		to->level_capacity = wider;
	}
	if (to->levels[depth] == NULL)
		to->levels[depth] = ARENA_NEW(a, struct search_level);
	return to->levels[depth];
}

/* One way through the frames, as threads. */
static struct accepted put_path(struct search_run *s, struct search_threads *to)
{
	const struct search_reading *r = &s->reading;
	struct accepted out = { .depth = r->top - 1, .row = r->row, .target = r->target };
	const struct search_way *way = NULL;
	uint32_t at = 0, parent = 0; /* among the search's threads; among `to` */

	for (uint32_t depth = 0; depth < r->top; depth++) {
		struct search_level *level = level_of(s, to, depth);
		struct search_thread *made = search_push(to, level, NULL, s->op.arena);

		made->row = r->row;
		made->parent = parent;
		parent = level->count - 1;
		if (depth > 0) {
			way = way_from(&r->frames[depth], at);
			made->edge = way->edge;
			made->step = way->step;
			at = way->owner;
		}
		made->node = s->threads.levels[depth]->threads[at].node;
	}
	out.thread = parent;
	out.step = way_from(&r->frames[r->top], at)->step;
	return out;
}

enum sqlstate search_read(struct search_run *s, struct search_threads *to, struct accepted *out,
	uint32_t most, uint32_t *count, struct error *e)
{
	uint32_t made = 0;

	*to = (struct search_threads){
		.program = s->program, .is_reversed = s->threads.is_reversed
	};
	*count = 0;
	while (*count < most && made < THREADS_MAX && next_path(s)) {
		out[(*count)++] = put_path(s, to);
		made += s->reading.top;
	}
	return s->heap == NULL ? OK : op_heap_check(s->heap, e);
}
