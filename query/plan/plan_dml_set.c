/*
 * SPDX-License-Identifier: PostgreSQL
 *
 * What SET of UPDATE, of ON CONFLICT and of MERGE INTO assigns.
 */
#include "query/plan/plan_dml.h"

#include "query/bind/table_bind.h"
#include "query/type/type.h"

enum sqlstate plan_dml_column(
	struct dml *d, const struct ast_name *name, const struct table_column **out)
{
	if (d->view != NULL)
		return plan_written_column(
			d->view, d->table, name, d->ast->kind, out, d->e);
	*out = table_column(d->table, name->text);
	if (*out == NULL)
		return FAIL_AT(d->e, name->at, E_NO_COLUMN,
			"column \"%.*s\" of relation \"%.*s\" does not exist", STR_ARGS(name->text),
			STR_ARGS(d->table->name));
	return OK;
}

enum sqlstate plan_dml_generated(struct dml *d, const struct table_column *column)
{
	error_detail(d->e, "Column \"%.*s\" is a generated column.", STR_ARGS(column->name));
	return E_GENERATED_ALWAYS;
}

static enum sqlstate refuse_update(struct dml *d, const struct table_column *column)
{
	FAIL(d->e, E_GENERATED_ALWAYS, "column \"%.*s\" can only be updated to DEFAULT",
		STR_ARGS(column->name));
	if (column->generated_text.length > 0)
		return plan_dml_generated(d, column);
	error_detail(d->e, "Column \"%.*s\" is an identity column defined as GENERATED ALWAYS.",
		STR_ARGS(column->name));
	return E_GENERATED_ALWAYS;
}

/* Whether an assignment before this one, to a part of a column, is to all of it. */
static bool is_whole(const struct dml *d, const struct ast_assignment *part)
{
	for (const struct ast_assignment *a = d->ast->assignments; a < part; a++) {
		if (a->place == NULL && str_equal(a->column.text, part->column.text))
			return true;
	}
	return false;
}

static enum sqlstate check_target(struct dml *d, const struct ast_assignment *a,
	const struct table_column *column, const struct plan_set *items, uint32_t count)
{
	if (column->is_end)
		return FAIL_AT(d->e, a->column.at, E_NOT_SUPPORTED,
			"changing the ends of an edge is not supported");
	for (uint32_t k = 0; k < count; k++) {
		if (items[k].assignment.key != column->key ||
			(a->place != NULL && !is_whole(d, a)))
			continue;
		return FAIL(d->e, E_SYNTAX, "multiple assignments to same column \"%.*s\"",
			STR_ARGS(a->column.text));
	}
	return OK;
}

static enum sqlstate assigned_value(struct dml *d, const struct ast_assignment *a,
	const struct table_column *column, const struct bound **out)
{
	struct planner *p = d->p;
	bool is_always = column->identity == 'a' || column->generated_text.length > 0;

	*out = NULL;
	if (a->value == NULL) {
		TRY(plan_default(p, d->table, column, a->column.at, out, d->e));
	} else {
		TRY(bind_expr(&p->b, a->value, out, d->e));
		TRY(plan_assign(p, d->table, column, out, a->value->at, d->e));
	}
	if (is_always && a->value != NULL)
		return refuse_update(d, column);
	if (*out == NULL)
		*out = bound_constant(&p->b, value_null(), column->type.type, a->column.at);
	return OK;
}

/* The column as the statement has made it so far. */
static const struct bound *array_so_far(struct dml *d, const struct table_column *column,
	const struct plan_set *before, uint32_t at)
{
	struct table_slots slots = { .element = binder_slot_ref(&d->p->b, d->slot, at) };

	return before != NULL ? before->assignment.expr
			      : table_column_value(&d->p->b, d->table, column, &slots, at);
}

/* What is assigned to a place in an array. */
static enum sqlstate part_value(struct dml *d, const struct ast_assignment *a,
	const struct table_column *part, const struct bound **out)
{
	char wanted[TYPE_NAME_SIZE], found[TYPE_NAME_SIZE];
	struct planner *p = d->p;
	struct type type;

	if (a->value == NULL)
		return FAIL_AT(d->e, a->column.at, E_NOT_SUPPORTED,
			"cannot set an array element to DEFAULT");
	TRY(bind_expr(&p->b, a->value, out, d->e));
	type = (*out)->type;
	if (bound_is_untyped(*out) || type.kind == TYPE_NULL || type.kind == TYPE_UNKNOWN ||
		type_is_assignable(type, part->type.type))
		return plan_assign(p, d->table, part, out, a->value->at, d->e);
	FAIL(d->e, E_TYPE,
		"subscripted assignment to \"%.*s\" requires type %s but expression is of type %s",
		STR_ARGS(part->name), type_name(part->type.type, wanted), type_name(type, found));
	error_hint(d->e, "You will need to rewrite or cast the expression.");
	return binder_blame(d->e, a->column.at);
}

/* column[..] = value: the whole array with that in it. */
static enum sqlstate assigned_part(struct dml *d, const struct ast_assignment *a,
	const struct table_column *column, const struct plan_set *before, const struct bound **out)
{
	struct table_column part = *column;
	const struct bound *value;
	char name[TYPE_NAME_SIZE];

	if (column->generated_text.length > 0)
		return refuse_update(d, column);
	if (column->type.type.kind == TYPE_JSONB)
		return FAIL_AT(d->e, a->place->at, E_NOT_SUPPORTED,
			"assignment to a part of jsonb is not supported");
	if (column->type.type.kind != TYPE_LIST)
		return FAIL_AT(d->e, a->column.at, E_TYPE,
			"cannot subscript type %s because it does not support subscripting",
			type_name(column->type.type, name));
	if (!bind_array_is_slice(a->place))
		part.type.type = type_item(column->type.type);
	TRY(part_value(d, a, &part, &value));
	return bind_array_assign(&d->p->b, a->place,
		array_so_far(d, column, before, a->column.at), value, out, d->e);
}

static struct plan_set *find_item(struct plan_set *items, uint32_t count, uint32_t key)
{
	for (uint32_t i = 0; i < count; i++) {
		if (items[i].assignment.key == key)
			return &items[i];
	}
	return NULL;
}

enum sqlstate plan_dml_items(struct dml *d, struct plan_set **out, uint32_t *count)
{
	const struct ast_dml *ast = d->ast;
	struct plan_set *items =
		ARENA_ARRAY(d->p->arena, struct plan_set, ast->assignment_count + 1);

	*count = 0;
	*out = items;
	for (uint32_t i = 0; i < ast->assignment_count; i++) {
		const struct ast_assignment *a = &ast->assignments[i];
		const struct table_column *column;
		struct plan_set *before;
		const struct bound *value;

		TRY(plan_dml_column(d, &a->column, &column));
		TRY(check_target(d, a, column, items, *count));
		before = a->place == NULL ? NULL : find_item(items, *count, column->key);
		TRY(a->place == NULL ? assigned_value(d, a, column, &value)
				     : assigned_part(d, a, column, before, &value));
		if (before != NULL) {
			before->assignment.expr = value;
			continue;
		}
		if (column->generated_text.length > 0)
			continue; /* to DEFAULT: it is what it is anyway */
		items[(*count)++] = (struct plan_set){ .kind = SET_PROPERTY,
			.element = d->table->element,
			.target = binder_slot_ref(&d->p->b, d->slot, a->column.at),
			.assignment = { .key = column->key,
				.expr = value,
				.is_array = column->type.type.kind == TYPE_LIST },
			.at = a->column.at };
	}
	return OK;
}

/* ---- ON CONFLICT DO UPDATE -------------------------------------------------------------------- */

struct seen_slots {
	const struct dml *dml;
	bool has_row; /* a subquery reads the row that is there */
};

static void see_row(void *context, uint32_t slot)
{
	struct seen_slots *seen = context;
	const struct pending *pending = planner_pending(seen->dml->p, slot);

	for (uint32_t i = 0; pending != NULL && i < pending->outer_count; i++)
		seen->has_row |= pending->outer_slots[i] == seen->dml->slot;
}

static void run_subquery(void *context, uint32_t slot)
{
	planner_apply_slot(((struct seen_slots *)context)->dml->p, slot);
}

enum sqlstate plan_dml_attach(struct dml *d, const struct bound *value)
{
	struct seen_slots seen = { .dml = d };

	bound_each_slot(value, see_row, &seen);
	if (!seen.has_row) {
		bound_each_slot(value, run_subquery, &seen);
		return OK;
	}
	(void)FAIL_AT(d->e, value->at, E_NOT_SUPPORTED,
		"a subquery of ON CONFLICT DO UPDATE that reads the row that is there is not "
		"supported");
	error_hint(d->e, "Use MERGE INTO.");
	return E_NOT_SUPPORTED;
}
