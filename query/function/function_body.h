/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * From a row of functions.def to the C functions behind it. The binder puts what it finds here into
 * the expression, so that the evaluator, which stands below, calls functions it does not know.
 */
#ifndef QUERY_FUNCTION_FUNCTION_BODY_H
#define QUERY_FUNCTION_FUNCTION_BODY_H

#include "query/type/function.h"

const struct function_body *function_body(const struct function *f);

#endif
