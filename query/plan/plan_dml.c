/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * INSERT INTO, UPDATE and DELETE FROM: writing clauses of the graph language in SQL's clothes.
 *
 *	INSERT   source -> values of columns -> INSERT of a node or edge   -> RETURNING
 *	         with ON CONFLICT: MERGE whose match is a look-up in the unique indexes
 *	UPDATE   scan -> FROM -> filter -> SET                             -> RETURNING
 *	DELETE   scan -> USING -> filter -> columns of RETURNING -> DELETE -> RETURNING
 *
 * MERGE INTO is in plan_merge_into.c.
 */
#include "query/plan/plan_dml.h"
#include "query/plan/plan_index.h"

#include <string.h>

/* The columns of what the statement names, from those of the table. */
static enum sqlstate named_columns(struct dml *d, const struct answer *table,
	enum view_conditions conditions, struct answer *out)
{
	*out = *table;
	if (d->view == NULL)
		return OK;
	return plan_written_rows(d->p, d->view, table, conditions, out, d->e);
}

/* ---- INSERT: where rows come from ------------------------------------------------------------ */

/* The n-th column that INSERT without a list of columns gives a value to. */
static enum sqlstate nth_column(struct dml *d, uint32_t n, const struct table_column **out)
{
	struct ast_name name = { .at = d->ast->table.at };

	*out = &d->table->columns[n];
	if (d->view == NULL)
		return OK;
	name.text = d->view->columns[n].name;
	return plan_dml_column(d, &name, out);
}

/* The columns that a source's columns go to, in its order: without a list as many as are `given`. */
static enum sqlstate target_columns(
	struct dml *d, uint32_t given, const struct table_column ***out, uint32_t *count)
{
	const struct ast_dml *ast = d->ast;
	uint32_t most = d->view != NULL ? d->view->column_count : d->table->column_count;
	const struct table_column **columns = ARENA_ARRAY(
		d->p->arena, const struct table_column *, most + ast->column_count + 1);

	*out = columns;
	*count = ast->column_count > 0 ? ast->column_count : most;
	for (uint32_t i = 0; ast->column_count == 0 && i < MIN_OF(given, most); i++)
		TRY(nth_column(d, i, &columns[i]));
	for (uint32_t i = 0; i < ast->column_count; i++) {
		TRY(plan_dml_column(d, &ast->columns[i], &columns[i]));
		for (uint32_t k = 0; k < i; k++) {
			if (columns[k] == columns[i])
				return FAIL_AT(d->e, ast->columns[i].at, E_DUPLICATE_COLUMN,
					"column \"%.*s\" specified more than once",
					STR_ARGS(ast->columns[i].text));
		}
	}
	return OK;
}

/* `at`: of the first expression too many. */
static enum sqlstate check_width(struct dml *d, uint32_t given, uint32_t wanted, uint32_t at)
{
	if (given > wanted)
		return FAIL_AT(
			d->e, at, E_SYNTAX, "INSERT has more expressions than target columns");
	if (given < wanted && d->ast->column_count > 0)
		return FAIL_AT(d->e, d->ast->columns[given].at, E_SYNTAX,
			"INSERT has more target columns than expressions");
	return OK;
}

static enum sqlstate refuse_identity(struct dml *d, const struct table_column *column)
{
	bool is_generated = column->generated_text.length > 0;

	if (!is_generated && (column->identity != 'a' || d->ast->overrides_system))
		return OK;
	FAIL(d->e, E_GENERATED_ALWAYS, "cannot insert a non-DEFAULT value into column \"%.*s\"",
		STR_ARGS(column->name));
	if (is_generated)
		return plan_dml_generated(d, column);
	error_detail(d->e, "Column \"%.*s\" is an identity column defined as GENERATED ALWAYS.",
		STR_ARGS(column->name));
	error_hint(d->e, "Use OVERRIDING SYSTEM VALUE to override.");
	return E_GENERATED_ALWAYS;
}

/* One value of a VALUES list for its column. */
static enum sqlstate listed_value(struct dml *d, const struct ast_expr *x,
	const struct table_column *column, const struct bound **out)
{
	struct planner *p = d->p;

	if (plan_is_default(x) || (column->identity != 0 && d->ast->overrides_user)) {
		TRY(plan_default(p, d->table, column, x->at, out, d->e));
		if (*out == NULL)
			*out = bound_constant(&p->b, value_null(), column->type.type, x->at);
		return OK;
	}
	TRY(refuse_identity(d, column));
	TRY(bind_expr(&p->b, x, out, d->e));
	return plan_assign(p, d->table, column, out, x->at, d->e);
}

/* VALUES of several rows: a node of rows, each column cast already. */
static enum sqlstate listed_rows(
	struct dml *d, const struct ast_clause *c, const struct table_column **columns)
{
	struct planner *p = d->p;
	uint32_t width = c->values.column_count, count = c->values.row_count * width;
	const struct bound **exprs = ARENA_ARRAY(p->arena, const struct bound *, count);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, width);
	struct plan_node *node;

	for (uint32_t i = 0; i < count; i++) {
		TRY(listed_value(d, c->values.exprs[i], columns[i % width], &exprs[i]));
		exprs[i] = bound_cast(&p->b, exprs[i], columns[i % width]->type.type);
		exprs[i] = planner_attach(p, exprs[i]);
	}
	for (uint32_t i = 0; i < width; i++)
		slots[i] = binder_slot_new(&p->b, columns[i]->type.type, columns[i]->name);
	node = planner_push(p, PLAN_VALUES, c->values.row_count, c->values.row_count * 0.1);
	if (node->input->kind == PLAN_ONE_ROW)
		node->input = NULL; /* else subqueries are below */
	node->values.row_count = c->values.row_count;
	node->values.column_count = width;
	node->values.exprs = exprs;
	node->values.slots = slots;
	p->s.is_single = false;
	for (uint32_t i = 0; i < width; i++)
		d->values[dml_column_place(d, columns[i])] =
			binder_slot_ref(&p->b, slots[i], c->at);
	return OK;
}

static enum sqlstate listed(struct dml *d, const struct ast_clause *c)
{
	uint32_t width = c->values.column_count, column_count;
	const struct table_column **columns;

	d->p->b.place = "VALUES";
	TRY(target_columns(d, width, &columns, &column_count));
	TRY(check_width(d, width, column_count,
		c->values.exprs[width > column_count ? column_count : 0]->at));
	if (c->values.row_count > 1)
		return listed_rows(d, c, columns);
	for (uint32_t i = 0; i < width; i++)
		TRY(listed_value(d, c->values.exprs[i], columns[i],
			&d->values[dml_column_place(d, columns[i])]));
	return OK;
}

static const struct ast_clause *lone_values(const struct ast_program *program)
{
	const struct ast_linear *linear;

	if (program->count != 1 || program->queries[0].operand_count != 1)
		return NULL;
	linear = &program->queries[0].operands[0];
	if (linear->clause_count != 1 || linear->clauses[0].kind != CLAUSE_VALUES ||
		linear->clauses[0].values.page != NULL)
		return NULL;
	return &linear->clauses[0];
}

static enum sqlstate selected(struct dml *d)
{
	struct planner *p = d->p;
	struct scope *scope = p->b.scope;
	const struct table_column **columns;
	struct answer answer;
	uint32_t column_count;

	p->b.scope = scope_new(p->arena, NULL);
	TRY(plan_program(p, d->ast->query, &answer, d->e));
	p->b.scope = scope;
	if (!answer.has_columns)
		return FAIL_AT(d->e, d->ast->query->at, E_SYNTAX,
			"INSERT needs a query that returns columns");
	TRY(target_columns(d, answer.count, &columns, &column_count));
	TRY(check_width(d, answer.count, column_count,
		answer.count > column_count ? answer.columns[column_count].at : d->ast->query->at));
	for (uint32_t i = 0; i < answer.count; i++) {
		const struct bound *value =
			binder_slot_ref(&p->b, answer.columns[i].slot, answer.columns[i].at);

		if (columns[i]->identity != 0 && d->ast->overrides_user)
			continue; /* its sequence gives it */
		TRY(refuse_identity(d, columns[i]));
		TRY(plan_assign(p, d->table, columns[i], &value, value->at, d->e));
		d->values[dml_column_place(d, columns[i])] = value;
	}
	return OK;
}

enum sqlstate plan_dml_values(struct dml *d)
{
	const struct ast_clause *list;

	d->values = ARENA_ARRAY(d->p->arena, const struct bound *, d->table->column_count + 1);
	if (!d->ast->is_default_values) {
		list = lone_values(d->ast->query);
		if (list != NULL)
			TRY(listed(d, list));
		else
			TRY(selected(d));
	}
	for (uint32_t i = 0; i < d->table->column_count; i++) {
		if (d->values[i] == NULL)
			TRY(plan_default(d->p, d->table, &d->table->columns[i], d->ast->table.at,
				&d->values[i], d->e));
	}
	return OK;
}

/* Every value into a slot: EXCLUDED and conflicts read them too. */
static void values_into_slots(struct dml *d)
{
	struct planner *p = d->p;

	for (uint32_t i = 0; i < d->table->column_count; i++) {
		uint32_t slot;

		if (d->values[i] == NULL || bound_is_constant(d->values[i]))
			continue;
		slot = planner_project(p, d->values[i], d->table->columns[i].name);
		d->values[i] = binder_slot_ref(&p->b, slot, d->values[i]->at);
	}
}

/* ---- INSERT: the element --------------------------------------------------------------------- */

static struct plan_assignment *insert_assignments(struct dml *d, uint32_t *count)
{
	struct plan_assignment *made =
		ARENA_ARRAY(d->p->arena, struct plan_assignment, d->table->column_count + 1);

	*count = 0;
	for (uint32_t i = 0; i < d->table->column_count; i++) {
		if (d->values[i] == NULL || d->table->columns[i].is_end)
			continue;
		made[(*count)++] = (struct plan_assignment){ .key = d->table->columns[i].key,
			.is_array = d->table->columns[i].type.type.kind == TYPE_LIST,
			.expr = planner_attach(d->p, d->values[i]) };
	}
	return made;
}

/* One that the transaction has made itself, which is not ready before its commit, answers look-ups of
   whole unique keys. */
static const struct index_info *key_index(const struct dml *d, uint32_t label, uint32_t key)
{
	const struct catalog *c = d->p->b.catalog;
	const struct index_info *unready = NULL;

	for (uint32_t i = 0; i < catalog_index_count(c); i++) {
		const struct index_info *index = catalog_index_at(c, i);

		if (index->element != ELEMENT_NODE || index->label != label ||
			index->key_count != 1 || index->keys[0] != key)
			continue;
		if (index->is_ready)
			return index;
		if (index->is_unique)
			unready = index;
	}
	return unready;
}

/* The node an edge is to end at: looked up by its key, or by its id. */
static enum sqlstate find_end(struct dml *d, const char *name, uint32_t *slot)
{
	struct planner *p = d->p;
	const struct table_column *column = table_column(d->table, str_of(name));
	struct edge_end end = catalog_edge_end(
		p->b.catalog, d->table->info, strcmp(name, "_from") == 0);
	const struct index_info *index =
		end.key == NAME_NONE ? NULL : key_index(d, end.label, end.key);
	const struct bound *value;
	const struct bound **equal = ARENA_ARRAY(p->arena, const struct bound *, 1);
	struct stream old;
	struct plan_node *node, *sub;
	uint32_t row_slot;

	value = column == NULL ? NULL : d->values[dml_column_place(d, column)];
	if (value == NULL)
		return FAIL(d->e, E_NOT_NULL,
			"null value in column \"%s\" of relation \"%.*s\" violates not-null "
			"constraint",
			name, STR_ARGS(d->table->name));
	if (end.key != NAME_NONE && index == NULL)
		return FAIL(d->e, E_OBJECT_STATE,
			"there is no index to find the end \"%s\" of an edge by", name);
	equal[0] = planner_attach(p, value);
	old = planner_stream_sub(p, &row_slot);
	*slot = binder_slot_new(&p->b, type_make(TYPE_NODE), str_of(name));
	planner_will_read(p, TOUCH_NODES | TOUCH_PROPERTIES);
	node = planner_push(p, index != NULL ? PLAN_INDEX_SCAN : PLAN_ID_SEEK, 1, 1);
	if (index != NULL) {
		node->index_scan.slot = *slot;
		node->index_scan.source_slot = node->index_scan.target_slot = SLOT_NONE;
		node->index_scan.index = index->id;
		node->index_scan.element = ELEMENT_NODE;
		node->index_scan.equal_count = 1;
		node->index_scan.equal = equal;
		node->index_scan.is_unique_lookup = plan_index_is_unique(index);
	} else {
		node->id_seek.slot = *slot;
		node->id_seek.element = ELEMENT_NODE;
		node->id_seek.id = equal[0];
	}
	sub = p->s.top;
	p->s = old;
	planner_will_read(p, TOUCH_NODES | TOUCH_PROPERTIES);
	node = planner_push(p, PLAN_OPTIONAL, p->s.top->rows, p->s.top->rows);
	node->other = sub;
	node->optional.row_slot = row_slot;
	node->optional.null_count = 1;
	node->optional.null_slots = dml_slot_list(p, *slot);
	return OK;
}

enum sqlstate plan_dml_create(struct dml *d, struct plan_create *create)
{
	struct planner *p = d->p;
	struct plan_name *label = ARENA_ARRAY(p->arena, struct plan_name, 2);
	const struct table *t = d->table;
	uint32_t graph = catalog_graph_of(p->b.catalog, t->element, t->label);

	*create = (struct plan_create){ .element = t->element,
		.label_count = 1,
		.labels = label,
		.is_row = true,
		.at = d->ast->table.at };
	label[0] = (struct plan_name){ .id = t->label, .name = t->name };
	if (t->element == ELEMENT_NODE && graph != GRAPH_MAIN) {
		label[1] = (struct plan_name){ .id = graph, .name = STR("") };
		create->label_count = 2;
	}
	if (t->element == ELEMENT_EDGE) {
		TRY(find_end(d, "_from", &create->source_slot));
		TRY(find_end(d, "_to", &create->target_slot));
		d->source_slot = create->source_slot;
		d->target_slot = create->target_slot;
	}
	create->assignments = insert_assignments(d, &create->assignment_count);
	create->slot = d->slot = binder_slot_new(
		&p->b, type_make(t->element == ELEMENT_NODE ? TYPE_NODE : TYPE_EDGE), t->name);
	return OK;
}

/* ---- RETURNING ------------------------------------------------------------------------------- */

/* The columns of the element as it is now, fetched where RETURNING needs them. */
static struct answer element_columns(struct dml *d)
{
	struct planner *p = d->p;
	const struct table *t = d->table;
	uint32_t count = t->column_count;
	struct answer answer = { .has_columns = true, .count = count };
	const struct bound **values = ARENA_ARRAY(p->arena, const struct bound *, count + 1);
	struct str *names = ARENA_ARRAY(p->arena, struct str, count + 1);
	uint32_t *slots = ARENA_ARRAY(p->arena, uint32_t, count + 1);
	struct table_slots from = { .element = binder_slot_ref(&p->b, d->slot, 0) };

	if (t->element == ELEMENT_EDGE) {
		from.source = binder_slot_ref(&p->b, d->source_slot, 0);
		from.target = binder_slot_ref(&p->b, d->target_slot, 0);
	}
	answer.columns = ARENA_ARRAY(p->arena, struct answer_column, count + 1);
	for (uint32_t i = 0; i < count; i++) {
		names[i] = t->columns[i].name;
		values[i] = table_column_value(&p->b, t, &t->columns[i], &from, 0);
	}
	planner_project_all(p, values, names, count, slots);
	for (uint32_t i = 0; i < count; i++) {
		answer.columns[i] = (struct answer_column){ .name = names[i], .slot = slots[i] };
		p->b.slots[slots[i]].origin = plan_table_origin(t, i);
	}
	return answer;
}

/* A row's columns as names. */
static enum sqlstate row_names(
	struct dml *d, const struct answer *table, enum view_conditions conditions)
{
	struct planner *p = d->p;
	struct system_columns system;
	struct answer columns;

	TRY(named_columns(d, table, conditions, &columns));
	plan_table_system(p, d->table, d->slot, &system);
	p->b.scope = scope_new(p->arena, NULL);
	TRY(plan_from_names(p, dml_alias(d->ast)->text, &columns, p->b.scope, d->e));
	if (d->view == NULL)
		plan_from_system(p->b.scope, dml_alias(d->ast)->text, &system);
	return OK;
}

/* The names that RETURNING of INSERT and UPDATE knows. */
static enum sqlstate returning_names(struct dml *d)
{
	struct answer columns = element_columns(d);

	return row_names(d, &columns, VIEW_CHECK);
}

/* Whether the new rows are looked at once more. */
static bool has_new_rows(const struct dml *d)
{
	return d->ast->returning != NULL || plan_written_is_checked(d->view);
}

static enum sqlstate returning(struct dml *d, struct answer *out)
{
	if (!has_new_rows(d))
		return OK;
	TRY(returning_names(d));
	if (d->ast->returning == NULL)
		return OK;
	return plan_projection(d->p, d->ast->returning, CLAUSE_SELECT, out, d->e);
}

/* ---- the three statements -------------------------------------------------------------------- */

static enum sqlstate plan_insert_into(struct dml *d, struct answer *out)
{
	struct planner *p = d->p;
	struct plan_create *create = ARENA_NEW(p->arena, struct plan_create);
	unsigned touch = d->table->element == ELEMENT_NODE ? TOUCH_NODES : TOUCH_EDGES;
	struct plan_node *node;

	TRY(plan_dml_values(d));
	if (d->ast->conflict != CONFLICT_NONE)
		values_into_slots(d);
	p->view = d->owner;
	TRY(plan_dml_create(d, create));
	p->view = NAME_NONE;
	planner_past(p);
	if (d->ast->conflict == CONFLICT_NONE) {
		planner_will_write(p, touch, TAG_INSERT);
		node = planner_push(p, PLAN_INSERT, p->s.top->rows, p->s.top->rows);
		node->insert.count = 1;
		node->insert.creates = create;
		node->view = d->owner;
		planner_forget(p);
	} else {
		TRY(plan_dml_conflict(d, create));
	}
	return returning(d, out);
}

/* The rows that an UPDATE or DELETE is about. */
static enum sqlstate target_rows(struct dml *d)
{
	struct planner *p = d->p;
	const struct bound *where;

	p->view = d->owner;
	plan_table_scan(p, d->table, d->ast->table.at, &d->scan);
	p->view = NAME_NONE;
	d->slot = d->scan.slot;
	d->source_slot = d->scan.source_slot;
	d->target_slot = d->scan.target_slot;
	TRY(row_names(d, &d->scan.answer, VIEW_FILTER));
	if (d->ast->from != NULL) {
		TRY(plan_from(p, d->ast->from, d->ast->where, d->e));
		planner_push(p, PLAN_ONCE, p->s.top->rows, p->s.top->rows)->once.slot = d->slot;
		return OK;
	}
	if (d->ast->where == NULL)
		return OK;
	p->b.place = "WHERE";
	TRY(bind_condition(&p->b, d->ast->where, "WHERE", &where, d->e));
	planner_filter(p, &where, 1);
	return OK;
}

/* What FROM brought in besides the target, whose columns have new values now. */
static void adopt_names(struct scope *to, const struct scope *from)
{
	for (uint32_t i = 0; i < from->count; i++) {
		if (scope_find_here(to, from->variables[i].name) == NULL)
			*scope_add(to, from->variables[i].name) = from->variables[i];
	}
}

static enum sqlstate plan_update(struct dml *d, struct answer *out)
{
	struct planner *p = d->p;
	const struct scope *rows;
	struct plan_set *items;
	struct plan_node *node;
	uint32_t count;

	TRY(target_rows(d));
	p->b.place = "UPDATE";
	TRY(plan_dml_items(d, &items, &count));
	for (uint32_t i = 0; i < count; i++)
		items[i].assignment.expr = planner_attach(p, items[i].assignment.expr);
	planner_past(p);
	planner_will_write(p, TOUCH_PROPERTIES, TAG_UPDATE);
	node = planner_push(p, PLAN_SET, p->s.top->rows, p->s.top->rows);
	node->set_items.count = count;
	node->set_items.items = items;
	node->view = d->owner;
	planner_forget(p);
	if (!has_new_rows(d))
		return OK;
	rows = p->b.scope;
	TRY(returning_names(d));
	if (d->ast->returning == NULL)
		return OK;
	adopt_names(p->b.scope, rows);
	return plan_projection(p, d->ast->returning, CLAUSE_SELECT, out, d->e);
}

/* RETURNING of DELETE is computed while the row is still there. */
static enum sqlstate plan_delete_from(struct dml *d, struct answer *out)
{
	struct planner *p = d->p;
	const struct bound **doomed = ARENA_ARRAY(p->arena, const struct bound *, 1);
	struct plan_node *node;

	TRY(target_rows(d));
	if (d->ast->returning != NULL)
		TRY(plan_projection(p, d->ast->returning, CLAUSE_SELECT, out, d->e));
	doomed[0] = binder_slot_ref(&p->b, d->slot, d->ast->table.at);
	planner_past(p);
	planner_will_write(
		p, d->table->element == ELEMENT_NODE ? TOUCH_NODES : TOUCH_EDGES, TAG_DELETE);
	node = planner_push(p, PLAN_DELETE, p->s.top->rows, p->s.top->rows);
	node->remove.count = 1;
	node->remove.exprs = doomed;
	node->view = d->owner;
	planner_forget(p);
	return OK;
}

/* The plan says which graphs it writes. */
static void note_graph(struct dml *d)
{
	struct graph_in_force own = plan_graph_keep(d->p);

	d->p->b.graph = catalog_graph_of(d->p->b.catalog, d->table->element, d->table->label);
	plan_graph_note(d->p);
	plan_graph_back(d->p, own);
}

enum sqlstate plan_dml(
	struct planner *p, const struct ast_clause *c, struct answer *out, struct error *e)
{
	struct dml d = { .p = p, .ast = c->dml, .e = e };
	struct scope *scope = p->b.scope;
	enum sqlstate rc;

	*out = (struct answer){ 0 };
	TRY(plan_written_view(p, c->dml, &d.view, &d.table, e));
	d.owner = plan_written_owner(d.view);
	if (d.view == NULL)
		TRY(plan_table_find(p, c->dml->schema.text, c->dml->table.text,
			c->dml->table.at, &d.table, e));
	note_graph(&d);
	if (d.table->object == NAME_NONE && d.table->column_count == 0)
		return FAIL_AT(e, c->dml->table.at, E_TYPE,
			"label \"%.*s\" has no properties and cannot be written as a table",
			STR_ARGS(d.table->name));
	if (c->dml->kind == DML_INSERT)
		rc = plan_insert_into(&d, out);
	else if (c->dml->kind == DML_UPDATE)
		rc = plan_update(&d, out);
	else if (c->dml->kind == DML_DELETE)
		rc = plan_delete_from(&d, out);
	else
		rc = plan_merge_into(&d);
	p->b.scope = scope;
	return rc;
}
