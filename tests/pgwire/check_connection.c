/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The connection: framing, waiting, and a client that writes without reading.
 */
#include <check.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "tests/pgwire/peer.h"
#include "tests/pgwire/suites.h"

static struct peer peer;

static void setup(void)
{
	peer_open(&peer);
	peer_admit(&peer);
}

static void teardown(void)
{
	peer_close(&peer);
}

START_TEST(messages_sent_together_come_one_by_one)
{
	for (int i = 0; i < 3; i++)
		peer_message(&peer, 'S', "", 0);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
		ck_assert_int_eq(peer.message.type, PGWIRE_SYNC);
	}
	ck_assert(!pgwire_has_input(peer.wire));
	ck_assert_int_eq(peer_next(&peer), PGWIRE_WOULD_BLOCK);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_WOULD_BLOCK);
}
END_TEST

START_TEST(a_message_may_come_in_pieces)
{
	static const char message[] = "Q\0\0\0\x0dselect 1";

	for (size_t i = 0; i < sizeof message; i++) {
		ck_assert_int_eq(peer_next(&peer), PGWIRE_WOULD_BLOCK);
		peer_send(&peer, message + i, 1);
	}
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert(str_equal(peer.message.query.text, STR("select 1")));
}
END_TEST

START_TEST(a_near_sync_is_seen_without_taking_it)
{
	peer_message(&peer, 'B', PEER_BYTES("\0\0\0\0\0\0\0\0"));
	peer_message(&peer, 'D', PEER_BYTES("P\0"));
	peer_message(&peer, 'E', PEER_BYTES("\0\0\0\0\0"));
	peer_message(&peer, 'S', "", 0);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert_int_eq(peer.message.type, PGWIRE_BIND);
	ck_assert(pgwire_is_sync_near(peer.wire));
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert(pgwire_is_sync_near(peer.wire));
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert_int_eq(peer.message.type, PGWIRE_SYNC);
	ck_assert(!pgwire_is_sync_near(peer.wire));
}
END_TEST

START_TEST(a_closed_client_is_an_end_not_a_fault)
{
	shutdown(peer.fd, SHUT_WR);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_CLOSED);
}
END_TEST

START_TEST(a_read_that_may_wait_ends_with_its_timeout)
{
	uint64_t start = clock_monotonic_us();

	pgwire_set_receive_timeout(peer.wire, 20);
	ck_assert_int_eq(
		pgwire_next(peer.wire, true, &peer.message, &peer.error), PGWIRE_WOULD_BLOCK);
	ck_assert_uint_ge(clock_monotonic_us() - start, 10000);
}
END_TEST

#define FLOOD_SIZE 4096
#define FLOOD_COUNT 2000

/* Writes everything before it reads anything: 8 MB in, 8 MB out. */
static void *flood(void *argument)
{
	static char contents[FLOOD_SIZE], bytes[65536];
	size_t expected = (size_t)FLOOD_COUNT * (FLOOD_SIZE + 5);
	size_t *received = argument;
	ssize_t got;

	for (int i = 0; i < FLOOD_COUNT; i++)
		peer_message(&peer, 'd', contents, sizeof contents);
	while (*received < expected && (got = recv(peer.fd, bytes, sizeof bytes, 0)) > 0)
		*received += (size_t)got;
	return NULL;
}

START_TEST(a_client_that_writes_before_it_reads_does_not_deadlock)
{
	size_t received = 0;
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, flood, &received), 0);
	for (int i = 0; i < FLOOD_COUNT;) {
		enum pgwire_event event = pgwire_next(peer.wire, true, &peer.message, &peer.error);
		struct buf *to;

		if (event == PGWIRE_WOULD_BLOCK)
			continue;
		ck_assert_int_eq(event, PGWIRE_MESSAGE);
		ck_assert_uint_eq(peer.message.copy_data.size, FLOOD_SIZE);
		to = pgwire_copy_begin(peer.wire);
		buf_put(to, peer.message.copy_data.data, peer.message.copy_data.size);
		ck_assert_int_eq(pgwire_copy_end(peer.wire, &peer.error), OK);
		i++;
	}
	ck_assert_int_eq(pgwire_flush(peer.wire, &peer.error), OK);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(received, (size_t)FLOOD_COUNT * (FLOOD_SIZE + 5));
}
END_TEST

static enum sqlstate fill_the_socket(void)
{
	static char contents[65536];
	enum sqlstate code = OK;

	for (int i = 0; i < 100 && code == OK; i++) {
		struct buf *to = pgwire_copy_begin(peer.wire);

		buf_put(to, contents, sizeof contents);
		code = pgwire_copy_end(peer.wire, &peer.error);
	}
	return code;
}

START_TEST(a_client_that_never_reads_is_given_up_after_the_timeout)
{
	pgwire_set_limits(peer.wire, 1u << 20, 16u << 20, 50);
	ck_assert_int_eq(fill_the_socket(), E_CONNECTION);
}
END_TEST

/* What is left in the socket is what was not read. */
START_TEST(no_more_is_read_ahead_than_the_limit)
{
	static const uint32_t limits[] = { 0, 5000, 65536 };
	static char contents[32768];
	int left = -1;

	peer_message(&peer, 'd', contents, sizeof contents);
	pgwire_set_limits(peer.wire, 1u << 20, limits[_i], 50);
	ck_assert_int_eq(fill_the_socket(), E_CONNECTION);
	ck_assert_int_eq(ioctl(pgwire_fd(peer.wire), FIONREAD, &left), 0);
	ck_assert_int_eq(left, MAX_OF((int)sizeof contents + 5 - (int)limits[_i], 0));
}
END_TEST

START_TEST(an_interrupt_ends_the_wait_for_a_client)
{
	peer.interrupt = 1;
	ck_assert_int_eq(fill_the_socket(), E_CONNECTION);
}
END_TEST

Suite *pgwire_suite(void)
{
	Suite *s = suite_create("pgwire");
	TCase *t = tcase_create("pgwire");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, messages_sent_together_come_one_by_one);
	tcase_add_test(t, a_message_may_come_in_pieces);
	tcase_add_test(t, a_near_sync_is_seen_without_taking_it);
	tcase_add_test(t, a_closed_client_is_an_end_not_a_fault);
	tcase_add_test(t, a_read_that_may_wait_ends_with_its_timeout);
	tcase_add_test(t, a_client_that_writes_before_it_reads_does_not_deadlock);
	tcase_add_test(t, a_client_that_never_reads_is_given_up_after_the_timeout);
	tcase_add_loop_test(t, no_more_is_read_ahead_than_the_limit, 0, 3);
	tcase_add_test(t, an_interrupt_ends_the_wait_for_a_client);
	suite_add_tcase(s, t);
	return s;
}
