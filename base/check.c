/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What happens when the process may not go on. Nothing here allocates or takes a lock: the state of
 * the process is not trusted any more.
 */
#include "base/check.h"

#include <execinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/lock_held.h"

static void print_backtrace(void)
{
	void *frames[64];
	int count = backtrace(frames, (int)ARRAY_COUNT(frames));

	backtrace_symbols_fd(frames, count, STDERR_FILENO);
}

void check_failed(const char *expression, const char *file, int line)
{
	check_panic(file, line, "assertion failed: %s", expression);
}

void check_panic(const char *file, int line, const char *format, ...)
{
	char text[512];
	char locks[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	lock_describe_held(locks, sizeof locks);
	dprintf(STDERR_FILENO, "PANIC %s:%d: %s (locks held: %s)\n", file, line, text, locks);
	print_backtrace();
	abort();
}
