/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Procedures through whole statements: resolution and its errors, descriptions of the graph, and on
 * small random graphs every algorithm against one that tries everything.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query/query.h"
#include "tests/query/procedure_fixture.h"
#include "tests/query/suites.h"

#define EXPECT(statement, expected)                                                                \
	ck_assert_str_eq((char *)answer_must(statement)->text.data, expected)
#define EXPECT_ERROR(statement, state, words, tip)                                                 \
	do {                                                                                       \
		answer_run(statement);                                                             \
		ck_assert_str_eq(answer.code == OK ? "none" : sqlstate_code(answer.code), state);  \
		ck_assert_str_eq(answer.error.message, words);                                     \
		ck_assert_msg(strstr(answer.error.hint, tip) != NULL, "%s", answer.error.hint);    \
	} while (0)

/* ---- random graphs --------------------------------------------------------------------------- */

static struct graph graph;
static double distances[NODES_MAX][NODES_MAX];

/* Least sums of weights (or hops) between all nodes. */
static void all_distances(
	const struct graph *g, bool is_any, bool is_weighted, double d[NODES_MAX][NODES_MAX])
{
	for (int a = 0; a < g->nodes; a++) {
		for (int b = 0; b < g->nodes; b++) {
			d[a][b] = a == b ? 0 : INFINITY;
			for (int e = 0; e < g->edges; e++) {
				if (graph_joins(g, e, a, b, is_any))
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
			graph_call_from(&graph, n % NODES, call, "distance", hops);
			all_distances(&graph, any == 1, false, distances);
			for (int i = 0; i < NODES; i++)
				assert_near(hops[i], distances[n % NODES][i]);
			snprintf(call, sizeof call, "sssp(a, 'w', {direction: '%s'",
				directions[any]);
			graph_call_from(&graph, n % NODES, call, "distance", sums);
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
			answer_must(text);
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
		answer_must(text);
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
		answer_must(text);
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
		graph_call(&graph, "CALL graph.wcc({edges: ['E']", weak);
		graph_call(&graph, "CALL graph.scc({edges: 'E'", strong);
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
		if (graph_joins(g, e, a, b, is_any))
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
		graph_call(&graph, "CALL graph.triangles({edges: 'E'", triangles);
		graph_call(&graph, "CALL graph.clustering({edges: 'E'", clustering);
		graph_call(&graph, "CALL graph.clustering({direction: 'out'", directed);
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
		graph_call(&graph,
			is_any ? "CALL graph.betweenness({direction: 'any'"
			       : "CALL graph.betweenness({edges: 'E'",
			got);
		all_distances(&graph, is_any, false, distances);
		for (int v = 0; v < NODES; v++) {
			double expected = 0;

			for (int a = 0; a < NODES; a++) {
				for (int b = 0; b < NODES; b++) {
					if (a == v || b == v || a == b || isinf(distances[a][b]) ||
						distances[a][v] + distances[v][b] !=
							distances[a][b])
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
		graph_call(&graph, "CALL graph.louvain({weight: 'w'", got);
		for (int i = 0; i < NODES; i++)
			got[i] = graph_node_of(&graph, got[i]);
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
	answer_must("INSERT (a:P {name: 'a'}), (b:P {name: 'b'}), (c:Q {name: 'c'}), "
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
	EXPECT_ERROR(
		"CALL db.labels() RETURN label", "42703", "variable \"label\" does not exist", "");
	EXPECT_ERROR("CALL graph.wcc({edgez: 'R'})", "22023",
		"procedure graph.wcc has no option \"edgez\"", "labels, edges");
	EXPECT_ERROR(
		"CALL graph.wcc({edges: 'X'})", "42704", "edge label \"X\" does not exist", "");
	EXPECT_ERROR("CALL graph.betweenness({direction: 'up'})", "22023",
		"\"up\" is not a direction", "'out', 'in' or 'any'");
	EXPECT_ERROR("CALL graph.louvain({weight: 'km'})", "22004", answer.error.message,
		"defaultWeight");
	EXPECT_ERROR("MATCH (n) CALL db.labels() YIELD label", "42601", answer.error.message, "");
}
END_TEST

START_TEST(a_call_sees_what_its_statement_wrote)
{
	small_graph();
	EXPECT("MATCH (a {name: 'a'}) INSERT (a)-[:R {km: 1}]->(:N {name: 'n'}) "
	       "WITH a CALL graph.bfs(a) YIELD node RETURN count(node)",
		"4|");
	answer_must("MATCH (n:N) DETACH DELETE n");
	EXPECT("CALL db.labels()", "P|Q|");
}
END_TEST

START_TEST(a_call_stops_at_the_memory_limit_and_when_cancelled)
{
	answer_must("UNWIND range(1, 3000) AS i INSERT (:Big {i: i})-[:B]->(:Big {i: -i})");
	answer_must("SET work_mem = '64kB'");
	EXPECT_ERROR("CALL graph.wcc()", "53200", "out of memory", "work_mem");
	answer_must("SET work_mem = '64MB'");
	EXPECT("CALL graph.wcc() YIELD component RETURN count(DISTINCT component)", "3000|");
	EXPECT("MATCH (n:Big {i: 1}) CALL graph.pagerank({labels: 'Big'}) YIELD node, score "
	       "RETURN count(*), toInteger(round(sum(score)))",
		"6000,1|");
	procedure_cancel = QUERY_CANCEL_USER;
	answer_run("CALL graph.betweenness()");
	ck_assert_str_eq(sqlstate_code(answer.code), "57014");
	procedure_cancel = QUERY_CANCEL_NONE;
}
END_TEST

START_TEST(procedures_are_listed_and_explained)
{
	answer_must("SHOW PROCEDURES");
	ck_assert_ptr_nonnull(strstr((char *)answer.text.data,
		"graph.bfs,graph.bfs(source node, options map DEFAULT {}) -> "
		"(node node, distance bigint),READ,"));
	answer_must("EXPLAIN CALL graph.pagerank(5)");
	ck_assert_ptr_nonnull(
		strstr((char *)answer.text.data, "Procedure Call  graph.pagerank(5, "));
}
END_TEST

Suite *procedure_suite(void)
{
	Suite *s = suite_create("procedure");
	TCase *c = tcase_create("procedure");

	tcase_add_checked_fixture(c, procedure_setup, procedure_teardown);
	tcase_set_timeout(c, 60);
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
