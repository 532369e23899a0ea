/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Threads near their clients: whom they follow, where the client is, and that a move leaves no trace.
 */
#include "src/follow.h"

#include <check.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/src/loopback.h"
#include "tests/src/suites.h"

static int client_end, server_end;
static cpu_set_t allowed;

static void start(void)
{
	loopback_connect(&server_end, &client_end);
	ck_assert_int_eq(sched_getaffinity(0, sizeof allowed, &allowed), 0);
}

static void end(void)
{
	(void)sched_setaffinity(0, sizeof allowed, &allowed);
	close(client_end);
	close(server_end);
}

static void stay_on(int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	ck_assert_int_eq(sched_setaffinity(0, sizeof one, &one), 0);
}

static bool may_run_everywhere_again(void)
{
	cpu_set_t now;

	ck_assert_int_eq(sched_getaffinity(0, sizeof now, &now), 0);
	return CPU_EQUAL(&now, &allowed);
}

START_TEST(bytes_come_in_where_the_client_runs)
{
	char byte = 'x';

	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &allowed))
			continue;
		stay_on(cpu);
		ck_assert_int_eq(send(client_end, &byte, 1, 0), 1);
		ck_assert_int_eq(recv(server_end, &byte, 1, 0), 1);
		ck_assert_int_eq(follow_cpu_of(server_end), cpu);
	}
}
END_TEST

START_TEST(a_move_leaves_the_thread_free)
{
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		ck_assert_int_eq(follow_go(cpu), CPU_ISSET(cpu, &allowed) != 0);
		ck_assert(may_run_everywhere_again());
	}
	ck_assert(!follow_go(-1));
	ck_assert(!follow_go(CPU_SETSIZE));
}
END_TEST

/* The kernel moves a thread that is not allowed where it is at once: seen with one that may be there
   alone, since any other may be moved on before it looks. */
START_TEST(a_move_goes_nowhere_that_is_not_allowed)
{
	int here = sched_getcpu();

	stay_on(here);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		ck_assert_int_eq(follow_go(cpu), cpu == here);
	ck_assert_int_eq(sched_getcpu(), here);
}
END_TEST

START_TEST(looks_become_rare_while_they_are_in_vain)
{
	struct follow f;
	uint32_t first;

	follow_init(&f, server_end, true);
	ck_assert(f.is_on);
	first = f.every;
	follow_note(&f, false);
	ck_assert_uint_eq(f.every, 2 * first);
	ck_assert_uint_eq(f.left, 2 * first);
	follow_note(&f, true);
	follow_note(&f, true);
	ck_assert_uint_eq(f.every, first);
	for (int i = 0; i < 100; i++)
		follow_note(&f, false);
	ck_assert_uint_eq(f.every, 1 << 16);
}
END_TEST

START_TEST(a_look_comes_once_in_so_many_waits)
{
	struct follow f;

	follow_init(&f, server_end, true);
	for (uint32_t i = 1; i < f.every; i++)
		follow_client(&f, server_end);
	ck_assert_uint_eq(f.left, 1);
	follow_client(&f, server_end);
	ck_assert_uint_eq(f.left, f.every);
	ck_assert(may_run_everywhere_again());
}
END_TEST

START_TEST(only_clients_of_this_machine_are_followed)
{
	struct follow f;
	int fds[2];

	follow_init(&f, server_end, false);
	ck_assert(!f.is_on);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	follow_init(&f, fds[0], true);
	ck_assert(!f.is_on);
	follow_client(&f, fds[0]);
	close(fds[0]);
	close(fds[1]);
	follow_init(&f, -1, true);
	ck_assert(!f.is_on);
}
END_TEST

Suite *follow_suite(void)
{
	Suite *suite = suite_create("follow");
	TCase *c = tcase_create("follow");

	tcase_add_checked_fixture(c, start, end);
	tcase_add_test(c, bytes_come_in_where_the_client_runs);
	tcase_add_test(c, a_move_leaves_the_thread_free);
	tcase_add_test(c, a_move_goes_nowhere_that_is_not_allowed);
	tcase_add_test(c, looks_become_rare_while_they_are_in_vain);
	tcase_add_test(c, a_look_comes_once_in_so_many_waits);
	tcase_add_test(c, only_clients_of_this_machine_are_followed);
	suite_add_tcase(suite, c);
	return suite;
}
