/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The other end of a connection under test: one half of a socket pair, which sends and receives raw
 * bytes and frames messages.
 */
#ifndef TESTS_PGWIRE_PEER_H
#define TESTS_PGWIRE_PEER_H

#include "base/buf.h"
#include "pgwire/pgwire.h"

struct peer {
	int fd;		     /* the client's end */
	struct pgwire *wire; /* the server's */
	_Atomic int interrupt;
	struct pgwire_message message;
	struct error error;
};

void peer_open(struct peer *p);
void peer_close(struct peer *p);
/* Sends bytes as they are. */
void peer_send(struct peer *p, const void *data, size_t size);
/* Sends one message: type, length, contents. */
void peer_message(struct peer *p, char type, const void *data, size_t size);
/* Sends a startup packet of 3.0 or another code. */
void peer_startup(struct peer *p, uint32_t code, const void *data, size_t size);
/* Brings the connection to where ordinary messages are read. */
void peer_admit(struct peer *p);
/* What the server has sent so far, read until nothing more is there. */
size_t peer_receive(struct peer *p, void *to, size_t size);
/* The next event, never waiting; as after epoll, a socket known to be empty is asked again. */
enum pgwire_event peer_next(struct peer *p);

#define PEER_BYTES(literal) (literal), sizeof(literal) - 1

#endif
