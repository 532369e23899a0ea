/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Bound expressions as text. Operators stand between their operands, in parentheses where one is
 * inside another; everything else looks like a call. It is for reading, not for parsing again:
 * what was rewritten shows as it will be executed.
 */
#include "query/plan/dump.h"

#include <ctype.h>

#include "query/type/function.h"
#include "query/type/type.h"

enum { DUMP_LIST_MAX = 8 }; /* items of a long list that are shown */

void dump_slot_name(struct dump *d, uint32_t slot)
{
	if (slot != SLOT_NONE && slot < d->plan->slot_count)
		buf_put_str(d->to, d->plan->slot_names[slot]);
}

void dump_slot(struct dump *d, uint32_t slot)
{
	if (slot == SLOT_NONE)
		return;
	if (d->plan->slot_names[slot].length > 0)
		buf_put_str(d->to, d->plan->slot_names[slot]);
	else
		buf_printf(d->to, "#%u", slot);
}

void dump_name(struct dump *d, enum name_kind kind, uint32_t id)
{
	if (d->options->catalog == NULL || id == NAME_NONE)
		buf_printf(d->to, "#%u", id);
	else if (kind == NAME_NODE_LABEL && catalog_is_membership(d->options->catalog, id))
		buf_put_text(d->to, "%");
	else
		buf_put_str(d->to, catalog_name(d->options->catalog, kind, id));
}

/* ---- values ---------------------------------------------------------------------------------- */

static void dump_string(struct dump *d, struct value v)
{
	buf_put_byte(d->to, '\'');
	for (uint32_t i = 0; i < v.count; i++) {
		if (v.bytes[i] == '\'')
			buf_put_byte(d->to, '\'');
		buf_put_byte(d->to, (uint8_t)v.bytes[i]);
	}
	buf_put_byte(d->to, '\'');
}

static void dump_value(struct dump *d, struct value v)
{
	switch ((enum value_type)v.type) {
	case VALUE_NULL:
		buf_put_text(d->to, "NULL");
		return;
	case VALUE_BOOL:
		buf_put_text(d->to, v.boolean ? "true" : "false");
		return;
	case VALUE_INT:
		buf_printf(d->to, "%lld", (long long)v.integer);
		return;
	case VALUE_FLOAT:
		buf_printf(d->to, "%g", v.real);
		return;
	case VALUE_DECIMAL:
		decimal_put(d->to, v.decimal);
		return;
	case VALUE_STRING:
		dump_string(d, v);
		return;
	case VALUE_LIST:
		buf_put_byte(d->to, '[');
		for (uint32_t i = 0; i < MIN_OF(v.count, DUMP_LIST_MAX); i++) {
			buf_put_text(d->to, i > 0 ? ", " : "");
			dump_value(d, v.items[i]);
		}
		buf_put_text(d->to, v.count > DUMP_LIST_MAX ? ", ..]" : "]");
		return;
	default:
		buf_put_text(d->to, value_type_name((enum value_type)v.type));
		return;
	}
}

/* ---- labels ---------------------------------------------------------------------------------- */

static void dump_label(struct dump *d, const struct bound_label *label, enum element element)
{
	enum name_kind kind = element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;

	switch (label->kind) {
	case LABEL_NAME:
		dump_name(d, kind, label->label);
		return;
	case LABEL_ANY:
		buf_put_byte(d->to, '%');
		return;
	case LABEL_NOT:
		buf_put_byte(d->to, '!');
		dump_label(d, label->parts[0], element);
		return;
	case LABEL_GRAPH:
		buf_put_str(d->to, catalog_graph_name(d->options->catalog, label->label));
		buf_put_text(d->to, ".%");
		return;
	case LABEL_AND:
	case LABEL_OR:
		buf_put_byte(d->to, '(');
		for (uint32_t i = 0; i < label->part_count; i++) {
			if (i > 0)
				buf_put_byte(d->to, label->kind == LABEL_AND ? '&' : '|');
			dump_label(d, label->parts[i], element);
		}
		buf_put_byte(d->to, ')');
		return;
	}
}

/* ---- calls ----------------------------------------------------------------------------------- */

void dump_exprs(struct dump *d, const struct bound *const *exprs, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		buf_put_text(d->to, i > 0 ? ", " : "");
		dump_expr(d, exprs[i]);
	}
}

static bool bound_is_compound(const struct bound *x)
{
	if (x->kind == BOUND_AND || x->kind == BOUND_OR)
		return true;
	return x->kind == BOUND_CALL && x->function != NULL && x->arg_count == 2 &&
	       (!isalpha((unsigned char)x->function->name[0]) ||
		       strcmp(x->function->name, "in") == 0);
}

static void dump_operand(struct dump *d, const struct bound *x)
{
	bool is_compound = bound_is_compound(x);

	buf_put_text(d->to, is_compound ? "(" : "");
	dump_expr(d, x);
	buf_put_text(d->to, is_compound ? ")" : "");
}

static void dump_upper(struct dump *d, const char *text)
{
	for (; *text != '\0'; text++)
		buf_put_byte(d->to, (uint8_t)toupper((unsigned char)*text));
}

/* Operators of letters ("starts with") are those with a blank in the name, and "in". */
static bool name_is_operator(const char *name)
{
	return !isalpha((unsigned char)name[0]) || strchr(name, ' ') != NULL ||
	       strcmp(name, "in") == 0 || strcmp(name, "like") == 0 || strcmp(name, "ilike") == 0 ||
	       strcmp(name, "contains") == 0 || strcmp(name, "xor") == 0;
}

static void dump_call(struct dump *d, const struct bound *x)
{
	const char *name = x->function == NULL ? "?" : x->function->name;

	if (strncmp(name, "unary ", 6) == 0 && x->arg_count == 1) {
		buf_put_text(d->to, name + 6);
		dump_operand(d, x->args[0]);
	} else if (strcmp(name, "not") == 0) {
		buf_put_text(d->to, "NOT ");
		dump_operand(d, x->args[0]);
	} else if (x->arg_count == 2 && name_is_operator(name)) {
		dump_operand(d, x->args[0]);
		buf_put_byte(d->to, ' ');
		dump_upper(d, name);
		buf_put_byte(d->to, ' ');
		dump_operand(d, x->args[1]);
	} else if (x->arg_count == 2 && strcmp(name, PLAN_FUNCTION_SUBSCRIPT) == 0) {
		dump_operand(d, x->args[0]);
		buf_put_byte(d->to, '[');
		dump_expr(d, x->args[1]);
		buf_put_byte(d->to, ']');
	} else {
		buf_put_text(d->to, name);
		buf_put_byte(d->to, '(');
		dump_exprs(d, x->args, x->arg_count);
		buf_put_byte(d->to, ')');
	}
}

static void dump_joined(struct dump *d, const struct bound *x, const char *word)
{
	for (uint32_t i = 0; i < x->arg_count; i++) {
		buf_put_text(d->to, i > 0 ? word : "");
		if (x->args[i]->kind == BOUND_AND || x->args[i]->kind == BOUND_OR)
			dump_operand(d, x->args[i]);
		else
			dump_expr(d, x->args[i]);
	}
}

static void dump_case(struct dump *d, const struct bound *x)
{
	buf_put_text(d->to, "CASE");
	for (uint32_t i = 0; i + 1 < x->arg_count; i += 2) {
		buf_put_text(d->to, " WHEN ");
		dump_expr(d, x->args[i]);
		buf_put_text(d->to, " THEN ");
		dump_expr(d, x->args[i + 1]);
	}
	buf_put_text(d->to, " ELSE ");
	dump_expr(d, x->args[x->arg_count - 1]);
	buf_put_text(d->to, " END");
}

static void dump_map(struct dump *d, const struct bound *x)
{
	buf_put_byte(d->to, '{');
	for (uint32_t i = 0; i < x->arg_count; i++) {
		buf_put_text(d->to, i > 0 ? ", " : "");
		buf_put_str(d->to, x->keys[i]);
		buf_put_text(d->to, ": ");
		dump_expr(d, x->args[i]);
	}
	buf_put_byte(d->to, '}');
}

static void dump_each(struct dump *d, const struct bound *x)
{
	static const char *const quantifiers[] = { [QUANTIFIER_ALL] = "all(",
		[QUANTIFIER_ANY] = "any(",
		[QUANTIFIER_NONE] = "none(",
		[QUANTIFIER_SINGLE] = "single(" };
	bool is_each = x->kind == BOUND_EACH;

	buf_put_text(d->to, is_each ? "[" : quantifiers[x->quantifier]);
	buf_printf(d->to, "x%u IN ", x->index);
	dump_expr(d, x->args[0]);
	if (x->args[1] != NULL) {
		buf_put_text(d->to, " WHERE ");
		dump_expr(d, x->args[1]);
	}
	if (is_each && x->args[2] != NULL) {
		buf_put_text(d->to, " | ");
		dump_expr(d, x->args[2]);
	}
	buf_put_text(d->to, is_each ? "]" : ")");
}

static void dump_type_of(struct dump *d, struct type type)
{
	char name[TYPE_NAME_SIZE];

	buf_put_text(d->to, type_name(type, name));
}

void dump_expr(struct dump *d, const struct bound *x)
{
	/* dispatch */
	switch (x->kind) {
	case BOUND_CONSTANT:
		dump_value(d, x->value);
		return;
	case BOUND_PARAMETER:
		buf_printf(d->to, "$%u", x->index + 1);
		return;
	case BOUND_SLOT:
		dump_slot(d, x->index);
		return;
	case BOUND_LOCAL:
		buf_printf(d->to, "x%u", x->index);
		return;
	case BOUND_CALL:
		dump_call(d, x);
		return;
	case BOUND_AND:
		dump_joined(d, x, " AND ");
		return;
	case BOUND_OR:
		dump_joined(d, x, " OR ");
		return;
	case BOUND_CASE:
		dump_case(d, x);
		return;
	case BOUND_COALESCE:
		buf_put_text(d->to, "coalesce(");
		dump_exprs(d, x->args, x->arg_count);
		buf_put_byte(d->to, ')');
		return;
	case BOUND_CAST:
		dump_operand(d, x->args[0]);
		buf_put_text(d->to, "::");
		dump_type_of(d, x->type);
		return;
	case BOUND_LIST:
		buf_put_byte(d->to, '[');
		dump_exprs(d, x->args, x->arg_count);
		buf_put_byte(d->to, ']');
		return;
	case BOUND_MAP:
		dump_map(d, x);
		return;
	case BOUND_PROPERTY:
		dump_operand(d, x->args[0]);
		buf_put_byte(d->to, '.');
		buf_put_str(d->to, x->key);
		return;
	case BOUND_LABEL_TEST:
		dump_operand(d, x->args[0]);
		buf_put_byte(d->to, ':');
		dump_label(d, x->label, x->element);
		return;
	case BOUND_EACH:
	case BOUND_QUANTIFIER:
		dump_each(d, x);
		return;
	case BOUND_REDUCE:
		buf_put_text(d->to, "reduce(");
		dump_exprs(d, x->args, x->arg_count);
		buf_put_byte(d->to, ')');
		return;
	case BOUND_IS_TYPED:
		dump_operand(d, x->args[0]);
		if (x->tested.kind == TYPE_NULL) {
			buf_put_text(d->to, " IS NULL");
			return;
		}
		buf_put_text(d->to, " IS :: ");
		dump_type_of(d, x->tested);
		return;
	}
}

void plan_dump_expr(struct buf *to, const struct plan *plan,
	const struct plan_dump_options *options, const struct bound *x)
{
	struct dump d = { .to = to, .plan = plan, .options = options };

	dump_expr(&d, x);
}
