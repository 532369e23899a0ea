/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Level 4 of the check: applies the log between two checkpoints to the first one and compares every
 * page with the second.
 */
#ifndef STORAGE_CARE_REPLAY_H
#define STORAGE_CARE_REPLAY_H

#include "storage/page/superblock.h"
#include "storage/storage.h"

/* *findings grows by what differs. If the first checkpoint or the log is not there any more, a note
   says so. */
enum sqlstate replay_compare(struct store *store, const struct superblock *from,
	const struct superblock *to, const struct storage_checker *checker, uint64_t *findings,
	struct error *e) MUST_USE;

/* The newest checkpoint of a store that nobody uses, and the one before it if its superblock is there
   (*has_before). */
enum sqlstate replay_find(struct store *store, struct superblock *newest, struct superblock *before,
	bool *has_before, struct error *e) MUST_USE;

#endif
