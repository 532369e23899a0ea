/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Window functions onto the stream: those that share a window are computed together,
 *
 *	PROJECT partition, order -> SORT -> PROJECT arguments -> WINDOW
 */
#include "query/plan/planner.h"

static bool exprs_are_same(const struct binder *b, struct ast_expr *const *x, uint32_t x_count,
	struct ast_expr *const *y, uint32_t y_count)
{
	if (x_count != y_count)
		return false;
	for (uint32_t i = 0; i < x_count; i++) {
		if (!binder_same_source(b, x[i], y[i]))
			return false;
	}
	return true;
}

/* The same partitions and order; frames may differ. */
static bool windows_are_same(
	const struct binder *b, const struct ast_window *x, const struct ast_window *y)
{
	if (!exprs_are_same(
		    b, x->partition, x->partition_count, y->partition, y->partition_count) ||
		x->order_by_count != y->order_by_count)
		return false;
	for (uint32_t i = 0; i < x->order_by_count; i++) {
		const struct ast_sort *s = &x->order_by[i], *t = &y->order_by[i];

		if (s->is_descending != t->is_descending || s->has_nulls != t->has_nulls ||
			s->is_nulls_first != t->is_nulls_first ||
			!binder_same_source(b, s->expr, t->expr))
			return false;
	}
	return true;
}

static uint32_t window_part(struct planner *p, const struct bound *x)
{
	return x == NULL ? SLOT_NONE : planner_project(p, x, (struct str){ 0 });
}

static void window_args(struct planner *p, const struct bound_window *from, struct plan_window *to)
{
	*to = from->plan;
	for (uint32_t i = 0; i < from->plan.arg_count; i++)
		to->args[i] = window_part(p, from->args[i]);
	to->filter = window_part(p, from->filter);
	to->start_offset = window_part(p, from->start_offset);
	to->end_offset = window_part(p, from->end_offset);
	to->start_bound = window_part(p, from->start_bound);
	to->end_bound = window_part(p, from->end_bound);
}

/* Sorts by partition, then by order; gives the slots of both. */
static uint32_t *window_sort(
	struct planner *p, const struct bound_window *w, const struct ast_window *over)
{
	uint32_t count = over->partition_count + over->order_by_count;
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, count);
	struct plan_sort_key *keys = ARENA_ARRAY(p->arena, struct plan_sort_key, count);
	const struct bound **exprs = ARENA_ARRAY(p->arena, const struct bound *, count);
	struct str *names = ARENA_ARRAY(p->arena, struct str, count);
	struct plan_node *node;
	double rows = p->s.top->rows;

	if (count == 0)
		return slots;
	for (uint32_t i = 0; i < count; i++)
		exprs[i] = i < over->partition_count ? w->partition[i]
						     : w->order[i - over->partition_count];
	planner_project_all(p, exprs, names, count, slots);
	for (uint32_t i = 0; i < count; i++) {
		const struct ast_sort *s = i < over->partition_count
						   ? NULL
						   : &over->order_by[i - over->partition_count];

		keys[i].slot = slots[i];
		if (s == NULL)
			continue;
		keys[i].is_descending = s->is_descending;
		keys[i].is_nulls_first = s->has_nulls ? s->is_nulls_first : s->is_descending;
	}
	node = planner_push(p, PLAN_SORT, rows, rows * 2);
	node->sort.count = count;
	node->sort.keys = keys;
	return slots;
}

void plan_windows(struct planner *p, const struct windowing *all)
{
	bool *is_done = ARENA_ARRAY(p->arena, bool, all->count);

	for (uint32_t i = 0; i < all->count; i++) {
		const struct ast_window *over = all->windows[i].over;
		struct plan_window *functions;
		struct plan_node *node;
		uint32_t *slots, count = 0;

		if (is_done[i])
			continue;
		functions = ARENA_ARRAY(p->arena, struct plan_window, all->count);
		slots = window_sort(p, &all->windows[i], over);
		for (uint32_t k = i; k < all->count; k++) {
			if (!windows_are_same(&p->b, over, all->windows[k].over))
				continue;
			window_args(p, &all->windows[k], &functions[count++]);
			is_done[k] = true;
		}
		node = planner_push(p, PLAN_WINDOW, p->s.top->rows, p->s.top->rows * count);
		node->window.partition = slots;
		node->window.partition_count = over->partition_count;
		node->window.peers = slots + over->partition_count;
		node->window.peer_count = over->order_by_count;
		node->window.functions = functions;
		node->window.count = count;
		p->s.is_per_row = true;
	}
}
