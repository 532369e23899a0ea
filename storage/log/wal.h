/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The write-ahead log: batches of records, each batch durable as a whole or not there at all.
 *
 * Order of calls: wal_open, wal_scan once (it finds the end), wal_start with the new writer's
 * epoch, then appends. One thread at a time appends (the commit leader); wal_sync and the getters
 * may be called from any.
 *
 * A batch that is not wholly on disk at the end of the log is a torn tail: it was never
 * acknowledged and is forgotten. A batch that is broken although a later one proves that it once
 * was durable is corruption, and the log refuses to open.
 *
 * A failed durable write or sync is a panic: nobody knows what is on disk then, and the state in
 * memory may be ahead of it. Lack of space never is: wal_reserve() says so beforehand.
 */
#ifndef STORAGE_LOG_WAL_H
#define STORAGE_LOG_WAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

struct wal;
struct store;

/* ---- records ----------------------------------------------------------------------------------

     0 u32 size     of the record, this header included
     4 u16 kind     enum wal_kind
     6 u16 flags    0
     8 u64 ts       commit timestamp
    16 u32 count    operations in the body
    20 u32 origin   0: this server
    24 …            body: the operations, meaning is the graph's                              */

enum wal_kind { WAL_TXN = 1, WAL_SYS = 2 };
enum { WAL_RECORD_HEADER_BYTES = 24 };

struct wal_record {
	enum wal_kind kind;
	uint64_t ts;
	uint32_t count;
	uint32_t origin;
	const uint8_t *body;
	uint32_t body_size;
};

/* Begins a record at the end of `b` and returns where it begins; put the body behind it, then end
   it. A record is at most 2 GiB. */
size_t wal_record_begin(struct buf *b, enum wal_kind kind);
void wal_record_end(struct buf *b, size_t start, uint64_t ts, uint32_t count);
/* Sets the timestamp of a complete record: it is known only while the commit is applied. */
void wal_record_set_ts(uint8_t *record, uint64_t ts);
/* Reads the record at *at, moves *at behind it. False: the bytes are no record. */
bool wal_record_next(const uint8_t *data, size_t size, size_t *at, struct wal_record *out);

/* ---- opening and recovery -------------------------------------------------------------------- */

/* How far a restored log is read, and that it is read across restarts of the server that wrote it:
   frames of later writers count where they chain. */
struct wal_target {
	uint64_t stop_lsn;     /* batches that begin here or later are not applied; 0: no bound */
	uint64_t stop_wall_us; /* nor the first one written later than this, and what follows; 0 */
};

struct wal_options {
	struct store *store; /* borrowed */
	uint8_t uuid[16];    /* of the database, as in the superblock */
	uint64_t from_lsn;   /* the checkpoint: pager_origin().lsn */
	uint32_t from_crc;   /* and .log_crc */
	uint64_t epoch;	     /* and .epoch: of the batches behind it */
	const struct wal_target *target; /* NULL: to the end of what this writer wrote */
};

/* The first position of a log: for the checkpoint of a new database. */
enum { WAL_FIRST_LSN = 4096 };

enum sqlstate wal_open(
	const struct wal_options *options, struct wal **out, struct error *e) MUST_USE;
/* Does not sync: wal_sync() first if durability was off. */
void wal_close(struct wal *w);

/* One whole record of one whole batch; the body lives during the call. An error ends the scan and
   is its result. */
typedef enum sqlstate wal_apply(void *context, const struct wal_record *record, struct error *e);

struct wal_scanned {
	uint64_t batches, records, bytes;
	uint64_t end_lsn;  /* where the next batch goes */
	uint64_t last_ts;  /* of the last batch, 0 if there was none */
	uint64_t torn_lsn; /* where a torn tail was found and dropped, 0 if the log ends clean */
	uint64_t epoch;	   /* of the last batch's writer; with a target, the highest in the log */
	bool has_stopped;  /* at the target, before the log's end */
};
/* Hands every record from from_lsn on to `apply`, in order. E_DATA_CORRUPTED: see above; the
   message names the position. */
enum sqlstate wal_scan(struct wal *w, wal_apply *apply, void *context, struct wal_scanned *out,
	struct error *e) MUST_USE;
/* Makes the log ready to append as writer `epoch`, which must be greater than the one before and be
   in the superblock already (the checkpoint after recovery puts it there). */
enum sqlstate wal_start(struct wal *w, uint64_t epoch, struct error *e) MUST_USE;

/* ---- appending ------------------------------------------------------------------------------- */

/* A piece of the batch: one or more whole records. */
struct wal_span {
	const void *data;
	size_t size;
};

struct wal_batch {
	const struct wal_span *spans;
	uint32_t span_count;
	uint32_t record_count;
	uint64_t first_ts, last_ts;
	bool is_durable; /* false: on disk after wal_sync() or the next durable batch */
};

/* Makes sure that a batch of `bytes` of records can be appended. Call it before anything is
   applied. E_DISK_FULL: nothing has changed. No lock held. */
enum sqlstate wal_reserve(struct wal *w, uint64_t bytes, struct error *e) MUST_USE;
/* Appends one batch: a panic if it cannot be written. *end_lsn (may be NULL): the position behind
   it. No lock held; one caller at a time. */
void wal_append_batch(struct wal *w, const struct wal_batch *batch, uint64_t *end_lsn);
/* Everything appended before the call is durable when it returns; a panic if that fails. */
void wal_sync(struct wal *w);
/* Makes the next segment ready beforehand, for a background thread: cheap if it is there already.
   An error is harmless: wal_reserve() will say it again. */
enum sqlstate wal_prepare(struct wal *w, struct error *e) MUST_USE;
/* Forgets what lies below a checkpoint's lsn; its segments are used again. */
enum sqlstate wal_trim(struct wal *w, uint64_t lsn, struct error *e) MUST_USE;

/* Where the next batch goes. One batch's appender, or between batches. */
uint64_t wal_next_lsn(const struct wal *w);
/* The checksum of the last batch, for the superblock. */
uint32_t wal_last_crc(const struct wal *w);
uint64_t wal_durable_lsn(const struct wal *w);

struct wal_statistics {
	uint64_t batches;
	uint64_t bytes;	   /* of records */
	uint64_t flushes;  /* durable writes and syncs */
	uint64_t flush_ns; /* spent in them */
};
void wal_statistics(struct wal *w, struct wal_statistics *out);

#endif
