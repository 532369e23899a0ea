/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * COPY label TO STDOUT is COPY (query) TO STDOUT; here the query is written. A table of nodes is SELECTed
 * from. A node label gives its properties, an edge label the keys of its ends before them:
 *
 *     MATCH (x IS "L") RETURN x."k" AS "k", …
 *     MATCH (a)-[x IS "E"]->(b) RETURN a."id" AS "_from", b."id" AS "_to", x."k" AS "k", …
 */
#include "base/buf.h"
#include "query/copy/copy_table.h"
#include "query/copy/copy.h"
#include "query/copy/copy_pair.h"
#include "query/table/table.h"
#include "query/type/type.h"

struct writer {
	struct copy_place place;
	struct buf *text;
	struct str label;	   /* its name in the graph */
	enum element element;
	const struct table *table; /* of edges; NULL: a label without details */
	struct copy_pairs pairs;   /* of an edge label */
	uint32_t column_count;
};

static void put_name(struct buf *text, struct str name)
{
	buf_put_byte(text, '"');
	for (uint32_t i = 0; i < name.length; i++) {
		if (name.at[i] == '"')
			buf_put_byte(text, '"');
		buf_put_byte(text, (uint8_t)name.at[i]);
	}
	buf_put_byte(text, '"');
}

static void put_variable_name(struct buf *text, const char *before, struct str name)
{
	buf_put_text(text, before);
	put_name(text, name);
}

/* ---- ends ---- */

static void put_pair_test(struct writer *w, const struct edge_pair *pair)
{
	const struct catalog *c = w->place.catalog;

	put_variable_name(w->text, "a IS ", catalog_name(c, NAME_NODE_LABEL, pair->from.label));
	put_variable_name(w->text, " AND b IS ", catalog_name(c, NAME_NODE_LABEL, pair->to.label));
}

static void put_key(struct writer *w, bool is_source, struct edge_end end, struct type type)
{
	bool is_cast = !type_equal(type, copy_end_type(w->place.catalog, end));

	buf_put_text(w->text, is_cast ? "CAST(" : "");
	put_variable_name(w->text, is_source ? "a." : "b.",
		catalog_name(w->place.catalog, NAME_KEY, end.key));
	buf_put_text(w->text, is_cast ? " AS STRING)" : "");
}

/* The key of the pair that the edge's nodes have the labels of. */
static void put_end(struct writer *w, bool is_source)
{
	struct type type = copy_pairs_type(w->place.catalog, &w->pairs, is_source);

	if (w->pairs.count == 0)
		buf_put_text(w->text, is_source ? "id(a)" : "id(b)");
	if (w->pairs.count > 1)
		buf_put_text(w->text, "CASE");
	for (uint32_t i = 0; i < w->pairs.count; i++) {
		const struct edge_pair *pair = &w->pairs.items[i];

		if (w->pairs.count > 1) {
			buf_put_text(w->text, " WHEN ");
			put_pair_test(w, pair);
			buf_put_text(w->text, " THEN ");
		}
		put_key(w, is_source, is_source ? pair->from : pair->to, type);
	}
	if (w->pairs.count > 1)
		buf_put_text(w->text, " END");
}

/* FROM_KEY and TO_KEY choose among the edges. */
static void put_edge_pattern(struct writer *w)
{
	const struct copy_format *f = w->place.format;
	const char *between = " WHERE ";

	put_variable_name(w->text, "MATCH (a)-[x IS ", w->label);
	buf_put_text(w->text, "]->(b)");
	if (f->from_key.length == 0 && f->to_key.length == 0)
		return;
	for (uint32_t i = 0; i < w->pairs.count; i++) {
		buf_put_text(w->text, between);
		put_pair_test(w, &w->pairs.items[i]);
		between = " OR ";
	}
}

/* ---- columns ---- */

static void put_column(struct writer *w, struct str name)
{
	bool is_edge = w->element == ELEMENT_EDGE;

	buf_put_text(w->text, w->column_count++ == 0 ? "" : ", ");
	if (is_edge && str_equal(name, STR("_from")))
		put_end(w, true);
	else if (is_edge && str_equal(name, STR("_to")))
		put_end(w, false);
	else
		put_variable_name(w->text, "x.", name);
	put_variable_name(w->text, " AS ", name);
}

/* Those that COPY FROM takes without a list: the declared ones, where any are. */
static void put_properties(struct writer *w, const struct label_info *info)
{
	for (uint32_t i = 0; info != NULL && i < info->property_count; i++) {
		if (info->properties[i].is_generated)
			continue;
		/* declared ones are before others */
		if (info->properties[i].is_declared || !info->properties[0].is_declared)
			put_column(w, catalog_name(w->place.catalog, NAME_KEY,
					      info->properties[i].key));
	}
}

/* Of a table of nodes: all columns, or those listed. */
static enum sqlstate check_list(
	const struct ast_copy *copy, const struct table *t, struct error *e)
{
	for (uint32_t i = 0; i < copy->column_count; i++) {
		struct str name = copy->columns[i].key.text;

		if (t != NULL && table_column(t, name) == NULL)
			return FAIL(e, E_NO_COLUMN,
				"column \"%.*s\" of relation \"%.*s\" does not exist",
				STR_ARGS(name), STR_ARGS(t->name));
		TRY(copy_table_check(t, name, e));
		for (uint32_t k = 0; k < i; k++) {
			if (str_equal(name, copy->columns[k].key.text))
				return FAIL(e, E_DUPLICATE_COLUMN,
					"column \"%.*s\" specified more than once",
					STR_ARGS(name));
		}
	}
	return OK;
}

static void put_columns(struct writer *w, uint32_t label)
{
	const struct ast_copy *copy = w->place.copy;

	buf_put_text(w->text, " RETURN ");
	for (uint32_t i = 0; i < copy->column_count; i++)
		put_column(w, copy->columns[i].key.text);
	if (copy->column_count > 0)
		return;
	for (uint32_t i = 0; w->table != NULL && i < w->table->column_count; i++)
		put_column(w, w->table->columns[i].name);
	if (w->table != NULL)
		return;
	if (w->element == ELEMENT_EDGE) {
		put_column(w, STR("_from"));
		put_column(w, STR("_to"));
	}
	put_properties(w, catalog_label(w->place.catalog, w->element, label));
	if (w->column_count == 0)
		buf_put_byte(w->text, 'x');
}

/* ---- the query ---- */

static void put_table_query(struct buf *text, const struct ast_copy *copy, const struct table *t)
{
	uint32_t count = copy->column_count > 0 ? copy->column_count : t->column_count;

	buf_put_text(text, "SELECT ");
	for (uint32_t i = 0; i < count; i++) {
		if (copy->column_count == 0 && t->columns[i].generated_text.length > 0)
			continue;
		buf_put_text(text, text->data[text->length - 1] == ' ' ? "" : ", ");
		put_name(text, copy->column_count > 0 ? copy->columns[i].key.text
						      : t->columns[i].name);
	}
	buf_put_text(text, " FROM ");
	put_name(text, graph_of_name(t->full_name).length > 0 ? graph_of_name(t->full_name)
							      : STR("public"));
	buf_put_byte(text, '.');
	put_name(text, t->name);
}

static enum sqlstate fail_label(const struct copy_place *p, struct error *e)
{
	struct str name = p->copy->label.text;
	struct view_definition v;

	if (view_definition_look_up(p->catalog, p->arena, name, &v)) {
		(void)FAIL(e, E_WRONG_OBJECT, "cannot copy from view \"%.*s\"", STR_ARGS(v.name));
		error_hint(e, "Try the COPY (SELECT ...) TO variant.");
		return e->code;
	}
	(void)FAIL(e, E_NO_OBJECT, "label \"%.*s\" does not exist", STR_ARGS(name));
	e->byte_offset = (int)p->copy->label.at;
	return table_hint_case(p->catalog, graph_full_name(p->arena, p->graph, name), e);
}

static enum sqlstate put_label_query(struct writer *w, struct error *e)
{
	bool is_edge = w->table != NULL || copy_place_is_edge(&w->place);
	uint32_t label = w->table != NULL
				 ? w->table->label
				 : catalog_find(w->place.catalog,
					   is_edge ? NAME_EDGE_LABEL : NAME_NODE_LABEL,
					   copy_place_name(&w->place, w->label));

	w->element = is_edge ? ELEMENT_EDGE : ELEMENT_NODE;
	if (label == NAME_NONE)
		return fail_label(&w->place, e);
	if (is_edge) {
		TRY(copy_pairs_find(&w->place, label, &w->pairs, e));
		put_edge_pattern(w);
	} else {
		put_variable_name(w->text, "MATCH (x IS ", w->label);
		buf_put_byte(w->text, ')');
	}
	put_columns(w, label);
	return OK;
}

enum sqlstate copy_label_query(struct arena *a, const struct catalog *catalog, struct str graph,
	const struct ast_copy *copy, struct buf *text, struct error *e)
{
	const struct table *t = table_look_up(catalog, a, copy->label.text);
	struct copy_format format;
	struct writer w = { .text = text,
		.label = copy->label.text,
		.place = { .arena = a,
			.catalog = catalog,
			.graph = graph,
			.copy = copy,
			.format = &format } };
	bool is_ours = graph.length == 0;

	TRY(copy_format_resolve(copy, &format, e));
	is_ours |= catalog_find(catalog, NAME_NODE_LABEL,
			   copy_place_name(&w.place, copy->label.text)) == NAME_NONE;
	is_ours = is_ours && t != NULL && t->object != NAME_NONE;
	TRY(check_list(copy, is_ours && t->element == ELEMENT_NODE ? t : NULL, e));
	if (!is_ours ||
		(t->element == ELEMENT_NODE && copy_place_names_ends(&w.place)))
		return put_label_query(&w, e);
	if (t->element == ELEMENT_NODE) {
		put_table_query(text, copy, t);
		return OK;
	}
	w.table = t;
	w.label = t->name;
	return put_label_query(&w, e);
}
