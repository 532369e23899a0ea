/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The fill functions that rows of the .def files name; relation_fill_none stands for relations that
 * are always empty.
 */
#ifndef QUERY_SQL_FILLS_H
#define QUERY_SQL_FILLS_H

#include "query/sql/label_table.h"
#include "query/sql/listed.h"
#include "query/sql/relation.h"

#define relation_fill_none NULL

#define RELATION_FILL(name)                                                                        \
	enum sqlstate relation_fill_##name(struct relation_scan *s, struct error *e)

/* fill_labels.c: calls back for labels until the slice is full; the next call goes on behind them. */
typedef void label_visit(
	struct relation_scan *s, const struct label_table *table, void *context);
enum sqlstate relation_each_label(struct relation_scan *s, label_visit *visit, void *context,
	struct error *e) MUST_USE;
/* The same, or for the one label whose oid is asked for in this column. */
enum sqlstate relation_labels_by_oid(
	struct relation_scan *s, uint32_t column, label_visit *visit, struct error *e) MUST_USE;

/* fill_information.c: what a row of information_schema.columns says of a column's type. */
void relation_put_column_type(
	struct relation_scan *s, struct value *row, const struct listed_column *c);
/* fill_view.c: the name of the table that an index is of. */
struct value relation_index_table(const struct relation_scan *s, const struct index_info *index);

RELATION_FILL(above);
RELATION_FILL(aggregate);
RELATION_FILL(attrdef);
RELATION_FILL(attribute);
RELATION_FILL(auth_members);
RELATION_FILL(authid);
RELATION_FILL(class);
RELATION_FILL(constants);
RELATION_FILL(constraint);
RELATION_FILL(database);
RELATION_FILL(db_role_setting);
RELATION_FILL(default_acl);
RELATION_FILL(depend);
RELATION_FILL(description);
RELATION_FILL(shdescription);
RELATION_FILL(function_acl);
RELATION_FILL(function_ancestors);
RELATION_FILL(function_expand);
RELATION_FILL(function_keywords);
RELATION_FILL(function_options);
RELATION_FILL(graph_element);
RELATION_FILL(graph_element_label);
RELATION_FILL(graph_label);
RELATION_FILL(graph_label_property);
RELATION_FILL(graph_property);
RELATION_FILL(index);
RELATION_FILL(indexes);
RELATION_FILL(info_catalog_name);
RELATION_FILL(info_character_sets);
RELATION_FILL(info_check_constraints);
RELATION_FILL(info_column_privileges);
RELATION_FILL(info_columns);
RELATION_FILL(info_constraint_column_usage);
RELATION_FILL(info_enabled_roles);
RELATION_FILL(info_key_column_usage);
RELATION_FILL(info_pg_edge_table_components);
RELATION_FILL(info_pg_element_table_key_columns);
RELATION_FILL(info_pg_element_table_labels);
RELATION_FILL(info_pg_element_table_properties);
RELATION_FILL(info_pg_element_tables);
RELATION_FILL(info_pg_label_properties);
RELATION_FILL(info_pg_labels);
RELATION_FILL(info_pg_property_data_types);
RELATION_FILL(info_pg_property_graph_privileges);
RELATION_FILL(info_property_graphs);
RELATION_FILL(info_referential_constraints);
RELATION_FILL(info_schemata);
RELATION_FILL(info_sequences);
RELATION_FILL(info_table_constraints);
RELATION_FILL(info_table_privileges);
RELATION_FILL(info_tables);
RELATION_FILL(info_views);
RELATION_FILL(namespace);
RELATION_FILL(proc);
RELATION_FILL(roles);
RELATION_FILL(sequence);
RELATION_FILL(sequences);
RELATION_FILL(settings);
RELATION_FILL(shadow);
RELATION_FILL(stat_all);
RELATION_FILL(stat_index);
RELATION_FILL(stat_system);
RELATION_FILL(stat_user);
RELATION_FILL(tables);
RELATION_FILL(type);
RELATION_FILL(user);
RELATION_FILL(views);

#endif
