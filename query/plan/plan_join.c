/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Joining what no edge connects. MATCH (a:A)-..., (b:B)-... WHERE a.k = b.k would, placed one after
 * the other, scan B once for every row of A. Instead the component of b is planned on a stream of
 * its own, from ONE_ROW, and joined by hash on the equalities between the two.
 *
 * While a component is planned apart, nothing of the main stream can be read in it: predicates that
 * use both sides are held back until the join is made, sargs with values from the other side do not
 * count, and edges are compared for being different within each side only.
 *
 * Not done where an index lookup per row is cheaper, for a main stream of one row, and in subplans,
 * whose outer rows a stream from ONE_ROW could not see.
 */
#include "query/plan/match.h"

struct join {
	struct match *m;
	bool *is_member; /* nodes of the component */
	bool *is_mine;	 /* slots of the component, by slot - first_slot */
	bool *is_held;	 /* predicates held back */
	uint32_t count, capacity;
	uint32_t *predicates; /* the equalities joined by */
	const struct bound **main_keys, **other_keys;
};

/* ---- the component --------------------------------------------------------------------------- */

static void join_visit(struct join *j, uint32_t node)
{
	struct match *m = j->m;
	uint32_t *stack = ARENA_ARRAY(m->p->arena, uint32_t, m->node_count);
	uint32_t depth = 1;

	stack[0] = node;
	j->is_member[node] = true;
	while (depth > 0) {
		node = stack[--depth];
		j->is_mine[m->nodes[node].slot - m->first_slot] = true;
		for (uint32_t l = m->nodes[node].first_edge; l != MATCH_NONE;
			l = m->links[l].next) {
			const struct match_edge *edge = &m->edges[m->links[l].edge];
			uint32_t next = edge->from == node ? edge->to : edge->from;

			if (!edge->is_outer)
				j->is_mine[edge->slot - m->first_slot] = true;
			if (j->is_member[next])
				continue;
			j->is_member[next] = true;
			stack[depth++] = next;
		}
	}
}

/* Which sides of a join an expression reads. */
struct join_sides {
	const struct join *j;
	bool reads_main, reads_mine, reads_none;
};

static void join_side(void *context, uint32_t slot)
{
	struct join_sides *s = context;
	const struct match *m = s->j->m;

	if (slot < m->first_slot || slot >= m->slot_end || m->is_ready[slot - m->first_slot])
		s->reads_main = true;
	else if (s->j->is_mine[slot - m->first_slot])
		s->reads_mine = true;
	else
		s->reads_none = true;
}

static struct join_sides join_sides(const struct join *j, const struct bound *x)
{
	struct join_sides s = { .j = j };

	planner_each_slot(j->m->p, x, join_side, &s);
	return s;
}

/* ---- equalities ------------------------------------------------------------------------------ */

/* NULL and ANY are of the same family, but neither can be joined by. */
bool planner_type_joins(struct type a, struct type b)
{
	return type_family(a) == type_family(b) && a.kind != TYPE_LIST && a.kind != TYPE_MAP &&
	       type_family(a) != TYPE_FAMILY_UNKNOWN;
}

static void join_add(struct join *j, uint32_t predicate, const struct bound *main_key,
	const struct bound *other_key)
{
	struct arena *a = j->m->p->arena;
	size_t size = sizeof(void *);

	if (j->count == j->capacity) {
		uint32_t capacity = j->capacity == 0 ? 4 : 2 * j->capacity;

		j->predicates = arena_grow(
			a, j->predicates, j->count * sizeof(uint32_t), capacity * sizeof(uint32_t));
		j->main_keys = arena_grow(a, j->main_keys, j->count * size, capacity * size);
		j->other_keys = arena_grow(a, j->other_keys, j->count * size, capacity * size);
		j->capacity = capacity;
	}
	j->predicates[j->count] = predicate;
	j->main_keys[j->count] = main_key;
	j->other_keys[j->count++] = other_key;
}

static void join_consider(struct join *j, uint32_t predicate)
{
	const struct bound *x = j->m->predicates[predicate].expr;

	if (x->kind != BOUND_CALL || x->function == NULL || x->arg_count != 2 || x->is_volatile ||
		strcmp(x->function->name, "=") != 0 ||
		!planner_type_joins(x->args[0]->type, x->args[1]->type))
		return;
	for (int i = 0; i < 2; i++) {
		struct join_sides mine = join_sides(j, x->args[i]);
		struct join_sides main = join_sides(j, x->args[1 - i]);

		if (mine.reads_mine && !mine.reads_main && !mine.reads_none && main.reads_main &&
			!main.reads_mine && !main.reads_none) {
			join_add(j, predicate, x->args[1 - i], x->args[i]);
			return;
		}
	}
}

/* ---- both streams ---------------------------------------------------------------------------- */

static uint32_t *join_keys(struct join *j, const struct bound *const *keys)
{
	struct planner *p = j->m->p;
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, j->count);
	struct str *names = ARENA_ARRAY(p->arena, struct str, j->count);

	planner_project_all(p, keys, names, j->count, slots);
	return slots;
}

static void join_hold(struct join *j)
{
	struct match *m = j->m;

	for (uint32_t i = 0; i < m->predicate_count; i++) {
		if (m->predicates[i].is_done || !join_sides(j, m->predicates[i].expr).reads_main)
			continue;
		j->is_held[i] = true;
		m->predicates[i].waiting++;
	}
}

static void join_release(struct join *j)
{
	struct match *m = j->m;

	/* An equality of types without NaN holds once joined by. */
	for (uint32_t i = 0; i < j->count; i++) {
		const struct bound *x = m->predicates[j->predicates[i]].expr;

		if (x->args[0]->type.kind != TYPE_FLOAT64 && x->args[1]->type.kind != TYPE_FLOAT64)
			m->predicates[j->predicates[i]].is_done = true;
	}
	for (uint32_t i = 0; i < m->predicate_count; i++) {
		if (j->is_held[i] && --m->predicates[i].waiting == 0)
			match_push_ready(m, i);
	}
}

/* Edges of one side are to be different from those of the other. */
static void join_different(struct match *m, uint32_t first)
{
	struct plan_path_part *parts =
		ARENA_ARRAY(m->p->arena, struct plan_path_part, m->placed_count);
	struct plan_node *node;
	uint32_t count = 0, before = 0;

	for (uint32_t i = 0; i < m->placed_count; i++) {
		const struct match_edge *edge = &m->edges[m->placed[i]];

		if (edge->group != 1)
			continue;
		before += i < first;
		parts[count++] = match_edge_part(edge);
	}
	if (before == 0 || before == count)
		return;
	node = planner_push(m->p, PLAN_DIFFERENT_EDGES, m->p->s.top->rows, m->p->s.top->rows * 0.1);
	node->different.known_count = before;
	node->different.part_count = count;
	node->different.parts = parts;
}

static void join_push(struct join *j, struct stream main, const uint32_t *other_slots)
{
	struct planner *p = j->m->p;
	struct stream other = p->s;
	const uint32_t *input_slots;
	struct plan_node *node;
	double rows;

	p->s = main;
	planner_will_read(p, other.reads);
	input_slots = join_keys(j, j->main_keys);
	rows = MAX_OF(p->s.top->rows, other.top->rows);
	node = planner_push(p, PLAN_HASH_JOIN, rows, rows + other.top->cost + other.top->rows);
	node->other = other.top;
	node->join.count = j->count;
	node->join.input_slots = input_slots;
	node->join.other_slots = other_slots;
	p->s.is_single = false;
	planner_adopt(p, &other);
}

static enum sqlstate join_plan(struct join *j, uint32_t node, struct error *e)
{
	struct match *m = j->m;
	uint32_t slots = m->slot_end - m->first_slot;
	bool *apart = ARENA_ARRAY(m->p->arena, bool, slots);
	uint32_t first = m->placed_count;
	struct stream main;
	const uint32_t *other_slots;

	memcpy(apart, m->is_ready, slots * sizeof *apart);
	join_hold(j);
	main = planner_stream_new(m->p);
	m->apart = apart;
	m->placed_first = first;
	TRY(match_place_component(m, node, e));
	other_slots = join_keys(j, j->other_keys);
	m->apart = NULL;
	m->placed_first = 0;
	join_push(j, main, other_slots);
	join_different(m, first);
	join_release(j);
	match_flush(m);
	return OK;
}

/* Whether an edge's own conditions read what only the main stream has. */
static bool has_dependent_edge(const struct match *m)
{
	for (uint32_t i = 0; i < m->edge_count; i++) {
		if (!m->edges[i].is_placed &&
			(m->edges[i].need_count > 0 || m->edges[i].reads_outer))
			return true;
	}
	return false;
}

enum sqlstate match_place_by_join(struct match *m, uint32_t node, bool *is_placed, struct error *e)
{
	struct planner *p = m->p;
	struct join *j;
	struct access access;
	bool is_anything_placed = false;

	*is_placed = false;
	for (uint32_t i = 0; i < m->node_count && !is_anything_placed; i++)
		is_anything_placed = m->nodes[i].is_placed;
	match_node_access(m, node, &access);
	if (!is_anything_placed || p->s.is_single || p->s.is_subplan ||
		access.kind == ACCESS_INDEX || access.kind == ACCESS_ID || has_dependent_edge(m))
		return OK;
	j = ARENA_NEW(p->arena, struct join);
	j->m = m;
	j->is_member = ARENA_ARRAY(p->arena, bool, m->node_count);
	j->is_mine = ARENA_ARRAY(p->arena, bool, m->slot_end - m->first_slot);
	j->is_held = ARENA_ARRAY(p->arena, bool, m->predicate_count);
	join_visit(j, node);
	for (uint32_t i = 0; i < m->predicate_count; i++) {
		if (!m->predicates[i].is_done && m->predicates[i].waiting > 0)
			join_consider(j, i);
	}
	if (j->count == 0)
		return OK;
	*is_placed = true;
	return join_plan(j, node, e);
}
