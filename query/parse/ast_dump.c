/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The dump, first half: types, expressions, patterns. See ast_dump.h for what it promises, and
 * ast_dump_stmt.c for clauses and statements.
 *
 *	binary <=
 *	  property age
 *	    variable n
 *	  int 3
 */
#include "query/parse/ast_dump.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/check.h"
#include "base/interval.h"
#include "base/number.h"
#include "query/parse/ast_names.h"

static const char *const op_texts[OP_COUNT] = {
	[OP_NOT] = "NOT",
	[OP_PLUS] = "+",
	[OP_MINUS] = "-",
	[OP_OR] = "OR",
	[OP_XOR] = "XOR",
	[OP_AND] = "AND",
	[OP_EQ] = "=",
	[OP_NE] = "<>",
	[OP_LT] = "<",
	[OP_LE] = "<=",
	[OP_GT] = ">",
	[OP_GE] = ">=",
	[OP_IN] = "IN",
	[OP_STARTS_WITH] = "STARTS WITH",
	[OP_ENDS_WITH] = "ENDS WITH",
	[OP_CONTAINS] = "CONTAINS",
	[OP_REGEX] = "=~",
	[OP_LIKE] = "LIKE",
	[OP_ILIKE] = "ILIKE",
	[OP_REGEX_SEARCH] = "~",
	[OP_REGEX_ISEARCH] = "~*",
	[OP_DISTINCT_FROM] = "IS DISTINCT FROM",
	[OP_ADD] = "+",
	[OP_SUBTRACT] = "-",
	[OP_CONCAT] = "||",
	[OP_MULTIPLY] = "*",
	[OP_DIVIDE] = "/",
	[OP_MODULO] = "%",
	[OP_POWER] = "^",
};

const char *ast_op_text(enum ast_op op)
{
	assert(op < OP_COUNT);
	return op_texts[op];
}

void ast_dump_line(struct ast_dumper *d, const char *format, ...)
{
	char text[256];
	va_list args;
	int length;

	for (uint32_t i = 0; i < d->indent; i++)
		buf_put_text(d->out, "  ");
	va_start(args, format);
	length = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (length >= (int)sizeof text) {
		va_start(args, format);
		vsnprintf((char *)buf_reserve(d->out, (size_t)length + 1), (size_t)length + 1,
			format, args);
		va_end(args);
		d->out->length += (size_t)length;
	} else {
		buf_put(d->out, text, (size_t)length);
	}
	/* Absent names leave a blank behind. */
	while (d->out->length > 0 && d->out->data[d->out->length - 1] == ' ')
		d->out->length--;
	buf_put_byte(d->out, '\n');
}

void ast_dump_named(struct ast_dumper *d, const char *name, const struct ast_expr *e)
{
	if (e == NULL)
		return;
	ast_dump_line(d, "%s", name);
	d->indent++;
	ast_dump_value(d, e);
	d->indent--;
}

void ast_dump_names(
	struct ast_dumper *d, const char *what, const struct ast_name *names, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		ast_dump_line(d, "%s %.*s", what, STR_ARGS(names[i].text));
}

static void dump_all(struct ast_dumper *d, struct ast_expr *const *items, uint32_t count)
{
	d->indent++;
	for (uint32_t i = 0; i < count; i++)
		ast_dump_value(d, items[i]);
	d->indent--;
}

void ast_dump_type(struct ast_dumper *d, const struct ast_type *t)
{
	if (t == NULL)
		return;
	/* A name matters only where the kind does not tell all. */
	ast_dump_line(d, "type %d %.*s.%.*s%s", (int)t->kind, STR_ARGS(t->qualifier),
		t->kind == AST_TYPE_NAMED ? (int)t->name.length : 0, t->name.at,
		t->is_not_null ? " not null" : "");
	d->indent++;
	for (uint32_t i = 0; i < t->argument_count; i++)
		ast_dump_line(d, "argument %d", (int)t->arguments[i]);
	if (t->range != INTERVAL_ALL)
		ast_dump_line(d, "range %x", (unsigned)t->range);
	ast_dump_type(d, t->element);
	for (uint32_t i = 0; i < t->field_count; i++) {
		ast_dump_line(d, "field %.*s", STR_ARGS(t->fields[i].name.text));
		ast_dump_type(d, t->fields[i].type);
	}
	d->indent--;
}

/* ---- expressions ---- */

static void dump_bytes(struct ast_dumper *d, struct str s)
{
	for (uint32_t i = 0; i < d->indent; i++)
		buf_put_text(d->out, "  ");
	buf_put_text(d->out, "bytes ");
	for (uint32_t i = 0; i < s.length; i++)
		buf_printf(d->out, "%02x", (unsigned)(uint8_t)s.at[i]);
	buf_put_byte(d->out, '\n');
}

/* Values without parts. False if e is none. */
static bool dump_leaf(struct ast_dumper *d, const struct ast_expr *e)
{
	char number[NUMBER_TEXT_MAX];

	switch (e->kind) {
	case EXPR_NULL:
		ast_dump_line(d, e->is_unknown ? "unknown" : "null");
		return true;
	case EXPR_BOOL:
		ast_dump_line(d, e->boolean ? "true" : "false");
		return true;
	case EXPR_INT:
		ast_dump_line(d, "int %lld", (long long)e->integer);
		return true;
	case EXPR_FLOAT:
		number_format_double(e->number, number);
		ast_dump_line(d, "float %s", number);
		return true;
	case EXPR_DECIMAL:
		ast_dump_line(d, "decimal %.*s", STR_ARGS(e->text));
		return true;
	case EXPR_STRING:
		ast_dump_line(d, "string '%.*s'", STR_ARGS(e->text));
		return true;
	case EXPR_BYTES:
		dump_bytes(d, e->text);
		return true;
	case EXPR_PARAMETER:
		ast_dump_line(
			d, "parameter %u%.*s", e->parameter.number, STR_ARGS(e->parameter.name));
		return true;
	case EXPR_VARIABLE:
		ast_dump_line(d, "variable %.*s%s", STR_ARGS(e->variable.name),
			e->variable.quote == '"' ? " quoted" : "");
		return true;
	default:
		return false;
	}
}

static void dump_map_items(struct ast_dumper *d, const struct ast_expr *e)
{
	for (uint32_t i = 0; i < e->map_projection.count; i++) {
		const struct ast_map_item *item = &e->map_projection.items[i];

		ast_dump_line(d, "item %d %.*s", (int)item->kind, STR_ARGS(item->name.text));
		ast_dump_named(d, "value", item->value);
	}
}

static void dump_entries(struct ast_dumper *d, const struct ast_entry *entries, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		ast_dump_line(d, "entry %.*s", STR_ARGS(entries[i].name.text));
		d->indent++;
		ast_dump_type(d, entries[i].type);
		ast_dump_value(d, entries[i].value);
		d->indent--;
	}
}

void ast_dump_sorts(struct ast_dumper *d, const struct ast_sort *sorts, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const char *nulls = !sorts[i].has_nulls	      ? ""
				    : sorts[i].is_nulls_first ? " nulls first"
							      : " nulls last";

		ast_dump_line(d, "sort%s%s", sorts[i].is_descending ? " desc" : "", nulls);
		d->indent++;
		ast_dump_value(d, sorts[i].expr);
		d->indent--;
	}
}

static void dump_function(struct ast_dumper *d, const struct ast_function *f)
{
	ast_dump_line(d, "function %.*s.%.*s%s%s", STR_ARGS(f->name.qualifier),
		STR_ARGS(f->name.name), f->is_star ? " *" : "", f->is_distinct ? " distinct" : "");
	for (uint32_t i = 0; f->has_names && i < f->arg_count; i++)
		ast_dump_line(d, "  argument %u %.*s", i + 1, STR_ARGS(f->arg_names[i].text));
	if (f->is_variadic)
		ast_dump_line(d, "  variadic");
	dump_all(d, f->args, f->arg_count);
	d->indent++;
	ast_dump_sorts(d, f->order_by, f->order_by_count);
	ast_dump_named(d, "filter", f->filter);
	d->indent--;
}

static void dump_case(struct ast_dumper *d, const struct ast_expr *e)
{
	ast_dump_line(d, "case");
	d->indent++;
	ast_dump_named(d, "operand", e->conditional.operand);
	for (uint32_t i = 0; i < e->conditional.when_count; i++) {
		const struct ast_when *when = &e->conditional.whens[i];

		ast_dump_line(d, "when");
		dump_all(d, when->conditions, when->condition_count);
		ast_dump_named(d, "then", when->result);
	}
	ast_dump_named(d, "else", e->conditional.otherwise);
	d->indent--;
}

static void dump_chain(struct ast_dumper *d, const struct ast_expr *e)
{
	ast_dump_line(d, "chain");
	for (uint32_t i = 0; i < e->chain.op_count; i++)
		ast_dump_line(d, "  %s", ast_op_text(e->chain.ops[i]));
	dump_all(d, e->chain.operands, e->chain.op_count + 1);
}

static void dump_operator(struct ast_dumper *d, const struct ast_expr *e)
{
	ast_dump_line(d, "%s %s%s", e->kind == EXPR_UNARY ? "unary" : "binary",
		ast_op_text(e->binary.op), e->binary.is_in_list ? " list" : "");
	d->indent++;
	ast_dump_value(d, e->binary.left);
	if (e->kind == EXPR_BINARY)
		ast_dump_value(d, e->binary.right);
	d->indent--;
}

static void dump_tests(struct ast_dumper *d, const struct ast_expr *e)
{
	switch (e->kind) {
	case EXPR_COMPARE_SOME:
		ast_dump_line(d, "compare %s %s", ast_op_text(e->some.op),
			e->some.is_all ? "all" : "any");
		d->indent++;
		ast_dump_value(d, e->some.left);
		ast_dump_value(d, e->some.list);
		break;
	case EXPR_IS:
		ast_dump_line(d, "is %s%d", e->is.is_negated ? "not " : "", (int)e->is.test);
		d->indent++;
		ast_dump_value(d, e->is.operand);
		ast_dump_named(d, "of", e->is.of);
		break;
	case EXPR_IS_TYPED:
	case EXPR_CAST:
		ast_dump_line(d, "%s%s", e->kind == EXPR_CAST ? "cast" : "is typed",
			e->typed.is_negated ? " not" : "");
		d->indent++;
		ast_dump_type(d, e->typed.type);
		ast_dump_value(d, e->typed.operand);
		break;
	default:
		assert(e->kind == EXPR_IS_LABELED);
		ast_dump_line(d, "is labeled%s", e->labeled.is_negated ? " not" : "");
		d->indent++;
		ast_dump_label(d, e->labeled.label);
		ast_dump_value(d, e->labeled.operand);
		break;
	}
	d->indent--;
}

static void dump_each(struct ast_dumper *d, const struct ast_expr *e)
{
	static const char *const names[] = { "all", "any", "none", "single" };

	ast_dump_line(d, "%s %.*s",
		e->kind == EXPR_QUANTIFIER ? names[e->each.quantifier] : "comprehension",
		STR_ARGS(e->each.variable.text));
	d->indent++;
	ast_dump_named(d, "in", e->each.list);
	ast_dump_named(d, "where", e->each.where);
	ast_dump_named(d, "result", e->each.result);
	d->indent--;
}

static void dump_reduce(struct ast_dumper *d, const struct ast_expr *e)
{
	ast_dump_line(d, "reduce %.*s %.*s", STR_ARGS(e->reduce->accumulator.text),
		STR_ARGS(e->reduce->variable.text));
	d->indent++;
	ast_dump_value(d, e->reduce->start);
	ast_dump_value(d, e->reduce->list);
	ast_dump_value(d, e->reduce->step);
	d->indent--;
}

static void dump_subquery(struct ast_dumper *d, const struct ast_expr *e)
{
	static const char *const names[] = { "count", "collect", "value" };

	ast_dump_line(d, "%s", e->kind == EXPR_EXISTS ? "exists" : names[e->subquery.kind]);
	d->indent++;
	if (e->subquery.pattern != NULL)
		ast_dump_pattern(d, e->subquery.pattern);
	else
		ast_dump_program(d, e->subquery.program);
	d->indent--;
}

static void dump_access(struct ast_dumper *d, const struct ast_expr *e)
{
	if (e->kind == EXPR_PROPERTY)
		ast_dump_line(d, "property %.*s", STR_ARGS(e->property.key.text));
	else if (e->kind == EXPR_ALL_COLUMNS)
		ast_dump_line(d, "all columns");
	else
		ast_dump_line(d, e->kind == EXPR_INDEX ? "index" : "slice");
	d->indent++;
	if (e->kind == EXPR_PROPERTY || e->kind == EXPR_ALL_COLUMNS) {
		if (e->property.base != NULL)
			ast_dump_value(d, e->property.base);
	} else {
		ast_dump_value(d, e->index.base);
		ast_dump_named(d, "first", e->index.first);
		ast_dump_named(d, "last", e->index.last);
	}
	d->indent--;
}

static void dump_patterned(struct ast_dumper *d, const struct ast_expr *e)
{
	ast_dump_line(d, e->kind == EXPR_PATTERN ? "pattern value" : "pattern comprehension");
	d->indent++;
	ast_dump_pattern(d, e->pattern.pattern);
	ast_dump_named(d, "result", e->pattern.result);
	d->indent--;
}

static void dump_collection(struct ast_dumper *d, const struct ast_expr *e)
{
	if (e->kind == EXPR_LIST) {
		ast_dump_line(d, "list");
		dump_all(d, e->list.items, e->list.count);
		return;
	}
	ast_dump_line(d, e->kind == EXPR_MAP   ? "map"
			 : e->kind == EXPR_LET ? "let"
					       : "map projection");
	d->indent++;
	if (e->kind == EXPR_MAP) {
		dump_entries(d, e->map.entries, e->map.count);
	} else if (e->kind == EXPR_LET) {
		dump_entries(d, e->let.bindings, e->let.count);
		ast_dump_value(d, e->let.body);
	} else {
		ast_dump_value(d, e->map_projection.base);
		dump_map_items(d, e);
	}
	d->indent--;
}

void ast_dump_value(struct ast_dumper *d, const struct ast_expr *e)
{
	if (dump_leaf(d, e))
		return;
	switch (e->kind) {
	case EXPR_PROPERTY:
	case EXPR_ALL_COLUMNS:
	case EXPR_INDEX:
	case EXPR_SLICE:
		dump_access(d, e);
		break;
	case EXPR_UNARY:
	case EXPR_BINARY:
		dump_operator(d, e);
		break;
	case EXPR_CHAIN:
		dump_chain(d, e);
		break;
	case EXPR_COMPARE_SOME:
	case EXPR_IS:
	case EXPR_IS_TYPED:
	case EXPR_IS_LABELED:
	case EXPR_CAST:
		dump_tests(d, e);
		break;
	case EXPR_LIST:
	case EXPR_MAP:
	case EXPR_MAP_PROJECTION:
	case EXPR_LET:
		dump_collection(d, e);
		break;
	case EXPR_LIST_COMPREHENSION:
	case EXPR_QUANTIFIER:
		dump_each(d, e);
		break;
	case EXPR_PATTERN_COMPREHENSION:
	case EXPR_PATTERN:
		dump_patterned(d, e);
		break;
	case EXPR_CASE:
		dump_case(d, e);
		break;
	case EXPR_FUNCTION:
		dump_function(d, e->function);
		break;
	case EXPR_REDUCE:
		dump_reduce(d, e);
		break;
	case EXPR_EXISTS:
	case EXPR_SUBQUERY:
		dump_subquery(d, e);
		break;
	default:
		unreachable();
	}
}

/* ---- patterns ---- */

void ast_dump_label(struct ast_dumper *d, const struct ast_label *l)
{
	static const char *const names[] = { "label", "any label", "not", "and", "or" };

	if (l == NULL)
		return;
	ast_dump_line(d, "%s %.*s", names[l->kind], STR_ARGS(l->name));
	d->indent++;
	for (uint32_t i = 0; i < l->part_count; i++)
		ast_dump_label(d, l->parts[i]);
	d->indent--;
}

static void dump_prefix(struct ast_dumper *d, const char *what, const struct ast_prefix *x)
{
	if (x->selector != SELECT_EVERY || x->mode != MODE_DEFAULT)
		ast_dump_line(d, "%s selector %d mode %d count %u%s", what, (int)x->selector,
			(int)x->mode, x->count, x->is_function ? " function" : "");
}

static void dump_path(struct ast_dumper *d, const struct ast_path *path);

static void dump_element(struct ast_dumper *d, const struct ast_element *e)
{
	static const char *const kinds[] = { "node", "edge", "group" };
	static const char *const directions[] = { " right", " left", " any" };

	ast_dump_line(d, "%s%s %.*s", kinds[e->kind],
		e->kind == AST_ELEMENT_EDGE ? directions[e->direction] : "",
		STR_ARGS(e->variable.text));
	d->indent++;
	ast_dump_label(d, e->label);
	ast_dump_named(d, "properties", e->properties);
	if (e->group != NULL)
		dump_path(d, e->group);
	ast_dump_named(d, "where", e->where);
	if (e->quantifier.length != 0)
		ast_dump_line(d, "quantifier %u %u%s", e->quantifier.min, e->quantifier.max,
			e->quantifier.is_question ? " question" : "");
	d->indent--;
}

static void dump_path(struct ast_dumper *d, const struct ast_path *path)
{
	for (; path != NULL; path = path->alternative) {
		ast_dump_line(d, "path %.*s%s", STR_ARGS(path->variable.text),
			path->is_multiset ? " multiset" : "");
		d->indent++;
		dump_prefix(d, "prefix", &path->prefix);
		for (uint32_t i = 0; i < path->element_count; i++)
			dump_element(d, &path->elements[i]);
		d->indent--;
	}
}

void ast_dump_pattern(struct ast_dumper *d, const struct ast_pattern *p)
{
	ast_dump_line(d, "pattern mode %d", (int)p->mode);
	d->indent++;
	for (uint32_t i = 0; i < p->path_count; i++)
		dump_path(d, &p->paths[i]);
	dump_prefix(d, "keep", &p->keep);
	ast_dump_named(d, "where", p->where);
	ast_dump_names(d, "yield", p->yield, p->yield_count);
	d->indent--;
}

void ast_dump_expr(struct buf *out, const struct ast_expr *e)
{
	struct ast_dumper d = { .out = out };

	ast_dump_value(&d, e);
}
