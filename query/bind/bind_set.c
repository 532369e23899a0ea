/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Set-returning functions: those that give a row for each item of a list. In FROM the list is
 * unwound; in a select list each call becomes a slot that PLAN_PROJECT_SET fills, all of them in
 * step.
 */
#include "query/bind/binder.h"

enum set_function binder_set_function(struct str name)
{
	static const char *const names[] = { [SET_UNNEST] = "unnest",
		[SET_SERIES] = "generate_series",
		[SET_SUBSCRIPTS] = "generate_subscripts",
		[SET_EXPANDED] = "_pg_expandarray",
		[SET_ANCESTORS] = "pg_partition_ancestors" };

	for (int i = SET_UNNEST; i <= SET_ANCESTORS; i++) {
		if (str_equal_nocase(name, str_of(names[i])))
			return (enum set_function)i;
	}
	return binder_set_listed(name) == NULL ? SET_NONE : SET_LISTED;
}

const struct set_listed *binder_set_listed(struct str name)
{
	static const struct set_listed rows[] = {
		{ "jsonb_array_elements", "json_items_of", "value", TYPE_JSONB, false, false },
		{ "json_array_elements", "json_items_of", "value", TYPE_JSON, false, false },
		{ "json_each", "json_members_of", NULL, TYPE_JSON, true, false },
		{ "json_to_record", "json_alone_of", NULL, TYPE_JSON, false, true },
		{ "json_to_recordset", "json_items_of", NULL, TYPE_JSON, false, true },
		{ "jsonb_to_record", "json_alone_of", NULL, TYPE_JSONB, false, true },
		{ "jsonb_to_recordset", "json_items_of", NULL, TYPE_JSONB, false, true },
		{ "jsonb_array_elements_text", "json_texts_of", "value", TYPE_STRING, false,
			false },
		{ "json_array_elements_text", "json_texts_of", "value", TYPE_STRING, false, false },
		{ "jsonb_object_keys", "json_names_of", NULL, TYPE_STRING, false, false },
		{ "json_object_keys", "json_names_of", NULL, TYPE_STRING, false, false },
		{ "jsonb_each", "json_members_of", NULL, TYPE_JSONB, true, false },
		{ "jsonb_each_text", "json_member_texts_of", NULL, TYPE_STRING, true, false },
		{ "json_each_text", "json_member_texts_of", NULL, TYPE_STRING, true, false },
		{ "jsonb_path_query", "json_path_found_of", NULL, TYPE_JSONB, false, false },
		{ "jsonb_path_query_tz", "json_path_found_of", NULL, TYPE_JSONB, false, false },
		{ "regexp_matches", "regexp_matches_of", NULL, TYPE_LIST, false, false },
		{ "regexp_split_to_table", "regexp_split_to_array", NULL, TYPE_STRING, false,
			false },
		{ "string_to_table", "string_to_array", NULL, TYPE_STRING, false, false },
	};

	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		if (str_equal_nocase(name, str_of(rows[i].name)))
			return &rows[i];
	}
	return NULL;
}

/* The list itself; vectors of the catalogs are lists too. */
static enum sqlstate as_list(struct binder *b, const struct ast_function *call,
	const struct bound **list, struct error *e)
{
	struct bound *copy;
	char found[TYPE_NAME_SIZE];
	enum type_kind item = TYPE_NULL;

	if (bound_is_untyped(*list))
		TRY(binder_infer(b, list, type_list_of(type_make(TYPE_STRING)), e));
	if ((*list)->type.kind == TYPE_LIST || (*list)->type.kind == TYPE_NULL)
		return OK;
	if ((*list)->type.kind == TYPE_INT2VECTOR)
		item = TYPE_INT16;
	else if ((*list)->type.kind == TYPE_OIDVECTOR)
		item = TYPE_OID;
	else
		return FAIL_AT(e, call->name.at, E_NO_FUNCTION, "function %.*s(%s) does not exist",
			STR_ARGS(call->name.name), type_name((*list)->type, found));
	copy = ARENA_NEW(b->arena, struct bound);
	*copy = **list;
	copy->type = type_list_of(type_make(item));
	*list = copy;
	return OK;
}

/* 1 .. the number of its items. */
static enum sqlstate subscripts(struct binder *b, const struct bound *list, uint32_t at,
	const struct bound **out, struct error *e)
{
	const struct bound *range[2];
	struct bound *copy;

	range[0] = bound_constant(b, value_int(1), type_make(TYPE_INT64), at);
	TRY(binder_function(b, STR("size"), &list, 1, at, &range[1], e));
	TRY(binder_function(b, STR("range"), range, 2, at, out, e));
	copy = ARENA_NEW(b->arena, struct bound);
	*copy = **out;
	copy->type = type_list_of(type_make(TYPE_INT32));
	*out = copy;
	return OK;
}

/* {n: subscript, x: item} for each item, as a comprehension over the subscripts. */
static enum sqlstate expanded(struct binder *b, const struct bound *list, uint32_t at,
	const struct bound **out, struct error *e)
{
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, 3);
	const struct bound **values = ARENA_ARRAY(b->arena, const struct bound *, 2);
	struct str *keys = ARENA_ARRAY(b->arena, struct str, 2);
	struct bound *each = bound_new(b, BOUND_EACH, type_list_of(type_make(TYPE_MAP)), at);
	struct bound *local = bound_new(b, BOUND_LOCAL, type_make(TYPE_INT64), at);
	struct bound *map = bound_new(b, BOUND_MAP, type_make(TYPE_MAP), at);
	const struct bound *item[2] = { list, NULL };

	TRY(subscripts(b, list, at, &args[0], e));
	each->index = local->index = b->local_depth;
	b->local_count = MAX_OF(b->local_count, b->local_depth + 1);
	TRY(binder_operator(b, OP_SUBTRACT, local,
		bound_constant(b, value_int(1), type_make(TYPE_INT64), at), at, &item[1], e));
	keys[0] = STR("n");
	keys[1] = STR("x");
	values[0] = local;
	TRY(binder_function(b, STR(PLAN_FUNCTION_SUBSCRIPT), item, 2, at, &values[1], e));
	map->args = values;
	map->keys = keys;
	map->arg_count = 2;
	args[2] = map;
	each->args = args;
	each->arg_count = 3;
	*out = each;
	return OK;
}

static struct type series_type(const struct bound *const *args, uint32_t count)
{
	struct type type = type_make(TYPE_NULL);

	for (uint32_t i = 0; i < count && i < 2; i++) {
		struct type own = type_base(args[i]->type);

		if (own.kind == TYPE_UNKNOWN || own.kind == TYPE_NULL || type_is_string(own))
			continue;
		type = type_unify(type, own);
	}
	if (type.kind == TYPE_DATE)
		return type_make(TYPE_TIMESTAMPTZ);
	if (count > 2 && args[2]->type.kind == TYPE_DECIMAL && type_is_integer(type))
		return args[2]->type;
	return type;
}

/* generate_series of integers gives the wider of their types; of numerics and moments theirs. */
static enum sqlstate series(struct binder *b, const struct ast_function *call,
	const struct bound **args, const struct bound **out, struct error *e)
{
	uint32_t count = call->arg_count;
	struct type type = series_type(args, count);
	bool is_moment = type.kind == TYPE_TIMESTAMP || type.kind == TYPE_TIMESTAMPTZ;
	struct bound *copy;

	for (uint32_t i = 0; i < count && i < 3; i++) {
		bool is_span = is_moment && i == 2;
		struct type own = is_span ? type_make(TYPE_DURATION) : type;

		if (bound_is_unknown(args[i]) ||
			(type.kind == TYPE_DECIMAL && type_is_integer(args[i]->type)) ||
			(is_moment && args[i]->type.kind == TYPE_DATE))
			args[i] = bound_cast(b, args[i], own);
	}
	if (count >= 2 && count <= 3 && (!is_moment || count == 3)) {
		TRY(binder_function(b, STR("series"), args, count, call->name.at, out, e));
		if (type.kind != TYPE_INT32 && type.kind != TYPE_INT16)
			return OK;
		copy = ARENA_NEW(b->arena, struct bound);
		*copy = **out;
		copy->type = type_list_of(type_make(TYPE_INT32));
		*out = copy;
		return OK;
	}
	return FAIL_AT(e, call->name.at, E_NO_FUNCTION,
		"function generate_series does not exist with these arguments");
}

/* Errors name the function as it was called. */
static enum sqlstate listed(struct binder *b, const struct ast_function *call,
	const struct bound **args, const struct bound **out, struct error *e)
{
	const struct set_listed *row = binder_set_listed(call->name.name);
	uint32_t at = call->name.at;
	struct bound *copy;

	if (strncmp(row->name, "json_", 5) == 0 && bound_is_unknown(args[0]))
		args[0] = bound_cast(b, args[0], type_make(TYPE_JSON));
	if (binder_function(b, str_of(row->list), args, call->arg_count, at, out, e) != OK) {
		if (e->code != E_NO_FUNCTION)
			return e->code;
		return FAIL_AT(e, at, E_NO_FUNCTION,
			"function %s does not exist with these arguments", row->name);
	}
	copy = ARENA_NEW(b->arena, struct bound);
	*copy = **out;
	copy->type = type_list_of(type_make(row->is_pair ? TYPE_RECORD : row->item));
	*out = copy;
	return OK;
}

enum sqlstate bind_set_list(struct binder *b, enum set_function set,
	const struct ast_function *call, const struct bound **out, struct error *e)
{
	const struct bound **args =
		ARENA_ARRAY(b->arena, const struct bound *, call->arg_count + 1);
	uint32_t at = call->name.at;

	if (call->has_names) {
		struct ast_function *placed;

		TRY(bind_positional(b, call, &placed, e));
		return bind_set_list(b, set, placed, out, e);
	}
	for (uint32_t i = 0; i < call->arg_count; i++)
		TRY(bind_expr(b, call->args[i], &args[i], e));
	if (call->arg_count == 0)
		return FAIL_AT(e, at, E_NO_FUNCTION, "function %.*s() does not exist",
			STR_ARGS(call->name.name));
	if (set == SET_SERIES)
		return series(b, call, args, out, e);
	if (set == SET_LISTED)
		return listed(b, call, args, out, e);
	if (set == SET_UNNEST && call->arg_count != 1)
		return FAIL_AT(e, at, E_NOT_SUPPORTED, "unnest of several arrays is not supported");
	if (set == SET_ANCESTORS) {
		struct value none = { .type = VALUE_LIST };

		*out = bound_constant(b, none, type_list_of(type_make(TYPE_REGCLASS)), at);
		return OK;
	}
	TRY(as_list(b, call, &args[0], e));
	*out = args[0];
	if (set == SET_UNNEST)
		return args[0]->type.kind == TYPE_LIST
			       ? binder_function(b, STR("array_flat"), args, 1, at, out, e)
			       : OK;
	if (set == SET_SUBSCRIPTS && call->arg_count > 1 && args[0]->type.kind == TYPE_LIST)
		return binder_function(
			b, STR("array_subscripts"), args, call->arg_count, at, out, e);
	if (set == SET_SUBSCRIPTS)
		return subscripts(b, args[0], at, out, e);
	return expanded(b, args[0], at, out, e);
}

/* What one row of the set is. The pairs {n, x} keep the type of their x: clients read it and n's in
   the columns that take them apart. */
struct type bind_set_item(enum set_function set, struct str name, const struct bound *list)
{
	struct type type = type_item(list->type);

	if (set == SET_LISTED && binder_set_listed(name)->item == TYPE_LIST)
		type = type_list_of(type_make(TYPE_STRING));
	if (set == SET_EXPANDED)
		type.item = list->args[2]->args[1]->type.kind;
	return type;
}

enum sqlstate bind_set_call(struct binder *b, enum set_function set,
	const struct ast_function *call, const struct bound **out, struct error *e)
{
	struct set_calls *calls = b->set_calls;
	const struct bound *list;
	uint32_t slot;

	if (calls == NULL)
		return FAIL_AT(e, call->name.at, E_NOT_SUPPORTED,
			"set-returning functions are not allowed in %s",
			b->place == NULL ? "this place" : b->place);
	/* Only one level: an argument may not return a set itself. */
	b->set_calls = NULL;
	TRY(bind_set_list(b, set, call, &list, e));
	b->set_calls = calls;
	slot = binder_slot_new(b, bind_set_item(set, call->name.name, list), call->name.name);
	if (calls->count == calls->capacity) {
		uint32_t wider = calls->capacity == 0 ? 4 : 2 * calls->capacity;

		calls->lists = arena_grow(b->arena, calls->lists, calls->count * sizeof(void *),
			wider * sizeof(void *));
		calls->slots = arena_grow(b->arena, calls->slots, calls->count * sizeof(uint32_t),
			wider * sizeof(uint32_t));
		calls->capacity = wider;
	}
	calls->lists[calls->count] = list;
	calls->slots[calls->count++] = slot;
	*out = binder_slot_ref(b, slot, call->name.at);
	return OK;
}
