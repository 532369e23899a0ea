/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What a path search has to guess: variables that conditions inside a repeated part read before they
 * are bound. plan_automaton.c goes through the tree once to find them, in the direction in which the
 * search is to go, and then has each guessed before the first part that reads it.
 *
 * Only single elements can be guessed. The list of what a later part has bound is as good as the path
 * through it.
 */
#include "query/plan/match_search.h"

bool match_guess(struct match_search *s, const struct search_view *view)
{
	struct search_variable *v = &s->variables[view->variable];

	if (v->group != view->group || v->kind == SEARCH_PATH)
		return false;
	if (v->guess == SEARCH_NONE)
		v->guess = s->guess_count++;
	v->is_optional = s->named[view->variable].branch != 0;
	return true;
}

void match_guess_nothing(struct match_search *s)
{
	s->guess_count = 0;
	for (uint32_t i = 0; i < s->variable_count; i++)
		s->variables[i].guess = SEARCH_NONE;
}

static void conditions_wait(struct search_branch *branch)
{
	for (; branch != NULL; branch = branch->alternative) {
		for (uint32_t i = 0; i < branch->item_count; i++) {
			struct search_item *item = &branch->items[i];

			for (struct search_condition *c = item->conditions; c != NULL; c = c->next)
				c->is_emitted = false;
			conditions_wait(item->body);
		}
	}
}

void match_conditions_wait(struct match_search *s)
{
	conditions_wait(s->top);
}

struct read_visit {
	const struct match_search *s;
	uint32_t variable;
	bool reads;
};

static void visit_read(void *context, uint32_t slot)
{
	struct read_visit *v = context;

	for (uint32_t i = 0; i < v->s->view_count; i++)
		v->reads |= v->s->views[i].slot == slot &&
			    v->s->views[i].variable == v->variable;
}

bool match_item_reads(struct match_search *s, const struct search_item *item, uint32_t variable)
{
	struct read_visit v = { .s = s, .variable = variable };

	for (const struct search_condition *c = item->conditions; c != NULL; c = c->next)
		planner_each_slot(s->m->p, c->expr, visit_read, &v);
	for (const struct search_branch *b = item->body; b != NULL; b = b->alternative) {
		for (uint32_t i = 0; i < b->item_count && !v.reads; i++)
			v.reads = match_item_reads(s, &b->items[i], variable);
	}
	return v.reads;
}
