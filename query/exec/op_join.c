/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Hash join: the second plan's rows are kept in a table by their keys, the input's rows look
 * themselves up. Rows with a NULL key match nothing. Matches come in the order of the input's rows,
 * and of the kept rows within each. Without keys every row meets every row. What the residual
 * refuses is no match. Outer joins give out, behind each input batch's matches, its rows without
 * one, and in the end (FULL) the kept rows without one.
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
	/* outer joins: who has found a partner */
	uint8_t *in_found;   /* of in's rows; NULL once its misses have been given out */
	uint8_t *kept_found; /* of kept rows; FULL only */
	uint32_t leftover;   /* the next kept row to look at when the input is used up */
	bool is_leftover;
	/* slots of the input that only the residual reads */
	uint32_t *residual_slots;
	uint32_t residual_count;
};

static void join_close(struct op *op)
{
	struct join *s = (struct join *)op;

	arena_free(s->heap);
	s->heap = NULL;
	s->in = NULL;
	s->is_leftover = false;
}

/* The kept rows depend on nothing outside: they stay, unless the statement may have changed what
   they were made of. */
static void join_rewind(struct op *op)
{
	struct join *s = (struct join *)op;

	if (op->x->plan->is_write || op->node->join.is_rebuilt || s->heap == NULL) {
		join_close(op);
		return;
	}
	s->in = NULL;
	s->is_leftover = false;
	if (s->kept_found != NULL)
		memset(s->kept_found, 0, s->kept.count);
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

/* Puts a row into the chain of its key; one with a NULL key belongs to none. */
static enum sqlstate keep_row(struct join *s, const struct batch *in, uint32_t row, struct error *e)
{
	uint32_t number = 0;

	TRY(row_store_append(&s->kept, in, row, 1, e));
	if (has_null_key(s, row))
		return OK;
	if (s->op.node->join.count > 0)
		TRY(key_table_add(&s->table, s->keys, &row, 1, &number, e));
	return link_row(s, number, s->kept.count - 1, e);
}

static enum sqlstate build_batch(struct join *s, const struct batch *in, struct error *e)
{
	struct arena *a = op_begin(&s->op);

	take_keys(s, in, s->op.node->join.other_slots, a);
	for (uint32_t row = 0; row < in->count; row++) {
		if (s->op.node->join.kind == PLAN_JOIN_FULL || !has_null_key(s, row))
			TRY(keep_row(s, in, row, e));
	}
	return OK;
}

/* What must be kept of the second plan's rows: what is asked for above, and what the residual
   reads. */
static void init_kept(struct join *s)
{
	const struct plan_node *n = s->op.node;
	const struct plan_node *other = n->other;
	uint32_t *slots = arena_alloc_raw(s->heap, sizeof *slots * (other->live_count + 1));
	uint32_t count = 0;

	for (uint32_t i = 0; i < other->live_count; i++) {
		if (n->join.residual != NULL || op_is_live(n, other->live[i]))
			slots[count++] = other->live[i];
	}
	row_store_init(&s->kept, &s->op, s->heap, slots, count);
}

static enum sqlstate build(struct join *s, struct error *e)
{
	const struct plan_node *n = s->op.node;
	struct batch *in;
	enum step step;

	s->heap = op_heap_new(&s->op);
	s->first = s->last = s->next = NULL;
	s->chain_capacity = s->next_capacity = 0;
	s->in = NULL;
	s->kept_found = NULL;
	key_table_init(&s->table, s->heap, s->types, n->join.count);
	init_kept(s);
	while ((step = op_next(s->op.other, &in, e)) == STEP_ROW)
		TRY(build_batch(s, in, e));
	if (step == STEP_FAILED)
		return e->code;
	if (n->join.kind == PLAN_JOIN_FULL)
		s->kept_found = arena_alloc(s->heap, s->kept.count + 1);
	return OK;
}

/* ---- probing ---- */

static void probe(struct join *s)
{
	const struct plan_node *n = s->op.node;
	struct arena *a = op_hold(&s->op);

	s->numbers = arena_alloc_raw(a, sizeof *s->numbers * s->in->count);
	s->in_found = NULL;
	if (n->join.kind != PLAN_JOIN_INNER)
		s->in_found = arena_alloc(a, s->in->count);
	take_keys(s, s->in, n->join.input_slots, s->op.arena);
	for (uint32_t row = 0; row < s->in->count; row++) {
		s->numbers[row] = n->join.count == 0 && s->kept.count > 0 ? 0 : UINT32_MAX;
		if (n->join.count > 0 && !has_null_key(s, row))
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

static void gather(struct join *s, const uint32_t *left, const uint32_t *right, uint32_t count)
{
	row_store_gather(&s->kept, s->op.arena, right, count, &s->op.batch);
	op_carry(&s->op, s->in, left, count);
	s->op.batch.count = count;
}

/* Keeps the pairs that satisfy the residual; they are gathered. */
static enum sqlstate filter_pairs(
	struct join *s, uint32_t *left, uint32_t *right, uint32_t *count, struct error *e)
{
	const struct bound *residual = s->op.node->join.residual;
	uint32_t *selected, kept = 0;

	gather(s, left, right, *count);
	if (residual == NULL)
		return OK;
	for (uint32_t i = 0; i < s->residual_count; i++) {
		uint32_t slot = s->residual_slots[i];

		column_gather(s->op.arena, &s->in->columns[slot], left, *count,
			&s->op.batch.columns[slot]);
	}
	selected = arena_alloc_raw(s->op.arena, sizeof *selected * *count);
	TRY(eval_filter(op_eval(&s->op), residual, &s->op.batch, selected, &kept, e));
	if (kept == *count)
		return OK;
	for (uint32_t i = 0; i < kept; i++) {
		left[i] = left[selected[i]];
		right[i] = right[selected[i]];
	}
	*count = kept;
	if (kept > 0)
		gather(s, left, right, kept);
	return OK;
}

static void note_found(struct join *s, const uint32_t *left, const uint32_t *right, uint32_t count)
{
	for (uint32_t i = 0; s->in_found != NULL && i < count; i++)
		s->in_found[left[i]] = 1;
	for (uint32_t i = 0; s->kept_found != NULL && i < count; i++)
		s->kept_found[right[i]] = 1;
}

/* The next matches of the input batch; count 0: it has no more. */
static enum sqlstate give_matches(struct join *s, uint32_t *count, struct error *e)
{
	struct arena *a = op_begin(&s->op);
	uint32_t *left = arena_alloc_raw(a, sizeof *left * BATCH_ROWS);
	uint32_t *right = arena_alloc_raw(a, sizeof *right * BATCH_ROWS);

	*count = take_pairs(s, left, right, BATCH_ROWS);
	if (*count == 0)
		return OK;
	TRY(filter_pairs(s, left, right, count, e));
	note_found(s, left, right, *count);
	return OK;
}

/* ---- rows without a partner ---- */

static void put_null(struct join *s, uint32_t slot)
{
	s->op.batch.columns[slot] =
		column_constant(s->op.arena, op_slot_type(&s->op, slot), value_null());
}

/* Those of the input batch; count 0: none. */
static void give_misses(struct join *s, uint32_t *count)
{
	struct arena *a = op_begin(&s->op);
	uint32_t *rows = arena_alloc_raw(a, sizeof *rows * s->in->count);

	*count = 0;
	for (uint32_t row = 0; row < s->in->count; row++) {
		if (!s->in_found[row])
			rows[(*count)++] = row;
	}
	s->in_found = NULL;
	if (*count == 0)
		return;
	op_carry(&s->op, s->in, rows, *count);
	for (uint32_t i = 0; i < s->kept.slot_count; i++)
		put_null(s, s->kept.slots[i]);
	s->op.batch.count = *count;
}

/* Those of the kept rows; STEP_DONE at the end. */
static enum step give_leftover(struct join *s)
{
	const struct plan_node *n = s->op.node;
	struct arena *a = op_begin(&s->op);
	uint32_t *rows = arena_alloc_raw(a, sizeof *rows * BATCH_ROWS);
	uint32_t count = 0;

	for (; s->leftover < s->kept.count && count < BATCH_ROWS; s->leftover++) {
		if (!s->kept_found[s->leftover])
			rows[count++] = s->leftover;
	}
	if (count == 0)
		return STEP_DONE;
	row_store_gather(&s->kept, a, rows, count, &s->op.batch);
	for (uint32_t i = 0; i < n->live_count; i++) {
		if (op_is_live(n->input, n->live[i]))
			put_null(s, n->live[i]);
	}
	s->op.batch.count = count;
	return STEP_ROW;
}

/* ---- the loop ---- */

/* The next input batch; at the end of them STEP_DONE, or with FULL the leftover begins. */
static enum step advance(struct join *s, struct error *e)
{
	enum step step = op_next(s->op.input, &s->in, e);

	if (step == STEP_ROW) {
		op_begin(&s->op);
		probe(s);
	} else {
		s->in = NULL;
		s->is_leftover = step == STEP_DONE && s->kept_found != NULL;
		s->leftover = 0;
	}
	return s->is_leftover ? STEP_ROW : step;
}

static enum step join_next(struct op *op, struct batch **out, struct error *e)
{
	struct join *s = (struct join *)op;
	uint32_t count = 0;

	if (s->heap == NULL)
		TRY_STEP(build(s, e));
	*out = &op->batch;
	while (count == 0) {
		if (s->is_leftover)
			return give_leftover(s);
		if (s->in != NULL && s->row < s->in->count) {
			TRY_STEP(give_matches(s, &count, e));
		} else if (s->in != NULL && s->in_found != NULL) {
			give_misses(s, &count);
		} else {
			enum step step = advance(s, e);

			if (step != STEP_ROW)
				return step;
		}
		TRY_STEP(eval_poll(&op->x->eval, e));
	}
	return STEP_ROW;
}

static bool reads_slot(const struct bound *x, uint32_t slot)
{
	if (x == NULL)
		return false;
	if (x->kind == BOUND_SLOT)
		return x->index == slot;
	for (uint32_t i = 0; i < x->arg_count; i++) {
		if (reads_slot(x->args[i], slot))
			return true;
	}
	return false;
}

static void init_residual(struct join *s, const struct plan_node *node)
{
	const struct plan_node *input = node->input;

	s->residual_slots = ARENA_ARRAY(s->op.x->arena, uint32_t, input->live_count + 1);
	for (uint32_t i = 0; i < input->live_count; i++) {
		uint32_t slot = input->live[i];

		if (!op_is_live(node, slot) && reads_slot(node->join.residual, slot))
			s->residual_slots[s->residual_count++] = slot;
	}
}

struct op *op_join_new(struct exec *x, const struct plan_node *node)
{
	struct join *s = op_make(x, node, sizeof *s);

	s->op.next = join_next;
	s->op.rewind = join_rewind;
	s->op.close = join_close;
	s->keys = ARENA_ARRAY(x->arena, struct column, node->join.count + 1);
	s->types = ARENA_ARRAY(x->arena, struct type, node->join.count + 1);
	for (uint32_t k = 0; k < node->join.count; k++)
		s->types[k] = key_type(&s->op, k);
	init_residual(s, node);
	op_carry_init(&s->op, NULL, 0);
	return &s->op;
}
