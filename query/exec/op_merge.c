/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * MERGE and FOREACH: the writes that run a second plan for each row.
 *
 * MERGE takes its rows one after the other: the match is run for one row, and if it yields nothing
 * the whole pattern is created, so that the next row finds it. All of MERGE's own rows are kept
 * before any is given out, since the match's columns die with its next run.
 *
 * FOREACH runs its plan once per element of the row's list, for its effects alone; its own rows
 * pass.
 */
#include "query/exec/op.h"
#include "query/exec/row_store.h"
#include "query/exec/write.h"

/* ---- MERGE ---- */

struct merge {
	struct op op;
	struct write_names creates, on_create, on_match;
	struct arena *heap; /* rows that came from one input batch */
	struct row_store rows;
	uint32_t given;
	struct batch one; /* a row being created */
};

static void merge_close(struct op *op)
{
	struct merge *s = (struct merge *)op;

	arena_free(s->heap);
	s->heap = NULL;
}

/* ON CREATE SET or ON MATCH SET for all rows of a small batch. */
static enum sqlstate run_items(struct merge *s, const struct write_names *names,
	const struct plan_set *items, uint32_t count, const struct batch *b, struct error *e)
{
	struct write_values values;

	if (count == 0)
		return OK;
	(void)op_eval(&s->op);
	TRY(write_evaluate(&s->op, items, count, b, &values, e));
	for (uint32_t row = 0; row < b->count; row++)
		TRY(write_assign(&s->op, names, items, count, &values, row, e));
	return OK;
}

/* The outer row's columns beside those that the match or the creation made. */
static void add_outer(struct merge *s, const struct batch *in, uint32_t row, struct batch *b)
{
	const struct plan_node *n = s->op.node;

	for (uint32_t i = 0; i < n->input->live_count; i++) {
		uint32_t slot = n->input->live[i];

		b->columns[slot] = column_slice(&in->columns[slot], row);
		b->columns[slot].stride = 0;
	}
}

/* INSERT .. ON CONFLICT DO UPDATE .. WHERE: whether the row that is there is to be changed. */
static enum sqlstate is_wanted(struct merge *s, struct batch *found, bool *out, struct error *e)
{
	const struct bound *where = s->op.node->merge.on_match_where;
	struct value v;

	*out = true;
	if (where == NULL)
		return OK;
	TRY(eval_value(op_eval(&s->op), where, found, 0, &v, e));
	*out = v.type == VALUE_BOOL && v.boolean;
	return OK;
}

/* The rows that a proposed one is in conflict with: a key each, so one batch holds them. */
static enum sqlstate upsert_found(
	struct merge *s, struct batch *in, uint32_t row, struct batch *found, struct error *e)
{
	const struct plan_node *n = s->op.node;
	uint64_t id = column_value(&found->columns[n->merge.creates[0].slot], 0).id;
	bool is_it;

	if (n->merge.drops_matches)
		return OK;
	if (map_u64_find(&s->op.x->upserted, id) != NULL) {
		FAIL(e, E_CARDINALITY,
			"ON CONFLICT DO UPDATE command cannot affect row a second time");
		error_hint(e, "Ensure that no rows proposed for insertion within the same command "
			      "have duplicate constrained values.");
		return E_CARDINALITY;
	}
	found->count = 1;
	add_outer(s, in, row, found);
	TRY(is_wanted(s, found, &is_it, e));
	if (!is_it)
		return OK;
	map_u64_put(&s->op.x->upserted, id, 1);
	TRY(run_items(s, &s->on_match, n->merge.on_match, n->merge.on_match_count, found, e));
	s->op.x->counters.rows_updated++;
	return row_store_append(&s->rows, found, 0, 1, e);
}

static enum sqlstate match_row(
	struct merge *s, struct batch *in, uint32_t row, bool *has_match, struct error *e)
{
	const struct plan_node *n = s->op.node;
	struct batch *found;
	enum step step;

	*has_match = false;
	op_subplan_start(s->op.other, n->merge.row_slot, in, row, 1);
	while ((step = op_next(s->op.other, &found, e)) == STEP_ROW) {
		*has_match = true;
		if (n->merge.is_upsert) {
			TRY(upsert_found(s, in, row, found, e));
			continue;
		}
		add_outer(s, in, row, found);
		TRY(run_items(
			s, &s->on_match, n->merge.on_match, n->merge.on_match_count, found, e));
		s->op.x->counters.merged += found->count;
		TRY(row_store_append(&s->rows, found, 0, found->count, e));
	}
	return step == STEP_FAILED ? e->code : OK;
}

static enum sqlstate create_row(
	struct merge *s, const struct batch *in, uint32_t row, struct error *e)
{
	const struct plan_node *n = s->op.node;

	s->one.count = 1;
	add_outer(s, in, row, &s->one);
	TRY(write_create(&s->op, &s->creates, n->merge.creates, n->merge.count,
		!n->merge.is_upsert, &s->one, e));
	if (n->merge.is_upsert)
		map_u64_put(&s->op.x->upserted,
			column_value(&s->one.columns[n->merge.creates[0].slot], 0).id, 1);
	TRY(run_items(s, &s->on_create, n->merge.on_create, n->merge.on_create_count, &s->one, e));
	s->op.x->counters.merged++;
	return row_store_append(&s->rows, &s->one, 0, 1, e);
}

static enum sqlstate merge_batch(struct merge *s, struct batch *in, struct error *e)
{
	const struct plan_node *n = s->op.node;
	bool has_match;

	if (s->heap == NULL)
		s->heap = op_heap_new(&s->op);
	else
		arena_reset(s->heap);
	s->given = 0;
	row_store_init(&s->rows, &s->op, s->heap, n->live, n->live_count);
	TRY(write_names_of_creates(&s->op, &s->creates, n->merge.creates, n->merge.count, e));
	TRY(write_names_of_items(
		&s->op, &s->on_create, n->merge.on_create, n->merge.on_create_count, e));
	TRY(write_names_of_items(
		&s->op, &s->on_match, n->merge.on_match, n->merge.on_match_count, e));
	op_begin(&s->op);
	for (uint32_t row = 0; row < in->count; row++) {
		TRY(eval_poll(&s->op.x->eval, e));
		TRY(match_row(s, in, row, &has_match, e));
		if (!has_match)
			TRY(create_row(s, in, row, e));
	}
	return OK;
}

static enum step merge_next(struct op *op, struct batch **out, struct error *e)
{
	struct merge *s = (struct merge *)op;
	struct batch *in;
	uint32_t count;

	if (s->heap == NULL || s->given == s->rows.count) {
		enum step step = op_next(op->input, &in, e);

		if (step != STEP_ROW)
			return step;
		TRY_STEP(merge_batch(s, in, e));
	}
	count = MIN_OF(s->rows.count - s->given, (uint32_t)BATCH_ROWS);
	row_store_give(&s->rows, s->given, count, &op->batch);
	s->given += count;
	*out = &op->batch;
	return STEP_ROW;
}

struct op *op_merge_new(struct exec *x, const struct plan_node *node)
{
	struct merge *s = op_make(x, node, sizeof *s);

	s->op.next = merge_next;
	s->op.rewind = merge_close;
	s->op.close = merge_close;
	s->one.columns = ARENA_ARRAY(x->arena, struct column, x->plan->slot_count + 1);
	op_own_columns(&s->op);
	return &s->op;
}

/* ---- FOREACH ---- */

struct foreach {
	struct op op;
	struct batch one; /* an outer row and one element */
};

/* Runs the plan for the elements of one row's list. */
static enum sqlstate run_list(
	struct foreach *s, const struct batch *in, uint32_t row, struct value list, struct error *e)
{
	const struct plan_node *n = s->op.node;
	struct type type = op_slot_type(&s->op, n->foreach.slot);
	struct batch *ignored;

	if (list.type == VALUE_NULL)
		return OK;
	if (list.type != VALUE_LIST)
		return FAIL(e, E_TYPE, "a list is needed here, not a value of type %s",
			value_type_name(list.type));
	for (uint32_t i = 0; i < n->input->live_count; i++) {
		uint32_t slot = n->input->live[i];

		s->one.columns[slot] = column_slice(&in->columns[slot], row);
		s->one.columns[slot].stride = 0;
	}
	s->one.count = 1;
	for (uint32_t i = 0; i < list.count; i++) {
		enum step step;

		if (!type_takes_value(type, list.items[i]))
			return type_refuses_value(type, list.items[i], e);
		s->one.columns[n->foreach.slot] = column_constant(s->op.arena, type, list.items[i]);
		op_subplan_start(s->op.other, n->foreach.row_slot, &s->one, 0, 1);
		do
			step = op_next(s->op.other, &ignored, e);
		while (step == STEP_ROW);
		if (step == STEP_FAILED)
			return e->code;
	}
	return OK;
}

static enum step foreach_next(struct op *op, struct batch **out, struct error *e)
{
	struct foreach *s = (struct foreach *)op;
	enum step step = op_next(op->input, out, e);
	struct column lists;

	if (step != STEP_ROW)
		return step;
	op_begin(op);
	TRY_STEP(eval_column(op_eval(op), op->node->foreach.list, *out, &lists, e));
	for (uint32_t row = 0; row < (*out)->count; row++)
		TRY_STEP(run_list(s, *out, row, column_value(&lists, row), e));
	return STEP_ROW;
}

struct op *op_foreach_new(struct exec *x, const struct plan_node *node)
{
	struct foreach *s = op_make(x, node, sizeof *s);

	s->op.next = foreach_next;
	s->one.columns = ARENA_ARRAY(x->arena, struct column, x->plan->slot_count + 1);
	return &s->op;
}
