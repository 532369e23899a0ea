/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Procedures through whole statements: resolution and its errors, descriptions of the graph, the
 * examples of LDBC Graphalytics (found by the environment's QUIVER_DATA; skipped without), and on
 * small random graphs with loops and parallel edges every algorithm against one that tries
 * everything.
 *
 * Random graph number g has nodes labelled Gg with properties id, x and y, and edges E with weights
 * w that are never less than the straight line, as A* wants them.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/rand.h"
#include "base/setting.h"
#include "query/query.h"
#include "storage/storage.h"
#include "tests/query/suites.h"

enum { NODES = 7, EDGES = 14, GRAPHS = 25, ROWS_MAX = 4096, COLUMNS_MAX = 6, NODES_MAX = 64 };

static char directory[64];
static struct storage *storage;
static struct query_engine *engine;
static struct settings *settings;
static struct query_session *session;
static _Atomic int cancel;

static void setup(void)
{
	struct storage_options options = { .create = true, .buffer_bytes = 64 << 20 };
	struct query_session_options session_options = { .user = "tester",
		.database = "quiver",
		.cancel = &cancel };
	struct error e;

	snprintf(directory, sizeof directory, "/tmp/quiver-check-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	options.directory = directory;
	ck_assert_msg(storage_open(&options, &storage, &e) == OK, "%s", e.message);
	storage_thread_attach(storage);
	engine = query_engine_new(storage);
	settings = settings_new(NULL);
	session_options.defaults = settings;
	session = query_session_new(engine, &session_options);
	cancel = QUERY_CANCEL_NONE;
}

static void teardown(void)
{
	struct error e;
	char command[128];

	query_session_free(session);
	settings_release(settings);
	query_engine_free(engine);
	storage_thread_detach(storage);
	ck_assert_int_eq(storage_close(storage, &e), OK);
	snprintf(command, sizeof command, "rm -rf %s", directory);
	ck_assert_int_eq(system(command), 0);
}

/* ---- statements ------------------------------------------------------------------------------ */

/* The answer of one statement: as text, and its numbers (NAN for all else). */
struct answer {
	enum sqlstate code;
	struct error error;
	uint32_t rows, columns;
	double numbers[ROWS_MAX][COLUMNS_MAX];
	struct buf text;
};
static struct answer answer;

static double number_of(struct value v)
{
	switch (v.type) {
	case VALUE_INT:
		return (double)v.integer;
	case VALUE_FLOAT:
		return v.real;
	case VALUE_NODE:
		return (double)v.id;
	case VALUE_PATH:
		return v.path->edge_count;
	default:
		return NAN;
	}
}

static void keep_rows(struct query_portal *p, const struct query_rows *rows)
{
	struct error e;

	answer.columns = rows->column_count;
	for (uint32_t r = 0; r < rows->count && answer.rows < ROWS_MAX; r++, answer.rows++) {
		for (uint32_t c = 0; c < rows->column_count; c++) {
			struct value v = rows->columns[c][r];

			if (c < COLUMNS_MAX)
				answer.numbers[answer.rows][c] = number_of(v);
			buf_put_text(&answer.text, c == 0 ? "" : ",");
			if (v.type == VALUE_STRING)
				buf_put_str(&answer.text, value_str(v));
			else if (v.type == VALUE_NULL)
				buf_put_byte(&answer.text, '-');
			else
				ck_assert_int_eq(query_value_json(p, v, &answer.text, &e), OK);
		}
		buf_put_byte(&answer.text, '|');
	}
}

static enum sqlstate run_prepared(struct query_prepared *prepared, struct error *e)
{
	struct query_portal *portal;
	struct query_rows rows;
	enum step step;

	TRY(query_open(session, prepared, NULL, 0, true, &portal, e));
	while ((step = query_fetch(portal, 0, &rows, e)) == STEP_ROW)
		keep_rows(portal, &rows);
	query_close(portal);
	return step == STEP_FAILED ? e->code : OK;
}

static const struct answer *run(const char *text)
{
	struct arena *a = arena_new(0);
	struct query_script script;
	struct query_prepared *prepared;
	struct error *e = &answer.error;

	answer.rows = answer.columns = 0;
	buf_reset(&answer.text);
	answer.code = query_parse(session, a, str_of(text), &script, e);
	if (answer.code == OK)
		answer.code = query_prepare(session, a, false, &script, 0, NULL, 0, &prepared, e);
	if (answer.code == OK) {
		answer.code = run_prepared(prepared, e);
		query_prepared_free(prepared);
	}
	if (answer.code == OK)
		answer.code = query_sync(session, e);
	if (answer.code != OK)
		query_fail(session);
	buf_put_byte(&answer.text, '\0');
	arena_free(a);
	return &answer;
}

static const struct answer *must(const char *text)
{
	run(text);
	ck_assert_msg(answer.code == OK, "%s: %s", text, answer.error.message);
	return &answer;
}

#define EXPECT(statement, expected) ck_assert_str_eq((char *)must(statement)->text.data, expected)
#define EXPECT_ERROR(statement, state, words, tip)                                                 \
	do {                                                                                       \
		run(statement);                                                                    \
		ck_assert_str_eq(answer.code == OK ? "none" : sqlstate_code(answer.code), state);  \
		ck_assert_str_eq(answer.error.message, words);                                     \
		ck_assert_msg(strstr(answer.error.hint, tip) != NULL, "%s", answer.error.hint);    \
	} while (0)

/* ---- graphs ---------------------------------------------------------------------------------- */

struct graph {
	int number, nodes, edges;
	double ids[NODES_MAX]; /* of elements */
	int names[NODES_MAX];  /* property id */
	int from[1024], to[1024];
	double weights[1024], x[NODES_MAX], y[NODES_MAX];
};

static void graph_store(struct graph *g)
{
	struct buf text = { 0 };

	buf_put_text(&text, "INSERT ");
	for (int i = 0; i < g->nodes; i++)
		buf_printf(&text, "%s(n%d:G%d {id: %d, x: %.17g, y: %.17g})", i == 0 ? "" : ", ", i,
			g->number, g->names[i], g->x[i] + 0.0, g->y[i] + 0.0);
	for (int i = 0; i < g->edges; i++)
		buf_printf(&text, ", (n%d)-[:E {w: %.17g}]->(n%d)", g->from[i], g->weights[i],
			g->to[i]);
	buf_put_byte(&text, '\0');
	must((const char *)text.data);
	buf_reset(&text);
	buf_printf(&text, "MATCH (n:G%d) RETURN n.id, element_id(n)", g->number);
	buf_put_byte(&text, '\0');
	must((const char *)text.data);
	ck_assert_int_eq((int)answer.rows, g->nodes);
	for (int i = 0; i < g->nodes; i++) {
		for (uint32_t r = 0; r < answer.rows; r++) {
			if (answer.numbers[r][0] == g->names[i])
				g->ids[i] = answer.numbers[r][1];
		}
	}
	buf_free(&text);
}

static void graph_random(struct graph *g, int number, struct rand *r)
{
	*g = (struct graph){ .number = number, .nodes = NODES, .edges = EDGES };
	for (int i = 0; i < NODES; i++) {
		g->names[i] = i;
		g->x[i] = (double)rand_below(r, 10);
		g->y[i] = (double)rand_below(r, 10);
	}
	for (int i = 0; i < EDGES; i++) {
		int from = (int)rand_below(r, NODES), to = (int)rand_below(r, NODES);

		g->from[i] = from;
		g->to[i] = to;
		g->weights[i] = hypot(g->x[from] - g->x[to], g->y[from] - g->y[to]) +
				(double)rand_below(r, 8);
	}
	graph_store(g);
}

/* The node with an element id. */
static int node_of(const struct graph *g, double id)
{
	for (int i = 0; i < g->nodes; i++) {
		if (g->ids[i] == id)
			return i;
	}
	ck_abort_msg("a node that is not of the graph");
	return -1;
}

/* Runs `CALL graph.<call>` whose options end with the graph's label, first column a node; the
   second column by node, NAN for nodes that are not in the answer. */
static void call_by_node(const struct graph *g, const char *call, double *out)
{
	char text[512];

	snprintf(text, sizeof text, "%s, labels: 'G%d'}) YIELD * ", call, g->number);
	must(text);
	for (int i = 0; i < g->nodes; i++)
		out[i] = NAN;
	for (uint32_t r = 0; r < answer.rows; r++) {
		int node = node_of(g, answer.numbers[r][0]);

		ck_assert(isnan(out[node]));
		out[node] = answer.numbers[r][1];
	}
}

/* The same from a source: `call` follows "MATCH (a:Gg {id: s}) CALL graph." */
static void call_from(const struct graph *g, int source, const char *call, const char *column,
	double *out)
{
	char text[512];

	snprintf(text, sizeof text,
		"MATCH (a:G%d {id: %d}) CALL graph.%s, labels: ['G%d']}) YIELD node, %s "
		"RETURN node, %s",
		g->number, g->names[source], call, g->number, column, column);
	must(text);
	for (int i = 0; i < g->nodes; i++)
		out[i] = NAN;
	for (uint32_t r = 0; r < answer.rows; r++)
		out[node_of(g, answer.numbers[r][0])] = answer.numbers[r][1];
}

/* Whether edge e joins a to b, taken in any direction if asked. */
static bool joins(const struct graph *g, int e, int a, int b, bool is_any)
{
	return (g->from[e] == a && g->to[e] == b) || (is_any && g->from[e] == b && g->to[e] == a);
}

/* Least sums of weights (or hops) between all nodes. */
static void all_distances(
	const struct graph *g, bool is_any, bool is_weighted, double d[NODES_MAX][NODES_MAX])
{
	for (int a = 0; a < g->nodes; a++) {
		for (int b = 0; b < g->nodes; b++) {
			d[a][b] = a == b ? 0 : INFINITY;
			for (int e = 0; e < g->edges; e++) {
				if (joins(g, e, a, b, is_any))
					d[a][b] = fmin(d[a][b], is_weighted ? g->weights[e] : 1);
			}
		}
	}
	for (int k = 0; k < g->nodes; k++) {
		for (int a = 0; a < g->nodes; a++) {
			for (int b = 0; b < g->nodes; b++)
				d[a][b] = fmin(d[a][b], d[a][k] + d[k][b]);
		}
	}
}

static void assert_near(double got, double expected)
{
	if (isinf(expected) || isnan(expected))
		ck_assert_msg(isnan(got), "%g where nothing is expected", got);
	else
		ck_assert_msg(fabs(got - expected) <= 1e-9 + 1e-9 * fabs(expected),
			"%.15g where %.15g is expected", got, expected);
}

/* ---- Graphalytics ---------------------------------------------------------------------------- */

static const char *data_path(const char *name)
{
	static char path[512];
	const char *root = getenv("QUIVER_DATA"), *source = getenv("QUIVER_SOURCE");

	if (root != NULL)
		snprintf(path, sizeof path, "%s/graphalytics-examples/%s", root, name);
	else
		snprintf(path, sizeof path, "%s/../shared/data/graphalytics-examples/%s",
			source == NULL ? "." : source, name);
	return path;
}

static int graph_index(struct graph *g, int name)
{
	for (int i = 0; i < g->nodes; i++) {
		if (g->names[i] == name)
			return i;
	}
	ck_assert_int_lt(g->nodes, NODES_MAX);
	g->names[g->nodes] = name;
	return g->nodes++;
}

static void graph_edge(struct graph *g, int from, int to, double weight, bool is_directed)
{
	for (int e = 0; !is_directed && e < g->edges; e++) {
		if (joins(g, e, from, to, true))
			return;
	}
	ck_assert_int_lt(g->edges, 1024);
	g->from[g->edges] = from;
	g->to[g->edges] = to;
	g->weights[g->edges++] = weight;
}

/* Adjacency lists ("1 2 3"), or a list of edges with weights when `is_edges`. */
static void graph_read(struct graph *g, const char *name, bool is_edges, bool is_directed)
{
	FILE *f = fopen(data_path(name), "r");
	char line[4096];

	ck_assert_msg(f != NULL, "%s is missing", data_path(name));
	while (fgets(line, sizeof line, f) != NULL) {
		char *at = line, *end;
		long first = strtol(at, &end, 10);

		if (end == at)
			continue;
		(void)graph_index(g, (int)first);
		for (at = end;; at = end) {
			long next = strtol(at, &end, 10);
			double weight = 1;

			if (end == at)
				break;
			if (is_edges)
				weight = strtod(end, &end);
			graph_edge(g, graph_index(g, (int)first), graph_index(g, (int)next), weight,
				is_directed);
		}
	}
	fclose(f);
}

static void compare_file(const struct graph *g, const char *name, const double *got)
{
	FILE *f = fopen(data_path(name), "r");
	char text[64];
	int node, count = 0;

	ck_assert_msg(f != NULL, "%s is missing", data_path(name));
	while (fscanf(f, "%d %63s", &node, text) == 2) {
		double expected = strtod(text, NULL), value = NAN;

		for (int i = 0; i < g->nodes; i++) {
			if (g->names[i] == node)
				value = got[i];
		}
		count++;
		if (isinf(expected) || strcmp(text, "9223372036854775807") == 0)
			ck_assert_msg(isnan(value), "%s: %d has %g", name, node, value);
		else
			ck_assert_msg(fabs(value - expected) <= 1e-4 * fabs(expected),
				"%s: %d has %.12g, not %.12g", name, node, value, expected);
	}
	fclose(f);
	ck_assert_int_eq(count, g->nodes);
}

/* Element ids as the node's own numbers. */
static void ids_as_names(const struct graph *g, double *values)
{
	for (int i = 0; i < g->nodes; i++) {
		if (!isnan(values[i]))
			values[i] = g->names[node_of(g, values[i])];
	}
}

struct example {
	const char *input, *edges; /* adjacency, or vertices and edges */
	const char *output;
	bool is_directed;
	int number; /* iterations, or the source */
};

static bool example_begin(struct graph *g, const struct example *x, int number)
{
	if (access(data_path(x->input), R_OK) != 0) {
		fprintf(stderr, "skipped: %s is not there\n", data_path(x->input));
		return false;
	}
	*g = (struct graph){ .number = number };
	graph_read(g, x->input, false, x->is_directed);
	if (x->edges != NULL)
		graph_read(g, x->edges, true, x->is_directed);
	graph_store(g);
	return true;
}

static const char *direction_of(const struct example *x)
{
	return x->is_directed ? "out" : "any";
}

START_TEST(breadth_first_search_is_that_of_graphalytics)
{
	static const struct example examples[] = {
		{ "example/example-directed-input", NULL, "example/example-directed-BFS", true, 1 },
		{ "example/example-undirected-input", NULL, "example/example-undirected-BFS", false,
			2 },
		{ "bfs/dir-input", NULL, "bfs/dir-output", true, 1 },
		{ "bfs/undir-input", NULL, "bfs/undir-output", false, 1 },
	};
	const struct example *x = &examples[_i];
	double got[NODES_MAX];
	static struct graph g;
	char call[128];

	if (!example_begin(&g, x, _i))
		return;
	snprintf(call, sizeof call, "bfs(a, {direction: '%s'", direction_of(x));
	call_from(&g, graph_index(&g, x->number), call, "distance", got);
	compare_file(&g, x->output, got);
}
END_TEST

START_TEST(cheapest_distances_are_those_of_graphalytics)
{
	static const struct example examples[] = {
		{ "example/example-directed.v", "example/example-directed.e",
			"example/example-directed-SSSP", true, 1 },
		{ "example/example-undirected.v", "example/example-undirected.e",
			"example/example-undirected-SSSP", false, 2 },
		{ "sssp/dir-input.v", "sssp/dir-input.e", "sssp/dir-output", true, 1 },
		{ "sssp/undir-input.v", "sssp/undir-input.e", "sssp/undir-output", false, 1 },
	};
	const struct example *x = &examples[_i];
	double got[NODES_MAX];
	static struct graph g;
	char call[128];

	if (!example_begin(&g, x, _i))
		return;
	snprintf(call, sizeof call, "sssp(a, 'w', {direction: '%s'", direction_of(x));
	call_from(&g, graph_index(&g, x->number), call, "distance", got);
	compare_file(&g, x->output, got);
}
END_TEST

START_TEST(pagerank_is_that_of_graphalytics)
{
	static const struct example examples[] = {
		{ "example/example-directed-input", NULL, "example/example-directed-PR", true, 2 },
		{ "example/example-undirected-input", NULL, "example/example-undirected-PR", false,
			2 },
		{ "pr/dir-input", NULL, "pr/dir-output", true, 30 },
		{ "pr/undir-input", NULL, "pr/undir-output", false, 30 },
	};
	const struct example *x = &examples[_i];
	double got[NODES_MAX];
	static struct graph g;
	char call[128];

	if (!example_begin(&g, x, _i))
		return;
	snprintf(call, sizeof call, "CALL graph.pagerank(%d, 0.85, {direction: '%s'", x->number,
		direction_of(x));
	call_by_node(&g, call, got);
	compare_file(&g, x->output, got);
}
END_TEST

START_TEST(label_propagation_is_that_of_graphalytics)
{
	static const struct example examples[] = {
		{ "example/example-directed-input", NULL, "example/example-directed-CDLP", true,
			2 },
		{ "example/example-undirected-input", NULL, "example/example-undirected-CDLP",
			false, 2 },
		{ "cdlp/dir-input", NULL, "cdlp/dir-output", true, 5 },
		{ "cdlp/undir-input", NULL, "cdlp/undir-output", false, 5 },
	};
	const struct example *x = &examples[_i];
	double got[NODES_MAX];
	static struct graph g;
	char call[128];

	if (!example_begin(&g, x, _i))
		return;
	snprintf(call, sizeof call, "CALL graph.labelpropagation({seed: 'id', iterations: %d",
		x->number);
	call_by_node(&g, call, got);
	compare_file(&g, x->output, got);
}
END_TEST

START_TEST(clustering_is_that_of_graphalytics)
{
	static const struct example examples[] = {
		{ "example/example-directed-input", NULL, "example/example-directed-LCC", true, 0 },
		{ "example/example-undirected-input", NULL, "example/example-undirected-LCC", false,
			0 },
		{ "lcc/dir-input", NULL, "lcc/dir-output", true, 0 },
		{ "lcc/undir-input", NULL, "lcc/undir-output", false, 0 },
	};
	const struct example *x = &examples[_i];
	double got[NODES_MAX];
	static struct graph g;
	char call[128];

	if (!example_begin(&g, x, _i))
		return;
	snprintf(call, sizeof call, "CALL graph.clustering({direction: '%s'", direction_of(x));
	call_by_node(&g, call, got);
	compare_file(&g, x->output, got);
}
END_TEST

START_TEST(weak_components_are_those_of_graphalytics)
{
	static const struct example examples[] = {
		{ "example/example-directed-input", NULL, "example/example-directed-WCC", true, 0 },
		{ "example/example-undirected-input", NULL, "example/example-undirected-WCC", false,
			0 },
		{ "wcc/dir-input", NULL, "wcc/dir-output", true, 0 },
		{ "wcc/undir-input", NULL, "wcc/undir-output", false, 0 },
	};
	const struct example *x = &examples[_i];
	double got[NODES_MAX];
	static struct graph g;

	if (!example_begin(&g, x, _i))
		return;
	call_by_node(&g, "CALL graph.wcc({edges: 'E'", got);
	ids_as_names(&g, got);
	compare_file(&g, x->output, got);
}
END_TEST

/* ---- random graphs --------------------------------------------------------------------------- */

static struct graph graph;
static double distances[NODES_MAX][NODES_MAX];

START_TEST(distances_are_the_least_there_are)
{
	static const char *const directions[] = { "out", "any" };
	double hops[NODES_MAX], sums[NODES_MAX];
	struct rand r;
	char call[128];

	r.state = 11;
	for (int n = 0; n < GRAPHS; n++) {
		graph_random(&graph, n, &r);
		for (int any = 0; any < 2; any++) {
			snprintf(call, sizeof call, "bfs(a, {direction: '%s'", directions[any]);
			call_from(&graph, n % NODES, call, "distance", hops);
			all_distances(&graph, any == 1, false, distances);
			for (int i = 0; i < NODES; i++)
				assert_near(hops[i], distances[n % NODES][i]);
			snprintf(
				call, sizeof call, "sssp(a, 'w', {direction: '%s'", directions[any]);
			call_from(&graph, n % NODES, call, "distance", sums);
			all_distances(&graph, any == 1, true, distances);
			for (int i = 0; i < NODES; i++)
				assert_near(sums[i], distances[n % NODES][i]);
		}
	}
}
END_TEST

START_TEST(searching_with_a_heuristic_finds_no_longer_paths)
{
	static const char *const calls[] = { "dijkstra(a, b, 'w', {", "astar(a, b, 'w', {",
		"kshortest(a, b, 1, 'w', {" };
	struct rand r;
	char text[512];

	r.state = 12;
	for (int n = 0; n < GRAPHS; n++) {
		int a = (int)rand_below(&r, NODES), b = (int)rand_below(&r, NODES);

		graph_random(&graph, n, &r);
		all_distances(&graph, false, true, distances);
		for (int c = 0; c < 3; c++) {
			snprintf(text, sizeof text,
				"MATCH (a:G%d {id: %d}), (b:G%d {id: %d}) CALL graph.%slabels: "
				"'G%d'}) YIELD path, distance RETURN distance, "
				"reduce(s = 0.0, e IN edges(path) | s + e.w), "
				"head(nodes(path)) = a AND last(nodes(path)) = b",
				n, a, n, b, calls[c], n);
			must(text);
			ck_assert_int_eq((int)answer.rows, isfinite(distances[a][b]) ? 1 : 0);
			if (answer.rows == 0)
				continue;
			assert_near(answer.numbers[0][0], distances[a][b]);
			assert_near(answer.numbers[0][1], distances[a][b]);
			ck_assert_ptr_nonnull(strstr((char *)answer.text.data, "true"));
		}
	}
}
END_TEST

/* All paths without repeated nodes, as their distances. */
static double routes[20000];
static int route_count;

static void enumerate(const struct graph *g, int at, int target, unsigned seen, double distance)
{
	if (at == target) {
		ck_assert_int_lt(route_count, 20000);
		routes[route_count++] = distance;
		return;
	}
	for (int e = 0; e < g->edges; e++) {
		if (g->from[e] == at && (seen >> g->to[e] & 1) == 0)
			enumerate(g, g->to[e], target, seen | 1u << g->to[e],
				distance + g->weights[e]);
	}
}

static int by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

START_TEST(the_k_shortest_paths_are_the_first_of_all)
{
	enum { K = 9 };
	struct rand r;
	char text[512];

	r.state = 13;
	for (int n = 0; n < GRAPHS; n++) {
		int a = (int)rand_below(&r, NODES), b = (int)rand_below(&r, NODES);

		graph_random(&graph, n, &r);
		route_count = 0;
		enumerate(&graph, a, b, 1u << a, 0);
		qsort(routes, (size_t)route_count, sizeof routes[0], by_number);
		snprintf(text, sizeof text,
			"MATCH (a:G%d {id: %d}), (b:G%d {id: %d}) CALL graph.kshortest(a, b, %d, "
			"'w', {labels: 'G%d'}) YIELD index, path, distance RETURN index, "
			"reduce(s = 0.0, e IN edges(path) | s + e.w), distance, path",
			n, a, n, b, K, n);
		must(text);
		ck_assert_int_eq((int)answer.rows, route_count < K ? route_count : K);
		for (uint32_t i = 0; i < answer.rows; i++) {
			assert_near(answer.numbers[i][0], i + 1);
			assert_near(answer.numbers[i][1], routes[i]);
			assert_near(answer.numbers[i][2], routes[i]);
		}
		snprintf(text, sizeof text,
			"MATCH (a:G%d {id: %d}), (b:G%d {id: %d}) CALL graph.kshortest(a, b, %d, "
			"'w', {labels: 'G%d'}) YIELD path RETURN count(DISTINCT path), count(*)",
			n, a, n, b, K, n);
		must(text);
		assert_near(answer.numbers[0][0], answer.numbers[0][1]);
	}
}
END_TEST

START_TEST(components_are_what_reaches_each_other)
{
	double weak[NODES_MAX], strong[NODES_MAX];
	struct rand r;

	r.state = 14;
	for (int n = 0; n < GRAPHS; n++) {
		graph_random(&graph, n, &r);
		call_by_node(&graph, "CALL graph.wcc({edges: ['E']", weak);
		call_by_node(&graph, "CALL graph.scc({edges: 'E'", strong);
		for (int a = 0; a < NODES; a++) {
			int least_weak = a, least_strong = a;

			all_distances(&graph, true, false, distances);
			for (int b = NODES - 1; b >= 0; b--)
				least_weak = isfinite(distances[a][b]) ? b : least_weak;
			all_distances(&graph, false, false, distances);
			for (int b = NODES - 1; b >= 0; b--)
				least_strong = isfinite(distances[a][b] + distances[b][a])
						       ? b
						       : least_strong;
			assert_near(weak[a], graph.ids[least_weak]);
			assert_near(strong[a], graph.ids[least_strong]);
		}
	}
}
END_TEST

static bool has_edge(const struct graph *g, int a, int b, bool is_any)
{
	for (int e = 0; e < g->edges && a != b; e++) {
		if (joins(g, e, a, b, is_any))
			return true;
	}
	return false;
}

START_TEST(triangles_and_clustering_count_what_is_there)
{
	double triangles[NODES_MAX], clustering[NODES_MAX], directed[NODES_MAX];
	struct rand r;

	r.state = 15;
	for (int n = 0; n < GRAPHS; n++) {
		graph_random(&graph, n, &r);
		call_by_node(&graph, "CALL graph.triangles({edges: 'E'", triangles);
		call_by_node(&graph, "CALL graph.clustering({edges: 'E'", clustering);
		call_by_node(&graph, "CALL graph.clustering({direction: 'out'", directed);
		for (int v = 0; v < NODES; v++) {
			int any = 0, out = 0, degree = 0, pairs;

			for (int a = 0; a < NODES; a++) {
				if (!has_edge(&graph, v, a, true))
					continue;
				degree++;
				for (int b = 0; b < NODES; b++) {
					if (!has_edge(&graph, v, b, true))
						continue;
					any += has_edge(&graph, a, b, true);
					out += has_edge(&graph, a, b, false);
				}
			}
			pairs = degree > 1 ? degree * (degree - 1) : 1;
			assert_near(triangles[v], any / 2);
			assert_near(clustering[v], (double)any / pairs);
			assert_near(directed[v], (double)out / pairs);
		}
	}
}
END_TEST

/* Shortest paths by hops as sequences of nodes. */
static double count_paths(const struct graph *g, bool is_any, int a, int b)
{
	double count = a == b;

	for (int c = 0; c < g->nodes && a != b; c++) {
		if (has_edge(g, c, b, is_any) && distances[a][c] + 1 == distances[a][b])
			count += count_paths(g, is_any, a, c);
	}
	return count;
}

START_TEST(betweenness_is_the_part_of_shortest_paths_through_a_node)
{
	double got[NODES_MAX];
	struct rand r;

	r.state = 16;
	for (int n = 0; n < GRAPHS; n++) {
		bool is_any = n % 2 == 1;

		graph_random(&graph, n, &r);
		call_by_node(&graph,
			is_any ? "CALL graph.betweenness({direction: 'any'"
			       : "CALL graph.betweenness({edges: 'E'",
			got);
		all_distances(&graph, is_any, false, distances);
		for (int v = 0; v < NODES; v++) {
			double expected = 0;

			for (int a = 0; a < NODES; a++) {
				for (int b = 0; b < NODES; b++) {
					if (a == v || b == v || a == b || isinf(distances[a][b]) ||
						distances[a][v] + distances[v][b] != distances[a][b])
						continue;
					expected += count_paths(&graph, is_any, a, v) *
						    count_paths(&graph, is_any, v, b) /
						    count_paths(&graph, is_any, a, b);
				}
			}
			assert_near(got[v], is_any ? expected / 2 : expected);
		}
	}
}
END_TEST

static double modularity(const struct graph *g, const double *communities)
{
	double inside = 0, whole = 0, totals[NODES_MAX] = { 0 }, expected = 0;

	for (int e = 0; e < g->edges; e++) {
		whole += 2 * g->weights[e];
		if (communities[g->from[e]] == communities[g->to[e]])
			inside += 2 * g->weights[e];
		for (int i = 0; i < g->nodes; i++) {
			totals[i] += communities[g->from[e]] == i ? g->weights[e] : 0;
			totals[i] += communities[g->to[e]] == i ? g->weights[e] : 0;
		}
	}
	for (int i = 0; i < g->nodes; i++)
		expected += totals[i] / whole * (totals[i] / whole);
	return inside / whole - expected;
}

/* The best modularity of all partitions. */
static double best_modularity(const struct graph *g, double *communities, int at, int used)
{
	double best = -1;

	if (at == g->nodes)
		return modularity(g, communities);
	for (int c = 0; c <= used && c < g->nodes; c++) {
		communities[at] = c;
		best = fmax(best, best_modularity(g, communities, at + 1, used + (c == used)));
	}
	return best;
}

START_TEST(louvain_comes_near_the_best_partition)
{
	double got[NODES_MAX], communities[NODES_MAX], sum = 0, best_sum = 0;
	struct rand r;

	r.state = 17;
	for (int n = 0; n < GRAPHS; n++) {
		double found, best;

		graph_random(&graph, n, &r);
		call_by_node(&graph, "CALL graph.louvain({weight: 'w'", got);
		for (int i = 0; i < NODES; i++)
			got[i] = node_of(&graph, got[i]);
		found = modularity(&graph, got);
		best = best_modularity(&graph, communities, 0, 0);
		ck_assert(found <= best + 1e-9);
		sum += found;
		best_sum += best;
	}
	ck_assert_msg(sum >= 0.95 * best_sum, "%g of %g", sum, best_sum);
}
END_TEST

/* ---- calling --------------------------------------------------------------------------------- */

static void small_graph(void)
{
	must("INSERT (a:P {name: 'a'}), (b:P {name: 'b'}), (c:Q {name: 'c'}), "
	     "(a)-[:R {km: 2}]->(b), (b)-[:R {km: 3}]->(c), (a)-[:S]->(c)");
}

START_TEST(a_lone_call_answers_all_columns_or_those_it_yields)
{
	small_graph();
	EXPECT("CALL db.labels()", "P|Q|");
	EXPECT("CALL db.labels", "P|Q|");
	EXPECT("CALL DB.LABELS() YIELD label AS l", "P|Q|");
	EXPECT("CALL db.labels() YIELD *", "P|Q|");
	EXPECT("CALL db.labels() YIELD label WHERE label > 'P'", "Q|");
	EXPECT("CALL db.relationshipTypes()", "R|S|");
	EXPECT("CALL db.edgeLabels()", "R|S|");
	EXPECT("CALL db.propertyKeys()", "name|km|");
	EXPECT("CALL db.schema.nodeTypeProperties() YIELD propertyTypes, nodeType",
		"[\"STRING\"],:`P`|[\"STRING\"],:`Q`|");
	EXPECT("CALL db.schema.relTypeProperties()", ":`R`,km,[\"INT64\"],false|");
	EXPECT("CALL db.indexes()", "");
}
END_TEST

START_TEST(a_call_in_a_query_binds_what_it_yields)
{
	small_graph();
	EXPECT("CALL db.labels() YIELD label RETURN count(*), min(label)", "2,P|");
	EXPECT("MATCH (n:P) CALL db.labels() YIELD label AS l RETURN n.name, l ORDER BY n.name, l",
		"a,P|a,Q|b,P|b,Q|");
	EXPECT("MATCH (n:P) CALL db.labels() RETURN n.name ORDER BY n.name", "a|a|b|b|");
	EXPECT("MATCH (n {name: 'a'}) CALL graph.bfs(n) YIELD node, distance "
	       "RETURN node.name, distance ORDER BY node.name",
		"a,0|b,1|c,1|");
	EXPECT("MATCH (n {name: 'a'}) CALL graph.bfs(n, {edges: 'R', depth: 1}) YIELD node "
	       "RETURN collect(node.name)",
		"[\"a\",\"b\"]|");
	EXPECT("MATCH (n) WITH collect(n) AS them UNWIND them AS n CALL graph.bfs(n) YIELD node "
	       "RETURN n.name, count(node) AS c ORDER BY n.name",
		"a,3|b,2|c,1|");
	EXPECT("MATCH (n) CALL { WITH n CALL graph.bfs(n) YIELD node RETURN count(*) AS c } "
	       "RETURN n.name, c ORDER BY n.name",
		"a,3|b,2|c,1|");
	EXPECT("MATCH (a {name: 'a'}), (c {name: 'c'}) CALL graph.dijkstra(a, c, 'km', "
	       "{edges: 'R'}) YIELD path, distance RETURN [n IN nodes(path) | n.name], distance",
		"[\"a\",\"b\",\"c\"],5.0|");
	EXPECT("MATCH (a {name: 'a'}), (c {name: 'c'}) CALL graph.dijkstra(a, c, 'km', "
	       "{defaultWeight: 9}) YIELD distance RETURN distance",
		"5.0|");
	EXPECT("MATCH (c {name: 'c'}), (a {name: 'a'}) CALL graph.dijkstra(c, a) YIELD path "
	       "RETURN path",
		"");
	EXPECT("CALL db.labels() YIELD label RETURN label UNION ALL "
	       "CALL db.edgeLabels() YIELD label RETURN label",
		"P|Q|R|S|");
}
END_TEST

START_TEST(an_optional_call_keeps_its_row)
{
	small_graph();
	EXPECT("MATCH (n:Q) OPTIONAL CALL db.indexes() YIELD name RETURN n.name, name", "c,-|");
	EXPECT("MATCH (n:P) OPTIONAL CALL db.labels() YIELD label WHERE label = 'Q' "
	       "RETURN n.name, label ORDER BY n.name",
		"a,Q|b,Q|");
	EXPECT("MATCH (n:P) OPTIONAL CALL db.labels() YIELD label WHERE label = 'X' "
	       "RETURN n.name, label ORDER BY n.name",
		"a,-|b,-|");
	EXPECT("OPTIONAL CALL db.indexes() YIELD name, label", "-,-|");
	EXPECT("CALL graph.bfs(NULL)", "");
}
END_TEST

START_TEST(a_call_that_does_not_fit_says_what_would)
{
	small_graph();
	EXPECT_ERROR("CALL graph.pagerang()", "42883", "procedure graph.pagerang() does not exist",
		"Perhaps you meant the procedure \"graph.pagerank\".");
	EXPECT_ERROR("CALL gds.pageRank()", "42883", "procedure gds.pageRank() does not exist",
		"\"graph.pagerank\"");
	EXPECT_ERROR("CALL nothing.like.it(1)", "42883",
		"procedure nothing.like.it(bigint) does not exist", "SHOW PROCEDURES");
	EXPECT_ERROR("CALL graph.bfs('a')", "42883", "procedure graph.bfs(text) does not exist",
		"graph.bfs(source node, options map DEFAULT {})");
	EXPECT_ERROR(
		"CALL graph.bfs", "42883", "procedure graph.bfs() does not exist", "source node");
	EXPECT_ERROR("CALL db.labels(1)", "42883", "procedure db.labels(bigint) does not exist",
		"db.labels()");
	EXPECT_ERROR("CALL db.labels() YIELD name", "42703",
		"procedure db.labels has no column \"name\"", "Its columns are label.");
	EXPECT_ERROR("CALL db.labels() YIELD label, label RETURN 1", "42712",
		"variable \"label\" is already bound", "");
	EXPECT_ERROR("WITH 1 AS label CALL db.labels() YIELD label RETURN label", "42712",
		"variable \"label\" is already bound", "");
	EXPECT_ERROR("CALL db.labels() RETURN label", "42703",
		"variable \"label\" does not exist", "");
	EXPECT_ERROR("CALL graph.wcc({edgez: 'R'})", "22023",
		"procedure graph.wcc has no option \"edgez\"", "labels, edges");
	EXPECT_ERROR("CALL graph.wcc({edges: 'X'})", "42704", "edge label \"X\" does not exist",
		"");
	EXPECT_ERROR("CALL graph.betweenness({direction: 'up'})", "22023",
		"\"up\" is not a direction", "'out', 'in' or 'any'");
	EXPECT_ERROR("CALL graph.louvain({weight: 'km'})", "22004",
		answer.error.message, "defaultWeight");
	EXPECT_ERROR("MATCH (n) CALL db.labels() YIELD label", "42601", answer.error.message, "");
}
END_TEST

START_TEST(a_call_sees_what_its_statement_wrote)
{
	small_graph();
	EXPECT("MATCH (a {name: 'a'}) INSERT (a)-[:R {km: 1}]->(:N {name: 'n'}) "
	       "WITH a CALL graph.bfs(a) YIELD node RETURN count(node)",
		"4|");
	must("MATCH (n:N) DETACH DELETE n");
	EXPECT("CALL db.labels()", "P|Q|");
}
END_TEST

START_TEST(a_call_stops_at_the_memory_limit_and_when_cancelled)
{
	must("UNWIND range(1, 3000) AS i INSERT (:Big {i: i})-[:B]->(:Big {i: -i})");
	must("SET work_mem = '64kB'");
	EXPECT_ERROR("CALL graph.wcc()", "53200", "out of memory", "work_mem");
	must("SET work_mem = '64MB'");
	EXPECT("CALL graph.wcc() YIELD component RETURN count(DISTINCT component)", "3000|");
	EXPECT("MATCH (n:Big {i: 1}) CALL graph.pagerank({labels: 'Big'}) YIELD node, score "
	       "RETURN count(*), toInteger(round(sum(score)))",
		"6000,1|");
	cancel = QUERY_CANCEL_USER;
	run("CALL graph.betweenness()");
	ck_assert_str_eq(sqlstate_code(answer.code), "57014");
	cancel = QUERY_CANCEL_NONE;
}
END_TEST

START_TEST(procedures_are_listed_and_explained)
{
	must("SHOW PROCEDURES");
	ck_assert_ptr_nonnull(strstr((char *)answer.text.data,
		"graph.bfs,graph.bfs(source node, options map DEFAULT {}) -> "
		"(node node, distance bigint),READ,"));
	must("EXPLAIN CALL graph.pagerank(5)");
	ck_assert_ptr_nonnull(
		strstr((char *)answer.text.data, "Procedure Call  graph.pagerank(5, "));
}
END_TEST

Suite *procedure_suite(void)
{
	Suite *s = suite_create("procedure");
	TCase *c = tcase_create("procedure");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, breadth_first_search_is_that_of_graphalytics, 0, 4);
	tcase_add_loop_test(c, cheapest_distances_are_those_of_graphalytics, 0, 4);
	tcase_add_loop_test(c, pagerank_is_that_of_graphalytics, 0, 4);
	tcase_add_loop_test(c, label_propagation_is_that_of_graphalytics, 0, 4);
	tcase_add_loop_test(c, clustering_is_that_of_graphalytics, 0, 4);
	tcase_add_loop_test(c, weak_components_are_those_of_graphalytics, 0, 4);
	tcase_add_test(c, distances_are_the_least_there_are);
	tcase_add_test(c, searching_with_a_heuristic_finds_no_longer_paths);
	tcase_add_test(c, the_k_shortest_paths_are_the_first_of_all);
	tcase_add_test(c, components_are_what_reaches_each_other);
	tcase_add_test(c, triangles_and_clustering_count_what_is_there);
	tcase_add_test(c, betweenness_is_the_part_of_shortest_paths_through_a_node);
	tcase_add_test(c, louvain_comes_near_the_best_partition);
	tcase_add_test(c, a_lone_call_answers_all_columns_or_those_it_yields);
	tcase_add_test(c, a_call_in_a_query_binds_what_it_yields);
	tcase_add_test(c, an_optional_call_keeps_its_row);
	tcase_add_test(c, a_call_that_does_not_fit_says_what_would);
	tcase_add_test(c, a_call_sees_what_its_statement_wrote);
	tcase_add_test(c, a_call_stops_at_the_memory_limit_and_when_cancelled);
	tcase_add_test(c, procedures_are_listed_and_explained);
	suite_add_tcase(s, c);
	return s;
}
