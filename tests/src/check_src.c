/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The unit tests of src/, over a query layer that is a fake: the protocol without a database.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/src/suites.h"

int main(void)
{
	SRunner *runner = srunner_create(NULL);
	int failed;

	srunner_add_suite(runner, client_suite());
	srunner_add_suite(runner, config_suite());
	srunner_add_suite(runner, follow_suite());
	srunner_add_suite(runner, hba_suite());
	srunner_add_suite(runner, ident_suite());
	srunner_add_suite(runner, registry_suite());
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
