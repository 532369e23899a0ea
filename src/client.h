/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * One connected client: THE seam, where the wire meets the query layer. The server makes a client
 * for each connection and calls client_run() whenever its socket is ready; a client belongs to one
 * thread at a time.
 */
#ifndef SRC_CLIENT_H
#define SRC_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "query/query.h"
#include "src/counters.h"
#include "src/registry.h"
#include "src/statements.h"

struct client;
struct storage;

/* What all clients share; outlives them. */
struct client_context {
	struct registry *registry;
	struct query_engine *engine;
	struct storage *storage; /* for backup and check */
	struct counters *counters;
	struct statements *statements;
	const char *directory;	 /* the data directory */
	uint8_t mock_secret[32]; /* salt of users that do not exist */
};

enum client_state {
	CLIENT_WAITS, /* give it back to epoll */
	CLIENT_ENDED, /* free it */
};

/* Takes over the socket. is_tcp: it is one of TCP and gets TCP's options. */
struct client *client_new(const struct client_context *context, int fd, bool is_tcp);
/* Rolls back what is open and closes the socket. */
void client_free(struct client *c);
int client_fd(const struct client *c);
/* What says that there is something to do: the socket, or for a client that listens to notifications
   a descriptor that is readable when the socket is or when there are some. */
int client_watch_fd(const struct client *c);

/* Between two workers, one of whom parks the client before it lets epoll hand it on and the other
   takes it: what the first did to it happened before. */
void client_park(struct client *c);
void client_take(struct client *c);

/* Serves messages until none is there. Before it gives up it waits a moment in a read, since a
   client that was just answered mostly asks again at once, and a read costs less than a way through
   epoll. */
enum client_state client_run(struct client *c);

#endif
