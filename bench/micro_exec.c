/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the executor costs by itself: plans built by hand, run over a random graph in a store of its
 * own: point reads, hops, reachability, shortest paths, grouping, order. Everything is in memory;
 * the figures are for comparison within one run of one machine.
 *
 *     bench/micro_exec [nodes [degree]]     140000 and 5 unless told
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/number.h"
#include "base/rand.h"
#include "query/exec/exec.h"
#include "query/function/function_body.h"
#include "query/tree/plan.h"
#include "query/type/function.h"
#include "storage/storage.h"

enum { A, B, N, E, OUT, SLOTS };

static const struct type slots[SLOTS] = { [A] = { .kind = TYPE_NODE },
	[B] = { .kind = TYPE_NODE },
	[N] = { .kind = TYPE_INT64 },
	[E] = { .kind = TYPE_LIST, .item = TYPE_EDGE },
	[OUT] = { .kind = TYPE_INT64 } };
static const uint32_t live[SLOTS] = { A, B, N, E, OUT };
static const uint32_t live_without_b[] = { A, N };

struct bench {
	char directory[64];
	struct storage *storage;
	struct txn *txn;
	struct arena *arena;
	uint64_t *nodes;
	uint64_t node_count, degree;
	uint32_t label, type, key, index;
};

static void check(enum sqlstate rc, const struct error *e)
{
	if (rc != OK)
		PANIC("%s", e->message);
}

/* ---- a graph ---- */

static void begin(struct bench *b)
{
	struct txn_options options = { .durability = DURABILITY_OFF };
	struct error e;

	check(txn_begin(b->storage, &options, &b->txn, &e), &e);
	txn_statement_begin(b->txn);
}

static void load(struct bench *b)
{
	struct rand r = { .state = 1 };
	struct index_definition index = { .element = ELEMENT_NODE,
		.label = STR("L"),
		.key_count = 1,
		.keys = { STR("n") },
		.is_unique = true };
	struct error e;
	uint64_t id;

	begin(b);
	check(txn_intern(b->txn, NAME_NODE_LABEL, STR("L"), &b->label, &e), &e);
	check(txn_intern(b->txn, NAME_EDGE_LABEL, STR("T"), &b->type, &e), &e);
	check(txn_intern(b->txn, NAME_KEY, STR("n"), &b->key, &e), &e);
	for (uint64_t i = 0; i < b->node_count; i++) {
		struct property p = { b->key, value_int((int64_t)i) };

		check(storage_node_add(b->txn, &b->label, 1, &p, 1, &b->nodes[i], &e), &e);
	}
	for (uint64_t i = 0; i < b->node_count * b->degree; i++) {
		uint64_t from = b->nodes[rand_below(&r, b->node_count)];
		uint64_t to = b->nodes[rand_below(&r, b->node_count)];

		check(storage_edge_add(b->txn, from, to, b->type, NULL, 0, &id, &e), &e);
	}
	check(txn_commit(b->txn, &e), &e);
	begin(b);
	check(schema_index_create(b->txn, &index, &b->index, &e), &e);
	check(txn_commit(b->txn, &e), &e);
	begin(b);
}

static void bench_open(struct bench *b)
{
	struct storage_options options = { .create = true,
		.buffer_bytes = UINT64_C(2) << 30,
		.txn_bytes_max = UINT64_C(4) << 30 };
	struct error e;

	snprintf(b->directory, sizeof b->directory, "/tmp/quiver-bench-XXXXXX");
	if (mkdtemp(b->directory) == NULL)
		PANIC("no temporary directory");
	options.directory = b->directory;
	check(storage_open(&options, &b->storage, &e), &e);
	storage_thread_attach(b->storage);
	b->arena = arena_new(0);
	b->nodes = calloc(b->node_count, sizeof *b->nodes);
	if (b->nodes == NULL)
		PANIC("out of memory");
	load(b);
}

static void bench_close(struct bench *b)
{
	char command[128];
	struct error e;

	txn_abort(b->txn);
	storage_thread_detach(b->storage);
	check(storage_close(b->storage, &e), &e);
	arena_free(b->arena);
	free(b->nodes);
	snprintf(command, sizeof command, "rm -rf %s", b->directory);
	if (system(command) != 0)
		PANIC("%s stays behind", b->directory);
}

/* ---- plans ---- */

static struct plan_node *node(struct bench *b, enum plan_kind kind, struct plan_node *input)
{
	struct plan_node *n = ARENA_NEW(b->arena, struct plan_node);

	n->kind = kind;
	n->input = input;
	n->live = live;
	return n;
}

/* Live slots are counted from A on, in the order of the enum. */
static struct plan_node *with_live(struct plan_node *n, uint32_t count)
{
	n->live_count = count;
	return n;
}

static struct bound *constant(struct bench *b, int64_t i)
{
	struct bound *c = ARENA_NEW(b->arena, struct bound);

	c->kind = BOUND_CONSTANT;
	c->type = (struct type){ .kind = TYPE_INT64 };
	c->value = value_int(i);
	return c;
}

static struct bound *slot(struct bench *b, uint32_t index)
{
	struct bound *s = ARENA_NEW(b->arena, struct bound);

	s->kind = BOUND_SLOT;
	s->type = slots[index];
	s->index = index;
	return s;
}

static struct plan_node *seek(struct bench *b, uint32_t into, uint64_t id, struct plan_node *input)
{
	struct plan_node *n = with_live(node(b, PLAN_ID_SEEK, input), into + 1);

	n->id_seek.slot = into;
	n->id_seek.element = ELEMENT_NODE;
	n->id_seek.id = constant(b, (int64_t)id);
	return n;
}

static struct plan_node *properties(struct bench *b, uint32_t element, struct plan_node *input)
{
	struct plan_node *n = with_live(node(b, PLAN_PROPERTIES, input), N + 1);
	static const uint32_t into[] = { N };

	n->properties.element_slot = element;
	n->properties.element = ELEMENT_NODE;
	n->properties.count = 1;
	n->properties.keys = &b->key;
	n->properties.slots = into;
	return n;
}

static struct plan_node *point_read(struct bench *b, int64_t key)
{
	struct plan_node *n = with_live(node(b, PLAN_INDEX_SCAN, node(b, PLAN_ONE_ROW, NULL)), 1);
	const struct bound **keys = ARENA_NEW(b->arena, const struct bound *);

	keys[0] = constant(b, key);
	n->index_scan.slot = A;
	n->index_scan.source_slot = n->index_scan.target_slot = SLOT_NONE;
	n->index_scan.index = b->index;
	n->index_scan.element = ELEMENT_NODE;
	n->index_scan.equal_count = 1;
	n->index_scan.equal = keys;
	n->index_scan.is_unique_lookup = true;
	return properties(b, A, n);
}

static struct plan_node *search(struct bench *b, enum plan_kind kind, struct plan_node *input)
{
	struct plan_node *n = with_live(node(b, kind, input), E + 1);

	n->var_expand.source_slot = A;
	n->var_expand.target_slot = B;
	n->var_expand.edges_slot = SLOT_NONE;
	n->var_expand.direction = DIRECTION_OUT;
	n->var_expand.min = 1;
	n->var_expand.max = AST_UNBOUNDED;
	n->var_expand.mode = MODE_TRAIL;
	n->var_expand.count = 1;
	n->var_expand.selector = SELECT_ANY_SHORTEST;
	return n;
}

static struct plan_node *scan(struct bench *b)
{
	struct plan_node *n = with_live(node(b, PLAN_NODE_SCAN, node(b, PLAN_ONE_ROW, NULL)), 1);

	n->node_scan.slot = A;
	n->node_scan.label = b->label;
	return n;
}

static struct plan_node *hop(struct bench *b, struct plan_node *input)
{
	struct plan_node *n = with_live(node(b, PLAN_EXPAND, input), B + 1);

	n->expand.source_slot = A;
	n->expand.target_slot = B;
	n->expand.edge_slot = SLOT_NONE;
	n->expand.direction = DIRECTION_OUT;
	return n;
}

static struct plan_node *count_of(struct bench *b, struct plan_node *input, bool by_key)
{
	struct plan_node *n = with_live(node(b, PLAN_AGGREGATE, input), SLOTS);
	struct plan_aggregate *a = ARENA_NEW(b->arena, struct plan_aggregate);
	struct plan_output *key = ARENA_NEW(b->arena, struct plan_output);
	struct function_match m;
	struct error e;

	check(function_resolve(STR("count"), NULL, 0, &m, &e), &e);
	*a = (struct plan_aggregate){ .function = m.function,
		.body = function_body(m.function),
		.slot = OUT,
		.type = m.result };
	*key = (struct plan_output){ slot(b, B), B };
	n->aggregate.key_count = by_key ? 1 : 0;
	n->aggregate.keys = key;
	n->aggregate.aggregate_count = 1;
	n->aggregate.aggregates = a;
	return n;
}

/* ---- running ---- */

static uint64_t run(struct bench *b, struct plan_node *root, uint32_t column, struct arena *portal)
{
	struct plan plan = { .root = root,
		.slot_count = SLOTS,
		.slots = slots,
		.column_count = 1,
		.answers_rows = true,
		.column_slots = &column };
	struct exec_options options = { .storage = b->storage, .txn = b->txn, .plan = &plan };
	struct query_rows rows;
	uint64_t count = 0;
	struct exec *x;
	struct error e;
	enum step step;

	check(exec_open(portal, &options, &x, &e), &e);
	while ((step = exec_next(x, &rows, &e)) == STEP_ROW)
		count += rows.count;
	if (step == STEP_FAILED)
		PANIC("%s", e.message);
	exec_close(x);
	arena_reset(portal);
	return count;
}

static void measure(
	struct bench *b, const char *what, struct plan_node *root, uint32_t column, uint32_t rounds)
{
	struct arena *portal = arena_new(0);
	uint64_t start = clock_monotonic_ns(), rows = 0;
	double ns;

	for (uint32_t i = 0; i < rounds; i++)
		rows += run(b, root, column, portal);
	ns = (double)(clock_monotonic_ns() - start) / rounds;
	printf("%-44s %12.1f us %10llu rows\n", what, ns / 1000,
		(unsigned long long)(rows / rounds));
	arena_free(portal);
}

static void measure_opening(struct bench *b)
{
	enum { ROUNDS = 200000 };
	struct plan plan = { .root = point_read(b, 1), .slot_count = SLOTS, .slots = slots };
	struct exec_options options = { .storage = b->storage, .txn = b->txn, .plan = &plan };
	struct arena *portal = arena_new(0);
	uint64_t start = clock_monotonic_ns();
	struct exec *x;
	struct error e;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		check(exec_open(portal, &options, &x, &e), &e);
		exec_close(x);
		arena_reset(portal);
	}
	printf("%-44s %12.3f us\n", "open and close, three operators",
		(double)(clock_monotonic_ns() - start) / ROUNDS / 1000);
	arena_free(portal);
}

int main(int argc, char **argv)
{
	struct bench b = { .node_count = 140000, .degree = 5 };
	struct plan_node *reach, *sort;
	struct plan_sort_key key = { .slot = N, .is_descending = true };
	int64_t number;

	if (argc > 1 && number_read_int64(str_of(argv[1]), &number) == NUMBER_OK)
		b.node_count = (uint64_t)number;
	if (argc > 2 && number_read_int64(str_of(argv[2]), &number) == NUMBER_OK)
		b.degree = (uint64_t)number;
	setvbuf(stdout, NULL, _IOLBF, 0);
	bench_open(&b);
	measure_opening(&b);
	measure(&b, "point read by unique index", point_read(&b, 77), N, 100000);
	reach = search(&b, PLAN_VAR_EXPAND, seek(&b, A, b.nodes[3], node(&b, PLAN_ONE_ROW, NULL)));
	reach->var_expand.only_reachable = true;
	measure(&b, "all nodes reachable from one", reach, B, 10);
	reach = search(&b, PLAN_SHORTEST,
		seek(&b, B, b.nodes[b.node_count / 2],
			seek(&b, A, b.nodes[3], node(&b, PLAN_ONE_ROW, NULL))));
	reach->var_expand.target_is_bound = true;
	reach->var_expand.edges_slot = E;
	measure(&b, "shortest path between two nodes", reach, E, 1000);
	reach = search(&b, PLAN_SHORTEST, seek(&b, A, b.nodes[3], node(&b, PLAN_ONE_ROW, NULL)));
	measure(&b, "shortest path to every node", reach, B, 5);
	measure(&b, "count all hops", count_of(&b, hop(&b, scan(&b)), false), OUT, 5);
	measure(&b, "count hops by target", count_of(&b, hop(&b, scan(&b)), true), OUT, 5);
	measure(&b, "read a property of all nodes", properties(&b, A, scan(&b)), N, 5);
	sort = with_live(node(&b, PLAN_SORT, properties(&b, A, scan(&b))), 2);
	sort->live = sort->input->live = live_without_b;
	sort->input->live_count = 2;
	sort->sort.count = 1;
	sort->sort.keys = &key;
	measure(&b, "order all nodes by a property", sort, N, 5);
	sort->sort.top_limit = constant(&b, 10);
	measure(&b, "the first ten by a property", sort, N, 5);
	bench_close(&b);
	return 0;
}
