/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Decoding the messages of an open connection. Counts are checked against the bytes that are there
 * before any array is made for them; a malformed message yields false and nothing else.
 */
#include <limits.h>
#include <stdlib.h>

#include "base/check.h"
#include "pgwire/connection.h"

#define SMALL_LENGTH_MAX 10000u
#define AUTH_LENGTH_MAX 65535u

enum size_class { SIZE_NONE, SIZE_BIG, SIZE_SMALL, SIZE_AUTH };

static const struct kind {
	uint8_t type; /* enum pgwire_type */
	uint8_t size; /* enum size_class; SIZE_NONE: there is no such type */
} kinds[UCHAR_MAX + 1] = {
#define MESSAGE_ROW(name, byte, class) [byte] = { PGWIRE_##name, SIZE_##class },
#include "pgwire/messages.def"
#undef MESSAGE_ROW
};

uint32_t message_length_max(const struct pgwire *w, uint8_t type)
{
	switch ((enum size_class)kinds[type].size) {
	case SIZE_BIG:
		return w->options.message_bytes_max;
	case SIZE_SMALL:
		return SMALL_LENGTH_MAX;
	case SIZE_AUTH:
		return AUTH_LENGTH_MAX;
	case SIZE_NONE:
		return 0;
	}
	unreachable();
}

static bool decode_parse(struct pgwire *w, struct inbuf *in, struct pgwire_message *m)
{
	uint32_t *oids;

	m->parse.name = inbuf_text(in);
	m->parse.text = inbuf_text(in);
	m->parse.oid_count = inbuf_u16(in);
	if (in->is_bad || inbuf_left(in) < (size_t)m->parse.oid_count * 4)
		return false;
	buf_reset(&w->scratch);
	oids = (uint32_t *)(void *)buf_reserve(&w->scratch, (size_t)m->parse.oid_count * 4 + 1);
	for (uint32_t i = 0; i < m->parse.oid_count; i++)
		oids[i] = inbuf_u32(in);
	m->parse.oids = oids;
	return true;
}

/* Whether a code is one of a format is for who uses it to say, in words of its own. */
static bool decode_formats(struct inbuf *in, uint16_t *to, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		to[i] = inbuf_u16(in);
	return !in->is_bad;
}

/* scratch: the parameters, then their formats, then the results' formats. The sizes are known only
   as the message is read, so a first pass over a copy of the reader counts. */
static bool decode_bind(struct pgwire *w, struct inbuf *in, struct pgwire_message *m)
{
	struct inbuf count;
	struct pgwire_parameter *parameters;
	uint16_t *formats, *result_formats;
	uint8_t *room;

	m->bind.portal = inbuf_text(in);
	m->bind.statement = inbuf_text(in);
	count = *in;
	m->bind.format_count = inbuf_u16(&count);
	(void)inbuf_bytes(&count, (size_t)m->bind.format_count * 2);
	m->bind.parameter_count = inbuf_u16(&count);
	for (uint32_t i = 0; i < m->bind.parameter_count && !count.is_bad; i++) {
		uint32_t length = inbuf_u32(&count);

		if (length != UINT32_MAX)
			(void)inbuf_bytes(&count, length);
	}
	m->bind.result_format_count = inbuf_u16(&count);
	if (count.is_bad || inbuf_left(&count) != (size_t)m->bind.result_format_count * 2)
		return false;
	buf_reset(&w->scratch);
	room = buf_reserve(&w->scratch, m->bind.parameter_count * sizeof *parameters +
						m->bind.format_count * 2u +
						m->bind.result_format_count * 2u + 1);
	parameters = (void *)room;
	formats = (void *)(parameters + m->bind.parameter_count);
	result_formats = formats + m->bind.format_count;
	(void)inbuf_u16(in);
	if (!decode_formats(in, formats, m->bind.format_count))
		return false;
	(void)inbuf_u16(in);
	for (uint32_t i = 0; i < m->bind.parameter_count; i++) {
		uint32_t length = inbuf_u32(in);

		parameters[i].at = NULL;
		parameters[i].length = 0;
		if (length == UINT32_MAX)
			continue;
		parameters[i].at = (const char *)inbuf_bytes(in, length);
		parameters[i].length = length;
	}
	(void)inbuf_u16(in);
	m->bind.parameters = parameters;
	m->bind.formats = formats;
	m->bind.result_formats = result_formats;
	return decode_formats(in, result_formats, m->bind.result_format_count);
}

bool message_decode(struct pgwire *w, uint8_t type, struct inbuf *in, struct pgwire_message *m)
{
	bool is_good = true;

	m->type = (enum pgwire_type)kinds[type].type;
	switch (m->type) {
	case PGWIRE_QUERY:
		m->query.text = inbuf_text(in);
		break;
	case PGWIRE_PARSE:
		is_good = decode_parse(w, in, m);
		break;
	case PGWIRE_BIND:
		is_good = decode_bind(w, in, m);
		break;
	case PGWIRE_DESCRIBE:
	case PGWIRE_CLOSE:
		m->target.kind = inbuf_u8(in);
		m->target.name = inbuf_text(in);
		break;
	case PGWIRE_EXECUTE:
		m->execute.portal = inbuf_text(in);
		m->execute.rows_max = inbuf_u32(in);
		/* A negative number asks for all rows, as 0 does. */
		if (m->execute.rows_max > INT32_MAX)
			m->execute.rows_max = 0;
		break;
	case PGWIRE_COPY_DATA:
		m->copy_data.data = in->at;
		m->copy_data.size = (uint32_t)inbuf_left(in);
		in->at = in->end;
		break;
	case PGWIRE_COPY_FAIL:
		m->copy_fail.message = inbuf_text(in);
		break;
	case PGWIRE_FUNCTION_CALL:
	case PGWIRE_PASSWORD:
	case PGWIRE_TERMINATE:
		in->at = in->end;
		break;
	case PGWIRE_SYNC:
	case PGWIRE_FLUSH:
	case PGWIRE_COPY_DONE:
		break;
	case PGWIRE_STARTUP:
	case PGWIRE_CANCEL:
	case PGWIRE_AUTHENTICATED:
		unreachable();
	}
	return is_good && inbuf_end(in);
}
