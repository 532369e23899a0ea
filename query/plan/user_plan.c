/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Planning a CALL of a procedure that a user made: the arguments become slots, the body a subplan
 * that sees them as variables and nothing else, its columns those that RETURNS declares.
 *
 *	CALL p(1, x) YIELD a AS b WHERE b > 0
 *	= project 1, x  >  apply { body; columns as declared; a AS b; filter }
 *
 * Positions in the body lie beyond the statement's own text, so that no error points into it; while
 * the body is planned the binder's text is the procedure's.
 */
#include <stdio.h>

#include "query/plan/planner.h"
#include "query/plan/user_procedure.h"

struct user_call {
	const struct ast_clause *clause;
	const struct ast_procedure *procedure;
	struct str name;
	bool is_alone;
	struct str own_text; /* the calling text, to be put back behind the body */
	uint32_t own_text_at;
};

/* ---- arguments ------------------------------------------------------------------------------ */

static COLD enum sqlstate wrong_count(const struct user_call *c, struct error *e)
{
	const struct ast_clause *clause = c->clause;
	struct buf signature = { 0 };
	struct error ignored;

	FAIL_AT(e, clause->call->name.at, E_NO_FUNCTION,
		"procedure %.*s does not take %u arguments", STR_ARGS(c->name),
		clause->call->arg_count);
	if (procedure_user_put_signature(&signature, c->procedure, &ignored) == OK)
		error_hint(e, "It is %.*s.", STR_ARGS(buf_str(&signature)));
	buf_free(&signature);
	return e->code;
}

static void see(struct planner *p, struct scope *scope, const struct ast_procedure_field *field,
	uint32_t slot)
{
	struct variable *v = scope_add(scope, field->name.text);

	v->slot = slot;
	v->type = p->b.slots[slot].type;
	v->at = field->name.at;
}

/* A value of the declared type, whatever the argument's own type converts to it by itself. */
static enum sqlstate bind_argument(struct planner *p, const struct ast_procedure_field *field,
	const struct ast_expr *written, const struct bound **out, struct error *e)
{
	struct type type;

	TRY(bind_type(field->type, &type, e));
	TRY(bind_expr(&p->b, written, out, e));
	return binder_coerce(&p->b, out, type, "argument of a procedure", e);
}

/* CALL p, alone and without parentheses: the session's parameters of the same names are the arguments. */
static enum sqlstate implicit_arguments(
	struct planner *p, const struct user_call *c, struct ast_expr ***out, struct error *e)
{
	const struct ast_procedure *procedure = c->procedure;
	uint32_t at = c->clause->call->name.at;

	*out = ARENA_ARRAY(p->arena, struct ast_expr *, procedure->parameter_count + 1);
	for (uint32_t i = 0; i < procedure->parameter_count; i++) {
		struct str name = procedure->parameters[i].name.text;
		struct ast_expr *x = ARENA_NEW(p->arena, struct ast_expr);

		x->kind = EXPR_PARAMETER;
		x->at = at;
		x->parameter.name = name;
		(*out)[i] = x;
		if (binder_session_parameter(p->b.options, name) != NULL)
			continue;
		FAIL_AT(e, at, E_NO_PARAMETER, "there is no parameter $%.*s", STR_ARGS(name));
		error_hint(e,
			"Write the arguments of procedure %.*s in parentheses, or set them by "
			"SESSION SET VALUE $%.*s = ..",
			STR_ARGS(c->name), STR_ARGS(name));
		return E_NO_PARAMETER;
	}
	return OK;
}

static enum sqlstate bind_arguments(
	struct planner *p, const struct user_call *c, struct scope **seen, struct error *e)
{
	const struct ast_procedure *procedure = c->procedure;
	uint32_t count = procedure->parameter_count;
	const struct bound **args = ARENA_ARRAY(p->arena, const struct bound *, count + 1);
	struct str *names = ARENA_ARRAY(p->arena, struct str, count + 1);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, count + 1);
	struct ast_expr **written = c->clause->call->args;
	bool is_implicit = !c->clause->call->has_args && count > 0;

	if (is_implicit && !c->is_alone)
		return FAIL_AT(e, c->clause->call->name.at, E_SYNTAX,
			"the arguments of procedure %.*s must be given in parentheses",
			STR_ARGS(c->name));
	if (is_implicit)
		TRY(implicit_arguments(p, c, &written, e));
	else if (c->clause->call->arg_count != count)
		return wrong_count(c, e);
	p->b.place = "CALL";
	for (uint32_t i = 0; i < count; i++) {
		TRY(bind_argument(p, &procedure->parameters[i], written[i], &args[i], e));
		names[i] = procedure->parameters[i].name.text;
	}
	planner_project_all(p, args, names, count, slots);
	*seen = scope_new(p->arena, NULL);
	for (uint32_t i = 0; i < count; i++)
		see(p, *seen, &procedure->parameters[i], slots[i]);
	*seen = scope_new(p->arena, *seen);
	return OK;
}

/* ---- columns -------------------------------------------------------------------------------- */

/* The body's columns become those that RETURNS declares, by their order. */
static enum sqlstate declared_columns(struct planner *p, const struct ast_procedure *procedure,
	struct answer *answer, struct error *e)
{
	uint32_t count = procedure->column_count, given = answer->has_columns ? answer->count : 0;
	const struct bound **exprs = ARENA_ARRAY(p->arena, const struct bound *, count + 1);
	struct str *names = ARENA_ARRAY(p->arena, struct str, count + 1);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, count + 1);

	if (!procedure->has_columns)
		return OK;
	if (count != given)
		return FAIL_AT(e, procedure->name.at, E_TYPE,
			"the procedure's query answers %u columns, but RETURNS declares %u", given,
			count);
	for (uint32_t i = 0; i < count; i++) {
		const struct ast_procedure_field *field = &procedure->columns[i];
		struct type type;

		TRY(bind_type(field->type, &type, e));
		exprs[i] = binder_slot_ref(&p->b, answer->columns[i].slot, answer->columns[i].at);
		TRY(binder_coerce(&p->b, &exprs[i], type, "result column of a procedure", e));
		names[i] = field->name.text;
	}
	planner_project_all(p, exprs, names, count, slots);
	for (uint32_t i = 0; i < count; i++)
		answer->columns[i] = (struct answer_column){ .name = names[i], .slot = slots[i] };
	return OK;
}

static COLD enum sqlstate no_such_column(const struct user_call *c, const struct answer *answer,
	const struct ast_name *name, struct error *e)
{
	char list[256] = "";
	size_t used = 0;

	FAIL_AT(e, name->at, E_NO_COLUMN, "procedure %.*s has no column \"%.*s\"",
		STR_ARGS(c->name), STR_ARGS(name->text));
	for (uint32_t i = 0; i < answer->count && used < sizeof list; i++)
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%.*s",
			i == 0 ? "" : ", ", STR_ARGS(answer->columns[i].name));
	if (answer->count > 0)
		error_hint(e, "Its columns are %s.", list);
	return e->code;
}

static enum sqlstate yield_item(const struct user_call *c, const struct answer *answer,
	const struct ast_yield_item *item, struct answer_column *out, struct error *e)
{
	const struct ast_name *name = item->alias.text.length > 0 ? &item->alias : &item->name;

	for (uint32_t i = 0; answer->has_columns && i < answer->count; i++) {
		if (!str_equal(answer->columns[i].name, item->name.text))
			continue;
		*out = (struct answer_column){
			.name = name->text, .at = name->at, .slot = answer->columns[i].slot
		};
		return OK;
	}
	return no_such_column(c, answer, &item->name, e);
}

/* What YIELD names; all columns of a call that is the whole query, none inside one without it. */
static enum sqlstate choose_columns(struct planner *p, const struct user_call *c,
	struct answer *answer, struct error *e)
{
	const struct ast_yield *yield = c->clause->call->yield;
	struct answer_column *chosen;

	if (yield != NULL && yield->is_all && !c->is_alone) {
		FAIL_AT(e, c->clause->at, E_SYNTAX,
			"YIELD * is allowed only where CALL is the whole query");
		error_hint(e, "Name the columns after YIELD.");
		return e->code;
	}
	if (yield == NULL ? c->is_alone : yield->is_all)
		return OK;
	chosen = ARENA_ARRAY(p->arena, struct answer_column, yield == NULL ? 1 : yield->count + 1);
	for (uint32_t i = 0; yield != NULL && i < yield->count; i++)
		TRY(yield_item(c, answer, &yield->items[i], &chosen[i], e));
	answer->columns = chosen;
	answer->count = yield == NULL ? 0 : yield->count;
	return OK;
}

static enum sqlstate filter_columns(
	struct planner *p, const struct user_call *c, const struct answer *answer, struct error *e)
{
	struct scope *outer = p->b.scope;
	const struct bound *where;

	if (c->clause->call->where == NULL)
		return OK;
	p->b.scope = scope_new(p->arena, outer);
	TRY(plan_call_columns(p, answer, e));
	p->b.place = "WHERE";
	TRY(bind_condition(&p->b, c->clause->call->where, "WHERE", &where, e));
	planner_filter(p, &where, 1);
	p->b.scope = outer;
	return OK;
}

static enum sqlstate finish_body(
	struct planner *p, void *context, struct answer *answer, struct error *e)
{
	struct user_call *c = context;

	TRY(declared_columns(p, c->procedure, answer, e));
	p->b.text = c->own_text;
	p->b.text_at = c->own_text_at;
	TRY(choose_columns(p, c, answer, e));
	return filter_columns(p, c, answer, e);
}

/* ---- the call ------------------------------------------------------------------------------- */

static enum sqlstate plan_body(struct planner *p, struct user_call *c,
	const struct ast_stmt *definition, struct answer *answer, struct error *e)
{
	struct plan_call call = { .program = c->procedure->body,
		.is_optional = c->clause->call->is_optional,
		.finish = finish_body,
		.context = c };
	enum sqlstate rc;

	TRY(bind_arguments(p, c, &call.seen, e));
	if (p->call_depth >= USER_PROCEDURE_DEPTH_MAX)
		return FAIL_AT(e, c->clause->call->name.at, E_TOO_COMPLEX,
			"procedures call each other more than %d deep", USER_PROCEDURE_DEPTH_MAX);
	c->own_text = p->b.text;
	c->own_text_at = p->b.text_at;
	p->b.text = definition->text;
	p->b.text_at = definition->at;
	p->call_depth++;
	rc = plan_call_program(p, &call, answer, e);
	p->call_depth--;
	p->b.text = c->own_text;
	p->b.text_at = c->own_text_at;
	if (rc != OK && p->call_depth == 0 &&
		(e->byte_offset < 0 || (uint32_t)e->byte_offset >= definition->at))
		error_where(e, "procedure %.*s", STR_ARGS(c->name));
	return rc;
}

enum sqlstate plan_user_procedure(struct planner *p, const struct ast_clause *clause, bool is_alone,
	struct answer *out, bool *found, struct error *e)
{
	struct user_call c = { .clause = clause, .is_alone = is_alone };
	const struct catalog_object *object;
	const struct ast_stmt *definition;
	struct answer answer = { 0 };

	c.name = procedure_user_name(p->arena, &clause->call->name);
	object = procedure_user_find(p->b.catalog, c.name);
	*found = object != NULL;
	if (object == NULL)
		return OK;
	TRY(procedure_user_parse(
		p->arena, object, p->b.text_at + p->b.text.length + 1, &definition, e));
	c.procedure = definition->procedure;
	TRY(plan_body(p, &c, definition, &answer, e));
	if (is_alone) {
		*out = answer;
		return OK;
	}
	return answer.has_columns ? plan_call_columns(p, &answer, e) : OK;
}

/* ---- CREATE PROCEDURE ----------------------------------------------------------------------- */

static enum sqlstate check_fields(const struct ast_procedure_field *fields, uint32_t count,
	const char *what, struct error *e)
{
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t j = 0; j < i; j++) {
			if (str_equal(fields[i].name.text, fields[j].name.text))
				return FAIL_AT(e, fields[i].name.at, E_DUPLICATE_COLUMN,
					"%s \"%.*s\" is declared twice", what,
					STR_ARGS(fields[i].name.text));
		}
	}
	return OK;
}

/* The body for one row of NULLs of the parameters' types. */
static enum sqlstate check_body(
	struct planner *p, const struct ast_procedure *procedure, struct error *e)
{
	struct scope *seen = scope_new(p->arena, NULL);
	struct answer answer = { 0 };

	planner_stream_new(p);
	for (uint32_t i = 0; i < procedure->parameter_count; i++) {
		const struct ast_procedure_field *field = &procedure->parameters[i];
		const struct bound *null;
		struct type type;

		TRY(bind_type(field->type, &type, e));
		null = bound_constant(&p->b, value_null(), type, field->name.at);
		see(p, seen, field, planner_project(p, null, field->name.text));
	}
	p->b.scope = scope_new(p->arena, seen);
	TRY(plan_program(p, procedure->body, &answer, e));
	return declared_columns(p, procedure, &answer, e);
}

enum sqlstate procedure_user_check(struct arena *a, const struct ast_stmt *statement,
	const struct bind_options *options, bool *is_write, struct error *e)
{
	const struct ast_procedure *procedure = statement->procedure;
	struct planner *p = ARENA_NEW(a, struct planner);
	bool again;

	if (statement->parameter_max > 0 || statement->parameter_name_count > 0) {
		FAIL_AT(e, statement->at, E_NO_PARAMETER,
			"a procedure's query cannot use parameters of the statement");
		error_hint(e, "Its own parameters are variables: write name, not $name.");
		return e->code;
	}
	TRY(check_fields(procedure->parameters, procedure->parameter_count, "parameter", e));
	TRY(check_fields(procedure->columns, procedure->column_count, "column", e));
	TRY(binder_begin(&p->b, a, statement, options, e));
	p->arena = a;
	p->b.subquery = plan_subquery;
	p->b.planner = p;
	TRY(check_body(p, procedure, e));
	*is_write = p->is_write;
	return binder_pass_end(&p->b, &again, e);
}
