/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * CREATE VIEW and ALTER VIEW.
 */
#include "query/parse/parse_table.h"

/* ---- options ---- */

/* One word, number or string. */
static enum sqlstate option_value(struct parser *p, struct str *out)
{
	uint32_t at = p->token.at;

	if (p->token.kind == TOKEN_STRING)
		return parse_string(p, out);
	if (p->token.kind == ')' || p->token.kind == ',' || p->token.kind == TOKEN_END)
		return parse_fail(p, "a value");
	parse_advance(p);
	*out = (struct str){ p->lexer.text + at, p->end - at };
	return OK;
}

/* '(' name ['=' value] {',' ..} ')' */
static enum sqlstate parse_options(
	struct parser *p, struct ast_view_option **options, uint32_t *count)
{
	TRY(parse_expect(p, '('));
	do {
		struct ast_view_option *o = PARSE_PUSH(p, *options, *count);

		TRY(parse_folded_name(p, "an option", &o->name));
		if (parse_accept(p, '='))
			TRY(option_value(p, &o->value));
	} while (parse_accept(p, ','));
	return parse_expect(p, ')');
}

/* ---- CREATE VIEW ---- */

/* [WITH [CASCADED | LOCAL] CHECK OPTION] */
static enum sqlstate parse_check_option(struct parser *p, struct ast_view *view)
{
	view->check_at = p->token.at;
	if (!parse_accept(p, KW_WITH))
		return OK;
	view->check = parse_accept_word(p, "LOCAL") ? 'l' : 'c';
	if (view->check == 'c')
		parse_accept_word(p, "CASCADED");
	TRY(parse_expect_word(p, "CHECK"));
	return parse_expect_word(p, "OPTION");
}

enum sqlstate parse_create_view(
	struct parser *p, bool or_replace, bool is_temporary, struct ast_stmt *out)
{
	struct ast_view *view = ARENA_NEW(p->arena, struct ast_view);
	uint32_t at;

	out->kind = STMT_CREATE_VIEW;
	out->view = view;
	view->or_replace = or_replace;
	view->is_temporary = is_temporary;
	parse_advance(p);
	at = p->token.at;
	TRY(parse_table_name(p, "a view", &view->name));
	TRY(parse_settle_temporary(p, at, &view->is_temporary, &view->name));
	if (p->token.kind == '(')
		TRY(parse_column_names(p, &view->columns, &view->column_count));
	if (parse_accept(p, KW_WITH))
		TRY(parse_options(p, &view->options, &view->option_count));
	TRY(parse_expect(p, KW_AS));
	at = p->token.at;
	view->query = ARENA_NEW(p->arena, struct ast_stmt);
	TRY(parse_query_statement(p, view->query));
	view->text = (struct str){ p->lexer.text + at, p->end - at };
	return parse_check_option(p, view);
}

/* ---- ALTER VIEW ---- */

static enum sqlstate parse_view_action(struct parser *p, struct ast_action *out)
{
	bool is_set = parse_word(p, "SET"), is_reset = parse_word(p, "RESET");

	out->at = p->token.at;
	if ((is_set || is_reset) && parse_sees(p, 1, '(')) {
		parse_advance(p);
		out->kind = ACTION_OPTIONS;
		out->is_reset = is_reset;
		return parse_options(p, &out->options, &out->option_count);
	}
	if (parse_accept_words(p, "OWNER", "TO")) {
		out->kind = ACTION_OWNER;
		return parse_any_name(p, "a role", &out->to);
	}
	if (parse_word(p, "RENAME"))
		return parse_table_action(p, out);
	if (is_set && parse_sees_word(p, 1, "SCHEMA"))
		return parse_unsupported(p, p->token.at, "ALTER VIEW SET SCHEMA");
	if (parse_word(p, "ALTER"))
		return parse_unsupported(p, p->token.at, "a default of a view's column");
	return parse_fail(p, "RENAME, SET, RESET or OWNER TO");
}

enum sqlstate parse_alter_view(struct parser *p, struct ast_stmt *out)
{
	struct ast_alter_table *alter = ARENA_NEW(p->arena, struct ast_alter_table);

	out->kind = STMT_ALTER_TABLE;
	out->alter_table = alter;
	alter->is_view = true;
	parse_advance(p);
	TRY(parse_if_there(p, &alter->if_exists));
	TRY(parse_table_name(p, "a view", &alter->name));
	return parse_view_action(p, PARSE_PUSH(p, alter->actions, alter->action_count));
}
