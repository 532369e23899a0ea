/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * INSERT .. ON CONFLICT: MERGE whose match is a look-up of the proposed row's keys in unique indexes.
 */
#include "query/plan/plan_dml.h"
#include "query/plan/plan_index.h"

/* ---- arbiters: the indexes that are meant ------------------------------------------------------ */

/* The key of a column of ON CONFLICT; NAME_NONE if there is none. */
static uint32_t target_key(const struct dml *d, const struct ast_name *name)
{
	const struct table_column *column = table_column(d->table, name->text);
	struct error ignored;

	if (d->view != NULL && plan_written_column(d->view, d->table, name, DML_INSERT, &column,
				       &ignored) != OK)
		return NAME_NONE;
	return column == NULL ? NAME_NONE : column->key;
}

/* What ON CONFLICT names, bound over the table's columns. */
struct inference {
	struct dml *dml;
	const struct bound **exprs; /* by target; NULL: a column */
	const struct bound *where;  /* NULL: none */
};

static bool same_slot(void *context, uint32_t column, const struct bound *x)
{
	(void)context;
	return x->kind == BOUND_SLOT && x->index == column;
}

static enum sqlstate read_inference(struct dml *d, struct inference *out)
{
	struct planner *p = d->p;
	const struct ast_dml *ast = d->ast;

	*out = (struct inference){ .dml = d };
	out->exprs = ARENA_ARRAY(p->arena, const struct bound *, ast->target_count + 1);
	for (uint32_t i = 0; i < ast->target_count; i++) {
		const struct ast_index_key *target = &ast->targets[i];

		if (target->expr.expr != NULL)
			TRY(row_expr_index(p->arena, p->b.options, d->table, ROW_EXPR_INDEX_KEY,
				target->expr.expr, &out->exprs[i], d->e));
		else if (target_key(d, &target->key) == NAME_NONE)
			return FAIL_AT(d->e, target->key.at, E_NO_COLUMN,
				"column \"%.*s\" does not exist", STR_ARGS(target->key.text));
	}
	if (ast->target_where.expr == NULL)
		return OK;
	return row_expr_index(p->arena, p->b.options, d->table, ROW_EXPR_INDEX_PREDICATE,
		ast->target_where.expr, &out->where, d->e);
}

/* Whether one of the targets is the index's key at this position. */
static bool names_key(
	const struct inference *inference, const struct plan_index *index, uint32_t position)
{
	const struct dml *d = inference->dml;
	const struct bound *expr = index->exprs[position];

	for (uint32_t i = 0; i < d->ast->target_count; i++) {
		const struct bound *target = inference->exprs[i];

		if (expr == NULL
				? target == NULL && target_key(d, &d->ast->targets[i].key) ==
							    index->info->keys[position]
				: target != NULL && row_expr_same(expr, target, same_slot, NULL))
			return true;
	}
	return false;
}

/* Its keys are the targets, and its predicate, if it has one, follows from what they say. */
static bool is_inferred(const struct inference *inference, const struct plan_index *index)
{
	struct plan_conditions given = {
		&inference->where, inference->where != NULL, same_slot, NULL
	};
	uint32_t first = index->predicate != NULL ? 1 : 0;

	if (index->info->key_count - first != inference->dml->ast->target_count ||
		(first == 1 && !plan_implies(&given, index->predicate)))
		return false;
	for (uint32_t i = first; i < index->info->key_count; i++) {
		if (!names_key(inference, index, i))
			return false;
	}
	return true;
}

static bool is_arbiter(const struct inference *inference, const struct index_info *info,
	struct plan_index *out)
{
	const struct dml *d = inference->dml;

	if (info->element != d->table->element || info->label != d->table->label ||
		!info->is_unique || !plan_index_read(d->p, d->table, info, out))
		return false;
	if (d->ast->target_constraint.text.length > 0)
		return str_equal(info->name, d->ast->target_constraint.text);
	return d->ast->target_count == 0 || is_inferred(inference, out);
}

static enum sqlstate no_arbiter(struct dml *d)
{
	const struct ast_name *constraint = &d->ast->target_constraint;

	if (constraint->text.length > 0)
		return FAIL(d->e, E_NO_OBJECT,
			"constraint \"%.*s\" for table \"%.*s\" does not exist",
			STR_ARGS(constraint->text), STR_ARGS(d->table->name));
	return FAIL(d->e, E_INVALID_REFERENCE,
		"there is no unique or exclusion constraint matching the ON CONFLICT "
		"specification");
}

/* The value of one of the index's keys in the proposed row; NULL: it is not known to be any. */
static const struct bound *proposed_key(
	struct dml *d, const struct plan_index *arbiter, uint32_t position)
{
	struct planner *p = d->p;
	const struct bound **row;
	const struct table_column *column;

	if (arbiter->exprs[position] == NULL) {
		column = table_column(d->table,
			catalog_name(p->b.catalog, NAME_KEY, arbiter->info->keys[position]));
		return column == NULL ? NULL : d->values[dml_column_place(d, column)];
	}
	row = ARENA_ARRAY(p->arena, const struct bound *, d->table->column_count + 1);
	for (uint32_t i = 0; i < d->table->column_count; i++) {
		row[i] = d->values[i];
		if (row[i] == NULL)
			row[i] = bound_constant(
				&p->b, value_null(), d->table->columns[i].type.type, 0);
	}
	return row_expr_fill(p->arena, arbiter->exprs[position], row);
}

/* The element that has the proposed row's key of one index; nothing if a key is NULL. */
static struct plan_node *arbiter_lookup(
	struct dml *d, const struct plan_index *arbiter, const struct plan_node *argument)
{
	struct planner *p = d->p;
	const struct index_info *index = arbiter->info;
	const struct bound **equal = ARENA_ARRAY(p->arena, const struct bound *, index->key_count);
	struct plan_node *leaf = ARENA_NEW(p->arena, struct plan_node);
	struct plan_node *node;

	*leaf = *argument;
	p->s.top = leaf;
	for (uint32_t i = 0; i < index->key_count; i++) {
		equal[i] = proposed_key(d, arbiter, i);
		if (equal[i] == NULL)
			return NULL;
	}
	node = planner_push(p, PLAN_INDEX_SCAN, 1, 1);
	node->index_scan.slot = binder_slot_new(&p->b, p->b.slots[d->slot].type, d->table->name);
	node->index_scan.source_slot = node->index_scan.target_slot = SLOT_NONE;
	node->index_scan.index = index->id;
	node->index_scan.element = index->element;
	node->index_scan.equal_count = index->key_count;
	node->index_scan.equal = equal;
	node->index_scan.is_unique_lookup = true;
	return node;
}

static void union_of_lookups(struct dml *d, struct plan_node **branches, uint32_t count)
{
	struct planner *p = d->p;
	const uint32_t **from = ARENA_ARRAY(p->arena, const uint32_t *, count);
	struct plan_node *node;

	for (uint32_t i = 0; i < count; i++)
		from[i] = dml_slot_list(p, branches[i]->index_scan.slot);
	p->s.top = NULL;
	node = planner_push(p, PLAN_UNION, count, count);
	node->set.row_slot = SLOT_NONE;
	node->set.op = SET_OP_UNION;
	node->set.branch_count = count;
	node->set.branches = branches;
	node->set.column_count = 1;
	node->set.slots = dml_slot_list(p, d->slot);
	node->set.branch_slots = from;
}

/* The plan that finds whom the proposed row is in conflict with, into d->slot. */
static enum sqlstate conflict_match(const struct inference *inference, uint32_t *row_slot,
	struct plan_node **out)
{
	struct dml *d = inference->dml;
	struct planner *p = d->p;
	const struct catalog *c = p->b.catalog;
	struct plan_node **branches =
		ARENA_ARRAY(p->arena, struct plan_node *, catalog_index_count(c) + 1);
	struct stream old = planner_stream_sub(p, row_slot);
	const struct plan_node *argument = p->s.top;
	uint32_t count = 0, arbiters = 0;

	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		struct plan_index arbiter;

		if (!is_arbiter(inference, catalog_index_at(c, i), &arbiter))
			continue;
		arbiters++;
		branches[count] = arbiter_lookup(d, &arbiter, argument);
		count += branches[count] != NULL;
	}
	if (arbiters == 0 &&
		(d->ast->target_count > 0 || d->ast->target_constraint.text.length > 0))
		return no_arbiter(d);
	if (count == 0) {
		struct plan_node *none = ARENA_NEW(p->arena, struct plan_node);

		*none = *argument;
		p->s.top = none;
		none = planner_push(p, PLAN_NODE_SCAN, 0, 0);
		none->node_scan.slot = d->slot;
		none->node_scan.is_nothing = true;
	} else if (count == 1) {
		branches[0]->index_scan.slot = d->slot;
		p->s.top = branches[0];
	} else {
		union_of_lookups(d, branches, count);
	}
	*out = p->s.top;
	p->s = old;
	return OK;
}

/* The columns by the names that the statement knows them by: of the row that is there, or without
   `slots` of the proposed one. */
static void conflict_columns(struct dml *d, const struct table_slots *slots, struct scope *scope)
{
	struct planner *p = d->p;
	uint32_t count = d->view != NULL ? d->view->column_count : d->table->column_count;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t place = d->view != NULL ? d->view->columns[i].place : i;
		const struct table_column *column = &d->table->columns[place];
		struct str name = d->view != NULL ? d->view->columns[i].name : column->name;
		const struct bound *value;
		struct variable *x;

		if (place == UINT32_MAX)
			continue;
		value = slots != NULL ? table_column_value(&p->b, d->table, column, slots, 0)
				      : d->values[place];
		if (value == NULL && slots != NULL)
			continue;
		if (value == NULL)
			value = bound_constant(&p->b, value_null(), column->type.type, 0);
		x = scope_add(scope, name);
		x->kind = VARIABLE_EXPR;
		x->is_hidden = true;
		x->is_relational = true;
		x->type = slots != NULL ? value->type : column->type.type;
		x->expr = value;
	}
}

static void conflict_table(
	struct dml *d, struct str name, const struct table_slots *slots)
{
	struct scope *columns = scope_new(d->p->arena, NULL);
	struct variable *v = scope_add(d->p->b.scope, name);

	conflict_columns(d, slots, columns);
	v->kind = VARIABLE_TABLE;
	v->is_hidden = true;
	v->is_relational = true;
	v->columns = columns;
}

/* In DO UPDATE the table's name means the row that is there, EXCLUDED the proposed one. */
static void conflict_scope(struct dml *d)
{
	struct planner *p = d->p;
	struct table_slots slots = { .element = binder_slot_ref(&p->b, d->slot, d->ast->table.at) };

	p->b.scope = scope_new(p->arena, NULL);
	conflict_columns(d, &slots, p->b.scope);
	conflict_table(d, dml_alias(d->ast)->text, &slots);
	conflict_table(d, STR("excluded"), NULL);
}

enum sqlstate plan_dml_conflict(struct dml *d, const struct plan_create *create)
{
	struct planner *p = d->p;
	struct inference inference;
	unsigned touch = create->element == ELEMENT_NODE ? TOUCH_NODES : TOUCH_EDGES;
	struct scope *scope = p->b.scope;
	const struct bound *where = NULL;
	struct plan_node *match = NULL, *node;
	struct plan_set *items = NULL;
	uint32_t row_slot, count = 0;

	TRY(read_inference(d, &inference));
	p->view = d->owner;
	TRY(conflict_match(&inference, &row_slot, &match));
	p->view = NAME_NONE;
	if (d->ast->conflict == CONFLICT_UPDATE) {
		p->b.slots[d->slot].is_new = true;
		conflict_scope(d);
		TRY(plan_dml_items(d, &items, &count));
		if (d->ast->conflict_where != NULL)
			TRY(bind_condition(&p->b, d->ast->conflict_where, "WHERE", &where, d->e));
		p->b.slots[d->slot].is_new = false;
		p->b.scope = scope;
	}
	for (uint32_t i = 0; i < count; i++)
		TRY(plan_dml_attach(d, items[i].assignment.expr));
	if (where != NULL)
		TRY(plan_dml_attach(d, where));
	planner_will_write(p, touch | TOUCH_PROPERTIES, TAG_INSERT);
	node = planner_push(p, PLAN_MERGE, p->s.top->rows, p->s.top->rows * 2);
	node->other = match;
	node->merge.row_slot = row_slot;
	node->merge.count = 1;
	node->merge.creates = create;
	node->merge.on_match_count = count;
	node->merge.on_match = items;
	node->merge.is_upsert = true;
	p->has_conflict = true;
	node->merge.drops_matches = d->ast->conflict == CONFLICT_NOTHING;
	node->merge.on_match_where = where;
	node->view = d->owner;
	planner_forget(p);
	return OK;
}
