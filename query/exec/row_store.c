/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Rows kept, column by column. Growth doubles and leaves the old arrays in the heap, so a store
 * takes at most twice its size.
 */
#include "query/exec/row_store.h"

#include <string.h>

enum { FIRST_CAPACITY = 64, ROWS_MAX = 1 << 30 };

void row_store_init(struct row_store *r, struct op *op, struct arena *heap, const uint32_t *slots,
	uint32_t count)
{
	memset(r, 0, sizeof *r);
	r->heap = heap;
	r->slots = slots;
	r->slot_count = count;
	r->columns = ARENA_ARRAY(heap, struct column, count + 1);
	for (uint32_t i = 0; i < count; i++) {
		struct type type = op_slot_type(op, slots[i]);

		r->columns[i].form = (uint8_t)column_form_of(type);
		r->columns[i].value_type = (uint8_t)column_value_type_of(type);
		r->columns[i].stride = 1;
	}
}

static enum sqlstate grow(struct row_store *r, uint64_t needed, struct error *e)
{
	uint32_t capacity = r->capacity == 0 ? FIRST_CAPACITY : r->capacity;

	if (needed > ROWS_MAX)
		return op_out_of_memory(e);
	while (capacity < needed)
		capacity *= 2;
	for (uint32_t i = 0; i < r->slot_count; i++) {
		struct column *c = &r->columns[i];
		size_t cell = c->form == COLUMN_VALUE ? sizeof(struct value) : 8;
		void *wider = arena_try_alloc(r->heap, cell * capacity);

		if (wider == NULL)
			return op_out_of_memory(e);
		if (r->count > 0)
			memcpy(wider, c->values, cell * r->count);
		c->values = wider;
		if (c->nulls != NULL)
			c->nulls = arena_grow(r->heap, c->nulls, r->count, capacity);
	}
	r->capacity = capacity;
	return OK;
}

static void append_nulls(struct row_store *r, struct column *to, const struct column *from,
	uint32_t first, uint32_t count)
{
	if (from->nulls == NULL && to->nulls == NULL)
		return;
	if (to->nulls == NULL)
		to->nulls = arena_alloc(r->heap, r->capacity);
	for (uint32_t i = 0; i < count; i++) {
		to->nulls[r->count + i] =
			from->nulls == NULL ? 0 : from->nulls[(first + i) * from->stride];
	}
}

static void append_column(struct row_store *r, struct column *to, const struct column *from,
	uint32_t first, uint32_t count)
{
	if (to->form == COLUMN_VALUE) {
		for (uint32_t i = 0; i < count; i++) {
			to->values[r->count + i] =
				value_copy(r->heap, column_value(from, first + i));
		}
		return;
	}
	assert(from->form == to->form);
	if (from->stride == 1) {
		memcpy(to->i64 + r->count, from->i64 + first, 8 * (size_t)count);
	} else {
		for (uint32_t i = 0; i < count; i++)
			to->i64[r->count + i] = from->i64[0];
	}
	append_nulls(r, to, from, first, count);
}

enum sqlstate row_store_append(struct row_store *r, const struct batch *in, uint32_t first,
	uint32_t count, struct error *e)
{
	if (count == 0)
		return OK;
	if ((uint64_t)r->count + count > r->capacity)
		TRY(grow(r, (uint64_t)r->count + count, e));
	for (uint32_t i = 0; i < r->slot_count; i++)
		append_column(r, &r->columns[i], &in->columns[r->slots[i]], first, count);
	r->count += count;
	return op_heap_check(r->heap, e);
}

void row_store_give(const struct row_store *r, uint32_t first, uint32_t count, struct batch *out)
{
	for (uint32_t i = 0; i < r->slot_count; i++)
		out->columns[r->slots[i]] = column_slice(&r->columns[i], first);
	out->count = count;
}

bool row_store_next(const struct row_store *r, uint32_t *given, struct batch *out)
{
	uint32_t count = MIN_OF(r->count - *given, (uint32_t)BATCH_ROWS);

	if (count == 0)
		return false;
	row_store_give(r, *given, count, out);
	*given += count;
	return true;
}

void row_store_gather(const struct row_store *r, struct arena *a, const uint32_t *index,
	uint32_t count, struct batch *out)
{
	for (uint32_t i = 0; i < r->slot_count; i++)
		column_gather(a, &r->columns[i], index, count, &out->columns[r->slots[i]]);
	out->count = count;
}
