/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The byte stream below a connection, behind a table of functions so that an encrypted one can take
 * the plain one's place. Knows nothing of messages.
 */
#ifndef PGWIRE_STREAM_H
#define PGWIRE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { STREAM_AGAIN = -1, STREAM_BROKEN = -2 };

struct stream;
struct stream_tls;

struct stream_class {
	/* Bytes read, 0 at the end of the stream, STREAM_AGAIN if there is nothing yet (with
	   `wait`: if the receive timeout passed), STREAM_BROKEN if the connection failed. */
	ssize_t (*read)(struct stream *s, void *to, size_t size, bool wait);
	/* Bytes written (at least 1), STREAM_AGAIN if the socket takes none, or STREAM_BROKEN. */
	ssize_t (*write)(struct stream *s, const void *from, size_t size);
	void (*close)(struct stream *s);
};

struct stream {
	const struct stream_class *class;
	int fd;
	struct stream_tls *tls; /* NULL: not encrypted */
};

extern const struct stream_class stream_plain;

#endif
