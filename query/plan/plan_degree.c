/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Degrees: where edges of a hop are only counted, the store's count of them is read instead of the
 * edges, in a time that does not grow with their number.
 *
 *	Aggregate  key: p   count(*)		Aggregate  key: p   count(*) by weight
 *	  Expand  (p)-[:KNOWS]->(f)	 -->	  Degree  (p)-[:KNOWS]->(f)	a row for each p
 *
 * The slot of the hop's far end then holds how many rows a row stands for: its weight. So it is
 * below an Apply that counts, COUNT { (p)-[:KNOWS]->() }. What stands between must not read the
 * hop's edge or end, and must not be volatile, for it runs once where it ran for each edge.
 *
 * Runs on the finished plan, behind plan_live(): what nobody needs is gone by then.
 */
#include "query/function/function_body.h"
#include "query/plan/planner.h"

struct hop {
	struct plan_node *expand;
	bool is_read; /* the edge or the end, by what was looked through last */
};

static void visit_hop(void *context, uint32_t slot)
{
	struct hop *hop = context;

	if (slot == hop->expand->expand.target_slot || slot == hop->expand->expand.edge_slot)
		hop->is_read = true;
}

/* Whether an expression is the same for all edges of a hop. */
static bool is_beside(struct hop *hop, const struct bound *x)
{
	if (x == NULL)
		return true;
	hop->is_read = false;
	bound_each_slot(x, visit_hop, hop);
	return !hop->is_read && !x->is_volatile;
}

/* Whether a node gives the same for all edges of a hop below it. */
static bool passes(struct hop *hop, const struct plan_node *n)
{
	if (n->kind == PLAN_PROPERTIES) {
		hop->is_read = false;
		visit_hop(hop, n->properties.element_slot);
		return !hop->is_read;
	}
	for (uint32_t i = 0; i < n->project.count; i++) {
		if (!is_beside(hop, n->project.outputs[i].expr))
			return false;
	}
	return true;
}

/* The hop whose edges are counted by what stands above `top`. */
static bool hop_find(struct plan_node *top, struct hop *hop)
{
	struct plan_node *n = top;

	while (n != NULL && (n->kind == PLAN_PROPERTIES || n->kind == PLAN_PROJECT))
		n = n->input;
	if (n == NULL || n->kind != PLAN_EXPAND || n->expand.target_is_bound ||
		n->expand.edge_is_bound || n->expand.is_nothing || n->expand.has_unknown)
		return false;
	hop->expand = n;
	for (n = top; n != hop->expand; n = n->input) {
		if (!passes(hop, n))
			return false;
	}
	return true;
}

/* The live slots without the edge, and with the weight. */
static void set_live(struct planner *p, struct plan_node *n, const struct plan_node *expand)
{
	uint32_t *live = ARENA_ARRAY(p->arena, uint32_t, n->live_count + 1);
	uint32_t weight = expand->expand.target_slot, count = 0;
	bool has_weight = false;

	for (uint32_t i = 0; i < n->live_count; i++) {
		if (!has_weight && n->live[i] >= weight) {
			live[count++] = weight;
			has_weight = true;
		}
		if (n->live[i] != weight && n->live[i] != expand->expand.edge_slot)
			live[count++] = n->live[i];
	}
	if (!has_weight)
		live[count++] = weight;
	n->live = live;
	n->live_count = count;
}

/* Makes the hop one that counts; its weights are in the slot that is given back. */
static uint32_t hop_weigh(struct planner *p, struct plan_node *top, const struct hop *hop)
{
	struct plan_node *expand = hop->expand;

	for (struct plan_node *n = top; n != expand; n = n->input)
		set_live(p, n, expand);
	set_live(p, expand, expand);
	expand->expand.is_degree = true;
	expand->expand.edge_slot = SLOT_NONE;
	expand->rows = expand->input->rows;
	p->b.slots[expand->expand.target_slot].type = type_make(TYPE_INT64);
	return expand->expand.target_slot;
}

/* count(*), or the count of the edge or of the end, which are never NULL. */
static bool counts_rows(const struct plan_aggregate *a, const struct hop *hop)
{
	const struct bound *x = a->args[0];

	if (strcmp(a->function->name, "count") != 0 || a->is_distinct || a->filter != NULL ||
		a->order_count > 0)
		return false;
	return x == NULL ||
	       (x->kind == BOUND_SLOT && (x->index == hop->expand->expand.target_slot ||
						 x->index == hop->expand->expand.edge_slot));
}

static bool aggregate_counts(const struct plan_node *n, struct hop *hop)
{
	for (uint32_t i = 0; i < n->aggregate.key_count; i++) {
		if (!is_beside(hop, n->aggregate.keys[i].expr))
			return false;
	}
	for (uint32_t i = 0; i < n->aggregate.aggregate_count; i++) {
		if (!counts_rows(&n->aggregate.aggregates[i], hop))
			return false;
	}
	return n->aggregate.aggregate_count > 0;
}

static enum sqlstate aggregate_weigh(
	struct planner *p, struct plan_node *n, const struct hop *hop, struct error *e)
{
	struct plan_aggregate *aggregates = (struct plan_aggregate *)n->aggregate.aggregates;
	uint32_t weight = hop_weigh(p, n->input, hop);
	const struct type type = type_make(TYPE_INT64);
	struct function_match match;

	TRY(function_resolve(STR(PLAN_FUNCTION_COUNT_WEIGHTS), &type, 1, &match, e));
	for (uint32_t i = 0; i < n->aggregate.aggregate_count; i++) {
		aggregates[i].is_weighted = true;
		aggregates[i].body = function_body(match.function);
		aggregates[i].args[0] = binder_slot_ref(&p->b, weight, aggregates[i].at);
	}
	return OK;
}

enum sqlstate plan_degrees(struct planner *p, struct plan_node *n, struct error *e)
{
	struct hop hop;

	for (; n != NULL; n = n->input) {
		TRY(binder_poll(&p->b, e));
		if (n->kind == PLAN_AGGREGATE && hop_find(n->input, &hop) &&
			aggregate_counts(n, &hop))
			TRY(aggregate_weigh(p, n, &hop, e));
		if (n->kind == PLAN_APPLY && n->apply.apply == APPLY_COUNT &&
			hop_find(n->other, &hop)) {
			n->apply.is_weighted = true;
			n->apply.weight_slot = hop_weigh(p, n->other, &hop);
		}
		TRY(plan_degrees(p, n->other, e));
		for (uint32_t i = 0; i < plan_branch_count(n); i++)
			TRY(plan_degrees(p, plan_branch(n, i), e));
	}
	return OK;
}
