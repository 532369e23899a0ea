/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Definitions of property graphs: read, written, completed. See graph_definition.h.
 *
 * Databases of before have the statement's own text, which is completed when it is read.
 */
#include "query/sql/graph_definition.h"

#include <string.h>

#include "base/check.h"
#include "query/parse/parse.h"
#include "query/sql/naming.h"
#include "query/table/body.h"

/* As FAIL, with the place in the statement. */
#define GRAPH_FAIL(e, place, code, ...)                                                            \
	(FAIL((e), (code), __VA_ARGS__), (e)->byte_offset = (int)(place), (code))

/* ---- finding --------------------------------------------------------------------------------- */

struct ast_graph_table *definition_graph_table(const struct ast_property_graph *g, struct str alias)
{
	for (uint32_t i = 0; i < g->table_count; i++) {
		if (str_equal(g->tables[i].alias.text, alias))
			return &g->tables[i];
	}
	return NULL;
}

struct ast_graph_label *definition_graph_label(const struct ast_graph_table *x, struct str name)
{
	for (uint32_t i = 0; i < x->label_count; i++) {
		if (str_equal(x->labels[i].name.text, name))
			return &x->labels[i];
	}
	return NULL;
}

const struct ast_item *definition_graph_item(const struct ast_graph_label *l, struct str name)
{
	for (uint32_t i = 0; i < l->property_count; i++) {
		if (str_equal(l->properties[i].alias.text, name))
			return &l->properties[i];
	}
	return NULL;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put_columns(
	struct buf *to, const char *before, const struct ast_name *columns, uint32_t count)
{
	if (count == 0)
		return;
	buf_put_text(to, before);
	for (uint32_t i = 0; i < count; i++) {
		buf_put_text(to, i == 0 ? " (" : ", ");
		naming_put_ident(to, columns[i].text);
	}
	buf_put_byte(to, ')');
}

static void put_end(struct buf *to, const char *word, const struct ast_graph_end *end)
{
	buf_printf(to, " %s", word);
	put_columns(to, " KEY", end->keys, end->key_count);
	buf_put_text(to, end->key_count > 0 ? " REFERENCES " : " ");
	naming_put_ident(to, end->vertex.text);
	put_columns(to, "", end->columns, end->column_count);
}

void definition_graph_put_expr(struct buf *to, const struct ast_item *item)
{
	bool is_operator = item->expr->kind == EXPR_BINARY && item->source.at[0] != '(';

	if (item->expr->kind == EXPR_VARIABLE)
		naming_put_ident(to, item->expr->variable.name);
	else
		buf_printf(to, is_operator ? "(%.*s)" : "%.*s", STR_ARGS(item->source));
}

static void put_item(struct buf *to, const struct ast_item *item)
{
	definition_graph_put_expr(to, item);
	if (item->expr->kind == EXPR_VARIABLE &&
		str_equal(item->expr->variable.name, item->alias.text))
		return;
	buf_put_text(to, " AS ");
	naming_put_ident(to, item->alias.text);
}

static void put_label(struct buf *to, const struct ast_graph_table *x, uint32_t i)
{
	const struct ast_graph_label *l = &x->labels[i];

	if (x->label_count > 1 || !str_equal(l->name.text, x->alias.text)) {
		buf_put_text(to, " LABEL ");
		naming_put_ident(to, l->name.text);
	}
	if (l->is_all || l->property_count == 0) {
		buf_put_text(to, l->is_all ? " PROPERTIES ALL COLUMNS" : " NO PROPERTIES");
		return;
	}
	buf_put_text(to, " PROPERTIES (");
	for (uint32_t k = 0; k < l->property_count; k++) {
		buf_put_text(to, k == 0 ? "" : ", ");
		put_item(to, &l->properties[k]);
	}
	buf_put_byte(to, ')');
}

static void put_table(struct buf *to, const struct ast_graph_table *x)
{
	naming_put_ident(to, x->table.text);
	if (!str_equal(x->alias.text, x->table.text)) {
		buf_put_text(to, " AS ");
		naming_put_ident(to, x->alias.text);
	}
	put_columns(to, " KEY", x->keys, x->key_count);
	if (x->is_edge) {
		put_end(to, "SOURCE", &x->ends[GRAPH_SOURCE]);
		put_end(to, "DESTINATION", &x->ends[GRAPH_DESTINATION]);
	}
	for (uint32_t i = 0; i < x->label_count; i++)
		put_label(to, x, i);
}

static void put_tables(struct buf *to, const struct ast_property_graph *g, bool is_edge)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < g->table_count; i++) {
		if (g->tables[i].is_edge != is_edge)
			continue;
		if (count++ == 0)
			buf_put_text(to, is_edge ? "\n    EDGE TABLES (" : "\n    VERTEX TABLES (");
		else
			buf_put_byte(to, ',');
		buf_put_text(to, "\n        ");
		put_table(to, &g->tables[i]);
	}
	if (count > 0)
		buf_put_text(to, "\n    )");
}

void definition_graph_put(struct buf *to, const struct graph_definition *d)
{
	buf_put_text(to, "CREATE PROPERTY GRAPH public.");
	naming_put_ident(to, d->name);
	put_tables(to, d->graph, false);
	put_tables(to, d->graph, true);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static enum sqlstate check_columns(const struct table *t, struct ast_name *columns, uint32_t count,
	struct arena *a, struct error *e)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct table_column *column = table_column_folded(t, a, columns[i].text);

		if (column == NULL)
			return GRAPH_FAIL(e, columns[i].at, E_NO_COLUMN,
				"column \"%.*s\" of relation \"%.*s\" does not exist",
				STR_ARGS(columns[i].text), STR_ARGS(t->name));
		columns[i].text = column->name;
	}
	return OK;
}

static struct ast_name *names_of(
	struct arena *a, const struct str *names, uint32_t count, uint32_t at)
{
	struct ast_name *out = ARENA_ARRAY(a, struct ast_name, count + 1);

	for (uint32_t i = 0; i < count; i++)
		out[i] = (struct ast_name){ .at = at, .text = names[i] };
	return out;
}

/* The columns of the table's primary key, in its order; none: 0. */
static uint32_t primary_key(
	const struct catalog *c, struct arena *a, const struct table *t, struct ast_name **out)
{
	const struct index_info *primary =
		t->info == NULL ? NULL : catalog_index(c, t->info->primary_index);
	uint32_t count = primary == NULL ? 0 : primary->key_count;

	*out = ARENA_ARRAY(a, struct ast_name, count + 1);
	for (uint32_t i = 0; i < count; i++)
		(*out)[i].text = catalog_name(c, NAME_KEY, primary->keys[i]);
	return count;
}

/* ---- ends ------------------------------------------------------------------------------------ */

struct end_work {
	const struct catalog *c;
	struct arena *a;
	struct ast_property_graph *g;
	const struct ast_graph_table *edge;
	const struct table *edge_table;
	struct ast_graph_end *end;
	const char *word;
	struct error *e;
};

/* What an end without columns goes by: the vertex table's KEY, or its primary key. */
static void take_vertex_key(struct end_work *w, const struct ast_graph_table *vertex,
	const struct table *t)
{
	w->end->columns = vertex->keys;
	w->end->column_count = vertex->key_count;
	if (w->end->column_count != w->end->key_count)
		w->end->column_count = primary_key(w->c, w->a, t, &w->end->columns);
}

/* Without a word of keys the edge's table must have one foreign key to the vertex table. */
static enum sqlstate take_foreign_key(struct end_work *w, const struct ast_graph_table *vertex)
{
	const struct table_foreign *found = NULL;

	for (uint32_t i = 0; i < w->edge_table->foreign_count; i++) {
		const struct table_foreign *f = &w->edge_table->foreigns[i];

		if (!str_equal(f->table, vertex->table.text))
			continue;
		if (found != NULL)
			return GRAPH_FAIL(w->e, w->edge->table.at, E_INVALID_FOREIGN_KEY,
				"more than one suitable foreign key exists for %s key of edge "
				"\"%.*s\"",
				w->word, STR_ARGS(w->edge->alias.text));
		found = f;
	}
	if (found == NULL)
		return GRAPH_FAIL(w->e, w->edge->table.at, E_INVALID_FOREIGN_KEY,
			"no %s key specified and no suitable foreign key exists for definition of "
			"edge \"%.*s\"",
			w->word, STR_ARGS(w->edge->alias.text));
	w->end->key_count = w->end->column_count = found->count;
	w->end->keys = names_of(w->a, found->columns, found->count, w->end->vertex.at);
	w->end->columns = names_of(w->a, found->targets, found->count, w->end->vertex.at);
	return OK;
}

/* The key by which a label of edges knows its ends of that table; NAME_NONE: by none. */
static uint32_t key_of_end(const struct label_info *info, const struct table *t, bool is_source)
{
	for (uint32_t i = 0; info != NULL && i < info->pair_count; i++) {
		struct edge_end end = is_source ? info->pairs[i].from : info->pairs[i].to;

		if (end.label == t->label)
			return end.key;
	}
	return NAME_NONE;
}

/* A label of edges: its ends are nodes, whatever their keys are. */
static void take_edge_end(struct end_work *w, const struct table *t)
{
	bool is_source = w->end == &w->edge->ends[GRAPH_SOURCE];
	uint32_t key = key_of_end(w->edge_table->info, t, is_source);
	struct str name = is_source ? STR("_from") : STR("_to");

	w->end->key_count = 1;
	w->end->keys = names_of(w->a, &name, 1, w->end->vertex.at);
	if (key == NAME_NONE) {
		w->end->column_count = primary_key(w->c, w->a, t, &w->end->columns);
		if (w->end->column_count > 1)
			w->end->column_count = 0;
		return;
	}
	name = catalog_name(w->c, NAME_KEY, key);
	w->end->column_count = 1;
	w->end->columns = names_of(w->a, &name, 1, w->end->vertex.at);
}

static enum sqlstate complete_end(struct end_work *w)
{
	struct ast_graph_end *end = w->end;
	const struct ast_graph_table *vertex = definition_graph_table(w->g, end->vertex.text);
	const struct table *t;

	if (vertex == NULL || vertex->is_edge)
		return GRAPH_FAIL(w->e, w->edge->table.at, E_NO_OBJECT,
			"%s vertex \"%.*s\" of edge \"%.*s\" does not exist",
			w->word[0] == 'S' ? "source" : "destination", STR_ARGS(end->vertex.text),
			STR_ARGS(w->edge->alias.text));
	t = table_find(w->c, w->a, vertex->table.text);
	if (t == NULL)
		return GRAPH_FAIL(w->e, end->vertex.at, E_NO_TABLE,
			"relation \"%.*s\" does not exist", STR_ARGS(vertex->table.text));
	TRY(check_columns(t, end->columns, end->column_count, w->a, w->e));
	if (w->edge_table->element == ELEMENT_EDGE) {
		if (end->column_count == 0)
			take_edge_end(w, t);
		return OK;
	}
	TRY(check_columns(w->edge_table, end->keys, end->key_count, w->a, w->e));
	if (end->key_count == 0)
		return take_foreign_key(w, vertex);
	if (end->column_count == 0)
		take_vertex_key(w, vertex, t);
	if (end->column_count != end->key_count)
		return GRAPH_FAIL(w->e, w->edge->table.at, E_TABLE_DEFINITION,
			"mismatching number of columns in %s key of edge \"%.*s\"", w->word,
			STR_ARGS(w->edge->alias.text));
	return OK;
}

/* ---- labels ---------------------------------------------------------------------------------- */

/* A column as an item; the text is the name. */
static struct ast_item column_item(struct arena *a, const struct table_column *column, uint32_t at)
{
	struct ast_expr *x = ARENA_NEW(a, struct ast_expr);

	x->kind = EXPR_VARIABLE;
	x->at = at;
	x->variable.name = column->name;
	x->variable.quote = '"';
	return (struct ast_item){ .expr = x, .alias = { .at = at, .text = column->name } };
}

static void expand(const struct table *t, struct arena *a, struct ast_graph_label *l)
{
	l->properties = ARENA_ARRAY(a, struct ast_item, t->column_count + 1);
	l->property_count = 0;
	for (uint32_t i = 0; i < t->column_count; i++) {
		if (!t->columns[i].is_end)
			l->properties[l->property_count++] =
				column_item(a, &t->columns[i], l->name.at);
	}
	/* A label without declared properties may have any. */
	l->is_all = l->property_count == 0;
}

static void sort_by_name(struct ast_item *items, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++) {
		struct ast_item item = items[i];
		uint32_t k = i;

		for (; k > 0 && str_compare(items[k - 1].alias.text, item.alias.text) > 0; k--)
			items[k] = items[k - 1];
		items[k] = item;
	}
}

static enum sqlstate complete_label(
	const struct table *t, struct arena *a, struct ast_graph_label *l, struct error *e)
{
	if (l->is_all)
		expand(t, a, l);
	for (uint32_t i = 0; i < l->property_count; i++) {
		struct ast_item *item = &l->properties[i];
		const struct table_column *column =
			item->expr->kind == EXPR_VARIABLE
				? table_column_folded(t, a, item->expr->variable.name)
				: NULL;
		struct ast_name alias = item->alias;

		if (column == NULL)
			continue;
		*item = column_item(a, column, item->expr->at);
		item->alias = alias;
	}
	sort_by_name(l->properties, l->property_count);
	for (uint32_t i = 1; i < l->property_count; i++) {
		const struct ast_name *name = &l->properties[i].alias;

		if (str_equal(name->text, l->properties[i - 1].alias.text))
			return GRAPH_FAIL(e, name->at, E_DUPLICATE_OBJECT,
				"property \"%.*s\" specified more than once", STR_ARGS(name->text));
	}
	return OK;
}

enum sqlstate definition_graph_labels(
	const struct table *t, struct arena *a, struct ast_graph_table *x, struct error *e)
{
	for (uint32_t i = 0; i < x->label_count; i++) {
		for (uint32_t k = 0; k < i; k++) {
			if (str_equal(x->labels[k].name.text, x->labels[i].name.text))
				return GRAPH_FAIL(e, x->labels[i].name.at, E_DUPLICATE_OBJECT,
					"label \"%.*s\" already exists",
					STR_ARGS(x->labels[i].name.text));
		}
		TRY(complete_label(t, a, &x->labels[i], e));
	}
	return OK;
}

/* ---- tables ---------------------------------------------------------------------------------- */

static enum sqlstate complete_table(const struct catalog *c, struct arena *a,
	struct ast_property_graph *g, struct ast_graph_table *x, struct error *e)
{
	const struct table *t = table_find(c, a, x->table.text);

	if (t == NULL)
		return GRAPH_FAIL(e, x->table.at, E_NO_TABLE, "relation \"%.*s\" does not exist",
			STR_ARGS(x->table.text));
	if (!x->is_edge && t->element == ELEMENT_EDGE)
		return GRAPH_FAIL(e, x->table.at, E_TYPE,
			"\"%.*s\" is a table of edges and cannot be a vertex table",
			STR_ARGS(t->name));
	TRY(check_columns(t, x->keys, x->key_count, a, e));
	if (x->key_count == 0)
		x->key_count = primary_key(c, a, t, &x->keys);
	for (int i = 0; x->is_edge && i < 2; i++) {
		struct end_work w = { c, a, g, x, t, &x->ends[i],
			i == GRAPH_SOURCE ? "SOURCE" : "DESTINATION", e };

		TRY(complete_end(&w));
	}
	return definition_graph_labels(t, a, x, e);
}

enum sqlstate definition_graph_complete(const struct catalog *c, struct arena *a,
	struct ast_property_graph *g, uint32_t first, struct error *e)
{
	for (uint32_t i = first; i < g->table_count; i++) {
		const struct ast_name *alias = &g->tables[i].alias;

		if (definition_graph_table(g, alias->text) != &g->tables[i])
			return GRAPH_FAIL(e, alias->at, E_DUPLICATE_OBJECT,
				"alias \"%.*s\" used more than once as element table",
				STR_ARGS(alias->text));
		TRY(complete_table(c, a, g, &g->tables[i], e));
	}
	return OK;
}

/* ---- bytes ----------------------------------------------------------------------------------- */

/* What the parts of the graph were numbered by until now. */
static void parts_before(
	struct txn *txn, struct arena *a, const struct graph_definition *d, struct graph_parts *out)
{
	const struct catalog *c = txn_catalog(txn);
	const struct catalog_object *o =
		d->object == NAME_NONE ? NULL : catalog_object(c, d->object);
	struct graph_definition before;
	struct error ignored;

	*out = (struct graph_parts){ 0 };
	if (o != NULL && definition_graph_read(c, a, o, &before, &ignored) == OK)
		definition_graph_parts(a, &before, out);
}

static void put_body(struct buf *to, const struct graph_definition *d, struct arena *a,
	const struct graph_parts *before)
{
	struct buf text = { 0 };
	struct graph_parts parts;

	put_tables(&text, d->graph, false);
	put_tables(&text, d->graph, true);
	body_begin(to);
	body_put_text(to, buf_str(&text));
	body_put_text(to, d->comment);
	body_put_number(to, d->property_count);
	for (uint32_t i = 0; i < d->property_count; i++) {
		body_put_text(to, d->properties[i].name);
		body_put_text(to, d->properties[i].type);
	}
	definition_parts_follow(a, d->graph, before, &parts);
	definition_parts_put(to, &parts);
	buf_free(&text);
}

enum sqlstate definition_graph_save(
	struct txn *txn, struct arena *a, struct graph_definition *d, struct error *e)
{
	struct graph_parts before;
	struct buf body = { 0 };
	enum sqlstate rc;

	parts_before(txn, a, d, &before);
	put_body(&body, d, a, &before);
	rc = schema_object_put(
		txn, &d->object, OBJECT_PROPERTY_GRAPH, d->name, buf_str(&body), e);
	buf_free(&body);
	return rc;
}

static enum sqlstate read_text(
	struct arena *a, struct str text, struct ast_property_graph **out, struct error *e)
{
	struct ast_script script;

	TRY(parse_script(a, arena_printf(a, "CREATE PROPERTY GRAPH g %.*s", STR_ARGS(text)), NULL,
		&script, e));
	assert(script.count == 1);
	*out = script.statements[0]->property_graph;
	return OK;
}

enum sqlstate definition_graph_read(const struct catalog *c, struct arena *a,
	const struct catalog_object *o, struct graph_definition *out, struct error *e)
{
	struct body_reader r;

	*out = (struct graph_definition){ .object = o->id, .name = arena_str(a, o->name) };
	if (o->body.length == 0 || !body_open(&r, a, o->body)) {
		TRY(read_text(a, o->body, &out->graph, e));
		TRY(definition_graph_complete(c, a, out->graph, 0, e));
		return OK;
	}
	TRY(read_text(a, body_text(&r), &out->graph, e));
	out->comment = body_text(&r);
	out->property_count = body_count(&r, UINT32_MAX);
	out->properties = ARENA_ARRAY(a, struct graph_property, out->property_count + 1);
	for (uint32_t i = 0; i < out->property_count; i++) {
		out->properties[i].name = body_text(&r);
		out->properties[i].type = body_text(&r);
	}
	out->numbers = arena_str(a, r.rest);
	return OK;
}

void definition_graph_parts(
	struct arena *a, const struct graph_definition *d, struct graph_parts *out)
{
	struct body_reader numbers = { .rest = d->numbers, .arena = a };

	definition_parts_read(a, d->graph, d->numbers.length == 0 ? NULL : &numbers, out);
}

enum sqlstate definition_graph_find(const struct catalog *c, struct arena *a, struct str name,
	struct graph_definition *out, bool *is_there, struct error *e)
{
	const struct catalog_object *o = catalog_object_find(c, OBJECT_PROPERTY_GRAPH, name);

	*is_there = o != NULL;
	return o == NULL ? OK : definition_graph_read(c, a, o, out, e);
}
