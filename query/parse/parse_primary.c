/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What stands between operators: literals, names, calls, lists, maps, CASE, subqueries, patterns.
 * `primary` in grammar.ebnf. Each function below is one of its branches; parse_primary() chooses by
 * the first token, with a look at the next ones where a keyword is also an ordinary name.
 */
#include "query/parse/parse_expr.h"
#include "query/parse/parse_table.h"

#include "base/check.h"

/* ---- literals ---- */

static enum sqlstate parse_number(struct parser *p, struct ast_expr **out)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_FLOAT, p->token.at);
	uint64_t value = 0;

	*out = e;
	if (p->token.kind == TOKEN_INTEGER) {
		e->kind = EXPR_INT;
		TRY(parse_lexed(p, lex_integer(&p->lexer, &p->token, &value, p->error)));
		if (value > INT64_MAX)
			return PARSE_ERROR(p, p->token.at, E_OUT_OF_RANGE, "integer out of range");
		e->integer = (int64_t)value;
	} else if (p->token.kind == TOKEN_FLOAT) {
		TRY(parse_lexed(p, lex_float(&p->lexer, &p->token, &e->number, p->error)));
	} else {
		e->kind = EXPR_DECIMAL;
		e->text = (struct str){ p->lexer.text + p->token.at, p->token.length - 1 };
	}
	parse_advance(p);
	return OK;
}

static enum sqlstate parse_text(struct parser *p, enum ast_expr_kind kind, struct ast_expr **out)
{
	*out = parse_new_expr(p, kind, p->token.at);
	TRY(parse_lexed(p, lex_text(&p->lexer, p->arena, &p->token, &(*out)->text, p->error)));
	parse_advance(p);
	return OK;
}

static enum sqlstate parse_constant(
	struct parser *p, enum ast_expr_kind kind, bool is_set, struct ast_expr **out)
{
	*out = parse_new_expr(p, kind, p->token.at);
	if (kind == EXPR_BOOL)
		(*out)->boolean = is_set;
	else
		(*out)->is_unknown = is_set;
	parse_advance(p);
	return OK;
}

static void remember_parameter(struct parser *p, struct str name)
{
	for (uint32_t i = 0; i < p->parameter_name_count; i++) {
		if (str_equal(p->parameter_names[i], name))
			return;
	}
	*PARSE_PUSH(p, p->parameter_names, p->parameter_name_count) = name;
}

enum sqlstate parse_parameter(struct parser *p, struct ast_expr **out)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_PARAMETER, p->token.at);

	*out = e;
	if (p->token.kind == TOKEN_PARAMETER) {
		TRY(parse_lexed(
			p, lex_parameter(&p->lexer, &p->token, &e->parameter.number, p->error)));
		p->parameter_max = MAX_OF(p->parameter_max, e->parameter.number);
	} else {
		TRY(parse_lexed(
			p, lex_text(&p->lexer, p->arena, &p->token, &e->parameter.name, p->error)));
		if (p->parameter_name_count >= UINT16_MAX)
			return PARSE_ERROR(p, e->at, E_TOO_MANY_ARGUMENTS, "too many parameters");
		remember_parameter(p, e->parameter.name);
	}
	parse_advance(p);
	return parse_finish_expr(p, e, 1);
}

/* DATE '2024-01-01', TIMESTAMP WITH TIME ZONE '..', DATE $1 */
static enum sqlstate parse_type_literal(struct parser *p, struct ast_expr **out)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_CAST, p->token.at);
	bool is_interval = p->token.kind == KW_INTERVAL;

	*out = e;
	e->typed.form = CAST_LITERAL;
	TRY(parse_type(p, &e->typed.type));
	if (p->token.kind == TOKEN_PARAMETER || p->token.kind == TOKEN_NAMED_PARAMETER)
		return parse_parameter(p, &e->typed.operand);
	if (!parse_is(p, TOKEN_STRING))
		return parse_fail(p, NULL);
	TRY(parse_text(p, EXPR_STRING, &e->typed.operand));
	TRY(parse_finish_expr(p, e->typed.operand, 1));
	return is_interval ? parse_interval_range(p, e->typed.type) : OK;
}

static enum sqlstate parse_cast(struct parser *p, struct ast_expr **out)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_CAST, p->token.at);

	*out = e;
	e->typed.form = CAST_FUNCTION;
	parse_advance(p);
	TRY(parse_expect(p, '('));
	TRY(parse_expr(p, &e->typed.operand));
	TRY(parse_expect(p, KW_AS));
	TRY(parse_type(p, &e->typed.type));
	return parse_expect(p, ')');
}

/* ---- lists and maps ---- */

/* var IN list [WHERE cond] [| result] and whatever closes it. */
static enum sqlstate parse_each(struct parser *p, struct ast_expr *e, uint16_t closing)
{
	TRY(parse_name(p, "a variable", &e->each.variable));
	TRY(parse_expect(p, KW_IN));
	TRY(parse_expr_until(p, '|', &e->each.list));
	if (parse_accept(p, KW_WHERE))
		TRY(parse_expr_until(p, '|', &e->each.where));
	else if (e->kind == EXPR_QUANTIFIER)
		return parse_fail(p, NULL);
	if (e->kind == EXPR_LIST_COMPREHENSION && parse_accept(p, '|'))
		TRY(parse_expr(p, &e->each.result));
	return parse_expect(p, closing);
}

static enum sqlstate parse_pattern_comprehension(struct parser *p, struct ast_expr **out)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_PATTERN_COMPREHENSION, p->token.at);

	*out = e;
	parse_advance(p);
	TRY(parse_path_pattern(p, &e->pattern.pattern));
	if (parse_accept(p, KW_WHERE))
		TRY(parse_expr_until(p, '|', &e->pattern.pattern->where));
	TRY(parse_expect(p, '|'));
	TRY(parse_expr(p, &e->pattern.result));
	return parse_expect(p, ']');
}

static enum sqlstate parse_list(struct parser *p, struct ast_expr **out)
{
	struct ast_expr *e;

	if (parse_ahead_pattern_comprehension(p))
		return parse_pattern_comprehension(p, out);
	e = parse_new_expr(p, EXPR_LIST, p->token.at);
	*out = e;
	if (parse_sees(p, 2, KW_IN) && parse_is_name_token(parse_peek(p, 1))) {
		e->kind = EXPR_LIST_COMPREHENSION;
		parse_advance(p);
		return parse_each(p, e, ']');
	}
	parse_advance(p);
	if (parse_accept(p, ']'))
		return OK;
	TRY(parse_expr_list(p, &e->list.items, &e->list.count));
	return parse_expect(p, ']');
}

enum sqlstate parse_map(struct parser *p, struct ast_expr **out)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_MAP, p->token.at);
	uint32_t height = p->height;

	*out = e;
	p->height = 0;
	TRY(parse_expect(p, '{'));
	if (parse_is_name_token(&p->token) && parse_sees(p, 1, '}')) {
		parse_unsupported(p, p->token.at, "a parameter in braces");
		error_hint(p->error, "Write $name for a parameter.");
		return E_NOT_SUPPORTED;
	}
	if (!parse_accept(p, '}')) {
		do {
			struct ast_entry *entry = PARSE_PUSH(p, e->map.entries, e->map.count);

			TRY(parse_any_name(p, "a property name", &entry->name));
			TRY(parse_expect(p, ':'));
			TRY(parse_expr(p, &entry->value));
		} while (parse_accept(p, ','));
		TRY(parse_expect(p, '}'));
	}
	TRY(parse_finish_expr(p, e, p->height + 1));
	p->height = MAX_OF(height, e->height);
	return OK;
}

static enum sqlstate parse_map_item(struct parser *p, struct ast_map_item *out)
{
	if (parse_accept(p, '.')) {
		out->kind = MAP_ITEM_ALL;
		if (parse_accept(p, '*'))
			return OK;
		out->kind = MAP_ITEM_KEY;
		return parse_any_name(p, "a property name", &out->name);
	}
	TRY(parse_any_name(p, "a name", &out->name));
	out->kind = MAP_ITEM_VARIABLE;
	if (!parse_accept(p, ':'))
		return OK;
	out->kind = MAP_ITEM_ENTRY;
	return parse_expr(p, &out->value);
}

/* v { .key, .*, name: expr, other } */
static enum sqlstate parse_map_projection(struct parser *p, struct ast_expr **out)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_MAP_PROJECTION, (*out)->at);

	e->map_projection.base = *out;
	*out = e;
	parse_advance(p);
	if (parse_accept(p, '}'))
		return OK;
	do {
		TRY(parse_map_item(
			p, PARSE_PUSH(p, e->map_projection.items, e->map_projection.count)));
	} while (parse_accept(p, ','));
	return parse_expect(p, '}');
}

/* ---- CASE, LET, quantifiers, reduce ---- */

static enum sqlstate parse_when(struct parser *p, bool is_searched, struct ast_when *out)
{
	TRY(parse_expect(p, KW_WHEN));
	if (is_searched)
		TRY(parse_expr(p, PARSE_PUSH(p, out->conditions, out->condition_count)));
	else
		TRY(parse_expr_list(p, &out->conditions, &out->condition_count));
	TRY(parse_expect(p, KW_THEN));
	return parse_expr(p, &out->result);
}

static enum sqlstate parse_case(struct parser *p, struct ast_expr **out)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_CASE, p->token.at);

	*out = e;
	parse_advance(p);
	if (!parse_is(p, KW_WHEN))
		TRY(parse_expr(p, &e->conditional.operand));
	do {
		TRY(parse_when(p, e->conditional.operand == NULL,
			PARSE_PUSH(p, e->conditional.whens, e->conditional.when_count)));
	} while (parse_is(p, KW_WHEN));
	if (parse_accept(p, KW_ELSE))
		TRY(parse_expr(p, &e->conditional.otherwise));
	return parse_expect(p, KW_END);
}

static enum sqlstate parse_let(struct parser *p, struct ast_expr **out)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_LET, p->token.at);

	*out = e;
	parse_advance(p);
	do {
		struct ast_entry *entry = PARSE_PUSH(p, e->let.bindings, e->let.count);

		TRY(parse_name(p, "a variable", &entry->name));
		TRY(parse_expect(p, '='));
		TRY(parse_expr_until(p, KW_IN, &entry->value));
	} while (parse_accept(p, ','));
	TRY(parse_expect(p, KW_IN));
	TRY(parse_expr(p, &e->let.body));
	return parse_expect(p, KW_END);
}

static enum sqlstate parse_quantifier(struct parser *p, struct ast_expr **out)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_QUANTIFIER, p->token.at);

	*out = e;
	switch (p->token.kind) {
	case KW_ALL:
		e->each.quantifier = QUANTIFIER_ALL;
		break;
	case KW_ANY:
		e->each.quantifier = QUANTIFIER_ANY;
		break;
	case KW_NONE:
		e->each.quantifier = QUANTIFIER_NONE;
		break;
	default:
		e->each.quantifier = QUANTIFIER_SINGLE;
		break;
	}
	parse_advance(p);
	TRY(parse_expect(p, '('));
	return parse_each(p, e, ')');
}

static enum sqlstate parse_reduce(struct parser *p, struct ast_expr **out)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_REDUCE, p->token.at);

	*out = e;
	e->reduce = arena_alloc(p->arena, sizeof *e->reduce);
	parse_advance(p);
	TRY(parse_expect(p, '('));
	TRY(parse_name(p, "a variable", &e->reduce->accumulator));
	TRY(parse_expect(p, '='));
	TRY(parse_expr(p, &e->reduce->start));
	TRY(parse_expect(p, ','));
	TRY(parse_name(p, "a variable", &e->reduce->variable));
	TRY(parse_expect(p, KW_IN));
	TRY(parse_expr_until(p, '|', &e->reduce->list));
	TRY(parse_expect(p, '|'));
	TRY(parse_expr(p, &e->reduce->step));
	return parse_expect(p, ')');
}

/* ---- subqueries and patterns ---- */

struct ast_linear *parse_new_program(struct parser *p, uint32_t at, struct ast_program **out)
{
	struct ast_program *program = ARENA_NEW(p->arena, struct ast_program);
	struct ast_query *query = ARENA_NEW(p->arena, struct ast_query);
	struct ast_linear *linear = PARSE_PUSH(p, query->operands, query->operand_count);

	query->ops = ARENA_NEW(p->arena, enum ast_set_op);
	program->at = linear->at = at;
	program->queries = query;
	program->count = 1;
	*out = program;
	return linear;
}

void parse_push_return(
	struct parser *p, struct ast_linear *linear, struct ast_expr *expr, struct str alias)
{
	struct ast_projection *projection = ARENA_NEW(p->arena, struct ast_projection);
	struct ast_clause *clause = PARSE_PUSH(p, linear->clauses, linear->clause_count);
	struct ast_item *item = PARSE_PUSH(p, projection->items, projection->item_count);

	clause->kind = CLAUSE_RETURN;
	clause->at = linear->at;
	clause->projection = projection;
	item->expr = expr;
	item->alias.text = alias;
}

/* COUNT { pattern } counts its matches: MATCH pattern RETURN something. */
static enum sqlstate parse_counted_pattern(struct parser *p, struct ast_program **out)
{
	struct ast_linear *linear;
	struct ast_clause *match;
	struct ast_expr *found;

	TRY(parse_expect(p, '{'));
	linear = parse_new_program(p, p->token.at, out);
	match = PARSE_PUSH(p, linear->clauses, linear->clause_count);
	match->kind = CLAUSE_MATCH;
	match->at = p->token.at;
	TRY(parse_graph_pattern(p, &match->match.pattern));
	found = parse_new_expr(p, EXPR_BOOL, linear->at);
	TRY(parse_finish_expr(p, found, 1));
	parse_push_return(p, linear, found, STR("found"));
	return parse_expect(p, '}');
}

static enum sqlstate parse_subquery(
	struct parser *p, enum ast_subquery_kind kind, struct ast_expr **out)
{
	*out = parse_new_expr(p, EXPR_SUBQUERY, p->token.at);
	(*out)->subquery.kind = kind;
	parse_advance(p);
	if (kind == SUBQUERY_COUNT && parse_is(p, '{') && parse_sees(p, 1, '('))
		return parse_counted_pattern(p, &(*out)->subquery.program);
	return parse_nested_program(p, &(*out)->subquery.program);
}

/* ( SELECT .. ) */
static enum sqlstate parse_scalar_select(struct parser *p, struct ast_expr **out)
{
	*out = parse_new_expr(p, EXPR_SUBQUERY, p->token.at);
	(*out)->subquery.kind = SUBQUERY_VALUE;
	parse_advance(p);
	TRY(parse_program(p, &(*out)->subquery.program));
	return parse_expect(p, ')');
}

/* ARRAY ( SELECT .. ) */
static enum sqlstate parse_array_query(struct parser *p, struct ast_expr **out)
{
	parse_advance(p);
	TRY(parse_scalar_select(p, out));
	(*out)->subquery.kind = SUBQUERY_COLLECT;
	return OK;
}

/* exists(n.p) is n.p IS NOT NULL. */
static enum sqlstate parse_exists_value(struct parser *p, struct ast_expr *e)
{
	e->kind = EXPR_IS;
	e->is.test = IS_NULL;
	e->is.is_negated = true;
	TRY(parse_expr(p, &e->is.operand));
	return parse_expect(p, ')');
}

static enum sqlstate parse_exists(struct parser *p, struct ast_expr **out)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_EXISTS, p->token.at);

	*out = e;
	parse_advance(p);
	if (parse_accept(p, '{')) {
		if (parse_is_program_start(p))
			TRY(parse_program(p, &e->subquery.program));
		else
			TRY(parse_graph_pattern(p, &e->subquery.pattern));
		return parse_expect(p, '}');
	}
	if (p->token.kind == '(' && parse_ahead_query(p)) {
		parse_advance(p);
		TRY(parse_program(p, &e->subquery.program));
		return parse_expect(p, ')');
	}
	TRY(parse_expect(p, '('));
	if (p->token.kind != '(' || !parse_ahead_node(p)) {
		if (!parse_sees(p, 1, '='))
			return parse_exists_value(p, e);
	}
	TRY(parse_graph_pattern(p, &e->subquery.pattern));
	return parse_expect(p, ')');
}

static enum sqlstate parse_pattern_value(struct parser *p, struct ast_expr **out)
{
	*out = parse_new_expr(p, EXPR_PATTERN, p->token.at);
	return parse_predicate_pattern(p, &(*out)->pattern.pattern);
}

/* (a, b, ..): behind its first item. */
static enum sqlstate parse_row_value(struct parser *p, uint32_t at, struct ast_expr **out)
{
	struct ast_expr **items = NULL;
	uint32_t count = 0;

	*PARSE_PUSH(p, items, count) = *out;
	while (parse_accept(p, ','))
		TRY(parse_expr(p, PARSE_PUSH(p, items, count)));
	TRY(parse_expect(p, ')'));
	return parse_make_call(p, "row", at, items, count, out);
}

static enum sqlstate parse_parenthesised(struct parser *p, struct ast_expr **out)
{
	uint32_t at;

	if (parse_ahead_query(p))
		return parse_scalar_select(p, out);
	if (parse_ahead_pattern_predicate(p))
		return parse_pattern_value(p, out);
	at = p->token.at;
	parse_advance(p);
	TRY(parse_expr(p, out));
	if (parse_is(p, ','))
		return parse_row_value(p, at, out);
	return parse_expect(p, ')');
}

/* ---- names and calls ---- */

/* a => 1, or a := 1 as it was written once. */
static bool sees_argument_name(struct parser *p)
{
	return parse_is_name_token(&p->token) &&
	       ((parse_sees(p, 1, '=') && parse_sees_adjacent(p, 2, '>')) ||
		       (parse_sees(p, 1, ':') && parse_sees_adjacent(p, 2, '=')));
}

static enum sqlstate parse_argument_name(
	struct parser *p, struct ast_function *f, struct ast_name *name)
{
	if (!sees_argument_name(p)) {
		if (f->has_names)
			return PARSE_ERROR(p, p->token.at, E_SYNTAX,
				"positional argument cannot follow named argument");
		return OK;
	}
	f->has_names = true;
	TRY(parse_name(p, NULL, name));
	parse_advance(p);
	parse_advance(p);
	return OK;
}

/* Arguments, by place, by name, or VARIADIC the last as a list of them. */
static enum sqlstate parse_argument_list(struct parser *p, struct ast_function *f)
{
	uint32_t named = 0;

	do {
		f->is_variadic = parse_sees_word(p, 0, "VARIADIC") && !parse_sees(p, 1, ',') &&
				 !parse_sees(p, 1, ')') && !parse_sees(p, 1, '.') &&
				 !parse_sees(p, 1, '(');
		if (f->is_variadic)
			parse_advance(p);
		TRY(parse_argument_name(p, f, PARSE_PUSH(p, f->arg_names, named)));
		TRY(parse_expr(p, PARSE_PUSH(p, f->args, f->arg_count)));
	} while (!f->is_variadic && parse_accept(p, ','));
	return OK;
}

static enum sqlstate parse_arguments(struct parser *p, struct ast_function *f)
{
	bool is_taken;

	TRY(parse_expect(p, '('));
	TRY(parse_sql_arguments(p, f, &is_taken));
	if (is_taken)
		return OK;
	if (p->token.kind == '*' && parse_sees(p, 1, ')')) {
		parse_advance(p);
		f->is_star = true;
		return parse_expect(p, ')');
	}
	if (parse_accept(p, ')'))
		return OK;
	f->is_distinct = parse_accept(p, KW_DISTINCT);
	if (!f->is_distinct && p->token.kind == KW_ALL && !parse_sees(p, 1, '('))
		parse_advance(p);
	TRY(parse_argument_list(p, f));
	if (p->token.kind == KW_ORDER)
		TRY(parse_sort_list(p, &f->order_by, &f->order_by_count));
	return parse_expect(p, ')');
}

/* The name has been taken; '(' is the current token. Sets the height: postfixes call it too. */
enum sqlstate parse_function(
	struct parser *p, uint32_t at, struct ast_qname name, struct ast_expr **out)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_FUNCTION, at);
	struct ast_function *f = ARENA_NEW(p->arena, struct ast_function);
	uint32_t height = p->height;

	*out = e;
	e->function = f;
	f->name = name;
	p->height = 0;
	TRY(parse_arguments(p, f));
	if (parse_sees_word(p, 0, "WITHIN") && parse_sees(p, 1, KW_GROUP)) {
		parse_advance(p);
		parse_advance(p);
		TRY(parse_expect(p, '('));
		TRY(parse_sort_list(p, &f->within, &f->within_count));
		TRY(parse_expect(p, ')'));
	}
	if (p->token.kind == KW_FILTER && parse_sees(p, 1, '(') && parse_sees(p, 2, KW_WHERE)) {
		parse_advance(p);
		parse_advance(p);
		parse_advance(p);
		TRY(parse_expr(p, &f->filter));
		TRY(parse_expect(p, ')'));
	}
	if (p->token.kind == KW_OVER &&
		(parse_sees(p, 1, '(') || parse_is_name_token(parse_peek(p, 1))))
		TRY(parse_over(p, &f->over));
	TRY(parse_finish_expr(p, e, p->height + 1));
	p->height = MAX_OF(height, e->height);
	return OK;
}

static enum sqlstate parse_variable(struct parser *p, struct ast_expr **out)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_VARIABLE, p->token.at);
	char first = p->lexer.text[p->token.at];
	struct ast_qname name = { .at = p->token.at, .length = p->token.length };

	*out = e;
	if (p->token.kind == TOKEN_QUOTED)
		e->variable.quote = first;
	e->variable.may_be_text = e->variable.quote == '"' && p->lexer.empty_names;
	TRY(parse_lexed(p, lex_text(&p->lexer, p->arena, &p->token, &e->variable.name, p->error)));
	parse_advance(p);
	if (p->token.kind == '(' && e->variable.name.length > 0) {
		name.name = e->variable.name;
		return parse_function(p, e->at, name, out);
	}
	if (p->token.kind == '{') {
		TRY(parse_finish_expr(p, e, 1));
		return parse_map_projection(p, out);
	}
	return OK;
}

/* Keywords that start a value of their own, when what follows says so; else *is_taken is false. */
static enum sqlstate parse_keyword_value(struct parser *p, bool *is_taken, struct ast_expr **out)
{
	uint16_t next = parse_peek(p, 1)->kind;
	/* COUNT { MATCH ..; but count {.key} projects a variable. */
	bool is_program =
		next == '{' && (parse_peek(p, 2)->is_reserved || parse_sees(p, 2, '{') ||
				       parse_sees(p, 2, '(') || parse_sees(p, 2, KW_VALUES) ||
				       parse_sees(p, 2, KW_FOREACH));

	*is_taken = true;
	switch (p->token.kind) {
	case KW_CAST:
		if (next == '(')
			return parse_cast(p, out);
		break;
	case KW_COUNT:
		if (is_program)
			return parse_subquery(p, SUBQUERY_COUNT, out);
		break;
	case KW_COLLECT:
		if (is_program)
			return parse_subquery(p, SUBQUERY_COLLECT, out);
		break;
	case KW_VALUE:
		if (is_program)
			return parse_subquery(p, SUBQUERY_VALUE, out);
		break;
	case KW_ALL:
	case KW_ANY:
	case KW_NONE:
	case KW_SINGLE:
		if (next == '(' && parse_sees(p, 3, KW_IN))
			return parse_quantifier(p, out);
		break;
	case KW_REDUCE:
		if (next == '(' && parse_sees(p, 3, '='))
			return parse_reduce(p, out);
		break;
	case KW_SHORTESTPATH:
	case KW_ALLSHORTESTPATHS:
		if (next == '(')
			return parse_pattern_value(p, out);
		break;
	case KW_LIST:
	case KW_ARRAY:
		/* list[1] subscripts a variable; LIST[1, 2] and LIST[] are lists. */
		if (next != '[' || (p->token.kind == KW_LIST && !parse_ahead_list(p)))
			break;
		parse_advance(p);
		return parse_list(p, out);
	case KW_RECORD:
		if (next != '{' || parse_sees(p, 2, '.'))
			break;
		parse_advance(p);
		return parse_map(p, out);
	default:
		if (parse_is_type_literal(p))
			return parse_type_literal(p, out);
		break;
	}
	*is_taken = false;
	return OK;
}

static enum sqlstate parse_word_value(struct parser *p, struct ast_expr **out)
{
	bool is_taken = false;

	if (p->token.kind >= TOKEN_KEYWORD) {
		TRY(parse_keyword_value(p, &is_taken, out));
		if (is_taken)
			return OK;
	}
	if (p->token.kind == KW_ARRAY && parse_sees(p, 1, '(') &&
		(parse_sees(p, 2, KW_SELECT) || parse_sees(p, 2, KW_WITH) ||
			parse_sees(p, 2, KW_VALUES) || parse_sees(p, 2, '(')))
		return parse_array_query(p, out);
	if (parse_is_type_literal(p))
		return parse_type_literal(p, out);
	if (parse_is_name_token(&p->token))
		return parse_variable(p, out);
	return parse_fail(p, "an expression");
}

static enum sqlstate choose(struct parser *p, struct ast_expr **out)
{
	switch (p->token.kind) {
	case TOKEN_INTEGER:
	case TOKEN_FLOAT:
	case TOKEN_DECIMAL:
		return parse_number(p, out);
	case TOKEN_STRING:
		return parse_text(p, EXPR_STRING, out);
	case TOKEN_BYTES:
		return parse_text(p, EXPR_BYTES, out);
	case TOKEN_PARAMETER:
	case TOKEN_NAMED_PARAMETER:
		return parse_parameter(p, out);
	case KW_NULL:
	case KW_UNKNOWN:
		return parse_constant(p, EXPR_NULL, p->token.kind == KW_UNKNOWN, out);
	case KW_TRUE:
	case KW_FALSE:
		return parse_constant(p, EXPR_BOOL, p->token.kind == KW_TRUE, out);
	case '(':
		return parse_parenthesised(p, out);
	case '[':
		return parse_list(p, out);
	case '{':
		return parse_map(p, out);
	case KW_CASE:
		return parse_case(p, out);
	case KW_LET:
		return parse_let(p, out);
	case KW_EXISTS:
		return parse_exists(p, out);
	default:
		return parse_word_value(p, out);
	}
}

enum sqlstate parse_primary(struct parser *p, struct ast_expr **out)
{
	uint32_t height = p->height;

	p->height = 0;
	TRY(choose(p, out));
	/* A parenthesised expression is finished already and keeps its own slice. */
	if ((*out)->height == 0)
		TRY(parse_finish_expr(p, *out, p->height + 1));
	p->height = MAX_OF(height, p->height);
	return OK;
}
