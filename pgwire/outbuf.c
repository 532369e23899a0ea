/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Whole messages: see outbuf.h.
 */
#include "pgwire/outbuf.h"

#include <string.h>

#include "base/check.h"

void outbuf_text(struct buf *b, struct str text)
{
	size_t length = text.length == 0 ? 0 : strnlen(text.at, text.length);

	buf_put(b, text.at, length);
	buf_put_byte(b, 0);
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
