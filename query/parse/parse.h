/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The parser's face: query text in, syntax tree out.
 */
#ifndef QUERY_PARSE_PARSE_H
#define QUERY_PARSE_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "query/parse/ast.h"

enum { PARSE_DEPTH_DEFAULT = 200, PARSE_TEXT_BYTES_MAX = 64 * 1024 * 1024 };

struct parse_options {
	bool backslash_escapes;     /* standard_conforming_strings = off */
	bool double_quoted_strings; /* "..." is a string where an expression starts */
	uint32_t depth_max;         /* nesting levels; 0: PARSE_DEPTH_DEFAULT */
	uint32_t text_bytes_max;    /* 0: PARSE_TEXT_BYTES_MAX */
};

/*
 * Parses a whole query string (one simple Query message, or the text of a Parse message) into
 * statements. Empty statements are dropped. The text is copied into the arena, where the tree lives
 * too; both may be kept as long as the arena, and are read-only from then on. NULL options mean all
 * defaults.
 *
 * Errors: 42601 syntax, 22021 not UTF-8, 54001 nesting, 54000 text too long, 22003 number too
 * large, 0A000 recognised but unsupported, 42P02 parameter number out of range, 22P02 bad bytes
 * literal, 53200 arena spent. error.byte_offset is relative to the whole text; `out` is undefined
 * after an error. Takes no locks.
 */
enum sqlstate parse_script(struct arena *a, struct str text, const struct parse_options *options,
	struct ast_script *out, struct error *e) MUST_USE;

/* Where the statement at `at` begins as one does elsewhere, the error's hint says what to write here;
   otherwise the error stays as it is. */
void parse_hint_slip(struct str text, uint32_t at, struct error *e);

/* Parses an expression of SQL. */
enum sqlstate parse_sql_text(
	struct arena *a, struct str text, struct ast_expr **out, struct error *e) MUST_USE;

/* The same of a DEFAULT: nextval('s'::regclass) asks by name. */
enum sqlstate parse_default_text(
	struct arena *a, struct str text, struct ast_expr **out, struct error *e) MUST_USE;

/* The type that a word is; AST_TYPE_NAMED for all that the binder may know. */
enum ast_type_kind parse_type_kind(struct str name);

#endif
