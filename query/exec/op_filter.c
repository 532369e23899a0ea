/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Operators that drop rows: filters, and the test that no edge is bound twice in one match. A batch
 * that passes whole is handed on as it is; otherwise its live columns are gathered.
 */
#include <stdlib.h>
#include <string.h>

#include "query/exec/op.h"

/* Gives out the selected rows of `in`. */
static void give_selected(struct op *op, struct batch *in, const uint32_t *selected, uint32_t count,
	struct batch **out)
{
	if (count == in->count) {
		*out = in;
		return;
	}
	op_carry(op, in, selected, count);
	op->batch.count = count;
	*out = &op->batch;
}

/* The rows of the next batch that has any which `choose` selects. */
static enum step pass(struct op *op,
	enum sqlstate (*choose)(struct op *op, const struct batch *in, uint32_t *selected,
		uint32_t *count, struct error *e),
	struct batch **out, struct error *e)
{
	struct batch *in;
	uint32_t *selected, count = 0;

	while (count == 0) {
		enum step step = op_next(op->input, &in, e);

		if (step != STEP_ROW)
			return step;
		selected = arena_alloc_raw(op_begin(op), sizeof *selected * in->count);
		TRY_STEP(choose(op, in, selected, &count, e));
	}
	give_selected(op, in, selected, count, out);
	return STEP_ROW;
}

static enum sqlstate choose_true(struct op *op, const struct batch *in, uint32_t *selected,
	uint32_t *count, struct error *e)
{
	return eval_filter(op_eval(op), op->node->filter.predicate, in, selected, count, e);
}

static enum step filter_next(struct op *op, struct batch **out, struct error *e)
{
	return pass(op, choose_true, out, e);
}

struct op *op_filter_new(struct exec *x, const struct plan_node *node)
{
	struct op *op = op_make(x, node, sizeof *op);

	op->next = filter_next;
	op_carry_init(op, NULL, 0);
	return op;
}

/* ---- different edges ---- */

static bool is_among(uint64_t id, const uint64_t *ids, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (ids[i] == id)
			return true;
	}
	return false;
}

static int by_id(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

/* The edges of all parts of one row; room was made by count_edges(). */
static uint32_t collect_edges(
	const struct plan_node *n, const struct batch *in, uint32_t row, uint64_t *ids)
{
	uint32_t used = 0;

	for (uint32_t p = 0; p < n->different.part_count; p++) {
		struct value v = column_value(&in->columns[n->different.parts[p].slot], row);

		if (v.type == VALUE_EDGE) {
			if (ids != NULL)
				ids[used] = v.id;
			used++;
		}
		for (uint32_t i = 0; v.type == VALUE_LIST && i < v.count; i++) {
			if (ids != NULL)
				ids[used] = v.items[i].id;
			used++;
		}
	}
	return used;
}

static bool edges_differ(struct op *op, const struct batch *in, uint32_t row)
{
	enum { FEW = 16 };
	uint64_t few[FEW], *ids = few;
	uint32_t count = collect_edges(op->node, in, row, NULL);
	struct arena_mark mark = arena_save(op->arena);
	bool differ = true;

	if (count > FEW)
		ids = arena_alloc_raw(op->arena, sizeof *ids * count);
	collect_edges(op->node, in, row, ids);
	if (count <= FEW) {
		for (uint32_t i = 1; i < count; i++)
			differ &= !is_among(ids[i], ids, i);
		return differ;
	}
	qsort(ids, count, sizeof *ids, by_id);
	for (uint32_t i = 1; i < count; i++)
		differ &= ids[i] != ids[i - 1];
	arena_rewind(op->arena, mark);
	return differ;
}

static enum sqlstate choose_different(struct op *op, const struct batch *in, uint32_t *selected,
	uint32_t *count, struct error *e)
{
	(void)e;
	for (uint32_t row = 0; row < in->count; row++) {
		if (edges_differ(op, in, row))
			selected[(*count)++] = row;
	}
	return OK;
}

static enum step different_next(struct op *op, struct batch **out, struct error *e)
{
	return pass(op, choose_different, out, e);
}

struct op *op_different_new(struct exec *x, const struct plan_node *node)
{
	struct op *op = op_make(x, node, sizeof *op);

	op->next = different_next;
	op_carry_init(op, NULL, 0);
	return op;
}
