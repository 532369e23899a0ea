/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Making columns: the helpers that the evaluator and the operators share. The shape of a column and
 * its invariants are in query/tree/batch.h.
 */
#ifndef QUERY_EVAL_COLUMN_H
#define QUERY_EVAL_COLUMN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "query/tree/batch.h"

/* A column of a type for `rows` rows, stride 1, its data not yet written. */
struct column column_make(struct arena *a, struct type type, uint32_t rows);
/* The same form with one cell for all rows; v is of the type or NULL. */
struct column column_constant(struct arena *a, struct type type, struct value v);
/* Writes a cell of a column made for `rows` rows. An INT into an F64 column is converted; any other
   mismatch is the caller's bug. NULLs get their array on first use. */
void column_put(struct column *c, struct arena *a, uint32_t rows, uint32_t row, struct value v);
/* out[i] = in[index[i]], in the arena; shares in's cell where that is the same for all rows. */
void column_gather(struct arena *a, const struct column *in, const uint32_t *index, uint32_t count,
	struct column *out);
/* The part of a column from row `first` on: shares its cells. */
struct column column_slice(const struct column *c, uint32_t first);
/* The column in another type's form: integers as floats, anything as tagged values. */
struct column column_convert(
	struct arena *a, const struct column *in, struct type type, uint32_t rows);
/* Whether a value may stand in a column of the type: its own type, NULL, an integer for a float,
   and anything for ANY. */
bool type_takes_value(struct type type, struct value v);
/* E_TYPE with the message that a stored value does not fit what the statement was planned for. */
enum sqlstate type_refuses_value(struct type type, struct value v, struct error *e);

#endif
