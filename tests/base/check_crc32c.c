/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What base/crc32c.c promises: the published values, in both forms.
 */
#include <check.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/rand.h"
#include "tests/base/suites.h"

/* RFC 3720 B.4, and the check value of the catalogues of CRCs. */
START_TEST(known_values_come_out_in_both_forms)
{
	unsigned char zeroes[32] = { 0 }, ones[32], up[32], down[32];

	memset(ones, 0xFF, sizeof ones);
	for (int i = 0; i < 32; i++) {
		up[i] = (unsigned char)i;
		down[i] = (unsigned char)(31 - i);
	}
	ck_assert_uint_eq(crc32c(0, "123456789", 9), 0xE3069283u);
	ck_assert_uint_eq(crc32c(0, zeroes, 32), 0x8A9136AAu);
	ck_assert_uint_eq(crc32c(0, ones, 32), 0x62A8AB43u);
	ck_assert_uint_eq(crc32c(0, up, 32), 0x46DD794Eu);
	ck_assert_uint_eq(crc32c(0, down, 32), 0x113FDB5Cu);
	ck_assert_uint_eq(crc32c_table(0, "123456789", 9), 0xE3069283u);
	ck_assert_uint_eq(crc32c_table(0, down, 32), 0x113FDB5Cu);
	ck_assert_uint_eq(crc32c(0, "", 0), 0);
}
END_TEST

START_TEST(both_forms_agree_on_any_bytes_and_any_split)
{
	static unsigned char data[20027]; /* long enough for the interleaved streams */
	struct rand r = { 3 };

	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (unsigned char)rand_next(&r);
	for (int i = 0; i < 500; i++) {
		size_t from = rand_below(&r, 20);
		size_t size = rand_below(&r, i % 2 == 0 ? 1000 : 20000);
		size_t split = rand_below(&r, size + 1);
		uint32_t whole = crc32c(0, data + from, size);
		uint32_t first = crc32c(0, data + from, split);

		ck_assert_uint_eq(whole, crc32c_table(0, data + from, size));
		ck_assert_uint_eq(whole, crc32c(first, data + from + split, size - split));
		ck_assert_uint_eq(whole, crc32c_table(first, data + from + split, size - split));
	}
}
END_TEST

Suite *crc32c_suite(void)
{
	Suite *suite = suite_create("crc32c");
	TCase *tests = tcase_create("crc32c");

	tcase_add_test(tests, known_values_come_out_in_both_forms);
	tcase_add_test(tests, both_forms_agree_on_any_bytes_and_any_split);
	suite_add_tcase(suite, tests);
	return suite;
}
