/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The ends of the edges that COPY FROM loads: _from and _to of a batch of rows become nodes, by one
 * look-up for each key rather than one for each row. Where the label declares several pairs, the
 * pair whose two nodes are there is the row's.
 */
#ifndef QUERY_COPY_COPY_ENDS_H
#define QUERY_COPY_COPY_ENDS_H

#include "query/copy/copy_pair.h"
#include "query/eval/eval.h"

struct copy_ends;

/* `rows`: the most that a batch has. `eval` lives as long; its arena is the batch's. Errors: as of
   copy_pairs_find(), and E_NO_OBJECT for a key without a unique index. */
enum sqlstate copy_ends_open(const struct copy_place *p, uint32_t edge, struct eval *eval,
	uint32_t rows, struct copy_ends **out, struct error *e) MUST_USE;
struct type copy_ends_type(const struct copy_ends *c, bool is_source);
/* The value of _from (or _to) in a row of the batch. */
void copy_ends_put(struct copy_ends *c, bool is_source, uint32_t row, struct value v);
/* Looks up the ends of the first `count` rows. */
enum sqlstate copy_ends_find(struct copy_ends *c, uint32_t count, struct error *e) MUST_USE;
/* The nodes of a row, made if that is asked for; *skip: they are missing, and that is no error.
   E_NOT_NULL, E_FOREIGN_KEY; E_CARDINALITY where several pairs have the keys. */
enum sqlstate copy_ends_settle(struct copy_ends *c, uint32_t row, uint64_t *source,
	uint64_t *target, bool *skip, struct error *e) MUST_USE;

#endif
