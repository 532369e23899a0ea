/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Projections: the part of the graph that an algorithm works on, as the transaction sees it, in
 * compressed sparse rows. Nodes are numbered 0 … node_count - 1 in the order of their ids; the
 * edges of node v are the places [offsets[v], offsets[v + 1]) of a side, sorted by the node at
 * their far end.
 *
 *     ids      [ 17 ][ 20 ][ 21 ][ 90 ]
 *     offsets  [ 0 ][ 2 ][ 2 ][ 3 ][ 3 ]
 *     targets  [ 1, 3 ][ ][ 0 ][ ]           17->20, 17->90, 21->17
 *
 * There is a side for each direction: out, in, and any, which holds every edge at both of its ends
 * (a loop once). Ends outside of the projection are left out with their edges.
 *
 * A projection is loaded by one call of a procedure and kept for the next ones of the same
 * operator, which as a rule want the same; memory is bounded by work_mem.
 */
#ifndef QUERY_PROCEDURE_CSR_H
#define QUERY_PROCEDURE_CSR_H

#include <stdbool.h>
#include <stdint.h>

#include "query/procedure/procedure.h"
#include "storage/storage.h"

#define CSR_NONE UINT32_MAX

struct csr_side {
	const uint64_t *offsets; /* node_count + 1 of them */
	const uint32_t *targets;
	const uint64_t *edges; /* ids; NULL where they were not asked for */
	const double *weights; /* NULL: each is 1 */
};

struct csr {
	uint32_t node_count;
	const uint64_t *ids;	  /* ascending */
	struct csr_side sides[4]; /* by enum direction; offsets NULL: not made yet */
	struct arena *arena;
};

/* What an algorithm wants besides the options that all of them have. */
struct csr_wish {
	bool wants_edges;    /* ids of edges, for paths */
	bool wants_weight;   /* from the argument or option `weight` */
	struct value weight; /* the argument, if there is one */
};

/* The projection that the call's options describe, cached or loaded. Errors: E_NO_OBJECT for an
   unknown label, E_TYPE and E_INVALID_VALUE for options and weights, E_NULL_NOT_ALLOWED for an edge
   without weight, E_OUT_OF_MEMORY, E_CANCELLED. */
enum sqlstate csr_load(struct procedure_call *call, const struct csr_wish *wish, struct csr **out,
	struct error *e) MUST_USE;
/* Makes the side of a direction if it is not there. */
enum sqlstate csr_need(struct procedure_call *call, struct csr *g, enum direction direction,
	const struct csr_side **out, struct error *e) MUST_USE;
/* The same side without loops and with parallel edges as one, in the call's arena: no edges, no
   weights. */
enum sqlstate csr_simple(struct procedure_call *call, struct csr *g, enum direction direction,
	struct csr_side *out, struct error *e) MUST_USE;
/* The number of a node, CSR_NONE if it is not in the projection (or v is no node). */
uint32_t csr_find(const struct csr *g, struct value v);

static inline double csr_weight(const struct csr_side *side, uint64_t place)
{
	return side->weights == NULL ? 1.0 : side->weights[place];
}

static inline uint64_t csr_degree(const struct csr_side *side, uint32_t node)
{
	return side->offsets[node + 1] - side->offsets[node];
}

/* Keeps the last projection. */
struct csr_cache *csr_cache_new(uint64_t bytes_max);
void csr_cache_clear(struct csr_cache *c);
void csr_cache_free(struct csr_cache *c);

#endif
