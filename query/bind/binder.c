/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The binder's state: slots, parameters, notices, and the small pieces that bound expressions are
 * made of. What each kind of expression means stands in bind_*.c.
 *
 * Types of parameters. A parameter without a type is bound as TYPE_NULL, and whoever knows better
 * gives it one (binder_infer). Most statements are done then. Only if some reference was left
 * without a type (RETURN $1, n.id = $1) or an operator had to be bound before its operand's type
 * was known ($1 + $2 = n.id) is the statement bound once more:
 *
 *	begin --pass--> end: all typed, none left over          -> done
 *	                end: all typed, some references untyped -> again --pass--> done
 *	                end: a parameter untyped                -> 42P18
 *
 * Invariants
 *  B1. A slot's type never changes once it is made.
 *  B2. In a second pass no parameter is untyped.
 */
#include "query/bind/binder.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/setting.h"
#include "base/stack.h"
#include "query/eval/eval.h"
#include "query/function/function_body.h"

enum { SLOTS_FIRST_COUNT = 32 };

enum sqlstate binder_blame(struct error *e, uint32_t at)
{
	e->byte_offset = (int)at;
	return e->code;
}

/* ---- passes ---------------------------------------------------------------------------------- */

const struct session_parameter *binder_session_parameter(
	const struct bind_options *options, struct str name)
{
	for (uint32_t i = 0; i < options->session_parameter_count; i++) {
		if (str_equal(options->session_parameters[i].name, name))
			return &options->session_parameters[i];
	}
	return NULL;
}

/* The statement's named parameters but those that the session has values for. */
static uint32_t positional_names(struct arena *a, const struct ast_stmt *statement,
	const struct bind_options *options, struct str **out)
{
	uint32_t count = 0;

	*out = ARENA_ARRAY(a, struct str, statement->parameter_name_count + 1);
	for (uint32_t i = 0; i < statement->parameter_name_count; i++) {
		if (binder_session_parameter(options, statement->parameter_names[i]) == NULL)
			(*out)[count++] = statement->parameter_names[i];
	}
	return count;
}

enum sqlstate binder_poll(const struct binder *b, struct error *e)
{
	TRY(stack_check(e));
	if (UNLIKELY(arena_bytes_used(b->arena) > b->bytes_max)) {
		(void)FAIL(e, E_OUT_OF_MEMORY, "out of memory");
		error_detail(e, "The statement's plan needs more memory than it may have.");
		error_hint(e, "Make the statement simpler, or raise the setting max_plan_memory.");
		return E_OUT_OF_MEMORY;
	}
	return eval_cancelled(b->options->cancel, e);
}

enum sqlstate binder_begin(struct binder *b, struct arena *a, const struct ast_stmt *statement,
	const struct bind_options *options, struct error *e)
{
	uint32_t count = statement->parameter_max, name_count;
	struct str *names;

	name_count = positional_names(a, statement, options, &names);
	if (count > 0 && name_count > 0)
		return FAIL_AT(e, statement->at, E_NO_PARAMETER,
			"named and numbered parameters cannot be mixed in one statement");
	count = MAX_OF(count, name_count);
	count = MAX_OF(count, options->parameter_count);
	*b = (struct binder){
		.arena = a,
		.options = options,
		.catalog = options->catalog,
		.text = statement->text,
		.text_at = statement->at,
		.parameter_count = count,
		.parameter_names = names,
		.parameter_name_count = name_count,
	};
	b->bytes_max = SIZE_MAX;
	if (options->settings != NULL)
		b->bytes_max = arena_bytes_used(a) + (size_t)setting_bytes(options->settings,
							     SETTING_max_plan_memory);
	b->parameters = ARENA_ARRAY(a, struct type, count);
	b->parameter_infos = ARENA_ARRAY(a, struct parameter_info, count);
	for (uint32_t i = 0; i < options->parameter_count; i++)
		b->parameters[i] = options->parameters[i];
	b->notices_end = &b->notices;
	(void)binder_use_graph(b, options->graph);
	return OK;
}

bool binder_use_graph(struct binder *b, struct str graph)
{
	if (str_equal(graph, STR("main")))
		graph.length = 0;
	b->graph_name = graph;
	b->graph = graph.length == 0 || b->catalog == NULL ? GRAPH_MAIN
							   : catalog_graph_find(b->catalog, graph);
	return graph.length == 0 || b->graph != GRAPH_MAIN;
}

static bool binder_untyped_is_text(const struct binder *b)
{
	return b->options->settings != NULL &&
	       setting_enum(b->options->settings, SETTING_graph_untyped_parameters) == 1;
}

static enum sqlstate refuse_untyped(const struct binder *b, uint32_t number, struct error *e)
{
	const struct parameter_info *info = &b->parameter_infos[number];
	struct str name;

	if (number < b->parameter_name_count) {
		name = b->parameter_names[number];
		FAIL(e, E_INDETERMINATE_TYPE, "could not determine data type of parameter $%.*s",
			STR_ARGS(name));
		error_hint(e,
			"Add a cast such as $%.*s::int8, declare the property, or give it a value "
			"by SESSION SET VALUE $%.*s = ...",
			STR_ARGS(name), STR_ARGS(name));
	} else {
		FAIL(e, E_INDETERMINATE_TYPE, "could not determine data type of parameter $%u",
			number + 1);
		error_hint(e, "Add a cast such as $%u::int8, or declare the property.", number + 1);
	}
	return info->is_seen ? binder_blame(e, info->at) : e->code;
}

enum sqlstate binder_pass_end(struct binder *b, bool *again, struct error *e)
{
	bool is_text = binder_untyped_is_text(b);

	*again = b->must_rebind || b->untyped_count > 0;
	for (uint32_t i = 0; i < b->parameter_count; i++) {
		const struct parameter_info *info = &b->parameter_infos[i];

		if (b->parameters[i].kind != TYPE_NULL)
			continue;
		if (!is_text && !info->is_text)
			return refuse_untyped(b, i, e);
		b->parameters[i] = type_make(TYPE_STRING);
	}
	return OK;
}

void binder_pass_again(struct binder *b)
{
	b->slot_count = 0;
	b->local_depth = b->local_count = 0;
	b->untyped_count = 0;
	b->literal_count = 0;
	b->must_rebind = false;
	b->scope = NULL;
	b->aggregation = NULL;
	b->around = NULL;
	b->written_count = 0;
	b->wrote_anything = false;
	b->notices = NULL;
	b->notices_end = &b->notices;
}

/* ---- slots ----------------------------------------------------------------------------------- */

uint32_t binder_slot_new(struct binder *b, struct type type, struct str name)
{
	if (b->slot_count == b->slot_capacity) {
		uint32_t capacity =
			b->slot_capacity == 0 ? SLOTS_FIRST_COUNT : 2 * b->slot_capacity;

		b->slots = arena_grow(b->arena, b->slots, b->slot_count * sizeof *b->slots,
			capacity * sizeof *b->slots);
		b->slot_capacity = capacity;
	}
	b->slots[b->slot_count] = (struct slot_info){ .type = type, .name = name, .at = AT_NONE };
	return b->slot_count++;
}

void binder_slot_at(struct binder *b, uint32_t slot, uint32_t at)
{
	if (b->slots[slot].at == AT_NONE && !b->is_elsewhere)
		b->slots[slot].at = at;
}

const struct bound *binder_slot_ref(struct binder *b, uint32_t slot, uint32_t at)
{
	struct bound *x = bound_new(b, BOUND_SLOT, b->slots[slot].type, at);

	x->index = slot;
	return x;
}

const struct bound *binder_parameter_ref(struct binder *b, uint32_t number, uint32_t at)
{
	struct parameter_info *info = &b->parameter_infos[number];
	struct bound *x = bound_new(b, BOUND_PARAMETER, b->parameters[number], at);

	x->index = number;
	if (!info->is_seen)
		*info = (struct parameter_info){ .at = at, .is_seen = true };
	if (x->type.kind == TYPE_NULL)
		b->untyped_count++;
	return x;
}

/* ---- pieces of expressions ------------------------------------------------------------------- */

void binder_slot_is(struct binder *b, uint32_t slot, const struct bound *x)
{
	if (x->kind == BOUND_SLOT)
		b->slots[slot].origin = b->slots[x->index].origin;
	else
		b->slots[slot].origin = (struct query_origin){ .modifier = x->modifier };
}

struct bound *bound_new(struct binder *b, enum bound_kind kind, struct type type, uint32_t at)
{
	struct bound *x = ARENA_NEW(b->arena, struct bound);

	x->kind = kind;
	x->type = type;
	x->at = b->is_elsewhere ? AT_NONE : at;
	x->is_sql = b->is_sql;
	return x;
}

struct bound *bound_constant(struct binder *b, struct value v, struct type type, uint32_t at)
{
	struct bound *x = bound_new(b, BOUND_CONSTANT, type, at);

	x->value = v;
	return x;
}

bool bound_is_unknown(const struct bound *x)
{
	return x->kind == BOUND_CONSTANT && x->type.kind == TYPE_UNKNOWN;
}

bool bound_is_constant(const struct bound *x)
{
	return x->kind == BOUND_CONSTANT;
}

static void bound_note_volatile(struct bound *x)
{
	for (uint32_t i = 0; i < x->arg_count; i++) {
		if (x->args[i] != NULL && x->args[i]->is_volatile)
			x->is_volatile = true;
	}
}

const struct bound *bound_combine(
	struct binder *b, enum bound_kind kind, const struct bound *const *parts, uint32_t count)
{
	const struct bound **args;
	struct bound *x;
	uint32_t total = 0;

	assert(count > 0);
	if (count == 1)
		return parts[0];
	for (uint32_t i = 0; i < count; i++)
		total += parts[i]->kind == kind ? parts[i]->arg_count : 1;
	args = ARENA_ARRAY(b->arena, const struct bound *, total);
	x = bound_new(b, kind, type_make(TYPE_BOOL), parts[0]->at);
	for (uint32_t i = 0; i < count; i++) {
		if (parts[i]->kind != kind)
			args[x->arg_count++] = parts[i];
		for (uint32_t j = 0; parts[i]->kind == kind && j < parts[i]->arg_count; j++)
			args[x->arg_count++] = parts[i]->args[j];
	}
	x->args = args;
	bound_note_volatile(x);
	return x;
}

void binder_note_literal(struct binder *b, const struct bound *cast)
{
	if (b->literal_count == b->literal_capacity) {
		uint32_t wider = b->literal_capacity == 0 ? 8 : 2 * b->literal_capacity;

		b->literals = arena_grow(b->arena, b->literals,
			b->literal_count * sizeof *b->literals, wider * sizeof *b->literals);
		b->literal_capacity = wider;
	}
	b->literals[b->literal_count++] = cast;
}

/* Text, or a list that may hold some, out of the statement itself. */
static bool bound_is_literal_text(const struct bound *x)
{
	return bound_is_constant(x) &&
	       (x->value.type == VALUE_STRING || x->value.type == VALUE_LIST);
}

const struct bound *bound_cast(struct binder *b, const struct bound *x, struct type to)
{
	const struct bound **args;
	struct bound *cast;

	if (type_equal(x->type, to))
		return x;
	if (bound_is_constant(x) && (x->value.type == VALUE_NULL || to.kind == TYPE_ANY))
		return bound_constant(b, x->value, to, x->at);
	if (bound_is_constant(x) && x->value.type == VALUE_INT && to.kind == TYPE_INT64)
		return bound_constant(b, x->value, to, x->at);
	if (bound_is_unknown(x) && (to.kind == TYPE_STRING || to.kind == TYPE_VARCHAR))
		return bound_constant(b, x->value, to, x->at);
	if (bound_is_constant(x) && x->value.type == VALUE_INT && to.kind == TYPE_FLOAT64)
		return bound_constant(b, value_float((double)x->value.integer), to, x->at);
	args = ARENA_ARRAY(b->arena, const struct bound *, 1);
	args[0] = x;
	cast = bound_new(b, BOUND_CAST, to, x->at);
	cast->args = args;
	cast->arg_count = 1;
	cast->is_volatile = x->is_volatile;
	if (bound_is_literal_text(x))
		binder_note_literal(b, cast);
	return cast;
}

/* A call of what `match` found; arguments are coerced to what it wants. */
static enum sqlstate bound_call(struct binder *b, const struct function_match *match,
	const struct bound *const *args, uint32_t count, uint32_t at, const struct bound **out,
	struct error *e)
{
	const struct bound **coerced = ARENA_ARRAY(b->arena, const struct bound *, count);
	struct bound *x = bound_new(b, BOUND_CALL, match->result, at);

	for (uint32_t i = 0; i < count; i++) {
		struct type wanted = match->coerce[MIN_OF(i, FUNCTION_ARGS_MAX - 1)];

		coerced[i] = args[i];
		if (bound_is_untyped(args[i]) && wanted.kind != TYPE_NULL)
			TRY(binder_infer(b, &coerced[i], wanted, e));
		else if (wanted.kind != TYPE_NULL)
			coerced[i] = bound_cast(b, args[i], wanted);
	}
	x->function = match->function;
	x->body = function_body(match->function);
	x->args = coerced;
	x->arg_count = count;
	bound_note_volatile(x);
	x->is_volatile |= match->function->is_volatile;
	*out = x;
	return OK;
}

/* Slips with operators: 'a' + 1, and (a)-(b), which is a pattern only elsewhere. */
static void hint_operands(enum ast_op op, struct type left, struct type right, struct error *e)
{
	if (op == OP_SUBTRACT && left.kind == TYPE_NODE && right.kind == TYPE_NODE)
		error_hint(e, "A pattern in an expression has brackets: (a)-[]-(b).");
	else if ((op == OP_ADD || op == OP_CONCAT) && type_is_string(left) != type_is_string(right))
		error_hint(e, "Turn the other value into text by toString(x).");
}

enum sqlstate binder_operator(struct binder *b, enum ast_op op, const struct bound *left,
	const struct bound *right, uint32_t at, const struct bound **out, struct error *e)
{
	const struct bound *args[2] = { left, right };
	struct type none = type_make(TYPE_NULL);
	struct function_match match = { 0 };
	enum sqlstate rc;

	rc = function_resolve_operator(
		op, left->type, right == NULL ? none : right->type, right == NULL, &match, e);
	if (rc != OK) {
		if (!b->is_sql && right != NULL)
			hint_operands(op, left->type, right->type, e);
		return binder_blame(e, at);
	}
	return bound_call(b, &match, args, right == NULL ? 1 : 2, at, out, e);
}

enum sqlstate binder_function(struct binder *b, struct str name, const struct bound **args,
	uint32_t count, uint32_t at, const struct bound **out, struct error *e)
{
	struct type types[FUNCTION_ARGS_MAX];
	struct function_match match = { 0 };

	if (count > FUNCTION_ARGS_MAX)
		return FAIL_AT(e, at, E_TOO_MANY_ARGUMENTS,
			"cannot pass more than %d arguments to a function", FUNCTION_ARGS_MAX);
	for (uint32_t i = 0; i < count; i++)
		types[i] = args[i]->type;
	if (function_resolve(name, types, count, &match, e) != OK) {
		if (!b->is_sql)
			function_hint_forms(name, e);
		return binder_blame(e, at);
	}
	return bound_call(b, &match, args, count, at, out, e);
}

const struct bound *bound_is_null(struct binder *b, const struct bound *x, bool is_negated)
{
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, 4);
	struct bound *test = bound_new(b, BOUND_IS_TYPED, type_make(TYPE_BOOL), x->at);

	args[0] = x;
	test->args = args;
	test->arg_count = 1;
	test->tested = type_make(TYPE_NULL);
	test->is_volatile = x->is_volatile;
	if (is_negated) {
		struct bound *branch = bound_new(b, BOUND_CASE, type_make(TYPE_BOOL), x->at);

		args[1] = test;
		args[2] = bound_constant(b, value_bool(false), branch->type, x->at);
		args[3] = bound_constant(b, value_bool(true), branch->type, x->at);
		branch->args = args + 1;
		branch->arg_count = 3;
		branch->is_volatile = x->is_volatile;
		return branch;
	}
	return test;
}

enum sqlstate bound_not(
	struct binder *b, const struct bound *x, const struct bound **out, struct error *e)
{
	return binder_operator(b, OP_NOT, x, NULL, x->at, out, e);
}

/* ---- types of expressions -------------------------------------------------------------------- */

bool bound_is_untyped(const struct bound *x)
{
	if (x->type.kind != TYPE_NULL)
		return false;
	return x->kind == BOUND_PARAMETER || (x->kind == BOUND_CALL && x->function == NULL);
}

/* What a client is to send for a value of this type. */
static struct type binder_parameter_type(struct type to)
{
	if (to.kind == TYPE_JSON || to.kind == TYPE_JSONB)
		return type_make(TYPE_ANY);
	return to.kind == TYPE_UNKNOWN ? type_make(TYPE_STRING) : to;
}

/* An untyped reference to a parameter gets the type, unless another has given it one. */
static void parameter_take(struct binder *b, const struct bound **x, struct type to)
{
	const struct bound *was = *x;
	struct bound *now;

	if (b->parameters[was->index].kind == TYPE_NULL)
		b->parameters[was->index] = binder_parameter_type(to);
	now = bound_new(b, BOUND_PARAMETER, b->parameters[was->index], was->at);
	now->index = was->index;
	b->untyped_count--;
	*x = now;
}

void binder_infer_any(struct binder *b, const struct bound **x)
{
	assert(bound_is_untyped(*x));
	if ((*x)->kind == BOUND_PARAMETER)
		parameter_take(b, x, type_make(TYPE_ANY));
}

enum sqlstate binder_infer(
	struct binder *b, const struct bound **x, struct type to, struct error *e)
{
	const struct bound *was = *x;

	assert(bound_is_untyped(was));
	if (to.kind == TYPE_NULL || (to.kind == TYPE_ANY && !b->is_sql))
		return OK;
	if (was->kind == BOUND_PARAMETER) {
		parameter_take(b, x, to);
		return type_equal((*x)->type, to) ? OK : binder_coerce(b, x, to, "parameter", e);
	}
	for (uint32_t i = 0; i < was->arg_count; i++) {
		const struct bound *arg = was->args[i];

		if (bound_is_untyped(arg))
			TRY(binder_infer(b, &arg, to, e));
	}
	return OK;
}

static bool type_converts(struct type from, struct type to)
{
	if (from.kind == TYPE_NULL || from.kind == TYPE_ANY || to.kind == TYPE_ANY ||
		from.kind == TYPE_UNKNOWN)
		return true;
	if (type_base(from).kind == type_base(to).kind && type_base(from).kind != TYPE_LIST)
		return true;
	from = type_base(from);
	to = type_base(to);
	if (type_is_integer(from))
		return type_is_number(to);
	if (from.kind == TYPE_FLOAT32 || from.kind == TYPE_DECIMAL)
		return to.kind == TYPE_FLOAT64 || to.kind == TYPE_FLOAT32;
	if (from.kind == TYPE_LIST && to.kind == TYPE_LIST)
		return type_converts(type_item(from), type_item(to));
	return (from.kind == TYPE_FLOAT64 && to.kind == TYPE_FLOAT32) ||
	       (from.kind == TYPE_DATE && to.kind == TYPE_TIMESTAMP);
}

enum sqlstate binder_coerce(
	struct binder *b, const struct bound **x, struct type to, const char *what, struct error *e)
{
	char wanted[TYPE_NAME_SIZE], found[TYPE_NAME_SIZE];

	if (type_equal((*x)->type, to))
		return OK;
	if (bound_is_untyped(*x))
		return binder_infer(b, x, to, e);
	if (!type_converts((*x)->type, to))
		return FAIL_AT(e, (*x)->at, E_TYPE, "%s must be type %s, not type %s", what,
			type_name(to, wanted), type_name((*x)->type, found));
	*x = bound_cast(b, *x, to);
	return OK;
}

enum sqlstate binder_condition(
	struct binder *b, const struct bound **x, const char *what, struct error *e)
{
	char found[TYPE_NAME_SIZE];

	if ((*x)->type.kind == TYPE_BOOL)
		return OK;
	if (type_converts((*x)->type, type_make(TYPE_BOOL)))
		return binder_coerce(b, x, type_make(TYPE_BOOL), what, e);
	return FAIL_AT(e, (*x)->at, E_TYPE, "argument of %s must be type boolean, not type %s",
		what, type_name((*x)->type, found));
}

/* ---- source text and notices ----------------------------------------------------------------- */

struct str binder_source(const struct binder *b, const struct ast_expr *x)
{
	uint32_t at = x->at - b->text_at;

	if (x->at < b->text_at || at + x->length > b->text.length)
		return (struct str){ 0 };
	return (struct str){ b->text.at + at, x->length };
}

static bool text_is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool binder_same_source(const struct binder *b, const struct ast_expr *x, const struct ast_expr *y)
{
	struct str s = binder_source(b, x);
	struct str t = binder_source(b, y);
	uint32_t i = 0, j = 0;

	if (x->kind != y->kind)
		return false;
	for (;;) {
		while (i < s.length && text_is_blank(s.at[i]))
			i++;
		while (j < t.length && text_is_blank(t.at[j]))
			j++;
		if (i == s.length || j == t.length)
			return i == s.length && j == t.length;
		if (s.at[i++] != t.at[j++])
			return false;
	}
}

void binder_notice(struct binder *b, uint32_t at, const char *hint, const char *format, ...)
{
	struct binder_notice *n;
	va_list args;

	if (b->options->notice == NULL)
		return;
	n = ARENA_NEW(b->arena, struct binder_notice);
	n->error.code = W_WARNING;
	n->error.byte_offset = (int)at;
	va_start(args, format);
	vsnprintf(n->error.message, sizeof n->error.message, format, args);
	va_end(args);
	if (hint != NULL)
		snprintf(n->error.hint, sizeof n->error.hint, "%s", hint);
	*b->notices_end = n;
	b->notices_end = &n->next;
}

void binder_send_notices(struct binder *b)
{
	for (const struct binder_notice *n = b->notices; n != NULL; n = n->next)
		b->options->notice(b->options->notice_context, "NOTICE", &n->error);
}
