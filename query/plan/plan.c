/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Planning a statement: programs, queries, linear queries, and which function plans which clause.
 * See planner.h for how a plan grows.
 *
 * Invariants of a finished plan
 *  N1. Every slot that a node reads is made by a node below it (or, in a subplan, passed in by
 *      ARGUMENT), and is live in its input.
 *  N2. Nothing is written to it any more: it is shared by all executions.
 */
#include "query/plan/plan_query.h"
#include "query/tree/plan.h"

#include "query/plan/plan_table.h"
#include "query/plan/plan_view.h"

/* ---- names ----------------------------------------------------------------------------------- */

enum sqlstate planner_declare(struct planner *p, const struct ast_name *name, struct type type,
	uint32_t *slot, struct error *e)
{
	struct variable *v;

	if (scope_find_here(p->b.scope, name->text) != NULL)
		return FAIL_AT(e, name->at, E_DUPLICATE_ALIAS, "variable \"%.*s\" is already bound",
			STR_ARGS(name->text));
	*slot = binder_slot_new(&p->b, type, name->text);
	v = scope_add(p->b.scope, name->text);
	v->type = type;
	v->at = name->at;
	v->slot = *slot;
	return OK;
}

/* ---- small clauses --------------------------------------------------------------------------- */

static enum sqlstate plan_filter_clause(
	struct planner *p, const struct ast_clause *c, struct error *e)
{
	const struct bound *condition;

	p->b.place = "FILTER";
	TRY(bind_condition(&p->b, c->filter, "FILTER", &condition, e));
	planner_filter(p, &condition, 1);
	return OK;
}

static enum sqlstate plan_let(struct planner *p, const struct ast_clause *c, struct error *e)
{
	p->b.place = "LET";
	for (uint32_t i = 0; i < c->let.count; i++) {
		const struct ast_entry *binding = &c->let.bindings[i];
		const struct bound *value;
		struct variable *v;
		struct type type;

		TRY(bind_expr(&p->b, binding->value, &value, e));
		if (binding->type != NULL) {
			TRY(bind_type(binding->type, &type, e));
			TRY(binder_coerce(&p->b, &value, type, "value of LET", e));
		}
		if (scope_find_here(p->b.scope, binding->name.text) != NULL)
			return FAIL_AT(e, binding->name.at, E_DUPLICATE_ALIAS,
				"variable \"%.*s\" is already bound", STR_ARGS(binding->name.text));
		v = scope_add(p->b.scope, binding->name.text);
		v->at = binding->name.at;
		v->type = value->type;
		v->slot = planner_project(p, value, binding->name.text);
		p->b.slots[v->slot].label = bound_labels_of(&p->b, value);
	}
	return OK;
}

static enum sqlstate plan_for(struct planner *p, const struct ast_clause *c, struct error *e)
{
	struct binder *b = &p->b;
	const struct bound_label *label;
	const struct bound *list;
	struct plan_node *node;
	uint32_t slot, ordinal = SLOT_NONE;
	char found[TYPE_NAME_SIZE];
	double rows;

	b->place = "FOR";
	TRY(bind_expr(b, c->loop.list, &list, e));
	if (bound_is_untyped(list))
		TRY(binder_infer(b, &list, type_list_of(type_make(TYPE_ANY)), e));
	if (list->type.kind != TYPE_LIST && list->type.kind != TYPE_ANY &&
		list->type.kind != TYPE_NULL)
		return FAIL_AT(e, c->loop.list->at, E_TYPE, "a list is needed here, not type %s",
			type_name(list->type, found));
	label = bound_labels_of(b, list);
	list = planner_attach(p, list);
	TRY(planner_declare(p, &c->loop.variable, type_item(list->type), &slot, e));
	b->slots[slot].label = label;
	if (c->loop.ordinal.text.length > 0)
		TRY(planner_declare(p, &c->loop.ordinal, type_make(TYPE_INT64), &ordinal, e));
	rows = p->s.top->rows * (bound_is_constant(list) ? list->value.count : 10);
	node = planner_push(p, PLAN_UNWIND, rows, rows * 0.1);
	node->unwind.list = list;
	node->unwind.slot = slot;
	node->unwind.ordinal_slot = ordinal;
	node->unwind.ordinal_first = c->loop.is_offset ? 0 : 1;
	p->s.is_single = false;
	return OK;
}

static enum sqlstate plan_nested(
	struct planner *p, const struct ast_clause *c, struct answer *out, struct error *e)
{
	return plan_program(p, c->nested.program, out, e);
}

static enum sqlstate plan_with(struct planner *p, const struct ast_clause *c, struct error *e)
{
	struct answer answer;

	return plan_projection(p, c->projection, CLAUSE_WITH, &answer, e);
}

static enum sqlstate plan_any_clause(
	struct planner *p, const struct ast_clause *c, struct answer *out, struct error *e)
{
	switch (c->kind) {
	case CLAUSE_MATCH:
		return plan_match(p, c, e);
	case CLAUSE_OPTIONAL:
		return plan_optional(p, c, e);
	case CLAUSE_FILTER:
		return plan_filter_clause(p, c, e);
	case CLAUSE_LET:
		return plan_let(p, c, e);
	case CLAUSE_FOR:
		return plan_for(p, c, e);
	case CLAUSE_PAGE:
		return plan_page(p, c->projection, e);
	case CLAUSE_CALL_PROCEDURE:
		return plan_procedure(p, c, false, out, e);
	case CLAUSE_CALL_SUBQUERY:
		return plan_call(p, c, e);
	case CLAUSE_WITH:
		return plan_with(p, c, e);
	case CLAUSE_INSERT:
		return plan_insert(p, c, e);
	case CLAUSE_MERGE:
		return plan_merge(p, c, e);
	case CLAUSE_SET:
	case CLAUSE_REMOVE:
		return plan_set(p, c, e);
	case CLAUSE_DELETE:
		return plan_delete(p, c, e);
	case CLAUSE_FOREACH:
		return plan_foreach(p, c, e);
	case CLAUSE_RETURN:
		return plan_projection(p, c->projection, CLAUSE_RETURN, out, e);
	case CLAUSE_FINISH:
		return OK;
	case CLAUSE_NESTED:
		return plan_nested(p, c, out, e);
	case CLAUSE_DML:
		return plan_dml(p, c, out, e);
	case CLAUSE_SELECT:
		return plan_select(p, c, out, e);
	case CLAUSE_VALUES:
		return plan_values(p, c, out, e);
	}
	unreachable();
}

enum sqlstate plan_clause(
	struct planner *p, const struct ast_clause *c, struct answer *out, struct error *e)
{
	bool is_sql = p->b.is_sql;
	enum sqlstate rc;

	p->b.is_sql = c->kind == CLAUSE_SELECT || c->kind == CLAUSE_VALUES || c->kind == CLAUSE_DML;
	rc = plan_any_clause(p, c, out, e);
	p->b.is_sql = is_sql;
	return rc;
}

/* ---- linear queries -------------------------------------------------------------------------- */

static bool clause_may_end(const struct planner *p, const struct ast_clause *c)
{
	if (ast_clause_writes(c))
		return true;
	switch (c->kind) {
	case CLAUSE_FINISH:
	case CLAUSE_RETURN:
	case CLAUSE_NESTED:
	case CLAUSE_SELECT:
	case CLAUSE_VALUES:
		return true;
	case CLAUSE_CALL_SUBQUERY:
		return p->is_write;
	default:
		return p->s.is_subplan;
	}
}

static enum sqlstate plan_linear_clauses(
	struct planner *p, const struct ast_linear *linear, struct answer *out, struct error *e)
{
	const struct ast_clause *last = &linear->clauses[linear->clause_count - 1];

	*out = (struct answer){ 0 };
	if (linear->use.name.length > 0)
		TRY(plan_graph_name(p, &linear->use, e));
	if (last->kind == CLAUSE_CALL_PROCEDURE && linear->clause_count == 1)
		return plan_procedure(p, last, true, out, e);
	for (uint32_t i = 0; i < linear->clause_count; i++) {
		TRY(binder_poll(&p->b, e));
		TRY(plan_clause(p, &linear->clauses[i], out, e));
	}
	if (!clause_may_end(p, last))
		return FAIL_AT(
			e, last->at, E_SYNTAX, "a query that reads must end with RETURN or FINISH");
	return OK;
}

static enum sqlstate plan_linear(
	struct planner *p, const struct ast_linear *linear, struct answer *out, struct error *e)
{
	struct graph_in_force outer = plan_graph_keep(p);

	TRY(plan_linear_clauses(p, linear, out, e));
	plan_graph_back(p, outer);
	return OK;
}

/* ---- UNION and its kin ----------------------------------------------------------------------- */

struct branch {
	struct stream stream;
	struct answer answer;
};

/* Columns of one place must have one type; where a branch has another, it is cast. */
static void branch_cast(struct planner *p, struct branch *branch, const struct type *types)
{
	uint32_t count = branch->answer.count;
	const struct bound **exprs = ARENA_ARRAY(p->arena, const struct bound *, count);
	struct str *names = ARENA_ARRAY(p->arena, struct str, count);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, count);

	for (uint32_t i = 0; i < count; i++) {
		const struct answer_column *column = &branch->answer.columns[i];

		names[i] = column->name;
		exprs[i] = bound_cast(
			&p->b, binder_slot_ref(&p->b, column->slot, column->at), types[i]);
	}
	p->s = branch->stream;
	planner_project_all(p, exprs, names, count, slots);
	branch->stream = p->s;
	for (uint32_t i = 0; i < count; i++)
		branch->answer.columns[i].slot = slots[i];
}

static const char *set_op_name(enum ast_set_op op)
{
	switch (op) {
	case SET_OP_EXCEPT:
	case SET_OP_EXCEPT_ALL:
		return "EXCEPT";
	case SET_OP_INTERSECT:
	case SET_OP_INTERSECT_ALL:
		return "INTERSECT";
	case SET_OP_OTHERWISE:
		return "OTHERWISE";
	default:
		return "UNION";
	}
}

static enum sqlstate union_check(const struct planner *p, const struct ast_query *query,
	const struct branch *first, const struct branch *other, uint32_t i, struct error *e)
{
	const struct ast_clause *clause = query->operands[i].clauses;
	bool is_select = clause->kind == CLAUSE_SELECT || clause->kind == CLAUSE_VALUES ||
			 (clause->kind == CLAUSE_NESTED && clause->nested.is_parenthesised);

	if (first->answer.count != other->answer.count || !other->answer.has_columns)
		return FAIL_AT(e,
			other->answer.count > 0 ? other->answer.columns[0].at
						: query->operands[i].at,
			E_SYNTAX, "each %s query must have the same number of columns",
			set_op_name(query->ops[i]));
	for (uint32_t c = 0; c < first->answer.count && is_select; c++) {
		struct type type = p->b.slots[first->answer.columns[c].slot].type;
		struct type own = p->b.slots[other->answer.columns[c].slot].type;

		TRY(bind_sql_unify(
			&type, own, set_op_name(query->ops[i]), other->answer.columns[c].at, e));
	}
	for (uint32_t c = 0; c < first->answer.count && !is_select; c++) {
		if (!str_equal(first->answer.columns[c].name, other->answer.columns[c].name))
			return FAIL_AT(e, other->answer.columns[c].at, E_SYNTAX,
				"each query of a set operation must have the same column names");
	}
	return OK;
}

/* The type modifier that a column has in all branches. */
static uint32_t union_modifier(
	const struct planner *p, const struct branch *branches, uint32_t count, uint32_t column)
{
	uint32_t first = p->b.slots[branches[0].answer.columns[column].slot].origin.modifier;

	for (uint32_t i = 1; i < count; i++) {
		if (p->b.slots[branches[i].answer.columns[column].slot].origin.modifier != first)
			return 0;
	}
	return first;
}

/* branches[from .. to) of one operation become one stream and answer. */
static void union_push(
	struct planner *p, enum ast_set_op op, struct branch *branches, uint32_t count)
{
	uint32_t columns = branches[0].answer.count;
	struct plan_node **nodes = ARENA_ARRAY(p->arena, struct plan_node *, count);
	const uint32_t **branch_slots = ARENA_ARRAY(p->arena, const uint32_t *, count);
	struct answer_column *made = ARENA_ARRAY(p->arena, struct answer_column, columns);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, columns);
	struct type *types = ARENA_ARRAY(p->arena, struct type, columns);
	struct plan_node *node;
	double rows = 0, cost = 0;

	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t c = 0; c < columns; c++)
			types[c] = type_unify(
				types[c], p->b.slots[branches[i].answer.columns[c].slot].type);
	}
	for (uint32_t i = 0; i < count; i++) {
		uint32_t *from = ARENA_ARRAY(p->arena, uint32_t, columns);

		branch_cast(p, &branches[i], types);
		for (uint32_t c = 0; c < columns; c++)
			from[c] = branches[i].answer.columns[c].slot;
		branch_slots[i] = from;
		nodes[i] = branches[i].stream.top;
		rows += nodes[i]->rows;
		cost += nodes[i]->cost;
		p->s.reads |= branches[i].stream.reads;
		p->s.writes |= branches[i].stream.writes;
	}
	for (uint32_t c = 0; c < columns; c++) {
		made[c] = branches[0].answer.columns[c];
		made[c].slot = slots[c] = binder_slot_new(&p->b, types[c], made[c].name);
		p->b.slots[slots[c]].origin.modifier = union_modifier(p, branches, count, c);
	}
	p->s = (struct stream){ .reads = p->s.reads,
		.writes = p->s.writes,
		.is_subplan = branches[0].stream.is_subplan,
		.is_per_row = true };
	node = planner_push(p, PLAN_UNION, rows, cost);
	node->set.op = op;
	node->set.branch_count = count;
	node->set.branches = nodes;
	node->set.column_count = columns;
	node->set.slots = slots;
	node->set.branch_slots = branch_slots;
	node->set.row_slot = planner_inner_slot(p);
	branches[0].stream = p->s;
	branches[0].answer.columns = made;
}

/* A leaf for a further branch: the same as the first began with. */
void plan_branch_begin(struct planner *p, const struct stream *start)
{
	struct plan_node *leaf = ARENA_NEW(p->arena, struct plan_node);

	*leaf = *start->top;
	p->s = *start;
	p->s.top = leaf;
	p->s.fetched = NULL;
	p->s.fetched_count = p->s.fetched_capacity = 0;
}

static enum sqlstate plan_set_operation(
	struct planner *p, const struct ast_query *query, struct answer *out, struct error *e)
{
	struct branch *branches = ARENA_ARRAY(p->arena, struct branch, query->operand_count);
	struct stream start = p->s;
	struct scope *scope = p->b.scope;
	uint32_t i = 0;

	if (start.top->kind != PLAN_ONE_ROW && start.top->kind != PLAN_ARGUMENT)
		return FAIL_AT(e, query->operands[1].at, E_NOT_SUPPORTED,
			"a set operation after NEXT is not supported");
	for (uint32_t k = 0; k < query->operand_count; k++) {
		TRY(binder_poll(&p->b, e));
		plan_branch_begin(p, &start);
		p->b.scope = scope_new(p->arena, scope == NULL ? NULL : scope->parent);
		TRY(plan_linear(p, &query->operands[k], &branches[k].answer, e));
		branches[k].stream = p->s;
		TRY(union_check(p, query, &branches[0], &branches[k], k, e));
		if (k > 1 && query->ops[k] != query->ops[1] &&
			query->operands[k].clauses[0].kind != CLAUSE_SELECT)
			return FAIL_AT(e, query->operands[k].at, E_SYNTAX,
				"different set operations cannot be mixed in one query");
	}
	while (i + 1 < query->operand_count) {
		uint32_t end = i + 1;

		while (end < query->operand_count && query->ops[end] == query->ops[i + 1] &&
			(end == i + 1 || query->ops[end] == SET_OP_UNION ||
				query->ops[end] == SET_OP_UNION_ALL))
			end++;
		union_push(p, query->ops[i + 1], &branches[i], end - i);
		branches[end - 1] = branches[i];
		i = end - 1;
	}
	p->s = branches[i].stream;
	p->b.scope = scope;
	*out = branches[i].answer;
	return OK;
}

/* ---- programs -------------------------------------------------------------------------------- */

/* NEXT: the answer so far is the working table of what follows. */
static enum sqlstate program_next(struct planner *p, const struct ast_query *query,
	struct answer *answer, struct scope *parent, struct error *e)
{
	struct answer chosen = { .has_columns = true };

	if (query->yield == NULL || query->yield->is_all)
		return plan_scope_of(p, answer, parent, e);
	chosen.columns = ARENA_ARRAY(p->arena, struct answer_column, query->yield->count);
	for (uint32_t i = 0; i < query->yield->count; i++) {
		const struct ast_yield_item *item = &query->yield->items[i];
		struct answer_column *column = &chosen.columns[chosen.count];

		for (uint32_t c = 0; c < answer->count; c++) {
			if (!str_equal(answer->columns[c].name, item->name.text))
				continue;
			*column = answer->columns[c];
			if (item->alias.text.length > 0)
				column->name = item->alias.text;
			chosen.count++;
			break;
		}
		if (chosen.count != i + 1)
			return FAIL_AT(e, item->name.at, E_NO_COLUMN,
				"column \"%.*s\" does not exist", STR_ARGS(item->name.text));
	}
	return plan_scope_of(p, &chosen, parent, e);
}

enum sqlstate plan_query_operands(
	struct planner *p, const struct ast_query *query, struct answer *out, struct error *e)
{
	if (query->operand_count == 1)
		return plan_linear(p, &query->operands[0], out, e);
	return plan_set_operation(p, query, out, e);
}

static enum sqlstate plan_one_query(
	struct planner *p, const struct ast_query *query, struct answer *out, struct error *e)
{
	const struct cte *before = plan_cte_enter(p, query), *own = p->ctes;
	bool is_top = p->is_top;

	p->is_top = false;
	TRY(plan_cte_writes(p, before, is_top, e));
	TRY(plan_query_operands(p, query, out, e));
	if (query->page != NULL) {
		plan_cte_leave(p, before);
		TRY(plan_answer_page(p, query->page, out, e));
	}
	p->ctes = own;
	if (is_top && p->has_past)
		plan_cte_run(p, before);
	plan_cte_leave(p, before);
	return OK;
}

enum sqlstate plan_program(
	struct planner *p, const struct ast_program *program, struct answer *out, struct error *e)
{
	struct scope *parent = p->b.scope->parent;

	for (uint32_t i = 0; i < program->count; i++) {
		const struct ast_query *query = &program->queries[i];

		if (i > 0)
			TRY(program_next(p, query, out, parent, e));
		TRY(plan_one_query(p, query, out, e));
	}
	return OK;
}

/* ---- the statement --------------------------------------------------------------------------- */

static enum sqlstate plan_finish(
	struct planner *p, const struct answer *answer, struct plan **out, struct error *e)
{
	struct plan *plan = ARENA_NEW(p->arena, struct plan);
	uint32_t count = answer->has_columns ? answer->count : 0;
	struct query_column *columns = ARENA_ARRAY(p->arena, struct query_column, count);
	struct query_origin *origins = ARENA_ARRAY(p->arena, struct query_origin, count);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, count);
	uint32_t *places;
	struct type *types;
	struct str *names;

	if (!answer->has_columns)
		planner_push(p, PLAN_DISCARD, 0, 0);
	for (uint32_t i = 0; i < count; i++) {
		slots[i] = answer->columns[i].slot;
		columns[i].name = arena_str(p->arena, answer->columns[i].name);
		columns[i].type = p->b.slots[slots[i]].type;
		origins[i] = p->b.slots[slots[i]].origin;
		/* A literal that nothing gave a type is text. */
		if (columns[i].type.kind == TYPE_UNKNOWN)
			columns[i].type = type_make(TYPE_STRING);
	}
	TRY(plan_live(p, &p->s.top, slots, count, e));
	TRY(plan_degrees(p, p->s.top, e));
	types = ARENA_ARRAY(p->arena, struct type, p->b.slot_count);
	names = ARENA_ARRAY(p->arena, struct str, p->b.slot_count);
	places = ARENA_ARRAY(p->arena, uint32_t, p->b.slot_count);
	for (uint32_t i = 0; i < p->b.slot_count; i++) {
		types[i] = p->b.slots[i].type;
		names[i] = p->b.slots[i].name;
		places[i] = p->b.slots[i].at;
	}
	*plan = (struct plan){ .root = p->s.top,
		.slot_count = p->b.slot_count,
		.slots = types,
		.slot_names = names,
		.slot_places = places,
		.local_count = p->b.local_count,
		.answers_rows = answer->has_columns,
		.column_count = count,
		.columns = columns,
		.origins = origins,
		.literal_count = p->b.literal_count,
		.literals = p->b.literals,
		.column_slots = slots,
		.parameter_count = p->b.parameter_count,
		.parameters = p->b.parameters,
		.graph_count = p->graph_count,
		.view_use_count = p->view_use_count,
		.view_uses = p->view_uses,
		.is_write = p->is_write,
		.writes_graph = p->writes_graph,
		.tag = p->tag,
		.has_conflict = p->has_conflict,
		.temporary_count = p->temporary_count };
	for (uint32_t i = 0; i < PLAN_GRAPHS_MOST; i++)
		plan->graphs[i] = p->graphs[i];
	if (p->b.catalog != NULL)
		plan->catalog_version = catalog_version(p->b.catalog);
	*out = plan;
	return OK;
}

static void planner_reset(struct planner *p)
{
	p->s = (struct stream){ 0 };
	p->pending_count = p->row_count = 0;
	p->ctes = NULL;
	p->is_write = p->writes_graph = p->has_tag = p->has_past = false;
	p->graph_count = p->view_use_count = 0;
	p->tag = TAG_SELECT;
}

static enum sqlstate plan_session_graph(struct planner *p, struct error *e)
{
	struct str graph = p->b.options->graph;

	if (binder_use_graph(&p->b, graph))
		return OK;
	(void)FAIL(e, E_NO_GRAPH, "graph \"%.*s\" does not exist", STR_ARGS(graph));
	error_hint(e, "The session's graph was dropped. Write SESSION RESET GRAPH.");
	return E_NO_GRAPH;
}

/* A planner of nothing yet. */
static enum sqlstate planner_begin(struct arena *a, const struct ast_stmt *statement,
	const struct bind_options *options, struct planner **out, struct error *e)
{
	struct planner *p = ARENA_NEW(a, struct planner);

	TRY(binder_begin(&p->b, a, statement, options, e));
	p->arena = a;
	p->b.subquery = plan_subquery;
	p->b.planner = p;
	*out = p;
	return OK;
}

static void planner_anew(struct planner *p)
{
	planner_reset(p);
	planner_stream_new(p);
	p->b.scope = scope_new(p->arena, NULL);
	p->hides_temporary = p->b.options->hides_temporary;
	p->temporary_count = 0;
}

void plan_view_writing(struct arena *a, struct str view, const struct bind_options *options,
	struct view_writing *out)
{
	struct ast_stmt statement = { .text = { .at = "", .length = 0 } };
	struct bind_options silent = *options;
	struct planner *p;
	struct error ignored;

	silent.notice = NULL;
	*out = (struct view_writing){ .fault = "There is no such view." };
	if (planner_begin(a, &statement, &silent, &p, &ignored) != OK)
		return;
	planner_anew(p);
	plan_written_columns(p, view, out);
}

enum sqlstate plan_query(struct arena *a, const struct ast_stmt *statement,
	const struct bind_options *options, struct plan **out, struct error *e)
{
	struct answer answer = { 0 };
	struct planner *p;
	bool again = true;

	TRY(planner_begin(a, statement, options, &p, e));
	for (int pass = 0; again; pass++) {
		assert(pass < 2);
		planner_anew(p);
		TRY(plan_session_graph(p, e));
		p->is_top = true;
		TRY(plan_program(p, statement->program, &answer, e));
		TRY(binder_pass_end(&p->b, &again, e));
		again = again && pass == 0;
		if (again)
			binder_pass_again(&p->b);
	}
	TRY(plan_finish(p, &answer, out, e));
	binder_send_notices(&p->b);
	return OK;
}
