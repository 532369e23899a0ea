/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * INSERT, SET and REMOVE, DELETE.
 *
 * INSERT and DELETE work batch by batch; where it could be seen that rows are not all taken in
 * first, the planner has put an EAGER below. SET always takes all its input, because its right-hand
 * sides are evaluated for all rows before anything is assigned.
 */
#include <string.h>

#include "query/exec/op.h"
#include "query/exec/row_store.h"
#include "query/exec/write.h"

/* ---- INSERT ---- */

struct insert {
	struct op op;
	struct write_names names;
};

static enum step insert_next(struct op *op, struct batch **out, struct error *e)
{
	struct insert *s = (struct insert *)op;
	const struct plan_node *n = op->node;
	enum step step = op_next(op->input, out, e);

	if (step != STEP_ROW)
		return step;
	op_begin(op);
	TRY_STEP(write_names_of_creates(op, &s->names, n->insert.creates, n->insert.count, e));
	return op_step(
		write_create(op, &s->names, n->insert.creates, n->insert.count, false, *out, e),
		STEP_ROW);
}

struct op *op_insert_new(struct exec *x, const struct plan_node *node)
{
	struct insert *s = op_make(x, node, sizeof *s);

	s->op.next = insert_next;
	return &s->op;
}

/* ---- SET and REMOVE ---- */

/* The values of one batch of the input. */
struct pending {
	struct write_values values;
	uint32_t count;
	struct pending *following;
};

struct update {
	struct op op;
	struct write_names names;
	struct arena *heap;
	struct row_store rows;
	uint32_t given;
	bool is_full;
};

static void update_close(struct op *op)
{
	struct update *s = (struct update *)op;

	arena_free(s->heap);
	s->heap = NULL;
	s->is_full = false;
}

static enum sqlstate assign_all(struct update *s, const struct pending *first, struct error *e)
{
	const struct plan_node *n = s->op.node;

	op_begin(&s->op);
	for (const struct pending *p = first; p != NULL; p = p->following) {
		TRY(eval_poll(&s->op.x->eval, e));
		for (uint32_t row = 0; row < p->count; row++) {
			TRY(write_assign(&s->op, &s->names, n->set_items.items, n->set_items.count,
				&p->values, row, e));
		}
	}
	return OK;
}

/* Columns that point into the input's batch must be kept: they die with its next call. */
static void keep_values(
	struct arena *heap, struct column *columns, uint32_t column_count, uint32_t rows)
{
	for (uint32_t i = 0; i < column_count; i++) {
		struct column *c = &columns[i], copy = *c;
		uint32_t cells = c->stride == 0 ? 1 : rows;
		size_t cell = c->form == COLUMN_VALUE ? sizeof(struct value) : 8;

		if (c->values == NULL)
			continue;
		copy.values = arena_alloc_raw(heap, cell * cells);
		memcpy(copy.values, c->values, cell * cells);
		for (uint32_t r = 0; c->form == COLUMN_VALUE && r < cells; r++)
			copy.values[r] = value_copy(heap, c->values[r]);
		if (c->nulls != NULL) {
			copy.nulls = arena_alloc_raw(heap, cells);
			memcpy(copy.nulls, c->nulls, cells);
		}
		*c = copy;
	}
}

static enum sqlstate take_all(struct update *s, struct error *e)
{
	const struct plan_node *n = s->op.node;
	struct pending *first = NULL, **last = &first;
	struct batch *in;
	enum step step;

	s->heap = op_heap_new(&s->op);
	s->given = 0;
	row_store_init(&s->rows, &s->op, s->heap, n->live, n->live_count);
	TRY(write_names_of_items(&s->op, &s->names, n->set_items.items, n->set_items.count, e));
	while ((step = op_next(s->op.input, &in, e)) == STEP_ROW) {
		struct pending *p = arena_alloc(s->heap, sizeof *p);

		op_begin(&s->op);
		(void)op_eval(&s->op);
		TRY(write_evaluate(
			&s->op, n->set_items.items, n->set_items.count, in, &p->values, e));
		p->count = in->count;
		p->values.targets = arena_grow(s->heap, p->values.targets,
			sizeof(struct column) * n->set_items.count,
			sizeof(struct column) * n->set_items.count);
		p->values.values = arena_grow(s->heap, p->values.values,
			sizeof(struct column) * n->set_items.count,
			sizeof(struct column) * n->set_items.count);
		keep_values(s->heap, p->values.targets, n->set_items.count, in->count);
		keep_values(s->heap, p->values.values, n->set_items.count, in->count);
		*last = p;
		last = &p->following;
		TRY(row_store_append(&s->rows, in, 0, in->count, e));
	}
	if (step == STEP_FAILED)
		return e->code;
	TRY(assign_all(s, first, e));
	s->is_full = true;
	return OK;
}

static enum step update_next(struct op *op, struct batch **out, struct error *e)
{
	struct update *s = (struct update *)op;

	if (!s->is_full)
		TRY_STEP(take_all(s, e));
	*out = &op->batch;
	return row_store_next(&s->rows, &s->given, &op->batch) ? STEP_ROW : STEP_DONE;
}

struct op *op_update_new(struct exec *x, const struct plan_node *node)
{
	struct update *s = op_make(x, node, sizeof *s);

	s->op.next = update_next;
	s->op.rewind = update_close;
	s->op.close = update_close;
	op_own_columns(&s->op);
	return &s->op;
}

/* ---- DELETE ---- */

static enum step delete_next(struct op *op, struct batch **out, struct error *e)
{
	const struct plan_node *n = op->node;
	enum step step = op_next(op->input, out, e);
	struct column *doomed;

	if (step != STEP_ROW)
		return step;
	doomed = arena_alloc(op_begin(op), sizeof *doomed * (n->remove.count + 1));
	for (uint32_t i = 0; i < n->remove.count; i++)
		TRY_STEP(eval_column(op_eval(op), n->remove.exprs[i], *out, &doomed[i], e));
	for (uint32_t row = 0; row < (*out)->count; row++) {
		for (uint32_t i = 0; i < n->remove.count; i++)
			TRY_STEP(write_delete(
				op, column_value(&doomed[i], row), n->remove.is_detach, e));
	}
	return STEP_ROW;
}

struct op *op_delete_new(struct exec *x, const struct plan_node *node)
{
	struct op *op = op_make(x, node, sizeof *op);

	op->next = delete_next;
	return op;
}

/* ---- SELECT .. FOR UPDATE ---- */

/* *keeps: the row has its lock; false: another has it, and SKIP LOCKED was asked. */
static enum sqlstate lock_row(
	struct op *op, const struct batch *b, uint32_t row, bool *keeps, struct error *e)
{
	const struct plan_node *n = op->node;
	enum sqlstate rc = OK;

	*keeps = true;
	for (uint32_t i = 0; i < n->lock.count && rc == OK; i++) {
		struct value v = column_value(&b->columns[n->lock.slots[i]], row);

		if (v.type == VALUE_NODE || v.type == VALUE_EDGE)
			rc = storage_lock(op->x->options.txn,
				v.type == VALUE_NODE ? ELEMENT_NODE : ELEMENT_EDGE, v.id,
				n->lock.strength, n->lock.is_nowait || n->lock.skips, e);
	}
	if (rc == E_LOCK_TIMEOUT && n->lock.skips) {
		*keeps = false;
		return OK;
	}
	return rc;
}

static enum step lock_next(struct op *op, struct batch **out, struct error *e)
{
	for (;;) {
		enum step step = op_next(op->input, out, e);
		struct batch *in = *out;
		uint32_t *kept, count = 0;

		if (step != STEP_ROW)
			return step;
		kept = arena_alloc_raw(op_begin(op), sizeof *kept * in->count);
		for (uint32_t row = 0; row < in->count; row++) {
			bool keeps;

			TRY_STEP(lock_row(op, in, row, &keeps, e));
			kept[count] = row;
			count += keeps;
		}
		if (count == 0)
			continue;
		op_carry(op, in, kept, count);
		op->batch.count = count;
		*out = &op->batch;
		return STEP_ROW;
	}
}

struct op *op_lock_new(struct exec *x, const struct plan_node *node)
{
	struct op *op = op_make(x, node, sizeof *op);

	op->next = lock_next;
	op_own_columns(op);
	op_carry_init(op, NULL, 0);
	return op;
}
