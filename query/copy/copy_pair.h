/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Which nodes the edges of a COPY may join, and the keys by which _from and _to name them: the pairs
 * that the label declares, or what FROM_KEY and TO_KEY make of them.
 */
#ifndef QUERY_COPY_COPY_PAIR_H
#define QUERY_COPY_COPY_PAIR_H

#include "base/arena.h"
#include "query/copy/copy_format.h"
#include "storage/storage.h"

/* What is copied, and where it is. */
struct copy_place {
	struct arena *arena;
	const struct catalog *catalog;
	struct str graph; /* of the session; empty: main */
	const struct ast_copy *copy;
	const struct copy_format *format;
};

struct copy_pairs {
	uint32_t count; /* 0: ends are ids (ENDS_BY_ID) */
	struct edge_pair items[EDGE_PAIRS_MAX];
};

/* A name of a label as the catalog has it. */
struct str copy_place_name(const struct copy_place *p, struct str name);
/* True if the columns or the options say that it is about edges. */
bool copy_place_names_ends(const struct copy_place *p);
/* True if the label that is named is an edge label: because they say so, or because no node label is
   declared by that name. */
bool copy_place_is_edge(const struct copy_place *p);
/* The pairs of an edge label, each with its keys. E_NO_OBJECT, with a hint, where a key is not known. */
enum sqlstate copy_pairs_find(const struct copy_place *p, uint32_t edge, struct copy_pairs *out,
	struct error *e) MUST_USE;
/* The declared type of the key; STRING if it has none. */
struct type copy_end_type(const struct catalog *c, struct edge_end end);
/* The type of the column _from (or _to): STRING where the keys are of several types. */
struct type copy_pairs_type(
	const struct catalog *c, const struct copy_pairs *pairs, bool is_source);
/* E_NO_OBJECT: the nodes of an end cannot be told, and why. */
enum sqlstate copy_pairs_fail(const struct copy_place *p, bool is_source, const char *why,
	struct error *e) MUST_USE;

#endif
