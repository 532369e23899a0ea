/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Making a backup of a running storage: a checkpoint is written and pinned, its map and pages are
 * read from their blocks, then the log behind it up to what is durable by then. Nobody waits for it;
 * what it costs is that no block of the checkpoint is used again meanwhile.
 *
 *     HEAD → MAP … → PAGE … → LOG … → END        backup_next(), a piece at a time
 *
 * An increment leaves out the pages whose last_ts is not beyond the base's: every change sets it.
 * Whoever receives the increment has the base's map and can tell if one is missing.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "storage/care/store_view.h"
#include "storage/care/stream.h"
#include "storage/page/page_map.h"
#include "storage/txn/engine.h"
#include "storage/txn/pin.h"

enum { PAGES_AT_ONCE = 32, LOG_AT_ONCE = 1 << 19 };

struct storage_backup {
	struct storage *storage;
	struct storage_pin pin;
	struct storage_backup_base base;
	bool is_increment, is_over;
	struct store *view; /* the checkpoint's blocks */
	struct page_map map;
	struct block_space space; /* of the view; only loading the map needs it */
	uint8_t *buffer;	  /* aligned */
	enum backup_kind next;
	uint64_t pid; /* of MAP and PAGE */
	uint64_t lsn, log_end;
	uint64_t pages, log_bytes;
};

static enum sqlstate check_base(
	const struct superblock *now, const struct storage_backup_base *base, struct error *e)
{
	if (memcmp(base->uuid, now->uuid, sizeof now->uuid) != 0)
		return FAIL(e, E_INVALID_VALUE, "base backup is one of another database");
	if (base->sequence >= now->sequence || base->ts > now->ts)
		return FAIL(e, E_INVALID_VALUE,
			"base backup of checkpoint %" PRIu64
			" is newer than the database, which is at %" PRIu64,
			base->sequence, now->sequence);
	return OK;
}

enum sqlstate storage_backup_begin(struct storage *s, const struct storage_backup_base *base,
	struct storage_backup **out, struct error *e)
{
	struct storage_backup *b;
	enum sqlstate rc;

	TRY(storage_checkpoint(s, e));
	b = calloc(1, sizeof *b);
	if (b == NULL)
		return FAIL(e, E_OUT_OF_MEMORY, "out of memory for a backup");
	b->storage = s;
	pin_take(s, &b->pin);
	page_map_init(&b->map);
	b->buffer = aligned_alloc(STORE_ALIGN, LOG_AT_ONCE);
	if (b->buffer == NULL)
		TRY_GOTO(fail, FAIL(e, E_OUT_OF_MEMORY, "out of memory for a backup"));
	b->next = BACKUP_HEAD;
	if (base != NULL) {
		b->is_increment = true;
		b->base = *base;
		TRY_GOTO(fail, check_base(&b->pin.superblock, base, e));
	}
	TRY_GOTO(fail, store_view_new(s->store, &b->pin.superblock, 0, &b->view, e));
	block_space_init(&b->space, b->view);
	TRY_GOTO(fail, page_map_load(&b->map, &b->pin.superblock, &b->space, e));
	*out = b;
	return OK;
fail:
	storage_backup_end(b);
	return rc;
}

void storage_backup_end(struct storage_backup *b)
{
	pin_release(b->storage, &b->pin);
	page_map_destroy(&b->map);
	if (b->view != NULL) {
		block_space_destroy(&b->space);
		b->view->ops->close(b->view);
	}
	free(b->buffer);
	free(b);
}

/* ---- the pieces --------------------------------------------------------------------------- */

static void put_head(struct storage_backup *b, struct buf *to)
{
	struct backup_head head = { .format = BACKUP_FORMAT,
		.base_sequence = b->base.sequence,
		.base_lsn = b->base.lsn,
		.wall_us = (uint64_t)clock_wall_us(),
		.superblock = b->pin.superblock };
	struct store_limits limits;

	b->storage->store->ops->limits(b->storage->store, &limits);
	head.segment_bytes = limits.segment_bytes;
	b->lsn = backup_log_start(&b->pin.superblock, limits.segment_bytes);
	backup_put(to, BACKUP_HEAD, 0, &head, sizeof head);
	b->next = BACKUP_MAP;
}

static void put_map(struct storage_backup *b, struct buf *to)
{
	uint64_t entries[BACKUP_MAP_PAGES];
	uint64_t limit = b->pin.superblock.page_limit;
	uint32_t n = (uint32_t)MIN_OF(limit - b->pid, BACKUP_MAP_PAGES);

	for (uint32_t i = 0; i < n; i++) {
		struct map_entry entry = b->map.current[b->pid + i];

		entries[i] = entry.block == 0 ? 0 : entry.crc | BACKUP_PAGE_EXISTS;
	}
	backup_put(to, BACKUP_MAP, b->pid, entries, n * (uint32_t)sizeof entries[0]);
	b->pid += n;
	if (b->pid == limit) {
		b->next = BACKUP_PAGE;
		b->pid = 0;
	}
}

static enum sqlstate put_page(struct storage_backup *b, struct buf *to, struct error *e)
{
	struct map_entry entry = b->map.current[b->pid];
	const struct page *p = (const struct page *)b->buffer;
	struct store_transfer transfer = { entry.block, 1, b->buffer };

	if (entry.block == 0)
		return OK;
	TRY(b->view->ops->block_read(b->view, &transfer, 1, e));
	if (p->crc != entry.crc || page_checksum(p) != p->crc || p->pid != b->pid)
		return FAIL(e, E_DATA_CORRUPTED, "page %" PRIu64 " in block %" PRIu64 " is damaged",
			b->pid, (uint64_t)entry.block);
	if (b->is_increment && p->last_ts <= b->base.ts)
		return OK;
	backup_put(to, BACKUP_PAGE, b->pid, p, PAGE_BYTES);
	b->pages++;
	return OK;
}

static enum sqlstate put_pages(struct storage_backup *b, struct buf *to, struct error *e)
{
	uint64_t limit = b->pin.superblock.page_limit;

	for (uint32_t i = 0; i < PAGES_AT_ONCE && b->pid < limit; i++, b->pid++)
		TRY(put_page(b, to, e));
	if (b->pid == limit) {
		b->next = BACKUP_LOG;
		b->log_end = MAX_OF(wal_durable_lsn(b->storage->wal), b->pin.superblock.lsn);
		if (b->log_end == b->pin.superblock.lsn)
			b->log_end = b->lsn; /* nothing happened since */
	}
	return OK;
}

static enum sqlstate put_log(struct storage_backup *b, struct buf *to, struct error *e)
{
	struct store *store = b->storage->store;
	size_t got = 0;

	if (b->lsn >= b->log_end) {
		b->next = BACKUP_END;
		return OK;
	}
	TRY(store->ops->log_read(store, b->lsn, b->buffer,
		(size_t)MIN_OF(LOG_AT_ONCE, b->log_end - b->lsn), &got, e));
	if (got == 0)
		return FAIL(e, E_DATA_CORRUPTED, "log ends at %" PRIX64 " before its time", b->lsn);
	backup_put(to, BACKUP_LOG, b->lsn, b->buffer, (uint32_t)got);
	b->lsn += got;
	b->log_bytes += got;
	return OK;
}

enum step storage_backup_next(struct storage_backup *b, struct buf *to, struct error *e)
{
	struct backup_end end = { b->pages, b->log_bytes };

	switch (b->next) {
	case BACKUP_HEAD:
		put_head(b, to);
		return STEP_ROW;
	case BACKUP_MAP:
		put_map(b, to);
		return STEP_ROW;
	case BACKUP_PAGE:
		return put_pages(b, to, e) == OK ? STEP_ROW : STEP_FAILED;
	case BACKUP_LOG:
		return put_log(b, to, e) == OK ? STEP_ROW : STEP_FAILED;
	case BACKUP_END:
		break;
	}
	if (b->is_over)
		return STEP_DONE;
	b->is_over = true;
	backup_put(to, BACKUP_END, b->log_end, &end, sizeof end);
	return STEP_ROW;
}
