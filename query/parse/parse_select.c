/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * SELECT and VALUES: section 9 of the language; FROM is in parse_from.c. What is not supported is
 * refused here by name, so that nobody has to guess from a syntax error.
 */
#include "query/parse/parser.h"

#include "base/check.h"

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
