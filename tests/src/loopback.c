/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * See loopback.h.
 */
#include "tests/src/loopback.h"

#include <check.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

void loopback_connect(int *server_end, int *client_end)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
	ck_assert_int_eq(listen(listener, 1), 0);
	ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &size), 0);
	*client_end = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(connect(*client_end, (struct sockaddr *)&address, sizeof address), 0);
	*server_end = accept(listener, NULL, NULL);
	ck_assert_int_ge(*server_end, 0);
	close(listener);
}
