/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What becomes part of the catalog as soon as somebody uses it, whatever becomes of his
 * transaction: names, sets of labels, and the types of values seen under a label. See names.c.
 */
#ifndef STORAGE_NAMES_H
#define STORAGE_NAMES_H

#include "storage/storage.h"

struct observation {
	enum element element;
	uint32_t label;
	uint32_t key;
	uint32_t bits;
};

/* The number of a set of labels (sorted, no duplicates), made if it is new. */
enum sqlstate names_labelset(struct txn *t, const uint32_t *labels, uint32_t count, uint32_t *out,
	struct error *e) MUST_USE;
/* Makes sure, by a commit of its own, that the newest catalog knows of types of values; the caller has
   looked whether that may be news. */
enum sqlstate names_observe(struct txn *t, const struct observation *seen, uint32_t count,
	struct error *e) MUST_USE;

#endif
