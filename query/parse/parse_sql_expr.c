/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What SQL's expressions have beyond the language's: operators made of signs, BETWEEN, SIMILAR TO,
 * AT TIME ZONE, COLLATE, and calls with keywords between their arguments. All of it becomes nodes
 * that the language has anyway: operators without an enum ast_op are calls of the function of their name,
 * a BETWEEN b AND c is a >= b AND a <= c.
 */
#include <string.h>

#include "query/parse/parse_expr.h"
#include "query/parse/parse_table.h"

/* Longest first among those that begin alike. */
static const struct sql_operator {
	const char *text;
	enum ast_op op; /* OP_COUNT: a function of that name */
	bool is_negated;
} sql_operators[] = {
	{ "->>", OP_COUNT, false },
	{ "->", OP_COUNT, false },
	{ "#>>", OP_COUNT, false },
	{ "#>", OP_COUNT, false },
	{ "#-", OP_COUNT, false },
	{ "#", OP_COUNT, false },
	{ "@>", OP_COUNT, false },
	{ "<@", OP_COUNT, false },
	{ "&&", OP_COUNT, false },
	{ "&", OP_COUNT, false },
	{ "?|", OP_COUNT, false },
	{ "?&", OP_COUNT, false },
	{ "?", OP_COUNT, false },
	{ "<<", OP_COUNT, false },
	{ ">>", OP_COUNT, false },
	{ "|", OP_COUNT, false },
	{ "@?", OP_COUNT, false },
	{ "@@", OP_COUNT, false },
	{ "^@", OP_STARTS_WITH, false },
	{ "!~~*", OP_ILIKE, true },
	{ "!~~", OP_LIKE, true },
	{ "~~*", OP_ILIKE, false },
	{ "~~", OP_LIKE, false },
};

/* The other operators, which OPERATOR(..) may name too. */
static const struct sql_operator plain_operators[] = {
	{ "!~*", OP_REGEX_ISEARCH, true },
	{ "!~", OP_REGEX_SEARCH, true },
	{ "~*", OP_REGEX_ISEARCH, false },
	{ "~", OP_REGEX_SEARCH, false },
	{ "||", OP_CONCAT, false },
	{ "<>", OP_NE, false },
	{ "!=", OP_NE, false },
	{ "<=", OP_LE, false },
	{ ">=", OP_GE, false },
	{ "=", OP_EQ, false },
	{ "<", OP_LT, false },
	{ ">", OP_GT, false },
	{ "+", OP_ADD, false },
	{ "-", OP_SUBTRACT, false },
	{ "*", OP_MULTIPLY, false },
	{ "/", OP_DIVIDE, false },
	{ "%", OP_MODULO, false },
	{ "^", OP_POWER, false },
};

/* ---- operators ------------------------------------------------------------------------------- */

/* The signs from the n-th token on, without blanks between them, begin with this text. */
static bool sees_signs(struct parser *p, uint32_t n, const char *text)
{
	for (uint32_t i = 0; text[i] != '\0'; i++) {
		const struct token *t = n + i == 0 ? &p->token : parse_peek(p, n + i);

		if (t->kind != (uint16_t)(uint8_t)text[i] || (i > 0 && !t->is_adjacent))
			return false;
	}
	return true;
}

static bool find_operator(struct parser *p, uint32_t n, const struct sql_operator *table,
	size_t count, struct infix *out)
{
	for (size_t i = 0; i < count; i++) {
		const struct sql_operator *o = &table[i];

		if (!sees_signs(p, n, o->text))
			continue;
		*out = (struct infix){ .precedence = PREC_OTHER,
			.op = o->op,
			.token_count = (uint32_t)strlen(o->text),
			.is_negated = o->is_negated,
			.call = o->op == OP_COUNT ? o->text : NULL };
		if (o->op != OP_COUNT)
			out->precedence = PREC_PREDICATE;
		return true;
	}
	return false;
}

/* OPERATOR(pg_catalog.~) */
static bool named_operator(struct parser *p, struct infix *out)
{
	struct infix plain;
	bool is_plain, is_own;
	uint32_t n = 2;

	if (!parse_sees_word(p, 0, "OPERATOR") || !parse_sees(p, 1, '('))
		return false;
	if (parse_sees(p, 3, '.'))
		n = 4;
	is_plain = find_operator(p, n, plain_operators, ARRAY_COUNT(plain_operators), &plain);
	is_own = find_operator(p, n, sql_operators, ARRAY_COUNT(sql_operators), out);
	if (!is_own && !is_plain)
		return false;
	/* The longer one: `||` is no `|`. */
	if (is_plain && (!is_own || plain.token_count > out->token_count))
		*out = plain;
	out->precedence = PREC_OTHER;
	out->token_count += n + 1;
	return parse_sees(p, out->token_count - 1, ')');
}

static bool word_form(struct parser *p, struct infix *out)
{
	uint32_t n = p->token.kind == KW_NOT ? 1 : 0;

	*out = (struct infix){
		.precedence = PREC_PREDICATE, .token_count = n + 1, .is_negated = n == 1
	};
	if (parse_sees_word(p, n, "BETWEEN")) {
		out->form = INFIX_BETWEEN;
	} else if (parse_sees_word(p, n, "SIMILAR") && parse_sees_word(p, n + 1, "TO")) {
		out->form = INFIX_SIMILAR;
		out->token_count++;
	} else if (n == 0 && parse_sees_word(p, 0, "OVERLAPS") && parse_sees(p, 1, '(')) {
		out->form = INFIX_OVERLAPS;
	} else if (n == 0 && parse_sees_word(p, 0, "ISNULL")) {
		out->form = INFIX_ISNULL;
	} else if (n == 0 && parse_sees_word(p, 0, "NOTNULL")) {
		out->form = INFIX_NOTNULL;
	} else if (n == 0 && parse_sees_word(p, 0, "AT") && parse_sees(p, 1, KW_TIME) &&
		   parse_sees(p, 2, KW_ZONE)) {
		*out = (struct infix){
			.precedence = PREC_UNARY, .token_count = 3, .form = INFIX_AT_ZONE
		};
	} else if (n == 0 && parse_sees_word(p, 0, "COLLATE") &&
		   parse_is_any_name_token(parse_peek(p, 1))) {
		*out = (struct infix){
			.precedence = PREC_UNARY, .token_count = 1, .form = INFIX_COLLATE
		};
	} else {
		return false;
	}
	return true;
}

bool parse_sql_infix(struct parser *p, struct infix *out)
{
	if (p->token.kind == p->expr_end)
		return false;
	/* Two signs of `||` are the language's own, and of `|` where it ends the expression. */
	if (p->token.kind == '|' && parse_sees_adjacent(p, 1, '|'))
		return false;
	if (p->token.kind < 128 &&
		find_operator(p, 0, sql_operators, ARRAY_COUNT(sql_operators), out))
		return true;
	return word_form(p, out) || named_operator(p, out);
}

/* ---- forms ----------------------------------------------------------------------------------- */

enum sqlstate parse_make_call(struct parser *p, const char *name, uint32_t at,
	struct ast_expr *const *args, uint32_t count, struct ast_expr **out)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_FUNCTION, at);
	struct ast_function *f = ARENA_NEW(p->arena, struct ast_function);
	uint32_t height = 0;

	f->name = (struct ast_qname){ .at = at, .name = str_of(name) };
	f->args = ARENA_ARRAY(p->arena, struct ast_expr *, count);
	f->arg_count = count;
	for (uint32_t i = 0; i < count; i++) {
		f->args[i] = args[i];
		height = MAX_OF(height, args[i]->height);
	}
	e->function = f;
	*out = e;
	return parse_finish_expr(p, e, height + 1);
}

/* a >= low AND a <= high */
static enum sqlstate make_between(struct parser *p, uint32_t at, struct ast_expr *a,
	struct ast_expr *const ends[2], struct ast_expr **out)
{
	struct ast_expr *low = a, *high = a;

	TRY(parse_make_binary(p, OP_GE, at, &low, ends[0]));
	TRY(parse_make_binary(p, OP_LE, at, &high, ends[1]));
	TRY(parse_make_binary(p, OP_AND, at, &low, high));
	*out = low;
	return parse_finish_expr(
		p, low, MAX_OF(low->height, parse_height_shared(p, a->height, 2) + 2));
}

static enum sqlstate parse_between(
	struct parser *p, bool is_negated, uint32_t at, struct ast_expr **left)
{
	struct ast_expr *ends[2] = { NULL, NULL }, *operand = *left, *other;
	bool is_symmetric = parse_sees_word(p, 0, "SYMMETRIC");
	uint32_t height;

	if (is_symmetric || parse_sees_word(p, 0, "ASYMMETRIC"))
		parse_advance(p);
	TRY(parse_binary(p, PREC_OTHER, &ends[0]));
	TRY(parse_expect(p, KW_AND));
	TRY(parse_binary(p, PREC_OTHER, &ends[1]));
	height = MAX_OF(operand->height, MAX_OF(ends[0]->height, ends[1]->height));
	TRY(make_between(p, at, operand, ends, left));
	if (is_symmetric) {
		struct ast_expr *turned[2] = { ends[1], ends[0] };

		TRY(make_between(p, at, operand, turned, &other));
		TRY(parse_make_binary(p, OP_OR, at, left, other));
		TRY(parse_finish_expr(p, *left,
			MAX_OF((*left)->height, parse_height_shared(p, height, 4) + 3)));
	}
	return is_negated ? parse_make_unary(p, OP_NOT, at, *left, left) : OK;
}

static enum sqlstate parse_similar(
	struct parser *p, bool is_negated, uint32_t at, struct ast_expr **left)
{
	struct ast_expr *args[3] = { *left, NULL, NULL };
	uint32_t count = 2;

	TRY(parse_binary(p, PREC_OTHER, &args[1]));
	if (parse_accept(p, KW_ESCAPE)) {
		TRY(parse_binary(p, PREC_OTHER, &args[2]));
		count = 3;
	}
	TRY(parse_make_call(p, "similar_to", at, args, count, left));
	return is_negated ? parse_make_unary(p, OP_NOT, at, *left, left) : OK;
}

/* Two expressions in parentheses, or behind ROW. */
static bool pair_of(const struct ast_expr *x, struct ast_expr **out)
{
	if (x->kind != EXPR_FUNCTION || x->function->arg_count != 2 ||
		x->function->name.qualifier.length != 0 ||
		!str_equal_nocase(x->function->name.name, STR("row")))
		return false;
	out[0] = x->function->args[0];
	out[1] = x->function->args[1];
	return true;
}

static COLD enum sqlstate no_pair(struct parser *p, uint32_t at, const char *side)
{
	return PARSE_ERROR(p, at, E_SYNTAX,
		"wrong number of parameters on %s side of OVERLAPS expression", side);
}

/* (start, end) OVERLAPS (start, end) */
static enum sqlstate parse_overlaps(struct parser *p, uint32_t at, struct ast_expr **left)
{
	struct ast_expr *args[4] = { NULL }, *right = NULL;

	TRY(parse_binary(p, PREC_OTHER, &right));
	if (!pair_of(*left, args))
		return no_pair(p, (*left)->at, "left");
	if (!pair_of(right, args + 2))
		return no_pair(p, right->at, "right");
	return parse_make_call(p, "overlaps", at, args, 4, left);
}

static enum sqlstate make_null_test(
	struct parser *p, bool is_negated, uint32_t at, struct ast_expr **left)
{
	struct ast_expr *e = parse_new_expr(p, EXPR_IS, at);

	e->is.test = IS_NULL;
	e->is.is_negated = is_negated;
	e->is.operand = *left;
	*left = e;
	return parse_finish_expr(p, e, e->is.operand->height + 1);
}

enum sqlstate parse_sql_form(
	struct parser *p, const struct infix *found, uint32_t at, struct ast_expr **left)
{
	struct ast_expr *args[2] = { NULL, *left };
	struct ast_qname collation = { 0 };

	for (uint32_t i = 0; i < found->token_count; i++)
		parse_advance(p);
	switch (found->form) {
	case INFIX_BETWEEN:
		return parse_between(p, found->is_negated, at, left);
	case INFIX_SIMILAR:
		return parse_similar(p, found->is_negated, at, left);
	case INFIX_OVERLAPS:
		return parse_overlaps(p, at, left);
	case INFIX_ISNULL:
	case INFIX_NOTNULL:
		return make_null_test(p, found->form == INFIX_NOTNULL, at, left);
	case INFIX_AT_ZONE:
		TRY(parse_binary(p, PREC_UNARY + 1, &args[0]));
		return parse_make_call(p, "timezone", at, args, 2, left);
	case INFIX_COLLATE:
		/* Text has one order, by code point: a collation changes nothing. */
		return parse_qname(p, "a collation", &collation);
	case INFIX_PLAIN:
		break;
	}
	unreachable();
}

enum sqlstate parse_sql_escape(struct parser *p, struct ast_expr **pattern)
{
	struct ast_expr *args[2] = { *pattern, NULL };

	if (p->token.kind != KW_ESCAPE)
		return OK;
	parse_advance(p);
	TRY(parse_binary(p, PREC_OTHER, &args[1]));
	return parse_make_call(p, "like_escape", (*pattern)->at, args, 2, pattern);
}

/* ---- calls ----------------------------------------------------------------------------------- */

static void put_arg(struct parser *p, struct ast_function *f, struct ast_expr *arg)
{
	*PARSE_PUSH(p, f->args, f->arg_count) = arg;
}

/* EXTRACT(year FROM x) */
static enum sqlstate parse_extract(struct parser *p, struct ast_function *f)
{
	struct ast_expr *field = parse_new_expr(p, EXPR_STRING, p->token.at);
	struct ast_expr *from = NULL;

	field->text =
		arena_str(p->arena, (struct str){ p->lexer.text + p->token.at, p->token.length });
	parse_advance(p);
	TRY(parse_finish_expr(p, field, 1));
	TRY(parse_expect(p, KW_FROM));
	TRY(parse_expr(p, &from));
	put_arg(p, f, field);
	put_arg(p, f, from);
	return parse_expect(p, ')');
}

/* POSITION(part IN whole) */
static enum sqlstate parse_position(struct parser *p, struct ast_function *f)
{
	struct ast_expr *part = NULL, *whole = NULL;

	TRY(parse_expr_until(p, KW_IN, &part));
	if (!parse_accept(p, KW_IN)) {
		put_arg(p, f, part);
		TRY(parse_expect(p, ','));
		TRY(parse_expr(p, &whole));
		put_arg(p, f, whole);
		return parse_expect(p, ')');
	}
	TRY(parse_expr(p, &whole));
	put_arg(p, f, whole);
	put_arg(p, f, part);
	return parse_expect(p, ')');
}

/* SUBSTRING(x FROM a FOR b), SUBSTRING(x FOR b), OVERLAY(x PLACING y FROM a FOR b) */
static enum sqlstate parse_parts(struct parser *p, struct ast_function *f)
{
	struct ast_expr *arg = NULL, *first = NULL;
	bool has_from = false;

	TRY(parse_expr(p, &arg));
	put_arg(p, f, arg);
	if (parse_sees_word(p, 0, "SIMILAR")) {
		parse_advance(p);
		TRY(parse_expr(p, &arg));
		put_arg(p, f, arg);
		TRY(parse_expect(p, KW_ESCAPE));
		TRY(parse_expr(p, &arg));
		put_arg(p, f, arg);
	}
	if (parse_sees_word(p, 0, "PLACING")) {
		parse_advance(p);
		TRY(parse_expr(p, &arg));
		put_arg(p, f, arg);
	}
	if (parse_accept(p, KW_FROM)) {
		has_from = true;
		TRY(parse_expr(p, &arg));
		put_arg(p, f, arg);
	}
	if (parse_accept(p, KW_FOR)) {
		if (!has_from) {
			first = parse_new_expr(p, EXPR_INT, p->token.at);
			first->integer = 1;
			TRY(parse_finish_expr(p, first, 1));
			put_arg(p, f, first);
		}
		TRY(parse_expr(p, &arg));
		put_arg(p, f, arg);
	}
	while (parse_accept(p, ',')) {
		TRY(parse_expr(p, &arg));
		put_arg(p, f, arg);
	}
	return parse_expect(p, ')');
}

/* TRIM([BOTH|LEADING|TRAILING] [characters] FROM x) */
static enum sqlstate parse_trim(struct parser *p, struct ast_function *f)
{
	struct ast_expr *characters = NULL, *from = NULL;

	if (parse_sees_word(p, 0, "LEADING"))
		f->name.name = STR("ltrim");
	else if (parse_sees_word(p, 0, "TRAILING"))
		f->name.name = STR("rtrim");
	if (parse_sees_word(p, 0, "LEADING") || parse_sees_word(p, 0, "TRAILING") ||
		parse_sees_word(p, 0, "BOTH"))
		parse_advance(p);
	if (p->token.kind != KW_FROM)
		TRY(parse_expr(p, &characters));
	if (parse_accept(p, KW_FROM)) {
		TRY(parse_expr(p, &from));
		put_arg(p, f, from);
		if (characters != NULL)
			put_arg(p, f, characters);
		return parse_expect(p, ')');
	}
	put_arg(p, f, characters);
	if (parse_accept(p, ',')) {
		TRY(parse_expr(p, &from));
		put_arg(p, f, from);
	}
	return parse_expect(p, ')');
}

/* NFC and its like as the string of their name; *out is NULL if none of them is here. */
static enum sqlstate parse_normal_form(struct parser *p, struct ast_expr **out)
{
	static const char *const forms[] = { "NFC", "NFD", "NFKC", "NFKD" };

	*out = NULL;
	for (size_t i = 0; i < ARRAY_COUNT(forms) && *out == NULL; i++) {
		if (!parse_sees_word(p, 0, forms[i]))
			continue;
		*out = parse_new_expr(p, EXPR_STRING, p->token.at);
		(*out)->text = str_of(forms[i]);
		TRY(parse_finish_expr(p, *out, 1));
	}
	return OK;
}

/* NORMALIZE(x, NFC); the form may be any expression too. */
static enum sqlstate parse_normalize(struct parser *p, struct ast_function *f)
{
	struct ast_expr *arg = NULL, *form = NULL;

	TRY(parse_expr(p, &arg));
	put_arg(p, f, arg);
	if (parse_accept(p, ',')) {
		TRY(parse_normal_form(p, &form));
		if (form != NULL && parse_sees(p, 1, ')'))
			parse_advance(p);
		else
			TRY(parse_expr(p, &form));
		put_arg(p, f, form);
	}
	return parse_expect(p, ')');
}

enum sqlstate parse_sql_normalized(
	struct parser *p, uint32_t at, bool is_negated, struct ast_expr **left, bool *is_taken)
{
	struct ast_expr *args[2] = { *left, NULL };

	TRY(parse_normal_form(p, &args[1]));
	*is_taken = parse_sees_word(p, args[1] == NULL ? 0 : 1, "NORMALIZED");
	if (!*is_taken)
		return OK;
	if (args[1] != NULL)
		parse_advance(p);
	parse_advance(p);
	TRY(parse_make_call(p, "is_normalized", at, args, args[1] == NULL ? 1 : 2, left));
	return is_negated ? parse_make_unary(p, OP_NOT, at, *left, left) : OK;
}

enum sqlstate parse_sql_arguments(struct parser *p, struct ast_function *f, bool *is_taken)
{
	struct str name = f->name.name;
	bool is_word = p->token.kind >= TOKEN_KEYWORD || parse_is_any_name_token(&p->token);

	*is_taken = true;
	if (str_equal_nocase(name, STR("extract")) && (is_word || p->token.kind == TOKEN_STRING) &&
		parse_sees(p, 1, KW_FROM)) {
		if (p->token.kind == TOKEN_STRING) {
			struct ast_expr *field = NULL, *from = NULL;

			TRY(parse_primary(p, &field));
			put_arg(p, f, field);
			TRY(parse_expect(p, KW_FROM));
			TRY(parse_expr(p, &from));
			put_arg(p, f, from);
			return parse_expect(p, ')');
		}
		return parse_extract(p, f);
	}
	if (p->token.kind == ')' || p->token.kind == '*')
		*is_taken = false;
	else if (str_equal_nocase(name, STR("position")))
		return parse_position(p, f);
	else if (str_equal_nocase(name, STR("substring")) || str_equal_nocase(name, STR("overlay")))
		return parse_parts(p, f);
	else if (str_equal_nocase(name, STR("trim")))
		return parse_trim(p, f);
	else if (str_equal_nocase(name, STR("normalize")))
		return parse_normalize(p, f);
	*is_taken = false;
	return OK;
}
