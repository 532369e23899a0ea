/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Decoding the messages of an open connection, good and broken.
 */
#include <check.h>

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

static void expect(char type, const void *data, size_t size, enum pgwire_type decoded)
{
	peer_message(&peer, type, data, size);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert_int_eq(peer.message.type, decoded);
}

START_TEST(query_carries_its_text)
{
	expect('Q', PEER_BYTES("select 1\0"), PGWIRE_QUERY);
	ck_assert(str_equal(peer.message.query.text, STR("select 1")));
}
END_TEST

START_TEST(parse_carries_name_text_and_types)
{
	expect('P', PEER_BYTES("s1\0return $1\0\0\x02\0\0\0\x14\0\0\0\0"), PGWIRE_PARSE);
	ck_assert(str_equal(peer.message.parse.name, STR("s1")));
	ck_assert(str_equal(peer.message.parse.text, STR("return $1")));
	ck_assert_uint_eq(peer.message.parse.oid_count, 2);
	ck_assert_uint_eq(peer.message.parse.oids[0], 20);
	ck_assert_uint_eq(peer.message.parse.oids[1], 0);
}
END_TEST

START_TEST(bind_carries_formats_parameters_and_result_formats)
{
	const struct pgwire_message *m = &peer.message;

	expect('B',
		PEER_BYTES("p\0s\0\0\x02\0\x01\0\0\0\x03\0\0\0\x02hi\xff\xff\xff\xff\0\0\0\0"
			   "\0\x01\0\x01"),
		PGWIRE_BIND);
	ck_assert(str_equal(m->bind.portal, STR("p")));
	ck_assert(str_equal(m->bind.statement, STR("s")));
	ck_assert_uint_eq(m->bind.format_count, 2);
	ck_assert_uint_eq(m->bind.formats[0], 1);
	ck_assert_uint_eq(m->bind.formats[1], 0);
	ck_assert_uint_eq(m->bind.parameter_count, 3);
	ck_assert_uint_eq(m->bind.parameters[0].length, 2);
	ck_assert_mem_eq(m->bind.parameters[0].at, "hi", 2);
	ck_assert_ptr_null(m->bind.parameters[1].at);
	ck_assert_ptr_nonnull(m->bind.parameters[2].at);
	ck_assert_uint_eq(m->bind.parameters[2].length, 0);
	ck_assert_uint_eq(m->bind.result_format_count, 1);
	ck_assert_uint_eq(m->bind.result_formats[0], 1);
}
END_TEST

START_TEST(bind_does_not_believe_a_count_of_parameters)
{
	struct buf b = { 0 };

	buf_put(&b, "\0\0\0\0\xff\xff", 6);
	for (int i = 0; i < 65535; i++)
		buf_put(&b, "\xff\xff\xff\xff", 4);
	buf_put(&b, "\0\0", 2);
	peer_message(&peer, 'B', b.data, 1000);
	buf_free(&b);
	/* A thousand bytes are not enough for so many. */
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MALFORMED);
}
END_TEST

START_TEST(small_messages_carry_their_fields)
{
	expect('D', PEER_BYTES("Sname\0"), PGWIRE_DESCRIBE);
	ck_assert_int_eq(peer.message.target.kind, 'S');
	ck_assert(str_equal(peer.message.target.name, STR("name")));
	expect('C', PEER_BYTES("P\0"), PGWIRE_CLOSE);
	ck_assert_int_eq(peer.message.target.kind, 'P');
	expect('E', PEER_BYTES("c1\0\0\0\0\x05"), PGWIRE_EXECUTE);
	ck_assert_uint_eq(peer.message.execute.rows_max, 5);
	expect('E', PEER_BYTES("\0\xff\xff\xff\xff"), PGWIRE_EXECUTE);
	ck_assert_uint_eq(peer.message.execute.rows_max, 0);
	expect('S', "", 0, PGWIRE_SYNC);
	expect('H', "", 0, PGWIRE_FLUSH);
	expect('X', "", 0, PGWIRE_TERMINATE);
	expect('d', PEER_BYTES("1\t2\n"), PGWIRE_COPY_DATA);
	ck_assert_uint_eq(peer.message.copy_data.size, 4);
	expect('c', "", 0, PGWIRE_COPY_DONE);
	expect('f', PEER_BYTES("no\0"), PGWIRE_COPY_FAIL);
	ck_assert(str_equal(peer.message.copy_fail.message, STR("no")));
}
END_TEST

static const struct {
	char type;
	const char *bytes;
	size_t size;
} malformed[] = {
	{ 'Q', PEER_BYTES("no end") },
	{ 'Q', PEER_BYTES("") },
	{ 'Q', PEER_BYTES("two\0texts\0") },
	{ 'P', PEER_BYTES("\0x\0") },
	{ 'P', PEER_BYTES("\0x\0\0\x02\0\0\0\x14") },
	{ 'P', PEER_BYTES("\0x\0\xff\xff") },
	{ 'P', PEER_BYTES("\0x\0\0\0more") },
	{ 'B', PEER_BYTES("\0\0\0\0\0\0") },
	{ 'B', PEER_BYTES("\0\0\xff\xff\0\0\0\0") },
	{ 'B', PEER_BYTES("\0\0\0\0\0\x01\0\0\0\x05"
			  "four\0\0") },
	{ 'B', PEER_BYTES("\0\0\0\0\0\x01\xff\xff\xff\xfe\0\0") },
	{ 'B', PEER_BYTES("\0\0\0\0\0\x01\x7f\xff\xff\xff\0\0") },
	{ 'B', PEER_BYTES("\0\0\0\0\0\0\0\0more") },
	{ 'D', PEER_BYTES("") },
	{ 'C', PEER_BYTES("Sname") },
	{ 'E', PEER_BYTES("\0\0\0\0") },
	{ 'S', PEER_BYTES("x") },
	{ 'H', PEER_BYTES("x") },
	{ 'f', PEER_BYTES("") },
};

START_TEST(a_malformed_message_is_reported_and_the_next_one_read)
{
	peer_message(&peer, malformed[_i].type, malformed[_i].bytes, malformed[_i].size);
	peer_message(&peer, 'S', "", 0);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MALFORMED);
	ck_assert_int_eq(peer.error.code, E_PROTOCOL);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_MESSAGE);
	ck_assert_int_eq(peer.message.type, PGWIRE_SYNC);
}
END_TEST

static const struct {
	const char *bytes;
	size_t size;
	enum sqlstate code;
} fatal[] = {
	{ PEER_BYTES("y\0\0\0\x04"), E_PROTOCOL },
	{ PEER_BYTES("y"), E_PROTOCOL },
	{ PEER_BYTES("\0\0\0\0\0"), E_PROTOCOL },
	{ PEER_BYTES("Q\0\0\0\x03"), E_PROTOCOL },
	{ PEER_BYTES("Q\0\x11\0\0"), E_PROGRAM_LIMIT },
	{ PEER_BYTES("Q\xff\xff\xff\xff"), E_PROGRAM_LIMIT },
	{ PEER_BYTES("S\0\0\x27\x11"), E_PROGRAM_LIMIT },
};

START_TEST(a_type_or_length_that_cannot_be_ends_the_connection)
{
	peer_send(&peer, fatal[_i].bytes, fatal[_i].size);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_FAULT);
	ck_assert_int_eq(peer.error.code, fatal[_i].code);
	ck_assert_int_eq(peer_next(&peer), PGWIRE_CLOSED);
}
END_TEST

Suite *message_suite(void)
{
	Suite *s = suite_create("message");
	TCase *t = tcase_create("message");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, query_carries_its_text);
	tcase_add_test(t, parse_carries_name_text_and_types);
	tcase_add_test(t, bind_carries_formats_parameters_and_result_formats);
	tcase_add_test(t, bind_does_not_believe_a_count_of_parameters);
	tcase_add_test(t, small_messages_carry_their_fields);
	tcase_add_loop_test(t, a_malformed_message_is_reported_and_the_next_one_read, 0,
		(int)ARRAY_COUNT(malformed));
	tcase_add_loop_test(
		t, a_type_or_length_that_cannot_be_ends_the_connection, 0, (int)ARRAY_COUNT(fatal));
	suite_add_tcase(s, t);
	return s;
}
