/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Arrays.
 *
 *     text     {1,NULL,"a \"quoted\" one"}, {{1,2},{3,4}}
 *     binary   int32 dimensions (0 if empty) | int32 has nulls | int32 element's OID |
 *              each dimension: int32 count | int32 lower bound 1 |
 *              each element, the last dimension first: int32 length or -1, its bytes
 *
 * All arrays beside each other in one have the same shape.
 */
#include "base/array_text.h"
#include "base/check.h"
#include "pgwire/inbuf.h"
#include "pgwire/outbuf.h"
#include "pgwire/pgtype_forms.h"

#define ELEMENT_BYTES_MIN 4 /* the length that each element has at least, in the binary form */

/* --- out ---------------------------------------------------------------------------------- */

static void put_text(struct buf *b, const struct pgtype *element, const struct pgtype_datum *d,
	const struct pgtype_style *style)
{
	buf_put_byte(b, '{');
	for (uint32_t i = 0; i < d->array.count; i++) {
		const struct pgtype_datum *item = &d->array.items[i];
		size_t start;

		if (i > 0)
			buf_put_byte(b, ',');
		start = b->length;
		if (item->is_null) {
			buf_put_text(b, "NULL");
		} else if (item->is_array) {
			put_text(b, element, item, style);
		} else {
			pgtype_text_put(b, element, item, style);
			array_text_quote(b, start);
		}
	}
	buf_put_byte(b, '}');
}

void pgtype_array_text_put(struct buf *b, const struct pgtype *type, const struct pgtype_datum *d,
	const struct pgtype_style *style)
{
	put_text(b, pgtype_find(type->element_oid), d, style);
}

static bool has_null(const struct pgtype_datum *d)
{
	for (uint32_t i = 0; i < d->array.count; i++) {
		const struct pgtype_datum *item = &d->array.items[i];

		if (item->is_null || (item->is_array && has_null(item)))
			return true;
	}
	return false;
}

/* The items of each dimension; how many there are. */
static uint32_t dimensions_of(const struct pgtype_datum *d, uint32_t sizes[ARRAY_DIMENSIONS_MAX])
{
	uint32_t count = 0;

	while (count < ARRAY_DIMENSIONS_MAX && d->array.count > 0) {
		sizes[count++] = d->array.count;
		if (!d->array.items[0].is_array)
			return count;
		d = &d->array.items[0];
	}
	return 0;
}

static void put_elements(struct buf *b, const struct pgtype *element, const struct pgtype_datum *d)
{
	for (uint32_t i = 0; i < d->array.count; i++) {
		const struct pgtype_datum *item = &d->array.items[i];
		size_t start;

		if (item->is_array) {
			put_elements(b, element, item);
		} else if (item->is_null) {
			pgtype_put_null(b);
		} else {
			start = pgtype_cell_begin(b);
			pgtype_binary_put(b, element, item);
			pgtype_cell_end(b, start);
		}
	}
}

void pgtype_array_binary_put(struct buf *b, const struct pgtype *type, const struct pgtype_datum *d)
{
	bool is_vector = type->oid == PGTYPE_INT2VECTOR || type->oid == PGTYPE_OIDVECTOR;
	uint32_t sizes[ARRAY_DIMENSIONS_MAX], count = dimensions_of(d, sizes);

	outbuf_u32(b, count);
	outbuf_u32(b, has_null(d));
	outbuf_u32(b, type->element_oid);
	for (uint32_t i = 0; i < count; i++) {
		outbuf_u32(b, sizes[i]);
		outbuf_u32(b, is_vector ? 0 : 1);
	}
	if (count > 0)
		put_elements(b, pgtype_find(type->element_oid), d);
}

/* --- in ----------------------------------------------------------------------------------- */

static enum sqlstate get_texts(const struct pgtype *element, const struct array_text_item *texts,
	uint32_t count, const struct pgtype_style *style, struct arena *a, struct pgtype_datum *d,
	struct error *e)
{
	struct pgtype_datum *items = ARENA_ARRAY(a, struct pgtype_datum, count);

	for (uint32_t i = 0; i < count; i++) {
		items[i].is_null = texts[i].is_null;
		items[i].is_array = texts[i].is_array;
		if (texts[i].is_array)
			TRY(get_texts(element, texts[i].items, texts[i].count, style, a, &items[i],
				e));
		else if (!texts[i].is_null)
			TRY(pgtype_text_get(element, texts[i].text, style, a, &items[i], e));
	}
	d->array.count = count;
	d->array.items = items;
	return OK;
}

enum sqlstate pgtype_array_text_get(const struct pgtype *type, struct str input,
	const struct pgtype_style *style, struct arena *a, struct pgtype_datum *d, struct error *e)
{
	struct array_text_item *texts;
	uint32_t count;

	TRY(array_text_read(a, input, &texts, &count, e));
	return get_texts(pgtype_find(type->element_oid), texts, count, style, a, d, e);
}

static enum sqlstate check_header(const struct pgtype *type, struct inbuf *in,
	uint32_t sizes[ARRAY_DIMENSIONS_MAX], uint32_t *count, struct error *e)
{
	uint64_t elements = 1;
	uint32_t element_oid;

	*count = inbuf_u32(in);
	(void)inbuf_u32(in); /* whether there are nulls: the elements say so themselves */
	element_oid = inbuf_u32(in);
	if (*count > ARRAY_DIMENSIONS_MAX)
		return FAIL(e, E_PROGRAM_LIMIT,
			"number of array dimensions (%u) exceeds the maximum allowed (%d)", *count,
			ARRAY_DIMENSIONS_MAX);
	if (in->is_bad)
		return pgtype_fail_binary(type, e);
	if (element_oid != type->element_oid)
		return FAIL(e, E_TYPE,
			"binary data has array element type %u instead of expected %u", element_oid,
			type->element_oid);
	for (uint32_t i = 0; i < *count; i++) {
		sizes[i] = inbuf_u32(in);
		(void)inbuf_u32(in); /* lower bound */
		elements *= sizes[i];
		if (in->is_bad || elements > inbuf_left(in) / ELEMENT_BYTES_MIN)
			return pgtype_fail_binary(type, e);
	}
	return OK;
}

static enum sqlstate get_elements(const struct pgtype *type, struct inbuf *in,
	const uint32_t *sizes, uint32_t dimensions, struct arena *a, struct pgtype_datum *d,
	struct error *e)
{
	const struct pgtype *element = pgtype_find(type->element_oid);
	struct pgtype_datum *items = ARENA_ARRAY(a, struct pgtype_datum, sizes[0]);

	for (uint32_t i = 0; i < sizes[0]; i++) {
		struct str bytes;
		uint32_t length;

		items[i].is_array = dimensions > 1;
		if (dimensions > 1) {
			TRY(get_elements(
				type, in, sizes + 1, dimensions - 1, a, &items[i], e));
			continue;
		}
		length = inbuf_u32(in);
		items[i].is_null = length == UINT32_MAX;
		if (items[i].is_null)
			continue;
		bytes = (struct str){ (const char *)inbuf_bytes(in, length), length };
		if (bytes.at == NULL)
			return pgtype_fail_binary(type, e);
		TRY(pgtype_binary_get(element, bytes, a, &items[i], e));
	}
	d->array.count = sizes[0];
	d->array.items = items;
	return OK;
}

enum sqlstate pgtype_array_binary_get(const struct pgtype *type, struct str input, struct arena *a,
	struct pgtype_datum *d, struct error *e)
{
	struct inbuf in = inbuf_over(input.at, input.length);
	uint32_t sizes[ARRAY_DIMENSIONS_MAX], dimensions;

	TRY(check_header(type, &in, sizes, &dimensions, e));
	d->array.count = 0;
	d->array.items = NULL;
	if (dimensions > 0)
		TRY(get_elements(type, &in, sizes, dimensions, a, d, e));
	return inbuf_end(&in) ? OK : pgtype_fail_binary(type, e);
}
