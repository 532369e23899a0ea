/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Statements that begin as they do elsewhere: what to write here. Runs once, after a statement has
 * been refused, and reads it again from its start.
 */
#include "query/parse/parser.h"

#include <string.h>

#include "base/check.h"

enum { WORDS_MAX = 6 };

/* What does the same as something that is refused by name. */
static const struct {
	const char *feature, *hint;
} substitutes[] = {
	{ "a partitioned table", "Make one table; its indexes find a part of it." },
	{ "INHERITS", "Write the columns out, or give nodes both labels: INSERT (IS A & B {..})." },
	{ "EXCLUDE", "UNIQUE keeps equal values apart." },
	{ "RETURNING of MERGE", "Read the rows by a query of their own." },
	{ "an undirected edge", "Edges have a direction; -[e]- matches them either way." },
	{ "a privilege on single columns", "Make a view of these columns, and GRANT it on that." },
	{ "NULLS NOT DISTINCT", "Declare the columns NOT NULL." },
	{ "UNIQUE NULLS NOT DISTINCT", "Declare the columns NOT NULL." },
};

void parse_hint_feature(const char *feature, struct error *e)
{
	for (size_t i = 0; i < ARRAY_COUNT(substitutes); i++) {
		if (strcmp(substitutes[i].feature, feature) == 0)
			error_hint(e, "%s", substitutes[i].hint);
	}
}

/* The first tokens of the statement; those that are not there have no length. */
static void read_words(struct str text, uint32_t at, struct str words[WORDS_MAX])
{
	struct error ignored;
	struct lexer l;

	lex_open(&l, text);
	l.at = at;
	l.last_end = at;
	for (uint32_t i = 0; i < WORDS_MAX; i++) {
		struct token t = lex_next(&l, &ignored);

		words[i] = (struct str){ l.text + t.at, 0 };
		if (t.kind == TOKEN_END || t.kind == TOKEN_BAD || t.kind == ';')
			return;
		words[i].length = t.length;
	}
}

static bool fits(const char *slip, const struct str words[WORDS_MAX])
{
	for (uint32_t i = 0; i < WORDS_MAX; i++) {
		struct str word = { slip, (uint32_t)strcspn(slip, " ") };
		bool is_any = str_equal(word, STR("*"));
		bool is_end = str_equal(word, STR("$"));

		if (is_end ? words[i].length > 0 : words[i].length == 0)
			return false;
		if (!is_end && !is_any && !str_equal_nocase(word, words[i]))
			return false;
		slip += word.length;
		if (*slip == '\0')
			return true;
		slip++;
	}
	unreachable(); /* a row has more than WORDS_MAX words */
}

/* Whether an edge was written as two dashes that are a comment: ) -- ( or )<-- (. */
static bool has_commented_edge(struct str text, uint32_t at)
{
	bool is_after_node = false;
	struct error ignored;
	struct lexer l;

	lex_open(&l, text);
	l.at = l.last_end = at;
	for (;;) {
		uint32_t end = l.last_end;
		struct token t = lex_next(&l, &ignored);
		uint32_t blanks = (uint32_t)strspn(text.at + end, " \t\r\n");

		if (is_after_node && end + blanks + 2 <= text.length &&
			strncmp(text.at + end + blanks, "--", 2) == 0)
			return true;
		if (t.kind == TOKEN_END || t.kind == TOKEN_BAD || t.kind == ';')
			return false;
		is_after_node = t.kind == ')' || (is_after_node && t.kind == '<');
	}
}

void parse_hint_slip(struct str text, uint32_t at, struct error *e)
{
	static const struct {
		const char *words, *hint;
	} slips[] = {
#define SLIP(words_, hint_) { words_, hint_ },
#include "query/parse/slips.def"
#undef SLIP
	};
	struct str words[WORDS_MAX] = { 0 };

	read_words(text, at, words);
	for (size_t i = 0; i < ARRAY_COUNT(slips); i++) {
		if (fits(slips[i].words, words)) {
			error_hint(e, "%s", slips[i].hint);
			return;
		}
	}
	if (e->hint[0] == '\0' && has_commented_edge(text, at))
		error_hint(e, "Two dashes begin a comment; write -> for an edge.");
}
