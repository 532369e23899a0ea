/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Reachability: variable expansion where nobody asks for paths.
 */
#ifndef QUERY_EXEC_REACH_H
#define QUERY_EXEC_REACH_H

#include <stdbool.h>

#include "query/tree/plan.h"

struct exec;
struct op;

/* Whether op_reach_new() answers a VAR_EXPAND with only_reachable exactly. */
bool reach_can_do(const struct plan_node *node);
struct op *op_reach_new(struct exec *x, const struct plan_node *node);

#endif
