/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The server's log: one line per event on stderr,
 *     2026-01-31 12:00:00.123 UTC [1234] info server listening address=127.0.0.1 port=5455
 * that is time, thread, level, module, message and key=value pairs; or the same as a JSON object,
 *     {"time":"2026-01-31T12:00:00.123Z","thread":1234,"level":"info","module":"server",
 *      "message":"listening","address":"127.0.0.1","port":5455}
 * in one line. Whatever a value holds, it stays one value: in the first form it is quoted if it is
 * empty or holds anything but printable characters without blank, quote, backslash and '='.
 * Nothing per row or page above debug; never parameters, never passwords.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "base/str.h"

/* The options of log_format in their order. */
enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Lines above this level are dropped; may be changed at any time by any thread. */
void log_set_level(enum log_level most);
bool log_is_on(enum log_level level);
/* "error", "warning", "info" or "debug" to a level; false if it is none of them. */
bool log_level_parse(const char *name, enum log_level *level);

/* How lines are written from here on; by any thread at any time. */
void log_set_format(enum log_format format);

/* One key=value pair: made by one of the functions below. */
struct log_field {
	const char *name;
	enum { LOG_FIELD_TEXT, LOG_FIELD_NUMBER, LOG_FIELD_REAL } kind;
	struct str text;
	int64_t number;
	double real;
};
static inline struct log_field log_text(const char *name, struct str text)
{
	return (struct log_field){ .name = name, .kind = LOG_FIELD_TEXT, .text = text };
}
static inline struct log_field log_number(const char *name, int64_t number)
{
	return (struct log_field){ .name = name, .kind = LOG_FIELD_NUMBER, .number = number };
}
/* With three digits after the point. */
static inline struct log_field log_real(const char *name, double real)
{
	return (struct log_field){ .name = name, .kind = LOG_FIELD_REAL, .real = real };
}

/* An event with its pairs; texts are cut at 8 KiB. */
COLD void log_event(enum log_level level, const char *module, const char *message,
	const struct log_field *fields, uint32_t count);
/* The same with the pairs in place: LOG_EVENT(LOG_INFO, "client", "lost", log_number("id", 7)). */
#define LOG_EVENT(level, module, message, ...)                                                     \
	log_event(level, module, message, (const struct log_field[]){ __VA_ARGS__ },               \
		(uint32_t)(sizeof((const struct log_field[]){ __VA_ARGS__ }) /                     \
			   sizeof(struct log_field)))

/* `module` is a folder or file noun: "server", "session", "wal", "checkpoint". */
COLD void log_line(enum log_level level, const char *module, const char *format, ...)
	PRINTF_LIKE(3, 4);

#endif
