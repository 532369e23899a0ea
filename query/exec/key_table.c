/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Open addressing with linear probing over numbers of rows; the keys themselves stand in columns,
 * so that a group's keys are given out without a copy.
 *
 * Invariants
 *  H1. slots are a power of two, at most half full.
 *  H2. hashes[n] is the hash of row n; equal keys have equal hashes whatever their forms: machine
 *      integers in I64 columns hash by themselves, everything else through value_hash().
 */
#include "query/exec/key_table.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "query/exec/op.h"
#include "storage/value.h"

enum { FIRST_CAPACITY = 32, ROWS_MAX = 1 << 30, BLOCK = 256 };

#define NULL_HASH UINT64_C(0x9AE16A3B2F90404F)

void key_table_init(
	struct key_table *t, struct arena *heap, const struct type *types, uint32_t column_count)
{
	memset(t, 0, sizeof *t);
	t->heap = heap;
	t->column_count = column_count;
	t->keys = ARENA_ARRAY(heap, struct column, column_count + 1);
	for (uint32_t k = 0; k < column_count; k++) {
		t->keys[k].form = (uint8_t)column_form_of(types[k]);
		t->keys[k].value_type = (uint8_t)column_value_type_of(types[k]);
		t->keys[k].stride = 1;
	}
}

static uint64_t hash_real(double f)
{
	uint64_t bits;

	if (isnan(f))
		return NULL_HASH + 1;
	f += 0.0; /* -0.0 is 0.0 */
	memcpy(&bits, &f, sizeof bits);
	return hash_u64(bits);
}

/* The hash of one cell, by the form that the table keeps the column in. */
static uint64_t hash_cell(const struct column *c, uint32_t row, enum column_form kept)
{
	uint32_t at = row * c->stride;

	if (kept == COLUMN_VALUE)
		return value_hash(column_value(c, row));
	if (c->nulls != NULL && c->nulls[at])
		return NULL_HASH;
	return kept == COLUMN_I64 ? hash_u64((uint64_t)c->i64[at]) : hash_real(c->f64[at]);
}

static uint64_t hash_row(const struct key_table *t, const struct column *columns, uint32_t row)
{
	uint64_t hash = 0;

	for (uint32_t k = 0; k < t->column_count; k++)
		hash = hash_combine(hash, hash_cell(&columns[k], row, t->keys[k].form));
	return hash;
}

static bool cell_is(
	const struct column *kept, uint32_t number, const struct column *c, uint32_t row)
{
	uint32_t at = row * c->stride;
	bool is_null, was_null;

	if (kept->form == COLUMN_VALUE)
		return value_same(kept->values[number], column_value(c, row));
	is_null = c->nulls != NULL && c->nulls[at];
	was_null = kept->nulls != NULL && kept->nulls[number];
	if (is_null || was_null)
		return is_null == was_null;
	if (kept->form == COLUMN_I64)
		return kept->i64[number] == c->i64[at];
	return kept->f64[number] == c->f64[at] || (isnan(kept->f64[number]) && isnan(c->f64[at]));
}

static bool row_is(
	const struct key_table *t, uint32_t number, const struct column *columns, uint32_t row)
{
	for (uint32_t k = 0; k < t->column_count; k++) {
		if (!cell_is(&t->keys[k], number, &columns[k], row))
			return false;
	}
	return true;
}

/* The slot where the row is or would go. */
static uint32_t find_slot(
	const struct key_table *t, const struct column *columns, uint32_t row, uint64_t hash)
{
	uint32_t at = (uint32_t)hash & t->slot_mask;

	while (t->slots[at] != 0) {
		uint32_t number = t->slots[at] - 1;

		if (t->hashes[number] == hash && row_is(t, number, columns, row))
			break;
		at = (at + 1) & t->slot_mask;
	}
	return at;
}

/* ---- growing ---- */

static enum sqlstate grow(struct key_table *t, struct error *e)
{
	uint32_t capacity = t->capacity == 0 ? FIRST_CAPACITY : t->capacity * 2;
	uint32_t slot_count = capacity * 2;

	if (capacity > ROWS_MAX)
		return op_out_of_memory(e);
	for (uint32_t k = 0; k < t->column_count; k++) {
		struct column *c = &t->keys[k];
		size_t cell = c->form == COLUMN_VALUE ? sizeof(struct value) : 8;
		void *wider = arena_try_alloc(t->heap, cell * capacity);

		if (wider == NULL)
			return op_out_of_memory(e);
		if (t->count > 0)
			memcpy(wider, c->values, cell * t->count);
		c->values = wider;
		if (c->nulls != NULL) {
			uint8_t *nulls = arena_alloc(t->heap, capacity);

			memcpy(nulls, c->nulls, t->count);
			c->nulls = nulls;
		}
	}
	t->hashes = arena_grow(
		t->heap, t->hashes, sizeof *t->hashes * t->count, sizeof *t->hashes * capacity);
	t->slots = arena_alloc(t->heap, sizeof *t->slots * slot_count);
	t->slot_mask = slot_count - 1;
	t->capacity = capacity;
	for (uint32_t n = 0; n < t->count; n++) {
		uint32_t at = (uint32_t)t->hashes[n] & t->slot_mask;

		while (t->slots[at] != 0)
			at = (at + 1) & t->slot_mask;
		t->slots[at] = n + 1;
	}
	return op_heap_check(t->heap, e);
}

static void keep_row(struct key_table *t, const struct column *columns, uint32_t row, uint64_t hash)
{
	for (uint32_t k = 0; k < t->column_count; k++) {
		struct value v = column_value(&columns[k], row);

		if (t->keys[k].form == COLUMN_VALUE)
			v = value_copy(t->heap, v);
		column_put(&t->keys[k], t->heap, t->capacity, t->count, v);
	}
	t->hashes[t->count++] = hash;
}

/* ---- many rows ---- */

/* The hashes of some rows, with the slots they lead to on their way into the cache. */
static void hash_rows(const struct key_table *t, const struct column *columns, const uint32_t *rows,
	uint32_t count, uint64_t *hashes)
{
	for (uint32_t i = 0; i < count; i++) {
		hashes[i] = hash_row(t, columns, rows[i]);
		if (t->slots != NULL)
			__builtin_prefetch(&t->slots[(uint32_t)hashes[i] & t->slot_mask]);
	}
}

/* Brings the keys behind the rows' slots into the cache; a guess, right in most cases. */
static void fetch_keys(const struct key_table *t, const uint64_t *hashes, uint32_t count)
{
	for (uint32_t i = 0; t->slots != NULL && i < count; i++) {
		uint32_t number = t->slots[(uint32_t)hashes[i] & t->slot_mask];

		if (number == 0)
			continue;
		__builtin_prefetch(&t->hashes[number - 1]);
		if (t->column_count > 0)
			__builtin_prefetch(&t->keys[0].i64[number - 1]);
	}
}

enum sqlstate key_table_add(struct key_table *t, const struct column *columns, const uint32_t *rows,
	uint32_t count, uint32_t *numbers, struct error *e)
{
	uint64_t hashes[BLOCK];

	for (uint32_t i = 0; i < count; i++) {
		uint32_t at;

		if (i % BLOCK == 0) {
			uint32_t block = MIN_OF(count - i, (uint32_t)BLOCK);

			hash_rows(t, columns, rows + i, block, hashes);
			fetch_keys(t, hashes, block);
		}
		if (t->count == t->capacity)
			TRY(grow(t, e));
		at = find_slot(t, columns, rows[i], hashes[i % BLOCK]);
		if (t->slots[at] == 0) {
			t->slots[at] = t->count + 1;
			keep_row(t, columns, rows[i], hashes[i % BLOCK]);
		}
		numbers[i] = t->slots[at] - 1;
	}
	return op_heap_check(t->heap, e);
}

void key_table_find(const struct key_table *t, const struct column *columns, const uint32_t *rows,
	uint32_t count, uint32_t *numbers)
{
	for (uint32_t i = 0; i < count; i++) {
		numbers[i] = UINT32_MAX;
		if (t->count > 0) {
			uint64_t hash = hash_row(t, columns, rows[i]);

			numbers[i] = t->slots[find_slot(t, columns, rows[i], hash)] - 1;
		}
	}
}
