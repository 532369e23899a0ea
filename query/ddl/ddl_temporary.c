/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The end of temporary relations: all of a graph's at once, and what tables say ON COMMIT. Whatever refers
 * to one of them is temporary as well, so nothing needs to be asked before they go.
 */
#include "query/ddl/ddl.h"

#include "query/ddl/run.h"

/* ---- dropping them all ---- */

static bool is_of(struct str graph, const struct catalog_object *o, enum table_object kind)
{
	return o->kind == (uint8_t)kind && str_equal(graph_of_name(o->name), graph);
}

/* Tables of edges before those that they lead to. */
static enum sqlstate drop_tables(struct ddl *d, struct str graph, enum element element)
{
	for (uint32_t i = catalog_object_count(d->options.catalog); i > 0; i--) {
		const struct catalog_object *o = catalog_object_at(d->options.catalog, i - 1);
		const struct table *t = is_of(graph, o, OBJECT_TABLE)
						? table_find(d->options.catalog, d->arena, o->name)
						: NULL;

		if (t != NULL && t->element == element) {
			TRY(ddl_drop_table(d, t));
			i = catalog_object_count(d->options.catalog) + 1; /* its sequences went too */
		}
	}
	return OK;
}

static enum sqlstate drop_views(struct ddl *d, struct str graph)
{
	for (uint32_t i = catalog_object_count(d->options.catalog); i > 0; i--) {
		const struct catalog_object *o = catalog_object_at(d->options.catalog, i - 1);

		if (!is_of(graph, o, OBJECT_VIEW))
			continue;
		TRY(schema_object_drop(d->options.txn, o->id, d->error));
		ddl_refresh(d);
	}
	return OK;
}

static enum sqlstate drop_sequences(struct ddl *d, struct str graph)
{
	for (uint32_t i = catalog_object_count(d->options.catalog); i > 0; i--) {
		const struct catalog_object *o = catalog_object_at(d->options.catalog, i - 1);
		struct sequence_definition s;

		if (is_of(graph, o, OBJECT_SEQUENCE) &&
			sequence_definition_get(d->options.catalog, d->arena, o->id, &s))
			TRY(ddl_drop_sequence(d, &s));
	}
	return OK;
}

enum sqlstate ddl_drop_temporary(struct ddl *d, struct str graph)
{
	TRY(ddl_lock(d));
	TRY(drop_views(d, graph));
	TRY(drop_tables(d, graph, ELEMENT_EDGE));
	TRY(drop_tables(d, graph, ELEMENT_NODE));
	return drop_sequences(d, graph);
}

/* ---- ON COMMIT ---- */

static enum sqlstate delete_rows(struct ddl *d, const struct table *t)
{
	struct run run = { .arena = d->arena, .options = &d->options };
	struct buf text = { 0 };

	buf_put_text(&text, "DELETE FROM ");
	run_put_name(&text, graph_of_name(t->full_name));
	buf_put_byte(&text, '.');
	run_put_name(&text, t->name);
	run.text = arena_str(d->arena, buf_str(&text));
	buf_free(&text);
	return run_statement(&run, d->error);
}

enum sqlstate ddl_commit_temporary(struct ddl *d, struct str graph)
{
	uint32_t count = catalog_object_count(d->options.catalog);
	struct table **doomed = ARENA_ARRAY(d->arena, struct table *, count + 1);
	uint32_t doomed_count = 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct catalog_object *o = catalog_object_at(d->options.catalog, i);
		struct table *t = is_of(graph, o, OBJECT_TABLE)
					  ? table_find(d->options.catalog, d->arena, o->name)
					  : NULL;

		if (t != NULL && t->on_commit == 't')
			doomed[doomed_count++] = t;
		else if (t != NULL && t->on_commit == 'd')
			TRY(delete_rows(d, t));
	}
	if (doomed_count == 0)
		return OK;
	TRY(ddl_lock(d));
	for (uint32_t i = 0; i < doomed_count; i++)
		TRY(ddl_drop_table(d, doomed[i]));
	return OK;
}
