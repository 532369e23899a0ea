/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Bare connections for the load programs: no client library, so that ten thousand of them cost the
 * program next to nothing and one can misbehave as it likes. The server is the one at PGHOST (a
 * folder with its socket, or a host name) and PGPORT.
 */
#ifndef TESTS_LOAD_WIRE_H
#define TESTS_LOAD_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { WIRE_PATIENCE_MS = 60000 };

/* What has come in. */
struct wire_seen {
	uint64_t rows, ready;
	char error[6]; /* SQLSTATE of the last ErrorResponse, or "" */
};

struct wire {
	int fd;
	size_t used; /* of bytes: the beginning of a message that is not whole */
	uint8_t bytes[1024];
	uint64_t skip; /* bytes of the current message that are still to come */
	struct wire_seen seen;
};

/* A socket that begins to connect; -1 if it cannot. Blocking unless is_busy. */
int wire_socket(bool is_busy);
/* Ends the process with a message if the server cannot be reached. */
void wire_connect(struct wire *w);
void wire_close(struct wire *w);

void wire_put_startup(struct buf *b);
void wire_put_query(struct buf *b, const char *text);
void wire_put_terminate(struct buf *b);
/* Parse, Bind, Describe, Execute and Sync of one statement. */
void wire_put_extended(struct buf *b, const char *text);
/* Sends all of it, waiting as long as the server does not read; false if that is for ever. */
bool wire_send(struct wire *w, const struct buf *b);
/* Reads once, at most for so long, and takes note. False: closed or nothing came. */
bool wire_read(struct wire *w, int timeout_ms);
/* Reads until so many ReadyForQuery have come since the connection began. */
bool wire_await(struct wire *w, uint64_t ready);
/* Connects, starts and waits until the server is ready; false: it refused (seen.error). */
bool wire_open(struct wire *w);
/* Asks and waits for the end of the answer. */
bool wire_ask(struct wire *w, const char *text);

#endif
