/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Functions and operators of json and jsonb. The values are those of query/eval/json_value.h.
 */
#include "query/function/func_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/json.h"
#include "query/eval/cast.h"
#include "query/eval/json_text.h"
#include "query/function/functions.h"

/* ---- making ---------------------------------------------------------------------------------- */

static enum sqlstate take_json(struct eval *ev, struct buf *b, enum sqlstate rc, bool is_normal,
	struct value *out, struct error *e)
{
	struct value text = eval_take_buf(ev, b);

	TRY(rc);
	if (is_normal)
		return eval_json_normal(ev, value_str(text), out, e);
	*out = eval_json_value(value_str(text));
	return OK;
}

FUNCTION_ROW(json_to_json)
{
	struct buf b = { 0 };
	enum sqlstate rc = eval_json_put(ev, &b, args[0], e);

	(void)count;
	return take_json(ev, &b, rc, false, out, e);
}

FUNCTION_ROW(json_to_jsonb)
{
	struct buf b = { 0 };
	enum sqlstate rc = eval_json_put(ev, &b, args[0], e);

	(void)count;
	return take_json(ev, &b, rc, true, out, e);
}

static enum sqlstate put_name(struct eval *ev, struct buf *to, struct value v, struct error *e)
{
	struct buf b = { 0 };
	enum sqlstate rc;

	if (v.type == VALUE_NULL)
		return FAIL(e, E_INVALID_VALUE, "field name must not be null");
	if (v.type == VALUE_DATE || v.type == VALUE_TIMESTAMP || v.type == VALUE_TIMESTAMPTZ)
		return eval_json_put(ev, to, v, e); /* a string, which DateStyle does not change */
	rc = eval_put_text(ev, &b, v, e);
	json_put_string(to, buf_str(&b));
	buf_free(&b);
	return rc;
}

static enum sqlstate build_object(
	struct eval *ev, const struct value *args, uint32_t count, struct buf *to, struct error *e)
{
	if (count % 2 != 0) {
		FAIL(e, E_INVALID_VALUE, "argument list must have even number of elements");
		error_hint(e, "The arguments of json_build_object() must consist of alternating "
			      "keys and values.");
		return e->code;
	}
	buf_put_byte(to, '{');
	for (uint32_t i = 0; i < count; i += 2) {
		if (i > 0)
			buf_put_text(to, ", ");
		TRY(put_name(ev, to, args[i], e));
		buf_put_text(to, " : ");
		TRY(eval_json_put(ev, to, args[i + 1], e));
	}
	buf_put_byte(to, '}');
	return OK;
}

static enum sqlstate build_array(
	struct eval *ev, const struct value *args, uint32_t count, struct buf *to, struct error *e)
{
	buf_put_byte(to, '[');
	for (uint32_t i = 0; i < count; i++) {
		if (i > 0)
			buf_put_text(to, ", ");
		TRY(eval_json_put(ev, to, args[i], e));
	}
	buf_put_byte(to, ']');
	return OK;
}

FUNCTION_ROW(json_make_object)
{
	struct buf b = { 0 };

	return take_json(ev, &b, build_object(ev, args, count, &b, e), false, out, e);
}

FUNCTION_ROW(json_makeb_object)
{
	struct buf b = { 0 };

	return take_json(ev, &b, build_object(ev, args, count, &b, e), true, out, e);
}

FUNCTION_ROW(json_make_array)
{
	struct buf b = { 0 };

	return take_json(ev, &b, build_array(ev, args, count, &b, e), false, out, e);
}

FUNCTION_ROW(json_makeb_array)
{
	struct buf b = { 0 };

	return take_json(ev, &b, build_array(ev, args, count, &b, e), true, out, e);
}

/* ---- taking apart ---------------------------------------------------------------------------- */

static const struct json *item_at(const struct json *j, int64_t place)
{
	const struct json *item = j->first;

	if (j->kind != JSON_ARRAY)
		return NULL;
	if (place < 0)
		place += j->count;
	if (place < 0 || place >= j->count)
		return NULL;
	while (place-- > 0)
		item = item->next;
	return item;
}

/* A step of a path of texts: a member's name, or the number of an item. */
static const struct json *step_into(const struct json *j, struct str step)
{
	char *end;
	char digits[24];
	long long place;

	if (j->kind == JSON_OBJECT)
		return json_member(j, step);
	if (j->kind != JSON_ARRAY || step.length == 0 || step.length >= sizeof digits)
		return NULL;
	memcpy(digits, step.at, step.length);
	digits[step.length] = '\0';
	place = strtoll(digits, &end, 10);
	return *end == '\0' ? item_at(j, place) : NULL;
}

static enum sqlstate part_of(struct eval *ev, const struct value *args, bool is_path,
	const struct json **out, struct error *e)
{
	const struct json *j;

	TRY(json_parse(ev->arena, value_str(args[0]), &j, e));
	if (!is_path && args[1].type == VALUE_INT)
		j = item_at(j, args[1].integer);
	else if (!is_path)
		j = j->kind == JSON_OBJECT ? json_member(j, value_str(args[1])) : NULL;
	for (uint32_t i = 0; is_path && i < args[1].count && j != NULL; i++)
		j = args[1].items[i].type == VALUE_STRING
			    ? step_into(j, value_str(args[1].items[i]))
			    : NULL;
	*out = j;
	return OK;
}

/* A part as it stands in the whole, which of jsonb is the normal form, too. */
struct value eval_json_part(struct eval *ev, const struct json *j)
{
	struct value v;

	if (j == NULL)
		return value_null();
	v = eval_string(ev, j->source.at, j->source.length);
	return eval_json_value(value_str(v));
}

struct value eval_json_part_text(struct eval *ev, const struct json *j)
{
	if (j == NULL || j->kind == JSON_NULL)
		return value_null();
	if (j->kind == JSON_STRING)
		return value_string(j->text);
	return eval_string(ev, j->source.at, j->source.length);
}

FUNCTION_ROW(json_part)
{
	const struct json *j;

	(void)count;
	TRY(part_of(ev, args, false, &j, e));
	*out = eval_json_part(ev, j);
	return OK;
}

FUNCTION_ROW(json_part_text)
{
	const struct json *j;

	(void)count;
	TRY(part_of(ev, args, false, &j, e));
	*out = eval_json_part_text(ev, j);
	return OK;
}

FUNCTION_ROW(json_path)
{
	const struct json *j;

	(void)count;
	TRY(part_of(ev, args, true, &j, e));
	*out = eval_json_part(ev, j);
	return OK;
}

FUNCTION_ROW(json_path_text)
{
	const struct json *j;

	(void)count;
	TRY(part_of(ev, args, true, &j, e));
	*out = eval_json_part_text(ev, j);
	return OK;
}

FUNCTION_ROW(json_extract_path)
{
	struct value pair[2] = { args[0], eval_list(args + 1, count - 1) };

	return json_path(ev, pair, 2, out, e);
}

FUNCTION_ROW(json_extract_path_text)
{
	struct value pair[2] = { args[0], eval_list(args + 1, count - 1) };

	return json_path_text(ev, pair, 2, out, e);
}

FUNCTION_ROW(json_kind_name)
{
	static const char *const names[] = { [JSON_NULL] = "null",
		[JSON_BOOL] = "boolean",
		[JSON_INTEGER] = "number",
		[JSON_DOUBLE] = "number",
		[JSON_STRING] = "string",
		[JSON_ARRAY] = "array",
		[JSON_OBJECT] = "object" };
	const struct json *j;

	(void)count;
	TRY(json_parse(ev->arena, value_str(args[0]), &j, e));
	*out = value_string(str_of(names[j->kind]));
	return OK;
}

FUNCTION_ROW(json_array_size)
{
	const struct json *j;

	(void)count;
	TRY(json_parse(ev->arena, value_str(args[0]), &j, e));
	if (j->kind != JSON_ARRAY)
		return FAIL(e, E_INVALID_VALUE, "cannot get array length of a %s",
			j->kind == JSON_OBJECT ? "non-array" : "scalar");
	*out = value_int(j->count);
	return OK;
}

/* ---- questions ------------------------------------------------------------------------------- */

static bool has_key(const struct json *j, struct str key)
{
	if (j->kind == JSON_OBJECT)
		return json_member(j, key) != NULL;
	if (j->kind == JSON_STRING)
		return str_equal(j->text, key);
	for (const struct json *i = j->kind == JSON_ARRAY ? j->first : NULL; i != NULL;
		i = i->next) {
		if (i->kind == JSON_STRING && str_equal(i->text, key))
			return true;
	}
	return false;
}

static enum sqlstate count_keys(
	struct eval *ev, const struct value *args, uint32_t *found, struct error *e)
{
	const struct json *j;

	*found = 0;
	TRY(json_parse(ev->arena, value_str(args[0]), &j, e));
	for (uint32_t i = 0; i < args[1].count; i++)
		*found += args[1].items[i].type == VALUE_STRING &&
			  has_key(j, value_str(args[1].items[i]));
	return OK;
}

FUNCTION_ROW(json_has_key)
{
	const struct json *j;

	(void)count;
	TRY(json_parse(ev->arena, value_str(args[0]), &j, e));
	*out = value_bool(has_key(j, value_str(args[1])));
	return OK;
}

FUNCTION_ROW(json_has_any)
{
	uint32_t found;

	(void)count;
	TRY(count_keys(ev, args, &found, e));
	*out = value_bool(found > 0);
	return OK;
}

FUNCTION_ROW(json_has_all)
{
	uint32_t found;

	(void)count;
	TRY(count_keys(ev, args, &found, e));
	*out = value_bool(found == args[1].count);
	return OK;
}

static bool scalars_equal(const struct json *a, const struct json *b)
{
	bool is_number = a->kind == JSON_INTEGER || a->kind == JSON_DOUBLE;
	double x = a->kind == JSON_INTEGER ? (double)a->integer : a->number;
	double y = b->kind == JSON_INTEGER ? (double)b->integer : b->number;

	if (is_number && (b->kind == JSON_INTEGER || b->kind == JSON_DOUBLE))
		return a->kind == JSON_INTEGER && b->kind == JSON_INTEGER ? a->integer == b->integer
									  : x == y;
	if (a->kind != b->kind)
		return false;
	if (a->kind == JSON_STRING)
		return str_equal(a->text, b->text);
	return a->kind == JSON_NULL || a->is_true == b->is_true;
}

static enum sqlstate contains(struct eval *ev, const struct json *a, const struct json *b,
	bool *out, struct error *e);

/* Every item of the one may be held against every item of the other: it can be cancelled. */
static enum sqlstate contains_item(struct eval *ev, const struct json *a,
	const struct json *item, bool *out, struct error *e)
{
	*out = false;
	for (const struct json *i = a->first; i != NULL && !*out; i = i->next) {
		TRY(eval_poll(ev, e));
		if (i->kind == item->kind || (i->kind != JSON_ARRAY && i->kind != JSON_OBJECT))
			TRY(contains(ev, i, item, out, e));
	}
	return OK;
}

static enum sqlstate contains_members(struct eval *ev, const struct json *a,
	const struct json *b, bool *out, struct error *e)
{
	*out = true;
	for (const struct json *m = b->first; m != NULL && *out; m = m->next) {
		const struct json *own = json_member(a, m->name);

		TRY(eval_poll(ev, e));
		/* Only at the top does a list contain a bare item. */
		if (own == NULL || (own->kind == JSON_ARRAY && m->kind != JSON_ARRAY))
			*out = false;
		else
			TRY(contains(ev, own, m, out, e));
	}
	return OK;
}

/* Depth is limited by json_parse(). */
static enum sqlstate contains(struct eval *ev, const struct json *a, const struct json *b,
	bool *out, struct error *e)
{
	if (a->kind == JSON_ARRAY && b->kind != JSON_ARRAY && b->kind != JSON_OBJECT)
		return contains_item(ev, a, b, out, e);
	if (a->kind == JSON_OBJECT && b->kind == JSON_OBJECT)
		return contains_members(ev, a, b, out, e);
	if (a->kind == JSON_ARRAY && b->kind == JSON_ARRAY) {
		*out = true;
		for (const struct json *i = b->first; i != NULL && *out; i = i->next)
			TRY(contains_item(ev, a, i, out, e));
		return OK;
	}
	*out = a->kind != JSON_ARRAY && a->kind != JSON_OBJECT && scalars_equal(a, b);
	return OK;
}

enum sqlstate eval_json_contains(
	struct eval *ev, struct value a, struct value b, bool *out, struct error *e)
{
	const struct json *x, *y;

	TRY(json_parse(ev->arena, value_str(a), &x, e));
	TRY(json_parse(ev->arena, value_str(b), &y, e));
	return contains(ev, x, y, out, e);
}
