/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Roles and databases. The roles are those of the catalog (query/role), and the one that owns the
 * schema public in PostgreSQL. As long as there is no superuser, whoever is connected without a role is
 * shown as one with the oid of PostgreSQL's own.
 */
#include "query/eval/eval.h"
#include "query/sql/acl_list.h"
#include "query/sql/fills.h"
#include "query/sql/label_table.h"

enum { ENCODING_UTF8 = 6, OID_TABLESPACE_DEFAULT = 1663 };

struct shown {
	uint32_t oid, flags;
	struct str name;
	const struct role *role; /* NULL: it is in no catalog */
};

typedef void show_role(struct relation_scan *s, const struct shown *shown);

static void each_role(struct relation_scan *s, show_role *show)
{
	struct shown shown = { OID_ROLE_OWNER,
		ROLE_SUPERUSER | ROLE_LOGIN | ROLE_CREATEDB | ROLE_CREATEROLE | ROLE_REPLICATION |
			ROLE_BYPASSRLS,
		acl_role_name(s->ev, NAME_NONE), NULL };
	struct role *r = ARENA_NEW(s->arena, struct role);

	if (role_first(s->catalog) == NAME_NONE)
		show(s, &shown);
	for (uint32_t cursor = 0; role_next(s->catalog, &cursor, r);) {
		shown = (struct shown){ role_oid(s->catalog, r->id), r->flags, r->name, r };
		show(s, &shown);
	}
	shown = (struct shown){ OID_ROLE_DATABASE_OWNER, 0, STR("pg_database_owner"), NULL };
	show(s, &shown);
}

static struct value has(const struct shown *shown, enum role_flag flag)
{
	return value_bool((shown->flags & flag) != 0);
}

static struct value until(const struct shown *shown)
{
	struct value v;

	if (shown->role == NULL || shown->role->valid_until == ROLE_FOREVER)
		return value_null();
	v = value_int(shown->role->valid_until);
	v.type = VALUE_TIMESTAMPTZ;
	return v;
}

static struct value limit(const struct shown *shown)
{
	return value_int(shown->role == NULL ? -1 : shown->role->connection_limit);
}

/* The verifier, for those who may read it: superusers. */
static struct value verifier(struct relation_scan *s, const struct shown *shown)
{
	if (shown->role == NULL || shown->role->verifier[0] == '\0')
		return value_null();
	return value_string(arena_str(s->arena, str_of(shown->role->verifier)));
}

/* "name=value" each; NULL if there are none. */
static struct value config_list(struct relation_scan *s, struct str settings)
{
	struct str name, value, rest = settings, *items;
	uint32_t count = 0;

	while (role_settings_take(&rest, &name, &value))
		count++;
	if (count == 0)
		return value_null();
	items = ARENA_ARRAY(s->arena, struct str, count);
	for (count = 0; role_settings_take(&settings, &name, &value); count++)
		items[count] = arena_printf(
			s->arena, "%.*s=%.*s", STR_ARGS(name), STR_ARGS(value));
	return relation_texts(s, items, count);
}

static struct value config_of(struct relation_scan *s, const struct shown *shown)
{
	if (shown->role == NULL)
		return value_null();
	return config_list(
		s, role_settings(s->catalog, (struct role_setting_key){ shown->role->id, false }));
}

static void show_authid(struct relation_scan *s, const struct shown *shown)
{
	struct value *row = relation_add(s);

	row[pg_authid_oid] = value_int(shown->oid);
	row[pg_authid_rolname] = value_string(arena_str(s->arena, shown->name));
	row[pg_authid_rolsuper] = has(shown, ROLE_SUPERUSER);
	row[pg_authid_rolinherit] = value_bool((shown->flags & ROLE_NOINHERIT) == 0);
	row[pg_authid_rolcreaterole] = has(shown, ROLE_CREATEROLE);
	row[pg_authid_rolcreatedb] = has(shown, ROLE_CREATEDB);
	row[pg_authid_rolcanlogin] = has(shown, ROLE_LOGIN);
	row[pg_authid_rolreplication] = has(shown, ROLE_REPLICATION);
	row[pg_authid_rolbypassrls] = has(shown, ROLE_BYPASSRLS);
	row[pg_authid_rolconnlimit] = limit(shown);
	row[pg_authid_rolpassword] = verifier(s, shown);
	row[pg_authid_rolvaliduntil] = until(shown);
}

RELATION_FILL(authid)
{
	(void)e;
	each_role(s, show_authid);
	return OK;
}

static void show_roles(struct relation_scan *s, const struct shown *shown)
{
	struct value *row = relation_add(s);

	row[pg_roles_oid] = value_int(shown->oid);
	row[pg_roles_rolname] = value_string(arena_str(s->arena, shown->name));
	row[pg_roles_rolsuper] = has(shown, ROLE_SUPERUSER);
	row[pg_roles_rolinherit] = value_bool((shown->flags & ROLE_NOINHERIT) == 0);
	row[pg_roles_rolcreaterole] = has(shown, ROLE_CREATEROLE);
	row[pg_roles_rolcreatedb] = has(shown, ROLE_CREATEDB);
	row[pg_roles_rolcanlogin] = has(shown, ROLE_LOGIN);
	row[pg_roles_rolreplication] = has(shown, ROLE_REPLICATION);
	row[pg_roles_rolbypassrls] = has(shown, ROLE_BYPASSRLS);
	row[pg_roles_rolconnlimit] = limit(shown);
	row[pg_roles_rolpassword] = relation_text("********");
	row[pg_roles_rolvaliduntil] = until(shown);
	row[pg_roles_rolconfig] = config_of(s, shown);
}

RELATION_FILL(roles)
{
	(void)e;
	each_role(s, show_roles);
	return OK;
}

static void show_user(struct relation_scan *s, const struct shown *shown)
{
	struct value *row;

	if ((shown->flags & ROLE_LOGIN) == 0)
		return;
	row = relation_add(s);
	row[pg_user_usename] = value_string(arena_str(s->arena, shown->name));
	row[pg_user_usesysid] = value_int(shown->oid);
	row[pg_user_usecreatedb] = has(shown, ROLE_CREATEDB);
	row[pg_user_usesuper] = has(shown, ROLE_SUPERUSER);
	row[pg_user_userepl] = has(shown, ROLE_REPLICATION);
	row[pg_user_usebypassrls] = has(shown, ROLE_BYPASSRLS);
	row[pg_user_passwd] = relation_text("********");
	row[pg_user_valuntil] = until(shown);
	row[pg_user_useconfig] = config_of(s, shown);
}

RELATION_FILL(user)
{
	(void)e;
	each_role(s, show_user);
	return OK;
}

static void show_shadow(struct relation_scan *s, const struct shown *shown)
{
	struct value *row;

	if ((shown->flags & ROLE_LOGIN) == 0)
		return;
	row = relation_add(s);
	row[pg_shadow_usename] = value_string(arena_str(s->arena, shown->name));
	row[pg_shadow_usesysid] = value_int(shown->oid);
	row[pg_shadow_usecreatedb] = has(shown, ROLE_CREATEDB);
	row[pg_shadow_usesuper] = has(shown, ROLE_SUPERUSER);
	row[pg_shadow_userepl] = has(shown, ROLE_REPLICATION);
	row[pg_shadow_usebypassrls] = has(shown, ROLE_BYPASSRLS);
	row[pg_shadow_passwd] = verifier(s, shown);
	row[pg_shadow_valuntil] = until(shown);
	row[pg_shadow_useconfig] = config_of(s, shown);
}

RELATION_FILL(shadow)
{
	(void)e;
	each_role(s, show_shadow);
	return OK;
}

static void show_members(struct relation_scan *s, const struct shown *shown)
{
	for (uint32_t i = 0; shown->role != NULL && i < shown->role->parent_count; i++) {
		struct value *row = relation_add(s);

		row[pg_auth_members_roleid] =
			value_int(role_oid(s->catalog, shown->role->parents[i].id));
		row[pg_auth_members_member] = value_int(shown->oid);
		row[pg_auth_members_grantor] = value_int(OID_ROLE_OWNER);
		row[pg_auth_members_admin_option] = value_bool(shown->role->parents[i].is_admin);
	}
}

RELATION_FILL(auth_members)
{
	(void)e;
	each_role(s, show_members);
	return OK;
}

/* ---- aclexplode ---- */

static struct value oid_of_name(const struct relation_scan *s, struct str name)
{
	uint32_t id;

	if (name.length == 0)
		return value_int(0);
	if (!acl_role_named(s->ev, name, &id))
		return value_null();
	return value_int(role_oid(s->catalog, id));
}

static enum sqlstate explode(struct relation_scan *s, struct str item, struct error *e)
{
	struct str grantee, grantor;
	uint32_t bits, grantable;

	if (!acl_item_read(s->arena, item, &grantee, &grantor, &bits, &grantable))
		return FAIL(e, E_TEXT_REPRESENTATION,
			"invalid input syntax for type aclitem: \"%.*s\"", STR_ARGS(item));
	for (uint32_t bit = 1; bit != 0 && bit <= bits; bit <<= 1) {
		struct value *row;

		if ((bits & bit) == 0)
			continue;
		row = relation_add(s);
		row[f_aclexplode_grantor] = oid_of_name(s, grantor);
		row[f_aclexplode_grantee] = oid_of_name(s, grantee);
		row[f_aclexplode_privilege_type] = relation_text(acl_privilege_name(bit));
		row[f_aclexplode_is_grantable] = value_bool((grantable & bit) != 0);
	}
	return OK;
}

RELATION_FILL(function_acl)
{
	for (uint32_t i = 0; i < s->args[0].count; i++) {
		if (s->args[0].items[i].type == VALUE_STRING)
			TRY(explode(s, value_str(s->args[0].items[i]), e));
	}
	return OK;
}

/* ---- what is for later: default privileges, settings ---- */

RELATION_FILL(default_acl)
{
	struct acl *acl = ARENA_NEW(s->arena, struct acl);

	(void)e;
	for (uint32_t cursor = 0; acl_next(s->catalog, &cursor, acl);) {
		enum acl_kind kind = acl->target.kind;
		bool is_tables = kind == ACL_DEFAULT_TABLES || kind == ACL_DEFAULT_TABLES_PUBLIC;
		bool is_public = kind == ACL_DEFAULT_TABLES_PUBLIC ||
				 kind == ACL_DEFAULT_SEQUENCES_PUBLIC;
		struct value *row;

		if (!acl_is_default(acl->target))
			continue;
		row = relation_add(s);
		row[pg_default_acl_oid] = value_int(label_oid(LABEL_CATALOG_OBJECT, acl->id));
		row[pg_default_acl_defaclrole] =
			value_int(role_oid(s->catalog, acl->target.label));
		row[pg_default_acl_defaclnamespace] =
			value_int(is_public ? OID_NAMESPACE_PUBLIC : 0);
		row[pg_default_acl_defaclobjtype] = relation_char(s, is_tables ? 'r' : 'S');
		row[pg_default_acl_defaclacl] = acl_default_items(s, acl);
	}
	return OK;
}

RELATION_FILL(db_role_setting)
{
	struct role_setting_key key;
	struct str settings;

	(void)e;
	for (uint32_t cursor = 0; role_settings_next(s->catalog, &cursor, &key, &settings);) {
		struct value *row = relation_add(s);

		row[pg_db_role_setting_setdatabase] =
			value_int(key.is_database ? QUERY_DATABASE_OID : 0);
		row[pg_db_role_setting_setrole] =
			value_int(key.role == NAME_NONE ? 0 : role_oid(s->catalog, key.role));
		row[pg_db_role_setting_setconfig] = config_list(s, settings);
	}
	return OK;
}

/* ---- databases ---- */

static void show_database_acl(struct relation_scan *s, struct value *row)
{
	struct acl *acl = ARENA_NEW(s->arena, struct acl);

	acl_find(s->catalog, (struct acl_target){ ACL_DATABASE, 0 }, acl);
	row[pg_database_datacl] = acl_items(s, acl, PRIVILEGES_DATABASE);
}

RELATION_FILL(database)
{
	const struct eval_session *session = s->ev->session;
	struct value *row = relation_add(s);

	(void)e;
	row[pg_database_oid] = value_int(QUERY_DATABASE_OID);
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
	show_database_acl(s, row);
	row[pg_database_datcollate] = row[pg_database_datctype] = relation_text("C.UTF-8");
	return OK;
}
