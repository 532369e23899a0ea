/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * CREATE and DROP PROCEDURE: what query/plan/user_procedure.h reads is put into the catalog here.
 */
#include "query/parse/ast_dump.h"
#include "query/plan/user_procedure.h"
#include "query/procedure/procedure.h"
#include "query/session/session.h"

static void skipping(struct query_portal *p, struct str name, bool exists)
{
	session_notice(p->session, "NOTICE", exists ? E_DUPLICATE_OBJECT : W_WARNING,
		"procedure \"%.*s\" %s, skipping", STR_ARGS(name),
		exists ? "already exists" : "does not exist");
}

static bool is_built_in(struct str name)
{
	for (uint32_t i = 0; i < procedure_count(); i++)
		if (str_equal_nocase(name, str_of(procedure_at(i)->name)))
			return true;
	return false;
}

static enum sqlstate duplicate_procedure(
	const struct ast_procedure *procedure, struct str name, struct error *e)
{
	(void)FAIL(e, E_DUPLICATE_OBJECT, "procedure \"%.*s\" already exists", STR_ARGS(name));
	e->byte_offset = (int)procedure->name.at;
	return e->code;
}

enum sqlstate schema_create_procedure(struct query_portal *p, struct error *e)
{
	const struct ast_stmt *statement = p->prepared->statement;
	const struct ast_procedure *procedure = statement->procedure;
	struct txn *txn = p->session->txn;
	const struct catalog_object *old;
	struct bind_options options;
	struct buf text = { 0 };
	uint32_t id = NAME_NONE;
	enum sqlstate rc;
	bool is_write;
	struct str name = procedure_user_name(p->arena, &procedure->name);

	portal_tag(p, "CREATE PROCEDURE");
	TRY(schema_lock(txn, e));
	old = procedure_user_find(txn_catalog(txn), name);
	if (old != NULL && procedure->if_not_exists) {
		skipping(p, name, true);
		return OK;
	}
	if (is_built_in(name) || (old != NULL && !procedure->or_replace))
		return duplicate_procedure(procedure, name, e);
	if (old != NULL)
		id = old->id;
	bind_options_fill(p->session, p->prepared, &options);
	options.txn = NULL; /* names that only the body writes are made when it runs */
	TRY(procedure_user_check(p->arena, statement, &options, &is_write, e));
	ast_text_stmt(&text, statement);
	rc = schema_object_put(txn, &id, USER_PROCEDURE_OBJECT, name, buf_str(&text), e);
	buf_free(&text);
	return rc;
}

enum sqlstate schema_drop_procedure(struct query_portal *p, struct error *e)
{
	const struct ast_stmt *st = p->prepared->statement;
	struct txn *txn = p->session->txn;
	const struct catalog_object *object;

	portal_tag(p, "DROP PROCEDURE");
	TRY(schema_lock(txn, e));
	object = procedure_user_find(txn_catalog(txn), st->drop.name.text);
	if (object != NULL)
		return schema_object_drop(txn, object->id, e);
	if (st->drop.if_exists) {
		skipping(p, st->drop.name.text, false);
		return OK;
	}
	(void)FAIL(e, E_NO_FUNCTION, "procedure \"%.*s\" does not exist",
		STR_ARGS(st->drop.name.text));
	e->byte_offset = (int)st->drop.name.at;
	return e->code;
}
