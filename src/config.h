/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Where settings come from at start and at reload: quiver.conf in the data directory, in
 * postgresql.conf's syntax, and the command line, which wins. Also makes the file with every
 * setting as a commented default.
 */
#ifndef SRC_CONFIG_H
#define SRC_CONFIG_H

#include "base/buf.h"
#include "base/error.h"
#include "base/setting.h"

#define CONFIG_FILE_NAME "quiver.conf"

/* One -c name=value, in the order of the command line. */
struct config_argument {
	struct str name, value;
};

struct config {
	const char *directory; /* the data directory */
	uint32_t argument_count;
	const struct config_argument *arguments;
};

/* A new set: defaults, then the file (which may be missing), then the arguments. `running` is the
   set in force at a reload, or NULL at the start: rows that only a restart changes keep its value,
   with a line in the log. Errors: E_CONFIG_FILE naming file and line, E_IO; from arguments also
   those of setting_set(). */
enum sqlstate config_load(const struct config *c, const struct settings *running,
	struct settings **out, struct error *e) MUST_USE;

/* The lines of a file's text, one after the other: begin with `text`, and all else zero. */
struct config_reader {
	struct str text; /* what is left */
	unsigned line;	 /* the number of this line, from 1 */
	struct str name, value; /* until the next line */
	struct error fault;	/* its code is not OK where the line cannot be read */
	struct buf quoted;	/* freed at the end; by the caller who stops before */
};
/* The next line that says something; false at the end. */
bool config_next_line(struct config_reader *r);

/* Reads one file's text into a set. For config_load() and tests. */
enum sqlstate config_parse(
	struct settings *s, struct str text, const char *file_name, struct error *e) MUST_USE;

/* Writes quiver.conf unless it exists. Errors: E_IO. */
enum sqlstate config_write_default(const char *directory, struct error *e) MUST_USE;

/* A whole file, of 16 MiB at most; *exists is false if there is none. Errors: E_IO,
   E_CONFIG_FILE. */
enum sqlstate config_read_file(
	const char *path, struct buf *to, bool *exists, struct error *e) MUST_USE;
/* Writes a file for the owner only, unless it exists. Errors: E_IO. */
enum sqlstate config_write_file(const char *path, struct str text, struct error *e) MUST_USE;

/* Looks a user's verifier up in the password file; *verifier is empty if there is none, else it
   lives in `to`. The file may be missing. Errors: E_IO. */
enum sqlstate config_find_verifier(const struct settings *s, const char *directory, struct str user,
	char *to, size_t size, struct error *e) MUST_USE;

#endif
