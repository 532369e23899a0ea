/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Window functions. The input comes sorted by partition and order; all of it is kept, the functions
 * are computed partition by partition into arrays of values, then the rows are given out with them.
 *
 * A frame is up to three runs of rows: EXCLUDE takes out of its middle. One that begins where its
 * partition does and excludes nothing only grows: its aggregate is fed row by row and asked after each
 * group of peers. Any other frame is computed anew for every row.
 *
 * Invariants
 *  W1. A row's frame is within its partition; it may be empty.
 *  W2. Peers are rows of one partition with the same ORDER BY values; without ORDER BY all are.
 */
#include <string.h>

#include "query/exec/op.h"
#include "query/exec/row_store.h"
#include "query/function/aggregate.h"
#include "query/type/function.h"

enum { POLL_ROWS = 1024 };

struct window {
	struct op op;
	struct arena *heap;
	struct row_store rows;
	struct value **results; /* by function, by row */
	uint32_t *groups; /* of a partition: where each group of peers begins; one more: its end */
	uint32_t given;
	bool is_full;
};

/* Rows [from, to) of a partition, and the row looked at with its group of peers. */
struct place {
	uint32_t from, to;
	uint32_t row;
	uint32_t group, group_count;
	uint32_t value_from, value_to; /* rows whose first ORDER BY value is not NULL */
};

enum { FRAME_RUNS = 3 };

struct frame {
	uint32_t from[FRAME_RUNS], to[FRAME_RUNS];
	uint32_t count;
};

static void window_close(struct op *op)
{
	struct window *s = (struct window *)op;

	arena_free(s->heap);
	s->heap = NULL;
	s->is_full = false;
}

static const struct column *column_of(const struct window *s, uint32_t slot)
{
	for (uint32_t i = 0; i < s->rows.slot_count; i++) {
		if (s->rows.slots[i] == slot)
			return &s->rows.columns[i];
	}
	unreachable();
}

static struct value cell(const struct window *s, uint32_t slot, uint32_t row)
{
	return column_value(column_of(s, slot), row);
}

static bool rows_are_same(
	const struct window *s, const uint32_t *slots, uint32_t count, uint32_t a, uint32_t b)
{
	for (uint32_t i = 0; i < count; i++) {
		if (value_order(cell(s, slots[i], a), cell(s, slots[i], b)) != 0)
			return false;
	}
	return true;
}

/* ---- frames ---- */

static bool is_negative(struct value v)
{
	static const struct value_duration nothing = { 0 };
	struct value zero = value_int(0);

	if (v.type == VALUE_DURATION)
		zero = (struct value){ .type = VALUE_DURATION, .duration = &nothing };
	return value_order(v, zero) < 0;
}

static enum sqlstate offset_check(
	const struct plan_window *w, struct value v, bool is_start, struct error *e)
{
	const char *which = is_start ? "starting" : "ending";

	if (v.type == VALUE_NULL)
		return FAIL(e, E_NULL_NOT_ALLOWED, "frame %s offset must not be null", which);
	if (!is_negative(v))
		return OK;
	if (w->unit == FRAME_RANGE)
		return FAIL(e, E_WINDOW_OFFSET,
			"invalid preceding or following size in window function");
	return FAIL(e, E_WINDOW_OFFSET, "frame %s offset must not be negative", which);
}

/* Where the values of a RANGE frame begin or, one row on, end. The rows' values are in order, those
   that are NULL before or behind all others. */
static enum sqlstate range_end(const struct window *s, const struct plan_window *w,
	const struct place *p, bool is_start, int64_t *out)
{
	uint32_t order = s->op.node->window.peers[0];
	struct value bound = cell(s, is_start ? w->start_bound : w->end_bound, p->row);
	uint32_t low = p->value_from, high = p->value_to;

	if (bound.type == VALUE_NULL) {
		*out = s->groups[p->group + (is_start ? 0 : 1)];
		return OK;
	}
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order_of = value_order(cell(s, order, middle), bound);

		if (w->is_descending)
			order_of = -order_of;
		if (order_of < 0 || (order_of == 0 && !is_start))
			low = middle + 1;
		else
			high = middle;
	}
	*out = low;
	return OK;
}

/* So many rows or groups from the current one, as the first row in the frame or behind it. */
static int64_t counted_end(const struct window *s, const struct plan_window *w,
	const struct place *p, bool is_start, int64_t by)
{
	int64_t group;

	if (w->unit == FRAME_ROWS)
		return (int64_t)p->row + by + (is_start ? 0 : 1);
	group = (int64_t)p->group + by + (is_start ? 0 : 1);
	if (group < 0)
		return p->from;
	return s->groups[MIN_OF(group, (int64_t)p->group_count)];
}

/* One end of a frame, as the first row in it or behind it. */
static enum sqlstate frame_end(const struct window *s, const struct plan_window *w,
	const struct place *p, bool is_start, int64_t *out, struct error *e)
{
	enum ast_frame_end end = is_start ? w->start : w->end;
	struct value offset;
	int64_t by;

	switch (end) {
	case FRAME_UNBOUNDED_PRECEDING:
		*out = p->from;
		return OK;
	case FRAME_UNBOUNDED_FOLLOWING:
		*out = p->to;
		return OK;
	case FRAME_CURRENT:
		if (w->unit == FRAME_ROWS)
			*out = p->row + (is_start ? 0 : 1);
		else
			*out = s->groups[p->group + (is_start ? 0 : 1)];
		return OK;
	case FRAME_PRECEDING:
	case FRAME_FOLLOWING:
		break;
	}
	offset = cell(s, is_start ? w->start_offset : w->end_offset, p->row);
	TRY(offset_check(w, offset, is_start, e));
	if (w->unit == FRAME_RANGE)
		return range_end(s, w, p, is_start, out);
	by = MIN_OF(offset.integer, (int64_t)UINT32_MAX);
	*out = counted_end(s, w, p, is_start, end == FRAME_PRECEDING ? -by : by);
	return OK;
}

static void frame_add(struct frame *f, uint32_t from, uint32_t to)
{
	if (from >= to)
		return;
	f->from[f->count] = from;
	f->to[f->count++] = to;
}

static enum sqlstate frame_of(const struct window *s, const struct plan_window *w,
	const struct place *p, struct frame *f, struct error *e)
{
	uint32_t from, to, out_from = s->groups[p->group], out_to = s->groups[p->group + 1];
	int64_t first, behind;

	TRY(frame_end(s, w, p, true, &first, e));
	TRY(frame_end(s, w, p, false, &behind, e));
	from = (uint32_t)MIN_OF(MAX_OF(first, (int64_t)p->from), (int64_t)p->to);
	to = (uint32_t)MIN_OF(MAX_OF(behind, (int64_t)from), (int64_t)p->to);
	f->count = 0;
	if (w->exclusion == EXCLUDE_NOTHING) {
		frame_add(f, from, to);
		return OK;
	}
	if (w->exclusion == EXCLUDE_CURRENT_ROW) {
		out_from = p->row;
		out_to = p->row + 1;
	}
	frame_add(f, from, MIN_OF(to, out_from));
	if (w->exclusion == EXCLUDE_TIES && p->row >= from && p->row < to)
		frame_add(f, p->row, p->row + 1);
	frame_add(f, MAX_OF(from, out_to), to);
	return OK;
}

/* The n-th row of a frame, from 0; -1 if it has no such row. */
static int64_t frame_row(const struct frame *f, int64_t n)
{
	for (uint32_t i = 0; i < f->count; i++) {
		int64_t size = f->to[i] - f->from[i];

		if (n < size)
			return f->from[i] + n;
		n -= size;
	}
	return -1;
}

/* ---- aggregates ---- */

static enum sqlstate feed(struct window *s, const struct plan_window *w, void *state, uint32_t from,
	uint32_t to, struct error *e)
{
	struct aggregate_context context = { op_eval(&s->op), s->heap };
	struct column args[2];

	for (uint32_t i = 0; i < w->arg_count; i++)
		args[i] = *column_of(s, w->args[i]);
	for (uint32_t row = from; row < to; row++) {
		if (w->filter != SLOT_NONE) {
			struct value v = cell(s, w->filter, row);

			if (v.type != VALUE_BOOL || !v.boolean)
				continue;
		}
		TRY(w->body->aggregate->add(
			&context, &state, w->arg_count == 0 ? NULL : args, &row, 1, e));
	}
	return op_heap_check(s->heap, e);
}

static enum sqlstate ask(struct window *s, const struct plan_window *w, void *state,
	struct value *out, struct error *e)
{
	struct aggregate_context context = { op_eval(&s->op), s->heap };
	struct value v;

	TRY(w->body->aggregate->finish(&context, state, &v, e));
	*out = value_copy(s->heap, v);
	return OK;
}

/* The state and how much of the partition it has seen, for frames that only grow. */
struct running {
	void *state;
	uint32_t seen;
	bool is_growing;
};

static enum sqlstate grow(struct window *s, const struct plan_window *w, struct running *r,
	uint32_t to, struct value *out, bool is_first, struct error *e)
{
	bool is_same = to == r->seen && !is_first;

	TRY(feed(s, w, r->state, r->seen, to, e));
	r->seen = to;
	if (!is_same)
		return ask(s, w, r->state, out, e);
	*out = out[-1];
	return OK;
}

static enum sqlstate aggregate_at(struct window *s, const struct plan_window *w,
	const struct place *p, struct running *r, struct value *out, struct error *e)
{
	uint32_t size = MAX_OF(w->body->aggregate->state_size, 1u);
	struct frame f;
	void *state;

	TRY(frame_of(s, w, p, &f, e));
	if (p->row == p->from) {
		r->state = arena_alloc(s->heap, size);
		r->seen = p->from;
		r->is_growing = w->start == FRAME_UNBOUNDED_PRECEDING &&
				w->exclusion == EXCLUDE_NOTHING;
	}
	if (r->is_growing && f.count == 0)
		f.to[0] = p->from;
	if (r->is_growing && f.to[0] >= r->seen)
		return grow(s, w, r, f.to[0], out, p->row == p->from, e);
	state = arena_alloc(s->heap, size);
	for (uint32_t i = 0; i < f.count; i++)
		TRY(feed(s, w, state, f.from[i], f.to[i], e));
	return ask(s, w, state, out, e);
}

/* ---- the functions of their own ---- */

static struct value neighbour(
	const struct window *s, const struct plan_window *w, const struct place *p, int sign)
{
	struct value by = w->arg_count > 1 ? cell(s, w->args[1], p->row) : value_int(1);
	int64_t at;

	if (by.type == VALUE_NULL)
		return value_null();
	if (by.integer < -(int64_t)UINT32_MAX || by.integer > (int64_t)UINT32_MAX)
		at = -1;
	else
		at = (int64_t)p->row + sign * by.integer;
	if (at >= p->from && at < p->to)
		return cell(s, w->args[0], (uint32_t)at);
	return w->arg_count > 2 ? cell(s, w->args[2], p->row) : value_null();
}

static enum sqlstate frame_value(const struct window *s, const struct plan_window *w,
	const struct place *p, struct value *out, struct error *e)
{
	struct frame f;
	int64_t at = 0;

	TRY(frame_of(s, w, p, &f, e));
	for (uint32_t i = 0; w->kind == WINDOW_LAST_VALUE && i < f.count; i++)
		at += f.to[i] - f.from[i] - (i == 0 ? 1 : 0);
	if (w->kind == WINDOW_NTH_VALUE) {
		struct value n = cell(s, w->args[1], p->row);

		*out = n;
		if (n.type == VALUE_NULL)
			return OK;
		if (n.integer <= 0)
			return FAIL(
				e, E_NTH_VALUE, "argument of nth_value must be greater than zero");
		at = n.integer - 1;
	}
	at = frame_row(&f, at);
	*out = at < 0 ? value_null() : cell(s, w->args[0], (uint32_t)at);
	return OK;
}

/* The first rows % n buckets have one row more. */
static enum sqlstate ntile(const struct window *s, const struct plan_window *w,
	const struct place *p, struct value *out, struct error *e)
{
	struct value n = cell(s, w->args[0], p->row);
	int64_t rows = p->to - p->from, at = p->row - p->from, size, longer;

	*out = n;
	if (n.type == VALUE_NULL)
		return OK;
	if (n.integer <= 0)
		return FAIL(e, E_NTILE, "argument of ntile must be greater than zero");
	size = rows / n.integer;
	longer = rows % n.integer;
	if (at < longer * (size + 1))
		*out = value_int(at / (size + 1) + 1);
	else
		*out = value_int(longer + (at - longer * (size + 1)) / size + 1);
	return OK;
}

static enum sqlstate compute(struct window *s, const struct plan_window *w, const struct place *p,
	struct running *r, struct value *out, struct error *e)
{
	double rows = p->to - p->from;

	switch (w->kind) {
	case WINDOW_ROW_NUMBER:
		*out = value_int(p->row - p->from + 1);
		return OK;
	case WINDOW_RANK:
		*out = value_int(s->groups[p->group] - p->from + 1);
		return OK;
	case WINDOW_DENSE_RANK:
		*out = value_int(p->group + 1);
		return OK;
	case WINDOW_PERCENT_RANK:
		*out = value_float(
			rows <= 1 ? 0 : (s->groups[p->group] - p->from) / (rows - 1));
		return OK;
	case WINDOW_CUME_DIST:
		*out = value_float((s->groups[p->group + 1] - p->from) / rows);
		return OK;
	case WINDOW_NTILE:
		return ntile(s, w, p, out, e);
	case WINDOW_LAG:
	case WINDOW_LEAD:
		*out = neighbour(s, w, p, w->kind == WINDOW_LAG ? -1 : 1);
		return OK;
	case WINDOW_FIRST_VALUE:
	case WINDOW_LAST_VALUE:
	case WINDOW_NTH_VALUE:
		return frame_value(s, w, p, out, e);
	case WINDOW_AGGREGATE:
		return aggregate_at(s, w, p, r, out, e);
	}
	unreachable();
}

/* ---- partitions ---- */

/* Groups of peers, and the rows that RANGE looks among. */
static void partition_groups(struct window *s, struct place *p)
{
	const struct plan_node *n = s->op.node;

	p->group = p->group_count = 0;
	p->value_from = p->from;
	p->value_to = p->to;
	for (uint32_t row = p->from; row < p->to; row++) {
		if (row == p->from || !rows_are_same(s, n->window.peers, n->window.peer_count,
					      row - 1, row))
			s->groups[p->group_count++] = row;
	}
	s->groups[p->group_count] = p->to;
	if (n->window.peer_count == 0)
		return;
	while (p->value_from < p->to &&
		cell(s, n->window.peers[0], p->value_from).type == VALUE_NULL)
		p->value_from++;
	while (p->value_to > p->value_from &&
		cell(s, n->window.peers[0], p->value_to - 1).type == VALUE_NULL)
		p->value_to--;
}

static enum sqlstate compute_row(
	struct window *s, struct place *p, struct running *running, struct error *e)
{
	const struct plan_node *n = s->op.node;

	if (p->row == s->groups[p->group + 1])
		p->group++;
	for (uint32_t i = 0; i < n->window.count; i++)
		TRY(compute(s, &n->window.functions[i], p, &running[i], &s->results[i][p->row], e));
	return p->row % POLL_ROWS == 0 ? eval_poll(&s->op.x->eval, e) : OK;
}

static enum sqlstate compute_all(struct window *s, struct error *e)
{
	const struct plan_node *n = s->op.node;
	struct running *running = ARENA_ARRAY(s->heap, struct running, n->window.count);
	struct place p = { 0 };
	uint32_t count = s->rows.count;

	op_begin(&s->op);
	s->results = ARENA_ARRAY(s->heap, struct value *, n->window.count);
	s->groups = arena_try_alloc(s->heap, sizeof *s->groups * ((size_t)count + 1));
	if (s->groups == NULL)
		return op_out_of_memory(e);
	for (uint32_t i = 0; i < n->window.count; i++) {
		s->results[i] = arena_try_alloc(s->heap, sizeof **s->results * ((size_t)count + 1));
		if (s->results[i] == NULL)
			return op_out_of_memory(e);
	}
	while (p.from < count) {
		p.to = p.from + 1;
		while (p.to < count && rows_are_same(s, n->window.partition,
					       n->window.partition_count, p.from, p.to))
			p.to++;
		partition_groups(s, &p);
		for (p.row = p.from; p.row < p.to; p.row++)
			TRY(compute_row(s, &p, running, e));
		p.from = p.to;
	}
	return OK;
}

/* ---- rows in and out ---- */

static void keep_slot(uint32_t *slots, uint32_t *count, uint32_t slot)
{
	for (uint32_t i = 0; i < *count; i++) {
		if (slots[i] == slot)
			return;
	}
	if (slot != SLOT_NONE)
		slots[(*count)++] = slot;
}

static bool is_result(const struct plan_node *n, uint32_t slot)
{
	for (uint32_t i = 0; i < n->window.count; i++) {
		if (n->window.functions[i].slot == slot)
			return true;
	}
	return false;
}

/* What is kept: the live slots that come in, and all that the functions read. */
static void init_rows(struct window *s)
{
	const struct plan_node *n = s->op.node;
	uint32_t most = n->live_count + n->window.partition_count + n->window.peer_count +
			n->window.count * (WINDOW_ARGS_MAX + 5);
	uint32_t *slots = arena_alloc_raw(s->heap, sizeof *slots * (most + 1));
	uint32_t count = 0;

	for (uint32_t i = 0; i < n->live_count; i++) {
		if (!is_result(n, n->live[i]))
			keep_slot(slots, &count, n->live[i]);
	}
	for (uint32_t i = 0; i < n->window.partition_count; i++)
		keep_slot(slots, &count, n->window.partition[i]);
	for (uint32_t i = 0; i < n->window.peer_count; i++)
		keep_slot(slots, &count, n->window.peers[i]);
	for (uint32_t i = 0; i < n->window.count; i++) {
		const struct plan_window *w = &n->window.functions[i];

		for (uint32_t k = 0; k < w->arg_count; k++)
			keep_slot(slots, &count, w->args[k]);
		keep_slot(slots, &count, w->filter);
		keep_slot(slots, &count, w->start_offset);
		keep_slot(slots, &count, w->end_offset);
		keep_slot(slots, &count, w->start_bound);
		keep_slot(slots, &count, w->end_bound);
	}
	row_store_init(&s->rows, &s->op, s->heap, slots, count);
}

static enum sqlstate take_all(struct window *s, struct error *e)
{
	struct batch *in;
	enum step step;

	s->heap = op_heap_new(&s->op);
	s->given = 0;
	init_rows(s);
	while ((step = op_next(s->op.input, &in, e)) == STEP_ROW)
		TRY(row_store_append(&s->rows, in, 0, in->count, e));
	if (step == STEP_FAILED)
		return e->code;
	s->is_full = true;
	return compute_all(s, e);
}

static enum step window_next(struct op *op, struct batch **out, struct error *e)
{
	struct window *s = (struct window *)op;
	const struct plan_node *n = op->node;
	uint32_t count;

	if (!s->is_full)
		TRY_STEP(take_all(s, e));
	count = MIN_OF(s->rows.count - s->given, (uint32_t)BATCH_ROWS);
	if (count == 0)
		return STEP_DONE;
	op_begin(op);
	row_store_give(&s->rows, s->given, count, &op->batch);
	for (uint32_t i = 0; i < n->window.count; i++) {
		uint32_t slot = n->window.functions[i].slot;
		struct column c = column_make(op->arena, op_slot_type(op, slot), count);

		for (uint32_t row = 0; row < count; row++)
			column_put(&c, op->arena, count, row, s->results[i][s->given + row]);
		op->batch.columns[slot] = c;
	}
	s->given += count;
	op->batch.count = count;
	*out = &op->batch;
	return STEP_ROW;
}

struct op *op_window_new(struct exec *x, const struct plan_node *node)
{
	struct window *s = op_make(x, node, sizeof *s);

	s->op.next = window_next;
	s->op.rewind = window_close;
	s->op.close = window_close;
	op_own_columns(&s->op);
	return &s->op;
}
