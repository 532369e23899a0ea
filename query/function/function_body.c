/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The rows of functions.def once more, in their order.
 */
#include "query/function/function_body.h"

#include "query/function/functions.h"

static const struct function_body bodies[] = {
#define FUNCTION(name, synonyms, flags, pattern, row_, vector_, doc)                               \
	{ .row = row_, .vector = vector_ },
#define AGGREGATE(name, synonyms, flags, pattern, methods, doc) { .aggregate = &methods },
#include "query/type/functions.def"
#undef FUNCTION
#undef AGGREGATE
};

const struct function_body *function_body(const struct function *f)
{
	return &bodies[function_position(f)];
}
