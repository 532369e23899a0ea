/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * COPY's binary format: see copy_binary.h. A row is read only when all of it is there, so a field's
 * claimed length never makes room for more than has arrived.
 */
#include "pgwire/copy_binary.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "pgwire/inbuf.h"
#include "pgwire/pgwire.h"

enum { FLAGS_CRITICAL = 0xFFFF0000, NULL_LENGTH = 0xFFFFFFFF, EXTENSION_MAX = 1 << 20 };

struct pgwire_copy_reader {
	size_t row_bytes_max;
	struct buf input;
	size_t at; /* first byte of input that is not consumed */
	bool has_header, is_ended;
	struct pgwire_parameter *fields;
	uint32_t field_capacity;
};

struct pgwire_copy_reader *pgwire_copy_reader_new(size_t row_bytes_max)
{
	struct pgwire_copy_reader *r = calloc(1, sizeof *r);

	if (r == NULL)
		PANIC("out of memory");
	r->row_bytes_max = row_bytes_max;
	return r;
}

void pgwire_copy_reader_free(struct pgwire_copy_reader *r)
{
	if (r == NULL)
		return;
	buf_free(&r->input);
	free(r->fields);
	free(r);
}

void pgwire_copy_reader_feed(struct pgwire_copy_reader *r, const void *data, size_t size)
{
	size_t left = r->input.length - r->at;

	if (r->at > 0 && left > 0)
		memmove(r->input.data, r->input.data + r->at, left);
	r->input.length = left;
	r->at = 0;
	buf_put(&r->input, data, size);
}

static enum step fail(struct error *e, const char *message)
{
	(void)FAIL(e, E_BAD_COPY, "%s", message);
	return STEP_FAILED;
}

/* STEP_DONE: there is more to come. A wrong signature shows with its first wrong byte. */
static enum step read_header(struct pgwire_copy_reader *r, struct inbuf *in, struct error *e)
{
	size_t there = inbuf_left(in);
	uint32_t flags, size;

	if (there > PGWIRE_COPY_SIGNATURE_SIZE)
		there = PGWIRE_COPY_SIGNATURE_SIZE;
	if (there > 0 && memcmp(in->at, PGWIRE_COPY_SIGNATURE, there) != 0)
		return fail(e, "COPY file signature not recognized");
	(void)inbuf_bytes(in, PGWIRE_COPY_SIGNATURE_SIZE);
	flags = inbuf_u32(in);
	size = inbuf_u32(in);
	if (in->is_bad)
		return STEP_DONE;
	if ((flags & FLAGS_CRITICAL) != 0)
		return fail(e, "unrecognized critical flags in COPY file header");
	if (size > EXTENSION_MAX)
		return fail(e, "invalid COPY file header (wrong length)");
	if (inbuf_bytes(in, size) == NULL && size > 0)
		return STEP_DONE;
	r->has_header = true;
	r->at = (size_t)(in->at - r->input.data);
	return STEP_ROW;
}

static void make_room(struct pgwire_copy_reader *r, uint32_t count)
{
	if (count <= r->field_capacity)
		return;
	free(r->fields);
	r->fields = calloc(count, sizeof *r->fields);
	if (r->fields == NULL)
		PANIC("out of memory");
	r->field_capacity = count;
}

/* `in` stands at the row's first field; STEP_DONE: not all of it is there. */
static enum step read_fields(
	struct pgwire_copy_reader *r, struct inbuf *in, uint32_t count, struct error *e)
{
	make_room(r, count);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t length = inbuf_u32(in);

		if (in->is_bad)
			return STEP_DONE;
		r->fields[i] = (struct pgwire_parameter){ NULL, 0 };
		if (length == NULL_LENGTH)
			continue;
		if (length > INT32_MAX)
			return fail(e, "invalid field size");
		r->fields[i].length = length;
		r->fields[i].at = (const char *)inbuf_bytes(in, length);
		if (in->is_bad)
			return STEP_DONE;
	}
	return STEP_ROW;
}

static enum step read_row(
	struct pgwire_copy_reader *r, struct inbuf *in, uint32_t *count, struct error *e)
{
	uint16_t announced = inbuf_u16(in);
	enum step step;

	if (in->is_bad)
		return STEP_DONE;
	if (announced == PGWIRE_COPY_TRAILER) {
		r->is_ended = true;
		r->at += sizeof announced;
		return inbuf_end(in) ? STEP_DONE
				     : fail(e, "received copy data after EOF marker");
	}
	if (announced > INT16_MAX)
		return fail(e, "invalid field count");
	step = read_fields(r, in, announced, e);
	if (step == STEP_ROW) {
		r->at = (size_t)(in->at - r->input.data);
		*count = announced;
	}
	return step;
}

enum step pgwire_copy_reader_next(struct pgwire_copy_reader *r,
	const struct pgwire_parameter **fields, uint32_t *count, struct error *e)
{
	struct inbuf in;
	enum step step;

	if (r->at == r->input.length)
		return STEP_DONE;
	in = inbuf_over(r->input.data + r->at, r->input.length - r->at);
	if (r->is_ended)
		return fail(e, "received copy data after EOF marker");
	step = r->has_header ? STEP_ROW : read_header(r, &in, e);
	if (step == STEP_ROW)
		step = read_row(r, &in, count, e);
	if (step == STEP_DONE && r->input.length - r->at > r->row_bytes_max) {
		(void)FAIL(e, E_PROGRAM_LIMIT, "a row of COPY data is longer than %zu bytes",
			r->row_bytes_max);
		return STEP_FAILED;
	}
	*fields = r->fields;
	return step;
}

enum sqlstate pgwire_copy_reader_end(const struct pgwire_copy_reader *r, struct error *e)
{
	if (!r->has_header)
		return FAIL(e, E_BAD_COPY, "COPY file signature not recognized");
	if (r->at < r->input.length)
		return FAIL(e, E_BAD_COPY, "unexpected EOF in COPY data");
	return OK;
}

void pgwire_copy_put_header(struct buf *b)
{
	static const uint8_t zeroes[PGWIRE_COPY_HEADER_SIZE - PGWIRE_COPY_SIGNATURE_SIZE];

	buf_put(b, PGWIRE_COPY_SIGNATURE, PGWIRE_COPY_SIGNATURE_SIZE);
	buf_put(b, zeroes, sizeof zeroes);
}

void pgwire_copy_put_trailer(struct buf *b)
{
	buf_put_byte(b, PGWIRE_COPY_TRAILER >> 8);
	buf_put_byte(b, PGWIRE_COPY_TRAILER & 0xFF);
}
