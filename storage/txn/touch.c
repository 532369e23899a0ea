/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Touching follows apply.c operation by operation and goes where that will go, reading only: to
 * heads, property records, lists, label containers, index entries, counters, and to the pages in
 * which new records will find room. It looks at the state before the operations; where one depends
 * on what an earlier one of the same group does, the pages are mostly the same ones. What it
 * overlooks is read in place, and counted (page_reads_in_place): correct, but not as it should be.
 */
#include "storage/txn/touch.h"

#include <string.h>

#include "storage/graph/adjacency.h"
#include "storage/graph/label_index.h"
#include "storage/graph/property.h"
#include "storage/graph/property_index.h"
#include "storage/graph/record.h"
#include "storage/graph/space.h"

enum { FILL_BATCH = 64 };
enum { ROUNDING = 16 }; /* bytes: a slot, and the record to its multiple of 8 */

void touch_init(struct touch *t, const struct apply *apply, struct page_view *view)
{
	memset(t, 0, sizeof *t);
	t->apply = apply;
	t->view = view;
	t->arena = arena_new(0);
}

void touch_destroy(struct touch *t)
{
	arena_free(t->arena);
	buf_free(&t->map);
	buf_free(&t->new_map);
	buf_free(&t->key);
}

void touch_begin(struct touch *t)
{
	t->sum = t->before;
}

static void wants_room(struct touch *t, enum space_kind kind, uint32_t size)
{
	if (size > SPACE_RECORD_MAX)
		return; /* has pages of its own */
	t->sum.bytes[kind] += size + ROUNDING;
	t->sum.largest[kind] = MAX_OF(t->sum.largest[kind], size);
}

/* ---- labels and indexes ---- */

static bool touch_index(
	struct touch *t, const struct catalog_index *index, uint64_t id, const struct buf *map)
{
	arena_reset(t->arena);
	if (index->root == 0 ||
		!apply_index_key(index, map->data, map->length, t->arena, &t->key) ||
		t->key.length > PROPERTY_INDEX_VALUE_MAX)
		return true;
	return property_index_touch(
		t->view, t->apply->graph, index->root, buf_str(&t->key), id);
}

static bool touch_indexes(struct touch *t, enum element element, uint32_t label, uint64_t id,
	const struct buf *map)
{
	const struct catalog_label *l =
		catalog_label_find(apply_catalog(t->apply), element, label);
	bool is_whole = true;

	for (uint32_t i = 0; l != NULL && i < l->index_count; i++)
		is_whole &= touch_index(t, l->indexes[i], id, map);
	return is_whole;
}

/* The labels of a number: of a labelset, or the edge label itself. */
static uint32_t labels_of(const struct touch *t, enum element element, const uint32_t *number,
	const uint32_t **labels)
{
	if (element == ELEMENT_NODE)
		return catalog_labelset_labels(apply_catalog(t->apply), *number, labels);
	*labels = number;
	return 1;
}

bool touch_keys(
	struct touch *t, enum element element, uint32_t label, uint64_t id, struct buf map)
{
	const uint32_t *labels;
	uint32_t count = labels_of(t, element, &label, &labels);
	bool is_whole = true;

	for (uint32_t i = 0; i < count; i++)
		is_whole &= touch_indexes(t, element, labels[i], id, &map);
	return is_whole;
}

/* An element comes under, or leaves, all these labels. */
static bool touch_labels(struct touch *t, enum element element, uint32_t number, uint64_t id,
	const struct buf *map)
{
	struct btree tree = { t->apply->graph->pager, t->apply->tree, t->apply->ts };
	const uint32_t *labels;
	uint32_t count = labels_of(t, element, &number, &labels);
	bool is_whole = catalog_touch_count(t->view, &tree, element, number);

	for (uint32_t i = 0; i < count; i++) {
		uint32_t room;

		is_whole &= label_index_touch(
			t->view, t->apply->graph, element, labels[i], id, &room);
		if (room > 0)
			wants_room(t, SPACE_LABELS, room);
		is_whole &= touch_indexes(t, element, labels[i], id, map);
	}
	return is_whole;
}

/* ---- elements ---- */

/* The head of an element, and its map into t->map. *exists is false for what an operation of the
   same group adds. */
struct touched_head {
	bool exists;
	uint32_t label;
	uint64_t source, target;
	uint64_t property_ref;
};

static bool head_read(
	struct touch *t, enum element element, uint64_t id, struct touched_head *out)
{
	const struct graph *g = t->apply->graph;

	memset(out, 0, sizeof *out);
	buf_reset(&t->map);
	if (!record_touch(t->view, g, element, id))
		return false;
	if (element == ELEMENT_NODE) {
		const struct node_head *head = record_node(t->view, g, id);

		if (head == NULL)
			return false;
		out->exists = record_node_exists(head);
		out->label = head->labelset;
		out->property_ref = head->property_ref;
	} else {
		const struct edge_record *record = record_edge(t->view, g, id);

		if (record == NULL)
			return false;
		out->exists = record_edge_exists(record);
		out->label = record->label;
		out->source = record_edge_source(record);
		out->target = record->target;
		out->property_ref = record->property_ref;
	}
	return property_touch(t->view, g, out->property_ref) &&
	       property_read(t->view, g, out->property_ref, &t->map);
}

static bool touch_list(struct touch *t, uint64_t node, enum direction d,
	const struct adjacency_entry *entry, bool is_removal)
{
	struct adjacency_touched touched = { .is_removal = is_removal };

	if (!record_touch(t->view, t->apply->graph, ELEMENT_NODE, node) ||
		!adjacency_touch(t->view, t->apply->graph, node, d, entry, &touched))
		return false;
	if (touched.room > 0)
		wants_room(t, SPACE_SEGMENTS, touched.room);
	return true;
}

static bool touch_lists(
	struct touch *t, uint64_t edge, const struct touched_head *h, bool is_removal)
{
	struct adjacency_entry out = { h->label, h->target, edge };
	struct adjacency_entry in = { h->label, h->source, edge };
	bool is_whole = touch_list(t, h->source, DIRECTION_OUT, &out, is_removal);

	return touch_list(t, h->target, DIRECTION_IN, &in, is_removal) && is_whole;
}

static bool touch_add(struct touch *t, enum element element, const struct op *op)
{
	struct touched_head head = {
		.label = op->label, .source = op->source, .target = op->target
	};
	struct buf map = { (uint8_t *)op->map, op->map_size, 0 };
	bool is_whole = record_touch(t->view, t->apply->graph, element, op->id);

	if (op->map_size > 0)
		wants_room(t, SPACE_PROPERTIES, op->map_size + 16);
	is_whole &= touch_labels(t, element, op->label, op->id, &map);
	if (element == ELEMENT_EDGE)
		is_whole &= touch_lists(t, op->id, &head, false);
	return is_whole;
}

static bool touch_delete(struct touch *t, enum element element, const struct op *op)
{
	struct touched_head head;
	bool is_whole;

	if (!head_read(t, element, op->id, &head))
		return false;
	if (!head.exists)
		return true;
	is_whole = touch_labels(t, element, head.label, op->id, &t->map);
	if (element == ELEMENT_EDGE)
		is_whole &= touch_lists(t, op->id, &head, true);
	return is_whole;
}

static bool touch_relabel(struct touch *t, const struct op *op)
{
	struct touched_head head;
	bool is_whole;

	if (!head_read(t, ELEMENT_NODE, op->id, &head))
		return false;
	is_whole = touch_labels(t, ELEMENT_NODE, op->label, op->id, &t->map);
	if (head.exists)
		is_whole &= touch_labels(t, ELEMENT_NODE, head.label, op->id, &t->map);
	return is_whole;
}

static bool touch_property(struct touch *t, const struct op *op)
{
	enum element element = (enum element)op->element;
	const uint8_t *at = op->map;
	struct value value = value_null();
	struct touched_head head;
	struct error e;
	bool is_whole;

	if (!head_read(t, element, op->id, &head))
		return false;
	arena_reset(t->arena);
	if (op->map_size > 0 &&
		value_decode(&at, op->map + op->map_size, t->arena, &value, &e) != OK)
		return true; /* apply will say so */
	buf_reset(&t->new_map);
	property_map_set(&t->new_map, t->map.data, t->map.length, op->key, value);
	wants_room(t, SPACE_PROPERTIES, (uint32_t)t->new_map.length + 16);
	if (!head.exists)
		return true;
	is_whole = touch_keys(t, element, head.label, op->id, t->map);
	return touch_keys(t, element, head.label, op->id, t->new_map) && is_whole;
}

/* The elements that are put into an index. */
static bool touch_fill(struct touch *t, const struct op *op)
{
	const struct catalog_index *index =
		catalog_index_find(apply_catalog(t->apply), (uint32_t)op->id);
	struct label_scan scan = { .from = op->source, .end = op->target };
	uint64_t ids[FILL_BATCH];
	bool is_whole = true;
	uint32_t count;

	if (index == NULL)
		return true;
	scan.element = index->info.element;
	scan.label = index->info.label;
	do {
		is_whole &= label_index_scan(
			t->view, t->apply->graph, &scan, ids, FILL_BATCH, &count);
		for (uint32_t i = 0; i < count; i++) {
			struct touched_head head;

			is_whole &= head_read(t, scan.element, ids[i], &head) &&
				    touch_index(t, index, ids[i], &t->map);
		}
	} while (is_whole && count > 0);
	return is_whole;
}

static bool touch_catalog(struct touch *t, const struct op *op)
{
	struct btree tree = { t->apply->graph->pager, t->apply->tree, t->apply->ts };
	bool is_whole = btree_touch_all(t->view, &tree, true);
	const struct catalog_index *index;

	if (op->kind != OP_INDEX_DROP)
		return is_whole;
	index = catalog_index_find(apply_catalog(t->apply), (uint32_t)op->id);
	return index == NULL || index->root == 0 ||
	       (property_index_touch_all(t->view, t->apply->graph, index->root) && is_whole);
}

bool touch_op(struct touch *t, const struct op *op)
{
	switch (op->kind) {
	case OP_NODE_ADD:
		return touch_add(t, ELEMENT_NODE, op);
	case OP_EDGE_ADD:
		return touch_add(t, ELEMENT_EDGE, op);
	case OP_NODE_DELETE:
		return touch_delete(t, ELEMENT_NODE, op);
	case OP_EDGE_DELETE:
		return touch_delete(t, ELEMENT_EDGE, op);
	case OP_NODE_LABELS:
		return touch_relabel(t, op);
	case OP_PROPERTY_SET:
		return touch_property(t, op);
	case OP_INDEX_FILL:
		return touch_fill(t, op);
	default:
		return touch_catalog(t, op);
	}
}

bool touch_room(struct touch *t)
{
	bool is_whole = true;

	for (int kind = SPACE_PROPERTIES; kind <= SPACE_LABELS; kind++) {
		if (t->sum.bytes[kind] > 0)
			is_whole &= space_touch_add(t->view, t->apply->graph,
				(enum space_kind)kind, t->sum.bytes[kind], t->sum.largest[kind]);
	}
	return is_whole;
}
