/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * OVER and what stands behind it:
 *
 *	over    = OVER (name | window)
 *	window  = '(' [name] [PARTITION BY expr {, expr}] [orderBy] [frame] ')'
 *	windows = WINDOW name AS window {, name AS window}
 *	frame   = (ROWS | RANGE | GROUPS) (end | BETWEEN end AND end) [exclude]
 *	exclude = EXCLUDE (CURRENT ROW | GROUP | TIES | NO OTHERS)
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

static enum sqlstate parse_exclusion(struct parser *p, struct ast_window *w)
{
	if (!parse_accept_word(p, "EXCLUDE"))
		return OK;
	if (parse_accept_words(p, "CURRENT", "ROW"))
		w->exclusion = EXCLUDE_CURRENT_ROW;
	else if (parse_accept(p, KW_GROUP))
		w->exclusion = EXCLUDE_GROUP;
	else if (parse_accept_word(p, "TIES"))
		w->exclusion = EXCLUDE_TIES;
	else if (!parse_accept_words(p, "NO", "OTHERS"))
		return parse_fail(p, "CURRENT ROW");
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
	if (parse_accept_word(p, "BETWEEN")) {
		TRY(parse_frame_end(p, &w->start, &w->start_offset));
		TRY(parse_expect(p, KW_AND));
		TRY(parse_frame_end(p, &w->end, &w->end_offset));
	} else {
		TRY(parse_frame_end(p, &w->start, &w->start_offset));
	}
	return parse_exclusion(p, w);
}

/* At a word in a window's parentheses that begins none of its parts. */
static bool sees_base(struct parser *p)
{
	return parse_is_name_token(&p->token) && !parse_sees_word(p, 0, "PARTITION") &&
	       p->token.kind != KW_ORDER && !parse_sees_word(p, 0, "ROWS") &&
	       !parse_sees_word(p, 0, "RANGE") && !parse_sees_word(p, 0, "GROUPS");
}

static enum sqlstate parse_window(struct parser *p, struct ast_window **out)
{
	struct ast_window *w = ARENA_NEW(p->arena, struct ast_window);

	*out = w;
	w->at = p->token.at;
	w->end = FRAME_CURRENT;
	TRY(parse_expect(p, '('));
	if (sees_base(p))
		TRY(parse_name(p, NULL, &w->base));
	if (parse_accept_word(p, "PARTITION")) {
		TRY(parse_expect(p, KW_BY));
		TRY(parse_expr_list(p, &w->partition, &w->partition_count));
	}
	if (p->token.kind == KW_ORDER)
		TRY(parse_sort_list(p, &w->order_by, &w->order_by_count));
	TRY(parse_frame(p, w));
	return parse_expect(p, ')');
}

enum sqlstate parse_over(struct parser *p, struct ast_window **out)
{
	parse_advance(p);
	if (p->token.kind == '(')
		return parse_window(p, out);
	*out = ARENA_NEW(p->arena, struct ast_window);
	(*out)->at = p->token.at;
	(*out)->end = FRAME_CURRENT;
	(*out)->is_reference = true;
	return parse_name(p, "a window", &(*out)->base);
}

enum sqlstate parse_windows(struct parser *p, struct ast_projection *out)
{
	if (!parse_accept(p, KW_WINDOW))
		return OK;
	do {
		struct ast_named_window *w = PARSE_PUSH(p, out->windows, out->window_count);

		TRY(parse_name(p, "a name", &w->name));
		TRY(parse_expect(p, KW_AS));
		TRY(parse_window(p, &w->window));
	} while (parse_accept(p, ','));
	return OK;
}
