/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Calls: functions, aggregates, and the forms that look like calls but bind a variable of their own
 * (comprehensions, quantifiers, reduce). A handful of names are syntax rather than functions:
 * coalesce, nullif and exists(n.key) become expression kinds of their own.
 */
#include <stdio.h>

#include "query/bind/binder.h"
#include "query/parse/parse.h"

enum { UNKNOWN_OID = 705 };

/* ---- finding aggregates ---------------------------------------------------------------------- */

static bool ast_any_aggregate(struct ast_expr *const *exprs, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (ast_has_aggregate(exprs[i]))
			return true;
	}
	return false;
}

static bool ast_entries_aggregate(const struct ast_entry *entries, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (ast_has_aggregate(entries[i].value))
			return true;
	}
	return false;
}

static bool ast_case_aggregate(const struct ast_expr *x)
{
	if (ast_has_aggregate(x->conditional.operand) ||
		ast_has_aggregate(x->conditional.otherwise))
		return true;
	for (uint32_t i = 0; i < x->conditional.when_count; i++) {
		const struct ast_when *when = &x->conditional.whens[i];

		if (ast_any_aggregate(when->conditions, when->condition_count) ||
			ast_has_aggregate(when->result))
			return true;
	}
	return false;
}

static bool ast_projection_aggregate(const struct ast_expr *x)
{
	for (uint32_t i = 0; i < x->map_projection.count; i++) {
		if (ast_has_aggregate(x->map_projection.items[i].value))
			return true;
	}
	return ast_has_aggregate(x->map_projection.base);
}

static bool ast_sorts_aggregate(const struct ast_sort *sorts, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (ast_has_aggregate(sorts[i].expr))
			return true;
	}
	return false;
}

static bool ast_call_aggregate(const struct ast_expr *x)
{
	if (x->function->over != NULL)
		return ast_any_aggregate(x->function->args, x->function->arg_count) ||
		       ast_any_aggregate(
			       x->function->over->partition, x->function->over->partition_count) ||
		       ast_sorts_aggregate(
			       x->function->over->order_by, x->function->over->order_by_count);
	return function_is_aggregate(x->function->name.name) || x->function->within_count > 0 ||
	       ast_any_aggregate(x->function->args, x->function->arg_count);
}

bool ast_has_aggregate(const struct ast_expr *x)
{
	if (x == NULL)
		return false;
	switch (x->kind) {
	case EXPR_PROPERTY:
		return ast_has_aggregate(x->property.base);
	case EXPR_INDEX:
	case EXPR_SLICE:
		return ast_has_aggregate(x->index.base) || ast_has_aggregate(x->index.first) ||
		       ast_has_aggregate(x->index.last);
	case EXPR_CAST:
	case EXPR_IS_TYPED:
		return ast_has_aggregate(x->typed.operand);
	case EXPR_UNARY:
		return ast_has_aggregate(x->binary.left);
	case EXPR_BINARY:
		return ast_has_aggregate(x->binary.right) || ast_has_aggregate(x->binary.left);
	case EXPR_CHAIN:
		return ast_any_aggregate(x->chain.operands, x->chain.op_count + 1);
	case EXPR_COMPARE_SOME:
		return ast_has_aggregate(x->some.left) || ast_has_aggregate(x->some.list);
	case EXPR_IS:
		return ast_has_aggregate(x->is.operand);
	case EXPR_IS_LABELED:
		return ast_has_aggregate(x->labeled.operand);
	case EXPR_LIST:
		return ast_any_aggregate(x->list.items, x->list.count);
	case EXPR_MAP:
		return ast_entries_aggregate(x->map.entries, x->map.count);
	case EXPR_MAP_PROJECTION:
		return ast_projection_aggregate(x);
	case EXPR_LIST_COMPREHENSION:
	case EXPR_QUANTIFIER:
		return ast_has_aggregate(x->each.list) || ast_has_aggregate(x->each.where) ||
		       ast_has_aggregate(x->each.result);
	case EXPR_REDUCE:
		return ast_has_aggregate(x->reduce->start) || ast_has_aggregate(x->reduce->list) ||
		       ast_has_aggregate(x->reduce->step);
	case EXPR_CASE:
		return ast_case_aggregate(x);
	case EXPR_FUNCTION:
		return ast_call_aggregate(x);
	case EXPR_LET:
		return ast_entries_aggregate(x->let.bindings, x->let.count) ||
		       ast_has_aggregate(x->let.body);
	default:
		return false;
	}
}

/* date.truncate and its kin are functions of their own; any other qualifier is a schema, of which
   there is but one. */
struct str bind_function_name(struct binder *b, const struct ast_qname *name)
{
	size_t length = name->qualifier.length + 1 + name->name.length;
	char *joined;
	struct str whole;

	if (b->is_sql && (name->qualifier.length == 0 ||
				 str_equal_nocase(name->qualifier, STR("pg_catalog")))) {
		whole = arena_printf(b->arena, "sql.%.*s", STR_ARGS(name->name));
		return function_exists(whole) ? whole : name->name;
	}
	if (name->qualifier.length == 0)
		return name->name;
	joined = arena_alloc_raw(b->arena, length + 1);
	snprintf(joined, length + 1, "%.*s.%.*s", STR_ARGS(name->qualifier), STR_ARGS(name->name));
	whole = (struct str){ joined, (uint32_t)length };
	/* No functions but those of the catalog stand behind a schema's name. */
	if (!function_exists(whole) && (str_equal_nocase(name->qualifier, STR("pg_catalog")) ||
					      str_equal_nocase(name->qualifier, STR("public"))))
		return name->name;
	return whole;
}

/* ---- functions ------------------------------------------------------------------------------- */

static enum sqlstate bind_args(struct binder *b, const struct ast_function *call,
	const struct bound **args, struct error *e)
{
	for (uint32_t i = 0; i < call->arg_count; i++)
		TRY(bind_expr(b, call->args[i], &args[i], e));
	return OK;
}

static enum sqlstate bind_coalesce(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	uint32_t count = x->function->arg_count;
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, count);
	struct bound *result = bound_new(b, BOUND_COALESCE, type_make(TYPE_NULL), x->at);

	if (count == 0)
		return FAIL_AT(e, x->at, E_NO_FUNCTION, "coalesce needs an argument");
	TRY(bind_args(b, x->function, args, e));
	for (uint32_t i = 0; i < count; i++) {
		TRY(binder_unify(
			b, &result->type, args[i]->type, "COALESCE", x->function->args[i]->at, e));
		result->is_volatile |= args[i]->is_volatile;
	}
	for (uint32_t i = 0; i < count && result->type.kind != TYPE_NULL; i++)
		TRY(binder_coerce(b, &args[i], result->type, "argument of COALESCE", e));
	result->args = args;
	result->arg_count = count;
	*out = result;
	return OK;
}

/* nullif(a, b): CASE WHEN a = b THEN NULL ELSE a END. */
static enum sqlstate bind_nullif(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, 3);
	const struct bound *pair[2];
	struct bound *result;

	if (x->function->arg_count != 2)
		return FAIL_AT(e, x->at, E_NO_FUNCTION, "nullif needs two arguments");
	TRY(bind_args(b, x->function, pair, e));
	TRY(bind_comparison(b, OP_EQ, pair[0], pair[1], x->at, &args[0], e));
	args[1] = bound_constant(b, value_null(), pair[0]->type, x->at);
	args[2] = pair[0];
	result = bound_new(b, BOUND_CASE, pair[0]->type, x->at);
	result->args = args;
	result->arg_count = 3;
	result->is_volatile = pair[0]->is_volatile || pair[1]->is_volatile;
	*out = result;
	return OK;
}

static enum sqlstate bind_exists_property(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct bound *operand;

	TRY(bind_expr(b, x->function->args[0], &operand, e));
	*out = bound_is_null(b, operand, true);
	return OK;
}

/* size((a)-[:T]->()) counts what fits. */
static enum sqlstate bind_pattern_size(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	struct ast_expr *count = ARENA_NEW(b->arena, struct ast_expr);
	struct ast_pattern *pattern = x->function->args[0]->pattern.pattern;

	*count = *x->function->args[0];
	count->kind = EXPR_SUBQUERY;
	count->subquery.program = NULL;
	count->subquery.pattern = pattern;
	count->subquery.kind = SUBQUERY_COUNT;
	return bind_expr(b, count, out, e);
}

static enum sqlstate bind_typeof(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	struct type type;
	uint32_t oid;

	TRY(bind_expr(b, x->function->args[0], out, e));
	type = (*out)->type;
	oid = type.kind == TYPE_UNKNOWN || type.kind == TYPE_NULL ? UNKNOWN_OID
								  : query_type_oid(type);
	*out = bound_constant(b, value_int(oid), type_make(TYPE_REGTYPE), x->at);
	return OK;
}

static enum sqlstate bind_special(struct binder *b, const struct ast_expr *x, bool *is_special,
	const struct bound **out, struct error *e)
{
	struct str name = x->function->name.name;

	*is_special = true;
	if (ast_is_row(x))
		return bind_row(b, x, out, e);
	if (str_equal_nocase(name, STR("coalesce")))
		return bind_coalesce(b, x, out, e);
	if (str_equal_nocase(name, STR("nullif")))
		return bind_nullif(b, x, out, e);
	if (str_equal_nocase(name, STR("exists")) && x->function->arg_count == 1)
		return bind_exists_property(b, x, out, e);
	if (str_equal_nocase(name, STR("size")) && x->function->arg_count == 1 &&
		x->function->args[0]->kind == EXPR_PATTERN &&
		!x->function->args[0]->pattern.pattern->paths[0].prefix.is_function)
		return bind_pattern_size(b, x, out, e);
	if (str_equal_nocase(name, STR("pg_typeof")) && x->function->arg_count == 1)
		return bind_typeof(b, x, out, e);
	*is_special = false;
	return OK;
}

/* Arguments that are compared with each other have one type. */
static enum sqlstate bind_alike(struct binder *b, const struct ast_function *call,
	const struct bound **args, struct error *e)
{
	struct type type = { .kind = TYPE_NULL };

	for (uint32_t i = 0; i < call->arg_count; i++)
		TRY(binder_unify(b, &type, args[i]->type,
			str_equal_nocase(call->name.name, STR("least")) ? "LEAST" : "GREATEST",
			call->args[i]->at, e));
	for (uint32_t i = 0; i < call->arg_count && type.kind != TYPE_NULL; i++)
		TRY(binder_coerce(b, &args[i], type, "argument", e));
	return OK;
}

static enum sqlstate call_by_place(
	struct binder *b, const struct ast_expr **x, struct error *e)
{
	struct ast_expr *copy;

	if (!(*x)->function->has_names)
		return OK;
	copy = ARENA_NEW(b->arena, struct ast_expr);
	*copy = **x;
	TRY(bind_positional(b, (*x)->function, &copy->function, e));
	*x = copy;
	return OK;
}

/* t(x) of SQL, where t is a type and no function: a cast. */
static enum sqlstate bind_type_call(struct binder *b, const struct ast_expr *x, bool *is_cast,
	const struct bound **out, struct error *e)
{
	const struct ast_function *call = x->function;
	struct ast_expr *cast;
	struct error ignored;
	struct type type;

	*is_cast = false;
	if (!b->is_sql || call->arg_count != 1 || call->is_variadic ||
		function_exists(bind_function_name(b, &call->name)))
		return OK;
	cast = ARENA_NEW(b->arena, struct ast_expr);
	*cast = *x;
	cast->kind = EXPR_CAST;
	cast->typed.form = CAST_FUNCTION;
	cast->typed.operand = call->args[0];
	cast->typed.type = ARENA_NEW(b->arena, struct ast_type);
	cast->typed.type->kind = parse_type_kind(call->name.name);
	cast->typed.type->at = call->name.at;
	cast->typed.type->qualifier = call->name.qualifier;
	cast->typed.type->name = call->name.name;
	error_clear(&ignored);
	if (binder_type(b, cast->typed.type, &type, &ignored) != OK ||
		type_stored(type) == VALUE_NULL)
		return OK;
	*is_cast = true;
	return bind_expr(b, cast, out, e);
}

enum sqlstate bind_function(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct ast_function *call;
	const struct bound **args;
	bool is_special;
	enum set_function set;

	TRY(call_by_place(b, &x, e));
	call = x->function;
	set = b->is_sql ? binder_set_function(call->name.name) : SET_NONE;
	if (!call->is_own && str_equal_nocase(call->name.name, STR(PLAN_FUNCTION_IDENTITY)))
		return FAIL_AT(e, x->at, E_NO_FUNCTION, "function %.*s does not exist",
			STR_ARGS(call->name.name));
	if (call->over != NULL)
		return bind_window(b, x, out, e);
	if (set != SET_NONE)
		return bind_set_call(b, set, call, out, e);
	if (call->within_count > 0)
		return bind_ordered_set(b, x, out, e);
	if (b->is_sql && str_equal_nocase(call->name.name, STR("grouping")))
		return bind_grouping(b, x, out, e);
	if (function_is_aggregate(call->name.name))
		return bind_aggregate(b, x, out, e);
	if (b->is_sql && bind_is_window_name(call->name.name))
		return FAIL_AT(e, x->at, E_WRONG_OBJECT,
			"window function %.*s requires an OVER clause", STR_ARGS(call->name.name));
	if (call->is_star || call->is_distinct || call->filter != NULL)
		return FAIL_AT(e, x->at, E_TYPE, "%.*s is not an aggregate function",
			STR_ARGS(call->name.name));
	TRY(bind_special(b, x, &is_special, out, e));
	if (is_special)
		return OK;
	TRY(bind_array_slices(b, x, &is_special, out, e));
	if (is_special)
		return OK;
	TRY(bind_type_call(b, x, &is_special, out, e));
	if (is_special)
		return OK;
	args = ARENA_ARRAY(b->arena, const struct bound *, call->arg_count);
	TRY(bind_args(b, call, args, e));
	if (str_equal_nocase(call->name.name, STR("greatest")) ||
		str_equal_nocase(call->name.name, STR("least")))
		TRY(bind_alike(b, call, args, e));
	if (call->is_variadic)
		return bind_variadic(b, call, args, x->at, out, e);
	TRY(binder_function(
		b, bind_function_name(b, &call->name), args, call->arg_count, x->at, out, e));
	if (b->is_sql)
		bind_sql_result(b, call, args, out);
	return OK;
}

/* ---- forms with a variable of their own ------------------------------------------------------ */

enum sqlstate bind_loop_list(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	char found[TYPE_NAME_SIZE];

	TRY(bind_expr(b, x, out, e));
	if (bound_is_untyped(*out))
		TRY(binder_infer(b, out, type_list_of(type_make(TYPE_ANY)), e));
	if ((*out)->type.kind == TYPE_LIST || (*out)->type.kind == TYPE_ANY ||
		(*out)->type.kind == TYPE_NULL)
		return OK;
	return FAIL_AT(e, x->at, E_TYPE, "a list is needed here, not type %s",
		type_name((*out)->type, found));
}

static void bind_local(struct binder *b, struct str name, struct type type, uint32_t at,
	const struct bound_label *label)
{
	struct variable *v = scope_find_here(b->scope, name);

	if (v == NULL)
		v = scope_add(b->scope, name);
	v->kind = VARIABLE_LOCAL;
	v->type = type;
	v->at = at;
	v->local = b->local_depth++;
	v->label = label;
	b->local_count = MAX_OF(b->local_count, b->local_depth);
}

enum sqlstate bind_each(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, 3);
	struct scope *outer = b->scope;
	struct type item;
	struct bound *each;

	TRY(bind_loop_list(b, x->each.list, &args[0], e));
	item = type_item(args[0]->type);
	each = bound_new(b, BOUND_EACH, type_list_of(item), x->at);
	each->index = b->local_depth;
	b->scope = scope_new(b->arena, outer);
	bind_local(
		b, x->each.variable.text, item, x->each.variable.at, bound_labels_of(b, args[0]));
	if (x->each.where != NULL)
		TRY(bind_condition(b, x->each.where, "WHERE", &args[1], e));
	if (x->each.result != NULL) {
		TRY(bind_expr(b, x->each.result, &args[2], e));
		each->type = type_list_of(args[2]->type);
	}
	b->local_depth--;
	b->scope = outer;
	each->args = args;
	each->arg_count = 3;
	for (int i = 0; i < 3; i++)
		each->is_volatile |= args[i] != NULL && args[i]->is_volatile;
	*out = each;
	return OK;
}

enum sqlstate bind_quantifier(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, 2);
	struct bound *test = bound_new(b, BOUND_QUANTIFIER, type_make(TYPE_BOOL), x->at);
	struct scope *outer = b->scope;

	TRY(bind_loop_list(b, x->each.list, &args[0], e));
	test->quantifier = x->each.quantifier;
	test->index = b->local_depth;
	b->scope = scope_new(b->arena, outer);
	bind_local(b, x->each.variable.text, type_item(args[0]->type), x->each.variable.at,
		bound_labels_of(b, args[0]));
	TRY(bind_condition(b, x->each.where, "WHERE", &args[1], e));
	b->local_depth--;
	b->scope = outer;
	test->args = args;
	test->arg_count = 2;
	test->is_volatile = args[0]->is_volatile || args[1]->is_volatile;
	*out = test;
	return OK;
}

/* The accumulator has one type from start to end: that of the start, widened if a first look at
   the step yields more. */
enum sqlstate bind_reduce(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, 3);
	struct bound *reduce = bound_new(b, BOUND_REDUCE, type_make(TYPE_NULL), x->at);
	struct scope *outer = b->scope;
	struct type type;

	TRY(bind_expr(b, x->reduce->start, &args[0], e));
	TRY(bind_loop_list(b, x->reduce->list, &args[1], e));
	type = args[0]->type;
	reduce->index = b->local_depth;
	b->scope = scope_new(b->arena, outer);
	for (int round = 0; round < 2; round++) {
		b->local_depth = reduce->index;
		bind_local(b, x->reduce->accumulator.text, type, x->at, NULL);
		bind_local(b, x->reduce->variable.text, type_item(args[1]->type), x->at,
			bound_labels_of(b, args[1]));
		TRY(bind_expr(b, x->reduce->step, &args[2], e));
		if (type_equal(type_unify(type, args[2]->type), type))
			break;
		type = round == 0 ? type_unify(type, args[2]->type) : type_make(TYPE_ANY);
	}
	b->local_depth = reduce->index;
	b->scope = outer;
	if (type.kind != TYPE_NULL) {
		TRY(binder_coerce(b, &args[0], type, "start of reduce", e));
		TRY(binder_coerce(b, &args[2], type, "step of reduce", e));
	}
	reduce->type = type;
	reduce->args = args;
	reduce->arg_count = 3;
	reduce->is_volatile = args[0]->is_volatile || args[1]->is_volatile || args[2]->is_volatile;
	*out = reduce;
	return OK;
}
