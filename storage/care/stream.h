/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A backup as a stream of bytes: what backup.c makes, quiverctl keeps in a file, restore.c reads.
 *
 *     chunk:  0 u32 "QVBK"   4 u32 crc of 8 … end   8 u32 kind   12 u32 size of what follows
 *            16 u64 number  24 …
 *
 *     kind    number           what follows
 *     HEAD    0                struct backup_head
 *     MAP     first page       u64 for each page: its checksum | BACKUP_PAGE_EXISTS, or 0
 *     PAGE    page             16 KiB
 *     LOG     position         bytes of the log, from the checkpoint on
 *     END     end of the log   u64 pages, u64 bytes of log
 *
 * in this order. A full backup has every page of its map; an increment only those changed since its
 * base's checkpoint, and names that. The map is always whole, so what a restore put together can be
 * held against it page by page.
 */
#ifndef STORAGE_CARE_STREAM_H
#define STORAGE_CARE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "storage/page/superblock.h"

enum backup_kind { BACKUP_HEAD = 1, BACKUP_MAP, BACKUP_PAGE, BACKUP_LOG, BACKUP_END };
enum { BACKUP_FORMAT = 1, BACKUP_MAP_PAGES = 4096, BACKUP_PAYLOAD_MOST = 1 << 20 };
#define BACKUP_PAGE_EXISTS (UINT64_C(1) << 32)

struct backup_chunk {
	uint32_t magic;
	uint32_t crc;
	uint32_t kind;
	uint32_t size;
	uint64_t number;
};
static_assert(sizeof(struct backup_chunk) == 24, "backup chunk");

struct backup_head {
	uint32_t format;
	uint32_t zero;
	uint64_t segment_bytes; /* of the log */
	uint64_t base_sequence; /* the checkpoint that the increment builds on; 0: a full backup */
	uint64_t base_lsn;
	uint64_t wall_us;
	struct superblock superblock; /* of the checkpoint */
};
static_assert(sizeof(struct backup_head) == 40 + STORE_SUPERBLOCK_BYTES, "backup head");

struct backup_end {
	uint64_t pages, log_bytes;
};

/* Where the log of a backup begins: at the checkpoint, or before the header of its segment if that
   stands right before it. */
uint64_t backup_log_start(const struct superblock *s, uint64_t segment_bytes);

/* Appends a chunk. */
void backup_put(
	struct buf *to, enum backup_kind kind, uint64_t number, const void *payload, uint32_t size);

/* What the reader hands on, checked: sums, order, each page against the map. */
typedef enum sqlstate backup_use(void *context, enum backup_kind kind, uint64_t number,
	const uint8_t *payload, uint32_t size, struct error *e);

struct backup_reader {
	backup_use *use; /* may be NULL */
	void *context;
	struct buf pending; /* a chunk that is not whole yet */
	struct backup_head head;
	uint64_t *map; /* [page] as in the stream */
	uint8_t *sent; /* [page]: it was in the stream */
	uint64_t map_count;
	uint64_t log_lsn; /* where the next piece of log belongs */
	uint64_t pages, log_bytes;
	enum backup_kind last; /* 0: nothing yet */
};

void backup_reader_init(struct backup_reader *r, backup_use *use, void *context);
void backup_reader_free(struct backup_reader *r);
/* Takes the next bytes. E_DATA_CORRUPTED: they are no backup, or a damaged one. */
enum sqlstate backup_reader_feed(
	struct backup_reader *r, const void *data, size_t size, struct error *e) MUST_USE;
/* The stream is over: was it whole? */
enum sqlstate backup_reader_end(const struct backup_reader *r, struct error *e) MUST_USE;
/* An increment: what it left out must be in its base as its map says. */
enum sqlstate backup_reader_against(const struct backup_reader *increment,
	const struct backup_reader *base, struct error *e) MUST_USE;
/* Feeds a whole file. E_IO, E_NO_FILE, and as above. */
enum sqlstate backup_reader_file(
	struct backup_reader *r, const char *path, struct error *e) MUST_USE;

#endif
