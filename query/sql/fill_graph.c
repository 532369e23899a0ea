/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * PostgreSQL 19's catalogs of property graphs: the graph `main` with every label as an element
 * table that has one label, its own.
 */
#include "query/eval/eval.h"
#include "query/sql/builtin.h"
#include "query/sql/fills.h"
#include "query/sql/listed.h"

static uint32_t oid_of(const struct label_table *table, enum label_object of_node)
{
	/* An edge's object follows that of a node. */
	enum label_object object = table->element == ELEMENT_NODE ? of_node : of_node + 1;

	return label_oid(object, table->label);
}

/* ---- elements --------------------------------------------------------------------------------- */

static struct value key_of(struct relation_scan *s, const struct label_table *table)
{
	struct label_constraint *constraints;
	uint32_t count = label_table_constraints(s->catalog, table, s->arena, &constraints);

	for (uint32_t i = 0; i < count; i++) {
		if (constraints[i].kind == 'p')
			return relation_attnums(s, constraints[i].columns, constraints[i].count);
	}
	return relation_numbers(s, NULL, 0);
}

/* The attnum of a node label's key. */
static struct value key_of_end(struct relation_scan *s, struct edge_end end)
{
	struct label_table table;
	struct label_column *columns;
	int16_t number = 0;
	uint32_t count;

	if (label_table_by_oid(s->catalog, label_oid(LABEL_NODE_TABLE, end.label), &table)) {
		count = label_table_columns(s->catalog, &table, s->arena, &columns);
		number = label_column_number(columns, count, end.key);
	}
	return relation_attnums(s, &number, number > 0);
}

static void put_ends(struct relation_scan *s, struct value *row, const struct label_info *info)
{
	static const int16_t from = 1, to = 2;
	struct edge_end source = catalog_edge_end(info, true);
	struct edge_end target = catalog_edge_end(info, false);

	row[pg_propgraph_element_pgesrckey] = relation_attnums(s, &from, 1);
	row[pg_propgraph_element_pgedestkey] = relation_attnums(s, &to, 1);
	if (source.label != NAME_NONE) {
		row[pg_propgraph_element_pgesrcvertexid] =
			value_int(label_oid(LABEL_NODE_ELEMENT, source.label));
		row[pg_propgraph_element_pgesrcref] = key_of_end(s, source);
	}
	if (target.label != NAME_NONE) {
		row[pg_propgraph_element_pgedestvertexid] =
			value_int(label_oid(LABEL_NODE_ELEMENT, target.label));
		row[pg_propgraph_element_pgedestref] = key_of_end(s, target);
	}
}

static void add_element(
	struct relation_scan *s, const struct label_table *table, void *context)
{
	bool is_node = table->element == ELEMENT_NODE;
	struct value *row = relation_add(s);

	(void)context;
	row[pg_propgraph_element_oid] = value_int(oid_of(table, LABEL_NODE_ELEMENT));
	row[pg_propgraph_element_pgepgid] = value_int(OID_GRAPH_MAIN);
	row[pg_propgraph_element_pgerelid] = value_int(table->oid);
	row[pg_propgraph_element_pgealias] = value_string(table->name);
	row[pg_propgraph_element_pgekind] = relation_text(is_node ? "v" : "e");
	row[pg_propgraph_element_pgesrcvertexid] = row[pg_propgraph_element_pgedestvertexid] =
		value_int(0);
	row[pg_propgraph_element_pgekey] = key_of(s, table);
	if (!is_node)
		put_ends(s, row, table->info);
}

RELATION_FILL(graph_element)
{
	return relation_each_label(s, add_element, NULL, e);
}

/* ---- labels ----------------------------------------------------------------------------------- */

static void add_label(
	struct relation_scan *s, const struct label_table *table, void *context)
{
	struct value *row = relation_add(s);

	(void)context;
	row[pg_propgraph_label_oid] = value_int(oid_of(table, LABEL_NODE_LABEL));
	row[pg_propgraph_label_pglpgid] = value_int(OID_GRAPH_MAIN);
	row[pg_propgraph_label_pgllabel] = value_string(table->name);
}

RELATION_FILL(graph_label)
{
	return relation_each_label(s, add_label, NULL, e);
}

static void add_element_label(
	struct relation_scan *s, const struct label_table *table, void *context)
{
	struct value *row = relation_add(s);

	(void)context;
	row[pg_propgraph_element_label_oid] = value_int(oid_of(table, LABEL_NODE_ELEMENT_LABEL));
	row[pg_propgraph_element_label_pgellabelid] = value_int(oid_of(table, LABEL_NODE_LABEL));
	row[pg_propgraph_element_label_pgelelid] = value_int(oid_of(table, LABEL_NODE_ELEMENT));
}

RELATION_FILL(graph_element_label)
{
	return relation_each_label(s, add_element_label, NULL, e);
}

/* ---- properties ------------------------------------------------------------------------------- */

static void add_label_properties(
	struct relation_scan *s, const struct label_table *table, void *context)
{
	struct label_column *columns;
	uint32_t count = label_table_columns(s->catalog, table, s->arena, &columns);

	(void)context;
	for (uint32_t i = 0; i < count; i++) {
		struct value *row;

		if (columns[i].key == NAME_NONE)
			continue;
		row = relation_add(s);
		row[pg_propgraph_label_property_oid] = value_int(
			label_property_oid(table->element, table->label, columns[i].key));
		row[pg_propgraph_label_property_plppropid] =
			value_int(label_oid(LABEL_PROPERTY, columns[i].key));
		row[pg_propgraph_label_property_plpellabelid] =
			value_int(oid_of(table, LABEL_NODE_ELEMENT_LABEL));
		row[pg_propgraph_label_property_plpexpr] = value_string(columns[i].name);
	}
}

RELATION_FILL(graph_label_property)
{
	return relation_each_label(s, add_label_properties, NULL, e);
}

static void add_property(struct relation_scan *s, const struct label_column *c)
{
	uint32_t type = c->type_oid;
	const struct builtin_type *builtin = builtin_type_by_oid(type);
	struct value *row = relation_add(s);

	row[pg_propgraph_property_oid] = value_int(label_oid(LABEL_PROPERTY, c->key));
	row[pg_propgraph_property_pgppgid] = value_int(OID_GRAPH_MAIN);
	row[pg_propgraph_property_pgpname] = value_string(c->name);
	row[pg_propgraph_property_pgptypid] = value_int(type);
	row[pg_propgraph_property_pgptypmod] = value_int(c->modifier);
	row[pg_propgraph_property_pgpcollation] =
		value_int(builtin == NULL ? 0 : builtin->collation);
}

/* One row a name, with the type that the first label to declare it gives it. */
RELATION_FILL(graph_property)
{
	uint32_t keys = catalog_name_count(s->catalog, NAME_KEY);
	bool *is_done = ARENA_ARRAY(s->arena, bool, keys + 1);
	struct label_table table;
	uint64_t at = 0;
	bool found = true;

	for (;;) {
		struct label_column *columns;
		uint32_t count;

		TRY(label_table_next(s->ev->txn, s->arena, &at, &table, &found, e));
		if (!found)
			return OK;
		count = label_table_columns(s->catalog, &table, s->arena, &columns);
		for (uint32_t i = 0; i < count; i++) {
			if (columns[i].key == NAME_NONE || is_done[columns[i].key])
				continue;
			is_done[columns[i].key] = true;
			add_property(s, &columns[i]);
		}
	}
}

RELATION_FILL(info_property_graphs)
{
	struct value *row = relation_add(s);

	(void)e;
	row[property_graphs_property_graph_catalog] = listed_database(s);
	row[property_graphs_property_graph_schema] = relation_text("public");
	row[property_graphs_property_graph_name] = relation_text("main");
	return OK;
}
