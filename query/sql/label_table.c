/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Labels as tables: see label_table.h.
 *
 *	oid = 16384 + 16 * number + object     tables, indexes, constraints, row types
 *	oid = 2^31 + element, label, key       what belongs to one property
 */
#include "query/sql/label_table.h"

#include "base/check.h"
#include "query/bind/type.h"
#include "query/sql/definition.h"

enum { PROPERTY_KEY_BITS = 16, PROPERTY_LABEL_BITS = 14 };

/* ---- numbers --------------------------------------------------------------------------------- */

uint32_t label_oid(enum label_object object, uint32_t number)
{
	return OID_USER_FIRST + number * LABEL_OBJECT_COUNT + object;
}

bool label_oid_split(uint32_t oid, enum label_object *object, uint32_t *number)
{
	if (oid < OID_USER_FIRST || oid > INT32_MAX)
		return false;
	if (oid == OID_GRAPH_MAIN)
		return false;
	*object = (oid - OID_USER_FIRST) % LABEL_OBJECT_COUNT;
	*number = (oid - OID_USER_FIRST) / LABEL_OBJECT_COUNT;
	return true;
}

uint32_t label_property_oid(enum element element, uint32_t label, uint32_t key)
{
	uint32_t number = element == ELEMENT_NODE ? 0 : 1;

	number = number << PROPERTY_LABEL_BITS | (label & ((1u << PROPERTY_LABEL_BITS) - 1));
	number = number << PROPERTY_KEY_BITS | (key & ((1u << PROPERTY_KEY_BITS) - 1));
	return number | 1u << 31;
}

/* ---- tables ---------------------------------------------------------------------------------- */

static enum name_kind names_of(enum element element)
{
	return element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;
}

static struct label_table table_of(const struct catalog *c, enum element element, uint32_t label)
{
	bool is_node = element == ELEMENT_NODE;

	return (struct label_table){
		.element = element,
		.label = label,
		.name = catalog_name(c, names_of(element), label),
		.oid = label_oid(is_node ? LABEL_NODE_TABLE : LABEL_EDGE_TABLE, label),
		.info = catalog_label(c, element, label),
	};
}

static enum sqlstate has_element(struct txn *t, struct arena *scratch,
	const struct label_table *table, bool *found, struct error *e)
{
	struct arena_mark mark = arena_save(scratch);
	struct cursor *cursor;
	uint32_t count = 0;
	enum sqlstate rc;
	uint64_t id;

	if (table->element == ELEMENT_NODE)
		TRY(storage_scan_nodes(t, table->label, scratch, &cursor, e));
	else
		TRY(storage_scan_edges(t, table->label, scratch, &cursor, e));
	rc = storage_cursor_next(cursor, &id, NULL, 1, &count, e);
	storage_cursor_close(cursor);
	arena_rewind(scratch, mark);
	*found = count > 0;
	return rc;
}

enum sqlstate label_table_next(struct txn *t, struct arena *scratch, uint64_t *at,
	struct label_table *out, bool *found, struct error *e)
{
	const struct catalog *c = txn_catalog(t);
	uint32_t nodes = catalog_name_count(c, NAME_NODE_LABEL);
	uint32_t edges = catalog_name_count(c, NAME_EDGE_LABEL);

	*found = false;
	while (!*found && *at < (uint64_t)nodes + edges) {
		bool is_node = *at < nodes;
		uint32_t label = (uint32_t)(is_node ? *at : *at - nodes) + 1;

		*out = table_of(c, is_node ? ELEMENT_NODE : ELEMENT_EDGE, label);
		++*at;
		*found = out->info != NULL && out->info->is_declared;
		if (!*found)
			TRY(has_element(t, scratch, out, found, e));
	}
	return OK;
}

bool label_table_by_oid(const struct catalog *c, uint32_t oid, struct label_table *out)
{
	enum label_object object;
	enum element element;
	uint32_t number;

	if (!label_oid_split(oid, &object, &number))
		return false;
	if (object != LABEL_NODE_TABLE && object != LABEL_EDGE_TABLE)
		return false;
	element = object == LABEL_NODE_TABLE ? ELEMENT_NODE : ELEMENT_EDGE;
	if (number == NAME_NONE || number > catalog_name_count(c, names_of(element)))
		return false;
	*out = table_of(c, element, number);
	return true;
}

bool label_table_find(const struct catalog *c, struct str name, struct label_table *out)
{
	uint32_t node = catalog_find(c, NAME_NODE_LABEL, name);
	uint32_t edge = catalog_find(c, NAME_EDGE_LABEL, name);

	if (node == NAME_NONE && edge == NAME_NONE)
		return false;
	*out = node != NAME_NONE ? table_of(c, ELEMENT_NODE, node)
				 : table_of(c, ELEMENT_EDGE, edge);
	return true;
}

/* ---- columns --------------------------------------------------------------------------------- */

/* The declared type of the key by which an end is named, else that of element ids. */
static struct type end_type(const struct catalog *c, uint32_t label, uint32_t key)
{
	const struct property_info *p =
		label == NAME_NONE ? NULL : catalog_property(c, ELEMENT_NODE, label, key);

	if (p == NULL || !p->is_declared || p->declared == VALUE_NULL)
		return type_make(TYPE_INT64);
	return type_of_value(p->declared, p->declared_item);
}

static uint32_t put_ends(
	const struct catalog *c, const struct label_info *info, struct label_column *columns)
{
	columns[0].name = STR("_from");
	columns[1].name = STR("_to");
	for (int16_t i = 0; i < 2; i++) {
		columns[i].number = i + 1;
		columns[i].is_not_null = true;
		columns[i].modifier = -1;
		columns[i].type = type_make(TYPE_INT64);
	}
	if (info != NULL) {
		columns[0].type = end_type(c, info->from_label, info->from_key);
		columns[1].type = end_type(c, info->to_label, info->to_key);
	}
	return 2;
}

/* As an expression of SQL: 3, 'x'::text; empty: there is none. */
static struct str default_text(struct arena *a, struct value v)
{
	struct buf text = { 0 };
	struct str made = { "", 0 };

	if (value_is_null(v))
		return made;
	definition_put_value(&text, v);
	made = arena_str(a, buf_str(&text));
	buf_free(&text);
	return made;
}

uint32_t label_table_columns(const struct catalog *c, const struct label_table *table,
	struct arena *a, struct label_column **out)
{
	const struct label_info *info = table->info;
	uint32_t room = (info == NULL ? 0 : info->property_count) + 2;
	struct label_column *columns = ARENA_ARRAY(a, struct label_column, room);
	uint32_t count = table->element == ELEMENT_EDGE ? put_ends(c, info, columns) : 0;

	*out = columns;
	for (uint32_t i = 0; info != NULL && i < info->property_count; i++) {
		const struct property_info *p = &info->properties[i];

		if (!p->is_declared)
			continue;
		columns[count] = (struct label_column){
			.name = catalog_name(c, NAME_KEY, p->key),
			.type = p->declared == VALUE_NULL
					? type_make(TYPE_ANY)
					: type_of_value(p->declared, p->declared_item),
			.key = p->key,
			.number = (int16_t)(count + 1),
			.is_not_null = p->is_not_null,
			.modifier = -1,
			.default_text = default_text(a, p->default_value),
		};
		count++;
	}
	return count;
}

int16_t label_column_number(const struct label_column *columns, uint32_t count, uint32_t key)
{
	for (uint32_t i = 0; i < count; i++) {
		if (columns[i].key == key)
			return columns[i].number;
	}
	return 0;
}

/* ---- constraints ----------------------------------------------------------------------------- */

static bool constraint_is_of(const struct constraint_info *info, const struct label_table *table)
{
	bool is_unique = info->kind == CONSTRAINT_UNIQUE || info->kind == CONSTRAINT_KEY;

	return is_unique && info->element == table->element && info->label == table->label;
}

uint32_t label_table_constraints(const struct catalog *c, const struct label_table *table,
	struct arena *a, struct label_constraint **out)
{
	struct label_constraint *constraints =
		ARENA_ARRAY(a, struct label_constraint, catalog_constraint_count(c) + 1);
	struct label_column *columns;
	uint32_t column_count = label_table_columns(c, table, a, &columns), count = 0;

	*out = constraints;
	for (uint32_t i = 0; i < catalog_constraint_count(c); i++) {
		const struct constraint_info *info = catalog_constraint_at(c, i);
		struct label_constraint *made = &constraints[count];

		if (!constraint_is_of(info, table))
			continue;
		made->oid = label_oid(LABEL_CONSTRAINT, info->index);
		made->name = info->name;
		made->kind = table->info != NULL && table->info->primary_index == info->index
				     ? 'p'
				     : 'u';
		made->index = catalog_index(c, info->index);
		made->count = info->key_count;
		for (uint32_t k = 0; k < info->key_count; k++)
			made->columns[k] =
				label_column_number(columns, column_count, info->keys[k]);
		count++;
	}
	return count;
}
