/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The messages to the client, byte by byte.
 */
#include <check.h>
#include <stdio.h>

#include "base/check.h"
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

static void expect(const void *bytes, size_t size)
{
	char answer[4096];
	size_t got;

	ck_assert_int_eq(pgwire_flush(peer.wire, &peer.error), OK);
	got = peer_receive(&peer, answer, sizeof answer);
	ck_assert_uint_eq(got, size);
	ck_assert_mem_eq(answer, bytes, size);
}

START_TEST(short_answers_have_their_letters)
{
	pgwire_put_parse_complete(peer.wire);
	pgwire_put_bind_complete(peer.wire);
	pgwire_put_no_data(peer.wire);
	pgwire_put_close_complete(peer.wire);
	pgwire_put_empty_query(peer.wire);
	pgwire_put_portal_suspended(peer.wire);
	pgwire_put_copy_done(peer.wire);
	pgwire_put_complete(peer.wire, "SELECT 1");
	pgwire_put_ready(peer.wire, 'T');
	expect(PEER_BYTES("1\0\0\0\x04"
			  "2\0\0\0\x04n\0\0\0\x04"
			  "3\0\0\0\x04I\0\0\0\x04s\0\0\0\x04"
			  "c\0\0\0\x04"
			  "C\0\0\0\x0dSELECT 1\0Z\0\0\0\x05T"));
}
END_TEST

START_TEST(the_greeting_has_its_order_and_key_size)
{
	static const uint8_t key[32] = "0123456789abcdef0123456789abcdef";

	pgwire_put_authentication_ok(peer.wire);
	pgwire_put_parameter(peer.wire, STR("TimeZone"), STR("UTC"));
	pgwire_put_backend_key(peer.wire, 258, key);
	expect(PEER_BYTES("R\0\0\0\x08\0\0\0\0S\0\0\0\x11TimeZone\0UTC\0K\0\0\0\x0c\0\0\x01\x02"
			  "0123"));
}
END_TEST

START_TEST(descriptions_and_rows_are_whole)
{
	struct pgwire_column columns[] = { { .name = STR("a"),
						   .oid = PGTYPE_INT8,
						   .table = 0x4000,
						   .number = 2 },
		{ .name = STR("b"), .oid = PGTYPE_VARCHAR, .format = 1, .modifier = 0x37 } };
	uint32_t oids[] = { PGTYPE_INT8, PGTYPE_TEXT };
	struct buf *row;

	pgwire_put_parameter_description(peer.wire, 2, oids);
	pgwire_put_row_description(peer.wire, 2, columns);
	row = pgwire_row_begin(peer.wire, 3);
	pgtype_put_int8(row, 0, -42);
	pgtype_put_null(row);
	pgtype_put_text(row, STR("x"));
	ck_assert_int_eq(pgwire_row_end(peer.wire, &peer.error), OK);
	expect(PEER_BYTES("t\0\0\0\x0e\0\x02\0\0\0\x14\0\0\0\x19"
			  "T\0\0\0\x2e\0\x02"
			  "a\0\0\0\x40\0\0\x02\0\0\0\x14\0\x08\xff\xff\xff\xff\0\0"
			  "b\0\0\0\0\0\0\0\0\0\x04\x13\xff\xff\0\0\0\x36\0\x01"
			  "D\0\0\0\x16\0\x03\0\0\0\x03-42\xff\xff\xff\xff\0\0\0\x01x"));
}
END_TEST

START_TEST(an_abandoned_row_leaves_no_byte)
{
	struct buf *row = pgwire_row_begin(peer.wire, 1);

	pgtype_put_text(row, STR("half"));
	pgwire_row_abandon(peer.wire);
	pgwire_put_ready(peer.wire, 'E');
	expect(PEER_BYTES("Z\0\0\0\x05"
			  "E"));
}
END_TEST

START_TEST(errors_carry_every_field_that_is_set)
{
	struct error e;

	FAIL(&e, E_SYNTAX, "bad \xe4\xb8");
	error_detail(&e, "Detail.");
	error_hint(&e, "Hint.");
	error_where(&e, "Where");
	e.position = 12;
	snprintf(e.constraint, sizeof e.constraint, "c1");
	pgwire_put_error(peer.wire, "ERROR", &e);
	expect(PEER_BYTES(
		"E\0\0\0\x3fSERROR\0VERROR\0C42601\0Mbad \0DDetail.\0HHint.\0P12\0WWhere\0"
		"nc1\0\0"));
	error_clear(&e);
	pgwire_put_error(peer.wire, "NOTICE", &e);
	expect(PEER_BYTES("N\0\0\0\x2bSNOTICE\0VNOTICE\0C00000\0Munknown error\0\0"));
}
END_TEST

START_TEST(copy_responses_give_each_column_a_format)
{
	pgwire_put_copy_response(peer.wire, 'G', false, 2);
	pgwire_put_copy_response(peer.wire, 'H', true, 1);
	expect(PEER_BYTES("G\0\0\0\x0b\0\0\x02\0\0\0\0H\0\0\0\x09\x01\0\x01\0\x01"));
}
END_TEST

Suite *put_suite(void)
{
	Suite *s = suite_create("put");
	TCase *t = tcase_create("put");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, short_answers_have_their_letters);
	tcase_add_test(t, the_greeting_has_its_order_and_key_size);
	tcase_add_test(t, descriptions_and_rows_are_whole);
	tcase_add_test(t, an_abandoned_row_leaves_no_byte);
	tcase_add_test(t, errors_carry_every_field_that_is_set);
	tcase_add_test(t, copy_responses_give_each_column_a_format);
	suite_add_tcase(s, t);
	return s;
}
