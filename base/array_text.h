/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The text of an array, as PostgreSQL writes and reads it: {1,NULL,"a \"quoted\" one"}, and of
 * several dimensions {{1,2},{3,4}}, in which all arrays beside each other have the same shape. What
 * the elements are is the caller's matter.
 */
#ifndef BASE_ARRAY_TEXT_H
#define BASE_ARRAY_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

enum { ARRAY_DIMENSIONS_MAX = 6 };

struct array_text_item {
	struct str text; /* quotes and escapes undone; in the arena */
	bool is_null;
	bool is_array; /* of a further dimension: */
	struct array_text_item *items;
	uint32_t count;
};

/* Errors: E_TEXT_REPRESENTATION; E_PROGRAM_LIMIT for too many dimensions; E_NOT_SUPPORTED for
   subscripts that do not begin at 1. */
enum sqlstate array_text_read(struct arena *a, struct str input, struct array_text_item **items,
	uint32_t *count, struct error *e) MUST_USE;

/* Quotes what stands from `start` to the end of the buffer, an element's text, if it has to be. */
void array_text_quote(struct buf *b, size_t start);

#endif
