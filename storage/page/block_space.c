/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The blocks in use: see block_space.h. Next fit, so that what is written together lies together.
 */
#include "storage/page/block_space.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "storage/store/store.h"

enum {
	GROW_BLOCKS_LEAST = 256, /* 4 MiB */
	GROW_BLOCKS_MOST = 4096, /* 64 MiB */
};

static bool is_used(const struct block_space *s, uint64_t block) HOLDS(block)
{
	return (s->used[block >> 6] >> (block & 63)) & 1;
}

static void set_count(struct block_space *s, uint64_t count) HOLDS(block)
{
	uint64_t words = (count + 63) / 64;
	uint64_t words_before = (s->count + 63) / 64;

	if (words > words_before) {
		s->used = realloc(s->used, words * sizeof s->used[0]);
		if (s->used == NULL)
			PANIC("out of memory");
		memset(s->used + words_before, 0, (words - words_before) * sizeof s->used[0]);
	}
	s->free_count += count - s->count;
	s->count = count;
}

void block_space_init(struct block_space *s, struct store *store)
{
	memset(s, 0, sizeof *s);
	s->store = store;
	mutex_init(&s->mutex);
	lock_block(&s->mutex);
	set_count(s, store->ops->block_count(store));
	for (uint64_t i = 0; i < STORE_SUPERBLOCK_COPIES; i++) {
		s->used[0] |= (uint64_t)1 << i;
		s->free_count--;
	}
	unlock_block(&s->mutex);
}

void block_space_destroy(struct block_space *s)
{
	lock_block(&s->mutex);
	free(s->used);
	free(s->later);
	free(s->held);
	unlock_block(&s->mutex);
	mutex_destroy(&s->mutex);
}

bool block_space_mark(struct block_space *s, uint64_t block)
{
	bool is_new = false;

	lock_block(&s->mutex);
	if (block < s->count && !is_used(s, block)) {
		is_new = true;
		s->used[block >> 6] |= (uint64_t)1 << (block & 63);
		s->free_count--;
	}
	unlock_block(&s->mutex);
	return is_new;
}

/* The first free block at or behind `from`; s->count if there is none. */
static uint64_t find_free(const struct block_space *s, uint64_t from) HOLDS(block)
{
	while (from < s->count) {
		uint64_t word = ~s->used[from >> 6] >> (from & 63);

		if (word != 0) {
			from += (uint64_t)__builtin_ctzll(word);
			return MIN_OF(from, s->count);
		}
		from = (from | 63) + 1;
	}
	return s->count;
}

static void take_run(struct block_space *s, uint32_t want, uint64_t *first, uint32_t *got)
	HOLDS(block)
{
	uint64_t at = find_free(s, s->cursor);
	uint32_t n = 0;

	if (at == s->count)
		at = find_free(s, 0);
	assert(at < s->count);
	*first = at;
	for (; n < want && at < s->count && !is_used(s, at); n++, at++)
		s->used[at >> 6] |= (uint64_t)1 << (at & 63);
	s->free_count -= n;
	s->cursor = at;
	*got = n;
}

/* Asks the store for more, with the lock released meanwhile: growing may take milliseconds. If
   there is no room for a good piece, then for what is needed. */
static enum sqlstate grow(struct block_space *s, uint64_t more, struct error *e) HOLDS(block)
{
	uint64_t count = s->count;
	uint64_t needed = more;
	enum sqlstate rc;

	more = MAX_OF(more, MAX_OF(MIN_OF(count / 4, GROW_BLOCKS_MOST), GROW_BLOCKS_LEAST));
	unlock_block(&s->mutex);
	rc = s->store->ops->block_grow(s->store, count + more, e);
	if (rc == E_DISK_FULL && needed < more)
		rc = s->store->ops->block_grow(s->store, count + needed, e);
	lock_block(&s->mutex);
	if (rc != OK)
		return rc;
	count = s->store->ops->block_count(s->store);
	if (count > s->count)
		set_count(s, count);
	return OK;
}

enum sqlstate block_space_take(struct block_space *s, uint32_t want, bool for_checkpoint,
	uint64_t *first, uint32_t *got, struct error *e)
{
	enum sqlstate rc = OK;

	lock_block(&s->mutex);
	if (for_checkpoint) {
		assert(s->reserved > 0);
		assert(s->free_count >= s->reserved);
		take_run(s, (uint32_t)MIN_OF(want, s->reserved), first, got);
		s->reserved -= *got;
		goto out;
	}
	while (s->free_count <= s->reserved)
		TRY_GOTO(out, grow(s, want, e));
	take_run(s, (uint32_t)MIN_OF(want, s->free_count - s->reserved), first, got);
out:
	unlock_block(&s->mutex);
	return rc;
}

static void free_locked(struct block_space *s, uint64_t block) HOLDS(block)
{
	assert(block >= STORE_SUPERBLOCK_COPIES);
	assert(block < s->count);
	assert(is_used(s, block));
	s->used[block >> 6] &= ~((uint64_t)1 << (block & 63));
	s->free_count++;
}

void block_space_free(struct block_space *s, uint64_t block)
{
	lock_block(&s->mutex);
	free_locked(s, block);
	unlock_block(&s->mutex);
}

static void list_add(uint64_t **list, uint64_t *count, uint64_t *capacity, uint64_t block)
{
	if (*count == *capacity) {
		*capacity = MAX_OF(2 * *capacity, 256);
		*list = realloc(*list, *capacity * sizeof **list);
		if (*list == NULL)
			PANIC("out of memory");
	}
	(*list)[(*count)++] = block;
}

void block_space_free_later(struct block_space *s, uint64_t block)
{
	lock_block(&s->mutex);
	assert_slow(is_used(s, block));
	list_add(&s->later, &s->later_count, &s->later_capacity, block);
	unlock_block(&s->mutex);
}

void block_space_release(struct block_space *s)
{
	lock_block(&s->mutex);
	for (uint64_t i = 0; i < s->later_count; i++) {
		if (s->holders == 0)
			free_locked(s, s->later[i]);
		else
			list_add(&s->held, &s->held_count, &s->held_capacity, s->later[i]);
	}
	s->later_count = 0;
	unlock_block(&s->mutex);
}

void block_space_hold(struct block_space *s)
{
	lock_block(&s->mutex);
	s->holders++;
	unlock_block(&s->mutex);
}

void block_space_let_go(struct block_space *s)
{
	lock_block(&s->mutex);
	assert(s->holders > 0);
	s->holders--;
	for (uint64_t i = 0; s->holders == 0 && i < s->held_count; i++)
		free_locked(s, s->held[i]);
	if (s->holders == 0)
		s->held_count = 0;
	unlock_block(&s->mutex);
}

enum sqlstate block_space_secure(struct block_space *s, uint64_t count, struct error *e)
{
	enum sqlstate rc = OK;

	lock_block(&s->mutex);
	while (s->free_count < count)
		TRY_GOTO(out, grow(s, count - s->free_count, e));
out:
	unlock_block(&s->mutex);
	return rc;
}

enum sqlstate block_space_reserve(struct block_space *s, uint64_t count, struct error *e)
{
	enum sqlstate rc = OK;

	lock_block(&s->mutex);
	assert(s->reserved == 0);
	while (s->free_count < count)
		TRY_GOTO(out, grow(s, count - s->free_count, e));
	s->reserved = count;
out:
	unlock_block(&s->mutex);
	return rc;
}

void block_space_unreserve(struct block_space *s)
{
	lock_block(&s->mutex);
	s->reserved = 0;
	unlock_block(&s->mutex);
}

void block_space_counts(struct block_space *s, uint64_t *total, uint64_t *free_count)
{
	lock_block(&s->mutex);
	*total = s->count;
	*free_count = s->free_count;
	unlock_block(&s->mutex);
}
