/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Aggregates. Each is bound to a slot of its own, which the AGGREGATE node fills; one that is written
 * again is the same slot.
 *
 * Ordered sets: f(x) WITHIN GROUP (ORDER BY y) collects y in order and gives that list to the function
 * "f of", which is no aggregate: percentile_cont(0.5) WITHIN GROUP (ORDER BY v) is
 * percentile_cont_of(collect_list(v ORDER BY v), 0.5).
 */
#include <string.h>
#include <strings.h>

#include "query/bind/binder.h"
#include "query/function/aggregate.h"
#include "query/function/function_body.h"

static enum sqlstate bind_aggregate_allowed(
	struct binder *b, const struct ast_expr *x, struct error *e)
{
	if (b->aggregation == NULL || b->aggregation->is_closed)
		return FAIL_AT(e, x->at, E_GROUPING, "aggregate functions are not allowed in %s",
			b->place == NULL ? "this clause" : b->place);
	if (b->local_depth > 0)
		return FAIL_AT(e, x->at, E_GROUPING,
			"aggregate functions are not allowed inside a list expression");
	if (b->aggregation->inside > 0)
		return FAIL_AT(e, x->at, E_GROUPING, "aggregate function calls cannot be nested");
	if (x->function->arg_count > 2)
		return FAIL_AT(
			e, x->at, E_NO_FUNCTION, "too many arguments of an aggregate function");
	return OK;
}

static bool bind_aggregate_again(
	struct binder *b, const struct ast_expr *x, const struct bound **out)
{
	const struct aggregation *a = b->aggregation;

	for (uint32_t i = 0; i < a->count; i++) {
		if (binder_same_source(b, a->exprs[i], x)) {
			*out = binder_slot_ref(b, a->aggregates[i].slot, x->at);
			return true;
		}
	}
	return false;
}

static void aggregation_put(
	struct binder *b, const struct ast_expr *x, const struct plan_aggregate *aggregate)
{
	struct aggregation *a = b->aggregation;

	if (a->count == a->capacity) {
		uint32_t capacity = a->capacity == 0 ? 4 : 2 * a->capacity;

		a->aggregates = arena_grow(b->arena, a->aggregates,
			a->count * sizeof *a->aggregates, capacity * sizeof *a->aggregates);
		a->exprs = arena_grow(b->arena, a->exprs, a->count * sizeof *a->exprs,
			capacity * sizeof *a->exprs);
		a->capacity = capacity;
	}
	a->aggregates[a->count] = *aggregate;
	a->aggregates[a->count].has_place = !b->is_sql;
	a->aggregates[a->count].at = x->at;
	a->exprs[a->count++] = x;
}

/* ORDER BY inside of an aggregate. */
static enum sqlstate bind_aggregate_order(struct binder *b, const struct ast_sort *sorts,
	uint32_t count, struct plan_aggregate *to, struct error *e)
{
	struct plan_sort_key *keys = ARENA_ARRAY(b->arena, struct plan_sort_key, count);

	to->order = ARENA_ARRAY(b->arena, const struct bound *, count);
	for (uint32_t i = 0; i < count; i++) {
		TRY(bind_expr(b, sorts[i].expr, &to->order[i], e));
		if (bound_is_untyped(to->order[i]))
			TRY(binder_infer(b, &to->order[i], type_make(TYPE_STRING), e));
		keys[i].is_descending = sorts[i].is_descending;
		keys[i].is_nulls_first =
			sorts[i].has_nulls ? sorts[i].is_nulls_first : sorts[i].is_descending;
	}
	to->order_keys = keys;
	to->order_count = count;
	return OK;
}

/* Where it shows in which order rows come, those of DISTINCT come sorted: by ORDER BY, whose keys are
   arguments, then by the other arguments. */
static enum sqlstate bind_distinct_order(struct binder *b, const struct ast_function *call,
	struct plan_aggregate *to, struct error *e)
{
	uint32_t count = to->order_count;
	struct plan_sort_key *keys = ARENA_ARRAY(b->arena, struct plan_sort_key, count + 2);
	const struct bound **order = ARENA_ARRAY(b->arena, const struct bound *, count + 2);

	for (uint32_t i = 0; i < count; i++) {
		bool is_argument = false;

		for (uint32_t k = 0; k < call->arg_count; k++)
			is_argument |=
				binder_same_source(b, call->order_by[i].expr, call->args[k]);
		if (!is_argument)
			return FAIL_AT(e, call->order_by[i].expr->at, E_INVALID_REFERENCE,
				"in an aggregate with DISTINCT, ORDER BY expressions must appear "
				"in argument list");
		keys[i] = to->order_keys[i];
		order[i] = to->order[i];
	}
	for (uint32_t k = 0; k < call->arg_count && to->body->aggregate->shows_order; k++) {
		keys[count] = (struct plan_sort_key){ 0 };
		order[count++] = to->args[k];
	}
	to->order_keys = keys;
	to->order = order;
	to->order_count = count;
	return OK;
}

/* DISTINCT asks whether values are equal, which those of json cannot tell. */
static enum sqlstate bind_distinct(struct binder *b, const struct ast_function *call,
	struct plan_aggregate *to, struct error *e)
{
	for (uint32_t i = 0; i < call->arg_count; i++) {
		if (to->args[i]->type.kind == TYPE_JSON)
			return FAIL_AT(e, call->args[i]->at, E_NO_FUNCTION,
				"could not identify an equality operator for type json");
	}
	return bind_distinct_order(b, call, to, e);
}

static enum sqlstate bind_aggregate_args(struct binder *b, const struct ast_function *call,
	const struct bound **args, struct plan_aggregate *to, struct error *e)
{
	for (uint32_t i = 0; i < call->arg_count; i++)
		TRY(bind_expr(b, call->args[i], &args[i], e));
	TRY(bind_aggregate_order(b, call->order_by, call->order_by_count, to, e));
	if (call->filter != NULL)
		TRY(bind_condition(b, call->filter, "FILTER", &to->filter, e));
	return OK;
}

/* PostgreSQL sums bigints, and makes means of all integers, as numerics. */
void bind_sum_exactly(
	struct binder *b, struct str name, const struct bound **args, struct type *types)
{
	bool is_avg = str_equal_nocase(name, STR("avg"));

	if (!is_avg && !str_equal_nocase(name, STR("sum")))
		return;
	if (args[0] == NULL || !type_is_integer(types[0]))
		return;
	if (!is_avg && (types[0].kind == TYPE_INT32 || types[0].kind == TYPE_INT16))
		return;
	types[0] = type_make(TYPE_DECIMAL);
	args[0] = bound_cast(b, args[0], types[0]);
}

bool bind_keeps_type(struct str name, struct type type)
{
	if (type.kind == TYPE_LIST)
		return str_equal_nocase(name, STR("array_agg"));
	if (type.kind == TYPE_FLOAT32)
		return str_equal_nocase(name, STR("sum")) || str_equal_nocase(name, STR("min")) ||
		       str_equal_nocase(name, STR("max"));
	return type_is_integer(type) && name.length > 4 && strncasecmp(name.at, "bit_", 4) == 0;
}

enum sqlstate bind_aggregate(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct ast_function *call = x->function;
	struct plan_aggregate aggregate = { .is_distinct = call->is_distinct };
	struct function_match match = { 0 };
	struct type types[2] = { 0 };
	const struct bound *args[2] = { NULL, NULL };
	enum sqlstate rc;

	TRY(bind_aggregate_allowed(b, x, e));
	if (bind_aggregate_again(b, x, out))
		return OK;
	b->aggregation->inside++;
	rc = bind_aggregate_args(b, call, args, &aggregate, e);
	b->aggregation->inside--;
	if (rc != OK)
		return rc;
	for (uint32_t i = 0; i < call->arg_count; i++)
		types[i] = args[i]->type;
	if (b->is_sql)
		bind_sum_exactly(b, call->name.name, args, types);
	/* The least of names and the like is text. */
	if (b->is_sql && args[0] != NULL && type_is_string(types[0]) &&
		(str_equal_nocase(call->name.name, STR("min")) ||
			str_equal_nocase(call->name.name, STR("max")))) {
		types[0] = types[0].kind == TYPE_BPCHAR ? types[0] : type_make(TYPE_STRING);
		args[0] = bound_cast(b, args[0], types[0]);
	}
	if (function_resolve(
		    bind_function_name(b, &call->name), types, call->arg_count, &match, e) != OK) {
		if (!b->is_sql)
			function_hint_forms(call->name.name, e);
		return binder_blame(e, x->at);
	}
	if (call->arg_count == 0 && !call->is_star)
		return FAIL_AT(e, x->at, E_WRONG_OBJECT,
			"%.*s(*) must be used to call a parameterless aggregate function",
			STR_ARGS(call->name.name));
	for (uint32_t i = 0; i < call->arg_count; i++) {
		if (bound_is_untyped(args[i]))
			TRY(binder_infer(b, &args[i], match.coerce[i], e));
		else if (match.coerce[i].kind != TYPE_NULL)
			args[i] = bound_cast(b, args[i], match.coerce[i]);
	}
	if (b->is_sql && call->arg_count == 1 && bind_keeps_type(call->name.name, types[0]))
		match.result = types[0];
	aggregate.function = match.function;
	aggregate.body = function_body(match.function);
	aggregate.args[0] = args[0];
	aggregate.args[1] = args[1];
	aggregate.type = match.result;
	if (b->is_sql && call->is_distinct)
		TRY(bind_distinct(b, call, &aggregate, e));
	aggregate.slot = binder_slot_new(
		b, match.result, (struct str){ b->text.at + (x->at - b->text_at), x->length });
	if (args[0] != NULL && type_is_element(args[0]->type))
		b->slots[aggregate.slot].label = bound_labels_of(b, args[0]);
	aggregation_put(b, x, &aggregate);
	*out = binder_slot_ref(b, aggregate.slot, x->at);
	return OK;
}

/* ---- ordered sets ---------------------------------------------------------------------------- */

struct ordered_set {
	const char *name;
	const char *of;	      /* the function of the list */
	uint32_t arg_count;   /* before WITHIN GROUP */
	bool is_hypothetical; /* the argument is a row that is not there */
};

static const struct ordered_set *ordered_set_find(struct str name)
{
	static const struct ordered_set sets[] = {
		{ "percentile_cont", "percentile_cont_of", 1, false },
		{ "percentile_disc", "percentile_disc_of", 1, false },
		{ "mode", "mode_of", 0, false },
		{ "rank", "rank_of", 1, true },
		{ "dense_rank", "dense_rank_of", 1, true },
		{ "percent_rank", "percent_rank_of", 1, true },
		{ "cume_dist", "cume_dist_of", 1, true },
	};

	for (size_t i = 0; i < ARRAY_COUNT(sets); i++) {
		if (str_equal_nocase(name, str_of(sets[i].name)))
			return &sets[i];
	}
	return NULL;
}

static enum sqlstate ordered_set_check(
	struct binder *b, const struct ast_expr *x, const struct ordered_set **set, struct error *e)
{
	const struct ast_function *call = x->function;

	*set = ordered_set_find(call->name.name);
	if (*set == NULL)
		return FAIL_AT(e, x->at,
			function_is_aggregate(call->name.name) ? E_TYPE : E_NO_FUNCTION,
			"%.*s is not an ordered-set aggregate, so it cannot have WITHIN GROUP",
			STR_ARGS(call->name.name));
	if (call->over != NULL)
		return FAIL_AT(e, x->at, E_NOT_SUPPORTED,
			"OVER is not supported for ordered-set aggregate %.*s",
			STR_ARGS(call->name.name));
	if (call->is_distinct || call->order_by_count > 0)
		return FAIL_AT(e, x->at, E_SYNTAX, "cannot use %s with WITHIN GROUP",
			call->is_distinct ? "DISTINCT" : "multiple ORDER BY clauses");
	if (call->arg_count != (*set)->arg_count)
		return FAIL_AT(e, x->at, E_NO_FUNCTION,
			"function %.*s does not exist with so many direct arguments",
			STR_ARGS(call->name.name));
	if (call->within_count != 1)
		return FAIL_AT(e, x->at, E_NOT_SUPPORTED,
			"WITHIN GROUP with several ORDER BY expressions is not supported");
	return bind_aggregate_allowed(b, x, e);
}

/* The list of what is ordered, as an aggregate of its own. */
static enum sqlstate bind_ordered_list(struct binder *b, const struct ast_expr *x,
	const struct ordered_set *set, const struct bound **out, struct error *e)
{
	const struct ast_function *call = x->function;
	struct plan_aggregate aggregate = { 0 };
	struct function_match match = { 0 };
	struct type type;

	if (bind_aggregate_again(b, x, out))
		return OK;
	b->aggregation->inside++;
	TRY(bind_aggregate_order(b, call->within, call->within_count, &aggregate, e));
	if (call->filter != NULL)
		TRY(bind_condition(b, call->filter, "FILTER", &aggregate.filter, e));
	b->aggregation->inside--;
	type = aggregate.order[0]->type;
	if (strcmp(set->name, "percentile_cont") == 0 && type.kind != TYPE_DURATION) {
		if (!type_is_number(type) && type.kind != TYPE_UNKNOWN) {
			FAIL(e, E_NO_FUNCTION,
				"function percentile_cont(double precision) cannot order this "
				"type");
			return binder_blame(e, x->at);
		}
		type = type_make(TYPE_FLOAT64);
	}
	if (type.kind == TYPE_UNKNOWN)
		type = type_make(TYPE_STRING);
	aggregate.order[0] = bound_cast(b, aggregate.order[0], type);
	TRY(function_resolve(set->is_hypothetical ? STR("sql.array_agg") : STR("collect_list"),
		&type, 1, &match, e));
	aggregate.function = match.function;
	aggregate.body = function_body(match.function);
	aggregate.args[0] = aggregate.order[0];
	aggregate.type = match.result;
	aggregate.slot = binder_slot_new(b, match.result, binder_source(b, x));
	aggregation_put(b, x, &aggregate);
	*out = binder_slot_ref(b, aggregate.slot, x->at);
	return OK;
}

enum sqlstate bind_ordered_set(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct ast_function *call = x->function;
	const struct bound *args[4] = { NULL };
	const struct ordered_set *set;
	uint32_t count = 1;

	TRY(ordered_set_check(b, x, &set, e));
	TRY(bind_ordered_list(b, x, set, &args[0], e));
	if (call->arg_count > 0) {
		TRY(bind_expr(b, call->args[0], &args[count], e));
		if (set->is_hypothetical)
			args[count] = bound_cast(b, args[count], type_item(args[0]->type));
		else if (type_family(args[count]->type) != TYPE_FAMILY_LIST)
			args[count] = bound_cast(b, args[count], type_make(TYPE_FLOAT64));
		else
			args[count] =
				bound_cast(b, args[count], type_list_of(type_make(TYPE_FLOAT64)));
		count++;
	}
	if (set->is_hypothetical) {
		const struct ast_sort *sort = &call->within[0];
		bool is_first = sort->has_nulls ? sort->is_nulls_first : sort->is_descending;

		args[count++] = bound_constant(
			b, value_bool(sort->is_descending), type_make(TYPE_BOOL), x->at);
		args[count++] =
			bound_constant(b, value_bool(is_first), type_make(TYPE_BOOL), x->at);
	}
	return binder_function(b, str_of(set->of), args, count, x->at, out, e);
}

/* ---- GROUPING -------------------------------------------------------------------------------- */

static enum sqlstate grouping_number(
	struct binder *b, const struct ast_expr *arg, uint32_t *number, struct error *e)
{
	const struct aggregation *a = b->aggregation;
	const struct bound *key = NULL;

	if (a != NULL && a->is_grouped && a->inside == 0 && bind_expr(b, arg, &key, e) != OK)
		key = NULL;
	for (*number = 0; key != NULL && *number < a->key_count; ++*number) {
		if (key->kind == BOUND_SLOT && key->index == a->key_slots[*number])
			return OK;
	}
	return FAIL_AT(e, arg->at, E_GROUPING,
		"arguments to GROUPING must be grouping expressions of the associated query level");
}

enum sqlstate bind_grouping(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct aggregation *a = b->aggregation;
	uint32_t set_count = a == NULL ? 0 : a->set_count;
	struct value *bits = ARENA_ARRAY(b->arena, struct value, set_count + 1);
	const struct bound *pair[2];

	if (x->function->arg_count > 31)
		return FAIL_AT(
			e, x->at, E_PROGRAM_LIMIT, "GROUPING must have fewer than 32 arguments");
	for (uint32_t s = 0; s < set_count; s++)
		bits[s] = value_int(0);
	for (uint32_t i = 0; i < x->function->arg_count; i++) {
		uint32_t key;

		TRY(grouping_number(b, x->function->args[i], &key, e));
		for (uint32_t s = 0; s < set_count; s++)
			bits[s].integer = bits[s].integer << 1 | !(a->sets[s] >> key & 1);
	}
	if (set_count == 0) {
		*out = bound_constant(b, value_int(0), type_make(TYPE_INT32), x->at);
		return OK;
	}
	pair[0] = bound_constant(b,
		(struct value){ .type = VALUE_LIST, .count = set_count, .items = bits },
		type_list_of(type_make(TYPE_INT32)), x->at);
	pair[1] = binder_slot_ref(b, a->set_slot, x->at);
	return binder_function(b, STR(PLAN_FUNCTION_SUBSCRIPT), pair, 2, x->at, out, e);
}
