/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * OVER and what stands behind it:
 *
 *	window = OVER '(' [PARTITION BY expr {, expr}] [orderBy] [frame] ')'
 *	frame  = (ROWS | RANGE | GROUPS) (end | BETWEEN end AND end)
 *	end    = UNBOUNDED (PRECEDING | FOLLOWING) | CURRENT ROW | expr (PRECEDING | FOLLOWING)
 */
#include "query/parse/parse_expr.h"
#include "query/parse/parse_table.h"

static enum sqlstate parse_frame_end(
	struct parser *p, enum ast_frame_end *end, struct ast_expr **offset)
{
	bool is_unbounded = parse_accept_word(p, "UNBOUNDED");

	if (!is_unbounded && parse_accept_words(p, "CURRENT", "ROW")) {
		*end = FRAME_CURRENT;
		return OK;
	}
	if (!is_unbounded)
		TRY(parse_binary(p, PREC_OTHER, offset));
	if (parse_accept_word(p, "PRECEDING"))
		*end = is_unbounded ? FRAME_UNBOUNDED_PRECEDING : FRAME_PRECEDING;
	else if (parse_accept_word(p, "FOLLOWING"))
		*end = is_unbounded ? FRAME_UNBOUNDED_FOLLOWING : FRAME_FOLLOWING;
	else
		return parse_fail(p, "PRECEDING");
	return OK;
}

static enum sqlstate parse_frame(struct parser *p, struct ast_window *w)
{
	if (parse_accept_word(p, "ROWS"))
		w->unit = FRAME_ROWS;
	else if (parse_accept_word(p, "RANGE"))
		w->unit = FRAME_RANGE;
	else if (parse_accept_word(p, "GROUPS"))
		w->unit = FRAME_GROUPS;
	else
		return OK;
	w->end = FRAME_CURRENT;
	if (!parse_accept_word(p, "BETWEEN"))
		return parse_frame_end(p, &w->start, &w->start_offset);
	TRY(parse_frame_end(p, &w->start, &w->start_offset));
	TRY(parse_expect(p, KW_AND));
	return parse_frame_end(p, &w->end, &w->end_offset);
}

enum sqlstate parse_window(struct parser *p, struct ast_window **out)
{
	struct ast_window *w = ARENA_NEW(p->arena, struct ast_window);

	*out = w;
	w->at = p->token.at;
	w->end = FRAME_CURRENT;
	parse_advance(p);
	TRY(parse_expect(p, '('));
	if (parse_accept_word(p, "PARTITION")) {
		TRY(parse_expect(p, KW_BY));
		TRY(parse_expr_list(p, &w->partition, &w->partition_count));
	}
	if (p->token.kind == KW_ORDER)
		TRY(parse_sort_list(p, &w->order_by, &w->order_by_count));
	TRY(parse_frame(p, w));
	return parse_expect(p, ')');
}
