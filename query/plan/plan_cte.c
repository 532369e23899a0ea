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

enum sqlstate plan_cte(
	struct planner *p, const struct ast_qname *name, struct answer *out, struct error *e)
{
	const struct cte *cte = plan_cte_find(p, name);
	const struct cte *before = p->ctes;
	struct scope *scope = p->b.scope;
	bool was_write = p->is_write;

	p->ctes = cte->outer;
	p->b.scope = scope_new(p->arena, cte->scope);
	TRY(plan_program(p, cte->ast->program, out, e));
	p->b.scope = scope;
	p->ctes = before;
	if (p->is_write && !was_write)
		return FAIL_AT(e, cte->ast->name.at, E_NOT_SUPPORTED,
			"a WITH query that changes data is not supported");
	if (!out->has_columns)
		return FAIL_AT(e, cte->ast->name.at, E_SYNTAX,
			"WITH query \"%.*s\" does not return columns", STR_ARGS(name->name));
	return cte_columns(p, cte->ast, out, e);
}
