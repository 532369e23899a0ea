/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * LIMIT and OFFSET; running the input to its end without giving rows out.
 *
 * A limit in a writing statement still runs its input to the end: the writes below it are not part
 * of what it limits.
 */
#include "query/exec/limit.h"
#include "query/exec/op.h"

struct limit {
	struct op op;
	bool is_known;
	uint64_t skip, left;
};

/* A row count; NULL means `otherwise`. */
static enum sqlstate row_count(struct op *op, const struct bound *expr, uint64_t otherwise,
	enum sqlstate code, uint64_t *out, struct error *e)
{
	struct value v;

	*out = otherwise;
	if (expr == NULL)
		return OK;
	TRY(eval_value(op_eval(op), expr, NULL, 0, &v, e));
	if (v.type == VALUE_NULL)
		return OK;
	if (v.type != VALUE_INT)
		return FAIL(e, E_TYPE, "argument of %s must be type bigint, not type %s",
			code == E_LIMIT_VALUE ? "LIMIT" : "OFFSET", value_type_name(v.type));
	if (v.integer < 0)
		return FAIL(e, code, "%s must not be negative",
			code == E_LIMIT_VALUE ? "LIMIT" : "OFFSET");
	*out = (uint64_t)v.integer;
	return OK;
}

enum sqlstate limit_evaluate(struct op *op, const struct bound *limit, const struct bound *offset,
	uint64_t *limit_out, uint64_t *offset_out, struct error *e)
{
	TRY(row_count(op, limit, UINT64_MAX, E_LIMIT_VALUE, limit_out, e));
	return row_count(op, offset, 0, E_OFFSET_VALUE, offset_out, e);
}

static enum step drain(struct op *op, struct error *e)
{
	struct batch *in;
	enum step step = STEP_ROW;

	while (step == STEP_ROW)
		step = op_next(op->input, &in, e);
	return step;
}

static enum step limit_next(struct op *op, struct batch **out, struct error *e)
{
	struct limit *l = (struct limit *)op;
	const struct plan_node *n = op->node;
	struct batch *in;
	uint32_t first = 0, count;

	op_begin(op);
	if (!l->is_known)
		TRY_STEP(
			limit_evaluate(op, n->limit.limit, n->limit.offset, &l->left, &l->skip, e));
	l->is_known = true;
	do {
		enum step step;

		if (l->left == 0)
			return op->x->plan->is_write ? drain(op, e) : STEP_DONE;
		step = op_next(op->input, &in, e);
		if (step != STEP_ROW)
			return step;
		first = (uint32_t)MIN_OF(l->skip, in->count);
		l->skip -= first;
	} while (first == in->count);
	count = (uint32_t)MIN_OF(in->count - first, l->left);
	if (l->left != UINT64_MAX)
		l->left -= count;
	*out = in;
	if (count == in->count)
		return STEP_ROW;
	for (uint32_t i = 0; i < op->carry_count; i++) {
		uint32_t slot = op->carry[i];

		op->batch.columns[slot] = column_slice(&in->columns[slot], first);
	}
	op->batch.count = count;
	*out = &op->batch;
	return STEP_ROW;
}

static void limit_rewind(struct op *op)
{
	((struct limit *)op)->is_known = false;
}

struct op *op_limit_new(struct exec *x, const struct plan_node *node)
{
	struct limit *l = op_make(x, node, sizeof *l);

	l->op.next = limit_next;
	l->op.rewind = limit_rewind;
	op_carry_init(&l->op, NULL, 0);
	return &l->op;
}

static enum step discard_next(struct op *op, struct batch **out, struct error *e)
{
	return drain(op, e);
}

struct op *op_discard_new(struct exec *x, const struct plan_node *node)
{
	struct op *op = op_make(x, node, sizeof *op);

	op->next = discard_next;
	return op;
}
