/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A draft: an element as a write is about to leave it, before it is checked and becomes a change.
 * Shared by storage_write.c and storage_schema.c. See storage_draft.c.
 */
#ifndef STORAGE_TXN_DRAFT_H
#define STORAGE_TXN_DRAFT_H

#include "storage/txn/read.h"

enum { DRAFT_LABELS_MAX = 64 };

struct draft {
	enum element element;
	uint64_t id;
	uint64_t source, target;
	bool is_new;
	bool is_recheck; /* it has been written: what is generated has been made */
	bool completes_late; /* what is NOT NULL may be missing yet .. */
	bool is_incomplete;  /* .. and is */
	uint32_t label;			   /* labelset or edge label, after the write */
	uint32_t old_label;		   /* before it; absent if new */
	uint32_t labels[DRAFT_LABELS_MAX]; /* of a node: sorted; of an edge: the one */
	uint32_t label_count;
	struct property *properties; /* sorted by key; values as the write leaves them */
	uint32_t count, capacity;
	const uint8_t *old_map; /* before the write */
	uint32_t old_map_size;
	struct arena *arena;
};

/* 53200 if the transaction's changes take more memory than they may. */
enum sqlstate draft_has_room(const struct txn *t, struct error *e) MUST_USE;
/* Sorts labels and drops duplicates; returns how many are left. */
uint32_t draft_sort_labels(uint32_t *labels, uint32_t count);
struct property *draft_find(const struct draft *d, uint32_t key);
/* Whether one of its labels declares keys to be generated, and whether one of them is this. */
bool draft_has_generated(const struct txn *t, const struct draft *d);
bool draft_is_generated(const struct txn *t, const struct draft *d, uint32_t key);
/* Sets (or, with VALUE_NULL, removes) a property. */
void draft_set(struct draft *d, uint32_t key, struct value value);
/* Sorts what was put in unordered, drops NULLs; of duplicates the last counts. */
void draft_sort(struct draft *d);

/* Declared types, defaults, NOT NULL and closed labels. */
enum sqlstate draft_fit(struct txn *t, struct draft *d, struct error *e) MUST_USE;
/* A draft of an element as it is: its labels and properties. `label`: labelset or edge label. */
enum sqlstate draft_read(const struct txn *t, struct draft *d, uint32_t label, const uint8_t *map,
	uint32_t map_size, struct error *e) MUST_USE;
/* An element that this transaction has changed, and that is there, lacks nothing that is NOT NULL. */
enum sqlstate draft_is_complete(
	struct txn *t, const struct overlay_record *r, struct error *e) MUST_USE;
/* True if the transaction's catalog, another than when `r` was written, would take it as it is.
   Engine lock: exclusive. */
bool draft_still_fits(struct txn *t, const struct overlay_record *r);
/* The labels of an edge's source and target against the pairs that its label declares: E_CHECK. */
enum sqlstate draft_fit_ends(
	struct txn *t, uint32_t label, const uint32_t labelsets[2], struct error *e) MUST_USE;
/* One value against one declaration; may convert it. */
enum sqlstate draft_fit_value(struct txn *t, enum element element, uint32_t label,
	const struct property_info *p, struct value *value, struct arena *a,
	struct error *e) MUST_USE;
/* Unique keys, against the newest committed state and this transaction's changes; and the size of
   keys. `map` is the draft's map. */
enum sqlstate draft_unique(
	struct txn *t, struct draft *d, const struct buf *map, struct error *e) MUST_USE;
/* The committed element with this key, other than those this transaction has changed; UINT64_MAX if
   there is none. */
enum sqlstate draft_committed_with_key(struct txn *t, const struct catalog_index *index,
	struct str key, uint64_t *id, struct error *e) MUST_USE;
/* Tells the catalog of the types. */
enum sqlstate draft_observe(struct txn *t, struct draft *d, struct error *e) MUST_USE;

#endif
