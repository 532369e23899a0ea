/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A growing byte buffer on the heap, for output whose size is not known beforehand. Growth that
 * malloc refuses is a panic; whoever fills a buffer from a client bounds it first.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "base/str.h"

struct buf {
	uint8_t *data;
	size_t length;   /* bytes in use */
	size_t capacity; /* bytes allocated */
};

/* A buffer of all zeroes is empty and valid. */
void buf_free(struct buf *b);
static inline void buf_reset(struct buf *b)
{
	b->length = 0;
}

/* What buf_reserve() does when the room is used up: allocates. */
uint8_t *buf_grow(struct buf *b, size_t more);

/* Makes room for `more` further bytes and returns where they go; length does not change. */
static inline uint8_t *buf_reserve(struct buf *b, size_t more)
{
	/* Strictly less: an empty buffer has no bytes to point at yet. */
	if (LIKELY(more < b->capacity - b->length))
		return b->data + b->length;
	return buf_grow(b, more);
}

static inline void buf_put(struct buf *b, const void *data, size_t size)
{
	uint8_t *to = buf_reserve(b, size);

	if (size > 0)
		memcpy(to, data, size);
	b->length += size;
}

static inline void buf_put_byte(struct buf *b, uint8_t byte)
{
	*buf_reserve(b, 1) = byte;
	b->length++;
}

static inline void buf_put_str(struct buf *b, struct str s)
{
	buf_put(b, s.at, s.length);
}

void buf_put_text(struct buf *b, const char *text);
/* Between two quotes, with each quote in it doubled: SQL's names and strings. */
void buf_put_quoted(struct buf *b, struct str s, char quote);
void buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);

/* The bytes so far, as a string that lives until the buffer next changes. */
static inline struct str buf_str(const struct buf *b)
{
	return (struct str){ (const char *)b->data, (uint32_t)b->length };
}

#endif
