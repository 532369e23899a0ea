/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Memory that runs out when a test says so. The linker turns every call that the layers under test
 * make of malloc, calloc, realloc and aligned_alloc into one here (--wrap in local.mk); the libraries
 * below them are left alone.
 */
#ifndef TESTS_STORAGE_FAILING_MEMORY_H
#define TESTS_STORAGE_FAILING_MEMORY_H

#include <stdint.h>

/* Starts to count, from 0; the call number `at` finds no memory, once. 0: none. */
void memory_fail_at(uint64_t at);
/* Calls since. */
uint64_t memory_calls(void);

#endif
