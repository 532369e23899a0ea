/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Changing the graph. Property values are checked here for what the language allows (scalars, and
 * lists of scalars of one family); declared types and constraints are the storage layer's.
 *
 * Invariants
 *  W1. A property set to NULL is removed, never stored.
 *  W2. Counters count elements, not calls: an element that SET touches twice counts once.
 */
#include "query/exec/write.h"
#include "storage/storage_tally.h"

#include <string.h>

enum { POLL_ROWS = 64 };

/* ---- names ---- */

static enum sqlstate intern_labels(struct op *op, enum element element,
	const struct plan_name *labels, uint32_t count, uint32_t **out, struct error *e)
{
	enum name_kind kind = element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;
	uint32_t *ids = arena_alloc_raw(op->x->arena, sizeof *ids * (count + 1));

	for (uint32_t i = 0; i < count; i++) {
		ids[i] = labels[i].id;
		if (ids[i] == NAME_NONE)
			TRY(txn_intern(op->x->options.txn, kind, labels[i].name, &ids[i], e));
	}
	*out = ids;
	return OK;
}

static enum sqlstate intern_key(
	struct op *op, const struct plan_assignment *a, uint32_t *out, struct error *e)
{
	*out = a->key;
	if (a->key != NAME_NONE || a->new_key.length == 0)
		return OK;
	return txn_intern(op->x->options.txn, NAME_KEY, a->new_key, out, e);
}

static void make_names(struct op *op, struct write_names *names, uint32_t count)
{
	names->labels = ARENA_ARRAY(op->x->arena, uint32_t *, count + 1);
	names->keys = ARENA_ARRAY(op->x->arena, uint32_t *, count + 1);
	names->is_known = true;
}

enum sqlstate write_names_of_creates(struct op *op, struct write_names *names,
	const struct plan_create *creates, uint32_t count, struct error *e)
{
	if (names->is_known)
		return OK;
	make_names(op, names, count);
	for (uint32_t i = 0; i < count; i++) {
		const struct plan_create *c = &creates[i];

		TRY(intern_labels(op, c->element, c->labels, c->label_count, &names->labels[i], e));
		names->keys[i] = ARENA_ARRAY(op->x->arena, uint32_t, c->assignment_count + 1);
		for (uint32_t k = 0; k < c->assignment_count; k++)
			TRY(intern_key(op, &c->assignments[k], &names->keys[i][k], e));
	}
	return OK;
}

enum sqlstate write_names_of_items(struct op *op, struct write_names *names,
	const struct plan_set *items, uint32_t count, struct error *e)
{
	if (names->is_known)
		return OK;
	make_names(op, names, count);
	for (uint32_t i = 0; i < count; i++) {
		const struct plan_set *item = &items[i];

		TRY(intern_labels(
			op, item->element, item->labels, item->label_count, &names->labels[i], e));
		names->keys[i] = ARENA_ARRAY(op->x->arena, uint32_t, 1);
		TRY(intern_key(op, &item->assignment, &names->keys[i][0], e));
	}
	return OK;
}

/* ---- property values ---- */

static enum sqlstate check_value(struct value v, bool is_array, uint32_t at, struct error *e)
{
	enum sqlstate rc = is_array ? eval_check_array(v, e) : eval_check_property(v, e);

	if (rc != OK)
		e->byte_offset = (int)at;
	return rc;
}

/* A map as properties; keys are interned, NULLs kept. */
static enum sqlstate map_properties(struct op *op, struct value map, uint32_t at,
	struct property **out, uint32_t *count, struct error *e)
{
	struct property *p = arena_alloc_raw(op->arena, sizeof *p * ((size_t)map.count + 1));

	for (uint32_t i = 0; i < map.count; i++) {
		p[i].value = map.entries[i].value;
		TRY(check_value(p[i].value, false, at, e));
		TRY(txn_intern(op->x->options.txn, NAME_KEY, map.entries[i].key, &p[i].key, e));
	}
	*out = p;
	*count = map.count;
	return OK;
}

/* Whether the storage says that the value of the property which it names is of a wrong type. */
static bool is_of_value(enum sqlstate rc, const struct error *e)
{
	return rc == E_TYPE && e->column[0] != '\0';
}

static bool is_of_key(const struct op *op, uint32_t key, const struct error *e)
{
	const struct catalog *c = txn_catalog(op->x->options.txn);

	return str_equal(catalog_name(c, NAME_KEY, key), str_of(e->column));
}

/* ---- creating ---- */

/* One create, with its properties' values for all rows of a batch. */
struct creation {
	struct op *op;
	const struct plan_create *plan;
	const uint32_t *labels, *keys;
	struct batch *b;
	bool is_merge;
	struct column *assignments;
	struct column map;
	uint64_t *ids; /* of what is created */
};

static enum sqlstate creation_evaluate(struct creation *c, struct error *e)
{
	const struct plan_create *plan = c->plan;
	struct op *op = c->op;

	c->assignments =
		arena_alloc_raw(op->arena, sizeof *c->assignments * (plan->assignment_count + 1));
	c->ids = arena_alloc_raw(op->arena, sizeof *c->ids * (c->b->count + 1));
	for (uint32_t k = 0; k < plan->assignment_count; k++)
		TRY(eval_column(
			op_eval(op), plan->assignments[k].expr, c->b, &c->assignments[k], e));
	if (plan->properties != NULL)
		TRY(eval_column(op_eval(op), plan->properties, c->b, &c->map, e));
	return OK;
}

/* A list of properties being made. */
struct property_list {
	struct property *at;
	uint32_t count;
};

static enum sqlstate creation_add(const struct creation *c, struct property_list *list,
	uint32_t key, struct value v, struct error *e)
{
	if (v.type != VALUE_NULL) {
		list->at[list->count++] = (struct property){ key, v };
		return OK;
	}
	if (!c->is_merge)
		return OK;
	FAIL(e, E_NULL_NOT_ALLOWED, "MERGE cannot use a null property value");
	e->byte_offset = (int)c->plan->at;
	return E_NULL_NOT_ALLOWED;
}

/* The properties of the new element of one row. */
static enum sqlstate creation_properties(
	const struct creation *c, uint32_t row, struct property_list *list, struct error *e)
{
	uint32_t count = c->plan->assignment_count;
	struct property_list from_map = { 0 };
	struct value map = { 0 };

	if (c->plan->properties != NULL)
		map = column_value(&c->map, row);
	if (map.type == VALUE_MAP)
		TRY(map_properties(c->op, map, c->plan->at, &from_map.at, &from_map.count, e));
	else if (map.type != VALUE_NULL)
		return FAIL(e, E_TYPE,
			"the properties of an element must be a map, not a value "
			"of type %s",
			value_type_name(map.type));
	list->at = arena_alloc_raw(
		c->op->arena, sizeof *list->at * ((size_t)count + from_map.count + 1));
	list->count = 0;
	for (uint32_t k = 0; k < count; k++) {
		struct value v = column_value(&c->assignments[k], row);

		TRY(check_value(v, c->plan->assignments[k].is_array, c->plan->at, e));
		TRY(creation_add(c, list, c->keys[k], v, e));
	}
	for (uint32_t k = 0; k < from_map.count; k++)
		TRY(creation_add(c, list, from_map.at[k].key, from_map.at[k].value, e));
	return OK;
}

static enum sqlstate creation_end(
	const struct creation *c, uint32_t slot, uint32_t row, uint64_t *id, struct error *e)
{
	struct value v = column_value(&c->b->columns[slot], row);

	*id = v.id;
	if (v.type == VALUE_NODE)
		return OK;
	if (c->plan->is_row) {
		FAIL(e, E_FOREIGN_KEY,
			"insert on table \"%.*s\" violates the foreign key of its end \"%s\"",
			STR_ARGS(graph_local_name(c->plan->labels[0].name)),
			slot == c->plan->source_slot ? "_from" : "_to");
		error_detail(e, "There is no node with this key.");
		error_names(e, graph_local_name(c->plan->labels[0].name), (struct str){ 0 },
			(struct str){ 0 });
		return E_FOREIGN_KEY;
	}
	FAIL(e, E_NULL_NOT_ALLOWED, "an end of a new edge is null");
	e->byte_offset = (int)c->plan->at;
	return E_NULL_NOT_ALLOWED;
}

/* What the storage refused for one property stands where the value does. */
static enum sqlstate creation_blame(const struct creation *c, enum sqlstate rc, struct error *e)
{
	if (!is_of_value(rc, e))
		return rc;
	e->byte_offset = (int)c->plan->at;
	for (uint32_t i = 0; i < c->plan->assignment_count; i++) {
		if (is_of_key(c->op, c->keys[i], e))
			e->byte_offset = (int)c->plan->assignments[i].expr->at;
	}
	return rc;
}

static enum sqlstate creation_run(const struct creation *c, uint32_t row, struct error *e)
{
	struct exec_counters *counters = &c->op->x->counters;
	struct txn *txn = c->op->x->options.txn;
	struct property_list list = { 0 };
	uint64_t source = 0, target = 0;

	TRY(creation_properties(c, row, &list, e));
	counters->properties_set += list.count;
	if (c->plan->element == ELEMENT_NODE) {
		counters->nodes_created++;
		return creation_blame(c,
			storage_node_add(txn, c->labels, c->plan->label_count, list.at, list.count,
				&c->ids[row], e),
			e);
	}
	TRY(creation_end(c, c->plan->source_slot, row, &source, e));
	TRY(creation_end(c, c->plan->target_slot, row, &target, e));
	counters->edges_created++;
	return creation_blame(c,
		storage_edge_add(
			txn, source, target, c->labels[0], list.at, list.count, &c->ids[row], e),
		e);
}

enum sqlstate write_create(struct op *op, const struct write_names *names,
	const struct plan_create *creates, uint32_t count, bool is_merge, struct batch *b,
	struct error *e)
{
	struct creation *all = arena_alloc(op->arena, sizeof *all * (count + 1));

	for (uint32_t i = 0; i < count; i++) {
		bool is_node = creates[i].element == ELEMENT_NODE;

		all[i] = (struct creation){ .op = op,
			.plan = &creates[i],
			.labels = names->labels[i],
			.keys = names->keys[i],
			.b = b,
			.is_merge = is_merge };
		TRY(creation_evaluate(&all[i], e));
		op_set_ids(b, creates[i].slot, is_node ? VALUE_NODE : VALUE_EDGE, all[i].ids);
	}
	for (uint32_t row = 0; row < b->count; row++) {
		if (row % POLL_ROWS == POLL_ROWS - 1)
			TRY(eval_poll(&op->x->eval, e));
		for (uint32_t i = 0; i < count; i++)
			TRY(creation_run(&all[i], row, e));
	}
	return OK;
}

/* ---- setting ---- */

enum sqlstate write_evaluate(struct op *op, const struct plan_set *items, uint32_t count,
	const struct batch *b, struct write_values *out, struct error *e)
{
	struct arena *a = op->x->eval.arena;

	out->targets = arena_alloc(a, sizeof *out->targets * (count + 1));
	out->values = arena_alloc(a, sizeof *out->values * (count + 1));
	for (uint32_t i = 0; i < count; i++) {
		TRY(eval_column(&op->x->eval, items[i].target, b, &out->targets[i], e));
		if (items[i].assignment.expr != NULL)
			TRY(eval_column(
				&op->x->eval, items[i].assignment.expr, b, &out->values[i], e));
	}
	return OK;
}

static enum sqlstate count_changed(
	struct op *op, enum element element, uint64_t id, struct error *e)
{
	if (map_u64_put(&op->x->changed[element], id, 1))
		return OK;
	op->x->counters.elements_changed++;
	return storage_tally_update(op->x->options.txn, element, id, e);
}

static enum sqlstate set_all(struct op *op, enum element element, uint64_t id,
	const struct property *properties, uint32_t count, struct error *e)
{
	op->x->counters.properties_set += count;
	return storage_properties_set(op->x->options.txn, element, id, properties, count, e);
}

/* The map that SET v = x or v += x assigns: x itself, or the properties of an element. */
static enum sqlstate source_properties(struct op *op, struct value v, uint32_t at,
	struct property **out, uint32_t *count, struct error *e)
{
	enum element element = v.type == VALUE_NODE ? ELEMENT_NODE : ELEMENT_EDGE;

	*count = 0;
	*out = NULL;
	if (v.type == VALUE_NODE || v.type == VALUE_EDGE)
		return storage_all_properties(
			op->x->options.txn, element, v.id, op->arena, out, count, e);
	if (v.type == VALUE_NULL)
		return OK;
	if (v.type != VALUE_MAP)
		return FAIL(e, E_TYPE, "a map is needed here, not a value of type %s",
			value_type_name(v.type));
	return map_properties(op, v, at, out, count, e);
}

static enum sqlstate set_map(struct op *op, const struct plan_set *item, enum element element,
	uint64_t id, struct value v, struct error *e)
{
	struct property *old, *new, *all;
	uint32_t old_count = 0, new_count, count = 0;
	enum sqlstate rc;

	TRY(source_properties(op, v, item->at, &new, &new_count, e));
	if (item->kind == SET_REPLACE)
		TRY(storage_all_properties(
			op->x->options.txn, element, id, op->arena, &old, &old_count, e));
	all = arena_alloc_raw(op->arena, sizeof *all * (old_count + new_count + 1));
	for (uint32_t i = 0; i < old_count; i++) {
		bool is_kept = false;

		for (uint32_t k = 0; k < new_count; k++)
			is_kept |= new[k].key == old[i].key;
		if (!is_kept)
			all[count++] = (struct property){ old[i].key, value_null() };
	}
	for (uint32_t k = 0; k < new_count; k++)
		all[count++] = new[k];
	if (count == 0)
		return OK;
	rc = set_all(op, element, id, all, count, e);
	if (is_of_value(rc, e))
		e->byte_offset = (int)item->at;
	return rc;
}

/* Whether something can be set of it; *element: which kind it is. */
static enum sqlstate check_target(struct op *op, struct value target, enum element *element,
	struct error *e)
{
	*element = target.type == VALUE_NODE ? ELEMENT_NODE : ELEMENT_EDGE;
	if (target.type != VALUE_NODE && target.type != VALUE_EDGE)
		return FAIL(e, E_TYPE, "a value of type %s has no properties to set",
			value_type_name(target.type));
	if (op->x->eval.has_deleted)
		TRY(eval_check_present(&op->x->eval, *element, &target.id, 1, e));
	return count_changed(op, *element, target.id, e);
}

static enum sqlstate assign_item(struct op *op, const struct write_names *names,
	const struct plan_set *item, uint32_t i, const struct write_values *values, uint32_t row,
	struct error *e)
{
	struct value target = column_value(&values->targets[i], row), v = { 0 };
	struct txn *txn = op->x->options.txn;
	enum element element;

	if (target.type == VALUE_NULL)
		return OK;
	TRY(check_target(op, target, &element, e));
	if (item->kind == SET_LABELS) {
		if (element != ELEMENT_NODE)
			return FAIL(e, E_TYPE, "the label of an edge cannot be changed");
		op->x->counters.labels_changed += item->label_count;
		return item->is_remove ? storage_labels_change(txn, target.id, NULL, 0,
						 names->labels[i], item->label_count, e)
				       : storage_labels_change(txn, target.id, names->labels[i],
						 item->label_count, NULL, 0, e);
	}
	if (item->assignment.expr != NULL)
		v = column_value(&values->values[i], row);
	return set_map(op, item, element, target.id, v, e);
}

/* How many items from here on set a property of one element. */
static uint32_t run_length(const struct plan_set *items, uint32_t count,
	const struct write_values *values, uint32_t row)
{
	struct value first = column_value(&values->targets[0], row);
	uint32_t n = 0;

	while (n < count && items[n].kind == SET_PROPERTY) {
		struct value target = column_value(&values->targets[n], row);

		if (target.type != first.type ||
			((target.type == VALUE_NODE || target.type == VALUE_EDGE) &&
				target.id != first.id))
			break;
		n++;
	}
	return n;
}

/* Properties of one element, in one step: what is computed from them or unique is right at its end. */
static enum sqlstate assign_run(struct op *op, uint32_t *const *keys, const struct plan_set *items,
	uint32_t count, const struct write_values *values, uint32_t row, struct error *e)
{
	struct value target = column_value(&values->targets[0], row);
	struct property *properties =
		arena_alloc_raw(op->arena, sizeof *properties * (count + 1));
	enum element element;
	enum sqlstate rc;

	if (target.type == VALUE_NULL)
		return OK;
	TRY(check_target(op, target, &element, e));
	for (uint32_t i = 0; i < count; i++) {
		properties[i] = (struct property){ keys[i][0], value_null() };
		if (items[i].assignment.expr != NULL)
			properties[i].value = column_value(&values->values[i], row);
		TRY(check_value(properties[i].value, items[i].assignment.is_array, items[i].at, e));
	}
	rc = set_all(op, element, target.id, properties, count, e);
	for (uint32_t i = 0; i < count && is_of_value(rc, e); i++) {
		if (is_of_key(op, keys[i][0], e))
			e->byte_offset = (int)items[i].assignment.expr->at;
	}
	return rc;
}

enum sqlstate write_assign(struct op *op, const struct write_names *names,
	const struct plan_set *items, uint32_t count, const struct write_values *values,
	uint32_t row, struct error *e)
{
	uint32_t i = 0;

	while (i < count) {
		struct write_values rest = { values->targets + i, values->values + i };
		uint32_t n = run_length(items + i, count - i, &rest, row);

		if (n > 0)
			TRY(assign_run(op, names->keys + i, items + i, n, &rest, row, e));
		else
			TRY(assign_item(op, names, &items[i], i, values, row, e));
		i += MAX_OF(n, 1u);
	}
	return OK;
}

/* ---- deleting ---- */

static enum sqlstate delete_node(struct op *op, uint64_t id, bool is_detach, struct error *e)
{
	uint64_t edges = 0;
	bool was_deleted = false;

	TRY(storage_node_delete(op->x->options.txn, id, is_detach, &edges, &was_deleted, e));
	op->x->counters.nodes_deleted += was_deleted;
	op->x->counters.edges_deleted += edges;
	op->x->eval.has_deleted = true;
	return OK;
}

static enum sqlstate delete_edge(struct op *op, uint64_t id, struct error *e)
{
	bool was_deleted = false;

	TRY(storage_edge_delete(op->x->options.txn, id, &was_deleted, e));
	op->x->counters.edges_deleted += was_deleted;
	op->x->eval.has_deleted = true;
	return OK;
}

enum sqlstate write_delete(struct op *op, struct value v, bool is_detach, struct error *e)
{
	switch (v.type) {
	case VALUE_NULL:
		return OK;
	case VALUE_NODE:
		return delete_node(op, v.id, is_detach, e);
	case VALUE_EDGE:
		return delete_edge(op, v.id, e);
	case VALUE_LIST:
		for (uint32_t i = 0; i < v.count; i++)
			TRY(write_delete(op, v.items[i], is_detach, e));
		return OK;
	case VALUE_PATH:
		for (uint32_t i = 0; i < v.path->edge_count; i++)
			TRY(delete_edge(op, v.path->edges[i], e));
		for (uint32_t i = 0; i <= v.path->edge_count; i++)
			TRY(delete_node(op, v.path->nodes[i], is_detach, e));
		return OK;
	default:
		return FAIL(
			e, E_TYPE, "a value of type %s cannot be deleted", value_type_name(v.type));
	}
}
