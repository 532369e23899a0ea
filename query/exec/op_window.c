/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Window functions. The input comes sorted by partition and order; all of it is kept, the functions
 * are computed partition by partition into arrays of values, then the rows are given out with them.
 *
 * A frame that begins where its partition does only grows: its aggregate is fed row by row and asked
 * after each group of peers. Any other frame is computed anew for every row.
 *
 * Invariants
 *  W1. A row's frame is within its partition; it may be empty.
 *  W2. Peers are rows of one partition with the same ORDER BY values; without ORDER BY all are.
 */
#include <string.h>

#include "query/eval/aggregate.h"
#include "query/eval/function.h"
#include "query/exec/op.h"
#include "query/exec/row_store.h"

enum { POLL_ROWS = 1024 };

struct window {
	struct op op;
	struct arena *heap;
	struct row_store rows;
	struct value **results; /* by function, by row */
	uint32_t given;
	bool is_full;
};

/* Rows [from, to) of a partition, and the peers of the row looked at. */
struct place {
	uint32_t from, to;
	uint32_t row, peer_from, peer_to;
	uint32_t peer_number; /* groups of peers up to this one */
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

static enum sqlstate offset_of(const struct window *s, const struct plan_window *w, uint32_t row,
	bool is_start, int64_t *out, struct error *e)
{
	struct value v = cell(s, is_start ? w->start_offset : w->end_offset, row);
	const char *which = is_start ? "starting" : "ending";

	if (v.type == VALUE_NULL)
		return FAIL(e, E_NULL_NOT_ALLOWED, "frame %s offset must not be null", which);
	if (v.integer < 0)
		return FAIL(e, E_WINDOW_OFFSET, "frame %s offset must not be negative", which);
	*out = MIN_OF(v.integer, (int64_t)UINT32_MAX);
	return OK;
}

/* One end of a frame, as the first row in it or behind it. */
static enum sqlstate frame_end(const struct window *s, const struct plan_window *w,
	const struct place *p, bool is_start, int64_t *out, struct error *e)
{
	enum ast_frame_end end = is_start ? w->start : w->end;
	bool is_rows = w->unit == FRAME_ROWS;
	int64_t offset = 0;

	if (end == FRAME_PRECEDING || end == FRAME_FOLLOWING)
		TRY(offset_of(s, w, p->row, is_start, &offset, e));
	switch (end) {
	case FRAME_UNBOUNDED_PRECEDING:
		*out = p->from;
		return OK;
	case FRAME_UNBOUNDED_FOLLOWING:
		*out = p->to;
		return OK;
	case FRAME_CURRENT:
		if (is_rows)
			*out = p->row + (is_start ? 0 : 1);
		else
			*out = is_start ? p->peer_from : p->peer_to;
		return OK;
	case FRAME_PRECEDING:
		*out = (int64_t)p->row - offset + (is_start ? 0 : 1);
		return OK;
	case FRAME_FOLLOWING:
		*out = (int64_t)p->row + offset + (is_start ? 0 : 1);
		return OK;
	}
	unreachable();
}

static enum sqlstate frame_of(const struct window *s, const struct plan_window *w,
	const struct place *p, uint32_t *from, uint32_t *to, struct error *e)
{
	int64_t first, behind;

	TRY(frame_end(s, w, p, true, &first, e));
	TRY(frame_end(s, w, p, false, &behind, e));
	first = MIN_OF(MAX_OF(first, (int64_t)p->from), (int64_t)p->to);
	behind = MIN_OF(MAX_OF(behind, first), (int64_t)p->to);
	*from = (uint32_t)first;
	*to = (uint32_t)behind;
	return OK;
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
		TRY(w->function->aggregate->add(
			&context, &state, w->arg_count == 0 ? NULL : args, &row, 1, e));
	}
	return op_heap_check(s->heap, e);
}

static enum sqlstate ask(struct window *s, const struct plan_window *w, void *state,
	struct value *out, struct error *e)
{
	struct aggregate_context context = { op_eval(&s->op), s->heap };
	struct value v;

	TRY(w->function->aggregate->finish(&context, state, &v, e));
	*out = value_copy(s->heap, v);
	return OK;
}

/* The state and how much of the partition it has seen, for frames that only grow. */
struct running {
	void *state;
	uint32_t seen;
	bool is_growing;
};

static enum sqlstate aggregate_at(struct window *s, const struct plan_window *w,
	const struct place *p, struct running *r, struct value *out, struct error *e)
{
	uint32_t from, to, size = MAX_OF(w->function->aggregate->state_size, 1u);
	void *state;

	TRY(frame_of(s, w, p, &from, &to, e));
	if (p->row == p->from) {
		r->state = arena_alloc(s->heap, size);
		r->seen = p->from;
		r->is_growing = w->start == FRAME_UNBOUNDED_PRECEDING;
	}
	if (r->is_growing && to >= r->seen) {
		bool is_same = to == r->seen && p->row > p->from;

		TRY(feed(s, w, r->state, r->seen, to, e));
		r->seen = to;
		if (is_same) {
			*out = out[-1];
			return OK;
		}
		return ask(s, w, r->state, out, e);
	}
	state = arena_alloc(s->heap, size);
	TRY(feed(s, w, state, from, to, e));
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
	uint32_t from, to;
	int64_t at;

	TRY(frame_of(s, w, p, &from, &to, e));
	at = from;
	if (w->kind == WINDOW_LAST_VALUE)
		at = (int64_t)to - 1;
	if (w->kind == WINDOW_NTH_VALUE) {
		struct value n = cell(s, w->args[1], p->row);

		*out = n;
		if (n.type == VALUE_NULL)
			return OK;
		if (n.integer <= 0)
			return FAIL(
				e, E_NTH_VALUE, "argument of nth_value must be greater than zero");
		at = n.integer > UINT32_MAX ? to : from + n.integer - 1;
	}
	*out = from < to && at < to ? cell(s, w->args[0], (uint32_t)at) : value_null();
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
		*out = value_int(p->peer_from - p->from + 1);
		return OK;
	case WINDOW_DENSE_RANK:
		*out = value_int(p->peer_number);
		return OK;
	case WINDOW_PERCENT_RANK:
		*out = value_float(rows <= 1 ? 0 : (p->peer_from - p->from) / (rows - 1));
		return OK;
	case WINDOW_CUME_DIST:
		*out = value_float((p->peer_to - p->from) / rows);
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

static enum sqlstate compute_row(
	struct window *s, struct place *p, struct running *running, struct error *e)
{
	const struct plan_node *n = s->op.node;

	if (p->row == p->peer_to || p->row == p->from) {
		p->peer_number = p->row == p->from ? 1 : p->peer_number + 1;
		p->peer_from = p->row;
		p->peer_to = p->row + 1;
		while (p->peer_to < p->to &&
			rows_are_same(s, n->window.peers, n->window.peer_count, p->row, p->peer_to))
			p->peer_to++;
	}
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
			n->window.count * (WINDOW_ARGS_MAX + 3);
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
