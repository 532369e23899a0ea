/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * SELECT, whose FROM is in plan_from.c, and VALUES.
 */
#include "query/plan/plan_table.h"
#include "query/sql/relation.h"

enum sqlstate plan_select(
	struct planner *p, const struct ast_clause *c, struct answer *out, struct error *e)
{
	struct ast_projection projection = *c->select.projection;
	uint32_t first_row = p->row_count;

	if (projection.into != NULL)
		return FAIL_AT(e, projection.into->name.at, E_SYNTAX,
			"SELECT ... INTO is not allowed here");
	TRY(plan_from(p, c, projection.where, e));
	projection.where = NULL;
	TRY(plan_projection(p, &projection, CLAUSE_SELECT, out, e));
	TRY(plan_table_lock(p, &projection, first_row, e));
	/* What this query locks is no matter of the one around it. */
	p->row_count = first_row;
	return OK;
}

/* ---- ORDER BY of an answer ------------------------------------------------------------------- */

/* ORDER BY 2 names a column by its place. */
static struct ast_projection *page_named(
	struct planner *p, const struct ast_projection *page, const struct answer *answer)
{
	struct ast_projection *named = ARENA_NEW(p->arena, struct ast_projection);
	struct ast_sort *order = ARENA_ARRAY(p->arena, struct ast_sort, page->order_by_count);

	*named = *page;
	named->order_by = order;
	for (uint32_t i = 0; i < page->order_by_count; i++) {
		const struct ast_expr *x = page->order_by[i].expr;
		struct ast_expr *name;

		order[i] = page->order_by[i];
		if (x->kind != EXPR_INT || x->integer < 1 || x->integer > answer->count)
			continue;
		name = ARENA_NEW(p->arena, struct ast_expr);
		*name = (struct ast_expr){
			.kind = EXPR_VARIABLE, .at = x->at, .length = x->length
		};
		name->variable.name = answer->columns[x->integer - 1].name;
		order[i].expr = name;
	}
	return named;
}

enum sqlstate plan_answer_page(struct planner *p, const struct ast_projection *page,
	const struct answer *answer, struct error *e)
{
	struct scope *scope = p->b.scope;

	p->b.scope = scope_new(p->arena, NULL);
	for (uint32_t i = 0; i < answer->count; i++) {
		const struct answer_column *column = &answer->columns[i];
		struct variable *v = scope_find_here(p->b.scope, column->name);

		if (v == NULL)
			v = scope_add(p->b.scope, column->name);
		else
			continue;
		v->slot = column->slot;
		v->type = p->b.slots[column->slot].type;
		v->is_relational = true;
	}
	TRY(plan_page(p, page_named(p, page, answer), e));
	p->b.scope = scope;
	return OK;
}

/* ---- VALUES ---------------------------------------------------------------------------------- */

static enum sqlstate values_bind(struct planner *p, const struct ast_clause *c,
	const struct bound **exprs, struct type *types, struct error *e)
{
	uint32_t columns = c->values.column_count;
	uint32_t count = c->values.row_count * columns;

	p->b.place = "VALUES";
	for (uint32_t i = 0; i < count; i++) {
		TRY(bind_expr(&p->b, c->values.exprs[i], &exprs[i], e));
		TRY(binder_unify(&p->b, &types[i % columns], exprs[i]->type, "VALUES",
			c->values.exprs[i]->at, e));
	}
	for (uint32_t i = 0; i < count; i++) {
		if (types[i % columns].kind != TYPE_NULL)
			TRY(binder_coerce(
				&p->b, &exprs[i], types[i % columns], "value in VALUES", e));
		exprs[i] = planner_attach(p, exprs[i]);
	}
	return OK;
}

enum sqlstate plan_values(
	struct planner *p, const struct ast_clause *c, struct answer *out, struct error *e)
{
	uint32_t columns = c->values.column_count;
	const struct bound **exprs =
		ARENA_ARRAY(p->arena, const struct bound *, c->values.row_count *columns);
	struct type *types = ARENA_ARRAY(p->arena, struct type, columns);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, columns);
	struct answer_column *named = ARENA_ARRAY(p->arena, struct answer_column, columns);
	struct plan_node *node;

	TRY(values_bind(p, c, exprs, types, e));
	for (uint32_t i = 0; i < columns; i++) {
		named[i].name = arena_printf(p->arena, "column%u", i + 1);
		named[i].at = c->at;
		named[i].slot = slots[i] = binder_slot_new(&p->b, types[i], named[i].name);
	}
	node = planner_push(p, PLAN_VALUES, p->s.top->rows * c->values.row_count,
		p->s.top->rows * c->values.row_count * 0.1);
	if (node->input->kind == PLAN_ONE_ROW)
		node->input = NULL;
	node->values.row_count = c->values.row_count;
	node->values.column_count = columns;
	node->values.exprs = exprs;
	node->values.slots = slots;
	p->s.is_single = p->s.is_single && c->values.row_count <= 1;
	*out = (struct answer){ .has_columns = true, .count = columns, .columns = named };
	if (c->values.page == NULL)
		return OK;
	return plan_answer_page(p, c->values.page, out, e);
}
