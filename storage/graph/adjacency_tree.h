/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Adjacency of hubs: a directory of labels, under each a B+tree whose leaves are columns. A list is
 * named by its first directory page, which stays.
 */
#ifndef STORAGE_GRAPH_ADJACENCY_TREE_H
#define STORAGE_GRAPH_ADJACENCY_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/graph/adjacency_seg.h"

/* Makes a tree of a list; returns its directory page. */
uint64_t adjacency_tree_create(
	struct graph *g, uint64_t node, enum direction d, const struct seg_list *l);
/* Frees its pages. */
void adjacency_tree_destroy(struct graph *g, uint64_t root);
/* False, and nothing changed, if the entry is (is not) there. */
bool adjacency_tree_insert(struct graph *g, uint64_t root, const struct adjacency_entry *entry);
bool adjacency_tree_remove(struct graph *g, uint64_t root, const struct adjacency_entry *entry);

/* What either of them may touch. */
bool adjacency_tree_touch(struct page_view *v, const struct graph *g, uint64_t root,
	const struct adjacency_entry *entry, bool is_removal) MUST_USE;

/* Number of entries: all (label NAME_NONE) or of one label. False on a miss. */
bool adjacency_tree_degree(struct page_view *v, const struct graph *g, uint64_t root,
	uint32_t label, uint64_t *degree);
/* As adjacency_read(). */
bool adjacency_tree_read(struct page_view *v, const struct graph *g, uint64_t root,
	struct adjacency_reader *r, struct adjacency_columns *columns);

/* Page types, order, counts; visits the pages. False if the tree cannot be walked. */
bool adjacency_tree_check(struct graph_check *c, uint64_t root, uint64_t node, enum direction d);

#endif
