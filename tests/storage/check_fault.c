/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Faults at each I/O call of a scripted workload, one at a time:
 *
 *     E_IO        the process may stop; nothing acknowledged is lost
 *     disk full   nothing stops, commits are refused, nothing acknowledged is lost
 *     lost, misdirected, one bit turned    is noticed, or did no harm: never a graph that is silently
 *                 another one
 *
 * The workload runs in a child process, since a failed write stops the process.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/storage.h"
#include "storage/storage_care.h"
#include "storage/store/store.h"
#include "tests/storage/child.h"
#include "tests/storage/suites.h"

enum { COMMITS = 24, CHECKPOINT_EVERY = 8, REFUSED = 3, NOTICED = 4, RIGHT = 0 };

static _Atomic uint32_t *acknowledged;

static enum sqlstate commit(struct storage *s, uint32_t k, struct error *e)
{
	struct txn_options options = { .is_autocommit = true };
	static const char letters[3000] = { 'x' };
	struct property p[2];
	uint32_t label, number, text;
	uint64_t id;
	struct txn *t;

	TRY(txn_begin(s, &options, &t, e));
	if (txn_intern(t, NAME_NODE_LABEL, STR("Thing"), &label, e) != OK ||
		txn_intern(t, NAME_KEY, STR("number"), &number, e) != OK ||
		txn_intern(t, NAME_KEY, STR("text"), &text, e) != OK) {
		txn_abort(t);
		return e->code;
	}
	p[0] = (struct property){ number, value_int(k) };
	p[1] = (struct property){ text,
		value_string((struct str){ letters, k % 5 == 0 ? sizeof letters : 10 }) };
	if (storage_node_add(t, &label, 1, p, 2, &id, e) != OK) {
		txn_abort(t);
		return e->code;
	}
	return txn_commit(t, e);
}

static struct storage_options options_of(struct store *store)
{
	return (struct storage_options){
		.store = store, .create = true, .buffer_bytes = UINT64_C(1) << 20
	};
}

/* Ends with REFUSED at the first error. */
static int work(struct store *store)
{
	struct storage_options options = options_of(store);
	struct storage *s;
	struct error e;
	int result = RIGHT;

	if (storage_open_quietly(&options, &s, &e) != OK)
		return REFUSED;
	storage_thread_attach(s);
	for (uint32_t k = 0; k < COMMITS && result == RIGHT; k++) {
		if (commit(s, k, &e) != OK)
			result = REFUSED;
		else
			atomic_store(acknowledged, k + 1);
		if (k % CHECKPOINT_EVERY == CHECKPOINT_EVERY - 1)
			(void)storage_checkpoint(s, &e);
	}
	storage_thread_detach(s);
	(void)storage_close(s, &e);
	return result;
}

static void ignore(void *context, const char *line)
{
	(void)context;
	(void)line;
}

/* RIGHT: the first n things are there, none besides, and n is at least `least`. */
static int look(struct store *store, uint32_t least)
{
	struct storage_options options = options_of(store);
	struct txn_options one = { .is_autocommit = true, .is_read_only = true };
	uint64_t findings = 0, there = 0;
	struct storage *s;
	struct error e;
	struct txn *t;

	if (storage_open_quietly(&options, &s, &e) != OK)
		return NOTICED;
	storage_thread_attach(s);
	if (storage_check_online(s, 3, ignore, NULL, &findings, &e) != OK || findings > 0)
		return NOTICED;
	if (txn_begin(s, &one, &t, &e) != OK)
		return NOTICED;
	for (uint64_t id = 0; id < COMMITS; id++) {
		struct arena *a = arena_new(0);
		struct property *list;
		uint32_t count;

		if (storage_all_properties(t, ELEMENT_NODE, id, a, &list, &count, &e) != OK)
			return NOTICED;
		if (count == 2 && list[0].value.integer == (int64_t)id && there == id)
			there++;
		else if (count != 0)
			return 1; /* another graph */
		arena_free(a);
	}
	txn_abort(t);
	storage_thread_detach(s);
	storage_close_quietly(s);
	return there >= least ? RIGHT : 2;
}

/* The wait status of a child that works, or looks. */
static int in_child(
	struct store *store, enum store_fault fault, uint64_t at, bool is_looking, uint32_t least)
{
	pid_t child = child_fork();

	if (child == 0) {
		if (fault != STORE_FAULT_NONE)
			store_sim_fault(store, fault, at);
		_exit(is_looking ? look(store, least) : work(store));
	}
	return child_wait(child);
}

static uint64_t calls_of_all(void)
{
	struct store *store = store_sim_new(1, UINT64_C(1) << 20);
	uint64_t calls;

	ck_assert_int_eq(in_child(store, STORE_FAULT_NONE, 0, false, 0), 0);
	calls = store_sim_calls(store);
	store_sim_restart(store, STORE_CRASH_LOSE);
	ck_assert_int_eq(in_child(store, STORE_FAULT_NONE, 0, true, COMMITS), 0);
	store_sim_free(store);
	ck_assert_uint_gt(calls, 40);
	return calls;
}

/* Works with the fault at call `at`, comes back with what was synced, and looks. */
static void try_fault(enum store_fault fault, uint64_t at, int *worked, int *looked)
{
	bool is_silent = fault != STORE_FAULT_IO && fault != STORE_FAULT_FULL;
	struct store *store = store_sim_new(at, UINT64_C(1) << 20);
	uint32_t least;

	atomic_store(acknowledged, 0);
	*worked = in_child(store, fault, at, false, 0);
	store_sim_restart(store, is_silent ? STORE_CRASH_KEEP : STORE_CRASH_LOSE);
	/* the last batch of a log has no witness behind it: storage/log/README.md */
	least = atomic_load(acknowledged);
	if (is_silent && least > 0)
		least--;
	*looked = in_child(store, STORE_FAULT_NONE, 0, true, least);
	store_sim_free(store);
}

START_TEST(an_io_error_at_any_call_loses_nothing_acknowledged)
{
	uint64_t calls = calls_of_all();
	int worked, looked;

	for (uint64_t at = 1; at <= calls; at++) {
		try_fault(STORE_FAULT_IO, at, &worked, &looked);
		if (!WIFEXITED(looked) || WEXITSTATUS(looked) != RIGHT)
			ck_abort_msg("call %llu: %x", (unsigned long long)at, looked);
	}
}
END_TEST

START_TEST(a_full_disk_from_any_call_on_stops_nothing_and_loses_nothing)
{
	uint64_t calls = calls_of_all();
	int worked, looked;

	for (uint64_t at = 1; at <= calls; at++) {
		try_fault(STORE_FAULT_FULL, at, &worked, &looked);
		if (!WIFEXITED(worked))
			ck_abort_msg("call %llu stops the process", (unsigned long long)at);
		if (!WIFEXITED(looked) || WEXITSTATUS(looked) != RIGHT)
			ck_abort_msg("call %llu: %x", (unsigned long long)at, looked);
	}
}
END_TEST

static const enum store_fault silent[] = { STORE_FAULT_LOST, STORE_FAULT_MISDIRECTED,
	STORE_FAULT_FLIP };

START_TEST(a_lying_disk_is_noticed_or_harmless)
{
	uint64_t calls = calls_of_all();
	uint32_t noticed = 0;
	int worked, looked;

	for (uint64_t at = 1; at <= calls; at++) {
		try_fault(silent[_i], at, &worked, &looked);
		if (WIFEXITED(looked) && WEXITSTATUS(looked) != RIGHT &&
			WEXITSTATUS(looked) != NOTICED)
			ck_abort_msg("call %llu: %x", (unsigned long long)at, looked);
		noticed += !WIFEXITED(looked) || WEXITSTATUS(looked) == NOTICED;
	}
	ck_assert_uint_gt(noticed, 0); /* some did harm, and were */
}
END_TEST

static void share(void)
{
	acknowledged = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(acknowledged, MAP_FAILED);
}

static void unshare_again(void)
{
	munmap(acknowledged, 4096);
}

Suite *fault_suite(void)
{
	Suite *suite = suite_create("fault");
	TCase *tests = tcase_create("fault");

	tcase_set_timeout(tests, 600);
	tcase_add_checked_fixture(tests, share, unshare_again);
	tcase_add_test(tests, an_io_error_at_any_call_loses_nothing_acknowledged);
	tcase_add_test(tests, a_full_disk_from_any_call_on_stops_nothing_and_loses_nothing);
	tcase_add_loop_test(tests, a_lying_disk_is_noticed_or_harmless, 0, 3);
	suite_add_tcase(suite, tests);
	return suite;
}
