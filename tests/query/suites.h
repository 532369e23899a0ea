/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The suites of query/'s unit tests, one per source file.
 */
#ifndef TESTS_QUERY_SUITES_H
#define TESTS_QUERY_SUITES_H

#include <check.h>

Suite *lex_suite(void);
Suite *parse_suite(void);
Suite *grammar_suite(void);
Suite *copy_reader_suite(void);
Suite *session_suite(void);
Suite *plan_cache_suite(void);
Suite *exec_path_suite(void);
Suite *search_suite(void);
Suite *lattice_suite(void);
Suite *function_suite(void);
Suite *eval_suite(void);
Suite *moment_suite(void);
Suite *exec_suite(void);
Suite *bind_suite(void);
Suite *plan_suite(void);
Suite *procedure_suite(void);
Suite *relation_suite(void);
Suite *graphalytics_suite(void);

#endif
