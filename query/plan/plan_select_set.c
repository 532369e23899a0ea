/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Functions that answer rows in the list of SELECT: SELECT unnest(a) FROM t is planned as
 * SELECT s FROM t, LATERAL unnest(a) AS s. Of several, which PostgreSQL runs side by side, only those
 * are done that are sure to answer equally many rows: whose first argument is the same. A field of a
 * row, (f(x)).n, is a column of the function; the whole row is a map.
 */
#include "query/plan/planner.h"
#include "query/sql/relation.h"

struct set_list {
	struct planner *p;
	struct ast_clause *c; /* the copy that is changed */
	const struct ast_expr *first; /* the first such function */
	uint32_t count;
};

/* The function that answers rows in an item, and the field of it; NULL if there is none. */
static const struct ast_expr *set_function_in(const struct ast_expr *x, struct str *field)
{
	if (x->kind == EXPR_PROPERTY && x->property.base->kind == EXPR_FUNCTION) {
		*field = x->property.key.text;
		x = x->property.base;
	}
	if (x->kind != EXPR_FUNCTION || !plan_from_is_set(x->function->name.name))
		return NULL;
	return x;
}

static struct ast_expr *expr_of(
	struct planner *p, enum ast_expr_kind kind, const struct ast_expr *at)
{
	struct ast_expr *x = ARENA_NEW(p->arena, struct ast_expr);

	x->kind = kind;
	x->at = at->at;
	x->length = at->length;
	return x;
}

/* alias.column */
static struct ast_expr *column_of(
	struct set_list *l, struct str alias, struct str column, const struct ast_expr *at)
{
	struct ast_expr *x = expr_of(l->p, EXPR_PROPERTY, at);

	x->property.base = expr_of(l->p, EXPR_VARIABLE, at);
	x->property.base->variable.name = alias;
	x->property.key.text = column;
	x->property.key.at = at->at;
	return x;
}

/* A whole row as a value: a map of its columns. */
static struct ast_expr *row_of(struct set_list *l, struct str alias,
	const struct relation *relation, const struct ast_expr *at)
{
	struct ast_expr *x = expr_of(l->p, EXPR_MAP, at);

	x->map.count = relation->column_count;
	x->map.entries = ARENA_ARRAY(l->p->arena, struct ast_entry, x->map.count);
	for (uint32_t i = 0; i < x->map.count; i++) {
		struct str name = str_of(relation->columns[i].name);

		x->map.entries[i].name = (struct ast_name){ .text = name, .at = at->at };
		x->map.entries[i].value = column_of(l, alias, name, at);
	}
	return x;
}

/* Side by side: the rows of the same number. */
static void join_by_ordinal(struct set_list *l, struct str alias, const struct ast_expr *at)
{
	struct ast_projection *projection = l->c->select.projection;
	struct ast_expr *equal = expr_of(l->p, EXPR_BINARY, at), *both;

	equal->binary.op = OP_EQ;
	equal->binary.left = column_of(l, STR("?set1"), STR("ordinality"), at);
	equal->binary.right = column_of(l, alias, STR("ordinality"), at);
	if (projection->where == NULL) {
		projection->where = equal;
		return;
	}
	both = expr_of(l->p, EXPR_BINARY, at);
	both->binary.op = OP_AND;
	both->binary.left = projection->where;
	both->binary.right = equal;
	projection->where = both;
}

static bool runs_beside(const struct set_list *l, const struct ast_expr *x)
{
	const struct ast_function *one = l->first->function, *other = x->function;

	return one->arg_count > 0 && other->arg_count > 0 &&
	       binder_same_source(&l->p->b, one->args[0], other->args[0]);
}

static enum sqlstate take_item(struct set_list *l, struct ast_item *item, struct error *e)
{
	struct str field = { 0 };
	const struct ast_expr *x = set_function_in(item->expr, &field);
	const struct relation *relation;
	struct ast_from *from;
	struct str alias;

	if (x == NULL)
		return OK;
	if (l->count > 0 && !runs_beside(l, x))
		return FAIL_AT(e, x->at, E_NOT_SUPPORTED,
			"different set-returning functions in one SELECT list are not supported");
	if (l->count == 0)
		l->first = x;
	l->count++;
	alias = arena_printf(l->p->arena, "?set%u", l->count);
	relation = relation_find_function(x->function->name.name);
	from = &l->c->select.from[l->c->select.from_count++];
	*from = (struct ast_from){ .kind = FROM_FUNCTION, .at = x->at, .length = x->length };
	from->function = expr_of(l->p, EXPR_FUNCTION, x);
	*from->function = *x;
	from->is_lateral = true;
	from->has_ordinality = true;
	from->alias = (struct ast_name){ .text = alias, .at = x->at };
	if (item->alias.text.length == 0)
		item->alias.text = field.length > 0 ? field : x->function->name.name;
	if (field.length == 0 && relation != NULL && relation->column_count > 1) {
		item->expr = row_of(l, alias, relation, x);
	} else {
		if (field.length == 0)
			field = relation != NULL ? str_of(relation->columns[0].name) : alias;
		item->expr = column_of(l, alias, field, x);
	}
	if (l->count > 1)
		join_by_ordinal(l, alias, x);
	return OK;
}

static bool has_set(const struct ast_projection *projection)
{
	struct str field;

	for (uint32_t i = 0; i < projection->item_count; i++) {
		if (set_function_in(projection->items[i].expr, &field) != NULL)
			return true;
	}
	return false;
}

static bool is_gathered(const struct ast_projection *projection)
{
	for (uint32_t i = 0; i < projection->item_count; i++) {
		if (ast_has_aggregate(projection->items[i].expr))
			return true;
	}
	return projection->has_group_by || projection->having != NULL;
}

enum sqlstate plan_select_sets(
	struct planner *p, const struct ast_clause **clause, struct error *e)
{
	const struct ast_clause *c = *clause;
	struct ast_projection *projection;
	struct set_list l = { .p = p };

	if (!has_set(c->select.projection) || is_gathered(c->select.projection))
		return OK;
	l.c = ARENA_NEW(p->arena, struct ast_clause);
	*l.c = *c;
	projection = ARENA_NEW(p->arena, struct ast_projection);
	*projection = *c->select.projection;
	projection->items = ARENA_ARRAY(p->arena, struct ast_item, projection->item_count);
	memcpy(projection->items, c->select.projection->items,
		projection->item_count * sizeof *projection->items);
	l.c->select.projection = projection;
	l.c->select.from = ARENA_ARRAY(
		p->arena, struct ast_from, c->select.from_count + projection->item_count);
	if (c->select.from_count > 0)
		memcpy(l.c->select.from, c->select.from,
			c->select.from_count * sizeof *c->select.from);
	for (uint32_t i = 0; i < projection->item_count; i++)
		TRY(take_item(&l, &projection->items[i], e));
	*clause = l.c;
	return OK;
}
