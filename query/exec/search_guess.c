/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Variables that conditions read before they are bound. The search goes on once for each element that
 * such a variable may be; a thread keeps among its counters which one it has guessed, until it binds the
 * variable and that turns out right or wrong.
 *
 * What it may be is found by a search before, without modes and without the conditions that read what
 * is guessed: only what such a path binds is worth a guess.
 */
#include "query/exec/search_run.h"

static uint32_t *guess_in(const struct search_run *s, uint32_t variable, uint32_t *counters)
{
	return &counters[s->program->group_count + s->program->variables[variable].guess];
}

static void add_guess(struct search_run *s, struct search_guesses *g, uint64_t id)
{
	if (*map_u64_find_or_put(&g->known, id, g->count) != g->count)
		return;
	if (g->count == g->capacity) {
		uint32_t wider = g->capacity == 0 ? 16 : g->capacity * 2;

		g->ids = arena_grow(
			s->guess_arena, g->ids, sizeof *g->ids * g->count, sizeof *g->ids * wider);
		g->capacity = wider;
	}
	g->ids[g->count++] = id;
}

void search_guesses_free(struct search_run *s)
{
	for (uint32_t i = 0; s->guesses != NULL && i < s->program->guess_count; i++)
		map_u64_free(&s->guesses[i].known);
	arena_free(s->guess_arena);
	s->guess_arena = NULL;
	s->guesses = NULL;
}

enum sqlstate search_foresee(struct search_run *s, uint64_t source, struct error *e)
{
	uint32_t k = s->k;
	bool is_every = s->is_every;
	enum sqlstate rc;

	search_guesses_free(s);
	s->guess_arena = op_heap_new(&s->op);
	s->guesses = ARENA_ARRAY(s->guess_arena, struct search_guesses, s->program->guess_count);
	s->wanted = 0;
	s->k = 1;
	s->is_foreseeing = s->is_relaxed = s->is_every = true;
	rc = search_broadly(s, source, e);
	s->k = k;
	s->is_foreseeing = s->is_relaxed = false;
	s->is_every = is_every;
	s->accepted_count = 0;
	return rc == OK ? op_heap_check(s->guess_arena, e) : rc;
}

enum sqlstate search_guess(
	struct search_run *s, uint32_t variable, struct search_places *p, struct error *e)
{
	const struct search_variable *v = &s->program->variables[variable];
	uint32_t last = GUESS_FIRST + (s->is_foreseeing ? 0 : s->guesses[v->guess].count);
	uint32_t first = v->is_optional ? GUESS_UNBOUND : GUESS_FIRST;
	size_t room = (size_t)p->count * (last - first) + 1;
	uint32_t groups = search_counter_count(s->program);
	struct search_places made = { 0 };

	if (s->is_foreseeing)
		return OK;
	made.at = arena_alloc_raw(s->place_arena, sizeof *made.at * room);
	made.index = arena_alloc_raw(s->place_arena, sizeof *made.index * room);
	made.counters = arena_alloc_raw(s->place_arena, sizeof *made.counters * room * groups);
	if (arena_is_spent(s->place_arena))
		return op_out_of_memory(e);
	for (uint32_t i = 0; i < p->count; i++) {
		for (uint32_t guess = first; guess < last; guess++, made.count++) {
			uint32_t *counters = &made.counters[made.count * groups];

			made.at[made.count] = p->at[i];
			made.index[made.count] = p->index[i];
			search_copy(counters, &p->counters[i * groups], sizeof *counters * groups);
			*guess_in(s, variable, counters) = guess;
		}
	}
	*p = made;
	return OK;
}

bool search_is_guessed(
	struct search_run *s, uint32_t variable, uint64_t id, uint32_t *counters)
{
	struct search_guesses *g;
	uint32_t *guess;

	if (s->program->variables[variable].guess == SEARCH_NONE)
		return true;
	g = &s->guesses[s->program->variables[variable].guess];
	guess = guess_in(s, variable, counters);
	if (s->is_foreseeing)
		add_guess(s, g, id);
	if (*guess != GUESS_NONE && (*guess == GUESS_UNBOUND || g->ids[*guess - GUESS_FIRST] != id))
		return false;
	*guess = GUESS_NONE;
	return true;
}

bool search_is_settled(const struct search_run *s, uint32_t variable, uint32_t *counters)
{
	uint32_t *guess = guess_in(s, variable, counters);
	bool is_settled = *guess < GUESS_FIRST;

	*guess = GUESS_NONE;
	return is_settled;
}

bool search_shows_guess(const struct search_run *s, const struct search_view *view,
	const uint32_t *counters, struct value *out)
{
	const struct search_variable *v = &s->program->variables[view->variable];
	uint32_t guess = v->guess == SEARCH_NONE || view->group != v->group
				 ? GUESS_NONE
				 : counters[s->program->group_count + v->guess];

	if (guess == GUESS_NONE)
		return false;
	*out = guess == GUESS_UNBOUND
		       ? value_null()
		       : search_element(v->kind, s->guesses[v->guess].ids[guess - GUESS_FIRST]);
	return true;
}
