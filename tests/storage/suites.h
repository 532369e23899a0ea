/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * One suite for each source file of storage/; check_storage.c runs them.
 */
#ifndef TESTS_STORAGE_SUITES_H
#define TESTS_STORAGE_SUITES_H

#include <check.h>

Suite *value_suite(void);
Suite *btree_suite(void);
Suite *record_suite(void);
Suite *property_suite(void);
Suite *adjacency_suite(void);
Suite *label_index_suite(void);
Suite *property_index_suite(void);
Suite *store_suite(void);
Suite *store_sim_suite(void);
Suite *pager_suite(void);
Suite *checkpoint_suite(void);
Suite *wal_suite(void);
Suite *engine_lock_suite(void);
Suite *history_suite(void);
Suite *overlay_suite(void);
Suite *model_suite(void);
Suite *catalog_suite(void);
Suite *sequence_suite(void);
Suite *run_suite(void);
Suite *tally_suite(void);
Suite *background_suite(void);
Suite *commit_suite(void);
Suite *disk_full_suite(void);
Suite *bounds_suite(void);
Suite *index_build_suite(void);
Suite *record_lock_suite(void);
Suite *crash_suite(void);
Suite *care_suite(void);
Suite *care_fault_suite(void);
Suite *fault_suite(void);
Suite *memory_suite(void);
Suite *format_suite(void);

#endif
