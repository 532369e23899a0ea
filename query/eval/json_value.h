/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Values of json and jsonb: JSON text in strings that are marked as such, so that one inside another
 * is not quoted again. The text of jsonb is PostgreSQL's: blanks behind ':' and ',', members ordered
 * by length and bytes, of those with one name the last.
 */
#ifndef QUERY_EVAL_JSON_VALUE_H
#define QUERY_EVAL_JSON_VALUE_H

#include "base/buf.h"
#include "query/eval/eval.h"

/* In a STRING's spare[0]: the string is JSON text. */
enum { VALUE_SPARE_JSON = 1 };

struct value eval_json_value(struct str text);
/* The text in jsonb's normal form; the errors of json_parse(). */
enum sqlstate eval_json_normal(
	struct eval *ev, struct str text, struct value *out, struct error *e) MUST_USE;
struct json;
/* A tree as jsonb. */
struct value eval_json_tree(struct eval *ev, const struct json *j);
/* Any value as JSON text. */
enum sqlstate eval_json_put(
	struct eval *ev, struct buf *to, struct value v, struct error *e) MUST_USE;

#endif
