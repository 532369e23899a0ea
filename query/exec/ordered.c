/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Each group keeps its rows as cells, sort keys before arguments, in the order they came; at the end
 * they are merge-sorted (rows that are the same stay in that order) and given to the aggregate in
 * batches.
 */
#include "query/exec/ordered.h"

#include <string.h>

#include "query/type/function.h"

struct kept {
	struct value *cells;
	uint32_t count, capacity; /* rows */
};

size_t aggregate_ordered_state_size(void)
{
	return sizeof(struct kept);
}

static uint32_t width_of(const struct plan_aggregate *a)
{
	return a->order_count + (a->args[0] != NULL) + (a->args[1] != NULL);
}

enum sqlstate aggregate_ordered_add(struct op *op, const struct plan_aggregate *a,
	const struct aggregate_context *c, const struct ordered_rows *r, const struct batch *in,
	struct error *e)
{
	struct column *keys = arena_alloc(op->arena, sizeof *keys * a->order_count);
	uint32_t width = width_of(a);

	for (uint32_t k = 0; k < a->order_count; k++)
		TRY(eval_column(op_eval(op), a->order[k], in, &keys[k], e));
	for (uint32_t i = 0; i < r->count; i++) {
		struct kept *kept = r->states[i];
		struct value *row;

		if (kept->count == kept->capacity) {
			uint32_t wider = kept->capacity == 0 ? 4 : 2 * kept->capacity;
			size_t size = sizeof *kept->cells * width;

			kept->cells =
				arena_grow(c->arena, kept->cells, size * kept->count, size * wider);
			kept->capacity = wider;
		}
		row = kept->cells + (size_t)width * kept->count++;
		for (uint32_t k = 0; k < a->order_count; k++)
			*row++ = value_copy(c->arena, column_value(&keys[k], r->rows[i]));
		for (uint32_t k = 0; k < r->arg_count; k++)
			*row++ = value_copy(c->arena, column_value(&r->args[k], r->rows[i]));
	}
	return op_heap_check(c->arena, e);
}

static int compare(const struct plan_aggregate *a, const struct value *x, const struct value *y)
{
	for (uint32_t k = 0; k < a->order_count; k++) {
		const struct plan_sort_key *key = &a->order_keys[k];
		bool x_null = x[k].type == VALUE_NULL, y_null = y[k].type == VALUE_NULL;
		int order;

		if (x_null || y_null) {
			if (x_null == y_null)
				continue;
			return x_null == key->is_nulls_first ? -1 : 1;
		}
		order = value_order(x[k], y[k]);
		if (order != 0)
			return key->is_descending ? -order : order;
	}
	return 0;
}

/* Runs of `width` rows become runs of twice that. */
static void merge_pass(const struct plan_aggregate *a, const struct value *const *from,
	const struct value **to, uint32_t count, uint64_t width)
{
	for (uint64_t start = 0; start < count; start += 2 * width) {
		uint64_t middle = MIN_OF(start + width, count);
		uint64_t end = MIN_OF(start + 2 * width, count);
		uint64_t left = start, right = middle;

		for (uint64_t at = start; at < end; at++) {
			bool takes_left =
				right == end ||
				(left < middle && compare(a, from[left], from[right]) <= 0);

			to[at] = takes_left ? from[left++] : from[right++];
		}
	}
}

static const struct value **sorted_rows(
	const struct plan_aggregate *a, struct arena *arena, const struct kept *kept)
{
	size_t size = sizeof(struct value *) * ((size_t)kept->count + 1);
	const struct value **from = arena_try_alloc(arena, size);
	const struct value **to = arena_try_alloc(arena, size);

	if (from == NULL || to == NULL)
		return NULL;
	for (uint32_t i = 0; i < kept->count; i++)
		from[i] = kept->cells + (size_t)width_of(a) * i;
	for (uint64_t width = 1; width < kept->count; width *= 2) {
		const struct value **swapped = from;

		merge_pass(a, from, to, kept->count, width);
		from = to;
		to = swapped;
	}
	return from;
}

/* Up to BATCH_ROWS rows to the aggregate. */
static enum sqlstate feed(const struct plan_aggregate *a, const struct aggregate_context *c,
	const struct value *const *rows, uint32_t count, void *state, struct error *e)
{
	struct arena *arena = c->ev->arena;
	struct column args[2];
	uint32_t *numbers = arena_alloc_raw(arena, sizeof *numbers * count);
	void **states = arena_alloc_raw(arena, sizeof *states * count);
	uint32_t arg_count = width_of(a) - a->order_count;

	for (uint32_t k = 0; k < arg_count; k++) {
		args[k] = column_make(arena, a->args[k]->type, count);
		for (uint32_t i = 0; i < count; i++)
			column_put(&args[k], arena, count, i, rows[i][a->order_count + k]);
	}
	for (uint32_t i = 0; i < count; i++) {
		numbers[i] = i;
		states[i] = state;
	}
	return a->body->aggregate->add(
		c, states, arg_count == 0 ? NULL : args, numbers, count, e);
}

enum sqlstate aggregate_ordered_finish(const struct plan_aggregate *a,
	const struct aggregate_context *c, void *state, struct value *out, struct error *e)
{
	const struct kept *kept = state;
	const struct value **rows = sorted_rows(a, c->arena, kept);
	void *own = arena_alloc(c->arena, MAX_OF(a->body->aggregate->state_size, 1u));

	if (rows == NULL)
		return op_out_of_memory(e);
	for (uint32_t at = 0; at < kept->count; at += BATCH_ROWS) {
		TRY(feed(a, c, rows + at, MIN_OF(kept->count - at, (uint32_t)BATCH_ROWS), own, e));
		TRY(eval_poll(c->ev, e));
	}
	return a->body->aggregate->finish(c, own, out, e);
}
