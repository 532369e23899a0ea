/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Log lines: formatted into one buffer and written with one write, so that lines never mix.
 */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const char *const level_names[] = { "error", "warning", "info", "debug" };
static _Atomic int level_most = LOG_INFO;

void log_set_level(enum log_level most)
{
	atomic_store_explicit(&level_most, (int)most, memory_order_relaxed);
}

bool log_is_on(enum log_level level)
{
	return (int)level <= atomic_load_explicit(&level_most, memory_order_relaxed);
}

bool log_level_parse(const char *name, enum log_level *level)
{
	for (int i = 0; i < (int)ARRAY_COUNT(level_names); i++) {
		if (strcmp(name, level_names[i]) == 0) {
			*level = (enum log_level)i;
			return true;
		}
	}
	return false;
}

static size_t put_prefix(char *line, size_t size, enum log_level level, const char *module)
{
	struct timespec now;
	struct tm utc;
	size_t used;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	used = strftime(line, size, "%Y-%m-%d %H:%M:%S", &utc);
	used += (size_t)snprintf(line + used, size - used, ".%03d UTC [%ld] %s %s ",
		(int)(now.tv_nsec / 1000000), (long)syscall(SYS_gettid), level_names[level],
		module);
	return used;
}

void log_line(enum log_level level, const char *module, const char *format, ...)
{
	char line[2048];
	size_t used;
	va_list args;
	ssize_t written;

	if (!log_is_on(level))
		return;
	used = put_prefix(line, sizeof line, level, module);
	va_start(args, format);
	used += (size_t)vsnprintf(line + used, sizeof line - used, format, args);
	va_end(args);
	if (used > sizeof line - 1)
		used = sizeof line - 1;
	for (size_t i = 0; i < used; i++)
		if (line[i] == '\n' || line[i] == '\r')
			line[i] = ' ';
	line[used++] = '\n';
	written = write(STDERR_FILENO, line, used);
	(void)written; /* there is nowhere left to report a log that cannot be written */
}
