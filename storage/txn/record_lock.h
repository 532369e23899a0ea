/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Record locks: which open transaction changes which node or edge. See record_lock.c.
 */
#ifndef STORAGE_RECORD_LOCK_H
#define STORAGE_RECORD_LOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/lock.h"
#include "storage/storage.h"

struct txn;
struct record_lock;

enum { RECORD_LOCK_BUCKETS = 4096 };

struct record_locks {
	struct mutex mutex;
	struct condition changed;
	struct record_lock *buckets[RECORD_LOCK_BUCKETS] GUARDED_BY_CLASS(record_lock);
	struct record_lock *spare GUARDED_BY_CLASS(record_lock);
	_Atomic uint64_t held; /* locks held by anybody */
	uint64_t clock GUARDED_BY_CLASS(record_lock);
};

void record_locks_init(struct record_locks *l);
void record_locks_destroy(struct record_locks *l);

/* Takes the record's lock for the transaction, which may have it already, and waits for another
   owner. *waited: it had to. Errors: E_LOCK_TIMEOUT, E_DEADLOCK, E_CANCELLED. No lock may be held.
   */
enum sqlstate record_lock_take(
	struct txn *t, enum element element, uint64_t id, bool *waited, struct error *e) MUST_USE;
/* Gives back the locks taken last, until the transaction holds no more than `keep`. */
void record_lock_release_to(struct txn *t, uint32_t keep);

#endif
