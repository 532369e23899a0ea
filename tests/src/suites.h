/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The suites of src/'s unit tests.
 */
#ifndef TESTS_SRC_SUITES_H
#define TESTS_SRC_SUITES_H

#include <check.h>

Suite *client_suite(void);
Suite *config_suite(void);
Suite *follow_suite(void);
Suite *hba_suite(void);
Suite *ident_suite(void);
Suite *registry_suite(void);

#endif
