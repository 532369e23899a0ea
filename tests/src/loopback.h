/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A TCP connection within this machine, for tests.
 */
#ifndef TESTS_SRC_LOOPBACK_H
#define TESTS_SRC_LOOPBACK_H

/* Both its ends, which the caller closes. */
void loopback_connect(int *server_end, int *client_end);

#endif
