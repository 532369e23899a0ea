/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Whole files as text, for tests whose cases lie in files.
 */
#ifndef TESTS_QUERY_FILE_TEXT_H
#define TESTS_QUERY_FILE_TEXT_H

/* The text of a file, for free(3); NULL: it cannot be opened. */
char *file_text(const char *path);
/* The same of a file of the source tree (QUIVER_SOURCE, else the folder in use), which must be there. */
char *file_text_of_source(const char *path);

#endif
