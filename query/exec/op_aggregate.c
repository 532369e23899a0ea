/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * GROUP BY and DISTINCT. Keys are numbered by a hash table; each group has its aggregates' states
 * side by side in one block of memory. An aggregate with DISTINCT has a second table, of (group,
 * values), and only rows that are new there reach it.
 *
 * An aggregate with ORDER BY keeps its rows until the end, sorts them and is fed then.
 *
 * Invariants
 *  G1. Without keys there is exactly one group, also when there are no rows.
 *  G2. Groups come out in the order in which their first rows came in.
 */
#include <string.h>

#include "query/exec/key_table.h"
#include "query/exec/op.h"
#include "query/exec/ordered.h"
#include "query/function/aggregate.h"
#include "query/type/function.h"

enum { BLOCK_GROUPS = 256, STATE_ALIGN = 16 };

struct aggregate {
	struct op op;
	struct arena *heap;
	struct key_table keys;
	uint8_t **blocks; /* of BLOCK_GROUPS groups' states each */
	uint32_t block_count, block_capacity;
	uint32_t group_count;
	size_t state_size;	    /* of one group, all aggregates */
	uint32_t *offsets;	    /* of each aggregate's state in it */
	struct key_table *distinct; /* per aggregate; unused ones are zero */
	bool is_done;
	uint32_t given;
	struct column *columns;	 /* scratch: keys or arguments of a batch */
	uint32_t *rows, *groups; /* BATCH_ROWS each, as the states */
	void **states;
};

static void aggregate_close(struct op *op)
{
	struct aggregate *s = (struct aggregate *)op;

	arena_free(s->heap);
	s->heap = NULL;
	s->is_done = false;
}

static void *group_state(const struct aggregate *s, uint32_t group)
{
	return s->blocks[group / BLOCK_GROUPS] + (group % BLOCK_GROUPS) * s->state_size;
}

/* States for groups up to `count`, all zero (the state of no rows). */
static enum sqlstate make_states(struct aggregate *s, uint32_t count, struct error *e)
{
	while ((uint64_t)s->block_count * BLOCK_GROUPS < count) {
		if (s->block_count == s->block_capacity) {
			uint32_t wider = s->block_capacity == 0 ? 4 : s->block_capacity * 2;

			s->blocks = arena_grow(s->heap, s->blocks,
				sizeof *s->blocks * s->block_count, sizeof *s->blocks * wider);
			s->block_capacity = wider;
		}
		s->blocks[s->block_count++] = arena_alloc(
			s->heap, (s->state_size == 0 ? 1 : s->state_size) *
					 (s->op.node->aggregate.key_count == 0 ? 1 : BLOCK_GROUPS));
	}
	s->group_count = count;
	return op_heap_check(s->heap, e);
}

static void init_distinct(struct aggregate *s, uint32_t i)
{
	const struct plan_aggregate *a = &s->op.node->aggregate.aggregates[i];
	struct type types[3] = { { .kind = TYPE_INT64 } };
	uint32_t count = 1;

	for (uint32_t k = 0; k < 2 && a->args[k] != NULL; k++)
		types[count++] = a->args[k]->type;
	key_table_init(&s->distinct[i], s->heap, types, count);
}

static enum sqlstate aggregate_init(struct aggregate *s, struct error *e)
{
	const struct plan_node *n = s->op.node;
	struct type *types;

	s->heap = op_heap_new(&s->op);
	s->blocks = NULL;
	s->block_count = s->block_capacity = s->group_count = s->given = 0;
	types = arena_alloc(s->heap, sizeof *types * (n->aggregate.key_count + 1));
	for (uint32_t k = 0; k < n->aggregate.key_count; k++)
		types[k] = op_slot_type(&s->op, n->aggregate.keys[k].slot);
	key_table_init(&s->keys, s->heap, types, n->aggregate.key_count);
	for (uint32_t i = 0; i < n->aggregate.aggregate_count; i++) {
		if (n->aggregate.aggregates[i].is_distinct)
			init_distinct(s, i);
	}
	return n->aggregate.key_count == 0 ? make_states(s, 1, e) : OK;
}

/* ---- rows in ---- */

static enum sqlstate number_groups(struct aggregate *s, const struct batch *in, struct error *e)
{
	const struct plan_node *n = s->op.node;

	if (n->aggregate.key_count == 0) {
		memset(s->groups, 0, sizeof *s->groups * in->count);
		return OK;
	}
	for (uint32_t k = 0; k < n->aggregate.key_count; k++) {
		const struct plan_output *key = &n->aggregate.keys[k];

		TRY(eval_column(op_eval(&s->op), key->expr, in, &s->columns[k], e));
		s->columns[k] = column_convert(
			s->op.arena, &s->columns[k], op_slot_type(&s->op, key->slot), in->count);
	}
	for (uint32_t i = 0; i < in->count; i++)
		s->rows[i] = i;
	TRY(key_table_add(&s->keys, s->columns, s->rows, in->count, s->groups, e));
	return make_states(s, s->keys.count, e);
}

/* Keeps the rows whose (group, arguments) are new; NULL is a value like others. */
static enum sqlstate keep_distinct(
	struct aggregate *s, uint32_t i, uint32_t arg_count, uint32_t *count, struct error *e)
{
	struct key_table *t = &s->distinct[i];
	struct column *columns = arena_alloc(s->op.arena, sizeof *columns * (arg_count + 1));
	int64_t *groups = arena_alloc_raw(s->op.arena, sizeof *groups * BATCH_ROWS);
	uint32_t used = 0, number;

	for (uint32_t r = 0; r < *count; r++)
		groups[s->rows[r]] = s->groups[s->rows[r]];
	columns[0] = (struct column){
		.form = COLUMN_I64, .value_type = VALUE_INT, .stride = 1, .i64 = groups
	};
	memcpy(columns + 1, s->columns, sizeof *columns * arg_count);
	for (uint32_t r = 0; r < *count; r++) {
		uint32_t before = t->count, row = s->rows[r];

		TRY(key_table_add(t, columns, &row, 1, &number, e));
		if (t->count > before)
			s->rows[used++] = row;
	}
	*count = used;
	return OK;
}

static enum sqlstate blame(const struct plan_aggregate *a, enum sqlstate rc, struct error *e)
{
	if (rc != OK && a->has_place && e->byte_offset < 0 && e->position == 0)
		e->byte_offset = (int)a->at;
	return rc;
}

static enum sqlstate feed(struct aggregate *s, uint32_t i, const struct batch *in, struct error *e)
{
	const struct plan_aggregate *a = &s->op.node->aggregate.aggregates[i];
	struct aggregate_context context = { op_eval(&s->op), s->heap };
	uint32_t count = in->count, arg_count = 0;

	for (; arg_count < 2 && a->args[arg_count] != NULL; arg_count++)
		TRY(eval_column(
			op_eval(&s->op), a->args[arg_count], in, &s->columns[arg_count], e));
	for (uint32_t r = 0; r < count; r++)
		s->rows[r] = r;
	if (a->filter != NULL)
		TRY(eval_filter(op_eval(&s->op), a->filter, in, s->rows, &count, e));
	if (a->is_distinct)
		TRY(keep_distinct(s, i, arg_count, &count, e));
	for (uint32_t r = 0; r < count; r++) {
		s->states[r] = (uint8_t *)group_state(s, s->groups[s->rows[r]]) + s->offsets[i];
	}
	if (a->order_count > 0)
		return aggregate_ordered_add(&s->op, a, &context, &(struct ordered_rows){
			.states = s->states, .args = s->columns, .arg_count = arg_count,
			.rows = s->rows, .count = count }, in, e);
	TRY(blame(a,
		a->body->aggregate->add(&context, s->states, arg_count == 0 ? NULL : s->columns,
			s->rows, count, e),
		e));
	return op_heap_check(s->heap, e);
}

/* No rows: a group for each grouping set without keys, whose keys are all NULL but for the set. */
static enum sqlstate make_empty_sets(struct aggregate *s, struct error *e)
{
	const struct plan_node *n = s->op.node;
	uint32_t count = n->aggregate.empty_set_count, keys = n->aggregate.key_count;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t row = 0, number;

		op_begin(&s->op);
		for (uint32_t k = 0; k < keys; k++) {
			struct value v = k + 1 < keys ? value_null()
						      : value_int(n->aggregate.empty_sets[i]);

			s->columns[k] = column_make(
				s->op.arena, op_slot_type(&s->op, n->aggregate.keys[k].slot), 1);
			column_put(&s->columns[k], s->op.arena, 1, 0, v);
		}
		TRY(key_table_add(&s->keys, s->columns, &row, 1, &number, e));
	}
	return count == 0 ? OK : make_states(s, s->keys.count, e);
}

static enum sqlstate aggregate_all(struct aggregate *s, struct error *e)
{
	struct batch *in;
	enum step step;

	TRY(aggregate_init(s, e));
	while ((step = op_next(s->op.input, &in, e)) == STEP_ROW) {
		op_begin(&s->op);
		TRY(number_groups(s, in, e));
		for (uint32_t i = 0; i < s->op.node->aggregate.aggregate_count; i++)
			TRY(feed(s, i, in, e));
	}
	s->is_done = true;
	if (step == STEP_FAILED)
		return e->code;
	return s->group_count == 0 ? make_empty_sets(s, e) : OK;
}

/* ---- groups out ---- */

static enum sqlstate finish_column(struct aggregate *s, uint32_t i, uint32_t count, struct error *e)
{
	const struct plan_aggregate *a = &s->op.node->aggregate.aggregates[i];
	struct aggregate_context context = { op_eval(&s->op), s->heap };
	struct type type = op_slot_type(&s->op, a->slot);
	struct column out = column_make(s->op.arena, type, count);
	struct value v;

	for (uint32_t g = 0; g < count; g++) {
		void *state = (uint8_t *)group_state(s, s->given + g) + s->offsets[i];

		if (a->order_count > 0)
			TRY(aggregate_ordered_finish(a, &context, state, &v, e));
		else
			TRY(blame(a, a->body->aggregate->finish(&context, state, &v, e), e));
		if (!type_takes_value(type, v))
			return type_refuses_value(type, v, e);
		column_put(&out, s->op.arena, count, g, v);
	}
	s->op.batch.columns[a->slot] = out;
	return OK;
}

static enum step aggregate_next(struct op *op, struct batch **out, struct error *e)
{
	struct aggregate *s = (struct aggregate *)op;
	const struct plan_node *n = op->node;
	uint32_t count;

	if (!s->is_done)
		TRY_STEP(aggregate_all(s, e));
	count = MIN_OF(s->group_count - s->given, (uint32_t)BATCH_ROWS);
	if (count == 0)
		return STEP_DONE;
	op_begin(op);
	for (uint32_t k = 0; k < n->aggregate.key_count; k++) {
		op->batch.columns[n->aggregate.keys[k].slot] =
			column_slice(&s->keys.keys[k], s->given);
	}
	for (uint32_t i = 0; i < n->aggregate.aggregate_count; i++)
		TRY_STEP(finish_column(s, i, count, e));
	s->given += count;
	op->batch.count = count;
	*out = &op->batch;
	return STEP_ROW;
}

struct op *op_aggregate_new(struct exec *x, const struct plan_node *node)
{
	struct aggregate *s = op_make(x, node, sizeof *s);
	uint32_t count = node->aggregate.aggregate_count;

	s->op.next = aggregate_next;
	s->op.rewind = aggregate_close;
	s->op.close = aggregate_close;
	s->rows = arena_alloc_raw(x->arena, sizeof *s->rows * BATCH_ROWS);
	s->groups = arena_alloc_raw(x->arena, sizeof *s->groups * BATCH_ROWS);
	s->states = arena_alloc_raw(x->arena, sizeof *s->states * BATCH_ROWS);
	s->offsets = ARENA_ARRAY(x->arena, uint32_t, count + 1);
	s->distinct = ARENA_ARRAY(x->arena, struct key_table, count + 1);
	s->columns =
		ARENA_ARRAY(x->arena, struct column, MAX_OF(node->aggregate.key_count, 2u) + 1);
	for (uint32_t i = 0; i < count; i++) {
		const struct plan_aggregate *a = &node->aggregate.aggregates[i];
		size_t size = a->order_count > 0 ? aggregate_ordered_state_size()
						 : a->body->aggregate->state_size;

		s->offsets[i] = (uint32_t)s->state_size;
		s->state_size += (size + STATE_ALIGN - 1) & ~(size_t)(STATE_ALIGN - 1);
	}
	op_own_columns(&s->op);
	return &s->op;
}

/* ---- distinct ---- */

struct distinct {
	struct op op;
	struct arena *heap;
	struct key_table seen;
	struct column *columns;
	uint32_t *rows; /* BATCH_ROWS */
};

static void distinct_close(struct op *op)
{
	struct distinct *s = (struct distinct *)op;

	arena_free(s->heap);
	s->heap = NULL;
}

static void distinct_init(struct distinct *s)
{
	const struct plan_node *n = s->op.node;
	struct type *types;

	s->heap = op_heap_new(&s->op);
	types = op_slot_types(&s->op, s->heap, n->distinct.slots, n->distinct.count);
	key_table_init(&s->seen, s->heap, types, n->distinct.count);
}

static enum sqlstate keep_new(
	struct distinct *s, const struct batch *in, uint32_t *count, struct error *e)
{
	const struct plan_node *n = s->op.node;
	uint32_t number;

	*count = 0;
	for (uint32_t i = 0; i < n->distinct.count; i++)
		s->columns[i] = in->columns[n->distinct.slots[i]];
	for (uint32_t row = 0; row < in->count; row++) {
		uint32_t before = s->seen.count;

		TRY(key_table_add(&s->seen, s->columns, &row, 1, &number, e));
		if (s->seen.count > before)
			s->rows[(*count)++] = row;
	}
	return OK;
}

static enum step distinct_next(struct op *op, struct batch **out, struct error *e)
{
	struct distinct *s = (struct distinct *)op;
	struct batch *in;
	uint32_t count = 0;

	if (s->heap == NULL)
		distinct_init(s);
	while (count == 0) {
		enum step step = op_next(op->input, &in, e);

		if (step != STEP_ROW)
			return step;
		TRY_STEP(keep_new(s, in, &count, e));
	}
	op_begin(op);
	*out = in;
	if (count == in->count)
		return STEP_ROW;
	op_carry(op, in, s->rows, count);
	op->batch.count = count;
	*out = &op->batch;
	return STEP_ROW;
}

struct op *op_distinct_new(struct exec *x, const struct plan_node *node)
{
	struct distinct *s = op_make(x, node, sizeof *s);

	s->op.next = distinct_next;
	s->op.rewind = distinct_close;
	s->op.close = distinct_close;
	s->rows = arena_alloc_raw(x->arena, sizeof *s->rows * BATCH_ROWS);
	s->columns = ARENA_ARRAY(x->arena, struct column, node->distinct.count + 1);
	op_carry_init(&s->op, NULL, 0);
	return &s->op;
}
