/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Paths of SQL/JSON as text, with the blanks, quotes and parentheses that PostgreSQL writes.
 */
#include "query/eval/json_path.h"

#include "base/check.h"

const char *json_path_operator(enum json_path_kind kind)
{
	static const char *const texts[] = { [PATH_OR] = "||",
		[PATH_AND] = "&&",
		[PATH_EQ] = "==",
		[PATH_NE] = "!=",
		[PATH_LT] = "<",
		[PATH_LE] = "<=",
		[PATH_GT] = ">",
		[PATH_GE] = ">=",
		[PATH_STARTS_WITH] = "starts with",
		[PATH_ADD] = "+",
		[PATH_SUBTRACT] = "-",
		[PATH_MULTIPLY] = "*",
		[PATH_DIVIDE] = "/",
		[PATH_MODULO] = "%",
		[PATH_PLUS] = "+",
		[PATH_MINUS] = "-" };

	assert((size_t)kind < ARRAY_COUNT(texts));
	return texts[kind];
}

const char *json_path_method_name(enum json_path_method method)
{
	static const char *const names[METHOD_COUNT] = { [METHOD_TYPE] = "type",
		[METHOD_SIZE] = "size",
		[METHOD_ABS] = "abs",
		[METHOD_FLOOR] = "floor",
		[METHOD_CEILING] = "ceiling",
		[METHOD_DOUBLE] = "double",
		[METHOD_KEYVALUE] = "keyvalue" };

	return names[method];
}

static int priority_of(enum json_path_kind kind)
{
	switch (kind) {
	case PATH_OR:
		return 0;
	case PATH_AND:
		return 1;
	case PATH_EQ:
	case PATH_NE:
	case PATH_LT:
	case PATH_LE:
	case PATH_GT:
	case PATH_GE:
	case PATH_STARTS_WITH:
		return 2;
	case PATH_ADD:
	case PATH_SUBTRACT:
		return 3;
	case PATH_MULTIPLY:
	case PATH_DIVIDE:
	case PATH_MODULO:
		return 4;
	case PATH_PLUS:
	case PATH_MINUS:
		return 5;
	default:
		return 6;
	}
}

static void put_node(
	struct buf *to, const struct json_path_node *n, bool is_step, bool has_parentheses);

static void put_operand(
	struct buf *to, const struct json_path_node *n, const struct json_path_node *of)
{
	put_node(to, n, false, priority_of(n->kind) <= priority_of(of->kind));
}

static void put_binary(struct buf *to, const struct json_path_node *n, bool has_parentheses)
{
	buf_put_text(to, has_parentheses ? "(" : "");
	put_operand(to, n->left, n);
	buf_printf(to, " %s ", json_path_operator(n->kind));
	put_operand(to, n->right, n);
	buf_put_text(to, has_parentheses ? ")" : "");
}

static void put_unary(struct buf *to, const struct json_path_node *n, bool has_parentheses)
{
	buf_put_text(to, has_parentheses ? "(" : "");
	buf_put_text(to, json_path_operator(n->kind));
	put_operand(to, n->left, n);
	buf_put_text(to, has_parentheses ? ")" : "");
}

static void put_regex(struct buf *to, const struct json_path_node *n, bool has_parentheses)
{
	buf_put_text(to, has_parentheses ? "(" : "");
	put_operand(to, n->left, n);
	buf_put_text(to, " like_regex ");
	json_put_string(to, n->text);
	if (n->ignores_case || n->is_plain || n->has_all_dots || n->has_lines)
		buf_printf(to, " flag \"%s%s%s%s\"", n->ignores_case ? "i" : "",
			n->has_all_dots ? "s" : "", n->has_lines ? "m" : "",
			n->is_plain ? "q" : "");
	buf_put_text(to, has_parentheses ? ")" : "");
}

static void put_depth(struct buf *to, const struct json_path_node *n)
{
	buf_put_text(to, "**");
	if (n->first == 0 && n->last == PATH_DEPTH_LAST)
		return;
	if (n->first == n->last) {
		if (n->first == PATH_DEPTH_LAST)
			buf_put_text(to, "{last}");
		else
			buf_printf(to, "{%u}", n->first);
	} else if (n->first == PATH_DEPTH_LAST) {
		buf_printf(to, "{last to %u}", n->last);
	} else if (n->last == PATH_DEPTH_LAST) {
		buf_printf(to, "{%u to last}", n->first);
	} else {
		buf_printf(to, "{%u to %u}", n->first, n->last);
	}
}

static void put_ranges(struct buf *to, const struct json_path_node *n)
{
	buf_put_byte(to, '[');
	for (uint32_t i = 0; i < n->range_count; i++) {
		buf_put_text(to, i == 0 ? "" : ",");
		put_node(to, n->ranges[i].from, false, false);
		if (n->ranges[i].to == NULL)
			continue;
		buf_put_text(to, " to ");
		put_node(to, n->ranges[i].to, false, false);
	}
	buf_put_byte(to, ']');
}

/* Those with an operand in parentheses of their own. */
static void put_enclosed(struct buf *to, const char *before, const struct json_path_node *n,
	const char *behind)
{
	buf_put_text(to, before);
	put_node(to, n->left, false, false);
	buf_put_text(to, behind);
}

static void put_step(struct buf *to, const struct json_path_node *n, bool is_step)
{
	const char *dot = is_step ? "." : "";

	buf_put_text(to, n->kind == PATH_KEY || n->kind == PATH_ANY_KEY ||
				      n->kind == PATH_ANY_DEPTH
			     ? dot
			     : "");
	if (n->kind == PATH_KEY)
		json_put_string(to, n->text);
	else if (n->kind == PATH_ANY_KEY)
		buf_put_byte(to, '*');
	else if (n->kind == PATH_ANY_DEPTH)
		put_depth(to, n);
	else if (n->kind == PATH_ANY_ITEM)
		buf_put_text(to, "[*]");
	else if (n->kind == PATH_ITEMS)
		put_ranges(to, n);
	else if (n->kind == PATH_FILTER)
		put_enclosed(to, "?(", n, ")");
	else
		buf_printf(to, ".%s()", json_path_method_name(n->method));
}

static void put_plain(struct buf *to, const struct json_path_node *n)
{
	if (n->kind == PATH_VARIABLE)
		buf_put_byte(to, '$');
	if (n->kind == PATH_NULL)
		buf_put_text(to, "null");
	else if (n->kind == PATH_BOOL)
		buf_put_text(to, n->is_true ? "true" : "false");
	else if (n->kind == PATH_NUMBER)
		buf_put_str(to, n->text);
	else if (n->kind == PATH_ROOT)
		buf_put_byte(to, '$');
	else if (n->kind == PATH_CURRENT)
		buf_put_byte(to, '@');
	else if (n->kind == PATH_LAST)
		buf_put_text(to, "last");
	else
		json_put_string(to, n->text);
}

/* Depth is that of the parser, which limits it. */
static void put_node(
	struct buf *to, const struct json_path_node *n, bool is_step, bool has_parentheses)
{
	if (n->kind <= PATH_LAST)
		put_plain(to, n);
	else if (n->kind <= PATH_METHOD)
		put_step(to, n, is_step);
	else if (n->kind == PATH_NOT)
		put_enclosed(to, "!(", n, ")");
	else if (n->kind == PATH_IS_UNKNOWN)
		put_enclosed(to, "(", n, ") is unknown");
	else if (n->kind == PATH_EXISTS)
		put_enclosed(to, "exists (", n, ")");
	else if (n->kind == PATH_LIKE_REGEX)
		put_regex(to, n, has_parentheses);
	else if (n->kind == PATH_PLUS || n->kind == PATH_MINUS)
		put_unary(to, n, has_parentheses);
	else
		put_binary(to, n, has_parentheses);
	if (n->next != NULL)
		put_node(to, n->next, true, true);
}

void json_path_put(struct buf *to, const struct json_path *path)
{
	buf_put_text(to, path->is_lax ? "" : "strict ");
	put_node(to, path->root, false, true);
}
