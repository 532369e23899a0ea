/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Hops for searches: the edges of many nodes at once, with the hop filter of VAR_EXPAND and
 * SHORTEST applied, for variable expansion, reachability and shortest paths.
 */
#ifndef QUERY_EXEC_WALK_H
#define QUERY_EXEC_WALK_H

#include "query/exec/op.h"

/* One stream of hops; each search front has its own. walk_next() fills the arrays, which live until
   its next call. */
struct walk {
	struct op *op;
	bool is_against;	  /* hops run from the pattern's target to its source */
	enum direction direction; /* as storage is asked */
	struct cursor *cursor;	  /* made once */
	struct arena *scratch;	  /* of the filter */
	struct batch filter;	  /* columns NULL: no filter */
	const uint64_t *sources;
	uint32_t capacity;
	/* what came */
	uint32_t count;
	uint32_t *source_index;
	uint64_t *neighbour, *edge;
};

/* Readies a walk along the plan node's direction, or (is_flipped) from its target slot's side. */
void walk_init(struct walk *w, struct op *op, bool is_flipped);
void walk_close(struct walk *w);
/* Starts from these nodes, at most BATCH_ROWS; `sources` must outlive the walk over them. */
enum sqlstate walk_start(
	struct walk *w, const uint64_t *sources, uint32_t count, struct error *e) MUST_USE;
/* The next hops that pass; *is_done at the end. rows[i] is the row of `in` that source i belongs
   to, for filters that look at outer variables; rows NULL: all belong to row `row`. */
enum sqlstate walk_next(struct walk *w, const struct batch *in, const uint32_t *rows, uint32_t row,
	bool *is_done, struct error *e) MUST_USE;

/* E_PROGRAM_LIMIT: a path would have more edges than max_path_length. */
enum sqlstate walk_too_long(const struct op *op, struct error *e);
/* The path's edges as a LIST of EDGE in `a`, edges[0] first; or the last first. */
struct value walk_edge_list(
	struct arena *a, const uint64_t *edges, uint32_t count, bool is_backwards);

#endif
