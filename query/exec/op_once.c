/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * ONCE: an UPDATE, DELETE or MERGE changes a row once, however many rows it is joined to. The first
 * of them counts; MERGE refuses the second.
 */
#include "query/exec/id_set.h"
#include "query/exec/op.h"

struct once {
	struct op op;
	struct arena *heap; /* NULL until the first row */
	struct id_set seen;
};

static void once_close(struct op *op)
{
	struct once *s = (struct once *)op;

	arena_free(s->heap);
	s->heap = NULL;
}

static enum sqlstate refuse_second(struct error *e)
{
	FAIL(e, E_CARDINALITY, "MERGE command cannot affect row a second time");
	error_hint(e, "Ensure that not more than one source row matches any one target row.");
	return E_CARDINALITY;
}

/* The rows of `in` that count, as their numbers. */
static enum sqlstate take_rows(
	struct once *s, const struct batch *in, uint32_t *rows, uint32_t *count, struct error *e)
{
	const struct column *elements = &in->columns[s->op.node->once.slot];

	*count = 0;
	for (uint32_t row = 0; row < in->count; row++) {
		struct value v = column_value(elements, row);
		bool is_element = v.type == VALUE_NODE || v.type == VALUE_EDGE;

		if (is_element && !id_set_add(&s->seen, v.id)) {
			if (s->op.node->once.is_refused)
				return refuse_second(e);
			continue;
		}
		rows[(*count)++] = row;
	}
	return op_heap_check(s->heap, e);
}

static enum step once_next(struct op *op, struct batch **out, struct error *e)
{
	struct once *s = (struct once *)op;

	if (s->heap == NULL) {
		s->heap = op_heap_new(op);
		s->seen = (struct id_set){ .arena = s->heap };
	}
	for (;;) {
		enum step step = op_next(op->input, out, e);
		uint32_t *rows, count;

		if (step != STEP_ROW)
			return step;
		rows = arena_alloc_raw(op_begin(op), sizeof *rows * (*out)->count);
		TRY_STEP(take_rows(s, *out, rows, &count, e));
		if (count == (*out)->count)
			break;
		op_carry(op, *out, rows, count);
		op->batch.count = count;
		*out = &op->batch;
		if (count > 0)
			break;
	}
	return STEP_ROW;
}

struct op *op_once_new(struct exec *x, const struct plan_node *node)
{
	struct once *s = op_make(x, node, sizeof *s);

	s->op.next = once_next;
	s->op.rewind = once_close;
	s->op.close = once_close;
	op_own_columns(&s->op);
	op_carry_init(&s->op, NULL, 0);
	return &s->op;
}
