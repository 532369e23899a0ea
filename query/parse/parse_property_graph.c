/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * CREATE and ALTER PROPERTY GRAPH of SQL/PGQ. The rules are in grammar.ebnf.
 */
#include "query/parse/parse_table.h"

#include "base/check.h"

static bool is_vertex_word(struct parser *p)
{
	return parse_word(p, "VERTEX") || parse_word(p, "NODE");
}

static bool is_edge_word(struct parser *p)
{
	return parse_word(p, "EDGE") || parse_word(p, "RELATIONSHIP");
}

/* ---- element tables -------------------------------------------------------------------------- */

static enum sqlstate parse_end(struct parser *p, struct ast_graph_end *out)
{
	if (parse_accept_word(p, "KEY")) {
		TRY(parse_column_names(p, &out->keys, &out->key_count));
		TRY(parse_expect_word(p, "REFERENCES"));
	}
	TRY(parse_folded_name(p, "a vertex table", &out->vertex));
	if (p->token.kind == '(')
		return parse_column_names(p, &out->columns, &out->column_count);
	return OK;
}

/* Names in SQL are folded; those of items are not. */
static struct ast_name folded(struct parser *p, struct str name, char quote, uint32_t at)
{
	char *text = arena_alloc(p->arena, name.length + 1);

	for (uint32_t i = 0; i < name.length; i++) {
		char c = name.at[i];

		text[i] = (char)(quote == 0 && c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
	}
	return (struct ast_name){ .at = at, .length = name.length, .text = { text, name.length } };
}

/* '(' list( expr [ 'AS' name ] ) ')'; afterwards each item has its name as its alias. */
static enum sqlstate parse_property_list(struct parser *p, struct ast_graph_label *out)
{
	TRY(parse_expect(p, '('));
	TRY(parse_items(p, true, &out->properties, &out->property_count));
	for (uint32_t i = 0; i < out->property_count; i++) {
		struct ast_item *item = &out->properties[i];
		struct ast_name *alias = &item->alias;

		if (alias->text.length > 0)
			*alias = folded(p, alias->text,
				alias->length != alias->text.length ? '"' : 0, alias->at);
		else if (item->expr->kind == EXPR_VARIABLE)
			*alias = folded(p, item->expr->variable.name, item->expr->variable.quote,
				item->expr->at);
		else
			return PARSE_ERROR(
				p, item->expr->at, E_SYNTAX, "property name required");
	}
	return parse_expect(p, ')');
}

/* [NO PROPERTIES | PROPERTIES ..] */
static enum sqlstate parse_properties(struct parser *p, struct ast_graph_label *out)
{
	if (parse_accept_words(p, "NO", "PROPERTIES"))
		return OK;
	out->is_all = true;
	if (!parse_accept_word(p, "PROPERTIES"))
		return OK;
	if (parse_accept_word(p, "ARE") || parse_word(p, "ALL")) {
		TRY(parse_expect_word(p, "ALL"));
		return parse_expect_word(p, "COLUMNS");
	}
	out->is_all = false;
	return parse_property_list(p, out);
}

static enum sqlstate parse_label_name(
	struct parser *p, const struct ast_name *alias, bool *is_there, struct ast_name *out)
{
	*is_there = true;
	*out = *alias;
	if (parse_accept_words(p, "DEFAULT", "LABEL"))
		return OK;
	if (parse_accept_word(p, "LABEL"))
		return parse_folded_name(p, "a label", out);
	*is_there = false;
	return OK;
}

/* Without a word of labels the table has one, which is called as the table is. */
static enum sqlstate parse_labels(struct parser *p, struct ast_graph_table *out)
{
	struct ast_graph_label label = { 0 };
	bool is_there;

	TRY(parse_label_name(p, &out->alias, &is_there, &label.name));
	do {
		TRY(parse_properties(p, &label));
		*PARSE_PUSH(p, out->labels, out->label_count) = label;
		label = (struct ast_graph_label){ 0 };
		if (is_there)
			TRY(parse_label_name(p, &out->alias, &is_there, &label.name));
	} while (is_there);
	return OK;
}

static enum sqlstate parse_element_table(struct parser *p, struct ast_graph_table *out)
{
	TRY(parse_table_name(p, "a table", &out->table));
	out->alias = out->table;
	if (parse_accept(p, KW_AS))
		TRY(parse_folded_name(p, "an alias", &out->alias));
	if (parse_accept_word(p, "KEY"))
		TRY(parse_column_names(p, &out->keys, &out->key_count));
	if (out->is_edge) {
		TRY(parse_expect_word(p, "SOURCE"));
		TRY(parse_end(p, &out->ends[GRAPH_SOURCE]));
		TRY(parse_expect_word(p, "DESTINATION"));
		TRY(parse_end(p, &out->ends[GRAPH_DESTINATION]));
	}
	return parse_labels(p, out);
}

/* At VERTEX or EDGE. */
static enum sqlstate parse_element_tables(
	struct parser *p, bool is_edge, struct ast_property_graph *out)
{
	parse_advance(p);
	TRY(parse_expect_word(p, "TABLES"));
	TRY(parse_expect(p, '('));
	do {
		struct ast_graph_table *table = PARSE_PUSH(p, out->tables, out->table_count);

		table->is_edge = is_edge;
		TRY(parse_element_table(p, table));
	} while (parse_accept(p, ','));
	return parse_expect(p, ')');
}

enum sqlstate parse_property_graph(struct parser *p, struct ast_stmt *out)
{
	struct ast_property_graph *graph = ARENA_NEW(p->arena, struct ast_property_graph);

	out->kind = STMT_CREATE_PROPERTY_GRAPH;
	out->property_graph = graph;
	parse_advance(p);
	parse_advance(p);
	TRY(parse_table_name(p, "a graph", &graph->name));
	if (is_vertex_word(p))
		TRY(parse_element_tables(p, false, graph));
	if (is_edge_word(p))
		TRY(parse_element_tables(p, true, graph));
	return OK;
}

/* ---- ALTER PROPERTY GRAPH -------------------------------------------------------------------- */

/* [ADD] VERTEX TABLES (..) [[ADD] EDGE TABLES (..)], behind the first ADD. */
static enum sqlstate parse_add_tables(struct parser *p, struct ast_alter_graph *out)
{
	out->kind = GRAPH_CHANGE_ADD_TABLES;
	if (!is_vertex_word(p) && !is_edge_word(p))
		return parse_fail(p, "VERTEX TABLES or EDGE TABLES");
	if (is_vertex_word(p))
		TRY(parse_element_tables(p, false, &out->added));
	if (out->added.table_count > 0 && parse_word(p, "ADD"))
		parse_advance(p);
	if (is_edge_word(p))
		return parse_element_tables(p, true, &out->added);
	return OK;
}

static enum sqlstate parse_element_word(struct parser *p, struct ast_alter_graph *out)
{
	out->is_edge = is_edge_word(p);
	if (!out->is_edge && !is_vertex_word(p))
		return parse_fail(p, "VERTEX or EDGE");
	parse_advance(p);
	return OK;
}

static enum sqlstate parse_drop_tables(struct parser *p, struct ast_alter_graph *out)
{
	out->kind = GRAPH_CHANGE_DROP_TABLES;
	TRY(parse_element_word(p, out));
	TRY(parse_expect_word(p, "TABLES"));
	TRY(parse_column_names(p, &out->names, &out->name_count));
	out->is_cascade = parse_cascade(p);
	return OK;
}

static enum sqlstate parse_add_labels(struct parser *p, struct ast_alter_graph *out)
{
	out->kind = GRAPH_CHANGE_ADD_LABELS;
	do {
		struct ast_graph_label *label = PARSE_PUSH(p, out->labels, out->label_count);

		TRY(parse_expect_word(p, "LABEL"));
		TRY(parse_folded_name(p, "a label", &label->name));
		TRY(parse_properties(p, label));
	} while (parse_accept_word(p, "ADD"));
	return OK;
}

static enum sqlstate parse_alter_label(struct parser *p, struct ast_alter_graph *out)
{
	struct ast_graph_label *label;

	TRY(parse_expect_word(p, "LABEL"));
	TRY(parse_folded_name(p, "a label", &out->label));
	if (parse_accept_words(p, "ADD", "PROPERTIES")) {
		out->kind = GRAPH_CHANGE_ADD_PROPERTIES;
		label = PARSE_PUSH(p, out->labels, out->label_count);
		label->name = out->label;
		return parse_property_list(p, label);
	}
	out->kind = GRAPH_CHANGE_DROP_PROPERTIES;
	if (!parse_accept_words(p, "DROP", "PROPERTIES"))
		return parse_fail(p, "ADD PROPERTIES or DROP PROPERTIES");
	TRY(parse_column_names(p, &out->names, &out->name_count));
	out->is_cascade = parse_cascade(p);
	return OK;
}

static enum sqlstate parse_alter_element(struct parser *p, struct ast_alter_graph *out)
{
	TRY(parse_element_word(p, out));
	TRY(parse_expect_word(p, "TABLE"));
	TRY(parse_folded_name(p, "an element table", &out->element));
	if (parse_accept_word(p, "ADD"))
		return parse_add_labels(p, out);
	if (parse_accept(p, KW_ALTER))
		return parse_alter_label(p, out);
	if (!parse_accept_words(p, "DROP", "LABEL"))
		return parse_fail(p, "ADD LABEL, ALTER LABEL or DROP LABEL");
	out->kind = GRAPH_CHANGE_DROP_LABEL;
	TRY(parse_folded_name(p, "a label", &out->label));
	out->is_cascade = parse_cascade(p);
	return OK;
}

static enum sqlstate parse_graph_change(struct parser *p, struct ast_alter_graph *out)
{
	if (parse_accept_word(p, "ADD"))
		return parse_add_tables(p, out);
	if (parse_accept_word(p, "DROP"))
		return parse_drop_tables(p, out);
	if (parse_accept(p, KW_ALTER))
		return parse_alter_element(p, out);
	if (parse_accept_words(p, "RENAME", "TO")) {
		out->kind = GRAPH_CHANGE_RENAME;
		return parse_folded_name(p, "a name", &out->to);
	}
	if (parse_accept_words(p, "OWNER", "TO")) {
		out->kind = GRAPH_CHANGE_OWNER;
		return parse_any_name(p, "a role", &out->to);
	}
	out->kind = GRAPH_CHANGE_NOTHING;
	if (parse_word(p, "SET") && parse_sees_word(p, 1, "SCHEMA"))
		return parse_set_schema(p);
	return parse_fail(p, "ADD, DROP, ALTER, RENAME TO, OWNER TO or SET SCHEMA");
}

/* At PROPERTY, behind ALTER. */
enum sqlstate parse_alter_property_graph(struct parser *p, struct ast_stmt *out)
{
	struct ast_alter_graph *alter = ARENA_NEW(p->arena, struct ast_alter_graph);

	out->kind = STMT_ALTER_PROPERTY_GRAPH;
	out->alter_graph = alter;
	parse_advance(p);
	parse_advance(p);
	TRY(parse_if_there(p, &alter->if_exists));
	TRY(parse_table_name(p, "a graph", &alter->name));
	return parse_graph_change(p, alter);
}
