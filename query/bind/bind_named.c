/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Arguments by name: f(a => 1) becomes a call whose arguments all stand at their places, with the
 * defaults of those between that were left out. What does not fit is no function of that name (42883).
 */
#include <stdlib.h>
#include <string.h>

#include "query/bind/binder.h"

static const char *names_of(struct str function)
{
	static const struct {
		const char *function, *names;
	} rows[] = {
#define ARGUMENTS(function_, names_) { function_, names_ },
#include "query/type/argument_names.def"
#undef ARGUMENTS
	};

	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		if (str_equal_nocase(function, str_of(rows[i].function)))
			return rows[i].names;
	}
	return NULL;
}

struct formal {
	struct str name, standard; /* its default as it is written; nowhere: it has none */
};

/* Reads one of the names and moves past it; false at their end. */
static bool formal_next(const char **at, struct formal *out)
{
	size_t length = strcspn(*at, ","), name = strcspn(*at, ",=");

	*out = (struct formal){ .name = { *at, (uint32_t)name } };
	if (name < length)
		out->standard = (struct str){ *at + name + 1, (uint32_t)(length - name - 1) };
	*at += length + ((*at)[length] == ',');
	return length > 0;
}

static struct ast_expr *standard_value(struct binder *b, struct str text, uint32_t at)
{
	struct ast_expr *x = ARENA_NEW(b->arena, struct ast_expr);
	char first = text.at[0];

	*x = (struct ast_expr){ .kind = EXPR_STRING, .at = at, .text = text };
	if (str_equal(text, STR("true")) || str_equal(text, STR("false"))) {
		x->kind = EXPR_BOOL;
		x->boolean = first == 't';
	} else if (first >= '0' && first <= '9') {
		x->kind = EXPR_INT;
		x->integer = first - '0';
	}
	return x;
}

static COLD enum sqlstate no_such_call(
	struct binder *b, const struct ast_function *call, struct error *e)
{
	struct type *types = ARENA_ARRAY(b->arena, struct type, call->arg_count);
	struct buf list = { 0 };
	char found[TYPE_NAME_SIZE];

	for (uint32_t i = 0; i < call->arg_count; i++) {
		const struct bound *arg;

		TRY(bind_expr(b, call->args[i], &arg, e));
		types[i] = arg->type;
	}
	for (uint32_t i = 0; i < call->arg_count; i++) {
		struct str name = call->arg_names[i].text;

		buf_printf(&list, "%s%.*s%s%s", i == 0 ? "" : ", ", STR_ARGS(name),
			name.length > 0 ? " => " : "", type_name(types[i], found));
	}
	FAIL(e, E_NO_FUNCTION, "function %.*s(%.*s) does not exist", STR_ARGS(call->name.name),
		STR_ARGS(buf_str(&list)));
	buf_free(&list);
	error_hint(e, "No function matches the given name and argument types. "
		      "You might need to add explicit type casts.");
	return binder_blame(e, call->name.at);
}

static enum sqlstate check_repeated(const struct ast_function *call, struct error *e)
{
	for (uint32_t i = 1; i < call->arg_count; i++) {
		const struct ast_name *name = &call->arg_names[i];

		for (uint32_t k = 0; k < i && name->text.length > 0; k++) {
			if (str_equal_nocase(name->text, call->arg_names[k].text))
				return FAIL_AT(e, name->at, E_SYNTAX,
					"argument name \"%.*s\" used more than once",
					STR_ARGS(name->text));
		}
	}
	return OK;
}

/* Puts each argument at its place; false if one has none, or a place has two. */
static bool place_arguments(
	const struct ast_function *call, const char *names, struct ast_expr **out, uint32_t *count)
{
	*count = 0;
	for (uint32_t i = 0; i < call->arg_count; i++) {
		const char *at = names;
		struct formal formal;
		uint32_t place = 0;

		while (formal_next(&at, &formal) && call->arg_names[i].text.length > 0 &&
			!str_equal_nocase(formal.name, call->arg_names[i].text))
			place++;
		if (call->arg_names[i].text.length == 0)
			place = i;
		else if (formal.name.length == 0)
			return false;
		if (place >= FUNCTION_ARGS_MAX || out[place] != NULL)
			return false;
		out[place] = call->args[i];
		*count = MAX_OF(*count, place + 1);
	}
	return true;
}

static bool fill_defaults(struct binder *b, const struct ast_function *call, const char *names,
	struct ast_expr **args, uint32_t count)
{
	struct formal formal;

	for (uint32_t i = 0; i < count; i++) {
		if (!formal_next(&names, &formal) && args[i] == NULL)
			return false;
		if (args[i] == NULL && formal.standard.at == NULL)
			return false;
		if (args[i] == NULL)
			args[i] = standard_value(b, formal.standard, call->name.at);
	}
	return true;
}

/* At which of its arguments those begin that a list may stand for; UINT32_MAX: at none. */
static uint32_t variadic_from(struct str name)
{
	static const struct {
		const char *name;
		uint32_t from;
	} rows[] = { { "concat", 0 }, { "concat_ws", 1 }, { "format", 1 },
		{ "json_build_array", 0 }, { "json_build_object", 0 }, { "json_extract_path", 1 },
		{ "json_extract_path_text", 1 }, { "jsonb_build_array", 0 },
		{ "jsonb_build_object", 0 }, { "jsonb_extract_path", 1 },
		{ "jsonb_extract_path_text", 1 }, { "num_nonnulls", 0 }, { "num_nulls", 0 } };

	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		if (str_equal_nocase(name, str_of(rows[i].name)))
			return rows[i].from;
	}
	return UINT32_MAX;
}

/* Resolved as if the list were one of its items, which the evaluator puts in its place. */
enum sqlstate bind_variadic(struct binder *b, const struct ast_function *call,
	const struct bound **args, uint32_t at, const struct bound **out, struct error *e)
{
	uint32_t last = call->arg_count - 1;
	struct bound *item = ARENA_NEW(b->arena, struct bound);
	struct bound *result;
	const struct bound **own;

	if (bound_is_unknown(args[last]) || args[last]->type.kind == TYPE_NULL)
		args[last] = bound_cast(b, args[last], type_list_of(type_make(TYPE_STRING)));
	if (type_family(args[last]->type) != TYPE_FAMILY_LIST)
		return FAIL_AT(e, args[last]->at, E_TYPE, "VARIADIC argument must be an array");
	*item = *args[last];
	item->type = type_item(item->type);
	own = ARENA_ARRAY(b->arena, const struct bound *, call->arg_count);
	memcpy(own, args, call->arg_count * sizeof *own);
	if (variadic_from(call->name.name) != last)
		return no_such_call(b, call, e);
	own[last] = item;
	TRY(binder_function(
		b, bind_function_name(b, &call->name), own, call->arg_count, at, out, e));
	result = ARENA_NEW(b->arena, struct bound);
	*result = **out;
	memcpy(own, result->args, call->arg_count * sizeof *own);
	own[last] = args[last];
	result->args = own;
	result->is_variadic = true;
	*out = result;
	return OK;
}

enum sqlstate bind_positional(struct binder *b, const struct ast_function *call,
	struct ast_function **out, struct error *e)
{
	const char *names = names_of(call->name.name);
	struct ast_expr **args = ARENA_ARRAY(b->arena, struct ast_expr *, FUNCTION_ARGS_MAX);
	struct ast_function *copy = ARENA_NEW(b->arena, struct ast_function);
	uint32_t count;

	TRY(check_repeated(call, e));
	if (names == NULL || !place_arguments(call, names, args, &count) ||
		!fill_defaults(b, call, names, args, count))
		return no_such_call(b, call, e);
	*copy = *call;
	copy->args = args;
	copy->arg_count = count;
	copy->has_names = false;
	*out = copy;
	return OK;
}
