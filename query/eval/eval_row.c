/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The evaluator by row: one expression, one row, one value. Here live the forms that must stop
 * early or that bind local variables; eval.c comes here for them row by row.
 *
 * Recursion follows the expression, whose depth the parser has bounded.
 */
#include <string.h>

#include "base/stack.h"
#include "query/eval/cast.h"
#include "query/eval/column.h"
#include "query/eval/eval.h"
#include "query/eval/eval_internal.h"
#include "query/eval/json_value.h"
#include "query/eval/typed_text.h"
#include "query/type/function.h"
#include "query/type/type.h"
#include "storage/storage.h"

enum { POLL_ITEMS = 4096 };

enum sqlstate eval_error_at(const struct bound *b, enum sqlstate rc, struct error *e)
{
	bool is_literal = b->kind == BOUND_CAST && b->args[0]->kind == BOUND_CONSTANT &&
			  b->args[0]->type.kind == TYPE_UNKNOWN;

	/* As in PostgreSQL: only what is wrong in the text itself has a place in it. */
	if (b->is_sql && !is_literal)
		return rc;
	if (e->byte_offset < 0 && e->position == 0)
		e->byte_offset = (int)b->at;
	return rc;
}

bool eval_call_is_dynamic(const struct bound *b)
{
	for (uint32_t i = 0; i < b->arg_count; i++) {
		if (b->args[i]->type.kind == TYPE_ANY)
			return true;
	}
	return false;
}

static COLD enum sqlstate refuse_values(
	const struct function *f, const struct value *args, uint32_t count, struct error *e)
{
	const char *types[3] = { "", "", "" };

	for (uint32_t i = 0; i < count && i < 3; i++)
		types[i] = value_type_name(args[i].type);
	if (f->is_hidden && count == 2)
		return FAIL(e, E_TYPE, "operator %s cannot take values of types %s and %s", f->name,
			types[0], types[1]);
	return FAIL(e, E_TYPE, "%s %s cannot take values of type %s%s%s",
		f->is_hidden ? "operator" : "function", f->name, types[0], count > 1 ? ", " : "",
		types[1]);
}

/* The items of the last argument in its place; false if it is NULL. */
static bool spread(struct eval *ev, struct value **args, uint32_t *count)
{
	uint32_t before = *count - 1;
	struct value last = (*args)[before], *all;

	if (last.type != VALUE_LIST)
		return false;
	all = arena_alloc_raw(ev->arena, sizeof *all * ((size_t)before + last.count + 1));
	memcpy(all, *args, sizeof *all * before);
	for (uint32_t i = 0; i < last.count; i++)
		all[before + i] = last.items[i];
	*args = all;
	*count = before + last.count;
	return true;
}

enum sqlstate eval_call(struct eval *ev, const struct bound *b, struct value *args, uint32_t count,
	bool is_dynamic, struct value *out, struct error *e)
{
	const struct function *f = b->function;
	enum sqlstate rc;
	bool fits;

	*out = value_null();
	if (UNLIKELY(b->is_variadic) && !spread(ev, &args, &count))
		return OK;
	for (uint32_t i = 0; f->is_strict && i < count; i++) {
		if (args[i].type == VALUE_NULL)
			return OK;
	}
	if (is_dynamic) {
		function_check_values(f, args, count, &fits);
		if (!fits && f->is_lenient)
			return OK;
		if (!fits)
			return eval_error_at(b, refuse_values(f, args, count, e), e);
	}
	rc = b->body->row(ev, args, count, out, e);
	return LIKELY(rc == OK) ? OK : eval_error_at(b, rc, e);
}

/* ---- lists and maps ---- */

static int entry_order(const struct value_entry *a, const struct value_entry *b)
{
	return str_compare(a->key, b->key);
}

enum sqlstate eval_make_map(struct eval *ev, const struct str *keys, const struct value *values,
	uint32_t count, struct value *out, struct error *e)
{
	struct value_entry *entries = arena_alloc_raw(ev->arena, sizeof *entries * (count + 1));
	uint32_t used = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct value_entry entry = { keys[i], values[i] };
		uint32_t at = used++;

		while (at > 0 && entry_order(&entries[at - 1], &entry) > 0) {
			entries[at] = entries[at - 1];
			at--;
		}
		entries[at] = entry;
		if (at > 0 && str_equal(entries[at - 1].key, entry.key))
			return FAIL(e, E_DUPLICATE_KEY_NAME, "duplicate map key \"%.*s\"",
				(int)MIN_OF(entry.key.length, 128u), entry.key.at);
	}
	*out = (struct value){ .type = VALUE_MAP, .count = used, .entries = entries };
	return OK;
}

struct value eval_marked_json(struct eval *ev, struct type type, struct value v)
{
	struct value *items;

	if (v.type == VALUE_STRING)
		v.spare[0] = VALUE_SPARE_JSON;
	if (v.type != VALUE_LIST || type.kind != TYPE_LIST)
		return v;
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)v.count + 1));
	for (uint32_t i = 0; i < v.count; i++)
		items[i] = eval_marked_json(ev, type, v.items[i]);
	v.items = items;
	return v;
}

struct value eval_make_row(const struct bound *b, struct value *items)
{
	struct value row = { .type = VALUE_LIST, .count = b->arg_count, .items = items };

	if (b->keys == NULL)
		return row;
	row.spare[0] = VALUE_SPARE_NAMED;
	for (uint32_t i = 0; i < b->arg_count; i++)
		items[b->arg_count + i] = value_string(b->keys[i]);
	return row;
}

static enum sqlstate row_list(struct eval *ev, const struct bound *b, const struct batch *in,
	uint32_t row, struct value *out, struct error *e)
{
	struct value *items = arena_alloc_raw(ev->arena, sizeof *items * (2 * b->arg_count + 1));

	for (uint32_t i = 0; i < b->arg_count; i++)
		TRY(eval_value(ev, b->args[i], in, row, &items[i], e));
	if (b->kind == BOUND_MAP)
		return eval_error_at(b, eval_make_map(ev, b->keys, items, b->arg_count, out, e), e);
	*out = eval_make_row(b, items);
	return OK;
}

/* ---- logic and choice ---- */

static enum sqlstate row_logic(struct eval *ev, const struct bound *b, const struct batch *in,
	uint32_t row, struct value *out, struct error *e)
{
	bool decides = b->kind == BOUND_OR; /* the value that ends it */
	bool has_null = false;
	struct value v;

	for (uint32_t i = 0; i < b->arg_count; i++) {
		TRY(eval_value(ev, b->args[i], in, row, &v, e));
		if (v.type == VALUE_BOOL && v.boolean == decides) {
			*out = v;
			return OK;
		}
		has_null |= v.type == VALUE_NULL;
	}
	*out = has_null ? value_null() : value_bool(!decides);
	return OK;
}

static enum sqlstate row_case(struct eval *ev, const struct bound *b, const struct batch *in,
	uint32_t row, struct value *out, struct error *e)
{
	struct value v;
	uint32_t i;

	for (i = 0; i + 1 < b->arg_count; i += 2) {
		TRY(eval_value(ev, b->args[i], in, row, &v, e));
		if (v.type == VALUE_BOOL && v.boolean)
			return eval_value(ev, b->args[i + 1], in, row, out, e);
	}
	if (i == b->arg_count) {
		*out = value_null();
		return OK;
	}
	return eval_value(ev, b->args[i], in, row, out, e);
}

static enum sqlstate row_coalesce(struct eval *ev, const struct bound *b, const struct batch *in,
	uint32_t row, struct value *out, struct error *e)
{
	*out = value_null();
	for (uint32_t i = 0; i < b->arg_count; i++) {
		TRY(eval_value(ev, b->args[i], in, row, out, e));
		if (out->type != VALUE_NULL)
			break;
	}
	return OK;
}

/* ---- local variables ---- */

/* A list to walk; *is_null when there is none, E_TYPE when it is something else. */
static enum sqlstate list_operand(struct eval *ev, const struct bound *b, const struct batch *in,
	uint32_t row, struct value *list, struct error *e)
{
	TRY(eval_value(ev, b, in, row, list, e));
	if (list->type == VALUE_LIST || list->type == VALUE_NULL)
		return OK;
	return eval_error_at(b,
		FAIL(e, E_TYPE, "a list is needed here, not a value of type %s",
			value_type_name(list->type)),
		e);
}

static enum sqlstate row_each(struct eval *ev, const struct bound *b, const struct batch *in,
	uint32_t row, struct value *out, struct error *e)
{
	const struct bound *where = b->arg_count > 1 ? b->args[1] : NULL;
	const struct bound *result = b->arg_count > 2 ? b->args[2] : NULL;
	struct value list, test, *items;
	uint32_t used = 0;

	TRY(list_operand(ev, b->args[0], in, row, &list, e));
	*out = list;
	if (list.type == VALUE_NULL)
		return OK;
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)list.count + 1));
	for (uint32_t i = 0; i < list.count; i++) {
		if (i % POLL_ITEMS == POLL_ITEMS - 1)
			TRY(eval_poll(ev, e));
		ev->locals[b->index] = list.items[i];
		if (where != NULL) {
			TRY(eval_value(ev, where, in, row, &test, e));
			if (test.type != VALUE_BOOL || !test.boolean)
				continue;
		}
		items[used] = list.items[i];
		ev->locals[b->index] = list.items[i];
		if (result != NULL)
			TRY(eval_value(ev, result, in, row, &items[used], e));
		used++;
	}
	*out = (struct value){ .type = VALUE_LIST, .count = used, .items = items };
	return OK;
}

/* What the counts of true, false and unknown mean. */
static struct value quantifier_result(
	enum ast_quantifier_kind kind, uint32_t trues, uint32_t falses, uint32_t nulls)
{
	switch (kind) {
	case QUANTIFIER_ALL:
		return falses > 0 ? value_bool(false) : nulls > 0 ? value_null() : value_bool(true);
	case QUANTIFIER_ANY:
		return trues > 0 ? value_bool(true) : nulls > 0 ? value_null() : value_bool(false);
	case QUANTIFIER_NONE:
		return trues > 0 ? value_bool(false) : nulls > 0 ? value_null() : value_bool(true);
	default:
		if (trues > 1)
			return value_bool(false);
		return nulls > 0 ? value_null() : value_bool(trues == 1);
	}
}

static enum sqlstate row_quantifier(struct eval *ev, const struct bound *b, const struct batch *in,
	uint32_t row, struct value *out, struct error *e)
{
	uint32_t trues = 0, falses = 0, nulls = 0;
	struct value list, test;

	TRY(list_operand(ev, b->args[0], in, row, &list, e));
	*out = list;
	if (list.type == VALUE_NULL)
		return OK;
	for (uint32_t i = 0; i < list.count; i++) {
		if (i % POLL_ITEMS == POLL_ITEMS - 1)
			TRY(eval_poll(ev, e));
		ev->locals[b->index] = list.items[i];
		TRY(eval_value(ev, b->args[1], in, row, &test, e));
		if (test.type != VALUE_BOOL)
			nulls++;
		else if (test.boolean)
			trues++;
		else
			falses++;
	}
	*out = quantifier_result(b->quantifier, trues, falses, nulls);
	return OK;
}

static enum sqlstate row_reduce(struct eval *ev, const struct bound *b, const struct batch *in,
	uint32_t row, struct value *out, struct error *e)
{
	struct value accumulator, list;

	TRY(eval_value(ev, b->args[0], in, row, &accumulator, e));
	TRY(list_operand(ev, b->args[1], in, row, &list, e));
	*out = list;
	if (list.type == VALUE_NULL)
		return OK;
	for (uint32_t i = 0; i < list.count; i++) {
		if (i % POLL_ITEMS == POLL_ITEMS - 1)
			TRY(eval_poll(ev, e));
		ev->locals[b->index] = accumulator;
		ev->locals[b->index + 1] = list.items[i];
		TRY(eval_value(ev, b->args[2], in, row, &accumulator, e));
	}
	*out = accumulator;
	return OK;
}

/* ---- elements ---- */

bool eval_labelset_matches(
	const struct catalog *c, uint32_t labelset, const struct bound_label *label)
{
	const uint32_t *labels;

	switch (label->kind) {
	case LABEL_NAME:
		return label->label != NAME_NONE && labelset != LABELSET_ABSENT &&
		       catalog_labelset_has(c, labelset, label->label);
	case LABEL_ANY:
		return labelset != LABELSET_ABSENT &&
		       catalog_labelset_shown(c, labelset, &labels) > 0;
	case LABEL_GRAPH:
		return labelset != LABELSET_ABSENT &&
		       catalog_labelset_graph(c, labelset) == label->label;
	case LABEL_NOT:
		return !eval_labelset_matches(c, labelset, label->parts[0]);
	default:
		break;
	}
	for (uint32_t i = 0; i < label->part_count; i++) {
		bool matches = eval_labelset_matches(c, labelset, label->parts[i]);

		if (matches == (label->kind == LABEL_OR))
			return matches;
	}
	return label->kind == LABEL_AND;
}

bool eval_edge_label_matches(uint32_t label, const struct bound_label *expr)
{
	switch (expr->kind) {
	case LABEL_NAME:
		return label != NAME_NONE && expr->label == label;
	case LABEL_ANY:
		return label != NAME_NONE;
	case LABEL_NOT:
		return !eval_edge_label_matches(label, expr->parts[0]);
	default:
		break;
	}
	for (uint32_t i = 0; i < expr->part_count; i++) {
		bool matches = eval_edge_label_matches(label, expr->parts[i]);

		if (matches == (expr->kind == LABEL_OR))
			return matches;
	}
	return expr->kind == LABEL_AND;
}

static enum sqlstate row_label_test(struct eval *ev, const struct bound *b, const struct batch *in,
	uint32_t row, struct value *out, struct error *e)
{
	struct value element;
	struct edge_head head;
	uint32_t labelset;

	TRY(eval_value(ev, b->args[0], in, row, &element, e));
	*out = value_null();
	if (element.type == VALUE_NODE) {
		TRY(storage_nodes_get(ev->txn, &element.id, 1, &labelset, e));
		*out = value_bool(eval_labelset_matches(txn_catalog(ev->txn), labelset, b->label));
	} else if (element.type == VALUE_EDGE) {
		TRY(storage_edges_get(ev->txn, &element.id, 1, &head, e));
		*out = value_bool(eval_edge_label_matches(head.label, b->label));
	} else if (element.type != VALUE_NULL) {
		return eval_error_at(b,
			FAIL(e, E_TYPE, "a value of type %s has no labels",
				value_type_name(element.type)),
			e);
	}
	return OK;
}

static enum sqlstate element_property(struct eval *ev, struct value base, struct str key,
	uint32_t key_number, struct value *out, struct error *e)
{
	enum element element = base.type == VALUE_NODE ? ELEMENT_NODE : ELEMENT_EDGE;
	struct value *column = out;

	if (ev->has_deleted)
		TRY(eval_check_present(ev, element, &base.id, 1, e));
	if (key_number == NAME_NONE)
		key_number = catalog_find(txn_catalog(ev->txn), NAME_KEY, key);
	if (key_number == NAME_NONE) {
		*out = value_null();
		return OK;
	}
	return storage_properties(
		ev->txn, element, &base.id, 1, &key_number, 1, &column, ev->arena, e);
}

enum sqlstate eval_property(struct eval *ev, struct value base, struct str key, uint32_t key_number,
	struct value *out, struct error *e)
{
	bool found = false;

	*out = value_null();
	if (base.type == VALUE_NULL)
		return OK;
	if (base.type == VALUE_NODE || base.type == VALUE_EDGE)
		return element_property(ev, base, key, key_number, out, e);
	if (base.type == VALUE_MAP) {
		for (uint32_t i = 0; i < base.count; i++) {
			if (str_equal(base.entries[i].key, key))
				*out = base.entries[i].value;
		}
		return OK;
	}
	TRY(eval_moment_part(ev, base, key, &found, out, e));
	if (found)
		return OK;
	return FAIL(e, E_TYPE, "a value of type %s has no property \"%.*s\"",
		value_type_name(base.type), (int)MIN_OF(key.length, 128u), key.at);
}

bool eval_is_typed(struct value v, struct type tested)
{
	if (tested.kind == TYPE_NULL)
		return v.type == VALUE_NULL;
	if (v.type == VALUE_NULL || tested.kind == TYPE_ANY)
		return true;
	if (value_is_number(v) && v.type != VALUE_FLOAT &&
		(tested.kind == TYPE_FLOAT64 || tested.kind == TYPE_FLOAT32))
		return false;
	tested = type_base(tested);
	if (v.type == VALUE_INT && tested.kind == TYPE_DECIMAL)
		return false;
	if (!type_takes_value(tested, v))
		return false;
	if (v.type == VALUE_INT && tested.kind == TYPE_INT16)
		return v.integer >= INT16_MIN && v.integer <= INT16_MAX;
	if (v.type == VALUE_INT && tested.kind == TYPE_INT32)
		return v.integer >= INT32_MIN && v.integer <= INT32_MAX;
	if (v.type != VALUE_LIST || tested.item == TYPE_ANY || tested.item == TYPE_NULL)
		return true;
	for (uint32_t i = 0; i < v.count; i++) {
		if (!eval_is_typed(v.items[i], (struct type){ .kind = tested.item }))
			return false;
	}
	return true;
}

/* ---- the switch ---- */

static enum sqlstate row_call(struct eval *ev, const struct bound *b, const struct batch *in,
	uint32_t row, struct value *out, struct error *e)
{
	struct value few[ARGS_FEW], *args = few;

	assert(b->arg_count <= FUNCTION_ARGS_MAX);
	if (b->arg_count > ARGS_FEW)
		args = arena_alloc_raw(ev->arena, sizeof *args * b->arg_count);
	for (uint32_t i = 0; i < b->arg_count; i++)
		TRY(eval_value(ev, b->args[i], in, row, &args[i], e));
	return eval_call(ev, b, args, b->arg_count, eval_call_is_dynamic(b), out, e);
}

static enum sqlstate row_unary(struct eval *ev, const struct bound *b, const struct batch *in,
	uint32_t row, struct value *out, struct error *e)
{
	struct value v;

	TRY(eval_value(ev, b->args[0], in, row, &v, e));
	switch (b->kind) {
	case BOUND_CAST:
		return eval_error_at(b, eval_cast_bound(ev, b, v, out, e), e);
	case BOUND_PROPERTY:
		return eval_error_at(b, eval_property(ev, v, b->key, b->key_number, out, e), e);
	default:
		assert(b->kind == BOUND_IS_TYPED);
		*out = value_bool(eval_is_typed(v, b->tested));
		return OK;
	}
}

/* What a slot of a numeric type computes as: a FLOAT where an INT was found. */
static void fit_type(const struct bound *b, struct value *v)
{
	if (v->type == VALUE_INT && (b->type.kind == TYPE_FLOAT64 || b->type.kind == TYPE_FLOAT32))
		*v = value_float((double)v->integer);
}

static enum sqlstate row_any(struct eval *ev, const struct bound *b, const struct batch *in,
	uint32_t row, struct value *out, struct error *e)
{
	switch (b->kind) {
	case BOUND_CONSTANT:
		*out = b->value;
		return OK;
	case BOUND_PARAMETER:
		*out = ev->parameters[b->index];
		return OK;
	case BOUND_SLOT:
		*out = column_value(&in->columns[b->index], row);
		if (eval_type_is_json(b->type))
			*out = eval_marked_json(ev, b->type, *out);
		return OK;
	case BOUND_LOCAL:
		*out = ev->locals[b->index];
		return OK;
	case BOUND_CALL:
		return row_call(ev, b, in, row, out, e);
	case BOUND_AND:
	case BOUND_OR:
		return row_logic(ev, b, in, row, out, e);
	case BOUND_CASE:
		return row_case(ev, b, in, row, out, e);
	case BOUND_COALESCE:
		return row_coalesce(ev, b, in, row, out, e);
	case BOUND_CAST:
	case BOUND_PROPERTY:
	case BOUND_IS_TYPED:
		return row_unary(ev, b, in, row, out, e);
	case BOUND_LIST:
	case BOUND_MAP:
		return row_list(ev, b, in, row, out, e);
	case BOUND_LABEL_TEST:
		return row_label_test(ev, b, in, row, out, e);
	case BOUND_EACH:
		return row_each(ev, b, in, row, out, e);
	case BOUND_QUANTIFIER:
		return row_quantifier(ev, b, in, row, out, e);
	case BOUND_REDUCE:
		return row_reduce(ev, b, in, row, out, e);
	}
	unreachable();
}

enum sqlstate eval_value(struct eval *ev, const struct bound *b, const struct batch *in,
	uint32_t row, struct value *out, struct error *e)
{
	TRY(stack_check(e));
	TRY(row_any(ev, b, in, row, out, e));
	fit_type(b, out);
	if (LIKELY(type_takes_value(b->type, *out)) || b->type.kind == TYPE_NULL)
		return OK;
	return eval_error_at(b, type_refuses_value(b->type, *out, e), e);
}
