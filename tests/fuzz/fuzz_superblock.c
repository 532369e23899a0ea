/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Fuzz target: reading the superblock. The input is a byte of flags and then up to four copies of 4096
 * bytes, as the disk holds them. Reading gives the newest valid copy, or says why not; what it gives is
 * one of the copies, whole. Saved again under the next number it is found, whatever the other pair
 * holds. Bit i of the first byte: the checksum of copy i is made right first.
 */
#include <string.h>

#include "base/check.h"
#include "base/crc32c.h"
#include "storage/page/superblock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fill(struct store *store, const uint8_t *data, size_t size)
{
	for (int copy = 0; copy < STORE_SUPERBLOCK_COPIES; copy++) {
		struct superblock *s = (struct superblock *)store_sim_superblock(store, copy);
		size_t from = 1 + (size_t)copy * sizeof *s;

		if (from < size)
			memcpy(s, data + from, MIN_OF(sizeof *s, size - from));
		if ((data[0] >> copy) & 1)
			s->crc = crc32c(0, s, offsetof(struct superblock, crc));
	}
}

static bool is_one_of(struct store *store, const struct superblock *s)
{
	for (int copy = 0; copy < STORE_SUPERBLOCK_COPIES; copy++)
		if (memcmp(store_sim_superblock(store, copy), s, sizeof *s) == 0)
			return true;
	return false;
}

static void save_and_find(struct store *store, struct superblock *s)
{
	struct superblock again;
	bool found, is_empty;
	struct error e;

	if (s->sequence >= UINT64_MAX - 1)
		return;
	s->sequence++;
	if (superblock_save(store, s, &e) != OK ||
		superblock_load(store, &again, &found, &is_empty, &e) != OK)
		unreachable();
	assert(found);
	assert(again.sequence == s->sequence);
	assert(memcmp(&again, s, sizeof again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct superblock s;
	struct store *store;
	bool found, is_empty;
	struct error e;
	enum sqlstate rc;

	if (size < 1 || size > 1 + STORE_SUPERBLOCK_COPIES * sizeof s)
		return 0;
	store = store_sim_new(1, 64 << 10);
	fill(store, data, size);
	rc = superblock_load(store, &s, &found, &is_empty, &e);
	assert(rc == OK || rc == E_NOT_SUPPORTED);
	if (rc == OK && found) {
		assert(!is_empty);
		assert(superblock_examine(&s) == SUPERBLOCK_VALID);
		assert(is_one_of(store, &s));
		save_and_find(store, &s);
	}
	store_sim_free(store);
	return 0;
}
