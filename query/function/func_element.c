/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Functions of nodes, edges and paths. What they read, they read through the execution's
 * transaction, one element at a time; the planner fetches named properties in batches, these serve
 * the rest.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/number.h"
#include "query/type/type.h"
#include "query/eval/cast.h"
#include "query/eval/element_parts.h"
#include "query/eval/eval_internal.h"
#include "query/function/functions.h"
#include "storage/storage.h"

static struct value element_value(enum value_type type, uint64_t id)
{
	return (struct value){ .type = (uint8_t)type, .id = id };
}

static enum element element_of(struct value v)
{
	return v.type == VALUE_NODE ? ELEMENT_NODE : ELEMENT_EDGE;
}

static enum sqlstate check(struct eval *ev, struct value v, struct error *e)
{
	return ev->has_deleted ? eval_check_present(ev, element_of(v), &v.id, 1, e) : OK;
}

FUNCTION_ROW(element_id)
{
	*out = value_int((int64_t)args[0].id);
	return OK;
}

FUNCTION_ROW(element_id_text)
{
	char text[NUMBER_TEXT_MAX];
	uint32_t length = number_format_int64((int64_t)args[0].id, text);

	*out = eval_string(ev, text, length);
	return OK;
}

/* ---- labels ---- */

static enum sqlstate edge_head_of(
	struct eval *ev, struct value edge, struct edge_head *head, struct error *e)
{
	TRY(storage_edges_get(ev->txn, &edge.id, 1, head, e));
	if (head->label == NAME_NONE && ev->has_deleted)
		return eval_check_present(ev, ELEMENT_EDGE, &edge.id, 1, e);
	return OK;
}

FUNCTION_ROW(element_type)
{
	struct edge_head head;
	struct str name;

	TRY(edge_head_of(ev, args[0], &head, e));
	*out = value_null();
	if (head.label != NAME_NONE) {
		name = catalog_name(txn_catalog(ev->txn), NAME_EDGE_LABEL, head.label);
		*out = value_string(arena_str(ev->arena, name));
	}
	return OK;
}

FUNCTION_ROW(element_labels)
{
	struct str *names;
	struct value *items;
	uint32_t labels_count;

	TRY(check(ev, args[0], e));
	if (args[0].type == VALUE_EDGE) {
		items = arena_alloc_raw(ev->arena, sizeof *items);
		TRY(element_type(ev, args, count, items, e));
		*out = eval_list(items, items[0].type == VALUE_NULL ? 0 : 1);
		return OK;
	}
	TRY(element_labels_by_name(ev->txn, args[0].id, ev->arena, &names, &labels_count, e));
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)labels_count + 1));
	for (uint32_t i = 0; i < labels_count; i++)
		items[i] = value_string(arena_str(ev->arena, names[i]));
	*out = eval_list(items, labels_count);
	return OK;
}

/* ---- properties ---- */

FUNCTION_ROW(element_properties)
{
	const struct catalog *catalog;
	struct property *properties;
	struct str *keys;
	struct value *values;
	uint32_t n;

	*out = args[0];
	if (args[0].type == VALUE_MAP)
		return OK;
	TRY(check(ev, args[0], e));
	TRY(storage_all_properties(
		ev->txn, element_of(args[0]), args[0].id, ev->arena, &properties, &n, e));
	catalog = txn_catalog(ev->txn);
	keys = arena_alloc_raw(ev->arena, sizeof *keys * (n + 1));
	values = arena_alloc_raw(ev->arena, sizeof *values * (n + 1));
	for (uint32_t i = 0; i < n; i++) {
		keys[i] = arena_str(ev->arena, catalog_name(catalog, NAME_KEY, properties[i].key));
		values[i] = properties[i].value;
	}
	return eval_make_map(ev, keys, values, n, out, e);
}

FUNCTION_ROW(element_keys)
{
	struct value map, *items;

	TRY(element_properties(ev, args, count, &map, e));
	items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)map.count + 1));
	for (uint32_t i = 0; i < map.count; i++)
		items[i] = value_string(map.entries[i].key);
	*out = eval_list(items, map.count);
	return OK;
}

FUNCTION_ROW(element_property_exists)
{
	struct value v;

	TRY(eval_property(ev, args[0], value_str(args[1]), NAME_NONE, &v, e));
	*out = value_bool(v.type != VALUE_NULL);
	return OK;
}

/* Types that are written as text where the language of a map, JSON, has none for them. */
static bool is_text_in_json(uint8_t type)
{
	return (type >= VALUE_BYTES && type <= VALUE_DURATION) || type == VALUE_UUID;
}

/* Whether a property equals what a map says; a text that is none of the property's type does not. */
static bool equals_entry(struct eval *ev, struct value property, struct value wanted)
{
	struct type type = type_of_value((enum value_type)property.type, VALUE_NULL);
	struct error ignored;

	if (wanted.type == VALUE_STRING && is_text_in_json(property.type) &&
		eval_cast(ev, wanted, type, true, &wanted, &ignored) != OK)
		return false;
	return value_equal(property, wanted) == 1;
}

FUNCTION_ROW(element_has_properties)
{
	bool is_equal = true;

	for (uint32_t i = 0; i < args[1].count && is_equal; i++) {
		const struct value_entry *entry = &args[1].entries[i];
		struct value v;

		TRY(eval_property(ev, args[0], entry->key, NAME_NONE, &v, e));
		is_equal = equals_entry(ev, v, entry->value);
	}
	*out = value_bool(is_equal);
	return OK;
}

/* ---- what PostgreSQL's system columns say of a row ---- */

enum { PLACE_BITS = 15, VERSION_FIRST = 3 };

/* (block,item), of the element's number. */
FUNCTION_ROW(element_row_place)
{
	char text[2 * NUMBER_TEXT_MAX + 4];
	uint32_t length = 0;

	text[length++] = '(';
	length += number_format_int64((int64_t)(args[0].id >> PLACE_BITS), text + length);
	text[length++] = ',';
	length += number_format_int64(
		(int64_t)(args[0].id & ((1u << PLACE_BITS) - 1)) + 1, text + length);
	text[length++] = ')';
	*out = eval_string(ev, text, length);
	return OK;
}

/* Another number whenever the row has other values: what those look for who compare xmin before they
   write. Nothing says which transaction wrote a row. */
FUNCTION_ROW(element_row_version)
{
	struct property *properties;
	uint64_t hash = 0;
	uint32_t n;

	TRY(check(ev, args[0], e));
	TRY(storage_all_properties(
		ev->txn, element_of(args[0]), args[0].id, ev->arena, &properties, &n, e));
	for (uint32_t i = 0; i < n; i++)
		hash = hash_combine(
			hash, value_hash(properties[i].value) + hash_u64(properties[i].key));
	*out = value_int((int64_t)((uint32_t)hash | VERSION_FIRST));
	return OK;
}

/* ---- samples ---- */

/* sampled(row, percent[, seed]): with a seed the same rows are taken each time. A row without a number
   is taken by chance alone. */
FUNCTION_ROW(element_is_sampled)
{
	uint64_t number = args[0].type == VALUE_NULL ? 0 : args[0].id, seed = 0;
	struct value chance;

	if (args[1].type == VALUE_NULL)
		return FAIL(e, E_SAMPLE, "TABLESAMPLE parameter cannot be null");
	if (!(args[1].real >= 0 && args[1].real <= 100))
		return FAIL(e, E_SAMPLE, "sample percentage must be between 0 and 100");
	if (count > 2 && args[2].type == VALUE_NULL)
		return FAIL(e, E_SAMPLE_REPEAT, "TABLESAMPLE REPEATABLE parameter cannot be null");
	TRY(number_rand(ev, NULL, 0, &chance, e));
	if (count > 2) {
		memcpy(&seed, &args[2].real, sizeof seed);
		chance.real = (double)(hash_u64(hash_combine(seed, number)) >> 11) /
			      (double)(UINT64_C(1) << 53);
	}
	*out = value_bool(chance.real < args[1].real / 100);
	return OK;
}

/* ---- ends ---- */

FUNCTION_ROW(element_start)
{
	struct edge_head head;

	TRY(edge_head_of(ev, args[0], &head, e));
	*out = head.label == NAME_NONE ? value_null() : element_value(VALUE_NODE, head.source);
	return OK;
}

FUNCTION_ROW(element_end)
{
	struct edge_head head;

	TRY(edge_head_of(ev, args[0], &head, e));
	*out = head.label == NAME_NONE ? value_null() : element_value(VALUE_NODE, head.target);
	return OK;
}

FUNCTION_ROW(element_all_different)
{
	*out = value_bool(true);
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t j = i + 1; j < count; j++) {
			if (value_same(args[i], args[j]))
				*out = value_bool(false);
		}
	}
	return OK;
}

FUNCTION_ROW(element_same)
{
	*out = value_bool(true);
	for (uint32_t i = 1; i < count; i++) {
		if (!value_same(args[0], args[i]))
			*out = value_bool(false);
	}
	return OK;
}

/* ---- paths ---- */

static struct value ids_list(
	struct eval *ev, enum value_type type, const uint64_t *ids, uint32_t count)
{
	struct value *items = arena_alloc_raw(ev->arena, sizeof *items * ((size_t)count + 1));

	for (uint32_t i = 0; i < count; i++)
		items[i] = element_value(type, ids[i]);
	return eval_list(items, count);
}

FUNCTION_ROW(path_nodes)
{
	*out = ids_list(ev, VALUE_NODE, args[0].path->nodes, args[0].path->edge_count + 1);
	return OK;
}

FUNCTION_ROW(path_edges)
{
	*out = ids_list(ev, VALUE_EDGE, args[0].path->edges, args[0].path->edge_count);
	return OK;
}

FUNCTION_ROW(path_elements)
{
	const struct value_path *path = args[0].path;
	uint32_t n = 2 * path->edge_count + 1;
	struct value *items = arena_alloc_raw(ev->arena, sizeof *items * n);

	for (uint32_t i = 0; i < n; i++) {
		items[i] = i % 2 == 0 ? element_value(VALUE_NODE, path->nodes[i / 2])
				      : element_value(VALUE_EDGE, path->edges[i / 2]);
	}
	*out = eval_list(items, n);
	return OK;
}

FUNCTION_ROW(path_length)
{
	*out = value_int(args[0].path->edge_count);
	return OK;
}
