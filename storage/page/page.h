/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The page: 16 KiB with a header of 32 bytes that every type shares. A page has a number (pid) that
 * stays its own while its place on disk, a block, changes with every checkpoint that finds it
 * changed.
 *
 *     0 u32 crc        CRC-32C of bytes 4 … 16383; right on disk, stale in memory
 *     4 u8  type       enum page_type
 *     5 u8  encoding   the type's own
 *     6 u16 flags      the type's own
 *     8 u64 pid
 *    16 u64 last_ts    commit timestamp of the last record that changed it
 *    24 u16 count      the type's own, by custom: entries
 *    26 u16 low        the type's own, by custom: end of what grows upward
 *    28 u16 high       the type's own, by custom: start of what grows downward
 *    30 u16 garbage    the type's own, by custom: bytes to be won by compaction
 *    32 u8[16352]      body
 *
 * Integers are little-endian. Everything but the crc is a function of the records applied, never of
 * addresses, caches or time, so that a live, a recovered and a replicated engine have equal pages.
 */
#ifndef STORAGE_PAGE_PAGE_H
#define STORAGE_PAGE_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

enum {
	PAGE_BYTES = 16384,
	PAGE_HEADER_BYTES = 32,
	PAGE_BODY_BYTES = PAGE_BYTES - PAGE_HEADER_BYTES,
	PAGE_NONE = 0, /* no page has the number 0 */
};

enum page_type {
	PAGE_TYPE_NONE = 0,
	PAGE_MAP = 1, /* page number to block; the pager's own */
	PAGE_FREE_SPACE = 2,
	PAGE_NODE_HEADS = 3,
	PAGE_EDGE_HEADS = 4,
	PAGE_PROPERTIES = 5,
	PAGE_OVERFLOW = 6,
	PAGE_ADJACENCY_SEGMENTS = 7,
	PAGE_ADJACENCY_ROOT = 8,
	PAGE_ADJACENCY_INNER = 9,
	PAGE_ADJACENCY_LEAF = 10,
	PAGE_BTREE_INNER = 11,
	PAGE_BTREE_LEAF = 12,
	PAGE_LABEL = 13,
	PAGE_DIRECTORY = 14,
	PAGE_TYPE_COUNT,
};

struct page {
	uint32_t crc;
	uint8_t type;
	uint8_t encoding;
	uint16_t flags;
	uint64_t pid;
	uint64_t last_ts;
	uint16_t count;
	uint16_t low;
	uint16_t high;
	uint16_t garbage;
	uint8_t body[PAGE_BODY_BYTES];
};
static_assert(sizeof(struct page) == PAGE_BYTES, "a page is 16 KiB");
static_assert(offsetof(struct page, type) == 4, "page header");
static_assert(offsetof(struct page, flags) == 6, "page header");
static_assert(offsetof(struct page, pid) == 8, "page header");
static_assert(offsetof(struct page, last_ts) == 16, "page header");
static_assert(offsetof(struct page, count) == 24, "page header");
static_assert(offsetof(struct page, garbage) == 30, "page header");
static_assert(offsetof(struct page, body) == PAGE_HEADER_BYTES, "page header");

/* The checksum that belongs into `crc`: of everything behind it. */
uint32_t page_checksum(const struct page *p);

#endif
