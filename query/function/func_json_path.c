/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Functions and operators of jsonb and a path: what it finds, whether it finds something, whether it is
 * true. The operators, and with `silent` the functions, answer NULL where the data is not what the path
 * needs.
 */
#include <string.h>

#include "query/eval/json_path.h"
#include "query/eval/json_value.h"
#include "query/function/functions.h"

static enum sqlstate variables_of(struct eval *ev, const struct value *args, uint32_t count,
	const struct json **out, struct error *e)
{
	*out = NULL;
	if (count < 3)
		return OK;
	TRY(json_parse(ev->arena, value_str(args[2]), out, e));
	if ((*out)->kind == JSON_OBJECT)
		return OK;
	FAIL(e, E_INVALID_VALUE, "\"vars\" argument is not an object");
	error_detail(e,
		"Jsonpath parameters should be encoded as key-value pairs of \"vars\" object.");
	return e->code;
}

/* *is_known is false where nothing can be said and nobody wants to hear why. */
static enum sqlstate follow(struct eval *ev, const struct value *args, uint32_t count,
	bool is_silent, struct json_found *found, bool *is_known, struct error *e)
{
	const struct json *root, *variables;
	struct json_path path;
	enum sqlstate rc;

	is_silent |= count > 3 && args[3].boolean;
	TRY(json_path_parse(ev->arena, value_str(args[1]), &path, e));
	TRY(json_parse(ev->arena, value_str(args[0]), &root, e));
	TRY(variables_of(ev, args, count, &variables, e));
	found->is_one_enough &= path.is_lax;
	rc = json_path_run(ev, &path, root, variables, found, e);
	*is_known = rc == OK;
	if (rc == OK || !is_silent || memcmp(sqlstate_code(rc), "22", 2) != 0)
		return rc;
	error_clear(e);
	return OK;
}

static enum sqlstate exists(struct eval *ev, const struct value *args, uint32_t count,
	bool is_silent, struct value *out, struct error *e)
{
	struct json_found found = { .is_one_enough = true };
	bool is_known;

	TRY(follow(ev, args, count, is_silent, &found, &is_known, e));
	*out = is_known ? value_bool(found.count > 0) : value_null();
	return OK;
}

FUNCTION_ROW(json_path_exists)
{
	return exists(ev, args, count, false, out, e);
}

FUNCTION_ROW(json_path_exists_operator)
{
	return exists(ev, args, count, true, out, e);
}

static enum sqlstate match(struct eval *ev, const struct value *args, uint32_t count,
	bool is_silent, struct value *out, struct error *e)
{
	struct json_found found = { 0 };
	bool is_known;

	is_silent |= count > 3 && args[3].boolean;
	*out = value_null();
	TRY(follow(ev, args, count, is_silent, &found, &is_known, e));
	if (!is_known)
		return OK;
	if (found.count == 1 && found.items[0]->kind == JSON_NULL)
		return OK;
	if (found.count == 1 && found.items[0]->kind == JSON_BOOL) {
		*out = value_bool(found.items[0]->is_true);
		return OK;
	}
	return is_silent ? OK : FAIL(e, E_JSON_NOT_SINGLE, "single boolean result is expected");
}

FUNCTION_ROW(json_path_match)
{
	return match(ev, args, count, false, out, e);
}

FUNCTION_ROW(json_path_match_operator)
{
	return match(ev, args, count, true, out, e);
}

/* All that is found, as a list. */
FUNCTION_ROW(json_path_found)
{
	struct json_found found = { 0 };
	struct value *items;
	bool is_known;

	TRY(follow(ev, args, count, false, &found, &is_known, e));
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)found.count + 1));
	for (uint32_t i = 0; i < found.count && is_known; i++)
		items[i] = eval_json_tree(ev, found.items[i]);
	*out = eval_list(items, is_known ? found.count : 0);
	return OK;
}

FUNCTION_ROW(json_path_found_array)
{
	struct buf b = { 0 };
	struct value list;

	TRY(json_path_found(ev, args, count, &list, e));
	buf_put_byte(&b, '[');
	for (uint32_t i = 0; i < list.count; i++) {
		buf_put_text(&b, i == 0 ? "" : ", ");
		buf_put_str(&b, value_str(list.items[i]));
	}
	buf_put_byte(&b, ']');
	*out = eval_take_buf(ev, &b);
	*out = eval_json_value(value_str(*out));
	return OK;
}

FUNCTION_ROW(json_path_found_first)
{
	struct value list;

	TRY(json_path_found(ev, args, count, &list, e));
	*out = list.count > 0 ? list.items[0] : value_null();
	return OK;
}
