/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The superblock: the one thing on disk that is written in place, and the root of everything else.
 * Four copies; checkpoint n writes the pair {0, 2} or {1, 3} by the parity of n, so that the other
 * pair still holds checkpoint n - 1 whole while it does.
 *
 *      0 u8[8] "QUIVER\0\1"      8 u32 format           12 u32 page_shift (14)
 *     16 u8[16] uuid            32 u64 sequence         40 u64 lsn
 *     48 u64 ts                 56 u64 wall_us          64 u64 epoch
 *     72 u64 block_count        80 u64 page_limit       88 u64 map_block
 *     96 u32 map_crc           100 u32 map_levels      104 u32 log_crc    108 u32 root_count
 *    112 u64[2] zero           128 u64 compatible      136 u64 read_compatible
 *    144 u64 incompatible      152 u64 zero            160 u64[32] roots
 *    416 zero                 4092 u32 crc of bytes 0 … 4091
 *
 * Feature bits: a server that does not know a bit of `incompatible` must not open the database, one
 * that does not know a bit of `read_compatible` must not write it. Both are 0. Format 3 adds
 * objects and sequences to the catalog of format 2, which is read and written on as format 3.
 */
#ifndef STORAGE_PAGE_SUPERBLOCK_H
#define STORAGE_PAGE_SUPERBLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "storage/page/pager.h"
#include "storage/store/store.h"

enum { SUPERBLOCK_FORMAT = 3, SUPERBLOCK_FORMAT_OLDEST = 2, SUPERBLOCK_PAGE_SHIFT = 14 };

struct superblock {
	uint8_t magic[8];
	uint32_t format;
	uint32_t page_shift;
	uint8_t uuid[16];
	uint64_t sequence; /* of the checkpoint */
	uint64_t lsn;	   /* every record below it is in the pages */
	uint64_t ts;	   /* last commit in the pages */
	uint64_t wall_us;  /* when it was written */
	uint64_t epoch;	   /* of the writer */
	uint64_t block_count;
	uint64_t page_limit; /* page numbers are below it */
	uint64_t map_block;  /* root of the page map, 0: no page */
	uint32_t map_crc;
	uint32_t map_levels;
	uint32_t log_crc; /* of the last batch below lsn */
	uint32_t root_count;
	uint64_t zero_1[2];
	uint64_t compatible;
	uint64_t read_compatible;
	uint64_t incompatible;
	uint64_t zero_2;
	uint64_t roots[PAGER_ROOT_ROOM];
	uint8_t zero_3[3676];
	uint32_t crc;
};
static_assert(sizeof(struct superblock) == STORE_SUPERBLOCK_BYTES, "superblock");
static_assert(offsetof(struct superblock, sequence) == 32, "superblock");
static_assert(offsetof(struct superblock, map_crc) == 96, "superblock");
static_assert(offsetof(struct superblock, compatible) == 128, "superblock");
static_assert(offsetof(struct superblock, roots) == 160, "superblock");
static_assert(offsetof(struct superblock, crc) == 4092, "superblock");

enum superblock_state {
	SUPERBLOCK_VALID,
	SUPERBLOCK_EMPTY,   /* all zeroes: never written */
	SUPERBLOCK_FOREIGN, /* whole, but of another format or with features unknown here */
	SUPERBLOCK_BROKEN,
};
/* What 4096 bytes are. */
enum superblock_state superblock_examine(const struct superblock *block);

/* Reads the newest valid copy; *found is false if no copy was ever written whole (then *is_empty
   says whether all are zeroes). E_NOT_SUPPORTED: another format; the message names both. E_IO. */
enum sqlstate superblock_load(struct store *store, struct superblock *out, bool *found,
	bool *is_empty, struct error *e) MUST_USE;
/* Fills magic, format and checksum and writes the pair of its sequence, durable on return. */
enum sqlstate superblock_save(
	struct store *store, struct superblock *block, struct error *e) MUST_USE;

#endif
