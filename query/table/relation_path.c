/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * search_path, and what of it are temporary relations: see relation_path.h.
 */
#include "query/table/relation_path.h"

#include "base/check.h"
#include "base/setting.h"

/* ---- search_path ----------------------------------------------------------------------------- */

struct str relation_path(const struct settings *settings)
{
	if (settings == NULL)
		return STR("public");
	return str_of(settings->values[SETTING_search_path].text);
}

static struct str str_from(struct str s, uint32_t first)
{
	return (struct str){ s.at + first, s.length - first };
}

/* A quote that ends a name; behind the first of two that stand for one within it *at is at the second. */
static bool is_end_quote(struct str path, uint32_t *at)
{
	if (path.at[*at] != '"')
		return false;
	if (*at + 1 == path.length || path.at[*at + 1] != '"')
		return true;
	++*at;
	return false;
}

bool relation_path_next(struct str *path, struct str *name)
{
	while (path->length > 0 && (path->at[0] == ' ' || path->at[0] == ','))
		*path = str_from(*path, 1);
	if (path->length == 0)
		return false;
	name->length = 0;
	if (path->at[0] == '"') {
		*path = str_from(*path, 1);
		name->at = path->at;
		while (name->length < path->length && !is_end_quote(*path, &name->length))
			name->length++;
		*path = str_from(*path, MIN_OF(name->length + 1, path->length));
		return true;
	}
	name->at = path->at;
	while (name->length < path->length && path->at[name->length] != ',')
		name->length++;
	*path = str_from(*path, name->length);
	while (name->length > 0 && name->at[name->length - 1] == ' ')
		name->length--;
	return true;
}

/* ---- temporary relations --------------------------------------------------------------------- */

struct str temporary_graph(const struct settings *settings)
{
	return settings == NULL ? (struct str){ 0 } : str_of(settings->temporary);
}

static bool begins_with(struct str name, struct str word)
{
	return name.length > word.length &&
	       str_equal_nocase((struct str){ name.at, word.length }, word);
}

bool temporary_is_schema(struct str name)
{
	return str_equal_nocase(name, STR("pg_temp")) || begins_with(name, STR("pg_temp_"));
}

bool temporary_is_graph(const struct catalog *c, uint32_t graph)
{
	return graph != GRAPH_MAIN && graph != GRAPH_NONE &&
	       begins_with(catalog_graph_name(c, graph), STR("pg_temp_"));
}

enum sqlstate temporary_find_schema(const struct catalog *c, const struct settings *settings,
	struct str schema, struct str *graph, struct error *e)
{
	*graph = temporary_graph(settings);
	if (graph->length > 0 &&
		(str_equal_nocase(schema, STR("pg_temp")) || str_equal_nocase(schema, *graph)))
		return OK;
	*graph = schema;
	return catalog_graph_find(c, schema) == NAME_NONE
		       ? OK
		       : FAIL(e, E_NOT_SUPPORTED,
				 "cannot access temporary tables of other sessions");
}

static bool is_relation(const struct catalog *c, struct str full_name)
{
	if (table_name_is_taken(c, full_name))
		return true;
	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		if (str_equal(catalog_index_at(c, i)->full_name, full_name))
			return true;
	}
	return false;
}

/* Whether search_path has public before pg_temp. */
static bool has_public_first(const struct settings *settings)
{
	struct str path = relation_path(settings), name;
	bool has_public = false;

	while (relation_path_next(&path, &name)) {
		if (str_equal_nocase(name, STR("pg_temp")))
			return has_public;
		has_public |= str_equal_nocase(name, STR("public"));
	}
	return false;
}

struct str temporary_find(const struct catalog *c, const struct settings *settings,
	struct arena *a, struct str name)
{
	struct str graph = temporary_graph(settings);
	struct str tried[2];

	if (graph.length == 0 || c == NULL || graph_of_name(name).length > 0)
		return (struct str){ 0 };
	tried[0] = name;
	tried[1] = table_name_folded(a, name);
	for (size_t i = 0; i < ARRAY_COUNT(tried) && has_public_first(settings); i++) {
		if (is_relation(c, tried[i]))
			return (struct str){ 0 };
	}
	for (size_t i = 0; i < ARRAY_COUNT(tried); i++) {
		tried[i] = graph_full_name(a, graph, tried[i]);
		if (is_relation(c, tried[i]))
			return tried[i];
	}
	return (struct str){ 0 };
}
