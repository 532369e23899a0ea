/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The table of types, and cells: a length and the contents in one of the two forms.
 */
#include "pgwire/pgtype.h"

#include "base/check.h"
#include "base/number.h"
#include "base/utf8.h"
#include "pgwire/outbuf.h"
#include "pgwire/pgtype_forms.h"

/* oid, array's oid, size, form, name */
#define TYPES(TYPE)                                                                                \
	TYPE(PGTYPE_BOOL, 1000, 1, BOOLEAN, "boolean")                                             \
	TYPE(PGTYPE_BYTEA, 1001, -1, BYTES, "bytea")                                               \
	TYPE(PGTYPE_CHAR, 1002, 1, TEXT, "\"char\"")                                               \
	TYPE(PGTYPE_NAME, 1003, 64, TEXT, "name")                                                  \
	TYPE(PGTYPE_INT8, 1016, 8, INTEGER, "bigint")                                              \
	TYPE(PGTYPE_INT2, 1005, 2, INTEGER, "smallint")                                            \
	TYPE(PGTYPE_INT4, 1007, 4, INTEGER, "integer")                                             \
	TYPE(PGTYPE_TEXT, 1009, -1, TEXT, "text")                                                  \
	TYPE(PGTYPE_OID, 1028, 4, INTEGER, "oid")                                                  \
	TYPE(PGTYPE_REGPROC, 1008, 4, INTEGER, "regproc")                                          \
	TYPE(PGTYPE_XID, 1011, 4, INTEGER, "xid")                                                  \
	TYPE(PGTYPE_XID8, 271, 8, INTEGER, "xid8")                                                 \
	TYPE(PGTYPE_CID, 1012, 4, INTEGER, "cid")                                                  \
	TYPE(PGTYPE_TID, 1010, 6, TEXT, "tid")                                                     \
	TYPE(PGTYPE_NODE_TREE, 0, -1, TEXT, "pg_node_tree")                                        \
	TYPE(PGTYPE_ANYARRAY, 0, -1, TEXT, "anyarray")                                             \
	TYPE(PGTYPE_ACLITEM, 1034, 12, TEXT, "aclitem")                                            \
	TYPE(PGTYPE_REGPROCEDURE, 2207, 4, INTEGER, "regprocedure")                                \
	TYPE(PGTYPE_REGCLASS, 2210, 4, INTEGER, "regclass")                                        \
	TYPE(PGTYPE_REGTYPE, 2211, 4, INTEGER, "regtype")                                          \
	TYPE(PGTYPE_REGNAMESPACE, 4090, 4, INTEGER, "regnamespace")                                \
	TYPE(PGTYPE_REGOPER, 2208, 4, INTEGER, "regoper")                                          \
	TYPE(PGTYPE_REGOPERATOR, 2209, 4, INTEGER, "regoperator")                                  \
	TYPE(PGTYPE_REGROLE, 4097, 4, INTEGER, "regrole")                                          \
	TYPE(PGTYPE_JSONPATH, 4073, -1, TEXT, "jsonpath")                                          \
	TYPE(PGTYPE_RECORD, 2287, -1, TEXT, "record")                                              \
	TYPE(PGTYPE_JSON, 199, -1, TEXT, "json")                                                   \
	TYPE(PGTYPE_FLOAT4, 1021, 4, REAL, "real")                                                 \
	TYPE(PGTYPE_FLOAT8, 1022, 8, REAL, "double precision")                                     \
	TYPE(PGTYPE_UNKNOWN, 0, -2, TEXT, "unknown")                                               \
	TYPE(PGTYPE_BPCHAR, 1014, -1, TEXT, "character")                                           \
	TYPE(PGTYPE_VARCHAR, 1015, -1, TEXT, "character varying")                                  \
	TYPE(PGTYPE_DATE, 1182, 4, INTEGER, "date")                                                \
	TYPE(PGTYPE_TIME, 1183, 8, INTEGER, "time without time zone")                              \
	TYPE(PGTYPE_TIMESTAMP, 1115, 8, INTEGER, "timestamp without time zone")                    \
	TYPE(PGTYPE_TIMESTAMPTZ, 1185, 8, INTEGER, "timestamp with time zone")                     \
	TYPE(PGTYPE_INTERVAL, 1187, 16, INTERVAL, "interval")                                      \
	TYPE(PGTYPE_TIMETZ, 1270, 12, TIMETZ, "time with time zone")                               \
	TYPE(PGTYPE_NUMERIC, 1231, -1, DECIMAL, "numeric")                                         \
	TYPE(PGTYPE_VOID, 0, 4, VOID, "void")                                                      \
	TYPE(PGTYPE_UUID, 2951, 16, UUID, "uuid")                                                  \
	TYPE(PGTYPE_JSONB, 3807, -1, TEXT, "jsonb")

const struct pgtype *pgtype_find(uint32_t oid)
{
	static const struct pgtype int2vector = { PGTYPE_INT2VECTOR, 1006, PGTYPE_INT2, -1,
		PGTYPE_FORM_ARRAY, "int2vector" };
	static const struct pgtype oidvector = { PGTYPE_OIDVECTOR, 1013, PGTYPE_OID, -1,
		PGTYPE_FORM_ARRAY, "oidvector" };

	switch (oid) {
#define SCALAR(number, array, bytes, kind, text)                                                   \
	case number: {                                                                             \
		static const struct pgtype type = { number, array, 0, bytes, PGTYPE_FORM_##kind,   \
			text };                                                                    \
		return &type;                                                                      \
	}
		TYPES(SCALAR)
#undef SCALAR
	case PGTYPE_INT2VECTOR:
		return &int2vector;
	case PGTYPE_OIDVECTOR:
		return &oidvector;
	default:
		break;
	}
	if (oid == 0)
		return NULL;
#define ARRAY(number, array, bytes, kind, text)                                                    \
	if (oid == (array)) {                                                                      \
		static const struct pgtype type = { array, 0, number, -1, PGTYPE_FORM_ARRAY,       \
			text "[]" };                                                               \
		return &type;                                                                      \
	}
	TYPES(ARRAY)
#undef ARRAY
	return NULL;
}

/* --- cells -------------------------------------------------------------------------------- */

size_t pgtype_cell_begin(struct buf *b)
{
	size_t start = b->length;

	outbuf_u32(b, 0);
	return start;
}

void pgtype_cell_end(struct buf *b, size_t start)
{
	size_t length = b->length - start - 4;

	assert(b->length >= start + 4);
	/* A cell beyond 2 GiB makes its row too large, which the row's end reports. */
	outbuf_store_u32(b->data + start, (uint32_t)MIN_OF(length, (size_t)INT32_MAX));
}

void pgtype_put_null(struct buf *b)
{
	outbuf_u32(b, UINT32_MAX);
}

void pgtype_put_int8(struct buf *b, uint16_t format, int64_t value)
{
	uint8_t *at = buf_reserve(b, 4 + NUMBER_TEXT_MAX);
	uint32_t length = 8;

	if (format == 0) {
		length = number_format_int64(value, (char *)at + 4);
	} else {
		outbuf_store_u32(at + 4, (uint32_t)((uint64_t)value >> 32));
		outbuf_store_u32(at + 8, (uint32_t)(uint64_t)value);
	}
	outbuf_store_u32(at, length);
	b->length += 4 + length;
}

void pgtype_put_text(struct buf *b, struct str text)
{
	outbuf_u32(b, text.length);
	buf_put(b, text.at, text.length);
}

void pgtype_put(struct buf *b, const struct pgtype *type, uint16_t format,
	const struct pgtype_datum *d, const struct pgtype_style *style)
{
	size_t start;

	if (d->is_null) {
		pgtype_put_null(b);
		return;
	}
	start = pgtype_cell_begin(b);
	if (type->form == PGTYPE_FORM_ARRAY && format == 0)
		pgtype_array_text_put(b, type, d, style);
	else if (type->form == PGTYPE_FORM_ARRAY)
		pgtype_array_binary_put(b, type, d);
	else if (format == 0)
		pgtype_text_put(b, type, d, style);
	else
		pgtype_binary_put(b, type, d);
	pgtype_cell_end(b, start);
}

/* --- reading ------------------------------------------------------------------------------ */

enum sqlstate pgtype_check_text(struct str text, struct error *e)
{
	const char *nul = text.length == 0 ? NULL : memchr(text.at, '\0', text.length);
	uint32_t valid;

	if (nul != NULL)
		return FAIL(e, E_NOT_IN_REPERTOIRE,
			"invalid byte sequence for encoding \"UTF8\": 0x00");
	valid = utf8_valid_length(text);
	if (valid < text.length)
		return FAIL(e, E_NOT_IN_REPERTOIRE,
			"invalid byte sequence for encoding \"UTF8\": 0x%02x",
			(unsigned char)text.at[valid]);
	return OK;
}

enum sqlstate pgtype_fail_text(const struct pgtype *type, struct str input, struct error *e)
{
	return FAIL(e, E_TEXT_REPRESENTATION, "invalid input syntax for type %s: \"%.*s\"",
		type->name, (int)MIN_OF(input.length, 200u), input.at);
}

enum sqlstate pgtype_fail_binary(const struct pgtype *type, struct error *e)
{
	return FAIL(
		e, E_BINARY_REPRESENTATION, "incorrect binary data format for type %s", type->name);
}

enum sqlstate pgtype_get(const struct pgtype *type, uint16_t format, struct str input,
	const struct pgtype_style *style, struct arena *a, struct pgtype_datum *d, struct error *e)
{
	memset(d, 0, sizeof *d);
	if (format == 0) {
		TRY(pgtype_check_text(input, e));
		if (type->form == PGTYPE_FORM_ARRAY)
			return pgtype_array_text_get(type, input, style, a, d, e);
		return pgtype_text_get(type, input, style, a, d, e);
	}
	if (type->form == PGTYPE_FORM_ARRAY)
		return pgtype_array_binary_get(type, input, a, d, e);
	return pgtype_binary_get(type, input, a, d, e);
}
