/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Parameters of the session: SESSION SET VALUE $x [:: type] = expression. A statement that names $x
 * has the value as a constant, and is planned anew when it changes.
 */
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

static enum sqlstate evaluate(
	struct query_portal *p, struct type *type, struct value *out, struct error *e)
{
	const struct ast_stmt *st = p->prepared->statement;
	struct bound *bound;
	enum sqlstate rc;
	struct eval eval;

	TRY(portal_constant(p, st->value.expr, &eval, &bound, e));
	rc = eval_value(&eval, bound, NULL, 0, out, e);
	eval_end(&eval);
	TRY(rc);
	*type = bound->type;
	if (st->value.type == NULL)
		return OK;
	TRY(bind_type(st->value.type, type, e));
	if (eval_cast(&eval, *out, *type, false, out, e) == OK)
		return OK;
	e->byte_offset = (int)st->value.expr->at;
	return e->code;
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
