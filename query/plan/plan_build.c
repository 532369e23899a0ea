/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Building blocks of plans: nodes on top of the stream, properties, subqueries, filters, and the
 * barriers between reading and writing.
 *
 * Properties are fetched where they are first needed, so that rows which a filter drops cost no
 * record. A key of an element that is fetched a little further down anyway joins that fetch,
 * because one visit of a record yields any number of keys.
 */
#include "query/plan/plan_table.h"

/* ---- nodes ----------------------------------------------------------------------------------- */

struct plan_node *planner_push(struct planner *p, enum plan_kind kind, double rows, double work)
{
	struct plan_node *node = ARENA_NEW(p->arena, struct plan_node);

	node->kind = kind;
	node->view = p->view;
	node->input = p->s.top;
	node->rows = rows;
	node->cost = work + (node->input == NULL ? 0 : node->input->cost);
	p->s.top = node;
	return node;
}

struct stream planner_stream_new(struct planner *p)
{
	struct stream old = p->s;

	p->s = (struct stream){ .is_single = true };
	planner_push(p, PLAN_ONE_ROW, 1, 0);
	return old;
}

struct stream planner_stream_sub(struct planner *p, uint32_t *row_slot)
{
	struct stream old = p->s;

	*row_slot = binder_slot_new(&p->b, type_make(TYPE_INT64), (struct str){ 0 });
	p->s = (struct stream){ .is_single = true, .is_subplan = true };
	planner_push(p, PLAN_ARGUMENT, 1, 0)->argument.row_slot = *row_slot;
	return old;
}

uint32_t plan_row_slot(const struct plan_node *n)
{
	while (n->input != NULL || plan_has_branches(n))
		n = n->input != NULL ? n->input : plan_branch(n, 0);
	return n->kind == PLAN_ARGUMENT ? n->argument.row_slot : SLOT_NONE;
}

uint32_t planner_outer_slot_end(const struct planner *p)
{
	uint32_t row_slot = plan_row_slot(p->s.top);

	return row_slot == SLOT_NONE ? 0 : row_slot;
}

void plan_leaf_becomes(struct plan_node *n, uint32_t row_slot, const struct plan_node *leaf)
{
	for (; n != NULL; n = n->input) {
		if (n->other != NULL)
			plan_leaf_becomes(n->other, row_slot, leaf);
		for (uint32_t i = 0; i < plan_branch_count(n); i++)
			plan_leaf_becomes(plan_branch(n, i), row_slot, leaf);
		if (n->kind == PLAN_ARGUMENT && n->argument.row_slot == row_slot) {
			n->kind = leaf->kind;
			n->argument = leaf->argument;
		}
	}
}

uint32_t planner_inner_slot(struct planner *p)
{
	if (!p->s.is_subplan)
		return SLOT_NONE;
	return binder_slot_new(&p->b, type_make(TYPE_INT64), (struct str){ 0 });
}

struct plan_node *plan_beside_outer(struct planner *p, struct plan_node *sub, uint32_t inner_slot)
{
	struct plan_node inner = { .kind = PLAN_ARGUMENT, .argument.row_slot = inner_slot };
	uint32_t row_slot = plan_row_slot(sub);
	struct stream old = p->s;
	struct plan_node *node;

	p->s = (struct stream){ 0 };
	planner_push(p, PLAN_ARGUMENT, 1, 0)->argument.row_slot = row_slot;
	plan_leaf_becomes(sub, row_slot, &inner);
	node = planner_push(p, PLAN_APPLY, sub->rows, sub->cost);
	node->other = sub;
	node->apply.row_slot = inner_slot;
	node->apply.is_per_row = true;
	node->apply.apply = APPLY_INNER;
	node->apply.slot = node->apply.result_slot = SLOT_NONE;
	p->s = old;
	return node;
}

void planner_forget(struct planner *p)
{
	p->s.fetched_count = 0;
}

/* ---- barriers -------------------------------------------------------------------------------- */

static void planner_barrier(struct planner *p)
{
	planner_push(p, PLAN_EAGER, p->s.top->rows, p->s.top->rows);
	p->s.reads = p->s.writes = 0;
}

void planner_will_read(struct planner *p, unsigned touch)
{
	if ((p->s.writes & touch) != 0 && !p->s.is_single)
		planner_barrier(p);
	p->s.reads |= touch;
}

void planner_will_write(struct planner *p, unsigned touch, enum plan_tag tag)
{
	if ((p->s.reads & touch) != 0 && !p->s.is_single)
		planner_barrier(p);
	p->s.writes |= touch;
	p->is_write = true;
	p->writes_graph |= !p->b.is_sql;
	if (!p->has_tag)
		p->tag = tag;
	p->has_tag = true;
}

void planner_past(struct planner *p)
{
	if (p->has_past && p->s.top->kind != PLAN_PAST)
		planner_push(p, PLAN_PAST, p->s.top->rows, 0);
}

/* ---- slots of expressions -------------------------------------------------------------------- */

void bound_each_slot(const struct bound *x, slot_visitor *visit, void *context)
{
	if (x == NULL)
		return;
	if (x->kind == BOUND_SLOT)
		visit(context, x->index);
	for (uint32_t i = 0; i < x->arg_count; i++)
		bound_each_slot(x->args[i], visit, context);
}

struct pending_visit {
	const struct planner *p;
	slot_visitor *visit;
	void *context;
};

static void pending_visit_slot(void *context, uint32_t slot)
{
	struct pending_visit *v = context;
	const struct pending *pending = planner_pending(v->p, slot);

	if (pending == NULL) {
		v->visit(v->context, slot);
		return;
	}
	for (uint32_t i = 0; i < pending->outer_count; i++)
		pending_visit_slot(context, pending->outer_slots[i]);
}

void planner_each_slot(
	const struct planner *p, const struct bound *x, slot_visitor *visit, void *context)
{
	struct pending_visit v = { .p = p, .visit = visit, .context = context };

	bound_each_slot(x, pending_visit_slot, &v);
}

/* ---- subqueries ------------------------------------------------------------------------------ */

const struct pending *planner_pending(const struct planner *p, uint32_t slot)
{
	for (uint32_t i = p->pending_count; i-- > 0;) {
		if (p->pendings[i].slot == slot)
			return &p->pendings[i];
	}
	return NULL;
}

struct pending *planner_pending_new(struct planner *p)
{
	if (p->pending_count == p->pending_capacity) {
		uint32_t capacity = p->pending_capacity == 0 ? 4 : 2 * p->pending_capacity;

		p->pendings = arena_grow(p->arena, p->pendings,
			p->pending_count * sizeof *p->pendings, capacity * sizeof *p->pendings);
		p->pending_capacity = capacity;
	}
	p->pendings[p->pending_count] = (struct pending){ .slot = SLOT_NONE };
	return &p->pendings[p->pending_count++];
}

/* Puts a pending subquery onto the stream as `apply`; EXISTS may become SEMI or ANTI. */
static void planner_apply(struct planner *p, const struct pending *pending, enum plan_apply apply)
{
	struct plan_node *node;
	double rows = p->s.top->rows;

	planner_will_read(p, pending->reads);
	if (pending->key_count > 0) {
		node = planner_push(p, PLAN_PROJECT, rows, rows * 0.1);
		node->project.outputs = pending->keys;
		node->project.count = pending->key_count;
	}
	if (apply == APPLY_SEMI || apply == APPLY_ANTI)
		rows *= 0.5;
	node = planner_push(p, PLAN_APPLY, rows, p->s.top->rows * (1 + pending->sub->cost));
	node->other = pending->sub;
	node->apply.row_slot = pending->row_slot;
	node->apply.is_per_row = pending->is_per_row;
	node->apply.apply = apply;
	node->apply.slot = apply == APPLY_SEMI || apply == APPLY_ANTI ? SLOT_NONE : pending->slot;
	node->apply.result_slot = pending->result_slot;
	node->apply.at = pending->at;
}

/* A slot counts as there once it is among the fetched: applied subqueries are noted with key 0. */
static uint32_t planner_fetched(const struct planner *p, uint32_t element_slot, uint32_t key)
{
	for (uint32_t i = 0; i < p->s.fetched_count; i++) {
		const struct fetched *f = &p->s.fetched[i];

		if (f->element_slot == element_slot && f->key == key)
			return f->slot;
	}
	return SLOT_NONE;
}

static void planner_note_fetched(struct planner *p, struct fetched f)
{
	struct stream *s = &p->s;

	if (s->fetched_count == s->fetched_capacity) {
		uint32_t capacity = s->fetched_capacity == 0 ? 8 : 2 * s->fetched_capacity;

		s->fetched = arena_grow(p->arena, s->fetched, s->fetched_count * sizeof *s->fetched,
			capacity * sizeof *s->fetched);
		s->fetched_capacity = capacity;
	}
	s->fetched[s->fetched_count++] = f;
}

void planner_adopt(struct planner *p, const struct stream *other)
{
	for (uint32_t i = 0; i < other->fetched_count; i++)
		planner_note_fetched(p, other->fetched[i]);
}

void planner_apply_slot(struct planner *p, uint32_t slot)
{
	const struct pending *pending = planner_pending(p, slot);

	if (pending == NULL || planner_fetched(p, slot, NAME_NONE) != SLOT_NONE)
		return;
	planner_apply(p, pending, pending->apply);
	planner_note_fetched(
		p, (struct fetched){ .element_slot = slot, .key = NAME_NONE, .slot = slot });
}

/* ---- properties ------------------------------------------------------------------------------ */

static void properties_put(struct planner *p, struct plan_node *node, uint32_t key, uint32_t slot)
{
	uint32_t count = node->properties.count;
	size_t size = count * sizeof(uint32_t);
	uint32_t *keys = arena_grow(p->arena, (void *)node->properties.keys, size, size + 4);
	uint32_t *slots = arena_grow(p->arena, (void *)node->properties.slots, size, size + 4);

	keys[count] = key;
	slots[count] = slot;
	node->properties.keys = keys;
	node->properties.slots = slots;
	node->properties.count = count + 1;
}

static bool node_binds(const struct plan_node *n, uint32_t slot)
{
	switch (n->kind) {
	case PLAN_NODE_SCAN:
		return n->node_scan.slot == slot;
	case PLAN_EDGE_SCAN:
		return n->edge_scan.slot == slot || n->edge_scan.source_slot == slot ||
		       n->edge_scan.target_slot == slot;
	case PLAN_INDEX_SCAN:
		return n->index_scan.slot == slot || n->index_scan.source_slot == slot ||
		       n->index_scan.target_slot == slot;
	case PLAN_ID_SEEK:
		return n->id_seek.slot == slot;
	case PLAN_EXPAND:
		return (n->expand.target_slot == slot && !n->expand.target_is_bound) ||
		       (n->expand.edge_slot == slot && !n->expand.edge_is_bound);
	case PLAN_VAR_EXPAND:
	case PLAN_SHORTEST:
		return n->var_expand.target_slot == slot && !n->var_expand.target_is_bound;
	default:
		/* Whatever else may bind it: nothing is fetched below that. */
		return n->kind != PLAN_FILTER && n->kind != PLAN_PROPERTIES &&
		       n->kind != PLAN_DIFFERENT_EDGES && n->kind != PLAN_PATH;
	}
}

/* Where an element's property is fetched best: a fetch of the same element below (*joined), or the
   node with the fewest rows above which the element is there. A key that is needed late but bound
   early is fetched before the rows are multiplied. */
static struct plan_node *properties_place(
	const struct planner *p, uint32_t element_slot, bool *joined)
{
	struct plan_node *best = p->s.top;
	double rows = p->s.top->rows;

	*joined = false;
	for (struct plan_node *n = p->s.top; n != NULL; n = n->input) {
		if (n->kind == PLAN_PROPERTIES && n->properties.element_slot == element_slot &&
			n->rows <= 3 * rows + 1) {
			*joined = true;
			return n;
		}
		if (n->rows < 0.7 * best->rows)
			best = n;
		if (node_binds(n, element_slot))
			break;
	}
	return best;
}

/* Puts a PROPERTIES node right above `place`, which is the top or somewhere below it. */
static struct plan_node *properties_insert(
	struct planner *p, struct plan_node *place, const struct bound *element)
{
	struct plan_node *top = p->s.top;
	struct plan_node *above = NULL;
	struct plan_node *node;

	for (struct plan_node *n = top; n != place; n = n->input)
		above = n;
	p->s.top = place;
	node = planner_push(p, PLAN_PROPERTIES, place->rows, place->rows);
	node->properties.element_slot = element->index;
	node->properties.element = element->type.kind == TYPE_EDGE ? ELEMENT_EDGE : ELEMENT_NODE;
	if (above != NULL) {
		above->input = node;
		p->s.top = top;
	}
	return node;
}

static struct str property_slot_name(struct planner *p, uint32_t element_slot, struct str key)
{
	struct str variable = p->b.slots[element_slot].name;
	char *name = arena_alloc_raw(p->arena, variable.length + key.length + 1);

	if (variable.length > 0)
		memcpy(name, variable.at, variable.length);
	name[variable.length] = '.';
	memcpy(name + variable.length + 1, key.at, key.length);
	return (struct str){ name, variable.length + key.length + 1 };
}

static uint32_t planner_fetch(struct planner *p, const struct bound *x)
{
	uint32_t element_slot = x->args[0]->index;
	uint32_t slot = planner_fetched(p, element_slot, x->key_number);
	struct plan_node *node;
	bool joined;

	if (slot != SLOT_NONE)
		return slot;
	planner_will_read(p, TOUCH_PROPERTIES);
	slot = binder_slot_new(&p->b, x->type, property_slot_name(p, element_slot, x->key));
	node = properties_place(p, element_slot, &joined);
	if (!joined) {
		node = properties_insert(p, node, x->args[0]);
		node->properties.at = x->at;
	}
	properties_put(p, node, x->key_number, slot);
	planner_note_fetched(
		p, (struct fetched){
			   .element_slot = element_slot, .key = x->key_number, .slot = slot });
	return slot;
}

static bool bound_is_fetchable(const struct planner *p, const struct bound *x)
{
	return x->kind == BOUND_PROPERTY && x->key_number != NAME_NONE &&
	       x->args[0]->kind == BOUND_SLOT && type_is_element(x->args[0]->type) &&
	       !p->b.slots[x->args[0]->index].is_new;
}

const struct bound *planner_attach(struct planner *p, const struct bound *x)
{
	const struct bound **args = NULL;
	struct bound *copy;

	if (x == NULL)
		return NULL;
	if (x->kind == BOUND_SLOT) {
		planner_apply_slot(p, x->index);
		return x;
	}
	if (bound_is_fetchable(p, x)) {
		planner_apply_slot(p, x->args[0]->index);
		return binder_slot_ref(&p->b, planner_fetch(p, x), x->at);
	}
	if (x->kind == BOUND_CALL && x->function != NULL && x->function->needs_graph)
		planner_will_read(p, TOUCH_ALL);
	for (uint32_t i = 0; i < x->arg_count; i++) {
		const struct bound *arg = planner_attach(p, x->args[i]);

		if (arg == x->args[i])
			continue;
		if (args == NULL) {
			args = ARENA_ARRAY(p->arena, const struct bound *, x->arg_count);
			memcpy(args, x->args, x->arg_count * sizeof *args);
		}
		args[i] = arg;
	}
	if (args == NULL)
		return x;
	copy = ARENA_NEW(p->arena, struct bound);
	*copy = *x;
	copy->args = args;
	return copy;
}

/* ---- projecting and filtering ---------------------------------------------------------------- */

void planner_project_all(struct planner *p, const struct bound *const *exprs,
	const struct str *names, uint32_t count, uint32_t *slots)
{
	const struct bound **attached = ARENA_ARRAY(p->arena, const struct bound *, count);
	struct plan_output *outputs = ARENA_ARRAY(p->arena, struct plan_output, count);
	struct plan_node *node;
	uint32_t output_count = 0;

	for (uint32_t i = 0; i < count; i++)
		attached[i] = planner_attach(p, exprs[i]);
	for (uint32_t i = 0; i < count; i++) {
		if (attached[i]->kind == BOUND_SLOT) {
			slots[i] = attached[i]->index;
			continue;
		}
		slots[i] = binder_slot_new(&p->b, attached[i]->type, names[i]);
		binder_slot_is(&p->b, slots[i], attached[i]);
		outputs[output_count++] =
			(struct plan_output){ .expr = attached[i], .slot = slots[i] };
	}
	if (output_count == 0)
		return;
	node = planner_push(p, PLAN_PROJECT, p->s.top->rows, p->s.top->rows * 0.1 * output_count);
	node->project.outputs = outputs;
	node->project.count = output_count;
}

uint32_t planner_project(struct planner *p, const struct bound *x, struct str name)
{
	uint32_t slot;

	planner_project_all(p, &x, &name, 1, &slot);
	return slot;
}

static void planner_push_filter(
	struct planner *p, const struct bound *const *predicates, uint32_t count)
{
	const struct bound **attached = ARENA_ARRAY(p->arena, const struct bound *, count);
	struct plan_node *node;
	double selectivity = 1;
	double rows;

	if (count == 0)
		return;
	for (uint32_t i = 0; i < count; i++) {
		selectivity *= cost_selectivity(predicates[i]);
		attached[i] = planner_attach(p, predicates[i]);
	}
	rows = p->s.top->rows;
	node = planner_push(p, PLAN_FILTER, rows * selectivity, rows * 0.1 * count);
	node->filter.predicate = bound_combine(&p->b, BOUND_AND, attached, count);
}

static bool bound_needs_attaching(const struct planner *p, const struct bound *x)
{
	if (bound_is_fetchable(p, x))
		return planner_fetched(p, x->args[0]->index, x->key_number) == SLOT_NONE;
	if (x->kind == BOUND_SLOT)
		return planner_pending(p, x->index) != NULL;
	for (uint32_t i = 0; i < x->arg_count; i++) {
		if (x->args[i] != NULL && bound_needs_attaching(p, x->args[i]))
			return true;
	}
	return false;
}

/* EXISTS and NOT EXISTS as a whole condition: the rows are kept or dropped without a column. */
static const struct pending *bound_as_semi(
	const struct planner *p, const struct bound *x, enum plan_apply *apply)
{
	const struct pending *pending;

	*apply = APPLY_SEMI;
	if (x->kind == BOUND_CALL && x->function != NULL && x->arg_count == 1 &&
		strcmp(x->function->name, "not") == 0) {
		*apply = APPLY_ANTI;
		x = x->args[0];
	}
	if (x->kind != BOUND_SLOT)
		return NULL;
	pending = planner_pending(p, x->index);
	return pending != NULL && pending->apply == APPLY_EXISTS ? pending : NULL;
}

/* In three steps: what needs nothing, what needs properties, what needs a subquery. */
void planner_filter(struct planner *p, const struct bound *const *predicates, uint32_t count)
{
	const struct bound **ready = ARENA_ARRAY(p->arena, const struct bound *, count);
	const struct bound **rest = ARENA_ARRAY(p->arena, const struct bound *, count);
	const struct pending *pending;
	uint32_t ready_count = 0, rest_count = 0;
	enum plan_apply apply;

	plan_table_access(p, predicates, count);
	for (uint32_t i = 0; i < count; i++) {
		if (bound_as_semi(p, predicates[i], &apply) != NULL)
			continue;
		if (bound_needs_attaching(p, predicates[i]))
			rest[rest_count++] = predicates[i];
		else
			ready[ready_count++] = predicates[i];
	}
	for (uint32_t i = 0; i < ready_count; i++)
		plan_relation_key(p, ready[i]);
	planner_push_filter(p, ready, ready_count);
	planner_push_filter(p, rest, rest_count);
	for (uint32_t i = 0; i < count; i++) {
		pending = bound_as_semi(p, predicates[i], &apply);
		if (pending != NULL)
			planner_apply(p, pending, apply);
	}
}

void planner_limit(struct planner *p, const struct bound *offset, const struct bound *limit)
{
	double rows = p->s.top->rows;
	struct plan_node *node;

	if (offset == NULL && limit == NULL)
		return;
	if (limit != NULL && bound_is_constant(limit) && limit->value.type == VALUE_INT)
		rows = MIN_OF(rows, (double)limit->value.integer);
	node = planner_push(p, PLAN_LIMIT, rows, 0);
	node->limit.offset = offset;
	node->limit.limit = limit;
	p->s.is_per_row = true;
}
