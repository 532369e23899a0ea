/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Test vectors: files of tab-separated lines under tests/base/vectors/, whose expected columns were
 * computed by PostgreSQL 15. A test walks the lines of its file and counts those that differ.
 */
#ifndef TESTS_BASE_VECTORS_H
#define TESTS_BASE_VECTORS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

enum { VECTOR_COLUMNS_MAX = 6 };

struct vectors {
	FILE *file;
	char line[1024];
	struct str column[VECTOR_COLUMNS_MAX]; /* of the current line; absent ones are empty */
	int line_number;
	int mismatch_count;
};

/* Fails the running test if the file cannot be opened. */
void vectors_open(struct vectors *v, const char *file_name);
/* False at the end. */
bool vectors_next(struct vectors *v);
/* Holds what a call gave (its code; the text if OK, else the message) against two columns: the
   SQLSTATE in column `at` and the text or message in the next one. */
void vectors_compare(struct vectors *v, int at, enum sqlstate rc, const struct buf *text,
	const struct error *e);
/* Closes; fails the running test if any line differed, or if there was none. */
void vectors_close(struct vectors *v);

#endif
