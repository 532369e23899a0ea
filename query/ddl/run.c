/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Statements run inside others: see run.h.
 */
#include "query/ddl/run.h"

#include "base/check.h"
#include "query/parse/parse.h"
#include "query/plan/plan_query.h"

void run_put_name(struct buf *to, struct str name)
{
	buf_put_quoted(to, name, '"');
}

void run_put_string(struct buf *to, struct str text)
{
	buf_put_quoted(to, text, '\'');
}

static enum sqlstate give_rows(const struct run *r, const struct query_rows *rows, struct error *e)
{
	struct value *cells = arena_alloc_raw(r->arena, sizeof *cells * (rows->column_count + 1));

	for (uint32_t row = 0; r->row != NULL && row < rows->count; row++) {
		for (uint32_t c = 0; c < rows->column_count; c++)
			cells[c] = rows->columns[c][row];
		TRY(r->row(r->context, cells, rows->column_count, e));
	}
	return OK;
}

enum sqlstate run_statement(const struct run *r, struct error *e)
{
	struct bind_options options = *r->options;
	struct exec_options running = { .storage = options.storage,
		.txn = options.txn,
		.parameters = r->values,
		.session = r->session,
		.settings = options.settings,
		.cancel = options.cancel };
	const struct ast_stmt *statement = r->statement;
	struct query_rows rows;
	struct ast_script script;
	struct exec *exec = NULL;
	enum sqlstate rc = OK;
	struct plan *plan;
	enum step step;

	if (statement == NULL) {
		TRY(parse_script(r->arena, r->text, NULL, &script, e));
		statement = script.statements[0];
		options.graph = r->graph;
	}
	options.parameters = r->types;
	options.parameter_count = r->value_count;
	options.notice = NULL;
	options.catalog = txn_catalog(options.txn);
	TRY(plan_query(r->arena, statement, &options, &plan, e));
	running.plan = plan;
	TRY(exec_open(r->arena, &running, &exec, e));
	while ((step = exec_next(exec, &rows, e)) == STEP_ROW && rc == OK)
		rc = give_rows(r, &rows, e);
	if (step == STEP_FAILED)
		rc = e->code;
	if (r->counters != NULL)
		exec_counters(exec, r->counters);
	exec_close(exec);
	return rc;
}
