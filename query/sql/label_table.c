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
#include "query/sql/builtin.h"
#include "query/table/table.h"
#include "query/type/type.h"

enum { PROPERTY_KEY_BITS = 16, PROPERTY_LABEL_BITS = 14 };
enum { OID_JSONB = 3802 };

/* ---- numbers --------------------------------------------------------------------------------- */

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

uint32_t label_schema_oid(uint32_t graph)
{
	return graph == GRAPH_MAIN ? (uint32_t)OID_NAMESPACE_PUBLIC
				   : label_oid(LABEL_NODE_TABLE, graph);
}

struct str label_schema_name(const struct catalog *c, enum element element, uint32_t label)
{
	uint32_t graph = catalog_graph_of(c, element, label);

	return graph == GRAPH_MAIN ? STR("public") : catalog_graph_name(c, graph);
}

static struct label_table table_of(const struct catalog *c, enum element element, uint32_t label)
{
	bool is_node = element == ELEMENT_NODE;

	return (struct label_table){
		.element = element,
		.label = label,
		.name = catalog_name(c, names_of(element), label),
		.oid = label_oid(is_node ? LABEL_NODE_TABLE : LABEL_EDGE_TABLE, label),
		.schema = label_schema_oid(catalog_graph_of(c, element, label)),
		.info = catalog_label(c, element, label),
	};
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
		if (is_node && catalog_is_membership(c, label))
			continue;
		*found = out->info != NULL && out->info->is_declared;
		if (!*found)
			TRY(storage_has_element(t, out->element, label, scratch, found, e));
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
	if (number == NAME_NONE || number > catalog_name_count(c, names_of(element)) ||
		(element == ELEMENT_NODE && catalog_is_membership(c, number)))
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

static struct label_column column_of(const struct table_column *from, int16_t number)
{
	uint32_t oid = builtin_find_text(from->type.text);

	return (struct label_column){
		.name = from->name,
		.type = from->type.type,
		.type_oid = oid != 0 ? oid : builtin_oid(from->type.type),
		.key = from->key,
		.number = number,
		.is_not_null = from->is_not_null || from->is_end,
		.modifier = from->type.typmod,
		.default_text = from->default_text,
		.generated_text = from->generated_text,
		.identity = from->identity,
		.sequence = from->sequence,
		.comment = from->comment,
	};
}

uint32_t label_table_columns(const struct catalog *c, const struct label_table *table,
	struct arena *a, struct label_column **out)
{
	struct table *t = table_of_label(c, a, table->element, table->label);
	uint32_t count;

	table_add_observed(t, c, a);
	count = t->column_count;
	*out = ARENA_ARRAY(a, struct label_column, count + 1);
	for (uint32_t i = 0; i < count; i++)
		(*out)[i] = column_of(&t->columns[i], (int16_t)(i + 1));
	return count;
}

struct str label_table_comment(
	const struct catalog *c, const struct label_table *table, struct arena *a)
{
	const struct table *t = table_of_label(c, a, table->element, table->label);

	return t == NULL ? (struct str){ 0 } : t->comment;
}

uint32_t label_key_type(const struct catalog *c, const struct label_table *table, struct arena *a,
	uint32_t key)
{
	const struct property_info *p = catalog_property(c, table->element, table->label, key);
	struct table_type type;
	struct error ignored;

	if (p == NULL || p->declared == VALUE_NULL)
		return OID_JSONB;
	if (type_modifier_is_set(p->modifier) &&
		table_type_read(a, type_declared_name(a, p), &type, &ignored) == OK)
		return builtin_find_text(type.text);
	return builtin_oid(type_declared(p));
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

/* What a label has at hand while its constraints are listed. */
struct listing {
	const struct catalog *c;
	const struct label_table *table;
	struct arena *arena;
	const struct table *details; /* NULL: none */
	struct label_column *columns;
	uint32_t column_count;
	struct label_constraint *made;
	uint32_t count;
};

static bool constraint_is_of(const struct constraint_info *info, const struct label_table *table)
{
	bool is_unique = info->kind == CONSTRAINT_UNIQUE || info->kind == CONSTRAINT_KEY;

	return is_unique && info->element == table->element && info->label == table->label;
}

static void list_keys(struct listing *l)
{
	const struct label_info *label = l->table->info;

	for (uint32_t i = 0; i < catalog_constraint_count(l->c); i++) {
		const struct constraint_info *info = catalog_constraint_at(l->c, i);
		struct label_constraint *made = &l->made[l->count];

		if (!constraint_is_of(info, l->table))
			continue;
		made->oid = label_oid(LABEL_CONSTRAINT, info->index);
		made->name = info->name;
		made->kind = label != NULL && label->primary_index == info->index ? 'p' : 'u';
		made->index = catalog_index(l->c, info->index);
		made->count = info->key_count;
		for (uint32_t k = 0; k < info->key_count; k++)
			made->columns[k] = label_column_number(
				l->columns, l->column_count, info->keys[k]);
		l->count++;
	}
}

static int16_t number_of(const struct label_column *columns, uint32_t count, struct str name)
{
	for (uint32_t i = 0; i < count; i++) {
		if (str_equal(columns[i].name, name))
			return columns[i].number;
	}
	return 0;
}

/* Checks and foreign keys have no number of their own: one is made of their name. */
static uint32_t oid_of_name(const struct label_table *table, struct str name)
{
	uint32_t hash = 2166136261u ^ (table->element == ELEMENT_NODE ? 0 : 1);

	hash = (hash ^ table->label) * 16777619u;
	for (uint32_t i = 0; i < name.length; i++)
		hash = (hash ^ (uint8_t)name.at[i]) * 16777619u;
	return hash | 1u << 31;
}

/* True if the keys of an index are the target's, in any order. */
static bool index_has(const struct index_info *index, const struct label_column *columns,
	const struct label_constraint *made)
{
	if (!index->is_unique || index->key_count != made->count)
		return false;
	for (uint32_t i = 0; i < made->count; i++) {
		bool found = false;

		if (made->targets[i] == 0)
			return false;
		for (uint32_t k = 0; k < index->key_count; k++)
			found = found || columns[made->targets[i] - 1].key == index->keys[k];
		if (!found)
			return false;
	}
	return true;
}

static void take_target(struct listing *l, const struct table_foreign *f,
	struct label_constraint *made)
{
	struct label_column *columns;
	struct label_table target;
	uint32_t count;

	if (!label_table_find(l->c, f->table, &target))
		return;
	made->target = target.oid;
	count = label_table_columns(l->c, &target, l->arena, &columns);
	for (uint32_t i = 0; i < f->count; i++)
		made->targets[i] = number_of(columns, count, f->targets[i]);
	for (uint32_t i = 0; i < catalog_index_count(l->c); i++) {
		const struct index_info *index = catalog_index_at(l->c, i);

		if (index->element == target.element && index->label == target.label &&
			index_has(index, columns, made))
			made->target_index = label_oid(LABEL_INDEX, index->id);
	}
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || (c & 0x80) != 0;
}

static void note_column(const struct table *t, struct label_constraint *check, struct str name)
{
	for (uint32_t i = 0; i < t->column_count; i++) {
		int16_t number = (int16_t)(i + 1);
		bool is_known = check->count == ARRAY_COUNT(check->columns);

		for (uint32_t k = 0; k < check->count; k++)
			is_known |= check->columns[k] == number;
		if (!is_known && str_equal_nocase(t->columns[i].name, name))
			check->columns[check->count++] = number;
	}
}

/* The columns that a condition names, in the order in which it does. */
static void note_columns(const struct table *t, struct label_constraint *check)
{
	struct str text = check->check;

	for (uint32_t i = 0; i < text.length;) {
		uint32_t begin = i++;
		char c = text.at[begin];

		if (c == '\'' || c == '"') {
			while (i < text.length && text.at[i] != c)
				i++;
			if (c == '"')
				note_column(t, check,
					(struct str){ text.at + begin + 1, i - begin - 1 });
			i++;
		} else if (is_word(c)) {
			while (i < text.length && is_word(text.at[i]))
				i++;
			note_column(t, check, (struct str){ text.at + begin, i - begin });
		}
	}
}

static void list_details(struct listing *l)
{
	for (uint32_t i = 0; i < l->details->check_count; i++) {
		struct label_constraint *made = &l->made[l->count++];

		made->name = l->details->checks[i].name;
		made->oid = oid_of_name(l->table, made->name);
		made->kind = 'c';
		made->check = l->details->checks[i].text;
		note_columns(l->details, made);
	}
	for (uint32_t i = 0; i < l->details->foreign_count; i++) {
		const struct table_foreign *f = &l->details->foreigns[i];
		struct label_constraint *made = &l->made[l->count++];

		made->name = f->name;
		made->oid = oid_of_name(l->table, f->name);
		made->kind = 'f';
		made->count = f->count;
		for (uint32_t k = 0; k < f->count; k++)
			made->columns[k] = number_of(l->columns, l->column_count, f->columns[k]);
		made->on_update = f->on_update;
		made->on_delete = f->on_delete;
		made->is_deferrable = f->is_deferrable;
		made->is_deferred = f->is_deferred;
		take_target(l, f, made);
	}
}

/* A key of properties that nobody declared, or one that leads to a column which is gone, has no columns
   that it could be told by. */
static bool has_columns(const struct label_constraint *made)
{
	for (uint32_t i = 0; i < made->count; i++) {
		if (made->columns[i] == 0 || (made->kind == 'f' && made->targets[i] == 0))
			return false;
	}
	return true;
}

uint32_t label_table_constraints(const struct catalog *c, const struct label_table *table,
	struct arena *a, struct label_constraint **out)
{
	struct listing l = { .c = c, .table = table, .arena = a };
	uint32_t room = catalog_constraint_count(c) + 1, kept = 0;

	l.details = table_of_label(c, a, table->element, table->label);
	if (l.details != NULL)
		room += l.details->check_count + l.details->foreign_count;
	l.column_count = label_table_columns(c, table, a, &l.columns);
	l.made = ARENA_ARRAY(a, struct label_constraint, room);
	list_keys(&l);
	if (l.details != NULL)
		list_details(&l);
	for (uint32_t i = 0; i < l.count; i++) {
		if (has_columns(&l.made[i]))
			l.made[kept++] = l.made[i];
	}
	*out = l.made;
	return kept;
}
