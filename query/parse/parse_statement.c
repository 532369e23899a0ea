/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Dispatch: section 1 of the language. A statement's class follows from its first token and at most
 * the shown lookahead; nothing else has a say. So a leading SET is always a session setting, and a
 * leading END always ends a transaction.
 */
#include "query/parse/parser.h"

#include "base/check.h"

/* CREATE ( and CREATE p = are graph updates. */
static bool is_graph_create(struct parser *p)
{
	if (parse_sees(p, 1, '('))
		return true;
	return parse_is_name_token(parse_peek(p, 1)) && parse_sees(p, 2, '=');
}

static bool sees_word(struct parser *p, uint32_t n, struct str word)
{
	const struct token *t = parse_peek(p, n);

	return str_equal_nocase((struct str){ p->lexer.text + t->at, t->length }, word);
}

/* Statements about roles that begin as others do. */
static enum sqlstate parse_of_roles(struct parser *p, struct ast_stmt *out, bool *is_one)
{
	bool is_owned = sees_word(p, 1, STR("owned"));

	*is_one = true;
	if (p->token.kind == KW_ALTER && sees_word(p, 1, STR("default")) &&
		sees_word(p, 2, STR("privileges")))
		return parse_default_privileges(p, out);
	if (is_owned && (p->token.kind == KW_DROP || sees_word(p, 0, STR("reassign")))) {
		bool is_drop = p->token.kind == KW_DROP;

		parse_advance(p);
		return parse_owned(p, is_drop, out);
	}
	*is_one = false;
	return OK;
}

static enum sqlstate dispatch_schema(struct parser *p, struct ast_stmt *out)
{
	bool is_care, is_of_roles;

	TRY(parse_of_roles(p, out, &is_of_roles));
	if (is_of_roles)
		return OK;
	TRY(parse_care(p, out, &is_care));
	if (is_care)
		return OK;
	switch (p->token.kind) {
	case KW_ALTER:
		return parse_alter(p, out);
	case KW_DROP:
		return parse_drop(p, out);
	case KW_COMMENT:
		return parse_comment(p, out);
	case KW_GRANT:
	case KW_REVOKE:
		return parse_grant(p, out);
	case KW_TRUNCATE:
		return parse_truncate(p, out);
	case KW_LOAD:
		parse_unsupported(p, p->token.at, parse_sees(p, 1, KW_CSV) ? "LOAD CSV" : "LOAD");
		error_hint(p->error,
			"Load a file by COPY label FROM STDIN WITH (FORMAT csv, HEADER).");
		return E_NOT_SUPPORTED;
	default:
		parse_note(p, "a statement");
		return parse_fail(p, NULL);
	}
}

static enum sqlstate dispatch(struct parser *p, struct ast_stmt *out)
{
	switch (p->token.kind) {
	case KW_SET:
		return parse_set(p, out);
	case KW_RESET:
		return parse_reset(p, out);
	case KW_SHOW:
		return parse_show(p, out);
	case KW_DISCARD:
		return parse_discard(p, out);
	case KW_SESSION:
		return parse_session(p, out);
	case KW_BEGIN:
	case KW_START:
	case KW_COMMIT:
	case KW_END:
	case KW_ROLLBACK:
	case KW_ABORT:
	case KW_SAVEPOINT:
	case KW_RELEASE:
		return parse_transaction(p, out);
	case KW_PREPARE:
	case KW_EXECUTE:
	case KW_DEALLOCATE:
	case KW_DECLARE:
	case KW_FETCH:
	case KW_MOVE:
	case KW_CLOSE:
	case KW_LISTEN:
	case KW_UNLISTEN:
	case KW_NOTIFY:
		return parse_command(p, out);
	case KW_EXPLAIN:
	case KW_PROFILE:
		return parse_explain(p, out);
	case KW_COPY:
		return parse_copy(p, out);
	case KW_ANALYZE:
	case KW_ANALYSE:
	case KW_VACUUM:
	case KW_CHECKPOINT:
		return parse_maintenance(p, out);
	case KW_CREATE:
		if (!is_graph_create(p))
			return parse_create(p, out);
		return parse_query_statement(p, out);
	default:
		if (parse_is_program_start(p) || (p->token.kind == '(' && parse_ahead_query(p))) {
			TRY(parse_query_statement(p, out));
			parse_take_into(p, out);
			return OK;
		}
		return dispatch_schema(p, out);
	}
}

enum sqlstate parse_statement(struct parser *p, struct ast_stmt **out)
{
	struct ast_stmt *s = ARENA_NEW(p->arena, struct ast_stmt);

	*out = s;
	s->at = p->token.at;
	p->parameter_max = 0;
	p->parameter_names = NULL;
	p->parameter_name_count = 0;
	p->height = 0;
	TRY(parse_enter(p));
	TRY(dispatch(p, s));
	parse_leave(p);
	s->length = p->end - s->at;
	s->text = (struct str){ p->lexer.text + s->at, s->length };
	s->parameter_max = p->parameter_max;
	s->parameter_names = p->parameter_names;
	s->parameter_name_count = p->parameter_name_count;
	/* The counts stay: a statement that holds this one (EXPLAIN, COPY, DECLARE) has no
	   parameters but these. */
	return OK;
}
