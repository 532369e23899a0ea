/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Tallies: see tally.h.
 */
#include "storage/txn/tally.h"

#include <stdlib.h>
#include <string.h>

#include "storage/txn/engine.h"

void tally_init(struct tallies *t)
{
	memset(t, 0, sizeof *t);
}

void tally_destroy(struct tallies *t)
{
	for (uint32_t stripe = 0; stripe < STRIPES; stripe++) {
		for (int kind = 0; kind < STORAGE_TALLIED_COUNT; kind++) {
			for (uint32_t i = 0; i < TALLY_CHUNKS; i++)
				free(t->stripes[stripe].chunks[kind][i]);
		}
	}
}

struct tally_entry *tally_chunk_make(
	struct tallies *t, uint32_t stripe, enum storage_tallied kind, uint32_t chunk)
{
	struct tally_entry *made = calloc((size_t)TALLY_FIRST << chunk, sizeof *made);
	struct tally_entry *others = NULL;

	if (made == NULL || atomic_compare_exchange_strong(
				    &t->stripes[stripe].chunks[kind][chunk], &others, made))
		return made;
	free(made);
	return others;
}

void tally_change(struct tallies *t, enum element element, const uint32_t *labels, uint32_t count,
	enum tally which)
{
	enum storage_tallied kind = tallied_label(element);

	tally_add(t, kind, NAME_NONE, which, 1);
	for (uint32_t i = 0; i < count; i++)
		tally_add(t, kind, labels[i], which, 1);
}

void tally_node_change(struct txn *t, uint32_t labelset, enum tally which)
{
	const uint32_t *labels;
	uint32_t count = catalog_labelset_labels(t->catalog, labelset, &labels);

	tally_change(&t->storage->tallies, ELEMENT_NODE, labels, count, which);
}
