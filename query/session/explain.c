/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * EXPLAIN: the plan as text, one line a row. With ANALYZE the statement runs (a write really
 * writes) and the lines tell what each operator did.
 */
#include "query/session/session.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "query/plan/plan_dump.h"

struct explain {
	bool is_analyze;
	bool hide_costs;
	bool hide_times;
	enum { SUMMARY_WITH_TIMES, SUMMARY_SHOWN, SUMMARY_HIDDEN } summary;
	bool is_json;
	struct exec *exec;
};

/* Options that add nothing here. */
static bool is_idle_option(struct str name)
{
	static const char *const names[] = { "VERBOSE", "BUFFERS", "SETTINGS", "WAL" };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (str_equal_nocase(name, str_of(names[i])))
			return true;
	}
	return false;
}

static bool is_on(const struct ast_option *o)
{
	return o->kind == OPTION_NONE ||
	       !(str_equal_nocase(o->value, STR("false")) ||
		       str_equal_nocase(o->value, STR("off")) || str_equal(o->value, STR("0")));
}

static enum sqlstate take_option(struct explain *x, const struct ast_option *o, struct error *e)
{
	if (str_equal_nocase(o->name, STR("ANALYZE")))
		x->is_analyze = is_on(o);
	else if (str_equal_nocase(o->name, STR("COSTS")))
		x->hide_costs = !is_on(o);
	else if (str_equal_nocase(o->name, STR("TIMING")))
		x->hide_times = !is_on(o);
	else if (str_equal_nocase(o->name, STR("SUMMARY")))
		x->summary = is_on(o) ? SUMMARY_SHOWN : SUMMARY_HIDDEN;
	else if (str_equal_nocase(o->name, STR("FORMAT")) &&
		 str_equal_nocase(o->value, STR("JSON")))
		x->is_json = true;
	else if (str_equal_nocase(o->name, STR("FORMAT")) &&
		 str_equal_nocase(o->value, STR("TEXT")))
		x->is_json = false;
	else if (str_equal_nocase(o->name, STR("FORMAT"))) {
		(void)FAIL(e, E_NOT_SUPPORTED, "EXPLAIN with FORMAT %.*s is not supported",
			STR_ARGS(o->value));
		e->byte_offset = (int)o->at;
		return e->code;
	} else if (!is_idle_option(o->name)) {
		(void)FAIL(e, E_SYNTAX, "unrecognized EXPLAIN option \"%.*s\"",
			STR_ARGS(o->name));
		e->byte_offset = (int)o->at;
		return e->code;
	}
	return OK;
}

static bool shows_summary(const struct explain *x)
{
	return x->summary == SUMMARY_SHOWN || (x->summary == SUMMARY_WITH_TIMES && !x->hide_times);
}

static enum sqlstate take_options(
	struct explain *x, const struct ast_stmt *statement, struct error *e)
{
	*x = (struct explain){ 0 };
	for (uint32_t i = 0; i < statement->explain.option_count; i++)
		TRY(take_option(x, &statement->explain.options[i], e));
	return OK;
}

bool explain_runs(const struct ast_stmt *statement)
{
	struct explain x;
	struct error ignored;

	return take_options(&x, statement, &ignored) == OK && x.is_analyze;
}

static bool actual(void *context, const struct plan_node *node, struct plan_actual *out)
{
	const struct explain *x = context;
	struct exec_measure measure;

	exec_measure(x->exec, node, &measure);
	*out = (struct plan_actual){
		.rows = measure.rows,
		.loops = measure.loops,
		.first_ns = measure.first_ns,
		.total_ns = measure.total_ns,
	};
	return true;
}

static enum sqlstate run(struct query_portal *p, struct explain *x, struct error *e)
{
	struct exec_options options;
	struct query_rows rows;
	enum step step;

	portal_exec_options(p, &options);
	options.is_analyze = true;
	TRY(exec_open(p->arena, &options, &x->exec, e));
	while ((step = exec_next(x->exec, &rows, e)) == STEP_ROW)
		;
	return step == STEP_FAILED ? e->code : OK;
}

static void put_summary(
	const struct query_portal *p, const struct explain *x, uint64_t ran_ns, struct buf *text)
{
	struct exec_counters n;

	if (x->is_analyze) {
		exec_counters(x->exec, &n);
		if (n.nodes_created + n.edges_created + n.nodes_deleted + n.edges_deleted > 0)
			buf_printf(text,
				"Created: %" PRIu64 " nodes, %" PRIu64 " edges  Deleted: %" PRIu64
				" nodes, %" PRIu64 " edges\n",
				n.nodes_created, n.edges_created, n.nodes_deleted, n.edges_deleted);
		if (x->summary != SUMMARY_HIDDEN)
			buf_printf(text, "Snapshot: %" PRIu64 "\n",
				txn_snapshot(p->session->txn));
	}
	if (!shows_summary(x))
		return;
	buf_printf(text, "Planning Time: %.3f ms\n", (double)p->prepared->planning_ns / 1e6);
	if (x->is_analyze)
		buf_printf(text, "Execution Time: %.3f ms\n", (double)ran_ns / 1e6);
}

static void put_json_number(struct buf *text, const char *name, double number, int digits)
{
	buf_printf(text, ",\n    \"%s\": %.*f", name, digits, number);
}

/* All of it as one value: a list of one object. */
static void put_json(const struct query_portal *p, const struct explain *x,
	const struct plan_dump_options *options, uint64_t ran_ns, struct buf *text)
{
	struct exec_counters n;

	buf_put_text(text, "[\n  {");
	plan_dump_json(text, p->plan, options);
	if (x->is_analyze) {
		exec_counters(x->exec, &n);
		put_json_number(text, "Nodes Created", (double)n.nodes_created, 0);
		put_json_number(text, "Edges Created", (double)n.edges_created, 0);
		put_json_number(text, "Nodes Deleted", (double)n.nodes_deleted, 0);
		put_json_number(text, "Edges Deleted", (double)n.edges_deleted, 0);
	}
	if (x->is_analyze && x->summary != SUMMARY_HIDDEN)
		put_json_number(text, "Snapshot", (double)txn_snapshot(p->session->txn), 0);
	if (shows_summary(x)) {
		put_json_number(text, "Planning Time", (double)p->prepared->planning_ns / 1e6, 3);
		if (x->is_analyze)
			put_json_number(text, "Execution Time", (double)ran_ns / 1e6, 3);
	}
	buf_put_text(text, "\n  }\n]");
}

static void put_lines(struct query_portal *p, const struct buf *text)
{
	struct str all = arena_str(p->arena, buf_str(text));
	const char *at = all.at, *end = all.at + all.length;

	p->table = row_table_new(p->arena, 1);
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline == NULL ? end : newline;

		*row_table_add(p->arena, p->table) =
			value_string((struct str){ at, (uint32_t)(stop - at) });
		at = stop + 1;
	}
}

enum sqlstate explain_run(struct query_portal *p, struct error *e)
{
	struct explain x;
	struct plan_dump_options options;
	struct buf text = { 0 };
	uint64_t began = clock_monotonic_ns();
	enum sqlstate rc;

	TRY(take_options(&x, p->prepared->statement, e));
	portal_tag(p, "EXPLAIN");
	if (p->plan == NULL)
		return FAIL(e, E_NOT_SUPPORTED, "only queries can be explained");
	rc = x.is_analyze ? run(p, &x, e) : OK;
	if (rc == OK) {
		options = (struct plan_dump_options){
			.catalog = txn_catalog(p->session->txn),
			.hide_costs = x.hide_costs,
			.hide_times = x.hide_times,
			.actual = x.is_analyze ? actual : NULL,
			.context = &x,
		};
		if (x.is_json) {
			put_json(p, &x, &options, clock_monotonic_ns() - began, &text);
			p->table = row_table_new(p->arena, 1);
			*row_table_add(p->arena, p->table) =
				value_string(arena_str(p->arena, buf_str(&text)));
		} else {
			plan_dump(&text, p->plan, &options);
			put_summary(p, &x, clock_monotonic_ns() - began, &text);
			put_lines(p, &text);
		}
	}
	if (x.exec != NULL)
		exec_close(x.exec);
	buf_free(&text);
	return rc;
}
