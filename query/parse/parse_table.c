/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * CREATE TABLE: columns, constraints and what else PostgreSQL's clients write there. Storage
 * parameters, table spaces and access methods are accepted and say nothing.
 */
#include "query/parse/parse_table.h"

#include "base/check.h"

/* ---- words and names ---- */

bool parse_sees_word(struct parser *p, uint32_t n, const char *word)
{
	const struct token *t = parse_peek(p, n);
	struct str text = { p->lexer.text + t->at, t->length };

	if (t->kind != TOKEN_NAME && t->kind < TOKEN_KEYWORD)
		return false;
	return str_equal_nocase(text, str_of(word));
}

bool parse_accept_word(struct parser *p, const char *word)
{
	if (!parse_word(p, word)) {
		if (p->is_noting)
			parse_note(p, word);
		return false;
	}
	parse_advance(p);
	return true;
}

bool parse_accept_words(struct parser *p, const char *first, const char *second)
{
	if (!parse_word(p, first) || !parse_sees_word(p, 1, second))
		return false;
	parse_advance(p);
	parse_advance(p);
	return true;
}

enum sqlstate parse_expect_word(struct parser *p, const char *word)
{
	return parse_accept_word(p, word) ? OK : parse_fail(p, NULL);
}

static void fold(struct parser *p, struct ast_name *name)
{
	char first = p->lexer.text[name->at];
	char *folded;

	if (first == '"' || first == '`')
		return;
	folded = arena_alloc_raw(p->arena, name->text.length + 1);
	for (uint32_t i = 0; i < name->text.length; i++) {
		char c = name->text.at[i];

		folded[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	name->text.at = folded;
}

enum sqlstate parse_folded_name(struct parser *p, const char *label, struct ast_name *out)
{
	TRY(parse_any_name(p, label, out));
	fold(p, out);
	return OK;
}

enum sqlstate parse_schema_table_name(
	struct parser *p, const char *label, struct ast_name *schema, struct ast_name *out)
{
	TRY(parse_any_name(p, label, out));
	if (!parse_is(p, '.')) {
		fold(p, out);
		return OK;
	}
	parse_advance(p);
	*schema = *out;
	return parse_folded_name(p, label, out);
}

/* A schema is a graph, and what SQL defines is in main. */
enum sqlstate parse_table_name(struct parser *p, const char *label, struct ast_name *out)
{
	struct ast_name schema = { 0 };

	TRY(parse_schema_table_name(p, label, &schema, out));
	if (schema.text.length == 0)
		return OK;
	fold(p, &schema);
	if (str_equal(schema.text, STR("public")) || str_equal(schema.text, STR("main")))
		return OK;
	(void)PARSE_ERROR(p, schema.at, E_NO_GRAPH,
		"there is no schema \"%.*s\" for tables, sequences and views",
		STR_ARGS(schema.text));
	error_hint(p->error,
		"They are in schema public. A label of another graph, which SQL can fill, is made by "
		"SESSION SET GRAPH and CREATE NODE LABEL.");
	return E_NO_GRAPH;
}

enum sqlstate parse_column_names(struct parser *p, struct ast_name **out, uint32_t *count)
{
	TRY(parse_expect(p, '('));
	do {
		TRY(parse_folded_name(p, "a column name", PARSE_PUSH(p, *out, *count)));
	} while (parse_accept(p, ','));
	return parse_expect(p, ')');
}

enum sqlstate parse_source(struct parser *p,
	enum sqlstate (*parse)(struct parser *p, struct ast_expr **out), struct ast_source *out)
{
	out->at = p->token.at;
	TRY(parse(p, &out->expr));
	out->text = (struct str){ p->lexer.text + out->at, p->end - out->at };
	return OK;
}

enum sqlstate parse_source_expr(struct parser *p, struct ast_source *out)
{
	out->at = p->token.at;
	TRY(parse_expr_until(p, KW_IN, &out->expr));
	out->text = (struct str){ p->lexer.text + out->at, p->end - out->at };
	return OK;
}

enum sqlstate parse_if_not_there(struct parser *p, bool *out)
{
	if (!parse_word(p, "IF") || !parse_sees(p, 1, KW_NOT))
		return OK;
	parse_advance(p);
	parse_advance(p);
	*out = true;
	return parse_expect(p, KW_EXISTS);
}

enum sqlstate parse_if_there(struct parser *p, bool *out)
{
	if (!parse_word(p, "IF") || !parse_sees(p, 1, KW_EXISTS))
		return OK;
	parse_advance(p);
	parse_advance(p);
	*out = true;
	return OK;
}

bool parse_cascade(struct parser *p)
{
	if (parse_accept(p, KW_CASCADE))
		return true;
	parse_accept(p, KW_RESTRICT);
	return false;
}

/* ---- sequences ---- */

static enum sqlstate parse_number(struct parser *p, int64_t *out)
{
	bool is_negative = parse_accept(p, '-');
	uint64_t value = 0;

	if (!is_negative)
		parse_accept(p, '+');
	if (!parse_is(p, TOKEN_INTEGER))
		return parse_fail(p, "a number");
	TRY(parse_lexed(p, lex_integer(&p->lexer, &p->token, &value, p->error)));
	if (value > (uint64_t)INT64_MAX + is_negative)
		return PARSE_ERROR(p, p->token.at, E_OUT_OF_RANGE, "bigint out of range");
	parse_advance(p);
	*out = is_negative ? (int64_t)(0 - value) : (int64_t)value;
	return OK;
}

static enum sqlstate parse_owned_by(struct parser *p, struct ast_sequence_options *out)
{
	TRY(parse_expect(p, KW_BY));
	if (parse_accept_word(p, "NONE")) {
		out->owned_by_none = true;
		return OK;
	}
	TRY(parse_folded_name(p, "a table", &out->owned_by_table));
	TRY(parse_expect(p, '.'));
	TRY(parse_folded_name(p, "a column", &out->owned_by_column));
	if (!parse_accept(p, '.'))
		return OK;
	out->owned_by_table = out->owned_by_column;
	return parse_folded_name(p, "a column", &out->owned_by_column);
}

static enum sqlstate parse_sequence_no(struct parser *p, struct ast_sequence_options *out)
{
	if (parse_accept_word(p, "MINVALUE"))
		out->no_min = out->has_min = true;
	else if (parse_accept_word(p, "MAXVALUE"))
		out->no_max = out->has_max = true;
	else if (parse_accept_word(p, "CYCLE"))
		out->has_cycle = true;
	else
		return parse_fail(p, NULL);
	return OK;
}

static enum sqlstate parse_sequence_restart(struct parser *p, struct ast_sequence_options *out)
{
	out->has_restart = true;
	if (!parse_accept(p, KW_WITH) && !parse_is(p, TOKEN_INTEGER) && !parse_is(p, '-'))
		return OK;
	out->has_restart_value = true;
	return parse_number(p, &out->restart);
}

static enum sqlstate parse_sequence_option(
	struct parser *p, struct ast_sequence_options *out, bool *is_there)
{
	int64_t ignored;

	if (parse_accept(p, KW_AS)) {
		struct ast_column column = { 0 };

		TRY(parse_column_type(p, &column));
		out->type_text = column.type.text;
	} else if (parse_accept_word(p, "START")) {
		parse_accept(p, KW_WITH);
		out->has_start = true;
		return parse_number(p, &out->start);
	} else if (parse_accept_word(p, "INCREMENT")) {
		parse_accept(p, KW_BY);
		out->has_increment = true;
		return parse_number(p, &out->increment);
	} else if (parse_accept_word(p, "MINVALUE")) {
		out->has_min = true;
		return parse_number(p, &out->min);
	} else if (parse_accept_word(p, "MAXVALUE")) {
		out->has_max = true;
		return parse_number(p, &out->max);
	} else if (parse_accept_word(p, "CACHE")) {
		return parse_number(p, &ignored);
	} else if (parse_accept_word(p, "CYCLE")) {
		out->has_cycle = out->is_cycle = true;
	} else if (parse_accept_word(p, "RESTART")) {
		return parse_sequence_restart(p, out);
	} else if (parse_accept_word(p, "OWNED")) {
		return parse_owned_by(p, out);
	} else if (parse_accept_words(p, "SEQUENCE", "NAME")) {
		return parse_table_name(p, "a sequence", &out->name);
	} else if (parse_accept_word(p, "NO")) {
		return parse_sequence_no(p, out);
	} else {
		*is_there = false;
	}
	return OK;
}

enum sqlstate parse_sequence_options(struct parser *p, struct ast_sequence_options *out)
{
	bool is_there = true;

	out->at = p->token.at;
	while (is_there)
		TRY(parse_sequence_option(p, out, &is_there));
	return OK;
}

/* ---- constraints ---- */

static enum sqlstate parse_reaction(struct parser *p, char *out)
{
	if (parse_accept_words(p, "NO", "ACTION"))
		*out = 'a';
	else if (parse_accept(p, KW_RESTRICT))
		*out = 'r';
	else if (parse_accept(p, KW_CASCADE))
		*out = 'c';
	else if (parse_accept_words(p, "SET", "NULL"))
		*out = 'n';
	else if (parse_accept_words(p, "SET", "DEFAULT"))
		*out = 'd';
	else
		return parse_fail(p, "an action");
	return OK;
}

/* [NOT] DEFERRABLE, INITIALLY ..; NOT VALID and NO INHERIT say nothing here. */
enum sqlstate parse_deferral(struct parser *p, struct ast_key *out)
{
	for (;;) {
		if (parse_accept_words(p, "NOT", "DEFERRABLE") ||
			parse_accept_words(p, "NOT", "VALID") ||
			parse_accept_words(p, "NO", "INHERIT") ||
			parse_accept_words(p, "INITIALLY", "IMMEDIATE"))
			continue;
		if (parse_accept_words(p, "INITIALLY", "DEFERRED"))
			out->is_deferrable = out->is_deferred = true;
		else if (parse_accept_word(p, "DEFERRABLE"))
			out->is_deferrable = true;
		else
			return OK;
	}
}

/* Behind REFERENCES. */
static enum sqlstate parse_references(struct parser *p, struct ast_key *out)
{
	out->kind = AST_KEY_FOREIGN;
	out->on_update = out->on_delete = 'a';
	TRY(parse_table_name(p, "a table", &out->table));
	if (p->token.kind == '(')
		TRY(parse_column_names(p, &out->targets, &out->target_count));
	if (parse_accept(p, KW_MATCH)) {
		if (parse_word(p, "FULL") || parse_word(p, "PARTIAL"))
			return parse_unsupported(p, p->token.at, "MATCH FULL and MATCH PARTIAL");
		TRY(parse_expect_word(p, "SIMPLE"));
	}
	while (parse_word(p, "ON")) {
		parse_advance(p);
		if (parse_accept_word(p, "DELETE"))
			TRY(parse_reaction(p, &out->on_delete));
		else if (parse_accept_word(p, "UPDATE"))
			TRY(parse_reaction(p, &out->on_update));
		else
			return parse_fail(p, "DELETE or UPDATE");
	}
	return OK;
}

/* '(' expr ')'; the text is what stands inside. */
static enum sqlstate parse_inner_expr(struct parser *p, struct ast_source *out)
{
	TRY(parse_expect(p, '('));
	TRY(parse_source(p, parse_expr, out));
	return parse_expect(p, ')');
}

static enum sqlstate parse_check(struct parser *p, struct ast_key *out)
{
	out->kind = AST_KEY_CHECK;
	return parse_inner_expr(p, &out->check);
}

/* WITH (fillfactor = 70) USING INDEX TABLESPACE x, behind an index or a table. */
enum sqlstate parse_storage_noise(struct parser *p)
{
	uint32_t depth = 0;

	if (p->token.kind == KW_WITH && parse_sees(p, 1, '(')) {
		parse_advance(p);
		do {
			depth += p->token.kind == '(';
			depth -= p->token.kind == ')';
			if (parse_is_over(p))
				return parse_fail(p, NULL);
			parse_advance(p);
		} while (depth > 0);
	}
	if (parse_word(p, "USING") && parse_sees_word(p, 1, "INDEX") &&
		parse_sees_word(p, 2, "TABLESPACE")) {
		parse_advance(p);
		parse_advance(p);
	}
	if (parse_accept_word(p, "TABLESPACE")) {
		struct ast_name ignored;

		return parse_any_name(p, "a table space", &ignored);
	}
	return OK;
}

bool parse_is_table_key(struct parser *p)
{
	if (parse_word(p, "CONSTRAINT"))
		return parse_is_any_name_token(parse_peek(p, 1));
	if (parse_word(p, "PRIMARY") || parse_word(p, "FOREIGN"))
		return parse_sees_word(p, 1, "KEY");
	if (parse_word(p, "EXCLUDE"))
		return parse_sees(p, 1, '(') || parse_sees_word(p, 1, "USING");
	return (parse_word(p, "UNIQUE") || parse_word(p, "CHECK")) &&
	       (parse_sees(p, 1, '(') || parse_sees_word(p, 1, "USING") ||
		       parse_sees_word(p, 1, "NULLS"));
}

static enum sqlstate parse_key_columns(struct parser *p, struct ast_key *out)
{
	struct ast_name *ignored = NULL;
	uint32_t count = 0;

	if (parse_word(p, "USING") && parse_sees_word(p, 1, "INDEX") &&
		!parse_sees_word(p, 2, "TABLESPACE")) {
		parse_advance(p);
		parse_advance(p);
		return parse_folded_name(p, "an index", &out->index);
	}
	if (parse_accept_words(p, "NULLS", "NOT"))
		return parse_unsupported(p, p->token.at, "UNIQUE NULLS NOT DISTINCT");
	TRY(parse_column_names(p, &out->columns, &out->column_count));
	if (parse_accept_word(p, "INCLUDE"))
		TRY(parse_column_names(p, &ignored, &count));
	return parse_storage_noise(p);
}

enum sqlstate parse_table_key(struct parser *p, struct ast_key *out)
{
	out->at = p->token.at;
	if (parse_accept_word(p, "CONSTRAINT"))
		TRY(parse_folded_name(p, "a constraint name", &out->name));
	if (parse_accept_words(p, "PRIMARY", "KEY")) {
		out->kind = AST_KEY_PRIMARY;
		TRY(parse_key_columns(p, out));
	} else if (parse_accept_word(p, "UNIQUE")) {
		out->kind = AST_KEY_UNIQUE;
		TRY(parse_key_columns(p, out));
	} else if (parse_accept_word(p, "CHECK")) {
		TRY(parse_check(p, out));
	} else if (parse_accept_words(p, "FOREIGN", "KEY")) {
		TRY(parse_column_names(p, &out->columns, &out->column_count));
		TRY(parse_expect_word(p, "REFERENCES"));
		TRY(parse_references(p, out));
	} else if (parse_word(p, "EXCLUDE")) {
		return parse_unsupported(p, p->token.at, "EXCLUDE");
	} else {
		return parse_fail(p, "a constraint");
	}
	return parse_deferral(p, out);
}

/* ---- columns ---- */

enum sqlstate parse_column_type(struct parser *p, struct ast_column *out)
{
	struct ast_type *type;

	out->type.at = p->token.at;
	TRY(parse_type(p, &type));
	out->type.text = (struct str){ p->lexer.text + type->at, p->end - type->at };
	out->is_not_null = type->is_not_null;
	return OK;
}

static enum sqlstate parse_generated(struct parser *p, uint32_t at, struct ast_column *out)
{
	bool is_default = parse_accept_words(p, "BY", "DEFAULT");

	if (!is_default)
		TRY(parse_expect_word(p, "ALWAYS"));
	TRY(parse_expect(p, KW_AS));
	if (p->token.kind == '(' && !is_default) {
		TRY(parse_inner_expr(p, &out->generated));
		out->generated.at = at;
		return parse_expect_word(p, "STORED");
	}
	TRY(parse_expect_word(p, "IDENTITY"));
	out->identity = is_default ? 'd' : 'a';
	out->sequence = ARENA_NEW(p->arena, struct ast_sequence_options);
	if (!parse_accept(p, '('))
		return OK;
	TRY(parse_sequence_options(p, out->sequence));
	return parse_expect(p, ')');
}

/* What one column alone may say; *key is NULL where it is no key. */
static enum sqlstate parse_column_option(
	struct parser *p, struct ast_column *out, struct ast_key *key, bool *is_key, bool *is_there)
{
	struct ast_name ignored;
	uint32_t at = p->token.at;

	if (parse_word(p, "NOT") && parse_sees(p, 1, KW_NULL)) {
		parse_advance(p);
		parse_advance(p);
		out->is_not_null = true;
	} else if (parse_accept(p, KW_NULL)) {
		;
	} else if (parse_accept_word(p, "DEFAULT")) {
		return parse_source_expr(p, &out->default_value);
	} else if (parse_accept_word(p, "GENERATED")) {
		return parse_generated(p, at, out);
	} else if (parse_accept_word(p, "COLLATE")) {
		TRY(parse_any_name(p, "a collation", &ignored));
		return parse_accept(p, '.') ? parse_any_name(p, "a collation", &ignored) : OK;
	} else if (parse_accept_word(p, "COMPRESSION") || parse_accept_word(p, "STORAGE")) {
		return parse_any_name(p, "a method", &ignored);
	} else if (parse_accept_words(p, "PRIMARY", "KEY")) {
		key->kind = AST_KEY_PRIMARY;
		*is_key = true;
		return parse_storage_noise(p);
	} else if (parse_accept_word(p, "UNIQUE")) {
		key->kind = AST_KEY_UNIQUE;
		*is_key = true;
		return parse_storage_noise(p);
	} else if (parse_accept_word(p, "CHECK")) {
		*is_key = true;
		return parse_check(p, key);
	} else if (parse_accept_word(p, "REFERENCES")) {
		*is_key = true;
		return parse_references(p, key);
	} else {
		*is_there = false;
	}
	return OK;
}

enum sqlstate parse_column(
	struct parser *p, struct ast_column *out, struct ast_key **keys, uint32_t *key_count)
{
	bool is_there = true;

	TRY(parse_folded_name(p, "a column name", &out->name));
	TRY(parse_column_type(p, out));
	while (is_there) {
		struct ast_key key = { .at = p->token.at, .is_column = true };
		bool is_key = false;

		if (parse_accept_word(p, "CONSTRAINT"))
			TRY(parse_folded_name(p, "a constraint name", &key.name));
		TRY(parse_column_option(p, out, &key, &is_key, &is_there));
		if (!is_key)
			continue;
		TRY(parse_deferral(p, &key));
		*PARSE_PUSH(p, key.columns, key.column_count) = out->name;
		*PARSE_PUSH(p, *keys, *key_count) = key;
	}
	return OK;
}

/* ---- tables ---- */

static enum sqlstate parse_table_body(struct parser *p, struct ast_table *out)
{
	TRY(parse_expect(p, '('));
	if (parse_accept(p, ')'))
		return OK;
	do {
		if (parse_word(p, "LIKE") && parse_is_any_name_token(parse_peek(p, 1)))
			TRY(parse_table_like(p, out));
		else if (parse_is_table_key(p))
			TRY(parse_table_key(p, PARSE_PUSH(p, out->keys, out->key_count)));
		else
			TRY(parse_column(p, PARSE_PUSH(p, out->columns, out->column_count),
				&out->keys, &out->key_count));
	} while (parse_accept(p, ','));
	return parse_expect(p, ')');
}

static enum sqlstate parse_table_noise(struct parser *p)
{
	struct ast_name ignored;

	if (parse_word(p, "INHERITS"))
		return parse_unsupported(p, p->token.at, "INHERITS");
	if (parse_word(p, "PARTITION"))
		return parse_unsupported(p, p->token.at, "a partitioned table");
	if (parse_accept_word(p, "USING"))
		TRY(parse_any_name(p, "an access method", &ignored));
	if (parse_accept_words(p, "WITHOUT", "OIDS"))
		return OK;
	TRY(parse_storage_noise(p));
	if (parse_word(p, "ON") && parse_sees_word(p, 1, "COMMIT"))
		return parse_unsupported(p, p->token.at, "ON COMMIT");
	return parse_storage_noise(p);
}

/* '(' name {',' name} ')': the columns of CREATE TABLE AS. */
static enum sqlstate parse_bare_columns(struct parser *p, struct ast_table *out)
{
	struct ast_name *names = NULL;
	uint32_t count = 0;

	TRY(parse_column_names(p, &names, &count));
	for (uint32_t i = 0; i < count; i++)
		PARSE_PUSH(p, out->columns, out->column_count)->name = names[i];
	return OK;
}

enum sqlstate parse_create_table(struct parser *p, bool is_temporary, struct ast_stmt *out)
{
	struct ast_table *table = ARENA_NEW(p->arena, struct ast_table);
	bool is_typed;

	out->kind = STMT_CREATE_TABLE;
	out->table = table;
	table->is_temporary = is_temporary;
	if (is_temporary)
		return parse_unsupported(p, p->token.at, "a temporary table");
	TRY(parse_expect(p, KW_TABLE));
	TRY(parse_if_not_there(p, &table->if_not_exists));
	TRY(parse_table_name(p, "a table", &table->name));
	if (parse_word(p, "PARTITION") || parse_word(p, "OF"))
		return parse_unsupported(p, p->token.at, "a partitioned table");
	is_typed = !parse_is_column_list(p) && parse_is(p, '(');
	if (is_typed)
		TRY(parse_table_body(p, table));
	else if (p->token.kind == '(')
		TRY(parse_bare_columns(p, table));
	TRY(parse_table_noise(p));
	return is_typed ? OK : parse_table_as(p, table);
}
