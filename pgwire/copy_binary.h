/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * COPY's binary format, coming in: bytes cut anywhere become rows of fields. Part of the public face
 * of pgwire/ (through pgwire.h).
 *
 *     "PGCOPY\n\377\r\n\0" | int32 flags | int32 size, extension | row … | int16 -1
 *     row:  int16 count | field …          field:  int32 length (-1: null) | bytes
 *
 * The trailer may be missing; what follows it is an error. A row that is not whole yet waits for
 * more.
 */
#ifndef PGWIRE_COPY_BINARY_H
#define PGWIRE_COPY_BINARY_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

struct pgwire_parameter;
struct pgwire_copy_reader;

/* The signature, no flags, no extension. */
#define PGWIRE_COPY_SIGNATURE "PGCOPY\n\377\r\n\0"
enum {
	PGWIRE_COPY_SIGNATURE_SIZE = 11,
	PGWIRE_COPY_HEADER_SIZE = 19,
	PGWIRE_COPY_TRAILER = 0xFFFF,
};

/* row_bytes_max: the longest row; beyond it, 54000. */
struct pgwire_copy_reader *pgwire_copy_reader_new(size_t row_bytes_max);
/* Takes NULL. */
void pgwire_copy_reader_free(struct pgwire_copy_reader *r);
/* Appends data; the fields of the last row are no longer valid. */
void pgwire_copy_reader_feed(struct pgwire_copy_reader *r, const void *data, size_t size);
/* The next row, its fields pointing into the reader until the next feed. STEP_DONE: no whole row is
   there. Errors: 22P04 malformed, 54000 too long. */
enum step pgwire_copy_reader_next(struct pgwire_copy_reader *r,
	const struct pgwire_parameter **fields, uint32_t *count, struct error *e) MUST_USE;
/* The client said that this was all: 22P04 if something is missing. */
enum sqlstate pgwire_copy_reader_end(const struct pgwire_copy_reader *r, struct error *e) MUST_USE;

/* Going out: what comes before the first row, and after the last. */
void pgwire_copy_put_header(struct buf *b);
void pgwire_copy_put_trailer(struct buf *b);

#endif
