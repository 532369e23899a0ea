/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The leaves of plans (one row, outer rows of a subplan, given values) and the scans of all nodes
 * or edges, which run once for each row of their input.
 *
 * Invariants
 *  S1. A scan has at most one cursor open, for one input row.
 */
#include <string.h>

#include "query/exec/op.h"

/* ---- one row ---- */

struct one_row {
	struct op op;
	bool is_given;
};

static enum step one_row_next(struct op *op, struct batch **out, struct error *e)
{
	struct one_row *o = (struct one_row *)op;

	if (o->is_given)
		return STEP_DONE;
	o->is_given = op->is_over = true;
	op->batch.count = 1;
	*out = &op->batch;
	return STEP_ROW;
}

static void one_row_rewind(struct op *op)
{
	((struct one_row *)op)->is_given = false;
}

struct op *op_one_row_new(struct exec *x, const struct plan_node *node)
{
	struct one_row *o = op_make(x, node, sizeof *o);

	o->op.next = one_row_next;
	o->op.rewind = one_row_rewind;
	op_own_columns(&o->op);
	return &o->op;
}

/* ---- argument ---- */

static enum step argument_next(struct op *op, struct batch **out, struct error *e)
{
	struct op_argument *a = (struct op_argument *)op;
	uint32_t row_slot = op->node->argument.row_slot;
	struct column *columns = op->batch.columns;

	if (a->is_given || a->outer == NULL || a->count == 0)
		return STEP_DONE;
	a->is_given = true;
	for (uint32_t i = 0; i < op->node->live_count; i++) {
		uint32_t slot = op->node->live[i];

		if (slot != row_slot)
			columns[slot] = column_slice(&a->outer->columns[slot], a->first);
	}
	if (row_slot != SLOT_NONE) {
		int64_t *rows = arena_alloc_raw(op_begin(op), sizeof *rows * a->count);

		for (uint32_t i = 0; i < a->count; i++)
			rows[i] = a->first + i;
		op_set_ids(&op->batch, row_slot, VALUE_INT, (uint64_t *)rows);
	}
	op->batch.count = a->count;
	*out = &op->batch;
	return STEP_ROW;
}

static void argument_rewind(struct op *op)
{
	((struct op_argument *)op)->is_given = false;
}

struct op *op_argument_new(struct exec *x, const struct plan_node *node)
{
	struct op_argument *a = op_make(x, node, sizeof *a);

	a->op.next = argument_next;
	a->op.rewind = argument_rewind;
	a->following = x->arguments;
	x->arguments = a;
	op_own_columns(&a->op);
	return &a->op;
}

/* ---- values ---- */

/* Without an input the rows come once; else once for each of its rows, whose slots they may read. */
struct values {
	struct op op;
	struct batch *in;
	uint32_t in_row;
	uint32_t row;
};

/* The input's next row; alone, none at all stands for it. */
static enum step values_advance(struct values *v, struct error *e)
{
	v->row = 0;
	if (v->in != NULL && ++v->in_row < v->in->count)
		return STEP_ROW;
	v->in_row = 0;
	if (v->op.input == NULL)
		return STEP_DONE;
	return op_next(v->op.input, &v->in, e);
}

static enum step values_next(struct op *op, struct batch **out, struct error *e)
{
	struct values *v = (struct values *)op;
	const struct plan_node *n = op->node;
	uint32_t columns = n->values.column_count;
	struct batch none = { .count = 1, .columns = op->batch.columns };
	const struct batch *in = &none;
	uint32_t rows;
	struct arena *a;

	if (v->row == n->values.row_count || (op->input != NULL && v->in == NULL)) {
		enum step step = values_advance(v, e);

		if (step != STEP_ROW)
			return step;
	}
	if (v->in != NULL)
		in = v->in;
	rows = MIN_OF(n->values.row_count - v->row, (uint32_t)BATCH_ROWS);
	a = op_begin(op);
	for (uint32_t c = 0; c < columns; c++) {
		uint32_t slot = n->values.slots[c];
		struct type type = op_slot_type(op, slot);
		struct column made = column_make(a, type, rows);

		for (uint32_t r = 0; r < rows; r++) {
			const struct bound *expr = n->values.exprs[(v->row + r) * columns + c];
			struct value value;

			TRY_STEP(eval_value(op_eval(op), expr, in, v->in_row, &value, e));
			column_put(&made, a, rows, r, value);
		}
		op->batch.columns[slot] = made;
	}
	if (v->in != NULL)
		op_carry_row(op, v->in, v->in_row);
	v->row += rows;
	op->batch.count = rows;
	*out = &op->batch;
	return STEP_ROW;
}

static void values_rewind(struct op *op)
{
	struct values *v = (struct values *)op;

	v->row = 0;
	v->in_row = 0;
	v->in = NULL;
}

struct op *op_values_new(struct exec *x, const struct plan_node *node)
{
	struct values *v = op_make(x, node, sizeof *v);

	v->op.next = values_next;
	v->op.rewind = values_rewind;
	op_carry_init(&v->op, node->values.slots, node->values.column_count);
	return &v->op;
}

/* ---- scans ---- */

struct scan {
	struct op op;
	struct batch *in;
	uint32_t row;	       /* of `in` that the cursor is for */
	struct cursor *cursor; /* NULL: none is open */
};

static void scan_close(struct op *op)
{
	struct scan *s = (struct scan *)op;

	if (s->cursor != NULL)
		storage_cursor_close(s->cursor);
	s->cursor = NULL;
}

static void scan_rewind(struct op *op)
{
	struct scan *s = (struct scan *)op;

	scan_close(op);
	s->in = NULL;
	s->row = 0;
}

static enum sqlstate scan_open(struct scan *s, struct error *e)
{
	const struct plan_node *n = s->op.node;
	struct txn *txn = s->op.x->options.txn;
	struct arena *a = op_cursor_arena(&s->op);

	if (n->kind == PLAN_NODE_SCAN)
		return storage_scan_nodes(txn, n->node_scan.label, a, &s->cursor, e);
	return storage_scan_edges(txn, n->edge_scan.label, a, &s->cursor, e);
}

static enum sqlstate edge_ends(struct op *op, const uint64_t *ids, uint32_t count, struct error *e)
{
	const struct plan_node *n = op->node;
	struct edge_head *heads;
	uint64_t *sources, *targets;

	if (n->edge_scan.source_slot == SLOT_NONE && n->edge_scan.target_slot == SLOT_NONE)
		return OK;
	heads = arena_alloc_raw(op->arena, sizeof *heads * count);
	sources = arena_alloc_raw(op->arena, sizeof *sources * count);
	targets = arena_alloc_raw(op->arena, sizeof *targets * count);
	TRY(storage_edges_get(op->x->options.txn, ids, count, heads, e));
	for (uint32_t i = 0; i < count; i++) {
		sources[i] = heads[i].source;
		targets[i] = heads[i].target;
	}
	op_set_ids(&op->batch, n->edge_scan.source_slot, VALUE_NODE, sources);
	op_set_ids(&op->batch, n->edge_scan.target_slot, VALUE_NODE, targets);
	return OK;
}

static enum sqlstate scan_fill(struct scan *s, const uint64_t *ids, uint32_t count, struct error *e)
{
	struct op *op = &s->op;
	bool is_node = op->node->kind == PLAN_NODE_SCAN;

	op->batch.count = count;
	op_carry_row(op, s->in, s->row);
	op_set_ids(&op->batch, is_node ? op->node->node_scan.slot : op->node->edge_scan.slot,
		is_node ? VALUE_NODE : VALUE_EDGE, ids);
	return is_node ? OK : edge_ends(op, ids, count, e);
}

static enum step scan_next(struct op *op, struct batch **out, struct error *e)
{
	struct scan *s = (struct scan *)op;
	uint32_t want = op_want(op), count;
	uint64_t *ids = arena_alloc_raw(op_begin(op), sizeof *ids * want);
	enum step step;

	for (;;) {
		if (s->in == NULL || s->row == s->in->count) {
			step = op_next(op->input, &s->in, e);
			if (step != STEP_ROW)
				return step;
			s->row = 0;
		}
		if (s->cursor == NULL)
			TRY_STEP(scan_open(s, e));
		TRY_STEP(storage_cursor_next(s->cursor, ids, NULL, want, &count, e));
		if (count > 0)
			break;
		scan_close(op);
		s->row++;
		TRY_STEP(eval_poll(&op->x->eval, e));
	}
	*out = &op->batch;
	return op_step(scan_fill(s, ids, count, e), STEP_ROW);
}

static enum step nothing_next(struct op *op, struct batch **out, struct error *e)
{
	return STEP_DONE;
}

static struct op *scan_new(struct exec *x, const struct plan_node *node, bool is_nothing)
{
	struct scan *s = op_make(x, node, sizeof *s);

	s->op.next = is_nothing ? nothing_next : scan_next;
	s->op.rewind = scan_rewind;
	s->op.close = scan_close;
	return &s->op;
}

struct op *op_node_scan_new(struct exec *x, const struct plan_node *node)
{
	struct op *op = scan_new(x, node, node->node_scan.is_nothing);

	if (node->node_scan.is_nothing)
		op_note_nothing(x, ELEMENT_NODE);
	op_carry_init(op, &node->node_scan.slot, 1);
	return op;
}

struct op *op_edge_scan_new(struct exec *x, const struct plan_node *node)
{
	struct op *op = scan_new(x, node, node->edge_scan.is_nothing);
	uint32_t produced[3] = { node->edge_scan.slot, node->edge_scan.source_slot,
		node->edge_scan.target_slot };

	if (node->edge_scan.is_nothing || node->edge_scan.has_unknown)
		op_note_nothing(x, ELEMENT_EDGE);
	op_carry_init(op, produced, 3);
	return op;
}
