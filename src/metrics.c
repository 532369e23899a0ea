/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The little of HTTP that Prometheus needs: see metrics.h. A request is read up to its empty line and
 * answered, then the connection is closed; what is in its headers does not matter.
 *
 *     accept -> reading (until CR LF CR LF) -> writing (until all is out) -> closed
 */
#include "src/metrics.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"

struct asker {
	int fd; /* -1: free */
	uint64_t until_us;
	struct buf request, answer;
	size_t sent;
};

struct metrics {
	const struct client_context *context;
	int fd;
	struct asker askers[METRICS_ASKERS_MAX];
};

/* ---- opening and closing ---- */

static enum sqlstate open_port(uint16_t port, int *out, struct error *e)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	int on = 1;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	*out = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*out < 0)
		return FAIL(e, E_IO, "could not create a socket: %s", strerror(errno));
	(void)setsockopt(*out, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(*out, (struct sockaddr *)&address, sizeof address) == 0 && listen(*out, 8) == 0)
		return OK;
	FAIL(e, E_IO, "could not listen for metrics on port %u: %s", port, strerror(errno));
	close(*out);
	return e->code;
}

enum sqlstate metrics_open(uint16_t port, const struct client_context *context,
	struct metrics **out, struct error *e)
{
	struct metrics *m;
	int fd;

	*out = NULL;
	if (port == 0)
		return OK;
	TRY(open_port(port, &fd, e));
	m = calloc(1, sizeof *m);
	if (m == NULL)
		PANIC("out of memory for metrics");
	m->context = context;
	m->fd = fd;
	for (int i = 0; i < METRICS_ASKERS_MAX; i++)
		m->askers[i].fd = -1;
	LOG_EVENT(LOG_INFO, "server", "offering metrics", log_text("address", STR("127.0.0.1")),
		log_number("port", port));
	*out = m;
	return OK;
}

static void drop(struct asker *a)
{
	close(a->fd);
	buf_free(&a->request);
	buf_free(&a->answer);
	memset(a, 0, sizeof *a);
	a->fd = -1;
}

void metrics_close(struct metrics *m)
{
	if (m == NULL)
		return;
	for (int i = 0; i < METRICS_ASKERS_MAX; i++) {
		if (m->askers[i].fd >= 0)
			drop(&m->askers[i]);
	}
	close(m->fd);
	free(m);
}

/* ---- waiting ---- */

static bool is_full(const struct metrics *m)
{
	for (int i = 0; i < METRICS_ASKERS_MAX; i++) {
		if (m->askers[i].fd < 0)
			return false;
	}
	return true;
}

uint32_t metrics_poll(const struct metrics *m, struct pollfd *fds)
{
	uint32_t count = 0;

	if (m == NULL)
		return 0;
	/* Who comes when all places are taken waits in the system's queue. */
	if (!is_full(m))
		fds[count++] = (struct pollfd){ m->fd, POLLIN, 0 };
	for (int i = 0; i < METRICS_ASKERS_MAX; i++) {
		const struct asker *a = &m->askers[i];

		if (a->fd >= 0)
			fds[count++] = (struct pollfd){ a->fd,
				a->answer.length > 0 ? POLLOUT : POLLIN, 0 };
	}
	return count;
}

uint64_t metrics_expire(struct metrics *m, uint64_t now_us)
{
	uint64_t next_us = 0;

	for (int i = 0; m != NULL && i < METRICS_ASKERS_MAX; i++) {
		struct asker *a = &m->askers[i];

		if (a->fd >= 0 && a->until_us <= now_us)
			drop(a);
		else if (a->fd >= 0 && (next_us == 0 || a->until_us < next_us))
			next_us = a->until_us;
	}
	return next_us;
}

/* ---- answering ---- */

static void put_answer(struct asker *a, const char *status, const struct buf *body)
{
	buf_printf(&a->answer,
		"HTTP/1.1 %s\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
		"Content-Length: %zu\r\nConnection: close\r\n\r\n",
		status, body->length);
	buf_put(&a->answer, body->data, body->length);
}

static bool begins(const struct buf *b, const char *text)
{
	size_t length = strlen(text);

	return b->length >= length && memcmp(b->data, text, length) == 0;
}

static void answer(const struct metrics *m, struct asker *a)
{
	struct buf body = { 0 };

	if (begins(&a->request, "GET /metrics HTTP/1.") ||
		begins(&a->request, "GET /metrics?")) {
		metrics_write(m->context, &body);
		put_answer(a, "200 OK", &body);
	} else if (begins(&a->request, "GET ")) {
		buf_put_text(&body, "The metrics are at /metrics.\n");
		put_answer(a, "404 Not Found", &body);
	} else {
		buf_put_text(&body, "GET /metrics is all there is.\n");
		put_answer(a, "405 Method Not Allowed", &body);
	}
	buf_free(&body);
}

static void take_request(const struct metrics *m, struct asker *a)
{
	uint8_t *at = buf_reserve(&a->request, METRICS_REQUEST_MAX);
	ssize_t got = recv(a->fd, at, METRICS_REQUEST_MAX - a->request.length, 0);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		drop(a);
		return;
	}
	a->request.length += (size_t)got;
	if (memmem(a->request.data, a->request.length, "\r\n\r\n", 4) != NULL)
		answer(m, a);
	else if (a->request.length >= METRICS_REQUEST_MAX)
		drop(a);
}

static void send_answer(struct asker *a)
{
	ssize_t sent = send(
		a->fd, a->answer.data + a->sent, a->answer.length - a->sent, MSG_NOSIGNAL);

	if (sent < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (sent > 0)
		a->sent += (size_t)sent;
	if (sent < 0 || a->sent == a->answer.length)
		drop(a);
}

static void accept_asker(struct metrics *m)
{
	int fd = accept4(m->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	for (int i = 0; fd >= 0 && i < METRICS_ASKERS_MAX; i++) {
		if (m->askers[i].fd >= 0)
			continue;
		m->askers[i].fd = fd;
		m->askers[i].until_us = clock_monotonic_us() + METRICS_PATIENCE_US;
		return;
	}
	if (fd >= 0)
		close(fd);
}

static struct asker *find_asker(struct metrics *m, int fd)
{
	for (int i = 0; i < METRICS_ASKERS_MAX; i++) {
		if (m->askers[i].fd == fd)
			return &m->askers[i];
	}
	return NULL;
}

void metrics_serve(struct metrics *m, const struct pollfd *fds, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct asker *a = find_asker(m, fds[i].fd);

		if (fds[i].revents == 0)
			continue;
		if (fds[i].fd == m->fd)
			accept_asker(m);
		else if (a != NULL && a->answer.length > 0)
			send_answer(a);
		else if (a != NULL)
			take_request(m, a);
	}
}
