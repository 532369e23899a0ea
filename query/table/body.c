/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Reading and writing the bytes of catalog objects: see body.h.
 */
#include "query/table/body.h"

#include <string.h>

void body_put_number(struct buf *to, uint64_t value)
{
	while (value >= 0x80) {
		buf_put_byte(to, (uint8_t)(value | 0x80));
		value >>= 7;
	}
	buf_put_byte(to, (uint8_t)value);
}

void body_put_text(struct buf *to, struct str text)
{
	body_put_number(to, text.length);
	buf_put_str(to, text);
}

void body_begin(struct buf *to)
{
	buf_reset(to);
	body_put_number(to, BODY_VERSION);
}

uint64_t body_number(struct body_reader *r)
{
	uint64_t value = 0;

	for (uint32_t shift = 0; r->rest.length > 0 && shift < 64; shift += 7) {
		uint8_t byte = (uint8_t)*r->rest.at;

		r->rest.at++;
		r->rest.length--;
		value |= (uint64_t)(byte & 0x7F) << shift;
		if ((byte & 0x80) == 0)
			return value;
	}
	return value;
}

struct str body_text(struct body_reader *r)
{
	uint64_t length = body_number(r);
	struct str text = { r->rest.at, (uint32_t)length };

	if (length > r->rest.length) {
		r->rest.length = 0;
		return (struct str){ 0 };
	}
	r->rest.at += length;
	r->rest.length -= (uint32_t)length;
	return arena_str(r->arena, text);
}

uint32_t body_count(struct body_reader *r, uint32_t most)
{
	uint64_t count = body_number(r);

	if (count > most)
		count = most;
	return count > r->rest.length ? r->rest.length : (uint32_t)count;
}

bool body_open(struct body_reader *r, struct arena *a, struct str body)
{
	*r = (struct body_reader){ .rest = body, .arena = a };
	return body_number(r) <= BODY_VERSION;
}
