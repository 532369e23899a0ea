/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Which of the sorted rows of a projection go on. A LIMIT that is known when the rows begin is a
 * PLAN_LIMIT; the other forms number the rows by window functions and filter them:
 *
 *	WITH TIES            row_number() > offset AND rank() OVER (ORDER BY ..) <= offset + limit
 *	LIMIT (SELECT ..)    row_number() > offset AND row_number() <= offset + limit
 *	DISTINCT ON (..)     row_number() OVER (PARTITION BY ..) = 1
 */
#include "query/plan/projection.h"

/* ---- numbers --------------------------------------------------------------------------------- */

struct numbering {
	enum plan_window_kind kinds[2];
	uint32_t count; /* of kinds */
	const uint32_t *partition, *peers;
	uint32_t partition_count, peer_count;
};

static void push_numbers(struct planner *p, const struct numbering *n, uint32_t *slots)
{
	struct plan_window *functions = ARENA_ARRAY(p->arena, struct plan_window, n->count);
	struct plan_node *node = planner_push(p, PLAN_WINDOW, p->s.top->rows, p->s.top->rows);

	for (uint32_t i = 0; i < n->count; i++) {
		slots[i] = binder_slot_new(&p->b, type_make(TYPE_INT64), (struct str){ 0 });
		functions[i] = (struct plan_window){ .kind = n->kinds[i],
			.filter = SLOT_NONE,
			.start_offset = SLOT_NONE,
			.end_offset = SLOT_NONE,
			.start_bound = SLOT_NONE,
			.end_bound = SLOT_NONE,
			.slot = slots[i] };
	}
	node->window.partition = n->partition;
	node->window.partition_count = n->partition_count;
	node->window.peers = n->peers;
	node->window.peer_count = n->peer_count;
	node->window.functions = functions;
	node->window.count = n->count;
	p->s.is_per_row = true;
}

static const struct bound *slot_as_number(struct planner *p, uint32_t slot)
{
	return binder_slot_ref(&p->b, slot, 0);
}

/* Comparisons of numbers that have types: nothing can fail. */
static const struct bound *compare(
	struct planner *p, enum ast_op op, const struct bound *x, const struct bound *y)
{
	const struct bound *out = NULL;
	struct error e = { 0 };

	if (binder_operator(&p->b, op, x, y, 0, &out, &e) != OK)
		unreachable();
	return out;
}

static const struct bound *coalesce(struct planner *p, const struct bound *x, struct value other)
{
	const struct bound **args = ARENA_ARRAY(p->arena, const struct bound *, 2);
	struct bound *out = bound_new(&p->b, BOUND_COALESCE, x->type, x->at);

	args[0] = x;
	args[1] = bound_constant(&p->b, other, x->type, x->at);
	out->args = args;
	out->arg_count = 2;
	out->is_volatile = x->is_volatile;
	return out;
}

/* ---- DISTINCT ON ----------------------------------------------------------------------------- */

enum sqlstate plan_first_bind(struct projection *j, struct error *e)
{
	uint32_t count = j->ast->distinct_on_count;

	j->distinct_on = ARENA_ARRAY(j->p->arena, const struct bound *, count);
	j->p->b.place = "DISTINCT ON";
	return plan_projection_sort_exprs(j, j->ast->distinct_on, count, j->distinct_on, e);
}

static bool is_same(const struct projection *j, uint32_t on, uint32_t order)
{
	const struct bound *x = j->distinct_on[on];
	const struct bound *y = j->order[order];

	return x == y || (x->kind == BOUND_SLOT && y->kind == BOUND_SLOT && x->index == y->index) ||
	       binder_same_source(&j->p->b, j->ast->distinct_on[on], j->ast->order_by[order].expr);
}

static bool is_on(const struct projection *j, uint32_t order)
{
	for (uint32_t i = 0; i < j->ast->distinct_on_count; i++) {
		if (is_same(j, i, order))
			return true;
	}
	return false;
}

static bool is_ordered(const struct projection *j, uint32_t on)
{
	for (uint32_t i = 0; i < j->order_count; i++) {
		if (is_same(j, on, i))
			return true;
	}
	return false;
}

/* ORDER BY begins with the expressions of DISTINCT ON, all of them if it has others too. */
static enum sqlstate check_order(const struct projection *j, struct error *e)
{
	bool has_other = false;
	uint32_t at = 0;
	bool is_wrong = false;

	for (uint32_t i = 0; i < j->order_count && !is_wrong; i++) {
		if (!is_on(j, i)) {
			has_other = true;
		} else if (has_other) {
			is_wrong = true;
			at = j->ast->order_by[i].expr->at;
		}
	}
	for (uint32_t i = 0; i < j->ast->distinct_on_count && has_other && !is_wrong; i++) {
		if (!is_ordered(j, i)) {
			is_wrong = true;
			at = j->ast->distinct_on[i]->at;
		}
	}
	if (!is_wrong)
		return OK;
	return FAIL_AT(e, at, E_INVALID_REFERENCE,
		"SELECT DISTINCT ON expressions must match initial ORDER BY expressions");
}

/* The columns that ORDER BY names are sorted by it, expressions of DISTINCT ON that it does not name
   behind them. */
enum sqlstate plan_first_of_each(struct projection *j, struct error *e)
{
	struct planner *p = j->p;
	uint32_t on_count = j->ast->distinct_on_count, count = j->order_count;
	const struct bound **exprs = ARENA_ARRAY(p->arena, const struct bound *, on_count + count);
	struct ast_sort *sorts = ARENA_ARRAY(p->arena, struct ast_sort, on_count + count);
	struct str *names = ARENA_ARRAY(p->arena, struct str, on_count + count);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, on_count + count);
	uint32_t *on_slots = ARENA_ARRAY(p->arena, uint32_t, on_count);
	struct numbering numbers = { .kinds = { WINDOW_ROW_NUMBER }, .count = 1 };
	const struct bound *is_first;
	uint32_t number;

	TRY(check_order(j, e));
	for (uint32_t i = 0; i < count; i++) {
		exprs[i] = j->order[i];
		sorts[i] = j->ast->order_by[i];
	}
	for (uint32_t i = 0; i < on_count; i++)
		exprs[count + i] = j->distinct_on[i];
	planner_project_all(p, exprs, names, on_count + count, slots);
	j->order_slots = slots;
	for (uint32_t i = 0; i < on_count; i++)
		on_slots[i] = slots[count + i];
	plan_projection_push_sort(p, sorts, slots, on_count + count, NULL, NULL);
	numbers.partition = on_slots;
	numbers.partition_count = on_count;
	push_numbers(p, &numbers, &number);
	is_first = compare(p, OP_EQ, slot_as_number(p, number),
		bound_constant(&p->b, value_int(1), type_make(TYPE_INT64), 0));
	planner_filter(p, &is_first, 1);
	return OK;
}

/* ---- OFFSET and LIMIT ------------------------------------------------------------------------ */

struct pending_search {
	const struct planner *p;
	bool is_found;
};

static void find_pending(void *context, uint32_t slot)
{
	struct pending_search *s = context;

	s->is_found |= planner_pending(s->p, slot) != NULL;
}

bool plan_first_rows_are_plain(const struct projection *j)
{
	struct pending_search s = { .p = j->p };

	bound_each_slot(j->offset, find_pending, &s);
	bound_each_slot(j->limit, find_pending, &s);
	return !s.is_found && !j->ast->limit_has_ties;
}

void plan_first_rows(struct projection *j)
{
	struct planner *p = j->p;
	struct numbering numbers = { .kinds = { WINDOW_ROW_NUMBER, WINDOW_RANK },
		.count = 2,
		.peers = j->order_slots,
		.peer_count = j->ast->limit_has_ties ? j->order_count : 0 };
	const struct bound *tests[2], *offset;
	uint32_t slots[2], count = 0;

	if (plan_first_rows_are_plain(j)) {
		planner_limit(p, j->offset, j->limit);
		return;
	}
	push_numbers(p, &numbers, slots);
	offset = bound_constant(&p->b, value_int(0), type_make(TYPE_INT64), 0);
	if (j->offset != NULL)
		offset = coalesce(p, j->offset, value_int(0));
	tests[count++] = compare(p, OP_GT, slot_as_number(p, slots[0]), offset);
	if (j->limit != NULL) {
		bool has_ties = j->ast->limit_has_ties;
		const struct bound *behind = compare(p, OP_ADD, offset, j->limit);

		tests[count++] = coalesce(p,
			compare(p, OP_LE, slot_as_number(p, slots[has_ties ? 1 : 0]), behind),
			value_bool(true));
	}
	planner_filter(p, tests, count);
}
