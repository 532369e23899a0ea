/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Values and wire types: see result.h. The table below is the whole correspondence.
 */
#include "src/result.h"

#include "base/check.h"
#include "base/json.h"
#include "base/number.h"

uint32_t result_oid(struct type type)
{
	return query_type_oid(type);
}

uint32_t result_column_oid(struct type type, bool is_literal)
{
	uint32_t oid = result_oid(type);

	return is_literal && oid == PGTYPE_JSONB && type.kind != TYPE_JSONB ? PGTYPE_TEXT : oid;
}

enum sqlstate result_type(uint32_t oid, struct type *type, struct error *e)
{
	*type = (struct type){ TYPE_NULL, TYPE_NULL };
	if (oid == 0 || oid == PGTYPE_UNKNOWN)
		return OK;
	if (pgtype_find(oid) != NULL && query_type_of_oid(oid, type))
		return OK;
	return FAIL(e, E_NO_OBJECT, "type with OID %u is not supported", oid);
}

/* --- out ---------------------------------------------------------------------------------- */

static enum sqlstate fail_type(const struct pgtype *type, struct value v, struct error *e)
{
	return FAIL(e, E_INTERNAL, "value of type %s in a column of type %s",
		value_type_name((enum value_type)v.type), type->name);
}

/* The form of a pgtype that this value fills; false if it is of another family. */
static bool to_datum(
	const struct pgtype *type, struct value v, struct arena *a, struct pgtype_datum *d)
{
	d->is_null = v.type == VALUE_NULL;
	if (d->is_null)
		return true;
	switch ((enum pgtype_form)type->form) {
	case PGTYPE_FORM_BOOLEAN:
		d->boolean = v.boolean;
		return v.type == VALUE_BOOL;
	case PGTYPE_FORM_INTEGER:
		d->integer = v.integer;
		return v.type == VALUE_INT || v.type == VALUE_DATE || v.type == VALUE_TIME ||
		       v.type == VALUE_TIMESTAMP || v.type == VALUE_TIMESTAMPTZ;
	case PGTYPE_FORM_REAL:
		if (value_is_number(v))
			d->real = value_to_double(v);
		return value_is_number(v);
	case PGTYPE_FORM_DECIMAL:
		if (v.type == VALUE_INT)
			v = value_decimal(decimal_of_int64(a, v.integer));
		d->decimal = v.decimal;
		return v.type == VALUE_DECIMAL;
	case PGTYPE_FORM_TEXT:
		d->text = value_str(v);
		return v.type == VALUE_STRING;
	case PGTYPE_FORM_BYTES:
		d->text = value_str(v);
		return v.type == VALUE_BYTES;
	case PGTYPE_FORM_INTERVAL:
		if (v.type != VALUE_DURATION)
			return false;
		d->interval = (struct interval){ v.duration->microseconds, v.duration->days,
			v.duration->months };
		return true;
	case PGTYPE_FORM_TIMETZ:
		d->timetz = (struct timetz){ v.integer, (int32_t)v.count };
		return v.type == VALUE_TIMETZ;
	case PGTYPE_FORM_UUID:
		if (v.type == VALUE_UUID)
			memcpy(d->uuid, v.uuid, sizeof d->uuid);
		return v.type == VALUE_UUID;
	case PGTYPE_FORM_VOID:
		return v.type == VALUE_STRING; /* empty in text and in binary */
	case PGTYPE_FORM_ARRAY:
		break;
	}
	return false;
}

/* Lists in it are further dimensions. */
static enum sqlstate to_array(const struct pgtype *element, struct value v, struct arena *a,
	struct pgtype_datum *out, struct error *e)
{
	struct pgtype_datum *items = ARENA_ARRAY(a, struct pgtype_datum, v.count);

	for (uint32_t i = 0; i < v.count; i++) {
		items[i].is_array = v.items[i].type == VALUE_LIST;
		if (items[i].is_array)
			TRY(to_array(element, v.items[i], a, &items[i], e));
		else if (!to_datum(element, v.items[i], a, &items[i]))
			return fail_type(element, v.items[i], e);
	}
	out->array.count = v.count;
	out->array.items = items;
	return OK;
}

static enum sqlstate put_array(struct buf *row, const struct result_column *column, struct value v,
	const struct pgtype_style *style, struct arena *a, struct error *e)
{
	struct arena_mark mark = arena_save(a);
	struct pgtype_datum d = { .is_null = false };

	if (v.type != VALUE_LIST)
		return fail_type(column->pgtype, v, e);
	TRY(to_array(pgtype_find(column->pgtype->element_oid), v, a, &d, e));
	pgtype_put(row, column->pgtype, column->format, &d, style);
	arena_rewind(a, mark);
	return OK;
}

/* JSON that is text already goes out as it is. */
static enum sqlstate put_json(struct buf *row, struct query_portal *p,
	const struct result_column *column, struct value v, struct error *e)
{
	size_t start = pgtype_cell_begin(row);

	/* The version of jsonb's binary form. */
	if (column->format == 1 && column->pgtype->oid == PGTYPE_JSONB)
		buf_put_byte(row, 1);
	if (column->type.kind == TYPE_JSONB)
		buf_put_str(row, value_str(v));
	else
		TRY(query_value_json(p, v, row, e));
	pgtype_cell_end(row, start);
	return OK;
}

/* Types whose text form only the query layer can tell. */
static bool is_written_by_name(struct type type)
{
	uint8_t kind = type.kind == TYPE_LIST ? type.item : type.kind;

	return (kind >= TYPE_REGPROC && kind <= TYPE_REGNAMESPACE) || kind == TYPE_INT2VECTOR ||
	       kind == TYPE_OIDVECTOR || kind == TYPE_RECORD;
}

bool result_is_named(uint32_t oid, struct type *type)
{
	return query_type_of_oid(oid, type) && type->kind != TYPE_RECORD &&
	       type->item != TYPE_RECORD && is_written_by_name(*type);
}

static enum sqlstate put_named(
	struct buf *row, struct query_portal *p, struct type type, struct value v, struct error *e)
{
	size_t start = pgtype_cell_begin(row);

	TRY(query_value_text(p, type, v, row, e));
	pgtype_cell_end(row, start);
	return OK;
}

enum sqlstate result_put(struct buf *row, struct query_portal *p,
	const struct result_column *column, struct value v, const struct pgtype_style *style,
	struct arena *a, struct error *e)
{
	struct pgtype_datum d;

	if (v.type == VALUE_NULL) {
		pgtype_put_null(row);
		return OK;
	}
	if (column->type.kind == TYPE_INT64 && v.type == VALUE_INT) {
		pgtype_put_int8(row, column->format, v.integer);
		return OK;
	}
	if (column->type.kind == TYPE_STRING && v.type == VALUE_STRING) {
		pgtype_put_text(row, value_str(v));
		return OK;
	}
	if (column->is_json)
		return put_json(row, p, column, v, e);
	if (column->format == 0 && is_written_by_name(column->type))
		return put_named(row, p, column->type, v, e);
	if (column->pgtype->form == PGTYPE_FORM_ARRAY)
		return put_array(row, column, v, style, a, e);
	if (!to_datum(column->pgtype, v, a, &d))
		return fail_type(column->pgtype, v, e);
	pgtype_put(row, column->pgtype, column->format, &d, style);
	return OK;
}

/* --- in ----------------------------------------------------------------------------------- */

static struct value from_datum(
	const struct pgtype *type, const struct pgtype_datum *d, struct arena *a);

static struct value from_integer(uint32_t oid, int64_t integer)
{
	static const struct {
		uint32_t oid;
		uint8_t type;
	} types[] = { { PGTYPE_DATE, VALUE_DATE }, { PGTYPE_TIME, VALUE_TIME },
		{ PGTYPE_TIMESTAMP, VALUE_TIMESTAMP }, { PGTYPE_TIMESTAMPTZ, VALUE_TIMESTAMPTZ } };
	struct value v = { .type = VALUE_INT, .integer = integer };

	for (size_t i = 0; i < ARRAY_COUNT(types); i++) {
		if (types[i].oid == oid)
			v.type = types[i].type;
	}
	return v;
}

static struct value from_interval(const struct interval *interval, struct arena *a)
{
	struct value_duration *duration = ARENA_NEW(a, struct value_duration);

	duration->months = interval->months;
	duration->days = interval->days;
	duration->microseconds = interval->microseconds;
	return (struct value){ .type = VALUE_DURATION, .duration = duration };
}

static struct value from_array(
	const struct pgtype *type, const struct pgtype_datum *d, struct arena *a)
{
	const struct pgtype *element = pgtype_find(type->element_oid);
	struct value *items = ARENA_ARRAY(a, struct value, d->array.count);

	for (uint32_t i = 0; i < d->array.count; i++)
		items[i] = d->array.items[i].is_array
				   ? from_array(type, &d->array.items[i], a)
				   : from_datum(element, &d->array.items[i], a);
	return (struct value){ .type = VALUE_LIST, .count = d->array.count, .items = items };
}

static struct value from_datum(
	const struct pgtype *type, const struct pgtype_datum *d, struct arena *a)
{
	uint8_t *uuid;

	if (d->is_null)
		return value_null();
	switch ((enum pgtype_form)type->form) {
	case PGTYPE_FORM_BOOLEAN:
		return value_bool(d->boolean);
	case PGTYPE_FORM_INTEGER:
		return from_integer(type->oid, d->integer);
	case PGTYPE_FORM_REAL:
		return value_float(d->real);
	case PGTYPE_FORM_DECIMAL:
		return value_decimal(d->decimal);
	case PGTYPE_FORM_TEXT:
		return value_string(d->text);
	case PGTYPE_FORM_BYTES:
		return (struct value){
			.type = VALUE_BYTES, .count = d->text.length, .bytes = d->text.at
		};
	case PGTYPE_FORM_INTERVAL:
		return from_interval(&d->interval, a);
	case PGTYPE_FORM_TIMETZ:
		return (struct value){ .type = VALUE_TIMETZ,
			.count = (uint32_t)d->timetz.zone_west_s,
			.integer = d->timetz.time_us };
	case PGTYPE_FORM_UUID:
		uuid = arena_alloc_raw(a, sizeof d->uuid);
		memcpy(uuid, d->uuid, sizeof d->uuid);
		return (struct value){ .type = VALUE_UUID, .uuid = uuid };
	case PGTYPE_FORM_ARRAY:
		return from_array(type, d, a);
	case PGTYPE_FORM_VOID:
		return value_null();
	}
	unreachable();
}

/* Whether the text is the name of an object rather than its number: query_open() looks it up. */
static bool is_object_name(uint32_t oid, uint16_t format, struct str text)
{
	bool has_names = oid == PGTYPE_REGCLASS || oid == PGTYPE_REGTYPE || oid == PGTYPE_REGPROC ||
			 oid == PGTYPE_REGPROCEDURE || oid == PGTYPE_REGNAMESPACE ||
			 oid == PGTYPE_REGROLE || oid == PGTYPE_REGOPER ||
			 oid == PGTYPE_REGOPERATOR;

	return has_names && format == 0 && text.length > 0 &&
	       (text.at[0] < '0' || text.at[0] > '9');
}

/* All the types but the most common. */
static NOINLINE enum sqlstate read_parameter(uint32_t oid, uint16_t format, struct str input,
	const struct pgtype_style *style, struct arena *a, struct value *out, struct error *e)
{
	const struct pgtype *type = pgtype_find(oid);
	const struct json *json;
	struct pgtype_datum d;

	assert(type != NULL);
	if (is_object_name(oid, format, input)) {
		TRY(pgtype_check_text(input, e));
		*out = value_string(input);
		return OK;
	}
	TRY(pgtype_get(type, format, input, style, a, &d, e));
	if (oid == PGTYPE_JSON || oid == PGTYPE_JSONB) {
		TRY(json_parse(a, d.text, &json, e));
		*out = query_json_value(json, a);
		return OK;
	}
	*out = from_datum(type, &d, a);
	return OK;
}

enum sqlstate result_parameter(uint32_t oid, uint16_t format, struct pgwire_parameter parameter,
	const struct pgtype_style *style, struct arena *a, struct value *out, struct error *e)
{
	struct str input = { parameter.at, parameter.length };
	int64_t integer;

	if (parameter.at == NULL) {
		*out = value_null();
		return OK;
	}
	/* What reads as a number has no broken characters in it. */
	if (oid == PGTYPE_INT8 && format == 0 && number_read_int64(input, &integer) == NUMBER_OK) {
		*out = value_int(integer);
		return OK;
	}
	return read_parameter(oid, format, input, style, a, out, e);
}
