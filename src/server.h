/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The running server: listening sockets, the pool of worker threads, signals, and the end.
 */
#ifndef SRC_SERVER_H
#define SRC_SERVER_H

#include "base/error.h"
#include "src/config.h"

struct storage;

/* Serves until a signal ends it. `settings`: a reference that is taken over; `config` is read again
   at a reload. Returns when no client and no thread is left. Errors: E_IO when it cannot listen,
   E_CONFIG_FILE when files that decide who gets in are missing or wrong. */
enum sqlstate server_run(struct storage *storage, struct settings *settings,
	const struct config *config, struct error *e) MUST_USE;

/* Blocks the signals that server_run() waits for; before any thread is born. */
void server_block_signals(void);

#endif
