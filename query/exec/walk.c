/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Hops for searches. The filter sees each hop as the pattern does: hop_source is the node that the
 * pattern reads first, whichever way the search runs.
 *
 * Invariants
 *  K1. Cancellation is looked at once a call, so a search answers within the time of one batch.
 */
#include "query/exec/walk.h"

#include <string.h>

enum { HOPS_FIRST = 64 };

static enum direction flipped(enum direction d)
{
	return d == DIRECTION_OUT ? DIRECTION_IN : d == DIRECTION_IN ? DIRECTION_OUT : d;
}

void walk_init(struct walk *w, struct op *op, bool is_flipped)
{
	const struct plan_node *n = op->node;

	w->op = op;
	w->is_against = is_flipped != n->var_expand.is_reversed;
	w->direction = n->var_expand.direction;
	if (is_flipped)
		w->direction = flipped(w->direction);
	if (n->var_expand.hop_filter != NULL && w->filter.columns == NULL)
		w->filter.columns =
			ARENA_ARRAY(op->x->arena, struct column, op->x->plan->slot_count + 1);
}

void walk_close(struct walk *w)
{
	if (w->cursor != NULL)
		storage_cursor_close(w->cursor);
	w->cursor = NULL;
	arena_free(w->scratch);
	w->scratch = NULL;
}

enum sqlstate walk_start(struct walk *w, const uint64_t *sources, uint32_t count, struct error *e)
{
	const struct plan_node *n = w->op->node;

	assert(count > 0);
	assert(count <= BATCH_ROWS);
	w->sources = sources;
	if (w->cursor != NULL)
		return storage_expand_again(w->cursor, sources, count, e);
	return storage_expand(w->op->x->options.txn, sources, count,
		&(struct edge_filter){
			w->direction, n->var_expand.label_count, n->var_expand.labels },
		w->op->x->arena, &w->cursor, e);
}

static void grow(struct walk *w)
{
	struct arena *a = w->op->x->arena;

	if (w->capacity == BATCH_ROWS)
		return;
	w->capacity = w->capacity == 0 ? HOPS_FIRST : BATCH_ROWS;
	w->source_index = arena_alloc_raw(a, sizeof *w->source_index * w->capacity);
	w->neighbour = arena_alloc_raw(a, sizeof *w->neighbour * w->capacity);
	w->edge = arena_alloc_raw(a, sizeof *w->edge * w->capacity);
}

/* ---- the filter ---- */

static enum sqlstate fetch_hop_properties(struct walk *w, struct error *e)
{
	const struct plan_node *n = w->op->node;
	struct value *values;

	for (uint32_t i = 0; i < n->var_expand.hop_property_count; i++) {
		const struct plan_hop_property *p = &n->var_expand.hop_properties[i];
		struct type type = op_slot_type(w->op, p->slot);
		struct column made = column_make(w->scratch, type, w->count);
		const uint64_t *ids = (const uint64_t *)w->filter.columns[p->element_slot].i64;

		values = arena_alloc_raw(w->scratch, sizeof *values * w->count);
		TRY(storage_properties(w->op->x->options.txn, p->element, ids, w->count, &p->key, 1,
			&values, w->scratch, e));
		for (uint32_t row = 0; row < w->count; row++) {
			if (!type_takes_value(type, values[row]))
				return type_refuses_value(type, values[row], e);
			column_put(&made, w->scratch, w->count, row, values[row]);
		}
		w->filter.columns[p->slot] = made;
	}
	return OK;
}

/* The outer variables of each hop, for filters that look at them. */
static void set_outer(struct walk *w, const struct batch *in, const uint32_t *rows, uint32_t row)
{
	const struct plan_node *input = w->op->node->input;
	uint32_t *index = arena_alloc_raw(w->scratch, sizeof *index * w->count);

	for (uint32_t i = 0; i < w->count; i++)
		index[i] = rows == NULL ? row : rows[w->source_index[i]];
	for (uint32_t i = 0; i < input->live_count; i++) {
		uint32_t slot = input->live[i];

		column_gather(
			w->scratch, &in->columns[slot], index, w->count, &w->filter.columns[slot]);
	}
}

static enum sqlstate apply_filter(
	struct walk *w, const struct batch *in, const uint32_t *rows, uint32_t row, struct error *e)
{
	const struct plan_node *n = w->op->node;
	uint32_t *selected, kept = 0;
	uint64_t *near;

	if (w->scratch == NULL)
		w->scratch = arena_new(0);
	else
		arena_reset(w->scratch);
	near = arena_alloc_raw(w->scratch, sizeof *near * w->count);
	selected = arena_alloc_raw(w->scratch, sizeof *selected * w->count);
	for (uint32_t i = 0; i < w->count; i++)
		near[i] = w->sources[w->source_index[i]];
	set_outer(w, in, rows, row);
	op_set_ids(&w->filter, n->var_expand.hop_edge_slot, VALUE_EDGE, w->edge);
	op_set_ids(&w->filter, n->var_expand.hop_source_slot, VALUE_NODE,
		w->is_against ? w->neighbour : near);
	op_set_ids(&w->filter, n->var_expand.hop_target_slot, VALUE_NODE,
		w->is_against ? near : w->neighbour);
	w->filter.count = w->count;
	TRY(fetch_hop_properties(w, e));
	w->op->x->eval.arena = w->scratch;
	TRY(eval_filter(&w->op->x->eval, n->var_expand.hop_filter, &w->filter, selected, &kept, e));
	for (uint32_t i = 0; i < kept; i++) {
		w->source_index[i] = w->source_index[selected[i]];
		w->neighbour[i] = w->neighbour[selected[i]];
		w->edge[i] = w->edge[selected[i]];
	}
	w->count = kept;
	return OK;
}

enum sqlstate walk_next(struct walk *w, const struct batch *in, const uint32_t *rows, uint32_t row,
	bool *is_done, struct error *e)
{
	struct hops hops;

	TRY(eval_poll(&w->op->x->eval, e));
	grow(w);
	hops = (struct hops){ .capacity = w->capacity,
		.source_index = w->source_index,
		.neighbour = w->neighbour,
		.edge = w->edge };
	TRY(storage_expand_next(w->cursor, &hops, e));
	w->count = hops.count;
	*is_done = hops.count == 0;
	if (w->count > 0 && w->filter.columns != NULL)
		return apply_filter(w, in, rows, row, e);
	return OK;
}

/* ---- paths ---- */

enum sqlstate walk_too_long(const struct op *op, struct error *e)
{
	enum sqlstate rc = FAIL(
		e, E_PROGRAM_LIMIT, "path length exceeds the maximum of %u edges", op->x->path_max);

	error_hint(e, "The limit is the setting max_path_length; an upper bound in the "
		      "quantifier keeps paths short.");
	return rc;
}

struct value walk_edge_list(
	struct arena *a, const uint64_t *edges, uint32_t count, bool is_backwards)
{
	struct value *items = arena_alloc_raw(a, sizeof *items * ((size_t)count + 1));

	for (uint32_t i = 0; i < count; i++) {
		items[i] = (struct value){ .type = VALUE_EDGE,
			.id = edges[is_backwards ? count - 1 - i : i] };
	}
	return (struct value){ .type = VALUE_LIST, .count = count, .items = items };
}
