/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * INSERT, UPDATE and DELETE of a view. A view whose query reads one relation, row by row, can be
 * written through: its rows are those of a table, and so are its columns unless they are computed.
 *
 *	SELECT id, name AS label, upper(name) AS loud FROM item WHERE price < 10
 *	       |        |                 computed: can be read, not written
 *	item.id     item.name
 *
 * Which column is which is not looked for in the text: the view is planned over a scan of its table,
 * and a column that comes out in the slot of the table's column is that column.
 */
#include "query/plan/plan_view.h"

#include "query/parse/parse.h"

/* ---- what cannot be written ------------------------------------------------------------------ */

static enum sqlstate refuse(
	const struct written_view *v, const struct ast_dml *ast, const char *why, struct error *e)
{
	static const struct {
		const char *verb, *enabling, *trigger;
	} words[] = {
		[DML_INSERT] = { "insert into", "inserting into", "INSERT" },
		[DML_UPDATE] = { "update", "updating", "UPDATE" },
		[DML_DELETE] = { "delete from", "deleting from", "DELETE" },
	};

	FAIL(e, E_OBJECT_STATE, "cannot %s view \"%.*s\"", words[ast->kind].verb,
		STR_ARGS(v->view.name));
	error_detail(e, "%s", why);
	error_hint(e,
		"To enable %s the view, provide an INSTEAD OF %s trigger or an unconditional ON %s DO "
		"INSTEAD rule.",
		words[ast->kind].enabling, words[ast->kind].trigger, words[ast->kind].trigger);
	return E_OBJECT_STATE;
}

static const char not_one[] =
	"Views that do not select from a single table or view are not automatically updatable.";

/* Why a query that is one SELECT is not of single rows of one relation; NULL: it is. */
static const char *fault_of_select(const struct ast_clause *c)
{
	const struct ast_projection *select = c->select.projection;

	if (select->is_distinct || select->distinct_on_count > 0)
		return "Views containing DISTINCT are not automatically updatable.";
	if (select->has_group_by)
		return "Views containing GROUP BY are not automatically updatable.";
	if (select->having != NULL)
		return "Views containing HAVING are not automatically updatable.";
	if (select->limit != NULL || select->offset != NULL)
		return "Views containing LIMIT or OFFSET are not automatically updatable.";
	if (c->select.from_count != 1 || c->select.from[0].kind != FROM_RELATION)
		return not_one;
	return NULL;
}

static const char *fault_of(const struct ast_program *program, const struct ast_clause **select)
{
	const struct ast_query *q = &program->queries[0];
	const struct ast_projection *page = q->page;

	if (program->count != 1)
		return not_one;
	if (q->operand_count > 1)
		return "Views containing UNION, INTERSECT, or EXCEPT are not automatically "
		       "updatable.";
	if (q->cte_count > 0)
		return "Views containing WITH are not automatically updatable.";
	if (page != NULL && (page->limit != NULL || page->offset != NULL))
		return "Views containing LIMIT or OFFSET are not automatically updatable.";
	if (q->operands[0].clause_count != 1 || q->operands[0].clauses[0].kind != CLAUSE_SELECT)
		return not_one;
	*select = &q->operands[0].clauses[0];
	return fault_of_select(*select);
}

/* What stands between the table's rows and the view's, other than conditions and expressions. */
static const char *fault_of_plan(const struct plan_node *top)
{
	for (; top != NULL; top = top->input) {
		if (top->kind == PLAN_AGGREGATE)
			return "Views that return aggregate functions are not automatically "
			       "updatable.";
		if (top->kind == PLAN_WINDOW)
			return "Views that return window functions are not automatically "
			       "updatable.";
		if (top->kind == PLAN_PROJECT_SET)
			return "Views that return set-returning functions are not automatically "
			       "updatable.";
	}
	return NULL;
}

/* ---- from the table's rows to the view's ------------------------------------------------------ */

static enum sqlstate condition(struct planner *p, const struct written_view *v,
	const struct answer *table, enum view_conditions conditions, struct error *e)
{
	uint32_t *columns = ARENA_ARRAY(p->arena, uint32_t, table->count + 1);
	const struct bound *where;
	struct plan_node *node;

	if (v->where == NULL || conditions == VIEW_KEEP ||
		(conditions == VIEW_CHECK && !v->is_checked))
		return OK;
	p->b.place = "WHERE";
	TRY(bind_condition(&p->b, v->where, "WHERE", &where, e));
	if (conditions == VIEW_FILTER) {
		planner_filter(p, &where, 1);
		return OK;
	}
	where = planner_attach(p, where);
	for (uint32_t i = 0; i < table->count; i++)
		columns[i] = table->columns[i].slot;
	node = planner_push(p, PLAN_CHECK_OPTION, p->s.top->rows, p->s.top->rows * 0.1);
	node->check_option.predicate = where;
	node->check_option.view = v->view.name;
	node->check_option.columns = columns;
	node->check_option.column_count = table->count;
	return OK;
}

/* The columns of one view, from those of what it reads. */
static enum sqlstate level(struct planner *p, const struct written_view *v,
	const struct answer *below, const struct answer *table, enum view_conditions conditions,
	struct answer *out, struct error *e)
{
	struct str alias = v->from->alias.text.length > 0
				   ? plan_from_alias(p, &v->from->alias)
				   : v->from->graph.name;

	p->b.scope = scope_new(p->arena, NULL);
	TRY(plan_from_names(p, alias, below, p->b.scope, e));
	TRY(condition(p, v, table, conditions, e));
	return plan_projection(p, &v->select, CLAUSE_SELECT, out, e);
}

enum sqlstate plan_written_rows(struct planner *p, const struct written_view *v,
	const struct answer *table, enum view_conditions conditions, struct answer *out,
	struct error *e)
{
	struct answer below = *table;
	struct view_planning kept;
	enum sqlstate rc;

	kept = plan_view_enter(p, &v->view);
	rc = v->below == NULL ? OK
			      : plan_written_rows(p, v->below, table, conditions, &below, e);
	if (rc == OK)
		rc = level(p, v, &below, table, conditions, out, e);
	plan_view_leave(p, &kept);
	if (rc == OK)
		plan_view_columns(p, &v->view, out);
	return rc;
}

bool plan_written_is_checked(const struct written_view *v)
{
	for (; v != NULL; v = v->below) {
		if (v->is_checked)
			return true;
	}
	return false;
}

uint32_t plan_written_owner(const struct written_view *v)
{
	uint32_t owner = NAME_NONE;

	for (; v != NULL; v = v->below) {
		if (!v->view.is_invoker)
			owner = v->view.object;
	}
	return owner;
}

/* ---- columns --------------------------------------------------------------------------------- */

static uint32_t place_of(const struct answer *table, uint32_t slot)
{
	for (uint32_t i = 0; i < table->count; i++) {
		if (table->columns[i].slot == slot)
			return i;
	}
	return UINT32_MAX;
}

/* Plans the view over a scan that is thrown away, and looks at what came of it. */
static enum sqlstate find_columns(struct planner *p, struct written_view *v, const struct table *t,
	const struct ast_dml *ast, struct error *e)
{
	struct stream old = planner_stream_new(p);
	const char *fault;
	struct answer out;
	struct table_scan scan;

	plan_table_scan(p, t, ast->table.at, &scan);
	TRY(plan_written_rows(p, v, &scan.answer, VIEW_KEEP, &out, e));
	fault = fault_of_plan(p->s.top);
	p->s = old;
	if (fault != NULL)
		return refuse(v, ast, fault, e);
	v->column_count = out.count;
	v->columns = ARENA_ARRAY(p->arena, struct view_column, out.count + 1);
	fault = "Views that have no updatable columns are not automatically updatable.";
	for (uint32_t i = 0; i < out.count; i++) {
		v->columns[i] = (struct view_column){ .name = out.columns[i].name,
			.place = place_of(&scan.answer, out.columns[i].slot) };
		if (v->columns[i].place != UINT32_MAX)
			fault = NULL;
	}
	return fault == NULL || ast->kind == DML_DELETE ? OK : refuse(v, ast, fault, e);
}

enum sqlstate plan_written_column(const struct written_view *v, const struct table *t,
	const struct ast_name *name, enum ast_dml_kind kind, const struct table_column **out,
	struct error *e)
{
	for (uint32_t i = 0; i < v->column_count; i++) {
		if (!str_equal(v->columns[i].name, name->text))
			continue;
		if (v->columns[i].place != UINT32_MAX) {
			*out = &t->columns[v->columns[i].place];
			return OK;
		}
		FAIL(e, E_NOT_SUPPORTED, "cannot %s column \"%.*s\" of view \"%.*s\"",
			kind == DML_INSERT ? "insert into" : "update", STR_ARGS(name->text),
			STR_ARGS(v->view.name));
		error_detail(e, "View columns that are not columns of their base relation are not "
				"updatable.");
		return E_NOT_SUPPORTED;
	}
	return FAIL_AT(e, name->at, E_NO_COLUMN,
		"column \"%.*s\" of relation \"%.*s\" does not exist", STR_ARGS(name->text),
		STR_ARGS(v->view.name));
}

/* ---- finding --------------------------------------------------------------------------------- */

/* The view's query, as far as it is one of single rows. */
static enum sqlstate open_view(
	struct planner *p, struct written_view *v, const struct ast_dml *ast, struct error *e)
{
	const struct ast_clause *select = NULL;
	struct ast_script script;
	const char *fault;

	TRY(parse_script(p->arena, v->view.text, NULL, &script, e));
	fault = fault_of(script.statements[0]->program, &select);
	if (fault != NULL)
		return refuse(v, ast, fault, e);
	v->select = *select->select.projection;
	v->where = v->select.where;
	v->select.where = NULL;
	v->select.order_by_count = 0;
	v->from = &select->select.from[0];
	return OK;
}

/* The views from the named one down, each `below` the other, to the name that is of no view. */
static enum sqlstate open_views(struct planner *p, const struct ast_dml *ast,
	struct written_view *top, struct ast_qname *bottom, struct error *e)
{
	bool is_checked = false;
	uint32_t depth = 0;

	for (struct written_view *v = top;; v = v->below) {
		struct view_definition below;

		TRY(plan_view_depth(p, depth++, ast->table.at, e));
		TRY(open_view(p, v, ast, e));
		is_checked |= v->view.check == 'c';
		v->is_checked = is_checked || v->view.check == 'l';
		*bottom = v->from->graph;
		p->hides_temporary = plan_view_is_lasting(&v->view);
		if (!plan_view_find(p, bottom->qualifier, bottom->name, &below))
			return OK;
		v->below = ARENA_NEW(p->arena, struct written_view);
		v->below->view = below;
	}
}

/* Each view is used by who is around it: who runs the statement, or the owner of the view above. */
static void note_uses(struct planner *p, const struct written_view *v, const struct ast_dml *ast)
{
	static const enum plan_right rights[] = { [DML_INSERT] = RIGHT_INSERT,
		[DML_UPDATE] = RIGHT_UPDATE,
		[DML_DELETE] = RIGHT_DELETE };
	uint32_t around = p->view;

	for (; v != NULL; v = v->below) {
		plan_view_use(p, v->view.object, rights[ast->kind]);
		if (ast->kind != DML_INSERT)
			plan_view_use(p, v->view.object, RIGHT_SELECT);
		if (!v->view.is_invoker)
			p->view = v->view.object;
	}
	p->view = around;
}

enum sqlstate plan_written_view(struct planner *p, const struct ast_dml *ast,
	const struct written_view **out, const struct table **table, struct error *e)
{
	struct written_view *v = ARENA_NEW(p->arena, struct written_view);
	bool hides_temporary = p->hides_temporary;
	struct ast_qname bottom;

	*out = NULL;
	if (!plan_view_find(p, ast->schema.text, ast->table.text, &v->view))
		return OK;
	if (ast->kind == DML_MERGE) {
		FAIL(e, E_NOT_SUPPORTED, "cannot execute MERGE on relation \"%.*s\"",
			STR_ARGS(v->view.name));
		error_detail(e, "This operation is not supported for views.");
		return E_NOT_SUPPORTED;
	}
	TRY(open_views(p, ast, v, &bottom, e));
	TRY(plan_table_find(p, bottom.qualifier, bottom.name, ast->table.at, table, e));
	p->hides_temporary = hides_temporary;
	TRY(find_columns(p, v, *table, ast, e));
	note_uses(p, v, ast);
	*out = v;
	return OK;
}

void plan_written_columns(struct planner *p, struct str name, struct view_writing *out)
{
	const struct ast_dml ast = { .kind = DML_DELETE, .table = { .text = name } };
	const struct written_view *v = NULL;
	const struct table *table;
	struct error e = { 0 };
	bool *is_written;

	if (plan_written_view(p, &ast, &v, &table, &e) != OK || v == NULL) {
		if (e.code == E_OBJECT_STATE)
			out->fault = arena_strdup(p->arena, e.detail);
		return;
	}
	*out = (struct view_writing){ .column_count = v->column_count };
	is_written = ARENA_ARRAY(p->arena, bool, v->column_count + 1);
	for (uint32_t i = 0; i < v->column_count; i++) {
		is_written[i] = v->columns[i].place != UINT32_MAX;
		out->has_written |= is_written[i];
	}
	out->is_written = is_written;
}
