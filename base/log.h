/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The server's log: one line per event on stderr,
 *     2026-01-31 12:00:00.123 UTC [1234] info  server listening address=127.0.0.1 port=5455
 * that is time, thread, level, module, message and key=value pairs. Nothing per row or page above
 * debug; never parameters, never passwords.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

#include "base/check.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Lines above this level are dropped; may be changed at any time by any thread. */
void log_set_level(enum log_level most);
bool log_is_on(enum log_level level);
/* "error", "warning", "info" or "debug" to a level; false if it is none of them. */
bool log_level_parse(const char *name, enum log_level *level);

/* `module` is a folder or file noun: "server", "session", "wal", "checkpoint". */
COLD void log_line(enum log_level level, const char *module, const char *format, ...)
	PRINTF_LIKE(3, 4);

#endif
