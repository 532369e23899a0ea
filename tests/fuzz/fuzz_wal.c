/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Fuzz target: the log's recovery scan. The input is what the disk holds of a log. Whatever it is,
 * the scan ends with records or with E_DATA_CORRUPTED; a log that it accepts can be written on, and
 * what is written is read back. With bit 0 of the first byte set, headers and checksums are made
 * right first, so that the fuzzer gets behind them.
 */
#include <string.h>

#include "base/check.h"
#include "storage/log/wal_frame.h"

enum { SEGMENT_BYTES = 64 << 10, INPUT_MOST = 3 * SEGMENT_BYTES };

static const uint8_t uuid[16] = "fuzz";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	uint64_t records;
	uint64_t last_ts;
	uint64_t sum;
};

static enum sqlstate take(void *context, const struct wal_record *record, struct error *e)
{
	struct seen *seen = context;

	(void)e;
	for (uint32_t i = 0; i < record->body_size; i++)
		seen->sum += record->body[i]; /* the sanitizer looks whether it may be read */
	seen->records++;
	seen->last_ts = record->ts;
	return OK;
}

/* Walks the frames as far as their sizes make sense and seals each. */
static void mend(uint8_t *log, size_t size)
{
	uint64_t lsn = WAL_FIRST_LSN;
	uint32_t previous_crc = 0;

	while (lsn + STORE_ALIGN <= size) {
		struct wal_frame *f = (struct wal_frame *)(log + lsn);
		uint64_t room = SEGMENT_BYTES - lsn % SEGMENT_BYTES;

		if (lsn % SEGMENT_BYTES == WAL_SEGMENT_HEADER_BYTES) {
			struct wal_segment *s =
				(struct wal_segment *)(log + lsn - WAL_SEGMENT_HEADER_BYTES);

			memcpy(s->uuid, uuid, sizeof uuid);
			s->lsn = lsn - WAL_SEGMENT_HEADER_BYTES;
			s->number = s->lsn / SEGMENT_BYTES;
			s->segment_bytes = SEGMENT_BYTES;
			wal_segment_seal(s);
		}
		if (f->size < sizeof *f || f->size > room)
			return;
		f->lsn = lsn;
		f->epoch = 1;
		f->previous_crc = previous_crc;
		wal_frame_seal(f);
		previous_crc = f->crc;
		lsn = wal_align(lsn + f->size);
		if (lsn % SEGMENT_BYTES == 0)
			lsn += WAL_SEGMENT_HEADER_BYTES;
	}
}

static enum sqlstate scan(struct store *store, uint64_t from, uint32_t crc, uint64_t epoch,
	struct wal **w, struct wal_scanned *scanned, struct seen *seen)
{
	struct wal_options options = {
		.store = store, .from_lsn = from, .from_crc = crc, .epoch = epoch
	};
	struct error e;

	memcpy(options.uuid, uuid, sizeof uuid);
	memset(seen, 0, sizeof *seen);
	if (wal_open(&options, w, &e) != OK)
		unreachable();
	return wal_scan(*w, take, seen, scanned, &e);
}

static void write_on(struct store *store, struct wal *w, const struct wal_scanned *scanned)
{
	struct buf b = { 0 };
	size_t start = wal_record_begin(&b, WAL_TXN);
	struct wal_span span;
	struct wal_batch batch = {
		.spans = &span, .span_count = 1, .record_count = 1, .is_durable = true
	};
	uint32_t crc = wal_last_crc(w);
	struct wal_scanned again;
	struct seen seen;
	struct wal *w2;
	struct error e;

	wal_record_end(&b, start, 77, 0);
	span = (struct wal_span){ b.data, b.length };
	if (wal_start(w, 2, &e) != OK)
		unreachable();
	wal_append_batch(w, &batch, NULL);
	buf_free(&b);
	if (scan(store, scanned->end_lsn, crc, 2, &w2, &again, &seen) != OK)
		unreachable();
	assert(seen.records == 1);
	assert(seen.last_ts == 77);
	wal_close(w2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct store *store;
	struct wal_scanned scanned;
	struct seen seen;
	struct wal *w;
	struct error e;
	enum sqlstate rc;

	if (size < 1 || size > INPUT_MOST)
		return 0;
	store = store_sim_new(1, SEGMENT_BYTES);
	if (store->ops->log_reserve(store, 0, INPUT_MOST, false, &e) != OK)
		unreachable();
	memcpy(store_sim_log(store, 0), data + 1, size - 1);
	if (data[0] & 1)
		mend(store_sim_log(store, 0), size - 1);
	rc = scan(store, WAL_FIRST_LSN, 0, 1, &w, &scanned, &seen);
	assert(rc == OK || rc == E_DATA_CORRUPTED);
	if (rc == OK) {
		assert(scanned.records == seen.records);
		assert(scanned.end_lsn <= INPUT_MOST + WAL_SEGMENT_HEADER_BYTES);
		write_on(store, w, &scanned);
	}
	wal_close(w);
	store_sim_free(store);
	return 0;
}
