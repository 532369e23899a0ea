/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The views of information_schema that tell of property graphs. Shown are the graphs that the reader owns
 * or has some right to.
 */
#include "query/eval/eval.h"
#include "query/sql/acl_list.h"
#include "query/sql/fills.h"
#include "query/sql/listed_graph.h"

/* ---- graphs ----------------------------------------------------------------------------------- */

static bool is_shown(struct relation_scan *s, const struct listed_graph *g)
{
	struct role_set *who = ARENA_NEW(s->arena, struct role_set);

	if (g->oid == OID_GRAPH_MAIN)
		return true;
	role_set_of(s->catalog, acl_current_user(s->ev), who);
	return acl_allowed(s->catalog, listed_graph_target(g), who) != 0;
}

/* One more row. The graph's names are the first three columns of each of these views. */
static struct value *add_row(struct relation_scan *s, const struct listed_graph *g)
{
	struct value *row = relation_add(s);

	row[property_graphs_property_graph_catalog] = listed_database(s);
	row[property_graphs_property_graph_schema] = relation_text("public");
	row[property_graphs_property_graph_name] = value_string(g->name);
	return row;
}

RELATION_FILL(info_property_graphs)
{
	struct listed_graph g;
	uint64_t at = 0;

	(void)e;
	while (listed_graph_next(s->catalog, &at, &g)) {
		if (is_shown(s, &g))
			add_row(s, &g);
	}
	return OK;
}

/* ---- element tables --------------------------------------------------------------------------- */

static void add_element(struct relation_scan *s, const struct listed_element *x, void *context)
{
	struct value *row;

	(void)context;
	if (!is_shown(s, &x->graph))
		return;
	row = add_row(s, &x->graph);
	row[pg_element_tables_element_table_alias] = value_string(x->alias);
	row[pg_element_tables_element_table_kind] = relation_text(x->is_edge ? "EDGE" : "VERTEX");
	row[pg_element_tables_table_catalog] = listed_database(s);
	row[pg_element_tables_table_schema] = value_string(
		label_schema_name(s->catalog, x->table.element, x->table.label));
	row[pg_element_tables_table_name] = value_string(x->table.name);
}

RELATION_FILL(info_pg_element_tables)
{
	return listed_graph_elements(s, add_element, NULL, e);
}

static void add_keys(struct relation_scan *s, const struct listed_element *x, void *context)
{
	(void)context;
	for (uint32_t i = 0; i < x->key_count && is_shown(s, &x->graph); i++) {
		struct value *row = add_row(s, &x->graph);

		row[pg_element_table_key_columns_element_table_alias] = value_string(x->alias);
		row[pg_element_table_key_columns_column_name] = value_string(x->keys[i]);
		row[pg_element_table_key_columns_ordinal_position] = value_int(i + 1);
	}
}

RELATION_FILL(info_pg_element_table_key_columns)
{
	return listed_graph_elements(s, add_keys, NULL, e);
}

/* Where no one column is known at the vertex there is nothing that the edge's could be paired with. */
static void add_end(struct relation_scan *s, const struct listed_element *x,
	const struct listed_end *end, const char *name)
{
	for (uint32_t i = 0; i < end->key_count && i < end->column_count; i++) {
		struct value *row = add_row(s, &x->graph);

		row[pg_edge_table_components_edge_table_alias] = value_string(x->alias);
		row[pg_edge_table_components_vertex_table_alias] = value_string(end->alias);
		row[pg_edge_table_components_edge_end] = relation_text(name);
		row[pg_edge_table_components_edge_table_column_name] = value_string(end->keys[i]);
		row[pg_edge_table_components_vertex_table_column_name] =
			value_string(end->columns[i]);
		row[pg_edge_table_components_ordinal_position] = value_int(i + 1);
	}
}

static void add_ends(struct relation_scan *s, const struct listed_element *x, void *context)
{
	(void)context;
	if (!x->is_edge || !is_shown(s, &x->graph))
		return;
	add_end(s, x, &x->ends[GRAPH_SOURCE], "SOURCE");
	add_end(s, x, &x->ends[GRAPH_DESTINATION], "DESTINATION");
}

RELATION_FILL(info_pg_edge_table_components)
{
	return listed_graph_elements(s, add_ends, NULL, e);
}

/* ---- labels ----------------------------------------------------------------------------------- */

static void add_element_labels(
	struct relation_scan *s, const struct listed_element *x, void *context)
{
	(void)context;
	for (uint32_t i = 0; i < x->label_count && is_shown(s, &x->graph); i++) {
		struct value *row = add_row(s, &x->graph);

		row[pg_element_table_labels_element_table_alias] = value_string(x->alias);
		row[pg_element_table_labels_label_name] = value_string(x->labels[i].name);
	}
}

RELATION_FILL(info_pg_element_table_labels)
{
	return listed_graph_elements(s, add_element_labels, NULL, e);
}

static void add_labels(struct relation_scan *s, const struct listed_element *x, void *context)
{
	(void)context;
	for (uint32_t i = 0; i < x->label_count && is_shown(s, &x->graph); i++) {
		if (x->labels[i].is_first)
			add_row(s, &x->graph)[pg_labels_label_name] =
				value_string(x->labels[i].name);
	}
}

RELATION_FILL(info_pg_labels)
{
	return listed_graph_elements(s, add_labels, NULL, e);
}

/* ---- properties ------------------------------------------------------------------------------- */

static void add_properties_of_label(
	struct relation_scan *s, const struct listed_graph *g, const struct listed_label *l)
{
	for (uint32_t i = 0; i < l->property_count; i++) {
		struct value *row = add_row(s, g);

		row[pg_label_properties_label_name] = value_string(l->name);
		row[pg_label_properties_property_name] = value_string(l->properties[i].name);
	}
}

static void add_label_properties(
	struct relation_scan *s, const struct listed_element *x, void *context)
{
	(void)context;
	for (uint32_t i = 0; i < x->label_count && is_shown(s, &x->graph); i++) {
		if (x->labels[i].is_first)
			add_properties_of_label(s, &x->graph, &x->labels[i]);
	}
}

RELATION_FILL(info_pg_label_properties)
{
	return listed_graph_elements(s, add_label_properties, NULL, e);
}

/* A property is the same in all labels of an element table: the first one that has it tells. */
static bool has_property(const struct listed_element *x, uint32_t labels, struct str name)
{
	for (uint32_t i = 0; i < labels; i++) {
		for (uint32_t k = 0; k < x->labels[i].property_count; k++) {
			if (str_equal(x->labels[i].properties[k].name, name))
				return true;
		}
	}
	return false;
}

static void add_element_property(struct relation_scan *s, const struct listed_element *x,
	const struct listed_property *p)
{
	struct value *row = add_row(s, &x->graph);

	row[pg_element_table_properties_element_table_alias] = value_string(x->alias);
	row[pg_element_table_properties_property_name] = value_string(p->name);
	row[pg_element_table_properties_property_expression] = value_string(p->expr);
}

static void add_element_properties(
	struct relation_scan *s, const struct listed_element *x, void *context)
{
	(void)context;
	for (uint32_t i = 0; i < x->label_count && is_shown(s, &x->graph); i++) {
		const struct listed_label *l = &x->labels[i];

		for (uint32_t k = 0; k < l->property_count; k++) {
			if (!has_property(x, i, l->properties[k].name))
				add_element_property(s, x, &l->properties[k]);
		}
	}
}

RELATION_FILL(info_pg_element_table_properties)
{
	return listed_graph_elements(s, add_element_properties, NULL, e);
}

static void add_data_type(
	struct relation_scan *s, const struct listed_graph *g, const struct listed_property *p)
{
	static const int pairs[][2] = {
		{ pg_property_data_types_data_type, columns_data_type },
		{ pg_property_data_types_character_maximum_length,
			columns_character_maximum_length },
		{ pg_property_data_types_character_octet_length, columns_character_octet_length },
		{ pg_property_data_types_collation_catalog, columns_collation_catalog },
		{ pg_property_data_types_collation_schema, columns_collation_schema },
		{ pg_property_data_types_collation_name, columns_collation_name },
		{ pg_property_data_types_numeric_precision, columns_numeric_precision },
		{ pg_property_data_types_numeric_precision_radix, columns_numeric_precision_radix },
		{ pg_property_data_types_numeric_scale, columns_numeric_scale },
		{ pg_property_data_types_datetime_precision, columns_datetime_precision },
		{ pg_property_data_types_user_defined_type_catalog, columns_udt_catalog },
		{ pg_property_data_types_user_defined_type_schema, columns_udt_schema },
		{ pg_property_data_types_user_defined_type_name, columns_udt_name },
	};
	struct listed_column column = { .type = p->type, .modifier = p->modifier };
	struct value *cells, *row;

	if (!is_shown(s, g))
		return;
	cells = ARENA_ARRAY(s->arena, struct value, columns_column_count);
	for (uint32_t i = 0; i < columns_column_count; i++)
		cells[i] = value_null();
	relation_put_column_type(s, cells, &column);
	row = add_row(s, g);
	row[pg_property_data_types_property_name] = value_string(p->name);
	for (uint32_t i = 0; i < ARRAY_COUNT(pairs); i++)
		row[pairs[i][0]] = cells[pairs[i][1]];
	row[pg_property_data_types_dtd_identifier] = value_string(p->name);
}

RELATION_FILL(info_pg_property_data_types)
{
	return listed_graph_properties(s, add_data_type, e);
}
