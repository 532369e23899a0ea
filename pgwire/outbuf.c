/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Whole messages: see outbuf.h.
 */
#include "pgwire/outbuf.h"

#include <string.h>

#include "base/check.h"

/* Type byte and length. */
#define HEADER_SIZE 5

void outbuf_text(struct buf *b, struct str text)
{
	size_t length = text.length == 0 ? 0 : strnlen(text.at, text.length);

	buf_put(b, text.at, length);
	buf_put_byte(b, 0);
}

void outbuf_begin(struct outbuf *o, char type)
{
	uint8_t *at;

	assert(!o->is_open);
	o->start = o->bytes.length;
	o->is_open = true;
	at = buf_reserve(&o->bytes, HEADER_SIZE);
	at[0] = (uint8_t)type;
	o->bytes.length += HEADER_SIZE;
}

void outbuf_end(struct outbuf *o)
{
	size_t length = o->bytes.length - o->start - 1;

	assert(o->is_open);
	assert(length >= 4);
	assert(length <= INT32_MAX);
	outbuf_store_u32(o->bytes.data + o->start + 1, (uint32_t)length);
	o->is_open = false;
}

void outbuf_abandon(struct outbuf *o)
{
	assert(o->is_open);
	o->bytes.length = o->start;
	o->is_open = false;
}

void outbuf_empty(struct outbuf *o, char type)
{
	outbuf_begin(o, type);
	outbuf_end(o);
}
