/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Who of the operating system, or of a certificate, may be which user here: pg_ident.conf in the data
 * directory, in PostgreSQL's syntax. auth_file.h says how lines are cut.
 *
 *     MAP  SYSTEM-NAME  USER
 *
 * A system name that begins with a slash is a regular expression; what its first pair of parentheses
 * found stands for \1 in the user's name. A rule of pg_hba.conf names the map that it goes by.
 */
#ifndef SRC_IDENT_H
#define SRC_IDENT_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"

#define IDENT_FILE_NAME "pg_ident.conf"

struct ident;

/* Reads a file's text; `path` is its name. Errors: E_CONFIG_FILE naming file and line of what is wrong
   first. */
enum sqlstate ident_parse(
	struct str text, const char *path, struct ident **out, struct error *e) MUST_USE;
/* The same, but what is wrong is left in its line: for ident_visit(). */
struct ident *ident_read(struct str text, const char *path);
/* Takes NULL. */
void ident_free(struct ident *m);

/* Whether a line of the map lets who has the system name be the user. Errors: E_CONFIG_FILE for an
   expression that has no group for \1 or takes too many steps. */
enum sqlstate ident_fits(const struct ident *m, struct str map, struct str system_name,
	struct str user, bool *fits, struct error *e) MUST_USE;

/* What a new data directory gets: no map, and what one is. */
struct str ident_default_text(void);

/* A line as pg_ident_file_mappings shows it; with a fault there are no names. */
struct ident_shown {
	unsigned line;
	const char *fault;
	const char *map, *system_name, *user;
};
typedef void ident_visitor(void *context, const struct ident_shown *shown);
void ident_visit(const struct ident *m, ident_visitor *visit, void *context);

#endif
