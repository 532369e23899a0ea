/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Expressions: operators by precedence climbing, and postfixes. What stands between the operators
 * is in parse_primary.c.
 *
 *	1 OR   2 XOR   3 AND   4 NOT   5 = <> < <= > >=   6 IN, STARTS WITH, LIKE, =~, IS ..
 *	7 -> @> & and others of SQL   8 + - ||   9 * / %   10 ^   unary + -   postfix .key [i] [a..b] :: T :Label
 *
 * All binary operators are left-associative. Comparisons chain: a < b <= c is one EXPR_CHAIN, so
 * that b is evaluated once. Operators arrive as single characters; `<=` is '<' with '=' right
 * behind.
 */
#include "query/parse/parse_expr.h"
#include "query/parse/parse_table.h"

#include "base/check.h"
#include "base/stack.h"

/* SHARED_DOUBLINGS_MAX: how often an expression may double by being part of operands that stand in
   the tree twice, as that of BETWEEN. */
enum { HEIGHT_PER_DEPTH = 10, SHARED_DOUBLINGS_MAX = 16 };

struct ast_expr *parse_new_expr(struct parser *p, enum ast_expr_kind kind, uint32_t at)
{
	struct ast_expr *e = ARENA_NEW(p->arena, struct ast_expr);

	e->kind = kind;
	e->at = at;
	p->subquery_count += kind == EXPR_SUBQUERY || kind == EXPR_EXISTS ||
			     kind == EXPR_PATTERN || kind == EXPR_PATTERN_COMPREHENSION;
	return e;
}

uint32_t parse_height_max(const struct parser *p)
{
	return p->depth_max * HEIGHT_PER_DEPTH;
}

uint32_t parse_height_shared(const struct parser *p, uint32_t height, uint32_t times)
{
	uint32_t doublings = 0;

	if (height <= 1)
		return height;
	while (times > 1) {
		doublings++;
		times = (times + 1) / 2;
	}
	return height + doublings * (parse_height_max(p) / SHARED_DOUBLINGS_MAX);
}

enum sqlstate parse_finish_expr(struct parser *p, struct ast_expr *e, uint32_t height)
{
	e->length = p->end - e->at;
	e->height = height;
	if (height > p->height)
		p->height = height;
	if (UNLIKELY(height > parse_height_max(p))) {
		PARSE_ERROR(p, e->at, E_TOO_COMPLEX, "statement too complex");
		error_detail(p->error, "It has a chain of more than %u operators.",
			parse_height_max(p));
		return E_TOO_COMPLEX;
	}
	return OK;
}

/* ---- which operator is it ---- */

static struct infix infix(enum precedence precedence, enum ast_op op, uint32_t token_count)
{
	return (struct infix){ .precedence = precedence, .op = op, .token_count = token_count };
}

static struct infix infix_less(struct parser *p)
{
	if (parse_sees_adjacent(p, 1, '='))
		return infix(PREC_COMPARISON, OP_LE, 2);
	if (parse_sees_adjacent(p, 1, '>'))
		return infix(PREC_COMPARISON, OP_NE, 2);
	return infix(PREC_COMPARISON, OP_LT, 1);
}

/* != ~ ~* !~ !~* */
static struct infix infix_tilde(struct parser *p)
{
	bool is_negated = p->token.kind == '!';
	uint32_t count = is_negated ? 2 : 1;
	struct infix found;

	if (is_negated && parse_sees_adjacent(p, 1, '='))
		return infix(PREC_COMPARISON, OP_NE, 2);
	if (is_negated && !parse_sees_adjacent(p, 1, '~'))
		return infix(PREC_NONE, OP_NE, 0);
	if (parse_sees_adjacent(p, count, '*'))
		found = infix(PREC_PREDICATE, OP_REGEX_ISEARCH, count + 1);
	else
		found = infix(PREC_PREDICATE, OP_REGEX_SEARCH, count);
	found.is_negated = is_negated;
	return found;
}

/* The predicates that are words, `n` tokens ahead. */
static struct infix infix_word(struct parser *p, uint32_t n)
{
	switch (parse_peek(p, n)->kind) {
	case KW_IN:
		return infix(PREC_PREDICATE, OP_IN, 1);
	case KW_LIKE:
		return infix(PREC_PREDICATE, OP_LIKE, 1);
	case KW_ILIKE:
		return infix(PREC_PREDICATE, OP_ILIKE, 1);
	case KW_CONTAINS:
		return infix(PREC_PREDICATE, OP_CONTAINS, 1);
	case KW_STARTS:
		if (parse_sees(p, n + 1, KW_WITH))
			return infix(PREC_PREDICATE, OP_STARTS_WITH, 2);
		break;
	case KW_ENDS:
		if (parse_sees(p, n + 1, KW_WITH))
			return infix(PREC_PREDICATE, OP_ENDS_WITH, 2);
		break;
	default:
		break;
	}
	return infix(PREC_NONE, OP_NOT, 0);
}

static struct infix infix_not(struct parser *p)
{
	struct infix found = infix_word(p, 1);

	found.token_count++;
	found.is_negated = true;
	return found;
}

static struct infix infix_of_language(struct parser *p)
{
	switch (p->token.kind) {
	case KW_IN:
		if (p->expr_end == KW_IN)
			break;
		return infix(PREC_PREDICATE, OP_IN, 1);
	case KW_OR:
		return infix(PREC_OR, OP_OR, 1);
	case KW_XOR:
		return infix(PREC_XOR, OP_XOR, 1);
	case KW_AND:
		return infix(PREC_AND, OP_AND, 1);
	case '=':
		if (parse_sees_adjacent(p, 1, '~'))
			return infix(PREC_PREDICATE, OP_REGEX, 2);
		return infix(PREC_COMPARISON, OP_EQ, 1);
	case '<':
		return infix_less(p);
	case '>':
		if (parse_sees_adjacent(p, 1, '='))
			return infix(PREC_COMPARISON, OP_GE, 2);
		return infix(PREC_COMPARISON, OP_GT, 1);
	case '!':
	case '~':
		return infix_tilde(p);
	case KW_IS:
		return (struct infix){ .precedence = PREC_PREDICATE, .is_is = true };
	case KW_NOT:
		return infix_not(p);
	case '+':
		return infix(PREC_SUM, OP_ADD, 1);
	case '-':
		return infix(PREC_SUM, OP_SUBTRACT, 1);
	case '|':
		if (parse_sees_adjacent(p, 1, '|'))
			return infix(PREC_SUM, OP_CONCAT, 2);
		break;
	case '*':
		return infix(PREC_PRODUCT, OP_MULTIPLY, 1);
	case '/':
		return infix(PREC_PRODUCT, OP_DIVIDE, 1);
	case '%':
		return infix(PREC_PRODUCT, OP_MODULO, 1);
	case '^':
		return infix(PREC_POWER, OP_POWER, 1);
	default:
		if (p->token.kind >= TOKEN_KEYWORD)
			return infix_word(p, 0);
		break;
	}
	return infix(PREC_NONE, OP_NOT, 0);
}

static struct infix infix_here(struct parser *p)
{
	struct infix found;

	if (parse_sql_infix(p, &found))
		return found;
	return infix_of_language(p);
}

/* ---- making operator nodes ---- */

enum sqlstate parse_make_unary(struct parser *p, enum ast_op op, uint32_t at,
	struct ast_expr *operand, struct ast_expr **out)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_UNARY, at);

	e->binary.op = op;
	e->binary.left = operand;
	*out = e;
	return parse_finish_expr(p, e, operand->height + 1);
}

enum sqlstate parse_make_binary(struct parser *p, enum ast_op op, uint32_t at,
	struct ast_expr **left, struct ast_expr *right)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_BINARY, at);

	e->binary.op = op;
	e->binary.left = *left;
	e->binary.right = right;
	*left = e;
	return parse_finish_expr(p, e, MAX_OF(e->binary.left->height, right->height) + 1);
}

/* `chain` is the comparison just made on this level, BINARY or already CHAIN; one more follows. */
static enum sqlstate extend_chain(
	struct parser *p, struct ast_expr *chain, enum ast_op op, struct ast_expr *right)
{
	uint32_t operand_count;

	if (chain->kind == EXPR_BINARY) {
		struct ast_expr first = *chain;

		chain->kind = EXPR_CHAIN;
		chain->chain.operands = NULL;
		chain->chain.ops = NULL;
		chain->chain.op_count = 0;
		operand_count = 0;
		*PARSE_PUSH(p, chain->chain.operands, operand_count) = first.binary.left;
		*PARSE_PUSH(p, chain->chain.operands, operand_count) = first.binary.right;
		*PARSE_PUSH(p, chain->chain.ops, chain->chain.op_count) = first.binary.op;
	}
	operand_count = chain->chain.op_count + 1;
	*PARSE_PUSH(p, chain->chain.operands, operand_count) = right;
	*PARSE_PUSH(p, chain->chain.ops, chain->chain.op_count) = op;
	return parse_finish_expr(p, chain, MAX_OF(chain->height, right->height + 1));
}

/* = ANY ( list ), <> ALL ( list ); not any(x IN list WHERE ..), which is a value. */
static bool sees_some(struct parser *p)
{
	if (p->token.kind != KW_ANY && p->token.kind != KW_ALL && !parse_sees_word(p, 0, "SOME"))
		return false;
	return parse_sees(p, 1, '(') && !parse_sees(p, 3, KW_IN);
}

static enum sqlstate parse_some(
	struct parser *p, enum ast_op op, uint32_t at, struct ast_expr **left)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_COMPARE_SOME, at);

	e->some.op = op;
	e->some.is_all = p->token.kind == KW_ALL;
	e->some.left = *left;
	parse_advance(p);
	if (p->token.kind == '(' && parse_ahead_query(p)) {
		TRY(parse_primary(p, &e->some.list));
		e->some.list->subquery.kind = SUBQUERY_COLLECT;
	} else {
		TRY(parse_expect(p, '('));
		TRY(parse_expr(p, &e->some.list));
		TRY(parse_expect(p, ')'));
	}
	*left = e;
	return parse_finish_expr(p, e, MAX_OF(e->some.left->height, e->some.list->height) + 1);
}

/* The right side of IN, where ( 1, 2 ) is SQL's spelling of a list. */
static enum sqlstate parse_in(struct parser *p, uint32_t at, struct ast_expr **left)
{
	struct ast_expr *list = NULL;
	bool is_in_list = false;

	if (p->token.kind == '(') {
		switch (parse_ahead_after_parenthesis(p).kind) {
		case '+':
		case '-':
		case '*':
		case '/':
		case '%':
		case '^':
		case '|':
		case '.':
		case '[':
		case ':':
			break;
		default:
			is_in_list = true;
			break;
		}
	}
	if (is_in_list && parse_ahead_query(p)) {
		TRY(parse_primary(p, &list));
		list->subquery.kind = SUBQUERY_COLLECT;
		is_in_list = false;
	} else if (!is_in_list) {
		TRY(parse_binary(p, PREC_OTHER, &list));
	} else {
		uint32_t list_at = p->token.at;
		struct ast_expr **items = NULL;
		uint32_t count = 0;
		uint32_t height = p->height;

		p->height = 0;
		parse_advance(p);
		TRY(parse_expr_list(p, &items, &count));
		TRY(parse_expect(p, ')'));
		list = items[0];
		if (count > 1) {
			is_in_list = false;
			list = parse_new_expr(p, EXPR_LIST, list_at);
			list->list.items = items;
			list->list.count = count;
			TRY(parse_finish_expr(p, list, p->height + 1));
		}
		p->height = MAX_OF(height, p->height);
	}
	TRY(parse_make_binary(p, OP_IN, at, left, list));
	(*left)->binary.is_in_list = is_in_list;
	return OK;
}

/* ---- IS ---- */

static enum sqlstate make_typed_test(
	struct parser *p, uint32_t at, bool is_negated, struct ast_expr **left)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_IS_TYPED, at);

	e->typed.operand = *left;
	e->typed.is_negated = is_negated;
	*left = e;
	TRY(parse_type(p, &e->typed.type));
	return parse_finish_expr(p, e, e->typed.operand->height + 1);
}

static enum sqlstate make_label_test(
	struct parser *p, uint32_t at, bool is_negated, struct ast_expr **left)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_IS_LABELED, at);

	e->labeled.operand = *left;
	e->labeled.is_negated = is_negated;
	*left = e;
	TRY(parse_label(p, &e->labeled.label));
	return parse_finish_expr(p, e, e->labeled.operand->height + 1);
}

static enum sqlstate make_is(struct parser *p, enum ast_is_test test, uint32_t at, bool is_negated,
	struct ast_expr **left)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_IS, at);

	e->is.test = test;
	e->is.is_negated = is_negated;
	e->is.operand = *left;
	parse_advance(p);
	if (test == IS_SOURCE_OF || test == IS_DESTINATION_OF) {
		parse_advance(p);
		TRY(parse_primary(p, &e->is.of));
	}
	*left = e;
	return parse_finish_expr(p, e, e->is.operand->height + 1);
}

static enum sqlstate parse_is_distinct(
	struct parser *p, uint32_t at, bool is_negated, struct ast_expr **left)
{
	struct ast_expr *right = NULL;

	parse_advance(p);
	parse_advance(p);
	TRY(parse_binary(p, PREC_OTHER, &right));
	TRY(parse_make_binary(p, OP_DISTINCT_FROM, at, left, right));
	if (!is_negated)
		return OK;
	return parse_make_unary(p, OP_NOT, at, *left, left);
}

static enum sqlstate parse_is_predicate(struct parser *p, uint32_t at, struct ast_expr **left)
{
	bool is_negated, is_taken;

	parse_advance(p);
	is_negated = parse_accept(p, KW_NOT);
	TRY(parse_sql_normalized(p, at, is_negated, left, &is_taken));
	if (is_taken)
		return OK;
	switch (p->token.kind) {
	case KW_NULL:
		return make_is(p, IS_NULL, at, is_negated, left);
	case KW_TRUE:
		return make_is(p, IS_TRUE, at, is_negated, left);
	case KW_FALSE:
		return make_is(p, IS_FALSE, at, is_negated, left);
	case KW_UNKNOWN:
		return make_is(p, IS_UNKNOWN, at, is_negated, left);
	case KW_DIRECTED:
		return make_is(p, IS_DIRECTED, at, is_negated, left);
	case KW_SOURCE:
	case KW_DESTINATION:
		if (!parse_sees(p, 1, KW_OF))
			break;
		return make_is(p, p->token.kind == KW_SOURCE ? IS_SOURCE_OF : IS_DESTINATION_OF, at,
			is_negated, left);
	case KW_DISTINCT:
		if (!parse_sees(p, 1, KW_FROM))
			break;
		return parse_is_distinct(p, at, is_negated, left);
	case KW_LABELED:
		parse_advance(p);
		break;
	case KW_TYPED:
		parse_advance(p);
		return make_typed_test(p, at, is_negated, left);
	case ':':
		if (parse_sees_adjacent(p, 1, ':')) {
			parse_advance(p);
			parse_advance(p);
			return make_typed_test(p, at, is_negated, left);
		}
		parse_advance(p);
		break;
	default:
		parse_note(p, "NULL");
		break;
	}
	return make_label_test(p, at, is_negated, left);
}

/* ---- postfixes ---- */

/* a[2:3] of SQL: array_slice(a, 2, 3). An end that is missing is the first or the last there can be. */
static enum sqlstate parse_sql_slice(
	struct parser *p, uint32_t at, struct ast_expr *first, struct ast_expr **out)
{
	struct ast_expr *args[3] = { *out, first, NULL };

	parse_advance(p);
	if (!parse_is(p, ']'))
		TRY(parse_expr(p, &args[2]));
	TRY(parse_expect(p, ']'));
	for (int i = 1; i < 3; i++) {
		if (args[i] != NULL)
			continue;
		args[i] = parse_new_expr(p, EXPR_INT, at);
		args[i]->integer = i == 1 ? 1 : INT32_MAX;
		TRY(parse_finish_expr(p, args[i], 1));
	}
	return parse_make_call(p, "array_slice", at, args, 3, out);
}

static enum sqlstate parse_subscript(struct parser *p, uint32_t at, struct ast_expr **out)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_INDEX, at);
	uint32_t height = p->height;

	p->height = (*out)->height;
	parse_advance(p);
	e->index.base = *out;
	if (p->token.kind != TOKEN_DOTS && p->token.kind != ':')
		TRY(parse_expr_until(p, ':', &e->index.first));
	if (p->token.kind == ':') {
		TRY(parse_sql_slice(p, at, e->index.first, out));
		p->height = MAX_OF(height, (*out)->height);
		return OK;
	}
	if (parse_accept(p, TOKEN_DOTS)) {
		e->kind = EXPR_SLICE;
		if (!parse_is(p, ']'))
			TRY(parse_expr(p, &e->index.last));
	}
	TRY(parse_expect(p, ']'));
	*out = e;
	TRY(parse_finish_expr(p, e, p->height + 1));
	p->height = MAX_OF(height, e->height);
	return OK;
}

enum sqlstate parse_subscripts(struct parser *p, const struct ast_name *name, struct ast_expr **out)
{
	struct ast_expr *x = parse_new_expr(p, EXPR_VARIABLE, name->at);

	x->variable.name = name->text;
	TRY(parse_finish_expr(p, x, 1));
	while (p->token.kind == '[')
		TRY(parse_subscript(p, name->at, &x));
	*out = x;
	return OK;
}

/* a.b.c as a qualified name, if it is nothing but names. */
static bool chain_to_qname(struct parser *p, const struct ast_expr *e, struct ast_qname *out)
{
	if (e->kind == EXPR_VARIABLE) {
		out->name = e->variable.name;
		return true;
	}
	if (e->kind != EXPR_PROPERTY || !chain_to_qname(p, e->property.base, out))
		return false;
	out->qualifier = out->qualifier.length == 0
				 ? out->name
				 : arena_printf(p->arena, "%.*s.%.*s", STR_ARGS(out->qualifier),
					   STR_ARGS(out->name));
	out->name = e->property.key.text;
	return true;
}

static enum sqlstate parse_dot(struct parser *p, uint32_t at, struct ast_expr **out)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_PROPERTY, at);
	struct ast_qname name = { .at = at };

	parse_advance(p);
	e->property.base = *out;
	*out = e;
	if (p->token.kind == '*' && e->property.base->kind == EXPR_VARIABLE &&
		p->token.is_adjacent) {
		e->kind = EXPR_ALL_COLUMNS;
		parse_advance(p);
		return parse_finish_expr(p, e, e->property.base->height + 1);
	}
	TRY(parse_any_name(p, "a property name", &e->property.key));
	TRY(parse_finish_expr(p, e, e->property.base->height + 1));
	if (p->token.kind != '(' || !chain_to_qname(p, e, &name))
		return OK;
	name.length = p->end - at;
	return parse_function(p, at, name, out);
}

static enum sqlstate parse_colon(struct parser *p, uint32_t at, struct ast_expr **out)
{
	struct ast_expr *e;

	if (!parse_sees_adjacent(p, 1, ':')) {
		parse_advance(p);
		return make_label_test(p, at, false, out);
	}
	parse_advance(p);
	parse_advance(p);
	e = parse_new_expr(p, EXPR_CAST, at);
	e->typed.operand = *out;
	e->typed.form = CAST_COLONS;
	*out = e;
	TRY(parse_type(p, &e->typed.type));
	return parse_finish_expr(p, e, e->typed.operand->height + 1);
}

static enum sqlstate parse_postfix(struct parser *p, struct ast_expr **out)
{
	uint32_t at = p->token.at;

	TRY(parse_primary(p, out));
	for (;;) {
		switch (p->token.kind) {
		case '.':
			TRY(parse_dot(p, at, out));
			break;
		case '[':
			TRY(parse_subscript(p, at, out));
			break;
		case ':':
			if (p->expr_end == ':' && !parse_sees_adjacent(p, 1, ':'))
				return OK;
			TRY(parse_colon(p, at, out));
			break;
		default:
			return OK;
		}
	}
}

enum sqlstate parse_target(struct parser *p, struct ast_expr **out)
{
	uint32_t at = p->token.at;

	TRY(parse_primary(p, out));
	for (;;) {
		if (parse_is(p, '.'))
			TRY(parse_dot(p, at, out));
		else if (p->token.kind == '[')
			TRY(parse_subscript(p, at, out));
		else
			return OK;
	}
}

/* ---- prefix operators and climbing ---- */

static enum sqlstate parse_sign(struct parser *p, struct ast_expr **out)
{
	uint32_t at = p->token.at;
	bool is_minus = p->token.kind == '-';
	struct ast_expr *operand = NULL;
	uint64_t value = 0;

	parse_advance(p);
	if (is_minus && p->token.kind == TOKEN_INTEGER) {
		TRY(parse_lexed(p, lex_integer(&p->lexer, &p->token, &value, p->error)));
		/* The only literal whose sign belongs to it: -2^63 has no positive counterpart. */
		if (value > INT64_MAX) {
			parse_advance(p);
			*out = parse_new_expr(p, EXPR_INT, at);
			(*out)->integer = INT64_MIN;
			return parse_finish_expr(p, *out, 1);
		}
	}
	TRY(parse_enter(p));
	if (p->token.kind == '-' || p->token.kind == '+')
		TRY(parse_sign(p, &operand));
	else
		TRY(parse_postfix(p, &operand));
	parse_leave(p);
	return parse_make_unary(p, is_minus ? OP_MINUS : OP_PLUS, at, operand, out);
}

static enum sqlstate parse_operand(struct parser *p, struct ast_expr **out)
{
	uint32_t at = p->token.at;
	struct ast_expr *operand = NULL;

	switch (p->token.kind) {
	case '-':
	case '+':
		return parse_sign(p, out);
	case '~':
		parse_advance(p);
		TRY(parse_postfix(p, &operand));
		return parse_make_call(p, "~ bits", at, &operand, 1, out);
	case KW_NOT:
		parse_advance(p);
		TRY(parse_enter(p));
		TRY(parse_binary(p, PREC_NOT, &operand));
		parse_leave(p);
		return parse_make_unary(p, OP_NOT, at, operand, out);
	default:
		return parse_postfix(p, out);
	}
}

/* Comparisons and matches may stand before ANY and ALL. */
static bool op_may_quantify(enum ast_op op)
{
	return (op >= OP_EQ && op <= OP_GE) || (op >= OP_LIKE && op <= OP_REGEX_ISEARCH);
}

/* Takes the operator that `found` describes and its right side. */
static enum sqlstate parse_infix(
	struct parser *p, const struct infix *found, uint32_t at, struct ast_expr **left)
{
	struct ast_expr *right = NULL;
	uint32_t op_at = p->token.at;

	if (found->form != INFIX_PLAIN)
		return parse_sql_form(p, found, at, left);
	for (uint32_t i = 0; i < found->token_count; i++)
		parse_advance(p);
	if (found->op == OP_IN) {
		TRY(parse_in(p, at, left));
	} else if (found->call == NULL && op_may_quantify(found->op) && sees_some(p)) {
		TRY(parse_some(p, found->op, at, left));
		/* Not like any of them: all are unlike it. */
		if (found->is_negated)
			(*left)->some.is_all = !(*left)->some.is_all;
	} else {
		TRY(parse_binary(p, (enum precedence)(found->precedence + 1), &right));
		if (found->op == OP_LIKE || found->op == OP_ILIKE)
			TRY(parse_sql_escape(p, &right));
		if (found->call == NULL)
			TRY(parse_make_binary(p, found->op, at, left, right));
		else
			return parse_make_call(p, found->call, at,
				(struct ast_expr *[]){ *left, right }, 2, left);
	}
	if ((*left)->kind == EXPR_BINARY)
		(*left)->binary.op_at = op_at;
	if (found->is_negated)
		return parse_make_unary(p, OP_NOT, at, *left, left);
	return OK;
}

enum sqlstate parse_binary(struct parser *p, enum precedence least, struct ast_expr **out)
{
	uint32_t at = p->token.at;
	const struct ast_expr *compared = NULL; /* the comparison just made here, may be chained */

	TRY(stack_check(p->error));
	TRY(parse_operand(p, out));
	for (;;) {
		struct infix found = infix_here(p);

		if (found.precedence == PREC_NONE && p->is_noting)
			parse_note(p, "an operator");
		if (found.precedence == PREC_NONE || found.precedence < least)
			return OK;
		if (found.is_is) {
			TRY(parse_is_predicate(p, at, out));
			compared = NULL;
		} else if (found.precedence == PREC_COMPARISON && compared == *out) {
			struct ast_expr *right = NULL;

			for (uint32_t i = 0; i < found.token_count; i++)
				parse_advance(p);
			TRY(parse_binary(p, PREC_PREDICATE, &right));
			TRY(extend_chain(p, *out, found.op, right));
		} else {
			TRY(parse_infix(p, &found, at, out));
			compared =
				found.precedence == PREC_COMPARISON && (*out)->kind == EXPR_BINARY
					? *out
					: NULL;
		}
	}
}

enum sqlstate parse_expr_until(struct parser *p, uint16_t end, struct ast_expr **out)
{
	uint16_t outer = p->expr_end;

	TRY(parse_enter(p));
	p->expr_end = end;
	TRY(parse_binary(p, PREC_OR, out));
	p->expr_end = outer;
	parse_leave(p);
	return OK;
}

enum sqlstate parse_expr(struct parser *p, struct ast_expr **out)
{
	return parse_expr_until(p, TOKEN_END, out);
}

enum sqlstate parse_expr_list(struct parser *p, struct ast_expr ***out, uint32_t *count)
{
	struct ast_expr **items = NULL;
	uint32_t n = 0;

	do {
		TRY(parse_expr(p, PARSE_PUSH(p, items, n)));
	} while (parse_accept(p, ','));
	*out = items;
	*count = n;
	return OK;
}
