/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * WITH queries that change data. Each is run once and to its end, in the order they are written and
 * before the statement behind them gives out its first row; WORKING reads what they returned.
 *
 *     WITH   other: the query ──→ rows kept        input: what follows
 *     PAST   what its input reads is as it was when the first WITH began; what is written on the way
 *            down there, by another WITH, is written to the present
 *
 * So the parts of such a statement do not see what the others do to tables, only what they return.
 */
#include "query/exec/op.h"
#include "query/exec/row_store.h"

struct with {
	struct op op;
	struct arena *heap; /* NULL: not run yet */
	struct row_store rows;
};

/* Reads as of the past from now on, or of the present. What it was before. */
static bool turn(struct exec *x, bool is_past)
{
	bool was_past = x->is_past;

	if (was_past != is_past && x->past != NULL) {
		txn_past_swap(x->options.txn, x->past);
		x->is_past = is_past;
	}
	return was_past;
}

/* ---- WITH ------------------------------------------------------------------------------------ */

static void with_close(struct op *op)
{
	struct with *s = (struct with *)op;

	arena_free(s->heap);
	s->heap = NULL;
}

static enum sqlstate run_query(struct with *s, struct error *e)
{
	const struct plan_node *n = s->op.node;
	struct exec *x = s->op.x;
	struct batch *in;
	enum step step;

	s->heap = op_heap_new(&s->op);
	row_store_init(&s->rows, &s->op, s->heap, n->with.slots, n->with.column_count);
	while ((step = op_next(s->op.other, &in, e)) == STEP_ROW)
		TRY(row_store_append(&s->rows, in, 0, in->count, e));
	if (step == STEP_FAILED)
		return e->code;
	/* The statement's tag tells what its last part did. */
	x->counters = (struct exec_counters){ 0 };
	map_u64_clear(&x->changed[ELEMENT_NODE]);
	map_u64_clear(&x->changed[ELEMENT_EDGE]);
	return OK;
}

static enum step with_next(struct op *op, struct batch **out, struct error *e)
{
	struct with *s = (struct with *)op;
	struct exec *x = op->x;
	enum sqlstate rc;
	bool was_past;

	if (s->heap == NULL) {
		if (x->past == NULL)
			x->past = txn_past_hold(x->options.txn);
		was_past = turn(x, false);
		rc = run_query(s, e);
		(void)turn(x, was_past);
		if (rc != OK)
			return STEP_FAILED;
	}
	return op_next(op->input, out, e);
}

struct op *op_with_new(struct exec *x, const struct plan_node *node)
{
	struct with *s = op_make(x, node, sizeof *s);

	s->op.next = with_next;
	s->op.close = with_close;
	return &s->op;
}

const struct row_store *op_with_rows(const struct op *op)
{
	return &((const struct with *)op)->rows;
}

/* ---- PAST ------------------------------------------------------------------------------------ */

static enum step past_next(struct op *op, struct batch **out, struct error *e)
{
	bool was_past = turn(op->x, true);
	enum step step = op_next(op->input, out, e);

	(void)turn(op->x, was_past);
	return step;
}

struct op *op_past_new(struct exec *x, const struct plan_node *node)
{
	struct op *op = op_make(x, node, sizeof *op);

	op->next = past_next;
	return op;
}
