/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What a path of SQL/JSON finds. Each node takes an item and hands what it makes of it on to the node
 * behind it; what comes out at the end is found. A predicate is true, false or unknown: what fails in
 * it, for reasons of the data, is unknown.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/number.h"
#include "base/stack.h"
#include "query/eval/json_path.h"
#include "query/eval/match.h"

enum truth { TRUTH_FALSE, TRUTH_TRUE, TRUTH_UNKNOWN };

struct run {
	struct eval *ev;
	bool is_lax;
	bool ignores;		    /* what is wrong with the structure, also in strict mode: behind .** */
	const struct json *root, *variables, *current;
	int64_t size;		    /* of the array whose subscript is computed, for `last` */
};

typedef const struct json_path_node node;

static enum sqlstate visit(struct run *r, node *n, const struct json *item, bool unwraps,
	struct json_found *out, struct error *e);
static enum sqlstate test(
	struct run *r, node *n, const struct json *item, enum truth *out, struct error *e);

/* ---- what is found --------------------------------------------------------------------------- */

static bool is_done(const struct json_found *out)
{
	return out->is_one_enough && out->count > 0;
}

static enum sqlstate add(
	struct run *r, const struct json *item, struct json_found *out, struct error *e)
{
	if (out->count == out->capacity) {
		uint32_t wider = out->capacity == 0 ? 4 : 2 * out->capacity;

		TRY(eval_check_list(r->ev, (uint64_t)out->count + 1, e));
		out->items = arena_grow(r->ev->arena, out->items, out->count * sizeof *out->items,
			wider * sizeof *out->items);
		out->capacity = wider;
	}
	out->items[out->count++] = item;
	return OK;
}

/* To the node behind, or to what is found. */
static enum sqlstate hand_on(struct run *r, node *n, const struct json *item,
	struct json_found *out, struct error *e)
{
	if (n->next == NULL)
		return add(r, item, out, e);
	return visit(r, n->next, item, r->is_lax, out, e);
}

/* Whether a failure is the data's, which predicates pass over. */
static bool is_of_data(enum sqlstate rc)
{
	return rc != OK && memcmp(sqlstate_code(rc), "22", 2) == 0;
}

static bool is_container(const struct json *j)
{
	return j->kind == JSON_ARRAY || j->kind == JSON_OBJECT;
}

static bool is_numeric(const struct json *j)
{
	return j->kind == JSON_INTEGER || j->kind == JSON_DOUBLE;
}

/* ---- items made ------------------------------------------------------------------------------ */

static struct json *item_new(struct run *r, enum json_kind kind)
{
	struct json *j = arena_alloc(r->ev->arena, sizeof *j);

	j->kind = kind;
	return j;
}

static const struct json *string_item(struct run *r, struct str text)
{
	struct json *j = item_new(r, JSON_STRING);

	j->text = text;
	return j;
}

static const struct json *number_item(struct run *r, const struct decimal *d)
{
	struct json *j = item_new(r, JSON_DOUBLE);
	struct buf b = { 0 };

	decimal_put(&b, d);
	j->text = value_str(eval_take_buf(r->ev, &b));
	j->number = decimal_to_double(d);
	return j;
}

static const struct json *truth_item(struct run *r, enum truth truth)
{
	struct json *j = item_new(r, truth == TRUTH_UNKNOWN ? JSON_NULL : JSON_BOOL);

	j->is_true = truth == TRUTH_TRUE;
	return j;
}

static enum sqlstate number_of(struct run *r, const struct json *j, const struct decimal **out,
	struct error *e)
{
	return decimal_parse(r->ev->arena, j->text, out, e);
}

/* ---- members and items ----------------------------------------------------------------------- */

/* Each item of an array, through the same node once more or on to the node behind. */
static enum sqlstate each_item(struct run *r, node *n, const struct json *array, bool is_again,
	struct json_found *out, struct error *e)
{
	for (const struct json *i = array->first; i != NULL && !is_done(out); i = i->next) {
		if (is_again)
			TRY(visit(r, n, i, false, out, e));
		else
			TRY(hand_on(r, n, i, out, e));
	}
	return OK;
}

static enum sqlstate visit_key(struct run *r, node *n, const struct json *item, bool unwraps,
	struct json_found *out, struct error *e)
{
	const struct json *member;

	if (item->kind == JSON_OBJECT) {
		member = json_member(item, n->text);
		if (member != NULL)
			return hand_on(r, n, member, out, e);
		if (r->is_lax || r->ignores)
			return OK;
		return FAIL(e, E_JSON_NO_MEMBER, "JSON object does not contain key \"%.*s\"",
			STR_ARGS(n->text));
	}
	if (unwraps && item->kind == JSON_ARRAY)
		return each_item(r, n, item, true, out, e);
	if (r->is_lax || r->ignores)
		return OK;
	return FAIL(e, E_JSON_NO_MEMBER,
		"jsonpath member accessor can only be applied to an object");
}

static enum sqlstate visit_any_key(struct run *r, node *n, const struct json *item, bool unwraps,
	struct json_found *out, struct error *e)
{
	if (item->kind == JSON_OBJECT)
		return each_item(r, n, item, false, out, e);
	if (unwraps && item->kind == JSON_ARRAY)
		return each_item(r, n, item, true, out, e);
	if (r->is_lax || r->ignores)
		return OK;
	return FAIL(e, E_JSON_NO_OBJECT,
		"jsonpath wildcard member accessor can only be applied to an object");
}

static enum sqlstate visit_any_item(
	struct run *r, node *n, const struct json *item, struct json_found *out, struct error *e)
{
	if (item->kind == JSON_ARRAY)
		return each_item(r, n, item, false, out, e);
	if (r->is_lax)
		return hand_on(r, n, item, out, e);
	if (r->ignores)
		return OK;
	return FAIL(e, E_JSON_NO_ARRAY,
		"jsonpath wildcard array accessor can only be applied to an array");
}

/* Depth is that of the value, which json_parse() limits. */
static enum sqlstate descend(struct run *r, node *n, const struct json *item, uint32_t level,
	struct json_found *out, struct error *e)
{
	TRY(stack_check(e));
	if ((level >= n->first && level <= n->last) ||
		(n->first == PATH_DEPTH_LAST && n->last == PATH_DEPTH_LAST && !is_container(item)))
		TRY(hand_on(r, n, item, out, e));
	if (!is_container(item) || level >= n->last)
		return OK;
	for (const struct json *i = item->first; i != NULL && !is_done(out); i = i->next)
		TRY(descend(r, n, i, level + 1, out, e));
	return OK;
}

static enum sqlstate visit_any_depth(
	struct run *r, node *n, const struct json *item, struct json_found *out, struct error *e)
{
	bool ignored = r->ignores;
	enum sqlstate rc;

	r->ignores = true;
	rc = descend(r, n, item, 0, out, e);
	r->ignores = ignored;
	return rc;
}

static enum sqlstate subscript(
	struct run *r, node *n, const struct json *item, int64_t *out, struct error *e)
{
	struct json_found found = { 0 };
	const struct decimal *d;

	TRY(visit(r, n, item, r->is_lax, &found, e));
	if (found.count != 1 || !is_numeric(found.items[0]))
		return FAIL(e, E_JSON_SUBSCRIPT,
			"jsonpath array subscript is not a single numeric value");
	TRY(number_of(r, found.items[0], &d, e));
	TRY(decimal_truncate(r->ev->arena, d, 0, &d, e));
	if (!decimal_to_int64(d, out) || *out != (int32_t)*out)
		return FAIL(e, E_JSON_SUBSCRIPT,
			"jsonpath array subscript is out of integer range");
	return OK;
}

static enum sqlstate visit_range(struct run *r, node *n, const struct json_path_range *range,
	const struct json *item, struct json_found *out, struct error *e)
{
	int64_t size = item->kind == JSON_ARRAY ? item->count : 1, from, to, at = 0;
	const struct json *i = item->kind == JSON_ARRAY ? item->first : item;

	TRY(subscript(r, range->from, item, &from, e));
	to = from;
	if (range->to != NULL)
		TRY(subscript(r, range->to, item, &to, e));
	if (!r->is_lax && !r->ignores && (from < 0 || from > to || to >= size))
		return FAIL(e, E_JSON_SUBSCRIPT, "jsonpath array subscript is out of bounds");
	for (; at <= to && at < size && !is_done(out); at++) {
		if (at >= from)
			TRY(hand_on(r, n, i, out, e));
		i = i->next;
	}
	return OK;
}

static enum sqlstate visit_items(
	struct run *r, node *n, const struct json *item, struct json_found *out, struct error *e)
{
	int64_t outer = r->size;
	enum sqlstate rc = OK;

	if (item->kind != JSON_ARRAY && !r->is_lax) {
		if (r->ignores)
			return OK;
		return FAIL(e, E_JSON_NO_ARRAY,
			"jsonpath array accessor can only be applied to an array");
	}
	for (uint32_t i = 0; i < n->range_count && rc == OK && !is_done(out); i++) {
		r->size = item->kind == JSON_ARRAY ? item->count : 1;
		rc = visit_range(r, n, &n->ranges[i], item, out, e);
	}
	r->size = outer;
	return rc;
}

static enum sqlstate visit_filter(struct run *r, node *n, const struct json *item, bool unwraps,
	struct json_found *out, struct error *e)
{
	const struct json *outer = r->current;
	enum truth truth;
	enum sqlstate rc;

	if (unwraps && item->kind == JSON_ARRAY)
		return each_item(r, n, item, true, out, e);
	r->current = item;
	rc = test(r, n->left, item, &truth, e);
	r->current = outer;
	if (rc != OK || truth != TRUTH_TRUE)
		return rc;
	return hand_on(r, n, item, out, e);
}

/* ---- methods --------------------------------------------------------------------------------- */

static const char *type_of(const struct json *item)
{
	static const char *const names[] = { [JSON_NULL] = "null",
		[JSON_BOOL] = "boolean",
		[JSON_INTEGER] = "number",
		[JSON_DOUBLE] = "number",
		[JSON_STRING] = "string",
		[JSON_ARRAY] = "array",
		[JSON_OBJECT] = "object" };

	return names[item->kind];
}

static enum sqlstate size_of(
	struct run *r, node *n, const struct json *item, struct json_found *out, struct error *e)
{
	int64_t size = item->kind == JSON_ARRAY ? item->count : 1;

	if (item->kind != JSON_ARRAY && !r->is_lax) {
		if (r->ignores)
			return OK;
		return FAIL(e, E_JSON_NO_ARRAY,
			"jsonpath item method .size() can only be applied to an array");
	}
	return hand_on(r, n, number_item(r, decimal_of_int64(r->ev->arena, size)), out, e);
}

static enum sqlstate rounded(
	struct run *r, node *n, const struct json *item, struct json_found *out, struct error *e)
{
	struct arena *a = r->ev->arena;
	const struct decimal *d;

	if (!is_numeric(item))
		return FAIL(e, E_JSON_NO_NUMBER,
			"jsonpath item method .%s() can only be applied to a numeric value",
			json_path_method_name(n->method));
	TRY(number_of(r, item, &d, e));
	if (n->method == METHOD_FLOOR)
		TRY(decimal_floor(a, d, &d, e));
	else if (n->method == METHOD_CEILING)
		TRY(decimal_ceil(a, d, &d, e));
	else if (d->is_negative)
		d = decimal_negate(a, d);
	return hand_on(r, n, number_item(r, d), out, e);
}

static enum sqlstate as_double(
	struct run *r, node *n, const struct json *item, struct json_found *out, struct error *e)
{
	double number;

	if (is_numeric(item))
		return hand_on(r, n, item, out, e);
	if (item->kind != JSON_STRING)
		return FAIL(e, E_JSON_NO_NUMBER,
			"jsonpath item method .double() can only be applied to a string or "
			"numeric value");
	if (number_read_double(item->text, &number) != NUMBER_OK || !isfinite(number))
		return FAIL(e, E_JSON_NO_NUMBER,
			"string argument of jsonpath item method .double() is not a valid "
			"representation of a double precision number");
	return hand_on(
		r, n, number_item(r, decimal_of_double(r->ev->arena, number)), out, e);
}

/* {"id": .., "key": .., "value": ..} of each member; the id is 0, of whichever object. */
static enum sqlstate key_values(
	struct run *r, node *n, const struct json *item, struct json_found *out, struct error *e)
{
	static const char *const names[] = { "id", "key", "value" };

	if (item->kind != JSON_OBJECT)
		return FAIL(e, E_JSON_NO_OBJECT,
			"jsonpath item method .keyvalue() can only be applied to an object");
	for (const struct json *m = item->first; m != NULL && !is_done(out); m = m->next) {
		struct json *parts = arena_alloc(r->ev->arena, 3 * sizeof *parts);
		struct json *pair = item_new(r, JSON_OBJECT);

		parts[0] = *number_item(r, decimal_of_int64(r->ev->arena, 0));
		parts[1] = *string_item(r, m->name);
		parts[2] = *m;
		for (int i = 0; i < 3; i++) {
			parts[i].name = str_of(names[i]);
			parts[i].next = i < 2 ? &parts[i + 1] : NULL;
		}
		pair->first = parts;
		pair->count = 3;
		TRY(hand_on(r, n, pair, out, e));
	}
	return OK;
}

static enum sqlstate visit_method(struct run *r, node *n, const struct json *item, bool unwraps,
	struct json_found *out, struct error *e)
{
	if (n->method == METHOD_TYPE)
		return hand_on(r, n, string_item(r, str_of(type_of(item))), out, e);
	if (n->method == METHOD_SIZE)
		return size_of(r, n, item, out, e);
	if (unwraps && item->kind == JSON_ARRAY)
		return each_item(r, n, item, true, out, e);
	if (n->method == METHOD_DOUBLE)
		return as_double(r, n, item, out, e);
	if (n->method == METHOD_KEYVALUE)
		return key_values(r, n, item, out, e);
	return rounded(r, n, item, out, e);
}

/* ---- values ---------------------------------------------------------------------------------- */

static enum sqlstate visit_value(struct run *r, node *n, const struct json *item,
	struct json_found *out, struct error *e)
{
	struct json *made;
	const struct json *value;

	switch (n->kind) {
	case PATH_ROOT:
		return hand_on(r, n, r->root, out, e);
	case PATH_CURRENT:
		return hand_on(r, n, r->current, out, e);
	case PATH_LAST:
		return hand_on(r, n,
			number_item(r, decimal_of_int64(r->ev->arena, r->size - 1)), out, e);
	case PATH_VARIABLE:
		value = r->variables == NULL ? NULL : json_member(r->variables, n->text);
		if (value == NULL)
			return FAIL(e, E_NO_OBJECT, "could not find jsonpath variable \"%.*s\"",
				STR_ARGS(n->text));
		return hand_on(r, n, value, out, e);
	default:
		(void)item;
		made = item_new(r, n->kind == PATH_NULL	    ? JSON_NULL
				   : n->kind == PATH_BOOL   ? JSON_BOOL
				   : n->kind == PATH_STRING ? JSON_STRING
							    : JSON_DOUBLE);
		made->text = n->text;
		if (n->kind == PATH_BOOL)
			made->is_true = n->is_true;
		return hand_on(r, n, made, out, e);
	}
}

/* ---- arithmetic ------------------------------------------------------------------------------ */

/* Finds what an operand is; arrays are taken apart in lax mode. */
static enum sqlstate operand(struct run *r, node *n, const struct json *item,
	struct json_found *out, struct error *e)
{
	struct json_found found = { 0 };

	TRY(visit(r, n, item, r->is_lax, &found, e));
	for (uint32_t i = 0; i < found.count; i++) {
		const struct json *j = found.items[i];

		if (!r->is_lax || j->kind != JSON_ARRAY) {
			TRY(add(r, j, out, e));
			continue;
		}
		for (const struct json *k = j->first; k != NULL; k = k->next)
			TRY(add(r, k, out, e));
	}
	return OK;
}

static enum sqlstate one_number(struct run *r, node *n, node *of, const char *side,
	const struct json *item, const struct decimal **out, struct error *e)
{
	struct json_found found = { 0 };

	TRY(operand(r, of, item, &found, e));
	if (found.count != 1 || !is_numeric(found.items[0]))
		return FAIL(e, E_JSON_NOT_SINGLE,
			"%s operand of jsonpath operator %s is not a single numeric value", side,
			json_path_operator(n->kind));
	return number_of(r, found.items[0], out, e);
}

static enum sqlstate visit_binary(
	struct run *r, node *n, const struct json *item, struct json_found *out, struct error *e)
{
	struct arena *arena = r->ev->arena;
	const struct decimal *a, *b;

	TRY(one_number(r, n, n->left, "left", item, &a, e));
	TRY(one_number(r, n, n->right, "right", item, &b, e));
	if (n->kind == PATH_ADD)
		TRY(decimal_add(arena, a, b, &a, e));
	else if (n->kind == PATH_SUBTRACT)
		TRY(decimal_subtract(arena, a, b, &a, e));
	else if (n->kind == PATH_MULTIPLY)
		TRY(decimal_multiply(arena, a, b, &a, e));
	else if (n->kind == PATH_DIVIDE)
		TRY(decimal_divide(arena, a, b, &a, e));
	else
		TRY(decimal_modulo(arena, a, b, &a, e));
	return hand_on(r, n, number_item(r, a), out, e);
}

static enum sqlstate visit_unary(
	struct run *r, node *n, const struct json *item, struct json_found *out, struct error *e)
{
	struct json_found found = { 0 };
	const struct decimal *d;

	TRY(operand(r, n->left, item, &found, e));
	for (uint32_t i = 0; i < found.count && !is_done(out); i++) {
		if (!is_numeric(found.items[i]))
			return FAIL(e, E_JSON_NO_NUMBER,
				"operand of unary jsonpath operator %s is not a numeric value",
				json_path_operator(n->kind));
		TRY(number_of(r, found.items[i], &d, e));
		if (n->kind == PATH_MINUS)
			d = decimal_negate(r->ev->arena, d);
		TRY(hand_on(r, n, number_item(r, d), out, e));
	}
	return OK;
}

/* ---- predicates ------------------------------------------------------------------------------ */

static enum truth truth_of_order(enum json_path_kind kind, int order)
{
	bool holds = kind == PATH_EQ   ? order == 0
		     : kind == PATH_NE ? order != 0
		     : kind == PATH_LT ? order < 0
		     : kind == PATH_LE ? order <= 0
		     : kind == PATH_GT ? order > 0
				       : order >= 0;

	return holds ? TRUTH_TRUE : TRUTH_FALSE;
}

static enum sqlstate compare(struct run *r, node *n, const struct json *a, const struct json *b,
	enum truth *out, struct error *e)
{
	const struct decimal *x, *y;

	*out = TRUTH_UNKNOWN;
	if ((a->kind == JSON_NULL) != (b->kind == JSON_NULL)) {
		*out = n->kind == PATH_NE ? TRUTH_TRUE : TRUTH_FALSE;
	} else if (a->kind == JSON_NULL) {
		*out = truth_of_order(n->kind, 0);
	} else if (is_numeric(a) && is_numeric(b)) {
		TRY(number_of(r, a, &x, e));
		TRY(number_of(r, b, &y, e));
		*out = truth_of_order(n->kind, decimal_order(x, y));
	} else if (a->kind == JSON_STRING && b->kind == JSON_STRING) {
		*out = truth_of_order(n->kind, str_compare(a->text, b->text));
	} else if (a->kind == JSON_BOOL && b->kind == JSON_BOOL) {
		*out = truth_of_order(n->kind, (int)a->is_true - (int)b->is_true);
	}
	return OK;
}

static enum truth starts_with(const struct json *whole, const struct json *start)
{
	if (whole->kind != JSON_STRING || start->kind != JSON_STRING)
		return TRUTH_UNKNOWN;
	return whole->text.length >= start->text.length &&
			       memcmp(whole->text.at, start->text.at, start->text.length) == 0
		       ? TRUTH_TRUE
		       : TRUTH_FALSE;
}

/* A text as an expression that finds it. */
static struct str escaped(struct run *r, struct str text)
{
	struct buf b = { 0 };

	for (uint32_t i = 0; i < text.length; i++) {
		if (strchr("\\^$.|?*+()[]{}", text.at[i]) != NULL)
			buf_put_byte(&b, '\\');
		buf_put_byte(&b, (uint8_t)text.at[i]);
	}
	return value_str(eval_take_buf(r->ev, &b));
}

static enum sqlstate like_regex(
	struct run *r, node *n, const struct json *item, enum truth *out, struct error *e)
{
	struct str pattern = n->is_plain ? escaped(r, n->text) : n->text;
	bool matches;

	pattern = arena_printf(r->ev->arena, "(?%s%s)%.*s", n->has_lines ? "m" : "",
		n->has_all_dots ? "s" : "-s", STR_ARGS(pattern));

	*out = TRUTH_UNKNOWN;
	if (item->kind != JSON_STRING)
		return OK;
	TRY(match_regex(r->ev, item->text, pattern,
		n->ignores_case ? MATCH_SEARCH_NOCASE : MATCH_SEARCH, &matches, e));
	*out = matches ? TRUTH_TRUE : TRUTH_FALSE;
	return OK;
}

static enum sqlstate test_pair(struct run *r, node *n, const struct json *a, const struct json *b,
	enum truth *out, struct error *e)
{
	if (n->kind == PATH_LIKE_REGEX)
		return like_regex(r, n, a, out, e);
	if (n->kind != PATH_STARTS_WITH)
		return compare(r, n, a, b, out, e);
	*out = starts_with(a, b);
	return OK;
}

/* True if it is of some pair of what both sides find; in strict mode all have to be told. */
static enum sqlstate test_pairs(struct run *r, node *n, const struct json_found *left,
	const struct json_found *right, enum truth *out, struct error *e)
{
	bool is_some = false, is_unknown = false;
	enum truth truth;

	for (uint32_t i = 0; i < left->count; i++) {
		for (uint32_t k = 0; k < (right == NULL ? 1 : right->count); k++) {
			TRY(test_pair(r, n, left->items[i],
				right == NULL ? NULL : right->items[k], &truth, e));
			is_some |= truth == TRUTH_TRUE;
			is_unknown |= truth == TRUTH_UNKNOWN;
			if (r->is_lax ? is_some : is_unknown)
				break;
		}
		if (r->is_lax ? is_some : is_unknown)
			break;
	}
	*out = is_unknown && !(r->is_lax && is_some) ? TRUTH_UNKNOWN : TRUTH_FALSE;
	if (is_some && !(is_unknown && !r->is_lax))
		*out = TRUTH_TRUE;
	return OK;
}

static enum sqlstate test_sides(
	struct run *r, node *n, const struct json *item, enum truth *out, struct error *e)
{
	struct json_found left = { 0 }, right = { 0 };
	enum sqlstate rc = operand(r, n->left, item, &left, e);

	if (rc == OK && n->kind == PATH_STARTS_WITH)
		rc = visit(r, n->right, item, r->is_lax, &right, e);
	else if (rc == OK && n->right != NULL)
		rc = operand(r, n->right, item, &right, e);
	if (rc == OK)
		return test_pairs(r, n, &left, n->right == NULL ? NULL : &right, out, e);
	*out = TRUTH_UNKNOWN;
	if (!is_of_data(rc))
		return rc;
	error_clear(e);
	return OK;
}

static enum sqlstate test_exists(
	struct run *r, node *n, const struct json *item, enum truth *out, struct error *e)
{
	struct json_found found = { .is_one_enough = r->is_lax };
	enum sqlstate rc = visit(r, n->left, item, r->is_lax, &found, e);

	*out = rc != OK ? TRUTH_UNKNOWN : found.count > 0 ? TRUTH_TRUE : TRUTH_FALSE;
	if (rc != OK && !is_of_data(rc))
		return rc;
	if (rc != OK)
		error_clear(e);
	return OK;
}

static enum sqlstate test_logic(
	struct run *r, node *n, const struct json *item, enum truth *out, struct error *e)
{
	enum truth decides = n->kind == PATH_OR ? TRUTH_TRUE : TRUTH_FALSE, other;

	TRY(test(r, n->left, item, out, e));
	if (*out == decides)
		return OK;
	TRY(test(r, n->right, item, &other, e));
	if (other == decides || *out != TRUTH_UNKNOWN)
		*out = other;
	return OK;
}

static enum sqlstate test(
	struct run *r, node *n, const struct json *item, enum truth *out, struct error *e)
{
	TRY(stack_check(e));
	switch (n->kind) {
	case PATH_OR:
	case PATH_AND:
		return test_logic(r, n, item, out, e);
	case PATH_NOT:
		TRY(test(r, n->left, item, out, e));
		if (*out != TRUTH_UNKNOWN)
			*out = *out == TRUTH_TRUE ? TRUTH_FALSE : TRUTH_TRUE;
		return OK;
	case PATH_IS_UNKNOWN:
		TRY(test(r, n->left, item, out, e));
		*out = *out == TRUTH_UNKNOWN ? TRUTH_TRUE : TRUTH_FALSE;
		return OK;
	case PATH_EXISTS:
		return test_exists(r, n, item, out, e);
	default:
		return test_sides(r, n, item, out, e);
	}
}

/* ---- nodes ----------------------------------------------------------------------------------- */

static bool is_predicate(enum json_path_kind kind)
{
	return kind >= PATH_OR && kind <= PATH_LIKE_REGEX;
}

static enum sqlstate visit_step(struct run *r, node *n, const struct json *item, bool unwraps,
	struct json_found *out, struct error *e)
{
	switch (n->kind) {
	case PATH_KEY:
		return visit_key(r, n, item, unwraps, out, e);
	case PATH_ANY_KEY:
		return visit_any_key(r, n, item, unwraps, out, e);
	case PATH_ANY_DEPTH:
		return visit_any_depth(r, n, item, out, e);
	case PATH_ANY_ITEM:
		return visit_any_item(r, n, item, out, e);
	case PATH_ITEMS:
		return visit_items(r, n, item, out, e);
	case PATH_FILTER:
		return visit_filter(r, n, item, unwraps, out, e);
	default:
		assert(n->kind == PATH_METHOD);
		return visit_method(r, n, item, unwraps, out, e);
	}
}

static enum sqlstate visit(struct run *r, node *n, const struct json *item, bool unwraps,
	struct json_found *out, struct error *e)
{
	enum truth truth;

	TRY(stack_check(e));
	TRY(eval_poll(r->ev, e));
	if (n->kind <= PATH_LAST)
		return visit_value(r, n, item, out, e);
	if (n->kind <= PATH_METHOD)
		return visit_step(r, n, item, unwraps, out, e);
	if (is_predicate(n->kind)) {
		TRY(test(r, n, item, &truth, e));
		return hand_on(r, n, truth_item(r, truth), out, e);
	}
	if (n->kind == PATH_PLUS || n->kind == PATH_MINUS)
		return visit_unary(r, n, item, out, e);
	return visit_binary(r, n, item, out, e);
}

enum sqlstate json_path_run(struct eval *ev, const struct json_path *path, const struct json *root,
	const struct json *variables, struct json_found *out, struct error *e)
{
	struct run r = { .ev = ev,
		.is_lax = path->is_lax,
		.root = root,
		.variables = variables,
		.current = root,
		.size = -1 };

	return visit(&r, path->root, root, path->is_lax, out, e);
}
