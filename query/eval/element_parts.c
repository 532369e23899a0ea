/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The parts of an element by name.
 */
#include "query/eval/element_parts.h"

#include <stdlib.h>

#include "query/eval/eval.h"

static int by_name(const void *a, const void *b)
{
	const struct named_property *left = a, *right = b;

	return str_compare(left->name, right->name);
}

enum sqlstate element_properties_by_name(struct txn *t, enum element element, uint64_t id,
	struct arena *a, struct named_property **out, uint32_t *count, struct error *e)
{
	struct property *properties;

	TRY(storage_all_properties(t, element, id, a, &properties, count, e));
	*out = arena_alloc_raw(a, sizeof **out * ((size_t)*count + 1));
	for (uint32_t i = 0; i < *count; i++) {
		(*out)[i].name = catalog_name(txn_catalog(t), NAME_KEY, properties[i].key);
		(*out)[i].value = properties[i].value;
	}
	qsort(*out, *count, sizeof **out, by_name);
	return OK;
}

static int by_str(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

enum sqlstate element_labels_by_name(struct txn *t, uint64_t id, struct arena *a, struct str **out,
	uint32_t *count, struct error *e)
{
	const uint32_t *labels = NULL;
	uint32_t labelset;

	TRY(storage_nodes_get(t, &id, 1, &labelset, e));
	*count = labelset == LABELSET_ABSENT
			 ? 0
			 : catalog_labelset_shown(txn_catalog(t), labelset, &labels);
	*out = arena_alloc_raw(a, sizeof **out * ((size_t)*count + 1));
	for (uint32_t i = 0; i < *count; i++)
		(*out)[i] = catalog_name(txn_catalog(t), NAME_NODE_LABEL, labels[i]);
	qsort(*out, *count, sizeof **out, by_str);
	return OK;
}

/* ---- what a property can hold ---- */

static bool is_same_family(struct value a, struct value b)
{
	return a.type == b.type || (value_is_number(a) && value_is_number(b));
}

static COLD enum sqlstate refuse_value(struct value v, struct error *e)
{
	(void)FAIL(e, E_INVALID_VALUE, "a property cannot hold a value of type %s",
		value_type_name(v.type));
	error_detail(e, "A property holds a scalar, or a list of scalars of one type.");
	return E_INVALID_VALUE;
}

enum sqlstate eval_check_array(struct value v, struct error *e)
{
	return v.type == VALUE_NULL || value_is_storable(v) ? OK : refuse_value(v, e);
}

enum sqlstate eval_check_property(struct value v, struct error *e)
{
	if (!value_type_is_storable(v.type) && v.type != VALUE_NULL)
		return refuse_value(v, e);
	for (uint32_t i = 0; v.type == VALUE_LIST && i < v.count; i++) {
		struct value item = v.items[i];

		if (item.type == VALUE_LIST || !value_type_is_storable(item.type) ||
			item.type == VALUE_NULL)
			return refuse_value(item, e);
		if (!is_same_family(item, v.items[0]))
			return FAIL(e, E_INVALID_VALUE,
				"a property cannot hold a list of %s and %s values",
				value_type_name(v.items[0].type), value_type_name(item.type));
	}
	return OK;
}
