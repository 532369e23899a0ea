/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * CHECK_OPTION: rows that were written through a view with a CHECK OPTION, and must be among those that
 * it shows. The rows pass on as they are; the first that does not satisfy the condition is an error.
 */
#include "base/buf.h"
#include "query/eval/json_text.h"
#include "query/exec/op.h"

static enum sqlstate refuse(
	const struct plan_node *n, const struct batch *in, uint32_t row, struct error *e)
{
	struct buf text = { 0 };

	FAIL(e, E_CHECK_OPTION, "new row violates check option for view \"%.*s\"",
		STR_ARGS(n->check_option.view));
	for (uint32_t i = 0; i < n->check_option.column_count; i++) {
		buf_put_text(&text, i == 0 ? "" : ", ");
		value_put_text(
			&text, column_value(&in->columns[n->check_option.columns[i]], row));
	}
	error_detail(e, "Failing row contains (%.*s).", (int)MIN_OF(text.length, (size_t)400),
		(const char *)text.data);
	buf_free(&text);
	return E_CHECK_OPTION;
}

static enum sqlstate check(struct op *op, const struct batch *in, struct error *e)
{
	const struct plan_node *n = op->node;
	uint32_t *kept = arena_alloc_raw(op_begin(op), sizeof *kept * in->count);
	uint32_t count = 0, row = 0;

	TRY(eval_filter(op_eval(op), n->check_option.predicate, in, kept, &count, e));
	if (count == in->count)
		return OK;
	while (row < count && kept[row] == row)
		row++;
	return refuse(n, in, row, e);
}

static enum step check_option_next(struct op *op, struct batch **out, struct error *e)
{
	enum step step = op_next(op->input, out, e);

	if (step == STEP_ROW)
		TRY_STEP(check(op, *out, e));
	return step;
}

struct op *op_check_option_new(struct exec *x, const struct plan_node *node)
{
	struct op *op = op_make(x, node, sizeof *op);

	op->next = check_option_next;
	return op;
}
