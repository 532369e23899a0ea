/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Checkpoints: the state of one moment, written beside the running engine and switched to in one
 * step.
 *
 *     checkpoint_prepare any time before: memory, so that the beginning need not ask for any
 *     checkpoint_begin   engine lock exclusive, microseconds: this is the moment
 *     checkpoint_run     any thread, no lock: copies pages in short shared sections, writes them to
 *                        free blocks, writes the changed part of the map, syncs, writes the
 *                        superblock pair, syncs. Readers and writers go on meanwhile
 *     checkpoint_end     frees what the checkpoint before needed. Then the log below
 *                        checkpoint_lsn() may be trimmed
 *
 * A live block is never overwritten: until the superblock is durable, the last checkpoint is whole;
 * after that, the new one is. One checkpoint at a time (lock class checkpoint, the caller's).
 */
#ifndef STORAGE_PAGE_CHECKPOINT_H
#define STORAGE_PAGE_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "storage/page/pager.h"

struct checkpoint_point {
	uint64_t lsn;	  /* wal_next_lsn(): every record applied so far lies below it */
	uint64_t ts;	  /* the last commit applied */
	uint64_t epoch;	  /* of this writer */
	uint32_t log_crc; /* wal_last_crc(): of the batch that ends at lsn */
};

/* Makes room for the dirty pages there are, and some more. */
void checkpoint_prepare(struct pager *pager);
/* Notes the moment. The caller holds the engine lock exclusively and stands between two batches:
   everything that has been applied has also been appended to the log. */
void checkpoint_begin(struct pager *pager, const struct checkpoint_point *point);
/* Writes it, at half of the disk's speed: the other half is for those who commit meanwhile. E_DISK_FULL: nothing was written, the checkpoint is called off and may be begun again.
   Any other failure to write is a panic. */
enum sqlstate checkpoint_run(struct pager *pager, struct error *e) MUST_USE;
/* After a checkpoint_run() that returned OK. */
void checkpoint_end(struct pager *pager);

/* True between begin and end. */
bool checkpoint_is_running(const struct pager *pager);
/* Of the last one completed. */
uint64_t checkpoint_lsn(const struct pager *pager);
uint64_t checkpoint_count(const struct pager *pager);

/* Begin, run at full speed and end where nobody else uses the engine: after recovery, at close. */
enum sqlstate checkpoint_write(
	struct pager *pager, const struct checkpoint_point *point, struct error *e) MUST_USE;

#endif
