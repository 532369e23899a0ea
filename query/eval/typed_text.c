/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Casts and text forms by static type: see typed_text.h.
 */
#include "query/eval/typed_text.h"

#include "base/array_text.h"
#include "base/check.h"
#include "base/json.h"
#include "base/number.h"
#include "base/utf8.h"
#include "query/eval/cast.h"
#include "query/eval/json_path.h"
#include "query/eval/json_text.h"
#include "query/eval/json_value.h"
#include "query/type/function.h"
#include "query/type/type.h"

enum { NAME_BYTES_MOST = 63 };

/* ---- out ------------------------------------------------------------------------------------- */

static void put_object(struct eval *ev, struct buf *to, enum type_kind kind, int64_t number)
{
	const struct eval_catalog *catalog = ev->session == NULL ? NULL : ev->session->catalog;

	if (number == 0)
		buf_put_text(to, "-");
	else if (catalog != NULL)
		catalog->put_object(ev, to, kind, (uint32_t)number);
	else
		number_put_int64(to, number);
}

static enum sqlstate put_vector(
	struct eval *ev, struct buf *to, struct value v, struct type type, struct error *e)
{
	for (uint32_t i = 0; i < v.count; i++) {
		if (i > 0)
			buf_put_byte(to, ' ');
		TRY(eval_put_typed(ev, to, v.items[i], type_item(type), e));
	}
	return OK;
}

static enum sqlstate put_array(
	struct eval *ev, struct buf *to, struct value v, struct type type, struct error *e)
{
	struct type item = type_item(type);

	buf_put_byte(to, '{');
	for (uint32_t i = 0; i < v.count; i++) {
		size_t start;

		if (i > 0)
			buf_put_byte(to, ',');
		if (v.items[i].type == VALUE_NULL) {
			buf_put_text(to, "NULL");
			continue;
		}
		start = to->length;
		if (v.items[i].type == VALUE_LIST && type_family(item) != TYPE_FAMILY_LIST &&
			v.items[i].spare[0] != VALUE_SPARE_NAMED) {
			TRY(put_array(ev, to, v.items[i], type, e));
			continue;
		}
		TRY(eval_put_typed(ev, to, v.items[i], item, e));
		array_text_quote(to, start);
	}
	buf_put_byte(to, '}');
	return OK;
}

static bool field_needs_quotes(struct str s)
{
	for (uint32_t i = 0; i < s.length; i++) {
		if (strchr("\"\\(), \t\n\r\f\v", s.at[i]) != NULL)
			return true;
	}
	return s.length == 0;
}

static enum sqlstate put_field(struct eval *ev, struct buf *to, struct value v, struct error *e)
{
	struct type type = type_of_value((enum value_type)v.type, VALUE_NULL);
	struct buf b = { 0 };
	enum sqlstate rc = eval_put_typed(ev, &b, v, type, e);
	struct str s = buf_str(&b);
	bool is_quoted = field_needs_quotes(s);

	if (is_quoted)
		buf_put_byte(to, '"');
	for (uint32_t i = 0; rc == OK && i < s.length; i++) {
		if (s.at[i] == '"' || s.at[i] == '\\')
			buf_put_byte(to, (uint8_t)s.at[i]);
		buf_put_byte(to, (uint8_t)s.at[i]);
	}
	if (is_quoted)
		buf_put_byte(to, '"');
	buf_free(&b);
	return rc;
}

/* (1,"a b",): NULL is nothing at all. */
static enum sqlstate put_record(struct eval *ev, struct buf *to, struct value v, struct error *e)
{
	buf_put_byte(to, '(');
	for (uint32_t i = 0; i < v.count; i++) {
		if (i > 0)
			buf_put_byte(to, ',');
		if (v.items[i].type != VALUE_NULL)
			TRY(put_field(ev, to, v.items[i], e));
	}
	buf_put_byte(to, ')');
	return OK;
}

enum sqlstate eval_put_typed(
	struct eval *ev, struct buf *to, struct value v, struct type type, struct error *e)
{
	if (v.type == VALUE_LIST &&
		(type.kind == TYPE_RECORD || v.spare[0] == VALUE_SPARE_NAMED))
		return put_record(ev, to, v, e);
	if (v.type == VALUE_LIST && (type.kind == TYPE_INT2VECTOR || type.kind == TYPE_OIDVECTOR))
		return put_vector(ev, to, v, type, e);
	if (v.type == VALUE_LIST)
		return put_array(ev, to, v, type, e);
	if (v.type == VALUE_BOOL) {
		buf_put_byte(to, v.boolean ? 't' : 'f');
		return OK;
	}
	if (v.type == VALUE_FLOAT && type.kind == TYPE_FLOAT32) {
		number_put_float(to, (float)v.real);
		return OK;
	}
	if (v.type == VALUE_INT && type_is_reg(type)) {
		put_object(ev, to, (enum type_kind)type.kind, v.integer);
		return OK;
	}
	return eval_put_text(ev, to, v, e);
}

enum sqlstate eval_put_shown(struct eval *ev, struct buf *to, struct value v, struct error *e)
{
	return eval_put_typed(
		ev, to, v, type_of_value((enum value_type)v.type, VALUE_NULL), e);
}

/* ---- in -------------------------------------------------------------------------------------- */

static bool is_number(struct str s)
{
	for (uint32_t i = 0; i < s.length; i++) {
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
	}
	return s.length > 0;
}

static uint32_t object_find(struct eval *ev, enum type_kind kind, struct str text)
{
	const struct eval_catalog *catalog = ev->session == NULL ? NULL : ev->session->catalog;

	return catalog == NULL ? 0 : catalog->find_object(ev, kind, text);
}

static COLD enum sqlstate object_missing(
	struct eval *ev, enum type_kind kind, struct str text, struct error *e)
{
	const struct eval_catalog *catalog = ev->session == NULL ? NULL : ev->session->catalog;

	if (catalog == NULL)
		return FAIL(e, E_NO_OBJECT, "there is no catalog to find \"%.*s\" in",
			(int)MIN_OF(text.length, 128u), text.at);
	return catalog->object_missing(ev, kind, text, e);
}

static enum sqlstate to_object(
	struct eval *ev, struct value v, struct type type, struct value *out, struct error *e)
{
	struct str text = value_str(v);
	int64_t number;

	if (v.type != VALUE_STRING)
		return eval_cast(ev, v, type, false, out, e);
	if (str_equal(text, STR("-"))) {
		*out = value_int(0);
		return OK;
	}
	if (is_number(text)) {
		TRY(number_parse_int64(text, "oid", &number, e));
	} else {
		number = object_find(ev, (enum type_kind)type.kind, text);
		if (number == 0)
			return object_missing(ev, (enum type_kind)type.kind, text, e);
	}
	*out = value_int(number);
	return OK;
}

static enum sqlstate to_vector(
	struct eval *ev, struct value v, struct type type, struct value *out, struct error *e)
{
	struct str text = value_str(v);
	struct value *items;
	uint32_t count = 0, at = 0;

	if (v.type != VALUE_STRING)
		return eval_cast(ev, v, type_base(type), false, out, e);
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)text.length + 1));
	while (at < text.length) {
		uint32_t start = at;

		while (at < text.length && text.at[at] != ' ')
			at++;
		if (at > start)
			TRY(eval_cast(ev, value_string((struct str){ text.at + start, at - start }),
				type_item(type), false, &items[count++], e));
		at++;
	}
	*out = (struct value){ .type = VALUE_LIST, .count = count, .items = items };
	return OK;
}

enum sqlstate eval_take_named(
	struct eval *ev, struct str text, struct type type, struct value *out, struct error *e)
{
	struct array_text_item *texts;
	struct value *items;
	uint32_t count;

	if (type.kind == TYPE_INT2VECTOR || type.kind == TYPE_OIDVECTOR)
		return to_vector(ev, value_string(text), type, out, e);
	if (type.kind != TYPE_LIST)
		return to_object(ev, value_string(text), type, out, e);
	TRY(array_text_read(ev->arena, text, &texts, &count, e));
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)count + 1));
	for (uint32_t i = 0; i < count; i++) {
		items[i] = value_null();
		if (texts[i].is_array)
			return FAIL(e, E_NOT_SUPPORTED,
				"arrays of names have one dimension here");
		if (!texts[i].is_null)
			TRY(to_object(ev, value_string(texts[i].text), type_item(type), &items[i],
				e));
	}
	*out = (struct value){ .type = VALUE_LIST, .count = count, .items = items };
	return OK;
}

static enum sqlstate to_json(struct eval *ev, struct value v, struct type from, struct type to,
	struct value *out, struct error *e)
{
	const struct json *json;
	struct buf b = { 0 };
	enum sqlstate rc;

	if (v.type == VALUE_STRING &&
		(type_is_string(from) || from.kind == TYPE_JSON || from.kind == TYPE_JSONB)) {
		if (to.kind == TYPE_JSONB)
			return eval_json_normal(ev, value_str(v), out, e);
		*out = eval_json_value(value_str(v));
		return from.kind == TYPE_JSONB ? OK : json_parse(ev->arena, value_str(v), &json, e);
	}
	rc = eval_json_put(ev, &b, v, e);
	*out = eval_take_buf(ev, &b);
	TRY(rc);
	if (to.kind == TYPE_JSONB)
		return eval_json_normal(ev, value_str(*out), out, e);
	*out = eval_json_value(value_str(*out));
	return OK;
}

/* In the form that PostgreSQL writes. */
static enum sqlstate to_json_path(
	struct eval *ev, struct value v, struct value *out, struct error *e)
{
	struct json_path path;
	struct buf b = { 0 };

	TRY(json_path_parse(ev->arena, value_str(v), &path, e));
	json_path_put(&b, &path);
	*out = eval_take_buf(ev, &b);
	return OK;
}

/* A number or a boolean of jsonb as what it is. */
static enum sqlstate from_json(
	struct eval *ev, const struct bound *b, struct value v, struct value *out, struct error *e)
{
	static const char *const names[] = { [JSON_NULL] = "null",
		[JSON_BOOL] = "boolean",
		[JSON_INTEGER] = "numeric",
		[JSON_DOUBLE] = "numeric",
		[JSON_STRING] = "string",
		[JSON_ARRAY] = "array",
		[JSON_OBJECT] = "object" };
	struct value number = { .type = VALUE_DECIMAL };
	const struct json *json;
	bool is_number;

	TRY(json_parse(ev->arena, value_str(v), &json, e));
	is_number = json->kind == JSON_INTEGER || json->kind == JSON_DOUBLE;
	if (b->type.kind == TYPE_BOOL ? json->kind != JSON_BOOL : !is_number)
		return FAIL(e, E_INVALID_VALUE, "cannot cast jsonb %s to type %s",
			names[json->kind], function_type_name(b->type).text);
	if (!is_number) {
		*out = value_bool(json->is_true);
		return OK;
	}
	TRY(decimal_parse(ev->arena, json->text, &number.decimal, e));
	return eval_cast(ev, number, b->type, b->is_lenient, out, e);
}

/* The first `most` bytes, whole characters. */
static struct value cut(struct value v, uint32_t most)
{
	if (v.count <= most)
		return v;
	while (most > 0 && ((uint8_t)v.bytes[most] & 0xC0) == 0x80)
		most--;
	v.count = most;
	return v;
}

static enum sqlstate to_text_of(struct eval *ev, struct value v, const struct bound *b,
	struct type from, struct value *out, struct error *e)
{
	struct buf text = { 0 };
	enum sqlstate rc;

	if (v.type == VALUE_LIST ? b->is_sql || from.kind != TYPE_LIST
				 : type_is_reg(from) || from.kind == TYPE_FLOAT32) {
		rc = eval_put_typed(ev, &text, v, from, e);
		*out = eval_take_buf(ev, &text);
		TRY(rc);
	} else {
		TRY(eval_cast(ev, v, type_make(TYPE_STRING), b->is_lenient, out, e));
		out->spare[0] = 0;
	}
	if (out->type == VALUE_STRING && b->type.kind == TYPE_NAME)
		*out = cut(*out, NAME_BYTES_MOST);
	else if (out->type == VALUE_STRING && b->type.kind == TYPE_CHAR)
		*out = cut(*out, 1);
	return OK;
}

static enum sqlstate list_cast(struct eval *ev, const struct bound *b, struct value v,
	struct type from, struct value *out, struct error *e)
{
	struct bound inner = { .kind = BOUND_CAST, .type = type_item(b->type) };
	struct bound operand = { .type = type_item(from) };
	const struct bound *args[1] = { &operand };
	struct value *items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)v.count + 1));

	inner.is_sql = b->is_sql;
	inner.args = args;
	inner.arg_count = 1;
	for (uint32_t i = 0; i < v.count; i++) {
		bool is_dimension = v.items[i].type == VALUE_LIST && from.kind == TYPE_LIST &&
				    type_family(type_item(from)) != TYPE_FAMILY_LIST;

		if (is_dimension)
			TRY(list_cast(ev, b, v.items[i], from, &items[i], e));
		else
			TRY(eval_cast_bound(ev, &inner, v.items[i], &items[i], e));
	}
	*out = (struct value){ .type = VALUE_LIST, .count = v.count, .items = items };
	return OK;
}

/* Lists of types that only here are known. */
static bool is_special(struct type item)
{
	return type_is_reg(item) || item.kind == TYPE_JSON || item.kind == TYPE_JSONB ||
	       item.kind == TYPE_NAME || item.kind == TYPE_CHAR;
}

enum sqlstate eval_cast_bound(
	struct eval *ev, const struct bound *b, struct value v, struct value *out, struct error *e)
{
	struct type from = b->args[0]->type, to = b->type;

	*out = value_null();
	if (v.type == VALUE_NULL)
		return OK;
	if (type_is_reg(to))
		return to_object(ev, v, to, out, e);
	if (to.kind == TYPE_INT2VECTOR || to.kind == TYPE_OIDVECTOR)
		return to_vector(ev, v, to, out, e);
	if (to.kind == TYPE_JSON || to.kind == TYPE_JSONB)
		return to_json(ev, v, from, to, out, e);
	if (to.kind == TYPE_JSONPATH && v.type == VALUE_STRING)
		return to_json_path(ev, v, out, e);
	if (type_is_string(to))
		return to_text_of(ev, v, b, from, out, e);
	if (from.kind == TYPE_JSONB && v.type == VALUE_STRING && to.kind != TYPE_ANY)
		return from_json(ev, b, v, out, e);
	if (v.type == VALUE_STRING && to.kind == TYPE_LIST && type_is_reg(type_item(to)))
		return eval_take_named(ev, value_str(v), to, out, e);
	if (v.type == VALUE_LIST && to.kind == TYPE_LIST &&
		(is_special(type_item(to)) || is_special(type_item(from))))
		return list_cast(ev, b, v, from, out, e);
	return eval_cast(
		ev, v, type_base(to).kind == TYPE_LIST ? type_base(to) : to, b->is_lenient, out, e);
}
