/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * SELECT and VALUES: section 9 of the language; FROM is in parse_from.c. What is not supported is
 * refused here by name, so that nobody has to guess from a syntax error.
 */
#include "query/parse/parser.h"

#include "base/check.h"

/* SELECT FROM t: rows without columns. */
static bool sees_no_item(struct parser *p)
{
	switch (p->token.kind) {
	case KW_FROM:
	case KW_WHERE:
	case KW_GROUP:
	case KW_HAVING:
	case KW_ORDER:
	case KW_LIMIT:
	case KW_OFFSET:
	case KW_UNION:
	case KW_EXCEPT:
	case KW_INTERSECT:
	case KW_INTO:
	case KW_OTHERWISE:
	case KW_NEXT:
	case KW_FOR:
	case ')':
	case '}':
	case ';':
	case TOKEN_END:
		return true;
	default:
		return parse_is_page_word(p);
	}
}

/* `*`, `t.*` and expressions; SELECT without any column is PostgreSQL's too. */
static enum sqlstate parse_select_list(struct parser *p, struct ast_projection *out)
{
	out->is_distinct = parse_accept(p, KW_DISTINCT);
	if (out->is_distinct && parse_accept(p, KW_ON)) {
		TRY(parse_expect(p, '('));
		TRY(parse_expr_list(p, &out->distinct_on, &out->distinct_on_count));
		TRY(parse_expect(p, ')'));
		out->is_distinct = false;
	}
	if (!out->is_distinct && p->token.kind == KW_ALL && !parse_sees(p, 1, '('))
		parse_advance(p);
	if (parse_is(p, '*')) {
		out->is_all = true;
		out->star_at = p->token.at;
		parse_advance(p);
		if (!parse_accept(p, ','))
			return OK;
	} else if (!out->is_distinct && sees_no_item(p)) {
		return OK;
	}
	return parse_items(p, true, &out->items, &out->item_count);
}

enum sqlstate parse_select(struct parser *p, struct ast_clause *out)
{
	struct ast_projection *projection = ARENA_NEW(p->arena, struct ast_projection);

	out->kind = CLAUSE_SELECT;
	out->select.projection = projection;
	parse_advance(p);
	TRY(parse_select_list(p, projection));
	TRY(parse_select_into(p, projection));
	if (parse_accept(p, KW_FROM))
		TRY(parse_from(p, out));
	if (parse_accept(p, KW_WHERE))
		TRY(parse_expr(p, &projection->where));
	TRY(parse_group_elements(p, projection));
	if (parse_accept(p, KW_HAVING))
		TRY(parse_expr(p, &projection->having));
	TRY(parse_windows(p, projection));
	TRY(parse_page(p, projection));
	return parse_locking(p, projection);
}

bool parse_is_table_query(struct parser *p)
{
	return p->token.kind == KW_TABLE && parse_is_name_token(parse_peek(p, 1));
}

enum sqlstate parse_table_query(struct parser *p, struct ast_clause *out)
{
	struct ast_projection *projection = ARENA_NEW(p->arena, struct ast_projection);
	struct ast_from *from = PARSE_PUSH(p, out->select.from, out->select.from_count);

	out->kind = CLAUSE_SELECT;
	out->select.projection = projection;
	projection->is_all = true;
	projection->star_at = p->token.at;
	parse_advance(p);
	from->kind = FROM_RELATION;
	from->at = p->token.at;
	TRY(parse_qname(p, "a relation", &from->graph));
	from->length = p->end - from->at;
	TRY(parse_page(p, projection));
	return parse_locking(p, projection);
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
