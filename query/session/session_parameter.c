/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Parameters of the session: SESSION SET VALUE $x [:: type] = expression. A statement that names $x
 * has the value as a constant, and is planned anew when it changes.
 */
#include "base/check.h"
#include "query/eval/cast.h"
#include "query/session/session.h"
#include "query/type/type.h"

/* The list without `name`, in a new arena with room for one more. */
static struct arena *copy_without(
	struct query_session *s, struct str name, struct session_parameter **list, uint32_t *count)
{
	struct arena *a = arena_new(0);

	*list = ARENA_ARRAY(a, struct session_parameter, s->parameter_count + 1);
	*count = 0;
	for (uint32_t i = 0; i < s->parameter_count; i++) {
		const struct session_parameter *old = &s->parameters[i];

		if (str_equal(old->name, name))
			continue;
		(*list)[(*count)++] = (struct session_parameter){ .name = arena_str(a, old->name),
			.type = old->type,
			.value = value_copy(a, old->value) };
	}
	return a;
}

static void replace(
	struct query_session *s, struct arena *a, struct session_parameter *list, uint32_t count)
{
	arena_free(s->parameter_arena);
	s->parameter_arena = a;
	s->parameters = list;
	s->parameter_count = count;
	s->parameter_epoch++;
}

/* The one row of RETURN value. */
static enum sqlstate run_query(struct query_portal *p, struct value *out, struct error *e)
{
	struct exec_options options;
	struct query_rows rows;
	struct exec *exec;
	enum step step;

	portal_exec_options(p, &options);
	TRY(exec_open(p->arena, &options, &exec, e));
	step = exec_next(exec, &rows, e);
	if (step == STEP_ROW)
		*out = value_copy(p->arena, rows.columns[0][0]);
	exec_close(exec);
	assert(step != STEP_DONE);
	return step == STEP_FAILED ? e->code : OK;
}

/* They may be gone, or be others, when the parameter is used. */
static enum sqlstate refuse_elements(struct query_portal *p, struct type type, struct error *e)
{
	struct type item = type_item(type);

	if (!type_is_element(type) && !type_is_element(item) && type.kind != TYPE_PATH &&
		item.kind != TYPE_PATH)
		return OK;
	(void)FAIL(e, E_NOT_SUPPORTED,
		"session parameters that are nodes, edges or paths are not supported");
	error_hint(e, "Keep what id() gives, or a property.");
	e->byte_offset = (int)p->prepared->statement->value.expr->at;
	return e->code;
}

static enum sqlstate evaluate(
	struct query_portal *p, struct type *type, struct value *out, struct error *e)
{
	const struct ast_stmt *st = p->prepared->statement;
	struct eval eval = { .arena = p->arena,
		.lasting = p->arena,
		.txn = p->session->txn,
		.settings = p->session->settings,
		.session = &p->session->about };
	enum sqlstate rc;

	TRY(run_query(p, out, e));
	*type = p->plan->columns[0].type;
	if (st->value.type == NULL)
		return refuse_elements(p, *type, e);
	TRY(bind_type(st->value.type, type, e));
	TRY(refuse_elements(p, *type, e));
	rc = eval_cast(&eval, *out, *type, false, out, e);
	eval_end(&eval);
	if (rc != OK)
		e->byte_offset = (int)st->value.expr->at;
	return rc;
}

enum sqlstate session_parameter_set(struct query_portal *p, struct error *e)
{
	struct session_parameter new = { .name = p->prepared->statement->value.name.text };
	struct session_parameter *list;
	uint32_t count;
	struct arena *a;

	portal_tag(p, "SESSION SET");
	TRY(evaluate(p, &new.type, &new.value, e));
	a = copy_without(p->session, new.name, &list, &count);
	list[count++] = (struct session_parameter){
		.name = arena_str(a, new.name), .type = new.type, .value = value_copy(a, new.value)
	};
	replace(p->session, a, list, count);
	return OK;
}

enum sqlstate session_parameter_reset(struct query_portal *p, struct error *e)
{
	const struct ast_stmt *st = p->prepared->statement;
	struct session_parameter *list;
	uint32_t count;
	struct arena *a;

	portal_tag(p, "RESET");
	if (st->kind != STMT_SESSION_RESET_VALUE) {
		session_parameters_forget(p->session);
		return OK;
	}
	a = copy_without(p->session, st->name.text, &list, &count);
	if (count < p->session->parameter_count) {
		replace(p->session, a, list, count);
		return OK;
	}
	arena_free(a);
	(void)FAIL(e, E_NO_PARAMETER, "the session has no parameter \"$%.*s\"",
		STR_ARGS(st->name.text));
	e->byte_offset = (int)st->name.at;
	return e->code;
}

void session_parameters_forget(struct query_session *s)
{
	replace(s, NULL, NULL, 0);
}
