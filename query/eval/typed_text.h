/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Casts and text forms that depend on the static type a value comes from: objects that are written
 * by name (regclass and its kin), vectors, arrays, JSON.
 */
#ifndef QUERY_EVAL_TYPED_TEXT_H
#define QUERY_EVAL_TYPED_TEXT_H

#include "base/buf.h"
#include "query/eval/eval.h"

/* The value as PostgreSQL's output function of the type writes it. */
enum sqlstate eval_put_typed(struct eval *ev, struct buf *to, struct value v, struct type type,
	struct error *e) MUST_USE;

/* The same of a value whose static type is not known: true is t, arrays are {a,b}, rows (a,b). */
enum sqlstate eval_put_shown(
	struct eval *ev, struct buf *to, struct value v, struct error *e) MUST_USE;

/* The opposite for what is written by name: regclass and its kin, vectors, and arrays of the former. */
enum sqlstate eval_take_named(struct eval *ev, struct str text, struct type type,
	struct value *out, struct error *e) MUST_USE;

/* A value of the type that `b`, a BOUND_CAST, casts from as a value of its type. Errors: those of
   eval_cast(). */
enum sqlstate eval_cast_bound(struct eval *ev, const struct bound *b, struct value v,
	struct value *out, struct error *e) MUST_USE;

#endif
