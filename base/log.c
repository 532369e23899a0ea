/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Log lines: formatted into one buffer and written with one write, so that lines never mix.
 */
#include "base/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/utf8.h"

static const char *const level_names[] = { "error", "warning", "info", "debug" };
static _Atomic int level_most = LOG_INFO;
static _Atomic int format_now = LOG_FORMAT_TEXT;

enum { LINE_TEXT_MAX = 1900, FIELD_TEXT_MAX = 8192 };

void log_set_format(enum log_format format)
{
	atomic_store_explicit(&format_now, (int)format, memory_order_relaxed);
}

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

/* ---- lines ---- */

static void put_time(struct buf *line, bool is_json)
{
	char text[32];
	struct timespec now;
	struct tm utc;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	(void)strftime(
		text, sizeof text, is_json ? "%Y-%m-%dT%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &utc);
	buf_printf(line, "%s.%03d%s", text, (int)(now.tv_nsec / 1000000), is_json ? "Z" : " UTC");
}

static bool is_json_now(void)
{
	return atomic_load_explicit(&format_now, memory_order_relaxed) == LOG_FORMAT_JSON;
}

static void begin_line(struct buf *line, bool is_json, enum log_level level, const char *module,
	struct str message)
{
	long thread = (long)syscall(SYS_gettid);

	if (is_json) {
		buf_put_text(line, "{\"time\":\"");
		put_time(line, true);
		buf_printf(line,
			"\",\"thread\":%ld,\"level\":\"%s\",\"module\":\"%s\",\"message\":", thread,
			level_names[level], module);
		json_put_string(line, message);
		return;
	}
	put_time(line, false);
	buf_printf(line, " [%ld] %s %s ", thread, level_names[level], module);
	buf_put_str(line, message);
}

/* Line breaks would make two lines of one. */
static void end_line(struct buf *line, bool is_json)
{
	ssize_t written;

	if (is_json)
		buf_put_byte(line, '}');
	for (size_t i = 0; i < line->length; i++)
		if (line->data[i] == '\n' || line->data[i] == '\r')
			line->data[i] = ' ';
	buf_put_byte(line, '\n');
	written = write(STDERR_FILENO, line->data, line->length);
	(void)written; /* there is nowhere left to report a log that cannot be written */
	buf_free(line);
}

/* What is not UTF-8 is cut at its first bad byte. */
static struct str cut(struct str text, uint32_t most)
{
	text.length = MIN_OF(text.length, most);
	text.length = utf8_valid_length(text);
	return text;
}

void log_line(enum log_level level, const char *module, const char *format, ...)
{
	char message[LINE_TEXT_MAX];
	struct buf line = { 0 };
	bool is_json = is_json_now();
	va_list args;
	int length;

	if (!log_is_on(level))
		return;
	va_start(args, format);
	length = vsnprintf(message, sizeof message, format, args);
	va_end(args);
	if (length < 0)
		return;
	begin_line(&line, is_json, level, module, cut(str_of(message), sizeof message));
	end_line(&line, is_json);
}

/* ---- pairs ---- */

static bool is_bare(struct str text)
{
	for (uint32_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (c <= ' ' || c == 127 || c == '"' || c == '\\' || c == '=')
			return false;
	}
	return text.length > 0;
}

static void put_field(struct buf *line, const struct log_field *f, bool is_json)
{
	struct str text = f->text;

	buf_printf(line, is_json ? ",\"%s\":" : " %s=", f->name);
	switch (f->kind) {
	case LOG_FIELD_NUMBER:
		buf_printf(line, "%" PRId64, f->number);
		break;
	case LOG_FIELD_REAL:
		buf_printf(line, "%.3f", f->real);
		break;
	case LOG_FIELD_TEXT:
		text = cut(text, FIELD_TEXT_MAX);
		if (!is_json && is_bare(text))
			buf_put_str(line, text);
		else
			json_put_string(line, text);
		break;
	}
}

void log_event(enum log_level level, const char *module, const char *message,
	const struct log_field *fields, uint32_t count)
{
	bool is_json = is_json_now();
	struct buf line = { 0 };

	if (!log_is_on(level))
		return;
	begin_line(&line, is_json, level, module, str_of(message));
	for (uint32_t i = 0; i < count; i++)
		put_field(&line, &fields[i], is_json);
	end_line(&line, is_json);
}
