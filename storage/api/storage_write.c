/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Writing: every change goes into the transaction's overlay. A change of an element that was there
 * before takes its record lock first (not in an autocommit statement), reads it whole, makes a
 * draft of it, checks the draft and appends the operations that lead from the old state to the new.
 *
 * Deleting a node appends nothing yet: txn_commit() puts these operations behind all others, when
 * the node's edges are gone whatever the order in which they were deleted.
 */
#include "storage/storage.h"

#include <string.h>

#include "storage/txn/draft.h"
#include "storage/txn/names.h"

/* ---- what every write begins with ---- */

enum sqlstate draft_has_room(const struct txn *t, struct error *e)
{
	if (LIKELY(overlay_bytes(&t->overlay) <= t->storage->txn_bytes_max))
		return OK;
	return FAIL(e, E_OUT_OF_MEMORY, "transaction has more than %llu bytes of changes",
		(unsigned long long)t->storage->txn_bytes_max);
}

static enum sqlstate write_begin(struct txn *t, struct error *e)
{
	assert(t->is_open);
	if (t->options.is_read_only)
		return FAIL(e, E_READ_ONLY, "cannot execute a write in a read-only transaction");
	TRY(draft_has_room(t, e));
	arena_reset(t->scratch);
	return OK;
}

/* The record's lock, and the certainty that nobody has changed it since the snapshot. */
static enum sqlstate write_lock(struct txn *t, enum element element, uint64_t id,
	enum lock_strength strength, struct error *e)
{
	struct engine_slot *slot = storage_thread_of(t->storage)->slot;
	const struct overlay_record *own = overlay_find(&t->overlay, element, id);
	uint64_t newest;
	bool waited;

	if (own != NULL && (own->is_new || strength <= STRENGTH_NO_KEY_UPDATE))
		return OK;
	if (!t->options.is_autocommit)
		TRY(record_lock_take(t, (enum record_lock_kind)element, id, strength, &waited, e));
	if (own != NULL)
		return OK; /* its own change kept others from it */
	TRY(section_enter(t, slot, e));
	newest = history_newest(&t->storage->history, element, id);
	section_leave(t, slot);
	if (newest > t->snapshot)
		return txn_refuse_change(t, e);
	return OK;
}

enum sqlstate storage_lock(struct txn *t, enum element element, uint64_t id,
	enum lock_strength strength, bool is_nowait, struct error *e)
{
	uint32_t timeout_ms = t->options.lock_timeout_ms;
	enum sqlstate rc;

	if (t->options.is_autocommit)
		return OK;
	if (t->options.is_read_only)
		return FAIL(e, E_READ_ONLY, "cannot execute a write in a read-only transaction");
	if (is_nowait)
		t->options.lock_timeout_ms = 1;
	rc = write_lock(t, element, id, strength, e);
	t->options.lock_timeout_ms = timeout_ms;
	if (rc == E_LOCK_TIMEOUT && is_nowait)
		return FAIL(e, rc, "could not obtain lock on row");
	return rc;
}

static void draft_init(struct txn *t, struct draft *d, enum element element)
{
	memset(d, 0, sizeof *d);
	d->element = element;
	d->arena = t->scratch;
	d->completes_late = t->completes_late;
}

/* The draft is the element's state now. */
static void draft_put(
	struct txn *t, const struct draft *d, struct overlay_place place, struct overlay_record *r)
{
	struct overlay *o = &t->overlay;

	r->map_size = (uint32_t)t->map.length;
	r->map = overlay_keep(o, t->map.data, t->map.length);
	overlay_put(o, place, r);
	if (d->is_incomplete)
		VEC_PUSH(&o->incomplete[d->element], d->id);
}

static enum sqlstate draft_labels(
	struct txn *t, struct draft *d, const uint32_t *labels, uint32_t count, struct error *e)
{
	if (count > DRAFT_LABELS_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "a node has at most %d labels", DRAFT_LABELS_MAX);
	if (count > 0)
		memcpy(d->labels, labels, count * sizeof labels[0]);
	d->label_count = draft_sort_labels(d->labels, count);
	return names_labelset(t, d->labels, d->label_count, &d->label, e);
}

static enum sqlstate lock_labels(struct txn *t, enum element element, const uint32_t *labels,
	uint32_t count, struct error *e)
{
	for (uint32_t i = 0; i < count; i++)
		TRY(label_lock_write(t, element, labels[i], e));
	return OK;
}

static enum sqlstate lock_labelset(struct txn *t, uint32_t labelset, struct error *e)
{
	const uint32_t *labels;
	uint32_t count = catalog_labelset_labels(t->catalog, labelset, &labels);

	return lock_labels(t, ELEMENT_NODE, labels, count, e);
}

/* Nobody but the generator writes it; without a value it is made anew. */
static enum sqlstate generated_error(
	struct txn *t, const struct draft *d, uint32_t key, struct error *e)
{
	struct str name = catalog_name(t->catalog, NAME_KEY, key);

	FAIL(e, E_GENERATED_ALWAYS,
		d->is_new ? "cannot insert a non-DEFAULT value into column \"%.*s\""
			  : "column \"%.*s\" can only be updated to DEFAULT",
		STR_ARGS(name));
	error_detail(e, "Column \"%.*s\" is a generated column.", STR_ARGS(name));
	return E_GENERATED_ALWAYS;
}

static enum sqlstate check_given(struct txn *t, const struct draft *d,
	const struct property *properties, uint32_t count, struct error *e)
{
	if (!draft_has_generated(t, d))
		return OK;
	for (uint32_t i = 0; i < count; i++) {
		if (!value_is_null(properties[i].value) &&
			draft_is_generated(t, d, properties[i].key))
			return generated_error(t, d, properties[i].key, e);
	}
	return OK;
}

/* Checks the draft's properties and leaves their map in t->map. */
static enum sqlstate draft_map(struct txn *t, struct draft *d, struct error *e)
{
	TRY(lock_labels(t, d->element, d->labels, d->label_count, e));
	TRY(draft_fit(t, d, e));
	TRY(draft_observe(t, d, e));
	buf_reset(&t->map);
	if (d->count > 0)
		property_map_encode(&t->map, d->properties, d->count);
	if (t->map.length > PROPERTY_MAP_SIZE_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "the properties of an element exceed %u bytes",
			PROPERTY_MAP_SIZE_MAX);
	return draft_unique(t, d, &t->map, e);
}

/* The properties given with a new element, and all checks but those of its ends. t->map is its map.
   */
static enum sqlstate draft_complete(struct txn *t, struct draft *d,
	const struct property *properties, uint32_t count, struct error *e)
{
	d->is_new = true;
	d->properties = (struct property *)properties;
	d->count = d->capacity = count;
	if (!d->is_new || count > 0) {
		/* never write into the caller's array */
		d->properties = ARENA_ARRAY(d->arena, struct property, count + 1);
		memcpy(d->properties, properties, count * sizeof properties[0]);
	}
	draft_sort(d);
	TRY(check_given(t, d, d->properties, d->count, e));
	return draft_map(t, d, e);
}

static void overlay_add(struct txn *t, const struct draft *d, struct overlay_place place)
{
	struct overlay_record r = { .id = d->id,
		.source = d->source,
		.target = d->target,
		.label = d->label,
		.element = (uint8_t)d->element,
		.is_new = true };

	t->overlay.op_count++;
	draft_put(t, d, place, &r);
	tally_change(&t->storage->tallies, d->element, d->labels, d->label_count, TALLY_INSERTED);
}

enum sqlstate storage_node_add(struct txn *t, const uint32_t *labels, uint32_t label_count,
	const struct property *properties, uint32_t property_count, uint64_t *id, struct error *e)
{
	struct overlay_place place;
	struct draft d;

	TRY(write_begin(t, e));
	draft_init(t, &d, ELEMENT_NODE);
	d.id = atomic_fetch_add_explicit(&t->storage->next_node, 1, memory_order_relaxed);
	if (d.id > RECORD_ID_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "too many nodes");
	TRY(draft_labels(t, &d, labels, label_count, e));
	TRY(draft_complete(t, &d, properties, property_count, e));
	place = overlay_begin(&t->overlay);
	logop_put_node_add(&t->overlay.log, d.id, d.label, t->map.data, (uint32_t)t->map.length);
	overlay_add(t, &d, place);
	*id = d.id;
	return OK;
}

/* ---- edges ---- */

/* The ends must be there and, where the label declares them, of the declared labels. */
static enum sqlstate ends_check(struct txn *t, const struct draft *d, struct error *e)
{
	uint64_t ends[2] = { d->source, d->target };
	uint32_t graph = catalog_graph_of(t->catalog, ELEMENT_EDGE, d->label);
	uint32_t labelsets[2];

	TRY(storage_nodes_get(t, ends, 2, labelsets, e));
	for (int i = 0; i < 2; i++) {
		if (labelsets[i] == LABELSET_ABSENT)
			return FAIL(e, E_FOREIGN_KEY, "the %s node of the edge does not exist",
				i == 0 ? "source" : "target");
		if (catalog_labelset_graph(t->catalog, labelsets[i]) != graph)
			return FAIL(e, E_INVALID_VALUE,
				"the %s node of an edge of graph \"%.*s\" is of another graph",
				i == 0 ? "source" : "target",
				STR_ARGS(catalog_graph_name(t->catalog, graph)));
	}
	return draft_fit_ends(t, d->label, labelsets, e);
}

enum sqlstate storage_edge_add(struct txn *t, uint64_t source, uint64_t target, uint32_t label,
	const struct property *properties, uint32_t property_count, uint64_t *id, struct error *e)
{
	struct overlay_place place;
	struct op_edge edge;
	struct draft d;

	assert(label != NAME_NONE);
	TRY(write_begin(t, e));
	draft_init(t, &d, ELEMENT_EDGE);
	d.source = source;
	d.target = target;
	d.label = d.labels[0] = label;
	d.label_count = 1;
	TRY(ends_check(t, &d, e));
	d.id = atomic_fetch_add_explicit(&t->storage->next_edge, 1, memory_order_relaxed);
	if (d.id > RECORD_ID_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "too many edges");
	TRY(draft_complete(t, &d, properties, property_count, e));
	edge = (struct op_edge){ d.id, source, target, label };
	place = overlay_begin(&t->overlay);
	logop_put_edge_add(&t->overlay.log, &edge, t->map.data, (uint32_t)t->map.length);
	overlay_add(t, &d, place);
	*id = d.id;
	return OK;
}

/* ---- changing what is there ---- */

static enum sqlstate gone_error(enum element element, uint64_t id, struct error *e)
{
	return FAIL(e, E_NO_OBJECT, "%s %llu does not exist",
		element == ELEMENT_NODE ? "node" : "edge", (unsigned long long)id);
}

/* Locks and reads an element into a draft of its present state. *exists false: nothing else is set.
   */
static enum sqlstate draft_open(
	struct txn *t, struct draft *d, uint64_t id, bool *exists, struct error *e)
{
	struct element_state state;
	const uint32_t *labels;

	TRY(write_lock(t, d->element, id, STRENGTH_NO_KEY_UPDATE, e));
	TRY(read_whole(t, d->element, id, &state, &t->old_map, e));
	*exists = element_exists(d->element, state.label);
	if (!*exists)
		return OK;
	d->id = id;
	d->source = state.source;
	d->target = state.target;
	d->label = d->old_label = state.label;
	d->old_map = t->old_map.data;
	d->old_map_size = (uint32_t)t->old_map.length;
	if (d->element == ELEMENT_NODE) {
		d->label_count = catalog_labelset_labels(t->catalog, state.label, &labels);
		assert(d->label_count <= DRAFT_LABELS_MAX);
		if (d->label_count > 0)
			memcpy(d->labels, labels, d->label_count * sizeof labels[0]);
	} else {
		d->labels[0] = state.label;
		d->label_count = 1;
	}
	if (d->old_map_size == 0)
		return OK;
	TRY(property_map_decode(
		d->old_map, d->old_map_size, d->arena, &d->properties, &d->count, e));
	d->capacity = d->count;
	return OK;
}

static void put_property_op(struct txn *t, const struct draft *d, uint32_t key, struct value value)
{
	struct op op = {
		.kind = OP_PROPERTY_SET, .element = (uint8_t)d->element, .id = d->id, .key = key
	};

	buf_reset(&t->key);
	if (!value_is_null(value))
		value_encode(&t->key, value);
	op.map = t->key.data;
	op.map_size = (uint32_t)t->key.length;
	logop_put(&t->overlay.log, &op);
	t->overlay.op_count++;
}

/* The operations for the properties that differ; both lists are sorted by key. */
static void put_property_ops(
	struct txn *t, const struct draft *d, const struct property *old, uint32_t old_count)
{
	uint32_t i = 0;
	uint32_t k = 0;

	while (i < old_count || k < d->count) {
		if (k == d->count || (i < old_count && old[i].key < d->properties[k].key)) {
			put_property_op(t, d, old[i++].key, value_null());
		} else if (i == old_count || d->properties[k].key < old[i].key) {
			put_property_op(t, d, d->properties[k].key, d->properties[k].value);
			k++;
		} else {
			struct value new = d->properties[k].value;

			if (!value_identical(new, old[i].value))
				put_property_op(t, d, d->properties[k].key, new);
			i++;
			k++;
		}
	}
}

/* Checks a changed draft and makes it the element's state. */
static enum sqlstate draft_close(struct txn *t, struct draft *d, struct error *e)
{
	struct overlay *o = &t->overlay;
	const struct overlay_record *own = overlay_find(o, d->element, d->id);
	struct overlay_record r = { .id = d->id,
		.source = d->source,
		.target = d->target,
		.label = d->label,
		.element = (uint8_t)d->element,
		.is_new = own != NULL && own->is_new };
	struct property *old = NULL;
	struct overlay_place place;
	uint32_t old_count = 0;

	TRY(draft_map(t, d, e));
	if (d->old_map_size > 0)
		TRY(property_map_decode(
			d->old_map, d->old_map_size, d->arena, &old, &old_count, e));
	place = overlay_begin(o);
	if (d->label != d->old_label) {
		struct op op = { .kind = OP_NODE_LABELS, .id = d->id, .label = d->label };

		logop_put(&o->log, &op);
		o->op_count++;
	}
	put_property_ops(t, d, old, old_count);
	if (o->op_count ==
		place.ops_before) /* it was so before: no change, and nobody's conflict */
		return OK;
	draft_put(t, d, place, &r);
	return OK;
}

enum sqlstate storage_properties_set(struct txn *t, enum element element, uint64_t id,
	const struct property *properties, uint32_t count, struct error *e)
{
	struct draft d;
	bool exists;

	TRY(write_begin(t, e));
	draft_init(t, &d, element);
	TRY(draft_open(t, &d, id, &exists, e));
	if (!exists)
		return gone_error(element, id, e);
	TRY(check_given(t, &d, properties, count, e));
	for (uint32_t i = 0; i < count; i++)
		draft_set(&d, properties[i].key, properties[i].value);
	return draft_close(t, &d, e);
}

enum sqlstate storage_property_set(struct txn *t, enum element element, uint64_t id, uint32_t key,
	struct value value, struct error *e)
{
	struct property property = { key, value };

	return storage_properties_set(t, element, id, &property, 1, e);
}

enum sqlstate storage_tally_update(
	struct txn *t, enum element element, uint64_t id, struct error *e)
{
	struct edge_head head;
	uint32_t labelset;

	if (element == ELEMENT_EDGE) {
		TRY(storage_edges_get(t, &id, 1, &head, e));
		if (head.label != NAME_NONE)
			tally_change(
				&t->storage->tallies, element, &head.label, 1, TALLY_UPDATED);
		return OK;
	}
	TRY(storage_nodes_get(t, &id, 1, &labelset, e));
	if (labelset != LABELSET_ABSENT)
		tally_node_change(t, labelset, TALLY_UPDATED);
	return OK;
}

static bool has_label(const uint32_t *labels, uint32_t count, uint32_t label)
{
	for (uint32_t i = 0; i < count; i++) {
		if (labels[i] == label)
			return true;
	}
	return false;
}

enum sqlstate storage_labels_change(struct txn *t, uint64_t node, const uint32_t *add,
	uint32_t add_count, const uint32_t *remove, uint32_t remove_count, struct error *e)
{
	uint32_t labels[DRAFT_LABELS_MAX * 2];
	uint32_t count = 0;
	struct draft d;
	bool exists;

	TRY(write_begin(t, e));
	if (add_count > DRAFT_LABELS_MAX)
		return FAIL(e, E_PROGRAM_LIMIT, "a node has at most %d labels", DRAFT_LABELS_MAX);
	draft_init(t, &d, ELEMENT_NODE);
	TRY(draft_open(t, &d, node, &exists, e));
	if (!exists)
		return gone_error(ELEMENT_NODE, node, e);
	TRY(lock_labels(t, ELEMENT_NODE, d.labels, d.label_count, e));
	for (uint32_t i = 0; i < d.label_count; i++) {
		if (!has_label(remove, remove_count, d.labels[i]))
			labels[count++] = d.labels[i];
	}
	for (uint32_t i = 0; i < add_count; i++) {
		if (!has_label(remove, remove_count, add[i]))
			labels[count++] = add[i];
	}
	count = draft_sort_labels(labels, count);
	TRY(draft_labels(t, &d, labels, count, e));
	if (d.label == d.old_label)
		return OK;
	return draft_close(t, &d, e);
}

/* ---- deleting ---- */

enum sqlstate storage_edge_delete(struct txn *t, uint64_t edge, bool *was_deleted, struct error *e)
{
	struct overlay *o = &t->overlay;
	struct overlay_record r = { .element = ELEMENT_EDGE, .label = NAME_NONE, .id = edge };
	struct op op = { .kind = OP_EDGE_DELETE, .id = edge };
	const struct overlay_record *own;
	struct overlay_place place;
	struct element_state state;

	*was_deleted = false;
	TRY(write_begin(t, e));
	TRY(write_lock(t, ELEMENT_EDGE, edge, STRENGTH_UPDATE, e));
	TRY(read_whole(t, ELEMENT_EDGE, edge, &state, &t->old_map, e));
	if (state.label == NAME_NONE)
		return OK;
	TRY(label_lock_write(t, ELEMENT_EDGE, state.label, e));
	own = overlay_find(o, ELEMENT_EDGE, edge);
	r.is_new = own != NULL && own->is_new;
	r.source = state.source;
	r.target = state.target;
	place = overlay_begin(o);
	logop_put(&o->log, &op);
	o->op_count++;
	overlay_put(o, place, &r);
	tally_change(&t->storage->tallies, ELEMENT_EDGE, &state.label, 1, TALLY_DELETED);
	*was_deleted = true;
	return OK;
}

/* All edges at a node, deleted. */
static enum sqlstate detach(struct txn *t, uint64_t node, uint64_t *deleted, struct error *e)
{
	static const struct edge_filter every_edge = { .direction = DIRECTION_ANY };
	struct arena *a = arena_new(0);
	uint32_t sources[256];
	uint64_t neighbours[256], edges[256];
	struct hops hops = {
		.capacity = 256, .source_index = sources, .neighbour = neighbours, .edge = edges
	};
	VEC(uint64_t) all = { 0 };
	struct cursor *cursor = NULL;
	enum sqlstate rc;
	bool was_deleted;

	TRY_GOTO(out, storage_expand(t, &node, 1, &every_edge, a, &cursor, e));
	do {
		TRY_GOTO(out, storage_expand_next(cursor, &hops, e));
		for (uint32_t i = 0; i < hops.count; i++)
			VEC_PUSH(&all, edges[i]);
	} while (hops.count > 0);
	for (size_t i = 0; i < all.count; i++) {
		TRY_GOTO(out, storage_edge_delete(t, all.at[i], &was_deleted, e));
		*deleted += was_deleted;
	}
out:
	storage_cursor_close(cursor);
	VEC_FREE(&all);
	arena_free(a);
	return rc;
}

enum sqlstate storage_node_delete(struct txn *t, uint64_t node, bool is_detaching,
	uint64_t *edges_deleted, bool *was_deleted, struct error *e)
{
	struct overlay *o = &t->overlay;
	struct overlay_record r = { .element = ELEMENT_NODE, .label = LABELSET_ABSENT, .id = node };
	const struct overlay_record *own;
	struct overlay_place place;
	struct element_state state;

	*was_deleted = false;
	if (edges_deleted != NULL)
		*edges_deleted = 0;
	TRY(write_begin(t, e));
	TRY(write_lock(t, ELEMENT_NODE, node, STRENGTH_UPDATE, e));
	TRY(read_whole(t, ELEMENT_NODE, node, &state, &t->old_map, e));
	if (state.label == LABELSET_ABSENT)
		return OK;
	TRY(lock_labelset(t, state.label, e));
	if (is_detaching) {
		uint64_t deleted = 0;

		TRY(detach(t, node, &deleted, e));
		if (edges_deleted != NULL)
			*edges_deleted = deleted;
	}
	own = overlay_find(o, ELEMENT_NODE, node);
	r.is_new = own != NULL && own->is_new;
	place = overlay_begin(o);
	overlay_put(o, place, &r);
	if (!is_detaching)
		VEC_PUSH(&o->unchecked, node);
	tally_node_change(t, state.label, TALLY_DELETED);
	*was_deleted = true;
	return OK;
}

void storage_statement_completes_late(struct txn *t)
{
	t->completes_late = true;
}

/* Nodes that were deleted without their edges. */
static enum sqlstate check_lonely(struct txn *t, struct error *e)
{
	for (size_t i = 0; i < t->overlay.unchecked.count; i++) {
		uint64_t node = t->overlay.unchecked.at[i];
		uint64_t degree;

		TRY(storage_degree(t, node, DIRECTION_ANY, NAME_NONE, &degree, e));
		if (degree == 0)
			continue;
		FAIL(e, E_FOREIGN_KEY, "cannot delete node %llu because it still has edges",
			(unsigned long long)node);
		error_hint(e, "Use DETACH DELETE to delete the node together with its edges.");
		return E_FOREIGN_KEY;
	}
	return OK;
}

static enum sqlstate check_complete(struct txn *t, enum element element, struct error *e)
{
	const struct overlay *o = &t->overlay;

	for (size_t i = 0; i < o->incomplete[element].count; i++) {
		const struct overlay_record *r =
			overlay_find(o, element, o->incomplete[element].at[i]);

		if (overlay_record_exists(r))
			TRY(draft_is_complete(t, r, e));
	}
	return OK;
}

enum sqlstate storage_statement_check(struct txn *t, struct error *e)
{
	TRY(check_lonely(t, e));
	TRY(check_complete(t, ELEMENT_NODE, e));
	TRY(check_complete(t, ELEMENT_EDGE, e));
	overlay_forget_checks(&t->overlay);
	t->completes_late = false;
	return OK;
}
