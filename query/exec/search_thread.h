/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Threads of a path search: partial paths, each the last node and edge and its parent one edge
 * shorter, in levels by length. What a thread has bound is not stored but read backwards from the
 * steps that led to it. Used by op_search.c alone.
 *
 * Where all paths are asked for, a thread stands for every partial path of its length that has the
 * same future: the other ways by which these came are arrivals beside its own. So threads are as many
 * as futures, however many paths go through them; search_read.c reads the paths off.
 *
 * Invariants
 *  T1. A thread's parent is in the level below; its step leads from the parent's state to its own.
 *      So do the parents and steps of its other arrivals.
 *  T2. Parents do not change while levels above them exist.
 */
#ifndef QUERY_EXEC_SEARCH_THREAD_H
#define QUERY_EXEC_SEARCH_THREAD_H

#include <string.h>

#include "base/map.h"
#include "query/exec/op.h"
#include "query/tree/search.h"

struct search_thread {
	uint64_t node, edge;
	uint32_t parent;
	uint32_t row;  /* of the input batch */
	uint32_t step; /* SEARCH_NONE in level 0 */
	uint32_t sequence,
		identity; /* ranks among its level: by edge ids, and with what is bound */
	uint32_t others;  /* the first of its other arrivals, + 1; 0: none */
};

/* Another way to what a thread has come to. */
struct search_arrival {
	uint64_t edge;
	uint32_t parent, step;
	uint32_t following; /* + 1; 0: the last */
};

struct search_level {
	uint32_t count, capacity;
	struct search_thread *threads;
	uint32_t *counters; /* of the groups, thread by thread */
	uint32_t arrival_count, arrival_capacity;
	struct search_arrival *arrivals;
};

struct search_threads {
	const struct search *program;
	bool is_reversed;
	struct search_level **levels;
	uint32_t level_capacity;
};

/* A thread, and perhaps a step it is about to take, of which the first `done` operations are. */
struct search_place {
	uint32_t depth, thread;
	const struct search_op *ops; /* of the step; or of the arrival, with is_arriving */
	uint32_t done;
	bool is_arriving;
};

/* The greatest length at which a path that is looked for comes to a node or over an edge. */
struct search_last {
	struct map_u64 nodes, edges;
};

/* The state that a thread is in. */
static inline uint32_t search_state_of(
	const struct search_threads *t, const struct search_thread *thread)
{
	return thread->step == SEARCH_NONE ? 0 : t->program->steps[thread->step].to;
}

/* Appends a thread with the counters of `from` (NULL: zeroes); memory comes from `a`. */
struct search_thread *search_push(struct search_threads *t, struct search_level *level,
	const uint32_t *counters, struct arena *a);

/* `made` came where `thread` is already, with the same future: it becomes an arrival of that. */
void search_join(struct search_level *level, struct search_thread *thread,
	const struct search_thread *made, struct arena *a);

/* What a view shows at a place: an element or list, or a path or list of them; NULL where it is not
   bound. *is_open (may be NULL) is false where the view's group is not being iterated. */
struct value search_look(const struct search_threads *t, const struct search_place *place,
	const struct search_view *view, bool *is_open, struct arena *a);
/* Whether the modes around a hop allow it from this place. */
bool search_may_hop(const struct search_threads *t, const struct search_place *place, uint32_t step,
	uint64_t edge, uint64_t node);
/* Appends what the group's mode makes the future of a thread depend on: which elements the part of the
   path has that began where the group was entered, in whatever order; with `last` (may be NULL) only
   those to which longer paths come again. Working memory from `a`. */
void search_put_past(const struct search_threads *t, const struct search_place *place,
	uint32_t group, const struct search_last *last, struct buf *to, struct arena *a);
/* Whether the mode of the whole path allows a hop by what is known without its past. */
bool search_may_hop_anyhow(
	const struct search_threads *t, const struct search_place *place, uint64_t node);
/* The edges of the thread's path in the pattern's order. */
struct value search_edges(
	const struct search_threads *t, uint32_t depth, uint32_t thread, struct arena *a);

/* As memcpy(), which may not be given NULL, as arrays that were never needed are, even for nothing. */
static inline void search_copy(void *to, const void *from, size_t size)
{
	if (size > 0)
		memcpy(to, from, size);
}

#endif
