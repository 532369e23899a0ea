/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The packets before the protocol version is known: no type byte, a length of 8 to 10000 and a
 * code.
 *
 *     80877103 SSLRequest      answered 'S', then TLS; or 'N' without a certificate   at most once
 *     80877104 GSSENCRequest   answered 'N', the connection goes on                   at most once
 *     80877102 CancelRequest   process id and key; never answered
 *     3 << 16 | minor          user, database, options, settings by name; a final NUL byte
 *
 * A minor version above 2, or a "_pq_." parameter, is answered by one NegotiateProtocolVersion with
 * what this side speaks, before authentication. Every other code is refused.
 *
 * What stands behind an SSLRequest that is granted was sent before there was encryption, by the
 * client or by somebody between: it ends the connection, lest it be taken for encrypted.
 */
#include <stdio.h>

#include "base/check.h"
#include "pgwire/connection.h"

#define CODE_CANCEL 80877102u
#define CODE_SSL 80877103u
#define CODE_GSS 80877104u
#define PAIR_COUNT_MAX 200
#define CANCEL_KEY_MIN 4
#define CANCEL_KEY_MAX 256

static enum pgwire_event decode_cancel(struct inbuf *in, struct pgwire_message *m)
{
	m->type = PGWIRE_CANCEL;
	m->cancel.process_id = (int32_t)inbuf_u32(in);
	m->cancel.key_length = (uint32_t)inbuf_left(in);
	m->cancel.key = in->at;
	if (in->is_bad || m->cancel.key_length < CANCEL_KEY_MIN ||
		m->cancel.key_length > CANCEL_KEY_MAX)
		return PGWIRE_CLOSED;
	return PGWIRE_MESSAGE;
}

static bool is_protocol_option(struct str name)
{
	return name.length >= 5 && memcmp(name.at, "_pq_.", 5) == 0;
}

/* NegotiateProtocolVersion: the version that will be spoken and the options that are not known. */
static void put_negotiation(struct pgwire *w, const struct pgwire_pair *pairs, uint32_t count)
{
	uint32_t unknown = 0;

	for (uint32_t i = 0; i < count; i++)
		unknown += is_protocol_option(pairs[i].name);
	outbuf_begin(&w->out, 'v');
	outbuf_u32(&w->out.bytes, w->version);
	outbuf_u32(&w->out.bytes, unknown);
	for (uint32_t i = 0; i < count; i++) {
		if (is_protocol_option(pairs[i].name))
			outbuf_text(&w->out.bytes, pairs[i].name);
	}
	outbuf_end(&w->out);
}

/* Reads name and value pairs up to the terminator; false if the layout is not that. */
static bool read_pairs(struct pgwire *w, struct inbuf *in, uint32_t *count)
{
	struct pgwire_pair *pairs;

	buf_reset(&w->scratch);
	pairs = (void *)buf_reserve(&w->scratch, PAIR_COUNT_MAX * sizeof *pairs);
	*count = 0;
	for (;;) {
		struct str name = inbuf_text(in);

		if (in->is_bad)
			return false;
		if (name.length == 0)
			return inbuf_end(in);
		if (*count == PAIR_COUNT_MAX)
			return false;
		pairs[*count].name = name;
		pairs[*count].value = inbuf_text(in);
		(*count)++;
	}
}

/* Moves the parameters that are not settings to their own places; keeps the others. */
static void sort_pairs(struct pgwire *w, struct pgwire_message *m, uint32_t count)
{
	struct pgwire_pair *pairs = (void *)w->scratch.data;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (str_equal(pairs[i].name, STR("user")))
			m->startup.user = pairs[i].value;
		else if (str_equal(pairs[i].name, STR("database")))
			m->startup.database = pairs[i].value;
		else if (str_equal(pairs[i].name, STR("options")))
			m->startup.options = pairs[i].value;
		else if (str_equal(pairs[i].name, STR("replication")))
			m->startup.replication = pairs[i].value;
		else if (!is_protocol_option(pairs[i].name))
			pairs[kept++] = pairs[i];
	}
	m->startup.pairs = pairs;
	m->startup.pair_count = kept;
	if (m->startup.database.length == 0)
		m->startup.database = m->startup.user;
}

static enum pgwire_event decode_startup(struct pgwire *w, uint32_t code, struct inbuf *in,
	struct pgwire_message *m, struct error *e)
{
	uint32_t count, minor = code & 0xFFFF;
	bool has_options = false;

	if (code >> 16 != 3) {
		FAIL(e, E_NOT_SUPPORTED,
			"unsupported frontend protocol %u.%u: server supports 3.0 to 3.2",
			code >> 16, minor);
		return PGWIRE_FAULT;
	}
	if (!read_pairs(w, in, &count)) {
		FAIL(e, E_PROTOCOL,
			"invalid startup packet layout: expected terminator as last byte");
		return PGWIRE_FAULT;
	}
	for (uint32_t i = 0; i < count; i++)
		has_options |=
			is_protocol_option(((struct pgwire_pair *)(void *)w->scratch.data)[i].name);
	w->version = minor >= 2 ? PGWIRE_VERSION_3_2 : PGWIRE_VERSION_3_0;
	if (minor > 2 || has_options)
		put_negotiation(w, (void *)w->scratch.data, count);
	memset(m, 0, sizeof *m);
	m->type = PGWIRE_STARTUP;
	sort_pairs(w, m, count);
	if (m->startup.user.length == 0) {
		FAIL(e, E_AUTHORIZATION, "no PostgreSQL user name specified in startup packet");
		return PGWIRE_FAULT;
	}
	snprintf(w->user, sizeof w->user, "%.*s", STR_ARGS(m->startup.user));
	w->state = STATE_DECISION;
	return PGWIRE_MESSAGE;
}

static enum pgwire_event grant_tls(struct pgwire *w, bool *is_answered, struct error *e)
{
	if (w->in.length > w->in_start) {
		FAIL(e, E_PROTOCOL, "received unencrypted data after SSL request");
		error_detail(e, "This could be either a client-software bug or evidence of an "
				"attempted man-in-the-middle attack.");
		return PGWIRE_FAULT;
	}
	*is_answered = true;
	w->is_tls_due = true;
	buf_put_byte(&w->out.bytes, 'S');
	return PGWIRE_MESSAGE;
}

enum pgwire_event startup_decode(struct pgwire *w, struct inbuf in, struct pgwire_message *m,
	bool *is_answered, struct error *e)
{
	uint32_t code = inbuf_u32(&in);
	bool *has_asked = code == CODE_SSL ? &w->has_asked_ssl : &w->has_asked_gss;

	*is_answered = false;
	if (code == CODE_CANCEL)
		return decode_cancel(&in, m);
	if ((code == CODE_SSL || code == CODE_GSS) && !*has_asked && inbuf_end(&in)) {
		*has_asked = true;
		if (code == CODE_SSL && w->options.tls != NULL && w->stream.tls == NULL)
			return grant_tls(w, is_answered, e);
		*is_answered = true;
		buf_put_byte(&w->out.bytes, 'N');
		return PGWIRE_MESSAGE;
	}
	return decode_startup(w, code, &in, m, e);
}
