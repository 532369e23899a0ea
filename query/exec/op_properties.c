/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Properties of one element variable, several keys at once, into slots: one storage call a batch. A
 * slot's type was settled by the planner from what the catalog had seen; a value of another type
 * that turns up all the same is an error (42804), never a column of another form.
 *
 * Invariants
 *  P1. A row whose element is NULL gets NULLs.
 *  P2. Reading an element that this statement deleted is E_OBJECT_STATE.
 */
#include "query/exec/op.h"

/* The present elements of a column. */
struct present {
	uint64_t *ids;
	uint32_t *rows; /* NULL: all rows, in order */
	uint32_t count;
};

static void find_present(struct arena *a, const struct column *c, uint32_t rows, struct present *p)
{
	p->rows = NULL;
	p->count = rows;
	p->ids = (uint64_t *)c->i64;
	if (c->nulls == NULL)
		return;
	p->ids = arena_alloc_raw(a, sizeof *p->ids * rows);
	p->rows = arena_alloc_raw(a, sizeof *p->rows * rows);
	p->count = 0;
	for (uint32_t row = 0; row < rows; row++) {
		if (c->nulls[row])
			continue;
		p->rows[p->count] = row;
		p->ids[p->count++] = (uint64_t)c->i64[row];
	}
}

static enum sqlstate put_column(struct arena *a, struct type type, const struct value *values,
	const struct present *p, uint32_t rows, struct column *out, struct error *e)
{
	*out = column_make(a, type, rows);
	if (p->rows != NULL) {
		for (uint32_t row = 0; row < rows; row++)
			column_put(out, a, rows, row, value_null());
	}
	for (uint32_t i = 0; i < p->count; i++) {
		uint32_t row = p->rows == NULL ? i : p->rows[i];
		struct value v = values[i];

		if (UNLIKELY(!type_takes_value(type, v))) {
			if (type.kind != TYPE_NULL)
				return type_refuses_value(type, v, e);
			v = value_null();
		}
		if (out->nulls != NULL)
			out->nulls[row] = 0;
		column_put(out, a, rows, row, v);
	}
	return OK;
}

static enum sqlstate check_present(struct op *op, const struct present *p, struct error *e)
{
	const struct plan_node *n = op->node;
	enum sqlstate rc =
		eval_check_present(op_eval(op), n->properties.element, p->ids, p->count, e);

	if (rc == E_OBJECT_STATE)
		e->byte_offset = (int)n->properties.at;
	return rc;
}

static enum sqlstate fetch(struct op *op, struct batch *in, struct error *e)
{
	const struct plan_node *n = op->node;
	const struct column *element = &in->columns[n->properties.element_slot];
	uint32_t rows = element->stride == 0 ? 1 : in->count, keys = n->properties.count;
	struct arena *a = op_begin(op);
	struct value **columns = arena_alloc_raw(a, sizeof *columns * (keys + 1));
	struct present p;

	find_present(a, element, rows, &p);
	for (uint32_t k = 0; k < keys; k++)
		columns[k] = arena_alloc_raw(a, sizeof **columns * (p.count + 1));
	if (UNLIKELY(op->x->eval.has_deleted))
		TRY(check_present(op, &p, e));
	if (p.count > 0)
		TRY(storage_properties(op->x->options.txn, n->properties.element, p.ids, p.count,
			n->properties.keys, keys, columns, a, e));
	for (uint32_t k = 0; k < keys; k++) {
		uint32_t slot = n->properties.slots[k];

		TRY(put_column(
			a, op_slot_type(op, slot), columns[k], &p, rows, &in->columns[slot], e));
		in->columns[slot].stride = element->stride;
	}
	return OK;
}

static enum step properties_next(struct op *op, struct batch **out, struct error *e)
{
	enum step step = op_next(op->input, out, e);

	if (step != STEP_ROW)
		return step;
	op->is_over = op->input->is_over;
	return op_step(fetch(op, *out, e), STEP_ROW);
}

struct op *op_properties_new(struct exec *x, const struct plan_node *node)
{
	struct op *op = op_make(x, node, sizeof *op);

	op->next = properties_next;
	return op;
}
