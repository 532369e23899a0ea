/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What tests may look at in the fake query layer.
 */
#ifndef TESTS_SRC_FAKE_H
#define TESTS_SRC_FAKE_H

/* Inserts that were committed. */
extern _Atomic int fake_inserts;

#endif
