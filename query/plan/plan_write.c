/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Writing clauses. Each sees the graph as the clauses before it left it, for all its rows: what it
 * needs is read and computed below it, into slots, and an EAGER stands between reading and writing
 * wherever one could see the other (planner_will_write). Names that the statement makes are
 * interned here, before anything that could look for them is planned.
 */
#include "query/plan/plan_dml.h"

#include "query/eval/eval.h"

/* ---- names and values ------------------------------------------------------------------------ */

static enum sqlstate write_names(struct planner *p, const struct ast_name *names, uint32_t count,
	enum name_kind kind, const struct plan_name **out, struct error *e)
{
	struct plan_name *made = ARENA_ARRAY(p->arena, struct plan_name, count);

	for (uint32_t i = 0; i < count; i++) {
		made[i].name = binder_label_name(&p->b, names[i].text);
		TRY(binder_intern(&p->b, kind, made[i].name, &made[i].id, e));
	}
	*out = made;
	return OK;
}

static bool type_is_unwritable(struct type t)
{
	if (t.kind == TYPE_LIST)
		return type_item(t).kind == TYPE_LIST || type_is_unwritable(type_item(t));
	return type_is_element(t) || t.kind == TYPE_PATH || t.kind == TYPE_MAP;
}

/* Whether a literal is read in the type of the key: a string as a moment, UUID, bytes or list. */
static bool literal_reads_as(struct value literal, struct type type)
{
	enum type_family family = type_family(type);

	return literal.type == VALUE_STRING && family > TYPE_FAMILY_STRING &&
	       family <= TYPE_FAMILY_LIST;
}

/* A number, possibly with a sign, or a list of such. */
static bool is_plain_number(const struct ast_expr *x)
{
	switch (x->kind) {
	case EXPR_INT:
	case EXPR_FLOAT:
	case EXPR_DECIMAL:
		return true;
	case EXPR_UNARY:
		return x->binary.op != OP_NOT && is_plain_number(x->binary.left);
	case EXPR_LIST:
		for (uint32_t i = 0; i < x->list.count; i++) {
			if (!is_plain_number(x->list.items[i]))
				return false;
		}
		return true;
	default:
		return false;
	}
}

/* A number that is written for a decimal, without a cast, is read as one: clients that put values
   into texts write decimals so. */
static enum sqlstate bind_written(struct binder *b, const struct ast_expr *x, struct type type,
	const struct bound **out, struct error *e)
{
	struct type item = type.kind == TYPE_LIST ? type_item(type) : type;
	enum sqlstate rc;

	b->has_exact_numbers = item.kind == TYPE_DECIMAL && is_plain_number(x);
	rc = bind_expr(b, x, out, e);
	b->has_exact_numbers = false;
	return rc;
}

/* The value of a property that is to be written. A parameter without a type takes that of the key;
   a key without one gives none (language 4.4). Literals are read in the key's type. */
static enum sqlstate write_value(struct planner *p, enum element element,
	const struct bound_label *label, struct ast_name key, const struct ast_expr *x,
	struct plan_assignment *out, struct error *e)
{
	struct binder *b = &p->b;
	const struct bound *value;
	char found[TYPE_NAME_SIZE];
	struct type type;

	TRY(binder_intern(b, NAME_KEY, key.text, &out->key, e));
	out->new_key = key.text;
	type = bind_property_type(b, element, label, key.text, out->key);
	TRY(bind_written(b, x, type, &value, e));
	if (bound_is_untyped(value))
		TRY(binder_infer(b, &value, type, e));
	if (type_is_unwritable(value->type))
		return FAIL_AT(e, x->at, E_INVALID_VALUE, "property \"%.*s\" cannot be of type %s",
			STR_ARGS(key.text), type_name(value->type, found));
	out->is_array = plan_writes_array(p, element, label, key.text);
	if (bound_is_constant(value) && !out->is_array &&
		eval_check_property(value->value, e) != OK)
		return binder_blame(e, x->at);
	if (bound_is_constant(value) && literal_reads_as(value->value, type))
		value = bound_cast(b, value, type);
	TRY(plan_write_column(p, element, label, key.text, &value, x->at, e));
	TRY(bind_declared_type(b, element, label, key, value, e));
	if (value->type.kind != TYPE_NULL)
		binder_wrote(b, element, key.text, value->type);
	out->expr = value;
	return OK;
}

/* The labels of an element to be made, as what its properties' types follow from. */
static const struct bound_label *write_label(
	struct planner *p, const struct plan_name *labels, uint32_t count)
{
	const struct bound_label **parts;
	struct bound_label *label;

	if (count == 0)
		return NULL;
	parts = ARENA_ARRAY(p->arena, const struct bound_label *, count);
	for (uint32_t i = 0; i < count; i++) {
		label = ARENA_NEW(p->arena, struct bound_label);
		label->kind = LABEL_NAME;
		label->label = labels[i].id;
		parts[i] = label;
	}
	if (count == 1)
		return parts[0];
	label = ARENA_NEW(p->arena, struct bound_label);
	label->kind = LABEL_AND;
	label->parts = parts;
	label->part_count = count;
	return label;
}

/* ---- elements to be made --------------------------------------------------------------------- */

/* A, A&B: plain names only. */
static enum sqlstate create_labels(
	struct planner *p, const struct ast_element *x, struct plan_create *create, struct error *e)
{
	enum name_kind kind = create->element == ELEMENT_NODE ? NAME_NODE_LABEL : NAME_EDGE_LABEL;
	const struct ast_label *l = x->label;
	struct ast_name *names;
	uint32_t count = 0;

	if (l == NULL)
		return OK;
	if (l->kind == LABEL_AND)
		count = l->part_count;
	else if (l->kind == LABEL_NAME)
		count = 1;
	names = ARENA_ARRAY(p->arena, struct ast_name, count);
	for (uint32_t i = 0; i < count; i++) {
		const struct ast_label *part = l->kind == LABEL_NAME ? l : l->parts[i];

		if (part->kind != LABEL_NAME)
			count = 0;
		else
			names[i] = (struct ast_name){
				.at = part->at, .length = part->length, .text = part->name
			};
	}
	if (count == 0)
		return FAIL_AT(e, l->at, E_SYNTAX, "only plain labels can be created");
	create->label_count = count;
	for (uint32_t i = 0; i < count; i++)
		TRY(bind_declared_label(&p->b, create->element, names[i], e));
	return write_names(p, names, count, kind, &create->labels, e);
}

static enum sqlstate create_properties(
	struct planner *p, const struct ast_element *x, struct plan_create *create, struct error *e)
{
	const struct bound_label *label = write_label(p, create->labels, create->label_count);
	const struct ast_entry *const *sorted;
	struct plan_assignment *assignments;
	uint32_t count;

	p->b.slots[create->slot].label = label;
	if (x->properties == NULL)
		return plan_create_defaults(p, create, x->at, e);
	if (x->properties->kind != EXPR_MAP) {
		const struct bound *map;

		TRY(bind_expr(&p->b, x->properties, &map, e));
		TRY(binder_coerce(&p->b, &map, type_make(TYPE_MAP), "property map", e));
		create->properties = map;
		p->b.wrote_anything = true;
		return OK;
	}
	TRY(bind_entries(&p->b, x->properties, &sorted, e));
	count = x->properties->map.count;
	assignments = ARENA_ARRAY(p->arena, struct plan_assignment, count);
	for (uint32_t i = 0; i < count; i++) {
		const struct ast_entry *entry = &x->properties->map.entries[i];

		TRY(bind_declared_key(&p->b, create->element, label, entry->name, true, e));
		TRY(write_value(
			p, create->element, label, entry->name, entry->value, &assignments[i], e));
	}
	create->assignments = assignments;
	create->assignment_count = count;
	return plan_create_defaults(p, create, x->at, e);
}

/* A node of another graph than main carries that graph's membership. */
static void create_membership(struct planner *p, struct plan_create *create)
{
	struct plan_name *labels;

	plan_graph_note(p);
	if (p->b.graph == GRAPH_MAIN)
		return;
	labels = ARENA_ARRAY(p->arena, struct plan_name, create->label_count + 1);
	/* last: the types of properties follow from the first label that knows them */
	for (uint32_t i = 0; i < create->label_count; i++)
		labels[i] = create->labels[i];
	labels[create->label_count] =
		(struct plan_name){ .id = p->b.graph, .name = binder_label_name(&p->b, STR("")) };
	create->labels = labels;
	create->label_count++;
}

struct creation {
	struct planner *p;
	struct plan_create *creates;
	uint32_t count;
	uint32_t first_slot; /* the clause's own slots begin here */
};

static enum sqlstate create_known_node(struct creation *c, const struct ast_element *x,
	const struct variable *v, uint32_t *slot, struct error *e)
{
	if (v->kind != VARIABLE_SLOT || v->type.kind != TYPE_NODE)
		return FAIL_AT(e, x->variable.at, E_TYPE, "variable \"%.*s\" is not a node",
			STR_ARGS(v->name));
	if (x->label != NULL || x->properties != NULL)
		return FAIL_AT(e, x->variable.at, E_SYNTAX,
			"variable \"%.*s\" is already bound and cannot get labels or properties "
			"here",
			STR_ARGS(v->name));
	(void)c;
	*slot = v->slot;
	return OK;
}

static enum sqlstate create_node(struct creation *c, const struct ast_element *x, bool is_alone,
	uint32_t *slot, struct error *e)
{
	struct plan_create *create;
	const struct variable *v = NULL;

	if (x->kind != AST_ELEMENT_NODE || x->where != NULL)
		return FAIL_AT(e, x->at, E_SYNTAX, "only plain nodes and edges can be created");
	if (x->variable.text.length > 0)
		v = scope_find(c->p->b.scope, x->variable.text);
	if (v != NULL && is_alone)
		return FAIL_AT(e, x->variable.at, E_DUPLICATE_ALIAS,
			"variable \"%.*s\" is already bound", STR_ARGS(v->name));
	if (v != NULL)
		return create_known_node(c, x, v, slot, e);
	create = &c->creates[c->count++];
	*create = (struct plan_create){ .element = ELEMENT_NODE, .at = x->at };
	if (x->variable.text.length > 0)
		TRY(planner_declare(c->p, &x->variable, type_make(TYPE_NODE), &create->slot, e));
	else
		create->slot = binder_slot_new(&c->p->b, type_make(TYPE_NODE), (struct str){ 0 });
	c->p->b.slots[create->slot].is_new = true;
	binder_slot_at(&c->p->b, create->slot, plan_element_place(x));
	*slot = create->slot;
	TRY(create_labels(c->p, x, create, e));
	create_membership(c->p, create);
	return create_properties(c->p, x, create, e);
}

static enum sqlstate create_edge(struct creation *c, const struct ast_element *x, uint32_t from,
	uint32_t to, bool any_direction, struct error *e)
{
	struct plan_create *create = &c->creates[c->count++];
	bool is_left = x->direction == AST_DIRECTION_LEFT;

	*create = (struct plan_create){ .element = ELEMENT_EDGE, .at = x->at };
	if (x->quantifier.length > 0 || x->where != NULL)
		return FAIL_AT(e, x->at, E_SYNTAX, "only plain nodes and edges can be created");
	if (x->direction == AST_DIRECTION_ANY && !any_direction)
		return FAIL_AT(e, x->at, E_SYNTAX, "an edge to be created needs a direction");
	if (x->label == NULL || x->label->kind != LABEL_NAME)
		return FAIL_AT(e, x->at, E_SYNTAX, "an edge to be created needs exactly one label");
	create->source_slot = is_left ? to : from;
	create->target_slot = is_left ? from : to;
	if (x->variable.text.length > 0) {
		if (scope_find(c->p->b.scope, x->variable.text) != NULL)
			return FAIL_AT(e, x->variable.at, E_DUPLICATE_ALIAS,
				"variable \"%.*s\" is already bound", STR_ARGS(x->variable.text));
		TRY(planner_declare(c->p, &x->variable, type_make(TYPE_EDGE), &create->slot, e));
	} else {
		create->slot = binder_slot_new(&c->p->b, type_make(TYPE_EDGE), (struct str){ 0 });
	}
	c->p->b.slots[create->slot].is_new = true;
	binder_slot_at(&c->p->b, create->slot, plan_element_place(x));
	TRY(create_labels(c->p, x, create, e));
	return create_properties(c->p, x, create, e);
}

/* One path; `parts` receives the slots of its elements. */
static enum sqlstate create_path(struct creation *c, const struct ast_path *path,
	bool any_direction, struct plan_path_part *parts, struct error *e)
{
	uint32_t from, to, count = path->element_count;

	if (path->prefix.length > 0 || path->alternative != NULL)
		return FAIL_AT(e, path->at, E_SYNTAX, "only plain paths can be created");
	TRY(create_node(c, &path->elements[0], count == 1, &from, e));
	parts[0] = (struct plan_path_part){ .part = PART_NODE, .slot = from };
	for (uint32_t i = 1; i + 1 < count; i += 2) {
		TRY(create_node(c, &path->elements[i + 1], false, &to, e));
		TRY(create_edge(c, &path->elements[i], from, to, any_direction, e));
		parts[i] = (struct plan_path_part){ .part = PART_EDGE,
			.slot = c->creates[c->count - 1].slot };
		parts[i + 1] = (struct plan_path_part){ .part = PART_NODE, .slot = to };
		from = to;
	}
	return OK;
}

static enum sqlstate create_path_variable(struct planner *p, const struct ast_path *path,
	const struct plan_path_part *parts, struct error *e)
{
	struct plan_node *node;
	uint32_t slot;

	if (path->variable.text.length == 0)
		return OK;
	TRY(planner_declare(p, &path->variable, type_make(TYPE_PATH), &slot, e));
	node = planner_push(p, PLAN_PATH, p->s.top->rows, p->s.top->rows);
	node->path.slot = slot;
	node->path.part_count = path->element_count;
	node->path.parts = parts;
	return OK;
}

/* Everything an element is made of is computed below the writing operator. */
static void creation_attach(struct creation *c)
{
	for (uint32_t i = 0; i < c->count; i++) {
		struct plan_create *create = &c->creates[i];
		struct plan_assignment *assignments = (struct plan_assignment *)create->assignments;

		for (uint32_t k = 0; k < create->assignment_count; k++)
			assignments[k].expr = planner_attach(c->p, assignments[k].expr);
		if (create->properties != NULL)
			create->properties = planner_attach(c->p, create->properties);
	}
}

static void creation_done(struct creation *c)
{
	for (uint32_t i = 0; i < c->count; i++)
		c->p->b.slots[c->creates[i].slot].is_new = false;
	planner_forget(c->p);
}

static unsigned creation_touch(const struct creation *c)
{
	unsigned touch = 0;

	for (uint32_t i = 0; i < c->count; i++)
		touch |= c->creates[i].element == ELEMENT_NODE ? TOUCH_NODES : TOUCH_EDGES;
	return touch;
}

static uint32_t pattern_element_count(const struct ast_pattern *pattern)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < pattern->path_count; i++)
		count += pattern->paths[i].element_count;
	return count;
}

static void insert_push(struct planner *p, struct plan_create *creates, uint32_t count)
{
	struct creation group = { .p = p, .creates = creates, .count = count };
	struct plan_node *node;

	creation_attach(&group);
	planner_will_write(p, creation_touch(&group), TAG_INSERT);
	node = planner_push(p, PLAN_INSERT, p->s.top->rows, p->s.top->rows * count);
	node->insert.count = count;
	node->insert.creates = creates;
	creation_done(&group);
}

struct new_slot_search {
	const struct planner *p;
	bool is_found;
};

static void new_slot_search(void *context, uint32_t slot)
{
	struct new_slot_search *s = context;

	s->is_found |= s->p->b.slots[slot].is_new;
}

/* An element made of properties of one that the same clause makes must wait until that is there:
   INSERT (a {x: 1}), (b {x: a.x}) is two steps. */
static void insert_push_all(struct creation *c)
{
	uint32_t begin = 0;

	for (uint32_t i = 0; i < c->count; i++) {
		const struct plan_create *create = &c->creates[i];
		struct new_slot_search s = { .p = c->p };

		for (uint32_t k = 0; k < create->assignment_count; k++)
			bound_each_slot(create->assignments[k].expr, new_slot_search, &s);
		bound_each_slot(create->properties, new_slot_search, &s);
		if (!s.is_found || i == begin)
			continue;
		insert_push(c->p, &c->creates[begin], i - begin);
		begin = i;
	}
	if (begin < c->count)
		insert_push(c->p, &c->creates[begin], c->count - begin);
}

enum sqlstate plan_insert(struct planner *p, const struct ast_clause *c, struct error *e)
{
	const struct ast_pattern *pattern = c->match.pattern;
	uint32_t elements = pattern_element_count(pattern);
	struct plan_path_part *parts = ARENA_ARRAY(p->arena, struct plan_path_part, elements);
	struct creation creation = { .p = p,
		.creates = ARENA_ARRAY(p->arena, struct plan_create, elements),
		.first_slot = p->b.slot_count };
	struct plan_path_part *at = parts;

	p->b.place = "INSERT";
	for (uint32_t i = 0; i < pattern->path_count; i++) {
		TRY(create_path(&creation, &pattern->paths[i], false, at, e));
		at += pattern->paths[i].element_count;
	}
	insert_push_all(&creation);
	at = parts;
	for (uint32_t i = 0; i < pattern->path_count; i++) {
		TRY(create_path_variable(p, &pattern->paths[i], at, e));
		at += pattern->paths[i].element_count;
	}
	return OK;
}

/* ---- SET and REMOVE -------------------------------------------------------------------------- */

static enum sqlstate set_target(
	struct planner *p, const struct ast_set_item *item, struct plan_set *set, struct error *e)
{
	struct type type;

	TRY(bind_expr(&p->b, item->target, &set->target, e));
	type = set->target->type;
	set->element = type.kind == TYPE_EDGE ? ELEMENT_EDGE : ELEMENT_NODE;
	set->is_any = type.kind == TYPE_ANY || type.kind == TYPE_NULL;
	if (!set->is_any && !type_is_element(type))
		return FAIL_AT(e, item->target->at, E_TYPE, "only nodes and edges can be changed");
	return OK;
}

/* A map that is written out: each entry like the assignment of one property. */
static enum sqlstate set_entries(
	struct planner *p, const struct ast_set_item *item, struct plan_set *set, struct error *e)
{
	struct binder *b = &p->b;
	const struct bound_label *label = bound_labels_of(b, set->target);
	struct bound *map = bound_new(b, BOUND_MAP, type_make(TYPE_MAP), item->value->at);
	uint32_t count = item->value->map.count;
	const struct bound **args = ARENA_ARRAY(p->arena, const struct bound *, count);
	struct str *keys = ARENA_ARRAY(p->arena, struct str, count);
	const struct ast_entry *const *sorted;
	struct plan_assignment one;

	TRY(bind_entries(b, item->value, &sorted, e));
	for (uint32_t i = 0; i < count; i++) {
		struct ast_name key = sorted[i]->name;

		TRY(bind_declared_key(b, set->element, label, key, false, e));
		TRY(write_value(p, set->element, label, key, sorted[i]->value, &one, e));
		args[i] = one.expr;
		keys[i] = key.text;
		map->is_volatile |= one.expr->is_volatile;
	}
	map->args = args;
	map->arg_count = count;
	map->keys = keys;
	set->assignment.expr = map;
	return OK;
}

static enum sqlstate set_map(
	struct planner *p, const struct ast_set_item *item, struct plan_set *set, struct error *e)
{
	struct binder *b = &p->b;
	const struct bound *value;

	if (item->value->kind == EXPR_MAP && !set->is_any)
		return set_entries(p, item, set, e);
	TRY(bind_expr(b, item->value, &value, e));
	if (type_is_element(value->type))
		TRY(binder_function(b, STR("properties"), &value, 1, item->value->at, &value, e));
	TRY(binder_coerce(b, &value, type_make(TYPE_MAP), "value of SET", e));
	set->assignment.expr = value;
	b->wrote_anything = true;
	return OK;
}

static enum sqlstate set_item(struct planner *p, const struct ast_set_item *item, bool is_remove,
	struct plan_set *set, struct error *e)
{
	struct binder *b = &p->b;

	*set = (struct plan_set){ .kind = item->kind, .is_remove = is_remove, .at = item->at };
	TRY(set_target(p, item, set, e));
	switch (item->kind) {
	case SET_PROPERTY:
		TRY(bind_declared_key(b, set->element, bound_labels_of(b, set->target), item->key,
			false, e));
		if (!is_remove)
			return write_value(p, set->element, bound_labels_of(b, set->target),
				item->key, item->value, &set->assignment, e);
		set->assignment.new_key = item->key.text;
		return binder_intern(b, NAME_KEY, item->key.text, &set->assignment.key, e);
	case SET_REPLACE:
	case SET_ADD:
		return set_map(p, item, set, e);
	case SET_LABELS:
		if (set->target->type.kind == TYPE_EDGE)
			return FAIL_AT(
				e, item->at, E_TYPE, "the label of an edge cannot be changed");
		set->label_count = item->label_count;
		for (uint32_t i = 0; i < item->label_count && !is_remove; i++)
			TRY(bind_declared_label(b, ELEMENT_NODE, item->labels[i], e));
		return write_names(
			p, item->labels, item->label_count, NAME_NODE_LABEL, &set->labels, e);
	}
	unreachable();
}

static unsigned set_touch(const struct ast_set_item *items, uint32_t count)
{
	unsigned touch = 0;

	for (uint32_t i = 0; i < count; i++)
		touch |= items[i].kind == SET_LABELS ? TOUCH_NODES : TOUCH_PROPERTIES;
	return touch;
}

/* What was known of a label stays true for reading types, but a removed label no longer filters;
   nothing here relies on that. All right-hand sides are evaluated before the first assignment. */
static enum sqlstate plan_set_items(struct planner *p, const struct ast_set_item *items,
	uint32_t count, bool is_remove, struct error *e)
{
	struct plan_set *sets = ARENA_ARRAY(p->arena, struct plan_set, count);
	struct plan_node *node;

	p->b.place = "SET";
	for (uint32_t i = 0; i < count; i++)
		TRY(set_item(p, &items[i], is_remove, &sets[i], e));
	for (uint32_t i = 0; i < count; i++) {
		const struct bound *value = sets[i].assignment.expr;
		uint32_t slot;

		sets[i].target = planner_attach(p, sets[i].target);
		if (value == NULL || bound_is_constant(value) || value->kind == BOUND_PARAMETER)
			continue;
		slot = planner_project(p, value, (struct str){ 0 });
		sets[i].assignment.expr = binder_slot_ref(&p->b, slot, value->at);
	}
	planner_will_write(p, set_touch(items, count), TAG_UPDATE);
	node = planner_push(p, PLAN_SET, p->s.top->rows, p->s.top->rows * count);
	node->set_items.count = count;
	node->set_items.items = sets;
	planner_forget(p);
	return OK;
}

enum sqlstate plan_set(struct planner *p, const struct ast_clause *c, struct error *e)
{
	return plan_set_items(p, c->set.items, c->set.count, c->kind == CLAUSE_REMOVE, e);
}

/* ---- DELETE ---------------------------------------------------------------------------------- */

enum sqlstate plan_delete(struct planner *p, const struct ast_clause *c, struct error *e)
{
	const struct bound **exprs = ARENA_ARRAY(p->arena, const struct bound *, c->remove.count);
	struct plan_node *node;

	p->b.place = "DELETE";
	for (uint32_t i = 0; i < c->remove.count; i++) {
		const struct ast_expr *x = c->remove.exprs[i];
		struct type type;

		TRY(bind_expr(&p->b, x, &exprs[i], e));
		type = exprs[i]->type;
		if (type.kind == TYPE_LIST)
			type = type_item(type);
		if (!type_is_element(type) && type.kind != TYPE_PATH && type.kind != TYPE_ANY &&
			type.kind != TYPE_NULL)
			return FAIL_AT(
				e, x->at, E_TYPE, "only nodes, edges and paths can be deleted");
		exprs[i] = planner_attach(p, exprs[i]);
	}
	planner_will_write(p, TOUCH_ALL, TAG_DELETE);
	node = planner_push(p, PLAN_DELETE, p->s.top->rows, p->s.top->rows * c->remove.count);
	node->remove.count = c->remove.count;
	node->remove.exprs = exprs;
	node->remove.is_detach = c->remove.is_detach;
	planner_forget(p);
	return OK;
}

/* ---- MERGE ----------------------------------------------------------------------------------- */

/* The match half, planned as a subplan over the same syntax; its variables end up in slots of
   their own, which the creating half takes over. */
struct merge {
	struct planner *p;
	const struct ast_clause *clause;
	struct scope *scope; /* of the clause: both halves see what is outside */
	struct plan_node *sub;
	uint32_t row_slot;
	bool is_per_row;
	unsigned reads;
};

static enum sqlstate merge_match(struct merge *g, const struct ast_pattern *named, struct error *e)
{
	struct planner *p = g->p;
	struct match_options options = { .is_merge = true };
	struct stream old = planner_stream_sub(p, &g->row_slot);
	enum sqlstate rc;

	p->b.scope = scope_new(p->arena, g->scope);
	p->b.is_quiet = true;
	rc = plan_pattern(p, named, &options, e);
	p->b.is_quiet = false;
	g->sub = p->s.top;
	g->is_per_row = p->s.is_per_row;
	g->reads = p->s.reads;
	p->s = old;
	return rc;
}

/* A property written as NULL matches nothing and cannot be made. */
static enum sqlstate merge_refuse_null(const struct ast_path *path, struct error *e)
{
	for (uint32_t i = 0; i < path->element_count; i++) {
		const struct ast_expr *map = path->elements[i].properties;

		if (map == NULL || map->kind != EXPR_MAP)
			continue;
		for (uint32_t k = 0; k < map->map.count; k++) {
			const struct ast_expr *value = map->map.entries[k].value;

			if (value->kind == EXPR_NULL)
				return FAIL_AT(e, value->at, E_NULL_NOT_ALLOWED,
					"MERGE cannot use a null property value");
		}
	}
	return OK;
}

/* Every element gets a name, so that both halves can be brought together by it; path variables
   are left to the end. */
static struct ast_pattern *merge_name_elements(struct planner *p, const struct ast_pattern *pattern)
{
	struct ast_pattern *named = ARENA_NEW(p->arena, struct ast_pattern);
	struct ast_path *path = ARENA_NEW(p->arena, struct ast_path);
	struct ast_element *elements;

	*named = *pattern;
	*path = pattern->paths[0];
	elements = ARENA_ARRAY(p->arena, struct ast_element, path->element_count);
	memcpy(elements, path->elements, path->element_count * sizeof *elements);
	for (uint32_t i = 0; i < path->element_count; i++) {
		if (elements[i].variable.text.length == 0)
			elements[i].variable = (struct ast_name){ .at = elements[i].at,
				.text = arena_printf(p->arena, " %u %u", elements[i].at, i) };
	}
	path->elements = elements;
	path->variable = (struct ast_name){ 0 };
	named->paths = path;
	return named;
}

/* The creating half's elements go to the slots of the matching half. */
static void merge_join_slots(struct creation *c, const struct scope *matched,
	struct plan_path_part *parts, uint32_t count)
{
	struct binder *b = &c->p->b;

	for (uint32_t i = 0; i < b->scope->count; i++) {
		struct variable *v = &b->scope->variables[i];
		const struct variable *m = scope_find_here(matched, v->name);
		uint32_t old = v->slot;

		if (v->kind != VARIABLE_SLOT || old < c->first_slot || m == NULL)
			continue;
		b->slots[m->slot].is_new = b->slots[old].is_new;
		v->slot = m->slot;
		for (uint32_t k = 0; k < c->count; k++) {
			struct plan_create *create = &c->creates[k];

			if (create->slot == old)
				create->slot = m->slot;
			if (create->element != ELEMENT_EDGE)
				continue;
			if (create->source_slot == old)
				create->source_slot = m->slot;
			if (create->target_slot == old)
				create->target_slot = m->slot;
		}
		for (uint32_t k = 0; k < count; k++) {
			if (parts[k].slot == old)
				parts[k].slot = m->slot;
		}
	}
}

static enum sqlstate merge_sets(struct planner *p, const struct ast_set_item *items, uint32_t count,
	const struct plan_set **out, struct error *e)
{
	struct plan_set *sets = ARENA_ARRAY(p->arena, struct plan_set, count);

	p->b.place = "SET";
	for (uint32_t i = 0; i < count; i++)
		TRY(set_item(p, &items[i], false, &sets[i], e));
	for (uint32_t i = 0; i < count; i++)
		sets[i].assignment.expr = planner_attach(p, sets[i].assignment.expr);
	*out = sets;
	return OK;
}

static void merge_push(struct merge *g, struct creation *c, const struct plan_set *on_create,
	const struct plan_set *on_match)
{
	struct planner *p = g->p;
	const struct ast_clause *clause = g->clause;
	struct plan_node *node;
	unsigned touch = creation_touch(c);
	unsigned before = p->s.reads;

	if (clause->merge.on_create_count + clause->merge.on_match_count > 0)
		touch |= TOUCH_PROPERTIES | TOUCH_NODES;
	/* MERGE's own reading needs no barrier before its writing: its rows see each other. */
	planner_will_read(p, g->reads);
	p->s.reads &= before;
	planner_will_write(p, touch, TAG_MERGE);
	node = planner_push(p, PLAN_MERGE, p->s.top->rows * MAX_OF(1.0, g->sub->rows),
		p->s.top->rows * (1 + g->sub->cost));
	node->other = g->sub;
	node->merge.row_slot = g->row_slot;
	node->merge.count = c->count;
	node->merge.creates = c->creates;
	node->merge.on_create_count = clause->merge.on_create_count;
	node->merge.on_create = on_create;
	node->merge.on_match_count = clause->merge.on_match_count;
	node->merge.on_match = on_match;
	p->s.is_single = false;
}

/* The pattern's variables join the clause's scope; names made up by
   merge_name_elements() do not. */
static void merge_scope(struct planner *p, struct scope *outer, const struct scope *made)
{
	for (uint32_t i = 0; i < made->count; i++) {
		struct variable v = made->variables[i];

		if (v.name.at[0] != ' ')
			*scope_add(outer, v.name) = v;
	}
	p->b.scope = outer;
}

enum sqlstate plan_merge(struct planner *p, const struct ast_clause *c, struct error *e)
{
	const struct ast_pattern *pattern = merge_name_elements(p, c->merge.pattern);
	const struct ast_path *path = &pattern->paths[0];
	struct merge g = { .p = p, .clause = c };
	struct creation creation = { .p = p };
	struct plan_path_part *parts =
		ARENA_ARRAY(p->arena, struct plan_path_part, path->element_count);
	const struct plan_set *on_create, *on_match;
	struct scope *outer = p->b.scope;
	struct scope *matched;
	struct scope *made = scope_new(p->arena, outer);

	if (c->merge.pattern->path_count != 1)
		return FAIL_AT(e, c->at, E_SYNTAX, "MERGE takes one path pattern");
	TRY(merge_refuse_null(path, e));
	/* The creating half comes first: it interns names and tells which types are written. */
	creation.creates = ARENA_ARRAY(p->arena, struct plan_create, path->element_count);
	creation.first_slot = p->b.slot_count;
	p->b.place = "MERGE";
	p->b.scope = made;
	TRY(create_path(&creation, path, true, parts, e));
	creation_attach(&creation);
	g.scope = outer;
	TRY(merge_match(&g, pattern, e));
	matched = p->b.scope;
	p->b.scope = made;
	merge_join_slots(&creation, matched, parts, path->element_count);
	TRY(merge_sets(p, c->merge.on_create, c->merge.on_create_count, &on_create, e));
	TRY(merge_sets(p, c->merge.on_match, c->merge.on_match_count, &on_match, e));
	merge_push(&g, &creation, on_create, on_match);
	creation_done(&creation);
	merge_scope(p, outer, made);
	return create_path_variable(p, &c->merge.pattern->paths[0], parts, e);
}

/* ---- FOREACH --------------------------------------------------------------------------------- */

static enum sqlstate foreach_clauses(struct planner *p, const struct ast_clause *c, struct error *e)
{
	struct answer none;

	for (uint32_t i = 0; i < c->foreach.count; i++)
		TRY(plan_clause(p, &c->foreach.clauses[i], &none, e));
	planner_push(p, PLAN_DISCARD, 0, p->s.top->rows);
	return OK;
}

enum sqlstate plan_foreach(struct planner *p, const struct ast_clause *c, struct error *e)
{
	struct scope *outer = p->b.scope;
	const struct bound *list;
	struct stream old, sub;
	struct plan_node *node;
	struct variable *v;
	uint32_t row_slot, slot;

	p->b.place = "FOREACH";
	TRY(bind_expr(&p->b, c->foreach.list, &list, e));
	TRY(binder_coerce(&p->b, &list,
		list->type.kind == TYPE_LIST ? list->type : type_list_of(type_make(TYPE_ANY)),
		"argument of FOREACH", e));
	list = planner_attach(p, list);
	slot = binder_slot_new(&p->b, type_item(list->type), c->foreach.variable.text);
	p->b.scope = scope_new(p->arena, outer);
	v = scope_add(p->b.scope, c->foreach.variable.text);
	v->slot = slot;
	v->type = p->b.slots[slot].type;
	old = planner_stream_sub(p, &row_slot);
	TRY(foreach_clauses(p, c, e));
	sub = p->s;
	p->s = old;
	p->b.scope = outer;
	planner_will_read(p, sub.reads);
	planner_will_write(p, TOUCH_ALL, p->tag);
	node = planner_push(p, PLAN_FOREACH, p->s.top->rows, p->s.top->rows * 10 * sub.top->cost);
	node->other = sub.top;
	node->foreach.list = list;
	node->foreach.slot = slot;
	node->foreach.row_slot = row_slot;
	planner_forget(p);
	return OK;
}
