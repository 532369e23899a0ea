/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The integrity check: walks everything and compares what is kept twice.
 *
 *     level 1   every block: place, number, type, checksums (page/verify.c)
 *     level 2   every structure in itself: heads, lists, containers, trees, records
 *     level 3   structures against each other: each edge stands in its two lists and in its label's
 *               container, each node in its labels' containers, each value in its indexes, and
 *               nothing else does; counts are those of heads
 *
 *     level 4   a replay of the log between the last two checkpoints gives the last one's pages
 *               (care/replay.c)
 *
 * What is checked is an engine of its own on a view of the store (care/store_view.c), so that nothing
 * is written and, in a running server, nobody waits. Findings are told, never repaired.
 */
#include <stdlib.h>
#include <string.h>

#include "storage/care/replay.h"
#include "storage/care/store_view.h"
#include "storage/graph/adjacency.h"
#include "storage/graph/label_index.h"
#include "storage/graph/property.h"
#include "storage/graph/property_index.h"
#include "storage/graph/record.h"
#include "storage/graph/space.h"
#include "storage/storage_care.h"
#include "storage/txn/engine.h"
#include "storage/txn/pin.h"

enum { CHECK_BATCH = 512, CHECK_POOL_BYTES = 16 << 20 };

struct check {
	struct graph_check graph; /* first: what the structures' own checks are given */
	struct storage *storage;
	struct page_view view;
	int level;
	storage_report *report;
	void *context;
	uint64_t *findings;
	struct error *e;
	enum sqlstate rc;
	uint64_t *label_counts[2]; /* [label]: elements met with it */
	uint64_t *set_counts;	   /* [labelset] */
	uint64_t *index_counts;	   /* [position]: elements met with a key */
	struct arena *arena;
	struct buf map, key;
	const _Atomic int *cancel; /* may be NULL */
};

static bool is_cancelled(const struct check *c)
{
	return c->cancel != NULL && atomic_load_explicit(c->cancel, memory_order_relaxed) != 0;
}

/* Nobody may be waited for under the exclusive lock: what was missed is read on the spot. */
static void fetch(struct check *c)
{
	for (uint32_t i = 0; i < c->view.missing_count; i++)
		(void)pager_require(c->storage->pager, c->view.missing[i],
			(enum page_type)c->view.missing_type[i]);
	if (c->view.corrupt)
		graph_finding(&c->graph, "page %llu is not what it should be",
			(unsigned long long)c->view.corrupt_pid);
	page_view_init(&c->view);
}

/* Repeats a reader until it does not miss; a broken page ends it. */
#define READ_WHOLE(c, call)                                                                        \
	do {                                                                                       \
		page_view_init(&(c)->view);                                                        \
		while (!(call)) {                                                                  \
			bool is_broken_ = (c)->view.corrupt;                                       \
			fetch(c);                                                                  \
			if (is_broken_)                                                            \
				break;                                                             \
		}                                                                                  \
	} while (0)

/* ---- one element ---- */

static void check_container(struct check *c, enum element element, uint32_t label, uint64_t id)
{
	bool has = false;

	c->label_counts[element][label]++;
	READ_WHOLE(c, label_index_has(&c->view, c->graph.graph, element, label, id, &has));
	if (!has)
		graph_finding(&c->graph, "%s %llu is missing in the container of label %u",
			element == ELEMENT_NODE ? "node" : "edge", (unsigned long long)id, label);
}

static void check_indexes(
	struct check *c, enum element element, uint32_t label, uint64_t id, uint64_t ref)
{
	const struct catalog *catalog = c->storage->apply.catalog;
	bool is_loaded = false;

	for (uint32_t i = 0; i < catalog->index_count; i++) {
		const struct catalog_index *index = catalog->indexes[i];
		uint64_t found = UINT64_MAX;

		if (index->info.element != element || index->info.label != label ||
			!index->info.is_ready)
			continue;
		if (!is_loaded) {
			arena_reset(c->arena);
			buf_reset(&c->map);
			property_load(c->graph.graph, ref, &c->map);
			is_loaded = true;
		}
		if (!apply_index_key(index, c->map.data, c->map.length, c->arena, &c->key))
			continue;
		c->index_counts[i]++;
		READ_WHOLE(c, property_index_find(&c->view, c->graph.graph, index->root,
				      buf_str(&c->key), id, &found));
		if (found != id)
			graph_finding(&c->graph, "%s %llu is missing in index \"%.*s\"",
				element == ELEMENT_NODE ? "node" : "edge", (unsigned long long)id,
				STR_ARGS(index->info.name));
	}
}

static void check_node(struct check *c, uint64_t id, uint32_t labelset)
{
	struct node_head head;
	const uint32_t *labels;
	uint32_t count;

	if (!record_node_get(c->graph.graph, id, &head))
		return;
	property_check(&c->graph, head.property_ref, ELEMENT_NODE, id);
	adjacency_check(&c->graph, id);
	if (labelset > c->storage->apply.catalog->labelset_count) {
		graph_finding(&c->graph, "node %llu has the unknown label set %u",
			(unsigned long long)id, labelset);
		return;
	}
	c->set_counts[labelset]++;
	if (c->level < 3)
		return;
	count = catalog_labelset_labels(c->storage->apply.catalog, labelset, &labels);
	for (uint32_t i = 0; i < count; i++) {
		check_container(c, ELEMENT_NODE, labels[i], id);
		check_indexes(c, ELEMENT_NODE, labels[i], id, head.property_ref);
	}
}

static void check_list(struct check *c, const struct adjacency_pair *pair)
{
	uint64_t edges[2];
	uint32_t count = 0;

	READ_WHOLE(c, adjacency_find(&c->view, c->graph.graph, pair, edges, 1, &count));
	if (count == 0 || edges[0] != pair->from_edge)
		graph_finding(&c->graph, "edge %llu is missing in the %s list of node %llu",
			(unsigned long long)pair->from_edge,
			pair->direction == DIRECTION_OUT ? "out" : "in",
			(unsigned long long)pair->node);
}

static void check_edge(struct check *c, uint64_t id)
{
	struct edge_record r;
	struct node_head head;
	uint64_t source;

	if (!record_edge_get(c->graph.graph, id, &r))
		return;
	source = record_edge_source(&r);
	property_check(&c->graph, r.property_ref, ELEMENT_EDGE, id);
	if (r.label > c->storage->apply.catalog->name_counts[NAME_EDGE_LABEL]) {
		graph_finding(&c->graph, "edge %llu has the unknown label %u",
			(unsigned long long)id, r.label);
		return;
	}
	if (c->level < 3)
		return;
	if (!record_node_get(c->graph.graph, source, &head) ||
		!record_node_get(c->graph.graph, r.target, &head)) {
		graph_finding(
			&c->graph, "edge %llu lacks a node at one end", (unsigned long long)id);
		return;
	}
	check_list(c, &(struct adjacency_pair){ source, DIRECTION_OUT, r.label, r.target, id });
	check_list(c, &(struct adjacency_pair){ r.target, DIRECTION_IN, r.label, source, id });
	check_container(c, ELEMENT_EDGE, r.label, id);
	check_indexes(c, ELEMENT_EDGE, r.label, id, r.property_ref);
}

/* ---- all of them ---- */

static void check_elements(struct check *c, enum element element)
{
	struct record_scan scan = { .element = element, .end = UINT64_MAX };
	uint64_t ids[CHECK_BATCH];
	uint32_t labels[CHECK_BATCH];
	uint32_t count;

	do {
		bool is_whole;

		if (is_cancelled(c))
			return;
		page_view_init(&c->view);
		is_whole = record_scan_next(
			&c->view, c->graph.graph, &scan, ids, labels, CHECK_BATCH, &count);
		if (!is_whole) {
			bool is_broken = c->view.corrupt;

			fetch(c);
			if (is_broken)
				return;
		}
		for (uint32_t i = 0; i < count; i++) {
			if (element == ELEMENT_NODE)
				check_node(c, ids[i], labels[i]);
			else
				check_edge(c, ids[i]);
		}
		if (is_whole && count == 0)
			return;
	} while (true);
}

/* ---- counts ---- */

static void check_label_totals(struct check *c, enum element element)
{
	const struct catalog *catalog = c->storage->apply.catalog;
	enum name_kind kind = element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;

	for (uint32_t label = 1; label <= catalog->name_counts[kind]; label++) {
		uint64_t count = 0;
		uint64_t counted = element == ELEMENT_NODE
					   ? apply_node_count(&c->storage->apply, label)
					   : apply_edge_count(&c->storage->apply, label);

		READ_WHOLE(c, label_index_count(&c->view, c->graph.graph, element, label, &count));
		if (count != c->label_counts[element][label])
			graph_finding(&c->graph, "label %u has %llu %s, its container %llu", label,
				(unsigned long long)c->label_counts[element][label],
				element == ELEMENT_NODE ? "nodes" : "edges",
				(unsigned long long)count);
		if (counted != c->label_counts[element][label])
			graph_finding(&c->graph, "label %u has %llu %s, its counter says %llu",
				label, (unsigned long long)c->label_counts[element][label],
				element == ELEMENT_NODE ? "nodes" : "edges",
				(unsigned long long)counted);
	}
}

static void check_set_totals(struct check *c)
{
	const struct apply_counts *counts = &c->storage->apply.counts[ELEMENT_NODE];

	for (uint32_t set = 0; set <= c->storage->apply.catalog->labelset_count; set++) {
		uint64_t counted = set < counts->limit ? counts->at[set] : 0;

		if (counted != c->set_counts[set])
			graph_finding(&c->graph,
				"label set %u has %llu nodes, its counter says %llu", set,
				(unsigned long long)c->set_counts[set],
				(unsigned long long)counted);
	}
}

static void tree_finding(void *context, const char *line)
{
	struct check *c = context;

	graph_finding(&c->graph, "%s", line);
}

static void check_trees(struct check *c)
{
	const struct catalog *catalog = c->storage->apply.catalog;
	struct btree tree = { c->storage->pager, c->storage->apply.tree, c->storage->apply.ts };

	btree_check(&tree, tree_finding, NULL, c);
	for (uint32_t i = 0; i < catalog->index_count; i++) {
		const struct catalog_index *index = catalog->indexes[i];
		uint64_t count = 0;

		tree.root = index->root;
		btree_check(&tree, tree_finding, NULL, c);
		if (c->level < 3)
			continue;
		READ_WHOLE(c, btree_count(&c->view, &tree, &count));
		if (index->info.is_ready && count != c->index_counts[i])
			graph_finding(&c->graph,
				"index \"%.*s\" has %llu entries for %llu elements",
				STR_ARGS(index->info.name), (unsigned long long)count,
				(unsigned long long)c->index_counts[i]);
	}
}

/* False: no memory. */
static bool make_counters(struct check *c)
{
	const struct catalog *catalog = c->storage->apply.catalog;

	c->label_counts[0] =
		calloc(catalog->name_counts[NAME_NODE_LABEL] + 1, sizeof(uint64_t));
	c->label_counts[1] =
		calloc(catalog->name_counts[NAME_EDGE_LABEL] + 1, sizeof(uint64_t));
	c->set_counts = calloc(catalog->labelset_count + 1, sizeof(uint64_t));
	c->index_counts = calloc(catalog->index_count + 1, sizeof(uint64_t));
	return c->label_counts[0] != NULL && c->label_counts[1] != NULL && c->set_counts != NULL &&
	       c->index_counts != NULL;
}

static void free_counters(struct check *c)
{
	free(c->label_counts[0]);
	free(c->label_counts[1]);
	free(c->set_counts);
	free(c->index_counts);
}

static void check_graph(struct check *c)
{
	for (int element = 0; element < 2; element++) {
		record_check(&c->graph, (enum element)element);
		label_index_check(&c->graph, (enum element)element);
		check_elements(c, (enum element)element);
	}
	if (is_cancelled(c)) {
		c->rc = FAIL(c->e, E_CANCELLED, "check was canceled");
		return;
	}
	space_check(&c->graph);
	check_trees(c);
	check_set_totals(c);
	if (c->level >= 3) {
		check_label_totals(c, ELEMENT_NODE);
		check_label_totals(c, ELEMENT_EDGE);
	}
}

/* ---- the face ---- */

static void report_line(void *context, const char *line)
{
	struct check *c = context;

	c->report(c->context, line);
}

static void check_task(struct storage *s, void *context) UNCHECKED_LOCKING
{
	struct check *c = context;
	uint64_t in_blocks = 0;

	c->storage = s;
	c->graph.graph = &s->graph;
	c->graph.report = report_line;
	c->graph.context = c;
	c->rc = pager_verify(s->pager, report_line, c, c->cancel, &in_blocks, c->e);
	if (c->rc == OK && in_blocks == 0 && c->level >= 2) {
		if (make_counters(c)) {
			c->arena = arena_new(0);
			engine_lock_enter_exclusive(&s->lock);
			check_graph(c);
			engine_lock_leave_exclusive(&s->lock);
			buf_free(&c->map);
			buf_free(&c->key);
			arena_free(c->arena);
		} else {
			c->rc = FAIL(c->e, E_OUT_OF_MEMORY, "out of memory for a check");
		}
		free_counters(c);
	}
	*c->findings = in_blocks + c->graph.findings;
}

static void report_nothing(void *context, const char *line)
{
	(void)context;
	(void)line;
}

static enum sqlstate check_engine(struct storage *s, const struct storage_checker *checker,
	uint64_t *findings, struct error *e)
{
	struct check c = { .level = checker->level,
		.report = checker->report,
		.context = checker->context,
		.cancel = checker->cancel,
		.findings = findings,
		.e = e };

	*findings = 0;
	lock_checkpoint(&s->checkpoint); /* blocks stay where they are */
	commit_run_task(s, check_task, &c);
	unlock_checkpoint(&s->checkpoint);
	return c.rc;
}

enum sqlstate storage_check_online(struct storage *s, int level, storage_report *report,
	void *context, uint64_t *findings, struct error *e)
{
	struct storage_checker checker = {
		level, report != NULL ? report : report_nothing, context, NULL
	};

	return check_engine(s, &checker, findings, e);
}

/* Levels 1 to 3 of what a store holds at a checkpoint and in the log up to log_end. */
static enum sqlstate check_view(struct store *store, const struct superblock *at, uint64_t log_end,
	const struct storage_checker *checker, uint64_t *findings, struct error *e)
{
	struct storage_options options = {
		.buffer_bytes = CHECK_POOL_BYTES, .cancel = checker->cancel
	};
	struct storage *s;
	enum sqlstate rc;

	TRY(store_view_new(store, at, log_end, &options.store, e));
	TRY(storage_open_quietly(&options, &s, e)); /* closes its store in any case */
	storage_thread_attach(s);
	rc = check_engine(s, checker, findings, e);
	storage_thread_detach(s);
	storage_close_quietly(s);
	return rc;
}

static enum sqlstate check_store(struct store *store, const struct storage_checker *checker,
	uint64_t *findings, struct error *e)
{
	struct superblock newest, before;
	bool has_before;

	TRY(replay_find(store, &newest, &before, &has_before, e));
	TRY(check_view(store, &newest, 0, checker, findings, e));
	if (checker->level < 4)
		return OK;
	if (has_before)
		return replay_compare(store, &before, &newest, checker, findings, e);
	checker->report(checker->context,
		STORAGE_NOTE "nothing was replayed: there is only one checkpoint");
	return OK;
}

enum sqlstate storage_check(const struct storage_options *options, int level,
	storage_report *report, void *context, uint64_t *findings, struct error *e)
{
	struct storage_checker checker = {
		level, report != NULL ? report : report_nothing, context, options->cancel
	};
	struct store *store = options->store;
	enum sqlstate rc;

	*findings = 0;
	if (store == NULL)
		TRY(store_file_open(options->directory, false, 0, &store, e));
	rc = check_store(store, &checker, findings, e);
	store->ops->close(store);
	return rc;
}

enum sqlstate storage_check_beside(struct storage *s, const struct storage_checker *checker,
	uint64_t *findings, struct error *e)
{
	struct storage_pin before, now;
	enum sqlstate rc;

	*findings = 0;
	pin_take(s, &before);
	rc = storage_checkpoint(s, e);
	if (rc != OK) {
		pin_release(s, &before);
		return rc;
	}
	pin_take(s, &now);
	rc = check_view(s->store, &now.superblock, now.superblock.lsn, checker, findings, e);
	if (rc == OK && checker->level >= 4)
		rc = replay_compare(
			s->store, &before.superblock, &now.superblock, checker, findings, e);
	pin_release(s, &now);
	pin_release(s, &before);
	return rc;
}
