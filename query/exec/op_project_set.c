/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Set-returning functions in a select list: for each row as many rows as the longest of their lists
 * has items; the shorter ones go on with NULL. A row whose lists are all empty gives none.
 */
#include "query/exec/op.h"

struct project_set {
	struct op op;
	struct batch *in;
	struct column *lists; /* of `in`, one per function */
	uint32_t row, item;
};

static void project_set_rewind(struct op *op)
{
	struct project_set *s = (struct project_set *)op;

	s->in = NULL;
	s->row = s->item = 0;
}

static enum sqlstate take_lists(struct project_set *s, struct error *e)
{
	const struct plan_node *n = s->op.node;

	s->op.x->eval.arena = op_hold(&s->op);
	s->row = s->item = 0;
	for (uint32_t i = 0; i < n->project_set.count; i++)
		TRY(eval_column(&s->op.x->eval, n->project_set.lists[i], s->in, &s->lists[i], e));
	return OK;
}

static uint32_t longest(const struct project_set *s, uint32_t row)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < s->op.node->project_set.count; i++) {
		struct value list = column_value(&s->lists[i], row);

		if (list.type == VALUE_LIST)
			most = MAX_OF(most, list.count);
	}
	return most;
}

static struct value item_of(const struct project_set *s, uint32_t list, uint32_t row, uint32_t item)
{
	struct value v = column_value(&s->lists[list], row);

	return v.type == VALUE_LIST && item < v.count ? v.items[item] : value_null();
}

static enum sqlstate fill(struct project_set *s, uint32_t want, struct error *e)
{
	struct op *op = &s->op;
	const struct plan_node *n = op->node;
	uint32_t *rows = arena_alloc_raw(op->arena, sizeof *rows * want);
	uint32_t *items = arena_alloc_raw(op->arena, sizeof *items * want);
	uint32_t count = 0;

	for (; s->row < s->in->count && count < want; s->row++, s->item = 0) {
		uint32_t most = longest(s, s->row);

		for (; s->item < most && count < want; s->item++) {
			rows[count] = s->row;
			items[count++] = s->item;
		}
		if (s->item < most)
			break;
	}
	op->batch.count = count;
	if (count == 0)
		return OK;
	op_carry(op, s->in, rows, count);
	for (uint32_t i = 0; i < n->project_set.count; i++) {
		struct type type = op_slot_type(op, n->project_set.slots[i]);
		struct column made = column_make(op->arena, type, count);

		for (uint32_t r = 0; r < count; r++) {
			struct value v = item_of(s, i, rows[r], items[r]);

			if (!type_takes_value(type, v))
				return type_refuses_value(type, v, e);
			column_put(&made, op->arena, count, r, v);
		}
		op->batch.columns[n->project_set.slots[i]] = made;
	}
	return OK;
}

static enum step project_set_next(struct op *op, struct batch **out, struct error *e)
{
	struct project_set *s = (struct project_set *)op;

	op->batch.count = 0;
	while (op->batch.count == 0) {
		op_begin(op);
		while (s->in == NULL || s->row == s->in->count) {
			enum step step = op_next(op->input, &s->in, e);

			if (step != STEP_ROW)
				return step;
			TRY_STEP(take_lists(s, e));
		}
		TRY_STEP(fill(s, BATCH_ROWS, e));
	}
	*out = &op->batch;
	return STEP_ROW;
}

struct op *op_project_set_new(struct exec *x, const struct plan_node *node)
{
	struct project_set *s = op_make(x, node, sizeof *s);

	s->op.next = project_set_next;
	s->op.rewind = project_set_rewind;
	s->lists = ARENA_ARRAY(x->arena, struct column, node->project_set.count + 1);
	op_carry_init(&s->op, node->project_set.slots, node->project_set.count);
	return &s->op;
}
