/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Aggregates that gather the values of a group: PostgreSQL's array_agg (which keeps NULLs, and of no
 * rows is NULL), string_agg, json_agg and json_object_agg.
 */
#include "query/function/aggregate.h"
#include "query/function/func_json.h"
#include "query/function/functions.h"

#define AGGREGATE_ADD(name)                                                                        \
	static enum sqlstate name(const struct aggregate_context *c, void *const *states,          \
		const struct column *args, const uint32_t *rows, uint32_t count, struct error *e)
#define AGGREGATE_FINISH(name)                                                                     \
	static enum sqlstate name(const struct aggregate_context *c, void *state,                  \
		struct value *out, struct error *e)

enum sqlstate aggregate_gather(
	const struct aggregate_context *c, struct gathered *g, struct value v, struct error *e)
{
	enum { FIRST_CAPACITY = 4 };

	if (g->count == g->capacity) {
		uint32_t wider = g->capacity == 0 ? FIRST_CAPACITY : g->capacity * 2;

		TRY(eval_check_list(c->ev, (uint64_t)g->count + 1, e));
		g->items = arena_grow(c->arena, g->items, sizeof v * g->count, sizeof v * wider);
		g->capacity = wider;
	}
	g->items[g->count++] = value_copy(c->arena, v);
	return OK;
}

AGGREGATE_ADD(gather_all)
{
	for (uint32_t i = 0; i < count; i++)
		TRY(aggregate_gather(c, states[i], column_value(&args[0], rows[i]), e));
	return OK;
}

AGGREGATE_ADD(gather_pairs)
{
	for (uint32_t i = 0; i < count; i++) {
		TRY(aggregate_gather(c, states[i], column_value(&args[0], rows[i]), e));
		TRY(aggregate_gather(c, states[i], column_value(&args[1], rows[i]), e));
	}
	return OK;
}

AGGREGATE_FINISH(array_finish)
{
	struct gathered *g = state;

	(void)c;
	*out = g->count == 0 ? value_null() : eval_list(g->items, g->count);
	return g->count == 0 ? OK : array_check_gathered(*out, e);
}

/* Each value after the first has its own separator before it; NULLs are left out. */
AGGREGATE_FINISH(string_finish)
{
	struct gathered *g = state;
	struct buf b = { 0 };
	bool is_first = true, is_bytes = false;

	(void)e;
	for (uint32_t i = 0; i < g->count; i += 2) {
		if (g->items[i].type == VALUE_NULL)
			continue;
		is_bytes = g->items[i].type == VALUE_BYTES;
		if (!is_first && g->items[i + 1].type != VALUE_NULL)
			buf_put_str(&b, value_str(g->items[i + 1]));
		is_first = false;
		buf_put_str(&b, value_str(g->items[i]));
	}
	*out = eval_take_buf(c->ev, &b);
	out->type = is_bytes ? VALUE_BYTES : VALUE_STRING;
	if (is_first)
		*out = value_null();
	return OK;
}

/* json_agg() puts each array or row on a line of its own. */
static enum sqlstate put_json_items(
	const struct aggregate_context *c, struct gathered *g, struct buf *to, struct error *e)
{
	buf_put_byte(to, '[');
	for (uint32_t i = 0; i < g->count; i++) {
		if (i > 0)
			buf_put_text(to, g->items[i].type == VALUE_LIST ? ", \n " : ", ");
		TRY(eval_json_put(c->ev, to, g->items[i], e));
	}
	buf_put_byte(to, ']');
	return OK;
}

static enum sqlstate json_of(const struct aggregate_context *c, struct gathered *g, bool is_normal,
	enum sqlstate (*make)(struct eval *ev, const struct value *args, uint32_t count,
		struct value *out, struct error *e),
	struct value *out, struct error *e)
{
	struct value text;

	*out = value_null();
	if (g->count == 0)
		return OK;
	TRY(make(c->ev, g->items, g->count, &text, e));
	*out = text;
	return is_normal ? eval_json_normal(c->ev, value_str(text), out, e) : OK;
}

AGGREGATE_FINISH(json_finish)
{
	struct gathered *g = state;
	struct buf b = { 0 };
	enum sqlstate rc;

	*out = value_null();
	if (g->count == 0)
		return OK;
	rc = put_json_items(c, g, &b, e);
	*out = eval_take_buf(c->ev, &b);
	*out = eval_json_value(value_str(*out));
	return rc;
}

AGGREGATE_FINISH(jsonb_finish)
{
	return json_of(c, state, true, json_make_array, out, e);
}

/* PostgreSQL writes this one with blanks inside of its braces. */
AGGREGATE_FINISH(json_object_finish)
{
	struct value v;

	TRY(json_of(c, state, false, json_make_object, &v, e));
	*out = v;
	if (v.type == VALUE_STRING)
		*out = eval_json_value(arena_printf(
			c->ev->arena, "{ %.*s }", (int)v.count - 2, v.bytes + 1));
	return OK;
}

AGGREGATE_FINISH(jsonb_object_finish)
{
	return json_of(c, state, true, json_make_object, out, e);
}

const struct aggregate_methods aggregate_array = { sizeof(struct gathered), gather_all,
	array_finish, true };
const struct aggregate_methods aggregate_string = { sizeof(struct gathered), gather_pairs,
	string_finish, true };
const struct aggregate_methods aggregate_json = { sizeof(struct gathered), gather_all,
	json_finish, true };
const struct aggregate_methods aggregate_jsonb = { sizeof(struct gathered), gather_all,
	jsonb_finish, true };
const struct aggregate_methods aggregate_json_object = { sizeof(struct gathered), gather_pairs,
	json_object_finish, true };
const struct aggregate_methods aggregate_jsonb_object = { sizeof(struct gathered), gather_pairs,
	jsonb_object_finish, true };
