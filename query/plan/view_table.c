/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The columns of a view, and what may be written through it: see view_table.h.
 */
#include "query/plan/view_table.h"

#include "query/bind/bind.h"
#include "query/eval/eval.h"
#include "query/parse/parse.h"
#include "query/plan/plan_query.h"
#include "query/sql/builtin.h"
#include "query/table/table.h"

static enum sqlstate plan_view(struct eval *ev, struct arena *a, const struct view_definition *view,
	struct plan **plan, struct error *e)
{
	struct bind_options options = { .catalog = txn_catalog(ev->txn), .settings = ev->settings };
	struct ast_script script;

	TRY(parse_script(a, view->text, NULL, &script, e));
	return plan_query(a, script.statements[0], &options, plan, e);
}

uint32_t view_table_columns(
	struct eval *ev, struct arena *a, uint32_t object, struct label_column **out)
{
	const struct catalog *c = txn_catalog(ev->txn);
	const struct catalog_object *o = catalog_object(c, object);
	struct view_definition view;
	struct plan *plan;
	struct error ignored = { 0 };

	*out = NULL;
	if (o == NULL || o->kind != OBJECT_VIEW || !view_definition_find(c, a, o->name, &view) ||
		plan_view(ev, a, &view, &plan, &ignored) != OK)
		return 0;
	*out = ARENA_ARRAY(a, struct label_column, plan->column_count + 1);
	for (uint32_t i = 0; i < plan->column_count; i++) {
		struct label_column *made = &(*out)[i];

		made->name = i < view.column_count ? view.columns[i]
						   : arena_str(a, plan->columns[i].name);
		made->type = plan->columns[i].type;
		made->type_oid = builtin_oid(made->type);
		made->number = (int16_t)(i + 1);
		made->modifier = (int32_t)plan->origins[i].modifier - 1;
	}
	return plan->column_count;
}

void view_table_writing(
	struct eval *ev, struct arena *a, struct str name, struct view_writing *out)
{
	struct bind_options options = { .catalog = txn_catalog(ev->txn), .settings = ev->settings };

	plan_view_writing(a, name, &options, out);
}
