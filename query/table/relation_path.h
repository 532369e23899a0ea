/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Where the names of relations lead: search_path, and temporary relations, which a session makes for itself
 * alone. Those are the labels and objects of a graph of its own, pg_temp_N, that SQL shows as a schema and
 * nothing else shows; the session's settings say which one it is. Where search_path does not name pg_temp it
 * is looked in first.
 *
 * Objects of a graph have full names, as its labels have: storage.h says how they look.
 */
#ifndef QUERY_TABLE_RELATION_PATH_H
#define QUERY_TABLE_RELATION_PATH_H

#include "query/table/table.h"

struct settings;

/* search_path as it is set, and its names one by one, without the quotes around them (one within a name is
   two); false at the end. `settings` may be NULL, here and below: the default path, no temporary relations. */
struct str relation_path(const struct settings *settings);
bool relation_path_next(struct str *path, struct str *name);

/* The session's graph of temporary relations; empty: it has made none. */
struct str temporary_graph(const struct settings *settings);
/* True for pg_temp and pg_temp_N, in any case of letters. */
bool temporary_is_schema(struct str name);
/* True if the graph is that of some session's temporary relations. */
bool temporary_is_graph(const struct catalog *c, uint32_t graph);
/* The graph of such a schema, which need not be there: E_NOT_SUPPORTED if it is another session's. */
enum sqlstate temporary_find_schema(const struct catalog *c, const struct settings *settings,
	struct str schema, struct str *graph, struct error *e) MUST_USE;
/* The full name of the temporary relation, or of the index of one, that a name without a schema means: as it
   is written, or else in lower case. Empty: what it means is in public, if anything. */
struct str temporary_find(const struct catalog *c, const struct settings *settings,
	struct arena *a, struct str name);

#endif
