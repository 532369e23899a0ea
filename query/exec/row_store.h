/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Rows kept: columns that grow, with deep copies of everything the values point to. What sorts,
 * joins, eager operators and updates keep between batches. Lives in a heap (op_heap_new), which
 * bounds it.
 */
#ifndef QUERY_EXEC_ROW_STORE_H
#define QUERY_EXEC_ROW_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "query/exec/op.h"
#include "query/tree/batch.h"

struct row_store {
	struct arena *heap;
	uint32_t count, capacity;
	uint32_t slot_count;
	const uint32_t *slots;
	struct column *columns; /* one per slot of `slots`, stride 1 */
};

/* An empty store for these slots of the plan; `slots` must outlive it. */
void row_store_init(struct row_store *r, struct op *op, struct arena *heap, const uint32_t *slots,
	uint32_t count);
/* Appends rows [first, first + count) of a batch. E_OUT_OF_MEMORY beyond the heap's bound. */
enum sqlstate row_store_append(struct row_store *r, const struct batch *in, uint32_t first,
	uint32_t count, struct error *e) MUST_USE;
/* Points the batch's columns at rows [first, first + count); nothing is copied. */
void row_store_give(const struct row_store *r, uint32_t first, uint32_t count, struct batch *out);
/* The next rows of a store given out batch by batch, of which *given have gone; false at its end. */
bool row_store_next(const struct row_store *r, uint32_t *given, struct batch *out);
/* The rows at these positions, gathered into the arena. */
void row_store_gather(const struct row_store *r, struct arena *a, const uint32_t *index,
	uint32_t count, struct batch *out);

#endif
