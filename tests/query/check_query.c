/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The unit tests of query/: one suite per source file, listed here.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/query/suites.h"

int main(void)
{
	SRunner *runner = srunner_create(NULL);
	int failed;

	srunner_add_suite(runner, lex_suite());
	srunner_add_suite(runner, parse_suite());
	srunner_add_suite(runner, grammar_suite());
	srunner_add_suite(runner, copy_reader_suite());
	srunner_add_suite(runner, session_suite());
	srunner_add_suite(runner, plan_cache_suite());
	srunner_add_suite(runner, function_suite());
	srunner_add_suite(runner, eval_suite());
	srunner_add_suite(runner, moment_suite());
	srunner_add_suite(runner, exec_suite());
	srunner_add_suite(runner, exec_path_suite());
	srunner_add_suite(runner, search_suite());
	srunner_add_suite(runner, lattice_suite());
	srunner_add_suite(runner, bind_suite());
	srunner_add_suite(runner, plan_suite());
	srunner_add_suite(runner, procedure_suite());
	srunner_add_suite(runner, relation_suite());
	srunner_add_suite(runner, graphalytics_suite());
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
