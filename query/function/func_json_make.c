/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * JSON made of arrays of texts and of rows, and JSON in other layouts.
 */
#include <string.h>

#include "base/json.h"
#include "query/function/func_json.h"
#include "query/function/functions.h"

static struct value json_taken(struct eval *ev, struct buf *b)
{
	return eval_json_value(value_str(eval_take_buf(ev, b)));
}

/* ---- objects of texts ------------------------------------------------------------------------ */

static enum sqlstate put_member(
	struct buf *to, bool is_first, struct value name, struct value v, struct error *e)
{
	if (name.type != VALUE_STRING)
		return FAIL(e, E_NULL_NOT_ALLOWED, "null value not allowed for object key");
	buf_put_text(to, is_first ? "" : ", ");
	json_put_string(to, value_str(name));
	buf_put_text(to, " : ");
	if (v.type == VALUE_STRING)
		json_put_string(to, value_str(v));
	else
		buf_put_text(to, "null");
	return OK;
}

/* Names and values in turn, or a list of pairs. */
static enum sqlstate put_in_turn(struct buf *to, struct value list, struct error *e)
{
	bool is_pairs = list.count > 0 && list.items[0].type == VALUE_LIST;

	if (!is_pairs && list.count % 2 != 0)
		return FAIL(e, E_SUBSCRIPT, "array must have even number of elements");
	for (uint32_t i = 0; i < list.count; i += is_pairs ? 1 : 2) {
		const struct value *pair = is_pairs ? list.items[i].items : &list.items[i];

		if (is_pairs && list.items[i].count != 2)
			return FAIL(e, E_SUBSCRIPT, "array must have two columns");
		TRY(put_member(to, i == 0, pair[0], pair[1], e));
	}
	return OK;
}

static enum sqlstate put_beside(
	struct buf *to, struct value names, struct value values, struct error *e)
{
	if (names.count != values.count)
		return FAIL(e, E_SUBSCRIPT, "mismatched array dimensions");
	for (uint32_t i = 0; i < names.count; i++)
		TRY(put_member(to, i == 0, names.items[i], values.items[i], e));
	return OK;
}

static enum sqlstate object_of(struct eval *ev, const struct value *args, uint32_t count,
	struct value *out, struct error *e)
{
	struct buf b = { 0 };
	enum sqlstate rc;

	buf_put_byte(&b, '{');
	rc = count == 1 ? put_in_turn(&b, args[0], e) : put_beside(&b, args[0], args[1], e);
	buf_put_byte(&b, '}');
	*out = json_taken(ev, &b);
	return rc;
}

FUNCTION_ROW(json_object_of_texts)
{
	return object_of(ev, args, count, out, e);
}

FUNCTION_ROW(json_objectb_of_texts)
{
	TRY(object_of(ev, args, count, out, e));
	return eval_json_normal(ev, value_str(*out), out, e);
}

/* ---- rows and arrays ------------------------------------------------------------------------ */

/* array_to_json(x, pretty), row_to_json(x, pretty): each item or member on a line of its own. */
static FUNCTION_ROW(json_in_lines)
{
	struct buf b = { 0 };
	const struct json *j;

	(void)count;
	TRY(json_to_json(ev, args, 1, out, e));
	if (!args[1].boolean)
		return OK;
	TRY(json_parse(ev->arena, value_str(*out), &j, e));
	if (j->kind != JSON_ARRAY && j->kind != JSON_OBJECT)
		return OK;
	buf_put_byte(&b, j->kind == JSON_ARRAY ? '[' : '{');
	for (const struct json *i = j->first; i != NULL; i = i->next) {
		buf_put_text(&b, i == j->first ? "" : ",\n ");
		if (j->kind == JSON_OBJECT) {
			json_put_string(&b, i->name);
			buf_put_byte(&b, ':');
		}
		buf_put_str(&b, i->source);
	}
	buf_put_byte(&b, j->kind == JSON_ARRAY ? ']' : '}');
	*out = json_taken(ev, &b);
	return OK;
}

FUNCTION_ROW(json_whole)
{
	return count > 1 ? json_in_lines(ev, args, count, out, e)
			 : json_to_json(ev, args, count, out, e);
}

/* ---- layouts --------------------------------------------------------------------------------- */

static void put_line(struct buf *to, uint32_t depth)
{
	buf_put_byte(to, '\n');
	for (uint32_t i = 0; i < depth; i++)
		buf_put_text(to, "    ");
}

/* Depth is limited by json_parse(). */
static void put_pretty(struct buf *to, const struct json *j, uint32_t depth)
{
	if (j->kind != JSON_ARRAY && j->kind != JSON_OBJECT) {
		buf_put_str(to, j->source);
		return;
	}
	buf_put_byte(to, j->kind == JSON_ARRAY ? '[' : '{');
	for (const struct json *i = j->first; i != NULL; i = i->next) {
		buf_put_text(to, i == j->first ? "" : ",");
		put_line(to, depth + 1);
		if (j->kind == JSON_OBJECT) {
			json_put_string(to, i->name);
			buf_put_text(to, ": ");
		}
		put_pretty(to, i, depth + 1);
	}
	put_line(to, depth);
	buf_put_byte(to, j->kind == JSON_ARRAY ? ']' : '}');
}

FUNCTION_ROW(json_pretty)
{
	struct buf b = { 0 };
	const struct json *j;

	(void)count;
	TRY(json_parse(ev->arena, value_str(args[0]), &j, e));
	put_pretty(&b, j, 0);
	*out = eval_take_buf(ev, &b);
	return OK;
}

/* Members that are null are left out; blanks, too. */
static void put_stripped(struct buf *to, const struct json *j)
{
	bool is_first = true;

	if (j->kind != JSON_ARRAY && j->kind != JSON_OBJECT) {
		buf_put_str(to, j->source);
		return;
	}
	buf_put_byte(to, j->kind == JSON_ARRAY ? '[' : '{');
	for (const struct json *i = j->first; i != NULL; i = i->next) {
		if (j->kind == JSON_OBJECT && i->kind == JSON_NULL)
			continue;
		buf_put_text(to, is_first ? "" : ",");
		is_first = false;
		if (j->kind == JSON_OBJECT) {
			json_put_string(to, i->name);
			buf_put_byte(to, ':');
		}
		put_stripped(to, i);
	}
	buf_put_byte(to, j->kind == JSON_ARRAY ? ']' : '}');
}

FUNCTION_ROW(json_stripped)
{
	struct buf b = { 0 };
	const struct json *j;

	(void)count;
	TRY(json_parse(ev->arena, value_str(args[0]), &j, e));
	put_stripped(&b, j);
	*out = json_taken(ev, &b);
	return OK;
}

/* jsonb_set_lax(target, path, new, create, what a NULL does). */
FUNCTION_ROW(json_set_lax)
{
	struct value four[4] = { args[0], args[1], args[2], value_bool(true) };
	struct str what = count > 4 && args[4].type == VALUE_STRING ? value_str(args[4])
								    : STR("use_json_null");

	*out = value_null();
	if (args[0].type == VALUE_NULL || args[1].type == VALUE_NULL ||
		(count > 3 && args[3].type == VALUE_NULL))
		return OK;
	if (count > 3)
		four[3] = args[3];
	if (args[2].type != VALUE_NULL)
		return json_set(ev, four, 4, out, e);
	if (str_equal(what, STR("use_json_null"))) {
		four[2] = eval_json_value(STR("null"));
		return json_set(ev, four, 4, out, e);
	}
	if (str_equal(what, STR("delete_key")))
		return json_delete_path(ev, four, 2, out, e);
	if (str_equal(what, STR("return_target"))) {
		*out = args[0];
		return OK;
	}
	if (!str_equal(what, STR("raise_exception")))
		return FAIL(e, E_INVALID_VALUE,
			"null_value_treatment must be \"delete_key\", \"return_target\", "
			"\"use_json_null\", or \"raise_exception\"");
	FAIL(e, E_NULL_NOT_ALLOWED, "JSON value must not be null");
	error_detail(
		e, "Exception was raised because null_value_treatment is \"raise_exception\".");
	error_hint(e, "To avoid, either change the null_value_treatment argument or ensure that an "
		      "SQL NULL is not passed.");
	return e->code;
}

/* The item of a list as an array's texts: for arrays in json_to_record(). */
FUNCTION_ROW(json_texts_or_null)
{
	const struct json *j;

	*out = value_null();
	TRY(json_parse(ev->arena, value_str(args[0]), &j, e));
	if (j->kind == JSON_NULL)
		return OK;
	if (j->kind != JSON_ARRAY)
		return FAIL(e, E_TEXT_REPRESENTATION, "expected JSON array");
	return json_items_text(ev, args, count, out, e);
}

/* A list of the one object. */
FUNCTION_ROW(json_alone)
{
	struct value *item = arena_alloc_raw(ev->arena, sizeof *item);

	(void)count, (void)e;
	*item = args[0];
	*out = eval_list(item, 1);
	return OK;
}
