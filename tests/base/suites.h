/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The suites of base/'s unit tests, one per source file.
 */
#ifndef TESTS_BASE_SUITES_H
#define TESTS_BASE_SUITES_H

#include <check.h>

Suite *arena_suite(void);
Suite *array_text_suite(void);
Suite *buf_suite(void);
Suite *crc32c_suite(void);
Suite *datetime_suite(void);
Suite *decimal_suite(void);
Suite *error_suite(void);
Suite *interval_suite(void);
Suite *json_suite(void);
Suite *lock_suite(void);
Suite *log_suite(void);
Suite *map_suite(void);
Suite *number_suite(void);
Suite *setting_suite(void);
Suite *edits_suite(void);
Suite *utf8_suite(void);
Suite *vec_suite(void);
Suite *zone_suite(void);
Suite *zone_file_suite(void);

#endif
