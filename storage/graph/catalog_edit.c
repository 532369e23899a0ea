/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * New versions of the catalog. An edit copies the arrays of pointers and replaces only the labels,
 * indexes and constraints it touches; names and label sets are appended to the dictionaries that
 * all versions share.
 *
 *     catalog_edit_begin ──catalog_edit_op…──┬─ catalog_edit_publish ── readers ── catalog_collect
 *                                            └─ catalog_edit_discard
 *
 * A part that an edit replaces lives on in the older versions: the edit notes it, publishing hands
 * the note to the version that is replaced, and it is freed with that version. Only a transaction's
 * own catalog (before its commit) is discarded; whatever it made goes with it.
 */
#include "storage/graph/catalog.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"

static void *allocate(size_t size)
{
	void *at = calloc(1, size);

	if (at == NULL)
		PANIC("out of memory: %zu bytes for the catalog", size);
	return at;
}

static void *copy_of(const void *from, size_t size)
{
	void *at = allocate(size + 1);

	if (size > 0)
		memcpy(at, from, size);
	return at;
}

/* ---- versions ---- */

static void label_free(void *object)
{
	struct catalog_label *l = object;

	arena_free(l->arena);
	free(l);
}

static void dictionary_drop(void *object)
{
	dictionary_free(object);
}

struct catalog *catalog_new(void)
{
	struct catalog *c = allocate(sizeof *c);

	c->version = 1;
	for (int kind = 0; kind < 3; kind++)
		c->names[kind] = dictionary_new();
	c->labelsets = dictionary_new();
	c->index_next = 1;
	c->object_next = 1;
	return c;
}

struct catalog *catalog_edit_begin(const struct catalog *base)
{
	struct catalog *c = allocate(sizeof *c);

	memcpy(c, base, offsetof(struct catalog, older));
	c->version = base->version + 1;
	for (int element = 0; element < 2; element++)
		c->labels[element] = copy_of(base->labels[element],
			base->label_limits[element] * sizeof c->labels[element][0]);
	c->indexes = copy_of(base->indexes, base->index_count * sizeof c->indexes[0]);
	c->constraints =
		copy_of(base->constraints, base->constraint_count * sizeof c->constraints[0]);
	c->objects = copy_of(base->objects, base->object_count * sizeof c->objects[0]);
	return c;
}

/* Frees the version itself: its arrays, not what they point to. */
static void shell_free(struct catalog *c)
{
	free(c->labels[0]);
	free(c->labels[1]);
	free(c->indexes);
	free(c->constraints);
	free(c->objects);
	VEC_FREE(&c->replaced);
	VEC_FREE(&c->fresh);
	VEC_FREE(&c->garbage);
	free(c);
}

static void garbage_free(struct catalog_garbage *garbage, size_t count)
{
	for (size_t i = 0; i < count; i++)
		garbage[i].free(garbage[i].object);
}

void catalog_edit_publish(struct catalog *c, struct catalog *base, uint64_t ts)
{
	c->since_ts = ts;
	c->older = base;
	base->newer = c;
	for (size_t i = 0; i < c->replaced.count; i++)
		VEC_PUSH(&base->garbage, c->replaced.at[i]);
	VEC_FREE(&c->replaced);
	VEC_FREE(&c->fresh);
}

void catalog_edit_discard(struct catalog *c)
{
	garbage_free(c->fresh.at, c->fresh.count);
	shell_free(c);
}

void catalog_collect(struct catalog *newest, uint64_t oldest)
{
	struct catalog *c = newest;

	while (c->older != NULL)
		c = c->older;
	while (c != newest && c->version < oldest) {
		struct catalog *newer = c->newer;

		newer->older = NULL;
		garbage_free(c->garbage.at, c->garbage.count);
		shell_free(c);
		c = newer;
	}
}

void catalog_free(struct catalog *c)
{
	catalog_collect(c, UINT64_MAX);
	for (int element = 0; element < 2; element++) {
		for (uint32_t i = 0; i < c->label_limits[element]; i++) {
			if (c->labels[element][i] != NULL)
				label_free(c->labels[element][i]);
		}
	}
	for (uint32_t i = 0; i < c->index_count; i++)
		free((void *)c->indexes[i]);
	for (uint32_t i = 0; i < c->constraint_count; i++)
		free((void *)c->constraints[i]);
	for (uint32_t i = 0; i < c->object_count; i++)
		free((void *)c->objects[i]);
	for (int kind = 0; kind < 3; kind++)
		dictionary_free(c->names[kind]);
	dictionary_free(c->labelsets);
	shell_free(c);
}

static void note_fresh(struct catalog *c, void *object, void (*release)(void *))
{
	VEC_PUSH(&c->fresh, (struct catalog_garbage){ object, release });
}

/* The part is no longer in this version: freed at once if this edit made it. */
static void note_replaced(struct catalog *c, const void *object, void (*release)(void *))
{
	for (size_t i = 0; i < c->fresh.count; i++) {
		if (c->fresh.at[i].object == object) {
			VEC_REMOVE_SWAP(&c->fresh, i);
			release((void *)object);
			return;
		}
	}
	VEC_PUSH(&c->replaced, (struct catalog_garbage){ (void *)object, release });
}

/* ---- labels ---- */

static void label_hash_keys(struct catalog_label *l)
{
	uint32_t slots = 4;

	while (slots < catalog_label_properties(l) * 2 + 1)
		slots *= 2;
	l->mask = slots - 1;
	l->by_key = ARENA_ARRAY(l->arena, uint16_t, slots);
	for (uint32_t i = 0; i < catalog_label_properties(l); i++) {
		uint32_t at = (uint32_t)hash_u64(l->properties[i].key) & l->mask;

		while (l->by_key[at] != 0)
			at = (at + 1) & l->mask;
		l->by_key[at] = (uint16_t)(i + 1);
	}
}

/* A label of this edit's own, a copy of the one before if there was one. Room for one more
   property. */
static void label_set_pairs(
	struct catalog_label *l, const struct edge_pair *pairs, uint32_t count)
{
	struct edge_pair *own = ARENA_ARRAY(l->arena, struct edge_pair, count + 1);

	if (count > 0)
		memcpy(own, pairs, count * sizeof own[0]);
	l->info.pairs = own;
	l->info.pair_count = count;
}

static struct catalog_label *label_edit(struct catalog *c, enum element element, uint32_t number)
{
	struct catalog_label *old;
	struct catalog_label *l;
	uint32_t count;

	if (number >= c->label_limits[element]) {
		size_t size = sizeof c->labels[0][0];
		struct catalog_label **larger = allocate((number + 1) * size);

		if (c->label_limits[element] > 0)
			memcpy(larger, c->labels[element], c->label_limits[element] * size);
		free(c->labels[element]);
		c->labels[element] = larger;
		c->label_limits[element] = number + 1;
	}
	old = c->labels[element][number];
	l = allocate(sizeof *l);
	if (old != NULL)
		*l = *old;
	l->arena = arena_new(0);
	l->info.id = number;
	l->info.name = catalog_name(
		c, element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL, number);
	count = catalog_label_properties(l);
	l->properties = ARENA_ARRAY(l->arena, struct property_info, count + 1);
	l->ordinals = ARENA_ARRAY(l->arena, uint32_t, count + 1);
	l->indexes = ARENA_ARRAY(l->arena, const struct catalog_index *, l->index_count + 1);
	if (old != NULL) {
		memcpy(l->properties, old->properties, count * sizeof l->properties[0]);
		memcpy(l->ordinals, old->ordinals, count * sizeof l->ordinals[0]);
		for (uint32_t i = 0; i < count; i++)
			l->properties[i].default_value =
				value_copy(l->arena, old->properties[i].default_value);
		memcpy(l->indexes, old->indexes, l->index_count * sizeof l->indexes[0]);
		label_set_pairs(l, old->info.pairs, old->info.pair_count);
		note_replaced(c, old, label_free);
	}
	l->info.properties = l->properties;
	label_hash_keys(l);
	note_fresh(c, l, label_free);
	c->labels[element][number] = l;
	return l;
}

/* Declared first, by ordinal; then the others by key; hidden ones behind them all. */
static bool property_goes_before(
	const struct catalog_label *l, uint32_t i, const struct property_info *p, uint32_t ordinal)
{
	if (l->ordinals[i] != ordinal)
		return ordinal < l->ordinals[i];
	return p->key < l->properties[i].key;
}

static void property_remove(struct catalog_label *l, uint32_t key)
{
	uint32_t count = catalog_label_properties(l), visible = l->info.property_count;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (l->properties[i].key == key) {
			*(i < visible ? &l->info.property_count : &l->info.hidden_count) -= 1;
			continue;
		}
		l->properties[kept] = l->properties[i];
		l->ordinals[kept++] = l->ordinals[i];
	}
	label_hash_keys(l);
}

/* Puts a property into a label that has room for it. */
static void property_put(
	const struct catalog *c, struct catalog_label *l, struct property_info p, uint32_t ordinal)
{
	bool is_hidden = catalog_key_is_hidden(c, p.key);
	uint32_t count, at, end;

	property_remove(l, p.key);
	count = catalog_label_properties(l);
	at = is_hidden ? l->info.property_count : 0;
	end = is_hidden ? count : l->info.property_count;
	while (at < end && !property_goes_before(l, at, &p, ordinal))
		at++;
	memmove(l->properties + at + 1, l->properties + at, (count - at) * sizeof l->properties[0]);
	memmove(l->ordinals + at + 1, l->ordinals + at, (count - at) * sizeof l->ordinals[0]);
	l->properties[at] = p;
	l->ordinals[at] = ordinal;
	*(is_hidden ? &l->info.hidden_count : &l->info.property_count) += 1;
	label_hash_keys(l);
}

static void edit_observe(struct catalog *c, const struct op *op)
{
	struct catalog_label *l = label_edit(c, (enum element)op->element, op->label);
	const struct property_info *old =
		catalog_property(c, (enum element)op->element, op->label, op->key);
	struct property_info p = { .key = op->key };
	uint32_t ordinal = UINT32_MAX;

	if (old != NULL) {
		p = *old;
		ordinal = l->ordinals[old - l->properties];
	}
	p.observed = (op->flags & OP_OBSERVE_ALL ? 0 : p.observed) | op->bits;
	if (p.observed == 0 && !p.is_declared && !p.is_not_null && p.declared == VALUE_NULL)
		property_remove(l, op->key);
	else
		property_put(c, l, p, ordinal);
}

/* Bits 28 to 30 tell lengths and widths from the digits of decimals, which stay below 2^26. */
enum {
	MODIFIER_TEXT = 0x40000000,
	MODIFIER_CHAR = 0x20000000,
	MODIFIER_WIDTH = 0x10000000,
	MODIFIER_SECONDS = 0x08000000,
	MODIFIER_LENGTH = 0xffffff,
};

uint32_t catalog_modifier_bits(struct type_modifier m)
{
	if (m.length > 0)
		return MODIFIER_TEXT | (m.is_char ? MODIFIER_CHAR : 0u) | m.length;
	if (m.width > 0)
		return MODIFIER_WIDTH | m.width;
	if (m.seconds > 0 || m.range > 0)
		return MODIFIER_SECONDS | (uint32_t)m.range << 8 | m.seconds;
	return type_modifier_digits(m);
}

struct type_modifier catalog_modifier_of(uint32_t bits)
{
	if (bits & MODIFIER_TEXT)
		return (struct type_modifier){ .length = bits & MODIFIER_LENGTH,
			.is_char = (bits & MODIFIER_CHAR) != 0 };
	if (bits & MODIFIER_WIDTH)
		return (struct type_modifier){ .width = (uint8_t)bits };
	if (bits & MODIFIER_SECONDS)
		return (struct type_modifier){
			.seconds = (uint8_t)bits, .range = (uint8_t)(bits >> 8)
		};
	return type_modifier_of_digits(bits);
}

static void edit_property(struct catalog *c, const struct op *op)
{
	struct catalog_label *l = label_edit(c, (enum element)op->element, op->label);
	const struct property_info *old =
		catalog_property(c, (enum element)op->element, op->label, op->key);
	struct property_info p = { .key = op->key };
	const uint8_t *at = op->map;
	struct error ignored;

	if (old != NULL)
		p.observed = old->observed;
	p.is_declared = (op->flags & 2) != 0;
	p.is_not_null = (op->flags & 1) != 0;
	p.is_generated = (op->flags & 4) != 0;
	p.declared = op->type;
	p.declared_item = op->item_type;
	p.modifier = catalog_modifier_of(op->bits);
	if (op->map_size > 0 && value_decode(&at, op->map + op->map_size, l->arena,
					&p.default_value, &ignored) != OK)
		PANIC("broken default value in the catalog");
	property_put(c, l, p, p.is_declared ? (uint32_t)op->id : UINT32_MAX);
}

static void undeclare_property(const struct catalog *c, struct catalog_label *l, uint32_t key)
{
	for (uint32_t i = 0; i < catalog_label_properties(l); i++) {
		struct property_info p = { .key = key, .observed = l->properties[i].observed };

		if (l->properties[i].key != key)
			continue;
		property_remove(l, key);
		if (p.observed != 0)
			property_put(c, l, p, UINT32_MAX);
		return;
	}
}

static void edit_label(struct catalog *c, const struct op *op)
{
	struct catalog_label *l = label_edit(c, (enum element)op->element, op->label);
	struct edge_pair pairs[EDGE_PAIRS_MAX];

	l->info.is_declared = (op->flags & 1) != 0;
	l->info.is_closed = (op->flags & 2) != 0;
	l->info.primary_index = op->bits;
	label_set_pairs(l, pairs, op_pairs(op, pairs));
}

static void edit_label_drop(struct catalog *c, const struct op *op)
{
	struct catalog_label *l = label_edit(c, (enum element)op->element, op->label);
	uint32_t i = 0;

	l->info.is_declared = l->info.is_closed = false;
	l->info.primary_index = 0;
	l->info.pair_count = 0;
	while (i < catalog_label_properties(l)) {
		const struct property_info *p = &l->properties[i];

		if (p->is_declared || p->is_not_null)
			undeclare_property(c, l, p->key), i = 0;
		else
			i++;
	}
}

/* ---- indexes and constraints ---- */

/* An index that is there already takes the name and becomes ready, unless this is the catalog of the
   transaction that made it (root 0). */
static void edit_index_again(
	struct catalog *c, const struct catalog_index *old, struct str name, uint64_t root)
{
	struct catalog_index *index = allocate(sizeof *index + name.length + 1);
	struct catalog_label *l = label_edit(c, old->info.element, old->info.label);

	*index = *old;
	memcpy(index + 1, name.at, name.length);
	index->info.full_name = (struct str){ (const char *)(index + 1), name.length };
	index->info.name = graph_local_name(index->info.full_name);
	index->info.is_ready |= root != 0;
	note_fresh(c, index, free);
	for (uint32_t i = 0; i < c->index_count; i++) {
		if (c->indexes[i] == old)
			c->indexes[i] = index;
	}
	for (uint32_t i = 0; i < l->index_count; i++) {
		if (l->indexes[i] == old)
			l->indexes[i] = index;
	}
	note_replaced(c, old, free);
}

static void edit_index_create(struct catalog *c, const struct op *op, uint64_t root)
{
	struct catalog_index *index = allocate(sizeof *index + op->name.length + 1);
	struct catalog_label *l = label_edit(c, (enum element)op->element, op->label);
	size_t size = (c->index_count + 1) * sizeof c->indexes[0];
	const struct catalog_index **larger = realloc(c->indexes, size);

	if (larger == NULL)
		PANIC("out of memory: %zu bytes for the catalog", size);
	memcpy(index + 1, op->name.at, op->name.length);
	index->info.id = (uint32_t)op->id;
	index->info.full_name = (struct str){ (const char *)(index + 1), op->name.length };
	index->info.name = graph_local_name(index->info.full_name);
	index->info.element = (enum element)op->element;
	index->info.label = op->label;
	index->info.key_count = op->number_count;
	assert(op->number_count <= ARRAY_COUNT(index->info.keys));
	memcpy(index->info.keys, op->numbers, op->number_count * sizeof op->numbers[0]);
	index->info.is_unique = (op->flags & 1) != 0;
	index->info.is_constraint = (op->flags & 2) != 0;
	index->info.is_deferrable = (op->flags & OP_INDEX_DEFERRABLE) != 0;
	index->info.is_deferred = (op->flags & OP_INDEX_DEFERRED) != 0;
	index->info.is_ready = root != 0 && (op->flags & OP_INDEX_UNFINISHED) == 0;
	index->root = root;
	note_fresh(c, index, free);
	c->indexes = larger;
	c->indexes[c->index_count++] = index;
	if (c->index_next <= index->info.id)
		c->index_next = index->info.id + 1;
	l->indexes[l->index_count++] = index;
}

static void edit_index(struct catalog *c, const struct op *op, uint64_t root)
{
	const struct catalog_index *old = catalog_index_find(c, (uint32_t)op->id);

	if (old != NULL)
		edit_index_again(c, old, op->name, root);
	else
		edit_index_create(c, op, root);
}

static void edit_index_drop(struct catalog *c, const struct op *op)
{
	const struct catalog_index *index = catalog_index_find(c, (uint32_t)op->id);
	struct catalog_label *l;
	uint32_t kept = 0;

	assert(index != NULL);
	l = label_edit(c, index->info.element, index->info.label);
	for (uint32_t i = 0; i < l->index_count; i++) {
		if (l->indexes[i] != index)
			l->indexes[kept++] = l->indexes[i];
	}
	l->index_count = kept;
	if (l->info.primary_index == index->info.id)
		l->info.primary_index = 0;
	kept = 0;
	for (uint32_t i = 0; i < c->index_count; i++) {
		if (c->indexes[i] != index)
			c->indexes[kept++] = c->indexes[i];
	}
	c->index_count = kept;
	note_replaced(c, index, free);
}

static void edit_constraint_create(struct catalog *c, const struct op *op)
{
	struct constraint_info *info = allocate(sizeof *info + op->name.length + 1);
	size_t size = (c->constraint_count + 1) * sizeof c->constraints[0];
	const struct constraint_info **larger = realloc(c->constraints, size);

	if (larger == NULL)
		PANIC("out of memory: %zu bytes for the catalog", size);
	memcpy(info + 1, op->name.at, op->name.length);
	info->full_name = (struct str){ (const char *)(info + 1), op->name.length };
	info->name = graph_local_name(info->full_name);
	info->kind = (enum constraint_kind)op->type;
	info->element = (enum element)op->element;
	info->label = op->label;
	info->index = op->bits;
	info->key_count = op->number_count;
	assert(op->number_count <= ARRAY_COUNT(info->keys));
	memcpy(info->keys, op->numbers, op->number_count * sizeof op->numbers[0]);
	note_fresh(c, info, free);
	c->constraints = larger;
	c->constraints[c->constraint_count++] = info;
}

static void edit_constraint_drop(struct catalog *c, const struct op *op)
{
	const struct constraint_info *gone = catalog_constraint_by_name(c, op->name);
	uint32_t kept = 0;

	assert(gone != NULL);
	for (uint32_t i = 0; i < c->constraint_count; i++) {
		if (c->constraints[i] != gone)
			c->constraints[kept++] = c->constraints[i];
	}
	c->constraint_count = kept;
	note_replaced(c, gone, free);
}

/* ---- objects ---- */

static uint32_t object_place(const struct catalog *c, uint32_t id)
{
	uint32_t low = 0, high = c->object_count;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (c->objects[middle]->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct catalog_object *object_make(const struct op *op)
{
	struct catalog_object *o = allocate(sizeof *o + op->name.length + op->map_size + 1);
	char *bytes = (char *)(o + 1);

	if (op->name.length > 0)
		memcpy(bytes, op->name.at, op->name.length);
	if (op->map_size > 0)
		memcpy(bytes + op->name.length, op->map, op->map_size);
	o->id = (uint32_t)op->id;
	o->kind = op->type;
	o->name = (struct str){ bytes, op->name.length };
	o->body = (struct str){ bytes + op->name.length, op->map_size };
	return o;
}

/* A new object, or an old one's new name and body. */
static void edit_object(struct catalog *c, const struct op *op)
{
	struct catalog_object *object = object_make(op);
	uint32_t at = object_place(c, object->id);
	size_t size = (c->object_count + 1) * sizeof c->objects[0];

	note_fresh(c, object, free);
	if (at < c->object_count && c->objects[at]->id == object->id) {
		note_replaced(c, c->objects[at], free);
		c->objects[at] = object;
		return;
	}
	c->objects = realloc(c->objects, size);
	if (c->objects == NULL)
		PANIC("out of memory: %zu bytes for the catalog", size);
	memmove(&c->objects[at + 1], &c->objects[at],
		(c->object_count - at) * sizeof c->objects[0]);
	c->objects[at] = object;
	c->object_count++;
	if (c->object_next <= object->id)
		c->object_next = object->id + 1;
}

static void edit_object_drop(struct catalog *c, const struct op *op)
{
	uint32_t at = object_place(c, (uint32_t)op->id);

	assert(at < c->object_count && c->objects[at]->id == op->id);
	note_replaced(c, c->objects[at], free);
	c->object_count--;
	memmove(&c->objects[at], &c->objects[at + 1],
		(c->object_count - at) * sizeof c->objects[0]);
}

/* ---- names ---- */

static void edit_name(struct catalog *c, const struct op *op)
{
	struct dictionary *names = c->names[op->element];
	uint32_t number = (uint32_t)op->id;

	assert(op->element < 3);
	if (op->element == NAME_NODE_LABEL && graph_of_name(op->name).length > 0 &&
		graph_local_name(op->name).length == 0)
		c->has_graphs = true;
	if (number > c->name_counts[op->element]) {
		/* a discarded or concurrent edit may have added it before: same number, same name
		   */
		if (number > atomic_load_explicit(&names->count, memory_order_relaxed)) {
			uint32_t added = dictionary_add(names, op->name);

			assert(added == number);
		}
		c->name_counts[op->element] = number;
		return;
	}
	c->names[op->element] =
		dictionary_copy(names, c->name_counts[op->element], number, op->name);
	note_replaced(c, names, dictionary_drop);
	note_fresh(c, c->names[op->element], dictionary_drop);
	if (op->element != NAME_KEY) {
		enum element e = op->element == NAME_NODE_LABEL ? ELEMENT_NODE : ELEMENT_EDGE;

		for (uint32_t i = 1; i < c->label_limits[e]; i++) {
			if (c->labels[e][i] != NULL)
				label_edit(c, e, i);
		}
	}
}

static void edit_labelset(struct catalog *c, const struct op *op)
{
	struct str bytes = { (const char *)op->numbers,
		op->number_count * (uint32_t)sizeof op->numbers[0] };
	uint32_t added = dictionary_add(c->labelsets, bytes);

	assert(added == op->id);
	c->labelset_count = added;
}

void catalog_edit_op(struct catalog *c, const struct op *op, uint64_t root)
{
	switch (op->kind) {
	case OP_NAME:
		edit_name(c, op);
		break;
	case OP_LABELSET:
		edit_labelset(c, op);
		break;
	case OP_OBSERVE:
		edit_observe(c, op);
		break;
	case OP_LABEL:
		edit_label(c, op);
		break;
	case OP_LABEL_DROP:
		edit_label_drop(c, op);
		break;
	case OP_PROPERTY:
		edit_property(c, op);
		break;
	case OP_PROPERTY_DROP:
		undeclare_property(c, label_edit(c, (enum element)op->element, op->label), op->key);
		break;
	case OP_INDEX_CREATE:
		edit_index(c, op, root);
		break;
	case OP_INDEX_DROP:
		edit_index_drop(c, op);
		break;
	case OP_CONSTRAINT_CREATE:
		edit_constraint_create(c, op);
		break;
	case OP_CONSTRAINT_DROP:
		edit_constraint_drop(c, op);
		break;
	case OP_OBJECT:
		edit_object(c, op);
		break;
	case OP_OBJECT_DROP:
		edit_object_drop(c, op);
		break;
	case OP_SEQUENCE:
	case OP_SEQUENCE_DROP:
		break; /* numbers belong to no version: see sequence.h */
	default:
		unreachable();
	}
}
