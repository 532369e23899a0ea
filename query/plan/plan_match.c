/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Patterns, first half: from the syntax tree to a struct match. Every element gets a slot, every
 * name a variable; property maps become equalities, inline conditions and WHERE become predicates,
 * split at AND so that each can be placed as early as what it reads.
 *
 * What a quantified edge demands of every hop (its map, its WHERE, a label expression that is not a
 * plain list) goes into the hop filter, where its variable means the one edge; outside it is the
 * list of all.
 */
#include "query/plan/match_search.h"

struct pattern_context {
	struct match *m;
	const struct ast_pattern *pattern;
	const struct match_options *options;
	bool is_different;
	struct plan_path_part **parts; /* of each path: the slots of its elements */
};

enum { GROUP_NONE, GROUP_PATTERN, GROUP_PATHS /* + number of the path */ };

void *match_grow(struct match *m, void *at, uint32_t count, uint32_t *capacity, size_t size)
{
	uint32_t wanted = *capacity == 0 ? 8 : 2 * *capacity;

	if (count < *capacity)
		return at;
	*capacity = wanted;
	return arena_grow(m->p->arena, at, count * size, wanted * size);
}

/* ---- predicates ------------------------------------------------------------------------------ */

void match_add_predicate(struct match *m, const struct bound *x, uint32_t scan_label)
{
	if (x->kind == BOUND_AND) {
		for (uint32_t i = 0; i < x->arg_count; i++)
			match_add_predicate(m, x->args[i], NAME_NONE);
		return;
	}
	MATCH_PUSH(m, predicate, (struct match_predicate){ .expr = x, .scan_label = scan_label });
}

static enum sqlstate match_element_predicates(
	struct match *m, const struct ast_element *x, uint32_t slot, struct error *e)
{
	struct binder *b = &m->p->b;
	uint32_t count = match_map_count(x->properties);
	const struct bound **tests = ARENA_ARRAY(b->arena, const struct bound *, count);
	const struct bound *where;

	TRY(match_map(m, x->properties, binder_slot_ref(b, slot, x->at), tests, &count, e));
	for (uint32_t i = 0; i < count; i++)
		match_add_predicate(m, tests[i], NAME_NONE);
	if (x->where == NULL)
		return OK;
	TRY(bind_condition(b, x->where, "WHERE", &where, e));
	match_add_predicate(m, where, NAME_NONE);
	return OK;
}

/* ---- nodes ----------------------------------------------------------------------------------- */

static void match_label_predicate(
	struct match *m, uint32_t slot, const struct bound_label *label, uint32_t at)
{
	struct binder *b = &m->p->b;
	const struct bound *test = bound_label_test(b, binder_slot_ref(b, slot, at), label, at);
	uint32_t scan_label = label->kind == LABEL_NAME ? label->label : NAME_NONE;

	/* (n:A&B): each label is tested for itself, so that a scan of one leaves the other. */
	if (label->kind != LABEL_AND) {
		match_add_predicate(m, test, scan_label);
		return;
	}
	for (uint32_t i = 0; i < label->part_count; i++)
		match_label_predicate(m, slot, label->parts[i], at);
}

static uint32_t match_node_of_slot(const struct match *m, uint32_t slot)
{
	for (uint32_t i = 0; i < m->node_count; i++) {
		if (m->nodes[i].variable_slot == slot)
			return i;
	}
	return MATCH_NONE;
}

static uint32_t match_node_new(struct match *m, uint32_t slot, bool is_outer)
{
	MATCH_PUSH(m, node,
		(struct match_node){ .slot = slot,
			.variable_slot = slot,
			.is_outer = is_outer,
			.first_edge = MATCH_NONE,
			.first_sarg = MATCH_NONE,
			.rows = -1 });
	return m->node_count - 1;
}

/* A variable whose type says only that it may be a node (NULL, ANY): its value as a node. */
static uint32_t match_cast_node(struct match *m, const struct ast_element *x, uint32_t slot)
{
	struct binder *b = &m->p->b;
	const struct bound *node =
		bound_cast(b, binder_slot_ref(b, slot, x->at), type_make(TYPE_NODE));
	uint32_t number;

	number = match_node_new(m, planner_project(m->p, node, x->variable.text), true);
	m->nodes[number].variable_slot = slot;
	return number;
}

/* A node inside another path that is searched for: a node of its own, which must be the same. */
static enum sqlstate match_searched_node(struct match *m, const struct ast_element *x,
	const struct variable *v, uint32_t *node, struct error *e)
{
	struct binder *b = &m->p->b;
	uint32_t slot = binder_slot_new(b, type_make(TYPE_NODE), x->variable.text);
	const struct bound *test;

	TRY(bind_comparison(b, OP_EQ, binder_slot_ref(b, slot, x->at),
		binder_slot_ref(b, v->slot, x->at), x->at, &test, e));
	match_add_predicate(m, test, NAME_NONE);
	*node = match_node_new(m, slot, false);
	return OK;
}

/* A node variable that is bound already: in this pattern, or before it. */
static enum sqlstate match_known_node(struct match *m, const struct ast_element *x,
	const struct variable *v, uint32_t *node, struct error *e)
{
	bool may_be_node = v->type.kind == TYPE_NULL || v->type.kind == TYPE_ANY;

	if (v->kind != VARIABLE_SLOT || (v->type.kind != TYPE_NODE && !may_be_node))
		return FAIL_AT(e, x->variable.at, E_TYPE, "variable \"%.*s\" is not a node",
			STR_ARGS(v->name));
	*node = match_node_of_slot(m, v->slot);
	if (*node == MATCH_NONE && v->slot >= m->first_slot)
		return match_searched_node(m, x, v, node, e);
	if (*node == MATCH_NONE)
		*node = may_be_node ? match_cast_node(m, x, v->slot)
				    : match_node_new(m, v->slot, true);
	return OK;
}

/* No edge leads from one graph into another, so a path is in the graph in force if one of its
   elements is; a path of which none says so by its label is held there by its first node. */
static bool path_is_of_graph(const struct match *m, const struct ast_path *path, uint32_t first,
	const struct plan_path_part *parts)
{
	const struct slot_info *slots = m->p->b.slots;
	uint32_t first_edge = m->edge_count - path->element_count / 2;

	if (m->nodes[first].is_outer && !m->p->b.has_use)
		return true;
	for (uint32_t i = 0; i < path->element_count; i++) {
		const struct ast_element *x = &path->elements[i];

		if (i % 2 == 1 && m->edges[first_edge + i / 2].kind != MATCH_EDGE_ONE)
			continue;
		if (x->label != NULL && plan_label_is_of_graph(slots[parts[i].slot].label))
			return true;
	}
	return false;
}

static void match_hold_in_graph(struct match *m, const struct ast_path *path, uint32_t first,
	const struct plan_path_part *parts)
{
	const struct bound_label *label = plan_graph_label(&m->p->b, ELEMENT_NODE);
	struct match_node *node = &m->nodes[first];

	if (label == NULL || path_is_of_graph(m, path, first, parts))
		return;
	if (m->p->b.slots[node->slot].label == NULL)
		m->p->b.slots[node->slot].label = label;
	if (node->label == NULL)
		node->label = label;
	match_label_predicate(m, node->slot, label, path->at);
}

uint32_t plan_element_place(const struct ast_element *x)
{
	return x->label == NULL ? x->at : x->label->at;
}

static enum sqlstate match_add_node(
	struct match *m, const struct ast_element *x, uint32_t *node, struct error *e)
{
	struct binder *b = &m->p->b;
	const struct variable *v = NULL;
	const struct bound_label *label = NULL;
	uint32_t slot;

	if (x->quantifier.length > 0)
		return FAIL_AT(e, x->quantifier.at, E_SYNTAX, "a node cannot be quantified");
	if (x->variable.text.length > 0)
		v = scope_find(b->scope, x->variable.text);
	if (v != NULL) {
		TRY(match_known_node(m, x, v, node, e));
		slot = m->nodes[*node].slot;
	} else if (x->variable.text.length > 0) {
		TRY(planner_declare(m->p, &x->variable, type_make(TYPE_NODE), &slot, e));
		*node = match_node_new(m, slot, false);
	} else {
		slot = binder_slot_new(b, type_make(TYPE_NODE), (struct str){ 0 });
		*node = match_node_new(m, slot, false);
	}
	binder_slot_at(b, slot, plan_element_place(x));
	if (x->label == NULL && b->slots[slot].label == NULL)
		b->slots[slot].label =
			plan_graph_label(b, ELEMENT_NODE); /* for the types of its properties */
	if (x->label == NULL)
		return OK;
	TRY(bind_label(b, x->label, ELEMENT_NODE, &label, e));
	if (b->slots[slot].label == NULL)
		b->slots[slot].label = label;
	if (m->nodes[*node].label == NULL)
		m->nodes[*node].label = label;
	match_label_predicate(m, slot, label, x->at);
	return OK;
}

/* ---- edges ----------------------------------------------------------------------------------- */

bool match_edge_label_list(
	struct match *m, const struct bound_label *label, struct match_edge *edge)
{
	const struct bound_label *const *parts = &label;
	uint32_t count = 1;
	uint32_t *labels;

	if (label->kind == LABEL_ANY)
		return true;
	if (label->kind == LABEL_OR) {
		parts = label->parts;
		count = label->part_count;
	}
	labels = ARENA_ARRAY(m->p->arena, uint32_t, count);
	edge->label_count = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (parts[i]->kind != LABEL_NAME)
			return false;
		if (parts[i]->label != NAME_NONE)
			labels[edge->label_count++] = parts[i]->label;
		else
			edge->has_unknown = true;
	}
	edge->labels = labels;
	edge->is_nothing |= edge->label_count == 0;
	return true;
}

/* Hop filters read properties through the slots that the expand operator fills. */
static const struct bound *hop_attach(
	struct match *m, struct match_edge *edge, const struct bound *x)
{
	struct binder *b = &m->p->b;
	const struct bound **args;
	struct bound *copy;
	bool is_hop;

	if (x == NULL || x->arg_count == 0)
		return x;
	is_hop = x->kind == BOUND_PROPERTY && x->args[0]->kind == BOUND_SLOT &&
		 (x->args[0]->index == edge->hop_edge_slot ||
			 x->args[0]->index == edge->hop_source_slot ||
			 x->args[0]->index == edge->hop_target_slot);
	if (is_hop && x->key_number != NAME_NONE) {
		uint32_t count = edge->hop_property_count;
		size_t size = count * sizeof *edge->hop_properties;
		uint32_t slot = binder_slot_new(b, x->type, x->key);

		edge->hop_properties = arena_grow(m->p->arena, edge->hop_properties, size,
			size + sizeof *edge->hop_properties);
		edge->hop_properties[count] = (struct plan_hop_property){ .element_slot =
										  x->args[0]->index,
			.element = x->args[0]->type.kind == TYPE_EDGE ? ELEMENT_EDGE : ELEMENT_NODE,
			.key = x->key_number,
			.slot = slot };
		edge->hop_property_count = count + 1;
		return binder_slot_ref(b, slot, x->at);
	}
	args = ARENA_ARRAY(m->p->arena, const struct bound *, x->arg_count);
	for (uint32_t i = 0; i < x->arg_count; i++)
		args[i] = hop_attach(m, edge, x->args[i]);
	copy = ARENA_NEW(m->p->arena, struct bound);
	*copy = *x;
	copy->args = args;
	return copy;
}

/* ---- both ends of each hop, of a parenthesised path (plan_group.c) ---- */

static uint32_t hop_node_entries(const struct ast_element *x)
{
	if (x->group == NULL)
		return 0;
	return match_map_count(x->group->elements[0].properties) +
	       match_map_count(x->group->elements[2].properties);
}

static bool hop_nodes_are_plain(const struct ast_element *x)
{
	const struct ast_element *inner = x->group == NULL ? NULL : x->group->elements;

	return inner == NULL || (inner[0].label == NULL && inner[2].label == NULL &&
					inner[0].properties == NULL && inner[2].properties == NULL);
}

static void match_hop_variables(
	struct binder *b, const struct ast_element *inner, const struct match_edge *edge)
{
	uint32_t slots[3] = { edge->hop_source_slot, SLOT_NONE, edge->hop_target_slot };

	for (int i = 0; i < 3; i += 2) {
		struct variable *v;

		if (inner[i].variable.text.length == 0)
			continue;
		v = scope_add(b->scope, inner[i].variable.text);
		v->type = type_make(TYPE_NODE);
		v->slot = slots[i];
	}
}

/* Labels and maps of both ends; their variables are in scope, anonymous ones by slot. */
static enum sqlstate match_hop_nodes(struct match *m, const struct ast_element *inner,
	const struct bound **parts, uint32_t *count, struct error *e)
{
	struct binder *b = &m->p->b;
	const struct match_edge *edge = &m->edges[m->hop_edge];
	uint32_t slots[3] = { edge->hop_source_slot, SLOT_NONE, edge->hop_target_slot };

	for (int i = 0; i < 3; i += 2) {
		const struct bound *node = binder_slot_ref(b, slots[i], inner[i].at);
		const struct bound_label *label;
		uint32_t made;

		if (inner[i].label != NULL) {
			TRY(bind_label(b, inner[i].label, ELEMENT_NODE, &label, e));
			b->slots[slots[i]].label = label;
			parts[(*count)++] = bound_label_test(b, node, label, inner[i].at);
		}
		TRY(match_map(m, inner[i].properties, node, parts + *count, &made, e));
		*count += made;
	}
	return OK;
}

static void match_hop_need(void *context, uint32_t slot)
{
	struct match *m = context;
	const struct match_edge *edge = &m->edges[m->hop_edge];

	if (slot != edge->hop_edge_slot && slot != edge->hop_source_slot &&
		slot != edge->hop_target_slot)
		match_need(m, m->hop_edge, slot);
}

static enum sqlstate match_hop_filter(struct match *m, const struct ast_element *x,
	struct match_edge *edge, const struct bound_label *label, struct error *e)
{
	struct binder *b = &m->p->b;
	struct scope *outer = b->scope;
	uint32_t count = match_map_count(x->properties);
	const struct bound **parts =
		ARENA_ARRAY(b->arena, const struct bound *, count + 4 + hop_node_entries(x));
	uint32_t pendings = m->p->pending_count;
	const struct bound *hop;
	struct variable *v;

	edge->hop_edge_slot = binder_slot_new(b, type_make(TYPE_EDGE), x->variable.text);
	edge->hop_source_slot = binder_slot_new(b, type_make(TYPE_NODE), (struct str){ 0 });
	edge->hop_target_slot = binder_slot_new(b, type_make(TYPE_NODE), (struct str){ 0 });
	b->slots[edge->hop_edge_slot].label = b->slots[edge->slot].label;
	hop = binder_slot_ref(b, edge->hop_edge_slot, x->at);
	b->scope = scope_new(b->arena, outer);
	if (x->variable.text.length > 0) {
		v = scope_add(b->scope, x->variable.text);
		v->type = type_make(TYPE_EDGE);
		v->slot = edge->hop_edge_slot;
	}
	if (x->group != NULL)
		match_hop_variables(b, x->group->elements, edge);
	TRY(match_map(m, x->properties, hop, parts, &count, e));
	if (x->where != NULL)
		TRY(bind_condition(b, x->where, "WHERE", &parts[count++], e));
	if (label != NULL)
		parts[count++] = bound_label_test(b, hop, label, x->at);
	if (x->group != NULL)
		TRY(match_hop_nodes(m, x->group->elements, parts, &count, e));
	b->scope = outer;
	if (m->p->pending_count != pendings)
		return FAIL_AT(e, x->at, E_NOT_SUPPORTED,
			"subqueries inside a quantified edge are not supported");
	for (uint32_t i = 0; i < count; i++)
		planner_each_slot(m->p, parts[i], match_hop_need, m);
	edge->hop_filter = hop_attach(m, edge, bound_combine(b, BOUND_AND, parts, count));
	return OK;
}

enum direction match_direction(enum ast_direction direction)
{
	switch (direction) {
	case AST_DIRECTION_RIGHT:
		return DIRECTION_OUT;
	case AST_DIRECTION_LEFT:
		return DIRECTION_IN;
	case AST_DIRECTION_ANY:
		return DIRECTION_ANY;
	}
	unreachable();
}

static bool variable_may_be_edges(const struct variable *v)
{
	enum type_kind item = type_item(v->type).kind;

	if (v->type.kind == TYPE_LIST)
		return item == TYPE_EDGE || item == TYPE_ANY;
	return v->type.kind == TYPE_NULL || v->type.kind == TYPE_ANY;
}

/* A list of edges that was bound before: the path's edges must equal it. */
static enum sqlstate match_known_edges(struct match *m, const struct ast_element *x,
	const struct variable *v, struct match_edge *edge, struct error *e)
{
	struct binder *b = &m->p->b;
	struct type type = type_list_of(type_make(TYPE_EDGE));
	const struct bound *known = binder_slot_ref(b, v->slot, x->at);
	const struct bound *test;

	edge->slot = binder_slot_new(b, type, x->variable.text);
	TRY(bind_comparison(
		b, OP_EQ, binder_slot_ref(b, edge->slot, x->at), known, x->at, &test, e));
	match_add_predicate(m, test, NAME_NONE);
	return OK;
}

/* A named edge that is bound already is one edge, or the list of a quantified edge. */
static enum sqlstate match_edge_slot(
	struct match *m, const struct ast_element *x, struct match_edge *edge, struct error *e)
{
	bool is_one = edge->kind == MATCH_EDGE_ONE;
	struct type type = type_make(TYPE_EDGE);
	const struct variable *v = NULL;

	if (!is_one)
		type = type_list_of(type);
	if (x->variable.text.length == 0) {
		edge->slot = binder_slot_new(&m->p->b, type, (struct str){ 0 });
		return OK;
	}
	v = scope_find(m->p->b.scope, x->variable.text);
	if (v == NULL) {
		TRY(planner_declare(m->p, &x->variable, type, &edge->slot, e));
		return OK;
	}
	if (!is_one && v->kind == VARIABLE_SLOT && v->slot < m->first_slot &&
		variable_may_be_edges(v))
		return match_known_edges(m, x, v, edge, e);
	if (v->kind != VARIABLE_SLOT || v->type.kind != TYPE_EDGE || !is_one)
		return FAIL_AT(e, x->variable.at,
			v->type.kind == TYPE_EDGE ? E_DUPLICATE_ALIAS : E_TYPE,
			v->type.kind == TYPE_EDGE ? "variable \"%.*s\" is already bound"
						  : "variable \"%.*s\" is not an edge",
			STR_ARGS(v->name));
	if (v->slot >= m->first_slot)
		return FAIL_AT(e, x->variable.at, E_DUPLICATE_ALIAS,
			"edge variable \"%.*s\" appears twice in one pattern", STR_ARGS(v->name));
	edge->slot = v->slot;
	edge->is_outer = true;
	return OK;
}

static bool prefix_has_selector(const struct ast_prefix *prefix)
{
	return prefix->selector != SELECT_EVERY;
}

/* A variable under "?" is one element or NULL, which no variable-length edge gives; and the filter
   of one has no subqueries. */
static bool is_search(const struct ast_element *x)
{
	return x->kind == AST_ELEMENT_GROUP ||
	       (x->quantifier.is_question && x->variable.text.length > 0) ||
	       (x->quantifier.length > 0 && x->has_subquery);
}

static enum sqlstate match_edge_bounds(struct pattern_context *c, const struct ast_prefix *prefix,
	const struct ast_element *x, struct match_edge *edge, struct error *e)
{
	bool is_selected = prefix_has_selector(prefix);

	edge->min = x->quantifier.length > 0 ? x->quantifier.min : 1;
	edge->max = x->quantifier.length > 0 ? x->quantifier.max : 1;
	edge->mode = prefix->mode == MODE_DEFAULT ? MODE_WALK : prefix->mode;
	edge->selector = prefix->selector;
	edge->count = prefix->count;
	edge->group = c->is_different && !is_selected ? GROUP_PATTERN : GROUP_NONE;
	/* openCypher's *2..1 is legal and matches nothing; GQL's {2,1} is an error. */
	if (x->quantifier.is_in_bracket && edge->min > edge->max) {
		edge->is_nothing = true;
		edge->max = edge->min;
	}
	if (x->quantifier.length > 0 && edge->min > edge->max)
		return FAIL_AT(e, x->quantifier.at, E_SYNTAX,
			"the lower bound of a quantifier is above its upper bound");
	if (is_search(x))
		edge->kind = MATCH_EDGE_SEARCH;
	else if (is_selected)
		edge->kind = MATCH_EDGE_SHORTEST;
	else if (x->quantifier.length > 0)
		edge->kind = MATCH_EDGE_VAR;
	if (edge->group != GROUP_NONE && edge->mode == MODE_WALK)
		edge->mode = MODE_TRAIL;
	if (edge->kind == MATCH_EDGE_VAR && edge->max == AST_UNBOUNDED && edge->mode == MODE_WALK) {
		FAIL(e, E_SYNTAX, "an unbounded quantifier needs a path mode or selector here");
		error_hint(e, "Write TRAIL, ACYCLIC, SIMPLE or ANY SHORTEST before the path.");
		return binder_blame(e, x->quantifier.at);
	}
	return OK;
}

static void match_link(struct match *m, uint32_t node, uint32_t edge)
{
	MATCH_PUSH(m, link, (struct match_link){ .edge = edge, .next = m->nodes[node].first_edge });
	m->nodes[node].first_edge = m->link_count - 1;
}

/* The edges of a search are one list, whatever is inside. */
static enum sqlstate match_add_search_edge(struct pattern_context *c, const struct ast_path *path,
	const struct ast_element *x, uint32_t from, uint32_t to, struct error *e)
{
	struct match *m = c->m;
	struct match_edge edge = {
		.from = from, .to = to, .first_sarg = MATCH_NONE, .fanout = { -1, -1 }
	};
	struct match_search *search;

	if (c->options->is_merge)
		return FAIL_AT(e, x->at, E_SYNTAX, "MERGE takes no parenthesised path");
	TRY(match_edge_bounds(c, &path->prefix, x, &edge, e));
	edge.slot =
		binder_slot_new(&m->p->b, type_list_of(type_make(TYPE_EDGE)), (struct str){ 0 });
	binder_slot_at(&m->p->b, edge.slot, x->at);
	MATCH_PUSH(m, edge, edge);
	match_link(m, from, m->edge_count - 1);
	if (to != from)
		match_link(m, to, m->edge_count - 1);
	TRY(match_add_search(m, path, x, &search, e));
	m->edges[m->edge_count - 1].search = search;
	return OK;
}

static enum sqlstate match_add_edge(struct pattern_context *c, const struct ast_prefix *prefix,
	const struct ast_element *x, uint32_t from, uint32_t to, struct error *e)
{
	struct match *m = c->m;
	struct match_edge edge = {
		.from = from, .to = to, .first_sarg = MATCH_NONE, .fanout = { -1, -1 }
	};
	const struct bound_label *label = NULL;
	bool is_list = true;

	edge.direction = match_direction(x->direction);
	TRY(match_edge_bounds(c, prefix, x, &edge, e));
	TRY(match_edge_slot(m, x, &edge, e));
	binder_slot_at(&m->p->b, edge.slot, plan_element_place(x));
	if (x->label == NULL && m->p->b.slots[edge.slot].label == NULL)
		m->p->b.slots[edge.slot].label = plan_graph_label(&m->p->b, ELEMENT_EDGE);
	if (x->label != NULL) {
		TRY(bind_label(&m->p->b, x->label, ELEMENT_EDGE, &label, e));
		if (m->p->b.slots[edge.slot].label == NULL)
			m->p->b.slots[edge.slot].label = label;
		is_list = match_edge_label_list(m, label, &edge);
	}
	if (is_list)
		label = NULL;
	else
		edge.label_count = 0;
	if (label != NULL && edge.kind == MATCH_EDGE_ONE)
		match_label_predicate(m, edge.slot, label, x->at);
	MATCH_PUSH(m, edge, edge);
	match_link(m, from, m->edge_count - 1);
	if (to != from)
		match_link(m, to, m->edge_count - 1);
	return OK;
}

/* ---- paths ----------------------------------------------------------------------------------- */

static enum sqlstate match_add_path_variable(struct match *m, const struct ast_path *path,
	const struct plan_path_part *parts, struct error *e)
{
	struct match_path made = { .part_count = path->element_count,
		.parts = parts,
		.left_slot = SLOT_NONE,
		.right_slot = SLOT_NONE };

	if (path->variable.text.length == 0)
		return OK;
	if (scope_find(m->p->b.scope, path->variable.text) != NULL)
		return FAIL_AT(e, path->variable.at, E_DUPLICATE_ALIAS,
			"variable \"%.*s\" is already bound", STR_ARGS(path->variable.text));
	TRY(planner_declare(m->p, &path->variable, type_make(TYPE_PATH), &made.slot, e));
	MATCH_PUSH(m, path, made);
	return OK;
}

/* Outside of a group its nodes are lists, read off the path of its hops. */
static enum sqlstate match_add_group(struct match *m, const struct ast_element *x,
	const struct plan_path_part *parts, struct error *e)
{
	struct match_path made = {
		.part_count = 3, .parts = parts, .left_slot = SLOT_NONE, .right_slot = SLOT_NONE
	};
	const struct ast_element *inner = x->group == NULL ? NULL : x->group->elements;
	struct type type = type_list_of(type_make(TYPE_NODE));

	if (inner == NULL ||
		(inner[0].variable.text.length == 0 && inner[2].variable.text.length == 0))
		return OK;
	if (inner[0].variable.text.length > 0)
		TRY(planner_declare(m->p, &inner[0].variable, type, &made.left_slot, e));
	if (inner[2].variable.text.length > 0)
		TRY(planner_declare(m->p, &inner[2].variable, type, &made.right_slot, e));
	made.slot = binder_slot_new(&m->p->b, type_make(TYPE_PATH), (struct str){ 0 });
	MATCH_PUSH(m, path, made);
	return OK;
}

static enum sqlstate match_add_path(
	struct pattern_context *c, const struct ast_path *path, struct error *e)
{
	struct match *m = c->m;
	uint32_t number = (uint32_t)(path - c->pattern->paths);
	uint32_t count = path->element_count;
	struct plan_path_part *parts = ARENA_ARRAY(m->p->arena, struct plan_path_part, count);
	uint32_t from = MATCH_NONE, to, first;

	c->parts[number] = parts;
	TRY(match_add_node(m, &path->elements[0], &from, e));
	first = from;
	parts[0] = (struct plan_path_part){ .part = PART_NODE, .slot = m->nodes[from].slot };
	for (uint32_t i = 1; i + 1 < count; i += 2) {
		struct match_edge *edge;

		TRY(match_add_node(m, &path->elements[i + 1], &to, e));
		if (is_search(&path->elements[i]))
			TRY(match_add_search_edge(c, path, &path->elements[i], from, to, e));
		else
			TRY(match_add_edge(c, &path->prefix, &path->elements[i], from, to, e));
		edge = &m->edges[m->edge_count - 1];
		if (path->prefix.mode == MODE_TRAIL && edge->group == GROUP_NONE && count > 3)
			edge->group = GROUP_PATHS + number;
		parts[i].part = edge->kind == MATCH_EDGE_ONE ? PART_EDGE : PART_EDGES;
		parts[i].slot = edge->slot;
		parts[i + 1] =
			(struct plan_path_part){ .part = PART_NODE, .slot = m->nodes[to].slot };
		if (edge->kind != MATCH_EDGE_SEARCH)
			TRY(match_add_group(m, &path->elements[i], &parts[i - 1], e));
		from = to;
	}
	match_hold_in_graph(m, path, first, parts);
	return match_add_path_variable(m, path, parts, e);
}

/* Conditions of one element under a quantifier or selector hold for every hop. */
static enum sqlstate match_edge_conditions(
	struct match *m, const struct ast_element *x, struct match_edge *edge, struct error *e)
{
	const struct bound_label *label = NULL;

	if (edge->kind == MATCH_EDGE_ONE)
		return match_element_predicates(m, x, edge->slot, e);
	if (edge->kind == MATCH_EDGE_SEARCH)
		return match_search_conditions(edge->search, e);
	if (x->label != NULL && edge->label_count == 0 && !edge->is_nothing)
		label = m->p->b.slots[edge->slot].label;
	if (label != NULL && label->kind == LABEL_ANY)
		label = NULL;
	if (x->properties == NULL && x->where == NULL && label == NULL && hop_nodes_are_plain(x))
		return OK;
	m->hop_edge = (uint32_t)(edge - m->edges);
	return match_hop_filter(m, x, edge, label, e);
}

/* Conditions of an end node on what a selective path has inside hold before paths are selected. */
static enum sqlstate match_node_conditions(struct match *m, const struct ast_path *path,
	uint32_t number, uint32_t slot, struct error *e)
{
	uint32_t first = m->predicate_count, kept = first;
	struct match_edge *edge = NULL;

	TRY(match_element_predicates(m, &path->elements[number], slot, e));
	if (!prefix_has_selector(&path->prefix) || path->element_count != 3)
		return OK;
	for (uint32_t i = 0; i < m->edge_count; i++) {
		if (m->edges[i].kind == MATCH_EDGE_SEARCH && m->edges[i].search->path == path)
			edge = &m->edges[i];
	}
	for (uint32_t i = first; edge != NULL && i < m->predicate_count; i++) {
		if (!match_search_takes(edge->search, m->predicates[i].expr, path->at))
			m->predicates[kept++] = m->predicates[i];
	}
	m->predicate_count = edge == NULL ? m->predicate_count : kept;
	return OK;
}

/* Conditions come after all names are known: they may use any variable of the pattern. */
static enum sqlstate match_add_conditions(struct match *m, const struct ast_path *path,
	const struct plan_path_part *parts, uint32_t *edge, struct error *e)
{
	for (uint32_t i = 0; i < path->element_count; i++) {
		const struct ast_element *x = &path->elements[i];

		if (x->kind == AST_ELEMENT_NODE)
			TRY(match_node_conditions(m, path, i, parts[i].slot, e));
		else
			TRY(match_edge_conditions(m, x, &m->edges[(*edge)++], e));
	}
	return OK;
}

void match_need(struct match *m, uint32_t number, uint32_t slot)
{
	struct match_edge *edge = &m->edges[number];

	edge->reads_outer |= slot < m->first_slot;
	if (slot < m->first_slot)
		return;
	for (uint32_t i = 0; i < edge->need_count; i++) {
		if (edge->needs[i] == slot)
			return;
	}
	edge->needs = match_grow(
		m, edge->needs, edge->need_count, &edge->need_capacity, sizeof *edge->needs);
	edge->needs[edge->need_count++] = slot;
}

/* ---- the whole pattern ----------------------------------------------------------------------- */

struct wait_visit {
	struct match *m;
	uint32_t item;
	bool is_path;
	uint32_t count;
};

static void match_wait_for(void *context, uint32_t slot)
{
	struct wait_visit *v = context;
	struct match *m = v->m;

	if (slot < m->first_slot || slot >= m->slot_end || m->is_ready[slot - m->first_slot])
		return;
	m->wait_list =
		match_grow(m, m->wait_list, m->wait_count, &m->wait_capacity, sizeof *m->wait_list);
	m->wait_list[m->wait_count] = (struct match_wait){
		.item = v->item, .is_path = v->is_path, .next = m->waits[slot - m->first_slot]
	};
	m->waits[slot - m->first_slot] = m->wait_count++;
	v->count++;
}

/* WHERE n:L says as much as (n:L): a node without a label in the pattern takes it from there. */
static void match_note_label(struct match *m, struct match_predicate *predicate)
{
	const struct bound *x = predicate->expr;
	uint32_t node;

	if (x->kind != BOUND_LABEL_TEST || x->args[0]->kind != BOUND_SLOT)
		return;
	node = match_node_of_slot(m, x->args[0]->index);
	if (node == MATCH_NONE || m->nodes[node].label != NULL)
		return;
	m->nodes[node].label = x->label;
	if (x->label->kind == LABEL_NAME)
		predicate->scan_label = x->label->label;
}

/* Counts for every predicate and path what it waits for. */
static void match_prepare_waits(struct match *m)
{
	uint32_t slots = m->slot_end - m->first_slot;
	struct wait_visit v = { .m = m };

	m->waits = ARENA_ARRAY(m->p->arena, uint32_t, slots);
	m->is_ready = ARENA_ARRAY(m->p->arena, bool, slots);
	memset(m->waits, 0xff, slots * sizeof *m->waits);
	for (uint32_t i = 0; i < m->predicate_count; i++) {
		v.item = i;
		v.count = 0;
		planner_each_slot(m->p, m->predicates[i].expr, match_wait_for, &v);
		m->predicates[i].waiting = v.count;
		match_note_label(m, &m->predicates[i]);
		match_note_sargs(m, i);
	}
	v.is_path = true;
	for (uint32_t i = 0; i < m->path_count; i++) {
		v.item = i;
		v.count = 0;
		for (uint32_t j = 0; j < m->paths[i].part_count; j++)
			match_wait_for(&v, m->paths[i].parts[j].slot);
		m->paths[i].waiting = v.count;
	}
}

static enum sqlstate match_where(struct match *m, struct ast_expr *where, struct error *e)
{
	const struct bound *condition;

	if (where == NULL)
		return OK;
	TRY(bind_condition(&m->p->b, where, "WHERE", &condition, e));
	match_add_predicate(m, condition, NAME_NONE);
	return OK;
}

static enum sqlstate match_build(struct pattern_context *c, struct error *e)
{
	struct match *m = c->m;
	uint32_t edge = 0;

	for (uint32_t i = 0; i < c->pattern->path_count; i++)
		TRY(match_add_path(c, &c->pattern->paths[i], e));
	for (uint32_t i = 0; i < c->pattern->path_count; i++)
		TRY(match_add_conditions(m, &c->pattern->paths[i], c->parts[i], &edge, e));
	TRY(match_where(m, c->pattern->where, e));
	return match_where(m, c->options->where, e);
}

enum sqlstate plan_pattern(struct planner *p, const struct ast_pattern *pattern,
	const struct match_options *options, struct error *e)
{
	struct match *m = ARENA_NEW(p->arena, struct match);
	struct pattern_context c = { .m = m, .pattern = pattern, .options = options };
	const char *place = p->b.place;
	struct aggregation *aggregation = p->b.aggregation;
	uint32_t bound = p->b.scope->count;
	bool is_sql = p->b.is_sql;

	plan_graph_note(p);
	p->b.is_sql = false;
	if (pattern->hint_at > 0)
		binder_notice(&p->b, pattern->hint_at, NULL,
			"a USING hint is ignored: the planner chooses by its statistics");
	TRY(plan_keep_prefix(p, &pattern, e));
	plan_form_paths(p, pattern, &pattern);
	c.pattern = pattern;
	m->p = p;
	m->first_slot = p->b.slot_count;
	c.is_different = pattern->mode == MATCH_MODE_DIFFERENT_EDGES ||
			 (pattern->mode == MATCH_MODE_DEFAULT && !options->is_repeatable);
	c.parts = ARENA_ARRAY(p->arena, struct plan_path_part *, pattern->path_count);
	p->b.place = "WHERE";
	p->b.aggregation = NULL;
	TRY(match_build(&c, e));
	m->slot_end = p->b.slot_count;
	match_prepare_waits(m);
	TRY(match_place(m, e));
	p->b.place = place;
	p->b.aggregation = aggregation;
	p->b.is_sql = is_sql;
	return plan_yield(p, pattern, bound, e);
}
