/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Changes of jsonb, and its items and members as lists. A change builds the tree anew along the path
 * to what changes and shares the rest.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "query/function/func_json.h"
#include "query/function/functions.h"

static enum sqlstate parse(
	struct eval *ev, struct value text, const struct json **out, struct error *e)
{
	return json_parse(ev->arena, value_str(text), out, e);
}

static struct value take(struct eval *ev, const struct json *j)
{
	return eval_json_tree(ev, j);
}

/* ---- trees made anew ------------------------------------------------------------------------- */

/* An array or object that grows at its end. */
struct making {
	struct json *whole;
	const struct json **end;
};

static struct making make(struct eval *ev, enum json_kind kind)
{
	struct making m = { .whole = arena_alloc(ev->arena, sizeof *m.whole) };

	m.whole->kind = kind;
	m.end = &m.whole->first;
	return m;
}

static void add(struct eval *ev, struct making *m, const struct json *item, struct str name)
{
	struct json *copy = arena_alloc(ev->arena, sizeof *copy);

	*copy = *item;
	copy->name = name;
	copy->next = NULL;
	*m->end = copy;
	m->end = &copy->next;
	m->whole->count++;
}

/* ---- || and - -------------------------------------------------------------------------------- */

static void add_all(struct eval *ev, struct making *m, const struct json *j)
{
	if (j->kind != m->whole->kind) {
		add(ev, m, j, (struct str){ 0 });
		return;
	}
	for (const struct json *item = j->first; item != NULL; item = item->next)
		add(ev, m, item, item->name);
}

/* Two objects are one; anything else becomes an array. Of members with one name the last stays. */
FUNCTION_ROW(json_join)
{
	const struct json *a, *b;
	struct making m;

	(void)count;
	TRY(parse(ev, args[0], &a, e));
	TRY(parse(ev, args[1], &b, e));
	m = make(ev, a->kind == JSON_OBJECT && b->kind == JSON_OBJECT ? JSON_OBJECT : JSON_ARRAY);
	add_all(ev, &m, a);
	add_all(ev, &m, b);
	*out = take(ev, m.whole);
	return OK;
}

static bool is_named(const struct json *item, enum json_kind in, struct str name)
{
	return in == JSON_OBJECT ? str_equal(item->name, name)
				 : item->kind == JSON_STRING && str_equal(item->text, name);
}

static bool is_unwanted(const struct json *item, enum json_kind in, struct value what)
{
	if (what.type != VALUE_LIST)
		return is_named(item, in, value_str(what));
	for (uint32_t i = 0; i < what.count; i++) {
		if (what.items[i].type == VALUE_STRING &&
			is_named(item, in, value_str(what.items[i])))
			return true;
	}
	return false;
}

/* Without the members of these names, or the strings; without the item at a place. */
FUNCTION_ROW(json_without)
{
	bool is_place = args[1].type == VALUE_INT;
	int64_t place = is_place ? args[1].integer : -1, at = 0;
	const struct json *j;
	struct making m;

	(void)count;
	TRY(parse(ev, args[0], &j, e));
	if (j->kind != JSON_ARRAY && j->kind != JSON_OBJECT)
		return FAIL(e, E_INVALID_VALUE, "cannot delete from scalar");
	if (is_place && j->kind == JSON_OBJECT)
		return FAIL(e, E_INVALID_VALUE, "cannot delete from object using integer index");
	if (is_place && place < 0)
		place += j->count;
	m = make(ev, j->kind);
	for (const struct json *item = j->first; item != NULL; item = item->next, at++) {
		if (is_place ? at != place : !is_unwanted(item, j->kind, args[1]))
			add(ev, &m, item, item->name);
	}
	*out = take(ev, m.whole);
	return OK;
}

/* ---- along a path ---------------------------------------------------------------------------- */

struct change {
	struct eval *ev;
	struct value path;
	const struct json *to;	/* NULL: delete */
	bool creates;		/* what is not there is made */
	bool inserts, is_after; /* beside what is there */
};

static enum sqlstate step_number(
	const struct change *c, uint32_t step, int64_t *out, struct error *e)
{
	struct str text = value_str(c->path.items[step]);
	char digits[24];
	char *end = digits;

	if (text.length > 0 && text.length < sizeof digits) {
		memcpy(digits, text.at, text.length);
		digits[text.length] = '\0';
		*out = strtoll(digits, &end, 10);
		if (*end == '\0')
			return OK;
	}
	return FAIL(e, E_TEXT_REPRESENTATION,
		"path element at position %u is not an integer: \"%.*s\"", step + 1,
		STR_ARGS(text));
}

static enum sqlstate change_at(struct change *c, const struct json *j, uint32_t step,
	const struct json **out, struct error *e);

/* What becomes of the item that a step leads to: deleted, replaced, or changed further down. */
static enum sqlstate change_item(
	struct change *c, struct making *m, const struct json *item, uint32_t step, struct error *e)
{
	const struct json *changed;

	if (step + 1 < c->path.count) {
		TRY(change_at(c, item, step + 1, &changed, e));
		add(c->ev, m, changed, item->name);
		return OK;
	}
	if (c->inserts && m->whole->kind == JSON_OBJECT)
		return FAIL(e, E_INVALID_VALUE, "cannot replace existing key");
	if (c->inserts && c->is_after)
		add(c->ev, m, item, item->name);
	if (c->to != NULL)
		add(c->ev, m, c->to, item->name);
	if (c->inserts && !c->is_after)
		add(c->ev, m, item, item->name);
	return OK;
}

static enum sqlstate change_array(
	struct change *c, const struct json *j, uint32_t step, struct making *m, struct error *e)
{
	bool is_last = step + 1 == c->path.count, makes = is_last && c->creates && c->to != NULL;
	int64_t place = 0, at = 0;

	TRY(step_number(c, step, &place, e));
	if (place < 0 && place + j->count >= 0)
		place += j->count;
	if (place < 0 && makes)
		add(c->ev, m, c->to, (struct str){ 0 });
	for (const struct json *item = j->first; item != NULL; item = item->next, at++) {
		if (at == place)
			TRY(change_item(c, m, item, step, e));
		else
			add(c->ev, m, item, item->name);
	}
	if (place >= j->count && makes)
		add(c->ev, m, c->to, (struct str){ 0 });
	return OK;
}

static enum sqlstate change_object(
	struct change *c, const struct json *j, uint32_t step, struct making *m, struct error *e)
{
	struct str name = value_str(c->path.items[step]);
	bool is_there = false;

	for (const struct json *item = j->first; item != NULL; item = item->next) {
		if (!str_equal(item->name, name)) {
			add(c->ev, m, item, item->name);
			continue;
		}
		is_there = true;
		TRY(change_item(c, m, item, step, e));
	}
	if (!is_there && step + 1 == c->path.count && c->creates && c->to != NULL)
		add(c->ev, m, c->to, name);
	return OK;
}

/* The depth is that of the tree, which json_parse() limits. */
static enum sqlstate change_at(struct change *c, const struct json *j, uint32_t step,
	const struct json **out, struct error *e)
{
	struct making m;

	*out = j;
	if (j->kind != JSON_ARRAY && j->kind != JSON_OBJECT)
		return OK;
	if (c->path.items[step].type != VALUE_STRING)
		return FAIL(e, E_NULL_NOT_ALLOWED, "path element at position %u is null", step + 1);
	m = make(c->ev, j->kind);
	if (j->kind == JSON_ARRAY)
		TRY(change_array(c, j, step, &m, e));
	else
		TRY(change_object(c, j, step, &m, e));
	*out = m.whole;
	return OK;
}

static enum sqlstate change(
	struct change *c, struct value tree, const char *what, struct value *out, struct error *e)
{
	const struct json *j;

	TRY(parse(c->ev, tree, &j, e));
	if (j->kind != JSON_ARRAY && j->kind != JSON_OBJECT)
		return FAIL(e, E_INVALID_VALUE, "cannot %s in scalar", what);
	if (c->path.count > 0)
		TRY(change_at(c, j, 0, &j, e));
	*out = take(c->ev, j);
	return OK;
}

FUNCTION_ROW(json_set)
{
	struct change c = { .ev = ev, .path = args[1], .creates = count < 4 || args[3].boolean };

	TRY(parse(ev, args[2], &c.to, e));
	return change(&c, args[0], "set path", out, e);
}

FUNCTION_ROW(json_insert)
{
	struct change c = { .ev = ev,
		.path = args[1],
		.creates = true,
		.inserts = true,
		.is_after = count > 3 && args[3].boolean };

	TRY(parse(ev, args[2], &c.to, e));
	return change(&c, args[0], "set path", out, e);
}

FUNCTION_ROW(json_delete_path)
{
	struct change c = { .ev = ev, .path = args[1] };

	(void)count;
	return change(&c, args[0], "delete path", out, e);
}

static const struct json *without_nulls(struct eval *ev, const struct json *j)
{
	struct making m;

	if (j->kind != JSON_ARRAY && j->kind != JSON_OBJECT)
		return j;
	m = make(ev, j->kind);
	for (const struct json *item = j->first; item != NULL; item = item->next) {
		if (j->kind == JSON_ARRAY || item->kind != JSON_NULL)
			add(ev, &m, without_nulls(ev, item), item->name);
	}
	return m.whole;
}

FUNCTION_ROW(json_strip_nulls)
{
	const struct json *j;

	(void)count;
	TRY(parse(ev, args[0], &j, e));
	*out = take(ev, without_nulls(ev, j));
	return OK;
}

/* ---- lists ----------------------------------------------------------------------------------- */

static enum sqlstate items_of(
	struct eval *ev, struct value text, bool is_text, struct value *out, struct error *e)
{
	const struct json *j;
	struct value *items;
	uint32_t used = 0;

	TRY(parse(ev, text, &j, e));
	if (j->kind != JSON_ARRAY)
		return FAIL(e, E_INVALID_VALUE, "cannot extract elements from %s",
			j->kind == JSON_OBJECT ? "an object" : "a scalar");
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)j->count + 1));
	for (const struct json *item = j->first; item != NULL; item = item->next)
		items[used++] = is_text ? eval_json_part_text(ev, item) : eval_json_part(ev, item);
	*out = eval_list(items, used);
	return OK;
}

FUNCTION_ROW(json_items)
{
	(void)count;
	return items_of(ev, args[0], false, out, e);
}

FUNCTION_ROW(json_items_text)
{
	(void)count;
	return items_of(ev, args[0], true, out, e);
}

static enum sqlstate members_of(struct eval *ev, struct value text, const char *name, bool is_text,
	struct value *out, struct error *e)
{
	const struct json *j;
	struct value *items;
	uint32_t used = 0;

	TRY(parse(ev, text, &j, e));
	if (j->kind != JSON_OBJECT)
		return FAIL(e, E_INVALID_VALUE, "cannot call %s on a non-object", name);
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)j->count + 1));
	for (const struct json *item = j->first; item != NULL; item = item->next) {
		struct value *pair = arena_alloc(ev->arena, sizeof *pair * 2);

		pair[0] = value_string(item->name);
		pair[1] = is_text ? eval_json_part_text(ev, item) : eval_json_part(ev, item);
		items[used++] = eval_list(pair, 2);
	}
	*out = eval_list(items, used);
	return OK;
}

FUNCTION_ROW(json_members)
{
	(void)count;
	return members_of(ev, args[0], "jsonb_each", false, out, e);
}

FUNCTION_ROW(json_members_text)
{
	(void)count;
	return members_of(ev, args[0], "jsonb_each_text", true, out, e);
}

FUNCTION_ROW(json_names)
{
	const struct json *j;
	struct value *items;
	uint32_t used = 0;

	(void)count;
	TRY(parse(ev, args[0], &j, e));
	if (j->kind != JSON_OBJECT)
		return FAIL(e, E_INVALID_VALUE, "cannot call jsonb_object_keys on %s",
			j->kind == JSON_ARRAY ? "an array" : "a scalar");
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)j->count + 1));
	for (const struct json *item = j->first; item != NULL; item = item->next)
		items[used++] = value_string(item->name);
	*out = eval_list(items, used);
	return OK;
}
