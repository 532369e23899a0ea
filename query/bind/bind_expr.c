/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Binding of expressions: the dispatch, and the kinds that are neither operators (bind_operator.c),
 * calls (bind_call.c) nor about elements (bind_element.c).
 *
 * Every expression is looked up among the grouping keys first when the projection around it is
 * grouped: what equals a key *is* the key's slot, whatever it is made of.
 */
#include "query/bind/binder.h"

#include <stdlib.h>

enum { WEIGHT_MAX = 1 << 20 };

/* ---- names ----------------------------------------------------------------------------------- */

/* Functions that SQL and GQL call without parentheses. */
static bool name_is_bare_function(struct str name)
{
	static const char *const names[] = { "current_date", "current_time", "current_timestamp",
		"local_time", "local_timestamp", "localtime", "localtimestamp", "session_user",
		"current_user", "user", "current_role", "current_catalog", "current_schema",
		"current_graph" };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (str_equal_nocase(name, str_of(names[i])))
			return true;
	}
	return false;
}

static enum sqlstate bind_unknown_name(struct binder *b, const struct ast_expr *x, struct error *e)
{
	struct str name = x->variable.name;
	const struct variable *near = scope_find_near(b->scope, name);

	if (binder_is_relational(b))
		return bind_unknown_column(b, (struct str){ 0 }, name, x->at, e);
	FAIL(e, E_NO_COLUMN, "variable \"%.*s\" does not exist", STR_ARGS(name));
	if (near != NULL)
		error_hint(e, "Perhaps you meant the variable \"%.*s\".", STR_ARGS(near->name));
	else if (x->variable.quote == '"')
		error_hint(e, "Use single quotes for text.");
	else if (x->variable.quote == 0)
		error_hint(e, "If it is text, put it in single quotes: '%.*s'.", STR_ARGS(name));
	return binder_blame(e, x->at);
}

static enum sqlstate bind_ungrouped(
	struct binder *b, uint32_t slot, struct str name, uint32_t at, struct error *e)
{
	struct str relation = b->slots[slot].relation;

	if (b->is_sql && b->aggregation->is_distinct)
		return FAIL_AT(e, at, E_INVALID_REFERENCE,
			"for SELECT DISTINCT, ORDER BY expressions must appear in select list");
	if (b->is_sql)
		return FAIL_AT(e, at, E_GROUPING,
			"column \"%.*s%s%.*s\" must appear in the GROUP BY clause or be used in "
			"an aggregate function",
			STR_ARGS(relation), relation.length > 0 ? "." : "", STR_ARGS(name));
	return FAIL_AT(e, at, E_GROUPING,
		"variable \"%.*s\" must be a grouping key or be used in an aggregate function",
		STR_ARGS(name));
}

bool binder_key_slot(const struct aggregation *a, uint32_t slot, uint32_t *key)
{
	for (uint32_t i = 0; a->keys != NULL && i < a->key_count; i++) {
		if (a->keys[i]->kind == BOUND_SLOT && a->keys[i]->index == slot) {
			*key = a->key_slots[i];
			return true;
		}
	}
	return a->dependent != NULL && a->dependent(a->context, slot, key);
}

/* In a subquery: the rows of a grouped query around it are gone when it is run, but for their keys. */
static enum sqlstate bind_around(
	struct binder *b, uint32_t slot, struct str name, uint32_t at, struct error *e)
{
	struct str relation = b->slots[slot].relation;
	const struct aggregation *a = b->around;
	uint32_t key;

	while (a != NULL && slot < a->outer_slot_end)
		a = a->around;
	if (a == NULL || slot >= a->row_slot_end || binder_key_slot(a, slot, &key))
		return OK;
	return FAIL_AT(e, at, E_GROUPING,
		"subquery uses ungrouped %s \"%.*s%s%.*s\" from outer query",
		relation.length > 0 ? "column" : "variable", STR_ARGS(relation),
		relation.length > 0 ? "." : "", STR_ARGS(name));
}

enum sqlstate binder_row_slot(struct binder *b, uint32_t slot, struct str name, uint32_t at,
	const struct bound **out, struct error *e)
{
	const struct aggregation *a = b->aggregation;
	uint32_t key;

	*out = binder_slot_ref(b, slot, at);
	if (a == NULL || !a->is_grouped || a->inside > 0)
		return bind_around(b, slot, name, at, e);
	if (binder_key_slot(a, slot, &key)) {
		*out = binder_slot_ref(b, key, at);
		return OK;
	}
	/* What stands around a subquery is the same for all of its rows, grouped or not. */
	if (slot < a->outer_slot_end)
		return bind_around(b, slot, name, at, e);
	return bind_ungrouped(b, slot, name, at, e);
}

/* A row without a value is one that an outer join did not find: NULL. */
static const struct bound *row_or_null(struct binder *b, const struct bound *row)
{
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, 3);
	const struct bound **parts = ARENA_ARRAY(b->arena, const struct bound *, row->arg_count);
	struct bound *result = bound_new(b, BOUND_CASE, row->type, row->at);

	for (uint32_t i = 0; i < row->arg_count; i++)
		parts[i] = bound_is_null(b, row->args[i], false);
	args[0] = bound_combine(b, BOUND_AND, parts, row->arg_count);
	args[1] = bound_constant(b, value_null(), row->type, row->at);
	args[2] = row;
	result->args = args;
	result->arg_count = 3;
	return result;
}

/* A relation's name alone: its row. */
static enum sqlstate bind_whole_row(struct binder *b, const struct variable *table,
	const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct scope *columns = table->columns;
	uint32_t count = columns->column_count;
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, count + 1);
	struct str *keys = ARENA_ARRAY(b->arena, struct str, count + 1);
	struct bound *row = bound_new(b, BOUND_LIST, type_make(TYPE_RECORD), x->at);

	for (uint32_t i = 0; i < count; i++) {
		keys[i] = columns->columns[i].name;
		args[i] = columns->columns[i].value;
		if (args[i]->kind == BOUND_SLOT)
			TRY(binder_row_slot(b, args[i]->index, keys[i], x->at, &args[i], e));
		binder_row_field(b, &args[i]);
	}
	row->args = args;
	row->keys = keys;
	row->arg_count = count;
	*out = count == 0 ? row : row_or_null(b, row);
	return OK;
}

static enum sqlstate bind_found_variable(struct binder *b, const struct variable *v,
	const struct ast_expr *x, const struct bound **out, struct error *e)
{
	struct bound *ref;

	if (v->is_ambiguous)
		return FAIL_AT(e, x->at, E_AMBIGUOUS, "column reference \"%.*s\" is ambiguous",
			STR_ARGS(v->name));
	switch (v->kind) {
	case VARIABLE_EXPR:
		*out = v->expr;
		return OK;
	case VARIABLE_TABLE:
		return bind_whole_row(b, v, x, out, e);
	case VARIABLE_LOCAL:
		ref = bound_new(b, BOUND_LOCAL, v->type, x->at);
		ref->index = v->local;
		ref->label = v->label;
		*out = ref;
		return OK;
	case VARIABLE_SLOT:
		break;
	}
	if (!v->is_column)
		return binder_row_slot(b, v->slot, v->name, x->at, out, e);
	*out = binder_slot_ref(b, v->slot, x->at);
	return OK;
}

/* ctid and its kin without their table: of the one in FROM that has them. */
static const struct variable *find_system_column(
	struct binder *b, const struct ast_expr *x, enum sqlstate *rc, struct error *e)
{
	const struct variable *found = NULL;

	for (const struct scope *s = b->scope; s != NULL && found == NULL; s = s->parent) {
		for (uint32_t i = 0; i < s->count; i++) {
			const struct scope *columns = s->variables[i].columns;
			const struct variable *v =
				columns == NULL ? NULL
						: scope_find_here_folded(columns, x->variable.name);

			if (v != NULL && found != NULL)
				*rc = FAIL_AT(e, x->at, E_AMBIGUOUS,
					"column reference \"%.*s\" is ambiguous",
					STR_ARGS(x->variable.name));
			if (v != NULL)
				found = v;
		}
	}
	return found;
}

static enum sqlstate bind_system_column(struct binder *b, const struct ast_expr *x,
	const struct bound **out, bool *is_one, struct error *e)
{
	enum sqlstate rc = OK;
	const struct variable *v = b->is_sql ? find_system_column(b, x, &rc, e) : NULL;

	*is_one = v != NULL;
	return v == NULL || rc != OK ? rc : bind_found_variable(b, v, x, out, e);
}

static enum sqlstate bind_variable(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct variable *v = x->variable.quote == 0
					   ? scope_find_folded(b->scope, x->variable.name)
					   : scope_find(b->scope, x->variable.name);
	bool is_system;

	if (v != NULL)
		return bind_found_variable(b, v, x, out, e);
	if (x->variable.quote == 0 && name_is_bare_function(x->variable.name))
		return binder_function(b, x->variable.name, NULL, 0, x->at, out, e);
	if (x->variable.may_be_text) {
		*out = bound_constant(
			b, value_string(x->variable.name), type_make(TYPE_STRING), x->at);
		return OK;
	}
	TRY(bind_system_column(b, x, out, &is_system, e));
	return is_system ? OK : bind_unknown_name(b, x, e);
}

static enum sqlstate bind_parameter(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	uint32_t number = x->parameter.number;
	const struct session_parameter *own =
		number > 0 ? NULL : binder_session_parameter(b->options, x->parameter.name);

	if (own != NULL) {
		*out = bound_constant(b, value_copy(b->arena, own->value), own->type, x->at);
		return OK;
	}
	for (uint32_t i = 0; number == 0 && i < b->parameter_name_count; i++) {
		if (str_equal(b->parameter_names[i], x->parameter.name))
			number = i + 1;
	}
	if (number == 0 || number > b->parameter_count)
		return FAIL_AT(e, x->at, E_NO_PARAMETER, "there is no parameter $%u", number);
	*out = binder_parameter_ref(b, number - 1, x->at);
	/* What no context gives a type is text, as in PostgreSQL. */
	if (b->is_sql)
		b->parameter_infos[number - 1].is_text = true;
	return OK;
}

/* ---- literals and constructors --------------------------------------------------------------- */

static const struct bound *bind_literal(struct binder *b, const struct ast_expr *x)
{
	struct value v = value_null();
	enum type_kind kind = TYPE_NULL;

	switch (x->kind) {
	case EXPR_NULL:
		kind = x->is_unknown ? TYPE_BOOL : TYPE_NULL;
		break;
	case EXPR_BOOL:
		v = value_bool(x->boolean);
		kind = TYPE_BOOL;
		break;
	case EXPR_INT:
		v = value_int(x->integer);
		kind = b->is_sql && x->integer == (int32_t)x->integer ? TYPE_INT32 : TYPE_INT64;
		break;
	case EXPR_FLOAT:
		v = value_float(x->number);
		kind = TYPE_FLOAT64;
		break;
	case EXPR_STRING:
		v = value_string(x->text);
		kind = b->is_sql ? TYPE_UNKNOWN : TYPE_STRING;
		break;
	case EXPR_BYTES:
		v = value_string(x->text);
		v.type = VALUE_BYTES;
		kind = TYPE_BYTES;
		break;
	default:
		unreachable();
	}
	return bound_constant(b, v, type_make(kind), x->at);
}

static enum sqlstate bind_digits_of(struct binder *b, const struct ast_expr *x, struct str text,
	const struct bound **out, struct error *e)
{
	struct value v = { .type = VALUE_DECIMAL };
	char *digits = arena_alloc_raw(b->arena, (size_t)text.length + 1);
	struct str plain = { digits, 0 };

	for (uint32_t i = 0; i < text.length; i++) {
		if (text.at[i] != '_')
			digits[plain.length++] = text.at[i];
	}
	if (decimal_parse(b->arena, plain, &v.decimal, e) != OK) {
		e->byte_offset = (int)x->at;
		return e->code;
	}
	*out = bound_constant(b, v, type_make(TYPE_DECIMAL), x->at);
	return OK;
}

static enum sqlstate bind_decimal(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	return bind_digits_of(b, x, x->text, out, e);
}

/* 1.5 in SQL, or where a decimal is declared, is a numeric with the digits that were written; with a
   suffix it is what that says. */
static enum sqlstate bind_float(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	struct str text = binder_source(b, x);
	char last = text.length == 0 ? 'f' : (char)(text.at[text.length - 1] | 0x20);

	if ((!b->is_sql && !b->has_exact_numbers) || last == 'f' || last == 'd') {
		*out = bind_literal(b, x);
		return OK;
	}
	return bind_digits_of(b, x, text, out, e);
}

/* True if all are constants of one form, so that the list is one constant too: long literal lists
   cost nothing at run time. */
static bool bind_list_is_constant(const struct bound *const *args, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (!bound_is_constant(args[i]))
			return false;
	}
	return true;
}

static enum sqlstate bind_list(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	uint32_t count = x->list.count;
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, count);
	struct type item = { .kind = TYPE_NULL };
	struct value *items;
	struct bound *list;
	bool is_nested;

	for (uint32_t i = 0; i < count; i++) {
		TRY(bind_expr(b, x->list.items[i], &args[i], e));
		TRY(binder_unify(b, &item, args[i]->type, "ARRAY", x->list.items[i]->at, e));
	}
	for (uint32_t i = 0; i < count && item.kind != TYPE_NULL; i++)
		TRY(binder_coerce(b, &args[i], item, "list element", e));
	/* In SQL an array of arrays is one of more dimensions, of the same type. */
	is_nested = b->is_sql && item.kind == TYPE_LIST;
	list = bound_new(b, BOUND_LIST, is_nested ? item : type_list_of(item), x->at);
	list->args = args;
	list->arg_count = count;
	for (uint32_t i = 0; i < count; i++)
		list->is_volatile |= args[i]->is_volatile;
	*out = list;
	if (is_nested)
		return binder_function(b, STR("array_even"), out, 1, x->at, out, e);
	if (!bind_list_is_constant(args, count))
		return OK;
	items = ARENA_ARRAY(b->arena, struct value, count);
	for (uint32_t i = 0; i < count; i++)
		items[i] = args[i]->value;
	*out = bound_constant(b,
		(struct value){ .type = VALUE_LIST, .count = count, .items = items }, list->type,
		x->at);
	return OK;
}

static int compare_entries(const void *a, const void *b)
{
	const struct ast_entry *const *x = a;
	const struct ast_entry *const *y = b;

	return str_compare((*x)->name.text, (*y)->name.text);
}

enum sqlstate bind_entries(struct binder *b, const struct ast_expr *x,
	const struct ast_entry *const **out, struct error *e)
{
	uint32_t count = x->map.count;
	const struct ast_entry **sorted = ARENA_ARRAY(b->arena, const struct ast_entry *, count);

	for (uint32_t i = 0; i < count; i++)
		sorted[i] = &x->map.entries[i];
	qsort(sorted, count, sizeof *sorted, compare_entries);
	for (uint32_t i = 1; i < count; i++) {
		const struct ast_name *name = &sorted[i]->name, *before = &sorted[i - 1]->name;

		if (str_equal(name->text, before->text))
			return FAIL_AT(e, MAX_OF(name->at, before->at), E_DUPLICATE_KEY_NAME,
				"duplicate key \"%.*s\" in map", STR_ARGS(name->text));
	}
	*out = (const struct ast_entry *const *)sorted;
	return OK;
}

static enum sqlstate bind_map(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	uint32_t count = x->map.count;
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, count);
	struct str *keys = ARENA_ARRAY(b->arena, struct str, count);
	struct bound *map = bound_new(b, BOUND_MAP, type_make(TYPE_MAP), x->at);
	const struct ast_entry *const *sorted;

	TRY(bind_entries(b, x, &sorted, e));
	for (uint32_t i = 0; i < count; i++) {
		TRY(bind_expr(b, sorted[i]->value, &args[i], e));
		keys[i] = sorted[i]->name.text;
		map->is_volatile |= args[i]->is_volatile;
	}
	map->args = args;
	map->arg_count = count;
	map->keys = keys;
	*out = map;
	return OK;
}

/* n {.name, .*, age: 3, m}: entries first, then everything merged over properties(n). */
static enum sqlstate bind_map_projection(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	uint32_t count = x->map_projection.count;
	struct ast_entry *entries = ARENA_ARRAY(b->arena, struct ast_entry, count);
	struct ast_expr *map = ARENA_NEW(b->arena, struct ast_expr);
	const struct bound *pair[2];
	bool is_all = false;
	uint32_t entry_count = 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct ast_map_item *item = &x->map_projection.items[i];
		struct ast_expr *value = ARENA_NEW(b->arena, struct ast_expr);

		*value = (struct ast_expr){ .at = item->name.at, .length = item->name.length };
		is_all |= item->kind == MAP_ITEM_ALL;
		if (item->kind == MAP_ITEM_ALL)
			continue;
		value->kind = item->kind == MAP_ITEM_KEY ? EXPR_PROPERTY : EXPR_VARIABLE;
		if (item->kind == MAP_ITEM_KEY) {
			value->property.base = x->map_projection.base;
			value->property.key = item->name;
		} else {
			value->variable.name = item->name.text;
		}
		entries[entry_count++] = (struct ast_entry){ .name = item->name,
			.value = item->kind == MAP_ITEM_ENTRY ? item->value : value };
	}
	*map = (struct ast_expr){ .kind = EXPR_MAP,
		.at = x->at,
		.length = x->length,
		.map = { .entries = entries, .count = entry_count } };
	TRY(bind_map(b, map, &pair[1], e));
	*out = pair[1];
	if (!is_all)
		return OK;
	TRY(bind_expr(b, x->map_projection.base, &pair[0], e));
	if (pair[0]->type.kind != TYPE_MAP)
		TRY(binder_function(b, STR("properties"), &pair[0], 1, x->at, &pair[0], e));
	if (entry_count == 0) {
		*out = pair[0];
		return OK;
	}
	return binder_function(b, STR(PLAN_FUNCTION_MAP_MERGE), pair, 2, x->at, out, e);
}

/* ---- the rest -------------------------------------------------------------------------------- */

static enum sqlstate bind_is_typed(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, 1);
	struct bound *test = bound_new(b, BOUND_IS_TYPED, type_make(TYPE_BOOL), x->at);
	const struct bound *both[2] = { test };

	TRY(binder_type(b, x->typed.type, &test->tested, e));
	TRY(bind_expr(b, x->typed.operand, &args[0], e));
	test->args = args;
	test->arg_count = 1;
	test->is_volatile = args[0]->is_volatile;
	*out = test;
	if (x->typed.type->is_not_null) {
		both[1] = bound_is_null(b, args[0], true);
		*out = bound_combine(b, BOUND_AND, both, 2);
	}
	return x->typed.is_negated ? bound_not(b, *out, out, e) : OK;
}

/* What has no items is no list: 'abc'[0]. */
static enum sqlstate bind_indexed(
	struct binder *b, const struct bound *base, const char *instead, struct error *e)
{
	enum type_family family = type_family(base->type);
	char found[TYPE_NAME_SIZE];

	if (family < TYPE_FAMILY_BOOL || family >= TYPE_FAMILY_LIST)
		return OK;
	FAIL(e, E_TYPE, "cannot subscript type %s because it does not support subscripting",
		type_name(base->type, found));
	if (family == TYPE_FAMILY_STRING && !b->is_sql)
		error_hint(e, "%s", instead);
	return binder_blame(e, base->at);
}

/* base[index] where the two do not go together is an error of the index, not of a function. */
static enum sqlstate bind_subscript(struct binder *b, const struct ast_expr *x,
	const struct bound **args, const struct bound **out, struct error *e)
{
	enum type_family index = type_family(args[1]->type);
	bool is_list = args[0]->type.kind == TYPE_LIST;
	bool is_map = args[0]->type.kind == TYPE_MAP || type_is_element(args[0]->type);
	char found[TYPE_NAME_SIZE];

	TRY(bind_indexed(b, args[0], "Use substring(text, start, 1), which counts from 0.", e));
	if (is_list && index != TYPE_FAMILY_UNKNOWN && !type_is_integer(args[1]->type))
		return FAIL_AT(e, x->index.first->at, E_SUBSCRIPT,
			"a list is indexed by an integer, not by type %s",
			type_name(args[1]->type, found));
	if (is_map && index != TYPE_FAMILY_UNKNOWN && index != TYPE_FAMILY_STRING)
		return FAIL_AT(e, x->index.first->at, E_SUBSCRIPT,
			"a key of a map is a string, not of type %s",
			type_name(args[1]->type, found));
	return binder_function(b, STR(PLAN_FUNCTION_SUBSCRIPT), args, 2, x->at, out, e);
}

/* name[0] of SQL, from 0 to 63: the bytes of PostgreSQL's names. */
static enum sqlstate bind_name_byte(struct binder *b, const struct ast_expr *x,
	const struct bound **args, const struct bound **out, struct error *e)
{
	TRY(binder_coerce(b, &args[1], type_make(TYPE_INT64), "array subscript", e));
	TRY(binder_function(b, STR(PLAN_FUNCTION_NAME_BYTE), args, 2, x->at, out, e));
	*out = bound_cast(b, *out, type_make(TYPE_CHAR));
	return OK;
}

static enum sqlstate bind_index(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct bound *args[2];
	enum type_kind wanted;
	bool is_array;

	TRY(bind_array_slices(b, x, &is_array, out, e));
	if (is_array)
		return OK;
	TRY(bind_array_item(b, x, &is_array, out, e));
	if (is_array)
		return OK;
	TRY(bind_expr(b, x->index.base, &args[0], e));
	TRY(bind_expr(b, x->index.first, &args[1], e));
	if (args[0]->type.kind == TYPE_NAME)
		return bind_name_byte(b, x, args, out, e);
	wanted = type_base(args[0]->type).kind == TYPE_LIST ? TYPE_INT64 : TYPE_STRING;
	if (bound_is_untyped(args[1]))
		TRY(binder_infer(b, &args[1], type_make(wanted), e));
	return bind_subscript(b, x, args, out, e);
}

/* list[a..b] with an end that is written but NULL is NULL; an end left out is open. */
static const struct bound *bind_slice_ends(
	struct binder *b, const struct bound *slice, const struct bound *const *ends)
{
	for (int i = 0; i < 2; i++) {
		const struct bound **args;
		struct bound *guard;

		if (ends[i] == NULL ||
			(bound_is_constant(ends[i]) && !value_is_null(ends[i]->value)))
			continue;
		args = ARENA_ARRAY(b->arena, const struct bound *, 3);
		args[0] = bound_is_null(b, ends[i], false);
		args[1] = bound_constant(b, value_null(), slice->type, slice->at);
		args[2] = slice;
		guard = bound_new(b, BOUND_CASE, slice->type, slice->at);
		guard->args = args;
		guard->arg_count = 3;
		guard->is_volatile = slice->is_volatile;
		slice = guard;
	}
	return slice;
}

static enum sqlstate bind_slice(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct ast_expr *written[2] = { x->index.first, x->index.last };
	const struct bound *ends[2] = { NULL, NULL };
	const struct bound *args[3];

	TRY(bind_expr(b, x->index.base, &args[0], e));
	TRY(bind_indexed(
		b, args[0], "Use substring(text, start, length), which counts from 0.", e));
	for (int i = 0; i < 2; i++) {
		args[i + 1] = bound_constant(b, value_null(), type_make(TYPE_NULL), x->at);
		if (written[i] == NULL)
			continue;
		TRY(bind_expr(b, written[i], &ends[i], e));
		TRY(binder_coerce(b, &ends[i], type_make(TYPE_INT64), "list slice bound", e));
		args[i + 1] = ends[i];
	}
	TRY(binder_function(b, STR(PLAN_FUNCTION_SLICE), args, 3, x->at, out, e));
	*out = bind_slice_ends(b, *out, ends);
	return OK;
}

/* LET a = 1, b = a IN a + b END: names for expressions, nothing at run time. */
static enum sqlstate bind_let(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	struct scope *outer = b->scope;
	struct scope *inner = scope_new(b->arena, outer);

	b->scope = inner;
	for (uint32_t i = 0; i < x->let.count; i++) {
		const struct ast_entry *binding = &x->let.bindings[i];
		const struct bound *value;
		struct variable *v;
		struct type to;

		TRY(bind_expr(b, binding->value, &value, e));
		if (binding->type != NULL) {
			TRY(binder_type(b, binding->type, &to, e));
			TRY(binder_coerce(b, &value, to, "value of LET", e));
		}
		if (scope_find_here(inner, binding->name.text) != NULL)
			return FAIL_AT(e, binding->name.at, E_DUPLICATE_ALIAS,
				"variable \"%.*s\" is already bound", STR_ARGS(binding->name.text));
		v = scope_add(inner, binding->name.text);
		v->kind = VARIABLE_EXPR;
		v->expr = value;
		v->type = value->type;
	}
	TRY(bind_expr(b, x->let.body, out, e));
	b->scope = outer;
	return OK;
}

static bool bind_as_key(struct binder *b, const struct ast_expr *x, const struct bound **out)
{
	const struct aggregation *a = b->aggregation;

	if (a == NULL || !a->is_grouped || a->inside > 0)
		return false;
	for (uint32_t i = 0; i < a->key_count; i++) {
		if (a->key_exprs[i] != NULL && binder_same_source(b, a->key_exprs[i], x)) {
			*out = binder_slot_ref(b, a->key_slots[i], x->at);
			return true;
		}
	}
	return false;
}

static enum sqlstate bind_labeled(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct bound_label *label;
	const struct bound *operand;
	const struct bound *test;
	enum element element;

	TRY(bind_expr(b, x->labeled.operand, &operand, e));
	if (!type_is_element(operand->type))
		return FAIL_AT(
			e, x->labeled.operand->at, E_TYPE, "a label test needs a node or an edge");
	element = operand->type.kind == TYPE_NODE ? ELEMENT_NODE : ELEMENT_EDGE;
	TRY(bind_label(b, x->labeled.label, element, &label, e));
	test = bound_label_test(b, operand, label, x->at);
	if (x->labeled.is_negated)
		return bound_not(b, test, out, e);
	*out = test;
	return OK;
}

enum sqlstate bind_condition(struct binder *b, const struct ast_expr *x, const char *what,
	const struct bound **out, struct error *e)
{
	TRY(bind_expr(b, x, out, e));
	return binder_condition(b, out, what, e);
}

/* One with a subquery inside is a subquery itself (plan_subquery.c); the outermost one decides. */
static enum sqlstate bind_loop(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	struct scope *scope = b->scope;
	uint32_t depth = b->local_depth;
	enum sqlstate rc =
		x->kind == EXPR_REDUCE ? bind_reduce(b, x, out, e) : bind_each(b, x, out, e);

	if (rc == OK || !b->is_local_subquery || depth > 0)
		return rc;
	b->is_local_subquery = false;
	b->scope = scope;
	b->local_depth = 0;
	return b->subquery(b->planner, x, out, e);
}

/* any(y IN list WHERE test) with a subquery in its test: any(t IN [y IN list | test] WHERE t), and
   NULL where there is no list. */
static enum sqlstate bind_tests(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	struct ast_expr *tests = ARENA_NEW(b->arena, struct ast_expr);
	struct ast_expr *truth = ARENA_NEW(b->arena, struct ast_expr);
	struct ast_expr over = *x;
	const struct bound **args = ARENA_ARRAY(b->arena, const struct bound *, 3);
	const struct bound *list;
	struct bound *result;

	*tests = *x;
	tests->kind = EXPR_LIST_COMPREHENSION;
	tests->each.where = NULL;
	tests->each.result = x->each.where;
	truth->kind = EXPR_VARIABLE;
	truth->at = x->each.where->at;
	truth->variable.name = STR(" test");
	over.each.variable.text = truth->variable.name;
	over.each.list = tests;
	over.each.where = truth;
	TRY(bind_quantifier(b, &over, &args[2], e));
	TRY(bind_expr(b, x->each.list, &list, e));
	args[0] = bound_is_null(b, list, false);
	args[1] = bound_constant(b, value_null(), type_make(TYPE_BOOL), x->at);
	result = bound_new(b, BOUND_CASE, type_make(TYPE_BOOL), x->at);
	result->args = args;
	result->arg_count = 3;
	result->is_volatile = args[2]->is_volatile || list->is_volatile;
	*out = result;
	return OK;
}

static enum sqlstate bind_quantified(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	struct scope *scope = b->scope;
	uint32_t depth = b->local_depth;
	enum sqlstate rc = bind_quantifier(b, x, out, e);

	if (rc == OK || !b->is_local_subquery || depth > 0)
		return rc;
	b->is_local_subquery = false;
	b->scope = scope;
	b->local_depth = 0;
	return bind_tests(b, x, out, e);
}

static enum sqlstate bind_subquery(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	if (b->subquery == NULL)
		return FAIL_AT(e, x->at, E_NOT_SUPPORTED, "subqueries are not supported here");
	return b->subquery(b->planner, x, out, e);
}

static enum sqlstate bind_by_kind(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	switch (x->kind) {
	case EXPR_NULL:
	case EXPR_BOOL:
	case EXPR_INT:
	case EXPR_STRING:
	case EXPR_BYTES:
		*out = bind_literal(b, x);
		return OK;
	case EXPR_FLOAT:
		return bind_float(b, x, out, e);
	case EXPR_DECIMAL:
		return bind_decimal(b, x, out, e);
	case EXPR_PARAMETER:
		return bind_parameter(b, x, out, e);
	case EXPR_VARIABLE:
		return bind_variable(b, x, out, e);
	case EXPR_PROPERTY:
		return bind_property(b, x, out, e);
	case EXPR_ALL_COLUMNS:
		return FAIL_AT(e, x->at, E_NOT_SUPPORTED, "\".*\" is not supported here");
	case EXPR_INDEX:
		return bind_index(b, x, out, e);
	case EXPR_SLICE:
		return bind_slice(b, x, out, e);
	case EXPR_CAST:
		return bind_cast(b, x, out, e);
	case EXPR_UNARY:
		return bind_unary(b, x, out, e);
	case EXPR_BINARY:
		return bind_binary(b, x, out, e);
	case EXPR_CHAIN:
		return bind_chain(b, x, out, e);
	case EXPR_COMPARE_SOME:
		return bind_compare_some(b, x, out, e);
	case EXPR_IS:
		return bind_is(b, x, out, e);
	case EXPR_IS_TYPED:
		return bind_is_typed(b, x, out, e);
	case EXPR_IS_LABELED:
		return bind_labeled(b, x, out, e);
	case EXPR_LIST:
		return bind_list(b, x, out, e);
	case EXPR_MAP:
		return bind_map(b, x, out, e);
	case EXPR_MAP_PROJECTION:
		return bind_map_projection(b, x, out, e);
	case EXPR_LIST_COMPREHENSION:
	case EXPR_REDUCE:
		return bind_loop(b, x, out, e);
	case EXPR_CASE:
		return bind_case(b, x, out, e);
	case EXPR_FUNCTION:
		return bind_function(b, x, out, e);
	case EXPR_QUANTIFIER:
		return bind_quantified(b, x, out, e);
	case EXPR_LET:
		return bind_let(b, x, out, e);
	case EXPR_PATTERN_COMPREHENSION:
	case EXPR_EXISTS:
	case EXPR_SUBQUERY:
	case EXPR_PATTERN:
		return bind_subquery(b, x, out, e);
	}
	unreachable();
}

/* What is bound is shared where a < b < c needs b twice, or nullif its first argument: nested, that
   doubles the work at each level, of everything that walks the expression. */
static uint32_t weigh(const struct bound *x)
{
	uint64_t sum = 1;

	if (x->weight > 0 || x->arg_count == 0)
		return x->weight;
	for (uint32_t i = 0; i < x->arg_count && sum <= WEIGHT_MAX; i++)
		sum += x->args[i] == NULL ? 0 : weigh(x->args[i]);
	/* It is the binder's own, and only here that it is told. */
	((struct bound *)(uintptr_t)x)->weight = (uint32_t)MIN_OF(sum, WEIGHT_MAX + UINT64_C(1));
	return x->weight;
}

enum sqlstate bind_expr(
	struct binder *b, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	TRY(binder_poll(b, e));
	if (bind_as_key(b, x, out))
		return OK;
	TRY(bind_by_kind(b, x, out, e));
	if (weigh(*out) <= WEIGHT_MAX)
		return OK;
	(void)FAIL_AT(e, x->at, E_TOO_COMPLEX, "statement too complex");
	error_detail(e,
		"An expression, with what is used in it more than once, has more than %d parts.",
		WEIGHT_MAX);
	return E_TOO_COMPLEX;
}

enum sqlstate bind_constant_expr(struct arena *a, const struct ast_expr *expr,
	const struct bind_options *options, struct bound **out, struct error *e)
{
	struct ast_stmt statement = { .at = expr->at, .text = { .at = "", .length = 0 } };
	const struct bound *x;
	struct binder b;

	TRY(binder_begin(&b, a, &statement, options, e));
	b.scope = scope_new(a, NULL);
	b.place = "a constant expression";
	TRY(bind_expr(&b, expr, &x, e));
	*out = ARENA_NEW(a, struct bound);
	**out = *x;
	return OK;
}
