/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What a plan reads and writes, held against what somebody may. An element is reached by a label
 * that is known from the plan (a scan of it, a test right above), which must be readable; one that is
 * reached in any other way needs the right to read all nodes, or all edges. So nobody gets at an
 * element of which they may read no label, whatever the query does with it afterwards.
 */
#ifndef QUERY_SESSION_ACCESS_H
#define QUERY_SESSION_ACCESS_H

#include "base/arena.h"
#include "query/role/role.h"
#include "query/tree/plan.h"

/* E_PRIVILEGE for the first thing that is not allowed. `a` is for working memory. */
enum sqlstate access_check_plan(struct arena *a, const struct plan *plan, const struct catalog *c,
	const struct role_set *who, struct error *e) MUST_USE;

/* All of the bits on one target. */
enum sqlstate access_check(const struct catalog *c, struct acl_target target, uint32_t bits,
	const struct role_set *who, struct error *e) MUST_USE;
/* All of the bits on every element of a graph. */
enum sqlstate access_check_graph(const struct catalog *c, uint32_t graph, uint32_t bits,
	const struct role_set *who, struct error *e) MUST_USE;

#endif
