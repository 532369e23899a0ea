/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Regular expressions of pg_hba.conf and pg_ident.conf: a word that begins with a slash. They are
 * PCRE2's, as those of queries are (docs/decisions/0020-regular-expressions.md), with a limit on
 * steps.
 */
#ifndef SRC_AUTH_REGEX_H
#define SRC_AUTH_REGEX_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"

struct auth_regex;

/* Errors: E_CONFIG_FILE `invalid regular expression "…": why`. */
enum sqlstate auth_regex_new(struct str text, struct auth_regex **out, struct error *e) MUST_USE;
/* Takes NULL. */
void auth_regex_free(struct auth_regex *r);
/* Whether it is found in the text. *group is what its first pair of parentheses found, with NULL in `at`
   if it has none or that found nothing. May be called by many threads at a time. Errors: E_CONFIG_FILE
   if that takes too many steps. */
enum sqlstate auth_regex_find(const struct auth_regex *r, struct str text, bool *found,
	struct str *group, struct error *e) MUST_USE;

#endif
