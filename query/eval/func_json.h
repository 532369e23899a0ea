/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Values of json and jsonb, for casts and aggregates: see func_json.c.
 */
#ifndef QUERY_EVAL_FUNC_JSON_H
#define QUERY_EVAL_FUNC_JSON_H

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
/* A part of a tree that was parsed, as json or jsonb and as ->> has it; NULL for none. */
struct value eval_json_part(struct eval *ev, const struct json *j);
struct value eval_json_part_text(struct eval *ev, const struct json *j);
/* Any value as JSON text. */
enum sqlstate eval_json_put(
	struct eval *ev, struct buf *to, struct value v, struct error *e) MUST_USE;
/* a @> b of jsonb. */
enum sqlstate eval_json_contains(
	struct eval *ev, struct value a, struct value b, bool *out, struct error *e) MUST_USE;

#endif
