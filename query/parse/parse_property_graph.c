/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * CREATE PROPERTY GRAPH of SQL/PGQ.
 *
 *	graph  = CREATE PROPERTY GRAPH g [(VERTEX|NODE) TABLES '(' list(element) ')']
 *	         [(EDGE|RELATIONSHIP) TABLES '(' list(element) ')']
 *	element = t [AS a] [KEY (columns)] [SOURCE end DESTINATION end] [LABEL l] [properties]
 *	end    = [KEY (columns) REFERENCES] v [(columns)]
 *	properties = NO PROPERTIES | PROPERTIES ALL COLUMNS | PROPERTIES '(' items ')'
 */
#include "query/parse/parse_table.h"

#include "base/check.h"

static enum sqlstate parse_end(struct parser *p, struct ast_name *table, struct ast_name **keys,
	uint32_t *key_count, struct ast_name **columns, uint32_t *column_count)
{
	if (parse_accept_word(p, "KEY")) {
		TRY(parse_column_names(p, keys, key_count));
		TRY(parse_expect_word(p, "REFERENCES"));
	}
	TRY(parse_folded_name(p, "a vertex table", table));
	if (p->token.kind == '(')
		return parse_column_names(p, columns, column_count);
	return OK;
}

static enum sqlstate parse_properties(struct parser *p, struct ast_graph_table *out)
{
	if (parse_accept_words(p, "NO", "PROPERTIES")) {
		out->no_properties = true;
		return OK;
	}
	out->all_properties = true;
	if (!parse_accept_word(p, "PROPERTIES"))
		return OK;
	if (parse_accept_word(p, "ARE") || parse_word(p, "ALL")) {
		TRY(parse_expect_word(p, "ALL"));
		return parse_expect_word(p, "COLUMNS");
	}
	out->all_properties = false;
	TRY(parse_expect(p, '('));
	TRY(parse_items(p, true, &out->properties, &out->property_count));
	return parse_expect(p, ')');
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
		TRY(parse_end(p, &out->source, &out->source_keys, &out->source_key_count,
			&out->source_columns, &out->source_column_count));
		TRY(parse_expect_word(p, "DESTINATION"));
		TRY(parse_end(p, &out->target, &out->target_keys, &out->target_key_count,
			&out->target_columns, &out->target_column_count));
	}
	out->label = out->alias;
	if (parse_accept_words(p, "DEFAULT", "LABEL"))
		return parse_properties(p, out);
	if (parse_accept_word(p, "LABEL"))
		TRY(parse_folded_name(p, "a label", &out->label));
	TRY(parse_properties(p, out));
	if (parse_word(p, "LABEL"))
		return parse_unsupported(p, p->token.at, "several labels of an element table");
	return OK;
}

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
	uint32_t at;

	out->kind = STMT_CREATE_PROPERTY_GRAPH;
	out->property_graph = graph;
	parse_advance(p);
	parse_advance(p);
	TRY(parse_table_name(p, "a graph", &graph->name));
	at = p->token.at;
	if (parse_word(p, "VERTEX") || parse_word(p, "NODE"))
		TRY(parse_element_tables(p, false, graph));
	if (parse_word(p, "EDGE") || parse_word(p, "RELATIONSHIP"))
		TRY(parse_element_tables(p, true, graph));
	graph->text = (struct str){ p->lexer.text + at, graph->table_count == 0 ? 0 : p->end - at };
	return OK;
}
