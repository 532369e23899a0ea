/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Set operations over branches whose columns go to the same slots: UNION, EXCEPT, INTERSECT with
 * their ALL forms, and OTHERWISE (the first branch that has rows).
 *
 * The first branch's rows stream; those of the others are counted in a table beforehand where the
 * operation needs to know them:
 *
 *     UNION              every branch streams, rows seen before are dropped
 *     EXCEPT [ALL]       others are counted; a row passes unless it is there (uses one up)
 *     INTERSECT [ALL]    one other branch is counted; a row passes if it is there (uses one up)
 */
#include <string.h>

#include "query/exec/key_table.h"
#include "query/exec/op.h"

struct set {
	struct op op;
	uint32_t branch;
	bool has_rows; /* OTHERWISE: the current branch gave some */
	bool is_counted;
	struct arena *heap;
	struct key_table seen;
	uint32_t *counts; /* by number: rows of the other branches, or 1 for given out */
	uint32_t count_capacity;
	struct column *columns;
	struct type *types;
};

static void set_close(struct op *op)
{
	struct set *s = (struct set *)op;

	arena_free(s->heap);
	s->heap = NULL;
	s->branch = 0;
	s->has_rows = s->is_counted = false;
}

/* A branch's result columns in the form of the output's slots. */
static void take_columns(struct set *s, uint32_t branch, const struct batch *in)
{
	const struct plan_node *n = s->op.node;

	for (uint32_t i = 0; i < n->set.column_count; i++) {
		const struct column *c = &in->columns[n->set.branch_slots[branch][i]];

		s->columns[i] = column_convert(s->op.arena, c, s->types[i], in->count);
	}
}

static void start_table(struct set *s)
{
	s->heap = op_heap_new(&s->op);
	s->counts = NULL;
	s->count_capacity = 0;
	key_table_init(&s->seen, s->heap, s->types, s->op.node->set.column_count);
}

static uint32_t *count_of(struct set *s, uint32_t number)
{
	if (number >= s->count_capacity) {
		uint32_t old = s->count_capacity, wider = old == 0 ? 64 : old * 2;

		s->counts = arena_grow(
			s->heap, s->counts, sizeof *s->counts * old, sizeof *s->counts * wider);
		memset(s->counts + old, 0, sizeof *s->counts * (wider - old));
		s->count_capacity = wider;
	}
	return &s->counts[number];
}

/* EXCEPT and INTERSECT: the rows of all branches but the first. */
static enum sqlstate count_others(struct set *s, struct error *e)
{
	struct batch *in;
	uint32_t number;

	start_table(s);
	for (uint32_t b = 1; b < s->op.branch_count; b++) {
		enum step step;

		while ((step = op_next(s->op.branches[b], &in, e)) == STEP_ROW) {
			op_begin(&s->op);
			take_columns(s, b, in);
			for (uint32_t row = 0; row < in->count; row++) {
				TRY(key_table_add(&s->seen, s->columns, &row, 1, &number, e));
				++*count_of(s, number);
			}
		}
		if (step == STEP_FAILED)
			return e->code;
	}
	s->is_counted = true;
	return OK;
}

/* Whether a row of the first branch (of any, for UNION) is given out. */
static enum sqlstate passes(struct set *s, uint32_t row, bool *out, struct error *e)
{
	enum ast_set_op set_op = s->op.node->set.op;
	uint32_t number, before = s->seen.count, *count;

	TRY(key_table_add(&s->seen, s->columns, &row, 1, &number, e));
	count = count_of(s, number);
	switch (set_op) {
	case SET_OP_UNION:
		*out = s->seen.count > before;
		return OK;
	case SET_OP_EXCEPT:
		*out = *count == 0;
		*count = 1; /* given out, or never to be */
		return OK;
	case SET_OP_INTERSECT:
		*out = *count > 0;
		*count = 0;
		return OK;
	case SET_OP_EXCEPT_ALL:
		*out = *count == 0;
		*count -= *count > 0;
		return OK;
	default:
		*out = *count > 0;
		*count -= *count > 0;
		return OK;
	}
}

static enum sqlstate keep_passing(struct set *s, struct batch *in, struct error *e)
{
	const struct plan_node *n = s->op.node;
	uint32_t *rows = arena_alloc_raw(s->op.arena, sizeof *rows * in->count), count = 0;
	bool is_in;

	for (uint32_t row = 0; row < in->count; row++) {
		TRY(passes(s, row, &is_in, e));
		rows[count] = row;
		count += is_in;
	}
	for (uint32_t i = 0; i < n->set.column_count; i++)
		column_gather(s->op.arena, &s->columns[i], rows, count,
			&s->op.batch.columns[n->set.slots[i]]);
	s->op.batch.count = count;
	return OK;
}

static void give_all(struct set *s, const struct batch *in)
{
	const struct plan_node *n = s->op.node;

	for (uint32_t i = 0; i < n->set.column_count; i++)
		s->op.batch.columns[n->set.slots[i]] = s->columns[i];
	s->op.batch.count = in->count;
}

static enum sqlstate prepare(struct set *s, struct error *e)
{
	switch (s->op.node->set.op) {
	case SET_OP_UNION:
		if (s->heap == NULL)
			start_table(s);
		return OK;
	case SET_OP_EXCEPT:
	case SET_OP_EXCEPT_ALL:
	case SET_OP_INTERSECT:
	case SET_OP_INTERSECT_ALL:
		return s->is_counted ? OK : count_others(s, e);
	default:
		return OK;
	}
}

/* Which branch streams after this one is done; false: none. */
static bool next_branch(struct set *s)
{
	enum ast_set_op set_op = s->op.node->set.op;
	bool goes_on = set_op == SET_OP_UNION || set_op == SET_OP_UNION_ALL ||
		       (set_op == SET_OP_OTHERWISE && !s->has_rows);

	if (!goes_on || s->branch + 1 >= s->op.branch_count)
		return false;
	s->branch++;
	return true;
}

static enum step set_next(struct op *op, struct batch **out, struct error *e)
{
	struct set *s = (struct set *)op;
	enum ast_set_op set_op = op->node->set.op;
	struct batch *in;
	enum step step;

	TRY_STEP(prepare(s, e));
	do
		step = op_next(op->branches[s->branch], &in, e);
	while (step == STEP_DONE && next_branch(s));
	if (step != STEP_ROW)
		return step;
	s->has_rows = true;
	op_begin(op);
	take_columns(s, s->branch, in);
	*out = &op->batch;
	if (set_op == SET_OP_UNION_ALL || set_op == SET_OP_OTHERWISE) {
		give_all(s, in);
		return STEP_ROW;
	}
	return op_step(keep_passing(s, in, e), STEP_ROW);
}

struct op *op_set_new(struct exec *x, const struct plan_node *node)
{
	struct set *s = op_make(x, node, sizeof *s);
	uint32_t count = node->set.column_count;

	s->op.next = set_next;
	s->op.rewind = set_close;
	s->op.close = set_close;
	s->columns = ARENA_ARRAY(x->arena, struct column, count + 1);
	s->types = op_slot_types(&s->op, x->arena, node->set.slots, count);
	op_own_columns(&s->op);
	return &s->op;
}
