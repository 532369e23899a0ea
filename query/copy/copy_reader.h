/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Cuts COPY data into rows of fields. Data comes in pieces cut anywhere; a row that is not whole
 * yet waits for the next piece.
 */
#ifndef QUERY_COPY_COPY_READER_H
#define QUERY_COPY_COPY_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "query/copy/copy_format.h"

/* The longest row, and the most fields of one: beyond, 54000. */
enum { COPY_ROW_BYTES_MAX = 64 * 1024 * 1024, COPY_FIELDS_MAX = 1600 };

struct copy_field {
	struct str text; /* escapes and quotes undone */
	bool is_null;
};

struct copy_reader {
	const struct copy_format *format;
	struct buf input;
	size_t at;     /* first byte of input that is not consumed */
	uint64_t line; /* of the row given out last, counted from 1 */
	uint64_t next_line;
	struct str row; /* of that line, as it was read, without its end; empty: it is not text */
	bool is_ended; /* \. was read: what follows is ignored */
	struct copy_field fields[COPY_FIELDS_MAX];
	uint32_t field_count;
};

void copy_reader_init(struct copy_reader *r, const struct copy_format *format);
void copy_reader_free(struct copy_reader *r);
/* Appends data; the fields of the last row are no longer valid. */
void copy_reader_feed(struct copy_reader *r, const uint8_t *data, size_t size);
/* The next row into r->fields; texts live in `a` or in the reader until the next feed.
   STEP_DONE: no whole row is there; with at_end, a last row without a line end counts as whole.
   Errors: 22P04 malformed, 22021 not UTF-8, 54000 too long. */
enum step copy_reader_next(
	struct copy_reader *r, struct arena *a, bool at_end, struct error *e) MUST_USE;

#endif
