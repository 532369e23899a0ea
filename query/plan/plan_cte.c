/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * WITH name AS (query): a name for a query. Each reference plans the query anew in its place, so that
 * conditions reach into it and nothing is kept that nobody reads.
 */
#include "query/plan/planner.h"

const struct cte *plan_cte_enter(struct planner *p, const struct ast_query *query)
{
	const struct cte *before = p->ctes;

	for (uint32_t i = 0; i < query->cte_count; i++) {
		struct cte *cte = ARENA_NEW(p->arena, struct cte);

		cte->outer = p->ctes;
		cte->ast = &query->ctes[i];
		cte->scope = p->b.scope == NULL ? NULL : p->b.scope->parent;
		cte->is_recursive = query->is_recursive;
		p->ctes = cte;
	}
	return before;
}

void plan_cte_leave(struct planner *p, const struct cte *before)
{
	p->ctes = before;
}

const struct cte *plan_cte_find(const struct planner *p, const struct ast_qname *name)
{
	bool is_quoted = name->length != name->name.length;

	for (const struct cte *cte = p->ctes; cte != NULL; cte = cte->outer) {
		struct str own = cte->ast->name.text;

		if (str_equal(own, name->name) || (!is_quoted && str_equal_nocase(own, name->name)))
			return cte;
	}
	return NULL;
}

static enum sqlstate cte_columns(
	struct planner *p, const struct ast_cte *ast, struct answer *answer, struct error *e)
{
	struct answer_column *columns =
		ARENA_ARRAY(p->arena, struct answer_column, answer->count + 1);

	if (ast->column_count > answer->count)
		return FAIL_AT(e, ast->columns[answer->count].at, E_INVALID_REFERENCE,
			"WITH query \"%.*s\" has %u columns available but %u columns specified",
			STR_ARGS(ast->name.text), answer->count, ast->column_count);
	if (answer->count > 0)
		memcpy(columns, answer->columns, answer->count * sizeof *columns);
	for (uint32_t i = 0; i < ast->column_count; i++)
		columns[i].name = ast->columns[i].text;
	answer->columns = columns;
	return OK;
}

/* ---- recursion ------------------------------------------------------------------------------- */

/* (first branches) UNION [ALL] (a branch that may read the name). */
static bool is_recursive_shape(const struct ast_program *program)
{
	const struct ast_query *query = &program->queries[0];
	enum ast_set_op op = query->ops[query->operand_count - 1];

	return program->count == 1 && query->operand_count > 1 &&
	       (op == SET_OP_UNION || op == SET_OP_UNION_ALL);
}

void plan_recursion_read(struct planner *p, struct cte_recursion *r, struct answer *out)
{
	uint32_t count = r->answer.count;
	struct answer_column *columns = ARENA_ARRAY(p->arena, struct answer_column, count + 1);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, count + 1);
	double rows = p->s.top->rows * 10;
	struct plan_node *node;

	for (uint32_t i = 0; i < count; i++) {
		columns[i] = r->answer.columns[i];
		columns[i].slot = slots[i] = binder_slot_new(
			&p->b, p->b.slots[r->answer.columns[i].slot].type, columns[i].name);
	}
	node = planner_push(p, PLAN_WORKING, rows, rows);
	node->working.number = r->number;
	node->working.column_count = count;
	node->working.slots = slots;
	p->s.is_single = false;
	r->is_read = true;
	*out = (struct answer){ .has_columns = true, .count = count, .columns = columns };
}

/* A branch's columns as the types of the first one; a bare NULL or literal is text. */
static uint32_t *branch_slots(
	struct planner *p, const struct answer *answer, const struct type *types)
{
	uint32_t count = answer->count;
	const struct bound **exprs = ARENA_ARRAY(p->arena, const struct bound *, count + 1);
	struct str *names = ARENA_ARRAY(p->arena, struct str, count + 1);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, count + 1);

	for (uint32_t i = 0; i < count; i++) {
		names[i] = answer->columns[i].name;
		exprs[i] = bound_cast(&p->b,
			binder_slot_ref(&p->b, answer->columns[i].slot, answer->columns[i].at),
			types[i]);
	}
	planner_project_all(p, exprs, names, count, slots);
	return slots;
}

static struct type *first_types(struct planner *p, const struct answer *answer)
{
	struct type *types = ARENA_ARRAY(p->arena, struct type, answer->count + 1);

	for (uint32_t i = 0; i < answer->count; i++) {
		types[i] = p->b.slots[answer->columns[i].slot].type;
		if (types[i].kind == TYPE_NULL || types[i].kind == TYPE_UNKNOWN)
			types[i] = type_make(TYPE_STRING);
	}
	return types;
}

struct recursive_plan {
	struct planner *p;
	const struct cte *cte;
	struct ast_query query; /* the first branches, then the last one */
	struct plan_recursion plan;
};

static enum sqlstate recursive_branch(struct recursive_plan *r, int branch,
	const struct type *types, struct answer *answer, struct error *e)
{
	struct planner *p = r->p;

	plan_branch_begin(p, &r->plan.start);
	p->b.scope = scope_new(p->arena, r->cte->scope);
	TRY(plan_query_operands(p, &r->query, answer, e));
	if (!answer->has_columns)
		return FAIL_AT(e, r->query.at, E_SYNTAX, "a WITH query must return columns");
	if (types == NULL)
		types = first_types(p, answer);
	r->plan.slots[branch] = branch_slots(p, answer, types);
	r->plan.branches[branch] = p->s.top;
	return OK;
}

/* The node over both branches. A second branch that does not read the name is a plain one. */
void plan_recursion_push(struct planner *p, const struct plan_recursion *r, enum ast_set_op op,
	const struct cte_recursion *recursion, struct answer *out)
{
	uint32_t count = recursion->answer.count;
	struct plan_node **nodes = ARENA_ARRAY(p->arena, struct plan_node *, 2);
	const uint32_t **slots = ARENA_ARRAY(p->arena, const uint32_t *, 2);
	struct answer_column *columns = ARENA_ARRAY(p->arena, struct answer_column, count + 1);
	uint32_t *made = ARENA_ARRAY(p->arena, uint32_t, count + 1);
	struct plan_node *node;

	for (int i = 0; i < 2; i++) {
		nodes[i] = r->branches[i];
		slots[i] = r->slots[i];
	}
	for (uint32_t i = 0; i < count; i++) {
		columns[i] = recursion->answer.columns[i];
		columns[i].slot = made[i] =
			binder_slot_new(&p->b, p->b.slots[columns[i].slot].type, columns[i].name);
	}
	p->s = (struct stream){
		.reads = TOUCH_ALL, .is_subplan = r->start.is_subplan, .is_per_row = true
	};
	node = planner_push(p, recursion->is_read ? PLAN_RECURSIVE : PLAN_UNION,
		10 * nodes[0]->rows, nodes[0]->cost + 10 * nodes[1]->cost);
	node->set.op = op;
	node->set.branch_count = 2;
	node->set.branches = nodes;
	node->set.column_count = count;
	node->set.slots = made;
	node->set.branch_slots = slots;
	node->set.working = recursion->number;
	node->set.row_slot = planner_inner_slot(p);
	*out = (struct answer){ .has_columns = true, .count = count, .columns = columns };
}

static enum sqlstate plan_recursive(
	struct planner *p, const struct cte *cte, struct answer *out, struct error *e)
{
	const struct ast_query *query = &cte->ast->program->queries[0];
	uint32_t last = query->operand_count - 1;
	struct recursive_plan r = { .p = p, .cte = cte, .query = *query, .plan.start = p->s };
	struct cte_recursion recursion = { .number = p->b.slot_count };
	struct cte self = *cte;
	struct type *types;
	struct answer step;

	if (query->page != NULL)
		return FAIL_AT(e, query->at, E_NOT_SUPPORTED,
			"ORDER BY, OFFSET and LIMIT in a recursive query are not supported");
	r.query.operand_count = last;
	TRY(recursive_branch(&r, 0, NULL, &recursion.answer, e));
	TRY(cte_columns(p, cte->ast, &recursion.answer, e));
	for (uint32_t i = 0; i < recursion.answer.count; i++)
		recursion.answer.columns[i].slot = r.plan.slots[0][i];
	types = first_types(p, &recursion.answer);
	self.recursion = &recursion;
	self.outer = p->ctes;
	p->ctes = &self;
	r.query.operands = &query->operands[last];
	r.query.operand_count = 1;
	TRY(recursive_branch(&r, 1, types, &step, e));
	p->ctes = self.outer;
	if (step.count != recursion.answer.count)
		return FAIL_AT(e, query->operands[last].at, E_SYNTAX,
			"each UNION query must have the same number of columns");
	plan_recursion_push(p, &r.plan, query->ops[last], &recursion, out);
	return OK;
}

/* ---- a reference ----------------------------------------------------------------------------- */

static enum sqlstate plan_body(
	struct planner *p, const struct cte *cte, struct answer *out, struct error *e)
{
	const struct ast_program *program = cte->ast->program;
	const struct cte *before;

	if (!cte->is_recursive || !is_recursive_shape(program)) {
		TRY(plan_program(p, program, out, e));
		return OK;
	}
	before = plan_cte_enter(p, &program->queries[0]);
	TRY(plan_recursive(p, cte, out, e));
	plan_cte_leave(p, before);
	return OK;
}

enum sqlstate plan_cte(
	struct planner *p, const struct ast_qname *name, struct answer *out, struct error *e)
{
	const struct cte *cte = plan_cte_find(p, name);
	const struct cte *before = p->ctes;
	struct scope *scope = p->b.scope;

	if (cte->recursion != NULL && cte->recursion->top != NULL &&
		!cte->recursion->answer.has_columns)
		return FAIL_AT(e, name->at, E_NOT_SUPPORTED,
			"WITH query \"%.*s\" does not have a RETURNING clause",
			STR_ARGS(cte->ast->name.text));
	if (cte->recursion != NULL) {
		plan_recursion_read(p, cte->recursion, out);
		return OK;
	}
	p->ctes = cte->outer;
	p->b.scope = scope_new(p->arena, cte->scope);
	TRY(plan_body(p, cte, out, e));
	p->b.scope = scope;
	p->ctes = before;
	if (!out->has_columns)
		return FAIL_AT(e, cte->ast->name.at, E_SYNTAX,
			"WITH query \"%.*s\" does not return columns", STR_ARGS(name->name));
	return cte_columns(p, cte->ast, out, e);
}

/* ---- queries that change data ---------------------------------------------------------------- */

static bool cte_writes(const struct ast_cte *cte)
{
	const struct ast_query *query = &cte->program->queries[0];

	for (uint32_t i = 0; i < query->operand_count; i++) {
		for (uint32_t k = 0; k < query->operands[i].clause_count; k++) {
			if (ast_clause_writes(&query->operands[i].clauses[k]))
				return true;
		}
	}
	return false;
}

static enum sqlstate plan_write_query(struct planner *p, struct cte *cte, struct error *e)
{
	struct cte_recursion *made = ARENA_NEW(p->arena, struct cte_recursion);
	const struct cte *ctes = p->ctes;
	struct scope *scope = p->b.scope;
	enum plan_tag tag = p->tag;
	bool has_tag = p->has_tag;
	struct stream old = planner_stream_new(p);

	made->number = p->b.slot_count;
	p->ctes = cte->outer;
	p->b.scope = scope_new(p->arena, cte->scope);
	TRY(plan_program(p, cte->ast->program, &made->answer, e));
	if (made->answer.has_columns)
		TRY(cte_columns(p, cte->ast, &made->answer, e));
	else
		planner_push(p, PLAN_DISCARD, 0, 0);
	made->top = p->s.top;
	cte->recursion = made;
	p->s = old;
	p->b.scope = scope;
	p->ctes = ctes;
	p->tag = tag;
	p->has_tag = has_tag;
	return OK;
}

/* The query that comes right behind `before` among those entered. */
static struct cte *cte_behind(const struct planner *p, const struct cte *before)
{
	const struct cte *cte = p->ctes;

	while (cte->outer != before)
		cte = cte->outer;
	return (struct cte *)cte;
}

enum sqlstate plan_cte_writes(
	struct planner *p, const struct cte *before, bool is_top, struct error *e)
{
	while (before != p->ctes) {
		struct cte *cte = cte_behind(p, before);

		before = cte;
		if (!cte_writes(cte->ast))
			continue;
		if (!is_top)
			return FAIL_AT(e, cte->ast->name.at, E_NOT_SUPPORTED,
				"WITH clause containing a data-modifying statement must be at the "
				"top level");
		p->has_past = true;
		TRY(plan_write_query(p, cte, e));
	}
	return OK;
}

void plan_cte_run(struct planner *p, const struct cte *before)
{
	/* The last one lowest: the first is run first. A statement that writes itself has seen to
	   what it reads of the past. */
	if (!p->has_tag)
		planner_past(p);
	for (const struct cte *cte = p->ctes; cte != before; cte = cte->outer) {
		const struct cte_recursion *made = cte->recursion;
		uint32_t *slots;
		struct plan_node *node;

		if (made == NULL)
			continue;
		slots = ARENA_ARRAY(p->arena, uint32_t, made->answer.count + 1);
		for (uint32_t i = 0; i < made->answer.count; i++)
			slots[i] = made->answer.columns[i].slot;
		node = planner_push(p, PLAN_WITH, p->s.top->rows, made->top->cost);
		node->other = made->top;
		node->with.number = made->number;
		node->with.column_count = made->answer.has_columns ? made->answer.count : 0;
		node->with.slots = slots;
	}
}
