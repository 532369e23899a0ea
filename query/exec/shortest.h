/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Searches for shortest paths from one node, used by op_shortest.c alone. A search leaves its paths
 * in a list; edges stand in the order of the search.
 */
#ifndef QUERY_EXEC_SHORTEST_H
#define QUERY_EXEC_SHORTEST_H

#include "query/exec/op.h"
#include "query/exec/walk.h"

struct shortest_path {
	uint64_t target;
	uint32_t edge_count;
	const uint64_t *edges; /* NULL if nobody asks for them */
};

struct shortest_reader;

struct shortest_search {
	struct op *op;
	struct arena *heap; /* of this search: everything it makes */
	struct arena *kept; /* where its paths go */
	struct walk *forward, *backward;
	const struct batch *in; /* the outer row, for hop filters */
	uint32_t row;
	uint64_t source, target;
	bool has_target;
	bool is_every; /* all paths of the k least lengths, not just k paths */
	uint32_t k;
	uint32_t min, max;
	enum ast_path_mode mode;
	bool prefers_last; /* ties: compare edge sequences from the far end */
	/* result */
	struct shortest_path *paths;
	uint32_t path_count, path_capacity;
	struct shortest_reader *reader; /* paths still to be read, by shortest_read(); NULL: none */
};

/* One or all shortest paths between two different nodes (k = 1, min <= 1), from both ends. All of them
   are left to be read; they come in the order of their edge-id sequences. */
enum sqlstate shortest_between(struct shortest_search *s, struct error *e) MUST_USE;
/* The same from the source to every node it reaches, but not to itself. */
enum sqlstate shortest_from(struct shortest_search *s, struct error *e) MUST_USE;
/* Puts the next paths, at most `most`, into s->paths, which are forgotten before; none: there are no
   more. */
enum sqlstate shortest_read(struct shortest_search *s, uint32_t most, struct error *e) MUST_USE;
/* Any k, any min, any mode: paths level by level. */
enum sqlstate shortest_levels(struct shortest_search *s, struct error *e) MUST_USE;

/* Appends a path; the edges are copied, and forgotten if nobody asks for them. */
enum sqlstate shortest_keep(struct shortest_search *s, uint64_t target, const uint64_t *edges,
	uint32_t count, struct error *e) MUST_USE;

#endif
