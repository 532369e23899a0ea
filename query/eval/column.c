/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Columns: making, writing, gathering, converting. Nothing here knows plans or functions.
 *
 * Invariants
 *  C1. What column_make gives has no NULLs until column_put meets one.
 *  C2. Gathering from a stride-0 column copies nothing.
 */
#include "query/eval/column.h"

#include <string.h>

#include "query/type/function.h"
#include "query/type/type.h"

static size_t cell_bytes(const struct column *c)
{
	return c->form == COLUMN_VALUE ? sizeof(struct value) : 8;
}

struct column column_make(struct arena *a, struct type type, uint32_t rows)
{
	struct column c = {
		.form = (uint8_t)column_form_of(type),
		.value_type = (uint8_t)column_value_type_of(type),
		.stride = 1,
	};

	c.values = arena_alloc_raw(a, cell_bytes(&c) * (rows == 0 ? 1 : rows));
	return c;
}

struct column column_constant(struct arena *a, struct type type, struct value v)
{
	struct column c = column_make(a, type, 1);

	column_put(&c, a, 1, 0, v);
	c.stride = 0;
	return c;
}

static void put_null(struct column *c, struct arena *a, uint32_t rows, uint32_t row)
{
	if (c->nulls == NULL)
		c->nulls = arena_alloc(a, rows);
	c->nulls[row] = 1;
	c->i64[row] = 0;
}

void column_put(struct column *c, struct arena *a, uint32_t rows, uint32_t row, struct value v)
{
	if (c->form == COLUMN_VALUE) {
		c->values[row] = v;
	} else if (v.type == VALUE_NULL) {
		put_null(c, a, rows, row);
	} else if (c->form == COLUMN_F64) {
		c->f64[row] = value_to_double(v);
	} else {
		assert(v.type == c->value_type);
		c->i64[row] = v.type == VALUE_BOOL ? v.boolean : v.integer;
	}
}

void column_gather(struct arena *a, const struct column *in, const uint32_t *index, uint32_t count,
	struct column *out)
{
	*out = *in;
	if (in->stride == 0 || count == 0)
		return;
	out->values = arena_alloc_raw(a, cell_bytes(in) * count);
	if (in->form == COLUMN_VALUE) {
		for (uint32_t i = 0; i < count; i++)
			out->values[i] = in->values[index[i]];
		return;
	}
	for (uint32_t i = 0; i < count; i++)
		out->i64[i] = in->i64[index[i]];
	if (in->nulls == NULL)
		return;
	out->nulls = arena_alloc_raw(a, count);
	for (uint32_t i = 0; i < count; i++)
		out->nulls[i] = in->nulls[index[i]];
}

struct column column_slice(const struct column *c, uint32_t first)
{
	struct column out = *c;

	if (c->stride == 0)
		return out;
	if (c->form == COLUMN_VALUE)
		out.values += first;
	else
		out.i64 += first;
	if (c->nulls != NULL)
		out.nulls += first;
	return out;
}

struct column column_convert(
	struct arena *a, const struct column *in, struct type type, uint32_t rows)
{
	enum column_form form = column_form_of(type);
	uint32_t cells = in->stride == 0 ? 1 : rows;
	struct column out;

	if (in->form == form &&
		(form != COLUMN_I64 || in->value_type == column_value_type_of(type)))
		return *in;
	out = column_make(a, type, cells);
	for (uint32_t i = 0; i < cells; i++)
		column_put(&out, a, cells, i, column_value(in, i));
	out.stride = in->stride;
	return out;
}

static bool kind_takes(uint8_t kind, uint8_t value_type)
{
	switch (kind) {
	case TYPE_BOOL:
		return value_type == VALUE_BOOL;
	case TYPE_INT16:
	case TYPE_INT32:
	case TYPE_INT64:
		return value_type == VALUE_INT;
	case TYPE_FLOAT32:
	case TYPE_FLOAT64:
		return value_type == VALUE_FLOAT || value_type == VALUE_INT ||
		       value_type == VALUE_DECIMAL;
	case TYPE_DECIMAL:
		return value_type == VALUE_DECIMAL || value_type == VALUE_INT;
	case TYPE_STRING:
	case TYPE_JSON:
	case TYPE_JSONB:
	case TYPE_JSONPATH:
		return value_type == VALUE_STRING;
	case TYPE_BYTES:
		return value_type == VALUE_BYTES;
	case TYPE_DATE:
		return value_type == VALUE_DATE;
	case TYPE_TIME:
		return value_type == VALUE_TIME;
	case TYPE_TIMETZ:
		return value_type == VALUE_TIMETZ;
	case TYPE_TIMESTAMP:
		return value_type == VALUE_TIMESTAMP;
	case TYPE_TIMESTAMPTZ:
		return value_type == VALUE_TIMESTAMPTZ;
	case TYPE_DURATION:
		return value_type == VALUE_DURATION;
	case TYPE_UUID:
		return value_type == VALUE_UUID;
	case TYPE_LIST:
		return value_type == VALUE_LIST;
	case TYPE_MAP:
		return value_type == VALUE_MAP;
	case TYPE_NODE:
		return value_type == VALUE_NODE;
	case TYPE_EDGE:
		return value_type == VALUE_EDGE;
	case TYPE_PATH:
		return value_type == VALUE_PATH;
	default:
		return kind == TYPE_ANY;
	}
}

bool type_takes_value(struct type type, struct value v)
{
	return v.type == VALUE_NULL || kind_takes(type_base(type).kind, v.type);
}

enum sqlstate type_refuses_value(struct type type, struct value v, struct error *e)
{
	enum sqlstate rc = FAIL(e, E_TYPE, "a value of type %s does not fit type %s",
		value_type_name(v.type), function_type_name(type).text);

	error_hint(e, "The types of the graph's properties changed while the statement ran; "
		      "run it again.");
	return rc;
}
