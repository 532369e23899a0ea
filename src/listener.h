/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The sockets on which clients arrive: TCP addresses and Unix-domain sockets.
 */
#ifndef SRC_LISTENER_H
#define SRC_LISTENER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/setting.h"

#define LISTENER_COUNT_MAX 32

struct listener {
	int fd;
	bool is_tcp;
	char path[108]; /* of a Unix-domain socket: removed when it is closed */
};

struct listeners {
	uint32_t count;
	struct listener list[LISTENER_COUNT_MAX];
};

/* Opens all that the settings name. Errors: E_IO saying what could not be bound and why; then
   nothing is left open. */
enum sqlstate listener_open_all(
	const struct settings *s, struct listeners *l, struct error *e) MUST_USE;
void listener_close_all(struct listeners *l);

#endif
