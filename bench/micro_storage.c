/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the page structures cost by themselves, without transactions: loading, scanning the
 * neighbours of random nodes beside a plain CSR array in the same run, reading heads and
 * properties. Everything is in memory. The figures are ratios of one machine in one run; absolute
 * ones mean little.
 *
 *     bench/micro_storage [nodes [degree]]     200000 and 20 unless told
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/number.h"
#include "base/rand.h"
#include "storage/graph/adjacency.h"
#include "storage/graph/label_index.h"
#include "storage/graph/property.h"
#include "storage/graph/record.h"
#include "storage/store/store.h"

enum { LABEL = 1, BATCH = 64, COLUMN = 1024, ROUNDS = 3 };

struct bench {
	struct graph graph;
	struct pager *pager;
	struct store *store;
	uint64_t nodes, degree;
	uint64_t *starts, *targets; /* the CSR array */
	uint64_t *order;	    /* node ids, shuffled */
	uint64_t sum;		    /* of what was read, so that it is read */
};

static void *array_of(uint64_t count)
{
	void *at = calloc(count, sizeof(uint64_t));

	if (at == NULL)
		PANIC("out of memory");
	return at;
}

static void report(const char *what, uint64_t start_ns, uint64_t count, const char *unit)
{
	double ns = (double)(clock_monotonic_ns() - start_ns) / (double)count;

	printf("%-52s %8.1f ns/%s\n", what, ns, unit);
}

static void bench_open(struct bench *b)
{
	struct pager_options options = { .pool_bytes = UINT64_C(8) << 30, .create = true };
	struct error e;

	b->store = options.store = store_sim_new(1, 0);
	if (pager_open(&options, &b->pager, &e) != OK)
		PANIC("%s", e.message);
	graph_create(&b->graph, b->pager, 1);
}

static void load_nodes(struct bench *b)
{
	struct property properties[2] = { { 1, value_int(0) }, { 2, value_string(STR("name")) } };
	uint64_t start = clock_monotonic_ns(), i;
	struct buf map = { 0 };

	for (i = 0; i < b->nodes; i++) {
		record_node_add(&b->graph, i, 1);
		(void)label_index_add(&b->graph, ELEMENT_NODE, LABEL, i);
		properties[0].value = value_int((int64_t)i);
		buf_reset(&map);
		property_map_encode(&map, properties, 2);
		record_set_property_ref(&b->graph, ELEMENT_NODE, i,
			property_replace(
				&b->graph, 0, ELEMENT_NODE, i, map.data, (uint32_t)map.length));
	}
	buf_free(&map);
	report("load nodes (head, label, two properties)", start, b->nodes, "node");
}

/* Every node has `degree` random targets; the CSR array gets them in the same order. */
static void load_edges(struct bench *b)
{
	struct rand r = { 1 };
	uint64_t start, id = 0, i, k;

	for (i = 0; i < b->nodes; i++) {
		b->starts[i] = i * b->degree;
		for (k = 0; k < b->degree; k++)
			b->targets[id++] = rand_below(&r, b->nodes);
	}
	b->starts[b->nodes] = id;
	start = clock_monotonic_ns();
	for (id = 0, i = 0; i < b->nodes; i++) {
		for (k = 0; k < b->degree; k++, id++) {
			struct adjacency_entry out = { LABEL, b->targets[id], id };
			struct adjacency_entry in = { LABEL, i, id };

			record_edge_add(&b->graph, id, i, b->targets[id], LABEL);
			adjacency_insert(&b->graph, i, DIRECTION_OUT, &out);
			adjacency_insert(&b->graph, b->targets[id], DIRECTION_IN, &in);
		}
	}
	report("load edges (head, both lists, targets random)", start, id, "edge");
}

static void shuffle(struct bench *b)
{
	struct rand r = { 2 };
	uint64_t i;

	for (i = 0; i < b->nodes; i++)
		b->order[i] = i;
	for (i = b->nodes; i > 1; i--) {
		uint64_t j = rand_below(&r, i), t = b->order[i - 1];

		b->order[i - 1] = b->order[j];
		b->order[j] = t;
	}
}

static void scan_csr(struct bench *b)
{
	uint64_t neighbours[COLUMN], start = clock_monotonic_ns(), i;

	for (i = 0; i < b->nodes; i++) {
		uint64_t from = b->starts[b->order[i]], n = b->starts[b->order[i] + 1] - from;

		n = MIN_OF(n, (uint64_t)COLUMN);
		memcpy(neighbours, b->targets + from, n * sizeof(uint64_t));
		b->sum += neighbours[n / 2];
	}
	report("neighbours of random nodes, CSR array", start, b->starts[b->nodes], "edge");
}

static void scan_lists(struct bench *b, enum direction d, bool is_batched, const char *what)
{
	uint64_t neighbours[COLUMN], start = clock_monotonic_ns(), i, edges = 0;
	struct page_view v;

	page_view_init(&v);
	for (i = 0; i < b->nodes; i++) {
		struct adjacency_columns c = { neighbours, NULL, NULL, COLUMN, 0 };
		struct adjacency_reader r = { .node = b->order[i], .direction = d };
		uint32_t ahead = (uint32_t)MIN_OF((uint64_t)BATCH, b->nodes - i);

		if (is_batched && i % BATCH == 0 &&
			!adjacency_prefetch(&v, &b->graph, b->order + i, ahead, d))
			PANIC("a page is missing");
		while (!r.is_done) {
			c.count = 0;
			if (!adjacency_read(&v, &b->graph, &r, &c))
				PANIC("a page is missing");
			edges += c.count;
			b->sum += neighbours[c.count / 2];
		}
	}
	report(what, start, edges, "edge");
}

static void read_heads(struct bench *b, uint32_t batch, const char *what)
{
	uint64_t start = clock_monotonic_ns(), i;
	uint32_t labelsets[BATCH];
	struct page_view v;

	page_view_init(&v);
	for (i = 0; i + batch <= b->nodes; i += batch) {
		if (batch > 1)
			record_prefetch(&v, &b->graph, ELEMENT_NODE, b->order + i, batch);
		if (!record_nodes_read(&v, &b->graph, b->order + i, batch, labelsets))
			PANIC("a page is missing");
		b->sum += labelsets[0];
	}
	report(what, start, b->nodes, "node");
}

static void scan_heads(struct bench *b)
{
	struct record_scan s = { .element = ELEMENT_NODE, .end = UINT64_MAX };
	uint64_t ids[COLUMN], start = clock_monotonic_ns();
	uint32_t labelsets[COLUMN], n;
	struct page_view v;

	page_view_init(&v);
	do {
		if (!record_scan_next(&v, &b->graph, &s, ids, labelsets, COLUMN, &n))
			PANIC("a page is missing");
		b->sum += n;
	} while (n > 0);
	report("scan of all heads in order", start, b->nodes, "node");
}

static void scan_label(struct bench *b)
{
	struct label_scan s = { .element = ELEMENT_NODE, .label = LABEL, .end = UINT64_MAX };
	uint64_t ids[COLUMN], start = clock_monotonic_ns();
	struct page_view v;
	uint32_t n;

	page_view_init(&v);
	do {
		if (!label_index_scan(&v, &b->graph, &s, ids, COLUMN, &n))
			PANIC("a page is missing");
		b->sum += n;
	} while (n > 0);
	report("scan of a label", start, b->nodes, "node");
}

static void read_properties(struct bench *b, const uint64_t *ids, uint32_t key, const char *what)
{
	static struct value column[COLUMN];
	struct value *const columns[1] = { column };
	uint64_t refs[COLUMN], start = clock_monotonic_ns(), i;
	struct arena *arena = arena_new(0);
	struct page_view v;
	struct error e;

	page_view_init(&v);
	for (i = 0; i + COLUMN <= b->nodes; i += COLUMN) {
		struct property_batch batch = { .refs = refs,
			.count = COLUMN,
			.keys = &key,
			.key_count = 1,
			.columns = columns,
			.arena = arena,
			.error = &e };

		record_prefetch(&v, &b->graph, ELEMENT_NODE, ids + i, COLUMN);
		if (!record_property_refs(&v, &b->graph, ELEMENT_NODE, ids + i, COLUMN, refs) ||
			!property_columns(&v, &b->graph, &batch))
			PANIC("a page is missing");
		b->sum += column[i % COLUMN].type;
		arena_reset(arena);
	}
	arena_free(arena);
	report(what, start, b->nodes / COLUMN * COLUMN, "value");
}

static void run(struct bench *b)
{
	uint64_t *ordered = array_of(b->nodes), i;
	struct pager_statistics statistics;
	int round;

	for (i = 0; i < b->nodes; i++)
		ordered[i] = i;
	for (round = 1; round <= ROUNDS; round++) {
		printf("\nround %d\n", round);
		scan_csr(b);
		scan_lists(b, DIRECTION_OUT, false, "neighbours of random nodes, one by one");
		scan_lists(b, DIRECTION_OUT, true, "neighbours of random nodes, batches of 64");
		scan_lists(b, DIRECTION_IN, true, "the same, incoming");
		read_heads(b, 1, "heads of random nodes, one by one");
		read_heads(b, BATCH, "heads of random nodes, batches of 64");
		scan_heads(b);
		scan_label(b);
		read_properties(b, ordered, 1, "one integer property, nodes in order");
		read_properties(b, b->order, 1, "one integer property, nodes at random");
		read_properties(b, b->order, 2, "one text property, nodes at random");
	}
	pager_statistics(b->pager, &statistics);
	printf("\n%llu pages, %.1f bytes an edge all told (%llu)\n",
		(unsigned long long)statistics.pages_total,
		(double)statistics.pages_total * PAGE_BYTES / (double)b->starts[b->nodes],
		(unsigned long long)b->sum);
	free(ordered);
}

static uint64_t argument(int argc, char **argv, int at, uint64_t otherwise)
{
	int64_t n = 0;

	if (at >= argc)
		return otherwise;
	if (number_read_int64(str_of(argv[at]), &n) != NUMBER_OK || n < 1)
		PANIC("\"%s\" is not a number of nodes or edges", argv[at]);
	return (uint64_t)n;
}

int main(int argc, char **argv)
{
	struct bench b = { .nodes = argument(argc, argv, 1, 200000),
		.degree = argument(argc, argv, 2, 20) };

	b.starts = array_of(b.nodes + 1);
	b.targets = array_of(b.nodes * b.degree);
	b.order = array_of(b.nodes);
	printf("%llu nodes, %llu edges each\n", (unsigned long long)b.nodes,
		(unsigned long long)b.degree);
	bench_open(&b);
	load_nodes(&b);
	load_edges(&b);
	shuffle(&b);
	run(&b);
	graph_close(&b.graph);
	pager_close(b.pager);
	store_sim_free(b.store);
	free(b.starts);
	free(b.targets);
	free(b.order);
	return 0;
}
