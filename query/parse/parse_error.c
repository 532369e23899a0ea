/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Words for the plain syntax error: what stands there, what could have, and a hint for slips that
 * people make every day. Runs once, after everything else has failed; so it may read the text again
 * from its start.
 */
#include "query/parse/parser.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "base/utf8.h"

enum { SHOWN_BYTES_MAX = 100 };

/* The tokens just before the one that failed. */
struct context {
	struct token before;
	struct token before_that;
	bool is_in_return; /* the last clause keyword was RETURN, WITH or SELECT */
};

static void read_context(const struct parser *p, struct context *c)
{
	struct lexer l = p->lexer;
	struct error ignored;

	*c = (struct context){ 0 };
	l.at = 0;
	l.last_end = 0;
	for (;;) {
		struct token t = lex_next(&l, &ignored);

		if (t.at >= p->token.at || t.kind == TOKEN_END || t.kind == TOKEN_BAD)
			return;
		c->before_that = c->before;
		c->before = t;
		if (t.kind == KW_RETURN || t.kind == KW_WITH || t.kind == KW_SELECT)
			c->is_in_return = true;
		else if (t.kind == KW_MATCH || t.kind == KW_WHERE || t.kind == ';')
			c->is_in_return = false;
	}
}

static bool was_expected(const struct parser *p, const char *label)
{
	if (p->notes_at != p->token.at)
		return false;
	for (uint32_t i = 0; i < p->note_count; i++) {
		if (strcmp(p->notes[i], label) == 0)
			return true;
	}
	return false;
}

/* "Expected A, B or C." */
static void put_expected(struct parser *p)
{
	char text[sizeof p->error->detail];
	size_t used = 0;

	if (p->note_count == 0 || p->notes_at != p->token.at)
		return;
	for (uint32_t i = 0; i < p->note_count; i++) {
		const char *separator = i == 0 ? "" : i + 1 == p->note_count ? " or " : ", ";
		int more =
			snprintf(text + used, sizeof text - used, "%s%s", separator, p->notes[i]);

		if (more < 0 || used + (size_t)more >= sizeof text)
			break;
		used += (size_t)more;
	}
	error_detail(p->error, "Expected %.*s.", (int)used, text);
}

/* Words that other systems begin a statement with (or CREATE .. with), and what to write here. */
struct first_word {
	const char *word;
	const char *expected; /* where it stands: what was expected there */
	const char *hint;
};

static const char *hint_for_word(struct parser *p)
{
	static const char index[] = "Write CREATE INDEX: there is one kind.";
	static const struct first_word words[] = {
		{ ":", "a statement", "SESSION SET VALUE $name = 1 sets a parameter." },
		{ "cluster", "a statement", "Nothing need be done: records keep their places." },
		{ "describe", "a statement", "Use SHOW LABELS, or \\d in psql." },
		{ "do", "a statement", "Keep queries under a name by CREATE PROCEDURE." },
		{ "lock", "a statement", "Use SELECT .. FOR UPDATE: rows are locked, no tables." },
		{ "replace", "a statement",
			"Use INSERT .. ON CONFLICT (key) DO UPDATE, or MERGE." },
		{ "terminate", "a statement", "Use SELECT pg_terminate_backend(pid)." },
		{ "upsert", "a statement", "Use INSERT .. ON CONFLICT (key) DO UPDATE, or MERGE." },
		{ "fulltext", "INDEX", "There is no full text search; use CREATE INDEX and =~." },
		{ "lookup", "INDEX", "Nothing need be done: labels are always indexed." },
		{ "btree", "INDEX", index },
		{ "point", "INDEX", index },
		{ "range", "INDEX", index },
		{ "text", "INDEX", index },
	};
	const struct token *t = &p->token;

	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		if (strlen(words[i].word) == t->length &&
			strncasecmp(p->lexer.text + t->at, words[i].word, t->length) == 0 &&
			was_expected(p, words[i].expected))
			return words[i].hint;
	}
	return NULL;
}

static const char *hint_for(struct parser *p, const struct context *c)
{
	const struct token *t = &p->token;

	if (t->kind == '=' && t->is_adjacent && c->before.kind == '=')
		return "Use = to compare for equality.";
	if (t->kind == '&' && was_expected(p, "an operator"))
		return "Use AND, or || to join texts.";
	if (c->before.kind == TOKEN_STRING && t->at > 1 && p->lexer.text[t->at - 2] == '\\')
		return "A quote inside a string is written twice: 'it''s'.";
	if (t->kind == ':' && c->before.kind == KW_ON)
		return "Write ON NODE Label (key), or FOR (v:Label) ON (v.key).";
	if (t->kind == KW_ON && was_expected(p, "a constraint name"))
		return "Write FOR (v:Label) REQUIRE v.key IS UNIQUE.";
	if (t->kind == TOKEN_PARAMETER && t->is_adjacent &&
		(parse_is_any_name_token(&c->before) || c->before.kind == '(' ||
			c->before.kind == '['))
		return "A client replaced :Label by a parameter; write IS Label.";
	if (t->kind == TOKEN_QUOTED && was_expected(p, "a string"))
		return "Use single quotes for text.";
	if (t->kind == TOKEN_STRING && was_expected(p, "a column name"))
		return "Use double quotes or backticks for names.";
	if (parse_is_any_name_token(t) && t->is_reserved &&
		(was_expected(p, "a variable") || was_expected(p, "a column name")))
		return "Reserved words need double quotes or backticks to be names.";
	if (parse_is_name_token(t) && c->is_in_return && was_expected(p, "AS"))
		return "Write AS before the name of a column.";
	if (c->before.kind == '-' && t->kind == '[')
		return "Blanks are allowed in a pattern, but it must begin with a node.";
	return hint_for_word(p);
}

void parse_explain_error(struct parser *p)
{
	const struct token *t = &p->token;
	const char *hint;
	struct context c;
	uint32_t shown = MIN_OF(t->length, SHOWN_BYTES_MAX);

	if (t->kind == TOKEN_END) {
		FAIL(p->error, E_SYNTAX, "syntax error at end of input");
	} else {
		/* Do not cut a character in two. */
		while (shown < t->length && (p->lexer.text[t->at + shown] & 0xC0) == 0x80)
			shown--;
		FAIL(p->error, E_SYNTAX, "syntax error at or near \"%.*s\"", (int)shown,
			p->lexer.text + t->at);
	}
	p->error->byte_offset = (int)t->at;
	put_expected(p);
	read_context(p, &c);
	hint = hint_for(p, &c);
	if (hint != NULL)
		error_hint(p->error, "%s", hint);
}
