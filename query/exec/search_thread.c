/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Looking back along a thread. A trace walks from a place to the start and names each event: an
 * element bound, an edge taken, an iteration entered or left. See search_thread.h.
 */
#include "query/exec/search_thread.h"

#include <stdlib.h>
#include <string.h>

enum event_kind { EVENT_BIND, EVENT_EDGE, EVENT_ENTER, EVENT_LEAVE, EVENT_START };

struct event {
	enum event_kind kind;
	uint32_t number; /* variable, or group */
	uint64_t id;	 /* node, or edge; ENTER and LEAVE: the node at which */
	uint64_t before; /* EDGE: the node it was taken from */
};

enum stage { STAGE_ARRIVAL, STAGE_STEP };

struct trace {
	const struct search_threads *t;
	const struct search_op *ops;
	uint32_t left;
	uint64_t node; /* at which the operations are */
	uint32_t depth, thread;
	enum stage next; /* what comes before the operations in hand */
};

static const struct search_thread *thread_at(
	const struct search_threads *t, uint32_t depth, uint32_t thread)
{
	return &t->levels[depth]->threads[thread];
}

static void trace_arrival(struct trace *r, uint32_t done)
{
	const struct search_thread *thread = thread_at(r->t, r->depth, r->thread);

	r->ops = r->t->program->states[search_state_of(r->t, thread)].ops;
	r->left = done;
	r->node = thread->node;
	r->next = STAGE_STEP;
}

static void trace_start(
	struct trace *r, const struct search_threads *t, const struct search_place *place)
{
	*r = (struct trace){ .t = t, .depth = place->depth, .thread = place->thread };
	r->node = thread_at(t, place->depth, place->thread)->node;
	if (place->is_arriving) {
		trace_arrival(r, place->done);
		return;
	}
	r->ops = place->ops;
	r->left = place->done;
	r->next = STAGE_ARRIVAL;
}

/* The edge that led to the thread, and then the operations of its step. */
static void trace_edge(struct trace *r, struct event *out)
{
	const struct search_thread *thread = thread_at(r->t, r->depth, r->thread);
	const struct search_step *step = &r->t->program->steps[thread->step];

	r->depth--;
	r->thread = thread->parent;
	r->node = thread_at(r->t, r->depth, r->thread)->node;
	r->ops = step->ops;
	r->left = step->op_count;
	r->next = STAGE_ARRIVAL;
	*out = (struct event){ .kind = EVENT_EDGE,
		.number = r->t->program->states[step->to].variable,
		.id = thread->edge,
		.before = r->node };
}

/* False: the operation leaves nothing in a path. */
static bool event_of(enum search_op_kind op, enum event_kind *out)
{
	switch (op) {
	case SEARCH_BIND:
		*out = EVENT_BIND;
		return true;
	case SEARCH_ENTER:
		*out = EVENT_ENTER;
		return true;
	case SEARCH_LEAVE:
		*out = EVENT_LEAVE;
		return true;
	case SEARCH_EXIT:
	case SEARCH_CHECK:
	case SEARCH_GUESS:
	case SEARCH_SETTLE:
		return false;
	}
	unreachable();
}

static void trace_back(struct trace *r, struct event *out)
{
	enum event_kind kind;

	for (;;) {
		while (r->left > 0) {
			const struct search_op *op = &r->ops[--r->left];

			if (!event_of(op->kind, &kind))
				continue;
			*out = (struct event){ kind, op->number, r->node, 0 };
			return;
		}
		if (r->next == STAGE_ARRIVAL) {
			const struct search_thread *thread = thread_at(r->t, r->depth, r->thread);

			trace_arrival(
				r, r->t->program->states[search_state_of(r->t, thread)].op_count);
		} else if (r->depth == 0) {
			*out = (struct event){ .kind = EVENT_START, .id = r->node };
			return;
		} else {
			trace_edge(r, out);
			return;
		}
	}
}

/* ---- threads --------------------------------------------------------------------------------- */

struct search_thread *search_push(struct search_threads *t, struct search_level *level,
	const uint32_t *counters, struct arena *a)
{
	uint32_t groups = search_counter_count(t->program);
	struct search_thread *thread;

	if (level->count == level->capacity) {
		uint32_t old = level->capacity, wider = old == 0 ? 16 : old * 2;

		level->threads = arena_grow(a, level->threads, sizeof *level->threads * old,
			sizeof *level->threads * wider);
		level->counters =
			arena_grow(a, level->counters, sizeof *level->counters * old * groups,
				sizeof *level->counters * wider * groups);
		level->capacity = wider;
	}
	thread = &level->threads[level->count];
	*thread = (struct search_thread){ .step = SEARCH_NONE };
	if (counters == NULL)
		memset(&level->counters[level->count * groups], 0, sizeof *counters * groups);
	else
		search_copy(&level->counters[level->count * groups], counters,
			sizeof *counters * groups);
	level->count++;
	return thread;
}

void search_join(struct search_level *level, struct search_thread *thread,
	const struct search_thread *made, struct arena *a)
{
	if (level->arrival_count == level->arrival_capacity) {
		uint32_t old = level->arrival_capacity, wider = old == 0 ? 16 : old * 2;

		level->arrivals = arena_grow(a, level->arrivals, sizeof *level->arrivals * old,
			sizeof *level->arrivals * wider);
		level->arrival_capacity = wider;
	}
	level->arrivals[level->arrival_count++] = (struct search_arrival){ .edge = made->edge,
		.parent = made->parent,
		.step = made->step,
		.following = thread->others };
	thread->others = level->arrival_count;
}

/* ---- looking --------------------------------------------------------------------------------- */

static void reverse(void *at, uint32_t count, size_t size)
{
	unsigned char *bytes = at, swap[sizeof(struct value)];

	for (uint32_t i = 0; i < count / 2; i++) {
		memcpy(swap, bytes + i * size, size);
		memcpy(bytes + i * size, bytes + (count - 1 - i) * size, size);
		memcpy(bytes + (count - 1 - i) * size, swap, size);
	}
}

/* A growing list of what a look has found, last first. */
struct found {
	struct arena *a;
	struct value *items;
	uint32_t count, capacity;
};

static void find(struct found *f, struct value v)
{
	if (f->count == f->capacity) {
		uint32_t wider = f->capacity == 0 ? 4 : f->capacity * 2;

		f->items = arena_grow(f->a, f->items, sizeof v * f->count, sizeof v * wider);
		f->capacity = wider;
	}
	f->items[f->count++] = v;
}

/* The path from here back to where the group was entered. */
static struct value look_path(struct trace *r, uint32_t group, uint64_t last, struct arena *a)
{
	struct value_path *path = arena_alloc_raw(a, sizeof *path);
	struct trace ahead = *r;
	struct event ev = { 0 };
	uint32_t edges = 0;
	uint64_t *nodes, *ids;

	do {
		trace_back(&ahead, &ev);
		edges += ev.kind == EVENT_EDGE;
	} while (ev.kind != EVENT_START && (ev.kind != EVENT_ENTER || ev.number != group));
	nodes = arena_alloc_raw(a, sizeof *nodes * (2 * (size_t)edges + 1));
	ids = nodes + edges + 1;
	nodes[0] = last;
	for (uint32_t i = 0; i < edges;) {
		trace_back(r, &ev);
		if (ev.kind != EVENT_EDGE)
			continue;
		ids[i++] = ev.id;
		nodes[i] = ev.before;
	}
	if (!r->t->is_reversed) {
		reverse(nodes, edges + 1, sizeof *nodes);
		reverse(ids, edges, sizeof *ids);
	}
	*path = (struct value_path){ edges, nodes, ids };
	return (struct value){ .type = VALUE_PATH, .path = path };
}

/* Rows that are edges are nodes to all else. */
static struct value edge_value(uint64_t id)
{
	return (struct value){ .type = (id & SEARCH_ROW) != 0 ? VALUE_NODE : VALUE_EDGE,
		.id = id & ~SEARCH_ROW };
}

struct value search_element(enum search_kind kind, uint64_t id)
{
	return kind == SEARCH_NODE ? (struct value){ .type = VALUE_NODE, .id = id }
				   : edge_value(id);
}

/* Whether the event is the variable's; *out is what it is bound to then. */
static bool is_binding(struct trace *r, const struct event *ev, uint32_t variable, struct arena *a,
	struct value *out)
{
	const struct search_variable *v = &r->t->program->variables[variable];

	if (v->kind == SEARCH_PATH) {
		if (ev->kind != EVENT_LEAVE || ev->number != v->of_group)
			return false;
		*out = look_path(r, v->of_group, ev->id, a);
		return true;
	}
	if (ev->kind != (v->kind == SEARCH_NODE ? EVENT_BIND : EVENT_EDGE) ||
		ev->number != variable)
		return false;
	*out = search_element(v->kind, ev->id);
	return true;
}

struct value search_look(const struct search_threads *t, const struct search_place *place,
	const struct search_view *view, bool *is_open, struct arena *a)
{
	const struct search_variable *v = &t->program->variables[view->variable];
	struct found found = { .a = a };
	struct value one;
	struct trace r;
	struct event ev;

	trace_start(&r, t, place);
	if (is_open != NULL)
		*is_open = true;
	/* The path of an iteration that has not ended yet goes as far as it has come. */
	if (v->kind == SEARCH_PATH && !view->is_list && v->of_group == view->group)
		return look_path(&r, v->of_group, r.node, a);
	for (;;) {
		trace_back(&r, &ev);
		if (ev.kind == EVENT_START ||
			(ev.kind == EVENT_ENTER && view->group != 0 && ev.number == view->group))
			break;
		if (ev.kind == EVENT_LEAVE && view->group != 0 && ev.number == view->group) {
			if (is_open != NULL)
				*is_open = false;
			return value_null();
		}
		if (!is_binding(&r, &ev, view->variable, a, &one))
			continue;
		if (!view->is_list)
			return one;
		find(&found, one);
	}
	if (!view->is_list)
		return value_null();
	if (!t->is_reversed)
		reverse(found.items, found.count, sizeof *found.items);
	return (struct value){ .type = VALUE_LIST, .count = found.count, .items = found.items };
}

struct value search_edges(
	const struct search_threads *t, uint32_t depth, uint32_t thread, struct arena *a)
{
	struct value *items = arena_alloc_raw(a, sizeof *items * ((size_t)depth + 1));
	uint32_t count = depth;

	for (uint32_t d = depth; d > 0; d--) {
		const struct search_thread *at = thread_at(t, d, thread);

		items[t->is_reversed ? count - d : d - 1] = edge_value(at->edge);
		thread = at->parent;
	}
	return (struct value){ .type = VALUE_LIST, .count = count, .items = items };
}

/* ---- modes ----------------------------------------------------------------------------------- */

/* A way back along a path, to where `group` was entered (0: to the start). */
struct way_back {
	const struct search_threads *threads;
	uint32_t group, depth, thread;
	uint64_t enters; /* groups entered behind `at` */
	const struct search_thread *at;
};

/* True: w->at has an edge that belongs to the way; false: w->at is its first node. */
static bool goes_back(struct way_back *w)
{
	const struct search *program = w->threads->program;

	w->at = thread_at(w->threads, w->depth, w->thread);
	w->enters |= program->states[search_state_of(w->threads, w->at)].enters;
	if (w->depth == 0 || (w->group != 0 && (w->enters >> w->group & 1) != 0))
		return false;
	w->enters = program->steps[w->at->step].enters;
	w->depth--;
	w->thread = w->at->parent;
	return true;
}

/* One mode, of the part of the path since `group` was entered (0: since the start). */
static bool mode_allows(const struct search_threads *t, const struct search_place *place,
	uint32_t group, uint32_t step, uint64_t edge, uint64_t node)
{
	enum ast_path_mode mode = t->program->groups[group].mode;
	struct way_back w = { .threads = t,
		.group = group,
		.depth = place->depth,
		.thread = place->thread,
		.enters = t->program->steps[step].enters };
	bool has_edge = false, has_node = false;
	uint64_t last = thread_at(t, place->depth, place->thread)->node;
	uint32_t length = 0;

	for (; goes_back(&w); length++) {
		has_edge |= w.at->edge == edge;
		has_node |= w.at->node == node;
	}
	if (mode == MODE_TRAIL)
		return !has_edge;
	if (mode == MODE_ACYCLIC)
		return !has_node && w.at->node != node;
	/* SIMPLE: closed once it has come back to its first node. */
	return !has_node && (length == 0 || last != w.at->node) &&
	       (w.at->node != node || !has_edge);
}

static int by_id(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static bool comes_again(const struct search_last *last, bool is_edge, uint64_t id, uint32_t length)
{
	const uint64_t *at;

	if (last == NULL)
		return true;
	at = map_u64_find(is_edge ? &last->edges : &last->nodes, id);
	return at != NULL && *at > length;
}

void search_put_past(const struct search_threads *t, const struct search_place *place,
	uint32_t group, const struct search_last *last, struct buf *to, struct arena *a)
{
	enum ast_path_mode mode = t->program->groups[group].mode;
	uint64_t *ids = arena_alloc_raw(a, sizeof *ids * ((size_t)place->depth + 1));
	struct way_back w = {
		.threads = t, .group = group, .depth = place->depth, .thread = place->thread
	};
	uint64_t edge = 0;
	uint32_t count = 0, length = 0;

	for (; goes_back(&w); length++) {
		uint64_t id = mode == MODE_TRAIL ? w.at->edge : w.at->node;

		edge = w.at->edge;
		if (comes_again(last, mode == MODE_TRAIL, id, place->depth))
			ids[count++] = id;
	}
	qsort(ids, count, sizeof *ids, by_id);
	buf_put(to, &count, sizeof count);
	buf_put(to, ids, sizeof *ids * count);
	if (mode == MODE_TRAIL)
		return;
	buf_put(to, &w.at->node, sizeof w.at->node);
	/* SIMPLE may not go back over the one edge it has come by. */
	if (mode == MODE_SIMPLE && length == 1)
		buf_put(to, &edge, sizeof edge);
}

bool search_may_hop_anyhow(
	const struct search_threads *t, const struct search_place *place, uint64_t node)
{
	enum ast_path_mode mode = t->program->groups[0].mode;
	uint64_t start = t->levels[0]->threads[0].node;

	if (mode == MODE_ACYCLIC)
		return node != start;
	return mode != MODE_SIMPLE || place->depth == 0 ||
	       thread_at(t, place->depth, place->thread)->node != start;
}

bool search_may_hop(const struct search_threads *t, const struct search_place *place, uint32_t step,
	uint64_t edge, uint64_t node)
{
	uint64_t inside = t->program->states[t->program->steps[step].to].inside;

	for (; inside != 0; inside &= inside - 1) {
		if (!mode_allows(t, place, (uint32_t)__builtin_ctzll(inside), step, edge, node))
			return false;
	}
	return true;
}
