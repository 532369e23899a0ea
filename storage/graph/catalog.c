/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Look-ups in a catalog. A catalog is read without locks: whoever holds a pointer to one has said
 * so in its snapshot slot, and versions are freed only when no slot needs them (txn/snapshot.c).
 */
#include "storage/graph/catalog.h"

#include "base/check.h"
#include "base/hash.h"

uint64_t catalog_version(const struct catalog *c)
{
	return c->version;
}

uint32_t catalog_find(const struct catalog *c, enum name_kind kind, struct str name)
{
	return dictionary_find(c->names[kind], c->name_counts[kind], name);
}

struct str catalog_full_name(const struct catalog *c, enum name_kind kind, uint32_t id)
{
	if (id == NAME_NONE || id > c->name_counts[kind])
		return (struct str){ "", 0 };
	return dictionary_text(c->names[kind], id);
}

struct str catalog_name(const struct catalog *c, enum name_kind kind, uint32_t id)
{
	struct str name = catalog_full_name(c, kind, id);

	return c->has_graphs && kind != NAME_KEY ? graph_local_name(name) : name;
}

bool catalog_key_is_hidden(const struct catalog *c, uint32_t key)
{
	struct str name = catalog_full_name(c, NAME_KEY, key);

	return name.length > 0 && (uint8_t)name.at[0] == KEY_HIDDEN;
}

uint32_t catalog_label_properties(const struct catalog_label *l)
{
	return l->info.property_count + l->info.hidden_count;
}

uint32_t catalog_name_count(const struct catalog *c, enum name_kind kind)
{
	return c->name_counts[kind];
}

const struct catalog_label *catalog_label_find(
	const struct catalog *c, enum element element, uint32_t label)
{
	return label < c->label_limits[element] ? c->labels[element][label] : NULL;
}

const struct label_info *catalog_label(const struct catalog *c, enum element element, uint32_t id)
{
	const struct catalog_label *label = catalog_label_find(c, element, id);

	return label == NULL ? NULL : &label->info;
}

static bool same_end(struct edge_end a, struct edge_end b)
{
	return a.label == b.label && a.key == b.key;
}

struct edge_end catalog_end_with_key(const struct catalog *c, struct edge_end end)
{
	const struct label_info *node = catalog_label(c, ELEMENT_NODE, end.label);
	const struct index_info *primary =
		node == NULL || node->primary_index == 0 ? NULL
							 : catalog_index(c, node->primary_index);

	if (end.key == NAME_NONE && primary != NULL && primary->key_count == 1)
		end.key = primary->keys[0];
	return end;
}

struct edge_end catalog_edge_end(
	const struct catalog *c, const struct label_info *edge, bool is_source)
{
	static const struct edge_end none = { NAME_NONE, NAME_NONE };
	struct edge_end first = none;

	for (uint32_t i = 0; edge != NULL && i < edge->pair_count; i++) {
		const struct edge_pair *pair = &edge->pairs[i];
		struct edge_end end = catalog_end_with_key(c, is_source ? pair->from : pair->to);

		if (i > 0 && !same_end(first, end))
			return none;
		first = end;
	}
	return first;
}

bool catalog_ends_fit(const struct catalog *c, const struct label_info *edge,
	uint32_t source_labelset, uint32_t target_labelset)
{
	if (edge == NULL || edge->pair_count == 0)
		return true;
	for (uint32_t i = 0; i < edge->pair_count; i++) {
		if (catalog_labelset_has(c, source_labelset, edge->pairs[i].from.label) &&
			catalog_labelset_has(c, target_labelset, edge->pairs[i].to.label))
			return true;
	}
	return false;
}

const struct property_info *catalog_property(
	const struct catalog *c, enum element element, uint32_t label, uint32_t key)
{
	const struct catalog_label *l = catalog_label_find(c, element, label);
	uint32_t at;

	if (l == NULL || catalog_label_properties(l) == 0)
		return NULL;
	for (at = (uint32_t)hash_u64(key) & l->mask; l->by_key[at] != 0; at = (at + 1) & l->mask) {
		const struct property_info *p = &l->properties[l->by_key[at] - 1];

		if (p->key == key)
			return p;
	}
	return NULL;
}

uint32_t catalog_index_count(const struct catalog *c)
{
	return c->index_count;
}

const struct index_info *catalog_index_at(const struct catalog *c, uint32_t position)
{
	assert(position < c->index_count);
	return &c->indexes[position]->info;
}

const struct catalog_index *catalog_index_find(const struct catalog *c, uint32_t id)
{
	uint32_t low = 0;
	uint32_t high = c->index_count;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (c->indexes[middle]->info.id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < c->index_count && c->indexes[low]->info.id == id ? c->indexes[low] : NULL;
}

const struct index_info *catalog_index(const struct catalog *c, uint32_t id)
{
	const struct catalog_index *index = catalog_index_find(c, id);

	return index == NULL ? NULL : &index->info;
}

const struct catalog_index *catalog_index_by_name(const struct catalog *c, struct str full_name)
{
	for (uint32_t i = 0; i < c->index_count; i++) {
		if (str_equal(c->indexes[i]->info.full_name, full_name))
			return c->indexes[i];
	}
	return NULL;
}

uint32_t catalog_constraint_count(const struct catalog *c)
{
	return c->constraint_count;
}

const struct constraint_info *catalog_constraint_at(const struct catalog *c, uint32_t position)
{
	assert(position < c->constraint_count);
	return c->constraints[position];
}

const struct constraint_info *catalog_constraint_by_name(
	const struct catalog *c, struct str full_name)
{
	for (uint32_t i = 0; i < c->constraint_count; i++) {
		if (str_equal(c->constraints[i]->full_name, full_name))
			return c->constraints[i];
	}
	return NULL;
}

uint32_t catalog_object_count(const struct catalog *c)
{
	return c->object_count;
}

const struct catalog_object *catalog_object_at(const struct catalog *c, uint32_t position)
{
	assert(position < c->object_count);
	return c->objects[position];
}

const struct catalog_object *catalog_object(const struct catalog *c, uint32_t id)
{
	for (uint32_t i = 0; i < c->object_count; i++) {
		if (c->objects[i]->id == id)
			return c->objects[i];
	}
	return NULL;
}

const struct catalog_object *catalog_object_find(
	const struct catalog *c, uint8_t kind, struct str name)
{
	for (uint32_t i = 0; i < c->object_count; i++) {
		if (c->objects[i]->kind == kind && str_equal(c->objects[i]->name, name))
			return c->objects[i];
	}
	return NULL;
}

uint32_t catalog_labelset_labels(
	const struct catalog *c, uint32_t labelset, const uint32_t **labels)
{
	struct str bytes;

	*labels = NULL;
	if (labelset == LABELSET_EMPTY || labelset == LABELSET_ABSENT)
		return 0;
	assert(labelset <= c->labelset_count);
	bytes = dictionary_text(c->labelsets, labelset);
	*labels = (const uint32_t *)(const void *)bytes.at;
	return bytes.length / (uint32_t)sizeof **labels;
}

bool catalog_labelset_has(const struct catalog *c, uint32_t labelset, uint32_t label)
{
	const uint32_t *labels;
	uint32_t count = catalog_labelset_labels(c, labelset, &labels);

	for (uint32_t i = 0; i < count; i++) {
		if (labels[i] == label)
			return true;
	}
	return false;
}

uint32_t catalog_labelset_count(const struct catalog *c)
{
	return c->labelset_count;
}

uint32_t catalog_labelset_find(const struct catalog *c, const uint32_t *labels, uint32_t count)
{
	struct str bytes = { (const char *)labels, count * (uint32_t)sizeof *labels };
	uint32_t number;

	if (count == 0)
		return LABELSET_EMPTY;
	number = dictionary_find(c->labelsets, c->labelset_count, bytes);
	return number == 0 ? UINT32_MAX : number;
}
