/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Labels as relations: a scan whose columns are the table's, and the rule that turns conditions above
 * such a scan into a look-up in an index.
 *
 *	PLAN_PROPERTIES  columns            PLAN_PROPERTIES
 *	  PLAN_NODE_SCAN label      ─────→    PLAN_INDEX_SCAN   where a condition right above compares
 *	    input                               input           the leading keys of an index with what
 *	                                                        the input has or with constants
 *
 * The conditions stay as filters above: the index narrows, the filter decides.
 */
#include "query/plan/plan_table.h"

#include <string.h>

#include "query/plan/plan_index.h"
#include "query/sql/label_table.h"
#include "query/table/relation_path.h"

/* ---- scans ----------------------------------------------------------------------------------- */

static void scan_node(struct planner *p, const struct table *t, struct table_scan *out)
{
	struct plan_node *node;
	double rows = p->s.top->rows * cost_nodes(p, t->label);

	out->slot = binder_slot_new(&p->b, type_make(TYPE_NODE), t->name);
	planner_will_read(p, TOUCH_NODES);
	node = planner_push(p, PLAN_NODE_SCAN, rows, rows);
	node->node_scan.slot = out->slot;
	node->node_scan.label = t->label;
	out->node = node;
}

static void scan_edge(struct planner *p, const struct table *t, struct table_scan *out)
{
	struct plan_node *node;
	double rows = p->s.top->rows * cost_edges(p, t->label);

	out->slot = binder_slot_new(&p->b, type_make(TYPE_EDGE), t->name);
	out->source_slot = binder_slot_new(&p->b, type_make(TYPE_NODE), STR("_from"));
	out->target_slot = binder_slot_new(&p->b, type_make(TYPE_NODE), STR("_to"));
	planner_will_read(p, TOUCH_EDGES);
	node = planner_push(p, PLAN_EDGE_SCAN, rows, rows);
	node->edge_scan.slot = out->slot;
	node->edge_scan.source_slot = out->source_slot;
	node->edge_scan.target_slot = out->target_slot;
	node->edge_scan.label = t->label;
	out->node = node;
}

static void slots_of(struct planner *p, const struct table *t, const struct table_scan *scan,
	struct table_slots *out)
{
	*out = (struct table_slots){ .element = binder_slot_ref(&p->b, scan->slot, 0) };
	if (t->element == ELEMENT_NODE)
		return;
	out->source = binder_slot_ref(&p->b, scan->source_slot, 0);
	out->target = binder_slot_ref(&p->b, scan->target_slot, 0);
}

/* The slots of the primary key's columns; NULL: there is none. */
static const struct slot_keys *primary_keys(
	struct planner *p, const struct table *t, const uint32_t *slots)
{
	const struct index_info *index =
		t->info == NULL || t->info->primary_index == 0
			? NULL
			: catalog_index(p->b.catalog, t->info->primary_index);
	struct slot_keys *keys;
	uint32_t *found;

	if (index == NULL)
		return NULL;
	keys = ARENA_NEW(p->arena, struct slot_keys);
	found = ARENA_ARRAY(p->arena, uint32_t, index->key_count);
	for (uint32_t i = 0; i < t->column_count; i++) {
		for (uint32_t k = 0; k < index->key_count; k++) {
			if (!t->columns[i].is_end && t->columns[i].key == index->keys[k])
				found[keys->count++] = slots[i];
		}
	}
	keys->slots = found;
	return keys->count == index->key_count ? keys : NULL;
}

struct query_origin plan_table_origin(const struct table *t, uint32_t column)
{
	bool is_node = t->element == ELEMENT_NODE;

	return (struct query_origin){ .modifier = (uint32_t)(t->columns[column].type.typmod + 1),
		.table = label_oid(is_node ? LABEL_NODE_TABLE : LABEL_EDGE_TABLE, t->label),
		.number = (uint16_t)(column + 1) };
}

static void scan_columns(
	struct planner *p, const struct table *t, struct table_scan *scan, uint32_t at)
{
	uint32_t count = t->column_count;
	const struct bound **values = ARENA_ARRAY(p->arena, const struct bound *, count + 1);
	struct str *names = ARENA_ARRAY(p->arena, struct str, count + 1);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, count + 1);
	const struct slot_keys *keys;
	struct table_slots from;

	scan->answer.columns = ARENA_ARRAY(p->arena, struct answer_column, count + 1);
	slots_of(p, t, scan, &from);
	for (uint32_t i = 0; i < count; i++) {
		names[i] = t->columns[i].name;
		values[i] = table_column_value(&p->b, t, &t->columns[i], &from, at);
	}
	planner_project_all(p, values, names, count, slots);
	keys = primary_keys(p, t, slots);
	for (uint32_t i = 0; i < count; i++) {
		scan->answer.columns[i] =
			(struct answer_column){ .name = names[i], .at = at, .slot = slots[i] };
		p->b.slots[slots[i]].keys = keys;
		p->b.slots[slots[i]].origin = plan_table_origin(t, i);
	}
	scan->answer.count = count;
	scan->answer.has_columns = true;
}

/* ---- system columns -------------------------------------------------------------------------- */

static bool text_has_word(const struct planner *p, const char *word)
{
	size_t length = strlen(word);

	for (uint32_t i = 0; i + length <= p->b.text.length; i++) {
		struct str part = { p->b.text.at + i, (uint32_t)length };

		if (str_equal_nocase(part, str_of(word)))
			return true;
	}
	return false;
}

static void system_constant(struct planner *p, struct system_columns *out, const char *name,
	enum type_kind kind, int64_t n)
{
	out->columns[out->count++] = (struct scope_column){ str_of(name),
		bound_constant(&p->b, value_int(n), type_make(kind), 0) };
}

/* A column that a function makes of the element. */
static void system_computed(struct planner *p, struct system_columns *out, const char *name,
	const char *function, uint32_t slot)
{
	enum type_kind kind = strcmp(name, "ctid") == 0 ? TYPE_TID : TYPE_XID;
	const struct bound *args[1] = { binder_slot_ref(&p->b, slot, 0) };
	const struct bound *value;
	struct error e;

	if (!text_has_word(p, name) ||
		binder_function(&p->b, str_of(function), args, 1, 0, &value, &e) != OK)
		return;
	value = bound_cast(&p->b, value, type_make(kind));
	out->columns[out->count++] = (struct scope_column){ str_of(name),
		binder_slot_ref(&p->b, planner_project(p, value, str_of(name)), 0) };
}

void plan_table_system(
	struct planner *p, const struct table *t, uint32_t slot, struct system_columns *out)
{
	bool is_node = t->element == ELEMENT_NODE;

	out->count = 0;
	system_constant(p, out, "tableoid", TYPE_OID,
		label_oid(is_node ? LABEL_NODE_TABLE : LABEL_EDGE_TABLE, t->label));
	system_computed(p, out, "ctid", "row_place", slot);
	system_computed(p, out, "xmin", "row_version", slot);
	system_constant(p, out, "xmax", TYPE_XID, 0);
	system_constant(p, out, "cmin", TYPE_CID, 0);
	system_constant(p, out, "cmax", TYPE_CID, 0);
}

void plan_table_scan(struct planner *p, const struct table *t, uint32_t at, struct table_scan *out)
{
	*out = (struct table_scan){ .table = t };
	if (t->element == ELEMENT_NODE)
		scan_node(p, t, out);
	else
		scan_edge(p, t, out);
	p->s.is_single = false;
	scan_columns(p, t, out, at);
}

void plan_table_note_row(struct planner *p, struct str alias, uint32_t slot)
{
	if (p->row_count == p->row_capacity) {
		uint32_t wider = p->row_capacity == 0 ? 8 : p->row_capacity * 2;

		p->rows = arena_grow(p->arena, p->rows, p->row_count * sizeof *p->rows,
			wider * sizeof *p->rows);
		p->row_capacity = wider;
	}
	p->rows[p->row_count++] = (struct planned_row){ alias, slot };
}

static bool is_wanted(const struct ast_projection *select, struct str name)
{
	for (uint32_t i = 0; i < select->lock_of_count; i++) {
		if (str_equal_nocase(select->lock_of[i].text, name))
			return true;
	}
	return select->lock_of_count == 0;
}

static enum lock_strength strength_of(enum ast_row_lock lock)
{
	switch (lock) {
	case ROW_LOCK_KEY_SHARE:
		return STRENGTH_KEY_SHARE;
	case ROW_LOCK_SHARE:
		return STRENGTH_SHARE;
	case ROW_LOCK_NO_KEY_UPDATE:
		return STRENGTH_NO_KEY_UPDATE;
	default:
		return STRENGTH_UPDATE;
	}
}

enum sqlstate plan_table_lock(struct planner *p, const struct ast_projection *select,
	uint32_t first_row, struct error *e)
{
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, p->row_count + 1);
	struct plan_node *node;
	uint32_t count = 0;

	if (select->lock == ROW_LOCK_NONE)
		return OK;
	if (select->is_distinct || select->has_group_by || select->having != NULL)
		return FAIL(e, E_NOT_SUPPORTED, "FOR UPDATE is not allowed with %s clause",
			select->is_distinct	  ? "DISTINCT"
			: select->having != NULL ? "HAVING"
						  : "GROUP BY");
	for (uint32_t i = 0; i < select->item_count; i++) {
		if (ast_has_aggregate(select->items[i].expr))
			return FAIL(e, E_NOT_SUPPORTED,
				"FOR UPDATE is not allowed with aggregate functions");
	}
	for (uint32_t i = first_row; i < p->row_count; i++) {
		if (is_wanted(select, p->rows[i].name))
			slots[count++] = p->rows[i].slot;
	}
	for (uint32_t i = 0; i < select->lock_of_count && count == 0; i++)
		return FAIL_AT(e, select->lock_of[i].at, E_NO_TABLE,
			"relation \"%.*s\" in FOR UPDATE clause not found in FROM clause",
			STR_ARGS(select->lock_of[i].text));
	if (count == 0)
		return OK;
	p->is_write = true;
	node = planner_push(p, PLAN_LOCK, p->s.top->rows, p->s.top->rows);
	node->lock.count = count;
	node->lock.slots = slots;
	node->lock.strength = strength_of(select->lock);
	node->lock.is_nowait = select->lock_is_nowait;
	node->lock.skips = select->lock_skips;
	return OK;
}

/* A transaction that has just dropped a label sees its elements no more, which the count still has. */
static bool has_rows(struct planner *p, enum element element, uint32_t label)
{
	const struct bind_options *options = p->b.options;
	struct error ignored;
	bool found;

	if (label == NAME_NONE || options->storage == NULL)
		return false;
	if (options->txn != NULL)
		return storage_has_element(options->txn, element, label, p->arena, &found,
			       &ignored) == OK && found;
	return (element == ELEMENT_NODE ? storage_node_count(options->storage, label)
					: storage_edge_count(options->storage, label)) > 0;
}

/* A label that has elements is a table too. */
static struct table *undeclared_label(struct planner *p, struct str name)
{
	uint32_t node = catalog_find(p->b.catalog, NAME_NODE_LABEL, name);
	uint32_t edge = catalog_find(p->b.catalog, NAME_EDGE_LABEL, name);

	if (has_rows(p, ELEMENT_NODE, node))
		return table_of_label(p->b.catalog, p->arena, ELEMENT_NODE, node);
	if (has_rows(p, ELEMENT_EDGE, edge))
		return table_of_label(p->b.catalog, p->arena, ELEMENT_EDGE, edge);
	return NULL;
}

enum sqlstate plan_temporary_name(struct planner *p, struct str qualifier, struct str name,
	uint32_t at, struct str *out, struct error *e)
{
	const struct settings *settings = p->b.options->settings;
	struct str graph;

	*out = (struct str){ 0 };
	if (p->b.catalog == NULL)
		return OK;
	if (qualifier.length == 0 && !p->hides_temporary) {
		*out = temporary_find(p->b.catalog, settings, p->arena, name);
	} else if (temporary_is_schema(qualifier)) {
		if (temporary_find_schema(p->b.catalog, settings, qualifier, &graph, e) != OK)
			return binder_blame(e, at);
		*out = graph_full_name(p->arena, graph, name);
	}
	p->temporary_count += out->length > 0;
	return OK;
}

enum sqlstate plan_table_find(struct planner *p, struct str qualifier, struct str name, uint32_t at,
	const struct table **out, struct error *e)
{
	bool is_ours = qualifier.length == 0 || str_equal_nocase(qualifier, STR("public")) ||
		       str_equal_nocase(qualifier, STR("main"));
	struct table *t = NULL;
	struct str temporary;

	TRY(plan_temporary_name(p, qualifier, name, at, &temporary, e));
	if (temporary.length > 0) {
		name = temporary;
		is_ours = true;
	}
	if (!is_ours && p->b.catalog != NULL &&
		catalog_graph_find(p->b.catalog, qualifier) != GRAPH_MAIN) {
		name = graph_full_name(p->arena, qualifier, name);
		is_ours = true;
	}
	if (is_ours && p->b.catalog != NULL) {
		t = table_look_up(p->b.catalog, p->arena, name);
		if (t == NULL)
			t = undeclared_label(p, name);
	}
	if (t != NULL)
		table_add_observed(t, p->b.catalog, p->arena);
	*out = t;
	if (t != NULL)
		return OK;
	(void)FAIL_AT(e, at, E_NO_TABLE, "relation \"%.*s%s%.*s\" does not exist",
		STR_ARGS(qualifier), qualifier.length > 0 ? "." : "",
		STR_ARGS(graph_local_name(name)));
	return is_ours ? table_hint_case(p->b.catalog, name, e) : e->code;
}

/* ---- indexes --------------------------------------------------------------------------------- */

enum { CONDITIONS_MOST = 32 };

/* key op value, for one key of the scanned element. */
struct condition {
	uint32_t key;
	char op; /* '=', '<', 'l' <=, '>', 'g' >=, 'i' in */
	const struct bound *value;
};

struct lookup {
	struct planner *p;
	struct plan_node *scan;
	uint32_t slot;
	struct plan_index *indexes; /* of the label, those of expressions and partial ones */
	uint32_t index_count;
	struct condition conditions[CONDITIONS_MOST];
	uint32_t count;
};

struct foreign_slots {
	const struct plan_node *input;
	bool is_foreign; /* reads a slot that the scan's input does not have */
	uint32_t slot_limit;
};

/* Slots made by the scan or above have higher numbers than those its input made. */
static void foreign_slot(void *context, uint32_t slot)
{
	struct foreign_slots *f = context;

	f->is_foreign |= slot >= f->slot_limit;
}

static bool is_known_before(const struct lookup *l, const struct bound *value)
{
	struct foreign_slots f = { .slot_limit = l->slot };

	if (value->is_volatile)
		return false;
	planner_each_slot(l->p, value, foreign_slot, &f);
	return !f.is_foreign;
}

/* An integer without casts to others: the index has them all as one. */
static const struct bound *of_any_width(const struct bound *x)
{
	while (x->kind == BOUND_CAST && type_is_integer(x->type) &&
		type_is_integer(x->args[0]->type))
		x = x->args[0];
	return x;
}

/* The key of the scanned element that a slot holds; NAME_NONE if it holds something else. */
static uint32_t key_of(const struct lookup *l, const struct bound *x)
{
	x = of_any_width(x);
	if (x->kind != BOUND_SLOT)
		return NAME_NONE;
	for (uint32_t i = 0; i < l->p->s.fetched_count; i++) {
		const struct fetched *f = &l->p->s.fetched[i];

		if (f->element_slot == l->slot && f->slot == x->index)
			return f->key;
	}
	return NAME_NONE;
}

static void put_condition(
	struct lookup *l, uint32_t key, char op, const struct bound *value)
{
	if (key != NAME_NONE && l->count < CONDITIONS_MOST)
		l->conditions[l->count++] = (struct condition){ key, op, value };
}

struct column_reader {
	const struct lookup *lookup;
	const struct table *table;
};

static bool reads_column(void *context, uint32_t column, const struct bound *x)
{
	const struct column_reader *r = context;

	return x->kind == BOUND_SLOT && !r->table->columns[column].is_end &&
	       key_of(r->lookup, x) == r->table->columns[column].key;
}

/* The keys of indexes whose expression it is. */
static void note_expressions(
	struct lookup *l, const struct bound *x, char op, const struct bound *value)
{
	x = of_any_width(x);
	for (uint32_t i = 0; i < l->index_count; i++) {
		const struct plan_index *index = &l->indexes[i];
		struct column_reader reader = { l, index->table };

		for (uint32_t k = 0; k < index->info->key_count; k++) {
			if (index->exprs[k] != NULL && index->exprs[k] != index->predicate &&
				row_expr_same(
					of_any_width(index->exprs[k]), x, reads_column, &reader))
				put_condition(l, index->info->keys[k], op, value);
		}
	}
}

static void note(struct lookup *l, const struct bound *key, char op, const struct bound *value)
{
	if (!is_known_before(l, value))
		return;
	put_condition(l, key_of(l, key), op, value);
	note_expressions(l, key, op, value);
}

static void note_condition(struct lookup *l, const struct bound *x)
{
	static const struct {
		const char *name;
		char op, swapped;
	} operators[] = { { "=", '=', '=' }, { "<", '<', '>' }, { "<=", 'l', 'g' },
		{ ">", '>', '<' }, { ">=", 'g', 'l' } };

	if (x->kind == BOUND_AND) {
		for (uint32_t i = 0; i < x->arg_count; i++)
			note_condition(l, x->args[i]);
		return;
	}
	if (x->kind != BOUND_CALL || x->function == NULL || x->arg_count != 2)
		return;
	if (strcmp(x->function->name, "in") == 0)
		note(l, x->args[0], 'i', x->args[1]);
	for (size_t i = 0; i < ARRAY_COUNT(operators); i++) {
		if (strcmp(x->function->name, operators[i].name) != 0)
			continue;
		note(l, x->args[0], operators[i].op, x->args[1]);
		note(l, x->args[1], operators[i].swapped, x->args[0]);
	}
}

static const struct bound *find_value(const struct lookup *l, uint32_t key, char op)
{
	for (uint32_t i = 0; i < l->count; i++) {
		if (l->conditions[i].key == key && l->conditions[i].op == op)
			return l->conditions[i].value;
	}
	return NULL;
}

static uint32_t equal_keys(const struct lookup *l, const struct index_info *index)
{
	uint32_t count = 0;

	while (count < index->key_count && find_value(l, index->keys[count], '=') != NULL)
		count++;
	return count;
}

static bool has_range(const struct lookup *l, uint32_t key)
{
	return find_value(l, key, '<') != NULL || find_value(l, key, 'l') != NULL ||
	       find_value(l, key, '>') != NULL || find_value(l, key, 'g') != NULL;
}

/* Better the more keys are given; a whole unique key is best. 0: it cannot serve. */
static uint32_t index_score(const struct lookup *l, const struct index_info *index)
{
	uint32_t equal = equal_keys(l, index), score = 100 * equal, given = equal;

	if (equal == index->key_count)
		return score + (plan_index_is_unique(index) ? 1000 : 50);
	if (equal == 0 && l->scan->input->kind == PLAN_ONE_ROW &&
		find_value(l, index->keys[0], 'i') != NULL)
		score = 40, given = 1;
	else if (has_range(l, index->keys[equal]))
		score += 20, given = equal + 1;
	return plan_index_has_all(l->p->b.catalog, index, given) ? score : 0;
}

static const struct index_info *best_index(const struct lookup *l)
{
	const struct catalog *c = l->p->b.catalog;
	bool is_node = l->scan->kind == PLAN_NODE_SCAN;
	uint32_t label = is_node ? l->scan->node_scan.label : l->scan->edge_scan.label;
	const struct index_info *best = NULL;
	uint32_t best_score = 0;

	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		const struct index_info *index = catalog_index_at(c, i);
		uint32_t score;

		if (index->element != (is_node ? ELEMENT_NODE : ELEMENT_EDGE) ||
			index->label != label || !index->is_ready)
			continue;
		score = index_score(l, index);
		if (score > best_score) {
			best_score = score;
			best = index;
		}
	}
	return best;
}

/* A value that the scan reads is made below it: subqueries, and properties of what stands there. */
static const struct bound *attach_below(struct lookup *l, const struct bound *value)
{
	struct planner *p = l->p;
	struct plan_node *top = p->s.top;

	if (value == NULL)
		return NULL;
	p->s.top = l->scan->input;
	value = planner_attach(p, value);
	l->scan->input = p->s.top;
	p->s.top = top;
	return value;
}

/* x IN list: the items, each once, below the scan. */
static const struct bound *unwind_below(struct lookup *l, const struct bound *list)
{
	struct planner *p = l->p;
	struct plan_node *unwind = ARENA_NEW(p->arena, struct plan_node);
	struct plan_node *distinct = ARENA_NEW(p->arena, struct plan_node);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, 1);

	list = attach_below(l, list);
	slots[0] = binder_slot_new(&p->b, type_item(list->type), (struct str){ 0 });
	unwind->kind = PLAN_UNWIND;
	unwind->input = l->scan->input;
	unwind->rows = bound_is_constant(list) ? list->value.count : 10;
	unwind->unwind.list = list;
	unwind->unwind.slot = slots[0];
	unwind->unwind.ordinal_slot = SLOT_NONE;
	distinct->kind = PLAN_DISTINCT;
	distinct->input = unwind;
	distinct->rows = unwind->rows;
	distinct->distinct.count = 1;
	distinct->distinct.slots = slots;
	l->scan->input = distinct;
	return binder_slot_ref(&p->b, slots[0], list->at);
}

static void set_range(struct lookup *l, const struct index_info *index, uint32_t equal)
{
	struct plan_node *scan = l->scan;
	uint32_t key;

	if (equal >= index->key_count)
		return;
	key = index->keys[equal];
	scan->index_scan.low = attach_below(l, find_value(l, key, '>'));
	if (scan->index_scan.low == NULL) {
		scan->index_scan.low = attach_below(l, find_value(l, key, 'g'));
		scan->index_scan.low_is_inclusive = true;
	}
	scan->index_scan.high = attach_below(l, find_value(l, key, '<'));
	if (scan->index_scan.high == NULL) {
		scan->index_scan.high = attach_below(l, find_value(l, key, 'l'));
		scan->index_scan.high_is_inclusive = true;
	}
}

static void use_index(struct lookup *l, const struct index_info *index)
{
	struct plan_node *scan = l->scan;
	uint32_t equal = equal_keys(l, index);
	const struct bound **values =
		ARENA_ARRAY(l->p->arena, const struct bound *, index->key_count);

	for (uint32_t i = 0; i < equal; i++)
		values[i] = attach_below(l, find_value(l, index->keys[i], '='));
	if (equal == 0 && !has_range(l, index->keys[0]))
		values[equal++] = unwind_below(l, find_value(l, index->keys[0], 'i'));
	plan_index_scan(scan, index);
	scan->index_scan.equal_count = equal;
	scan->index_scan.equal = values;
	scan->index_scan.is_unique_lookup =
		plan_index_is_unique(index) && equal == index->key_count;
	set_range(l, index, equal);
	scan->rows = scan->index_scan.is_unique_lookup
			     ? scan->input->rows
			     : MAX_OF(1.0, scan->rows * (equal > 0 ? 0.01 : 0.3));
	scan->cost = scan->input->cost + scan->rows;
}

/* The label's indexes with hidden keys. */
static void read_indexes(struct lookup *l)
{
	const struct catalog *c = l->p->b.catalog;
	bool is_node = l->scan->kind == PLAN_NODE_SCAN;
	enum element element = is_node ? ELEMENT_NODE : ELEMENT_EDGE;
	uint32_t label = is_node ? l->scan->node_scan.label : l->scan->edge_scan.label;
	const struct label_info *info = catalog_label(c, element, label);
	const struct table *t;

	if (info == NULL || info->hidden_count == 0)
		return;
	t = table_of_label(c, l->p->arena, element, label);
	l->indexes = ARENA_ARRAY(l->p->arena, struct plan_index, info->hidden_count);
	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		const struct index_info *index = catalog_index_at(c, i);

		if (index->element == element && index->label == label && index->is_ready &&
			table_index_has_hidden(c, index) &&
			plan_index_read(l->p, t, index, &l->indexes[l->index_count]))
			l->index_count++;
	}
}

/* Partial indexes whose predicate holds for all that is asked for: it is TRUE there. */
static void note_predicates(
	struct lookup *l, const struct bound *const *predicates, uint32_t count)
{
	for (uint32_t i = 0; i < l->index_count; i++) {
		const struct plan_index *index = &l->indexes[i];
		struct column_reader reader = { l, index->table };
		struct plan_conditions given = { predicates, count, reads_column, &reader };

		if (index->predicate != NULL && plan_implies(&given, index->predicate))
			put_condition(l, index->info->keys[0], '=',
				bound_constant(
					&l->p->b, value_bool(true), type_make(TYPE_BOOL), 0));
	}
}

void plan_table_access(struct planner *p, const struct bound *const *predicates, uint32_t count)
{
	struct lookup l = { .p = p, .scan = p->s.top };
	const struct index_info *index;

	while (l.scan != NULL && (l.scan->kind == PLAN_PROPERTIES || l.scan->kind == PLAN_FILTER ||
					 l.scan->kind == PLAN_PROJECT))
		l.scan = l.scan->input;
	if (l.scan == NULL || p->b.catalog == NULL)
		return;
	if (l.scan->kind == PLAN_NODE_SCAN && l.scan->node_scan.label != NAME_NONE)
		l.slot = l.scan->node_scan.slot;
	else if (l.scan->kind == PLAN_EDGE_SCAN && l.scan->edge_scan.label != NAME_NONE)
		l.slot = l.scan->edge_scan.slot;
	else
		return;
	read_indexes(&l);
	for (uint32_t i = 0; i < count; i++)
		note_condition(&l, predicates[i]);
	note_predicates(&l, predicates, count);
	index = l.count == 0 ? NULL : best_index(&l);
	if (index == NULL)
		return;
	use_index(&l, index);
	if (l.scan->index_scan.is_unique_lookup && l.scan->input->kind == PLAN_ONE_ROW)
		p->s.is_single = true;
}
