/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Putting FROM on the stream: the order of inner joins, where conditions are tested, and how each
 * item meets the rows that are there.
 *
 *	on its own stream, joined by hash    nothing of it depends on those rows
 *	stacked on the rows                  it is a scan, and a key finds its rows for each
 *	as a subplan (APPLY, OPTIONAL)       it reads them: LATERAL, functions of columns
 *
 * Conditions of inner joins and of WHERE wait in a pool, and are tested as soon as all they read is
 * there; those on one item alone are tested before it is joined. An outer join keeps rows without a
 * partner, so its condition belongs to the join itself, and what reads the side that may be NULL
 * waits until it is done.
 *
 * Invariants
 *  F1. A slot of this FROM may be read once is_placed says so; slots from outside always, unless
 *      is_apart: then a stream from ONE_ROW is being made, which sees nothing but itself.
 *  F2. Each condition of a pool is tested exactly once.
 */
#include "query/plan/plan_from.h"

struct pool {
	uint32_t count, capacity;
	const struct bound **conditions;
	bool *is_done;
};

struct placing {
	struct planner *p;
	uint32_t first, end; /* the slots of this FROM */
	bool *is_placed;
	bool is_apart;
};

/* ---- conditions ------------------------------------------------------------------------------ */

static void pool_add(struct placing *f, struct pool *pool, const struct bound *x)
{
	struct arena *a = f->p->arena;

	if (x == NULL)
		return;
	if (x->kind == BOUND_AND) {
		for (uint32_t i = 0; i < x->arg_count; i++)
			pool_add(f, pool, x->args[i]);
		return;
	}
	if (pool->count == pool->capacity) {
		uint32_t capacity = pool->capacity == 0 ? 8 : 2 * pool->capacity;

		pool->conditions = arena_grow(a, pool->conditions, pool->count * sizeof(void *),
			capacity * sizeof(void *));
		pool->is_done = arena_grow(
			a, pool->is_done, pool->count * sizeof(bool), capacity * sizeof(bool));
		pool->capacity = capacity;
	}
	pool->is_done[pool->count] = false;
	pool->conditions[pool->count++] = x;
}

/* What an expression reads, seen from an item that is to be placed next. */
struct sides {
	const struct placing *f;
	const struct from_node *item; /* NULL: none */
	bool reads_item, reads_placed, reads_missing;
};

static void sides_visit(void *context, uint32_t slot)
{
	struct sides *s = context;
	const struct placing *f = s->f;

	if (s->item != NULL && slot >= s->item->slot_first && slot < s->item->slot_end)
		s->reads_item = true;
	else if (slot < f->first || slot >= f->end ? !f->is_apart : f->is_placed[slot - f->first])
		s->reads_placed = true;
	else
		s->reads_missing = true;
}

static struct sides sides_of(
	const struct placing *f, const struct bound *x, const struct from_node *item)
{
	struct sides s = { .f = f, .item = item };

	planner_each_slot(f->p, x, sides_visit, &s);
	return s;
}

/* Takes the conditions for which `is_wanted` holds out of the pool, and tests them. */
static void pool_flush(struct placing *f, struct pool *pool, const struct from_node *item,
	bool (*is_wanted)(const struct sides *s))
{
	const struct bound **ready =
		ARENA_ARRAY(f->p->arena, const struct bound *, pool->count + 1);
	uint32_t count = 0;

	for (uint32_t i = 0; i < pool->count; i++) {
		struct sides s;

		if (pool->is_done[i])
			continue;
		s = sides_of(f, pool->conditions[i], item);
		if (!is_wanted(&s))
			continue;
		pool->is_done[i] = true;
		ready[count++] = pool->conditions[i];
	}
	if (count > 0)
		planner_filter(f->p, ready, count);
}

static bool is_all_there(const struct sides *s)
{
	return !s->reads_missing;
}

static bool is_item_alone(const struct sides *s)
{
	return s->reads_item && !s->reads_placed && !s->reads_missing;
}

static bool is_with_item(const struct sides *s)
{
	return s->reads_item && !s->reads_missing;
}

/* ---- equalities to join by ------------------------------------------------------------------- */

struct keys {
	uint32_t count;
	const struct bound **main, **other;
};

static bool type_is_floating(struct type t)
{
	return t.kind == TYPE_FLOAT64 || t.kind == TYPE_FLOAT32 || t.kind == TYPE_DECIMAL;
}

/* The sides of an equality of which one reads the item alone and the other what is placed. */
static bool equality_sides(const struct placing *f, const struct bound *x,
	const struct from_node *item, const struct bound **main, const struct bound **other)
{
	if (x->kind != BOUND_CALL || x->function == NULL || x->arg_count != 2 || x->is_volatile ||
		strcmp(x->function->name, "=") != 0 ||
		!planner_type_joins(x->args[0]->type, x->args[1]->type))
		return false;
	for (int i = 0; i < 2; i++) {
		struct sides mine = sides_of(f, x->args[i], item);
		struct sides rest = sides_of(f, x->args[1 - i], item);

		if (!is_item_alone(&mine) || !rest.reads_placed || rest.reads_item ||
			rest.reads_missing)
			continue;
		*main = x->args[1 - i];
		*other = x->args[i];
		return true;
	}
	return false;
}

/* Joined by these, an equality holds; of floating numbers NaN is the same but not equal. */
static struct keys take_keys(struct placing *f, struct pool *pool, const struct from_node *item)
{
	struct arena *a = f->p->arena;
	struct keys keys = { .main = ARENA_ARRAY(a, const struct bound *, pool->count + 1),
		.other = ARENA_ARRAY(a, const struct bound *, pool->count + 1) };

	for (uint32_t i = 0; i < pool->count; i++) {
		const struct bound *x = pool->conditions[i];

		if (pool->is_done[i] || !equality_sides(f, x, item, &keys.main[keys.count],
						&keys.other[keys.count]))
			continue;
		pool->is_done[i] =
			!type_is_floating(x->args[0]->type) && !type_is_floating(x->args[1]->type);
		keys.count++;
	}
	return keys;
}

static bool has_equality(
	const struct placing *f, const struct pool *pool, const struct from_node *item)
{
	const struct bound *main, *other;

	for (uint32_t i = 0; i < pool->count; i++) {
		if (!pool->is_done[i] &&
			equality_sides(f, pool->conditions[i], item, &main, &other))
			return true;
	}
	return false;
}

/* ---- streams --------------------------------------------------------------------------------- */

/* A stream that was begun with ARGUMENT and reads nothing of it stands as well on ONE_ROW. */
static void detach(struct plan_node *n, uint32_t row_slot)
{
	plan_leaf_becomes(n, row_slot, &(struct plan_node){ .kind = PLAN_ONE_ROW });
}

/* Reads what a recursive query has made in its last round. */
static bool reads_working(const struct plan_node *n)
{
	for (; n != NULL; n = n->input) {
		if (n->kind == PLAN_WORKING || (n->other != NULL && reads_working(n->other)))
			return true;
		for (uint32_t i = 0; i < plan_branch_count(n); i++) {
			if (reads_working(plan_branch(n, i)))
				return true;
		}
	}
	return false;
}

static void stack(struct planner *p, struct plan_node *top)
{
	struct plan_node *n = top;
	double rows = p->s.top->rows, cost = p->s.top->cost;

	if (top->kind == PLAN_ARGUMENT)
		return;
	for (;; n = n->input) {
		n->rows *= MAX_OF(rows, 1.0);
		n->cost += cost;
		if (n->input->kind == PLAN_ARGUMENT)
			break;
	}
	n->input = p->s.top;
	p->s.top = top;
}

static void mark_placed(struct placing *f, const struct from_node *n)
{
	for (uint32_t slot = n->slot_first; slot < n->slot_end; slot++)
		f->is_placed[slot - f->first] = true;
}

static bool is_bare(const struct planner *p)
{
	return p->s.top->kind == PLAN_ONE_ROW;
}

static void project_keys(
	struct planner *p, const struct bound *const *exprs, uint32_t count, const uint32_t **slots)
{
	struct str *names = ARENA_ARRAY(p->arena, struct str, count + 1);
	uint32_t *made = ARENA_ARRAY(p->arena, uint32_t, count + 1);

	planner_project_all(p, exprs, names, count, made);
	*slots = made;
}

/* The stream `other`, which depends on nothing outside, joined by hash to the one that is there. */
static void push_join(struct placing *f, struct stream other, const struct keys *keys,
	enum plan_join kind, const struct bound *residual)
{
	struct planner *p = f->p;
	struct stream main = p->s;
	const uint32_t *input_slots, *other_slots;
	struct plan_node *node;
	double rows;

	p->s = other;
	project_keys(p, keys->other, keys->count, &other_slots);
	other = p->s;
	p->s = main;
	planner_will_read(p, other.reads);
	project_keys(p, keys->main, keys->count, &input_slots);
	rows = keys->count == 0 ? p->s.top->rows * MAX_OF(other.top->rows, 1.0)
				: MAX_OF(p->s.top->rows, other.top->rows);
	node = planner_push(p, PLAN_HASH_JOIN, rows, rows + other.top->cost + other.top->rows);
	node->other = other.top;
	node->join.kind = kind;
	node->join.count = keys->count;
	node->join.input_slots = input_slots;
	node->join.other_slots = other_slots;
	node->join.residual = residual;
	node->join.is_rebuilt = reads_working(other.top);
	p->s.is_single = p->s.is_single && other.is_single && kind != PLAN_JOIN_FULL;
	p->s.is_per_row |= kind == PLAN_JOIN_FULL;
	planner_adopt(p, &other);
}

/* The stream `sub`, which began with ARGUMENT, run for the rows that are there; outer: rows without
   a result stay, with NULLs for the item's columns. */
static void push_apply(
	struct placing *f, struct stream sub, uint32_t row_slot, const struct from_node *nullable)
{
	struct planner *p = f->p;
	uint32_t count = nullable == NULL ? 0 : nullable->slot_end - nullable->slot_first;
	uint32_t *nulls = ARENA_ARRAY(p->arena, uint32_t, count + 1);
	struct plan_node *node;

	planner_will_read(p, sub.reads);
	node = planner_push(p, nullable == NULL ? PLAN_APPLY : PLAN_OPTIONAL,
		p->s.top->rows * MAX_OF(sub.top->rows, 1.0), p->s.top->rows * (1 + sub.top->cost));
	node->other = sub.top;
	p->s.is_single = p->s.is_single && sub.is_single;
	if (nullable == NULL) {
		node->apply.row_slot = row_slot;
		node->apply.is_per_row = sub.is_per_row;
		node->apply.apply = APPLY_INNER;
		node->apply.slot = node->apply.result_slot = SLOT_NONE;
		return;
	}
	for (uint32_t i = 0; i < count; i++)
		nulls[i] = nullable->slot_first + i;
	node->optional.row_slot = row_slot;
	node->optional.is_per_row = sub.is_per_row;
	node->optional.null_count = count;
	node->optional.null_slots = nulls;
}

/* ---- items ----------------------------------------------------------------------------------- */

static bool is_index_key(const struct placing *f, const struct table *label, uint32_t slot,
	const struct from_node *item)
{
	const struct catalog *catalog = f->p->b.catalog;

	for (uint32_t i = 0; i < item->column_count; i++) {
		const struct bound *value = item->columns[i].value;

		if (value->kind != BOUND_SLOT || value->index != slot)
			continue;
		for (uint32_t k = 0; k < catalog_index_count(catalog); k++) {
			const struct index_info *index = catalog_index_at(catalog, k);
			struct str key = catalog_name(catalog, NAME_KEY, index->keys[0]);

			if (index->label == label->label && index->element == label->element &&
				index->is_ready && str_equal(key, label->columns[i].name))
				return true;
		}
	}
	return false;
}

/* An index on the label finds its rows for each row that is there. */
static bool has_lookup(
	const struct placing *f, const struct pool *pool, const struct from_node *item)
{
	const struct bound *main, *other;

	if (item->label == NULL || f->p->b.catalog == NULL)
		return false;
	for (uint32_t i = 0; i < pool->count; i++) {
		if (!pool->is_done[i] &&
			equality_sides(f, pool->conditions[i], item, &main, &other) &&
			other->kind == BOUND_SLOT &&
			is_index_key(f, item->label, other->index, item))
			return true;
	}
	return false;
}

/* Better stacked on the rows than read whole and joined by hash. */
static bool is_stackable(
	const struct placing *f, const struct pool *pool, const struct from_node *item)
{
	if (!item->is_chain || item->is_correlated)
		return false;
	if (f->p->s.is_single)
		return true;
	return has_lookup(f, pool, item) && f->p->s.top->rows < item->stream.top->rows + 100;
}

static void place_inner_leaf(struct placing *f, struct from_node *n, struct pool *pool)
{
	struct planner *p = f->p;
	struct stream main = p->s;
	struct keys keys;

	if (n->is_correlated) {
		p->s = n->stream;
		pool_flush(f, pool, n, is_with_item);
		n->stream = p->s;
		p->s = main;
		push_apply(f, n->stream, n->row_slot, NULL);
		return;
	}
	if (is_bare(p)) {
		detach(n->stream.top, n->row_slot);
		n->stream.reads |= main.reads;
		n->stream.writes |= main.writes;
		n->stream.is_subplan = main.is_subplan;
		p->s = n->stream;
		return;
	}
	if (is_stackable(f, pool, n)) {
		planner_will_read(p, n->stream.reads);
		stack(p, n->stream.top);
		p->s.is_single = p->s.is_single && n->stream.is_single;
		planner_adopt(p, &n->stream);
		return;
	}
	detach(n->stream.top, n->row_slot);
	p->s = n->stream;
	pool_flush(f, pool, n, is_item_alone);
	n->stream = p->s;
	p->s = main;
	keys = take_keys(f, pool, n);
	push_join(f, n->stream, &keys, PLAN_JOIN_INNER, NULL);
}

/* ---- outer joins ----------------------------------------------------------------------------- */

static void place_tree(struct placing *f, struct from_node *n, struct pool *pool);

static bool tree_is_correlated(const struct from_node *n)
{
	if (n->left == NULL)
		return n->is_correlated;
	return tree_is_correlated(n->left) || tree_is_correlated(n->right);
}

static bool has_subquery(const struct planner *p, const struct bound *x)
{
	if (x == NULL)
		return false;
	if (x->kind == BOUND_SLOT)
		return planner_pending(p, x->index) != NULL;
	if (x->kind == BOUND_PROPERTY)
		return true;
	for (uint32_t i = 0; i < x->arg_count; i++) {
		if (has_subquery(p, x->args[i]))
			return true;
	}
	return false;
}

/* What is left of a pool as one condition; NULL: nothing. */
static const struct bound *pool_rest(struct placing *f, struct pool *pool)
{
	const struct bound **rest = ARENA_ARRAY(f->p->arena, const struct bound *, pool->count + 1);
	uint32_t count = 0;

	for (uint32_t i = 0; i < pool->count; i++) {
		if (pool->is_done[i])
			continue;
		pool->is_done[i] = true;
		rest[count++] = pool->conditions[i];
	}
	return count == 0 ? NULL : bound_combine(&f->p->b, BOUND_AND, rest, count);
}

/* Makes an item's stream, from ONE_ROW, that sees nothing outside of itself. */
static struct stream place_apart(struct placing *f, struct from_node *n, struct pool *pool)
{
	struct planner *p = f->p;
	uint32_t slots = f->end - f->first;
	bool *was_placed = f->is_placed;
	bool was_apart = f->is_apart;
	struct stream main = planner_stream_new(p);
	struct stream made;

	f->is_placed = ARENA_ARRAY(p->arena, bool, slots + 1);
	f->is_apart = true;
	place_tree(f, n, pool);
	made = p->s;
	p->s = main;
	f->is_placed = was_placed;
	f->is_apart = was_apart;
	return made;
}

/* The same as a subplan of the rows that are there. */
static void place_optional(struct placing *f, struct from_node *n, struct pool *pool)
{
	struct planner *p = f->p;
	struct stream main, sub;
	uint32_t row_slot;

	if (n->left == NULL) {
		main = p->s;
		p->s = n->stream;
		row_slot = n->row_slot;
		mark_placed(f, n);
	} else {
		main = planner_stream_sub(p, &row_slot);
		place_tree(f, n, pool);
	}
	pool_flush(f, pool, NULL, is_all_there);
	sub = p->s;
	p->s = main;
	push_apply(f, sub, row_slot, n);
}

/* `n` joins the rows that are there, which stay where it has no partner for them; with FULL it also
   stays itself. */
static void place_outer(
	struct placing *f, struct from_node *n, const struct bound *on, enum plan_join kind)
{
	struct pool pool = { 0 }, own = { 0 };
	struct stream other;
	struct keys keys;

	pool_add(f, &pool, on);
	if (kind == PLAN_JOIN_LEFT &&
		(tree_is_correlated(n) || has_subquery(f->p, on) || is_stackable(f, &pool, n))) {
		place_optional(f, n, &pool);
		mark_placed(f, n);
		return;
	}
	/* What the condition says of this side alone decides which of its rows take part. */
	for (uint32_t i = 0; i < pool.count && kind == PLAN_JOIN_LEFT; i++) {
		struct sides s = sides_of(f, pool.conditions[i], n);

		if (!is_item_alone(&s))
			continue;
		pool_add(f, &own, pool.conditions[i]);
		pool.is_done[i] = true;
	}
	other = place_apart(f, n, &own);
	keys = take_keys(f, &pool, n);
	push_join(f, other, &keys, kind, pool_rest(f, &pool));
	mark_placed(f, n);
}

/* FULL keeps rows of both sides: it is made apart and then joined like an item. */
static void place_full(struct placing *f, struct from_node *n, struct pool *pool)
{
	struct planner *p = f->p;
	struct pool none = { 0 };
	struct keys keys;
	struct stream made;
	bool *was_placed = f->is_placed;
	bool was_apart = f->is_apart;
	struct stream main = planner_stream_new(p);

	f->is_placed = ARENA_ARRAY(p->arena, bool, f->end - f->first + 1);
	f->is_apart = true;
	place_tree(f, n->left, &none);
	place_outer(f, n->right, n->on, PLAN_JOIN_FULL);
	made = p->s;
	f->is_placed = was_placed;
	f->is_apart = was_apart;
	p->s = main;
	if (is_bare(p)) {
		made.is_subplan = main.is_subplan;
		made.reads |= main.reads;
		made.writes |= main.writes;
		p->s = made;
	} else {
		keys = take_keys(f, pool, n);
		push_join(f, made, &keys, PLAN_JOIN_INNER, NULL);
	}
	mark_placed(f, n);
}

static void place_join(struct placing *f, struct from_node *n, struct pool *pool)
{
	switch (n->join) {
	case JOIN_CROSS:
	case JOIN_INNER:
		pool_add(f, pool, n->on);
		place_tree(f, n->left, pool);
		place_tree(f, n->right, pool);
		return;
	case JOIN_LEFT:
		place_tree(f, n->left, pool);
		place_outer(f, n->right, n->on, PLAN_JOIN_LEFT);
		return;
	case JOIN_RIGHT:
		place_tree(f, n->right, pool);
		place_outer(f, n->left, n->on, PLAN_JOIN_LEFT);
		return;
	case JOIN_FULL:
		place_full(f, n, pool);
		return;
	}
	unreachable();
}

static void place_tree(struct placing *f, struct from_node *n, struct pool *pool)
{
	if (n->left != NULL)
		place_join(f, n, pool);
	else
		place_inner_leaf(f, n, pool);
	mark_placed(f, n);
	pool_flush(f, pool, NULL, is_all_there);
}

/* ---- the order of inner joins ---------------------------------------------------------------- */

struct units {
	uint32_t count;
	struct from_node **nodes;
	bool *is_done;
};

static uint32_t count_units(const struct from_node *n)
{
	if (n->left == NULL || n->join > JOIN_INNER)
		return 1;
	return count_units(n->left) + count_units(n->right);
}

/* Inner joins are taken apart: their sides may be placed in any order. */
static void add_units(
	struct placing *f, struct units *units, struct from_node *n, struct pool *pool)
{
	if (n->left == NULL || n->join > JOIN_INNER) {
		units->nodes[units->count++] = n;
		return;
	}
	pool_add(f, pool, n->on);
	add_units(f, units, n->left, pool);
	add_units(f, units, n->right, pool);
}

/* All that an item reads outside of itself is there. */
static bool unit_is_ready(struct placing *f, const struct from_node *n)
{
	const uint32_t *outer;
	uint32_t count;

	if (n->left != NULL)
		return unit_is_ready(f, n->left) &&
		       (unit_is_ready(f, n->right) || tree_is_correlated(n->right));
	if (!n->is_correlated)
		return true;
	outer = plan_outer_slots(f->p, n->stream.top, n->slot_first, &count);
	for (uint32_t i = 0; i < count; i++) {
		if (outer[i] >= f->first && !f->is_placed[outer[i] - f->first])
			return false;
	}
	return true;
}

static bool has_own_condition(
	const struct placing *f, const struct pool *pool, const struct from_node *n)
{
	for (uint32_t i = 0; i < pool->count; i++) {
		const struct bound *x = pool->conditions[i];
		struct sides s = sides_of(f, x, n);

		if (!pool->is_done[i] && is_item_alone(&s) && x->kind == BOUND_CALL &&
			x->function != NULL && strcmp(x->function->name, "=") == 0)
			return true;
	}
	return false;
}

/* How well an item goes next: it is looked up or joined by a key; it has a condition of its own. */
static int unit_rank(struct placing *f, const struct pool *pool, const struct from_node *n)
{
	if (!unit_is_ready(f, n))
		return 0;
	if (has_lookup(f, pool, n))
		return 4;
	if (has_equality(f, pool, n))
		return 3;
	return has_own_condition(f, pool, n) ? 2 : 1;
}

static uint32_t best_unit(struct placing *f, const struct units *units, const struct pool *pool)
{
	uint32_t best = UINT32_MAX;
	int best_rank = -1;

	for (uint32_t i = 0; i < units->count; i++) {
		int rank;

		if (units->is_done[i])
			continue;
		rank = unit_rank(f, pool, units->nodes[i]);
		if (rank > best_rank) {
			best = i;
			best_rank = rank;
		}
	}
	return best;
}

enum sqlstate plan_from_place(struct planner *p, struct from_node *const *items, uint32_t count,
	const struct bound *where, struct error *e)
{
	struct placing f = { .p = p };
	struct units units = { 0 };
	struct pool pool = { 0 };
	uint32_t total = 0;

	(void)e;
	f.first = count == 0 ? p->b.slot_count : items[0]->slot_first;
	f.end = count == 0 ? f.first : items[count - 1]->slot_end;
	f.is_placed = ARENA_ARRAY(p->arena, bool, f.end - f.first + 1);
	for (uint32_t i = 0; i < count; i++)
		total += count_units(items[i]);
	units.nodes = ARENA_ARRAY(p->arena, struct from_node *, total + 1);
	units.is_done = ARENA_ARRAY(p->arena, bool, total + 1);
	pool_add(&f, &pool, where);
	for (uint32_t i = 0; i < count; i++)
		add_units(&f, &units, items[i], &pool);
	pool_flush(&f, &pool, NULL, is_all_there);
	for (uint32_t i = 0; i < units.count; i++) {
		uint32_t next = best_unit(&f, &units, &pool);

		units.is_done[next] = true;
		place_tree(&f, units.nodes[next], &pool);
	}
	pool_flush(&f, &pool, NULL, is_all_there);
	assert(pool_rest(&f, &pool) == NULL);
	return OK;
}
