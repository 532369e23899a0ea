/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Values as JSON text, the form in which graph values travel (docs/language.md, "JSON form").
 */
#ifndef QUERY_EVAL_JSON_TEXT_H
#define QUERY_EVAL_JSON_TEXT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/zone.h"
#include "storage/storage.h"
#include "storage/value.h"

/* Appends the value. Elements are read through `t`, which may be NULL when there are none;
   `scratch` holds what is read, `zone` is the one that instants are shown in. An element that the
   transaction does not see (any more) has no labels and no properties. Errors: those of reading;
   E_TOO_COMPLEX for lists nested too deep. */
enum sqlstate json_text_put_in_zone(struct txn *t, struct arena *scratch, const struct zone *zone,
	struct value v, struct buf *to, struct error *e) MUST_USE;
/* The same with dates and times as ISO 8601 has them, as to_json() and its kin write them. */
enum sqlstate json_text_put_iso(struct txn *t, struct arena *scratch, const struct zone *zone,
	struct value v, struct buf *to, struct error *e) MUST_USE;

#endif
