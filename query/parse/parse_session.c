/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Session and transaction statements: section 10 of the language. They are SQL as drivers send it,
 * so the odd corners are kept: SET TIME ZONE, SET NAMES, SET SESSION AUTHORIZATION, commas that may
 * be left out between transaction modes.
 */
#include "query/parse/parse_table.h"

#include "base/check.h"

/* ---- settings ---- */

/* One value: a string, a word, a signed number. */
static enum sqlstate parse_value(struct parser *p, struct ast_option *out)
{
	struct ast_name word = { 0 };
	uint32_t at = p->token.at;

	out->at = at;
	if (p->token.kind == TOKEN_STRING) {
		out->kind = OPTION_STRING;
		TRY(parse_string(p, &out->value));
	} else if (parse_is_any_name_token(&p->token)) {
		out->kind = p->token.kind == TOKEN_QUOTED ? OPTION_STRING : OPTION_WORD;
		TRY(parse_any_name(p, "a value", &word));
		out->value = word.text;
	} else {
		if (p->token.kind == '-' || p->token.kind == '+')
			parse_advance(p);
		if (p->token.kind != TOKEN_INTEGER && p->token.kind != TOKEN_FLOAT)
			return parse_fail(p, "a value");
		out->kind = OPTION_NUMBER;
		parse_advance(p);
		out->value = (struct str){ p->lexer.text + at, p->end - at };
	}
	out->length = p->end - at;
	return OK;
}

/* a.b.c joined into one name. */
static enum sqlstate parse_setting_name(struct parser *p, struct ast_name *out)
{
	struct ast_qname q = { 0 };

	TRY(parse_qname(p, "a setting name", &q));
	out->at = q.at;
	out->length = q.length;
	out->text = q.name;
	if (q.qualifier.length > 0)
		out->text = arena_printf(
			p->arena, "%.*s.%.*s", STR_ARGS(q.qualifier), STR_ARGS(q.name));
	return OK;
}

static enum sqlstate parse_setting_values(struct parser *p, struct ast_setting *out)
{
	if (p->token.kind == KW_DEFAULT) {
		parse_advance(p);
		out->is_default = true;
		return OK;
	}
	do {
		TRY(parse_value(p, PARSE_PUSH(p, out->values, out->value_count)));
	} while (parse_accept(p, ','));
	return OK;
}

/* INTERVAL '-08:30' HOUR TO MINUTE */
static enum sqlstate parse_zone_interval(struct parser *p, struct ast_setting *out)
{
	struct ast_expr *literal;

	TRY(parse_expr(p, &literal));
	if (literal->kind != EXPR_CAST || literal->typed.operand->kind != EXPR_STRING)
		return PARSE_ERROR(p, literal->at, E_SYNTAX, "a time zone needs a text");
	out->interval = literal->typed.operand->text;
	out->interval_range = literal->typed.type->range;
	return OK;
}

/* Names a setting whose SQL spelling is not `name = value`; takes `count` tokens. */
static enum sqlstate parse_special_setting(
	struct parser *p, struct str name, uint32_t count, struct ast_setting *out)
{
	out->name.at = p->token.at;
	for (uint32_t i = 0; i < count; i++)
		parse_advance(p);
	out->name.length = p->end - out->name.at;
	out->name.text = name;
	if (str_equal(name, STR("timezone")) &&
		(p->token.kind == KW_LOCAL)) { /* SET TIME ZONE LOCAL is the default */
		parse_advance(p);
		out->is_default = true;
		return OK;
	}
	if (str_equal(name, STR("timezone")) && p->token.kind == KW_INTERVAL &&
		parse_is_type_literal(p))
		return parse_zone_interval(p, out);
	return parse_setting_values(p, out);
}

static enum sqlstate parse_transaction_modes(
	struct parser *p, bool is_needed, struct ast_transaction *out);

enum sqlstate parse_setting_change(struct parser *p, struct ast_setting *out)
{
	if (p->token.kind == KW_TIME && parse_sees(p, 1, KW_ZONE))
		return parse_special_setting(p, STR("timezone"), 2, out);
	if (p->token.kind == KW_NAMES)
		return parse_special_setting(p, STR("client_encoding"), 1, out);
	if (p->token.kind == KW_ROLE)
		return parse_special_setting(p, STR("role"), 1, out);
	if (p->token.kind == KW_AUTHORIZATION)
		return parse_special_setting(p, STR("session_authorization"), 1, out);
	TRY(parse_setting_name(p, &out->name));
	if (!parse_accept(p, '='))
		TRY(parse_expect(p, KW_TO));
	return parse_setting_values(p, out);
}

/* SET CONSTRAINTS (ALL | names) (DEFERRED | IMMEDIATE) */
static enum sqlstate parse_set_constraints(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_SET_CONSTRAINTS;
	parse_advance(p);
	if (!parse_accept(p, KW_ALL)) {
		do {
			TRY(parse_table_name(p, "a constraint",
				PARSE_PUSH(p, out->constraints.names, out->constraints.count)));
		} while (parse_accept(p, ','));
	}
	out->constraints.is_immediate = parse_accept_word(p, "IMMEDIATE");
	return out->constraints.is_immediate ? OK : parse_expect_word(p, "DEFERRED");
}

enum sqlstate parse_set(struct parser *p, struct ast_stmt *out)
{
	struct ast_setting *setting;

	parse_advance(p);
	if (p->token.kind == KW_CONSTRAINTS && parse_is_any_name_token(parse_peek(p, 1)))
		return parse_set_constraints(p, out);
	if (p->token.kind == KW_TRANSACTION) {
		out->kind = STMT_SET_TRANSACTION;
		parse_advance(p);
		if (parse_word(p, "SNAPSHOT"))
			return parse_unsupported(p, p->token.at, "SET TRANSACTION SNAPSHOT");
		return parse_transaction_modes(p, true, &out->transaction);
	}
	if (p->token.kind == KW_SESSION && parse_sees(p, 1, KW_CHARACTERISTICS)) {
		out->kind = STMT_SET_TRANSACTION;
		out->transaction.is_session = true;
		parse_advance(p);
		parse_advance(p);
		TRY(parse_expect(p, KW_AS));
		TRY(parse_expect(p, KW_TRANSACTION));
		return parse_transaction_modes(p, true, &out->transaction);
	}
	setting = ARENA_NEW(p->arena, struct ast_setting);
	out->kind = STMT_SET;
	out->setting = setting;
	if (p->token.kind == KW_SESSION || p->token.kind == KW_LOCAL) {
		/* A word that is a value: SET local = 1 names a setting. */
		if (!parse_sees(p, 1, '=') && !parse_sees(p, 1, '.')) {
			if (p->token.kind == KW_LOCAL)
				setting->scope = SET_SCOPE_LOCAL;
			parse_advance(p);
		}
	}
	return parse_setting_change(p, setting);
}

enum sqlstate parse_shown_name(struct parser *p, struct ast_setting *out)
{
	if (parse_accept(p, KW_ALL))
		return OK;
	if (parse_accept_pair(p, KW_TIME, KW_ZONE)) {
		out->name.text = STR("timezone");
		return OK;
	}
	if (parse_accept_pair(p, KW_SESSION, KW_AUTHORIZATION)) {
		out->name.text = STR("session_authorization");
		return OK;
	}
	if (p->token.kind == KW_TRANSACTION && parse_sees(p, 1, KW_ISOLATION)) {
		parse_advance(p);
		parse_advance(p);
		TRY(parse_expect(p, KW_LEVEL));
		out->name.text = STR("transaction_isolation");
		return OK;
	}
	return parse_setting_name(p, &out->name);
}

enum sqlstate parse_reset(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_RESET;
	out->setting = ARENA_NEW(p->arena, struct ast_setting);
	parse_advance(p);
	return parse_shown_name(p, out->setting);
}

enum sqlstate parse_show(struct parser *p, struct ast_stmt *out)
{
	static const struct {
		uint16_t kind;
		enum ast_catalog catalog;
	} catalogs[] = {
		{ KW_LABELS, CATALOG_LABELS },
		{ KW_TYPES, CATALOG_TYPES },
		{ KW_KEYS, CATALOG_KEYS },
		{ KW_INDEXES, CATALOG_INDEXES },
		{ KW_CONSTRAINTS, CATALOG_CONSTRAINTS },
		{ KW_GRAPHS, CATALOG_GRAPHS },
		{ KW_FUNCTIONS, CATALOG_FUNCTIONS },
		{ KW_PROCEDURES, CATALOG_PROCEDURES },
		{ KW_TRANSACTIONS, CATALOG_TRANSACTIONS },
	};

	parse_advance(p);
	if (parse_accept_words(p, "GRAPH", "TYPES")) {
		out->kind = STMT_SHOW_CATALOG;
		out->catalog = CATALOG_GRAPH_TYPES;
		return OK;
	}
	for (size_t i = 0; i < ARRAY_COUNT(catalogs); i++) {
		if (p->token.kind != catalogs[i].kind)
			continue;
		out->kind = STMT_SHOW_CATALOG;
		out->catalog = catalogs[i].catalog;
		parse_advance(p);
		return OK;
	}
	out->kind = STMT_SHOW;
	out->setting = ARENA_NEW(p->arena, struct ast_setting);
	return parse_shown_name(p, out->setting);
}

enum sqlstate parse_discard(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_DISCARD;
	parse_advance(p);
	if (parse_accept(p, KW_ALL))
		out->discard = DISCARD_ALL;
	else if (parse_accept(p, KW_PLANS))
		out->discard = DISCARD_PLANS;
	else if (parse_accept(p, KW_SEQUENCES))
		out->discard = DISCARD_SEQUENCES;
	else if (parse_accept(p, KW_TEMP) || parse_accept(p, KW_TEMPORARY))
		out->discard = DISCARD_TEMP;
	else
		return parse_fail(p, NULL);
	return OK;
}

/* ---- SESSION, GQL's ---- */

static enum sqlstate parse_parameter_name(struct parser *p, struct ast_name *out)
{
	if (p->token.kind != TOKEN_NAMED_PARAMETER)
		return parse_fail(p, "a parameter name");
	out->at = p->token.at;
	out->length = p->token.length;
	TRY(parse_lexed(p, lex_text(&p->lexer, p->arena, &p->token, &out->text, p->error)));
	parse_advance(p);
	return OK;
}

static void make_value_query(struct parser *p, struct ast_stmt *out)
{
	struct ast_stmt *query = ARENA_NEW(p->arena, struct ast_stmt);
	struct ast_linear *linear = parse_new_program(p, out->value.expr->at, &query->program);

	parse_push_return(p, linear, out->value.expr, STR("value"));
	query->kind = STMT_QUERY;
	query->at = out->value.expr->at;
	query->text = STR("");
	query->parameter_max = p->parameter_max;
	query->parameter_names = p->parameter_names;
	query->parameter_name_count = p->parameter_name_count;
	out->value.query = query;
}

static enum sqlstate parse_session_value(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_SESSION_SET_VALUE;
	parse_accept(p, KW_VALUE);
	TRY(parse_parameter_name(p, &out->value.name));
	if (p->token.kind == ':' && parse_sees_adjacent(p, 1, ':')) {
		parse_advance(p);
		parse_advance(p);
		TRY(parse_type(p, &out->value.type));
	} else if (parse_accept_word(p, "TYPED")) {
		TRY(parse_type(p, &out->value.type));
	}
	TRY(parse_expect(p, '='));
	TRY(parse_expr(p, &out->value.expr));
	make_value_query(p, out);
	return OK;
}

static enum sqlstate parse_session_set(struct parser *p, struct ast_stmt *out)
{
	if (parse_is(p, KW_TIME)) {
		if (!parse_sees(p, 1, KW_ZONE))
			return parse_fail(p, NULL);
		out->kind = STMT_SET;
		out->setting = ARENA_NEW(p->arena, struct ast_setting);
		return parse_special_setting(p, STR("timezone"), 2, out->setting);
	}
	if (parse_is(p, KW_VALUE) || p->token.kind == TOKEN_NAMED_PARAMETER)
		return parse_session_value(p, out);
	out->kind = parse_is(p, KW_GRAPH) ? STMT_SESSION_SET_GRAPH : STMT_SESSION_SET_SCHEMA;
	if (!parse_accept(p, KW_GRAPH))
		TRY(parse_expect(p, KW_SCHEMA));
	return parse_name(p, "a name", &out->name);
}

static enum sqlstate parse_session_reset(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_SESSION_RESET_ALL;
	if (parse_word(p, "PARAMETER") && parse_sees(p, 1, TOKEN_NAMED_PARAMETER))
		parse_advance(p);
	if (p->token.kind == TOKEN_NAMED_PARAMETER) {
		out->kind = STMT_SESSION_RESET_VALUE;
		return parse_parameter_name(p, &out->name);
	}
	/* The schema is that of the graph. */
	if (parse_accept(p, KW_GRAPH) || parse_accept_word(p, "SCHEMA")) {
		out->kind = STMT_SESSION_RESET_GRAPH;
		return OK;
	}
	if (parse_accept(p, KW_TIME)) {
		out->kind = STMT_RESET;
		out->setting = ARENA_NEW(p->arena, struct ast_setting);
		out->setting->name.text = STR("timezone");
		return parse_expect(p, KW_ZONE);
	}
	parse_accept(p, KW_ALL);
	if (parse_accept(p, KW_PARAMETERS))
		out->kind = STMT_SESSION_RESET_PARAMETERS;
	else
		parse_accept(p, KW_CHARACTERISTICS);
	return OK;
}

enum sqlstate parse_session(struct parser *p, struct ast_stmt *out)
{
	parse_advance(p);
	if (parse_accept(p, KW_SET))
		return parse_session_set(p, out);
	if (parse_accept(p, KW_RESET))
		return parse_session_reset(p, out);
	out->kind = STMT_SESSION_CLOSE;
	return parse_expect(p, KW_CLOSE);
}

/* ---- transactions ---- */

static enum sqlstate parse_isolation(struct parser *p, struct ast_transaction *out)
{
	TRY(parse_expect(p, KW_LEVEL));
	if (parse_accept(p, KW_SERIALIZABLE)) {
		out->isolation = AST_ISOLATION_SERIALIZABLE;
		return OK;
	}
	if (parse_accept(p, KW_REPEATABLE)) {
		out->isolation = AST_ISOLATION_REPEATABLE_READ;
		return parse_expect(p, KW_READ);
	}
	TRY(parse_expect(p, KW_READ));
	out->isolation = AST_ISOLATION_READ_COMMITTED;
	if (parse_accept(p, KW_COMMITTED))
		return OK;
	out->isolation = AST_ISOLATION_READ_UNCOMMITTED;
	return parse_expect(p, KW_UNCOMMITTED);
}

static enum sqlstate parse_transaction_mode(
	struct parser *p, bool *is_there, struct ast_transaction *out)
{
	*is_there = true;
	if (parse_accept(p, KW_ISOLATION))
		return parse_isolation(p, out);
	if (parse_accept(p, KW_READ)) {
		out->access = ACCESS_READ_ONLY;
		if (parse_accept(p, KW_ONLY))
			return OK;
		out->access = ACCESS_READ_WRITE;
		return parse_expect(p, KW_WRITE);
	}
	if (parse_accept(p, KW_NOT)) {
		out->deferrable = DEFERRABLE_NO;
		return parse_expect(p, KW_DEFERRABLE);
	}
	if (parse_accept(p, KW_DEFERRABLE)) {
		out->deferrable = DEFERRABLE_YES;
		return OK;
	}
	*is_there = false;
	return OK;
}

static enum sqlstate parse_transaction_modes(
	struct parser *p, bool is_needed, struct ast_transaction *out)
{
	bool is_there;

	do {
		TRY(parse_transaction_mode(p, &is_there, out));
		if (!is_there && is_needed)
			return parse_fail(p, NULL);
		is_needed = parse_accept(p, ',');
	} while (is_there);
	return OK;
}

static void parse_work(struct parser *p)
{
	if (!parse_accept(p, KW_WORK))
		parse_accept(p, KW_TRANSACTION);
}

/* [WORK] [AND [NO] CHAIN] */
static enum sqlstate parse_end(struct parser *p, struct ast_stmt *out)
{
	parse_work(p);
	if (!parse_accept(p, KW_AND))
		return OK;
	out->transaction.is_chain = !parse_accept(p, KW_NO);
	return parse_expect(p, KW_CHAIN);
}

static enum sqlstate parse_rollback(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_ROLLBACK;
	parse_advance(p);
	parse_work(p);
	if (!parse_accept(p, KW_TO))
		return parse_end(p, out);
	out->kind = STMT_ROLLBACK_TO;
	parse_accept(p, KW_SAVEPOINT);
	return parse_name(p, "a savepoint name", &out->name);
}

enum sqlstate parse_transaction(struct parser *p, struct ast_stmt *out)
{
	switch (p->token.kind) {
	case KW_BEGIN:
		out->kind = STMT_BEGIN;
		parse_advance(p);
		parse_work(p);
		return parse_transaction_modes(p, false, &out->transaction);
	case KW_START:
		out->kind = STMT_BEGIN;
		parse_advance(p);
		TRY(parse_expect(p, KW_TRANSACTION));
		return parse_transaction_modes(p, false, &out->transaction);
	case KW_COMMIT:
	case KW_END:
		out->kind = STMT_COMMIT;
		parse_advance(p);
		if (parse_sees(p, 0, KW_PREPARE))
			return parse_unsupported(p, p->token.at, "a two-phase commit");
		return parse_end(p, out);
	case KW_ROLLBACK:
	case KW_ABORT:
		return parse_rollback(p, out);
	case KW_SAVEPOINT:
		out->kind = STMT_SAVEPOINT;
		parse_advance(p);
		return parse_name(p, "a savepoint name", &out->name);
	default:
		assert(p->token.kind == KW_RELEASE);
		out->kind = STMT_RELEASE;
		parse_advance(p);
		if (p->token.kind == KW_SAVEPOINT && parse_is_name_token(parse_peek(p, 1)))
			parse_advance(p);
		return parse_name(p, "a savepoint name", &out->name);
	}
}
