/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The values of generate_series and range, one after the other: integers, numerics, and moments with
 * an interval between them.
 */
#ifndef QUERY_FUNCTION_SERIES_H
#define QUERY_FUNCTION_SERIES_H

#include "query/eval/eval.h"
#include "query/type/function.h"

struct series {
	struct value first, current, stop, step; /* lent */
	uint64_t given;
	bool is_falling;
	bool is_done;
};

/* True if the function's list is that of a series of its arguments. */
bool list_series_is_made_by(const struct function_body *f);
/* From first to last, and the step where there is a third; a NULL among them is a series of nothing.
   The values must stay as long as the series is used. E_INVALID_VALUE for a step of zero. */
enum sqlstate list_series_begin(
	struct series *s, const struct value *args, uint32_t count, struct error *e) MUST_USE;
/* *found is false behind the last. Numerics come in the evaluator's arena. */
enum sqlstate list_series_next(struct eval *ev, struct series *s, struct value *out, bool *found,
	struct error *e) MUST_USE;

#endif
