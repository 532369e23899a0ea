/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Apply turns operations into changes of pages. What it is for: one path for live commits, recovery
 * and replay, so that equal logs give equal pages. It refuses nothing: validation came before, and
 * a broken page met here is a panic.
 *
 * Invariants:
 * A1  The pages after a record are a function of the pages before and of the record: no clock, no
 *     address, no cache, no snapshot decides anything here.
 * A2  Before an element changes for the first time in a commit, its state goes into the history;
 *     what leaves a label container, an index or an adjacency list leaves a ghost.
 * A3  Between two operations everything in the pages hangs together, so readers may be let in: what
 *     they must not see yet, the history takes away again (its ts is beyond every snapshot).
 * A4  An element stands in the container of each of its labels, in each index of those labels for
 *     which it has all values, an edge in two adjacency lists. Counts are those of heads.
 */
#include "storage/txn/apply.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "storage/graph/adjacency.h"
#include "storage/graph/label_index.h"
#include "storage/graph/property.h"
#include "storage/graph/property_index.h"
#include "storage/graph/record.h"
#include "storage/graph/sequence.h"
#include "storage/page/pager.h"
#include "storage/txn/cache.h"
#include "storage/txn/history.h"

enum { BUILD_BATCH = 256 };

void apply_init(struct apply *a, struct graph *g, struct catalog *catalog, uint64_t tree)
{
	memset(a, 0, sizeof *a);
	a->graph = g;
	a->catalog = catalog;
	a->catalog_version = catalog == NULL ? 0 : catalog->version;
	a->tree = tree;
	a->arena = arena_new(0);
	a->sequences = sequence_table_new();
}

void apply_destroy(struct apply *a)
{
	assert(a->edit == NULL);
	for (int element = 0; element < 2; element++) {
		free(a->counts[element].at);
		free(a->counts[element].is_touched);
		VEC_FREE(&a->touched[element]);
	}
	VEC_FREE(&a->doomed_roots);
	buf_free(&a->map);
	buf_free(&a->new_map);
	buf_free(&a->key);
	buf_free(&a->new_key);
	arena_free(a->arena);
	sequence_table_free(a->sequences);
	catalog_free(a->catalog);
}

/* ---- counts ---- */

static uint64_t *count_at(struct apply *a, enum element element, uint32_t number)
{
	struct apply_counts *c = &a->counts[element];
	uint32_t limit = c->limit == 0 ? 64 : c->limit;

	if (number < c->limit)
		return &c->at[number];
	while (limit <= number)
		limit *= 2;
	c->at = realloc(c->at, limit * sizeof c->at[0]);
	c->is_touched = realloc(c->is_touched, limit);
	if (c->at == NULL || c->is_touched == NULL)
		PANIC("out of memory: %u counters", limit);
	memset(c->at + c->limit, 0, (limit - c->limit) * sizeof c->at[0]);
	memset(c->is_touched + c->limit, 0, limit - c->limit);
	c->limit = limit;
	return &c->at[number];
}

void apply_count_loaded(void *apply, enum element element, uint32_t number, uint64_t count)
{
	struct apply *a = apply;

	*count_at(a, element, number) = count;
	a->counts[element].total += count;
}

static void count_change(struct apply *a, enum element element, uint32_t number, int by)
{
	uint64_t *count = count_at(a, element, number);

	*count += (uint64_t)(int64_t)by;
	a->counts[element].total += (uint64_t)(int64_t)by;
	if (!a->counts[element].is_touched[number]) {
		a->counts[element].is_touched[number] = 1;
		VEC_PUSH(&a->touched[element], number);
	}
}

uint64_t apply_node_count(const struct apply *a, uint32_t label)
{
	const struct apply_counts *c = &a->counts[ELEMENT_NODE];
	uint64_t sum = 0;

	if (label == NAME_NONE)
		return c->total;
	for (uint32_t set = 1; set < c->limit && set <= a->catalog->labelset_count; set++) {
		if (c->at[set] > 0 && catalog_labelset_has(a->catalog, set, label))
			sum += c->at[set];
	}
	return sum;
}

uint64_t apply_edge_count(const struct apply *a, uint32_t label)
{
	const struct apply_counts *c = &a->counts[ELEMENT_EDGE];

	if (label == NAME_NONE)
		return c->total;
	return label < c->limit ? c->at[label] : 0;
}

/* ---- labels and indexes of one element ---- */

bool apply_index_key(const struct catalog_index *index, const uint8_t *map, size_t map_size,
	struct arena *arena, struct buf *key)
{
	struct value values[PROPERTY_INDEX_KEYS_MAX];
	struct error e;

	if (map_size == 0)
		return false;
	for (uint32_t i = 0; i < index->info.key_count; i++) {
		if (property_map_get(map, map_size, index->info.keys[i], arena, &values[i], &e) !=
			OK)
			PANIC("broken property map: %s", e.message);
		if (value_is_null(values[i]))
			return false;
	}
	return property_index_key(key, values, index->info.key_count);
}

static void label_touch(struct apply *a, enum element element, uint32_t label)
{
	a->label_changed[element][label % APPLY_LABEL_SLOTS] = a->ts;
	a->element_changed[element] = a->ts;
}

static void ghost_index(struct apply *a, uint32_t index, struct str key, uint64_t id)
{
	uint8_t bytes[GHOST_KEY_SIZE_MAX];
	uint32_t size;

	if (a->history == NULL)
		return;
	size = ghost_key_index(bytes, index, key, id);
	history_ghost(a->history, (struct str){ (const char *)bytes, size }, a->ts);
}

static void ghost_label(struct apply *a, enum element element, uint32_t label, uint64_t id)
{
	uint8_t bytes[GHOST_LABEL_SIZE];
	uint32_t size;

	if (a->history == NULL)
		return;
	size = ghost_key_label(bytes, element, label, id);
	history_ghost(a->history, (struct str){ (const char *)bytes, size }, a->ts);
}

static void index_remove(
	struct apply *a, const struct catalog_index *index, struct str key, uint64_t id)
{
	bool was_there = property_index_remove(a->graph, index->root, key, id);

	assert(was_there || !index->info.is_ready); /* it may not have been filled in yet */
	if (UNLIKELY(index->info.id == a->built_index))
		a->built_entries -= was_there;
	ghost_index(a, index->info.id, key, id);
}

static void index_add(
	struct apply *a, const struct catalog_index *index, struct str key, uint64_t id)
{
	bool is_new = property_index_add(a->graph, index->root, key, id);

	assert(is_new);
	if (UNLIKELY(index->info.id == a->built_index))
		a->built_entries++;
}

/* The two maps of an element before and after, of which either may be NULL (not there). */
struct change {
	enum element element;
	uint64_t id;
	const struct buf *before, *after;
	uint32_t key; /* the only property that changes; NAME_NONE: any */
};

static bool index_has_key(const struct catalog_index *index, uint32_t key)
{
	for (uint32_t i = 0; i < index->info.key_count; i++) {
		if (index->info.keys[i] == key)
			return true;
	}
	return false;
}

static void index_change(struct apply *a, const struct catalog_index *index, const struct change *c)
{
	bool was = c->before != NULL &&
		   apply_index_key(index, c->before->data, c->before->length, a->arena, &a->key);
	bool is = c->after != NULL &&
		  apply_index_key(index, c->after->data, c->after->length, a->arena, &a->new_key);

	if (was && is && str_equal(buf_str(&a->key), buf_str(&a->new_key)))
		return;
	if (was)
		index_remove(a, index, buf_str(&a->key), c->id);
	if (is)
		index_add(a, index, buf_str(&a->new_key), c->id);
}

static void indexes_change(struct apply *a, uint32_t label, const struct change *c)
{
	const struct catalog_label *l = catalog_label_find(apply_catalog(a), c->element, label);

	if (l == NULL)
		return;
	for (uint32_t i = 0; i < l->index_count; i++) {
		if (c->key == NAME_NONE || index_has_key(l->indexes[i], c->key))
			index_change(a, l->indexes[i], c);
	}
}

static void label_add(struct apply *a, uint32_t label, const struct change *c)
{
	bool is_new = label_index_add(a->graph, c->element, label, c->id);

	assert(is_new);
	label_touch(a, c->element, label);
	indexes_change(a, label, c);
}

static void label_remove(struct apply *a, uint32_t label, const struct change *c)
{
	bool was_there = label_index_remove(a->graph, c->element, label, c->id);

	assert(was_there);
	ghost_label(a, c->element, label, c->id);
	label_touch(a, c->element, label);
	indexes_change(a, label, c);
}

/* ---- nodes ---- */

static void push_absent(struct apply *a, enum element element, uint64_t id)
{
	struct history_image image = { 0 };

	/* ids are never used again, so this is the element's first change in this commit */
	if (a->history == NULL)
		return;
	image.label = element == ELEMENT_NODE ? LABELSET_ABSENT : NAME_NONE;
	history_push(a->history, element, id, a->ts, &image);
}

/* Reads the node into *head and its map into a->map, and keeps both for old snapshots (A2). */
static void node_before(struct apply *a, uint64_t id, struct node_head *head)
{
	struct history_image image = { 0 };
	bool exists = record_node_get(a->graph, id, head);

	assert(exists);
	buf_reset(&a->map);
	property_load(a->graph, head->property_ref, &a->map);
	if (a->node_cache != NULL)
		cache_drop(a->node_cache, id);
	if (a->history == NULL || !history_needs(a->history, ELEMENT_NODE, id, a->ts))
		return;
	image.label = head->labelset;
	image.map = a->map.data;
	image.map_size = (uint32_t)a->map.length;
	history_push(a->history, ELEMENT_NODE, id, a->ts, &image);
}

static void node_add(struct apply *a, const struct op *op)
{
	struct buf map = { (uint8_t *)op->map, op->map_size, 0 };
	struct change c = { ELEMENT_NODE, op->id, NULL, &map, NAME_NONE };
	const uint32_t *labels;
	uint32_t count;

	push_absent(a, ELEMENT_NODE, op->id);
	record_node_add(a->graph, op->id, op->label);
	if (op->map_size > 0) {
		uint64_t ref =
			property_replace(a->graph, 0, ELEMENT_NODE, op->id, op->map, op->map_size);

		record_set_property_ref(a->graph, ELEMENT_NODE, op->id, ref);
	}
	count_change(a, ELEMENT_NODE, op->label, 1);
	count = catalog_labelset_labels(apply_catalog(a), op->label, &labels);
	for (uint32_t i = 0; i < count; i++)
		label_add(a, labels[i], &c);
	if (count == 0)
		label_touch(a, ELEMENT_NODE, NAME_NONE);
}

static void node_delete(struct apply *a, const struct op *op)
{
	struct change c = { ELEMENT_NODE, op->id, &a->map, NULL, NAME_NONE };
	struct node_head head;
	const uint32_t *labels;
	uint32_t count;

	node_before(a, op->id, &head);
	assert(head.out_ref == 0);
	assert(head.in_ref == 0);
	count = catalog_labelset_labels(apply_catalog(a), head.labelset, &labels);
	for (uint32_t i = 0; i < count; i++)
		label_remove(a, labels[i], &c);
	if (count == 0)
		label_touch(a, ELEMENT_NODE, NAME_NONE);
	if (head.property_ref != 0) {
		property_delete(a->graph, head.property_ref);
		record_set_property_ref(a->graph, ELEMENT_NODE, op->id, 0);
	}
	record_node_delete(a->graph, op->id);
	ghost_label(a, ELEMENT_NODE, NAME_NONE, op->id); /* for scans of all nodes */
	count_change(a, ELEMENT_NODE, head.labelset, -1);
}

static bool has_label(const uint32_t *labels, uint32_t count, uint32_t label)
{
	for (uint32_t i = 0; i < count; i++) {
		if (labels[i] == label)
			return true;
	}
	return false;
}

static void node_labels(struct apply *a, const struct op *op)
{
	struct change gone = { ELEMENT_NODE, op->id, &a->map, NULL, NAME_NONE };
	struct change come = { ELEMENT_NODE, op->id, NULL, &a->map, NAME_NONE };
	struct node_head head;
	const uint32_t *before, *after;
	uint32_t before_count, after_count;

	node_before(a, op->id, &head);
	before_count = catalog_labelset_labels(apply_catalog(a), head.labelset, &before);
	after_count = catalog_labelset_labels(apply_catalog(a), op->label, &after);
	for (uint32_t i = 0; i < before_count; i++) {
		label_touch(a, ELEMENT_NODE, before[i]);
		if (!has_label(after, after_count, before[i]))
			label_remove(a, before[i], &gone);
	}
	for (uint32_t i = 0; i < after_count; i++) {
		if (!has_label(before, before_count, after[i]))
			label_add(a, after[i], &come);
	}
	if (before_count == 0 || after_count == 0)
		label_touch(a, ELEMENT_NODE, NAME_NONE);
	record_node_set_labelset(a->graph, op->id, op->label);
	count_change(a, ELEMENT_NODE, head.labelset, -1);
	count_change(a, ELEMENT_NODE, op->label, 1);
}

/* ---- edges ---- */

static void edge_before(struct apply *a, uint64_t id, struct edge_record *record)
{
	struct history_image image = { 0 };
	bool exists = record_edge_get(a->graph, id, record);

	assert(exists);
	buf_reset(&a->map);
	property_load(a->graph, record->property_ref, &a->map);
	if (a->history == NULL || !history_needs(a->history, ELEMENT_EDGE, id, a->ts))
		return;
	image.label = record->label;
	image.source = record_edge_source(record);
	image.target = record->target;
	image.map = a->map.data;
	image.map_size = (uint32_t)a->map.length;
	history_push(a->history, ELEMENT_EDGE, id, a->ts, &image);
}

/* A list is another one now. */
static void list_touch(struct apply *a, uint64_t node, enum direction direction)
{
	if (a->history == NULL)
		return;
	history_touch_list(a->history, node, a->ts);
	if (a->edge_cache != NULL)
		cache_drop(a->edge_cache, cache_list_key(node, direction));
}

static void edge_add(struct apply *a, const struct op *op)
{
	struct buf map = { (uint8_t *)op->map, op->map_size, 0 };
	struct change c = { ELEMENT_EDGE, op->id, NULL, &map, NAME_NONE };
	struct adjacency_entry out = { op->label, op->target, op->id };
	struct adjacency_entry in = { op->label, op->source, op->id };

	push_absent(a, ELEMENT_EDGE, op->id);
	record_edge_add(a->graph, op->id, op->source, op->target, op->label);
	if (op->map_size > 0) {
		uint64_t ref =
			property_replace(a->graph, 0, ELEMENT_EDGE, op->id, op->map, op->map_size);

		record_set_property_ref(a->graph, ELEMENT_EDGE, op->id, ref);
	}
	adjacency_insert(a->graph, op->source, DIRECTION_OUT, &out);
	adjacency_insert(a->graph, op->target, DIRECTION_IN, &in);
	list_touch(a, op->source, DIRECTION_OUT);
	list_touch(a, op->target, DIRECTION_IN);
	count_change(a, ELEMENT_EDGE, op->label, 1);
	label_add(a, op->label, &c);
}

static void list_remove(struct apply *a, uint64_t node, enum direction direction,
	const struct adjacency_entry *entry)
{
	struct ghost_adjacency ghost = { node, direction, entry->label, entry->neighbour,
		entry->edge };
	uint8_t bytes[GHOST_ADJACENCY_SIZE];
	bool was_there = adjacency_remove(a->graph, node, direction, entry);

	assert(was_there);
	if (a->history == NULL)
		return;
	ghost_key_adjacency(bytes, &ghost);
	history_ghost(a->history, (struct str){ (const char *)bytes, sizeof bytes }, a->ts);
	list_touch(a, node, direction);
}

static void edge_delete(struct apply *a, const struct op *op)
{
	struct change c = { ELEMENT_EDGE, op->id, &a->map, NULL, NAME_NONE };
	struct edge_record record;
	struct adjacency_entry out, in;

	edge_before(a, op->id, &record);
	out = (struct adjacency_entry){ record.label, record.target, op->id };
	in = (struct adjacency_entry){ record.label, record_edge_source(&record), op->id };
	list_remove(a, in.neighbour, DIRECTION_OUT, &out);
	list_remove(a, out.neighbour, DIRECTION_IN, &in);
	label_remove(a, record.label, &c);
	if (record.property_ref != 0) {
		property_delete(a->graph, record.property_ref);
		record_set_property_ref(a->graph, ELEMENT_EDGE, op->id, 0);
	}
	record_edge_delete(a->graph, op->id);
	ghost_label(a, ELEMENT_EDGE, NAME_NONE, op->id); /* for scans of all edges */
	count_change(a, ELEMENT_EDGE, record.label, -1);
}

/* ---- properties ---- */

static struct value op_value(struct apply *a, const struct op *op)
{
	const uint8_t *at = op->map;
	struct value value = value_null();
	struct error e;

	if (op->map_size > 0 &&
		value_decode(&at, op->map + op->map_size, a->arena, &value, &e) != OK)
		PANIC("broken value in the log: %s", e.message);
	return value;
}

static void property_change(struct apply *a, const struct op *op)
{
	enum element element = (enum element)op->element;
	struct change c = { element, op->id, &a->map, &a->new_map, op->key };
	struct value value = op_value(a, op);
	const uint32_t *labels;
	uint32_t count = 1;
	uint64_t ref;

	if (element == ELEMENT_NODE) {
		struct node_head head;

		node_before(a, op->id, &head);
		ref = head.property_ref;
		count = catalog_labelset_labels(apply_catalog(a), head.labelset, &labels);
		if (count == 0)
			label_touch(a, element, NAME_NONE);
	} else {
		struct edge_record record;
		uint32_t *label = ARENA_NEW(a->arena, uint32_t);

		edge_before(a, op->id, &record);
		ref = record.property_ref;
		*label = record.label;
		labels = label;
	}
	buf_reset(&a->new_map);
	property_map_set(&a->new_map, a->map.data, a->map.length, op->key, value);
	ref = property_replace(
		a->graph, ref, element, op->id, a->new_map.data, (uint32_t)a->new_map.length);
	record_set_property_ref(a->graph, element, op->id, ref);
	for (uint32_t i = 0; i < count; i++) {
		label_touch(a, element, labels[i]);
		indexes_change(a, labels[i], &c);
	}
}

/* ---- the catalog ---- */

/* Within a build nothing is half done, so the lock may be left to read in what is missing. */
static void fetch_missing(struct apply *a, struct page_view *v)
{
	assert(!v->corrupt);
	if (a->fetch != NULL) {
		a->fetch(a->yield_context, v, false);
		return;
	}
	for (uint32_t i = 0; i < v->missing_count; i++)
		(void)pager_require(
			a->graph->pager, v->missing[i], (enum page_type)v->missing_type[i]);
	page_view_init(v);
}

/* The entries of some elements. False on a miss: those before are in the index already. */
static bool index_fill(struct apply *a, const struct catalog_index *index, struct page_view *v,
	const uint64_t *ids, uint32_t count, uint32_t *done)
{
	for (; *done < count; ++*done) {
		uint64_t id = ids[*done];
		uint64_t ref;

		arena_reset(a->arena);
		buf_reset(&a->map);
		if (!record_property_refs(v, a->graph, index->info.element, &id, 1, &ref) ||
			!property_read(v, a->graph, ref, &a->map))
			return false;
		if (!apply_index_key(index, a->map.data, a->map.length, a->arena, &a->key) ||
			a->key.length > PROPERTY_INDEX_VALUE_MAX)
			continue;
		if (a->fetch != NULL &&
			!property_index_touch(
				v, a->graph, index->root, buf_str(&a->key), id))
			return false;
		a->built_entries += property_index_add(
			a->graph, index->root, buf_str(&a->key), id);
	}
	return true;
}

/* Elements of some range of ids, in an index that is being filled. */
static void index_fill_range(struct apply *a, const struct op *op)
{
	const struct catalog_index *index =
		catalog_index_find(apply_catalog(a), (uint32_t)op->id);
	struct label_scan scan = { .from = op->source, .end = op->target };
	struct page_view view;
	uint64_t ids[BUILD_BATCH];
	uint32_t count = 0;
	uint32_t done = 0;

	assert(index != NULL);
	scan.element = index->info.element;
	scan.label = index->info.label;
	page_view_init(&view);
	while (!label_index_scan(&view, a->graph, &scan, ids, BUILD_BATCH, &count) || count > 0) {
		if (page_view_is_incomplete(&view))
			fetch_missing(a, &view);
		done = 0;
		while (!index_fill(a, index, &view, ids, count, &done))
			fetch_missing(a, &view);
	}
}

/* Fills a new index from what is there. */
static void index_build(struct apply *a, const struct catalog_index *index)
{
	struct label_scan scan = { index->info.element, index->info.label, 0, UINT64_MAX, false };
	struct page_view view;
	uint64_t ids[BUILD_BATCH];
	uint32_t count = 0;
	uint32_t done = 0;

	page_view_init(&view);
	view.pins = a->fetch != NULL;
	for (;;) {
		if (done < count) {
			if (!index_fill(a, index, &view, ids, count, &done))
				fetch_missing(a, &view);
			continue;
		}
		if (a->fetch != NULL)
			a->fetch(a->yield_context, &view, true);
		done = 0;
		if (!label_index_scan(&view, a->graph, &scan, ids, BUILD_BATCH, &count))
			fetch_missing(a, &view);
		else if (count == 0)
			break;
		if (a->yield != NULL)
			a->yield(a->yield_context);
	}
}

static void catalog_change(struct apply *a, const struct op *op)
{
	struct btree tree = { a->graph->pager, a->tree, a->ts };
	const struct catalog_index *index = NULL;
	bool is_new = false;
	bool was_ready = false;
	uint64_t root = 0;

	if (a->edit == NULL)
		a->edit = catalog_edit_begin(a->catalog);
	if (op->kind > OP_OBSERVE)
		a->schema_changed = a->ts;
	if (op->kind == OP_INDEX_CREATE) {
		index = catalog_index_find(a->edit, (uint32_t)op->id);
		is_new = index == NULL;
		root = is_new ? property_index_create(a->graph) : index->root;
		was_ready = !is_new && index->info.is_ready;
		a->built_entries = is_new ? 0 : a->built_entries;
		a->built_index = (uint32_t)op->id;
	}
	if (op->kind == OP_INDEX_DROP) {
		index = catalog_index_find(a->edit, (uint32_t)op->id);
		assert(index != NULL);
		VEC_PUSH(&a->doomed_roots, index->root);
	}
	catalog_store_drop(&tree, a->edit, op);
	catalog_edit_op(a->edit, op, root);
	catalog_store_op(&tree, a->edit, op, root);
	if (op->kind != OP_INDEX_CREATE)
		return;
	index = catalog_index_find(a->edit, (uint32_t)op->id);
	assert(index != NULL);
	if (was_ready) /* only another name */
		return;
	((struct catalog_index *)index)->ready_ts = a->history == NULL ? 0 : a->ts;
	if (is_new && index->info.is_ready)
		index_build(a, index);
}

/* Sequences count outside transactions: no version of the catalog knows their numbers. */
static void sequence_change(struct apply *a, const struct op *op)
{
	struct btree tree = { a->graph->pager, a->tree, a->ts };

	catalog_store_drop(&tree, apply_catalog(a), op);
	catalog_store_op(&tree, apply_catalog(a), op, 0);
	if (a->history == NULL)
		sequence_recover(a->sequences, op);
}

/* ---- the face ---- */

void apply_begin(struct apply *a, uint64_t ts)
{
	assert(a->edit == NULL);
	a->ts = ts;
	a->graph->ts = ts;
}

void apply_op(struct apply *a, const struct op *op)
{
	arena_reset(a->arena);
	switch (op->kind) {
	case OP_NODE_ADD:
		node_add(a, op);
		break;
	case OP_NODE_DELETE:
		node_delete(a, op);
		break;
	case OP_NODE_LABELS:
		node_labels(a, op);
		break;
	case OP_EDGE_ADD:
		edge_add(a, op);
		break;
	case OP_EDGE_DELETE:
		edge_delete(a, op);
		break;
	case OP_PROPERTY_SET:
		property_change(a, op);
		break;
	case OP_SEQUENCE:
	case OP_SEQUENCE_DROP:
		sequence_change(a, op);
		break;
	case OP_INDEX_FILL:
		index_fill_range(a, op);
		break;
	default:
		assert(op_is_catalog(op->kind));
		catalog_change(a, op);
	}
}

void apply_end(struct apply *a)
{
	struct btree tree = { a->graph->pager, a->tree, a->ts };

	for (int element = 0; element < 2; element++) {
		struct apply_counts *c = &a->counts[element];

		for (size_t i = 0; i < a->touched[element].count; i++) {
			uint32_t number = a->touched[element].at[i];

			c->is_touched[number] = 0;
			catalog_store_count(&tree, (enum element)element, number, c->at[number]);
		}
		VEC_CLEAR(&a->touched[element]);
	}
	for (size_t i = 0; i < a->doomed_roots.count; i++)
		property_index_destroy(a->graph, a->doomed_roots.at[i]);
	VEC_CLEAR(&a->doomed_roots);
	if (a->edit != NULL) {
		catalog_edit_publish(a->edit, a->catalog, a->ts);
		a->catalog = a->edit;
		a->catalog_version = a->catalog->version;
		a->edit = NULL;
	}
}
