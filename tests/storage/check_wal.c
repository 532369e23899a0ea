/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Tests of the log: what comes back after a clean end, a torn tail, a crash in every way, and
 * damage; that lack of space is told beforehand; that old segments are used again without being
 * believed.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/rand.h"
#include "storage/log/wal_frame.h"
#include "tests/storage/suites.h"

enum { SEGMENT_BYTES = 64 << 10 };

/* A log, what a superblock would say of it, and what a scan handed out. */
struct fixture {
	struct store *store;
	struct wal *wal;
	uint64_t from_lsn;
	uint32_t from_crc;
	uint64_t epoch;
	uint64_t applied_ts; /* of the last record seen */
	struct wal_scanned scanned;
};

static struct fixture f;
static struct error e;

/* Record `ts` has a body of known size and content. */
static uint32_t body_size(uint64_t ts)
{
	return (uint32_t)(ts * 2654435761u % 700);
}

static void put_record(struct buf *b, uint64_t ts, uint32_t size)
{
	size_t start = wal_record_begin(b, WAL_TXN);

	for (uint32_t i = 0; i < size; i++)
		buf_put_byte(b, (uint8_t)(ts + i));
	wal_record_end(b, start, 0, size);
	wal_record_set_ts(b->data + start, ts);
}

static enum sqlstate take_record(void *context, const struct wal_record *r, struct error *error)
{
	bool is_right = true;

	(void)context;
	(void)error;
	ck_assert_uint_eq(r->ts, f.applied_ts + 1);
	ck_assert_uint_eq(r->count, r->body_size);
	for (uint32_t i = 0; i < r->body_size; i++)
		is_right &= r->body[i] == (uint8_t)(r->ts + i);
	ck_assert(is_right);
	f.applied_ts = r->ts;
	return OK;
}

static enum sqlstate open_log(void)
{
	struct wal_options options = { .store = f.store,
		.uuid = "0123456789abcde",
		.from_lsn = f.from_lsn,
		.from_crc = f.from_crc,
		.epoch = f.epoch };

	ck_assert_int_eq(wal_open(&options, &f.wal, &e), OK);
	return wal_scan(f.wal, take_record, NULL, &f.scanned, &e);
}

/* What recovery does: scan, "checkpoint", next epoch. */
static void start_log(void)
{
	ck_assert_msg(open_log() == OK, "%s (%s)", e.message, e.detail);
	f.from_lsn = f.scanned.end_lsn;
	f.from_crc = wal_last_crc(f.wal);
	f.epoch++;
	ck_assert_int_eq(wal_start(f.wal, f.epoch, &e), OK);
}

static void close_log(void)
{
	wal_close(f.wal);
	f.wal = NULL;
}

static void setup(void)
{
	memset(&f, 0, sizeof f);
	f.store = store_sim_new(3, SEGMENT_BYTES);
	f.from_lsn = WAL_FIRST_LSN;
	f.epoch = 1;
	start_log();
}

static void teardown(void)
{
	if (f.wal != NULL)
		close_log();
	store_sim_free(f.store);
}

/* Appends records first_ts … last_ts as one batch; sizes 0: as body_size() says. */
static void append(uint64_t first_ts, uint64_t last_ts, uint32_t size, bool is_durable)
{
	struct buf b[2] = { { 0 }, { 0 } };
	struct wal_span spans[2];
	struct wal_batch batch = { .spans = spans,
		.span_count = 2,
		.record_count = (uint32_t)(last_ts - first_ts + 1),
		.first_ts = first_ts,
		.last_ts = last_ts,
		.is_durable = is_durable };

	for (uint64_t ts = first_ts; ts <= last_ts; ts++)
		put_record(&b[ts * 2 > first_ts + last_ts], ts, size == 0 ? body_size(ts) : size);
	for (int i = 0; i < 2; i++)
		spans[i] = (struct wal_span){ b[i].data, b[i].length };
	ck_assert_int_eq(wal_reserve(f.wal, b[0].length + b[1].length, &e), OK);
	wal_append_batch(f.wal, &batch, NULL);
	buf_free(&b[0]);
	buf_free(&b[1]);
}

START_TEST(empty_log_has_no_records)
{
	close_log();
	ck_assert_int_eq(open_log(), OK);
	ck_assert_uint_eq(f.scanned.records, 0);
	ck_assert_uint_eq(f.scanned.torn_lsn, 0);
}
END_TEST

START_TEST(records_come_back_in_order_across_segments)
{
	for (uint64_t ts = 1; ts <= 600; ts += 3)
		append(ts, ts + 2, 0, ts % 2 == 0);
	ck_assert_uint_gt(wal_next_lsn(f.wal), 5 * SEGMENT_BYTES);
	close_log();
	ck_assert_int_eq(open_log(), OK);
	ck_assert_uint_eq(f.applied_ts, 600);
	ck_assert_uint_eq(f.scanned.batches, 200);
	ck_assert_uint_eq(f.scanned.last_ts, 600);
}
END_TEST

START_TEST(batch_larger_than_a_segment_comes_back_whole)
{
	append(1, 3, 0, true);
	append(4, 6, 150000, true);
	append(7, 7, 10, true);
	close_log();
	ck_assert_int_eq(open_log(), OK);
	ck_assert_uint_eq(f.applied_ts, 7);
	ck_assert_uint_eq(f.scanned.batches, 3);
}
END_TEST

START_TEST(batch_is_durable_when_append_returns)
{
	append(1, 2, 0, false);
	append(3, 4, 0, true);
	append(5, 5, 200000, true);
	close_log();
	store_sim_restart(f.store, STORE_CRASH_LOSE);
	ck_assert_int_eq(open_log(), OK);
	ck_assert_uint_eq(f.applied_ts, 5);
}
END_TEST

START_TEST(batch_not_synced_may_be_lost_but_only_whole)
{
	append(1, 2, 0, true);
	append(3, 3, 200000, false);
	close_log();
	store_sim_restart(f.store, (enum store_crash)_i);
	ck_assert_int_eq(open_log(), OK);
	ck_assert(f.applied_ts == 2 || f.applied_ts == 3);
	ck_assert_int_eq(f.applied_ts == 3 ? STORE_CRASH_KEEP : _i, _i);
}
END_TEST

START_TEST(sync_makes_what_was_appended_durable)
{
	append(1, 2, 0, false);
	append(3, 3, 100000, false);
	wal_sync(f.wal);
	ck_assert_uint_eq(wal_durable_lsn(f.wal), wal_next_lsn(f.wal));
	close_log();
	store_sim_restart(f.store, STORE_CRASH_LOSE);
	ck_assert_int_eq(open_log(), OK);
	ck_assert_uint_eq(f.applied_ts, 3);
}
END_TEST

/* Any number of lives: what was acknowledged survives each crash, and what survives is a prefix. */
START_TEST(crashes_leave_a_prefix_with_all_that_was_acknowledged)
{
	struct rand r = { (uint64_t)_i };

	for (int life = 0; life < 30; life++) {
		uint64_t ts = f.applied_ts;
		uint64_t acknowledged = ts;

		for (uint64_t i = rand_below(&r, 12); i > 0; i--) {
			uint64_t last = ts + 1 + rand_below(&r, 5);
			bool is_durable = rand_below(&r, 2) == 0;
			uint32_t size = rand_below(&r, 8) == 0 ? 70000 : 0;

			append(ts + 1, last, size, is_durable);
			ts = last;
			if (is_durable)
				acknowledged = ts;
			if (rand_below(&r, 10) == 0)
				ck_assert_int_eq(wal_trim(f.wal, f.from_lsn, &e), OK);
		}
		close_log();
		store_sim_restart(f.store, (enum store_crash)rand_below(&r, STORE_CRASH_MODES));
		start_log();
		ck_assert_uint_ge(f.applied_ts, acknowledged);
		ck_assert_uint_le(f.applied_ts, ts);
	}
}
END_TEST

START_TEST(damage_before_a_durable_batch_is_corruption)
{
	uint64_t second;

	append(1, 1, 100, true);
	second = wal_next_lsn(f.wal);
	append(2, 2, 100, true);
	append(3, 3, 100, true);
	close_log();
	store_sim_flip_log(f.store, second, (uint64_t)_i * 97 % (180 * 8));
	ck_assert_int_eq(open_log(), E_DATA_CORRUPTED);
	ck_assert_ptr_nonnull(strstr(e.message, "log is damaged at position"));
}
END_TEST

START_TEST(damage_in_a_large_batch_is_corruption)
{
	append(1, 1, 200000, true);
	append(2, 2, 10, true);
	close_log();
	store_sim_flip_log(f.store, WAL_FIRST_LSN + 100 * 1024 / 4096 * 4096, 5);
	ck_assert_int_eq(open_log(), E_DATA_CORRUPTED);
}
END_TEST

START_TEST(lost_write_in_the_middle_is_corruption)
{
	append(1, 1, 100, true);
	store_sim_fault(f.store, STORE_FAULT_LOST, store_sim_calls(f.store) + 1);
	append(2, 2, 100, true);
	append(3, 3, 100, true);
	close_log();
	ck_assert_int_eq(open_log(), E_DATA_CORRUPTED);
}
END_TEST

START_TEST(gap_among_batches_never_synced_is_a_torn_tail)
{
	append(1, 1, 100, true);
	store_sim_fault(f.store, STORE_FAULT_LOST, store_sim_calls(f.store) + 1);
	append(2, 2, 100, false);
	append(3, 3, 100, false);
	append(4, 4, 100, false);
	close_log();
	store_sim_restart(f.store, STORE_CRASH_KEEP);
	start_log();
	ck_assert_uint_eq(f.applied_ts, 1);
	/* What is left of 3 and 4 must not come back to life behind a new 2. */
	append(2, 2, 100, true);
	close_log();
	ck_assert_int_eq(open_log(), OK);
	ck_assert_uint_eq(f.applied_ts, 2);
}
END_TEST

START_TEST(used_segments_are_not_believed)
{
	for (uint64_t ts = 1; ts <= 400; ts += 4)
		append(ts, ts + 3, 0, true);
	close_log();
	start_log();
	ck_assert_int_eq(wal_trim(f.wal, f.from_lsn, &e), OK);
	for (uint64_t ts = 401; ts <= 900; ts += 4)
		append(ts, ts + 3, 0, true);
	close_log();
	ck_assert_int_eq(open_log(), OK);
	ck_assert_uint_eq(f.applied_ts, 900);
}
END_TEST

START_TEST(missing_segment_of_the_checkpoint_is_corruption)
{
	for (uint64_t ts = 1; ts <= 400; ts += 4)
		append(ts, ts + 3, 0, true);
	ck_assert_int_eq(wal_trim(f.wal, wal_next_lsn(f.wal), &e), OK);
	close_log();
	ck_assert_int_eq(open_log(), E_DATA_CORRUPTED);
}
END_TEST

START_TEST(lack_of_space_is_told_before_anything_is_lost)
{
	append(1, 2, 0, true);
	store_sim_fault(f.store, STORE_FAULT_FULL, 1);
	ck_assert_int_eq(wal_reserve(f.wal, 10 << 20, &e), E_DISK_FULL);
	/* What fits goes on. */
	append(3, 4, 0, true);
	store_sim_fault(f.store, STORE_FAULT_NONE, 0);
	ck_assert_int_eq(wal_reserve(f.wal, 10 << 20, &e), OK);
	append(5, 5, 1 << 20, true);
	close_log();
	ck_assert_int_eq(open_log(), OK);
	ck_assert_uint_eq(f.applied_ts, 5);
}
END_TEST

START_TEST(reserved_room_is_always_enough)
{
	struct rand r = { 11 };
	uint64_t ts = 0;

	for (int i = 0; i < 60; i++) {
		uint32_t size = (uint32_t)rand_below(&r, 1 << (4 + i % 16)) + 1;

		ck_assert_int_eq(wal_reserve(f.wal, size + WAL_RECORD_HEADER_BYTES, &e), OK);
		/* From here on no segment can be made. */
		store_sim_fault(f.store, STORE_FAULT_FULL, 1);
		append(ts + 1, ts + 1, size, true);
		ts++;
		store_sim_fault(f.store, STORE_FAULT_NONE, 0);
	}
	close_log();
	ck_assert_int_eq(open_log(), OK);
	ck_assert_uint_eq(f.applied_ts, ts);
}
END_TEST

START_TEST(garbage_is_no_record)
{
	struct rand r = { 5 };
	struct wal_record record;

	for (int i = 0; i < 2000; i++) {
		uint8_t bytes[64];
		size_t size = rand_below(&r, sizeof bytes + 1);
		size_t at = 0;

		for (size_t k = 0; k < sizeof bytes; k++)
			bytes[k] = (uint8_t)(rand_below(&r, 3) == 0 ? rand_next(&r) : 0);
		while (at < size && wal_record_next(bytes, size, &at, &record))
			ck_assert_uint_le(at, size);
	}
}
END_TEST

START_TEST(failed_write_stops_the_process)
{
	store_sim_fault(f.store, STORE_FAULT_IO, store_sim_calls(f.store) + 1);
	append(1, 1, 10, true);
}
END_TEST

Suite *wal_suite(void)
{
	Suite *s = suite_create("wal");
	TCase *t = tcase_create("wal");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, empty_log_has_no_records);
	tcase_add_test(t, records_come_back_in_order_across_segments);
	tcase_add_test(t, batch_larger_than_a_segment_comes_back_whole);
	tcase_add_test(t, batch_is_durable_when_append_returns);
	tcase_add_loop_test(t, batch_not_synced_may_be_lost_but_only_whole, 0, STORE_CRASH_MODES);
	tcase_add_test(t, sync_makes_what_was_appended_durable);
	tcase_add_loop_test(t, crashes_leave_a_prefix_with_all_that_was_acknowledged, 1, 9);
	tcase_add_loop_test(t, damage_before_a_durable_batch_is_corruption, 0, 15);
	tcase_add_test(t, damage_in_a_large_batch_is_corruption);
	tcase_add_test(t, lost_write_in_the_middle_is_corruption);
	tcase_add_test(t, gap_among_batches_never_synced_is_a_torn_tail);
	tcase_add_test(t, used_segments_are_not_believed);
	tcase_add_test(t, missing_segment_of_the_checkpoint_is_corruption);
	tcase_add_test(t, lack_of_space_is_told_before_anything_is_lost);
	tcase_add_test(t, reserved_room_is_always_enough);
	tcase_add_test(t, garbage_is_no_record);
	if (getenv("CK_FORK") == NULL || strcmp(getenv("CK_FORK"), "no") != 0)
		tcase_add_test_raise_signal(t, failed_write_stops_the_process, 6);
	suite_add_tcase(s, t);
	return s;
}
