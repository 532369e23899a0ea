/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * pg_tables, pg_indexes and their kin: what PostgreSQL has as views over its catalogs.
 */
#include "query/eval/eval.h"
#include "query/sql/acl_list.h"
#include "query/sql/definition.h"
#include "query/sql/fills.h"
#include "query/sql/listed.h"
#include "query/table/table.h"

static bool has_index(const struct relation_scan *s, const struct listed *l)
{
	for (uint32_t i = 0; l->relation == NULL && i < catalog_index_count(s->catalog); i++) {
		const struct index_info *index = catalog_index_at(s->catalog, i);

		if (index->element == l->table.element && index->label == l->table.label)
			return true;
	}
	return false;
}

static enum sqlstate add_table(struct relation_scan *s, const struct listed *l, struct error *e)
{
	struct value *row;

	(void)e;
	if (l->kind != 'r')
		return OK;
	row = relation_add(s);
	row[pg_tables_schemaname] = value_string(l->schema);
	row[pg_tables_tablename] = value_string(l->name);
	row[pg_tables_tableowner] = listed_user(s);
	row[pg_tables_hasindexes] = value_bool(has_index(s, l));
	row[pg_tables_hasrules] = row[pg_tables_hastriggers] = row[pg_tables_rowsecurity] =
		value_bool(false);
	return OK;
}

RELATION_FILL(tables)
{
	return listed_each(s, add_table, e);
}

static enum sqlstate add_view(struct relation_scan *s, const struct listed *l, struct error *e)
{
	struct view_definition d;
	struct value *row;

	(void)e;
	if (l->kind != 'v')
		return OK;
	row = relation_add(s);
	row[pg_views_schemaname] = value_string(l->schema);
	row[pg_views_viewname] = value_string(l->name);
	row[pg_views_viewowner] = listed_user(s);
	if (l->view != NAME_NONE) {
		struct acl *acl = ARENA_NEW(s->arena, struct acl);

		acl_find(s->catalog, (struct acl_target){ ACL_OBJECT, l->view }, acl);
		row[pg_views_viewowner] =
			value_string(arena_str(s->arena, acl_role_name(s->ev, acl->owner)));
	}
	if (l->view != NAME_NONE && view_definition_find(s->catalog, s->arena, l->name, &d))
		row[pg_views_definition] = value_string(d.text);
	return OK;
}

RELATION_FILL(views)
{
	return listed_each(s, add_view, e);
}

struct value relation_index_table(const struct relation_scan *s, const struct index_info *index)
{
	enum name_kind kind = index->element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;

	return value_string(catalog_name(s->catalog, kind, index->label));
}

RELATION_FILL(indexes)
{
	struct buf text = { 0 };

	(void)e;
	for (uint32_t i = 0; i < catalog_index_count(s->catalog); i++) {
		const struct index_info *index = catalog_index_at(s->catalog, i);
		struct value *row = relation_add(s);

		buf_reset(&text);
		definition_put_index(s->ev, &text, index, 0, false);
		row[pg_indexes_schemaname] = value_string(
			label_schema_name(s->catalog, index->element, index->label));
		row[pg_indexes_tablename] = relation_index_table(s, index);
		row[pg_indexes_indexname] = value_string(index->name);
		row[pg_indexes_indexdef] = value_string(arena_str(s->arena, buf_str(&text)));
	}
	buf_free(&text);
	return OK;
}
