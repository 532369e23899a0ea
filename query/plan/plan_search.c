/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Path searches, first half: names and conditions. A parenthesised path that is no variable-length
 * edge, and a whole path whose selector or mode spans several edges, become one edge of the match,
 * found by a search (PLAN_SEARCH) that knows what is inside.
 *
 * Variables. Under a quantifier a variable is bound once per iteration: its scope is the innermost
 * group around it that repeats. Inside of that it is one element; outside it is the list of all,
 * or, where nothing but "?" is in between, the element or NULL. Each scope has names of its own, so
 * that a condition reads the right view; see search.h.
 *
 * Refused: a quantifier over a path that can be empty (there would be no end of empty iterations),
 * and one without an upper bound that nothing limits.
 */
#include "query/plan/match_search.h"

/* ---- tables ---------------------------------------------------------------------------------- */

static void *grown(
	struct match_search *s, void *at, uint32_t count, uint32_t *capacity, size_t size)
{
	return match_grow(s->m, at, count, capacity, size);
}

static uint32_t add_view(
	struct match_search *s, uint32_t variable, uint32_t group, uint32_t slot, bool is_list)
{
	s->views = grown(s, s->views, s->view_count, &s->view_capacity, sizeof *s->views);
	s->views[s->view_count] = (struct search_view){
		.variable = variable, .group = group, .slot = slot, .is_list = is_list
	};
	return s->view_count++;
}

static uint32_t add_variable(
	struct match_search *s, const struct ast_name *name, enum search_kind kind, uint32_t group)
{
	uint32_t n = s->variable_count;

	s->variables = grown(s, s->variables, n, &s->variable_capacity, sizeof *s->variables);
	s->named = grown(s, s->named, n, &s->named_capacity, sizeof *s->named);
	s->variables[n] = (struct search_variable){
		.kind = kind,
		.group = group,
		.of_group = SEARCH_NONE,
		.known_slot = SLOT_NONE,
		.guess = SEARCH_NONE
	};
	s->named[n] = (struct search_named){ .name = *name, .branch = s->branch };
	return s->variable_count++;
}

static uint32_t find_variable(const struct match_search *s, struct str name)
{
	for (uint32_t i = 0; name.length > 0 && i < s->variable_count; i++) {
		if (str_equal(s->named[i].name.text, name))
			return i;
	}
	return SEARCH_NONE;
}

static enum sqlstate declare(struct match_search *s, const struct ast_name *name,
	enum search_kind kind, uint32_t scope, uint32_t *out, struct error *e)
{
	struct search_variable *v;

	*out = find_variable(s, name->text);
	if (*out == SEARCH_NONE) {
		*out = add_variable(s, name, kind, scope);
		return OK;
	}
	v = &s->variables[*out];
	if (*out >= s->beside_first && *out < s->beside_end && v->kind == kind &&
		v->group == scope && s->named[*out].branch != s->branch) {
		v->is_repeated |= kind == SEARCH_NODE;
		s->named[*out].branch = s->branch;
		return OK;
	}
	if (v->kind != kind && v->group == scope)
		return FAIL_AT(e, name->at, E_TYPE, "variable \"%.*s\" is not %s",
			STR_ARGS(name->text), kind == SEARCH_NODE ? "a node" : "an edge");
	if (kind != SEARCH_NODE || v->group != scope)
		return FAIL_AT(e, name->at, E_DUPLICATE_ALIAS, "variable \"%.*s\" is already bound",
			STR_ARGS(name->text));
	v->is_repeated = true;
	return OK;
}

static enum sqlstate add_group(struct match_search *s, uint32_t parent,
	const struct ast_quantifier *q, enum ast_path_mode mode, uint32_t *out, struct error *e)
{
	uint32_t n = s->group_count;
	bool repeats = q->length > 0;

	if (n == SEARCH_GROUPS_MAX)
		return FAIL_AT(e, s->path->at, E_TOO_COMPLEX,
			"a path has more than %d parenthesised or quantified parts",
			SEARCH_GROUPS_MAX - 1);
	s->groups[n] = (struct search_group){ .min = repeats ? q->min : 1,
		.max = repeats ? q->max : 1,
		.is_counted = repeats,
		.mode = mode };
	s->scopes[n].parent = parent;
	s->scopes[n].is_question = q->is_question;
	s->scopes[n].scope = repeats ? n : s->scopes[parent].scope;
	s->group_count++;
	*out = n;
	return OK;
}

/* ---- what a quantifier may stand on ---------------------------------------------------------- */

static uint32_t least_length(const struct ast_path *path)
{
	uint32_t best = UINT32_MAX;

	for (; path != NULL; path = path->alternative) {
		uint64_t length = 0;

		for (uint32_t i = 0; i < path->element_count; i++) {
			const struct ast_element *x = &path->elements[i];
			uint64_t one = x->kind == AST_ELEMENT_NODE   ? 0
				       : x->kind == AST_ELEMENT_EDGE ? 1
								     : least_length(x->group);

			length += one * (x->quantifier.length > 0 ? x->quantifier.min : 1);
		}
		best = MIN_OF(best, (uint32_t)MIN_OF(length, UINT64_C(1000000)));
	}
	return best;
}

static bool is_restrictive(enum ast_path_mode mode)
{
	return mode == MODE_TRAIL || mode == MODE_ACYCLIC || mode == MODE_SIMPLE;
}

static bool is_limited(const struct match_search *s, uint32_t group)
{
	if (s->selector != SELECT_EVERY)
		return true;
	for (;; group = s->scopes[group].parent) {
		if (is_restrictive(s->groups[group].mode))
			return true;
		if (group == 0)
			return false;
	}
}

/* `around` is the group that the quantified part stands in. */
static enum sqlstate check_quantifier(
	const struct match_search *s, const struct ast_element *x, uint32_t around, struct error *e)
{
	const struct ast_quantifier *q = &x->quantifier;

	if (q->length == 0)
		return OK;
	if (q->min > q->max && !q->is_in_bracket)
		return FAIL_AT(e, q->at, E_SYNTAX,
			"the lower bound of a quantifier is above its upper bound");
	if (x->kind == AST_ELEMENT_GROUP && least_length(x->group) == 0) {
		FAIL(e, E_SYNTAX, "a quantifier needs a path of at least one edge");
		error_hint(e, "The path inside the parentheses can match without any edge.");
		return binder_blame(e, q->at);
	}
	if (q->max == AST_UNBOUNDED && !is_limited(s, around)) {
		FAIL(e, E_SYNTAX, "an unbounded quantifier needs a path mode or selector here");
		error_hint(e, "Write TRAIL, ACYCLIC, SIMPLE or ANY SHORTEST before the path.");
		return binder_blame(e, q->at);
	}
	return OK;
}

/* ---- the tree -------------------------------------------------------------------------------- */

static enum sqlstate add_branch(struct match_search *s, const struct ast_path *path, uint32_t group,
	struct search_branch **out, struct error *e);

static bool has_conditions(const struct ast_element *x)
{
	return x->label != NULL || x->properties != NULL || x->where != NULL;
}

static enum sqlstate add_element(struct match_search *s, const struct ast_element *x,
	uint32_t scope, struct search_item *item, struct error *e)
{
	bool is_edge = x->kind == AST_ELEMENT_EDGE;
	const struct ast_label *label;

	item->variable = SEARCH_NONE;
	if (x->variable.text.length > 0 || has_conditions(x))
		TRY(declare(s, &x->variable, is_edge ? SEARCH_EDGE : SEARCH_NODE, scope,
			&item->variable, e));
	if (!is_edge)
		return OK;
	if (x->hops != NULL && item->variable != SEARCH_NONE)
		s->variables[item->variable].is_row = x->hops->edges == NULL;
	item->edge.direction = match_direction(x->direction);
	label = x->hops == NULL ? x->label : x->hops->edges;
	if (label == NULL)
		return OK;
	TRY(bind_label(&s->m->p->b, label, ELEMENT_EDGE, &item->label, e));
	if (match_edge_label_list(s->m, item->label, &item->edge))
		item->label = NULL;
	else
		item->edge.label_count = 0;
	s->has_unknown |= item->edge.has_unknown || item->edge.is_nothing;
	return OK;
}

/* An edge under a quantifier is a group of that one edge. */
static enum sqlstate add_quantified_edge(struct match_search *s, const struct ast_element *x,
	uint32_t group, struct search_item *item, struct error *e)
{
	struct search_item *inner = ARENA_NEW(s->m->p->arena, struct search_item);

	TRY(check_quantifier(s, x, group, e));
	TRY(add_group(s, group, &x->quantifier, MODE_WALK, &item->group, e));
	item->kind = AST_ELEMENT_GROUP;
	item->variable = SEARCH_NONE;
	inner->kind = AST_ELEMENT_EDGE;
	inner->ast = x;
	inner->scope = item->group;
	TRY(add_element(s, x, item->group, inner, e));
	item->body = ARENA_NEW(s->m->p->arena, struct search_branch);
	item->body->items = inner;
	item->body->item_count = 1;
	return OK;
}

static enum sqlstate add_parentheses(struct match_search *s, const struct ast_element *x,
	uint32_t group, struct search_item *item, struct error *e)
{
	const struct ast_path *path = x->group;
	uint32_t around;

	TRY(check_quantifier(s, x, group, e));
	TRY(add_group(s, group, &x->quantifier, path->prefix.mode, &item->group, e));
	item->variable = SEARCH_NONE;
	around = s->scopes[item->group].scope;
	if (path->variable.text.length > 0) {
		TRY(declare(s, &path->variable, SEARCH_PATH, around, &item->variable, e));
		s->variables[item->variable].of_group = item->group;
	}
	return add_branch(s, path, item->group, &item->body, e);
}

static enum sqlstate add_item(struct match_search *s, const struct ast_element *x, uint32_t group,
	struct search_item *item, struct error *e)
{
	item->kind = x->kind;
	item->ast = x;
	item->scope = s->scopes[group].scope;
	if (x->kind == AST_ELEMENT_GROUP)
		return add_parentheses(s, x, group, item, e);
	if (x->quantifier.length > 0 && x->kind == AST_ELEMENT_NODE)
		return FAIL_AT(e, x->quantifier.at, E_SYNTAX, "a node cannot be quantified");
	if (x->quantifier.length > 0)
		return add_quantified_edge(s, x, group, item, e);
	return add_element(s, x, item->scope, item, e);
}

static enum sqlstate add_items(struct match_search *s, const struct ast_path *path, uint32_t group,
	struct search_branch **out, struct error *e)
{
	struct search_branch *branch = ARENA_NEW(s->m->p->arena, struct search_branch);

	*out = branch;
	branch->items = ARENA_ARRAY(s->m->p->arena, struct search_item, path->element_count + 1);
	for (uint32_t i = 0; i < path->element_count; i++) {
		TRY(add_item(s, &path->elements[i], group, &branch->items[i], e));
		branch->item_count++;
	}
	return OK;
}

/* Branches of a union may name the same things. */
static enum sqlstate add_branch(struct match_search *s, const struct ast_path *path, uint32_t group,
	struct search_branch **out, struct error *e)
{
	uint32_t branch = s->branch, first = s->beside_first, end = s->beside_end;
	uint32_t before = s->variable_count;

	if (path->alternative == NULL)
		return add_items(s, path, group, out, e);
	for (; path != NULL; path = path->alternative) {
		s->is_distinct |= path->alternative != NULL && !path->alternative->is_multiset;
		s->branch = ++s->branch_count;
		s->beside_first = before;
		s->beside_end = s->variable_count;
		TRY(add_items(s, path, group, out, e));
		out = &(*out)->alternative;
	}
	s->branch = branch;
	s->beside_first = first;
	s->beside_end = end;
	return OK;
}

/* ---- views ----------------------------------------------------------------------------------- */

static struct type type_of_variable(const struct search_variable *v)
{
	return type_make(v->kind == SEARCH_NODE || v->is_row ? TYPE_NODE
			 : v->kind == SEARCH_EDGE		     ? TYPE_EDGE
								     : TYPE_PATH);
}

/* Whether the variable is a list to those who look from `from`. */
static bool is_list_from(const struct match_search *s, uint32_t group, uint32_t from)
{
	for (; group != from; group = s->scopes[group].parent) {
		if (s->groups[group].is_counted && !s->scopes[group].is_question)
			return true;
	}
	return false;
}

static struct scope *names_of(struct match_search *s, uint32_t group)
{
	struct search_scope *scope = &s->scopes[group];

	if (group == 0)
		return s->m->p->b.scope;
	if (scope->names == NULL)
		scope->names =
			scope_new(s->m->p->arena, names_of(s, s->scopes[scope->parent].scope));
	return scope->names;
}

static uint32_t inner_view(struct match_search *s, uint32_t variable, uint32_t group)
{
	const struct ast_name *name = &s->named[variable].name;
	bool is_list = is_list_from(s, s->variables[variable].group, group);
	struct type type = type_of_variable(&s->variables[variable]);
	struct variable *v;
	uint32_t slot;

	if (is_list)
		type = type_list_of(type);
	slot = binder_slot_new(&s->m->p->b, type, name->text);
	if (name->text.length > 0 && group != 0) {
		v = scope_add(names_of(s, group), name->text);
		v->type = type;
		v->slot = slot;
		v->at = name->at;
	}
	return add_view(s, variable, group, slot, is_list);
}

/* An element bound before this pattern or elsewhere in it: the search's must be the same. */
static enum sqlstate join_known(
	struct match_search *s, uint32_t variable, const struct variable *known, struct error *e)
{
	const struct ast_name *name = &s->named[variable].name;
	struct binder *b = &s->m->p->b;
	const struct bound *test;
	uint32_t slot;

	if (s->variables[variable].group != 0 || known->kind != VARIABLE_SLOT ||
		s->variables[variable].kind == SEARCH_PATH)
		return FAIL_AT(e, name->at, E_DUPLICATE_ALIAS, "variable \"%.*s\" is already bound",
			STR_ARGS(name->text));
	if (known->type.kind != type_of_variable(&s->variables[variable]).kind)
		return FAIL_AT(e, name->at, E_TYPE, "variable \"%.*s\" is not %s",
			STR_ARGS(name->text),
			s->variables[variable].kind == SEARCH_NODE ? "a node" : "an edge");
	if (known->slot >= s->m->first_slot &&
		(s->selector != SELECT_EVERY || s->variables[variable].kind == SEARCH_EDGE))
		return FAIL_AT(e, name->at, E_DUPLICATE_ALIAS,
			"variable \"%.*s\" inside a path cannot be another path's too",
			STR_ARGS(name->text));
	slot = s->views[inner_view(s, variable, 0)].slot;
	TRY(bind_comparison(b, OP_EQ, binder_slot_ref(b, slot, name->at),
		binder_slot_ref(b, known->slot, name->at), name->at, &test, e));
	if (known->slot >= s->m->first_slot) {
		s->outs[s->out_count++] = s->view_count - 1;
		match_add_predicate(s->m, test, NAME_NONE);
		return OK;
	}
	return match_search_takes(s, test, name->at) ? OK : e->code;
}

/* What the variable is outside of the whole search. */
static enum sqlstate outer_view(struct match_search *s, uint32_t variable, struct error *e)
{
	const struct ast_name *name = &s->named[variable].name;
	bool is_list = is_list_from(s, s->variables[variable].group, 0);
	struct type type = type_of_variable(&s->variables[variable]);
	const struct variable *known = scope_find(s->m->p->b.scope, name->text);
	uint32_t slot;

	if (known != NULL)
		return join_known(s, variable, known, e);
	TRY(planner_declare(s->m->p, name, is_list ? type_list_of(type) : type, &slot, e));
	s->outs[s->out_count++] = add_view(s, variable, 0, slot, is_list);
	return OK;
}

static enum sqlstate add_views(struct match_search *s, struct error *e)
{
	uint32_t count = s->variable_count;

	s->outs = ARENA_ARRAY(s->m->p->arena, uint32_t, count + 1);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t group = s->variables[i].group;
		bool is_end = i == s->ends[0] || i == s->ends[1];

		if (is_end)
			continue;
		for (uint32_t g = group; g != 0; g = s->scopes[s->scopes[g].parent].scope)
			inner_view(s, i, g);
		if (s->named[i].name.text.length > 0)
			TRY(outer_view(s, i, e));
		else if (group == 0)
			inner_view(s, i, 0);
	}
	return OK;
}

/* ---- conditions ------------------------------------------------------------------------------ */

static struct search_condition *new_condition(
	struct match_search *s, const struct bound *x, uint32_t at, struct search_condition *next)
{
	struct search_condition *c = ARENA_NEW(s->m->p->arena, struct search_condition);

	*c = (struct search_condition){ .expr = x, .at = at, .next = next };
	return c;
}

/* All who look at the variable know what it may be. */
static void label_views(
	struct match_search *s, uint32_t variable, const struct bound_label *label)
{
	struct slot_info *slots = s->m->p->b.slots;

	for (uint32_t i = 0; i < s->view_count; i++) {
		uint32_t slot = s->views[i].slot;

		if (s->views[i].variable == variable && slots[slot].label == NULL)
			slots[slot].label = label;
	}
}

static uint32_t view_slot(const struct match_search *s, uint32_t variable, uint32_t scope)
{
	for (uint32_t i = 0; i < s->view_count; i++) {
		if (s->views[i].variable == variable && s->views[i].group == scope)
			return s->views[i].slot;
	}
	unreachable();
}

static enum sqlstate element_conditions(
	struct match_search *s, struct search_item *item, struct error *e)
{
	const struct ast_element *x = item->ast;
	struct binder *b = &s->m->p->b;
	const struct bound_label *label = item->label;
	const struct bound *test, **tests;
	uint32_t count = 0, slot;

	if (!has_conditions(x))
		return OK;
	slot = view_slot(s, item->variable, item->scope);
	if (x->label != NULL) {
		bool is_edge = x->kind == AST_ELEMENT_EDGE &&
			       !s->variables[item->variable].is_row;

		TRY(bind_label(b, x->label, is_edge ? ELEMENT_EDGE : ELEMENT_NODE, &label, e));
		label_views(s, item->variable, label);
		if (x->kind == AST_ELEMENT_EDGE)
			label = item->label;
	}
	if (label != NULL && label->kind != LABEL_ANY)
		item->conditions = new_condition(s,
			bound_label_test(b, binder_slot_ref(b, slot, x->at), label, x->at), x->at,
			item->conditions);
	tests = ARENA_ARRAY(b->arena, const struct bound *, match_map_count(x->properties) + 1);
	TRY(match_map(s->m, x->properties, binder_slot_ref(b, slot, x->at), tests, &count, e));
	for (uint32_t i = 0; i < count; i++)
		item->conditions = new_condition(s, tests[i], x->at, item->conditions);
	if (x->where == NULL)
		return OK;
	TRY(bind_condition(b, x->where, "WHERE", &test, e));
	item->conditions = new_condition(s, test, x->where->at, item->conditions);
	return OK;
}

static enum sqlstate branch_conditions(
	struct match_search *s, struct search_branch *branch, struct error *e)
{
	struct binder *b = &s->m->p->b;
	struct scope *outer = b->scope;

	for (; branch != NULL; branch = branch->alternative) {
		for (uint32_t i = 0; i < branch->item_count; i++) {
			struct search_item *item = &branch->items[i];
			uint32_t scope = item->scope;
			const struct bound *test;

			if (item->kind == AST_ELEMENT_GROUP) {
				TRY(branch_conditions(s, item->body, e));
				if (item->ast->kind != AST_ELEMENT_GROUP ||
					item->ast->where == NULL)
					continue;
				scope = s->scopes[item->group].scope;
				b->scope = scope == 0 ? outer : names_of(s, scope);
				TRY(bind_condition(b, item->ast->where, "WHERE", &test, e));
				item->conditions = new_condition(
					s, test, item->ast->where->at, item->conditions);
			} else {
				b->scope = scope == 0 ? outer : names_of(s, scope);
				TRY(element_conditions(s, item, e));
			}
			b->scope = outer;
		}
	}
	return OK;
}

/* ---- what must be there before the search ---------------------------------------------------- */

struct need_visit {
	struct match_search *s;
	uint32_t scope;
	bool reads_inside;
};

static bool is_end_slot(const struct match_search *s, uint32_t slot)
{
	const struct match_edge *edge = &s->m->edges[s->edge];

	return slot == s->m->nodes[edge->from].slot || slot == s->m->nodes[edge->to].slot;
}

static bool is_own_slot(const struct match_search *s, uint32_t slot)
{
	for (uint32_t i = 0; i < s->view_count; i++) {
		if (s->views[i].slot == slot)
			return true;
	}
	return false;
}

static void visit_need(void *context, uint32_t slot)
{
	struct need_visit *v = context;

	if (is_own_slot(v->s, slot) && !is_end_slot(v->s, slot)) {
		v->reads_inside = true;
		return;
	}
	if (!is_end_slot(v->s, slot) || v->scope != 0)
		match_need(v->s->m, v->s->edge, slot);
}

static void branch_needs(struct match_search *s, const struct search_branch *branch)
{
	for (; branch != NULL; branch = branch->alternative) {
		for (uint32_t i = 0; i < branch->item_count; i++) {
			const struct search_item *item = &branch->items[i];
			struct need_visit v = { .s = s, .scope = item->scope };

			if (item->kind == AST_ELEMENT_GROUP) {
				v.scope = s->scopes[item->group].scope;
				branch_needs(s, item->body);
			}
			for (const struct search_condition *c = item->conditions; c != NULL;
				c = c->next)
				planner_each_slot(s->m->p, c->expr, visit_need, &v);
		}
	}
}

bool match_search_takes(struct match_search *s, const struct bound *condition, uint32_t at)
{
	struct need_visit v = { .s = s };

	planner_each_slot(s->m->p, condition, visit_need, &v);
	if (!v.reads_inside)
		return false;
	s->top->items[0].conditions = new_condition(s, condition, at, s->top->items[0].conditions);
	return true;
}

enum sqlstate match_search_conditions(struct match_search *s, struct error *e)
{
	TRY(branch_conditions(s, s->top, e));
	branch_needs(s, s->top);
	return OK;
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* The nodes at both ends are the match's own; to the search they are variables like others. */
static void add_ends(struct match_search *s, const struct ast_element *x)
{
	const struct match_edge *edge = &s->m->edges[s->edge];

	s->ends[0] = add_variable(s, &x[-1].variable, SEARCH_NODE, 0);
	add_view(s, s->ends[0], 0, s->m->nodes[edge->from].slot, false);
	if (edge->from == edge->to) {
		s->ends[1] = s->ends[0];
		s->variables[s->ends[0]].is_repeated = true;
		return;
	}
	s->ends[1] = add_variable(s, &x[1].variable, SEARCH_NODE, 0);
	add_view(s, s->ends[1], 0, s->m->nodes[edge->to].slot, false);
}

enum sqlstate match_add_search(struct match *m, const struct ast_path *path,
	const struct ast_element *x, struct match_search **out, struct error *e)
{
	static const struct ast_quantifier once = { .min = 1, .max = 1 };
	struct match_search *s = ARENA_NEW(m->p->arena, struct match_search);
	const struct match_edge *edge = &m->edges[m->edge_count - 1];
	struct ast_path whole = { .at = path->at, .element_count = 1 };
	uint32_t group;

	*out = s;
	s->m = m;
	s->path = path;
	s->mode = edge->mode;
	s->selector = edge->selector;
	s->count = edge->count;
	s->edge = m->edge_count - 1;
	s->groups = ARENA_ARRAY(m->p->arena, struct search_group, SEARCH_GROUPS_MAX);
	s->scopes = ARENA_ARRAY(m->p->arena, struct search_scope, SEARCH_GROUPS_MAX);
	TRY(add_group(s, 0, &once, s->mode, &group, e));
	add_ends(s, x);
	whole.elements = (struct ast_element *)x;
	TRY(add_branch(s, &whole, 0, &s->top, e));
	return add_views(s, e);
}
