/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Labels and graph types as text: see definition_label.h.
 */
#include "query/sql/definition_label.h"

#include <inttypes.h>

#include "query/type/type.h"

static void put_name(struct buf *to, struct str name)
{
	buf_put_quoted(to, name, '"');
}

/* ---- literals ------------------------------------------------------------------------------ */

const char *definition_literal_type(enum value_type type)
{
	switch (type) {
	case VALUE_BOOL:
		return "bool";
	case VALUE_STRING:
		return "text";
	case VALUE_INT:
		return "int8";
	case VALUE_FLOAT:
		return "float8";
	case VALUE_BYTES:
		return "bytea";
	case VALUE_DATE:
		return "date";
	case VALUE_TIME:
		return "time";
	case VALUE_TIMETZ:
		return "timetz";
	case VALUE_TIMESTAMP:
		return "timestamp";
	case VALUE_TIMESTAMPTZ:
		return "timestamptz";
	case VALUE_DURATION:
		return "interval";
	case VALUE_UUID:
		return "uuid";
	case VALUE_DECIMAL:
		return "numeric";
	default:
		return NULL;
	}
}

static void put_cast(struct buf *to, struct value v)
{
	struct buf text = { 0 };

	value_put_text(&text, v);
	buf_put_text(to, "CAST(");
	buf_put_quoted(to, buf_str(&text), '\'');
	buf_printf(to, " AS %s)", definition_literal_type((enum value_type)v.type));
	buf_free(&text);
}

void definition_put_literal(struct buf *to, struct value v)
{
	switch (v.type) {
	case VALUE_NULL:
		buf_put_text(to, "NULL");
		return;
	case VALUE_BOOL:
		buf_put_text(to, v.boolean ? "TRUE" : "FALSE");
		return;
	case VALUE_STRING:
		buf_put_quoted(to, value_str(v), '\'');
		return;
	case VALUE_INT:
		if (v.integer == INT64_MIN)
			put_cast(to, v); /* its digits alone are no int8 */
		else
			buf_printf(to, "%" PRId64, v.integer);
		return;
	case VALUE_LIST:
		buf_put_byte(to, '[');
		for (uint32_t i = 0; i < v.count; i++) {
			if (i > 0)
				buf_put_text(to, ", ");
			definition_put_literal(to, v.items[i]);
		}
		buf_put_byte(to, ']');
		return;
	default:
		put_cast(to, v);
		return;
	}
}

/* ---- parts --------------------------------------------------------------------------------- */

void definition_put_keys(
	struct definition_writer w, const uint32_t *keys, uint32_t count, const char *before)
{
	buf_put_byte(w.to, '(');
	for (uint32_t i = 0; i < count; i++) {
		buf_put_text(w.to, i == 0 ? "" : ", ");
		buf_put_text(w.to, before);
		put_name(w.to, catalog_name(w.catalog, NAME_KEY, keys[i]));
	}
	buf_put_byte(w.to, ')');
}

void definition_put_property_type(struct definition_writer w, const struct property_info *p)
{
	char name[TYPE_NAME_SIZE];

	if (!type_modifier_is_set(p->modifier) && p->declared == VALUE_LIST &&
		p->declared_item != VALUE_NULL)
		buf_put_text(w.to,
			type_name(type_of_value(VALUE_LIST, (enum value_type)p->declared_item),
				name));
	else
		buf_put_str(w.to, type_declared_name(w.arena, p));
}

void definition_put_primary(struct definition_writer w, const struct label_info *l)
{
	const struct index_info *index = catalog_index(w.catalog, l->primary_index);

	if (!str_equal(index->name, arena_printf(w.arena, "%.*s_pkey", STR_ARGS(l->name)))) {
		buf_put_text(w.to, "CONSTRAINT ");
		put_name(w.to, index->name);
		buf_put_byte(w.to, ' ');
	}
	buf_put_text(w.to, "PRIMARY KEY ");
	definition_put_keys(w, index->keys, index->key_count, "");
}

/* ---- labels -------------------------------------------------------------------------------- */

static void put_end(struct definition_writer w, const char *word, struct edge_end end)
{
	buf_printf(w.to, "%s ", word);
	put_name(w.to, catalog_name(w.catalog, NAME_NODE_LABEL, end.label));
	if (end.key != NAME_NONE)
		definition_put_keys(w, &end.key, 1, "");
}

/* Whether no two elements of the label may have the same value of the key, its primary key aside. */
static bool is_unique(const struct catalog *c, enum element element, const struct label_info *l,
	uint32_t key)
{
	for (uint32_t i = 0; i < catalog_constraint_count(c); i++) {
		const struct constraint_info *x = catalog_constraint_at(c, i);

		if (x->kind == CONSTRAINT_UNIQUE && x->element == element && x->label == l->id &&
			x->key_count == 1 && x->keys[0] == key && x->index != l->primary_index)
			return true;
	}
	return false;
}

static void put_property(struct definition_writer w, enum element element,
	const struct label_info *l, const struct property_info *p)
{
	put_name(w.to, catalog_name(w.catalog, NAME_KEY, p->key));
	buf_put_byte(w.to, ' ');
	definition_put_property_type(w, p);
	if (p->is_not_null)
		buf_put_text(w.to, " NOT NULL");
	if (w.with_unique && is_unique(w.catalog, element, l, p->key))
		buf_put_text(w.to, " UNIQUE");
	if (p->default_value.type != VALUE_NULL) {
		buf_put_text(w.to, " DEFAULT ");
		definition_put_literal(w.to, p->default_value);
	}
}

void definition_put_label(
	struct definition_writer w, enum element element, const struct label_info *l)
{
	const char *between = " (";

	put_name(w.to, l->name);
	for (uint32_t i = 0; i < l->pair_count; i++) {
		buf_put_text(w.to, between);
		put_end(w, "FROM", l->pairs[i].from);
		put_end(w, " TO", l->pairs[i].to);
		between = ", ";
	}
	for (uint32_t i = 0; i < l->property_count; i++) {
		if (!l->properties[i].is_declared)
			continue;
		buf_put_text(w.to, between);
		put_property(w, element, l, &l->properties[i]);
		between = ", ";
	}
	if (l->primary_index != 0) {
		buf_put_text(w.to, between);
		definition_put_primary(w, l);
		between = ", ";
	}
	buf_put_text(w.to, between[0] == ',' ? ")" : "");
}

/* ---- graphs -------------------------------------------------------------------------------- */

/* The labels of the graph of one kind; whether there are any, or were before. */
static bool put_elements(
	struct definition_writer w, uint32_t graph, enum element element, bool is_begun)
{
	bool is_node = element == ELEMENT_NODE;
	uint32_t count = catalog_name_count(w.catalog, is_node ? NAME_NODE_LABEL : NAME_EDGE_LABEL);

	for (uint32_t id = 1; id <= count; id++) {
		const struct label_info *l = catalog_label(w.catalog, element, id);

		if (l == NULL || !l->is_declared ||
			catalog_graph_of(w.catalog, element, id) != graph ||
			(is_node && catalog_is_membership(w.catalog, id)))
			continue;
		buf_put_text(w.to, is_begun ? ",\n\t" : "{\n\t");
		buf_put_text(w.to, is_node ? "NODE " : "EDGE ");
		definition_put_label(w, element, l);
		is_begun = true;
	}
	return is_begun;
}

void definition_put_graph_type(struct definition_writer w, uint32_t graph)
{
	bool is_begun = put_elements(w, graph, ELEMENT_NODE, false);

	if (put_elements(w, graph, ELEMENT_EDGE, is_begun))
		buf_put_text(w.to, "\n}");
}
