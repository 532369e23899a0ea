/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * MERGE INTO: each row of the source, beside the table's rows that it matches, takes the first branch
 * whose condition holds.
 *
 *	source LEFT JOIN table -> number of the branch -> ONCE -> a FOREACH for each branch
 *
 * A FOREACH runs its plan for the rows that have its branch's number and for no other. All rows are
 * taken in, and all numbers are known, before anything is changed.
 */
#include "query/plan/plan_dml.h"

#include <string.h>

struct merging {
	struct dml *d;
	struct scope *both, *source; /* names: of WHEN MATCHED, of WHEN NOT MATCHED */
	uint32_t branch_slot;	     /* 1 …; 0: none */
};

static enum sqlstate check_reachable(struct dml *d)
{
	bool has_all[2] = { false };

	for (uint32_t i = 0; i < d->ast->when_count; i++) {
		const struct ast_merge_when *when = &d->ast->whens[i];

		if (has_all[when->is_matched])
			return FAIL(d->e, E_SYNTAX,
				"unreachable WHEN clause specified after unconditional "
				"WHEN clause");
		has_all[when->is_matched] = when->condition == NULL;
	}
	return OK;
}

/* ---- which branch ---------------------------------------------------------------------------- */

static const struct bound *number(struct planner *p, uint32_t n, uint32_t at)
{
	return bound_constant(&p->b, value_int(n), type_make(TYPE_INT64), at);
}

static enum sqlstate when_holds(
	struct merging *m, const struct ast_merge_when *when, const struct bound **out)
{
	struct dml *d = m->d;
	struct planner *p = d->p;
	const struct bound *parts[2];

	parts[0] = bound_is_null(
		&p->b, binder_slot_ref(&p->b, d->slot, when->at), when->is_matched);
	*out = parts[0];
	if (when->condition == NULL)
		return OK;
	p->b.scope = when->is_matched ? m->both : m->source;
	p->b.place = "MERGE WHEN conditions";
	TRY(bind_condition(&p->b, when->condition, "WHEN", &parts[1], d->e));
	*out = bound_combine(&p->b, BOUND_AND, parts, 2);
	return OK;
}

static enum sqlstate choose_branch(struct merging *m)
{
	struct dml *d = m->d;
	struct planner *p = d->p;
	uint32_t count = d->ast->when_count, at = d->ast->table.at;
	const struct bound **args = ARENA_ARRAY(p->arena, const struct bound *, 2 * count + 1);
	struct bound *branch = bound_new(&p->b, BOUND_CASE, type_make(TYPE_INT64), at);

	for (uint32_t i = 0; i < count; i++) {
		const struct ast_merge_when *when = &d->ast->whens[i];

		TRY(when_holds(m, when, &args[2 * i]));
		args[2 * i + 1] = number(p, when->action == WHEN_NOTHING ? 0 : i + 1, when->at);
	}
	args[2 * count] = number(p, 0, at);
	branch->args = args;
	branch->arg_count = 2 * count + 1;
	m->branch_slot = planner_project(p, branch, STR("branch"));
	return OK;
}

static enum sqlstate is_branch(struct merging *m, uint32_t i, const struct bound **out)
{
	struct planner *p = m->d->p;

	return binder_operator(&p->b, OP_EQ, binder_slot_ref(&p->b, m->branch_slot, 0),
		number(p, i + 1, 0), 0, out, m->d->e);
}

/* A row of the table may be changed once: the element, where a branch changes it. */
static enum sqlstate push_once(struct merging *m)
{
	struct dml *d = m->d;
	struct planner *p = d->p;
	struct type type = p->b.slots[d->slot].type;
	const struct bound **args =
		ARENA_ARRAY(p->arena, const struct bound *, 2 * d->ast->when_count + 1);
	struct bound *changed = bound_new(&p->b, BOUND_CASE, type, d->ast->table.at);
	struct plan_node *node;
	uint32_t count = 0, slot;

	for (uint32_t i = 0; i < d->ast->when_count; i++) {
		enum ast_when_action action = d->ast->whens[i].action;

		if (action != WHEN_UPDATE && action != WHEN_DELETE)
			continue;
		TRY(is_branch(m, i, &args[count++]));
		args[count++] = binder_slot_ref(&p->b, d->slot, 0);
	}
	if (count == 0)
		return OK;
	args[count++] = bound_constant(&p->b, value_null(), type, 0);
	changed->args = args;
	changed->arg_count = count;
	slot = planner_project(p, changed, STR("changed"));
	node = planner_push(p, PLAN_ONCE, p->s.top->rows, p->s.top->rows * 0.1);
	node->once.slot = slot;
	node->once.is_refused = true;
	return OK;
}

/* ---- what it does ---------------------------------------------------------------------------- */

static enum sqlstate push_insert(struct merging *m, struct dml *d)
{
	struct planner *p = d->p;
	struct plan_create *create = ARENA_NEW(p->arena, struct plan_create);
	struct plan_node *node;

	p->b.scope = m->source;
	p->b.place = "VALUES";
	TRY(plan_dml_values(d));
	TRY(plan_dml_create(d, create));
	node = planner_push(p, PLAN_INSERT, p->s.top->rows, p->s.top->rows);
	node->insert.count = 1;
	node->insert.creates = create;
	return OK;
}

static enum sqlstate push_update(struct merging *m, struct dml *d)
{
	struct planner *p = d->p;
	struct plan_set *items;
	struct plan_node *node;
	uint32_t count;

	p->b.scope = m->both;
	p->b.place = "UPDATE";
	TRY(plan_dml_items(d, &items, &count));
	for (uint32_t i = 0; i < count; i++)
		items[i].assignment.expr = planner_attach(p, items[i].assignment.expr);
	node = planner_push(p, PLAN_SET, p->s.top->rows, p->s.top->rows);
	node->set_items.count = count;
	node->set_items.items = items;
	return OK;
}

static void push_delete(struct dml *d)
{
	struct planner *p = d->p;
	const struct bound **doomed = ARENA_ARRAY(p->arena, const struct bound *, 1);
	struct plan_node *node = planner_push(p, PLAN_DELETE, p->s.top->rows, p->s.top->rows);

	doomed[0] = binder_slot_ref(&p->b, d->slot, d->ast->table.at);
	node->remove.count = 1;
	node->remove.exprs = doomed;
}

static enum sqlstate push_action(struct merging *m, const struct ast_merge_when *when)
{
	struct ast_dml *ast = ARENA_NEW(m->d->p->arena, struct ast_dml);
	struct dml one = *m->d;

	*ast = *when->dml;
	ast->table = m->d->ast->table;
	one.ast = ast;
	if (when->action == WHEN_INSERT)
		return push_insert(m, &one);
	if (when->action == WHEN_UPDATE)
		return push_update(m, &one);
	push_delete(&one);
	return OK;
}

/* CASE branch = i THEN [1] ELSE [] END */
static enum sqlstate turns_of(struct merging *m, uint32_t i, const struct bound **out)
{
	struct planner *p = m->d->p;
	struct type type = type_list_of(type_make(TYPE_INT64));
	struct value *item = ARENA_NEW(p->arena, struct value);
	struct value one = { .type = VALUE_LIST, .count = 1, .items = item };
	struct value none = { .type = VALUE_LIST, .items = item };
	const struct bound **args = ARENA_ARRAY(p->arena, const struct bound *, 3);
	struct bound *turns = bound_new(&p->b, BOUND_CASE, type, 0);

	*item = value_int(1);
	TRY(is_branch(m, i, &args[0]));
	args[1] = bound_constant(&p->b, one, type, 0);
	args[2] = bound_constant(&p->b, none, type, 0);
	turns->args = args;
	turns->arg_count = 3;
	*out = turns;
	return OK;
}

static enum sqlstate push_branch(struct merging *m, uint32_t i)
{
	struct dml *d = m->d;
	struct planner *p = d->p;
	const struct bound *turns;
	struct stream old;
	struct plan_node *sub, *node;
	uint32_t row_slot;

	TRY(turns_of(m, i, &turns));
	old = planner_stream_sub(p, &row_slot);
	TRY(push_action(m, &d->ast->whens[i]));
	planner_push(p, PLAN_DISCARD, 0, p->s.top->rows);
	sub = p->s.top;
	p->s = old;
	node = planner_push(p, PLAN_FOREACH, p->s.top->rows, p->s.top->rows * (1 + sub->cost));
	node->other = sub;
	node->foreach.list = turns;
	node->foreach.slot = binder_slot_new(&p->b, type_make(TYPE_INT64), (struct str){ 0 });
	node->foreach.row_slot = row_slot;
	return OK;
}

enum sqlstate plan_merge_into(struct dml *d)
{
	struct planner *p = d->p;
	struct merging m = { .d = d };
	uint32_t first_row = p->row_count;
	const struct ast_name *alias = d->ast->alias.length > 0 ? &d->ast->alias : &d->ast->table;

	TRY(check_reachable(d));
	m.both = p->b.scope = scope_new(p->arena, NULL);
	TRY(plan_from(p, d->ast->from, NULL, d->e));
	/* The table's row is the last that FROM brought in. */
	assert(p->row_count > first_row);
	d->slot = p->rows[p->row_count - 1].slot;
	p->row_count = first_row;
	m.source = plan_from_left(
		p, m.both, m.both->column_count - d->table->column_count, alias->text);
	TRY(choose_branch(&m));
	TRY(push_once(&m));
	planner_past(p);
	planner_will_write(p, TOUCH_ALL, TAG_MERGE_INTO);
	for (uint32_t i = 0; i < d->ast->when_count; i++) {
		if (d->ast->whens[i].action != WHEN_NOTHING)
			TRY(push_branch(&m, i));
	}
	planner_forget(p);
	return OK;
}
