/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Appending to the log. The bytes are drawn in wal_frame.h; the rules for callers are in wal.h.
 *
 * A batch's records are copied once, into an aligned staging buffer of one frame (4 MiB),
 * checksummed there and written with one call. A small durable batch is one durable write. A batch
 * of several frames, or one that follows batches not yet synced, is written plainly and synced once
 * at its end.
 *
 * Each frame says up to where the log was durable when it was written. That is what tells a torn
 * tail from corruption at recovery: a broken frame is corruption only if a later whole frame says
 * that the broken one had been durable.
 */
#include "storage/log/wal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "storage/log/wal_frame.h"

enum sqlstate wal_open(const struct wal_options *options, struct wal **out, struct error *e)
{
	struct store_limits limits;
	struct wal *w;

	*out = NULL;
	options->store->ops->limits(options->store, &limits);
	if (options->from_lsn % STORE_ALIGN != 0)
		return FAIL(e, E_DATA_CORRUPTED,
			"checkpoint position %" PRIX64 " is no position in the log",
			options->from_lsn);
	w = calloc(1, sizeof *w);
	if (w == NULL)
		PANIC("out of memory");
	w->store = options->store;
	memcpy(w->uuid, options->uuid, sizeof w->uuid);
	w->segment_bytes = limits.segment_bytes;
	w->from_lsn = wal_next_place(w, options->from_lsn);
	w->from_crc = options->from_crc;
	w->epoch = options->epoch;
	w->target = options->target;
	w->staging = aligned_alloc(STORE_ALIGN, WAL_SEGMENT_HEADER_BYTES + WAL_FRAME_BYTES_MOST);
	if (w->staging == NULL)
		PANIC("out of memory");
	*out = w;
	return OK;
}

void wal_close(struct wal *w)
{
	free(w->staging);
	free(w);
}

enum sqlstate wal_start(struct wal *w, uint64_t epoch, struct error *e)
{
	uint64_t first, end;

	assert(w->is_scanned);
	assert(epoch > w->epoch);
	w->epoch = epoch;
	w->is_started = true;
	TRY(w->store->ops->log_range(w->store, &first, &end, e));
	atomic_store(&w->reserved_lsn, end);
	return wal_prepare(w, e);
}

/* ---- room --------------------------------------------------------------------------------- */

/* A position that a batch of `bytes` cannot pass. */
static uint64_t end_bound(const struct wal *w, uint64_t bytes)
{
	uint64_t segment = w->segment_bytes - WAL_SEGMENT_HEADER_BYTES;
	uint64_t chunk = MIN_OF(WAL_FRAME_BYTES_MOST, segment) - sizeof(struct wal_frame);
	/* Every segment may end with a frame cut short, and begin with its header. */
	uint64_t segments = bytes / (segment / 2) + 2;
	uint64_t frames = bytes / chunk + 1 + segments;

	return atomic_load(&w->lsn) + bytes + frames * (STORE_ALIGN + sizeof(struct wal_frame)) +
	       segments * WAL_SEGMENT_HEADER_BYTES;
}

static enum sqlstate reserve_to(struct wal *w, uint64_t end, bool will_fill, struct error *e)
{
	uint64_t from = atomic_load(&w->lsn);
	uint64_t before = atomic_load(&w->reserved_lsn);

	end = (end + w->segment_bytes - 1) / w->segment_bytes * w->segment_bytes;
	if (end <= before)
		return OK;
	TRY(w->store->ops->log_reserve(w->store, from, end, will_fill, e));
	while (before < end && !atomic_compare_exchange_weak(&w->reserved_lsn, &before, end))
		;
	return OK;
}

enum sqlstate wal_reserve(struct wal *w, uint64_t bytes, struct error *e)
{
	/* On the commit path filling would cost more than it gains. */
	return reserve_to(w, end_bound(w, bytes), false, e);
}

enum sqlstate wal_prepare(struct wal *w, struct error *e)
{
	uint64_t ahead = w->segment_bytes / 2;

	return reserve_to(w, atomic_load(&w->lsn) + ahead, true, e);
}

enum sqlstate wal_trim(struct wal *w, uint64_t lsn, struct error *e)
{
	uint64_t first, end, before;

	TRY(w->store->ops->log_trim(w->store, lsn, e));
	/* Segments used again lie at the end now. */
	TRY(w->store->ops->log_range(w->store, &first, &end, e));
	before = atomic_load(&w->reserved_lsn);
	while (before < end && !atomic_compare_exchange_weak(&w->reserved_lsn, &before, end))
		;
	return OK;
}

/* ---- appending ---------------------------------------------------------------------------- */

/* Where the next byte of a batch's records comes from. */
struct source {
	const struct wal_batch *batch;
	uint32_t span;
	size_t offset;
	uint64_t left;
};

static void copy_out(struct source *s, uint8_t *to, size_t size)
{
	assert(size <= s->left);
	s->left -= size;
	while (size > 0) {
		const struct wal_span *span = &s->batch->spans[s->span];
		size_t n = MIN_OF(size, span->size - s->offset);

		if (n > 0)
			memcpy(to, (const uint8_t *)span->data + s->offset, n);
		to += n;
		size -= n;
		s->offset += n;
		if (s->offset == span->size) {
			s->span++;
			s->offset = 0;
		}
	}
}

static void build_segment_header(const struct wal *w, uint64_t lsn)
{
	struct wal_segment *s = (struct wal_segment *)w->staging;

	memset(s, 0, sizeof *s);
	memcpy(s->uuid, w->uuid, sizeof s->uuid);
	s->epoch = w->epoch;
	s->number = lsn / w->segment_bytes;
	s->lsn = lsn;
	s->segment_bytes = w->segment_bytes;
	s->previous_crc = w->last_crc;
	wal_segment_seal(s);
}

/* Writes staged bytes: a panic if that fails, since memory may be ahead of the log now. */
static void write_staged(
	struct wal *w, uint64_t lsn, const uint8_t *data, size_t size, bool is_durable)
{
	uint64_t start_ns = is_durable ? clock_monotonic_ns() : 0;
	struct error e;

	if (w->store->ops->log_write(w->store, lsn, data, size, is_durable, &e) != OK)
		PANIC("could not write the log: %s", e.message);
	if (!is_durable)
		return;
	atomic_fetch_add_explicit(&w->flushes, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(
		&w->flush_ns, clock_monotonic_ns() - start_ns, memory_order_relaxed);
}

/* One frame with as many of the records as fit; moves w->lsn behind it. */
static void append_frame(struct wal *w, struct source *s, uint32_t part, bool is_durable)
{
	uint64_t lsn = atomic_load_explicit(&w->lsn, memory_order_relaxed);
	uint64_t room = w->segment_bytes - lsn % w->segment_bytes;
	struct wal_frame *f = (struct wal_frame *)(w->staging + WAL_SEGMENT_HEADER_BYTES);
	size_t payload = MIN_OF(MIN_OF(room, WAL_FRAME_BYTES_MOST) - sizeof *f, s->left);
	bool has_header = lsn % w->segment_bytes == WAL_SEGMENT_HEADER_BYTES;
	size_t size = sizeof *f + payload;
	uint64_t whole = wal_align(size);

	*f = (struct wal_frame){
		.lsn = lsn,
		.size = (uint32_t)size,
		.record_count = s->batch->record_count,
		.epoch = w->epoch,
		.first_ts = s->batch->first_ts,
		.last_ts = s->batch->last_ts,
		.wall_us = (uint64_t)clock_wall_us(),
		.previous_crc = w->last_crc,
		.durable_lsn = atomic_load(&w->durable_lsn),
		.part = part,
	};
	copy_out(s, (uint8_t *)(f + 1), payload);
	memset((uint8_t *)f + size, 0, whole - size);
	f->flags = (part == 0 ? WAL_FRAME_FIRST : 0u) | (s->left == 0 ? WAL_FRAME_LAST : 0u);
	wal_frame_seal(f);
	if (has_header)
		build_segment_header(w, lsn - WAL_SEGMENT_HEADER_BYTES);
	if (has_header)
		write_staged(w, lsn - WAL_SEGMENT_HEADER_BYTES, w->staging,
			WAL_SEGMENT_HEADER_BYTES + whole, is_durable);
	else
		write_staged(w, lsn, (const uint8_t *)f, whole, is_durable);
	w->last_crc = f->crc;
	atomic_store(&w->lsn, wal_next_place(w, lsn + whole));
}

void wal_append_batch(struct wal *w, const struct wal_batch *batch, uint64_t *end_lsn)
{
	struct source s = { .batch = batch };
	uint64_t lsn = atomic_load_explicit(&w->lsn, memory_order_relaxed);
	bool is_alone;
	uint64_t room;
	struct error e;

	assert(w->is_started);
	assert(batch->record_count > 0);
	for (uint32_t i = 0; i < batch->span_count; i++)
		s.left += batch->spans[i].size;
	if (wal_reserve(w, s.left, &e) != OK)
		PANIC("could not extend the log: %s", e.message);
	atomic_fetch_add_explicit(&w->batches, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&w->bytes, s.left, memory_order_relaxed);
	room = MIN_OF(w->segment_bytes - lsn % w->segment_bytes, WAL_FRAME_BYTES_MOST);
	is_alone = batch->is_durable && atomic_load(&w->durable_lsn) == lsn &&
		   s.left + sizeof(struct wal_frame) <= room;
	for (uint32_t part = 0; part == 0 || s.left > 0; part++)
		append_frame(w, &s, part, is_alone);
	lsn = atomic_load_explicit(&w->lsn, memory_order_relaxed);
	if (is_alone)
		atomic_store(&w->durable_lsn, lsn);
	else if (batch->is_durable)
		wal_sync(w);
	if (end_lsn != NULL)
		*end_lsn = lsn;
}

void wal_sync(struct wal *w)
{
	uint64_t lsn = atomic_load(&w->lsn);
	uint64_t before = atomic_load(&w->durable_lsn);
	uint64_t start_ns = clock_monotonic_ns();
	struct error e;

	if (before >= lsn)
		return;
	if (w->store->ops->log_sync(w->store, &e) != OK)
		PANIC("could not sync the log: %s", e.message);
	while (before < lsn && !atomic_compare_exchange_weak(&w->durable_lsn, &before, lsn))
		;
	atomic_fetch_add_explicit(&w->flushes, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(
		&w->flush_ns, clock_monotonic_ns() - start_ns, memory_order_relaxed);
}

/* ---- asking ------------------------------------------------------------------------------- */

uint64_t wal_next_lsn(const struct wal *w)
{
	return atomic_load(&w->lsn);
}

uint32_t wal_last_crc(const struct wal *w)
{
	return w->last_crc;
}

uint64_t wal_durable_lsn(const struct wal *w)
{
	return atomic_load(&w->durable_lsn);
}

void wal_statistics(struct wal *w, struct wal_statistics *out)
{
	out->batches = atomic_load_explicit(&w->batches, memory_order_relaxed);
	out->bytes = atomic_load_explicit(&w->bytes, memory_order_relaxed);
	out->flushes = atomic_load_explicit(&w->flushes, memory_order_relaxed);
	out->flush_ns = atomic_load_explicit(&w->flush_ns, memory_order_relaxed);
}
