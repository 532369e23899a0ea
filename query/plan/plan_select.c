/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * SELECT and VALUES: constant ones, FROM graph MATCH .., FROM { query }, and
 * one or more GRAPH_TABLEs.
 * General SQL over relations is not done here.
 */
#include "query/plan/plan_table.h"
#include "query/sql/relation.h"

/* ---- FROM ------------------------------------------------------------------------------------ */

static enum sqlstate from_match(struct planner *p, const struct ast_from *f, struct error *e)
{
	TRY(plan_graph_name(p, &f->graph, e));
	for (uint32_t i = 0; i < f->match_count; i++) {
		struct answer none;

		TRY(plan_clause(p, &f->matches[i], &none, e));
	}
	return OK;
}

/* The relation's columns: hidden variables of their own names, and its alias before a dot. */
static enum sqlstate from_columns(struct planner *p, const struct ast_from *f,
	const struct answer *answer, struct scope *scope, struct error *e)
{
	struct scope *columns = scope_new(p->arena, NULL);
	struct variable *table;

	for (uint32_t i = 0; i < answer->count; i++) {
		struct str name = answer->columns[i].name;
		struct variable v = { .type = p->b.slots[answer->columns[i].slot].type,
			.slot = answer->columns[i].slot };

		if (i < f->column_alias_count)
			name = f->column_aliases[i].text;
		v.name = name;
		if (scope_find_here(columns, name) != NULL)
			return FAIL_AT(e, answer->columns[i].at, E_DUPLICATE_COLUMN,
				"column \"%.*s\" appears twice", STR_ARGS(name));
		*scope_add(columns, name) = v;
		if (scope_find_here(scope, name) == NULL)
			*scope_add(scope, name) = v;
	}
	if (f->alias.text.length == 0)
		return OK;
	if (scope_find_here(scope, f->alias.text) != NULL)
		return OK;
	table = scope_add(scope, f->alias.text);
	table->kind = VARIABLE_TABLE;
	table->is_hidden = true;
	table->columns = columns;
	return OK;
}

static enum sqlstate from_graph_table(struct planner *p, const struct ast_from *f, struct error *e)
{
	struct match_options options = { .is_repeatable = true };
	struct scope *scope = p->b.scope;
	struct ast_projection columns = { .items = f->columns, .item_count = f->column_count };
	struct answer answer;

	TRY(plan_graph_name(p, &f->graph, e));
	p->b.scope = scope_new(p->arena, NULL);
	TRY(plan_pattern(p, f->pattern, &options, e));
	for (uint32_t i = 0; i < f->column_count; i++) {
		if (ast_has_aggregate(f->columns[i].expr))
			return FAIL_AT(e, f->columns[i].expr->at, E_GROUPING,
				"aggregate functions are not allowed in COLUMNS");
	}
	TRY(plan_projection(p, &columns, CLAUSE_SELECT, &answer, e));
	p->b.scope = scope;
	return from_columns(p, f, &answer, scope, e);
}

static enum sqlstate from_query(struct planner *p, const struct ast_from *f, struct error *e)
{
	struct scope *scope = p->b.scope;
	struct answer answer;

	if (f->graph.name.length > 0)
		TRY(plan_graph_name(p, &f->graph, e));
	p->b.scope = scope_new(p->arena, NULL);
	TRY(plan_program(p, f->program, &answer, e));
	p->b.scope = scope;
	if (!answer.has_columns)
		return FAIL_AT(e, f->at, E_SYNTAX, "the query in FROM must return columns");
	return from_columns(p, f, &answer, scope, e);
}

/* A label's rows, by the name the label or its alias has. */
static enum sqlstate from_label(struct planner *p, const struct ast_from *f, struct error *e)
{
	struct ast_from named = *f;
	const struct table *table;
	struct table_scan scan;

	TRY(plan_table_find(p, f->graph.qualifier, f->graph.name, f->graph.at, &table, e));
	if (named.alias.text.length == 0)
		named.alias = (struct ast_name){ .at = f->at, .text = table->name };
	plan_table_scan(p, table, f->at, &scan);
	plan_table_note_row(p, named.alias.text, scan.slot);
	return from_columns(p, &named, &scan.answer, p->b.scope, e);
}

enum sqlstate plan_from_names(struct planner *p, struct str alias, const struct answer *answer,
	struct scope *scope, struct error *e)
{
	struct ast_from named = { .alias = { .text = alias } };

	return from_columns(p, &named, answer, scope, e);
}

/* A catalog relation; one without an alias goes by its own name. */
static enum sqlstate from_relation(struct planner *p, const struct ast_from *f, struct error *e)
{
	const struct relation *relation = relation_resolve(
		p->b.options->settings, f->graph.qualifier, f->graph.name);
	struct ast_from named = *f;
	struct answer answer;

	if (relation == NULL)
		return from_label(p, f, e);
	if (named.alias.text.length == 0)
		named.alias = (struct ast_name){ .at = f->at, .text = str_of(relation->name) };
	TRY(plan_relation(p, relation, f->at, &answer, e));
	return from_columns(p, &named, &answer, p->b.scope, e);
}

static enum sqlstate select_from(struct planner *p, const struct ast_from *f, struct error *e)
{
	switch (f->kind) {
	case FROM_MATCH:
		return from_match(p, f, e);
	case FROM_QUERY:
		return from_query(p, f, e);
	case FROM_GRAPH_TABLE:
		return from_graph_table(p, f, e);
	case FROM_RELATION:
		return from_relation(p, f, e);
	}
	unreachable();
}

enum sqlstate plan_from(struct planner *p, const struct ast_clause *c, struct error *e)
{
	for (uint32_t i = 0; i < c->select.from_count; i++) {
		if (i > 0 && c->select.from[i].kind == FROM_QUERY)
			return FAIL_AT(e, c->select.from[i].at, E_NOT_SUPPORTED,
				"several queries in FROM are not supported");
		TRY(select_from(p, &c->select.from[i], e));
	}
	return OK;
}

enum sqlstate plan_select(
	struct planner *p, const struct ast_clause *c, struct answer *out, struct error *e)
{
	uint32_t first_row = p->row_count;

	TRY(plan_from(p, c, e));
	TRY(plan_projection(p, c->select.projection, CLAUSE_SELECT, out, e));
	return plan_table_lock(p, c->select.projection, first_row, e);
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
		types[i % columns] = type_unify(types[i % columns], exprs[i]->type);
	}
	for (uint32_t i = 0; i < count; i++) {
		if (types[i % columns].kind != TYPE_NULL)
			TRY(binder_coerce(
				&p->b, &exprs[i], types[i % columns], "value in VALUES", e));
		exprs[i] = planner_attach(p, exprs[i]);
	}
	return OK;
}

/* ORDER BY 2 of VALUES names a column by its place, as in SELECT. */
static struct ast_projection *values_page(
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
	node = planner_push(p, PLAN_VALUES, c->values.row_count, c->values.row_count * 0.1);
	if (node->input->kind == PLAN_ONE_ROW)
		node->input = NULL;
	else
		return FAIL_AT(e, c->at, E_NOT_SUPPORTED, "VALUES in a subquery is not supported");
	node->values.row_count = c->values.row_count;
	node->values.column_count = columns;
	node->values.exprs = exprs;
	node->values.slots = slots;
	p->s.is_single = c->values.row_count <= 1;
	*out = (struct answer){ .has_columns = true, .count = columns, .columns = named };
	if (c->values.page == NULL)
		return OK;
	TRY(plan_scope_of(p, out, NULL, e));
	return plan_page(p, values_page(p, c->values.page, out), e);
}
