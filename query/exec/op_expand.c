/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * One hop: from the node of each row over its edges, many rows at once. Hops stand in the order of
 * their rows, and a hub is handed out over several batches; the input batch stays until all its
 * hops are out. Where hops are only counted no edge is read: a row says how many there are.
 *
 * Invariants
 *  X1. rows[source_index] is the input row of a source: rows whose source is NULL have none.
 *  X2. target_is_bound and edge_is_bound only drop hops, they never add any.
 */
#include "query/exec/op.h"

struct expand {
	struct op op;
	struct batch *in;
	struct cursor *cursor; /* made once, reused for each input batch */
	bool is_open;	       /* hops of `in` are still to come */
	uint32_t *rows, row_capacity;
	uint32_t source_count;
};

static void expand_close(struct op *op)
{
	struct expand *s = (struct expand *)op;

	if (s->cursor != NULL)
		storage_cursor_close(s->cursor);
	s->cursor = NULL;
}

static void expand_rewind(struct op *op)
{
	((struct expand *)op)->is_open = false;
}

/* The nodes of the batch's rows that have one; their rows into s->rows. */
static uint64_t *sources_take(struct expand *s)
{
	const struct column *source = &s->in->columns[s->op.node->expand.source_slot];
	uint64_t *ids = arena_alloc_raw(s->op.arena, sizeof *ids * s->in->count);

	if (s->row_capacity < s->in->count) {
		s->rows = arena_alloc_raw(s->op.x->arena, sizeof *s->rows * s->in->count);
		s->row_capacity = s->in->count;
	}
	s->source_count = 0;
	for (uint32_t row = 0; row < s->in->count; row++) {
		if (column_is_null(source, row))
			continue;
		s->rows[s->source_count] = row;
		ids[s->source_count++] = (uint64_t)source->i64[row * source->stride];
	}
	return ids;
}

static struct edge_filter filter_of(const struct plan_node *n)
{
	return (struct edge_filter){
		n->expand.direction, n->expand.label_count, n->expand.labels
	};
}

/* Puts the batch's sources into the cursor. */
static enum sqlstate expand_start(struct expand *s, struct error *e)
{
	const struct edge_filter filter = filter_of(s->op.node);
	uint64_t *ids = sources_take(s);

	s->is_open = s->source_count > 0;
	if (!s->is_open)
		return OK;
	if (s->cursor != NULL)
		return storage_expand_again(s->cursor, ids, s->source_count, e);
	return storage_expand(s->op.x->options.txn, ids, s->source_count, &filter, s->op.x->arena,
		&s->cursor, e);
}

/* Whether a row's cell is this id. */
static bool cell_is(const struct column *c, uint32_t row, uint64_t id)
{
	return !column_is_null(c, row) && (uint64_t)c->i64[row * c->stride] == id;
}

/* Turns source indexes into rows and keeps the hops that the bound slots allow. */
static uint32_t expand_filter(struct expand *s, struct hops *hops)
{
	const struct plan_node *n = s->op.node;
	const struct column *target = &s->in->columns[n->expand.target_slot];
	const struct column *edge = NULL;
	uint32_t used = 0;

	if (n->expand.edge_is_bound)
		edge = &s->in->columns[n->expand.edge_slot];
	for (uint32_t i = 0; i < hops->count; i++) {
		uint32_t row = s->rows[hops->source_index[i]];

		if (n->expand.target_is_bound && !cell_is(target, row, hops->neighbour[i]))
			continue;
		if (edge != NULL && !cell_is(edge, row, hops->edge[i]))
			continue;
		hops->source_index[used] = row;
		hops->neighbour[used] = hops->neighbour[i];
		if (hops->edge != NULL)
			hops->edge[used] = hops->edge[i];
		used++;
	}
	return used;
}

static enum step expand_next(struct op *op, struct batch **out, struct error *e)
{
	struct expand *s = (struct expand *)op;
	const struct plan_node *n = op->node;
	struct arena *a = op_begin(op);
	struct hops hops = { 0 };

	while (!s->is_open) {
		enum step step = op_next(op->input, &s->in, e);

		if (step != STEP_ROW)
			return step;
		TRY_STEP(expand_start(s, e));
	}
	hops.capacity = op_want(op);
	hops.source_index = arena_alloc_raw(a, sizeof(uint32_t) * hops.capacity);
	hops.neighbour = arena_alloc_raw(a, sizeof(uint64_t) * hops.capacity);
	if (n->expand.edge_slot != SLOT_NONE)
		hops.edge = arena_alloc_raw(a, sizeof(uint64_t) * hops.capacity);
	TRY_STEP(storage_expand_next(s->cursor, &hops, e));
	s->is_open = hops.count > 0;
	op->batch.count = expand_filter(s, &hops);
	*out = &op->batch;
	if (op->batch.count == 0)
		return STEP_ROW;
	op_carry(op, s->in, hops.source_index, op->batch.count);
	if (!n->expand.target_is_bound)
		op_set_ids(&op->batch, n->expand.target_slot, VALUE_NODE, hops.neighbour);
	if (!n->expand.edge_is_bound)
		op_set_ids(&op->batch, n->expand.edge_slot, VALUE_EDGE, hops.edge);
	return STEP_ROW;
}

/* ---- degrees ---- */

/* The sources' numbers of hops, into ids. */
static enum sqlstate degrees_read(struct expand *s, uint64_t *ids, struct error *e)
{
	const struct edge_filter filter = filter_of(s->op.node);
	uint64_t *degrees = arena_alloc_raw(s->op.arena, sizeof *degrees * s->source_count);

	TRY(storage_degrees(s->op.x->options.txn, ids, s->source_count, &filter, degrees, e));
	memcpy(ids, degrees, sizeof *ids * s->source_count);
	return OK;
}

/* A row for each source that has hops, with their number. */
static enum step degree_next(struct op *op, struct batch **out, struct error *e)
{
	struct expand *s = (struct expand *)op;
	uint32_t used = 0;
	uint64_t *degrees;
	enum step step = op_next(op->input, &s->in, e);

	if (step != STEP_ROW)
		return step;
	op_begin(op);
	degrees = sources_take(s);
	TRY_STEP(degrees_read(s, degrees, e));
	for (uint32_t i = 0; i < s->source_count; i++) {
		s->rows[used] = s->rows[i];
		degrees[used] = degrees[i];
		used += degrees[i] > 0;
	}
	op->batch.count = used;
	*out = &op->batch;
	op_carry(op, s->in, s->rows, used);
	op_set_ids(&op->batch, op->node->expand.target_slot, VALUE_INT, degrees);
	return STEP_ROW;
}

static enum step nothing_next(struct op *op, struct batch **out, struct error *e)
{
	return STEP_DONE;
}

struct op *op_expand_new(struct exec *x, const struct plan_node *node)
{
	struct expand *s = op_make(x, node, sizeof *s);
	uint32_t produced[2], count = 0;

	if (!node->expand.target_is_bound)
		produced[count++] = node->expand.target_slot;
	if (!node->expand.edge_is_bound)
		produced[count++] = node->expand.edge_slot;
	if (node->expand.is_nothing || node->expand.has_unknown)
		op_note_nothing(x, ELEMENT_EDGE);
	s->op.next = node->expand.is_nothing  ? nothing_next
		     : node->expand.is_degree ? degree_next
					      : expand_next;
	s->op.rewind = expand_rewind;
	s->op.close = expand_close;
	op_carry_init(&s->op, produced, count);
	return &s->op;
}
