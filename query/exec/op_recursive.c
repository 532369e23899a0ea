/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * WITH RECURSIVE: the first branch's rows, then the second branch's over the rows that came last,
 * again and again until it gives none. With UNION a row that came before does not count.
 *
 *     first branch ──→ rows given out ──→ kept as `next`
 *     second branch, in which WORKING reads `current` ──→ rows given out ──→ kept as `next`
 *
 * Invariants
 *  R1. `current` holds what the round before gave out, `next` what this round has given so far; each
 *      lives in an arena of its own, so that no more than two rounds are kept.
 */
#include "query/exec/key_table.h"
#include "query/exec/op.h"
#include "query/exec/row_store.h"

struct round {
	struct arena *heap;
	struct row_store rows;
};

struct recursive {
	struct op op;
	struct round current, next;
	bool is_started, is_recursing;
	struct arena *seen_heap; /* UNION: all rows that were given out; NULL: none yet */
	struct key_table seen;
	struct column *columns;
	struct type *types;
};

static void round_free(struct round *r)
{
	arena_free(r->heap);
	r->heap = NULL;
}

static void round_begin(struct recursive *s, struct round *r)
{
	const struct plan_node *n = s->op.node;

	r->heap = op_heap_new(&s->op);
	row_store_init(&r->rows, &s->op, r->heap, n->set.slots, n->set.column_count);
}

static void recursive_close(struct op *op)
{
	struct recursive *s = (struct recursive *)op;

	round_free(&s->current);
	round_free(&s->next);
	arena_free(s->seen_heap);
	s->seen_heap = NULL;
	s->is_started = s->is_recursing = false;
}

static void start(struct recursive *s)
{
	const struct plan_node *n = s->op.node;

	s->is_started = true;
	round_begin(s, &s->next);
	if (n->set.op != SET_OP_UNION)
		return;
	s->seen_heap = op_heap_new(&s->op);
	key_table_init(&s->seen, s->seen_heap, s->types, n->set.column_count);
}

/* The rows of `in` that count, as the output batch. */
static enum sqlstate take_rows(struct recursive *s, const struct batch *in, struct error *e)
{
	const struct plan_node *n = s->op.node;
	const uint32_t *from = n->set.branch_slots[s->is_recursing ? 1 : 0];
	struct arena *a = op_begin(&s->op);
	uint32_t *rows = arena_alloc_raw(a, sizeof *rows * in->count);
	uint32_t count = 0, number;

	for (uint32_t i = 0; i < n->set.column_count; i++)
		s->columns[i] = column_convert(a, &in->columns[from[i]], s->types[i], in->count);
	for (uint32_t row = 0; row < in->count; row++) {
		uint32_t before = s->seen.count;

		if (s->seen_heap != NULL)
			TRY(key_table_add(&s->seen, s->columns, &row, 1, &number, e));
		if (s->seen_heap == NULL || s->seen.count > before)
			rows[count++] = row;
	}
	for (uint32_t i = 0; i < n->set.column_count; i++)
		column_gather(
			a, &s->columns[i], rows, count, &s->op.batch.columns[n->set.slots[i]]);
	s->op.batch.count = count;
	return OK;
}

/* What this round gave becomes what the next one reads; false if it gave nothing. */
static bool next_round(struct recursive *s)
{
	round_free(&s->current);
	s->current = s->next;
	s->next.heap = NULL;
	if (s->current.rows.count == 0)
		return false;
	round_begin(s, &s->next);
	op_rewind(s->op.branches[1]);
	s->is_recursing = true;
	return true;
}

static enum step recursive_next(struct op *op, struct batch **out, struct error *e)
{
	struct recursive *s = (struct recursive *)op;
	struct batch *in;

	if (!s->is_started)
		start(s);
	*out = &op->batch;
	for (;;) {
		enum step step = op_next(op->branches[s->is_recursing ? 1 : 0], &in, e);

		if (step == STEP_FAILED)
			return step;
		if (step == STEP_DONE) {
			if (!next_round(s))
				return STEP_DONE;
			continue;
		}
		TRY_STEP(take_rows(s, in, e));
		if (op->batch.count == 0)
			continue;
		TRY_STEP(row_store_append(&s->next.rows, &op->batch, 0, op->batch.count, e));
		return STEP_ROW;
	}
}

struct op *op_recursive_new(struct exec *x, const struct plan_node *node)
{
	struct recursive *s = op_make(x, node, sizeof *s);
	uint32_t count = node->set.column_count;

	s->op.next = recursive_next;
	s->op.rewind = recursive_close;
	s->op.close = recursive_close;
	s->columns = ARENA_ARRAY(x->arena, struct column, count + 1);
	s->types = op_slot_types(&s->op, x->arena, node->set.slots, count);
	op_own_columns(&s->op);
	return &s->op;
}

/* ---- WORKING --------------------------------------------------------------------------------- */

/* For each row of the input, the rows of the round before, or of a WITH query. */
struct working {
	struct op op;
	const struct row_store *source;
	struct batch *in;
	uint32_t in_row, row;
};

static void working_rewind(struct op *op)
{
	struct working *w = (struct working *)op;

	w->in = NULL;
	w->in_row = w->row = 0;
}

static const struct row_store *source_of(const struct op *op)
{
	uint32_t number = op->node->working.number;

	for (struct op *o = op->x->ops; o != NULL; o = o->following) {
		if (o->node->kind == PLAN_RECURSIVE && o->node->set.working == number)
			return &((struct recursive *)o)->current.rows;
		if (o->node->kind == PLAN_WITH && o->node->with.number == number)
			return op_with_rows(o);
	}
	unreachable();
}

static enum step working_next(struct op *op, struct batch **out, struct error *e)
{
	struct working *w = (struct working *)op;
	struct row_store rows;
	uint32_t count;

	if (w->source == NULL)
		w->source = source_of(op);
	while (w->in == NULL || w->row == w->source->count) {
		w->row = 0;
		if (w->in != NULL && ++w->in_row < w->in->count)
			continue;
		w->in_row = 0;
		{
			enum step step = op_next(op->input, &w->in, e);

			if (step != STEP_ROW)
				return step;
		}
		if (w->source->count == 0)
			return STEP_DONE;
	}
	op_begin(op);
	rows = *w->source;
	rows.slots = op->node->working.slots;
	count = MIN_OF(rows.count - w->row, (uint32_t)BATCH_ROWS);
	row_store_give(&rows, w->row, count, &op->batch);
	op_carry_row(op, w->in, w->in_row);
	w->row += count;
	op->batch.count = count;
	*out = &op->batch;
	return STEP_ROW;
}

struct op *op_working_new(struct exec *x, const struct plan_node *node)
{
	struct working *w = op_make(x, node, sizeof *w);

	w->op.next = working_next;
	w->op.rewind = working_rewind;
	op_carry_init(&w->op, node->working.slots, node->working.column_count);
	return &w->op;
}
