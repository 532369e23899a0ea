/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Fuzz target: the values of Bind. The first byte chooses the type, the second the format and the
 * session's style, the rest is the value. A value that can be read must be written, in both
 * formats, so that what is read back from one of them is written in it as before.
 */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "pgwire/pgwire.h"

enum { INPUT_MAX = 65536, CELL_HEADER = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint32_t oids[] = { PGTYPE_BOOL, PGTYPE_BYTEA, PGTYPE_INT8, PGTYPE_INT2, PGTYPE_INT4,
	PGTYPE_TEXT, PGTYPE_OID, PGTYPE_JSON, PGTYPE_FLOAT4, PGTYPE_FLOAT8, PGTYPE_DATE,
	PGTYPE_TIME, PGTYPE_TIMESTAMP, PGTYPE_TIMESTAMPTZ, PGTYPE_INTERVAL, PGTYPE_TIMETZ,
	PGTYPE_NUMERIC, PGTYPE_UUID, PGTYPE_JSONB, PGTYPE_CHAR, PGTYPE_NAME, PGTYPE_BPCHAR,
	PGTYPE_VARCHAR, PGTYPE_XID, PGTYPE_INT2VECTOR, PGTYPE_OIDVECTOR, 1000, 1001, 1005, 1007,
	1009, 1016, 1021, 1022, 1115, 1182, 1185, 1187, 1231, 1270, 2951, 3807 };

/* The value's bytes in a format, without the cell's length. */
static struct str put(struct buf *to, const struct pgtype *type, uint16_t format,
	const struct pgtype_datum *d, const struct pgtype_style *style)
{
	buf_reset(to);
	pgtype_put(to, type, format, d, style);
	assert(to->length >= CELL_HEADER);
	return (struct str){ (const char *)to->data + CELL_HEADER,
		(uint32_t)to->length - CELL_HEADER };
}

/* What was written in a format is read and written again: the same comes out. */
static void expect_same(const struct pgtype *type, struct str written, uint16_t format,
	const struct pgtype_style *style)
{
	struct arena *a = arena_new(0);
	struct buf again = { 0 };
	struct pgtype_datum d;
	struct error e;
	enum sqlstate rc = pgtype_get(type, format, written, style, a, &d, &e);
	const char *what = format == 0 ? "text" : "bytes";

	if (rc != OK)
		PANIC("%s does not read its own %s: %s", type->name, what, e.message);
	if (!str_equal(put(&again, type, format, &d, style), written))
		PANIC("%s is another value after its %s", type->name, what);
	buf_free(&again);
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pgtype_style style = { .zone = { "UTC", 0, NULL }, .is_float_short = true };
	struct buf text = { 0 }, binary = { 0 };
	const struct pgtype *type;
	struct pgtype_datum d;
	struct str input;
	struct arena *a;
	struct error e;

	if (size < 2 || size > INPUT_MAX)
		return 0;
	type = pgtype_find(oids[data[0] % ARRAY_COUNT(oids)]);
	assert(type != NULL);
	style.is_bytea_escape = (data[1] & 2) != 0;
	input = (struct str){ (const char *)data + 2, (uint32_t)size - 2 };
	a = arena_new(0);
	if (pgtype_get(type, data[1] & 1, input, &style, a, &d, &e) == OK) {
		expect_same(type, put(&binary, type, 1, &d, &style), 1, &style);
		expect_same(type, put(&text, type, 0, &d, &style), 0, &style);
	}
	buf_free(&text);
	buf_free(&binary);
	arena_free(a);
	return 0;
}
