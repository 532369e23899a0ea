/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Tests of the pager: hits, misses, changes, page numbers, eviction, damage, and threads.
 */
#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "storage/page/pager_state.h"
#include "tests/storage/mini_engine.h"
#include "tests/storage/suites.h"

static struct store *store;
static struct pager *pager;
static struct error e;

static void setup(void)
{
	struct pager_options options = { .pool_bytes = 40 * PAGE_BYTES, .create = true };

	store = store_sim_new(1, 1 << 20);
	options.store = store;
	ck_assert_int_eq(pager_open(&options, &pager, &e), OK);
}

static void teardown(void)
{
	pager_close(pager);
	store_sim_free(store);
}

static void reopen(void)
{
	struct checkpoint_point point = { .lsn = WAL_FIRST_LSN, .ts = 1, .epoch = 2 };
	struct pager_options options = { .store = store, .pool_bytes = 40 * PAGE_BYTES };

	ck_assert_int_eq(checkpoint_write(pager, &point, &e), OK);
	pager_close(pager);
	ck_assert_int_eq(pager_open(&options, &pager, &e), OK);
}

static const struct page *get(uint64_t pid, enum page_type type)
{
	struct page_view view;
	const struct page *p;

	page_view_init(&view);
	p = pager_get(pager, pid, type, &view);
	if (p != NULL)
		return p;
	ck_assert_int_eq(pager_page_in(pager, &view, &e), OK);
	return pager_get(pager, pid, type, &view);
}

START_TEST(new_page_is_zeroed_and_knows_its_number)
{
	struct page *p;
	uint64_t pid = pager_allocate(pager, PAGE_LABEL, 7, &p);

	ck_assert_uint_eq(pid, 1);
	ck_assert_uint_eq(p->pid, 1);
	ck_assert_uint_eq(p->type, PAGE_LABEL);
	ck_assert_uint_eq(p->last_ts, 7);
	ck_assert_uint_eq(p->body[0], 0);
	ck_assert_int_eq(memcmp(p->body, p->body + 1, PAGE_BODY_BYTES - 1), 0);
}
END_TEST

START_TEST(lowest_free_number_is_given_first)
{
	for (uint64_t i = 1; i <= 10; i++)
		ck_assert_uint_eq(pager_allocate(pager, PAGE_LABEL, 1, NULL), i);
	pager_free(pager, 7);
	pager_free(pager, 3);
	pager_free(pager, 5);
	reopen();
	ck_assert_uint_eq(pager_allocate(pager, PAGE_LABEL, 2, NULL), 3);
	ck_assert_uint_eq(pager_allocate(pager, PAGE_LABEL, 2, NULL), 5);
	ck_assert_uint_eq(pager_allocate(pager, PAGE_LABEL, 2, NULL), 7);
	ck_assert_uint_eq(pager_allocate(pager, PAGE_LABEL, 2, NULL), 11);
}
END_TEST

START_TEST(miss_is_noted_and_paged_in)
{
	struct page_view view;
	struct page *p;

	pager_allocate(pager, PAGE_LABEL, 1, &p);
	p->body[100] = 42;
	reopen();
	page_view_init(&view);
	ck_assert_ptr_null(pager_get(pager, 1, PAGE_LABEL, &view));
	ck_assert_uint_eq(view.missing_pid, 1);
	ck_assert(!view.corrupt);
	ck_assert_int_eq(pager_page_in(pager, &view, &e), OK);
	ck_assert(!page_view_is_incomplete(&view));
	ck_assert_uint_eq(pager_get(pager, 1, PAGE_LABEL, &view)->body[100], 42);
}
END_TEST

START_TEST(view_tells_the_newest_change)
{
	struct page_view view;

	pager_allocate(pager, PAGE_LABEL, 3, NULL);
	pager_allocate(pager, PAGE_LABEL, 5, NULL);
	page_view_init(&view);
	pager_get(pager, 1, PAGE_LABEL, &view);
	ck_assert_uint_eq(view.newest_ts, 3);
	pager_get(pager, 2, PAGE_LABEL, &view);
	ck_assert_uint_eq(view.newest_ts, 5);
	pager_modify(pager, 1, PAGE_LABEL, 9);
	pager_get(pager, 1, PAGE_LABEL, &view);
	ck_assert_uint_eq(view.newest_ts, 9);
}
END_TEST

START_TEST(wrong_type_is_corruption_for_a_reader)
{
	struct page_view view;

	pager_allocate(pager, PAGE_LABEL, 1, NULL);
	page_view_init(&view);
	ck_assert_ptr_null(pager_get(pager, 1, PAGE_NODE_HEADS, &view));
	ck_assert(view.corrupt);
	ck_assert_int_eq(pager_page_in(pager, &view, &e), E_DATA_CORRUPTED);
	ck_assert_str_eq(e.message, "page 1 has type 13 where type 3 is expected");
}
END_TEST

START_TEST(page_that_does_not_exist_is_corruption_for_a_reader)
{
	struct page_view view;

	pager_allocate(pager, PAGE_LABEL, 1, NULL);
	pager_free(pager, 1);
	for (uint64_t pid = 0; pid < 3; pid++) {
		page_view_init(&view);
		ck_assert_ptr_null(pager_get(pager, pid, PAGE_LABEL, &view));
		ck_assert_int_eq(pager_page_in(pager, &view, &e), E_DATA_CORRUPTED);
	}
}
END_TEST

static uint64_t block_of(uint64_t pid)
{
	return pager->map.current[pid].block;
}

START_TEST(turned_bit_is_detected)
{
	struct page_view view;

	for (int i = 0; i < 20; i++)
		pager_allocate(pager, PAGE_LABEL, 1, NULL);
	reopen();
	for (uint64_t pid = 1; pid <= 20; pid++)
		store_sim_flip_block(store, block_of(pid), hash_u64(pid));
	for (uint64_t pid = 1; pid <= 20; pid++) {
		page_view_init(&view);
		ck_assert_ptr_null(pager_get(pager, pid, PAGE_LABEL, &view));
		ck_assert_int_eq(pager_page_in(pager, &view, &e), E_DATA_CORRUPTED);
	}
}
END_TEST

/* A write of the second checkpoint goes wrong in silence; the first image is still whole. */
static void damage_one_write(enum store_fault fault)
{
	struct page_view view;
	uint64_t before;

	pager_allocate(pager, PAGE_LABEL, 1, NULL);
	reopen();
	/* Resident and clean; the block of the next image holds an older whole image of it. */
	for (int i = 0; i < 3; i++) {
		get(1, PAGE_LABEL);
		pager_modify(pager, 1, PAGE_LABEL, 2)->body[0] = (uint8_t)i;
		reopen();
	}
	get(1, PAGE_LABEL);
	pager_modify(pager, 1, PAGE_LABEL, 9)->body[0] = 99;
	before = store_sim_calls(store);
	store_sim_fault(store, fault, before + 1);
	reopen();
	page_view_init(&view);
	ck_assert_ptr_null(pager_get(pager, 1, PAGE_LABEL, &view));
	ck_assert_int_eq(pager_page_in(pager, &view, &e), E_DATA_CORRUPTED);
}

START_TEST(lost_write_is_detected)
{
	damage_one_write(STORE_FAULT_LOST);
}
END_TEST

START_TEST(misdirected_write_is_detected)
{
	damage_one_write(STORE_FAULT_MISDIRECTED);
}
END_TEST

START_TEST(read_error_is_reported_and_harmless)
{
	struct page_view view;

	pager_allocate(pager, PAGE_LABEL, 1, NULL);
	reopen();
	page_view_init(&view);
	ck_assert_ptr_null(pager_get(pager, 1, PAGE_LABEL, &view));
	store_sim_fault(store, STORE_FAULT_IO, store_sim_calls(store) + 1);
	ck_assert_int_eq(pager_page_in(pager, &view, &e), E_IO);
	ck_assert_ptr_nonnull(get(1, PAGE_LABEL));
}
END_TEST

START_TEST(pool_keeps_to_its_size)
{
	struct pager_statistics s;

	for (int i = 0; i < 500; i++) {
		pager_allocate(pager, PAGE_LABEL, 1, NULL);
		ck_assert_int_eq(pager_make_room(pager, &e), OK);
		pager_statistics(pager, &s);
		ck_assert_uint_le(s.pages_resident, 40);
	}
	for (uint64_t pid = 1; pid <= 500; pid++) {
		ck_assert_ptr_nonnull(get(pid, PAGE_LABEL));
		pager_statistics(pager, &s);
		ck_assert_uint_le(s.pages_resident, 40);
	}
	ck_assert_uint_gt(s.evictions_dirty, 400);
}
END_TEST

START_TEST(writer_may_exceed_the_pool)
{
	struct pager_statistics s;

	for (int i = 0; i < 200; i++)
		pager_allocate(pager, PAGE_LABEL, 1, NULL);
	pager_statistics(pager, &s);
	ck_assert_uint_eq(s.pages_resident, 200);
	ck_assert_int_eq(pager_make_room(pager, &e), OK);
	pager_statistics(pager, &s);
	ck_assert_uint_le(s.pages_resident, 40);
}
END_TEST

/* As many pages as a checkpoint writes in one go, and pages behind them that went on meanwhile. */
START_TEST(a_checkpoint_writes_captured_pages_behind_a_full_batch)
{
	enum { PAGES = 512 + 64 };
	struct checkpoint_point point = { .lsn = WAL_FIRST_LSN, .ts = 1, .epoch = 2 };
	struct pager_options options = { .pool_bytes = 40 * PAGE_BYTES };
	uint64_t pids[PAGES];

	for (int i = 0; i < PAGES; i++) {
		struct page *page;

		pids[i] = pager_allocate(pager, PAGE_LABEL, 1, &page);
		page->body[0] = (uint8_t)i;
	}
	checkpoint_begin(pager, &point);
	for (int i = 512; i < PAGES; i++)
		pager_modify(pager, pids[i], PAGE_LABEL, 2)->body[0] = 0;
	ck_assert_int_eq(checkpoint_run(pager, &e), OK);
	checkpoint_end(pager);
	pager_close(pager);
	options.store = store;
	ck_assert_int_eq(pager_open(&options, &pager, &e), OK);
	for (int i = 0; i < PAGES; i++)
		ck_assert_uint_eq(get(pids[i], PAGE_LABEL)->body[0], (uint8_t)i);
}
END_TEST

START_TEST(page_in_use_outlives_a_scan)
{
	for (int i = 0; i < 200; i++) {
		pager_allocate(pager, PAGE_LABEL, 1, NULL);
		ck_assert_int_eq(pager_make_room(pager, &e), OK);
	}
	for (uint64_t pid = 2; pid <= 200; pid++) {
		struct page_view view;

		get(1, PAGE_LABEL);
		get(pid, PAGE_LABEL);
		page_view_init(&view);
		if (pid > 20)
			ck_assert_ptr_nonnull(pager_get(pager, 1, PAGE_LABEL, &view));
	}
}
END_TEST

START_TEST(full_disk_stops_eviction_of_dirty_pages_only)
{
	struct pager_statistics s;

	store_sim_fault(store, STORE_FAULT_FULL, 1);
	for (int i = 0; i < 60; i++)
		pager_allocate(pager, PAGE_LABEL, 1, NULL);
	ck_assert_int_eq(pager_make_room(pager, &e), E_DISK_FULL);
	pager_statistics(pager, &s);
	ck_assert_uint_eq(s.pages_dirty, 60);
	store_sim_fault(store, STORE_FAULT_NONE, 0);
	ck_assert_int_eq(pager_make_room(pager, &e), OK);
}
END_TEST

START_TEST(writer_reads_a_missing_page_in_place)
{
	struct pager_statistics s;

	pager_allocate(pager, PAGE_LABEL, 1, NULL);
	reopen();
	pager_modify(pager, 1, PAGE_LABEL, 2)->body[5] = 6;
	ck_assert_uint_eq(pager_require(pager, 1, PAGE_LABEL)->body[5], 6);
	pager_statistics(pager, &s);
	ck_assert_uint_eq(s.reads_in_place, 1);
}
END_TEST

START_TEST(roots_survive)
{
	for (int i = 0; i < PAGER_ROOT_COUNT; i++)
		pager_root_set(pager, (enum pager_root)i, (uint64_t)i * 1000 + 1);
	reopen();
	for (int i = 0; i < PAGER_ROOT_COUNT; i++)
		ck_assert_uint_eq(
			pager_root_get(pager, (enum pager_root)i), (uint64_t)i * 1000 + 1);
}
END_TEST

START_TEST(many_pages_make_a_map_of_two_levels)
{
	uint64_t findings;

	for (int i = 0; i < 2500; i++) {
		pager_allocate(pager, PAGE_LABEL, 1, NULL);
		if (i % 20 == 0)
			ck_assert_int_eq(pager_make_room(pager, &e), OK);
	}
	reopen();
	ck_assert_uint_eq(pager->superblock.map_levels, 2);
	ck_assert_int_eq(pager_verify(pager, NULL, NULL, &findings, &e), OK);
	ck_assert_uint_eq(findings, 0);
	for (uint64_t pid = 1; pid <= 2500; pid += 100)
		ck_assert_ptr_nonnull(get(pid, PAGE_LABEL));
}
END_TEST

/* ---- threads: readers, one writer, eviction and checkpoints, on a lock that is easy to trust - */

enum { STORM_PAGES = 150, STORM_READERS = 3 };

/* Prefers writers: else the readers would never let one in. */
static pthread_rwlock_t engine = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
static _Atomic bool is_over;
static _Atomic uint64_t reads_done;

static void storm_enter(void *context)
{
	(void)context;
	pthread_rwlock_rdlock(&engine);
}

static void storm_leave(void *context)
{
	(void)context;
	pthread_rwlock_unlock(&engine);
}

static void storm_quiesce(void *context)
{
	(void)context;
	pthread_rwlock_wrlock(&engine);
	pthread_rwlock_unlock(&engine);
}

static void *storm_reader(void *argument)
{
	struct rand r = { (uint64_t)(uintptr_t)argument };
	struct page_view view;
	struct error fault;

	while (!atomic_load(&is_over)) {
		uint64_t pid = 1 + rand_below(&r, STORM_PAGES);
		const struct page *p;
		uint64_t a, b;

		page_view_init(&view);
		pthread_rwlock_rdlock(&engine);
		if (!pager_exists(pager, pid)) {
			pthread_rwlock_unlock(&engine);
			continue;
		}
		p = pager_get(pager, pid, PAGE_LABEL, &view);
		if (p != NULL) {
			memcpy(&a, p->body, 8);
			memcpy(&b, p->body + PAGE_BODY_BYTES - 8, 8);
			ck_assert_uint_eq(a, b);
			ck_assert_uint_eq(p->pid, pid);
			atomic_fetch_add(&reads_done, 1);
		}
		pthread_rwlock_unlock(&engine);
		if (p == NULL)
			ck_assert_msg(
				pager_page_in(pager, &view, &fault) == OK, "%s", fault.message);
	}
	return NULL;
}

static void *storm_checkpointer(void *argument)
{
	struct checkpoint_point point = { .lsn = WAL_FIRST_LSN, .epoch = 2 };
	struct error fault;

	(void)argument;
	while (!atomic_load(&is_over)) {
		pthread_rwlock_wrlock(&engine);
		checkpoint_begin(pager, &point);
		pthread_rwlock_unlock(&engine);
		ck_assert_int_eq(checkpoint_run(pager, &fault), OK);
		checkpoint_end(pager);
		usleep(500);
	}
	return NULL;
}

static uint64_t storm_model[STORM_PAGES + 1]; /* 0: does not exist */

static void storm_write(struct rand *r, uint64_t ts)
{
	pthread_rwlock_wrlock(&engine);
	for (int i = 0; i < 8; i++) {
		uint64_t pid = 1 + rand_below(r, STORM_PAGES);
		struct page *p;

		if (pager_exists(pager, pid) && rand_below(r, 10) == 0) {
			pager_free(pager, pid);
			storm_model[pid] = 0;
			continue;
		}
		if (pager_exists(pager, pid))
			p = pager_modify(pager, pid, PAGE_LABEL, ts);
		else
			pid = pager_allocate(pager, PAGE_LABEL, ts, &p);
		storm_model[pid] = ts;
		memcpy(p->body, &ts, 8);
		memcpy(p->body + PAGE_BODY_BYTES - 8, &ts, 8);
	}
	pthread_rwlock_unlock(&engine);
}

START_TEST(readers_writer_eviction_and_checkpoints_run_together)
{
	const struct pager_engine callbacks = { NULL, storm_enter, storm_leave, storm_quiesce };
	pthread_t threads[STORM_READERS + 1];
	struct rand r = { 5 };
	uint64_t findings;

	pager_set_engine(pager, &callbacks);
	memset(storm_model, 0, sizeof storm_model);
	atomic_store(&is_over, false);
	for (intptr_t i = 0; i < STORM_READERS; i++)
		pthread_create(&threads[i], NULL, storm_reader, (void *)(i + 1));
	pthread_create(&threads[STORM_READERS], NULL, storm_checkpointer, NULL);
	for (uint64_t ts = 1; ts <= 1500; ts++) {
		storm_write(&r, ts);
		ck_assert_int_eq(pager_make_room(pager, &e), OK);
	}
	atomic_store(&is_over, true);
	for (int i = 0; i <= STORM_READERS; i++)
		pthread_join(threads[i], NULL);
	reopen();
	ck_assert_int_eq(pager_verify(pager, NULL, NULL, &findings, &e), OK);
	ck_assert_uint_eq(findings, 0);
	for (uint64_t pid = 1; pid <= STORM_PAGES; pid++) {
		ck_assert_int_eq(pager_exists(pager, pid), storm_model[pid] != 0);
		if (storm_model[pid] != 0)
			ck_assert_uint_eq(get(pid, PAGE_LABEL)->last_ts, storm_model[pid]);
	}
}
END_TEST

Suite *pager_suite(void)
{
	Suite *s = suite_create("pager");
	TCase *t = tcase_create("pager");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, new_page_is_zeroed_and_knows_its_number);
	tcase_add_test(t, lowest_free_number_is_given_first);
	tcase_add_test(t, miss_is_noted_and_paged_in);
	tcase_add_test(t, view_tells_the_newest_change);
	tcase_add_test(t, wrong_type_is_corruption_for_a_reader);
	tcase_add_test(t, page_that_does_not_exist_is_corruption_for_a_reader);
	tcase_add_test(t, turned_bit_is_detected);
	tcase_add_test(t, lost_write_is_detected);
	tcase_add_test(t, misdirected_write_is_detected);
	tcase_add_test(t, read_error_is_reported_and_harmless);
	tcase_add_test(t, pool_keeps_to_its_size);
	tcase_add_test(t, writer_may_exceed_the_pool);
	tcase_add_test(t, a_checkpoint_writes_captured_pages_behind_a_full_batch);
	tcase_add_test(t, page_in_use_outlives_a_scan);
	tcase_add_test(t, full_disk_stops_eviction_of_dirty_pages_only);
	tcase_add_test(t, writer_reads_a_missing_page_in_place);
	tcase_add_test(t, roots_survive);
	tcase_add_test(t, many_pages_make_a_map_of_two_levels);
	tcase_add_test(t, readers_writer_eviction_and_checkpoints_run_together);
	tcase_set_timeout(t, 60);
	suite_add_tcase(s, t);
	return s;
}
