/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Views in FROM: the text of the view is planned in its place, as a query there would be. It sees the
 * schema and graph main, neither names nor WITH queries nor the graph of the statement around it. Who asks
 * needs the right to the view; for what the view reads its owner's rights count, or, with
 * security_invoker, those of who asks: each node of the plan says which.
 */
#include "query/plan/plan_view.h"

#include <string.h>

#include "base/setting.h"
#include "query/parse/parse.h"

bool plan_view_find(
	struct planner *p, struct str qualifier, struct str name, struct view_definition *out)
{
	const struct catalog *c = p->b.catalog;
	struct str temporary;
	struct error ignored;

	if (plan_temporary_name(p, qualifier, name, 0, &temporary, &ignored) != OK)
		return false;
	if (temporary.length > 0)
		return view_definition_look_up(c, p->arena, temporary, out);
	if (c == NULL || (qualifier.length > 0 && !str_equal_nocase(qualifier, STR("public")) &&
				 !str_equal_nocase(qualifier, STR("main"))))
		return false;
	return view_definition_look_up(c, p->arena, name, out);
}

void plan_view_use(struct planner *p, uint32_t object, enum plan_right right)
{
	if (p->view_use_count == p->view_use_capacity) {
		uint32_t wider = p->view_use_capacity == 0 ? 8 : p->view_use_capacity * 2;

		p->view_uses = arena_grow(p->arena, p->view_uses,
			p->view_use_count * sizeof *p->view_uses, wider * sizeof *p->view_uses);
		p->view_use_capacity = wider;
	}
	p->view_uses[p->view_use_count++] = (struct plan_view_use){
		.view = object, .within = p->view, .right = right
	};
}

struct view_planning plan_view_enter(struct planner *p, const struct view_definition *view)
{
	struct view_planning kept = { .ctes = p->ctes,
		.text = p->b.text,
		.text_at = p->b.text_at,
		.is_elsewhere = p->b.is_elsewhere,
		.graph = plan_graph_keep(p),
		.view = p->view,
		.hides_temporary = p->hides_temporary,
		.scope = p->b.scope };

	p->b.text = view->text;
	p->b.text_at = 0;
	p->b.scope = scope_new(p->arena, NULL);
	p->b.is_elsewhere = true;
	p->ctes = NULL;
	p->hides_temporary = plan_view_is_lasting(view);
	plan_graph_back(p, (struct graph_in_force){ { 0 }, GRAPH_MAIN });
	if (!view->is_invoker)
		p->view = view->object;
	return kept;
}

void plan_view_leave(struct planner *p, const struct view_planning *kept)
{
	p->view = kept->view;
	p->hides_temporary = kept->hides_temporary;
	p->b.scope = kept->scope;
	plan_graph_back(p, kept->graph);
	p->ctes = kept->ctes;
	p->b.text = kept->text;
	p->b.text_at = kept->text_at;
	p->b.is_elsewhere = kept->is_elsewhere;
}

enum sqlstate plan_view_depth(struct planner *p, uint32_t depth, uint32_t at, struct error *e)
{
	int64_t most = setting_int(p->b.options->settings, SETTING_max_view_depth);

	if (depth < most)
		return OK;
	FAIL_AT(e, at, E_TOO_COMPLEX, "views refer to each other more than %lld deep",
		(long long)most);
	error_hint(e, "Increase max_view_depth.");
	return E_TOO_COMPLEX;
}

void plan_view_columns(
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
	struct view_planning kept;
	struct ast_script script;
	enum sqlstate rc;

	TRY(parse_script(p->arena, view->text, NULL, &script, e));
	plan_view_use(p, view->object, RIGHT_SELECT);
	kept = plan_view_enter(p, view);
	p->view_depth++;
	rc = plan_program(p, script.statements[0]->program, out, e);
	p->view_depth--;
	plan_view_leave(p, &kept);
	if (rc != OK)
		e->byte_offset = (int)at;
	return rc;
}

enum sqlstate plan_view(struct planner *p, const struct ast_qname *name, struct answer *out,
	bool *is_view, struct error *e)
{
	struct view_definition view;

	*is_view = plan_view_find(p, name->qualifier, name->name, &view);
	if (!*is_view)
		return OK;
	TRY(plan_view_depth(p, p->view_depth, name->at, e));
	TRY(plan_text(p, &view, name->at, out, e));
	plan_view_columns(p, &view, out);
	return OK;
}
