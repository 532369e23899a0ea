/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Which blocks of the store are in use. Not stored anywhere: at open, what the checkpoint refers to
 * is in use and everything else is free. A block that the last checkpoint refers to is never handed
 * out: what replaces it frees it "later", which is when the next checkpoint is durable.
 */
#ifndef STORAGE_PAGE_BLOCK_SPACE_H
#define STORAGE_PAGE_BLOCK_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/lock.h"

struct store;

struct block_space {
	struct store *store;
	struct mutex mutex;			/* class block */
	uint64_t *used GUARDED_BY_CLASS(block); /* bitmap */
	uint64_t count GUARDED_BY_CLASS(block); /* blocks, used or not */
	uint64_t free_count GUARDED_BY_CLASS(block);
	uint64_t reserved GUARDED_BY_CLASS(block); /* of the free ones, for the checkpoint */
	uint64_t cursor GUARDED_BY_CLASS(block);   /* where the search goes on */
	uint64_t *later GUARDED_BY_CLASS(block);   /* free after the next checkpoint */
	uint64_t later_count GUARDED_BY_CLASS(block);
	uint64_t later_capacity GUARDED_BY_CLASS(block);
	uint64_t *held GUARDED_BY_CLASS(block); /* free once nobody holds blocks */
	uint64_t held_count GUARDED_BY_CLASS(block);
	uint64_t held_capacity GUARDED_BY_CLASS(block);
	uint32_t holders GUARDED_BY_CLASS(block);
};

void block_space_init(struct block_space *s, struct store *store);
void block_space_destroy(struct block_space *s);
/* At open: the block is in use. False if it does not exist or is in use already. */
bool block_space_mark(struct block_space *s, uint64_t block);
/* Takes up to `want` blocks that lie one after the other; grows the store if it must.
   for_checkpoint: out of what was reserved. E_DISK_FULL, E_IO. */
enum sqlstate block_space_take(struct block_space *s, uint32_t want, bool for_checkpoint,
	uint64_t *first, uint32_t *got, struct error *e) MUST_USE;
void block_space_free(struct block_space *s, uint64_t block);
void block_space_free_later(struct block_space *s, uint64_t block);
/* The next checkpoint is durable: what was freed "later" is free. */
void block_space_release(struct block_space *s);
/* From now on blocks of the last durable checkpoint are not handed out again, whatever checkpoints
   come, until as many calls of block_space_let_go(). */
void block_space_hold(struct block_space *s);
void block_space_let_go(struct block_space *s);
/* Grows the store until that many blocks are free, those set aside included. E_DISK_FULL, E_IO. */
enum sqlstate block_space_secure(struct block_space *s, uint64_t count, struct error *e) MUST_USE;
/* Sets blocks aside for the checkpoint. E_DISK_FULL: nothing has changed. */
enum sqlstate block_space_reserve(struct block_space *s, uint64_t count, struct error *e) MUST_USE;
void block_space_unreserve(struct block_space *s);
void block_space_counts(struct block_space *s, uint64_t *total, uint64_t *free_count);

#endif
