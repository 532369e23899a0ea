/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The values of LIMIT and OFFSET, for the operators that obey them.
 */
#ifndef QUERY_EXEC_LIMIT_H
#define QUERY_EXEC_LIMIT_H

#include <stdint.h>

#include "base/error.h"
#include "query/tree/plan.h"

struct op;

/* UINT64_MAX for no limit, 0 for no offset. op_begin() must have been called. Errors:
   E_LIMIT_VALUE, E_OFFSET_VALUE for negative ones. */
enum sqlstate limit_evaluate(struct op *op, const struct bound *limit, const struct bound *offset,
	uint64_t *limit_out, uint64_t *offset_out, struct error *e) MUST_USE;

#endif
