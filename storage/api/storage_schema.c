/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Schema statements: declaring labels and properties, indexes, constraints. Each becomes operations
 * in the transaction's log, as data does, and the transaction's own catalog at once; everybody else
 * sees them after the commit. One transaction at a time changes the schema.
 *
 * Statements check what is there (storage_schema_check.c); the commit fails with 40001 if the
 * label's elements have changed since.
 */
#include "storage/api/storage_schema.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "storage/graph/property_index.h"
#include "storage/txn/draft.h"
#include "storage/txn/names.h"

static enum name_kind kind_of(enum element element)
{
	return element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;
}

enum sqlstate schema_begin(struct txn *t, struct error *e)
{
	if (t->options.is_read_only)
		return FAIL(e, E_READ_ONLY, "cannot execute a write in a read-only transaction");
	TRY(txn_lock_schema(t, e));
	/* what another transaction changed while we waited is no conflict */
	if (overlay_is_empty(&t->overlay) && t->options.isolation == ISOLATION_READ_COMMITTED)
		txn_take_snapshot(t, false);
	txn_refresh_catalog(t);
	return OK;
}

void schema_emit(struct txn *t, const struct op *op)
{
	overlay_put_catalog(&t->overlay, op);
	txn_refresh_catalog(t);
}

static void label_refresh(struct txn *t, struct schema_label *l)
{
	l->info = catalog_label(t->catalog, l->element, l->label);
}

/* An existing label, declared or used. */
static enum sqlstate label_find(struct txn *t, enum element element, struct str name,
	struct schema_label *out, struct error *e)
{
	out->element = element;
	out->name = name;
	out->label = catalog_find(t->catalog, kind_of(element), name);
	if (out->label == NAME_NONE)
		return FAIL(e, E_NO_OBJECT, "label \"%.*s\" does not exist", SHOWN(name));
	label_refresh(t, out);
	return OK;
}

static enum sqlstate label_make(struct txn *t, enum element element, struct str name,
	struct schema_label *out, struct error *e)
{
	out->element = element;
	out->name = name;
	TRY(txn_intern(t, kind_of(element), name, &out->label, e));
	label_refresh(t, out);
	return OK;
}

/* The label's declaration as an operation, to be changed and emitted. */
struct op schema_label_op(const struct schema_label *l)
{
	struct op op = { .kind = OP_LABEL, .element = (uint8_t)l->element, .label = l->label };

	if (l->info == NULL)
		return op;
	op.flags = (uint8_t)((l->info->is_declared ? 1 : 0) | (l->info->is_closed ? 2 : 0));
	op.bits = l->info->primary_index;
	op_set_pairs(&op, l->info->pairs, l->info->pair_count);
	return op;
}

/* Behind all declared properties: those observed only have no place in the order. */
static uint32_t next_rank(const struct catalog_label *label)
{
	uint32_t rank = 0;

	for (uint32_t i = 0; i < catalog_label_properties(label); i++) {
		if (label->properties[i].is_declared && label->ordinals[i] >= rank)
			rank = label->ordinals[i] + 1;
	}
	return rank;
}

/* A property's declaration as an operation; `bytes` holds the default. */
static struct op property_op(
	struct txn *t, const struct schema_label *l, uint32_t key, struct buf *bytes)
{
	struct op op = {
		.kind = OP_PROPERTY, .element = (uint8_t)l->element, .label = l->label, .key = key
	};
	const struct property_info *p = catalog_property(t->catalog, l->element, l->label, key);
	const struct catalog_label *label = catalog_label_find(t->catalog, l->element, l->label);

	buf_reset(bytes);
	if (label != NULL)
		op.id = next_rank(label);
	if (p == NULL)
		return op;
	if (p->is_declared)
		op.id = label->ordinals[p - label->properties];
	op.flags = (uint8_t)((p->is_not_null ? 1 : 0) | (p->is_declared ? 2 : 0) |
			     (p->is_generated ? 4 : 0));
	op.type = p->declared;
	op.item_type = p->declared_item;
	op.bits = catalog_modifier_bits(p->modifier);
	if (!value_is_null(p->default_value))
		value_encode(bytes, p->default_value);
	op.map = bytes->data;
	op.map_size = (uint32_t)bytes->length;
	return op;
}

/* ---- indexes ---- */

static struct str made_name(
	struct txn *t, struct str label, const struct str *keys, uint32_t count, const char *suffix)
{
	struct buf name = { 0 };
	struct str made;

	buf_put_str(&name, label);
	for (uint32_t i = 0; i < count; i++) {
		buf_put_byte(&name, '_');
		buf_put_str(&name, keys[i]);
	}
	buf_put_text(&name, suffix);
	if (name.length > OP_NAME_MAX)
		name.length = OP_NAME_MAX;
	made = arena_str(t->overlay.arena, buf_str(&name));
	buf_free(&name);
	return made;
}

static enum sqlstate name_is_free(struct txn *t, struct str name, struct error *e)
{
	if (name.length > OP_NAME_MAX)
		return FAIL(e, E_NAME_TOO_LONG, "name is longer than %d bytes", OP_NAME_MAX);
	if (catalog_index_by_name(t->catalog, name) != NULL)
		return FAIL(e, E_DUPLICATE_OBJECT, "index \"%.*s\" already exists", SHOWN(name));
	if (catalog_constraint_by_name(t->catalog, name) != NULL)
		return FAIL(
			e, E_DUPLICATE_OBJECT, "constraint \"%.*s\" already exists", SHOWN(name));
	return OK;
}

static void set_not_null(
	struct txn *t, const struct schema_label *l, uint32_t key, bool is_not_null)
{
	struct buf bytes = { 0 };
	struct op op = property_op(t, l, key, &bytes);

	op.flags = (uint8_t)((op.flags & ~1u) | (is_not_null ? 1u : 0u));
	schema_emit(t, &op);
	buf_free(&bytes);
}

static enum sqlstate index_create(struct txn *t, struct schema_label *l,
	const struct index_definition *d, uint32_t *id, struct error *e)
{
	struct op op = { .kind = OP_INDEX_CREATE,
		.element = (uint8_t)l->element,
		.label = l->label,
		.number_count = d->key_count };
	struct op constraint = { .kind = OP_CONSTRAINT_CREATE,
		.element = (uint8_t)l->element,
		.label = l->label,
		.number_count = d->key_count };
	bool is_apart;

	if (d->key_count == 0 || d->key_count > PROPERTY_INDEX_KEYS_MAX)
		return FAIL(
			e, E_PROGRAM_LIMIT, "an index has 1 to %d keys", PROPERTY_INDEX_KEYS_MAX);
	if (t->catalog->index_count >= CATALOG_INDEXES_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "too many indexes");
	op.name = d->name.length > 0 ? d->name
				     : made_name(t, l->name, d->keys, d->key_count,
					       d->is_constraint ? "_key" : "_idx");
	TRY(name_is_free(t, op.name, e));
	for (uint32_t i = 0; i < d->key_count; i++)
		TRY(txn_intern(t, NAME_KEY, d->keys[i], &op.numbers[i], e));
	op.id = t->catalog->index_next;
	op.flags = (uint8_t)((d->is_unique ? 1 : 0) | (d->is_constraint ? 2 : 0));
	is_apart = index_build_is_apart(t, l->element, l->label);
	if (is_apart)
		TRY(index_build(t, &op, e));
	if (is_apart && d->is_key)
		TRY(index_build_key(t, e));
	schema_emit(t, &op);
	if (id != NULL)
		*id = (uint32_t)op.id;
	if (!is_apart)
		TRY(schema_check_unique(t, (uint32_t)op.id, e));
	if (is_apart)
		index_build_declared(t);
	if (!d->is_constraint)
		return OK;
	constraint.name = op.name;
	constraint.type = d->is_key ? CONSTRAINT_KEY : CONSTRAINT_UNIQUE;
	constraint.bits = (uint32_t)op.id;
	memcpy(constraint.numbers, op.numbers, d->key_count * sizeof op.numbers[0]);
	schema_emit(t, &constraint);
	for (uint32_t i = 0; d->is_key && i < d->key_count; i++)
		set_not_null(t, l, op.numbers[i], true);
	if (is_apart)
		index_build_declared(t);
	if (!d->is_key || (is_apart && t->unfinished_is_whole))
		return OK;
	return schema_check_existing(t, l->element, l->label, e);
}

enum sqlstate schema_index_create(
	struct txn *t, const struct index_definition *d, uint32_t *id, struct error *e)
{
	struct schema_label l;

	TRY(schema_begin(t, e));
	TRY(label_make(t, d->element, d->label, &l, e));
	return index_create(t, &l, d, id, e);
}

enum sqlstate schema_index_next(struct txn *t, uint32_t *id, struct error *e)
{
	TRY(schema_begin(t, e));
	*id = t->catalog->index_next;
	return OK;
}

static void index_drop(struct txn *t, const struct index_info *index)
{
	struct op op = { .kind = OP_INDEX_DROP,
		.id = index->id,
		.element = (uint8_t)index->element,
		.label = index->label };

	schema_emit(t, &op);
}

enum sqlstate schema_index_drop(struct txn *t, struct str name, struct error *e)
{
	const struct catalog_index *index;

	TRY(schema_begin(t, e));
	index = catalog_index_by_name(t->catalog, name);
	if (index == NULL)
		return FAIL(e, E_NO_OBJECT, "index \"%.*s\" does not exist", SHOWN(name));
	if (index->info.is_constraint)
		return FAIL(e, E_OBJECT_IN_USE,
			"cannot drop index \"%.*s\" because a constraint requires it", SHOWN(name));
	index_drop(t, &index->info);
	return OK;
}

/* A constraint is known by its name: under another one it is another. */
static void constraint_rename(struct txn *t, const struct constraint_info *info, struct str to)
{
	struct op drop = { .kind = OP_CONSTRAINT_DROP,
		.name = info->name,
		.element = (uint8_t)info->element,
		.label = info->label };
	struct op create = { .kind = OP_CONSTRAINT_CREATE,
		.element = (uint8_t)info->element,
		.label = info->label,
		.type = (uint8_t)info->kind,
		.bits = info->index,
		.name = to,
		.number_count = info->key_count };

	memcpy(create.numbers, info->keys, info->key_count * sizeof info->keys[0]);
	schema_emit(t, &drop);
	schema_emit(t, &create);
}

enum sqlstate schema_index_rename(struct txn *t, struct str name, struct str to, struct error *e)
{
	struct op op = { .kind = OP_INDEX_CREATE, .name = to };
	const struct constraint_info *constraint;
	const struct index_info *info;

	TRY(schema_begin(t, e));
	if (catalog_index_by_name(t->catalog, name) == NULL)
		return FAIL(e, E_NO_OBJECT, "index \"%.*s\" does not exist", STR_ARGS(name));
	TRY(name_is_free(t, to, e));
	constraint = catalog_constraint_by_name(t->catalog, name);
	info = &catalog_index_by_name(t->catalog, name)->info;
	op.id = info->id;
	op.element = (uint8_t)info->element;
	op.label = info->label;
	op.flags = (uint8_t)((info->is_unique ? 1 : 0) | (info->is_constraint ? 2 : 0));
	op.number_count = info->key_count;
	memcpy(op.numbers, info->keys, info->key_count * sizeof op.numbers[0]);
	schema_emit(t, &op);
	if (constraint != NULL && constraint->index == op.id)
		constraint_rename(t, constraint, to);
	return OK;
}

/* ---- constraints ---- */

enum sqlstate schema_constraint_create(struct txn *t, enum constraint_kind kind, struct str name,
	enum element element, struct str label, const struct property_definition *d,
	struct error *e)
{
	struct op op = { .kind = OP_CONSTRAINT_CREATE,
		.element = (uint8_t)element,
		.type = (uint8_t)kind,
		.item_type = (uint8_t)(kind == CONSTRAINT_TYPE ? d->type : VALUE_NULL),
		.number_count = 1 };
	struct buf bytes = { 0 };
	struct schema_label l;
	struct op property;

	assert(kind == CONSTRAINT_NOT_NULL || kind == CONSTRAINT_TYPE);
	TRY(schema_begin(t, e));
	TRY(label_make(t, element, label, &l, e));
	TRY(txn_intern(t, NAME_KEY, d->key, &op.numbers[0], e));
	op.label = l.label;
	op.name = name.length > 0 ? name
				  : made_name(t, label, &d->key, 1,
					    kind == CONSTRAINT_TYPE ? "_type" : "_not_null");
	TRY(name_is_free(t, op.name, e));
	property = property_op(t, &l, op.numbers[0], &bytes);
	if (kind == CONSTRAINT_NOT_NULL) {
		property.flags |= 1;
	} else if (property.type != VALUE_NULL && property.type != d->type) {
		buf_free(&bytes);
		return FAIL(e, E_DUPLICATE_OBJECT, "property \"%.*s\" has a declared type already",
			STR_ARGS(d->key));
	} else {
		property.type = (uint8_t)d->type;
		property.item_type = (uint8_t)d->item_type;
		property.bits = catalog_modifier_bits(d->modifier);
	}
	schema_emit(t, &property);
	buf_free(&bytes);
	schema_emit(t, &op);
	return schema_check_existing(t, element, l.label, e);
}

/* What a constraint meant for its properties goes. */
static void constraint_release(struct txn *t, const struct constraint_info *info)
{
	struct schema_label l = { .element = info->element, .label = info->label };
	struct buf bytes = { 0 };

	for (uint32_t i = 0; i < info->key_count; i++) {
		struct op op = property_op(t, &l, info->keys[i], &bytes);

		if (info->kind == CONSTRAINT_NOT_NULL || info->kind == CONSTRAINT_KEY)
			op.flags &= (uint8_t)~1u;
		else if (info->kind == CONSTRAINT_TYPE && (op.flags & 2) == 0)
			op.type = op.item_type = VALUE_NULL, op.bits = 0;
		else
			continue;
		schema_emit(t, &op);
	}
	buf_free(&bytes);
}

static void constraint_drop(struct txn *t, const struct constraint_info *info)
{
	/* each emit may replace the catalog that `info` is in, but keeps it until the statement
	   ends */
	struct op op = { .kind = OP_CONSTRAINT_DROP,
		.name = info->full_name,
		.element = (uint8_t)info->element,
		.label = info->label };
	const struct index_info *index = catalog_index(t->catalog, info->index);

	constraint_release(t, info);
	schema_emit(t, &op);
	if (index != NULL)
		index_drop(t, index);
}

enum sqlstate schema_constraint_drop(struct txn *t, struct str name, struct error *e)
{
	const struct constraint_info *info;

	TRY(schema_begin(t, e));
	info = catalog_constraint_by_name(t->catalog, name);
	if (info == NULL)
		return FAIL(e, E_NO_OBJECT, "constraint \"%.*s\" does not exist", SHOWN(name));
	constraint_drop(t, info);
	return OK;
}

/* ---- properties ---- */

static enum sqlstate property_declare(
	struct txn *t, struct schema_label *l, const struct property_definition *d, struct error *e)
{
	struct buf bytes = { 0 };
	struct value value = d->default_value;
	struct property_info wanted = { .declared = (uint8_t)d->type,
		.declared_item = (uint8_t)d->item_type,
		.modifier = d->modifier };
	struct op op;
	uint32_t key;

	TRY(txn_intern(t, NAME_KEY, d->key, &key, e));
	wanted.key = key;
	TRY(draft_fit_value(t, l->element, l->label, &wanted, &value, t->overlay.arena, e));
	op = property_op(t, l, key, &bytes);
	op.flags = (uint8_t)(op.flags | 2u | (d->is_not_null ? 1u : 0u) |
			     (d->is_generated ? 4u : 0u));
	op.type = (uint8_t)d->type;
	op.item_type = (uint8_t)d->item_type;
	op.bits = catalog_modifier_bits(d->modifier);
	buf_reset(&bytes);
	if (!value_is_null(value))
		value_encode(&bytes, value);
	op.map = bytes.data;
	op.map_size = (uint32_t)bytes.length;
	schema_emit(t, &op);
	buf_free(&bytes);
	return OK;
}

static enum sqlstate property_unique(
	struct txn *t, struct schema_label *l, const struct property_definition *d, struct error *e)
{
	struct index_definition index = { .element = l->element,
		.label = l->name,
		.key_count = 1,
		.keys = { d->key },
		.is_unique = true,
		.is_constraint = true };

	return d->is_unique ? index_create(t, l, &index, NULL, e) : OK;
}

enum sqlstate schema_declared_label(struct txn *t, enum element element, struct str name,
	struct schema_label *l, struct error *e)
{
	TRY(label_find(t, element, name, l, e));
	if (l->info == NULL || !l->info->is_declared)
		return FAIL(e, E_NO_OBJECT, "label \"%.*s\" is not declared", SHOWN(name));
	return OK;
}

enum sqlstate schema_property_add(struct txn *t, enum element element, struct str label,
	const struct property_definition *d, struct error *e)
{
	const struct property_info *p;
	struct schema_label l;
	uint32_t key;

	TRY(schema_begin(t, e));
	TRY(schema_declared_label(t, element, label, &l, e));
	TRY(txn_intern(t, NAME_KEY, d->key, &key, e));
	p = catalog_property(t->catalog, element, l.label, key);
	if (p != NULL && p->is_declared)
		return FAIL(e, E_DUPLICATE_COLUMN,
			"property \"%.*s\" of label \"%.*s\" already exists", STR_ARGS(d->key),
			SHOWN(label));
	if (!value_is_null(d->default_value)) {
		TRY(schema_fill(t, element, l.label, key, d->default_value, e));
	}
	TRY(property_declare(t, &l, d, e));
	TRY(schema_check_existing(t, element, l.label, e));
	return property_unique(t, &l, d, e);
}

/* NAME_NONE stands for any key. */
static bool has_key(const uint32_t *keys, uint32_t count, uint32_t key)
{
	for (uint32_t i = 0; i < count; i++) {
		if (keys[i] == key)
			return true;
	}
	return key == NAME_NONE;
}

/* Drops the indexes and constraints of the label, all or those with the key. */
static void dependants_drop(struct txn *t, const struct schema_label *l, uint32_t key)
{
	for (uint32_t i = 0; i < t->catalog->constraint_count;) {
		const struct constraint_info *info = t->catalog->constraints[i];

		if (info->element == l->element && info->label == l->label &&
			has_key(info->keys, info->key_count, key)) {
			constraint_drop(t, info);
			i = 0;
		} else {
			i++;
		}
	}
	for (uint32_t i = 0; i < t->catalog->index_count;) {
		const struct index_info *info = &t->catalog->indexes[i]->info;

		if (info->element == l->element && info->label == l->label &&
			has_key(info->keys, info->key_count, key)) {
			index_drop(t, info);
			i = 0;
		} else {
			i++;
		}
	}
}

enum sqlstate schema_property_drop(
	struct txn *t, enum element element, struct str label, struct str key, struct error *e)
{
	struct op op = { .kind = OP_PROPERTY_DROP, .element = (uint8_t)element };
	const struct property_info *p;
	struct schema_label l;

	TRY(schema_begin(t, e));
	TRY(schema_declared_label(t, element, label, &l, e));
	op.label = l.label;
	op.key = catalog_find(t->catalog, NAME_KEY, key);
	p = catalog_property(t->catalog, element, l.label, op.key);
	if (op.key == NAME_NONE || p == NULL || !p->is_declared)
		return FAIL(e, E_NO_COLUMN, "property \"%.*s\" of label \"%.*s\" does not exist",
			STR_ARGS(key), SHOWN(label));
	dependants_drop(t, &l, op.key);
	schema_emit(t, &op);
	return schema_fill(t, element, l.label, op.key, value_null(), e);
}

/* ---- labels ---- */

static enum sqlstate declare_primary_key(
	struct txn *t, struct schema_label *l, const struct label_definition *d, struct error *e)
{
	struct index_definition index = { .element = l->element,
		.label = l->name,
		.key_count = d->primary_key_count,
		.is_unique = true,
		.is_constraint = true,
		.is_key = true };
	struct op op;
	uint32_t id;

	if (d->primary_key_count == 0)
		return OK;
	if (d->primary_key_count > PROPERTY_INDEX_KEYS_MAX)
		return FAIL(
			e, E_PROGRAM_LIMIT, "an index has 1 to %d keys", PROPERTY_INDEX_KEYS_MAX);
	memcpy(index.keys, d->primary_key, d->primary_key_count * sizeof index.keys[0]);
	index.name = d->primary_name.length > 0 ? d->primary_name
						: made_name(t, l->name, NULL, 0, "_pkey");
	TRY(index_create(t, l, &index, &id, e));
	label_refresh(t, l);
	op = schema_label_op(l);
	op.bits = id;
	schema_emit(t, &op);
	return OK;
}

enum sqlstate schema_label_create(struct txn *t, const struct label_definition *d, struct error *e)
{
	struct schema_label l;
	struct op op;

	TRY(schema_begin(t, e));
	TRY(label_make(t, d->element, d->name, &l, e));
	if (l.info != NULL && l.info->is_declared)
		return FAIL(e, E_DUPLICATE_OBJECT, "label \"%.*s\" already exists", SHOWN(d->name));
	op = schema_label_op(&l);
	op.flags |= 1;
	TRY(schema_declare_pairs(t, &l, d, &op, e));
	schema_emit(t, &op);
	for (uint32_t i = 0; i < d->property_count; i++) {
		for (uint32_t k = 0; k < i; k++) {
			if (str_equal(d->properties[i].key, d->properties[k].key))
				return FAIL(e, E_DUPLICATE_COLUMN,
					"property \"%.*s\" specified more than once",
					STR_ARGS(d->properties[i].key));
		}
		TRY(property_declare(t, &l, &d->properties[i], e));
	}
	TRY(schema_check_existing(t, d->element, l.label, e));
	if (d->pair_count > 0)
		TRY(schema_check_ends(t, l.label, e));
	TRY(declare_primary_key(t, &l, d, e));
	for (uint32_t i = 0; i < d->property_count; i++)
		TRY(property_unique(t, &l, &d->properties[i], e));
	return OK;
}

enum sqlstate schema_label_drop(
	struct txn *t, enum element element, struct str name, bool cascade, struct error *e)
{
	struct op op = { .kind = OP_LABEL_DROP, .element = (uint8_t)element };
	struct schema_label l;

	TRY(schema_begin(t, e));
	TRY(label_find(t, element, name, &l, e));
	op.label = l.label;
	if (schema_has_elements(t, element, l.label)) {
		if (!cascade) {
			FAIL(e, E_OBJECT_IN_USE, "cannot drop label \"%.*s\" because it is in use",
				SHOWN(name));
			error_hint(e, "Use DROP … CASCADE to drop its elements too.");
			return E_OBJECT_IN_USE;
		}
		TRY(schema_delete_all(t, element, l.label, e));
	} else if (l.info == NULL || (!l.info->is_declared && l.info->property_count == 0)) {
		return FAIL(e, E_NO_OBJECT, "label \"%.*s\" does not exist", SHOWN(name));
	}
	dependants_drop(t, &l, NAME_NONE);
	schema_emit(t, &op);
	return OK;
}

/* ---- graphs ---- */

/* A label of a dropped graph gets a name that nobody can write, so that a graph made later by the
   graph's name has labels of its own, and what an open transaction still writes under this one is
   found at its commit to be in no graph. */
static void label_unname(struct txn *t, enum element element, uint32_t label, uint32_t graph)
{
	struct op op = { .kind = OP_NAME, .element = (uint8_t)kind_of(element), .id = label };
	char name[32];
	int length = snprintf(name, sizeof name, "%c%u%c", GRAPH_DROPPED, graph, GRAPH_SEPARATOR);

	if (label != graph || element == ELEMENT_EDGE)
		length += snprintf(name + length, sizeof name - (size_t)length, "%u", label);
	op.name = (struct str){ name, (uint32_t)length };
	schema_emit(t, &op);
}

static void graph_forget_labels(struct txn *t, enum element element, uint32_t graph)
{
	struct op op = { .kind = OP_LABEL_DROP, .element = (uint8_t)element };
	uint32_t count = catalog_name_count(t->catalog, kind_of(element));

	for (uint32_t id = count; id > 0; id--) {
		struct schema_label l = { .element = element, .label = id };

		if (catalog_graph_of(t->catalog, element, id) != graph)
			continue;
		if (catalog_label(t->catalog, element, id) != NULL) {
			dependants_drop(t, &l, NAME_NONE);
			op.label = id;
			schema_emit(t, &op);
		}
		label_unname(t, element, id, graph);
	}
}

enum sqlstate schema_graph_create(struct txn *t, struct str graph, struct error *e)
{
	struct label_definition membership = { .element = ELEMENT_NODE };

	TRY(schema_begin(t, e));
	if (catalog_graph_find(t->catalog, graph) != NAME_NONE)
		return FAIL(
			e, E_DUPLICATE_OBJECT, "graph \"%.*s\" already exists", STR_ARGS(graph));
	membership.name = graph_full_name(t->overlay.arena, graph, STR(""));
	return schema_label_create(t, &membership, e);
}

enum sqlstate schema_graph_close(struct txn *t, struct str graph, struct error *e)
{
	return schema_label_set_closed(
		t, ELEMENT_NODE, graph_full_name(t->overlay.arena, graph, STR("")), true, e);
}

enum sqlstate schema_graph_drop(struct txn *t, struct str graph, struct error *e)
{
	uint32_t number;

	TRY(schema_begin(t, e));
	number = catalog_graph_find(t->catalog, graph);
	if (number == NAME_NONE)
		return FAIL(e, E_NO_GRAPH, "graph \"%.*s\" does not exist", STR_ARGS(graph));
	TRY(schema_delete_all(t, ELEMENT_NODE, number, e));
	graph_forget_labels(t, ELEMENT_EDGE, number);
	graph_forget_labels(t, ELEMENT_NODE, number);
	return OK;
}

enum sqlstate schema_label_rename(
	struct txn *t, enum element element, struct str name, struct str to, struct error *e)
{
	struct op op = { .kind = OP_NAME, .element = (uint8_t)kind_of(element) };
	const struct label_info *other;
	struct schema_label l;
	uint32_t taken;

	TRY(schema_begin(t, e));
	TRY(label_find(t, element, name, &l, e));
	if (to.length == 0 || to.length > OP_NAME_MAX)
		return FAIL(e, E_NAME_TOO_LONG, "name is longer than %d bytes", OP_NAME_MAX);
	taken = catalog_find(t->catalog, kind_of(element), to);
	if (taken != NAME_NONE) {
		other = catalog_label(t->catalog, element, taken);
		if ((other != NULL && other->is_declared) ||
			schema_has_elements(t, element, taken))
			return FAIL(
				e, E_DUPLICATE_OBJECT, "label \"%.*s\" already exists", SHOWN(to));
		/* a number that nobody uses any more: the two exchange their names */
		op.id = taken;
		op.name = name;
		schema_emit(t, &op);
	}
	op.id = l.label;
	op.name = to;
	schema_emit(t, &op);
	return OK;
}

enum sqlstate schema_label_set_closed(
	struct txn *t, enum element element, struct str name, bool is_closed, struct error *e)
{
	struct schema_label l;
	struct op op;

	TRY(schema_begin(t, e));
	TRY(schema_declared_label(t, element, name, &l, e));
	op = schema_label_op(&l);
	op.flags = (uint8_t)((op.flags & ~2u) | (is_closed ? 2u : 0u));
	schema_emit(t, &op);
	return is_closed ? schema_check_existing(t, element, l.label, e) : OK;
}

/* ---- what tables need ---- */

enum sqlstate schema_primary_key(
	struct txn *t, enum element element, struct str label, uint32_t index, struct error *e)
{
	struct schema_label l;
	struct op op;

	TRY(schema_begin(t, e));
	TRY(schema_declared_label(t, element, label, &l, e));
	op = schema_label_op(&l);
	op.bits = index;
	schema_emit(t, &op);
	if (index == t->unfinished_index && t->unfinished_ops + 1 == t->overlay.undo.count)
		index_build_declared(t);
	return OK;
}

enum sqlstate schema_property_change(struct txn *t, enum element element, struct str label,
	const struct property_definition *d, struct error *e)
{
	struct buf bytes = { 0 };
	struct schema_label l;
	uint32_t key;
	struct op op;

	TRY(schema_begin(t, e));
	TRY(schema_declared_label(t, element, label, &l, e));
	TRY(txn_intern(t, NAME_KEY, d->key, &key, e));
	op = property_op(t, &l, key, &bytes);
	op.type = (uint8_t)d->type;
	op.item_type = (uint8_t)d->item_type;
	op.bits = catalog_modifier_bits(d->modifier);
	op.flags = (uint8_t)((op.flags & ~5u) | (d->is_not_null ? 1u : 0u) |
			     (d->is_generated ? 4u : 0u));
	if (!value_is_null(d->default_value)) {
		buf_reset(&bytes);
		value_encode(&bytes, d->default_value);
		op.map = bytes.data;
		op.map_size = (uint32_t)bytes.length;
	}
	schema_emit(t, &op);
	buf_free(&bytes);
	return schema_check_existing(t, element, l.label, e);
}

enum sqlstate schema_label_truncate(
	struct txn *t, enum element element, struct str label, struct error *e)
{
	struct schema_label l;

	TRY(schema_begin(t, e));
	TRY(label_find(t, element, label, &l, e));
	return schema_delete_all(t, element, l.label, e);
}
