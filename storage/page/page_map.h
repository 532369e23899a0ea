/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The page map: for every page number the block that holds its image, and that image's checksum. It
 * is held twice in memory, as two flat tables:
 *
 *   current   the newest image written; where a page that is not resident is read from
 *   saved     the image that belongs to the last checkpoint, or to the one being written
 *
 * and once on disk, as a copy-on-write tree of MAP pages that says what `saved` says. Entry on
 * disk:
 *
 *     0 u64 block:48|0:16    8 u32 crc of the page (its header's crc)   12 u32 0
 *
 * 1022 of them to a MAP page, whose pid is its place within its level, whose encoding is the level
 * (0: leaves) and whose count is the number of entries. Entry 0 is never used; block 0 means that
 * the page number is free. The tree's root and height are in the superblock.
 *
 * Locks: an entry of a page belongs to the page's pager shard (class pager); the tree's nodes to
 * the checkpoint.
 */
#ifndef STORAGE_PAGE_PAGE_MAP_H
#define STORAGE_PAGE_PAGE_MAP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "storage/page/block_space.h"
#include "storage/page/number_set.h"
#include "storage/page/page.h"
#include "storage/page/superblock.h"

enum {
	PAGE_MAP_FANOUT = PAGE_BODY_BYTES / 16,
	PAGE_MAP_LEVELS = 3,
	PAGE_LIMIT_MOST = 1 << NUMBER_SET_BITS, /* 4 TiB of pages */
};
static_assert(PAGE_MAP_FANOUT == 1022, "entries of a map page");

struct map_entry {
	uint64_t block : 48;
	uint64_t is_captured : 1; /* current: the checkpoint holds the image it wants in a buffer */
	uint32_t crc;
	uint32_t generation; /* current: in which the image's content was made */
};
static_assert(sizeof(struct map_entry) == 16, "map entry");

struct map_node {
	uint64_t block;
	uint32_t crc;
	_Atomic bool is_dirty;
};

struct page_map {
	struct map_entry *current;
	struct map_entry *saved;
	struct map_node *nodes[PAGE_MAP_LEVELS];
	uint64_t page_limit;	/* engine lock: page numbers given out so far are below it */
	struct number_set free; /* engine lock: those below it that are free */
};

void page_map_init(struct page_map *m);
void page_map_destroy(struct page_map *m);
/* Reads the tree and marks every block it refers to as used. E_DATA_CORRUPTED, E_IO. */
enum sqlstate page_map_load(struct page_map *m, const struct superblock *from,
	struct block_space *space, struct error *e) MUST_USE;
/* Sets what the checkpoint says of a page; class pager of its shard. */
void page_map_set_saved(struct page_map *m, uint64_t pid, uint64_t block, uint32_t crc);
/* The most blocks that page_map_save can need if `changed` pages were set. */
uint64_t page_map_blocks_bound(uint64_t page_limit, uint64_t changed);
/* Writes the changed nodes to reserved blocks, fills root, height and limit in `to`. A panic if
   the store fails. */
void page_map_save(
	struct page_map *m, uint64_t page_limit, struct superblock *to, struct block_space *space);

#endif
