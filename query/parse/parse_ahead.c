/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Looking ahead. A few constructs of the language cannot be told apart by their first tokens: (a)
 * may be a value or a node, [(a)-(b) ..] a list or a pattern comprehension. The answer is in the
 * shape of what follows, and the shape can be read from tokens alone: a copy of the lexer runs
 * ahead, jumps over brackets, and is thrown away. Nothing here moves the parser.
 *
 * The cost is the length of the bracket, once for each level of nesting, which depth_max bounds.
 */
#include "query/parse/parser.h"

#include "base/check.h"

/* A place ahead of the parser. */
enum { SCOUT_PARENTHESES_MAX = 16 };

struct scout {
	struct lexer lexer;
	struct token token;
	/* The parser's: a bad token ahead stops the scout at the same place, with the same error,
	   as it will stop the parser. */
	struct error *error;
};

static void scout_start(struct scout *s, struct parser *p)
{
	s->lexer = p->lexer;
	s->lexer.at = p->token.at + p->token.length;
	s->lexer.last_end = s->lexer.at;
	s->token = p->token;
	s->error = p->error;
}

static void scout_next(struct scout *s)
{
	if (s->token.kind != TOKEN_END && s->token.kind != TOKEN_BAD)
		s->token = lex_next(&s->lexer, s->error);
}

static bool scout_accept(struct scout *s, uint16_t kind)
{
	if (s->token.kind != kind)
		return false;
	scout_next(s);
	return true;
}

/* From an opening bracket to behind its match. */
static bool scout_skip_bracket(struct scout *s)
{
	uint32_t depth = 0;

	for (;;) {
		switch (s->token.kind) {
		case '(':
		case '[':
		case '{':
			depth++;
			break;
		case ')':
		case ']':
		case '}':
			depth--;
			break;
		case TOKEN_END:
		case TOKEN_BAD:
		case ';':
			return false;
		default:
			break;
		}
		scout_next(s);
		if (depth == 0)
			return true;
	}
}

/* Behind '(' or '[': does a node's or an edge's filler start here, rather than an expression? */
static bool scout_is_filler(struct scout *s, uint16_t closing)
{
	if (parse_is_name_token(&s->token))
		scout_next(s);
	switch (s->token.kind) {
	case ':':
	case KW_IS:
	case '{':
	case KW_WHERE:
	case TOKEN_PARAMETER:
	case TOKEN_NAMED_PARAMETER:
		return true;
	case '*':
		return closing == ']';
	default:
		return s->token.kind == closing;
	}
}

/* At '(' of a node: moves behind it. */
static bool scout_node(struct scout *s)
{
	struct scout inner = *s;

	if (!scout_accept(&inner, '(') || !scout_is_filler(&inner, ')'))
		return false;
	return scout_skip_bracket(s);
}

/* -[..]- -[..]-> <-[..]- <-[..]-> : moves behind it. */
static bool scout_bracketed_edge(struct scout *s)
{
	struct scout inner;

	scout_accept(s, '<');
	if (!scout_accept(s, '-') || s->token.kind != '[')
		return false;
	inner = *s;
	scout_next(&inner);
	if (!scout_is_filler(&inner, ']') || !scout_skip_bracket(s) || !scout_accept(s, '-'))
		return false;
	scout_accept(s, '>');
	return true;
}

/*
 * -> --> -- <-- <--> : edges without brackets that cannot be operators. (a)-(b) and (a)<-(b) can. A
 * '-' of length 2 is the lexer's `--` between two parentheses.
 */
static bool scout_plain_edge(struct scout *s)
{
	bool is_left = scout_accept(s, '<');
	bool is_double = s->token.length == 2;

	if (!scout_accept(s, '-'))
		return false;
	return scout_accept(s, '>') || (is_double && (is_left || s->token.kind == '('));
}

/* An edge that is certainly one, and the node behind it. */
static bool scout_is_step(const struct scout *from)
{
	struct scout s = *from;

	if (!scout_bracketed_edge(&s)) {
		s = *from;
		if (!scout_plain_edge(&s))
			return false;
	}
	return s.token.kind == '(';
}

bool parse_ahead_pattern_predicate(struct parser *p)
{
	struct scout s;

	scout_start(&s, p);
	return scout_node(&s) && scout_is_step(&s);
}

bool parse_ahead_edge(struct parser *p)
{
	struct scout s;

	if (p->token.kind != '-' && p->token.kind != '<')
		return false;
	scout_start(&s, p);
	return scout_is_step(&s);
}

bool parse_ahead_slash_right(struct parser *p)
{
	struct scout s;

	scout_start(&s, p);
	do {
		scout_next(&s);
	} while (s.token.kind != '/' && s.token.kind != TOKEN_END && s.token.kind != TOKEN_BAD &&
		 s.token.kind != ';');
	scout_next(&s);
	return scout_accept(&s, '-') && s.token.kind == '>';
}

bool parse_ahead_node(struct parser *p)
{
	struct scout s;

	scout_start(&s, p);
	return scout_node(&s);
}

/* The list's own level has a '|' that is no half of '||'. */
static bool scout_has_bar(struct scout *s)
{
	for (;;) {
		switch (s->token.kind) {
		case '(':
		case '[':
		case '{':
			if (!scout_skip_bracket(s))
				return false;
			break;
		case '|':
			scout_next(s);
			if (s->token.kind != '|' || !s->token.is_adjacent)
				return true;
			scout_next(s);
			break;
		case ']':
		case ')':
		case '}':
		case TOKEN_END:
		case TOKEN_BAD:
		case ';':
		case ',':
			return false;
		default:
			scout_next(s);
			break;
		}
	}
}

bool parse_ahead_list(struct parser *p)
{
	struct scout s;

	scout_start(&s, p);
	scout_next(&s);
	scout_next(&s);
	if (s.token.kind == ']')
		return true;
	for (;;) {
		switch (s.token.kind) {
		case '(':
		case '[':
		case '{':
			if (!scout_skip_bracket(&s))
				return false;
			break;
		case ',':
			return true;
		case ']':
		case ')':
		case '}':
		case TOKEN_END:
		case TOKEN_BAD:
		case ';':
			return false;
		default:
			scout_next(&s);
			break;
		}
	}
}

bool parse_ahead_pattern_comprehension(struct parser *p)
{
	struct scout s;

	assert(p->token.kind == '[');
	scout_start(&s, p);
	scout_next(&s);
	if (parse_is_name_token(&s.token)) {
		scout_next(&s);
		if (!scout_accept(&s, '='))
			return false;
	}
	if (s.token.kind != '(' || !scout_node(&s))
		return false;
	if (s.token.kind != '-' && s.token.kind != '<' && s.token.kind != '(')
		return false;
	return scout_has_bar(&s);
}

struct token parse_ahead_after_parenthesis(struct parser *p)
{
	struct scout s;

	scout_start(&s, p);
	if (!scout_skip_bracket(&s))
		s.token.kind = TOKEN_END;
	return s.token;
}

bool parse_ahead_cte(struct parser *p)
{
	struct scout s;

	assert(p->token.kind == KW_WITH);
	scout_start(&s, p);
	scout_next(&s);
	if (s.token.kind == KW_RECURSIVE) {
		/* WITH recursive AS x, WITH recursive.key .. are projections. */
		scout_next(&s);
		return parse_is_name_token(&s.token);
	}
	if (!parse_is_name_token(&s.token))
		return false;
	scout_next(&s);
	if (s.token.kind == '(' && !scout_skip_bracket(&s))
		return false;
	if (!scout_accept(&s, KW_AS))
		return false;
	scout_accept(&s, KW_NOT);
	scout_accept(&s, KW_MATERIALIZED);
	return s.token.kind == '(';
}

/* What may stand behind a query in parentheses, inside of more of them. */
static bool scout_goes_on(const struct scout *s)
{
	switch (s->token.kind) {
	case KW_UNION:
	case KW_EXCEPT:
	case KW_INTERSECT:
	case KW_ORDER:
	case KW_LIMIT:
	case KW_OFFSET:
	case ')':
		return true;
	default:
		return false;
	}
}

static bool scout_is_name_next(const struct scout *at)
{
	struct scout s = *at;

	scout_next(&s);
	return parse_is_name_token(&s.token);
}

/* At '(': a query, or in more parentheses a query that goes on as one. Deeper than anybody writes it
   is taken for an expression. */
static bool scout_is_query(const struct scout *from)
{
	struct scout opened[SCOUT_PARENTHESES_MAX];
	struct scout s = *from;
	uint32_t depth = 0;

	for (; s.token.kind == '('; scout_next(&s)) {
		if (depth == SCOUT_PARENTHESES_MAX)
			return false;
		opened[depth++] = s;
	}
	if (s.token.kind == KW_TABLE)
		return depth == 1 && scout_is_name_next(&s);
	if (s.token.kind != KW_SELECT && s.token.kind != KW_VALUES && s.token.kind != KW_WITH)
		return false;
	while (depth-- > 1) {
		if (!scout_skip_bracket(&opened[depth]) || !scout_goes_on(&opened[depth]))
			return false;
	}
	return true;
}

bool parse_ahead_query(struct parser *p)
{
	struct scout s;

	assert(p->token.kind == '(');
	scout_start(&s, p);
	return scout_is_query(&s);
}
