/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The form of a pattern's paths before they are planned: nodes alternate with edges and
 * parenthesised paths.
 *
 * A quantified parenthesised path of one edge, ((a)-[e]->(b) WHERE a.x < b.x){1,3}, is a
 * variable-length edge whose hop filter knows both ends, and becomes one here:
 *
 *	(x) ((a)-[e]->(b)){1,3} (y)    ->    (x) -[e]->{1,3} (y)    element.group: (a)-[e]->(b)
 *
 * All conditions written inside are joined into the edge's WHERE, where a, e and b mean one hop;
 * outside they are lists in path order. Other parenthesised paths stay, for a search. A path whose
 * selector or mode spans more than one edge is put into parentheses as a whole, all but its ends;
 * so is a union of paths.
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

/* Whether it can be a variable-length edge. */
static bool is_edge_like(const struct ast_element *x)
{
	const struct ast_path *path = x->group;
	const struct ast_element *inner = path->elements;

	if (path->element_count != 3 || path->alternative != NULL || path->variable.text.length > 0)
		return false;
	if (inner[0].kind != AST_ELEMENT_NODE || inner[1].kind != AST_ELEMENT_EDGE ||
		inner[2].kind != AST_ELEMENT_NODE || inner[1].quantifier.length > 0)
		return false;
	if (inner[1].hops != NULL)
		return false;
	if (x->quantifier.length == 0 || x->quantifier.is_question || x->has_subquery)
		return false;
	if (path->prefix.mode == MODE_ACYCLIC || path->prefix.mode == MODE_SIMPLE)
		return false;
	return inner[0].variable.text.length == 0 ||
	       !str_equal(inner[0].variable.text, inner[2].variable.text);
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

static const struct ast_element anonymous_node = { .kind = AST_ELEMENT_NODE,
	.quantifier = { .min = 1, .max = 1 } };

static struct ast_element node_at(uint32_t at)
{
	struct ast_element node = anonymous_node;

	node.at = at;
	return node;
}

/* Two nodes side by side are one: in between is a path without edges. */
static struct ast_element nothing_between(struct planner *p, uint32_t at)
{
	struct ast_element group = node_at(at);

	group.kind = AST_ELEMENT_GROUP;
	group.group = ARENA_NEW(p->arena, struct ast_path);
	group.group->at = at;
	return group;
}

/* An edge that is a row is found by a search. */
static struct ast_element hop_group(struct planner *p, const struct ast_element *x)
{
	struct ast_element group = node_at(x->at);

	group.kind = AST_ELEMENT_GROUP;
	group.group = ARENA_NEW(p->arena, struct ast_path);
	group.group->at = x->at;
	group.group->elements = ARENA_NEW(p->arena, struct ast_element);
	group.group->elements[0] = *x;
	group.group->element_count = 1;
	return group;
}

/* With `keeps_groups` no parenthesised path becomes an edge. */
static void form_path(
	struct planner *p, const struct ast_path *path, bool keeps_groups, struct ast_path *out)
{
	struct ast_element *to =
		ARENA_ARRAY(p->arena, struct ast_element, 2 * path->element_count + 2);
	uint32_t count = 0;

	for (uint32_t i = 0; i < path->element_count; i++) {
		const struct ast_element *x = &path->elements[i];
		bool is_after_node = count > 0 && to[count - 1].kind == AST_ELEMENT_NODE;

		if (x->kind == AST_ELEMENT_NODE && is_after_node)
			to[count++] = nothing_between(p, x->at);
		else if (x->kind != AST_ELEMENT_NODE && !is_after_node)
			to[count++] = node_at(x->at);
		to[count++] = *x;
		if (x->kind == AST_ELEMENT_GROUP && !keeps_groups && is_edge_like(x))
			to[count - 1] = group_edge(p, x);
		else if (x->kind == AST_ELEMENT_EDGE && !keeps_groups && x->hops != NULL)
			to[count - 1] = hop_group(p, x);
	}
	if (count == 0 || to[count - 1].kind != AST_ELEMENT_NODE)
		to[count++] = node_at(path->at);
	*out = *path;
	out->elements = to;
	out->element_count = count;
}

/* One length of shortest walks along one edge pattern, which has quicker searches of its own. */
static bool is_one_shortest(const struct ast_path *path)
{
	return path->prefix.count == 1 && path->prefix.mode <= MODE_WALK &&
	       path->elements[1].quantifier.min <= 1;
}

/* Whether selector and mode concern more than what one operator over one edge does. */
static bool is_whole(const struct ast_path *path)
{
	enum ast_path_mode mode = path->prefix.mode;
	bool is_quantified = false, has_group = false;

	for (uint32_t i = 1; i < path->element_count; i += 2) {
		is_quantified |= path->elements[i].quantifier.length > 0;
		has_group |= path->elements[i].kind == AST_ELEMENT_GROUP;
	}
	/* One edge without a quantifier is one edge, not a list of it. */
	if (path->element_count == 3 && !has_group && !is_quantified)
		return path->prefix.selector != SELECT_EVERY || mode == MODE_ACYCLIC;
	if (path->element_count == 1)
		return false;
	if (path->element_count == 3 && !has_group)
		return path->prefix.selector != SELECT_EVERY && !is_one_shortest(path);
	if (path->prefix.selector != SELECT_EVERY || mode == MODE_SIMPLE || mode == MODE_ACYCLIC)
		return true;
	return mode == MODE_TRAIL && (is_quantified || has_group);
}

/* (a) X Y Z (b) becomes (a) (X Y Z) (b). */
static void wrap_path(struct planner *p, struct ast_path *path)
{
	struct ast_element *to = ARENA_ARRAY(p->arena, struct ast_element, 3);
	struct ast_path *inner = ARENA_NEW(p->arena, struct ast_path);
	uint32_t count = path->element_count;

	*inner = (struct ast_path){ .at = path->at, .length = path->length };
	if (path->alternative != NULL) {
		inner->elements = path->elements;
		inner->element_count = count;
		inner->alternative = path->alternative;
		to[0] = to[2] = node_at(path->at);
	} else {
		inner->elements = path->elements + 1;
		inner->element_count = count - 2;
		to[0] = path->elements[0];
		to[2] = path->elements[count - 1];
	}
	to[1] = node_at(path->at);
	to[1].kind = AST_ELEMENT_GROUP;
	to[1].group = inner;
	path->elements = to;
	path->element_count = 3;
	path->alternative = NULL;
}

void plan_form_paths(
	struct planner *p, const struct ast_pattern *pattern, const struct ast_pattern **out)
{
	struct ast_pattern *made = ARENA_NEW(p->arena, struct ast_pattern);

	*made = *pattern;
	made->paths = ARENA_ARRAY(p->arena, struct ast_path, pattern->path_count);
	for (uint32_t i = 0; i < pattern->path_count; i++) {
		struct ast_path *path = &made->paths[i];

		if (pattern->paths[i].alternative != NULL) {
			*path = pattern->paths[i];
			wrap_path(p, path);
			continue;
		}
		form_path(p, &pattern->paths[i], false, path);
		if (!is_whole(path))
			continue;
		form_path(p, &pattern->paths[i], true, path);
		wrap_path(p, path);
	}
	*out = made;
}
