/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * CREATE GRAPH and DROP GRAPH, and which graph the session is in. A graph with a list of element types
 * is closed: it holds what they allow and nothing else. Wherever that list comes from (the statement, a
 * graph type, another graph), the graph keeps it as its own.
 */
#include "query/session/schema_graph.h"

#include <stdlib.h>
#include <string.h>

#include "query/table/table.h"

struct str session_graph_name(const struct query_session *s)
{
	return s->graph == NULL ? (struct str){ 0 } : str_of(s->graph);
}

struct str session_full_name(const struct query_session *s, struct str name)
{
	return graph_full_name(s->scratch, session_graph_name(s), name);
}

void session_graph_reset(struct query_session *s)
{
	free(s->graph);
	s->graph = NULL;
	s->about.graph = NULL;
	s->parameter_epoch++;
}

enum sqlstate session_graph_set(struct query_session *s, struct str graph, struct error *e)
{
	bool is_main = str_equal(graph, STR("main"));

	if (!is_main && catalog_graph_find(txn_catalog(s->txn), graph) == NAME_NONE)
		return FAIL(e, E_NO_GRAPH, "graph \"%.*s\" does not exist", STR_ARGS(graph));
	session_graph_reset(s);
	if (!is_main)
		s->graph = strndup(graph.at, graph.length);
	s->about.graph = s->graph;
	return OK;
}

/* ---- CREATE GRAPH ---- */

/* Names that mean something else where a graph or a schema is named. */
static bool is_reserved(struct str name)
{
	static const char *const names[] = { "public", "pg_catalog", "information_schema",
		"current_graph", "home_graph" };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (str_equal_nocase(name, str_of(names[i])))
			return true;
	}
	return name.length >= 3 && str_equal_nocase((struct str){ name.at, 3 }, STR("pg_"));
}

static enum sqlstate check_name(
	struct query_portal *p, const struct ast_name *name, struct error *e)
{
	const struct catalog *c = txn_catalog(p->session->txn);

	if (is_reserved(name->text))
		(void)FAIL(e, E_RESERVED_NAME, "unacceptable graph name \"%.*s\"",
			STR_ARGS(name->text));
	else if (str_equal(name->text, STR("main")) ||
		 catalog_graph_find(c, name->text) != NAME_NONE ||
		 catalog_object_find(c, OBJECT_PROPERTY_GRAPH, name->text) != NULL)
		(void)FAIL(e, E_DUPLICATE_OBJECT, "graph \"%.*s\" already exists",
			STR_ARGS(name->text));
	else
		return OK;
	e->byte_offset = (int)name->at;
	return e->code;
}

/* The ends of edges must be node types of the graph. */
static enum sqlstate check_end(
	struct query_portal *p, struct str graph, const struct ast_name *label, struct error *e)
{
	const struct catalog *c = txn_catalog(p->session->txn);
	const struct label_info *info;
	uint32_t id;

	id = catalog_find(c, NAME_NODE_LABEL, graph_full_name(p->arena, graph, label->text));
	info = id == NAME_NONE ? NULL : catalog_label(c, ELEMENT_NODE, id);
	if (info != NULL && info->is_declared)
		return OK;
	(void)FAIL(e, E_NO_OBJECT, "%s \"%.*s\" has no node type \"%.*s\"",
		p->prepared->statement->kind == STMT_CREATE_GRAPH ? "graph" : "graph type",
		STR_ARGS(p->prepared->statement->graph->name.text), STR_ARGS(label->text));
	e->byte_offset = (int)label->at;
	return e->code;
}

/* A label that another graph lends is as closed as it is there. */
static bool closes_label(struct query_portal *p, const struct schema_graph_type *type,
	enum element element, struct str label)
{
	const struct catalog *c = txn_catalog(p->session->txn);
	struct str graph = type->like == GRAPH_MAIN ? STR("") : catalog_graph_name(c, type->like);
	uint32_t id;

	if (!type->is_like)
		return true;
	id = catalog_find(c, element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL,
		graph_full_name(p->arena, graph, label));
	return catalog_label(c, element, id)->is_closed;
}

static enum sqlstate declare_label(struct query_portal *p, struct str graph,
	const struct schema_graph_type *type, const struct ast_label_definition *d, struct error *e)
{
	enum element element = d->class == CLASS_EDGE ? ELEMENT_EDGE : ELEMENT_NODE;

	for (uint32_t k = 0; type->is_closed && k < d->pair_count; k++) {
		TRY(check_end(p, graph, &d->pairs[k].from.label, e));
		TRY(check_end(p, graph, &d->pairs[k].to.label, e));
	}
	TRY(schema_define_label(p, d, graph, e));
	if (!closes_label(p, type, element, d->label.text))
		return OK;
	return schema_label_set_closed(p->session->txn, element,
		graph_full_name(p->arena, graph, d->label.text), true, e);
}

static enum sqlstate declare(struct query_portal *p, struct str graph,
	const struct schema_graph_type *type, struct error *e)
{
	for (int is_edge = 0; is_edge <= 1; is_edge++) {
		for (uint32_t i = 0; i < type->element_count; i++) {
			if ((type->elements[i].class == CLASS_EDGE) == is_edge)
				TRY(declare_label(p, graph, type, &type->elements[i], e));
		}
	}
	return type->is_closed ? schema_graph_close(p->session->txn, graph, e) : OK;
}

enum sqlstate schema_graph_declare(struct query_portal *p, struct str graph,
	const struct schema_graph_type *type, struct error *e)
{
	enum sqlstate rc = declare(p, graph, type, e);

	if (rc != OK && type->is_kept)
		e->byte_offset = -1;
	return rc;
}

enum sqlstate schema_graph_need(
	struct query_portal *p, const struct ast_name *name, uint32_t *out, struct error *e)
{
	*out = catalog_graph_find(txn_catalog(p->session->txn), name->text);
	if (*out != GRAPH_MAIN || str_equal(name->text, STR("main")))
		return OK;
	(void)FAIL(e, E_NO_GRAPH, "graph \"%.*s\" does not exist", STR_ARGS(name->text));
	error_hint(e, "SHOW GRAPHS lists those there are.");
	e->byte_offset = (int)name->at;
	return e->code;
}

static bool has_graph(struct query_portal *p, struct str name)
{
	return str_equal(name, STR("main")) ||
	       catalog_graph_find(txn_catalog(p->session->txn), name) != NAME_NONE;
}

static enum sqlstate refuse_main(const char *what, struct error *e)
{
	return FAIL(e, E_OBJECT_IN_USE,
		"cannot %s graph \"main\" because the database system requires it", what);
}

/* OR REPLACE: the graph of that name goes. */
static enum sqlstate replace(struct query_portal *p, const struct ast_graph *g, struct error *e)
{
	struct str name = g->name.text;

	if (str_equal(name, STR("main")))
		return refuse_main("replace", e);
	if (!has_graph(p, name))
		return OK;
	if (!str_equal(name, g->copied.text) &&
		!(g->type == GRAPH_TYPE_LIKE && str_equal(name, g->type_name.text)))
		return schema_graph_drop(p->session->txn, name, e);
	(void)FAIL(e, E_OBJECT_IN_USE, "graph \"%.*s\" cannot be made of itself", STR_ARGS(name));
	error_hint(e, "Copy it under another name first.");
	e->byte_offset = (int)g->name.at;
	return e->code;
}

enum sqlstate schema_create_graph(struct query_portal *p, struct error *e)
{
	const struct ast_graph *g = p->prepared->statement->graph;
	struct str name = g->name.text;
	struct txn *txn = p->session->txn;
	struct schema_graph_type type;
	uint32_t source = GRAPH_MAIN;

	portal_tag(p, "CREATE GRAPH");
	if (g->if_not_exists && has_graph(p, name)) {
		session_notice(p->session, "NOTICE", E_DUPLICATE_OBJECT,
			"graph \"%.*s\" already exists, skipping", STR_ARGS(name));
		return OK;
	}
	TRY(schema_lock(txn, e));
	if (g->or_replace)
		TRY(replace(p, g, e));
	TRY(check_name(p, &g->name, e));
	TRY(schema_graph_type_of(p, g, &type, e));
	if (g->copied.text.length > 0)
		TRY(schema_graph_need(p, &g->copied, &source, e));
	TRY(schema_graph_create(txn, name, e));
	TRY(schema_graph_declare(p, name, &type, e));
	return g->copied.text.length > 0 ? schema_graph_copy(p, source, &g->name, e) : OK;
}

/* ---- DROP GRAPH ---- */

enum sqlstate schema_drop_graph(struct query_portal *p, struct error *e)
{
	const struct ast_stmt *st = p->prepared->statement;
	struct str graph = st->drop.name.text;
	struct query_session *s = p->session;

	portal_tag(p, "DROP GRAPH");
	if (str_equal(graph, STR("main")))
		return refuse_main("drop", e);
	if (st->drop.if_exists && catalog_graph_find(txn_catalog(s->txn), graph) == NAME_NONE) {
		session_notice(s, "NOTICE", W_WARNING, "graph \"%.*s\" does not exist, skipping",
			STR_ARGS(graph));
		return OK;
	}
	TRY(schema_graph_drop(s->txn, graph, e));
	if (str_equal(graph, session_graph_name(s)))
		session_graph_reset(s);
	return OK;
}
