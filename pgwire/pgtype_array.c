/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Arrays of one dimension.
 *
 *     text     {1,NULL,"a \"quoted\" one"}
 *     binary   int32 dimensions (0 if empty) | int32 has nulls | int32 element's OID |
 *              int32 count | int32 lower bound 1 | each: int32 length or -1, the element
 *
 * More dimensions are refused: a list of lists travels as jsonb.
 */
#include <ctype.h>

#include "base/check.h"
#include "pgwire/inbuf.h"
#include "pgwire/outbuf.h"
#include "pgwire/pgtype_forms.h"

#define ELEMENT_BYTES_MIN 4 /* the length that each element has at least, in the binary form */

/* --- out ---------------------------------------------------------------------------------- */

static bool needs_quotes(struct str text)
{
	if (text.length == 0 || str_equal_nocase(text, STR("NULL")))
		return true;
	for (uint32_t i = 0; i < text.length; i++) {
		char c = text.at[i];

		if (c == '"' || c == '\\' || c == '{' || c == '}' || c == ',' ||
			isspace((unsigned char)c))
			return true;
	}
	return false;
}

/* Quotes what stands from `start` to the end of the buffer, if it has to be. */
static void quote_from(struct buf *b, size_t start)
{
	struct str text = { (const char *)b->data + start, (uint32_t)(b->length - start) };
	size_t extra = 2, from = b->length, to;

	if (!needs_quotes(text))
		return;
	for (uint32_t i = 0; i < text.length; i++)
		extra += text.at[i] == '"' || text.at[i] == '\\';
	(void)buf_reserve(b, extra);
	b->length += extra;
	to = b->length;
	b->data[--to] = '"';
	while (from > start) {
		uint8_t c = b->data[--from];

		b->data[--to] = c;
		if (c == '"' || c == '\\')
			b->data[--to] = '\\';
	}
	b->data[--to] = '"';
	assert(to == start);
}

void pgtype_array_text_put(struct buf *b, const struct pgtype *type, const struct pgtype_datum *d,
	const struct pgtype_style *style)
{
	const struct pgtype *element = pgtype_find(type->element_oid);

	buf_put_byte(b, '{');
	for (uint32_t i = 0; i < d->array.count; i++) {
		size_t start;

		if (i > 0)
			buf_put_byte(b, ',');
		if (d->array.items[i].is_null) {
			buf_put_text(b, "NULL");
			continue;
		}
		start = b->length;
		pgtype_text_put(b, element, &d->array.items[i], style);
		quote_from(b, start);
	}
	buf_put_byte(b, '}');
}

void pgtype_array_binary_put(struct buf *b, const struct pgtype *type, const struct pgtype_datum *d)
{
	const struct pgtype *element = pgtype_find(type->element_oid);
	bool has_null = false;

	for (uint32_t i = 0; i < d->array.count; i++)
		has_null |= d->array.items[i].is_null;
	outbuf_u32(b, d->array.count > 0);
	outbuf_u32(b, has_null);
	outbuf_u32(b, type->element_oid);
	if (d->array.count == 0)
		return;
	outbuf_u32(b, d->array.count);
	outbuf_u32(b, 1);
	for (uint32_t i = 0; i < d->array.count; i++) {
		size_t start;

		if (d->array.items[i].is_null) {
			pgtype_put_null(b);
			continue;
		}
		start = pgtype_cell_begin(b);
		pgtype_binary_put(b, element, &d->array.items[i]);
		pgtype_cell_end(b, start);
	}
}

/* --- in ----------------------------------------------------------------------------------- */

static enum sqlstate malformed(struct str input, struct error *e)
{
	return FAIL(e, E_TEXT_REPRESENTATION, "malformed array literal: \"%.*s\"",
		(int)MIN_OF(input.length, 200u), input.at);
}

static void skip_blanks(struct str input, uint32_t *at)
{
	while (*at < input.length && isspace((unsigned char)input.at[*at]))
		(*at)++;
}

/* Reads one element's text into `to`, which has room for all of the input. False if the literal is
   malformed there. */
static bool take_element(
	struct str input, uint32_t *at, char *to, uint32_t *length, bool *is_quoted)
{
	uint32_t used = 0, kept = 0;
	bool in_quotes = false;

	*is_quoted = false;
	for (; *at < input.length; (*at)++) {
		char c = input.at[*at];

		if (!in_quotes && (c == ',' || c == '}'))
			break;
		if (!in_quotes && c == '{')
			return false;
		if (c == '"') {
			if (!in_quotes && (*is_quoted || used > 0))
				return false;
			in_quotes = !in_quotes;
			*is_quoted = true;
			continue;
		}
		if (*is_quoted && !in_quotes) {
			if (!isspace((unsigned char)c))
				return false;
			continue;
		}
		if (c == '\\') {
			if (++*at == input.length)
				return false;
			c = input.at[*at];
			to[used++] = c;
			kept = used;
			continue;
		}
		to[used++] = c;
		/* Blanks after an unquoted element do not belong to it. */
		if (in_quotes || !isspace((unsigned char)c))
			kept = used;
	}
	*length = kept;
	return !in_quotes && *at < input.length && (*is_quoted || kept > 0);
}

enum sqlstate pgtype_array_text_get(const struct pgtype *type, struct str input,
	const struct pgtype_style *style, struct arena *a, struct pgtype_datum *d, struct error *e)
{
	const struct pgtype *element = pgtype_find(type->element_oid);
	struct pgtype_datum *items = NULL;
	/* All elements' texts together are shorter than the literal. */
	char *text = arena_alloc_raw(a, (size_t)input.length + 1);
	uint32_t at = 0, count = 0, capacity = 0;

	skip_blanks(input, &at);
	if (at == input.length || input.at[at++] != '{')
		return malformed(input, e);
	skip_blanks(input, &at);
	if (at < input.length && input.at[at] == '{')
		return FAIL(e, E_NOT_SUPPORTED, "multidimensional arrays are not supported");
	while (at < input.length && (count > 0 || input.at[at] != '}')) {
		uint32_t length;
		bool is_quoted;

		skip_blanks(input, &at);
		if (!take_element(input, &at, text, &length, &is_quoted))
			return malformed(input, e);
		if (count == capacity) {
			capacity = capacity == 0 ? 8 : capacity * 2;
			items = arena_grow(
				a, items, count * sizeof *items, capacity * sizeof *items);
		}
		memset(&items[count], 0, sizeof *items);
		if (!is_quoted && str_equal_nocase((struct str){ text, length }, STR("NULL")))
			items[count].is_null = true;
		else
			TRY(pgtype_text_get(
				element, (struct str){ text, length }, style, a, &items[count], e));
		text += length;
		count++;
		if (input.at[at] == '}')
			break;
		at++;
	}
	if (at == input.length)
		return malformed(input, e);
	at++;
	skip_blanks(input, &at);
	if (at != input.length)
		return malformed(input, e);
	d->array.count = count;
	d->array.items = items;
	return OK;
}

static enum sqlstate check_header(
	const struct pgtype *type, struct inbuf *in, uint32_t *count, struct error *e)
{
	uint32_t dimensions = inbuf_u32(in);
	uint32_t element_oid;

	(void)inbuf_u32(in); /* whether there are nulls: the elements say so themselves */
	element_oid = inbuf_u32(in);
	*count = 0;
	if (dimensions > 1)
		return FAIL(e, E_NOT_SUPPORTED, "multidimensional arrays are not supported");
	if (in->is_bad)
		return pgtype_fail_binary(type, e);
	if (element_oid != type->element_oid)
		return FAIL(e, E_TYPE,
			"binary data has array element type %u instead of expected %u", element_oid,
			type->element_oid);
	if (dimensions == 0)
		return OK;
	*count = inbuf_u32(in);
	(void)inbuf_u32(in); /* lower bound */
	if (in->is_bad || *count > inbuf_left(in) / ELEMENT_BYTES_MIN)
		return pgtype_fail_binary(type, e);
	return OK;
}

enum sqlstate pgtype_array_binary_get(const struct pgtype *type, struct str input, struct arena *a,
	struct pgtype_datum *d, struct error *e)
{
	const struct pgtype *element = pgtype_find(type->element_oid);
	struct inbuf in = inbuf_over(input.at, input.length);
	struct pgtype_datum *items;
	uint32_t count;

	TRY(check_header(type, &in, &count, e));
	items = ARENA_ARRAY(a, struct pgtype_datum, count);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t length = inbuf_u32(&in);
		const uint8_t *at;

		items[i].is_null = length == UINT32_MAX;
		if (items[i].is_null)
			continue;
		at = inbuf_bytes(&in, length);
		if (at == NULL)
			return pgtype_fail_binary(type, e);
		TRY(pgtype_binary_get(
			element, (struct str){ (const char *)at, length }, a, &items[i], e));
	}
	if (!inbuf_end(&in))
		return pgtype_fail_binary(type, e);
	d->array.count = count;
	d->array.items = items;
	return OK;
}
