/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What a role owns and may: REASSIGN OWNED, DROP OWNED, and why DROP ROLE is refused.
 */
#include "query/session/session.h"

#include "query/parse/ast_role.h"
#include "query/table/table.h"

static const struct catalog *catalog_of(const struct query_session *s)
{
	return txn_catalog(s->txn);
}

static bool is_of(const struct ast_owned *from, struct query_session *s, uint32_t id)
{
	struct role r;

	for (uint32_t i = 0; i < from->role_count; i++) {
		if (role_find(catalog_of(s), from->roles[i].text, &r) && r.id == id)
			return true;
	}
	return false;
}

static enum sqlstate may_take(
	struct query_session *s, const struct ast_owned *from, struct error *e)
{
	const struct role_set *own = session_rights(s);
	struct role r;

	for (uint32_t i = 0; i <= from->role_count; i++) {
		const struct ast_name *name = i < from->role_count ? &from->roles[i] : &from->to;

		if (name->length == 0)
			continue;
		TRY(schema_role_need(s, name, &r, e));
		if (!own->is_superuser && !role_set_has(own, r.id))
			return FAIL(e, E_PRIVILEGE, "permission denied to %s objects",
				from->to.length > 0 ? "reassign" : "drop");
	}
	return OK;
}

/* ---- REASSIGN OWNED ---- */

static enum sqlstate reassign(
	struct query_session *s, const struct ast_owned *from, struct acl *a, struct error *e)
{
	struct role to;

	TRY(schema_role_need(s, &from->to, &to, e));
	for (uint32_t cursor = 0; acl_next(catalog_of(s), &cursor, a);) {
		if (a->owner == 0 || a->owner == to.id || !is_of(from, s, a->owner))
			continue;
		a->owner = to.id;
		TRY(acl_put(s->txn, a, e));
		cursor = 0; /* a change makes a new catalog */
	}
	return OK;
}

/* ---- DROP OWNED ---- */

/* What is dropped, by the statement that drops it. */
enum { DROPPED_VIEWS, DROPPED_PROPERTY_GRAPHS, DROPPED_TABLES, DROPPED_SEQUENCES, DROPPED_KINDS };

struct dropped {
	struct ast_names_statement relations[DROPPED_KINDS];
	struct acl_target *others; /* graphs, graph types and labels that are no tables */
	uint32_t other_count;
	uint32_t count; /* of all */
};

static void add_relation(struct query_portal *p, struct dropped *d, int kind, struct str name)
{
	struct ast_names_statement *to = &d->relations[kind];

	to->names[to->count++] = (struct ast_name){ .text = arena_str(p->arena, name) };
}

static bool is_declared(const struct catalog *c, struct acl_target target)
{
	const struct label_info *info = catalog_label(
		c, target.kind == ACL_NODE ? ELEMENT_NODE : ELEMENT_EDGE, target.label);

	return info != NULL && info->is_declared;
}

/* A sequence that belongs to a column goes with its table. */
static void add_owned(struct query_portal *p, struct dropped *d, struct acl_target target)
{
	const struct catalog *c = catalog_of(p->session);
	enum name_kind names = target.kind == ACL_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;
	struct sequence_definition sequence;

	d->count++;
	if (target.kind == ACL_SEQUENCE) {
		if (sequence_definition_get(c, p->arena, target.label, &sequence) &&
			sequence.owner_kind == 0)
			add_relation(p, d, DROPPED_SEQUENCES, sequence.name);
		else
			d->count--;
	} else if (str_equal(str_of(acl_object_kind(c, target)), STR("graph type"))) {
		d->others[d->other_count++] = target;
	} else if (target.kind == ACL_OBJECT) {
		add_relation(p, d,
			str_equal(str_of(acl_object_kind(c, target)), STR("view"))
				? DROPPED_VIEWS
				: DROPPED_PROPERTY_GRAPHS,
			acl_object_name(c, target));
	} else if (acl_is_table(c, target)) {
		add_relation(p, d, DROPPED_TABLES, catalog_name(c, names, target.label));
	} else if ((target.kind == ACL_SCHEMA && target.label != GRAPH_MAIN) ||
		   ((target.kind == ACL_NODE || target.kind == ACL_EDGE) &&
			   is_declared(c, target))) {
		d->others[d->other_count++] = target;
	} else {
		d->count--; /* there before, and there to stay */
	}
}

static void gather(struct query_portal *p, const struct ast_owned *from, struct acl *a,
	struct dropped *d)
{
	const struct catalog *c = catalog_of(p->session);
	uint32_t room = catalog_object_count(c) + 1;

	*d = (struct dropped){ .others = ARENA_ARRAY(p->arena, struct acl_target, room) };
	for (int kind = 0; kind < DROPPED_KINDS; kind++) {
		d->relations[kind].names = ARENA_ARRAY(p->arena, struct ast_name, room);
		d->relations[kind].is_cascade = from->is_cascade;
	}
	for (uint32_t cursor = 0; acl_next(c, &cursor, a);) {
		if (a->owner != 0 && is_of(from, p->session, a->owner))
			add_owned(p, d, a->target);
	}
}

/* Those that an earlier statement has not taken along. */
static void forget_gone(struct query_session *s, struct ast_names_statement *names)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < names->count; i++) {
		if (table_name_is_taken(catalog_of(s), names->names[i].text))
			names->names[kept++] = names->names[i];
	}
	names->count = kept;
}

static enum sqlstate drop_other(
	struct query_portal *p, struct acl_target target, bool is_cascade, struct error *e)
{
	enum element element = target.kind == ACL_NODE ? ELEMENT_NODE : ELEMENT_EDGE;
	const struct catalog *c = catalog_of(p->session);
	struct str name;

	if (target.kind == ACL_SCHEMA)
		return schema_graph_drop(p->session->txn,
			arena_str(p->arena, catalog_graph_name(c, target.label)), e);
	if (target.kind == ACL_OBJECT)
		return schema_object_drop(p->session->txn, target.label, e);
	if (!is_declared(c, target))
		return OK;
	name = arena_str(p->arena,
		catalog_full_name(c, element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL,
			target.label));
	return schema_drop_label(p, element, name, is_cascade, e);
}

static enum sqlstate drop_things(
	struct query_portal *p, struct dropped *d, bool is_cascade, struct error *e)
{
	static const enum ast_stmt_kind statements[DROPPED_KINDS] = { STMT_DROP_VIEW,
		STMT_DROP_PROPERTY_GRAPH, STMT_DROP_TABLE, STMT_DROP_SEQUENCE };

	for (int kind = 0; kind < DROPPED_KINDS; kind++) {
		struct ast_stmt *statement = ARENA_NEW(p->arena, struct ast_stmt);

		forget_gone(p->session, &d->relations[kind]);
		statement->kind = statements[kind];
		statement->names = &d->relations[kind];
		if (statement->names->count > 0)
			TRY(schema_ddl(p, statement, e));
	}
	for (uint32_t i = 0; i < d->other_count; i++) {
		if (d->others[i].kind != ACL_SCHEMA)
			TRY(drop_other(p, d->others[i], is_cascade, e));
	}
	for (uint32_t i = 0; i < d->other_count; i++) {
		if (d->others[i].kind == ACL_SCHEMA)
			TRY(drop_other(p, d->others[i], is_cascade, e));
	}
	return OK;
}

/* Where several things go, what is in the way of one is in the way of all. */
static void blame_all(struct error *e)
{
	struct error before = *e;

	(void)FAIL(e, E_DEPENDENT,
		"cannot drop desired object(s) because other objects depend on them");
	error_detail(e, "%s", before.detail);
	error_hint(e, "%s", before.hint);
}

/* Takes from an object what the roles have on it; true if that was something. */
static bool take_rights(struct query_session *s, const struct ast_owned *from, struct acl *a)
{
	uint32_t kept = 0, count = a->count;

	if (acl_is_default(a->target) && is_of(from, s, a->target.label)) {
		a->count = 0;
		return true;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (a->entries[i].role == ROLE_PUBLIC || !is_of(from, s, a->entries[i].role))
			a->entries[kept++] = a->entries[i];
	}
	a->count = kept;
	return kept != count;
}

static enum sqlstate drop_owned(
	struct query_portal *p, const struct ast_owned *from, struct acl *a, struct error *e)
{
	struct query_session *s = p->session;
	struct dropped d;
	enum sqlstate rc;

	gather(p, from, a, &d);
	rc = drop_things(p, &d, from->is_cascade, e);
	if (rc == E_DEPENDENT && d.count > 1)
		blame_all(e);
	TRY(rc);
	for (uint32_t cursor = 0; acl_next(catalog_of(s), &cursor, a);) {
		if (!take_rights(s, from, a))
			continue;
		TRY(acl_put(s->txn, a, e));
		cursor = 0;
	}
	return OK;
}

enum sqlstate schema_owned(struct query_portal *p, struct error *e)
{
	const struct ast_owned *from = p->prepared->statement->owned;
	struct acl *a = ARENA_NEW(p->arena, struct acl);

	TRY(may_take(p->session, from, e));
	if (from->to.length > 0)
		TRY(reassign(p->session, from, a, e));
	else
		TRY(drop_owned(p, from, a, e));
	portal_tag(p, from->to.length > 0 ? "REASSIGN OWNED" : "DROP OWNED");
	return OK;
}

/* ---- DROP ROLE ---- */

static void put_default(struct query_session *s, struct buf *to, struct acl_target target)
{
	bool is_tables = target.kind == ACL_DEFAULT_TABLES ||
			 target.kind == ACL_DEFAULT_TABLES_PUBLIC;
	bool is_public = target.kind == ACL_DEFAULT_TABLES_PUBLIC ||
			 target.kind == ACL_DEFAULT_SEQUENCES_PUBLIC;
	struct role r = { .name = str_of(s->user) };

	(void)role_get(catalog_of(s), target.label, &r);
	buf_printf(to, "default privileges on new %s belonging to role %.*s%s",
		is_tables ? "relations" : "sequences", STR_ARGS(r.name),
		is_public ? " in schema public" : "");
}

static void put_target(struct query_session *s, struct buf *to, struct acl_target target)
{
	const struct catalog *c = catalog_of(s);
	enum name_kind names = target.kind == ACL_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;

	if (acl_is_default(target)) {
		put_default(s, to, target);
	} else if (acl_is_object(target)) {
		buf_printf(to, "%s %.*s", acl_object_kind(c, target),
			STR_ARGS(acl_object_name(c, target)));
	} else if (target.kind == ACL_DATABASE) {
		buf_printf(to, "database %s", s->about.database);
	} else if (target.kind == ACL_SCHEMA) {
		struct str graph = target.label == GRAPH_MAIN
					   ? STR("public")
					   : catalog_graph_name(c, target.label);

		buf_printf(to, "schema %.*s", STR_ARGS(graph));
	} else if (target.label == NAME_NONE || (target.kind == ACL_NODE &&
			   catalog_is_membership(c, target.label))) {
		buf_put_text(to, "nodes without label");
	} else {
		buf_printf(to, "%s %.*s", acl_is_table(c, target) ? "table" : "label",
			STR_ARGS(catalog_name(c, names, target.label)));
	}
}

static bool has_entry(const struct acl *a, uint32_t role)
{
	for (uint32_t i = 0; i < a->count; i++) {
		if (a->entries[i].role == role)
			return true;
	}
	return false;
}

void schema_tell_owned(struct query_session *s, uint32_t role, struct error *e)
{
	struct acl *a = ARENA_NEW(s->scratch, struct acl);
	struct buf lines = { 0 };

	for (uint32_t cursor = 0; acl_next(catalog_of(s), &cursor, a);) {
		bool owns = a->owner == role ||
			    (acl_is_default(a->target) && a->target.label == role);

		if (!owns && !has_entry(a, role))
			continue;
		buf_printf(&lines, "%s%s", lines.length == 0 ? "" : "\n",
			owns ? "owner of " : "privileges for ");
		put_target(s, &lines, a->target);
	}
	error_detail(e, "%.*s", STR_ARGS(buf_str(&lines)));
	buf_free(&lines);
}
