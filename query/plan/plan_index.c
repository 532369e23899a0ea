/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Indexes of expressions and partial ones: see plan_index.h.
 */
#include "query/plan/plan_index.h"

#include <string.h>

#include "storage/value.h"

bool plan_index_read(struct planner *p, const struct table *t,
	const struct index_info *info, struct plan_index *out)
{
	struct table_index said;
	struct error ignored;
	uint32_t first;

	table_index_read(p->b.catalog, p->arena, info, &said);
	*out = (struct plan_index){ .info = info, .table = t };
	first = said.predicate.text.length > 0 ? 1 : 0;
	if (first == 1 &&
		row_expr_index_text(p->arena, p->b.options, t, ROW_EXPR_INDEX_PREDICATE,
			said.predicate.source, &out->predicate, &ignored) != OK)
		return false;
	out->exprs[0] = out->predicate;
	for (uint32_t i = 0; i < said.key_count; i++) {
		if (said.keys[i].expr.text.length > 0 &&
			row_expr_index_text(p->arena, p->b.options, t, ROW_EXPR_INDEX_KEY,
				said.keys[i].expr.source, &out->exprs[first + i], &ignored) != OK)
			return false;
	}
	return true;
}

bool plan_index_has_all(const struct catalog *c, const struct index_info *index, uint32_t given)
{
	for (uint32_t i = given; i < index->key_count; i++) {
		const struct property_info *p =
			catalog_property(c, index->element, index->label, index->keys[i]);

		if (p == NULL || !p->is_not_null)
			return false;
	}
	return true;
}

/* ---- implication ------------------------------------------------------------------------------ */

static bool is_call(const struct bound *x, const char *name, uint32_t count)
{
	return x->kind == BOUND_CALL && x->function != NULL && x->arg_count == count &&
	       strcmp(x->function->name, name) == 0;
}

static bool same(const struct plan_conditions *g, const struct bound *wanted, const struct bound *x)
{
	return row_expr_same(wanted, x, g->is_column, g->context);
}

/* x op constant, whichever side it stands on. */
struct comparison {
	const struct bound *of;
	struct value value;
	bool low, equal, high; /* may x be below it, it, above it */
};

static bool read_comparison(const struct bound *x, struct comparison *out)
{
	static const struct {
		const char *name;
		bool low, equal, high;
	} operators[] = { { "=", false, true, false }, { "<", true, false, false },
		{ "<=", true, true, false }, { ">", false, false, true },
		{ ">=", false, true, true }, { "<>", true, false, true } };

	for (size_t i = 0; i < ARRAY_COUNT(operators); i++) {
		bool swapped;

		if (!is_call(x, operators[i].name, 2))
			continue;
		swapped = x->args[0]->kind == BOUND_CONSTANT;
		if (x->args[swapped ? 0 : 1]->kind != BOUND_CONSTANT)
			return false;
		*out = (struct comparison){ x->args[swapped ? 1 : 0],
			x->args[swapped ? 0 : 1]->value, operators[i].low, operators[i].equal,
			operators[i].high };
		if (swapped) {
			out->low = operators[i].high;
			out->high = operators[i].low;
		}
		return !value_is_null(out->value);
	}
	return false;
}

/* All that the one lets x be, the other does: given the order of their constants. */
static bool comparison_implies(const struct comparison *given, const struct comparison *wanted)
{
	bool comparable;
	int order;

	value_compare(given->value, wanted->value, &comparable, &order);
	if (!comparable)
		return false;
	if (order == 0)
		return (wanted->low || !given->low) && (wanted->equal || !given->equal) &&
		       (wanted->high || !given->high);
	if (order < 0) /* what is above the given constant may be anything to the wanted one */
		return wanted->low && !given->high;
	return wanted->high && !given->low;
}

/* x IN (constants): each of them as x = constant. */
static bool list_implies(const struct plan_conditions *g, const struct bound *x,
	const struct bound *list, const struct comparison *wanted)
{
	struct comparison each = { .of = x, .equal = true };

	if (list->kind != BOUND_CONSTANT || list->value.type != VALUE_LIST ||
		!same(g, wanted->of, x))
		return false;
	for (uint32_t i = 0; i < list->value.count; i++) {
		each.value = list->value.items[i];
		if (!value_is_null(each.value) && !comparison_implies(&each, wanted))
			return false;
	}
	return true;
}

/* What is said of x being NULL by a condition that is true. */
static bool excludes_null(const struct plan_conditions *g, const struct bound *given,
	const struct bound *x)
{
	if (same(g, x, given))
		return true;
	if (given->kind != BOUND_CALL || given->function == NULL || !given->function->is_strict)
		return false;
	for (uint32_t i = 0; i < given->arg_count; i++) {
		if (excludes_null(g, given->args[i], x))
			return true;
	}
	return false;
}

static bool implies_in(
	const struct plan_conditions *g, const struct bound *given, const struct bound *wanted)
{
	const struct bound *list = wanted->args[1];
	struct comparison each = { .of = wanted->args[0], .equal = true }, found;

	if (list->kind != BOUND_CONSTANT || list->value.type != VALUE_LIST ||
		!read_comparison(given, &found) || !same(g, each.of, found.of))
		return false;
	for (uint32_t i = 0; i < list->value.count; i++) {
		each.value = list->value.items[i];
		if (!value_is_null(each.value) && comparison_implies(&found, &each))
			return true;
	}
	return false;
}

/* A truth value by itself is one that is equal to true; NOT x one that is equal to false. */
static bool read_truth(const struct bound *x, struct comparison *out)
{
	bool is_not = is_call(x, "not", 1);

	if (x->type.kind != TYPE_BOOL || read_comparison(x, out))
		return x->type.kind == TYPE_BOOL;
	*out = (struct comparison){ is_not ? x->args[0] : x, value_bool(!is_not), .equal = true };
	return true;
}

static bool one_implies(
	const struct plan_conditions *g, const struct bound *given, const struct bound *wanted)
{
	struct comparison have, want;

	if (same(g, wanted, given))
		return true;
	if (row_expr_not_null(wanted) != NULL)
		return excludes_null(g, given, row_expr_not_null(wanted));
	if (is_call(wanted, "in", 2))
		return implies_in(g, given, wanted);
	if (!read_truth(wanted, &want))
		return false;
	if (is_call(given, "in", 2))
		return list_implies(g, given->args[0], given->args[1], &want);
	return read_truth(given, &have) && same(g, want.of, have.of) &&
	       comparison_implies(&have, &want);
}

static bool given_implies(
	const struct plan_conditions *g, const struct bound *given, const struct bound *wanted)
{
	if (given->kind != BOUND_AND)
		return one_implies(g, given, wanted);
	for (uint32_t i = 0; i < given->arg_count; i++) {
		if (given_implies(g, given->args[i], wanted))
			return true;
	}
	return false;
}

bool plan_implies(const struct plan_conditions *g, const struct bound *wanted)
{
	for (uint32_t i = 0; i < g->count; i++) {
		if (given_implies(g, g->all[i], wanted))
			return true;
	}
	if (wanted->kind != BOUND_AND && wanted->kind != BOUND_OR)
		return false;
	for (uint32_t i = 0; i < wanted->arg_count; i++) {
		bool is_implied = plan_implies(g, wanted->args[i]);

		if (is_implied != (wanted->kind == BOUND_AND))
			return is_implied;
	}
	return wanted->kind == BOUND_AND;
}
