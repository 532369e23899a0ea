/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What stands behind the paths of a graph pattern and is about all of them: KEEP gives each path its
 * prefix, YIELD lets only some of the pattern's variables out.
 */
#include "query/plan/match.h"

enum sqlstate plan_keep_prefix(
	struct planner *p, const struct ast_pattern **pattern, struct error *e)
{
	const struct ast_pattern *from = *pattern;
	struct ast_pattern *to;

	if (from->keep.length == 0)
		return OK;
	to = ARENA_NEW(p->arena, struct ast_pattern);
	*to = *from;
	to->keep.length = 0;
	to->paths = ARENA_ARRAY(p->arena, struct ast_path, from->path_count);
	for (uint32_t i = 0; i < from->path_count; i++) {
		to->paths[i] = from->paths[i];
		if (to->paths[i].prefix.length > 0)
			return FAIL_AT(e, to->paths[i].prefix.at, E_SYNTAX,
				"a path before KEEP cannot have a prefix of its own");
		to->paths[i].prefix = from->keep;
	}
	*pattern = to;
	return OK;
}

enum sqlstate plan_yield(
	struct planner *p, const struct ast_pattern *pattern, uint32_t first, struct error *e)
{
	struct scope *scope = p->b.scope;
	struct str *names;

	if (pattern->yield_count == 0)
		return OK;
	names = ARENA_ARRAY(p->arena, struct str, pattern->yield_count);
	for (uint32_t i = 0; i < pattern->yield_count; i++) {
		const struct ast_name *name = &pattern->yield[i];

		names[i] = name->text;
		if (scope_find_here(scope, name->text) == NULL)
			return FAIL_AT(e, name->at, E_NO_COLUMN,
				"variable \"%.*s\" is not one of the pattern",
				STR_ARGS(name->text));
		for (uint32_t k = 0; k < i; k++) {
			if (str_equal(names[k], names[i]))
				return FAIL_AT(e, name->at, E_DUPLICATE_COLUMN,
					"variable \"%.*s\" is yielded more than once",
					STR_ARGS(name->text));
		}
	}
	scope_retain(scope, first, names, pattern->yield_count);
	return OK;
}
