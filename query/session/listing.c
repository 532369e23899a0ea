/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * SHOW LABELS, TYPES, KEYS, INDEXES, CONSTRAINTS, GRAPHS, GRAPH TYPES, FUNCTIONS, PROCEDURES: the
 * catalog as rows of text.
 */
#include "query/session/session.h"

#include <inttypes.h>

#include "query/plan/user_procedure.h"
#include "query/procedure/procedure.h"
#include "query/sql/definition.h"
#include "query/table/table.h"
#include "query/type/function.h"
#include "query/type/type.h"

#define CELL(text, kind_)                                                                          \
	{                                                                                          \
		.name = STR(text), .type = {.kind = (kind_) }                                      \
	}
#define TEXT(text) CELL(text, TYPE_STRING)

static const struct query_column label_columns[] = { TEXT("label"), TEXT("kind"),
	CELL("declared", TYPE_BOOL), CELL("closed", TYPE_BOOL), CELL("elements", TYPE_INT64),
	TEXT("ends") };
static const struct query_column key_columns[] = { TEXT("label"), TEXT("kind"), TEXT("key"),
	TEXT("declared"), CELL("not_null", TYPE_BOOL), TEXT("observed") };
static const struct query_column index_columns[] = { TEXT("name"), TEXT("kind"), TEXT("label"),
	TEXT("keys"), CELL("unique", TYPE_BOOL) };
static const struct query_column constraint_columns[] = { TEXT("name"), TEXT("type"), TEXT("kind"),
	TEXT("label"), TEXT("keys") };
static const struct query_column graph_columns[] = { TEXT("graph"), CELL("nodes", TYPE_INT64),
	CELL("edges", TYPE_INT64), CELL("closed", TYPE_BOOL) };
static const struct query_column graph_type_columns[] = { TEXT("graph_type"), TEXT("definition") };
static const struct query_column function_columns[] = { TEXT("name"), TEXT("signature"),
	TEXT("description") };
static const struct query_column procedure_columns[] = { TEXT("name"), TEXT("signature"),
	TEXT("mode"), TEXT("description") };
static const struct query_column name_column[] = { TEXT("name") };

#define COLUMNS(c) (*columns = (c), (uint32_t)ARRAY_COUNT(c))

uint32_t listing_columns(enum ast_catalog catalog, const struct query_column **columns)
{
	switch (catalog) {
	case CATALOG_LABELS:
	case CATALOG_TYPES:
		return COLUMNS(label_columns);
	case CATALOG_KEYS:
		return COLUMNS(key_columns);
	case CATALOG_INDEXES:
		return COLUMNS(index_columns);
	case CATALOG_CONSTRAINTS:
		return COLUMNS(constraint_columns);
	case CATALOG_GRAPHS:
		return COLUMNS(graph_columns);
	case CATALOG_GRAPH_TYPES:
		return COLUMNS(graph_type_columns);
	case CATALOG_FUNCTIONS:
		return COLUMNS(function_columns);
	case CATALOG_PROCEDURES:
		return COLUMNS(procedure_columns);
	default:
		return COLUMNS(name_column);
	}
}

static struct value text(const char *s)
{
	return value_string(str_of(s));
}

static struct value kind_text(enum element element)
{
	return text(element == ELEMENT_NODE ? "node" : "edge");
}

static struct value *add(struct query_portal *p)
{
	return row_table_add(p->arena, p->table);
}

static const struct catalog *catalog_of(struct query_portal *p)
{
	return txn_catalog(p->session->txn);
}

static enum name_kind names_of(enum element element)
{
	return element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;
}

/* A label of the session's graph that people made. */
static bool is_ours(struct query_portal *p, enum element element, uint32_t label)
{
	const struct catalog *c = catalog_of(p);

	return catalog_graph_of(c, element, label) ==
		       catalog_graph_find(c, session_graph_name(p->session)) &&
	       !(element == ELEMENT_NODE && catalog_is_membership(c, label));
}

static struct str end_text(struct query_portal *p, struct edge_end end)
{
	const struct catalog *c = catalog_of(p);
	struct str label = catalog_name(c, NAME_NODE_LABEL, end.label);

	return end.key == NAME_NONE
		       ? label
		       : arena_printf(p->arena, "%.*s(%.*s)", STR_ARGS(label),
				 STR_ARGS(catalog_name(c, NAME_KEY, end.key)));
}

/* "A(k) -> B(k), C -> D"; NULL where anything may be joined. */
static struct value pair_list(struct query_portal *p, const struct label_info *info)
{
	struct str list = STR("");

	for (uint32_t i = 0; i < info->pair_count; i++)
		list = arena_printf(p->arena, "%.*s%s%.*s -> %.*s", STR_ARGS(list),
			i == 0 ? "" : ", ", STR_ARGS(end_text(p, info->pairs[i].from)),
			STR_ARGS(end_text(p, info->pairs[i].to)));
	return list.length == 0 ? value_null() : value_string(list);
}

/* SHOW LABELS lists those of nodes and edges, SHOW TYPES those of edges. */
static void list_labels(struct query_portal *p, enum element element)
{
	const struct catalog *c = catalog_of(p);
	struct storage *storage = p->session->engine->storage;

	for (uint32_t id = 1; id <= catalog_name_count(c, names_of(element)); id++) {
		const struct label_info *info = catalog_label(c, element, id);
		uint64_t count = element == ELEMENT_NODE ? storage_node_count(storage, id)
							 : storage_edge_count(storage, id);
		bool is_declared = info != NULL && info->is_declared;
		struct value *row;

		/* A label without any facts has no info, but may have elements all the same. */
		if ((!is_declared && count == 0) || !is_ours(p, element, id))
			continue;
		row = add(p);
		row[0] = value_string(catalog_name(c, names_of(element), id));
		row[1] = kind_text(element);
		row[2] = value_bool(is_declared);
		row[3] = value_bool(info != NULL && info->is_closed);
		row[4] = value_int((int64_t)count);
		row[5] = info == NULL ? value_null() : pair_list(p, info);
	}
}

static struct str type_names(struct arena *a, uint32_t bits)
{
	struct str names = STR("");

	for (uint32_t type = VALUE_BOOL; type <= VALUE_LIST; type++)
		if (bits & TYPE_BIT(type))
			names = arena_printf(a, "%.*s%s%s", STR_ARGS(names),
				names.length == 0 ? "" : ", ", value_type_name(type));
	return names;
}

static void list_label_keys(
	struct query_portal *p, enum element element, const struct label_info *info)
{
	const struct catalog *c = catalog_of(p);

	for (uint32_t i = 0; i < info->property_count; i++) {
		const struct property_info *property = &info->properties[i];
		struct value *row = add(p);

		row[0] = value_string(info->name);
		row[1] = kind_text(element);
		row[2] = value_string(catalog_name(c, NAME_KEY, property->key));
		row[3] = property->is_declared && property->declared != VALUE_NULL
				 ? value_string(type_declared_name(p->arena, property))
				 : value_null();
		row[4] = value_bool(property->is_not_null);
		row[5] = value_string(type_names(p->arena, property->observed));
	}
}

static void list_keys(struct query_portal *p, enum element element)
{
	const struct catalog *c = catalog_of(p);

	for (uint32_t id = 0; id <= catalog_name_count(c, names_of(element)); id++) {
		const struct label_info *info = catalog_label(c, element, id);

		if (info != NULL && is_ours(p, element, id))
			list_label_keys(p, element, info);
	}
}

static struct value key_list(struct query_portal *p, const uint32_t *keys, uint32_t count)
{
	struct str names = STR("");

	for (uint32_t i = 0; i < count; i++)
		names = arena_printf(p->arena, "%.*s%s%.*s", STR_ARGS(names), i == 0 ? "" : ", ",
			STR_ARGS(catalog_name(catalog_of(p), NAME_KEY, keys[i])));
	return value_string(names);
}

/* The keys; of more than columns as its definition has them. */
static struct value index_keys(struct query_portal *p, const struct index_info *index)
{
	struct buf text = { 0 };
	struct table_index said;
	struct str keys;

	table_index_read(catalog_of(p), p->arena, index, &said);
	if (table_index_is_plain(&said))
		return key_list(p, index->keys, index->key_count);
	definition_put_index_keys(&text, catalog_of(p), &said, DEFINITION_PRETTY);
	keys = arena_str(p->arena, buf_str(&text));
	buf_free(&text);
	return value_string(keys);
}

static void list_indexes(struct query_portal *p)
{
	const struct catalog *c = catalog_of(p);

	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		const struct index_info *index = catalog_index_at(c, i);
		struct value *row;

		if (!is_ours(p, index->element, index->label))
			continue;
		row = add(p);
		row[0] = value_string(index->name);
		row[1] = kind_text(index->element);
		row[2] = value_string(catalog_name(c, names_of(index->element), index->label));
		row[3] = index_keys(p, index);
		row[4] = value_bool(index->is_unique);
	}
}

static void list_constraints(struct query_portal *p)
{
	static const char *const kinds[] = { "UNIQUE", "KEY", "NOT NULL", "TYPE" };
	const struct catalog *c = catalog_of(p);

	for (uint32_t i = 0; i < catalog_constraint_count(c); i++) {
		const struct constraint_info *constraint = catalog_constraint_at(c, i);
		struct value *row;

		if (!is_ours(p, constraint->element, constraint->label))
			continue;
		row = add(p);
		row[0] = value_string(constraint->name);
		row[1] = text(kinds[constraint->kind]);
		row[2] = kind_text(constraint->element);
		row[3] = value_string(
			catalog_name(c, names_of(constraint->element), constraint->label));
		row[4] = key_list(p, constraint->keys, constraint->key_count);
	}
}

static uint64_t edges_of_graph(struct query_portal *p, uint32_t graph)
{
	const struct catalog *c = catalog_of(p);
	uint64_t count = 0;

	for (uint32_t id = 1; id <= catalog_name_count(c, NAME_EDGE_LABEL); id++) {
		if (catalog_graph_of(c, ELEMENT_EDGE, id) == graph)
			count += storage_edge_count(p->session->engine->storage, id);
	}
	return count;
}

static void list_graphs(struct query_portal *p)
{
	struct storage *storage = p->session->engine->storage;
	const struct catalog *c = catalog_of(p);
	uint64_t nodes = storage_node_count(storage, NAME_NONE);
	struct value *main_row = add(p);

	*main_row = text("main");
	main_row[2] = value_int((int64_t)edges_of_graph(p, GRAPH_MAIN));
	for (uint32_t id = 1; id <= catalog_name_count(c, NAME_NODE_LABEL); id++) {
		uint64_t count = storage_node_count(storage, id);
		struct value *row;

		if (!catalog_is_membership(c, id))
			continue;
		nodes -= count;
		if (catalog_graph_find(c, catalog_graph_name(c, id)) != id)
			continue;
		row = add(p);
		row[0] = value_string(catalog_graph_name(c, id));
		row[1] = value_int((int64_t)count);
		row[2] = value_int((int64_t)edges_of_graph(p, id));
		row[3] = value_bool(catalog_label(c, ELEMENT_NODE, id)->is_closed);
	}
	/* the rows may have moved meanwhile */
	p->table->cells[1] = value_int((int64_t)nodes);
	p->table->cells[3] = value_bool(false);
}

static void list_graph_types(struct query_portal *p)
{
	const struct catalog *c = catalog_of(p);

	for (uint32_t i = 0; i < catalog_object_count(c); i++) {
		const struct catalog_object *object = catalog_object_at(c, i);
		struct value *row;

		if (object->kind != OBJECT_GRAPH_TYPE)
			continue;
		row = add(p);
		row[0] = value_string(object->name);
		row[1] = value_string(object->body);
	}
}

static void list_functions(struct query_portal *p)
{
	struct buf signature = { 0 };

	for (uint32_t i = 0; i < function_count(); i++) {
		const struct function *function = function_at(i);
		struct value *row;

		if (function->is_hidden)
			continue;
		buf_reset(&signature);
		function_put_signature(&signature, function);
		row = add(p);
		row[0] = text(function->name);
		row[1] = value_string(arena_str(p->arena, buf_str(&signature)));
		row[2] = text(function->doc);
	}
	buf_free(&signature);
}

static enum sqlstate list_user_procedure(
	struct query_portal *p, const struct catalog_object *object, struct error *e)
{
	struct buf signature = { 0 };
	const struct ast_stmt *definition;
	struct bind_options options;
	struct value *row;
	enum sqlstate rc;
	bool is_write = false;

	bind_options_fill(p->session, p->prepared, &options);
	options.txn = NULL;
	options.notice = NULL;
	TRY(procedure_user_parse(p->arena, object, 0, &definition, e));
	/* One that no longer fits the graph is listed all the same. */
	if (procedure_user_check(p->arena, definition, &options, &is_write, e) != OK)
		error_clear(e);
	rc = procedure_user_put_signature(&signature, definition->procedure, e);
	row = add(p);
	row[0] = value_string(object->name);
	row[1] = value_string(arena_str(p->arena, buf_str(&signature)));
	row[2] = text(is_write ? "WRITE" : "READ");
	row[3] = text("made by CREATE PROCEDURE");
	buf_free(&signature);
	return rc;
}

static enum sqlstate list_user_procedures(struct query_portal *p, struct error *e)
{
	const struct catalog *c = catalog_of(p);

	for (uint32_t i = 0; i < catalog_object_count(c); i++) {
		const struct catalog_object *object = catalog_object_at(c, i);

		if (object->kind == USER_PROCEDURE_OBJECT)
			TRY(list_user_procedure(p, object, e));
	}
	return OK;
}

static void list_procedures(struct query_portal *p)
{
	struct buf signature = { 0 };

	for (uint32_t i = 0; i < procedure_count(); i++) {
		const struct procedure *procedure = procedure_at(i);
		struct value *row = add(p);

		buf_reset(&signature);
		procedure_put_signature(&signature, procedure);
		row[0] = text(procedure->name);
		row[1] = value_string(arena_str(p->arena, buf_str(&signature)));
		row[2] = text(procedure->is_write ? "WRITE" : "READ");
		row[3] = text(procedure->doc);
	}
	buf_free(&signature);
}

enum sqlstate listing_run(struct query_portal *p, enum ast_catalog catalog, struct error *e)
{
	portal_tag(p, "SHOW");
	p->table = row_table_new(p->arena, p->prepared->description.column_count);
	switch (catalog) {
	case CATALOG_LABELS:
		list_labels(p, ELEMENT_NODE);
		list_labels(p, ELEMENT_EDGE);
		return OK;
	case CATALOG_TYPES:
		list_labels(p, ELEMENT_EDGE);
		return OK;
	case CATALOG_KEYS:
		list_keys(p, ELEMENT_NODE);
		list_keys(p, ELEMENT_EDGE);
		return OK;
	case CATALOG_INDEXES:
		list_indexes(p);
		return OK;
	case CATALOG_CONSTRAINTS:
		list_constraints(p);
		return OK;
	case CATALOG_GRAPHS:
		list_graphs(p);
		return OK;
	case CATALOG_GRAPH_TYPES:
		list_graph_types(p);
		return OK;
	case CATALOG_FUNCTIONS:
		list_functions(p);
		return OK;
	case CATALOG_PROCEDURES:
		list_procedures(p);
		return list_user_procedures(p, e);
	default:
		return FAIL(e, E_NOT_SUPPORTED, "this listing is not supported");
	}
}
