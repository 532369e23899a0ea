/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Which snapshots are in use: one padded slot per open transaction. Beginning a transaction writes
 * to its own slot alone; the collector of old versions looks at all of them. See snapshot.c.
 */
#ifndef STORAGE_SNAPSHOT_H
#define STORAGE_SNAPSHOT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"

enum { SNAPSHOT_SLOTS_MAX = 8192 };

struct snapshot_slot {
	_Atomic uint64_t ts;	     /* the snapshot, 0: none */
	_Atomic uint64_t catalog;    /* version of the oldest catalog it may look at */
	_Atomic uint64_t since;	     /* the oldest that what the transaction changed was made on */
	_Atomic uint32_t is_too_old; /* its history was given up: every read fails with 72000 */
	uint32_t is_used;	     /* guarded by the table's mutex */
	uint8_t pad[96];
};

struct snapshot_table {
	struct snapshot_slot *slots;
	_Atomic uint32_t count; /* slots ever used */
	struct mutex mutex;	/* of class statistics */
};

void snapshot_table_init(struct snapshot_table *t);
void snapshot_table_destroy(struct snapshot_table *t);

/* A slot for a transaction object; NULL when SNAPSHOT_SLOTS_MAX are taken. */
struct snapshot_slot *snapshot_slot_take(struct snapshot_table *t);
void snapshot_slot_give(struct snapshot_table *t, struct snapshot_slot *slot);

/* The oldest snapshot in use, `newest` if there is none. The caller read `newest` from the
   published timestamp before the call. *oldest (may be NULL): its slot, or NULL. */
uint64_t snapshot_horizon(
	const struct snapshot_table *t, uint64_t newest, struct snapshot_slot **oldest);
/* True if nobody but the owner of `except` sees or has changed anything on a snapshot from before
   `ts`, which has been published. */
bool snapshot_none_before(
	const struct snapshot_table *t, uint64_t ts, const struct snapshot_slot *except);
/* The oldest catalog version in use, `newest` if there is none. */
uint64_t snapshot_catalog_horizon(const struct snapshot_table *t, uint64_t newest);

#endif
