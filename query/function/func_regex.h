/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the functions of regular expressions share: options, and one match after the other.
 */
#ifndef QUERY_FUNCTION_FUNC_REGEX_H
#define QUERY_FUNCTION_FUNC_REGEX_H

#include "query/eval/eval.h"
#include "query/eval/match.h"

/* An expression with its options; its text may begin with options of the library's. */
struct regex_search {
	struct str pattern, text;
	bool is_global, is_nocase;
};

/* `options` are PostgreSQL's letters, NULL: none. `function` names whom a g is refused by; NULL allows
   it. E_INVALID_VALUE. */
enum sqlstate regex_search_init(struct eval *ev, struct regex_search *out, const struct value *args,
	const struct value *options, const char *function, struct error *e) MUST_USE;
/* The first match at or behind a byte; count 0: none. */
enum sqlstate regex_search_at(struct eval *ev, const struct regex_search *s, uint32_t from,
	struct match_places *out, struct error *e) MUST_USE;
/* The byte of the start-th character, from 1; past the text's end: nowhere. E_INVALID_VALUE. */
enum sqlstate regex_start(struct str text, int64_t start, uint32_t *from, struct error *e) MUST_USE;
/* A parameter that cannot be so: E_INVALID_VALUE. */
enum sqlstate regex_bad(const char *parameter, int64_t value, struct error *e);
/* Where to look on behind a match; past the text's end: nowhere. */
uint32_t regex_search_next(const struct regex_search *s, const struct match_places *m);
/* What a group found, or NULL. */
struct value regex_group(
	struct eval *ev, struct str text, const struct match_places *m, uint32_t group);

#endif
