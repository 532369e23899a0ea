/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * DROP TABLE, DROP NODE and DROP EDGE, TRUNCATE.
 */
#include "query/ddl/ddl_index.h"

#include "base/check.h"
#include "query/ddl/ddl_graph.h"

/* ---- dependencies ---- */

static bool is_among(const struct ast_names_statement *from, struct str name)
{
	for (uint32_t i = 0; i < from->count; i++) {
		if (str_equal(from->names[i].text, name))
			return true;
	}
	return false;
}

/* The foreign keys of a table that is not dropped too. */
static struct table *others_table(
	struct ddl *d, const struct catalog_object *o, const struct ast_names_statement *from)
{
	return o->kind == OBJECT_TABLE && !is_among(from, o->name)
		       ? table_find(d->options.catalog, d->arena, o->name)
		       : NULL;
}

static void lose_references(struct ddl *d, const struct table *t,
	const struct ast_names_statement *from, struct str cause, struct graph_losses *losses)
{
	const struct catalog *c = d->options.catalog;

	for (uint32_t i = 0; i < catalog_object_count(c); i++) {
		const struct table *other = others_table(d, catalog_object_at(c, i), from);

		for (uint32_t k = 0; other != NULL && k < other->foreign_count; k++) {
			if (str_equal(other->foreigns[k].table, t->name))
				ddl_lose(d, losses,
					arena_printf(d->arena, "constraint %.*s on table %.*s",
						STR_ARGS(other->foreigns[k].name),
						STR_ARGS(other->name)),
					cause);
		}
	}
}

static enum sqlstate drop_references(
	struct ddl *d, const struct table *t, const struct ast_names_statement *from)
{
	for (uint32_t i = 0; i < catalog_object_count(d->options.catalog); i++) {
		struct table *other =
			others_table(d, catalog_object_at(d->options.catalog, i), from);
		uint32_t kept = 0;

		for (uint32_t k = 0; other != NULL && k < other->foreign_count; k++) {
			if (!str_equal(other->foreigns[k].table, t->name))
				other->foreigns[kept++] = other->foreigns[k];
		}
		if (other == NULL || kept == other->foreign_count)
			continue;
		other->foreign_count = kept;
		TRY(table_save(d->options.txn, other, d->error));
		ddl_refresh(d);
	}
	return OK;
}

/* Pairs of edge labels that are not dropped too, which name a node label as an end. */
struct pairs {
	struct str *edges;
	struct edge_pair_definition *items;
	uint32_t count;
};

static void add_pair(
	struct ddl *d, struct pairs *all, struct str edge, const struct edge_pair *pair)
{
	const struct catalog *c = d->options.catalog;
	uint32_t i = all->count++;

	all->edges = arena_grow(
		d->arena, all->edges, i * sizeof *all->edges, all->count * sizeof *all->edges);
	all->items = arena_grow(
		d->arena, all->items, i * sizeof *all->items, all->count * sizeof *all->items);
	all->edges[i] = edge;
	all->items[i] = (struct edge_pair_definition){
		{ .label = catalog_full_name(c, NAME_NODE_LABEL, pair->from.label) },
		{ .label = catalog_full_name(c, NAME_NODE_LABEL, pair->to.label) }
	};
}

static struct pairs find_pairs(
	struct ddl *d, struct str node_label, const struct ast_names_statement *from)
{
	const struct catalog *c = d->options.catalog;
	uint32_t label = catalog_find(c, NAME_NODE_LABEL, node_label);
	struct pairs found = { 0 };

	for (uint32_t id = 1; id <= catalog_name_count(c, NAME_EDGE_LABEL); id++) {
		const struct label_info *edge = catalog_label(c, ELEMENT_EDGE, id);
		struct str name = catalog_full_name(c, NAME_EDGE_LABEL, id);

		for (uint32_t i = 0; edge != NULL && i < edge->pair_count; i++) {
			const struct edge_pair *pair = &edge->pairs[i];

			if ((pair->from.label == label || pair->to.label == label) &&
				!is_among(from, name))
				add_pair(d, &found, name, pair);
		}
	}
	return found;
}

static void lose_pairs(
	struct ddl *d, const struct pairs *pairs, struct str cause, struct graph_losses *losses)
{
	for (uint32_t i = 0; i < pairs->count; i++)
		ddl_lose(d, losses,
			arena_printf(d->arena, "pair (%.*s)->(%.*s) of edge label %.*s",
				STR_ARGS(graph_local_name(pairs->items[i].from.label)),
				STR_ARGS(graph_local_name(pairs->items[i].to.label)),
				STR_ARGS(graph_local_name(pairs->edges[i]))),
			cause);
}

/* Behind the end of the nodes with the label: their edges are gone as well, and those that are left fit
   other pairs. */
static enum sqlstate drop_pairs(struct ddl *d, const struct pairs *pairs)
{
	for (uint32_t i = 0; i < pairs->count; i++)
		TRY(schema_pair_drop(d->options.txn, pairs->edges[i], &pairs->items[i], d->error));
	return OK;
}

/* What the catalog holds beside the label: its sequences, its object. */
static enum sqlstate drop_details(struct ddl *d, const struct table *t)
{
	for (uint32_t i = 0; i < t->column_count; i++) {
		struct sequence_definition s;

		if (t->columns[i].sequence != NAME_NONE &&
			sequence_definition_get(
				d->options.catalog, d->arena, t->columns[i].sequence, &s))
			TRY(ddl_drop_sequence(d, &s));
	}
	return t->object == NAME_NONE ? OK
				      : schema_object_drop(d->options.txn, t->object, d->error);
}

/* A label and all of its elements, if `cascade` or there are none; `t`: what it is as a table, or NULL. What
   leads to it, foreign keys and the pairs of edge labels, goes with CASCADE and is in the way without. */
static enum sqlstate drop_whole(struct ddl *d, enum element element, struct str full_name,
	const struct table *t, const struct ast_names_statement *from, bool cascade)
{
	struct str cause = arena_printf(d->arena, "%s %.*s", t != NULL ? "table" : "label",
		STR_ARGS(graph_local_name(full_name)));
	struct graph_losses losses = { 0 };
	struct pairs pairs = { 0 };

	if (element == ELEMENT_NODE)
		pairs = find_pairs(d, full_name, from);
	if (t != NULL)
		lose_references(d, t, from, cause, &losses);
	lose_pairs(d, &pairs, cause, &losses);
	TRY(ddl_tell_losses(d, &losses, from->is_cascade));
	if (t != NULL) {
		TRY(drop_references(d, t, from));
		TRY(drop_details(d, t));
	}
	if (t != NULL)
		TRY(ddl_indexes_forget(d, element, t->label));
	TRY(schema_label_drop(d->options.txn, element, full_name, cascade, d->error));
	TRY(drop_pairs(d, &pairs));
	ddl_refresh(d);
	return OK;
}

/* ---- tables ---- */

/* There is no such table: of a view the word is another. */
static enum sqlstate no_table(struct ddl *d, const struct ast_name *name)
{
	struct view_definition v;

	if (!view_definition_find(d->options.catalog, d->arena, name->text, &v)) {
		(void)DDL_FAIL(d, name->at, E_NO_TABLE, "table \"%.*s\" does not exist",
			STR_ARGS(name->text));
		table_hint_undeclared(d->options.txn, d->arena, name->text, d->error);
		return E_NO_TABLE;
	}
	FAIL(d->error, E_WRONG_OBJECT, "\"%.*s\" is not a table", STR_ARGS(name->text));
	error_hint(d->error, "Use DROP VIEW to remove a view.");
	return E_WRONG_OBJECT;
}

enum sqlstate ddl_drop_tables(struct ddl *d, const struct ast_names_statement *from)
{
	for (uint32_t i = 0; i < from->count; i++) {
		const struct ast_name *name = &from->names[i];
		struct table *t = table_find(d->options.catalog, d->arena, name->text);

		if (t == NULL && from->if_exists &&
			!table_name_is_taken(d->options.catalog, name->text)) {
			ddl_notice(d, "NOTICE", OK, "table \"%.*s\" does not exist, skipping",
				STR_ARGS(name->text));
			continue;
		}
		if (t == NULL)
			return no_table(d, name);
		TRY(drop_whole(d, t->element, t->name, t, from, true));
	}
	return OK;
}

/* The label by its full name, and what it has as a table if it is one. */
static enum sqlstate drop_label(struct ddl *d, enum element element, struct str full_name,
	const struct ast_names_statement *from)
{
	const struct table *t = table_find(d->options.catalog, d->arena, full_name);

	if (t != NULL && t->element != element)
		t = NULL;
	return drop_whole(d, element, full_name, t, from, from->is_cascade);
}

enum sqlstate ddl_drop_label(struct ddl *d, enum element element, struct str full_name,
	struct ast_names_statement *from)
{
	const struct ast_stmt as_table = { .kind = STMT_DROP_TABLE, .names = from };
	struct sound_graphs graphs;
	struct sound_views views;

	TRY(ddl_lock(d));
	ddl_sound_views(d, &views);
	ddl_sound_graphs(d, &graphs);
	TRY(drop_label(d, element, full_name, from));
	TRY(ddl_check_graphs(d, &as_table, &graphs));
	return ddl_check_views(d, &as_table, &views);
}

/* ---- TRUNCATE ---- */

/* A table that another one refers to goes only together with it. */
static enum sqlstate check_truncate(
	struct ddl *d, const struct table *t, const struct ast_names_statement *from)
{
	const struct catalog *c = d->options.catalog;

	for (uint32_t i = 0; i < catalog_object_count(c); i++) {
		const struct catalog_object *o = catalog_object_at(c, i);
		const struct table *other;

		if (o->kind != OBJECT_TABLE || is_among(from, o->name))
			continue;
		other = table_find(c, d->arena, o->name);
		for (uint32_t k = 0; other != NULL && k < other->foreign_count; k++) {
			if (!str_equal(other->foreigns[k].table, t->name))
				continue;
			(void)FAIL(d->error, E_NOT_SUPPORTED,
				"cannot truncate a table referenced in a foreign key constraint");
			error_detail(d->error, "Table \"%.*s\" references \"%.*s\".",
				STR_ARGS(other->name), STR_ARGS(t->name));
			error_hint(d->error,
				"Truncate table \"%.*s\" at the same time, or use TRUNCATE ... "
				"CASCADE.",
				STR_ARGS(other->name));
			return E_NOT_SUPPORTED;
		}
	}
	return OK;
}

static enum sqlstate restart_sequences(struct ddl *d, const struct table *t)
{
	for (uint32_t i = 0; i < t->column_count; i++) {
		struct sequence_definition s;

		if (t->columns[i].sequence == NAME_NONE ||
			!sequence_definition_get(
				d->options.catalog, d->arena, t->columns[i].sequence, &s))
			continue;
		TRY(ddl_restart_sequence(d, &s));
	}
	return OK;
}

static enum sqlstate truncate_table(
	struct ddl *d, struct table *t, const struct ast_names_statement *from, uint32_t depth);

/* CASCADE: what refers to it is emptied too. */
static enum sqlstate truncate_dependants(struct ddl *d, const struct table *t,
	const struct ast_names_statement *from, uint32_t depth)
{
	const struct catalog *c = d->options.catalog;

	for (uint32_t i = 0; i < catalog_object_count(c) && depth < 64; i++) {
		const struct catalog_object *o = catalog_object_at(c, i);
		struct table *other;
		bool refers = false;

		if (o->kind != OBJECT_TABLE || is_among(from, o->name) ||
			str_equal(o->name, t->name))
			continue;
		other = table_find(c, d->arena, o->name);
		for (uint32_t k = 0; other != NULL && k < other->foreign_count; k++)
			refers |= str_equal(other->foreigns[k].table, t->name);
		if (!refers)
			continue;
		ddl_notice(d, "NOTICE", OK, "truncate cascades to table \"%.*s\"",
			STR_ARGS(other->name));
		TRY(truncate_table(d, other, from, depth + 1));
	}
	return OK;
}

static enum sqlstate truncate_table(
	struct ddl *d, struct table *t, const struct ast_names_statement *from, uint32_t depth)
{
	if (!from->is_cascade)
		TRY(check_truncate(d, t, from));
	TRY(schema_label_truncate(d->options.txn, t->element, t->name, d->error));
	ddl_refresh(d);
	if (from->restarts_identity)
		TRY(restart_sequences(d, t));
	return from->is_cascade ? truncate_dependants(d, t, from, depth) : OK;
}

enum sqlstate ddl_truncate(struct ddl *d, const struct ast_names_statement *from)
{
	for (uint32_t i = 0; i < from->count; i++) {
		struct view_definition v;
		struct table *t;

		if (view_definition_find(d->options.catalog, d->arena, from->names[i].text, &v))
			return FAIL(d->error, E_WRONG_OBJECT, "\"%.*s\" is not a table",
				STR_ARGS(v.name));
		TRY(ddl_table(d, &from->names[i], false, &t));
		TRY(truncate_table(d, t, from, 0));
	}
	return OK;
}
