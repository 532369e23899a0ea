/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * GROUP BY of a SELECT:
 *
 *	groups  = [DISTINCT | ALL] element {, element}
 *	element = expr | '(' ')' | (ROLLUP | CUBE) '(' element {, element} ')'
 *	        | GROUPING SETS '(' element {, element} ')'
 *
 * Sets become calls of "rollup", "cube" and "grouping sets", (a, b) and () calls of "row".
 */
#include "query/parse/parse_expr.h"
#include "query/parse/parse_table.h"

static enum sqlstate parse_element(struct parser *p, struct ast_expr **out);

static enum sqlstate parse_sets(
	struct parser *p, const char *name, uint32_t at, struct ast_expr **out)
{
	struct ast_expr **args = NULL;
	uint32_t count = 0;

	TRY(parse_enter(p));
	TRY(parse_expect(p, '('));
	do {
		TRY(parse_element(p, PARSE_PUSH(p, args, count)));
	} while (parse_accept(p, ','));
	TRY(parse_expect(p, ')'));
	parse_leave(p);
	return parse_make_call(p, name, at, args, count, out);
}

static enum sqlstate parse_element(struct parser *p, struct ast_expr **out)
{
	uint32_t at = p->token.at;
	bool is_rollup = parse_sees_word(p, 0, "ROLLUP");

	if (p->token.kind == '(' && parse_sees(p, 1, ')')) {
		parse_advance(p);
		parse_advance(p);
		return parse_make_call(p, "row", at, NULL, 0, out);
	}
	if ((is_rollup || parse_sees_word(p, 0, "CUBE")) && parse_sees(p, 1, '(')) {
		parse_advance(p);
		return parse_sets(p, is_rollup ? "rollup" : "cube", at, out);
	}
	if (parse_sees_word(p, 0, "GROUPING") && parse_sees_word(p, 1, "SETS") &&
		parse_sees(p, 2, '(')) {
		parse_advance(p);
		parse_advance(p);
		return parse_sets(p, "grouping sets", at, out);
	}
	return parse_expr(p, out);
}

enum sqlstate parse_group_elements(struct parser *p, struct ast_projection *out)
{
	if (!parse_accept(p, KW_GROUP))
		return OK;
	TRY(parse_expect(p, KW_BY));
	out->has_group_by = true;
	out->group_is_distinct = parse_accept(p, KW_DISTINCT);
	if (!out->group_is_distinct && p->token.kind == KW_ALL && !parse_sees(p, 1, '('))
		parse_advance(p);
	do {
		TRY(parse_element(p, PARSE_PUSH(p, out->group_by, out->group_by_count)));
	} while (parse_accept(p, ','));
	return OK;
}
