/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The engine lock: readers together, a writer alone, nobody starved.
 */
#include <pthread.h>
#include <sched.h>

#include "storage/txn/engine_lock.h"
#include "tests/storage/suites.h"

enum { READERS = 4, WRITES = 2000 };

static struct engine_lock lock;
static uint64_t pair[2]; /* equal whenever no writer is inside */
static _Atomic int is_over;
static _Atomic uint64_t sections;

static void *read_often(void *context) UNCHECKED_LOCKING
{
	struct engine_slot *slot = engine_lock_attach(&lock);

	(void)context;
	while (!atomic_load(&is_over)) {
		engine_lock_enter_shared(&lock, slot);
		ck_assert_uint_eq(pair[0], pair[1]);
		engine_lock_leave_shared(&lock, slot);
		atomic_fetch_add(&sections, 1);
	}
	engine_lock_detach(&lock, slot);
	return NULL;
}

START_TEST(readers_never_see_a_writer_half_done)
{
	pthread_t threads[READERS];

	engine_lock_init(&lock);
	atomic_store(&is_over, 0);
	for (int i = 0; i < READERS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, read_often, NULL), 0);
	/* with few processors the writes might be over before the first reader runs */
	while (atomic_load(&sections) == 0)
		sched_yield();
	for (int i = 0; i < WRITES; i++) {
		engine_lock_enter_exclusive(&lock);
		pair[0]++;
		pair[1]++;
		engine_lock_leave_exclusive(&lock);
	}
	atomic_store(&is_over, 1);
	for (int i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
	ck_assert_uint_eq(pair[0], WRITES);
	engine_lock_destroy(&lock);
}
END_TEST

static void *write_once(void *context) UNCHECKED_LOCKING
{
	(void)context;
	engine_lock_enter_exclusive(&lock);
	engine_lock_leave_exclusive(&lock);
	return NULL;
}

START_TEST(a_reader_is_told_of_a_waiting_writer)
{
	struct engine_slot *slot;
	pthread_t writer;

	engine_lock_init(&lock);
	slot = engine_lock_attach(&lock);
	engine_lock_enter_shared(&lock, slot);
	ck_assert(!engine_lock_is_wanted(&lock));
	ck_assert_int_eq(pthread_create(&writer, NULL, write_once, NULL), 0);
	while (!engine_lock_is_wanted(&lock))
		;
	engine_lock_leave_shared(&lock, slot);
	pthread_join(writer, NULL);
	ck_assert(!engine_lock_is_wanted(&lock));
	engine_lock_detach(&lock, slot);
	engine_lock_destroy(&lock);
}
END_TEST

START_TEST(a_writer_that_sleeps_is_woken_by_the_reader)
{
	struct engine_slot *slot;
	pthread_t writer;

	engine_lock_init(&lock);
	slot = engine_lock_attach(&lock);
	engine_lock_enter_shared(&lock, slot);
	ck_assert_int_eq(pthread_create(&writer, NULL, write_once, NULL), 0);
	while (atomic_load(&lock.writer) != ENGINE_WRITER_ASLEEP)
		sched_yield();
	engine_lock_leave_shared(&lock, slot);
	pthread_join(writer, NULL);
	ck_assert(!engine_lock_is_wanted(&lock));
	engine_lock_destroy(&lock);
}
END_TEST

/* Long sections, so that every writer sleeps and is woken, by a reader that leaves or backs out. */
static void *read_long(void *context) UNCHECKED_LOCKING
{
	struct engine_slot *slot = engine_lock_attach(&lock);

	(void)context;
	while (!atomic_load(&is_over)) {
		engine_lock_enter_shared(&lock, slot);
		while (atomic_load(&lock.writer) == ENGINE_NO_WRITER && !atomic_load(&is_over))
			;
		for (int i = 0; i < 3; i++)
			sched_yield();
		engine_lock_leave_shared(&lock, slot);
	}
	engine_lock_detach(&lock, slot);
	return NULL;
}

START_TEST(writers_that_sleep_are_never_forgotten)
{
	enum { LONG_WRITES = 500 };
	pthread_t threads[READERS];

	engine_lock_init(&lock);
	atomic_store(&is_over, 0);
	for (int i = 0; i < READERS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, read_long, NULL), 0);
	for (int i = 0; i < LONG_WRITES; i++) {
		engine_lock_enter_exclusive(&lock);
		engine_lock_leave_exclusive(&lock);
	}
	atomic_store(&is_over, 1);
	for (int i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
	engine_lock_destroy(&lock);
}
END_TEST

START_TEST(slots_are_used_again)
{
	struct engine_slot *first, *second;

	engine_lock_init(&lock);
	first = engine_lock_attach(&lock);
	second = engine_lock_attach(&lock);
	ck_assert_ptr_ne(first, second);
	engine_lock_detach(&lock, first);
	ck_assert_ptr_eq(engine_lock_attach(&lock), first);
	engine_lock_destroy(&lock);
}
END_TEST

START_TEST(the_writer_looks_no_further_than_the_last_slot_in_use)
{
	struct engine_slot *slots[3];

	engine_lock_init(&lock);
	for (int i = 0; i < 3; i++)
		slots[i] = engine_lock_attach(&lock);
	engine_lock_detach(&lock, slots[1]);
	ck_assert_uint_eq(atomic_load(&lock.slot_count), 3);
	engine_lock_detach(&lock, slots[2]);
	ck_assert_uint_eq(atomic_load(&lock.slot_count), 1);
	engine_lock_destroy(&lock);
}
END_TEST

Suite *engine_lock_suite(void)
{
	Suite *suite = suite_create("engine_lock");
	TCase *tests = tcase_create("engine_lock");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, readers_never_see_a_writer_half_done);
	tcase_add_test(tests, a_reader_is_told_of_a_waiting_writer);
	tcase_add_test(tests, a_writer_that_sleeps_is_woken_by_the_reader);
	tcase_add_test(tests, writers_that_sleep_are_never_forgotten);
	tcase_add_test(tests, slots_are_used_again);
	tcase_add_test(tests, the_writer_looks_no_further_than_the_last_slot_in_use);
	suite_add_tcase(suite, tests);
	return suite;
}
