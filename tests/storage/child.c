/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * See child.h.
 */
#include "tests/storage/child.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t child_fork(void)
{
	struct rlimit no_core = { 0, 0 };
	pid_t child;

	fflush(NULL);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		setrlimit(RLIMIT_CORE, &no_core);
	}
	return child;
}

int child_wait(pid_t child)
{
	int status;

	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return status;
}
