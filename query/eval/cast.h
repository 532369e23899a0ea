/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Casts: CAST(x AS T), x :: T, T 'text', and the lenient conversions toInteger() and its kin.
 */
#ifndef QUERY_EVAL_CAST_H
#define QUERY_EVAL_CAST_H

#include "base/buf.h"
#include "query/eval/eval.h"

/* The value as a value of the type. is_lenient: NULL where it has none, instead of an error.
   Errors: E_TEXT_REPRESENTATION, E_DATETIME_FORMAT, E_OUT_OF_RANGE, E_TYPE and what the parsers
   raise. */
enum sqlstate eval_cast(struct eval *ev, struct value v, struct type type, bool is_lenient,
	struct value *out, struct error *e) MUST_USE;

/* Text as a DURATION, read as IntervalStyle says; `range`: base/interval.h. */
enum sqlstate eval_interval(struct eval *ev, struct str text, uint8_t range, struct value *out,
	struct error *e) MUST_USE;

/* A scalar as the text that casting it to STRING gives; lists and maps as JSON. Elements and paths
   are E_TYPE. */
enum sqlstate eval_put_text(
	struct eval *ev, struct buf *to, struct value v, struct error *e) MUST_USE;
/* Bytes written with \\ for a backslash and \ooo for any: E_TEXT_REPRESENTATION. */
enum sqlstate eval_bytes_of_escapes(
	struct eval *ev, struct str s, struct value *out, struct error *e) MUST_USE;

#endif
