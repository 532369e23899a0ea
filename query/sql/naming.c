/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Names of what oids number: see naming.h.
 */
#include "query/sql/naming.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/interval.h"
#include "base/setting.h"
#include "query/eval/eval.h"
#include "query/sql/builtin.h"
#include "query/sql/label_table.h"
#include "query/sql/proc.h"
#include "query/sql/relation.h"
#include "query/table/relation_path.h"
#include "query/type/function.h"

/* ---- words ----------------------------------------------------------------------------------- */

static const struct {
	const char *word;
	char category;
} keywords[] = {
#define WORD(word, category, is_bare) { word, category },
#include "query/sql/pg_keywords.def"
#undef WORD
};

void naming_put_literal(struct buf *to, struct str text)
{
	bool has_backslash = text.length > 0 && memchr(text.at, '\\', text.length) != NULL;

	buf_put_text(to, has_backslash ? "E'" : "'");
	for (uint32_t i = 0; i < text.length; i++) {
		if (text.at[i] == '\'' || text.at[i] == '\\')
			buf_put_byte(to, (uint8_t)text.at[i]);
		buf_put_byte(to, (uint8_t)text.at[i]);
	}
	buf_put_byte(to, '\'');
}

char naming_keyword(struct str word)
{
	size_t low = 0, high = ARRAY_COUNT(keywords);

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = str_compare(word, str_of(keywords[middle].word));

		if (order == 0)
			return keywords[middle].category;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return '\0';
}

static bool is_plain(struct str name)
{
	if (name.length == 0 || (name.at[0] >= '0' && name.at[0] <= '9'))
		return false;
	for (uint32_t i = 0; i < name.length; i++) {
		char c = name.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
			return false;
	}
	return true;
}

void naming_put_ident(struct buf *to, struct str name)
{
	char category = is_plain(name) ? naming_keyword(name) : 'R';

	if (category == '\0' || category == 'U') {
		buf_put_str(to, name);
		return;
	}
	buf_put_byte(to, '"');
	for (uint32_t i = 0; i < name.length; i++) {
		if (name.at[i] == '"')
			buf_put_byte(to, '"');
		buf_put_byte(to, (uint8_t)name.at[i]);
	}
	buf_put_byte(to, '"');
}

/* ---- schemas --------------------------------------------------------------------------------- */

static const struct {
	uint32_t oid;
	const char *name;
} schemas[] = {
	{ OID_NAMESPACE_CATALOG, "pg_catalog" },
	{ OID_NAMESPACE_TOAST, "pg_toast" },
	{ OID_NAMESPACE_PUBLIC, "public" },
	{ OID_NAMESPACE_INFORMATION, "information_schema" },
};

bool naming_schema(const struct eval *ev, uint32_t oid, struct str *name)
{
	const struct catalog *c = ev->txn == NULL ? NULL : txn_catalog(ev->txn);
	enum label_object object;
	uint32_t graph;

	for (uint32_t i = 0; i < ARRAY_COUNT(schemas); i++) {
		if (schemas[i].oid == oid) {
			*name = str_of(schemas[i].name);
			return true;
		}
	}
	if (c == NULL || !label_oid_split(oid, &object, &graph) || object != LABEL_NODE_TABLE ||
		!catalog_is_membership(c, graph))
		return false;
	*name = catalog_graph_name(c, graph);
	return catalog_graph_find(c, *name) == graph;
}

uint32_t naming_schema_oid(const struct eval *ev, struct str name)
{
	uint32_t graph;

	if (str_equal(name, STR("pg_temp")))
		name = temporary_graph(ev->settings);
	graph = ev->txn == NULL ? (uint32_t)GRAPH_MAIN
				: catalog_graph_find(txn_catalog(ev->txn), name);
	for (uint32_t i = 0; i < ARRAY_COUNT(schemas); i++) {
		if (str_equal(name, str_of(schemas[i].name)))
			return schemas[i].oid;
	}
	return graph == GRAPH_MAIN ? 0 : label_schema_oid(graph);
}

bool naming_is_on_path(const struct eval *ev, uint32_t schema)
{
	struct str path = relation_path(ev->settings), name;

	if (schema == OID_NAMESPACE_CATALOG ||
		schema == naming_schema_oid(ev, STR("pg_temp")))
		return schema != 0;
	while (relation_path_next(&path, &name)) {
		if (naming_schema_oid(ev, name) == schema)
			return true;
	}
	return false;
}

/* ---- objects --------------------------------------------------------------------------------- */

bool naming_relation(struct eval *ev, uint32_t oid, struct naming_object *out)
{
	const struct catalog *c = ev->txn == NULL ? NULL : txn_catalog(ev->txn);
	const struct relation *relation = relation_by_oid(oid);
	enum label_object object;
	struct label_table table;
	uint32_t number;

	if (relation != NULL) {
		*out = (struct naming_object){ str_of(relation->name),
			naming_schema_oid(ev, str_of(relation->schema)), NAME_NONE };
		return true;
	}
	*out = (struct naming_object){ STR("main"), OID_NAMESPACE_PUBLIC, NAME_NONE };
	/* A graph has the number of its schema. */
	if (oid == OID_GRAPH_MAIN || (oid > OID_GRAPH_MAIN && naming_schema(ev, oid, &out->name)))
		return true;
	if (c == NULL || !label_oid_split(oid, &object, &number))
		return false;
	if (label_table_by_oid(c, oid, &table)) {
		out->name = table.name;
		out->schema = table.schema;
		return true;
	}
	if (object == LABEL_CATALOG_OBJECT && catalog_object(c, number) != NULL) {
		out->name = graph_local_name(catalog_object(c, number)->name);
		out->schema = label_object_schema(c, catalog_object(c, number));
		out->object = number;
		return true;
	}
	if (object != LABEL_INDEX || catalog_index(c, number) == NULL)
		return false;
	out->name = catalog_index(c, number)->name;
	out->schema = label_schema_oid(catalog_graph_of(
		c, catalog_index(c, number)->element, catalog_index(c, number)->label));
	return true;
}

static bool row_type(struct eval *ev, uint32_t oid, struct naming_object *out)
{
	const struct catalog *c = ev->txn == NULL ? NULL : txn_catalog(ev->txn);
	enum label_object object;
	struct label_table table;
	uint32_t number;
	bool is_array;

	if (c == NULL || !label_oid_split(oid, &object, &number) || object < LABEL_NODE_ROW ||
		object > LABEL_EDGE_ROW_ARRAY)
		return false;
	is_array = object >= LABEL_NODE_ROW_ARRAY;
	object = object == LABEL_NODE_ROW || object == LABEL_NODE_ROW_ARRAY ? LABEL_NODE_TABLE
									     : LABEL_EDGE_TABLE;
	if (!label_table_by_oid(c, label_oid(object, number), &table))
		return false;
	out->schema = table.schema;
	out->name = is_array ? arena_printf(ev->arena, "_%.*s", STR_ARGS(table.name)) : table.name;
	return true;
}

static bool catalog_row_type(struct eval *ev, uint32_t oid, struct naming_object *out)
{
	bool is_array = false;
	const struct relation *r = relation_by_row_type(oid, &is_array);

	if (r == NULL)
		return false;
	out->schema = naming_schema_oid(ev, str_of(r->schema));
	out->name = is_array ? arena_printf(ev->arena, "_%s", r->name) : str_of(r->name);
	return true;
}

bool naming_type(struct eval *ev, uint32_t oid, struct naming_object *out)
{
	const struct builtin_type *type = builtin_type_by_oid(oid);
	bool is_array = type == NULL;

	if (is_array)
		type = builtin_type_by_array(oid);
	if (type == NULL)
		return oid < OID_USER_FIRST ? catalog_row_type(ev, oid, out)
					    : row_type(ev, oid, out);
	out->schema = type->kind == 'd' ? OID_NAMESPACE_INFORMATION : OID_NAMESPACE_CATALOG;
	out->name = is_array ? arena_printf(ev->arena, "_%s", type->name) : str_of(type->name);
	return true;
}

bool naming_function(struct eval *ev, uint32_t oid, struct naming_object *out)
{
	const struct proc *proc = proc_by_oid(oid);
	uint32_t position;

	(void)ev;
	out->schema = OID_NAMESPACE_CATALOG;
	if (proc != NULL)
		out->name = str_of(proc->name);
	else if (proc_own_position(oid, &position))
		out->name = str_of(function_at(position)->name);
	else
		return false;
	return true;
}

/* Of two relations of a name, one of them temporary, the one that search_path leads to first. */
bool naming_is_visible(struct eval *ev, const struct naming_object *relation)
{
	bool is_temporary = relation->schema == naming_schema_oid(ev, STR("pg_temp"));
	struct str found;

	if (!naming_is_on_path(ev, relation->schema))
		return false;
	if (temporary_graph(ev->settings).length == 0 || ev->txn == NULL)
		return true;
	found = temporary_find(txn_catalog(ev->txn), ev->settings, ev->arena, relation->name);
	return (found.length > 0 && str_equal(graph_local_name(found), relation->name)) ==
	       is_temporary;
}

void naming_put(const struct eval *ev, struct buf *to, const struct naming_object *object)
{
	struct str schema;

	if (!naming_is_on_path(ev, object->schema) && naming_schema(ev, object->schema, &schema)) {
		naming_put_ident(to, schema);
		buf_put_byte(to, '.');
	}
	naming_put_ident(to, object->name);
}

/* ---- types ----------------------------------------------------------------------------------- */

/* PostgreSQL's own words for types; %s is where a modifier goes. */
static const struct {
	uint32_t oid;
	const char *text;
} type_words[] = {
	{ 16, "boolean" },
	{ 18, "\"char\"" },
	{ 20, "bigint" },
	{ 21, "smallint" },
	{ 23, "integer" },
	{ 700, "real" },
	{ 701, "double precision" },
	{ 1042, "character%s" },
	{ 1043, "character varying%s" },
	{ 1083, "time%s without time zone" },
	{ 1114, "timestamp%s without time zone" },
	{ 1184, "timestamp%s with time zone" },
	{ 1186, "interval%s" },
	{ 1266, "time%s with time zone" },
	{ 1560, "bit%s" },
	{ 1562, "bit varying%s" },
	{ 1700, "numeric%s" },
};

enum {
	OID_BPCHAR = 1042,
	OID_VARCHAR = 1043,
	OID_INTERVAL = 1186,
	OID_BIT = 1560,
	OID_NUMERIC = 1700,
};

static void digits_text(struct type_modifier m, char text[32])
{
	snprintf(text, 32, "(%u,%d)", m.precision, m.scale);
}

static void span_text(int32_t modifier, char text[32])
{
	struct buf words = { 0 };
	uint8_t range, seconds;

	interval_modifier_split(modifier, &range, &seconds);
	interval_put_range(&words, range, seconds);
	snprintf(text, 32, "%.*s", STR_ARGS(buf_str(&words)));
	buf_free(&words);
}

static void modifier_text(uint32_t oid, int32_t modifier, char text[32])
{
	text[0] = '\0';
	if (modifier < 0)
		return;
	if (oid == OID_BPCHAR || oid == OID_VARCHAR)
		modifier -= 4;
	if (oid == OID_NUMERIC)
		digits_text(type_modifier_of_digits((uint32_t)modifier - 4), text);
	else if (oid == OID_INTERVAL)
		span_text(modifier, text);
	else
		snprintf(text, 32, "(%d)", modifier);
}

static void put_base_type(
	struct eval *ev, struct buf *to, uint32_t oid, int32_t modifier, bool is_given)
{
	struct naming_object object;
	char text[32];

	if (is_given && modifier < 0 && (oid == OID_BPCHAR || oid == OID_BIT)) {
		buf_put_text(to, oid == OID_BPCHAR ? "bpchar" : "\"bit\"");
		return;
	}
	modifier_text(oid, is_given ? modifier : -1, text);
	for (uint32_t i = 0; i < ARRAY_COUNT(type_words); i++) {
		const char *word = type_words[i].text, *hole = strstr(word, "%s");

		if (type_words[i].oid != oid)
			continue;
		buf_put(to, word, hole == NULL ? strlen(word) : (size_t)(hole - word));
		if (hole != NULL) {
			buf_put_text(to, text);
			buf_put_text(to, hole + 2);
		}
		return;
	}
	if (naming_type(ev, oid, &object))
		naming_put(ev, to, &object);
	else
		buf_put_text(to, "???");
}

/* The element's number if the type is an array, else 0. */
static uint32_t element_of(struct eval *ev, uint32_t oid)
{
	const struct builtin_type *type = builtin_type_by_array(oid);
	const struct relation *relation;
	struct naming_object row;
	enum label_object object;
	uint32_t number;
	bool is_array;

	if (type != NULL)
		return type->oid;
	relation = relation_by_row_type(oid, &is_array);
	if (relation != NULL)
		return is_array ? relation_row_type(relation, &number) : 0;
	if (!row_type(ev, oid, &row) || !label_oid_split(oid, &object, &number))
		return 0;
	if (object == LABEL_NODE_ROW_ARRAY)
		return label_oid(LABEL_NODE_ROW, number);
	return object == LABEL_EDGE_ROW_ARRAY ? label_oid(LABEL_EDGE_ROW, number) : 0;
}

void naming_put_type(
	struct eval *ev, struct buf *to, uint32_t oid, int32_t modifier, bool is_given)
{
	uint32_t element = element_of(ev, oid);

	if (oid == 0) {
		buf_put_byte(to, '-');
		return;
	}
	put_base_type(ev, to, element != 0 ? element : oid, modifier, is_given);
	if (element != 0)
		buf_put_text(to, "[]");
}

/* ---- from names to numbers ------------------------------------------------------------------- */

/* Cuts the next part off a dotted name: folded to lower case, or as it stands in double quotes.
   False at the end or where it is malformed. */
static bool next_part(struct eval *ev, struct str *text, struct str *part)
{
	char *made = arena_alloc(ev->arena, text->length + 1);
	uint32_t at = 0, length = 0;

	if (text->length > 0 && text->at[0] == '"') {
		for (at = 1; at < text->length; at++) {
			if (text->at[at] == '"' && at + 1 < text->length &&
				text->at[at + 1] == '"')
				at++;
			else if (text->at[at] == '"')
				break;
			made[length++] = text->at[at];
		}
		if (at == text->length)
			return false;
		at++;
	} else {
		for (; at < text->length && text->at[at] != '.'; at++) {
			char c = text->at[at];

			made[length++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
		}
	}
	if (length == 0 || (at < text->length && text->at[at] != '.'))
		return false;
	at += at < text->length;
	*text = (struct str){ text->at + at, text->length - at };
	*part = (struct str){ made, length };
	return true;
}

enum { NAME_PARTS_MAX = 3 }; /* database.schema.name */

/* The parts of a written name, and how many; 0: it is none. More than there is room for are counted. */
static uint32_t name_parts(struct eval *ev, struct str text, struct str *parts)
{
	uint32_t count = 0;
	bool is_over = false;

	while (text.length > 0 && text.at[0] == ' ')
		text = (struct str){ text.at + 1, text.length - 1 };
	while (text.length > 0 && text.at[text.length - 1] == ' ')
		text.length--;
	while (!is_over) {
		struct str part;

		if (!next_part(ev, &text, &part))
			return 0;
		if (count < NAME_PARTS_MAX)
			parts[count] = part;
		count++;
		is_over = text.length == 0;
		if (is_over && text.at[-1] == '.')
			return 0;
	}
	return count;
}

static bool is_own_database(const struct eval *ev, struct str name)
{
	return ev->session == NULL || ev->session->database == NULL ||
	       str_equal(name, str_of(ev->session->database));
}

/* Schema (empty if none is given) and name. */
static bool split_name(struct eval *ev, struct str text, struct str *schema, struct str *name)
{
	struct str parts[NAME_PARTS_MAX];
	uint32_t count = name_parts(ev, text, parts);

	*schema = count > 1 && count <= NAME_PARTS_MAX ? parts[count - 2] : STR("");
	if (count == 0 || count > NAME_PARTS_MAX ||
		(count == NAME_PARTS_MAX && !is_own_database(ev, parts[0])))
		return false;
	*name = parts[count - 1];
	return true;
}

static uint32_t relation_oid_of_label(const struct catalog *c, struct str name)
{
	struct label_table table;

	if (label_table_find(c, name, &table))
		return table.oid;
	for (uint32_t i = 0; i < catalog_object_count(c); i++) {
		const struct catalog_object *o = catalog_object_at(c, i);

		if (o->kind != OBJECT_TABLE && str_equal(o->name, name))
			return label_oid(LABEL_CATALOG_OBJECT, o->id);
	}
	if (str_equal(name, STR("main")))
		return OID_GRAPH_MAIN;
	if (catalog_graph_find(c, name) != GRAPH_MAIN)
		return label_schema_oid(catalog_graph_find(c, name));
	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		const struct index_info *index = catalog_index_at(c, i);

		if (str_equal(index->full_name, name))
			return label_oid(LABEL_INDEX, index->id);
	}
	return 0;
}

uint32_t naming_find_relation(struct eval *ev, struct str text)
{
	const struct catalog *c = ev->txn == NULL ? NULL : txn_catalog(ev->txn);
	const struct relation *relation;
	struct str schema, name, found;

	if (!split_name(ev, text, &schema, &name))
		return 0;
	found = schema.length > 0 ? (struct str){ 0 }
				  : temporary_find(c, ev->settings, ev->arena, name);
	if (found.length > 0)
		return relation_oid_of_label(c, found);
	if (str_equal(schema, STR("pg_temp")))
		schema = temporary_graph(ev->settings);
	relation = relation_resolve(ev->settings, schema, name);
	if (relation != NULL)
		return relation->oid;
	if (ev->txn != NULL && catalog_graph_find(txn_catalog(ev->txn), schema) != GRAPH_MAIN)
		return relation_oid_of_label(
			txn_catalog(ev->txn), graph_full_name(ev->arena, schema, name));
	if (ev->txn == NULL || (schema.length > 0 && !str_equal(schema, STR("public"))))
		return 0;
	if (schema.length == 0 && !naming_is_on_path(ev, OID_NAMESPACE_PUBLIC))
		return 0;
	return relation_oid_of_label(txn_catalog(ev->txn), name);
}

enum sqlstate naming_no_relation(struct eval *ev, struct str text, struct error *e)
{
	struct str parts[NAME_PARTS_MAX];
	uint32_t count = name_parts(ev, text, parts);
	struct str schema;

	if (count == 0)
		return FAIL(e, E_INVALID_NAME, "invalid name syntax");
	if (count > NAME_PARTS_MAX)
		return FAIL(e, E_SYNTAX,
			"improper relation name (too many dotted names): %.*s", STR_ARGS(text));
	if (count == 1)
		return FAIL(e, E_NO_TABLE, "relation \"%.*s\" does not exist",
			STR_ARGS(parts[0]));
	schema = parts[count - 2];
	if (count == NAME_PARTS_MAX && !is_own_database(ev, parts[0]))
		return FAIL(e, E_NOT_SUPPORTED,
			"cross-database references are not implemented: \"%.*s.%.*s.%.*s\"",
			STR_ARGS(parts[0]), STR_ARGS(parts[1]), STR_ARGS(parts[2]));
	if (naming_schema_oid(ev, schema) == 0)
		return FAIL(
			e, E_NO_GRAPH, "schema \"%.*s\" does not exist", STR_ARGS(schema));
	return FAIL(e, E_NO_TABLE, "relation \"%.*s.%.*s\" does not exist", STR_ARGS(schema),
		STR_ARGS(parts[count - 1]));
}

static uint32_t type_by_name(struct eval *ev, struct str schema, struct str name)
{
	const struct builtin_type *type = builtin_type_find(name);
	const struct relation *relation;
	struct label_table table;
	uint32_t array;

	if (schema.length > 0 && str_equal(schema, STR("public")))
		type = NULL;
	if (type != NULL)
		return type->oid;
	if (name.length > 1 && name.at[0] == '_') {
		type = builtin_type_find((struct str){ name.at + 1, name.length - 1 });
		if (type != NULL)
			return type->array;
		relation = relation_resolve(
			ev->settings, schema, (struct str){ name.at + 1, name.length - 1 });
		if (relation != NULL && relation_row_type(relation, &array) != 0)
			return array;
	}
	relation = relation_resolve(ev->settings, schema, name);
	if (relation != NULL)
		return relation_row_type(relation, &array);
	if (ev->txn == NULL || !label_table_find(txn_catalog(ev->txn), name, &table))
		return 0;
	return label_oid(
		table.element == ELEMENT_NODE ? LABEL_NODE_ROW : LABEL_EDGE_ROW, table.label);
}

static uint32_t array_of(uint32_t oid)
{
	const struct builtin_type *type = builtin_type_by_oid(oid);
	const struct relation *relation;
	enum label_object object;
	uint32_t number = 0;
	bool is_array;

	if (type != NULL)
		return type->array;
	relation = relation_by_row_type(oid, &is_array);
	if (relation != NULL && relation_row_type(relation, &number) != 0)
		return number;
	if (!label_oid_split(oid, &object, &number))
		return 0;
	return label_oid(
		object == LABEL_NODE_ROW ? LABEL_NODE_ROW_ARRAY : LABEL_EDGE_ROW_ARRAY, number);
}

uint32_t naming_find_type(struct eval *ev, struct str text)
{
	bool is_array = text.length > 2 && memcmp(text.at + text.length - 2, "[]", 2) == 0;
	uint32_t oid = builtin_find_text(text);
	struct str schema, name;

	if (oid != 0)
		return oid;
	if (is_array)
		text.length -= 2;
	if (split_name(ev, text, &schema, &name))
		oid = type_by_name(ev, schema, name);
	return is_array && oid != 0 ? array_of(oid) : oid;
}

uint32_t naming_find_function(struct eval *ev, struct str text)
{
	const struct proc *proc;
	struct str schema, name;
	uint32_t count;

	if (!split_name(ev, text, &schema, &name))
		return 0;
	proc = proc_find(name, &count);
	if (proc != NULL)
		return proc->oid;
	for (uint32_t i = 0; i < function_count(); i++) {
		if (str_equal(name, str_of(function_at(i)->name)) && proc_own_oid(i) != 0)
			return proc_own_oid(i);
	}
	return 0;
}
