/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The parser's trunk: the whole text into statements, the token cursor, names and lists.
 *
 *	script    = { [ statement ] ';' } [ statement ]
 *
 * It refuses what is too long, what is not UTF-8, and what is nested too deeply, before any of it
 * can cost more than its own length. See parser.h for how errors get their expected sets.
 */
#include "query/parse/parse.h"

#include "base/check.h"
#include "base/stack.h"
#include "base/utf8.h"
#include "query/parse/parser.h"

/* ---- tokens ---- */

void parse_advance(struct parser *p)
{
	assert(p->token.kind != TOKEN_END);
	p->end = p->token.at + p->token.length;
	if (p->ahead_count == 0) {
		p->token = lex_next(&p->lexer, p->error);
		return;
	}
	p->token = p->ahead[0];
	p->ahead_count--;
	for (uint32_t i = 0; i < p->ahead_count; i++)
		p->ahead[i] = p->ahead[i + 1];
}

const struct token *parse_peek(struct parser *p, uint32_t n)
{
	assert(n <= PARSE_AHEAD_MAX);
	if (n == 0)
		return &p->token;
	while (p->ahead_count < n) {
		const struct token *last =
			p->ahead_count == 0 ? &p->token : &p->ahead[p->ahead_count - 1];

		/* Reading on behind the end or a bad token would only repeat it. */
		if (last->kind == TOKEN_END || last->kind == TOKEN_BAD)
			return last;
		p->ahead[p->ahead_count] = lex_next(&p->lexer, p->error);
		p->ahead_count++;
	}
	return &p->ahead[n - 1];
}

bool parse_sees_adjacent(struct parser *p, uint32_t n, uint16_t kind)
{
	const struct token *t = parse_peek(p, n);

	return t->kind == kind && t->is_adjacent;
}

bool parse_accept_pair(struct parser *p, uint16_t first, uint16_t second)
{
	if (!parse_is(p, first) || !parse_sees(p, 1, second))
		return false;
	parse_advance(p);
	parse_advance(p);
	return true;
}

enum sqlstate parse_expect(struct parser *p, uint16_t kind)
{
	if (parse_accept(p, kind))
		return OK;
	return parse_fail(p, NULL);
}

void parse_note(struct parser *p, const char *label)
{
	if (!p->is_noting)
		return;
	if (p->notes_at != p->token.at) {
		p->notes_at = p->token.at;
		p->note_count = 0;
	}
	for (uint32_t i = 0; i < p->note_count; i++) {
		if (strcmp(p->notes[i], label) == 0)
			return;
	}
	if (p->note_count < PARSE_NOTES_MAX)
		p->notes[p->note_count++] = label;
}

void parse_note_kind(struct parser *p, uint16_t kind)
{
	static const char *const characters[128] = {
		['('] = "\"(\"",
		[')'] = "\")\"",
		['['] = "\"[\"",
		[']'] = "\"]\"",
		['{'] = "\"{\"",
		['}'] = "\"}\"",
		[','] = "\",\"",
		[':'] = "\":\"",
		['='] = "\"=\"",
		['|'] = "\"|\"",
		['-'] = "\"-\"",
		['>'] = "\">\"",
		['<'] = "\"<\"",
		['*'] = "\"*\"",
		['.'] = "\".\"",
		['+'] = "\"+\"",
		['?'] = "\"?\"",
		['%'] = "\"%\"",
		['&'] = "\"&\"",
		['!'] = "\"!\"",
		[';'] = "\";\"",
	};
	const char *keyword = lex_keyword_text(kind);

	if (keyword != NULL)
		parse_note(p, keyword);
	else if (kind < ARRAY_COUNT(characters) && characters[kind] != NULL)
		parse_note(p, characters[kind]);
	else if (kind == TOKEN_STRING)
		parse_note(p, "a string");
	else if (kind == TOKEN_INTEGER)
		parse_note(p, "an integer");
	else if (kind == TOKEN_DOTS)
		parse_note(p, "\"..\"");
}

enum sqlstate parse_fail(struct parser *p, const char *label)
{
	if (label != NULL)
		parse_note(p, label);
	if (p->token.kind == TOKEN_BAD) {
		p->is_pass_over = true;
		return p->error->code;
	}
	return E_SYNTAX;
}

enum sqlstate parse_failed_at(struct parser *p, uint32_t at, enum sqlstate code)
{
	p->is_pass_over = true;
	p->error->byte_offset = (int)at;
	return code;
}

enum sqlstate parse_unsupported(struct parser *p, uint32_t at, const char *feature)
{
	PARSE_ERROR(p, at, E_NOT_SUPPORTED, "%s is not supported", feature);
	parse_hint_feature(feature, p->error);
	return E_NOT_SUPPORTED;
}

enum sqlstate parse_enter(struct parser *p)
{
	if (LIKELY(p->depth < p->depth_max)) {
		TRY(stack_check(p->error));
		p->depth++;
		return OK;
	}
	PARSE_ERROR(p, p->token.at, E_TOO_COMPLEX, "statement too complex");
	error_detail(p->error, "It is nested deeper than %u levels.", p->depth_max);
	return E_TOO_COMPLEX;
}

/* ---- names and lists ---- */

bool parse_is_name_token(const struct token *t)
{
	return t->kind == TOKEN_NAME || t->kind == TOKEN_QUOTED ||
	       (t->kind >= TOKEN_KEYWORD && !t->is_reserved);
}

bool parse_is_any_name_token(const struct token *t)
{
	return t->kind == TOKEN_NAME || t->kind == TOKEN_QUOTED || t->kind >= TOKEN_KEYWORD;
}

static enum sqlstate take_name(struct parser *p, struct ast_name *out)
{
	out->at = p->token.at;
	out->length = p->token.length;
	TRY(parse_lexed(p, lex_text(&p->lexer, p->arena, &p->token, &out->text, p->error)));
	if (UNLIKELY(out->text.length == 0))
		return PARSE_ERROR(p, p->token.at, E_SYNTAX, "zero-length delimited identifier");
	parse_advance(p);
	return OK;
}

enum sqlstate parse_name(struct parser *p, const char *label, struct ast_name *out)
{
	if (!parse_is_name_token(&p->token))
		return parse_fail(p, label);
	return take_name(p, out);
}

enum sqlstate parse_any_name(struct parser *p, const char *label, struct ast_name *out)
{
	if (!parse_is_any_name_token(&p->token))
		return parse_fail(p, label);
	return take_name(p, out);
}

enum sqlstate parse_qname(struct parser *p, const char *label, struct ast_qname *out)
{
	struct ast_name part = { 0 };

	out->at = p->token.at;
	TRY(parse_name(p, label, &part));
	out->name = part.text;
	while (parse_accept(p, '.')) {
		if (out->qualifier.length == 0)
			out->qualifier = out->name;
		else
			out->qualifier = arena_printf(p->arena, "%.*s.%.*s",
				STR_ARGS(out->qualifier), STR_ARGS(out->name));
		TRY(parse_any_name(p, "a name", &part));
		out->name = part.text;
	}
	out->length = p->end - out->at;
	return OK;
}

enum sqlstate parse_string(struct parser *p, struct str *out)
{
	if (!parse_is(p, TOKEN_STRING))
		return parse_fail(p, NULL);
	TRY(parse_lexed(p, lex_text(&p->lexer, p->arena, &p->token, out, p->error)));
	parse_advance(p);
	return OK;
}

enum sqlstate parse_uint(struct parser *p, uint32_t *out)
{
	uint64_t value = 0;

	if (!parse_is(p, TOKEN_INTEGER))
		return parse_fail(p, NULL);
	TRY(parse_lexed(p, lex_integer(&p->lexer, &p->token, &value, p->error)));
	if (value >= UINT32_MAX)
		return PARSE_ERROR(p, p->token.at, E_OUT_OF_RANGE, "integer out of range");
	*out = (uint32_t)value;
	parse_advance(p);
	return OK;
}

enum sqlstate parse_name_list(
	struct parser *p, const char *label, struct ast_name **out, uint32_t *count)
{
	struct ast_name *names = NULL;
	uint32_t n = 0;

	TRY(parse_expect(p, '('));
	do {
		TRY(parse_name(p, label, PARSE_PUSH(p, names, n)));
	} while (parse_accept(p, ','));
	*out = names;
	*count = n;
	return parse_expect(p, ')');
}

void *parse_grow(struct parser *p, void *items, uint32_t count, size_t size)
{
	enum { FIRST_COUNT = 2 };
	size_t capacity = count == 0 ? FIRST_COUNT : (size_t)count * 2;
	char *grown;

	if (count != 0 && (count < FIRST_COUNT || (count & (count - 1)) != 0))
		return items;
	grown = arena_grow(p->arena, items, count * size, capacity * size);
	memset(grown + count * size, 0, (capacity - count) * size);
	return grown;
}

/* ---- the script ---- */

static void open_parser(struct parser *p, struct arena *a, struct str text,
	const struct parse_options *options, struct error *e)
{
	*p = (struct parser){ .arena = a, .error = e };
	p->depth_max = options->depth_max != 0 ? options->depth_max : PARSE_DEPTH_DEFAULT;
	lex_open(&p->lexer, text);
	p->lexer.backslash_escapes = options->backslash_escapes;
	p->lexer.empty_names = options->double_quoted_strings;
}

static enum sqlstate parse_all(struct parser *p, struct ast_script *out)
{
	p->token = lex_next(&p->lexer, p->error);
	for (;;) {
		while (p->token.kind == ';')
			parse_advance(p);
		if (p->token.kind == TOKEN_END)
			return OK;
		p->statement_at = p->token.at;
		TRY(parse_statement(p, PARSE_PUSH(p, out->statements, out->count)));
		if (p->token.kind != ';' && p->token.kind != TOKEN_END) {
			parse_note(p, "\";\"");
			return parse_fail(p, "end of input");
		}
		if (arena_is_spent(p->arena))
			return PARSE_ERROR(p, p->token.at, E_OUT_OF_MEMORY, "out of memory");
	}
}

static enum sqlstate check_text(
	struct str text, const struct parse_options *options, struct error *e)
{
	uint32_t bytes_max =
		options->text_bytes_max != 0 ? options->text_bytes_max : PARSE_TEXT_BYTES_MAX;
	uint32_t valid;
	const char *nul;

	if (text.length > bytes_max) {
		FAIL(e, E_PROGRAM_LIMIT, "query text is too long");
		error_detail(e, "It has %u bytes, the limit is %u.", text.length, bytes_max);
		return E_PROGRAM_LIMIT;
	}
	nul = text.length == 0 ? NULL : memchr(text.at, '\0', text.length);
	valid = utf8_valid_length(text);
	if (nul != NULL && nul - text.at < (ptrdiff_t)valid)
		valid = (uint32_t)(nul - text.at);
	if (valid == text.length)
		return OK;
	FAIL(e, E_NOT_IN_REPERTOIRE, "invalid byte sequence for encoding \"UTF8\": 0x%02x",
		(unsigned)(uint8_t)text.at[valid]);
	e->byte_offset = (int)valid;
	return E_NOT_IN_REPERTOIRE;
}

enum sqlstate parse_script(struct arena *a, struct str text, const struct parse_options *options,
	struct ast_script *out, struct error *e)
{
	static const struct parse_options defaults = { 0 };
	struct parser p;
	enum sqlstate rc;

	if (options == NULL)
		options = &defaults;
	*out = (struct ast_script){ 0 };
	TRY(check_text(text, options, e));
	text = arena_str(a, text);
	out->text = text;
	open_parser(&p, a, text, options, e);
	rc = parse_all(&p, out);
	if ((rc == E_SYNTAX && p.is_pass_over) || rc == E_NOT_SUPPORTED)
		parse_hint_slip(text, p.statement_at, e);
	if (rc != E_SYNTAX || p.is_pass_over)
		return rc;
	/* Once more, now collecting what would have been right. */
	open_parser(&p, a, text, options, e);
	p.is_noting = true;
	*out = (struct ast_script){ .text = text };
	rc = parse_all(&p, out);
	assert(rc == E_SYNTAX);
	if (!p.is_pass_over)
		parse_explain_error(&p);
	parse_hint_slip(text, p.statement_at, e);
	return rc;
}
