/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Tokens: what the lexer makes of text. A token is a kind and a slice; it carries no value, so
 * reading one allocates nothing. A single character is its own kind ('(' is 40); keywords follow
 * from TOKEN_KEYWORD on, one kind each, in the order of keywords.def.
 */
#ifndef QUERY_PARSE_TOKEN_H
#define QUERY_PARSE_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

enum token_kind {
	TOKEN_END = 0,
	/* 1..127: the character itself */
	TOKEN_NAME = 128,      /* a word that is no keyword */
	TOKEN_QUOTED,          /* "x" or `x` */
	TOKEN_STRING,          /* '..', E'..', N'..', U&'..', $tag$..$tag$ */
	TOKEN_BYTES,           /* X'..' */
	TOKEN_INTEGER,
	TOKEN_FLOAT,
	TOKEN_DECIMAL,         /* suffix M */
	TOKEN_PARAMETER,       /* $1 */
	TOKEN_NAMED_PARAMETER, /* $name */
	TOKEN_DOTS,            /* .. */
	TOKEN_BAD,             /* the lexer has set an error */

	TOKEN_KEYWORD,
	TOKEN_KEYWORD_LAST_BEFORE = TOKEN_KEYWORD - 1,
#define LETTER(c) KW_FIRST_##c, KW_BEFORE_##c = KW_FIRST_##c - 1,
#define KEYWORD(word, class) KW_##word,
#include "query/parse/keywords.def"
#undef LETTER
#undef KEYWORD
	TOKEN_KIND_COUNT,
};

struct token {
	uint16_t kind;     /* enum token_kind */
	bool is_reserved;  /* a keyword that cannot be a bare name */
	bool is_adjacent;  /* nothing stands between it and the token before */
	bool is_escaped;   /* quoted things: the slice needs decoding, see lex_value.c */
	uint32_t at;       /* byte offset in the whole text */
	uint32_t length;   /* bytes, quotes included */
};

#endif
