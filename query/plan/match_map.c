/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Property maps in patterns: a test for each entry, or one for a parameter as the whole map.
 */
#include "query/plan/match.h"

/* A parameter as the map: its keys are known when it runs. */
static enum sqlstate match_whole_map(struct binder *b, const struct ast_expr *map,
	const struct bound *element, const struct bound **out, struct error *e)
{
	const struct bound *args[2] = { element };

	TRY(bind_expr(b, map, &args[1], e));
	TRY(binder_coerce(b, &args[1], type_make(TYPE_MAP), "property map", e));
	return binder_function(b, STR(PLAN_FUNCTION_HAS_PROPERTIES), args, 2, map->at, out, e);
}

enum sqlstate match_map(struct match *m, const struct ast_expr *map, const struct bound *element,
	const struct bound **out, uint32_t *count, struct error *e)
{
	struct binder *b = &m->p->b;
	const struct ast_entry *const *sorted;

	*count = 0;
	if (map == NULL)
		return OK;
	if (map->kind != EXPR_MAP)
		return match_whole_map(b, map, element, &out[(*count)++], e);
	TRY(bind_entries(b, map, &sorted, e));
	for (uint32_t i = 0; i < map->map.count; i++) {
		const struct ast_entry *entry = &map->map.entries[i];
		const struct bound *key;
		const struct bound *value;

		TRY(bound_property(b, element, entry->name, &key, e));
		if (key->kind == BOUND_PROPERTY)
			bind_warn_unknown_key(b, entry->name);
		TRY(bind_expr(b, entry->value, &value, e));
		TRY(bind_comparison(b, OP_EQ, key, value, entry->value->at, &out[(*count)++], e));
	}
	return OK;
}

uint32_t match_map_count(const struct ast_expr *map)
{
	return map == NULL ? 0 : map->kind == EXPR_MAP ? map->map.count : 1;
}
