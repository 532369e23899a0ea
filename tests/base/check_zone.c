/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What base/zone.c promises.
 */
#include <check.h>

#include "base/zone.h"
#include "tests/base/suites.h"

static const struct {
	const char *text, *name;
	int32_t offset_s;
} accepted[] = {
	{ "UTC", "UTC", 0 },
	{ "utc", "UTC", 0 },
	{ "etc/utc", "Etc/UTC", 0 },
	{ "GMT", "GMT", 0 },
	{ "Zulu", "Zulu", 0 },
	{ "0", "<+00>-00", 0 },
	{ "-7", "<-07>+07", -7 * 3600 },
	{ "5.5", "<+05:30>-05:30", 19800 },
	{ "+05:30", "+05:30", -19800 }, /* POSIX: west */
	{ "UTC+3", "UTC+3", -3 * 3600 },
	{ "<+03>-03", "<+03>-03", 3 * 3600 },
	{ "EST5", "EST5", -5 * 3600 },
};

static const struct {
	const char *text;
	enum sqlstate code;
} refused[] = {
	{ "Europe/Nowhere", E_INVALID_VALUE },
	{ "../../../etc/passwd", E_INVALID_VALUE },
	{ "/etc/localtime", E_INVALID_VALUE },
	{ "Europe", E_INVALID_VALUE },
	{ "", E_INVALID_VALUE },
	{ "Z", E_INVALID_VALUE },
	{ "UTC+", E_INVALID_VALUE },
	{ "UTC+3:99", E_INVALID_VALUE },
	{ "<+03", E_INVALID_VALUE },
	{ "nowhere", E_INVALID_VALUE },
	{ "1000", E_INVALID_VALUE },
};

START_TEST(offsets_and_names_of_utc_are_understood)
{
	struct zone zone;
	struct error e;

	for (size_t i = 0; i < ARRAY_COUNT(accepted); i++) {
		ck_assert_int_eq(zone_parse(str_of(accepted[i].text), &zone, &e), OK);
		ck_assert_str_eq(zone.name, accepted[i].name);
		ck_assert_int_eq(zone_offset_at_instant(&zone, 0), accepted[i].offset_s);
		ck_assert_int_eq(zone_offset_at_local(&zone, 0), accepted[i].offset_s);
	}
}
END_TEST

START_TEST(other_names_are_refused)
{
	struct zone zone;
	struct error e;

	for (size_t i = 0; i < ARRAY_COUNT(refused); i++)
		ck_assert_msg(zone_parse(str_of(refused[i].text), &zone, &e) == refused[i].code,
			"%s", refused[i].text);
	ck_assert_str_eq(e.message, "invalid value for parameter \"TimeZone\": \"1000\"");
}
END_TEST

Suite *zone_suite(void)
{
	Suite *suite = suite_create("zone");
	TCase *tests = tcase_create("zone");

	tcase_add_test(tests, offsets_and_names_of_utc_are_understood);
	tcase_add_test(tests, other_names_are_refused);
	suite_add_tcase(suite, tests);
	return suite;
}
