/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Statements that differ in nothing but their constants, blanks and comments are one: its number,
 * and its text with parameters in the places of the constants.
 */
#ifndef QUERY_PARSE_FINGERPRINT_H
#define QUERY_PARSE_FINGERPRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* The number, never 0; a constant and a parameter count as the same. `text` is a statement that was
   parsed; backslash_escapes as in struct lexer. */
uint64_t fingerprint_of(struct str text, bool backslash_escapes);
/* Appends the text, at most about `most` bytes of it and no part of a constant. */
void fingerprint_normalise(
	struct str text, bool backslash_escapes, uint32_t most, struct buf *to);

#endif
