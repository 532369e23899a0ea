/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Where a pattern begins: the ways to come by a node or an edge without a neighbour, and what each
 * would yield. A predicate that compares a key with something else is noted as a sarg (search
 * argument) of its element; an index serves a prefix of keys that are equal to something, then
 * perhaps one range or one list.
 *
 * A sarg may only be used once all that its value reads is in the stream, so the same node has
 * other choices after its neighbours were placed.
 */
#include "query/plan/match.h"
#include "query/plan/plan_index.h"

/* What a key equal to something leaves, and a range. */
#define ACCESS_EQUAL_PART 0.01
#define ACCESS_RANGE_PART 0.3
#define ACCESS_IN_ITEMS 10.0

/* ---- sargs ----------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	enum sarg_kind kind;	/* of key op value */
	enum sarg_kind swapped; /* of value op key */
	bool is_inclusive;
} sarg_operators[] = {
	{ "=", SARG_EQUAL, SARG_EQUAL, true },
	{ "<", SARG_HIGH, SARG_LOW, false },
	{ "<=", SARG_HIGH, SARG_LOW, true },
	{ ">", SARG_LOW, SARG_HIGH, false },
	{ ">=", SARG_LOW, SARG_HIGH, true },
};

struct slot_search {
	uint32_t slot;
	bool is_found;
};

static void slot_search(void *context, uint32_t slot)
{
	struct slot_search *s = context;

	s->is_found |= s->slot == slot;
}

static bool bound_reads(const struct match *m, const struct bound *x, uint32_t slot)
{
	struct slot_search s = { .slot = slot };

	planner_each_slot(m->p, x, slot_search, &s);
	return s.is_found;
}

/* Where the element of this slot keeps its sargs; NULL if it is not one to be looked for. */
static uint32_t *match_sarg_list(struct match *m, uint32_t slot)
{
	if (slot < m->first_slot || slot >= m->slot_end)
		return NULL;
	for (uint32_t i = 0; i < m->node_count; i++) {
		if (m->nodes[i].slot == slot)
			return &m->nodes[i].first_sarg;
	}
	for (uint32_t i = 0; i < m->edge_count; i++) {
		if (m->edges[i].slot == slot && m->edges[i].kind == MATCH_EDGE_ONE)
			return &m->edges[i].first_sarg;
	}
	return NULL;
}

/* Types of a key whose comparison the index decides exactly as `=` and its kin do, whatever the
   other side is: no NaN, no NULL inside. */
static bool type_is_exact(struct type t)
{
	switch (t.kind) {
	case TYPE_BOOL:
	case TYPE_INT16:
	case TYPE_INT32:
	case TYPE_INT64:
	case TYPE_STRING:
	case TYPE_BYTES:
	case TYPE_DATE:
	case TYPE_TIME:
	case TYPE_TIMESTAMP:
	case TYPE_TIMESTAMPTZ:
	case TYPE_UUID:
		return true;
	default:
		return false;
	}
}

static void match_put_sarg(
	struct match *m, uint32_t slot, const struct bound *value, struct match_sarg sarg)
{
	uint32_t *list = match_sarg_list(m, slot);

	if (list == NULL || bound_reads(m, value, slot) || value->is_volatile)
		return;
	sarg.value = value;
	sarg.next = *list;
	*list = m->sarg_count;
	MATCH_PUSH(m, sarg, sarg);
}

static void match_property_sarg(struct match *m, uint32_t predicate, const struct bound *property,
	const struct bound *value, enum sarg_kind kind, bool is_inclusive)
{
	struct match_sarg sarg = { .kind = kind,
		.predicate = predicate,
		.key = property->key_number,
		.is_inclusive = is_inclusive,
		.is_exact = type_is_exact(property->type) };

	if (property->kind != BOUND_PROPERTY || property->key_number == NAME_NONE)
		return;
	if (property->args[0]->kind != BOUND_SLOT || !type_is_element(property->args[0]->type))
		return;
	match_put_sarg(m, property->args[0]->index, value, sarg);
}

static void match_id_sarg(struct match *m, uint32_t predicate, const struct bound *call,
	const struct bound *value, enum sarg_kind kind)
{
	struct match_sarg sarg = { .kind = kind, .predicate = predicate, .is_exact = true };

	if (call->kind != BOUND_CALL || call->function == NULL ||
		strcmp(call->function->name, "element_id") != 0)
		return;
	if (call->args[0]->kind == BOUND_SLOT && type_is_element(call->args[0]->type))
		match_put_sarg(m, call->args[0]->index, value, sarg);
}

void match_note_sargs(struct match *m, uint32_t predicate)
{
	const struct bound *x = m->predicates[predicate].expr;

	if (x->kind != BOUND_CALL || x->function == NULL || x->arg_count != 2)
		return;
	if (strcmp(x->function->name, "in") == 0) {
		match_property_sarg(m, predicate, x->args[0], x->args[1], SARG_IN, true);
		return;
	}
	for (size_t i = 0; i < ARRAY_COUNT(sarg_operators); i++) {
		if (strcmp(x->function->name, sarg_operators[i].name) != 0)
			continue;
		match_property_sarg(m, predicate, x->args[0], x->args[1], sarg_operators[i].kind,
			sarg_operators[i].is_inclusive);
		match_property_sarg(m, predicate, x->args[1], x->args[0], sarg_operators[i].swapped,
			sarg_operators[i].is_inclusive);
	}
	if (strcmp(x->function->name, "=") == 0) {
		match_id_sarg(m, predicate, x->args[0], x->args[1], SARG_ID);
		match_id_sarg(m, predicate, x->args[1], x->args[0], SARG_ID);
	}
}

struct ready_check {
	const struct match *m;
	bool is_ready;
};

static void ready_check(void *context, uint32_t slot)
{
	struct ready_check *c = context;

	if (!match_slot_is_here(c->m, slot))
		c->is_ready = false;
}

bool match_sarg_is_ready(const struct match *m, uint32_t sarg)
{
	struct ready_check c = { .m = m, .is_ready = true };

	planner_each_slot(m->p, m->sargs[sarg].value, ready_check, &c);
	return c.is_ready;
}

/* ---- choices --------------------------------------------------------------------------------- */

static uint32_t sarg_find(const struct match *m, uint32_t list, enum sarg_kind kind, uint32_t key)
{
	for (uint32_t i = list; i != MATCH_NONE; i = m->sargs[i].next) {
		if (m->sargs[i].kind == kind && m->sargs[i].key == key && match_sarg_is_ready(m, i))
			return i;
	}
	return MATCH_NONE;
}

static double sarg_in_items(const struct match *m, uint32_t sarg)
{
	const struct bound *list = m->sargs[sarg].value;

	return bound_is_constant(list) ? (double)list->value.count : ACCESS_IN_ITEMS;
}

/* The part of an index's entries between the bounds of the key behind those that are given. */
static double range_part(
	const struct match *m, const struct index_info *index, const struct access *a)
{
	struct cost_property x = { index->element, index->label, index->keys[a->equal_count] };
	double low = 1, high = 1;

	if (a->low != MATCH_NONE)
		low = cost_range_part(
			m->p, &x, m->sargs[a->low].value, false, ACCESS_RANGE_PART);
	if (a->high != MATCH_NONE)
		high = cost_range_part(
			m->p, &x, m->sargs[a->high].value, true, ACCESS_RANGE_PART);
	if (a->low == MATCH_NONE || a->high == MATCH_NONE)
		return low * high;
	/* what lies above the one and below the other; guesses do not add up */
	return low + high > 1 ? low + high - 1 : low * high;
}

/* What one index would serve; false if nothing. */
static bool access_by_index(const struct match *m, const struct index_info *index, uint32_t sargs,
	double count, struct access *out)
{
	struct access a = { .kind = ACCESS_INDEX,
		.index = index,
		.rows = count,
		.in = MATCH_NONE,
		.low = MATCH_NONE,
		.high = MATCH_NONE };
	uint32_t given;

	while (a.equal_count < index->key_count) {
		uint32_t sarg = sarg_find(m, sargs, SARG_EQUAL, index->keys[a.equal_count]);

		if (sarg == MATCH_NONE && m->p->s.is_single && !m->p->s.is_subplan) {
			sarg = sarg_find(m, sargs, SARG_IN, index->keys[a.equal_count]);
			a.in = sarg;
		}
		if (sarg == MATCH_NONE)
			break;
		a.equal[a.equal_count++] = sarg;
		a.rows *= cost_equal_part(m->p, index->element, index->label,
			index->keys[a.equal_count - 1], ACCESS_EQUAL_PART);
		if (a.in != MATCH_NONE) {
			a.rows *= sarg_in_items(m, a.in);
			break;
		}
	}
	given = a.equal_count;
	if (a.equal_count < index->key_count && a.in == MATCH_NONE) {
		a.low = sarg_find(m, sargs, SARG_LOW, index->keys[a.equal_count]);
		a.high = sarg_find(m, sargs, SARG_HIGH, index->keys[a.equal_count]);
		a.rows *= range_part(m, index, &a);
	}
	if (a.low != MATCH_NONE || a.high != MATCH_NONE)
		given++;
	if (given == 0 || !plan_index_has_all(m->p->b.catalog, index, given))
		return false;
	a.is_unique = index->is_unique && a.equal_count == index->key_count;
	a.rows = MAX_OF(a.rows, 1.0);
	if (a.is_unique)
		a.rows = a.in == MATCH_NONE ? 1.0 : sarg_in_items(m, a.in);
	*out = a;
	return true;
}

static void access_by_indexes(const struct match *m, enum element element, uint32_t label,
	uint32_t sargs, double count, struct access *best)
{
	const struct catalog *catalog = m->p->b.catalog;
	struct access a;

	if (sargs == MATCH_NONE || catalog == NULL)
		return;
	for (uint32_t i = 0; i < catalog_index_count(catalog); i++) {
		const struct index_info *index = catalog_index_at(catalog, i);

		if (index->element != element || index->label != label || !index->is_ready)
			continue;
		if (access_by_index(m, index, sargs, count, &a) &&
			(a.rows < best->rows || best->kind != ACCESS_INDEX))
			*best = a;
	}
}

static void access_by_label(const struct match *m, const struct match_node *node,
	const struct bound_label *label, struct access *best)
{
	double count;

	if (label == NULL)
		return;
	for (uint32_t i = 0; label->kind == LABEL_AND && i < label->part_count; i++)
		access_by_label(m, node, label->parts[i], best);
	if (label->kind != LABEL_NAME)
		return;
	if (label->label == NAME_NONE) {
		*best = (struct access){ .kind = ACCESS_NOTHING, .rows = 0 };
		return;
	}
	count = cost_nodes(m->p, label->label);
	if (best->kind == ACCESS_ALL || (best->kind == ACCESS_LABEL && count < best->rows))
		*best = (struct access){
			.kind = ACCESS_LABEL, .label = label->label, .rows = count
		};
	access_by_indexes(m, ELEMENT_NODE, label->label, node->first_sarg, count, best);
}

static bool access_by_id(const struct match *m, uint32_t sargs, struct access *out)
{
	uint32_t sarg = sarg_find(m, sargs, SARG_ID, 0);

	if (sarg == MATCH_NONE)
		return false;
	*out = (struct access){ .kind = ACCESS_ID, .rows = 1, .id = sarg, .is_unique = true };
	return true;
}

void match_node_access(struct match *m, uint32_t number, struct access *out)
{
	const struct match_node *node = &m->nodes[number];

	*out = (struct access){ .kind = ACCESS_ALL, .rows = cost_nodes(m->p, NAME_NONE) };
	if (access_by_id(m, node->first_sarg, out))
		return;
	access_by_label(m, node, node->label, out);
}

void match_edge_access(struct match *m, uint32_t number, struct access *out)
{
	const struct match_edge *edge = &m->edges[number];
	uint32_t label = edge->label_count == 1 ? edge->labels[0] : NAME_NONE;

	*out = (struct access){
		.kind = ACCESS_LABEL, .label = label, .rows = cost_edges(m->p, label)
	};
	if (edge->is_nothing)
		*out = (struct access){ .kind = ACCESS_NOTHING };
	else if (!access_by_id(m, edge->first_sarg, out) && label != NAME_NONE)
		access_by_indexes(m, ELEMENT_EDGE, label, edge->first_sarg, out->rows, out);
}

/* ---- scans ----------------------------------------------------------------------------------- */

static const struct bound *sarg_value(struct match *m, uint32_t sarg)
{
	return planner_attach(m->p, m->sargs[sarg].value);
}

static void sarg_use(struct match *m, uint32_t sarg)
{
	if (m->sargs[sarg].is_exact)
		m->predicates[m->sargs[sarg].predicate].is_done = true;
}

/* The items of a list, each once, as the value of an index's key. */
static const struct bound *sarg_unwind(struct match *m, uint32_t sarg)
{
	struct planner *p = m->p;
	const struct bound *list = sarg_value(m, sarg);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, 1);
	struct plan_node *node;
	double items = sarg_in_items(m, sarg);

	slots[0] = binder_slot_new(&p->b, type_item(list->type), (struct str){ 0 });
	node = planner_push(p, PLAN_UNWIND, items, items * 0.1);
	node->unwind.list = list;
	node->unwind.slot = slots[0];
	node->unwind.ordinal_slot = SLOT_NONE;
	node = planner_push(p, PLAN_DISTINCT, items, items * 0.1);
	node->distinct.count = 1;
	node->distinct.slots = slots;
	p->s.is_single = false;
	return binder_slot_ref(&p->b, slots[0], list->at);
}

static struct plan_node *match_index_scan(
	struct match *m, uint32_t slot, const struct access *access)
{
	struct planner *p = m->p;
	const struct bound **equal =
		ARENA_ARRAY(p->arena, const struct bound *, access->equal_count);
	const struct bound *low = NULL;
	const struct bound *high = NULL;
	struct plan_node *node;
	double rows;

	for (uint32_t i = 0; i < access->equal_count; i++) {
		equal[i] = access->equal[i] == access->in ? sarg_unwind(m, access->in)
							  : sarg_value(m, access->equal[i]);
		sarg_use(m, access->equal[i]);
	}
	if (access->low != MATCH_NONE)
		low = sarg_value(m, access->low);
	if (access->high != MATCH_NONE)
		high = sarg_value(m, access->high);
	rows = access->in == MATCH_NONE ? p->s.top->rows * access->rows : access->rows;
	node = planner_push(p, PLAN_INDEX_SCAN, rows, rows + p->s.top->rows);
	node->index_scan.slot = slot;
	node->index_scan.source_slot = node->index_scan.target_slot = SLOT_NONE;
	node->index_scan.index = access->index->id;
	node->index_scan.element = access->index->element;
	node->index_scan.equal_count = access->equal_count;
	node->index_scan.equal = equal;
	node->index_scan.low = low;
	node->index_scan.high = high;
	if (access->low != MATCH_NONE) {
		node->index_scan.low_is_inclusive = m->sargs[access->low].is_inclusive;
		sarg_use(m, access->low);
	}
	if (access->high != MATCH_NONE) {
		node->index_scan.high_is_inclusive = m->sargs[access->high].is_inclusive;
		sarg_use(m, access->high);
	}
	node->index_scan.is_unique_lookup = access->is_unique;
	return node;
}

static struct plan_node *match_id_seek(
	struct match *m, uint32_t slot, enum element element, uint32_t sarg)
{
	const struct bound *id = sarg_value(m, sarg);
	double rows = m->p->s.top->rows;
	struct plan_node *node = planner_push(m->p, PLAN_ID_SEEK, rows, rows);

	node->id_seek.slot = slot;
	node->id_seek.element = element;
	node->id_seek.id = id;
	sarg_use(m, sarg);
	return node;
}

/* The label a scan guarantees needs no test. */
static void match_label_is_known(struct match *m, uint32_t slot, uint32_t label)
{
	for (uint32_t i = 0; i < m->predicate_count; i++) {
		const struct bound *x = m->predicates[i].expr;

		if (x->kind == BOUND_LABEL_TEST && m->predicates[i].scan_label == label &&
			x->args[0]->kind == BOUND_SLOT && x->args[0]->index == slot &&
			x->label->kind == LABEL_NAME)
			m->predicates[i].is_done = true;
	}
}

void match_scan_node(struct match *m, uint32_t number, const struct access *access)
{
	struct planner *p = m->p;
	uint32_t slot = m->nodes[number].slot;
	struct plan_node *node;
	double rows;

	planner_will_read(p, TOUCH_NODES);
	switch (access->kind) {
	case ACCESS_ID:
		match_id_seek(m, slot, ELEMENT_NODE, access->id);
		break;
	case ACCESS_INDEX:
		planner_will_read(p, TOUCH_PROPERTIES);
		match_index_scan(m, slot, access);
		match_label_is_known(m, slot, access->index->label);
		break;
	case ACCESS_ALL:
	case ACCESS_LABEL:
	case ACCESS_NOTHING:
		rows = p->s.top->rows * access->rows;
		node = planner_push(p, PLAN_NODE_SCAN, rows, rows);
		node->node_scan.slot = slot;
		node->node_scan.label = access->label;
		node->node_scan.is_nothing = access->kind == ACCESS_NOTHING;
		if (access->kind != ACCESS_ALL)
			match_label_is_known(m, slot, access->label);
		break;
	}
	p->s.is_single = p->s.is_single && access->is_unique;
}

/* An edge with both its ends, as `from` and `to` of the pattern see them. */
void match_scan_edge(struct match *m, uint32_t number, const struct access *access)
{
	struct planner *p = m->p;
	const struct match_edge *edge = &m->edges[number];
	uint32_t from = m->nodes[edge->from].slot;
	uint32_t to = m->nodes[edge->to].slot;
	bool is_in = edge->direction == DIRECTION_IN;
	struct plan_node *node;
	double rows;

	planner_will_read(p, TOUCH_EDGES | TOUCH_PROPERTIES);
	if (access->kind == ACCESS_INDEX) {
		node = match_index_scan(m, edge->slot, access);
		node->index_scan.source_slot = is_in ? to : from;
		node->index_scan.target_slot = is_in ? from : to;
		node->index_scan.has_unknown = edge->has_unknown;
	} else {
		rows = p->s.top->rows * access->rows;
		node = planner_push(p, PLAN_EDGE_SCAN, rows, rows);
		node->edge_scan.slot = edge->slot;
		node->edge_scan.source_slot = is_in ? to : from;
		node->edge_scan.target_slot = is_in ? from : to;
		node->edge_scan.label = access->label;
		node->edge_scan.is_nothing = access->kind == ACCESS_NOTHING;
		node->edge_scan.has_unknown = edge->has_unknown;
	}
	p->s.is_single = p->s.is_single && access->is_unique;
}
