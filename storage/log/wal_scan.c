/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Reading the log at recovery: from the checkpoint on, batch by batch, to the first that is not
 * whole. Then the one question that matters: was that batch never finished (a torn tail, dropped in
 * silence), or was it once durable and is broken now (corruption: refused)? A whole frame further
 * on, of the same writer, that says that the log was durable beyond the broken place, proves the
 * latter.
 *
 *     [batch][batch][ bad ]… zeroes, old bytes, frames without proof …      torn tail
 *     [batch][batch][ bad ]… [whole frame, durable_lsn > bad]               corruption
 *
 * Frames of other epochs prove nothing: they are what an earlier torn tail left behind. Only a log
 * that is read for a target (wal_target) goes on with a later writer's frame, where it chains to
 * the last whole one.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "storage/log/wal_frame.h"

enum { WINDOW_BYTES = WAL_FRAME_BYTES_MOST + (1 << 20) };

struct scan {
	struct wal *wal;
	uint8_t *window; /* bytes [window_lsn, window_lsn + window_size) of the log */
	uint64_t window_lsn;
	size_t window_size;
	uint64_t log_end;   /* segments exist below it */
	struct buf payload; /* of a batch of several frames */
};

/* *at: `size` bytes at `lsn`, NULL if the log (or the segment) ends before. */
static enum sqlstate look(
	struct scan *s, uint64_t lsn, size_t size, const uint8_t **at, struct error *e)
{
	*at = NULL;
	if (lsn < s->window_lsn || lsn + size > s->window_lsn + s->window_size) {
		s->window_lsn = lsn;
		s->window_size = 0;
		TRY(s->wal->store->ops->log_read(
			s->wal->store, lsn, s->window, WINDOW_BYTES, &s->window_size, e));
	}
	if (lsn + size <= s->window_lsn + s->window_size)
		*at = s->window + (lsn - s->window_lsn);
	return OK;
}

/* *frame: the whole frame at `lsn`, NULL if there is none. */
static enum sqlstate frame_at(
	struct scan *s, uint64_t lsn, const struct wal_frame **frame, struct error *e)
{
	const struct wal *w = s->wal;
	const uint8_t *at;
	uint64_t epoch;
	uint32_t size;

	*frame = NULL;
	TRY(look(s, lsn, STORE_ALIGN, &at, e));
	if (at == NULL)
		return OK;
	epoch = w->target != NULL ? MAX_OF(((const struct wal_frame *)at)->epoch, w->epoch)
				  : w->epoch;
	if (!wal_frame_is_plausible((const struct wal_frame *)at, lsn, epoch, w->segment_bytes))
		return OK;
	size = ((const struct wal_frame *)at)->size;
	TRY(look(s, lsn, wal_align(size), &at, e));
	if (at != NULL && wal_frame_is_whole((const struct wal_frame *)at))
		*frame = (const struct wal_frame *)at;
	return OK;
}

static enum sqlstate segment_is_valid(struct scan *s, uint64_t lsn, bool *is_valid, struct error *e)
{
	const uint8_t *at;

	TRY(look(s, lsn, WAL_SEGMENT_HEADER_BYTES, &at, e));
	*is_valid = at != NULL && wal_segment_is_valid((const struct wal_segment *)at, s->wal->uuid,
					  lsn, s->wal->segment_bytes);
	return OK;
}

/* The next frame of the chain, NULL if the chain ends at `lsn`. */
static enum sqlstate chained_at(struct scan *s, uint64_t lsn, uint32_t previous_crc,
	const struct wal_frame **frame, struct error *e)
{
	*frame = NULL;
	if (lsn % s->wal->segment_bytes == WAL_SEGMENT_HEADER_BYTES) {
		bool is_valid;

		TRY(segment_is_valid(s, lsn - WAL_SEGMENT_HEADER_BYTES, &is_valid, e));
		if (!is_valid)
			return OK;
	}
	TRY(frame_at(s, lsn, frame, e));
	if (*frame != NULL && (*frame)->previous_crc != previous_crc)
		*frame = NULL;
	return OK;
}

/* True if a later frame proves that the one at `bad` was durable. */
static enum sqlstate look_for_proof(struct scan *s, uint64_t bad, bool *is_proven, struct error *e)
{
	*is_proven = false;
	for (uint64_t lsn = bad + STORE_ALIGN; lsn < s->log_end; lsn += STORE_ALIGN) {
		const struct wal_frame *f;

		TRY(frame_at(s, lsn, &f, e));
		if (f != NULL && f->durable_lsn > bad) {
			*is_proven = true;
			return OK;
		}
	}
	return OK;
}

static COLD enum sqlstate corrupt(uint64_t lsn, const char *detail, struct error *e)
{
	FAIL(e, E_DATA_CORRUPTED, "log is damaged at position %" PRIX64, lsn);
	error_detail(e, "%s", detail);
	return e->code;
}

static enum sqlstate apply_batch(const uint8_t *data, size_t size, const struct wal_frame *f,
	wal_apply *apply, void *context, struct error *e)
{
	size_t at = 0;
	uint32_t count = 0;
	uint32_t expected = f->record_count;
	uint64_t lsn = f->lsn;
	struct wal_record record;

	while (at < size) {
		if (!wal_record_next(data, size, &at, &record))
			return corrupt(lsn, "A batch holds bytes that are no record.", e);
		TRY(apply(context, &record, e));
		count++;
	}
	if (count != expected)
		return corrupt(lsn, "A batch has another number of records than it says.", e);
	return OK;
}

/* The frames of one batch, from `lsn` on; *next_lsn stays if the batch is not whole. `bad` is where
   the chain ended then. */
struct batch_found {
	uint64_t next_lsn;
	uint64_t bad_lsn;
	uint32_t last_crc;
	bool is_whole;
};

static enum sqlstate collect(struct scan *s, uint64_t lsn, uint32_t crc, struct batch_found *b,
	struct wal_frame *last, struct error *e)
{
	buf_reset(&s->payload);
	b->is_whole = false;
	for (uint32_t part = 0;; part++) {
		const struct wal_frame *f;

		b->bad_lsn = lsn;
		TRY(chained_at(s, lsn, crc, &f, e));
		if (f == NULL)
			return OK;
		if (f->part != part || ((f->flags & WAL_FRAME_FIRST) != 0) != (part == 0))
			return corrupt(lsn, "The parts of a batch are out of order.", e);
		buf_put(&s->payload, f + 1, f->size - sizeof *f);
		crc = f->crc;
		lsn = wal_next_place(s->wal, lsn + f->size);
		if (f->flags & WAL_FRAME_LAST) {
			*last = *f;
			break;
		}
	}
	b->is_whole = true;
	b->next_lsn = lsn;
	b->last_crc = crc;
	return OK;
}

static bool is_beyond_target(const struct wal *w, uint64_t lsn, const struct wal_frame *last)
{
	const struct wal_target *t = w->target;

	if (t == NULL)
		return false;
	return (t->stop_lsn != 0 && lsn >= t->stop_lsn) ||
	       (t->stop_wall_us != 0 && last->wall_us > t->stop_wall_us);
}

static enum sqlstate scan_all(
	struct scan *s, wal_apply *apply, void *context, struct wal_scanned *out, struct error *e)
{
	struct wal *w = s->wal;
	uint64_t lsn = w->from_lsn;
	uint32_t crc = w->from_crc;
	struct batch_found b = { 0 };
	struct wal_frame last;
	bool is_proven;

	for (;;) {
		TRY(collect(s, lsn, crc, &b, &last, e));
		if (!b.is_whole)
			break;
		if (is_beyond_target(w, lsn, &last)) {
			out->has_stopped = true;
			break;
		}
		w->epoch = last.epoch;
		TRY(apply_batch(s->payload.data, s->payload.length, &last, apply, context, e));
		out->batches++;
		out->records += last.record_count;
		out->bytes += s->payload.length;
		out->last_ts = last.last_ts;
		lsn = b.next_lsn;
		crc = b.last_crc;
	}
	out->end_lsn = lsn;
	out->epoch = w->epoch;
	w->last_crc = crc;
	if (out->has_stopped)
		return OK;
	TRY(look_for_proof(s, b.bad_lsn, &is_proven, e));
	if (is_proven)
		return corrupt(
			b.bad_lsn, "Later parts of the log are whole, so this one was once.", e);
	if (b.bad_lsn != lsn)
		out->torn_lsn = lsn;
	return OK;
}

/* A tail that is torn within its first frame leaves bytes that are neither zero nor a frame of
   another time; only for the report. */
static enum sqlstate note_torn(struct scan *s, struct wal_scanned *out, struct error *e)
{
	const uint8_t *at;

	if (out->torn_lsn != 0 || out->has_stopped)
		return OK;
	TRY(look(s, out->end_lsn, STORE_ALIGN, &at, e));
	if (at != NULL && wal_frame_is_plausible((const struct wal_frame *)at, out->end_lsn,
				  s->wal->epoch, s->wal->segment_bytes))
		out->torn_lsn = out->end_lsn;
	return OK;
}

/* The next writer must have a number that no frame has which lies beyond the target. */
static enum sqlstate find_last_epoch(struct scan *s, struct wal_scanned *out, struct error *e)
{
	for (uint64_t lsn = out->end_lsn; lsn < s->log_end; lsn += STORE_ALIGN) {
		const struct wal_frame *f;

		TRY(frame_at(s, lsn, &f, e));
		if (f != NULL)
			out->epoch = MAX_OF(out->epoch, f->epoch);
	}
	return OK;
}

enum sqlstate wal_scan(
	struct wal *w, wal_apply *apply, void *context, struct wal_scanned *out, struct error *e)
{
	struct scan s = { .wal = w };
	uint64_t first;
	enum sqlstate rc;

	assert(!w->is_scanned);
	memset(out, 0, sizeof *out);
	s.window = aligned_alloc(STORE_ALIGN, WINDOW_BYTES);
	if (s.window == NULL)
		return FAIL(e, E_OUT_OF_MEMORY, "out of memory to read the log");
	TRY_GOTO(out, w->store->ops->log_range(w->store, &first, &s.log_end, e));
	if (first < s.log_end && first > w->from_lsn) {
		rc = corrupt(w->from_lsn, "The segment of the last checkpoint is missing.", e);
		goto out;
	}
	TRY_GOTO(out, scan_all(&s, apply, context, out, e));
	TRY_GOTO(out, note_torn(&s, out, e));
	if (w->target != NULL)
		TRY_GOTO(out, find_last_epoch(&s, out, e));
	w->is_scanned = true;
	atomic_store(&w->lsn, out->end_lsn);
	atomic_store(&w->durable_lsn, out->end_lsn);
out:
	free(s.window);
	buf_free(&s.payload);
	return rc;
}
