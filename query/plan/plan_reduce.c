/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * reduce(a = start, x IN list | step) where the step has a subquery inside, which reads slots and no
 * local variables: a recursion over one row, a round for each item.
 *
 *     first:  0, start, size(list)      the index of the next item, the accumulator, the size
 *     then:   index + 1, step, size     while index < size, x being list[index]
 *
 * The row whose index is the size holds the result. Without a list no row does.
 */
#include "query/plan/planner.h"

enum { COLUMN_INDEX, COLUMN_ACCUMULATOR, COLUMN_SIZE, COLUMN_COUNT };

struct rounds {
	struct planner *p;
	const struct plan_reduce *reduce;
	struct type type; /* of the accumulator */
	struct plan_recursion plan;
	struct cte_recursion columns;
};

static const struct bound *number(struct rounds *r, int64_t i)
{
	return bound_constant(&r->p->b, value_int(i), type_make(TYPE_INT64), r->reduce->expr->at);
}

static const struct bound *column(struct rounds *r, const struct answer *answer, int i)
{
	return binder_slot_ref(&r->p->b, answer->columns[i].slot, r->reduce->expr->at);
}

/* How the index relates to the size of the list. */
static enum sqlstate filter_index(
	struct rounds *r, enum ast_op op, const struct answer *answer, struct error *e)
{
	const struct bound *test;

	TRY(bind_comparison(&r->p->b, op, column(r, answer, COLUMN_INDEX),
		column(r, answer, COLUMN_SIZE), r->reduce->expr->at, &test, e));
	planner_filter(r->p, &test, 1);
	return OK;
}

static void end_branch(
	struct rounds *r, int branch, const struct bound *const columns[COLUMN_COUNT])
{
	static const struct str names[COLUMN_COUNT];

	r->plan.slots[branch] = ARENA_ARRAY(r->p->arena, uint32_t, COLUMN_COUNT);
	planner_project_all(r->p, columns, names, COLUMN_COUNT, r->plan.slots[branch]);
	r->plan.branches[branch] = r->p->s.top;
}

static enum sqlstate plan_first(struct rounds *r, struct error *e)
{
	struct planner *p = r->p;
	uint32_t at = r->reduce->expr->at;
	const struct bound *start = binder_slot_ref(&p->b, r->reduce->start_slot, at);
	const struct bound *list = binder_slot_ref(&p->b, r->reduce->list_slot, at);
	const struct bound *columns[COLUMN_COUNT] = { number(r, 0),
		bound_cast(&p->b, start, r->type) };
	struct answer *answer = &r->columns.answer;

	plan_branch_begin(p, &r->plan.start);
	TRY(binder_function(&p->b, STR("size"), &list, 1, at, &columns[COLUMN_SIZE], e));
	end_branch(r, 0, columns);
	answer->has_columns = true;
	answer->count = COLUMN_COUNT;
	answer->columns = ARENA_ARRAY(p->arena, struct answer_column, COLUMN_COUNT);
	for (int i = 0; i < COLUMN_COUNT; i++)
		answer->columns[i].slot = r->plan.slots[0][i];
	return OK;
}

static void declare(struct rounds *r, const struct ast_name *name, uint32_t slot)
{
	struct variable *v = scope_find_here(r->p->b.scope, name->text);

	if (v == NULL)
		v = scope_add(r->p->b.scope, name->text);
	v->type = r->p->b.slots[slot].type;
	v->slot = slot;
	v->at = name->at;
}

/* The item that the index says, as the variable of reduce. */
static enum sqlstate declare_item(struct rounds *r, const struct bound *index, struct error *e)
{
	struct planner *p = r->p;
	const struct ast_expr *x = r->reduce->expr;
	const struct bound *args[2] = { binder_slot_ref(&p->b, r->reduce->list_slot, x->at),
		index };
	const struct bound *item;
	uint32_t slot;

	TRY(binder_function(&p->b, STR("subscript"), args, 2, x->at, &item, e));
	slot = planner_project(p, item, (struct str){ 0 });
	p->b.slots[slot].label = p->b.slots[r->reduce->list_slot].label;
	declare(r, &x->reduce->variable, slot);
	return OK;
}

/* A round. *found is the type that its step has. */
static enum sqlstate plan_round(struct rounds *r, struct type *found, struct error *e)
{
	struct planner *p = r->p;
	const struct ast_expr *x = r->reduce->expr;
	const struct bound *columns[COLUMN_COUNT];
	const struct bound *sum[2];
	struct scope *outer = p->b.scope;
	struct answer before;

	plan_branch_begin(p, &r->plan.start);
	plan_recursion_read(p, &r->columns, &before);
	TRY(filter_index(r, OP_LT, &before, e));
	p->b.scope = scope_new(p->arena, outer);
	declare(r, &x->reduce->accumulator, before.columns[COLUMN_ACCUMULATOR].slot);
	columns[COLUMN_SIZE] = column(r, &before, COLUMN_SIZE);
	sum[0] = column(r, &before, COLUMN_INDEX);
	TRY(declare_item(r, sum[0], e));
	sum[1] = number(r, 1);
	TRY(binder_function(&p->b, STR("+"), sum, 2, x->at, &columns[COLUMN_INDEX], e));
	TRY(bind_expr(&p->b, x->reduce->step, &columns[COLUMN_ACCUMULATOR], e));
	p->b.scope = outer;
	*found = columns[COLUMN_ACCUMULATOR]->type;
	if (r->type.kind != TYPE_NULL)
		TRY(binder_coerce(&p->b, &columns[COLUMN_ACCUMULATOR],
			type_unify(r->type, *found), "step of reduce", e));
	end_branch(r, 1, columns);
	return OK;
}

/* The accumulator has one type from start to end: as bind_reduce() finds it. */
static enum sqlstate plan_rounds(struct rounds *r, struct error *e)
{
	struct type found;

	r->type = r->p->b.slots[r->reduce->start_slot].type;
	for (int round = 0;; round++) {
		TRY(plan_first(r, e));
		TRY(plan_round(r, &found, e));
		if (type_equal(type_unify(r->type, found), r->type))
			return OK;
		r->type = round == 0 ? type_unify(r->type, found) : type_make(TYPE_ANY);
	}
}

enum sqlstate plan_reduce(
	struct planner *p, const struct plan_reduce *reduce, uint32_t *slot, struct error *e)
{
	struct rounds r = { .p = p,
		.reduce = reduce,
		.plan.start = p->s,
		.columns.number = p->b.slot_count };
	struct answer answer;

	TRY(plan_rounds(&r, e));
	plan_recursion_push(p, &r.plan, SET_OP_UNION_ALL, &r.columns, &answer);
	TRY(filter_index(&r, OP_EQ, &answer, e));
	*slot = answer.columns[COLUMN_ACCUMULATOR].slot;
	return OK;
}
