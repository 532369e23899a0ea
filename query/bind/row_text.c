/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Expressions over a row as PostgreSQL prints them, in full (every operator in parentheses, each constant
 * with its type) and pretty (what binds closer goes without). What strings of varying length are
 * compared or called with is text, and PostgreSQL shows the cast that makes it so.
 */
#include "query/bind/row_expr.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "query/sql/naming.h"

struct writer {
	struct buf to;
	struct arena *arena;
	const struct table *table;
	bool is_pretty;
	bool is_unknown; /* it met something that it cannot print */
};

static void put(struct writer *w, const struct bound *x);

/* ---- leaves ---- */

static void put_type(struct writer *w, struct type type)
{
	struct table_type t;

	if (!table_type_of(w->arena, type, -1, &t))
		w->is_unknown = true;
	else
		buf_put_str(&w->to, t.text);
}

static void put_quoted(struct writer *w, const struct bound *x, struct type type)
{
	buf_put_byte(&w->to, '\'');
	for (uint32_t i = 0; i < x->value.count; i++) {
		if (x->value.bytes[i] == '\'')
			buf_put_byte(&w->to, '\'');
		buf_put_byte(&w->to, (uint8_t)x->value.bytes[i]);
	}
	buf_put_text(&w->to, "'::");
	put_type(w, type);
}

static void put_constant(struct writer *w, const struct bound *x)
{
	switch ((enum value_type)x->value.type) {
	case VALUE_BOOL:
		buf_put_text(&w->to, x->value.boolean ? "true" : "false");
		return;
	case VALUE_INT:
		w->is_unknown |= !type_is_integer(x->type);
		buf_printf(&w->to, x->value.integer < 0 ? "'%lld'::" : "%lld",
			(long long)x->value.integer);
		if (x->value.integer < 0)
			put_type(w, x->type);
		return;
	case VALUE_STRING:
		put_quoted(w, x,
			x->type.kind == TYPE_VARCHAR ? type_make(TYPE_STRING) : x->type);
		return;
	case VALUE_NULL:
		buf_put_text(&w->to, "NULL::");
		put_type(w, x->type.kind == TYPE_NULL ? type_make(TYPE_STRING) : x->type);
		return;
	default:
		w->is_unknown = true;
	}
}

/* A column of a varying length becomes a text. */
static void put_slot(struct writer *w, const struct bound *x)
{
	naming_put_ident(&w->to, w->table->columns[x->index].name);
}

static bool is_varying(const struct writer *w, const struct bound *x)
{
	static const char varying[] = "character varying";
	struct str type;

	if (x->kind != BOUND_SLOT)
		return false;
	type = w->table->columns[x->index].type.text;
	return type.length >= sizeof varying - 1 &&
	       memcmp(type.at, varying, sizeof varying - 1) == 0 &&
	       type.at[type.length - 1] != ']';
}

/* ---- what has arguments ---- */

static bool is_call(const struct bound *x, const char *name)
{
	return x->kind == BOUND_CALL && x->function != NULL &&
	       strcmp(x->function->name, name) == 0;
}

static bool is_minus(const struct bound *x)
{
	return is_call(x, "unary -");
}

/* x IN (constants) */
static bool is_in(const struct bound *x)
{
	return is_call(x, "in") && x->args[1]->kind == BOUND_CONSTANT &&
	       x->args[1]->value.type == VALUE_LIST;
}

static bool is_operator(const struct bound *x)
{
	return (x->kind == BOUND_CALL && x->function != NULL &&
		       strchr("=<>+-*/%|&#~^!", x->function->name[0]) != NULL) ||
	       is_minus(x) || is_in(x);
}

static bool is_test(const struct bound *x)
{
	return x->kind == BOUND_IS_TYPED && x->tested.kind == TYPE_NULL;
}

static bool is_not(const struct bound *x)
{
	return is_call(x, "not");
}

static bool has_parentheses(const struct bound *x)
{
	return is_operator(x) || is_test(x) || is_not(x) || row_expr_not_null(x) != NULL ||
	       x->kind == BOUND_AND || x->kind == BOUND_OR;
}

/* How close + and its kin bind, 0: PostgreSQL does not ask. */
static int closeness(const struct bound *x)
{
	if (!is_operator(x) || x->arg_count != 2 || x->function->name[1] != '\0')
		return 0;
	return strchr("+-", x->function->name[0]) != NULL    ? 1
	       : strchr("*/%", x->function->name[0]) != NULL ? 2
							      : 0;
}

static bool stands_bare(const struct bound *x, const struct bound *parent, bool is_left)
{
	int inside = closeness(x), outside = closeness(parent);

	if (parent->kind == BOUND_AND || parent->kind == BOUND_OR)
		return !is_in(x) && (x->kind != BOUND_OR || parent->kind == BOUND_OR);
	return inside > 0 && outside > 0 &&
	       (inside > outside || (inside == outside && is_left));
}

/* Sums of integers are computed in the widest type and brought back to that of their operands, which
   PostgreSQL does not show. */
static const struct bound *shown(const struct bound *x)
{
	const struct bound *of = x->kind == BOUND_CAST ? x->args[0] : NULL;
	enum type_kind widest = TYPE_INT16;

	if (of == NULL || !type_is_integer(x->type) || (closeness(of) == 0 && !is_minus(of)))
		return x;
	for (uint32_t i = 0; i < of->arg_count; i++) {
		if (!type_is_integer(of->args[i]->type))
			return x;
		if (of->args[i]->type.kind == TYPE_INT64 || widest == TYPE_INT16)
			widest = of->args[i]->type.kind;
	}
	return widest == x->type.kind ? of : x;
}

/* Text that an operator or a function wants of a column of varying length. */
static void put_argument(struct writer *w, const struct bound *parent, uint32_t i)
{
	const struct bound *x = shown(parent->args[i]);
	bool bare = w->is_pretty && stands_bare(x, parent, i == 0);

	if (is_varying(w, x) && parent->kind == BOUND_CALL) {
		buf_put_text(&w->to, w->is_pretty ? "" : "(");
		put_slot(w, x);
		buf_put_text(&w->to, w->is_pretty ? "::text" : ")::text");
		return;
	}
	if (w->is_pretty && !bare && has_parentheses(x))
		buf_put_byte(&w->to, '(');
	put(w, x);
	if (w->is_pretty && !bare && has_parentheses(x))
		buf_put_byte(&w->to, ')');
}

static void put_arguments(struct writer *w, const struct bound *x, const char *glue)
{
	for (uint32_t i = 0; i < x->arg_count; i++) {
		buf_put_text(&w->to, i > 0 ? glue : "");
		if (is_operator(x) || x->kind == BOUND_AND || x->kind == BOUND_OR || is_not(x))
			put_argument(w, x, i);
		else if (is_varying(w, x->args[i]) && x->kind == BOUND_CALL)
			put_argument(w, x, i);
		else
			put(w, x->args[i]);
	}
}

static void put_test(struct writer *w, const struct bound *x, const char *test)
{
	bool wraps = w->is_pretty && has_parentheses(x);

	buf_put_text(&w->to, wraps ? "(" : "");
	put(w, x);
	buf_put_text(&w->to, wraps ? ")" : "");
	buf_put_text(&w->to, test);
}

/* = ANY of an array: of texts, as what is compared with is. */
static void put_in(struct writer *w, const struct bound *x)
{
	struct bound item = *x->args[1];
	bool varying = is_varying(w, x->args[0]);

	put_argument(w, x, 0);
	buf_printf(&w->to, " = ANY (%sARRAY[", !varying ? "" : w->is_pretty ? "" : "(");
	for (uint32_t i = 0; i < x->args[1]->value.count; i++) {
		item.value = x->args[1]->value.items[i];
		item.type = type_item(x->args[1]->type);
		buf_put_text(&w->to, i > 0 ? ", " : "");
		if (varying && item.value.type == VALUE_STRING)
			put_quoted(w, &item, type_make(TYPE_VARCHAR));
		else
			put_constant(w, &item);
	}
	buf_printf(&w->to, "]%s%s)", varying && !w->is_pretty ? ")" : "",
		varying ? "::text[]" : "");
}

static void put_inside(struct writer *w, const struct bound *x)
{
	char glue[16];

	if (is_test(x)) {
		put_test(w, x->args[0], " IS NULL");
	} else if (row_expr_not_null(x) != NULL) {
		put_test(w, row_expr_not_null(x), " IS NOT NULL");
	} else if (is_not(x)) {
		buf_put_text(&w->to, "NOT ");
		put_argument(w, x, 0);
	} else if (x->kind == BOUND_AND || x->kind == BOUND_OR) {
		put_arguments(w, x, x->kind == BOUND_AND ? " AND " : " OR ");
	} else if (is_in(x)) {
		put_in(w, x);
	} else if (x->arg_count == 2) {
		snprintf(glue, sizeof glue, " %s ", x->function->name);
		put_arguments(w, x, glue);
	} else {
		buf_printf(&w->to, "%s ", is_minus(x) ? "-" : x->function->name);
		put_argument(w, x, 0);
	}
}

static void put_cast(struct writer *w, const struct bound *x)
{
	const struct bound *of = x->args[0];
	bool wraps = !w->is_pretty || has_parentheses(of) || of->kind == BOUND_CAST;

	buf_put_text(&w->to, wraps ? "(" : "");
	put(w, of);
	buf_put_text(&w->to, wraps ? ")::" : "::");
	put_type(w, x->type);
	w->is_unknown |= x->is_lenient || x->modifier != 0;
}

static void put_call(struct writer *w, const struct bound *x)
{
	const char *name = x->kind == BOUND_COALESCE ? "COALESCE" : x->function->name;

	for (const char *c = name; *c != '\0'; c++)
		w->is_unknown |= !((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') ||
				   *c == '_' || x->kind == BOUND_COALESCE);
	w->is_unknown |= x->is_variadic;
	buf_printf(&w->to, "%s(", name);
	put_arguments(w, x, ", ");
	buf_put_byte(&w->to, ')');
}

static void put(struct writer *w, const struct bound *x)
{
	x = shown(x);
	if (x->kind == BOUND_SLOT) {
		put_slot(w, x);
	} else if (x->kind == BOUND_CONSTANT) {
		put_constant(w, x);
	} else if (has_parentheses(x)) {
		buf_put_text(&w->to, w->is_pretty ? "" : "(");
		put_inside(w, x);
		buf_put_text(&w->to, w->is_pretty ? "" : ")");
	} else if (x->kind == BOUND_CAST) {
		put_cast(w, x);
	} else if (x->kind == BOUND_COALESCE || (x->kind == BOUND_CALL && x->function != NULL)) {
		put_call(w, x);
	} else {
		w->is_unknown = true;
	}
}

static struct str text_of(struct arena *a, const struct table *t, const struct bound *x,
	bool is_pretty, struct str written)
{
	struct writer w = { .arena = a, .table = t, .is_pretty = is_pretty };
	struct str out = written;

	put(&w, x);
	if (!w.is_unknown)
		out = arena_str(a, buf_str(&w.to));
	buf_free(&w.to);
	return out;
}

struct index_text row_expr_text(struct arena *a, const struct table *t, const struct bound *x,
	struct str written)
{
	return (struct index_text){ written, text_of(a, t, x, false, written),
		text_of(a, t, x, true, written) };
}
