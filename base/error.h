/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Faults as values. A function that can fail returns an enum sqlstate (OK is zero) and fills the
 * struct error it was given. The error is set once, where the cause is known; callers may only add
 * to `where`. Whoever returns an error does not log it; whoever handles it does. "No more rows" and
 * "not found" are not errors.
 *
 * Wording follows PostgreSQL's style guide: the message in lower case, one line, no full stop;
 * detail and hint are whole sentences; names stand in double quotes.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/check.h"

/* One value per row of sqlstate.def; sqlstate_code() gives the five letters. */
enum sqlstate {
	OK = 0,
#define SQLSTATE_ROW(name, code, text) name,
#include "base/sqlstate.def"
#undef SQLSTATE_ROW
	SQLSTATE_COUNT,
};

/* One per session. Inline buffers: raising an error never allocates. */
struct error {
	enum sqlstate code;
	int position;          /* 1-based character (not byte) in the query text, 0 if none */
	int byte_offset;       /* 0-based byte in the query text, -1 if none; the session turns it
				  into `position`, since only it has the text */
	const char *file;      /* where it was raised, for the server's log */
	int line;
	char message[512];
	char detail[512];
	char hint[512];
	char where[512];       /* CONTEXT: for instance COPY and its line number */
	char constraint[128];  /* names of what was violated, each empty if none */
	char table[128];
	char schema[64]; /* of the table; empty: the one that there always is */
	char column[128];
};

/* The five characters of a code ("42601"), NUL-terminated, static. */
const char *sqlstate_code(enum sqlstate code);

/* Forgets what an error said. */
void error_clear(struct error *e);

/* Sets code, message and origin, clears the rest, and returns the code. Use FAIL. */
COLD enum sqlstate error_set(struct error *e, enum sqlstate code, const char *file, int line,
	const char *format, ...) PRINTF_LIKE(5, 6);

/* Fills one further field of an error that was just set. */
COLD void error_detail(struct error *e, const char *format, ...) PRINTF_LIKE(2, 3);
COLD void error_hint(struct error *e, const char *format, ...) PRINTF_LIKE(2, 3);
/* The names of what was violated; empty: none. */
struct str;
COLD void error_names(
	struct error *e, struct str table, struct str column, struct str constraint);
/* Appends a line to `where`. */
COLD void error_where(struct error *e, const char *format, ...) PRINTF_LIKE(2, 3);

/* FAIL(e, E_SYNTAX, "format", ...) returns the code; `return FAIL(…)` is the usual form. */
#define FAIL(e, code, ...) error_set((e), (code), __FILE__, __LINE__, __VA_ARGS__)

#define TRY(call)                                                                                  \
	do {                                                                                       \
		enum sqlstate try_code_ = (call);                                                  \
		if (UNLIKELY(try_code_ != OK))                                                     \
			return try_code_;                                                          \
	} while (0)

/* One label at the end of the function, cleanup in reverse order; `rc` must be in scope. */
#define TRY_GOTO(label, call)                                                                      \
	do {                                                                                       \
		rc = (call);                                                                       \
		if (UNLIKELY(rc != OK))                                                            \
			goto label;                                                                \
	} while (0)

/* The three outcomes of asking for the next thing. */
enum step { STEP_ROW, STEP_DONE, STEP_FAILED };

#endif
