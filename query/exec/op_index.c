/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Finding elements by key: index scans and lookups by id. For every input row the keys are
 * computed; a NULL or NaN key finds nothing, as the comparison it stands for is never TRUE.
 *
 * A lookup of a unique index by all its keys is done for the whole batch in one storage call and
 * makes no cursor; a range or a non-unique index opens a cursor per input row.
 */
#include <math.h>
#include <string.h>

#include "query/exec/op.h"

enum { KEYS_MAX = 8 };

struct index_scan {
	struct op op;
	struct batch *in;
	uint32_t row; /* of `in` that the cursor is for */
	struct cursor *cursor;
	struct column equal[KEYS_MAX], low, high; /* for the rows of `in` */
};

static void index_close_cursor(struct index_scan *s)
{
	if (s->cursor != NULL)
		storage_cursor_close(s->cursor);
	s->cursor = NULL;
}

static void index_close(struct op *op)
{
	index_close_cursor((struct index_scan *)op);
}

static void index_rewind(struct op *op)
{
	struct index_scan *s = (struct index_scan *)op;

	index_close_cursor(s);
	s->in = NULL;
	s->row = 0;
}

static enum sqlstate compute_keys(struct index_scan *s, struct error *e)
{
	const struct plan_node *n = s->op.node;
	struct eval *ev = &s->op.x->eval;

	ev->arena = op_hold(&s->op);
	for (uint32_t k = 0; k < n->index_scan.equal_count; k++)
		TRY(eval_column(ev, n->index_scan.equal[k], s->in, &s->equal[k], e));
	if (n->index_scan.low != NULL)
		TRY(eval_column(ev, n->index_scan.low, s->in, &s->low, e));
	if (n->index_scan.high != NULL)
		TRY(eval_column(ev, n->index_scan.high, s->in, &s->high, e));
	return OK;
}

static bool finds_nothing(struct value v)
{
	return v.type == VALUE_NULL || (v.type == VALUE_FLOAT && isnan(v.real)) ||
	       (v.type == VALUE_DECIMAL && v.decimal->kind == DECIMAL_NAN) || v.type == VALUE_MAP ||
	       v.type >= VALUE_NODE;
}

/* The keys of one row; false if one of them finds nothing. */
static bool row_keys(const struct index_scan *s, uint32_t row, struct value *keys)
{
	for (uint32_t k = 0; k < s->op.node->index_scan.equal_count; k++) {
		keys[k] = column_value(&s->equal[k], row);
		if (finds_nothing(keys[k]))
			return false;
	}
	return true;
}

static enum sqlstate set_ends(struct op *op, const uint64_t *ids, uint32_t count, struct error *e)
{
	uint32_t source_slot = op->node->index_scan.source_slot;
	uint32_t target_slot = op->node->index_scan.target_slot;
	struct edge_head *heads;
	uint64_t *sources, *targets;

	if (op->node->index_scan.element == ELEMENT_NODE ||
		(source_slot == SLOT_NONE && target_slot == SLOT_NONE))
		return OK;
	heads = arena_alloc_raw(op->arena, sizeof *heads * count);
	sources = arena_alloc_raw(op->arena, sizeof *sources * count);
	targets = arena_alloc_raw(op->arena, sizeof *targets * count);
	TRY(storage_edges_get(op->x->options.txn, ids, count, heads, e));
	for (uint32_t i = 0; i < count; i++) {
		sources[i] = heads[i].source;
		targets[i] = heads[i].target;
	}
	op_set_ids(&op->batch, source_slot, VALUE_NODE, sources);
	op_set_ids(&op->batch, target_slot, VALUE_NODE, targets);
	return OK;
}

static enum value_type found_type(const struct op *op)
{
	return op->node->index_scan.element == ELEMENT_NODE ? VALUE_NODE : VALUE_EDGE;
}

/* ---- unique lookups ---- */

static enum sqlstate lookup_batch(struct index_scan *s, struct error *e)
{
	struct op *op = &s->op;
	uint32_t width = op->node->index_scan.equal_count, asked = 0, found = 0;
	uint32_t rows = s->in->count;
	struct arena *a = op_begin(op);
	struct value *keys = arena_alloc_raw(a, sizeof *keys * rows * width);
	uint64_t *ids = arena_alloc_raw(a, sizeof *ids * rows);
	uint32_t *index = arena_alloc_raw(a, sizeof *index * rows);

	for (uint32_t row = 0; row < rows; row++) {
		if (row_keys(s, row, keys + (size_t)asked * width))
			index[asked++] = row;
	}
	if (asked > 0)
		TRY(storage_index_lookup(
			op->x->options.txn, op->node->index_scan.index, keys, asked, ids, e));
	for (uint32_t i = 0; i < asked; i++) {
		ids[found] = ids[i];
		index[found] = index[i];
		found += ids[i] != UINT64_MAX;
	}
	op->batch.count = found;
	if (found == 0)
		return OK;
	op_carry(op, s->in, index, found);
	op_set_ids(&op->batch, op->node->index_scan.slot, found_type(op), ids);
	return set_ends(op, ids, found, e);
}

static enum step lookup_next(struct op *op, struct batch **out, struct error *e)
{
	struct index_scan *s = (struct index_scan *)op;
	enum step step = op_next(op->input, &s->in, e);

	if (step != STEP_ROW)
		return step;
	op->is_over = op->input->is_over;
	TRY_STEP(compute_keys(s, e));
	*out = &op->batch;
	return op_step(lookup_batch(s, e), STEP_ROW);
}

/* ---- ranges ---- */

/* Opens the cursor for the current row; it stays NULL if nothing can be found. */
static enum sqlstate range_open(struct index_scan *s, struct error *e)
{
	const struct plan_node *n = s->op.node;
	struct value keys[KEYS_MAX];
	struct index_range range = {
		.equal_count = n->index_scan.equal_count,
		.equal = keys,
		.has_low = n->index_scan.low != NULL,
		.has_high = n->index_scan.high != NULL,
		.low_is_inclusive = n->index_scan.low_is_inclusive,
		.high_is_inclusive = n->index_scan.high_is_inclusive,
		.is_descending = n->index_scan.is_descending,
	};

	if (!row_keys(s, s->row, keys))
		return OK;
	if (range.has_low)
		range.low = column_value(&s->low, s->row);
	if (range.has_high)
		range.high = column_value(&s->high, s->row);
	if ((range.has_low && finds_nothing(range.low)) ||
		(range.has_high && finds_nothing(range.high)))
		return OK;
	return storage_scan_index(s->op.x->options.txn, n->index_scan.index, &range,
		op_cursor_arena(&s->op), &s->cursor, e);
}

static enum step range_next(struct op *op, struct batch **out, struct error *e)
{
	struct index_scan *s = (struct index_scan *)op;
	uint32_t want = op_want(op), count = 0;
	uint64_t *ids = arena_alloc_raw(op_begin(op), sizeof *ids * want);

	while (count == 0) {
		if (s->in == NULL || s->row == s->in->count) {
			enum step step = op_next(op->input, &s->in, e);

			if (step != STEP_ROW)
				return step;
			TRY_STEP(compute_keys(s, e));
			s->row = 0;
		}
		if (s->cursor == NULL)
			TRY_STEP(range_open(s, e));
		if (s->cursor != NULL)
			TRY_STEP(storage_cursor_next(s->cursor, ids, NULL, want, &count, e));
		if (count == 0) {
			index_close_cursor(s);
			s->row++;
		}
		TRY_STEP(eval_poll(&op->x->eval, e));
	}
	op->batch.count = count;
	op_carry_row(op, s->in, s->row);
	op_set_ids(&op->batch, op->node->index_scan.slot, found_type(op), ids);
	*out = &op->batch;
	return op_step(set_ends(op, ids, count, e), STEP_ROW);
}

struct op *op_index_scan_new(struct exec *x, const struct plan_node *node)
{
	struct index_scan *s = op_make(x, node, sizeof *s);
	uint32_t produced[3] = { node->index_scan.slot, node->index_scan.source_slot,
		node->index_scan.target_slot };

	assert(node->index_scan.equal_count <= KEYS_MAX);
	s->op.next = node->index_scan.is_unique_lookup ? lookup_next : range_next;
	s->op.rewind = index_rewind;
	s->op.close = index_close;
	op_carry_init(&s->op, produced, 3);
	if (node->index_scan.has_unknown)
		op_note_nothing(x, ELEMENT_EDGE);
	return &s->op;
}

/* ---- by id ---- */

struct id_seek {
	struct op op;
	struct batch *in;
	uint32_t row;
	uint32_t item;	   /* of the row's list */
	struct column ids; /* of `in` */
};

static void id_seek_rewind(struct op *op)
{
	struct id_seek *s = (struct id_seek *)op;

	s->in = NULL;
	s->row = s->item = 0;
}

static enum sqlstate id_seek_keys(struct id_seek *s, struct error *e)
{
	struct eval *ev = &s->op.x->eval;

	ev->arena = op_hold(&s->op);
	s->row = s->item = 0;
	return eval_column(ev, s->op.node->id_seek.id, s->in, &s->ids, e);
}

/* The next id that may exist, and its row; false when the batch is used up. */
static bool id_seek_take(struct id_seek *s, uint64_t *id, uint32_t *row)
{
	while (s->row < s->in->count) {
		struct value v = column_value(&s->ids, s->row);
		struct value item = v;

		if (v.type == VALUE_LIST && s->item < v.count) {
			item = v.items[s->item++];
		} else if (v.type == VALUE_LIST || s->item > 0) {
			s->row++;
			s->item = 0;
			continue;
		} else {
			s->item = 1;
		}
		if (item.type != VALUE_INT || item.integer < 0)
			continue;
		*id = (uint64_t)item.integer;
		*row = s->row;
		return true;
	}
	return false;
}

static enum sqlstate keep_existing(
	struct op *op, uint64_t *ids, uint32_t *rows, uint32_t *count, struct error *e)
{
	struct txn *txn = op->x->options.txn;
	uint32_t used = 0;

	if (op->node->id_seek.element == ELEMENT_NODE) {
		uint32_t *sets = arena_alloc_raw(op->arena, sizeof *sets * (*count + 1));

		TRY(storage_nodes_get(txn, ids, *count, sets, e));
		for (uint32_t i = 0; i < *count; i++) {
			ids[used] = ids[i];
			rows[used] = rows[i];
			used += sets[i] != LABELSET_ABSENT;
		}
	} else {
		struct edge_head *heads = arena_alloc_raw(op->arena, sizeof *heads * (*count + 1));

		TRY(storage_edges_get(txn, ids, *count, heads, e));
		for (uint32_t i = 0; i < *count; i++) {
			ids[used] = ids[i];
			rows[used] = rows[i];
			used += heads[i].label != NAME_NONE;
		}
	}
	*count = used;
	return OK;
}

static enum step id_seek_next(struct op *op, struct batch **out, struct error *e)
{
	struct id_seek *s = (struct id_seek *)op;
	uint32_t want = op_want(op), count = 0;
	uint64_t *ids = arena_alloc_raw(op_begin(op), sizeof *ids * want);
	uint32_t *rows = arena_alloc_raw(op->arena, sizeof *rows * want);
	bool is_node = op->node->id_seek.element == ELEMENT_NODE;

	while (s->in == NULL || s->row == s->in->count) {
		enum step step = op_next(op->input, &s->in, e);

		if (step != STEP_ROW)
			return step;
		TRY_STEP(id_seek_keys(s, e));
	}
	while (count < want && id_seek_take(s, &ids[count], &rows[count]))
		count++;
	if (count > 0)
		TRY_STEP(keep_existing(op, ids, rows, &count, e));
	op->batch.count = count;
	op_carry(op, s->in, rows, count);
	op_set_ids(&op->batch, op->node->id_seek.slot, is_node ? VALUE_NODE : VALUE_EDGE, ids);
	*out = &op->batch;
	return STEP_ROW;
}

struct op *op_id_seek_new(struct exec *x, const struct plan_node *node)
{
	struct id_seek *s = op_make(x, node, sizeof *s);

	s->op.next = id_seek_next;
	s->op.rewind = id_seek_rewind;
	op_carry_init(&s->op, &node->id_seek.slot, 1);
	return &s->op;
}
