/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * See procedure_fixture.h.
 */
#include "tests/query/procedure_fixture.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/query/engine_fixture.h"

static struct query_session *session;
_Atomic int procedure_cancel;

void procedure_setup(void)
{
	engine_fixture_setup();
	session = engine_fixture_session("tester", &procedure_cancel);
	procedure_cancel = QUERY_CANCEL_NONE;
}

void procedure_teardown(void)
{
	query_session_free(session);
	engine_fixture_teardown();
}

/* ---- statements ------------------------------------------------------------------------------ */

struct answer answer;

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

const struct answer *answer_run(const char *text)
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

const struct answer *answer_must(const char *text)
{
	answer_run(text);
	ck_assert_msg(answer.code == OK, "%s: %s", text, answer.error.message);
	return &answer;
}

/* ---- graphs ---------------------------------------------------------------------------------- */

void graph_store(struct graph *g)
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
	answer_must((const char *)text.data);
	buf_reset(&text);
	buf_printf(&text, "MATCH (n:G%d) RETURN n.id, element_id(n)", g->number);
	buf_put_byte(&text, '\0');
	answer_must((const char *)text.data);
	ck_assert_int_eq((int)answer.rows, g->nodes);
	for (int i = 0; i < g->nodes; i++) {
		for (uint32_t r = 0; r < answer.rows; r++) {
			if (answer.numbers[r][0] == g->names[i])
				g->ids[i] = answer.numbers[r][1];
		}
	}
	buf_free(&text);
}

void graph_random(struct graph *g, int number, struct rand *r)
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
int graph_node_of(const struct graph *g, double id)
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
void graph_call(const struct graph *g, const char *call, double *out)
{
	char text[512];

	snprintf(text, sizeof text, "%s, labels: 'G%d'}) YIELD * ", call, g->number);
	answer_must(text);
	for (int i = 0; i < g->nodes; i++)
		out[i] = NAN;
	for (uint32_t r = 0; r < answer.rows; r++) {
		int node = graph_node_of(g, answer.numbers[r][0]);

		ck_assert(isnan(out[node]));
		out[node] = answer.numbers[r][1];
	}
}

/* The same from a source: `call` follows "MATCH (a:Gg {id: s}) CALL graph." */
void graph_call_from(
	const struct graph *g, int source, const char *call, const char *column, double *out)
{
	char text[512];

	snprintf(text, sizeof text,
		"MATCH (a:G%d {id: %d}) CALL graph.%s, labels: ['G%d']}) YIELD node, %s "
		"RETURN node, %s",
		g->number, g->names[source], call, g->number, column, column);
	answer_must(text);
	for (int i = 0; i < g->nodes; i++)
		out[i] = NAN;
	for (uint32_t r = 0; r < answer.rows; r++)
		out[graph_node_of(g, answer.numbers[r][0])] = answer.numbers[r][1];
}

/* Whether edge e graph_joins a to b, taken in any direction if asked. */
bool graph_joins(const struct graph *g, int e, int a, int b, bool is_any)
{
	return (g->from[e] == a && g->to[e] == b) || (is_any && g->from[e] == b && g->to[e] == a);
}
