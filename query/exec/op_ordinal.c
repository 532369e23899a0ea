/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * WITH ORDINALITY: a column that numbers the rows, from 1. In a subplan the numbers begin anew with
 * each outer row, for such subplans are run row by row.
 */
#include "query/exec/op.h"

struct ordinal {
	struct op op;
	int64_t next;
};

static void ordinal_rewind(struct op *op)
{
	((struct ordinal *)op)->next = 1;
}

static enum step ordinal_next(struct op *op, struct batch **out, struct error *e)
{
	struct ordinal *s = (struct ordinal *)op;
	struct batch *in;
	struct column *c;
	enum step step = op_next(op->input, &in, e);

	if (step != STEP_ROW)
		return step;
	op_begin(op);
	c = &in->columns[op->node->ordinal.slot];
	*c = column_make(op->arena, (struct type){ .kind = TYPE_INT64 }, in->count);
	for (uint32_t row = 0; row < in->count; row++)
		c->i64[row] = s->next++;
	*out = in;
	return STEP_ROW;
}

struct op *op_ordinal_new(struct exec *x, const struct plan_node *node)
{
	struct ordinal *s = op_make(x, node, sizeof *s);

	s->op.next = ordinal_next;
	s->op.rewind = ordinal_rewind;
	s->next = 1;
	return &s->op;
}
