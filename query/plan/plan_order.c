/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Patterns, second half: in which order a pattern's elements are placed. Greedy, from the cheapest:
 *
 *  1. every node that one unique key or id names is sought first: it costs one lookup, and an edge
 *     between two placed nodes is only a test of ids;
 *  2. then the edge with the least fan-out goes on from what is placed;
 *  3. where nothing is connected any more, the cheapest scan begins anew; if equalities link it
 *     with what is placed, apart and joined by hash (plan_join.c).
 *
 * After every step the predicates whose last slot it brought are filtered by.
 *
 * Invariants
 *  O1. Everything in `ready` has waiting == 0 and is not done.
 *  O2. A slot is marked ready exactly once, when a node on the stream makes it.
 */
#include <math.h>

#include "query/plan/match_search.h"

/* Growth of variable-length expansion is guessed no further than this many hops. */
enum { ORDER_HOPS_MAX = 4 };

/* ---- what becomes ready ---------------------------------------------------------------------- */

bool match_slot_is_ready(const struct match *m, uint32_t slot)
{
	if (slot < m->first_slot || slot >= m->slot_end)
		return true;
	return m->is_ready[slot - m->first_slot];
}

bool match_slot_is_here(const struct match *m, uint32_t slot)
{
	if (m->apart == NULL)
		return match_slot_is_ready(m, slot);
	return slot >= m->first_slot && slot < m->slot_end && m->is_ready[slot - m->first_slot] &&
	       !m->apart[slot - m->first_slot];
}

static void match_slot_ready(struct match *m, uint32_t slot);

void match_push_ready(struct match *m, uint32_t predicate)
{
	m->ready = match_grow(m, m->ready, m->ready_count, &m->ready_capacity, sizeof *m->ready);
	m->ready[m->ready_count++] = predicate;
}

/* The nodes of a group: all of its path's but the last, all but the first. */
static void match_push_lists(struct match *m, uint32_t number)
{
	struct planner *p = m->p;
	const struct match_path path = m->paths[number];
	uint32_t slots[2] = { path.left_slot, path.right_slot };
	struct plan_output *outputs = ARENA_ARRAY(p->arena, struct plan_output, 2);
	const struct bound *whole = binder_slot_ref(&p->b, path.slot, 0);
	const struct bound *args[3];
	struct plan_node *node;
	struct error e;
	uint32_t count = 0;

	for (int i = 0; i < 2; i++) {
		bool is_bound;

		if (slots[i] == SLOT_NONE)
			continue;
		args[0] = whole;
		is_bound = binder_function(&p->b, STR("length"), args, 1, 0, &args[2], &e) == OK &&
			   binder_function(&p->b, STR("nodes"), args, 1, 0, &args[0], &e) == OK;
		args[1] = bound_constant(&p->b, value_int(i), type_make(TYPE_INT64), 0);
		if (i == 1)
			args[2] = bound_constant(&p->b, value_null(), type_make(TYPE_NULL), 0);
		is_bound = is_bound && binder_function(&p->b, STR(PLAN_FUNCTION_SLICE), args, 3, 0,
					       &outputs[count].expr, &e) == OK;
		assert(is_bound);
		outputs[count++].slot = slots[i];
	}
	if (count == 0)
		return;
	node = planner_push(p, PLAN_PROJECT, p->s.top->rows, p->s.top->rows);
	node->project.outputs = outputs;
	node->project.count = count;
	for (int i = 0; i < 2; i++) {
		if (slots[i] != SLOT_NONE)
			match_slot_ready(m, slots[i]);
	}
}

static void match_push_path(struct match *m, uint32_t number)
{
	const struct match_path *path = &m->paths[number];
	struct plan_node *node =
		planner_push(m->p, PLAN_PATH, m->p->s.top->rows, m->p->s.top->rows);

	node->path.slot = path->slot;
	node->path.part_count = path->part_count;
	node->path.parts = path->parts;
	m->paths[number].is_done = true;
	match_slot_ready(m, path->slot);
	match_push_lists(m, number);
}

static bool match_is_waited_for(const struct match *m, uint32_t slot)
{
	return slot != SLOT_NONE && m->waits[slot - m->first_slot] != MATCH_NONE;
}

static void match_item_ready(struct match *m, const struct match_wait *wait)
{
	if (wait->is_path) {
		const struct match_path *path = &m->paths[wait->item];

		/* A path that no predicate waits for is made at the end, of the rows left. */
		if (--m->paths[wait->item].waiting == 0 &&
			(match_is_waited_for(m, path->slot) ||
				match_is_waited_for(m, path->left_slot) ||
				match_is_waited_for(m, path->right_slot)))
			match_push_path(m, wait->item);
		return;
	}
	if (--m->predicates[wait->item].waiting == 0)
		match_push_ready(m, wait->item);
}

static void match_slot_ready(struct match *m, uint32_t slot)
{
	if (match_slot_is_ready(m, slot))
		return;
	m->is_ready[slot - m->first_slot] = true;
	for (uint32_t i = m->waits[slot - m->first_slot]; i != MATCH_NONE;
		i = m->wait_list[i].next) {
		struct match_wait wait = m->wait_list[i];

		match_item_ready(m, &wait);
	}
}

/* Filters by all that is ready. */
void match_flush(struct match *m)
{
	const struct bound **exprs;
	uint32_t count = 0;

	if (m->ready_count == 0)
		return;
	exprs = ARENA_ARRAY(m->p->arena, const struct bound *, m->ready_count);
	for (uint32_t i = 0; i < m->ready_count; i++) {
		struct match_predicate *predicate = &m->predicates[m->ready[i]];

		if (!predicate->is_done)
			exprs[count++] = predicate->expr;
		predicate->is_done = true;
	}
	m->ready_count = 0;
	planner_filter(m->p, exprs, count);
}

static void match_node_placed(struct match *m, uint32_t node)
{
	m->nodes[node].is_placed = true;
	match_slot_ready(m, m->nodes[node].slot);
}

/* ---- DIFFERENT EDGES ------------------------------------------------------------------------- */

static bool edges_may_coincide(const struct match_edge *a, const struct match_edge *b)
{
	if (a->group != b->group || a->is_nothing || b->is_nothing)
		return false;
	if (a->label_count == 0 || b->label_count == 0)
		return true;
	for (uint32_t i = 0; i < a->label_count; i++) {
		for (uint32_t j = 0; j < b->label_count; j++) {
			if (a->labels[i] == b->labels[j])
				return true;
		}
	}
	return false;
}

struct plan_path_part match_edge_part(const struct match_edge *edge)
{
	return (struct plan_path_part){ .slot = edge->slot,
		.part = edge->kind == MATCH_EDGE_ONE ? PART_EDGE : PART_EDGES };
}

static void match_edge_placed(struct match *m, uint32_t number)
{
	struct match_edge *edge = &m->edges[number];
	struct plan_path_part *parts;
	struct plan_node *node;
	uint32_t count = 0;

	edge->is_placed = true;
	match_slot_ready(m, edge->slot);
	for (uint32_t i = 0; edge->search != NULL && i < edge->search->out_count; i++)
		match_slot_ready(m, edge->search->views[edge->search->outs[i]].slot);
	m->placed[m->placed_count++] = number;
	if (edge->group == 0)
		return;
	parts = ARENA_ARRAY(m->p->arena, struct plan_path_part, m->placed_count);
	for (uint32_t i = m->placed_first; i + 1 < m->placed_count; i++) {
		if (edges_may_coincide(edge, &m->edges[m->placed[i]]))
			parts[count++] = match_edge_part(&m->edges[m->placed[i]]);
	}
	if (count == 0)
		return;
	parts[count] = match_edge_part(edge);
	node = planner_push(m->p, PLAN_DIFFERENT_EDGES, m->p->s.top->rows, m->p->s.top->rows * 0.1);
	node->different.known_count = count;
	node->different.part_count = count + 1;
	node->different.parts = parts;
}

/* ---- edges ----------------------------------------------------------------------------------- */

static enum direction direction_reversed(enum direction direction)
{
	if (direction == DIRECTION_ANY)
		return DIRECTION_ANY;
	return direction == DIRECTION_OUT ? DIRECTION_IN : DIRECTION_OUT;
}

static uint32_t label_of(const struct bound_label *label)
{
	return label != NULL && label->kind == LABEL_NAME ? label->label : NAME_NONE;
}

/* The label a node is known to have, by this pattern or by what bound it before; NAME_NONE: several or none. */
static uint32_t node_label(const struct match *m, uint32_t node)
{
	const struct bound_label *written = m->nodes[node].label;

	return label_of(written != NULL ? written : m->p->b.slots[m->nodes[node].slot].label);
}

/* Of walks of many hops, when one hop leads to so many nodes. They branch, but what they reach is bounded
   by the nodes that such edges lead to: a hub's first hop is no measure of the second. */
static double hops_fanout(
	const struct match *m, const struct match_edge *edge, double hop, enum direction direction)
{
	double nodes = cost_nodes(m->p, NAME_NONE), all = edge->min == 0 ? 1 : 0, level = 1;
	double edges = nodes * cost_fanout(m->p, NAME_NONE, edge->labels, edge->label_count,
				       direction);

	for (uint32_t i = 1; i <= MIN_OF(edge->max, ORDER_HOPS_MAX); i++) {
		level *= hop;
		all += i >= edge->min ? level : 0;
	}
	return MIN_OF(all, MAX_OF(hop, 1 + MIN_OF(nodes, edges)));
}

/* Hops per row when going on over this edge from one of its ends. */
static double match_fanout(struct match *m, struct match_edge *edge, bool is_reversed)
{
	enum direction direction =
		is_reversed ? direction_reversed(edge->direction) : edge->direction;
	uint32_t source = is_reversed ? edge->to : edge->from;
	double all;

	if (edge->fanout[is_reversed] >= 0)
		return edge->fanout[is_reversed];
	if (edge->kind == MATCH_EDGE_SEARCH) {
		edge->fanout[is_reversed] = match_search_fanout(edge->search, is_reversed);
		return edge->fanout[is_reversed];
	}
	all = cost_fanout(
		m->p, node_label(m, source), edge->labels, edge->label_count, direction);
	if (edge->kind != MATCH_EDGE_ONE)
		all = hops_fanout(m, edge, all, direction);
	if (edge->kind == MATCH_EDGE_SHORTEST)
		all = MIN_OF(all, cost_nodes(m->p, NAME_NONE));
	edge->fanout[is_reversed] = edge->is_nothing ? 0 : all;
	return edge->fanout[is_reversed];
}

static void match_push_hop(struct match *m, const struct match_edge *edge, bool is_reversed,
	bool is_bound, double rows)
{
	struct plan_node *node = planner_push(m->p, PLAN_EXPAND, rows, rows);

	node->expand.source_slot = m->nodes[is_reversed ? edge->to : edge->from].slot;
	node->expand.target_slot = m->nodes[is_reversed ? edge->from : edge->to].slot;
	node->expand.edge_slot = edge->slot;
	node->expand.at = m->p->b.slots[edge->slot].at;
	node->expand.direction =
		is_reversed ? direction_reversed(edge->direction) : edge->direction;
	node->expand.label_count = edge->label_count;
	node->expand.labels = edge->labels;
	node->expand.is_nothing = edge->is_nothing;
	node->expand.has_unknown = edge->has_unknown;
	node->expand.target_is_bound = is_bound;
	node->expand.edge_is_bound = edge->is_outer;
}

static void match_push_hops(struct match *m, const struct match_edge *edge, bool is_reversed,
	bool is_bound, double rows)
{
	enum plan_kind kind = edge->kind == MATCH_EDGE_SHORTEST ? PLAN_SHORTEST : PLAN_VAR_EXPAND;
	struct plan_node *node = planner_push(m->p, kind, rows, rows);

	node->var_expand.source_slot = m->nodes[is_reversed ? edge->to : edge->from].slot;
	node->var_expand.target_slot = m->nodes[is_reversed ? edge->from : edge->to].slot;
	node->var_expand.edges_slot = edge->slot;
	node->var_expand.at = m->p->b.slots[edge->slot].at;
	node->var_expand.direction =
		is_reversed ? direction_reversed(edge->direction) : edge->direction;
	node->var_expand.label_count = edge->label_count;
	node->var_expand.labels = edge->labels;
	node->var_expand.is_nothing = edge->is_nothing;
	node->var_expand.has_unknown = edge->has_unknown;
	node->var_expand.target_is_bound = is_bound;
	node->var_expand.min = edge->min;
	node->var_expand.max = edge->max;
	node->var_expand.mode = edge->mode;
	node->var_expand.selector = edge->selector;
	node->var_expand.count = edge->count;
	node->var_expand.is_reversed = is_reversed;
	node->var_expand.hop_filter = edge->hop_filter;
	node->var_expand.hop_edge_slot = edge->hop_filter == NULL ? SLOT_NONE : edge->hop_edge_slot;
	node->var_expand.hop_source_slot =
		edge->hop_filter == NULL ? SLOT_NONE : edge->hop_source_slot;
	node->var_expand.hop_target_slot =
		edge->hop_filter == NULL ? SLOT_NONE : edge->hop_target_slot;
	node->var_expand.hop_property_count = edge->hop_property_count;
	node->var_expand.hop_properties = edge->hop_properties;
}

static enum sqlstate match_place_edge(
	struct match *m, uint32_t number, bool is_reversed, struct error *e)
{
	struct match_edge *edge = &m->edges[number];
	uint32_t target = is_reversed ? edge->from : edge->to;
	bool is_bound = m->nodes[target].is_placed;
	double fanout = match_fanout(m, edge, is_reversed);
	double rows = m->p->s.top->rows * fanout;

	planner_will_read(m->p, TOUCH_EDGES);
	if (edge->hop_property_count > 0)
		planner_will_read(m->p, TOUCH_PROPERTIES);
	if (is_bound)
		rows = MIN_OF(rows, m->p->s.top->rows * fanout / cost_nodes(m->p, NAME_NONE));
	if (edge->kind == MATCH_EDGE_ONE)
		match_push_hop(m, edge, is_reversed, is_bound, rows);
	else if (edge->kind == MATCH_EDGE_SEARCH)
		TRY(match_push_search(edge->search, is_reversed, is_bound, rows, e));
	else
		match_push_hops(m, edge, is_reversed, is_bound, rows);
	m->p->s.is_single = false;
	match_node_placed(m, target);
	match_edge_placed(m, number);
	match_flush(m);
	return OK;
}

/* ---- the order ------------------------------------------------------------------------------- */

struct order_choice {
	uint32_t edge;
	bool is_reversed;
	double rows;
};

static void match_consider(
	struct match *m, uint32_t number, bool is_reversed, struct order_choice *best)
{
	struct match_edge *edge = &m->edges[number];
	uint32_t target = is_reversed ? edge->from : edge->to;
	double rows = match_fanout(m, edge, is_reversed);

	if (m->nodes[target].is_placed)
		rows /= cost_nodes(m->p, NAME_NONE);
	else
		rows *= m->nodes[target].first_sarg != MATCH_NONE ? 0.1 : 1;
	if (!m->nodes[target].is_placed && edge->label_count == 0)
		rows *= cost_label_part(m->p, m->nodes[target].label);
	if (best->edge == MATCH_NONE || rows < best->rows)
		*best = (struct order_choice){ number, is_reversed, rows };
}

static bool match_needs_are_here(const struct match *m, const struct match_edge *edge)
{
	for (uint32_t i = 0; i < edge->need_count; i++) {
		if (!match_slot_is_here(m, edge->needs[i]))
			return false;
	}
	return true;
}

/* Whether an edge may be gone over from this end; if it cannot be from either, that is an error there. */
static bool match_may_go(struct match *m, struct match_edge *edge, bool is_reversed)
{
	return !isinf(match_fanout(m, edge, is_reversed)) ||
	       isinf(match_fanout(m, edge, !is_reversed));
}

/* The edge to go on with from what is placed. */
static bool match_next_edge(struct match *m, struct order_choice *best)
{
	best->edge = MATCH_NONE;
	for (uint32_t i = 0; i < m->edge_count; i++) {
		struct match_edge *edge = &m->edges[i];

		if (edge->is_placed || !match_needs_are_here(m, edge))
			continue;
		if (m->nodes[edge->from].is_placed && match_may_go(m, edge, false))
			match_consider(m, i, false, best);
		if (m->nodes[edge->to].is_placed && match_may_go(m, edge, true))
			match_consider(m, i, true, best);
	}
	return best->edge != MATCH_NONE;
}

/* A bound edge brings its ends: startNode(e) and, by expansion, the other. */
static bool match_place_outer_edge(struct match *m)
{
	for (uint32_t i = 0; i < m->edge_count; i++) {
		const struct match_edge *edge = &m->edges[i];
		struct planner *p = m->p;
		const struct bound *ref;
		const struct bound *end;
		struct plan_output *output;
		struct plan_node *node;
		struct error e;

		if (!edge->is_outer || edge->is_placed || edge->direction == DIRECTION_ANY)
			continue;
		ref = binder_slot_ref(&p->b, edge->slot, 0);
		if (binder_function(&p->b,
			    edge->direction == DIRECTION_OUT ? STR("startnode") : STR("endnode"),
			    &ref, 1, 0, &end, &e) != OK)
			return false;
		output = ARENA_NEW(p->arena, struct plan_output);
		*output = (struct plan_output){ .expr = end, .slot = m->nodes[edge->from].slot };
		node = planner_push(p, PLAN_PROJECT, p->s.top->rows, p->s.top->rows);
		node->project.outputs = output;
		node->project.count = 1;
		match_node_placed(m, edge->from);
		match_flush(m);
		return true;
	}
	return false;
}

static double match_node_rows(struct match *m, uint32_t number, struct access *access)
{
	struct match_node *node = &m->nodes[number];
	bool may_change = false;

	for (uint32_t i = node->first_sarg; i != MATCH_NONE; i = m->sargs[i].next)
		may_change |= !bound_is_constant(m->sargs[i].value);
	if (node->rows >= 0 && !may_change)
		return node->rows;
	match_node_access(m, number, access);
	node->rows = access->rows;
	return node->rows;
}

/* Nodes that a unique key or an id names. */
static void match_place_seeks(struct match *m)
{
	for (uint32_t i = 0; i < m->node_count; i++) {
		struct access access;

		if (m->nodes[i].is_placed || m->nodes[i].first_sarg == MATCH_NONE)
			continue;
		match_node_access(m, i, &access);
		if (!access.is_unique || access.in != MATCH_NONE)
			if (access.kind != ACCESS_ID)
				continue;
		match_scan_node(m, i, &access);
		match_node_placed(m, i);
		match_flush(m);
	}
}

/* What beginning at a node costs, its first hop included; every hop also costs its source. */
static double match_node_cost(struct match *m, uint32_t number, double rows)
{
	const struct match_node *node = &m->nodes[number];
	double least = 0;

	for (uint32_t l = node->first_edge; l != MATCH_NONE; l = m->links[l].next) {
		struct match_edge *edge = &m->edges[m->links[l].edge];
		double hops = match_fanout(m, edge, edge->from != number);

		if (l == node->first_edge || hops < least)
			least = hops;
	}
	return rows + rows * least * (node->first_sarg == MATCH_NONE ? 1 : 0.3);
}

/* What beginning at an edge costs: the labels of its ends are to be tested. */
static double match_edge_cost(
	const struct match *m, const struct match_edge *edge, const struct access *access)
{
	double tests = (m->nodes[edge->from].label != NULL) + (m->nodes[edge->to].label != NULL);

	return access->rows * (1 + 0.5 * tests);
}

/* An edge that is cheaper to begin with than the best node; MATCH_NONE: none. */
static uint32_t match_best_edge_scan(struct match *m, double node_cost, struct access *best)
{
	uint32_t found = MATCH_NONE;
	double best_cost = node_cost;
	struct access access;

	for (uint32_t i = 0; i < m->edge_count; i++) {
		const struct match_edge *edge = &m->edges[i];

		if (edge->is_placed || edge->kind != MATCH_EDGE_ONE || edge->is_outer ||
			edge->direction == DIRECTION_ANY || edge->from == edge->to ||
			edge->label_count > 1)
			continue;
		if (m->nodes[edge->from].is_placed || m->nodes[edge->to].is_placed)
			continue;
		match_edge_access(m, i, &access);
		if (access.kind == ACCESS_ID || match_edge_cost(m, edge, &access) >= best_cost)
			continue;
		best_cost = match_edge_cost(m, edge, &access);
		*best = access;
		found = i;
	}
	return found;
}

static void match_begin_anywhere(struct match *m, uint32_t node)
{
	struct access access, by_edge;
	uint32_t edge = MATCH_NONE;

	match_node_access(m, node, &access);
	if (access.kind != ACCESS_NOTHING && !access.is_unique)
		edge = match_best_edge_scan(m, match_node_cost(m, node, access.rows), &by_edge);
	if (edge == MATCH_NONE) {
		match_scan_node(m, node, &access);
		match_node_placed(m, node);
	} else {
		match_scan_edge(m, edge, &by_edge);
		match_node_placed(m, m->edges[edge].from);
		match_node_placed(m, m->edges[edge].to);
		match_edge_placed(m, edge);
	}
	match_flush(m);
}

static bool match_next_node(struct match *m, uint32_t *best)
{
	struct access access;
	double rows, best_rows = 0;

	*best = MATCH_NONE;
	for (uint32_t i = 0; i < m->node_count; i++) {
		if (m->nodes[i].is_placed)
			continue;
		rows = match_node_rows(m, i, &access);
		if (*best == MATCH_NONE || rows < best_rows) {
			*best = i;
			best_rows = rows;
		}
	}
	return *best != MATCH_NONE;
}

static bool match_has_equality(const struct match *m, const struct match_node *node)
{
	for (uint32_t i = node->first_sarg; i != MATCH_NONE; i = m->sargs[i].next) {
		if (m->sargs[i].kind == SARG_EQUAL && match_sarg_is_ready(m, i))
			return true;
	}
	return false;
}

/* A shortest path to few nodes is searched from both ends: they are found first, even by a scan. */
static void match_place_far_end(struct match *m, const struct order_choice *choice)
{
	const struct match_edge *edge = &m->edges[choice->edge];
	uint32_t target = choice->is_reversed ? edge->from : edge->to;
	struct access access;

	bool is_selective = edge->kind == MATCH_EDGE_SHORTEST ||
			    (edge->kind == MATCH_EDGE_SEARCH && edge->selector != SELECT_EVERY);

	if (!is_selective || m->nodes[target].is_placed ||
		!match_has_equality(m, &m->nodes[target]))
		return;
	match_node_access(m, target, &access);
	match_scan_node(m, target, &access);
	match_node_placed(m, target);
	match_flush(m);
}

static void match_ready_from_start(struct match *m)
{
	for (uint32_t i = 0; i < m->predicate_count; i++) {
		if (m->predicates[i].waiting == 0)
			match_push_ready(m, i);
	}
	for (uint32_t i = 0; i < m->node_count; i++)
		m->nodes[i].is_placed = m->nodes[i].is_outer;
	match_flush(m);
}

enum sqlstate match_place_component(struct match *m, uint32_t node, struct error *e)
{
	struct order_choice next;

	match_begin_anywhere(m, node);
	while (match_next_edge(m, &next)) {
		TRY(binder_poll(&m->p->b, e));
		TRY(match_place_edge(m, next.edge, next.is_reversed, e));
	}
	return OK;
}

/* Edges that are left over read one another. */
static enum sqlstate match_check_all_placed(const struct match *m, struct error *e)
{
	for (uint32_t i = 0; i < m->edge_count; i++) {
		if (!m->edges[i].is_placed)
			return FAIL(e, E_NOT_SUPPORTED,
				"conditions of quantified paths that read one another's variables "
				"are not supported");
	}
	return OK;
}

enum sqlstate match_place(struct match *m, struct error *e)
{
	struct order_choice next;
	bool is_placed;
	uint32_t node;

	m->placed = ARENA_ARRAY(m->p->arena, uint32_t, m->edge_count);
	match_ready_from_start(m);
	match_place_seeks(m);
	for (;;) {
		TRY(binder_poll(&m->p->b, e));
		if (match_next_edge(m, &next)) {
			match_place_far_end(m, &next);
			TRY(match_place_edge(m, next.edge, next.is_reversed, e));
			continue;
		}
		if (match_place_outer_edge(m))
			continue;
		if (!match_next_node(m, &node))
			break;
		TRY(match_place_by_join(m, node, &is_placed, e));
		if (!is_placed)
			match_begin_anywhere(m, node);
	}
	TRY(match_check_all_placed(m, e));
	for (uint32_t i = 0; i < m->path_count; i++) {
		if (!m->paths[i].is_done)
			match_push_path(m, i);
	}
	match_flush(m);
	return OK;
}
