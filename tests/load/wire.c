/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Bare connections: see wire.h.
 */
#include "tests/load/wire.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/check.h"

enum { HEADER = 5, ERROR_BYTES = 256 };

/* --- connecting --------------------------------------------------------------------------- */

static const char *setting(const char *name)
{
	const char *value = getenv(name);

	if (value == NULL) {
		fprintf(stderr, "%s is not set\n", name);
		exit(1);
	}
	return value;
}

static int connect_host(const char *host, int type)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *address;
	int fd, on = 1;

	if (getaddrinfo(host, setting("PGPORT"), &hints, &address) != 0)
		return -1;
	fd = socket(address->ai_family, type, 0);
	if (fd >= 0)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (fd >= 0 && connect(fd, address->ai_addr, address->ai_addrlen) != 0 &&
		errno != EINPROGRESS) {
		close(fd);
		fd = -1;
	}
	freeaddrinfo(address);
	return fd;
}

int wire_socket(bool is_busy)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int type = SOCK_STREAM | SOCK_CLOEXEC | (is_busy ? SOCK_NONBLOCK : 0);
	const char *host = setting("PGHOST");
	int fd;

	if (host[0] != '/')
		return connect_host(host, type);
	snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.%s", host,
		setting("PGPORT"));
	fd = socket(AF_UNIX, type, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

void wire_connect(struct wire *w)
{
	memset(w, 0, sizeof *w);
	for (int i = 0; (w->fd = wire_socket(false)) < 0; i++) {
		if (i == WIRE_PATIENCE_MS) {
			perror("connecting");
			exit(1);
		}
		usleep(1000);
	}
}

void wire_close(struct wire *w)
{
	close(w->fd);
	w->fd = -1;
}

/* --- out ---------------------------------------------------------------------------------- */

static void put_message(struct buf *b, char type, const void *body, size_t size)
{
	uint32_t length = (uint32_t)size + 4;
	uint8_t header[HEADER] = { (uint8_t)type, (uint8_t)(length >> 24), (uint8_t)(length >> 16),
		(uint8_t)(length >> 8), (uint8_t)length };

	buf_put(b, header, sizeof header);
	buf_put(b, body, size);
}

void wire_put_startup(struct buf *b)
{
	static const char packet[] = "\0\0\0\x25\0\3\0\0user\0tester\0database\0quiver\0";

	static_assert(sizeof packet == 0x25, "the packet says its own length");
	buf_put(b, packet, sizeof packet);
}

void wire_put_query(struct buf *b, const char *text)
{
	put_message(b, 'Q', text, strlen(text) + 1);
}

void wire_put_terminate(struct buf *b)
{
	put_message(b, 'X', "", 0);
}

void wire_put_extended(struct buf *b, const char *text)
{
	struct buf body = { 0 };

	buf_put_byte(&body, 0);
	buf_put(&body, text, strlen(text) + 1);
	buf_put(&body, "\0\0", 2);
	put_message(b, 'P', body.data, body.length);
	put_message(b, 'B', "\0\0\0\0\0\0\0\0", 8);
	put_message(b, 'D', "P\0", 2);
	put_message(b, 'E', "\0\0\0\0\0", 5);
	put_message(b, 'S', "", 0);
	buf_free(&body);
}

bool wire_send(struct wire *w, const struct buf *b)
{
	size_t sent = 0;

	while (sent < b->length) {
		struct pollfd look = { w->fd, POLLOUT, 0 };
		ssize_t n;

		if (poll(&look, 1, WIRE_PATIENCE_MS) <= 0)
			return false;
		n = send(w->fd, b->data + sent, b->length - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		sent += n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* --- in ----------------------------------------------------------------------------------- */

/* The field C of an ErrorResponse whose beginning is here. */
static void note_error(struct wire *w, const uint8_t *body, size_t size)
{
	for (size_t at = 0; at < size && body[at] != 0;) {
		const uint8_t *end = memchr(body + at, 0, size - at);

		if (body[at] == 'C' && end != NULL)
			snprintf(w->seen.error, sizeof w->seen.error, "%s",
				(const char *)body + at + 1);
		at = end == NULL ? size : (size_t)(end - body) + 1;
	}
}

/* Takes the message at w->bytes, of which enough is there. Returns the bytes consumed. */
static size_t take(struct wire *w)
{
	uint64_t length = (uint64_t)w->bytes[1] << 24 | (uint64_t)w->bytes[2] << 16 |
			  (uint64_t)w->bytes[3] << 8 | w->bytes[4];
	size_t here = MIN_OF((size_t)length + 1, w->used);

	w->seen.rows += w->bytes[0] == 'D';
	w->seen.ready += w->bytes[0] == 'Z';
	if (w->bytes[0] == 'E')
		note_error(w, w->bytes + HEADER, here - HEADER);
	w->skip = length + 1 - here;
	return here;
}

/* What was read goes through w->bytes a little at a time: of most messages the header is enough. */
static void note(struct wire *w, const uint8_t *data, size_t size)
{
	while (size > 0) {
		size_t some;

		if (w->skip > 0) {
			some = MIN_OF((size_t)w->skip, size);
			w->skip -= some;
			data += some;
			size -= some;
			continue;
		}
		some = MIN_OF(sizeof w->bytes - w->used, size);
		memcpy(w->bytes + w->used, data, some);
		w->used += some;
		data += some;
		size -= some;
		while (w->used >= HEADER && w->skip == 0) {
			size_t taken;

			if (w->bytes[0] == 'E' && w->used < ERROR_BYTES && w->bytes[4] > w->used)
				break;
			taken = take(w);
			memmove(w->bytes, w->bytes + taken, w->used - taken);
			w->used -= taken;
		}
	}
}

bool wire_read(struct wire *w, int timeout_ms)
{
	static uint8_t bytes[1 << 16];
	struct pollfd look = { w->fd, POLLIN, 0 };
	ssize_t n;

	if (poll(&look, 1, timeout_ms) <= 0)
		return false;
	n = recv(w->fd, bytes, sizeof bytes, MSG_DONTWAIT);
	if (n <= 0)
		return false;
	note(w, bytes, (size_t)n);
	return true;
}

bool wire_await(struct wire *w, uint64_t ready)
{
	while (w->seen.ready < ready) {
		if (!wire_read(w, WIRE_PATIENCE_MS))
			return false;
	}
	return true;
}

bool wire_open(struct wire *w)
{
	struct buf b = { 0 };
	bool is_ready;

	wire_connect(w);
	wire_put_startup(&b);
	is_ready = wire_send(w, &b) && wire_await(w, 1);
	buf_free(&b);
	return is_ready;
}

bool wire_ask(struct wire *w, const char *text)
{
	uint64_t ready = w->seen.ready + 1;
	struct buf b = { 0 };
	bool is_done;

	wire_put_query(&b, text);
	is_done = wire_send(w, &b) && wire_await(w, ready);
	buf_free(&b);
	return is_done;
}
