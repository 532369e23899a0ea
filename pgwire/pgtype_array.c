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
#include "base/array_text.h"
#include "base/check.h"
#include "pgwire/inbuf.h"
#include "pgwire/outbuf.h"
#include "pgwire/pgtype_forms.h"

#define ELEMENT_BYTES_MIN 4 /* the length that each element has at least, in the binary form */

/* --- out ---------------------------------------------------------------------------------- */

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
		array_text_quote(b, start);
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
	outbuf_u32(b, type->oid == PGTYPE_INT2VECTOR || type->oid == PGTYPE_OIDVECTOR ? 0 : 1);
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

enum sqlstate pgtype_array_text_get(const struct pgtype *type, struct str input,
	const struct pgtype_style *style, struct arena *a, struct pgtype_datum *d, struct error *e)
{
	const struct pgtype *element = pgtype_find(type->element_oid);
	struct array_text_item *texts;
	struct pgtype_datum *items;
	uint32_t count;

	TRY(array_text_read(a, input, &texts, &count, e));
	items = ARENA_ARRAY(a, struct pgtype_datum, count);
	for (uint32_t i = 0; i < count; i++) {
		items[i].is_null = texts[i].is_null;
		if (!items[i].is_null)
			TRY(pgtype_text_get(element, texts[i].text, style, a, &items[i], e));
	}
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
