/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * LOCK TABLE, REINDEX and CLUSTER.
 *
 * Who changes rows shares the lock of their table; a mode of LOCK TABLE that no change of a row goes
 * together with waits for all of those, and they for it. Who reads waits for nobody. Indexes and records keep their places, so REINDEX and CLUSTER have nothing to do but to look
 * whether what they name is there.
 */
#include "query/session/session.h"

#include "query/table/table.h"

static enum sqlstate no_relation(
	const struct query_portal *p, const struct ast_name *name, struct error *e)
{
	(void)FAIL(e, E_NO_TABLE, "relation \"%.*s\" does not exist", STR_ARGS(name->text));
	return table_hint_case(txn_catalog(p->session->txn), name->text, e);
}

static const struct index_info *find_index(const struct catalog *c, struct str name)
{
	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		if (str_equal(catalog_index_at(c, i)->name, name))
			return catalog_index_at(c, i);
	}
	return NULL;
}

/* ---- LOCK TABLE ---- */

/* What reads alone needs no lock: a view, ACCESS SHARE. */
static enum sqlstate lock_one(struct query_portal *p, const struct ast_name *name, struct error *e)
{
	static const enum lock_strength strengths[] = { [TABLE_LOCK_CHANGES] = STRENGTH_KEY_SHARE,
		[TABLE_LOCK_KEEPS] = STRENGTH_SHARE,
		[TABLE_LOCK_EXCLUDES] = STRENGTH_UPDATE };
	const struct ast_stmt *s = p->prepared->statement;
	struct txn *txn = p->session->txn;
	const struct table *t = table_find(txn_catalog(txn), p->arena, name->text);
	struct view_definition v;
	enum sqlstate rc;

	if (t == NULL)
		return view_definition_find(txn_catalog(txn), p->arena, name->text, &v)
			       ? OK
			       : no_relation(p, name, e);
	if (s->maintain.lock == TABLE_LOCK_READS)
		return OK;
	rc = storage_label_lock(txn, t->element, t->label, strengths[s->maintain.lock],
		s->maintain.is_nowait, e);
	if (rc == E_LOCK_TIMEOUT && s->maintain.is_nowait)
		return FAIL(e, E_LOCK_TIMEOUT, "could not obtain lock on relation \"%.*s\"",
			STR_ARGS(t->name));
	return rc;
}

static enum sqlstate run_lock(struct query_portal *p, struct error *e)
{
	const struct ast_stmt *s = p->prepared->statement;

	portal_tag(p, "LOCK TABLE");
	if (p->session->state != TRANSACTION_BLOCK)
		return FAIL(e, E_NO_TRANSACTION,
			"LOCK TABLE can only be used in transaction blocks");
	for (uint32_t i = 0; i < s->maintain.count; i++)
		TRY(lock_one(p, &s->maintain.names[i], e));
	return OK;
}

/* ---- REINDEX and CLUSTER ---- */

static bool is_whole(const struct ast_stmt *s)
{
	return s->maintain.what[0] == 'S' || s->maintain.what[0] == 'D';
}

static enum sqlstate run_reindex(struct query_portal *p, struct error *e)
{
	const struct ast_stmt *s = p->prepared->statement;
	const struct ast_name *name = &s->maintain.names[0];
	const struct catalog *c = txn_catalog(p->session->txn);

	portal_tag(p, "REINDEX");
	if (p->session->state == TRANSACTION_BLOCK &&
		(is_whole(s) || s->maintain.is_concurrent))
		return FAIL(e, E_ACTIVE_TRANSACTION,
			"REINDEX %s cannot run inside a transaction block",
			s->maintain.is_concurrent ? "CONCURRENTLY" : s->maintain.what);
	if (is_whole(s))
		return OK;
	if (s->maintain.what[0] == 'I' ? find_index(c, name->text) == NULL
				       : table_find(c, p->arena, name->text) == NULL)
		return no_relation(p, name, e);
	return OK;
}

static enum sqlstate run_cluster(struct query_portal *p, struct error *e)
{
	const struct ast_stmt *s = p->prepared->statement;
	const struct catalog *c = txn_catalog(p->session->txn);
	const struct index_info *index;
	const struct table *t;

	portal_tag(p, "CLUSTER");
	if (s->maintain.count == 0)
		return OK;
	t = table_find(c, p->arena, s->maintain.names[0].text);
	if (t == NULL)
		return no_relation(p, &s->maintain.names[0], e);
	if (s->maintain.count == 1)
		return OK;
	index = find_index(c, s->maintain.names[1].text);
	if (index != NULL && index->element == t->element && index->label == t->label)
		return OK;
	return FAIL(e, E_NO_OBJECT, "index \"%.*s\" for table \"%.*s\" does not exist",
		STR_ARGS(s->maintain.names[1].text), STR_ARGS(t->name));
}

enum sqlstate command_maintain(struct query_portal *p, struct error *e)
{
	enum ast_stmt_kind kind = p->prepared->statement->kind;

	return kind == STMT_LOCK_TABLE ? run_lock(p, e)
	       : kind == STMT_REINDEX  ? run_reindex(p, e)
				       : run_cluster(p, e);
}
