/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Property graphs when the tables under them change: what is renamed has its new name in the
 * definition, while aliases, labels and properties keep theirs; what is dropped takes element tables
 * and properties along where the statement says CASCADE, and is refused otherwise.
 */
#include "query/ddl/ddl_graph.h"

#include <stdio.h>

#include "base/check.h"
#include "query/ddl/guard_bind.h"
#include "query/type/type.h"

/* ---- losses ---------------------------------------------------------------------------------- */

void ddl_lose(struct ddl *d, struct graph_losses *losses, struct str what, struct str cause)
{
	if (losses->count == losses->capacity) {
		uint32_t wider = losses->capacity == 0 ? 8 : 2 * losses->capacity;

		losses->items = arena_grow(d->arena, losses->items,
			losses->count * sizeof *losses->items, wider * sizeof *losses->items);
		losses->capacity = wider;
	}
	losses->items[losses->count++] = (struct graph_loss){ what, cause };
}

static struct str element_text(
	struct ddl *d, const struct graph_definition *g, const struct ast_graph_table *x)
{
	return arena_printf(d->arena, "%s %.*s of property graph %.*s",
		x->is_edge ? "edge" : "vertex", STR_ARGS(x->alias.text), STR_ARGS(g->name));
}

/* Why an end is not there any more; empty: it is. */
static struct str end_cause(const struct graph_definition *g, const struct ast_graph_end *end,
	const struct str *causes)
{
	const struct ast_graph_table *vertex =
		definition_graph_table(g->graph, end->vertex.text);

	return causes[vertex - g->graph->tables];
}

void ddl_lose_edges(struct ddl *d, const struct graph_definition *g, struct str *causes,
	struct graph_losses *losses)
{
	for (uint32_t i = 0; i < g->graph->table_count; i++) {
		const struct ast_graph_table *x = &g->graph->tables[i];

		for (int end = 0; x->is_edge && causes[i].length == 0 && end < 2; end++) {
			causes[i] = end_cause(g, &x->ends[end], causes);
			if (causes[i].length > 0)
				ddl_lose(d, losses, element_text(d, g, x), causes[i]);
		}
	}
}

enum sqlstate ddl_tell_losses(struct ddl *d, const struct graph_losses *losses, bool is_cascade)
{
	char detail[sizeof d->error->detail] = "";
	size_t used = 0;

	for (uint32_t i = 0; is_cascade && i < losses->count; i++)
		ddl_notice(d, "NOTICE", OK, "drop cascades to %.*s",
			STR_ARGS(losses->items[i].what));
	if (is_cascade || losses->count == 0)
		return OK;
	for (uint32_t i = 0; i < losses->count && used < sizeof detail; i++)
		used += (size_t)snprintf(detail + used, sizeof detail - used,
			"%s%.*s depends on %.*s", i > 0 ? "\n" : "",
			STR_ARGS(losses->items[i].what), STR_ARGS(losses->items[i].cause));
	FAIL(d->error, E_DEPENDENT, "cannot drop %.*s because other objects depend on it",
		STR_ARGS(losses->items[0].cause));
	error_detail(d->error, "%s", detail);
	error_hint(d->error, "Use DROP ... CASCADE to drop the dependent objects too.");
	return E_DEPENDENT;
}

void ddl_graph_keep(struct ast_property_graph *graph, const struct str *causes)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < graph->table_count; i++) {
		if (causes[i].length == 0)
			graph->tables[kept++] = graph->tables[i];
	}
	graph->table_count = kept;
}

void ddl_graph_drop_item(struct ast_graph_label *label, uint32_t i)
{
	for (label->property_count--; i < label->property_count; i++)
		label->properties[i] = label->properties[i + 1];
}

/* ---- all graphs ------------------------------------------------------------------------------ */

void ddl_sound_graphs(struct ddl *d, struct sound_graphs *out)
{
	const struct catalog *c = d->options.catalog;
	struct error ignored;

	*out = (struct sound_graphs){ .graphs = ARENA_ARRAY(d->arena, struct graph_definition,
					      catalog_object_count(c) + 1) };
	for (uint32_t i = 0; i < catalog_object_count(c); i++) {
		const struct catalog_object *o = catalog_object_at(c, i);

		if (o->kind == OBJECT_PROPERTY_GRAPH &&
			definition_graph_read(c, d->arena, o, &out->graphs[out->count], &ignored) ==
				OK)
			out->count++;
	}
}

/* ---- new names ------------------------------------------------------------------------------- */

static bool rename_columns(struct ast_name *columns, uint32_t count, const struct ddl_renaming *r)
{
	bool changes = false;

	for (uint32_t i = 0; i < count; i++) {
		if (str_equal(columns[i].text, r->old)) {
			columns[i].text = r->to;
			changes = true;
		}
	}
	return changes;
}

static bool rename_item(struct ddl *d, struct ast_item *item, const struct ddl_renaming *r)
{
	struct str source;

	if (item->expr->kind == EXPR_VARIABLE) {
		if (!str_equal(item->expr->variable.name, r->old))
			return false;
		item->expr->variable.name = r->to;
		return true;
	}
	source = ddl_replace_word(d, item->source, r->old, r->to);
	if (str_equal(source, item->source))
		return false;
	item->source = source;
	return true;
}

static bool rename_in_table(struct ddl *d, const struct graph_definition *g,
	struct ast_graph_table *x, const struct ddl_renaming *r)
{
	bool is_it = str_equal(x->table.text, r->relation), changes = false;

	for (int i = 0; x->is_edge && i < 2; i++) {
		const struct ast_graph_table *vertex =
			definition_graph_table(g->graph, x->ends[i].vertex.text);

		if (is_it)
			changes |= rename_columns(x->ends[i].keys, x->ends[i].key_count, r);
		if (vertex != NULL && str_equal(vertex->table.text, r->relation))
			changes |= rename_columns(x->ends[i].columns, x->ends[i].column_count, r);
	}
	if (!is_it)
		return changes;
	changes |= rename_columns(x->keys, x->key_count, r);
	for (uint32_t i = 0; i < x->label_count; i++) {
		for (uint32_t k = 0; k < x->labels[i].property_count; k++)
			changes |= rename_item(d, &x->labels[i].properties[k], r);
	}
	return changes;
}

enum sqlstate ddl_rename_in_graphs(
	struct ddl *d, const struct ast_stmt *s, struct sound_graphs *graphs)
{
	struct ddl_renaming r;

	if (!ddl_read_renaming(s, &r))
		return OK;
	for (uint32_t i = 0; i < graphs->count; i++) {
		struct graph_definition *g = &graphs->graphs[i];
		bool changes = false;

		for (uint32_t k = 0; k < g->graph->table_count; k++) {
			struct ast_graph_table *x = &g->graph->tables[k];

			if (r.relation.length > 0) {
				changes |= rename_in_table(d, g, x, &r);
			} else if (str_equal(x->table.text, r.old)) {
				x->table.text = r.to;
				changes = true;
			}
		}
		if (!changes)
			continue;
		TRY(definition_graph_save(d->options.txn, d->arena, g, d->error));
		ddl_refresh(d);
		TRY(definition_graph_read(d->options.catalog, d->arena,
			catalog_object(d->options.catalog, g->object), g, d->error));
	}
	return OK;
}

/* ---- what is gone ---------------------------------------------------------------------------- */

struct follow {
	struct ddl *d;
	const struct ast_stmt *statement;
	const struct graph_definition *g;
	struct graph_losses *losses;
};

/* "column c of table t" for the first of the columns that the table has not; empty: it has all. */
static struct str missing(
	struct follow *f, struct str table, const struct ast_name *columns, uint32_t count)
{
	const struct table *t = table_find(f->d->options.catalog, f->d->arena, table);

	for (uint32_t i = 0; t != NULL && i < count; i++) {
		if (table_column(t, columns[i].text) == NULL)
			return arena_printf(f->d->arena, "column %.*s of table %.*s",
				STR_ARGS(columns[i].text), STR_ARGS(table));
	}
	return STR("");
}

static struct str missing_of_end(
	struct follow *f, const struct ast_graph_table *x, const struct ast_graph_end *end)
{
	const struct ast_graph_table *vertex =
		definition_graph_table(f->g->graph, end->vertex.text);
	struct str cause = missing(f, x->table.text, end->keys, end->key_count);

	return cause.length > 0
		       ? cause
		       : missing(f, vertex->table.text, end->columns, end->column_count);
}

/* Why the element table cannot be any more; empty: it can. */
static struct str cause_of(struct follow *f, const struct ast_graph_table *x)
{
	struct str cause;

	if (table_find(f->d->options.catalog, f->d->arena, x->table.text) == NULL)
		return arena_printf(f->d->arena, "table %.*s", STR_ARGS(x->table.text));
	cause = missing(f, x->table.text, x->keys, x->key_count);
	for (int i = 0; x->is_edge && cause.length == 0 && i < 2; i++)
		cause = missing_of_end(f, x, &x->ends[i]);
	return cause;
}

/* "column c of table t" of the first column that the statement drops. */
static struct str dropped(struct follow *f, const struct ast_graph_table *x)
{
	const struct ast_stmt *s = f->statement;

	for (uint32_t i = 0; s->kind == STMT_ALTER_TABLE && i < s->alter_table->action_count; i++) {
		if (s->alter_table->actions[i].kind == ACTION_DROP_COLUMN)
			return arena_printf(f->d->arena, "column %.*s of table %.*s",
				STR_ARGS(s->alter_table->actions[i].name.text),
				STR_ARGS(x->table.text));
	}
	return arena_printf(f->d->arena, "table %.*s", STR_ARGS(x->table.text));
}

/* Properties that read what is not there. */
static bool lose_items(
	struct follow *f, const struct ast_graph_table *x, struct ast_graph_label *label)
{
	const struct table *t =
		table_find(f->d->options.catalog, f->d->arena, x->table.text);
	uint32_t before = label->property_count;

	for (uint32_t i = 0; i < label->property_count;) {
		const struct ast_item *item = &label->properties[i];
		struct error ignored;
		struct type type;

		if (guard_property_type(f->d->arena, &f->d->options, t, item, &type,
			    &ignored) == OK) {
			i++;
			continue;
		}
		ddl_lose(f->d, f->losses,
			arena_printf(f->d->arena, "property %.*s of label %.*s of %.*s",
				STR_ARGS(item->alias.text), STR_ARGS(label->name.text),
				STR_ARGS(element_text(f->d, f->g, x))),
			dropped(f, x));
		ddl_graph_drop_item(label, i);
	}
	return label->property_count != before;
}

/* *changes: something of the graph is gone. */
static void follow_graph(struct follow *f, bool *changes)
{
	struct ast_property_graph *graph = f->g->graph;
	struct str *causes = ARENA_ARRAY(f->d->arena, struct str, graph->table_count + 1);
	uint32_t before = graph->table_count;

	*changes = false;
	for (uint32_t i = 0; i < graph->table_count; i++) {
		struct ast_graph_table *x = &graph->tables[i];

		causes[i] = cause_of(f, x);
		if (causes[i].length > 0) {
			ddl_lose(f->d, f->losses, element_text(f->d, f->g, x), causes[i]);
			continue;
		}
		for (uint32_t k = 0; k < x->label_count; k++)
			*changes |= lose_items(f, x, &x->labels[k]);
	}
	ddl_lose_edges(f->d, f->g, causes, f->losses);
	ddl_graph_keep(graph, causes);
	*changes |= graph->table_count != before;
}

static bool reads_table(const struct graph_definition *g, const struct ast_stmt *s)
{
	for (uint32_t i = 0; s->kind == STMT_ALTER_TABLE && i < g->graph->table_count; i++) {
		if (str_equal(g->graph->tables[i].table.text, s->alter_table->name.text))
			return true;
	}
	return false;
}

enum sqlstate ddl_check_graphs(
	struct ddl *d, const struct ast_stmt *s, struct sound_graphs *graphs)
{
	struct graph_losses losses = { 0 };
	bool *changes = ARENA_ARRAY(d->arena, bool, graphs->count + 1);

	for (uint32_t i = 0; i < graphs->count; i++) {
		struct follow f = { d, s, &graphs->graphs[i], &losses };

		changes[i] = false;
		if (catalog_object(d->options.catalog, graphs->graphs[i].object) != NULL)
			follow_graph(&f, &changes[i]);
	}
	TRY(ddl_tell_losses(d, &losses, ddl_is_cascade(s)));
	for (uint32_t i = 0; i < graphs->count; i++) {
		if (changes[i] || reads_table(&graphs->graphs[i], s))
			TRY(ddl_save_graph(d, &graphs->graphs[i]));
	}
	return OK;
}
