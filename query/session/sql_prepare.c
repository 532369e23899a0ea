/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * SQL's PREPARE, EXECUTE and DEALLOCATE. They share their names with the statements that the
 * protocol prepares, since drivers mix the two.
 */
#include "query/session/session.h"

#include <inttypes.h>

#include "base/json.h"
#include "query/eval/cast.h"
#include "query/type/type.h"

void session_drop_statements(struct query_session *s)
{
	size_t cursor = 0;
	struct str name;
	void *prepared;

	while (map_str_next(&s->statements, &cursor, &name, &prepared)) {
		query_named_drop(s, name);
		cursor = 0; /* the map changed under the cursor */
	}
}

enum sqlstate prepared_inner_new(struct query_session *s, const struct ast_stmt *inner,
	const struct type *parameters, uint32_t parameter_count, struct query_prepared **out,
	struct error *e)
{
	struct arena *a = arena_new(0);
	struct query_script script;
	enum sqlstate rc = query_parse(s, a, inner->text, &script, e);

	if (rc == OK)
		rc = query_prepare(s, a, true, &script, 0, parameters, parameter_count, out, e);
	if (rc == OK)
		return OK;
	arena_free(a);
	if (e->byte_offset >= 0)
		e->byte_offset += (int)inner->at;
	return rc;
}

static enum sqlstate run_prepare(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	const struct ast_stmt *st = p->prepared->statement;
	uint32_t count = st->prepare.type_count;
	struct type *types = ARENA_ARRAY(p->arena, struct type, count);
	struct query_prepared *prepared;
	enum sqlstate rc;

	portal_tag(p, "PREPARE");
	for (uint32_t i = 0; i < count; i++)
		TRY(bind_type(st->prepare.types[i], &types[i], e));
	TRY(prepared_inner_new(s, st->prepare.statement, types, count, &prepared, e));
	prepared->from_sql = true;
	prepared->sql = arena_str(prepared->arena, st->text);
	rc = query_named_put(s, st->prepare.name.text, prepared, e);
	if (rc != OK)
		query_prepared_free(prepared);
	return rc;
}

static enum sqlstate run_deallocate(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	struct str name = p->prepared->statement->name.text;

	if (name.length == 0) {
		portal_tag(p, "DEALLOCATE ALL");
		session_drop_statements(s);
		return OK;
	}
	portal_tag(p, "DEALLOCATE");
	if (query_named_get(s, name, e) == NULL)
		return e->code;
	query_named_drop(s, name);
	return OK;
}

enum sqlstate sql_prepare_run(struct query_portal *p, struct error *e)
{
	if (p->prepared->statement->kind == STMT_PREPARE)
		return run_prepare(p, e);
	return run_deallocate(p, e);
}

/* A text for a parameter that is a map is JSON, as from a driver. */
static enum sqlstate read_json(struct arena *a, struct value *v, struct error *e)
{
	const struct json *json;

	TRY(json_parse(a, value_str(*v), &json, e));
	*v = query_json_value(json, a);
	return OK;
}

/* One argument of EXECUTE as a value of its parameter's type. */
static enum sqlstate evaluate(struct query_session *s, struct arena *a, const struct ast_expr *expr,
	struct type type, struct value *out, struct error *e)
{
	struct bind_options options = { .catalog = txn_catalog(s->txn), .settings = s->settings };
	struct eval eval = {
		.arena = a, .lasting = a, .settings = s->settings, .session = &s->about
	};
	struct bound *bound;
	enum sqlstate rc;

	TRY(bind_constant_expr(a, expr, &options, &bound, e));
	rc = eval_value(&eval, bound, NULL, 0, out, e);
	eval_end(&eval);
	TRY(rc);
	if ((type.kind != TYPE_MAP || out->type != VALUE_STRING || read_json(a, out, e) == OK) &&
		eval_cast(&eval, *out, type, false, out, e) == OK)
		return OK;
	e->byte_offset = (int)expr->at;
	return e->code;
}

/* The statement that EXECUTE names; its arguments become those of `p`. */
static enum sqlstate take_arguments(struct query_session *s, struct arena *a,
	struct query_prepared *p, const struct ast_stmt *execute,
	const struct query_prepared **out, struct error *e)
{
	struct str name = execute->execute.name.text;
	const struct query_prepared *target = query_named_get(s, name, e);
	uint32_t count = execute->execute.arg_count;
	struct value *arguments;

	if (target == NULL)
		return e->code;
	if (count != target->description.parameter_count) {
		(void)FAIL(e, E_SYNTAX,
			"wrong number of parameters for prepared statement \"%.*s\"",
			STR_ARGS(name));
		error_detail(e, "Expected %" PRIu32 " parameters but got %" PRIu32 ".",
			target->description.parameter_count, count);
		return e->code;
	}
	TRY(transaction_ensure(s, s->is_autocommit, e));
	arguments = ARENA_ARRAY(a, struct value, count);
	for (uint32_t i = 0; i < count; i++)
		TRY(evaluate(s, a, execute->execute.args[i], target->description.parameters[i],
			&arguments[i], e));
	p->arguments = arguments;
	p->argument_count = count;
	*out = target;
	return OK;
}

enum sqlstate sql_execute_prepare(
	struct query_session *s, struct arena *a, struct query_prepared *p, struct error *e)
{
	const struct query_prepared *target;

	TRY(take_arguments(s, a, p, p->statement, &target, e));
	p->description = target->description;
	p->description.parameter_count = 0;
	return OK;
}

enum sqlstate sql_execute_explain(
	struct query_session *s, struct arena *a, struct query_prepared *p, struct error *e)
{
	struct ast_stmt *explain = ARENA_NEW(a, struct ast_stmt);
	const struct query_prepared *target;
	struct query_script script;
	struct type *types;

	if (p->statement->kind != STMT_EXPLAIN ||
		p->statement->explain.statement->kind != STMT_EXECUTE)
		return OK;
	TRY(take_arguments(s, a, p, p->statement->explain.statement, &target, e));
	if (target->statement == NULL || target->statement->kind != STMT_QUERY)
		return FAIL(e, E_NOT_SUPPORTED, "only queries can be explained");
	types = ARENA_ARRAY(a, struct type, p->argument_count + 1);
	for (uint32_t i = 0; i < p->argument_count; i++)
		types[i] = target->description.parameters[i];
	p->argument_types = types;
	TRY(query_parse(s, a, arena_str(a, target->statement->text), &script, e));
	*explain = *p->statement;
	explain->explain.statement = script.statements[0];
	p->statement = explain;
	return OK;
}
