/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Tests of checkpoints and recovery: the mini engine against its model, with a writer that gets in
 * at every gap, with full disks, and with a crash at every call to the store, in every way a crash
 * can leave a disk.
 *
 * QUIVER_SLOW=1 in the environment tries every call; otherwise every few, beginning at another
 * place with each way to crash.
 */
#include <check.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/crc32c.h"
#include "storage/page/superblock.h"
#include "tests/storage/mini_engine.h"
#include "tests/storage/suites.h"

enum { SEGMENT_BYTES = 64 << 10, FRAMES = 32, PAGES = 90, MANY = 250, COMMITS = 60 };

static struct error e;

static void open_or_fail(struct mini *m, struct store *store, uint64_t seed)
{
	ck_assert_msg(
		mini_open(m, store, seed, PAGES, FRAMES, &e) == OK, "%s (%s)", e.message, e.detail);
}

static void make_room(struct mini *m)
{
	ck_assert_msg(pager_make_room(m->pager, &e) == OK, "%s", e.message);
}

START_TEST(pages_say_what_the_model_says)
{
	struct store *store = store_sim_new((uint64_t)_i, SEGMENT_BYTES);
	struct rand r = { (uint64_t)_i };
	struct mini m;

	open_or_fail(&m, store, (uint64_t)_i);
	for (int i = 0; i < 300; i++) {
		uint64_t dice = rand_below(&r, 100);

		mini_commit(&m, dice < 50);
		if (dice % 3 == 0)
			make_room(&m);
		if (dice < 4)
			ck_assert_int_eq(mini_checkpoint(&m, &e), OK);
		if (dice < 2) {
			mini_close(&m);
			open_or_fail(&m, store, (uint64_t)_i);
		}
		if (i % 25 == 0)
			mini_check(&m);
	}
	mini_check(&m);
	mini_verify(&m);
	mini_close(&m);
	store_sim_free(store);
}
END_TEST

/* Writers change and free pages while a checkpoint runs; after a crash without the log's tail the
   checkpoint alone must be the state at its beginning. */
START_TEST(checkpoint_is_the_state_at_its_beginning)
{
	struct store *store = store_sim_new((uint64_t)_i, SEGMENT_BYTES);
	struct mini m;
	uint64_t ts_begin;

	open_or_fail(&m, store, (uint64_t)_i);
	for (int round = 0; round < 6; round++) {
		for (int i = 0; i < 20; i++) {
			mini_commit(&m, true);
			make_room(&m);
		}
		ts_begin = m.ts;
		mini_checkpoint_begin(&m);
		for (int i = 0; i < 5; i++)
			mini_commit(&m, false);
		m.interleave = 1 + (uint32_t)_i % 3;
		m.interleave_ts_max = m.ts + 30;
		make_room(&m);
		ck_assert_int_eq(mini_checkpoint_finish(&m, &e), OK);
		m.interleave = 0;
		mini_check(&m);
		/* Everything after the checkpoint is lost. */
		mini_close(&m);
		store_sim_restart(store, STORE_CRASH_LOSE);
		open_or_fail(&m, store, (uint64_t)_i);
		ck_assert_uint_eq(m.ts, ts_begin);
		mini_check(&m);
	}
	mini_verify(&m);
	mini_close(&m);
	store_sim_free(store);
}
END_TEST

/* A store that lets a writer and a checkpoint's beginning in while eviction writes. */
static struct store_ops hooked_ops;
static struct mini *hooked;
static enum sqlstate (*real_write)(
	struct store *, const struct store_transfer *, uint32_t, struct error *);

static enum sqlstate hooked_write(struct store *store, const struct store_transfer *transfers,
	uint32_t count, struct error *e2)
{
	struct mini *m = hooked;

	if (m != NULL) {
		hooked = NULL;
		for (uint64_t i = m->ts % 3; i > 0; i--)
			mini_commit(m, false); /* pages in flight are superseded … */
		m->interleave_ts_max = m->ts;
		mini_checkpoint_begin(m);
		for (uint64_t i = m->ts % 4; i > 0; i--)
			mini_commit(m, false); /* … or wanted by the checkpoint */
	}
	return real_write(store, transfers, count, e2);
}

START_TEST(checkpoint_may_begin_while_eviction_writes)
{
	struct store *store = store_sim_new((uint64_t)_i, SEGMENT_BYTES);
	struct mini m;
	int begun = 0;

	hooked_ops = *store->ops;
	real_write = hooked_ops.block_write;
	hooked_ops.block_write = hooked_write;
	store->ops = &hooked_ops;
	open_or_fail(&m, store, (uint64_t)_i);
	for (int round = 0; round < 25; round++) {
		bool is_called_off = round % 5 == 4;
		uint64_t ts_begin;

		for (int i = 0; i < 15; i++)
			mini_commit(&m, true);
		hooked = &m;
		make_room(&m);
		hooked = NULL;
		if (!checkpoint_is_running(m.pager))
			continue;
		begun++;
		ts_begin = m.interleave_ts_max;
		mini_commit(&m, false);
		if (is_called_off)
			store_sim_fault(store, STORE_FAULT_FULL, 1);
		if (mini_checkpoint_finish(&m, &e) != OK)
			ck_assert(is_called_off);
		else
			is_called_off = false;
		store_sim_fault(store, STORE_FAULT_NONE, 0);
		mini_check(&m);
		if (is_called_off)
			continue;
		mini_close(&m);
		store_sim_restart(store, STORE_CRASH_LOSE);
		open_or_fail(&m, store, (uint64_t)_i);
		ck_assert_uint_eq(m.ts, ts_begin);
		mini_check(&m);
	}
	ck_assert_int_gt(begun, 10);
	mini_verify(&m);
	mini_close(&m);
	store_sim_free(store);
}
END_TEST

START_TEST(full_disk_calls_a_checkpoint_off)
{
	struct store *store = store_sim_new((uint64_t)_i, SEGMENT_BYTES);
	struct mini m;
	int refused = 0;

	ck_assert_int_eq(mini_open(&m, store, (uint64_t)_i, MANY, FRAMES, &e), OK);
	for (int round = 0; round < 40; round++) {
		for (int i = 0; i < 10; i++)
			mini_commit(&m, true);
		mini_checkpoint_begin(&m);
		mini_commit(&m, true);
		store_sim_fault(store, STORE_FAULT_FULL, 1);
		if (mini_checkpoint_finish(&m, &e) != OK) {
			ck_assert_int_eq(e.code, E_DISK_FULL);
			ck_assert(!checkpoint_is_running(m.pager));
			refused++;
		}
		store_sim_fault(store, STORE_FAULT_NONE, 0);
		mini_commit(&m, true);
		make_room(&m);
		mini_check(&m);
	}
	ck_assert_int_gt(refused, 0);
	mini_verify(&m);
	mini_close(&m);
	ck_assert_int_eq(mini_open(&m, store, (uint64_t)_i, MANY, FRAMES, &e), OK);
	mini_check(&m);
	mini_close(&m);
	store_sim_free(store);
}
END_TEST

/* ---- crashes ------------------------------------------------------------------------------ */

struct witness {
	_Atomic uint64_t acknowledged; /* commits known to be durable */
	_Atomic uint64_t attempted;
};

static struct witness *witness;
static bool is_slow;

static void crash_setup(void)
{
	witness = mmap(
		NULL, sizeof *witness, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert(witness != MAP_FAILED);
	is_slow = getenv("QUIVER_SLOW") != NULL;
}

static void crash_teardown(void)
{
	munmap(witness, sizeof *witness);
}

/* Commits (every third not durable), evictions, checkpoints with a writer in between, trims. */
static void workload(struct store *store, uint64_t seed)
{
	struct mini m;

	if (mini_open(&m, store, seed, PAGES, FRAMES, &e) != OK)
		_exit(1);
	while (m.ts < COMMITS) {
		bool is_durable = m.ts % 3 != 2;

		atomic_store(&witness->attempted, m.ts + 1 + 40);
		mini_commit(&m, is_durable);
		if (is_durable)
			atomic_store(&witness->acknowledged, m.ts);
		if (m.ts % 2 == 0 && pager_make_room(m.pager, &e) != OK)
			_exit(2);
		if (m.ts % 17 == 0) {
			mini_checkpoint_begin(&m);
			m.interleave = 2;
			m.interleave_ts_max = m.ts + 6;
			if (mini_checkpoint_finish(&m, &e) != OK)
				_exit(3);
			m.interleave = 0;
		}
	}
	mini_close(&m);
	_exit(0);
}

/* The exit status of `run` in a child. */
static int in_child(void (*run)(struct store *, uint64_t), struct store *store, uint64_t seed)
{
	const struct rlimit no_core = { 0, 0 };
	int status;
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &no_core);
		run(store, seed);
		_exit(9);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFEXITED(status), "child ended by signal %d", WTERMSIG(status));
	return WEXITSTATUS(status);
}

static void recovery(struct store *store, uint64_t seed)
{
	struct mini m;

	_exit(mini_open(&m, store, seed, PAGES, FRAMES, &e) == OK ? 0 : 1);
}

static void check_remains(struct store *store, uint64_t seed, uint64_t at, enum store_crash mode)
{
	struct mini m;

	ck_assert_msg(mini_open(&m, store, seed, PAGES, FRAMES, &e) == OK,
		"crash at call %" PRIu64 ", mode %d: %s (%s)", at, mode, e.message, e.detail);
	ck_assert_msg(m.ts >= atomic_load(&witness->acknowledged),
		"crash at call %" PRIu64 ", mode %d: commit %" PRIu64 " of %" PRIu64 " is lost", at,
		mode, m.ts, atomic_load(&witness->acknowledged));
	ck_assert_uint_le(m.ts, atomic_load(&witness->attempted));
	mini_check(&m);
	mini_commit(&m, true);
	mini_check(&m);
	mini_verify(&m);
	mini_close(&m);
}

/* False when the workload is over before call `at`. */
static bool crash_at(uint64_t at, enum store_crash mode, uint64_t seed)
{
	struct store *store = store_sim_new(seed * 1000 + at, SEGMENT_BYTES);
	int status;

	atomic_store(&witness->acknowledged, 0);
	atomic_store(&witness->attempted, 0);
	store_sim_fault(store, STORE_FAULT_CRASH, at);
	status = in_child(workload, store, seed);
	if (status == STORE_SIM_CRASHED) {
		store_sim_restart(store, mode);
		/* Again, during recovery. */
		store_sim_fault(store, STORE_FAULT_CRASH, 1 + at % 23);
		status = in_child(recovery, store, seed);
		ck_assert_msg(status == 0 || status == STORE_SIM_CRASHED,
			"recovery failed with %d after call %" PRIu64 ", mode %d", status, at,
			mode);
		store_sim_restart(store, mode);
		check_remains(store, seed, at, mode);
		store_sim_free(store);
		return true;
	}
	ck_assert_int_eq(status, 0);
	store_sim_free(store);
	return false;
}

START_TEST(no_crash_loses_an_acknowledged_commit)
{
	enum store_crash mode = (enum store_crash)_i;
	uint64_t stride = is_slow ? 1 : 31;

	for (uint64_t at = 1 + (is_slow ? 0 : (uint64_t)_i * 2);
		crash_at(at, mode, 77 + (uint64_t)_i);)
		at += stride;
}
END_TEST

/* ---- the superblock ----------------------------------------------------------------------- */

START_TEST(broken_superblock_falls_back_to_the_one_before)
{
	struct store *store = store_sim_new(1, SEGMENT_BYTES);
	struct pager_options options = { .store = store };
	struct pager_origin origin;
	struct pager *pager;
	struct mini m;
	uint64_t newest;

	open_or_fail(&m, store, 1);
	mini_commit(&m, true);
	ck_assert_int_eq(mini_checkpoint(&m, &e), OK);
	newest = m.pager != NULL ? checkpoint_lsn(m.pager) : 0;
	mini_close(&m);
	/* One copy of the newest pair is enough … */
	store_sim_flip_superblock(store, 1, 400);
	ck_assert_int_eq(pager_open(&options, &pager, &e), OK);
	pager_origin(pager, &origin);
	ck_assert_uint_eq(origin.lsn, newest);
	pager_close(pager);
	/* … without both the checkpoint before counts … */
	store_sim_flip_superblock(store, 3, 12345);
	ck_assert_int_eq(pager_open(&options, &pager, &e), OK);
	pager_origin(pager, &origin);
	ck_assert_uint_lt(origin.lsn, newest);
	pager_close(pager);
	/* … and without any the database is not opened, nor made anew. */
	store_sim_flip_superblock(store, 0, 1);
	store_sim_flip_superblock(store, 2, 30000);
	options.create = true;
	ck_assert_int_eq(pager_open(&options, &pager, &e), E_DATA_CORRUPTED);
	ck_assert_str_eq(e.message, "no valid superblock found");
	store_sim_free(store);
}
END_TEST

/* Format 2 is format 3 without objects and sequences in the catalog. */
START_TEST(the_format_before_is_read_and_becomes_this_one)
{
	struct store *store = store_sim_new(1, SEGMENT_BYTES);
	struct superblock s;
	struct mini m;
	bool is_new = false;

	open_or_fail(&m, store, 1);
	mini_commit(&m, true);
	ck_assert_int_eq(mini_checkpoint(&m, &e), OK);
	mini_close(&m);
	for (int copy = 0; copy < STORE_SUPERBLOCK_COPIES; copy++) {
		memcpy(&s, store_sim_superblock(store, copy), sizeof s);
		s.format = SUPERBLOCK_FORMAT_OLDEST;
		s.crc = crc32c(0, &s, offsetof(struct superblock, crc));
		memcpy(store_sim_superblock(store, copy), &s, sizeof s);
	}
	open_or_fail(&m, store, 1);
	mini_commit(&m, true);
	ck_assert_int_eq(mini_checkpoint(&m, &e), OK);
	mini_close(&m);
	for (int copy = 0; copy < STORE_SUPERBLOCK_COPIES; copy++) {
		memcpy(&s, store_sim_superblock(store, copy), sizeof s);
		is_new |= s.format == SUPERBLOCK_FORMAT;
	}
	ck_assert(is_new);
	store_sim_free(store);
}
END_TEST

START_TEST(another_format_is_refused_by_name)
{
	struct store *store = store_sim_new(1, SEGMENT_BYTES);
	struct pager_options options = { .store = store, .create = true };
	struct pager *pager;
	struct superblock s;

	ck_assert_int_eq(pager_open(&options, &pager, &e), OK);
	pager_close(pager);
	memcpy(&s, store_sim_superblock(store, 1), sizeof s);
	s.format = SUPERBLOCK_FORMAT + 1;
	s.sequence++;
	s.crc = crc32c(0, &s, offsetof(struct superblock, crc));
	memcpy(store_sim_superblock(store, 1), &s, sizeof s);
	ck_assert_int_eq(pager_open(&options, &pager, &e), E_NOT_SUPPORTED);
	ck_assert_str_eq(e.message, "database has format version 4, which this server does not "
				    "read (it reads versions 2 to 3)");
	store_sim_free(store);
}
END_TEST

START_TEST(empty_store_without_create_is_no_database)
{
	struct store *store = store_sim_new(1, SEGMENT_BYTES);
	struct pager_options options = { .store = store };
	struct pager *pager;

	ck_assert_int_eq(pager_open(&options, &pager, &e), E_NO_FILE);
	store_sim_free(store);
}
END_TEST

START_TEST(broken_map_is_found_at_open)
{
	struct store *store = store_sim_new(1, SEGMENT_BYTES);
	struct pager_options options = { .store = store };
	struct superblock s;
	struct pager *pager;
	struct mini m;

	open_or_fail(&m, store, 1);
	mini_commit(&m, true);
	ck_assert_int_eq(mini_checkpoint(&m, &e), OK);
	mini_close(&m);
	memcpy(&s, store_sim_superblock(store, 1), sizeof s);
	ck_assert_uint_gt(s.map_block, 0);
	store_sim_flip_block(store, s.map_block, 1000);
	ck_assert_int_eq(pager_open(&options, &pager, &e), E_DATA_CORRUPTED);
	store_sim_free(store);
}
END_TEST

Suite *checkpoint_suite(void)
{
	Suite *s = suite_create("checkpoint");
	TCase *t = tcase_create("checkpoint");
	TCase *crashes = tcase_create("crash");

	tcase_add_loop_test(t, pages_say_what_the_model_says, 1, 5);
	tcase_add_loop_test(t, checkpoint_is_the_state_at_its_beginning, 1, 7);
	tcase_add_loop_test(t, checkpoint_may_begin_while_eviction_writes, 1, 7);
	tcase_add_loop_test(t, full_disk_calls_a_checkpoint_off, 1, 4);
	tcase_add_test(t, broken_superblock_falls_back_to_the_one_before);
	tcase_add_test(t, another_format_is_refused_by_name);
	tcase_add_test(t, the_format_before_is_read_and_becomes_this_one);
	tcase_add_test(t, empty_store_without_create_is_no_database);
	tcase_add_test(t, broken_map_is_found_at_open);
	tcase_set_timeout(t, 60);
	suite_add_tcase(s, t);
	tcase_add_checked_fixture(crashes, crash_setup, crash_teardown);
	tcase_add_loop_test(crashes, no_crash_loses_an_acknowledged_commit, 0, STORE_CRASH_MODES);
	tcase_set_timeout(crashes, 600);
	suite_add_tcase(s, crashes);
	return s;
}
