/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Views in FROM: the text of the view is planned in its place, as a query there would be. It sees the
 * schema and graph main, neither the WITH queries nor the graph of the statement around it. Rights are
 * those of who asks, for the plan reads what the view reads.
 */
#include <string.h>

#include "query/parse/parse.h"
#include "query/plan/plan_table.h"
#include "query/table/table.h"

static bool find_view(struct planner *p, const struct ast_qname *name, struct view_definition *out)
{
	const struct catalog *c = p->b.catalog;

	if (c == NULL ||
		(name->qualifier.length > 0 && !str_equal_nocase(name->qualifier, STR("public")) &&
			!str_equal_nocase(name->qualifier, STR("main"))))
		return false;
	return view_definition_look_up(c, p->arena, name->name, out);
}

static void name_columns(
	struct planner *p, const struct view_definition *view, struct answer *answer)
{
	struct answer_column *columns =
		ARENA_ARRAY(p->arena, struct answer_column, answer->count + 1);

	memcpy(columns, answer->columns, answer->count * sizeof *columns);
	for (uint32_t i = 0; i < view->column_count && i < answer->count; i++)
		columns[i].name = view->columns[i];
	answer->columns = columns;
}

/* Plans the text, with what it may not see put aside. A fault in it is told at the view's name. */
static enum sqlstate plan_text(struct planner *p, const struct view_definition *view, uint32_t at,
	struct answer *out, struct error *e)
{
	const struct graph_in_force graph = plan_graph_keep(p);
	const struct cte *ctes = p->ctes;
	struct str text = p->b.text;
	uint32_t text_at = p->b.text_at;
	struct ast_script script;
	enum sqlstate rc;

	TRY(parse_script(p->arena, view->text, NULL, &script, e));
	p->b.text = view->text;
	p->b.text_at = 0;
	p->ctes = NULL;
	plan_graph_back(p, (struct graph_in_force){ { 0 }, GRAPH_MAIN });
	p->call_depth++;
	rc = plan_program(p, script.statements[0]->program, out, e);
	p->call_depth--;
	plan_graph_back(p, graph);
	p->ctes = ctes;
	p->b.text = text;
	p->b.text_at = text_at;
	if (rc != OK)
		e->byte_offset = (int)at;
	return rc;
}

enum sqlstate plan_view(struct planner *p, const struct ast_qname *name, struct answer *out,
	bool *is_view, struct error *e)
{
	struct view_definition view;

	*is_view = find_view(p, name, &view);
	if (!*is_view)
		return OK;
	if (p->call_depth >= PLAN_VIEW_DEPTH_MAX)
		return FAIL_AT(e, name->at, E_TOO_COMPLEX,
			"views refer to each other more than %d deep", PLAN_VIEW_DEPTH_MAX);
	TRY(plan_text(p, &view, name->at, out, e));
	name_columns(p, &view, out);
	return OK;
}
