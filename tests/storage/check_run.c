/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Run tokens: plans that write take one at once, plans that read when they turn out to be no short
 * ones.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "storage/txn/engine.h"
#include "tests/storage/storage_fixture.h"
#include "tests/storage/suites.h"

enum { SHORT_POLLS = 8, LONG_POLLS = 100000 };

/* What the other thread has done. */
enum progress { BEGUN, SHORT_DONE, LONG_DONE };
static _Atomic int progress;

static void *read_much(void *context)
{
	struct txn *t;

	(void)context;
	storage_thread_attach(fixture.storage);
	t = fixture_begin(ISOLATION_READ_COMMITTED);
	storage_run_begin_reading(fixture.storage);
	for (int i = 0; i < SHORT_POLLS; i++)
		txn_run_poll(t);
	storage_run_end(fixture.storage);
	atomic_store(&progress, SHORT_DONE);
	storage_run_begin_reading(fixture.storage);
	for (int i = 0; i < LONG_POLLS; i++)
		txn_run_poll(t);
	storage_run_end(fixture.storage);
	atomic_store(&progress, LONG_DONE);
	txn_abort(t);
	storage_thread_detach(fixture.storage);
	return NULL;
}

/* Sets the tokens that are left and returns how many there were. */
static uint32_t set_tokens(uint32_t tokens)
{
	struct run_tokens *r = &fixture.storage->run;
	uint32_t before;

	lock_statistics(&r->mutex);
	before = r->tokens;
	r->tokens = tokens;
	unlock_statistics(&r->mutex);
	return before;
}

static bool somebody_waits(void)
{
	struct run_tokens *r = &fixture.storage->run;
	bool waits;

	lock_statistics(&r->mutex);
	waits = r->first != NULL;
	unlock_statistics(&r->mutex);
	return waits;
}

START_TEST(a_short_reading_plan_needs_no_token_and_a_long_one_does)
{
	pthread_t thread;
	uint32_t all;

	storage_run_begin(fixture.storage);
	all = set_tokens(0) + 1;
	atomic_store(&progress, BEGUN);
	ck_assert_int_eq(pthread_create(&thread, NULL, read_much, NULL), 0);
	while (!somebody_waits() && atomic_load(&progress) != LONG_DONE)
		sched_yield();
	ck_assert_int_eq(atomic_load(&progress), SHORT_DONE);
	storage_run_end(fixture.storage);
	pthread_join(thread, NULL);
	ck_assert_int_eq(atomic_load(&progress), LONG_DONE);
	ck_assert_uint_eq(set_tokens(all), 1);
}
END_TEST

START_TEST(a_wait_inside_a_short_reading_plan_gives_nothing_back)
{
	storage_run_begin_reading(fixture.storage);
	ck_assert(!storage_run_pause(fixture.storage));
	storage_run_end(fixture.storage);
	storage_run_begin(fixture.storage);
	ck_assert(storage_run_pause(fixture.storage));
}
END_TEST

enum { COMERS = 6 };

static _Atomic uint32_t served;
static int order[COMERS];

/* Even ones come from a commit or a lock. */
static void *come(void *context)
{
	int number = (int)(intptr_t)context;

	storage_thread_attach(fixture.storage);
	if (number % 2 == 0)
		run_resume(fixture.storage, true);
	else
		storage_run_begin(fixture.storage);
	order[atomic_fetch_add(&served, 1)] = number;
	storage_run_end(fixture.storage);
	storage_thread_detach(fixture.storage);
	return NULL;
}

static uint32_t count_waiters(void)
{
	struct run_tokens *r = &fixture.storage->run;
	uint32_t count = 0;

	lock_statistics(&r->mutex);
	for (const struct run_waiter *w = r->first; w != NULL; w = w->next)
		count++;
	unlock_statistics(&r->mutex);
	return count;
}

START_TEST(who_comes_from_a_commit_goes_before_who_begins_each_in_turn)
{
	static const int expected[COMERS] = { 0, 2, 4, 1, 3, 5 };
	pthread_t threads[COMERS];
	uint32_t all;

	storage_run_begin(fixture.storage);
	all = set_tokens(0) + 1;
	for (uint32_t i = 0; i < COMERS; i++) {
		ck_assert_int_eq(
			pthread_create(&threads[i], NULL, come, (void *)(intptr_t)i), 0);
		while (count_waiters() <= i)
			sched_yield();
	}
	storage_run_end(fixture.storage);
	for (int i = 0; i < COMERS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < COMERS; i++)
		ck_assert_int_eq(order[i], expected[i]);
	ck_assert_uint_eq(set_tokens(all), 1);
}
END_TEST

Suite *run_suite(void)
{
	Suite *s = suite_create("run");
	TCase *c = tcase_create("run");

	tcase_add_checked_fixture(c, fixture_open, fixture_close);
	tcase_add_test(c, a_short_reading_plan_needs_no_token_and_a_long_one_does);
	tcase_add_test(c, a_wait_inside_a_short_reading_plan_gives_nothing_back);
	tcase_add_test(c, who_comes_from_a_commit_goes_before_who_begins_each_in_turn);
	suite_add_tcase(s, c);
	return s;
}
