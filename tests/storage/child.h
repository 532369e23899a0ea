/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Child processes for tests of what may die, or give up, in the middle.
 */
#ifndef TESTS_STORAGE_CHILD_H
#define TESTS_STORAGE_CHILD_H

#include <sys/types.h>

/* 0 in the child, which says nothing on stderr and leaves no core; else its number. */
pid_t child_fork(void);
/* Waits for the child; its wait status. */
int child_wait(pid_t child);

#endif
