/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What stands in FROM: relations, labels, common table expressions, queries in parentheses,
 * functions, GRAPH_TABLEs, and joins of them. Each item is planned on a stream of its own that
 * begins with ARGUMENT; here it gets its names, plan_from_join.c puts it on the stream.
 *
 * Names. An item's columns can be used bare, unless two items have one of that name (42702), and
 * behind the item's alias. LATERAL items and functions see the items before them; other queries in
 * FROM see only what is outside of the whole query.
 */
#include "query/plan/plan_from.h"

#include "query/sql/label_table.h"
#include "query/sql/relation.h"

struct from {
	struct planner *p;
	struct scope *scope;	    /* around FROM, and where its names go */
	struct from_node **visible; /* the items so far, for LATERAL */
	uint32_t visible_count, visible_capacity;
};

/* ---- names ----------------------------------------------------------------------------------- */

static bool name_is_quoted(const struct ast_name *name)
{
	return name->length != name->text.length;
}

/* The name of an alias, in lower case unless it is quoted. */
struct str plan_from_alias(struct planner *p, const struct ast_name *name)
{
	char *folded;

	if (name->length == 0 || name_is_quoted(name))
		return name->text;
	folded = arena_alloc_raw(p->arena, name->text.length + 1);
	for (uint32_t i = 0; i < name->text.length; i++) {
		char c = name->text.at[i];

		folded[i] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
	}
	return (struct str){ folded, name->text.length };
}

static void scope_put_column(struct scope *scope, const struct scope_column *column)
{
	struct variable *v = scope_find_here(scope, column->name);

	if (v != NULL) {
		v->is_ambiguous |= v->is_relational && v->kind != VARIABLE_TABLE;
		return;
	}
	v = scope_add(scope, column->name);
	v->is_relational = true;
	v->type = column->value->type;
	v->kind = column->value->kind == BOUND_SLOT ? VARIABLE_SLOT : VARIABLE_EXPR;
	v->slot = column->value->kind == BOUND_SLOT ? column->value->index : SLOT_NONE;
	v->expr = column->value;
}

/* A table's name stays usable beside a column of the same name: the column wins bare, the table
   before a dot (see bind_property). */
static enum sqlstate scope_put_table(
	struct scope *scope, const struct variable *table, struct error *e)
{
	struct variable *v = scope_find_here(scope, table->name);

	if (v == NULL) {
		*scope_add(scope, table->name) = *table;
		return OK;
	}
	if (v->columns != NULL)
		return FAIL(e, E_DUPLICATE_ALIAS, "table name \"%.*s\" specified more than once",
			STR_ARGS(table->name));
	v->columns = table->columns;
	return OK;
}

/* Adds the names of some items to a scope. */
static enum sqlstate scope_put_items(struct planner *p, struct scope *scope,
	struct from_node *const *items, uint32_t count, struct error *e)
{
	uint32_t total = scope->column_count;
	struct scope_column *all;

	for (uint32_t i = 0; i < count; i++)
		total += items[i]->column_count;
	all = ARENA_ARRAY(p->arena, struct scope_column, total + 1);
	total = scope->column_count;
	if (total > 0)
		memcpy(all, scope->columns, total * sizeof *all);
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t c = 0; c < items[i]->column_count; c++) {
			scope_put_column(scope, &items[i]->columns[c]);
			all[total++] = items[i]->columns[c];
		}
	}
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t t = 0; t < items[i]->table_count; t++)
			TRY(scope_put_table(scope, &items[i]->tables[t], e));
	}
	scope->columns = all;
	scope->column_count = total;
	return OK;
}

/* The one table that an item is, with its columns. */
static void node_name_table(struct planner *p, struct from_node *n, struct str name, uint32_t at)
{
	struct variable *table = ARENA_NEW(p->arena, struct variable);

	table->name = name;
	table->at = at;
	table->kind = VARIABLE_TABLE;
	table->is_hidden = true;
	table->is_relational = true;
	table->slot = SLOT_NONE;
	table->columns = scope_new(p->arena, NULL);
	for (uint32_t i = 0; i < n->column_count; i++)
		scope_put_column(table->columns, &n->columns[i]);
	if (n->ast->alias.text.length > 0 && n->ast->kind == FROM_RELATION)
		table->relation = n->ast->graph.name;
	table->columns->columns = n->columns;
	table->columns->column_count = n->column_count;
	n->tables = table;
	n->table_count = name.length > 0 ? 1 : 0;
}

static enum sqlstate node_alias_columns(
	struct planner *p, struct from_node *n, struct str table, struct error *e)
{
	const struct ast_from *f = n->ast;

	if (f->is_row && f->column_alias_count != n->column_count)
		return FAIL_AT(e, f->at, E_SYNTAX,
			"number of columns does not match number of values");
	if (f->column_alias_count > n->column_count)
		return FAIL(e, E_INVALID_REFERENCE,
			"table \"%.*s\" has %u columns available but %u columns specified",
			STR_ARGS(table), n->column_count, f->column_alias_count);
	for (uint32_t i = 0; i < f->column_alias_count; i++)
		n->columns[i].name = plan_from_alias(p, &f->column_aliases[i]);
	return OK;
}

/* An item's columns from what it answers, under the alias that was written or `name`. */
static enum sqlstate node_take_answer(struct planner *p, struct from_node *n,
	const struct answer *answer, struct str name, struct error *e)
{
	n->columns = ARENA_ARRAY(p->arena, struct scope_column, answer->count + 1);
	n->column_count = answer->count;
	for (uint32_t i = 0; i < answer->count; i++) {
		const struct answer_column *column = &answer->columns[i];

		n->columns[i].name = column->name;
		n->columns[i].value = binder_slot_ref(&p->b, column->slot, column->at);
	}
	if (n->ast->alias.text.length > 0)
		name = plan_from_alias(p, &n->ast->alias);
	for (uint32_t i = 0; i < answer->count; i++)
		p->b.slots[answer->columns[i].slot].relation = name;
	TRY(node_alias_columns(p, n, name, e));
	node_name_table(p, n, name, n->ast->at);
	return OK;
}

/* ---- relations ------------------------------------------------------------------------------- */

/* PostgreSQL's hidden columns of its own tables: `*` does not list them. */
static void node_add_system(struct planner *p, struct from_node *n, uint32_t oid)
{
	static const struct {
		const char *name;
		enum type_kind type;
		int value;
	} constants[] = { { "xmin", TYPE_XID, 1 }, { "xmax", TYPE_XID, 0 }, { "cmin", TYPE_CID, 0 },
		{ "cmax", TYPE_CID, 0 } };
	struct scope_column column = { STR("tableoid"),
		bound_constant(&p->b, value_int(oid), type_make(TYPE_OID), n->ast->at) };

	if (n->table_count == 0)
		return;
	scope_put_column(n->tables->columns, &column);
	for (size_t i = 0; i < ARRAY_COUNT(constants); i++) {
		column.name = str_of(constants[i].name);
		column.value = bound_constant(&p->b, value_int(constants[i].value),
			type_make(constants[i].type), n->ast->at);
		scope_put_column(n->tables->columns, &column);
	}
}

static void table_add_system(struct variable *table, const struct system_columns *columns)
{
	for (uint32_t i = 0; i < columns->count; i++)
		scope_put_column(table->columns, &columns->columns[i]);
}

/* TABLESAMPLE: each row by itself is taken or left, as the method, of rows or of pages, would. `element`
   is the row's, NULL where it has none. */
static enum sqlstate sample_rows(struct planner *p, const struct ast_sample *sample,
	const struct bound *element, struct error *e)
{
	const struct bound *args[3] = { element, NULL, NULL }, *is_taken;
	struct type real = type_make(TYPE_FLOAT64);

	if (!str_equal_nocase(sample->method.text, STR("bernoulli")) &&
		!str_equal_nocase(sample->method.text, STR("system")))
		return FAIL_AT(e, sample->method.at, E_NO_OBJECT,
			"tablesample method %.*s does not exist", STR_ARGS(sample->method.text));
	if (element == NULL)
		args[0] = bound_constant(
			&p->b, value_null(), type_make(TYPE_NODE), sample->method.at);
	p->b.place = "TABLESAMPLE";
	TRY(bind_expr(&p->b, sample->percent, &args[1], e));
	args[1] = bound_cast(&p->b, args[1], real);
	if (sample->seed != NULL) {
		TRY(bind_expr(&p->b, sample->seed, &args[2], e));
		args[2] = bound_cast(&p->b, args[2], real);
	}
	TRY(binder_function(&p->b, STR("sampled"), args, sample->seed == NULL ? 2 : 3,
		sample->method.at, &is_taken, e));
	planner_filter(p, &is_taken, 1);
	return OK;
}

/* A common table expression or a view has no rows of its own to take some of. */
static enum sqlstate refuse_sample(const struct ast_from *f, struct error *e)
{
	if (f->sample == NULL)
		return OK;
	return FAIL_AT(e, f->at, E_NOT_SUPPORTED,
		"TABLESAMPLE clause can only be applied to tables and materialized views");
}

static enum sqlstate scan_relation(struct from *f, struct from_node *n, struct error *e)
{
	struct planner *p = f->p;
	const struct ast_qname *name = &n->ast->graph;
	const struct relation *relation;
	struct table_scan scan;
	struct system_columns system;
	struct str temporary;
	struct answer answer;
	bool is_view;

	if (name->qualifier.length == 0 && plan_cte_find(p, name) != NULL) {
		TRY(refuse_sample(n->ast, e));
		TRY(plan_cte(p, name, &answer, e));
		return node_take_answer(p, n, &answer, plan_cte_find(p, name)->ast->name.text, e);
	}
	n->is_chain = true;
	TRY(plan_temporary_name(p, name->qualifier, name->name, name->at, &temporary, e));
	relation = temporary.length > 0
			   ? NULL
			   : relation_resolve(
				     p->b.options->settings, name->qualifier, name->name);
	if (relation != NULL) {
		TRY(plan_relation(p, relation, n->ast->at, &answer, e));
		n->is_chain = n->ast->sample == NULL;
		if (n->ast->sample != NULL)
			TRY(sample_rows(p, n->ast->sample, NULL, e));
		TRY(node_take_answer(p, n, &answer, str_of(relation->name), e));
		node_add_system(p, n, relation->oid);
		return OK;
	}
	TRY(plan_view(p, name, &answer, &is_view, e));
	n->is_chain = !is_view;
	if (is_view) {
		TRY(refuse_sample(n->ast, e));
		return node_take_answer(p, n, &answer, name->name, e);
	}
	TRY(plan_table_find(p, name->qualifier, name->name, name->at, &n->label, e));
	plan_table_scan(p, n->label, n->ast->at, &scan);
	if (n->ast->sample != NULL) {
		n->is_chain = false;
		TRY(sample_rows(p, n->ast->sample,
			binder_slot_ref(&p->b, scan.slot, n->ast->at), e));
	}
	plan_table_note_row(p,
		n->ast->alias.text.length > 0 ? plan_from_alias(p, &n->ast->alias) : n->label->name,
		scan.slot);
	plan_table_system(p, n->label, scan.slot, &system);
	TRY(node_take_answer(p, n, &scan.answer, n->label->name, e));
	table_add_system(n->tables, &system);
	return OK;
}

static enum sqlstate scan_graph_table(struct from *f, struct from_node *n, struct error *e)
{
	struct planner *p = f->p;
	struct match_options options = { .is_repeatable = true };
	struct ast_projection columns = { .items = n->ast->columns,
		.item_count = n->ast->column_count };
	struct graph_in_force outer = plan_graph_keep(p);
	const struct ast_pattern *pattern = n->ast->pattern;
	struct answer answer;
	bool is_property_graph;

	TRY(plan_property_graph(p, &n->ast->graph, &pattern, &is_property_graph, e));
	if (!is_property_graph)
		TRY(plan_graph_name(p, &n->ast->graph, e));
	TRY(plan_pattern(p, pattern, &options, e));
	for (uint32_t i = 0; i < n->ast->column_count; i++) {
		if (ast_has_aggregate(n->ast->columns[i].expr))
			return FAIL_AT(e, n->ast->columns[i].expr->at, E_GROUPING,
				"aggregate functions are not allowed in COLUMNS");
	}
	TRY(plan_projection(p, &columns, CLAUSE_SELECT, &answer, e));
	plan_graph_back(p, outer);
	return node_take_answer(p, n, &answer, (struct str){ 0 }, e);
}

static enum sqlstate scan_query(struct from *f, struct from_node *n, struct error *e)
{
	struct planner *p = f->p;
	struct graph_in_force outer = plan_graph_keep(p);
	struct answer answer;

	if (n->ast->graph.name.length > 0)
		TRY(plan_graph_name(p, &n->ast->graph, e));
	TRY(plan_program(p, n->ast->program, &answer, e));
	plan_graph_back(p, outer);
	if (!answer.has_columns)
		return FAIL_AT(e, n->ast->at, E_SYNTAX, "the query in FROM must return columns");
	return node_take_answer(p, n, &answer, (struct str){ 0 }, e);
}

static enum sqlstate scan_function(struct from *f, struct from_node *n, struct error *e)
{
	struct answer answer;
	struct str name;

	TRY(plan_from_function(f->p, n, &answer, &name, e));
	return node_take_answer(f->p, n, &answer, name, e);
}

/* ---- items ----------------------------------------------------------------------------------- */

static void from_see(struct from *f, struct from_node *n)
{
	if (f->visible_count == f->visible_capacity) {
		uint32_t capacity = f->visible_capacity == 0 ? 8 : 2 * f->visible_capacity;

		f->visible = arena_grow(f->p->arena, f->visible,
			f->visible_count * sizeof *f->visible, capacity * sizeof *f->visible);
		f->visible_capacity = capacity;
	}
	f->visible[f->visible_count++] = n;
}

/* The scope in which an item is planned. */
static enum sqlstate item_scope(struct from *f, const struct ast_from *ast, struct error *e)
{
	struct planner *p = f->p;
	struct scope *around = f->scope;
	bool is_lateral = ast->is_lateral || ast->kind == FROM_FUNCTION || ast->kind == FROM_ROWS ||
			  ast->kind == FROM_GRAPH_TABLE || ast->kind == FROM_QUERY;

	if (is_lateral && f->visible_count > 0) {
		around = scope_new(p->arena, f->scope);
		TRY(scope_put_items(p, around, f->visible, f->visible_count, e));
	}
	p->b.scope = scope_new(p->arena, around);
	return OK;
}

static enum sqlstate scan_item(struct from *f, struct from_node *n, struct error *e)
{
	switch (n->ast->kind) {
	case FROM_RELATION:
		return scan_relation(f, n, e);
	case FROM_GRAPH_TABLE:
		return scan_graph_table(f, n, e);
	case FROM_QUERY:
	case FROM_SUBQUERY:
		return scan_query(f, n, e);
	case FROM_FUNCTION:
	case FROM_ROWS:
		return scan_function(f, n, e);
	case FROM_MATCH:
		return FAIL_AT(e, n->ast->at, E_NOT_SUPPORTED,
			"MATCH beside other items of FROM is not supported; write GRAPH_TABLE");
	case FROM_JOIN:
		break;
	}
	unreachable();
}

static enum sqlstate scan_tree(
	struct from *f, const struct ast_from *ast, struct from_node **out, struct error *e);

static enum sqlstate scan_leaf(
	struct from *f, const struct ast_from *ast, struct from_node **out, struct error *e)
{
	struct planner *p = f->p;
	struct from_node *n = ARENA_NEW(p->arena, struct from_node);
	struct aggregation *aggregation = p->b.aggregation;
	struct stream old;
	uint32_t outer_count;

	n->ast = ast;
	n->slot_first = p->b.slot_count;
	p->b.aggregation = NULL;
	TRY(item_scope(f, ast, e));
	old = planner_stream_sub(p, &n->row_slot);
	TRY(scan_item(f, n, e));
	n->stream = p->s;
	n->slot_end = p->b.slot_count;
	p->s = old;
	p->b.scope = f->scope;
	p->b.aggregation = aggregation;
	plan_outer_slots(p, n->stream.top, n->slot_first, &outer_count);
	n->is_correlated = outer_count > 0;
	from_see(f, n);
	*out = n;
	return OK;
}

/* ---- joins ----------------------------------------------------------------------------------- */

static enum sqlstate find_column(const struct from_node *n, const char *side,
	const struct ast_name *name, uint32_t *found, struct error *e)
{
	*found = UINT32_MAX;
	for (uint32_t i = 0; i < n->column_count; i++) {
		if (!str_equal(n->columns[i].name, name->text) &&
			(name_is_quoted(name) || !str_equal_nocase(n->columns[i].name, name->text)))
			continue;
		if (*found != UINT32_MAX)
			return FAIL_AT(e, name->at, E_AMBIGUOUS,
				"common column name \"%.*s\" appears more than once in %s table",
				STR_ARGS(name->text), side);
		*found = i;
	}
	if (*found == UINT32_MAX)
		return FAIL(e, E_NO_COLUMN,
			"column \"%.*s\" specified in USING clause does not exist in %s table",
			STR_ARGS(name->text), side);
	return OK;
}

/* The columns both sides have, in the order of the left one. */
static struct ast_name *natural_names(
	struct planner *p, const struct from_node *n, uint32_t at, uint32_t *count)
{
	struct ast_name *names = ARENA_ARRAY(p->arena, struct ast_name, n->left->column_count + 1);

	*count = 0;
	for (uint32_t i = 0; i < n->left->column_count; i++) {
		struct str name = n->left->columns[i].name;

		for (uint32_t k = 0; k < n->right->column_count; k++) {
			if (!str_equal(name, n->right->columns[k].name))
				continue;
			/* A length of its own: taken as it is, as if quoted. */
			names[(*count)++] = (struct ast_name){
				.at = at, .length = name.length + 2, .text = name
			};
			break;
		}
	}
	return names;
}

/* What a column of USING is: the side's that always has it. */
static enum sqlstate merged_value(struct planner *p, enum ast_join_kind kind,
	const struct bound *left, const struct bound *right, const struct bound **out)
{
	const struct bound **args;
	struct bound *either;
	struct type type;

	*out = kind == JOIN_RIGHT ? right : left;
	if (kind != JOIN_FULL)
		return OK;
	type = type_unify(left->type, right->type);
	args = ARENA_ARRAY(p->arena, const struct bound *, 2);
	args[0] = bound_cast(&p->b, left, type);
	args[1] = bound_cast(&p->b, right, type);
	either = bound_new(&p->b, BOUND_COALESCE, type, left->at);
	either->args = args;
	either->arg_count = 2;
	*out = either;
	return OK;
}

/* Joins by columns of the same name: one column each in the result, before all others. */
static enum sqlstate join_using(struct planner *p, struct from_node *n,
	const struct ast_name *names, uint32_t count, struct error *e)
{
	struct from_node *sides[2] = { n->left, n->right };
	const struct bound **equal = ARENA_ARRAY(p->arena, const struct bound *, count + 1);
	bool *is_merged[2];
	uint32_t total = 0;

	for (int s = 0; s < 2; s++)
		is_merged[s] = ARENA_ARRAY(p->arena, bool, sides[s]->column_count + 1);
	n->columns = ARENA_ARRAY(
		p->arena, struct scope_column, n->left->column_count + n->right->column_count + 1);
	for (uint32_t i = 0; i < count; i++) {
		const struct bound *values[2];

		for (int s = 0; s < 2; s++) {
			uint32_t at;

			TRY(find_column(sides[s], s == 0 ? "left" : "right", &names[i], &at, e));
			is_merged[s][at] = true;
			values[s] = sides[s]->columns[at].value;
			n->columns[total].name = sides[s]->columns[at].name;
		}
		TRY(bind_comparison(&p->b, OP_EQ, values[0], values[1], names[i].at, &equal[i], e));
		TRY(merged_value(p, n->join, values[0], values[1], &n->columns[total++].value));
	}
	for (int s = 0; s < 2; s++) {
		for (uint32_t i = 0; i < sides[s]->column_count; i++) {
			if (!is_merged[s][i])
				n->columns[total++] = sides[s]->columns[i];
		}
	}
	n->column_count = total;
	n->on = count == 0 ? NULL : bound_combine(&p->b, BOUND_AND, equal, count);
	return OK;
}

static enum sqlstate join_on(struct from *f, struct from_node *n, struct error *e)
{
	struct planner *p = f->p;
	struct from_node *sides[2] = { n->left, n->right };

	n->columns = ARENA_ARRAY(
		p->arena, struct scope_column, n->left->column_count + n->right->column_count + 1);
	for (int s = 0; s < 2; s++) {
		for (uint32_t i = 0; i < sides[s]->column_count; i++)
			n->columns[n->column_count++] = sides[s]->columns[i];
	}
	if (n->ast->join->on == NULL)
		return OK;
	p->b.scope = scope_new(p->arena, f->scope);
	TRY(scope_put_items(p, p->b.scope, sides, 2, e));
	p->b.place = "JOIN conditions";
	TRY(bind_condition(&p->b, n->ast->join->on, "JOIN/ON", &n->on, e));
	p->b.scope = f->scope;
	return OK;
}

/* The tables of both sides are tables of the join, unless it has an alias. */
static enum sqlstate join_tables(struct planner *p, struct from_node *n, struct error *e)
{
	uint32_t count = n->left->table_count;
	struct str alias = plan_from_alias(p, &n->ast->alias);

	if (alias.length > 0) {
		TRY(node_alias_columns(p, n, alias, e));
		node_name_table(p, n, alias, n->ast->at);
		return OK;
	}
	n->tables = ARENA_ARRAY(p->arena, struct variable, count + n->right->table_count + 1);
	n->table_count = count + n->right->table_count;
	if (count > 0)
		memcpy(n->tables, n->left->tables, count * sizeof *n->tables);
	if (n->right->table_count > 0)
		memcpy(n->tables + count, n->right->tables,
			n->right->table_count * sizeof *n->tables);
	return OK;
}

static enum sqlstate scan_join(
	struct from *f, const struct ast_from *ast, struct from_node **out, struct error *e)
{
	struct planner *p = f->p;
	struct from_node *n = ARENA_NEW(p->arena, struct from_node);
	const struct ast_join *join = ast->join;
	const struct ast_name *names = join->using;
	struct aggregation *aggregation = p->b.aggregation;
	uint32_t count = join->using_count;

	n->ast = ast;
	n->join = join->kind;
	n->slot_first = p->b.slot_count;
	TRY(scan_tree(f, join->left, &n->left, e));
	TRY(scan_tree(f, join->right, &n->right, e));
	if (join->is_natural)
		names = natural_names(p, n, ast->at, &count);
	p->b.aggregation = NULL;
	if (join->is_natural || count > 0)
		TRY(join_using(p, n, names, count, e));
	else
		TRY(join_on(f, n, e));
	p->b.aggregation = aggregation;
	n->slot_end = p->b.slot_count;
	*out = n;
	return join_tables(p, n, e);
}

static enum sqlstate scan_tree(
	struct from *f, const struct ast_from *ast, struct from_node **out, struct error *e)
{
	TRY(binder_poll(&f->p->b, e));
	if (ast->kind == FROM_JOIN)
		return scan_join(f, ast, out, e);
	return scan_leaf(f, ast, out, e);
}

/* ---- the whole ------------------------------------------------------------------------------- */

enum sqlstate plan_from_names(struct planner *p, struct str alias, const struct answer *answer,
	struct scope *scope, struct error *e)
{
	struct ast_from ast = { .kind = FROM_RELATION };
	struct from_node n = { .ast = &ast };
	struct from_node *item = &n;

	TRY(node_take_answer(p, &n, answer, alias, e));
	return scope_put_items(p, scope, &item, 1, e);
}

void plan_from_system(
	struct scope *scope, struct str alias, const struct system_columns *columns)
{
	struct variable *table = scope_find_here(scope, alias);

	if (table != NULL && table->columns != NULL)
		table_add_system(table, columns);
}

struct scope *plan_from_left(
	struct planner *p, const struct scope *all, uint32_t count, struct str without)
{
	struct scope *left = scope_new(p->arena, all->parent);

	for (uint32_t i = 0; i < count; i++)
		scope_put_column(left, &all->columns[i]);
	for (uint32_t i = 0; i < all->count; i++) {
		struct variable table = all->variables[i];
		struct variable *v = scope_find_here(left, table.name);

		if (table.columns == NULL || str_equal(table.name, without))
			continue;
		if (v == NULL)
			v = scope_add(left, table.name);
		else
			table = *v;
		*v = table;
		v->columns = all->variables[i].columns;
	}
	left->columns = all->columns;
	left->column_count = count;
	return left;
}

/* FROM g MATCH ..: variables of the pattern, not columns. */
static enum sqlstate from_match(struct planner *p, const struct ast_from *f, struct error *e)
{
	struct graph_in_force outer = plan_graph_keep(p);
	bool is_property_graph = false;

	for (uint32_t i = 0; i < f->match_count; i++) {
		struct ast_clause match = f->matches[i];
		const struct ast_pattern *pattern = match.match.pattern;
		struct answer none;

		if (match.kind == CLAUSE_MATCH) {
			TRY(plan_property_graph(p, &f->graph, &pattern, &is_property_graph, e));
			match.match.pattern = (struct ast_pattern *)pattern;
		}
		if (!is_property_graph)
			TRY(plan_graph_name(p, &f->graph, e));
		TRY(plan_clause(p, &match, &none, e));
	}
	plan_graph_back(p, outer);
	return OK;
}

static bool from_is_match(const struct ast_clause *c)
{
	for (uint32_t i = 0; i < c->select.from_count; i++) {
		if (c->select.from[i].kind != FROM_MATCH)
			return false;
	}
	return c->select.from_count > 0;
}

static enum sqlstate from_where(
	struct planner *p, const struct ast_expr *where, const struct bound **out, struct error *e)
{
	*out = NULL;
	if (where == NULL)
		return OK;
	p->b.place = "WHERE";
	return bind_condition(&p->b, where, "WHERE", out, e);
}

enum sqlstate plan_from(struct planner *p, const struct ast_clause *c, const struct ast_expr *where,
	struct error *e)
{
	uint32_t count = c->select.from_count;
	struct from_node **items = ARENA_ARRAY(p->arena, struct from_node *, count + 1);
	struct from f = { .p = p, .scope = p->b.scope };
	const struct bound *condition;

	if (from_is_match(c)) {
		for (uint32_t i = 0; i < count; i++)
			TRY(from_match(p, &c->select.from[i], e));
		/* What there is are variables, no columns of relations. */
		TRY(from_where(p, where, &condition, e));
		return plan_from_place(p, items, 0, condition, e);
	}
	for (uint32_t i = 0; i < count; i++)
		TRY(scan_tree(&f, &c->select.from[i], &items[i], e));
	TRY(scope_put_items(p, f.scope, items, count, e));
	TRY(from_where(p, where, &condition, e));
	return plan_from_place(p, items, count, condition, e);
}
