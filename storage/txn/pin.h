/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Pinned checkpoints: while a pin is held, no block of its checkpoint is used again and the log from
 * it on stays, so that the state of that moment can be read beside the running engine.
 */
#ifndef STORAGE_TXN_PIN_H
#define STORAGE_TXN_PIN_H

#include <stdint.h>

#include "storage/page/superblock.h"

struct storage;

struct storage_pin {
	struct superblock superblock; /* of the checkpoint pinned */
	struct storage_pin *next;
};

/* Pins the newest checkpoint; waits for one that is being written. Takes the lock `checkpoint`. */
void pin_take(struct storage *s, struct storage_pin *pin);
void pin_release(struct storage *s, struct storage_pin *pin);

/* `lsn`, or less if pins or the archiver still need the log below it. The caller holds `checkpoint`,
   or is alone with the storage. */
uint64_t care_log_bound(struct storage *s, uint64_t lsn);

#endif
