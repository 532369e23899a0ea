/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The built-in types on the wire: their OIDs, and the text and binary form of their values, both
 * ways, exactly as PostgreSQL encodes them. Part of the public face of pgwire/ (through pgwire.h).
 *
 * A value crosses as a struct pgtype_datum, whose form the type names. Text, JSON and bytes are
 * views; whoever gets one from pgtype_get() may use it as long as the input and the arena live.
 */
#ifndef PGWIRE_PGTYPE_H
#define PGWIRE_PGTYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/datetime.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/interval.h"
#include "base/str.h"

enum pgtype_oid {
	PGTYPE_BOOL = 16,
	PGTYPE_BYTEA = 17,
	PGTYPE_CHAR = 18,
	PGTYPE_NAME = 19,
	PGTYPE_INT8 = 20,
	PGTYPE_INT2 = 21,
	PGTYPE_INT2VECTOR = 22,
	PGTYPE_INT4 = 23,
	PGTYPE_REGPROC = 24,
	PGTYPE_TEXT = 25,
	PGTYPE_OID = 26,
	PGTYPE_XID = 28,
	PGTYPE_CID = 29,
	PGTYPE_OIDVECTOR = 30,
	PGTYPE_JSON = 114,
	PGTYPE_TID = 27,
	PGTYPE_NODE_TREE = 194,
	PGTYPE_FLOAT4 = 700,
	PGTYPE_FLOAT8 = 701,
	PGTYPE_UNKNOWN = 705,
	PGTYPE_ACLITEM = 1033,
	PGTYPE_BPCHAR = 1042,
	PGTYPE_VARCHAR = 1043,
	PGTYPE_DATE = 1082,
	PGTYPE_TIME = 1083,
	PGTYPE_TIMESTAMP = 1114,
	PGTYPE_TIMESTAMPTZ = 1184,
	PGTYPE_INTERVAL = 1186,
	PGTYPE_TIMETZ = 1266,
	PGTYPE_NUMERIC = 1700,
	PGTYPE_REGPROCEDURE = 2202,
	PGTYPE_REGCLASS = 2205,
	PGTYPE_REGTYPE = 2206,
	PGTYPE_RECORD = 2249,
	PGTYPE_JSONPATH = 4072,
	PGTYPE_ANYARRAY = 2277,
	PGTYPE_VOID = 2278,
	PGTYPE_UUID = 2950,
	PGTYPE_JSONB = 3802,
	PGTYPE_REGNAMESPACE = 4089,
	PGTYPE_REGROLE = 4096,
	PGTYPE_REGOPER = 2203,
	PGTYPE_REGOPERATOR = 2204,
	PGTYPE_XID8 = 5069,
};

/* Which member of a datum holds the value. */
enum pgtype_form {
	PGTYPE_FORM_BOOLEAN,
	PGTYPE_FORM_INTEGER, /* int2, int4, int8, oid and its kin; date in days, time, timestamps in µs */
	PGTYPE_FORM_REAL,    /* float4, float8 */
	PGTYPE_FORM_DECIMAL, /* numeric */
	PGTYPE_FORM_TEXT,    /* also json and jsonb: the JSON text, not checked here */
	PGTYPE_FORM_BYTES,
	PGTYPE_FORM_INTERVAL,
	PGTYPE_FORM_TIMETZ,
	PGTYPE_FORM_UUID,
	PGTYPE_FORM_ARRAY,
	PGTYPE_FORM_VOID,
};

struct pgtype {
	uint32_t oid;
	uint32_t array_oid;   /* 0: none; arrays themselves have none */
	uint32_t element_oid; /* of arrays */
	int16_t size;	      /* pg_type.typlen: bytes, or -1 */
	uint8_t form;	      /* enum pgtype_form */
	const char *name;     /* as messages call it */
};

struct pgtype_datum {
	bool is_null;
	bool is_array; /* among the items of an array: one of a further dimension */
	union {
		bool boolean;
		int64_t integer;
		double real;
		const struct decimal *decimal;
		struct str text; /* TEXT and BYTES */
		struct interval interval;
		struct timetz timetz;
		uint8_t uuid[16];
		struct {
			uint32_t count;
			const struct pgtype_datum *items;
		} array;
	};
};

/* The session's settings that shape text. */
struct pgtype_style {
	struct zone zone;
	bool is_bytea_escape;
	bool is_float_short; /* extra_float_digits > 0 */
	enum interval_style interval_style;
	struct date_style date_style;
};

/* NULL if the OID is not one of ours. */
const struct pgtype *pgtype_find(uint32_t oid);

/* Appends a cell: its length and its bytes, or the null cell. format: 0 text, 1 binary. */
void pgtype_put(struct buf *b, const struct pgtype *type, uint16_t format,
	const struct pgtype_datum *d, const struct pgtype_style *style);
/* Appends the null cell. */
void pgtype_put_null(struct buf *b);
/* Shortcuts for the commonest cells. */
void pgtype_put_int8(struct buf *b, uint16_t format, int64_t value);
void pgtype_put_text(struct buf *b, struct str text);
/* Room for a cell whose length is not known yet; what is appended before pgtype_cell_end() is its
   contents. */
size_t pgtype_cell_begin(struct buf *b);
void pgtype_cell_end(struct buf *b, size_t start);

/* Reads a value (not null). Errors: E_TEXT_REPRESENTATION, E_BINARY_REPRESENTATION,
   E_OUT_OF_RANGE, E_DATETIME_FORMAT and _OVERFLOW, E_NOT_IN_REPERTOIRE, E_NOT_SUPPORTED. */
enum sqlstate pgtype_get(const struct pgtype *type, uint16_t format, struct str input,
	const struct pgtype_style *style, struct arena *a, struct pgtype_datum *d,
	struct error *e) MUST_USE;

/* Text from a client: UTF-8 without zero bytes. Errors: E_NOT_IN_REPERTOIRE. */
enum sqlstate pgtype_check_text(struct str text, struct error *e) MUST_USE;

#endif
