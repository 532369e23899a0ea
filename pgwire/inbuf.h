/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * A bounded reader over the bytes of one message. It never reads past the end; after the first
 * failure it stays failed and yields zeroes, so that a decoder may read a whole message and ask
 * once, with inbuf_end(), whether all of it was there and nothing was left over.
 */
#ifndef PGWIRE_INBUF_H
#define PGWIRE_INBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "base/str.h"

struct inbuf {
	const uint8_t *at, *end;
	bool is_bad;
};

static inline struct inbuf inbuf_over(const void *data, size_t size)
{
	return (struct inbuf){ data, (const uint8_t *)data + size, false };
}

static inline size_t inbuf_left(const struct inbuf *in)
{
	return (size_t)(in->end - in->at);
}

/* The next `size` bytes (at least one), or NULL (and failed) if there are not so many. */
static inline const uint8_t *inbuf_bytes(struct inbuf *in, size_t size)
{
	const uint8_t *at = in->at;

	if (UNLIKELY(size > inbuf_left(in))) {
		/* Nothing is left behind a failure: one test is enough for what comes then. */
		in->is_bad = true;
		in->at = in->end;
		return NULL;
	}
	in->at += size;
	return at;
}

static inline uint8_t inbuf_u8(struct inbuf *in)
{
	const uint8_t *at = inbuf_bytes(in, 1);

	return at == NULL ? 0 : at[0];
}

static inline uint16_t inbuf_u16(struct inbuf *in)
{
	const uint8_t *at = inbuf_bytes(in, 2);

	return at == NULL ? 0 : (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t inbuf_u32(struct inbuf *in)
{
	const uint8_t *at = inbuf_bytes(in, 4);

	if (at == NULL)
		return 0;
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline uint64_t inbuf_u64(struct inbuf *in)
{
	uint64_t high = inbuf_u32(in);

	return high << 32 | inbuf_u32(in);
}

/* Text up to a NUL byte, which is taken too but not part of it. */
static inline struct str inbuf_text(struct inbuf *in)
{
	const uint8_t *nul = in->at == in->end ? NULL : memchr(in->at, 0, inbuf_left(in));
	struct str text = { "", 0 };

	if (UNLIKELY(nul == NULL)) {
		in->is_bad = true;
		in->at = in->end;
		return text;
	}
	text.at = (const char *)in->at;
	text.length = (uint32_t)(nul - in->at);
	in->at = nul + 1;
	return text;
}

/* True if everything was there and nothing is left. */
static inline bool inbuf_end(const struct inbuf *in)
{
	return !in->is_bad && in->at == in->end;
}

#endif
