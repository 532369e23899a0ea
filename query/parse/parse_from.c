/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * FROM: what rows SELECT, UPDATE .. FROM and DELETE .. USING are about. The graph forms
 * (g MATCH .., { query }, GRAPH_TABLE), relations, queries in parentheses, functions, and joins of them.
 */
#include "query/parse/parse_table.h"
#include "query/parse/parser.h"

#include "base/check.h"

/* JOIN and its kin are free words, so they must not be read as an alias. */
static bool is_join(struct parser *p)
{
	switch (p->token.kind) {
	case KW_JOIN:
	case KW_CROSS:
		return true;
	case KW_INNER:
	case KW_LEFT:
	case KW_RIGHT:
	case KW_FULL:
	case KW_NATURAL:
		return parse_sees(p, 1, KW_JOIN) || parse_sees(p, 1, KW_OUTER) ||
		       parse_sees(p, 2, KW_JOIN) || parse_sees(p, 2, KW_OUTER);
	default:
		return false;
	}
}

/* Free words that go on with the statement behind an item of FROM. */
static bool is_clause_word(struct parser *p)
{
	switch (p->token.kind) {
	case KW_FETCH:
	case KW_WINDOW:
		return true;
	case KW_USING:
		return parse_sees(p, 1, '(');
	default:
		return is_join(p) || parse_word(p, "RETURNING") || parse_word(p, "TABLESAMPLE");
	}
}

/* [AS] name [ '(' name {, name} ')' ] */
static enum sqlstate parse_from_alias(struct parser *p, struct ast_from *out)
{
	if (parse_accept(p, KW_AS))
		TRY(parse_name(p, "an alias", &out->alias));
	else if (parse_is_name_token(&p->token) && !is_clause_word(p))
		TRY(parse_name(p, NULL, &out->alias));
	else
		return OK;
	if (p->token.kind != '(')
		return OK;
	return parse_name_list(p, "a column name", &out->column_aliases, &out->column_alias_count);
}

/* '(' name type {, name type} ')' */
static enum sqlstate parse_column_types(struct parser *p, struct ast_from *out)
{
	uint32_t count = 0;

	TRY(parse_expect(p, '('));
	do {
		TRY(parse_name(p, "a column name",
			PARSE_PUSH(p, out->column_aliases, out->column_alias_count)));
		TRY(parse_type(p, PARSE_PUSH(p, out->column_types, count)));
	} while (parse_accept(p, ','));
	return parse_expect(p, ')');
}

/* Behind a function the columns may have types, and the alias may be missing then. */
static enum sqlstate parse_function_alias(struct parser *p, struct ast_from *out)
{
	bool is_bare = p->token.kind == KW_AS && parse_sees(p, 1, '(');
	uint32_t at = is_bare ? 2 : p->token.kind == KW_AS ? 3 : 2;

	if (is_bare || (parse_sees(p, at - 1, '(') &&
			       (p->token.kind == KW_AS || parse_is_name_token(&p->token)) &&
			       !parse_sees(p, at + 1, ',') && !parse_sees(p, at + 1, ')'))) {
		parse_accept(p, KW_AS);
		if (!is_bare)
			TRY(parse_name(p, "an alias", &out->alias));
		return parse_column_types(p, out);
	}
	return parse_from_alias(p, out);
}

/* ONE ROW PER MATCH is the only form there is. */
static enum sqlstate parse_rows_clause(struct parser *p)
{
	if (!parse_accept(p, KW_ONE))
		return OK;
	TRY(parse_expect(p, KW_ROW));
	TRY(parse_expect(p, KW_PER));
	if (p->token.kind != KW_MATCH && parse_is_any_name_token(&p->token))
		return parse_unsupported(p, p->token.at, "this form of ONE ROW PER");
	return parse_expect(p, KW_MATCH);
}

static enum sqlstate parse_graph_table(struct parser *p, struct ast_from *out)
{
	out->kind = FROM_GRAPH_TABLE;
	parse_advance(p);
	TRY(parse_expect(p, '('));
	TRY(parse_qname(p, "a graph name", &out->graph));
	TRY(parse_expect(p, KW_MATCH));
	TRY(parse_graph_pattern(p, &out->pattern));
	TRY(parse_rows_clause(p));
	TRY(parse_expect(p, KW_COLUMNS));
	TRY(parse_expect(p, '('));
	TRY(parse_items(p, true, &out->columns, &out->column_count));
	TRY(parse_expect(p, ')'));
	TRY(parse_expect(p, ')'));
	return parse_from_alias(p, out);
}

static enum sqlstate parse_from_query(struct parser *p, struct ast_from *out)
{
	out->kind = FROM_SUBQUERY;
	parse_advance(p);
	TRY(parse_program(p, &out->program));
	TRY(parse_expect(p, ')'));
	return parse_from_alias(p, out);
}

static void parse_ordinality(struct parser *p, struct ast_from *out)
{
	if (p->token.kind != KW_WITH || !parse_sees(p, 1, KW_ORDINALITY))
		return;
	parse_advance(p);
	parse_advance(p);
	out->has_ordinality = true;
}

static enum sqlstate parse_from_function(struct parser *p, uint32_t at, struct ast_from *out)
{
	out->kind = FROM_FUNCTION;
	TRY(parse_function(p, at, out->graph, &out->function));
	out->graph = (struct ast_qname){ 0 };
	parse_ordinality(p, out);
	return parse_function_alias(p, out);
}

/* One of ROWS FROM: f(..) [AS (column type {, column type})] */
static enum sqlstate parse_rows_part(struct parser *p, struct ast_from *out)
{
	struct ast_qname name = { 0 };

	out->at = p->token.at;
	out->kind = FROM_FUNCTION;
	TRY(parse_qname(p, "a function", &name));
	if (p->token.kind != '(')
		return parse_fail(p, "\"(\"");
	TRY(parse_function(p, out->at, name, &out->function));
	if (parse_accept(p, KW_AS))
		TRY(parse_column_types(p, out));
	out->length = p->end - out->at;
	return OK;
}

/* ROWS FROM '(' f(..) {, g(..)} ')' [WITH ORDINALITY] [alias] */
static enum sqlstate parse_rows_from(struct parser *p, struct ast_from *out)
{
	out->kind = FROM_ROWS;
	parse_advance(p);
	parse_advance(p);
	TRY(parse_expect(p, '('));
	do {
		TRY(parse_rows_part(p, PARSE_PUSH(p, out->parts, out->part_count)));
	} while (parse_accept(p, ','));
	TRY(parse_expect(p, ')'));
	parse_ordinality(p, out);
	return parse_from_alias(p, out);
}

/* TABLESAMPLE method '(' percent ')' [REPEATABLE '(' seed ')'] */
static enum sqlstate parse_sample(struct parser *p, struct ast_from *out)
{
	if (!parse_word(p, "TABLESAMPLE"))
		return OK;
	parse_advance(p);
	out->sample = ARENA_NEW(p->arena, struct ast_sample);
	TRY(parse_any_name(p, "a method", &out->sample->method));
	TRY(parse_expect(p, '('));
	TRY(parse_expr(p, &out->sample->percent));
	TRY(parse_expect(p, ')'));
	if (!parse_word(p, "REPEATABLE"))
		return OK;
	parse_advance(p);
	TRY(parse_expect(p, '('));
	TRY(parse_expr(p, &out->sample->seed));
	return parse_expect(p, ')');
}

/* A word that may begin an item: a name, a graph, a function. */
static enum sqlstate parse_named(struct parser *p, struct ast_from *out)
{
	TRY(parse_qname(p, "a graph or relation", &out->graph));
	if (p->token.kind == '(')
		return parse_from_function(p, out->at, out);
	if (parse_is(p, '{')) {
		out->kind = FROM_QUERY;
		return parse_nested_program(p, &out->program);
	}
	if (parse_is_match_start(p)) {
		out->kind = FROM_MATCH;
		return parse_match_list(p, &out->matches, &out->match_count);
	}
	out->kind = FROM_RELATION;
	TRY(parse_from_alias(p, out));
	return parse_sample(p, out);
}

static enum sqlstate parse_from_tree(struct parser *p, struct ast_from *out);
static enum sqlstate parse_from_joins(struct parser *p, struct ast_from *out);

/* '(' joined items ')' [alias] */
static enum sqlstate parse_grouped(struct parser *p, struct ast_from *out)
{
	uint32_t at = out->at;

	parse_advance(p);
	TRY(parse_enter(p));
	TRY(parse_from_tree(p, out));
	parse_leave(p);
	if (out->kind != FROM_JOIN)
		return parse_fail(p, "JOIN");
	TRY(parse_expect(p, ')'));
	out->at = at;
	return parse_from_alias(p, out);
}

static enum sqlstate parse_from_primary(struct parser *p, struct ast_from *out)
{
	out->at = p->token.at;
	out->is_lateral = p->token.kind == KW_LATERAL;
	if (out->is_lateral)
		parse_advance(p);
	if (p->token.kind == KW_ONLY && !out->is_lateral && parse_is_name_token(parse_peek(p, 1)))
		parse_advance(p);
	if (p->token.kind == KW_ROWS && parse_sees(p, 1, KW_FROM) && parse_sees(p, 2, '(')) {
		TRY(parse_rows_from(p, out));
	} else if (p->token.kind == KW_GRAPH_TABLE && parse_sees(p, 1, '(')) {
		TRY(parse_graph_table(p, out));
	} else if (p->token.kind == '(' && parse_ahead_query(p)) {
		TRY(parse_from_query(p, out));
	} else if (p->token.kind == '(') {
		TRY(parse_grouped(p, out));
	} else if (p->token.kind == '{') {
		out->kind = FROM_QUERY;
		TRY(parse_nested_program(p, &out->program));
	} else {
		TRY(parse_named(p, out));
	}
	if (out->is_lateral && out->kind != FROM_SUBQUERY && out->kind != FROM_FUNCTION &&
		out->kind != FROM_ROWS && out->kind != FROM_GRAPH_TABLE)
		return parse_fail(p, "\"(\"");
	out->length = p->end - out->at;
	return OK;
}

/* [NATURAL] [INNER | (LEFT|RIGHT|FULL) [OUTER] | CROSS] JOIN */
static enum sqlstate parse_join_words(struct parser *p, struct ast_join *join)
{
	join->is_natural = parse_accept(p, KW_NATURAL);
	join->kind = JOIN_INNER;
	switch (p->token.kind) {
	case KW_CROSS:
		join->kind = JOIN_CROSS;
		break;
	case KW_LEFT:
		join->kind = JOIN_LEFT;
		break;
	case KW_RIGHT:
		join->kind = JOIN_RIGHT;
		break;
	case KW_FULL:
		join->kind = JOIN_FULL;
		break;
	case KW_INNER:
		break;
	default:
		return parse_expect(p, KW_JOIN);
	}
	parse_advance(p);
	if (join->kind >= JOIN_LEFT)
		parse_accept(p, KW_OUTER);
	return parse_expect(p, KW_JOIN);
}

static enum sqlstate parse_join_condition(struct parser *p, struct ast_join *join)
{
	if (join->kind == JOIN_CROSS || join->is_natural)
		return OK;
	if (parse_accept(p, KW_USING))
		return parse_name_list(p, "a column name", &join->using, &join->using_count);
	TRY(parse_expect(p, KW_ON));
	return parse_expr(p, &join->on);
}

static enum sqlstate parse_one_join(struct parser *p, struct ast_from *out)
{
	struct ast_join *join = ARENA_NEW(p->arena, struct ast_join);

	join->left = ARENA_NEW(p->arena, struct ast_from);
	join->right = ARENA_NEW(p->arena, struct ast_from);
	*join->left = *out;
	TRY(parse_join_words(p, join));
	TRY(parse_from_primary(p, join->right));
	if (join->kind != JOIN_CROSS && !join->is_natural)
		TRY(parse_from_joins(p, join->right));
	TRY(parse_join_condition(p, join));
	*out = (struct ast_from){ .kind = FROM_JOIN,
		.at = join->left->at,
		.length = p->end - join->left->at,
		.join = join };
	return OK;
}

/* a JOIN b ON .. JOIN c ON .. leans to the left. As the right side of a join, whose own condition
   is still to come, a JOIN b JOIN c ON .. ON .. leans to the right. */
static enum sqlstate parse_from_joins(struct parser *p, struct ast_from *out)
{
	TRY(parse_enter(p));
	while (is_join(p))
		TRY(parse_one_join(p, out));
	parse_leave(p);
	return OK;
}

static enum sqlstate parse_from_tree(struct parser *p, struct ast_from *out)
{
	TRY(parse_from_primary(p, out));
	return parse_from_joins(p, out);
}

enum sqlstate parse_from(struct parser *p, struct ast_clause *out)
{
	do {
		TRY(parse_from_tree(p, PARSE_PUSH(p, out->select.from, out->select.from_count)));
	} while (parse_accept(p, ','));
	return OK;
}
