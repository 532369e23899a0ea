/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Liveness: which slots are needed where, from the top of the plan downwards. A set of needed slots
 * walks down each chain of inputs: what a node makes leaves it, what a node reads joins it. On the
 * way what nobody needs is dropped: keys of a property fetch, outputs of a projection, whole paths,
 * and the edges of expansions, which then may take the cheaper way that asks only which nodes can
 * be reached.
 *
 *	needed by the parent = live slots of the node
 *	needed from the input = (live - made here) + read here + read by the subplan from outside
 *
 * Invariants
 *  L1. At a leaf nothing is needed but what it makes (ARGUMENT passes on anything).
 */
#include "query/plan/planner.h"
#include "query/plan/slot_set.h"

struct liveness {
	struct planner *p;
	uint32_t word_count;
	bool is_set_like; /* above, rows may be dropped that another row repeats: multiplicity and
	                     edges of expansions do not matter */
	enum sqlstate fault; /* why the walk gave up: too deep, too large, cancelled; OK: it did not */
	struct error *e;
};

/* ---- sets ------------------------------------------------------------------------------------ */

static struct slot_set set_new(const struct liveness *l)
{
	return (struct slot_set){ ARENA_ARRAY(l->p->arena, uint64_t, l->word_count),
		l->word_count };
}

static void set_visit_put(void *context, uint32_t slot)
{
	set_put(context, slot);
}

static void set_put_expr(struct slot_set *s, const struct bound *x)
{
	bound_each_slot(x, set_visit_put, s);
}

/* ---- what nodes read ------------------------------------------------------------------------- */

static void read_creates(struct slot_set *s, const struct plan_create *creates, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct plan_create *c = &creates[i];

		if (c->element == ELEMENT_EDGE) {
			set_put(s, c->source_slot);
			set_put(s, c->target_slot);
		}
		for (uint32_t k = 0; k < c->assignment_count; k++)
			set_put_expr(s, c->assignments[k].expr);
		set_put_expr(s, c->properties);
	}
	for (uint32_t i = 0; i < count; i++)
		set_drop(s, creates[i].slot);
}

static void read_sets(struct slot_set *s, const struct plan_set *sets, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		set_put_expr(s, sets[i].target);
		set_put_expr(s, sets[i].assignment.expr);
	}
}

static void read_parts(struct slot_set *s, const struct plan_path_part *parts, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		set_put(s, parts[i].slot);
}

static void read_hops(struct slot_set *s, const struct plan_node *n)
{
	set_put_expr(s, n->var_expand.hop_filter);
	set_drop(s, n->var_expand.hop_edge_slot);
	set_drop(s, n->var_expand.hop_source_slot);
	set_drop(s, n->var_expand.hop_target_slot);
	for (uint32_t i = 0; i < n->var_expand.hop_property_count; i++)
		set_drop(s, n->var_expand.hop_properties[i].slot);
	set_put(s, n->var_expand.source_slot);
	if (n->var_expand.target_is_bound)
		set_put(s, n->var_expand.target_slot);
}

static void read_search(struct slot_set *s, const struct plan_node *n)
{
	const struct search *program = n->search.program;

	set_put(s, n->search.source_slot);
	if (n->search.target_is_bound)
		set_put(s, n->search.target_slot);
	for (uint32_t i = 0; i < program->variable_count; i++)
		set_put(s, program->variables[i].known_slot);
}

static void read_aggregate(struct slot_set *s, const struct plan_node *n)
{
	for (uint32_t i = 0; i < n->aggregate.key_count; i++)
		set_put_expr(s, n->aggregate.keys[i].expr);
	for (uint32_t i = 0; i < n->aggregate.aggregate_count; i++) {
		const struct plan_aggregate *a = &n->aggregate.aggregates[i];

		for (uint32_t k = 0; k < a->order_count; k++)
			set_put_expr(s, a->order[k]);

		set_put_expr(s, a->args[0]);
		set_put_expr(s, a->args[1]);
		set_put_expr(s, a->filter);
	}
}

static void read_if_any(struct slot_set *s, uint32_t slot)
{
	if (slot != SLOT_NONE)
		set_put(s, slot);
}

static void read_window(struct slot_set *s, const struct plan_node *n)
{
	for (uint32_t i = 0; i < n->window.partition_count; i++)
		set_put(s, n->window.partition[i]);
	for (uint32_t i = 0; i < n->window.peer_count; i++)
		set_put(s, n->window.peers[i]);
	for (uint32_t i = 0; i < n->window.count; i++) {
		const struct plan_window *w = &n->window.functions[i];

		for (uint32_t k = 0; k < w->arg_count; k++)
			set_put(s, w->args[k]);
		read_if_any(s, w->filter);
		read_if_any(s, w->start_offset);
		read_if_any(s, w->end_offset);
		read_if_any(s, w->start_bound);
		read_if_any(s, w->end_bound);
	}
}

static void read_index_scan(struct slot_set *s, const struct plan_node *n)
{
	for (uint32_t i = 0; i < n->index_scan.equal_count; i++)
		set_put_expr(s, n->index_scan.equal[i]);
	set_put_expr(s, n->index_scan.low);
	set_put_expr(s, n->index_scan.high);
}

static void read_slots(struct slot_set *s, const uint32_t *slots, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		set_put(s, slots[i]);
}

static void read_exprs(struct slot_set *s, const struct bound *const *exprs, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		set_put_expr(s, exprs[i]);
}

/* Slots a node reads of its input, subplans apart. */
static void node_reads(const struct plan_node *n, struct slot_set *s)
{
	/* dispatch */
	switch (n->kind) {
	case PLAN_ONE_ROW:
	case PLAN_ORDINAL:
	case PLAN_WORKING:
	case PLAN_ARGUMENT:
	case PLAN_NODE_SCAN:
	case PLAN_EDGE_SCAN:
	case PLAN_EAGER:
	case PLAN_DISCARD:
	case PLAN_OPTIONAL:
	case PLAN_APPLY:
	case PLAN_UNION:
	case PLAN_RECURSIVE:
	case PLAN_WITH:
	case PLAN_PAST:
		return;
	case PLAN_ONCE:
		set_put(s, n->once.slot);
		return;
	case PLAN_CHECK_OPTION:
		set_put_expr(s, n->check_option.predicate);
		read_slots(s, n->check_option.columns, n->check_option.column_count);
		return;
	case PLAN_VALUES:
		read_exprs(s, n->values.exprs, n->values.row_count * n->values.column_count);
		return;
	case PLAN_INDEX_SCAN:
		read_index_scan(s, n);
		return;
	case PLAN_ID_SEEK:
		set_put_expr(s, n->id_seek.id);
		return;
	case PLAN_EXPAND:
		set_put(s, n->expand.source_slot);
		if (n->expand.target_is_bound)
			set_put(s, n->expand.target_slot);
		if (n->expand.edge_is_bound)
			set_put(s, n->expand.edge_slot);
		return;
	case PLAN_VAR_EXPAND:
	case PLAN_SHORTEST:
		read_hops(s, n);
		return;
	case PLAN_SEARCH:
		read_search(s, n);
		return;
	case PLAN_UNWIND:
		set_put_expr(s, n->unwind.list);
		return;
	case PLAN_PROCEDURE:
		read_exprs(s, n->procedure.args, n->procedure.arg_count);
		return;
	case PLAN_RELATION:
		if (n->relation.key != NULL)
			set_put_expr(s, n->relation.key);
		read_exprs(s, n->relation.args, n->relation.arg_count);
		return;
	case PLAN_PROPERTIES:
		set_put(s, n->properties.element_slot);
		return;
	case PLAN_PROJECT:
		for (uint32_t i = 0; i < n->project.count; i++)
			set_put_expr(s, n->project.outputs[i].expr);
		return;
	case PLAN_PATH:
		read_parts(s, n->path.parts, n->path.part_count);
		return;
	case PLAN_FILTER:
		set_put_expr(s, n->filter.predicate);
		return;
	case PLAN_DIFFERENT_EDGES:
		read_parts(s, n->different.parts, n->different.part_count);
		return;
	case PLAN_AGGREGATE:
		read_aggregate(s, n);
		return;
	case PLAN_DISTINCT:
		read_slots(s, n->distinct.slots, n->distinct.count);
		return;
	case PLAN_WINDOW:
		read_window(s, n);
		return;
	case PLAN_SORT:
		for (uint32_t i = 0; i < n->sort.count; i++)
			set_put(s, n->sort.keys[i].slot);
		return;
	case PLAN_LIMIT:
		set_put_expr(s, n->limit.offset);
		set_put_expr(s, n->limit.limit);
		return;
	case PLAN_PROJECT_SET:
		read_exprs(s, n->project_set.lists, n->project_set.count);
		return;
	case PLAN_HASH_JOIN:
		read_slots(s, n->join.input_slots, n->join.count);
		set_put_expr(s, n->join.residual);
		return;
	case PLAN_INSERT:
		read_creates(s, n->insert.creates, n->insert.count);
		return;
	case PLAN_MERGE:
		read_sets(s, n->merge.on_create, n->merge.on_create_count);
		read_sets(s, n->merge.on_match, n->merge.on_match_count);
		set_put_expr(s, n->merge.on_match_where);
		read_creates(s, n->merge.creates, n->merge.count);
		return;
	case PLAN_SET:
		read_sets(s, n->set_items.items, n->set_items.count);
		return;
	case PLAN_DELETE:
		read_exprs(s, n->remove.exprs, n->remove.count);
		return;
	case PLAN_FOREACH:
		set_put_expr(s, n->foreach.list);
		return;
	case PLAN_LOCK:
		read_slots(s, n->lock.slots, n->lock.count);
		return;
	}
}

/* ---- what nodes make ------------------------------------------------------------------------- */

static void make_hops(const struct plan_node *n, struct slot_set *s)
{
	set_put(s, n->var_expand.edges_slot);
	if (!n->var_expand.target_is_bound)
		set_put(s, n->var_expand.target_slot);
}

static void make_hop(const struct plan_node *n, struct slot_set *s)
{
	if (!n->expand.edge_is_bound)
		set_put(s, n->expand.edge_slot);
	if (!n->expand.target_is_bound)
		set_put(s, n->expand.target_slot);
}

static void make_search(const struct plan_node *n, struct slot_set *s)
{
	const struct search *program = n->search.program;

	set_put(s, n->search.edges_slot);
	if (!n->search.target_is_bound)
		set_put(s, n->search.target_slot);
	for (uint32_t i = 0; i < program->out_count; i++)
		set_put(s, program->views[program->outs[i]].slot);
}

static void make_creates(struct slot_set *s, const struct plan_create *creates, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		set_put(s, creates[i].slot);
}

/* Slots a node adds to its input, subplans apart. */
static void node_makes(const struct plan_node *n, struct slot_set *s)
{
	/* dispatch */
	switch (n->kind) {
	case PLAN_ARGUMENT:
		set_put(s, n->argument.row_slot);
		return;
	case PLAN_VALUES:
		read_slots(s, n->values.slots, n->values.column_count);
		return;
	case PLAN_NODE_SCAN:
		set_put(s, n->node_scan.slot);
		return;
	case PLAN_EDGE_SCAN:
		set_put(s, n->edge_scan.slot);
		set_put(s, n->edge_scan.source_slot);
		set_put(s, n->edge_scan.target_slot);
		return;
	case PLAN_INDEX_SCAN:
		set_put(s, n->index_scan.slot);
		set_put(s, n->index_scan.source_slot);
		set_put(s, n->index_scan.target_slot);
		return;
	case PLAN_ID_SEEK:
		set_put(s, n->id_seek.slot);
		return;
	case PLAN_EXPAND:
		make_hop(n, s);
		return;
	case PLAN_VAR_EXPAND:
	case PLAN_SHORTEST:
		make_hops(n, s);
		return;
	case PLAN_SEARCH:
		make_search(n, s);
		return;
	case PLAN_UNWIND:
		set_put(s, n->unwind.slot);
		set_put(s, n->unwind.ordinal_slot);
		return;
	case PLAN_PROCEDURE:
		read_slots(s, n->procedure.slots, n->procedure.column_count);
		return;
	case PLAN_ORDINAL:
		set_put(s, n->ordinal.slot);
		return;
	case PLAN_PROJECT_SET:
		read_slots(s, n->project_set.slots, n->project_set.count);
		return;
	case PLAN_WORKING:
		read_slots(s, n->working.slots, n->working.column_count);
		return;
	case PLAN_RELATION:
		read_slots(s, n->relation.slots, n->relation.column_count);
		return;
	case PLAN_PROPERTIES:
		read_slots(s, n->properties.slots, n->properties.count);
		return;
	case PLAN_PROJECT:
		for (uint32_t i = 0; i < n->project.count; i++)
			set_put(s, n->project.outputs[i].slot);
		return;
	case PLAN_PATH:
		set_put(s, n->path.slot);
		return;
	case PLAN_AGGREGATE:
		for (uint32_t i = 0; i < n->aggregate.key_count; i++)
			set_put(s, n->aggregate.keys[i].slot);
		for (uint32_t i = 0; i < n->aggregate.aggregate_count; i++)
			set_put(s, n->aggregate.aggregates[i].slot);
		return;
	case PLAN_WINDOW:
		for (uint32_t i = 0; i < n->window.count; i++)
			set_put(s, n->window.functions[i].slot);
		return;
	case PLAN_OPTIONAL:
		read_slots(s, n->optional.null_slots, n->optional.null_count);
		return;
	case PLAN_APPLY:
		set_put(s, n->apply.slot);
		return;
	case PLAN_UNION:
	case PLAN_RECURSIVE:
		read_slots(s, n->set.slots, n->set.column_count);
		return;
	case PLAN_INSERT:
		make_creates(s, n->insert.creates, n->insert.count);
		return;
	case PLAN_MERGE:
		make_creates(s, n->merge.creates, n->merge.count);
		return;
	default:
		return;
	}
}

/* All slots made anywhere in a subplan. */
static void tree_makes(const struct plan_node *n, struct slot_set *s)
{
	for (; n != NULL; n = n->input) {
		node_makes(n, s);
		if (n->kind == PLAN_HASH_JOIN || n->kind == PLAN_OPTIONAL ||
			(n->kind == PLAN_APPLY && n->apply.apply == APPLY_INNER))
			tree_makes(n->other, s);
	}
}

/* All slots read anywhere in a subplan, also in those inside it. */
static void tree_reads(const struct plan_node *n, struct slot_set *s)
{
	for (; n != NULL; n = n->input) {
		node_reads(n, s);
		if (n->other != NULL)
			tree_reads(n->other, s);
		for (uint32_t i = 0; i < plan_branch_count(n); i++) {
			tree_reads(plan_branch(n, i), s);
			if (n->kind != PLAN_SEARCH)
				read_slots(s, n->set.branch_slots[i], n->set.column_count);
		}
	}
}

const uint32_t *plan_outer_slots(
	struct planner *p, const struct plan_node *sub, uint32_t first, uint32_t *count)
{
	struct liveness l = { .p = p, .word_count = p->b.slot_count / 64 + 1 };
	struct slot_set reads = set_new(&l);
	uint32_t *slots;

	tree_reads(sub, &reads);
	slots = ARENA_ARRAY(p->arena, uint32_t, set_count(&reads));
	*count = 0;
	for (uint32_t slot = 0; slot < first; slot++) {
		if (set_has(&reads, slot))
			slots[(*count)++] = slot;
	}
	return slots;
}

/* ---- dropping what is not needed ------------------------------------------------------------- */

static void trim_properties(struct plan_node *n, const struct slot_set *needed)
{
	uint32_t *keys = (uint32_t *)n->properties.keys;
	uint32_t *slots = (uint32_t *)n->properties.slots;
	uint32_t count = 0;

	for (uint32_t i = 0; i < n->properties.count; i++) {
		if (!set_has(needed, slots[i]))
			continue;
		keys[count] = keys[i];
		slots[count++] = slots[i];
	}
	n->properties.count = count;
}

static void trim_project(struct plan_node *n, const struct slot_set *needed)
{
	struct plan_output *outputs = (struct plan_output *)n->project.outputs;
	uint32_t count = 0;

	for (uint32_t i = 0; i < n->project.count; i++) {
		if (set_has(needed, outputs[i].slot))
			outputs[count++] = outputs[i];
	}
	n->project.count = count;
}

static void trim_slot(uint32_t *slot, const struct slot_set *needed)
{
	if (!set_has(needed, *slot))
		*slot = SLOT_NONE;
}

static void trim_optional(struct plan_node *n, const struct slot_set *needed)
{
	uint32_t *nulls = (uint32_t *)n->optional.null_slots;
	uint32_t count = 0;

	for (uint32_t i = 0; i < n->optional.null_count; i++) {
		if (set_has(needed, nulls[i]))
			nulls[count++] = nulls[i];
	}
	n->optional.null_count = count;
}

/* Whether a trail exists iff a walk does: nobody can tell the two apart then. */
static bool hops_ask_reachability(const struct plan_node *n)
{
	if (n->kind != PLAN_VAR_EXPAND || n->var_expand.edges_slot != SLOT_NONE)
		return false;
	if (n->var_expand.min > 1 || n->var_expand.selector != SELECT_EVERY)
		return false;
	if (n->var_expand.mode == MODE_WALK)
		return true;
	return n->var_expand.mode == MODE_TRAIL &&
	       (n->var_expand.direction != DIRECTION_ANY || n->var_expand.min == 0);
}

static void trim_search(struct plan_node *n, const struct slot_set *needed)
{
	struct search *program = (struct search *)n->search.program;
	uint32_t count = 0;

	trim_slot(&n->search.edges_slot, needed);
	for (uint32_t i = 0; i < program->out_count; i++) {
		if (set_has(needed, program->views[program->outs[i]].slot))
			program->outs[count++] = program->outs[i];
	}
	program->out_count = count;
}

/* True if the node does nothing any more. */
static bool node_trim(struct liveness *l, struct plan_node *n, const struct slot_set *needed)
{
	switch (n->kind) {
	case PLAN_PROPERTIES:
		trim_properties(n, needed);
		return n->properties.count == 0;
	case PLAN_PROJECT:
		trim_project(n, needed);
		return n->project.count == 0;
	case PLAN_PATH:
		return !set_has(needed, n->path.slot);
	case PLAN_EXPAND:
		if (!n->expand.edge_is_bound)
			trim_slot(&n->expand.edge_slot, needed);
		return false;
	case PLAN_VAR_EXPAND:
	case PLAN_SHORTEST:
		trim_slot(&n->var_expand.edges_slot, needed);
		n->var_expand.only_reachable = l->is_set_like && hops_ask_reachability(n);
		return false;
	case PLAN_SEARCH:
		trim_search(n, needed);
		return false;
	case PLAN_EDGE_SCAN:
		trim_slot(&n->edge_scan.source_slot, needed);
		trim_slot(&n->edge_scan.target_slot, needed);
		return false;
	case PLAN_INDEX_SCAN:
		trim_slot(&n->index_scan.source_slot, needed);
		trim_slot(&n->index_scan.target_slot, needed);
		return false;
	case PLAN_UNWIND:
		trim_slot(&n->unwind.ordinal_slot, needed);
		return false;
	case PLAN_OPTIONAL:
		trim_optional(n, needed);
		return false;
	case PLAN_APPLY:
		return n->apply.slot != SLOT_NONE && !set_has(needed, n->apply.slot);
	default:
		return false;
	}
}

/* ---- the walk -------------------------------------------------------------------------------- */

static void live_tree(struct liveness *l, struct plan_node **root, struct slot_set *needed);

static void node_set_live(struct liveness *l, struct plan_node *n, const struct slot_set *needed)
{
	uint32_t count = set_count(needed);
	uint32_t *live = ARENA_ARRAY(l->p->arena, uint32_t, count);
	uint32_t at = 0;

	for (uint32_t w = 0; w < needed->word_count; w++) {
		for (uint64_t bits = needed->words[w]; bits != 0; bits &= bits - 1)
			live[at++] = w * 64 + (uint32_t)__builtin_ctzll(bits);
	}
	n->live = live;
	n->live_count = count;
}

/* A subplan of which `wanted` and the row number are needed; what it reads from outside joins
   `needed`. */
static void live_sub(struct liveness *l, struct plan_node *n, struct slot_set *wanted,
	uint32_t row_slot, struct slot_set *needed)
{
	set_put(wanted, row_slot);
	live_tree(l, &n->other, wanted);
	set_drop(wanted, row_slot);
	set_add(needed, wanted);
}

static void live_optional(struct liveness *l, struct plan_node *n, struct slot_set *needed)
{
	struct slot_set wanted = set_new(l);

	for (uint32_t i = 0; i < n->optional.null_count; i++) {
		set_put(&wanted, n->optional.null_slots[i]);
		set_drop(needed, n->optional.null_slots[i]);
	}
	live_sub(l, n, &wanted, n->optional.row_slot, needed);
}

static void live_apply(struct liveness *l, struct plan_node *n, struct slot_set *needed)
{
	struct slot_set wanted = set_new(l);
	bool was_set_like = l->is_set_like;
	enum plan_apply apply = n->apply.apply;

	set_drop(needed, n->apply.slot);
	if (apply == APPLY_INNER) {
		tree_makes(n->other, &wanted);
		for (uint32_t w = 0; w < wanted.word_count; w++) {
			uint64_t made = wanted.words[w];

			wanted.words[w] = made & needed->words[w];
			needed->words[w] &= ~made;
		}
	} else if (apply == APPLY_COLLECT || apply == APPLY_VALUE) {
		set_put(&wanted, n->apply.result_slot);
	}
	if (apply == APPLY_SEMI || apply == APPLY_ANTI || apply == APPLY_EXISTS)
		l->is_set_like = true;
	else if (apply != APPLY_INNER)
		l->is_set_like = false;
	live_sub(l, n, &wanted, n->apply.row_slot, needed);
	l->is_set_like = was_set_like;
}

static void live_join(struct liveness *l, struct plan_node *n, struct slot_set *needed)
{
	struct slot_set wanted = set_new(l);

	node_reads(n, needed);
	tree_makes(n->other, &wanted);
	for (uint32_t w = 0; w < wanted.word_count; w++) {
		uint64_t made = wanted.words[w];

		wanted.words[w] = made & needed->words[w];
		needed->words[w] &= ~made;
	}
	read_slots(&wanted, n->join.other_slots, n->join.count);
	live_tree(l, &n->other, &wanted);
}

static void live_union(struct liveness *l, struct plan_node *n, struct slot_set *needed)
{
	bool was_set_like = l->is_set_like;

	read_slots(needed, n->set.slots, n->set.column_count);
	node_set_live(l, n, needed);
	set_clear(needed);
	l->is_set_like |= n->kind == PLAN_UNION && n->set.op == SET_OP_UNION;
	if (n->set.op != SET_OP_UNION && n->set.op != SET_OP_UNION_ALL)
		l->is_set_like = false;
	for (uint32_t i = 0; i < n->set.branch_count; i++) {
		struct slot_set branch = set_new(l);

		read_slots(&branch, n->set.branch_slots[i], n->set.column_count);
		live_tree(l, (struct plan_node **)&n->set.branches[i], &branch);
		set_add(needed, &branch);
	}
	l->is_set_like = was_set_like;
}

/* A step over rows reads the node that it begins at, which the search makes for it. */
static void live_hop(struct liveness *l, struct search_hop *hop, struct slot_set *inside)
{
	struct slot_set wanted = set_new(l);

	set_put(&wanted, hop->row_slot);
	set_put(&wanted, hop->edge_slot);
	set_put(&wanted, hop->target_slot);
	live_tree(l, &hop->sub, &wanted);
	set_drop(&wanted, hop->row_slot);
	set_drop(&wanted, hop->source_slot);
	set_add(inside, &wanted);
}

/* Conditions read views of the search, which it makes for them alone, and slots of its input. */
static void live_search(struct liveness *l, struct plan_node *n, struct slot_set *needed)
{
	const struct search *program = n->search.program;
	struct slot_set inside = set_new(l);
	bool was_set_like = l->is_set_like;

	l->is_set_like = true;
	for (uint32_t i = 0; i < program->check_count; i++) {
		struct slot_set wanted = set_new(l);

		set_put(&wanted, program->checks[i].row_slot);
		live_tree(l, &program->checks[i].sub, &wanted);
		set_drop(&wanted, program->checks[i].row_slot);
		set_add(&inside, &wanted);
	}
	l->is_set_like = false;
	for (uint32_t i = 0; i < program->hop_count; i++)
		live_hop(l, &program->hops[i], &inside);
	l->is_set_like = was_set_like;
	for (uint32_t i = 0; i < program->view_count; i++) {
		uint32_t slot = program->views[i].slot;
		bool is_given = slot == n->search.source_slot ||
				(slot == n->search.target_slot && n->search.target_is_bound);

		if (!is_given)
			set_drop(&inside, slot);
	}
	set_add(needed, &inside);
}

static void live_merge(struct liveness *l, struct plan_node *n, struct slot_set *needed)
{
	struct slot_set wanted = set_new(l);

	l->is_set_like = false;
	make_creates(&wanted, n->merge.creates, n->merge.count);
	live_sub(l, n, &wanted, n->merge.row_slot, needed);
	for (uint32_t i = 0; i < n->merge.count; i++)
		set_drop(needed, n->merge.creates[i].slot);
}

static void live_foreach(struct liveness *l, struct plan_node *n, struct slot_set *needed)
{
	struct slot_set wanted = set_new(l);

	l->is_set_like = false;
	live_sub(l, n, &wanted, n->foreach.row_slot, needed);
	set_drop(needed, n->foreach.slot);
}

/* What the query gives is read by WORKING, all of it. */
static void live_with(struct liveness *l, struct plan_node *n, struct slot_set *needed)
{
	struct slot_set wanted = set_new(l);
	bool was_set_like = l->is_set_like;

	l->is_set_like = false;
	read_slots(&wanted, n->with.slots, n->with.column_count);
	live_tree(l, &n->other, &wanted);
	set_add(needed, &wanted);
	l->is_set_like = was_set_like;
}

static bool aggregate_ignores_repetition(const struct plan_node *n)
{
	for (uint32_t i = 0; i < n->aggregate.aggregate_count; i++) {
		const char *name = n->aggregate.aggregates[i].function->name;

		if (!n->aggregate.aggregates[i].is_distinct && strcmp(name, "min") != 0 &&
			strcmp(name, "max") != 0)
			return false;
	}
	return true;
}

/* Whether below this node repeated rows matter. */
static void live_multiplicity(struct liveness *l, const struct plan_node *n)
{
	switch (n->kind) {
	case PLAN_DISTINCT:
		l->is_set_like = true;
		return;
	case PLAN_AGGREGATE:
		l->is_set_like = aggregate_ignores_repetition(n);
		return;
	case PLAN_LIMIT:
	case PLAN_WINDOW:
	case PLAN_INSERT:
	case PLAN_SET:
	case PLAN_DELETE:
	case PLAN_DISCARD:
	case PLAN_ONCE:
	case PLAN_CHECK_OPTION:
		l->is_set_like = false;
		return;
	case PLAN_SORT:
		if (n->sort.top_limit != NULL)
			l->is_set_like = false;
		return;
	default:
		return;
	}
}

/* What stays needed below a node that gives out only what it makes itself. */
static void live_step(struct liveness *l, struct plan_node *n, struct slot_set *needed)
{
	struct slot_set made = set_new(l);

	node_makes(n, &made);
	if (n->kind == PLAN_AGGREGATE || n->kind == PLAN_DISCARD) {
		set_clear(needed);
	} else {
		for (uint32_t w = 0; w < made.word_count; w++)
			needed->words[w] &= ~made.words[w];
	}
	/* What a join reads of its other side has been told to that side already. */
	if (n->kind != PLAN_HASH_JOIN)
		node_reads(n, needed);
}

/* On return `needed` holds what the leaf could not give: slots from outside of the subplan. */
static void live_tree(struct liveness *l, struct plan_node **root, struct slot_set *needed)
{
	bool was_set_like = l->is_set_like;

	while (*root != NULL && l->fault == OK) {
		struct plan_node *n = *root;

		/* Each step takes as long as there are slots. */
		l->fault = binder_poll(&l->p->b, l->e);
		if (l->fault != OK)
			break;
		if (node_trim(l, n, needed)) {
			*root = n->input;
			continue;
		}
		if (plan_has_branches(n)) {
			live_union(l, n, needed);
			break;
		}
		node_set_live(l, n, needed);
		live_multiplicity(l, n);
		if (n->kind == PLAN_OPTIONAL)
			live_optional(l, n, needed);
		else if (n->kind == PLAN_APPLY)
			live_apply(l, n, needed);
		else if (n->kind == PLAN_HASH_JOIN)
			live_join(l, n, needed);
		else if (n->kind == PLAN_FOREACH)
			live_foreach(l, n, needed);
		else if (n->kind == PLAN_WITH)
			live_with(l, n, needed);
		live_step(l, n, needed);
		if (n->kind == PLAN_SEARCH)
			live_search(l, n, needed);
		if (n->kind == PLAN_MERGE)
			live_merge(l, n, needed);
		root = &n->input;
	}
	l->is_set_like = was_set_like;
}

enum sqlstate plan_live(struct planner *p, struct plan_node **root, const uint32_t *slots,
	uint32_t count, struct error *e)
{
	struct liveness l = { .p = p, .word_count = p->b.slot_count / 64 + 1, .e = e };
	struct slot_set needed = set_new(&l);

	read_slots(&needed, slots, count);
	live_tree(&l, root, &needed);
	TRY(l.fault);
	assert(set_count(&needed) == 0);
	return OK;
}
