/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The connection's way out: whole messages collect in memory and go to the stream, by themselves where
 * they become many. See connection.h for the buffers.
 *
 * Invariant: while output waits for the client, input is still read, up to ahead_bytes_max.
 */
#include <errno.h>
#include <poll.h>

#include "base/check.h"
#include "base/clock.h"
#include "pgwire/connection.h"

#define FLUSH_SIZE (64u << 10) /* output beyond this goes out without being asked */
#define CELL_BYTES_MAX (1u << 30)
#define WAIT_STEP_MS 200 /* how often a wait looks at the interrupt flag */

/* Takes what the client sends while it does not read; false once the client is gone. */
static bool read_ahead(struct pgwire *w)
{
	size_t size;
	ssize_t got;

	/* A reload may have made the limit less than what is held. */
	if (w->ahead.length >= w->options.ahead_bytes_max)
		return true;
	size = MIN_OF(w->options.ahead_bytes_max - w->ahead.length, READ_SIZE_MAX);
	got = w->stream.class->read(&w->stream, buf_reserve(&w->ahead, size), size, false);
	if (got == STREAM_AGAIN)
		return true;
	if (got <= 0)
		return false;
	w->ahead.length += (size_t)got;
	/* What an encrypted stream still holds back, poll() will not tell. */
	w->is_drained = (size_t)got < size;
	return true;
}

static bool is_interrupted(const struct pgwire *w)
{
	return w->options.interrupt != NULL &&
	       atomic_load_explicit(w->options.interrupt, memory_order_relaxed) != 0;
}

/* Waits until the socket takes output, reading meanwhile. deadline_us 0: none. */
static enum sqlstate wait_writable(struct pgwire *w, uint64_t deadline_us, struct error *e)
{
	struct pollfd poll_fd = { w->stream.fd, POLLOUT, 0 };

	for (;;) {
		if (w->ahead.length < w->options.ahead_bytes_max)
			poll_fd.events = POLLOUT | POLLIN;
		else
			poll_fd.events = POLLOUT;
		if (poll(&poll_fd, 1, WAIT_STEP_MS) < 0 && errno != EINTR)
			return FAIL(e, E_CONNECTION, "could not wait for the client");
		if (is_interrupted(w))
			return FAIL(e, E_CONNECTION, "interrupted while the client did not read");
		if ((poll_fd.revents & POLLIN) != 0 && !read_ahead(w))
			return FAIL(e, E_CONNECTION, "connection to client lost");
		if ((poll_fd.revents & (POLLOUT | POLLERR | POLLHUP)) != 0)
			return OK;
		if (deadline_us != 0 && clock_monotonic_us() > deadline_us)
			return FAIL(e, E_CONNECTION, "the client did not read its results in time");
	}
}

/* Sends what the socket takes; false if the connection failed. */
static bool send_some(struct pgwire *w)
{
	while (w->out.sent < w->out.bytes.length) {
		ssize_t sent = w->stream.class->write(&w->stream, w->out.bytes.data + w->out.sent,
			w->out.bytes.length - w->out.sent);

		if (sent == STREAM_AGAIN)
			return true;
		if (sent < 0)
			return false;
		w->out.sent += (size_t)sent;
	}
	w->out.sent = 0;
	buf_reset(&w->out.bytes);
	return true;
}

enum sqlstate pgwire_flush(struct pgwire *w, struct error *e)
{
	uint64_t timeout_us = (uint64_t)w->options.write_timeout_ms * 1000;
	uint64_t deadline_us = 0;

	assert(!w->out.is_open);
	for (;;) {
		size_t sent = w->out.sent;

		if (!send_some(w))
			return FAIL(e, E_CONNECTION, "connection to client lost");
		if (w->out.bytes.length == 0)
			return OK;
		/* Each byte taken starts the time anew: slow is allowed, still is not. */
		if (timeout_us != 0 && (deadline_us == 0 || w->out.sent != sent))
			deadline_us = clock_monotonic_us() + timeout_us;
		TRY(wait_writable(w, deadline_us, e));
	}
}

void pgwire_flush_once(struct pgwire *w)
{
	(void)send_some(w);
}

static enum sqlstate end_large(struct pgwire *w, struct error *e)
{
	size_t length = w->out.bytes.length - w->out.start;

	if (length > CELL_BYTES_MAX) {
		outbuf_abandon(&w->out);
		return FAIL(e, E_PROGRAM_LIMIT, "row is too large: %zu bytes", length);
	}
	outbuf_end(&w->out);
	return w->out.bytes.length > FLUSH_SIZE ? pgwire_flush(w, e) : OK;
}

struct buf *pgwire_row_begin(struct pgwire *w, uint32_t column_count)
{
	outbuf_begin(&w->out, 'D');
	outbuf_u16(&w->out.bytes, (uint16_t)column_count);
	return &w->out.bytes;
}

enum sqlstate pgwire_row_end(struct pgwire *w, struct error *e)
{
	return end_large(w, e);
}

void pgwire_row_abandon(struct pgwire *w)
{
	outbuf_abandon(&w->out);
}

struct buf *pgwire_copy_begin(struct pgwire *w)
{
	outbuf_begin(&w->out, 'd');
	return &w->out.bytes;
}

enum sqlstate pgwire_copy_end(struct pgwire *w, struct error *e)
{
	return end_large(w, e);
}
