/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What is done with labels and indexes: the tallies of storage/txn/tally.h, read and set to zero.
 */
#include "storage/storage_tally.h"

#include <string.h>

#include "base/datetime.h"
#include "storage/txn/engine.h"

/* ---- reading ---- */

static uint64_t read_one(const struct tally_entry *entry, enum tally which)
{
	return atomic_load_explicit(&entry->at[which], memory_order_relaxed);
}

static void add_found(struct storage_tally *out, const struct tally_entry *entry)
{
	out->scans += read_one(entry, TALLY_SCANS);
	out->scanned += read_one(entry, TALLY_SCANNED);
	out->lookups += read_one(entry, TALLY_LOOKUPS);
	out->found += read_one(entry, TALLY_FOUND);
}

static void add_changed(struct storage_tally *out, const struct tally_entry *entry)
{
	out->inserted += read_one(entry, TALLY_INSERTED);
	out->updated += read_one(entry, TALLY_UPDATED);
	out->deleted += read_one(entry, TALLY_DELETED);
}

static const struct tally_entry *find(const struct tallies *t, uint32_t stripe,
	enum storage_tallied kind, struct tally_place place)
{
	const struct tally_entry *chunk = atomic_load_explicit(
		&t->stripes[stripe].chunks[kind][place.chunk], memory_order_acquire);

	return chunk == NULL ? NULL : chunk + place.index;
}

void storage_tally(const struct txn *txn, enum storage_tallied kind, uint32_t number,
	struct storage_tally *out)
{
	const struct tallies *t = &txn->storage->tallies;
	struct tally_place place = tally_place_of(number);
	uint64_t before = 0;

	memset(out, 0, sizeof *out);
	for (uint32_t stripe = 0; stripe < STRIPES; stripe++) {
		const struct tally_entry *entry = find(t, stripe, kind, place);

		if (entry == NULL)
			continue;
		add_found(out, entry);
		add_changed(out, entry);
		out->analyses += read_one(entry, TALLY_ANALYSES);
		out->analyzed_at += (int64_t)read_one(entry, TALLY_ANALYZED_AT);
		before += read_one(entry, TALLY_CHANGES_BEFORE);
	}
	if (kind == STORAGE_TALLIED_NODES)
		out->elements = storage_node_count(txn->storage, number);
	else if (kind == STORAGE_TALLIED_EDGES)
		out->elements = storage_edge_count(txn->storage, number);
	out->changes_since = out->inserted + out->updated + out->deleted - before;
}

/* Calls back for each chunk that there is. */
typedef void visit_chunk(
	struct tally_entry *chunk, uint32_t count, bool has_none, struct storage_tally *out);

static void each_chunk(const struct tallies *t, visit_chunk *visit, struct storage_tally *out)
{
	for (uint32_t stripe = 0; stripe < STRIPES; stripe++) {
		for (int kind = 0; kind < STORAGE_TALLIED_COUNT; kind++) {
			for (uint32_t i = 0; i < TALLY_CHUNKS; i++) {
				struct tally_entry *chunk =
					atomic_load(&t->stripes[stripe].chunks[kind][i]);

				if (chunk != NULL)
					visit(chunk, (uint32_t)TALLY_FIRST << i, i == 0, out);
			}
		}
	}
}

static void add_chunk(
	struct tally_entry *chunk, uint32_t count, bool has_none, struct storage_tally *out)
{
	for (uint32_t i = 0; i < count; i++)
		add_found(out, &chunk[i]);
	if (has_none)
		add_changed(out, &chunk[NAME_NONE]);
}

void storage_tally_total(const struct storage *s, struct storage_tally *out)
{
	memset(out, 0, sizeof *out);
	each_chunk(&s->tallies, add_chunk, out);
}

void storage_tally_analyzed(struct txn *txn, enum element element, uint32_t label)
{
	enum storage_tallied kind = tallied_label(element);
	struct tallies *t = &txn->storage->tallies;
	struct tally_entry *first = tally_in(t, 0, kind, label);
	struct storage_tally now;

	if (first == NULL)
		return;
	storage_tally(txn, kind, label, &now);
	atomic_fetch_add(&first->at[TALLY_ANALYSES], 1);
	atomic_store(&first->at[TALLY_ANALYZED_AT], (uint64_t)timestamp_now());
	atomic_store(&first->at[TALLY_CHANGES_BEFORE], now.inserted + now.updated + now.deleted);
}

/* ---- forgetting ---- */

static void forget(struct tally_entry *entry)
{
	for (int which = 0; which < TALLY_COUNT; which++)
		atomic_store_explicit(&entry->at[which], 0, memory_order_relaxed);
}

void storage_tally_forget(struct txn *txn, enum storage_tallied kind, uint32_t number)
{
	struct tally_place place = tally_place_of(number);

	for (uint32_t stripe = 0; stripe < STRIPES; stripe++) {
		struct tally_entry *chunk =
			txn->storage->tallies.stripes[stripe].chunks[kind][place.chunk];

		if (chunk != NULL)
			forget(chunk + place.index);
	}
}

static void forget_chunk(
	struct tally_entry *chunk, uint32_t count, bool has_none, struct storage_tally *out)
{
	(void)has_none, (void)out;
	for (uint32_t i = 0; i < count; i++)
		forget(&chunk[i]);
}

void storage_tally_forget_all(struct storage *s)
{
	each_chunk(&s->tallies, forget_chunk, NULL);
}
