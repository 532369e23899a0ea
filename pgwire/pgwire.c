/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The connection: bytes from the stream become whole messages. See pgwire.h for the life of a
 * connection, connection.h for the buffers and output.c for the way out.
 *
 * Invariants
 *  I1  The type byte is checked before the length, the length before anything is done with it, and
 *      room is made only for bytes that have arrived: a length that is a lie costs nothing.
 *  I2  Input that a decoded message points at moves only inside pgwire_next().
 */
#include "pgwire/pgwire.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/check.h"
#include "pgwire/connection.h"

#define READ_SIZE 8192u /* asked of the stream at once, at least */
#define KEEP_SIZE 8192u /* an idle connection keeps buffers of this size */
#define HEADER_SIZE 5u /* a type byte and a length */
#define STARTUP_LENGTH_MAX 10000u
#define TLS_HANDSHAKE 0x16 /* the first byte of TLS */

struct pgwire *pgwire_new(int fd, const struct pgwire_options *options)
{
	struct pgwire *w = calloc(1, sizeof *w);

	if (w == NULL)
		PANIC("out of memory");
	w->stream.class = &stream_plain;
	w->stream.fd = fd;
	w->options = *options;
	(void)pgwire_tls_reference(options->tls);
	w->version = PGWIRE_VERSION_3_0;
	w->state = STATE_STARTUP;
	return w;
}

void pgwire_free(struct pgwire *w)
{
	if (w == NULL)
		return;
	auth_free(w);
	w->stream.class->close(&w->stream);
	pgwire_tls_release(w->options.tls);
	buf_free(&w->in);
	buf_free(&w->ahead);
	buf_free(&w->scratch);
	buf_free(&w->out.bytes);
	free(w);
}

int pgwire_fd(const struct pgwire *w)
{
	return w->stream.fd;
}

bool pgwire_is_tls(const struct pgwire *w)
{
	return w->stream.tls != NULL;
}

const char *pgwire_tls_fault(const struct pgwire *w)
{
	return stream_tls_fault(&w->stream);
}

bool pgwire_tls_has_peer(const struct pgwire *w)
{
	return stream_tls_has_peer(&w->stream);
}

bool pgwire_tls_about(
	const struct pgwire *w, const char **version, const char **cipher, int32_t *bits)
{
	return pgwire_is_tls(w) && stream_tls_about(&w->stream, version, cipher, bits);
}

bool pgwire_tls_peer(const struct pgwire *w, enum pgwire_peer what, char *to, size_t size)
{
	return stream_tls_peer(&w->stream, what, to, size);
}

uint32_t pgwire_version(const struct pgwire *w)
{
	return w->version;
}

void pgwire_set_limits(struct pgwire *w, uint32_t message_bytes_max, uint32_t ahead_bytes_max,
	uint32_t write_timeout_ms)
{
	w->options.message_bytes_max = message_bytes_max;
	w->options.ahead_bytes_max = ahead_bytes_max;
	w->options.write_timeout_ms = write_timeout_ms;
}

void pgwire_set_receive_timeout(struct pgwire *w, uint32_t ms)
{
	struct timeval time = { ms / 1000, (suseconds_t)(ms % 1000) * 1000 };

	/* Refused only for sockets that are gone, which the next read finds out. */
	(void)setsockopt(w->stream.fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
}

/* --- reading ------------------------------------------------------------------------------ */

bool pgwire_has_input(const struct pgwire *w)
{
	return w->in.length > w->in_start || w->ahead.length > 0;
}

/* What has been read and not taken yet. Before the first read there is no buffer. */
static struct inbuf unread(const struct pgwire *w)
{
	const uint8_t *data = w->in.data == NULL ? (const uint8_t *)"" : w->in.data;

	return inbuf_over(data + w->in_start, w->in.length - w->in_start);
}

bool pgwire_is_sync_near(const struct pgwire *w)
{
	struct inbuf in = unread(w);
	bool has_execute = false;

	for (;;) {
		uint8_t type = inbuf_u8(&in);
		uint32_t length = inbuf_u32(&in);

		if (in.is_bad || length < 4)
			return false;
		if (type == 'S')
			return true;
		if (type != 'D' && (type != 'E' || has_execute))
			return false;
		has_execute |= type == 'E';
		(void)inbuf_bytes(&in, length - 4);
	}
}

/* Forgets consumed bytes and takes over what was read while output waited. */
static void settle_input(struct pgwire *w)
{
	if (w->in_start > 0) {
		memmove(w->in.data, w->in.data + w->in_start, w->in.length - w->in_start);
		w->in.length -= w->in_start;
		w->in_start = 0;
	}
	if (w->ahead.length > 0) {
		buf_put(&w->in, w->ahead.data, w->ahead.length);
		buf_free(&w->ahead);
	}
}

/* Reads once. False: *event says what there is instead of bytes. */
static bool read_more(struct pgwire *w, bool wait, enum pgwire_event *event)
{
	size_t pending = w->in.length - w->in_start;
	size_t size = pending < READ_SIZE ? READ_SIZE : MIN_OF(pending, READ_SIZE_MAX);
	ssize_t got;

	settle_input(w);
	got = w->stream.class->read(&w->stream, buf_reserve(&w->in, size), size, wait);
	*event = PGWIRE_WOULD_BLOCK;
	if (got == STREAM_AGAIN)
		return false;
	*event = PGWIRE_CLOSED;
	if (got <= 0)
		return false;
	w->in.length += (size_t)got;
	w->is_drained = (size_t)got < size;
	return true;
}

/* A first byte that begins TLS's hello instead of a packet's length: TLS without being asked
   for. */
static bool is_direct_tls(const struct pgwire *w)
{
	return w->options.tls != NULL && w->stream.tls == NULL && !w->has_asked_ssl &&
	       !w->has_asked_gss && w->in.length > w->in_start &&
	       w->in.data[w->in_start] == TLS_HANDSHAKE;
}

static bool start_direct_tls(struct pgwire *w)
{
	bool is_started = stream_tls_start(&w->stream, w->options.tls, w->in.data + w->in_start,
		w->in.length - w->in_start, true);

	w->in.length = w->in_start = 0;
	w->is_drained = false;
	return is_started;
}

/* The startup packet that stands at in_start, if it is whole. */
static enum pgwire_event next_startup(struct pgwire *w, struct pgwire_message *m, struct error *e)
{
	struct inbuf in = unread(w);
	bool is_answered = false;
	uint32_t length = inbuf_u32(&in);
	enum pgwire_event event;

	if (is_direct_tls(w))
		return start_direct_tls(w) ? PGWIRE_WOULD_BLOCK : PGWIRE_CLOSED;
	if (in.is_bad)
		return PGWIRE_WOULD_BLOCK;
	if (length < 8 || length > STARTUP_LENGTH_MAX)
		return PGWIRE_CLOSED;
	if (inbuf_left(&in) < length - 4)
		return PGWIRE_WOULD_BLOCK;
	in.end = in.at + (length - 4);
	w->in_start += length;
	event = startup_decode(w, in, m, &is_answered, e);
	if (!is_answered)
		return event;
	if (pgwire_flush(w, e) != OK)
		return PGWIRE_CLOSED;
	if (!w->is_tls_due)
		return next_startup(w, m, e);
	w->is_tls_due = false;
	if (!stream_tls_start(&w->stream, w->options.tls, NULL, 0, false))
		return PGWIRE_CLOSED;
	return PGWIRE_WOULD_BLOCK;
}

static COLD enum pgwire_event fail_type(uint8_t type, struct error *e)
{
	FAIL(e, E_PROTOCOL, "invalid frontend message type %d", type);
	return PGWIRE_FAULT;
}

/* The header of the message at in_start: WOULD_BLOCK until all of it is there, else MESSAGE. */
static enum pgwire_event check_header(
	struct pgwire *w, uint8_t *type, uint32_t *length, struct error *e)
{
	struct inbuf in = unread(w);
	uint32_t length_max;

	if (inbuf_left(&in) == 0)
		return PGWIRE_WOULD_BLOCK;
	*type = in.at[0];
	length_max = message_length_max(w, *type);
	if (length_max == 0 || (w->state != STATE_OPEN && *type != 'p'))
		return fail_type(*type, e);
	if (inbuf_left(&in) < HEADER_SIZE)
		return PGWIRE_WOULD_BLOCK;
	in.at++;
	*length = inbuf_u32(&in);
	if (*length < 4) {
		FAIL(e, E_PROTOCOL, "invalid message length");
		return PGWIRE_FAULT;
	}
	if (*length > length_max) {
		FAIL(e, E_PROGRAM_LIMIT, "message of %u bytes is longer than the limit of %u",
			*length, length_max);
		return PGWIRE_FAULT;
	}
	return inbuf_left(&in) < *length - 4 ? PGWIRE_WOULD_BLOCK : PGWIRE_MESSAGE;
}

/* The ordinary message at in_start, if it is whole. */
static enum pgwire_event next_message(struct pgwire *w, struct pgwire_message *m, struct error *e)
{
	enum pgwire_event event;
	struct inbuf in;
	uint32_t length = 0;
	uint8_t type;

	event = check_header(w, &type, &length, e);
	if (event != PGWIRE_MESSAGE)
		return event;
	in = inbuf_over(w->in.data + w->in_start + HEADER_SIZE, length - 4);
	w->in_start += (size_t)length + 1;
	if (w->state != STATE_OPEN) {
		if (auth_message(w, in, e) != OK)
			return PGWIRE_FAULT;
		if (w->state != STATE_ADMITTED)
			return pgwire_flush(w, e) == OK ? next_message(w, m, e) : PGWIRE_CLOSED;
		return PGWIRE_MESSAGE;
	}
	if (UNLIKELY(!message_decode(w, type, &in, m))) {
		FAIL(e, E_PROTOCOL, "invalid message format");
		return PGWIRE_MALFORMED;
	}
	return PGWIRE_MESSAGE;
}

static enum pgwire_event next_here(struct pgwire *w, struct pgwire_message *m, struct error *e)
{
	enum pgwire_event event = PGWIRE_MESSAGE;

	if (LIKELY(w->state == STATE_OPEN))
		return w->in.length == w->in_start ? PGWIRE_WOULD_BLOCK : next_message(w, m, e);
	if (w->state == STATE_STARTUP)
		return next_startup(w, m, e);
	if (w->state != STATE_ADMITTED)
		event = next_message(w, m, e);
	if (event == PGWIRE_MESSAGE && w->state == STATE_ADMITTED) {
		auth_free(w);
		w->state = STATE_OPEN;
		m->type = PGWIRE_AUTHENTICATED;
	}
	return event;
}

/* As pgwire_next(), with all that may come between. */
static NOINLINE enum pgwire_event next_read(
	struct pgwire *w, bool wait, struct pgwire_message *m, struct error *e)
{
	enum pgwire_event event;

	assert(w->state != STATE_DECISION);
	if (w->state == STATE_DEAD)
		return PGWIRE_CLOSED;
	if (w->ahead.length > 0)
		settle_input(w);
	event = next_here(w, m, e);
	/* A read that gave less than was asked for has emptied the socket: asking again would be a
	   system call for nothing. */
	while (event == PGWIRE_WOULD_BLOCK && (wait || !w->is_drained)) {
		if (!read_more(w, wait, &event))
			break;
		event = next_here(w, m, e);
	}
	if (event == PGWIRE_WOULD_BLOCK)
		w->is_drained = false;
	if (event == PGWIRE_CLOSED || event == PGWIRE_FAULT)
		w->state = STATE_DEAD;
	return event;
}

enum pgwire_event pgwire_next(
	struct pgwire *w, bool wait, struct pgwire_message *m, struct error *e)
{
	/* Clients send several messages at once: most are there already. */
	if (w->state == STATE_OPEN && w->in.length > w->in_start && w->ahead.length == 0) {
		enum pgwire_event event = next_message(w, m, e);

		if (LIKELY(event == PGWIRE_MESSAGE || event == PGWIRE_MALFORMED))
			return event;
	}
	return next_read(w, wait, m, e);
}

void pgwire_trim(struct pgwire *w)
{
	if (w->in.length == w->in_start) {
		w->in.length = w->in_start = 0;
		if (w->in.capacity > KEEP_SIZE)
			buf_free(&w->in);
	}
	if (w->out.bytes.length == 0 && w->out.bytes.capacity > KEEP_SIZE)
		buf_free(&w->out.bytes);
	if (w->scratch.capacity > KEEP_SIZE)
		buf_free(&w->scratch);
}
