/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * CREATE and DROP PROPERTY GRAPH. The graph's definition is kept as text and checked here; what a
 * pattern over it means is decided when one is planned (query/plan/plan_table_graph.c).
 */
#include "query/ddl/ddl.h"

#include "base/check.h"

static const struct ast_graph_table *vertex_of(const struct ast_property_graph *g, struct str alias)
{
	for (uint32_t i = 0; i < g->table_count; i++) {
		if (!g->tables[i].is_edge && str_equal(g->tables[i].alias.text, alias))
			return &g->tables[i];
	}
	return NULL;
}

static enum sqlstate check_columns(
	struct ddl *d, const struct table *t, const struct ast_name *columns, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (table_column(t, columns[i].text) == NULL)
			return DDL_FAIL(d, columns[i].at, E_NO_COLUMN,
				"column \"%.*s\" of relation \"%.*s\" does not exist",
				STR_ARGS(columns[i].text), STR_ARGS(t->name));
	}
	return OK;
}

static enum sqlstate check_end(struct ddl *d, const struct ast_property_graph *g,
	const struct table *edge, const struct ast_graph_table *x, bool is_source)
{
	const struct ast_name *end = is_source ? &x->source : &x->target;
	uint32_t keys = is_source ? x->source_key_count : x->target_key_count;
	uint32_t columns = is_source ? x->source_column_count : x->target_column_count;
	const struct ast_graph_table *vertex = vertex_of(g, end->text);
	struct table *table;

	if (vertex == NULL)
		return DDL_FAIL(d, end->at, E_NO_OBJECT, "vertex \"%.*s\" does not exist",
			STR_ARGS(end->text));
	TRY(ddl_table(d, &vertex->table, false, &table));
	TRY(check_columns(d, table, is_source ? x->source_columns : x->target_columns, columns));
	if (edge->element == ELEMENT_EDGE)
		return OK;
	TRY(check_columns(d, edge, is_source ? x->source_keys : x->target_keys, keys));
	if (keys > 0 && columns > 0 && keys != columns)
		return DDL_FAIL(d, end->at, E_INVALID_REFERENCE,
			"mismatching number of columns in edge \"%.*s\"", STR_ARGS(x->alias.text));
	return OK;
}

static enum sqlstate check_table(struct ddl *d, const struct ast_property_graph *g, uint32_t i)
{
	const struct ast_graph_table *x = &g->tables[i];
	struct table *t;

	TRY(ddl_table(d, &x->table, false, &t));
	for (uint32_t k = 0; k < i; k++) {
		if (str_equal(g->tables[k].alias.text, x->alias.text))
			return DDL_FAIL(d, x->alias.at, E_DUPLICATE_ALIAS,
				"alias \"%.*s\" used more than once as element table",
				STR_ARGS(x->alias.text));
	}
	TRY(check_columns(d, t, x->keys, x->key_count));
	if (!x->is_edge)
		return t->element == ELEMENT_NODE ? OK
						  : DDL_FAIL(d, x->table.at, E_TYPE,
							    "\"%.*s\" is a table of edges and "
							    "cannot be a vertex table",
							    STR_ARGS(t->name));
	TRY(check_end(d, g, t, x, true));
	return check_end(d, g, t, x, false);
}

enum sqlstate ddl_create_graph(struct ddl *d, const struct ast_property_graph *from)
{
	uint32_t id = NAME_NONE;

	if (table_name_is_taken(d->options.catalog, from->name.text) ||
		str_equal(from->name.text, STR("main")))
		return DDL_FAIL(d, from->name.at, E_DUPLICATE_TABLE,
			"relation \"%.*s\" already exists", STR_ARGS(from->name.text));
	for (uint32_t i = 0; i < from->table_count; i++)
		TRY(check_table(d, from, i));
	TRY(schema_object_put(
		d->options.txn, &id, OBJECT_PROPERTY_GRAPH, from->name.text, from->text, d->error));
	ddl_refresh(d);
	return OK;
}

enum sqlstate ddl_drop_graphs(struct ddl *d, const struct ast_names_statement *from)
{
	for (uint32_t i = 0; i < from->count; i++) {
		const struct ast_name *name = &from->names[i];
		const struct catalog_object *o =
			catalog_object_find(d->options.catalog, OBJECT_PROPERTY_GRAPH, name->text);

		if (o != NULL) {
			TRY(schema_object_drop(d->options.txn, o->id, d->error));
			ddl_refresh(d);
		} else if (from->if_exists) {
			ddl_notice(d, "NOTICE", OK,
				"property graph \"%.*s\" does not exist, skipping",
				STR_ARGS(name->text));
		} else {
			return DDL_FAIL(d, name->at, E_NO_TABLE,
				"property graph \"%.*s\" does not exist", STR_ARGS(name->text));
		}
	}
	return OK;
}
