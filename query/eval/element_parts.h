/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What a node or an edge consists of, in the order of the names' bytes: for every text that shows an
 * element, so that equal elements have equal texts.
 */
#ifndef QUERY_EVAL_ELEMENT_PARTS_H
#define QUERY_EVAL_ELEMENT_PARTS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "storage/storage.h"
#include "storage/value.h"

struct named_property {
	struct str name;
	struct value value;
};

/* The properties of an element that the transaction sees; the array and the values are in the
   arena, the names in the transaction's catalog. Errors: the reads'. */
enum sqlstate element_properties_by_name(struct txn *t, enum element element, uint64_t id,
	struct arena *a, struct named_property **out, uint32_t *count, struct error *e) MUST_USE;
/* The names of a node's labels, none for a node that is not there. Ownership as above. */
enum sqlstate element_labels_by_name(struct txn *t, uint64_t id, struct arena *a, struct str **out,
	uint32_t *count, struct error *e) MUST_USE;

#endif
