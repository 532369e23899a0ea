/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Roles and databases. There are no privileges to tell apart: every user who may log in may do
 * everything. The one of the session is shown, as a superuser and the owner of everything, and the
 * role that owns the schema public in PostgreSQL.
 */
#include "query/eval/eval.h"
#include "query/sql/fills.h"
#include "query/sql/label_table.h"

enum { ENCODING_UTF8 = 6, OID_DATABASE = 5, OID_TABLESPACE_DEFAULT = 1663 };

static struct value role_name(const struct relation_scan *s)
{
	const struct eval_session *session = s->ev->session;

	return relation_text(session == NULL ? "" : session->user);
}

/* What pg_authid and pg_roles have in common, with the numbers of their columns. */
struct role_columns {
	int oid, name, flags[6], replication, limit;
};

static void add_role(struct relation_scan *s, const struct role_columns *c, uint32_t oid)
{
	bool is_owner = oid == OID_ROLE_OWNER;
	struct value *row = relation_add(s);

	row[c->oid] = value_int(oid);
	row[c->name] = is_owner ? role_name(s) : relation_text("pg_database_owner");
	for (uint32_t i = 0; i < ARRAY_COUNT(c->flags); i++)
		row[c->flags[i]] = value_bool(is_owner);
	row[c->flags[0]] = value_bool(true); /* rolinherit: of both */
	row[c->replication] = value_bool(false);
	row[c->limit] = value_int(-1);
}

RELATION_FILL(authid)
{
	static const struct role_columns columns = { pg_authid_oid, pg_authid_rolname,
		{ pg_authid_rolinherit, pg_authid_rolsuper, pg_authid_rolcreaterole,
			pg_authid_rolcreatedb, pg_authid_rolcanlogin, pg_authid_rolbypassrls },
		pg_authid_rolreplication, pg_authid_rolconnlimit };

	(void)e;
	add_role(s, &columns, OID_ROLE_OWNER);
	add_role(s, &columns, OID_ROLE_DATABASE_OWNER);
	return OK;
}

RELATION_FILL(roles)
{
	static const struct role_columns columns = { pg_roles_oid, pg_roles_rolname,
		{ pg_roles_rolinherit, pg_roles_rolsuper, pg_roles_rolcreaterole,
			pg_roles_rolcreatedb, pg_roles_rolcanlogin, pg_roles_rolbypassrls },
		pg_roles_rolreplication, pg_roles_rolconnlimit };

	(void)e;
	add_role(s, &columns, OID_ROLE_OWNER);
	add_role(s, &columns, OID_ROLE_DATABASE_OWNER);
	for (uint32_t i = 0; i < s->row_count; i++)
		s->cells[(size_t)i * s->relation->column_count + pg_roles_rolpassword] =
			relation_text("********");
	return OK;
}

RELATION_FILL(user)
{
	struct value *row = relation_add(s);

	(void)e;
	row[pg_user_usename] = role_name(s);
	row[pg_user_usesysid] = value_int(OID_ROLE_OWNER);
	row[pg_user_usecreatedb] = row[pg_user_usesuper] = row[pg_user_usebypassrls] =
		value_bool(true);
	row[pg_user_userepl] = value_bool(false);
	row[pg_user_passwd] = relation_text("********");
	return OK;
}

RELATION_FILL(shadow)
{
	struct value *row = relation_add(s);

	(void)e;
	row[pg_shadow_usename] = role_name(s);
	row[pg_shadow_usesysid] = value_int(OID_ROLE_OWNER);
	row[pg_shadow_usecreatedb] = row[pg_shadow_usesuper] = row[pg_shadow_usebypassrls] =
		value_bool(true);
	row[pg_shadow_userepl] = value_bool(false);
	return OK;
}

RELATION_FILL(database)
{
	const struct eval_session *session = s->ev->session;
	struct value *row = relation_add(s);

	(void)e;
	row[pg_database_oid] = value_int(OID_DATABASE);
	row[pg_database_datname] = relation_text(session == NULL ? "" : session->database);
	row[pg_database_datdba] = value_int(OID_ROLE_OWNER);
	row[pg_database_encoding] = value_int(ENCODING_UTF8);
	row[pg_database_datlocprovider] = relation_text("c");
	row[pg_database_datistemplate] = value_bool(false);
	row[pg_database_datallowconn] = value_bool(true);
	row[pg_database_datconnlimit] = value_int(-1);
	row[pg_database_datfrozenxid] = value_int(0);
	row[pg_database_datminmxid] = value_int(0);
	row[pg_database_dattablespace] = value_int(OID_TABLESPACE_DEFAULT);
	row[pg_database_datcollate] = row[pg_database_datctype] = relation_text("C.UTF-8");
	return OK;
}
