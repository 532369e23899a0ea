/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A hash table of rows of keys: numbers them 0, 1, 2 … in the order they first come. Behind GROUP
 * BY, DISTINCT, set operations and hash joins. Keys are equal as value_same() has it: NULL is NULL,
 * NaN is NaN, 1 is 1.0.
 */
#ifndef QUERY_EXEC_KEY_TABLE_H
#define QUERY_EXEC_KEY_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "query/tree/batch.h"

struct key_table {
	struct arena *heap;
	uint32_t column_count;
	struct column *keys; /* of the numbered rows */
	uint64_t *hashes;
	uint32_t count, capacity;
	uint32_t *slots; /* number + 1, 0: free */
	uint32_t slot_mask;
};

/* An empty table whose key columns have the forms of these types. */
void key_table_init(
	struct key_table *t, struct arena *heap, const struct type *types, uint32_t column_count);
/* numbers[i] = the number of row rows[i] of the columns; new rows are added. columns[k] has the
   form of types[k], or any where that is VALUE. E_OUT_OF_MEMORY beyond the heap's bound. */
enum sqlstate key_table_add(struct key_table *t, const struct column *columns, const uint32_t *rows,
	uint32_t count, uint32_t *numbers, struct error *e) MUST_USE;
/* The same without adding: UINT32_MAX for rows that are not there. */
void key_table_find(const struct key_table *t, const struct column *columns, const uint32_t *rows,
	uint32_t count, uint32_t *numbers);

#endif
