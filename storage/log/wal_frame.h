/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The log's bytes. A batch is written as one or more frames, each within one segment and starting
 * on a boundary of 4096 bytes, so that bytes once durable are never written again. A batch that is
 * larger than a frame, or meets the end of a segment, has several; it counts only if all are there.
 *
 * Frame:
 *      0 u32 magic "QVWB"      4 u32 crc of bytes 8 … size-1      8 u64 lsn of this frame
 *     16 u32 size, header included                              20 u32 records in the batch
 *     24 u64 epoch            32 u64 first_ts                   40 u64 last_ts
 *     48 u64 wall_us          56 u32 crc of the frame before    60 u32 flags (1 first, 2 last)
 *     64 u64 durable_lsn: every frame below it was on disk when this one was written
 *     72 u32 part: 0, 1, … within the batch                     76 u32 zero
 *     80 … records, cut anywhere; then zeroes up to the next boundary
 *
 * Segment header, in the first 4096 bytes of each segment, written together with its first frame:
 *      0 u32 magic "QVWS"      4 u32 crc of bytes 8 … 4095        8 u32 format   12 u32 zero
 *     16 u8[16] uuid          32 u64 epoch                      40 u64 number
 *     48 u64 lsn of its start 56 u64 segment_bytes              64 u32 crc of the frame before
 */
#ifndef STORAGE_LOG_WAL_FRAME_H
#define STORAGE_LOG_WAL_FRAME_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "storage/log/wal.h"
#include "storage/store/store.h"

enum {
	WAL_FORMAT = 1,
	WAL_FRAME_BYTES_MOST = 4 << 20,
	WAL_FRAME_FIRST = 1,
	WAL_FRAME_LAST = 2,
	WAL_SEGMENT_HEADER_BYTES = STORE_ALIGN,
};

struct wal_frame {
	uint32_t magic;
	uint32_t crc;
	uint64_t lsn;
	uint32_t size;
	uint32_t record_count;
	uint64_t epoch;
	uint64_t first_ts;
	uint64_t last_ts;
	uint64_t wall_us;
	uint32_t previous_crc;
	uint32_t flags;
	uint64_t durable_lsn;
	uint32_t part;
	uint32_t zero;
};
static_assert(sizeof(struct wal_frame) == 80, "frame header");
static_assert(offsetof(struct wal_frame, durable_lsn) == 64, "frame header");

struct wal_segment {
	uint32_t magic;
	uint32_t crc;
	uint32_t format;
	uint32_t zero;
	uint8_t uuid[16];
	uint64_t epoch;
	uint64_t number;
	uint64_t lsn;
	uint64_t segment_bytes;
	uint32_t previous_crc;
	uint8_t rest[4028];
};
static_assert(sizeof(struct wal_segment) == WAL_SEGMENT_HEADER_BYTES, "segment header");

/* Sets magic and checksum of a frame whose other fields and payload are in place. */
void wal_frame_seal(struct wal_frame *f);
/* True if the bytes at `f`, of which `available` may be read, look like a frame that begins at
   `lsn`: everything but its checksum, which may cover more than is available. */
bool wal_frame_is_plausible(
	const struct wal_frame *f, uint64_t lsn, uint64_t epoch, uint64_t segment_bytes);
/* The whole frame is at `f`. */
bool wal_frame_is_whole(const struct wal_frame *f);
void wal_segment_seal(struct wal_segment *s);
bool wal_segment_is_valid(
	const struct wal_segment *s, const uint8_t *uuid, uint64_t lsn, uint64_t segment_bytes);

static inline uint64_t wal_align(uint64_t n)
{
	return (n + STORE_ALIGN - 1) / STORE_ALIGN * STORE_ALIGN;
}

struct wal {
	struct store *store;
	uint8_t uuid[16];
	uint64_t segment_bytes;
	uint64_t from_lsn;
	uint32_t from_crc;
	uint64_t epoch;
	const struct wal_target *target; /* NULL: none */
	bool is_scanned;
	bool is_started;
	uint32_t last_crc;    /* the appender's */
	uint8_t *staging;     /* the appender's: header page and one frame */
	_Atomic uint64_t lsn; /* of the next frame */
	_Atomic uint64_t durable_lsn;
	_Atomic uint64_t reserved_lsn; /* segments exist up to here */
	_Atomic uint64_t batches, bytes, flushes, flush_ns;
};

/* Where the frame after one that ends at `lsn` goes: behind the header of a segment, if one begins
   there. */
static inline uint64_t wal_next_place(const struct wal *w, uint64_t lsn)
{
	lsn = wal_align(lsn);
	return lsn % w->segment_bytes == 0 ? lsn + WAL_SEGMENT_HEADER_BYTES : lsn;
}

#endif
