/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The growing byte buffer: see buf.h.
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUF_FIRST_BYTES = 256 };

void buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}

uint8_t *buf_grow(struct buf *b, size_t more)
{
	size_t needed = b->length + more;
	size_t capacity = b->capacity == 0 ? BUF_FIRST_BYTES : b->capacity;

	assert(needed >= more);
	while (capacity < needed)
		capacity *= 2;
	if (capacity == b->capacity)
		return b->data + b->length;
	b->data = realloc(b->data, capacity);
	if (b->data == NULL)
		PANIC("out of memory: %zu bytes for a buffer", capacity);
	b->capacity = capacity;
	return b->data + b->length;
}

void buf_put_text(struct buf *b, const char *text)
{
	buf_put(b, text, strlen(text));
}

void buf_put_quoted(struct buf *b, struct str s, char quote)
{
	buf_put_byte(b, (uint8_t)quote);
	for (uint32_t i = 0; i < s.length; i++) {
		if (s.at[i] == quote)
			buf_put_byte(b, (uint8_t)quote);
		buf_put_byte(b, (uint8_t)s.at[i]);
	}
	buf_put_byte(b, (uint8_t)quote);
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	int length;
	uint8_t *to;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	assert(length >= 0);
	to = buf_reserve(b, (size_t)length + 1);
	va_start(args, format);
	vsnprintf((char *)to, (size_t)length + 1, format, args);
	va_end(args);
	b->length += (size_t)length;
}
