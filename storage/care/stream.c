/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Writing and reading the stream of a backup: see stream.h.
 */
#include "storage/care/stream.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/crc32c.h"
#include "storage/log/wal_frame.h"
#include "storage/page/page.h"

enum { FILE_PIECE_BYTES = 1 << 20 };
#define CHUNK_MAGIC 0x4b425651u /* "QVBK" */
#define MAP_PAGES_MOST (UINT64_C(1) << 34)

static uint32_t chunk_checksum(const struct backup_chunk *c, const void *payload)
{
	uint32_t crc = crc32c(0, &c->kind, sizeof *c - offsetof(struct backup_chunk, kind));

	return crc32c(crc, payload, c->size);
}

uint64_t backup_log_start(const struct superblock *s, uint64_t segment_bytes)
{
	return s->lsn % segment_bytes == WAL_SEGMENT_HEADER_BYTES
		       ? s->lsn - WAL_SEGMENT_HEADER_BYTES
		       : s->lsn;
}

void backup_put(
	struct buf *to, enum backup_kind kind, uint64_t number, const void *payload, uint32_t size)
{
	struct backup_chunk c = {
		.magic = CHUNK_MAGIC, .kind = kind, .size = size, .number = number
	};

	assert(size <= BACKUP_PAYLOAD_MOST);
	c.crc = chunk_checksum(&c, payload);
	buf_put(to, &c, sizeof c);
	buf_put(to, payload, size);
}

void backup_reader_init(struct backup_reader *r, backup_use *use, void *context)
{
	memset(r, 0, sizeof *r);
	r->use = use;
	r->context = context;
}

void backup_reader_free(struct backup_reader *r)
{
	buf_free(&r->pending);
	free(r->map);
	free(r->sent);
	memset(r, 0, sizeof *r);
}

static COLD enum sqlstate damaged(const char *detail, struct error *e)
{
	FAIL(e, E_DATA_CORRUPTED, "backup is damaged");
	error_detail(e, "%s", detail);
	return e->code;
}

/* ---- chunks ------------------------------------------------------------------------------- */

static enum sqlstate take_head(
	struct backup_reader *r, const uint8_t *payload, uint32_t size, struct error *e)
{
	if (size != sizeof r->head)
		return damaged("Its head has the wrong size.", e);
	memcpy(&r->head, payload, sizeof r->head);
	if (r->head.format != BACKUP_FORMAT)
		return FAIL(e, E_NOT_SUPPORTED, "backup has format %u, this program reads %d",
			r->head.format, BACKUP_FORMAT);
	if (superblock_examine(&r->head.superblock) != SUPERBLOCK_VALID)
		return damaged("Its superblock is not valid.", e);
	if (r->head.superblock.page_limit == 0 || r->head.superblock.page_limit > MAP_PAGES_MOST)
		return damaged("Its superblock describes an impossible page map.", e);
	r->map_count = r->head.superblock.page_limit;
	r->map = calloc(r->map_count, sizeof r->map[0]);
	r->sent = calloc(r->map_count, 1);
	if (r->map == NULL || r->sent == NULL)
		return FAIL(e, E_OUT_OF_MEMORY, "out of memory for the map of a backup");
	if (r->head.segment_bytes == 0 || r->head.segment_bytes % STORE_ALIGN != 0)
		return damaged("Its log has segments of an impossible size.", e);
	r->log_lsn = backup_log_start(&r->head.superblock, r->head.segment_bytes);
	return OK;
}

static enum sqlstate take_map(struct backup_reader *r, uint64_t number, const uint8_t *payload,
	uint32_t size, struct error *e)
{
	uint64_t count = size / sizeof r->map[0];

	if (size % sizeof r->map[0] != 0 || number > r->map_count || count > r->map_count - number)
		return damaged("Its map names pages that do not exist.", e);
	memcpy(r->map + number, payload, size);
	return OK;
}

static enum sqlstate take_page(struct backup_reader *r, uint64_t number, const uint8_t *payload,
	uint32_t size, struct error *e)
{
	uint32_t crc;

	if (size != PAGE_BYTES || number >= r->map_count || r->sent[number] != 0)
		return damaged("It holds a page that does not belong there.", e);
	memcpy(&crc, payload, sizeof crc);
	if (r->map[number] != (crc | BACKUP_PAGE_EXISTS) ||
		crc != crc32c(0, payload + sizeof crc, PAGE_BYTES - sizeof crc))
		return damaged("It holds a page that is not what its map says.", e);
	r->sent[number] = 1;
	r->pages++;
	return OK;
}

static enum sqlstate take_end(
	struct backup_reader *r, const uint8_t *payload, uint32_t size, struct error *e)
{
	struct backup_end end;

	if (size != sizeof end)
		return damaged("Its end has the wrong size.", e);
	memcpy(&end, payload, sizeof end);
	if (end.pages != r->pages || end.log_bytes != r->log_bytes)
		return damaged("It does not hold as much as its end says.", e);
	for (uint64_t i = 0; r->head.base_sequence == 0 && i < r->map_count; i++)
		if (r->map[i] != 0 && r->sent[i] == 0)
			return damaged("It is a full backup and lacks a page.", e);
	return OK;
}

static enum sqlstate take_chunk(struct backup_reader *r, const struct backup_chunk *c,
	const uint8_t *payload, struct error *e)
{
	if ((r->last == 0) != (c->kind == BACKUP_HEAD) || c->kind < (uint32_t)r->last ||
		r->last == BACKUP_END)
		return damaged("Its parts are out of order.", e);
	r->last = (enum backup_kind)c->kind;
	switch (r->last) {
	case BACKUP_HEAD:
		TRY(take_head(r, payload, c->size, e));
		break;
	case BACKUP_MAP:
		TRY(take_map(r, c->number, payload, c->size, e));
		break;
	case BACKUP_PAGE:
		TRY(take_page(r, c->number, payload, c->size, e));
		break;
	case BACKUP_LOG:
		if (c->number != r->log_lsn || c->size % STORE_ALIGN != 0)
			return damaged("Its log has a gap.", e);
		r->log_lsn += c->size;
		r->log_bytes += c->size;
		break;
	case BACKUP_END:
		TRY(take_end(r, payload, c->size, e));
		break;
	}
	return r->use == NULL ? OK : r->use(r->context, r->last, c->number, payload, c->size, e);
}

enum sqlstate backup_reader_feed(
	struct backup_reader *r, const void *data, size_t size, struct error *e)
{
	size_t at = 0;
	enum sqlstate rc = OK;

	buf_put(&r->pending, data, size);
	while (rc == OK && r->pending.length - at >= sizeof(struct backup_chunk)) {
		struct backup_chunk c;
		const uint8_t *payload = r->pending.data + at + sizeof c;

		memcpy(&c, r->pending.data + at, sizeof c);
		if (c.magic != CHUNK_MAGIC || c.size > BACKUP_PAYLOAD_MOST ||
			c.kind < BACKUP_HEAD || c.kind > BACKUP_END)
			return damaged("It holds bytes that are no part of a backup.", e);
		if (r->pending.length - at - sizeof c < c.size)
			break;
		if (c.crc != chunk_checksum(&c, payload))
			return damaged("A checksum is wrong.", e);
		rc = take_chunk(r, &c, payload, e);
		at += sizeof c + c.size;
	}
	memmove(r->pending.data, r->pending.data + at, r->pending.length - at);
	r->pending.length -= at;
	return rc;
}

enum sqlstate backup_reader_end(const struct backup_reader *r, struct error *e)
{
	if (r->last != BACKUP_END || r->pending.length != 0)
		return damaged("It ends before its time.", e);
	return OK;
}

enum sqlstate backup_reader_against(
	const struct backup_reader *increment, const struct backup_reader *base, struct error *e)
{
	const struct superblock *was = &base->head.superblock;

	if (memcmp(was->uuid, increment->head.superblock.uuid, sizeof was->uuid) != 0 ||
		increment->head.base_sequence != was->sequence ||
		increment->head.base_lsn != was->lsn) {
		FAIL(e, E_INVALID_VALUE, "incremental backup does not build on this base");
		error_detail(e,
			"It builds on checkpoint %" PRIu64 ", the base is checkpoint %" PRIu64 ".",
			increment->head.base_sequence, was->sequence);
		return e->code;
	}
	for (uint64_t i = 0; i < increment->map_count; i++) {
		if (increment->map[i] == 0 || increment->sent[i] != 0)
			continue;
		if (i >= base->map_count || base->map[i] != increment->map[i])
			return damaged("It lacks a page that changed since its base.", e);
	}
	return OK;
}

enum sqlstate backup_reader_file(struct backup_reader *r, const char *path, struct error *e)
{
	FILE *file = fopen(path, "rb");
	uint8_t *piece;
	enum sqlstate rc = OK;
	size_t n;

	if (file == NULL)
		return FAIL(e, errno == ENOENT ? E_NO_FILE : E_IO,
			"could not open backup \"%s\": %s", path, strerror(errno));
	piece = malloc(FILE_PIECE_BYTES);
	if (piece == NULL)
		rc = FAIL(e, E_OUT_OF_MEMORY, "out of memory to read backup \"%s\"", path);
	while (rc == OK && (n = fread(piece, 1, FILE_PIECE_BYTES, file)) > 0)
		rc = backup_reader_feed(r, piece, n, e);
	if (rc == OK && ferror(file) != 0)
		rc = FAIL(e, E_IO, "could not read backup \"%s\": %s", path, strerror(errno));
	if (rc == OK)
		rc = backup_reader_end(r, e);
	free(piece);
	fclose(file);
	return rc;
}
