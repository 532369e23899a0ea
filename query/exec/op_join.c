/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Hash join: the second plan's rows are kept in a table by their keys, the input's rows look
 * themselves up. Rows with a NULL key match nothing. Matches come in the order of the input's rows,
 * and of the kept rows within each.
 *
 *     table number of a key --> first kept row --> next kept row with the same key …
 *
 * Invariants
 *  J1. first[number] and next[row] are kept row + 1; 0 ends a chain. Chains run in order of rows.
 */
#include <string.h>

#include "query/exec/key_table.h"
#include "query/exec/op.h"
#include "query/exec/row_store.h"

struct join {
	struct op op;
	struct arena *heap; /* NULL: not built */
	struct key_table table;
	struct row_store kept;
	uint32_t *first, *last, *next;
	uint32_t chain_capacity, next_capacity;
	struct column *keys;
	struct type *types;
	struct batch *in;
	uint32_t row;	   /* of `in` */
	uint32_t match;	   /* kept row + 1 that comes next for it, 0: go on to the next row */
	uint32_t *numbers; /* of in's rows: key's number, UINT32_MAX for none */
};

static void join_close(struct op *op)
{
	struct join *s = (struct join *)op;

	arena_free(s->heap);
	s->heap = NULL;
	s->in = NULL;
}

/* ---- building ---- */

/* Both sides' keys in one form: that of their slots where these agree, tagged values otherwise. */
static struct type key_type(const struct op *op, uint32_t k)
{
	struct type a = op_slot_type(op, op->node->join.input_slots[k]);
	struct type b = op_slot_type(op, op->node->join.other_slots[k]);

	if (column_form_of(a) == column_form_of(b) &&
		column_value_type_of(a) == column_value_type_of(b))
		return a;
	return (struct type){ .kind = TYPE_ANY };
}

static void take_keys(
	struct join *s, const struct batch *in, const uint32_t *slots, struct arena *a)
{
	for (uint32_t k = 0; k < s->op.node->join.count; k++)
		s->keys[k] = column_convert(a, &in->columns[slots[k]], s->types[k], in->count);
}

static bool has_null_key(const struct join *s, uint32_t row)
{
	for (uint32_t k = 0; k < s->op.node->join.count; k++) {
		if (column_is_null(&s->keys[k], row))
			return true;
	}
	return false;
}

static enum sqlstate link_row(struct join *s, uint32_t number, uint32_t row, struct error *e)
{
	if (number >= s->chain_capacity) {
		uint32_t old = s->chain_capacity, wider = old == 0 ? 64 : old * 2;

		s->first = arena_grow(
			s->heap, s->first, sizeof *s->first * old, sizeof *s->first * wider);
		s->last = arena_grow(
			s->heap, s->last, sizeof *s->last * old, sizeof *s->last * wider);
		memset(s->first + old, 0, sizeof *s->first * (wider - old));
		s->chain_capacity = wider;
	}
	if (row >= s->next_capacity) {
		uint32_t old = s->next_capacity, wider = old == 0 ? 64 : old * 2;

		s->next = arena_grow(
			s->heap, s->next, sizeof *s->next * old, sizeof *s->next * wider);
		s->next_capacity = wider;
	}
	if (s->first[number] == 0)
		s->first[number] = row + 1;
	else
		s->next[s->last[number] - 1] = row + 1;
	s->last[number] = row + 1;
	s->next[row] = 0;
	return op_heap_check(s->heap, e);
}

static enum sqlstate build_batch(struct join *s, const struct batch *in, struct error *e)
{
	struct arena *a = op_begin(&s->op);
	uint32_t number;

	take_keys(s, in, s->op.node->join.other_slots, a);
	for (uint32_t row = 0; row < in->count; row++) {
		if (has_null_key(s, row))
			continue;
		TRY(key_table_add(&s->table, s->keys, &row, 1, &number, e));
		TRY(row_store_append(&s->kept, in, row, 1, e));
		TRY(link_row(s, number, s->kept.count - 1, e));
	}
	return OK;
}

static enum sqlstate build(struct join *s, struct error *e)
{
	const struct plan_node *n = s->op.node;
	uint32_t *slots, count = 0;
	struct batch *in;
	enum step step;

	s->heap = op_heap_new(&s->op);
	s->first = s->last = s->next = NULL;
	s->chain_capacity = s->next_capacity = 0;
	s->in = NULL;
	key_table_init(&s->table, s->heap, s->types, n->join.count);
	slots = arena_alloc_raw(s->heap, sizeof *slots * (n->live_count + 1));
	for (uint32_t i = 0; i < n->live_count; i++) {
		if (!op_is_live(n->input, n->live[i]))
			slots[count++] = n->live[i];
	}
	row_store_init(&s->kept, &s->op, s->heap, slots, count);
	while ((step = op_next(s->op.other, &in, e)) == STEP_ROW)
		TRY(build_batch(s, in, e));
	return step == STEP_FAILED ? e->code : OK;
}

/* ---- probing ---- */

static void probe(struct join *s)
{
	s->numbers = arena_alloc_raw(op_hold(&s->op), sizeof *s->numbers * s->in->count);
	take_keys(s, s->in, s->op.node->join.input_slots, s->op.arena);
	for (uint32_t row = 0; row < s->in->count; row++) {
		s->numbers[row] = UINT32_MAX;
		if (!has_null_key(s, row))
			key_table_find(&s->table, s->keys, &row, 1, &s->numbers[row]);
	}
	s->row = 0;
	s->match = 0;
}

static uint32_t first_match(const struct join *s, uint32_t row)
{
	return s->numbers[row] == UINT32_MAX ? 0 : s->first[s->numbers[row]];
}

/* Fills pairs of rows; fewer than `want` means the input batch is used up. */
static uint32_t take_pairs(struct join *s, uint32_t *left, uint32_t *right, uint32_t want)
{
	uint32_t count = 0;

	while (count < want && s->row < s->in->count) {
		if (s->match == 0)
			s->match = first_match(s, s->row);
		while (s->match != 0 && count < want) {
			left[count] = s->row;
			right[count++] = s->match - 1;
			s->match = s->next[s->match - 1];
			if (s->match == 0)
				break;
		}
		if (s->match == 0)
			s->row++;
	}
	return count;
}

static enum step join_next(struct op *op, struct batch **out, struct error *e)
{
	struct join *s = (struct join *)op;
	uint32_t *left, *right, count;
	struct arena *a;

	if (s->heap == NULL)
		TRY_STEP(build(s, e));
	a = op_begin(op);
	while (s->in == NULL || s->row == s->in->count) {
		enum step step = op_next(op->input, &s->in, e);

		if (step != STEP_ROW)
			return step;
		probe(s);
	}
	left = arena_alloc_raw(a, sizeof *left * BATCH_ROWS);
	right = arena_alloc_raw(a, sizeof *right * BATCH_ROWS);
	count = take_pairs(s, left, right, BATCH_ROWS);
	if (count > 0) {
		row_store_gather(&s->kept, a, right, count, &op->batch);
		op_carry(op, s->in, left, count);
	}
	op->batch.count = count;
	*out = &op->batch;
	return STEP_ROW;
}

struct op *op_join_new(struct exec *x, const struct plan_node *node)
{
	struct join *s = op_make(x, node, sizeof *s);

	s->op.next = join_next;
	s->op.rewind = join_close;
	s->op.close = join_close;
	s->keys = ARENA_ARRAY(x->arena, struct column, node->join.count + 1);
	s->types = ARENA_ARRAY(x->arena, struct type, node->join.count + 1);
	for (uint32_t k = 0; k < node->join.count; k++)
		s->types[k] = key_type(&s->op, k);
	op_carry_init(&s->op, NULL, 0);
	return &s->op;
}
