/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Encoding the messages to the client. The error report is built here and nowhere else, so that
 * none can lack a field.
 */
#include <stdio.h>

#include "base/check.h"
#include "base/utf8.h"
#include "pgwire/connection.h"

#define AUTHENTICATION_OK 0u
#define KEY_SIZE_3_0 4u

void pgwire_put_authentication_ok(struct pgwire *w)
{
	outbuf_begin(&w->out, 'R');
	outbuf_u32(&w->out.bytes, AUTHENTICATION_OK);
	outbuf_end(&w->out);
}

void pgwire_put_parameter(struct pgwire *w, struct str name, struct str value)
{
	outbuf_begin(&w->out, 'S');
	outbuf_text(&w->out.bytes, name);
	outbuf_text(&w->out.bytes, value);
	outbuf_end(&w->out);
}

uint32_t pgwire_cancel_key_length(const struct pgwire *w)
{
	return w->version >= PGWIRE_VERSION_3_2 ? PGWIRE_CANCEL_KEY_SIZE : KEY_SIZE_3_0;
}

void pgwire_put_backend_key(
	struct pgwire *w, int32_t process_id, const uint8_t key[PGWIRE_CANCEL_KEY_SIZE])
{
	outbuf_begin(&w->out, 'K');
	outbuf_u32(&w->out.bytes, (uint32_t)process_id);
	buf_put(&w->out.bytes, key, pgwire_cancel_key_length(w));
	outbuf_end(&w->out);
}

void pgwire_put_ready(struct pgwire *w, char status)
{
	assert(status == 'I' || status == 'T' || status == 'E');
	outbuf_begin(&w->out, 'Z');
	buf_put_byte(&w->out.bytes, (uint8_t)status);
	outbuf_end(&w->out);
}

void pgwire_put_parse_complete(struct pgwire *w)
{
	outbuf_empty(&w->out, '1');
}

void pgwire_put_bind_complete(struct pgwire *w)
{
	outbuf_empty(&w->out, '2');
}

void pgwire_put_close_complete(struct pgwire *w)
{
	outbuf_empty(&w->out, '3');
}

void pgwire_put_no_data(struct pgwire *w)
{
	outbuf_empty(&w->out, 'n');
}

void pgwire_put_empty_query(struct pgwire *w)
{
	outbuf_empty(&w->out, 'I');
}

void pgwire_put_portal_suspended(struct pgwire *w)
{
	outbuf_empty(&w->out, 's');
}

void pgwire_put_copy_done(struct pgwire *w)
{
	outbuf_empty(&w->out, 'c');
}

void pgwire_put_complete(struct pgwire *w, const char *tag)
{
	outbuf_begin(&w->out, 'C');
	buf_put(&w->out.bytes, tag, strlen(tag) + 1);
	outbuf_end(&w->out);
}

void pgwire_put_notification(
	struct pgwire *w, int32_t process_id, struct str channel, struct str payload)
{
	outbuf_begin(&w->out, 'A');
	outbuf_u32(&w->out.bytes, (uint32_t)process_id);
	outbuf_text(&w->out.bytes, channel);
	outbuf_text(&w->out.bytes, payload);
	outbuf_end(&w->out);
}

void pgwire_put_parameter_description(struct pgwire *w, uint32_t count, const uint32_t *oids)
{
	outbuf_begin(&w->out, 't');
	outbuf_u16(&w->out.bytes, (uint16_t)count);
	for (uint32_t i = 0; i < count; i++)
		outbuf_u32(&w->out.bytes, oids[i]);
	outbuf_end(&w->out);
}

void pgwire_put_row_description(
	struct pgwire *w, uint32_t count, const struct pgwire_column *columns)
{
	struct buf *b = &w->out.bytes;

	outbuf_begin(&w->out, 'T');
	outbuf_u16(b, (uint16_t)count);
	for (uint32_t i = 0; i < count; i++) {
		const struct pgtype *type = pgtype_find(columns[i].oid);

		assert(type != NULL);
		outbuf_text(b, columns[i].name);
		outbuf_u32(b, columns[i].table);
		outbuf_u16(b, columns[i].number);
		outbuf_u32(b, columns[i].oid);
		outbuf_u16(b, (uint16_t)type->size);
		outbuf_u32(b, columns[i].modifier - 1); /* -1: none */
		outbuf_u16(b, columns[i].format);
	}
	outbuf_end(&w->out);
}

struct str pgwire_last_message(const struct pgwire *w)
{
	const struct outbuf *o = &w->out;

	assert(!o->is_open);
	return (struct str){ (const char *)o->bytes.data + o->start,
		(uint32_t)(o->bytes.length - o->start) };
}

void pgwire_put_message(struct pgwire *w, struct str whole)
{
	assert(!w->out.is_open);
	w->out.start = w->out.bytes.length;
	buf_put_str(&w->out.bytes, whole);
}

void pgwire_put_copy_response(struct pgwire *w, char type, bool is_binary, uint32_t column_count)
{
	struct buf *b = &w->out.bytes;

	assert(type == 'G' || type == 'H');
	outbuf_begin(&w->out, type);
	buf_put_byte(b, is_binary);
	outbuf_u16(b, (uint16_t)column_count);
	for (uint32_t i = 0; i < column_count; i++)
		outbuf_u16(b, is_binary);
	outbuf_end(&w->out);
}

/* --- errors ------------------------------------------------------------------------------- */

static void put_field(struct buf *b, char field, const char *text)
{
	struct str valid = str_of(text);

	if (valid.length == 0)
		return;
	/* A message cut to the size of its buffer may end inside a character. */
	valid.length = utf8_valid_length(valid);
	buf_put_byte(b, (uint8_t)field);
	outbuf_text(b, valid);
}

void pgwire_put_error(struct pgwire *w, const char *severity, const struct error *e)
{
	bool is_notice = strcmp(severity, "ERROR") != 0 && strcmp(severity, "FATAL") != 0 &&
			 strcmp(severity, "PANIC") != 0;
	struct buf *b = &w->out.bytes;
	char number[16];

	assert(e->code != OK || is_notice);
	outbuf_begin(&w->out, is_notice ? 'N' : 'E');
	put_field(b, 'S', severity);
	put_field(b, 'V', severity);
	put_field(b, 'C', sqlstate_code(e->code));
	put_field(b, 'M', e->message[0] == '\0' ? "unknown error" : e->message);
	put_field(b, 'D', e->detail);
	put_field(b, 'H', e->hint);
	if (e->position > 0) {
		snprintf(number, sizeof number, "%d", e->position);
		put_field(b, 'P', number);
	}
	put_field(b, 'W', e->where);
	put_field(b, 's',
		e->table[0] == '\0' || e->schema[0] != '\0' ? e->schema : "public");
	put_field(b, 't', e->table);
	put_field(b, 'c', e->column);
	put_field(b, 'n', e->constraint);
	buf_put_byte(b, 0);
	outbuf_end(&w->out);
}
