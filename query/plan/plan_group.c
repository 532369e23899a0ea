/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Quantified parenthesised paths of one edge, ((a)-[e]->(b) WHERE a.x < b.x){1,3}, are
 * variable-length edges whose hop filter knows both ends. Here such a group becomes an edge element
 * of the path:
 *
 *	(x) ((a)-[e]->(b)){1,3} (y)    ->    (x) -[e]->{1,3} (y)    element.group: (a)-[e]->(b)
 *
 * Nodes are put where the text has none. All conditions written inside are joined into the edge's
 * WHERE, where a, e and b mean one hop; outside they are lists in path order. Longer groups are
 * refused.
 */
#include "query/plan/match.h"

static struct ast_expr *group_and(struct planner *p, struct ast_expr *left, struct ast_expr *right)
{
	struct ast_expr *both;

	if (left == NULL || right == NULL)
		return left == NULL ? right : left;
	both = ARENA_NEW(p->arena, struct ast_expr);
	*both = (struct ast_expr){ .kind = EXPR_BINARY, .at = left->at, .length = left->length };
	both->binary.op = OP_AND;
	both->binary.left = left;
	both->binary.right = right;
	return both;
}

static enum sqlstate group_check(const struct ast_element *x, struct error *e)
{
	const struct ast_path *path = x->group;
	bool is_one = path->element_count == 3 && path->elements[1].kind == AST_ELEMENT_EDGE &&
		      path->elements[0].kind == AST_ELEMENT_NODE &&
		      path->elements[2].kind == AST_ELEMENT_NODE;

	if (!is_one || path->elements[1].quantifier.length > 0 || path->alternative != NULL)
		return FAIL_AT(e, x->at, E_NOT_SUPPORTED,
			"a parenthesised path of other than one edge is not supported");
	if (x->quantifier.length == 0)
		return FAIL_AT(e, x->at, E_NOT_SUPPORTED,
			"a parenthesised path without a quantifier is not supported");
	if (path->variable.text.length > 0)
		return FAIL_AT(e, path->variable.at, E_NOT_SUPPORTED,
			"a path variable inside a parenthesised path is not supported");
	if (path->prefix.mode == MODE_ACYCLIC || path->prefix.mode == MODE_SIMPLE)
		return FAIL_AT(e, path->prefix.at, E_NOT_SUPPORTED,
			"a path mode inside a parenthesised path is not supported");
	if (path->elements[0].variable.text.length > 0 &&
		str_equal(path->elements[0].variable.text, path->elements[2].variable.text))
		return FAIL_AT(e, path->elements[2].variable.at, E_NOT_SUPPORTED,
			"one variable for both ends of a parenthesised path is not supported");
	return OK;
}

static struct ast_element group_edge(struct planner *p, const struct ast_element *x)
{
	const struct ast_element *inner = x->group->elements;
	struct ast_element edge = inner[1];

	edge.quantifier = x->quantifier;
	edge.group = x->group;
	edge.where = group_and(p, group_and(p, inner[0].where, edge.where),
		group_and(p, inner[2].where, x->where));
	return edge;
}

static enum sqlstate group_flatten_path(
	struct planner *p, const struct ast_path *path, struct ast_path *out, struct error *e)
{
	struct ast_element *to =
		ARENA_ARRAY(p->arena, struct ast_element, 2 * path->element_count + 1);
	struct ast_element node = { .kind = AST_ELEMENT_NODE };
	uint32_t count = 0;

	node.quantifier.min = node.quantifier.max = 1;
	for (uint32_t i = 0; i < path->element_count; i++) {
		const struct ast_element *x = &path->elements[i];
		bool wants_node = x->kind != AST_ELEMENT_NODE;

		node.at = x->at;
		if (wants_node && (count == 0 || to[count - 1].kind != AST_ELEMENT_NODE))
			to[count++] = node;
		if (x->kind != AST_ELEMENT_GROUP) {
			to[count++] = *x;
			continue;
		}
		TRY(group_check(x, e));
		to[count++] = group_edge(p, x);
	}
	if (to[count - 1].kind != AST_ELEMENT_NODE)
		to[count++] = node;
	for (uint32_t i = 1; i < count; i++) {
		if ((to[i].kind == AST_ELEMENT_NODE) == (to[i - 1].kind == AST_ELEMENT_NODE))
			return FAIL_AT(e, to[i].at, E_SYNTAX, "two nodes stand side by side");
	}
	*out = *path;
	out->elements = to;
	out->element_count = count;
	return OK;
}

static bool pattern_has_group(const struct ast_pattern *pattern)
{
	for (uint32_t i = 0; i < pattern->path_count; i++) {
		for (uint32_t k = 0; k < pattern->paths[i].element_count; k++) {
			if (pattern->paths[i].elements[k].kind == AST_ELEMENT_GROUP)
				return true;
		}
	}
	return false;
}

enum sqlstate plan_flatten_groups(struct planner *p, const struct ast_pattern *pattern,
	const struct ast_pattern **out, struct error *e)
{
	struct ast_pattern *flat;

	*out = pattern;
	if (!pattern_has_group(pattern))
		return OK;
	flat = ARENA_NEW(p->arena, struct ast_pattern);
	*flat = *pattern;
	flat->paths = ARENA_ARRAY(p->arena, struct ast_path, pattern->path_count);
	for (uint32_t i = 0; i < pattern->path_count; i++)
		TRY(group_flatten_path(p, &pattern->paths[i], &flat->paths[i], e));
	*out = flat;
	return OK;
}
