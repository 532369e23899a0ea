/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Procedures that describe the graph: labels, keys, properties, indexes, constraints. A label
 * counts as there if it is declared or if the transaction sees an element that has it; names that
 * only were used once do not.
 */
#include "query/procedure/procedures.h"

#include "query/table/table_index.h"
#include "query/type/type.h"

enum { CONSTRAINT_KINDS = 4 };

static const struct catalog *catalog_of(const struct procedure_call *call)
{
	return txn_catalog(call->ev->txn);
}

static enum name_kind names_of(enum element element)
{
	return element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;
}

static struct value text(const char *s)
{
	return value_string(str_of(s));
}

static struct value list_of(const struct value *items, uint32_t count)
{
	return (struct value){ .type = VALUE_LIST, .count = count, .items = items };
}

/* A label of the graph in force that people made. */
static bool is_ours(const struct procedure_call *call, enum element element, uint32_t label)
{
	const struct catalog *c = catalog_of(call);

	return catalog_graph_of(c, element, label) == catalog_graph_find(c, call->graph) &&
	       !(element == ELEMENT_NODE && catalog_is_membership(c, label));
}

/* ---- names ---------------------------------------------------------------------------------- */

static enum sqlstate answer_labels(
	struct procedure_call *call, enum element element, struct error *e)
{
	const struct catalog *c = catalog_of(call);

	for (uint32_t id = 1; id <= catalog_name_count(c, names_of(element)); id++) {
		struct value name = value_string(catalog_name(c, names_of(element), id));
		const struct label_info *info = catalog_label(c, element, id);
		bool is_used = info != NULL && info->is_declared;

		if (!is_ours(call, element, id))
			continue;
		if (!is_used)
			TRY(storage_has_element(
				call->ev->txn, element, id, call->arena, &is_used, e));
		if (is_used)
			TRY(procedure_answer_row(call, &name, e));
		TRY(procedure_poll(call, 100, e));
	}
	return OK;
}

enum sqlstate procedure_labels(struct procedure_call *call, struct error *e)
{
	return answer_labels(call, ELEMENT_NODE, e);
}

enum sqlstate procedure_edge_labels(struct procedure_call *call, struct error *e)
{
	return answer_labels(call, ELEMENT_EDGE, e);
}

/* The graphs share the names of keys: one belongs to a graph in which it was declared or written. Those of
   indexes are nobody's. */
static bool key_is_ours(const struct procedure_call *call, uint32_t key)
{
	const struct catalog *c = catalog_of(call);

	if (catalog_key_is_hidden(c, key))
		return false;
	if (!catalog_has_graphs(c))
		return true;
	for (int element = ELEMENT_NODE; element <= ELEMENT_EDGE; element++) {
		uint32_t count = catalog_name_count(c, names_of((enum element)element));

		for (uint32_t id = 0; id <= count; id++) {
			if (catalog_property(c, (enum element)element, id, key) != NULL &&
				catalog_graph_of(c, (enum element)element, id) ==
					catalog_graph_find(c, call->graph))
				return true;
		}
	}
	return false;
}

enum sqlstate procedure_keys(struct procedure_call *call, struct error *e)
{
	const struct catalog *c = catalog_of(call);

	for (uint32_t id = 1; id <= catalog_name_count(c, NAME_KEY); id++) {
		struct value name = value_string(catalog_name(c, NAME_KEY, id));

		if (!key_is_ours(call, id))
			continue;
		TRY(procedure_answer_row(call, &name, e));
	}
	return OK;
}

/* ---- properties ----------------------------------------------------------------------------- */

/* The declared type, else those observed. */
static struct value property_types(struct procedure_call *call, const struct property_info *p)
{
	struct value *names = ARENA_ARRAY(call->arena, struct value, VALUE_LIST + 1);
	uint32_t count = 0;

	if (p->is_declared && p->declared != VALUE_NULL) {
		names[count++] = value_string(type_declared_name(call->arena, p));
		return list_of(names, count);
	}
	for (uint32_t type = VALUE_BOOL; type <= VALUE_LIST; type++) {
		if (p->observed & TYPE_BIT(type))
			names[count++] = text(value_type_name(type));
	}
	return list_of(names, count);
}

static enum sqlstate answer_properties(
	struct procedure_call *call, enum element element, struct error *e)
{
	const struct catalog *c = catalog_of(call);

	for (uint32_t id = NAME_NONE; id <= catalog_name_count(c, names_of(element)); id++) {
		const struct label_info *info =
			is_ours(call, element, id) ? catalog_label(c, element, id) : NULL;

		for (uint32_t i = 0; info != NULL && i < info->property_count; i++) {
			const struct property_info *p = &info->properties[i];
			struct value row[5], *item = ARENA_NEW(call->arena, struct value);
			uint32_t at = 0;

			*item = value_string(info->name);
			row[at++] =
				value_string(id == NAME_NONE ? STR("")
							     : arena_printf(call->arena, ":`%.*s`",
								       STR_ARGS(info->name)));
			if (element == ELEMENT_NODE)
				row[at++] = list_of(item, id != NAME_NONE);
			row[at++] = value_string(catalog_name(c, NAME_KEY, p->key));
			row[at++] = property_types(call, p);
			row[at++] = value_bool(p->is_not_null);
			TRY(procedure_answer_row(call, row, e));
		}
	}
	return OK;
}

enum sqlstate procedure_node_properties(struct procedure_call *call, struct error *e)
{
	return answer_properties(call, ELEMENT_NODE, e);
}

enum sqlstate procedure_edge_properties(struct procedure_call *call, struct error *e)
{
	return answer_properties(call, ELEMENT_EDGE, e);
}

/* ---- indexes and constraints ---------------------------------------------------------------- */

static struct value key_list(struct procedure_call *call, const uint32_t *keys, uint32_t count)
{
	struct value *names = ARENA_ARRAY(call->arena, struct value, count + 1);

	for (uint32_t i = 0; i < count; i++)
		names[i] = value_string(catalog_name(catalog_of(call), NAME_KEY, keys[i]));
	return list_of(names, count);
}

static struct value label_name(struct procedure_call *call, enum element element, uint32_t label)
{
	return value_string(catalog_name(catalog_of(call), names_of(element), label));
}

/* Expressions stand among the keys as they are printed. */
static struct value index_keys(struct procedure_call *call, const struct index_info *index)
{
	struct table_index said;
	struct value *names;

	table_index_read(catalog_of(call), call->arena, index, &said);
	names = ARENA_ARRAY(call->arena, struct value, said.key_count + 1);
	for (uint32_t i = 0; i < said.key_count; i++)
		names[i] = value_string(said.keys[i].expr.pretty.length > 0
						? said.keys[i].expr.pretty
						: catalog_name(catalog_of(call), NAME_KEY,
							  said.keys[i].key));
	return list_of(names, said.key_count);
}

enum sqlstate procedure_indexes(struct procedure_call *call, struct error *e)
{
	const struct catalog *c = catalog_of(call);

	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		const struct index_info *index = catalog_index_at(c, i);
		struct value row[] = { value_string(index->name),
			text(index->element == ELEMENT_NODE ? "node" : "edge"),
			label_name(call, index->element, index->label),
			index_keys(call, index), value_bool(index->is_unique),
			value_bool(index->is_ready) };

		if (!is_ours(call, index->element, index->label))
			continue;
		TRY(procedure_answer_row(call, row, e));
	}
	return OK;
}

enum sqlstate procedure_constraints(struct procedure_call *call, struct error *e)
{
	static const char *const kinds[CONSTRAINT_KINDS] = { "UNIQUE", "KEY", "NOT NULL", "TYPE" };
	const struct catalog *c = catalog_of(call);

	for (uint32_t i = 0; i < catalog_constraint_count(c); i++) {
		const struct constraint_info *constraint = catalog_constraint_at(c, i);
		struct value row[] = { value_string(constraint->name),
			text(kinds[constraint->kind]),
			text(constraint->element == ELEMENT_NODE ? "node" : "edge"),
			label_name(call, constraint->element, constraint->label),
			key_list(call, constraint->keys, constraint->key_count) };

		if (!is_ours(call, constraint->element, constraint->label))
			continue;
		TRY(procedure_answer_row(call, row, e));
	}
	return OK;
}
