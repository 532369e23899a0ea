/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What holds for things and sessions that are still to be: ALTER DEFAULT PRIVILEGES, ALTER ROLE and ALTER
 * DATABASE .. SET.
 */
#include "query/session/session.h"

#include "query/parse/ast_role.h"
#include "query/table/table.h"

static const struct catalog *catalog_of(const struct query_session *s)
{
	return txn_catalog(s->txn);
}

/* ---- ALTER DEFAULT PRIVILEGES ---- */

static enum acl_kind default_kind(bool is_sequences, bool is_public)
{
	if (is_sequences)
		return is_public ? ACL_DEFAULT_SEQUENCES_PUBLIC : ACL_DEFAULT_SEQUENCES;
	return is_public ? ACL_DEFAULT_TABLES_PUBLIC : ACL_DEFAULT_TABLES;
}

static enum sqlstate set_default(struct query_session *s, const struct ast_grant *g,
	struct acl_target target, struct error *e)
{
	uint32_t possible = acl_possible(catalog_of(s), target);
	uint32_t bits = g->is_all ? possible : g->privileges;

	if ((bits & ~possible) != 0)
		return FAIL(e, E_INVALID_GRANT, "invalid privilege type for %s",
			g->kind == GRANT_DEFAULT_SEQUENCES ? "sequence" : "relation");
	return schema_role_give(s, g, target, bits, e);
}

/* Of one role: in all schemas, or in those that are named. */
static enum sqlstate set_defaults_of(
	struct query_session *s, const struct ast_grant *g, uint32_t role, struct error *e)
{
	bool is_sequences = g->kind == GRANT_DEFAULT_SEQUENCES;
	struct acl_target target = { default_kind(is_sequences, g->object_count > 0), role };
	uint32_t graph;

	for (uint32_t i = 0; i < g->object_count; i++) {
		TRY(schema_role_need_graph(s, &g->objects[i], &graph, e));
		if (graph != GRAPH_MAIN)
			return FAIL(e, E_NOT_SUPPORTED,
				"default privileges in other schemas are not supported");
	}
	return set_default(s, g, target, e);
}

enum sqlstate schema_default_grant(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	const struct ast_grant *g = p->prepared->statement->grant;
	const struct role_set *own = session_rights(s);
	struct role r;

	portal_tag(p, "ALTER DEFAULT PRIVILEGES");
	if (g->owner_count == 0)
		return set_defaults_of(s, g, own->count == 0 ? NAME_NONE : own->ids[0], e);
	for (uint32_t i = 0; i < g->owner_count; i++) {
		TRY(schema_role_need(s, &g->owners[i], &r, e));
		if (!own->is_superuser && !role_set_has(own, r.id))
			return FAIL(e, E_PRIVILEGE,
				"permission denied to change default privileges");
		TRY(set_defaults_of(s, g, r.id, e));
	}
	return OK;
}

enum sqlstate schema_default_apply(
	struct query_session *s, uint32_t role, struct acl *to, struct error *e)
{
	bool is_sequence = to->target.kind == ACL_SEQUENCE;
	struct acl *defaults = ARENA_NEW(s->scratch, struct acl);

	for (int is_public = 0; is_public < 2; is_public++) {
		struct acl_target target = { default_kind(is_sequence, is_public), role };

		acl_find(catalog_of(s), target, defaults);
		for (uint32_t i = 0; i < defaults->count; i++) {
			const struct acl_entry *entry = &defaults->entries[i];

			TRY(acl_grant(to, entry->role, entry->bits & ~entry->grantable, false, e));
			TRY(acl_grant(to, entry->role, entry->grantable, true, e));
		}
	}
	return OK;
}

/* ---- ALTER ROLE, ALTER DATABASE .. SET ---- */

static enum sqlstate may_set(struct query_session *s, const struct ast_role_setting *from,
	const struct role *r, struct error *e)
{
	const struct role_set *own = session_rights(s);
	bool is_own = r->id != NAME_NONE && own->count > 0 && own->ids[0] == r->id;

	if (own->is_superuser || is_own)
		return OK;
	if (from->role.length == 0 && from->database.length > 0)
		return FAIL(e, E_PRIVILEGE, "must be owner of database %.*s",
			STR_ARGS(from->database.text));
	if (from->role.length == 0)
		return FAIL(e, E_PRIVILEGE, "must be superuser to alter settings globally");
	if ((r->flags & ROLE_SUPERUSER) != 0)
		return FAIL(e, E_PRIVILEGE, "must be superuser to alter superusers");
	return (own->flags & ROLE_CREATEROLE) != 0 ? OK
						   : FAIL(e, E_PRIVILEGE, "permission denied");
}

/* Whether there is the setting, it takes the value, and is the session's to set; *name as listed. */
static enum sqlstate try_setting(
	struct query_session *s, struct str *name, struct str value, struct error *e)
{
	struct settings *tried = settings_new(NULL);
	bool is_superuser = session_rights(s)->is_superuser;
	enum sqlstate rc = setting_set(tried, SETTING_is_superuser,
		is_superuser ? STR("on") : STR("off"), SETTING_FROM_SERVER, e);

	if (rc == OK)
		rc = settings_set_name(tried, *name, value, SETTING_FROM_SESSION, e);
	if (rc == OK && setting_find(*name) != SETTING_COUNT)
		*name = str_of(setting_rows[setting_find(*name)].name);
	settings_release(tried);
	return rc;
}

static void put_pair(struct buf *to, struct str name, struct str value)
{
	buf_put_str(to, name);
	buf_put_byte(to, 0);
	buf_put_str(to, value);
	buf_put_byte(to, 0);
}

static enum sqlstate change_settings(struct query_session *s, struct role_setting_key key,
	struct str name, const struct str *value, struct error *e)
{
	struct str before = role_settings(catalog_of(s), key), old_name, old_value;
	struct buf after = { 0 };
	bool is_there = false;
	enum sqlstate rc;

	while (role_settings_take(&before, &old_name, &old_value)) {
		bool is_it = name.length == 0 || str_equal_nocase(old_name, name);

		is_there |= is_it;
		if (!is_it)
			put_pair(&after, old_name, old_value);
		else if (value != NULL)
			put_pair(&after, name, *value);
	}
	if (value != NULL && !is_there)
		put_pair(&after, name, *value);
	rc = role_settings_put(s->txn, key, buf_str(&after), e);
	buf_free(&after);
	return rc;
}

enum sqlstate schema_role_setting(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	const struct ast_role_setting *from = p->prepared->statement->role_setting;
	bool is_database = from->database.length > 0;
	bool is_set = !from->is_reset && !from->setting->is_default;
	struct str name = from->setting->name.text, value = STR("");
	struct role r = { .id = NAME_NONE };

	portal_tag(p, is_database && from->role.length == 0 ? "ALTER DATABASE" : "ALTER ROLE");
	if (from->role.length > 0)
		TRY(schema_role_need(s, &from->role, &r, e));
	if (is_database)
		TRY(schema_role_need_database(s, &from->database, e));
	TRY(may_set(s, from, &r, e));
	if (is_set) {
		TRY(command_setting_text(p, from->setting, &value, e));
		TRY(try_setting(s, &name, value, e));
	}
	return change_settings(s, (struct role_setting_key){ r.id, is_database }, name,
		is_set ? &value : NULL, e);
}
