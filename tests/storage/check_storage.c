/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The unit tests of storage/: one suite per source file, listed here.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/storage/suites.h"

int main(void)
{
	SRunner *runner = srunner_create(NULL);
	int failed;

	srunner_add_suite(runner, value_suite());
	srunner_add_suite(runner, btree_suite());
	srunner_add_suite(runner, record_suite());
	srunner_add_suite(runner, property_suite());
	srunner_add_suite(runner, adjacency_suite());
	srunner_add_suite(runner, label_index_suite());
	srunner_add_suite(runner, property_index_suite());
	srunner_add_suite(runner, store_suite());
	srunner_add_suite(runner, store_sim_suite());
	srunner_add_suite(runner, pager_suite());
	srunner_add_suite(runner, checkpoint_suite());
	srunner_add_suite(runner, wal_suite());
	srunner_add_suite(runner, engine_lock_suite());
	srunner_add_suite(runner, history_suite());
	srunner_add_suite(runner, overlay_suite());
	srunner_add_suite(runner, catalog_suite());
	srunner_add_suite(runner, sequence_suite());
	srunner_add_suite(runner, run_suite());
	srunner_add_suite(runner, tally_suite());
	srunner_add_suite(runner, background_suite());
	srunner_add_suite(runner, commit_suite());
	srunner_add_suite(runner, disk_full_suite());
	srunner_add_suite(runner, bounds_suite());
	srunner_add_suite(runner, index_build_suite());
	srunner_add_suite(runner, record_lock_suite());
	srunner_add_suite(runner, model_suite());
	srunner_add_suite(runner, crash_suite());
	srunner_add_suite(runner, care_suite());
	srunner_add_suite(runner, care_fault_suite());
	srunner_add_suite(runner, fault_suite());
	srunner_add_suite(runner, memory_suite());
	srunner_add_suite(runner, format_suite());
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
