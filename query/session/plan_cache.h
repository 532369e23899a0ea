/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Plans that sessions share: what one session prepared, another takes instead of parsing and planning
 * the same text again. A shared plan is a tree and a plan that nobody writes to any more; each session
 * has a query_prepared of its own in front of it, with its portals and its rights.
 *
 * A plan depends on its key, on the catalog's version that it names itself, and on nothing else. What
 * depends on more is not shared: see prepare_text.c. There is one plan for a key, of the newest catalog
 * that somebody planned it against; who finds one of another catalog plans for itself.
 *
 *     listed, referenced    found by key; some sessions use it
 *     listed                found by key; the least recently used go when there is no room
 *     referenced            not found any more; freed with its last user
 */
#ifndef QUERY_SESSION_PLAN_CACHE_H
#define QUERY_SESSION_PLAN_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "query/parse/ast.h"
#include "query/query.h"
#include "query/tree/plan.h"
#include "query/type/type.h"

struct plan_key {
	struct str text, graph;
	const struct type *types; /* as the client named them */
	uint32_t type_count;
	uint64_t settings; /* a digest of those that parser and binder read */
};

struct shared_plan {
	struct shared_plan *newer, *older; /* these five are the cache's */
	uint64_t hash;
	size_t bytes;
	uint32_t references; /* of sessions */
	bool is_listed;
	struct arena *arena; /* all of it, this too */
	struct plan_key key;
	struct ast_stmt *statement;
	struct plan *plan;
	uint64_t fingerprint;
};

struct plan_cache;

struct plan_cache *plan_cache_new(void);
/* No plan may be referenced any more. */
void plan_cache_free(struct plan_cache *c);

/* A reference, or NULL: the caller plans. Any thread may call it. */
struct shared_plan *plan_cache_find(struct plan_cache *c, const struct plan_key *key);
/* Lists a plan, which has one reference from here on: the caller's. It takes the place of one of an
   older catalog; where there is one as new it is not listed and goes with its reference. Makes room up
   to bytes_max. Nothing may be allocated in its arena any more. */
void plan_cache_add(struct plan_cache *c, struct shared_plan *p, uint64_t bytes_max);
void plan_cache_release(struct plan_cache *c, struct shared_plan *p);

void plan_cache_counts(struct plan_cache *c, struct query_plan_counts *out);

#endif
