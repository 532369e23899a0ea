/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The lines of pg_hba.conf and pg_ident.conf, as PostgreSQL cuts them: a line becomes fields, divided
 * by blanks, and a field a list of words, divided by commas.
 *
 *     "a b",c  d  # comment        two fields, the first of two words; a quoted word is no keyword
 *     a \                          a backslash at the end: the line goes on in the next one
 *     @names                       a word: the words of that file
 *     include FILE                 a line: the lines of that file; include_if_exists FILE;
 *     include_dir DIRECTORY        those of each *.conf in it, in the order of their names
 *
 * Names of files are relative to the file that names them. Nothing fails: a line that cannot be cut
 * carries its fault, for whoever uses the lines to tell of.
 */
#ifndef SRC_AUTH_FILE_H
#define SRC_AUTH_FILE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "src/auth_regex.h"

/* Files may include files this deep. */
enum { AUTH_FILE_DEPTH_MAX = 10 };

struct auth_word {
	struct auth_word *next;
	struct str text;
	bool is_quoted;		  /* where it begins */
	struct auth_regex *regex; /* for whoever made one of it; NULL: it is itself */
};

struct auth_field {
	struct auth_field *next;
	struct auth_word *words; /* NULL: a file of names that is empty */
};

struct auth_line {
	struct auth_line *next;
	const char *file;
	unsigned number;	   /* of the first of its lines, from 1 */
	struct auth_field *fields; /* never NULL without a fault */
	const char *fault;	   /* what is wrong with it; NULL: nothing */
};

/* The lines of a file's text that are not empty, with those of the files that it includes. All is in
   the arena; the text may go. */
struct auth_line *auth_file_parse(struct arena *a, struct str text, const char *path);

/* Whether it is the keyword, and not merely a name that reads so. */
bool auth_word_is(const struct auth_word *word, const char *keyword);

#endif
