/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The unit tests of pgwire/: one suite per source file, listed here.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/pgwire/suites.h"

int main(void)
{
	SRunner *runner = srunner_create(NULL);
	int failed;

	srunner_add_suite(runner, copy_binary_suite());
	srunner_add_suite(runner, message_suite());
	srunner_add_suite(runner, pgtype_suite());
	srunner_add_suite(runner, pgwire_suite());
	srunner_add_suite(runner, put_suite());
	srunner_add_suite(runner, scram_suite());
	srunner_add_suite(runner, startup_suite());
	srunner_add_suite(runner, tls_suite());
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
