/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Scan of a catalog relation: per input row all of its rows, or those that have the key, or those
 * that a function in FROM answers for its arguments. The rows
 * come in slices (query/sql/relation.h); a batch is cut out of one slice. Where one slice without a
 * key was all, it is kept for the next input row; a writing statement forgets it when it starts
 * over, for the catalog may have changed.
 */
#include "query/exec/op.h"
#include "query/sql/relation.h"

struct relation_op {
	struct op op;
	struct batch *in;
	struct column keys; /* of `in`, where there is a key */
	struct column *args;  /* of `in`, of a function … */
	struct value *values; /* … and of the row at hand */
	uint32_t row;	    /* the next input row; the rows at hand belong to the one before */
	uint32_t given;	    /* rows of the slice that are out */
	bool is_last;	    /* no slice follows the one at hand */
	bool is_whole;	    /* the slice at hand is the whole relation */
	struct arena *heap;
	struct relation_scan scan;
};

static void relation_rewind(struct op *op)
{
	struct relation_op *r = (struct relation_op *)op;

	r->in = NULL;
	r->row = 0;
	r->is_last = true;
	r->given = r->scan.row_count;
	if (op->x->plan->is_write)
		r->is_whole = false;
}

static void relation_close(struct op *op)
{
	struct relation_op *r = (struct relation_op *)op;

	arena_free(r->heap);
	r->heap = NULL;
}

static enum sqlstate take_keys(struct relation_op *r, struct error *e)
{
	const struct plan_node *node = r->op.node;

	r->row = 0;
	if (node->relation.key == NULL && node->relation.arg_count == 0)
		return OK;
	r->op.x->eval.arena = op_hold(&r->op);
	for (uint32_t i = 0; i < node->relation.arg_count; i++)
		TRY(eval_column(
			&r->op.x->eval, node->relation.args[i], r->in, &r->args[i], e));
	if (node->relation.key == NULL)
		return OK;
	return eval_column(&r->op.x->eval, node->relation.key, r->in, &r->keys, e);
}

static enum sqlstate next_slice(struct relation_op *r, struct error *e)
{
	r->given = 0;
	/* What the fill function computes lives as long as the slice. */
	r->op.x->eval.arena = r->scan.arena;
	TRY(relation_next(&r->scan, &r->is_last, e));
	return op_heap_check(r->heap, e);
}

/* The first slice for the next input row. */
static enum sqlstate start_row(struct relation_op *r, struct error *e)
{
	const struct plan_node *node = r->op.node;

	r->given = 0;
	r->row++;
	if (r->is_whole)
		return OK;
	if (r->heap == NULL)
		r->heap = op_heap_new(&r->op);
	r->scan.relation = node->relation.relation;
	r->scan.ev = &r->op.x->eval;
	r->scan.arena = r->heap;
	r->scan.key_column = RELATION_NO_KEY;
	if (node->relation.key != NULL) {
		struct value key = column_value(&r->keys, r->row - 1);

		r->scan.row_count = 0;
		r->is_last = true;
		if (value_is_null(key))
			return OK;
		r->scan.key_column = node->relation.key_column;
		r->scan.key = key;
	}
	for (uint32_t i = 0; i < node->relation.arg_count; i++)
		r->values[i] = column_value(&r->args[i], r->row - 1);
	r->scan.args = r->values;
	relation_begin(&r->scan);
	TRY(next_slice(r, e));
	r->is_whole = r->is_last && node->relation.key == NULL && node->relation.arg_count == 0;
	return OK;
}

static enum sqlstate give(struct relation_op *r, uint32_t want, struct error *e)
{
	struct op *op = &r->op;
	const struct plan_node *node = op->node;
	uint32_t count = MIN_OF(r->scan.row_count - r->given, want);
	uint32_t width = r->scan.relation->column_count;
	const struct value *cells = &r->scan.cells[(size_t)r->given * width];

	op->batch.count = count;
	op_carry_row(op, r->in, r->row - 1);
	for (uint32_t i = 0; i < node->relation.column_count; i++) {
		uint32_t slot = node->relation.slots[i];
		struct type type = op_slot_type(op, slot);
		struct column column;

		if (!op_is_live(node, slot))
			continue;
		column = column_make(op->arena, type, count);
		for (uint32_t row = 0; row < count; row++) {
			struct value v = cells[(size_t)row * width + node->relation.columns[i]];

			if (!type_takes_value(type, v))
				return type_refuses_value(type, v, e);
			column_put(&column, op->arena, count, row, v);
		}
		op->batch.columns[slot] = column;
	}
	r->given += count;
	return OK;
}

static enum step relation_op_next(struct op *op, struct batch **out, struct error *e)
{
	struct relation_op *r = (struct relation_op *)op;

	op_begin(op);
	while (r->given == r->scan.row_count) {
		TRY_STEP(eval_poll(&op->x->eval, e));
		if (!r->is_last) {
			TRY_STEP(next_slice(r, e));
			continue;
		}
		if (r->in == NULL || r->row == r->in->count) {
			enum step step = op_next(op->input, &r->in, e);

			if (step != STEP_ROW) {
				r->in = NULL;
				return step;
			}
			TRY_STEP(take_keys(r, e));
		}
		TRY_STEP(start_row(r, e));
	}
	*out = &op->batch;
	return op_step(give(r, op_want(op), e), STEP_ROW);
}

struct op *op_relation_new(struct exec *x, const struct plan_node *node)
{
	struct relation_op *r = op_make(x, node, sizeof *r);

	r->op.next = relation_op_next;
	r->op.rewind = relation_rewind;
	r->op.close = relation_close;
	r->is_last = true;
	r->args = ARENA_ARRAY(x->arena, struct column, node->relation.arg_count + 1);
	r->values = ARENA_ARRAY(x->arena, struct value, node->relation.arg_count + 1);
	op_carry_init(&r->op, node->relation.slots, node->relation.column_count);
	return &r->op;
}
