/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What base/json.c promises: RFC 8259, and nothing beside it.
 */
#include <check.h>
#include <string.h>

#include "base/json.h"
#include "tests/base/suites.h"

static enum sqlstate round_trip(struct str text, struct buf *out, struct error *e)
{
	struct arena *a = arena_new(0);
	const struct json *value;
	enum sqlstate rc = json_parse(a, text, &value, e);

	buf_reset(out);
	if (rc == OK)
		json_put(out, value);
	arena_free(a);
	return rc;
}

static const struct {
	const char *text, *printed;
} accepted[] = {
	{ "null", "null" },
	{ " true ", "true" },
	{ "\t\r\nfalse", "false" },
	{ "0", "0" },
	{ "-0", "0" },
	{ "-12", "-12" },
	{ "9223372036854775807", "9223372036854775807" },
	{ "9223372036854775808", "9.223372036854776e+18" },
	{ "1.50", "1.5" },
	{ "1.0", "1.0" },
	{ "1e3", "1000.0" },
	{ "1E-2", "0.01" },
	{ "\"\"", "\"\"" },
	{ "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"a\\\"\\\\/\\b\\f\\n\\r\\t\"" },
	{ "\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00\"", "\"Aé€😀\"" },
	{ "\"\\u001f\"", "\"\\u001f\"" },
	{ "[]", "[]" },
	{ "[ 1 , [2,[]] ]", "[1,[2,[]]]" },
	{ "{}", "{}" },
	{ "{ \"a\" : 1 , \"\" : {\"b\":[true]} }", "{\"a\":1,\"\":{\"b\":[true]}}" },
	{ "{\"a\":1,\"a\":2}", "{\"a\":1,\"a\":2}" },
};

static const char *const refused[] = { "", " ", "nul", "nulll", "tru", "True", "+1", "01", "-",
	"1.", ".5", "1e", "1e+", "0x1", "NaN", "Infinity", "\"", "\"a", "\"\\", "\"\\x\"",
	"\"\\u12\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\u0041\"",
	"\"\\udc00\"", "\"\\u0000\"", "\"a\nb\"", "\"\x01\"", "\"\xff\"", "\"\xc0\x80\"",
	"\"\xed\xa0\x80\"", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "]", "{", "{\"a\"",
	"{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "1 2",
	"[] []", "'a'", "// x", "[1]//" };

START_TEST(valid_texts_are_read)
{
	struct buf out = { 0 };
	struct error e;

	for (size_t i = 0; i < ARRAY_COUNT(accepted); i++) {
		ck_assert_msg(round_trip(str_of(accepted[i].text), &out, &e) == OK, "%s: %s",
			accepted[i].text, e.detail);
		ck_assert_msg(str_equal(buf_str(&out), str_of(accepted[i].printed)),
			"%s printed as %.*s", accepted[i].text, STR_ARGS(buf_str(&out)));
	}
	buf_free(&out);
}
END_TEST

START_TEST(everything_else_is_refused)
{
	struct buf out = { 0 };
	struct error e;

	for (size_t i = 0; i < ARRAY_COUNT(refused); i++)
		ck_assert_msg(round_trip(str_of(refused[i]), &out, &e) == E_TEXT_REPRESENTATION,
			"accepted: %s", refused[i]);
	ck_assert_int_eq(round_trip(STR("1e999"), &out, &e), E_OUT_OF_RANGE);
	buf_free(&out);
}
END_TEST

START_TEST(an_error_tells_reason_and_place)
{
	struct buf out = { 0 };
	struct error e;

	ck_assert_int_eq(round_trip(STR("{\"a\": }"), &out, &e), E_TEXT_REPRESENTATION);
	ck_assert_str_eq(e.message, "invalid input syntax for type json");
	ck_assert_str_eq(e.detail, "Expected JSON value, but found \"}\".");
	ck_assert_str_eq(e.where, "JSON data, line 1: {\"a\": }");
	buf_free(&out);
}
END_TEST

START_TEST(depth_is_limited)
{
	char text[2 * JSON_DEPTH_MAX + 4];
	struct buf out = { 0 };
	struct error e;

	memset(text, '[', JSON_DEPTH_MAX + 1);
	memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	ck_assert_int_eq(round_trip((struct str){ text + 1, 2 * JSON_DEPTH_MAX }, &out, &e), OK);
	ck_assert_int_eq(
		round_trip((struct str){ text, 2 * JSON_DEPTH_MAX + 2 }, &out, &e), E_TOO_COMPLEX);
	buf_free(&out);
}
END_TEST

START_TEST(size_is_limited_by_the_arena)
{
	struct arena *a = arena_new(100);
	const struct json *value;
	struct error e;

	ck_assert_int_eq(json_parse(a, STR("[1,2,3,4,5]"), &value, &e), E_OUT_OF_MEMORY);
	ck_assert_ptr_null(value);
	arena_free(a);
}
END_TEST

START_TEST(members_are_found_and_the_last_of_a_name_counts)
{
	struct arena *a = arena_new(0);
	const struct json *value;
	struct error e;

	ck_assert_int_eq(json_parse(a, STR("{\"a\":1,\"b\":2,\"a\":3}"), &value, &e), OK);
	ck_assert_uint_eq(value->count, 3);
	ck_assert_int_eq(json_member(value, STR("a"))->integer, 3);
	ck_assert_ptr_null(json_member(value, STR("c")));
	ck_assert_ptr_null(json_member(value->first, STR("a")));
	arena_free(a);
}
END_TEST

Suite *json_suite(void)
{
	Suite *suite = suite_create("json");
	TCase *tests = tcase_create("json");

	tcase_add_test(tests, valid_texts_are_read);
	tcase_add_test(tests, everything_else_is_refused);
	tcase_add_test(tests, an_error_tells_reason_and_place);
	tcase_add_test(tests, depth_is_limited);
	tcase_add_test(tests, size_is_limited_by_the_arena);
	tcase_add_test(tests, members_are_found_and_the_last_of_a_name_counts);
	suite_add_tcase(suite, tests);
	return suite;
}
