/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Patterns: nodes, edges, quantifiers, path prefixes, and the label expressions in them. One model
 * serves MATCH, INSERT, MERGE, EXISTS and predicates; what only some of them allow is checked by
 * parse_insert_pattern() and by the binder.
 *
 *	(n:L {k: v})-[e:T*1..3]->(m WHERE c)        ((a)-[e]->(b) WHERE c){1,3}
 *	     node        edge        node                       group
 *
 * Between two edges, and at the ends of a path, the nodes that the text leaves out are put in.
 */
#include "query/parse/parser.h"

#include "base/check.h"

static enum sqlstate parse_path_expr(struct parser *p, struct ast_path *out);

/* ---- labels ---- */

static bool is_label_bar(struct parser *p)
{
	return p->token.kind == '|' && p->expr_end != '|' && !parse_sees_adjacent(p, 1, '|') &&
	       !parse_sees(p, 1, '+');
}

static bool is_label_and(struct parser *p)
{
	return p->token.kind == '&' || (p->token.kind == ':' && !parse_sees_adjacent(p, 1, ':'));
}

static struct ast_label *new_label(struct parser *p, enum ast_label_kind kind, uint32_t at)
{
	struct ast_label *l = ARENA_NEW(p->arena, struct ast_label);

	l->kind = kind;
	l->at = at;
	return l;
}

static enum sqlstate parse_label_factor(struct parser *p, struct ast_label **out)
{
	struct ast_label *l = new_label(p, LABEL_NAME, p->token.at);
	struct ast_name name = { 0 };
	uint16_t outer = p->expr_end;

	*out = l;
	TRY(parse_enter(p));
	if (parse_accept(p, '!')) {
		l->kind = LABEL_NOT;
		TRY(parse_label_factor(p, PARSE_PUSH(p, l->parts, l->part_count)));
	} else if (parse_accept(p, '%')) {
		l->kind = LABEL_ANY;
	} else if (parse_accept(p, '(')) {
		p->expr_end = TOKEN_END;
		TRY(parse_label(p, out));
		p->expr_end = outer;
		TRY(parse_expect(p, ')'));
	} else {
		TRY(parse_any_name(p, "a label", &name));
		l->name = name.text;
	}
	l->length = p->end - l->at;
	parse_leave(p);
	return OK;
}

/* One level of the label grammar: parts joined by & and :, or by |. */
static enum sqlstate parse_label_level(struct parser *p, bool is_or, struct ast_label **out)
{
	uint32_t at = p->token.at;
	struct ast_label *joined = NULL;

	if (is_or)
		TRY(parse_label_level(p, false, out));
	else
		TRY(parse_label_factor(p, out));
	while (is_or ? is_label_bar(p) : is_label_and(p)) {
		parse_advance(p);
		if (is_or && p->token.kind == ':')
			parse_advance(p);
		if (joined == NULL) {
			joined = new_label(p, is_or ? LABEL_OR : LABEL_AND, at);
			*PARSE_PUSH(p, joined->parts, joined->part_count) = *out;
			*out = joined;
		}
		if (is_or)
			TRY(parse_label_level(
				p, false, PARSE_PUSH(p, joined->parts, joined->part_count)));
		else
			TRY(parse_label_factor(
				p, PARSE_PUSH(p, joined->parts, joined->part_count)));
		joined->length = p->end - at;
	}
	return OK;
}

enum sqlstate parse_label(struct parser *p, struct ast_label **out)
{
	return parse_label_level(p, true, out);
}

enum sqlstate parse_label_names(struct parser *p, struct ast_name **out, uint32_t *count)
{
	struct ast_name *names = NULL;
	uint32_t n = 0;

	do {
		TRY(parse_any_name(p, "a label", PARSE_PUSH(p, names, n)));
	} while (parse_accept(p, '&') || parse_accept(p, ':'));
	*out = names;
	*count = n;
	return OK;
}

/* ---- quantifiers ---- */

/* *  *3  *1..3  *..3  *1.. in the brackets of an edge */
static enum sqlstate parse_bracket_range(struct parser *p, struct ast_quantifier *q)
{
	q->at = p->token.at;
	q->is_in_bracket = true;
	q->min = 1;
	q->max = AST_UNBOUNDED;
	parse_advance(p);
	if (p->token.kind == TOKEN_INTEGER) {
		TRY(parse_uint(p, &q->min));
		q->max = q->min;
	}
	if (parse_accept(p, TOKEN_DOTS)) {
		q->max = AST_UNBOUNDED;
		if (p->token.kind == TOKEN_INTEGER)
			TRY(parse_uint(p, &q->max));
	}
	q->length = p->end - q->at;
	return OK;
}

static enum sqlstate parse_braced_range(struct parser *p, struct ast_quantifier *q)
{
	parse_advance(p);
	q->min = 0;
	q->max = AST_UNBOUNDED;
	if (!parse_is(p, ',')) {
		TRY(parse_uint(p, &q->min));
		if (!parse_is(p, ',')) {
			q->max = q->min;
			return parse_expect(p, '}');
		}
	}
	parse_advance(p);
	if (parse_is(p, TOKEN_INTEGER))
		TRY(parse_uint(p, &q->max));
	return parse_expect(p, '}');
}

enum sqlstate parse_repetition(struct parser *p, struct ast_quantifier *q)
{
	uint16_t kind = p->token.kind;
	uint32_t at = p->token.at;

	if (kind != '*' && kind != '+' && kind != '?' && kind != '{')
		return OK;
	if (q->length != 0)
		return PARSE_ERROR(p, at, E_SYNTAX, "an edge cannot have two quantifiers");
	q->at = at;
	q->min = kind == '+' ? 1 : 0;
	q->max = kind == '?' ? 1 : AST_UNBOUNDED;
	q->is_question = kind == '?';
	if (kind == '{')
		TRY(parse_braced_range(p, q));
	else
		parse_advance(p);
	q->length = p->end - q->at;
	return OK;
}

/* ---- nodes and edges ---- */

/*
 * A client that replaces :Label by its own parameter marker makes (n$1 or [$1 of it: a parameter
 * right behind the name or the bracket, where no property map can stand so.
 */
static enum sqlstate check_replaced_label(struct parser *p)
{
	if (p->token.kind != TOKEN_PARAMETER || !p->token.is_adjacent)
		return OK;
	PARSE_ERROR(p, p->token.at, E_SYNTAX, "syntax error at or near \"%.*s\"",
		(int)p->token.length, p->lexer.text + p->token.at);
	error_hint(p->error, "A client replaced :Label by a parameter; write IS Label.");
	return E_SYNTAX;
}

/* What stands in the brackets of a node or an edge. */
static enum sqlstate parse_filler(struct parser *p, struct ast_element *out)
{
	bool is_edge = out->kind == AST_ELEMENT_EDGE;
	uint32_t subqueries = p->subquery_count;
	uint16_t outer = p->expr_end;

	p->expr_end = TOKEN_END;
	TRY(check_replaced_label(p));
	if (parse_is_name_token(&p->token)) {
		TRY(parse_name(p, "a variable", &out->variable));
		TRY(check_replaced_label(p));
	} else if (p->is_noting) {
		parse_note(p, "a variable");
	}
	if (parse_accept(p, ':') || parse_accept(p, KW_IS))
		TRY(parse_label(p, &out->label));
	if (is_edge && parse_is(p, '*'))
		TRY(parse_bracket_range(p, &out->quantifier));
	if (parse_is(p, '{'))
		TRY(parse_map(p, &out->properties));
	else if (p->token.kind == TOKEN_PARAMETER || p->token.kind == TOKEN_NAMED_PARAMETER)
		TRY(parse_parameter(p, &out->properties));
	if (parse_accept(p, KW_WHERE))
		TRY(parse_expr(p, &out->where));
	out->has_subquery = p->subquery_count != subqueries;
	p->expr_end = outer;
	return OK;
}

static void set_single(struct ast_element *out)
{
	out->quantifier.min = 1;
	out->quantifier.max = 1;
}

static enum sqlstate parse_node(struct parser *p, struct ast_element *out)
{
	out->kind = AST_ELEMENT_NODE;
	out->at = p->token.at;
	set_single(out);
	TRY(parse_expect(p, '('));
	TRY(parse_filler(p, out));
	TRY(parse_expect(p, ')'));
	out->length = p->end - out->at;
	return OK;
}

static enum sqlstate parse_edge(struct parser *p, struct ast_element *out)
{
	bool is_left;
	bool is_right;
	bool is_double;

	out->kind = AST_ELEMENT_EDGE;
	out->at = p->token.at;
	set_single(out);
	is_left = parse_accept(p, '<');
	is_double = p->token.length == 2;
	TRY(parse_expect(p, '-'));
	out->is_abbreviated = is_double || !parse_accept(p, '[');
	if (!out->is_abbreviated) {
		TRY(parse_filler(p, out));
		TRY(parse_expect(p, ']'));
		TRY(parse_expect(p, '-'));
	}
	is_right = parse_accept(p, '>');
	out->direction = is_left == is_right ? AST_DIRECTION_ANY
			 : is_left	     ? AST_DIRECTION_LEFT
					     : AST_DIRECTION_RIGHT;
	out->length = p->end - out->at;
	return parse_repetition(p, &out->quantifier);
}

/* ---- paths ---- */

static enum ast_path_mode mode_of(uint16_t kind)
{
	switch (kind) {
	case KW_WALK:
		return MODE_WALK;
	case KW_TRAIL:
		return MODE_TRAIL;
	case KW_SIMPLE:
		return MODE_SIMPLE;
	case KW_ACYCLIC:
		return MODE_ACYCLIC;
	default:
		return MODE_DEFAULT;
	}
}

/* A parenthesis in a pattern: a parenthesised path, or a node? */
static bool is_group_start(struct parser *p)
{
	uint16_t next = parse_peek(p, 1)->kind;

	if (next == '(' || next == '-' || next == '<')
		return true;
	if (mode_of(next) != MODE_DEFAULT && parse_sees(p, 2, '('))
		return true;
	return parse_is_name_token(parse_peek(p, 1)) && parse_sees(p, 2, '=');
}

static enum sqlstate parse_path_variable(struct parser *p, struct ast_name *out)
{
	if (!parse_is_name_token(&p->token) || !parse_sees(p, 1, '='))
		return OK;
	TRY(parse_name(p, "a variable", out));
	return parse_expect(p, '=');
}

static enum sqlstate parse_group(struct parser *p, struct ast_element *out)
{
	struct ast_path *path = ARENA_NEW(p->arena, struct ast_path);
	uint32_t subqueries = p->subquery_count;

	out->kind = AST_ELEMENT_GROUP;
	out->at = p->token.at;
	out->group = path;
	set_single(out);
	TRY(parse_enter(p));
	TRY(parse_expect(p, '('));
	path->at = p->token.at;
	path->prefix.count = 1;
	TRY(parse_path_variable(p, &path->variable));
	path->prefix.mode = mode_of(p->token.kind);
	if (path->prefix.mode != MODE_DEFAULT) {
		path->prefix.at = p->token.at;
		path->prefix.length = p->token.length;
		parse_advance(p);
	}
	TRY(parse_path_expr(p, path));
	path->length = p->end - path->at;
	if (parse_accept(p, KW_WHERE))
		TRY(parse_expr(p, &out->where));
	out->has_subquery = p->subquery_count != subqueries;
	TRY(parse_expect(p, ')'));
	parse_leave(p);
	out->length = p->end - out->at;
	return parse_repetition(p, &out->quantifier);
}

void parse_implied_node(struct parser *p, struct ast_path *path)
{
	struct ast_element *node = PARSE_PUSH(p, path->elements, path->element_count);

	node->kind = AST_ELEMENT_NODE;
	node->at = p->token.at;
	set_single(node);
}

bool parse_ends_in_edge(const struct ast_path *path)
{
	return path->element_count == 0 ||
	       path->elements[path->element_count - 1].kind == AST_ELEMENT_EDGE;
}

/* The one edge between nodes that the group is, without a second quantifier; NULL if it is more. */
static const struct ast_element *lone_edge(const struct ast_element *group)
{
	const struct ast_path *path = group->group;
	const struct ast_element *edge = &path->elements[1];

	if (path->alternative != NULL || path->element_count != 3 ||
		edge->kind != AST_ELEMENT_EDGE || path->elements[0].kind != AST_ELEMENT_NODE ||
		path->elements[2].kind != AST_ELEMENT_NODE)
		return NULL;
	return group->quantifier.length == 0 || edge->quantifier.length == 0 ? edge : NULL;
}

/* A simplified path; one that is a single edge becomes that edge. */
static enum sqlstate parse_short_path(struct parser *p, struct ast_path *path)
{
	struct ast_element made = { 0 };
	const struct ast_element *edge;

	TRY(parse_simplified(p, &made));
	edge = lone_edge(&made);
	if (edge != NULL) {
		if (made.quantifier.length == 0)
			made.quantifier = edge->quantifier;
		made.kind = AST_ELEMENT_EDGE;
		made.label = edge->label;
		made.direction = edge->direction;
		made.group = NULL;
		if (parse_ends_in_edge(path))
			parse_implied_node(p, path);
	}
	*PARSE_PUSH(p, path->elements, path->element_count) = made;
	return OK;
}

static enum sqlstate parse_path_factor(struct parser *p, struct ast_path *path)
{
	if (parse_is_simplified(p))
		return parse_short_path(p, path);
	if (p->token.kind == '(') {
		struct ast_element *e = PARSE_PUSH(p, path->elements, path->element_count);

		return is_group_start(p) ? parse_group(p, e) : parse_node(p, e);
	}
	if (parse_ends_in_edge(path))
		parse_implied_node(p, path);
	return parse_edge(p, PARSE_PUSH(p, path->elements, path->element_count));
}

static bool is_path_factor_start(struct parser *p)
{
	return parse_is(p, '(') || parse_is(p, '-') || parse_is(p, '<');
}

static enum sqlstate parse_path_term(struct parser *p, struct ast_path *path)
{
	if (p->token.kind == '~')
		return parse_unsupported(p, p->token.at, "an undirected edge");
	if (!is_path_factor_start(p))
		return parse_fail(p, "a path pattern");
	do {
		TRY(parse_path_factor(p, path));
	} while (is_path_factor_start(p));
	if (p->token.kind == '~')
		return parse_unsupported(p, p->token.at, "an undirected edge");
	if (parse_ends_in_edge(path))
		parse_implied_node(p, path);
	return OK;
}

/* term | term, term |+| term */
static enum sqlstate parse_path_expr(struct parser *p, struct ast_path *out)
{
	struct ast_path *path = out;

	TRY(parse_path_term(p, path));
	while (p->token.kind == '|' && p->expr_end != '|') {
		struct ast_path *next = ARENA_NEW(p->arena, struct ast_path);

		parse_advance(p);
		if (parse_accept(p, '+')) {
			TRY(parse_expect(p, '|'));
			next->is_multiset = true;
		}
		next->at = p->token.at;
		next->prefix.count = 1;
		TRY(parse_path_term(p, next));
		next->length = p->end - next->at;
		path->alternative = next;
		path = next;
	}
	return OK;
}

/* ---- prefixes ---- */

static void parse_mode(struct parser *p, struct ast_prefix *out)
{
	out->mode = mode_of(p->token.kind);
	if (out->mode != MODE_DEFAULT)
		parse_advance(p);
	if (!parse_accept(p, KW_PATH))
		parse_accept(p, KW_PATHS);
}

static enum sqlstate parse_shortest(struct parser *p, struct ast_prefix *out)
{
	out->selector = SELECT_SHORTEST;
	if (parse_is(p, TOKEN_INTEGER))
		TRY(parse_uint(p, &out->count));
	parse_mode(p, out);
	if (parse_accept(p, KW_GROUP) || parse_accept(p, KW_GROUPS))
		out->selector = SELECT_SHORTEST_GROUPS;
	return OK;
}

/* Selector and mode before a path; nothing is a prefix too. */
static enum sqlstate parse_prefix(struct parser *p, struct ast_prefix *out)
{
	out->at = p->token.at;
	out->count = 1;
	switch (p->token.kind) {
	case KW_ALL:
		parse_advance(p);
		if (parse_accept(p, KW_SHORTEST))
			out->selector = SELECT_ALL_SHORTEST;
		parse_mode(p, out);
		break;
	case KW_ANY:
		parse_advance(p);
		out->selector = SELECT_ANY;
		if (parse_accept(p, KW_SHORTEST))
			out->selector = SELECT_ANY_SHORTEST;
		else if (parse_is(p, TOKEN_INTEGER))
			TRY(parse_uint(p, &out->count));
		parse_mode(p, out);
		break;
	case KW_SHORTEST:
		parse_advance(p);
		TRY(parse_shortest(p, out));
		break;
	case KW_WALK:
	case KW_TRAIL:
	case KW_SIMPLE:
	case KW_ACYCLIC:
		parse_mode(p, out);
		break;
	default:
		return OK;
	}
	if (out->count == 0)
		return PARSE_ERROR(p, out->at, E_SYNTAX, "the number of paths must be positive");
	out->length = p->end - out->at;
	return OK;
}

/* shortestPath(..), allShortestPaths(..) */
static enum sqlstate parse_shortest_function(struct parser *p, struct ast_path *out)
{
	out->prefix.at = p->token.at;
	out->prefix.length = p->token.length;
	out->prefix.count = 1;
	out->prefix.is_function = true;
	out->prefix.selector =
		p->token.kind == KW_SHORTESTPATH ? SELECT_ANY_SHORTEST : SELECT_ALL_SHORTEST;
	parse_advance(p);
	TRY(parse_expect(p, '('));
	TRY(parse_path_expr(p, out));
	return parse_expect(p, ')');
}

static bool is_shortest_function(struct parser *p)
{
	return (p->token.kind == KW_SHORTESTPATH || p->token.kind == KW_ALLSHORTESTPATHS) &&
	       parse_sees(p, 1, '(');
}

static enum sqlstate parse_one_path(struct parser *p, struct ast_path *out)
{
	out->at = p->token.at;
	TRY(parse_path_variable(p, &out->variable));
	if (is_shortest_function(p)) {
		TRY(parse_shortest_function(p, out));
	} else {
		TRY(parse_prefix(p, &out->prefix));
		TRY(parse_path_expr(p, out));
	}
	out->length = p->end - out->at;
	return OK;
}

/* ---- whole patterns ---- */

static struct ast_pattern *new_pattern(struct parser *p)
{
	struct ast_pattern *pattern = ARENA_NEW(p->arena, struct ast_pattern);

	pattern->at = p->token.at;
	return pattern;
}

enum sqlstate parse_path_pattern(struct parser *p, struct ast_pattern **out)
{
	struct ast_pattern *pattern = new_pattern(p);
	uint16_t outer = p->expr_end;

	*out = pattern;
	p->expr_end = '|'; /* no path unions: a comprehension ends its path with '|' */
	TRY(parse_one_path(p, PARSE_PUSH(p, pattern->paths, pattern->path_count)));
	p->expr_end = outer;
	pattern->length = p->end - pattern->at;
	return OK;
}

enum sqlstate parse_predicate_pattern(struct parser *p, struct ast_pattern **out)
{
	struct ast_pattern *pattern = new_pattern(p);
	struct ast_path *path = PARSE_PUSH(p, pattern->paths, pattern->path_count);
	uint16_t outer = p->expr_end;

	*out = pattern;
	p->expr_end = TOKEN_END;
	path->at = p->token.at;
	path->prefix.count = 1;
	if (is_shortest_function(p)) {
		TRY(parse_shortest_function(p, path));
	} else {
		TRY(parse_node(p, PARSE_PUSH(p, path->elements, path->element_count)));
		do {
			TRY(parse_edge(p, PARSE_PUSH(p, path->elements, path->element_count)));
			TRY(parse_node(p, PARSE_PUSH(p, path->elements, path->element_count)));
		} while (parse_ahead_edge(p));
	}
	p->expr_end = outer;
	path->length = p->end - path->at;
	pattern->length = path->length;
	return OK;
}

static void parse_match_mode(struct parser *p, struct ast_pattern *out)
{
	uint16_t next = parse_peek(p, 1)->kind;

	if (p->token.kind == KW_REPEATABLE && (next == KW_ELEMENTS || next == KW_ELEMENT))
		out->mode = MATCH_MODE_REPEATABLE_ELEMENTS;
	else if (p->token.kind == KW_DIFFERENT &&
		 (next == KW_EDGES || next == KW_RELATIONSHIPS || next == KW_EDGE))
		out->mode = MATCH_MODE_DIFFERENT_EDGES;
	else
		return;
	parse_advance(p);
	parse_advance(p);
	if (next == KW_ELEMENT || next == KW_EDGE)
		parse_accept(p, KW_BINDINGS);
}

/* USING INDEX n:L(k) | USING SCAN n:L | USING JOIN ON n: read and forgotten. */
static enum sqlstate parse_hint(struct parser *p, struct ast_pattern *out)
{
	struct ast_name ignored = { 0 };
	uint16_t kind;

	out->hint_at = p->token.at;
	parse_advance(p);
	kind = p->token.kind;
	if (parse_accept_pair(p, KW_JOIN, KW_ON)) {
		do {
			TRY(parse_name(p, "a variable", &ignored));
		} while (parse_accept(p, ','));
		return OK;
	}
	TRY(parse_any_name(p, "INDEX or SCAN", &ignored));
	TRY(parse_name(p, "a variable", &ignored));
	TRY(parse_expect(p, ':'));
	TRY(parse_any_name(p, "a label", &ignored));
	if (kind != KW_INDEX)
		return OK;
	TRY(parse_expect(p, '('));
	do {
		TRY(parse_any_name(p, "a property name", &ignored));
	} while (parse_accept(p, ','));
	return parse_expect(p, ')');
}

static enum sqlstate parse_pattern_end(struct parser *p, struct ast_pattern *out)
{
	if (parse_accept(p, KW_KEEP)) {
		TRY(parse_prefix(p, &out->keep));
		if (out->keep.length == 0)
			return parse_fail(p, "a path prefix");
	}
	while (p->token.kind == KW_USING)
		TRY(parse_hint(p, out));
	if (parse_accept(p, KW_WHERE))
		TRY(parse_expr(p, &out->where));
	if (!parse_accept(p, KW_YIELD))
		return OK;
	do {
		TRY(parse_name(p, "a variable", PARSE_PUSH(p, out->yield, out->yield_count)));
	} while (parse_accept(p, ','));
	return OK;
}

/* FROM g MATCH (a), h MATCH (b): the comma is not the pattern's. */
static bool is_from_comma(struct parser *p)
{
	uint16_t after = parse_peek(p, 2)->kind;

	return p->token.kind == ',' && parse_is_name_token(parse_peek(p, 1)) &&
	       (after == KW_MATCH || after == KW_OPTIONAL || after == '{' || after == '.');
}

enum sqlstate parse_graph_pattern(struct parser *p, struct ast_pattern **out)
{
	struct ast_pattern *pattern = new_pattern(p);
	uint16_t outer = p->expr_end;

	*out = pattern;
	p->expr_end = TOKEN_END;
	parse_match_mode(p, pattern);
	do {
		TRY(parse_one_path(p, PARSE_PUSH(p, pattern->paths, pattern->path_count)));
	} while (!is_from_comma(p) && parse_accept(p, ','));
	TRY(parse_pattern_end(p, pattern));
	p->expr_end = outer;
	pattern->length = p->end - pattern->at;
	return OK;
}

/* ---- INSERT ---- */

/* Only names joined by & can be created. */
static bool is_creatable(const struct ast_label *l, bool is_edge)
{
	if (l->kind == LABEL_NAME)
		return true;
	if (is_edge || l->kind != LABEL_AND)
		return false;
	for (uint32_t i = 0; i < l->part_count; i++) {
		if (l->parts[i]->kind != LABEL_NAME)
			return false;
	}
	return true;
}

static enum sqlstate check_insert_element(struct parser *p, const struct ast_element *e)
{
	bool is_edge = e->kind == AST_ELEMENT_EDGE;

	if (e->where != NULL)
		return PARSE_ERROR(p, e->where->at, E_SYNTAX, "WHERE is not allowed in INSERT");
	if (e->label != NULL && !is_creatable(e->label, is_edge))
		return PARSE_ERROR(p, e->label->at, E_SYNTAX,
			is_edge ? "an edge in INSERT needs exactly one label"
				: "labels in INSERT are names joined by &");
	if (!is_edge)
		return OK;
	if (e->label == NULL)
		return PARSE_ERROR(p, e->at, E_SYNTAX, "an edge in INSERT needs a label");
	if (e->direction == AST_DIRECTION_ANY)
		return PARSE_ERROR(p, e->at, E_SYNTAX, "an edge in INSERT needs a direction");
	if (e->quantifier.length != 0)
		return PARSE_ERROR(
			p, e->quantifier.at, E_SYNTAX, "a quantifier is not allowed in INSERT");
	return OK;
}

static enum sqlstate parse_insert_node(struct parser *p, struct ast_path *path)
{
	uint32_t i = path->element_count;

	TRY(parse_node(p, PARSE_PUSH(p, path->elements, path->element_count)));
	return check_insert_element(p, &path->elements[i]);
}

static enum sqlstate parse_insert_path(struct parser *p, struct ast_path *path)
{
	path->at = p->token.at;
	path->prefix.count = 1;
	TRY(parse_path_variable(p, &path->variable));
	TRY(parse_insert_node(p, path));
	while (parse_is(p, '-') || parse_is(p, '<')) {
		uint32_t i = path->element_count;

		TRY(parse_edge(p, PARSE_PUSH(p, path->elements, path->element_count)));
		TRY(check_insert_element(p, &path->elements[i]));
		TRY(parse_insert_node(p, path));
	}
	path->length = p->end - path->at;
	return OK;
}

enum sqlstate parse_insert_pattern(struct parser *p, struct ast_pattern **out)
{
	struct ast_pattern *pattern = new_pattern(p);

	*out = pattern;
	do {
		TRY(parse_insert_path(p, PARSE_PUSH(p, pattern->paths, pattern->path_count)));
	} while (parse_accept(p, ','));
	pattern->length = p->end - pattern->at;
	return OK;
}
