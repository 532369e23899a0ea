/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the functions of json and jsonb share: see func_json.c.
 */
#ifndef QUERY_FUNCTION_FUNC_JSON_H
#define QUERY_FUNCTION_FUNC_JSON_H

#include "query/eval/json_value.h"

struct json;

/* A part of a tree that was parsed, as json or jsonb and as ->> has it; NULL for none. */
struct value eval_json_part(struct eval *ev, const struct json *j);
struct value eval_json_part_text(struct eval *ev, const struct json *j);
/* a @> b of jsonb. */
enum sqlstate eval_json_contains(
	struct eval *ev, struct value a, struct value b, bool *out, struct error *e) MUST_USE;

#endif
