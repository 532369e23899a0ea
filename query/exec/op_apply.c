/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Subplans: OPTIONAL, and APPLY in all its forms (EXISTS, semi and anti joins, COUNT, COLLECT,
 * VALUE, CALL). The outer rows go to the subplan's ARGUMENT leaves, a whole batch at a time; the
 * row slot in the subplan's rows tells which outer row each belongs to. Subplans that count, sort
 * or limit are run row by row.
 *
 *     outer batch --> ARGUMENT --> … subplan … --> rows with row_slot
 *         |                                          |
 *         +--- columns of the outer rows, gathered --+--> output
 *
 * Invariants
 *  A1. matches[r] counts the subplan's rows for outer row r; complete when the subplan is done.
 *  A2. Columns of the output come from the subplan where it has them, else from the outer rows.
 */
#include <string.h>

#include "query/exec/op.h"

struct apply {
	struct op op;
	struct batch *in; /* NULL: the next outer batch is to be fetched */
	uint32_t row;	  /* per row: the outer row being run */
	uint32_t row_slot;
	bool is_per_row;
	bool is_running; /* the subplan has more rows for what it was given */
	uint64_t *matches;
	uint32_t match_capacity;
	uint32_t sub_count; /* live slots taken from the subplan … */
	uint32_t *sub_slots;
	uint32_t outer_count; /* … and from the outer rows */
	uint32_t *outer_slots;
};

static void apply_rewind(struct op *op)
{
	struct apply *s = (struct apply *)op;

	s->in = NULL;
	s->is_running = false;
}

/* Sorts the live slots into those of the subplan and those of the outer rows. `own` is this
   operator's. */
static void split_slots(struct apply *s, uint32_t own)
{
	const struct plan_node *n = s->op.node;
	struct arena *a = s->op.x->arena;

	s->sub_slots = arena_alloc_raw(a, sizeof *s->sub_slots * (n->live_count + 1));
	s->outer_slots = arena_alloc_raw(a, sizeof *s->outer_slots * (n->live_count + 1));
	for (uint32_t i = 0; i < n->live_count; i++) {
		uint32_t slot = n->live[i];

		if (slot == own)
			continue;
		if (op_is_live(n->input, slot))
			s->outer_slots[s->outer_count++] = slot;
		else
			s->sub_slots[s->sub_count++] = slot;
	}
}

/* Fetches outer rows and gives them (or the next of them) to the subplan. */
static enum step start(struct apply *s, struct error *e)
{
	struct op *op = &s->op;

	if (s->in != NULL && s->is_per_row && s->row + 1 < s->in->count) {
		s->row++;
	} else {
		enum step step = op_next(op->input, &s->in, e);

		if (step != STEP_ROW)
			return step;
		s->row = 0;
		if (s->match_capacity < s->in->count) {
			s->matches =
				arena_alloc_raw(op->x->arena, sizeof *s->matches * s->in->count);
			s->match_capacity = s->in->count;
		}
		memset(s->matches, 0, sizeof *s->matches * s->in->count);
	}
	op_subplan_start(op->other, s->row_slot, s->in, s->is_per_row ? s->row : 0,
		s->is_per_row ? 1 : s->in->count);
	s->is_running = true;
	return STEP_ROW;
}

/* The outer row that row `row` of the subplan's batch belongs to. */
static uint32_t outer_row(const struct apply *s, const struct batch *sub, uint32_t row)
{
	const struct column *c;

	if (s->is_per_row)
		return s->row;
	c = &sub->columns[s->row_slot];
	return (uint32_t)c->i64[row * c->stride];
}

/* How many results a row of the subplan stands for. */
static uint64_t weight(const struct apply *s, const struct batch *sub, uint32_t row)
{
	const struct plan_node *n = s->op.node;
	const struct column *c;

	if (n->kind != PLAN_APPLY || !n->apply.is_weighted)
		return 1;
	c = &sub->columns[n->apply.weight_slot];
	return (uint64_t)c->i64[row * c->stride];
}

/* The next rows of the subplan, counted; STEP_DONE when it has no more for what it was given. */
static enum step pull(struct apply *s, struct batch **sub, uint32_t **rows, struct error *e)
{
	enum step step = op_next(s->op.other, sub, e);

	if (step != STEP_ROW) {
		s->is_running = false;
		return step;
	}
	*rows = arena_alloc_raw(op_begin(&s->op), sizeof **rows * (*sub)->count);
	for (uint32_t i = 0; i < (*sub)->count; i++) {
		uint32_t row = outer_row(s, *sub, i);

		assert(row < s->in->count);
		(*rows)[i] = row;
		s->matches[row] += weight(s, *sub, i);
	}
	return STEP_ROW;
}

/* The subplan's rows with the outer rows' columns beside them. */
static void give_joined(struct apply *s, const struct batch *sub, const uint32_t *rows)
{
	struct batch *out = &s->op.batch;

	for (uint32_t i = 0; i < s->sub_count; i++)
		out->columns[s->sub_slots[i]] = sub->columns[s->sub_slots[i]];
	for (uint32_t i = 0; i < s->outer_count; i++) {
		uint32_t slot = s->outer_slots[i];

		column_gather(
			s->op.arena, &s->in->columns[slot], rows, sub->count, &out->columns[slot]);
	}
	out->count = sub->count;
}

/* The selected outer rows; the subplan's columns are NULL. */
static void give_outer(struct apply *s, const uint32_t *rows, uint32_t count)
{
	struct batch *out = &s->op.batch;

	for (uint32_t i = 0; i < s->outer_count; i++) {
		uint32_t slot = s->outer_slots[i];

		column_gather(s->op.arena, &s->in->columns[slot], rows, count, &out->columns[slot]);
	}
	for (uint32_t i = 0; i < s->sub_count; i++) {
		out->columns[s->sub_slots[i]] = column_constant(
			s->op.arena, op_slot_type(&s->op, s->sub_slots[i]), value_null());
	}
	out->count = count;
}

/* The outer rows in [first, end) that have matches (or have none). */
static uint32_t select_rows(
	const struct apply *s, uint32_t first, uint32_t end, bool matched, uint32_t *rows)
{
	uint32_t count = 0;

	for (uint32_t row = first; row < end; row++) {
		if ((s->matches[row] > 0) == matched)
			rows[count++] = row;
	}
	return count;
}

/* ---- OPTIONAL and inner ---- */

static enum step join_next(struct op *op, struct batch **out, struct error *e)
{
	struct apply *s = (struct apply *)op;
	bool is_optional = op->node->kind == PLAN_OPTIONAL;
	uint32_t *rows, count;
	struct batch *sub;

	*out = &op->batch;
	for (;;) {
		enum step step;

		if (!s->is_running) {
			step = start(s, e);
			if (step != STEP_ROW)
				return step;
		}
		step = pull(s, &sub, &rows, e);
		if (step == STEP_FAILED)
			return step;
		if (step == STEP_ROW) {
			give_joined(s, sub, rows);
			return STEP_ROW;
		}
		if (!is_optional)
			continue;
		rows = arena_alloc_raw(op_begin(op), sizeof *rows * s->in->count);
		count = select_rows(s, s->is_per_row ? s->row : 0,
			s->is_per_row ? s->row + 1 : s->in->count, false, rows);
		if (count > 0) {
			give_outer(s, rows, count);
			return STEP_ROW;
		}
	}
}

struct op *op_optional_new(struct exec *x, const struct plan_node *node)
{
	struct apply *s = op_make(x, node, sizeof *s);

	s->op.next = join_next;
	s->op.rewind = apply_rewind;
	s->row_slot = node->optional.row_slot;
	s->is_per_row = node->optional.is_per_row;
	split_slots(s, SLOT_NONE);
	op_own_columns(&s->op);
	return &s->op;
}

/* ---- the other forms ---- */

/* Runs the subplan to its end for what it was given, counting only; `enough` stops early. */
static enum sqlstate count_matches(struct apply *s, bool enough, struct error *e)
{
	uint32_t *rows;
	struct batch *sub;
	enum step step;

	while ((step = pull(s, &sub, &rows, e)) == STEP_ROW) {
		if (enough && s->is_per_row)
			break;
	}
	s->is_running = false;
	return step == STEP_FAILED ? e->code : OK;
}

static enum step semi_next(struct op *op, struct batch **out, struct error *e)
{
	struct apply *s = (struct apply *)op;
	bool wanted = op->node->apply.apply == APPLY_SEMI;
	uint32_t *rows, count = 0;

	while (count == 0) {
		enum step step = start(s, e);

		if (step != STEP_ROW)
			return step;
		TRY_STEP(count_matches(s, true, e));
		while (s->is_per_row && s->row + 1 < s->in->count) {
			if (start(s, e) == STEP_FAILED)
				return STEP_FAILED;
			TRY_STEP(count_matches(s, true, e));
		}
		rows = arena_alloc_raw(op_begin(op), sizeof *rows * s->in->count);
		count = select_rows(s, 0, s->in->count, wanted, rows);
	}
	give_outer(s, rows, count);
	*out = &op->batch;
	return STEP_ROW;
}

/* Values of one result per outer row, collected while the subplan runs. */
struct results {
	struct arena *heap;
	struct value **items;
	uint32_t *capacities;
};

static enum sqlstate keep_result(struct apply *s, struct results *r, uint32_t row, uint64_t have,
	struct value v, struct error *e)
{
	if (s->op.node->apply.apply == APPLY_VALUE && have > 0) {
		FAIL(e, E_CARDINALITY,
			"more than one row returned by a subquery used as an expression");
		e->byte_offset = (int)s->op.node->apply.at;
		return E_CARDINALITY;
	}
	TRY(eval_check_list(&s->op.x->eval, have + 1, e));
	if (have == r->capacities[row]) {
		uint32_t wider = have == 0 ? 1 : (uint32_t)have * 2;

		r->items[row] =
			arena_grow(r->heap, r->items[row], sizeof v * have, sizeof v * wider);
		r->capacities[row] = wider;
	}
	r->items[row][have] = value_copy(r->heap, v);
	return op_heap_check(r->heap, e);
}

static enum sqlstate run_results(struct apply *s, struct results *r, struct error *e)
{
	const struct column *c;
	struct batch *sub;
	enum step step;

	while ((step = op_next(s->op.other, &sub, e)) == STEP_ROW) {
		c = &sub->columns[s->op.node->apply.result_slot];
		for (uint32_t i = 0; i < sub->count; i++) {
			uint32_t row = outer_row(s, sub, i);

			TRY(keep_result(s, r, row, s->matches[row]++, column_value(c, i), e));
		}
	}
	s->is_running = false;
	return step == STEP_FAILED ? e->code : OK;
}

/* What the subplan's rows come to for one outer row. */
static struct value result_of(const struct apply *s, const struct results *r, uint32_t row)
{
	uint64_t count = s->matches[row];

	switch (s->op.node->apply.apply) {
	case APPLY_EXISTS:
		return value_bool(count > 0);
	case APPLY_COUNT:
		return value_int((int64_t)count);
	case APPLY_COLLECT:
		return (struct value){
			.type = VALUE_LIST, .count = (uint32_t)count, .items = r->items[row]
		};
	default:
		return count == 0 ? value_null() : r->items[row][0];
	}
}

static enum sqlstate run_one(struct apply *s, struct results *r, struct error *e)
{
	enum plan_apply apply = s->op.node->apply.apply;

	if (apply == APPLY_COLLECT || apply == APPLY_VALUE)
		return run_results(s, r, e);
	return count_matches(s, apply == APPLY_EXISTS, e);
}

static void results_init(struct results *r, struct op *op, uint32_t rows)
{
	r->heap = op_hold(op);
	r->items = arena_alloc(r->heap, sizeof *r->items * (rows + 1));
	r->capacities = arena_alloc(r->heap, sizeof *r->capacities * (rows + 1));
}

/* One column more, for the whole outer batch: the subplan is run for all its rows first. */
static enum step value_next(struct op *op, struct batch **out, struct error *e)
{
	struct apply *s = (struct apply *)op;
	uint32_t slot = op->node->apply.slot;
	struct results results;
	struct column made;
	enum step step;

	step = start(s, e);
	if (step != STEP_ROW)
		return step;
	results_init(&results, op, s->in->count);
	TRY_STEP(run_one(s, &results, e));
	while (s->is_per_row && s->row + 1 < s->in->count) {
		if (start(s, e) == STEP_FAILED)
			return STEP_FAILED;
		TRY_STEP(run_one(s, &results, e));
	}
	made = column_make(results.heap, op_slot_type(op, slot), s->in->count);
	for (uint32_t row = 0; row < s->in->count; row++) {
		struct value v = result_of(s, &results, row);

		if (!type_takes_value(op_slot_type(op, slot), v)) {
			(void)type_refuses_value(op_slot_type(op, slot), v, e);
			return STEP_FAILED;
		}
		column_put(&made, results.heap, s->in->count, row, v);
	}
	s->in->columns[slot] = made;
	*out = s->in;
	return STEP_ROW;
}

struct op *op_apply_new(struct exec *x, const struct plan_node *node)
{
	struct apply *s = op_make(x, node, sizeof *s);
	enum plan_apply apply = node->apply.apply;

	s->op.next = apply == APPLY_INNER			  ? join_next
		     : apply == APPLY_SEMI || apply == APPLY_ANTI ? semi_next
								  : value_next;
	s->op.rewind = apply_rewind;
	s->row_slot = node->apply.row_slot;
	s->is_per_row = node->apply.is_per_row;
	split_slots(s, SLOT_NONE);
	op_own_columns(&s->op);
	return &s->op;
}
