/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Path searches, second half: from the tree of plan_search.c to the program of a PLAN_SEARCH, from
 * either end. First a list of instructions with jumps,
 *
 *	(s) ((x)-[e]->(y)){1,2} (t)      0 BIND s    1 SPLIT 2 7    2 ENTER 1   3 BIND x
 *	                                 4 HOP e     5 BIND y       6 LEAVE 1, JUMP 1
 *	                                 7 EXIT 1    8 BIND t       9 END
 *
 * then, from the start and from behind every hop, all ways to the next hops: states and steps. What
 * lies before the first fork is done on arrival, so that it is done once.
 *
 * A condition becomes a CHECK at the first place where all that it reads is bound, but within the
 * iteration that it is about. What is bound only behind that is guessed (plan_guess.c): a trial run,
 * which plans nothing, tells what.
 */
#include <math.h>

#include "query/plan/match_search.h"

enum { STEPS_MAX = 4096, OPS_MAX = 512 };

#define SEARCH_FANOUT_MAX 1e12

enum code_kind { CODE_OP, CODE_HOP, CODE_SPLIT, CODE_JUMP, CODE_END };

struct code {
	enum code_kind kind;
	struct search_op op;
	uint32_t to;	  /* SPLIT, JUMP; HOP: the state */
	uint32_t or_else; /* SPLIT */
};

struct automaton {
	struct match_search *s;
	struct planner *p;
	bool is_reversed, is_bound, is_trial;
	struct code *codes;
	struct search_state *states;
	struct search_step *steps;
	struct search_check *checks;
	struct search_hop *hops;
	uint32_t *forks; /* where each state's arrival ends */
	uint32_t code_count, code_capacity, state_count, state_capacity, step_count, step_capacity;
	uint32_t check_count, check_capacity, hop_count, hop_capacity;
	bool *is_bound_yet;  /* variables */
	bool *is_guessed;    /* variables */
	bool *is_group_done; /* groups */
	uint64_t inside;     /* groups with a mode around the place of emission */
};

/* ---- emission -------------------------------------------------------------------------------- */

#define GROW(c, array, capacity)                                                                   \
	((c)->array##s = match_grow((c)->s->m, (c)->array##s, (c)->array##_count, &(c)->capacity,  \
		 sizeof *(c)->array##s),                                                           \
		&(c)->array##s[(c)->array##_count++])

static uint32_t emit(struct automaton *c, struct code code)
{
	*GROW(c, code, code_capacity) = code;
	return c->code_count - 1;
}

static void emit_op(struct automaton *c, enum search_op_kind kind, uint32_t number)
{
	emit(c, (struct code){ .kind = CODE_OP, .op = { kind, number } });
}

static void emit_bind(struct automaton *c, uint32_t variable)
{
	if (variable == SEARCH_NONE)
		return;
	emit_op(c, SEARCH_BIND, variable);
	c->is_bound_yet[variable] = true;
}

static enum direction flipped(enum direction d)
{
	return d == DIRECTION_OUT ? DIRECTION_IN : d == DIRECTION_IN ? DIRECTION_OUT : d;
}

static void emit_hop(struct automaton *c, const struct search_item *item, uint32_t hop)
{
	enum direction d = item->edge.direction;
	uint32_t number = c->state_count;

	*GROW(c, state, state_capacity) =
		(struct search_state){ .direction = c->is_reversed ? flipped(d) : d,
			.label_count = item->edge.label_count,
			.labels = item->edge.labels,
			.is_nothing = hop == SEARCH_NONE && item->edge.is_nothing,
			.hop = hop,
			.variable = item->variable,
			.inside = c->inside };
	emit(c, (struct code){ .kind = CODE_HOP, .to = number });
	if (item->variable != SEARCH_NONE)
		c->is_bound_yet[item->variable] = true;
}

/* The rows of a table that lead on, as a subplan that begins at either end of what one step matches. */
static enum sqlstate add_hop(
	struct automaton *c, const struct ast_pattern *pattern, uint32_t *out, struct error *e)
{
	const struct match_options options = { .is_repeatable = true };
	struct str known = c->is_reversed ? STR(AST_HOP_RIGHT) : STR(AST_HOP_LEFT);
	struct str sought = c->is_reversed ? STR(AST_HOP_LEFT) : STR(AST_HOP_RIGHT);
	struct planner *p = c->p;
	struct scope *outer_scope = p->b.scope;
	struct search_hop hop = { .source_slot = binder_slot_new(
					  &p->b, type_make(TYPE_NODE), known) };
	struct stream outer = planner_stream_sub(p, &hop.row_slot);
	struct variable *v;
	unsigned reads;

	p->b.scope = scope_new(p->arena, NULL);
	v = scope_add(p->b.scope, known);
	v->type = type_make(TYPE_NODE);
	v->slot = hop.source_slot;
	TRY(plan_pattern(p, pattern, &options, e));
	hop.edge_slot = scope_find(p->b.scope, STR(AST_HOP_ROW))->slot;
	hop.target_slot = scope_find(p->b.scope, sought)->slot;
	p->b.scope = outer_scope;
	hop.sub = p->s.top;
	hop.is_per_row = p->s.is_per_row;
	reads = p->s.reads;
	p->s = outer;
	planner_will_read(p, reads);
	*out = c->hop_count;
	*GROW(c, hop, hop_capacity) = hop;
	return OK;
}

/* One state for each table that the edge may be a row of, and one for edges, beside each other. */
static enum sqlstate emit_hops(
	struct automaton *c, const struct search_item *item, struct error *e)
{
	const struct ast_hops *hops = item->ast->hops;
	uint32_t count = hops->count + (hops->edges != NULL);
	uint32_t *jumps = ARENA_ARRAY(c->p->arena, uint32_t, count + 1);

	for (uint32_t i = 0; i < count; i++) {
		bool is_last = i + 1 == count;
		uint32_t split = is_last ? 0 : emit(c, (struct code){ .kind = CODE_SPLIT });
		uint32_t hop = SEARCH_NONE;

		if (i < hops->count && !c->is_trial)
			TRY(add_hop(c, hops->patterns[i], &hop, e));
		emit_hop(c, item, hop);
		jumps[i] = emit(c, (struct code){ .kind = CODE_JUMP });
		if (is_last)
			continue;
		c->codes[split].to = split + 1;
		c->codes[split].or_else = c->code_count;
	}
	for (uint32_t i = 0; i < count; i++)
		c->codes[jumps[i]].to = c->code_count;
	return OK;
}

/* ---- conditions ------------------------------------------------------------------------------ */

struct check_visit {
	struct automaton *c;
	uint32_t views[64];
	uint32_t count;
};

static void visit_check(void *context, uint32_t slot)
{
	struct check_visit *v = context;
	const struct match_search *s = v->c->s;

	for (uint32_t i = 0; i < v->count; i++) {
		if (s->views[v->views[i]].slot == slot)
			return;
	}
	for (uint32_t i = 0; i < s->view_count && v->count < ARRAY_COUNT(v->views); i++) {
		if (s->views[i].slot == slot)
			v->views[v->count++] = i;
	}
}

static bool is_around(const struct match_search *s, uint32_t group, uint32_t inner)
{
	while (inner != group && inner != 0)
		inner = s->scopes[inner].parent;
	return inner == group;
}

static bool view_is_there(const struct automaton *c, const struct search_view *view)
{
	uint32_t group = c->s->variables[view->variable].group;

	if (group == view->group)
		return c->is_bound_yet[view->variable] || c->is_guessed[view->variable];
	/* Of an inner group: there once the outermost group on the way to it is through. */
	while (c->s->scopes[c->s->scopes[group].parent].scope != view->group)
		group = c->s->scopes[group].parent;
	return c->is_group_done[group];
}

static void emit_check(struct automaton *c, const struct bound *x, const struct check_visit *v)
{
	struct planner *p = c->p;
	struct search_check check = { .view_count = v->count };
	uint32_t *views = ARENA_ARRAY(p->arena, uint32_t, v->count);
	struct stream outer;
	unsigned reads;

	if (c->is_trial)
		return;
	outer = planner_stream_sub(p, &check.row_slot);
	planner_filter(p, &x, 1);
	check.sub = p->s.top;
	check.is_per_row = p->s.is_per_row;
	reads = p->s.reads;
	p->s = outer;
	planner_will_read(p, reads);
	if (v->count > 0)
		memcpy(views, v->views, v->count * sizeof *views);
	check.views = views;
	for (uint32_t i = 0; i < v->count; i++)
		check.is_early |= !c->is_bound_yet[c->s->views[views[i]].variable] &&
				  c->is_guessed[c->s->views[views[i]].variable];
	*GROW(c, check, check_capacity) = check;
	emit_op(c, SEARCH_CHECK, c->check_count - 1);
}

static enum sqlstate late(struct error *e, uint32_t at)
{
	return FAIL_AT(e, at, E_NOT_SUPPORTED,
		"a condition inside a repeated path on a list or path that comes after it in the "
		"same path is not supported");
}

/* What the condition reads and is not there yet is to be guessed. */
static enum sqlstate guess_views(
	struct automaton *c, const struct check_visit *v, uint32_t at, struct error *e)
{
	for (uint32_t i = 0; i < v->count; i++) {
		const struct search_view *view = &c->s->views[v->views[i]];

		if (view_is_there(c, view))
			continue;
		if (!c->is_trial || !match_guess(c->s, view))
			return late(e, at);
	}
	return OK;
}

/* Checks of the list what can be; at the `end` of the iteration of `scope`, all. */
static enum sqlstate emit_conditions(struct automaton *c, struct search_condition *list, bool end,
	uint32_t scope, struct error *e)
{
	for (; list != NULL; list = list->next) {
		struct check_visit v = { .c = c };
		bool is_ready = true, is_late = false;

		if (list->is_emitted)
			continue;
		planner_each_slot(c->p, list->expr, visit_check, &v);
		for (uint32_t i = 0; i < v.count; i++) {
			const struct search_view *view = &c->s->views[v.views[i]];
			uint32_t group = c->s->variables[view->variable].group;

			if (view_is_there(c, view))
				continue;
			is_ready = false;
			is_late |= group != scope && !is_around(c->s, scope, group);
		}
		if (!is_ready && !end)
			continue;
		if (is_late)
			TRY(guess_views(c, &v, list->at, e));
		list->is_emitted = true;
		emit_check(c, list->expr, &v);
	}
	return OK;
}

/* ---- the tree -------------------------------------------------------------------------------- */

static enum sqlstate emit_branch(struct automaton *c, struct search_branch *branch,
	struct search_condition *of_group, uint32_t scope, struct error *e);

/* Behind a branch of a union its conditions cannot be tested: other branches come there too. */
static enum sqlstate check_branch(
	struct automaton *c, const struct search_branch *branch, struct error *e)
{
	for (uint32_t i = 0; i < branch->item_count; i++) {
		struct search_condition *x = branch->items[i].conditions;

		for (; x != NULL; x = x->next) {
			struct check_visit v = { .c = c };

			if (x->is_emitted)
				continue;
			planner_each_slot(c->p, x->expr, visit_check, &v);
			TRY(guess_views(c, &v, x->at, e));
			x->is_emitted = true;
		}
	}
	return OK;
}

/* What one branch of a union has bound is not bound in another, and may be behind them all. */
struct bound_before {
	bool *variables, *merged, *guessed;
};

static void begin_branches(struct automaton *c, struct bound_before *b)
{
	uint32_t count = c->s->variable_count;

	b->variables = ARENA_ARRAY(c->p->arena, bool, count + 1);
	b->merged = ARENA_ARRAY(c->p->arena, bool, count + 1);
	b->guessed = ARENA_ARRAY(c->p->arena, bool, count + 1);
	memcpy(b->variables, c->is_bound_yet, count * sizeof *b->variables);
	memcpy(b->guessed, c->is_guessed, count * sizeof *b->guessed);
}

static void end_branch(struct automaton *c, struct bound_before *b)
{
	uint32_t count = c->s->variable_count;

	for (uint32_t i = 0; i < count; i++)
		b->merged[i] |= c->is_bound_yet[i];
	memcpy(c->is_bound_yet, b->variables, count * sizeof *b->variables);
	memcpy(c->is_guessed, b->guessed, count * sizeof *b->guessed);
}

/* All branches, with jumps to the place behind the last. */
static enum sqlstate emit_branches(
	struct automaton *c, struct search_branch *branch, uint32_t scope, struct error *e)
{
	uint32_t jumps[64], count = 0;
	struct bound_before before;

	begin_branches(c, &before);
	for (; branch->alternative != NULL; branch = branch->alternative) {
		uint32_t split = emit(c, (struct code){ .kind = CODE_SPLIT });

		if (count == ARRAY_COUNT(jumps))
			return FAIL_AT(e, c->s->path->at, E_TOO_COMPLEX,
				"a union has more than %zu paths", ARRAY_COUNT(jumps));
		TRY(emit_branch(c, branch, NULL, scope, e));
		TRY(check_branch(c, branch, e));
		end_branch(c, &before);
		jumps[count++] = emit(c, (struct code){ .kind = CODE_JUMP });
		c->codes[split].to = split + 1;
		c->codes[split].or_else = c->code_count;
	}
	TRY(emit_branch(c, branch, NULL, scope, e));
	TRY(check_branch(c, branch, e));
	end_branch(c, &before);
	memcpy(c->is_bound_yet, before.merged, c->s->variable_count * sizeof(bool));
	for (uint32_t i = 0; i < count; i++)
		c->codes[jumps[i]].to = c->code_count;
	return OK;
}

/* Before a part of an iteration of `scope`: what it reads and is not bound yet. */
static void emit_guesses(struct automaton *c, const struct search_item *item, uint32_t scope)
{
	for (uint32_t i = 0; i < c->s->variable_count; i++) {
		const struct search_variable *v = &c->s->variables[i];

		if (v->guess == SEARCH_NONE || v->group != scope || c->is_guessed[i] ||
			c->is_bound_yet[i] || !match_item_reads(c->s, item, i))
			continue;
		emit_op(c, SEARCH_GUESS, i);
		c->is_guessed[i] = true;
	}
}

/* At the end of the iteration: what may not have been bound. */
static void emit_settling(struct automaton *c, uint32_t scope)
{
	for (uint32_t i = 0; i < c->s->variable_count; i++) {
		const struct search_variable *v = &c->s->variables[i];

		if (v->guess != SEARCH_NONE && v->group == scope && v->is_optional)
			emit_op(c, SEARCH_SETTLE, i);
	}
}

/* What had to wait for the end of its iteration, or of the whole path. */
static enum sqlstate emit_rest(
	struct automaton *c, struct search_branch *branch, uint32_t scope, struct error *e)
{
	for (; branch != NULL; branch = branch->alternative) {
		for (uint32_t i = 0; i < branch->item_count; i++) {
			struct search_item *item = &branch->items[i];
			bool is_group = item->kind == AST_ELEMENT_GROUP;

			if (is_group && c->s->scopes[item->group].scope != scope)
				continue;
			TRY(emit_conditions(c, item->conditions, true, scope, e));
			if (is_group)
				TRY(emit_rest(c, item->body, scope, e));
		}
	}
	return OK;
}

static enum sqlstate emit_group(struct automaton *c, struct search_item *item, struct error *e)
{
	const struct search_group *group = &c->s->groups[item->group];
	uint32_t scope = c->s->scopes[item->group].scope, split = 0;
	uint64_t before = c->inside;

	/* Before the first of at least one iteration there is no choice. */
	if (group->is_counted && group->min > 0)
		emit(c, (struct code){ .kind = CODE_JUMP, .to = c->code_count + 2 });
	if (group->is_counted)
		split = emit(c, (struct code){ .kind = CODE_SPLIT });
	emit_op(c, SEARCH_ENTER, item->group);
	if (group->mode > MODE_WALK)
		c->inside |= UINT64_C(1) << item->group;
	if (item->body->alternative == NULL)
		TRY(emit_branch(c, item->body, item->conditions, scope, e));
	else
		TRY(emit_branches(c, item->body, scope, e));
	if (!group->is_counted)
		emit_op(c, SEARCH_LEAVE, item->group);
	if (item->variable != SEARCH_NONE)
		c->is_bound_yet[item->variable] = true;
	if (group->is_counted)
		TRY(emit_rest(c, item->body, scope, e));
	TRY(emit_conditions(c, item->conditions, group->is_counted, scope, e));
	c->inside = before;
	if (group->is_counted) {
		emit_settling(c, item->group);
		emit_op(c, SEARCH_LEAVE, item->group);
		emit(c, (struct code){ .kind = CODE_JUMP, .to = split });
		c->codes[split].to = split + 1;
		c->codes[split].or_else = c->code_count;
		emit_op(c, SEARCH_EXIT, item->group);
	}
	c->is_group_done[item->group] = true;
	return OK;
}

static enum sqlstate emit_item(struct automaton *c, struct search_item *item, struct error *e)
{
	if (item->kind == AST_ELEMENT_GROUP)
		return emit_group(c, item, e);
	if (item->kind == AST_ELEMENT_EDGE && item->ast->hops != NULL)
		return emit_hops(c, item, e);
	if (item->kind == AST_ELEMENT_EDGE)
		emit_hop(c, item, SEARCH_NONE);
	else
		emit_bind(c, item->variable);
	return OK;
}

static enum sqlstate emit_branch(struct automaton *c, struct search_branch *branch,
	struct search_condition *of_group, uint32_t scope, struct error *e)
{
	uint32_t count = branch->item_count;

	for (uint32_t i = 0; i < count; i++) {
		struct search_item *next = &branch->items[c->is_reversed ? count - 1 - i : i];

		emit_guesses(c, next, scope);
		TRY(emit_item(c, next, e));
		for (uint32_t k = 0; k < count; k++) {
			const struct search_item *item = &branch->items[k];

			if (item->kind != AST_ELEMENT_GROUP ||
				c->s->scopes[item->group].scope == scope)
				TRY(emit_conditions(c, item->conditions, false, scope, e));
		}
		TRY(emit_conditions(c, of_group, false, scope, e));
	}
	return OK;
}

static enum sqlstate emit_program(struct automaton *c, struct error *e)
{
	struct match_search *s = c->s;
	uint32_t first = s->ends[c->is_reversed], last = s->ends[!c->is_reversed];

	c->inside = s->groups[0].mode > MODE_WALK;
	(void)GROW(c, state, state_capacity);
	c->states[0] = (struct search_state){
		.variable = SEARCH_NONE, .hop = SEARCH_NONE, .inside = c->inside
	};
	if (c->is_bound)
		c->is_bound_yet[last] = true;
	emit_bind(c, first);
	TRY(emit_branch(c, s->top, NULL, 0, e));
	if (last != first)
		emit_bind(c, last);
	else
		emit_op(c, SEARCH_BIND, first);
	TRY(emit_rest(c, s->top, 0, e));
	emit_settling(c, 0);
	emit(c, (struct code){ .kind = CODE_END });
	return OK;
}

static struct automaton automaton_new(struct match_search *s, bool is_reversed, bool is_bound)
{
	struct automaton c = { .s = s,
		.p = s->m->p,
		.is_reversed = is_reversed,
		.is_bound = is_bound };

	c.is_bound_yet = ARENA_ARRAY(c.p->arena, bool, s->variable_count + 1);
	c.is_guessed = ARENA_ARRAY(c.p->arena, bool, s->variable_count + 1);
	c.is_group_done = ARENA_ARRAY(c.p->arena, bool, SEARCH_GROUPS_MAX);
	return c;
}

/* Finds what is to be guessed. */
static enum sqlstate try_program(
	struct match_search *s, bool is_reversed, bool is_bound, struct error *e)
{
	struct automaton c = automaton_new(s, is_reversed, is_bound);

	c.is_trial = true;
	match_guess_nothing(s);
	TRY(emit_program(&c, e));
	match_conditions_wait(s);
	return OK;
}

/* ---- states and steps ------------------------------------------------------------------------ */

struct way {
	struct search_op ops[OPS_MAX];
	uint32_t count;
};

static struct search_op *copy_ops(struct automaton *c, const struct way *way)
{
	struct search_op *ops = ARENA_ARRAY(c->p->arena, struct search_op, way->count + 1);

	memcpy(ops, way->ops, way->count * sizeof *ops);
	return ops;
}

static uint64_t entered(const struct search_op *ops, uint32_t count)
{
	uint64_t mask = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (ops[i].kind == SEARCH_ENTER)
			mask |= UINT64_C(1) << ops[i].number;
	}
	return mask;
}

static enum sqlstate put_op(
	struct automaton *c, struct way *way, struct search_op op, struct error *e)
{
	if (way->count == OPS_MAX)
		return FAIL_AT(e, c->s->path->at, E_TOO_COMPLEX, "the path pattern is too complex");
	way->ops[way->count++] = op;
	return OK;
}

/* Follows what has no choice; `at` is then at a fork, a hop or the end. */
static enum sqlstate follow(struct automaton *c, uint32_t *at, struct way *way, struct error *e)
{
	for (;;) {
		const struct code *code = &c->codes[*at];

		if (code->kind == CODE_OP)
			TRY(put_op(c, way, code->op, e));
		else if (code->kind != CODE_JUMP)
			return OK;
		*at = code->kind == CODE_JUMP ? code->to : *at + 1;
	}
}

static enum sqlstate make_arrival(struct automaton *c, uint32_t state, uint32_t at, struct error *e)
{
	struct search_state *s = &c->states[state];
	struct way *way = ARENA_NEW(c->p->arena, struct way);

	TRY(follow(c, &at, way, e));
	c->forks[state] = at;
	s->ops = copy_ops(c, way);
	s->op_count = way->count;
	s->enters = entered(way->ops, way->count);
	s->still_inside = s->inside;
	for (uint32_t i = 0; i < way->count; i++) {
		uint64_t bit = UINT64_C(1) << (way->ops[i].number & 63);

		if (way->ops[i].kind == SEARCH_ENTER &&
			c->s->groups[way->ops[i].number].mode > MODE_WALK)
			s->still_inside |= bit;
		if (way->ops[i].kind == SEARCH_LEAVE)
			s->still_inside &= ~bit;
	}
	return OK;
}

static enum sqlstate make_steps(
	struct automaton *c, uint32_t from, uint32_t at, struct way *way, struct error *e)
{
	uint32_t count = way->count;
	const struct code *code;

	TRY(follow(c, &at, way, e));
	code = &c->codes[at];
	if (code->kind == CODE_SPLIT) {
		TRY(make_steps(c, from, code->to, way, e));
		TRY(make_steps(c, from, code->or_else, way, e));
	} else if (c->step_count == STEPS_MAX) {
		return FAIL_AT(e, c->s->path->at, E_TOO_COMPLEX, "the path pattern is too complex");
	} else {
		*GROW(c, step, step_capacity) = (struct search_step){ .from = from,
			.to = code->kind == CODE_END ? SEARCH_END : code->to,
			.op_count = way->count,
			.ops = copy_ops(c, way),
			.enters = entered(way->ops, way->count) };
	}
	way->count = count;
	return OK;
}

/* ---- signatures, and what the future reads --------------------------------------------------- */

static bool is_seen(const struct match_search *s, uint32_t variable)
{
	for (uint32_t i = 0; i < s->out_count; i++) {
		if (s->views[s->outs[i]].variable == variable)
			return true;
	}
	return false;
}

static uint64_t hash_ops(
	const struct match_search *s, uint64_t hash, const struct search_op *ops, uint32_t count)
{
	enum { MULTIPLIER = 1099511628211 };

	for (uint32_t i = 0; i < count; i++) {
		bool counts = ops[i].kind == SEARCH_BIND && is_seen(s, ops[i].number);

		for (uint32_t v = 0; v < s->variable_count && ops[i].kind != SEARCH_BIND; v++)
			counts |= ops[i].kind != SEARCH_CHECK &&
				  s->variables[v].of_group == ops[i].number;
		if (counts)
			hash = (hash ^ ((uint64_t)ops[i].kind << 32 | ops[i].number)) *
			       (uint64_t)MULTIPLIER;
	}
	return hash;
}

static void sign_steps(struct automaton *c)
{
	const struct match_search *s = c->s;
	uint64_t *hashes = ARENA_ARRAY(c->p->arena, uint64_t, c->step_count + 1);

	for (uint32_t i = 0; i < c->step_count; i++) {
		struct search_step *step = &c->steps[i];
		const struct search_state *to =
			step->to == SEARCH_END ? NULL : &c->states[step->to];

		hashes[i] = hash_ops(s, UINT64_C(14695981039346656037), step->ops, step->op_count);
		if (to != NULL) {
			uint32_t edge = to->variable != SEARCH_NONE && is_seen(s, to->variable)
						? to->variable + 1
						: 0;

			hashes[i] = (hashes[i] + edge) * UINT64_C(1099511628211);
			hashes[i] = hash_ops(s, hashes[i], to->ops, to->op_count);
		}
		step->signature = i;
		for (uint32_t k = 0; k < i; k++) {
			if (hashes[k] == hashes[i]) {
				step->signature = c->steps[k].signature;
				break;
			}
		}
	}
}

struct future {
	struct automaton *c;
	bool *is_visited; /* states */
	bool *reads;	  /* views */
};

static void future_ops(struct future *f, const struct search_op *ops, uint32_t count)
{
	const struct match_search *s = f->c->s;

	for (uint32_t i = 0; i < count; i++) {
		if (ops[i].kind == SEARCH_CHECK) {
			const struct search_check *check = &f->c->checks[ops[i].number];

			for (uint32_t k = 0; k < check->view_count; k++)
				f->reads[check->views[k]] = true;
		}
		if (ops[i].kind != SEARCH_BIND || !s->variables[ops[i].number].is_repeated)
			continue;
		for (uint32_t v = 0; v < s->view_count; v++) {
			if (s->views[v].variable == ops[i].number &&
				s->views[v].group == s->variables[ops[i].number].group)
				f->reads[v] = true;
		}
	}
}

static void visit_future(struct future *f, uint32_t state)
{
	for (uint32_t i = 0; i < f->c->step_count; i++) {
		const struct search_step *step = &f->c->steps[i];

		if (step->from != state)
			continue;
		future_ops(f, step->ops, step->op_count);
		if (step->to == SEARCH_END)
			continue;
		future_ops(f, f->c->states[step->to].ops, f->c->states[step->to].op_count);
		if (f->is_visited[step->to])
			continue;
		f->is_visited[step->to] = true;
		visit_future(f, step->to);
	}
}

static void look_ahead(struct automaton *c)
{
	uint32_t views = c->s->view_count;

	for (uint32_t i = 0; i < c->state_count; i++) {
		struct future f = { .c = c,
			.is_visited = ARENA_ARRAY(c->p->arena, bool, c->state_count),
			.reads = ARENA_ARRAY(c->p->arena, bool, views + 1) };
		uint32_t *list = ARENA_ARRAY(c->p->arena, uint32_t, views + 1);
		uint32_t count = 0;

		visit_future(&f, i);
		for (uint32_t v = 0; v < views; v++) {
			if (f.reads[v])
				list[count++] = v;
		}
		c->states[i].views = list;
		c->states[i].view_count = count;
	}
}

/* ---- the node -------------------------------------------------------------------------------- */

static enum sqlstate make_automaton(struct automaton *c, struct error *e)
{
	struct way *way = ARENA_NEW(c->p->arena, struct way);

	TRY(emit_program(c, e));
	c->forks = ARENA_ARRAY(c->p->arena, uint32_t, c->state_count);
	TRY(make_arrival(c, 0, 0, e));
	for (uint32_t i = 0; i < c->code_count; i++) {
		if (c->codes[i].kind == CODE_HOP)
			TRY(make_arrival(c, c->codes[i].to, i + 1, e));
	}
	for (uint32_t i = 0; i < c->state_count; i++)
		TRY(make_steps(c, i, c->forks[i], way, e));
	sign_steps(c);
	look_ahead(c);
	return OK;
}

static struct str search_text(const struct match_search *s)
{
	const struct binder *b = &s->m->p->b;
	const struct ast_path *path = s->path;
	uint64_t at = path->at, end = at + path->length;

	if (path->length == 0 || at < b->text_at || end - b->text_at > b->text.length)
		return (struct str){ 0 };
	return (struct str){ b->text.at + (at - b->text_at), path->length };
}

static struct search *make_search(struct automaton *c)
{
	struct match_search *s = c->s;
	struct search *made = ARENA_NEW(c->p->arena, struct search);

	*made = (struct search){ .variable_count = s->variable_count,
		.view_count = s->view_count,
		.group_count = s->group_count,
		.state_count = c->state_count,
		.step_count = c->step_count,
		.check_count = c->check_count,
		.guess_count = s->guess_count,
		.variables = s->variables,
		.views = s->views,
		.groups = s->groups,
		.states = c->states,
		.steps = c->steps,
		.checks = c->checks,
		.hop_count = c->hop_count,
		.hops = c->hops,
		.out_count = s->out_count,
		.outs = s->outs,
		.has_unknown = s->has_unknown,
		.is_distinct = s->is_distinct || s->selector != SELECT_EVERY,
		.text = search_text(s) };
	return made;
}

enum sqlstate match_push_search(
	struct match_search *s, bool is_reversed, bool is_bound, double rows, struct error *e)
{
	struct match *m = s->m;
	struct automaton c = automaton_new(s, is_reversed, is_bound);
	const struct match_edge *edge = &m->edges[s->edge];
	uint32_t source = m->nodes[is_reversed ? edge->to : edge->from].slot;
	uint32_t target = m->nodes[is_reversed ? edge->from : edge->to].slot;
	struct plan_node *node;

	TRY(try_program(s, is_reversed, is_bound, e));
	if (is_bound)
		s->variables[s->ends[!is_reversed]].known_slot = target;
	TRY(make_automaton(&c, e));
	node = planner_push(m->p, PLAN_SEARCH, rows, rows * 2);
	node->search.program = make_search(&c);
	node->search.source_slot = source;
	node->search.target_slot = target;
	node->search.edges_slot = edge->slot;
	node->search.at = m->p->b.slots[edge->slot].at;
	node->search.target_is_bound = is_bound;
	node->search.is_reversed = is_reversed;
	node->search.mode = s->mode;
	node->search.selector = s->selector;
	node->search.count = s->count;
	return OK;
}

/* ---- estimates ------------------------------------------------------------------------------- */

static double branch_fanout(struct match_search *s, const struct search_branch *b, bool reversed);

static double item_fanout(struct match_search *s, const struct search_item *item, bool is_reversed)
{
	enum { ROUNDS_MAX = 3, ROW_FANOUT = 3 }; /* rows of a table at a node: a guess */
	const struct search_group *group = &s->groups[item->group];
	double all = 0, level = 1, one;
	enum direction d = item->edge.direction;

	if (item->kind == AST_ELEMENT_NODE)
		return 1;
	if (item->kind == AST_ELEMENT_EDGE && item->ast->hops != NULL)
		return ROW_FANOUT * (item->ast->hops->count + (item->ast->hops->edges != NULL));
	if (item->kind == AST_ELEMENT_EDGE)
		return cost_fanout(s->m->p, NAME_NONE, item->edge.labels, item->edge.label_count,
			is_reversed ? flipped(d) : d);
	one = branch_fanout(s, item->body, is_reversed);
	for (uint32_t i = 0; i <= group->max && i <= group->min + ROUNDS_MAX; i++) {
		all += i >= group->min ? level : 0;
		level *= one;
	}
	return MIN_OF(all, SEARCH_FANOUT_MAX);
}

static double branch_fanout(struct match_search *s, const struct search_branch *b, bool reversed)
{
	double sum = 0;

	for (; b != NULL; b = b->alternative) {
		double product = 1;

		for (uint32_t i = 0; i < b->item_count; i++)
			product *= item_fanout(s, &b->items[i], reversed);
		sum += product;
	}
	return MIN_OF(sum, SEARCH_FANOUT_MAX);
}

double match_search_fanout(struct match_search *s, bool is_reversed)
{
	double paths = branch_fanout(s, s->top, is_reversed);
	struct error e = { 0 };

	/* What cannot be guessed may be known when the search goes the other way. */
	if (try_program(s, is_reversed, false, &e) != OK)
		return INFINITY;
	for (uint32_t i = 0; i < s->guess_count; i++)
		paths = MIN_OF(paths * cost_nodes(s->m->p, NAME_NONE), SEARCH_FANOUT_MAX);
	return paths;
}
