/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The statistics of tables and indexes: pg_stat_…_tables, pg_stat_…_indexes and their kin. What is
 * not counted is NULL: pages by table, which tables share, what one transaction did, and catalogs.
 */
#include "query/eval/eval.h"
#include "query/sql/fills.h"
#include "query/sql/listed.h"
#include "query/sql/tallied.h"

/* Views of the present transaction (pg_stat_xact_…) and of pages (pg_statio_…) count by table what
   nobody counts so. */
static bool is_counted(const struct relation_scan *s)
{
	return strncmp(s->relation->name, "pg_stat_", 8) == 0 &&
	       strncmp(s->relation->name, "pg_stat_xact_", 13) != 0;
}

static void put_counts(struct relation_scan *s, struct value *row, const struct tallied *t)
{
	for (uint32_t i = 0; i < s->relation->column_count; i++) {
		struct value v = tallied_column(t, s->relation->columns[i].name);

		if (v.type != VALUE_NULL)
			row[i] = v;
	}
}

/* relid, schemaname, relname come first in all views of statistics about tables. */
static void add_statistics(struct relation_scan *s, const struct listed *l)
{
	struct value *row = relation_add(s);
	struct tallied t;

	row[pg_stat_all_tables_relid] = value_int(l->oid);
	row[pg_stat_all_tables_schemaname] = value_string(l->schema);
	row[pg_stat_all_tables_relname] = value_string(l->name);
	if (l->relation != NULL || !is_counted(s))
		return;
	tallied_label_read(s->ev->txn, l->table.element, l->table.label, &t);
	put_counts(s, row, &t);
}

static enum sqlstate add_any(struct relation_scan *s, const struct listed *l, struct error *e)
{
	(void)e;
	if (l->kind == 'r')
		add_statistics(s, l);
	return OK;
}

static enum sqlstate add_user(struct relation_scan *s, const struct listed *l, struct error *e)
{
	(void)e;
	if (l->kind == 'r' && l->relation == NULL)
		add_statistics(s, l);
	return OK;
}

static enum sqlstate add_system(struct relation_scan *s, const struct listed *l, struct error *e)
{
	(void)e;
	if (l->kind == 'r' && l->relation != NULL)
		add_statistics(s, l);
	return OK;
}

RELATION_FILL(stat_all)
{
	return listed_each(s, add_any, e);
}

RELATION_FILL(stat_user)
{
	return listed_each(s, add_user, e);
}

RELATION_FILL(stat_system)
{
	return listed_each(s, add_system, e);
}

/* relid, indexrelid, schemaname, relname, indexrelname come first in those about indexes. */
RELATION_FILL(stat_index)
{
	(void)e;
	for (uint32_t i = 0; i < catalog_index_count(s->catalog); i++) {
		const struct index_info *index = catalog_index_at(s->catalog, i);
		bool is_node = index->element == ELEMENT_NODE;
		struct value *row = relation_add(s);
		struct tallied t;

		row[pg_stat_all_indexes_relid] = value_int(
			label_oid(is_node ? LABEL_NODE_TABLE : LABEL_EDGE_TABLE, index->label));
		row[pg_stat_all_indexes_indexrelid] = value_int(label_oid(LABEL_INDEX, index->id));
		row[pg_stat_all_indexes_schemaname] = value_string(
			label_schema_name(s->catalog, index->element, index->label));
		row[pg_stat_all_indexes_relname] = relation_index_table(s, index);
		row[pg_stat_all_indexes_indexrelname] = value_string(index->name);
		if (!is_counted(s))
			continue;
		tallied_index_read(s->ev->txn, index->id, &t);
		put_counts(s, row, &t);
	}
	return OK;
}
