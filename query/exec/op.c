/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What all operators share: pulling, starting over, memory by batch, carrying columns. See op.h for
 * the invariants.
 */
#include "query/exec/op.h"

#include <string.h>

#include "base/clock.h"
#include "base/stack.h"

enum { WANT_FIRST = 32 };

/* ---- pulling ---- */

enum sqlstate op_out_of_memory(struct error *e)
{
	enum sqlstate rc = FAIL(e, E_OUT_OF_MEMORY, "out of memory");

	error_detail(e, "The query needs more memory than one query may have.");
	error_hint(e, "Raise the setting work_mem, or let the query handle fewer rows at a time.");
	return rc;
}

static inline enum step pull(struct op *op, struct batch **out, struct error *e)
{
	struct exec *x = op->x;
	enum step step;

	TRY_STEP(stack_check(e));
	do {
		TRY_STEP(eval_poll(&x->eval, e));
		if (LIKELY(x->options.txn != NULL))
			txn_run_poll(x->options.txn);
		step = op->next(op, out, e);
		/* The storage layer saw the same flag, but does not know whose wish it was. */
		if (UNLIKELY(step == STEP_FAILED) && e->code == E_CANCELLED)
			(void)eval_poll(&x->eval, e);
		if (UNLIKELY(arena_is_spent(x->arena)) ||
			(op->scratch != NULL && UNLIKELY(arena_is_spent(op->scratch)))) {
			if (step != STEP_FAILED)
				(void)op_out_of_memory(e);
			return STEP_FAILED;
		}
	} while (step == STEP_ROW && (*out)->count == 0);
	return step;
}

static NOINLINE enum step pull_measured(struct op *op, struct batch **out, struct error *e)
{
	struct exec_measure *m = &op->measure;
	uint64_t start = clock_monotonic_ns();
	enum step step = pull(op, out, e);

	m->total_ns += clock_monotonic_ns() - start;
	if (m->loops == 0)
		m->loops = 1;
	if (step == STEP_ROW) {
		m->rows += (*out)->count;
		m->batches++;
		if (m->first_ns == 0)
			m->first_ns = m->total_ns;
	}
	return step;
}

enum step op_next(struct op *op, struct batch **out, struct error *e)
{
	if (UNLIKELY(op->x->options.is_analyze))
		return pull_measured(op, out, e);
	return pull(op, out, e);
}

void op_rewind(struct op *op)
{
	if (op->input != NULL)
		op_rewind(op->input);
	for (uint32_t i = 0; i < op->branch_count; i++)
		op_rewind(op->branches[i]);
	if (op->node->kind == PLAN_HASH_JOIN)
		op_rewind(op->other);
	if (op->was_called)
		op->measure.loops += op->measure.loops > 0;
	op->is_over = false;
	if (op->rewind != NULL)
		op->rewind(op);
}

/* ---- memory ---- */

void *op_make(struct exec *x, const struct plan_node *node, size_t size)
{
	struct op *op = arena_alloc(x->arena, size);

	op->x = x;
	op->node = node;
	op->want = WANT_FIRST;
	op->following = x->ops;
	x->ops = op;
	return op;
}

/* One that the end of the execution frees. */
static struct arena *new_arena(struct op *op, size_t bytes_max)
{
	op->x->has_arenas = true;
	return arena_new(bytes_max);
}

struct arena *op_begin(struct op *op)
{
	if (!op->was_called) {
		op->was_called = true;
		op->arena = op->x->arena;
	} else if (op->scratch == NULL) {
		op->scratch = new_arena(op, op->x->work_bytes);
		op->arena = op->scratch;
	} else {
		arena_reset(op->scratch);
	}
	return op->arena;
}

struct eval *op_eval(struct op *op)
{
	assert(op->arena != NULL);
	op->x->eval.arena = op->arena;
	return &op->x->eval;
}

void op_note_nothing(struct exec *x, enum element element)
{
	struct cursor *cursor;
	struct error ignored;
	enum sqlstate rc;

	x->has_traces = true;
	/* opening it leaves the trace; the name has no number that it could be left for */
	if (element == ELEMENT_NODE)
		rc = storage_scan_nodes(x->options.txn, NAME_NONE, x->arena, &cursor, &ignored);
	else
		rc = storage_scan_edges(x->options.txn, NAME_NONE, x->arena, &cursor, &ignored);
	if (rc == OK)
		storage_cursor_close(cursor);
}

struct arena *op_cursor_arena(struct op *op)
{
	if (!op->had_cursor) {
		op->had_cursor = true;
		return op->x->arena;
	}
	if (op->cursors == NULL)
		op->cursors = new_arena(op, 0);
	else
		arena_reset(op->cursors);
	return op->cursors;
}

struct arena *op_hold(struct op *op)
{
	if (!op->had_held) {
		op->had_held = true;
		return op->x->arena;
	}
	if (op->held == NULL)
		op->held = new_arena(op, op->x->work_bytes);
	else
		arena_reset(op->held);
	return op->held;
}

struct arena *op_heap_new(struct op *op)
{
	return arena_new(op->x->work_bytes);
}

enum sqlstate op_heap_check(const struct arena *heap, struct error *e)
{
	return arena_is_spent(heap) ? op_out_of_memory(e) : OK;
}

uint32_t op_want(struct op *op)
{
	uint32_t want = op->want;

	op->want = want < BATCH_ROWS ? want * 4 > BATCH_ROWS ? BATCH_ROWS : want * 4 : BATCH_ROWS;
	return want;
}

/* ---- columns ---- */

struct column *op_own_columns(struct op *op)
{
	if (op->batch.columns == NULL)
		op->batch.columns =
			ARENA_ARRAY(op->x->arena, struct column, op->x->plan->slot_count + 1);
	return op->batch.columns;
}

bool op_is_live(const struct plan_node *node, uint32_t slot)
{
	for (uint32_t i = 0; i < node->live_count; i++) {
		if (node->live[i] == slot)
			return true;
	}
	return false;
}

struct type op_slot_type(const struct op *op, uint32_t slot)
{
	assert(slot < op->x->plan->slot_count);
	return op->x->plan->slots[slot];
}

struct type *op_slot_types(
	const struct op *op, struct arena *a, const uint32_t *slots, uint32_t count)
{
	struct type *types = ARENA_ARRAY(a, struct type, count + 1);

	for (uint32_t i = 0; i < count; i++)
		types[i] = op_slot_type(op, slots[i]);
	return types;
}

void op_carry_init(struct op *op, const uint32_t *produced, uint32_t produced_count)
{
	const struct plan_node *node = op->node;
	uint32_t *carry;

	op_own_columns(op);
	if (node->input == NULL)
		return;
	carry = arena_alloc_raw(op->x->arena, sizeof *carry * (node->live_count + 1));
	for (uint32_t i = 0; i < node->live_count; i++) {
		uint32_t slot = node->live[i];
		bool is_produced = false;

		for (uint32_t k = 0; k < produced_count; k++)
			is_produced |= produced[k] == slot;
		if (!is_produced && op_is_live(node->input, slot))
			carry[op->carry_count++] = slot;
	}
	op->carry = carry;
}

void op_carry(struct op *op, const struct batch *in, const uint32_t *index, uint32_t count)
{
	if (in->count == 1) {
		op_carry_row(op, in, 0);
		return;
	}
	for (uint32_t i = 0; i < op->carry_count; i++) {
		uint32_t slot = op->carry[i];

		column_gather(
			op->arena, &in->columns[slot], index, count, &op->batch.columns[slot]);
	}
}

void op_carry_row(struct op *op, const struct batch *in, uint32_t row)
{
	for (uint32_t i = 0; i < op->carry_count; i++) {
		uint32_t slot = op->carry[i];

		op->batch.columns[slot] = column_slice(&in->columns[slot], row);
		op->batch.columns[slot].stride = 0;
	}
}

void op_set_ids(struct batch *b, uint32_t slot, enum value_type type, const uint64_t *ids)
{
	if (slot == SLOT_NONE)
		return;
	b->columns[slot] = (struct column){
		.form = COLUMN_I64, .value_type = (uint8_t)type, .stride = 1, .i64 = (int64_t *)ids
	};
}

/* ---- subplans ---- */

void op_subplan_start(struct op *sub, uint32_t row_slot, const struct batch *outer, uint32_t first,
	uint32_t count)
{
	for (struct op_argument *a = sub->x->arguments; a != NULL; a = a->following) {
		if (a->op.node->argument.row_slot != row_slot)
			continue;
		a->outer = outer;
		a->first = first;
		a->count = count;
	}
	op_rewind(sub);
}
