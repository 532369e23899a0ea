/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Projections: RETURN, WITH, SELECT and a lone ORDER BY / OFFSET / LIMIT. In this order:
 *
 *	plain      items -> [DISTINCT] -> [ORDER BY] -> [OFFSET LIMIT]
 *	top-N      ORDER BY -> LIMIT -> items          nothing is computed for rows that are cut
 *	grouped    keys, arguments -> AGGREGATE -> [HAVING] -> items -> [DISTINCT] -> ...
 *
 * ORDER BY sees the new names first, then (plain only) the old ones; with DISTINCT and with
 * aggregates it may use what is projected, keys and aggregates.
 */
#include "query/plan/projection.h"

#include <stdlib.h>

#include "query/plan/plan_index.h"

/* ---- columns --------------------------------------------------------------------------------- */

/* Names of functions and types in lower case, however they are written. */
static struct str folded(struct arena *a, struct str name)
{
	char *to = arena_alloc_raw(a, (size_t)name.length + 1);

	for (uint32_t i = 0; i < name.length; i++)
		to[i] = (char)(name.at[i] >= 'A' && name.at[i] <= 'Z' ? name.at[i] | 0x20
								      : name.at[i]);
	return (struct str){ to, name.length };
}

/* Forms of syntax that became calls go by PostgreSQL's name, operators by none. */
static struct str function_column_name(struct str name)
{
	if (str_equal(name, STR("trim")))
		return STR("btrim");
	if (str_equal(name, STR("similar_to")) || str_equal(name, STR("like_escape")) ||
		(name.length > 0 && strchr("-@<>#?&|~", name.at[0]) != NULL))
		return STR("?column?");
	return name;
}

/* A type without its schema, as it stands in pg_type. */
static struct str type_column_name(const struct ast_type *t)
{
	static const struct {
		const char *written, *name;
	} names[] = { { "int", "int4" }, { "integer", "int4" }, { "bigint", "int8" },
		{ "smallint", "int2" }, { "boolean", "bool" }, { "real", "float4" },
		{ "double", "float8" }, { "decimal", "numeric" }, { "char", "bpchar" },
		{ "character", "bpchar" }, { "nchar", "bpchar" }, { "dec", "numeric" },
		{ "string", "text" } };

	while (t->kind == AST_TYPE_LIST && t->element != NULL)
		t = t->element;
	if (str_equal_nocase(t->name, STR("float")))
		return t->kind == AST_TYPE_FLOAT32 ? STR("float4") : STR("float8");
	if (str_equal_nocase(t->name, STR("time")) && t->kind == AST_TYPE_TIMETZ)
		return STR("timetz");
	if (str_equal_nocase(t->name, STR("timestamp")) && t->kind == AST_TYPE_TIMESTAMPTZ)
		return STR("timestamptz");
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (str_equal_nocase(t->name, str_of(names[i].written)))
			return str_of(names[i].name);
	}
	return t->name;
}

/* Has a name that holds also inside of casts and CASE. */
static bool select_names_itself(const struct ast_expr *x)
{
	switch (x->kind) {
	case EXPR_PROPERTY:
	case EXPR_VARIABLE:
	case EXPR_LIST:
		return true;
	case EXPR_FUNCTION:
		return !str_equal(function_column_name(x->function->name.name), STR("?column?"));
	case EXPR_INDEX:
		return select_names_itself(x->index.base);
	case EXPR_CAST:
		return select_names_itself(x->typed.operand);
	default:
		return false;
	}
}

static struct str select_column_name(struct arena *a, const struct ast_expr *x);

/* ( SELECT .. ) is called what its column is; ARRAY ( .. ) is an array. */
static struct str subquery_column_name(struct arena *a, const struct ast_expr *x)
{
	const struct ast_program *program = x->subquery.program;
	const struct ast_clause *c;

	if (x->subquery.kind == SUBQUERY_COLLECT)
		return STR("array");
	if (program == NULL || program->queries[0].operands == NULL)
		return STR("?column?");
	c = &program->queries[0].operands[0].clauses[0];
	if (c->kind == CLAUSE_VALUES)
		return STR("column1");
	if (c->kind != CLAUSE_SELECT || c->select.projection->item_count == 0)
		return STR("?column?");
	if (c->select.projection->items[0].alias.text.length > 0)
		return c->select.projection->items[0].alias.text;
	return select_column_name(a, c->select.projection->items[0].expr);
}

/* As PostgreSQL names the columns of a SELECT without AS. */
static struct str select_column_name(struct arena *a, const struct ast_expr *x)
{
	switch (x->kind) {
	case EXPR_VARIABLE:
		return x->variable.name;
	case EXPR_PROPERTY:
		return x->property.key.text;
	case EXPR_FUNCTION:
		if (str_equal(x->function->name.name, STR("array_slice")))
			return select_column_name(a, x->function->args[0]);
		return folded(a, function_column_name(x->function->name.name));
	case EXPR_INDEX:
		return select_column_name(a, x->index.base);
	case EXPR_LIST:
		return STR("array");
	case EXPR_CAST:
		if (select_names_itself(x->typed.operand))
			return select_column_name(a, x->typed.operand);
		return folded(a, type_column_name(x->typed.type));
	case EXPR_CASE:
		if (x->conditional.otherwise != NULL &&
			select_names_itself(x->conditional.otherwise))
			return select_column_name(a, x->conditional.otherwise);
		return STR("case");
	case EXPR_EXISTS:
		return STR("exists");
	case EXPR_SUBQUERY:
		return subquery_column_name(a, x);
	default:
		return STR("?column?");
	}
}

/* A column that was found in lower case goes by the name it has, not by the one written. */
static struct str column_own_name(
	const struct binder *b, const struct ast_expr *x, struct str written)
{
	const struct variable *table, *v = NULL;

	if (x->kind == EXPR_VARIABLE && x->variable.quote == 0) {
		v = scope_find_folded(b->scope, x->variable.name);
		if (v == NULL) /* a word that is a function: CURRENT_USER */
			return folded(b->arena, written);
	} else if (x->kind == EXPR_PROPERTY &&
		   x->property.key.length == x->property.key.text.length) {
		table = binder_table(b, x->property.base);
		if (table != NULL)
			v = scope_find_here_folded(table->columns, x->property.key.text);
	}
	return v == NULL ? written : v->name;
}

static enum sqlstate projection_name(struct projection *j, const struct ast_item *item,
	struct answer_column *column, struct error *e)
{
	column->at = item->expr->at;
	column->name = item->source;
	if (item->alias.text.length > 0 && j->kind == CLAUSE_SELECT &&
		binder_is_relational(&j->p->b))
		column->name = plan_from_alias(j->p, &item->alias);
	else if (item->alias.text.length > 0)
		column->name = item->alias.text;
	else if (item->expr->kind == EXPR_VARIABLE)
		column->name = item->expr->variable.name;
	else if (j->kind == CLAUSE_SELECT)
		column->name = select_column_name(j->p->arena, item->expr);
	else if (j->kind == CLAUSE_WITH)
		return FAIL_AT(e, item->expr->at, E_SYNTAX,
			"an expression in WITH needs a name: write AS and an alias");
	if (item->alias.text.length == 0 && j->kind == CLAUSE_SELECT)
		column->name = column_own_name(&j->p->b, item->expr, column->name);
	return OK;
}

static int compare_columns(const void *a, const void *b)
{
	const struct answer_column *const *x = a;
	const struct answer_column *const *y = b;
	int order = str_compare((*x)->name, (*y)->name);

	return order != 0 ? order : (*x < *y ? -1 : *x > *y);
}

/* SQL allows columns of one name; graph clauses make variables of them and do not. */
static enum sqlstate projection_distinct_names(struct projection *j, struct error *e)
{
	const struct answer_column **sorted =
		ARENA_ARRAY(j->p->arena, const struct answer_column *, j->count);

	if (j->kind == CLAUSE_SELECT)
		return OK;
	for (uint32_t i = 0; i < j->count; i++)
		sorted[i] = &j->columns[i];
	qsort(sorted, j->count, sizeof *sorted, compare_columns);
	for (uint32_t i = 1; i < j->count; i++) {
		if (!str_equal(sorted[i]->name, sorted[i - 1]->name))
			continue;
		FAIL_AT(e, sorted[i]->at, E_DUPLICATE_COLUMN, "column \"%.*s\" appears twice",
			STR_ARGS(sorted[i]->name));
		error_hint(e, "Give one of them another name with AS.");
		return e->code;
	}
	return OK;
}

static void projection_add_columns(
	struct projection *j, const struct scope_column *columns, uint32_t count, uint32_t at)
{
	for (uint32_t i = 0; i < count; i++) {
		j->columns[j->count] = (struct answer_column){ .name = columns[i].name, .at = at };
		j->bounds[j->count++] = columns[i].value;
	}
}

static void projection_add_star(struct projection *j)
{
	const struct scope *scope = j->p->b.scope;

	if (scope->columns != NULL) {
		projection_add_columns(j, scope->columns, scope->column_count, j->ast->star_at);
		return;
	}
	for (uint32_t i = 0; i < scope->count; i++) {
		const struct variable *v = &scope->variables[i];

		if (v->kind != VARIABLE_SLOT || v->is_hidden)
			continue;
		j->columns[j->count] =
			(struct answer_column){ .name = v->name, .at = j->ast->star_at };
		j->bounds[j->count++] = binder_slot_ref(&j->p->b, v->slot, j->ast->star_at);
	}
}

/* t.*: all columns of one relation. */
static enum sqlstate projection_table(
	struct projection *j, const struct ast_expr *x, const struct scope **out, struct error *e)
{
	const struct variable *table;

	*out = j->p->b.scope;
	if (x->property.base == NULL && (*out)->columns != NULL)
		return OK;
	if (x->property.base == NULL)
		return FAIL_AT(e, x->at, E_SYNTAX, "\"*\" here needs relations in FROM");
	table = binder_table(&j->p->b, x->property.base);
	if (table == NULL)
		return bind_unknown_table(&j->p->b,
			x->property.base->kind == EXPR_VARIABLE
				? x->property.base->variable.name
				: x->property.base->property.key.text,
			x->at, e);
	*out = table->columns;
	return OK;
}

static enum sqlstate projection_room(struct projection *j, uint32_t *room, struct error *e)
{
	const struct scope *scope = j->p->b.scope;

	*room = j->ast->item_count;
	if (j->ast->is_all)
		*room += MAX_OF(scope->count, scope->column_count);
	for (uint32_t i = 0; i < j->ast->item_count; i++) {
		if (j->ast->items[i].expr->kind != EXPR_ALL_COLUMNS)
			continue;
		TRY(projection_table(j, j->ast->items[i].expr, &scope, e));
		*room += scope->column_count;
	}
	return OK;
}

/* One without columns, whose rows `*` answers all the same. */
static bool scope_has_table(const struct scope *s)
{
	for (uint32_t i = 0; i < s->count; i++) {
		if (s->variables[i].columns != NULL)
			return true;
	}
	return false;
}

static enum sqlstate projection_columns(struct projection *j, struct error *e)
{
	struct arena *a = j->p->arena;
	const struct scope *table = NULL;
	uint32_t room;

	TRY(projection_room(j, &room, e));
	j->columns = ARENA_ARRAY(a, struct answer_column, room + 1);
	j->exprs = ARENA_ARRAY(a, const struct ast_expr *, room + 1);
	j->bounds = ARENA_ARRAY(a, const struct bound *, room + 1);
	if (j->ast->is_all) {
		projection_add_star(j);
		if (j->count == 0 && j->kind != CLAUSE_WITH && !scope_has_table(j->p->b.scope))
			return FAIL_AT(e, j->ast->star_at, E_SYNTAX,
				"\"*\" needs at least one variable in scope");
	}
	for (uint32_t i = 0; i < j->ast->item_count; i++) {
		const struct ast_expr *x = j->ast->items[i].expr;

		if (x->kind == EXPR_ALL_COLUMNS) {
			TRY(projection_table(j, x, &table, e));
			projection_add_columns(j, table->columns, table->column_count, x->at);
			continue;
		}
		TRY(projection_name(j, &j->ast->items[i], &j->columns[j->count], e));
		j->exprs[j->count++] = x;
	}
	return projection_distinct_names(j, e);
}

static enum sqlstate projection_items(struct projection *j, struct error *e)
{
	struct binder *b = &j->p->b;
	struct set_calls *outer = b->set_calls;

	b->set_calls = &j->set_calls;
	for (uint32_t i = 0; i < j->count; i++) {
		if (j->bounds[i] != NULL && j->exprs[i] == NULL && j->ast->has_group_by)
			TRY(plan_grouping_star(j, i, e));
		if (j->bounds[i] == NULL)
			TRY(bind_expr(b, j->exprs[i], &j->bounds[i], e));
	}
	b->set_calls = outer;
	if (j->ast->having == NULL)
		return OK;
	b->windowing = NULL;
	TRY(bind_condition(b, j->ast->having, "HAVING", &j->having, e));
	b->windowing = &j->windowing;
	return OK;
}

/* ---- ORDER BY, OFFSET, LIMIT ----------------------------------------------------------------- */

/* New names before old ones. */
static struct scope *projection_order_scope(struct projection *j)
{
	struct scope *scope = scope_new(j->p->arena, j->p->b.scope);

	for (uint32_t i = 0; i < j->count; i++) {
		struct variable *v;

		if (scope_find_here(scope, j->columns[i].name) != NULL)
			continue;
		v = scope_add(scope, j->columns[i].name);
		v->kind = j->bounds[i]->kind == BOUND_SLOT ? VARIABLE_SLOT : VARIABLE_EXPR;
		v->slot = j->bounds[i]->index;
		v->expr = j->bounds[i];
		v->type = j->bounds[i]->type;
		v->is_column = true;
		v->is_relational = j->kind == CLAUSE_SELECT;
	}
	return scope;
}

/* What ORDER BY names in SQL: a column by its place, else one by its name alone; inside of an
   expression names are those of FROM. */
static enum sqlstate order_by_expr(struct projection *j, struct scope *named,
	const struct ast_expr *x, const struct bound **out, struct error *e)
{
	struct binder *b = &j->p->b;
	struct scope *scope = b->scope;
	uint32_t place;

	TRY(plan_grouping_place(j, x, "ORDER BY", &place, e));
	if (place < j->count) {
		*out = j->bounds[place];
		return OK;
	}
	if (j->kind != CLAUSE_SELECT || scope->columns == NULL || x->kind == EXPR_VARIABLE)
		b->scope = named;
	TRY(bind_expr(b, x, out, e));
	b->scope = scope;
	return OK;
}

enum sqlstate plan_projection_sort_exprs(struct projection *j, struct ast_expr *const *exprs,
	uint32_t count, const struct bound **out, struct error *e)
{
	struct scope *named = projection_order_scope(j);

	for (uint32_t i = 0; i < count; i++) {
		TRY(order_by_expr(j, named, exprs[i], &out[i], e));
		if (bound_is_untyped(out[i]))
			TRY(binder_infer(&j->p->b, &out[i], type_make(TYPE_STRING), e));
	}
	return OK;
}

static enum sqlstate projection_order(struct projection *j, struct error *e)
{
	struct binder *b = &j->p->b;
	struct aggregation distinct = {
		.is_grouped = true, .is_closed = true, .is_distinct = true
	};
	uint32_t *slots = ARENA_ARRAY(j->p->arena, uint32_t, j->count);
	struct ast_expr **exprs =
		ARENA_ARRAY(j->p->arena, struct ast_expr *, j->ast->order_by_count);

	j->order_count = j->ast->order_by_count;
	j->order = ARENA_ARRAY(j->p->arena, const struct bound *, j->order_count);
	if (j->order_count == 0)
		return OK;
	b->place = "ORDER BY";
	/* RETURN DISTINCT n.name ORDER BY n.name: the columns are to ORDER BY what keys are. */
	if (j->ast->is_distinct && !j->is_grouped) {
		distinct.key_count = j->count;
		distinct.key_exprs = j->exprs;
		distinct.key_slots = slots;
		for (uint32_t i = 0; i < j->count; i++)
			slots[i] = j->columns[i].slot;
		b->aggregation = &distinct;
	}
	for (uint32_t i = 0; i < j->order_count; i++)
		exprs[i] = j->ast->order_by[i].expr;
	TRY(plan_projection_sort_exprs(j, exprs, j->order_count, j->order, e));
	if (b->aggregation == &distinct)
		b->aggregation = NULL;
	return OK;
}

static enum sqlstate projection_count(struct planner *p, struct ast_expr *x, bool is_limit,
	const struct bound **out, struct error *e)
{
	struct scope *scope = p->b.scope;

	*out = NULL;
	if (x == NULL)
		return OK;
	p->b.scope = scope_new(p->arena, NULL);
	TRY(bind_expr(&p->b, x, out, e));
	p->b.scope = scope;
	if (!p->b.is_sql && bound_is_constant(*out) && (*out)->value.type == VALUE_INT &&
		(*out)->value.integer < 0)
		return FAIL_AT(e, x->at, is_limit ? E_LIMIT_VALUE : E_OFFSET_VALUE,
			"%s must not be negative", is_limit ? "LIMIT" : "OFFSET");
	return binder_coerce(&p->b, out, type_make(TYPE_INT64),
		is_limit ? "argument of LIMIT" : "argument of OFFSET", e);
}

void plan_projection_push_sort(struct planner *p, const struct ast_sort *ast, const uint32_t *slots,
	uint32_t count, const struct bound *limit, const struct bound *offset)
{
	struct plan_sort_key *keys = ARENA_ARRAY(p->arena, struct plan_sort_key, count);
	struct plan_node *node;
	double rows = p->s.top->rows;

	for (uint32_t i = 0; i < count; i++)
		keys[i] = (struct plan_sort_key){ .slot = slots[i],
			.is_descending = ast[i].is_descending,
			.is_nulls_first =
				ast[i].has_nulls ? ast[i].is_nulls_first : ast[i].is_descending };
	p->s.is_per_row = true;
	if (limit != NULL && plan_index_order(p, keys, count))
		return;
	node = planner_push(p, PLAN_SORT, rows, rows * 2);
	node->sort.count = count;
	node->sort.keys = keys;
	node->sort.top_limit = limit;
	node->sort.top_offset = limit == NULL ? NULL : offset;
}

/* Sort keys that are columns anyway share their slots. */
static void projection_sort(struct projection *j)
{
	struct str *names = ARENA_ARRAY(j->p->arena, struct str, j->order_count);
	bool is_plain = plan_first_rows_are_plain(j);

	if (j->order_count == 0)
		return;
	j->order_slots = ARENA_ARRAY(j->p->arena, uint32_t, j->order_count);
	planner_project_all(j->p, j->order, names, j->order_count, j->order_slots);
	plan_projection_push_sort(j->p, j->ast->order_by, j->order_slots, j->order_count,
		is_plain ? j->limit : NULL, j->offset);
}

/* ---- the three forms ------------------------------------------------------------------------- */

/* Set-returning functions of the items: rows for the items of their lists. */
static void projection_sets(struct projection *j)
{
	struct planner *p = j->p;
	struct set_calls *calls = &j->set_calls;
	struct plan_node *node;

	if (calls->count == 0)
		return;
	for (uint32_t i = 0; i < calls->count; i++)
		calls->lists[i] = planner_attach(p, calls->lists[i]);
	node = planner_push(p, PLAN_PROJECT_SET, p->s.top->rows * 10, p->s.top->rows * 10);
	node->project_set.count = calls->count;
	node->project_set.lists = calls->lists;
	node->project_set.slots = calls->slots;
	p->s.is_single = false;
}

static void projection_project(struct projection *j)
{
	struct planner *p = j->p;
	struct str *names = ARENA_ARRAY(p->arena, struct str, j->count);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, j->count);

	projection_sets(j);
	for (uint32_t i = 0; i < j->count; i++)
		names[i] = j->columns[i].name;
	planner_project_all(p, j->bounds, names, j->count, slots);
	for (uint32_t i = 0; i < j->count; i++) {
		const struct bound_label *label = bound_labels_of(&p->b, j->bounds[i]);

		j->columns[i].slot = slots[i];
		if (p->b.slots[slots[i]].label == NULL)
			p->b.slots[slots[i]].label = label;
		/* From here on it is a slot, also where ORDER BY names it. */
		j->bounds[i] = binder_slot_ref(&p->b, slots[i], j->columns[i].at);
	}
}

static bool slots_have(const uint32_t *slots, uint32_t count, uint32_t slot)
{
	for (uint32_t i = 0; i < count; i++) {
		if (slots[i] == slot)
			return true;
	}
	return false;
}

static void projection_distinct(struct projection *j)
{
	struct planner *p = j->p;
	uint32_t *slots;
	uint32_t count = 0;
	struct plan_node *node;

	if (!j->ast->is_distinct)
		return;
	slots = ARENA_ARRAY(p->arena, uint32_t, j->count);
	for (uint32_t i = 0; i < j->count; i++) {
		if (!slots_have(slots, count, j->columns[i].slot))
			slots[count++] = j->columns[i].slot;
	}
	node = planner_push(p, PLAN_DISTINCT, p->s.top->rows * 0.5, p->s.top->rows);
	node->distinct.count = count;
	node->distinct.slots = slots;
	p->s.is_per_row = true;
}

static bool projection_is_top(const struct projection *j)
{
	if (j->limit == NULL || j->order_count == 0 || j->ast->is_distinct ||
		j->ast->distinct_on_count > 0 || !plan_first_rows_are_plain(j) ||
		j->set_calls.count > 0 || j->windowing.count > 0)
		return false;
	for (uint32_t i = 0; i < j->count; i++) {
		if (j->bounds[i]->is_volatile)
			return false;
	}
	return true;
}

/* Sorts, and cuts what ORDER BY puts behind. */
static enum sqlstate projection_finish(struct projection *j, struct error *e)
{
	if (j->ast->distinct_on_count > 0) {
		TRY(plan_first_of_each(j, e));
	} else {
		projection_sort(j);
	}
	plan_first_rows(j);
	return OK;
}

static enum sqlstate projection_plain(struct projection *j, struct error *e)
{
	if (!j->ast->is_distinct)
		TRY(projection_order(j, e));
	TRY(plan_first_bind(j, e));
	plan_windows(j->p, &j->windowing);
	if (projection_is_top(j)) {
		projection_sort(j);
		plan_first_rows(j);
		projection_project(j);
		return OK;
	}
	/* ORDER BY was bound to the items' expressions: those it names must not be
	   evaluated twice. */
	if (!j->ast->is_distinct && j->order_count > 0) {
		const struct bound **items =
			ARENA_ARRAY(j->p->arena, const struct bound *, j->count);

		memcpy(items, j->bounds, j->count * sizeof *items);
		projection_project(j);
		for (uint32_t i = 0; i < j->order_count; i++) {
			for (uint32_t k = 0; k < j->count; k++) {
				if (j->order[i] == items[k])
					j->order[i] = j->bounds[k];
			}
		}
	} else {
		projection_project(j);
	}
	projection_distinct(j);
	if (j->ast->is_distinct)
		TRY(projection_order(j, e));
	return projection_finish(j, e);
}

static enum sqlstate projection_grouped(struct projection *j, struct error *e)
{
	struct binder *b = &j->p->b;
	struct aggregation *outer = b->aggregation;

	b->aggregation = NULL;
	b->windowing = NULL;
	j->aggregation.row_slot_end = b->slot_count;
	j->aggregation.outer_slot_end = planner_outer_slot_end(j->p);
	j->aggregation.around = b->around;
	TRY(plan_grouping_keys(j, e));
	b->windowing = &j->windowing;
	j->aggregation.is_grouped = true;
	b->aggregation = &j->aggregation;
	TRY(projection_items(j, e));
	TRY(projection_order(j, e));
	TRY(plan_first_bind(j, e));
	b->aggregation = outer;
	plan_grouping_aggregate(j);
	if (j->having != NULL)
		planner_filter(j->p, &j->having, 1);
	plan_windows(j->p, &j->windowing);
	projection_project(j);
	projection_distinct(j);
	return projection_finish(j, e);
}

static enum sqlstate projection_where(struct projection *j, struct error *e)
{
	const struct bound *where;

	if (j->ast->where == NULL)
		return OK;
	j->p->b.place = "WHERE";
	TRY(bind_condition(&j->p->b, j->ast->where, "WHERE", &where, e));
	planner_filter(j->p, &where, 1);
	return OK;
}

/* WITH .. WHERE comes after the projection but may, as ORDER BY, still use the old names where rows
   are not regrouped, and grouping keys or DISTINCT's expressions as written where they are. */
static enum sqlstate projection_with_where(struct projection *j, struct error *e)
{
	struct binder *b = &j->p->b;
	struct scope *scope = b->scope;
	struct aggregation *outer = b->aggregation;
	struct aggregation columns = { .is_grouped = true, .is_closed = true };
	uint32_t *slots = ARENA_ARRAY(j->p->arena, uint32_t, j->count);

	for (uint32_t i = 0; i < j->count; i++)
		slots[i] = j->columns[i].slot;
	columns.key_count = j->count;
	columns.key_exprs = j->exprs;
	columns.key_slots = slots;
	columns.outer_slot_end = j->aggregation.outer_slot_end;
	columns.around = b->around;
	b->scope = projection_order_scope(j);
	if (j->is_grouped || j->ast->is_distinct)
		b->aggregation = &columns;
	TRY(projection_where(j, e));
	b->aggregation = outer;
	b->scope = scope;
	return OK;
}

enum sqlstate plan_scope_of(
	struct planner *p, const struct answer *answer, struct scope *parent, struct error *e)
{
	struct scope *scope = scope_new(p->arena, parent);

	for (uint32_t i = 0; i < answer->count; i++) {
		const struct answer_column *column = &answer->columns[i];
		struct variable *v;

		if (scope_find_here(scope, column->name) != NULL)
			return FAIL_AT(e, column->at, E_DUPLICATE_COLUMN,
				"column \"%.*s\" appears twice", STR_ARGS(column->name));
		v = scope_add(scope, column->name);
		v->slot = column->slot;
		v->type = p->b.slots[column->slot].type;
		v->at = column->at;
	}
	p->b.scope = scope;
	return OK;
}

enum sqlstate plan_projection(struct planner *p, const struct ast_projection *projection,
	enum ast_clause_kind kind, struct answer *out, struct error *e)
{
	struct projection *j = ARENA_NEW(p->arena, struct projection);
	struct windowing *windowing = p->b.windowing;
	const struct ast_projection *select = p->b.select;

	p->b.select = projection;
	*j = (struct projection){ .p = p, .ast = projection, .kind = kind };
	p->b.windowing = NULL;
	if (kind == CLAUSE_SELECT)
		TRY(projection_where(j, e));
	TRY(projection_columns(j, e));
	TRY(projection_count(p, projection->offset, false, &j->offset, e));
	TRY(projection_count(p, projection->limit, true, &j->limit, e));
	j->is_grouped = plan_grouping_is_needed(j);
	p->b.place = "this place";
	p->b.windowing = &j->windowing;
	if (j->is_grouped) {
		TRY(projection_grouped(j, e));
	} else {
		TRY(projection_items(j, e));
		TRY(projection_plain(j, e));
	}
	p->b.windowing = windowing;
	p->b.select = select;
	*out = (struct answer){ .has_columns = true, .count = j->count, .columns = j->columns };
	if (kind != CLAUSE_WITH)
		return OK;
	TRY(projection_with_where(j, e));
	return plan_scope_of(p, out, p->b.scope->parent, e);
}

/* ORDER BY / OFFSET / LIMIT of its own: the rows and variables stay. */
enum sqlstate plan_page(struct planner *p, const struct ast_projection *page, struct error *e)
{
	struct projection *j = ARENA_NEW(p->arena, struct projection);

	*j = (struct projection){ .p = p, .ast = page, .kind = CLAUSE_PAGE };
	p->b.place = "ORDER BY";
	TRY(projection_count(p, page->offset, false, &j->offset, e));
	TRY(projection_count(p, page->limit, true, &j->limit, e));
	TRY(projection_order(j, e));
	projection_sort(j);
	plan_first_rows(j);
	return OK;
}
