/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Tests of the simulator itself: what survives which crash, and that each fault does what it says.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/lock.h"
#include "storage/store/store.h"
#include "tests/storage/child.h"
#include "tests/storage/suites.h"

static struct store *store;
static struct error e;
static uint8_t *buffer;

static void setup(void)
{
	store = store_sim_new(9, 1 << 16);
	buffer = aligned_alloc(STORE_ALIGN, 2 * STORE_BLOCK_BYTES);
	ck_assert_ptr_nonnull(buffer);
	ck_assert_int_eq(store->ops->block_grow(store, 20, &e), OK);
}

static void teardown(void)
{
	free(buffer);
	store_sim_free(store);
}

static void write_block(uint64_t block, uint8_t value)
{
	struct store_transfer t = { block, 1, buffer };

	memset(buffer, value, STORE_BLOCK_BYTES);
	ck_assert_int_eq(store->ops->block_write(store, &t, 1, &e), OK);
}

/* Number of bytes of the block that are `value`. */
static size_t count_bytes(uint64_t block, uint8_t value)
{
	struct store_transfer t = { block, 1, buffer };
	size_t n = 0;

	ck_assert_int_eq(store->ops->block_read(store, &t, 1, &e), OK);
	for (size_t i = 0; i < STORE_BLOCK_BYTES; i++)
		n += buffer[i] == value;
	return n;
}

START_TEST(synced_writes_survive_every_crash)
{
	write_block(5, 1);
	ck_assert_int_eq(store->ops->block_sync(store, &e), OK);
	store_sim_restart(store, (enum store_crash)_i);
	ck_assert_uint_eq(count_bytes(5, 1), STORE_BLOCK_BYTES);
}
END_TEST

START_TEST(crash_loses_or_keeps_what_was_not_synced)
{
	write_block(5, 1);
	store_sim_restart(store, STORE_CRASH_LOSE);
	ck_assert_uint_eq(count_bytes(5, 0), STORE_BLOCK_BYTES);
	write_block(5, 1);
	store_sim_restart(store, STORE_CRASH_KEEP);
	ck_assert_uint_eq(count_bytes(5, 1), STORE_BLOCK_BYTES);
}
END_TEST

START_TEST(tear_cuts_only_the_last_write)
{
	bool was_cut = false;

	for (int i = 0; i < 20; i++) {
		size_t n;

		write_block(5, 0);
		write_block(6, 0);
		ck_assert_int_eq(store->ops->block_sync(store, &e), OK);
		write_block(5, 1);
		write_block(6, 1);
		store_sim_restart(store, STORE_CRASH_TEAR_512);
		ck_assert_uint_eq(count_bytes(5, 1), STORE_BLOCK_BYTES);
		n = count_bytes(6, 1);
		ck_assert_uint_eq(n % 512, 0);
		was_cut |= n > 0 && n < STORE_BLOCK_BYTES;
	}
	ck_assert(was_cut);
}
END_TEST

START_TEST(faults_do_what_they_say)
{
	struct store_transfer t = { 5, 1, buffer };

	store_sim_fault(store, STORE_FAULT_LOST, store_sim_calls(store) + 1);
	write_block(5, 1);
	ck_assert_uint_eq(count_bytes(5, 1), 0);
	store_sim_fault(store, STORE_FAULT_MISDIRECTED, store_sim_calls(store) + 1);
	write_block(5, 2);
	ck_assert_uint_eq(count_bytes(5, 2), 0);
	ck_assert_uint_eq(count_bytes(6, 2), STORE_BLOCK_BYTES);
	store_sim_fault(store, STORE_FAULT_FLIP, store_sim_calls(store) + 1);
	write_block(7, 3);
	ck_assert_uint_eq(count_bytes(7, 3), STORE_BLOCK_BYTES - 1);
	store_sim_fault(store, STORE_FAULT_IO, store_sim_calls(store) + 1);
	ck_assert_int_eq(store->ops->block_read(store, &t, 1, &e), E_IO);
	ck_assert_int_eq(store->ops->block_read(store, &t, 1, &e), OK);
	store_sim_fault(store, STORE_FAULT_FULL, 1);
	ck_assert_int_eq(store->ops->block_grow(store, 100, &e), E_DISK_FULL);
	store_sim_steal_lease(store);
	ck_assert_int_eq(store->ops->lease_renew(store, &e), E_OBJECT_IN_USE);
}
END_TEST

START_TEST(crash_ends_the_process_and_memory_remains)
{
	pid_t child;
	int status;

	store_sim_fault(store, STORE_FAULT_CRASH, store_sim_calls(store) + 2);
	child = fork();
	if (child == 0) {
		write_block(5, 1);
		write_block(6, 1);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), STORE_SIM_CRASHED);
	store_sim_restart(store, STORE_CRASH_TEAR_4096);
	ck_assert_uint_eq(count_bytes(5, 1), STORE_BLOCK_BYTES);
}
END_TEST

#ifdef ENABLE_SLOW_ASSERT
/* Whether the process stops that does one thing of a store with the engine lock held. */
static bool is_stopped(void (*act)(void))
{
	pid_t child = child_fork();

	if (child == 0) {
		lock_note_acquired(&lock_class_engine);
		act();
		_exit(0);
	}
	return WIFSIGNALED(child_wait(child));
}

static void write_one(void)
{
	write_block(5, 1);
}

static void read_one(void)
{
	count_bytes(5, 1);
}

static void sync_log(void)
{
	ck_assert_int_eq(store->ops->log_sync(store, &e), OK);
}

static void grow(void)
{
	ck_assert_int_eq(store->ops->block_grow(store, 40, &e), OK);
}

START_TEST(no_write_is_made_under_the_engine_lock)
{
	ck_assert(is_stopped(write_one));
	ck_assert(is_stopped(sync_log));
	ck_assert(is_stopped(grow));
	ck_assert(!is_stopped(read_one)); /* by a writer whose page nobody read in */
}
END_TEST
#endif

Suite *store_sim_suite(void)
{
	Suite *s = suite_create("store_sim");
	TCase *t = tcase_create("store_sim");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, synced_writes_survive_every_crash, 0, STORE_CRASH_MODES);
	tcase_add_test(t, crash_loses_or_keeps_what_was_not_synced);
	tcase_add_test(t, tear_cuts_only_the_last_write);
	tcase_add_test(t, faults_do_what_they_say);
	tcase_add_test(t, crash_ends_the_process_and_memory_remains);
#ifdef ENABLE_SLOW_ASSERT
	tcase_add_test(t, no_write_is_made_under_the_engine_lock);
#endif
	suite_add_tcase(s, t);
	return s;
}
