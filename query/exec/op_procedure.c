/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * CALL of a procedure: runs it for every input row and gives out its answer, the input row carried
 * beside it. The answer is whole columns already; a batch points into them.
 *
 * The projection of the graph that an algorithm loaded is kept for the next row. It is forgotten
 * when a writing statement starts the operator over, since the graph may have changed in between.
 */
#include "query/exec/op.h"
#include "query/procedure/csr.h"
#include "query/procedure/procedure.h"

struct procedure_op {
	struct op op;
	struct batch *in;
	struct column *args;  /* of `in` */
	struct value *values; /* of the row at hand */
	uint32_t row;	      /* the next input row; the answer at hand is that of the one before */
	uint64_t given;	      /* rows of the answer that are out */
	struct arena *heap;   /* answer and scratch */
	struct procedure_call call;
};

static void procedure_rewind(struct op *op)
{
	struct procedure_op *p = (struct procedure_op *)op;

	p->in = NULL;
	p->row = 0;
	p->given = p->call.row_count = 0;
	if (op->x->plan->is_write && p->call.graphs != NULL)
		csr_cache_clear(p->call.graphs);
}

static void procedure_close(struct op *op)
{
	struct procedure_op *p = (struct procedure_op *)op;

	csr_cache_free(p->call.graphs);
	arena_free(p->heap);
	p->call.graphs = NULL;
	p->heap = NULL;
}

static enum sqlstate take_args(struct procedure_op *p, struct error *e)
{
	const struct plan_node *node = p->op.node;

	p->op.x->eval.arena = op_hold(&p->op);
	p->row = 0;
	for (uint32_t i = 0; i < node->procedure.arg_count; i++)
		TRY(eval_column(&p->op.x->eval, node->procedure.args[i], p->in, &p->args[i], e));
	return OK;
}

static enum sqlstate run_row(struct procedure_op *p, struct error *e)
{
	struct op *op = &p->op;

	if (p->heap == NULL) {
		p->heap = op_heap_new(op);
		p->call.graphs = csr_cache_new(op->x->work_bytes);
	} else {
		arena_reset(p->heap);
	}
	for (uint32_t i = 0; i < op->node->procedure.arg_count; i++)
		p->values[i] = column_value(&p->args[i], p->row);
	p->row++;
	p->given = 0;
	p->call.ev = &op->x->eval;
	p->call.arena = p->heap;
	p->call.graph = op->node->procedure.graph;
	TRY(procedure_run(&p->call, e));
	return op_heap_check(p->heap, e);
}

static void give(struct procedure_op *p, uint32_t want)
{
	struct op *op = &p->op;
	const struct plan_node *node = op->node;
	uint64_t left = p->call.row_count - p->given;

	op->batch.count = (uint32_t)MIN_OF(left, (uint64_t)want);
	op_carry_row(op, p->in, p->row - 1);
	for (uint32_t i = 0; i < node->procedure.column_count; i++) {
		struct column c = p->call.columns[node->procedure.columns[i]];

		/* By hand: an answer may be longer than a batch's row numbers go. */
		if (c.form == COLUMN_VALUE)
			c.values += p->given;
		else
			c.i64 += p->given;
		if (c.nulls != NULL)
			c.nulls += p->given;
		op->batch.columns[node->procedure.slots[i]] = c;
	}
	p->given += op->batch.count;
}

static enum step procedure_next(struct op *op, struct batch **out, struct error *e)
{
	struct procedure_op *p = (struct procedure_op *)op;

	op_begin(op);
	while (p->given == p->call.row_count) {
		if (p->in == NULL || p->row == p->in->count) {
			enum step step = op_next(op->input, &p->in, e);

			if (step != STEP_ROW) {
				p->in = NULL;
				return step;
			}
			TRY_STEP(take_args(p, e));
		}
		TRY_STEP(eval_poll(&op->x->eval, e));
		TRY_STEP(run_row(p, e));
	}
	give(p, op_want(op));
	*out = &op->batch;
	return STEP_ROW;
}

struct op *op_procedure_new(struct exec *x, const struct plan_node *node)
{
	struct procedure_op *p = op_make(x, node, sizeof *p);

	p->op.next = procedure_next;
	p->op.rewind = procedure_rewind;
	p->op.close = procedure_close;
	p->args = ARENA_ARRAY(x->arena, struct column, node->procedure.arg_count + 1);
	p->values = ARENA_ARRAY(x->arena, struct value, node->procedure.arg_count + 1);
	p->call.procedure = node->procedure.procedure;
	p->call.args = p->values;
	op_carry_init(&p->op, node->procedure.slots, node->procedure.column_count);
	return &p->op;
}
