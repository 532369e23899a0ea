/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What base/lock.c promises; the rank checker only in developer builds.
 */
#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/lock_held.h"
#include "tests/base/suites.h"

static struct mutex server_mutex = MUTEX_INITIALIZER;
static struct mutex session_mutex = MUTEX_INITIALIZER;

static void take_in_order(void)
{
	lock_server(&server_mutex);
	lock_session(&session_mutex);
	unlock_session(&session_mutex);
	unlock_server(&server_mutex);
}

#ifdef ENABLE_SLOW_ASSERT
/* The analysis of clang would refuse these at compile time, which is the point of it. */
static void UNCHECKED_LOCKING take_in_wrong_order(void)
{
	lock_session(&session_mutex);
	lock_server(&server_mutex);
}

static struct mutex session_mutex_2 = MUTEX_INITIALIZER;

static void UNCHECKED_LOCKING take_two_of_one_class(void)
{
	lock_session(&session_mutex);
	lock_session(&session_mutex_2);
}

static void UNCHECKED_LOCKING release_what_is_not_held(void)
{
	lock_note_released(&lock_class_session);
}

static void UNCHECKED_LOCKING wait_with_a_lock(void)
{
	lock_session(&session_mutex);
	lock_assert_none_from(&lock_class_session);
}

static void assert_held_without(void)
{
	lock_assert_held(&lock_class_session);
}

/* Runs it in a child; the signal that ended the child, 0 if it came back. */
static int signal_of(void (*run)(void))
{
	pid_t child;
	int status;

	fflush(NULL);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(1);
		run();
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

START_TEST(order_is_enforced)
{
	ck_assert_int_eq(signal_of(take_in_order), 0);
	ck_assert_int_eq(signal_of(take_in_wrong_order), SIGABRT);
	ck_assert_int_eq(signal_of(take_two_of_one_class), SIGABRT);
	ck_assert_int_eq(signal_of(release_what_is_not_held), SIGABRT);
	ck_assert_int_eq(signal_of(wait_with_a_lock), SIGABRT);
	ck_assert_int_eq(signal_of(assert_held_without), SIGABRT);
}
END_TEST

START_TEST(locks_held_are_described_outermost_first)
{
	char text[100];

	lock_describe_held(text, sizeof text);
	ck_assert_str_eq(text, "none");
	lock_server(&server_mutex);
	lock_session(&session_mutex);
	lock_describe_held(text, sizeof text);
	unlock_session(&session_mutex);
	unlock_server(&server_mutex);
	ck_assert_str_eq(text, "server, session");
}
END_TEST
#endif

static bool try_both_ways(struct mutex *m)
{
	if (!try_lock_session(m))
		return false;
	unlock_session(m);
	return true;
}

static void *try_taken_mutex(void *unused)
{
	(void)unused;
	return try_both_ways(&session_mutex) ? &session_mutex : NULL;
}

START_TEST(try_lock_does_not_wait)
{
	pthread_t other;
	void *got;

	lock_session(&session_mutex);
	pthread_create(&other, NULL, try_taken_mutex, NULL);
	pthread_join(other, &got);
	unlock_session(&session_mutex);
	ck_assert_ptr_null(got);
	ck_assert(try_both_ways(&session_mutex));
	take_in_order();
}
END_TEST

START_TEST(a_wait_ends_at_its_deadline)
{
	struct condition c;
	uint64_t start = clock_monotonic_us();
	bool was_signalled;

	condition_init(&c);
	lock_session(&session_mutex);
	was_signalled = condition_wait(&c, &session_mutex, start + 20000);
	unlock_session(&session_mutex);
	condition_destroy(&c);
	ck_assert(!was_signalled);
	ck_assert_uint_ge(clock_monotonic_us() - start, 20000);
}
END_TEST

Suite *lock_suite(void)
{
	Suite *suite = suite_create("lock");
	TCase *tests = tcase_create("lock");

#ifdef ENABLE_SLOW_ASSERT
	tcase_add_test(tests, order_is_enforced);
	tcase_add_test(tests, locks_held_are_described_outermost_first);
#endif
	tcase_add_test(tests, try_lock_does_not_wait);
	tcase_add_test(tests, a_wait_ends_at_its_deadline);
	suite_add_tcase(suite, tests);
	return suite;
}
