/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * Queries inside queries. One inside an expression is planned when the expression is bound, on a
 * stream of its own that begins with ARGUMENT, and becomes a pending subquery: the expression holds
 * the slot of its answer, and planner_attach() puts the APPLY below whoever evaluates it first.
 * CALL { } is planned in its place.
 *
 *	EXISTS { }  pattern predicate      APPLY_EXISTS, SEMI or ANTI
 *	COUNT { }                          APPLY_COUNT
 *	COLLECT { }  [(a)-[]->(b) | x]     APPLY_COLLECT
 *	VALUE { }  shortestPath(..)        APPLY_VALUE; reduce() with one of them inside
 */
#include "query/plan/planner.h"

#include <string.h>

struct subquery {
	struct planner *p;
	struct stream outer;
	struct scope *scope;
	struct aggregation *aggregation;
	const struct aggregation *around;
	const char *place;
	uint32_t first_slot;
	uint32_t row_slot;
	bool is_write;
};

/* Whether the subquery is run for each group and not for each row. */
static bool is_of_groups(const struct aggregation *a)
{
	return a != NULL && a->is_grouped && !a->is_closed && a->inside == 0;
}

static void subquery_begin(struct subquery *q, struct planner *p)
{
	*q = (struct subquery){ .p = p,
		.scope = p->b.scope,
		.aggregation = p->b.aggregation,
		.around = p->b.around,
		.place = p->b.place,
		.first_slot = p->b.slot_count,
		.is_write = p->is_write };
	q->outer = planner_stream_sub(p, &q->row_slot);
	p->b.scope = scope_new(p->arena, q->scope);
	if (is_of_groups(q->aggregation))
		p->b.around = q->aggregation;
	p->b.aggregation = NULL;
}

/* The slots of the outer stream that the subplan reads or answers as they are. */
static void subquery_needs(struct subquery *q, struct pending *pending)
{
	const uint32_t *reads = plan_outer_slots(
		q->p, pending->sub, q->first_slot, &pending->outer_count);
	uint32_t *needed = ARENA_ARRAY(q->p->arena, uint32_t, pending->outer_count + 1);

	memcpy(needed, reads, pending->outer_count * sizeof *needed);
	if (pending->result_slot < q->first_slot) /* SLOT_NONE is above all */
		needed[pending->outer_count++] = pending->result_slot;
	pending->outer_slots = needed;
}

/* What the subquery reads of grouped rows is given to it from their keys. */
static enum sqlstate subquery_keys(
	struct subquery *q, struct pending *pending, uint32_t at, struct error *e)
{
	struct binder *b = &q->p->b;
	uint32_t *needed = ARENA_ARRAY(q->p->arena, uint32_t, pending->outer_count + 1);
	struct plan_output *keys =
		ARENA_ARRAY(q->p->arena, struct plan_output, pending->outer_count + 1);

	if (!is_of_groups(q->aggregation))
		return OK;
	for (uint32_t i = 0; i < pending->outer_count; i++) {
		struct plan_output *key = &keys[pending->key_count];

		needed[i] = pending->outer_slots[i];
		if (needed[i] >= q->aggregation->row_slot_end)
			continue;
		key->slot = needed[i];
		TRY(binder_row_slot(b, needed[i], b->slots[needed[i]].name, at, &key->expr, e));
		needed[i] = key->expr->index;
		pending->key_count += needed[i] != key->slot;
	}
	pending->outer_slots = needed;
	pending->keys = keys;
	return OK;
}

/* Back to the outer stream; the subplan waits until it is applied. */
static enum sqlstate subquery_end(struct subquery *q, enum plan_apply apply, uint32_t result_slot,
	struct type type, uint32_t at, const struct bound **out, struct error *e)
{
	struct planner *p = q->p;
	struct stream sub = p->s;
	struct pending *pending = planner_pending_new(p);

	pending->apply = apply;
	pending->sub = sub.top;
	pending->row_slot = q->row_slot;
	pending->result_slot = result_slot;
	pending->is_per_row = sub.is_per_row;
	pending->reads = sub.reads;
	subquery_needs(q, pending);
	pending->at = p->b.is_sql || p->b.is_elsewhere ? AT_NONE : at;
	pending->slot = binder_slot_new(&p->b, type, (struct str){ 0 });
	p->s = q->outer;
	p->b.scope = q->scope;
	p->b.aggregation = q->aggregation;
	p->b.around = q->around;
	p->b.place = q->place;
	*out = binder_slot_ref(&p->b, pending->slot, at);
	return subquery_keys(q, pending, at, e);
}

/* A pattern predicate tests what is bound; only EXISTS, which is a query, may bind more. */
static enum sqlstate pattern_binds_nothing(
	struct planner *p, const struct ast_path *path, struct error *e)
{
	for (uint32_t i = 0; i < path->element_count; i++) {
		const struct ast_name *name = &path->elements[i].variable;

		if (name->text.length == 0 || scope_find(p->b.scope, name->text) != NULL)
			continue;
		FAIL(e, E_NO_COLUMN, "variable \"%.*s\" does not exist", STR_ARGS(name->text));
		error_hint(e, "A pattern in a condition binds no variables; write EXISTS { .. }.");
		return binder_blame(e, name->at);
	}
	return OK;
}

static enum sqlstate subquery_pattern(
	struct planner *p, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	struct match_options options = { 0 };
	const struct ast_pattern *pattern = x->pattern.pattern;
	bool is_path = x->kind == EXPR_PATTERN && pattern->paths[0].prefix.is_function;
	bool is_all = is_path && pattern->paths[0].prefix.selector == SELECT_ALL_SHORTEST;
	struct type type = type_make(TYPE_PATH);
	struct ast_pattern named = *pattern;
	struct ast_path path = pattern->paths[0];
	struct subquery q;
	uint32_t slot;

	if (!is_path)
		TRY(pattern_binds_nothing(p, &path, e));
	subquery_begin(&q, p);
	if (!is_path) {
		TRY(plan_pattern(p, pattern, &options, e));
		return subquery_end(
			&q, APPLY_EXISTS, SLOT_NONE, type_make(TYPE_BOOL), x->at, out, e);
	}
	path.variable = (struct ast_name){ .at = x->at, .text = STR(" path") };
	named.paths = &path;
	TRY(plan_pattern(p, &named, &options, e));
	slot = scope_find_here(p->b.scope, path.variable.text)->slot;
	return subquery_end(&q, is_all ? APPLY_COLLECT : APPLY_VALUE, slot,
		is_all ? type_list_of(type) : type, x->at, out, e);
}

static enum sqlstate subquery_comprehension(
	struct planner *p, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	struct match_options options = { 0 };
	const struct bound *result;
	struct subquery q;
	uint32_t slot;

	subquery_begin(&q, p);
	TRY(plan_pattern(p, x->pattern.pattern, &options, e));
	TRY(bind_expr(&p->b, x->pattern.result, &result, e));
	slot = planner_project(p, result, (struct str){ 0 });
	return subquery_end(
		&q, APPLY_COLLECT, slot, type_list_of(p->b.slots[slot].type), x->at, out, e);
}

/* [x IN list WHERE EXISTS {..} | ..]: a local variable cannot be read by a subquery, but a slot
   can: the comprehension becomes a subquery itself, COLLECT over UNWIND. */
static enum sqlstate subquery_unrolled(
	struct planner *p, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	const struct bound *list;
	const struct bound *part;
	struct plan_node *node;
	struct subquery q;
	uint32_t slot;

	subquery_begin(&q, p);
	TRY(bind_expr(&p->b, x->each.list, &list, e));
	list = planner_attach(p, list);
	TRY(planner_declare(p, &x->each.variable, type_item(list->type), &slot, e));
	p->b.slots[slot].label = bound_labels_of(&p->b, list);
	node = planner_push(p, PLAN_UNWIND, 10, 1);
	node->unwind.list = list;
	node->unwind.slot = slot;
	node->unwind.ordinal_slot = SLOT_NONE;
	p->s.is_single = false;
	if (x->each.where != NULL) {
		TRY(bind_condition(&p->b, x->each.where, "WHERE", &part, e));
		planner_filter(p, &part, 1);
	}
	if (x->each.result != NULL) {
		TRY(bind_expr(&p->b, x->each.result, &part, e));
		slot = planner_project(p, part, (struct str){ 0 });
	}
	return subquery_end(
		&q, APPLY_COLLECT, slot, type_list_of(p->b.slots[slot].type), x->at, out, e);
}

/* reduce(..) with a subquery in its step. What it begins with and the list are computed once, outside of
   the rounds. */
static enum sqlstate subquery_reduce(
	struct planner *p, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	struct plan_reduce reduce = { .expr = x };
	const struct bound *list, *start;
	struct subquery outer, rounds;
	struct type type;
	uint32_t slot;

	subquery_begin(&outer, p);
	TRY(bind_loop_list(&p->b, x->reduce->list, &list, e));
	reduce.list_slot = planner_project(p, list, (struct str){ 0 });
	p->b.slots[reduce.list_slot].label = bound_labels_of(&p->b, list);
	TRY(bind_expr(&p->b, x->reduce->start, &start, e));
	reduce.start_slot = planner_project(p, start, (struct str){ 0 });
	subquery_begin(&rounds, p);
	TRY(plan_reduce(p, &reduce, &slot, e));
	type = p->b.slots[slot].type;
	TRY(subquery_end(&rounds, APPLY_VALUE, slot, type, x->at, out, e));
	slot = planner_project(p, *out, (struct str){ 0 });
	return subquery_end(&outer, APPLY_VALUE, slot, type, x->at, out, e);
}

/* The columns of the answer as one, of rows. */
static enum sqlstate subquery_rows(
	struct planner *p, const struct ast_expr *x, struct answer *answer, struct error *e)
{
	const struct bound **fields =
		ARENA_ARRAY(p->arena, const struct bound *, answer->count + 1);
	struct bound *row = bound_new(&p->b, BOUND_LIST, type_make(TYPE_RECORD), x->at);

	if (answer->count != x->subquery.column_count)
		return FAIL_AT(e, x->at, E_SYNTAX, "subquery has too %s columns",
			answer->count > x->subquery.column_count ? "many" : "few");
	for (uint32_t i = 0; i < answer->count; i++)
		fields[i] = binder_slot_ref(&p->b, answer->columns[i].slot, x->at);
	row->args = fields;
	row->arg_count = answer->count;
	answer->columns[0].slot = planner_project(p, row, (struct str){ 0 });
	answer->count = 1;
	return OK;
}

static enum sqlstate subquery_program(
	struct planner *p, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	enum plan_apply apply = APPLY_EXISTS;
	struct type type = type_make(TYPE_BOOL);
	uint32_t slot = SLOT_NONE;
	struct answer answer;
	bool is_nested = false;
	struct subquery q;

	subquery_begin(&q, p);
	TRY(plan_program(p, x->subquery.program, &answer, e));
	if (p->is_write && !q.is_write)
		return FAIL_AT(e, x->at, E_SYNTAX, "an expression cannot write");
	if (x->kind == EXPR_SUBQUERY && x->subquery.kind == SUBQUERY_COUNT) {
		apply = APPLY_COUNT;
		type = type_make(TYPE_INT64);
	} else if (x->kind == EXPR_SUBQUERY) {
		bool is_value = x->subquery.kind == SUBQUERY_VALUE;

		if (x->subquery.kind == SUBQUERY_ROWS)
			TRY(subquery_rows(p, x, &answer, e));
		if (!answer.has_columns || answer.count != 1)
			return FAIL_AT(e, x->at, E_SYNTAX,
				is_value || !p->b.is_sql || answer.count == 0
					? "subquery must return only one column"
					: "subquery has too many columns");
		apply = is_value ? APPLY_VALUE : APPLY_COLLECT;
		slot = answer.columns[0].slot;
		type = p->b.slots[slot].type;
		/* In SQL an array of arrays is one of more dimensions, of the same type. */
		is_nested = !is_value && p->b.is_sql && type.kind == TYPE_LIST;
		if (!is_value && !is_nested)
			type = type_list_of(type);
	}
	TRY(subquery_end(&q, apply, slot, type, x->at, out, e));
	if (!is_nested)
		return OK;
	return binder_function(&p->b, STR("array_gathered"), out, 1, x->at, out, e);
}

static enum sqlstate subquery_exists_pattern(
	struct planner *p, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	bool is_count = x->kind == EXPR_SUBQUERY;
	struct match_options options = { 0 };
	struct subquery q;

	subquery_begin(&q, p);
	TRY(plan_pattern(p, x->subquery.pattern, &options, e));
	return subquery_end(&q, is_count ? APPLY_COUNT : APPLY_EXISTS, SLOT_NONE,
		type_make(is_count ? TYPE_INT64 : TYPE_BOOL), x->at, out, e);
}

enum sqlstate plan_subquery(
	void *planner, const struct ast_expr *x, const struct bound **out, struct error *e)
{
	struct planner *p = planner;

	if (p->b.local_depth > 0) {
		p->b.is_local_subquery = true;
		return FAIL_AT(e, x->at, E_NOT_SUPPORTED,
			"a subquery inside a list predicate is not supported");
	}
	switch (x->kind) {
	case EXPR_PATTERN:
		return subquery_pattern(p, x, out, e);
	case EXPR_PATTERN_COMPREHENSION:
		return subquery_comprehension(p, x, out, e);
	case EXPR_LIST_COMPREHENSION:
		return subquery_unrolled(p, x, out, e);
	case EXPR_REDUCE:
		return subquery_reduce(p, x, out, e);
	case EXPR_EXISTS:
	case EXPR_SUBQUERY:
		if (x->subquery.pattern != NULL)
			return subquery_exists_pattern(p, x, out, e);
		return subquery_program(p, x, out, e);
	default:
		unreachable();
	}
}

/* ---- CALL { } -------------------------------------------------------------------------------- */

/* What the subquery sees: everything, or what its scope list names. */
static enum sqlstate call_scope(
	struct planner *p, const struct ast_clause *c, struct scope **out, struct error *e)
{
	struct scope *outer = p->b.scope;
	struct scope *seen;

	if (!c->nested.has_scope || c->nested.is_scope_all) {
		*out = scope_new(p->arena, outer);
		return OK;
	}
	seen = scope_new(p->arena, NULL);
	for (uint32_t i = 0; i < c->nested.scope_count; i++) {
		const struct ast_name *name = &c->nested.scope[i];
		const struct variable *v = scope_find(outer, name->text);

		if (v == NULL)
			return FAIL_AT(e, name->at, E_NO_COLUMN, "variable \"%.*s\" does not exist",
				STR_ARGS(name->text));
		if (scope_find_here(seen, name->text) == NULL)
			*scope_add(seen, name->text) = *v;
	}
	*out = scope_new(p->arena, seen);
	return OK;
}

enum sqlstate plan_call_columns(struct planner *p, const struct answer *answer, struct error *e)
{
	for (uint32_t i = 0; i < answer->count; i++) {
		const struct answer_column *column = &answer->columns[i];
		struct variable *v;

		if (scope_find_here(p->b.scope, column->name) != NULL)
			return FAIL_AT(e, column->at, E_DUPLICATE_ALIAS,
				"variable \"%.*s\" is already bound", STR_ARGS(column->name));
		v = scope_add(p->b.scope, column->name);
		v->slot = column->slot;
		v->type = p->b.slots[column->slot].type;
		v->at = column->at;
	}
	return OK;
}

static void call_push_optional(
	struct planner *p, const struct stream *sub, uint32_t row_slot, const struct answer *answer)
{
	uint32_t *nulls = ARENA_ARRAY(p->arena, uint32_t, answer->count);
	struct plan_node *node = planner_push(
		p, PLAN_OPTIONAL, p->s.top->rows * MAX_OF(1.0, sub->top->rows), sub->top->cost);

	for (uint32_t i = 0; i < answer->count; i++)
		nulls[i] = answer->columns[i].slot;
	node->other = sub->top;
	node->optional.row_slot = row_slot;
	node->optional.is_per_row = sub->is_per_row;
	node->optional.null_count = answer->count;
	node->optional.null_slots = nulls;
}

/* Without an answer the rows pass unchanged: FOREACH over one element does just that. */
static void call_push_unit(struct planner *p, const struct stream *sub, uint32_t row_slot)
{
	struct value *one = ARENA_NEW(p->arena, struct value);
	struct value list = { .type = VALUE_LIST, .count = 1, .items = one };
	struct type item = type_make(TYPE_INT64);
	struct plan_node *node = planner_push(p, PLAN_FOREACH, p->s.top->rows, sub->top->cost);

	*one = value_int(1);
	node->other = sub->top;
	node->foreach.list = bound_constant(&p->b, list, type_list_of(item), 0);
	node->foreach.slot = binder_slot_new(&p->b, item, (struct str){ 0 });
	node->foreach.row_slot = row_slot;
}

static void call_push(struct planner *p, const struct stream *sub, uint32_t row_slot)
{
	struct plan_node *node = planner_push(p, PLAN_APPLY, p->s.top->rows * sub->top->rows,
		p->s.top->rows * (1 + sub->top->cost));

	node->other = sub->top;
	node->apply.row_slot = row_slot;
	node->apply.is_per_row = sub->is_per_row;
	node->apply.apply = APPLY_INNER;
	node->apply.slot = SLOT_NONE;
	node->apply.result_slot = SLOT_NONE;
}

/* A column that is an outer variable passed through gets a slot of its own: the subplan
   makes it. */
static void call_own_columns(struct planner *p, struct answer *answer, uint32_t first_slot)
{
	struct plan_output *outputs = ARENA_ARRAY(p->arena, struct plan_output, answer->count);
	struct plan_node *node;
	uint32_t count = 0;

	for (uint32_t i = 0; i < answer->count; i++) {
		struct answer_column *column = &answer->columns[i];
		struct slot_info info = p->b.slots[column->slot];

		if (column->slot >= first_slot)
			continue;
		outputs[count].expr = binder_slot_ref(&p->b, column->slot, column->at);
		column->slot = binder_slot_new(&p->b, info.type, info.name);
		p->b.slots[column->slot].label = info.label;
		outputs[count++].slot = column->slot;
	}
	if (count == 0)
		return;
	node = planner_push(p, PLAN_PROJECT, p->s.top->rows, p->s.top->rows * 0.1);
	node->project.outputs = outputs;
	node->project.count = count;
}

enum sqlstate plan_call_program(
	struct planner *p, const struct plan_call *call, struct answer *answer, struct error *e)
{
	struct scope *outer = p->b.scope;
	uint32_t first_slot = p->b.slot_count;
	struct stream old, sub;
	uint32_t row_slot;

	old = planner_stream_sub(p, &row_slot);
	p->b.scope = call->seen;
	p->s.is_per_row = true; /* each outer row sees what the ones before it wrote */
	TRY(plan_program(p, call->program, answer, e));
	if (answer->has_columns)
		call_own_columns(p, answer, first_slot);
	else
		planner_push(p, PLAN_DISCARD, 0, p->s.top->rows);
	p->b.scope = outer;
	if (call->finish != NULL)
		TRY(call->finish(p, call->context, answer, e));
	sub = p->s;
	p->s = old;
	planner_will_read(p, sub.reads);
	if (sub.writes != 0) {
		planner_will_write(p, sub.writes, p->tag);
		planner_forget(p);
	}
	if (!answer->has_columns)
		call_push_unit(p, &sub, row_slot);
	else if (call->is_optional)
		call_push_optional(p, &sub, row_slot, answer);
	else
		call_push(p, &sub, row_slot);
	p->s.is_single = p->s.is_single && sub.is_single;
	return OK;
}

enum sqlstate plan_call(struct planner *p, const struct ast_clause *c, struct error *e)
{
	struct plan_call call = { .program = c->nested.program,
		.is_optional = c->nested.is_optional };
	struct answer answer;

	TRY(call_scope(p, c, &call.seen, e));
	TRY(plan_call_program(p, &call, &answer, e));
	return answer.has_columns ? plan_call_columns(p, &answer, e) : OK;
}
