/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The suites of pgwire/'s unit tests, one per source file.
 */
#ifndef TESTS_PGWIRE_SUITES_H
#define TESTS_PGWIRE_SUITES_H

#include <check.h>

Suite *copy_binary_suite(void);
Suite *message_suite(void);
Suite *pgtype_suite(void);
Suite *pgwire_suite(void);
Suite *put_suite(void);
Suite *scram_suite(void);
Suite *startup_suite(void);
Suite *tls_suite(void);

#endif
