/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * ORDER BY with a LIMIT from an index: rows that a scan of an index gives in the order of its keys, forward or
 * backward, need no sort, and the limit ends the scan.
 *
 * A scan by an index whose next keys are those of ORDER BY is one already. A scan of a whole label becomes
 * one where nothing above drops rows: else the index might be read for long before there are enough.
 * An index lacks rows that lack a key, so all its keys must be NOT NULL or bounded; then it does not matter
 * where NULLs would stand.
 */
#include "query/plan/plan_index.h"

/* Types that an index has in the order in which rows are sorted. */
static bool is_in_order(struct type t)
{
	switch (t.kind) {
	case TYPE_BOOL:
	case TYPE_INT16:
	case TYPE_INT32:
	case TYPE_INT64:
	case TYPE_STRING:
	case TYPE_VARCHAR:
	case TYPE_BYTES:
	case TYPE_DATE:
	case TYPE_TIME:
	case TYPE_TIMESTAMP:
	case TYPE_TIMESTAMPTZ:
	case TYPE_UUID:
		return true;
	default:
		return false;
	}
}

struct wanted_order {
	struct planner *p;
	const struct plan_sort_key *keys;
	uint32_t count;
	uint32_t element_slot; /* that the keys must be properties of */
};

/* The property that a slot holds; NAME_NONE: something else, or in another order. */
static uint32_t key_of(const struct wanted_order *w, uint32_t slot)
{
	const struct stream *s = &w->p->s;

	for (uint32_t i = 0; i < s->fetched_count; i++) {
		if (s->fetched[i].slot == slot && s->fetched[i].element_slot == w->element_slot)
			return is_in_order(w->p->b.slots[slot].type) ? s->fetched[i].key
								      : NAME_NONE;
	}
	return NAME_NONE;
}

/* Whether the index, behind its first `given` keys, has the order. Behind all keys of a unique one there
   is nothing left to order. */
static bool gives_order(
	const struct wanted_order *w, const struct index_info *index, uint32_t given)
{
	for (uint32_t i = 0; i < w->count; i++) {
		if (given + i == index->key_count)
			return plan_index_is_unique(index);
		if (key_of(w, w->keys[i].slot) != index->keys[given + i] ||
			w->keys[i].is_descending != w->keys[0].is_descending)
			return false;
	}
	return true;
}

static const struct index_info *index_in_order(
	const struct wanted_order *w, const struct plan_node *scan)
{
	const struct catalog *c = w->p->b.catalog;
	bool is_node = scan->kind == PLAN_NODE_SCAN;
	uint32_t label = is_node ? scan->node_scan.label : scan->edge_scan.label;

	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		const struct index_info *index = catalog_index_at(c, i);

		if (index->element == (is_node ? ELEMENT_NODE : ELEMENT_EDGE) &&
			index->label == label && index->is_ready && gives_order(w, index, 0) &&
			plan_index_has_all(c, index, 0))
			return index;
	}
	return NULL;
}

/* The scan below what neither orders nor multiplies rows. */
static struct plan_node *scan_below(struct plan_node *top, bool *has_filter)
{
	*has_filter = false;
	while (top != NULL && (top->kind == PLAN_PROPERTIES || top->kind == PLAN_PROJECT ||
				      top->kind == PLAN_FILTER)) {
		*has_filter |= top->kind == PLAN_FILTER;
		top = top->input;
	}
	return top == NULL || top->input == NULL || top->input->kind != PLAN_ONE_ROW ? NULL : top;
}

static bool order_of_whole(struct wanted_order *w, struct plan_node *scan)
{
	bool is_node = scan->kind == PLAN_NODE_SCAN;
	const struct index_info *index;

	if ((is_node ? scan->node_scan.label : scan->edge_scan.label) == NAME_NONE ||
		(is_node ? scan->node_scan.is_nothing : scan->edge_scan.is_nothing))
		return false;
	w->element_slot = is_node ? scan->node_scan.slot : scan->edge_scan.slot;
	index = index_in_order(w, scan);
	if (index == NULL)
		return false;
	plan_index_scan(scan, index);
	scan->index_scan.is_descending = w->keys[0].is_descending;
	return true;
}

static bool order_of_part(struct wanted_order *w, struct plan_node *scan)
{
	const struct index_info *index = catalog_index(w->p->b.catalog, scan->index_scan.index);

	w->element_slot = scan->index_scan.slot;
	if (index == NULL || !gives_order(w, index, scan->index_scan.equal_count))
		return false;
	scan->index_scan.is_descending = w->keys[0].is_descending;
	return true;
}

bool plan_index_order(struct planner *p, const struct plan_sort_key *keys, uint32_t count)
{
	struct wanted_order w = { .p = p, .keys = keys, .count = count };
	bool has_filter;
	struct plan_node *scan = scan_below(p->s.top, &has_filter);

	if (scan == NULL || p->b.catalog == NULL)
		return false;
	if (scan->kind == PLAN_INDEX_SCAN)
		return order_of_part(&w, scan);
	return !has_filter && (scan->kind == PLAN_NODE_SCAN || scan->kind == PLAN_EDGE_SCAN) &&
	       order_of_whole(&w, scan);
}
