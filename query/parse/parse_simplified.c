/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Simplified path patterns: edges told by their labels alone, between slashes.
 *
 *	-/A B/->        (()-[:A]->()-[:B]->())          one behind the other
 *	-/A|B/->        (()-[:A]->() | ()-[:B]->())     either; |+| keeps what both find
 *	-/(A B)+|C&!D/->  quantifiers, parentheses, and conditions on one label
 *	-/A <B/->       (()-[:A]->()<-[:B]-())          a direction of its own: <B  B>  <B>  -B
 *
 * The tree has what stands on the right: nothing behind the parser knows of the short form.
 */
#include "query/parse/parser.h"

static enum sqlstate parse_contents(
	struct parser *p, enum ast_direction direction, struct ast_path *out);

/* ---- labels ---- */

static struct ast_label *new_label(struct parser *p, enum ast_label_kind kind)
{
	struct ast_label *l = ARENA_NEW(p->arena, struct ast_label);

	l->kind = kind;
	l->at = p->token.at;
	return l;
}

/* A, !A, !(A|B) */
static enum sqlstate parse_operand(struct parser *p, struct ast_label **out)
{
	struct ast_label *l = new_label(p, p->token.kind == '!' ? LABEL_NOT : LABEL_NAME);
	struct ast_name name = { 0 };

	*out = l;
	if (!parse_accept(p, '!')) {
		TRY(parse_any_name(p, "a label", &name));
		l->name = name.text;
	} else if (parse_accept(p, '(')) {
		TRY(parse_label(p, PARSE_PUSH(p, l->parts, l->part_count)));
		TRY(parse_expect(p, ')'));
	} else {
		TRY(parse_operand(p, PARSE_PUSH(p, l->parts, l->part_count)));
	}
	l->length = p->end - l->at;
	return OK;
}

/* operand {& operand} */
static enum sqlstate parse_conjunction(struct parser *p, struct ast_label **out)
{
	struct ast_label *all = new_label(p, LABEL_AND);

	TRY(parse_operand(p, out));
	if (!parse_is(p, '&'))
		return OK;
	*PARSE_PUSH(p, all->parts, all->part_count) = *out;
	while (parse_accept(p, '&'))
		TRY(parse_operand(p, PARSE_PUSH(p, all->parts, all->part_count)));
	all->length = p->end - all->at;
	*out = all;
	return OK;
}

/* ---- paths ---- */

static enum ast_direction direction_of(bool is_left, bool is_right)
{
	if (is_left == is_right)
		return AST_DIRECTION_ANY;
	return is_left ? AST_DIRECTION_LEFT : AST_DIRECTION_RIGHT;
}

static enum sqlstate parse_parenthesis(
	struct parser *p, enum ast_direction direction, struct ast_element *out)
{
	out->kind = AST_ELEMENT_GROUP;
	out->group = ARENA_NEW(p->arena, struct ast_path);
	TRY(parse_enter(p));
	TRY(parse_expect(p, '('));
	TRY(parse_contents(p, direction, out->group));
	TRY(parse_expect(p, ')'));
	parse_leave(p);
	return OK;
}

/* A label or a parenthesis, with its direction and quantifier. */
static enum sqlstate parse_step(
	struct parser *p, enum ast_direction direction, struct ast_path *path)
{
	bool is_group = p->token.kind == '(' ||
			((p->token.kind == '<' || p->token.kind == '-') && parse_sees(p, 1, '('));
	struct ast_element *e;
	bool is_left, is_any, is_right;

	if (!is_group && parse_ends_in_edge(path))
		parse_implied_node(p, path);
	e = PARSE_PUSH(p, path->elements, path->element_count);
	e->at = p->token.at;
	e->quantifier.min = e->quantifier.max = 1;
	is_left = parse_accept(p, '<');
	is_any = !is_left && parse_accept(p, '-');
	if (is_group) {
		is_right = !is_any && parse_ahead_after_parenthesis(p).kind == '>';
		TRY(parse_parenthesis(p,
			is_left || is_right || is_any ? direction_of(is_left, is_right) : direction,
			e));
	} else {
		e->kind = AST_ELEMENT_EDGE;
		TRY(parse_conjunction(p, &e->label));
		is_right = !is_any && p->token.kind == '>';
		e->direction = is_left || is_right || is_any ? direction_of(is_left, is_right)
							     : direction;
	}
	if (is_right)
		parse_advance(p);
	e->length = p->end - e->at;
	return parse_repetition(p, &e->quantifier);
}

/* step {step} */
static enum sqlstate parse_term(
	struct parser *p, enum ast_direction direction, struct ast_path *out)
{
	out->at = p->token.at;
	out->prefix.count = 1;
	do {
		TRY(parse_step(p, direction, out));
	} while (!parse_is(p, '|') && !parse_is(p, '/') && !parse_is(p, ')'));
	if (parse_ends_in_edge(out))
		parse_implied_node(p, out);
	out->length = p->end - out->at;
	return OK;
}

/* term {| term}, term {|+| term} */
static enum sqlstate parse_contents(
	struct parser *p, enum ast_direction direction, struct ast_path *out)
{
	struct ast_path *path = out;

	TRY(parse_term(p, direction, path));
	while (parse_accept(p, '|')) {
		struct ast_path *next = ARENA_NEW(p->arena, struct ast_path);

		if (parse_accept(p, '+')) {
			TRY(parse_expect(p, '|'));
			next->is_multiset = true;
		}
		TRY(parse_term(p, direction, next));
		path->alternative = next;
		path = next;
	}
	return OK;
}

bool parse_is_simplified(struct parser *p)
{
	uint32_t n = p->token.kind == '<';

	return parse_sees(p, n, '-') && parse_sees(p, n + 1, '/');
}

enum sqlstate parse_simplified(struct parser *p, struct ast_element *out)
{
	bool is_left, is_right;

	out->kind = AST_ELEMENT_GROUP;
	out->at = p->token.at;
	out->quantifier.min = out->quantifier.max = 1;
	out->group = ARENA_NEW(p->arena, struct ast_path);
	is_left = parse_accept(p, '<');
	TRY(parse_expect(p, '-'));
	is_right = parse_ahead_slash_right(p);
	TRY(parse_expect(p, '/'));
	TRY(parse_contents(p, direction_of(is_left, is_right), out->group));
	TRY(parse_expect(p, '/'));
	TRY(parse_expect(p, '-'));
	parse_accept(p, '>');
	out->length = p->end - out->at;
	return parse_repetition(p, &out->quantifier);
}
