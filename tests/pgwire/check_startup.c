/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The packets before the protocol version is known.
 */
#include <check.h>

#include "base/check.h"
#include "tests/pgwire/peer.h"
#include "tests/pgwire/suites.h"

static struct peer peer;

static void setup(void)
{
	peer_open(&peer);
}

static void teardown(void)
{
	peer_close(&peer);
}

static void expect_answer(const void *bytes, size_t size)
{
	char answer[512];

	ck_assert_int_eq(pgwire_flush(peer.wire, &peer.error), OK);
	ck_assert_uint_eq(peer_receive(&peer, answer, sizeof answer), size);
	ck_assert_mem_eq(answer, bytes, size);
}

START_TEST(parameters_are_told_apart)
{
	peer_startup(&peer, 0x30000,
		PEER_BYTES("user\0me\0database\0db\0options\0-c a=b\0DateStyle\0ISO\0\0"));
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert_int_eq(peer.message.type, PGWIRE_STARTUP);
	ck_assert(str_equal(peer.message.startup.user, STR("me")));
	ck_assert(str_equal(peer.message.startup.database, STR("db")));
	ck_assert(str_equal(peer.message.startup.options, STR("-c a=b")));
	ck_assert_uint_eq(peer.message.startup.pair_count, 1);
	ck_assert(str_equal(peer.message.startup.pairs[0].name, STR("DateStyle")));
	ck_assert_uint_eq(pgwire_version(peer.wire), PGWIRE_VERSION_3_0);
	ck_assert_uint_eq(pgwire_cancel_key_length(peer.wire), 4);
}
END_TEST

START_TEST(the_database_is_named_after_the_user)
{
	peer_startup(&peer, 0x30000, PEER_BYTES("user\0me\0\0"));
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert(str_equal(peer.message.startup.database, STR("me")));
}
END_TEST

START_TEST(version_3_2_gets_a_long_cancel_key_and_no_negotiation)
{
	peer_startup(&peer, 0x30002, PEER_BYTES("user\0me\0\0"));
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert_uint_eq(pgwire_cancel_key_length(peer.wire), 32);
	expect_answer("", 0);
}
END_TEST

START_TEST(a_newer_minor_version_is_negotiated_down_to_3_2)
{
	peer_startup(&peer, 0x30009,
		PEER_BYTES("user\0me\0_pq_.x\0"
			   "1\0\0"));
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert_uint_eq(peer.message.startup.pair_count, 0);
	expect_answer(PEER_BYTES("v\0\0\0\x13\0\x03\0\x02\0\0\0\x01_pq_.x\0"));
}
END_TEST

START_TEST(an_option_in_3_0_is_refused_without_claiming_a_newer_version)
{
	peer_startup(&peer, 0x30000,
		PEER_BYTES("user\0me\0_pq_.x\0"
			   "1\0\0"));
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	expect_answer(PEER_BYTES("v\0\0\0\x13\0\x03\0\0\0\0\0\x01_pq_.x\0"));
}
END_TEST

START_TEST(encryption_requests_are_answered_n_and_the_connection_goes_on)
{
	peer_startup(&peer, 80877104, "", 0);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_WOULD_BLOCK);
	expect_answer("N", 1);
	peer_startup(&peer, 80877103, "", 0);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_WOULD_BLOCK);
	expect_answer("N", 1);
	peer_startup(&peer, 0x30000, PEER_BYTES("user\0me\0\0"));
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert_int_eq(peer.message.type, PGWIRE_STARTUP);
}
END_TEST

START_TEST(a_second_encryption_request_is_a_fault)
{
	peer_startup(&peer, 80877103, "", 0);
	peer_startup(&peer, 80877103, "", 0);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_FAULT);
	ck_assert_int_eq(peer.error.code, E_NOT_SUPPORTED);
}
END_TEST

START_TEST(a_cancel_request_yields_its_key)
{
	peer_startup(&peer, 80877102,
		PEER_BYTES("\0\0\x01\x02"
			   "keys"));
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert_int_eq(peer.message.type, PGWIRE_CANCEL);
	ck_assert_int_eq(peer.message.cancel.process_id, 258);
	ck_assert_uint_eq(peer.message.cancel.key_length, 4);
	ck_assert_mem_eq(peer.message.cancel.key, "keys", 4);
}
END_TEST

static const struct {
	const char *bytes;
	size_t size;
	enum pgwire_event event;
	enum sqlstate code;
} bad[] = {
	{ PEER_BYTES("\0\0\0\x07\0\x03\0\0"), PGWIRE_CLOSED, OK },
	{ PEER_BYTES("\0\0\x27\x11\0\x03\0\0"), PGWIRE_CLOSED, OK },
	{ PEER_BYTES("\x16\x03\x01\0\xa5\x01\0\0"), PGWIRE_CLOSED, OK },
	{ PEER_BYTES("GET / HTTP/1.1\r\n\r\n"), PGWIRE_CLOSED, OK },
	{ PEER_BYTES("\0\0\0\x08\0\x02\0\0"), PGWIRE_FAULT, E_NOT_SUPPORTED },
	{ PEER_BYTES("\0\0\0\x08\0\x03\0\0"), PGWIRE_FAULT, E_PROTOCOL },
	{ PEER_BYTES("\0\0\0\x09\0\x03\0\0\0"), PGWIRE_FAULT, E_AUTHORIZATION },
	{ PEER_BYTES("\0\0\0\x10\0\x03\0\0user\0me\0"), PGWIRE_FAULT, E_PROTOCOL },
	{ PEER_BYTES("\0\0\0\x12\0\x03\0\0user\0me\0\0x"), PGWIRE_FAULT, E_PROTOCOL },
	{ PEER_BYTES("\0\0\0\x0c\x04\xd2\x16\x2e\0\0\0\x01"), PGWIRE_CLOSED, OK },
};

START_TEST(a_bad_packet_ends_the_connection)
{
	peer_send(&peer, bad[_i].bytes, bad[_i].size);
	ck_assert_int_eq(peer_next(&peer), bad[_i].event);
	if (bad[_i].event == PGWIRE_FAULT)
		ck_assert_int_eq(peer.error.code, bad[_i].code);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_CLOSED);
}
END_TEST

START_TEST(bytes_may_come_one_at_a_time)
{
	static const char packet[] = "\0\0\0\x11\0\x03\0\0user\0me\0";

	for (size_t i = 0; i < sizeof packet; i++) {
		ck_assert_int_eq(peer_next(&peer), PGWIRE_WOULD_BLOCK);
		peer_send(&peer, packet + i, 1);
	}
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert(str_equal(peer.message.startup.user, STR("me")));
}
END_TEST

Suite *startup_suite(void)
{
	Suite *s = suite_create("startup");
	TCase *t = tcase_create("startup");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, parameters_are_told_apart);
	tcase_add_test(t, the_database_is_named_after_the_user);
	tcase_add_test(t, version_3_2_gets_a_long_cancel_key_and_no_negotiation);
	tcase_add_test(t, a_newer_minor_version_is_negotiated_down_to_3_2);
	tcase_add_test(t, an_option_in_3_0_is_refused_without_claiming_a_newer_version);
	tcase_add_test(t, encryption_requests_are_answered_n_and_the_connection_goes_on);
	tcase_add_test(t, a_second_encryption_request_is_a_fault);
	tcase_add_test(t, a_cancel_request_yields_its_key);
	tcase_add_loop_test(t, a_bad_packet_ends_the_connection, 0, (int)ARRAY_COUNT(bad));
	tcase_add_test(t, bytes_may_come_one_at_a_time);
	suite_add_tcase(s, t);
	return s;
}
