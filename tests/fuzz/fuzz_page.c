/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Fuzz target: opening a database and reading its pages. The input is the superblock (4096 bytes),
 * then blocks of 16 KiB from block 4 on. Opening succeeds or says why not; then every page can be
 * asked for, and a checkpoint can be written over it. With bit 0 of the first byte set, checksums
 * are made right first.
 */
#include <string.h>

#include "base/check.h"
#include "base/crc32c.h"
#include "storage/page/checkpoint.h"
#include "storage/page/superblock.h"

enum { BLOCKS = 8, INPUT_MOST = 1 + STORE_SUPERBLOCK_BYTES + BLOCKS * STORE_BLOCK_BYTES };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct disk_entry {
	uint64_t block;
	uint32_t crc;
	uint32_t zero;
};

static struct page *block_at(struct store *store, uint64_t block)
{
	return (struct page *)(store_sim_superblock(store, 0) + block * STORE_BLOCK_BYTES);
}

static bool is_block(uint64_t block)
{
	return block >= STORE_SUPERBLOCK_COPIES && block < STORE_SUPERBLOCK_COPIES + BLOCKS;
}

/* Makes the checksums right along the path superblock, map leaf, pages. */
static void mend(struct store *store)
{
	struct superblock *s = (struct superblock *)store_sim_superblock(store, 1);

	for (uint64_t b = STORE_SUPERBLOCK_COPIES; b < STORE_SUPERBLOCK_COPIES + BLOCKS; b++)
		block_at(store, b)->crc = page_checksum(block_at(store, b));
	if (is_block(s->map_block)) {
		struct page *map = block_at(store, s->map_block);
		struct disk_entry *entries = (struct disk_entry *)map->body;

		for (int i = 0; i < 1022; i++)
			if (is_block(entries[i].block) && entries[i].block != s->map_block)
				entries[i].crc = block_at(store, entries[i].block)->crc;
		map->crc = page_checksum(map);
		s->map_crc = map->crc;
	}
	s->crc = crc32c(0, s, offsetof(struct superblock, crc));
}

static void report(void *context, const char *line)
{
	(void)context;
	assert(strlen(line) > 0);
}

static void use(struct pager *pager)
{
	struct checkpoint_point point = { .lsn = 4096, .epoch = 2 };
	uint64_t findings;
	struct error e;

	for (uint64_t pid = 1; pid < MIN_OF(pager_page_limit(pager), 50); pid++) {
		bool exists;
		uint32_t crc;
		enum sqlstate rc = pager_checksum(pager, pid, &exists, &crc, &e);

		assert(rc == OK || rc == E_DATA_CORRUPTED);
	}
	if (pager_verify(pager, report, NULL, NULL, &findings, &e) != OK)
		unreachable();
	if (pager_page_limit(pager) < 1 << 20) {
		pager_allocate(pager, PAGE_LABEL, 1, NULL);
		if (checkpoint_write(pager, &point, &e) != OK)
			unreachable();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pager_options options = { .pool_bytes = 64 * PAGE_BYTES };
	struct store *store;
	struct pager *pager;
	struct error e;
	enum sqlstate rc;
	size_t head;

	if (size < 2 || size > INPUT_MOST)
		return 0;
	store = store_sim_new(1, 64 << 10);
	if (store->ops->block_grow(store, STORE_SUPERBLOCK_COPIES + BLOCKS, &e) != OK)
		unreachable();
	head = MIN_OF(size - 1, STORE_SUPERBLOCK_BYTES);
	memcpy(store_sim_superblock(store, 1), data + 1, head);
	memcpy(block_at(store, STORE_SUPERBLOCK_COPIES), data + 1 + head, size - 1 - head);
	if (data[0] & 1)
		mend(store);
	options.store = store;
	rc = pager_open(&options, &pager, &e);
	assert(rc == OK || rc == E_DATA_CORRUPTED || rc == E_NOT_SUPPORTED);
	if (rc == OK) {
		use(pager);
		pager_close(pager);
	}
	store_sim_free(store);
	return 0;
}
