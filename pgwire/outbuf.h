/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Building whole messages at the end of a buffer:
 *
 *     type byte | length, big-endian, itself included | contents
 *
 * outbuf_begin() leaves room for the length, outbuf_end() fills it in, outbuf_abandon() takes the
 * unfinished message back: a message goes out whole or not at all.
 */
#ifndef PGWIRE_OUTBUF_H
#define PGWIRE_OUTBUF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/str.h"

struct outbuf {
	struct buf bytes;
	size_t sent;  /* of bytes, already given to the socket */
	size_t start; /* of the unfinished message */
	bool is_open; /* a message is unfinished */
};

static inline void outbuf_store_u32(uint8_t *at, uint32_t x)
{
	at[0] = (uint8_t)(x >> 24);
	at[1] = (uint8_t)(x >> 16);
	at[2] = (uint8_t)(x >> 8);
	at[3] = (uint8_t)x;
}

static inline void outbuf_u16(struct buf *b, uint16_t x)
{
	uint8_t *at = buf_reserve(b, 2);

	at[0] = (uint8_t)(x >> 8);
	at[1] = (uint8_t)x;
	b->length += 2;
}

static inline void outbuf_u32(struct buf *b, uint32_t x)
{
	outbuf_store_u32(buf_reserve(b, 4), x);
	b->length += 4;
}

static inline void outbuf_u64(struct buf *b, uint64_t x)
{
	outbuf_u32(b, (uint32_t)(x >> 32));
	outbuf_u32(b, (uint32_t)x);
}

/* Text and its closing NUL; a text that contains one is cut there. */
void outbuf_text(struct buf *b, struct str text);

enum { OUTBUF_HEADER_SIZE = 5 }; /* type byte and length */

static inline void outbuf_begin(struct outbuf *o, char type)
{
	uint8_t *at = buf_reserve(&o->bytes, OUTBUF_HEADER_SIZE);

	assert(!o->is_open);
	o->start = o->bytes.length;
	o->is_open = true;
	at[0] = (uint8_t)type;
	o->bytes.length += OUTBUF_HEADER_SIZE;
}

static inline void outbuf_end(struct outbuf *o)
{
	size_t length = o->bytes.length - o->start - 1;

	assert(o->is_open);
	assert(length >= 4 && length <= INT32_MAX);
	outbuf_store_u32(o->bytes.data + o->start + 1, (uint32_t)length);
	o->is_open = false;
}

void outbuf_abandon(struct outbuf *o);
/* A message without contents. */
void outbuf_empty(struct outbuf *o, char type);

#endif
