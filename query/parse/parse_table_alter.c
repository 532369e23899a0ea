/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * ALTER TABLE and INDEX, DROP and TRUNCATE of tables, sequences, views, COMMENT ON.
 */
#include "query/parse/parse_table.h"

#include "base/check.h"

/* ---- ALTER TABLE ---- */

/* What a single-user graph has no use for: up to the next comma. */
static enum sqlstate parse_ignored_action(struct parser *p)
{
	uint32_t depth = 0;

	while (!parse_is_over(p) && p->token.kind != ';' && (depth > 0 || p->token.kind != ',')) {
		if (p->token.kind == ')' && depth == 0)
			return parse_fail(p, NULL);
		depth += p->token.kind == '(';
		depth -= p->token.kind == ')';
		parse_advance(p);
	}
	return p->token.kind == TOKEN_BAD ? parse_fail(p, NULL) : OK;
}

static enum sqlstate parse_add(struct parser *p, struct ast_action *out)
{
	if (parse_is_table_key(p)) {
		out->kind = ACTION_ADD_KEY;
		return parse_table_key(p, PARSE_PUSH(p, out->keys, out->key_count));
	}
	out->kind = ACTION_ADD_COLUMN;
	parse_accept_word(p, "COLUMN");
	TRY(parse_if_not_there(p, &out->if_exists));
	return parse_column(p, &out->column, &out->keys, &out->key_count);
}

static enum sqlstate parse_drop_part(struct parser *p, struct ast_action *out)
{
	if (parse_word(p, "CONSTRAINT") && parse_is_any_name_token(parse_peek(p, 1))) {
		parse_advance(p);
		out->kind = ACTION_DROP_KEY;
	} else {
		parse_accept_word(p, "COLUMN");
		out->kind = ACTION_DROP_COLUMN;
	}
	TRY(parse_if_there(p, &out->if_exists));
	TRY(parse_folded_name(p, "a name", &out->name));
	out->is_cascade = parse_cascade(p);
	return OK;
}

/* {SET GENERATED {ALWAYS | BY DEFAULT} | SET option | RESTART [WITH n]} of an identity column. */
static enum sqlstate parse_identity_set(struct parser *p, struct ast_action *out)
{
	out->kind = ACTION_SET_IDENTITY;
	out->column.sequence = ARENA_NEW(p->arena, struct ast_sequence_options);
	out->column.sequence->at = p->token.at;
	for (bool is_set = parse_accept_word(p, "SET"); is_set || parse_word(p, "RESTART");
		is_set = parse_accept_word(p, "SET")) {
		if (!is_set || !parse_accept_word(p, "GENERATED"))
			TRY(parse_sequence_options(p, out->column.sequence));
		else if (parse_accept_word(p, "ALWAYS"))
			out->column.identity = 'a';
		else if (parse_accept_words(p, "BY", "DEFAULT"))
			out->column.identity = 'd';
		else
			return parse_fail(p, "BY DEFAULT");
	}
	return OK;
}

/* A word behind SET that is about an identity column. */
static bool is_identity_word(struct parser *p)
{
	static const char *const words[] = { "GENERATED", "INCREMENT", "MINVALUE", "MAXVALUE",
		"START", "CACHE", "CYCLE", "NO", "RESTART" };

	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		if (parse_sees_word(p, 1, words[i]))
			return true;
	}
	return false;
}

/* SET STORAGE, STATISTICS, COMPRESSION, (options): how PostgreSQL keeps a column. */
static enum sqlstate parse_tuning(struct parser *p, struct ast_action *out)
{
	out->kind = ACTION_TUNE_COLUMN;
	if (parse_is(p, '(') || parse_word(p, "STATISTICS") || parse_word(p, "COMPRESSION"))
		return parse_ignored_action(p);
	if (parse_accept_word(p, "STORAGE"))
		return parse_folded_name(p, "a kind of storage", &out->to);
	return parse_fail(p, "DEFAULT");
}

static enum sqlstate parse_column_set(struct parser *p, struct ast_action *out)
{
	if (parse_accept_word(p, "DEFAULT")) {
		out->kind = ACTION_SET_DEFAULT;
		return parse_source_expr(p, &out->column.default_value);
	}
	if (parse_accept_word(p, "NOT")) {
		out->kind = ACTION_SET_NOT_NULL;
		return parse_expect(p, KW_NULL);
	}
	if (parse_accept_words(p, "DATA", "TYPE")) {
		out->kind = ACTION_TYPE;
		return parse_column_type(p, &out->column);
	}
	return parse_tuning(p, out);
}

static enum sqlstate parse_column_drop(struct parser *p, struct ast_action *out)
{
	if (parse_accept_word(p, "DEFAULT")) {
		out->kind = ACTION_DROP_DEFAULT;
		return OK;
	}
	if (parse_accept_word(p, "IDENTITY")) {
		out->kind = ACTION_DROP_IDENTITY;
		return parse_if_there(p, &out->if_exists);
	}
	if (parse_accept_word(p, "EXPRESSION")) {
		out->kind = ACTION_DROP_EXPRESSION;
		return parse_if_there(p, &out->if_exists);
	}
	out->kind = ACTION_DROP_NOT_NULL;
	TRY(parse_expect_word(p, "NOT"));
	return parse_expect(p, KW_NULL);
}

static enum sqlstate parse_column_identity(struct parser *p, struct ast_action *out)
{
	out->kind = ACTION_ADD_IDENTITY;
	TRY(parse_expect_word(p, "GENERATED"));
	out->column.identity = 'a';
	if (parse_accept_words(p, "BY", "DEFAULT"))
		out->column.identity = 'd';
	else
		TRY(parse_expect_word(p, "ALWAYS"));
	TRY(parse_expect(p, KW_AS));
	TRY(parse_expect_word(p, "IDENTITY"));
	out->column.sequence = ARENA_NEW(p->arena, struct ast_sequence_options);
	if (!parse_accept(p, '('))
		return OK;
	TRY(parse_sequence_options(p, out->column.sequence));
	return parse_expect(p, ')');
}

/* ALTER CONSTRAINT name [[NOT] DEFERRABLE] [INITIALLY ..]; VALIDATE CONSTRAINT name. */
static enum sqlstate parse_alter_key(
	struct parser *p, enum ast_action_kind kind, struct ast_action *out)
{
	out->kind = kind;
	parse_advance(p);
	TRY(parse_folded_name(p, "a constraint name", &out->name));
	if (kind == ACTION_VALIDATE)
		return OK;
	return parse_deferral(p, PARSE_PUSH(p, out->keys, out->key_count));
}

static enum sqlstate parse_alter_column(struct parser *p, struct ast_action *out)
{
	if (parse_word(p, "CONSTRAINT") && parse_is_any_name_token(parse_peek(p, 1)) &&
		!parse_sees_word(p, 1, "SET") && !parse_sees_word(p, 1, "TYPE"))
		return parse_alter_key(p, ACTION_ALTER_KEY, out);
	parse_accept_word(p, "COLUMN");
	TRY(parse_folded_name(p, "a column name", &out->name));
	if (parse_word(p, "RESTART") || (parse_word(p, "SET") && is_identity_word(p)))
		return parse_identity_set(p, out);
	if (parse_word(p, "RESET") && parse_sees(p, 1, '(')) {
		parse_advance(p);
		return parse_tuning(p, out);
	}
	if (parse_accept_word(p, "SET"))
		TRY(parse_column_set(p, out));
	else if (parse_accept_word(p, "DROP"))
		return parse_column_drop(p, out);
	else if (parse_accept_word(p, "ADD"))
		return parse_column_identity(p, out);
	else if (parse_accept_word(p, "TYPE")) {
		out->kind = ACTION_TYPE;
		TRY(parse_column_type(p, &out->column));
	} else
		return parse_fail(p, "TYPE, SET or DROP");
	if (out->kind != ACTION_TYPE)
		return OK;
	if (parse_accept_word(p, "COLLATE"))
		parse_advance(p);
	return parse_accept_word(p, "USING") ? parse_source_expr(p, &out->using) : OK;
}

static enum sqlstate parse_rename(struct parser *p, struct ast_action *out)
{
	out->kind = ACTION_RENAME;
	if (parse_accept_word(p, "TO"))
		return parse_folded_name(p, "a name", &out->to);
	out->kind = ACTION_RENAME_COLUMN;
	if (parse_word(p, "CONSTRAINT") && !parse_sees_word(p, 1, "TO")) {
		out->kind = ACTION_RENAME_CONSTRAINT;
		parse_advance(p);
	} else {
		parse_accept_word(p, "COLUMN");
	}
	TRY(parse_folded_name(p, "a name", &out->name));
	TRY(parse_expect_word(p, "TO"));
	return parse_folded_name(p, "a name", &out->to);
}

/* Tables are in public: another schema is 3F000, or not supported. */
enum sqlstate parse_set_schema(struct parser *p)
{
	struct ast_name schema;

	parse_advance(p);
	parse_advance(p);
	TRY(parse_folded_name(p, "a schema", &schema));
	if (str_equal(schema.text, STR("public")))
		return OK;
	return parse_unsupported(p, schema.at, "a schema besides \"public\" for tables");
}

static enum sqlstate parse_row_security(struct parser *p)
{
	TRY(parse_expect_word(p, "ROW"));
	TRY(parse_expect_word(p, "LEVEL"));
	return parse_expect_word(p, "SECURITY");
}

/* {ENABLE [ALWAYS | REPLICA] | DISABLE} TRIGGER {ALL | USER | name}: there are none but those that
   foreign keys are; DISABLE ROW LEVEL SECURITY: there is none. */
static enum sqlstate parse_switch(struct parser *p, struct ast_action *out)
{
	bool is_on = parse_word(p, "ENABLE");
	uint32_t at = p->token.at;

	parse_advance(p);
	if (is_on && !parse_accept_word(p, "ALWAYS"))
		parse_accept_word(p, "REPLICA");
	if (parse_word(p, "ROW") && !is_on)
		return parse_row_security(p);
	if (!parse_accept_word(p, "TRIGGER"))
		return parse_unsupported(p, at, "this form of ALTER TABLE");
	if (parse_accept_word(p, "USER"))
		return OK;
	if (parse_accept_word(p, "ALL")) {
		out->kind = is_on ? ACTION_TRIGGERS_ON : ACTION_TRIGGERS_OFF;
		return OK;
	}
	out->kind = ACTION_TRIGGER;
	return parse_folded_name(p, "a trigger", &out->name);
}

enum sqlstate parse_table_action(struct parser *p, struct ast_action *out)
{
	out->at = p->token.at;
	if (parse_accept_word(p, "ADD"))
		return parse_add(p, out);
	if (parse_accept_word(p, "DROP"))
		return parse_drop_part(p, out);
	if (parse_accept_word(p, "ALTER"))
		return parse_alter_column(p, out);
	if (parse_accept_word(p, "RENAME"))
		return parse_rename(p, out);
	if (parse_word(p, "VALIDATE") && parse_sees_word(p, 1, "CONSTRAINT")) {
		parse_advance(p);
		return parse_alter_key(p, ACTION_VALIDATE, out);
	}
	if (parse_word(p, "SET") && parse_sees_word(p, 1, "SCHEMA"))
		return parse_set_schema(p);
	if (parse_word(p, "ENABLE") || parse_word(p, "DISABLE"))
		return parse_switch(p, out);
	if (parse_accept_words(p, "CLUSTER", "ON")) {
		out->kind = ACTION_CLUSTER_ON;
		return parse_folded_name(p, "an index", &out->name);
	}
	if (parse_accept_words(p, "NO", "FORCE"))
		return parse_row_security(p);
	if (parse_accept_words(p, "OWNER", "TO")) {
		out->kind = ACTION_OWNER;
		return parse_any_name(p, "a role", &out->to);
	}
	if (parse_word(p, "REPLICA") ||
		((parse_word(p, "SET") || parse_word(p, "RESET")) &&
			(parse_sees(p, 1, '(') || parse_sees_word(p, 1, "TABLESPACE") ||
				parse_sees_word(p, 1, "LOGGED") ||
				parse_sees_word(p, 1, "UNLOGGED") ||
				parse_sees_word(p, 1, "WITHOUT")))) {
		parse_advance(p);
		return parse_ignored_action(p);
	}
	if (parse_word(p, "FORCE") || parse_word(p, "INHERIT") || parse_word(p, "ATTACH") ||
		parse_word(p, "DETACH"))
		return parse_unsupported(p, p->token.at, "this form of ALTER TABLE");
	return parse_fail(p, "an action");
}

enum sqlstate parse_alter_table(struct parser *p, struct ast_stmt *out)
{
	struct ast_alter_table *alter = ARENA_NEW(p->arena, struct ast_alter_table);

	out->kind = STMT_ALTER_TABLE;
	out->alter_table = alter;
	parse_advance(p);
	TRY(parse_if_there(p, &alter->if_exists));
	parse_accept_word(p, "ONLY");
	TRY(parse_table_name(p, "a table", &alter->name));
	parse_accept(p, '*');
	do {
		TRY(parse_table_action(p, PARSE_PUSH(p, alter->actions, alter->action_count)));
	} while (parse_accept(p, ','));
	return OK;
}

/* ALTER INDEX: another name; what is said about its storage means nothing here. */
enum sqlstate parse_alter_index(struct parser *p, struct ast_stmt *out)
{
	struct ast_alter_table *alter = ARENA_NEW(p->arena, struct ast_alter_table);
	struct ast_action *action;

	out->kind = STMT_ALTER_INDEX;
	out->alter_table = alter;
	parse_advance(p);
	TRY(parse_if_there(p, &alter->if_exists));
	TRY(parse_table_name(p, "an index", &alter->name));
	action = PARSE_PUSH(p, alter->actions, alter->action_count);
	action->at = p->token.at;
	if (parse_accept_words(p, "RENAME", "TO")) {
		action->kind = ACTION_RENAME;
		return parse_folded_name(p, "a name", &action->to);
	}
	if (!parse_word(p, "SET") && !parse_word(p, "RESET"))
		return parse_fail(p, "RENAME TO, SET or RESET");
	return parse_ignored_action(p);
}

/* ---- DROP and TRUNCATE ---- */

static enum sqlstate parse_table_names(struct parser *p, struct ast_names_statement *out)
{
	do {
		TRY(parse_table_name(p, "a name", PARSE_PUSH(p, out->names, out->count)));
		parse_accept(p, '*');
	} while (parse_accept(p, ','));
	return OK;
}

/* Behind DROP, at TABLE, VIEW, SEQUENCE, SCHEMA, PROPERTY GRAPH; false: another kind of thing. */
enum sqlstate parse_drop_table(struct parser *p, struct ast_stmt *out, bool *is_there)
{
	static const struct {
		const char *word;
		enum ast_stmt_kind kind;
	} kinds[] = {
		{ "TABLE", STMT_DROP_TABLE },
		{ "SEQUENCE", STMT_DROP_SEQUENCE },
		{ "VIEW", STMT_DROP_VIEW },
		{ "SCHEMA", STMT_DROP_SCHEMA },
		{ "PROPERTY", STMT_DROP_PROPERTY_GRAPH },
	};

	*is_there = true;
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		if (!parse_word(p, kinds[i].word))
			continue;
		parse_advance(p);
		out->kind = kinds[i].kind;
		if (out->kind == STMT_DROP_PROPERTY_GRAPH)
			TRY(parse_expect(p, KW_GRAPH));
		out->names = ARENA_NEW(p->arena, struct ast_names_statement);
		TRY(parse_if_there(p, &out->names->if_exists));
		TRY(parse_table_names(p, out->names));
		out->names->is_cascade = parse_cascade(p);
		return OK;
	}
	*is_there = false;
	return OK;
}

enum sqlstate parse_truncate(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_TRUNCATE;
	out->names = ARENA_NEW(p->arena, struct ast_names_statement);
	parse_advance(p);
	parse_accept_word(p, "TABLE");
	parse_accept_word(p, "ONLY");
	TRY(parse_table_names(p, out->names));
	if (parse_accept_words(p, "RESTART", "IDENTITY"))
		out->names->restarts_identity = true;
	else
		parse_accept_words(p, "CONTINUE", "IDENTITY");
	out->names->is_cascade = parse_cascade(p);
	return OK;
}

/* ---- sequences, comments, schemas ---- */

enum sqlstate parse_create_sequence(struct parser *p, bool is_temporary, struct ast_stmt *out)
{
	uint32_t at;

	out->kind = STMT_CREATE_SEQUENCE;
	out->sequence = ARENA_NEW(p->arena, struct ast_sequence);
	out->sequence->is_temporary = is_temporary;
	parse_advance(p);
	TRY(parse_if_not_there(p, &out->sequence->if_not_exists));
	at = p->token.at;
	TRY(parse_table_name(p, "a sequence", &out->sequence->name));
	TRY(parse_settle_temporary(p, at, &out->sequence->is_temporary, &out->sequence->name));
	return parse_sequence_options(p, &out->sequence->options);
}

enum sqlstate parse_alter_sequence(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_ALTER_SEQUENCE;
	out->sequence = ARENA_NEW(p->arena, struct ast_sequence);
	parse_advance(p);
	TRY(parse_if_there(p, &out->sequence->if_exists));
	TRY(parse_table_name(p, "a sequence", &out->sequence->name));
	if (parse_accept_words(p, "RENAME", "TO"))
		return parse_folded_name(p, "a name", &out->sequence->rename_to);
	if (parse_accept_words(p, "OWNER", "TO"))
		return parse_any_name(p, "a role", &out->sequence->owner);
	return parse_sequence_options(p, &out->sequence->options);
}

static enum sqlstate parse_comment_target(struct parser *p, struct ast_comment *out)
{
	TRY(parse_folded_name(p, "a name", &out->name));
	while (parse_accept(p, '.')) {
		out->table = out->name;
		TRY(parse_folded_name(p, "a name", &out->name));
	}
	if (parse_accept(p, '('))
		return parse_unsupported(p, p->token.at, "COMMENT ON FUNCTION");
	if (parse_accept_word(p, "ON"))
		return parse_table_name(p, "a table", &out->table);
	return OK;
}

enum sqlstate parse_comment(struct parser *p, struct ast_stmt *out)
{
	struct ast_comment *comment = ARENA_NEW(p->arena, struct ast_comment);
	static const char *const words[] = { "TABLE", "COLUMN", "INDEX", "CONSTRAINT", "SEQUENCE",
		"VIEW", "DATABASE", "SCHEMA", "EXTENSION", "ROLE", "PROPERTY" };

	out->kind = STMT_COMMENT;
	out->comment = comment;
	parse_advance(p);
	TRY(parse_expect(p, KW_ON));
	for (size_t i = 0; i < ARRAY_COUNT(words) && comment->what.length == 0; i++) {
		if (!parse_word(p, words[i]))
			continue;
		comment->what = str_of(words[i]);
		parse_advance(p);
	}
	if (str_equal(comment->what, STR("PROPERTY")))
		TRY(parse_expect(p, KW_GRAPH));
	if (comment->what.length == 0)
		return parse_unsupported(p, p->token.at, "COMMENT ON this kind of object");
	TRY(parse_comment_target(p, comment));
	TRY(parse_expect(p, KW_IS));
	if (parse_accept(p, KW_NULL)) {
		comment->is_null = true;
		return OK;
	}
	return parse_string(p, &comment->text);
}

/* CREATE and DROP EXTENSION: plpgsql is there, as PostgreSQL's catalogs have it, and no other. */
enum sqlstate parse_extension(struct parser *p, enum ast_stmt_kind kind, struct ast_stmt *out)
{
	uint32_t at = p->token.at;
	struct ast_name ignored;

	out->kind = kind;
	parse_advance(p);
	out->names = ARENA_NEW(p->arena, struct ast_names_statement);
	if (kind == STMT_CREATE_EXTENSION)
		TRY(parse_if_not_there(p, &out->names->if_exists));
	else
		TRY(parse_if_there(p, &out->names->if_exists));
	do {
		TRY(parse_folded_name(
			p, "an extension", PARSE_PUSH(p, out->names->names, out->names->count)));
	} while (kind == STMT_DROP_EXTENSION && parse_accept(p, ','));
	if (kind == STMT_DROP_EXTENSION) {
		out->names->is_cascade = parse_cascade(p);
		return OK;
	}
	if (!str_equal(out->names->names[0].text, STR("plpgsql")))
		return parse_unsupported(p, at, "this form of CREATE");
	parse_accept(p, KW_WITH);
	if (parse_accept_word(p, "SCHEMA"))
		TRY(parse_folded_name(p, "a schema", &ignored));
	if (parse_accept_word(p, "VERSION") && !parse_accept(p, TOKEN_STRING))
		TRY(parse_folded_name(p, "a version", &ignored));
	out->names->is_cascade = parse_cascade(p);
	return OK;
}

enum sqlstate parse_create_schema(struct parser *p, struct ast_stmt *out)
{
	out->kind = STMT_CREATE_SCHEMA;
	parse_advance(p);
	out->names = ARENA_NEW(p->arena, struct ast_names_statement);
	TRY(parse_if_not_there(p, &out->names->if_exists));
	TRY(parse_folded_name(p, "a schema", PARSE_PUSH(p, out->names->names, out->names->count)));
	if (parse_accept_word(p, "AUTHORIZATION")) {
		struct ast_name ignored;

		return parse_any_name(p, "a role", &ignored);
	}
	return OK;
}
