/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * The clauses MATCH and OPTIONAL. What is optional is planned as a subplan on a stream of its own,
 * run for each row; where it yields nothing there is one row of NULLs.
 */
#include "query/plan/match.h"

/* The subplan's rows, or one of NULLs: wraps what `old` was into an OPTIONAL over the stream. */
static void plan_wrap_optional(
	struct planner *p, struct stream old, uint32_t row_slot, uint32_t first_slot)
{
	struct stream sub = p->s;
	struct scope *scope = p->b.scope;
	uint32_t *nulls;
	uint32_t count = 0;
	struct plan_node *node;

	nulls = ARENA_ARRAY(p->arena, uint32_t, scope->count);
	for (uint32_t i = 0; i < scope->count; i++) {
		const struct variable *v = &scope->variables[i];

		if (v->kind == VARIABLE_SLOT && v->slot >= first_slot)
			nulls[count++] = v->slot;
	}
	p->s = old;
	planner_will_read(p, sub.reads);
	node = planner_push(p, PLAN_OPTIONAL, p->s.top->rows * MAX_OF(1.0, sub.top->rows),
		p->s.top->rows * sub.top->cost);
	node->other = sub.top;
	node->optional.row_slot = row_slot;
	node->optional.is_per_row = sub.is_per_row;
	node->optional.null_count = count;
	node->optional.null_slots = nulls;
	p->s.is_single = old.is_single && sub.is_single;
}

static enum sqlstate plan_optional_clauses(
	struct planner *p, const struct ast_clause *matches, uint32_t count, struct error *e)
{
	struct stream old;
	uint32_t row_slot;
	uint32_t first_slot = p->b.slot_count;

	old = planner_stream_sub(p, &row_slot);
	for (uint32_t i = 0; i < count; i++) {
		struct match_options options = { 0 };

		if (matches[i].kind == CLAUSE_OPTIONAL || matches[i].match.is_optional) {
			struct answer none;

			if (count > 1 || matches[i].kind == CLAUSE_OPTIONAL) {
				TRY(plan_clause(p, &matches[i], &none, e));
				continue;
			}
		}
		TRY(plan_pattern(p, matches[i].match.pattern, &options, e));
	}
	plan_wrap_optional(p, old, row_slot, first_slot);
	return OK;
}

enum sqlstate plan_optional(struct planner *p, const struct ast_clause *c, struct error *e)
{
	return plan_optional_clauses(p, c->optional.matches, c->optional.count, e);
}

enum sqlstate plan_match(struct planner *p, const struct ast_clause *c, struct error *e)
{
	struct match_options options = { 0 };

	if (c->match.is_optional)
		return plan_optional_clauses(p, c, 1, e);
	return plan_pattern(p, c->match.pattern, &options, e);
}
