/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Functions in FROM: those of sets, of the catalogs, of one value; several side by side (ROWS FROM, unnest
 * of several arrays); their rows numbered (WITH ORDINALITY).
 */
#include "query/plan/plan_from.h"

#include "query/sql/relation.h"

static enum sqlstate function_args(struct planner *p, const struct ast_function *function,
	const struct bound **args, struct error *e)
{
	p->b.place = "functions in FROM";
	for (uint32_t i = 0; i < function->arg_count; i++)
		TRY(bind_expr(&p->b, function->args[i], &args[i], e));
	return OK;
}

static void push_unwind(
	struct planner *p, const struct bound *list, struct type type, struct answer *out)
{
	struct plan_node *node;
	struct str name = out->columns[0].name;

	list = planner_attach(p, list);
	node = planner_push(p, PLAN_UNWIND, p->s.top->rows * 10, p->s.top->rows);
	node->unwind.list = list;
	node->unwind.slot = binder_slot_new(&p->b, type, name);
	node->unwind.ordinal_slot = SLOT_NONE;
	p->s.is_single = false;
	out->columns[0] = (struct answer_column){ .name = name, .slot = node->unwind.slot };
	out->count = 1;
	out->has_columns = true;
}

/* unnest() of several arrays: a row for each item of the longest, the others go on with NULL. */
static enum sqlstate scan_arrays(struct planner *p, const struct ast_function *call,
	struct str name, struct answer *out, struct error *e)
{
	uint32_t count = call->arg_count;
	const struct bound **lists = ARENA_ARRAY(p->arena, const struct bound *, count);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, count);
	struct plan_node *node;

	out->columns = ARENA_ARRAY(p->arena, struct answer_column, count);
	for (uint32_t i = 0; i < count; i++) {
		struct ast_function one = *call;

		one.args = &call->args[i];
		one.arg_count = 1;
		TRY(bind_set_list(&p->b, SET_UNNEST, &one, &lists[i], e));
		lists[i] = planner_attach(p, lists[i]);
	}
	node = planner_push(p, PLAN_PROJECT_SET, p->s.top->rows * 10, p->s.top->rows * 10);
	for (uint32_t i = 0; i < count; i++) {
		slots[i] = binder_slot_new(&p->b, type_item(lists[i]->type), name);
		out->columns[i] = (struct answer_column){ .name = name, .slot = slots[i] };
	}
	node->project_set.count = count;
	node->project_set.lists = lists;
	node->project_set.slots = slots;
	p->s.is_single = false;
	out->count = count;
	out->has_columns = true;
	return OK;
}

static enum sqlstate scan_scalar(struct planner *p, const struct ast_expr *call, struct str name,
	struct answer *out, struct error *e)
{
	const struct bound *value;
	uint32_t slot;

	p->b.place = "functions in FROM";
	TRY(bind_expr(&p->b, call, &value, e));
	if (value->kind == BOUND_SLOT) /* a slot of its own: the item makes it */
		value = bound_cast(&p->b, value, type_make(TYPE_ANY));
	slot = planner_project(p, value, name);
	out->columns[0] = (struct answer_column){ .name = name, .slot = slot };
	out->count = 1;
	out->has_columns = true;
	return OK;
}

/* WITH ORDINALITY: the rows of each call are numbered. */
static void push_ordinal(struct planner *p, struct answer *out)
{
	struct answer_column *columns = ARENA_ARRAY(p->arena, struct answer_column, out->count + 1);
	struct plan_node *node = planner_push(p, PLAN_ORDINAL, p->s.top->rows, 0);

	if (out->count > 0)
		memcpy(columns, out->columns, out->count * sizeof *columns);
	node->ordinal.slot = binder_slot_new(&p->b, type_make(TYPE_INT64), STR("ordinality"));
	columns[out->count] =
		(struct answer_column){ .name = STR("ordinality"), .slot = node->ordinal.slot };
	out->columns = columns;
	out->count++;
	p->s.is_per_row = true;
}

/* Names of the columns of such a function; of pairs there are two. */
static enum sqlstate take_listed(struct planner *p, const struct ast_from *f,
	const struct set_listed *row, struct answer *answer, struct error *e)
{
	static const char *const names[] = { "key", "value" };
	const struct bound *pair[2] = { binder_slot_ref(&p->b, answer->columns[0].slot, 0), NULL };

	if (row->is_record)
		return plan_record_columns(p, f, answer, e);
	if (row->column != NULL)
		answer->columns[0].name = str_of(row->column);
	if (!row->is_pair)
		return OK;
	answer->columns = ARENA_ARRAY(p->arena, struct answer_column, 3);
	answer->count = 2;
	for (uint32_t i = 0; i < 2; i++) {
		const struct bound *part;
		struct bound *typed = ARENA_NEW(p->arena, struct bound);

		pair[1] = bound_constant(&p->b, value_int(i), type_make(TYPE_INT64), 0);
		TRY(binder_function(&p->b, STR(PLAN_FUNCTION_SUBSCRIPT), pair, 2, 0, &part, e));
		*typed = *part;
		typed->type = type_make(i == 0 ? TYPE_STRING : row->item);
		answer->columns[i].name = str_of(names[i]);
		answer->columns[i].slot = planner_project(p, typed, answer->columns[i].name);
	}
	return OK;
}

/* One function of FROM, whose columns go into `answer`; *column: what its only one is called. */
static enum sqlstate scan_call(struct planner *p, struct from_node *n, struct str column,
	struct answer *answer, struct error *e)
{
	const struct ast_function *function = n->ast->function->function;
	struct str name = function->name.name;
	enum set_function set = binder_set_function(name);
	const struct relation *table = relation_find_function(name);
	const struct bound **args, *list;

	if (set != SET_NONE && table == NULL) {
		p->b.place = "functions in FROM";
		if (set == SET_UNNEST && function->arg_count > 1)
			return scan_arrays(p, function, name, answer, e);
		TRY(bind_set_list(&p->b, set, function, &list, e));
		answer->columns[0].name = column;
		push_unwind(p, list, bind_set_item(set, name, list), answer);
		if (set == SET_LISTED)
			TRY(take_listed(p, n->ast, binder_set_listed(name), answer, e));
		return OK;
	}
	if (table == NULL)
		return scan_scalar(p, n->ast->function, column, answer, e);
	args = ARENA_ARRAY(p->arena, const struct bound *, function->arg_count + 1);
	TRY(function_args(p, function, args, e));
	return plan_relation_function(
		p, table, args, function->arg_count, function->name.at, answer, e);
}

static bool is_known(struct planner *p, const struct ast_qname *name)
{
	return binder_set_function(name->name) != SET_NONE ||
	       relation_find_function(name->name) != NULL ||
	       function_exists(bind_function_name(&p->b, name));
}

/* Types of columns are written for functions that answer records, and for them alone. Of a function
   that does not exist something else is said. */
static enum sqlstate check_types(struct planner *p, const struct ast_from *f, struct error *e)
{
	const struct ast_qname *name = &f->function->function->name;
	bool is_record = binder_set_function(name->name) == SET_LISTED &&
			 binder_set_listed(name->name)->is_record;

	if (f->column_types != NULL && !is_record && is_known(p, name))
		return FAIL_AT(e, f->column_aliases[0].at, E_SYNTAX,
			"a column definition list is only allowed for functions returning "
			"\"record\"");
	return OK;
}

/* ---- several side by side -------------------------------------------------------------------- */

/* The rows of one of ROWS FROM as a list: of a function of one value, that alone. */
static enum sqlstate part_list(struct planner *p, const struct ast_from *part, struct type *item,
	const struct bound **out, struct error *e)
{
	const struct ast_function *call = part->function->function;
	struct str name = call->name.name;
	enum set_function set = binder_set_function(name);
	const struct bound **value = ARENA_ARRAY(p->arena, const struct bound *, 1);
	struct bound *list;

	TRY(check_types(p, part, e));
	if (relation_find_function(name) != NULL || (set == SET_UNNEST && call->arg_count > 1))
		return FAIL_AT(e, part->at, E_NOT_SUPPORTED,
			"function %.*s is not supported in ROWS FROM", STR_ARGS(name));
	p->b.place = "functions in FROM";
	if (set != SET_NONE) {
		TRY(bind_set_list(&p->b, set, call, out, e));
		*item = bind_set_item(set, name, *out);
		return OK;
	}
	TRY(bind_expr(&p->b, part->function, value, e));
	*item = (*value)->type;
	list = bound_new(&p->b, BOUND_LIST, type_list_of(*item), part->at);
	list->args = value;
	list->arg_count = 1;
	list->is_volatile = (*value)->is_volatile;
	*out = list;
	return OK;
}

/* The columns of one of them behind those that there are. */
static enum sqlstate part_columns(struct planner *p, const struct ast_from *part, uint32_t slot,
	struct answer *out, struct error *e)
{
	struct str name = part->function->function->name.name;
	struct answer_column one = { .name = name, .slot = slot }, *columns;
	struct answer answer = { .columns = &one, .count = 1, .has_columns = true };

	if (binder_set_function(name) == SET_LISTED)
		TRY(take_listed(p, part, binder_set_listed(name), &answer, e));
	columns = ARENA_ARRAY(p->arena, struct answer_column, out->count + answer.count + 1);
	if (out->count > 0)
		memcpy(columns, out->columns, out->count * sizeof *columns);
	memcpy(columns + out->count, answer.columns, answer.count * sizeof *columns);
	out->columns = columns;
	out->count += answer.count;
	return OK;
}

/* A row for each of the longest; the others go on with NULL. */
static enum sqlstate scan_rows(
	struct planner *p, const struct ast_from *f, struct answer *out, struct error *e)
{
	uint32_t count = f->part_count;
	const struct bound **lists = ARENA_ARRAY(p->arena, const struct bound *, count);
	struct type *items = ARENA_ARRAY(p->arena, struct type, count);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, count);
	struct plan_node *node;

	for (uint32_t i = 0; i < count; i++) {
		TRY(part_list(p, &f->parts[i], &items[i], &lists[i], e));
		lists[i] = planner_attach(p, lists[i]);
	}
	node = planner_push(p, PLAN_PROJECT_SET, p->s.top->rows * 10, p->s.top->rows * 10);
	for (uint32_t i = 0; i < count; i++)
		slots[i] = binder_slot_new(
			&p->b, items[i], f->parts[i].function->function->name.name);
	node->project_set.count = count;
	node->project_set.lists = lists;
	node->project_set.slots = slots;
	p->s.is_single = false;
	*out = (struct answer){ .has_columns = true };
	if (f->has_ordinality)
		push_ordinal(p, out);
	for (uint32_t i = 0; i < count; i++)
		TRY(part_columns(p, &f->parts[i], slots[i], out, e));
	if (out->count == 1u + f->has_ordinality && f->alias.text.length > 0)
		out->columns[out->count - 1].name = plan_from_alias(p, &f->alias);
	if (f->has_ordinality) { /* the number comes last */
		struct answer_column number = out->columns[0];

		memmove(out->columns, out->columns + 1, (out->count - 1) * sizeof number);
		out->columns[out->count - 1] = number;
	}
	return OK;
}

enum sqlstate plan_from_function(struct planner *p, struct from_node *n, struct answer *out,
	struct str *name, struct error *e)
{
	const struct ast_from *f = n->ast;

	n->is_chain = !f->has_ordinality && f->kind == FROM_FUNCTION;
	*name = plan_from_alias(p, &f->alias);
	if (f->kind == FROM_ROWS)
		return scan_rows(p, f, out, e);
	/* A function's only column goes by the alias, if there is one. */
	if (f->alias.text.length == 0)
		*name = f->function->function->name.name;
	TRY(check_types(p, f, e));
	*out = (struct answer){ .columns = ARENA_ARRAY(p->arena, struct answer_column, 1) };
	TRY(scan_call(p, n, *name, out, e));
	if (f->has_ordinality)
		push_ordinal(p, out);
	return OK;
}
