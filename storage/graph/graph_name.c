/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Names of graphs and names in them: storage.h says how they are written.
 */
#include <stdio.h>
#include <string.h>

#include "storage/storage.h"

static uint32_t graph_length(struct str full_name)
{
	const char *end = full_name.length == 0
				  ? NULL
				  : memchr(full_name.at, GRAPH_SEPARATOR, full_name.length);

	return end == NULL ? 0 : (uint32_t)(end - full_name.at);
}

struct str graph_full_name(struct arena *a, struct str graph, struct str name)
{
	char *full;

	if (graph.length == 0 || graph_length(name) > 0)
		return name;
	full = arena_alloc_raw(a, graph.length + 1 + name.length);
	memcpy(full, graph.at, graph.length);
	full[graph.length] = (char)GRAPH_SEPARATOR;
	if (name.length > 0)
		memcpy(full + graph.length + 1, name.at, name.length);
	return (struct str){ full, graph.length + 1 + name.length };
}

struct str graph_local_name(struct str full_name)
{
	uint32_t graph = graph_length(full_name);

	if (graph == 0)
		return full_name;
	return (struct str){ full_name.at + graph + 1, full_name.length - graph - 1 };
}

struct str graph_of_name(struct str full_name)
{
	return (struct str){ full_name.at, graph_length(full_name) };
}

void graph_error_names(
	struct error *e, struct str label, struct str property, struct str constraint)
{
	struct str graph = graph_of_name(label);

	error_names(e, graph_local_name(label), property, constraint);
	snprintf(e->schema, sizeof e->schema, "%.*s", STR_ARGS(graph));
}
