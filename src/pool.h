/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The worker threads. All of them wait on one epoll descriptor for the next client that has
 * something to say; one of them gets it, serves it until it has nothing more to say, and hands it
 * back.
 *
 * A worker may wait long inside a client: for a record lock, for a disk, for a slow reader. So that
 * the client whose commit would end that wait always finds a thread, the last idle worker that gets
 * busy starts another one, up to one more than there may be sessions; those beyond the base number
 * end when they have been idle for some seconds. An idle server does nothing at all.
 */
#ifndef SRC_POOL_H
#define SRC_POOL_H

#include <stdint.h>

#include "base/error.h"

struct client;
struct pool;
struct storage;

struct pool_options {
	struct storage *storage; /* each thread attaches to it */
	uint32_t thread_base;	 /* kept when idle; at least 1 */
	uint32_t thread_max;
	size_t stack_bytes; /* of each thread: statements recurse */
};

enum sqlstate pool_new(const struct pool_options *options, struct pool **out, struct error *e);
/* A new client: from here on the pool's, which frees it at its end. E_LIMIT_EXCEEDED or E_IO: it
   stays the caller's. */
enum sqlstate pool_add(struct pool *p, struct client *c, struct error *e) MUST_USE;
/* Ends the threads and waits for them. No client may be left. */
void pool_free(struct pool *p);

#endif
