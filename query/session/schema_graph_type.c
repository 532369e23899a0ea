/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Graph types: kept as the text of their element types, from which the labels of a graph are declared.
 *
 * Whether a type can be one is found out by making a graph of it, which is undone again; and what is
 * kept of it is what a dump would write of that graph. So a type says what it says whatever the
 * spelling, and every error is that of CREATE GRAPH.
 */
#include "query/session/schema_graph.h"

#include "base/buf.h"
#include "query/parse/parse.h"
#include "query/sql/definition_label.h"
#include "query/table/table.h"

/* The graph that is made of a type and undone again: no name that anybody can give to one. */
#define TRIAL STR("pg_graph_type")

static const struct catalog_object *find_type(struct query_portal *p, struct str name)
{
	return catalog_object_find(txn_catalog(p->session->txn), OBJECT_GRAPH_TYPE, name);
}

static enum sqlstate fail_at(struct error *e, const struct ast_name *name)
{
	e->byte_offset = (int)name->at;
	return e->code;
}

enum sqlstate schema_no_graph_type(const struct ast_name *name, struct error *e)
{
	(void)FAIL(e, E_NO_OBJECT, "graph type \"%.*s\" does not exist", STR_ARGS(name->text));
	error_hint(e, "SHOW GRAPH TYPES lists those there are.");
	return fail_at(e, name);
}

/* ---- what a graph is made of ---- */

/* { element types }, or nothing. */
static enum sqlstate read_elements(
	struct query_portal *p, struct str text, struct schema_graph_type *out, struct error *e)
{
	struct ast_script script;
	const struct ast_graph *g;

	out->is_kept = true;
	if (text.length == 0)
		return OK;
	TRY(parse_script(p->arena,
		arena_printf(p->arena, "CREATE GRAPH TYPE t %.*s", STR_ARGS(text)), NULL, &script,
		e));
	if (script.count != 1 || script.statements[0]->kind != STMT_CREATE_GRAPH_TYPE)
		return FAIL(e, E_DATA_CORRUPTED, "a graph type is kept as something else");
	g = script.statements[0]->graph;
	out->elements = g->elements;
	out->element_count = g->element_count;
	return OK;
}

/* The element types of a graph that is there, in the portal's arena. */
static struct str text_of_graph(struct query_portal *p, uint32_t graph)
{
	struct buf text = { 0 };
	struct str out;

	definition_put_graph_type((struct definition_writer){ &text,
					  txn_catalog(p->session->txn), p->arena, true },
		graph);
	out = arena_str(p->arena, buf_str(&text));
	buf_free(&text);
	return out;
}

static enum sqlstate type_of_graph(struct query_portal *p, const struct ast_name *graph,
	struct schema_graph_type *out, struct error *e)
{
	out->is_like = true;
	TRY(schema_graph_need(p, graph, &out->like, e));
	out->is_closed = out->like != GRAPH_MAIN &&
			 catalog_label(txn_catalog(p->session->txn), ELEMENT_NODE, out->like)
				 ->is_closed;
	return read_elements(p, text_of_graph(p, out->like), out, e);
}

enum sqlstate schema_graph_type_of(struct query_portal *p, const struct ast_graph *from,
	struct schema_graph_type *out, struct error *e)
{
	const struct catalog_object *kept;

	*out = (struct schema_graph_type){ .like = GRAPH_MAIN };
	switch (from->type) {
	case GRAPH_TYPE_UNSAID:
		return from->copied.text.length > 0 ? type_of_graph(p, &from->copied, out, e) : OK;
	case GRAPH_TYPE_ANY:
		return OK;
	case GRAPH_TYPE_ELEMENTS:
		out->is_closed = true;
		out->elements = from->elements;
		out->element_count = from->element_count;
		return OK;
	case GRAPH_TYPE_NAMED:
		out->is_closed = true;
		kept = find_type(p, from->type_name.text);
		return kept == NULL ? schema_no_graph_type(&from->type_name, e)
				    : read_elements(p, kept->body, out, e);
	case GRAPH_TYPE_LIKE:
		return type_of_graph(p, &from->type_name, out, e);
	}
	unreachable();
}

/* ---- CREATE GRAPH TYPE ---- */

/* What is to be kept of the type, or why it is none. */
static enum sqlstate try_type(struct query_portal *p, const struct schema_graph_type *type,
	struct str *text, struct error *e)
{
	struct txn *txn = p->session->txn;
	uint64_t mark = txn_savepoint(txn);
	enum sqlstate rc = schema_graph_create(txn, TRIAL, e);

	if (rc == OK)
		rc = schema_graph_declare(p, TRIAL, type, e);
	if (rc == OK)
		*text = text_of_graph(p, catalog_graph_find(txn_catalog(txn), TRIAL));
	txn_rollback_to(txn, mark);
	return rc;
}

static enum sqlstate refuse_open(const struct ast_name *graph, struct error *e)
{
	(void)FAIL(e, E_WRONG_OBJECT, "graph \"%.*s\" has no type", STR_ARGS(graph->text));
	error_detail(e, "It is open: its elements may have any labels.");
	error_hint(e,
		"Write the element types between braces: CREATE GRAPH TYPE t { NODE A, .. }.");
	return fail_at(e, graph);
}

enum sqlstate schema_create_graph_type(struct query_portal *p, struct error *e)
{
	const struct ast_graph *g = p->prepared->statement->graph;
	struct txn *txn = p->session->txn;
	const struct catalog_object *old;
	struct schema_graph_type type;
	struct str text;
	uint32_t id;

	portal_tag(p, "CREATE GRAPH TYPE");
	TRY(schema_lock(txn, e));
	old = find_type(p, g->name.text);
	id = old == NULL ? (uint32_t)NAME_NONE : old->id;
	if (old != NULL && g->if_not_exists) {
		session_notice(p->session, "NOTICE", E_DUPLICATE_OBJECT,
			"graph type \"%.*s\" already exists, skipping", STR_ARGS(g->name.text));
		return OK;
	}
	if (old != NULL && !g->or_replace) {
		(void)FAIL(e, E_DUPLICATE_OBJECT, "graph type \"%.*s\" already exists",
			STR_ARGS(g->name.text));
		return fail_at(e, &g->name);
	}
	TRY(schema_graph_type_of(p, g, &type, e));
	if (!type.is_closed)
		return refuse_open(&g->type_name, e);
	TRY(try_type(p, &type, &text, e));
	return schema_object_put(txn, &id, OBJECT_GRAPH_TYPE, g->name.text, text, e);
}

/* ---- DROP GRAPH TYPE ---- */

enum sqlstate schema_drop_graph_type(struct query_portal *p, struct error *e)
{
	const struct ast_stmt *st = p->prepared->statement;
	const struct catalog_object *kept;

	portal_tag(p, "DROP GRAPH TYPE");
	TRY(schema_lock(p->session->txn, e));
	kept = find_type(p, st->drop.name.text);
	if (kept != NULL)
		return schema_object_drop(p->session->txn, kept->id, e);
	if (!st->drop.if_exists)
		return schema_no_graph_type(&st->drop.name, e);
	session_notice(p->session, "NOTICE", W_WARNING,
		"graph type \"%.*s\" does not exist, skipping", STR_ARGS(st->drop.name.text));
	return OK;
}
