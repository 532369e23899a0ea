/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What the tests of procedures share: a store with a session, the answer of a statement as text and
 * numbers, and graphs that are both in memory and in the store.
 *
 * Graph number g has nodes labelled Gg with properties id, x and y, and edges E with weights w.
 */
#ifndef TESTS_QUERY_PROCEDURE_FIXTURE_H
#define TESTS_QUERY_PROCEDURE_FIXTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/rand.h"

enum { NODES = 7, EDGES = 14, GRAPHS = 25, ROWS_MAX = 4096, COLUMNS_MAX = 6, NODES_MAX = 64 };

/* What the session's cancel flag is. */
extern _Atomic int procedure_cancel;

void procedure_setup(void);
void procedure_teardown(void);

/* The answer of one statement: as text, and its numbers (NAN for all else). */
struct answer {
	enum sqlstate code;
	struct error error;
	uint32_t rows, columns;
	double numbers[ROWS_MAX][COLUMNS_MAX];
	struct buf text;
};
extern struct answer answer;

/* Runs one statement; `answer` says what came of it. answer_must() fails the test on an error. */
const struct answer *answer_run(const char *text);
const struct answer *answer_must(const char *text);

struct graph {
	int number, nodes, edges;
	double ids[NODES_MAX]; /* of elements */
	int names[NODES_MAX];  /* property id */
	int from[1024], to[1024];
	double weights[1024], x[NODES_MAX], y[NODES_MAX];
};

/* Puts the graph into the store and learns the ids of its nodes. */
void graph_store(struct graph *g);
/* A random graph of NODES and EDGES, with loops and parallel edges; no weight is less than the
   straight line, as A* wants it. Stored. */
void graph_random(struct graph *g, int number, struct rand *r);
/* The node with an element id. */
int graph_node_of(const struct graph *g, double id);
/* Whether edge e joins a to b, taken in any direction if asked. */
bool graph_joins(const struct graph *g, int e, int a, int b, bool is_any);
/* Runs `call`, which ends within its options and is completed by the graph's label; the first
   column is a node, out gets the second by node, NAN for nodes that are not in the answer. */
void graph_call(const struct graph *g, const char *call, double *out);
/* The same from a source, which `call` names a: "bfs(a, {depth: 2"; `column` is the second. */
void graph_call_from(
	const struct graph *g, int source, const char *call, const char *column, double *out);

#endif
