/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Matching text: LIKE patterns and regular expressions.
 */
#ifndef QUERY_EVAL_MATCH_H
#define QUERY_EVAL_MATCH_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"

struct eval;

/* % any characters, _ one, \ makes the next one ordinary. Ignoring case means that of all letters
   of Unicode's simple mapping (towlower). E_INVALID_VALUE for a pattern that ends in a lone \. */
enum sqlstate match_like(struct str text, struct str pattern, bool ignore_case, bool *matches,
	struct error *e) MUST_USE;

enum match_regex_form {
	MATCH_WHOLE,	     /* =~ : the expression is anchored at both ends */
	MATCH_SEARCH,	     /* ~ */
	MATCH_SEARCH_NOCASE, /* ~* */
};

struct regex_cache;

/* Compiled expressions are kept for the execution. E_REGEX for an expression that is none, or that
   takes more than the allowed steps on this text. */
enum sqlstate match_regex(struct eval *ev, struct str text, struct str pattern,
	enum match_regex_form form, bool *matches, struct error *e) MUST_USE;
/* Where an expression and its groups were found; count 0: nowhere. */
enum { MATCH_GROUPS_MAX = 32 };
struct match_places {
	uint32_t count; /* of groups and the whole */
	uint32_t from[MATCH_GROUPS_MAX], to[MATCH_GROUPS_MAX]; /* bytes; UINT32_MAX: not in it */
};
/* The first match at or behind byte `start`. */
enum sqlstate match_regex_places(struct eval *ev, struct str text, uint32_t start,
	struct str pattern, enum match_regex_form form, struct match_places *out,
	struct error *e) MUST_USE;
/* Frees what an execution's cache holds; NULL is allowed. */
void match_regex_free(struct regex_cache *cache);

#endif
