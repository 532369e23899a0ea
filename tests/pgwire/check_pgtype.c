/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Types on the wire: text to value to text, to binary and back, as PostgreSQL 15 writes them.
 */
#include "pgwire/pgtype.h"

#include <check.h>

#include "base/check.h"
#include "tests/pgwire/peer.h"
#include "tests/pgwire/suites.h"

static struct arena *arena;
static struct error error;
static const struct pgtype_style style = { .zone = { "UTC", 0, NULL }, .is_float_short = true };

static void setup(void)
{
	arena = arena_new(0);
}

static void teardown(void)
{
	arena_free(arena);
}

/* text in; the text and the binary form that come out */
static const struct {
	uint32_t oid;
	const char *text, *shown, *binary;
	size_t size;
} good[] = {
	{ PGTYPE_BOOL, "yes", "t", PEER_BYTES("\x01") },
	{ PGTYPE_BOOL, " f ", "f", PEER_BYTES("\0") },
	{ PGTYPE_INT2, "-2", "-2", PEER_BYTES("\xff\xfe") },
	{ PGTYPE_INT4, " 258 ", "258", PEER_BYTES("\0\0\x01\x02") },
	{ PGTYPE_INT8, "-9223372036854775808", "-9223372036854775808",
		PEER_BYTES("\x80\0\0\0\0\0\0\0") },
	{ PGTYPE_OID, "4294967295", "4294967295", PEER_BYTES("\xff\xff\xff\xff") },
	{ PGTYPE_FLOAT4, "1.5", "1.5", PEER_BYTES("\x3f\xc0\0\0") },
	{ PGTYPE_FLOAT8, "1e2", "100", PEER_BYTES("\x40\x59\0\0\0\0\0\0") },
	{ PGTYPE_FLOAT8, "-infinity", "-Infinity", PEER_BYTES("\xff\xf0\0\0\0\0\0\0") },
	{ PGTYPE_NUMERIC, "-12345.6789012", "-12345.6789012",
		PEER_BYTES("\0\x04\0\x01\x40\0\0\x07\0\x01\x09\x29\x1a\x85\0\x78") },
	{ PGTYPE_NUMERIC, "100000007", "100000007",
		PEER_BYTES("\0\x03\0\x02\0\0\0\0\0\x01\0\0\0\x07") },
	{ PGTYPE_NUMERIC, "1e22", "10000000000000000000000",
		PEER_BYTES("\0\x01\0\x05\0\0\0\0\0\x64") },
	{ PGTYPE_NUMERIC, " 0.00 ", "0.00", PEER_BYTES("\0\0\0\0\0\0\0\x02") },
	{ PGTYPE_NUMERIC, "NaN", "NaN", PEER_BYTES("\0\0\0\0\xc0\0\0\0") },
	{ PGTYPE_NUMERIC, "inf", "Infinity", PEER_BYTES("\0\0\0\0\xd0\0\0\0") },
	{ PGTYPE_NUMERIC, "-Infinity", "-Infinity", PEER_BYTES("\0\0\0\0\xf0\0\0\0") },
	{ 1231, "{1.5,NULL}", "{1.5,NULL}",
		PEER_BYTES("\0\0\0\x01\0\0\0\x01\0\0\x06\xa4\0\0\0\x02\0\0\0\x01"
			   "\0\0\0\x0c\0\x02\0\0\0\0\0\x01\0\x01\x13\x88\xff\xff\xff\xff") },
	{ PGTYPE_TEXT, "a\xc3\xa4", "a\xc3\xa4", PEER_BYTES("a\xc3\xa4") },
	{ PGTYPE_VARCHAR, "", "", PEER_BYTES("") },
	{ PGTYPE_BYTEA, "\\x00fF", "\\x00ff", PEER_BYTES("\0\xff") },
	{ PGTYPE_BYTEA, "a\\\\b\\001", "\\x615c6201", PEER_BYTES("a\\b\x01") },
	{ PGTYPE_DATE, "2000-01-02", "2000-01-02", PEER_BYTES("\0\0\0\x01") },
	{ PGTYPE_DATE, "infinity", "infinity", PEER_BYTES("\x7f\xff\xff\xff") },
	{ PGTYPE_TIME, "00:00:01.5", "00:00:01.5", PEER_BYTES("\0\0\0\0\0\x16\xe3\x60") },
	{ PGTYPE_TIMESTAMP, "2000-01-01 00:00:01", "2000-01-01 00:00:01",
		PEER_BYTES("\0\0\0\0\0\x0f\x42\x40") },
	{ PGTYPE_TIMESTAMPTZ, "2000-01-01 01:00:01+01", "2000-01-01 00:00:01+00",
		PEER_BYTES("\0\0\0\0\0\x0f\x42\x40") },
	{ PGTYPE_TIMETZ, "01:00:00+02", "01:00:00+02",
		PEER_BYTES("\0\0\0\0\xd6\x93\xa4\0\xff\xff\xe3\xe0") },
	{ PGTYPE_INTERVAL, "1 mon 2 days 00:00:03", "1 mon 2 days 00:00:03",
		PEER_BYTES("\0\0\0\0\0\x2d\xc6\xc0\0\0\0\x02\0\0\0\x01") },
	{ PGTYPE_UUID, "{A0EEBC99-9c0b4ef8-bb6d6bb9bd380a11}",
		"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
		PEER_BYTES("\xa0\xee\xbc\x99\x9c\x0b\x4e\xf8\xbb\x6d\x6b\xb9\xbd\x38\x0a\x11") },
	{ PGTYPE_JSON, "{\"a\": 1}", "{\"a\": 1}", PEER_BYTES("{\"a\": 1}") },
	{ PGTYPE_JSONB, "[1]", "[1]", PEER_BYTES("\x01[1]") },
	{ 1016, "{{1,2},{3,null}}", "{{1,2},{3,NULL}}",
		PEER_BYTES("\0\0\0\2\0\0\0\1\0\0\0\x14"
			   "\0\0\0\2\0\0\0\1\0\0\0\2\0\0\0\1"
			   "\0\0\0\x8\0\0\0\0\0\0\0\x1\0\0\0\x8\0\0\0\0\0\0\0\x2"
			   "\0\0\0\x8\0\0\0\0\0\0\0\x3\xff\xff\xff\xff") },
	{ 1016, "{}", "{}", PEER_BYTES("\0\0\0\0\0\0\0\0\0\0\0\x14") },
	{ 1016, " { 1 , null,3}", "{1,NULL,3}",
		PEER_BYTES("\0\0\0\x01\0\0\0\x01\0\0\0\x14\0\0\0\x03\0\0\0\x01"
			   "\0\0\0\x08\0\0\0\0\0\0\0\x01\xff\xff\xff\xff"
			   "\0\0\0\x08\0\0\0\0\0\0\0\x03") },
	{ 1009, "{a,\"b \\\" c\",\"\",\"null\",a b, x\\,y }",
		"{a,\"b \\\" c\",\"\",\"null\",\"a b\",\"x,y\"}",
		PEER_BYTES("\0\0\0\x01\0\0\0\0\0\0\0\x19\0\0\0\x06\0\0\0\x01"
			   "\0\0\0\x01"
			   "a\0\0\0\x05"
			   "b \" c\0\0\0\0\0\0\0\x04null\0\0\0\x03"
			   "a b"
			   "\0\0\0\x03x,y") },
	{ 1001, "{\"\\\\x01\"}", "{\"\\\\x01\"}",
		PEER_BYTES("\0\0\0\x01\0\0\0\0\0\0\0\x11\0\0\0\x01\0\0\0\x01\0\0\0\x01\x01") },
};

static void expect_cell(const struct buf *b, const void *bytes, size_t size)
{
	ck_assert_uint_eq(b->length, 4 + size);
	ck_assert_uint_eq(b->data[3], size);
	ck_assert_mem_eq(b->data + 4, bytes, size);
}

START_TEST(values_cross_in_both_forms_unchanged)
{
	const struct pgtype *type = pgtype_find(good[_i].oid);
	struct str binary = { good[_i].binary, (uint32_t)good[_i].size };
	struct pgtype_datum d, again;
	struct buf b = { 0 };

	ck_assert_ptr_nonnull(type);
	ck_assert_int_eq(pgtype_get(type, 0, str_of(good[_i].text), &style, arena, &d, &error), OK);
	pgtype_put(&b, type, 0, &d, &style);
	expect_cell(&b, good[_i].shown, strlen(good[_i].shown));
	buf_reset(&b);
	pgtype_put(&b, type, 1, &d, &style);
	expect_cell(&b, good[_i].binary, good[_i].size);
	ck_assert_int_eq(pgtype_get(type, 1, binary, &style, arena, &again, &error), OK);
	buf_reset(&b);
	pgtype_put(&b, type, 0, &again, &style);
	expect_cell(&b, good[_i].shown, strlen(good[_i].shown));
	buf_free(&b);
}
END_TEST

START_TEST(binary_input_of_a_wrong_size_is_refused)
{
	const struct pgtype *type = pgtype_find(good[_i].oid);
	struct pgtype_datum d;
	char bytes[128];

	if (type->form == PGTYPE_FORM_TEXT || type->form == PGTYPE_FORM_BYTES)
		return;
	memcpy(bytes, good[_i].binary, good[_i].size);
	bytes[good[_i].size] = 0;
	ck_assert_int_eq(pgtype_get(type, 1, (struct str){ bytes, (uint32_t)good[_i].size + 1 },
				 &style, arena, &d, &error),
		E_BINARY_REPRESENTATION);
	for (uint32_t size = 0; size < good[_i].size; size++)
		ck_assert_int_ne(
			pgtype_get(type, 1, (struct str){ bytes, size }, &style, arena, &d, &error),
			OK);
}
END_TEST

static const struct {
	uint32_t oid;
	const char *text;
	enum sqlstate code;
} bad[] = {
	{ PGTYPE_BOOL, "maybe", E_TEXT_REPRESENTATION },
	{ PGTYPE_INT2, "32768", E_OUT_OF_RANGE },
	{ PGTYPE_INT4, "2147483648", E_OUT_OF_RANGE },
	{ PGTYPE_INT8, "9223372036854775808", E_OUT_OF_RANGE },
	{ PGTYPE_INT8, "1.5", E_TEXT_REPRESENTATION },
	{ PGTYPE_INT8, "", E_TEXT_REPRESENTATION },
	{ PGTYPE_FLOAT8, "1,5", E_TEXT_REPRESENTATION },
	{ PGTYPE_FLOAT4, "1e40", E_OUT_OF_RANGE },
	{ PGTYPE_TEXT, "a\xff", E_NOT_IN_REPERTOIRE },
	{ PGTYPE_BYTEA, "\\x0", E_INVALID_VALUE },
	{ PGTYPE_BYTEA, "\\xzz", E_INVALID_VALUE },
	{ PGTYPE_BYTEA, "\\", E_TEXT_REPRESENTATION },
	{ PGTYPE_DATE, "yesterdayish", E_DATETIME_FORMAT },
	{ PGTYPE_UUID, "a0eebc99", E_TEXT_REPRESENTATION },
	{ PGTYPE_UUID, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11-", E_TEXT_REPRESENTATION },
	{ 1016, "", E_TEXT_REPRESENTATION },
	{ 1016, "{", E_TEXT_REPRESENTATION },
	{ 1016, "{1", E_TEXT_REPRESENTATION },
	{ 1016, "{1,}", E_TEXT_REPRESENTATION },
	{ 1016, "{,1}", E_TEXT_REPRESENTATION },
	{ 1016, "{1}x", E_TEXT_REPRESENTATION },
	{ 1016, "{a}", E_TEXT_REPRESENTATION },
	{ 1016, "{{1},{2,3}}", E_TEXT_REPRESENTATION },
	{ 1009, "{\"a}", E_TEXT_REPRESENTATION },
	{ 1009, "{\"a\"b}", E_TEXT_REPRESENTATION },
	{ 1009, "{a\"b\"}", E_TEXT_REPRESENTATION },
	{ 1009, "{a\\", E_TEXT_REPRESENTATION },
};

START_TEST(bad_text_is_refused)
{
	struct pgtype_datum d;

	ck_assert_int_eq(pgtype_get(pgtype_find(bad[_i].oid), 0, str_of(bad[_i].text), &style,
				 arena, &d, &error),
		bad[_i].code);
}
END_TEST

START_TEST(zero_bytes_in_text_are_refused)
{
	struct pgtype_datum d;

	for (uint16_t format = 0; format < 2; format++)
		ck_assert_int_eq(pgtype_get(pgtype_find(PGTYPE_TEXT), format,
					 (struct str){ "a\0b", 3 }, &style, arena, &d, &error),
			E_NOT_IN_REPERTOIRE);
}
END_TEST

START_TEST(dates_that_cannot_be_are_refused_in_binary)
{
	struct pgtype_datum d;

	ck_assert_int_eq(pgtype_get(pgtype_find(PGTYPE_DATE), 1,
				 (struct str){ "\x7f\xff\xff\xfe", 4 }, &style, arena, &d, &error),
		E_DATETIME_OVERFLOW);
	ck_assert_int_eq(
		pgtype_get(pgtype_find(PGTYPE_TIME), 1, (struct str){ "\xff\0\0\0\0\0\0\0", 8 },
			&style, arena, &d, &error),
		E_DATETIME_OVERFLOW);
}
END_TEST

START_TEST(an_array_of_another_type_is_refused_in_binary)
{
	struct pgtype_datum d;

	ck_assert_int_eq(
		pgtype_get(pgtype_find(1016), 1, (struct str){ "\0\0\0\0\0\0\0\0\0\0\0\x17", 12 },
			&style, arena, &d, &error),
		E_TYPE);
	ck_assert_int_eq(
		pgtype_get(pgtype_find(1016), 1,
			(struct str){
				"\0\0\0\x01\0\0\0\0\0\0\0\x14\x7f\xff\xff\xff\0\0\0\x01", 20 },
			&style, arena, &d, &error),
		E_BINARY_REPRESENTATION);
}
END_TEST

START_TEST(every_array_type_leads_to_its_element_and_back)
{
	static const uint32_t oids[] = { 16, 17, 20, 21, 23, 25, 114, 700, 701, 1043, 1082, 1083,
		1114, 1184, 1186, 1266, 2950, 3802 };

	for (size_t i = 0; i < ARRAY_COUNT(oids); i++) {
		const struct pgtype *type = pgtype_find(oids[i]);

		ck_assert_uint_eq(type->oid, oids[i]);
		ck_assert_uint_eq(pgtype_find(type->array_oid)->element_oid, oids[i]);
	}
	ck_assert_ptr_null(pgtype_find(0));
	ck_assert_ptr_null(pgtype_find(99999));
}
END_TEST

Suite *pgtype_suite(void)
{
	Suite *s = suite_create("pgtype");
	TCase *t = tcase_create("pgtype");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, values_cross_in_both_forms_unchanged, 0, (int)ARRAY_COUNT(good));
	tcase_add_loop_test(t, binary_input_of_a_wrong_size_is_refused, 0, (int)ARRAY_COUNT(good));
	tcase_add_loop_test(t, bad_text_is_refused, 0, (int)ARRAY_COUNT(bad));
	tcase_add_test(t, zero_bytes_in_text_are_refused);
	tcase_add_test(t, dates_that_cannot_be_are_refused_in_binary);
	tcase_add_test(t, an_array_of_another_type_is_refused_in_binary);
	tcase_add_test(t, every_array_type_leads_to_its_element_and_back);
	suite_add_tcase(s, t);
	return s;
}
