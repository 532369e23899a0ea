/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Graphs and graph types: CREATE GRAPH says what its elements may be by a list of element types, by the
 * name of a type that is kept, by another graph, or not at all, and may begin with what is in another graph.
 */
#include "query/parse/parse_table.h"

/* Whether what begins at the n-th token is the name of a type: neither a word that goes on behind the
   name of a graph nor the element tables of a property graph. */
static bool sees_type_name(struct parser *p, uint32_t n)
{
	static const uint16_t others[] = { KW_ANY, KW_AS, KW_LIKE, KW_TYPED, KW_CASCADE,
		KW_RESTRICT };

	for (size_t i = 0; i < ARRAY_COUNT(others); i++) {
		if (parse_sees(p, n, others[i]))
			return false;
	}
	return parse_is_any_name_token(parse_peek(p, n)) && !parse_sees_word(p, n + 1, "TABLES") &&
	       !(parse_sees_word(p, n, "OWNER") && parse_sees(p, n + 1, KW_TO));
}

bool parse_is_graph_type(struct parser *p)
{
	uint32_t n = parse_word(p, "PROPERTY");

	return parse_sees_word(p, n, "GRAPH") && parse_sees_word(p, n + 1, "TYPE") &&
	       sees_type_name(p, n + 2);
}

void parse_graph_type_words(struct parser *p)
{
	parse_accept_word(p, "PROPERTY");
	parse_advance(p);
	parse_advance(p);
}

/* At '{'. */
static enum sqlstate parse_elements(struct parser *p, struct ast_graph *out)
{
	out->type = GRAPH_TYPE_ELEMENTS;
	TRY(parse_expect(p, '{'));
	do {
		TRY(parse_graph_element(p, PARSE_PUSH(p, out->elements, out->element_count)));
	} while (parse_accept(p, ','));
	return parse_expect(p, '}');
}

static enum sqlstate parse_like(struct parser *p, struct ast_graph *out)
{
	parse_advance(p);
	out->type = GRAPH_TYPE_LIKE;
	return parse_any_name(p, "a graph", &out->type_name);
}

/* [TYPED | ::] */
static bool parse_typed(struct parser *p)
{
	if (parse_accept(p, KW_TYPED))
		return true;
	if (p->token.kind != ':' || !parse_sees_adjacent(p, 1, ':'))
		return false;
	parse_advance(p);
	parse_advance(p);
	return true;
}

/* ANY [[PROPERTY] GRAPH], [[PROPERTY] GRAPH] { .. }, LIKE graph or the name of a type; or nothing. */
static enum sqlstate parse_graph_type(struct parser *p, struct ast_graph *out)
{
	bool is_typed = parse_typed(p);

	if (parse_accept(p, KW_ANY)) {
		out->type = GRAPH_TYPE_ANY;
		if (parse_accept_word(p, "PROPERTY"))
			return parse_expect(p, KW_GRAPH);
		parse_accept(p, KW_GRAPH);
		return OK;
	}
	if (!is_typed && parse_is(p, KW_LIKE))
		return parse_like(p, out);
	if (parse_word(p, "PROPERTY") && parse_sees(p, 1, KW_GRAPH) && parse_sees(p, 2, '{'))
		parse_advance(p);
	if (p->token.kind == KW_GRAPH && parse_sees(p, 1, '{'))
		parse_advance(p);
	if (parse_is(p, '{'))
		return parse_elements(p, out);
	if (!is_typed && !parse_is_name_token(&p->token)) {
		parse_note(p, "a graph type");
		return OK;
	}
	out->type = GRAPH_TYPE_NAMED;
	return parse_any_name(p, "a graph type", &out->type_name);
}

/* [AS COPY OF graph] */
static enum sqlstate parse_copied(struct parser *p, struct ast_graph *out)
{
	if (!parse_accept(p, KW_AS))
		return OK;
	TRY(parse_expect(p, KW_COPY));
	TRY(parse_expect(p, KW_OF));
	return parse_any_name(p, "a graph", &out->copied);
}

/* [AS] { .. }, [AS] COPY OF type or LIKE graph. */
static enum sqlstate parse_type_source(struct parser *p, struct ast_graph *out)
{
	bool is_as;

	if (parse_is(p, KW_LIKE))
		return parse_like(p, out);
	is_as = parse_accept(p, KW_AS);
	if (parse_accept(p, KW_COPY)) {
		TRY(parse_expect(p, KW_OF));
		out->type = GRAPH_TYPE_NAMED;
		return parse_any_name(p, "a graph type", &out->type_name);
	}
	if (!is_as)
		parse_note(p, "AS");
	return parse_elements(p, out);
}

enum sqlstate parse_create_graph(struct parser *p, bool or_replace, struct ast_stmt *out)
{
	struct ast_graph *g = ARENA_NEW(p->arena, struct ast_graph);
	bool is_type = parse_is_graph_type(p);

	out->kind = is_type ? STMT_CREATE_GRAPH_TYPE : STMT_CREATE_GRAPH;
	out->graph = g;
	g->or_replace = or_replace;
	if (is_type)
		parse_graph_type_words(p);
	else
		parse_advance(p);
	if (!or_replace)
		TRY(parse_if_not_there(p, &g->if_not_exists));
	TRY(parse_name(p, is_type ? "a name" : "a graph name", &g->name));
	if (!or_replace && !g->if_not_exists)
		TRY(parse_if_not_there(p, &g->if_not_exists));
	if (is_type)
		return parse_type_source(p, g);
	TRY(parse_graph_type(p, g));
	return parse_copied(p, g);
}

enum sqlstate parse_drop_graph(struct parser *p, struct ast_stmt *out)
{
	out->kind = parse_is_graph_type(p) ? STMT_DROP_GRAPH_TYPE : STMT_DROP_GRAPH;
	if (out->kind == STMT_DROP_GRAPH_TYPE)
		parse_graph_type_words(p);
	else
		parse_advance(p);
	TRY(parse_if_there(p, &out->drop.if_exists));
	TRY(parse_any_name(p, "a name", &out->drop.name));
	TRY(parse_if_there(p, &out->drop.if_exists));
	out->drop.is_cascade = parse_cascade(p);
	return OK;
}
