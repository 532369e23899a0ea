/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Reading, judging and writing the superblock: see superblock.h for the picture. The checksum
 * stands at the same place in every format, so that a whole superblock of another format is told
 * from a broken one of ours.
 */
#include "storage/page/superblock.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crc32c.h"

static const uint8_t magic[8] = { 'Q', 'U', 'I', 'V', 'E', 'R', 0, 1 };

static bool is_zeroed(const struct superblock *block)
{
	const uint8_t *at = (const uint8_t *)block;

	return at[0] == 0 && memcmp(at, at + 1, sizeof *block - 1) == 0;
}

static bool is_known_format(const struct superblock *block)
{
	return block->format >= SUPERBLOCK_FORMAT_OLDEST && block->format <= SUPERBLOCK_FORMAT;
}

enum superblock_state superblock_examine(const struct superblock *block)
{
	if (is_zeroed(block))
		return SUPERBLOCK_EMPTY;
	if (memcmp(block->magic, magic, sizeof magic) != 0)
		return SUPERBLOCK_BROKEN;
	if (block->crc != crc32c(0, block, offsetof(struct superblock, crc)))
		return SUPERBLOCK_BROKEN;
	if (!is_known_format(block) || block->incompatible != 0)
		return SUPERBLOCK_FOREIGN;
	if (block->page_shift != SUPERBLOCK_PAGE_SHIFT || block->root_count > PAGER_ROOT_ROOM)
		return SUPERBLOCK_BROKEN;
	return SUPERBLOCK_VALID;
}

static enum sqlstate refuse_foreign(const struct superblock *block, struct error *e)
{
	if (!is_known_format(block))
		return FAIL(e, E_NOT_SUPPORTED,
			"database has format version %" PRIu32
			", which this server does not read (it reads versions %d to %d)",
			block->format, SUPERBLOCK_FORMAT_OLDEST, SUPERBLOCK_FORMAT);
	return FAIL(e, E_NOT_SUPPORTED,
		"database uses features %#" PRIx64
		" of format version %d that this server does not know",
		block->incompatible, SUPERBLOCK_FORMAT);
}

enum sqlstate superblock_load(
	struct store *store, struct superblock *out, bool *found, bool *is_empty, struct error *e)
{
	struct superblock *copy = aligned_alloc(STORE_ALIGN, sizeof *copy);
	enum superblock_state best = SUPERBLOCK_EMPTY;
	enum sqlstate rc = OK;

	if (copy == NULL)
		PANIC("out of memory");
	*found = false;
	*is_empty = true;
	for (int i = 0; i < STORE_SUPERBLOCK_COPIES; i++) {
		enum superblock_state state;

		TRY_GOTO(out, store->ops->superblock_read(store, i, copy, e));
		state = superblock_examine(copy);
		if (state != SUPERBLOCK_EMPTY)
			*is_empty = false;
		if (state != SUPERBLOCK_VALID && state != SUPERBLOCK_FOREIGN)
			continue;
		if (*found && copy->sequence <= out->sequence)
			continue;
		*found = true;
		best = state;
		*out = *copy;
	}
	if (best == SUPERBLOCK_FOREIGN)
		rc = refuse_foreign(out, e);
out:
	free(copy);
	return rc;
}

enum sqlstate superblock_save(struct store *store, struct superblock *block, struct error *e)
{
	struct superblock *copy = aligned_alloc(STORE_ALIGN, sizeof *copy);
	int first = (int)(block->sequence & 1);
	enum sqlstate rc = OK;

	if (copy == NULL)
		PANIC("out of memory");
	memcpy(block->magic, magic, sizeof magic);
	block->format = SUPERBLOCK_FORMAT;
	block->page_shift = SUPERBLOCK_PAGE_SHIFT;
	block->root_count = PAGER_ROOT_COUNT;
	block->wall_us = (uint64_t)clock_wall_us();
	block->crc = crc32c(0, block, offsetof(struct superblock, crc));
	assert(superblock_examine(block) == SUPERBLOCK_VALID);
	*copy = *block;
	TRY_GOTO(out, store->ops->superblock_write(store, first, copy, e));
	TRY_GOTO(out, store->ops->superblock_write(store, first + 2, copy, e));
out:
	free(copy);
	return rc;
}
