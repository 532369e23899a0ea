/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * SELECT and VALUES: section 9 of the language. A SELECT without FROM is complete; FROM takes the
 * graph forms (g MATCH .., { query }, GRAPH_TABLE) and the plain name of a relation. What belongs
 * to the relational side is refused here by name, so that nobody has to guess from a syntax error.
 */
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
		       parse_sees(p, 2, KW_JOIN);
	default:
		return false;
	}
}

/* [AS] name [ '(' name {, name} ')' ] */
static enum sqlstate parse_from_alias(struct parser *p, struct ast_from *out)
{
	if (parse_accept(p, KW_AS))
		TRY(parse_name(p, "an alias", &out->alias));
	else if (parse_is_name_token(&p->token) && !is_join(p))
		TRY(parse_name(p, NULL, &out->alias));
	else
		return OK;
	if (p->token.kind != '(')
		return OK;
	return parse_name_list(p, "a column name", &out->column_aliases, &out->column_alias_count);
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

static enum sqlstate parse_from_item(struct parser *p, struct ast_from *out)
{
	out->at = p->token.at;
	if (p->token.kind == KW_GRAPH_TABLE && parse_sees(p, 1, '(')) {
		TRY(parse_graph_table(p, out));
	} else if (p->token.kind == '(') {
		return parse_unsupported(p, p->token.at, "a subquery in FROM");
	} else if (p->token.kind == KW_LATERAL) {
		return parse_unsupported(p, p->token.at, "LATERAL");
	} else if (p->token.kind == '{') {
		out->kind = FROM_QUERY;
		TRY(parse_nested_program(p, &out->program));
	} else {
		TRY(parse_qname(p, "a graph or relation", &out->graph));
		if (p->token.kind == '(')
			return parse_unsupported(p, out->at, "a function in FROM");
		if (parse_is(p, '{')) {
			out->kind = FROM_QUERY;
			TRY(parse_nested_program(p, &out->program));
		} else if (parse_is_match_start(p)) {
			out->kind = FROM_MATCH;
			TRY(parse_match_list(p, &out->matches, &out->match_count));
		} else {
			out->kind = FROM_RELATION;
			TRY(parse_from_alias(p, out));
		}
	}
	out->length = p->end - out->at;
	return OK;
}

enum sqlstate parse_from(struct parser *p, struct ast_clause *out)
{
	do {
		TRY(parse_from_item(p, PARSE_PUSH(p, out->select.from, out->select.from_count)));
		if (is_join(p))
			return parse_unsupported(p, p->token.at, "JOIN");
	} while (parse_accept(p, ','));
	return OK;
}

/* `*`, `t.*` and expressions; SELECT without any column is PostgreSQL's too. */
static enum sqlstate parse_select_list(struct parser *p, struct ast_projection *out)
{
	out->is_distinct = parse_accept(p, KW_DISTINCT);
	if (out->is_distinct && p->token.kind == KW_ON)
		return parse_unsupported(p, p->token.at, "DISTINCT ON");
	if (!out->is_distinct && p->token.kind == KW_ALL && !parse_sees(p, 1, '('))
		parse_advance(p);
	if (parse_is(p, '*')) {
		out->is_all = true;
		out->star_at = p->token.at;
		parse_advance(p);
		if (!parse_accept(p, ','))
			return OK;
	}
	return parse_items(p, true, &out->items, &out->item_count);
}

static enum sqlstate refuse_locking(struct parser *p)
{
	if (p->token.kind == KW_FETCH)
		return parse_unsupported(p, p->token.at, "FETCH FIRST (use LIMIT)");
	if (p->token.kind == KW_WINDOW)
		return parse_unsupported(p, p->token.at, "WINDOW");
	if (p->token.kind == KW_INTO)
		return parse_unsupported(p, p->token.at, "SELECT INTO");
	return OK;
}

enum sqlstate parse_select(struct parser *p, struct ast_clause *out)
{
	struct ast_projection *projection = ARENA_NEW(p->arena, struct ast_projection);

	out->kind = CLAUSE_SELECT;
	out->select.projection = projection;
	parse_advance(p);
	TRY(parse_select_list(p, projection));
	TRY(refuse_locking(p));
	if (parse_accept(p, KW_FROM))
		TRY(parse_from(p, out));
	if (parse_accept(p, KW_WHERE))
		TRY(parse_expr(p, &projection->where));
	if (parse_accept(p, KW_GROUP)) {
		TRY(parse_expect(p, KW_BY));
		projection->has_group_by = true;
		TRY(parse_expr_list(p, &projection->group_by, &projection->group_by_count));
	}
	if (parse_accept(p, KW_HAVING))
		TRY(parse_expr(p, &projection->having));
	TRY(parse_page(p, projection));
	TRY(parse_locking(p, projection));
	return refuse_locking(p);
}

static enum sqlstate parse_row(struct parser *p, struct ast_clause *out, uint32_t *count)
{
	uint32_t at = p->token.at;
	uint32_t width = 0;

	TRY(parse_expect(p, '('));
	do {
		TRY(parse_expr(p, PARSE_PUSH(p, out->values.exprs, *count)));
		width++;
	} while (parse_accept(p, ','));
	TRY(parse_expect(p, ')'));
	if (out->values.row_count > 0 && width != out->values.column_count)
		return PARSE_ERROR(p, at, E_SYNTAX, "VALUES lists must all be the same length");
	out->values.column_count = width;
	out->values.row_count++;
	return OK;
}

enum sqlstate parse_values(struct parser *p, struct ast_clause *out)
{
	struct ast_projection page = { 0 };
	uint32_t count = 0;

	out->kind = CLAUSE_VALUES;
	parse_advance(p);
	do {
		TRY(parse_row(p, out, &count));
	} while (parse_accept(p, ','));
	TRY(parse_page(p, &page));
	if (page.order_by_count > 0 || page.limit != NULL || page.offset != NULL) {
		out->values.page = ARENA_NEW(p->arena, struct ast_projection);
		*out->values.page = page;
	}
	return OK;
}
