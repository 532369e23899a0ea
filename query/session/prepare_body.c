/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Statements that hold a query which is planned when they are run: PREPARE, DECLARE, CREATE VIEW, CREATE
 * TABLE AS and CREATE PROCEDURE. Their query is planned once more when they are parsed, so that what is
 * wrong in it is told then. Nothing of that is kept: until they are run the catalog may change.
 */
#include "query/ddl/ddl.h"
#include "query/plan/plan_query.h"
#include "query/plan/user_procedure.h"
#include "query/session/session.h"
#include "query/type/type.h"

struct body_check {
	struct arena *arena;
	struct bind_options options;
	struct error *error;
};

static enum sqlstate check_prepare(struct body_check *c, const struct ast_stmt *st)
{
	uint32_t count = st->prepare.type_count;
	struct type *types = ARENA_ARRAY(c->arena, struct type, count + 1);
	struct plan *plan;

	for (uint32_t i = 0; i < count; i++)
		TRY(bind_type(st->prepare.types[i], &types[i], c->error));
	c->options.parameters = types;
	c->options.parameter_count = count;
	return plan_query(c->arena, st->prepare.statement, &c->options, &plan, c->error);
}

static enum sqlstate check_cursor(struct body_check *c, const struct ast_stmt *st)
{
	struct plan *plan;

	TRY(plan_query(c->arena, st->declare.statement, &c->options, &plan, c->error));
	if (plan->answers_rows)
		return OK;
	(void)FAIL(c->error, E_SYNTAX, "cannot open a cursor on a statement without rows");
	c->error->byte_offset = (int)st->declare.statement->at;
	return E_SYNTAX;
}

static enum sqlstate check_view(struct body_check *c, const struct ast_stmt *st)
{
	struct ddl d = { .arena = c->arena, .error = c->error, .options = c->options };
	struct plan *plan;

	return ddl_plan_new_view(&d, st->view, &plan);
}

/* The definition of the query's columns; its name and keys are looked at when it is made. */
static enum sqlstate check_table(struct body_check *c, const struct ast_stmt *st)
{
	struct ddl d = { .arena = c->arena, .error = c->error, .options = c->options };
	struct ast_table made;

	return st->table->query == NULL ? OK : ddl_plan_table_query(&d, st->table, &made);
}

static enum sqlstate check_procedure(struct body_check *c, const struct ast_stmt *st)
{
	bool is_write;

	return procedure_user_check(c->arena, st, &c->options, &is_write, c->error);
}

enum sqlstate prepared_check_body(
	struct query_session *s, const struct query_prepared *p, struct error *e)
{
	enum sqlstate (*check)(struct body_check *, const struct ast_stmt *) = NULL;
	struct body_check c = { .error = e };
	enum sqlstate rc;

	switch (p->statement->kind) {
	case STMT_PREPARE:
		check = check_prepare;
		break;
	case STMT_DECLARE:
		check = check_cursor;
		break;
	case STMT_CREATE_VIEW:
		check = check_view;
		break;
	case STMT_CREATE_TABLE:
		check = check_table;
		break;
	case STMT_CREATE_PROCEDURE:
		check = check_procedure;
		break;
	default:
		return OK;
	}
	TRY(transaction_ensure(s, s->is_autocommit, e));
	c.arena = arena_new(0);
	bind_options_fill(s, p, &c.options);
	c.options.txn = NULL; /* names that only the query writes are made when it runs … */
	c.options.notice = NULL; /* … and what it has to tell is told then */
	rc = check(&c, p->statement);
	arena_free(c.arena);
	return rc;
}
