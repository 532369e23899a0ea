/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Planning CALL name(arguments) YIELD column AS variable [WHERE condition].
 *
 *	CALL p()                 alone: answers all columns
 *	CALL p() YIELD a, b      alone: answers these; inside a query they become variables
 *	.. CALL p() ..           inside a query without YIELD: multiplies rows, names nothing
 *	OPTIONAL CALL            a subplan below OPTIONAL, so that its WHERE counts
 */
#include <stdio.h>

#include "query/plan/planner.h"
#include "query/procedure/procedure.h"

struct calling {
	struct planner *p;
	const struct ast_clause *clause;
	const struct procedure *procedure;
	const struct bound **args; /* one per parameter */
	uint32_t count;		   /* columns asked for */
	struct answer_column *columns;
	uint32_t *places; /* which of the procedure's columns they are */
};

/* ---- arguments ------------------------------------------------------------------------------ */

/* Names of options that are written down are looked at before the call runs. */
static enum sqlstate check_options(
	const struct procedure *procedure, const struct bound *x, struct error *e)
{
	bool is_constant = bound_is_constant(x) && x->value.type == VALUE_MAP;
	uint32_t count = x->kind == BOUND_MAP ? x->arg_count : is_constant ? x->value.count : 0;

	for (uint32_t i = 0; i < count; i++) {
		struct str name = is_constant ? x->value.entries[i].key : x->keys[i];

		if (procedure_check_option(procedure, name, e) != OK)
			return binder_blame(e, x->at);
	}
	return OK;
}

static enum sqlstate bind_arguments(struct calling *c, struct error *e)
{
	struct binder *b = &c->p->b;
	const struct ast_clause *clause = c->clause;
	uint32_t count = clause->call->arg_count, parameters;
	const struct bound **given = ARENA_ARRAY(b->arena, const struct bound *, count + 1);
	struct type *types = ARENA_ARRAY(b->arena, struct type, count + 1);
	struct procedure_match match;
	struct str name = clause->call->name.name;

	if (clause->call->name.qualifier.length > 0)
		name = arena_printf(b->arena, "%.*s.%.*s", STR_ARGS(clause->call->name.qualifier),
			STR_ARGS(name));
	b->place = "CALL";
	for (uint32_t i = 0; i < count; i++) {
		TRY(bind_expr(b, clause->call->args[i], &given[i], e));
		types[i] = given[i]->type;
	}
	if (procedure_resolve(name, types, count, &match, e) != OK)
		return binder_blame(e, clause->call->name.at);
	c->procedure = match.procedure;
	parameters = procedure_parameter_count(c->procedure);
	c->args = ARENA_ARRAY(b->arena, const struct bound *, parameters + 1);
	for (uint32_t i = 0; i < count; i++) {
		const struct procedure_parameter *to = &c->procedure->parameters[match.place[i]];

		TRY(binder_coerce(b, &given[i], to->type, "argument of a procedure", e));
		if (to->type.kind == TYPE_MAP)
			TRY(check_options(c->procedure, given[i], e));
		c->args[match.place[i]] = given[i];
	}
	for (uint32_t i = 0; i < parameters; i++) {
		if (c->args[i] == NULL)
			c->args[i] = bound_constant(
				b, value_null(), c->procedure->parameters[i].type, clause->at);
	}
	return OK;
}

/* ---- columns -------------------------------------------------------------------------------- */

static COLD enum sqlstate no_such_column(
	const struct procedure *procedure, const struct ast_name *name, struct error *e)
{
	char list[256] = "";
	size_t used = 0;
	enum sqlstate rc = FAIL_AT(e, name->at, E_NO_COLUMN, "procedure %s has no column \"%.*s\"",
		procedure->name, (int)MIN_OF(name->text.length, 128u), name->text.at);

	for (uint32_t i = 0; i < procedure_column_count(procedure) && used < sizeof list; i++)
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
			i == 0 ? "" : ", ", procedure->columns[i].name);
	error_hint(e, "Its columns are %s.", list);
	return rc;
}

static enum sqlstate choose_item(
	struct calling *c, const struct ast_yield_item *item, struct error *e)
{
	uint32_t count = procedure_column_count(c->procedure);
	uint32_t found = count;

	for (uint32_t i = 0; i < count; i++) {
		struct str name = str_of(c->procedure->columns[i].name);

		if (str_equal(name, item->name.text) ||
			(found == count && str_equal_nocase(name, item->name.text)))
			found = i;
	}
	if (found == count)
		return no_such_column(c->procedure, &item->name, e);
	c->places[c->count] = found;
	c->columns[c->count++] =
		(struct answer_column){ .name = item->alias.text.length > 0 ? item->alias.text
									    : item->name.text,
			.at = item->alias.text.length > 0 ? item->alias.at : item->name.at };
	return OK;
}

static enum sqlstate choose_columns(struct calling *c, bool is_alone, struct error *e)
{
	const struct ast_yield *yield = c->clause->call->yield;
	uint32_t all = procedure_column_count(c->procedure);
	uint32_t room = all + (yield == NULL ? 0 : yield->count);

	c->columns = ARENA_ARRAY(c->p->arena, struct answer_column, room + 1);
	c->places = ARENA_ARRAY(c->p->arena, uint32_t, room + 1);
	if (yield != NULL && yield->is_all && !is_alone) {
		enum sqlstate rc = FAIL_AT(e, c->clause->at, E_SYNTAX,
			"YIELD * is allowed only where CALL is the whole query");

		error_hint(e, "Name the columns after YIELD.");
		return rc;
	}
	if (yield == NULL ? is_alone : yield->is_all) {
		for (uint32_t i = 0; i < all; i++) {
			c->places[i] = i;
			c->columns[i] = (struct answer_column){
				.name = str_of(c->procedure->columns[i].name), .at = c->clause->at
			};
		}
		c->count = all;
	}
	for (uint32_t i = 0; yield != NULL && i < yield->count; i++)
		TRY(choose_item(c, &yield->items[i], e));
	return OK;
}

/* ---- the node ------------------------------------------------------------------------------- */

static double rows_of(const struct calling *c)
{
	double nodes = cost_nodes(c->p, NAME_NONE);

	return procedure_column_count(c->procedure) > 0 &&
			       c->procedure->columns[0].type.kind == TYPE_NODE
		       ? MAX_OF(nodes, 1.0)
		       : 10;
}

static enum sqlstate push_call(struct calling *c, struct error *e)
{
	struct planner *p = c->p;
	uint32_t parameters = procedure_parameter_count(c->procedure);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, c->count + 1);
	double rows = p->s.top->rows * rows_of(c);
	struct plan_node *node;

	for (uint32_t i = 0; i < parameters; i++)
		c->args[i] = planner_attach(p, c->args[i]);
	for (uint32_t i = 0; i < c->count; i++) {
		struct ast_name name = { .at = c->columns[i].at, .text = c->columns[i].name };

		TRY(planner_declare(
			p, &name, c->procedure->columns[c->places[i]].type, &slots[i], e));
		c->columns[i].slot = slots[i];
	}
	planner_will_read(p, TOUCH_ALL);
	if (c->procedure->is_write)
		planner_will_write(p, TOUCH_ALL, TAG_SELECT);
	node = planner_push(p, PLAN_PROCEDURE, rows, rows);
	node->procedure.graph = p->b.graph_name;
	plan_graph_note(p);
	node->procedure.procedure = c->procedure;
	node->procedure.arg_count = parameters;
	node->procedure.args = c->args;
	node->procedure.column_count = c->count;
	node->procedure.columns = c->places;
	node->procedure.slots = slots;
	node->procedure.at = p->b.is_elsewhere ? AT_NONE : c->clause->call->name.at;
	p->s.is_single = false;
	return OK;
}

/* Arguments, columns, WHERE: what is the same with and without OPTIONAL. */
static enum sqlstate plan_inner(struct calling *c, bool is_alone, struct error *e)
{
	const struct ast_clause *clause = c->clause;
	const struct bound *where;

	TRY(bind_arguments(c, e));
	TRY(choose_columns(c, is_alone, e));
	TRY(push_call(c, e));
	if (clause->call->where == NULL)
		return OK;
	c->p->b.place = "WHERE";
	TRY(bind_condition(&c->p->b, clause->call->where, "WHERE", &where, e));
	planner_filter(c->p, &where, 1);
	return OK;
}

/* The columns of the subplan become variables of the clause's scope. */
static enum sqlstate adopt_columns(struct calling *c, struct error *e)
{
	struct scope *scope = c->p->b.scope;

	for (uint32_t i = 0; i < c->count; i++) {
		const struct answer_column *column = &c->columns[i];
		struct variable *v;

		if (scope_find_here(scope, column->name) != NULL)
			return FAIL_AT(e, column->at, E_DUPLICATE_ALIAS,
				"variable \"%.*s\" is already bound", STR_ARGS(column->name));
		v = scope_add(scope, column->name);
		v->slot = column->slot;
		v->type = c->p->b.slots[column->slot].type;
		v->at = column->at;
	}
	return OK;
}

static enum sqlstate plan_optional_call(struct calling *c, bool is_alone, struct error *e)
{
	struct planner *p = c->p;
	struct scope *scope = p->b.scope;
	uint32_t *nulls, row_slot;
	struct stream outer, sub;
	struct plan_node *node;

	outer = planner_stream_sub(p, &row_slot);
	p->b.scope = scope_new(p->arena, scope);
	TRY(plan_inner(c, is_alone, e));
	sub = p->s;
	p->s = outer;
	p->b.scope = scope;
	planner_will_read(p, sub.reads);
	nulls = ARENA_ARRAY(p->arena, uint32_t, c->count + 1);
	for (uint32_t i = 0; i < c->count; i++)
		nulls[i] = c->columns[i].slot;
	node = planner_push(
		p, PLAN_OPTIONAL, p->s.top->rows * MAX_OF(1.0, sub.top->rows), sub.top->cost);
	node->other = sub.top;
	node->optional.row_slot = row_slot;
	node->optional.is_per_row = sub.is_per_row;
	node->optional.null_count = c->count;
	node->optional.null_slots = nulls;
	p->s.is_single = false;
	return adopt_columns(c, e);
}

enum sqlstate plan_procedure(struct planner *p, const struct ast_clause *clause, bool is_alone,
	struct answer *out, struct error *e)
{
	struct calling c = { .p = p, .clause = clause };
	bool found;

	TRY(plan_user_procedure(p, clause, is_alone, out, &found, e));
	if (found)
		return OK;

	if (clause->call->is_optional)
		TRY(plan_optional_call(&c, is_alone, e));
	else
		TRY(plan_inner(&c, is_alone, e));
	if (is_alone)
		*out = (struct answer){
			.has_columns = true, .count = c.count, .columns = c.columns
		};
	return OK;
}
