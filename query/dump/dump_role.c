/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The roles of a dump, its last part: who there is, who is a member of whom, whose labels are, and what
 * was granted.
 *
 * Who loads a dump has no role in the new server and may do everything, until there is a role that
 * rules by itself: a superuser that may log in. So superusers are made first, cannot log in yet, and one
 * of them goes on loading; the very last statements let them log in.
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "base/setting.h"
#include "query/dump/dump.h"
#include "query/role/role.h"
#include "query/sql/relation.h"
#include "query/table/table.h"

struct roles {
	struct buf *to;
	const struct catalog *catalog;
	struct role role; /* large: one of each is enough */
	struct role grantee;
	struct acl acl;
	uint32_t graph; /* of the session that loads */
};

/* ---- roles -------------------------------------------------------------------------------- */

static const struct {
	uint32_t flag;
	const char *word;
} flag_words[] = { { ROLE_SUPERUSER, "SUPERUSER" }, { ROLE_CREATEDB, "CREATEDB" },
	{ ROLE_CREATEROLE, "CREATEROLE" }, { ROLE_NOINHERIT, "NOINHERIT" },
	{ ROLE_REPLICATION, "REPLICATION" }, { ROLE_BYPASSRLS, "BYPASSRLS" } };

static bool is_superuser(const struct role *r)
{
	return (r->flags & ROLE_SUPERUSER) != 0;
}

static bool may_log_in(const struct role *r)
{
	return (r->flags & ROLE_LOGIN) != 0;
}

static void put_role(struct roles *s, const struct role *r)
{
	buf_put_text(s->to, "CREATE ROLE ");
	dump_put_name(s->to, r->name);
	for (size_t i = 0; i < ARRAY_COUNT(flag_words); i++)
		if ((r->flags & flag_words[i].flag) != 0)
			buf_printf(s->to, " %s", flag_words[i].word);
	if (may_log_in(r) && !is_superuser(r))
		buf_put_text(s->to, " LOGIN");
	if (r->connection_limit >= 0)
		buf_printf(s->to, " CONNECTION LIMIT %" PRId32, r->connection_limit);
	if (r->valid_until != ROLE_FOREVER) {
		struct buf text = { 0 };

		value_put_text(&text,
			(struct value){ .type = VALUE_TIMESTAMPTZ, .integer = r->valid_until });
		buf_put_text(s->to, " VALID UNTIL ");
		dump_put_text(s->to, buf_str(&text));
		buf_free(&text);
	}
	if (r->verifier[0] != '\0') {
		buf_put_text(s->to, " PASSWORD ");
		dump_put_text(s->to, str_of(r->verifier));
	}
	buf_put_text(s->to, ";\n");
}

/* Superusers first; the first of them loads what follows. False: there is none. */
static bool put_roles(struct roles *s)
{
	bool has_superuser = false;
	uint32_t cursor = 0;

	while (role_next(s->catalog, &cursor, &s->role)) {
		if (!is_superuser(&s->role))
			continue;
		put_role(s, &s->role);
		if (!has_superuser) {
			buf_put_text(s->to, "SET SESSION AUTHORIZATION ");
			dump_put_name(s->to, s->role.name);
			buf_put_text(s->to, ";\n");
		}
		has_superuser = true;
	}
	for (cursor = 0; role_next(s->catalog, &cursor, &s->role);)
		if (!is_superuser(&s->role))
			put_role(s, &s->role);
	return has_superuser;
}

static void put_members(struct roles *s)
{
	for (uint32_t cursor = 0; role_next(s->catalog, &cursor, &s->role);) {
		for (uint32_t i = 0; i < s->role.parent_count; i++) {
			if (!role_get(s->catalog, s->role.parents[i].id, &s->grantee))
				continue;
			buf_put_text(s->to, "GRANT ");
			dump_put_name(s->to, s->grantee.name);
			buf_put_text(s->to, " TO ");
			dump_put_name(s->to, s->role.name);
			if (s->role.parents[i].is_admin)
				buf_put_text(s->to, " WITH ADMIN OPTION");
			buf_put_text(s->to, ";\n");
		}
	}
}

static void put_logins(struct roles *s)
{
	for (uint32_t cursor = 0; role_next(s->catalog, &cursor, &s->role);) {
		if (!is_superuser(&s->role) || !may_log_in(&s->role))
			continue;
		buf_put_text(s->to, "ALTER ROLE ");
		dump_put_name(s->to, s->role.name);
		buf_put_text(s->to, " LOGIN;\n");
	}
}

/* ---- privileges --------------------------------------------------------------------------- */

static void put_bits(struct buf *to, uint32_t bits)
{
	static const char *const words[] = { "SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE",
		"REFERENCES", "TRIGGER", "USAGE", "CREATE", "CONNECT", "TEMPORARY" };
	const char *between = "";

	for (uint32_t i = 0; i < ARRAY_COUNT(words); i++) {
		if ((bits >> i & 1) == 0)
			continue;
		buf_printf(to, "%s%s", between, words[i]);
		between = ", ";
	}
}

static enum element element_of(struct acl_target target)
{
	return target.kind == ACL_NODE ? ELEMENT_NODE : ELEMENT_EDGE;
}

static bool is_of_label(struct acl_target target)
{
	return target.kind == ACL_NODE || target.kind == ACL_EDGE;
}

/* Nodes without label: of main, or of another graph, for which its membership stands. */
static bool is_bare(struct roles *s, struct acl_target target)
{
	return target.kind == ACL_NODE &&
	       (target.label == NAME_NONE || catalog_is_membership(s->catalog, target.label));
}

/* What follows is about a label, called by the name that it has in its graph. */
static void go_to_graph(struct roles *s, struct acl_target target)
{
	uint32_t graph;

	if (!is_of_label(target) || is_bare(s, target))
		return;
	graph = catalog_graph_of(s->catalog, element_of(target), target.label);
	if (graph == s->graph)
		return;
	s->graph = graph;
	buf_put_text(s->to, "SESSION SET GRAPH ");
	dump_put_name(s->to, catalog_graph_name(s->catalog, graph));
	buf_put_text(s->to, ";\n");
}

static void put_schema(struct roles *s, uint32_t graph)
{
	buf_put_text(s->to, "SCHEMA ");
	if (graph == GRAPH_MAIN)
		buf_put_text(s->to, "public");
	else
		dump_put_name(s->to, catalog_graph_name(s->catalog, graph));
}

/* A view, a property graph, a graph type or a sequence. The word of a view is not written in GRANT. */
static void put_object(struct roles *s, struct acl_target target, bool is_grant)
{
	const char *kind = acl_object_kind(s->catalog, target);

	if (!is_grant || strcmp(kind, "view") != 0) {
		for (; *kind != '\0'; kind++)
			buf_put_byte(s->to, (uint8_t)toupper(*kind));
		buf_put_byte(s->to, ' ');
	}
	dump_put_name(s->to, acl_object_name(s->catalog, target));
}

static void put_label(struct roles *s, struct acl_target target, const char *word)
{
	bool is_node = target.kind == ACL_NODE;

	buf_printf(s->to, "%s%s", is_node ? "NODE " : "EDGE ", word);
	dump_put_name(s->to, catalog_name(s->catalog, is_node ? NAME_NODE_LABEL : NAME_EDGE_LABEL,
				     target.label));
}

static bool is_of_tables(struct acl_target target)
{
	return target.kind == ACL_DEFAULT_TABLES || target.kind == ACL_DEFAULT_TABLES_PUBLIC;
}

/* Before GRANT: whose defaults it is about. */
static void put_default(struct roles *s, struct acl_target target)
{
	if (!acl_is_default(target))
		return;
	buf_put_text(s->to, "ALTER DEFAULT PRIVILEGES ");
	if (role_get(s->catalog, target.label, &s->role)) {
		buf_put_text(s->to, "FOR ROLE ");
		dump_put_name(s->to, s->role.name);
		buf_put_byte(s->to, ' ');
	}
	if (target.kind == ACL_DEFAULT_TABLES_PUBLIC || target.kind == ACL_DEFAULT_SEQUENCES_PUBLIC)
		buf_put_text(s->to, "IN SCHEMA public ");
}

static void put_target(struct roles *s, struct acl_target target)
{
	if (target.kind == ACL_SCHEMA) {
		put_schema(s, target.label);
	} else if (acl_is_object(target)) {
		put_object(s, target, true);
	} else if (acl_is_default(target)) {
		buf_put_text(s->to, is_of_tables(target) ? "TABLES" : "SEQUENCES");
	} else if (target.kind == ACL_DATABASE) {
		buf_put_text(s->to, "DATABASE quiver");
	} else if (is_bare(s, target)) {
		buf_put_text(s->to, "ALL LABELS IN ");
		put_schema(s, target.label);
	} else {
		put_label(s, target, "LABEL ");
	}
}

/* s->grantee, or everybody. */
static void put_grantee(struct roles *s, uint32_t role)
{
	if (role == ROLE_PUBLIC)
		buf_put_text(s->to, "PUBLIC");
	else
		dump_put_name(s->to, s->grantee.name);
}

static void put_grant(struct roles *s, struct acl_target target, const struct acl_entry *entry,
	uint32_t bits, bool is_grantable)
{
	if (bits == 0)
		return;
	if (entry->role != ROLE_PUBLIC && !role_get(s->catalog, entry->role, &s->grantee))
		return;
	go_to_graph(s, target);
	put_default(s, target);
	buf_put_text(s->to, "GRANT ");
	put_bits(s->to, bits);
	buf_put_text(s->to, " ON ");
	put_target(s, target);
	buf_put_text(s->to, " TO ");
	put_grantee(s, entry->role);
	buf_put_text(s->to, is_grantable ? " WITH GRANT OPTION;\n" : ";\n");
}

/* What was taken from everybody, who would have it in a new server. */
static void put_public_revoke(struct roles *s, const struct acl_entry *entry)
{
	uint32_t missing = PRIVILEGES_DATABASE_PUBLIC & ~entry->bits;

	if (s->acl.target.kind != ACL_DATABASE || entry->role != ROLE_PUBLIC || missing == 0)
		return;
	buf_put_text(s->to, "REVOKE ");
	put_bits(s->to, missing);
	buf_put_text(s->to, " ON ");
	put_target(s, s->acl.target);
	buf_put_text(s->to, " FROM PUBLIC;\n");
}

static void put_acl(struct roles *s)
{
	const struct acl *a = &s->acl;

	for (uint32_t i = 0; i < a->count; i++) {
		const struct acl_entry *entry = &a->entries[i];

		put_public_revoke(s, entry);
		put_grant(s, a->target, entry, entry->bits & ~entry->grantable, false);
		put_grant(s, a->target, entry, entry->bits & entry->grantable, true);
	}
}

static void revoke_on(struct roles *s, struct acl_target target, uint32_t role)
{
	go_to_graph(s, target);
	buf_put_text(s->to, "REVOKE ALL ON ");
	put_target(s, target);
	buf_put_text(s->to, " FROM ");
	put_grantee(s, role);
	buf_put_text(s->to, ";\n");
}

static void revoke_views(struct roles *s, uint32_t role)
{
	for (uint32_t i = 0; i < catalog_object_count(s->catalog); i++) {
		const struct catalog_object *o = catalog_object_at(s->catalog, i);

		if (o->kind == OBJECT_VIEW)
			revoke_on(s, (struct acl_target){ ACL_OBJECT, o->id }, role);
	}
}

/* From the labels of the graph that have details, which a new server finds too. */
static void revoke_all(struct roles *s, enum element element, uint32_t graph, uint32_t role)
{
	enum name_kind kind = element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;

	for (uint32_t id = 1; id <= catalog_name_count(s->catalog, kind); id++) {
		struct acl_target target = { element == ELEMENT_NODE ? ACL_NODE : ACL_EDGE, id };

		if (catalog_label(s->catalog, element, id) == NULL || is_bare(s, target) ||
			catalog_graph_of(s->catalog, element, id) != graph)
			continue;
		revoke_on(s, target, role);
	}
}

/* What was granted on nodes without label is granted together with all labels, and taken back there;
   what was granted on these comes behind it. */
static void put_bare(struct roles *s, uint32_t graph)
{
	struct acl_target bare = { ACL_NODE, graph };

	acl_find(s->catalog, bare, &s->acl);
	put_acl(s);
	for (uint32_t i = 0; i < s->acl.count; i++) {
		uint32_t role = s->acl.entries[i].role;

		if (role != ROLE_PUBLIC && !role_get(s->catalog, role, &s->grantee))
			continue;
		revoke_all(s, ELEMENT_NODE, graph, role);
		revoke_all(s, ELEMENT_EDGE, graph, role);
		if (graph == GRAPH_MAIN)
			revoke_views(s, role);
	}
}

static void put_all_bare(struct roles *s)
{
	put_bare(s, GRAPH_MAIN);
	for (uint32_t id = 1; id <= catalog_name_count(s->catalog, NAME_NODE_LABEL); id++)
		if (catalog_is_membership(s->catalog, id) &&
			catalog_label(s->catalog, ELEMENT_NODE, id) != NULL)
			put_bare(s, id);
}

static void put_owner(struct roles *s)
{
	struct acl_target target = s->acl.target;

	if (s->acl.owner == 0 || !role_get(s->catalog, s->acl.owner, &s->grantee))
		return;
	go_to_graph(s, s->acl.target);
	buf_put_text(s->to, "ALTER ");
	if (acl_is_object(target))
		put_object(s, target, false);
	else if (target.kind == ACL_SCHEMA)
		put_schema(s, target.label);
	else
		put_label(s, target, "");
	buf_put_text(s->to, " OWNER TO ");
	dump_put_name(s->to, s->grantee.name);
	buf_put_text(s->to, ";\n");
}

/* The names of a search_path, each by itself: one text would be one name. */
static void put_path(struct buf *to, struct str path)
{
	struct buf plain = { 0 };
	struct str name;
	bool is_first = true;

	while (relation_path_next(&path, &name)) {
		buf_reset(&plain);
		for (uint32_t i = 0; i < name.length; i++) {
			buf_put_byte(&plain, name.at[i]);
			i += name.at[i] == '"' && i + 1 < name.length && name.at[i + 1] == '"';
		}
		buf_put_text(to, is_first ? "" : ", ");
		dump_put_text(to, buf_str(&plain));
		is_first = false;
	}
	if (is_first)
		dump_put_text(to, STR(""));
	buf_free(&plain);
}

static void put_setting_value(struct buf *to, struct str name, struct str value)
{
	if (setting_find(name) == SETTING_search_path)
		put_path(to, value);
	else
		dump_put_text(to, value);
}

/* ALTER ROLE .. SET and ALTER DATABASE .. SET. */
static void put_settings(struct roles *s)
{
	struct role_setting_key key;
	struct str settings, name, value;

	for (uint32_t cursor = 0; role_settings_next(s->catalog, &cursor, &key, &settings);) {
		if (key.role != NAME_NONE && !role_get(s->catalog, key.role, &s->role))
			continue;
		while (role_settings_take(&settings, &name, &value)) {
			buf_put_text(s->to, "ALTER ROLE ");
			if (key.role == NAME_NONE)
				buf_put_text(s->to, "ALL");
			else
				dump_put_name(s->to, s->role.name);
			buf_put_text(s->to, key.is_database ? " IN DATABASE quiver SET " : " SET ");
			dump_put_name(s->to, name);
			buf_put_text(s->to, " TO ");
			put_setting_value(s->to, name, value);
			buf_put_text(s->to, ";\n");
		}
	}
}

void dump_roles(struct buf *to, struct txn *t, struct arena *a)
{
	struct roles *s = ARENA_NEW(a, struct roles);
	bool has_superuser;

	s->to = to;
	s->catalog = txn_catalog(t);
	has_superuser = put_roles(s);
	put_members(s);
	put_settings(s);
	put_all_bare(s);
	for (uint32_t cursor = 0; acl_next(s->catalog, &cursor, &s->acl);) {
		if (is_bare(s, s->acl.target))
			continue;
		put_owner(s);
		put_acl(s);
	}
	if (s->graph != GRAPH_MAIN)
		buf_put_text(to, "SESSION SET GRAPH \"main\";\n");
	put_logins(s);
	if (has_superuser)
		buf_put_text(to, "RESET SESSION AUTHORIZATION;\n");
}
