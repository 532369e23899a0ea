/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * CREATE, ALTER and DROP ROLE, GRANT and REVOKE; and who may do what: the rights of the session's
 * user, held against each statement before it runs.
 */
#include "query/session/session.h"

#include <string.h>

#include "base/datetime.h"
#include "query/eval/cast.h"
#include "query/parse/ast_role.h"
#include "query/session/access.h"
#include "query/table/table.h"

static enum sqlstate fail_at(struct error *e, uint32_t at, enum sqlstate code)
{
	e->byte_offset = (int)at;
	return code;
}

static const struct catalog *catalog_of(const struct query_session *s)
{
	return txn_catalog(s->txn);
}

/* ---- who the session is ---- */

/* A role that is set counts only for who is a member of it, or a superuser: SET ROLE looks at that, but
   settings come by other ways too. */
static void find_rights(struct query_session *s, struct role_set *out)
{
	char scratch[SETTING_SHOW_SIZE];
	struct str login = setting_show(s->settings, SETTING_session_authorization, scratch);
	struct str role = setting_show(s->settings, SETTING_role, scratch);
	struct role r;

	role_set_of(catalog_of(s), login.length > 0 ? login : str_of(s->user), out);
	if (role.length == 0 || str_equal(role, STR("none")))
		return;
	if (role_find(catalog_of(s), role, &r) && (out->is_superuser || role_set_has(out, r.id)))
		role_set_of(catalog_of(s), role, out);
}

const struct role_set *session_rights(struct query_session *s)
{
	uint64_t version = catalog_version(catalog_of(s));

	if (s->rights_version == version && s->rights_settings == s->settings->generation)
		return &s->rights;
	find_rights(s, &s->rights);
	s->rights_version = version;
	s->rights_settings = s->settings->generation;
	return &s->rights;
}

/* SET ROLE and SET SESSION AUTHORIZATION: whether the session may become that. */
enum sqlstate session_may_become(
	struct query_session *s, struct str name, bool is_login, struct error *e)
{
	struct role_set own;
	struct role r;

	if (str_equal(name, is_login ? str_of(s->user) : STR("none")))
		return OK;
	if (!role_find(catalog_of(s), name, &r))
		return FAIL(e, E_INVALID_VALUE, "role \"%.*s\" does not exist", STR_ARGS(name));
	/* The rights of who logged in count, whatever role is set now. */
	role_set_of(catalog_of(s), str_of(s->user), &own);
	if (own.is_superuser || (!is_login && role_set_has(&own, r.id)))
		return OK;
	return is_login ? FAIL(e, E_PRIVILEGE, "permission denied to set session authorization")
			: FAIL(e, E_PRIVILEGE, "permission denied to set role \"%.*s\"",
				  STR_ARGS(name));
}

/* ---- roles ---- */

enum sqlstate schema_role_need(
	struct query_session *s, const struct ast_name *name, struct role *out, struct error *e)
{
	if (role_find(catalog_of(s), name->text, out))
		return OK;
	return fail_at(e, name->at,
		FAIL(e, E_NO_OBJECT, "role \"%.*s\" does not exist", STR_ARGS(name->text)));
}

enum sqlstate schema_role_need_database(
	struct query_session *s, const struct ast_name *name, struct error *e)
{
	if (str_equal(name->text, str_of(s->database)))
		return OK;
	return fail_at(e, name->at,
		FAIL(e, E_NO_DATABASE, "database \"%.*s\" does not exist", STR_ARGS(name->text)));
}

static enum sqlstate set_password(struct query_session *s, struct role *r,
	const struct ast_role_option *o, struct error *e)
{
	if (o->is_null || o->text.length == 0) {
		r->verifier[0] = '\0';
		return OK;
	}
	if (s->options.hash_password == NULL)
		return FAIL(e, E_NOT_SUPPORTED, "passwords cannot be set here");
	return s->options.hash_password(s->options.hash_context, r->name, o->text, r->verifier,
		sizeof r->verifier, e);
}

static enum sqlstate add_parent(struct query_session *s, struct role *member,
	const struct role *parent, bool is_admin, struct error *e)
{
	struct role_set above;

	role_set_of(catalog_of(s), parent->name, &above);
	if (member->id != NAME_NONE && role_set_has(&above, member->id))
		return FAIL(e, E_INVALID_GRANT, "role \"%.*s\" is a member of role \"%.*s\"",
			STR_ARGS(parent->name), STR_ARGS(member->name));
	for (uint32_t i = 0; i < member->parent_count; i++) {
		if (member->parents[i].id == parent->id) {
			member->parents[i].is_admin |= is_admin;
			return OK;
		}
	}
	if (member->parent_count == ROLE_PARENTS_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "role \"%.*s\" is a member of too many roles",
			STR_ARGS(member->name));
	member->parents[member->parent_count++] = (struct role_parent){ parent->id, is_admin };
	return OK;
}

/* As the session writes moments. 'infinity' is what a role has that was given no end. */
static enum sqlstate read_until(
	struct query_session *s, struct str text, int64_t *until, struct error *e)
{
	struct arena *a = arena_new(0);
	struct eval eval = {
		.arena = a, .lasting = a, .txn = s->txn, .settings = s->settings
	};
	struct value read;
	enum sqlstate rc = eval_cast(&eval, value_string(text),
		(struct type){ .kind = TYPE_TIMESTAMPTZ }, false, &read, e);

	if (rc == OK)
		*until = read.integer;
	eval_end(&eval);
	arena_free(a);
	return rc;
}

static enum sqlstate set_option(
	struct query_session *s, struct role *r, const struct ast_role_option *o, struct error *e)
{
	struct role parent;

	switch (o->kind) {
	case ROLE_OPTION_FLAG:
		r->flags = o->is_on ? r->flags | o->flag : r->flags & ~o->flag;
		return OK;
	case ROLE_OPTION_PASSWORD:
		return set_password(s, r, o, e);
	case ROLE_OPTION_LIMIT:
		r->connection_limit = o->number;
		return OK;
	case ROLE_OPTION_UNTIL:
		return read_until(s, o->text, &r->valid_until, e);
	case ROLE_OPTION_IN:
		for (uint32_t i = 0; i < o->name_count; i++) {
			TRY(schema_role_need(s, &o->names[i], &parent, e));
			TRY(add_parent(s, r, &parent, false, e));
		}
		return OK;
	default:
		return OK; /* members are made when the role is there */
	}
}

/* ROLE and ADMIN of CREATE ROLE: others become members of the new one. */
static enum sqlstate add_members(struct query_session *s, const struct role *r,
	const struct ast_role_option *o, struct error *e)
{
	struct role member;

	if (o->kind != ROLE_OPTION_MEMBERS && o->kind != ROLE_OPTION_ADMINS)
		return OK;
	for (uint32_t i = 0; i < o->name_count; i++) {
		TRY(schema_role_need(s, &o->names[i], &member, e));
		TRY(add_parent(s, &member, r, o->kind == ROLE_OPTION_ADMINS, e));
		TRY(role_put(s->txn, &member, e));
	}
	return OK;
}

/* Superusers make everybody; CREATEROLE makes those who are no superusers. */
static enum sqlstate may_change_role(struct query_session *s, const struct role *before,
	const struct ast_role *from, struct error *e)
{
	const struct role_set *own = session_rights(s);
	bool touches_super = before != NULL && (before->flags & ROLE_SUPERUSER) != 0;
	bool is_own_password = before != NULL && own->count > 0 && own->ids[0] == before->id &&
			       from->option_count == 1 &&
			       from->options[0].kind == ROLE_OPTION_PASSWORD;

	if (own->is_superuser || is_own_password)
		return OK;
	for (uint32_t i = 0; i < from->option_count; i++)
		touches_super |= from->options[i].kind == ROLE_OPTION_FLAG &&
				 (from->options[i].flag & ~(uint32_t)(ROLE_LOGIN | ROLE_CREATEDB |
					  ROLE_CREATEROLE | ROLE_NOINHERIT)) != 0 &&
				 from->options[i].is_on;
	if (touches_super)
		return FAIL(e, E_PRIVILEGE, "must be superuser to create or alter superusers");
	if ((own->flags & ROLE_CREATEROLE) == 0)
		return FAIL(e, E_PRIVILEGE, "permission denied to %s role",
			before == NULL ? "create" : "alter");
	return OK;
}

static enum sqlstate create_role(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	const struct ast_role *from = p->prepared->statement->role;
	struct role r = { .id = NAME_NONE,
		.name = from->name.text,
		.connection_limit = -1,
		.valid_until = ROLE_FOREVER,
		.flags = from->is_user ? ROLE_LOGIN : 0 };
	struct role other;

	portal_tag(p, "CREATE ROLE");
	TRY(may_change_role(s, NULL, from, e));
	if (str_equal(r.name, STR("public")) || str_equal(r.name, STR("none")))
		return fail_at(e, from->name.at,
			FAIL(e, E_RESERVED_NAME, "role name \"%.*s\" is reserved",
				STR_ARGS(r.name)));
	if (role_find(catalog_of(s), r.name, &other))
		return FAIL(e, E_DUPLICATE_OBJECT, "role \"%.*s\" already exists",
			STR_ARGS(r.name));
	for (uint32_t i = 0; i < from->option_count; i++)
		TRY(set_option(s, &r, &from->options[i], e));
	TRY(role_put(s->txn, &r, e));
	for (uint32_t i = 0; i < from->option_count; i++)
		TRY(add_members(s, &r, &from->options[i], e));
	return OK;
}

static enum sqlstate alter_role(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	const struct ast_role *from = p->prepared->statement->role;
	struct role r, other;

	portal_tag(p, "ALTER ROLE");
	TRY(schema_role_need(s, &from->name, &r, e));
	TRY(may_change_role(s, &r, from, e));
	if (from->rename_to.text.length > 0) {
		if (role_find(catalog_of(s), from->rename_to.text, &other))
			return FAIL(e, E_DUPLICATE_OBJECT, "role \"%.*s\" already exists",
				STR_ARGS(from->rename_to.text));
		r.name = from->rename_to.text;
		/* An MD5 verifier holds the name. */
		if (strncmp(r.verifier, "md5", 3) == 0)
			r.verifier[0] = '\0';
	}
	for (uint32_t i = 0; i < from->option_count; i++)
		TRY(set_option(s, &r, &from->options[i], e));
	return role_put(s->txn, &r, e);
}

static enum sqlstate drop_roles(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	const struct ast_names_statement *from = p->prepared->statement->names;
	const struct role_set *own = session_rights(s);
	struct role r;

	portal_tag(p, "DROP ROLE");
	if (!own->is_superuser && (own->flags & ROLE_CREATEROLE) == 0)
		return FAIL(e, E_PRIVILEGE, "permission denied to drop role");
	for (uint32_t i = 0; i < from->count; i++) {
		if (from->if_exists && !role_find(catalog_of(s), from->names[i].text, &r)) {
			session_notice(s, "NOTICE", OK, "role \"%.*s\" does not exist, skipping",
				STR_ARGS(from->names[i].text));
			continue;
		}
		TRY(schema_role_need(s, &from->names[i], &r, e));
		if (str_equal(r.name, str_of(s->user)))
			return FAIL(e, E_OBJECT_IN_USE, "current user cannot be dropped");
		if ((r.flags & ROLE_SUPERUSER) != 0 && !own->is_superuser)
			return FAIL(e, E_PRIVILEGE, "must be superuser to drop superusers");
		TRY(role_drop(s->txn, &r, e));
	}
	return OK;
}

/* ---- GRANT and REVOKE ---- */

/* GRANT role TO role. */
static enum sqlstate grant_role(struct query_session *s, const struct ast_grant *g,
	const struct role *parent, const struct ast_name *to, struct error *e)
{
	struct role member;

	TRY(schema_role_need(s, to, &member, e));
	if (!g->is_revoke) {
		TRY(add_parent(s, &member, parent, g->with_option, e));
		return role_put(s->txn, &member, e);
	}
	for (uint32_t i = 0; i < member.parent_count; i++) {
		if (member.parents[i].id != parent->id)
			continue;
		if (g->only_option)
			member.parents[i].is_admin = false;
		else
			member.parents[i] = member.parents[--member.parent_count];
		return role_put(s->txn, &member, e);
	}
	session_notice(s, "WARNING", W_WARNING, "role \"%.*s\" is not a member of role \"%.*s\"",
		STR_ARGS(member.name), STR_ARGS(parent->name));
	return OK;
}

static bool is_admin_of(struct query_session *s, uint32_t role)
{
	const struct role_set *own = session_rights(s);

	return (own->flags & ROLE_CREATEROLE) != 0 || role_set_is_admin(catalog_of(s), own, role);
}

static enum sqlstate grant_roles(
	struct query_session *s, const struct ast_grant *g, struct error *e)
{
	struct role parent;

	for (uint32_t i = 0; i < g->role_count; i++) {
		TRY(schema_role_need(s, &g->roles[i], &parent, e));
		if (!is_admin_of(s, parent.id) ||
			((parent.flags & ROLE_SUPERUSER) != 0 && !session_rights(s)->is_superuser))
			return FAIL(e, E_PRIVILEGE, "must have admin option on role \"%.*s\"",
				STR_ARGS(parent.name));
		for (uint32_t j = 0; j < g->grantee_count; j++)
			TRY(grant_role(s, g, &parent, &g->grantees[j], e));
	}
	return OK;
}

enum sqlstate schema_role_give(struct query_session *s, const struct ast_grant *g,
	struct acl_target target, uint32_t bits, struct error *e)
{
	struct acl *a = ARENA_NEW(s->scratch, struct acl);
	enum sqlstate rc = OK;

	acl_find(catalog_of(s), target, a);
	for (uint32_t i = 0; i < g->grantee_count && rc == OK; i++) {
		struct role to = { .id = ROLE_PUBLIC };

		if (g->grantees[i].text.length > 0)
			rc = schema_role_need(s, &g->grantees[i], &to, e);
		if (rc == OK && g->is_revoke)
			acl_revoke(a, to.id, bits, g->only_option);
		else if (rc == OK)
			rc = acl_grant(a, to.id, bits, g->with_option, e);
	}
	if (rc == OK)
		rc = acl_put(s->txn, a, e);
	arena_reset(s->scratch);
	return rc;
}

static enum sqlstate grant_on(struct query_session *s, const struct ast_grant *g,
	struct acl_target target, struct error *e)
{
	uint32_t possible = acl_possible(catalog_of(s), target);
	uint32_t bits = g->is_all ? possible : g->privileges;

	if ((bits & ~possible) != 0)
		return FAIL(e, E_INVALID_GRANT, "invalid privilege type for %s",
			target.kind == ACL_OBJECT ? acl_object_kind(catalog_of(s), target)
						  : "this kind of object");
	if ((acl_grantable(catalog_of(s), target, session_rights(s)) & bits) != bits)
		return acl_denied(catalog_of(s), target, e);
	return schema_role_give(s, g, target, bits, e);
}

/* A label that nobody declared and that has no properties is one by its elements. */
static bool has_label(const struct query_session *s, enum element element, uint32_t label)
{
	struct storage *storage = s->engine->storage;

	return catalog_label(catalog_of(s), element, label) != NULL ||
	       (element == ELEMENT_NODE ? storage_node_count(storage, label)
					: storage_edge_count(storage, label)) > 0;
}

static bool find_label(const struct query_session *s, struct str name,
	enum ast_element_class class, struct acl_target *out)
{
	uint32_t node = catalog_find(catalog_of(s), NAME_NODE_LABEL, name);
	uint32_t edge = catalog_find(catalog_of(s), NAME_EDGE_LABEL, name);

	if (class != CLASS_EDGE && node != NAME_NONE && has_label(s, ELEMENT_NODE, node)) {
		*out = (struct acl_target){ ACL_NODE, node };
		return true;
	}
	*out = (struct acl_target){ ACL_EDGE, edge };
	return class != CLASS_NODE && edge != NAME_NONE && has_label(s, ELEMENT_EDGE, edge);
}

static enum acl_kind kind_of_object(enum table_object kind)
{
	return kind == OBJECT_SEQUENCE ? ACL_SEQUENCE : ACL_OBJECT;
}

/* A view, a property graph or a sequence, as the kind says. */
static bool find_object(const struct query_session *s, enum table_object kind, struct str name,
	struct acl_target *out)
{
	const struct catalog_object *o = catalog_object_find(catalog_of(s), (uint8_t)kind, name);

	if (o != NULL)
		*out = (struct acl_target){ kind_of_object(kind), o->id };
	return o != NULL;
}

static bool find_granted(const struct query_session *s, const struct ast_grant *g,
	struct str name, struct acl_target *out)
{
	if (g->kind == GRANT_PROPERTY_GRAPHS)
		return find_object(s, OBJECT_PROPERTY_GRAPH, name, out);
	if (g->kind == GRANT_SEQUENCES)
		return find_object(s, OBJECT_SEQUENCE, name, out);
	if (find_label(s, session_full_name(s, name), g->class, out))
		return true;
	return g->class == CLASS_NONE && (find_object(s, OBJECT_VIEW, name, out) ||
						 find_object(s, OBJECT_SEQUENCE, name, out));
}

static enum sqlstate no_granted(
	struct query_session *s, const struct ast_grant *g, struct str name, struct error *e)
{
	bool is_taken = table_name_is_taken(catalog_of(s), name);

	if (is_taken && (g->kind == GRANT_PROPERTY_GRAPHS || g->kind == GRANT_SEQUENCES))
		return FAIL(e, E_WRONG_OBJECT, "\"%.*s\" is not a %s", STR_ARGS(name),
			g->kind == GRANT_SEQUENCES ? "sequence" : "property graph");
	return FAIL(e, E_NO_TABLE, "relation \"%.*s\" does not exist", STR_ARGS(name));
}

/* Labels, views, property graphs, sequences. */
static enum sqlstate grant_relations(
	struct query_session *s, const struct ast_grant *g, struct error *e)
{
	struct acl_target target;

	for (uint32_t i = 0; i < g->object_count; i++) {
		const struct ast_name *name = &g->objects[i];

		if (!find_granted(s, g, name->text, &target))
			return fail_at(e, name->at, no_granted(s, g, name->text, e));
		TRY(grant_on(s, g, target, e));
	}
	return OK;
}

/* GRAPH_MAIN for main and for public. */
enum sqlstate schema_role_need_graph(
	struct query_session *s, const struct ast_name *name, uint32_t *out, struct error *e)
{
	*out = catalog_graph_find(catalog_of(s), name->text);
	if (*out != GRAPH_MAIN || str_equal(name->text, STR("public")) ||
		str_equal(name->text, STR("main")))
		return OK;
	return fail_at(e, name->at,
		FAIL(e, E_NO_GRAPH, "schema \"%.*s\" does not exist", STR_ARGS(name->text)));
}

/* Each grant makes a new catalog, and may move the objects in it: they are numbered from 1 on. */
static enum sqlstate grant_objects(struct query_session *s, const struct ast_grant *g,
	enum table_object kind, struct error *e)
{
	struct acl_target target = { kind_of_object(kind), 0 };
	uint32_t last = 0;

	for (uint32_t i = 0; i < catalog_object_count(catalog_of(s)); i++)
		last = MAX_OF(last, catalog_object_at(catalog_of(s), i)->id);
	for (uint32_t id = 1; id <= last; id++) {
		const struct catalog_object *o = catalog_object(catalog_of(s), id);

		target.label = id;
		if (o != NULL && o->kind == (uint32_t)kind)
			TRY(grant_on(s, g, target, e));
	}
	return OK;
}

static enum sqlstate grant_labels_of(
	struct query_session *s, const struct ast_grant *g, uint32_t graph, struct error *e)
{
	struct acl_target bare = { ACL_NODE, graph };

	for (int element = ELEMENT_NODE; element <= ELEMENT_EDGE; element++) {
		enum name_kind kind = element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;

		for (uint32_t id = 1; id <= catalog_name_count(catalog_of(s), kind); id++) {
			struct acl_target target = {
				element == ELEMENT_NODE ? ACL_NODE : ACL_EDGE, id
			};

			if (catalog_label(catalog_of(s), (enum element)element, id) != NULL &&
				catalog_graph_of(catalog_of(s), (enum element)element, id) == graph)
				TRY(grant_on(s, g, target, e));
		}
	}
	if (graph == GRAPH_MAIN)
		TRY(grant_objects(s, g, OBJECT_VIEW, e));
	return grant_on(s, g, bare, e);
}

static enum sqlstate grant_all_labels(
	struct query_session *s, const struct ast_grant *g, struct error *e)
{
	uint32_t graph;

	for (uint32_t i = 0; i < g->object_count; i++) {
		TRY(schema_role_need_graph(s, &g->objects[i], &graph, e));
		TRY(grant_labels_of(s, g, graph, e));
	}
	return OK;
}

static enum sqlstate grant_all_sequences(
	struct query_session *s, const struct ast_grant *g, struct error *e)
{
	uint32_t graph;

	for (uint32_t i = 0; i < g->object_count; i++) {
		TRY(schema_role_need_graph(s, &g->objects[i], &graph, e));
		if (graph == GRAPH_MAIN)
			TRY(grant_objects(s, g, OBJECT_SEQUENCE, e));
	}
	return OK;
}

static enum sqlstate grant_database(
	struct query_session *s, const struct ast_grant *g, struct error *e)
{
	struct acl_target database = { ACL_DATABASE, 0 };

	for (uint32_t i = 0; i < g->object_count; i++)
		TRY(schema_role_need_database(s, &g->objects[i], e));
	return grant_on(s, g, database, e);
}

static enum sqlstate grant_schemas(
	struct query_session *s, const struct ast_grant *g, struct error *e)
{
	struct acl_target schema = { ACL_SCHEMA, 0 };

	for (uint32_t i = 0; i < g->object_count; i++) {
		TRY(schema_role_need_graph(s, &g->objects[i], &schema.label, e));
		TRY(grant_on(s, g, schema, e));
	}
	return OK;
}

static enum sqlstate grant(struct query_portal *p, struct error *e)
{
	struct query_session *s = p->session;
	const struct ast_grant *g = p->prepared->statement->grant;

	if (g->kind == GRANT_DEFAULT_TABLES || g->kind == GRANT_DEFAULT_SEQUENCES)
		return schema_default_grant(p, e);
	portal_tag(p, "%s%s", g->is_revoke ? "REVOKE" : "GRANT",
		g->kind == GRANT_ROLES ? " ROLE" : "");
	switch (g->kind) {
	case GRANT_ROLES:
		return grant_roles(s, g, e);
	case GRANT_LABELS:
	case GRANT_PROPERTY_GRAPHS:
	case GRANT_SEQUENCES:
		return grant_relations(s, g, e);
	case GRANT_ALL_LABELS:
		return grant_all_labels(s, g, e);
	case GRANT_SCHEMA:
		return grant_schemas(s, g, e);
	case GRANT_ALL_SEQUENCES:
		return grant_all_sequences(s, g, e);
	default:
		assert(g->kind == GRANT_DATABASE);
		return grant_database(s, g, e);
	}
}

/* Who gives a label away may become the role that gets it. */
static enum sqlstate may_give(struct query_session *s, const struct role *to, struct error *e)
{
	const struct role_set *own = session_rights(s);

	if (own->is_superuser || role_set_has(own, to->id))
		return OK;
	return FAIL(e, E_PRIVILEGE, "must be able to SET ROLE \"%.*s\"", STR_ARGS(to->name));
}

/* OWNER TO: the object is the role's from here on. */
static enum sqlstate give_to(struct query_session *s, struct acl_target target,
	const struct ast_name *role, struct error *e)
{
	struct acl *a = ARENA_NEW(s->scratch, struct acl);
	struct role to;

	TRY(schema_role_need(s, role, &to, e));
	TRY(may_give(s, &to, e));
	acl_find(catalog_of(s), target, a);
	a->owner = to.id;
	return acl_put(s->txn, a, e);
}

enum sqlstate schema_role_own(struct query_session *s, enum element element,
	const struct ast_name *label, const struct ast_name *role, struct error *e)
{
	struct acl_target target;
	enum sqlstate rc = OK;

	TRY_GOTO(out, schema_lock(s->txn, e));
	if (!find_label(s, session_full_name(s, label->text),
		    element == ELEMENT_NODE ? CLASS_NODE : CLASS_EDGE, &target))
		TRY_GOTO(out, fail_at(e, label->at,
				      FAIL(e, E_NO_TABLE, "relation \"%.*s\" does not exist",
					      STR_ARGS(label->text))));
	TRY_GOTO(out, give_to(s, target, role, e));
out:
	arena_reset(s->scratch);
	return rc;
}

enum sqlstate schema_role_own_object(struct query_session *s, enum table_object kind,
	const struct ast_name *name, const struct ast_name *role, struct error *e)
{
	struct acl_target target;
	enum sqlstate rc = OK;

	if (find_object(s, kind, name->text, &target)) /* else it was IF EXISTS */
		rc = give_to(s, target, role, e);
	arena_reset(s->scratch);
	return rc;
}

enum sqlstate schema_role_own_graph(struct query_session *s, const struct ast_name *graph,
	const struct ast_name *role, struct error *e)
{
	struct acl_target target = { ACL_SCHEMA, 0 };
	enum sqlstate rc = OK;

	TRY_GOTO(out, schema_lock(s->txn, e));
	TRY_GOTO(out, schema_role_need_graph(s, graph, &target.label, e));
	TRY_GOTO(out, give_to(s, target, role, e));
out:
	arena_reset(s->scratch);
	return rc;
}

enum sqlstate schema_role_run(struct query_portal *p, struct error *e)
{
	TRY(schema_lock(p->session->txn, e));
	switch (p->prepared->statement->kind) {
	case STMT_CREATE_ROLE:
		return create_role(p, e);
	case STMT_ALTER_ROLE:
		return alter_role(p, e);
	case STMT_DROP_ROLE:
		return drop_roles(p, e);
	case STMT_ROLE_SETTING:
		return schema_role_setting(p, e);
	case STMT_OWNED:
		return schema_owned(p, e);
	default:
		assert(p->prepared->statement->kind == STMT_GRANT);
		return grant(p, e);
	}
}
