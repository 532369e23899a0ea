/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The other end of a connection under test: see peer.h.
 */
#include "tests/pgwire/peer.h"

#include <check.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pgwire/outbuf.h"

#define MESSAGE_BYTES_MAX (1u << 20)

void peer_open(struct peer *p)
{
	struct pgwire_options options = { MESSAGE_BYTES_MAX, 16u << 20, 0, &p->interrupt, NULL };
	int fds[2];

	*p = (struct peer){ 0 };
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	p->fd = fds[0];
	p->wire = pgwire_new(fds[1], &options);
}

void peer_close(struct peer *p)
{
	pgwire_free(p->wire);
	close(p->fd);
}

void peer_send(struct peer *p, const void *data, size_t size)
{
	ck_assert_int_eq(send(p->fd, data, size, MSG_NOSIGNAL), (ssize_t)size);
}

void peer_message(struct peer *p, char type, const void *data, size_t size)
{
	struct outbuf o = { 0 };

	outbuf_begin(&o, type);
	buf_put(&o.bytes, data, size);
	outbuf_end(&o);
	peer_send(p, o.bytes.data, o.bytes.length);
	buf_free(&o.bytes);
}

void peer_startup(struct peer *p, uint32_t code, const void *data, size_t size)
{
	struct buf b = { 0 };

	outbuf_u32(&b, (uint32_t)size + 8);
	outbuf_u32(&b, code);
	buf_put(&b, data, size);
	peer_send(p, b.data, b.length);
	buf_free(&b);
}

void peer_admit(struct peer *p)
{
	peer_startup(p, PGWIRE_VERSION_3_0, PEER_BYTES("user\0me\0\0"));
	ck_assert_int_eq(peer_next(p), PGWIRE_MESSAGE);
	ck_assert_int_eq(p->message.type, PGWIRE_STARTUP);
	pgwire_auth_trust(p->wire);
	ck_assert_int_eq(peer_next(p), PGWIRE_MESSAGE);
	ck_assert_int_eq(p->message.type, PGWIRE_AUTHENTICATED);
}

size_t peer_receive(struct peer *p, void *to, size_t size)
{
	size_t used = 0;
	ssize_t got;

	while (used < size && (got = recv(p->fd, (char *)to + used, size - used, MSG_DONTWAIT)) > 0)
		used += (size_t)got;
	return used;
}

enum pgwire_event peer_next(struct peer *p)
{
	enum pgwire_event event = pgwire_next(p->wire, false, &p->message, &p->error);

	if (event == PGWIRE_WOULD_BLOCK)
		event = pgwire_next(p->wire, false, &p->message, &p->error);
	return event;
}
