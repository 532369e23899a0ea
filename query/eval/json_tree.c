/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * JSON as values: objects become maps, arrays lists, numbers integers where they are written so.
 * Depth is limited by json_parse().
 */
#include "query/query.h"

#include <stdlib.h>

#include "base/json.h"

struct member {
	const struct json *json;
	uint32_t place; /* in the text */
};

static int compare_members(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	int order = str_compare(a->json->name, b->json->name);

	return order != 0 ? order : (a->place > b->place) - (a->place < b->place);
}

/* Sorted by key; of members with the same name the last one counts. */
static struct value from_object(const struct json *json, struct arena *a)
{
	struct value_entry *entries = ARENA_ARRAY(a, struct value_entry, json->count);
	struct member *members = ARENA_ARRAY(a, struct member, json->count);
	uint32_t count = 0, kept = 0;

	for (const struct json *m = json->first; m != NULL; m = m->next) {
		members[count] = (struct member){ m, count };
		count++;
	}
	qsort(members, count, sizeof *members, compare_members);
	for (uint32_t i = 0; i < count; i++) {
		struct str name = members[i].json->name;

		if (i + 1 < count && str_equal(name, members[i + 1].json->name))
			continue;
		entries[kept].key = name;
		entries[kept++].value = query_json_value(members[i].json, a);
	}
	return (struct value){ .type = VALUE_MAP, .count = kept, .entries = entries };
}

static struct value from_list(const struct json *json, struct arena *a)
{
	struct value *items = ARENA_ARRAY(a, struct value, json->count);
	uint32_t count = 0;

	for (const struct json *item = json->first; item != NULL; item = item->next)
		items[count++] = query_json_value(item, a);
	return (struct value){ .type = VALUE_LIST, .count = count, .items = items };
}

struct value query_json_value(const struct json *json, struct arena *a)
{
	switch (json->kind) {
	case JSON_NULL:
		return value_null();
	case JSON_BOOL:
		return value_bool(json->is_true);
	case JSON_INTEGER:
		return value_int(json->integer);
	case JSON_DOUBLE:
		return value_float(json->number);
	case JSON_STRING:
		return value_string(json->text);
	case JSON_ARRAY:
		return from_list(json, a);
	case JSON_OBJECT:
		return from_object(json, a);
	}
	unreachable();
}
