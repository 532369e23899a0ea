/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * JSON text (RFC 8259): a strict parser into a small tree in an arena, and the escaper that every
 * JSON output uses. Depth is limited, so that no input can exhaust the stack; size is limited by
 * the arena. Numbers that are whole and fit are integers, all others doubles; both keep their text.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/check.h"
#include "base/error.h"
#include "base/str.h"

enum { JSON_DEPTH_MAX = 256 };

enum json_kind {
	JSON_NULL,
	JSON_BOOL,
	JSON_INTEGER,
	JSON_DOUBLE,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

struct json {
	enum json_kind kind;
	uint32_t count;		 /* items or members of an array or object */
	const struct json *next; /* the next item or member of the same array or object */
	struct str name;	 /* of a member: its name */
	struct str text;	 /* a number as it was written; a string's characters */
	struct str source; /* the whole value as it was written; empty in trees made otherwise */
	union {
		bool is_true;
		int64_t integer;
		double number;		  /* for JSON_DOUBLE */
		const struct json *first; /* item or member */
	};
};

/* The whole text must be one value. Names and strings are copied into the arena; sources are parts of
   the text. Errors: E_TEXT_REPRESENTATION with the reason in its detail and the place in its context, E_TOO_COMPLEX, E_OUT_OF_RANGE
   for a number beyond a double, E_OUT_OF_MEMORY when the arena is spent. */
enum sqlstate json_parse(
	struct arena *a, struct str text, const struct json **value, struct error *e) MUST_USE;

/* The member with this name, NULL if there is none; of several the last, as jsonb has it. */
const struct json *json_member(const struct json *object, struct str name);

/* A string in double quotes with everything escaped that must be. */
void json_put_string(struct buf *b, struct str s);
/* A double as JSON: always with a point or exponent; NaN and infinities as strings. */
void json_put_double(struct buf *b, double value);
/* The tree as text: no blanks, members in their order. */
void json_put(struct buf *b, const struct json *value);

#endif
