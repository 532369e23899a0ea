/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The views of information_schema that tell of privileges on tables, their columns and property graphs. Privileges are on
 * whole labels, so a column has its table's. Shown is what concerns the roles whose rights the reader has,
 * and, but for the role_…_grants, what everybody may do.
 */
#include "query/eval/eval.h"
#include "query/sql/acl_list.h"
#include "query/sql/fills.h"
#include "query/sql/listed_graph.h"
#include "query/sql/listed.h"

/* One privilege of one role. */
struct grant {
	struct str grantor, grantee;
	const char *privilege;
	bool is_grantable;
};

/* Who reads, and whose privileges they read. */
struct reader {
	struct role_set who;
	struct acl acl;
	struct str owner;
	bool is_of_roles; /* what is granted to everybody is shown to its grantor alone */
};

static struct value yes_or_no(bool is_yes)
{
	return value_string(is_yes ? STR("YES") : STR("NO"));
}

/* What privileges are kept under; NULL: nothing was ever granted on it. */
static struct reader *reader_new(struct relation_scan *s, const struct acl_target *target)
{
	struct reader *r = ARENA_NEW(s->arena, struct reader);

	role_set_of(s->catalog, acl_current_user(s->ev), &r->who);
	if (target != NULL)
		acl_find(s->catalog, *target, &r->acl);
	r->owner = arena_str(s->arena, acl_role_name(s->ev, r->acl.owner));
	r->is_of_roles = strncmp(s->relation->name, "role_", 5) == 0;
	return r;
}

static struct reader *reader_of_table(struct relation_scan *s, const struct listed *l)
{
	struct acl_target target = { ACL_OBJECT, l->view };
	bool is_label = l->kind == 'r' && l->relation == NULL;

	if (is_label)
		target = (struct acl_target){
			l->table.element == ELEMENT_NODE ? ACL_NODE : ACL_EDGE, l->table.label };
	return reader_new(s, is_label || l->view != NAME_NONE ? &target : NULL);
}

static bool is_mine(const struct reader *r, uint32_t role)
{
	return r->who.is_superuser || role_set_has(&r->who, role);
}

/* The grant of a privilege by the entry of that number, the owner's own if it is the count of entries; false
   if there is none, or the reader does not see it. */
static bool find_grant(struct relation_scan *s, const struct reader *r, uint32_t at,
	const char *privilege, struct grant *out)
{
	const struct acl_entry *entry = &r->acl.entries[at];
	bool ignored, is_owners = is_mine(r, r->acl.owner);
	uint32_t bit = acl_privilege(str_of(privilege), &ignored);

	*out = (struct grant){ r->owner, r->owner, privilege, true };
	if (at == r->acl.count)
		return is_owners;
	out->is_grantable = (entry->grantable & bit) != 0;
	if ((entry->bits & bit) == 0)
		return false;
	if (entry->role == ROLE_PUBLIC) {
		out->grantee = STR("PUBLIC");
		return is_owners || !r->is_of_roles;
	}
	out->grantee = arena_str(s->arena, acl_role_name(s->ev, entry->role));
	return is_owners || is_mine(r, entry->role);
}

/* ---- tables ---- */

/* table_privileges and role_table_grants have the same columns. */
static void add_table(struct relation_scan *s, const struct listed *l, const struct grant *g)
{
	struct value *row = relation_add(s);

	row[table_privileges_grantor] = value_string(g->grantor);
	row[table_privileges_grantee] = value_string(g->grantee);
	row[table_privileges_table_catalog] = listed_database(s);
	row[table_privileges_table_schema] = value_string(l->schema);
	row[table_privileges_table_name] = value_string(l->name);
	row[table_privileges_privilege_type] = relation_text(g->privilege);
	row[table_privileges_is_grantable] = yes_or_no(g->is_grantable);
	row[table_privileges_with_hierarchy] = yes_or_no(strcmp(g->privilege, "SELECT") == 0);
}

static enum sqlstate add_table_privileges(
	struct relation_scan *s, const struct listed *l, struct error *e)
{
	static const char *const names[] = { "INSERT", "SELECT", "UPDATE", "DELETE", "TRUNCATE",
		"REFERENCES", "TRIGGER" };
	const struct reader *r = reader_of_table(s, l);
	struct grant g;

	(void)e;
	for (uint32_t at = 0; at <= r->acl.count; at++) {
		for (uint32_t i = 0; i < ARRAY_COUNT(names); i++) {
			if (find_grant(s, r, at, names[i], &g))
				add_table(s, l, &g);
		}
	}
	return OK;
}

RELATION_FILL(info_table_privileges)
{
	return listed_each(s, add_table_privileges, e);
}

/* ---- columns ---- */

/* column_privileges and role_column_grants have the same columns. */
static void add_columns(struct relation_scan *s, const struct listed *l,
	const struct listed_column *columns, uint32_t count, const struct grant *g)
{
	for (uint32_t i = 0; i < count; i++) {
		struct value *row = relation_add(s);

		row[column_privileges_grantor] = value_string(g->grantor);
		row[column_privileges_grantee] = value_string(g->grantee);
		row[column_privileges_table_catalog] = listed_database(s);
		row[column_privileges_table_schema] = value_string(l->schema);
		row[column_privileges_table_name] = value_string(l->name);
		row[column_privileges_column_name] = value_string(columns[i].name);
		row[column_privileges_privilege_type] = relation_text(g->privilege);
		row[column_privileges_is_grantable] = yes_or_no(g->is_grantable);
	}
}

static enum sqlstate add_column_privileges(
	struct relation_scan *s, const struct listed *l, struct error *e)
{
	static const char *const names[] = { "INSERT", "SELECT", "UPDATE", "REFERENCES" };
	const struct reader *r = reader_of_table(s, l);
	struct listed_column *columns;
	uint32_t count = listed_columns(s, l, &columns);
	struct grant g;

	(void)e;
	for (uint32_t at = 0; at <= r->acl.count; at++) {
		for (uint32_t i = 0; i < ARRAY_COUNT(names); i++) {
			if (find_grant(s, r, at, names[i], &g))
				add_columns(s, l, columns, count, &g);
		}
	}
	return OK;
}

RELATION_FILL(info_column_privileges)
{
	return listed_each(s, add_column_privileges, e);
}

/* ---- property graphs ---- */

static void add_graph(
	struct relation_scan *s, const struct listed_graph *graph, const struct grant *g)
{
	struct value *row = relation_add(s);

	row[pg_property_graph_privileges_grantor] = value_string(g->grantor);
	row[pg_property_graph_privileges_grantee] = value_string(g->grantee);
	row[pg_property_graph_privileges_property_graph_catalog] = listed_database(s);
	row[pg_property_graph_privileges_property_graph_schema] = relation_text("public");
	row[pg_property_graph_privileges_property_graph_name] = value_string(graph->name);
	row[pg_property_graph_privileges_privilege_type] = relation_text(g->privilege);
	row[pg_property_graph_privileges_is_grantable] = yes_or_no(g->is_grantable);
}

/* Rights to a graph of the database are those to its schema and its labels. */
RELATION_FILL(info_pg_property_graph_privileges)
{
	struct listed_graph graph;
	uint64_t at = 0;

	(void)e;
	while (listed_graph_next(s->catalog, &at, &graph)) {
		struct acl_target target = listed_graph_target(&graph);
		const struct reader *r;
		struct grant g;

		if (graph.object == NULL)
			continue;
		r = reader_new(s, &target);
		for (uint32_t i = 0; i <= r->acl.count; i++) {
			if (find_grant(s, r, i, "SELECT", &g))
				add_graph(s, &graph, &g);
		}
	}
	return OK;
}
