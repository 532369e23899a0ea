/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Search for cheapest paths in a projection: Dijkstra's algorithm, with a heuristic A*, with bans
 * the inner search of Yen's. One struct serves many searches; only what a search touched is reset
 * before the next.
 *
 * A node's way from the source is kept as the place (in the side) of the edge that led to it and
 * the node it came from. Of nodes equally near the one with the smaller number is settled first and
 * the first edge found stays: answers are always the same.
 *
 * A node settled once is put back when a shorter way to it is found, so that A* needs a heuristic
 * that never overestimates, but not a consistent one.
 */
#ifndef QUERY_PROCEDURE_PATH_SEARCH_H
#define QUERY_PROCEDURE_PATH_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "query/procedure/csr.h"

struct path_search {
	const struct csr_side *side;
	double *distances;	 /* INFINITY: not found */
	uint32_t *parents;	 /* CSR_NONE: the source */
	uint64_t *places;	 /* of the edge from the parent */
	const double *heuristic; /* what is left to the target at least; NULL: 0 */
	/* bans, all optional */
	const uint8_t *is_banned;      /* nodes that are not entered */
	const uint64_t *banned_places; /* edges that are not taken */
	uint32_t banned_count;
	/* inside */
	uint32_t *touched; /* nodes found, in the order in which they were */
	uint32_t touched_count;
	uint32_t *heap, *positions; /* positions: place in the heap + 1, 0: not in it */
	double *keys;		    /* distance + heuristic */
	uint32_t heap_count;
};

enum sqlstate path_search_new(struct procedure_call *call, const struct csr *g,
	const struct csr_side *side, struct path_search *out, struct error *e) MUST_USE;
/* Runs from `source` until `target` is settled (CSR_NONE: to the end).
   Afterwards distances[target] is INFINITY if there is no way. */
enum sqlstate path_search_run(struct procedure_call *call, struct path_search *s, uint32_t source,
	uint32_t target, struct error *e) MUST_USE;

#endif
