/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * FOR x IN list, UNWIND list AS x: one row per item. NULL and the empty list give no rows. The list of a
 * series is never made: its values come one by one.
 */
#include "query/exec/op.h"
#include "query/function/series.h"

struct unwind {
	struct op op;
	struct batch *in;
	struct column lists; /* of `in` */
	uint32_t row, item;
	uint32_t series_args; /* 0: no series */
	struct column args[3]; /* of the series of each row of `in` */
	struct series series;
	bool has_series; /* that of `row` has begun */
};

static void unwind_rewind(struct op *op)
{
	struct unwind *u = (struct unwind *)op;

	u->in = NULL;
	u->row = u->item = 0;
	u->has_series = false;
}

static enum sqlstate take_lists(struct unwind *u, struct error *e)
{
	const struct bound *list = u->op.node->unwind.list;

	u->op.x->eval.arena = op_hold(&u->op);
	u->row = u->item = 0;
	for (uint32_t i = 0; i < u->series_args; i++)
		TRY(eval_column(&u->op.x->eval, list->args[i], u->in, &u->args[i], e));
	if (u->series_args > 0)
		return OK;
	return eval_column(&u->op.x->eval, u->op.node->unwind.list, u->in, &u->lists, e);
}

static enum sqlstate take_value(
	struct unwind *u, struct value *item, uint32_t *place, bool *found, struct error *e)
{
	struct value args[3];

	*found = false;
	for (; u->row < u->in->count; u->row++, u->item = 0) {
		for (uint32_t i = 0; i < u->series_args && !u->has_series; i++)
			args[i] = column_value(&u->args[i], u->row);
		if (!u->has_series)
			TRY(list_series_begin(&u->series, args, u->series_args, e));
		u->has_series = true;
		TRY(list_series_next(&u->op.x->eval, &u->series, item, found, e));
		*place = u->item;
		if (*found) {
			u->item++;
			return OK;
		}
		u->has_series = false;
	}
	return OK;
}

/* The next item and its row; *found is false when the batch is used up. */
static enum sqlstate take_item(
	struct unwind *u, struct value *item, uint32_t *place, bool *found, struct error *e)
{
	if (u->series_args > 0)
		return take_value(u, item, place, found, e);
	*found = false;
	for (; u->row < u->in->count; u->row++, u->item = 0) {
		struct value list = column_value(&u->lists, u->row);

		if (list.type != VALUE_LIST && list.type != VALUE_NULL)
			return FAIL(e, E_TYPE, "a list is needed here, not a value of type %s",
				value_type_name(list.type));
		if (list.type == VALUE_LIST && u->item < list.count) {
			*place = u->item;
			*item = list.items[u->item++];
			*found = true;
			return OK;
		}
	}
	return OK;
}

static enum sqlstate unwind_fill(struct unwind *u, uint32_t want, struct error *e)
{
	struct op *op = &u->op;
	uint32_t slot = op->node->unwind.slot, ordinal_slot = op->node->unwind.ordinal_slot;
	struct type type = op_slot_type(op, slot);
	uint32_t *rows = arena_alloc_raw(op->arena, sizeof *rows * want);
	int64_t *ordinals = arena_alloc_raw(op->arena, sizeof *ordinals * want);
	struct column items = column_make(op->arena, type, want);
	uint32_t count = 0, place = 0;
	struct value item;
	bool found = true;

	while (count < want) {
		TRY(take_item(u, &item, &place, &found, e));
		if (!found)
			break;
		if (!type_takes_value(type, item))
			return type_refuses_value(type, item, e);
		rows[count] = u->row;
		ordinals[count] = place + op->node->unwind.ordinal_first;
		column_put(&items, op->arena, want, count++, item);
	}
	op->batch.count = count;
	if (count == 0)
		return OK;
	op_carry(op, u->in, rows, count);
	op->batch.columns[slot] = items;
	op_set_ids(&op->batch, ordinal_slot, VALUE_INT, (uint64_t *)ordinals);
	return OK;
}

static enum step unwind_next(struct op *op, struct batch **out, struct error *e)
{
	struct unwind *u = (struct unwind *)op;

	op_begin(op);
	while (u->in == NULL || u->row == u->in->count) {
		enum step step = op_next(op->input, &u->in, e);

		if (step != STEP_ROW)
			return step;
		TRY_STEP(take_lists(u, e));
	}
	*out = &op->batch;
	return op_step(unwind_fill(u, op_want(op), e), STEP_ROW);
}

struct op *op_unwind_new(struct exec *x, const struct plan_node *node)
{
	struct unwind *u = op_make(x, node, sizeof *u);
	uint32_t produced[2] = { node->unwind.slot, node->unwind.ordinal_slot };

	u->op.next = unwind_next;
	u->op.rewind = unwind_rewind;
	if (node->unwind.list->kind == BOUND_CALL &&
		list_series_is_made_by(node->unwind.list->body))
		u->series_args = node->unwind.list->arg_count;
	op_carry_init(&u->op, produced, 2);
	return &u->op;
}
