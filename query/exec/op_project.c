/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Operators that add columns: projections and paths.
 */
#include "query/exec/op.h"

static enum step project_next(struct op *op, struct batch **out, struct error *e)
{
	const struct plan_node *n = op->node;
	enum step step = op_next(op->input, out, e);
	struct column *made;

	if (step != STEP_ROW)
		return step;
	op->is_over = op->input->is_over;
	/* All are computed before any is stored: an output may take the slot of an input. */
	made = arena_alloc_raw(op_begin(op), sizeof *made * (n->project.count + 1));
	for (uint32_t i = 0; i < n->project.count; i++) {
		const struct plan_output *o = &n->project.outputs[i];

		TRY_STEP(eval_column(op_eval(op), o->expr, *out, &made[i], e));
		made[i] = column_convert(
			op->arena, &made[i], op_slot_type(op, o->slot), (*out)->count);
	}
	for (uint32_t i = 0; i < n->project.count; i++)
		(*out)->columns[n->project.outputs[i].slot] = made[i];
	return STEP_ROW;
}

struct op *op_project_new(struct exec *x, const struct plan_node *node)
{
	struct op *op = op_make(x, node, sizeof *op);

	op->next = project_next;
	return op;
}

/* ---- paths ---- */

/* Where a path's parts are collected; nodes between the edges of a list are looked up. */
struct path_builder {
	struct op *op;
	uint64_t *nodes, *edges;
	uint32_t node_count, edge_count;
};

static enum sqlstate add_edges(struct path_builder *b, struct value list, struct error *e)
{
	struct edge_head head;

	for (uint32_t i = 0; i < list.count; i++) {
		uint64_t id = list.items[i].id;
		uint64_t from = b->nodes[b->node_count - 1];

		assert(list.items[i].type == VALUE_EDGE);
		b->edges[b->edge_count++] = id;
		/* The part behind the list names its last node. */
		if (i + 1 == list.count)
			break;
		TRY(storage_edges_get(b->op->x->options.txn, &id, 1, &head, e));
		b->nodes[b->node_count++] = head.source == from ? head.target : head.source;
	}
	return OK;
}

static uint32_t path_edges_max(const struct op *op, const struct batch *in, uint32_t row)
{
	const struct plan_node *n = op->node;
	uint32_t count = 0;

	for (uint32_t p = 0; p < n->path.part_count; p++) {
		struct value v = column_value(&in->columns[n->path.parts[p].slot], row);

		count += v.type == VALUE_LIST ? v.count : 1;
	}
	return count;
}

/* The path of one row; NULL if a part of it is. A list without edges joins its neighbours into one
   node. */
static enum sqlstate build_path(
	struct op *op, const struct batch *in, uint32_t row, struct value *out, struct error *e)
{
	const struct plan_node *n = op->node;
	uint32_t room = path_edges_max(op, in, row);
	struct path_builder b = { .op = op };
	struct value_path *path;
	bool skip_node = false;

	*out = value_null();
	b.nodes = arena_alloc_raw(op->arena, sizeof *b.nodes * (2 * (size_t)room + 2));
	b.edges = b.nodes + room + 1;
	for (uint32_t p = 0; p < n->path.part_count; p++) {
		struct value v = column_value(&in->columns[n->path.parts[p].slot], row);

		if (v.type == VALUE_NULL)
			return OK;
		if (v.type == VALUE_LIST) {
			TRY(add_edges(&b, v, e));
			skip_node = v.count == 0;
		} else if (v.type == VALUE_EDGE) {
			b.edges[b.edge_count++] = v.id;
		} else if (!skip_node || b.node_count == 0) {
			b.nodes[b.node_count++] = v.id;
		} else {
			skip_node = false;
		}
	}
	assert(b.node_count == b.edge_count + 1);
	path = arena_alloc_raw(op->arena, sizeof *path);
	*path = (struct value_path){ b.edge_count, b.nodes, b.edges };
	*out = (struct value){ .type = VALUE_PATH, .path = path };
	return OK;
}

static enum step path_next(struct op *op, struct batch **out, struct error *e)
{
	enum step step = op_next(op->input, out, e);
	uint32_t slot = op->node->path.slot;
	struct batch *in = *out;
	struct column made;

	if (step != STEP_ROW)
		return step;
	made = column_make(op_begin(op), op_slot_type(op, slot), in->count);
	for (uint32_t row = 0; row < in->count; row++)
		TRY_STEP(build_path(op, in, row, &made.values[row], e));
	in->columns[slot] = made;
	return STEP_ROW;
}

struct op *op_path_new(struct exec *x, const struct plan_node *node)
{
	struct op *op = op_make(x, node, sizeof *op);

	op->next = path_next;
	return op;
}
