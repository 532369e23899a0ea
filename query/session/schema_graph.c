/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * CREATE GRAPH and DROP GRAPH, and which graph the session is in. A graph with a list of element types
 * is closed: it holds what they allow and nothing else.
 */
#include "query/session/session.h"

#include <stdlib.h>
#include <string.h>

#include "query/table/relation_path.h"

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

	if (!is_main && (temporary_is_schema(graph) ||
				catalog_graph_find(txn_catalog(s->txn), graph) == NAME_NONE))
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
	(void)FAIL(e, E_NO_OBJECT, "graph \"%.*s\" has no node type \"%.*s\"", STR_ARGS(graph),
		STR_ARGS(label->text));
	e->byte_offset = (int)label->at;
	return e->code;
}

static enum sqlstate create_elements(struct query_portal *p, enum element element, struct error *e)
{
	const struct ast_stmt *st = p->prepared->statement;
	struct str graph = st->graph.name.text;

	for (uint32_t i = 0; i < st->graph.element_count; i++) {
		const struct ast_label_definition *d = &st->graph.elements[i];

		if ((d->class == CLASS_EDGE) != (element == ELEMENT_EDGE))
			continue;
		for (uint32_t k = 0; k < d->pair_count; k++) {
			TRY(check_end(p, graph, &d->pairs[k].from.label, e));
			TRY(check_end(p, graph, &d->pairs[k].to.label, e));
		}
		TRY(schema_define_label(p, d, graph, e));
		TRY(schema_label_set_closed(p->session->txn, element,
			graph_full_name(p->arena, graph, d->label.text), true, e));
	}
	return OK;
}

enum sqlstate schema_create_graph(struct query_portal *p, struct error *e)
{
	const struct ast_stmt *st = p->prepared->statement;
	struct str graph = st->graph.name.text;
	struct txn *txn = p->session->txn;

	portal_tag(p, "CREATE GRAPH");
	if (st->graph.if_not_exists &&
		(str_equal(graph, STR("main")) ||
			catalog_graph_find(txn_catalog(txn), graph) != NAME_NONE)) {
		session_notice(p->session, "NOTICE", E_DUPLICATE_OBJECT,
			"graph \"%.*s\" already exists, skipping", STR_ARGS(graph));
		return OK;
	}
	TRY(check_name(p, &st->graph.name, e));
	TRY(schema_graph_create(txn, graph, e));
	if (st->graph.is_open)
		return OK;
	TRY(create_elements(p, ELEMENT_NODE, e));
	TRY(create_elements(p, ELEMENT_EDGE, e));
	return schema_graph_close(txn, graph, e);
}

/* ---- DROP GRAPH ---- */

enum sqlstate schema_drop_graph(struct query_portal *p, struct error *e)
{
	const struct ast_stmt *st = p->prepared->statement;
	struct str graph = st->drop.name.text;
	struct query_session *s = p->session;

	portal_tag(p, "DROP GRAPH");
	if (str_equal(graph, STR("main")))
		return FAIL(e, E_OBJECT_IN_USE,
			"cannot drop graph \"main\" because the database system requires it");
	if (temporary_is_schema(graph))
		return FAIL(e, E_NO_GRAPH, "graph \"%.*s\" does not exist", STR_ARGS(graph));
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
