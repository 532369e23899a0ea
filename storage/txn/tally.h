/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Tallies: what is done with each label and each index, counted by all threads, every one in its
 * stripe (base/stripe.h), so that a lookup costs two additions to memory that no other core writes.
 * A count is exact; it is of what was done, also by transactions that were rolled back or ran again.
 *
 *     stripe ─> chunk 0   numbers 0 … 63        made when a thread first counts there
 *               chunk 1   numbers 64 … 191
 *               chunk n   64 << n numbers
 *
 * Number NAME_NONE of labels has the scans of no one label, and every element that is inserted,
 * updated or deleted, whatever its labels. What there is no memory for is not counted.
 */
#ifndef STORAGE_TALLY_H
#define STORAGE_TALLY_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/stripe.h"
#include "storage/storage_tally.h"

enum tally {
	TALLY_SCANS,
	TALLY_SCANNED,
	TALLY_LOOKUPS,
	TALLY_FOUND,
	TALLY_INSERTED,
	TALLY_UPDATED,
	TALLY_DELETED,
	TALLY_ANALYSES,
	/* not counts, and in the first stripe alone */
	TALLY_ANALYZED_AT,
	TALLY_CHANGES_BEFORE, /* the last analysis */
	TALLY_COUNT,
};

struct tally_entry {
	_Atomic uint64_t at[TALLY_COUNT];
};

enum { TALLY_FIRST = 64, TALLY_CHUNKS = 26 };

struct tallies {
	struct tally_stripe {
		_Alignas(STRIPE_ALIGN) _Atomic(struct tally_entry *)
			chunks[STORAGE_TALLIED_COUNT][TALLY_CHUNKS];
	} stripes[STRIPES];
};

void tally_init(struct tallies *t);
void tally_destroy(struct tallies *t);

struct tally_place {
	uint32_t chunk, index;
};

static inline struct tally_place tally_place_of(uint32_t number)
{
	uint32_t chunk = 31 - (uint32_t)__builtin_clz(number / TALLY_FIRST + 1);

	return (struct tally_place){ chunk, number - TALLY_FIRST * ((1u << chunk) - 1) };
}

COLD struct tally_entry *tally_chunk_make(
	struct tallies *t, uint32_t stripe, enum storage_tallied kind, uint32_t chunk);

/* NULL: there is no memory for it. */
static inline struct tally_entry *tally_in(
	struct tallies *t, uint32_t stripe, enum storage_tallied kind, uint32_t number)
{
	struct tally_place place = tally_place_of(number);
	/* pairs with the exchange in tally_chunk_make() */
	struct tally_entry *chunk = atomic_load_explicit(
		&t->stripes[stripe].chunks[kind][place.chunk], memory_order_acquire);

	if (UNLIKELY(chunk == NULL))
		chunk = tally_chunk_make(t, stripe, kind, place.chunk);
	return chunk == NULL ? NULL : chunk + place.index;
}

static inline void tally_add(struct tallies *t, enum storage_tallied kind, uint32_t number,
	enum tally which, uint64_t more)
{
	struct tally_entry *mine = tally_in(t, stripe_of_thread(), kind, number);

	if (LIKELY(mine != NULL))
		atomic_fetch_add_explicit(&mine->at[which], more, memory_order_relaxed);
}

/* Two of them, the second of which may be 0. */
static inline void tally_add_two(struct tallies *t, enum storage_tallied kind, uint32_t number,
	enum tally first, uint64_t more, uint64_t more_of_next)
{
	struct tally_entry *mine = tally_in(t, stripe_of_thread(), kind, number);

	if (UNLIKELY(mine == NULL))
		return;
	atomic_fetch_add_explicit(&mine->at[first], more, memory_order_relaxed);
	if (more_of_next > 0)
		atomic_fetch_add_explicit(
			&mine->at[first + 1], more_of_next, memory_order_relaxed);
}

static inline enum storage_tallied tallied_label(enum element element)
{
	return element == ELEMENT_NODE ? STORAGE_TALLIED_NODES : STORAGE_TALLIED_EDGES;
}

/* An element with these labels is inserted, updated or deleted. */
void tally_change(struct tallies *t, enum element element, const uint32_t *labels, uint32_t count,
	enum tally which);
/* The same for a node, by its label set. */
void tally_node_change(struct txn *t, uint32_t labelset, enum tally which);

#endif
