/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What base/utf8.c promises.
 */
#include <check.h>

#include "base/utf8.h"
#include "tests/base/suites.h"

START_TEST(every_code_point_encodes_validates_and_decodes)
{
	char bytes[4];

	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		struct str s = { bytes, 0 };
		uint32_t size;

		if (c >= 0xD800 && c < 0xE000)
			continue;
		s.length = utf8_encode(c, bytes);
		if (!utf8_is_valid(s) || utf8_decode(s, &size) != c || size != s.length ||
			utf8_count(s) != 1)
			ck_abort_msg("U+%04X", c);
	}
}
END_TEST

START_TEST(the_first_bad_byte_is_found)
{
	static const struct {
		struct str text;
		uint32_t valid;
	} cases[] = {
		{ STR("\x80"), 0 },
		{ STR("abc\xC3"), 3 },
		{ STR("abcdefgh\xFF"), 8 },
		{ STR("\xC0\xAF"), 0 },		/* overlong */
		{ STR("\xE0\x80\xAF"), 0 },	/* overlong */
		{ STR("\xF0\x80\x80\xAF"), 0 }, /* overlong */
		{ STR("\xED\xA0\x80"), 0 },	/* surrogate */
		{ STR("\xF4\x90\x80\x80"), 0 }, /* beyond U+10FFFF */
		{ STR("\xF5\x80\x80\x80"), 0 },
		{ STR("\xC3\xA9\xE2\x82"), 2 }, /* cut short */
		{ STR("\xE2\x28\xA1"), 0 },
		{ STR("ascii only, long enough"), 23 },
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		ck_assert_uint_eq(utf8_valid_length(cases[i].text), cases[i].valid);
}
END_TEST

START_TEST(characters_and_bytes_map_to_each_other)
{
	struct str s = STR("aé€😀z");

	ck_assert_uint_eq(utf8_count(s), 5);
	ck_assert_uint_eq(utf8_offset(s, 0), 0);
	ck_assert_uint_eq(utf8_offset(s, 2), 3);
	ck_assert_uint_eq(utf8_offset(s, 4), 10);
	ck_assert_uint_eq(utf8_offset(s, 5), s.length);
	ck_assert_uint_eq(utf8_offset(s, 99), s.length);
	ck_assert_uint_eq(utf8_index(s, 10), 4);
	ck_assert_uint_eq(utf8_index(s, s.length), 5);
}
END_TEST

START_TEST(blanks_beyond_a_length_are_cut)
{
	struct str s = STR("äö €  ");

	ck_assert(utf8_cut_blanks(&s, 6));
	ck_assert_uint_eq(s.length, 10);
	ck_assert(utf8_cut_blanks(&s, 4));
	ck_assert_uint_eq(s.length, 8);
	ck_assert(!utf8_cut_blanks(&s, 3));
	ck_assert_uint_eq(s.length, 8);
	s = STR("   ");
	ck_assert(utf8_cut_blanks(&s, 0));
	ck_assert_uint_eq(s.length, 0);
}
END_TEST

Suite *utf8_suite(void)
{
	Suite *suite = suite_create("utf8");
	TCase *tests = tcase_create("utf8");

	tcase_add_test(tests, every_code_point_encodes_validates_and_decodes);
	tcase_add_test(tests, the_first_bad_byte_is_found);
	tcase_add_test(tests, characters_and_bytes_map_to_each_other);
	tcase_add_test(tests, blanks_beyond_a_length_are_cut);
	suite_add_tcase(suite, tests);
	return suite;
}
