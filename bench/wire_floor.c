/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The floor of the wire: a bare responder that answers every message with a fixed row and looks
 * nothing up. Its input and output have the shape of the server's: a thread stays with a connection
 * in a blocking recv(), whole messages are taken from a buffer, and what Sync or Query ask for goes
 * out in one send(). What a real server reaches of its speed is what the language, the plan and the
 * store leave over. wire_floor PORT listens on localhost until it is killed.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BYTES(literal) (literal), sizeof(literal) - 1

enum { ROOM = 1 << 16, STACK = 1 << 18 };

struct peer {
	int fd;
	size_t in_used, in_at, out_used;
	uint8_t in[ROOM], out[ROOM];
};

static void put(struct peer *p, const void *data, size_t size)
{
	if (p->out_used + size > sizeof p->out)
		return; /* no client of the benchmark pipelines that much */
	memcpy(p->out + p->out_used, data, size);
	p->out_used += size;
}

static bool flush(struct peer *p)
{
	size_t sent = 0;

	while (sent < p->out_used) {
		ssize_t n = send(p->fd, p->out + sent, p->out_used - sent, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		sent += (size_t)n;
	}
	p->out_used = 0;
	return true;
}

/* `size` bytes in one piece; NULL at the end of the connection. */
static const uint8_t *need(struct peer *p, size_t size)
{
	if (size > sizeof p->in)
		return NULL;
	if (p->in_at + size > sizeof p->in || p->in_at == p->in_used) {
		memmove(p->in, p->in + p->in_at, p->in_used - p->in_at);
		p->in_used -= p->in_at;
		p->in_at = 0;
	}
	while (p->in_used - p->in_at < size) {
		ssize_t n = recv(p->fd, p->in + p->in_used, sizeof p->in - p->in_used, 0);

		if (n <= 0)
			return NULL;
		p->in_used += (size_t)n;
	}
	return p->in + p->in_at;
}

static uint32_t big_endian(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static bool greet(struct peer *p)
{
	static const uint8_t hello[] = "R\0\0\0\x08\0\0\0\0"
				       "S\0\0\0\x18server_version\0"
				       "15.0\0"
				       "S\0\0\0\x19"
				       "client_encoding\0UTF8\0"
				       "K\0\0\0\x0c\0\0\0\1\0\0\0\1"
				       "Z\0\0\0\5I";
	const uint8_t *at;
	uint32_t length, code;

	for (;;) {
		at = need(p, 8);
		if (at == NULL)
			return false;
		length = big_endian(at);
		code = big_endian(at + 4);
		if (length < 8 || need(p, length) == NULL)
			return false;
		p->in_at += length;
		if (code >> 16 == 3)
			break;
		if (send(p->fd, "N", 1, MSG_NOSIGNAL) != 1)
			return false;
	}
	put(p, hello, sizeof hello - 1);
	return flush(p);
}

/* False: the connection ends. */
static bool answer(struct peer *p, uint8_t type)
{
	static const char columns[] = "T\0\0\0\x1d\0\1name\0\0\0\0\0\0\0\0\0\0\x19"
				      "\xff\xff\xff\xff\xff\xff\0\0";
	static const char row[] = "D\0\0\0\x14\0\1\0\0\0\x0aperson4711C\0\0\0\x0dSELECT 1\0";

	switch (type) {
	case 'P':
		put(p, BYTES("1\0\0\0\4"));
		return true;
	case 'B':
		put(p, BYTES("2\0\0\0\4"));
		return true;
	case 'D':
		put(p, columns, sizeof columns - 1);
		return true;
	case 'E':
		put(p, row, sizeof row - 1);
		return true;
	case 'Q':
		put(p, columns, sizeof columns - 1);
		put(p, row, sizeof row - 1);
		put(p, BYTES("Z\0\0\0\5I"));
		return flush(p);
	case 'S':
		put(p, BYTES("Z\0\0\0\5I"));
		return flush(p);
	case 'H':
		return flush(p);
	default:
		return false;
	}
}

static void *serve(void *argument)
{
	struct peer *p = argument;
	const uint8_t *at;
	bool goes_on = greet(p);

	while (goes_on && (at = need(p, 5)) != NULL) {
		uint8_t type = at[0];
		size_t length = (size_t)big_endian(at + 1) + 1;

		if (need(p, length) == NULL)
			break;
		p->in_at += length;
		goes_on = answer(p, type);
	}
	close(p->fd);
	free(p);
	return NULL;
}

static void take(int listener)
{
	int fd = accept(listener, NULL, NULL), on = 1;
	struct peer *p = fd < 0 ? NULL : calloc(1, sizeof *p);
	pthread_attr_t attributes;
	pthread_t thread;

	if (p == NULL)
		return;
	p->fd = fd;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK);
	if (pthread_create(&thread, &attributes, serve, p) != 0) {
		close(fd);
		free(p);
	}
	pthread_attr_destroy(&attributes);
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	signal(SIGPIPE, SIG_IGN);
	address.sin_port = htons((uint16_t)(argc > 1 ? strtoul(argv[1], NULL, 10) : 0));
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	(void)setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
		listen(listener, 128) != 0) {
		perror("wire_floor");
		return 1;
	}
	for (;;)
		take(listener);
}
