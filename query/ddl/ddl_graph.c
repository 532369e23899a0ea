/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * CREATE, ALTER and DROP PROPERTY GRAPH. The definition is written out in full when it is made
 * (query/sql/graph_definition.h); what a pattern over it means is decided when one is planned
 * (query/plan/plan_table_graph.c).
 *
 * Whatever changes a definition ends in save_graph(), which holds it against the rules of SQL/PGQ: in
 * a graph a property has one type, in an element table one expression, and a label has the same
 * properties wherever it stands.
 */
#include "query/ddl/ddl_graph.h"

#include "base/buf.h"
#include "base/check.h"
#include "query/ddl/guard_bind.h"
#include "query/parse/ast_dump.h"
#include "query/sql/naming.h"
#include "query/type/type.h"

/* ---- consistency ----------------------------------------------------------------------------- */

static struct str expr_text(struct ddl *d, const struct ast_item *item)
{
	struct buf text = { 0 };
	struct str out;

	definition_graph_put_expr(&text, item);
	out = arena_str(d->arena, buf_str(&text));
	buf_free(&text);
	return out;
}

/* A declared column has its type with all details, an expression that of its value. */
static enum sqlstate type_of_item(
	struct ddl *d, const struct table *t, const struct ast_item *item, struct str *out)
{
	const struct table_column *column =
		item->expr->kind == EXPR_VARIABLE ? table_column(t, item->expr->variable.name)
						  : NULL;
	char name[TYPE_NAME_SIZE];
	struct type type;

	if (column != NULL) {
		*out = column->type.text;
		return OK;
	}
	TRY(guard_property_type(d->arena, &d->options, t, item, &type, d->error));
	*out = arena_str(d->arena, str_of(type_name(type, name)));
	return OK;
}

static enum sqlstate note_property(
	struct ddl *d, struct graph_definition *g, struct str name, struct str type)
{
	for (uint32_t i = 0; i < g->property_count; i++) {
		const struct graph_property *p = &g->properties[i];

		if (!str_equal(p->name, name))
			continue;
		if (str_equal(p->type, type))
			return OK;
		FAIL(d->error, E_SYNTAX, "property \"%.*s\" data type mismatch: %.*s vs. %.*s",
			STR_ARGS(name), STR_ARGS(p->type), STR_ARGS(type));
		error_detail(d->error,
			"In a property graph, a property of the same name has to have the same data "
			"type in each label.");
		return E_SYNTAX;
	}
	g->properties[g->property_count++] = (struct graph_property){ name, type };
	return OK;
}

/* The same name in another label of the element table is the same expression. */
static enum sqlstate check_expression(struct ddl *d, const struct ast_graph_table *x,
	uint32_t label, const struct ast_item *item)
{
	struct str text = expr_text(d, item);

	for (uint32_t i = 0; i < label; i++) {
		const struct ast_item *other =
			definition_graph_item(&x->labels[i], item->alias.text);
		struct str before = other == NULL ? text : expr_text(d, other);
		bool is_less = str_compare(before, text) < 0;

		if (str_equal(before, text))
			continue;
		FAIL(d->error, E_SYNTAX,
			"element \"%.*s\" property \"%.*s\" expression mismatch: %.*s vs. %.*s",
			STR_ARGS(x->alias.text), STR_ARGS(item->alias.text),
			STR_ARGS(is_less ? before : text), STR_ARGS(is_less ? text : before));
		error_detail(d->error,
			"In a property graph element, a property of the same name has to have the "
			"same expression in each label.");
		return E_SYNTAX;
	}
	return OK;
}

/* A label of the same name that stands before this one has the same properties. */
static enum sqlstate check_label(struct ddl *d, const struct ast_property_graph *g, uint32_t table,
	const struct ast_graph_label *l)
{
	for (uint32_t i = 0; i < table; i++) {
		const struct ast_graph_label *other =
			definition_graph_label(&g->tables[i], l->name.text);

		if (other == NULL)
			continue;
		if (other->property_count != l->property_count || other->is_all != l->is_all)
			return FAIL(d->error, E_OBJECT_DEFINITION,
				"mismatching number of properties in definition of label \"%.*s\"",
				STR_ARGS(l->name.text));
		for (uint32_t k = 0; k < l->property_count; k++) {
			if (definition_graph_item(other, l->properties[k].alias.text) == NULL)
				return FAIL(d->error, E_OBJECT_DEFINITION,
					"mismatching property names in definition of label "
					"\"%.*s\"",
					STR_ARGS(l->name.text));
		}
	}
	return OK;
}

static enum sqlstate check_table(struct ddl *d, struct graph_definition *g, uint32_t i)
{
	const struct ast_graph_table *x = &g->graph->tables[i];
	const struct table *t = table_find(d->options.catalog, d->arena, x->table.text);
	struct str type;

	if (t == NULL)
		return DDL_FAIL(d, x->table.at, E_NO_TABLE, "relation \"%.*s\" does not exist",
			STR_ARGS(x->table.text));
	for (uint32_t k = 0; k < x->label_count; k++) {
		const struct ast_graph_label *l = &x->labels[k];

		for (uint32_t n = 0; n < l->property_count; n++) {
			TRY(type_of_item(d, t, &l->properties[n], &type));
			TRY(note_property(d, g, l->properties[n].alias.text, type));
			TRY(check_expression(d, x, k, &l->properties[n]));
		}
		TRY(check_label(d, g->graph, i, l));
	}
	return OK;
}

enum sqlstate ddl_save_graph(struct ddl *d, struct graph_definition *g)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < g->graph->table_count; i++) {
		for (uint32_t k = 0; k < g->graph->tables[i].label_count; k++)
			most += g->graph->tables[i].labels[k].property_count;
	}
	g->properties = ARENA_ARRAY(d->arena, struct graph_property, most + 1);
	g->property_count = 0;
	for (uint32_t i = 0; i < g->graph->table_count; i++)
		TRY(check_table(d, g, i));
	TRY(definition_graph_save(d->options.txn, d->arena, g, d->error));
	ddl_refresh(d);
	return OK;
}

/* ---- CREATE and DROP ------------------------------------------------------------------------- */

static enum sqlstate check_name(struct ddl *d, const struct ast_name *name)
{
	const struct catalog *c = d->options.catalog;
	bool is_graph = str_equal(name->text, STR("main")) ||
			catalog_graph_find(c, name->text) != GRAPH_MAIN;

	if (!is_graph && !table_name_is_taken(c, name->text))
		return OK;
	return DDL_FAIL(d, name->at, E_DUPLICATE_TABLE, "relation \"%.*s\" already exists",
		STR_ARGS(name->text));
}

enum sqlstate ddl_create_graph(struct ddl *d, struct ast_property_graph *from)
{
	struct graph_definition g = { .name = from->name.text, .graph = from };

	TRY(check_name(d, &from->name));
	TRY(definition_graph_complete(d->options.catalog, d->arena, from, 0, d->error));
	return ddl_save_graph(d, &g);
}

/* *out without a name: there is none, of which was told. */
static enum sqlstate find_graph(struct ddl *d, const struct ast_name *name, bool if_exists,
	struct graph_definition *out)
{
	bool is_there;

	*out = (struct graph_definition){ 0 };
	TRY(definition_graph_find(
		d->options.catalog, d->arena, name->text, out, &is_there, d->error));
	if (is_there)
		return OK;
	if (!table_name_is_taken(d->options.catalog, name->text))
		return ddl_missing(d, name, if_exists);
	return DDL_FAIL(d, name->at, E_WRONG_OBJECT, "\"%.*s\" is not a property graph",
		STR_ARGS(name->text));
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
		} else if (table_name_is_taken(d->options.catalog, name->text)) {
			return DDL_FAIL(d, name->at, E_WRONG_OBJECT,
				"\"%.*s\" is not a property graph", STR_ARGS(name->text));
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

/* ---- ALTER ----------------------------------------------------------------------------------- */

static enum sqlstate find_element(struct ddl *d, const struct graph_definition *g,
	const struct ast_name *alias, bool is_edge, struct ast_graph_table **out)
{
	*out = definition_graph_table(g->graph, alias->text);
	if (*out == NULL)
		return DDL_FAIL(d, alias->at, E_NO_OBJECT,
			"property graph \"%.*s\" has no element with alias \"%.*s\"",
			STR_ARGS(g->name), STR_ARGS(alias->text));
	if ((*out)->is_edge != is_edge)
		return DDL_FAIL(d, alias->at, E_SYNTAX,
			"element \"%.*s\" of property graph \"%.*s\" is not %s",
			STR_ARGS(alias->text), STR_ARGS(g->name), is_edge ? "an edge" : "a vertex");
	return OK;
}

static enum sqlstate find_label(struct ddl *d, const struct graph_definition *g,
	const struct ast_graph_table *x, const struct ast_name *name, struct ast_graph_label **out)
{
	*out = definition_graph_label(x, name->text);
	if (*out != NULL)
		return OK;
	return DDL_FAIL(d, name->at, E_NO_OBJECT,
		"property graph \"%.*s\" element \"%.*s\" has no label \"%.*s\"", STR_ARGS(g->name),
		STR_ARGS(x->alias.text), STR_ARGS(name->text));
}

static enum sqlstate add_tables(
	struct ddl *d, struct graph_definition *g, const struct ast_alter_graph *from)
{
	struct ast_property_graph *graph = g->graph;
	uint32_t before = graph->table_count, count = before + from->added.table_count;
	struct ast_graph_table *tables = ARENA_ARRAY(d->arena, struct ast_graph_table, count);

	for (uint32_t i = 0; i < count; i++) {
		tables[i] = i < before ? graph->tables[i] : from->added.tables[i - before];
		if (i >= before && definition_graph_table(graph, tables[i].alias.text) != NULL)
			return DDL_FAIL_AT(d, tables[i].table.at, E_OBJECT_DEFINITION,
				"alias \"%.*s\" already exists in property graph \"%.*s\"",
				STR_ARGS(tables[i].alias.text), STR_ARGS(g->name));
	}
	graph->tables = tables;
	graph->table_count = count;
	return definition_graph_complete(d->options.catalog, d->arena, graph, before, d->error);
}

static enum sqlstate drop_tables(
	struct ddl *d, struct graph_definition *g, const struct ast_alter_graph *from)
{
	struct str *causes = ARENA_ARRAY(d->arena, struct str, g->graph->table_count + 1);
	struct graph_losses losses = { 0 };

	for (uint32_t i = 0; i < from->name_count; i++) {
		struct ast_graph_table *x;

		TRY(find_element(d, g, &from->names[i], from->is_edge, &x));
		causes[x - g->graph->tables] = arena_printf(d->arena,
			"%s %.*s of property graph %.*s", from->is_edge ? "edge" : "vertex",
			STR_ARGS(x->alias.text), STR_ARGS(g->name));
	}
	ddl_lose_edges(d, g, causes, &losses);
	TRY(ddl_tell_losses(d, &losses, from->is_cascade));
	ddl_graph_keep(g->graph, causes);
	return OK;
}

static enum sqlstate add_labels(
	struct ddl *d, struct ast_graph_table *x, const struct ast_alter_graph *from)
{
	uint32_t before = x->label_count;
	struct ast_graph_label *labels =
		ARENA_ARRAY(d->arena, struct ast_graph_label, before + from->label_count);

	for (uint32_t i = 0; i < before + from->label_count; i++)
		labels[i] = i < before ? x->labels[i] : from->labels[i - before];
	x->labels = labels;
	x->label_count = before + from->label_count;
	return definition_graph_labels(
		table_find(d->options.catalog, d->arena, x->table.text), d->arena, x, d->error);
}

static enum sqlstate drop_label(
	struct ddl *d, struct ast_graph_table *x, struct ast_graph_label *label)
{
	if (x->label_count == 1) {
		FAIL(d->error, E_OBJECT_STATE, "cannot drop the last label from element \"%.*s\"",
			STR_ARGS(x->alias.text));
		error_hint(d->error, "Every element must have at least one label.");
		return E_OBJECT_STATE;
	}
	for (struct ast_graph_label *l = label; l + 1 < x->labels + x->label_count; l++)
		l[0] = l[1];
	x->label_count--;
	return OK;
}

static enum sqlstate add_properties(struct ddl *d, struct ast_graph_table *x,
	struct ast_graph_label *label, const struct ast_graph_label *added)
{
	uint32_t before = label->property_count, count = before + added->property_count;
	struct ast_item *items = ARENA_ARRAY(d->arena, struct ast_item, count + 1);

	for (uint32_t i = 0; i < count; i++) {
		items[i] = i < before ? label->properties[i] : added->properties[i - before];
		if (i >= before && definition_graph_item(label, items[i].alias.text) != NULL)
			return DDL_FAIL(d, items[i].alias.at, E_DUPLICATE_OBJECT,
				"property \"%.*s\" already exists", STR_ARGS(items[i].alias.text));
	}
	label->properties = items;
	label->property_count = count;
	label->is_all = false;
	return definition_graph_labels(
		table_find(d->options.catalog, d->arena, x->table.text), d->arena, x, d->error);
}

static enum sqlstate drop_properties(struct ddl *d, const struct graph_definition *g,
	const struct ast_graph_table *x, struct ast_graph_label *label,
	const struct ast_alter_graph *from)
{
	for (uint32_t i = 0; i < from->name_count; i++) {
		const struct ast_item *item = definition_graph_item(label, from->names[i].text);

		if (item == NULL)
			return DDL_FAIL(d, from->names[i].at, E_NO_OBJECT,
				"property graph \"%.*s\" element \"%.*s\" label \"%.*s\" has no "
				"property \"%.*s\"",
				STR_ARGS(g->name), STR_ARGS(x->alias.text),
				STR_ARGS(label->name.text), STR_ARGS(from->names[i].text));
		ddl_graph_drop_item(label, (uint32_t)(item - label->properties));
	}
	return OK;
}

static enum sqlstate alter_element(
	struct ddl *d, struct graph_definition *g, const struct ast_alter_graph *from)
{
	struct ast_graph_label *label;
	struct ast_graph_table *x;

	TRY(find_element(d, g, &from->element, from->is_edge, &x));
	if (from->kind == GRAPH_CHANGE_ADD_LABELS)
		return add_labels(d, x, from);
	TRY(find_label(d, g, x, &from->label, &label));
	if (from->kind == GRAPH_CHANGE_DROP_LABEL)
		return drop_label(d, x, label);
	if (from->kind == GRAPH_CHANGE_ADD_PROPERTIES)
		return add_properties(d, x, label, from->labels);
	return drop_properties(d, g, x, label, from);
}

static enum sqlstate change(
	struct ddl *d, struct graph_definition *g, const struct ast_alter_graph *from)
{
	switch (from->kind) {
	case GRAPH_CHANGE_ADD_TABLES:
		return add_tables(d, g, from);
	case GRAPH_CHANGE_DROP_TABLES:
		return drop_tables(d, g, from);
	case GRAPH_CHANGE_RENAME:
		TRY(check_name(d, &from->to));
		g->name = from->to.text;
		return OK;
	case GRAPH_CHANGE_OWNER: /* noted by the session */
	case GRAPH_CHANGE_NOTHING:
		return OK;
	default:
		return alter_element(d, g, from);
	}
}

enum sqlstate ddl_alter_property_graph(struct ddl *d, const struct ast_alter_graph *from)
{
	struct graph_definition g;

	TRY(find_graph(d, &from->name, from->if_exists, &g));
	if (g.name.length == 0)
		return OK;
	TRY(change(d, &g, from));
	return ddl_save_graph(d, &g);
}

enum sqlstate ddl_comment_graph(struct ddl *d, const struct ast_comment *from)
{
	struct graph_definition g;

	TRY(find_graph(d, &from->name, false, &g));
	g.comment = from->text;
	return definition_graph_save(d->options.txn, d->arena, &g, d->error);
}
