/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The graph store's face, continued: what is counted of labels and indexes. The rules of storage.h hold.
 */
#ifndef STORAGE_STORAGE_TALLY_H
#define STORAGE_STORAGE_TALLY_H

#include "storage/storage.h"

/* What was done with a label or an index since the storage was opened or storage_tally_forget():
   counted exactly, and also where it was rolled back or done again. */
enum storage_tallied {
	STORAGE_TALLIED_NODES, /* of a node label */
	STORAGE_TALLIED_EDGES, /* of an edge label */
	STORAGE_TALLIED_INDEX,
	STORAGE_TALLIED_COUNT,
};
struct storage_tally {
	uint64_t scans, scanned;  /* scans of all its elements, and elements that they found */
	uint64_t lookups, found; /* of an index, by its keys; of an edge label, by a node at an end */
	uint64_t inserted, updated, deleted;
	uint64_t elements; /* of a label: those that are committed */
	uint64_t analyses, changes_since; /* storage_tally_analyzed() */
	int64_t analyzed_at;		  /* TIMESTAMPTZ; 0: never */
};
/* NAME_NONE: what was no one label's, and all that was inserted, updated and deleted. */
void storage_tally(const struct txn *t, enum storage_tallied kind, uint32_t number,
	struct storage_tally *out);
/* Of all labels and indexes, those that are gone too; each element counts once. */
void storage_tally_total(const struct storage *s, struct storage_tally *out);
/* Counts an element that a statement updates. Errors: those of reading its labels. */
enum sqlstate storage_tally_update(
	struct txn *t, enum element element, uint64_t id, struct error *e) MUST_USE;
/* Its elements were looked at for the planner. */
void storage_tally_analyzed(struct txn *t, enum element element, uint32_t label);
void storage_tally_forget(struct txn *t, enum storage_tallied kind, uint32_t number);
void storage_tally_forget_all(struct storage *s);

#endif
