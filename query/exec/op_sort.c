/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * ORDER BY, and taking all input before giving any (PLAN_EAGER). The whole input is kept, an array
 * of row numbers is sorted, and batches are gathered in that order. For ORDER BY with LIMIT only
 * the first rows are kept: whenever twice as many have come, the rest is thrown away.
 *
 * Each row's first key is turned into 64 bits that order as the key does (numbers exactly or by
 * their leading bits, text by its first eight bytes), so that most comparisons touch nothing else.
 *
 * Invariants
 *  S1. The sort is stable: equal rows keep the order they came in.
 *  S2. prefix(a) < prefix(b) implies key(a) < key(b) in the order asked for; equal prefixes decide
 *      nothing.
 */
#include <math.h>
#include <string.h>

#include "query/exec/limit.h"
#include "query/exec/op.h"
#include "query/exec/row_store.h"

enum { POLL_COMPARES = 1 << 16, TOP_SLACK = 4096, RUN = 8 };

struct item {
	uint64_t prefix;
	uint32_t row;
};

struct sort {
	struct op op;
	struct arena *heap;
	struct row_store rows;
	struct item *items;
	uint32_t given;
	uint64_t top; /* rows that are asked for, UINT64_MAX: all */
	bool is_sorted;
	uint32_t compares; /* until the next poll */
	const struct column **keys;
};

static void sort_close(struct op *op)
{
	struct sort *s = (struct sort *)op;

	arena_free(s->heap);
	s->heap = NULL;
	s->is_sorted = false;
}

/* ---- keys ---- */

static uint64_t prefix_of_int(int64_t i)
{
	return (uint64_t)i ^ (UINT64_C(1) << 63);
}

static uint64_t prefix_of_real(double f)
{
	uint64_t bits;

	if (isnan(f))
		return UINT64_MAX;
	f += 0.0;
	memcpy(&bits, &f, sizeof bits);
	return bits >> 63 ? ~bits : bits | (UINT64_C(1) << 63);
}

static uint64_t prefix_of_text(const char *at, uint32_t length)
{
	unsigned char bytes[8] = { 0 };
	uint64_t prefix = 0;

	memcpy(bytes, at, MIN_OF(length, 8u));
	for (int i = 0; i < 8; i++)
		prefix = prefix << 8 | bytes[i];
	return prefix;
}

/* The first key's prefix among values of one static type; two bits are given up for NULLs. */
static uint64_t item_prefix(const struct sort *s, uint32_t row)
{
	const struct plan_sort_key *key = &s->op.node->sort.keys[0];
	const struct column *c = s->keys[0];
	struct type type = op_slot_type(&s->op, key->slot);
	uint64_t prefix = 0;

	if (column_is_null(c, row))
		return key->is_nulls_first ? 0 : UINT64_MAX;
	if (c->form == COLUMN_I64)
		prefix = prefix_of_int(c->i64[row]);
	else if (c->form == COLUMN_F64)
		prefix = prefix_of_real(c->f64[row]);
	else if (type.kind == TYPE_STRING && c->values[row].count > 0)
		prefix = prefix_of_text(c->values[row].bytes, c->values[row].count);
	if (key->is_descending)
		prefix = ~prefix;
	return (prefix >> 2) + 1;
}

static int compare_cells(const struct column *c, uint32_t a, uint32_t b)
{
	if (c->form == COLUMN_I64)
		return c->i64[a] < c->i64[b] ? -1 : c->i64[a] > c->i64[b];
	return value_order(column_value(c, a), column_value(c, b));
}

static int compare_rows(const struct sort *s, uint32_t a, uint32_t b)
{
	const struct plan_node *n = s->op.node;

	for (uint32_t k = 0; k < n->sort.count; k++) {
		const struct plan_sort_key *key = &n->sort.keys[k];
		bool a_null = column_is_null(s->keys[k], a), b_null = column_is_null(s->keys[k], b);
		int order;

		if (a_null || b_null) {
			if (a_null == b_null)
				continue;
			return a_null == key->is_nulls_first ? -1 : 1;
		}
		order = compare_cells(s->keys[k], a, b);
		if (order != 0)
			return key->is_descending ? -order : order;
	}
	return a < b ? -1 : a > b;
}

static bool comes_first(const struct sort *s, const struct item *a, const struct item *b)
{
	if (a->prefix != b->prefix)
		return a->prefix < b->prefix;
	return compare_rows(s, a->row, b->row) < 0;
}

/* ---- merge sort ---- */

static void sort_run(const struct sort *s, struct item *items, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++) {
		struct item item = items[i];
		uint32_t at = i;

		for (; at > 0 && comes_first(s, &item, &items[at - 1]); at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
}

static void merge(const struct sort *s, const struct item *left, uint32_t left_count,
	const struct item *right, uint32_t right_count, struct item *to)
{
	while (left_count > 0 && right_count > 0) {
		if (comes_first(s, right, left)) {
			*to++ = *right++;
			right_count--;
		} else {
			*to++ = *left++;
			left_count--;
		}
	}
	memcpy(to, left_count > 0 ? left : right, sizeof *to * (left_count + right_count));
}

/* One pass: runs of `width` become runs of twice that, from `from` into `to`. */
static enum sqlstate merge_pass(
	struct sort *s, const struct item *from, struct item *to, uint64_t width, struct error *e)
{
	uint32_t count = s->rows.count;

	for (uint64_t at = 0; at < count; at += 2 * width) {
		uint32_t left = (uint32_t)MIN_OF(width, count - at);
		uint32_t right = (uint32_t)MIN_OF(width, count - at - left);

		merge(s, from + at, left, from + at + left, right, to + at);
		s->compares += left + right;
		if (s->compares >= POLL_COMPARES) {
			s->compares = 0;
			TRY(eval_poll(&s->op.x->eval, e));
		}
	}
	return OK;
}

static enum sqlstate sort_items(struct sort *s, struct error *e)
{
	uint32_t count = s->rows.count;
	size_t size = sizeof(struct item) * ((size_t)count + 1);
	struct item *from = arena_try_alloc(s->heap, size), *to = arena_try_alloc(s->heap, size);

	if (from == NULL || to == NULL)
		return op_out_of_memory(e);
	for (uint32_t k = 0; k < s->op.node->sort.count; k++) {
		for (uint32_t i = 0; i < s->rows.slot_count; i++) {
			if (s->rows.slots[i] == s->op.node->sort.keys[k].slot)
				s->keys[k] = &s->rows.columns[i];
		}
		assert(s->keys[k] != NULL);
	}
	for (uint32_t i = 0; i < count; i++)
		from[i] = (struct item){ item_prefix(s, i), i };
	for (uint32_t i = 0; i < count; i += RUN)
		sort_run(s, from + i, MIN_OF(count - i, (uint32_t)RUN));
	for (uint64_t width = RUN; width < count; width *= 2) {
		struct item *done = to;

		TRY(merge_pass(s, from, to, width, e));
		to = from;
		from = done;
	}
	s->items = from;
	return OK;
}

/* ---- taking rows in ---- */

/* What is kept: the live slots and the keys' slots. */
static void init_rows(struct sort *s)
{
	const struct plan_node *n = s->op.node;
	uint32_t *slots = arena_alloc_raw(s->heap, sizeof *slots * (n->live_count + n->sort.count));
	uint32_t count = 0;

	for (uint32_t i = 0; i < n->live_count; i++)
		slots[count++] = n->live[i];
	for (uint32_t k = 0; k < n->sort.count; k++) {
		bool is_there = false;

		for (uint32_t i = 0; i < count; i++)
			is_there |= slots[i] == n->sort.keys[k].slot;
		if (!is_there)
			slots[count++] = n->sort.keys[k].slot;
	}
	row_store_init(&s->rows, &s->op, s->heap, slots, count);
}

/* Keeps only the first `top` of the rows so far, in their order. */
static enum sqlstate cut_to_top(struct sort *s, struct error *e)
{
	struct arena *old_heap = s->heap, *a = arena_new(0);
	struct batch part = { .columns = ARENA_ARRAY(
				      a, struct column, s->op.x->plan->slot_count + 1) };
	struct row_store old;
	uint32_t *index;
	enum sqlstate rc = sort_items(s, e);

	old = s->rows;
	s->heap = op_heap_new(&s->op);
	init_rows(s);
	for (uint32_t at = 0; rc == OK && at < s->top; at += BATCH_ROWS) {
		uint32_t count = (uint32_t)MIN_OF(s->top - at, (uint64_t)BATCH_ROWS);
		struct arena_mark mark;

		index = arena_alloc_raw(a, sizeof *index * count);
		mark = arena_save(a);
		for (uint32_t i = 0; i < count; i++)
			index[i] = s->items[at + i].row;
		row_store_gather(&old, a, index, count, &part);
		rc = row_store_append(&s->rows, &part, 0, count, e);
		arena_rewind(a, mark);
	}
	arena_free(old_heap);
	arena_free(a);
	return rc;
}

static enum sqlstate find_top(struct sort *s, struct error *e)
{
	const struct plan_node *n = s->op.node;
	uint64_t limit, offset;

	TRY(limit_evaluate(&s->op, n->sort.top_limit, n->sort.top_offset, &limit, &offset, e));
	s->top = UINT64_MAX;
	if (limit < UINT32_MAX / 4 && offset < UINT32_MAX / 4)
		s->top = limit + offset;
	return OK;
}

static enum sqlstate sort_all(struct sort *s, struct error *e)
{
	struct batch *in;
	enum step step;

	s->heap = op_heap_new(&s->op);
	s->given = 0;
	init_rows(s);
	op_begin(&s->op);
	TRY(find_top(s, e));
	while ((step = op_next(s->op.input, &in, e)) == STEP_ROW) {
		TRY(row_store_append(&s->rows, in, 0, in->count, e));
		if (s->top != UINT64_MAX && s->rows.count > 2 * s->top + TOP_SLACK)
			TRY(cut_to_top(s, e));
	}
	if (step == STEP_FAILED)
		return e->code;
	s->is_sorted = true;
	return sort_items(s, e);
}

static enum step sort_next(struct op *op, struct batch **out, struct error *e)
{
	struct sort *s = (struct sort *)op;
	uint32_t *index, count;

	if (!s->is_sorted)
		TRY_STEP(sort_all(s, e));
	count = MIN_OF(s->rows.count - s->given, (uint32_t)BATCH_ROWS);
	if (s->top != UINT64_MAX)
		count = (uint32_t)MIN_OF(count, s->given >= s->top ? 0 : s->top - s->given);
	if (count == 0)
		return STEP_DONE;
	index = arena_alloc_raw(op_begin(op), sizeof *index * count);
	for (uint32_t i = 0; i < count; i++)
		index[i] = s->items[s->given + i].row;
	row_store_gather(&s->rows, op->arena, index, count, &op->batch);
	s->given += count;
	*out = &op->batch;
	return STEP_ROW;
}

struct op *op_sort_new(struct exec *x, const struct plan_node *node)
{
	struct sort *s = op_make(x, node, sizeof *s);

	s->op.next = sort_next;
	s->op.rewind = sort_close;
	s->op.close = sort_close;
	s->keys = ARENA_ARRAY(x->arena, const struct column *, node->sort.count + 1);
	op_own_columns(&s->op);
	return &s->op;
}

/* ---- eager ---- */

struct eager {
	struct op op;
	struct arena *heap;
	struct row_store rows;
	uint32_t given;
	bool is_full;
};

static void eager_close(struct op *op)
{
	struct eager *s = (struct eager *)op;

	arena_free(s->heap);
	s->heap = NULL;
	s->is_full = false;
}

static enum step eager_next(struct op *op, struct batch **out, struct error *e)
{
	struct eager *s = (struct eager *)op;
	struct batch *in;
	enum step step;

	if (!s->is_full) {
		s->heap = op_heap_new(op);
		s->given = 0;
		row_store_init(&s->rows, op, s->heap, op->node->live, op->node->live_count);
		while ((step = op_next(op->input, &in, e)) == STEP_ROW)
			TRY_STEP(row_store_append(&s->rows, in, 0, in->count, e));
		if (step == STEP_FAILED)
			return step;
		s->is_full = true;
	}
	*out = &op->batch;
	return row_store_next(&s->rows, &s->given, &op->batch) ? STEP_ROW : STEP_DONE;
}

struct op *op_eager_new(struct exec *x, const struct plan_node *node)
{
	struct eager *s = op_make(x, node, sizeof *s);

	s->op.next = eager_next;
	s->op.rewind = eager_close;
	s->op.close = eager_close;
	op_own_columns(&s->op);
	return &s->op;
}
