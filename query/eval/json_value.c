/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Values of json and jsonb: see json_value.h.
 */
#include "query/eval/json_value.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/json.h"
#include "query/eval/cast.h"
#include "query/eval/json_text.h"

struct value eval_json_value(struct str text)
{
	struct value v = value_string(text);

	v.spare[0] = VALUE_SPARE_JSON;
	return v;
}

/* ---- the normal form ------------------------------------------------------------------------- */

struct member {
	const struct json *json;
	uint32_t place;
};

static int by_name(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	int order = str_compare(a->json->name, b->json->name);

	if (a->json->name.length != b->json->name.length)
		return a->json->name.length < b->json->name.length ? -1 : 1;
	return order != 0 ? order : (a->place > b->place) - (a->place < b->place);
}

static void put_normal(struct arena *a, struct buf *to, const struct json *j);

static void put_object(struct arena *a, struct buf *to, const struct json *j)
{
	struct member *members = ARENA_ARRAY(a, struct member, j->count);
	uint32_t count = 0;
	bool is_first = true;

	for (const struct json *m = j->first; m != NULL; m = m->next) {
		members[count] = (struct member){ m, count };
		count++;
	}
	qsort(members, count, sizeof *members, by_name);
	buf_put_byte(to, '{');
	for (uint32_t i = 0; i < count; i++) {
		if (i + 1 < count && str_equal(members[i].json->name, members[i + 1].json->name))
			continue;
		if (!is_first)
			buf_put_text(to, ", ");
		is_first = false;
		json_put_string(to, members[i].json->name);
		buf_put_text(to, ": ");
		put_normal(a, to, members[i].json);
	}
	buf_put_byte(to, '}');
}

static void put_array(struct arena *a, struct buf *to, const struct json *j)
{
	buf_put_byte(to, '[');
	for (const struct json *item = j->first; item != NULL; item = item->next) {
		if (item != j->first)
			buf_put_text(to, ", ");
		put_normal(a, to, item);
	}
	buf_put_byte(to, ']');
}

/* Numbers as numeric has them: without an exponent, and no negative zero. */
static void put_numeric(struct arena *a, struct buf *to, const struct json *j)
{
	bool has_exponent = memchr(j->text.at, 'e', j->text.length) != NULL ||
			    memchr(j->text.at, 'E', j->text.length) != NULL;
	const struct decimal *d;
	struct error e = { 0 };

	if (!has_exponent && (j->text.length < 2 || memcmp(j->text.at, "-0", 2) != 0))
		buf_put_str(to, j->text);
	else if (decimal_parse(a, j->text, &d, &e) == OK)
		decimal_put(to, d);
	else
		json_put(to, j);
}

/* Depth is limited by json_parse(). */
static void put_normal(struct arena *a, struct buf *to, const struct json *j)
{
	switch (j->kind) {
	case JSON_OBJECT:
		put_object(a, to, j);
		return;
	case JSON_ARRAY:
		put_array(a, to, j);
		return;
	case JSON_INTEGER:
	case JSON_DOUBLE:
		put_numeric(a, to, j);
		return;
	default:
		json_put(to, j);
	}
}

struct value eval_json_tree(struct eval *ev, const struct json *j)
{
	struct buf b = { 0 };
	struct value v;

	put_normal(ev->arena, &b, j);
	v = eval_take_buf(ev, &b);
	return eval_json_value(value_str(v));
}

enum sqlstate eval_json_normal(struct eval *ev, struct str text, struct value *out, struct error *e)
{
	const struct json *j;
	enum sqlstate rc = json_parse(ev->arena, text, &j, e);

	if (rc == OK)
		*out = eval_json_tree(ev, j);
	return rc;
}

/* ---- making ---------------------------------------------------------------------------------- */

/* A value as JSON text, members and items without blanks. */
/* The fields of a row in their order. */
static enum sqlstate put_row(struct eval *ev, struct buf *to, struct value v, struct error *e)
{
	buf_put_byte(to, '{');
	for (uint32_t i = 0; i < v.count; i++) {
		if (i > 0)
			buf_put_byte(to, ',');
		json_put_string(to, value_str(v.items[v.count + i]));
		buf_put_byte(to, ':');
		TRY(eval_json_put(ev, to, v.items[i], e));
	}
	buf_put_byte(to, '}');
	return OK;
}

enum sqlstate eval_json_put(struct eval *ev, struct buf *to, struct value v, struct error *e)
{
	if (v.type == VALUE_STRING && v.spare[0] == VALUE_SPARE_JSON) {
		buf_put_str(to, value_str(v));
		return OK;
	}
	if (v.type == VALUE_LIST && v.spare[0] == VALUE_SPARE_NAMED)
		return put_row(ev, to, v, e);
	if (v.type == VALUE_LIST) {
		buf_put_byte(to, '[');
		for (uint32_t i = 0; i < v.count; i++) {
			if (i > 0)
				buf_put_byte(to, ',');
			TRY(eval_json_put(ev, to, v.items[i], e));
		}
		buf_put_byte(to, ']');
		return OK;
	}
	if (v.type == VALUE_DECIMAL)
		return eval_put_text(ev, to, v, e);
	return json_text_put_iso(ev->txn, ev->arena, eval_zone(ev), v, to, e);
}
