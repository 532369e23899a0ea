/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Aggregate functions: state per group, fed with whole columns. DISTINCT and FILTER are the
 * caller's: it names the rows that count.
 */
#ifndef QUERY_FUNCTION_AGGREGATE_H
#define QUERY_FUNCTION_AGGREGATE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "query/eval/eval.h"
#include "query/tree/batch.h"

/* Where the values that an aggregate keeps live. */
struct aggregate_context {
	struct eval *ev;
	struct arena *arena; /* as long as the groups */
};

struct aggregate_methods {
	uint32_t state_size; /* all zeroes is the state of no rows */
	/* states[i] takes row rows[i] of the argument columns (args[0] is absent for count(*), then
	   args is NULL). NULLs are skipped here. */
	enum sqlstate (*add)(const struct aggregate_context *c, void *const *states,
		const struct column *args, const uint32_t *rows, uint32_t count, struct error *e);
	/* The result, in ev->arena or the context's. */
	enum sqlstate (*finish)(
		const struct aggregate_context *c, void *state, struct value *out, struct error *e);
	bool shows_order; /* the result shows in which order the rows came */
};

/* A group's values one after the other, in the context's arena. */
struct gathered {
	struct value *items; /* of two arguments in turn, where there are two */
	uint32_t count, capacity;
};

/* Appends a copy of the value. E_PROGRAM_LIMIT when the list is longer than lists may be. */
enum sqlstate aggregate_gather(const struct aggregate_context *c, struct gathered *g,
	struct value v, struct error *e) MUST_USE;

#endif
