/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The examples of LDBC Graphalytics: graphs with the answers of the reference implementation. They
 * are found by the environment's QUIVER_DATA; without them the tests are skipped. Numbers may
 * differ by a ten-thousandth, as Graphalytics allows.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/query/procedure_fixture.h"
#include "tests/query/suites.h"

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
		if (graph_joins(g, e, from, to, true))
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
			values[i] = g->names[graph_node_of(g, values[i])];
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

/* The procedure under test, called for an example: a result a node. */
typedef void call_fn(struct graph *g, const struct example *x, double *got);

/* The call gives what stands in the example's output; `number` tells its graph from others'. */
static void reproduces(const struct example *x, int number, call_fn *call)
{
	static struct graph g;
	double got[NODES_MAX];

	if (!example_begin(&g, x, number))
		return;
	call(&g, x, got);
	compare_file(&g, x->output, got);
}

static void call_bfs(struct graph *g, const struct example *x, double *got)
{
	char call[128];

	snprintf(call, sizeof call, "bfs(a, {direction: '%s'", direction_of(x));
	graph_call_from(g, graph_index(g, x->number), call, "distance", got);
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

	reproduces(&examples[_i], _i, call_bfs);
}
END_TEST

static void call_sssp(struct graph *g, const struct example *x, double *got)
{
	char call[128];

	snprintf(call, sizeof call, "sssp(a, 'w', {direction: '%s'", direction_of(x));
	graph_call_from(g, graph_index(g, x->number), call, "distance", got);
}

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

	reproduces(&examples[_i], _i, call_sssp);
}
END_TEST

static void call_pagerank(struct graph *g, const struct example *x, double *got)
{
	char call[128];

	snprintf(call, sizeof call, "CALL graph.pagerank(%d, 0.85, {direction: '%s'", x->number,
		direction_of(x));
	graph_call(g, call, got);
}

START_TEST(pagerank_is_that_of_graphalytics)
{
	static const struct example examples[] = {
		{ "example/example-directed-input", NULL, "example/example-directed-PR", true, 2 },
		{ "example/example-undirected-input", NULL, "example/example-undirected-PR", false,
			2 },
		{ "pr/dir-input", NULL, "pr/dir-output", true, 30 },
		{ "pr/undir-input", NULL, "pr/undir-output", false, 30 },
	};

	reproduces(&examples[_i], _i, call_pagerank);
}
END_TEST

static void call_label_propagation(struct graph *g, const struct example *x, double *got)
{
	char call[128];

	snprintf(call, sizeof call, "CALL graph.labelpropagation({seed: 'id', iterations: %d",
		x->number);
	graph_call(g, call, got);
}

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

	reproduces(&examples[_i], _i, call_label_propagation);
}
END_TEST

static void call_clustering(struct graph *g, const struct example *x, double *got)
{
	char call[128];

	snprintf(call, sizeof call, "CALL graph.clustering({direction: '%s'", direction_of(x));
	graph_call(g, call, got);
}

START_TEST(clustering_is_that_of_graphalytics)
{
	static const struct example examples[] = {
		{ "example/example-directed-input", NULL, "example/example-directed-LCC", true, 0 },
		{ "example/example-undirected-input", NULL, "example/example-undirected-LCC", false,
			0 },
		{ "lcc/dir-input", NULL, "lcc/dir-output", true, 0 },
		{ "lcc/undir-input", NULL, "lcc/undir-output", false, 0 },
	};

	reproduces(&examples[_i], _i, call_clustering);
}
END_TEST

static void call_weak_components(struct graph *g, const struct example *x, double *got)
{
	(void)x;
	graph_call(g, "CALL graph.wcc({edges: 'E'", got);
	ids_as_names(g, got);
}

START_TEST(weak_components_are_those_of_graphalytics)
{
	static const struct example examples[] = {
		{ "example/example-directed-input", NULL, "example/example-directed-WCC", true, 0 },
		{ "example/example-undirected-input", NULL, "example/example-undirected-WCC", false,
			0 },
		{ "wcc/dir-input", NULL, "wcc/dir-output", true, 0 },
		{ "wcc/undir-input", NULL, "wcc/undir-output", false, 0 },
	};

	reproduces(&examples[_i], _i, call_weak_components);
}
END_TEST

Suite *graphalytics_suite(void)
{
	Suite *s = suite_create("graphalytics");
	TCase *c = tcase_create("graphalytics");

	tcase_add_checked_fixture(c, procedure_setup, procedure_teardown);
	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, breadth_first_search_is_that_of_graphalytics, 0, 4);
	tcase_add_loop_test(c, cheapest_distances_are_those_of_graphalytics, 0, 4);
	tcase_add_loop_test(c, pagerank_is_that_of_graphalytics, 0, 4);
	tcase_add_loop_test(c, label_propagation_is_that_of_graphalytics, 0, 4);
	tcase_add_loop_test(c, clustering_is_that_of_graphalytics, 0, 4);
	tcase_add_loop_test(c, weak_components_are_those_of_graphalytics, 0, 4);
	suite_add_tcase(s, c);
	return s;
}
