/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Query text from a tree, first part: names, types, expressions. Patterns and clauses are in
 * ast_text_query.c, statements in ast_text_stmt.c.
 *
 * The text is meant to be parsed again, so it is careful rather than short: every operand that is
 * not a primary gets parentheses, every variable that is also a keyword gets backticks, edges keep
 * their brackets. Two rules of the grammar need special care: x IN (e) means something else than
 * x IN e, and a '|' in a label expression ends a comprehension.
 */
#include "query/parse/ast_names.h"

#include "base/check.h"
#include "base/interval.h"
#include "base/number.h"
#include "query/parse/lex.h"

void ast_text_name(struct buf *out, struct str name)
{
	if (lex_is_plain_name(name))
		buf_put_str(out, name);
	else
		buf_put_quoted(out, name, '`');
}

void ast_text_variable(struct buf *out, struct str name)
{
	if (lex_is_plain_name(name) && !lex_is_keyword(name))
		buf_put_str(out, name);
	else
		buf_put_quoted(out, name, '`');
}

/* a.b of a.b.c: as it stands if each part is a plain name, else quoted as a whole. */
static void put_qualifier(struct buf *out, struct str s)
{
	uint32_t from = 0;

	for (uint32_t i = 0; i <= s.length; i++) {
		if (i < s.length && s.at[i] != '.')
			continue;
		if (!lex_is_plain_name((struct str){ s.at + from, i - from }) ||
			lex_is_keyword((struct str){ s.at + from, i - from })) {
			buf_put_quoted(out, s, '`');
			buf_put_byte(out, '.');
			return;
		}
		from = i + 1;
	}
	buf_put_str(out, s);
	buf_put_byte(out, '.');
}

void ast_text_qname(struct buf *out, const struct ast_qname *name)
{
	if (name->qualifier.length > 0) {
		put_qualifier(out, name->qualifier);
		ast_text_name(out, name->name);
	} else {
		ast_text_variable(out, name->name);
	}
}

void ast_text_names(struct buf *out, const struct ast_name *names, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (i > 0)
			buf_put_text(out, ", ");
		ast_text_variable(out, names[i].text);
	}
}

void ast_text_string(struct buf *out, struct str s)
{
	buf_put_quoted(out, s, '\'');
}

/* ---- types ---- */

static const char *const type_texts[] = {
	[AST_TYPE_BOOL] = "BOOL",
	[AST_TYPE_INT16] = "INT16",
	[AST_TYPE_INT32] = "INT32",
	[AST_TYPE_INT64] = "INT64",
	[AST_TYPE_FLOAT32] = "FLOAT32",
	[AST_TYPE_FLOAT64] = "FLOAT64",
	[AST_TYPE_DECIMAL] = "DECIMAL",
	[AST_TYPE_STRING] = "STRING",
	[AST_TYPE_BYTES] = "BYTES",
	[AST_TYPE_UUID] = "UUID",
	[AST_TYPE_DATE] = "DATE",
	[AST_TYPE_TIME] = "TIME",
	[AST_TYPE_TIMETZ] = "TIMETZ",
	[AST_TYPE_TIMESTAMP] = "TIMESTAMP",
	[AST_TYPE_TIMESTAMPTZ] = "TIMESTAMPTZ",
	[AST_TYPE_DURATION] = "DURATION",
	[AST_TYPE_LIST] = "LIST",
	[AST_TYPE_RECORD] = "RECORD",
	[AST_TYPE_NODE] = "NODE",
	[AST_TYPE_EDGE] = "EDGE",
	[AST_TYPE_PATH] = "PATH",
	[AST_TYPE_ANY] = "ANY",
	[AST_TYPE_NULL] = "NULL",
	[AST_TYPE_VECTOR] = "VECTOR",
};

static void put_fields(struct buf *out, const struct ast_type *t)
{
	buf_put_text(out, " {");
	for (uint32_t i = 0; i < t->field_count; i++) {
		buf_put_text(out, i == 0 ? "" : ", ");
		ast_text_name(out, t->fields[i].name.text);
		buf_put_text(out, " :: ");
		ast_text_type(out, t->fields[i].type);
	}
	buf_put_text(out, "}");
}

void ast_text_type(struct buf *out, const struct ast_type *t)
{
	if (t->qualifier.length > 0) {
		ast_text_name(out, t->qualifier);
		buf_put_byte(out, '.');
	}
	if (t->kind == AST_TYPE_NAMED)
		ast_text_variable(out, t->name);
	else if (t->range != INTERVAL_ALL)
		buf_put_text(out, "INTERVAL");
	else
		buf_put_text(out, type_texts[t->kind]);
	if (t->kind == AST_TYPE_LIST && t->element != NULL) {
		buf_put_text(out, "<");
		ast_text_type(out, t->element);
		buf_put_text(out, ">");
	}
	interval_put_range(out, t->range, 0);
	for (uint32_t i = 0; i < t->argument_count; i++)
		buf_printf(out, "%s%d", i == 0 ? "(" : ", ", (int)t->arguments[i]);
	if (t->argument_count > 0)
		buf_put_byte(out, ')');
	if (t->field_count > 0)
		put_fields(out, t);
	if (t->is_not_null)
		buf_put_text(out, " NOT NULL");
}

/* ---- expressions ---- */

static bool is_primary(const struct ast_expr *e)
{
	switch (e->kind) {
	case EXPR_INT:
		return e->integer >= 0;
	case EXPR_UNARY:
	case EXPR_BINARY:
	case EXPR_CHAIN:
	case EXPR_COMPARE_SOME:
	case EXPR_IS:
	case EXPR_IS_TYPED:
	case EXPR_IS_LABELED:
	case EXPR_PATTERN:
		return false;
	default:
		return true;
	}
}

static void put_in_parentheses(struct buf *out, const struct ast_expr *e)
{
	buf_put_byte(out, '(');
	ast_text_value(out, e);
	buf_put_byte(out, ')');
}

void ast_text_operand(struct buf *out, const struct ast_expr *e)
{
	if (is_primary(e))
		ast_text_value(out, e);
	else
		put_in_parentheses(out, e);
}

void ast_text_base(struct buf *out, const struct ast_expr *e)
{
	switch (e->kind) {
	case EXPR_VARIABLE:
	case EXPR_PARAMETER:
	case EXPR_PROPERTY:
	case EXPR_INDEX:
	case EXPR_SLICE:
	case EXPR_FUNCTION:
	case EXPR_LIST:
		ast_text_value(out, e);
		break;
	default:
		put_in_parentheses(out, e);
		break;
	}
}

void ast_text_list(struct buf *out, struct ast_expr *const *items, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (i > 0)
			buf_put_text(out, ", ");
		ast_text_value(out, items[i]);
	}
}

static void put_float(struct buf *out, double number)
{
	char text[NUMBER_TEXT_MAX];
	struct str s = { text, number_format_double(number, text) };

	buf_put_str(out, s);
	for (uint32_t i = 0; i < s.length; i++) {
		if (s.at[i] == '.' || s.at[i] == 'e')
			return;
	}
	buf_put_text(out, ".0");
}

static void put_bytes(struct buf *out, struct str s)
{
	buf_put_text(out, "X'");
	for (uint32_t i = 0; i < s.length; i++)
		buf_printf(out, "%02x", (unsigned)(uint8_t)s.at[i]);
	buf_put_byte(out, '\'');
}

/* Values without parts; false if e is none. */
static bool put_leaf(struct buf *out, const struct ast_expr *e)
{
	switch (e->kind) {
	case EXPR_NULL:
		buf_put_text(out, e->is_unknown ? "UNKNOWN" : "NULL");
		return true;
	case EXPR_BOOL:
		buf_put_text(out, e->boolean ? "TRUE" : "FALSE");
		return true;
	case EXPR_INT:
		buf_printf(out, "%lld", (long long)e->integer);
		return true;
	case EXPR_FLOAT:
		put_float(out, e->number);
		return true;
	case EXPR_DECIMAL:
		buf_put_str(out, e->text);
		buf_put_byte(out, 'M');
		return true;
	case EXPR_STRING:
		ast_text_string(out, e->text);
		return true;
	case EXPR_BYTES:
		put_bytes(out, e->text);
		return true;
	case EXPR_PARAMETER:
		if (e->parameter.number != 0)
			buf_printf(out, "$%u", e->parameter.number);
		else
			buf_printf(out, "$%.*s", STR_ARGS(e->parameter.name));
		return true;
	case EXPR_VARIABLE:
		if (e->variable.quote == '"')
			buf_put_quoted(out, e->variable.name, '"');
		else
			ast_text_variable(out, e->variable.name);
		return true;
	default:
		return false;
	}
}

/* `x:L` alone would be read as a slice. */
static void put_subscript(struct buf *out, const struct ast_expr *e)
{
	if (e != NULL && e->kind == EXPR_IS_LABELED)
		put_in_parentheses(out, e);
	else if (e != NULL)
		ast_text_value(out, e);
}

static void put_access(struct buf *out, const struct ast_expr *e)
{
	if (e->kind == EXPR_ALL_COLUMNS && e->property.base == NULL) {
		buf_put_byte(out, '*');
		return;
	}
	if (e->kind == EXPR_PROPERTY || e->kind == EXPR_ALL_COLUMNS) {
		ast_text_base(out, e->property.base);
		buf_put_byte(out, '.');
		if (e->kind == EXPR_PROPERTY)
			ast_text_name(out, e->property.key.text);
		else
			buf_put_byte(out, '*');
		return;
	}
	ast_text_base(out, e->index.base);
	buf_put_byte(out, '[');
	put_subscript(out, e->index.first);
	if (e->kind == EXPR_SLICE)
		buf_put_text(out, " .. ");
	put_subscript(out, e->index.last);
	buf_put_byte(out, ']');
}

static void put_operator(struct buf *out, const struct ast_expr *e)
{
	const char *op = ast_op_text(e->binary.op);

	if (e->kind == EXPR_UNARY) {
		buf_printf(out, "%s%s", op, e->binary.op == OP_NOT ? " " : "");
		ast_text_operand(out, e->binary.left);
		return;
	}
	ast_text_operand(out, e->binary.left);
	buf_printf(out, " %s ", op);
	if (e->binary.op != OP_IN)
		ast_text_operand(out, e->binary.right);
	else if (e->binary.is_in_list)
		put_in_parentheses(out, e->binary.right);
	else
		ast_text_value(out, e->binary.right);
}

static void put_chain(struct buf *out, const struct ast_expr *e)
{
	ast_text_operand(out, e->chain.operands[0]);
	for (uint32_t i = 0; i < e->chain.op_count; i++) {
		buf_printf(out, " %s ", ast_op_text(e->chain.ops[i]));
		ast_text_operand(out, e->chain.operands[i + 1]);
	}
}

static void put_is(struct buf *out, const struct ast_expr *e)
{
	static const char *const tests[] = { "NULL", "TRUE", "FALSE", "UNKNOWN", "DIRECTED",
		"SOURCE OF ", "DESTINATION OF " };

	ast_text_operand(out, e->is.operand);
	buf_printf(out, " IS %s%s", e->is.is_negated ? "NOT " : "", tests[e->is.test]);
	if (e->is.of == NULL)
		return;
	if (e->is.of->kind == EXPR_VARIABLE)
		ast_text_value(out, e->is.of);
	else
		put_in_parentheses(out, e->is.of);
}

/* Label expressions are put in parentheses here, because of their '|'. */
static void put_label_test(struct buf *out, const struct ast_expr *e)
{
	bool is_simple = e->labeled.label->part_count == 0;

	if (e->labeled.is_negated) {
		ast_text_operand(out, e->labeled.operand);
		buf_put_text(out, " IS NOT LABELED ");
	} else {
		ast_text_base(out, e->labeled.operand);
		buf_put_byte(out, ':');
	}
	buf_put_text(out, is_simple ? "" : "(");
	ast_text_label(out, e->labeled.label);
	buf_put_text(out, is_simple ? "" : ")");
}

static void put_test(struct buf *out, const struct ast_expr *e)
{
	switch (e->kind) {
	case EXPR_COMPARE_SOME:
		ast_text_operand(out, e->some.left);
		buf_printf(
			out, " %s %s (", ast_op_text(e->some.op), e->some.is_all ? "ALL" : "ANY");
		ast_text_operand(out, e->some.list);
		buf_put_byte(out, ')');
		break;
	case EXPR_IS:
		put_is(out, e);
		break;
	case EXPR_IS_TYPED:
		ast_text_operand(out, e->typed.operand);
		buf_printf(out, " IS %s:: ", e->typed.is_negated ? "NOT " : "");
		ast_text_type(out, e->typed.type);
		break;
	default:
		put_label_test(out, e);
		break;
	}
}

static void put_cast(struct buf *out, const struct ast_expr *e)
{
	buf_put_text(out, "CAST(");
	ast_text_value(out, e->typed.operand);
	buf_put_text(out, " AS ");
	ast_text_type(out, e->typed.type);
	buf_put_byte(out, ')');
}

static void put_entries(struct buf *out, const struct ast_entry *entries, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		buf_put_text(out, i == 0 ? "" : ", ");
		ast_text_name(out, entries[i].name.text);
		buf_put_text(out, ": ");
		ast_text_value(out, entries[i].value);
	}
}

static void put_map_projection(struct buf *out, const struct ast_expr *e)
{
	ast_text_value(out, e->map_projection.base);
	buf_put_text(out, " {");
	for (uint32_t i = 0; i < e->map_projection.count; i++) {
		const struct ast_map_item *item = &e->map_projection.items[i];

		buf_put_text(out, i == 0 ? "" : ", ");
		if (item->kind == MAP_ITEM_ALL) {
			buf_put_text(out, ".*");
			continue;
		}
		buf_put_text(out, item->kind == MAP_ITEM_KEY ? "." : "");
		ast_text_name(out, item->name.text);
		if (item->kind == MAP_ITEM_ENTRY) {
			buf_put_text(out, ": ");
			ast_text_value(out, item->value);
		}
	}
	buf_put_byte(out, '}');
}

static void put_let(struct buf *out, const struct ast_expr *e)
{
	buf_put_text(out, "LET ");
	for (uint32_t i = 0; i < e->let.count; i++) {
		buf_put_text(out, i == 0 ? "" : ", ");
		ast_text_variable(out, e->let.bindings[i].name.text);
		buf_put_text(out, " = ");
		ast_text_operand(out, e->let.bindings[i].value);
	}
	buf_put_text(out, " IN ");
	ast_text_value(out, e->let.body);
	buf_put_text(out, " END");
}

static void put_items_of_list(struct buf *out, const struct ast_expr *e)
{
	buf_put_byte(out, '[');
	for (uint32_t i = 0; i < e->list.count; i++) {
		const struct ast_expr *item = e->list.items[i];

		buf_put_text(out, i == 0 ? "" : ", ");
		/* [x IN l] would be a comprehension. */
		if (item->kind == EXPR_BINARY)
			put_in_parentheses(out, item);
		else
			ast_text_value(out, item);
	}
	buf_put_byte(out, ']');
}

static void put_collection(struct buf *out, const struct ast_expr *e)
{
	switch (e->kind) {
	case EXPR_LIST:
		put_items_of_list(out, e);
		break;
	case EXPR_MAP:
		buf_put_byte(out, '{');
		put_entries(out, e->map.entries, e->map.count);
		buf_put_byte(out, '}');
		break;
	case EXPR_MAP_PROJECTION:
		put_map_projection(out, e);
		break;
	default:
		assert(e->kind == EXPR_LET);
		put_let(out, e);
		break;
	}
}

static void put_each(struct buf *out, const struct ast_expr *e)
{
	static const char *const names[] = { "all(", "any(", "none(", "single(" };
	bool is_quantifier = e->kind == EXPR_QUANTIFIER;

	buf_put_text(out, is_quantifier ? names[e->each.quantifier] : "[");
	ast_text_variable(out, e->each.variable.text);
	buf_put_text(out, " IN ");
	ast_text_value(out, e->each.list);
	if (e->each.where != NULL) {
		buf_put_text(out, " WHERE ");
		ast_text_value(out, e->each.where);
	}
	if (e->each.result != NULL) {
		buf_put_text(out, " | ");
		ast_text_value(out, e->each.result);
	}
	buf_put_byte(out, is_quantifier ? ')' : ']');
}

static void put_case(struct buf *out, const struct ast_expr *e)
{
	buf_put_text(out, "CASE");
	if (e->conditional.operand != NULL) {
		buf_put_byte(out, ' ');
		ast_text_value(out, e->conditional.operand);
	}
	for (uint32_t i = 0; i < e->conditional.when_count; i++) {
		buf_put_text(out, " WHEN ");
		ast_text_list(out, e->conditional.whens[i].conditions,
			e->conditional.whens[i].condition_count);
		buf_put_text(out, " THEN ");
		ast_text_value(out, e->conditional.whens[i].result);
	}
	if (e->conditional.otherwise != NULL) {
		buf_put_text(out, " ELSE ");
		ast_text_value(out, e->conditional.otherwise);
	}
	buf_put_text(out, " END");
}

static void put_frame_end(struct buf *out, enum ast_frame_end end, const struct ast_expr *offset)
{
	static const char *const texts[] = { [FRAME_UNBOUNDED_PRECEDING] = "UNBOUNDED PRECEDING",
		[FRAME_PRECEDING] = " PRECEDING",
		[FRAME_CURRENT] = "CURRENT ROW",
		[FRAME_FOLLOWING] = " FOLLOWING",
		[FRAME_UNBOUNDED_FOLLOWING] = "UNBOUNDED FOLLOWING" };

	if (offset != NULL)
		put_in_parentheses(out, offset);
	buf_put_text(out, texts[end]);
}

void ast_text_window(struct buf *out, const struct ast_window *w)
{
	static const char *const units[] = { "", " ROWS", " RANGE", " GROUPS" };
	static const char *const exclusions[] = { "", " EXCLUDE CURRENT ROW", " EXCLUDE GROUP",
		" EXCLUDE TIES" };

	buf_put_byte(out, '(');
	if (w->base.text.length > 0) {
		ast_text_variable(out, w->base.text);
		buf_put_byte(out, ' ');
	}
	if (w->partition_count > 0) {
		buf_put_text(out, "PARTITION BY ");
		ast_text_list(out, w->partition, w->partition_count);
	}
	ast_text_sorts(out, w->order_by, w->order_by_count);
	if (w->unit != FRAME_DEFAULT) {
		buf_printf(out, "%s BETWEEN ", units[w->unit]);
		put_frame_end(out, w->start, w->start_offset);
		buf_put_text(out, " AND ");
		put_frame_end(out, w->end, w->end_offset);
	}
	buf_put_text(out, exclusions[w->exclusion]);
	buf_put_byte(out, ')');
}

static void put_over(struct buf *out, const struct ast_window *w)
{
	buf_put_text(out, " OVER ");
	if (w->is_reference)
		ast_text_variable(out, w->base.text);
	else
		ast_text_window(out, w);
}

static void put_arguments(struct buf *out, const struct ast_function *f)
{
	for (uint32_t i = 0; i < f->arg_count; i++) {
		if (i > 0)
			buf_put_text(out, ", ");
		if (f->is_variadic && i + 1 == f->arg_count)
			buf_put_text(out, "VARIADIC ");
		if (f->has_names && f->arg_names[i].text.length > 0) {
			ast_text_variable(out, f->arg_names[i].text);
			buf_put_text(out, " => ");
		}
		ast_text_value(out, f->args[i]);
	}
}

static void put_function(struct buf *out, const struct ast_function *f)
{
	/* Keywords that are functions more often than anything else may go without backticks. */
	static const char *const plain[] = { "count", "collect", "left", "right", "labels", "type",
		"label", "keys", "last", "edges", "elements", "relationships", "date", "datetime",
		"duration", "time", "row" };
	bool is_plain = false;

	for (size_t i = 0; i < ARRAY_COUNT(plain); i++)
		is_plain = is_plain || str_equal_nocase(f->name.name, str_of(plain[i]));
	if (is_plain && f->name.qualifier.length == 0)
		buf_put_str(out, f->name.name);
	else
		ast_text_qname(out, &f->name);
	buf_put_text(out, f->is_star ? "(*" : f->is_distinct ? "(DISTINCT " : "(");
	put_arguments(out, f);
	ast_text_sorts(out, f->order_by, f->order_by_count);
	buf_put_byte(out, ')');
	if (f->within_count > 0) {
		buf_put_text(out, " WITHIN GROUP (");
		ast_text_sorts(out, f->within, f->within_count);
		buf_put_byte(out, ')');
	}
	if (f->filter != NULL) {
		buf_put_text(out, " FILTER (WHERE ");
		ast_text_value(out, f->filter);
		buf_put_byte(out, ')');
	}
	if (f->over != NULL)
		put_over(out, f->over);
}

static void put_reduce(struct buf *out, const struct ast_expr *e)
{
	buf_put_text(out, "reduce(");
	ast_text_variable(out, e->reduce->accumulator.text);
	buf_put_text(out, " = ");
	ast_text_value(out, e->reduce->start);
	buf_put_text(out, ", ");
	ast_text_variable(out, e->reduce->variable.text);
	buf_put_text(out, " IN ");
	ast_text_value(out, e->reduce->list);
	buf_put_text(out, " | ");
	ast_text_value(out, e->reduce->step);
	buf_put_byte(out, ')');
}

static void put_subquery(struct buf *out, const struct ast_expr *e)
{
	static const char *const names[] = { "COUNT { ", "COLLECT { ", "VALUE { " };

	buf_put_text(out, e->kind == EXPR_EXISTS ? "EXISTS { " : names[e->subquery.kind]);
	if (e->subquery.pattern != NULL)
		ast_text_pattern(out, e->subquery.pattern);
	else
		ast_text_program(out, e->subquery.program);
	buf_put_text(out, " }");
}

void ast_text_value(struct buf *out, const struct ast_expr *e)
{
	if (put_leaf(out, e))
		return;
	switch (e->kind) {
	case EXPR_PROPERTY:
	case EXPR_ALL_COLUMNS:
	case EXPR_INDEX:
	case EXPR_SLICE:
		put_access(out, e);
		break;
	case EXPR_CAST:
		put_cast(out, e);
		break;
	case EXPR_UNARY:
	case EXPR_BINARY:
		put_operator(out, e);
		break;
	case EXPR_CHAIN:
		put_chain(out, e);
		break;
	case EXPR_COMPARE_SOME:
	case EXPR_IS:
	case EXPR_IS_TYPED:
	case EXPR_IS_LABELED:
		put_test(out, e);
		break;
	case EXPR_LIST:
	case EXPR_MAP:
	case EXPR_MAP_PROJECTION:
	case EXPR_LET:
		put_collection(out, e);
		break;
	case EXPR_LIST_COMPREHENSION:
	case EXPR_QUANTIFIER:
		put_each(out, e);
		break;
	case EXPR_PATTERN_COMPREHENSION:
		buf_put_byte(out, '[');
		ast_text_pattern(out, e->pattern.pattern);
		buf_put_text(out, " | ");
		ast_text_value(out, e->pattern.result);
		buf_put_byte(out, ']');
		break;
	case EXPR_PATTERN:
		ast_text_pattern(out, e->pattern.pattern);
		break;
	case EXPR_CASE:
		put_case(out, e);
		break;
	case EXPR_FUNCTION:
		put_function(out, e->function);
		break;
	case EXPR_REDUCE:
		put_reduce(out, e);
		break;
	case EXPR_EXISTS:
	case EXPR_SUBQUERY:
		put_subquery(out, e);
		break;
	default:
		unreachable();
	}
}

void ast_text_expr(struct buf *out, const struct ast_expr *e)
{
	ast_text_value(out, e);
}
