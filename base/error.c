/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The error object: see error.h for the rules.
 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

static const char *const codes[SQLSTATE_COUNT] = {
	[OK] = "00000",
#define SQLSTATE_ROW(name, code, text) [name] = code,
#include "base/sqlstate.def"
#undef SQLSTATE_ROW
};

const char *sqlstate_code(enum sqlstate code)
{
	assert(code < SQLSTATE_COUNT);
	return codes[code];
}

void error_clear(struct error *e)
{
	e->code = OK;
	e->position = 0;
	e->byte_offset = -1;
	e->file = NULL;
	e->line = 0;
	e->message[0] = '\0';
	e->detail[0] = '\0';
	e->hint[0] = '\0';
	e->where[0] = '\0';
	e->constraint[0] = '\0';
	e->table[0] = '\0';
	e->schema[0] = '\0';
	e->column[0] = '\0';
}

enum sqlstate error_set(
	struct error *e, enum sqlstate code, const char *file, int line, const char *format, ...)
{
	va_list args;

	assert(code != OK);
	error_clear(e);
	e->code = code;
	e->file = file;
	e->line = line;
	va_start(args, format);
	vsnprintf(e->message, sizeof e->message, format, args);
	va_end(args);
	return code;
}

void error_detail(struct error *e, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(e->detail, sizeof e->detail, format, args);
	va_end(args);
}

void error_hint(struct error *e, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(e->hint, sizeof e->hint, format, args);
	va_end(args);
}

void error_names(struct error *e, struct str table, struct str column, struct str constraint)
{
	snprintf(e->table, sizeof e->table, "%.*s", STR_ARGS(table));
	snprintf(e->column, sizeof e->column, "%.*s", STR_ARGS(column));
	snprintf(e->constraint, sizeof e->constraint, "%.*s", STR_ARGS(constraint));
}

void error_where(struct error *e, const char *format, ...)
{
	size_t used = strlen(e->where);
	va_list args;

	if (used > 0 && used + 1 < sizeof e->where)
		e->where[used++] = '\n';
	va_start(args, format);
	vsnprintf(e->where + used, sizeof e->where - used, format, args);
	va_end(args);
}
