/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The unit tests of base/: one suite per source file, listed here.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/base/suites.h"

int main(void)
{
	SRunner *runner = srunner_create(NULL);
	int failed;

	srunner_add_suite(runner, arena_suite());
	srunner_add_suite(runner, array_text_suite());
	srunner_add_suite(runner, buf_suite());
	srunner_add_suite(runner, crc32c_suite());
	srunner_add_suite(runner, datetime_suite());
	srunner_add_suite(runner, decimal_suite());
	srunner_add_suite(runner, error_suite());
	srunner_add_suite(runner, interval_suite());
	srunner_add_suite(runner, json_suite());
	srunner_add_suite(runner, lock_suite());
	srunner_add_suite(runner, log_suite());
	srunner_add_suite(runner, map_suite());
	srunner_add_suite(runner, number_suite());
	srunner_add_suite(runner, setting_suite());
	srunner_add_suite(runner, edits_suite());
	srunner_add_suite(runner, utf8_suite());
	srunner_add_suite(runner, vec_suite());
	srunner_add_suite(runner, zone_suite());
	srunner_add_suite(runner, zone_file_suite());
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
