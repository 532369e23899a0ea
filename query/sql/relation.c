/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The table of catalog relations and their scans: see relation.h.
 */
#include "query/sql/relation.h"

#include <stdlib.h>

#include "base/setting.h"
#include "query/eval/eval.h"
#include "query/sql/fills.h"

/* ---- the table ------------------------------------------------------------------------------- */

#define RELATION(schema, name, oid, kind, fill)                                                    \
	static const struct relation_column name##_columns[] = {
#define TABLE_FUNCTION(tag, name, arguments, fill)                                                 \
	static const struct relation_column tag##_columns[] = {
#define COLUMN(relation, name, type) { #name, #type, false },
#define NOT_NULL(relation, name, type) { #name, #type, true },
#define END(relation)                                                                              \
	}                                                                                          \
	;
#include "query/sql/catalog_views.def"
#include "query/sql/catalogs.def"
#include "query/sql/information_schema.def"
#include "query/sql/property_graph.def"
#include "query/sql/table_functions.def"
#undef RELATION
#undef TABLE_FUNCTION
#undef COLUMN
#undef NOT_NULL
#undef END

#define RELATION(schema, name, oid, kind, fill)                                                    \
	{ #schema, #name, oid, RELATION_##kind, ARRAY_COUNT(name##_columns), name##_columns,       \
		relation_fill_##fill, NULL },
#define COLUMN(relation, name, type)
#define NOT_NULL(relation, name, type)
#define END(relation)

static const struct relation relations[] = {
#include "query/sql/catalogs.def"

#include "query/sql/catalog_views.def"

#include "query/sql/information_schema.def"

#include "query/sql/property_graph.def"
};

#define TABLE_FUNCTION(tag, name, arguments, fill)                                                 \
	{ "pg_catalog", name, 0, RELATION_FUNCTION, ARRAY_COUNT(tag##_columns), tag##_columns,     \
		relation_fill_##fill, arguments },

static const struct relation functions[] = {
#include "query/sql/table_functions.def"
};

#undef TABLE_FUNCTION
#undef RELATION
#undef COLUMN
#undef NOT_NULL
#undef END

uint32_t relation_count(void)
{
	return ARRAY_COUNT(relations);
}

const struct relation *relation_at(uint32_t position)
{
	assert(position < ARRAY_COUNT(relations));
	return &relations[position];
}

const struct relation *relation_by_oid(uint32_t oid)
{
	for (uint32_t i = 0; i < ARRAY_COUNT(relations); i++) {
		if (relations[i].oid == oid)
			return &relations[i];
	}
	return NULL;
}

/* Relations from here on have consecutive numbers with their types in PostgreSQL; ours stand behind. */
enum { OID_VIEW_FIRST = 12000, OID_VIEW_LAST = 13555 };

uint32_t relation_row_type(const struct relation *r, uint32_t *array)
{
	static const struct {
		const char *relation;
		uint32_t row, array;
	} types[] = {
#define ROW_TYPE(relation, row, array) { #relation, row, array },
#include "query/sql/row_types.def"
#undef ROW_TYPE
	};

	*array = 0;
	if (r->oid >= OID_VIEW_FIRST && r->oid <= OID_VIEW_LAST) {
		*array = r->oid + 1;
		return r->oid + 2;
	}
	for (uint32_t i = 0; i < ARRAY_COUNT(types); i++) {
		if (strcmp(types[i].relation, r->name) != 0)
			continue;
		*array = types[i].array;
		return types[i].row;
	}
	return 0;
}

const struct relation *relation_by_row_type(uint32_t oid, bool *is_array)
{
	for (uint32_t i = 0; oid != 0 && i < ARRAY_COUNT(relations); i++) {
		uint32_t array, row = relation_row_type(&relations[i], &array);

		*is_array = oid == array;
		if (oid == row || oid == array)
			return &relations[i];
	}
	return NULL;
}

const struct relation *relation_find(struct str schema, struct str name)
{
	for (uint32_t i = 0; i < ARRAY_COUNT(relations); i++) {
		if (str_equal(name, str_of(relations[i].name)) &&
			str_equal(schema, str_of(relations[i].schema)))
			return &relations[i];
	}
	return NULL;
}

const struct relation *relation_find_function(struct str name)
{
	for (uint32_t i = 0; i < ARRAY_COUNT(functions); i++) {
		if (str_equal_nocase(name, str_of(functions[i].name)))
			return &functions[i];
	}
	return NULL;
}

/* ---- names ----------------------------------------------------------------------------------- */

/* All names here are in lower case, so this finds them as written and folded. */
static const struct relation *find_folded(struct str schema, struct str name)
{
	for (uint32_t i = 0; i < ARRAY_COUNT(relations); i++) {
		if (str_equal_nocase(name, str_of(relations[i].name)) &&
			str_equal_nocase(schema, str_of(relations[i].schema)))
			return &relations[i];
	}
	return NULL;
}

static struct str str_from(struct str s, uint32_t first)
{
	return (struct str){ s.at + first, s.length - first };
}

/* The next name of a list such as: "$user", public. */
/* A quote that ends a name; behind the first of two that stand for one within it *at is at the second. */
static bool is_end_quote(struct str path, uint32_t *at)
{
	if (path.at[*at] != '"')
		return false;
	if (*at + 1 == path.length || path.at[*at + 1] != '"')
		return true;
	++*at;
	return false;
}

bool relation_path_next(struct str *path, struct str *name)
{
	while (path->length > 0 && (path->at[0] == ' ' || path->at[0] == ','))
		*path = str_from(*path, 1);
	if (path->length == 0)
		return false;
	name->length = 0;
	if (path->at[0] == '"') {
		*path = str_from(*path, 1);
		name->at = path->at;
		while (name->length < path->length && !is_end_quote(*path, &name->length))
			name->length++;
		*path = str_from(*path, MIN_OF(name->length + 1, path->length));
		return true;
	}
	name->at = path->at;
	while (name->length < path->length && path->at[name->length] != ',')
		name->length++;
	*path = str_from(*path, name->length);
	while (name->length > 0 && name->at[name->length - 1] == ' ')
		name->length--;
	return true;
}

struct str relation_path(const struct settings *settings)
{
	if (settings == NULL)
		return STR("public");
	return str_of(settings->values[SETTING_search_path].text);
}

static bool path_names_catalog(struct str path)
{
	struct str name;

	while (relation_path_next(&path, &name)) {
		if (str_equal_nocase(name, STR("pg_catalog")))
			return true;
	}
	return false;
}

const struct relation *relation_resolve(
	const struct settings *settings, struct str qualifier, struct str name)
{
	const struct relation *found = NULL;
	struct str path = relation_path(settings), schema;

	if (qualifier.length > 0) {
		for (uint32_t i = qualifier.length; i-- > 0;) {
			if (qualifier.at[i] == '.')
				return find_folded(str_from(qualifier, i + 1), name);
		}
		return find_folded(qualifier, name);
	}
	if (!path_names_catalog(path))
		found = find_folded(STR("pg_catalog"), name);
	while (found == NULL && relation_path_next(&path, &schema))
		found = find_folded(schema, name);
	return found;
}

/* ---- scanning -------------------------------------------------------------------------------- */

void relation_begin(struct relation_scan *scan)
{
	scan->catalog = txn_catalog(scan->ev->txn);
	scan->at = 0;
	scan->row_count = scan->row_capacity = 0;
	scan->cells = NULL;
}

enum sqlstate relation_next(struct relation_scan *scan, bool *is_last, struct error *e)
{
	uint64_t at = scan->at;

	scan->at = 0;
	scan->row_count = scan->row_capacity = 0;
	scan->cells = NULL;
	*is_last = true;
	if (scan->relation->fill == NULL)
		return OK;
	arena_reset(scan->arena);
	scan->at = at;
	TRY(scan->relation->fill(scan, e));
	assert(scan->at == 0 || scan->at != at);
	*is_last = scan->at == 0;
	return OK;
}

/* ---- for fill functions ---------------------------------------------------------------------- */

struct value *relation_add(struct relation_scan *scan)
{
	uint32_t width = scan->relation->column_count;
	size_t row_bytes = width * sizeof *scan->cells;

	if (scan->row_count == scan->row_capacity) {
		uint32_t capacity = scan->row_capacity == 0 ? 8 : 2 * scan->row_capacity;

		scan->cells = arena_grow(scan->arena, scan->cells, scan->row_count * row_bytes,
			capacity * row_bytes);
		scan->row_capacity = capacity;
	}
	memset(&scan->cells[(size_t)scan->row_count * width], 0, row_bytes);
	return &scan->cells[(size_t)scan->row_count++ * width];
}

bool relation_wants(const struct relation_scan *scan, uint32_t column, int64_t value)
{
	return scan->key_column != column || scan->key.type != VALUE_INT ||
	       scan->key.integer == value;
}

bool relation_key(const struct relation_scan *scan, uint32_t column, int64_t *value)
{
	if (scan->key_column != column || scan->key.type != VALUE_INT)
		return false;
	*value = scan->key.integer;
	return true;
}

struct value relation_text(const char *text)
{
	return value_string(str_of(text));
}

struct value relation_char(struct relation_scan *scan, char c)
{
	char *text = arena_alloc_raw(scan->arena, 1);

	*text = c;
	return value_string((struct str){ text, c == '\0' ? 0 : 1 });
}

struct value relation_numbers(struct relation_scan *scan, const int64_t *numbers, uint32_t count)
{
	struct value *items = ARENA_ARRAY(scan->arena, struct value, count + 1);

	for (uint32_t i = 0; i < count; i++)
		items[i] = value_int(numbers[i]);
	return (struct value){ .type = VALUE_LIST, .count = count, .items = items };
}

struct value relation_attnums(struct relation_scan *scan, const int16_t *numbers, uint32_t count)
{
	struct value *items = ARENA_ARRAY(scan->arena, struct value, count + 1);

	for (uint32_t i = 0; i < count; i++)
		items[i] = value_int(numbers[i]);
	return (struct value){ .type = VALUE_LIST, .count = count, .items = items };
}

struct value relation_texts(struct relation_scan *scan, const struct str *texts, uint32_t count)
{
	struct value *items = ARENA_ARRAY(scan->arena, struct value, count + 1);

	for (uint32_t i = 0; i < count; i++)
		items[i] = value_string(texts[i]);
	return (struct value){ .type = VALUE_LIST, .count = count, .items = items };
}
