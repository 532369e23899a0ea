/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Grouping: the keys of GROUP BY, and the AGGREGATE node.
 *
 * Grouping sets are one aggregation: each row is repeated for each set, the keys that the set does
 * not have become NULL, and the number of the set is one more key:
 *
 *	UNWIND [0, 1, ..] AS set -> AGGREGATE (CASE WHEN key is in set THEN key END) .., set
 *
 * Aggregates read the rows as they came, GROUPING(..) the number of the set. In SQL a column that
 * depends on keys (its table's primary key is among them) becomes a key when it is named.
 */
#include "query/plan/projection.h"

#include <string.h>

enum { SETS_MOST = 4096, SET_KEYS_MOST = 64 };

bool plan_grouping_is_needed(const struct projection *j)
{
	if (j->ast->has_group_by || j->ast->having != NULL)
		return true;
	for (uint32_t i = 0; i < j->ast->item_count; i++) {
		if (ast_has_aggregate(j->ast->items[i].expr))
			return true;
	}
	/* SQL groups for the sake of ORDER BY alone; in graph clauses that is an error. */
	for (uint32_t i = 0; i < j->ast->order_by_count && j->kind == CLAUSE_SELECT; i++) {
		if (ast_has_aggregate(j->ast->order_by[i].expr))
			return true;
	}
	return false;
}

/* ---- keys ------------------------------------------------------------------------------------ */

enum sqlstate plan_grouping_place(const struct projection *j, const struct ast_expr *x,
	const char *clause, uint32_t *out, struct error *e)
{
	*out = UINT32_MAX;
	if (j->kind != CLAUSE_SELECT)
		return OK;
	switch (x->kind) {
	case EXPR_INT:
		if (x->integer >= 1 && x->integer <= j->count) {
			*out = (uint32_t)x->integer - 1;
			return OK;
		}
		return FAIL_AT(e, x->at, E_INVALID_REFERENCE,
			"%s position %lld is not in select list", clause, (long long)x->integer);
	case EXPR_NULL:
	case EXPR_BOOL:
	case EXPR_FLOAT:
	case EXPR_DECIMAL:
	case EXPR_STRING:
		return FAIL_AT(e, x->at, E_SYNTAX, "non-integer constant in %s", clause);
	default:
		return OK;
	}
}

/* GROUP BY may name an item's alias. */
static const struct ast_expr *key_expr(const struct projection *j, const struct ast_expr *key)
{
	if (key->kind != EXPR_VARIABLE ||
		scope_find_folded(j->p->b.scope, key->variable.name) != NULL)
		return key;
	for (uint32_t i = 0; i < j->count; i++) {
		if (j->exprs[i] != NULL && str_equal_nocase(j->columns[i].name, key->variable.name))
			return j->exprs[i];
	}
	return key;
}

static void put_key(struct projection *j, const struct ast_expr *expr, const struct bound *bound)
{
	struct binder *b = &j->p->b;
	struct aggregation *a = &j->aggregation;
	struct str name = { 0 };
	uint32_t slot;

	if (bound->kind == BOUND_SLOT)
		name = b->slots[bound->index].name;
	else if (expr != NULL)
		name = (struct str){ b->text.at + (expr->at - b->text_at), expr->length };
	slot = binder_slot_new(b, bound->type, name);
	b->slots[slot].label = bound_labels_of(b, bound);
	binder_slot_is(b, slot, bound);
	if (a->key_count == a->key_capacity) {
		uint32_t wider = a->key_capacity == 0 ? 8 : 2 * a->key_capacity;
		uint32_t n = a->key_count;

		a->key_exprs = arena_grow(b->arena, a->key_exprs, n * sizeof *a->key_exprs,
			wider * sizeof *a->key_exprs);
		a->keys =
			arena_grow(b->arena, a->keys, n * sizeof *a->keys, wider * sizeof *a->keys);
		a->key_slots = arena_grow(b->arena, a->key_slots, n * sizeof *a->key_slots,
			wider * sizeof *a->key_slots);
		a->key_capacity = wider;
	}
	a->keys[a->key_count] = bound;
	a->key_slots[a->key_count] = slot;
	a->key_exprs[a->key_count++] = expr;
}

static enum sqlstate add_key(struct projection *j, const struct ast_expr *expr,
	const struct bound *bound, struct error *e)
{
	struct binder *b = &j->p->b;

	if (bound == NULL)
		TRY(bind_expr(b, expr, &bound, e));
	if (bound_is_untyped(bound))
		TRY(binder_infer(b, &bound, type_make(TYPE_STRING), e));
	put_key(j, expr, bound);
	return OK;
}

/* One expression of GROUP BY; *number is which key it is, perhaps one that is there already. */
static enum sqlstate take_key(
	struct projection *j, const struct ast_expr *x, uint32_t *number, struct error *e)
{
	struct aggregation *a = &j->aggregation;
	const struct bound *bound = NULL;
	uint32_t place;

	TRY(plan_grouping_place(j, x, "GROUP BY", &place, e));
	if (place < j->count) {
		x = j->exprs[place];
		bound = j->bounds[place];
	} else {
		x = key_expr(j, x);
	}
	if (bound == NULL)
		TRY(bind_expr(&j->p->b, x, &bound, e));
	for (uint32_t i = 0; i < a->key_count; i++) {
		bool is_slot = a->keys[i]->kind == BOUND_SLOT && bound->kind == BOUND_SLOT;

		*number = i;
		if (is_slot && a->keys[i]->index == bound->index)
			return OK;
		if (x != NULL && a->key_exprs[i] != NULL &&
			binder_same_source(&j->p->b, a->key_exprs[i], x))
			return OK;
	}
	*number = a->key_count;
	return add_key(j, x, bound, e);
}

/* ---- grouping sets --------------------------------------------------------------------------- */

struct set_list {
	uint32_t count, capacity;
	uint64_t *sets;
};

static enum sqlstate put_set(
	struct projection *j, struct set_list *to, uint64_t set, uint32_t at, struct error *e)
{
	if (to->count == SETS_MOST)
		return FAIL_AT(e, at, E_TOO_COMPLEX, "too many grouping sets present (maximum %d)",
			SETS_MOST);
	if (to->count == to->capacity) {
		uint32_t wider = to->capacity == 0 ? 8 : 2 * to->capacity;

		to->sets = arena_grow(j->p->arena, to->sets, to->count * sizeof *to->sets,
			wider * sizeof *to->sets);
		to->capacity = wider;
	}
	to->sets[to->count++] = set;
	return OK;
}

static bool is_call(const struct ast_expr *x, const char *name)
{
	return x->kind == EXPR_FUNCTION && x->function->name.length == 0 &&
	       str_equal(x->function->name.name, str_of(name));
}

/* The keys of an expression, or of (a, b). */
static enum sqlstate take_keys(
	struct projection *j, const struct ast_expr *x, uint64_t *set, struct error *e)
{
	uint32_t number;

	*set = 0;
	if (is_call(x, "row")) {
		for (uint32_t i = 0; i < x->function->arg_count; i++) {
			uint64_t one;

			TRY(take_keys(j, x->function->args[i], &one, e));
			*set |= one;
		}
		return OK;
	}
	TRY(take_key(j, x, &number, e));
	if (number >= SET_KEYS_MOST && j->set_count > 0)
		return FAIL_AT(e, x->at, E_TOO_COMPLEX,
			"too many keys of grouping sets (maximum %d)", SET_KEYS_MOST);
	*set = number < SET_KEYS_MOST ? (uint64_t)1 << number : 0;
	return OK;
}

static enum sqlstate take_element(
	struct projection *j, const struct ast_expr *x, struct set_list *out, struct error *e);

/* (a, b, c), (a, b), (a), () */
static enum sqlstate take_rollup(
	struct projection *j, const struct ast_expr *x, struct set_list *out, struct error *e)
{
	uint32_t count = x->function->arg_count;
	uint64_t *sets = ARENA_ARRAY(j->p->arena, uint64_t, count + 1);

	for (uint32_t i = 0; i < count; i++) {
		TRY(take_keys(j, x->function->args[i], &sets[i + 1], e));
		sets[i + 1] |= sets[i];
	}
	for (uint32_t i = count + 1; i-- > 0;)
		TRY(put_set(j, out, sets[i], x->at, e));
	return OK;
}

/* Every subset. */
static enum sqlstate take_cube(
	struct projection *j, const struct ast_expr *x, struct set_list *out, struct error *e)
{
	uint32_t count = x->function->arg_count;
	uint64_t *parts = ARENA_ARRAY(j->p->arena, uint64_t, count);

	if (count > 12)
		return FAIL_AT(e, x->at, E_TOO_COMPLEX, "CUBE is limited to 12 elements");
	for (uint32_t i = 0; i < count; i++)
		TRY(take_keys(j, x->function->args[i], &parts[i], e));
	for (uint32_t chosen = 1u << count; chosen-- > 0;) {
		uint64_t set = 0;

		for (uint32_t i = 0; i < count; i++)
			set |= (chosen >> (count - 1 - i) & 1) != 0 ? parts[i] : 0;
		TRY(put_set(j, out, set, x->at, e));
	}
	return OK;
}

static enum sqlstate take_element(
	struct projection *j, const struct ast_expr *x, struct set_list *out, struct error *e)
{
	uint64_t set;

	if (is_call(x, "rollup"))
		return take_rollup(j, x, out, e);
	if (is_call(x, "cube"))
		return take_cube(j, x, out, e);
	if (is_call(x, "grouping sets")) {
		for (uint32_t i = 0; i < x->function->arg_count; i++)
			TRY(take_element(j, x->function->args[i], out, e));
		return OK;
	}
	TRY(take_keys(j, x, &set, e));
	return put_set(j, out, set, x->at, e);
}

/* GROUP BY a, b is every set of a joined with every set of b. */
static enum sqlstate join_sets(struct projection *j, struct set_list *left,
	const struct set_list *right, uint32_t at, struct error *e)
{
	struct set_list joined = { 0 };

	for (uint32_t i = 0; i < left->count; i++) {
		for (uint32_t k = 0; k < right->count; k++)
			TRY(put_set(j, &joined, left->sets[i] | right->sets[k], at, e));
	}
	*left = joined;
	return OK;
}

static void drop_repeated(struct set_list *list)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < list->count; i++) {
		bool is_there = false;

		for (uint32_t k = 0; k < count; k++)
			is_there |= list->sets[k] == list->sets[i];
		if (!is_there)
			list->sets[count++] = list->sets[i];
	}
	list->count = count;
}

static enum sqlstate take_sets(struct projection *j, struct error *e)
{
	struct set_list all = { 0 };

	TRY(put_set(j, &all, 0, 0, e));
	for (uint32_t i = 0; i < j->ast->group_by_count; i++) {
		struct set_list own = { 0 };

		TRY(take_element(j, j->ast->group_by[i], &own, e));
		TRY(join_sets(j, &all, &own, j->ast->group_by[i]->at, e));
	}
	if (j->ast->group_is_distinct)
		drop_repeated(&all);
	j->sets = all.sets;
	j->set_count = all.count;
	j->set_slot = binder_slot_new(&j->p->b, type_make(TYPE_INT32), (struct str){ 0 });
	j->aggregation.sets = j->sets;
	j->aggregation.set_count = j->set_count;
	j->aggregation.set_slot =
		binder_slot_new(&j->p->b, type_make(TYPE_INT32), (struct str){ 0 });
	return OK;
}

static bool has_sets(const struct ast_projection *ast)
{
	for (uint32_t i = 0; i < ast->group_by_count; i++) {
		const struct ast_expr *x = ast->group_by[i];

		if (is_call(x, "rollup") || is_call(x, "cube") || is_call(x, "grouping sets"))
			return true;
	}
	return false;
}

/* ---- columns that depend on keys ------------------------------------------------------------- */

/* Called by the binder for a slot that is no key. */
static bool key_of_dependent(void *context, uint32_t slot, uint32_t *key_slot)
{
	struct projection *j = context;
	struct aggregation *a = &j->aggregation;
	const struct slot_keys *needed = j->p->b.slots[slot].keys;

	if (needed == NULL || needed->count == 0 || j->set_count > 0)
		return false;
	for (uint32_t i = 0; i < needed->count; i++) {
		bool is_there = false;

		for (uint32_t k = 0; k < a->key_count; k++)
			is_there |= a->keys[k]->kind == BOUND_SLOT &&
				    a->keys[k]->index == needed->slots[i];
		if (!is_there)
			return false;
	}
	put_key(j, NULL, binder_slot_ref(&j->p->b, slot, 0));
	*key_slot = a->key_slots[a->key_count - 1];
	return true;
}

enum sqlstate plan_grouping_keys(struct projection *j, struct error *e)
{
	uint64_t set;

	j->p->b.place = "GROUP BY";
	if (has_sets(j->ast))
		TRY(take_sets(j, e));
	for (uint32_t i = 0; i < j->ast->group_by_count && j->set_count == 0; i++)
		TRY(take_keys(j, j->ast->group_by[i], &set, e));
	j->aggregation.dependent = key_of_dependent;
	j->aggregation.context = j;
	/* Graph clauses group by what is not aggregated. */
	for (uint32_t i = 0; i < j->count && !j->ast->has_group_by && j->kind != CLAUSE_SELECT;
		i++) {
		uint32_t key = j->aggregation.key_count;

		if (j->exprs[i] != NULL && ast_has_aggregate(j->exprs[i]))
			continue;
		TRY(add_key(j, j->exprs[i], j->bounds[i], e));
		j->bounds[i] =
			binder_slot_ref(&j->p->b, j->aggregation.key_slots[key], j->columns[i].at);
	}
	return OK;
}

enum sqlstate plan_grouping_star(struct projection *j, uint32_t i, struct error *e)
{
	if (j->bounds[i]->kind != BOUND_SLOT)
		return OK;
	return binder_row_slot(&j->p->b, j->bounds[i]->index, j->columns[i].name, j->columns[i].at,
		&j->bounds[i], e);
}

/* ---- the node -------------------------------------------------------------------------------- */

/* The key where the row's set has it, else NULL. */
static const struct bound *key_in_set(struct projection *j, uint32_t key)
{
	struct binder *b = &j->p->b;
	struct value *items = ARENA_ARRAY(b->arena, struct value, j->set_count);
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, 3);
	const struct bound *pair[2];
	struct bound *out = bound_new(b, BOUND_CASE, j->aggregation.keys[key]->type, 0);
	struct error e = { 0 };

	for (uint32_t i = 0; i < j->set_count; i++)
		items[i] = value_bool((j->sets[i] >> key & 1) != 0);
	pair[0] = bound_constant(b,
		(struct value){ .type = VALUE_LIST, .count = j->set_count, .items = items },
		type_list_of(type_make(TYPE_BOOL)), 0);
	pair[1] = binder_slot_ref(b, j->set_slot, 0);
	if (binder_function(b, STR(PLAN_FUNCTION_SUBSCRIPT), pair, 2, 0, &args[0], &e) != OK)
		unreachable();
	args[1] = j->aggregation.keys[key];
	args[2] = bound_constant(b, value_null(), out->type, 0);
	out->args = args;
	out->arg_count = 3;
	return out;
}

static void push_sets(struct projection *j)
{
	struct planner *p = j->p;
	struct value *numbers = ARENA_ARRAY(p->arena, struct value, j->set_count);
	struct plan_node *node;

	for (uint32_t i = 0; i < j->set_count; i++)
		numbers[i] = value_int(i);
	node = planner_push(p, PLAN_UNWIND, p->s.top->rows * j->set_count, p->s.top->rows);
	node->unwind.list = bound_constant(&p->b,
		(struct value){ .type = VALUE_LIST, .count = j->set_count, .items = numbers },
		type_list_of(type_make(TYPE_INT32)), 0);
	node->unwind.slot = j->set_slot;
	node->unwind.ordinal_slot = SLOT_NONE;
	p->s.is_single = false;
}

/* The sets without keys, which have a group although there is no row. */
static uint32_t *empty_sets(const struct projection *j, uint32_t *count)
{
	uint32_t *numbers = ARENA_ARRAY(j->p->arena, uint32_t, j->set_count + 1);

	*count = 0;
	for (uint32_t i = 0; i < j->set_count; i++) {
		if (j->sets[i] == 0)
			numbers[(*count)++] = i;
	}
	return numbers;
}

static const struct plan_output *node_keys(struct projection *j, uint32_t *count)
{
	struct planner *p = j->p;
	struct aggregation *a = &j->aggregation;
	struct plan_output *keys = ARENA_ARRAY(p->arena, struct plan_output, a->key_count + 1);

	*count = a->key_count;
	for (uint32_t i = 0; i < a->key_count; i++) {
		const struct bound *key = j->set_count > 0 ? key_in_set(j, i) : a->keys[i];

		keys[i] = (struct plan_output){ .expr = planner_attach(p, key),
			.slot = a->key_slots[i] };
	}
	if (j->set_count == 0)
		return keys;
	/* The slot of the set goes in under one name and comes out under another. */
	keys[(*count)++] = (struct plan_output){ .expr = binder_slot_ref(&p->b, j->set_slot, 0),
		.slot = j->aggregation.set_slot };
	return keys;
}

void plan_grouping_aggregate(struct projection *j)
{
	struct planner *p = j->p;
	struct aggregation *a = &j->aggregation;
	const struct plan_output *keys;
	struct plan_node *node;
	uint32_t key_count;
	double rows;

	if (j->set_count > 0)
		push_sets(j);
	keys = node_keys(j, &key_count);
	for (uint32_t i = 0; i < a->count; i++) {
		struct plan_aggregate *aggregate = &a->aggregates[i];

		aggregate->args[0] = planner_attach(p, aggregate->args[0]);
		aggregate->args[1] = planner_attach(p, aggregate->args[1]);
		aggregate->filter = planner_attach(p, aggregate->filter);
		for (uint32_t k = 0; k < aggregate->order_count; k++)
			aggregate->order[k] = planner_attach(p, aggregate->order[k]);
	}
	rows = p->s.top->rows;
	node = planner_push(p, PLAN_AGGREGATE, key_count == 0 ? 1 : MAX_OF(1.0, rows * 0.1), rows);
	node->aggregate.key_count = key_count;
	node->aggregate.keys = keys;
	node->aggregate.aggregate_count = a->count;
	node->aggregate.aggregates = a->aggregates;
	node->aggregate.row_slot = planner_inner_slot(p);
	if (j->set_count > 0)
		node->aggregate.empty_sets = empty_sets(j, &node->aggregate.empty_set_count);
	p->s.is_single = key_count == 0 || p->s.is_single;
	p->s.is_per_row = true;
	planner_forget(p);
}
