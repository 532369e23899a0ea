/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The lexer's face. See lex.c for the rules and lex_value.c for the values of literals.
 */
#ifndef QUERY_PARSE_LEX_H
#define QUERY_PARSE_LEX_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "query/parse/token.h"

/* A place in a text. It is a plain value: copying it remembers the place. */
struct lexer {
	const char *text;
	uint32_t length;
	uint32_t at;            /* where the next token is looked for */
	uint32_t last_end;      /* where the last token ended */
	bool backslash_escapes; /* '..' has backslash escapes: standard_conforming_strings is off */
	bool empty_names;       /* "" is a token: graph.double_quoted_strings is on */
};

/* `text` must be valid UTF-8 without NUL bytes; it is borrowed. */
void lex_open(struct lexer *l, struct str text);

/* The next token; TOKEN_END at the end again and again. TOKEN_BAD: `e` says why (unterminated
   things, malformed numbers and parameters, bit strings). */
struct token lex_next(struct lexer *l, struct error *e);

/* The spelling of a keyword's kind, upper case; NULL for other kinds. */
const char *lex_keyword_text(uint16_t kind);
/* True if the word can stand as a bare name: it needs no quotes in canonical text. */
bool lex_is_plain_name(struct str word);
/* True if the word is any keyword, reserved or free. */
bool lex_is_keyword(struct str word);

/* The name or string a TOKEN_NAME, keyword, TOKEN_QUOTED, TOKEN_STRING, TOKEN_BYTES or
   TOKEN_NAMED_PARAMETER stands for: a slice of the text where nothing was escaped, else made in the
   arena. Errors: 22021 when escapes do not yield UTF-8, 42601 for malformed escapes, 22P02 for
   bytes that are no hexadecimal digits. */
enum sqlstate lex_text(const struct lexer *l, struct arena *a, const struct token *t,
	struct str *out, struct error *e) MUST_USE;
/* The value of a TOKEN_INTEGER: up to 2^63, for the least INT64 to be written; 22003 beyond. */
enum sqlstate lex_integer(
	const struct lexer *l, const struct token *t, uint64_t *out, struct error *e) MUST_USE;
/* The value of a TOKEN_FLOAT; 22003 when it does not fit. */
enum sqlstate lex_float(
	const struct lexer *l, const struct token *t, double *out, struct error *e) MUST_USE;
/* The number of a TOKEN_PARAMETER; 42P02 unless 1..65535. */
enum sqlstate lex_parameter(
	const struct lexer *l, const struct token *t, uint32_t *out, struct error *e) MUST_USE;

#endif
