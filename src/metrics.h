/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The metrics for Prometheus: GET /metrics by HTTP on a port of 127.0.0.1, off unless metrics_port
 * names one. Served by the main thread between its other work: it never waits for who asks, at most
 * METRICS_ASKERS_MAX of them are there at a time, each for at most METRICS_PATIENCE_US.
 */
#ifndef SRC_METRICS_H
#define SRC_METRICS_H

#include <poll.h>
#include <stdint.h>

#include "base/error.h"
#include "src/client.h"

enum {
	METRICS_ASKERS_MAX = 8,
	METRICS_FDS_MAX = METRICS_ASKERS_MAX + 1,
	METRICS_REQUEST_MAX = 4096,
	METRICS_PATIENCE_US = 5000000,
};

struct metrics;
/* *out is NULL for port 0, which all calls below allow. E_IO: the port is taken. */
enum sqlstate metrics_open(uint16_t port, const struct client_context *context,
	struct metrics **out, struct error *e) MUST_USE;
void metrics_close(struct metrics *m);
/* What to wait for: at most METRICS_FDS_MAX; how many. */
uint32_t metrics_poll(const struct metrics *m, struct pollfd *fds);
/* What poll() said of those. */
void metrics_serve(struct metrics *m, const struct pollfd *fds, uint32_t count);
/* Lets those go who took too long; when the next one will have, 0: there is none. */
uint64_t metrics_expire(struct metrics *m, uint64_t now_us);

/* The text itself, as Prometheus reads it. The thread is attached to the storage. */
void metrics_write(const struct client_context *context, struct buf *to);

#endif
