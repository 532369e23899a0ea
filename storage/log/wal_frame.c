/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Sealing and judging frames, segment headers and records: see wal_frame.h and wal.h for the
 * pictures.
 */
#include "storage/log/wal_frame.h"

#include <string.h>

#include "base/crc32c.h"

enum { FRAME_MAGIC = 0x42575651, SEGMENT_MAGIC = 0x53575651 }; /* "QVWB", "QVWS" */

static uint32_t frame_checksum(const struct wal_frame *f)
{
	return crc32c(0, (const uint8_t *)f + 8, f->size - 8);
}

void wal_frame_seal(struct wal_frame *f)
{
	f->magic = FRAME_MAGIC;
	f->crc = frame_checksum(f);
}

bool wal_frame_is_plausible(
	const struct wal_frame *f, uint64_t lsn, uint64_t epoch, uint64_t segment_bytes)
{
	if (f->magic != FRAME_MAGIC || f->lsn != lsn || f->epoch != epoch)
		return false;
	if (f->size < sizeof *f || f->size > WAL_FRAME_BYTES_MOST)
		return false;
	return lsn % segment_bytes + f->size <= segment_bytes;
}

bool wal_frame_is_whole(const struct wal_frame *f)
{
	return f->crc == frame_checksum(f);
}

static uint32_t segment_checksum(const struct wal_segment *s)
{
	return crc32c(0, (const uint8_t *)s + 8, sizeof *s - 8);
}

void wal_segment_seal(struct wal_segment *s)
{
	s->magic = SEGMENT_MAGIC;
	s->format = WAL_FORMAT;
	s->crc = segment_checksum(s);
}

bool wal_segment_is_valid(
	const struct wal_segment *s, const uint8_t *uuid, uint64_t lsn, uint64_t segment_bytes)
{
	return s->magic == SEGMENT_MAGIC && s->format == WAL_FORMAT && s->lsn == lsn &&
	       s->segment_bytes == segment_bytes && s->number == lsn / segment_bytes &&
	       memcmp(s->uuid, uuid, sizeof s->uuid) == 0 && s->crc == segment_checksum(s);
}

/* ---- records ------------------------------------------------------------------------------ */

struct record_header {
	uint32_t size;
	uint16_t kind;
	uint16_t flags;
	uint64_t ts;
	uint32_t count;
	uint32_t origin;
};
static_assert(sizeof(struct record_header) == WAL_RECORD_HEADER_BYTES, "record header");

size_t wal_record_begin(struct buf *b, enum wal_kind kind)
{
	struct record_header h = { .kind = (uint16_t)kind };
	size_t start = b->length;

	buf_put(b, &h, sizeof h);
	return start;
}

void wal_record_end(struct buf *b, size_t start, uint64_t ts, uint32_t count)
{
	struct record_header h;

	assert(start + sizeof h <= b->length);
	assert(b->length - start <= INT32_MAX);
	memcpy(&h, b->data + start, sizeof h);
	h.size = (uint32_t)(b->length - start);
	h.ts = ts;
	h.count = count;
	memcpy(b->data + start, &h, sizeof h);
}

void wal_record_set_ts(uint8_t *record, uint64_t ts)
{
	memcpy(record + offsetof(struct record_header, ts), &ts, sizeof ts);
}

bool wal_record_next(const uint8_t *data, size_t size, size_t *at, struct wal_record *out)
{
	struct record_header h;

	if (size - *at < sizeof h)
		return false;
	memcpy(&h, data + *at, sizeof h);
	if (h.size < sizeof h || h.size > size - *at || h.flags != 0)
		return false;
	if (h.kind != WAL_TXN && h.kind != WAL_SYS)
		return false;
	out->kind = (enum wal_kind)h.kind;
	out->ts = h.ts;
	out->count = h.count;
	out->origin = h.origin;
	out->body = data + *at + sizeof h;
	out->body_size = h.size - (uint32_t)sizeof h;
	*at += h.size;
	return true;
}
