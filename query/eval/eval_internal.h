/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the two halves of the evaluator (eval.c by column, eval_row.c by row) share.
 */
#ifndef QUERY_EVAL_EVAL_INTERNAL_H
#define QUERY_EVAL_EVAL_INTERNAL_H

#include "query/eval/eval.h"

/* As many arguments of a call have room in its frame, which deep expressions multiply. */
enum { ARGS_FEW = 4 };

/* Calls a scalar function for one row: strictness, run-time types, the place of an error. */
enum sqlstate eval_call(struct eval *ev, const struct bound *b, struct value *args, uint32_t count,
	bool is_dynamic, struct value *out, struct error *e) MUST_USE;
/* True if some argument's type is known only at run time. */
bool eval_call_is_dynamic(const struct bound *b);
/* A list or map of values that are there. */
enum sqlstate eval_make_map(struct eval *ev, const struct str *keys, const struct value *values,
	uint32_t count, struct value *out, struct error *e) MUST_USE;
/* A value of this static type; if that is json or a list of it, marked as such (func_json.h), which
   those that were stored are not. */
struct value eval_marked_json(struct eval *ev, struct type type, struct value v);
/* The same asked of the type alone. */
static inline bool eval_type_is_json(struct type type)
{
	uint8_t kind = type.kind == TYPE_LIST ? type.item : type.kind;

	return kind == TYPE_JSON || kind == TYPE_JSONB;
}
/* The values of a BOUND_LIST as a list; as a row with names, if it has keys: then `items` has room for
   as many names. */
struct value eval_make_row(const struct bound *b, struct value *items);
/* Whether a node with this labelset (or an edge with this label) satisfies a label expression. */
bool eval_labelset_matches(
	const struct catalog *c, uint32_t labelset, const struct bound_label *label);
bool eval_edge_label_matches(uint32_t label, const struct bound_label *expr);
/* Puts the expression's place into an error that has none yet; returns the code. */
enum sqlstate eval_error_at(const struct bound *b, enum sqlstate rc, struct error *e);
/* x IS :: T for a value that is there; NULL type: x IS NULL. */
bool eval_is_typed(struct value v, struct type tested);
/* The part of a date, time or duration that a key names; *found is false if it names none. */
enum sqlstate eval_moment_part(struct eval *ev, struct value v, struct str key, bool *found,
	struct value *out, struct error *e) MUST_USE;

#endif
