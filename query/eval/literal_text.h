/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Values in the notation of the language, for people: what `graph.element_format = literal` sends in
 * the place of JSON.
 */
#ifndef QUERY_EVAL_LITERAL_TEXT_H
#define QUERY_EVAL_LITERAL_TEXT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/zone.h"
#include "storage/storage.h"
#include "storage/value.h"

/* Appends the value; arguments and errors are those of json_text_put_in_zone(). */
enum sqlstate literal_text_put(struct txn *t, struct arena *scratch, const struct zone *zone,
	struct value v, struct buf *to, struct error *e) MUST_USE;

#endif
