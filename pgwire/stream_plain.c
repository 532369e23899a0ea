/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The plain stream: a socket in blocking mode. Each call says for itself whether it may wait, which
 * costs no change of mode.
 */
#include "pgwire/stream.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static ssize_t plain_read(struct stream *s, void *to, size_t size, bool wait)
{
	ssize_t got;

	do {
		got = recv(s->fd, to, size, wait ? 0 : MSG_DONTWAIT);
	} while (got < 0 && errno == EINTR);
	if (got >= 0)
		return got;
	return errno == EAGAIN || errno == EWOULDBLOCK ? STREAM_AGAIN : STREAM_BROKEN;
}

static ssize_t plain_write(struct stream *s, const void *from, size_t size)
{
	ssize_t sent;

	do {
		sent = send(s->fd, from, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	if (sent > 0)
		return sent;
	return sent == 0 || errno == EAGAIN || errno == EWOULDBLOCK ? STREAM_AGAIN : STREAM_BROKEN;
}

static void plain_close(struct stream *s)
{
	close(s->fd);
	s->fd = -1;
}

const struct stream_class stream_plain = { plain_read, plain_write, plain_close };
