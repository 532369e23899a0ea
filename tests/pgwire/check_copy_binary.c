/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * COPY's binary format, coming in: whole, cut anywhere, and broken.
 */
#include <check.h>
#include <string.h>

#include "pgwire/pgwire.h"
#include "tests/pgwire/suites.h"

/* Two rows as PostgreSQL 15 writes them: (1::int2, 'ab', NULL) and (2::int2, '', 'c'). */
#define HEADER "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"
#define ROW_1 "\0\3\0\0\0\2\0\1\0\0\0\2ab\377\377\377\377"
#define ROW_2 "\0\3\0\0\0\2\0\2\0\0\0\0\0\0\0\1c"
#define TRAILER "\377\377"
#define BYTES(text) text, sizeof text - 1

static struct pgwire_copy_reader *reader;
static const struct pgwire_parameter *fields;
static uint32_t count;
static struct error e;

static void setup(void)
{
	reader = pgwire_copy_reader_new(1000);
}

static void teardown(void)
{
	pgwire_copy_reader_free(reader);
}

static enum step next(void)
{
	error_clear(&e);
	return pgwire_copy_reader_next(reader, &fields, &count, &e);
}

static bool field_is(uint32_t i, const char *bytes, uint32_t length)
{
	return fields[i].at != NULL && fields[i].length == length &&
	       memcmp(fields[i].at, bytes, length) == 0;
}

static void expect_rows(void)
{
	ck_assert_int_eq(next(), STEP_ROW);
	ck_assert_uint_eq(count, 3);
	ck_assert(field_is(0, BYTES("\0\1")) && field_is(1, BYTES("ab")) && fields[2].at == NULL);
}

START_TEST(whole_data_becomes_rows)
{
	pgwire_copy_reader_feed(reader, BYTES(HEADER ROW_1 ROW_2 TRAILER));
	expect_rows();
	ck_assert_int_eq(next(), STEP_ROW);
	ck_assert(field_is(1, "", 0) && field_is(2, "c", 1));
	ck_assert_int_eq(next(), STEP_DONE);
	ck_assert_int_eq(pgwire_copy_reader_end(reader, &e), OK);
}
END_TEST

START_TEST(data_may_be_cut_anywhere)
{
	static const char data[] = HEADER ROW_1 ROW_2 TRAILER;
	int rows = 0;

	for (size_t i = 0; i + 1 < sizeof data; i++) {
		pgwire_copy_reader_feed(reader, data + i, 1);
		while (next() == STEP_ROW)
			rows++;
		ck_assert_int_eq(e.code, OK);
	}
	ck_assert_int_eq(rows, 2);
	ck_assert_int_eq(pgwire_copy_reader_end(reader, &e), OK);
}
END_TEST

START_TEST(the_trailer_may_be_missing)
{
	pgwire_copy_reader_feed(reader, BYTES(HEADER ROW_1));
	expect_rows();
	ck_assert_int_eq(next(), STEP_DONE);
	ck_assert_int_eq(pgwire_copy_reader_end(reader, &e), OK);
}
END_TEST

START_TEST(an_extension_of_the_header_is_passed_over)
{
	pgwire_copy_reader_feed(reader,
		BYTES("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\3xyz" ROW_1));
	expect_rows();
}
END_TEST

static const struct broken {
	const char *name, *data;
	size_t size;
	const char *message;
} broken[] = {
	{ "signature", BYTES("PGCOPX"), "COPY file signature not recognized" },
	{ "text", BYTES("1\tAda\n"), "COPY file signature not recognized" },
	{ "flags", BYTES("PGCOPY\n\377\r\n\0\0\1\0\0\0\0\0\0"),
		"unrecognized critical flags in COPY file header" },
	{ "extension", BYTES("PGCOPY\n\377\r\n\0\0\0\0\0\x7f\0\0\0"),
		"invalid COPY file header (wrong length)" },
	{ "count", BYTES(HEADER "\x80\1"), "invalid field count" },
	{ "length", BYTES(HEADER "\0\1\377\377\377\376"), "invalid field size" },
	{ "after the end", BYTES(HEADER TRAILER "x"), "received copy data after EOF marker" },
};

START_TEST(broken_data_is_told_apart)
{
	const struct broken *b = &broken[_i];

	pgwire_copy_reader_feed(reader, b->data, b->size);
	ck_assert_int_eq(next(), STEP_FAILED);
	ck_assert_int_eq(e.code, E_BAD_COPY);
	ck_assert_str_eq(e.message, b->message);
}
END_TEST

START_TEST(data_after_the_end_is_refused_when_it_comes_later)
{
	pgwire_copy_reader_feed(reader, BYTES(HEADER TRAILER));
	ck_assert_int_eq(next(), STEP_DONE);
	pgwire_copy_reader_feed(reader, BYTES("x"));
	ck_assert_int_eq(next(), STEP_FAILED);
}
END_TEST

START_TEST(an_end_within_a_row_is_refused)
{
	pgwire_copy_reader_feed(reader, ROW_1, 0);
	ck_assert_int_ne(pgwire_copy_reader_end(reader, &e), OK);
	pgwire_copy_reader_feed(reader, BYTES(HEADER "\0\1\0\0"));
	ck_assert_int_eq(next(), STEP_DONE);
	ck_assert_int_eq(pgwire_copy_reader_end(reader, &e), E_BAD_COPY);
	ck_assert_str_eq(e.message, "unexpected EOF in COPY data");
}
END_TEST

START_TEST(a_row_has_a_longest_length)
{
	char padding[1001] = { 0 };

	pgwire_copy_reader_feed(reader, BYTES(HEADER "\0\1\0\1\0\0"));
	pgwire_copy_reader_feed(reader, padding, sizeof padding);
	ck_assert_int_eq(next(), STEP_FAILED);
	ck_assert_int_eq(e.code, E_PROGRAM_LIMIT);
}
END_TEST

Suite *copy_binary_suite(void)
{
	Suite *s = suite_create("copy_binary");
	TCase *t = tcase_create("reader");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, whole_data_becomes_rows);
	tcase_add_test(t, data_may_be_cut_anywhere);
	tcase_add_test(t, the_trailer_may_be_missing);
	tcase_add_test(t, an_extension_of_the_header_is_passed_over);
	tcase_add_loop_test(t, broken_data_is_told_apart, 0, sizeof broken / sizeof broken[0]);
	tcase_add_test(t, data_after_the_end_is_refused_when_it_comes_later);
	tcase_add_test(t, an_end_within_a_row_is_refused);
	tcase_add_test(t, a_row_has_a_longest_length);
	suite_add_tcase(s, t);
	return s;
}
